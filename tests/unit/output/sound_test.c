// SPDX-License-Identifier: MIT
#include "output/sound.h"

#include <linux/input.h>
#include <stdlib.h>
#include <unistd.h>

#include "fake_poller.h"
#include "unit.h"

#define MOST 256

/** What was played, and when. */
struct ear {
	uint16_t hz[MOST];
	int64_t at_ms[MOST];
	size_t n;
	enum vd_err err;
	bool is_closed;
};

static struct vd_fake_clock fake;
static struct vd_clock fake_clock;
static struct fake_poller poller;
static struct vd_loop *loop;
static struct ear ear;
static struct vd_sound *sound;
static int lines;

static void count(void *ctx, enum vd_log_level level, const char *text, size_t n)
{
	(void)ctx;
	(void)level;
	(void)text;
	(void)n;
	lines++;
}

static const struct vd_log log_ = { VD_LOG_INFO, NULL, NULL, count };

static enum vd_err hear(void *ctx, uint16_t hz, struct vd_diag *diag)
{
	(void)ctx;
	if (ear.err != VD_OK) {
		return vd_diag_set(diag, ear.err, "unplugged");
	}
	assert_true(ear.n < MOST);
	ear.hz[ear.n] = hz;
	ear.at_ms[ear.n++] = fake.mono.us / 1000;
	return VD_OK;
}

static void shut(void *ctx)
{
	(void)ctx;
	ear.is_closed = true;
}

static int set_up(void **state)
{
	(void)state;
	fake_clock = vd_fake_clock_init(&fake, vd_wall_s(1000));
	loop = vd_loop_create(&fake_clock, fake_poller_init(&poller, &fake));
	ear = (struct ear){ 0 };
	lines = 0;
	struct vd_sound_sink sink = { .play = hear, .close = shut };
	return loop != NULL && vd_sound_create(loop, sink, &log_, &sound, NULL) == VD_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	vd_sound_destroy(sound);
	vd_loop_destroy(loop);
	return ear.is_closed ? 0 : -1;
}

static void run_ms(int64_t ms)
{
	int64_t end = fake.mono.us + ms * 1000;
	while (fake.mono.us < end) {
		assert_ok(vd_loop_turn(loop, (struct vd_dur){ end - fake.mono.us }));
	}
}

static size_t tones(void)
{
	size_t n = 0;
	for (size_t i = 0; i < ear.n; i++) {
		n += ear.hz[i] > 0;
	}
	return n;
}

static void each_intent_has_its_number_of_tones_each_half_minute(void **state)
{
	(void)state;
	static const int64_t wanted[VD_SOUND_INTENT_N] = { 0, 2, 3 };
	for (int intent = 0; intent < VD_SOUND_INTENT_N; intent++) {
		int64_t n = 0;
		int64_t loud_ms = 0;
		uint16_t before = 0;
		for (int64_t ms = 0; ms < 10 * VD_SOUND_PERIOD_S * 1000; ms++) {
			struct vd_sound_note note =
				vd_sound_pattern((enum vd_sound_intent)intent, vd_dur_ms(ms));
			n += note.hz > 0 && before == 0;
			loud_ms += note.hz > 0;
			before = note.hz;
			assert_true(intent == VD_SOUND_NONE || note.next.us > 0);
			struct vd_sound_note just_before =
				vd_sound_pattern((enum vd_sound_intent)intent,
						 (struct vd_dur){ ms * 1000 + note.next.us - 1 });
			assert_int_equal(just_before.hz, note.hz); // `next` is true
		}
		assert_int_equal(n, 10 * wanted[intent]);
		assert_int_equal(loud_ms, 150 * n);
	}
}

static void it_begins_at_once_and_the_same_word_goes_on(void **state)
{
	(void)state;
	vd_sound_set(sound, VD_SOUND_ATTENTION);
	assert_int_equal(ear.n, 1);
	for (int i = 0; i < 89; i++) { // each second's view says the same
		run_ms(1000);
		vd_sound_set(sound, VD_SOUND_ATTENTION);
	}
	assert_int_equal(tones(), 6);
	assert_int_equal(ear.hz[ear.n - 1], 0);
	vd_sound_set(sound, VD_SOUND_NONE);
	size_t n = ear.n;
	int waits = poller.n_waits;
	run_ms(600000);
	assert_int_equal(ear.n, n);
	assert_true(poller.n_waits - waits <= 2); // silence wakes nobody
}

static void silence_is_at_once(void **state)
{
	(void)state;
	vd_sound_set(sound, VD_SOUND_URGENT);
	run_ms(50);
	vd_sound_set(sound, VD_SOUND_NONE);
	assert_int_equal(ear.n, 2);
	assert_int_equal(ear.hz[1], 0);
}

static void what_is_worse_sounds_at_once_and_chatter_does_not(void **state)
{
	(void)state;
	vd_sound_set(sound, VD_SOUND_ATTENTION);
	run_ms(5000);
	vd_sound_set(sound, VD_SOUND_URGENT);
	run_ms(1000);
	assert_int_equal(tones(), 5);
	for (int i = 0; i < 24; i++) { // on and off, for less than the period
		vd_sound_set(sound, VD_SOUND_NONE);
		run_ms(500);
		vd_sound_set(sound, i % 2 == 0 ? VD_SOUND_ATTENTION : VD_SOUND_URGENT);
		run_ms(500);
	}
	assert_int_equal(tones(), 5);
	vd_sound_set(sound, VD_SOUND_ATTENTION);
	run_ms(6000);
	assert_int_equal(tones(), 7);
}

static void trouble_is_told_once_and_tried_again(void **state)
{
	(void)state;
	ear.err = VD_ERR_IO;
	vd_sound_set(sound, VD_SOUND_URGENT);
	run_ms(61000);
	assert_int_equal(lines, 1);
	ear.err = VD_OK;
	run_ms(30000);
	assert_int_equal(lines, 2);
	assert_int_equal(tones(), 3);
}

static void a_beeper_gets_tones_as_input_events(void **state)
{
	(void)state;
	char path[] = "/tmp/vd-sound-XXXXXX";
	int fd = mkstemp(path);
	struct vd_sound_sink sink;
	struct vd_diag diag = { 0 };
	assert_true(fd >= 0);
	assert_ok(vd_sound_beeper_open(path, &sink, &diag));
	assert_ok(sink.play(sink.ctx, 2000, &diag));
	sink.close(sink.ctx); // silent
	struct input_event events[3];
	assert_int_equal(read(fd, events, sizeof(events)), 2 * sizeof(events[0]));
	assert_int_equal(events[0].type, EV_SND);
	assert_int_equal(events[0].code, SND_TONE);
	assert_int_equal(events[0].value, 2000);
	assert_int_equal(events[1].value, 0);
	close(fd);
	unlink(path);
	assert_ok(vd_sound_beeper_open(path, &sink, &diag)); // plugged in later
	assert_err(sink.play(sink.ctx, 2000, &diag), VD_ERR_IO);
	assert_non_null(strstr(diag.text, path));
	assert_ok(sink.play(sink.ctx, 0, &diag));
	sink.close(sink.ctx);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_intent_has_its_number_of_tones_each_half_minute),
		TEST(it_begins_at_once_and_the_same_word_goes_on),
		TEST(silence_is_at_once),
		TEST(what_is_worse_sounds_at_once_and_chatter_does_not),
		TEST(trouble_is_told_once_and_tried_again),
		cmocka_unit_test(a_beeper_gets_tones_as_input_events),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
