// SPDX-License-Identifier: MIT
// "$ENI", "$BRK.A", as twitter-text finds them: at most six letters and one or two behind a dot or
// a bar, a blank or the beginning in front, a blank, a sign or the end behind.
#include <string.h>

#include "base/utf8.h"
#include "channel/text_count.h"

#define LETTERS_MOST 6
#define SUFFIX_MOST 2

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t count_letters(struct vd_span s)
{
	size_t n = 0;
	while (n < s.n && is_letter(s.p[n])) {
		n++;
	}
	return n;
}

static bool is_blank(uint32_t c)
{
	return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
	       c == 0x180E || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202F || c == 0x205F || c == 0x3000;
}

// Marks of the writing's direction are nothing to see.
static bool may_precede(uint32_t c)
{
	return is_blank(c) || (c >= 0x202A && c <= 0x202E) || c == 0x061C || c == 0x200E ||
	       c == 0x200F || (c >= 0x2066 && c <= 0x2069);
}

static bool may_follow(struct vd_span rest)
{
	uint32_t c = 0;
	if (!vd_utf8_next(&rest, &c)) {
		return true;
	}
	return is_blank(c) ||
	       (c < 0x80 && strchr("!'#%&()*+,\\-./:;<=>?@[]^_{|}~$", (int)c) != NULL);
}

// Length of the cashtag behind a '$'; 0: none.
static size_t length_at(struct vd_span s)
{
	size_t n = count_letters(s);
	if (n == 0 || n > LETTERS_MOST) {
		return 0;
	}
	if (n + 1 < s.n && (s.p[n] == '.' || s.p[n] == '_')) {
		size_t more = count_letters(vd_span_skip(s, n + 1));
		size_t whole = n + 1 + more;
		if (more > 0 && more <= SUFFIX_MOST && may_follow(vd_span_skip(s, whole))) {
			return whole;
		}
	}
	return may_follow(vd_span_skip(s, n)) ? n : 0;
}

void vd_text_each_cashtag(struct vd_span text, vd_text_link_fn *fn, void *ctx)
{
	bool is_start = true;
	uint32_t c = 0;
	while (text.n > 0) {
		struct vd_span behind = text;
		(void)vd_utf8_next(&behind, &c);
		size_t n = c == '$' && is_start ? length_at(behind) : 0;
		if (n > 0 && !fn(ctx, vd_span_make(behind.p, n))) {
			return;
		}
		is_start = may_precede(c);
		text = behind;
	}
}

static bool count_one(void *ctx, struct vd_span cashtag)
{
	size_t *n = ctx;
	(void)cashtag;
	++*n;
	return true;
}

size_t vd_text_count_cashtags(struct vd_span text)
{
	size_t n = 0;
	vd_text_each_cashtag(text, count_one, &n);
	return n;
}
