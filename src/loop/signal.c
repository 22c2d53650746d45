// SPDX-License-Identifier: MIT
#include "loop/signal.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

// A signalfd and no handler: a handler would need data at file scope to find the loop.
static sigset_t watched_set(void)
{
	sigset_t set;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGWINCH);
	(void)sigaddset(&set, SIGUSR1);
	return set;
}

static void read_signals(void *ctx, int revents)
{
	struct vd_signals *signals = ctx;
	(void)revents;
	struct signalfd_siginfo info;
	// A callback may deinit: look at the descriptor anew each time.
	while (signals->loop != NULL &&
	       read(signals->fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		signals->on_signal(signals->ctx, (int)info.ssi_signo);
	}
}

enum vd_err vd_signals_init(struct vd_signals *signals, struct vd_loop *loop, void *ctx,
			    void (*on_signal)(void *ctx, int number))
{
	*signals = (struct vd_signals){ .ctx = ctx, .on_signal = on_signal };
	sigset_t set = watched_set();
	int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0) {
		return VD_ERR_IO;
	}
	signals->watch = (struct vd_watch){
		.fd = fd,
		.events = VD_LOOP_READ,
		.ctx = signals,
		.ready = read_signals,
	};
	enum vd_err err = vd_loop_watch(loop, &signals->watch);
	if (err != VD_OK) {
		(void)close(fd);
		*signals = (struct vd_signals){ 0 };
		return err;
	}
	signals->fd = fd;
	signals->loop = loop;
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
	return VD_OK;
}

void vd_signals_deinit(struct vd_signals *signals)
{
	if (signals->loop == NULL) {
		return;
	}
	vd_loop_unwatch(signals->loop, &signals->watch);
	(void)close(signals->fd);
	sigset_t set = watched_set();
	(void)pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	*signals = (struct vd_signals){ 0 };
}
