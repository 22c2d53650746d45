// SPDX-License-Identifier: MIT
/**
 * How the networks count the length of a text: X's weighted 280 with links of 23 (facts 1.9), by
 * NFC and with whole emoji as one. Not a parser of mentions or hashtags, and not a judge of where a
 * link leads. Pure: no time, no I/O.
 */
#ifndef VD_CHANNEL_TEXT_COUNT_H
#define VD_CHANNEL_TEXT_COUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define VD_X_TEXT_LIMIT 280
#define VD_X_DM_LIMIT 10000
#define VD_X_LINK_WEIGHT 23

size_t vd_x_text_count(struct vd_span text);
/** The same; without `emoji_are_one` each code point of an emoji counts (twitter-text before 3). */
size_t vd_text_weigh(struct vd_span text, bool emoji_are_one);
typedef bool vd_text_link_fn(void *ctx, struct vd_span link);
/** Every link that X would recognise, in order, until `fn` says false. */
void vd_text_each_link(struct vd_span text, vd_text_link_fn *fn, void *ctx);
/** Every cashtag, without its '$', likewise; how many there are. */
void vd_text_each_cashtag(struct vd_span text, vd_text_link_fn *fn, void *ctx);
size_t vd_text_count_cashtags(struct vd_span text);
/** Bytes of the link that `text` begins with, as X would recognise it; 0 for none. The caller sees
 * to what is before it. */
size_t vd_text_link_length(struct vd_span text);
/** Whether X would recognise a link anywhere in it. */
bool vd_text_has_link(struct vd_span text);

#endif
