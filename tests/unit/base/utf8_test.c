// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include "unit.h"

#define FFFD "\xEF\xBF\xBD"
#define ACUTE "\xCC\x81"          // U+0301, combining
#define ZWJ "\xE2\x80\x8D"        // U+200D
#define VS16 "\xEF\xB8\x8F"       // U+FE0F
#define WOMAN "\xF0\x9F\x91\xA9"  // U+1F469
#define LAPTOP "\xF0\x9F\x92\xBB" // U+1F4BB
#define THUMB "\xF0\x9F\x91\x8D"  // U+1F44D
#define DARK "\xF0\x9F\x8F\xBF"   // U+1F3FF, skin tone
#define RI_I "\xF0\x9F\x87\xAE"   // regional indicator I
#define RI_T "\xF0\x9F\x87\xB9"   // regional indicator T
#define HEART "\xE2\x9D\xA4"      // U+2764
#define TAG_E "\xF3\xA0\x81\xA5"  // U+E0065
#define FLAG "\xF0\x9F\x8F\xB4"   // U+1F3F4

static void sanitise_to(const char *in, size_t n, const char *expected)
{
	char out[64];
	bool was_cut = true;
	size_t len = vd_utf8_sanitise(vd_span_make(in, n), out, sizeof(out), &was_cut);
	assert_string_equal(out, expected);
	assert_int_equal(len, strlen(expected));
	assert_false(was_cut);
	assert_true(vd_utf8_is_valid(vd_span_make(out, len)));
}

// Unicode 15, section 3.9, tables 3-8 to 3-11, and what hostile senders try.
static void test_replaces_by_maximal_subparts(void **state)
{
	static const struct {
		const char *in;
		const char *out;
	} ROWS[] = {
		{ "caff\xC3\xA8", "caff\xC3\xA8" },
		{ "\xC0\xAF\xE0\x80\xBF\xF0\x81\x82"
		  "A",
		  FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A" },
		{ "\xED\xA0\x80\xED\xBF\xBF\xED\xAF"
		  "A",
		  FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A" },
		{ "\xF4\x91\x92\x93\xFF"
		  "A\x80\xBF"
		  "B",
		  FFFD FFFD FFFD FFFD FFFD "A" FFFD FFFD "B" },
		{ "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF"
		  "A",
		  FFFD FFFD FFFD FFFD "A" },
		{ "\xF8\x88\x80\x80\x80", FFFD FFFD FFFD FFFD FFFD },
		{ "a\xC3", "a" FFFD },
		{ "a\xF0\x9F\x91", "a" FFFD },
		{ "\xC3(", FFFD "(" },
		{ "\xEF\xBF\xBD", FFFD }, // a real one
		{ "\xEF\xBB\xBFx", "\xEF\xBB\xBFx" },
		{ "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF" },
		{ "\xED\x9F\xBF\xEE\x80\x80", "\xED\x9F\xBF\xEE\x80\x80" },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		sanitise_to(ROWS[i].in, strlen(ROWS[i].in), ROWS[i].out);
	}
}

static void test_drops_controls(void **state)
{
	(void)state;
	sanitise_to("a\0b\x1B[1m\r\n\tc\x7F\xC2\x9B"
		    "d",
		    15, "ab[1m\n\tcd");
	sanitise_to("", 0, "");
	sanitise_to(NULL, 0, "");
}

static void test_tells_valid_from_invalid(void **state)
{
	static const struct {
		const char *in;
		bool is_valid;
	} ROWS[] = {
		{ "", true },
		{ "plain", true },
		{ FFFD, true },
		{ "\xC2\x80", true },
		{ "\xC1\x80", false },
		{ "\xE0\x9F\xBF", false },
		{ "\xE0\xA0\x80", true },
		{ "\xED\xA0\x80", false },
		{ "\xF0\x8F\xBF\xBF", false },
		{ "\xF4\x90\x80\x80", false },
		{ "\xF5\x80\x80\x80", false },
		{ "\x80", false },
		{ "\xE2\x82", false },
		{ "\xFE", false },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		assert_row(vd_utf8_is_valid(vd_span_of(ROWS[i].in)) == ROWS[i].is_valid,
			   ROWS[i].in);
	}
}

static void test_every_code_point_goes_round(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x110010; c++) {
		char bytes[4];
		size_t n = vd_utf8_encode(c, bytes);
		bool is_scalar = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
		assert_int_equal(n > 0, is_scalar);
		if (n > 0) {
			struct vd_span s = vd_span_make(bytes, n);
			uint32_t back = 0;
			assert_true(vd_utf8_is_valid(s));
			assert_true(vd_utf8_next(&s, &back));
			assert_int_equal(back, c);
			assert_int_equal(s.n, 0);
		}
	}
}

static void test_counts(void **state)
{
	(void)state;
	assert_int_equal(vd_utf8_count(VD_SPAN("caff\xC3\xA8")), 5);
	assert_int_equal(vd_utf8_count(VD_SPAN(WOMAN ZWJ LAPTOP)), 3);
	assert_int_equal(vd_utf8_count(VD_SPAN("\xE1\x80\xE2")), 2);
	assert_int_equal(vd_utf8_count(VD_SPAN("")), 0);
}

// Each text is its characters with '|' between them; every cut must fall on one of the bars.
static void test_cuts_only_between_characters(void **state)
{
	static const char *const ROWS[] = {
		"a|b|c",
		"c|a|f|f|e" ACUTE "|!",
		"e" ACUTE ACUTE ACUTE ACUTE "|x",
		WOMAN ZWJ LAPTOP "|a",
		WOMAN DARK ZWJ LAPTOP "|" WOMAN,
		HEART VS16 "|" HEART,
		HEART VS16 ZWJ "\xF0\x9F\x94\xA5|x", // heart on fire
		THUMB DARK "|" THUMB "|x",
		RI_I RI_T "|" RI_I RI_T "|" RI_I "|x",
		"a|" RI_I RI_T "|a",
		FLAG TAG_E TAG_E "|x",
		"1" VS16 "\xE2\x83\xA3|2",                // key cap
		"a" ZWJ "|b",                             // no picture: the ZWJ glues nothing
		"\xE0\xA4\xA8\xE0\xA4\xBF|x",             // Devanagari ni: a spacing mark
		"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB|x", // Hangul in single letters
		"\xED\x95\x98\xE1\x86\xAB|\xED\x95\x9C|\xED\x95\x9C",
		"a|\r\n|b",
		"a|\n|" ACUTE, // nothing joins a line end
		"\xE6\x97\xA5|\xE6\x9C\xAC",
		"a|\xFF|b",
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		char text[128];
		bool is_safe[128] = { true };
		size_t n = 0;
		for (const char *p = ROWS[i]; *p != '\0'; p++) {
			if (*p == '|') {
				is_safe[n] = true;
			} else {
				text[n++] = *p;
			}
		}
		is_safe[n] = true;
		for (size_t most = 0; most <= n + 1; most++) {
			size_t expected = most < n ? most : n;
			while (!is_safe[expected]) {
				expected--;
			}
			assert_row(vd_utf8_truncate(vd_span_make(text, n), most) == expected,
				   ROWS[i]);
		}
	}
}

static void test_sanitise_cuts_where_truncate_does(void **state)
{
	static const char TEXT[] = "a" ACUTE WOMAN DARK ZWJ LAPTOP RI_I RI_T "\xE6\x97\xA5z";
	(void)state;
	size_t n = sizeof(TEXT) - 1;
	for (size_t cap = 1; cap <= n + 2; cap++) {
		char out[64];
		memset(out, 'x', sizeof(out));
		bool was_cut = false;
		size_t len = vd_utf8_sanitise(vd_span_make(TEXT, n), out, cap, &was_cut);
		assert_int_equal(len, vd_utf8_truncate(vd_span_make(TEXT, n), cap - 1));
		assert_int_equal(out[len], 0);
		assert_int_equal(out[cap], 'x');
		assert_int_equal(was_cut, cap <= n);
	}
	assert_int_equal(vd_utf8_sanitise(VD_SPAN("abc"), (char[2]){ 0 }, 2, NULL), 1);
}

static void test_a_replacement_needs_three_bytes(void **state)
{
	(void)state;
	char out[4];
	bool was_cut;
	assert_int_equal(vd_utf8_sanitise(VD_SPAN("a\xFF"), out, sizeof(out), &was_cut), 1);
	assert_true(was_cut);
	assert_int_equal(vd_utf8_sanitise(VD_SPAN("\xFF"), out, sizeof(out), &was_cut), 3);
	assert_false(was_cut);
	// Dropped controls at the very end are no cut.
	assert_int_equal(vd_utf8_sanitise(VD_SPAN("abc\x01"), out, sizeof(out), &was_cut), 3);
	assert_false(was_cut);
}

static void test_widths(void **state)
{
	static const struct {
		uint32_t c;
		int width;
	} ROWS[] = {
		{ 'a', 1 },     { 0xE8, 1 },     { 0x301, 0 },  { 0x200D, 0 }, { 0xFE0F, 0 },
		{ 0xAD, 1 },    { 0x65E5, 2 },   { 0xFF21, 2 }, { 0xAC00, 2 }, { 0x1160, 0 },
		{ 0x1F600, 2 }, { 0x1F469, 2 },  { 0x2764, 1 }, { 0x20AC, 1 }, { 0x2588, 1 },
		{ 0x20000, 2 }, { 0xE0065, 0 },  { 0x7, 0 },    { 0x93F, 1 },  { 0x3000, 2 },
		{ 0xFFFD, 1 },  { 0x10FFFF, 1 },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		char name[16];
		(void)snprintf(name, sizeof(name), "U+%04X", (unsigned)ROWS[i].c);
		assert_row(vd_utf8_width(ROWS[i].c) == ROWS[i].width, name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replaces_by_maximal_subparts),
		cmocka_unit_test(test_drops_controls),
		cmocka_unit_test(test_tells_valid_from_invalid),
		cmocka_unit_test(test_every_code_point_goes_round),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_cuts_only_between_characters),
		cmocka_unit_test(test_sanitise_cuts_where_truncate_does),
		cmocka_unit_test(test_a_replacement_needs_three_bytes),
		cmocka_unit_test(test_widths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
