// SPDX-License-Identifier: MIT
//
// R32-R35: who has the case; each due after a hand-over is the minimum of what it was and what the
// new policy says of the original stamp, no later and no earlier; the segments sum to the life.
#include "shared.h"

#include "care/sla.h"

#define A 0 // standard: 4 h first, 16 h resolution
#define B 1 // looser: 8 h, 32 h
#define C 2 // tighter: 1 h, 6 h; opens at 8

static void open_case(struct shared_case *k, const char *at)
{
	static const int first_h[] = { 4, 8, 1 };
	static const int resolution_h[] = { 16, 32, 6 };
	shared_begin(k, 3, "1-5=09:00-18:00");
	assert_ok(vd_calendar_parse(VD_SPAN("CET-1CEST,M3.5.0,M10.5.0/3"),
				    VD_SPAN("1-5=08:00-18:00"), &k->book->calendars[C], NULL));
	for (uint16_t i = 0; i < 3; i++) {
		struct vd_policy *p = &k->book->policies[i];
		p->target_s[VD_TARGET_FIRST] = first_h[i] * 3600;
		p->target_s[VD_TARGET_NEXT] = first_h[i] * 3600;
		p->target_s[VD_TARGET_RESOLUTION] = resolution_h[i] * 3600;
	}
	shared_in(k, at);
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
	shared_hand_over(&k, "2026-10-05T10:30:00", B);
	assert_wall(due(&k, VD_TARGET_FIRST), local("2026-10-05T14:00:00"));
	assert_wall(due(&k, VD_TARGET_RESOLUTION), local("2026-10-06T17:00:00"));
	shared_hand_over(&k, "2026-10-05T10:40:00", A);
	assert_wall(due(&k, VD_TARGET_FIRST), local("2026-10-05T14:00:00"));
	shared_hand_over(&k, "2026-10-05T10:50:00", C);
	assert_wall(due(&k, VD_TARGET_FIRST), local("2026-10-05T11:00:00"));
	assert_wall(due(&k, VD_TARGET_RESOLUTION), local("2026-10-05T16:00:00"));
	shared_hand_over(&k, "2026-10-05T10:55:00", A);
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
	shared_say(&k, "2026-10-05T10:10:00", VD_DIRECTION_OUT, VD_REPLY_QUESTION);
	shared_hand_over(&k, "2026-10-05T10:20:00", C);
	shared_say(&k, "2026-10-05T12:10:00", VD_DIRECTION_IN, VD_REPLY_NONE);
	// C's 6 h, 10 min of them before the pause.
	assert_wall(due(&k, VD_TARGET_RESOLUTION), local("2026-10-05T18:00:00"));
	// The wait began under C: C's 1 h, whoever has it afterwards.
	assert_wall(due(&k, VD_TARGET_NEXT), local("2026-10-05T13:10:00"));
	shared_hand_over(&k, "2026-10-05T12:20:00", B);
	assert_wall(due(&k, VD_TARGET_NEXT), local("2026-10-05T13:10:00"));
	assert_wall(due(&k, VD_TARGET_RESOLUTION), local("2026-10-05T18:00:00"));
	// A wait that begins under B alone is B's.
	shared_say(&k, "2026-10-05T12:30:00", VD_DIRECTION_OUT, VD_REPLY_ANSWER);
	shared_say(&k, "2026-10-05T12:40:00", VD_DIRECTION_IN, VD_REPLY_NONE);
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
	assert_err(shared_step(&k, "2026-10-05T10:05:00", loosen), VD_ERR_STATE);
	shared_hand_over(&k, "2026-10-05T10:10:00", C);
	shared_hand_over(&k, "2026-10-05T10:20:00", B);
	assert_wall(due(&k, VD_TARGET_FIRST), local("2026-10-05T11:00:00"));
	struct vd_event bare = loosen;
	bare.reason.n = 0;
	assert_err(shared_step(&k, "2026-10-05T10:25:00", bare), VD_ERR_ARGUMENT);
	assert_ok(shared_step(&k, "2026-10-05T10:30:00", loosen));
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
	assert_err(
		shared_step(&k, "2026-10-05T17:50:00",
			    (struct vd_event){ .kind = VD_EVENT_OFFER, .staff = 1, .account = A }),
		VD_ERR_STATE);
	assert_ok(shared_step(&k, "2026-10-05T17:50:00", offer));
	assert_int_equal(vd_conversation_holder(&k.c), A); // until accepted the giver holds it
	assert_wall(k.c.offer.until, local("2026-10-06T09:05:00")); // 15 open minutes
	assert_ok(
		shared_step(&k, "2026-10-06T09:05:00", (struct vd_event){ .kind = VD_EVENT_TICK }));
	assert_int_equal(k.c.offer.account, 0);
	assert_int_equal(k.c.side[VD_SIDE_RETURNED].state, VD_ALARM_UNACK);
	assert_err(shared_step(&k, "2026-10-06T09:06:00",
			       (struct vd_event){ .kind = VD_EVENT_ACCEPT, .staff = 2 }),
		   VD_ERR_STATE);
	assert_ok(
		shared_step(&k, "2026-10-06T09:07:00", (struct vd_event){ .kind = VD_EVENT_ACK }));
	assert_int_equal(k.c.side[VD_SIDE_RETURNED].state, VD_ALARM_NORMAL);
}

static void r33_either_side_declines(void **state)
{
	(void)state;
	struct shared_case k;
	open_case(&k, "2026-10-05T10:00:00");
	struct vd_event decline = { .kind = VD_EVENT_DECLINE, .staff = 2 };
	assert_err(shared_step(&k, "2026-10-05T10:01:00", decline), VD_ERR_STATE);
	assert_ok(
		shared_step(&k, "2026-10-05T10:02:00",
			    (struct vd_event){ .kind = VD_EVENT_OFFER, .staff = 1, .account = B }));
	assert_ok(shared_step(&k, "2026-10-05T10:03:00", decline));
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
		shared_hand_over(&k, "2026-10-05T10:10:00", i % 2 == 0 ? A : B);
	}
	struct vd_event offer = { .kind = VD_EVENT_OFFER, .staff = 1, .account = C };
	assert_err(shared_step(&k, "2026-10-05T10:20:00", offer), VD_ERR_STATE);
}

// R35: the clock runs, an alarm rises, and ends when words reach the customer again.
static void r35_a_blocked_channel_stops_no_clock(void **state)
{
	(void)state;
	struct shared_case k;
	open_case(&k, "2026-10-05T10:00:00");
	struct vd_wall before = due(&k, VD_TARGET_FIRST);
	assert_ok(shared_step(&k, "2026-10-05T10:30:00",
			      (struct vd_event){ .kind = VD_EVENT_BLOCKED }));
	assert_int_equal(k.c.side[VD_SIDE_BLOCKED].state, VD_ALARM_UNACK);
	assert_wall(due(&k, VD_TARGET_FIRST), before);
	assert_true(k.c.targets[VD_TARGET_FIRST].is_running);
	shared_say(&k, "2026-10-05T11:00:00", VD_DIRECTION_OUT, VD_REPLY_ANSWER);
	assert_int_equal(k.c.side[VD_SIDE_BLOCKED].state, VD_ALARM_NORMAL);
}

// ---- no earlier either, and no gap (all policies are the default) ----------------------------

// R25, R32: the cadence that a question began was paused; under another policy it is computed
// through the same pause.
static void r32_a_cadence_is_computed_through_its_pause(void **state)
{
	(void)state;
	struct shared_case k;
	shared_begin(&k, 2, "1-5=09:00-18:00");
	for (int i = 0; i < 2; i++) {
		k.book->policies[i].target_s[VD_TARGET_CADENCE] = 2 * 3600;
	}
	shared_in(&k, "2026-10-05T10:00:00");
	shared_out(&k, "2026-10-05T11:00:00", VD_REPLY_QUESTION);
	shared_in(&k, "2026-10-05T15:00:00");
	assert_wall(k.c.targets[VD_TARGET_CADENCE].due, local("2026-10-05T17:00:00"));
	shared_hand_over(&k, "2026-10-05T16:00:00", B);
	assert_wall(k.c.targets[VD_TARGET_CADENCE].due, local("2026-10-05T17:00:00"));
	assert_int_equal(k.c.targets[VD_TARGET_CADENCE].state, VD_TARGET_ARMED);
	k.book->policies[A].target_s[VD_TARGET_CADENCE] = 90 * 60;
	shared_hand_over(&k, "2026-10-05T16:10:00", A);
	assert_wall(k.c.targets[VD_TARGET_CADENCE].due, local("2026-10-05T16:30:00"));
}

// R32: where the giver promised no next response, the taker's promise counts from the stamp.
static void r32_a_target_that_only_the_taker_has(void **state)
{
	(void)state;
	struct shared_case k;
	shared_begin(&k, 2, "1-5=09:00-18:00");
	k.book->policies[A].target_s[VD_TARGET_NEXT] = 0;
	k.book->policies[A].target_s[VD_TARGET_FIRST] = 0;
	shared_in(&k, "2026-10-05T10:00:00");
	shared_hand_over(&k, "2026-10-05T10:05:00", B);
	assert_wall(k.c.targets[VD_TARGET_FIRST].due, local("2026-10-05T14:00:00"));
	shared_hand_over(&k, "2026-10-05T10:10:00", A);
	shared_out(&k, "2026-10-05T10:30:00", VD_REPLY_ANSWER);
	shared_in(&k, "2026-10-05T11:00:00");
	assert_int_equal(k.c.targets[VD_TARGET_NEXT].state, VD_TARGET_OFF);
	shared_hand_over(&k, "2026-10-05T11:30:00", B);
	assert_int_equal(k.c.targets[VD_TARGET_NEXT].state, VD_TARGET_ARMED);
	assert_wall(k.c.targets[VD_TARGET_NEXT].due, local("2026-10-05T15:00:00"));
}

// R32: what was closed when it was handed over, and runs again since a message turned up, is due by
// all who had it too.
static void r32_a_first_response_that_runs_again(void **state)
{
	(void)state;
	struct shared_case k;
	shared_begin(&k, 2, "1-5=09:00-18:00");
	k.book->policies[B].target_s[VD_TARGET_FIRST] = 2 * 3600;
	shared_in(&k, "2026-10-05T10:00:00");
	assert_ok(shared_step(&k, "2026-10-05T10:30:00",
			      (struct vd_event){ .kind = VD_EVENT_NO_REPLY_NEEDED,
						 .staff = 1,
						 .reason = VD_SPAN("spam") }));
	shared_hand_over(&k, "2026-10-05T11:00:00", B);
	assert_int_equal(k.c.targets[VD_TARGET_FIRST].state, VD_TARGET_CANCELLED);
	struct vd_message m = case_message(VD_DIRECTION_IN, VD_REPLY_NONE,
					   local("2026-10-05T10:15:00"),
					   local("2026-10-05T11:05:00"));
	assert_ok(shared_step(&k, "2026-10-05T11:05:00",
			      (struct vd_event){ .kind = VD_EVENT_MESSAGE, .message = &m }));
	assert_int_equal(k.c.targets[VD_TARGET_FIRST].state, VD_TARGET_ARMED);
	assert_wall(k.c.targets[VD_TARGET_FIRST].due, local("2026-10-05T12:00:00"));
}

// R34: the part that stays after a split began later than the first holder gave it away.
static void r34_a_split_leaves_no_segment_before_the_life(void **state)
{
	(void)state;
	struct shared_case k;
	shared_begin(&k, 3, "1-5=09:00-18:00");
	shared_in(&k, "2026-10-05T10:00:00");
	shared_hand_over(&k, "2026-10-05T11:00:00", B);
	shared_in(&k, "2026-10-05T12:00:00");
	shared_hand_over(&k, "2026-10-05T13:00:00", 2);
	struct vd_turn gone = { .kind = VD_TURN_IN, .at = local("2026-10-05T10:00:00") };
	assert_ok(shared_step(
		&k, "2026-10-05T14:00:00",
		(struct vd_event){
			.kind = VD_EVENT_SPLIT, .staff = 1, .gone = &gone, .n_gone = 1 }));
	assert_wall(k.c.opened, local("2026-10-05T12:00:00"));
	assert_int_equal(k.c.n_custody, 2);
	assert_int_equal(k.c.custody[0].account, B);
	assert_wall(k.c.custody[0].from, local("2026-10-05T12:00:00"));
	assert_wall(k.c.custody[1].from, local("2026-10-05T13:00:00"));
	assert_int_equal(vd_conversation_holder(&k.c), 2);
}

// R40: a policy that warns earlier warns earlier of the next response too.
static void r40_thresholds_of_all_targets_follow_the_rules(void **state)
{
	(void)state;
	struct shared_case k;
	shared_begin(&k, 1, "1-5=09:00-18:00");
	shared_in(&k, "2026-10-05T10:00:00");
	shared_out(&k, "2026-10-05T10:30:00", VD_REPLY_ANSWER);
	shared_in(&k, "2026-10-05T11:00:00");
	assert_wall(k.c.targets[VD_TARGET_NEXT].warn, local("2026-10-05T14:00:00"));
	k.book->policies[A].warn_percent = 50;
	k.book->policies[A].version++;
	assert_ok(shared_step(&k, "2026-10-05T11:30:00",
			      (struct vd_event){ .kind = VD_EVENT_RULES }));
	assert_wall(k.c.targets[VD_TARGET_NEXT].warn, local("2026-10-05T13:00:00"));
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
		cmocka_unit_test(r32_a_cadence_is_computed_through_its_pause),
		cmocka_unit_test(r32_a_target_that_only_the_taker_has),
		cmocka_unit_test(r32_a_first_response_that_runs_again),
		cmocka_unit_test(r34_a_split_leaves_no_segment_before_the_life),
		cmocka_unit_test(r40_thresholds_of_all_targets_follow_the_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
