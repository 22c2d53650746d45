// SPDX-License-Identifier: MIT
/**
 * The loop: one thread, one poll() a turn, phases in a fixed order.
 * Not a scheduler and not a place for policy; it knows descriptors, timers and hooks only.
 * It samples the time from the clock it was given; waiting goes through `struct vd_poller`.
 *
 *   sample time -> due timers -> poll -> readable things -> commit hooks -> after hooks
 *        ^                                                                     |
 *        +---------------------------------------------------------------------+
 *
 * Nobody is answered before the commit: what the world sees is sent from `after` hooks (and timers,
 * which run at the start of the next turn, after the commit of the one before).
 */
#ifndef VD_LOOP_LOOP_H
#define VD_LOOP_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"

#define VD_LOOP_READ 1
#define VD_LOOP_WRITE 2
#define VD_LOOP_HANGUP 4 // reported only, together with what was waited for: read() tells why

struct vd_loop;

/** What the poller waits for: the loop's view of struct pollfd. */
struct vd_pollfd {
	int fd;
	int events;  // VD_LOOP_READ | VD_LOOP_WRITE
	int revents; // filled by the poller
};

/** How to wait. vd_poller_posix is poll(2); a second network stack brings its own. */
struct vd_poller {
	void *ctx;
	/** Waits at most `timeout` (us < 0: for ever); how many are ready, or < 0 on failure. */
	int (*wait)(void *ctx, struct vd_pollfd *fds, size_t n, struct vd_dur timeout);
};
struct vd_poller vd_poller_posix(void);

/** A watched descriptor: caller's memory, zeroed before the first use. */
struct vd_watch {
	struct vd_list node;
	int fd;
	int events;
	void *ctx;
	void (*ready)(void *ctx, int revents);
};

/** A one-shot timer: caller's memory, zeroed before the first use. It may set itself again. */
struct vd_timer {
	struct vd_mono due;
	size_t slot;    // place in the heap + 1, 0 when not armed
	uint64_t order; // the loop's: equal times fire in the order in which they were set
	void *ctx;
	void (*fire)(void *ctx);
};

/** A hook of a phase: caller's memory. */
struct vd_hook {
	struct vd_list node;
	void *ctx;
	void (*run)(void *ctx);
};

struct vd_loop_stats {
	uint64_t turns;             // times poll returned
	uint64_t timeouts;          // of which: nothing was ready
	struct vd_dur longest_turn; // without the waiting
};

/** NULL without memory. `clock` and `poller` are borrowed and must outlive the loop. */
struct vd_loop *vd_loop_create(const struct vd_clock *clock, struct vd_poller poller);
/** Does not touch the watches, timers and hooks that are left: their memory may be gone before. */
void vd_loop_destroy(struct vd_loop *loop);

/** Starts watching, or changes what is watched (the same watch again); with events 0 it is kept
 *  but not waited for. */
enum vd_err vd_loop_watch(struct vd_loop *loop, struct vd_watch *watch) VD_MUST_USE;
/** Safe inside callbacks, also where its event is pending in this turn; twice is harmless. */
void vd_loop_unwatch(struct vd_loop *loop, struct vd_watch *watch);

/** Arms or re-arms. Set from inside a timer's callback it fires in the next turn at the earliest,
 *  also when `due` has passed. Re-arming from its own callback never fails. */
enum vd_err vd_loop_timer_set(struct vd_loop *loop, struct vd_timer *timer,
			      struct vd_mono due) VD_MUST_USE;
/** Twice is harmless. */
void vd_loop_timer_stop(struct vd_loop *loop, struct vd_timer *timer);

void vd_loop_on_commit(struct vd_loop *loop, struct vd_hook *hook);
void vd_loop_on_after(struct vd_loop *loop, struct vd_hook *hook);
/** Safe inside hooks; takes zeroed memory, and twice. */
void vd_loop_unhook(struct vd_hook *hook);

/** The time of this turn: sampled at its start and, since a wait may be long, again behind it. */
struct vd_mono vd_loop_now(const struct vd_loop *loop);
struct vd_wall vd_loop_wall(const struct vd_loop *loop);

/** One turn; waits at most `max_wait` (us < 0: as long as timers allow). */
enum vd_err vd_loop_turn(struct vd_loop *loop, struct vd_dur max_wait) VD_MUST_USE;
/** Turns until vd_loop_stop. */
enum vd_err vd_loop_run(struct vd_loop *loop) VD_MUST_USE;
void vd_loop_stop(struct vd_loop *loop);
/** Wakes a waiting loop from another thread or a signal handler. Async-signal-safe. */
void vd_loop_wake(struct vd_loop *loop);
struct vd_loop_stats vd_loop_get_stats(const struct vd_loop *loop);

#endif
