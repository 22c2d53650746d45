// SPDX-License-Identifier: MIT
/**
 * Local stream sockets (AF_UNIX) of the kernel, for `vedetta ctl` beside the service: not part of
 * any network stack.
 * Not a protocol: bytes only, non-blocking for the server, blocking for the client program.
 * The caller owns descriptors; access is by the socket file's mode 0600 and the peer's user id.
 */
#ifndef VD_NET_LOCAL_H
#define VD_NET_LOCAL_H

#include "base/attr.h"
#include "base/diag.h"

/** Replaces a stale socket file (one that nobody answers on); VD_ERR_EXISTS where a service
 *  answers. */
enum vd_err vd_local_listen(const char *path, int *fd, struct vd_diag *diag) VD_MUST_USE;
/** Refuses peers that are neither root nor our own user with VD_ERR_PERMISSION (the connection is
 *  closed). VD_AGAIN. */
enum vd_err vd_local_accept(int listener, int *fd, struct vd_diag *diag) VD_MUST_USE;
/** Blocking, with a receive and send timeout. */
enum vd_err vd_local_connect(const char *path, int timeout_ms, int *fd,
			     struct vd_diag *diag) VD_MUST_USE;

#endif
