// SPDX-License-Identifier: MIT
/**
 * Between the loop's words for readiness and poll(2)'s, for pollers that stand on it.
 * Not a poller: vd_poller_posix() is one, lwIP's is another.
 * Pure and header-only; no time of its own, no I/O.
 */
#ifndef VD_LOOP_POLLER_BITS_H
#define VD_LOOP_POLLER_BITS_H

#include <limits.h>
#include <poll.h>

#include "loop/loop.h"

static inline short vd_poll_bits(int events)
{
	int bits = (events & VD_LOOP_READ) != 0 ? POLLIN : 0;
	bits |= (events & VD_LOOP_WRITE) != 0 ? POLLOUT : 0;
	return (short)bits;
}

static inline int vd_poll_events(short revents)
{
	int events = (revents & POLLIN) != 0 ? VD_LOOP_READ : 0;
	events |= (revents & POLLOUT) != 0 ? VD_LOOP_WRITE : 0;
	return events | ((revents & (POLLERR | POLLHUP | POLLNVAL)) != 0 ? VD_LOOP_HANGUP : 0);
}

/** Rounded up: waking before the time would mean turning in vain until it has come. */
static inline int vd_poll_ms(struct vd_dur timeout)
{
	if (timeout.us < 0) {
		return -1;
	}
	int64_t ms = timeout.us / 1000 + (timeout.us % 1000 > 0 ? 1 : 0);
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

#endif
