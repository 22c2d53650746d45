// SPDX-License-Identifier: MIT
#include "unit.h"

#include <fcntl.h>
#include <linux/input.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_poller.h"
#include "input/input.h"

#define NOTHING (-1)

// A press is a row of instants: at `ms` the key is `down`; what comes out of that step.
struct row {
	int64_t ms;
	bool down;
	int event;
};

static const struct {
	const char *name;
	struct row rows[6];
	size_t n;
} cases[] = {
	{ "press", { { 0, true, NOTHING }, { 200, false, VD_BUTTON_PRESS } }, 2 },
	{ "bounce", { { 0, true, NOTHING }, { 29, false, NOTHING } }, 2 },
	{ "bounce, then press",
	  { { 0, true, NOTHING },
	    { 5, false, NOTHING },
	    { 8, true, NOTHING },
	    { 90, false, VD_BUTTON_PRESS } },
	  4 },
	{ "hold says so while it is held",
	  { { 0, true, NOTHING },
	    { 2999, true, NOTHING },
	    { 3000, true, VD_BUTTON_HOLD },
	    { 4000, false, NOTHING } },
	  4 },
	{ "long hold",
	  { { 0, true, NOTHING },
	    { 3000, true, VD_BUTTON_HOLD },
	    { 10000, true, VD_BUTTON_LONG_HOLD },
	    { 20000, true, NOTHING },
	    { 20001, false, NOTHING } },
	  5 },
	{ "a hold learned at its end",
	  { { 0, true, NOTHING }, { 3500, false, VD_BUTTON_HOLD } },
	  2 },
	{ "up without down", { { 0, false, NOTHING } }, 1 },
};

static void presses_and_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct vd_button button = { 0 };
		for (size_t k = 0; k < cases[i].n; k++) {
			const struct row *row = &cases[i].rows[k];
			enum vd_button_event event;
			struct vd_mono now = { 7000000 + row->ms * 1000 };
			bool has = vd_button_step(&button, row->down, now, &event);
			assert_row(has == (row->event != NOTHING), cases[i].name);
			assert_row(!has || (int)event == row->event, cases[i].name);
		}
	}
}

static void asks_to_be_asked_again(void **state)
{
	(void)state;
	struct vd_button button = { 0 };
	enum vd_button_event event;
	struct vd_mono at;
	assert_false(vd_button_next(&button, &at));
	assert_false(vd_button_step(&button, true, (struct vd_mono){ 1000 }, &event));
	assert_true(vd_button_next(&button, &at));
	assert_int_equal(at.us, 1000 + 3000000);
	assert_true(vd_button_step(&button, true, at, &event));
	assert_true(vd_button_next(&button, &at));
	assert_int_equal(at.us, 1000 + 10000000);
	assert_true(vd_button_step(&button, true, at, &event));
	assert_false(vd_button_next(&button, &at));
}

static void keys_by_name_and_number(void **state)
{
	(void)state;
	uint16_t code = 0;
	assert_ok(vd_keymap_parse("KEY_ENTER", &code));
	assert_int_equal(code, KEY_ENTER);
	assert_ok(vd_keymap_parse("256", &code));
	assert_int_equal(code, BTN_0);
	static const char *const bad[] = { "", "ENTER", "KEY_", "0", "-1", "70000", "KEY_ENTER " };
	for (size_t i = 0; i < VD_ARRAY_LEN(bad); i++) {
		assert_row(vd_keymap_parse(bad[i], &code) == VD_ERR_NOT_FOUND, bad[i]);
	}
}

// ---- the device: a FIFO that carries struct input_event
// --------------------------------------------

struct seen {
	int n;
	enum vd_button_event last;
};

static void on_button(void *ctx, enum vd_button_event event)
{
	struct seen *seen = ctx;
	seen->n++;
	seen->last = event;
}

static void type(int fd, uint16_t code, int value)
{
	struct input_event event = { .type = EV_KEY, .code = code, .value = value };
	assert_int_equal(write(fd, &event, sizeof(event)), sizeof(event));
}

static void device_is_read_and_comes_back(void **state)
{
	(void)state;
	char dir[] = "/tmp/vedetta-evdev-XXXXXX";
	char path[64];
	struct vd_fake_clock fake;
	struct vd_clock clock = vd_fake_clock_init(&fake, vd_wall_s(1790952000));
	struct fake_poller poller = { .clock = &fake };
	struct vd_loop *loop =
		vd_loop_create(&clock, (struct vd_poller){ &poller, fake_poller_wait });
	struct seen seen = { 0 };
	struct vd_evdev *evdev = NULL;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/event0", dir);
	struct vd_evdev_config config = {
		.loop = loop,
		.path = path,
		.key = KEY_ENTER,
		.ctx = &seen,
		.fn = on_button,
	};
	assert_ok(vd_evdev_create(&config, &evdev, NULL)); // missing at first: it waits for it
	assert_int_equal(mkfifo(path, 0600), 0);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	vd_fake_clock_advance(&fake, vd_dur_s(2));
	assert_ok(vd_loop_turn(loop, (struct vd_dur){ 0 }));
	int own = fd + 1; // the descriptor that the reader got
	type(fd, KEY_ENTER, 1);
	fake_poller_ready(&poller, own, VD_LOOP_READ);
	assert_ok(vd_loop_turn(loop, (struct vd_dur){ 0 }));
	vd_fake_clock_advance(&fake, vd_dur_ms(100));
	type(fd, KEY_ENTER, 2); // the kernel's repeat
	type(fd, KEY_SPACE, 1); // another key
	type(fd, KEY_ENTER, 0);
	fake_poller_ready(&poller, own, VD_LOOP_READ);
	assert_ok(vd_loop_turn(loop, (struct vd_dur){ 0 }));
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.last, VD_BUTTON_PRESS);
	vd_evdev_destroy(evdev);
	vd_loop_destroy(loop);
	close(fd);
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(presses_and_holds),
		cmocka_unit_test(asks_to_be_asked_again),
		cmocka_unit_test(keys_by_name_and_number),
		cmocka_unit_test(device_is_read_and_comes_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
