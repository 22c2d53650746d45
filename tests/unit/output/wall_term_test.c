// SPDX-License-Identifier: MIT
// Frames are compared with tests/golden/wall_*.txt; VD_GOLDEN=write makes them anew.
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/utf8.h"
#include "fixture.h"
#include "output/wall_term.h"

static struct fixture f;
static struct vd_buf out;
static const struct vd_lamp_frame red = { .colour = VD_COLOUR_RED, .level = 255 };

static int set_up(void **state)
{
	(void)state;
	fixture_init(&f);
	vd_buf_init_heap(&out, 1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	vd_buf_deinit(&out);
	return 0;
}

// Text without SGR; fails on any other control: nothing of a customer's is a command.
static void strip(struct vd_buf *plain)
{
	struct vd_span rest = vd_buf_span(&out);
	vd_buf_reset(plain);
	for (size_t i = 0; i < rest.n; i++) {
		if (rest.p[i] == 0x1B) {
			assert_int_equal(rest.p[++i], '[');
			while (rest.p[++i] != 'm') {
				assert_true((rest.p[i] >= '0' && rest.p[i] <= '9') ||
					    rest.p[i] == ';');
			}
			continue;
		}
		assert_true((unsigned char)rest.p[i] >= 0x20 || rest.p[i] == '\n');
		vd_buf_put_char(plain, rest.p[i]);
	}
}

static int width_of(struct vd_span line)
{
	uint32_t c;
	int n = 0;
	while (vd_utf8_next(&line, &c)) {
		n += vd_utf8_width(c);
	}
	return n;
}

static void check_shape(struct vd_wall_size size)
{
	struct vd_buf plain;
	vd_buf_init_heap(&plain, 1 << 20);
	strip(&plain);
	struct vd_span rest = vd_buf_span(&plain);
	unsigned lines = 0;
	while (rest.p != NULL) {
		assert_int_equal(width_of(vd_span_cut(&rest, '\n')), size.columns);
		lines++;
	}
	assert_int_equal(lines, size.rows);
	vd_buf_deinit(&plain);
}

static void every_size_is_filled_exactly(void **state)
{
	(void)state;
	static const struct vd_wall_size sizes[] = { { 40, 10 },  { 41, 11 },  { 80, 24 },
						     { 79, 25 },  { 132, 43 }, { 400, 200 },
						     { 40, 200 }, { 400, 10 } };
	f.view.n_rows = VD_VIEW_ROWS;
	for (int i = 2; i < VD_VIEW_ROWS; i++) {
		f.view.rows[i] = f.view.rows[i % 2];
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(sizes); i++) {
		vd_buf_reset(&out);
		vd_wall_term_render(&f.view, &red, sizes[i], "it", "https://localhost/", &out);
		check_shape(sizes[i]);
	}
}

static void check_golden(const char *name)
{
	char path[128];
	struct vd_buf plain;
	vd_buf_init_heap(&plain, 1 << 20);
	strip(&plain);
	vd_buf_put_char(&plain, '\n');
	snprintf(path, sizeof(path), "tests/golden/%s.txt", name);
	const char *mode = getenv("VD_GOLDEN");
	if (mode != NULL && strcmp(mode, "write") == 0) {
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		fwrite(plain.data, 1, plain.len, file);
		fclose(file);
	}
	char *kept = calloc(1, 1 << 20);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	size_t n = fread(kept, 1, (1 << 20) - 1, file);
	fclose(file);
	if (n != plain.len || memcmp(kept, plain.data, n) != 0) {
		print_error("%s is not what was drawn:\n%s", path, plain.data);
		fail();
	}
	free(kept);
	vd_buf_deinit(&plain);
}

static void frames_are_as_kept(void **state)
{
	(void)state;
	struct vd_wall_size size = { 80, 24 };
	vd_wall_term_render(&f.view, &red, size, "en", "https://localhost:1/  /wall", &out);
	check_golden("wall_ops_en");
	vd_buf_reset(&out);
	f.view.is_public = true;
	vd_wall_term_render(&f.view, &red, size, "it", "https://localhost:1/  /wall", &out);
	check_golden("wall_public_it");
}

static void parked_and_told_alarms_are_always_drawn(void **state)
{
	(void)state;
	struct vd_wall_size size = { 80, 24 };
	fixture_fill_alarms(&f.view);
	f.view.is_public = true;
	vd_wall_term_render(&f.view, &red, size, "en", "", &out);
	check_shape(size);
	vd_buf_reset(&out);
	vd_wall_term_render(&f.view, &red, size, "en", "", &out);
	check_golden("wall_alarms_en");
	vd_buf_reset(&out);
	size.columns = 160;
	vd_wall_term_render(&f.view, &red, size, "it", "", &out);
	check_golden("wall_alarms_it");
	static const struct vd_wall_size small[] = { { 40, 10 }, { 41, 11 }, { 60, 16 } };
	for (size_t i = 0; i < VD_ARRAY_LEN(small); i++) {
		vd_buf_reset(&out);
		vd_wall_term_render(&f.view, &red, small[i], "it", "", &out);
		assert_non_null(strstr(out.data, "3+4+5"));
		assert_non_null(strstr(out.data, "SECONDO LIVELLO"));
		check_shape(small[i]);
	}
}

// Messenger's end stands beside our own deadline, and says when it is past.
static void the_end_of_a_channel_is_drawn(void **state)
{
	(void)state;
	const struct vd_wall_size size = { 120, 40 };
	f.view.rows[0].closes = vd_wall_s(vd_wall_to_s(f.view.now) + 3600);
	vd_wall_term_render(&f.view, &red, size, "en", "", &out);
	assert_non_null(strstr(out.data, "channel closes "));
	assert_null(strstr(out.data, "channel closed"));
	vd_buf_reset(&out);
	f.view.rows[0].closes = f.view.now;
	vd_wall_term_render(&f.view, &red, size, "en", "", &out);
	assert_null(strstr(out.data, "channel closes "));
	assert_non_null(strstr(out.data, "channel closed"));
}

static void public_mode_draws_nothing_private(void **state)
{
	(void)state;
	struct vd_wall_size size = { 200, 60 };
	vd_wall_term_render(&f.view, &red, size, "en", "", &out);
	assert_non_null(strstr(out.data, "SECRET"));
	vd_buf_reset(&out);
	f.view.is_public = true;
	vd_wall_term_render(&f.view, &red, size, "en", "", &out);
	assert_null(strstr(out.data, "SECRET"));
}

static void the_scoreboard_has_one_line(void **state)
{
	(void)state;
	struct vd_wall_size size = { 120, 30 };
	fixture_fill_followed(&f.view);
	f.view.is_public = false;
	vd_wall_term_render(&f.view, &red, size, "en", "", &out);
	check_shape(size);
	vd_buf_reset(&out);
	vd_wall_term_render(&f.view, &red, size, "en", "", &out);
	assert_non_null(strstr(out.data, "Followers:"));
	assert_non_null(strstr(out.data, "1234567"));
	assert_non_null(strstr(out.data, "(+120 7 d, -3400 30 d)"));
	assert_non_null(strstr(out.data, "SECRET-rival"));
	assert_non_null(strstr(out.data, "(+900 7 d)"));
	f.view.is_public = true; // the shop sees ours alone, by the brand
	vd_buf_reset(&out);
	vd_wall_term_render(&f.view, &red, size, "it", "", &out);
	assert_null(strstr(out.data, "SECRET"));
	assert_null(strstr(out.data, "1300000"));
	assert_non_null(strstr(out.data, "1234567"));
	f.view.followed[1].at = vd_wall_s(vd_wall_to_s(f.view.now) - 2 * 86400);
	vd_buf_reset(&out);
	vd_wall_term_render(&f.view, &red, size, "it", "", &out);
	assert_null(strstr(out.data, "1234567")); // too old to be told
	assert_non_null(strstr(out.data, "non noto dalle 03/10"));
	f.view.followed[1].is_own = false;
	vd_buf_reset(&out);
	vd_wall_term_render(&f.view, &red, size, "it", "", &out);
	assert_null(strstr(out.data, "Chi ci segue"));
	size.rows = 16; // the room is for who waits
	f.view.is_public = false;
	vd_buf_reset(&out);
	vd_wall_term_render(&f.view, &red, size, "it", "", &out);
	assert_null(strstr(out.data, "Chi ci segue"));
	check_shape(size);
}

static void a_backlog_is_told_in_words(void **state)
{
	(void)state;
	struct vd_wall_size size = { 140, 30 };
	f.view.accounts[0].period_s = 60;
	f.view.accounts[0].behind_s = 9;
	vd_wall_term_render(&f.view, &red, size, "en", "", &out);
	assert_null(strstr(out.data, "behind"));
	f.view.accounts[0].behind_s = 40;
	vd_buf_reset(&out);
	vd_wall_term_render(&f.view, &red, size, "en", "", &out);
	assert_non_null(strstr(out.data, "polling is behind its plan by 40 s"));
}

static void says_what_the_plan_buys(void **state)
{
	(void)state;
	struct vd_wall_size size = { 100, 30 };
	f.view.accounts[0].delay_s = 62;
	f.view.accounts[0].is_billed = true;
	f.view.accounts[0].spent_month = 1234567;
	f.view.accounts[0].forecast = 30000000;
	f.view.is_public = false;
	vd_wall_term_render(&f.view, &red, size, "en", "", &out);
	assert_non_null(strstr(out.data, " ≤ 2 min, USD 1.23 (30.00)"));
	vd_buf_reset(&out);
	f.view.is_public = true;
	vd_wall_term_render(&f.view, &red, size, "en", "", &out);
	assert_non_null(strstr(out.data, " ≤ 2 min"));
	assert_null(strstr(out.data, "USD"));
}

static void old_figures_lose_their_authority(void **state)
{
	(void)state;
	struct vd_wall_size size = { 100, 30 };
	f.view.accounts[0].age_s = 51; // over 5 periods
	vd_wall_term_render(&f.view, &red, size, "en", "", &out);
	assert_non_null(strstr(out.data, "not known since 10:40"));
	assert_non_null(strstr(out.data, "\x1b[0;9;")); // the other account, over 2
	assert_null(strstr(out.data, "these figures are old"));
	vd_buf_reset(&out);
	f.view.now = vd_wall_s(FIXTURE_NOW_S + 60);
	vd_wall_term_render(&f.view, &red, size, "en", "", &out);
	assert_non_null(strstr(out.data, "these figures are old: not known since 10:40"));
}

// ---- the terminal, on a pipe --------------------------------------------------------------------

static size_t drain(int fd, char *into, size_t cap)
{
	ssize_t n = read(fd, into, cap - 1);
	into[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static void only_changed_lines_are_written(void **state)
{
	(void)state;
	static char seen[65536];
	int ends[2];
	struct vd_wall_term *wall = NULL;
	struct vd_loop *loop = vd_loop_create(&f.clock, vd_poller_posix());
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	struct vd_wall_term_config config = {
		.loop = loop, .port = &f.port, .fd_in = ends[0], .fd_out = ends[1], .lang = "en"
	};
	assert_ok(vd_wall_term_create(&config, &wall, NULL));
	vd_wall_term_draw(wall);
	size_t whole = drain(ends[0], seen, sizeof(seen));
	assert_non_null(strstr(seen, "\x1b[?1049h"));
	vd_wall_term_draw(wall);
	assert_int_equal(drain(ends[0], seen, sizeof(seen)), 0);
	f.view.now = vd_wall_s(FIXTURE_NOW_S + 1); // the header's seconds
	f.view.state_at = f.view.now;
	vd_wall_term_draw(wall);
	size_t part = drain(ends[0], seen, sizeof(seen));
	assert_true(part > 0 && part < whole / 4);
	assert_non_null(strstr(seen, "\x1b[1;1H"));
	assert_null(strstr(seen, "\x1b[2;1H"));
	vd_wall_term_destroy(wall);
	drain(ends[0], seen, sizeof(seen));
	assert_non_null(strstr(seen, "\x1b[?1049l"));
	close(ends[0]);
	close(ends[1]);
	vd_loop_destroy(loop);
}

static void a_terminal_that_stops_reading_stops_nothing(void **state)
{
	(void)state;
	static char seen[1 << 20];
	int ends[2];
	struct vd_wall_term *wall = NULL;
	struct vd_loop *loop = vd_loop_create(&f.clock, vd_poller_posix());
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	struct vd_wall_term_config config = {
		.loop = loop, .port = &f.port, .fd_in = ends[0], .fd_out = ends[1], .lang = "en"
	};
	assert_ok(vd_wall_term_create(&config, &wall, NULL));
	for (int i = 0; i < 500; i++) { // a pipe holds some 64 KiB
		vd_wall_term_resized(wall);
	}
	drain(ends[0], seen, sizeof(seen));
	f.view.counters.open = 777;
	vd_wall_term_draw(wall);
	for (int i = 0; i < 20; i++) {
		assert_ok(vd_loop_turn(loop, vd_dur_ms(1)));
		drain(ends[0], seen, sizeof(seen));
		if (strstr(seen, "777 open") != NULL) {
			break;
		}
	}
	assert_non_null(strstr(seen, "777 open"));
	vd_wall_term_destroy(wall);
	close(ends[0]);
	close(ends[1]);
	vd_loop_destroy(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_size_is_filled_exactly, set_up, tear_down),
		cmocka_unit_test_setup_teardown(frames_are_as_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(parked_and_told_alarms_are_always_drawn, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_end_of_a_channel_is_drawn, set_up, tear_down),
		cmocka_unit_test_setup_teardown(public_mode_draws_nothing_private, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_scoreboard_has_one_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_backlog_is_told_in_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(says_what_the_plan_buys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(old_figures_lose_their_authority, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(only_changed_lines_are_written, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_terminal_that_stops_reading_stops_nothing, set_up,
						tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
