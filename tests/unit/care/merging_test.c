// SPDX-License-Identifier: MIT
//
// R39: two cases that turn out to be one, and one that turns out to be two.
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r39_waits_are_united),
		cmocka_unit_test(r39_the_order_of_merging_changes_no_wait),
		cmocka_unit_test(r39_a_breach_is_not_merged_away),
		cmocka_unit_test(r39_the_end_of_one_part_is_no_end),
		cmocka_unit_test(r39_what_cannot_be_merged),
		cmocka_unit_test(r39_a_split_gives_the_part_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
