// SPDX-License-Identifier: MIT
#include "care/holiday_ics.h"

#include "care/calendar.h"
#include "unit.h"

static struct vd_ics ics; // big
static struct vd_calendar cal;
static char memory[1 << 16];

// The lines of an event, without BEGIN and END; what comes out, for Rome.
static void test_events(void **state)
{
	(void)state;
	static const struct {
		const char *event;
		const char *out;
	} table[] = {
		{ "DTSTART;VALUE=DATE:20261224", "2026-12-24 Closed\n" },
		{ "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Natale",
		  "2026-12-24 Natale\n2026-12-25 Natale\n2026-12-26 Natale\n" },
		{ "DTSTART;VALUE=DATE:20261231\r\nDURATION:P2D\r\nSUMMARY:A",
		  "2026-12-31 A\n2027-01-01 A\n" },
		{ "DTSTART;VALUE=DATE:20261231\r\nDURATION:P1W\r\nSTATUS:CANCELLED", "" },
		// public holiday calendars mark their days so; closed all the same
		{ "DTSTART;VALUE=DATE:20260815\r\nTRANSP:TRANSPARENT\r\nSUMMARY:Ferragosto",
		  "2026-08-15 Ferragosto\n" },
		{ "dtstart;value=date:20260815\nsummary;language=it:Ferragosto",
		  "2026-08-15 Ferragosto\n" },
		{ "DTSTART;VALUE=DATE:20260815\r\nSUMMARY:a\\, b\\; c\\\\d\\ne\r\n  and\r\n\t more",
		  "2026-08-15 a, b; c\\d e and more\n" },
		{ "DTSTART;VALUE=DATE:20260815\r\nBEGIN:VALARM\r\nDURATION:PT15M\r\nSUMMARY:No\r\n"
		  "END:VALARM\r\nSUMMARY:Yes",
		  "2026-08-15 Yes\n" },
		// times
		{ "DTSTART:20261224T130000\r\nDTEND:20261224T240000", NULL },
		{ "DTSTART:20261224T130000\r\nDTEND:20261225T000000\r\nSUMMARY:Half",
		  "2026-12-24=!13:00-24:00 Half\n" },
		{ "DTSTART:20261224T120000Z\r\nDURATION:PT2H30M",
		  "2026-12-24=!13:00-15:30 Closed\n" },
		{ "DTSTART;TZID=America/New_York:20261224T060000\r\nDURATION:PT1H",
		  "2026-12-24=!12:00-13:00 Closed\n" },
		{ "DTSTART;X=\"a:b;c\";TZID=\"/Europe/Lisbon\":20260704T130030\r\nDURATION:PT1H",
		  "2026-07-04=!14:00-15:01 Closed\n" },
		{ "DTSTART:20261224T130000\r\nDTEND:20261226T120000\r\nSUMMARY:Long",
		  "2026-12-24=!13:00-24:00 Long\n2026-12-25 Long\n2026-12-26=!00:00-12:00 Long\n" },
		{ "DTSTART:20261224T130000", "" }, // takes no time (3.6.1)
		// repetition that a rule can say
		{ "DTSTART;VALUE=DATE:20201207\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Sant'Ambrogio",
		  "12-07@2020 Sant'Ambrogio\n" },
		{ "DTSTART;VALUE=DATE:20201207\r\nRRULE:FREQ=YEARLY;COUNT=3\r\nSUMMARY:A",
		  "12-07@2020-2022 A\n" },
		{ "DTSTART;VALUE=DATE:20201207\r\nRRULE:FREQ=YEARLY;UNTIL=20241207\r\nSUMMARY:A",
		  "12-07@2020-2024 A\n" },
		{ "DTSTART;VALUE=DATE:20201207\r\nRRULE:FREQ=YEARLY;UNTIL=20241206T225959Z\r\n"
		  "SUMMARY:A",
		  "12-07@2020-2023 A\n" },
		{ "DTSTART;VALUE=DATE:20201224\r\nDTEND;VALUE=DATE:20201227\r\nSUMMARY:A\r\n"
		  "RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24",
		  "12-24@2020 A\n12-25@2020 A\n12-26@2020 A\n" },
		{ "DTSTART;VALUE=DATE:20201231\r\nDTEND;VALUE=DATE:20210102\r\nSUMMARY:A\r\n"
		  "RRULE:FREQ=YEARLY;UNTIL=20221231",
		  "12-31@2020-2022 A\n01-01@2021-2023 A\n" },
		{ "DTSTART;VALUE=DATE:20261126\r\nSUMMARY:Thanks\r\n"
		  "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
		  "M11.4.4@2026 Thanks\n" },
		{ "DTSTART;VALUE=DATE:20260525\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;WKST=SU",
		  "M5.5.1@2026 Closed\n" },
		{ "DTSTART;VALUE=DATE:20201207\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:A\r\n"
		  "EXDATE;VALUE=DATE:20251207,20221207\r\nEXDATE;VALUE=DATE:20201207",
		  "12-07@2021-2021 A\n12-07@2023-2024 A\n12-07@2026 A\n" },
		{ "DTSTART;VALUE=DATE:20280229\r\nRRULE:FREQ=YEARLY", "02-29@2028 Closed\n" },
		// and what must be written out
		{ "DTSTART;VALUE=DATE:20260404\r\nRRULE:FREQ=YEARLY;INTERVAL=2;COUNT=3",
		  "2026-04-04 Closed\n2028-04-04 Closed\n2030-04-04 Closed\n" },
		{ "DTSTART;VALUE=DATE:20280229\r\nRRULE:FREQ=YEARLY;COUNT=2",
		  "2028-02-29 Closed\n2032-02-29 Closed\n" },
		{ "DTSTART;VALUE=DATE:20260601\r\nRRULE:FREQ=YEARLY;COUNT=3;BYMONTH=6,7;BYDAY=1MO",
		  "2026-06-01 Closed\n2026-07-06 Closed\n2027-06-07 Closed\n" },
		{ "DTSTART;VALUE=DATE:20261231\r\nRRULE:FREQ=YEARLY;COUNT=3;BYMONTHDAY=-1",
		  "2026-12-31 Closed\n2027-01-31 Closed\n2027-02-28 Closed\n" },
		{ "DTSTART;VALUE=DATE:20261103\r\n" // the first Tuesday behind a Monday
		  "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=2",
		  "2026-11-03 Closed\n2027-11-02 Closed\n" },
		{ "DTSTART;VALUE=DATE:20260105\r\nRRULE:FREQ=YEARLY;BYDAY=1MO,-1MO;COUNT=3",
		  "2026-01-05 Closed\n2026-12-28 Closed\n2027-01-04 Closed\n" },
		{ "DTSTART;VALUE=DATE:20270228\r\nDURATION:P2D\r\nRRULE:FREQ=YEARLY;COUNT=2",
		  "2027-02-28 Closed\n2027-03-01 Closed\n2028-02-28 Closed\n2028-02-29 Closed\n" },
		{ "DTSTART:20261224T130000\r\nDTEND:20261225T000000\r\n"
		  "RRULE:FREQ=YEARLY;UNTIL=20281224\r\nEXDATE:20271224T130000",
		  "2026-12-24=!13:00-24:00 Closed\n2028-12-24=!13:00-24:00 Closed\n" },
		{ "DTSTART;VALUE=DATE:20260404\r\nRDATE;VALUE=DATE:20260504,20260604",
		  "2026-04-04 Closed\n2026-05-04 Closed\n2026-06-04 Closed\n" },
	};
	struct vd_zone rome;
	assert_ok(vd_zone_parse(VD_SPAN("Europe/Rome"), &rome, NULL));
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		char text[1024];
		struct vd_buf out;
		struct vd_diag diag = { 0 };
		int n = snprintf(text, sizeof(text),
				 "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n%s\r\nEND:VEVENT\r\n"
				 "END:VCALENDAR\r\n",
				 table[i].event);
		vd_buf_init(&out, memory, sizeof(memory));
		enum vd_err err = vd_ics_to_holidays(&ics, "f", vd_span_make(text, (size_t)n),
						     &rome, &out, &diag);
		if (table[i].out == NULL) {
			assert_row(err != VD_OK, table[i].event);
			continue;
		}
		assert_row(err == VD_OK, diag.text);
		if (!vd_span_is_text(vd_buf_span(&out), table[i].out)) {
			print_error("%s\ngives %s", table[i].event, out.data);
			fail();
		}
		// and the calendar takes it
		err = vd_calendar_parse_with(VD_SPAN("UTC0"), VD_SPAN("0-6=09:00-18:00"), "f",
					     vd_buf_span(&out), &cal, &diag);
		assert_row(err == VD_OK, diag.text);
	}
}

static void test_several_events(void **state)
{
	(void)state;
	static const char text[] = "\xef\xbb\xbf"
				   "BEGIN:VCALENDAR\nVERSION:2.0\nX-WR-TIMEZONE:Europe/Rome\n"
				   "BEGIN:VTIMEZONE\nTZID:Europe/Rome\nBEGIN:STANDARD\n"
				   "DTSTART:19701025T030000\nEND:STANDARD\nEND:VTIMEZONE\n"
				   "BEGIN:VEVENT\nDTSTART:20261224T120000Z\nDURATION:PT2H\n"
				   "SUMMARY:Late\nEND:VEVENT\n"
				   "BEGIN:VTODO\nSUMMARY:Not ours\nEND:VTODO\n"
				   "BEGIN:VEVENT\nDTSTART:20261224T140000\nDURATION:PT1H\n"
				   "SUMMARY:Touches\nEND:VEVENT\n"
				   "BEGIN:VEVENT\nDTSTART:20261224T090000\nDURATION:PT1H\n"
				   "SUMMARY:Early\nEND:VEVENT\n"
				   "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nSUMMARY:Natale\n"
				   "END:VEVENT\n"
				   "BEGIN:VEVENT\nDTSTART:20261225T090000\nDURATION:PT1H\n"
				   "END:VEVENT\n"
				   "END:VCALENDAR\n";
	struct vd_buf out;
	struct vd_diag diag = { 0 };
	vd_buf_init(&out, memory, sizeof(memory));
	assert_true(vd_ics_is(vd_span_of(text)));
	enum vd_err err = vd_ics_to_holidays(&ics, "f", vd_span_of(text), NULL, &out, &diag);
	assert_row(err == VD_OK, diag.text);
	assert_span(vd_buf_span(&out),
		    "2026-12-24=!09:00-10:00+13:00-15:00 Early\n2026-12-25 Natale\n");
	err = vd_calendar_parse_with(VD_SPAN("UTC0"), VD_SPAN("1-5=08:00-18:00/12:30-13:30"), "f",
				     vd_buf_span(&out), &cal, &diag);
	assert_row(err == VD_OK, diag.text);
	assert_int_equal(cal.n_exceptions, 2);
	assert_int_equal(cal.exceptions[0].hours.n, 3);
	assert_int_equal(cal.exceptions[0].hours.open_s, (10 - 1 - 1 - 2) * 3600 + 1800);
}

static void test_refuses_with_the_line(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *says;
	} table[] = {
		{ "", "f:1: the file is empty" },
		{ "Hello", "f:1: a line is to be like NAME:VALUE" },
		{ "VERSION:2.0\n", "f:1: there is text outside of BEGIN:VCALENDAR" },
		{ "BEGIN:VEVENT\nEND:VEVENT\n", "f:1: a file has BEGIN:VCALENDAR first" },
		{ "END:VCALENDAR\n", "f:1: there is text outside" },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nEND:VEVENT\n",
		  "f:4: the file ends inside of a component" },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n",
		  "f:2: the event has no DTSTART" },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026-01-01\nEND:VEVENT\n",
		  "f:3: DTSTART: \"2026-01-01\" is no date" },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260230\nEND:VEVENT\n", "f:3: DTSTART" },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101T250000\n", "f:3: DTSTART" },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=Mars/Base:20260101T100000\n",
		  "f:3: DTSTART: TZID \"Mars/Base\" is no zone" },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101T100000Z\n",
		  "f:3: DTSTART: the time has a zone, so say whose dates" },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nRRULE:FREQ=\n WEEKLY\n",
		  "f:4: RRULE: \"FREQ=WEEKLY\" is not supported" },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nRRULE:FREQ=YEARLY;BYSETPOS=1\n",
		  "f:4: RRULE: \"BYSETPOS=1\" is not supported" },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nRRULE:COUNT=1\n",
		  "f:4: RRULE: FREQ=YEARLY is missing" },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nDURATION:1D\n",
		  "f:4: DURATION: DURATION is to be" },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nDTEND:20251231\nEND:VEVENT\n",
		  "f:2: the event ends before it begins" },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nDURATION:PT1H\nEND:VEVENT\n",
		  "f:2: the event is all day, but DURATION is not in days" },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nRECURRENCE-ID:20260101\n"
		  "END:VEVENT\n",
		  "f:2: RECURRENCE-ID is not supported" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		struct vd_buf out;
		struct vd_diag diag = { 0 };
		vd_buf_init(&out, memory, sizeof(memory));
		enum vd_err err =
			vd_ics_to_holidays(&ics, "f", vd_span_of(table[i].text), NULL, &out, &diag);
		assert_row(err != VD_OK, table[i].text);
		if (strncmp(diag.text, table[i].says, strlen(table[i].says)) != 0) {
			print_error("%s\nsays %s\n", table[i].text, diag.text);
			fail();
		}
	}
	assert_false(vd_ics_is(VD_SPAN("12-07 Sant'Ambrogio\n")));
	assert_false(vd_ics_is(VD_SPAN("")));
}

static void test_names_are_cut_at_a_character(void **state)
{
	(void)state;
	char text[512] = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nSUMMARY:a";
	for (int i = 0; i < 60; i++) {
		strcat(text, "è");
	}
	strcat(text, "\nEND:VEVENT\nEND:VCALENDAR");
	struct vd_buf out;
	vd_buf_init(&out, memory, sizeof(memory));
	assert_ok(vd_ics_to_holidays(&ics, "f", vd_span_of(text), NULL, &out, NULL));
	assert_int_equal(out.len, strlen("2026-01-01 ") + 1 + 2 * 47 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_several_events),
		cmocka_unit_test(test_refuses_with_the_line),
		cmocka_unit_test(test_names_are_cut_at_a_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
