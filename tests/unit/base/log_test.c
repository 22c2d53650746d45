// SPDX-License-Identifier: MIT
#include "base/log.h"

#include "base/utf8.h"
#include "unit.h"

struct sink {
	char text[4 * VD_LOG_LINE_BYTES];
	size_t n;
	int records;
	enum vd_log_level level;
};

static void sink_write(void *ctx, enum vd_log_level level, const char *line, size_t n)
{
	struct sink *sink = ctx;
	assert_true(n <= VD_LOG_LINE_BYTES);
	assert_int_equal(line[n - 1], '\n');
	assert_ptr_equal(memchr(line, '\n', n), line + n - 1);
	memcpy(sink->text, line, n);
	sink->text[n] = '\0';
	sink->n = n;
	sink->records++;
	sink->level = level;
}

static void test_one_record_one_line(void **state)
{
	(void)state;
	struct sink sink = { .n = 0 };
	struct vd_fake_clock fake;
	struct vd_clock clock = vd_fake_clock_init(&fake, vd_wall_s(1791194400));
	struct vd_log log = { VD_LOG_INFO, &clock, &sink, sink_write };
	vd_warn(&log, "x", "the account %s is refused (%d)", "TIM", 401);
	assert_string_equal(sink.text,
			    "2026-10-05T10:00:00Z WARN x: the account TIM is refused (401)\n");
	assert_int_equal(sink.level, VD_LOG_WARN);
	log.clock = NULL;
	vd_info(&log, "store", "opened");
	assert_string_equal(sink.text, "INFO store: opened\n");
	assert_int_equal(sink.records, 2);
}

static void test_levels(void **state)
{
	static const struct {
		enum vd_log_level most;
		int records;
	} ROWS[] = {
		{ VD_LOG_ERROR, 1 }, { VD_LOG_WARN, 2 }, { VD_LOG_INFO, 3 }, { VD_LOG_DEBUG, 4 }
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct sink sink = { .n = 0 };
		struct vd_log log = { ROWS[i].most, NULL, &sink, sink_write };
		vd_error(&log, "a", "1");
		vd_warn(&log, "a", "2");
		vd_info(&log, "a", "3");
		vd_debug(&log, "a", "4");
		assert_int_equal(sink.records, ROWS[i].records);
	}
	struct vd_log silent = { .level = VD_LOG_DEBUG };
	vd_error(&silent, "a", "nobody listens");
	vd_error((const struct vd_log *)NULL, "a", "nobody listens");
}

static void test_escapes_what_would_forge_a_line(void **state)
{
	static const struct {
		const char *in;
		const char *out;
	} ROWS[] = {
		{ "a\nERROR b", "a\\nERROR b" },
		{ "a\r\tb", "a\\r\\tb" },
		{ "\x1B[2J\x07", "\\x1b[2J\\x07" },
		{ "\x7F", "\\x7f" },
		{ "\xC2\x9B"
		  "31m",
		  "\\x9b31m" },
		{ "\xE2\x80\xA8", "\\u2028" },
		{ "\xE2\x80\xAE"
		  "abc",
		  "\\u202eabc" },
		{ "caff\xC3\xA8", "caff\xC3\xA8" },
		{ "\xFF", "\xEF\xBF\xBD" },
		{ "100%", "100%" },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct sink sink = { .n = 0 };
		struct vd_log log = { VD_LOG_INFO, NULL, &sink, sink_write };
		char expected[128];
		(void)snprintf(expected, sizeof(expected), "INFO a: %s\n", ROWS[i].out);
		vd_info(&log, "a", "%s", ROWS[i].in);
		assert_string_equal(sink.text, expected);
	}
}

static void fill(char *text, size_t n, const char *unit)
{
	size_t each = strlen(unit);
	for (size_t i = 0; i < n; i++) {
		memcpy(text + i * each, unit, each);
	}
	text[n * each] = '\0';
}

static void test_cuts_long_records_whole(void **state)
{
	static const char *const UNITS[] = { "x",  "e\xCC\x81", "\xF0\x9F\x91\xA9",
					     "\n", "\x01",      "\xFF" };
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(UNITS); i++) {
		struct sink sink = { .n = 0 };
		struct vd_log log = { VD_LOG_INFO, NULL, &sink, sink_write };
		static char text[4096];
		fill(text, 600, UNITS[i]);
		vd_info(&log, "a", "%s", text);
		assert_row(sink.n > VD_LOG_LINE_BYTES - 16, UNITS[i]);
		assert_row(strcmp(sink.text + sink.n - 4, "...\n") == 0, UNITS[i]);
		assert_row(vd_utf8_is_valid(vd_span_make(sink.text, sink.n)), UNITS[i]);
		// What stands before the mark is a whole number of (escaped) units.
		struct sink one = { .n = 0 };
		log.ctx = &one;
		vd_info(&log, "a", "%s", UNITS[i]);
		size_t each = one.n - strlen("INFO a: \n");
		assert_row((sink.n - strlen("INFO a: ...\n")) % each == 0, UNITS[i]);
	}
}

static void test_the_longest_that_fits_is_not_cut(void **state)
{
	(void)state;
	struct sink sink = { .n = 0 };
	struct vd_log log = { VD_LOG_INFO, NULL, &sink, sink_write };
	char text[VD_LOG_LINE_BYTES];
	size_t most = VD_LOG_LINE_BYTES - strlen("INFO a: ...\n") - 1;
	fill(text, most, "x");
	vd_info(&log, "a", "%s", text);
	assert_string_equal(sink.text + sink.n - 3, "xx\n");
	fill(text, most + 1, "x");
	vd_info(&log, "a", "%s", text);
	assert_string_equal(sink.text + sink.n - 5, "x...\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_record_one_line),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_escapes_what_would_forge_a_line),
		cmocka_unit_test(test_cuts_long_records_whole),
		cmocka_unit_test(test_the_longest_that_fits_is_not_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
