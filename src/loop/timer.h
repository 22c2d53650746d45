// SPDX-License-Identifier: MIT
/**
 * The timers of a loop: a binary heap of the callers' timer objects. The inside of loop/loop.
 * Not for other folders, which set timers through loop.h.
 * It is told the time; it does no I/O.
 */
#ifndef VD_LOOP_TIMER_H
#define VD_LOOP_TIMER_H

#include "loop/loop.h"

/** Zeroed memory is a valid empty heap. */
struct vd_timers {
	struct vd_timer **heap;
	struct vd_timer **batch; // those that fire now; as much room as the heap has
	size_t n;
	size_t n_batch;
	size_t cap;
	uint64_t order;
};

void vd_timers_deinit(struct vd_timers *timers);
enum vd_err vd_timers_set(struct vd_timers *timers, struct vd_timer *timer,
			  struct vd_mono due) VD_MUST_USE;
void vd_timers_stop(struct vd_timers *timers, struct vd_timer *timer);
/** Fires what is due at `now`, in order of time; a timer set by a callback waits for the next
 *  call, even when it is due already. */
void vd_timers_fire(struct vd_timers *timers, struct vd_mono now);
/** The earliest; false where there is none. */
bool vd_timers_next(const struct vd_timers *timers, struct vd_mono *due);

#endif
