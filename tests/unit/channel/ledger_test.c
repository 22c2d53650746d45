// SPDX-License-Identifier: MIT
#include "channel/ledger.h"

#include "unit.h"

static int64_t day_of(int64_t year, int month, int day)
{
	return vd_days_from_civil(year, month, day);
}

static void prices_are_those_of_the_list(void **state)
{
	(void)state;
	static const struct {
		enum vd_resource resource;
		bool is_owned;
		int64_t price;
	} rows[] = {
		{ VD_RESOURCE_POST, false, 5000 },
		{ VD_RESOURCE_POST, true, 1000 },
		{ VD_RESOURCE_USER, false, 10000 },
		{ VD_RESOURCE_DM_EVENT, false, 10000 },
		{ VD_RESOURCE_WRITE_POST, false, 15000 },
		{ VD_RESOURCE_WRITE_POST_WITH_URL, false, 200000 },
		{ VD_RESOURCE_WRITE_SUMMONED_REPLY, true, 10000 },
		{ VD_RESOURCE_WRITE_DM, false, 15000 },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		assert_row(vd_ledger_price(rows[i].resource, rows[i].is_owned) == rows[i].price,
			   vd_resource_name(rows[i].resource));
	}
	for (int i = 0; i < VD_RESOURCE_N; i++) {
		assert_true(vd_ledger_price((enum vd_resource)i, true) > 0);
		assert_non_null(vd_resource_name((enum vd_resource)i));
	}
}

static void a_billing_month_begins_on_its_day(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int ymd[3];
		int cycle_day;
		int first[3];
		int end[3];
	} rows[] = {
		{ "calendar month", { 2026, 10, 5 }, 1, { 2026, 10, 1 }, { 2026, 11, 1 } },
		{ "its first day", { 2026, 10, 1 }, 1, { 2026, 10, 1 }, { 2026, 11, 1 } },
		{ "before the day", { 2026, 10, 5 }, 17, { 2026, 9, 17 }, { 2026, 10, 17 } },
		{ "on the day", { 2026, 10, 17 }, 17, { 2026, 10, 17 }, { 2026, 11, 17 } },
		{ "over the year", { 2027, 1, 3 }, 28, { 2026, 12, 28 }, { 2027, 1, 28 } },
		{ "December", { 2026, 12, 31 }, 1, { 2026, 12, 1 }, { 2027, 1, 1 } },
		{ "leap year", { 2028, 2, 29 }, 28, { 2028, 2, 28 }, { 2028, 3, 28 } },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		struct vd_ledger_cycle cycle = vd_ledger_cycle_of(
			day_of(rows[i].ymd[0], rows[i].ymd[1], rows[i].ymd[2]), rows[i].cycle_day);
		assert_row(cycle.first ==
				   day_of(rows[i].first[0], rows[i].first[1], rows[i].first[2]),
			   rows[i].name);
		assert_row(cycle.end == day_of(rows[i].end[0], rows[i].end[1], rows[i].end[2]),
			   rows[i].name);
	}
}

static void foretells_the_month(void **state)
{
	(void)state;
	int64_t today = day_of(2026, 10, 11);
	struct vd_ledger_cycle cycle = vd_ledger_cycle_of(today, 1);
	struct vd_wall noon = vd_wall_s(today * 86400 + 43200);
	// 2 USD a day in the last week, 20.5 days to go
	struct vd_ledger_sums sums = { .month = 21000000,
				       .today = 1000000,
				       .n_days = VD_LEDGER_WEEK };
	for (int i = 0; i < VD_LEDGER_WEEK; i++) {
		sums.days[i] = 2000000;
	}
	assert_int_equal(vd_ledger_forecast(&sums, cycle, noon), 21000000 + 41000000);
	// the first day: 1 USD in 12 h
	sums = (struct vd_ledger_sums){ .month = 1000000, .today = 1000000 };
	assert_int_equal(vd_ledger_forecast(&sums, cycle, noon), 1000000 + 41000000);
	// its first minute: as if an hour
	struct vd_wall early = vd_wall_s(today * 86400 + 60);
	assert_in_range(vd_ledger_forecast(&sums, cycle, early), 1000000, 510000000);
	// nothing spent, nothing foretold
	sums = (struct vd_ledger_sums){ 0 };
	assert_int_equal(vd_ledger_forecast(&sums, cycle, noon), 0);
}

static void says_how_much_is_gone(void **state)
{
	(void)state;
	assert_int_equal(vd_ledger_percent(5, 0), 0);
	assert_int_equal(vd_ledger_percent(0, 100), 0);
	assert_int_equal(vd_ledger_percent(79999999, 100000000), 79);
	assert_int_equal(vd_ledger_percent(80000000, 100000000), 80);
	assert_int_equal(vd_ledger_percent(INT64_MAX, 1), 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prices_are_those_of_the_list),
		cmocka_unit_test(a_billing_month_begins_on_its_day),
		cmocka_unit_test(foretells_the_month),
		cmocka_unit_test(says_how_much_is_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
