// SPDX-License-Identifier: MIT
//
// R32, R34: each due after a hand-over is the minimum of what it was and what the new policy says
// of the original stamp, no later and no earlier; the segments sum to the life.
#include "shared.h"

#include "care/sla.h"

#define A 0
#define B 1

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
		cmocka_unit_test(r32_a_cadence_is_computed_through_its_pause),
		cmocka_unit_test(r32_a_target_that_only_the_taker_has),
		cmocka_unit_test(r32_a_first_response_that_runs_again),
		cmocka_unit_test(r34_a_split_leaves_no_segment_before_the_life),
		cmocka_unit_test(r40_thresholds_of_all_targets_follow_the_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
