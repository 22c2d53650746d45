// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdlib.h>

#include "loop/poller_bits.h"

// On the stack up to here; a box in a shop watches a few dozen.
#define FEW 64

static int wait_with(struct pollfd *room, struct vd_pollfd *fds, size_t n, struct vd_dur timeout)
{
	for (size_t i = 0; i < n; i++) {
		room[i] = (struct pollfd){ .fd = fds[i].fd, .events = vd_poll_bits(fds[i].events) };
	}
	int ready = poll(room, (nfds_t)n, vd_poll_ms(timeout));
	bool was_interrupted = ready < 0 && errno == EINTR;
	for (size_t i = 0; i < n; i++) {
		fds[i].revents = ready > 0 ? vd_poll_events(room[i].revents) : 0;
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
