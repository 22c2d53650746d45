// SPDX-License-Identifier: MIT
/**
 * Bytes on disk: a writer and a reader for little-endian numbers and short texts, and big-endian
 * keys. Not the records themselves (store/record.h) and not the database (store/db.h). Pure: the
 * caller owns the memory; no time, no I/O.
 */
#ifndef VD_STORE_CODEC_H
#define VD_STORE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/time.h"

/** What does not fit sets `overflow` and stays dropped: one check at the end is enough. */
struct vd_writer {
	uint8_t *p;
	size_t n;
	size_t cap;
	bool overflow;
};
struct vd_writer vd_writer_init(void *memory, size_t cap);
void vd_writer_u8(struct vd_writer *w, uint8_t v);
void vd_writer_u16(struct vd_writer *w, uint16_t v);
void vd_writer_u32(struct vd_writer *w, uint32_t v);
void vd_writer_u64(struct vd_writer *w, uint64_t v);
void vd_writer_wall(struct vd_writer *w, struct vd_wall v);
void vd_writer_bytes(struct vd_writer *w, const void *p, size_t n);
/** u8 length and the bytes of a text that is closed within `cap`; one that isn't, or over 255,
 *  is an overflow. */
void vd_writer_text(struct vd_writer *w, const char *text, size_t cap);
/** Keys: big-endian, so that LMDB's memcmp order is the order of the numbers. */
void vd_writer_be16(struct vd_writer *w, uint16_t v);
void vd_writer_be32(struct vd_writer *w, uint32_t v);
void vd_writer_be64(struct vd_writer *w, uint64_t v);
/** The sign bit is turned over: instants before 1970 sort before those after. */
void vd_writer_be_wall(struct vd_writer *w, struct vd_wall v);
struct vd_span vd_writer_span(const struct vd_writer *w);

/** Reading past the end, or a value that can't be, sets `bad`; everything read afterwards is
 *  zero. */
struct vd_reader {
	const uint8_t *p;
	size_t n;
	bool bad;
};
struct vd_reader vd_reader_init(struct vd_span bytes);
uint8_t vd_reader_u8(struct vd_reader *r);
uint16_t vd_reader_u16(struct vd_reader *r);
uint32_t vd_reader_u32(struct vd_reader *r);
uint64_t vd_reader_u64(struct vd_reader *r);
struct vd_wall vd_reader_wall(struct vd_reader *r);
/** A byte below `limit`. */
uint8_t vd_reader_below(struct vd_reader *r, unsigned limit);
/** A text into `out`, closed with a zero; a zero inside it, or no room, is bad. */
void vd_reader_text(struct vd_reader *r, char *out, size_t cap);
/** Borrowed. */
struct vd_span vd_reader_bytes(struct vd_reader *r, size_t n);
uint16_t vd_reader_be16(struct vd_reader *r);
uint32_t vd_reader_be32(struct vd_reader *r);
uint64_t vd_reader_be64(struct vd_reader *r);
struct vd_wall vd_reader_be_wall(struct vd_reader *r);
/** All bytes were taken and none was bad. */
bool vd_reader_is_done(const struct vd_reader *r);

#endif
