// SPDX-License-Identifier: MIT
#include "care/calendar.h"

#include "base/rng.h"
#include "base/time.h"
#include "unit.h"

#define ROME "CET-1CEST,M3.5.0,M10.5.0/3"
#define OFFICE "1-5=09:00-18:00/13:00-14:00!italy"
#define DAY_S 86400

static struct vd_calendar cal; // big; each test fills it anew

static void use(const char *zone, const char *text)
{
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_calendar_parse(vd_span_of(zone), vd_span_of(text), &cal, &diag);

	assert_row(err == VD_OK, diag.text);
}

static int64_t utc(int year, int month, int day, int hour, int minute)
{
	return vd_days_from_civil(year, month, day) * DAY_S + hour * 3600 + minute * 60;
}

static int64_t utc_of(const int t[5])
{
	return utc(t[0], t[1], t[2], t[3], t[4]);
}

static void test_next_closure(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *text;
		int at[5]; // UTC
		int closing[5];
		int reopening[5];
	} table[] = {
		{ "evening to morning",
		  OFFICE,
		  { 2026, 10, 5, 8, 0 },
		  { 2026, 10, 5, 16, 0 },
		  { 2026, 10, 6, 7, 0 } },
		{ "lunch is none",
		  OFFICE,
		  { 2026, 10, 5, 11, 30 },
		  { 2026, 10, 5, 16, 0 },
		  { 2026, 10, 6, 7, 0 } },
		{ "inside it",
		  OFFICE,
		  { 2026, 10, 10, 12, 0 },
		  { 2026, 10, 9, 16, 0 },
		  { 2026, 10, 12, 7, 0 } },
		{ "its first instant",
		  OFFICE,
		  { 2026, 10, 9, 16, 0 },
		  { 2026, 10, 9, 16, 0 },
		  { 2026, 10, 12, 7, 0 } },
		{ "its last instant",
		  OFFICE,
		  { 2026, 10, 12, 6, 59 },
		  { 2026, 10, 9, 16, 0 },
		  { 2026, 10, 12, 7, 0 } },
		{ "over a change of the clock",
		  OFFICE,
		  { 2026, 10, 23, 10, 0 },
		  { 2026, 10, 23, 16, 0 },
		  { 2026, 10, 26, 8, 0 } },
		{ "between two nights it is none",
		  "1-5=22:00-06:00",
		  { 2026, 10, 6, 12, 0 },
		  { 2026, 10, 10, 4, 0 },
		  { 2026, 10, 12, 20, 0 } },
		{ "up to midnight",
		  "0-6=12:00-24:00",
		  { 2026, 10, 6, 12, 0 },
		  { 2026, 10, 6, 22, 0 },
		  { 2026, 10, 7, 10, 0 } },
		{ "midnight without a closing",
		  "1-5=00:00-24:00",
		  { 2026, 10, 6, 12, 0 },
		  { 2026, 10, 9, 22, 0 },
		  { 2026, 10, 11, 22, 0 } },
		{ "one day only",
		  "0-6=00:00-24:00!2026-10-20",
		  { 2026, 10, 6, 12, 0 },
		  { 2026, 10, 19, 22, 0 },
		  { 2026, 10, 20, 22, 0 } },
		{ "around the clock", "0-6=00:00-24:00", { 2026, 10, 6, 12, 0 }, { 0 }, { 0 } },
		{ "begins too late",
		  "0-6=00:00-24:00!2026-12-07",
		  { 2026, 10, 6, 12, 0 },
		  { 0 },
		  { 0 } },
		{ "never", "!2026-01-01", { 2026, 10, 6, 12, 0 }, { 0 }, { 0 } },
		{ "never again", "!2026-10-06=09:00-18:00", { 2026, 10, 6, 12, 0 }, { 0 }, { 0 } },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		struct vd_closure closure = { 0 };
		use(ROME, table[i].text);
		bool is_found = vd_calendar_next_closure(&cal, utc_of(table[i].at), &closure);
		assert_row(is_found == (table[i].closing[0] != 0), table[i].name);
		if (is_found) {
			assert_row(closure.closing == utc_of(table[i].closing), table[i].name);
			assert_row(closure.reopening == utc_of(table[i].reopening), table[i].name);
		}
	}
}

static void test_open_days_end(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *text;
		int at[5];
		int n;
		int end[5];
	} table[] = {
		{ "tomorrow", OFFICE, { 2026, 10, 5, 8, 0 }, 1, { 2026, 10, 6, 16, 0 } },
		{ "over the weekend", OFFICE, { 2026, 10, 8, 8, 0 }, 5, { 2026, 10, 15, 16, 0 } },
		{ "over a holiday", OFFICE, { 2026, 12, 7, 8, 0 }, 1, { 2026, 12, 9, 17, 0 } },
		{ "asked at night", OFFICE, { 2026, 10, 5, 22, 30 }, 1, { 2026, 10, 7, 16, 0 } },
		{ "nights", "1-5=22:00-06:00", { 2026, 10, 6, 2, 0 }, 2, { 2026, 10, 9, 4, 0 } },
		{ "around the clock",
		  "0-6=00:00-24:00",
		  { 2026, 10, 24, 12, 0 },
		  1,
		  { 2026, 10, 25, 23, 0 } },
		// R4: nothing of 29 March is left, so it is no open day.
		{ "dropped in the gap",
		  "0=02:00-03:00",
		  { 2026, 3, 23, 12, 0 },
		  1,
		  { 2026, 4, 5, 1, 0 } },
		{ "half a day",
		  OFFICE ",2026-12-24=09:00-13:00",
		  { 2026, 12, 23, 12, 0 },
		  1,
		  { 2026, 12, 24, 12, 0 } },
		{ "never", "!2026-01-01", { 2026, 10, 6, 12, 0 }, 1, { 0 } },
		{ "not often enough", "!2026-10-07=09:00-10:00", { 2026, 10, 6, 12, 0 }, 2, { 0 } },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		use(ROME, table[i].text);
		int64_t end = vd_calendar_open_days_end(&cal, utc_of(table[i].at), table[i].n);
		int64_t wanted = table[i].end[0] == 0 ? VD_CALENDAR_NEVER : utc_of(table[i].end);
		assert_row(end == wanted, table[i].name);
	}
}

// What a closure is, said by the other functions, at random instants.
static void test_closures_by_property(void **state)
{
	(void)state;
	static const char *const texts[] = { OFFICE, "1-5=22:00-06:00/01:00-02:00!italy",
					     "1-5=00:00-02:00+02:30-24:00!2026-03-27",
					     "5=20:00-04:00;0=09:00-13:00" };
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 30);

	for (int i = 0; i < 400; i++) {
		use(ROME, texts[i % VD_ARRAY_LEN(texts)]);
		struct vd_closure c;
		int64_t at = utc(2026, 1, 10, 0, 0) + vd_rng_below(&rng, 360 * DAY_S);
		assert_true(vd_calendar_next_closure(&cal, at, &c));
		assert_true(c.closing > at || c.reopening > at);
		assert_int_equal(vd_calendar_between(&cal, c.closing, c.reopening), 0);
		assert_true(vd_calendar_is_open(&cal, c.closing - 1));
		assert_true(vd_calendar_is_open(&cal, c.reopening));
		assert_true(vd_zone_local_day(&cal.zone, c.closing - 1) <
			    vd_zone_local_day(&cal.zone, c.reopening));
		struct vd_closure same; // from its last second it is the same one
		assert_true(vd_calendar_next_closure(&cal, c.reopening - 1, &same));
		assert_int_equal(same.closing, c.closing);
		assert_int_equal(same.reopening, c.reopening);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next_closure),
		cmocka_unit_test(test_open_days_end),
		cmocka_unit_test(test_closures_by_property),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
