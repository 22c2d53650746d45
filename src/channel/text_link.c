// SPDX-License-Identifier: MIT
#include "channel/text_link.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"
#include "channel/text_table.h"

#define LABEL_MOST 63
#define LINK_MOST 4096
#define SLUG_MOST 40    // of t.co
#define LABELS_MOST 127 // a DNS name has no more
#define PARENS_MOST 2

struct range {
	uint32_t from;
	uint32_t to;
};

// What no domain holds beside ASCII punctuation: blanks, marks of direction, no characters.
static const struct range not_domain[] = {
	{ 0x09, 0x0D },     { 0x20, 0x20 },     { 0x85, 0x85 },     { 0xA0, 0xA0 },
	{ 0x61C, 0x61C },   { 0x1680, 0x1680 }, { 0x180E, 0x180E }, { 0x2000, 0x200A },
	{ 0x200E, 0x200F }, { 0x2028, 0x202F }, { 0x205F, 0x205F }, { 0x2066, 0x2069 },
	{ 0x3000, 0x3000 }, { 0xFEFF, 0xFEFF }, { 0xFFFD, 0xFFFF },
};
static const struct range latin[] = {
	{ 0xC0, 0xD6 },   { 0xD8, 0xF6 },   { 0xF8, 0x24F },  { 0x253, 0x254 },
	{ 0x256, 0x257 }, { 0x259, 0x259 }, { 0x25B, 0x25B }, { 0x263, 0x263 },
	{ 0x268, 0x268 }, { 0x26F, 0x26F }, { 0x272, 0x272 }, { 0x289, 0x289 },
	{ 0x28B, 0x28B }, { 0x2BB, 0x2BB }, { 0x300, 0x36F }, { 0x1E00, 0x1EFF },
};

static bool is_in(const struct range *ranges, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n; i++) {
		if (c >= ranges[i].from && c <= ranges[i].to) {
			return true;
		}
	}
	return false;
}

static bool is_alnum(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_one_of(uint32_t c, const char *list)
{
	return c != 0 && c < 0x80 && strchr(list, (int)c) != NULL;
}

// The first code point of `s`, and its bytes; 0 bytes at the end.
static uint32_t peek(struct vd_span s, size_t *bytes)
{
	struct vd_span rest = s;
	uint32_t c = 0;
	*bytes = vd_utf8_next(&rest, &c) ? s.n - rest.n : 0;
	return c;
}

static bool is_domain_char(uint32_t c)
{
	return !is_one_of(c, "!'#%&()*+,\\-./:;<=>?@[]^_{|}~$") &&
	       !is_in(not_domain, VD_ARRAY_LEN(not_domain), c);
}

// ---- top-level domains
// ---------------------------------------------------------------------------

static bool is_tld(struct vd_span label)
{
	char needle[4 * LABEL_MOST + 3] = " ";
	if (label.n + 3 > sizeof(needle)) {
		return false;
	}
	for (size_t i = 0; i < label.n; i++) {
		needle[i + 1] = (char)tolower((unsigned char)label.p[i]);
	}
	needle[label.n + 1] = ' ';
	needle[label.n + 2] = '\0';
	for (size_t i = 0; i < vd_text_tlds_n; i++) {
		if (strstr(vd_text_tlds[i], needle) != NULL) {
			return true;
		}
	}
	return false;
}

static size_t punycode_prefix(struct vd_span text)
{
	if (text.n < 5 || !vd_span_is_equal_nocase(vd_span_make(text.p, 4), VD_SPAN("xn--"))) {
		return 0;
	}
	size_t n = 4;
	while (n < text.n && (is_alnum((unsigned char)text.p[n]) || text.p[n] == '-')) {
		n++;
	}
	return n > 4 ? n : 0;
}

// Bytes of the longest one at the front that may end there; a label may go on in another script.
static size_t tld_prefix(struct vd_span text)
{
	size_t best = punycode_prefix(text);
	size_t n = 0;
	for (int characters = 0; characters < LABEL_MOST; characters++) {
		size_t bytes = 0;
		uint32_t c = peek(vd_span_skip(text, n), &bytes);
		bool may_end = n > 0 && (bytes == 0 || !(is_alnum(c) || is_one_of(c, "@+-")));
		if (may_end && n > best && is_tld(vd_span_make(text.p, n))) {
			best = n;
		}
		if (bytes == 0 || !is_domain_char(c)) {
			break;
		}
		n += bytes;
	}
	return best;
}

// ---- domains
// -------------------------------------------------------------------------------------

// Length of a label as punycode (RFC 3492 6.3), without "xn--"; past LABEL_MOST it stops.
static size_t punycode_length(struct vd_span label)
{
	uint32_t points[LABEL_MOST + 1];
	size_t total = 0;
	size_t handled = 0;
	while (label.n > 0 && total <= LABEL_MOST) {
		(void)vd_utf8_next(&label, &points[total]);
		handled += points[total++] < 0x80 ? 1 : 0;
	}
	if (total > LABEL_MOST || handled == total) {
		return total;
	}
	size_t length = handled + (handled > 0 ? 1 : 0);
	bool is_first = true;
	uint32_t n = 0x80;
	uint32_t delta = 0;
	uint32_t bias = 72;
	while (handled < total && length <= LABEL_MOST) {
		uint32_t next = UINT32_MAX;
		for (size_t i = 0; i < total; i++) {
			next = points[i] >= n && points[i] < next ? points[i] : next;
		}
		delta += (next - n) * (uint32_t)(handled + 1);
		n = next;
		for (size_t i = 0; i < total; i++) {
			delta += points[i] < n ? 1 : 0;
			if (points[i] != n) {
				continue;
			}
			uint32_t q = delta;
			for (uint32_t k = 36;; k += 36) {
				uint32_t t = k <= bias ? 1 : (k >= bias + 26 ? 26 : k - bias);
				length++;
				if (q < t) {
					break;
				}
				q = (q - t) / (36 - t);
			}
			delta = is_first ? delta / 700 : delta / 2;
			delta += delta / (uint32_t)(handled + 1);
			uint32_t k = 0;
			for (; delta > 455; k += 36) {
				delta /= 35;
			}
			bias = k + 36 * delta / (delta + 38);
			is_first = false;
			delta = 0;
			handled++;
		}
		delta++;
		n++;
	}
	return length;
}

static bool has_non_ascii(struct vd_span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] >= 0x80) {
			return true;
		}
	}
	return false;
}

static bool is_dns(struct vd_span domain)
{
	while (domain.n > 0) {
		struct vd_span label = vd_span_cut(&domain, '.');
		bool is_wide = has_non_ascii(label);
		bool is_encoded = label.n > 4 && vd_span_is_equal_nocase(vd_span_make(label.p, 4),
									 VD_SPAN("xn--"));
		if (is_wide && is_encoded) {
			return false;
		}
		size_t length = is_wide ? punycode_length(label) + 4 : label.n;
		if (length == 0 || length > LABEL_MOST) {
			return false;
		}
	}
	return true;
}

struct label {
	size_t bytes;
	bool is_whole;       // begins and ends as a label must
	bool has_underscore; // then it is a subdomain's
};

static struct label read_label(struct vd_span text)
{
	struct label label = { 0 };
	bool ends_well = false;
	for (;;) {
		size_t bytes = 0;
		uint32_t c = peek(vd_span_skip(text, label.bytes), &bytes);
		bool is_char = bytes > 0 && is_domain_char(c);
		if (!is_char && !(bytes > 0 && is_one_of(c, "-_"))) {
			break;
		}
		label.is_whole = label.bytes == 0 ? is_char : label.is_whole;
		label.has_underscore = label.has_underscore || c == '_';
		ends_well = is_char;
		label.bytes += bytes;
	}
	label.is_whole = label.is_whole && ends_well;
	return label;
}

// Bytes of the longest domain at the front; 0 for none. `*barren`: bytes in which none begins.
static size_t match_domain(struct vd_span text, size_t *barren)
{
	size_t at = 0;
	size_t best = 0;
	bool had_candidate = false;
	struct label before = read_label(text);
	for (int labels = 0; labels < LABELS_MOST && before.is_whole &&
			     at + before.bytes < text.n && text.p[at + before.bytes] == '.';
	     labels++) {
		at += before.bytes + 1;
		size_t tld = tld_prefix(vd_span_skip(text, at));
		had_candidate = had_candidate || tld > 0;
		if (tld > 0 && !before.has_underscore) {
			best = at + tld;
		}
		before = read_label(vd_span_skip(text, at));
	}
	// What begins further on sees the same ends, or fewer of them.
	*barren = had_candidate ? 0 : at + before.bytes;
	return best;
}

// ---- what follows a domain
// -----------------------------------------------------------------------

static bool is_path_char(uint32_t c)
{
	return is_alnum(c) || is_one_of(c, "!*';:=+,.$/%#[]-_~@|&") || c == 0x2013 ||
	       (c >= 0x400 && c <= 0x4FF) || is_in(latin, VD_ARRAY_LEN(latin), c);
}

static bool is_path_end(uint32_t c)
{
	return is_path_char(c) && !is_one_of(c, "!*';:,.$%[]~@|&") && c != 0x2013;
}

// Bytes of "(...)" with at least something inside; 0 for none.
static size_t parens_length(struct vd_span text, int depth)
{
	size_t n = 1;
	while (n < text.n && text.p[n] != ')') {
		size_t bytes = 0;
		uint32_t c = peek(vd_span_skip(text, n), &bytes);
		if (c == '(' && depth < PARENS_MOST) {
			bytes = parens_length(vd_span_skip(text, n), depth + 1);
		} else if (!is_path_char(c)) {
			bytes = 0;
		}
		if (bytes == 0) {
			return 0;
		}
		n += bytes;
	}
	return n < text.n && n > 1 ? n + 1 : 0;
}

static size_t path_length(struct vd_span text)
{
	size_t end = text.n > 0 && text.p[0] == '/' ? 1 : 0;
	size_t n = end;
	while (end > 0 && n < text.n) {
		size_t bytes = 0;
		uint32_t c = peek(vd_span_skip(text, n), &bytes);
		bool is_end = is_path_end(c);
		if (c == '(') {
			bytes = parens_length(vd_span_skip(text, n), 1);
			is_end = true;
		} else if (!is_path_char(c)) {
			bytes = 0;
		}
		if (bytes == 0) {
			break;
		}
		n += bytes;
		end = is_end ? n : end;
	}
	return end;
}

static size_t query_length(struct vd_span text)
{
	size_t end = 0;
	if (text.n == 0 || text.p[0] != '?') {
		return 0;
	}
	for (size_t i = 1; i < text.n; i++) {
		uint32_t c = (unsigned char)text.p[i];
		if (!is_alnum(c) && !is_one_of(c, "!?*'@();:&=+$/%#[]-_.,~|")) {
			break;
		}
		end = is_alnum(c) || is_one_of(c, "-_&=#/") ? i + 1 : end;
	}
	return end;
}

static size_t port_length(struct vd_span text)
{
	size_t n = 1;
	while (n < text.n && text.p[n] >= '0' && text.p[n] <= '9') {
		n++;
	}
	return text.n > 0 && text.p[0] == ':' && n > 1 ? n : 0;
}

static size_t tail_length(struct vd_span text)
{
	size_t n = port_length(text);
	n += path_length(vd_span_skip(text, n));
	return n + query_length(vd_span_skip(text, n));
}

// ---- the whole
// -----------------------------------------------------------------------------------

static void add(struct vd_text_match *out, const char *p, size_t n)
{
	if (out->n < VD_TEXT_LINKS_A_MATCH) {
		out->links[out->n++] = vd_span_make(p, n);
	}
}

static size_t scheme_length(struct vd_span text)
{
	static const struct vd_span schemes[] = { { "https://", 8 }, { "http://", 7 } };
	for (size_t i = 0; i < VD_ARRAY_LEN(schemes); i++) {
		if (text.n > schemes[i].n &&
		    vd_span_is_equal_nocase(vd_span_make(text.p, schemes[i].n), schemes[i])) {
			return schemes[i].n;
		}
	}
	return 0;
}

// t.co's own links have a slug of letters and digits, and a query perhaps.
static size_t tco_length(struct vd_span link, size_t scheme, bool *is_bad)
{
	struct vd_span rest = vd_span_skip(link, scheme);
	struct vd_span host = VD_SPAN("t.co/");
	if (rest.n <= host.n || !vd_span_is_equal_nocase(vd_span_make(rest.p, host.n), host)) {
		return link.n;
	}
	size_t n = host.n;
	while (n < rest.n && is_alnum((unsigned char)rest.p[n])) {
		n++;
	}
	*is_bad = n - host.n > SLUG_MOST;
	return n > host.n ? scheme + n + query_length(vd_span_skip(rest, n)) : link.n;
}

static void match_with_scheme(struct vd_span text, size_t scheme, struct vd_text_match *out)
{
	size_t barren = 0;
	bool is_bad = false;
	size_t domain = match_domain(vd_span_skip(text, scheme), &barren);
	if (domain == 0) {
		return;
	}
	size_t n = scheme + domain;
	n += tail_length(vd_span_skip(text, n));
	n = tco_length(vd_span_make(text.p, n), scheme, &is_bad);
	out->bytes = n;
	if (!is_bad && n <= LINK_MOST && is_dns(vd_span_make(text.p + scheme, domain))) {
		add(out, text.p, n);
	}
}

static size_t ascii_label(struct vd_span text)
{
	size_t n = 0;
	for (;;) {
		size_t bytes = 0;
		uint32_t c = peek(vd_span_skip(text, n), &bytes);
		bool is_it = bytes > 0 &&
			     (is_alnum(c) || c == '-' || is_in(latin, VD_ARRAY_LEN(latin), c));
		if (!is_it) {
			return n;
		}
		n += bytes;
	}
}

// The longest domain of ASCII (and accented) labels at the front.
static size_t match_ascii(struct vd_span domain)
{
	size_t at = 0;
	size_t best = 0;
	size_t n = ascii_label(domain);
	while (n > 0 && at + n < domain.n && domain.p[at + n] == '.') {
		at += n + 1;
		size_t tld = tld_prefix(vd_span_skip(domain, at));
		best = tld > 0 ? at + tld : best;
		n = ascii_label(vd_span_skip(domain, at));
	}
	return best;
}

// Without http:// only what is ASCII in a run of domains is a link; the last one has the path.
static void match_bare(struct vd_span text, uint32_t before, struct vd_text_match *out)
{
	size_t barren = 0;
	size_t bytes = match_domain(text, &barren);
	if (bytes == 0) {
		out->barren_to = text.p + barren;
		return;
	}
	struct vd_span domain = vd_span_make(text.p, bytes);
	size_t tail = tail_length(vd_span_skip(text, bytes));
	out->bytes = bytes + tail;
	if (is_one_of(before, "-_./")) {
		return;
	}
	for (size_t at = 0; at < domain.n;) {
		size_t n = match_ascii(vd_span_skip(domain, at));
		size_t step = 0;
		(void)peek(vd_span_skip(domain, at), &step);
		if (n > 0 && is_dns(vd_span_make(domain.p + at, n))) {
			// the path is the last one's, and only where it ends the run
			add(out, domain.p + at, at + n == domain.n ? n + tail : n);
		}
		at += n > 0 ? n : step;
	}
}

void vd_text_match_link(struct vd_span text, uint32_t before, struct vd_text_match *out)
{
	*out = (struct vd_text_match){ 0 };
	bool may_begin = !is_alnum(before) && !is_one_of(before, "@$#") && before != 0xFF20 &&
			 before != 0xFF03 && before != 0xFEFF && before != 0xFFFE &&
			 before != 0xFFFF;
	if (!may_begin || text.n == 0) {
		return;
	}
	size_t scheme = scheme_length(text);
	if (scheme > 0) {
		match_with_scheme(text, scheme, out);
	}
	if (out->bytes == 0) {
		match_bare(text, before, out);
	}
}
