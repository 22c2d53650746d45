// SPDX-License-Identifier: MIT
// The service's end on a fake clock; the keeper is the other ends of three real pipes.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "fake_poller.h"
#include "output/lamp_remote.h"
#include "output/lamp_wire.h"
#include "unit.h"

/** What the test holds: the keeper's ends. */
static struct {
	int changes;
	int beats;
	int status;
	int n_start;
	int n_stop;
	int n_end;
	bool fails;
} other;
static struct vd_fake_clock fake;
static struct vd_clock fake_clock;
static struct fake_poller poller;
static struct vd_loop *loop;
static struct vd_lamp_remote *remote;
static int lines;
static char line[VD_LOG_LINE_BYTES];

static void count(void *ctx, enum vd_log_level level, const char *text, size_t n)
{
	(void)ctx;
	(void)level;
	snprintf(line, sizeof(line), "%.*s", (int)n, text);
	lines++;
}

static const struct vd_log log_ = { VD_LOG_INFO, NULL, NULL, count };

static void shut(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
	}
	*fd = -1;
}

static void die(void)
{
	shut(&other.changes);
	shut(&other.beats);
	shut(&other.status);
}

static enum vd_err start(void *ctx, struct vd_lamp_ends *out, struct vd_diag *diag)
{
	(void)ctx;
	int p[3][2];
	other.n_start++;
	if (other.fails) {
		return vd_diag_set(diag, VD_ERR_IO, "no process");
	}
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pipe(p[i]), 0);
		for (int k = 0; k < 2; k++) {
			assert_int_equal(fcntl(p[i][k], F_SETFL, O_NONBLOCK), 0);
		}
	}
	other.changes = p[0][0];
	other.beats = p[1][0];
	other.status = p[2][1];
	*out = (struct vd_lamp_ends){ p[0][1], p[1][1], p[2][0] };
	return VD_OK;
}

static void stop(void *ctx)
{
	(void)ctx;
	other.n_stop++;
	die();
}

static void end(void *ctx)
{
	(void)ctx;
	other.n_end++;
}

static int set_up(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	fake_clock = vd_fake_clock_init(&fake, vd_wall_s(1000));
	loop = vd_loop_create(&fake_clock, fake_poller_init(&poller, &fake));
	memset(&other, 0, sizeof(other));
	other.changes = other.beats = other.status = -1;
	lines = 0;
	return loop != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	vd_lamp_remote_destroy(remote);
	remote = NULL;
	die();
	vd_loop_destroy(loop);
	return 0;
}

static void begin(void)
{
	struct vd_lamp_remote_config config = {
		.loop = loop, .log = &log_, .start = start, .stop = stop, .end = end
	};
	assert_ok(vd_lamp_remote_create(&config, &remote, NULL));
}

static void run_ms(int64_t ms)
{
	int64_t until = fake.mono.us + ms * 1000;
	while (fake.mono.us < until) {
		assert_ok(vd_loop_turn(loop, (struct vd_dur){ until - fake.mono.us }));
	}
}

static void turn(void)
{
	assert_ok(vd_loop_turn(loop, (struct vd_dur){ 0 }));
}

static void wish(enum vd_lamp_meaning meaning)
{
	vd_lamp_remote_set(remote, (struct vd_lamp_intent){ meaning, false });
}

// How many words are in the pipe; `last` gets the last one.
static int words(int fd, struct vd_lamp_word *last)
{
	uint8_t bytes[VD_LAMP_WIRE_BYTES];
	int n = 0;
	while (read(fd, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes)) {
		assert_ok(vd_lamp_wire_parse(bytes, last));
		n++;
	}
	return n;
}

// Which of the loop's descriptors reads the status: the only one beside the loop's own.
static void wake_status(void)
{
	for (size_t i = 0; i < poller.n_asked; i++) {
		fake_poller_ready(&poller, poller.asked[i].fd, VD_LOOP_READ);
	}
	turn();
}

static void a_change_wakes_the_keeper_and_a_beat_does_not(void **state)
{
	(void)state;
	struct vd_lamp_word word;
	begin();
	wish(VD_LAMP_WATCHING);
	assert_int_equal(words(other.changes, &word), 1);
	assert_int_equal(word.intent.meaning, VD_LAMP_WATCHING);
	assert_int_equal(word.until.us, vd_loop_now(loop).us + VD_LAMP_HOLD_S * VD_US_PER_S);
	for (int i = 0; i < 10; i++) {
		run_ms(1000);
		wish(VD_LAMP_WATCHING);
		wish(VD_LAMP_WATCHING); // a view more in this turn
		assert_int_equal(words(other.changes, &word), 0);
		assert_int_equal(words(other.beats, &word), 1);
		assert_int_equal(word.until.us,
				 vd_loop_now(loop).us + VD_LAMP_HOLD_S * VD_US_PER_S);
	}
	wish(VD_LAMP_CLOSED);
	assert_int_equal(words(other.changes, &word), 1);
}

static void a_dead_keeper_is_begun_again_with_the_wish_of_the_beat(void **state)
{
	(void)state;
	struct vd_lamp_word word;
	begin();
	wish(VD_LAMP_BREACHED);
	turn();
	die();
	wake_status();
	assert_int_equal(other.n_stop, 1);
	run_ms(99);
	assert_int_equal(other.n_start, 1);
	run_ms(2);
	assert_int_equal(other.n_start, 2);
	assert_int_equal(words(other.changes, &word), 1);
	assert_int_equal(word.intent.meaning, VD_LAMP_BREACHED);
	assert_true(word.until.us < vd_loop_now(loop).us + VD_LAMP_HOLD_S * VD_US_PER_S);
}

static void a_keeper_that_dies_again_and_again_is_begun_less_often(void **state)
{
	(void)state;
	begin();
	for (int i = 0; i < 3600; i++) {
		if (other.status >= 0) {
			turn();
			die();
			wake_status();
		}
		run_ms(1000);
	}
	assert_true(other.n_start >= 3600 / 60); // never given up
	assert_true(other.n_start <= 3600 / 60 + 12);
}

static void a_keeper_that_reads_nothing_is_ended(void **state)
{
	(void)state;
	begin();
	wish(VD_LAMP_WATCHING);
	for (int i = 0; i < 6; i++) {
		run_ms(1000);
		wish(VD_LAMP_WATCHING);
	}
	assert_int_equal(other.n_stop, 0);
	run_ms(1000);
	wish(VD_LAMP_WATCHING);
	assert_int_equal(other.n_stop, 1);
	run_ms(200);
	assert_int_equal(other.n_start, 2);
}

static void without_a_process_it_goes_on_trying(void **state)
{
	(void)state;
	other.fails = true;
	begin();
	wish(VD_LAMP_WATCHING);
	vd_lamp_remote_test(remote);
	run_ms(10000);
	assert_true(other.n_start > 5);
	other.fails = false;
	run_ms(20000);
	assert_true(other.changes >= 0);
}

static void its_log_is_ours(void **state)
{
	(void)state;
	begin();
	turn();
	static const char text[] = "ERROR lamp: the light can't be opened: no LED\nINFO lamp: the";
	assert_int_equal(write(other.status, text, sizeof(text) - 1), sizeof(text) - 1);
	wake_status();
	assert_int_equal(lines, 1);
	assert_string_equal(line, "ERROR lamp: the light can't be opened: no LED\n");
	assert_int_equal(write(other.status, " light is there\n", 16), 16);
	wake_status();
	assert_string_equal(line, "INFO lamp: the light is there\n");
	char noise[2 * VD_LOG_LINE_BYTES];
	memset(noise, 'x', sizeof(noise));
	assert_int_equal(write(other.status, noise, sizeof(noise)), sizeof(noise));
	wake_status();
	wake_status();
	assert_int_equal(write(other.status, "\nstrange\n", 9), 9);
	wake_status();
	assert_string_equal(line, "WARN lamp: its keeper says: strange\n");
}

static void at_the_end_it_says_so(void **state)
{
	(void)state;
	struct vd_lamp_word word;
	begin();
	vd_lamp_remote_destroy(remote);
	remote = NULL;
	assert_int_equal(words(other.changes, &word), 1);
	assert_int_equal(word.kind, VD_LAMP_WORD_BYE);
	assert_int_equal(other.n_end, 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_change_wakes_the_keeper_and_a_beat_does_not),
		TEST(a_dead_keeper_is_begun_again_with_the_wish_of_the_beat),
		TEST(a_keeper_that_dies_again_and_again_is_begun_less_often),
		TEST(a_keeper_that_reads_nothing_is_ended),
		TEST(without_a_process_it_goes_on_trying),
		TEST(its_log_is_ours),
		TEST(at_the_end_it_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
