// SPDX-License-Identifier: MIT
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

#define FIRST_BYTES 256

void vd_buf_init(struct vd_buf *buf, char *memory, size_t cap)
{
	*buf = (struct vd_buf){ .data = memory, .cap = cap, .limit = cap };
	memory[0] = '\0';
}

void vd_buf_init_heap(struct vd_buf *buf, size_t limit_bytes)
{
	// The literal is never written to: cap 0 says that there is no memory yet.
	*buf = (struct vd_buf){ .data = (char *)"", .limit = limit_bytes, .is_heap = true };
}

void vd_buf_init_secret(struct vd_buf *buf, size_t limit_bytes)
{
	vd_buf_init_heap(buf, limit_bytes);
	buf->is_secret = true;
}

// More than `len` bytes: what was there before a reset counts too.
static void give_up(struct vd_buf *buf)
{
	if (buf->is_secret && buf->cap > 0) {
		vd_wipe(buf->data, buf->cap);
	}
	if (buf->is_heap && buf->cap > 0) {
		free(buf->data);
	}
}

void vd_buf_deinit(struct vd_buf *buf)
{
	give_up(buf);
	*buf = (struct vd_buf){ .data = (char *)"" };
}

void vd_buf_reset(struct vd_buf *buf)
{
	buf->len = 0;
	buf->overflow = false;
	if (buf->cap > 0 && buf->is_secret) {
		vd_wipe(buf->data, buf->cap);
	} else if (buf->cap > 0) {
		buf->data[0] = '\0';
	}
}

// realloc may leave the old bytes behind in freed memory.
static char *move_secret(struct vd_buf *buf, size_t cap)
{
	char *data = malloc(cap);
	if (data != NULL) {
		memcpy(data, buf->data, buf->len);
		give_up(buf);
	}
	return data;
}

// To `need` bytes at least, doubling so that many small writes cost linear time.
static bool grow(struct vd_buf *buf, size_t need)
{
	if (!buf->is_heap || need > buf->limit) {
		return false;
	}
	size_t cap = buf->cap > 0 ? buf->cap : FIRST_BYTES;
	while (cap < need) {
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	}
	if (cap > buf->limit) {
		cap = buf->limit;
	}
	char *data = buf->is_secret ? move_secret(buf, cap)
				    : realloc(buf->cap > 0 ? buf->data : NULL, cap);
	if (data == NULL) {
		return false;
	}
	data[buf->len] = '\0';
	buf->data = data;
	buf->cap = cap;
	return true;
}

char *vd_buf_reserve(struct vd_buf *buf, size_t n)
{
	if (buf->overflow) {
		return NULL;
	}
	// Always one byte more, for the closing zero.
	bool fits = buf->cap > buf->len && n < buf->cap - buf->len;
	if (!fits && (n >= SIZE_MAX - buf->len || !grow(buf, buf->len + n + 1))) {
		buf->overflow = true;
		return NULL;
	}
	return buf->data + buf->len;
}

void vd_buf_added(struct vd_buf *buf, size_t n)
{
	if (n > 0) {
		buf->len += n;
		buf->data[buf->len] = '\0';
	}
}

void vd_buf_put(struct vd_buf *buf, const void *bytes, size_t n)
{
	if (n == 0) {
		return;
	}
	char *at = vd_buf_reserve(buf, n);
	if (at != NULL) {
		memcpy(at, bytes, n);
		vd_buf_added(buf, n);
	}
}

void vd_buf_put_span(struct vd_buf *buf, struct vd_span span)
{
	vd_buf_put(buf, span.p, span.n);
}

void vd_buf_put_text(struct vd_buf *buf, const char *text)
{
	vd_buf_put_span(buf, vd_span_of(text));
}

void vd_buf_put_char(struct vd_buf *buf, char c)
{
	vd_buf_put(buf, &c, 1);
}

void vd_buf_vprintf(struct vd_buf *buf, const char *fmt, va_list args)
{
	if (buf->overflow) {
		return;
	}
	size_t room = buf->cap > buf->len ? buf->cap - buf->len : 0;
	va_list again;
	va_copy(again, args);
	int n = vsnprintf(room > 0 ? buf->data + buf->len : NULL, room, fmt, args);
	if (n >= 0 && (size_t)n < room) {
		buf->len += (size_t)n;
	} else if (n != 0) {
		if (room > 0) {
			buf->data[buf->len] = '\0'; // what did not fit is dropped whole
		}
		char *at = n < 0 ? NULL : vd_buf_reserve(buf, (size_t)n);
		if (at != NULL) {
			(void)vsnprintf(at, (size_t)n + 1, fmt, again);
			buf->len += (size_t)n;
		}
		buf->overflow |= at == NULL;
	}
	va_end(again);
}

void vd_buf_printf(struct vd_buf *buf, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	vd_buf_vprintf(buf, fmt, args);
	va_end(args);
}

void vd_buf_consume(struct vd_buf *buf, size_t n)
{
	if (n == 0 || buf->len == 0) {
		return;
	}
	size_t by = n < buf->len ? n : buf->len;
	memmove(buf->data, buf->data + by, buf->len - by + 1);
	buf->len -= by;
	if (buf->is_secret) {
		vd_wipe(buf->data + buf->len, by);
	}
}

struct vd_span vd_buf_span(const struct vd_buf *buf)
{
	return (struct vd_span){ buf->data, buf->len };
}

enum vd_err vd_buf_check(const struct vd_buf *buf)
{
	return buf->overflow ? VD_ERR_ROOM : VD_OK;
}
