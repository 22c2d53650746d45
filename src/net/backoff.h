// SPDX-License-Identifier: MIT
/**
 * Jittered exponential back-off: how long to wait after the n-th failure in a row.
 * Not a timer.
 * Pure but for the randomness it is handed.
 */
#ifndef VD_NET_BACKOFF_H
#define VD_NET_BACKOFF_H

#include "base/rng.h"
#include "base/time.h"

struct vd_backoff {
	struct vd_dur first; // after the first failure
	struct vd_dur most;
	uint8_t failures; // in a row
};
void vd_backoff_init(struct vd_backoff *backoff, struct vd_dur first, struct vd_dur most);
/** Notes a failure; the wait is uniform in [half, whole] of min(first * 2^(n-1), most). */
struct vd_dur vd_backoff_fail(struct vd_backoff *backoff, const struct vd_rng *rng);
void vd_backoff_succeed(struct vd_backoff *backoff);

#endif
