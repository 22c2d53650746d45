// SPDX-License-Identifier: MIT
/**
 * SNTP client (RFC 5905 section 14): one packet out, one in, offset and delay.
 * Not an NTP daemon: it says how far the clock is off; app/ decides whether to step it and when it
 * is trusted.
 * It lives in the loop's thread; packets are parsed and printed by pure functions.
 */
#ifndef VD_NET_SNTP_H
#define VD_NET_SNTP_H

#include "base/diag.h"
#include "base/rng.h"
#include "base/time.h"
#include "loop/loop.h"
#include "net/dns.h"

#define VD_SNTP_PACKET_BYTES 48

struct vd_sntp_result {
	struct vd_dur offset; // add to our wall clock
	struct vd_dur delay;
	uint8_t stratum;
};
/** `cookie` is a random transmit stamp that must come back. */
void vd_sntp_print_request(uint64_t cookie, uint8_t out[VD_SNTP_PACKET_BYTES]);
/** Checks mode, version, stratum (kiss-o'-death is VD_ERR_REFUSED), leap 3 (VD_ERR_OUTAGE), cookie,
 *  sane stamps. */
enum vd_err vd_sntp_parse_reply(struct vd_span packet, uint64_t cookie, struct vd_wall sent,
				struct vd_wall received, struct vd_sntp_result *out,
				struct vd_diag *diag) VD_MUST_USE;

struct vd_sntp;
typedef void vd_sntp_fn(void *ctx, enum vd_err err, const struct vd_sntp_result *result,
			const struct vd_diag *diag);
/** Asks the servers in turn (host or host:port, comma separated) every `period`, sooner after a
 *  failure; each outcome is told. */
enum vd_err vd_sntp_create(struct vd_loop *loop, struct vd_resolver *resolver, struct vd_rng rng,
			   const char *servers, struct vd_dur period, void *ctx, vd_sntp_fn *fn,
			   struct vd_sntp **out, struct vd_diag *diag) VD_MUST_USE;
void vd_sntp_destroy(struct vd_sntp *sntp);

#endif
