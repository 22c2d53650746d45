// SPDX-License-Identifier: MIT
// The lamp's timer on a fake clock, and the LED class in a temporary directory.
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_poller.h"
#include "output/lamp.h"
#include "unit.h"

static struct vd_fake_clock fake;
static struct vd_clock fake_clock;
static struct fake_poller poller;
static struct vd_loop *loop;
static char root[64];

static int set_up(void **state)
{
	(void)state;
	fake_clock = vd_fake_clock_init(&fake, vd_wall_s(1000));
	loop = vd_loop_create(&fake_clock, fake_poller_init(&poller, &fake));
	snprintf(root, sizeof(root), "/tmp/vd-lamp-XXXXXX");
	return loop != NULL && mkdtemp(root) != NULL ? 0 : -1;
}

static void remove_led(const char *name)
{
	static const char *const files[] = { "brightness", "max_brightness", "trigger",
					     "delay_on",   "delay_off",      "pattern" };
	char path[128];
	for (size_t i = 0; i < VD_ARRAY_LEN(files); i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", root, name, files[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/%s", root, name);
	rmdir(path);
}

static int tear_down(void **state)
{
	(void)state;
	remove_led("red");
	remove_led("amber");
	remove_led("green");
	rmdir(root);
	vd_loop_destroy(loop);
	return 0;
}

static void put(const char *name, const char *file, const char *text)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", root, name);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%s/%s", root, name, file);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void make_led(const char *name, const char *most)
{
	put(name, "brightness", "0\n");
	put(name, "max_brightness", most);
	put(name, "trigger", "heartbeat\n");
	put(name, "delay_on", "0\n");
	put(name, "delay_off", "0\n");
}

// What a file says, without its newline.
static const char *get(const char *name, const char *file, char *out)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s/%s", root, name, file);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(out, 128, f));
	fclose(f);
	out[strcspn(out, "\n")] = '\0';
	return out;
}

static const struct vd_lamp_led_config leds = {
	.root = root,
	.leds = { [VD_COLOUR_RED] = "red",
		  [VD_COLOUR_AMBER] = "amber",
		  [VD_COLOUR_GREEN] = "green" },
};

static void open_leds(struct vd_lamp_sink *sink)
{
	make_led("red", "255\n");
	make_led("amber", "1\n");
	make_led("green", "65535\n");
	struct vd_diag diag = { 0 };
	assert_ok(vd_lamp_led_open(&leds, sink, &diag));
}

static void leds_take_their_own_scale(void **state)
{
	(void)state;
	char text[128];
	struct vd_lamp_sink sink;
	open_leds(&sink);
	assert_false(sink.caps.has_white);
	assert_true(sink.caps.can_dim);
	assert_string_equal(get("red", "trigger", text), "none");
	struct vd_lamp_frame frame = { .colour = VD_COLOUR_GREEN, .level = 255 };
	assert_ok(sink.show(sink.ctx, &frame, NULL));
	assert_string_equal(get("green", "brightness", text), "65535");
	frame = (struct vd_lamp_frame){ .colour = VD_COLOUR_AMBER,
					.second = VD_COLOUR_RED,
					.level = 48 };
	assert_ok(sink.show(sink.ctx, &frame, NULL));
	assert_string_equal(get("green", "brightness", text), "0");
	assert_string_equal(get("amber", "brightness", text), "1"); // never dark where it is lit
	assert_string_equal(get("red", "brightness", text), "48");
	sink.close(sink.ctx);
}

static void the_kernel_blinks_on_when_we_leave(void **state)
{
	(void)state;
	char text[128];
	struct vd_lamp_sink sink;
	open_leds(&sink);
	struct vd_lamp_frame frame = { .colour = VD_COLOUR_GREEN, .level = 255 };
	assert_ok(sink.show(sink.ctx, &frame, NULL));
	assert_true(sink.leave(sink.ctx, false));
	sink.close(sink.ctx);
	assert_string_equal(get("green", "brightness", text), "0");
	assert_string_equal(get("amber", "trigger", text), "timer");
	assert_string_equal(get("amber", "delay_on", text), "200");
	assert_string_equal(get("amber", "delay_off", text), "900");
	assert_string_equal(get("red", "trigger", text), "none");
}

static void the_kernels_pattern_has_the_rhythm_of_blind(void **state)
{
	(void)state;
	char text[128];
	struct vd_lamp_sink sink;
	open_leds(&sink);
	assert_false(sink.leave(sink.ctx, true)); // the timer's rhythm is another one
	assert_string_equal(get("amber", "trigger", text), "none");
	put("amber", "pattern", "\n"); // the kernel makes it with the trigger
	assert_true(sink.leave(sink.ctx, true));
	sink.close(sink.ctx);
	assert_string_equal(get("amber", "trigger", text), "pattern");
	assert_string_equal(get("amber", "pattern", text),
			    "1 200 1 0 0 900 0 0 1 900 1 0 0 900 0 0");
}

static void without_a_trigger_it_says_that_it_cannot_leave(void **state)
{
	(void)state;
	char path[128];
	struct vd_lamp_sink sink;
	open_leds(&sink);
	snprintf(path, sizeof(path), "%s/amber/trigger", root);
	unlink(path);
	assert_false(sink.leave(sink.ctx, false));
	sink.close(sink.ctx);
}

static void one_program_has_the_light_and_the_next_takes_over_what_is_shared(void **state)
{
	(void)state;
	struct vd_lamp_sink first;
	struct vd_lamp_sink second;
	struct vd_diag diag = { 0 };
	struct vd_lamp_frame frame = { .colour = VD_COLOUR_RED, .level = 255 };
	char text[128];
	open_leds(&first);
	assert_err(vd_lamp_led_open(&leds, &second, &diag), VD_ERR_CONFLICT);
	assert_non_null(strstr(diag.text, "another program"));
	first.share(first.ctx);
	assert_ok(first.show(first.ctx, &frame, NULL));
	assert_ok(vd_lamp_led_open(&leds, &second, &diag));
	frame.level = 100;
	assert_err(first.show(first.ctx, &frame, NULL), VD_ERR_CONFLICT);
	assert_true(first.leave(first.ctx, false)); // it is in good hands, and not touched
	first.close(first.ctx);
	assert_string_equal(get("red", "brightness", text), "255");
	assert_string_equal(get("amber", "trigger", text), "none");
	assert_ok(second.show(second.ctx, &frame, NULL));
	second.close(second.ctx);
}

static void a_missing_led_is_said_with_its_path(void **state)
{
	(void)state;
	struct vd_lamp_sink sink;
	struct vd_diag diag = { 0 };
	make_led("red", "255\n");
	assert_err(vd_lamp_led_open(&leds, &sink, &diag), VD_ERR_IO);
	assert_non_null(strstr(diag.text, "/amber/brightness"));
}

static void a_light_without_red_or_green_is_refused(void **state)
{
	(void)state;
	struct vd_lamp_sink sink;
	struct vd_diag diag = { 0 };
	struct vd_lamp_led_config half = { .root = root, .leds = { [VD_COLOUR_RED] = "red" } };
	assert_err(vd_lamp_led_open(&half, &sink, &diag), VD_ERR_ARGUMENT);
}

// ---- the timer ----------------------------------------------------------------------------------

struct eye {
	struct vd_lamp_frame seen[256];
	struct vd_mono at[256];
	size_t n;
	bool fails;
	bool is_closed;
};

static enum vd_err see(void *ctx, const struct vd_lamp_frame *frame, struct vd_diag *diag)
{
	struct eye *eye = ctx;
	assert_true(eye->n < VD_ARRAY_LEN(eye->seen));
	eye->at[eye->n] = fake.mono;
	eye->seen[eye->n++] = *frame;
	return eye->fails ? vd_diag_set(diag, VD_ERR_IO, "unplugged") : VD_OK;
}

static void shut(void *ctx)
{
	((struct eye *)ctx)->is_closed = true;
}

static struct vd_lamp *make_lamp(struct eye *eye, const struct vd_log *log)
{
	struct vd_lamp *lamp = NULL;
	struct vd_lamp_sink sink = {
		.ctx = eye,
		.caps = { true, true, true },
		.show = see,
		.close = shut,
	};
	assert_ok(vd_lamp_create(loop, sink, log, &lamp, NULL));
	return lamp;
}

static void tell_for(struct vd_lamp *lamp, enum vd_lamp_meaning meaning, int64_t ms)
{
	vd_lamp_set(lamp, (struct vd_lamp_intent){ meaning, false },
		    vd_mono_add(vd_loop_now(loop), vd_dur_ms(ms)));
}

static void tell(struct vd_lamp *lamp, enum vd_lamp_meaning meaning)
{
	tell_for(lamp, meaning, VD_LAMP_HOLD_S * 1000);
}

static void run_ms(int64_t ms)
{
	int64_t end = fake.mono.us + ms * 1000;
	while (fake.mono.us < end) {
		assert_ok(vd_loop_turn(loop, (struct vd_dur){ end - fake.mono.us }));
	}
}

static void the_test_shows_every_colour_and_then_it_is_blind_until_told(void **state)
{
	(void)state;
	struct eye eye = { 0 };
	struct vd_lamp *lamp = make_lamp(&eye, NULL);
	vd_lamp_test(lamp);
	assert_int_equal(eye.seen[0].colour, VD_COLOUR_RED);
	run_ms(2400);
	assert_int_equal(eye.n, 5);
	run_ms(150);
	assert_int_equal(eye.seen[5].colour, VD_COLOUR_WHITE);
	vd_lamp_destroy(lamp);
	assert_true(eye.is_closed);
}

static void without_a_test_it_is_blind_at_once(void **state)
{
	(void)state;
	struct eye eye = { 0 };
	struct vd_lamp *lamp = make_lamp(&eye, NULL);
	run_ms(10);
	assert_int_equal(eye.n, 1);
	assert_int_equal(eye.seen[0].colour, VD_COLOUR_WHITE);
	vd_lamp_destroy(lamp);
}

static void a_new_meaning_shows_at_once_and_the_same_one_keeps_its_rhythm(void **state)
{
	(void)state;
	struct eye eye = { 0 };
	struct vd_lamp *lamp = make_lamp(&eye, NULL);
	tell(lamp, VD_LAMP_WATCHING);
	run_ms(1000);
	tell(lamp, VD_LAMP_WATCHING);
	assert_int_equal(vd_lamp_get_frame(lamp).colour, VD_COLOUR_GREEN);
	eye.n = 0;
	tell(lamp, VD_LAMP_BREACHED);
	assert_int_equal(eye.n, 1);
	assert_int_equal(eye.seen[0].colour, VD_COLOUR_RED);
	for (int i = 0; i < 10; i++) { // each second's view says the same
		run_ms(10);
		tell(lamp, VD_LAMP_BREACHED);
	}
	assert_int_equal(eye.n, 1);
	run_ms(110);
	assert_int_equal(eye.n, 2);
	assert_int_equal(eye.seen[1].level, 0);
	vd_lamp_destroy(lamp);
}

static void an_intent_that_nobody_repeats_becomes_blind_when_it_ends(void **state)
{
	(void)state;
	for (int m = 0; m < VD_LAMP_MEANING_N; m++) {
		struct eye eye = { 0 };
		struct vd_lamp *lamp = make_lamp(&eye, NULL);
		tell(lamp, (enum vd_lamp_meaning)m);
		run_ms(1999);
		assert_true(m == VD_LAMP_BLIND ||
			    vd_lamp_get_frame(lamp).colour != VD_COLOUR_WHITE ||
			    m == VD_LAMP_CLOSED);
		eye.n = 0;
		run_ms(60000 - 1999); // and for ever
		for (size_t i = 0; i < eye.n; i++) {
			enum vd_colour colour = eye.seen[i].colour;
			assert_true(colour == VD_COLOUR_WHITE || colour == VD_COLOUR_DARK);
			assert_true(eye.seen[i].level == 0 || eye.seen[i].level == 255);
		}
		assert_true(eye.n >= 60000 / 2900 * 4 - 8);
		vd_lamp_destroy(lamp);
	}
}

static void it_comes_back_from_blindness_when_it_is_told_again(void **state)
{
	(void)state;
	struct eye eye = { 0 };
	struct vd_lamp *lamp = make_lamp(&eye, NULL);
	tell(lamp, VD_LAMP_WATCHING);
	run_ms(5000);
	tell_for(lamp, VD_LAMP_WATCHING, 0); // too late already: not believed
	assert_int_not_equal(vd_lamp_get_frame(lamp).colour, VD_COLOUR_GREEN);
	tell(lamp, VD_LAMP_WATCHING);
	assert_int_equal(vd_lamp_get_frame(lamp).colour, VD_COLOUR_GREEN);
	vd_lamp_destroy(lamp);
}

static void give_news(void *ctx)
{
	struct vd_lamp *lamp = *(struct vd_lamp **)ctx;
	tell(lamp, VD_LAMP_CLOSED);
}

static void news_are_asked_for_before_an_intent_is_given_up(void **state)
{
	(void)state;
	struct eye eye = { 0 };
	struct vd_lamp *lamp = make_lamp(&eye, NULL);
	vd_lamp_ask_first(lamp, &lamp, give_news);
	tell(lamp, VD_LAMP_CLOSED);
	int waits = poller.n_waits; // a turn whose timers fired looks once more
	run_ms(60000);
	assert_int_equal(eye.n, 12); // 100 ms each 10 s, and never blind
	assert_true(poller.n_waits - waits <= 2 * (60 / VD_LAMP_HOLD_S + 12 + 2));
	vd_lamp_destroy(lamp);
}

static void changing_meanings_never_flash_faster_than_three_times_a_second(void **state)
{
	(void)state;
	int64_t at[256];
	struct eye eye = { 0 };
	struct vd_lamp *lamp = make_lamp(&eye, NULL);
	size_t n = 0;
	uint8_t level = 0;
	for (int i = 0; i < 3000; i++) {
		eye.n = 0;
		tell(lamp, (enum vd_lamp_meaning)(i * 7 % VD_LAMP_MEANING_N));
		run_ms(1 + i % 40);
		for (size_t k = 0; k < eye.n; k++) {
			if (eye.seen[k].level > level && n < VD_ARRAY_LEN(at)) {
				at[n++] = eye.at[k].us;
				assert_true(n < 4 || at[n - 1] - at[n - 4] >= VD_US_PER_S);
			}
			level = eye.seen[k].level;
		}
	}
	assert_true(n > 20);
	vd_lamp_destroy(lamp);
}

static void count_lines(void *ctx, enum vd_log_level level, const char *line, size_t n)
{
	(void)level;
	(void)line;
	(void)n;
	++*(int *)ctx;
}

static void a_failing_light_is_told_once_and_tried_again(void **state)
{
	(void)state;
	int lines = 0;
	struct vd_log log = { VD_LOG_INFO, NULL, &lines, count_lines };
	struct eye eye = { .fails = true };
	struct vd_lamp *lamp = make_lamp(&eye, &log);
	vd_lamp_test(lamp);
	run_ms(2600);
	assert_true(eye.n > 4);
	assert_int_equal(lines, 1);
	eye.fails = false;
	run_ms(2000);
	assert_int_equal(lines, 2);
	vd_lamp_destroy(lamp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(leds_take_their_own_scale, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_kernel_blinks_on_when_we_leave, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_kernels_pattern_has_the_rhythm_of_blind, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(without_a_trigger_it_says_that_it_cannot_leave,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			one_program_has_the_light_and_the_next_takes_over_what_is_shared, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(a_missing_led_is_said_with_its_path, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_light_without_red_or_green_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			the_test_shows_every_colour_and_then_it_is_blind_until_told, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(without_a_test_it_is_blind_at_once, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			a_new_meaning_shows_at_once_and_the_same_one_keeps_its_rhythm, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			an_intent_that_nobody_repeats_becomes_blind_when_it_ends, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(it_comes_back_from_blindness_when_it_is_told_again,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(news_are_asked_for_before_an_intent_is_given_up,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			changing_meanings_never_flash_faster_than_three_times_a_second, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(a_failing_light_is_told_once_and_tried_again,
						set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
