// SPDX-License-Identifier: MIT
#include "care/explain.h"

#include "random_calendar.h"
#include "unit.h"

#define DAY_S 86400

static struct vd_calendar cal; // big

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

// "MM-DD reason seconds[ name][ clock]; ..."
static void put(void *ctx, const struct vd_explain_segment *s)
{
	struct vd_buf *out = ctx;
	int64_t year;
	int month;
	int day;

	vd_civil_from_days(s->day, &year, &month, &day);
	vd_buf_printf(out, "%02d-%02d %s %d%s%s", month, day, vd_explain_reason_name(s->reason),
		      (int)(s->to - s->from), s->name[0] != '\0' ? " " : "", s->name);
	if (s->clock_s != 0) {
		vd_buf_printf(out, " %+d", s->clock_s);
	}
	vd_buf_put_text(out, "; ");
}

static void test_explains(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int a[5]; // UTC
		int b[5];
		const char *out;
	} table[] = {
		{ "1-5=09:00-18:00!italy", // the story (case 16)
		  { 2026, 10, 2, 14, 40 },
		  { 2026, 10, 5, 9, 40 },
		  "10-02 open 4800; 10-02 after 21600; 10-03 weekday 86400; "
		  "10-04 holiday 86400 San Francesco d'Assisi; 10-05 before 32400; "
		  "10-05 open 9600; " },
		{ "1-5=09:00-18:00/13:00-14:00!12-24=09:00-13:00(Vigilia)",
		  { 2026, 12, 23, 11, 0 },
		  { 2026, 12, 24, 13, 0 },
		  "12-23 open 3600; 12-23 break 3600; 12-23 open 14400; 12-23 after 21600; "
		  "12-24 before 32400 Vigilia; 12-24 open 14400 Vigilia; "
		  "12-24 after 3600 Vigilia; " },
		{ "0-6=00:00-24:00",
		  { 2026, 10, 24, 20, 0 },
		  { 2026, 10, 25, 23, 0 },
		  "10-24 open 7200; 10-25 open 90000 -3600; " },
		{ "1-5=09:00-18:00",
		  { 2026, 3, 28, 23, 0 },
		  { 2026, 3, 29, 22, 0 },
		  "03-29 weekday 82800 +3600; " },
		{ "0-6=22:00-06:00/02:00-03:00",
		  { 2026, 10, 9, 18, 0 },
		  { 2026, 10, 10, 10, 0 },
		  "10-09 before 7200; 10-09 open 14400; 10-10 before 3600; 10-09 open 10800; "
		  "10-10 before 21600; " },
		{ "!2026-01-01",
		  { 2025, 12, 31, 22, 0 },
		  { 2026, 1, 1, 1, 0 },
		  "12-31 weekday 3600; 01-01 holiday 7200; " },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		char memory[1024];
		struct vd_buf out;
		const int *a = table[i].a;
		const int *b = table[i].b;
		vd_buf_init(&out, memory, sizeof(memory));
		use("Europe/Rome", table[i].text);
		vd_explain(&cal, utc(a[0], a[1], a[2], a[3], a[4]),
			   utc(b[0], b[1], b[2], b[3], b[4]), put, &out);
		assert_row(vd_span_is_text(vd_buf_span(&out), table[i].out), memory);
	}
}

struct sum {
	int64_t at;
	int64_t open_s;
};

static void add(void *ctx, const struct vd_explain_segment *s)
{
	struct sum *sum = ctx;

	assert_true(s->from == sum->at && s->to > s->from);
	int64_t open_s = vd_calendar_between(&cal, s->from, s->to);
	bool is_open = s->reason == VD_EXPLAIN_OPEN;
	assert_int_equal(open_s, is_open ? s->to - s->from : 0);
	if (!is_open) { // within its date
		assert_true(s->from >= vd_zone_day_start(&cal.zone, s->day));
		assert_true(s->to <= vd_zone_day_start(&cal.zone, s->day + 1));
	}
	sum->open_s += open_s;
	sum->at = s->to;
}

static void test_adds_up(void **state)
{
	(void)state;
	static const char *const zones[] = { "Europe/Rome", "Atlantic/Azores", "Africa/Cairo",
					     "Australia/Lord_Howe", "UTC0" };
	static char memory[1 << 16];
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 10);

	for (int i = 0; i < 400; i++) {
		struct vd_buf text;
		const char *zone = zones[i % (int)VD_ARRAY_LEN(zones)];
		vd_buf_init(&text, memory, sizeof(memory));
		random_put_calendar(&rng, 20454, &text);
		if (vd_calendar_parse(vd_span_of(zone), vd_buf_span(&text), &cal, NULL) != VD_OK) {
			continue;
		}
		int64_t a = utc(2026, 1, 1, 0, 0) + vd_rng_below(&rng, 300 * DAY_S);
		int64_t b = a + vd_rng_below(&rng, 40 * DAY_S);
		struct sum sum = { a, 0 };
		vd_explain(&cal, a, b, add, &sum);
		assert_true(sum.at == b);
		assert_int_equal(sum.open_s, vd_calendar_between(&cal, a, b));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explains),
		cmocka_unit_test(test_adds_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
