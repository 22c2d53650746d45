// SPDX-License-Identifier: MIT
// fork and exec of the program itself: the child has none of our memory (nor the secrets in it),
// and one way serves at the start and, with threads running, later.
#include "app/lamp_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/cmd.h"
#include "output/lamp_wire.h"

#define SELF "/proc/self/exe"
#define ARGUMENT_BYTES 300
#define ABOVE_STANDARD 10
#define END_TRIES 30
#define END_PAUSE_MS 10

/** Pairs of read end, write end. */
struct pipes {
	int changes[2];
	int beats[2];
	int status[2];
};

static void close_pair(const int pair[2])
{
	for (int i = 0; i < 2; i++) {
		if (pair[i] >= 0) {
			close(pair[i]);
		}
	}
}

static void close_pipes(const struct pipes *p)
{
	close_pair(p->changes);
	close_pair(p->beats);
	close_pair(p->status);
}

// Above the standard descriptors, so that dup2 in the child never meets one that it still needs.
static bool lift(int *fd)
{
	int high = fcntl(*fd, F_DUPFD_CLOEXEC, ABOVE_STANDARD);
	close(*fd);
	*fd = high;
	return high >= 0;
}

static bool open_pair(int pair[2])
{
	if (pipe(pair) != 0) {
		pair[0] = -1;
		pair[1] = -1;
		return false;
	}
	bool is_good = lift(&pair[0]);
	return lift(&pair[1]) && is_good;
}

static bool make_non_blocking(int fd)
{
	return fcntl(fd, F_SETFL, O_NONBLOCK) == 0;
}

static bool open_pipes(struct pipes *p)
{
	*p = (struct pipes){ { -1, -1 }, { -1, -1 }, { -1, -1 } };
	return open_pair(p->changes) && open_pair(p->beats) && open_pair(p->status) &&
	       make_non_blocking(p->changes[1]) && make_non_blocking(p->beats[1]) &&
	       make_non_blocking(p->status[0]);
}

// In the child, and other threads may have held any lock: nothing but system calls.
static void become_keeper(const struct pipes *p, char *const argv[])
{
	sigset_t none;
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)setsid(); // what ends the service from a terminal doesn't end its light
	bool is_good =
		dup2(p->changes[0], STDIN_FILENO) >= 0 && dup2(p->status[1], STDOUT_FILENO) >= 0 &&
		dup2(p->status[1], STDERR_FILENO) >= 0 && dup2(p->beats[0], VD_LAMP_BEATS_FD) >= 0;
	if (is_good) {
		execv(SELF, argv);
	}
	_exit(VD_EXIT_FAILED);
}

/** argv of `vedetta lamp`: the folder, then colour=name. */
struct arguments {
	char program[8];
	char command[8];
	char text[VD_COLOUR_N][ARGUMENT_BYTES];
	char *argv[VD_COLOUR_N + 3];
};

static bool make_arguments(const struct vd_lamp_led_config *led, struct arguments *out)
{
	size_t n = 0;
	snprintf(out->program, sizeof(out->program), "vedetta");
	snprintf(out->command, sizeof(out->command), "lamp");
	out->argv[n++] = out->program;
	out->argv[n++] = out->command;
	bool is_good = snprintf(out->text[0], ARGUMENT_BYTES, "%s", led->root) < ARGUMENT_BYTES;
	out->argv[n++] = out->text[0];
	for (int c = VD_COLOUR_RED; c < VD_COLOUR_N; c++) {
		const char *name = led->leds[c];
		if (name[0] == '\0') {
			continue;
		}
		int used = snprintf(out->text[c], ARGUMENT_BYTES, "%s=%s",
				    vd_colour_name((enum vd_colour)c), name);
		is_good = is_good && used < ARGUMENT_BYTES;
		out->argv[n++] = out->text[c];
	}
	out->argv[n] = NULL;
	return is_good;
}

enum vd_err vd_lamp_process_start(void *ctx, struct vd_lamp_ends *out, struct vd_diag *diag)
{
	struct vd_lamp_process *process = ctx;
	struct arguments arguments;
	struct pipes p;
	if (!make_arguments(&process->led, &arguments)) {
		return vd_diag_set(diag, VD_ERR_ROOM, "the names of the LEDs are too long");
	}
	if (!open_pipes(&p)) {
		close_pipes(&p);
		return vd_diag_set(diag, VD_ERR_IO, "no pipe: %s", strerror(errno));
	}
	pid_t pid = fork();
	if (pid == 0) {
		become_keeper(&p, arguments.argv);
	}
	if (pid < 0) {
		close_pipes(&p);
		return vd_diag_set(diag, VD_ERR_IO, "no process: %s", strerror(errno));
	}
	close(p.changes[0]);
	close(p.beats[0]);
	close(p.status[1]);
	process->pid = pid;
	*out = (struct vd_lamp_ends){ p.changes[1], p.beats[1], p.status[0] };
	return VD_OK;
}

static bool is_reaped(struct vd_lamp_process *process, int options)
{
	if (process->pid == 0) {
		return true;
	}
	pid_t got = waitpid(process->pid, NULL, options);
	if (got == process->pid || (got < 0 && errno == ECHILD)) {
		process->pid = 0;
	}
	return process->pid == 0;
}

// Whatever shines now would stay: the kernel blinks on, or it is dark.
static void leave_blind(const struct vd_lamp_process *process)
{
	struct vd_lamp_sink sink;
	if (IS_ENABLED(CONFIG_OUTPUT_LAMP_LED) &&
	    vd_lamp_led_open(&process->led, &sink, NULL) == VD_OK) {
		(void)sink.leave(sink.ctx, false);
		sink.close(sink.ctx);
	}
}

void vd_lamp_process_stop(void *ctx)
{
	struct vd_lamp_process *process = ctx;
	if (process->pid != 0) {
		(void)kill(process->pid, SIGKILL);
	}
	while (!is_reaped(process, 0) && errno == EINTR) {
	}
	leave_blind(process);
}

// Where the kernel can't blink the keeper stays, and we don't wait for it.
void vd_lamp_process_end(void *ctx)
{
	struct vd_lamp_process *process = ctx;
	const struct timespec pause = { .tv_nsec = END_PAUSE_MS * 1000000L };
	for (int i = 0; i < END_TRIES && !is_reaped(process, WNOHANG); i++) {
		(void)nanosleep(&pause, NULL);
	}
}
