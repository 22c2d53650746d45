// SPDX-License-Identifier: MIT
#include "base/diag.h"

#include "base/utf8.h"
#include "unit.h"

static void test_error_names(void **state)
{
	(void)state;
	assert_string_equal(vd_err_name(VD_OK), "VD_OK");
	assert_string_equal(vd_err_name(VD_AGAIN), "VD_AGAIN");
	assert_string_equal(vd_err_name(VD_ERR_ROOM), "VD_ERR_ROOM");
	assert_string_equal(vd_err_name((enum vd_err)99), "VD_ERR_?");
	assert_string_equal(vd_err_text(VD_ERR_DISK_FULL), "the disk is full");
	assert_non_null(vd_err_text((enum vd_err) - 999));
}

static void test_error_numbers_are_one_row(void **state)
{
	static const int NUMBERS[] = {
#define NUMBER(number, name, sentence) number,
		VD_ERR_TABLE(NUMBER)
#undef NUMBER
	};
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(NUMBERS); i++) {
		assert_int_equal(NUMBERS[i], -(int)i);
	}
}

static void test_sentence_from_effect_to_cause(void **state)
{
	(void)state;
	struct vd_diag diag = { 0 };
	assert_err(vd_diag_set(&diag, VD_ERR_AUTH, "X answered %d", 401), VD_ERR_AUTH);
	assert_err(vd_diag_context(&diag, "account %s", "TIM"), VD_ERR_AUTH);
	assert_err(vd_diag_context(&diag, "can't poll"), VD_ERR_AUTH);
	assert_string_equal(diag.text, "can't poll: account TIM: X answered 401");
	vd_diag_set(&diag, VD_ERR_IO, "again: %s",
		    diag.text); // arguments may lie in the old sentence
	assert_string_equal(diag.text, "again: can't poll: account TIM: X answered 401");
	vd_diag_clear(&diag);
	assert_err(diag.err, VD_OK);
	assert_string_equal(diag.text, "");
	vd_diag_context(&diag, "alone");
	assert_string_equal(diag.text, "alone");
}

static void test_null_is_ignored(void **state)
{
	(void)state;
	assert_err(vd_diag_set(NULL, VD_ERR_TLS, "x"), VD_ERR_TLS);
	assert_true(vd_diag_context(NULL, "x") < 0); // a failure stays one
	vd_diag_clear(NULL);
}

static void test_one_clean_line(void **state)
{
	(void)state;
	struct vd_diag diag = { 0 };
	vd_diag_set(&diag, VD_ERR_SYNTAX, "a\nb\tc\x1B[1m\xFF");
	assert_string_equal(diag.text, "a b c[1m\xEF\xBF\xBD");
}

static void test_long_sentences_are_cut_with_a_mark(void **state)
{
	(void)state;
	for (int shift = 0; shift < 4; shift++) {
		struct vd_diag diag = { 0 };
		char text[2000] = "xxx";
		for (size_t i = (size_t)shift; i + 3 < sizeof(text); i += 2) {
			memcpy(text + i, "\xC3\xA8", 3);
		}
		vd_diag_set(&diag, VD_ERR_SYNTAX, "%s", text);
		size_t n = strlen(diag.text);
		assert_in_range(n, VD_DIAG_BYTES - 3, VD_DIAG_BYTES - 1);
		assert_string_equal(diag.text + n - 3, "...");
		assert_true(vd_utf8_is_valid(vd_span_of(diag.text)));
		vd_diag_context(&diag, "%s", "front");
		assert_memory_equal(diag.text, "front: ", 7);
		assert_true(vd_utf8_is_valid(vd_span_of(diag.text)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error_names),
		cmocka_unit_test(test_error_numbers_are_one_row),
		cmocka_unit_test(test_sentence_from_effect_to_cause),
		cmocka_unit_test(test_null_is_ignored),
		cmocka_unit_test(test_one_clean_line),
		cmocka_unit_test(test_long_sentences_are_cut_with_a_mark),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
