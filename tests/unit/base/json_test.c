// SPDX-License-Identifier: MIT
#include "base/json.h"

#include <stdlib.h>

#include "unit.h"

#define FFFD "\xEF\xBF\xBD"

static cJSON *parse(const char *text)
{
	struct vd_diag diag = { 0 };
	cJSON *tree = vd_json_parse(vd_span_of(text), &diag);
	if (tree == NULL) {
		print_error("%s: %s\n", text, diag.text);
	}
	assert_non_null(tree);
	return tree;
}

static void test_gets_members(void **state)
{
	(void)state;
	cJSON *tree = parse(" {\"a\": {\"b\": \"caff\\u00e8\"}, \"A\": 2, \"t\": true,"
			    " \"f\": false, \"n\": null, \"e\": \"\", \"l\": [1]}\n");
	const cJSON *a = vd_json_get(tree, "a");
	assert_span(vd_json_text(a, "b"), "caff\xC3\xA8");
	assert_null(vd_json_get(tree, "B"));
	assert_null(vd_json_get(NULL, "a"));
	assert_null(vd_json_get(vd_json_get(tree, "l"), "a"));
	assert_null(vd_json_text(tree, "A").p);
	assert_null(vd_json_text(tree, "n").p);
	assert_non_null(vd_json_text(tree, "e").p); // empty is not absent
	assert_true(vd_json_bool(tree, "t", false));
	assert_false(vd_json_bool(tree, "f", true));
	assert_true(vd_json_bool(tree, "n", true));
	assert_false(vd_json_bool(tree, "A", false));
	assert_true(vd_json_bool(tree, "none", true));
	vd_json_free(tree);
	vd_json_free(NULL);
}

static void test_whole_numbers_are_exact(void **state)
{
	static const struct {
		const char *value;
		enum vd_err err;
		int64_t number;
	} ROWS[] = {
		{ "0", VD_OK, 0 },
		{ "-0", VD_OK, 0 },
		{ "-5", VD_OK, -5 },
		{ "1e3", VD_OK, 1000 },
		{ "12.0", VD_OK, 12 },
		{ "9007199254740991", VD_OK, INT64_C(9007199254740991) },
		{ "-9007199254740991", VD_OK, INT64_C(-9007199254740991) },
		{ "9007199254740992", VD_ERR_RANGE, 7 }, // reads the same as ...993
		{ "9007199254740993", VD_ERR_RANGE, 7 },
		{ "1790000000000000000", VD_ERR_RANGE, 7 },
		{ "1e999", VD_ERR_RANGE, 7 },
		{ "-1e999", VD_ERR_RANGE, 7 },
		{ "0.5", VD_ERR_SYNTAX, 7 },
		{ "\"9223372036854775807\"", VD_OK, INT64_MAX },
		{ "\"-9223372036854775808\"", VD_OK, INT64_MIN },
		{ "\"1790000000000000001\"", VD_OK, INT64_C(1790000000000000001) },
		{ "\"9223372036854775808\"", VD_ERR_RANGE, 7 },
		{ "\"12x\"", VD_ERR_SYNTAX, 7 },
		{ "\"\"", VD_ERR_SYNTAX, 7 },
		{ "true", VD_ERR_SYNTAX, 7 },
		{ "null", VD_ERR_SYNTAX, 7 },
		{ "[1]", VD_ERR_SYNTAX, 7 },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		char text[64];
		(void)snprintf(text, sizeof(text), "{\"n\":%s}", ROWS[i].value);
		cJSON *tree = parse(text);
		int64_t number = 7;
		assert_row(vd_json_i64(tree, "n", &number) == ROWS[i].err, ROWS[i].value);
		assert_row(number == ROWS[i].number, ROWS[i].value);
		assert_err(vd_json_i64(tree, "none", &number), VD_ERR_NOT_FOUND);
		vd_json_free(tree);
	}
}

static void test_refuses_with_a_place(void **state)
{
	static const struct {
		const char *text;
		enum vd_err err;
		const char *place;
	} ROWS[] = {
		{ "", VD_ERR_SYNTAX, "line 1, column 1: " },
		{ " \n ", VD_ERR_SYNTAX, "line 2, column 2: " },
		{ "{", VD_ERR_SYNTAX, "line 1, column 1: " },
		{ "{\"a\":\n [1,2,}", VD_ERR_SYNTAX, "line 2, column 7: " },
		{ "{\"a\": \"caff\xC3\xA8\", x}", VD_ERR_SYNTAX,
		  "line 1, column 1" }, // cJSON is one off in keys
		{ "[1] 2", VD_ERR_SYNTAX, "line 1, column 5: " },
		{ "{}\n}", VD_ERR_SYNTAX, "line 2, column 1: " },
		{ "{\"a\": \"abc\n\"}", VD_ERR_SYNTAX, "line 1, column 11: " },
		{ "{\n\"a\": \"abc}", VD_ERR_SYNTAX, "line 2, column 6: " },
		{ "[\"abc\\", VD_ERR_SYNTAX, "line 1, column 2: " },
		{ "[\"\\x\"]", VD_ERR_SYNTAX, "line 1, column " },
		{ "[\"\\u12\"]", VD_ERR_SYNTAX, "line 1, column " },
		{ "[1,]", VD_ERR_SYNTAX, "line 1, column 4: " },
		{ "{\"a\":1,}", VD_ERR_SYNTAX, "line 1, column " },
		{ "[nul]", VD_ERR_SYNTAX, "line 1, column 2: " },
		{ "'a'", VD_ERR_SYNTAX, "line 1, column 1: " },
		{ "NaN", VD_ERR_SYNTAX, "line 1, column 1: " },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct vd_diag diag = { 0 };
		assert_row(vd_json_parse(vd_span_of(ROWS[i].text), &diag) == NULL, ROWS[i].text);
		assert_row(diag.err == ROWS[i].err, ROWS[i].text);
		if (strncmp(diag.text, ROWS[i].place, strlen(ROWS[i].place)) != 0) {
			print_error("%s: %s\n", ROWS[i].text, diag.text);
			fail();
		}
		assert_null(vd_json_parse(vd_span_of(ROWS[i].text), NULL));
	}
}

static void test_zero_bytes_are_refused(void **state)
{
	(void)state;
	struct vd_diag diag = { 0 };
	assert_null(vd_json_parse(VD_SPAN("[1]\0"), &diag));
	assert_string_equal(diag.text, "line 1, column 4: a zero byte stands here");
	assert_null(vd_json_parse(VD_SPAN("[\"a\0b\"]"), &diag));
	assert_null(vd_json_parse((struct vd_span){ NULL, 0 }, &diag));
}

// Only the `n` bytes count: what lies behind them must not be looked at (the sanitizer watches).
static void test_needs_no_closing_zero(void **state)
{
	(void)state;
	static const char *const TEXTS[] = { "123",       "\"a\"", "[1]", "true",
					     "{\"a\":12", "\"abc", "tru", "[1,2" };
	for (size_t i = 0; i < VD_ARRAY_LEN(TEXTS); i++) {
		size_t n = strlen(TEXTS[i]);
		char *exact = test_malloc(n);
		memcpy(exact, TEXTS[i], n);
		cJSON *tree = vd_json_parse(vd_span_make(exact, n), NULL);
		assert_row((tree != NULL) == (i < 4), TEXTS[i]);
		vd_json_free(tree);
		test_free(exact);
	}
}

static size_t nest(char *out, char open, char close, size_t depth)
{
	memset(out, open, depth);
	memset(out + depth, close, depth);
	return 2 * depth;
}

static void test_depth_is_limited(void **state)
{
	(void)state;
	static char text[400000];
	struct vd_diag diag = { 0 };
	cJSON *tree = vd_json_parse(vd_span_make(text, nest(text, '[', ']', VD_JSON_DEPTH)), &diag);
	assert_non_null(tree);
	vd_json_free(tree);
	assert_null(
		vd_json_parse(vd_span_make(text, nest(text, '[', ']', VD_JSON_DEPTH + 1)), &diag));
	assert_err(diag.err, VD_ERR_TOO_LARGE);
	assert_string_equal(diag.text, "line 1, column 33: it is nested too deeply");
	assert_null(vd_json_parse(vd_span_make(text, nest(text, '[', ']', 200000)), &diag));
	assert_null(vd_json_parse(vd_span_make(text, nest(text, '{', '}', 200000)), &diag));
}

static void test_brackets_in_strings_are_text(void **state)
{
	(void)state;
	char text[256] = "[\"\\\"";
	size_t n = strlen(text);
	memset(text + n, '[', 100);
	memcpy(text + n + 100, "\"]", 3);
	cJSON *tree = parse(text);
	assert_int_equal(strlen(tree->child->valuestring), 101);
	vd_json_free(tree);
}

// One customer's odd message must not make a page of messages unreadable, nor cut a text.
static void test_lost_escapes_become_replacements(void **state)
{
	static const struct {
		const char *in;
		const char *out;
	} ROWS[] = {
		{ "a\\u0000b", "a" FFFD "b" },
		{ "\\u0000\\u0000", FFFD FFFD },
		{ "\\\\u0000", "\\u0000" }, // an escaped backslash, then text
		{ "\\\\\\u0000", "\\" FFFD },
		{ "a\\ud83d", "a" FFFD },
		{ "\\ud83dx", FFFD "x" },
		{ "\\uDE00!", FFFD "!" },
		{ "\\ud83d\\u0041", FFFD "A" },
		{ "\\ud83d\\ud83d\\ude00", FFFD "\xF0\x9F\x98\x80" },
		{ "\\ud83d\\n", FFFD "\n" },
		{ "\\uD83D\\uDE00", "\xF0\x9F\x98\x80" },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		char text[64];
		(void)snprintf(text, sizeof(text), "{\"t\":\"%s\",\"\\u0000\":1}", ROWS[i].in);
		cJSON *tree = parse(text);
		assert_span(vd_json_text(tree, "t"), ROWS[i].out);
		assert_non_null(vd_json_get(tree, FFFD));
		vd_json_free(tree);
	}
}

static void test_lines(void **state)
{
	static const char TEXT[] = "\n{ \"x\": \"]}\\\"\",\n"              // 2
				   "  \"accounts\": [\n"                   // 3
				   "    {\"name\": \"a\", \"list\": [1,\n" // 4
				   "       [2, 3]]},\n"                    // 5
				   "    { },\n"                            // 6
				   "    {\"name\":\n"                      // 7
				   "        {\"token_file\":\n"            // 8
				   "            true}}\n"                  // 9
				   "  ],\n"                                // 10
				   "  \"last\" : -1.5e3 }\n";              // 11
	static const struct {
		const char *path;
		int line;
	} ROWS[] = {
		{ "x", 2 },
		{ "accounts", 3 },
		{ "accounts[0]", 4 },
		{ "accounts[0].list", 4 },
		{ "accounts[0].list[1]", 5 },
		{ "accounts[0].list[1][1]", 5 },
		{ "accounts[1]", 6 },
		{ "accounts[1].name", 6 }, // the deepest part that exists
		{ "accounts[2].name", 8 },
		{ "accounts[2].name.token_file", 9 },
		{ "accounts[2].name.other", 8 },
		{ "accounts[3]", 3 },
		{ "accounts[99999999999999999999]", 3 },
		{ "accounts[x]", 3 },
		{ "accounts.name", 3 },
		{ "last", 11 },
		{ "last.more", 11 },
		{ "nothing", 1 },
		{ "", 1 },
		{ "[0]", 1 },
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		int line = vd_json_line(VD_SPAN(TEXT), ROWS[i].path);
		if (line != ROWS[i].line) {
			print_error("%s: line %d, not %d\n", ROWS[i].path, line, ROWS[i].line);
			fail();
		}
	}
	assert_int_equal(vd_json_line(VD_SPAN("[1,\n2]"), "[1]"), 2);
	assert_int_equal(vd_json_line(VD_SPAN("\n3"), "a"), 1);
	assert_int_equal(vd_json_line(VD_SPAN("{\"a"), "a"),
			 1); // not a text that was accepted: no harm
}

static void test_writes(void **state)
{
	(void)state;
	char memory[512];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&buf);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "t", VD_SPAN("a\"b\\c\n\t\x01\x7F \xC3\xA8 \xFF \xE2\x80\xA8"));
	vd_json_put_i64(&j, "min", INT64_MIN);
	vd_json_open(&j, "l", '[');
	vd_json_open(&j, NULL, '{');
	vd_json_close(&j, '}');
	vd_json_put_double(&j, NULL, 2.0 / 3, 3);
	vd_json_put_double(&j, NULL, -1.5, 0);
	vd_json_put_double(&j, NULL, 1.0, 99);
	vd_json_put_double(&j, NULL, 1e308 * 10, 1);
	vd_json_put_bool(&j, NULL, true);
	vd_json_close(&j, ']');
	vd_json_put_bool(&j, "f", false);
	vd_json_put_null(&j, "a\"n");
	vd_json_put_wall(&j, "w", vd_wall_s(1791226846));
	vd_json_put_wall(&j, "u", (struct vd_wall){ 0 });
	vd_json_put_text(&j, "none", (struct vd_span){ NULL, 0 });
	vd_json_close(&j, '}');
	assert_ok(vd_buf_check(&buf));
	assert_string_equal(buf.data,
			    "{\"t\":\"a\\\"b\\\\c\\n\\u0009\\u0001\\u007f \xC3\xA8 " FFFD
			    " \\u2028\","
			    "\"min\":-9223372036854775808,\"l\":[{},0.667,-2,1.000000,null,true],"
			    "\"f\":false,\"a\\\"n\":null,\"w\":\"2026-10-05T19:00:46Z\","
			    "\"u\":null,\"none\":\"\"}");
}

// Whatever goes out comes back, byte for byte.
static void test_writes_what_it_can_read(void **state)
{
	(void)state;
	for (unsigned c = 1; c < 0x3000; c++) {
		char bytes[8] = { 0 };
		if (c < 0x80) {
			bytes[0] = (char)c;
		} else if (c < 0x800) {
			bytes[0] = (char)(0xC0 | c >> 6);
			bytes[1] = (char)(0x80 | (c & 0x3F));
		} else {
			bytes[0] = (char)(0xE0 | c >> 12);
			bytes[1] = (char)(0x80 | (c >> 6 & 0x3F));
			bytes[2] = (char)(0x80 | (c & 0x3F));
		}
		char memory[64];
		struct vd_buf buf;
		vd_buf_init(&buf, memory, sizeof(memory));
		struct vd_json_out j = vd_json_out_init(&buf);
		vd_json_open(&j, NULL, '{');
		vd_json_put_text(&j, bytes, vd_span_of(bytes));
		vd_json_close(&j, '}');
		cJSON *tree = parse(buf.data);
		assert_span(vd_json_text(tree, bytes), bytes);
		vd_json_free(tree);
	}
}

static void test_writing_stops_at_an_overflow(void **state)
{
	(void)state;
	char memory[16];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&buf);
	vd_json_open(&j, NULL, '[');
	for (int i = 0; i < 10; i++) {
		vd_json_put_text(&j, NULL, VD_SPAN("abc"));
	}
	vd_json_close(&j, ']');
	assert_err(vd_buf_check(&buf), VD_ERR_ROOM);
	assert_true(buf.len < sizeof(memory));
}

// What cJSON gives back, looked at in the last moment: no word of the secret may be left in it.
static bool is_looking;
static int n_left;

static void look_and_free(void *p)
{
	if (p != NULL && is_looking) {
		n_left += strncmp(p, "secret", 6) == 0;
	}
	free(p);
}

static void test_secret_texts_are_wiped(void **state)
{
	(void)state;
	cJSON_Hooks hooks = { .malloc_fn = malloc, .free_fn = look_and_free };
	static const char text[] = "{\"a\":\"secret-1\",\"b\":[{\"c\":\"secret-2\"},\"secret-3\"]}";
	cJSON_InitHooks(&hooks);
	cJSON *plain = parse(text);
	cJSON *wiped = parse(text);
	is_looking = true;
	n_left = 0;
	vd_json_free_secret(wiped);
	assert_int_equal(n_left, 0);
	vd_json_free(plain); // the look itself works
	assert_int_equal(n_left, 3);
	is_looking = false;
	cJSON_InitHooks(NULL);
	vd_json_free_secret(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gets_members),
		cmocka_unit_test(test_whole_numbers_are_exact),
		cmocka_unit_test(test_refuses_with_a_place),
		cmocka_unit_test(test_zero_bytes_are_refused),
		cmocka_unit_test(test_needs_no_closing_zero),
		cmocka_unit_test(test_depth_is_limited),
		cmocka_unit_test(test_brackets_in_strings_are_text),
		cmocka_unit_test(test_lost_escapes_become_replacements),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_writes),
		cmocka_unit_test(test_writes_what_it_can_read),
		cmocka_unit_test(test_writing_stops_at_an_overflow),
		cmocka_unit_test(test_secret_texts_are_wiped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
