// SPDX-License-Identifier: MIT
#include "care/view.h"

#include "care/figures.h"
#include "case.h"

static void book_init(struct vd_rulebook *book, const struct test_case *k)
{
	memset(book, 0, sizeof(*book));
	book->n_calendars = 1;
	book->calendars[0] = k->calendar;
	book->n_policies = 1;
	book->policies[0] = k->policy;
	book->n_brands = 4;
	book->n_staff = 1;
	strcpy(book->staff[0].initials, "RM");
}

static void test_row_of_the_story(void **state)
{
	(void)state;
	struct test_case k;
	static struct vd_rulebook book;
	struct vd_view_row row;
	case_init(&k, "1-5=09:00-18:00");
	book_init(&book, &k);
	case_in(&k, local("2026-10-02T16:40:00"));
	strcpy(k.c.topic, "line");
	case_at(&k, local("2026-10-05T10:40:00"));
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_CLAIM, .staff = 1 }));
	vd_view_row_make(&book, &k.c, k.env.now, &row);
	assert_int_equal(row.target, VD_TARGET_FIRST);
	assert_int_equal(row.severity, VD_SEVERITY_WARNING);
	assert_int_equal(row.brand, 3);
	assert_int_equal(row.waited.wall_s, 66 * 3600);
	assert_int_equal(row.waited.business_s, 3 * 3600);
	assert_int_equal(row.left_open_s, 3600);
	assert_int_equal(row.left_wall_s, 3600);
	assert_int_equal(row.used_permille, 750);
	assert_string_equal(row.claimed_by, "RM");
	assert_string_equal(row.topic, "line");
	assert_string_equal(row.first_line, "The line is down.");
	case_at(&k, local("2026-10-06T09:30:00")); // 8 h 50 of business past
	vd_view_row_make(&book, &k.c, k.env.now, &row);
	assert_int_equal(row.left_open_s, -(6 * 3600 + 20 * 60 + 30 * 60));
	assert_int_equal(row.used_permille, 1000);
	assert_string_equal(row.claimed_by, ""); // the lease is over
	case_out(&k, local("2026-10-06T09:30:00"), VD_REPLY_ANSWER);
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_RESOLVE, .staff = 1 }));
	vd_view_row_make(&book, &k.c, k.env.now, &row);
	assert_int_equal(row.target, VD_TARGET_N);
	assert_int_equal(row.alarm, VD_ALARM_LATCHED); // stays on the board until it is put away
	assert_int_equal(row.waited.wall_s, 0);
	assert_false(vd_wall_is_set(row.due));
}

// A direct message never reaches a wall.
static void test_row_hides_a_private_text(void **state)
{
	(void)state;
	struct test_case k;
	static struct vd_rulebook book;
	struct vd_view_row row;
	case_init(&k, "1-5=09:00-18:00");
	book_init(&book, &k);
	case_in(&k, local("2026-10-05T10:00:00"));
	struct vd_message m = case_message(VD_DIRECTION_IN, VD_REPLY_NONE, k.env.now, k.env.now);
	m.visibility = VD_VISIBILITY_PRIVATE;
	case_take(&k, &m);
	vd_view_row_make(&book, &k.c, k.env.now, &row);
	assert_int_equal(row.visibility, VD_VISIBILITY_PRIVATE);
	assert_string_equal(row.first_line, "");
	assert_true(strlen(k.c.first_line) > 0);
}

// Above each other: breaches first, then by deadline, ties by R22, then who waits longer, then
// the older number.
static void test_order_of_the_wall(void **state)
{
	(void)state;
	static const struct vd_view_row ROWS[] = {
		{ .conversation = 1, .severity = VD_SEVERITY_BREACHED, .due = { 900 } },
		{ .conversation = 2, .severity = VD_SEVERITY_BREACHED }, // answered, not reset
		{ .conversation = 3, .severity = VD_SEVERITY_URGENT, .due = { 100 } },
		{ .conversation = 4, .due = { 200 }, .target = VD_TARGET_FIRST },
		{ .conversation = 5,
		  .due = { 200 },
		  .target = VD_TARGET_NEXT,
		  .waiting_since = { 5 } },
		{ .conversation = 6,
		  .due = { 200 },
		  .target = VD_TARGET_NEXT,
		  .waiting_since = { 6 } },
		{ .conversation = 7,
		  .due = { 200 },
		  .target = VD_TARGET_NEXT,
		  .waiting_since = { 6 } },
		{ .conversation = 8, .target = VD_TARGET_N },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		assert_int_equal(vd_view_row_compare(&ROWS[i], &ROWS[i]), 0);
		for (size_t j = i + 1; j < VD_ARRAY_LEN(ROWS); j++) {
			assert_true(vd_view_row_compare(&ROWS[i], &ROWS[j]) < 0);
			assert_true(vd_view_row_compare(&ROWS[j], &ROWS[i]) > 0);
		}
	}
}

static void test_freshness(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int64_t age_s;
		int64_t period_s;
		enum vd_freshness expected;
	} ROWS[] = {
		{ "never", -1, 60, VD_NOT_KNOWN },     { "now", 0, 60, VD_FRESH },
		{ "two periods", 120, 60, VD_FRESH },  { "over two", 121, 60, VD_STALE },
		{ "five periods", 300, 60, VD_STALE }, { "over five", 301, 60, VD_NOT_KNOWN },
		{ "no period", 1, 0, VD_NOT_KNOWN },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct vd_view_account a = { .age_s = ROWS[i].age_s, .period_s = ROWS[i].period_s };
		assert_row(vd_view_freshness(&a) == ROWS[i].expected, ROWS[i].name);
	}
	assert_string_equal(vd_health_name(VD_HEALTH_OUTAGE), "outage");
	assert_string_equal(vd_health_name(VD_HEALTH_N), "?");
}

// R41: nearest rank.
static void test_percentiles(void **state)
{
	(void)state;
	int64_t five[] = { 50, 15, 40, 20, 35 };
	assert_int_equal(vd_figures_percentile(five, 5, 5), 15);
	assert_int_equal(vd_figures_percentile(five, 5, 30), 20);
	assert_int_equal(vd_figures_percentile(five, 5, 40), 20);
	assert_int_equal(vd_figures_percentile(five, 5, 50), 35);
	assert_int_equal(vd_figures_percentile(five, 5, 100), 50);
	int64_t one[] = { 7 };
	assert_int_equal(vd_figures_percentile(one, 1, 1), 7);
	int64_t hundred[100];
	for (int i = 0; i < 100; i++) {
		hundred[i] = (i * 37) % 100 + 1; // 1..100 in another order
	}
	struct vd_figures_row row = vd_figures_summarise(hundred, 100);
	assert_int_equal(row.n, 100);
	assert_int_equal(row.p50, 50);
	assert_int_equal(row.p90, 90);
	assert_int_equal(row.p95, 95);
	assert_int_equal(row.worst, 100);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(hundred[i], i + 1);
	}
	row = vd_figures_summarise(NULL, 0);
	assert_int_equal(row.n + (size_t)row.p50 + (size_t)row.worst, 0);
}

static void test_first_response_is_a_pair(void **state)
{
	(void)state;
	struct test_case k;
	static struct vd_rulebook book;
	struct vd_pair pair;
	case_init(&k, "1-5=09:00-18:00");
	book_init(&book, &k);
	case_in(&k, local("2026-10-02T16:40:00"));
	assert_false(vd_figures_first_response(&book, &k.c, &pair));
	case_out(&k, local("2026-10-05T16:40:00"), VD_REPLY_HOLDING);
	case_out(&k, local("2026-10-05T17:00:00"), VD_REPLY_ANSWER);
	assert_true(vd_figures_first_response(&book, &k.c, &pair));
	assert_int_equal(pair.wall_s, 72 * 3600);
	assert_int_equal(pair.business_s, 9 * 3600);
}

// What the walls show beside the clock comes from the case as it is.
static void test_marks_of_a_row(void **state)
{
	(void)state;
	struct test_case k;
	static struct vd_rulebook book;
	struct vd_view_row row;
	case_init(&k, "1-5=09:00-18:00");
	book_init(&book, &k);
	case_in(&k, local("2026-10-02T16:40:00"));
	vd_view_row_make(&book, &k.c, k.env.now, &row);
	assert_int_equal(row.parked_by | row.sides | row.offered_to | row.ladder, 0);
	assert_false(vd_wall_is_set(row.parked_until));
	k.c.alarm.state = VD_ALARM_UNACK;
	k.c.ladder = VD_LADDER_SECOND;
	k.c.offer = (struct vd_offer){ .account = 2, .until = local("2026-10-02T16:55:00") };
	k.c.paused_since = k.env.now;
	k.c.side[VD_SIDE_SLEEP_OVER].state = VD_ALARM_UNACK;
	k.c.side[VD_SIDE_PAUSE].state = VD_ALARM_SUPPRESSED; // parked: counted, not shown
	k.c.side[VD_SIDE_BLOCKED].state = VD_ALARM_ACKED;
	k.c.incident = 7;
	vd_view_row_make(&book, &k.c, k.env.now, &row);
	assert_int_equal(row.ladder, VD_LADDER_SECOND);
	assert_int_equal(row.offered_to, 2);
	assert_int_equal(row.offered_until.us, local("2026-10-02T16:55:00").us);
	assert_true(row.is_paused);
	assert_int_equal(row.sides, 1 << VD_SIDE_SLEEP_OVER | 1 << VD_SIDE_BLOCKED);
	assert_int_equal(row.incident, 0); // of an incident that it has left
	k.c.alarm.state = VD_ALARM_SHELVED;
	k.c.alarm.until = local("2026-10-02T17:30:00");
	k.c.parked_by = VD_PARKED_INCIDENT | VD_PARKED_HOURS;
	vd_view_row_make(&book, &k.c, k.env.now, &row);
	assert_int_equal(row.parked_until.us, k.c.alarm.until.us);
	assert_int_equal(row.parked_by, VD_PARKED_INCIDENT | VD_PARKED_HOURS);
	assert_int_equal(row.incident, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_row_of_the_story),
		cmocka_unit_test(test_marks_of_a_row),
		cmocka_unit_test(test_row_hides_a_private_text),
		cmocka_unit_test(test_order_of_the_wall),
		cmocka_unit_test(test_freshness),
		cmocka_unit_test(test_percentiles),
		cmocka_unit_test(test_first_response_is_a_pair),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
