// SPDX-License-Identifier: MIT
#include "channel/text_count.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "base/utf8_table.h"
#include "channel/text_link.h"
#include "channel/text_nfc.h"

static size_t weight_of(uint32_t c)
{
	bool is_light = c <= 0x10FF || (c >= 0x2000 && c <= 0x200D) ||
			(c >= 0x2010 && c <= 0x201F) || (c >= 0x2032 && c <= 0x2037);
	return is_light ? 1 : 2;
}

static bool is_emoji(uint32_t c)
{
	return c >= 0x1F000 || (c >= 0x2190 && vd_utf8_is_pictograph(c));
}

static bool is_flag_half(uint32_t c)
{
	return c >= 0x1F1E6 && c <= 0x1F1FF;
}

static bool take_if(struct vd_span *s, bool (*is_it)(uint32_t))
{
	struct vd_span rest = *s;
	uint32_t c = 0;
	if (!vd_utf8_next(&rest, &c) || !is_it(c)) {
		return false;
	}
	*s = rest;
	return true;
}

static bool is_emoji_tail(uint32_t c)
{
	return c == 0xFE0F || (c >= 0x1F3FB && c <= 0x1F3FF) || (c >= 0xE0020 && c <= 0xE007F);
}

static bool is_joiner(uint32_t c)
{
	return c == 0x200D;
}

static bool is_keycap(uint32_t c)
{
	return c == 0x20E3;
}

// The rest of an emoji sequence whose first code point was taken: it weighs 2 in total.
static void skip_emoji(struct vd_span *s, uint32_t first)
{
	if (is_flag_half(first)) {
		(void)take_if(s, is_flag_half);
		return;
	}
	while (take_if(s, is_emoji_tail)) {
	}
	struct vd_span before = *s;
	while (take_if(s, is_joiner) && take_if(s, is_emoji)) {
		while (take_if(s, is_emoji_tail)) {
		}
		before = *s;
	}
	*s = before;
}

static bool takes_keycap(struct vd_span *s, uint32_t c)
{
	if (!(c >= '0' && c <= '9') && c != '#' && c != '*') {
		return false;
	}
	struct vd_span rest = *s;
	(void)take_if(&rest, is_emoji_tail);
	if (!take_if(&rest, is_keycap)) {
		return false;
	}
	*s = rest;
	return true;
}

size_t vd_text_link_length(struct vd_span text)
{
	struct vd_text_match match;
	vd_text_match_link(text, ' ', &match);
	return match.n > 0 && match.links[0].p == text.p ? match.links[0].n : 0;
}

// Walks over a text: what was found barren is not tried again.
struct walk {
	struct vd_span text;
	uint32_t before;
	const char *barren_to;
	struct vd_text_match match;
};

static bool is_barren(const struct walk *w)
{
	return w->text.p < w->barren_to && tolower((unsigned char)w->text.p[0]) != 'h';
}

// True where something was recognised at the front.
static bool finds(struct walk *w)
{
	if (is_barren(w)) {
		return false;
	}
	vd_text_match_link(w->text, w->before, &w->match);
	if (w->match.barren_to != NULL) {
		w->barren_to = w->match.barren_to;
	}
	return w->match.bytes > 0;
}

static void step_over(struct walk *w, size_t bytes)
{
	w->text = vd_span_skip(w->text, bytes);
	w->before = 'a'; // none begins right behind another one
}

void vd_text_each_link(struct vd_span text, vd_text_link_fn *fn, void *ctx)
{
	struct walk w = { .text = text, .before = ' ' };
	while (w.text.n > 0) {
		if (!finds(&w)) {
			(void)vd_utf8_next(&w.text, &w.before);
			continue;
		}
		for (size_t i = 0; i < w.match.n; i++) {
			if (!fn(ctx, w.match.links[i])) {
				return;
			}
		}
		step_over(&w, w.match.bytes);
	}
}

static bool note_link(void *ctx, struct vd_span link)
{
	(void)link;
	*(bool *)ctx = true;
	return false;
}

bool vd_text_has_link(struct vd_span text)
{
	bool is_there = false;
	vd_text_each_link(text, note_link, &is_there);
	return is_there;
}

static size_t weight_of_next(struct vd_span *text, bool emoji_are_one)
{
	uint32_t c = 0;
	struct vd_span rest = *text;
	(void)vd_utf8_next(&rest, &c);
	if (emoji_are_one && is_emoji(c)) {
		*text = rest;
		skip_emoji(text, c);
		return 2;
	}
	if (emoji_are_one && takes_keycap(&rest, c)) {
		*text = rest;
		return 2;
	}
	if (!vd_nfc_is_needed(*text)) {
		*text = rest;
		return weight_of(c);
	}
	struct vd_nfc composed;
	size_t sum = 0;
	vd_nfc_take(text, &composed);
	for (size_t i = 0; i < composed.n; i++) {
		sum += weight_of(composed.code_points[i]);
	}
	return sum;
}

// The last code point of what lies between two places of a text.
static uint32_t last_of(const char *from, const char *to)
{
	uint32_t c = ' ';
	struct vd_span s = vd_span_make(from, (size_t)(to - from));
	while (vd_utf8_next(&s, &c)) {
	}
	return c;
}

static size_t weigh_plain(struct vd_span text, bool emoji_are_one)
{
	size_t sum = 0;
	while (text.n > 0) {
		sum += weight_of_next(&text, emoji_are_one);
	}
	return sum;
}

// Links, and what lies between them.
static size_t weigh_match(const struct walk *w, bool emoji_are_one)
{
	size_t sum = 0;
	const char *from = w->text.p;
	for (size_t i = 0; i < w->match.n; i++) {
		struct vd_span link = w->match.links[i];
		sum += VD_X_LINK_WEIGHT +
		       weigh_plain(vd_span_make(from, (size_t)(link.p - from)), emoji_are_one);
		from = link.p + link.n;
	}
	size_t rest = w->match.bytes - (size_t)(from - w->text.p);
	return sum + weigh_plain(vd_span_make(from, rest), emoji_are_one);
}

size_t vd_text_weigh(struct vd_span text, bool emoji_are_one)
{
	struct walk w = { .text = text, .before = ' ' };
	size_t sum = 0;
	while (w.text.n > 0) {
		if (finds(&w)) {
			sum += weigh_match(&w, emoji_are_one);
			step_over(&w, w.match.bytes);
			continue;
		}
		const char *from = w.text.p;
		sum += weight_of_next(&w.text, emoji_are_one);
		w.before = last_of(from, w.text.p);
	}
	return sum;
}

size_t vd_x_text_count(struct vd_span text)
{
	return vd_text_weigh(text, true);
}
