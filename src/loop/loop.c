// SPDX-License-Identifier: MIT
#include "loop/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop/timer.h"

#define FIRST_ROOM 16
#define FOREVER ((struct vd_dur){ -1 })

struct vd_loop {
	const struct vd_clock *clock;
	struct vd_poller poller;
	struct vd_mono now;
	struct vd_wall wall;
	struct vd_timers timers;
	struct vd_list watches;
	struct vd_list commit_hooks;
	struct vd_list after_hooks;
	// What the poller is given, kept between turns and made again only after a change.
	// owners[i] is the watch of fds[i], NULL once it was taken off in this turn.
	struct vd_pollfd *fds;
	struct vd_watch **owners;
	size_t n_fds;
	size_t cap_fds;
	size_t n_watches;
	bool is_changed;
	bool is_turning;
	int wake_fds[2]; // self-pipe: read end, write end
	struct vd_watch wake;
	atomic_bool is_stopped;
	struct vd_loop_stats stats;
};

static void drain_wake(void *ctx, int revents)
{
	const struct vd_loop *loop = ctx;
	(void)revents;
	char ignored[64];
	while (read(loop->wake_fds[0], ignored, sizeof(ignored)) > 0) {
	}
}

static bool make_private(int fd)
{
	int status = fcntl(fd, F_GETFL);
	return status >= 0 && fcntl(fd, F_SETFL, status | O_NONBLOCK) == 0 &&
	       fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

static bool open_wake(struct vd_loop *loop)
{
	if (pipe(loop->wake_fds) != 0) {
		loop->wake_fds[0] = -1;
		loop->wake_fds[1] = -1;
		return false;
	}
	loop->wake.fd = loop->wake_fds[0];
	loop->wake.events = VD_LOOP_READ;
	loop->wake.ctx = loop;
	loop->wake.ready = drain_wake;
	return make_private(loop->wake_fds[0]) && make_private(loop->wake_fds[1]) &&
	       vd_loop_watch(loop, &loop->wake) == VD_OK;
}

static void sample_time(struct vd_loop *loop)
{
	loop->now = vd_clock_mono(loop->clock);
	loop->wall = vd_clock_wall(loop->clock);
}

struct vd_loop *vd_loop_create(const struct vd_clock *clock, struct vd_poller poller)
{
	struct vd_loop *loop = calloc(1, sizeof(*loop));
	if (loop == NULL) {
		return NULL;
	}
	loop->clock = clock;
	loop->poller = poller;
	atomic_init(&loop->is_stopped, false);
	vd_list_init(&loop->watches);
	vd_list_init(&loop->commit_hooks);
	vd_list_init(&loop->after_hooks);
	sample_time(loop);
	if (!open_wake(loop)) {
		vd_loop_destroy(loop);
		return NULL;
	}
	return loop;
}

void vd_loop_destroy(struct vd_loop *loop)
{
	if (loop == NULL) {
		return;
	}
	vd_timers_deinit(&loop->timers);
	for (int i = 0; i < 2; i++) {
		if (loop->wake_fds[i] >= 0) {
			(void)close(loop->wake_fds[i]);
		}
	}
	free(loop->fds);
	free(loop->owners);
	free(loop);
}

static bool is_linked(const struct vd_list *node)
{
	return node->next != NULL && node->next != node;
}

static bool grow_fds(struct vd_loop *loop)
{
	size_t cap = loop->cap_fds > 0 ? loop->cap_fds * 2 : FIRST_ROOM;
	struct vd_pollfd *fds = realloc(loop->fds, cap * sizeof(*fds));
	if (fds == NULL) {
		return false;
	}
	loop->fds = fds;
	struct vd_watch **owners = realloc(loop->owners, cap * sizeof(struct vd_watch *));
	if (owners == NULL) {
		return false;
	}
	loop->owners = owners;
	loop->cap_fds = cap;
	return true;
}

enum vd_err vd_loop_watch(struct vd_loop *loop, struct vd_watch *watch)
{
	if (watch->fd < 0 || watch->ready == NULL) {
		return VD_ERR_ARGUMENT;
	}
	loop->is_changed = true;
	if (is_linked(&watch->node)) {
		return VD_OK;
	}
	// The room is made here, so that a turn itself never runs out of memory.
	if (loop->n_watches == loop->cap_fds && !grow_fds(loop)) {
		return VD_ERR_MEMORY;
	}
	vd_list_add_tail(&loop->watches, &watch->node);
	loop->n_watches++;
	return VD_OK;
}

void vd_loop_unwatch(struct vd_loop *loop, struct vd_watch *watch)
{
	if (!is_linked(&watch->node)) {
		return;
	}
	vd_list_remove(&watch->node);
	loop->n_watches--;
	loop->is_changed = true;
	for (size_t i = 0; i < loop->n_fds; i++) {
		if (loop->owners[i] == watch) {
			loop->owners[i] = NULL;
		}
	}
}

enum vd_err vd_loop_timer_set(struct vd_loop *loop, struct vd_timer *timer, struct vd_mono due)
{
	return vd_timers_set(&loop->timers, timer, due);
}

void vd_loop_timer_stop(struct vd_loop *loop, struct vd_timer *timer)
{
	vd_timers_stop(&loop->timers, timer);
}

static void add_hook(struct vd_list *hooks, struct vd_hook *hook)
{
	vd_loop_unhook(hook);
	vd_list_add_tail(hooks, &hook->node);
}

void vd_loop_on_commit(struct vd_loop *loop, struct vd_hook *hook)
{
	add_hook(&loop->commit_hooks, hook);
}

void vd_loop_on_after(struct vd_loop *loop, struct vd_hook *hook)
{
	add_hook(&loop->after_hooks, hook);
}

void vd_loop_unhook(struct vd_hook *hook)
{
	if (is_linked(&hook->node)) {
		vd_list_remove(&hook->node);
	}
}

struct vd_mono vd_loop_now(const struct vd_loop *loop)
{
	return loop->now;
}

struct vd_wall vd_loop_wall(const struct vd_loop *loop)
{
	return loop->wall;
}

// All that hangs on `from` goes in front of what hangs on `to`.
static void splice_front(struct vd_list *to, struct vd_list *from)
{
	if (vd_list_is_empty(from)) {
		return;
	}
	from->prev->next = to->next;
	to->next->prev = from->prev;
	to->next = from->next;
	from->next->prev = to;
	vd_list_init(from);
}

// A hook may remove any hook and add others: those waiting and those done hang on lists of their
// own meanwhile, so that one that is added now runs from the next turn on, as the last.
static void run_hooks(struct vd_list *hooks)
{
	struct vd_list waiting;
	struct vd_list done;
	vd_list_init(&waiting);
	vd_list_init(&done);
	splice_front(&waiting, hooks);
	while (!vd_list_is_empty(&waiting)) {
		struct vd_list *node = waiting.next;
		vd_list_remove(node);
		vd_list_add_tail(&done, node);
		struct vd_hook *hook = VD_CONTAINER_OF(node, struct vd_hook, node);
		hook->run(hook->ctx);
	}
	splice_front(hooks, &done);
}

// Without a wish a descriptor is left out: poll() would report a hang-up on it again and again.
static void collect_fds(struct vd_loop *loop)
{
	if (!loop->is_changed) {
		return;
	}
	loop->is_changed = false;
	loop->n_fds = 0;
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE(it, safe, &loop->watches)
	{
		struct vd_watch *watch = VD_CONTAINER_OF(it, struct vd_watch, node);
		if (watch->events != 0) {
			loop->fds[loop->n_fds] =
				(struct vd_pollfd){ .fd = watch->fd, .events = watch->events };
			loop->owners[loop->n_fds++] = watch;
		}
	}
}

static struct vd_dur time_to_wait(const struct vd_loop *loop, struct vd_dur max_wait)
{
	struct vd_mono due;
	if (!vd_timers_next(&loop->timers, &due)) {
		return max_wait;
	}
	// Not from the turn's own time: the timers that just ran have used some.
	struct vd_dur left = vd_mono_sub(due, vd_clock_mono(loop->clock));
	if (left.us <= 0) {
		return (struct vd_dur){ 0 };
	}
	// Monotonic time is real time, also where the wall clock is accelerated (base/clock.h).
	return max_wait.us >= 0 && max_wait.us < left.us ? max_wait : left;
}

static void dispatch(struct vd_loop *loop)
{
	for (size_t i = 0; i < loop->n_fds; i++) {
		const struct vd_watch *watch = loop->owners[i];
		// Its wish may have changed since it was collected, and so may its descriptor.
		if (watch == NULL || watch->fd != loop->fds[i].fd || watch->events == 0) {
			continue;
		}
		int revents = loop->fds[i].revents & (watch->events | VD_LOOP_HANGUP);
		if ((revents & VD_LOOP_HANGUP) != 0) {
			// Whoever waits only to read learns the end from read(), and the cause
			// with it.
			revents |= watch->events;
		}
		if (revents != 0) {
			watch->ready(watch->ctx, revents);
		}
	}
}

static void note_turn(struct vd_loop *loop, int ready, struct vd_dur work)
{
	loop->stats.turns++;
	loop->stats.timeouts += ready == 0 ? 1 : 0;
	if (work.us > loop->stats.longest_turn.us) {
		loop->stats.longest_turn = work;
	}
}

static enum vd_err turn(struct vd_loop *loop, struct vd_dur max_wait)
{
	sample_time(loop);
	struct vd_mono begin = loop->now;
	struct vd_mono due;
	bool is_due = vd_timers_next(&loop->timers, &due) && due.us <= begin.us;
	vd_timers_fire(&loop->timers, begin);
	collect_fds(loop);
	// What a timer brought about is committed and shown now, not when something else happens.
	struct vd_dur timeout = is_due ? (struct vd_dur){ 0 } : time_to_wait(loop, max_wait);
	struct vd_mono wait_from = vd_clock_mono(loop->clock);
	int ready = loop->poller.wait(loop->poller.ctx, loop->fds, loop->n_fds, timeout);
	// The wait may have been long: what it brought must not be stamped with the time before it.
	sample_time(loop);
	struct vd_dur waited = vd_mono_sub(loop->now, wait_from);
	if (ready > 0) {
		dispatch(loop);
	}
	// Also when the wait failed: what the timers did is committed.
	run_hooks(&loop->commit_hooks);
	run_hooks(&loop->after_hooks);
	struct vd_dur whole = vd_mono_sub(vd_clock_mono(loop->clock), begin);
	note_turn(loop, ready, (struct vd_dur){ whole.us - waited.us });
	return ready < 0 ? VD_ERR_IO : VD_OK;
}

enum vd_err vd_loop_turn(struct vd_loop *loop, struct vd_dur max_wait)
{
	if (loop->is_turning) {
		return VD_ERR_STATE;
	}
	loop->is_turning = true;
	enum vd_err err = turn(loop, max_wait);
	loop->is_turning = false;
	return err;
}

enum vd_err vd_loop_run(struct vd_loop *loop)
{
	enum vd_err err = VD_OK;
	while (err == VD_OK && !atomic_load(&loop->is_stopped)) {
		err = vd_loop_turn(loop, FOREVER);
	}
	atomic_store(&loop->is_stopped, false);
	return err;
}

void vd_loop_stop(struct vd_loop *loop)
{
	atomic_store(&loop->is_stopped, true);
	vd_loop_wake(loop);
}

void vd_loop_wake(struct vd_loop *loop)
{
	int kept = errno; // this may be a signal handler
	// A full pipe wakes as well.
	ssize_t ignored = write(loop->wake_fds[1], "", 1);
	(void)ignored;
	errno = kept;
}

struct vd_loop_stats vd_loop_get_stats(const struct vd_loop *loop)
{
	return loop->stats;
}
