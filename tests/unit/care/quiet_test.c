// SPDX-License-Identifier: MIT
#include "care/quiet.h"

#include <string.h>

#include "unit.h"

#define H0 INT64_C(497560) // some hour of 2026

// `n` messages in each of `hours` hours.
static int64_t live(struct vd_quiet *q, int64_t from, int hours, int n)
{
	for (int64_t hour = from; hour < from + hours; hour++) {
		vd_quiet_tick(q, hour, true);
		for (int i = 0; i < n; i++) {
			vd_quiet_note(q, hour);
		}
	}
	return from + hours;
}

static void a_week_is_not_enough(void **state)
{
	(void)state;
	struct vd_quiet q = { 0 };
	int64_t hour = live(&q, H0, 168 + 24, 20);
	live(&q, hour, 5, 0);
	struct vd_quiet_word word = vd_quiet_judge(&q, 999);
	assert_false(word.is_quiet);
	assert_int_equal(word.hours, 0);
}

static void silence_is_told_after_a_while(void **state)
{
	(void)state;
	struct vd_quiet q = { 0 };
	int64_t hour = live(&q, H0, 3 * 168, 3);
	vd_quiet_tick(&q, hour, true);
	assert_false(vd_quiet_judge(&q, 100).is_quiet); // 0.3 + 3 + 3 + 3: as ever
	live(&q, hour, 2, 0);
	assert_false(vd_quiet_judge(&q, 999).is_quiet); // 6 expected, and 3 of the hour before
	live(&q, hour + 2, 1, 0);
	struct vd_quiet_word word = vd_quiet_judge(&q, 999);
	assert_true(word.is_quiet);
	assert_int_equal(word.hours, 3);
	assert_int_equal(word.count, 0);
	assert_true(word.expected > 8.9 && word.expected < 9.1);
	assert_true(word.chance < 0.001);
	vd_quiet_note(&q, hour + 2);
	vd_quiet_note(&q, hour + 2);
	assert_false(vd_quiet_judge(&q, 999).is_quiet);
}

static void nights_are_quiet_as_ever(void **state)
{
	(void)state;
	struct vd_quiet q = { 0 };
	int64_t hour = H0;
	for (int day = 0; day < 28; day++) { // 14 h with 10 each, 10 h with none
		hour = live(&q, hour, 14, 10);
		for (int i = 0; i < 10; i++) {
			hour = live(&q, hour, 1, 0);
			assert_false(day >= 15 && vd_quiet_judge(&q, 999).is_quiet);
		}
	}
	// in the day two hours are too much
	live(&q, hour, 2, 0);
	assert_true(vd_quiet_judge(&q, 999).is_quiet);
}

static void blind_hours_say_nothing(void **state)
{
	(void)state;
	struct vd_quiet q = { 0 };
	int64_t hour = live(&q, H0, 3 * 168, 3);
	uint16_t before = q.rate[(hour + 2) % 168];
	for (int i = 0; i < 20; i++) {
		vd_quiet_tick(&q, hour + i, false);
	}
	assert_false(vd_quiet_judge(&q, 999).is_quiet);
	vd_quiet_tick(&q, hour + 60, true); // nobody watched for two days
	assert_false(vd_quiet_judge(&q, 10).is_quiet);
	live(&q, hour + 60, 30, 3);
	assert_int_equal(q.rate[(hour + 2) % 168], before);
	vd_quiet_tick(&q, hour + 5000, true);
	assert_false(vd_quiet_judge(&q, 999).is_quiet);
	vd_quiet_tick(&q, hour, true); // the clock went back
	assert_false(vd_quiet_judge(&q, 999).is_quiet);
}

static void the_past_fades(void **state)
{
	(void)state;
	struct vd_quiet q = { 0 };
	int64_t hour = live(&q, H0, 4 * 168, 20);
	hour = live(&q, hour, 12 * 168, 2);
	assert_in_range(q.rate[10], 2 * VD_QUIET_UNIT, 5 * VD_QUIET_UNIT);
	live(&q, hour, 20, 2);
	assert_false(vd_quiet_judge(&q, 999).is_quiet);
}

static void what_comes_late_counts_where_it_belongs(void **state)
{
	(void)state;
	struct vd_quiet q = { 0 };
	int64_t hour = live(&q, H0, 3 * 168, 3);
	live(&q, hour, 4, 0);
	assert_true(vd_quiet_judge(&q, 999).is_quiet);
	for (int i = 0; i < 9; i++) {
		vd_quiet_note(&q, hour + 1 + i % 3);
	}
	assert_false(vd_quiet_judge(&q, 999).is_quiet);
	vd_quiet_note(&q, hour - 100); // learned already
	vd_quiet_note(&q, hour + 100); // not yet
	assert_int_equal(vd_quiet_judge(&q, 999).count, 9);
}

static void goes_over_a_restart(void **state)
{
	(void)state;
	struct vd_quiet q = { 0 };
	struct vd_quiet back;
	char memory[4096];
	struct vd_buf text;
	int64_t hour = live(&q, H0, 3 * 168, 3);
	live(&q, hour, 4, 0);
	vd_buf_init(&text, memory, sizeof(memory));
	vd_quiet_print(&q, &text);
	assert_ok(vd_buf_check(&text));
	vd_quiet_parse(&back, vd_buf_span(&text));
	assert_memory_equal(back.rate, q.rate, sizeof(q.rate));
	assert_memory_equal(back.weeks, q.weeks, sizeof(q.weeks));
	assert_int_equal(back.hour, q.hour);
	assert_true(back.is_blind[q.hour % VD_QUIET_HOURS]); // what came since isn't in it
	assert_true(vd_quiet_judge(&back, 999).is_quiet);    // by the three before
	for (int64_t early = 0; early < 100; early++) {
		vd_quiet_tick(&back, early, true); // of 1970
	}
	static const char *const bad[] = { "",
					   "1",
					   "2 5;;",
					   "1 x;,;,",
					   "1 5;9999999:1,;0,",
					   "1 5;1:9,;0,",
					   "1 99999999999999999999;,;" };
	for (size_t i = 0; i < VD_ARRAY_LEN(bad); i++) {
		static const struct vd_quiet nothing;
		memset(&back, 7, sizeof(back));
		vd_quiet_parse(&back, vd_span_of(bad[i]));
		assert_row(back.hour == nothing.hour && back.weeks[0] == 0, bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_week_is_not_enough),
		cmocka_unit_test(silence_is_told_after_a_while),
		cmocka_unit_test(nights_are_quiet_as_ever),
		cmocka_unit_test(blind_hours_say_nothing),
		cmocka_unit_test(the_past_fades),
		cmocka_unit_test(what_comes_late_counts_where_it_belongs),
		cmocka_unit_test(goes_over_a_restart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
