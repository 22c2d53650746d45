// SPDX-License-Identifier: MIT
#include "channel/html_text.h"

#include <string.h>

#include "base/attr.h"
#include "base/utf8.h"

#define ENTITY_MOST 32 // bytes between & and ;
#define CUT_MOST 4096  // bytes within which the visible part of a link ends

struct writer {
	char *out;
	size_t cap;
	size_t n;
	int newlines;       // wanted before the next word
	bool was_blank;     // a blank is wanted before the next word
	bool is_literal;    // inside <pre>: blanks and newlines are words
	const char *cut_at; // behind the visible part of a shortened link; NULL: none
};

static void put_byte(struct writer *w, char c)
{
	if (w->n + 1 < w->cap) {
		w->out[w->n++] = c;
	}
}

static void put_pending(struct writer *w)
{
	for (int i = 0; i < w->newlines && w->n > 0; i++) {
		put_byte(w, '\n');
	}
	if (w->newlines == 0 && w->was_blank && w->n > 0) {
		put_byte(w, ' ');
	}
	w->newlines = 0;
	w->was_blank = false;
}

static void put_char(struct writer *w, char c)
{
	bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
	if (is_blank && (!w->is_literal || w->n == 0)) {
		w->was_blank = true;
		return;
	}
	put_pending(w);
	put_byte(w, c);
}

static void put_text(struct writer *w, const char *text)
{
	for (; *text != '\0'; text++) {
		put_char(w, *text);
	}
}

static void want_newlines(struct writer *w, int n)
{
	w->newlines = w->newlines > n ? w->newlines : n;
}

// ---- entities
// --------------------------------------------------------------------------------------

// What servers write themselves, and the letters that people of western Europe type.
static const struct {
	const char *name;
	uint16_t code_point;
} entities[] = {
	{ "amp", '&' },      { "lt", '<' },       { "gt", '>' },        { "quot", '"' },
	{ "apos", '\'' },    { "nbsp", ' ' },     { "hellip", 0x2026 }, { "ndash", 0x2013 },
	{ "mdash", 0x2014 }, { "lsquo", 0x2018 }, { "rsquo", 0x2019 },  { "ldquo", 0x201C },
	{ "rdquo", 0x201D }, { "bull", 0x2022 },  { "euro", 0x20AC },   { "laquo", 0xAB },
	{ "raquo", 0xBB },   { "copy", 0xA9 },    { "reg", 0xAE },      { "deg", 0xB0 },
	{ "pound", 0xA3 },   { "middot", 0xB7 },  { "agrave", 0xE0 },   { "aacute", 0xE1 },
	{ "acirc", 0xE2 },   { "atilde", 0xE3 },  { "auml", 0xE4 },     { "aring", 0xE5 },
	{ "aelig", 0xE6 },   { "ccedil", 0xE7 },  { "egrave", 0xE8 },   { "eacute", 0xE9 },
	{ "ecirc", 0xEA },   { "euml", 0xEB },    { "igrave", 0xEC },   { "iacute", 0xED },
	{ "icirc", 0xEE },   { "iuml", 0xEF },    { "ntilde", 0xF1 },   { "ograve", 0xF2 },
	{ "oacute", 0xF3 },  { "ocirc", 0xF4 },   { "otilde", 0xF5 },   { "ouml", 0xF6 },
	{ "oslash", 0xF8 },  { "ugrave", 0xF9 },  { "uacute", 0xFA },   { "ucirc", 0xFB },
	{ "uuml", 0xFC },    { "szlig", 0xDF },   { "Agrave", 0xC0 },   { "Aacute", 0xC1 },
	{ "Auml", 0xC4 },    { "Ccedil", 0xC7 },  { "Egrave", 0xC8 },   { "Eacute", 0xC9 },
	{ "Igrave", 0xCC },  { "Iacute", 0xCD },  { "Ntilde", 0xD1 },   { "Ograve", 0xD2 },
	{ "Oacute", 0xD3 },  { "Ouml", 0xD6 },    { "Ugrave", 0xD9 },   { "Uacute", 0xDA },
	{ "Uuml", 0xDC },
};

static int digit_of(char c, int base)
{
	int digit = c >= '0' && c <= '9' ? c - '0' : 99;
	if (c >= 'a' && c <= 'f') {
		digit = c - 'a' + 10;
	} else if (c >= 'A' && c <= 'F') {
		digit = c - 'A' + 10;
	}
	return digit < base ? digit : -1;
}

// "#39" or "#x27"; false for what is no number.
static bool read_number(struct vd_span body, uint32_t *out)
{
	bool is_hex = body.n > 1 && (body.p[1] == 'x' || body.p[1] == 'X');
	struct vd_span digits = vd_span_skip(body, is_hex ? 2 : 1);
	uint32_t value = 0;
	for (size_t i = 0; i < digits.n; i++) {
		int digit = digit_of(digits.p[i], is_hex ? 16 : 10);
		if (digit < 0) {
			return false;
		}
		value = value > 0x110000 ? value : value * (is_hex ? 16 : 10) + (uint32_t)digit;
	}
	*out = value;
	return digits.n > 0;
}

static bool read_name(struct vd_span body, uint32_t *out)
{
	for (size_t i = 0; i < VD_ARRAY_LEN(entities); i++) {
		if (vd_span_is_text(body, entities[i].name)) {
			*out = entities[i].code_point;
			return true;
		}
	}
	return false;
}

// Bytes of the entity at the front of `s`; 0 where there is none: the & is a character then.
static size_t take_entity(struct writer *w, struct vd_span s)
{
	size_t n = 1;
	while (n < s.n && n <= ENTITY_MOST && s.p[n] != ';' && s.p[n] != '&' && s.p[n] != '<' &&
	       s.p[n] != ' ') {
		n++;
	}
	if (n >= s.n || s.p[n] != ';' || n < 2) {
		return 0;
	}
	struct vd_span body = vd_span_make(s.p + 1, n - 1);
	uint32_t code_point = 0;
	bool is_it = body.p[0] == '#' ? read_number(body, &code_point)
				      : read_name(body, &code_point);
	if (!is_it) {
		return 0;
	}
	char bytes[4];
	size_t length = code_point == 0 ? 0 : vd_utf8_encode(code_point, bytes);
	if (length == 0) {
		length = vd_utf8_encode(VD_UTF8_REPLACEMENT, bytes);
	}
	for (size_t i = 0; i < length; i++) {
		put_char(w, bytes[i]);
	}
	return n + 1;
}

// ---- tags
// -----------------------------------------------------------------------------------------

struct tag {
	struct vd_span name;
	struct vd_span rest; // attributes
	bool is_end;
	size_t length; // of the whole
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_char(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == ':';
}

// Length of a tag up to its '>', quotes honoured, or of a comment; 0 where it never ends.
static size_t tag_length(struct vd_span s)
{
	if (vd_span_has_prefix(s, VD_SPAN("<!--"))) {
		ptrdiff_t end = vd_span_find(s, VD_SPAN("-->"));
		return end < 0 ? 0 : (size_t)end + strlen("-->");
	}
	char quote = '\0';
	for (size_t i = 1; i < s.n; i++) {
		char c = s.p[i];
		if (quote != '\0') {
			quote = c == quote ? '\0' : quote;
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '>') {
			return i + 1;
		}
	}
	return 0;
}

static bool read_tag(struct vd_span s, struct tag *tag)
{
	*tag = (struct tag){ 0 };
	size_t at = 1;
	if (s.n > at && s.p[at] == '/') {
		tag->is_end = true;
		at++;
	}
	bool is_special = s.n > 1 && (s.p[1] == '!' || s.p[1] == '?');
	if (!is_special && (at >= s.n || !is_letter(s.p[at]))) {
		return false; // "a < b"
	}
	tag->length = tag_length(s);
	if (tag->length == 0) {
		tag->length = s.n; // cut off inside a tag: nothing of it is text
	}
	size_t n = at;
	while (n < tag->length && is_name_char(s.p[n])) {
		n++;
	}
	tag->name = vd_span_make(s.p + at, n - at);
	tag->rest = vd_span_make(s.p + n, tag->length - n);
	return true;
}

static bool is_tag(const struct tag *tag, const char *name)
{
	return vd_span_is_equal_nocase(tag->name, vd_span_of(name));
}

// The value of an attribute, quotes off; empty where it isn't there.
static struct vd_span attribute(const struct tag *tag, struct vd_span name)
{
	struct vd_span s = tag->rest;
	while (s.n > 0) {
		size_t n = 0;
		while (n < s.n && is_name_char(s.p[n])) {
			n++;
		}
		struct vd_span found = vd_span_make(s.p, n);
		s = vd_span_skip(s, n > 0 ? n : 1);
		if (n == 0 || s.n < 2 || s.p[0] != '=') {
			continue;
		}
		char quote = s.p[1];
		bool is_quoted = quote == '"' || quote == '\'';
		s = vd_span_skip(s, is_quoted ? 2 : 1);
		size_t end = 0;
		while (end < s.n &&
		       (is_quoted ? s.p[end] != quote : s.p[end] != ' ' && s.p[end] != '>')) {
			end++;
		}
		if (vd_span_is_equal_nocase(found, name)) {
			return vd_span_make(s.p, end);
		}
		s = vd_span_skip(s, end + (is_quoted ? 1 : 0));
	}
	return (struct vd_span){ 0 };
}

static bool has_class(const struct tag *tag, const char *wanted)
{
	struct vd_span rest = attribute(tag, VD_SPAN("class"));
	while (rest.n > 0) {
		if (vd_span_is_text(vd_span_cut(&rest, ' '), wanted)) {
			return true;
		}
	}
	return false;
}

// Bytes from behind an opening tag to behind its end, tags of the same name nested inside; all of
// `s` where it never ends.
static size_t element_length(struct vd_span s, struct vd_span name)
{
	int depth = 1;
	size_t at = 0;
	while (at < s.n) {
		struct tag tag;
		if (s.p[at] != '<' || !read_tag(vd_span_skip(s, at), &tag)) {
			at++;
			continue;
		}
		at += tag.length;
		if (vd_span_is_equal_nocase(tag.name, name)) {
			depth += tag.is_end ? -1 : 1;
		}
		if (depth == 0) {
			return at;
		}
	}
	return s.n;
}

static const struct {
	const char *name;
	int newlines;
} breaks[] = {
	{ "p", 2 },  { "div", 1 }, { "blockquote", 2 }, { "pre", 2 }, { "ul", 1 },
	{ "ol", 1 }, { "li", 1 },  { "tr", 1 },         { "hr", 2 },  { "h1", 2 },
	{ "h2", 2 }, { "h3", 2 },  { "h4", 2 },         { "h5", 2 },  { "h6", 2 },
};

static void apply_break(struct writer *w, const struct tag *tag)
{
	for (size_t i = 0; i < VD_ARRAY_LEN(breaks); i++) {
		if (is_tag(tag, breaks[i].name)) {
			want_newlines(w, breaks[i].newlines);
		}
	}
	if (is_tag(tag, "br")) {
		w->newlines++;
		w->newlines = w->newlines > 2 ? 2 : w->newlines;
	}
	if (is_tag(tag, "li") && !tag->is_end) {
		put_text(w, "- ");
		w->was_blank = true;
	}
	if (is_tag(tag, "pre")) {
		w->is_literal = !tag->is_end;
	}
}

static bool is_hidden(const struct tag *tag, const struct writer *w,
		      const struct vd_html_rules *rules)
{
	if (is_tag(tag, "script") || is_tag(tag, "style")) {
		return true;
	}
	if (is_tag(tag, "span")) {
		return !rules->keeps_invisible && has_class(tag, "invisible");
	}
	return rules->drops_leading_mentions && w->n == 0 && is_tag(tag, "a") &&
	       has_class(tag, "mention") && !has_class(tag, "hashtag");
}

// "example.com/lo" of a longer link: an ellipsis stands where it was cut.
static void note_cut(struct writer *w, const struct tag *tag, struct vd_span behind,
		     const struct vd_html_rules *rules)
{
	if (w->cut_at != NULL || rules->keeps_invisible || tag->is_end || !is_tag(tag, "span") ||
	    !has_class(tag, "ellipsis")) {
		return;
	}
	struct vd_span near = vd_span_make(behind.p, behind.n < CUT_MOST ? behind.n : CUT_MOST);
	w->cut_at = behind.p + element_length(near, tag->name);
}

// Bytes to skip from the tag on.
static size_t take_tag(struct writer *w, struct vd_span s, const struct vd_html_rules *rules)
{
	struct tag tag;
	if (!read_tag(s, &tag)) {
		put_char(w, '<');
		return 1;
	}
	struct vd_span behind = vd_span_skip(s, tag.length);
	if (!tag.is_end && is_hidden(&tag, w, rules)) {
		return tag.length + element_length(behind, tag.name);
	}
	note_cut(w, &tag, behind, rules);
	apply_break(w, &tag);
	return tag.length;
}

static void put_ellipsis(struct writer *w)
{
	w->cut_at = NULL;
	put_text(w, "\xE2\x80\xA6");
}

static size_t take_one(struct writer *w, struct vd_span s, const struct vd_html_rules *rules)
{
	if (w->cut_at != NULL && s.p >= w->cut_at) {
		put_ellipsis(w);
	}
	if (s.p[0] == '<') {
		return take_tag(w, s, rules);
	}
	size_t n = s.p[0] == '&' ? take_entity(w, s) : 0;
	if (n == 0) {
		put_char(w, s.p[0]);
	}
	return n > 0 ? n : 1;
}

static size_t convert(struct vd_span html, const struct vd_html_rules *rules, char *out, size_t cap)
{
	struct writer w = { .out = out, .cap = cap };
	while (html.n > 0) {
		html = vd_span_skip(html, take_one(&w, html, rules));
	}
	if (w.cut_at != NULL) {
		put_ellipsis(&w);
	}
	out[w.n] = '\0';
	return w.n;
}

size_t vd_html_text(struct vd_span html, const struct vd_html_rules *rules, char *out, size_t cap)
{
	struct vd_html_rules all = *rules;
	size_t n = convert(html, rules, out, cap);
	all.drops_leading_mentions = false;
	return n == 0 && rules->drops_leading_mentions ? convert(html, &all, out, cap) : n;
}
