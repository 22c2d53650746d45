// SPDX-License-Identifier: MIT
/**
 * POSIX signals as loop events: blocked, and read from a signalfd like anything else.
 * Not for all signals: SIGINT, SIGTERM, SIGHUP, SIGWINCH and SIGUSR1; SIGPIPE is ignored.
 * One object a process, before other threads begin; callbacks run in the loop's thread. The signals
 * stay blocked from init to deinit: a child that is to be killed by them must unblock them first.
 */
#ifndef VD_LOOP_SIGNAL_H
#define VD_LOOP_SIGNAL_H

#include "base/attr.h"
#include "loop/loop.h"

struct vd_signals {
	struct vd_watch watch;
	struct vd_loop *loop;
	int fd; // signalfd
	void *ctx;
	void (*on_signal)(void *ctx, int number);
};

enum vd_err vd_signals_init(struct vd_signals *signals, struct vd_loop *loop, void *ctx,
			    void (*on_signal)(void *ctx, int number)) VD_MUST_USE;
void vd_signals_deinit(struct vd_signals *signals);

#endif
