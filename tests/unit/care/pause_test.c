// SPDX-License-Identifier: MIT
//
// R24, R36-R38: what is no pause, and what an end covers.
#include "case.h"

#define OFFICE "1-5=09:00-18:00"
#define ALWAYS "0-6=00:00-24:00"

static struct vd_event closing(enum vd_event_kind kind)
{
	return (struct vd_event){ .kind = kind, .staff = 1, .reason = VD_SPAN("a reason") };
}

// R24, R38: that a later message was taken back stops no clock of a case that goes on.
static void r38_a_withdrawn_message_is_no_pause(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_CADENCE] = 6 * 3600;
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T11:00:00"), VD_REPLY_ANSWER);
	struct vd_wall due = case_target(&k, VD_TARGET_RESOLUTION)->due;
	case_in(&k, local("2026-10-05T12:00:00"));
	case_at(&k, local("2026-10-05T12:10:00"));
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_DELETED }));
	assert_int_equal(k.c.state, VD_CONVERSATION_OPEN);
	assert_target(&k, VD_TARGET_NEXT, VD_TARGET_CANCELLED);
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_ARMED);
	assert_target(&k, VD_TARGET_CADENCE, VD_TARGET_ARMED); // the promise was ours
	assert_wall(case_target(&k, VD_TARGET_RESOLUTION)->due, due);
	case_out(&k, local("2026-10-05T13:00:00"), VD_REPLY_ANSWER);
	assert_wall(case_target(&k, VD_TARGET_CADENCE)->from, local("2026-10-05T13:00:00"));
	assert_wall(case_target(&k, VD_TARGET_RESOLUTION)->due, due);
}

// R36: which of two old messages is learned first decides nothing.
static void r36_an_answer_learned_late_closes_what_was_reopened(void **state)
{
	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		struct test_case k;
		case_init(&k, OFFICE);
		case_in(&k, local("2026-10-05T10:00:00"));
		case_out(&k, local("2026-10-05T10:30:00"), VD_REPLY_ANSWER);
		case_at(&k, local("2026-10-05T12:00:00"));
		assert_ok(case_step(&k, closing(VD_EVENT_RESOLVE)));
		case_at(&k, local("2026-10-05T13:00:00"));
		for (int i = 0; i < 2; i++) {
			bool is_in = i == turn;
			case_learn(&k, is_in ? VD_DIRECTION_IN : VD_DIRECTION_OUT,
				   is_in ? VD_REPLY_NONE : VD_REPLY_ANSWER,
				   local(is_in ? "2026-10-05T11:00:00" : "2026-10-05T11:30:00"));
		}
		assert_int_equal(k.c.state, VD_CONVERSATION_RESOLVED);
		assert_wall(k.c.ended, local("2026-10-05T12:00:00"));
		assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_MET);
		assert_target(&k, VD_TARGET_NEXT, VD_TARGET_MET);
		assert_int_equal(vd_conversation_board_target(&k.c), VD_TARGET_N);
	}
}

// R12: a network's clock may be ahead by two minutes: who closes has seen the message all the same.
static void r37_a_closing_covers_a_stamp_that_is_ahead(void **state)
{
	(void)state;
	static const enum vd_event_kind kinds[] = { VD_EVENT_NO_REPLY_NEEDED, VD_EVENT_RESOLVE,
						    VD_EVENT_DELETED };
	for (size_t i = 0; i < VD_ARRAY_LEN(kinds); i++) {
		struct test_case k;
		case_init(&k, OFFICE);
		case_in(&k, local("2026-10-05T10:00:00"));
		case_learn(&k, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-05T10:01:30"));
		case_at(&k, local("2026-10-05T10:01:00"));
		assert_ok(case_step(&k, closing(kinds[i])));
		assert_row(!vd_wall_is_set(k.c.waiting_since), vd_event_name(kinds[i]));
		assert_row(!case_target(&k, VD_TARGET_NEXT)->is_running, vd_event_name(kinds[i]));
		assert_row(!case_target(&k, VD_TARGET_FIRST)->is_running, vd_event_name(kinds[i]));
	}
}

// R24: the same of staff who end a pause that a stamp ahead of our clock began.
static void r24_a_pause_that_began_ahead_of_our_clock_ends(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_learn(&k, VD_DIRECTION_OUT, VD_REPLY_QUESTION, local("2026-10-05T10:01:30"));
	case_at(&k, local("2026-10-05T10:01:00"));
	assert_ok(case_step(&k, closing(VD_EVENT_RESUME)));
	assert_false(vd_wall_is_set(k.c.paused_since));
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_ARMED);
}

// R14 over more turns than are kept: what was learned after a closing is the oldest that waits.
static void r14_what_a_closing_did_not_cover_is_not_folded_away(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, ALWAYS);
	case_in(&k, local("2026-10-05T08:00:00"));
	case_at(&k, local("2026-10-05T09:00:00"));
	assert_ok(case_step(&k, closing(VD_EVENT_NO_REPLY_NEEDED)));
	case_at(&k, local("2026-10-05T09:10:00"));
	case_learn(&k, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-05T08:30:00"));
	for (int i = 0; i < 2 * VD_TURNS_MAX; i++) {
		assert_wall(k.c.waiting_since, local("2026-10-05T08:30:00"));
		case_in(&k, after(local("2026-10-05T09:20:00"), 60 * i));
	}
}

// R25 exactly, though more pauses were than are kept and none began at a whole second.
static void r25_many_pauses_lose_no_fraction(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, ALWAYS);
	struct vd_wall at = local("2026-10-05T10:00:00");
	case_in(&k, at);
	struct vd_wall before = case_target(&k, VD_TARGET_RESOLUTION)->due;
	int64_t paused_us = 0;
	for (int i = 1; i <= 3 * VD_PAUSES_MAX; i++) {
		struct vd_wall from = { at.us + i * INT64_C(600333333) };
		struct vd_wall to = { from.us + INT64_C(60700001) };
		case_out(&k, from, VD_REPLY_QUESTION);
		case_in(&k, to);
		paused_us += to.us - from.us;
		assert_wall(case_target(&k, VD_TARGET_RESOLUTION)->due,
			    (struct vd_wall){ before.us + paused_us });
	}
}

// R40: a promise that a later policy no longer makes was made all the same: what came of it stays,
// though the pause turns out to have ended earlier.
static void r40_a_cadence_that_was_judged_stays(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_CADENCE] = 2 * 3600;
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T11:00:00"), VD_REPLY_QUESTION);
	case_in(&k, local("2026-10-05T15:00:00"));
	case_out(&k, local("2026-10-05T15:30:00"), VD_REPLY_ANSWER);
	assert_int_equal(case_target(&k, VD_TARGET_CADENCE)->met, 1);
	k.policy.target_s[VD_TARGET_CADENCE] = 0;
	assert_ok(case_step(&k, closing(VD_EVENT_RULES)));
	case_learn(&k, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-05T14:50:00"));
	assert_int_equal(case_target(&k, VD_TARGET_CADENCE)->met, 1);
	struct vd_conversation before = k.c;
	case_tick(&k);
	assert_memory_equal(&before, &k.c, sizeof(before));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r38_a_withdrawn_message_is_no_pause),
		cmocka_unit_test(r36_an_answer_learned_late_closes_what_was_reopened),
		cmocka_unit_test(r37_a_closing_covers_a_stamp_that_is_ahead),
		cmocka_unit_test(r24_a_pause_that_began_ahead_of_our_clock_ends),
		cmocka_unit_test(r14_what_a_closing_did_not_cover_is_not_folded_away),
		cmocka_unit_test(r25_many_pauses_lose_no_fraction),
		cmocka_unit_test(r40_a_cadence_that_was_judged_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
