// SPDX-License-Identifier: MIT
/**
 * A span is somebody else's bytes: pointer and length, not terminated, never owned.
 * Not a string class: nothing here allocates or changes what it looks at.
 * Pure: no time, no I/O.
 */
#ifndef VD_BASE_SPAN_H
#define VD_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct vd_span {
	const char *p;
	size_t n;
};

/** A span over a string literal. */
#define VD_SPAN(literal) ((struct vd_span){ (literal), sizeof(literal) - 1 })

/** NULL gives the empty span. */
struct vd_span vd_span_of(const char *text);
struct vd_span vd_span_make(const void *p, size_t n);
bool vd_span_is_equal(struct vd_span a, struct vd_span b);
bool vd_span_is_equal_nocase(struct vd_span a, struct vd_span b);
bool vd_span_is_text(struct vd_span a, const char *text);
bool vd_span_has_prefix(struct vd_span a, struct vd_span prefix);
/** From `from` to the end; empty past the end. */
struct vd_span vd_span_skip(struct vd_span a, size_t from);
/** Without ASCII blanks, tabs and line ends at both ends. */
struct vd_span vd_span_trim(struct vd_span a);
/** Cuts `*rest` at the first `sep`: returns what is before it, `*rest` keeps what is behind it
 *  (p = NULL when there was no separator: the last piece). */
struct vd_span vd_span_cut(struct vd_span *rest, char sep);
/** Index of the first occurrence of `needle`, or -1. */
ptrdiff_t vd_span_find(struct vd_span a, struct vd_span needle);
/** Decimal digits only; VD_ERR_SYNTAX for anything else, VD_ERR_RANGE past 64 bits. */
enum vd_err vd_span_parse_u64(struct vd_span a, uint64_t *out) VD_MUST_USE;
/** An optional '-' and digits. */
enum vd_err vd_span_parse_i64(struct vd_span a, int64_t *out) VD_MUST_USE;
/** Copies into `out` with a closing zero; VD_ERR_ROOM and an empty string where it doesn't fit. */
enum vd_err vd_span_copy(struct vd_span a, char *out, size_t cap) VD_MUST_USE;

/** printf helper: `"%.*s", VD_SPAN_ARG(s)`. */
#define VD_SPAN_ARG(s) (int)(s).n, (s).p

#endif
