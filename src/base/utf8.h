// SPDX-License-Identifier: MIT
/**
 * UTF-8 as it comes from networks and people: checked, repaired, cut where a reader would cut it.
 * Not Unicode's whole text segmentation: the safe places follow the rules that matter for care
 * messages (combining marks, ZWJ sequences, variation selectors, skin tones, flags).
 * Pure: no time, no I/O. RFC 3629, Unicode 15 section 3.9 (replacement by maximal subparts).
 */
#ifndef VD_BASE_UTF8_H
#define VD_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

#define VD_UTF8_REPLACEMENT 0xFFFDu

/** Takes one code point from the front of `*s`; false at its end. Invalid bytes give U+FFFD. */
bool vd_utf8_next(struct vd_span *s, uint32_t *code_point);
/** Bytes written (1..4), 0 for surrogates and beyond U+10FFFF. */
size_t vd_utf8_encode(uint32_t code_point, char out[4]);
bool vd_utf8_is_valid(struct vd_span s);
/** Copies with invalid input replaced and controls (C0, DEL, C1) but newline and tab dropped; cut
 *  at a grapheme-safe place where it doesn't fit. Always closed with a zero; returns bytes without
 *  it. `cap` >= 1. `*was_cut` (may be NULL) tells whether it didn't fit. */
size_t vd_utf8_sanitise(struct vd_span in, char *out, size_t cap, bool *was_cut);
/** The longest prefix of <= max_bytes that ends at a grapheme-safe place. */
size_t vd_utf8_truncate(struct vd_span s, size_t max_bytes);
/** Columns in a terminal: 0 for combining, 2 for wide (East Asian W/F, emoji), else 1. */
int vd_utf8_width(uint32_t code_point);
size_t vd_utf8_count(struct vd_span s);

#endif
