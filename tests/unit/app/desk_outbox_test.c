// SPDX-License-Identifier: MIT
//
// The way of a reply: real store, engine and desk; the network is a model that answers when the
// test says so. Power cuts at every write are in tests/powercut/outbox_cut.c.
#include "desk_people_bench.h"

#include "app/desk_internal.h"
#include "model_network.h"

#define TEXT "un guasto, riparato alle 18"

static struct vd_channels network;

static int set_up_network(void **state)
{
	memset(&network, 0, sizeof(network));
	int rc = set_up(state);
	struct bench *b = *state;
	vd_desk_set_channels(b->desk, &network);
	return rc;
}

static void restart(struct bench *b)
{
	vd_desk_destroy(b->desk); // as it fell: nothing more is written
	vd_store_close(b->store);
	open_desk(b);
	network.n_calls = 0;
	memset(network.waiting, 0, sizeof(network.waiting));
	vd_desk_set_channels(b->desk, &network);
}

/** Its channel looks around and is told that it may leave; it does, behind the commit. */
static void let_leave(struct bench *b)
{
	turn(b);
	assert_true(model_answer(&network, &b->host));
	turn(b);
}

static struct vd_command reply_to(uint64_t conversation, uint32_t seen)
{
	return (struct vd_command){ .kind = VD_COMMAND_REPLY,
				    .conversation = conversation,
				    .staff = ANNA,
				    .text = VD_SPAN(TEXT),
				    .seen_messages = seen };
}

static enum vd_outbox_state state_of(struct bench *b, uint64_t id)
{
	static char text[VD_TEXT_BYTES + 1];
	struct vd_outbox_entry entry;
	assert_ok(vd_store_outbox_get(b->store, id, &entry, text, sizeof(text), NULL));
	return entry.state;
}

static void ask(struct bench *b)
{
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
}

static void say_more(struct bench *b, const char *id)
{
	struct vd_message m = question(id, "t1", FRIDAY_16_40 + 30);
	assert_ok(b->host.message(b->host.ctx, &m, NULL));
}

/** The reply is queued, and not attempted yet: its turn has not ended. */
static void queue_for(struct bench *b, uint64_t conversation)
{
	static struct told told;
	struct vd_command command = reply_to(conversation, 1);
	b->port.submit(b->port.ctx, &command, &told, tell);
	assert_int_equal(state_of(b, conversation), VD_OUTBOX_QUEUED);
}

static void queue(struct bench *b)
{
	queue_for(b, 1);
}

/** Domain time passes, with all answers, until nothing is left to do by itself. */
static void settle(struct bench *b)
{
	static const int steps_s[] = { 1, 5, 20, 40, 10, 60, 300, 900, 1800, 1800 };
	for (size_t i = 0; i < VD_ARRAY_LEN(steps_s); i++) {
		pass(b, steps_s[i]);
		while (model_answer(&network, &b->host)) {
			turn(b);
			turn(b);
		}
	}
}

static int count_out(struct bench *b, uint64_t id)
{
	return (int)get(b, id).n_out;
}

static void a_reply_leaves_once_and_is_a_message(void **state)
{
	struct bench *b = *state;
	ask(b);
	queue(b);
	turn(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_QUEUED); // its channel looks around
	assert_int_equal(network.n_sends, 0);
	assert_true(model_answer(&network, &b->host));
	assert_int_equal(state_of(b, 1), VD_OUTBOX_ATTEMPTED);
	assert_int_equal(network.n_posts, 0); // not before the commit
	turn(b);
	assert_int_equal(network.n_posts, 1);
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_SENT);
	assert_int_equal(network.n_posts, 1);
	assert_int_equal(count_out(b, 1), 1);
}

// Compare-and-set: who does not say what he read is not heard, and who read less is told.
static void who_did_not_read_all_does_not_answer(void **state)
{
	struct bench *b = *state;
	ask(b);
	refused(b, reply_to(1, 0), VD_ERR_ARGUMENT, "say which message was the last");
	say_more(b, "2");
	turn(b);
	refused(b, reply_to(1, 1), VD_ERR_CONFLICT, "1 more message(s) came");
	must(b, reply_to(1, 2));
}

static void words_between_queue_and_attempt_hold_the_reply(void **state)
{
	struct bench *b = *state;
	ask(b);
	queue(b);
	say_more(b, "2"); // in the turn in which it was handed in
	turn(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_HELD);
	assert_int_equal(network.n_sends, 0);
	pass(b, 1);
	const struct vd_view *v = view(b);
	assert_int_equal(v->counters.outbox, 1);
	bool is_said = false;
	for (size_t i = 0; i < v->n_alarms; i++) {
		is_said |= strstr(v->alarms[i].text, "the customer wrote meanwhile") != NULL;
	}
	assert_true(is_said);
	settle(b); // no time makes it leave
	assert_int_equal(state_of(b, 1), VD_OUTBOX_HELD);
	struct vd_command anyway = { .kind = VD_COMMAND_SEND_ANYWAY, .outbox = 1, .staff = ANNA };
	refused(b, anyway, VD_ERR_ARGUMENT, "say which message was the last");
	anyway.seen_messages = 1;
	refused(b, anyway, VD_ERR_CONFLICT, "1 more message(s) came");
	anyway.seen_messages = 2;
	must(b, anyway);
	refused(b, anyway, VD_ERR_STATE, "it is not held");
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_SENT);
	assert_int_equal(network.n_posts, 1);
}

// The attempt is noted; then, before the commit lets it leave, the customer's words are read.
static void words_in_the_turn_of_the_attempt_hold_it_too(void **state)
{
	struct bench *b = *state;
	ask(b);
	queue(b);
	turn(b);
	assert_true(model_answer(&network, &b->host));
	assert_int_equal(state_of(b, 1), VD_OUTBOX_ATTEMPTED);
	say_more(b, "2");
	turn(b);
	assert_int_equal(network.n_sends, 0);
	turn(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_HELD);
	must(b, (struct vd_command){ .kind = VD_COMMAND_WITHDRAW, .outbox = 1, .staff = ANNA });
	assert_int_equal(state_of(b, 1), VD_OUTBOX_FAILED);
	refused(b, (struct vd_command){ .kind = VD_COMMAND_WITHDRAW, .outbox = 1, .staff = ANNA },
		VD_ERR_STATE, "can't be taken back");
	settle(b);
	assert_int_equal(network.n_posts, 0);
}

// What we say, and what is deleted already, is nothing that the writer must read.
static void our_own_words_hold_nothing(void **state)
{
	struct bench *b = *state;
	ask(b);
	queue(b);
	struct vd_message own = reply_in("2", "t1", FRIDAY_16_40 + 10);
	assert_ok(b->host.message(b->host.ctx, &own, NULL));
	struct vd_message gone = question("3", "t1", FRIDAY_16_40 + 20);
	gone.is_deleted = true;
	assert_ok(b->host.message(b->host.ctx, &gone, NULL));
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_SENT);
}

static void a_reply_that_is_tried_again_looks_again(void **state)
{
	struct bench *b = *state;
	ask(b);
	network.fate = MODEL_REFUSES_NOW;
	queue(b);
	let_leave(b);
	assert_true(model_answer(&network, &b->host));
	turn(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_QUEUED); // in 15 s
	say_more(b, "2");
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_HELD);
	assert_int_equal(network.n_posts, 0);
}

// A merge shows the writer's words to somebody else's question: a person looks first.
static void a_queued_reply_of_a_merged_case_is_held(void **state)
{
	struct bench *b = *state;
	ask(b);
	struct vd_message other = question("2", "t2", FRIDAY_16_40);
	take(b, &other);
	network.fate = MODEL_REFUSES_NOW;
	queue(b);
	let_leave(b);
	assert_true(model_answer(&network, &b->host));
	turn(b);
	must(b, (struct vd_command){
			.kind = VD_COMMAND_MERGE, .conversation = 1, .into = 2, .staff = ANNA });
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_HELD);
}

// ---- turns that are lost ----------------------------------------------------------------------

/** The turn that is open is lost, as where the disk is full. */
static void lose_turn(struct bench *b)
{
	b->store->broken = VD_ERR_DISK_FULL;
	turn(b);
}

static void an_outcome_that_no_commit_kept_is_asked_again(void **state)
{
	struct bench *b = *state;
	static const enum model_fate fates[] = { MODEL_ANSWERS, MODEL_LOSES_ANSWER,
						 MODEL_LOSES_REQUEST, MODEL_REFUSES_NOW };
	for (size_t i = 0; i < VD_ARRAY_LEN(fates); i++) {
		memset(&network, 0, sizeof(network));
		network.fate = fates[i];
		char id[8];
		snprintf(id, sizeof(id), "%zu", i + 1);
		struct vd_message m = question(id, id, vd_wall_to_s(b->fake.wall));
		take(b, &m);
		network.is_guarded = true;
		queue_for(b, i + 1);
		let_leave(b);
		assert_int_equal(state_of(b, i + 1), VD_OUTBOX_ATTEMPTED);
		assert_true(model_answer(&network, &b->host));
		lose_turn(b);
		assert_int_equal(state_of(b, i + 1), VD_OUTBOX_ATTEMPTED);
		settle(b);
		assert_int_equal(state_of(b, i + 1), VD_OUTBOX_SENT);
		assert_int_equal(network.n_posts, 1);
		assert_int_equal(count_out(b, i + 1), 1);
	}
}

static void an_attempt_that_no_commit_kept_is_made_later(void **state)
{
	struct bench *b = *state;
	ask(b);
	queue(b);
	turn(b);
	assert_true(model_answer(&network, &b->host));
	assert_int_equal(state_of(b, 1), VD_OUTBOX_ATTEMPTED);
	lose_turn(b);
	assert_int_equal(network.n_sends, 0);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_QUEUED);
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_SENT);
	assert_int_equal(network.n_posts, 1);
}

static void a_look_up_whose_answer_was_lost_is_made_again(void **state)
{
	struct bench *b = *state;
	ask(b);
	network.fate = MODEL_LOSES_ANSWER;
	queue(b);
	let_leave(b);
	assert_true(model_answer(&network, &b->host));
	turn(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_UNCERTAIN);
	pass(b, 20);
	assert_int_equal(network.n_calls, 1);
	assert_true(model_answer(&network, &b->host));
	lose_turn(b);
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_SENT);
	assert_int_equal(network.n_posts, 1);
}

// ---- what a poll shows ------------------------------------------------------------------------

/** The reply comes back as an own post of its thread. */
static void show(struct bench *b, const struct model_post *post, const char *text)
{
	struct vd_message m = question(post->id, "t1", vd_wall_to_s(b->fake.wall));
	snprintf(m.author_id, sizeof(m.author_id), X_OWN_ID);
	m.text = vd_span_of(text);
	assert_ok(b->host.message(b->host.ctx, &m, NULL));
}

// The network rewrote the text, so that the post is not known as ours; then the answer names it.
static void a_poll_before_the_answer_is_the_same_post(void **state)
{
	struct bench *b = *state;
	ask(b);
	queue(b);
	let_leave(b);
	show(b, &network.posts[0], "https://t.co/x");
	turn(b);
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_SENT);
	assert_int_equal(count_out(b, 1), 1);
}

// Not found for over a minute, so it waits to be sent again: then a poll shows it, in the very
// turn in which it would leave.
static void one_that_shows_late_is_not_sent_again(void **state)
{
	struct bench *b = *state;
	for (int is_in_turn = 0; is_in_turn < 2; is_in_turn++) {
		uint64_t id = (uint64_t)is_in_turn + 1;
		char thread[8];
		memset(&network, 0, sizeof(network));
		network.fate = MODEL_LOSES_ANSWER;
		network.is_mute = true;
		network.is_guarded = true;
		snprintf(thread, sizeof(thread), "t%d", is_in_turn + 1);
		struct vd_message m = question(thread, thread, vd_wall_to_s(b->fake.wall));
		take(b, &m);
		queue_for(b, id);
		let_leave(b);
		assert_true(model_answer(&network, &b->host));
		turn(b);
		pass(b, 20); // looked up: not there
		assert_true(model_answer(&network, &b->host));
		pass(b, 60); // and again: now that is believed
		assert_true(model_answer(&network, &b->host));
		assert_int_equal(state_of(b, id), VD_OUTBOX_QUEUED);
		if (is_in_turn) {
			turn(b);
			assert_true(model_answer(&network, &b->host));
			assert_int_equal(state_of(b, id), VD_OUTBOX_ATTEMPTED);
		}
		struct vd_message own = question("late", thread, vd_wall_to_s(b->fake.wall));
		snprintf(own.network_id, sizeof(own.network_id), "late-%d", is_in_turn);
		snprintf(own.author_id, sizeof(own.author_id), X_OWN_ID);
		own.text = VD_SPAN(TEXT);
		assert_ok(b->host.message(b->host.ctx, &own, NULL));
		turn(b);
		settle(b);
		assert_int_equal(state_of(b, id), VD_OUTBOX_SENT);
		assert_int_equal(network.n_sends, 1);
	}
}

// ---- asked --------------------------------------------------------------------------------

// Not shown is no proof, however long: the same again might become a second one.
static void what_is_not_shown_is_asked_not_sent_again(void **state)
{
	struct bench *b = *state;
	ask(b);
	network.fate = MODEL_LOSES_ANSWER;
	network.is_mute = true;
	queue(b);
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_ASK);
	assert_int_equal(network.n_sends, 1);
	restart(b);
	settle(b);
	assert_int_equal(network.n_sends, 1);
	// Hours later the network shows it after all: nobody need say anything any more.
	show(b, &network.posts[0], TEXT);
	turn(b);
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_SENT);
	assert_int_equal(count_out(b, 1), 1);
	assert_int_equal(network.n_arrived, 1); // and it is billed
}

static void a_network_that_refuses_the_same_words_is_asked_by_sending(void **state)
{
	struct bench *b = *state;
	static const enum model_fate fates[] = { MODEL_LOSES_ANSWER, MODEL_LOSES_REQUEST };
	for (size_t i = 0; i < VD_ARRAY_LEN(fates); i++) {
		memset(&network, 0, sizeof(network));
		network.fate = fates[i];
		network.is_mute = true;
		network.is_guarded = true;
		char id[8];
		snprintf(id, sizeof(id), "%zu", i + 1);
		struct vd_message m = question(id, id, vd_wall_to_s(b->fake.wall));
		take(b, &m);
		queue_for(b, i + 1);
		settle(b);
		assert_int_equal(state_of(b, i + 1), VD_OUTBOX_SENT);
		assert_int_equal(network.n_sends, 2);
		assert_int_equal(network.n_posts, 1);
	}
}

// Before the attempt is on disk nothing leaves, so a stop there asks nobody.
static void a_stop_before_the_attempt_asks_nobody(void **state)
{
	struct bench *b = *state;
	ask(b);
	network.is_mute = true;
	queue(b);
	turn(b);
	assert_int_equal(network.n_calls, 1); // its channel looks around
	restart(b);
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_SENT);
	assert_int_equal(network.n_sends, 1);
}

static void speak_while_checked(void *ctx)
{
	say_more(ctx, "2");
}

// What the channel reads before the reply leaves counts.
static void words_that_the_look_around_finds_hold_it(void **state)
{
	struct bench *b = *state;
	ask(b);
	network.on_check = speak_while_checked;
	network.ctx = b;
	queue(b);
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_HELD);
	assert_int_equal(network.n_sends, 0);
}

static void taken_back_while_it_is_checked_does_not_leave(void **state)
{
	struct bench *b = *state;
	ask(b);
	queue(b);
	turn(b);
	must(b, (struct vd_command){ .kind = VD_COMMAND_WITHDRAW, .outbox = 1, .staff = ANNA });
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_FAILED);
	assert_int_equal(network.n_sends, 0);
}

// A network that doesn't answer holds its own account's replies only, and none of them twice.
static void one_account_does_not_take_all_places(void **state)
{
	struct bench *b = *state;
	for (int i = 1; i <= VD_DESK_CHECKS_OF_ACCOUNT + 2; i++) {
		char id[8];
		snprintf(id, sizeof(id), "%d", i);
		struct vd_message m = question(id, id, FRIDAY_16_40);
		take(b, &m);
		queue_for(b, (uint64_t)i);
		turn(b);
	}
	assert_int_equal(network.n_calls, VD_DESK_CHECKS_OF_ACCOUNT);
	settle(b);
	assert_int_equal(network.n_posts, VD_DESK_CHECKS_OF_ACCOUNT + 2);
}

static void where_nothing_can_be_looked_up_a_person_is_asked(void **state)
{
	struct bench *b = *state;
	ask(b);
	network.fate = MODEL_LOSES_ANSWER;
	network.is_blind = true;
	queue(b);
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_ASK);
	assert_int_equal(network.n_sends, 1);
	// Words that come late from the network don't send it again; that it is there is heard.
	struct vd_send_result late = { .outcome = VD_SEND_NOT_FOUND };
	b->host.sent(b->host.ctx, 1, &late);
	late.outcome = VD_SEND_RETRY;
	b->host.sent(b->host.ctx, 1, &late);
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_ASK);
	restart(b);
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_ASK);
	late.outcome = VD_SEND_DONE;
	snprintf(late.network_id, sizeof(late.network_id), "%s", network.posts[0].id);
	b->host.sent(b->host.ctx, 1, &late);
	settle(b);
	assert_int_equal(state_of(b, 1), VD_OUTBOX_SENT);
	assert_int_equal(network.n_posts, 1);
}

static void count_told(void *ctx, const struct vd_command_result *result)
{
	size_t *n = ctx;
	n[result->err == VD_ERR_ROOM]++;
}

// Also who is refused for the lack of room hears it behind the commit, not inside his own call.
static void a_full_queue_is_refused_behind_the_commit(void **state)
{
	struct bench *b = *state;
	size_t n[2] = { 0, 0 };
	struct vd_command ack = { .kind = VD_COMMAND_ACK, .staff = ANNA };
	for (int i = 0; i < VD_DESK_PENDING_MAX + 16; i++) {
		b->port.submit(b->port.ctx, &ack, n, count_told);
	}
	assert_int_equal(n[0] + n[1], 0);
	turn(b);
	assert_int_equal(n[0], VD_DESK_PENDING_MAX);
	assert_int_equal(n[1], 16);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up_network, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_reply_leaves_once_and_is_a_message),
		TEST(who_did_not_read_all_does_not_answer),
		TEST(words_between_queue_and_attempt_hold_the_reply),
		TEST(words_in_the_turn_of_the_attempt_hold_it_too),
		TEST(our_own_words_hold_nothing),
		TEST(a_reply_that_is_tried_again_looks_again),
		TEST(a_queued_reply_of_a_merged_case_is_held),
		TEST(an_outcome_that_no_commit_kept_is_asked_again),
		TEST(an_attempt_that_no_commit_kept_is_made_later),
		TEST(a_look_up_whose_answer_was_lost_is_made_again),
		TEST(a_poll_before_the_answer_is_the_same_post),
		TEST(one_that_shows_late_is_not_sent_again),
		TEST(a_full_queue_is_refused_behind_the_commit),
		TEST(what_is_not_shown_is_asked_not_sent_again),
		TEST(a_network_that_refuses_the_same_words_is_asked_by_sending),
		TEST(a_stop_before_the_attempt_asks_nobody),
		TEST(words_that_the_look_around_finds_hold_it),
		TEST(taken_back_while_it_is_checked_does_not_leave),
		TEST(one_account_does_not_take_all_places),
		TEST(where_nothing_can_be_looked_up_a_person_is_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
