// SPDX-License-Identifier: MIT
// What if: the same input under the same rules gives the same verdicts; under others, others.
#include "app/simulate.h"
#include "desk_bench.h"

#define ANNA 1
#define MONDAY_11 INT64_C(1791190800)

struct run {
	struct vd_simulate sim;
	enum vd_err err;
	struct vd_diag diag;
};

static bool feed(void *ctx, const struct vd_journal_event *event)
{
	struct run *run = ctx;
	run->err = vd_simulate_feed(&run->sim, event, &run->diag);
	return run->err == VD_OK;
}

static enum vd_err run_journal(struct bench *b, struct run *run)
{
	assert_ok(vd_store_journal_each(b->store, 1, feed, run, &run->diag));
	return run->err == VD_OK ? vd_simulate_finish(&run->sim, &run->diag) : run->err;
}

static struct vd_conversation simulated(struct run *run, uint64_t id)
{
	struct vd_conversation c;
	assert_ok(vd_cases_get(&run->sim.cases, id, &c, NULL));
	return c;
}

// Two cases: one is answered on Monday at 11, one never; then rules change, and days pass.
static void live_a_little(struct bench *b)
{
	poll_well(b);
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	m = question("2", "t2", FRIDAY_16_40 + 60);
	take(b, &m);
	for (int i = 0; i < 66 * 60 + 20; i++) { // as in life: the loop wakes for each tick
		pass(b, 60);
	}
	assert_ok(submit(b, (struct vd_command){
				    .kind = VD_COMMAND_CLAIM, .conversation = 1, .staff = ANNA }));
	struct vd_message reply = question("3", "t1", MONDAY_11);
	snprintf(reply.author_id, sizeof(reply.author_id), X_OWN_ID);
	take(b, &reply);
	for (int i = 0; i < 120; i++) {
		pass(b, 60);
	}
	b->book->policies[0].target_s[VD_TARGET_NEXT] = 3600;
	close_desk(b);
	open_desk(b);
	m = question("4", "t1", vd_wall_to_s(b->fake.wall));
	take(b, &m);
	for (int i = 0; i < 300; i++) {
		pass(b, 60);
	}
}

static void the_same_rules_give_the_same_verdicts(void **state)
{
	struct bench *b = *state;
	struct run run = { 0 };
	live_a_little(b);
	assert_ok(vd_simulate_init(&run.sim, &run.diag));
	assert_ok(run_journal(b, &run));
	assert_int_equal(run.sim.cases.n, 2);
	assert_int_equal(run.sim.refused, 0);
	for (uint64_t id = 1; id <= 2; id++) {
		struct vd_conversation was;
		struct vd_conversation would = simulated(&run, id);
		assert_ok(vd_store_conversation_get(b->store, id, &was, NULL));
		assert_memory_equal(was.targets, would.targets, sizeof(was.targets));
		assert_int_equal(was.alarm.state, would.alarm.state);
		assert_int_equal(was.breaches_known, would.breaches_known);
		assert_int_equal(was.waiting_since.us, would.waiting_since.us);
	}
	vd_simulate_deinit(&run.sim);
}

static void an_open_saturday_counts(void **state)
{
	struct bench *b = *state;
	struct run run = { 0 };
	struct vd_calendar *saturday = calloc(1, sizeof(*saturday));
	live_a_little(b);
	assert_ok(vd_calendar_parse(VD_SPAN("Europe/Rome"), VD_SPAN("1-6=09:00-18:00!italy"),
				    saturday, NULL));
	memcpy(saturday->name, b->book->calendars[0].name, sizeof(saturday->name));
	assert_ok(vd_simulate_init(&run.sim, &run.diag));
	run.sim.calendar = saturday;
	assert_ok(run_journal(b, &run));
	struct vd_conversation was;
	assert_ok(vd_store_conversation_get(b->store, 1, &was, NULL));
	struct vd_conversation would = simulated(&run, 1);
	assert_int_equal(was.targets[VD_TARGET_FIRST].state, VD_TARGET_MET);
	assert_int_equal(would.targets[VD_TARGET_FIRST].state, VD_TARGET_BREACHED);
	// 80 minutes on Friday, 160 on Saturday from 9.
	assert_int_equal(would.targets[VD_TARGET_FIRST].due.us,
			 vd_wall_s(1791010800 + 160 * 60).us);
	vd_simulate_deinit(&run.sim);
	free(saturday);
}

static void a_longer_target_is_met(void **state)
{
	struct bench *b = *state;
	struct run run = { 0 };
	struct vd_policy policy = b->book->policies[0];
	live_a_little(b);
	policy.target_s[VD_TARGET_FIRST] = 100 * 3600;
	assert_ok(vd_simulate_init(&run.sim, &run.diag));
	run.sim.policy = &policy;
	run.sim.policy_calendar = b->book->calendars[0].name;
	assert_ok(run_journal(b, &run));
	struct vd_conversation was;
	assert_ok(vd_store_conversation_get(b->store, 2, &was, NULL));
	assert_int_equal(was.targets[VD_TARGET_FIRST].state, VD_TARGET_BREACHED);
	assert_int_equal(simulated(&run, 2).targets[VD_TARGET_FIRST].state, VD_TARGET_ARMED);
	assert_int_equal(simulated(&run, 2).alarm.state, VD_ALARM_NORMAL);
	vd_simulate_deinit(&run.sim);
}

static void a_name_that_never_was_is_refused(void **state)
{
	struct bench *b = *state;
	struct run run = { 0 };
	struct vd_policy policy = b->book->policies[0];
	snprintf(policy.name, sizeof(policy.name), "gold");
	assert_ok(vd_simulate_init(&run.sim, &run.diag));
	run.sim.policy = &policy;
	run.sim.policy_calendar = "";
	assert_err(run_journal(b, &run), VD_ERR_NOT_FOUND);
	assert_non_null(strstr(run.diag.text, "gold"));
	vd_simulate_deinit(&run.sim);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_same_rules_give_the_same_verdicts),
		CASE(an_open_saturday_counts),
		CASE(a_longer_target_is_met),
		CASE(a_name_that_never_was_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
