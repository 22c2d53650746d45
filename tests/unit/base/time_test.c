// SPDX-License-Identifier: MIT
#include "base/time.h"

#include "unit.h"

static void test_days_and_dates(void **state)
{
	static const struct {
		int64_t days;
		int64_t year;
		int month;
		int day;
	} ROWS[] = {
		{ 0, 1970, 1, 1 },        { -1, 1969, 12, 31 },
		{ 59, 1970, 3, 1 },       { 11016, 2000, 2, 29 },
		{ 11017, 2000, 3, 1 },    { 20731, 2026, 10, 5 },
		{ -25508, 1900, 3, 1 },   { -25509, 1900, 2, 28 },
		{ 47540, 2100, 2, 28 },   { 47541, 2100, 3, 1 },
		{ -719468, 0, 3, 1 },     { -719528, 0, 1, 1 },
		{ -719529, -1, 12, 31 },  { 2932896, 9999, 12, 31 },
		{ 2932897, 10000, 1, 1 }, { -719468 - 146097, -400, 3, 1 },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		char name[32];
		(void)snprintf(name, sizeof(name), "%lld", (long long)ROWS[i].days);
		int64_t year;
		int month;
		int day;
		vd_civil_from_days(ROWS[i].days, &year, &month, &day);
		assert_row(year == ROWS[i].year && month == ROWS[i].month && day == ROWS[i].day,
			   name);
		assert_row(vd_days_from_civil(year, month, day) == ROWS[i].days, name);
	}
}

static void test_days_go_on_without_a_gap(void **state)
{
	(void)state;
	int64_t year = 1600;
	int month = 1;
	int day = 0;
	int64_t first = vd_days_from_civil(1600, 1, 1);
	for (int64_t days = first; days < first + 2 * 146097; days++) {
		int64_t y;
		int m;
		int d;
		vd_civil_from_days(days, &y, &m, &d);
		bool is_next_day = y == year && m == month && d == day + 1;
		bool is_next_month = y == year && m == month + 1 && d == 1 && day >= 28;
		bool is_next_year = y == year + 1 && m == 1 && d == 1 && month == 12 && day == 31;
		assert_true(is_next_day || is_next_month || is_next_year);
		assert_int_equal(vd_days_from_civil(y, m, d), days);
		year = y;
		month = m;
		day = d;
	}
}

static void test_rounds_towards_the_past(void **state)
{
	(void)state;
	assert_int_equal(vd_wall_to_s((struct vd_wall){ 1999999 }), 1);
	assert_int_equal(vd_wall_to_s((struct vd_wall){ 0 }), 0);
	assert_int_equal(vd_wall_to_s((struct vd_wall){ -1 }), -1);
	assert_int_equal(vd_wall_to_s((struct vd_wall){ -1000000 }), -1);
	assert_int_equal(vd_wall_to_s((struct vd_wall){ -1000001 }), -2);
	assert_int_equal(vd_dur_to_ms(vd_dur_s(3)), 3000);
	assert_int_equal(vd_dur_to_ms((struct vd_dur){ 1999 }), 1);
}

static void test_prints(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} ROWS[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ INT64_C(1791226846) * 1000000, "2026-10-05T19:00:46Z" },
		{ INT64_C(1791226846) * 1000000 + 123999, "2026-10-05T19:00:46.123Z" },
		{ INT64_C(1791226846) * 1000000 + 999, "2026-10-05T19:00:46Z" },
		{ INT64_C(1791226846) * 1000000 + 5000, "2026-10-05T19:00:46.005Z" },
		{ -1, "1969-12-31T23:59:59.999Z" },
		{ INT64_C(253402300799) * 1000000, "9999-12-31T23:59:59Z" },
		{ INT64_MAX, "294247-01-10T04:00:54.775Z" },
		{ INT64_MIN, "-290308-12-21T19:59:05.224Z" },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		char out[VD_TIME_TEXT_BYTES];
		vd_wall_print((struct vd_wall){ ROWS[i].us }, out);
		assert_string_equal(out, ROWS[i].text);
	}
}

static void test_parses_rfc3339(void **state)
{
	static const struct {
		const char *text;
		enum vd_err err;
		int64_t us;
	} ROWS[] = {
		{ "1970-01-01T00:00:00Z", VD_OK, 0 },
		{ "2026-10-05T19:00:46Z", VD_OK, INT64_C(1791226846000000) },
		{ "2026-10-05t19:00:46z", VD_OK, INT64_C(1791226846000000) },
		{ "2026-10-05 19:00:46Z", VD_OK, INT64_C(1791226846000000) },
		{ "2026-10-05T19:00:46.000Z", VD_OK, INT64_C(1791226846000000) },
		{ "2026-10-05T19:00:46.5Z", VD_OK, INT64_C(1791226846500000) },
		{ "2026-10-05T19:00:46.123456Z", VD_OK, INT64_C(1791226846123456) },
		{ "2026-10-05T19:00:46.123456999999999999Z", VD_OK, INT64_C(1791226846123456) },
		{ "2026-10-05T21:00:46+02:00", VD_OK, INT64_C(1791226846000000) },
		{ "2026-10-05T19:00:46+0000", VD_OK, INT64_C(1791226846000000) },
		{ "2026-10-05T13:30:46-0530", VD_OK, INT64_C(1791226846000000) },
		{ "2026-10-05T19:00:46-00:00", VD_OK, INT64_C(1791226846000000) },
		{ "2016-12-31T23:59:60Z", VD_OK, INT64_C(1483228800000000) }, // a leap second
		{ "2016-12-31T23:59:60.5Z", VD_OK, INT64_C(1483228800500000) },
		{ "2024-02-29T00:00:00Z", VD_OK, INT64_C(1709164800000000) },
		{ "2000-02-29T00:00:00Z", VD_OK, INT64_C(951782400000000) },
		{ "9999-12-31T23:59:59Z", VD_OK, INT64_C(253402300799000000) },
		{ "9999-12-31T23:59:60Z", VD_ERR_RANGE, 7 },
		{ "9999-12-31T23:59:59-00:01", VD_ERR_RANGE, 7 },
		{ "1970-01-01T00:00:00+00:01", VD_ERR_RANGE, 7 },
		{ "1969-12-31T23:59:59Z", VD_ERR_RANGE, 7 },
		{ "0000-00-00T00:00:00Z", VD_ERR_RANGE, 7 },
		{ "2023-02-29T00:00:00Z", VD_ERR_RANGE, 7 },
		{ "2100-02-29T00:00:00Z", VD_ERR_RANGE, 7 },
		{ "2026-04-31T00:00:00Z", VD_ERR_RANGE, 7 },
		{ "2026-12-32T00:00:00Z", VD_ERR_RANGE, 7 },
		{ "2026-13-01T00:00:00Z", VD_ERR_RANGE, 7 },
		{ "2026-00-01T00:00:00Z", VD_ERR_RANGE, 7 },
		{ "2026-01-00T00:00:00Z", VD_ERR_RANGE, 7 },
		{ "2026-10-05T24:00:00Z", VD_ERR_RANGE, 7 },
		{ "2026-10-05T19:60:00Z", VD_ERR_RANGE, 7 },
		{ "2026-10-05T19:00:61Z", VD_ERR_RANGE, 7 },
		{ "2026-10-05T19:00:46+24:00", VD_ERR_RANGE, 7 },
		{ "2026-10-05T19:00:46+02:60", VD_ERR_RANGE, 7 },
		{ "", VD_ERR_SYNTAX, 7 },
		{ "2026-10-05", VD_ERR_SYNTAX, 7 },
		{ "2026-10-05T19:00:46", VD_ERR_SYNTAX, 7 }, // no zone: no instant
		{ "2026-10-05T19:00Z", VD_ERR_SYNTAX, 7 },
		{ "2026-10-05T19:00:46.Z", VD_ERR_SYNTAX, 7 },
		{ "2026-10-05T19:00:46,5Z", VD_ERR_SYNTAX, 7 },
		{ "2026-10-05T19:00:46+02", VD_ERR_SYNTAX, 7 },
		{ "2026-10-05T19:00:46+2:00", VD_ERR_SYNTAX, 7 },
		{ "2026-10-05T19:00:46Zx", VD_ERR_SYNTAX, 7 },
		{ "2026-10-05T19:00:46Z ", VD_ERR_SYNTAX, 7 },
		{ " 2026-10-05T19:00:46Z", VD_ERR_SYNTAX, 7 },
		{ "2026-1-05T19:00:46Z", VD_ERR_SYNTAX, 7 },
		{ "+026-10-05T19:00:46Z", VD_ERR_SYNTAX, 7 },
		{ "12026-10-05T19:00:46Z", VD_ERR_SYNTAX, 7 },
		{ "2026/10/05T19:00:46Z", VD_ERR_SYNTAX, 7 },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct vd_wall t = { 7 }; // a failure leaves it alone
		assert_row(vd_wall_parse(vd_span_of(ROWS[i].text), &t) == ROWS[i].err,
			   ROWS[i].text);
		assert_row(t.us == ROWS[i].us, ROWS[i].text);
	}
}

static void test_zero_bytes_are_no_separators(void **state)
{
	(void)state;
	struct vd_wall t;
	assert_err(vd_wall_parse(VD_SPAN("2026\00010-05T19:00:46Z"), &t), VD_ERR_SYNTAX);
	assert_err(vd_wall_parse(VD_SPAN("2026-10-05T19:00:46\0"), &t), VD_ERR_SYNTAX);
}

static void test_print_then_parse(void **state)
{
	(void)state;
	for (int64_t us = 1000; us < INT64_C(253402300800000000); us += INT64_C(987654321123000)) {
		char text[VD_TIME_TEXT_BYTES];
		vd_wall_print((struct vd_wall){ us }, text);
		struct vd_wall back;
		assert_ok(vd_wall_parse(vd_span_of(text), &back));
		assert_true(back.us == us);
	}
}

static void test_parses_http_dates(void **state)
{
	static const struct {
		const char *text;
		enum vd_err err;
		int64_t s;
	} ROWS[] = {
		{ "Sun, 06 Nov 1994 08:49:37 GMT", VD_OK, 784111777 },
		{ "Thu, 01 Jan 1970 00:00:00 GMT", VD_OK, 0 },
		{ "Mon, 05 Oct 2026 19:00:46 GMT", VD_OK, 1791226846 },
		{ "Sat, 31 Dec 2016 23:59:60 GMT", VD_OK, 1483228800 },
		{ "Mon, 06 Nov 1994 08:49:37 GMT", VD_ERR_SYNTAX, -7 }, // it was a Sunday
		{ "Sun, 32 Nov 1994 08:49:37 GMT", VD_ERR_RANGE, -7 },
		{ "Sun, 06 Nov 1994 24:49:37 GMT", VD_ERR_RANGE, -7 },
		{ "Sun, 06 Nov 1894 08:49:37 GMT", VD_ERR_RANGE, -7 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", VD_ERR_SYNTAX, -7 },
		{ "Sun Nov  6 08:49:37 1994", VD_ERR_SYNTAX, -7 },
		{ "Sun, 06 Nov 1994 08:49:37 UTC", VD_ERR_SYNTAX, -7 },
		{ "Sun, 06 Nov 1994 08:49:37 GMT ", VD_ERR_SYNTAX, -7 },
		{ "Sun, 6 Nov 1994 08:49:37 GMT", VD_ERR_SYNTAX, -7 },
		{ "sun, 06 Nov 1994 08:49:37 GMT", VD_ERR_SYNTAX, -7 },
		{ "Sun, 06 anF 1994 08:49:37 GMT", VD_ERR_SYNTAX, -7 }, // between two names
		{ "Sun, 06 Nov", VD_ERR_SYNTAX, -7 },
		{ "", VD_ERR_SYNTAX, -7 },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct vd_wall t = vd_wall_s(-7);
		assert_row(vd_wall_parse_http(vd_span_of(ROWS[i].text), &t) == ROWS[i].err,
			   ROWS[i].text);
		assert_row(t.us == vd_wall_s(ROWS[i].s).us, ROWS[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days_and_dates),
		cmocka_unit_test(test_days_go_on_without_a_gap),
		cmocka_unit_test(test_rounds_towards_the_past),
		cmocka_unit_test(test_prints),
		cmocka_unit_test(test_parses_rfc3339),
		cmocka_unit_test(test_zero_bytes_are_no_separators),
		cmocka_unit_test(test_print_then_parse),
		cmocka_unit_test(test_parses_http_dates),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
