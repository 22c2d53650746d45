// SPDX-License-Identifier: MIT
// The sixteen cases of TIME.md, by their numbers. Here are 1, 5-10, 13, 14 and 16; the others:
//
//	2, 3	pauses_test.c
//	4	handover_test.c
//	11, 12	figures_km_test.c (10 as a figure, too)
//	15	tests/integration/uncertain_writes, tests/powercut/kill
#include "care/figures.h"
#include "care/route.h"
#include "case.h"

#define OFFICE "1-5=09:00-18:00"
#define ALWAYS "0-6=00:00-24:00"

static struct vd_pair between(const struct test_case *k, struct vd_wall a, struct vd_wall b)
{
	return vd_pair_between(&k->calendar, a, b);
}

// Case 1: one wait, however often the customer writes.
static void test_case_1_two_messages_are_one_wait(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-02T16:00:00"));
	case_in(&k, local("2026-10-05T09:30:00"));
	assert_wall(k.c.waiting_since, local("2026-10-02T16:00:00"));
	case_out(&k, local("2026-10-05T10:00:00"), VD_REPLY_ANSWER);
	struct vd_pair waited = between(&k, k.c.opened, k.c.first_reply);
	assert_int_equal(waited.wall_s, 66 * 3600);
	assert_int_equal(waited.business_s, 3 * 3600);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_MET);
	assert_false(vd_wall_is_set(k.c.waiting_since));
}

// Case 5: a deflection meets the first target and arms the next at once.
static void test_case_5_deflection_and_silence(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T10:05:00"), VD_REPLY_DEFLECTION);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_MET);
	assert_int_equal(between(&k, k.c.opened, k.c.first_reply).wall_s, 300);
	assert_target(&k, VD_TARGET_NEXT, VD_TARGET_ARMED);
	assert_wall(case_target(&k, VD_TARGET_NEXT)->due, local("2026-10-05T14:05:00"));
	case_at(&k, local("2026-10-05T14:05:00"));
	assert_target(&k, VD_TARGET_NEXT, VD_TARGET_ARMED);
	case_at(&k, local("2026-10-05T14:05:01"));
	assert_target(&k, VD_TARGET_NEXT, VD_TARGET_BREACHED);
	assert_false(vd_wall_is_set(k.c.first_useful));
	assert_wall(k.c.waiting_since, local("2026-10-05T10:00:00"));
}

// Case 6: never scored from when we fetched it.
static void test_case_6_fetched_after_the_line_was_down(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_FIRST] = 15 * 60;
	case_at(&k, local("2026-10-05T09:10:00"));
	case_learn(&k, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-02T17:55:00"));
	assert_wall(case_target(&k, VD_TARGET_FIRST)->due, local("2026-10-05T09:10:00"));
	assert_int_equal(vd_wall_sub(k.c.fetched, k.c.opened).us / VD_US_PER_S,
			 63 * 3600 + 15 * 60);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_ARMED);
	case_at(&k, local("2026-10-05T09:10:01"));
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_BREACHED);
	assert_wall(case_target(&k, VD_TARGET_FIRST)->due, local("2026-10-05T09:10:00"));
}

// Case 7: a machine answers nobody (R15).
static void test_case_7_bot_then_person(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T10:01:00"), VD_REPLY_AUTOMATIC);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_ARMED);
	case_out(&k, local("2026-10-05T15:00:00"), VD_REPLY_ANSWER);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_BREACHED);
	assert_false(case_target(&k, VD_TARGET_FIRST)->is_running);
	assert_int_equal(case_target(&k, VD_TARGET_FIRST)->breaches, 1);
	assert_int_equal(k.facts[VD_FACT_TARGET_BREACHED], 1);
}

// Case 8: the border, and proof that comes late (R9).
static void test_case_8_the_border(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int64_t reply_us;  // after due
		int64_t learned_s; // after due
		enum vd_target_state verdict;
	} ROWS[] = {
		{ "at due", 0, 0, VD_TARGET_MET },
		{ "due + 1 us", 1, 1, VD_TARGET_BREACHED },
		{ "due + 1 s", 1000000, 1, VD_TARGET_BREACHED },
		{ "at due, learned 10 min later", 0, 600, VD_TARGET_MET_SEEN_LATE },
		{ "due + 1 us, learned 10 min later", 1, 600, VD_TARGET_BREACHED },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct test_case k;
		case_init(&k, OFFICE);
		case_in(&k, local("2026-10-05T10:00:00"));
		struct vd_wall due = case_target(&k, VD_TARGET_FIRST)->due;
		case_at(&k, after(due, ROWS[i].learned_s));
		case_learn(&k, VD_DIRECTION_OUT, VD_REPLY_ANSWER,
			   (struct vd_wall){ due.us + ROWS[i].reply_us });
		assert_row(case_target(&k, VD_TARGET_FIRST)->state == ROWS[i].verdict,
			   ROWS[i].name);
	}
}

// Both facts are kept, and the red light goes: no alarm outlives its cause.
static void test_case_8_seen_late_keeps_both_facts(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_at(&k, local("2026-10-05T14:10:00"));
	assert_int_equal(k.c.alarm.state, VD_ALARM_LATCHED);
	case_learn(&k, VD_DIRECTION_OUT, VD_REPLY_ANSWER, local("2026-10-05T14:00:00"));
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_MET_SEEN_LATE);
	assert_wall(case_target(&k, VD_TARGET_FIRST)->declared, local("2026-10-05T14:00:00"));
	assert_int_equal(k.facts[VD_FACT_TARGET_BREACHED], 1);
	assert_int_equal(k.facts[VD_FACT_TARGET_MET_SEEN_LATE], 1);
	assert_int_equal(k.facts[VD_FACT_TARGET_MET], 0);
	assert_int_equal(k.c.alarm.state, VD_ALARM_NORMAL);
}

static enum vd_route route_back(const struct test_case *k, struct vd_wall at)
{
	struct vd_message m = case_message(VD_DIRECTION_IN, VD_REPLY_NONE, at, at);
	struct vd_route_facts facts = { .by_thread = &k->c };
	const struct vd_conversation *which = NULL;
	enum vd_route route = vd_route_decide(&m, &facts, k->policy.reopen_s, &which);
	assert_ptr_equal(which, &k->c);
	return route;
}

static void resolve_on_monday(struct test_case *k)
{
	case_init(k, OFFICE);
	case_in(k, local("2026-10-05T10:00:00"));
	case_out(k, local("2026-10-05T11:00:00"), VD_REPLY_ANSWER);
	case_at(k, local("2026-10-05T12:00:00"));
	assert_ok(case_step(k, (struct vd_event){ .kind = VD_EVENT_RESOLVE, .staff = 1 }));
	assert_target(k, VD_TARGET_RESOLUTION, VD_TARGET_MET);
}

// Case 9: resolved on Monday, back on Wednesday: the resolution clock goes on, first is not armed
// again (R36).
static void test_case_9_back_on_wednesday(void **state)
{
	(void)state;
	struct test_case k;
	resolve_on_monday(&k);
	assert_int_equal(route_back(&k, local("2026-10-07T10:00:00")), VD_ROUTE_JOIN);
	case_in(&k, local("2026-10-07T10:00:00"));
	assert_int_equal(k.c.state, VD_CONVERSATION_OPEN);
	assert_int_equal(k.facts[VD_FACT_REOPENED], 1);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_MET);
	assert_target(&k, VD_TARGET_NEXT, VD_TARGET_ARMED);
	assert_wall(case_target(&k, VD_TARGET_NEXT)->due, local("2026-10-07T14:00:00"));
	// 2 h of the 16 were used: 8 h on Wednesday, 6 h on Thursday.
	const struct vd_target *resolution = case_target(&k, VD_TARGET_RESOLUTION);
	assert_wall(resolution->due, local("2026-10-08T15:00:00"));
	assert_wall(resolution->warn,
		    local("2026-10-08T11:00:00")); // 75 % are 12 h, 2 of them used
	assert_wall(resolution->urgent, local("2026-10-08T13:24:00")); // 90 % are 14 h 24
	// An opening that turns out to be half an hour earlier was half an hour more.
	case_learn(&k, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-05T09:30:00"));
	assert_wall(resolution->due, local("2026-10-08T14:30:00"));
}

// A message from before the end that was learned after it: whoever resolved did not see it.
static void test_case_9_back_before_the_end(void **state)
{
	(void)state;
	struct test_case k;
	resolve_on_monday(&k);
	case_at(&k, local("2026-10-05T15:00:00"));
	case_learn(&k, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-05T11:30:00"));
	assert_int_equal(k.c.state, VD_CONVERSATION_OPEN);
	assert_wall(case_target(&k, VD_TARGET_NEXT)->from, local("2026-10-05T11:30:00"));
	// No pause: 8 h of the 16 on Monday, 8 h on Tuesday.
	assert_wall(case_target(&k, VD_TARGET_RESOLUTION)->due, local("2026-10-06T17:00:00"));
}

static void test_case_9_back_after_eight_days(void **state)
{
	(void)state;
	struct test_case k;
	resolve_on_monday(&k);
	assert_int_equal(route_back(&k, local("2026-10-12T12:00:00")), VD_ROUTE_JOIN);
	assert_int_equal(route_back(&k, local("2026-10-12T12:00:01")), VD_ROUTE_REPEAT);
	assert_int_equal(route_back(&k, local("2026-10-13T12:00:00")), VD_ROUTE_REPEAT);
}

// Case 10: the wait ends when we notice, and is counted as it was (R38).
static void test_case_10_deleted_after_six_hours(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, ALWAYS);
	k.policy.target_s[VD_TARGET_FIRST] = 8 * 3600;
	case_in(&k, local("2026-10-05T10:00:00"));
	case_at(&k, local("2026-10-05T16:00:00"));
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_DELETED }));
	assert_int_equal(k.c.state, VD_CONVERSATION_WITHDRAWN);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_CANCELLED);
	assert_int_equal(between(&k, k.c.opened, k.c.ended).wall_s, 6 * 3600);
	assert_int_equal(k.c.n_in, 1);
	assert_false(vd_wall_is_set(k.c.waiting_since));
	assert_int_equal(vd_conversation_board_target(&k.c), VD_TARGET_N);
}

// Case 13: before the desk opens no business time passes, wall time does.
static void test_case_13_before_the_desk_opens(void **state)
{
	(void)state;
	static const struct {
		const char *reply;
		int64_t wall_s;
		int64_t business_s;
	} ROWS[] = {
		{ "2026-10-05T08:45:00", 2 * 3600 + 45 * 60, 0 },
		{ "2026-10-05T09:05:00", 3 * 3600 + 5 * 60, 5 * 60 },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct test_case k;
		case_init(&k, OFFICE);
		case_in(&k, local("2026-10-05T06:00:00"));
		case_out(&k, local(ROWS[i].reply), VD_REPLY_ANSWER);
		struct vd_pair waited = between(&k, k.c.opened, k.c.first_reply);
		assert_row(waited.wall_s == ROWS[i].wall_s, ROWS[i].reply);
		assert_row(waited.business_s == ROWS[i].business_s, ROWS[i].reply);
		assert_target(&k, VD_TARGET_FIRST, VD_TARGET_MET);
	}
}

// Case 14: nothing breaches until the clock is trusted (R13); then it does, at its honest due.
static void test_case_14_the_device_boots_in_1970(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.env.is_clock_trusted = false;
	case_at(&k, vd_wall_s(100));
	case_learn(&k, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-05T10:00:00"));
	assert_wall(k.c.opened, local("2026-10-05T10:00:00")); // 1970 judges nobody's stamp
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_ARMED);
	case_at(&k, local("2026-10-05T15:00:00")); // SNTP's first word: not trusted yet
	case_tick(&k);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_ARMED);
	assert_int_equal(k.c.alarm.severity, VD_SEVERITY_URGENT);
	assert_true(k.c.is_breach_held);
	k.env.is_clock_trusted = true;
	case_tick(&k);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_BREACHED);
	assert_false(k.c.is_breach_held);
	assert_wall(case_target(&k, VD_TARGET_FIRST)->declared, local("2026-10-05T14:00:00"));
}

// Case 16: the story.
static void test_case_16_the_story(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-02T16:40:00"));
	assert_wall(case_target(&k, VD_TARGET_FIRST)->due, local("2026-10-05T11:40:00"));
	case_at(&k, local("2026-10-05T11:40:00"));
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_ARMED);
	case_at(&k, local("2026-10-05T16:40:00"));
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_BREACHED);
	struct vd_pair waited = between(&k, k.c.waiting_since, k.env.now);
	assert_int_equal(waited.wall_s, 72 * 3600);
	assert_int_equal(waited.business_s, 9 * 3600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_case_1_two_messages_are_one_wait),
		cmocka_unit_test(test_case_5_deflection_and_silence),
		cmocka_unit_test(test_case_6_fetched_after_the_line_was_down),
		cmocka_unit_test(test_case_7_bot_then_person),
		cmocka_unit_test(test_case_8_the_border),
		cmocka_unit_test(test_case_8_seen_late_keeps_both_facts),
		cmocka_unit_test(test_case_9_back_on_wednesday),
		cmocka_unit_test(test_case_9_back_before_the_end),
		cmocka_unit_test(test_case_9_back_after_eight_days),
		cmocka_unit_test(test_case_10_deleted_after_six_hours),
		cmocka_unit_test(test_case_13_before_the_desk_opens),
		cmocka_unit_test(test_case_14_the_device_boots_in_1970),
		cmocka_unit_test(test_case_16_the_story),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
