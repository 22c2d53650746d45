// SPDX-License-Identifier: MIT
#include "care/holiday.h"

#include "base/time.h"
#include "unit.h"

static void test_easter(void **state)
{
	(void)state;
	// The Astronomical Almanac; the earliest and the latest dates there can be are among them.
	static const int table[][3] = {
		{ 1818, 3, 22 }, { 1943, 4, 25 }, { 1954, 4, 18 }, { 1981, 4, 19 }, { 2000, 4, 23 },
		{ 2011, 4, 24 }, { 2024, 3, 31 }, { 2026, 4, 5 },  { 2027, 3, 28 }, { 2038, 4, 25 },
		{ 2049, 4, 18 }, { 2076, 4, 19 }, { 2285, 3, 22 },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		assert_int_equal(vd_holiday_easter(table[i][0]),
				 vd_days_from_civil(table[i][0], table[i][1], table[i][2]));
	}
}

static void test_italy_names(void **state)
{
	(void)state;
	static const struct {
		int date[3];
		const char *name;
	} table[] = {
		{ { 2026, 1, 1 }, "Capodanno" },
		{ { 2026, 1, 6 }, "Epifania" },
		{ { 1980, 1, 6 }, NULL },
		{ { 2026, 4, 5 }, NULL }, // Easter itself is a Sunday as others
		{ { 2026, 4, 6 }, "Lunedì dell'Angelo" },
		{ { 2026, 4, 25 }, "Festa della Liberazione" },
		{ { 2026, 5, 1 }, "Festa del Lavoro" },
		{ { 2026, 6, 2 }, "Festa della Repubblica" },
		{ { 1999, 6, 2 }, NULL },
		{ { 2026, 8, 15 }, "Ferragosto" },
		{ { 2025, 10, 4 }, NULL },
		{ { 2026, 10, 4 }, "San Francesco d'Assisi" },
		{ { 2026, 11, 1 }, "Ognissanti" },
		{ { 2026, 12, 8 }, "Immacolata Concezione" },
		{ { 2026, 12, 25 }, "Natale" },
		{ { 2026, 12, 26 }, "Santo Stefano" },
		{ { 2028, 12, 26 }, "Santo Stefano" }, // behind a 29 February
		{ { 2026, 12, 27 }, NULL },
		{ { 1948, 12, 25 }, NULL },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		const int *d = table[i].date;
		const char *name =
			vd_holiday_name(&vd_holiday_italy, vd_days_from_civil(d[0], d[1], d[2]));
		char row[32];
		(void)snprintf(row, sizeof(row), "%d-%02d-%02d", d[0], d[1], d[2]);
		assert_row((name == NULL) == (table[i].name == NULL), row);
		assert_row(name == NULL || strcmp(name, table[i].name) == 0, row);
	}
}

// Whatever the cap, the list is what asking for the name day by day gives.
static void test_list_is_every_named_day(void **state)
{
	(void)state;
	int64_t day = vd_days_from_civil(2025, 11, 3);
	int64_t list[40];

	for (size_t cap = 1; cap <= VD_ARRAY_LEN(list); cap++) {
		assert_int_equal(vd_holiday_list(&vd_holiday_italy, day, list, cap), cap);
		int64_t expected = day - 1;
		for (size_t i = 0; i < cap; i++) {
			do {
				expected++;
			} while (vd_holiday_name(&vd_holiday_italy, expected) == NULL);
			assert_int_equal(list[i], expected);
		}
	}
}

static void test_list_begins_where_the_rules_do(void **state)
{
	(void)state;
	int64_t list[2];
	assert_int_equal(vd_holiday_list(&vd_holiday_italy, vd_days_from_civil(1, 1, 1), list, 2),
			 2);
	assert_int_equal(list[0], vd_days_from_civil(1949, 1, 1));

	static const struct vd_holiday_rule rule = { 9, 19, 2030, "San Gennaro" };
	const struct vd_holiday_set one = { "napoli", &rule, 1 };
	assert_int_equal(vd_holiday_list(&one, vd_days_from_civil(2026, 1, 1), list, 2), 2);
	assert_int_equal(list[0], vd_days_from_civil(2030, 9, 19));
	assert_int_equal(list[1], vd_days_from_civil(2031, 9, 19));

	const struct vd_holiday_set none = { "none", NULL, 0 };
	assert_int_equal(vd_holiday_list(&none, 0, list, 2), 0);
	assert_null(vd_holiday_name(&none, 0));
}

static void test_two_rules_on_one_day(void **state)
{
	(void)state;
	int64_t day = vd_days_from_civil(2011, 4, 25);
	int64_t list[3];
	assert_int_equal(vd_holiday_list(&vd_holiday_italy, day - 1, list, 3), 3);
	assert_int_equal(list[0], day);
	assert_int_equal(list[1], day);
	assert_int_equal(list[2], vd_days_from_civil(2011, 5, 1));
}

static void test_around_the_leap_day(void **state)
{
	(void)state;
	static const struct vd_holiday_rule rules[] = { { 2, 14, 2000, "before" },
							{ 3, 1, 2000, "behind" } };
	const struct vd_holiday_set set = { "leap", rules, 2 };
	for (int year = 2026; year < 2030; year++) {
		assert_string_equal(vd_holiday_name(&set, vd_days_from_civil(year, 2, 14)),
				    "before");
		assert_string_equal(vd_holiday_name(&set, vd_days_from_civil(year, 3, 1)),
				    "behind");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_easter),
		cmocka_unit_test(test_italy_names),
		cmocka_unit_test(test_list_is_every_named_day),
		cmocka_unit_test(test_list_begins_where_the_rules_do),
		cmocka_unit_test(test_two_rules_on_one_day),
		cmocka_unit_test(test_around_the_leap_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
