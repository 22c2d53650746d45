// SPDX-License-Identifier: MIT
/**
 * A byte stream as an interface: plain TCP, TLS, or a script in a test, all of equal rank.
 * Not buffered and not blocking: VD_AGAIN means "ask the loop for what `want` says".
 * The owner of the stream object owns the I/O; streams know no time.
 */
#ifndef VD_BASE_STREAM_H
#define VD_BASE_STREAM_H

#include <stddef.h>

#include "base/attr.h"
#include "base/diag.h"
#include "base/err.h"

#define VD_STREAM_READ 1
#define VD_STREAM_WRITE 2

struct vd_stream;

struct vd_stream_ops {
	/** *got > 0 with VD_OK; VD_AGAIN; VD_ERR_CLOSED at an orderly end; a failure, diag set. */
	enum vd_err (*read)(struct vd_stream *s, void *out, size_t cap, size_t *got,
			    struct vd_diag *diag);
	/** *put > 0 with VD_OK (may be short); VD_AGAIN; a failure with a diag. */
	enum vd_err (*write)(struct vd_stream *s, const void *p, size_t n, size_t *put,
			     struct vd_diag *diag);
	/** What the loop must wait for after VD_AGAIN: VD_STREAM_READ and/or VD_STREAM_WRITE. */
	int (*want)(const struct vd_stream *s);
	/** Descriptor for the loop, -1 where there is none (tests). */
	int (*fd)(const struct vd_stream *s);
	/** Closes and frees; s must not be used afterwards. */
	void (*close)(struct vd_stream *s);
};

struct vd_stream {
	const struct vd_stream_ops *ops;
};

#endif
