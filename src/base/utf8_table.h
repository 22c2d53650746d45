// SPDX-License-Identifier: MIT
/**
 * Four properties of Unicode code points, as tables of ranges: the inside of base/utf8.
 * Not for other modules, which ask utf8.h.
 * Pure: no time, no I/O.
 */
#ifndef VD_BASE_UTF8_TABLE_H
#define VD_BASE_UTF8_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Belongs to the character before it: marks, ZWJ, variation selectors, skin tones, tags. */
bool vd_utf8_joins(uint32_t code_point);
bool vd_utf8_is_zero_width(uint32_t code_point);
bool vd_utf8_is_wide(uint32_t code_point);
/** May be glued to another one by a ZWJ. */
bool vd_utf8_is_pictograph(uint32_t code_point);

#endif
