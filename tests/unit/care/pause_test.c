// SPDX-License-Identifier: MIT
//
// R23-R27, R36-R38: what resolution and cadence don't count, what is no pause, and what an end
// covers.
#include "case.h"

#include "care/sla.h"

#define OFFICE "1-5=09:00-18:00"
#define ALWAYS "0-6=00:00-24:00"

static void ask(struct test_case *k, const char *at)
{
	case_out(k, local(at), VD_REPLY_QUESTION);
}

static enum vd_err resume(struct test_case *k, const char *at)
{
	case_at(k, local(at));
	return case_step(k, (struct vd_event){ .kind = VD_EVENT_RESUME, .staff = 1 });
}

// Case 2: resolution 16 h from Monday 10:00; a question on Tuesday 11:00, the answer on Thursday
// 15:00: 10 h used, due on Friday 12:00.
static void case_2_a_question_over_two_days(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	ask(&k, "2026-10-06T11:00:00");
	const struct vd_target *resolution = case_target(&k, VD_TARGET_RESOLUTION);
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_PAUSED);
	assert_false(resolution->is_running);
	assert_wall(k.c.paused_since, local("2026-10-06T11:00:00"));
	assert_int_equal(k.facts[VD_FACT_PAUSED], 1);
	case_in(&k, local("2026-10-08T15:00:00"));
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_ARMED);
	assert_wall(resolution->due, local("2026-10-09T12:00:00"));
	assert_int_equal(k.facts[VD_FACT_PAUSE_ENDED], 1);
	// R23: next never pauses; it runs from the customer's own stamp.
	assert_wall(case_target(&k, VD_TARGET_NEXT)->from, local("2026-10-08T15:00:00"));
	// R28, R29 through the pause: 12 h and 14 h 24 of the 16.
	assert_wall(resolution->warn, local("2026-10-08T17:00:00"));
	assert_wall(resolution->urgent, local("2026-10-09T10:24:00"));
}

// Case 3: two pauses that begin in the same minute, 20 s and 25 s long, 5 s apart: 45 s.
static void case_3_seconds_are_not_rounded(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	struct vd_wall before = case_target(&k, VD_TARGET_RESOLUTION)->due;
	ask(&k, "2026-10-05T10:30:05");
	case_in(&k, local("2026-10-05T10:30:25"));
	ask(&k, "2026-10-05T10:30:30");
	case_in(&k, local("2026-10-05T10:30:55"));
	assert_wall(case_target(&k, VD_TARGET_RESOLUTION)->due, after(before, 45));
}

// R24, R25: another question in a pause is the same pause.
static void r25_pauses_that_touch_are_one(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	struct vd_wall before = case_target(&k, VD_TARGET_RESOLUTION)->due;
	ask(&k, "2026-10-05T11:00:00");
	ask(&k, "2026-10-05T11:30:00");
	assert_wall(k.c.paused_since, local("2026-10-05T11:00:00"));
	case_in(&k, local("2026-10-05T12:00:00"));
	assert_wall(case_target(&k, VD_TARGET_RESOLUTION)->due, after(before, 3600));
}

// R24: staff end it by saying so, or by acting themselves.
static void r24_staff_end_a_pause(void **state)
{
	(void)state;
	static const enum vd_reply_kind kinds[] = { VD_REPLY_ANSWER, VD_REPLY_HOLDING,
						    VD_REPLY_DEFLECTION };
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	struct vd_wall before = case_target(&k, VD_TARGET_RESOLUTION)->due;
	assert_err(resume(&k, "2026-10-05T10:10:00"), VD_ERR_STATE);
	ask(&k, "2026-10-05T11:00:00");
	assert_err(case_step(&k, (struct vd_event){ .kind = VD_EVENT_RESUME }), VD_ERR_ARGUMENT);
	assert_ok(resume(&k, "2026-10-05T11:20:00"));
	assert_wall(case_target(&k, VD_TARGET_RESOLUTION)->due, after(before, 20 * 60));
	for (size_t i = 0; i < VD_ARRAY_LEN(kinds); i++) {
		case_init(&k, OFFICE);
		case_in(&k, local("2026-10-05T10:00:00"));
		ask(&k, "2026-10-05T11:00:00");
		case_out(&k, local("2026-10-05T11:10:00"), kinds[i]);
		assert_row(!vd_wall_is_set(k.c.paused_since), vd_reply_kind_name(kinds[i]));
		assert_wall(case_target(&k, VD_TARGET_RESOLUTION)->due, after(before, 600));
	}
}

// R24: no other reply opens one.
static void r24_only_a_question_opens_a_pause(void **state)
{
	(void)state;
	for (int kind = VD_REPLY_ANSWER; kind < VD_REPLY_N; kind++) {
		struct test_case k;
		case_init(&k, OFFICE);
		case_in(&k, local("2026-10-05T10:00:00"));
		case_out(&k, local("2026-10-05T11:00:00"), (enum vd_reply_kind)kind);
		assert_row(vd_wall_is_set(k.c.paused_since) == (kind == VD_REPLY_QUESTION),
			   vd_reply_kind_name((enum vd_reply_kind)kind));
	}
}

// R26: five open days after Monday the 5th end on Monday the 12th at 18:00.
static void r26_a_long_pause_asks_and_goes_on(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	ask(&k, "2026-10-05T11:00:00");
	assert_wall(k.c.pause_asks, local("2026-10-12T18:00:00"));
	case_at(&k, local("2026-10-12T17:59:59"));
	assert_false(k.c.side[VD_SIDE_PAUSE].is_present);
	case_at(&k, local("2026-10-13T09:00:01"));
	assert_true(k.c.side[VD_SIDE_PAUSE].is_present);
	assert_int_equal(k.c.side[VD_SIDE_PAUSE].state, VD_ALARM_UNACK);
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_PAUSED); // never in silence
	struct vd_event keep = { .kind = VD_EVENT_KEEP_PAUSE, .staff = 1 };
	assert_err(case_step(&k, keep), VD_ERR_ARGUMENT);
	keep.reason = VD_SPAN("he is abroad");
	assert_ok(case_step(&k, keep));
	assert_false(k.c.side[VD_SIDE_PAUSE].is_present);
	assert_wall(k.c.pause_asks, local("2026-10-20T18:00:00"));
}

// R20, R23: the cadence that a question began has no due until the customer has answered.
static void r23_cadence_pauses_too(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_CADENCE] = 2 * 3600;
	case_in(&k, local("2026-10-05T10:00:00"));
	ask(&k, "2026-10-05T11:00:00");
	assert_target(&k, VD_TARGET_CADENCE, VD_TARGET_PAUSED);
	case_in(&k, local("2026-10-05T15:00:00"));
	assert_wall(case_target(&k, VD_TARGET_CADENCE)->due, local("2026-10-05T17:00:00"));
	// Learned later: he had answered at 13:00 already.
	case_learn(&k, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-05T13:00:00"));
	assert_wall(case_target(&k, VD_TARGET_CADENCE)->due, local("2026-10-05T15:00:00"));
}

// R36: what lies between an end and a reopening is not counted, a pause before it neither.
static void r36_resolution_goes_on_from_what_it_had_used(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	ask(&k, "2026-10-05T11:00:00"); // 1 h used
	case_in(&k, local("2026-10-05T12:00:00"));
	case_out(&k, local("2026-10-05T13:00:00"), VD_REPLY_ANSWER); // 2 h used
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_RESOLVE, .staff = 1 }));
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_MET);
	case_in(&k, local("2026-10-07T10:00:00"));
	assert_int_equal(k.c.state, VD_CONVERSATION_OPEN);
	assert_wall(case_target(&k, VD_TARGET_RESOLUTION)->due,
		    local("2026-10-08T15:00:00"));         // 8 h on Wednesday, 6 h on Thursday
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_MET); // not armed again
}

// A message that came late and was answered before the end opens nothing again.
static void r36_what_was_answered_before_the_end_opens_nothing(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T12:00:00"), VD_REPLY_ANSWER);
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_RESOLVE, .staff = 1 }));
	case_at(&k, local("2026-10-05T13:00:00"));
	case_learn(&k, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-05T11:00:00"));
	assert_int_equal(k.c.state, VD_CONVERSATION_RESOLVED);
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_MET);
	assert_int_equal(k.c.n_in, 2);
}

// More pauses than there is room for: the sum is the same.
static void r25_many_pauses_are_all_counted(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, "0-6=00:00-24:00");
	struct vd_wall at = local("2026-10-05T10:00:00");
	case_in(&k, at);
	struct vd_wall before = case_target(&k, VD_TARGET_RESOLUTION)->due;
	for (int i = 1; i <= 3 * VD_PAUSES_MAX; i++) {
		case_out(&k, after(at, 600 * i), VD_REPLY_QUESTION);
		case_in(&k, after(at, 600 * i + 60));
		assert_wall(case_target(&k, VD_TARGET_RESOLUTION)->due, after(before, 60 * i));
	}
}

// ---- what is no pause, and what an end covers ------------------------------------------------

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
		cmocka_unit_test(case_2_a_question_over_two_days),
		cmocka_unit_test(case_3_seconds_are_not_rounded),
		cmocka_unit_test(r25_pauses_that_touch_are_one),
		cmocka_unit_test(r24_staff_end_a_pause),
		cmocka_unit_test(r24_only_a_question_opens_a_pause),
		cmocka_unit_test(r26_a_long_pause_asks_and_goes_on),
		cmocka_unit_test(r23_cadence_pauses_too),
		cmocka_unit_test(r36_resolution_goes_on_from_what_it_had_used),
		cmocka_unit_test(r36_what_was_answered_before_the_end_opens_nothing),
		cmocka_unit_test(r25_many_pauses_are_all_counted),
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
