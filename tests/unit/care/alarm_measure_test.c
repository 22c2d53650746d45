// SPDX-License-Identifier: MIT
#include "care/alarm_measure.h"

#include "unit.h"

#define T0 INT64_C(1791189600)

static struct vd_alarm_measure m;
static struct vd_alarm_summary s;

static int set_up(void **state)
{
	(void)state;
	memset(&m, 0, sizeof(m));
	return 0;
}

static struct vd_alarm_origin from_case(uint64_t conversation)
{
	return (struct vd_alarm_origin){ .kind = VD_ALARM_TARGET, .conversation = conversation };
}

static void raise_at(uint64_t conversation, int64_t s_after)
{
	vd_alarm_measure_raised(&m, from_case(conversation), true, vd_wall_s(T0 + s_after));
}

static void look(int64_t s_after)
{
	vd_alarm_measure_at(&m, vd_wall_s(T0 + s_after), &s);
}

// Over 10 in 10 min begins it; it ends where fewer than 5 come in 10 min.
static void a_flood_begins_and_ends_apart(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		raise_at((uint64_t)i + 1, i * 60);
	}
	look(540);
	assert_false(s.is_flood);
	raise_at(11, 600);
	look(600);
	assert_true(s.is_flood);
	assert_int_equal(vd_wall_to_s(s.flood_since), T0 + 600);
	look(601 + 5 * 60); // six of the eleven are left: neither over 10 nor under 5
	assert_true(s.is_flood);
	look(601 + 7 * 60);
	assert_false(s.is_flood);
	assert_false(vd_wall_is_set(s.flood_since));
}

static void ten_in_ten_minutes_are_no_flood(void **state)
{
	(void)state;
	for (int i = 0; i < 40; i++) {
		raise_at(1 + (uint64_t)i, i * 61); // 10 in any 600 s
		look(i * 61);
		assert_false(s.is_flood);
	}
}

static void one_source_that_chatters(void **state)
{
	(void)state;
	raise_at(7, 0);
	raise_at(7, 30);
	look(30);
	assert_int_equal(s.chattering, 0);
	raise_at(7, 61); // three, but not within a minute
	look(61);
	assert_int_equal(s.chattering, 0);
	raise_at(7, 89);
	look(89);
	assert_int_equal(s.chattering, 1);
	assert_true(s.busiest[0].is_chattering);
	look(89 + 3601);
	assert_int_equal(s.chattering, 0);
	struct vd_alarm_origin worse = from_case(8); // growing worse is no chatter
	for (int i = 0; i < 5; i++) {
		vd_alarm_measure_raised(&m, worse, i == 0, vd_wall_s(T0 + 4000));
	}
	look(4000);
	assert_int_equal(s.chattering, 0);
}

static void counts_of_an_hour_and_of_a_day(void **state)
{
	(void)state;
	for (int h = 0; h < 30; h++) {
		raise_at(1, h * 3600);
		raise_at(2, h * 3600 + 1);
	}
	look(29 * 3600 + 60);
	assert_int_equal(s.hour, 2);
	assert_int_equal(s.day, 48);
	assert_int_equal(s.busiest[0].n, 24);
	look(31 * 3600);
	assert_int_equal(s.hour, 0);
	look(60 * 3600);
	assert_int_equal(s.day, 0);
	assert_int_equal(s.n_busiest, 0);
	look(59 * 3600); // the clock went back: nothing comes to life again
	assert_int_equal(s.day, 0);
}

static void the_ten_busiest_outlive_many_quiet_ones(void **state)
{
	(void)state;
	for (uint64_t i = 1; i <= 12; i++) {
		for (uint64_t n = 0; n < i + 1; n++) {
			raise_at(i, (int64_t)n);
		}
	}
	for (uint64_t i = 100; i < 1100; i++) {
		raise_at(i, 100 + (int64_t)i);
	}
	look(1300);
	assert_int_equal(s.n_busiest, 10);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(s.busiest[i].origin.conversation, 12 - i);
		assert_int_equal(s.busiest[i].n, 13 - i);
	}
}

static void stale_is_over_a_day(void **state)
{
	(void)state;
	struct vd_alarm a = { .state = VD_ALARM_UNACK, .since = vd_wall_s(T0) };
	assert_false(vd_alarm_is_stale(&a, vd_wall_s(T0 + 86400)));
	assert_true(vd_alarm_is_stale(&a, vd_wall_s(T0 + 86401)));
	a.state = VD_ALARM_SHELVED;
	assert_false(vd_alarm_is_stale(&a, vd_wall_s(T0 + 86401)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_flood_begins_and_ends_apart, set_up),
		cmocka_unit_test_setup(ten_in_ten_minutes_are_no_flood, set_up),
		cmocka_unit_test_setup(one_source_that_chatters, set_up),
		cmocka_unit_test_setup(counts_of_an_hour_and_of_a_day, set_up),
		cmocka_unit_test_setup(the_ten_busiest_outlive_many_quiet_ones, set_up),
		cmocka_unit_test_setup(stale_is_over_a_day, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
