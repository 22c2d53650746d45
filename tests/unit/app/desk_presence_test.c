// SPDX-License-Identifier: MIT
//
// The scoreboard: a sample a day, what changed, and how long it is kept.
#include "desk_bench.h"

struct board {
	int n;
	struct vd_port_presence at[4];
	char handles[4][VD_HANDLE_BYTES];
};

static bool keep(void *ctx, const struct vd_port_presence *p)
{
	struct board *board = ctx;
	board->at[board->n] = *p;
	snprintf(board->handles[board->n++], VD_HANDLE_BYTES, "%s", p->handle);
	return true;
}

static struct board look(struct bench *b)
{
	struct board board = { 0 };
	assert_ok(b->port.presence(b->port.ctx, keep, &board, NULL));
	return board;
}

static void hear(struct bench *b, const char *handle, uint64_t followers, int64_t day)
{
	b->host.presence(b->host.ctx, 0, vd_span_of(handle), followers,
			 vd_wall_s(FRIDAY_16_40 + day * 86400));
	turn(b);
}

static void changes_are_told_for_a_day_a_week_and_a_month(void **state)
{
	struct bench *b = *state;
	hear(b, "Vodafone", 900, 0);
	for (int64_t day = 0; day <= 30; day++) {
		hear(b, "telecomitalia", (uint64_t)(1000 + day), day);
		hear(b, "telecomitalia", (uint64_t)(1000 + 2 * day), day); // the day's last word
	}
	struct board board = look(b);
	assert_int_equal(board.n, 2);
	assert_string_equal(board.handles[0], "Vodafone");
	assert_false(board.at[0].is_own);
	assert_false(board.at[0].has_change[0]); // one sample says nothing
	assert_string_equal(board.handles[1], "telecomitalia");
	assert_true(board.at[1].is_own); // names are told apart without case
	assert_int_equal(board.at[1].followers, 1060);
	static const int64_t changes[] = { 2, 14, 60 };
	for (size_t i = 0; i < VD_ARRAY_LEN(changes); i++) {
		assert_true(board.at[1].has_change[i]);
		assert_int_equal(board.at[1].change[i], changes[i]);
	}
	close_desk(b); // and the store that is made anew has them
	open_desk(b);
	assert_int_equal(look(b).n, 2);
}

static void a_gap_is_no_change_of_a_day(void **state)
{
	struct bench *b = *state;
	hear(b, "TelecomItalia", 1000, 0);
	hear(b, "TelecomItalia", 400, 12);
	struct board board = look(b);
	assert_false(board.at[0].has_change[0]);
	assert_true(board.at[0].has_change[1]);
	assert_int_equal(board.at[0].change[1], -600);
	assert_false(board.at[0].has_change[2]);
}

static void the_wall_has_the_scoreboard(void **state)
{
	struct bench *b = *state;
	hear(b, "Vodafone", 900, -8);
	hear(b, "TelecomItalia", 1000, -30);
	hear(b, "TelecomItalia", 1010, -7);
	hear(b, "Vodafone", 1900, 0);
	hear(b, "TelecomItalia", 1003, 0);
	b->host.presence(b->host.ctx, 1, VD_SPAN("vodafone"), 1800, vd_wall_s(FRIDAY_16_40 - 3600));
	turn(b);
	const struct vd_view *view = b->port.view(b->port.ctx);
	assert_int_equal(view->n_followed, 2); // one line each, by the newer word
	assert_string_equal(view->followed[0].handle, "Vodafone");
	assert_int_equal(view->followed[0].followers, 1900);
	assert_true(view->followed[0].has_change[0]);
	assert_int_equal(view->followed[0].change[0], 1000);
	assert_false(view->followed[0].has_change[1]);
	assert_true(view->followed[1].is_own);
	assert_int_equal(view->followed[1].change[0], -7);
	assert_int_equal(view->followed[1].change[1], 3);
	char handle[16];
	for (int i = 0; i < 2 * VD_VIEW_FOLLOWED; i++) { // ours keeps its place among many
		snprintf(handle, sizeof(handle), "a%d", i);
		hear(b, handle, 5000, 0);
	}
	view = b->port.view(b->port.ctx);
	assert_int_equal(view->n_followed, VD_VIEW_FOLLOWED);
	assert_true(view->followed[VD_VIEW_FOLLOWED - 1].is_own);
	close_desk(b);
	open_desk(b);
	assert_int_equal(b->port.view(b->port.ctx)->n_followed, VD_VIEW_FOLLOWED);
}

static bool count(void *ctx, const struct vd_presence *p)
{
	int *n = ctx;
	(void)p;
	++*n;
	return true;
}

static void old_samples_go(void **state)
{
	struct bench *b = *state;
	for (int64_t day = 0; day < VD_PRESENCE_DAYS + 50; day++) {
		hear(b, "TelecomItalia", (uint64_t)day, day);
	}
	int n = 0;
	assert_ok(vd_store_presence_each(b->store, count, &n, NULL));
	assert_int_equal(n, VD_PRESENCE_DAYS);
	hear(b, "", 7, 1); // nobody's
	assert_int_equal(look(b).n, 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(changes_are_told_for_a_day_a_week_and_a_month),
		TEST(a_gap_is_no_change_of_a_day),
		TEST(the_wall_has_the_scoreboard),
		TEST(old_samples_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
