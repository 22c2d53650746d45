// SPDX-License-Identifier: MIT
/**
 * Name look-ups, which block, on one worker thread; answers arrive in the loop's thread.
 * Not a DNS client: the socket layer's getaddrinfo does the work; a literal address needs no
 * thread.
 * The resolver owns its thread and its queue; answers are kept for a while.
 */
#ifndef VD_NET_DNS_H
#define VD_NET_DNS_H

#include "base/diag.h"
#include "loop/loop.h"
#include "net/socket.h"

#define VD_DNS_ADDRESSES 8

struct vd_resolver;
struct vd_lookup; // under way

struct vd_dns_answer {
	size_t n;
	struct vd_sock_address at[VD_DNS_ADDRESSES]; // IPv6 and IPv4, in the order to try
};

typedef void vd_dns_fn(void *ctx, enum vd_err err, const struct vd_dns_answer *answer,
		       const struct vd_diag *diag);

enum vd_err vd_resolver_create(struct vd_loop *loop, struct vd_resolver **out,
			       struct vd_diag *diag) VD_MUST_USE;
void vd_resolver_destroy(struct vd_resolver *resolver);
/** `done` is called once from the loop, never from inside this call. */
enum vd_err vd_resolver_look_up(struct vd_resolver *resolver, const char *host, uint16_t port,
				void *ctx, vd_dns_fn *done, struct vd_lookup **out,
				struct vd_diag *diag) VD_MUST_USE;
void vd_lookup_cancel(struct vd_lookup *lookup);

#endif
