// SPDX-License-Identifier: MIT
#include "care/calendar.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/rng.h"
#include "base/time.h"
#include "random_calendar.h"
#include "unit.h"

#define ROME "CET-1CEST,M3.5.0,M10.5.0/3"
#define AZORES "<-01>1<+00>,M3.5.0/0,M10.5.0/1"
#define OFFICE "1-5=09:00-18:00!italy"
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

static void test_due(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *zone;
		const char *text;
		int64_t start;
		int64_t target;
		int64_t due;
	} table[] = {
		{ "inside one day", ROME, OFFICE, 1791556200, 3600, 1791559800 },
		{ "over the weekend", ROME, OFFICE, 1791559800, 3600, 1791790200 },
		{ "R7: used up at closing", ROME, OFFICE, 1791558000, 3600, 1791561600 },
		{ "arrives at closing", ROME, OFFICE, 1791561600, 1800, 1791790200 },
		{ "last open second", ROME, OFFICE, 1791561599, 1, 1791561600 },
		{ "one second too many", ROME, OFFICE, 1791561599, 2, 1791788401 },
		{ "arrives at opening", ROME, OFFICE, 1791788400, 1800, 1791790200 },
		{ "R7: after a week", ROME, OFFICE, 1791788400, 5 * 9 * 3600, 1792166400 },
		{ "R7: after three weeks", ROME, "1-5=09:00-18:00", 1789369200, 15 * 9 * 3600,
		  1790956800 },
		{ "R7: after 31 days", ROME, "0-6=09:00-18:00", 1788505200, 31 * 9 * 3600,
		  1791129600 },
		{ "late part before plain dates", ROME,
		  "0-6=02:00-03:00!2026-10-09=22:00-06:00/01:00-04:00", 1791576000, 6 * 3600,
		  1791604800 },
		{ "no target", ROME, OFFICE, 1791561600, 0, 1791561600 },
		{ "the story", ROME, OFFICE, 1790952000, 14400, 1791193200 },
		{ "holiday on a Tuesday", ROME, OFFICE, 1796659200, 7200, 1796806800 },
		{ "half day", ROME, OFFICE ",2026-12-24=09:00-13:00", 1798110000, 7200,
		  1798448400 },
		{ "Easter and DST", ROME, OFFICE, 1806076800, 7200, 1806393600 },
		{ "spring weekend", ROME, OFFICE, 1774629000, 3600, 1774855800 },
		{ "autumn weekend", ROME, OFFICE, 1792769400, 3600, 1793003400 },
		{ "24/7 through the gap", ROME, "0-6=00:00-24:00", 1774744200, 3600, 1774747800 },
		{ "24/7 through the overlap", ROME, "0-6=00:00-24:00", 1792884600, 7200,
		  1792891800 },
		{ "over lunch", ROME, "1-5=09:00-18:00/13:00-14:00", 1791801900, 1800, 1791807300 },
		{ "1440 minutes", ROME, "0-6=00:00-24:00", 1791756000, 86400, 1791842400 },
		{ "more than 30 days", ROME, OFFICE, 1791183600, 720000, 1793786400 },
		{ "R8: never", ROME, "!2026-01-01", 1791183600, 3600, VD_CALENDAR_NEVER },
		{ "R5: no midnight", AZORES, "0-6=00:00-24:00!2026-03-29", 1774744200, 3600,
		  1774830600 },
		{ "Sunday by exception", ROME, "1-6=10:00-20:00!2026-12-13=10:00-20:00", 1797100200,
		  3600, 1797154200 },
		{ "exception beats holiday", ROME, OFFICE ",2026-12-08=09:00-18:00", 1796659200,
		  7200, 1796720400 },
		{ "year end", ROME, OFFICE, 1798734600, 3600, 1799051400 },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		use(table[i].zone, table[i].text);
		assert_row(vd_calendar_due(&cal, table[i].start, table[i].target) == table[i].due,
			   table[i].name);
	}
}

static void test_between(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *zone;
		const char *text;
		int a[5];
		int b[5];
		int64_t open_s;
	} table[] = {
		{ "nothing", ROME, OFFICE, { 2026, 10, 5, 10, 0 }, { 2026, 10, 5, 10, 0 }, 0 },
		{ "backwards", ROME, OFFICE, { 2026, 10, 5, 10, 0 }, { 2026, 10, 5, 9, 0 }, 0 },
		{ "the story",
		  ROME,
		  OFFICE,
		  { 2026, 10, 2, 14, 40 },
		  { 2026, 10, 5, 14, 40 },
		  32400 },
		{ "25 hours",
		  ROME,
		  "0-6=00:00-24:00",
		  { 2026, 10, 24, 22, 0 },
		  { 2026, 10, 25, 23, 0 },
		  90000 },
		{ "23 hours",
		  ROME,
		  "0-6=00:00-24:00",
		  { 2026, 3, 28, 23, 0 },
		  { 2026, 3, 29, 22, 0 },
		  82800 },
		{ "night in spring",
		  ROME,
		  "0-6=22:00-06:00",
		  { 2026, 3, 28, 21, 0 },
		  { 2026, 3, 29, 4, 0 },
		  25200 },
		{ "night in autumn",
		  ROME,
		  "0-6=22:00-06:00",
		  { 2026, 10, 24, 20, 0 },
		  { 2026, 10, 25, 5, 0 },
		  32400 },
		// R3: Saturday's night is closed whole, Friday's goes on into Saturday.
		{ "a night by its start",
		  ROME,
		  "0-6=22:00-06:00!2026-10-10",
		  { 2026, 10, 9, 20, 0 },
		  { 2026, 10, 11, 18, 0 },
		  8 * 3600 },
		// R4: nothing is left of it in the gap.
		{ "empty in the gap",
		  ROME,
		  "0=02:00-03:00",
		  { 2026, 3, 28, 0, 0 },
		  { 2026, 3, 30, 0, 0 },
		  0 },
		{ "half of it in the gap",
		  ROME,
		  "0=02:30-03:30",
		  { 2026, 3, 28, 0, 0 },
		  { 2026, 3, 30, 0, 0 },
		  1800 },
		{ "from first to second",
		  ROME,
		  "0=02:15-02:30",
		  { 2026, 10, 24, 0, 0 },
		  { 2026, 10, 26, 0, 0 },
		  4500 },
		// Both reach over the repeated hour: 00:00 to 06:00 is 7 h that day, not 8.
		{ "overlap counts once",
		  ROME,
		  "0=00:00-02:30+02:30-06:00",
		  { 2026, 10, 24, 0, 0 },
		  { 2026, 10, 26, 0, 0 },
		  7 * 3600 },
		// R5: the 24th ends where the 25th begins, although midnight comes twice.
		{ "closed with both midnights",
		  AZORES,
		  "0-6=00:00-24:00!2026-10-25",
		  { 2026, 10, 24, 23, 0 },
		  { 2026, 10, 26, 2, 0 },
		  3600 + 3600 },
		{ "a night into an open date",
		  ROME,
		  "0-6=22:00-06:00!2026-10-10=05:00-10:00",
		  { 2026, 10, 9, 20, 0 },
		  { 2026, 10, 10, 18, 0 },
		  12 * 3600 },
		// The break at 02:00 belongs to the night of the 9th, and the 10th opens inside it.
		{ "late part beside an exception",
		  ROME,
		  "0-6=22:00-06:00/02:00-03:00!2026-10-10=01:00-02:30",
		  { 2026, 10, 9, 20, 0 },
		  { 2026, 10, 10, 18, 0 },
		  7 * 3600 + 1800 },
		// The same before a run of plain dates.
		{ "late part beside plain dates",
		  ROME,
		  "0-6=02:00-03:00!2026-10-09=22:00-06:00/01:00-04:00",
		  { 2026, 10, 9, 20, 0 },
		  { 2026, 10, 20, 0, 0 },
		  (3 + 2 + 10) * 3600 },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		const int *a = table[i].a;
		const int *b = table[i].b;
		use(table[i].zone, table[i].text);
		int64_t got = vd_calendar_between(&cal, utc(a[0], a[1], a[2], a[3], a[4]),
						  utc(b[0], b[1], b[2], b[3], b[4]));
		if (got != table[i].open_s) {
			print_error("%s: %" PRId64 ", not %" PRId64 "\n", table[i].name, got,
				    table[i].open_s);
			fail();
		}
	}
}

static void test_refuses_with_the_place(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *says;
	} table[] = {
		{ "", "missing at column 1" },
		{ "x", "weekday from 0 (Sunday) to 6 is expected at column 1" },
		{ "7=09:00-18:00", "column 1" },
		{ "1-7=09:00-18:00", "column 3" },
		{ "1-5", "'=' behind the weekdays is expected at column 4" },
		{ "1-5=", "HH:MM is expected at column 5" },
		{ "1-5=9:00-18:00", "column 5" },
		{ "1-5=09:00", "'-' between two times is expected at column 10" },
		{ "1-5=09:60-18:00", "outside 00:00 to 24:00 at column 5" },
		{ "1-5=09:00-24:01", "outside 00:00 to 24:00 at column 11" },
		{ "1-5=24:00-03:00", "can't begin at 24:00 at column 5" },
		{ "1-5=09:00-09:00", "empty at column 5" },
		{ "1-5=09:00-13:00+12:00-18:00", "overlaps another one of its day at column 17" },
		{ "1-5=09:00-13:00+08:00-18:00", "overlaps" },
		{ "1-5=22:00-06:00+23:00-23:30", "overlaps" },
		{ "1-5=09:00-18:00/08:00-10:00", "break is not inside its interval at column 17" },
		{ "1-5=09:00-18:00/13:00-18:00", "break is not inside" },
		{ "1-5=09:00-18:00/13:00-14:00/13:30-15:00", "break is not inside" },
		{ "1-5=22:00-06:00/06:00-07:00", "break is not inside" },
		{ "1=22:00-06:00;2=05:00-09:00",
		  "night of weekday 1 overlaps the hours of weekday 2" },
		{ "6=22:00-06:00;0=05:00-09:00",
		  "night of weekday 6 overlaps the hours of weekday 0" },
		{ "1-5=09:00-18:00;3=09:00-12:00", "given twice at column 17" },
		{ "1-5=09:00-18:00;", "column 17" },
		{ "1-5=09:00-18:00 ", "does not belong here at column 16" },
		{ "1-5=09:00-18:00!",
		  "a day as YYYY-MM-DD, MM-DD, easter+N or Mm.w.d is expected at column 17" },
		{ "1-5=09:00-18:00!2026-02-29", "no such date at column 17" },
		{ "1-5=09:00-18:00!2026-13-01", "no such date" },
		{ "1-5=09:00-18:00!2026-1-1", "YYYY-MM-DD is expected" },
		{ "1-5=09:00-18:00!2026-01-01,2026-01-01=09:00-12:00",
		  "two different exceptions at column 28" },
		{ "1-5=09:00-18:00!2026-01-01=", "HH:MM" },
		{ "1-5=09:00-18:00!italia", "YYYY-MM-DD, MM-DD, easter+N or Mm.w.d" },
		{ "1-5=09:00-18:00!13-01", "no such date at column 17" },
		{ "1-5=09:00-18:00!02-30", "no such date at column 17" },
		{ "1-5=09:00-18:00!easter+",
		  "number of days from Easter is expected at column 24" },
		{ "1-5=09:00-18:00!easter-81", "another year then at column 17" },
		{ "1-5=09:00-18:00!easter+251", "another year then" },
		{ "1-5=09:00-18:00!M13.1.1", "no such date" },
		{ "1-5=09:00-18:00!M1.0.1", "no such date" },
		{ "1-5=09:00-18:00!M1.6.1", "no such date" },
		{ "1-5=09:00-18:00!M1.1.7", "no such date" },
		{ "1-5=09:00-18:00!M1.1", "M11.4.4 are expected at column 17" },
		{ "1-5=09:00-18:00!12-24@", "years as YYYY" },
		{ "1-5=09:00-18:00!12-24@26", "years as YYYY" },
		{ "1-5=09:00-18:00!12-24@0000", "years as YYYY" },
		{ "1-5=09:00-18:00!12-24@2027-2026", "wrong way round at column 23" },
		{ "1-5=09:00-18:00!2026-12-24@2026", "does not belong here at column 27" },
		{ "1-5=09:00-18:00!12-24,12-24=09:00-13:00",
		  "two different exceptions at column 23" },
		{ "1-5=09:00-18:00!12-24(Vigilia", "')' behind the name is missing at column 23" },
		{ "1-5=09:00-18:00!12-24(Vigilia\\)", "')' behind the name is missing" },
		{ "1-5=09:00-18:00!12-24(a\tb)", "control character" },
		{ "1-5=09:00-18:00!12-24(a\xff)", "not in UTF-8" },
		{ "1-5=09:00-18:00!12-24(1234567890123456789012345678901234567890123456789012345"
		  "67890123456789012345678901234567890123456)",
		  "name is too long" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		struct vd_diag diag = { 0 };
		enum vd_err err =
			vd_calendar_parse(VD_SPAN("UTC0"), vd_span_of(table[i].text), &cal, &diag);
		assert_row(err != VD_OK, table[i].text);
		assert_row(strstr(diag.text, table[i].says) != NULL, diag.text);
		assert_row(strncmp(diag.text, "calendar: ", 10) == 0, diag.text);
	}
	struct vd_diag diag = { 0 };
	assert_err(
		vd_calendar_parse(VD_SPAN("Mars/Olympus"), VD_SPAN("1=09:00-10:00"), &cal, &diag),
		VD_ERR_NOT_FOUND);
	assert_non_null(strstr(diag.text, "Mars/Olympus"));
}

static void test_parses(void **state)
{
	(void)state;
	use("UTC0",
	    "5-0=14:00-18:00+09:00-13:00;2=22:00-06:00/23:30-00:30/02:00-02:30;3=08:00-24:00"
	    "!2026-12-26,2026-12-24=09:00-13:00,italy,2026-12-26");
	static const int n[7] = { 2, 0, 3, 1, 0, 2, 2 };
	for (int day = 0; day < 7; day++) {
		assert_int_equal(cal.week[day].n, n[day]);
	}
	const struct vd_interval *saturday = &cal.intervals[cal.week[6].first];
	assert_int_equal(saturday[0].open_s, 9 * 3600);
	assert_int_equal(saturday[1].open_s, 14 * 3600);
	assert_int_equal(cal.week[6].first, cal.week[0].first); // kept once
	assert_int_equal(cal.week[6].open_s, 8 * 3600);
	const struct vd_interval *night = &cal.intervals[cal.week[2].first];
	assert_int_equal(night[0].close_s, 23 * 3600 + 1800);
	assert_int_equal(night[1].open_s, DAY_S + 1800);
	assert_int_equal(night[1].close_s, DAY_S + 2 * 3600);
	assert_int_equal(night[2].open_s, DAY_S + 9000);
	assert_int_equal(night[2].close_s, DAY_S + 6 * 3600);
	assert_int_equal(cal.intervals[cal.week[3].first].close_s, DAY_S);
	assert_int_equal(cal.reach_s, DAY_S + 6 * 3600);
	assert_int_equal(cal.n_exceptions, 2);
	assert_int_equal(cal.n_rules, 12);
	assert_true(cal.exceptions[0].day < cal.exceptions[1].day);
	assert_int_equal(cal.exceptions[0].hours.n, 1);
	assert_int_equal(cal.exceptions[1].hours.n, 0);
}

static void test_holds_its_exceptions_and_no_more(void **state)
{
	(void)state;
	static char text[VD_CALENDAR_EXCEPTIONS * 11 + 64];
	size_t n = (size_t)snprintf(text, sizeof(text), "1-5=09:00-18:00!");
	for (int i = 0; i <= VD_CALENDAR_EXCEPTIONS; i++) {
		int64_t year;
		int month;
		int day;
		vd_civil_from_days(20454 - 3 * i, &year, &month,
				   &day); // descending: sorted on the way
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%04d-%02d-%02d,", (int)year,
				      month, day);
	}
	struct vd_diag diag = { 0 };
	assert_err(vd_calendar_parse(VD_SPAN("UTC0"), vd_span_make(text, n - 1), &cal, &diag),
		   VD_ERR_ROOM);
	assert_ok(vd_calendar_parse(VD_SPAN("UTC0"), vd_span_make(text, n - 12), &cal, &diag));
	assert_int_equal(cal.n_exceptions, VD_CALENDAR_EXCEPTIONS);
	for (int i = 1; i < cal.n_exceptions; i++) {
		assert_true(cal.exceptions[i - 1].day < cal.exceptions[i].day);
	}
}

// Half an hour open, half an hour closed, on every day; and as many intervals as a day may have.
static void test_many_intervals(void **state)
{
	(void)state;
	static char text[VD_CALENDAR_INTERVALS * 12 + 16 + 64];
	size_t n = (size_t)snprintf(text, sizeof(text), "0-6=");
	for (int i = 0; i <= VD_CALENDAR_INTERVALS; i++) {
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%02d:%02d-%02d:%02d",
				      i > 0 ? "+" : "", i * 20 / 60, i * 20 % 60, i * 20 / 60,
				      i * 20 % 60 + 10);
	}
	struct vd_diag diag = { 0 };
	assert_err(vd_calendar_parse(VD_SPAN("UTC0"), vd_span_make(text, n), &cal, &diag),
		   VD_ERR_ROOM);
	assert_non_null(strstr(diag.text, "too many intervals"));
	use("UTC0", "0-6=00:00-00:30+01:00-01:30+02:00-02:30+03:00-03:30+04:00-04:30+05:00-05:30"
		    "+06:00-06:30+07:00-07:30+08:00-08:30+09:00-09:30+10:00-10:30+11:00-11:30"
		    "+12:00-12:30+13:00-13:30+14:00-14:30+15:00-15:30+16:00-16:30+17:00-17:30"
		    "+18:00-18:30+19:00-19:30+20:00-20:30+21:00-21:30+22:00-22:30+23:00-23:30");
	int64_t a = utc(2026, 1, 1, 0, 0);
	assert_int_equal(vd_calendar_between(&cal, a, a + 365 * DAY_S), 365 * DAY_S / 2);
	assert_int_equal(vd_calendar_due(&cal, a, 365 * DAY_S / 2), a + 365 * DAY_S - 1800);
}

// R8 to the second.
static void test_horizon(void **state)
{
	(void)state;
	use("UTC0", "!2026-02-05=00:00-12:00");
	int64_t open = utc(2026, 2, 5, 0, 0);
	int64_t horizon_s = (int64_t)VD_CALENDAR_HORIZON_DAYS * DAY_S;

	assert_int_equal(vd_calendar_due(&cal, open + 100 - horizon_s, 100), open + 100);
	assert_int_equal(vd_calendar_due(&cal, open + 99 - horizon_s, 100), VD_CALENDAR_NEVER);
	assert_int_equal(vd_calendar_due(&cal, open, 12 * 3600), open + 12 * 3600);
	assert_int_equal(vd_calendar_due(&cal, open, 12 * 3600 + 1), VD_CALENDAR_NEVER);
	assert_int_equal(vd_calendar_due(&cal, open, INT64_MAX), VD_CALENDAR_NEVER);
	assert_true(vd_calendar_covers(&cal, open - 59 * DAY_S, 60));
	assert_true(vd_calendar_covers(&cal, open + 12 * 3600 - 1, 60));
	assert_false(vd_calendar_covers(&cal, open - 60 * DAY_S, 60));
	assert_false(vd_calendar_covers(&cal, open + 12 * 3600, 60));
}

static void test_changes(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int at[5];     // UTC
		int change[5]; // year 0: never
		bool is_open;
	} table[] = {
		{ OFFICE, { 2026, 10, 9, 15, 59 }, { 2026, 10, 9, 16, 0 }, true },
		{ OFFICE, { 2026, 10, 9, 16, 0 }, { 2026, 10, 12, 7, 0 }, false },
		{ OFFICE, { 2026, 10, 12, 7, 0 }, { 2026, 10, 12, 16, 0 }, true },
		{ OFFICE, { 2026, 12, 24, 17, 0 }, { 2026, 12, 28, 8, 0 }, false },
		{ "0-6=22:00-06:00", { 2026, 10, 24, 20, 0 }, { 2026, 10, 25, 5, 0 }, true },
		{ "0-6=00:00-24:00", { 2026, 10, 24, 20, 0 }, { 0 }, true },
		{ "0-6=00:00-24:00!2027-10-24",
		  { 2026, 10, 24, 20, 0 },
		  { 2027, 10, 23, 22, 0 },
		  true },
		{ "1-5=09:00-13:00+13:00-18:00",
		  { 2026, 10, 9, 8, 0 },
		  { 2026, 10, 9, 16, 0 },
		  true },
		{ "!2026-01-01", { 2026, 10, 9, 8, 0 }, { 0 }, false },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		use(ROME, table[i].text);
		const int *a = table[i].at;
		const int *c = table[i].change;
		int64_t at = utc(a[0], a[1], a[2], a[3], a[4]);
		int64_t change = c[0] == 0 ? VD_CALENDAR_NEVER : utc(c[0], c[1], c[2], c[3], c[4]);
		assert_row(vd_calendar_is_open(&cal, at) == table[i].is_open, table[i].text);
		assert_row(vd_calendar_next_change(&cal, at) == change, table[i].text);
	}
}

static void test_far_instants_are_closed(void **state)
{
	(void)state;
	use("UTC0", "0-6=00:00-24:00");
	int64_t whole = vd_calendar_between(&cal, INT64_MIN, INT64_MAX);
	assert_int_equal(whole, utc(9999, 12, 31, 23, 59) + 59 - utc(1, 1, 1, 0, 0));
	static const int64_t far[] = { INT64_MIN, INT64_MIN + 1, INT64_MAX - 1, INT64_MAX };
	for (size_t i = 0; i < VD_ARRAY_LEN(far); i++) {
		assert_int_equal(vd_calendar_due(&cal, far[i], 1), VD_CALENDAR_NEVER);
		assert_false(vd_calendar_is_open(&cal, far[i]));
		assert_int_equal(vd_calendar_next_change(&cal, far[i]), VD_CALENDAR_NEVER);
	}
	use(ROME,
	    "1-5=09:00-18:00!italy"); // the rules begin in 1949 and are not overlooked from afar
	int64_t from = utc(1, 1, 1, 0, 0);
	int64_t middle = utc(1955, 6, 1, 0, 0);
	int64_t to = utc(2026, 6, 1, 0, 0);
	assert_int_equal(vd_calendar_between(&cal, from, to),
			 vd_calendar_between(&cal, from, middle) +
				 vd_calendar_between(&cal, middle, to));
}

// Hours that each change of the clock makes shorter or longer, over more than are held at a time.
static void test_many_changes_of_the_clock(void **state)
{
	(void)state;
	use(ROME, "0=00:00-06:00!2030-03-31");
	int64_t sum = 0;
	for (int year = 2020; year < 2050; year++) {
		sum += vd_calendar_between(&cal, utc(year, 1, 1, 0, 0), utc(year + 1, 1, 1, 0, 0));
	}
	int64_t whole = vd_calendar_between(&cal, utc(2020, 1, 1, 0, 0), utc(2050, 1, 1, 0, 0));
	assert_int_equal(whole, sum);
	// 30 years, 1,565 Sundays; all clocks forward and back cancel out but in 2030.
	assert_int_equal(whole, 1565 * 6 * 3600 - 5 * 3600);
}

/*
 * A slow engine to compare with: every quarter of an hour of 460 days is painted from local times
 * that are found by search, with none of calendar.c's or zone.c's ways from local time to instants.
 */
#define CELL_S 900
#define CELLS (460 * 96)
static struct {
	int64_t begin;
	int64_t highest[CELLS]; // local time, in cells, that was reached so far
	int64_t local[CELLS];
	bool is_open[CELLS];
	int64_t sum[CELLS + 1];
} slow;

static void load_slow_zone(int64_t begin)
{
	slow.begin = begin;
	for (int i = 0; i < CELLS; i++) {
		int64_t t = begin + (int64_t)i * CELL_S;
		slow.local[i] = (t + vd_zone_offset(&cal.zone, t)) / CELL_S;
		slow.highest[i] = i == 0 || slow.local[i] > slow.highest[i - 1]
					  ? slow.local[i]
					  : slow.highest[i - 1];
	}
}

static int first_cell(int64_t local_s)
{
	int low = 0;
	int high = CELLS;
	while (low < high) {
		int middle = (low + high) / 2;
		if (slow.highest[middle] < local_s / CELL_S) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static int last_cell(int64_t local_s)
{
	int first = first_cell(local_s);
	for (int i = first + 12 < CELLS ? first + 12 : CELLS - 1; i > first; i--) {
		if (slow.local[i] == local_s / CELL_S) {
			return i;
		}
	}
	return first;
}

static void paint_slow(void)
{
	memset(slow.is_open, 0, sizeof(slow.is_open));
	for (int64_t day = slow.begin / DAY_S + 2; day < slow.begin / DAY_S + 456; day++) {
		const char *name;
		const struct vd_day_hours *hours = vd_calendar_hours(&cal, day, &name);
		for (int i = 0; i < hours->n; i++) {
			int64_t open_s = cal.intervals[hours->first + i].open_s;
			int64_t close_s = cal.intervals[hours->first + i].close_s;
			int end = close_s == DAY_S ? first_cell((day + 1) * DAY_S)
						   : last_cell(day * DAY_S + close_s);
			for (int c = first_cell(day * DAY_S + open_s); c < end; c++) {
				slow.is_open[c] = true;
			}
		}
	}
	for (int i = 0; i < CELLS; i++) {
		slow.sum[i + 1] = slow.sum[i] + (slow.is_open[i] ? CELL_S : 0);
	}
}

static int64_t slow_until(int64_t t)
{
	int64_t cell = (t - slow.begin) / CELL_S;
	return slow.sum[cell] + (slow.is_open[cell] ? (t - slow.begin) % CELL_S : 0);
}

static void make_random_calendar(const struct vd_rng *rng, const char *zone, int64_t begin)
{
	static char memory[1 << 16];
	struct vd_buf text;
	enum vd_err err;

	do {
		vd_buf_init(&text, memory, sizeof(memory));
		random_put_calendar(rng, begin / DAY_S, &text);
		assert_ok(vd_buf_check(&text));
		err = vd_calendar_parse(vd_span_of(zone), vd_buf_span(&text), &cal, NULL);
	} while (err != VD_OK);
}

// Often one that is used up exactly at a closing.
static int64_t random_target(const struct vd_rng *rng, int64_t a, int64_t open_s)
{
	int64_t target = 1 + vd_rng_below(rng, (uint32_t)open_s);
	if (vd_rng_below(rng, 2) == 0) {
		return target;
	}
	for (int64_t c = (a - slow.begin) / CELL_S + 1; c < CELLS; c++) {
		int64_t used = slow.sum[c] - slow_until(a);
		if (used >= target && used <= open_s && slow.is_open[c - 1] && !slow.is_open[c]) {
			return used;
		}
	}
	return target;
}

static void check_against_slow(const struct vd_rng *rng, const char *zone)
{
	uint32_t span_s = 1 + vd_rng_below(rng, 420 * DAY_S);
	uint32_t room_s = 440 * DAY_S - span_s;
	int64_t a = slow.begin + 10 * DAY_S + vd_rng_below(rng, room_s);
	int64_t b = a + span_s;
	int64_t middle = a + vd_rng_below(rng, span_s);
	int64_t open_s = slow_until(b) - slow_until(a);

	assert_row(vd_calendar_between(&cal, a, b) == open_s, zone);
	assert_row(vd_calendar_between(&cal, a, middle) + vd_calendar_between(&cal, middle, b) ==
			   open_s,
		   zone);
	if (open_s == 0 || span_s > 400 * DAY_S) {
		return;
	}
	int64_t target = random_target(rng, a, open_s);
	int64_t due = vd_calendar_due(&cal, a, target);
	assert_row(due > a && due <= b, zone);
	assert_row(slow_until(due) - slow_until(a) == target, zone);
	assert_row(slow_until(due - 1) - slow_until(a) == target - 1, zone); // R7: the smallest
}

static void test_is_the_slow_engine(void **state)
{
	(void)state;
	static const char *const zones[] = {
		ROME,
		AZORES,
		"UTC0",
		"EET-2EEST,M4.5.5/0,M10.5.4/24",
		"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
		"XXX-1YYY,M3.5.0/0:30,M10.5.0/0:30",
		"AAA3BBB,J60/2,J300/1",
		"AAA3BBB,M3.1.0,M3.1.3", // daylight time of three days
	};
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 20261004);

	for (size_t i = 0; i < VD_ARRAY_LEN(zones); i++) {
		int64_t begin = utc(2026, 1 + (int)i, 1, 0, 0);
		use(zones[i], "!2026-01-01");
		load_slow_zone(begin);
		for (int n = 0; n < 12; n++) {
			make_random_calendar(&rng, zones[i], begin);
			paint_slow();
			for (int q = 0; q < 60; q++) {
				check_against_slow(&rng, zones[i]);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_due),
		cmocka_unit_test(test_between),
		cmocka_unit_test(test_refuses_with_the_place),
		cmocka_unit_test(test_parses),
		cmocka_unit_test(test_holds_its_exceptions_and_no_more),
		cmocka_unit_test(test_many_intervals),
		cmocka_unit_test(test_horizon),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_far_instants_are_closed),
		cmocka_unit_test(test_many_changes_of_the_clock),
		cmocka_unit_test(test_is_the_slow_engine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
