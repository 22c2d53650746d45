// SPDX-License-Identifier: MIT
#include "store/codec.h"

#include <endian.h>
#include <string.h>

#define SIGN_BIT (UINT64_C(1) << 63)

struct vd_writer vd_writer_init(void *memory, size_t cap)
{
	return (struct vd_writer){ .p = memory, .cap = cap };
}

// The place of the next n bytes, or NULL.
static inline uint8_t *writer_room(struct vd_writer *w, size_t n)
{
	if (w->overflow || n > w->cap - w->n) {
		w->overflow = true;
		return NULL;
	}
	uint8_t *at = w->p + w->n;
	w->n += n;
	return at;
}

// Inline, so that n is a constant and a number one store.
static inline void put_le(struct vd_writer *w, uint64_t v, size_t n)
{
	uint8_t *at = writer_room(w, n);
	uint64_t le = htole64(v);
	if (at != NULL) {
		memcpy(at, &le, n);
	}
}

static inline void put_be(struct vd_writer *w, uint64_t v, size_t n)
{
	uint8_t *at = writer_room(w, n);
	uint64_t be = htobe64(v);
	if (at != NULL) {
		memcpy(at, (const uint8_t *)&be + sizeof(be) - n, n);
	}
}

void vd_writer_u8(struct vd_writer *w, uint8_t v)
{
	put_le(w, v, sizeof(v));
}

void vd_writer_u16(struct vd_writer *w, uint16_t v)
{
	put_le(w, v, sizeof(v));
}

void vd_writer_u32(struct vd_writer *w, uint32_t v)
{
	put_le(w, v, sizeof(v));
}

void vd_writer_u64(struct vd_writer *w, uint64_t v)
{
	put_le(w, v, sizeof(v));
}

void vd_writer_wall(struct vd_writer *w, struct vd_wall v)
{
	put_le(w, (uint64_t)v.us, sizeof(v.us));
}

void vd_writer_bytes(struct vd_writer *w, const void *p, size_t n)
{
	uint8_t *at = writer_room(w, n);
	if (at != NULL && n > 0) {
		memcpy(at, p, n);
	}
}

void vd_writer_text(struct vd_writer *w, const char *text, size_t cap)
{
	size_t n = strnlen(text, cap);
	if (n > UINT8_MAX || n == cap) {
		w->overflow = true;
		return;
	}
	vd_writer_u8(w, (uint8_t)n);
	vd_writer_bytes(w, text, n);
}

void vd_writer_be16(struct vd_writer *w, uint16_t v)
{
	put_be(w, v, sizeof(v));
}

void vd_writer_be32(struct vd_writer *w, uint32_t v)
{
	put_be(w, v, sizeof(v));
}

void vd_writer_be64(struct vd_writer *w, uint64_t v)
{
	put_be(w, v, sizeof(v));
}

void vd_writer_be_wall(struct vd_writer *w, struct vd_wall v)
{
	put_be(w, (uint64_t)v.us ^ SIGN_BIT, sizeof(v.us));
}

struct vd_span vd_writer_span(const struct vd_writer *w)
{
	return vd_span_make(w->p, w->n);
}

struct vd_reader vd_reader_init(struct vd_span bytes)
{
	return (struct vd_reader){ .p = (const uint8_t *)bytes.p, .n = bytes.n };
}

// The next n bytes, or NULL.
static inline const uint8_t *reader_take(struct vd_reader *r, size_t n)
{
	if (r->bad || n > r->n) {
		r->bad = true;
		return NULL;
	}
	const uint8_t *at = r->p;
	r->p += n;
	r->n -= n;
	return at;
}

static inline uint64_t take_le(struct vd_reader *r, size_t n)
{
	const uint8_t *at = reader_take(r, n);
	uint64_t le = 0;
	if (at != NULL) {
		memcpy(&le, at, n);
	}
	return le64toh(le);
}

static inline uint64_t take_be(struct vd_reader *r, size_t n)
{
	const uint8_t *at = reader_take(r, n);
	uint64_t be = 0;
	if (at != NULL) {
		memcpy((uint8_t *)&be + sizeof(be) - n, at, n);
	}
	return be64toh(be);
}

uint8_t vd_reader_u8(struct vd_reader *r)
{
	return (uint8_t)take_le(r, sizeof(uint8_t));
}

uint16_t vd_reader_u16(struct vd_reader *r)
{
	return (uint16_t)take_le(r, sizeof(uint16_t));
}

uint32_t vd_reader_u32(struct vd_reader *r)
{
	return (uint32_t)take_le(r, sizeof(uint32_t));
}

uint64_t vd_reader_u64(struct vd_reader *r)
{
	return take_le(r, sizeof(uint64_t));
}

struct vd_wall vd_reader_wall(struct vd_reader *r)
{
	return (struct vd_wall){ (int64_t)take_le(r, sizeof(int64_t)) };
}

uint8_t vd_reader_below(struct vd_reader *r, unsigned limit)
{
	uint8_t v = vd_reader_u8(r);
	if (v >= limit) {
		r->bad = true;
		return 0;
	}
	return v;
}

void vd_reader_text(struct vd_reader *r, char *out, size_t cap)
{
	size_t n = vd_reader_u8(r);
	const uint8_t *at = reader_take(r, n);
	out[0] = '\0';
	if (at == NULL) {
		return;
	}
	if (n >= cap || memchr(at, 0, n) != NULL) {
		r->bad = true;
		return;
	}
	memcpy(out, at, n);
	out[n] = '\0';
}

struct vd_span vd_reader_bytes(struct vd_reader *r, size_t n)
{
	const uint8_t *at = reader_take(r, n);
	return vd_span_make(at, at == NULL ? 0 : n);
}

uint16_t vd_reader_be16(struct vd_reader *r)
{
	return (uint16_t)take_be(r, sizeof(uint16_t));
}

uint32_t vd_reader_be32(struct vd_reader *r)
{
	return (uint32_t)take_be(r, sizeof(uint32_t));
}

uint64_t vd_reader_be64(struct vd_reader *r)
{
	return take_be(r, sizeof(uint64_t));
}

struct vd_wall vd_reader_be_wall(struct vd_reader *r)
{
	uint64_t v = take_be(r, sizeof(uint64_t));
	return (struct vd_wall){ r->bad ? 0 : (int64_t)(v ^ SIGN_BIT) };
}

bool vd_reader_is_done(const struct vd_reader *r)
{
	return !r->bad && r->n == 0;
}
