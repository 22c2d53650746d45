// SPDX-License-Identifier: MIT
// One wait for two stacks: lwIP is asked, the kernel is waited on, lwIP wakes the kernel's wait.
#include <errno.h>
#include <lwip/sockets.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop/poller_bits.h"
#include "net/lwip_wake.h"

// On the stack up to here; a box in a shop watches a few dozen.
#define FEW 64

/** The two sets, each with room for all; `from` says which of the loop's it is. */
struct sets {
	struct pollfd *lwip;
	size_t *lwip_from;
	size_t n_lwip;
	struct pollfd *kernel; // the first one is the wake-up
	size_t *kernel_from;
	size_t n_kernel;
};

static bool is_lwip(int fd)
{
	return fd >= VD_LWIP_FIRST_FD && fd < VD_LWIP_FIRST_FD + VD_LWIP_SOCKETS;
}

static void split(const struct vd_lwip_wake *wake, const struct vd_pollfd *fds, size_t n,
		  struct sets *sets)
{
	sets->kernel[0] = (struct pollfd){ .fd = wake->fd, .events = POLLIN };
	sets->n_kernel = 1;
	for (size_t i = 0; i < n; i++) {
		struct pollfd one = { .fd = fds[i].fd, .events = vd_poll_bits(fds[i].events) };
		if (is_lwip(fds[i].fd)) {
			sets->lwip_from[sets->n_lwip] = i;
			sets->lwip[sets->n_lwip++] = one;
		} else {
			sets->kernel_from[sets->n_kernel] = i;
			sets->kernel[sets->n_kernel++] = one;
		}
	}
}

static void set_wishes(struct vd_lwip_wake *wake, const struct vd_pollfd *fds, size_t n,
		       bool is_asleep)
{
	for (size_t i = 0; i < n; i++) {
		if (is_lwip(fds[i].fd)) {
			int wish = is_asleep ? fds[i].events : 0;
			atomic_store(&wake->wishes[fds[i].fd - VD_LWIP_FIRST_FD],
				     (unsigned char)wish);
		}
	}
	atomic_store(&wake->is_asleep, is_asleep);
}

// What of lwIP's is ready now: a level, as with poll().
static int ask(const struct vd_lwip_wake *wake, const struct sets *sets, struct vd_pollfd *fds)
{
	int ready = 0;
	for (size_t i = 0; i < sets->n_lwip; i++) {
		struct pollfd *one = &sets->lwip[i];
		// One by one: lwip_poll() gives up the rest at a descriptor that isn't open.
		(void)lwip_poll(one, 1, 0);
		if ((one->events & POLLIN) != 0 && wake->has_ended[one->fd - VD_LWIP_FIRST_FD]) {
			one->revents |= POLLIN;
		}
		fds[sets->lwip_from[i]].revents = vd_poll_events(one->revents);
		ready += one->revents != 0 ? 1 : 0;
	}
	return ready;
}

// The kernel's part; the wake-up is taken off and isn't counted.
static int wait_kernel(const struct vd_lwip_wake *wake, const struct sets *sets,
		       struct vd_pollfd *fds, int timeout_ms)
{
	int ready = poll(sets->kernel, (nfds_t)sets->n_kernel, timeout_ms);
	bool was_interrupted = ready < 0 && errno == EINTR;
	for (size_t i = 1; i < sets->n_kernel; i++) {
		short revents = ready > 0 ? sets->kernel[i].revents : 0;
		fds[sets->kernel_from[i]].revents = vd_poll_events(revents);
	}
	if (ready > 0 && sets->kernel[0].revents != 0) {
		uint64_t ignored;
		(void)!read(wake->fd, &ignored, sizeof(ignored));
		ready--;
	}
	return was_interrupted ? 0 : ready;
}

static int wait_with(struct vd_lwip_wake *wake, const struct sets *sets, struct vd_pollfd *fds,
		     size_t n, struct vd_dur timeout)
{
	set_wishes(wake, fds, n, true);
	int ready = ask(wake, sets, fds);
	int others = wait_kernel(wake, sets, fds, ready > 0 ? 0 : vd_poll_ms(timeout));
	set_wishes(wake, fds, n, false);
	if (others < 0) {
		return others;
	}
	ready = ready > 0 ? ready : ask(wake, sets, fds);
	return ready + others;
}

static int lwip_wait(void *ctx, struct vd_pollfd *fds, size_t n, struct vd_dur timeout)
{
	struct vd_lwip_wake *wake = ctx;
	struct pollfd few[2 * FEW + 1];
	size_t few_from[2 * FEW + 1];
	struct pollfd *room = few;
	size_t *from = few_from;
	if (n > FEW) {
		room = calloc(2 * n + 1, sizeof(*room));
		from = calloc(2 * n + 1, sizeof(*from));
	}
	int ready = -1;
	if (room != NULL && from != NULL) {
		struct sets sets = {
			.lwip = room, .lwip_from = from, .kernel = room + n, .kernel_from = from + n
		};
		split(wake, fds, n, &sets);
		ready = wait_with(wake, &sets, fds, n, timeout);
	}
	if (n > FEW) {
		free(room);
		free(from);
	}
	return ready;
}

struct vd_poller vd_lwip_poller(void)
{
	return (struct vd_poller){ .ctx = vd_lwip_wake_get(), .wait = lwip_wait };
}
