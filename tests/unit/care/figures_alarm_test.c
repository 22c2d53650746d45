// SPDX-License-Identifier: MIT
// SIGNALS.md: per hour, floods (over 10 in 10 min), stale (over 24 h), chattering (3 or more on/off
// in a minute), and how long until somebody saw it.
#include "care/figures_alarm.h"

#include "care/alarm_measure.h"
#include "unit.h"

#define T0 INT64_C(1791000000)

static struct vd_wall at(int64_t s)
{
	return vd_wall_s(T0 + s);
}

static void test_a_flood_is_over_ten_in_ten_minutes(void **state)
{
	(void)state;
	static const struct {
		int n;
		int apart_s;
		uint64_t floods;
	} ROWS[] = { { 10, 1, 0 }, { 11, 60, 1 }, { 11, 61, 0 }, { 40, 1, 1 }, { 100, 61, 0 } };
	for (size_t row = 0; row < VD_ARRAY_LEN(ROWS); row++) {
		struct vd_alarm_totals t = { 0 };
		for (int i = 0; i < ROWS[row].n; i++) {
			struct vd_alarm_source s = { 0 };
			vd_alarm_totals_step(&t, &s, VD_ALARM_UNACK, at(i * ROWS[row].apart_s),
					     true);
		}
		assert_int_equal(t.raised, ROWS[row].n);
		assert_int_equal(t.floods, ROWS[row].floods);
	}
}

static void test_two_floods_with_an_hour_between(void **state)
{
	(void)state;
	struct vd_alarm_totals t = { 0 };
	for (int i = 0; i < 30; i++) {
		struct vd_alarm_source s = { 0 };
		vd_alarm_totals_step(&t, &s, VD_ALARM_UNACK, at(i + (i < 15 ? 0 : 3600)), true);
	}
	assert_int_equal(t.floods, 2);
}

// The report and the box while it watches count the same floods: one that ebbs to 5 in 10 min goes
// on, at 4 it is over.
static void test_a_flood_ends_under_five(void **state)
{
	(void)state;
	static const struct {
		int again_s; // when 11 more come
		uint64_t floods;
	} ROWS[] = { { 605, 1 }, { 606, 1 }, { 607, 2 } };
	for (size_t row = 0; row < VD_ARRAY_LEN(ROWS); row++) {
		struct vd_alarm_totals t = { 0 };
		struct vd_alarm_measure live = { .n_raised = 0 };
		struct vd_alarm_summary summary;
		uint64_t live_floods = 0;
		struct vd_wall since = { 0 };
		for (int i = 0; i < 22; i++) {
			struct vd_alarm_source s = { 0 };
			struct vd_wall now = at(i < 11 ? i : ROWS[row].again_s + i - 11);
			vd_alarm_totals_step(&t, &s, VD_ALARM_UNACK, now, true);
			vd_alarm_measure_at(&live, now, &summary); // the box looks each second
			vd_alarm_measure_raised(&live, (struct vd_alarm_origin){ 0 }, true, now);
			vd_alarm_measure_at(&live, now, &summary);
			live_floods += summary.is_flood && summary.flood_since.us != since.us;
			since = summary.flood_since;
		}
		assert_int_equal(t.floods, ROWS[row].floods);
		assert_int_equal(live_floods, ROWS[row].floods);
	}
}

static void test_chatter_is_three_times_on_in_a_minute(void **state)
{
	(void)state;
	static const struct {
		int apart_s;
		int times;
		uint64_t chattering;
	} ROWS[] = { { 20, 2, 0 }, { 30, 3, 1 }, { 31, 3, 0 }, { 5, 30, 1 } };
	for (size_t row = 0; row < VD_ARRAY_LEN(ROWS); row++) {
		struct vd_alarm_totals t = { 0 };
		struct vd_alarm_source s = { 0 };
		for (int i = 0; i < ROWS[row].times; i++) {
			int64_t when = (int64_t)i * ROWS[row].apart_s;
			vd_alarm_totals_step(&t, &s, VD_ALARM_UNACK, at(when), true);
			vd_alarm_totals_step(&t, &s, VD_ALARM_NORMAL, at(when + 1), true);
		}
		assert_int_equal(t.chattering, ROWS[row].chattering);
		assert_int_equal(t.gone, ROWS[row].times);
	}
}

static void test_growing_worse_is_no_chatter(void **state)
{
	(void)state;
	struct vd_alarm_totals t = { 0 };
	struct vd_alarm_source s = { 0 };
	static const enum vd_alarm_state STATES[] = { VD_ALARM_UNACK, VD_ALARM_ACKED,
						      VD_ALARM_UNACK, VD_ALARM_ACKED,
						      VD_ALARM_UNACK, VD_ALARM_LATCHED };
	for (int i = 0; i < 6; i++) {
		vd_alarm_totals_step(&t, &s, STATES[i], at(i), true);
	}
	assert_int_equal(t.chattering, 0);
	assert_int_equal(t.raised, 4);
	assert_int_equal(t.seen, 2);
}

static void test_stale_is_over_a_day_without_a_break(void **state)
{
	(void)state;
	static const struct {
		int64_t shown_s;
		bool is_parked; // in between
		uint64_t stale;
	} ROWS[] = {
		{ 86400, false, 0 }, { 86401, false, 1 }, { 100000, true, 0 }, { 200000, true, 1 }
	};
	for (size_t row = 0; row < VD_ARRAY_LEN(ROWS) * 2; row++) {
		struct vd_alarm_totals t = { 0 };
		struct vd_alarm_source s = { 0 };
		bool is_ended = row % 2 == 0;
		vd_alarm_totals_step(&t, &s, VD_ALARM_LATCHED, at(0), true);
		if (ROWS[row / 2].is_parked) {
			vd_alarm_totals_step(&t, &s, VD_ALARM_SHELVED, at(50000), true);
			vd_alarm_totals_step(&t, &s, VD_ALARM_UNACK, at(50001), true);
		}
		if (is_ended) {
			vd_alarm_totals_step(&t, &s, VD_ALARM_NORMAL, at(ROWS[row / 2].shown_s),
					     true);
		}
		vd_alarm_totals_end(&t, &s, at(ROWS[row / 2].shown_s));
		assert_int_equal(t.stale, ROWS[row / 2].stale);
	}
}

static void test_until_somebody_saw_it(void **state)
{
	(void)state;
	struct vd_alarm_totals t = { 0 };
	struct vd_alarm_source s = { 0 };
	struct vd_alarm_change change;
	change = vd_alarm_totals_step(&t, &s, VD_ALARM_UNACK, at(0), true);
	assert_true(change.is_raised && !change.is_seen);
	change = vd_alarm_totals_step(&t, &s, VD_ALARM_LATCHED, at(60), true);
	assert_true(change.is_raised); // it grew worse, unseen since 0
	change = vd_alarm_totals_see(&t, &s, true);
	assert_true(change.is_seen);
	assert_int_equal(change.since.us, at(0).us);
	assert_false(vd_alarm_totals_see(&t, &s, true).is_seen);
	change = vd_alarm_totals_step(&t, &s, VD_ALARM_NORMAL, at(500), true);
	assert_false(change.is_seen);
	// a fault that came back stays listed until it is read
	vd_alarm_totals_step(&t, &s, VD_ALARM_UNACK, at(1000), true);
	vd_alarm_totals_step(&t, &s, VD_ALARM_RTN_UNACK, at(1100), true);
	change = vd_alarm_totals_step(&t, &s, VD_ALARM_NORMAL, at(1200), true);
	assert_true(change.is_seen);
	assert_int_equal(change.since.us, at(1000).us);
	assert_int_equal(t.seen, 2);
	assert_int_equal(t.gone, 0);
}

static void test_before_the_period_nothing_counts_but_it_moves(void **state)
{
	(void)state;
	struct vd_alarm_totals t = { 0 };
	struct vd_alarm_source s = { 0 };
	vd_alarm_totals_step(&t, &s, VD_ALARM_UNACK, at(0), false);
	assert_int_equal(t.raised, 0);
	struct vd_alarm_change change = vd_alarm_totals_step(&t, &s, VD_ALARM_ACKED, at(9), true);
	assert_true(change.is_seen);
	assert_int_equal(change.since.us, at(0).us);
	assert_int_equal(t.seen, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_flood_is_over_ten_in_ten_minutes),
		cmocka_unit_test(test_two_floods_with_an_hour_between),
		cmocka_unit_test(test_a_flood_ends_under_five),
		cmocka_unit_test(test_chatter_is_three_times_on_in_a_minute),
		cmocka_unit_test(test_growing_worse_is_no_chatter),
		cmocka_unit_test(test_stale_is_over_a_day_without_a_break),
		cmocka_unit_test(test_until_somebody_saw_it),
		cmocka_unit_test(test_before_the_period_nothing_counts_but_it_moves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
