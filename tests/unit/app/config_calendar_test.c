// SPDX-License-Identifier: MIT
#include "app/config_calendar.h"

#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

static struct vd_calendar cal;
static struct vd_config_calendar from;
static char path[] = "/tmp/vedetta-holidays-XXXXXX";

static void put_file(const char *text)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static enum vd_err make(const char *hours, const char *text, const char **key, struct vd_diag *diag)
{
	put_file(text);
	memset(&from, 0, sizeof(from));
	snprintf(from.name, sizeof(from.name), "desk");
	snprintf(from.zone, sizeof(from.zone), "Europe/Rome");
	snprintf(from.hours, sizeof(from.hours), "%s", hours);
	snprintf(from.holidays, sizeof(from.holidays), "%s", path);
	return vd_config_calendar_make(&from, &cal, key, diag);
}

static void test_files(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		int64_t open_s; // of 7 December 2026, a Monday
	} table[] = {
		{ "12-08 Nothing\n", 9 * 3600 },
		{ "12-07@2026 Sant'Ambrogio\n", 0 },
		{ "2026-12-07=!14:00-18:00 Half\n", 5 * 3600 },
		{ "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20201207\r\n"
		  "RRULE:FREQ=YEARLY\r\nSUMMARY:Sant'Ambrogio\r\nEND:VEVENT\r\n"
		  "END:VCALENDAR\r\n",
		  0 },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261207T130000Z\nDURATION:PT9H\n"
		  "END:VEVENT\nEND:VCALENDAR\n",
		  5 * 3600 },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		struct vd_diag diag = { 0 };
		const char *key;
		const char *name;
		enum vd_err err = make("1-5=09:00-18:00!italy", table[i].file, &key, &diag);
		assert_row(err == VD_OK, diag.text);
		int64_t day = vd_days_from_civil(2026, 12, 7);
		assert_row(vd_calendar_hours(&cal, day, &name)->open_s == table[i].open_s,
			   table[i].file);
		assert_string_equal(cal.name, "desk");
	}
}

static void test_says_who_is_to_blame(void **state)
{
	(void)state;
	static const struct {
		const char *hours;
		const char *file;
		const char *key;
		const char *says;
	} table[] = {
		{ "1-5=18:00-09:00+08:00-10:00", "", "hours", "overlaps" },
		{ "!2026-01-01", "12-07 A\n", "hours", "never opens" },
		{ "1-5=09:00-18:00", "# ours\n12-07\n", "holidays", ":2: a blank and the name" },
		{ "1-5=09:00-18:00",
		  "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026\nEND:VEVENT\nEND:VCALENDAR\n",
		  "holidays", ":3: DTSTART" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		struct vd_diag diag = { 0 };
		const char *key;
		enum vd_err err = make(table[i].hours, table[i].file, &key, &diag);
		assert_row(err != VD_OK, table[i].file);
		assert_string_equal(key, table[i].key);
		assert_row(strstr(diag.text, table[i].says) != NULL, diag.text);
	}
	// one that would not fit into the journal
	struct vd_buf text;
	vd_buf_init_heap(&text, 1 << 17);
	for (int i = 0; i < 250; i++) {
		vd_buf_printf(&text,
			      "2026-%02d-%02d=09:00-10:00+11:00-12:00+13:00-14:00 A name %d, "
			      "and what else there is to say about this day of the year\n",
			      i / 28 + 1, i % 28 + 1, i % 30);
	}
	struct vd_diag long_diag = { 0 };
	const char *long_key;
	assert_err(make("1-5=09:00-18:00", text.data, &long_key, &long_diag), VD_ERR_TOO_LARGE);
	assert_string_equal(long_key, "holidays");
	vd_buf_deinit(&text);
	// a calendar that opens by its file only does open
	struct vd_diag diag = { 0 };
	const char *key;
	assert_ok(make("!2026-01-01", "12-07=09:00-10:00 A\n", &key, &diag));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_says_who_is_to_blame),
	};
	int fd = mkstemp(path);
	if (fd < 0) {
		return 1;
	}
	close(fd);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
