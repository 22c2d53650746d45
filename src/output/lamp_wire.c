// SPDX-License-Identifier: MIT
//   0 'V'   1 'L'   2 version   3 kind   4 meaning   5 flags   6,7 zero   8..15 until, i64
#include "output/lamp_wire.h"

#include <string.h>

#define VERSION 1
#define FLAG_AND_BLIND 1

void vd_lamp_wire_print(const struct vd_lamp_word *word, uint8_t out[VD_LAMP_WIRE_BYTES])
{
	memset(out, 0, VD_LAMP_WIRE_BYTES);
	out[0] = 'V';
	out[1] = 'L';
	out[2] = VERSION;
	out[3] = (uint8_t)word->kind;
	if (word->kind != VD_LAMP_WORD_SHOW) {
		return;
	}
	out[4] = (uint8_t)word->intent.meaning;
	out[5] = word->intent.and_blind ? FLAG_AND_BLIND : 0;
	uint64_t until = (uint64_t)word->until.us;
	for (size_t i = 0; i < 8; i++) {
		out[8 + i] = (uint8_t)(until >> (8 * i));
	}
}

static bool is_zero(const uint8_t *bytes, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (bytes[i] != 0) {
			return false;
		}
	}
	return true;
}

enum vd_err vd_lamp_wire_parse(const uint8_t bytes[VD_LAMP_WIRE_BYTES], struct vd_lamp_word *out)
{
	bool is_ours = bytes[0] == 'V' && bytes[1] == 'L' && bytes[2] == VERSION &&
		       bytes[3] >= VD_LAMP_WORD_SHOW && bytes[3] <= VD_LAMP_WORD_BYE &&
		       is_zero(bytes, 6, 8);
	if (!is_ours) {
		return VD_ERR_SYNTAX;
	}
	*out = (struct vd_lamp_word){ .kind = (enum vd_lamp_word_kind)bytes[3] };
	if (out->kind != VD_LAMP_WORD_SHOW) {
		return is_zero(bytes, 4, VD_LAMP_WIRE_BYTES) ? VD_OK : VD_ERR_SYNTAX;
	}
	if (bytes[4] >= VD_LAMP_MEANING_N || bytes[5] > FLAG_AND_BLIND) {
		return VD_ERR_SYNTAX;
	}
	out->intent.meaning = (enum vd_lamp_meaning)bytes[4];
	out->intent.and_blind = bytes[5] == FLAG_AND_BLIND;
	uint64_t until = 0;
	for (size_t i = 0; i < 8; i++) {
		until |= (uint64_t)bytes[8 + i] << (8 * i);
	}
	out->until.us = (int64_t)until;
	return VD_OK;
}
