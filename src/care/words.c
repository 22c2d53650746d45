// SPDX-License-Identifier: MIT
#include "care/words.h"

#include <string.h>

#include "base/utf8.h"

// U+00C0 to U+00FF; a blank is no letter.
static const char latin[] = "aaaaaaaceeeeiiiidnooooo ouuuuypsaaaaaaaceeeeiiiidnooooo ouuuuypy";

static bool is_mark(uint32_t code)
{
	return code >= 0x300 && code <= 0x36f;
}

// Signs, punctuation and pictures lie together; the rest beyond Latin counts as letters.
static bool is_far_letter(uint32_t code)
{
	return (code >= 0x100 && code < 0x2000 && !is_mark(code)) ||
	       (code >= 0x2c00 && code < 0x2e00) || (code >= 0x3040 && code < 0xd800) ||
	       (code >= 0xf900 && code < 0xfe00);
}

/** The folded letter or digit; 0 for anything else. */
static uint32_t fold(uint32_t code)
{
	if (code >= 'A' && code <= 'Z') {
		return code - 'A' + 'a';
	}
	if ((code >= 'a' && code <= 'z') || (code >= '0' && code <= '9')) {
		return code;
	}
	if (code >= 0xc0 && code <= 0xff) {
		char letter = latin[code - 0xc0];
		return letter != ' ' ? (uint32_t)letter : 0;
	}
	return is_far_letter(code) ? code : 0;
}

static bool is_blank(uint32_t code)
{
	return code == ' ' || code == '\t' || code == '\n' || code == '\r' || code == 0xa0;
}

static void add_letter(struct vd_word *word, size_t *n, uint32_t letter)
{
	char bytes[4];
	size_t more = vd_utf8_encode(letter, bytes);
	if (*n + more < sizeof(word->text)) {
		memcpy(word->text + *n, bytes, more);
		*n += more;
	}
}

static struct vd_word take_word(struct vd_span *rest)
{
	struct vd_word word = { .kind = VD_WORDS_WORD };
	struct vd_span at = *rest;
	size_t n = 0;
	uint32_t code;
	while (vd_utf8_next(&at, &code)) {
		uint32_t letter = fold(code);
		if (letter != 0) {
			add_letter(&word, &n, letter);
		} else if (!is_mark(code)) { // an accent that stands behind its letter
			break;
		}
		*rest = at;
	}
	return word;
}

static struct vd_word take_name(struct vd_span *rest)
{
	struct vd_span at = *rest;
	uint32_t code;
	while (vd_utf8_next(&at, &code) && (fold(code) != 0 || code == '_')) {
		*rest = at;
	}
	return (struct vd_word){ .kind = VD_WORDS_NAME };
}

struct vd_word vd_words_next(struct vd_span *rest)
{
	struct vd_span at = *rest;
	uint32_t code;
	while (vd_utf8_next(&at, &code)) {
		if (fold(code) != 0) {
			return take_word(rest);
		}
		*rest = at;
		if (code == '@' && vd_utf8_next(&at, &code) && (fold(code) != 0 || code == '_')) {
			return take_name(rest);
		}
		if (!is_blank(code)) {
			uint32_t sign = code != VD_UTF8_REPLACEMENT ? code : 0;
			return (struct vd_word){ .kind = VD_WORDS_SIGN, .code = sign };
		}
		at = *rest;
	}
	return (struct vd_word){ .kind = VD_WORDS_END };
}

static bool next_wanted(struct vd_span *rest, struct vd_word *word, bool *is_open)
{
	do {
		*word = vd_words_next(rest);
	} while (word->kind == VD_WORDS_SIGN || word->kind == VD_WORDS_NAME);
	*is_open = rest->n > 0 && rest->p[0] == '*';
	return word->kind == VD_WORDS_WORD;
}

static bool fits(const struct vd_word *word, const struct vd_word *wanted, bool is_open)
{
	size_t n = strlen(wanted->text);
	return word->kind == VD_WORDS_WORD && (is_open ? strncmp(word->text, wanted->text, n) == 0
						       : strcmp(word->text, wanted->text) == 0);
}

static bool follows(struct vd_span text, struct vd_span phrase)
{
	struct vd_word wanted;
	bool is_open;
	bool is_any = false;
	while (next_wanted(&phrase, &wanted, &is_open)) {
		struct vd_word word = vd_words_next(&text);
		while (word.kind == VD_WORDS_SIGN) {
			word = vd_words_next(&text);
		}
		if (!fits(&word, &wanted, is_open)) {
			return false;
		}
		is_any = true;
	}
	return is_any;
}

bool vd_words_has(struct vd_span text, struct vd_span phrase)
{
	do {
		if (follows(text, phrase)) {
			return true;
		}
	} while (vd_words_next(&text).kind != VD_WORDS_END);
	return false;
}
