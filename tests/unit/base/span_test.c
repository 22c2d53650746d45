// SPDX-License-Identifier: MIT
#include "base/span.h"

#include "unit.h"

static void test_compares(void **state)
{
	(void)state;
	struct vd_span none = vd_span_of(NULL);
	assert_null(none.p);
	assert_int_equal(none.n, 0);
	assert_true(vd_span_is_equal(none, VD_SPAN("")));
	assert_true(vd_span_is_equal(VD_SPAN("abc"), vd_span_of("abc")));
	assert_false(vd_span_is_equal(VD_SPAN("abc"), VD_SPAN("abd")));
	assert_false(vd_span_is_equal(VD_SPAN("abc"), VD_SPAN("ab")));
	assert_true(vd_span_is_equal(VD_SPAN("a\0c"), vd_span_make("a\0c", 3)));
	assert_false(vd_span_is_equal(VD_SPAN("a\0c"), VD_SPAN("a\0d")));
	assert_true(vd_span_is_equal_nocase(VD_SPAN("Retry-AFTER"), VD_SPAN("retry-after")));
	assert_false(
		vd_span_is_equal_nocase(VD_SPAN("a[b"), VD_SPAN("a{b"))); // 0x20 apart, no letters
	assert_false(vd_span_is_equal_nocase(VD_SPAN("ab"), VD_SPAN("abc")));
	assert_true(vd_span_is_text(VD_SPAN("x"), "x"));
	assert_true(vd_span_has_prefix(VD_SPAN("Bearer x"), VD_SPAN("Bearer ")));
	assert_false(vd_span_has_prefix(VD_SPAN("Bear"), VD_SPAN("Bearer ")));
	assert_true(vd_span_has_prefix(none, none));
}

static void test_skips_and_trims(void **state)
{
	(void)state;
	assert_span(vd_span_skip(VD_SPAN("abc"), 0), "abc");
	assert_span(vd_span_skip(VD_SPAN("abc"), 2), "c");
	assert_span(vd_span_skip(VD_SPAN("abc"), 3), "");
	assert_span(vd_span_skip(VD_SPAN("abc"), SIZE_MAX), "");
	assert_null(vd_span_skip(vd_span_of(NULL), 4).p);
	assert_span(vd_span_trim(VD_SPAN(" \t a b\r\n")), "a b");
	assert_span(vd_span_trim(VD_SPAN(" \r\n\t ")), "");
	assert_span(vd_span_trim(vd_span_of(NULL)), "");
}

static void test_cuts_pieces(void **state)
{
	(void)state;
	struct vd_span rest = VD_SPAN("a,,bc,");
	assert_span(vd_span_cut(&rest, ','), "a");
	assert_span(vd_span_cut(&rest, ','), "");
	assert_span(vd_span_cut(&rest, ','), "bc");
	assert_non_null(rest.p); // an empty last piece is still to come
	assert_span(vd_span_cut(&rest, ','), "");
	assert_null(rest.p);
	assert_span(vd_span_cut(&rest, ','), "");
}

static void test_finds(void **state)
{
	static const struct {
		const char *in;
		const char *needle;
		ptrdiff_t at;
	} ROWS[] = {
		{ "", "", 0 },         { "abc", "", 0 },     { "", "a", -1 },
		{ "aab", "ab", 1 },    { "abab", "ba", 1 },  { "abc", "c", 2 },
		{ "abc", "abcd", -1 }, { "aaa", "aab", -1 }, { "xaxab", "xab", 2 },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		ptrdiff_t at = vd_span_find(vd_span_of(ROWS[i].in), vd_span_of(ROWS[i].needle));
		assert_row(at == ROWS[i].at, ROWS[i].in);
	}
}

static void test_parses_unsigned(void **state)
{
	static const struct {
		const char *text;
		enum vd_err err;
		uint64_t value;
	} ROWS[] = {
		{ "0", VD_OK, 0 },
		{ "007", VD_OK, 7 },
		{ "18446744073709551615", VD_OK, UINT64_MAX },
		{ "18446744073709551616", VD_ERR_RANGE, 0 },
		{ "99999999999999999999", VD_ERR_RANGE, 0 },
		{ "184467440737095516150", VD_ERR_RANGE, 0 },
		{ "99999999999999999999x", VD_ERR_SYNTAX, 0 },
		{ "", VD_ERR_SYNTAX, 0 },
		{ "-1", VD_ERR_SYNTAX, 0 },
		{ "+1", VD_ERR_SYNTAX, 0 },
		{ " 1", VD_ERR_SYNTAX, 0 },
		{ "1 ", VD_ERR_SYNTAX, 0 },
		{ "0x1", VD_ERR_SYNTAX, 0 },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		uint64_t value = 0;
		assert_row(vd_span_parse_u64(vd_span_of(ROWS[i].text), &value) == ROWS[i].err,
			   ROWS[i].text);
		assert_row(value == ROWS[i].value, ROWS[i].text);
	}
}

static void test_parses_signed(void **state)
{
	static const struct {
		const char *text;
		enum vd_err err;
		int64_t value;
	} ROWS[] = {
		{ "-0", VD_OK, 0 },
		{ "-12", VD_OK, -12 },
		{ "9223372036854775807", VD_OK, INT64_MAX },
		{ "9223372036854775808", VD_ERR_RANGE, 0 },
		{ "-9223372036854775808", VD_OK, INT64_MIN },
		{ "-9223372036854775809", VD_ERR_RANGE, 0 },
		{ "-", VD_ERR_SYNTAX, 0 },
		{ "--1", VD_ERR_SYNTAX, 0 },
		{ "", VD_ERR_SYNTAX, 0 },
		{ "1.0", VD_ERR_SYNTAX, 0 },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		int64_t value = 0;
		assert_row(vd_span_parse_i64(vd_span_of(ROWS[i].text), &value) == ROWS[i].err,
			   ROWS[i].text);
		assert_row(value == ROWS[i].value, ROWS[i].text);
	}
}

static void test_copies(void **state)
{
	(void)state;
	char out[4] = "zzz";
	assert_ok(vd_span_copy(VD_SPAN("abc"), out, sizeof(out)));
	assert_string_equal(out, "abc");
	assert_err(vd_span_copy(VD_SPAN("abcd"), out, sizeof(out)), VD_ERR_ROOM);
	assert_string_equal(out, "");
	assert_ok(vd_span_copy(vd_span_of(NULL), out, 1));
	assert_err(vd_span_copy(VD_SPAN(""), out, 0), VD_ERR_ROOM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compares),        cmocka_unit_test(test_skips_and_trims),
		cmocka_unit_test(test_cuts_pieces),     cmocka_unit_test(test_finds),
		cmocka_unit_test(test_parses_unsigned), cmocka_unit_test(test_parses_signed),
		cmocka_unit_test(test_copies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
