// SPDX-License-Identifier: MIT
//
// R32-R35: who has the case, and that passing it on moves no deadline later.
#include "case.h"

#include "care/sla.h"

#define A 0 // standard: 4 h first, 16 h resolution
#define B 1 // looser: 8 h, 32 h
#define C 2 // tighter: 1 h, 6 h; opens at 8

static struct vd_rulebook *make_book(void)
{
	static struct vd_rulebook book;
	static const char *const hours[] = { "1-5=09:00-18:00", "1-5=09:00-18:00",
					     "1-5=08:00-18:00" };
	static const int first_h[] = { 4, 8, 1 };
	static const int resolution_h[] = { 16, 32, 6 };
	memset(&book, 0, sizeof(book));
	for (uint16_t i = 0; i < 3; i++) {
		assert_ok(vd_calendar_parse(VD_SPAN("CET-1CEST,M3.5.0,M10.5.0/3"),
					    vd_span_of(hours[i]), &book.calendars[i], NULL));
		vd_policy_init(&book.policies[i]);
		book.policies[i].calendar = i;
		book.policies[i].version = 1;
		book.policies[i].target_s[VD_TARGET_FIRST] = first_h[i] * 3600;
		book.policies[i].target_s[VD_TARGET_NEXT] = first_h[i] * 3600;
		book.policies[i].target_s[VD_TARGET_RESOLUTION] = resolution_h[i] * 3600;
		book.brands[i].policy = i;
		snprintf(book.brands[i].name, VD_NAME_BYTES, "brand %u", i);
		snprintf(book.accounts[i].name, VD_NAME_BYTES, "account %u", i);
		book.accounts[i].brand = i;
		book.accounts[i].is_enabled = true;
	}
	book.n_calendars = book.n_policies = book.n_brands = book.n_accounts = 3;
	return &book;
}

/** A case on several accounts: the rules of whoever has it, at each step. */
struct shared_case {
	struct vd_rulebook *book;
	struct vd_conversation c;
	struct vd_effects out;
	struct vd_diag diag;
	struct vd_wall now;
};

static struct vd_engine_env env_of(const struct shared_case *k)
{
	return vd_engine_env_make(k->book, &k->c, k->now, true);
}

static enum vd_err step(struct shared_case *k, const char *at, struct vd_event event)
{
	k->now = local(at);
	struct vd_engine_env env = env_of(k);
	return vd_engine_step(&env, &k->c, &event, &k->out, &k->diag);
}

static enum vd_err say(struct shared_case *k, const char *at, enum vd_direction direction,
		       enum vd_reply_kind kind)
{
	struct vd_message m = case_message(direction, kind, local(at), local(at));
	m.sent = direction == VD_DIRECTION_OUT ? local(at) : m.sent;
	return step(k, at, (struct vd_event){ .kind = VD_EVENT_MESSAGE, .message = &m });
}

static void open_case(struct shared_case *k, const char *at)
{
	memset(k, 0, sizeof(*k));
	k->book = make_book();
	k->now = local(at);
	struct vd_message m = case_message(VD_DIRECTION_IN, VD_REPLY_NONE, local(at), local(at));
	struct vd_engine_env env = env_of(k);
	assert_ok(vd_engine_open(&env, &m, A, &k->c, &k->out, &k->diag));
}

static void hand_over(struct shared_case *k, const char *at, uint16_t to)
{
	struct vd_event offer = { .kind = VD_EVENT_OFFER, .staff = 1, .account = to };
	assert_ok(step(k, at, offer));
	assert_ok(step(k, at, (struct vd_event){ .kind = VD_EVENT_ACCEPT, .staff = 2 }));
	assert_int_equal(vd_conversation_holder(&k->c), to);
}

static struct vd_wall due(const struct shared_case *k, enum vd_target_kind kind)
{
	return k->c.targets[kind].due;
}

// Case 4: A -> B -> A, B's policy looser, then tighter: unchanged; then the minimum; custody
// sums to
// the total.
static void case_4_there_and_back(void **state)
{
	(void)state;
	struct shared_case k;
	open_case(&k, "2026-10-05T10:00:00");
	assert_wall(due(&k, VD_TARGET_FIRST), local("2026-10-05T14:00:00"));
	hand_over(&k, "2026-10-05T10:30:00", B);
	assert_wall(due(&k, VD_TARGET_FIRST), local("2026-10-05T14:00:00"));
	assert_wall(due(&k, VD_TARGET_RESOLUTION), local("2026-10-06T17:00:00"));
	hand_over(&k, "2026-10-05T10:40:00", A);
	assert_wall(due(&k, VD_TARGET_FIRST), local("2026-10-05T14:00:00"));
	hand_over(&k, "2026-10-05T10:50:00", C);
	assert_wall(due(&k, VD_TARGET_FIRST), local("2026-10-05T11:00:00"));
	assert_wall(due(&k, VD_TARGET_RESOLUTION), local("2026-10-05T16:00:00"));
	hand_over(&k, "2026-10-05T10:55:00", A);
	assert_wall(due(&k, VD_TARGET_FIRST), local("2026-10-05T11:00:00")); // the minimum stays
	assert_int_equal(k.c.n_custody, 5);
	assert_wall(k.c.custody[0].from, k.c.opened);
	for (int i = 1; i < k.c.n_custody; i++) {
		assert_true(k.c.custody[i].from.us >= k.c.custody[i - 1].from.us);
	}
}

// R32: through a pause as well, and for the next response.
static void r32_a_pause_loosens_nothing(void **state)
{
	(void)state;
	struct shared_case k;
	open_case(&k, "2026-10-05T10:00:00");
	assert_ok(say(&k, "2026-10-05T10:10:00", VD_DIRECTION_OUT, VD_REPLY_QUESTION));
	hand_over(&k, "2026-10-05T10:20:00", C);
	assert_ok(say(&k, "2026-10-05T12:10:00", VD_DIRECTION_IN, VD_REPLY_NONE));
	// C's 6 h, 10 min of them before the pause.
	assert_wall(due(&k, VD_TARGET_RESOLUTION), local("2026-10-05T18:00:00"));
	// The wait began under C: C's 1 h, whoever has it afterwards.
	assert_wall(due(&k, VD_TARGET_NEXT), local("2026-10-05T13:10:00"));
	hand_over(&k, "2026-10-05T12:20:00", B);
	assert_wall(due(&k, VD_TARGET_NEXT), local("2026-10-05T13:10:00"));
	assert_wall(due(&k, VD_TARGET_RESOLUTION), local("2026-10-05T18:00:00"));
	// A wait that begins under B alone is B's.
	assert_ok(say(&k, "2026-10-05T12:30:00", VD_DIRECTION_OUT, VD_REPLY_ANSWER));
	assert_ok(say(&k, "2026-10-05T12:40:00", VD_DIRECTION_IN, VD_REPLY_NONE));
	assert_wall(due(&k, VD_TARGET_NEXT), local("2026-10-06T11:40:00"));
}

// R32: the one way to later, and it stays visible.
static void r32_a_supervisor_loosens(void **state)
{
	(void)state;
	struct shared_case k;
	open_case(&k, "2026-10-05T10:00:00");
	struct vd_event loosen = { .kind = VD_EVENT_LOOSEN,
				   .staff = 1,
				   .reason = VD_SPAN("agreed with the customer") };
	assert_err(step(&k, "2026-10-05T10:05:00", loosen), VD_ERR_STATE);
	hand_over(&k, "2026-10-05T10:10:00", C);
	hand_over(&k, "2026-10-05T10:20:00", B);
	assert_wall(due(&k, VD_TARGET_FIRST), local("2026-10-05T11:00:00"));
	struct vd_event bare = loosen;
	bare.reason.n = 0;
	assert_err(step(&k, "2026-10-05T10:25:00", bare), VD_ERR_ARGUMENT);
	assert_ok(step(&k, "2026-10-05T10:30:00", loosen));
	assert_wall(due(&k, VD_TARGET_FIRST), local("2026-10-05T18:00:00")); // B's 8 h
	assert_wall(k.c.loosened_due, local("2026-10-05T11:00:00"));
}

// R33.
static void r33_an_offer_that_nobody_takes_comes_back(void **state)
{
	(void)state;
	struct shared_case k;
	open_case(&k, "2026-10-05T10:00:00");
	struct vd_event offer = { .kind = VD_EVENT_OFFER, .staff = 1, .account = B };
	assert_err(step(&k, "2026-10-05T17:50:00",
			(struct vd_event){ .kind = VD_EVENT_OFFER, .staff = 1, .account = A }),
		   VD_ERR_STATE);
	assert_ok(step(&k, "2026-10-05T17:50:00", offer));
	assert_int_equal(vd_conversation_holder(&k.c), A); // until accepted the giver holds it
	assert_wall(k.c.offer.until, local("2026-10-06T09:05:00")); // 15 open minutes
	assert_ok(step(&k, "2026-10-06T09:05:00", (struct vd_event){ .kind = VD_EVENT_TICK }));
	assert_int_equal(k.c.offer.account, 0);
	assert_int_equal(k.c.side[VD_SIDE_RETURNED].state, VD_ALARM_UNACK);
	assert_err(step(&k, "2026-10-06T09:06:00",
			(struct vd_event){ .kind = VD_EVENT_ACCEPT, .staff = 2 }),
		   VD_ERR_STATE);
	assert_ok(step(&k, "2026-10-06T09:07:00", (struct vd_event){ .kind = VD_EVENT_ACK }));
	assert_int_equal(k.c.side[VD_SIDE_RETURNED].state, VD_ALARM_NORMAL);
}

static void r33_either_side_declines(void **state)
{
	(void)state;
	struct shared_case k;
	open_case(&k, "2026-10-05T10:00:00");
	struct vd_event decline = { .kind = VD_EVENT_DECLINE, .staff = 2 };
	assert_err(step(&k, "2026-10-05T10:01:00", decline), VD_ERR_STATE);
	assert_ok(step(&k, "2026-10-05T10:02:00",
		       (struct vd_event){ .kind = VD_EVENT_OFFER, .staff = 1, .account = B }));
	assert_ok(step(&k, "2026-10-05T10:03:00", decline));
	assert_int_equal(vd_conversation_holder(&k.c), A);
	assert_int_equal(k.c.side[VD_SIDE_RETURNED].state, VD_ALARM_UNACK);
	assert_int_equal(k.c.n_custody, 1);
}

// Passed on for ever is what the story was about.
static void hand_overs_come_to_an_end(void **state)
{
	(void)state;
	struct shared_case k;
	open_case(&k, "2026-10-05T10:00:00");
	for (uint16_t i = 1; i < VD_CUSTODY_MAX; i++) {
		hand_over(&k, "2026-10-05T10:10:00", i % 2 == 0 ? A : B);
	}
	struct vd_event offer = { .kind = VD_EVENT_OFFER, .staff = 1, .account = C };
	assert_err(step(&k, "2026-10-05T10:20:00", offer), VD_ERR_STATE);
}

// R35: the clock runs, an alarm rises, and ends when words reach the customer again.
static void r35_a_blocked_channel_stops_no_clock(void **state)
{
	(void)state;
	struct shared_case k;
	open_case(&k, "2026-10-05T10:00:00");
	struct vd_wall before = due(&k, VD_TARGET_FIRST);
	assert_ok(step(&k, "2026-10-05T10:30:00", (struct vd_event){ .kind = VD_EVENT_BLOCKED }));
	assert_int_equal(k.c.side[VD_SIDE_BLOCKED].state, VD_ALARM_UNACK);
	assert_wall(due(&k, VD_TARGET_FIRST), before);
	assert_true(k.c.targets[VD_TARGET_FIRST].is_running);
	assert_ok(say(&k, "2026-10-05T11:00:00", VD_DIRECTION_OUT, VD_REPLY_ANSWER));
	assert_int_equal(k.c.side[VD_SIDE_BLOCKED].state, VD_ALARM_NORMAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_4_there_and_back),
		cmocka_unit_test(r32_a_pause_loosens_nothing),
		cmocka_unit_test(r32_a_supervisor_loosens),
		cmocka_unit_test(r33_an_offer_that_nobody_takes_comes_back),
		cmocka_unit_test(r33_either_side_declines),
		cmocka_unit_test(hand_overs_come_to_an_end),
		cmocka_unit_test(r35_a_blocked_channel_stops_no_clock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
