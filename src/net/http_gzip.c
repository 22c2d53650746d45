// SPDX-License-Identifier: MIT
#include <stddef.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/secret.h"
#include "net/http_message.h"

#define GZIP_ONLY 16 // added to the window bits: no zlib, no raw deflate
#define PIECE 8192

struct vd_inflate {
	z_stream z;
	bool is_whole;
};

// zlib's window is the end of a body, which may hold a token: it is wiped, so its size is kept.
union block {
	size_t n;
	max_align_t align;
};

static voidpf take_block(voidpf ctx, uInt items, uInt size)
{
	size_t n = (size_t)items * size + sizeof(union block);
	union block *block = malloc(n);
	(void)ctx;
	if (block == NULL) {
		return NULL;
	}
	block->n = n;
	return block + 1;
}

static void give_block(voidpf ctx, voidpf p)
{
	union block *block = (union block *)p - 1;
	(void)ctx;
	vd_wipe(block, block->n);
	free(block);
}

struct vd_inflate *vd_inflate_create(void)
{
	struct vd_inflate *gz = calloc(1, sizeof(*gz));
	if (gz == NULL) {
		return NULL;
	}
	gz->z.zalloc = take_block;
	gz->z.zfree = give_block;
	if (inflateInit2(&gz->z, MAX_WBITS + GZIP_ONLY) != Z_OK) {
		free(gz);
		return NULL;
	}
	return gz;
}

void vd_inflate_destroy(struct vd_inflate *gz)
{
	if (gz != NULL) {
		(void)inflateEnd(&gz->z);
		free(gz);
	}
}

// One piece of output; the limit is looked at after each, so that a bomb costs no more than a piece
// too much.
static enum vd_err inflate_piece(struct vd_inflate *gz, struct vd_buf *out, size_t limit)
{
	unsigned char piece[PIECE];
	z_stream *z = &gz->z;
	if (gz->is_whole && inflateReset(z) != Z_OK) { // another member follows
		return VD_ERR_PROTOCOL;
	}
	z->next_out = piece;
	z->avail_out = sizeof(piece);
	int code = inflate(z, Z_NO_FLUSH);
	size_t n = sizeof(piece) - z->avail_out;
	gz->is_whole = code == Z_STREAM_END;
	if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
		return code == Z_MEM_ERROR ? VD_ERR_MEMORY : VD_ERR_PROTOCOL;
	}
	if (n > limit - out->len) {
		return VD_ERR_TOO_LARGE;
	}
	vd_buf_put(out, piece, n);
	vd_wipe(piece, n);
	return vd_buf_check(out) == VD_OK ? VD_OK : VD_ERR_MEMORY;
}

enum vd_err vd_inflate_feed(struct vd_inflate *gz, struct vd_span in, struct vd_buf *out,
			    size_t limit)
{
	z_stream *z = &gz->z;
	z->next_in = (z_const Bytef *)(uintptr_t)in.p;
	z->avail_in = (uInt)in.n;
	enum vd_err err = VD_OK;
	// A full piece may leave more behind without any input.
	do {
		err = inflate_piece(gz, out, limit);
	} while (err == VD_OK && (z->avail_in > 0 || (z->avail_out == 0 && !gz->is_whole)));
	return err;
}

bool vd_inflate_is_whole(const struct vd_inflate *gz)
{
	return gz->is_whole || gz->z.total_in == 0; // an empty body is no gzip at all
}
