// SPDX-License-Identifier: MIT
// The real poller, the wake pipe and real signals: descriptors of this process only, no waiting.
#include "loop/loop.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "loop/signal.h"
#include "unit.h"

#define FOREVER ((struct vd_dur){ -1 })
#define NO_WAIT ((struct vd_dur){ 0 })

struct pipe_ends {
	int r;
	int w;
};

static struct pipe_ends open_pipe(void)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	return (struct pipe_ends){ ends[0], ends[1] };
}

static int poll_one(int fd, int events)
{
	struct vd_poller poller = vd_poller_posix();
	struct vd_pollfd one = { .fd = fd, .events = events, .revents = -1 };
	int ready = poller.wait(poller.ctx, &one, 1, NO_WAIT);
	assert_int_equal(ready, one.revents != 0);
	return one.revents;
}

static void test_reports(void **state)
{
	(void)state;
	struct pipe_ends p = open_pipe();
	assert_int_equal(poll_one(p.r, VD_LOOP_READ), 0);
	assert_int_equal(poll_one(p.w, VD_LOOP_WRITE), VD_LOOP_WRITE);
	assert_int_equal(write(p.w, "x", 1), 1);
	assert_int_equal(poll_one(p.r, VD_LOOP_READ), VD_LOOP_READ);
	(void)close(p.w);
	assert_int_equal(poll_one(p.r, VD_LOOP_READ), VD_LOOP_READ | VD_LOOP_HANGUP);
	(void)close(p.r);
	assert_int_equal(poll_one(p.r, VD_LOOP_READ), VD_LOOP_HANGUP); // not even open
}

static void test_more_than_fit_on_the_stack(void **state)
{
	(void)state;
	struct pipe_ends p = open_pipe();
	struct vd_pollfd many[200];
	for (size_t i = 0; i < VD_ARRAY_LEN(many); i++) {
		many[i] = (struct vd_pollfd){ .fd = p.w, .events = i % 2 == 0 ? VD_LOOP_WRITE : 0 };
	}
	struct vd_poller poller = vd_poller_posix();
	assert_int_equal(poller.wait(poller.ctx, many, VD_ARRAY_LEN(many), NO_WAIT), 100);
	assert_int_equal(many[198].revents, VD_LOOP_WRITE);
	assert_int_equal(many[199].revents, 0);
	(void)close(p.r);
	(void)close(p.w);
}

static int64_t real_us(void)
{
	struct timespec t;
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &t), 0);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void test_never_returns_early(void **state)
{
	(void)state;
	struct vd_poller poller = vd_poller_posix();
	for (int64_t us = 1; us < 3000; us += 700) {
		int64_t from = real_us();
		assert_int_equal(poller.wait(poller.ctx, NULL, 0, (struct vd_dur){ us }), 0);
		assert_true(real_us() - from >= us);
	}
}

struct counter {
	struct vd_loop *loop;
	int n;
	int last;
};

static void count_signal(void *ctx, int number)
{
	struct counter *counter = ctx;
	counter->n++;
	counter->last = number;
	vd_loop_stop(counter->loop);
}

// The clock stands still here: a wait that isn't ended by a descriptor would never end.
struct stage {
	struct vd_fake_clock fake;
	struct vd_clock clock;
	struct vd_loop *loop;
};

static void stage_open(struct stage *stage)
{
	stage->clock = vd_fake_clock_init(&stage->fake, vd_wall_s(1));
	stage->loop = vd_loop_create(&stage->clock, vd_poller_posix());
	assert_non_null(stage->loop);
}

static void test_wake_is_kept_until_the_wait(void **state)
{
	(void)state;
	struct stage stage;
	stage_open(&stage);
	for (int i = 0; i < 66000; i++) { // more than a pipe holds
		vd_loop_wake(stage.loop);
	}
	assert_ok(vd_loop_turn(stage.loop, FOREVER));
	assert_int_equal(vd_loop_get_stats(stage.loop).timeouts, 0);
	assert_ok(vd_loop_turn(stage.loop, NO_WAIT)); // one turn took all of them
	assert_int_equal(vd_loop_get_stats(stage.loop).timeouts, 1);
	vd_loop_destroy(stage.loop);
	vd_loop_destroy(NULL);
}

static void *wake_it(void *ctx)
{
	vd_loop_stop(ctx);
	return NULL;
}

static void test_stops_from_another_thread(void **state)
{
	(void)state;
	struct stage stage;
	stage_open(&stage);
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, wake_it, stage.loop), 0);
	assert_ok(vd_loop_run(stage.loop));
	assert_int_equal(pthread_join(thread, NULL), 0);
	vd_loop_destroy(stage.loop);
}

static void test_signals_become_calls(void **state)
{
	static const int NUMBERS[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGUSR1 };
	(void)state;
	struct stage stage;
	stage_open(&stage);
	struct counter counter = { .loop = stage.loop };
	struct vd_signals signals = { .fd = 0 };
	vd_signals_deinit(&signals); // zeroed: and descriptor 0 stays open
	assert_true(fcntl(0, F_GETFD) >= 0);
	assert_ok(vd_signals_init(&signals, stage.loop, &counter, count_signal));
	for (size_t i = 0; i < VD_ARRAY_LEN(NUMBERS); i++) {
		assert_int_equal(raise(NUMBERS[i]), 0);
		assert_ok(vd_loop_run(stage.loop));
		assert_int_equal(counter.last, NUMBERS[i]);
		assert_int_equal(counter.n, i + 1);
	}
	assert_int_equal(raise(SIGPIPE), 0); // ignored: we are still here
	vd_signals_deinit(&signals);
	vd_signals_deinit(&signals);
	vd_loop_destroy(stage.loop);
}

static void deinit_on_signal(void *ctx, int number)
{
	(void)number;
	vd_signals_deinit(ctx);
}

static void test_deinit_inside_the_callback(void **state)
{
	(void)state;
	struct stage stage;
	stage_open(&stage);
	struct vd_signals signals;
	assert_ok(vd_signals_init(&signals, stage.loop, &signals, deinit_on_signal));
	assert_int_equal(raise(SIGWINCH), 0);
	assert_ok(vd_loop_turn(stage.loop, FOREVER));
	assert_null(signals.loop);
	vd_loop_destroy(stage.loop);
}

static void on_alarm(int number)
{
	(void)number;
}

static void test_an_interrupted_wait_is_an_empty_turn(void **state)
{
	(void)state;
	struct stage stage;
	stage_open(&stage);
	struct sigaction action = { .sa_handler = on_alarm }; // no SA_RESTART
	struct sigaction before;
	assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
	timer_t timer;
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
	assert_int_equal(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	struct itimerspec soon = { .it_value = { 0, 2000000 }, .it_interval = { 0, 2000000 } };
	assert_int_equal(timer_settime(timer, 0, &soon, NULL), 0);
	assert_ok(vd_loop_turn(stage.loop, FOREVER));
	assert_int_equal(vd_loop_get_stats(stage.loop).timeouts, 1);
	assert_int_equal(timer_delete(timer), 0);
	assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
	vd_loop_destroy(stage.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_more_than_fit_on_the_stack),
		cmocka_unit_test(test_never_returns_early),
		cmocka_unit_test(test_wake_is_kept_until_the_wait),
		cmocka_unit_test(test_stops_from_another_thread),
		cmocka_unit_test(test_signals_become_calls),
		cmocka_unit_test(test_deinit_inside_the_callback),
		cmocka_unit_test(test_an_interrupted_wait_is_an_empty_turn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
