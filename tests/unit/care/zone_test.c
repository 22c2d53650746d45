// SPDX-License-Identifier: MIT
#include "care/zone.h"

#include <stdlib.h>
#include <time.h>

#include "base/time.h"
#include "unit.h"

#define ROME "CET-1CEST,M3.5.0,M10.5.0/3"
#define AZORES "<-01>1<+00>,M3.5.0/0,M10.5.0/1"
#define CAIRO "EET-2EEST,M4.5.5/0,M10.5.4/24"

static struct vd_zone zone_of(const char *text)
{
	struct vd_zone zone;
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_zone_parse(vd_span_of(text), &zone, &diag);

	assert_row(err == VD_OK, diag.text);
	return zone;
}

static int64_t utc(int year, int month, int day, int hour, int minute)
{
	return vd_days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60;
}

static void test_parses(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int32_t standard_s;
		int32_t daylight_s;
	} table[] = {
		{ "UTC0", 0, 0 },
		{ "<+03>-3", 10800, 10800 },
		{ "<-0330>3:30", -12600, -12600 },
		{ "ABC-5:45:15", 20715, 20715 },
		{ "EST+5EDT,M3.2.0,M11.1.0", -18000, -14400 },
		{ "IST-1GMT0,M10.5.0,M3.5.0/1", 3600, 0 },
		{ "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 37800, 39600 },
		{ "EET-2EEST,M3.4.4/167,M10.4.4/-167:59:59", 7200, 10800 },
		{ "AAA3BBB,J60/2,299", -10800, -7200 },
		{ "Europe/Rome", 3600, 7200 },
		{ "Atlantic/Azores", -3600, 0 },
		{ "UTC", 0, 0 },
		{ "Etc/GMT+3", -10800, -10800 },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		struct vd_zone zone = zone_of(table[i].text);
		assert_row(zone.standard_s == table[i].standard_s, table[i].text);
		assert_row(zone.daylight_s == table[i].daylight_s, table[i].text);
	}
	struct vd_zone zone = zone_of("EET-2EEST,J60/167,M10.4.5/-1:30:15");
	assert_int_equal(zone.to_daylight.form, 'J');
	assert_int_equal(zone.to_daylight.day, 60);
	assert_int_equal(zone.to_daylight.time_s, 167 * 3600);
	assert_int_equal(zone.to_standard.form, 'M');
	assert_int_equal(zone.to_standard.month, 10);
	assert_int_equal(zone.to_standard.week, 4);
	assert_int_equal(zone.to_standard.day, 5);
	assert_int_equal(zone.to_standard.time_s, -5415);
}

static void test_refuses_with_the_place(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *says;
	} table[] = {
		{ "", "neither a known time zone" },
		{ "Europe/Roma", "neither a known time zone" },
		{ "CE-1", "column 3" },
		{ "<+03-3", "column 7" },
		{ "<+3>-3", "column 4" },
		{ "CET-25", "column 5" },
		{ "CET-1:60", "column 7" },
		{ "CET-1CEST1:", "column 12" },
		{ "CET-1CEST", "column 10 " }, // POSIX: "implementation-defined"; we don't guess
		{ "CET-1CEST,M3.5.0", "column 17" },
		{ "CET-1CEST,M13.5.0,M10.5.0", "column 12" },
		{ "CET-1CEST,M3.0.0,M10.5.0", "column 14" },
		{ "CET-1CEST,M3.5.7,M10.5.0", "column 16" },
		{ "CET-1CEST,M3-5.0,M10.5.0", "column 13" },
		{ "CET-1CEST,J0,M10.5.0", "column 12" },
		{ "CET-1CEST,366,M10.5.0", "column 11" },
		{ "CET-1CEST,M3.5.0/168,M10.5.0", "column 18" },
		{ "CET-1CEST,M3.5.0,M10.5.0/3x", "column 27" },
		{ "UTC0 ", "column 5" },
		{ "CET-99999999999999999999", "column 5" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		struct vd_zone zone;
		struct vd_diag diag = { 0 };
		assert_row(vd_zone_parse(vd_span_of(table[i].text), &zone, &diag) != VD_OK,
			   table[i].text);
		assert_row(strstr(diag.text, table[i].says) != NULL, diag.text);
	}
}

// The C library's own engine for the same rules, at odd steps over twelve years.
static void test_offsets_are_those_of_libc(void **state)
{
	(void)state;
	static const char *const rules[] = {
		ROME,
		AZORES,
		CAIRO,
		"UTC0",
		"<+0545>-5:45",
		"EST5EDT,M3.2.0,M11.1.0",
		"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", // Lord Howe: half an hour, southern
		"<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45",
		"EET-2EEST,M3.4.4/50,M10.4.4/50",
		"<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
		"IST-1GMT0,M10.5.0,M3.5.0/1", // daylight time behind standard time
		"<-04>4<-03>,M9.1.6/24,M4.1.6/24",
		"AAA3BBB,J60/2,J300/1",
		"AAA3BBB,59/2,299/1",
		"CST5CDT,M3.2.0/0,M11.1.0/1",
		"ABC4DEF,M2.4.3/23,M11.1.6/24",
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rules); i++) {
		struct vd_zone zone = zone_of(rules[i]);
		assert_int_equal(setenv("TZ", rules[i], 1), 0);
		tzset();
		for (int64_t t = utc(2023, 1, 1, 0, 0); t < utc(2035, 1, 1, 0, 0);
		     t += 5 * 3600 + 1) {
			time_t libc_t = (time_t)t;
			struct tm tm;
			assert_non_null(localtime_r(&libc_t, &tm));
			assert_row(vd_zone_offset(&zone, t) == tm.tm_gmtoff, rules[i]);
		}
	}
	assert_int_equal(unsetenv("TZ"), 0);
}

static void test_daylight_time_all_year(void **state)
{
	(void)state;
	struct vd_zone zone = zone_of("EST5EDT,0/0,J365/25"); // RFC 8536 3.3.1
	struct vd_zone_transition transition;

	for (int64_t t = utc(2026, 12, 25, 0, 0); t < utc(2027, 1, 10, 0, 0); t += 600) {
		assert_int_equal(vd_zone_offset(&zone, t), -4 * 3600);
	}
	assert_int_equal(vd_zone_transitions(&zone, utc(2026, 6, 1, 0, 0), &transition, 1), 0);
	assert_int_equal(vd_zone_to_instant(&zone, utc(2027, 1, 1, 0, 0), VD_OCCURRENCE_FIRST),
			 utc(2027, 1, 1, 4, 0));
}

static void test_transitions(void **state)
{
	(void)state;
	struct vd_zone zone = zone_of(ROME);
	struct vd_zone_transition t[4];
	int64_t spring = utc(2026, 3, 29, 1, 0);

	assert_int_equal(vd_zone_transitions(&zone, spring - 1, t, 4), 4);
	assert_int_equal(t[0].at, spring);
	assert_int_equal(t[0].before_s, 3600);
	assert_int_equal(t[0].after_s, 7200);
	assert_int_equal(t[1].at, utc(2026, 10, 25, 1, 0));
	assert_int_equal(t[1].after_s, 3600);
	assert_int_equal(t[3].at, utc(2027, 10, 31, 1, 0));
	assert_int_equal(vd_zone_transitions(&zone, spring, t, 1), 1); // > after, not >=
	assert_int_equal(t[0].at, utc(2026, 10, 25, 1, 0));
	assert_int_equal(vd_zone_offset(&zone, spring - 1), 3600);
	assert_int_equal(vd_zone_offset(&zone, spring), 7200);
}

static void test_gap_and_overlap(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *rule;
		int local[5];
		int first[5];
		int second[5];
	} table[] = {
		{ "plain winter",
		  ROME,
		  { 2026, 1, 5, 9, 0 },
		  { 2026, 1, 5, 8, 0 },
		  { 2026, 1, 5, 8, 0 } },
		{ "before the gap",
		  ROME,
		  { 2026, 3, 29, 1, 59 },
		  { 2026, 3, 29, 0, 59 },
		  { 2026, 3, 29, 0, 59 } },
		{ "gap's first",
		  ROME,
		  { 2026, 3, 29, 2, 0 },
		  { 2026, 3, 29, 1, 0 },
		  { 2026, 3, 29, 1, 0 } },
		{ "in the gap",
		  ROME,
		  { 2026, 3, 29, 2, 30 },
		  { 2026, 3, 29, 1, 0 },
		  { 2026, 3, 29, 1, 0 } },
		{ "gap's end",
		  ROME,
		  { 2026, 3, 29, 3, 0 },
		  { 2026, 3, 29, 1, 0 },
		  { 2026, 3, 29, 1, 0 } },
		{ "behind the gap",
		  ROME,
		  { 2026, 3, 29, 3, 1 },
		  { 2026, 3, 29, 1, 1 },
		  { 2026, 3, 29, 1, 1 } },
		{ "before the overlap",
		  ROME,
		  { 2026, 10, 25, 1, 59 },
		  { 2026, 10, 24, 23, 59 },
		  { 2026, 10, 24, 23, 59 } },
		{ "overlap's first",
		  ROME,
		  { 2026, 10, 25, 2, 0 },
		  { 2026, 10, 25, 0, 0 },
		  { 2026, 10, 25, 1, 0 } },
		{ "in the overlap",
		  ROME,
		  { 2026, 10, 25, 2, 30 },
		  { 2026, 10, 25, 0, 30 },
		  { 2026, 10, 25, 1, 30 } },
		{ "overlap's end",
		  ROME,
		  { 2026, 10, 25, 3, 0 },
		  { 2026, 10, 25, 2, 0 },
		  { 2026, 10, 25, 2, 0 } },
		{ "missing midnight",
		  AZORES,
		  { 2026, 3, 29, 0, 0 },
		  { 2026, 3, 29, 1, 0 },
		  { 2026, 3, 29, 1, 0 } },
		{ "midnight twice",
		  AZORES,
		  { 2026, 10, 25, 0, 0 },
		  { 2026, 10, 25, 0, 0 },
		  { 2026, 10, 25, 1, 0 } },
		{ "Cairo's spring",
		  CAIRO,
		  { 2026, 4, 24, 0, 30 },
		  { 2026, 4, 23, 22, 0 },
		  { 2026, 4, 23, 22, 0 } },
		{ "Cairo's autumn",
		  CAIRO,
		  { 2026, 10, 29, 23, 30 },
		  { 2026, 10, 29, 20, 30 },
		  { 2026, 10, 29, 21, 30 } },
		{ "no daylight time",
		  "<+03>-3",
		  { 2026, 3, 29, 2, 30 },
		  { 2026, 3, 28, 23, 30 },
		  { 2026, 3, 28, 23, 30 } },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		struct vd_zone zone = zone_of(table[i].rule);
		const int *l = table[i].local;
		const int *f = table[i].first;
		const int *s = table[i].second;
		int64_t local_s = utc(l[0], l[1], l[2], l[3], l[4]);
		assert_row(vd_zone_to_instant(&zone, local_s, VD_OCCURRENCE_FIRST) ==
				   utc(f[0], f[1], f[2], f[3], f[4]),
			   table[i].name);
		assert_row(vd_zone_to_instant(&zone, local_s, VD_OCCURRENCE_SECOND) ==
				   utc(s[0], s[1], s[2], s[3], s[4]),
			   table[i].name);
	}
}

// R5: dates are ranges without holes, even where a clock goes back over midnight.
static void test_dates_are_ranges(void **state)
{
	(void)state;
	static const char *const rules[] = { ROME,
					     AZORES,
					     CAIRO,
					     "XXX-1YYY,M3.5.0/0:30,M10.5.0/0:30",
					     "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
					     "<+14>-14" };
	for (size_t i = 0; i < VD_ARRAY_LEN(rules); i++) {
		struct vd_zone zone = zone_of(rules[i]);
		int64_t day = vd_days_from_civil(2026, 1, 1);
		int64_t next = vd_zone_day_start(&zone, day);
		for (int n = 0; n < 800; n++) {
			int64_t start = next;
			next = vd_zone_day_start(&zone, day + n + 1);
			assert_row(next - start >= 22 * 3600 && next - start <= 26 * 3600,
				   rules[i]);
			assert_row(vd_zone_local_day(&zone, start - 1) == day + n - 1, rules[i]);
			for (int64_t t = start; t < start + 7200; t += 1200) {
				assert_row(vd_zone_local_day(&zone, t) == day + n, rules[i]);
			}
			assert_row(vd_zone_local_day(&zone, next - 1) == day + n, rules[i]);
		}
	}
	struct vd_zone azores = zone_of(AZORES);
	int64_t day = vd_days_from_civil(2026, 3, 29);
	assert_int_equal(vd_zone_day_start(&azores, day), utc(2026, 3, 29, 1, 0));
	assert_int_equal(vd_zone_day_start(&azores, day + 1), utc(2026, 3, 30, 0, 0));
	assert_int_equal(vd_zone_day_start(&azores, vd_days_from_civil(2026, 10, 25)),
			 utc(2026, 10, 25, 0, 0));
}

// The table is a shortcut: without it the same changes come out, at its edges too.
static void test_the_table_tells_what_the_rule_tells(void **state)
{
	(void)state;
	static const char *const zones[] = { "Europe/Rome",  "America/New_York", "Australia/Sydney",
					     "Africa/Cairo", "America/Asuncion", "Europe/Dublin" };
	for (size_t i = 0; i < VD_ARRAY_LEN(zones); i++) {
		struct vd_zone zone;
		assert_ok(vd_zone_parse(vd_span_of(zones[i]), &zone, NULL));
		struct vd_zone bare = zone;
		memset(bare.table, 0, sizeof(bare.table));
		for (int64_t at = INT64_C(900000000); at < INT64_C(3600000000); at += 1000003) {
			struct vd_zone_transition a[3];
			struct vd_zone_transition b[3];
			size_t n = vd_zone_transitions(&bare, at, b, 3);
			assert_int_equal(vd_zone_transitions(&zone, at, a, 3), n);
			assert_memory_equal(a, b, n * sizeof(a[0]));
			if (n > 0) { // the very instant of a change is behind it
				(void)vd_zone_transitions(&bare, b[0].at, b, 1);
				(void)vd_zone_transitions(&zone, a[0].at, a, 1);
				assert_memory_equal(a, b, sizeof(a[0]));
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table_tells_what_the_rule_tells),
		cmocka_unit_test(test_parses),
		cmocka_unit_test(test_refuses_with_the_place),
		cmocka_unit_test(test_offsets_are_those_of_libc),
		cmocka_unit_test(test_daylight_time_all_year),
		cmocka_unit_test(test_transitions),
		cmocka_unit_test(test_gap_and_overlap),
		cmocka_unit_test(test_dates_are_ranges),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
