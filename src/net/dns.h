// SPDX-License-Identifier: MIT
/**
 * Name look-ups, which block, on one worker thread; answers arrive in the loop's thread. Not a DNS
 * client: the socket layer's getaddrinfo does the work; a literal address needs no thread. The
 * resolver owns its thread and keeps what it learned; time comes from the loop.
 *
 * Where the name server fails (RFC 8767): the last address that worked is used for 24 hours, after
 * 1.8 s of waiting for the first time and at once while it goes on; the name is asked for again in
 * the background, after 5 s, then twice as long up to 30 s. Nothing waits for a look-up longer than
 * 10 s.
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
	bool is_old;                                 // the name server fails: what worked last
};

typedef void vd_dns_fn(void *ctx, enum vd_err err, const struct vd_dns_answer *answer,
		       const struct vd_diag *diag);

/** What blocks, on the worker's thread; it must outlive the process where it may block for ever. */
struct vd_resolve {
	void *ctx;
	enum vd_err (*run)(void *ctx, const char *host, struct vd_sock_address *out, size_t cap,
			   size_t *n, struct vd_diag *diag);
};

enum vd_err vd_resolver_create(struct vd_loop *loop, struct vd_resolver **out,
			       struct vd_diag *diag) VD_MUST_USE;
/** With another way to look up than vd_sock_resolve. */
enum vd_err vd_resolver_create_with(struct vd_loop *loop, struct vd_resolve resolve,
				    struct vd_resolver **out, struct vd_diag *diag) VD_MUST_USE;
void vd_resolver_destroy(struct vd_resolver *resolver);
/** `done` is called once from the loop, never from inside this call. */
enum vd_err vd_resolver_look_up(struct vd_resolver *resolver, const char *host, uint16_t port,
				void *ctx, vd_dns_fn *done, struct vd_lookup **out,
				struct vd_diag *diag) VD_MUST_USE;
void vd_lookup_cancel(struct vd_lookup *lookup);

/** The host answered as itself at that address, now: what is used when the name server fails. */
void vd_resolver_confirm(struct vd_resolver *resolver, const char *host,
			 const struct vd_sock_address *at);
/** What the name server said led nowhere, or to somebody else: it is asked again next time. */
void vd_resolver_doubt(struct vd_resolver *resolver, const char *host);
/** Whether the name can't be looked up now; false where nobody asked for it. */
bool vd_resolver_is_failing(const struct vd_resolver *resolver, const char *host);
/** `fn` is told when a name that failed can be looked up again. */
void vd_resolver_on_back(struct vd_resolver *resolver, void *ctx, void (*fn)(void *ctx));

#endif
