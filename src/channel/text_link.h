// SPDX-License-Identifier: MIT
/**
 * Links in a text, as X recognises them (twitter-text 3): with http://, or a bare domain with a
 * top-level domain that is known. Not a parser of addresses for a browser, and no judge of where a
 * link leads. Pure: no allocation, no time, no I/O.
 */
#ifndef VD_CHANNEL_TEXT_LINK_H
#define VD_CHANNEL_TEXT_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define VD_TEXT_LINKS_A_MATCH 16

/** What was recognised at one place: a run of domains may hold several links, or none at all. */
struct vd_text_match {
	size_t bytes; // taken from the text; 0: nothing begins here
	struct vd_span links[VD_TEXT_LINKS_A_MATCH];
	size_t n;
	const char *barren_to; // no bare domain begins before; NULL: not known
};
/** At the front of `text`, with the code point `before` it (' ' at the start of all). */
void vd_text_match_link(struct vd_span text, uint32_t before, struct vd_text_match *out);

#endif
