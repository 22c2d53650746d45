// SPDX-License-Identifier: MIT
//
// What a channel is told of a thread that it watches.
#include "desk_people_bench.h"

struct known_told {
	char all[256];
};

static bool hear_known(void *ctx, const char *network_id, struct vd_wall published)
{
	struct known_told *told = ctx;
	size_t n = strlen(told->all);
	snprintf(told->all + n, sizeof(told->all) - n, "%s@%lld ", network_id,
		 (long long)(vd_wall_to_s(published) - FRIDAY_16_40));
	return true;
}

static void assert_known(struct bench *b, uint16_t account, const char *thread, const char *wanted)
{
	struct known_told told = { 0 };
	assert_ok(b->host.known(b->host.ctx, account, thread, hear_known, &told, NULL));
	assert_string_equal(told.all, wanted);
}

static void a_channel_hears_what_the_customer_wrote_in_a_thread(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t0", FRIDAY_16_40);
	take(b, &m);
	m = question("2", "t0", FRIDAY_16_40 + 60);
	take(b, &m);
	m = question("3", "t0", FRIDAY_16_40 + 90);
	m.direction = VD_DIRECTION_OUT;
	m.sent = m.published;
	take(b, &m);
	m = question("4", "t1", FRIDAY_16_40 + 120);
	take(b, &m);
	assert_known(b, 0, "t0", "1@0 2@60 ");
	assert_known(b, 0, "t1", "4@120 ");
	assert_known(b, 1, "t0", ""); // another account's
	assert_known(b, 0, "t9", "");
	assert_ok(b->host.deleted(b->host.ctx, 0, "1", NULL));
	turn(b);
	assert_known(b, 0, "t0", "2@60 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_channel_hears_what_the_customer_wrote_in_a_thread,
						set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
