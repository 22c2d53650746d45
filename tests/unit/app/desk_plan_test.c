// SPDX-License-Identifier: MIT
// What the plan of polling hears from the desk, and X's bill, on the real store.
#include "app/desk_internal.h"
#include "desk_bench.h"

static struct vd_urgency urgency_of(struct bench *b, uint16_t account)
{
	struct vd_urgency out;
	pass(b, 1);
	b->host.urgency(b->host.ctx, account, &out);
	return out;
}

static void bill(struct bench *b, uint16_t account, enum vd_resource resource, const char *id)
{
	b->host.billed(b->host.ctx, account, resource, vd_span_of(id), false);
}

static void set_money(struct bench *b, int64_t dollars, enum vd_plan plan)
{
	const struct vd_desk_money money = { .plan = plan,
					     .budget = dollars * 1000000,
					     .cycle_day = 1 };
	vd_desk_set_money(b->desk, 0, &money);
}

static const struct vd_view_alarm *money_alarm(struct bench *b)
{
	const struct vd_view *v = view(b);
	for (uint8_t i = 0; i < v->n_alarms; i++) {
		if (v->alarms[i].kind == VD_ALARM_MONEY_SHORT) {
			return &v->alarms[i];
		}
	}
	return NULL;
}

static void a_waiting_customer_is_a_deadline_and_a_dialogue(void **state)
{
	struct bench *b = *state;
	struct vd_urgency before = urgency_of(b, 0);
	assert_false(vd_wall_is_set(before.due));
	assert_false(vd_wall_is_set(before.last_word));
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_urgency after = urgency_of(b, 0);
	assert_true(vd_wall_is_set(after.last_word));
	assert_true(vd_wall_is_set(after.due));
	assert_true(after.due.us > after.last_word.us);
	struct vd_urgency other = urgency_of(b, 1);
	assert_false(vd_wall_is_set(other.due));
	assert_false(vd_wall_is_set(other.last_word));
}

static void what_is_billed_is_added_up(void **state)
{
	struct bench *b = *state;
	struct vd_view_account a = { 0 };
	set_money(b, 1, VD_PLAN_PAY);
	bill(b, 0, VD_RESOURCE_POST, "1");
	bill(b, 0, VD_RESOURCE_POST, "1");
	bill(b, 0, VD_RESOURCE_WRITE_POST_WITH_URL, "2");
	pass(b, 1);
	vd_desk_plan_fill(b->desk, 0, &a);
	assert_true(a.is_billed);
	assert_int_equal(a.spent_today, 205000);
	assert_int_equal(a.spent_month, 205000);
	assert_true(a.forecast > a.spent_month);
	assert_int_equal(a.budget, 1000000);
	pass(b, 86400); // the same post is paid for again
	bill(b, 0, VD_RESOURCE_POST, "1");
	pass(b, 1);
	vd_desk_plan_fill(b->desk, 0, &a);
	assert_int_equal(a.spent_today, 5000);
	assert_int_equal(a.spent_month, 210000);
	// a restart keeps it
	close_desk(b);
	open_desk(b);
	set_money(b, 1, VD_PLAN_PAY);
	vd_desk_plan_fill(b->desk, 0, &a);
	assert_int_equal(a.spent_month, 210000);
	assert_int_equal(urgency_of(b, 0).spent_percent, 21);
}

static void at_four_fifths_somebody_is_told(void **state)
{
	struct bench *b = *state;
	set_money(b, 1, VD_PLAN_PAY);
	for (int i = 0; i < 3; i++) {
		char id[8];
		snprintf(id, sizeof(id), "%d", i);
		bill(b, 0, VD_RESOURCE_WRITE_POST_WITH_URL, id);
	}
	bill(b, 0, VD_RESOURCE_WRITE_DM, "d1");
	pass(b, 2);
	assert_null(money_alarm(b)); // 0.615
	bill(b, 0, VD_RESOURCE_WRITE_POST_WITH_URL, "9");
	pass(b, 2);
	const struct vd_view_alarm *a = money_alarm(b);
	assert_non_null(a);
	assert_int_equal(a->severity, VD_SEVERITY_WARNING);
	assert_int_equal(a->account, 1);
	assert_non_null(strstr(a->text, " of 1.00 spent, "));
	assert_non_null(strstr(a->text, "every 5 min"));
	assert_int_equal(urgency_of(b, 0).spent_percent, 81);
	bill(b, 0, VD_RESOURCE_WRITE_POST_WITH_URL, "10");
	pass(b, 2);
	assert_int_equal(money_alarm(b)->severity, VD_SEVERITY_URGENT);
	set_money(b, 100, VD_PLAN_PAY); // raised
	pass(b, 2);
	assert_int_equal(urgency_of(b, 0).spent_percent, 1);
}

static void an_old_tariff_counts_posts(void **state)
{
	struct bench *b = *state;
	set_money(b, 0, VD_PLAN_FREE);
	for (int i = 0; i < 80; i++) {
		char id[8];
		snprintf(id, sizeof(id), "%d", i);
		bill(b, 0, VD_RESOURCE_POST, id);
	}
	pass(b, 2);
	struct vd_view_account a = { 0 };
	vd_desk_plan_fill(b->desk, 0, &a);
	assert_int_equal(a.spent_month, 0);
	assert_int_equal(urgency_of(b, 0).spent_percent, 80);
	assert_non_null(strstr(money_alarm(b)->text, "80 of 100 posts of the month are read"));
}

static void a_silence_that_is_not_normal_is_hinted_at(void **state)
{
	struct bench *b = *state;
	struct vd_view_account a = { 0 };
	for (int hour = 0; hour < 3 * 168; hour++) { // three an hour, day and night
		for (int i = 0; i < 3; i++) {
			b->host.health(b->host.ctx, 0, VD_HEALTH_GOOD, "", vd_dur_s(60));
			struct vd_message m = { .published = vd_desk_now(b->desk) };
			vd_desk_quiet_note(b->desk, &m);
			vd_quiet_tick(&b->desk->plan[0].quiet, vd_wall_to_s(m.published) / 3600,
				      true);
			vd_fake_clock_advance(&b->fake, vd_dur_s(1200));
			turn(b);
		}
	}
	poll_well(b);
	vd_desk_plan_fill(b->desk, 0, &a);
	assert_false(a.is_quiet);
	for (int i = 0; i < 5; i++) {
		poll_well(b);
		pass(b, 3600);
	}
	close_desk(b); // what was learned outlives it
	open_desk(b);
	poll_well(b);
	pass(b, 1);
	vd_desk_plan_fill(b->desk, 0, &a);
	assert_true(a.is_quiet);
	b->host.health(b->host.ctx, 0, VD_HEALTH_OUTAGE, "no route", vd_dur_s(60));
	vd_desk_plan_fill(b->desk, 0, &a);
	assert_false(a.is_quiet); // then that is what is said
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		CASE(a_waiting_customer_is_a_deadline_and_a_dialogue),
		CASE(what_is_billed_is_added_up),
		CASE(at_four_fifths_somebody_is_told),
		CASE(an_old_tariff_counts_posts),
		CASE(a_silence_that_is_not_normal_is_hinted_at),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
