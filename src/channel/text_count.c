// SPDX-License-Identifier: MIT
#include "channel/text_count.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "base/utf8_table.h"

#define LABEL_MOST 63
#define LINK_MOST 4096 // twitter-text: a longer one is no link

// ISO 3166 and the like; bare domains are only recognised with one of these (RFC 1591).
static const char countries[] = " ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be "
				"bf bg bh bi bj bm bn bo br bs bt bw by "
				"bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj "
				"dk dm do dz ec ee eg er es et eu fi fj "
				"fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw "
				"gy hk hm hn hr ht hu id ie il im in io "
				"iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc "
				"li lk lr ls lt lu lv ly ma mc md me mg "
				"mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng "
				"ni nl no np nr nu nz om pa pe pf pg ph "
				"pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh "
				"si sj sk sl sm sn so sr ss st su sv sx "
				"sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us "
				"uy uz va vc ve vg vi vn vu wf ws ye yt "
				"za zm zw ";
static const char generic[] =
	" com net org edu gov mil int info biz name pro aero asia cat coop jobs mobi museum post "
	"tel travel xxx app "
	"blog bank cafe care cloud club company design dev digital email energy events expert "
	"finance fun global "
	"group guru help host hotel immo investments life link live ltd media mobile money news "
	"online one page "
	"party photo press restaurant rest sale school services shop show site social solutions "
	"space store studio "
	"support systems team tech tips today tools top tours vip voyage video web wiki win work "
	"works world xyz "
	"zone berlin london paris roma bayern wien nyc tokyo google apple amazon microsoft ";

static bool is_in_list(const char *list, struct vd_span word)
{
	char needle[32] = " ";
	if (word.n + 3 > sizeof(needle)) {
		return false;
	}
	for (size_t i = 0; i < word.n; i++) {
		needle[i + 1] = (char)tolower((unsigned char)word.p[i]);
	}
	needle[word.n + 1] = ' ';
	needle[word.n + 2] = '\0';
	return strstr(list, needle) != NULL;
}

static bool is_ascii_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Bytes of a letter or digit of a domain at the front; 0 for anything else. CJK punctuation and the
// like end a domain, as they do for a reader.
static size_t domain_char(struct vd_span s)
{
	if (s.n == 0) {
		return 0;
	}
	if ((unsigned char)s.p[0] < 0x80) {
		return is_ascii_alnum(s.p[0]) ? 1 : 0;
	}
	struct vd_span rest = s;
	uint32_t c = 0;
	(void)vd_utf8_next(&rest, &c);
	bool is_word = (c >= 0xC0 && c < 0x2000 && c != 0xD7 && c != 0xF7) ||
		       (c >= 0x3040 && c < 0xD800) || (c >= 0x20000 && c < 0x30000);
	return is_word ? s.n - rest.n : 0;
}

// Bytes of one label: letters and digits, hyphens and underscores inside.
static size_t label_length(struct vd_span s, size_t *characters)
{
	size_t n = 0;
	size_t end = 0;
	*characters = 0;
	while (n < s.n) {
		size_t step = domain_char(vd_span_skip(s, n));
		if (step > 0) {
			end = n + step;
		} else if (n > 0 && (s.p[n] == '-' || s.p[n] == '_')) {
			step = 1;
		} else {
			break;
		}
		n += step;
		*characters += 1;
	}
	return end;
}

static bool is_known_tld(struct vd_span label, bool has_scheme)
{
	if ((unsigned char)label.p[0] >= 0x80) {
		return has_scheme;
	}
	for (size_t i = 0; i < label.n; i++) {
		if (!isalpha((unsigned char)label.p[i]) && !has_scheme) {
			return false;
		}
	}
	return is_in_list(countries, label) || is_in_list(generic, label) ||
	       (has_scheme && label.n >= 3 && isalpha((unsigned char)label.p[0]));
}

// Bytes of the longest domain that ends with a known top-level label; 0 for none.
static size_t domain_length(struct vd_span s, bool has_scheme)
{
	size_t at = 0;
	size_t best = 0;
	for (int labels = 0;; labels++) {
		size_t characters = 0;
		size_t n = label_length(vd_span_skip(s, at), &characters);
		if (n == 0 || characters > LABEL_MOST) {
			return best;
		}
		if (labels > 0 && is_known_tld(vd_span_make(s.p + at, n), has_scheme)) {
			best = at + n;
		}
		at += n;
		if (at >= s.n || s.p[at] != '.') {
			return best;
		}
		at++;
	}
}

static bool is_blank_byte(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// Bytes of a character that a path may hold: ASCII but blanks and quotes, Latin, Cyrillic, the en
// dash.
static size_t path_char(struct vd_span s)
{
	if ((unsigned char)s.p[0] < 0x80) {
		return is_blank_byte(s.p[0]) || strchr("<>\"", s.p[0]) != NULL ? 0 : 1;
	}
	struct vd_span rest = s;
	uint32_t c = 0;
	(void)vd_utf8_next(&rest, &c);
	bool is_path = (c >= 0xC0 && c < 0x250) || (c >= 0x400 && c < 0x500) ||
		       (c >= 0x1E00 && c < 0x1F00) || c == 0x2013;
	return is_path ? s.n - rest.n : 0;
}

// Port, path, query: up to a blank, without the punctuation of the sentence around it.
static size_t tail_length(struct vd_span s)
{
	size_t n = 0;
	if (s.n > 0 && s.p[0] == ':') {
		n = 1;
		while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9') {
			n++;
		}
		n = n > 1 ? n : 0;
	}
	if (n >= s.n || (s.p[n] != '/' && s.p[n] != '?' && s.p[n] != '#')) {
		return n;
	}
	size_t end = n + 1;
	int open = 0;
	for (size_t i = n, step = 0; i < s.n && (step = path_char(vd_span_skip(s, i))) > 0;
	     i += step) {
		open += s.p[i] == '(' ? 1 : 0;
		if (s.p[i] == ')' && --open < 0) {
			break;
		}
		end = strchr(".,:;!?'", s.p[i]) == NULL ? i + step : end;
	}
	return end;
}

size_t vd_text_link_length(struct vd_span text)
{
	size_t scheme = 0;
	static const struct vd_span schemes[] = { { "https://", 8 }, { "http://", 7 } };
	for (size_t i = 0; i < VD_ARRAY_LEN(schemes) && scheme == 0; i++) {
		bool is_long = text.n > schemes[i].n;
		bool is_it = is_long && vd_span_is_equal_nocase(vd_span_make(text.p, schemes[i].n),
								schemes[i]);
		scheme = is_it ? schemes[i].n : 0;
	}
	size_t domain = domain_length(vd_span_skip(text, scheme), scheme > 0);
	if (domain == 0) {
		return 0;
	}
	size_t n = scheme + domain;
	struct vd_span rest = vd_span_skip(text, n);
	// info@example.com is no link, and example.com_x none either.
	if (rest.n > 0 && scheme == 0 && (rest.p[0] == '@' || rest.p[0] == '_')) {
		return 0;
	}
	n += tail_length(rest);
	return n > LINK_MOST ? 0 : n;
}

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

// What may stand right before a link: twitter-text's validUrlPrecedingChars.
static bool may_precede_link(uint32_t c, bool has_scheme)
{
	if (c < 0x80) {
		bool is_word = is_ascii_alnum((char)c) || c == '@' || c == '$' || c == '#';
		return !is_word && (has_scheme || (c != '-' && c != '_' && c != '.' && c != '/'));
	}
	return true;
}

static size_t link_at(struct vd_span text, uint32_t before)
{
	bool has_scheme = text.n > 0 && tolower((unsigned char)text.p[0]) == 'h';
	return may_precede_link(before, has_scheme) ? vd_text_link_length(text) : 0;
}

bool vd_text_has_link(struct vd_span text)
{
	uint32_t before = ' ';
	while (text.n > 0) {
		if (link_at(text, before) > 0) {
			return true;
		}
		(void)vd_utf8_next(&text, &before);
	}
	return false;
}

size_t vd_x_text_count(struct vd_span text)
{
	size_t sum = 0;
	uint32_t before = ' ';
	while (text.n > 0) {
		size_t link = link_at(text, before);
		if (link > 0) {
			sum += VD_X_LINK_WEIGHT;
			text = vd_span_skip(text, link);
			before = 'a';
			continue;
		}
		uint32_t c = 0;
		(void)vd_utf8_next(&text, &c);
		before = c;
		if (is_emoji(c)) {
			skip_emoji(&text, c);
			sum += 2;
		} else {
			sum += takes_keycap(&text, c) ? 2 : weight_of(c);
		}
	}
	return sum;
}
