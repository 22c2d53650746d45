// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include <string.h>

#include "base/utf8_table.h"

#define ZWJ 0x200Du

struct decoded {
	uint32_t code_point;
	size_t n; // bytes taken
	bool is_valid;
};

// Table 3-7 of the Unicode standard: what the second byte may be depends on the first; the third
// and fourth are 80..BF always.
struct lead {
	unsigned char first;
	unsigned char last;
	unsigned char n;   // bytes of the whole sequence
	unsigned char low; // of the second byte
	unsigned char high;
};

static const struct lead LEADS[] = {
	{ 0xC2, 0xDF, 2, 0x80, 0xBF }, { 0xE0, 0xE0, 3, 0xA0, 0xBF }, { 0xE1, 0xEC, 3, 0x80, 0xBF },
	{ 0xED, 0xED, 3, 0x80, 0x9F }, { 0xEE, 0xEF, 3, 0x80, 0xBF }, { 0xF0, 0xF0, 4, 0x90, 0xBF },
	{ 0xF1, 0xF3, 4, 0x80, 0xBF }, { 0xF4, 0xF4, 4, 0x80, 0x8F },
};

static const struct lead *find_lead(unsigned char byte)
{
	for (size_t i = 0; i < VD_ARRAY_LEN(LEADS); i++) {
		if (byte >= LEADS[i].first && byte <= LEADS[i].last) {
			return &LEADS[i];
		}
	}
	return NULL;
}

// From s.n > 0. Where it goes wrong, the bytes that could have begun a character are one U+FFFD
// together (the "maximal subpart"), any other byte is one alone.
static struct decoded decode(struct vd_span s)
{
	unsigned char byte = (unsigned char)s.p[0];
	if (byte < 0x80) {
		return (struct decoded){ byte, 1, true };
	}
	const struct lead *lead = find_lead(byte);
	if (lead == NULL) {
		return (struct decoded){ VD_UTF8_REPLACEMENT, 1, false };
	}
	uint32_t value = byte & (0x7Fu >> lead->n);
	unsigned char low = lead->low;
	unsigned char high = lead->high;
	for (size_t i = 1; i < lead->n; i++) {
		unsigned char next = i < s.n ? (unsigned char)s.p[i] : 0;
		if (next < low || next > high) {
			return (struct decoded){ VD_UTF8_REPLACEMENT, i, false };
		}
		value = value << 6 | (next & 0x3Fu);
		low = 0x80;
		high = 0xBF;
	}
	return (struct decoded){ value, lead->n, true };
}

bool vd_utf8_next(struct vd_span *s, uint32_t *code_point)
{
	if (s->n == 0) {
		return false;
	}
	struct decoded d = decode(*s);
	*code_point = d.code_point;
	*s = vd_span_skip(*s, d.n);
	return true;
}

size_t vd_utf8_encode(uint32_t code_point, char out[4])
{
	if (code_point < 0x80) {
		out[0] = (char)code_point;
		return 1;
	}
	if (code_point < 0x800) {
		out[0] = (char)(0xC0 | code_point >> 6);
		out[1] = (char)(0x80 | (code_point & 0x3F));
		return 2;
	}
	if (code_point < 0x10000) {
		if (code_point >= 0xD800 && code_point <= 0xDFFF) {
			return 0;
		}
		out[0] = (char)(0xE0 | code_point >> 12);
		out[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
		out[2] = (char)(0x80 | (code_point & 0x3F));
		return 3;
	}
	if (code_point > 0x10FFFF) {
		return 0;
	}
	out[0] = (char)(0xF0 | code_point >> 18);
	out[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
	out[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
	out[3] = (char)(0x80 | (code_point & 0x3F));
	return 4;
}

bool vd_utf8_is_valid(struct vd_span s)
{
	while (s.n > 0) {
		struct decoded d = decode(s);
		if (!d.is_valid) {
			return false;
		}
		s = vd_span_skip(s, d.n);
	}
	return true;
}

size_t vd_utf8_count(struct vd_span s)
{
	size_t count = 0;
	uint32_t ignored;
	while (vd_utf8_next(&s, &ignored)) {
		count++;
	}
	return count;
}

// What must be known of the text so far to tell whether a cut before the next code point is safe.
struct grapheme {
	uint32_t previous;  // 0 at the start
	bool is_in_picture; // a pictograph, perhaps with marks behind it
	bool is_glued;      // ... and then a ZWJ
	bool is_half_flag;  // an odd number of regional indicators in a row
};

static bool is_regional(uint32_t c)
{
	return c >= 0x1F1E6 && c <= 0x1F1FF;
}

// UAX #29 GB6-GB8, where texts come in single letters (macOS file names and their kind).
static bool is_hangul_leading(uint32_t c)
{
	return (c >= 0x1100 && c <= 0x115F) || (c >= 0xA960 && c <= 0xA97C);
}

static bool is_hangul_vowel(uint32_t c)
{
	return (c >= 0x1160 && c <= 0x11A7) || (c >= 0xD7B0 && c <= 0xD7C6);
}

static bool is_hangul_trailing(uint32_t c)
{
	return (c >= 0x11A8 && c <= 0x11FF) || (c >= 0xD7CB && c <= 0xD7FB);
}

static bool is_hangul_syllable(uint32_t c)
{
	return c >= 0xAC00 && c <= 0xD7A3;
}

static bool joins_hangul(uint32_t before, uint32_t after)
{
	if (is_hangul_leading(before)) {
		return is_hangul_leading(after) || is_hangul_vowel(after) ||
		       is_hangul_syllable(after);
	}
	bool is_open = is_hangul_vowel(before) ||
		       (is_hangul_syllable(before) && (before - 0xAC00) % 28 == 0);
	if (is_open && is_hangul_vowel(after)) {
		return true;
	}
	bool is_syllable = is_open || is_hangul_syllable(before) || is_hangul_trailing(before);
	return is_syllable && is_hangul_trailing(after);
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

// UAX #29, without the prepended marks (GB9b) of a few scripts.
static bool is_safe_before(const struct grapheme *g, uint32_t next)
{
	if (g->previous == 0) {
		return true;
	}
	if (g->previous < 0x300 && next < 0x300) {
		return !(g->previous == '\r' && next == '\n');
	}
	if (is_control(g->previous)) {
		return true;
	}
	if (vd_utf8_joins(next)) {
		return false;
	}
	if (g->is_glued && vd_utf8_is_pictograph(next)) {
		return false;
	}
	if (g->is_half_flag && is_regional(next)) {
		return false;
	}
	return !joins_hangul(g->previous, next);
}

static void grapheme_add(struct grapheme *g, uint32_t c)
{
	if (c < 0x80) {
		*g = (struct grapheme){ .previous = c };
		return;
	}
	bool joins = vd_utf8_joins(c);
	g->is_glued = g->is_in_picture && c == ZWJ;
	g->is_in_picture = (g->is_in_picture && joins && c != ZWJ) || vd_utf8_is_pictograph(c);
	g->is_half_flag = is_regional(c) && !g->is_half_flag;
	g->previous = c;
}

size_t vd_utf8_truncate(struct vd_span s, size_t max_bytes)
{
	if (s.n <= max_bytes) {
		return s.n;
	}
	struct grapheme g = { 0 };
	size_t safe = 0;
	size_t at = 0;
	while (at <= max_bytes) {
		struct decoded d = decode(vd_span_skip(s, at));
		if (is_safe_before(&g, d.code_point)) {
			safe = at;
		}
		grapheme_add(&g, d.code_point);
		at += d.n;
	}
	return safe;
}

// C1 goes with C0: 0x9B alone begins an escape sequence on a terminal.
static bool is_dropped(uint32_t c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0);
}

size_t vd_utf8_sanitise(struct vd_span in, char *out, size_t cap, bool *was_cut)
{
	struct grapheme g = { 0 };
	size_t len = 0;
	size_t safe = 0;
	bool is_full = false;
	uint32_t c;
	while (!is_full && vd_utf8_next(&in, &c)) {
		if (is_dropped(c)) {
			continue;
		}
		if (is_safe_before(&g, c)) {
			safe = len;
		}
		grapheme_add(&g, c);
		char bytes[4];
		size_t n = vd_utf8_encode(c, bytes);
		is_full = n >= cap - len; // one stays for the closing zero
		if (!is_full) {
			memcpy(out + len, bytes, n);
			len += n;
		}
	}
	if (is_full) {
		len = safe;
	}
	out[len] = '\0';
	if (was_cut != NULL) {
		*was_cut = is_full;
	}
	return len;
}

int vd_utf8_width(uint32_t code_point)
{
	if (code_point < 0x300) {
		return is_control(code_point) ? 0 : 1;
	}
	if (vd_utf8_is_zero_width(code_point)) {
		return 0;
	}
	return vd_utf8_is_wide(code_point) ? 2 : 1;
}
