// SPDX-License-Identifier: MIT
#include "output/lamp_wire.h"
#include "unit.h"

static void what_is_printed_is_parsed_again(void **state)
{
	(void)state;
	static const int64_t instants[] = { 0, 1, 1234567890123, INT64_MAX };
	for (int m = 0; m < VD_LAMP_MEANING_N; m++) {
		for (int blind = 0; blind < 2; blind++) {
			uint8_t bytes[VD_LAMP_WIRE_BYTES];
			struct vd_lamp_word in = {
				.kind = VD_LAMP_WORD_SHOW,
				.intent = { (enum vd_lamp_meaning)m, blind == 1 },
				.until = { instants[m % 4] },
			};
			struct vd_lamp_word out = { 0 };
			vd_lamp_wire_print(&in, bytes);
			assert_ok(vd_lamp_wire_parse(bytes, &out));
			assert_int_equal(out.kind, VD_LAMP_WORD_SHOW);
			assert_int_equal(out.intent.meaning, m);
			assert_int_equal(out.intent.and_blind, blind == 1);
			assert_int_equal(out.until.us, in.until.us);
		}
	}
}

static void its_bytes_are_those_of_the_document(void **state)
{
	(void)state;
	static const uint8_t expected[VD_LAMP_WIRE_BYTES] = {
		'V', 'L', 1, 1, 1, 1, 0, 0, 0x15, 0xCD, 0x5B, 0x07, 0, 0, 0, 0,
	};
	uint8_t bytes[VD_LAMP_WIRE_BYTES];
	struct vd_lamp_word word = { .kind = VD_LAMP_WORD_SHOW,
				     .intent = { VD_LAMP_URGENT_UNSEEN, true },
				     .until = { 123456789 } };
	vd_lamp_wire_print(&word, bytes);
	assert_memory_equal(bytes, expected, sizeof(bytes));
}

// A byte that was changed is another message of ours, with another meaning or end, or none.
static void a_changed_byte_is_refused_unless_it_says_something_else(void **state)
{
	(void)state;
	for (int kind = VD_LAMP_WORD_SHOW; kind <= VD_LAMP_WORD_BYE; kind++) {
		struct vd_lamp_word word = { .kind = (enum vd_lamp_word_kind)kind,
					     .intent = { VD_LAMP_WATCHING, false },
					     .until = { 77 } };
		uint8_t good[VD_LAMP_WIRE_BYTES];
		vd_lamp_wire_print(&word, good);
		for (size_t i = 0; i < VD_LAMP_WIRE_BYTES; i++) {
			for (int value = 0; value < 256; value++) {
				uint8_t bytes[VD_LAMP_WIRE_BYTES];
				uint8_t again[VD_LAMP_WIRE_BYTES];
				struct vd_lamp_word out;
				memcpy(bytes, good, sizeof(bytes));
				bytes[i] = (uint8_t)value;
				if (vd_lamp_wire_parse(bytes, &out) == VD_OK) {
					vd_lamp_wire_print(&out, again);
					assert_memory_equal(again, bytes, sizeof(bytes));
				} else {
					assert_int_not_equal(good[i], value);
				}
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_parsed_again),
		cmocka_unit_test(its_bytes_are_those_of_the_document),
		cmocka_unit_test(a_changed_byte_is_refused_unless_it_says_something_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
