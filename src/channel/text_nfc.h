// SPDX-License-Identifier: MIT
/**
 * NFC of a text, a code point at a time: what a counter of code points needs.
 * Not a normaliser of strings: canonical equivalents that change neither a count nor X's weight
 * are left as they are (text_table). Pure: no allocation, no time, no I/O; runs of more than
 * VD_NFC_MOST marks are taken as they stand.
 */
#ifndef VD_CHANNEL_TEXT_NFC_H
#define VD_CHANNEL_TEXT_NFC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define VD_NFC_MOST 32

/** The code points of one starter and the marks behind it, composed. */
struct vd_nfc {
	uint32_t code_points[VD_NFC_MOST];
	size_t n;
};
/** Whether what `text` begins with is changed by NFC, or may be by what follows: cheap, mostly
 * false. */
bool vd_nfc_is_needed(struct vd_span text);
/** Takes one starter and its marks from the front of `text`. */
void vd_nfc_take(struct vd_span *text, struct vd_nfc *out);

#endif
