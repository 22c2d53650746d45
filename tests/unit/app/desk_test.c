// SPDX-License-Identifier: MIT
//
// The desk with the real store on a real file, the real engine and loop; only time and descriptors
// are fake.
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/desk.h"
#include "base/json.h"
#include "fake_poller.h"

#define FRIDAY_16_40 INT64_C(1790952000) // 2 October 2026, Rome
#define X_OWN_ID "100000001"
#define X_OTHER_ID "100000003"

struct bench {
	char dir[64];
	struct vd_fake_clock fake;
	struct vd_clock clock;
	struct fake_poller poller;
	struct vd_loop *loop;
	struct vd_rulebook *book;
	struct vd_store *store;
	struct vd_desk *desk;
	struct vd_desk_port port;
	struct vd_channel_host host;
	int n_views;
	bool is_watched;
};

static void count_view(void *ctx)
{
	struct bench *b = ctx;
	b->n_views++;
}

static bool is_watched(void *ctx)
{
	const struct bench *b = ctx;
	return b->is_watched;
}

static void fill_book(struct vd_rulebook *book)
{
	assert_ok(vd_calendar_parse(VD_SPAN("Europe/Rome"), VD_SPAN("1-5=09:00-18:00!italy"),
				    &book->calendars[0], NULL));
	vd_policy_init(&book->policies[0]);
	book->n_calendars = 1;
	book->n_policies = 1;
	book->n_brands = 2;
	snprintf(book->brands[0].name, VD_NAME_BYTES, "Telecom Italia");
	snprintf(book->brands[1].name, VD_NAME_BYTES, "Impresa Semplice");
	static const char *const rows[][3] = {
		{ "ti-x", "TelecomItalia", X_OWN_ID },
		{ "is-x", "ImpresaSemplice", X_OTHER_ID },
	};
	for (uint16_t i = 0; i < 2; i++) {
		struct vd_account *a = &book->accounts[book->n_accounts++];
		snprintf(a->name, sizeof(a->name), "%s", rows[i][0]);
		snprintf(a->handle, sizeof(a->handle), "%s", rows[i][1]);
		snprintf(a->user_id, sizeof(a->user_id), "%s", rows[i][2]);
		a->network = VD_NETWORK_X;
		a->brand = i;
		a->is_enabled = true;
	}
	book->n_staff = 1;
	snprintf(book->staff[0].name, VD_NAME_BYTES, "Anna");
	snprintf(book->staff[0].initials, VD_INITIALS_BYTES, "AN");
}

static void turn(struct bench *b)
{
	assert_ok(vd_loop_turn(b->loop, (struct vd_dur){ 0 }));
}

static void open_desk(struct bench *b)
{
	struct vd_store_config store = { .dir = b->dir, .is_sync_off = true };
	assert_ok(vd_store_open(&store, &b->store, NULL));
	struct vd_desk_config config = {
		.loop = b->loop,
		.store = b->store,
		.clock = &b->clock,
		.book = b->book,
		.ctx = b,
		.on_view = count_view,
		.is_watched = is_watched,
	};
	struct vd_diag diag = { 0 };
	assert_ok(vd_desk_create(&config, &b->desk, &diag));
	assert_ok(vd_desk_start(b->desk, b->book, "test", &diag));
	b->port = vd_desk_get_port(b->desk);
	vd_desk_fill_host(b->desk, &b->host);
	turn(b);
}

static void close_desk(struct bench *b)
{
	vd_desk_destroy(b->desk);
	vd_store_close(b->store);
	b->desk = NULL;
	b->store = NULL;
}

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	snprintf(b->dir, sizeof(b->dir), "/tmp/vedetta-desk-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	b->clock = vd_fake_clock_init(&b->fake, vd_wall_s(FRIDAY_16_40));
	b->poller.clock = &b->fake;
	b->loop = vd_loop_create(&b->clock, (struct vd_poller){ &b->poller, fake_poller_wait });
	b->book = calloc(1, sizeof(*b->book));
	fill_book(b->book);
	open_desk(b);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	char path[128];
	close_desk(b);
	vd_loop_destroy(b->loop);
	static const char *const files[] = { "data.mdb", "lock.mdb", "writer.lock" };
	for (size_t i = 0; i < VD_ARRAY_LEN(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", b->dir, files[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(b->dir), 0);
	free(b->book);
	free(b);
	return 0;
}

/** Lets domain time pass, with the turns that the loop would make. */
static void pass(struct bench *b, int64_t s)
{
	vd_fake_clock_advance(&b->fake, vd_dur_s(s));
	turn(b);
	turn(b);
}

static struct vd_message question(const char *id, const char *thread, int64_t at_s)
{
	struct vd_message m = {
		.account = 0,
		.direction = VD_DIRECTION_IN,
		.published = vd_wall_s(at_s),
		.text = VD_SPAN("@TelecomItalia perché la linea è giù?"),
	};
	snprintf(m.network_id, sizeof(m.network_id), "%s", id);
	snprintf(m.thread_id, sizeof(m.thread_id), "%s", thread);
	snprintf(m.author_id, sizeof(m.author_id), "555");
	snprintf(m.author_handle, sizeof(m.author_handle), "mrossi");
	return m;
}

static void take(struct bench *b, const struct vd_message *m)
{
	struct vd_diag diag = { 0 };
	assert_ok(b->host.message(b->host.ctx, m, &diag));
	turn(b);
}

static void poll_well(struct bench *b)
{
	for (uint16_t i = 0; i < b->book->n_accounts; i++) {
		b->host.health(b->host.ctx, i, VD_HEALTH_GOOD, "", vd_dur_s(60));
	}
}

static const struct vd_view *view(struct bench *b)
{
	return b->port.view(b->port.ctx);
}

struct told {
	int n;
	struct vd_command_result result;
};

static void tell(void *ctx, const struct vd_command_result *result)
{
	struct told *told = ctx;
	told->n++;
	told->result = *result;
}

static enum vd_err submit(struct bench *b, struct vd_command command)
{
	struct told told = { 0 };
	b->port.submit(b->port.ctx, &command, &told, tell);
	assert_int_equal(told.n, 0); // nobody is answered before the commit
	turn(b);
	assert_int_equal(told.n, 1);
	return told.result.err;
}

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

static void a_reply_that_is_not_there_is_believed_late(void **state)
{
	struct bench *b = *state;
	queue(b);
	assert_int_equal(outcome(b, VD_SEND_UNCERTAIN, VD_ERR_TIMEOUT), VD_OUTBOX_UNCERTAIN);
	assert_int_equal(outcome(b, VD_SEND_NOT_FOUND, VD_ERR_NOT_FOUND), VD_OUTBOX_UNCERTAIN);
	pass(b, 61);
	assert_int_equal(outcome(b, VD_SEND_NOT_FOUND, VD_ERR_NOT_FOUND), VD_OUTBOX_QUEUED);
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
	struct vd_wall always = { 0 };
	assert_ok(vd_report_print_json(b->store, b->book, always, always, &buf, NULL));
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
		CASE(a_message_told_twice_is_one),
		CASE(a_reply_from_elsewhere_stops_the_clock),
		CASE(a_deflection_between_accounts_answers_nothing),
		CASE(a_reply_moved_to_a_direct_message_takes_the_case_along),
		CASE(a_reply_that_is_not_there_is_believed_late),
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
