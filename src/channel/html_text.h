// SPDX-License-Identifier: MIT
/**
 * HTML as Mastodon-like servers send it in `content`, to the plain text that a person reads. Not an
 * HTML parser: no tree, no styles, nothing is fetched; what isn't understood is left out or stays
 * as it is. Pure: one pass, no time, no I/O, no heap.
 */
#ifndef VD_CHANNEL_HTML_TEXT_H
#define VD_CHANNEL_HTML_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct vd_html_rules {
	/** Spans of class "invisible" (the scheme and the tail of a shortened link) stay: for
	 * comparing with what was sent. */
	bool keeps_invisible;
	/** Mentions at the very beginning are left out, unless there is nothing else. */
	bool drops_leading_mentions;
};

/** Tags go, <br> and the ends of paragraphs become newlines, entities are undone. Bytes written,
 *  without the closing zero that is always there (cap >= 1); what doesn't fit is dropped, perhaps
 *  inside a code point: not sanitised (base/utf8.h does that). */
size_t vd_html_text(struct vd_span html, const struct vd_html_rules *rules, char *out, size_t cap);

#endif
