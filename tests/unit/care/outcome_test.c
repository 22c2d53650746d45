// SPDX-License-Identifier: MIT
//
// R9, R13, R38-R40: what was judged stays, what could not be judged yet is, and what left is gone.
#include "case.h"
#include "shared.h"

#define OFFICE "1-5=09:00-18:00"
#define ALWAYS "0-6=00:00-24:00"

static struct vd_event by(enum vd_event_kind kind)
{
	return (struct vd_event){ .kind = kind, .staff = 1, .reason = VD_SPAN("because") };
}

static void begin(struct test_case *k, uint64_t id)
{
	case_init(k, ALWAYS);
	k->c.id = id;
}

static void merge_at(struct test_case *into, struct test_case *other, struct vd_wall at)
{
	struct vd_event merge = by(VD_EVENT_MERGE);
	merge.other = &other->c;
	case_at(into, at);
	case_at(other, at);
	assert_ok(case_step(into, merge));
}

static struct vd_wall hour(int hours)
{
	return after(local("2026-10-05T00:00:00"), (int64_t)hours * 3600);
}

// ---- pauses that were folded away -----------------------------------------------------------

/** `n` questions, each answered after an hour: 2 h apart. */
static void ask_many(struct test_case *k, int first_hour, int n)
{
	for (int i = 0; i < n; i++) {
		case_out(k, hour(first_hour + 2 * i), VD_REPLY_QUESTION);
		case_in(k, hour(first_hour + 2 * i + 1));
	}
}

static void shared_ask_many(struct shared_case *k, int n)
{
	for (int i = 0; i < n; i++) {
		char at[32];
		snprintf(at, sizeof(at), "2026-10-05T%02d:%02d:00", 1 + i, 0);
		shared_out(k, at, VD_REPLY_QUESTION);
		snprintf(at, sizeof(at), "2026-10-05T%02d:%02d:00", 1 + i, 30);
		shared_in(k, at);
	}
}

// R25, R32, R40: more pauses than are kept; whoever had the case counted them by his own hours, and
// no later holder's hours count them again.
static void r25_folded_pauses_stay_in_the_hours_that_held(void **state)
{
	(void)state;
	struct shared_case k;
	shared_begin(&k, 2, ALWAYS);
	assert_ok(vd_calendar_parse(VD_SPAN("CET-1CEST,M3.5.0,M10.5.0/3"), VD_SPAN(OFFICE),
				    &k.book->calendars[1], NULL));
	k.book->policies[0].target_s[VD_TARGET_RESOLUTION] = 100 * 3600;
	k.book->policies[1].target_s[VD_TARGET_RESOLUTION] = 4000 * 3600;
	shared_in(&k, "2026-10-05T00:00:00");
	shared_ask_many(&k, 10); // half of each hour from one to eleven: 5 h
	struct vd_wall due = k.c.targets[VD_TARGET_RESOLUTION].due;
	assert_wall(due, hour(105));
	shared_hand_over(&k, "2026-10-05T20:00:00", 1);
	assert_wall(k.c.targets[VD_TARGET_RESOLUTION].due, due);
	shared_out(&k, "2026-10-05T21:00:00", VD_REPLY_QUESTION);
	shared_in(&k, "2026-10-05T22:00:00");
	assert_wall(k.c.targets[VD_TARGET_RESOLUTION].due, hour(106));
	for (int i = 0; i < 2 * VD_TURNS_MAX; i++) { // the turns are folded away too
		shared_in(&k, "2026-10-05T23:00:00");
	}
	assert_wall(k.c.targets[VD_TARGET_RESOLUTION].due, hour(106));
}

// R34: whoever has the case when its turns are folded away, its waits are counted in its own hours.
static void r34_waits_are_folded_in_the_hours_of_the_case(void **state)
{
	(void)state;
	struct shared_case k;
	shared_begin(&k, 2, ALWAYS);
	assert_ok(vd_calendar_parse(VD_SPAN("CET-1CEST,M3.5.0,M10.5.0/3"), VD_SPAN(OFFICE),
				    &k.book->calendars[1], NULL));
	shared_in(&k, "2026-10-05T01:00:00");
	shared_out(&k, "2026-10-05T05:00:00", VD_REPLY_ANSWER);
	shared_hand_over(&k, "2026-10-05T06:00:00", 1);
	for (int i = 0; i < 2 * VD_TURNS_MAX; i++) {
		shared_out(&k, "2026-10-05T07:00:00", VD_REPLY_ANSWER);
	}
	assert_int_equal(k.c.custody[0].waited_us, 4 * 3600 * VD_US_PER_S);
	assert_int_equal(k.c.custody[0].waited_open_s, 4 * 3600);
}

// R25, R39: pauses of a long past are not lost because another past is united with it.
static void r39_folded_pauses_of_both_are_kept(void **state)
{
	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		struct test_case a;
		struct test_case b;
		begin(&a, 1);
		begin(&b, 2);
		a.policy.target_s[VD_TARGET_RESOLUTION] = 200 * 3600;
		b.policy.target_s[VD_TARGET_RESOLUTION] = 200 * 3600;
		case_in(&a, hour(0));
		ask_many(&a, 1, 14); // 14 h of pause in the first 29 h
		for (int i = 0; i < 4; i++) {
			case_in(&a, hour(30));
		}
		struct vd_wall due = case_target(&a, VD_TARGET_RESOLUTION)->due;
		assert_wall(due, hour(214));
		case_in(&b, hour(32));
		for (int i = 0; i < VD_TURNS_MAX; i++) {
			case_in(&b, hour(33));
		}
		assert_true(vd_wall_is_set(a.c.base.until) && vd_wall_is_set(b.c.base.until));
		struct test_case *into = turn == 0 ? &a : &b;
		merge_at(into, turn == 0 ? &b : &a, hour(34));
		case_out(into, hour(36), VD_REPLY_QUESTION); // it is computed again
		case_in(into, hour(37));
		assert_wall(case_target(into, VD_TARGET_RESOLUTION)->due, after(due, 3600));
	}
}

// What one part counted while the other paused is counted.
static void r39_who_runs_beside_a_pause_stops_it(void **state)
{
	(void)state;
	struct test_case a;
	struct test_case b;
	begin(&a, 1);
	begin(&b, 2);
	case_in(&a, hour(0));
	case_out(&a, hour(1), VD_REPLY_QUESTION);
	case_in(&b, hour(2)); // waits from here on, while a pauses
	for (int i = 0; i < VD_TURNS_MAX + 3; i++) {
		case_in(&b, hour(3));
	}
	case_in(&a, hour(4));
	for (int i = 0; i < VD_TURNS_MAX + 3; i++) {
		case_in(&a, hour(5));
	}
	merge_at(&a, &b, hour(6));
	assert_int_equal(a.c.base.pauses.n, 1);
	assert_wall(a.c.base.pauses.at[0].from, hour(1));
	assert_wall(a.c.base.pauses.at[0].to, hour(2));
	assert_wall(case_target(&a, VD_TARGET_RESOLUTION)->due, hour(17));
	case_out(&a, hour(7), VD_REPLY_QUESTION);
	case_in(&a, hour(8));
	assert_wall(case_target(&a, VD_TARGET_RESOLUTION)->due, hour(18)); // 1 h and 1 h
}

// ---- verdicts (R9, R40) ---------------------------------------------------------------------

// R9: the resolution of a part was breached; a pause of the other part that goes on undoes nothing.
static void r9_a_merged_breach_outlives_a_pause(void **state)
{
	(void)state;
	struct test_case a;
	struct test_case b;
	begin(&a, 1);
	begin(&b, 2);
	b.policy.target_s[VD_TARGET_RESOLUTION] = 2 * 3600;
	case_in(&b, hour(8));
	case_out(&b, after(hour(8), 60), VD_REPLY_ANSWER);
	case_in(&a, after(hour(8), 1800));
	case_out(&a, hour(9), VD_REPLY_QUESTION); // before b was due
	case_at(&b, hour(11));
	assert_target(&b, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
	merge_at(&a, &b, hour(11));
	assert_target(&a, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
	case_in(&a, hour(12));
	assert_target(&a, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
	assert_wall(case_target(&a, VD_TARGET_RESOLUTION)->due, hour(10));
	assert_ok(case_step(&a, by(VD_EVENT_RESOLVE)));
	assert_target(&a, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
	case_in(&a, hour(14)); // and a reopening neither
	assert_target(&a, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
}

/** Two cases that ended: one open for 8 h from the hour 0, the other from 10 to `to`. */
static void end_both(struct test_case *a, struct test_case *b, int to)
{
	begin(a, 1);
	begin(b, 2);
	case_in(a, hour(0));
	case_out(a, hour(1), VD_REPLY_ANSWER);
	case_at(a, hour(8));
	assert_ok(case_step(a, by(VD_EVENT_RESOLVE)));
	case_in(b, hour(10));
	case_out(b, hour(11), VD_REPLY_ANSWER);
	case_at(b, hour(to));
	assert_ok(case_step(b, by(VD_EVENT_RESOLVE)));
}

// R40: what two ended cases came to is not judged again: neither becomes a breach by the union, and
// none goes.
static void r40_two_ended_cases_keep_what_they_came_to(void **state)
{
	(void)state;
	static const struct {
		int to;
		enum vd_target_state expected;
	} rows[] = { { 24, VD_TARGET_MET }, { 30, VD_TARGET_BREACHED } };
	for (size_t i = 0; i < 2 * VD_ARRAY_LEN(rows); i++) {
		struct test_case a;
		struct test_case b;
		end_both(&a, &b, rows[i / 2].to);
		struct test_case *into = i % 2 == 0 ? &a : &b;
		merge_at(into, i % 2 == 0 ? &b : &a, hour(40));
		case_tick(into);
		assert_target(into, VD_TARGET_RESOLUTION, rows[i / 2].expected);
		assert_int_equal(into->c.state, VD_CONVERSATION_RESOLVED);
		assert_wall(into->c.ended, hour(rows[i / 2].to));
		case_learn(into, VD_DIRECTION_OUT, VD_REPLY_ANSWER, hour(12));
		assert_target(into, VD_TARGET_RESOLUTION, rows[i / 2].expected);
		case_in(into, hour(41)); // R36: now it runs again
		assert_true(into->c.targets[VD_TARGET_RESOLUTION].is_running);
		assert_wall(case_target(into, VD_TARGET_RESOLUTION)->from, hour(0));
	}
}

// R38: what a closing had not covered waits, and the wait ends when that message is taken back.
static void r38_an_uncovered_message_is_withdrawn(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T10:10:00"), VD_REPLY_ANSWER);
	case_in(&k, local("2026-10-05T11:00:00"));
	case_at(&k, local("2026-10-05T12:00:00"));
	assert_ok(case_step(&k, by(VD_EVENT_NO_REPLY_NEEDED)));
	case_at(&k, local("2026-10-05T12:10:00"));
	case_learn(&k, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-05T11:30:00"));
	assert_wall(k.c.waiting_since, local("2026-10-05T11:30:00"));
	struct vd_message covered = case_message(VD_DIRECTION_IN, VD_REPLY_NONE,
						 local("2026-10-05T11:00:00"), k.env.now);
	struct vd_event gone = { .kind = VD_EVENT_DELETED, .message = &covered };
	assert_ok(case_step(&k, gone)); // that one waits no longer: no clock moves
	assert_wall(k.c.waiting_since, local("2026-10-05T11:30:00"));
	struct vd_message left = case_message(VD_DIRECTION_IN, VD_REPLY_NONE,
					      local("2026-10-05T11:30:00"), k.env.now);
	gone.message = &left;
	assert_ok(case_step(&k, gone));
	assert_false(vd_wall_is_set(k.c.waiting_since));
	assert_target(&k, VD_TARGET_NEXT, VD_TARGET_CANCELLED);
	assert_int_equal(k.facts[VD_FACT_WITHDRAWN], 1);
}

// ---- R13 ------------------------------------------------------------------------------------

// What went late while the clock was not trusted, and was folded away meanwhile, is declared when
// it is, once, and stays so when trust goes again.
static void r13_what_was_folded_untrusted_is_judged_when_trusted(void **state)
{
	(void)state;
	struct test_case k;
	begin(&k, 1);
	case_in(&k, hour(0));
	case_out(&k, hour(1), VD_REPLY_ANSWER);
	case_in(&k, hour(2)); // due at 6
	k.env.is_clock_trusted = false;
	case_out(&k, hour(8), VD_REPLY_ANSWER);
	for (int i = 0; i < VD_TURNS_MAX + 4; i++) {
		case_out(&k, hour(9), VD_REPLY_ANSWER);
	}
	assert_true(vd_wall_is_set(k.c.base.until));
	assert_int_equal(k.c.targets[VD_TARGET_NEXT].breaches, 0);
	assert_int_equal(k.facts[VD_FACT_TARGET_BREACHED], 0);
	assert_true(k.c.is_breach_held);
	k.env.is_clock_trusted = true;
	case_tick(&k);
	assert_false(k.c.is_breach_held);
	assert_int_equal(k.c.targets[VD_TARGET_NEXT].breaches, 1);
	assert_int_equal(k.facts[VD_FACT_TARGET_BREACHED], 1);
	k.env.is_clock_trusted = false;
	case_tick(&k);
	assert_int_equal(k.c.targets[VD_TARGET_NEXT].breaches, 1);
	assert_wall(case_target(&k, VD_TARGET_NEXT)->declared, hour(6));
}

// The same of a wait that is not the last one.
static void r13_an_earlier_wait_is_held_too(void **state)
{
	(void)state;
	struct test_case k;
	begin(&k, 1);
	case_in(&k, hour(0));
	case_out(&k, hour(1), VD_REPLY_ANSWER);
	k.env.is_clock_trusted = false;
	case_in(&k, hour(2));
	case_out(&k, hour(8), VD_REPLY_ANSWER);
	case_in(&k, hour(9));
	case_out(&k, hour(10), VD_REPLY_ANSWER);
	assert_true(k.c.is_breach_held);
	k.env.is_clock_trusted = true;
	case_tick(&k);
	assert_int_equal(k.c.targets[VD_TARGET_NEXT].breaches, 1);
	assert_int_equal(k.c.targets[VD_TARGET_NEXT].met, 1);
	k.env.is_clock_trusted = false;
	case_tick(&k);
	assert_int_equal(k.c.targets[VD_TARGET_NEXT].breaches, 1);
}

// R13, R39: a first response that is late, but not declared so yet, is not merged away.
static void r13_a_held_breach_is_not_merged_away(void **state)
{
	(void)state;
	struct test_case a;
	struct test_case b;
	begin(&a, 1);
	begin(&b, 2);
	a.env.is_clock_trusted = b.env.is_clock_trusted = false;
	case_in(&b, hour(0)); // due at 4
	case_out(&b, hour(5), VD_REPLY_ANSWER);
	a.policy.target_s[VD_TARGET_FIRST] = 90 * 3600;
	case_in(&a, hour(6));
	merge_at(&a, &b, hour(7));
	assert_int_equal(a.facts[VD_FACT_TARGET_BREACHED], 0);
	a.env.is_clock_trusted = true;
	case_tick(&a);
	assert_target(&a, VD_TARGET_FIRST, VD_TARGET_BREACHED);
}

// ---- R40: the journal says what is otherwise ------------------------------------------------

static unsigned armed_by_rules(struct test_case *k)
{
	unsigned before = k->facts[VD_FACT_TARGET_ARMED];
	assert_ok(case_step(k, (struct vd_event){ .kind = VD_EVENT_RULES }));
	return k->facts[VD_FACT_TARGET_ARMED] - before;
}

static void r40_rules_that_move_no_due_arm_nothing(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_CEILING] = 48 * 3600;
	case_in(&k, local("2026-10-05T10:00:00")); // first, resolution, ceiling
	k.policy.version++;
	assert_int_equal(armed_by_rules(&k), 0);
	k.policy.target_s[VD_TARGET_RESOLUTION] += 3600;
	assert_int_equal(armed_by_rules(&k), 1);
	case_out(&k, local("2026-10-05T10:10:00"), VD_REPLY_ANSWER);
	case_in(&k, local("2026-10-05T10:20:00"));
	assert_int_equal(armed_by_rules(&k), 0);
	k.policy.target_s[VD_TARGET_NEXT] += 3600;
	assert_int_equal(armed_by_rules(&k), 1);
}

// R32: a hand-over that makes a due earlier says so.
static void r32_a_tightened_due_is_noted(void **state)
{
	(void)state;
	struct shared_case k;
	shared_begin(&k, 2, ALWAYS);
	k.book->policies[1].target_s[VD_TARGET_FIRST] = 3600;
	shared_in(&k, "2026-10-05T10:00:00");
	shared_hand_over(&k, "2026-10-05T10:05:00", 1);
	unsigned armed = 0;
	for (uint8_t i = 0; i < k.out.n; i++) {
		armed += k.out.facts[i].kind == VD_FACT_TARGET_ARMED;
	}
	assert_int_equal(armed, 1);
}

// ---- R39: a split ---------------------------------------------------------------------------

static void r39_a_split_leaves_no_words_behind(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	struct vd_wall at[] = { local("2026-10-05T10:00:00"), local("2026-10-05T10:20:00") };
	struct vd_message m[2];
	for (int i = 0; i < 2; i++) {
		m[i] = case_message(VD_DIRECTION_IN, VD_REPLY_NONE, at[i], after(at[i], 60));
		m[i].visibility = i == 0 ? VD_VISIBILITY_PRIVATE : VD_VISIBILITY_PUBLIC;
		m[i].text = i == 0 ? VD_SPAN("My number is 12345") : VD_SPAN("No signal\nin town");
		case_at(&k, m[i].fetched);
		case_take(&k, &m[i]);
	}
	assert_string_equal(k.c.first_line, "My number is 12345");
	struct vd_turn gone = { .kind = VD_TURN_IN, .at = at[0] };
	struct vd_event split = by(VD_EVENT_SPLIT);
	split.gone = &gone;
	split.n_gone = 1;
	split.message = &m[1];
	split.fetched = m[1].fetched;
	split.is_public = true;
	assert_ok(case_step(&k, split));
	assert_string_equal(k.c.first_line, "No signal");
	assert_wall(k.c.fetched, m[1].fetched);
	assert_wall(k.c.opened, at[1]);
	assert_int_equal(k.c.visibility, VD_VISIBILITY_PUBLIC);
}

// In doubt it stays private, and shows nothing.
static void r39_a_split_that_knows_nothing_shows_nothing(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_in(&k, local("2026-10-05T10:20:00"));
	k.c.visibility = VD_VISIBILITY_PRIVATE;
	struct vd_turn gone = { .kind = VD_TURN_IN, .at = local("2026-10-05T10:00:00") };
	struct vd_event split = by(VD_EVENT_SPLIT);
	split.gone = &gone;
	split.n_gone = 1;
	assert_ok(case_step(&k, split));
	assert_string_equal(k.c.first_line, "");
	assert_int_equal(k.c.visibility, VD_VISIBILITY_PRIVATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r25_folded_pauses_stay_in_the_hours_that_held),
		cmocka_unit_test(r34_waits_are_folded_in_the_hours_of_the_case),
		cmocka_unit_test(r39_folded_pauses_of_both_are_kept),
		cmocka_unit_test(r39_who_runs_beside_a_pause_stops_it),
		cmocka_unit_test(r9_a_merged_breach_outlives_a_pause),
		cmocka_unit_test(r40_two_ended_cases_keep_what_they_came_to),
		cmocka_unit_test(r38_an_uncovered_message_is_withdrawn),
		cmocka_unit_test(r13_what_was_folded_untrusted_is_judged_when_trusted),
		cmocka_unit_test(r13_an_earlier_wait_is_held_too),
		cmocka_unit_test(r13_a_held_breach_is_not_merged_away),
		cmocka_unit_test(r40_rules_that_move_no_due_arm_nothing),
		cmocka_unit_test(r32_a_tightened_due_is_noted),
		cmocka_unit_test(r39_a_split_leaves_no_words_behind),
		cmocka_unit_test(r39_a_split_that_knows_nothing_shows_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
