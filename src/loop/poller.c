// SPDX-License-Identifier: MIT
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>

#include "loop/loop.h"

// On the stack up to here; a box in a shop watches a few dozen.
#define FEW 64

static short to_poll(int events)
{
	int bits = (events & VD_LOOP_READ) != 0 ? POLLIN : 0;
	bits |= (events & VD_LOOP_WRITE) != 0 ? POLLOUT : 0;
	return (short)bits;
}

static int from_poll(short revents)
{
	int events = (revents & POLLIN) != 0 ? VD_LOOP_READ : 0;
	events |= (revents & POLLOUT) != 0 ? VD_LOOP_WRITE : 0;
	return events | ((revents & (POLLERR | POLLHUP | POLLNVAL)) != 0 ? VD_LOOP_HANGUP : 0);
}

// Rounded up: waking before the time would mean turning in vain until it has come.
static int to_ms(struct vd_dur timeout)
{
	if (timeout.us < 0) {
		return -1;
	}
	int64_t ms = timeout.us / 1000 + (timeout.us % 1000 > 0 ? 1 : 0);
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

static int wait_with(struct pollfd *room, struct vd_pollfd *fds, size_t n, struct vd_dur timeout)
{
	for (size_t i = 0; i < n; i++) {
		room[i] = (struct pollfd){ .fd = fds[i].fd, .events = to_poll(fds[i].events) };
	}
	int ready = poll(room, (nfds_t)n, to_ms(timeout));
	bool was_interrupted = ready < 0 && errno == EINTR;
	for (size_t i = 0; i < n; i++) {
		fds[i].revents = ready > 0 ? from_poll(room[i].revents) : 0;
	}
	return was_interrupted ? 0 : ready;
}

static int posix_wait(void *ctx, struct vd_pollfd *fds, size_t n, struct vd_dur timeout)
{
	(void)ctx;
	struct pollfd few[FEW];
	if (n <= FEW) {
		return wait_with(few, fds, n, timeout);
	}
	struct pollfd *many = calloc(n, sizeof(*many));
	if (many == NULL) {
		return -1;
	}
	int ready = wait_with(many, fds, n, timeout);
	free(many);
	return ready;
}

struct vd_poller vd_poller_posix(void)
{
	return (struct vd_poller){ .wait = posix_wait };
}
