// SPDX-License-Identifier: MIT
//
// Which threads a channel is told to watch.
#include "desk_people_bench.h"

// The third account's thread, too: of three cases that became one, and of a customer who turned to
// one account after the other.
static void a_case_of_three_accounts_is_listened_to_by_each(void **state)
{
	struct bench *b = *state;
	struct vd_account *third = &b->book->accounts[b->book->n_accounts++];
	*third = b->book->accounts[1];
	snprintf(third->name, sizeof(third->name), "tim-x");
	snprintf(third->handle, sizeof(third->handle), "TIM4UStaff");
	snprintf(third->user_id, sizeof(third->user_id), "100000002");
	close_desk(b);
	open_desk(b);
	static const uint16_t order[] = { 0, 2, 1 }; // 2 is neither the first nor the last
	for (size_t i = 0; i < 3; i++) {
		char id[8];
		char thread[8];
		snprintf(id, sizeof(id), "%zu", i + 1);
		snprintf(thread, sizeof(thread), "t%u", (unsigned)order[i]);
		struct vd_message m = question(id, thread, FRIDAY_16_40 + (int64_t)i * 60);
		m.account = order[i];
		take(b, &m);
	}
	must(b, (struct vd_command){
			.kind = VD_COMMAND_MERGE, .conversation = 2, .into = 1, .staff = ANNA });
	must(b, (struct vd_command){
			.kind = VD_COMMAND_MERGE, .conversation = 3, .into = 1, .staff = ANNA });
	static const char *const wanted[] = { "t0 ", "t1 ", "t2 " };
	for (uint16_t account = 0; account < 3; account++) {
		struct threads_told told = { 0 };
		assert_ok(b->host.open_threads(b->host.ctx, account, hear_thread, &told, NULL));
		assert_string_equal(told.all, wanted[account]);
	}
	// One that leaves again is no longer its account's business there, but in its new case.
	must(b, (struct vd_command){ .kind = VD_COMMAND_SPLIT,
				     .conversation = 1,
				     .staff = ANNA,
				     .n_messages = 1,
				     .messages = { 2 } });
	struct threads_told told = { 0 };
	assert_ok(b->host.open_threads(b->host.ctx, 2, hear_thread, &told, NULL));
	assert_string_equal(told.all, "t2 ");
	assert_int_equal(told.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_case_of_three_accounts_is_listened_to_by_each,
						set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
