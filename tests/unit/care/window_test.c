// SPDX-License-Identifier: MIT
//
// The network's own deadline: 24 h of free text and 7 days at all after the customer's last private
// message on Facebook; wall time, no pause, no policy.
#include "care/window.h"

#include "shared.h"

#define OFFICE "1-5=09:00-18:00"

static void begin(struct shared_case *k, enum vd_network network)
{
	shared_begin(k, 2, OFFICE);
	k->book->accounts[0].network = network;
	k->book->accounts[1].network = VD_NETWORK_X;
}

static void say_private(struct shared_case *k, const char *at, enum vd_direction direction,
			enum vd_reply_kind kind)
{
	k->now = local(at);
	struct vd_message m = case_message(direction, kind, k->now, k->now);
	m.visibility = VD_VISIBILITY_PRIVATE;
	if (k->is_begun) {
		assert_ok(shared_step(
			k, at, (struct vd_event){ .kind = VD_EVENT_MESSAGE, .message = &m }));
		return;
	}
	struct vd_engine_env env = vd_engine_env_make(k->book, &k->c, k->now, true);
	assert_ok(vd_engine_open(&env, &m, 0, &k->c, &k->out, &k->diag));
	k->is_begun = true;
}

static void private_in(struct shared_case *k, const char *at)
{
	say_private(k, at, VD_DIRECTION_IN, VD_REPLY_NONE);
}

static void tick(struct shared_case *k, const char *at)
{
	assert_ok(shared_step(k, at, (struct vd_event){ .kind = VD_EVENT_TICK }));
}

static const struct vd_target *window(const struct shared_case *k)
{
	return &k->c.targets[VD_TARGET_WINDOW];
}

#define assert_window(k, expected_state, expected_due)              \
	do {                                                        \
		assert_int_equal(window(k)->state, expected_state); \
		assert_wall(window(k)->due, local(expected_due));   \
	} while (0)

static void two_ends_and_then_nothing_can_be_sent(void **state)
{
	(void)state;
	struct shared_case k;
	begin(&k, VD_NETWORK_FACEBOOK);
	private_in(&k, "2026-10-05T10:00:00");
	assert_window(&k, VD_TARGET_ARMED, "2026-10-06T10:00:00");
	assert_wall(window(&k)->warn, local("2026-10-06T04:00:00")); // 75 % of wall time (R28)
	tick(&k, "2026-10-06T10:00:00");
	assert_window(&k, VD_TARGET_ARMED, "2026-10-06T10:00:00"); // at the end is in time (R9)
	struct vd_wall next = vd_conversation_next_tick(&k.c);
	assert_true(next.us <= local("2026-10-06T10:00:00").us + 1);
	tick(&k, "2026-10-06T10:00:01");
	assert_window(&k, VD_TARGET_ARMED, "2026-10-12T10:00:00");
	assert_int_equal(window(&k)->breaches, 0);
	tick(&k, "2026-10-12T10:00:01");
	assert_window(&k, VD_TARGET_BREACHED, "2026-10-12T10:00:00");
	assert_true(window(&k)->is_running);
	assert_int_equal(k.c.alarm.severity, VD_SEVERITY_BREACHED);
}

// The network's rule, not ours: it may move later, and a window that closed opens again.
static void each_private_message_opens_it_anew(void **state)
{
	(void)state;
	struct shared_case k;
	begin(&k, VD_NETWORK_FACEBOOK);
	private_in(&k, "2026-10-05T10:00:00");
	private_in(&k, "2026-10-05T16:00:00");
	assert_window(&k, VD_TARGET_ARMED, "2026-10-06T16:00:00");
	tick(&k, "2026-10-13T10:00:00");
	assert_int_equal(window(&k)->state, VD_TARGET_BREACHED);
	private_in(&k, "2026-10-13T11:00:00");
	assert_window(&k, VD_TARGET_ARMED, "2026-10-14T11:00:00");
	assert_int_equal(window(&k)->breaches, 1); // it was missed all the same
	say_private(&k, "2026-10-13T12:00:00", VD_DIRECTION_OUT, VD_REPLY_ANSWER);
	assert_int_equal(window(&k)->state, VD_TARGET_MET);
	assert_int_equal(window(&k)->met, 1);
	assert_int_equal(window(&k)->breaches, 1);
}

// An answer as a human agent is in time; "we are looking" leaves the customer waiting.
static void only_an_answer_ends_it(void **state)
{
	(void)state;
	struct shared_case k;
	begin(&k, VD_NETWORK_FACEBOOK);
	private_in(&k, "2026-10-05T10:00:00");
	say_private(&k, "2026-10-05T10:05:00", VD_DIRECTION_OUT, VD_REPLY_HOLDING);
	assert_window(&k, VD_TARGET_ARMED, "2026-10-06T10:00:00");
	say_private(&k, "2026-10-08T10:00:00", VD_DIRECTION_OUT, VD_REPLY_ANSWER);
	assert_window(&k, VD_TARGET_MET, "2026-10-12T10:00:00");
	assert_false(window(&k)->is_running);
	shared_in(&k, "2026-10-09T10:00:00"); // in public: no window
	assert_false(window(&k)->is_running);
}

static void other_networks_and_comments_have_none(void **state)
{
	(void)state;
	static const enum vd_network networks[] = { VD_NETWORK_X, VD_NETWORK_MASTODON,
						    VD_NETWORK_NONE };
	struct shared_case k;
	for (size_t i = 0; i < VD_ARRAY_LEN(networks); i++) {
		begin(&k, networks[i]);
		private_in(&k, "2026-10-05T10:00:00");
		assert_int_equal(window(&k)->state, VD_TARGET_OFF);
	}
	begin(&k, VD_NETWORK_FACEBOOK);
	shared_in(&k, "2026-10-05T10:00:00");
	assert_int_equal(window(&k)->state, VD_TARGET_OFF);
}

// No policy switches it off, no hand-over, pause or new rule moves it.
static void nothing_of_ours_moves_it(void **state)
{
	(void)state;
	struct shared_case k;
	begin(&k, VD_NETWORK_FACEBOOK);
	for (int i = 0; i < VD_TARGETS_OF_POLICY; i++) {
		k.book->policies[0].target_s[i] = 0;
	}
	private_in(&k, "2026-10-05T10:00:00");
	assert_int_equal(vd_conversation_board_target(&k.c), VD_TARGET_WINDOW);
	assert_ok(shared_step(&k, "2026-10-05T11:00:00",
			      (struct vd_event){ .kind = VD_EVENT_RULES }));
	assert_int_equal(k.out.n, 0);
	shared_hand_over(&k, "2026-10-05T12:00:00", 1);
	assert_window(&k, VD_TARGET_ARMED, "2026-10-06T10:00:00");
	say_private(&k, "2026-10-05T13:00:00", VD_DIRECTION_OUT, VD_REPLY_QUESTION);
	assert_int_equal(window(&k)->state, VD_TARGET_MET);
	private_in(&k, "2026-10-05T14:00:00");
	assert_window(&k, VD_TARGET_ARMED, "2026-10-06T14:00:00");
}

// R22: ties go to our own promises.
static void it_ties_last(void **state)
{
	(void)state;
	struct shared_case k;
	begin(&k, VD_NETWORK_FACEBOOK);
	memset(k.book->policies[0].target_s, 0, sizeof(k.book->policies[0].target_s));
	k.book->policies[0].target_s[VD_TARGET_CEILING] = 24 * 3600;
	private_in(&k, "2026-10-05T10:00:00");
	assert_wall(k.c.targets[VD_TARGET_CEILING].due, window(&k)->due);
	assert_int_equal(vd_conversation_board_target(&k.c), VD_TARGET_CEILING);
}

// R13: a window that a clock has closed which nobody trusts is not closed yet.
static void an_untrusted_clock_closes_nothing(void **state)
{
	(void)state;
	struct shared_case k;
	begin(&k, VD_NETWORK_FACEBOOK);
	private_in(&k, "2026-10-05T10:00:00");
	k.now = local("2026-10-20T10:00:00");
	struct vd_event tick_event = { .kind = VD_EVENT_TICK };
	struct vd_engine_env env = vd_engine_env_make(k.book, &k.c, k.now, false);
	assert_ok(vd_engine_step(&env, &k.c, &tick_event, &k.out, &k.diag));
	assert_int_equal(window(&k)->state, VD_TARGET_ARMED);
	assert_true(k.c.is_breach_held);
	tick(&k, "2026-10-05T10:30:00"); // it was wrong
	assert_window(&k, VD_TARGET_ARMED, "2026-10-06T10:00:00");
	assert_false(k.c.is_breach_held);
}

// R31: it counts wall time, so it is shown at night.
static void it_is_shown_at_night(void **state)
{
	(void)state;
	struct shared_case k;
	begin(&k, VD_NETWORK_FACEBOOK);
	memset(k.book->policies[0].target_s, 0, sizeof(k.book->policies[0].target_s));
	private_in(&k, "2026-10-05T10:00:00");
	tick(&k, "2026-10-06T04:00:00");
	assert_int_equal(k.c.alarm.state, VD_ALARM_UNACK);
	assert_int_equal(k.c.ladder, VD_LADDER_LIGHT);
}

static void what_a_channel_asks(void **state)
{
	(void)state;
	static const struct {
		enum vd_network network;
		enum vd_visibility visibility;
		int64_t after_s;
		enum vd_window expected;
		int64_t until_s; // -1: for ever, or over
	} rows[] = {
		{ VD_NETWORK_FACEBOOK, VD_VISIBILITY_PRIVATE, 0, VD_WINDOW_FREE, 86400 },
		{ VD_NETWORK_FACEBOOK, VD_VISIBILITY_PRIVATE, 86400, VD_WINDOW_FREE, 86400 },
		{ VD_NETWORK_FACEBOOK, VD_VISIBILITY_PRIVATE, 86401, VD_WINDOW_HUMAN_AGENT,
		  604800 },
		{ VD_NETWORK_FACEBOOK, VD_VISIBILITY_PRIVATE, 604800, VD_WINDOW_HUMAN_AGENT,
		  604800 },
		{ VD_NETWORK_FACEBOOK, VD_VISIBILITY_PRIVATE, 604801, VD_WINDOW_CLOSED, -1 },
		{ VD_NETWORK_FACEBOOK, VD_VISIBILITY_PUBLIC, 86401, VD_WINDOW_FREE, 604800 },
		{ VD_NETWORK_FACEBOOK, VD_VISIBILITY_PUBLIC, 604800, VD_WINDOW_FREE, 604800 },
		{ VD_NETWORK_FACEBOOK, VD_VISIBILITY_PUBLIC, 604801, VD_WINDOW_CLOSED, -1 },
		{ VD_NETWORK_X, VD_VISIBILITY_PRIVATE, 9999999, VD_WINDOW_UNLIMITED, -1 },
		{ VD_NETWORK_MASTODON, VD_VISIBILITY_PUBLIC, 9999999, VD_WINDOW_UNLIMITED, -1 },
	};
	struct vd_wall at = local("2026-10-05T10:00:00");
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		struct vd_window_from from = { rows[i].network, rows[i].visibility, at };
		struct vd_wall now = after(at, rows[i].after_s);
		char name[32];
		snprintf(name, sizeof(name), "row %zu", i);
		assert_row(vd_window_ask(&from, now) == rows[i].expected, name);
		struct vd_wall until = { 0 };
		if (rows[i].until_s >= 0) {
			until = after(at, rows[i].until_s);
		}
		assert_row(vd_window_until(&from, now).us == until.us, name);
	}
	struct vd_window_from unknown = { VD_NETWORK_FACEBOOK, VD_VISIBILITY_PRIVATE, { 0 } };
	assert_int_equal(vd_window_ask(&unknown, at), VD_WINDOW_UNLIMITED); // the network decides
	for (int i = 0; i < VD_WINDOW_N; i++) {
		assert_string_not_equal(vd_window_name((enum vd_window)i), "?");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_ends_and_then_nothing_can_be_sent),
		cmocka_unit_test(each_private_message_opens_it_anew),
		cmocka_unit_test(only_an_answer_ends_it),
		cmocka_unit_test(other_networks_and_comments_have_none),
		cmocka_unit_test(nothing_of_ours_moves_it),
		cmocka_unit_test(it_ties_last),
		cmocka_unit_test(an_untrusted_clock_closes_nothing),
		cmocka_unit_test(it_is_shown_at_night),
		cmocka_unit_test(what_a_channel_asks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
