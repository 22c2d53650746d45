// SPDX-License-Identifier: MIT
/**
 * A byte buffer that is written at its end and read from its start, with a hard limit.
 * Not a string library: the text inside is closed with a zero for convenience only.
 * Owns heap memory only when initialised with `vd_buf_init_heap`; no time, no I/O.
 */
#ifndef VD_BASE_BUF_H
#define VD_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/**
 * Writes never fail loudly: what does not fit sets `overflow` and is dropped whole, and stays
 * dropped, so that one check at the end is enough. `data[len]` is always 0 (after init).
 */
struct vd_buf {
	char *data;
	size_t len;
	size_t cap;   // bytes at data, one of them for the closing zero
	size_t limit; // heap: most bytes it may grow to; fixed: == cap
	bool is_heap;
	bool is_secret; // memory that it gives up, or reads past, is wiped
	bool overflow;
};

/** Fixed memory of the caller; cap >= 1. */
void vd_buf_init(struct vd_buf *buf, char *memory, size_t cap);
/** Grows on the heap up to `limit_bytes`; allocates nothing yet (data is "" until then). */
void vd_buf_init_heap(struct vd_buf *buf, size_t limit_bytes);
/** The same for what may hold a secret: nothing of it stays behind where it grows, is emptied, or
 *  ends. */
void vd_buf_init_secret(struct vd_buf *buf, size_t limit_bytes);
/** Frees heap memory; takes zeroed memory, and twice. */
void vd_buf_deinit(struct vd_buf *buf);
/** Empties it; keeps the memory, clears overflow. */
void vd_buf_reset(struct vd_buf *buf);
void vd_buf_put(struct vd_buf *buf, const void *bytes, size_t n);
void vd_buf_put_span(struct vd_buf *buf, struct vd_span span);
void vd_buf_put_text(struct vd_buf *buf, const char *text);
void vd_buf_put_char(struct vd_buf *buf, char c);
void vd_buf_printf(struct vd_buf *buf, const char *fmt, ...) VD_PRINTF(2, 3);
void vd_buf_vprintf(struct vd_buf *buf, const char *fmt, va_list args) VD_PRINTF(2, 0);
/** Drops the first n bytes (n <= len), moving the rest to the front. */
void vd_buf_consume(struct vd_buf *buf, size_t n);
/** Makes room for n more bytes: where they go, or NULL (overflow set). Then vd_buf_added. */
char *vd_buf_reserve(struct vd_buf *buf, size_t n);
void vd_buf_added(struct vd_buf *buf, size_t n);
struct vd_span vd_buf_span(const struct vd_buf *buf);
/** VD_OK, or VD_ERR_ROOM after an overflow. */
enum vd_err vd_buf_check(const struct vd_buf *buf) VD_MUST_USE;

#endif
