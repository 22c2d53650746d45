// SPDX-License-Identifier: MIT
/**
 * One CONNECT (RFC 9110 section 9.3.6): the request for a tunnel, and what the proxy's answer
 * means, told apart in plain words. Not a connection: the HTTP client moves the bytes, and speaks
 * TLS to the far end through the tunnel, whose certificate is checked as without it. Pure: no time,
 * no I/O; owns its heap memory, which holds the password and is wiped.
 */
#ifndef VD_NET_HTTP_CONNECT_H
#define VD_NET_HTTP_CONNECT_H

#include "net/http_message.h"
#include "net/proxy.h"

struct vd_http_connect {
	const struct vd_proxy *proxy;
	const char *host; // borrowed: where the tunnel leads
	uint16_t port;
	struct vd_buf out; // the request
	size_t sent;       // of it, by the caller
	bool has_answer;   // at least a byte came
	struct vd_http_message message;
};

/** `host` without brackets; it and the proxy are borrowed. VD_ERR_MEMORY. */
enum vd_err vd_http_connect_init(struct vd_http_connect *connect, const struct vd_proxy *proxy,
				 const char *host, bool is_literal6, uint16_t port) VD_MUST_USE;
/** Takes zeroed memory, and twice. */
void vd_http_connect_deinit(struct vd_http_connect *connect);
/** Reads on: VD_OK the tunnel stands and nothing but it is left on the line; VD_AGAIN more is
 *  needed; VD_ERR_PROXY the proxy refuses, fails or speaks no HTTP; VD_ERR_FOREIGN a sign-in page
 *  came. The sentence names the proxy and a next step. */
enum vd_err vd_http_connect_feed(struct vd_http_connect *connect, const char *p, size_t n,
				 struct vd_diag *diag) VD_MUST_USE;
/** The sentence for a proxy that can't be reached, closes or is silent: `why` from the layer
 *  below. Always VD_ERR_PROXY. */
enum vd_err vd_proxy_lost(const struct vd_proxy *proxy, const char *why, struct vd_diag *diag);

#endif
