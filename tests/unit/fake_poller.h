// SPDX-License-Identifier: MIT
/**
 * A poller for tests of the loop and of what hangs on it: waiting moves the fake clock and takes
 * no time. Not for real descriptors: a test says which numbers are ready.
 * Header-only; the test owns the memory.
 */
#ifndef VD_UNIT_FAKE_POLLER_H
#define VD_UNIT_FAKE_POLLER_H

#include <string.h>

#include "loop/loop.h"

#define FAKE_POLLER_MOST 16

struct fake_poller {
	struct vd_fake_clock *clock;
	/** Ready at the next wait, once: number and events. */
	struct {
		int fd;
		int events;
	} ready[FAKE_POLLER_MOST];
	size_t n_ready;
	bool fails; // the next wait fails
	// What the last wait was asked.
	struct vd_pollfd asked[FAKE_POLLER_MOST];
	size_t n_asked;
	struct vd_dur timeout;
	int n_waits;
};

static inline void fake_poller_ready(struct fake_poller *fake, int fd, int events)
{
	fake->ready[fake->n_ready].fd = fd;
	fake->ready[fake->n_ready++].events = events;
}

/** What the last wait was asked about a descriptor; 0 when it was not among them. */
static inline int fake_poller_asked(const struct fake_poller *fake, int fd)
{
	for (size_t i = 0; i < fake->n_asked; i++) {
		if (fake->asked[i].fd == fd) {
			return fake->asked[i].events;
		}
	}
	return 0;
}

static inline int fake_poller_mark(const struct fake_poller *fake, struct vd_pollfd *fd)
{
	fd->revents = 0;
	for (size_t i = 0; i < fake->n_ready; i++) {
		if (fake->ready[i].fd == fd->fd) {
			fd->revents |= fake->ready[i].events;
		}
	}
	return fd->revents != 0 ? 1 : 0;
}

static inline int fake_poller_wait(void *ctx, struct vd_pollfd *fds, size_t n,
				   struct vd_dur timeout)
{
	struct fake_poller *fake = ctx;
	fake->n_waits++;
	fake->timeout = timeout;
	fake->n_asked = n < FAKE_POLLER_MOST ? n : FAKE_POLLER_MOST;
	memcpy(fake->asked, fds, fake->n_asked * sizeof(*fds));
	int n_ready = 0;
	for (size_t i = 0; i < n; i++) {
		n_ready += fake_poller_mark(fake, &fds[i]);
	}
	fake->n_ready = 0;
	if (fake->fails) {
		fake->fails = false;
		return -1;
	}
	if (n_ready == 0 && timeout.us > 0) {
		vd_fake_clock_advance(fake->clock, timeout);
	}
	return n_ready;
}

static inline struct vd_poller fake_poller_init(struct fake_poller *fake,
						struct vd_fake_clock *clock)
{
	memset(fake, 0, sizeof(*fake));
	fake->clock = clock;
	return (struct vd_poller){ .ctx = fake, .wait = fake_poller_wait };
}

#endif
