// SPDX-License-Identifier: MIT
#include "loop/loop.h"

#include "fake_poller.h"
#include "unit.h"

#define NO_WAIT ((struct vd_dur){ 0 })
#define AS_LONG_AS_TIMERS_ALLOW ((struct vd_dur){ -1 })

struct bench {
	struct vd_fake_clock fake;
	struct vd_clock clock;
	struct fake_poller poller;
	struct vd_loop *loop;
	char trace[64]; // one letter for each thing that happened
	size_t n_trace;
};

struct part {
	struct bench *bench;
	char letter;
	struct vd_watch watch;
	struct vd_timer timer;
	struct vd_hook hook;
	int revents;
	void (*then)(struct part *part);
	struct part *other;
};

static void note(struct part *part)
{
	part->bench->trace[part->bench->n_trace++] = part->letter;
	if (part->then != NULL) {
		part->then(part);
	}
}

static void on_ready(void *ctx, int revents)
{
	((struct part *)ctx)->revents = revents;
	note(ctx);
}

static void make(struct part *part, struct bench *bench, char letter, int fd)
{
	*part = (struct part){ .bench = bench, .letter = letter };
	part->watch = (struct vd_watch){
		.fd = fd, .events = VD_LOOP_READ, .ctx = part, .ready = on_ready
	};
	part->timer.ctx = part;
	part->hook.ctx = part;
}

static void note_void(void *ctx)
{
	note(ctx);
}

static void make_all(struct part *part, struct bench *bench, char letter, int fd)
{
	make(part, bench, letter, fd);
	part->timer.fire = note_void;
	part->hook.run = note_void;
}

static int setup(void **state)
{
	struct bench *bench = test_calloc(1, sizeof(*bench));
	bench->clock = vd_fake_clock_init(&bench->fake, vd_wall_s(1791194400));
	bench->loop = vd_loop_create(&bench->clock, fake_poller_init(&bench->poller, &bench->fake));
	*state = bench;
	return bench->loop == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;
	vd_loop_destroy(bench->loop);
	test_free(bench);
	return 0;
}

static void turn(struct bench *bench, const char *expected)
{
	memset(bench->trace, 0, sizeof(bench->trace));
	bench->n_trace = 0;
	assert_ok(vd_loop_turn(bench->loop, NO_WAIT));
	assert_string_equal(bench->trace, expected);
}

static struct vd_mono in_ms(const struct bench *bench, int64_t ms)
{
	return vd_mono_add(bench->fake.mono, vd_dur_ms(ms));
}

static void test_phases_in_their_order(void **state)
{
	struct bench *bench = *state;
	struct part timer;
	struct part fd;
	struct part commit;
	struct part after;
	make_all(&timer, bench, 't', 0);
	make_all(&fd, bench, 'r', 70);
	make_all(&commit, bench, 'c', 0);
	make_all(&after, bench, 'a', 0);
	vd_loop_on_after(bench->loop, &after.hook);
	vd_loop_on_commit(bench->loop, &commit.hook);
	vd_loop_on_commit(bench->loop, &commit.hook); // twice is once
	assert_ok(vd_loop_watch(bench->loop, &fd.watch));
	assert_ok(vd_loop_timer_set(bench->loop, &timer.timer, in_ms(bench, 0)));
	fake_poller_ready(&bench->poller, 70, VD_LOOP_READ);
	turn(bench, "trca");
	assert_int_equal(fd.revents, VD_LOOP_READ);
	turn(bench, "ca");
}

static void test_waits_for_the_next_timer(void **state)
{
	static const struct {
		int64_t timer_ms; // -1: none
		int64_t max_ms;   // -1: no limit
		int64_t waits_ms;
	} ROWS[] = {
		{ -1, -1, -1 }, { -1, 0, 0 },      { -1, 700, 700 },  { 250, -1, 250 },
		{ 250, 0, 0 },  { 250, 100, 100 }, { 250, 700, 250 },
	};
	struct bench *bench = *state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct part timer;
		make_all(&timer, bench, 't', 0);
		if (ROWS[i].timer_ms >= 0) {
			assert_ok(vd_loop_timer_set(bench->loop, &timer.timer,
						    in_ms(bench, ROWS[i].timer_ms)));
		}
		struct vd_dur most = { ROWS[i].max_ms < 0 ? -1 : ROWS[i].max_ms * 1000 };
		assert_ok(vd_loop_turn(bench->loop, most));
		int64_t expected = ROWS[i].waits_ms < 0 ? -1 : ROWS[i].waits_ms * 1000;
		assert_true(bench->poller.timeout.us == expected);
		vd_loop_timer_stop(bench->loop, &timer.timer);
	}
}

static struct vd_dur fast_real(void *ctx, struct vd_dur domain)
{
	(void)ctx;
	return (struct vd_dur){ domain.us / 1000 };
}

static void test_timers_run_in_real_time_on_a_fast_clock(void **state)
{
	struct bench *bench = *state;
	bench->clock.real = fast_real;
	struct part timer;
	make_all(&timer, bench, 't', 0);
	assert_ok(vd_loop_timer_set(bench->loop, &timer.timer, in_ms(bench, 5000)));
	assert_ok(vd_loop_turn(bench->loop, AS_LONG_AS_TIMERS_ALLOW));
	assert_true(bench->poller.timeout.us == 5000000);
	vd_loop_timer_stop(bench->loop, &timer.timer);
}

static void spend(struct part *part)
{
	vd_fake_clock_advance(&part->bench->fake, vd_dur_ms(40));
}

static void test_the_wait_counts_what_timers_used(void **state)
{
	struct bench *bench = *state;
	struct part slow;
	struct part next;
	make_all(&slow, bench, 's', 0);
	make_all(&next, bench, 'n', 0);
	slow.then = spend;
	assert_ok(vd_loop_timer_set(bench->loop, &slow.timer, in_ms(bench, 0)));
	assert_ok(vd_loop_timer_set(bench->loop, &next.timer, in_ms(bench, 100)));
	assert_ok(vd_loop_turn(bench->loop, AS_LONG_AS_TIMERS_ALLOW));
	assert_ok(vd_loop_turn(bench->loop, AS_LONG_AS_TIMERS_ALLOW));
	assert_true(bench->poller.timeout.us == 60000);
	struct vd_loop_stats stats = vd_loop_get_stats(bench->loop);
	assert_true(stats.longest_turn.us == 40000); // the waiting is not in it
	assert_int_equal(stats.turns, 2);
	assert_int_equal(stats.timeouts, 2);
	vd_loop_timer_stop(bench->loop, &next.timer);
}

static void look_at_clock(struct part *part)
{
	const struct bench *bench = part->bench;
	assert_true(vd_loop_now(bench->loop).us == bench->fake.mono.us);
	assert_true(vd_loop_wall(bench->loop).us == bench->fake.wall.us);
}

// A deadline that passes is in the store and on the light now, not at the next beat.
static void test_what_a_timer_did_is_committed_without_waiting(void **state)
{
	struct bench *bench = *state;
	struct part now;
	struct part later;
	struct part commit;
	make_all(&now, bench, 'n', 0);
	make_all(&later, bench, 'l', 0);
	make_all(&commit, bench, 'c', 0);
	commit.then = look_at_clock;
	vd_loop_on_commit(bench->loop, &commit.hook);
	assert_ok(vd_loop_timer_set(bench->loop, &now.timer, in_ms(bench, 0)));
	assert_ok(vd_loop_timer_set(bench->loop, &later.timer, in_ms(bench, 1000)));
	assert_ok(vd_loop_turn(bench->loop, AS_LONG_AS_TIMERS_ALLOW));
	assert_string_equal(bench->trace, "nc");
	assert_true(bench->fake.mono.us == 0);
	vd_loop_timer_stop(bench->loop, &later.timer);
}

static void test_time_is_fresh_after_a_long_wait(void **state)
{
	struct bench *bench = *state;
	struct part timer;
	struct part commit;
	make_all(&timer, bench, 't', 0);
	make_all(&commit, bench, 'c', 0);
	commit.then = look_at_clock;
	timer.then = look_at_clock;
	vd_loop_on_commit(bench->loop, &commit.hook);
	assert_ok(vd_loop_timer_set(bench->loop, &timer.timer, in_ms(bench, 10000)));
	assert_ok(vd_loop_turn(bench->loop, AS_LONG_AS_TIMERS_ALLOW));
	assert_true(bench->fake.mono.us == 10000000);
	turn(bench, "tc");
}

static void set_in_the_past(struct part *part)
{
	assert_ok(vd_loop_timer_set(part->bench->loop, &part->timer, (struct vd_mono){ 0 }));
}

static void test_a_timer_in_the_past_starves_nobody(void **state)
{
	struct bench *bench = *state;
	struct part timer;
	struct part fd;
	make_all(&timer, bench, 't', 0);
	make_all(&fd, bench, 'r', 70);
	timer.then = set_in_the_past;
	assert_ok(vd_loop_watch(bench->loop, &fd.watch));
	set_in_the_past(&timer);
	for (int i = 0; i < 3; i++) {
		fake_poller_ready(&bench->poller, 70, VD_LOOP_READ);
		turn(bench, "tr");
		assert_true(bench->poller.timeout.us == 0);
	}
	vd_loop_timer_stop(bench->loop, &timer.timer);
}

static void unwatch_other(struct part *part)
{
	vd_loop_unwatch(part->bench->loop, &part->other->watch);
	vd_loop_unwatch(part->bench->loop, &part->other->watch);
}

static void rewatch_other(struct part *part)
{
	unwatch_other(part);
	assert_ok(vd_loop_watch(part->bench->loop, &part->other->watch));
}

static void mute_other(struct part *part)
{
	part->other->watch.events = 0;
	assert_ok(vd_loop_watch(part->bench->loop, &part->other->watch));
}

static void write_only_other(struct part *part)
{
	part->other->watch.events = VD_LOOP_WRITE;
	assert_ok(vd_loop_watch(part->bench->loop, &part->other->watch));
}

static void move_other(struct part *part)
{
	part->other->watch.fd = 99;
	assert_ok(vd_loop_watch(part->bench->loop, &part->other->watch));
}

// 'a' changes 'b', whose event is pending in the same turn; "later": ready again in the next one.
static void test_watches_changed_inside_a_callback(void **state)
{
	static const struct {
		const char *name;
		void (*then)(struct part *part);
		const char *now;
		const char *later;
	} ROWS[] = {
		{ "nothing", NULL, "ab", "b" },
		{ "unwatched", unwatch_other, "a", "" },
		{ "watched anew", rewatch_other, "a", "b" },
		{ "muted", mute_other, "a", "" },
		{ "other wish", write_only_other, "a", "" },
		{ "other descriptor", move_other, "a", "" },
	};
	struct bench *bench = *state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct part a;
		struct part b;
		make(&a, bench, 'a', 70);
		make(&b, bench, 'b', 71);
		a.then = ROWS[i].then;
		a.other = &b;
		assert_ok(vd_loop_watch(bench->loop, &a.watch));
		assert_ok(vd_loop_watch(bench->loop, &b.watch));
		fake_poller_ready(&bench->poller, 70, VD_LOOP_READ);
		fake_poller_ready(&bench->poller, 71, VD_LOOP_READ);
		turn(bench, ROWS[i].now);
		fake_poller_ready(&bench->poller, 71, VD_LOOP_READ);
		turn(bench, ROWS[i].later);
		vd_loop_unwatch(bench->loop, &a.watch);
		vd_loop_unwatch(bench->loop, &b.watch);
	}
}

static void unwatch_self(struct part *part)
{
	vd_loop_unwatch(part->bench->loop, &part->watch);
	memset(&part->watch, 0xEE, sizeof(part->watch)); // its memory is free to be used again
}

static void test_a_watch_may_remove_itself(void **state)
{
	struct bench *bench = *state;
	struct part a;
	struct part b;
	make(&a, bench, 'a', 70);
	make(&b, bench, 'b', 71);
	a.then = unwatch_self;
	assert_ok(vd_loop_watch(bench->loop, &a.watch));
	assert_ok(vd_loop_watch(bench->loop, &b.watch));
	fake_poller_ready(&bench->poller, 70, VD_LOOP_READ);
	fake_poller_ready(&bench->poller, 71, VD_LOOP_READ);
	turn(bench, "ab");
	assert_int_equal(fake_poller_asked(&bench->poller, 70), VD_LOOP_READ);
	turn(bench, "");
	assert_int_equal(fake_poller_asked(&bench->poller, 70), 0);
	assert_int_equal(fake_poller_asked(&bench->poller, 71), VD_LOOP_READ);
	vd_loop_unwatch(bench->loop, &b.watch);
}

static void test_watch_asks_for_what_it_says(void **state)
{
	struct bench *bench = *state;
	struct part a;
	make(&a, bench, 'a', 70);
	vd_loop_unwatch(bench->loop, &a.watch); // never watched: harmless
	static const int WISHES[] = { VD_LOOP_READ, VD_LOOP_WRITE, VD_LOOP_READ | VD_LOOP_WRITE, 0,
				      VD_LOOP_READ };
	for (size_t i = 0; i < VD_ARRAY_LEN(WISHES); i++) {
		a.watch.events = WISHES[i];
		assert_ok(vd_loop_watch(bench->loop, &a.watch));
		turn(bench, "");
		assert_int_equal(fake_poller_asked(&bench->poller, 70), WISHES[i]);
	}
	// The end of a connection reaches also those who only wait to read.
	fake_poller_ready(&bench->poller, 70, VD_LOOP_HANGUP);
	turn(bench, "a");
	assert_int_equal(a.revents, VD_LOOP_HANGUP | VD_LOOP_READ);
	// What nobody asked for is not told.
	fake_poller_ready(&bench->poller, 70, VD_LOOP_WRITE);
	turn(bench, "");
	vd_loop_unwatch(bench->loop, &a.watch);
	a.watch.fd = -1;
	assert_err(vd_loop_watch(bench->loop, &a.watch), VD_ERR_ARGUMENT);
	a.watch.fd = 70;
	a.watch.ready = NULL;
	assert_err(vd_loop_watch(bench->loop, &a.watch), VD_ERR_ARGUMENT);
}

static void test_many_watches(void **state)
{
	struct bench *bench = *state;
	static struct part parts[100];
	for (int i = 0; i < 100; i++) {
		make(&parts[i], bench, 'w', 1000 + i);
		assert_ok(vd_loop_watch(bench->loop, &parts[i].watch));
	}
	fake_poller_ready(&bench->poller, 1000, VD_LOOP_READ);
	fake_poller_ready(&bench->poller, 1099, VD_LOOP_READ);
	turn(bench, "ww");
	for (int i = 0; i < 100; i += 2) {
		vd_loop_unwatch(bench->loop, &parts[i].watch);
	}
	fake_poller_ready(&bench->poller, 1000, VD_LOOP_READ);
	fake_poller_ready(&bench->poller, 1099, VD_LOOP_READ);
	turn(bench, "w");
	for (int i = 1; i < 100; i += 2) {
		vd_loop_unwatch(bench->loop, &parts[i].watch);
	}
}

static void unhook_other(struct part *part)
{
	vd_loop_unhook(&part->other->hook);
	vd_loop_unhook(&part->other->hook);
}

static void unhook_self(struct part *part)
{
	vd_loop_unhook(&part->hook);
}

static void hook_other(struct part *part)
{
	vd_loop_on_commit(part->bench->loop, &part->other->hook);
}

static void test_hooks_changed_inside_a_hook(void **state)
{
	static const struct {
		const char *name;
		void (*then)(struct part *part); // what 'a' does to 'b' (or itself)
		bool b_is_hooked;
		const char *now;
		const char *later;
	} ROWS[] = {
		{ "nothing", NULL, true, "abc", "abc" },
		{ "removes the next", unhook_other, true, "ac", "ac" },
		{ "removes itself", unhook_self, true, "abc", "bc" },
		{ "adds one", hook_other, false, "ac", "cb" }, // it runs from the next turn on
	};
	struct bench *bench = *state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct part a;
		struct part b;
		struct part c;
		make_all(&a, bench, 'a', 0);
		make_all(&b, bench, 'b', 0);
		make_all(&c, bench, 'c', 0);
		a.then = ROWS[i].then;
		a.other = &b;
		vd_loop_on_commit(bench->loop, &a.hook);
		if (ROWS[i].b_is_hooked) {
			vd_loop_on_commit(bench->loop, &b.hook);
		}
		vd_loop_on_commit(bench->loop, &c.hook);
		turn(bench, ROWS[i].now);
		if (ROWS[i].then == hook_other) {
			vd_loop_unhook(&a.hook);
		}
		turn(bench, ROWS[i].later);
		vd_loop_unhook(&a.hook);
		vd_loop_unhook(&b.hook);
		vd_loop_unhook(&c.hook);
	}
}

static void test_a_failed_wait_is_told_and_commits(void **state)
{
	struct bench *bench = *state;
	struct part commit;
	make_all(&commit, bench, 'c', 0);
	vd_loop_on_commit(bench->loop, &commit.hook);
	bench->poller.fails = true;
	assert_err(vd_loop_turn(bench->loop, NO_WAIT), VD_ERR_IO);
	assert_string_equal(bench->trace, "c");
	turn(bench, "c");
}

static void turn_again(struct part *part)
{
	assert_err(vd_loop_turn(part->bench->loop, NO_WAIT), VD_ERR_STATE);
}

static void test_no_turn_within_a_turn(void **state)
{
	struct bench *bench = *state;
	struct part timer;
	make_all(&timer, bench, 't', 0);
	timer.then = turn_again;
	set_in_the_past(&timer);
	turn(bench, "t");
}

static void stop(struct part *part)
{
	vd_loop_stop(part->bench->loop);
}

static void test_runs_until_stopped(void **state)
{
	struct bench *bench = *state;
	struct part timer;
	make_all(&timer, bench, 't', 0);
	timer.then = stop;
	assert_ok(vd_loop_timer_set(bench->loop, &timer.timer, in_ms(bench, 5)));
	assert_ok(vd_loop_run(bench->loop));
	assert_string_equal(bench->trace, "t");
	vd_loop_stop(bench->loop); // before it runs: it doesn't
	int waits = bench->poller.n_waits;
	assert_ok(vd_loop_run(bench->loop));
	assert_int_equal(bench->poller.n_waits, waits);
	bench->poller.fails = true;
	assert_err(vd_loop_run(bench->loop), VD_ERR_IO);
}

static void test_idle_turns_are_timer_turns(void **state)
{
	struct bench *bench = *state;
	struct part timer;
	make_all(&timer, bench, 't', 0);
	for (int i = 0; i < 10; i++) {
		assert_ok(vd_loop_timer_set(bench->loop, &timer.timer, in_ms(bench, 500)));
		assert_ok(vd_loop_turn(bench->loop, AS_LONG_AS_TIMERS_ALLOW));
		assert_ok(vd_loop_turn(bench->loop, NO_WAIT));
	}
	assert_int_equal(bench->n_trace, 10);
	assert_int_equal(vd_loop_get_stats(bench->loop).turns, 20);
	assert_true(bench->fake.mono.us == 5000000);
}

#define LOOP_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOOP_TEST(test_phases_in_their_order),
		LOOP_TEST(test_waits_for_the_next_timer),
		LOOP_TEST(test_timers_run_in_real_time_on_a_fast_clock),
		LOOP_TEST(test_the_wait_counts_what_timers_used),
		LOOP_TEST(test_what_a_timer_did_is_committed_without_waiting),
		LOOP_TEST(test_time_is_fresh_after_a_long_wait),
		LOOP_TEST(test_a_timer_in_the_past_starves_nobody),
		LOOP_TEST(test_watches_changed_inside_a_callback),
		LOOP_TEST(test_a_watch_may_remove_itself),
		LOOP_TEST(test_watch_asks_for_what_it_says),
		LOOP_TEST(test_many_watches),
		LOOP_TEST(test_hooks_changed_inside_a_hook),
		LOOP_TEST(test_a_failed_wait_is_told_and_commits),
		LOOP_TEST(test_no_turn_within_a_turn),
		LOOP_TEST(test_runs_until_stopped),
		LOOP_TEST(test_idle_turns_are_timer_turns),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
