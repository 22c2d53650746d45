// SPDX-License-Identifier: MIT
// The appliance's own alarms, on the real store: raised and cleared by their causes, none lost by a
// restart or a lost turn; and what light and sound make of all alarms.
#include "app/desk_internal.h"
#include "desk_bench.h"

#define MONDAY_10 INT64_C(1791187200)

static const struct vd_view_alarm *find(struct bench *b, enum vd_alarm_kind kind)
{
	const struct vd_view *v = view(b);
	for (uint8_t i = 0; i < v->n_alarms; i++) {
		if (v->alarms[i].kind == kind) {
			return &v->alarms[i];
		}
	}
	return NULL;
}

static const struct vd_view_alarm *must(struct bench *b, enum vd_alarm_kind kind,
					enum vd_alarm_state state)
{
	const struct vd_view_alarm *a = find(b, kind);
	assert_non_null(a);
	assert_string_equal(vd_alarm_state_name(a->state), vd_alarm_state_name(state));
	return a;
}

static void poll_badly(struct bench *b, uint16_t account)
{
	b->host.health(b->host.ctx, account, VD_HEALTH_OUTAGE, "no route", vd_dur_s(60));
}

static void restart(struct bench *b)
{
	close_desk(b);
	open_desk(b);
	pass(b, 1);
}

static void ack_top(struct bench *b)
{
	struct vd_command ack = { .kind = VD_COMMAND_ACK, .staff = 1 };
	assert_ok(submit(b, ack));
}

static void two_bad_periods_raise_and_two_good_clear(void **state)
{
	struct bench *b = *state;
	poll_well(b);
	pass(b, 1);
	poll_badly(b, 1);
	pass(b, 1);
	assert_null(find(b, VD_ALARM_CHANNEL_BLIND));
	poll_badly(b, 1);
	pass(b, 1);
	const struct vd_view_alarm *a = must(b, VD_ALARM_CHANNEL_BLIND, VD_ALARM_UNACK);
	assert_int_equal(a->account, 2);
	assert_string_equal(a->text, "no route");
	poll_well(b);
	pass(b, 1);
	must(b, VD_ALARM_CHANNEL_BLIND, VD_ALARM_UNACK);
	poll_well(b);
	pass(b, 1);
	a = must(b, VD_ALARM_CHANNEL_BLIND, VD_ALARM_RTN_UNACK); // nobody saw it: still listed
	assert_false(a->is_present);
	ack_top(b);
	pass(b, 1);
	assert_null(find(b, VD_ALARM_CHANNEL_BLIND));
}

static void none_is_lost_by_a_restart(void **state)
{
	struct bench *b = *state;
	poll_well(b);
	poll_badly(b, 1);
	poll_badly(b, 1);
	pass(b, 1);
	struct vd_wall since = must(b, VD_ALARM_CHANNEL_BLIND, VD_ALARM_UNACK)->since;
	ack_top(b);
	struct vd_wall until = must(b, VD_ALARM_CHANNEL_BLIND, VD_ALARM_ACKED)->until;
	assert_true(vd_wall_is_set(until));
	restart(b);
	const struct vd_view_alarm *a = must(b, VD_ALARM_CHANNEL_BLIND, VD_ALARM_ACKED);
	assert_int_equal(a->since.us, since.us);
	assert_int_equal(a->until.us, until.us);
	assert_int_equal(a->seen_by, 1);
	poll_well(b);
	poll_badly(b, 1);
	poll_badly(b, 1);
	pass(b, 15 * 60); // the lease ran on
	must(b, VD_ALARM_CHANNEL_BLIND, VD_ALARM_UNACK);
	poll_well(b);
	poll_well(b);
	pass(b, 1);
	must(b, VD_ALARM_CHANNEL_BLIND, VD_ALARM_RTN_UNACK);
	restart(b);
	must(b, VD_ALARM_CHANNEL_BLIND, VD_ALARM_RTN_UNACK);
	ack_top(b);
	ack_top(b); // the other account, which nobody polled either
	restart(b);
	assert_null(find(b, VD_ALARM_CHANNEL_BLIND));
}

// The cause went while nobody watched: the alarm goes with it.
static void no_alarm_outlives_its_cause(void **state)
{
	struct bench *b = *state;
	b->fake.is_trusted = false;
	pass(b, 1);
	must(b, VD_ALARM_CLOCK_UNTRUSTED, VD_ALARM_UNACK);
	ack_top(b);
	must(b, VD_ALARM_CLOCK_UNTRUSTED, VD_ALARM_ACKED);
	close_desk(b);
	b->fake.is_trusted = true;
	open_desk(b);
	pass(b, 1);
	assert_null(find(b, VD_ALARM_CLOCK_UNTRUSTED));
}

static void a_disabled_account_is_out_of_service(void **state)
{
	struct bench *b = *state;
	poll_badly(b, 1);
	poll_badly(b, 1);
	pass(b, 1);
	close_desk(b);
	b->book->accounts[1].is_enabled = false;
	open_desk(b);
	poll_well(b);
	pass(b, 1);
	must(b, VD_ALARM_CHANNEL_BLIND, VD_ALARM_OUT_OF_SERVICE);
	assert_int_equal(view(b)->counters.out_of_service, 1);
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_WATCHING);
	close_desk(b);
	b->book->accounts[1].is_enabled = true;
	open_desk(b);
	poll_badly(b, 1);
	poll_badly(b, 1);
	pass(b, 1);
	must(b, VD_ALARM_CHANNEL_BLIND, VD_ALARM_UNACK);
	assert_int_equal(view(b)->counters.out_of_service, 0);
}

static void a_token_near_its_end_warns_and_presses(void **state)
{
	struct bench *b = *state;
	vd_desk_set_token_end(b->desk, 0, vd_wall_s(FRIDAY_16_40 + 7 * 86400 + 100));
	poll_well(b);
	pass(b, 1);
	assert_null(find(b, VD_ALARM_TOKEN_ENDING));
	pass(b, 100);
	const struct vd_view_alarm *a = must(b, VD_ALARM_TOKEN_ENDING, VD_ALARM_UNACK);
	assert_int_equal(a->severity, VD_SEVERITY_WARNING);
	assert_string_equal(a->text, "the token ends in 6 days: put a new one into its file");
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_WARNING_UNSEEN);
	ack_top(b);
	poll_well(b);
	pass(b, 1);
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_WARNING_SEEN);
	pass(b, 6 * 86400);
	a = must(b, VD_ALARM_TOKEN_ENDING, VD_ALARM_UNACK);
	assert_int_equal(a->severity, VD_SEVERITY_URGENT);
	vd_desk_set_token_end(b->desk, 0, vd_wall_s(FRIDAY_16_40 + 90 * 86400));
	pass(b, 1);
	must(b, VD_ALARM_TOKEN_ENDING, VD_ALARM_RTN_UNACK);
}

// R8: some 60 weeks of open hours are not reached within 400 days.
static void a_deadline_that_never_comes_is_a_fault(void **state)
{
	struct bench *b = *state;
	close_desk(b);
	b->book->policies[0].target_s[VD_TARGET_RESOLUTION] = 10000000;
	open_desk(b);
	poll_well(b);
	pass(b, 1);
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_WATCHING);
	struct vd_message m = question("1", "1", FRIDAY_16_40);
	take(b, &m);
	pass(b, 1);
	must(b, VD_ALARM_CALENDAR_FAULT, VD_ALARM_UNACK);
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_BLIND);
	struct vd_command end = { .kind = VD_COMMAND_RESOLVE,
				  .conversation = 1,
				  .staff = 1,
				  .reason = VD_SPAN("by phone") };
	assert_ok(submit(b, end));
	pass(b, 1);
	must(b, VD_ALARM_CALENDAR_FAULT, VD_ALARM_RTN_UNACK);
}

static void a_reply_that_nobody_takes_is_stuck(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "1", FRIDAY_16_40);
	take(b, &m);
	struct vd_outbox_entry reply = { .conversation = 1,
					 .created = vd_wall_s(FRIDAY_16_40),
					 .text = VD_SPAN("arriva un tecnico") };
	assert_ok(vd_store_outbox_new_id(b->store, &reply.id, NULL));
	assert_ok(vd_store_outbox_put(b->store, &reply, NULL));
	assert_ok(vd_desk_note_outbox(b->desk, &reply, NULL));
	turn(b);
	b->desk->n_outbox = 1; // counted where channels are, which the bench has none of
	pass(b, 600);
	assert_null(find(b, VD_ALARM_OUTBOX_STUCK));
	pass(b, 2);
	const struct vd_view_alarm *a = must(b, VD_ALARM_OUTBOX_STUCK, VD_ALARM_UNACK);
	assert_string_equal(a->text, "1 wait for the network for over 10 min: see accounts");
	b->desk->n_outbox = 0;
	pass(b, 1);
	must(b, VD_ALARM_OUTBOX_STUCK, VD_ALARM_RTN_UNACK);
	reply.state = VD_OUTBOX_ASK;
	assert_ok(vd_store_outbox_put(b->store, &reply, NULL));
	assert_ok(vd_desk_note_outbox(b->desk, &reply, NULL));
	b->desk->n_ask = 1;
	pass(b, 1);
	must(b, VD_ALARM_OUTBOX_STUCK, VD_ALARM_UNACK);
	for (int i = 0; i < 4 && find(b, VD_ALARM_OUTBOX_STUCK)->state == VD_ALARM_UNACK; i++) {
		ack_top(b);
	}
	struct vd_wall until = must(b, VD_ALARM_OUTBOX_STUCK, VD_ALARM_ACKED)->until;
	restart(b); // known before the first look: what was seen stays seen
	a = must(b, VD_ALARM_OUTBOX_STUCK, VD_ALARM_ACKED);
	assert_int_equal(a->until.us, until.us);
	assert_string_equal(a->text, "1 may or may not have arrived: look, and say so on its page");
}

// ---- a store that fails -----------------------------------------------------------------------

struct noted {
	int n;
	char text[8][96];
};

static bool collect(void *ctx, const struct vd_journal_event *event)
{
	struct noted *noted = ctx;
	if (event->kind == VD_JOURNAL_ALARM && noted->n < 8) {
		cJSON *tree = vd_json_parse(event->detail, NULL);
		snprintf(noted->text[noted->n++], 96, "%.*s: %.*s -> %.*s (%.*s)",
			 VD_SPAN_ARG(vd_json_text(tree, "alarm")),
			 VD_SPAN_ARG(vd_json_text(tree, "from")),
			 VD_SPAN_ARG(vd_json_text(tree, "to")),
			 VD_SPAN_ARG(vd_json_text(tree, "what")));
		vd_json_free(tree);
	}
	return true;
}

static void dirty_a_turn(struct bench *b)
{
	assert_ok(b->host.cursor_set(b->host.ctx, 0, "mentions", VD_SPAN("1"), NULL));
	turn(b);
	turn(b);
}

static void what_a_failing_store_missed_is_noted_late(void **state)
{
	struct bench *b = *state;
	poll_well(b);
	pass(b, 1);
	poll_badly(b, 1);
	poll_badly(b, 1);
	vd_desk_watch_faults(b->desk);
	vd_store_abort(b->store); // the turn is lost, the alarm's event with it
	vd_desk_store_failed(b->desk, true);
	pass(b, 1);
	must(b, VD_ALARM_STORE_FAILING, VD_ALARM_UNACK);
	must(b, VD_ALARM_CHANNEL_BLIND, VD_ALARM_UNACK);
	struct noted noted = { 0 };
	assert_ok(vd_store_journal_each(b->store, 1, collect, &noted, NULL));
	assert_int_equal(noted.n, 0);
	dirty_a_turn(b);
	dirty_a_turn(b);
	assert_ok(vd_store_journal_each(b->store, 1, collect, &noted, NULL));
	assert_int_equal(noted.n, 3);
	assert_string_equal(noted.text[0], "store failing: NORMAL -> UNACK (noted late)");
	assert_string_equal(noted.text[1], "channel blind: NORMAL -> UNACK (noted late)");
	assert_string_equal(noted.text[2], "store failing: UNACK -> RTN_UNACK (clear)");
	restart(b);
	must(b, VD_ALARM_STORE_FAILING, VD_ALARM_RTN_UNACK);
	must(b, VD_ALARM_CHANNEL_BLIND, VD_ALARM_UNACK);
}

// ---- light, sound, measures -------------------------------------------------------------------

static void who_would_be_left_over_night_is_a_warning(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "1", FRIDAY_16_40);
	poll_well(b);
	take(b, &m);
	pass(b, 10);
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_WATCHING);
	pass(b, 20 * 60); // 17:00: an hour before closing
	poll_well(b);
	pass(b, 1);
	assert_int_equal(view(b)->counters.sleep_over, 1);
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_WARNING_UNSEEN);
	ack_top(b);
	poll_well(b);
	pass(b, 1);
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_WARNING_SEEN);
	assert_int_equal(view(b)->counters.sleep_over, 1);
}

// As the channels would have it: polled each minute.
static void pass_well(struct bench *b, int64_t s)
{
	for (; s > 60; s -= 60) {
		poll_well(b);
		pass(b, 60);
	}
	poll_well(b);
	pass(b, s);
}

static void an_alarm_that_nobody_sees_sounds_and_climbs(void **state)
{
	struct bench *b = *state;
	pass(b, MONDAY_10 - FRIDAY_16_40);
	pass_well(b, 60);
	while (find(b, VD_ALARM_CHANNEL_BLIND) != NULL) { // over the weekend nobody polled
		ack_top(b);
		pass_well(b, 60);
	}
	struct vd_message m = question("1", "1", MONDAY_10);
	take(b, &m);
	pass_well(b, 3 * 3600 + 1); // 75 % of 4 h
	assert_int_equal(view(b)->rows[0].severity, VD_SEVERITY_WARNING);
	assert_int_equal(view(b)->sound, VD_SOUND_NONE);
	pass_well(b, 300);
	assert_int_equal(view(b)->sound, VD_SOUND_ATTENTION);
	assert_int_equal(view(b)->rows[0].ladder, VD_LADDER_SOUND);
	assert_int_equal(view(b)->second_level, 0);
	pass_well(b, 600);
	assert_int_equal(view(b)->sound, VD_SOUND_URGENT);
	assert_int_equal(view(b)->second_level, 1);
	struct vd_command ack = { .kind = VD_COMMAND_ACK, .conversation = 1 };
	assert_ok(submit(b, ack));
	assert_int_equal(view(b)->second_level, 0);
	assert_int_equal(view(b)->rows[0].ladder, VD_LADDER_LIGHT);
}

// No deadline runs any more, but the light pulses red: wall and button know why.
static void an_ended_breach_stays_in_sight_until_put_away(void **state)
{
	struct bench *b = *state;
	pass(b, MONDAY_10 - FRIDAY_16_40);
	struct vd_message m = question("1", "1", MONDAY_10);
	take(b, &m);
	pass(b, 4 * 3600 + 1);
	struct vd_command end = { .kind = VD_COMMAND_RESOLVE,
				  .conversation = 1,
				  .staff = 1,
				  .reason = VD_SPAN("by phone") };
	assert_ok(submit(b, end));
	assert_int_equal(view(b)->n_rows, 1);
	assert_int_equal(view(b)->rows[0].alarm, VD_ALARM_LATCHED);
	assert_int_equal(view(b)->rows[0].target, VD_TARGET_N);
	assert_false(vd_wall_is_set(view(b)->next_deadline));
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_BREACHED);
	ack_top(b); // the button says no number
	assert_true(view(b)->rows[0].is_seen);
	struct vd_command reset = { .kind = VD_COMMAND_RESET,
				    .conversation = 1,
				    .staff = 1,
				    .reason = VD_SPAN("the line was down") };
	assert_ok(submit(b, reset));
	assert_int_equal(view(b)->n_rows, 0);
}

static void all_alarms_are_measured(void **state)
{
	struct bench *b = *state;
	pass(b, MONDAY_10 - FRIDAY_16_40);
	for (int i = 0; i < 11; i++) {
		char id[8];
		snprintf(id, sizeof(id), "%d", i);
		struct vd_message m = question(id, id, MONDAY_10);
		take(b, &m);
	}
	uint32_t before = view(b)->measures.hour;
	assert_false(view(b)->measures.is_flood);
	pass(b, 3 * 3600 + 1);
	assert_true(view(b)->measures.is_flood);
	assert_true(view(b)->measures.hour >= 11);
	assert_true(before < 11);
	assert_int_equal(view(b)->measures.n_busiest, VD_MEASURE_BUSIEST);
	struct vd_alarm_summary before_stop = view(b)->measures;
	restart(b);
	const struct vd_alarm_summary *after = &view(b)->measures;
	assert_true(after->is_flood);
	assert_int_equal(after->flood_since.us, before_stop.flood_since.us);
	assert_int_equal(after->hour, before_stop.hour);
	assert_int_equal(after->day, before_stop.day);
	assert_memory_equal(after->busiest, before_stop.busiest, sizeof(after->busiest));
	pass(b, 2 * 3600); // breached: another state
	pass(b, 86400);
	assert_true(view(b)->measures.stale < 11);
	pass(b, 61);
	assert_true(view(b)->measures.stale >= 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		CASE(two_bad_periods_raise_and_two_good_clear),
		CASE(none_is_lost_by_a_restart),
		CASE(no_alarm_outlives_its_cause),
		CASE(a_disabled_account_is_out_of_service),
		CASE(a_token_near_its_end_warns_and_presses),
		CASE(a_deadline_that_never_comes_is_a_fault),
		CASE(a_reply_that_nobody_takes_is_stuck),
		CASE(what_a_failing_store_missed_is_noted_late),
		CASE(who_would_be_left_over_night_is_a_warning),
		CASE(an_alarm_that_nobody_sees_sounds_and_climbs),
		CASE(an_ended_breach_stays_in_sight_until_put_away),
		CASE(all_alarms_are_measured),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
