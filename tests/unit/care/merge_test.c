// SPDX-License-Identifier: MIT
//
// R39 where it is hard: what was learned late, promises of two brands, long histories.
#include "case.h"

#define ALWAYS "0-6=00:00-24:00"

static void begin(struct test_case *k, uint64_t id)
{
	case_init(k, ALWAYS);
	k->c.id = id;
}

static enum vd_err merge(struct test_case *k, struct test_case *other, const char *at)
{
	case_at(k, local(at));
	case_at(other, local(at));
	return case_step(
		k, (struct vd_event){ .kind = VD_EVENT_MERGE, .staff = 1, .other = &other->c });
}

static struct vd_event no_reply_needed(void)
{
	return (struct vd_event){ .kind = VD_EVENT_NO_REPLY_NEEDED,
				  .staff = 1,
				  .reason = VD_SPAN("spam") };
}

// A closing covers what was known to whoever closed, after the merge as before it.
static void r39_a_message_learned_after_a_closing_still_waits(void **state)
{
	(void)state;
	struct test_case a;
	struct test_case b;
	begin(&a, 1);
	begin(&b, 2);
	case_in(&b, local("2026-10-05T08:00:00"));
	case_at(&b, local("2026-10-05T09:00:00"));
	assert_ok(case_step(&b, no_reply_needed()));
	case_at(&b, local("2026-10-05T09:10:00"));
	case_learn(&b, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-05T08:30:00"));
	assert_wall(b.c.waiting_since, local("2026-10-05T08:30:00"));
	case_in(&a, local("2026-10-05T09:20:00"));
	assert_ok(merge(&a, &b, "2026-10-05T09:30:00"));
	assert_wall(a.c.waiting_since, local("2026-10-05T08:30:00"));
}

// It waits at any instant after it, too: an answer in the other part doesn't end that.
static void r39_what_a_closing_did_not_cover_is_not_answered_elsewhere(void **state)
{
	(void)state;
	struct test_case a;
	struct test_case b;
	begin(&a, 1);
	begin(&b, 2);
	case_in(&b, local("2026-10-05T08:00:00"));
	case_at(&b, local("2026-10-05T09:00:00"));
	assert_ok(case_step(&b, no_reply_needed()));
	case_at(&b, local("2026-10-05T09:10:00"));
	case_learn(&b, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-05T08:30:00"));
	case_in(&a, local("2026-10-05T09:20:00"));
	case_out(&a, local("2026-10-05T09:25:00"), VD_REPLY_ANSWER);
	assert_ok(merge(&a, &b, "2026-10-05T09:30:00"));
	assert_wall(a.c.waiting_since, local("2026-10-05T08:30:00"));
}

// R9: the other brand's promise was tighter; that it was broken is not merged away.
static void r39_a_breach_of_a_tighter_promise_stays(void **state)
{
	(void)state;
	struct test_case a;
	struct test_case b;
	begin(&a, 1);
	begin(&b, 2);
	b.policy.target_s[VD_TARGET_FIRST] = 3600;
	b.policy.target_s[VD_TARGET_RESOLUTION] = 2 * 3600;
	case_in(&b, local("2026-10-05T08:00:00"));
	case_in(&a, local("2026-10-05T09:00:00"));
	assert_ok(merge(&a, &b, "2026-10-05T10:30:00"));
	assert_target(&a, VD_TARGET_FIRST, VD_TARGET_BREACHED);
	assert_target(&a, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
	assert_wall(case_target(&a, VD_TARGET_FIRST)->due, local("2026-10-05T09:00:00"));
	assert_int_equal(a.c.alarm.state, VD_ALARM_LATCHED);
	case_out(&a, local("2026-10-05T10:40:00"), VD_REPLY_ANSWER);
	assert_target(&a, VD_TARGET_FIRST, VD_TARGET_BREACHED);
	assert_int_equal(case_target(&a, VD_TARGET_FIRST)->breaches, 1);
}

// R32 says it of hand-overs; merging is no way around it: what runs is due no later.
static void r39_a_merge_moves_no_deadline_later(void **state)
{
	(void)state;
	struct test_case a;
	struct test_case b;
	begin(&a, 1);
	begin(&b, 2);
	b.policy.target_s[VD_TARGET_FIRST] = 3600;
	b.policy.target_s[VD_TARGET_RESOLUTION] = 2 * 3600;
	case_in(&b, local("2026-10-05T08:00:00"));
	case_in(&a, local("2026-10-05T08:10:00"));
	assert_ok(merge(&a, &b, "2026-10-05T08:30:00"));
	assert_wall(case_target(&a, VD_TARGET_FIRST)->due, local("2026-10-05T09:00:00"));
	assert_wall(case_target(&a, VD_TARGET_RESOLUTION)->due, local("2026-10-05T10:00:00"));
}

// More turns than are kept: whichever of the two goes on, the oldest unanswered counts.
static void r39_long_histories_keep_the_oldest_unanswered(void **state)
{
	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		struct test_case a;
		struct test_case b;
		begin(&a, 1);
		begin(&b, 2);
		struct vd_wall at = local("2026-10-05T08:00:00");
		for (int i = 0; i < VD_TURNS_MAX - 4; i++) {
			case_in(&a, after(at, 120 * i));
			case_in(&b, after(at, 120 * i + 30));
			case_out(&b, after(at, 120 * i + 60), VD_REPLY_ANSWER);
		}
		struct test_case *into = turn == 0 ? &a : &b;
		assert_ok(merge(into, turn == 0 ? &b : &a, "2026-10-05T12:00:00"));
		assert_wall(into->c.opened, at);
		assert_wall(into->c.waiting_since, at);
	}
}

// R18: a reply to one part is the first response of both; the other part's wait is a next one then,
// and not without a deadline.
static void r39_who_still_waits_has_a_deadline(void **state)
{
	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		struct test_case a;
		struct test_case b;
		begin(&a, 1);
		begin(&b, 2);
		case_in(&a, local("2026-10-05T08:00:00"));
		case_in(&b, local("2026-10-05T09:00:00"));
		case_out(&a, local("2026-10-05T10:00:00"), VD_REPLY_ANSWER);
		struct test_case *into = turn == 0 ? &a : &b;
		assert_ok(merge(into, turn == 0 ? &b : &a, "2026-10-05T10:30:00"));
		assert_target(into, VD_TARGET_FIRST, VD_TARGET_MET);
		assert_target(into, VD_TARGET_NEXT, VD_TARGET_ARMED);
		assert_wall(case_target(into, VD_TARGET_NEXT)->due, local("2026-10-05T12:00:00"));
	}
}

// R9: one part was answered in time, the other was not: the first promise was broken before the
// merge, and the wait that goes on says so.
static void r39_a_late_part_is_late_after_the_merge(void **state)
{
	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		struct test_case a;
		struct test_case b;
		begin(&a, 1);
		begin(&b, 2);
		a.policy.target_s[VD_TARGET_FIRST] = 3600;
		b.policy.target_s[VD_TARGET_FIRST] = 3600;
		case_in(&a, local("2026-10-05T08:00:00"));
		case_out(&a, local("2026-10-05T08:30:00"), VD_REPLY_ANSWER);
		case_in(&b, local("2026-10-05T10:00:00"));
		case_at(&b, local("2026-10-05T11:30:00"));
		assert_target(&b, VD_TARGET_FIRST, VD_TARGET_BREACHED);
		struct test_case *into = turn == 0 ? &a : &b;
		assert_ok(merge(into, turn == 0 ? &b : &a, "2026-10-05T11:30:00"));
		assert_target(into, VD_TARGET_NEXT, VD_TARGET_BREACHED);
		assert_wall(case_target(into, VD_TARGET_NEXT)->due, local("2026-10-05T11:00:00"));
		assert_int_equal(into->c.alarm.state, VD_ALARM_LATCHED);
		case_out(into, local("2026-10-05T11:40:00"), VD_REPLY_ANSWER);
		assert_int_equal(case_target(into, VD_TARGET_NEXT)->breaches, 1);
		assert_int_equal(into->c.alarm.state, VD_ALARM_LATCHED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r39_a_message_learned_after_a_closing_still_waits),
		cmocka_unit_test(r39_what_a_closing_did_not_cover_is_not_answered_elsewhere),
		cmocka_unit_test(r39_a_breach_of_a_tighter_promise_stays),
		cmocka_unit_test(r39_a_merge_moves_no_deadline_later),
		cmocka_unit_test(r39_long_histories_keep_the_oldest_unanswered),
		cmocka_unit_test(r39_who_still_waits_has_a_deadline),
		cmocka_unit_test(r39_a_late_part_is_late_after_the_merge),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
