// SPDX-License-Identifier: MIT
//
// R30, R31 and SIGNALS.md: the coming night, opening hours, incidents, the ladder, chatter; and
// where two reasons meet.
#include "case.h"

#include "care/sla.h"

#define OFFICE "1-5=09:00-18:00"
#define LUNCH "1-5=09:00-18:00/13:00-14:00"

static const struct vd_alarm *night(const struct test_case *k)
{
	return &k->c.side[VD_SIDE_SLEEP_OVER];
}

// R30: who would be left over night is told while somebody can still act.
static void r30_deadlines_in_the_closure_and_just_after(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *asked;
		int first_min;
		bool is_left;
	} rows[] = {
		{ "due at closing", "2026-10-05T14:00:00", 240, true },
		{ "due before closing", "2026-10-05T13:59:00", 240, false },
		{ "due an hour after reopening", "2026-10-05T15:00:00", 240, true },
		{ "due later than that", "2026-10-05T15:00:01", 240, false },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		struct test_case k;
		case_init(&k, OFFICE);
		k.policy.target_s[VD_TARGET_FIRST] = rows[i].first_min * 60;
		k.policy.sleep_age_s = 7 * 86400;
		case_in(&k, local(rows[i].asked));
		case_at(&k, local("2026-10-05T16:59:59"));
		assert_row(!night(&k)->is_present, rows[i].name);
		case_at(&k, local("2026-10-05T17:00:01"));
		assert_row(night(&k)->is_present == rows[i].is_left, rows[i].name);
		case_at(&k, local("2026-10-06T09:00:01")); // the morning's alarms take over
		assert_row(!night(&k)->is_present, rows[i].name);
	}
}

static void r30_age_at_reopening(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_FIRST] = 40 * 3600;
	case_in(&k, local("2026-10-02T10:00:00")); // Friday: 71 h by Monday 9:00
	case_at(&k, local("2026-10-02T17:00:01"));
	assert_true(night(&k)->is_present); // the default is 24 h
	k.policy.sleep_age_s = 72 * 3600;
	case_tick(&k);
	assert_false(night(&k)->is_present);
}

static void r30_an_answer_ends_it(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_RESOLUTION] = 0;
	case_in(&k, local("2026-10-05T14:30:00"));
	case_at(&k, local("2026-10-05T17:10:00"));
	assert_int_equal(night(&k)->state, VD_ALARM_UNACK);
	case_out(&k, local("2026-10-05T17:20:00"), VD_REPLY_ANSWER);
	assert_int_equal(night(&k)->state, VD_ALARM_NORMAL);
}

// A lunch break is no night, and whoever is always open has none.
static void r30_no_night_without_a_night(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, LUNCH);
	k.policy.sleep_age_s = 60;
	case_in(&k, local("2026-10-05T09:30:00"));
	case_at(&k, local("2026-10-05T12:30:00"));
	assert_false(night(&k)->is_present);
	case_init(&k, "0-6=00:00-24:00");
	k.policy.sleep_age_s = 60;
	case_in(&k, local("2026-10-05T09:30:00"));
	case_at(&k, local("2026-10-09T09:30:00"));
	assert_false(night(&k)->is_present);
}

// SIGNALS.md, SUPPRESSED: out of service hours; it comes back as UNACK, never as ACKED.
static void r31_alarms_are_parked_while_nobody_is_there(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T14:30:00"));
	case_at(&k, local("2026-10-05T17:45:00"));
	assert_int_equal(k.c.alarm.state, VD_ALARM_UNACK);
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_ACK }));
	case_at(&k, local("2026-10-05T18:00:01"));
	assert_int_equal(k.c.alarm.state, VD_ALARM_SUPPRESSED);
	assert_int_equal(k.c.parked_by, VD_PARKED_HOURS);
	case_at(&k, local("2026-10-06T09:00:01"));
	assert_int_equal(k.c.alarm.state, VD_ALARM_UNACK);
	assert_int_equal(k.c.parked_by, 0);
}

// R31: a latched breach and a ceiling show on light and board whatever the hour.
static void r31_breach_and_ceiling_stay_shown(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T13:30:00"));
	case_at(&k, local("2026-10-05T20:00:00"));
	assert_int_equal(k.c.alarm.state, VD_ALARM_LATCHED);
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_FIRST] = 0;
	k.policy.target_s[VD_TARGET_RESOLUTION] = 0;
	k.policy.target_s[VD_TARGET_CEILING] = 8 * 3600;
	case_in(&k, local("2026-10-05T17:00:00"));
	case_at(&k, local("2026-10-05T23:30:00")); // past 75 % of 8 wall hours
	assert_int_equal(k.c.alarm.state, VD_ALARM_UNACK);
	assert_int_equal(k.c.ladder, VD_LADDER_LIGHT); // in silence
}

// R31: the ladder climbs in the open time of who is told, and stands still otherwise.
static void r31_the_ladder_climbs_while_somebody_can_act(void **state)
{
	(void)state;
	static struct vd_rulebook book;
	struct test_case k;
	case_init(&k, OFFICE);
	assert_ok(vd_calendar_parse(VD_SPAN("CET-1CEST,M3.5.0,M10.5.0/3"),
				    VD_SPAN("1-5=16:00-20:00"), &book.calendars[1], NULL));
	book.n_calendars = 2;
	k.env.book = &book;
	k.policy.second_calendar = 2;              // index + 1
	case_in(&k, local("2026-10-05T11:00:00")); // warns at 14:00
	case_at(&k, local("2026-10-05T14:04:59"));
	assert_int_equal(k.c.ladder, VD_LADDER_LIGHT);
	case_at(&k, local("2026-10-05T14:05:00"));
	assert_int_equal(k.c.ladder, VD_LADDER_SOUND);
	case_at(&k, local("2026-10-05T14:50:00")); // the second level is not there
	assert_int_equal(k.c.ladder, VD_LADDER_SOUND);
	assert_int_equal(k.facts[VD_FACT_ESCALATED], 1);
	case_at(&k, local("2026-10-05T16:15:01"));
	assert_int_equal(k.c.ladder, VD_LADDER_SECOND);
	// Whoever sees it stops the ladder; where the lease ends, it begins anew.
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_ACK }));
	assert_int_equal(k.c.ladder, VD_LADDER_LIGHT);
	case_at(&k, local("2026-10-05T16:30:02"));
	assert_wall(k.c.ladder_from, local("2026-10-05T16:30:01"));
}

// Its clock runs, and what breached behind the park comes back latched.
static void an_incident_suppresses_and_gives_back(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	assert_err(case_step(&k, (struct vd_event){ .kind = VD_EVENT_UNSUPPRESS }), VD_ERR_STATE);
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_SUPPRESS, .incident = 7 }));
	case_at(&k, local("2026-10-05T15:00:00"));
	assert_int_equal(k.c.alarm.state, VD_ALARM_SUPPRESSED);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_BREACHED);
	case_at(&k, local("2026-10-06T10:00:00")); // opening hours don't bring it back
	assert_int_equal(k.c.alarm.state, VD_ALARM_SUPPRESSED);
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_UNSUPPRESS }));
	assert_int_equal(k.c.alarm.state, VD_ALARM_LATCHED);
	assert_int_equal(k.c.incident, 0);
}

// Against chatter: a threshold that moves away takes its warning along 2 open minutes later, a
// reply at once.
static void a_warning_does_not_chatter(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_at(&k, local("2026-10-05T13:10:00"));
	assert_int_equal(k.c.alarm.condition, VD_SEVERITY_WARNING);
	k.policy.target_s[VD_TARGET_FIRST] = 8 * 3600;
	k.policy.version++;
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_RULES }));
	assert_int_equal(k.c.alarm.condition, VD_SEVERITY_WARNING);
	case_at(&k, local("2026-10-05T13:11:59"));
	assert_true(k.c.alarm.is_present);
	case_at(&k, local("2026-10-05T13:12:01"));
	assert_false(k.c.alarm.is_present);
	case_at(&k, local("2026-10-05T16:10:00"));
	assert_true(k.c.alarm.is_present);
	case_out(&k, local("2026-10-05T16:10:01"), VD_REPLY_ANSWER);
	assert_false(k.c.alarm.is_present);
}

// ---- where two reasons meet ------------------------------------------------------------------

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
		cmocka_unit_test(r30_deadlines_in_the_closure_and_just_after),
		cmocka_unit_test(r30_age_at_reopening),
		cmocka_unit_test(r30_an_answer_ends_it),
		cmocka_unit_test(r30_no_night_without_a_night),
		cmocka_unit_test(r31_alarms_are_parked_while_nobody_is_there),
		cmocka_unit_test(r31_breach_and_ceiling_stay_shown),
		cmocka_unit_test(r31_the_ladder_climbs_while_somebody_can_act),
		cmocka_unit_test(an_incident_suppresses_and_gives_back),
		cmocka_unit_test(a_warning_does_not_chatter),
		cmocka_unit_test(r31_an_incident_that_ends_at_night),
		cmocka_unit_test(r31_a_step_of_the_ladder_that_is_passed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
