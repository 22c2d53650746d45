// SPDX-License-Identifier: MIT
#include "channel/text_nfc.h"

#include <string.h>

#include "base/utf8.h"
#include "channel/text_table.h"

// Unicode 3.12, conjoining jamo.
#define S_BASE 0xAC00u
#define L_BASE 0x1100u
#define V_BASE 0x1161u
#define T_BASE 0x11A7u
#define L_N 19u
#define V_N 21u
#define T_N 28u
#define S_N (L_N * V_N * T_N)
// Below: no combining mark, and no decomposition that leads elsewhere.
#define FIRST_MARK 0x300u
#define FIRST_VOWEL_SIGN 0x9BEu

static uint8_t class_of(uint32_t c)
{
	size_t low = 0;
	size_t high = c < FIRST_MARK ? 0 : vd_text_classes_n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (c > vd_text_classes[middle].to) {
			low = middle + 1;
		} else if (c < vd_text_classes[middle].from) {
			high = middle;
		} else {
			return vd_text_classes[middle].value;
		}
	}
	return 0;
}

static const struct vd_text_pair *pair_of(uint32_t c)
{
	size_t low = 0;
	size_t high = vd_text_pairs_n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (vd_text_pairs[middle].code_point < c) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	bool is_it = low < vd_text_pairs_n && vd_text_pairs[low].code_point == c;
	return is_it ? &vd_text_pairs[low] : NULL;
}

static uint32_t compose_hangul(uint32_t first, uint32_t second)
{
	if (first - L_BASE < L_N && second - V_BASE < V_N) {
		return S_BASE + ((first - L_BASE) * V_N + (second - V_BASE)) * T_N;
	}
	bool is_lv = first - S_BASE < S_N && (first - S_BASE) % T_N == 0;
	return is_lv && second > T_BASE && second < T_BASE + T_N ? first + (second - T_BASE) : 0;
}

// 0: they stay two.
static uint32_t compose(uint32_t first, uint32_t second)
{
	size_t low = 0;
	size_t high = vd_text_composed_n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct vd_text_pair *pair = &vd_text_pairs[vd_text_composed[middle]];
		if (pair->first < first || (pair->first == first && pair->second < second)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	const struct vd_text_pair *pair =
		low < vd_text_composed_n ? &vd_text_pairs[vd_text_composed[low]] : NULL;
	bool is_it = pair != NULL && pair->first == first && pair->second == second;
	return is_it ? pair->code_point : compose_hangul(first, second);
}

// What may be put together with the code point before it: a mark, a jamo, some vowel signs.
static bool joins_back(uint32_t c)
{
	if (c < FIRST_MARK) {
		return false;
	}
	if (class_of(c) > 0 || (c >= V_BASE && c < T_BASE + T_N)) {
		return true;
	}
	// Vowel signs of India and beyond: starters, and yet the second of a pair.
	for (size_t i = 0; c >= FIRST_VOWEL_SIGN && i < vd_text_composed_n; i++) {
		if (vd_text_pairs[vd_text_composed[i]].second == c) {
			return true;
		}
	}
	return false;
}

bool vd_nfc_is_needed(struct vd_span text)
{
	uint32_t c = 0;
	uint32_t next = 0;
	(void)vd_utf8_next(&text, &c);
	if (text.n > 0) {
		(void)vd_utf8_next(&text, &next);
	}
	bool is_changed = c >= FIRST_MARK && pair_of(c) != NULL;
	// Ideographs and what else is common join nothing: the search is for the rest.
	bool is_common = next < FIRST_MARK || (next >= 0x2000 && next < 0x20D0) ||
			 (next >= 0x3000 && next < 0x302A) || (next >= 0x30A0 && next < 0xA000);
	return is_changed || (!is_common && joins_back(next));
}

// Decomposes whole; false without room.
static bool put(struct vd_nfc *out, uint32_t c)
{
	uint32_t tail[4];
	size_t n = 0;
	const struct vd_text_pair *pair = pair_of(c);
	while (pair != NULL && n < sizeof(tail) / sizeof(tail[0])) {
		c = pair->first;
		if (pair->second != 0) {
			tail[n++] = pair->second;
		}
		pair = pair_of(c);
	}
	if (out->n + n + 1 > VD_NFC_MOST) {
		return false;
	}
	out->code_points[out->n++] = c;
	while (n > 0) {
		out->code_points[out->n++] = tail[--n];
	}
	return true;
}

// Marks in the order of their classes; equal ones stay in theirs.
static void sort_marks(struct vd_nfc *s)
{
	for (size_t i = 1; i < s->n; i++) {
		uint32_t c = s->code_points[i];
		uint8_t value = class_of(c);
		size_t at = i;
		while (value > 0 && at > 0 && class_of(s->code_points[at - 1]) > value) {
			s->code_points[at] = s->code_points[at - 1];
			at--;
		}
		s->code_points[at] = c;
	}
}

// D117: a mark joins the starter unless one of its class, or a starter, stands between.
static void compose_all(struct vd_nfc *s)
{
	size_t starter = 0;
	size_t n = s->n > 0 ? 1 : 0;
	bool has_starter = s->n > 0 && class_of(s->code_points[0]) == 0;
	uint8_t last = 0;
	for (size_t i = 1; i < s->n; i++) {
		uint32_t c = s->code_points[i];
		uint8_t value = class_of(c);
		bool is_blocked = n > starter + 1 && (last == 0 || last >= value);
		uint32_t whole = has_starter && !is_blocked ? compose(s->code_points[starter], c)
							    : 0;
		if (whole != 0) {
			s->code_points[starter] = whole;
			continue;
		}
		if (value == 0) {
			starter = n;
			has_starter = true;
		}
		last = value;
		s->code_points[n++] = c;
	}
	s->n = n;
}

void vd_nfc_take(struct vd_span *text, struct vd_nfc *out)
{
	uint32_t c = 0;
	out->n = 0;
	(void)vd_utf8_next(text, &c);
	bool has_room = put(out, c);
	while (has_room && text->n > 0) {
		struct vd_span rest = *text;
		(void)vd_utf8_next(&rest, &c);
		if (!joins_back(c) || !put(out, c)) {
			break;
		}
		*text = rest;
	}
	sort_marks(out);
	compose_all(out);
}
