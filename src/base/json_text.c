// SPDX-License-Identifier: MIT
#include "base/json_text.h"

#include <limits.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"

#define ESCAPE_BYTES 6 // \uXXXX

static struct vd_json_check fault(enum vd_err err, size_t at, const char *what)
{
	return (struct vd_json_check){ .err = err, .at = at, .what = what };
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	char lower = (char)(c | 0x20);
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The unit of the \uXXXX at `at`, or -1 where there is none.
static int unit_at(struct vd_span text, size_t at)
{
	if (text.n < ESCAPE_BYTES || at > text.n - ESCAPE_BYTES || text.p[at] != '\\' ||
	    text.p[at + 1] != 'u') {
		return -1;
	}
	int unit = 0;
	for (size_t i = at + 2; i < at + ESCAPE_BYTES; i++) {
		int digit = hex_digit(text.p[i]);
		if (digit < 0) {
			return -1;
		}
		unit = unit * 16 + digit;
	}
	return unit;
}

static bool is_high_surrogate(int unit)
{
	return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low_surrogate(int unit)
{
	return unit >= 0xDC00 && unit <= 0xDFFF;
}

// Bytes of the escape at `at` (a pair of surrogates is one); `*is_lost`: cJSON can't keep it.
static size_t escape_bytes(struct vd_span text, size_t at, bool *is_lost)
{
	int unit = unit_at(text, at);
	*is_lost = false;
	if (unit < 0) {
		return 2; // one of \n \" and so on, or nonsense that cJSON will refuse
	}
	if (is_high_surrogate(unit) && is_low_surrogate(unit_at(text, at + ESCAPE_BYTES))) {
		return (size_t)2 * ESCAPE_BYTES;
	}
	*is_lost = unit == 0 || is_high_surrogate(unit) || is_low_surrogate(unit);
	return ESCAPE_BYTES;
}

// From behind the opening quote; `*at` ends behind the closing one.
static struct vd_json_check check_string(struct vd_span text, size_t *at)
{
	struct vd_json_check check = { .err = VD_OK };
	size_t opened = *at - 1;
	while (*at < text.n) {
		unsigned char c = (unsigned char)text.p[*at];
		if (c == '"') {
			(*at)++;
			return check;
		}
		if (c < 0x20) {
			return fault(VD_ERR_SYNTAX, *at, "a control character stands in a string");
		}
		bool is_lost = false;
		*at += c == '\\' ? escape_bytes(text, *at, &is_lost) : 1;
		check.needs_repair |= is_lost;
	}
	return fault(VD_ERR_SYNTAX, opened, "this string has no end");
}

struct vd_json_check vd_json_check_text(struct vd_span text)
{
	struct vd_json_check all = { .err = VD_OK };
	size_t at = vd_json_skip_blanks(text, 0);
	if (at >= text.n) {
		return fault(VD_ERR_SYNTAX, at, "the text is empty");
	}
	int depth = 0;
	while (at < text.n) {
		char c = text.p[at++];
		if (c == '"') {
			struct vd_json_check check = check_string(text, &at);
			if (check.err != VD_OK) {
				return check;
			}
			all.needs_repair |= check.needs_repair;
		} else if (c == '[' || c == '{') {
			depth++;
		} else if (c == ']' || c == '}') {
			depth--;
		} else if (c == '\0') {
			return fault(VD_ERR_SYNTAX, at - 1, "a zero byte stands here");
		}
		if (depth > VD_JSON_DEPTH) {
			return fault(VD_ERR_TOO_LARGE, at - 1, "it is nested too deeply");
		}
	}
	return all;
}

void vd_json_repair_escapes(char *text, size_t n)
{
	struct vd_span all = vd_span_make(text, n);
	size_t at = 0;
	while (at < n) {
		if (text[at] != '\\') {
			at++;
			continue;
		}
		bool is_lost;
		size_t bytes = escape_bytes(all, at, &is_lost);
		if (is_lost) {
			memcpy(text + at, "\\ufffd", ESCAPE_BYTES);
		}
		at += bytes;
	}
}

struct vd_json_place vd_json_place_of(struct vd_span text, size_t at)
{
	struct vd_json_place place = { .line = 1, .column = 1 };
	struct vd_span before = vd_span_make(text.p, at < text.n ? at : text.n);
	uint32_t c;
	while (vd_utf8_next(&before, &c)) {
		if (c == '\n' && place.line < INT_MAX) {
			place.line++;
			place.column = 1;
		} else if (place.column < INT_MAX) {
			place.column++;
		}
	}
	return place;
}

size_t vd_json_skip_blanks(struct vd_span text, size_t at)
{
	while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\t' || text.p[at] == '\r' ||
			       text.p[at] == '\n')) {
		at++;
	}
	return at;
}
