// SPDX-License-Identifier: MIT
/**
 * The words of a text, folded: small letters without accents, so that "È GIÙ" and "e giu" are the
 * same two.
 * Not a search engine and not grammar: it knows no language.
 * Pure; any bytes will do.
 */
#ifndef VD_CARE_WORDS_H
#define VD_CARE_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define VD_WORD_BYTES 24 // a longer word is cut

enum vd_words_kind {
	VD_WORDS_END,
	VD_WORDS_WORD,
	VD_WORDS_NAME, // "@somebody"
	VD_WORDS_SIGN, // one character that is neither letter, digit nor blank: `code`
};
struct vd_word {
	enum vd_words_kind kind;
	char text[VD_WORD_BYTES]; // WORD
	uint32_t code;            // SIGN; 0 for bytes that are no UTF-8
};
/** Takes the next one off *rest. An apostrophe parts words. */
struct vd_word vd_words_next(struct vd_span *rest);
/** Whether the words of `phrase` follow each other somewhere in `text`; a word that ends in `*`
 *  stands for all that begin so. An empty phrase is nowhere. */
bool vd_words_has(struct vd_span text, struct vd_span phrase);

#endif
