// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/utf8.h"
#include "channel/mastodon_wire.h"
#include "channel/text_count.h"

#define ELLIPSIS VD_SPAN("\xE2\x80\xA6")

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// Words with dots and dashes inside; the last character is a word's.
static size_t name_length(struct vd_span s)
{
	size_t end = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (is_word(s.p[i])) {
			end = i + 1;
		} else if (i == 0 || (s.p[i] != '.' && s.p[i] != '-')) {
			break;
		}
	}
	return end;
}

struct mention {
	size_t user;   // bytes of the part before the second '@'
	size_t length; // of all, the first '@' included; 0: none
};

// At the '@' of `s`; what is before it was looked at.
static struct mention mention_of(struct vd_span s)
{
	struct mention m = { .user = name_length(vd_span_skip(s, 1)) };
	if (m.user == 0) {
		return m;
	}
	m.length = 1 + m.user;
	struct vd_span rest = vd_span_skip(s, m.length);
	size_t host = rest.n > 0 && rest.p[0] == '@' ? name_length(vd_span_skip(rest, 1)) : 0;
	m.length += host > 0 ? 1 + host : 0;
	return m;
}

// "info@example.com" and "example.com/@user" name nobody.
static bool may_precede_mention(char c)
{
	return !is_word(c) && c != '/' && c != '=' && c != '@';
}

static struct mention mention_at(struct vd_span s, char before)
{
	bool is_it = s.n > 1 && s.p[0] == '@' && may_precede_mention(before);
	return is_it ? mention_of(s) : (struct mention){ 0 };
}

static bool has_scheme(struct vd_span s)
{
	return vd_span_has_prefix(s, VD_SPAN("http://")) ||
	       vd_span_has_prefix(s, VD_SPAN("https://"));
}

static size_t link_at(struct vd_span s, char before)
{
	return !is_word(before) && has_scheme(s) ? vd_text_link_length(s) : 0;
}

size_t vd_mastodon_text_count(struct vd_span text, int url_characters)
{
	size_t sum = 0;
	char before = ' ';
	while (text.n > 0) {
		size_t link = link_at(text, before);
		struct mention mention = mention_at(text, before);
		uint32_t c = 0;
		if (link > 0) {
			sum += (size_t)url_characters;
			text = vd_span_skip(text, link);
			before = 'x';
		} else if (mention.length > 0) {
			sum += 1 + mention.user;
			text = vd_span_skip(text, mention.length);
			before = 'x';
		} else {
			before = text.p[0];
			(void)vd_utf8_next(&text, &c);
			sum++;
		}
	}
	return sum;
}

struct vd_span vd_mastodon_first_mention(struct vd_span text, struct vd_span but)
{
	char before = ' ';
	while (text.n > 0) {
		struct mention mention = mention_at(text, before);
		if (mention.length > 0) {
			struct vd_span name = vd_span_make(text.p + 1, mention.length - 1);
			if (!vd_span_is_equal_nocase(name, but)) {
				return name;
			}
		}
		size_t n = mention.length > 0 ? mention.length : 1;
		before = text.p[n - 1];
		text = vd_span_skip(text, n);
	}
	return (struct vd_span){ 0 };
}

// ---- is it the same text? -----------------------------------------------------------------

// A text without what servers change: blanks, marks of formatting, schemes, hosts of mentions.
struct reading {
	struct vd_span rest;
	char before;
	bool is_in_link;
	const char *host; // of the mention under way: not read
	const char *host_end;
};

static bool is_mark(char c)
{
	return is_blank(c) || strchr("*_~`>#-", c) != NULL;
}

static void skip_n(struct reading *r, size_t n)
{
	r->before = r->rest.p[n - 1];
	r->is_in_link = r->is_in_link && !is_blank(r->before);
	r->rest = vd_span_skip(r->rest, n);
}

static void skip_scheme(struct reading *r)
{
	static const char *const prefixes[] = { "https://www.", "http://www.", "https://",
						"http://" };
	for (size_t i = 0; i < VD_ARRAY_LEN(prefixes); i++) {
		struct vd_span prefix = vd_span_of(prefixes[i]);
		if (vd_span_has_prefix(r->rest, prefix)) {
			r->rest = vd_span_skip(r->rest, prefix.n);
			r->before = '/';
			r->is_in_link = true;
			return;
		}
	}
}

// Brings the reading to its next byte that counts.
static void settle(struct reading *r)
{
	if (r->host != NULL && r->rest.p == r->host) {
		r->rest = vd_span_skip(r->rest, (size_t)(r->host_end - r->host));
	}
	while (r->rest.n > 0 && is_mark(r->rest.p[0])) {
		skip_n(r, 1);
	}
	if (!is_word(r->before)) {
		skip_scheme(r);
	}
	struct mention mention = mention_at(r->rest, r->before);
	if (mention.length > 1 + mention.user) {
		r->host = r->rest.p + 1 + mention.user;
		r->host_end = r->rest.p + mention.length;
	}
}

static void skip_word(struct reading *r)
{
	while (r->rest.n > 0 && !is_blank(r->rest.p[0])) {
		r->rest = vd_span_skip(r->rest, 1);
	}
	r->is_in_link = false;
	r->before = ' ';
}

static bool is_same(struct vd_span ours, struct vd_span theirs)
{
	struct reading a = { .rest = ours, .before = ' ' };
	struct reading b = { .rest = theirs, .before = ' ' };
	for (;;) {
		settle(&a);
		settle(&b);
		if (a.rest.n == 0 || b.rest.n == 0) {
			return a.rest.n == b.rest.n;
		}
		if (a.is_in_link && vd_span_has_prefix(b.rest, ELLIPSIS) &&
		    !vd_span_has_prefix(a.rest, ELLIPSIS)) { // shown cut off
			skip_word(&a);
			skip_word(&b);
			continue;
		}
		if (a.rest.p[0] != b.rest.p[0]) {
			return false;
		}
		skip_n(&a, 1);
		skip_n(&b, 1);
	}
}

static struct vd_span without_names(struct vd_span text)
{
	text = vd_span_trim(text);
	struct mention mention = mention_at(text, ' ');
	while (mention.length > 0) {
		text = vd_span_trim(vd_span_skip(text, mention.length));
		mention = mention_at(text, ' ');
	}
	return text;
}

bool vd_mastodon_is_same_text(struct vd_span ours, struct vd_span theirs)
{
	if (is_same(ours, theirs)) {
		return true;
	}
	ours = without_names(ours);
	theirs = without_names(theirs);
	return ours.n > 0 && is_same(ours, theirs);
}
