// SPDX-License-Identifier: MIT
/**
 * The HTTP proxy that a shop's network asks for: its address, who we are to it (Basic, RFC 7617),
 * and the hosts that are reached without it. Not a connection: http_connect.h speaks to it, the
 * HTTP client connects to it. Pure: no time, no I/O; the password is kept as a secret.
 */
#ifndef VD_NET_PROXY_H
#define VD_NET_PROXY_H

#include "base/diag.h"
#include "base/secret.h"
#include "net/url.h"

#define VD_PROXY_NONE_BYTES 1024

struct vd_proxy {
	struct vd_url at;                   // host and port alone
	struct vd_secret credentials;       // base64 of user:password; not set: none
	char no_proxy[VD_PROXY_NONE_BYTES]; // as it was written
};

/** `url`: http://host[:port] (port 3128 where none is named), without a path. `user` empty: none.
 *  Takes all by value; a failure leaves nothing to undo. VD_ERR_SYNTAX, VD_ERR_UNSUPPORTED for
 *  https://, VD_ERR_ROOM, each with a sentence. */
enum vd_err vd_proxy_init(struct vd_proxy *proxy, struct vd_span url, struct vd_span user,
			  struct vd_span password, struct vd_span no_proxy,
			  struct vd_diag *diag) VD_MUST_USE;
/** Wipes it; takes zeroed memory, and twice. */
void vd_proxy_deinit(struct vd_proxy *proxy);
/** Whether `host` (lower case, without brackets) is reached through it: not where no_proxy, comma
 *  separated, names it, a domain above it (with or without a leading dot), its address, a network
 *  it is in (10.0.0.0/8, fd00::/8), or "*". */
bool vd_proxy_is_for(const struct vd_proxy *proxy, const char *host);

#endif
