// SPDX-License-Identifier: MIT
#include "care/holiday.h"

#include "base/time.h"
#include "care/calendar.h"
#include "unit.h"

static struct vd_calendar cal;

static void use(const char *text)
{
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_calendar_parse(VD_SPAN("UTC0"), vd_span_of(text), &cal, &diag);

	assert_row(err == VD_OK, diag.text);
}

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
		struct vd_calendar_year year = vd_calendar_year_make(table[i][0]);
		assert_int_equal(vd_calendar_year_easter(&year),
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
		{ { 1980, 1, 6 }, "" },
		{ { 2026, 4, 5 }, "" }, // Easter itself is a Sunday as others
		{ { 2026, 4, 6 }, "Lunedì dell'Angelo" },
		{ { 2026, 4, 25 }, "Festa della Liberazione" },
		{ { 2026, 5, 1 }, "Festa del Lavoro" },
		{ { 2026, 6, 2 }, "Festa della Repubblica" },
		{ { 1999, 6, 2 }, "" },
		{ { 2026, 8, 15 }, "Ferragosto" },
		{ { 2025, 10, 4 }, "" },
		{ { 2026, 10, 4 }, "San Francesco d'Assisi" },
		{ { 2026, 11, 1 }, "Ognissanti" },
		{ { 2026, 12, 8 }, "Immacolata Concezione" },
		{ { 2026, 12, 25 }, "Natale" },
		{ { 2026, 12, 26 }, "Santo Stefano" },
		{ { 2028, 12, 26 }, "Santo Stefano" }, // behind a 29 February
		{ { 2026, 12, 27 }, "" },
		{ { 1948, 12, 25 }, "" },
	};
	use("0-6=09:00-18:00!italy");
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		const int *d = table[i].date;
		const char *name;
		const struct vd_day_hours *hours =
			vd_calendar_hours(&cal, vd_days_from_civil(d[0], d[1], d[2]), &name);
		char row[32];
		(void)snprintf(row, sizeof(row), "%d-%02d-%02d", d[0], d[1], d[2]);
		assert_row(strcmp(name, table[i].name) == 0, row);
		assert_row((hours->n == 0) == (table[i].name[0] != '\0'), row);
	}
}

// What each rule means, day by day: the days on which a text closes.
static void test_rules(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int closed[4][3]; // within 2026..2029, all of them
	} table[] = {
		{ "12-07@2027-2028", { { 2027, 12, 7 }, { 2028, 12, 7 } } },
		{ "12-07@-2026", { { 2026, 12, 7 } } },
		{ "12-07@2029", { { 2029, 12, 7 } } },
		{ "02-29", { { 2028, 2, 29 } } },
		{ "02-14@2028,03-01@2028-2028",
		  { { 2028, 2, 14 }, { 2028, 3, 1 }, { 2029, 2, 14 } } },
		{ "easter", { { 2026, 4, 5 }, { 2027, 3, 28 }, { 2028, 4, 16 }, { 2029, 4, 1 } } },
		{ "easter-2@2028", { { 2028, 4, 14 }, { 2029, 3, 30 } } },
		{ "easter+60@-2027", { { 2026, 6, 4 }, { 2027, 5, 27 } } },
		{ "M11.4.4",
		  { { 2026, 11, 26 }, { 2027, 11, 25 }, { 2028, 11, 23 }, { 2029, 11, 22 } } },
		{ "M5.5.1",
		  { { 2026, 5, 25 }, { 2027, 5, 31 }, { 2028, 5, 29 }, { 2029, 5, 28 } } },
		{ "M2.1.0@2026-2027", { { 2026, 2, 1 }, { 2027, 2, 7 } } },
		// of two rules for one day the later one holds, for as long as it says
		{ "12-07,12-07@2027-2028=10:00-12:00", { { 2026, 12, 7 }, { 2029, 12, 7 } } },
		{ "12-07@2027,12-07@2026=10:00-12:00",
		  { { 2027, 12, 7 }, { 2028, 12, 7 }, { 2029, 12, 7 } } },
		// where two rules meet, closed wins; a date wins over both
		{ "04-06@-2026=10:00-12:00,easter+1@-2026", { { 2026, 4, 6 } } },
		{ "easter+1@-2026=10:00-12:00,04-06@-2026", { { 2026, 4, 6 } } },
		{ "04-06@-2026,2026-04-06=10:00-12:00", { { 0 } } },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		char text[128];
		size_t n = 0;
		(void)snprintf(text, sizeof(text), "0-6=09:00-18:00!%s", table[i].text);
		use(text);
		for (int64_t day = 20454; day < 20454 + 4 * 365 + 1; day++) {
			const int *d = table[i].closed[n < 4 ? n : 3];
			const char *name;
			if (vd_calendar_hours(&cal, day, &name)->n > 0) {
				continue;
			}
			assert_row(n < 4 && day == vd_days_from_civil(d[0], d[1], d[2]),
				   table[i].text);
			n++;
		}
		assert_row(n == 4 || table[i].closed[n][0] == 0, table[i].text);
	}
}

static void test_a_file(void **state)
{
	(void)state;
	static const char file[] = "\xef\xbb\xbf# ours\r\n"
				   "12-07@2026\tSant'Ambrogio\r\n"
				   "\r\n"
				   "  12-24=09:00-13:00  Vigilia (mezza giornata)  \r\n"
				   "2026-12-28 Ponte\n"
				   "12-25=10:00-11:00 Natale aperto\n"
				   "08-15 Chiuso";
	struct vd_diag diag = { 0 };
	assert_ok(vd_calendar_parse_with(VD_SPAN("UTC0"),
					 VD_SPAN("1-5=09:00-18:00!italy,2026-12-28=09:00-10:00,"
						 "08-15=12:00-13:00(Aperto)"),
					 "ours.txt", vd_span_of(file), &cal, &diag));
	static const struct {
		int date[3];
		int open_s;
		const char *name;
	} table[] = {
		{ { 2026, 12, 7 }, 0, "Sant'Ambrogio" },
		{ { 2025, 12, 8 }, 0, "Immacolata Concezione" },
		{ { 2026, 12, 24 }, 4 * 3600, "Vigilia (mezza giornata)" },
		{ { 2026, 12, 28 }, 3600, "" },              // the text wins over the file
		{ { 2026, 12, 25 }, 3600, "Natale aperto" }, // the file over the set
		{ { 2026, 8, 15 }, 3600, "Aperto" },         // the text over both
		{ { 2026, 12, 26 }, 0, "Santo Stefano" },
		{ { 2026, 12, 23 }, 9 * 3600, "" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		const int *d = table[i].date;
		const char *name;
		const struct vd_day_hours *hours =
			vd_calendar_hours(&cal, vd_days_from_civil(d[0], d[1], d[2]), &name);
		assert_row(hours->open_s == table[i].open_s, table[i].name);
		assert_row(strcmp(name, table[i].name) == 0, table[i].name);
	}
}

static void test_a_file_is_refused_with_the_place(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		const char *says;
	} table[] = {
		{ "# one\n\n12-32 Name\n", "ours.txt:3: there is no such date at column 1" },
		{ "12-07\n", "ours.txt:1: a blank and the name" },
		{ "12-07=09:00-09:00 Name\n", "ours.txt:1: an interval is empty at column 7" },
		{ "12-07=09:00-10:00x\n", "at column 18" },
		{ "12-07 A\n12-07=09:00-10:00 A\n", "ours.txt:2: a date has two different" },
		{ "italy\n", "ours.txt:1: a day as YYYY-MM-DD" },
		{ "12-07 A\x01", "control character" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		struct vd_diag diag = { 0 };
		enum vd_err err = vd_calendar_parse_with(VD_SPAN("UTC0"),
							 VD_SPAN("1-5=09:00-18:00"), "ours.txt",
							 vd_span_of(table[i].file), &cal, &diag);
		assert_row(err != VD_OK && diag.err == err, table[i].file);
		assert_row(strstr(diag.text, table[i].says) != NULL, diag.text);
	}
}

static void test_every_set_is_good(void **state)
{
	(void)state;
	assert_true(vd_holiday_sets_n >= 1);
	for (size_t i = 0; i < vd_holiday_sets_n; i++) {
		char text[64];
		(void)snprintf(text, sizeof(text), "1-5=09:00-18:00!%s", vd_holiday_sets[i].name);
		use(text);
		assert_true(cal.n_rules > 0);
	}
	assert_ptr_equal(vd_holiday_find(VD_SPAN("italy")), &vd_holiday_sets[0]);
	assert_null(vd_holiday_find(VD_SPAN("italia")));
	assert_null(vd_holiday_find(VD_SPAN("")));
}

static void easter_of_the_table_is_that_of_the_rule(void **state)
{
	(void)state;
	for (int64_t number = 1583; number < 4000; number++) {
		struct vd_calendar_year year = vd_calendar_year_make(number);
		assert_int_equal(vd_calendar_year_easter(&year), vd_calendar_year_computus(&year));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(easter_of_the_table_is_that_of_the_rule),
		cmocka_unit_test(test_easter),
		cmocka_unit_test(test_italy_names),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_a_file),
		cmocka_unit_test(test_a_file_is_refused_with_the_place),
		cmocka_unit_test(test_every_set_is_good),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
