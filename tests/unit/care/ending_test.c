// SPDX-License-Identifier: MIT
//
// What an end of the case leaves behind, and what comes back with a reopening: R9, R21, R31, R36,
// R39, R40.
#include "case.h"

#include "care/sla.h"

#define OFFICE "1-5=09:00-18:00"
#define ALWAYS "0-6=00:00-24:00"

static struct vd_event by(enum vd_event_kind kind)
{
	return (struct vd_event){ .kind = kind, .staff = 1, .reason = VD_SPAN("because") };
}

// A ceiling that an end of the case cancelled in time is not breached by the customer's coming
// back: next and resolution go on, the first response and the ceiling are over (R36).
static void r21_a_reopening_breaches_no_ceiling_of_the_past(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_CEILING] = 24 * 3600;
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T10:30:00"), VD_REPLY_HOLDING);
	assert_ok(case_step(&k, by(VD_EVENT_RESOLVE)));
	assert_target(&k, VD_TARGET_CEILING, VD_TARGET_CANCELLED);
	case_in(&k, local("2026-10-08T10:00:00"));
	assert_int_equal(k.c.state, VD_CONVERSATION_OPEN);
	assert_target(&k, VD_TARGET_CEILING, VD_TARGET_CANCELLED);
	assert_int_equal(k.facts[VD_FACT_TARGET_BREACHED], 0);
	assert_target(&k, VD_TARGET_NEXT, VD_TARGET_ARMED);
}

// But whoever was not seen at that end still waits since the opening.
static void r21_the_ceiling_of_a_message_that_nobody_saw(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_CEILING] = 24 * 3600;
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T10:30:00"), VD_REPLY_HOLDING);
	case_at(&k, local("2026-10-05T11:00:00"));
	assert_ok(case_step(&k, by(VD_EVENT_RESOLVE)));
	case_at(&k, local("2026-10-05T12:00:00"));
	case_learn(&k, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-05T10:45:00"));
	assert_int_equal(k.c.state, VD_CONVERSATION_OPEN);
	assert_target(&k, VD_TARGET_CEILING, VD_TARGET_ARMED);
	assert_wall(case_target(&k, VD_TARGET_CEILING)->due, local("2026-10-06T10:00:00"));
}

// R16 arms a next response where somebody waits; who was told that the case is over does not.
static void r36_nothing_runs_in_a_case_that_is_over(void **state)
{
	(void)state;
	static const enum vd_reply_kind kinds[] = { VD_REPLY_ANSWER, VD_REPLY_QUESTION,
						    VD_REPLY_HOLDING, VD_REPLY_DEFLECTION };
	for (size_t i = 0; i < VD_ARRAY_LEN(kinds); i++) {
		struct test_case k;
		case_init(&k, OFFICE);
		k.policy.target_s[VD_TARGET_CADENCE] = 3600;
		case_in(&k, local("2026-10-05T10:00:00"));
		case_out(&k, local("2026-10-05T10:30:00"), VD_REPLY_ANSWER);
		assert_ok(case_step(&k, by(VD_EVENT_RESOLVE)));
		case_out(&k, local("2026-10-05T11:00:00"), kinds[i]);
		assert_int_equal(k.c.state, VD_CONVERSATION_RESOLVED);
		assert_row(vd_conversation_board_target(&k.c) == VD_TARGET_N,
			   vd_reply_kind_name(kinds[i]));
		case_in(&k, local("2026-10-05T12:00:00"));
		assert_wall(case_target(&k, VD_TARGET_NEXT)->from, local("2026-10-05T12:00:00"));
	}
}

// R9, R40: a looser policy undoes no breach, and no pause that begins after it either.
static void r40_a_question_after_a_breach_undoes_it_not(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_at(&k, local("2026-10-06T17:30:00"));
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
	k.policy.target_s[VD_TARGET_RESOLUTION] = 80 * 3600;
	k.policy.version++;
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_RULES }));
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
	case_out(&k, local("2026-10-06T17:40:00"), VD_REPLY_QUESTION);
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
	assert_wall(case_target(&k, VD_TARGET_RESOLUTION)->due, local("2026-10-06T17:00:00"));
	case_in(&k, local("2026-10-07T10:00:00"));
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
	assert_ok(case_step(&k, by(VD_EVENT_RESOLVE)));
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
	case_in(&k, local("2026-10-08T10:00:00"));
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
}

// R35: words that left before the network refused the direct message reached nobody since.
static void r35_an_older_reply_unblocks_nothing(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_at(&k, local("2026-10-05T11:00:00"));
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_BLOCKED }));
	case_at(&k, local("2026-10-05T11:10:00"));
	case_learn(&k, VD_DIRECTION_OUT, VD_REPLY_HOLDING, local("2026-10-05T10:30:00"));
	assert_true(k.c.side[VD_SIDE_BLOCKED].is_present);
	case_out(&k, local("2026-10-05T11:20:00"), VD_REPLY_HOLDING);
	assert_false(k.c.side[VD_SIDE_BLOCKED].is_present);
}

// No alarm outlives its cause, parked or not: what ended at night is not counted till the morning.
static void r31_what_ends_at_night_is_parked_no_longer(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T14:30:00"));
	case_at(&k, local("2026-10-05T19:00:00"));
	assert_int_equal(k.c.alarm.state, VD_ALARM_SUPPRESSED);
	assert_int_equal(k.c.side[VD_SIDE_SLEEP_OVER].state, VD_ALARM_SUPPRESSED);
	case_out(&k, local("2026-10-05T19:10:00"), VD_REPLY_ANSWER);
	assert_ok(case_step(&k, by(VD_EVENT_RESOLVE)));
	assert_int_equal(k.c.alarm.state, VD_ALARM_NORMAL);
	assert_int_equal(k.c.parked_by, 0);
	assert_int_equal(k.c.side[VD_SIDE_SLEEP_OVER].state, VD_ALARM_NORMAL);
	assert_false(vd_wall_is_set(vd_conversation_next_tick(&k.c)));
}

// A cadence that waited for the customer has no due, and gets none by the end of the case.
static void r20_a_paused_cadence_ends_without_a_due(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_CADENCE] = 3600;
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T10:30:00"), VD_REPLY_QUESTION);
	assert_target(&k, VD_TARGET_CADENCE, VD_TARGET_PAUSED);
	assert_ok(case_step(&k, by(VD_EVENT_RESOLVE)));
	assert_target(&k, VD_TARGET_CADENCE, VD_TARGET_CANCELLED);
	assert_false(vd_wall_is_set(case_target(&k, VD_TARGET_CADENCE)->due));
}

// R39: what was merged away is judged no more, whatever comes.
static void r39_nothing_moves_in_a_merged_case(void **state)
{
	(void)state;
	static const enum vd_event_kind kinds[] = { VD_EVENT_TICK,    VD_EVENT_RULES,
						    VD_EVENT_SHOWN,   VD_EVENT_BLOCKED,
						    VD_EVENT_DELETED, VD_EVENT_TOPIC };
	struct test_case a;
	struct test_case b;
	case_init(&a, ALWAYS);
	case_init(&b, ALWAYS);
	a.c.id = 1;
	b.c.id = 2;
	case_in(&a, local("2026-10-05T08:00:00"));
	case_in(&b, local("2026-10-05T08:10:00"));
	case_at(&a, local("2026-10-05T08:30:00"));
	struct vd_event merge = by(VD_EVENT_MERGE);
	merge.other = &b.c;
	assert_ok(case_step(&a, merge));
	struct vd_conversation before = b.c;
	for (size_t i = 0; i < VD_ARRAY_LEN(kinds); i++) {
		b.env.now = local("2026-10-05T20:00:00");
		(void)case_step(&b, by(kinds[i]));
		assert_row(memcmp(&before, &b.c, sizeof(before)) == 0, vd_event_name(kinds[i]));
	}
}

// R24: a question and an answer with one stamp: staff acted, nothing is paused.
static void r24_an_answer_with_the_stamp_of_the_question(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_CADENCE] = 3600;
	case_in(&k, local("2026-10-05T10:00:00"));
	struct vd_wall before = case_target(&k, VD_TARGET_RESOLUTION)->due;
	case_out(&k, local("2026-10-05T10:30:00"), VD_REPLY_QUESTION);
	case_out(&k, local("2026-10-05T10:30:00"), VD_REPLY_ANSWER);
	assert_false(vd_wall_is_set(k.c.paused_since));
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_ARMED);
	assert_wall(case_target(&k, VD_TARGET_RESOLUTION)->due, before);
	assert_wall(case_target(&k, VD_TARGET_CADENCE)->due, local("2026-10-05T11:30:00"));
}

// R39: the end of one part while the other was over too is the end of both; that they came back
// later changes nothing of it.
static void r39_an_end_of_both_parts_stays_an_end(void **state)
{
	(void)state;
	struct test_case a;
	struct test_case b;
	case_init(&a, ALWAYS);
	case_init(&b, ALWAYS);
	a.c.id = 1;
	b.c.id = 2;
	case_in(&a, local("2026-10-05T08:00:00"));
	case_in(&b, local("2026-10-05T08:00:00"));
	case_out(&a, local("2026-10-05T08:30:00"), VD_REPLY_ANSWER);
	case_out(&b, local("2026-10-05T08:30:00"), VD_REPLY_ANSWER);
	case_at(&a, local("2026-10-05T09:00:00"));
	assert_ok(case_step(&a, by(VD_EVENT_RESOLVE)));
	case_at(&b, local("2026-10-05T10:00:00"));
	assert_ok(case_step(&b, by(VD_EVENT_RESOLVE)));
	case_in(&a, local("2026-10-05T12:00:00")); // 2 h used by both, 2 h of nothing
	case_at(&b, local("2026-10-05T12:00:00"));
	struct vd_event merge = by(VD_EVENT_MERGE);
	merge.other = &b.c;
	assert_ok(case_step(&a, merge));
	assert_wall(case_target(&a, VD_TARGET_RESOLUTION)->due, local("2026-10-06T02:00:00"));
}

static void begin_two(struct test_case *a, struct test_case *b)
{
	case_init(a, ALWAYS);
	case_init(b, ALWAYS);
	a->c.id = 1;
	b->c.id = 2;
}

static enum vd_err merge_at(struct test_case *into, struct test_case *other, const char *at)
{
	struct vd_event merge = by(VD_EVENT_MERGE);
	merge.other = &other->c;
	case_at(into, local(at));
	case_at(other, local(at));
	return case_step(into, merge);
}

// R39: what one part closed while the other had been answered ends the wait of both, whichever
// goes on.
static void r39_a_closing_ends_what_the_other_part_answered(void **state)
{
	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		struct test_case a;
		struct test_case b;
		begin_two(&a, &b);
		case_in(&a, local("2026-10-05T08:00:00"));
		case_in(&b, local("2026-10-05T08:30:00"));
		case_out(&b, local("2026-10-05T09:00:00"), VD_REPLY_ANSWER);
		case_at(&a, local("2026-10-05T10:00:00"));
		assert_ok(case_step(&a, by(VD_EVENT_NO_REPLY_NEEDED)));
		struct test_case *into = turn == 0 ? &a : &b;
		assert_ok(merge_at(into, turn == 0 ? &b : &a, "2026-10-05T11:00:00"));
		assert_false(vd_wall_is_set(into->c.waiting_since));
		assert_false(into->c.targets[VD_TARGET_NEXT].is_running);
	}
}

// R39: a message that a closing did not cover waits, so an answer in the other part is not its.
static void r39_an_answer_leaves_what_a_closing_left(void **state)
{
	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		struct test_case a;
		struct test_case b;
		begin_two(&a, &b);
		case_in(&b, local("2026-10-05T08:00:00"));
		case_at(&b, local("2026-10-05T09:00:00"));
		assert_ok(case_step(&b, by(VD_EVENT_NO_REPLY_NEEDED)));
		case_at(&b, local("2026-10-05T09:10:00"));
		case_learn(&b, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-05T08:30:00"));
		case_in(&a, local("2026-10-05T09:20:00"));
		case_out(&a, local("2026-10-05T09:40:00"), VD_REPLY_ANSWER);
		struct test_case *into = turn == 0 ? &a : &b;
		assert_ok(merge_at(into, turn == 0 ? &b : &a, "2026-10-05T10:00:00"));
		assert_wall(into->c.waiting_since, local("2026-10-05T08:30:00"));
		assert_true(vd_conversation_board_target(&into->c) != VD_TARGET_N);
	}
}

// R9, R39: nor is it undone by a pause that began after it.
static void r39_a_breach_stays_whatever_paused_after_it(void **state)
{
	(void)state;
	struct test_case a;
	struct test_case b;
	begin_two(&a, &b);
	b.policy.target_s[VD_TARGET_RESOLUTION] = 2 * 3600;
	case_in(&b, local("2026-10-05T08:00:00"));
	case_out(&b, local("2026-10-05T10:10:00"), VD_REPLY_QUESTION);
	assert_target(&b, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
	case_in(&a, local("2026-10-05T10:20:00"));
	assert_ok(merge_at(&a, &b, "2026-10-05T10:30:00"));
	assert_target(&a, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
	assert_wall(case_target(&a, VD_TARGET_RESOLUTION)->due, local("2026-10-05T10:00:00"));
}

// R33: an offer that is made anew to somebody else has ended for the first.
static void r33_another_offer_ends_the_first(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	struct vd_event offer = by(VD_EVENT_OFFER);
	offer.account = 1;
	assert_ok(case_step(&k, offer));
	offer.account = 2;
	assert_ok(case_step(&k, offer));
	assert_int_equal(k.facts[VD_FACT_OFFERED], 2);
	assert_int_equal(k.facts[VD_FACT_OFFER_ENDED], 1);
	assert_int_equal(k.c.offer.account, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r21_a_reopening_breaches_no_ceiling_of_the_past),
		cmocka_unit_test(r21_the_ceiling_of_a_message_that_nobody_saw),
		cmocka_unit_test(r36_nothing_runs_in_a_case_that_is_over),
		cmocka_unit_test(r40_a_question_after_a_breach_undoes_it_not),
		cmocka_unit_test(r35_an_older_reply_unblocks_nothing),
		cmocka_unit_test(r31_what_ends_at_night_is_parked_no_longer),
		cmocka_unit_test(r20_a_paused_cadence_ends_without_a_due),
		cmocka_unit_test(r39_nothing_moves_in_a_merged_case),
		cmocka_unit_test(r24_an_answer_with_the_stamp_of_the_question),
		cmocka_unit_test(r39_an_end_of_both_parts_stays_an_end),
		cmocka_unit_test(r39_a_closing_ends_what_the_other_part_answered),
		cmocka_unit_test(r39_an_answer_leaves_what_a_closing_left),
		cmocka_unit_test(r39_a_breach_stays_whatever_paused_after_it),
		cmocka_unit_test(r33_another_offer_ends_the_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
