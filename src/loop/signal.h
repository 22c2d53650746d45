// SPDX-License-Identifier: MIT
/**
 * POSIX signals as loop events: a handler notes the number and wakes the loop.
 * Not a general signal library: SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGUSR1 only; SIGPIPE is ignored.
 * One object a process (signals are a process-wide thing); callbacks run in the loop's thread.
 */
#ifndef VD_LOOP_SIGNAL_H
#define VD_LOOP_SIGNAL_H

#include "base/attr.h"
#include "loop/loop.h"

struct vd_signals {
	struct vd_watch watch;
	struct vd_loop *loop;
	int fd; // signalfd or the read end of a self-pipe
	void *ctx;
	void (*on_signal)(void *ctx, int number);
};

enum vd_err vd_signals_init(struct vd_signals *signals, struct vd_loop *loop, void *ctx,
			    void (*on_signal)(void *ctx, int number)) VD_MUST_USE;
void vd_signals_deinit(struct vd_signals *signals);

#endif
