// SPDX-License-Identifier: MIT
//
// What customers change afterwards: edits and deletions, as far as store, journal and clocks go.
// The bench verifies the journal and makes the store anew from it at each close.
#include "desk_people_bench.h"

#include "app/desk_internal.h"
#include "model_network.h"

static struct vd_channels network;

static int set_up_network(void **state)
{
	memset(&network, 0, sizeof(network));
	int rc = set_up(state);
	struct bench *b = *state;
	vd_desk_set_channels(b->desk, &network);
	return rc;
}

static struct vd_message message(struct bench *b, uint64_t conversation, uint32_t number)
{
	struct vd_message m;
	assert_ok(vd_store_message_get(b->store, conversation, number, &m, NULL));
	return m;
}

struct hashes {
	int n;
	char was[65];
	char is[65];
};

static bool find_edit(void *ctx, const struct vd_journal_event *event)
{
	struct hashes *hashes = ctx;
	cJSON *tree = vd_json_parse(event->detail, NULL);
	if (vd_span_is_text(vd_json_text(tree, "event"), "edited")) {
		hashes->n++;
		(void)!vd_span_copy(vd_json_text(tree, "was_sha256"), hashes->was, 65);
		(void)!vd_span_copy(vd_json_text(tree, "text_sha256"), hashes->is, 65);
	}
	vd_json_free(tree);
	return true;
}

static struct hashes edits(struct bench *b)
{
	struct hashes hashes = { 0 };
	assert_ok(vd_store_journal_each(b->store, 1, find_edit, &hashes, NULL));
	return hashes;
}

static void assert_hash(const char *hash, const char *text)
{
	char made[65];
	vd_journal_step_hash(vd_span_of(text), made);
	assert_string_equal(hash, made);
}

#define OLD "@TelecomItalia perché la linea è giù?"
#define NEW "@TelecomItalia perché la linea è giù? Via Roma 1"

static void an_edit_keeps_the_newest_text_and_moves_no_clock(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_conversation before = get(b, 1);
	pass(b, 600);
	m.text = VD_SPAN(NEW);
	m.fetched = b->fake.wall;
	take(b, &m);
	struct vd_conversation after = get(b, 1);
	assert_memory_equal(&before.targets, &after.targets, sizeof(before.targets));
	assert_int_equal(before.waiting_since.us, after.waiting_since.us);
	assert_int_equal(after.n_in, 1);
	assert_string_equal(after.first_line, NEW);
	struct vd_message kept = message(b, 1, 1);
	assert_span(kept.text, NEW);
	assert_true(kept.is_edited);
	assert_int_equal(kept.fetched.us, vd_wall_s(FRIDAY_16_40).us);
	struct hashes hashes = edits(b);
	assert_int_equal(hashes.n, 1);
	assert_hash(hashes.was, OLD);
	assert_hash(hashes.is, NEW);
	take(b, &m); // polls overlap: the same words again are none
	assert_int_equal(edits(b).n, 1);
	m.text = VD_SPAN("altro ancora");
	take(b, &m);
	hashes = edits(b);
	assert_int_equal(hashes.n, 2);
	assert_hash(hashes.was, NEW);
	assert_hash(hashes.is, "altro ancora");
}

static void an_edit_after_the_answer_reopens_nothing(void **state)
{
	struct bench *b = *state;
	pass(b, 600);
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_message reply = reply_in("2", "t1", FRIDAY_16_40 + 60);
	take(b, &reply);
	struct vd_conversation before = get(b, 1);
	m.text = VD_SPAN(NEW);
	take(b, &m);
	struct vd_conversation after = get(b, 1);
	assert_memory_equal(&before.targets, &after.targets, sizeof(before.targets));
	assert_false(vd_wall_is_set(after.waiting_since));
	assert_string_equal(after.first_line, NEW); // it still stands for the case
	// Words of ours come back rewritten: that is no edit of a customer.
	reply.text = VD_SPAN("@mrossi https://t.co/abc");
	take(b, &reply);
	assert_false(message(b, 1, 2).is_edited);
	must(b,
	     (struct vd_command){ .kind = VD_COMMAND_RESOLVE, .conversation = 1, .staff = ANNA });
	m.text = VD_SPAN("e ora?");
	take(b, &m);
	assert_int_equal(get(b, 1).state, VD_CONVERSATION_RESOLVED);
	assert_span(message(b, 1, 1).text, "e ora?");
}

// R37: what was proposed as "no reply needed" is a question now.
static void thanks_that_became_a_question_are_none(void **state)
{
	struct bench *b = *state;
	pass(b, 600);
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_message reply = reply_in("2", "t1", FRIDAY_16_40 + 60);
	take(b, &reply);
	struct vd_message thanks = question("3", "t1", FRIDAY_16_40 + 120);
	thanks.text = VD_SPAN("grazie mille!");
	take(b, &thanks);
	assert_true(get(b, 1).is_thanks);
	thanks.text = VD_SPAN("grazie mille! ma non va ancora");
	take(b, &thanks);
	assert_false(get(b, 1).is_thanks);
}

static void an_edit_is_followed_over_merge_split_and_restart(void **state)
{
	struct bench *b = *state;
	struct vd_message one = question("1", "t1", FRIDAY_16_40);
	struct vd_message two = question("2", "t2", FRIDAY_16_40 + 60);
	two.text = VD_SPAN("seconda");
	take(b, &one);
	take(b, &two);
	must(b, (struct vd_command){
			.kind = VD_COMMAND_MERGE, .conversation = 2, .into = 1, .staff = ANNA });
	one.text = VD_SPAN("prima, corretta");
	take(b, &one);
	assert_span(message(b, 1, 1).text, "prima, corretta");
	close_desk(b);
	open_desk(b);
	must(b, (struct vd_command){ .kind = VD_COMMAND_SPLIT,
				     .conversation = 1,
				     .staff = ANNA,
				     .n_messages = 1,
				     .messages = { 1 } });
	one.text = VD_SPAN("prima, due volte");
	take(b, &one);
	assert_span(message(b, 3, 1).text, "prima, due volte");
	assert_string_equal(get(b, 3).first_line, "prima, due volte");
}

// The line of the case that was merged away would keep the words of before, and a store made anew
// from the journal knows the newest only (each test ends with that proof).
static void an_edit_after_a_merge_leaves_no_old_line(void **state)
{
	struct bench *b = *state;
	struct vd_message one = question("1", "t1", FRIDAY_16_40);
	struct vd_message two = question("2", "t2", FRIDAY_16_40 + 60);
	two.text = VD_SPAN("seconda");
	take(b, &one);
	take(b, &two);
	must(b, (struct vd_command){
			.kind = VD_COMMAND_MERGE, .conversation = 2, .into = 1, .staff = ANNA });
	two.text = VD_SPAN("seconda, corretta");
	take(b, &two);
	assert_span(message(b, 1, 2).text, "seconda, corretta");
	assert_string_equal(get(b, 2).first_line, "");
}

// The reply was written to other words: it waits for a person.
static void an_edit_holds_a_reply_that_did_not_leave(void **state)
{
	struct bench *b = *state;
	static struct told told;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_command command = { .kind = VD_COMMAND_REPLY,
				      .conversation = 1,
				      .staff = ANNA,
				      .text = VD_SPAN("sì"),
				      .seen_messages = 1 };
	b->port.submit(b->port.ctx, &command, &told, tell);
	m.text = VD_SPAN("@TelecomItalia è tutto a posto, vero?");
	assert_ok(b->host.message(b->host.ctx, &m, NULL));
	turn(b);
	pass(b, 5);
	struct vd_outbox_entry entry;
	static char text[VD_TEXT_BYTES + 1];
	assert_ok(vd_store_outbox_get(b->store, 1, &entry, text, sizeof(text), NULL));
	assert_int_equal(entry.state, VD_OUTBOX_HELD);
	assert_int_equal(network.n_sends, 0);
}

// Compare-and-set on edits: who read the words of before is told, as with a further message.
static void who_read_the_old_words_is_told(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	m.text = VD_SPAN(NEW);
	take(b, &m);
	struct vd_command command = { .kind = VD_COMMAND_REPLY,
				      .conversation = 1,
				      .staff = ANNA,
				      .text = VD_SPAN("sì"),
				      .seen_messages = 1 };
	refused(b, command, VD_ERR_CONFLICT, "1 more message(s) came or were edited");
	command.seen_messages = 2;
	must(b, command);
}

// ---- deletions (R38) --------------------------------------------------------------------------

static void what_is_deleted_waits_no_more_and_stays_readable(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	m.text = VD_SPAN(NEW);
	take(b, &m);
	pass(b, 60);
	assert_ok(b->host.deleted(b->host.ctx, 0, "1", NULL));
	turn(b);
	struct vd_message kept = message(b, 1, 1);
	assert_true(kept.is_deleted);
	assert_true(kept.is_edited);
	assert_span(kept.text, NEW);
	assert_int_equal(get(b, 1).state, VD_CONVERSATION_WITHDRAWN);
	// Again, of what we don't have, and words that come after: nothing.
	assert_ok(b->host.deleted(b->host.ctx, 0, "1", NULL));
	assert_ok(b->host.deleted(b->host.ctx, 0, "unknown", NULL));
	m.text = VD_SPAN("di nuovo qui");
	take(b, &m);
	assert_span(message(b, 1, 1).text, NEW);
	assert_int_equal(get(b, 1).state, VD_CONVERSATION_WITHDRAWN);
}

static void one_of_two_that_is_deleted_leaves_the_other(void **state)
{
	struct bench *b = *state;
	struct vd_message one = question("1", "t1", FRIDAY_16_40);
	struct vd_message two = question("2", "t1", FRIDAY_16_40 + 60);
	take(b, &one);
	take(b, &two);
	struct vd_wall due = get(b, 1).targets[VD_TARGET_FIRST].due;
	assert_ok(b->host.deleted(b->host.ctx, 0, "2", NULL));
	turn(b);
	struct vd_conversation c = get(b, 1);
	assert_int_equal(c.state, VD_CONVERSATION_OPEN);
	assert_int_equal(c.targets[VD_TARGET_FIRST].due.us, due.us);
	struct vd_command command = { .kind = VD_COMMAND_REPLY,
				      .conversation = 1,
				      .staff = ANNA,
				      .text = VD_SPAN("sì"),
				      .seen_messages = 2 };
	must(b, command);
	turn(b);
	struct vd_outbox_entry entry;
	static char text[VD_TEXT_BYTES + 1];
	assert_ok(vd_store_outbox_get(b->store, 1, &entry, text, sizeof(text), NULL));
	assert_string_equal(entry.parent_id, "1"); // what is gone can't be replied to
}

// Whoever changes the kept text behind the journal's back is found, edited or not.
static void a_text_that_no_event_knows_is_found(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	m.text = VD_SPAN(NEW);
	take(b, &m);
	struct vd_message kept = message(b, 1, 1);
	struct vd_message forged = kept;
	struct vd_verify_config config = { .store = b->store };
	struct vd_verify_report report;
	forged.text = VD_SPAN("mai scritto");
	assert_ok(vd_store_message_update(b->store, VD_NETWORK_X, 1, 1, &forged, NULL));
	assert_ok(vd_store_commit(b->store, NULL));
	assert_err(vd_verify_store(&config, &report, NULL), VD_ERR_CONFLICT);
	assert_int_equal(report.part, VD_VERIFY_STORE);
	assert_non_null(strstr(report.difference.what, "not the newest"));
	forged.text = VD_SPAN(NEW);
	assert_ok(vd_store_message_update(b->store, VD_NETWORK_X, 1, 1, &forged, NULL));
	assert_ok(vd_store_commit(b->store, NULL));
	struct vd_message other = question("2", "t1", FRIDAY_16_40 + 60);
	take(b, &other);
	forged = message(b, 1, 2);
	forged.is_edited = true; // the flag alone excuses nothing
	forged.text = VD_SPAN("mai scritto");
	assert_ok(vd_store_message_update(b->store, VD_NETWORK_X, 1, 2, &forged, NULL));
	assert_ok(vd_store_commit(b->store, NULL));
	assert_err(vd_verify_store(&config, &report, NULL), VD_ERR_CONFLICT);
	forged.is_edited = false;
	forged.text = other.text;
	assert_ok(vd_store_message_update(b->store, VD_NETWORK_X, 1, 2, &forged, NULL));
	turn(b);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up_network, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_edit_keeps_the_newest_text_and_moves_no_clock),
		TEST(an_edit_after_the_answer_reopens_nothing),
		TEST(thanks_that_became_a_question_are_none),
		TEST(an_edit_is_followed_over_merge_split_and_restart),
		TEST(an_edit_after_a_merge_leaves_no_old_line),
		TEST(an_edit_holds_a_reply_that_did_not_leave),
		TEST(who_read_the_old_words_is_told),
		TEST(what_is_deleted_waits_no_more_and_stays_readable),
		TEST(one_of_two_that_is_deleted_leaves_the_other),
		TEST(a_text_that_no_event_knows_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
