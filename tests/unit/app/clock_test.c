// SPDX-License-Identifier: MIT
#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/clock.h"
#include "base/attr.h"

static int64_t real_s(void)
{
	return (int64_t)time(NULL);
}

static void kernel_clock_is_not_trusted_at_first(void **state)
{
	(void)state;
	struct vd_system_clock system;
	assert_int_equal(vd_system_clock_init(&system, NULL, NULL), VD_OK);
	struct vd_clock clock = vd_system_clock_get(&system);
	assert_false(vd_clock_is_trusted(&clock));
	assert_in_range(vd_wall_to_s(vd_clock_wall(&clock)), real_s() - 2, real_s() + 2);
	vd_system_clock_correct(&system, vd_dur_s(3600));
	assert_true(vd_clock_is_trusted(&clock));
	assert_in_range(vd_wall_to_s(vd_clock_wall(&clock)), real_s() + 3598, real_s() + 3602);
	assert_int_equal(vd_clock_real(&clock, vd_dur_s(5)).us, vd_dur_s(5).us);
}

static void a_clock_that_went_back_loses_its_trust(void **state)
{
	(void)state;
	struct vd_system_clock system;
	assert_int_equal(vd_system_clock_init(&system, "", NULL), VD_OK);
	vd_system_clock_set_trusted(&system, true);
	struct vd_clock clock = vd_system_clock_get(&system);
	(void)vd_clock_wall(&clock);
	assert_true(vd_clock_is_trusted(&clock));
	system.offset_us -= 60 * VD_US_PER_S; // as if somebody had set the kernel's clock
	(void)vd_clock_wall(&clock);
	assert_false(vd_clock_is_trusted(&clock));
}

static void accelerated_clock_runs_in_stretches(void **state)
{
	(void)state;
	char spec[128];
	struct vd_system_clock system;
	// 100 s ago it was 1000000, 60 times as fast until 1003000 (after 50 s), from there 1000
	// times as fast.
	snprintf(spec, sizeof(spec), "%lld:1000000@60,1003000@1000", (long long)real_s() - 100);
	assert_int_equal(vd_system_clock_init(&system, spec, NULL), VD_OK);
	struct vd_clock clock = vd_system_clock_get(&system);
	int64_t wall = vd_wall_to_s(vd_clock_wall(&clock));
	assert_in_range(wall, 1003000 + 50 * 1000 - 100, 1003000 + 52 * 1000 + 100);
	assert_true(vd_clock_is_trusted(&clock));
	assert_int_equal(vd_clock_real(&clock, vd_dur_s(1000)).us, vd_dur_s(1).us);
}

static void bad_specs_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"x",      "1",         "1:",     "1:2",   "1:2@", "1:2@0",
		"1:2@-3", "1:2@3,1@4", "1:2@3x", "0:2@3", ":2@3",
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(bad); i++) {
		struct vd_system_clock system;
		struct vd_diag diag = { 0 };
		if (vd_system_clock_init(&system, bad[i], &diag) == VD_OK) {
			fail_msg("\"%s\" was accepted", bad[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_clock_is_not_trusted_at_first),
		cmocka_unit_test(a_clock_that_went_back_loses_its_trust),
		cmocka_unit_test(accelerated_clock_runs_in_stretches),
		cmocka_unit_test(bad_specs_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
