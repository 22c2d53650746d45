// SPDX-License-Identifier: MIT
#include "base/list.h"

#include "base/clock.h"
#include "unit.h"

static void test_list(void **state)
{
	(void)state;
	struct vd_list head;
	struct vd_list nodes[3];
	vd_list_init(&head);
	assert_true(vd_list_is_empty(&head));
	for (int i = 0; i < 3; i++) {
		vd_list_add_tail(&head, &nodes[i]);
	}
	struct vd_list *it;
	struct vd_list *safe;
	int seen = 0;
	VD_LIST_FOR_EACH_SAFE(it, safe, &head)
	{
		assert_ptr_equal(it, &nodes[seen++]);
		vd_list_remove(it);
		vd_list_remove(it);
	}
	assert_int_equal(seen, 3);
	assert_true(vd_list_is_empty(&head));
}

#define CONFIG_TEST_ON 1

static void test_is_enabled(void **state)
{
	(void)state;
	assert_int_equal(IS_ENABLED(CONFIG_TEST_ON), 1);
	assert_int_equal(IS_ENABLED(CONFIG_TEST_OFF), 0);
}

static void test_fake_clock(void **state)
{
	(void)state;
	struct vd_fake_clock fake;
	struct vd_clock clock = vd_fake_clock_init(&fake, vd_wall_s(1000));
	struct vd_mono start = vd_clock_mono(&clock);
	assert_true(vd_clock_is_trusted(&clock));
	vd_fake_clock_advance(&fake, vd_dur_ms(1500));
	assert_true(vd_mono_sub(vd_clock_mono(&clock), start).us == 1500000);
	assert_true(vd_clock_wall(&clock).us == INT64_C(1001500000));
	assert_true(vd_clock_real(&clock, vd_dur_s(2)).us == 2000000);
	fake.is_trusted = false;
	assert_false(vd_clock_is_trusted(&clock));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_is_enabled),
		cmocka_unit_test(test_fake_clock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
