// SPDX-License-Identifier: MIT
#include "store/codec.h"

#include "unit.h"

static void numbers_are_little_endian(void **state)
{
	(void)state;
	uint8_t memory[32];
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	vd_writer_u8(&w, 0x01);
	vd_writer_u16(&w, 0x0203);
	vd_writer_u32(&w, 0x04050607);
	vd_writer_u64(&w, UINT64_C(0x08090a0b0c0d0e0f));
	vd_writer_wall(&w, (struct vd_wall){ -2 });
	static const uint8_t expected[] = { 0x01, 0x03, 0x02, 0x07, 0x06, 0x05, 0x04, 0x0f,
					    0x0e, 0x0d, 0x0c, 0x0b, 0x0a, 0x09, 0x08, 0xfe,
					    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	assert_int_equal(w.n, sizeof(expected));
	assert_memory_equal(memory, expected, sizeof(expected));
	struct vd_reader r = vd_reader_init(vd_writer_span(&w));
	assert_int_equal(vd_reader_u8(&r), 0x01);
	assert_int_equal(vd_reader_u16(&r), 0x0203);
	assert_int_equal(vd_reader_u32(&r), 0x04050607);
	assert_true(vd_reader_u64(&r) == UINT64_C(0x08090a0b0c0d0e0f));
	assert_true(vd_reader_wall(&r).us == -2);
	assert_true(vd_reader_is_done(&r));
}

static void key_order_is_number_order(void **state)
{
	(void)state;
	static const int64_t stamps[] = {
		INT64_MIN, -1, 0, 1, 255, 256, INT64_C(1) << 40, INT64_MAX
	};
	uint8_t before[8];
	for (size_t i = 0; i < VD_ARRAY_LEN(stamps); i++) {
		uint8_t key[8];
		struct vd_writer w = vd_writer_init(key, sizeof(key));
		vd_writer_be_wall(&w, (struct vd_wall){ stamps[i] });
		struct vd_reader r = vd_reader_init(vd_writer_span(&w));
		assert_true(vd_reader_be_wall(&r).us == stamps[i]);
		assert_true(i == 0 || memcmp(before, key, sizeof(key)) < 0);
		memcpy(before, key, sizeof(key));
	}
	uint8_t memory[14];
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	vd_writer_be16(&w, 0x0102);
	vd_writer_be32(&w, 0x03040506);
	vd_writer_be64(&w, UINT64_C(0x0708090a0b0c0d0e));
	for (uint8_t i = 0; i < sizeof(memory); i++) {
		assert_int_equal(memory[i], i + 1);
	}
	struct vd_reader r = vd_reader_init(vd_writer_span(&w));
	assert_int_equal(vd_reader_be16(&r), 0x0102);
	assert_int_equal(vd_reader_be32(&r), 0x03040506);
	assert_true(vd_reader_be64(&r) == UINT64_C(0x0708090a0b0c0d0e));
}

static void writing_past_the_end_stays_dropped(void **state)
{
	(void)state;
	uint8_t memory[4] = { 0 };
	struct vd_writer w = vd_writer_init(memory, 3);
	vd_writer_u16(&w, 0x1111);
	vd_writer_u32(&w, 0x22222222);
	vd_writer_u8(&w, 0x33);
	assert_true(w.overflow);
	assert_int_equal(w.n, 2);
	assert_int_equal(memory[2], 0);
}

static void reading_past_the_end_gives_zero(void **state)
{
	(void)state;
	struct vd_reader r = vd_reader_init(VD_SPAN("\x01\x02\x03"));
	assert_int_equal(vd_reader_u32(&r), 0);
	assert_true(r.bad);
	assert_int_equal(vd_reader_u8(&r), 0);
	assert_false(vd_reader_is_done(&r));
}

static void a_limit_is_kept(void **state)
{
	(void)state;
	struct vd_reader r = vd_reader_init(VD_SPAN("\x02\x03"));
	assert_int_equal(vd_reader_below(&r, 3), 2);
	assert_false(r.bad);
	assert_int_equal(vd_reader_below(&r, 3), 0);
	assert_true(r.bad);
}

static void texts_go_round(void **state)
{
	(void)state;
	uint8_t memory[16];
	char out[4];
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	vd_writer_text(&w, "abc", 4);
	vd_writer_text(&w, "", 4);
	struct vd_reader r = vd_reader_init(vd_writer_span(&w));
	vd_reader_text(&r, out, sizeof(out));
	assert_string_equal(out, "abc");
	vd_reader_text(&r, out, sizeof(out));
	assert_string_equal(out, "");
	assert_true(vd_reader_is_done(&r));
}

static void bad_texts_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		struct vd_span bytes;
	} rows[] = {
		{ "no room for the zero",
		  { "\x04"
		    "abcd",
		    5 } },
		{ "a zero inside",
		  { "\x03"
		    "a\0b",
		    4 } },
		{ "shorter than it says",
		  { "\x03"
		    "ab",
		    3 } },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		char out[4] = "x";
		struct vd_reader r = vd_reader_init(rows[i].bytes);
		vd_reader_text(&r, out, sizeof(out));
		assert_row(r.bad, rows[i].name);
		assert_row(out[0] == '\0', rows[i].name);
	}
	// Written: a text that is not closed within its array.
	uint8_t memory[16];
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	vd_writer_text(&w, "abcd", 4);
	assert_true(w.overflow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_little_endian),
		cmocka_unit_test(key_order_is_number_order),
		cmocka_unit_test(writing_past_the_end_stays_dropped),
		cmocka_unit_test(reading_past_the_end_gives_zero),
		cmocka_unit_test(a_limit_is_kept),
		cmocka_unit_test(texts_go_round),
		cmocka_unit_test(bad_texts_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
