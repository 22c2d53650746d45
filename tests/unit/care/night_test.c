// SPDX-License-Identifier: MIT
//
// R30, R31 where two reasons meet: an incident that ends at night, alarms that come back.
#include "case.h"

#define OFFICE "1-5=09:00-18:00"

// The second of two equal ticks has nothing left to do.
static void check_tick_is_idle(struct test_case *k)
{
	struct vd_conversation before = k->c;
	case_tick(k);
	assert_memory_equal(&before, &k->c, sizeof(before));
	assert_int_equal(k->out.n, 0);
}

// R31: an incident that ends at night wakes nobody: its cases come back in the morning.
static void r31_an_incident_that_ends_at_night(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_RESOLUTION] = 0;
	case_in(&k, local("2026-10-05T14:30:00")); // due at 9:30 of the next day
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_SUPPRESS, .incident = 7 }));
	case_at(&k, local("2026-10-05T22:00:00"));
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_UNSUPPRESS }));
	assert_int_equal(k.c.alarm.state, VD_ALARM_SUPPRESSED);
	assert_int_equal(k.c.parked_by, VD_PARKED_HOURS);
	assert_int_equal(k.out.n, 0);
	check_tick_is_idle(&k);
	case_at(&k, local("2026-10-06T09:00:00"));
	assert_int_equal(k.c.alarm.state, VD_ALARM_UNACK);
	check_tick_is_idle(&k);
}

// A second level that is told before the sound: what lies below it is passed, and asks for no tick.
static void r31_a_step_of_the_ladder_that_is_passed(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.sound_after_s = 40 * 60;
	k.policy.second_after_s = 15 * 60;
	case_in(&k, local("2026-10-05T10:00:00")); // warns at 13:00
	case_at(&k, local("2026-10-05T13:15:00"));
	assert_int_equal(k.c.ladder, VD_LADDER_SECOND);
	assert_false(vd_wall_is_set(k.c.ladder_tick));
	check_tick_is_idle(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r31_an_incident_that_ends_at_night),
		cmocka_unit_test(r31_a_step_of_the_ladder_that_is_passed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
