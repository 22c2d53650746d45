// SPDX-License-Identifier: MIT
//
// The desk with the real store on a real file, the real engine and loop; only time and descriptors
// are fake.
#include "app/report_store.h"
#include "desk_bench.h"

// ---- TIME.md case 16: the story
// --------------------------------------------------------------------

static void the_story_runs_from_green_to_red(void **state)
{
	struct bench *b = *state;
	poll_well(b);
	turn(b);
	pass(b, 1);
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_WATCHING);
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	assert_int_equal(view(b)->n_rows, 1);
	assert_int_equal(view(b)->rows[0].due.us, vd_wall_s(1791193200).us); // Monday 11:40
	assert_int_equal(view(b)->counters.waiting, 1);

	// 75 % of 4 h open: Monday 10:40; 90 %: 11:16; breach just after 11:40. The clock is moved
	// second by second around them.
	static const struct {
		int64_t at_s;
		enum vd_severity severity;
	} steps[] = {
		{ 1791189600 - 1, VD_SEVERITY_NONE },    { 1791189600, VD_SEVERITY_WARNING },
		{ 1791191760 - 1, VD_SEVERITY_WARNING }, { 1791191760, VD_SEVERITY_URGENT },
		{ 1791193200, VD_SEVERITY_URGENT },      { 1791193200 + 1, VD_SEVERITY_BREACHED },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(steps); i++) {
		pass(b, steps[i].at_s - vd_wall_to_s(b->fake.wall));
		assert_int_equal(view(b)->rows[0].severity, steps[i].severity);
	}
	assert_int_equal(view(b)->rows[0].waited.wall_s, 1791193201 - FRIDAY_16_40);
	assert_int_equal(view(b)->rows[0].waited.business_s, 4 * 3600 + 1);
	assert_int_equal(view(b)->counters.breached, 1);
}

static void acknowledging_calms_and_its_lease_ends(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	poll_well(b);
	pass(b, 1791191760 - FRIDAY_16_40);
	poll_well(b);
	turn(b);
	assert_int_equal(view(b)->rows[0].alarm, VD_ALARM_UNACK);
	assert_ok(submit(
		b, (struct vd_command){ .kind = VD_COMMAND_ACK, .source = VD_SOURCE_BUTTON }));
	assert_int_equal(view(b)->rows[0].alarm, VD_ALARM_ACKED);
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_URGENT_SEEN);
	pass(b, 15 * 60 + 1);
	assert_int_equal(view(b)->rows[0].alarm, VD_ALARM_UNACK);
}

// SNTP sets the wall clock under a timer that was armed before: judged within a beat all the same.
static void a_clock_that_is_set_is_followed(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	poll_well(b);
	pass(b, 1);
	pass(b, 1);
	assert_int_equal(view(b)->rows[0].severity, VD_SEVERITY_NONE);
	b->fake.wall = vd_wall_s(1791191760);
	pass(b, 1);
	assert_int_equal(view(b)->rows[0].severity, VD_SEVERITY_URGENT);
	b->fake.wall = vd_wall_s(1791193200 - 3); // back: the timer fires before the breach
	for (int i = 0; i < 4; i++) {
		assert_int_equal(view(b)->rows[0].severity, VD_SEVERITY_URGENT);
		pass(b, 1);
	}
	assert_int_equal(view(b)->rows[0].severity, VD_SEVERITY_BREACHED);
}

static void a_message_told_twice_is_one(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	take(b, &m);
	struct vd_store_counters counters;
	assert_ok(vd_store_get_counters(b->store, &counters, NULL));
	assert_int_equal(counters.messages, 1);
	assert_int_equal(counters.conversations, 1);
}

static void a_reply_from_elsewhere_stops_the_clock(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_message reply = question("2", "t1", FRIDAY_16_40 + 600);
	snprintf(reply.author_id, sizeof(reply.author_id), X_OWN_ID);
	reply.text = VD_SPAN("@mrossi un guasto, riparato alle 18");
	take(b, &reply);
	struct vd_conversation c;
	assert_ok(vd_store_conversation_get(b->store, 1, &c, NULL));
	assert_int_equal(c.targets[VD_TARGET_FIRST].state, VD_TARGET_MET);
	assert_false(vd_wall_is_set(c.waiting_since));
}

static void a_deflection_between_accounts_answers_nothing(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_message pass_on = question("2", "t1", FRIDAY_16_40 + 300);
	snprintf(pass_on.author_id, sizeof(pass_on.author_id), X_OWN_ID);
	pass_on.text = VD_SPAN("@mrossi scriva a @ImpresaSemplice");
	take(b, &pass_on);
	// The customer turns to the other account in the same thread: it is the same case, and the
	// clock goes on.
	struct vd_message again = question("3", "t1", FRIDAY_16_40 + 360);
	again.account = 1;
	take(b, &again);
	struct vd_conversation c;
	assert_ok(vd_store_conversation_get(b->store, 1, &c, NULL));
	assert_int_equal(c.targets[VD_TARGET_FIRST].state, VD_TARGET_MET); // he saw it (R16)
	assert_true(c.targets[VD_TARGET_NEXT].is_running);
	assert_int_equal(c.waiting_since.us, vd_wall_s(FRIDAY_16_40).us);
	assert_int_equal(c.last_account, 1);
	struct vd_store_counters counters;
	assert_ok(vd_store_get_counters(b->store, &counters, NULL));
	assert_int_equal(counters.conversations, 1);
}

// X puts the names of a thread in front of each reply: one that the customer had named sends him
// nowhere.
static void a_name_that_the_customer_wrote_is_no_deflection(void **state)
{
	struct bench *b = *state;
	static const struct {
		const char *asked;
		const char *replied;
		bool first_useful;
	} rows[] = {
		{ "@TelecomItalia @ImpresaSemplice non va", "@mrossi @ImpresaSemplice ora va",
		  true },
		{ "@TelecomItalia non va", "@mrossi @ImpresaSemplice ti risponde", false },
		{ "@TelecomItalia @ImpresaSemplice non va",
		  "@mrossi @ImpresaSemplice scrivi a @ImpresaSemplice", false },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		char id[8];
		char reply_id[8];
		snprintf(id, sizeof(id), "%zu", 10 + i);
		snprintf(reply_id, sizeof(reply_id), "%zu", 20 + i);
		struct vd_message m = question(id, id, FRIDAY_16_40);
		m.text = vd_span_of(rows[i].asked);
		take(b, &m);
		struct vd_message reply = question(reply_id, id, FRIDAY_16_40 + 60);
		snprintf(reply.author_id, sizeof(reply.author_id), X_OWN_ID);
		reply.text = vd_span_of(rows[i].replied);
		take(b, &reply);
		struct vd_conversation c;
		assert_ok(vd_store_conversation_get(b->store, i + 1, &c, NULL));
		assert_true(vd_wall_is_set(c.first_reply));
		assert_row(vd_wall_is_set(c.first_useful) == rows[i].first_useful, rows[i].replied);
	}
}

static void a_reply_moved_to_a_direct_message_takes_the_case_along(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_message reply = question("2", "t1", FRIDAY_16_40 + 60);
	snprintf(reply.author_id, sizeof(reply.author_id), X_OWN_ID);
	take(b, &reply);
	// The network shows the same reply in a thread that only it knew.
	snprintf(reply.thread_id, sizeof(reply.thread_id), "dm:555-100000001");
	take(b, &reply);
	struct vd_message answer = question("3", "dm:555-100000001", FRIDAY_16_40 + 120);
	answer.visibility = VD_VISIBILITY_PRIVATE;
	take(b, &answer);
	struct vd_conversation c;
	assert_ok(vd_store_conversation_get(b->store, 1, &c, NULL));
	assert_int_equal(c.n_in, 2);
	assert_int_equal(c.visibility, VD_VISIBILITY_PRIVATE);
	assert_err(vd_store_conversation_get(b->store, 2, &c, NULL), VD_ERR_NOT_FOUND);
}

static enum vd_outbox_state outcome(struct bench *b, enum vd_send_outcome what, enum vd_err why)
{
	struct vd_send_result result = { .outcome = what };
	struct vd_outbox_entry entry;
	static char text[VD_TEXT_BYTES + 1];
	vd_diag_set(&result.diag, why, "as the network says");
	b->host.sent(b->host.ctx, 1, &result);
	turn(b);
	assert_ok(vd_store_outbox_get(b->store, 1, &entry, text, sizeof(text), NULL));
	return entry.state;
}

static void queue(struct bench *b)
{
	struct vd_outbox_entry entry = {
		.id = 1,
		.conversation = 1,
		.state = VD_OUTBOX_ATTEMPTED,
		.attempts = 1,
		.kind = VD_REPLY_ANSWER,
		.attempted = b->fake.wall,
		.text = VD_SPAN("un guasto"),
	};
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	assert_ok(vd_store_outbox_put(b->store, &entry, NULL));
	turn(b);
}

static void a_reply_that_is_not_shown_is_asked_about_late(void **state)
{
	struct bench *b = *state;
	queue(b);
	assert_int_equal(outcome(b, VD_SEND_UNCERTAIN, VD_ERR_TIMEOUT), VD_OUTBOX_UNCERTAIN);
	assert_int_equal(outcome(b, VD_SEND_NOT_FOUND, VD_ERR_NOT_FOUND), VD_OUTBOX_UNCERTAIN);
	pass(b, 61);
	assert_int_equal(outcome(b, VD_SEND_NOT_FOUND, VD_ERR_NOT_FOUND), VD_OUTBOX_ASK);
}

// What the network calls a duplicate and does not show is never sent again: a person is asked.
static void a_duplicate_that_is_not_found_goes_to_a_person(void **state)
{
	struct bench *b = *state;
	queue(b);
	assert_int_equal(outcome(b, VD_SEND_UNCERTAIN, VD_ERR_EXISTS), VD_OUTBOX_UNCERTAIN);
	pass(b, 61);
	assert_int_equal(outcome(b, VD_SEND_NOT_FOUND, VD_ERR_NOT_FOUND), VD_OUTBOX_ASK);
}

static void own_posts_open_nothing(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	snprintf(m.author_id, sizeof(m.author_id), X_OTHER_ID);
	take(b, &m);
	assert_int_equal(view(b)->counters.open, 0);
}

static void an_untrusted_clock_breaches_nothing(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	b->fake.is_trusted = false;
	pass(b, 4 * 86400);
	assert_int_equal(view(b)->counters.breached, 0);
	assert_int_not_equal(view(b)->lamp.meaning, VD_LAMP_WATCHING);
	assert_false(view(b)->is_clock_trusted);
	b->fake.is_trusted = true;
	pass(b, 2);
	assert_int_equal(view(b)->counters.breached, 1); // R13: judged when trust comes
}

static void a_blind_account_takes_the_green_away(void **state)
{
	struct bench *b = *state;
	poll_well(b);
	pass(b, 1);
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_WATCHING);
	pass(b, 100); // within two periods of 60 s
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_WATCHING);
	pass(b, 60);
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_BLIND);
}

static void nothing_moves_over_a_restart(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_conversation before;
	struct vd_conversation after;
	assert_ok(vd_store_conversation_get(b->store, 1, &before, NULL));
	close_desk(b);
	open_desk(b);
	assert_ok(vd_store_conversation_get(b->store, 1, &after, NULL));
	assert_memory_equal(&before.targets, &after.targets, sizeof(before.targets));
	struct vd_journal_report report;
	assert_ok(vd_store_journal_verify(b->store, &report, NULL));
	assert_true(report.events >= 4); // two starts, a message, its facts
}

static void new_rules_judge_again_and_are_noted(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	close_desk(b);
	b->book->policies[0].target_s[VD_TARGET_FIRST] = 3600;
	open_desk(b);
	struct vd_conversation c;
	assert_ok(vd_store_conversation_get(b->store, 1, &c, NULL));
	assert_int_equal(c.targets[VD_TARGET_FIRST].due.us, vd_wall_s(FRIDAY_16_40 + 3600).us);
	assert_int_equal(c.policy_version, 2);
}

static bool keep_last(void *ctx, uint32_t number, const struct vd_message *m)
{
	(void)number;
	struct vd_message *last = ctx;
	*last = *m;
	return true;
}

static struct vd_message last_message(struct bench *b, uint64_t conversation)
{
	struct vd_message last = { 0 };
	assert_ok(vd_store_message_each(b->store, conversation, keep_last, &last, NULL));
	return last;
}

// R11: on a screen, not only in a view; claimed by whoever claims the case.
static void a_message_is_shown_where_somebody_looks(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	pass(b, 2);
	assert_false(vd_wall_is_set(last_message(b, 1).shown));
	b->is_watched = true;
	pass(b, 2);
	struct vd_wall shown = last_message(b, 1).shown;
	assert_int_equal(shown.us, b->fake.wall.us);
	assert_false(vd_wall_is_set(last_message(b, 1).claimed));
	pass(b, 60);
	assert_int_equal(last_message(b, 1).shown.us, shown.us); // once
	assert_ok(submit(b, (struct vd_command){ .kind = VD_COMMAND_CLAIM,
						 .conversation = 1,
						 .staff = 1,
						 .source = VD_SOURCE_PAGE }));
	assert_int_equal(last_message(b, 1).claimed.us, b->fake.wall.us);
	struct vd_message later = question("2", "t1", FRIDAY_16_40 + 70);
	take(b, &later);
	assert_false(vd_wall_is_set(last_message(b, 1).claimed));
}

static void commands_say_why_not(void **state)
{
	struct bench *b = *state;
	assert_err(submit(b, (struct vd_command){ .kind = VD_COMMAND_CLAIM,
						  .conversation = 99,
						  .staff = 1 }),
		   VD_ERR_NOT_FOUND);
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	assert_ok(submit(
		b, (struct vd_command){ .kind = VD_COMMAND_CLAIM, .conversation = 1, .staff = 1 }));
	assert_string_equal(view(b)->rows[0].claimed_by, "AN");
	assert_err(submit(b, (struct vd_command){ .kind = VD_COMMAND_CLAIM,
						  .conversation = 1,
						  .staff = 2 }),
		   VD_ERR_CONFLICT);
	assert_err(submit(b, (struct vd_command){ .kind = VD_COMMAND_RESET, .conversation = 1 }),
		   VD_ERR_ARGUMENT);
}

static void a_report_has_pairs(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_message reply = question("2", "t1", 1791190800); // Monday 11:00
	snprintf(reply.author_id, sizeof(reply.author_id), X_OWN_ID);
	pass(b, 1791190800 - FRIDAY_16_40);
	take(b, &reply);
	struct vd_buf buf;
	vd_buf_init_heap(&buf, 1 << 16);
	struct vd_report_request request = { .form = VD_REPORT_JSON };
	assert_ok(vd_report_print(b->store, &request, &buf, NULL));
	cJSON *tree = vd_json_parse(vd_buf_span(&buf), NULL);
	const cJSON *first = vd_json_get(tree, "first_response");
	int64_t value = 0;
	assert_ok(vd_json_i64(first, "n", &value));
	assert_int_equal(value, 1);
	assert_ok(vd_json_i64(vd_json_get(first, "wall"), "p50", &value));
	assert_int_equal(value, 1791190800 - FRIDAY_16_40);
	assert_ok(vd_json_i64(vd_json_get(first, "business"), "p50", &value));
	assert_int_equal(value, (80 + 120) * 60);
	vd_json_free(tree);
	vd_buf_deinit(&buf);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_story_runs_from_green_to_red),
		CASE(acknowledging_calms_and_its_lease_ends),
		CASE(a_clock_that_is_set_is_followed),
		CASE(a_message_told_twice_is_one),
		CASE(a_reply_from_elsewhere_stops_the_clock),
		CASE(a_deflection_between_accounts_answers_nothing),
		CASE(a_name_that_the_customer_wrote_is_no_deflection),
		CASE(a_reply_moved_to_a_direct_message_takes_the_case_along),
		CASE(a_reply_that_is_not_shown_is_asked_about_late),
		CASE(a_duplicate_that_is_not_found_goes_to_a_person),
		CASE(own_posts_open_nothing),
		CASE(an_untrusted_clock_breaches_nothing),
		CASE(a_blind_account_takes_the_green_away),
		CASE(nothing_moves_over_a_restart),
		CASE(new_rules_judge_again_and_are_noted),
		CASE(a_message_is_shown_where_somebody_looks),
		CASE(commands_say_why_not),
		CASE(a_report_has_pairs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
