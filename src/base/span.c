// SPDX-License-Identifier: MIT
#include "base/span.h"

#include <string.h>

struct vd_span vd_span_of(const char *text)
{
	return (struct vd_span){ text, text == NULL ? 0 : strlen(text) };
}

struct vd_span vd_span_make(const void *p, size_t n)
{
	return (struct vd_span){ p, n };
}

bool vd_span_is_equal(struct vd_span a, struct vd_span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

// ASCII only, whatever the locale says: header names and key words.
static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool vd_span_is_equal_nocase(struct vd_span a, struct vd_span b)
{
	if (a.n != b.n) {
		return false;
	}
	for (size_t i = 0; i < a.n; i++) {
		if (lower(a.p[i]) != lower(b.p[i])) {
			return false;
		}
	}
	return true;
}

bool vd_span_is_text(struct vd_span a, const char *text)
{
	return vd_span_is_equal(a, vd_span_of(text));
}

bool vd_span_has_prefix(struct vd_span a, struct vd_span prefix)
{
	return a.n >= prefix.n && (prefix.n == 0 || memcmp(a.p, prefix.p, prefix.n) == 0);
}

struct vd_span vd_span_skip(struct vd_span a, size_t from)
{
	if (a.p == NULL || from == 0) {
		return a;
	}
	size_t by = from < a.n ? from : a.n;
	return (struct vd_span){ a.p + by, a.n - by };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct vd_span vd_span_trim(struct vd_span a)
{
	while (a.n > 0 && is_blank(a.p[a.n - 1])) {
		a.n--;
	}
	while (a.n > 0 && is_blank(a.p[0])) {
		a.p++;
		a.n--;
	}
	return a;
}

struct vd_span vd_span_cut(struct vd_span *rest, char sep)
{
	struct vd_span piece = *rest;
	const char *at = rest->n == 0 ? NULL : memchr(rest->p, sep, rest->n);
	if (at == NULL) {
		*rest = (struct vd_span){ NULL, 0 };
		return piece;
	}
	piece.n = (size_t)(at - piece.p);
	*rest = vd_span_skip(*rest, piece.n + 1);
	return piece;
}

ptrdiff_t vd_span_find(struct vd_span a, struct vd_span needle)
{
	if (needle.n == 0) {
		return 0;
	}
	struct vd_span left = a;
	while (left.n >= needle.n) {
		const char *at = memchr(left.p, needle.p[0], left.n - needle.n + 1);
		if (at == NULL) {
			return -1;
		}
		if (memcmp(at, needle.p, needle.n) == 0) {
			return at - a.p;
		}
		left = vd_span_skip(left, (size_t)(at - left.p) + 1);
	}
	return -1;
}

enum vd_err vd_span_parse_u64(struct vd_span a, uint64_t *out)
{
	if (a.n == 0) {
		return VD_ERR_SYNTAX;
	}
	uint64_t value = 0;
	bool is_too_big = false;
	for (size_t i = 0; i < a.n; i++) {
		if (a.p[i] < '0' || a.p[i] > '9') {
			return VD_ERR_SYNTAX;
		}
		uint64_t digit = (uint64_t)(a.p[i] - '0');
		is_too_big |= value > (UINT64_MAX - digit) / 10;
		value = value * 10 + digit;
	}
	if (is_too_big) {
		return VD_ERR_RANGE;
	}
	*out = value;
	return VD_OK;
}

enum vd_err vd_span_parse_i64(struct vd_span a, int64_t *out)
{
	bool is_negative = a.n > 0 && a.p[0] == '-';
	uint64_t magnitude = 0;
	enum vd_err err = vd_span_parse_u64(vd_span_skip(a, is_negative ? 1 : 0), &magnitude);
	if (err != VD_OK) {
		return err;
	}
	if (magnitude > (uint64_t)INT64_MAX + (is_negative ? 1 : 0)) {
		return VD_ERR_RANGE;
	}
	// INT64_MIN has no positive twin: build it from one below.
	*out = is_negative && magnitude > 0 ? -(int64_t)(magnitude - 1) - 1 : (int64_t)magnitude;
	return VD_OK;
}

enum vd_err vd_span_copy(struct vd_span a, char *out, size_t cap)
{
	if (a.n >= cap) {
		if (cap > 0) {
			out[0] = '\0';
		}
		return VD_ERR_ROOM;
	}
	if (a.n > 0) {
		memcpy(out, a.p, a.n);
	}
	out[a.n] = '\0';
	return VD_OK;
}
