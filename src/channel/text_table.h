// SPDX-License-Identifier: MIT
/**
 * Tables behind text_count and text_nfc: canonical decompositions, combining classes, top-level
 * domains. Made by tools/gen/text-table; not for other modules. Pure data.
 */
#ifndef VD_CHANNEL_TEXT_TABLE_H
#define VD_CHANNEL_TEXT_TABLE_H

#include <stddef.h>
#include <stdint.h>

/** `code_point` is canonically `first` and `second` (0: `first` alone). Sorted. */
struct vd_text_pair {
	uint32_t code_point;
	uint32_t first;
	uint32_t second;
};
extern const struct vd_text_pair vd_text_pairs[];
extern const size_t vd_text_pairs_n;
/** Places in vd_text_pairs of those that NFC puts together, sorted by first, then second. */
extern const uint16_t vd_text_composed[];
extern const size_t vd_text_composed_n;
/** Runs of one canonical combining class above 0. Sorted. */
struct vd_text_class {
	uint32_t from;
	uint32_t to;
	uint8_t value;
};
extern const struct vd_text_class vd_text_classes[];
extern const size_t vd_text_classes_n;
/** Lower case, UTF-8, each between blanks, some hundred in a string. */
extern const char *const vd_text_tlds[];
extern const size_t vd_text_tlds_n;

#endif
