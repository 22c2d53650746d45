// SPDX-License-Identifier: MIT
// The keeper on a fake clock; its two pipes are real ones.
#include <fcntl.h>
#include <unistd.h>

#include "fake_poller.h"
#include "output/lamp_keeper.h"
#include "output/lamp_wire.h"
#include "unit.h"

#define CHANGES 0
#define BEATS 1

struct eye {
	struct vd_lamp_frame frame;
	size_t n;
	enum vd_err open_err;
	enum vd_err show_err;
	bool can_leave_exactly;
	bool can_leave;
	bool has_left;
	bool is_shared;
	int n_open;
	int n_done;
	bool is_closed;
};

static struct vd_fake_clock fake;
static struct vd_clock fake_clock;
static struct fake_poller poller;
static struct vd_loop *loop;
static int pipes[2][2];
static struct eye eye;
static struct vd_lamp_keeper *keeper;

static int set_up(void **state)
{
	(void)state;
	fake_clock = vd_fake_clock_init(&fake, vd_wall_s(1000));
	loop = vd_loop_create(&fake_clock, fake_poller_init(&poller, &fake));
	eye = (struct eye){ 0 };
	keeper = NULL;
	for (int i = 0; i < 2; i++) {
		if (pipe(pipes[i]) != 0 || fcntl(pipes[i][0], F_SETFL, O_NONBLOCK) != 0) {
			return -1;
		}
	}
	return loop != NULL ? 0 : -1;
}

static void shut(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
	}
	*fd = -1;
}

static int tear_down(void **state)
{
	(void)state;
	vd_lamp_keeper_destroy(keeper);
	vd_loop_destroy(loop);
	for (int i = 0; i < 2; i++) {
		shut(&pipes[i][0]);
		shut(&pipes[i][1]);
	}
	return 0;
}

static enum vd_err see(void *ctx, const struct vd_lamp_frame *frame, struct vd_diag *diag)
{
	(void)ctx;
	eye.frame = *frame;
	eye.n++;
	return eye.show_err == VD_OK ? VD_OK : vd_diag_set(diag, eye.show_err, "no");
}

static bool leave(void *ctx, bool exactly)
{
	(void)ctx;
	eye.has_left = exactly ? eye.can_leave_exactly : eye.can_leave;
	return eye.has_left;
}

static void share(void *ctx)
{
	(void)ctx;
	eye.is_shared = true;
}

static void close_eye(void *ctx)
{
	(void)ctx;
	eye.is_closed = true;
}

static enum vd_err open_eye(void *ctx, struct vd_lamp_sink *out, struct vd_diag *diag)
{
	(void)ctx;
	eye.n_open++;
	*out = (struct vd_lamp_sink){ .caps = { true, true, false },
				      .show = see,
				      .leave = leave,
				      .share = share,
				      .close = close_eye };
	return eye.open_err == VD_OK ? VD_OK : vd_diag_set(diag, eye.open_err, "no such LED");
}

static void on_done(void *ctx)
{
	(void)ctx;
	eye.n_done++;
}

static void start(void)
{
	struct vd_lamp_keeper_config config = { .loop = loop,
						.changes = pipes[CHANGES][0],
						.beats = pipes[BEATS][0],
						.open = open_eye,
						.done = on_done };
	assert_ok(vd_lamp_keeper_create(&config, &keeper, NULL));
}

static void turn(void)
{
	assert_ok(vd_loop_turn(loop, (struct vd_dur){ 0 }));
}

static void run_ms(int64_t ms)
{
	int64_t end = fake.mono.us + ms * 1000;
	while (fake.mono.us < end) {
		assert_ok(vd_loop_turn(loop, (struct vd_dur){ end - fake.mono.us }));
	}
}

static void put(int which, const struct vd_lamp_word *word)
{
	uint8_t bytes[VD_LAMP_WIRE_BYTES];
	vd_lamp_wire_print(word, bytes);
	assert_int_equal(write(pipes[which][1], bytes, sizeof(bytes)), sizeof(bytes));
	if (which == CHANGES) {
		fake_poller_ready(&poller, pipes[CHANGES][0], VD_LOOP_READ);
	}
}

static void say_at(int which, enum vd_lamp_meaning meaning, int64_t hold_ms)
{
	struct vd_lamp_word word = { .kind = VD_LAMP_WORD_SHOW,
				     .intent = { meaning, false },
				     .until = { fake.mono.us + hold_ms * 1000 } };
	put(which, &word);
}

static void say(int which, enum vd_lamp_meaning meaning)
{
	say_at(which, meaning, VD_LAMP_HOLD_S * 1000);
}

static void hang_up(void)
{
	shut(&pipes[CHANGES][1]);
	fake_poller_ready(&poller, pipes[CHANGES][0], VD_LOOP_HANGUP);
	turn();
}

static bool is_green(void)
{
	return eye.frame.colour == VD_COLOUR_GREEN;
}

static void a_change_shows_in_the_turn_that_brings_it(void **state)
{
	(void)state;
	start();
	run_ms(10);
	assert_int_equal(eye.frame.colour, VD_COLOUR_WHITE); // blind until told
	say(CHANGES, VD_LAMP_WATCHING);
	turn();
	assert_true(is_green());
	say(CHANGES, VD_LAMP_BREACHED);
	turn();
	assert_int_equal(eye.frame.colour, VD_COLOUR_RED);
}

static void beats_keep_it_green_and_wake_nobody(void **state)
{
	(void)state;
	start();
	say(CHANGES, VD_LAMP_WATCHING);
	turn();
	int waits = poller.n_waits;
	for (int i = 0; i < 100; i++) {
		say(BEATS, VD_LAMP_WATCHING);
		assert_int_equal(fake_poller_asked(&poller, pipes[BEATS][0]), 0);
		run_ms(1000);
		assert_int_not_equal(eye.frame.colour, VD_COLOUR_WHITE);
	}
	// run_ms itself wakes once a second; beside it: two changes in 5 s, and the holds' ends.
	assert_true(poller.n_waits - waits <= 100 + 100 * 2 / 5 + 100 / VD_LAMP_HOLD_S + 60);
	run_ms(1010); // the last one was said a second ago
	assert_int_equal(eye.frame.colour, VD_COLOUR_WHITE);
}

static void a_beat_that_a_change_overtook_says_nothing(void **state)
{
	(void)state;
	start();
	say(CHANGES, VD_LAMP_WATCHING);
	say(BEATS, VD_LAMP_WATCHING);
	say(CHANGES, VD_LAMP_BREACHED);
	say_at(BEATS, VD_LAMP_WATCHING, 5000);
	for (int i = 0; i < 200; i++) {
		run_ms(10);
		assert_false(is_green());
	}
}

// A frozen service: its last words are old by the time they are read.
static void old_words_in_the_pipe_are_not_believed(void **state)
{
	(void)state;
	start();
	say(CHANGES, VD_LAMP_WATCHING);
	say(BEATS, VD_LAMP_WATCHING);
	vd_fake_clock_advance(&fake, vd_dur_ms(VD_LAMP_HOLD_S * 1000)); // the keeper slept as well
	for (int i = 0; i < 300; i++) {
		run_ms(10);
		assert_false(is_green());
	}
}

static void a_word_from_the_future_is_refused(void **state)
{
	(void)state;
	start();
	say_at(CHANGES, VD_LAMP_WATCHING, VD_LAMP_WIRE_HOLD_MAX_S * 1000 + 1);
	turn();
	run_ms(10);
	assert_false(is_green());
	say(CHANGES, VD_LAMP_WATCHING);
	turn();
	assert_true(is_green());
}

static void noise_makes_it_blind_until_the_next_word(void **state)
{
	(void)state;
	start();
	say(CHANGES, VD_LAMP_WATCHING);
	turn();
	run_ms(300);
	assert_int_equal(write(pipes[CHANGES][1], "sixteen bytes ..", 16), 16);
	fake_poller_ready(&poller, pipes[CHANGES][0], VD_LOOP_READ);
	turn();
	assert_int_equal(eye.frame.colour, VD_COLOUR_WHITE);
	say(BEATS, VD_LAMP_WATCHING); // a beat is a whole word
	run_ms(1200);
	assert_true(is_green());
}

static void a_torn_word_is_put_together(void **state)
{
	(void)state;
	uint8_t bytes[VD_LAMP_WIRE_BYTES];
	struct vd_lamp_word word = { .kind = VD_LAMP_WORD_SHOW,
				     .intent = { VD_LAMP_WATCHING, false },
				     .until = { fake.mono.us + 2 * VD_US_PER_S } };
	vd_lamp_wire_print(&word, bytes);
	start();
	for (size_t i = 0; i < sizeof(bytes); i++) {
		assert_false(is_green());
		assert_int_equal(write(pipes[CHANGES][1], bytes + i, 1), 1);
		fake_poller_ready(&poller, pipes[CHANGES][0], VD_LOOP_READ);
		turn();
	}
	assert_true(is_green());
}

static void a_dead_service_is_blind_at_once_and_for_ever(void **state)
{
	(void)state;
	start();
	say(CHANGES, VD_LAMP_WATCHING);
	turn();
	run_ms(300);
	hang_up();
	assert_int_equal(eye.frame.colour, VD_COLOUR_WHITE);
	assert_true(eye.is_shared);
	eye.n = 0;
	for (int i = 0; i < 6000; i++) {
		run_ms(10);
		assert_false(is_green());
	}
	assert_true(eye.n > 60000 / 2900 * 4 - 8);
	assert_int_equal(eye.n_done, 0);
	eye.show_err = VD_ERR_CONFLICT; // another program takes it
	run_ms(2000);
	assert_int_equal(eye.n_done, 1);
	size_t n = eye.n;
	run_ms(5000); // and it is not touched again
	assert_int_equal(eye.n, n);
}

static void a_kernel_that_knows_the_rhythm_takes_over_from_a_dead_service(void **state)
{
	(void)state;
	eye.can_leave_exactly = true;
	start();
	say(CHANGES, VD_LAMP_WATCHING);
	turn();
	hang_up();
	assert_true(eye.has_left);
	assert_int_equal(eye.n_done, 1);
}

static void after_a_good_end_any_blinking_will_do(void **state)
{
	(void)state;
	eye.can_leave = true;
	start();
	struct vd_lamp_word bye = { .kind = VD_LAMP_WORD_BYE };
	put(CHANGES, &bye);
	turn();
	assert_true(eye.has_left);
	assert_int_equal(eye.n_done, 1);
}

static void where_the_kernel_cannot_blink_it_draws_on(void **state)
{
	(void)state;
	start();
	struct vd_lamp_word bye = { .kind = VD_LAMP_WORD_BYE };
	put(CHANGES, &bye);
	turn();
	assert_int_equal(eye.n_done, 0);
	eye.n = 0;
	run_ms(3000);
	assert_true(eye.n >= 4);
	vd_lamp_keeper_leave(keeper); // but not where the box goes down
	assert_int_equal(eye.n_done, 1);
}

static void a_light_that_is_not_there_is_tried_again(void **state)
{
	(void)state;
	eye.open_err = VD_ERR_IO;
	start();
	say(CHANGES, VD_LAMP_WATCHING);
	turn();
	assert_int_equal(eye.n_open, 1);
	run_ms(3000);
	assert_int_equal(eye.n_open, 2);
	eye.open_err = VD_OK;
	say(CHANGES, VD_LAMP_BREACHED);
	run_ms(1100);
	assert_int_equal(eye.n_open, 3);
	assert_int_equal(eye.frame.colour, VD_COLOUR_RED); // what was said meanwhile
}

static void the_test_is_shown_when_asked_for(void **state)
{
	(void)state;
	static const enum vd_colour colours[] = { VD_COLOUR_RED, VD_COLOUR_AMBER, VD_COLOUR_GREEN,
						  VD_COLOUR_WHITE, VD_COLOUR_BLUE };
	start();
	struct vd_lamp_word test = { .kind = VD_LAMP_WORD_TEST };
	put(CHANGES, &test);
	turn();
	for (size_t i = 0; i < VD_ARRAY_LEN(colours); i++) {
		turn();
		assert_int_equal(eye.frame.colour, colours[i]);
		run_ms(500);
	}
	turn();
	assert_int_equal(eye.frame.colour, VD_COLOUR_WHITE); // blind: nobody said anything
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_change_shows_in_the_turn_that_brings_it),
		TEST(beats_keep_it_green_and_wake_nobody),
		TEST(a_beat_that_a_change_overtook_says_nothing),
		TEST(old_words_in_the_pipe_are_not_believed),
		TEST(a_word_from_the_future_is_refused),
		TEST(noise_makes_it_blind_until_the_next_word),
		TEST(a_torn_word_is_put_together),
		TEST(a_dead_service_is_blind_at_once_and_for_ever),
		TEST(a_kernel_that_knows_the_rhythm_takes_over_from_a_dead_service),
		TEST(after_a_good_end_any_blinking_will_do),
		TEST(where_the_kernel_cannot_blink_it_draws_on),
		TEST(a_light_that_is_not_there_is_tried_again),
		TEST(the_test_is_shown_when_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
