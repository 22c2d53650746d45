// SPDX-License-Identifier: MIT
#include "base/secret.h"

#include "unit.h"

static bool is_wiped(const void *p, size_t n)
{
	const unsigned char *bytes = p;
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] != 0) {
			return false;
		}
	}
	return true;
}

static void test_sets_and_wipes(void **state)
{
	(void)state;
	struct vd_secret secret = { 0 };
	assert_false(vd_secret_is_set(&secret));
	assert_ok(vd_secret_set(&secret, VD_SPAN("  a long token\r\n")));
	assert_true(vd_secret_is_set(&secret));
	assert_span(vd_secret_reveal(&secret), "a long token");
	assert_ok(vd_secret_set(&secret, VD_SPAN("short")));
	assert_string_equal(vd_secret_reveal(&secret).p, "short");
	assert_true(
		is_wiped(secret.hidden + 5, sizeof(secret.hidden) - 5)); // no rest of the old one
	vd_secret_deinit(&secret);
	assert_true(is_wiped(&secret, sizeof(secret)));
	vd_secret_deinit(&secret);
}

static void test_limits(void **state)
{
	(void)state;
	char text[VD_SECRET_BYTES + 2];
	memset(text, 'x', sizeof(text));
	struct vd_secret secret = { 0 };
	assert_ok(vd_secret_set(&secret, vd_span_make(text, VD_SECRET_BYTES)));
	assert_int_equal(vd_secret_reveal(&secret).n, VD_SECRET_BYTES);
	assert_err(vd_secret_set(&secret, vd_span_make(text, VD_SECRET_BYTES + 1)), VD_ERR_ROOM);
	assert_false(vd_secret_is_set(&secret)); // fails closed: the old one doesn't go on
	assert_true(is_wiped(&secret, sizeof(secret)));
	text[VD_SECRET_BYTES] = '\n';
	assert_ok(vd_secret_set(&secret, vd_span_make(text, VD_SECRET_BYTES + 1)));
	assert_ok(vd_secret_set(&secret, VD_SPAN(" \n")));
	assert_false(vd_secret_is_set(&secret));
}

static void test_may_be_set_from_itself(void **state)
{
	(void)state;
	struct vd_secret secret = { 0 };
	assert_ok(vd_secret_set(&secret, VD_SPAN("Bearer abc")));
	assert_ok(vd_secret_set(&secret, vd_span_skip(vd_secret_reveal(&secret), 7)));
	assert_span(vd_secret_reveal(&secret), "abc");
	vd_secret_deinit(&secret);
}

static void test_compares(void **state)
{
	(void)state;
	assert_true(vd_is_equal_secret(VD_SPAN("abc"), VD_SPAN("abc")));
	assert_false(vd_is_equal_secret(VD_SPAN("abc"), VD_SPAN("abd")));
	assert_false(vd_is_equal_secret(VD_SPAN("xbc"), VD_SPAN("abc")));
	assert_false(vd_is_equal_secret(VD_SPAN("abc"), VD_SPAN("ab")));
	assert_true(vd_is_equal_secret(VD_SPAN(""), vd_span_of(NULL)));
	// Two differences must not cancel out.
	assert_false(vd_is_equal_secret(VD_SPAN("ab"), VD_SPAN("ba")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sets_and_wipes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_may_be_set_from_itself),
		cmocka_unit_test(test_compares),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
