// SPDX-License-Identifier: MIT
//
// R39: two cases that turn out to be one, and one that turns out to be two; also where it is hard:
// what was learned late, promises of two brands, long histories.
#include "case.h"

#include "care/sla.h"

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

// The earliest opening wins; what answered one part while the other waited ended no wait of both.
static void r39_waits_are_united(void **state)
{
	(void)state;
	struct test_case a;
	struct test_case b;
	begin(&a, 1);
	begin(&b, 2);
	case_in(&a, local("2026-10-05T08:00:00"));
	case_in(&b, local("2026-10-05T09:00:00"));
	case_out(&a, local("2026-10-05T10:00:00"), VD_REPLY_ANSWER);
	assert_false(vd_wall_is_set(a.c.waiting_since));
	assert_ok(merge(&a, &b, "2026-10-05T10:30:00"));
	assert_wall(a.c.opened, local("2026-10-05T08:00:00"));
	assert_wall(a.c.waiting_since, local("2026-10-05T08:00:00"));
	assert_int_equal(a.c.n_in, 2);
	assert_int_equal(b.c.state, VD_CONVERSATION_MERGED);
	assert_int_equal(b.c.merged_into, 1);
	assert_false(vd_wall_is_set(vd_conversation_next_tick(&b.c)));
	case_out(&a, local("2026-10-05T11:00:00"), VD_REPLY_ANSWER);
	assert_false(vd_wall_is_set(a.c.waiting_since));
}

// Whichever of the two goes on, the customer has waited as long.
static void r39_the_order_of_merging_changes_no_wait(void **state)
{
	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		struct test_case a;
		struct test_case b;
		begin(&a, 1);
		begin(&b, 2);
		case_in(&a, local("2026-10-05T08:00:00"));
		case_in(&b, local("2026-10-05T07:30:00"));
		case_out(&a, local("2026-10-05T08:30:00"), VD_REPLY_QUESTION);
		case_out(&b, local("2026-10-05T09:00:00"), VD_REPLY_ANSWER);
		case_in(&b, local("2026-10-05T09:30:00"));
		struct test_case *into = turn == 0 ? &a : &b;
		assert_ok(merge(into, turn == 0 ? &b : &a, "2026-10-05T10:00:00"));
		assert_wall(into->c.opened, local("2026-10-05T07:30:00"));
		assert_wall(into->c.first_reply, local("2026-10-05T08:30:00"));
		assert_wall(into->c.waiting_since, local("2026-10-05T09:30:00"));
		assert_target(into, VD_TARGET_FIRST, VD_TARGET_MET);
		// The question was asked while the other part waited: it paused nothing.
		assert_false(vd_wall_is_set(into->c.paused_since));
	}
}

// A breach that was declared stays one, and its alarm with it.
static void r39_a_breach_is_not_merged_away(void **state)
{
	(void)state;
	struct test_case a;
	struct test_case b;
	begin(&a, 1);
	begin(&b, 2);
	case_in(&b, local("2026-10-05T08:00:00"));
	case_at(&b, local("2026-10-05T12:30:00"));
	assert_target(&b, VD_TARGET_FIRST, VD_TARGET_BREACHED);
	case_in(&a, local("2026-10-05T12:00:00"));
	assert_ok(merge(&a, &b, "2026-10-05T12:30:00"));
	assert_target(&a, VD_TARGET_FIRST, VD_TARGET_BREACHED);
	assert_wall(case_target(&a, VD_TARGET_FIRST)->due, local("2026-10-05T12:00:00"));
	assert_int_equal(a.c.alarm.state, VD_ALARM_LATCHED);
}

// That one part was resolved while the other lived on is no end of the case.
static void r39_the_end_of_one_part_is_no_end(void **state)
{
	(void)state;
	struct test_case a;
	struct test_case b;
	begin(&a, 1);
	begin(&b, 2);
	case_in(&a, local("2026-10-05T08:00:00"));
	case_in(&b, local("2026-10-05T08:10:00"));
	case_out(&b, local("2026-10-05T08:20:00"), VD_REPLY_ANSWER);
	assert_ok(case_step(&b, (struct vd_event){ .kind = VD_EVENT_RESOLVE, .staff = 1 }));
	assert_err(merge(&b, &a, "2026-10-05T08:30:00"), VD_ERR_STATE); // into the open one only
	assert_ok(merge(&a, &b, "2026-10-05T08:30:00"));
	assert_int_equal(a.c.state, VD_CONVERSATION_OPEN);
	assert_true(case_target(&a, VD_TARGET_RESOLUTION)->is_running);
	assert_wall(case_target(&a, VD_TARGET_RESOLUTION)->due, local("2026-10-06T00:00:00"));
	assert_wall(a.c.waiting_since, local("2026-10-05T08:00:00"));
}

static void r39_what_cannot_be_merged(void **state)
{
	(void)state;
	struct test_case a;
	struct test_case b;
	begin(&a, 1);
	begin(&b, 2);
	case_in(&a, local("2026-10-05T08:00:00"));
	case_in(&b, local("2026-10-05T08:10:00"));
	assert_err(
		case_step(&a,
			  (struct vd_event){ .kind = VD_EVENT_MERGE, .staff = 1, .other = &a.c }),
		VD_ERR_ARGUMENT);
	assert_err(case_step(&a, (struct vd_event){ .kind = VD_EVENT_MERGE, .other = &b.c }),
		   VD_ERR_ARGUMENT);
	assert_ok(merge(&a, &b, "2026-10-05T08:30:00"));
	assert_err(merge(&a, &b, "2026-10-05T08:31:00"), VD_ERR_STATE);
	struct vd_message m = case_message(VD_DIRECTION_IN, VD_REPLY_NONE,
					   local("2026-10-05T08:40:00"),
					   local("2026-10-05T08:40:00"));
	assert_err(case_step(&b, (struct vd_event){ .kind = VD_EVENT_MESSAGE, .message = &m }),
		   VD_ERR_STATE);
}

// Each part keeps the original stamps: merged and split again, the first is judged as it was.
static void r39_a_split_gives_the_part_back(void **state)
{
	(void)state;
	struct test_case a;
	struct test_case b;
	begin(&a, 1);
	begin(&b, 2);
	case_in(&a, local("2026-10-05T08:00:00"));
	case_out(&a, local("2026-10-05T10:00:00"), VD_REPLY_ANSWER);
	case_in(&b, local("2026-10-05T09:00:00"));
	case_at(&a, local("2026-10-05T10:30:00"));
	struct vd_target before[VD_TARGET_N];
	memcpy(before, a.c.targets, sizeof(before));
	assert_ok(merge(&a, &b, "2026-10-05T10:30:00"));
	struct vd_turn gone = { .kind = VD_TURN_IN, .at = local("2026-10-05T09:00:00") };
	struct vd_event split = { .kind = VD_EVENT_SPLIT, .gone = &gone, .n_gone = 1 };
	assert_err(case_step(&a, split), VD_ERR_ARGUMENT); // without a name
	split.staff = 1;
	assert_ok(case_step(&a, split));
	assert_int_equal(a.c.n_in, 1);
	assert_false(vd_wall_is_set(a.c.waiting_since));
	for (int i = 0; i < VD_TARGET_N; i++) {
		assert_row(a.c.targets[i].state == before[i].state &&
				   a.c.targets[i].due.us == before[i].due.us,
			   vd_target_name((enum vd_target_kind)i));
	}
	// Nothing of the customer's may be left behind empty, and what is not there can't leave.
	struct vd_turn last = { .kind = VD_TURN_IN, .at = local("2026-10-05T08:00:00") };
	split.gone = &last;
	struct vd_conversation as_it_was = a.c;
	assert_err(case_step(&a, split), VD_ERR_STATE);
	split.gone = &gone;
	assert_err(case_step(&a, split), VD_ERR_STATE);
	assert_memory_equal(&a.c, &as_it_was, sizeof(as_it_was));
}

// ---- where it is hard ------------------------------------------------------------------------

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
		cmocka_unit_test(r39_waits_are_united),
		cmocka_unit_test(r39_the_order_of_merging_changes_no_wait),
		cmocka_unit_test(r39_a_breach_is_not_merged_away),
		cmocka_unit_test(r39_the_end_of_one_part_is_no_end),
		cmocka_unit_test(r39_what_cannot_be_merged),
		cmocka_unit_test(r39_a_split_gives_the_part_back),
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
