// SPDX-License-Identifier: MIT
#include "care/calendar.h"

#include "random_calendar.h"
#include "unit.h"

static struct vd_calendar cal; // big
static struct vd_calendar again;
static char zone_memory[128];
static char text_memory[1 << 16];

static void print(struct vd_buf *zone, struct vd_buf *text)
{
	vd_buf_init(zone, zone_memory, sizeof(zone_memory));
	vd_buf_init(text, text_memory, sizeof(text_memory));
	vd_calendar_print(&cal, zone, text);
	assert_ok(vd_buf_check(zone));
	assert_ok(vd_buf_check(text));
}

// Parses what was printed; the memory is dirty before, so that nothing is left to luck.
static void check_comes_back(const char *row)
{
	struct vd_buf zone;
	struct vd_buf text;
	struct vd_diag diag = { 0 };

	print(&zone, &text);
	memset(&again, 0xa5, sizeof(again));
	enum vd_err err = vd_calendar_parse(vd_buf_span(&zone), vd_buf_span(&text), &again, &diag);
	assert_row(err == VD_OK, diag.text);
	assert_row(memcmp(&cal, &again, sizeof(cal)) == 0, row);
}

static void test_canonical_texts(void **state)
{
	(void)state;
	static const struct {
		const char *zone;
		const char *text;
		const char *zone_out;
		const char *text_out;
	} table[] = {
		{ "CET-1CEST,M3.5.0,M10.5.0/3", "1-5=09:00-18:00/13:00-14:00",
		  "<+01>-1<+02>,M3.5.0,M10.5.0/3", "1-5=09:00-13:00+14:00-18:00" },
		{ "NST3:30NDT,J60/0:00:30,300/-2:30", "5-0=22:00-06:00",
		  "<-0330>3:30<-0230>,J60/0:00:30,300/-2:30", "0=22:00-06:00;5-6=22:00-06:00" },
		{ "UTC0",
		  "2=22:00-06:00/23:30-00:30/02:00-02:30!italy,12-07(S. Ambrogio \\(\\)),"
		  "12-25@2027=10:00-11:00,2026-12-24=09:00-13:00",
		  "<+00>0",
		  "2=22:00-06:00/23:30-00:30/02:00-02:30!2026-12-24=09:00-13:00,01-01@1949" },
		{ "UTC0", "!2026-01-01", "<+00>0", "!2026-01-01" },
		{ "UTC0", "0-6=00:00-00:00+12:00-13:00", "<+00>0", NULL },
		{ "UTC0", "0-6=20:00-00:00", "<+00>0", "0-6=20:00-24:00" },
		{ "UTC0", "1=09:00-10:00!M11.4.4,easter,easter-2@-2030,02-29@2028-2032,01-01@0002",
		  "<+00>0",
		  "1=09:00-10:00!01-01@0002,02-29@2028-2032,easter-2@-2030,easter,M11.4.4" },
		{ "UTC0", "1=09:00-10:00!12-07@2026(A),12-07@2027(B),12-07@2028-2028(C)", "<+00>0",
		  "1=09:00-10:00!12-07@2026-2026(A),12-07@2027-2027(B),12-07@2028-2028(C),"
		  "12-07@2029(B)" },
		{ "UTC0", "1=09:00-10:00!12-07@2026(A),12-07@2027(A)", "<+00>0",
		  "1=09:00-10:00!12-07@2026(A)" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		struct vd_buf zone;
		struct vd_buf text;
		struct vd_diag diag = { 0 };
		enum vd_err err = vd_calendar_parse(vd_span_of(table[i].zone),
						    vd_span_of(table[i].text), &cal, &diag);
		if (table[i].text_out == NULL) {
			assert_row(err != VD_OK, table[i].text);
			continue;
		}
		assert_row(err == VD_OK, diag.text);
		print(&zone, &text);
		assert_span(vd_buf_span(&zone), table[i].zone_out);
		assert_row(vd_span_has_prefix(vd_buf_span(&text), vd_span_of(table[i].text_out)),
			   text.data);
		check_comes_back(table[i].text);
	}
}

static void test_random_calendars_come_back(void **state)
{
	(void)state;
	static const char *const zones[] = {
		"Europe/Rome",          "UTC0",
		"<+0545>-5:45",         "XXX24YYY-24:59:59,M1.1.0/-167,M12.5.6/167",
		"AAA3BBB,J60/2,J300/1", "EST5EDT,0,365/25:01:02"
	};
	static char memory[1 << 16];
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 2026);
	int n = 0;

	for (int i = 0; i < 2000; i++) {
		struct vd_buf text;
		const char *zone = zones[i % (int)VD_ARRAY_LEN(zones)];
		vd_buf_init(&text, memory, sizeof(memory));
		random_put_calendar(&rng, 20454, &text);
		if (vd_calendar_parse(vd_span_of(zone), vd_buf_span(&text), &cal, NULL) == VD_OK) {
			check_comes_back(text.data);
			n++;
		}
	}
	assert_true(n > 1000);
}

static void test_never_open(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool is_never;
	} table[] = {
		{ "!2026-01-01", true },
		{ "!italy", true },
		{ "!2026-01-01=09:00-10:00", false },
		{ "!12-24=09:00-10:00", false },
		{ "1=09:00-10:00", false },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		assert_ok(
			vd_calendar_parse(VD_SPAN("UTC0"), vd_span_of(table[i].text), &cal, NULL));
		assert_row(vd_calendar_is_never_open(&cal) == table[i].is_never, table[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_canonical_texts),
		cmocka_unit_test(test_random_calendars_come_back),
		cmocka_unit_test(test_never_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
