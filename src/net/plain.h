// SPDX-License-Identifier: MIT
/**
 * A connected TCP socket as a stream, without TLS.
 * Not a connector: it takes a socket that is connected already.
 * The stream owns the descriptor; it knows no time.
 */
#ifndef VD_NET_PLAIN_H
#define VD_NET_PLAIN_H

#include "base/attr.h"
#include "base/stream.h"

/** Takes `fd`, closes it also on failure. */
enum vd_err vd_plain_open(int fd, struct vd_stream **out, struct vd_diag *diag) VD_MUST_USE;
/** Ends the stream and hands its descriptor over, open: TLS begins on it. */
int vd_plain_take(struct vd_stream *stream) VD_MUST_USE;

#endif
