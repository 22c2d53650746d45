// SPDX-License-Identifier: MIT
#include "base/buf.h"

#include "unit.h"

static void test_fixed_drops_whole_and_stays_so(void **state)
{
	(void)state;
	char memory[8];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	assert_string_equal(buf.data, "");
	vd_buf_put_text(&buf, "abc");
	vd_buf_put(&buf, NULL, 0);
	assert_ok(vd_buf_check(&buf));
	vd_buf_put_text(&buf, "12345"); // one byte too long with the zero
	assert_err(vd_buf_check(&buf), VD_ERR_ROOM);
	vd_buf_put_char(&buf, 'x'); // would fit, but must not appear behind a hole
	vd_buf_printf(&buf, "%d", 1);
	assert_string_equal(buf.data, "abc");
	vd_buf_reset(&buf);
	vd_buf_put_text(&buf, "1234567");
	assert_ok(vd_buf_check(&buf));
	assert_string_equal(buf.data, "1234567");
}

static void test_printf_drops_whole(void **state)
{
	(void)state;
	char memory[8];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	vd_buf_printf(&buf, "%s-%d", "ab", 42);
	assert_span(vd_buf_span(&buf), "ab-42");
	vd_buf_printf(&buf, "%s", "xyz");
	assert_err(vd_buf_check(&buf), VD_ERR_ROOM);
	assert_string_equal(buf.data, "ab-42");
	vd_buf_reset(&buf);
	vd_buf_printf(&buf, "%s", "1234567");
	assert_ok(vd_buf_check(&buf));
	assert_string_equal(buf.data, "1234567");
}

static void test_heap_grows_to_its_limit(void **state)
{
	(void)state;
	struct vd_buf buf;
	vd_buf_init_heap(&buf, 1000);
	assert_string_equal(buf.data, "");
	vd_buf_reset(&buf);
	vd_buf_consume(&buf, 0);
	vd_buf_put(&buf, "", 0);
	vd_buf_printf(&buf, "%s", "");
	assert_ok(vd_buf_check(&buf));
	assert_int_equal(buf.cap, 0); // nothing was written, nothing allocated
	for (int i = 0; i < 999; i++) {
		vd_buf_put_char(&buf, (char)('a' + i % 26));
	}
	assert_ok(vd_buf_check(&buf));
	assert_int_equal(buf.len, 999);
	assert_int_equal(buf.cap, 1000);
	assert_int_equal(buf.data[27], 'b');
	assert_int_equal(buf.data[999], 0);
	vd_buf_put_char(&buf, 'x');
	assert_err(vd_buf_check(&buf), VD_ERR_ROOM);
	assert_int_equal(buf.len, 999);
	vd_buf_deinit(&buf);
	vd_buf_deinit(&buf);
	assert_int_equal(vd_buf_span(&buf).n, 0);
}

static void test_heap_prints_more_than_it_has(void **state)
{
	(void)state;
	struct vd_buf buf;
	vd_buf_init_heap(&buf, 4096);
	vd_buf_put_text(&buf, "<");
	vd_buf_printf(&buf, "%0600d>", 7);
	assert_ok(vd_buf_check(&buf));
	assert_int_equal(buf.len, 602);
	assert_string_equal(buf.data + 599, "07>");
	vd_buf_deinit(&buf);
}

static void test_consumes_from_the_front(void **state)
{
	(void)state;
	char memory[8];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	vd_buf_put_text(&buf, "abcdef");
	vd_buf_consume(&buf, 4);
	assert_string_equal(buf.data, "ef");
	vd_buf_put_text(&buf, "ghij");
	assert_string_equal(buf.data, "efghij");
	vd_buf_consume(&buf, 6);
	assert_string_equal(buf.data, "");
	vd_buf_consume(&buf, 0);
}

static void test_reserves(void **state)
{
	(void)state;
	char memory[8];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	char *at = vd_buf_reserve(&buf, 7);
	assert_ptr_equal(at, memory);
	memcpy(at, "abcdefg", 7);
	vd_buf_added(&buf, 3); // less than reserved
	assert_string_equal(buf.data, "abc");
	assert_null(vd_buf_reserve(&buf, SIZE_MAX));
	assert_err(vd_buf_check(&buf), VD_ERR_ROOM);
}

static void test_zeroed_is_empty(void **state)
{
	(void)state;
	struct vd_buf buf = { 0 };
	vd_buf_put_char(&buf, 'x');
	assert_err(vd_buf_check(&buf), VD_ERR_ROOM);
	vd_buf_reset(&buf);
	vd_buf_deinit(&buf);
}

static void test_secret_leaves_nothing_behind(void **state)
{
	(void)state;
	struct vd_buf buf;
	char nothing[512] = { 0 };
	vd_buf_init_secret(&buf, 4096);
	vd_buf_put_text(&buf, "token=");
	vd_buf_printf(&buf, "%0400d", 7); // grows
	vd_buf_put_text(&buf, "end");
	assert_int_equal(buf.len, 409);
	assert_string_equal(buf.data + 405, "7end");
	vd_buf_consume(&buf, 400);
	assert_string_equal(buf.data, "000007end");
	// What moved to the front lies there no more.
	assert_memory_equal(buf.data + 10, nothing, 399);
	assert_true(buf.cap >= 410);
	vd_buf_reset(&buf);
	assert_memory_equal(buf.data, nothing, 410);
	vd_buf_put_text(&buf, "again");
	assert_string_equal(buf.data, "again");
	vd_buf_deinit(&buf);
	vd_buf_deinit(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixed_drops_whole_and_stays_so),
		cmocka_unit_test(test_printf_drops_whole),
		cmocka_unit_test(test_heap_grows_to_its_limit),
		cmocka_unit_test(test_heap_prints_more_than_it_has),
		cmocka_unit_test(test_consumes_from_the_front),
		cmocka_unit_test(test_reserves),
		cmocka_unit_test(test_zeroed_is_empty),
		cmocka_unit_test(test_secret_leaves_nothing_behind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
