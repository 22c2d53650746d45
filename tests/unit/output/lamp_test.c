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
	static const char *const files[] = { "brightness", "max_brightness", "trigger", "delay_on",
					     "delay_off" };
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
static const char *get(const char *name, const char *file, char out[32])
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s/%s", root, name, file);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	size_t n = fread(out, 1, 31, f);
	fclose(f);
	out[n] = '\0';
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
	char text[32];
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

static void closing_leaves_the_light_blind(void **state)
{
	(void)state;
	char text[32];
	struct vd_lamp_sink sink;
	open_leds(&sink);
	struct vd_lamp_frame frame = { .colour = VD_COLOUR_GREEN, .level = 255 };
	assert_ok(sink.show(sink.ctx, &frame, NULL));
	sink.close(sink.ctx);
	assert_string_equal(get("green", "brightness", text), "0");
	assert_string_equal(get("amber", "trigger", text), "timer");
	assert_string_equal(get("amber", "delay_on", text), "200");
	assert_string_equal(get("amber", "delay_off", text), "900");
	assert_string_equal(get("red", "trigger", text), "none");
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
	struct vd_lamp_frame seen[64];
	size_t n;
	bool fails;
	bool is_closed;
};

static enum vd_err see(void *ctx, const struct vd_lamp_frame *frame, struct vd_diag *diag)
{
	struct eye *eye = ctx;
	assert_true(eye->n < VD_ARRAY_LEN(eye->seen));
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
	struct vd_lamp_sink sink = { eye, { true, true, true }, see, shut };
	assert_ok(vd_lamp_create(loop, sink, log, &lamp, NULL));
	return lamp;
}

static void run_ms(int64_t ms)
{
	int64_t end = fake.mono.us + ms * 1000;
	while (fake.mono.us < end) {
		assert_ok(vd_loop_turn(loop, (struct vd_dur){ end - fake.mono.us }));
	}
}

static void it_begins_with_the_test_and_is_blind_until_told(void **state)
{
	(void)state;
	struct eye eye = { 0 };
	struct vd_lamp *lamp = make_lamp(&eye, NULL);
	assert_int_equal(eye.seen[0].colour, VD_COLOUR_RED);
	run_ms(2400);
	assert_int_equal(eye.n, 5);
	run_ms(150);
	assert_int_equal(eye.seen[5].colour, VD_COLOUR_WHITE);
	vd_lamp_destroy(lamp);
	assert_true(eye.is_closed);
}

static void a_new_meaning_shows_at_once_and_the_same_one_keeps_its_rhythm(void **state)
{
	(void)state;
	struct eye eye = { 0 };
	struct vd_lamp *lamp = make_lamp(&eye, NULL);
	vd_lamp_set(lamp, (struct vd_lamp_intent){ VD_LAMP_WATCHING, false });
	run_ms(2600);
	assert_int_equal(vd_lamp_get_frame(lamp).colour, VD_COLOUR_GREEN);
	eye.n = 0;
	vd_lamp_set(lamp, (struct vd_lamp_intent){ VD_LAMP_BREACHED, false });
	assert_int_equal(eye.n, 1);
	assert_int_equal(eye.seen[0].colour, VD_COLOUR_RED);
	for (int i = 0; i < 10; i++) { // each second's view says the same
		run_ms(10);
		vd_lamp_set(lamp, (struct vd_lamp_intent){ VD_LAMP_BREACHED, false });
	}
	assert_int_equal(eye.n, 1);
	run_ms(110);
	assert_int_equal(eye.n, 2);
	assert_int_equal(eye.seen[1].level, 0);
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
		cmocka_unit_test_setup_teardown(closing_leaves_the_light_blind, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_missing_led_is_said_with_its_path, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_light_without_red_or_green_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(it_begins_with_the_test_and_is_blind_until_told,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_new_meaning_shows_at_once_and_the_same_one_keeps_its_rhythm, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(a_failing_light_is_told_once_and_tried_again,
						set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
