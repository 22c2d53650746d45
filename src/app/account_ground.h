// SPDX-License-Identifier: MIT
/**
 * What `vedetta account` needs to talk to a network by itself: clock, loop, randomness, names, TLS
 * and HTTP, as the configuration wants them.
 * Not the service: nothing is polled and no store is open.
 * It owns all of it; waits end after a time.
 */
#ifndef VD_APP_ACCOUNT_GROUND_H
#define VD_APP_ACCOUNT_GROUND_H

#include "app/account_net.h"
#include "app/clock.h"
#include "app/config.h"

struct vd_account_ground {
	struct vd_system_clock system_clock;
	struct vd_clock clock;
	struct vd_log log;
	struct vd_stack *stack;
	struct vd_loop *loop;
	struct vd_strong_rng *strong;
	struct vd_rng rng;
	struct vd_resolver *resolver;
	struct vd_tls_client *tls;
	struct vd_proxy proxy;
	bool has_proxy;
	struct vd_http_client *http;
	bool is_done; // set by whom vd_account_ground_wait waits for
};

/** `clock`: VEDETTA_CLOCK. A failure leaves what vd_account_ground_close undoes. */
enum vd_err vd_account_ground_open(struct vd_account_ground *ground, const struct vd_config *config,
				   const char *clock, struct vd_diag *diag) VD_MUST_USE;
void vd_account_ground_close(struct vd_account_ground *ground);
struct vd_account_net vd_account_ground_net(const struct vd_account_ground *ground);
/** Turns of the loop until is_done. */
enum vd_err vd_account_ground_wait(struct vd_account_ground *ground) VD_MUST_USE;
/** A TLS client with the configuration's roots. */
enum vd_err vd_account_tls_create(const struct vd_config *config, struct vd_rng rng,
				  const struct vd_clock *clock, struct vd_tls_client **out,
				  struct vd_diag *diag) VD_MUST_USE;

#endif
