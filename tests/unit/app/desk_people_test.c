// SPDX-License-Identifier: MIT
//
// What people do with cases: hand-over, pauses, merge and split, with the real store, engine, loop.
#include "desk_people_bench.h"

#include "app/desk_people.h"
#include "care/thanks.h"

// ---- hand-over (R32, R33) ---------------------------------------------------------------------

static void a_case_is_offered_then_accepted(void **state)
{
	struct bench *b = *state;
	add_bruno(b);
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_wall due = get(b, 1).targets[VD_TARGET_FIRST].due;
	refused(b,
		(struct vd_command){ .kind = VD_COMMAND_ACCEPT, .conversation = 1, .staff = ANNA },
		VD_ERR_STATE, "nothing is offered");
	must(b, (struct vd_command){
			.kind = VD_COMMAND_OFFER, .conversation = 1, .staff = ANNA, .account = 2 });
	struct vd_conversation c = get(b, 1);
	assert_int_equal(c.offer.account, 2);
	assert_int_equal(c.offer.until.us, vd_wall_s(FRIDAY_16_40 + 900).us);
	assert_int_equal(vd_conversation_holder(&c), 0); // until accepted the giver holds it
	pass(b, 60);
	// Pressed again: the lease does not begin anew.
	must(b, (struct vd_command){
			.kind = VD_COMMAND_OFFER, .conversation = 1, .staff = ANNA, .account = 2 });
	assert_int_equal(get(b, 1).offer.until.us, vd_wall_s(FRIDAY_16_40 + 900).us);
	must(b,
	     (struct vd_command){ .kind = VD_COMMAND_ACCEPT, .conversation = 1, .staff = BRUNO });
	c = get(b, 1);
	assert_int_equal(vd_conversation_holder(&c), 1);
	assert_int_equal(c.n_custody, 2);
	assert_int_equal(c.custody[1].from.us, vd_wall_s(FRIDAY_16_40 + 60).us);
	assert_int_equal(c.targets[VD_TARGET_FIRST].due.us, due.us); // R32
}

static void an_offer_that_nobody_takes_comes_back(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	must(b, (struct vd_command){
			.kind = VD_COMMAND_OFFER, .conversation = 1, .staff = ANNA, .account = 2 });
	pass(b, 901);
	struct vd_conversation c = get(b, 1);
	assert_int_equal(c.offer.account, 0);
	assert_int_equal(c.side[VD_SIDE_RETURNED].state, VD_ALARM_UNACK);
	// The button finds it, although no target has an alarm.
	must(b, (struct vd_command){ .kind = VD_COMMAND_ACK });
	assert_int_equal(get(b, 1).side[VD_SIDE_RETURNED].state, VD_ALARM_NORMAL);
}

static void only_a_supervisor_loosens_and_the_old_due_stays(void **state)
{
	struct bench *b = *state;
	add_bruno(b);
	b->book->policies[1] = b->book->policies[0];
	snprintf(b->book->policies[1].name, VD_NAME_BYTES, "slow");
	b->book->policies[1].target_s[VD_TARGET_FIRST] = 8 * 3600;
	b->book->n_policies = 2;
	b->book->brands[1].policy = 1;
	close_desk(b); // rules change at a start, and the journal says so
	open_desk(b);
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_wall due = get(b, 1).targets[VD_TARGET_FIRST].due;
	must(b, (struct vd_command){
			.kind = VD_COMMAND_OFFER, .conversation = 1, .staff = ANNA, .account = 2 });
	must(b, (struct vd_command){ .kind = VD_COMMAND_ACCEPT, .conversation = 1, .staff = ANNA });
	assert_int_equal(get(b, 1).targets[VD_TARGET_FIRST].due.us, due.us);
	struct vd_command loosen = { .kind = VD_COMMAND_LOOSEN,
				     .conversation = 1,
				     .staff = ANNA,
				     .reason = VD_SPAN("agreed on the phone") };
	refused(b, loosen, VD_ERR_PERMISSION, "supervisor");
	loosen.staff = 0;
	refused(b, loosen, VD_ERR_ARGUMENT, "supervisor's name");
	loosen.staff = BRUNO;
	must(b, loosen);
	struct vd_conversation c = get(b, 1);
	assert_true(c.targets[VD_TARGET_FIRST].due.us > due.us);
	assert_int_equal(c.loosened_due.us, due.us);
	must(b, loosen); // again: the first one stays visible
	assert_int_equal(get(b, 1).loosened_due.us, due.us);
}

// ---- pauses (R24, R26) ------------------------------------------------------------------------

static bool count_row(void *ctx, const struct vd_view_row *row)
{
	int *n = ctx;
	(void)row;
	++*n;
	return true;
}

// Nothing is due there, and yet it is open: it is listed, and its thread is listened to.
static void a_paused_case_is_not_out_of_sight(void **state)
{
	struct bench *b = *state;
	struct threads_told told = { 0 };
	int n = 0;
	pass(b, 60);
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	struct vd_message asked = reply_in("2", "t1", FRIDAY_16_40 + 60);
	asked.kind = VD_REPLY_QUESTION;
	take(b, &m);
	take(b, &asked);
	assert_true(vd_wall_is_set(get(b, 1).paused_since));
	assert_ok(b->port.list(b->port.ctx, count_row, &n, NULL));
	assert_int_equal(n, 1);
	assert_ok(b->host.open_threads(b->host.ctx, 0, hear_thread, &told, NULL));
	assert_string_equal(told.all, "t1 ");
}

static void a_pause_is_ended_or_kept_by_a_person(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_command resume = { .kind = VD_COMMAND_RESUME, .conversation = 1, .staff = ANNA };
	refused(b, resume, VD_ERR_STATE, "no pause runs");
	struct vd_message ask = reply_in("2", "t1", FRIDAY_16_40 + 60);
	ask.kind = VD_REPLY_QUESTION;
	pass(b, 60);
	take(b, &ask);
	assert_int_equal(get(b, 1).targets[VD_TARGET_RESOLUTION].state, VD_TARGET_PAUSED);
	must(b, (struct vd_command){ .kind = VD_COMMAND_KEEP_PAUSE,
				     .conversation = 1,
				     .staff = ANNA,
				     .reason = VD_SPAN("he is on holiday") });
	pass(b, 60);
	must(b, resume);
	struct vd_conversation c = get(b, 1);
	assert_false(vd_wall_is_set(c.paused_since));
	assert_int_equal(c.targets[VD_TARGET_RESOLUTION].state, VD_TARGET_ARMED);
}

// ---- R37 --------------------------------------------------------------------------------------

static void thanks_are_proposed_and_not_decided(void **state)
{
	struct bench *b = *state;
	pass(b, 600);
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_message reply = reply_in("2", "t1", FRIDAY_16_40 + 60);
	take(b, &reply);
	struct vd_message thanks = question("3", "t1", FRIDAY_16_40 + 120);
	thanks.text = VD_SPAN("@TelecomItalia ok perfetto, grazie mille!");
	take(b, &thanks);
	struct vd_conversation c = get(b, 1);
	assert_true(vd_thanks_is_all(&c));
	assert_true(c.targets[VD_TARGET_NEXT].is_running); // a person decides
	struct vd_message more = question("4", "t1", FRIDAY_16_40 + 180);
	more.text = VD_SPAN("grazie, ma quando?");
	take(b, &more);
	c = get(b, 1);
	assert_false(vd_thanks_is_all(&c));
	// Thanks for nothing yet: the question before them still waits.
	thanks = question("5", "t1", FRIDAY_16_40 + 240);
	thanks.text = VD_SPAN("grazie");
	take(b, &thanks);
	c = get(b, 1);
	assert_true(c.is_thanks);
	assert_false(vd_thanks_is_all(&c));
}

// ---- R35 --------------------------------------------------------------------------------------

static void put_private_reply(struct bench *b, enum vd_outbox_state state)
{
	struct vd_outbox_entry entry = {
		.id = 1,
		.conversation = 1,
		.state = state,
		.attempts = 1,
		.visibility = VD_VISIBILITY_PRIVATE,
		.kind = VD_REPLY_ANSWER,
		.attempted = b->fake.wall,
		.text = VD_SPAN("il codice cliente?"),
	};
	assert_ok(vd_store_outbox_put(b->store, &entry, NULL));
	turn(b);
}

static void tell_refused(struct bench *b)
{
	struct vd_send_result result = { .outcome = VD_SEND_REFUSED };
	vd_diag_set(&result.diag, VD_ERR_REFUSED, "he does not take direct messages");
	b->host.sent(b->host.ctx, 1, &result);
	turn(b);
}

static void a_refused_direct_message_blocks_the_channel(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	put_private_reply(b, VD_OUTBOX_ATTEMPTED);
	tell_refused(b);
	struct vd_conversation c = get(b, 1);
	assert_int_equal(c.side[VD_SIDE_BLOCKED].state, VD_ALARM_UNACK);
	assert_true(c.targets[VD_TARGET_FIRST].is_running); // the clock runs
}

static void a_person_who_saw_nothing_arrive_blocks_nothing(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	put_private_reply(b, VD_OUTBOX_ASK);
	must(b, (struct vd_command){ .kind = VD_COMMAND_SETTLE, .outbox = 1, .staff = ANNA });
	assert_int_equal(get(b, 1).side[VD_SIDE_BLOCKED].state, VD_ALARM_NORMAL);
}

// ---- merge and split (R39) --------------------------------------------------------------------

static uint64_t owner(struct bench *b, const char *id)
{
	uint64_t conversation = 0;
	uint32_t number;
	assert_ok(vd_store_find_id(b->store, VD_NETWORK_X, id, &conversation, &number, NULL));
	return conversation;
}

static void two_cases(struct bench *b)
{
	struct vd_message one = question("1", "t1", FRIDAY_16_40);
	struct vd_message two = question("2", "t2", FRIDAY_16_40 + 60);
	take(b, &one);
	take(b, &two);
}

static void a_merged_case_goes_on_in_the_other(void **state)
{
	struct bench *b = *state;
	two_cases(b);
	struct vd_wall due = get(b, 1).targets[VD_TARGET_FIRST].due;
	put_private_reply(b, VD_OUTBOX_ASK); // of conversation 1
	struct vd_command merge = {
		.kind = VD_COMMAND_MERGE, .conversation = 1, .into = 2, .staff = ANNA
	};
	struct told told = run(b, merge);
	assert_int_equal(told.result.err, VD_OK);
	assert_int_equal(told.result.conversation, 2);
	struct vd_conversation c = get(b, 2);
	assert_int_equal(c.opened.us, vd_wall_s(FRIDAY_16_40).us); // the earliest opening wins
	assert_int_equal(c.targets[VD_TARGET_FIRST].due.us, due.us);
	assert_int_equal(c.n_in, 2);
	assert_int_equal(get(b, 1).state, VD_CONVERSATION_MERGED);
	assert_int_equal(owner(b, "1"), 2);
	struct vd_outbox_entry entry;
	char text[VD_TEXT_BYTES + 1];
	assert_ok(vd_store_outbox_get(b->store, 1, &entry, text, sizeof(text), NULL));
	assert_int_equal(entry.conversation, 2);
	// What comes in its thread, or below its messages, joins the one that goes on.
	struct vd_message later = question("3", "t1", FRIDAY_16_40 + 120);
	take(b, &later);
	assert_int_equal(owner(b, "3"), 2);
	struct vd_message below = question("4", "t4", FRIDAY_16_40 + 180);
	snprintf(below.parent_id, sizeof(below.parent_id), "1");
	take(b, &below);
	assert_int_equal(owner(b, "4"), 2);
	assert_int_equal(get(b, 2).n_in, 4);
	must(b, merge); // done already is done
	refused(b,
		(struct vd_command){ .kind = VD_COMMAND_CLAIM, .conversation = 1, .staff = ANNA },
		VD_ERR_STATE, "goes on in 2");
	refused(b,
		(struct vd_command){
			.kind = VD_COMMAND_MERGE, .conversation = 2, .into = 1, .staff = ANNA },
		VD_ERR_STATE, "merge into that");
}

static void merges_are_followed_over_a_chain(void **state)
{
	struct bench *b = *state;
	two_cases(b);
	struct vd_message three = question("3", "t3", FRIDAY_16_40 + 90);
	take(b, &three);
	// A thread of which no message was seen: only the link says whose it is.
	assert_ok(vd_store_thread_link(b->store, VD_NETWORK_X, "dm:1", 1, NULL));
	must(b, (struct vd_command){
			.kind = VD_COMMAND_MERGE, .conversation = 1, .into = 2, .staff = ANNA });
	must(b, (struct vd_command){
			.kind = VD_COMMAND_MERGE, .conversation = 2, .into = 3, .staff = ANNA });
	struct vd_message later = question("4", "dm:1", FRIDAY_16_40 + 120);
	later.visibility = VD_VISIBILITY_PRIVATE;
	take(b, &later);
	assert_int_equal(owner(b, "4"), 3);
	assert_int_equal(owner(b, "1"), 3);
	assert_int_equal(get(b, 3).n_in, 4);
}

// A channel looks into every thread of a merged case, the latest one first.
static void a_merged_case_is_listened_to_in_all_its_threads(void **state)
{
	struct bench *b = *state;
	two_cases(b);
	must(b, (struct vd_command){
			.kind = VD_COMMAND_MERGE, .conversation = 2, .into = 1, .staff = ANNA });
	struct threads_told told = { 0 };
	assert_ok(b->host.open_threads(b->host.ctx, 0, hear_thread, &told, NULL));
	assert_string_equal(told.all, "t2 t1 ");
}

static void a_split_undoes_a_merge(void **state)
{
	struct bench *b = *state;
	two_cases(b);
	struct vd_conversation was = get(b, 1);
	must(b, (struct vd_command){
			.kind = VD_COMMAND_MERGE, .conversation = 1, .into = 2, .staff = ANNA });
	struct told told = run(b, (struct vd_command){ .kind = VD_COMMAND_SPLIT,
						       .conversation = 2,
						       .staff = ANNA,
						       .n_messages = 1,
						       .messages = { 2 } });
	assert_int_equal(told.result.err, VD_OK);
	assert_int_equal(told.result.conversation, 3);
	struct vd_conversation c = get(b, 3);
	assert_int_equal(c.opened.us, was.opened.us);
	assert_memory_equal(&c.targets, &was.targets, sizeof(was.targets));
	assert_string_equal(c.first_line, was.first_line);
	assert_string_equal(c.customer_id, was.customer_id);
	assert_int_equal(get(b, 2).opened.us, vd_wall_s(FRIDAY_16_40 + 60).us);
	assert_int_equal(owner(b, "1"), 3);
	assert_int_equal(owner(b, "2"), 2);
	struct vd_message later = question("4", "t1", FRIDAY_16_40 + 120);
	take(b, &later);
	assert_int_equal(owner(b, "4"), 3); // the thread went along
}

static void a_split_keeps_stamps_replies_and_the_shared_thread(void **state)
{
	struct bench *b = *state;
	pass(b, 600);
	struct vd_message one = question("1", "t1", FRIDAY_16_40);
	struct vd_message two = question("2", "t1", FRIDAY_16_40 + 60);
	struct vd_message answer = reply_in("3", "t1", FRIDAY_16_40 + 120);
	struct vd_message four = question("4", "t1", FRIDAY_16_40 + 180);
	take(b, &one);
	take(b, &two);
	take(b, &answer);
	take(b, &four);
	struct told told = run(b, (struct vd_command){ .kind = VD_COMMAND_SPLIT,
						       .conversation = 1,
						       .staff = ANNA,
						       .n_messages = 2,
						       .messages = { 3, 2 } });
	assert_int_equal(told.result.err, VD_OK);
	struct vd_conversation c = get(b, 2);
	assert_int_equal(c.opened.us, vd_wall_s(FRIDAY_16_40 + 60).us);
	assert_int_equal(c.targets[VD_TARGET_FIRST].state, VD_TARGET_MET);
	assert_int_equal(c.n_in, 1);
	assert_int_equal(c.n_out, 1);
	// What stays is judged as if the answer had never been there.
	assert_int_equal(get(b, 1).waiting_since.us, vd_wall_s(FRIDAY_16_40).us);
	assert_true(get(b, 1).targets[VD_TARGET_FIRST].is_running);
	// The newest word in the thread stayed: so does the thread.
	struct vd_message later = question("5", "t1", FRIDAY_16_40 + 240);
	take(b, &later);
	assert_int_equal(owner(b, "5"), 1);
	struct vd_message below = question("6", "t1", FRIDAY_16_40 + 300);
	snprintf(below.parent_id, sizeof(below.parent_id), "3");
	take(b, &below);
	assert_int_equal(owner(b, "6"), 2); // the chain of replies is exact
}

// Of what left nothing is shown of what stays: no words, no privacy, no stamp.
static void a_split_takes_its_words_along(void **state)
{
	struct bench *b = *state;
	pass(b, 600);
	struct vd_message one = question("1", "t1", FRIDAY_16_40);
	struct vd_message two = question("2", "t1", FRIDAY_16_40 + 60);
	one.text = VD_SPAN("My number is 12345");
	one.visibility = VD_VISIBILITY_PRIVATE;
	two.text = VD_SPAN("No signal in town");
	two.fetched = vd_wall_s(FRIDAY_16_40 + 70);
	take(b, &one);
	take(b, &two);
	assert_string_equal(get(b, 1).first_line, "My number is 12345");
	must(b, (struct vd_command){ .kind = VD_COMMAND_SPLIT,
				     .conversation = 1,
				     .staff = ANNA,
				     .n_messages = 1,
				     .messages = { 1 } });
	struct vd_conversation c = get(b, 1);
	assert_string_equal(c.first_line, "No signal in town");
	assert_int_equal(c.fetched.us, vd_wall_s(FRIDAY_16_40 + 70).us);
	assert_int_equal(c.visibility, VD_VISIBILITY_PUBLIC);
	assert_int_equal(get(b, 2).visibility, VD_VISIBILITY_PRIVATE);
	assert_string_equal(get(b, 2).first_line, "My number is 12345");
}

static void a_split_says_why_not(void **state)
{
	struct bench *b = *state;
	struct vd_message one = question("1", "t1", FRIDAY_16_40);
	struct vd_message answer = reply_in("2", "t1", FRIDAY_16_40 + 120);
	take(b, &one);
	take(b, &answer);
	struct vd_conversation before = get(b, 1);
	struct vd_command split = { .kind = VD_COMMAND_SPLIT,
				    .conversation = 1,
				    .staff = ANNA,
				    .n_messages = 1,
				    .messages = { 9 } };
	refused(b, split, VD_ERR_NOT_FOUND, "does not have all of these messages");
	split.messages[0] = 2;
	refused(b, split, VD_ERR_ARGUMENT, "message of the customer");
	split.messages[0] = 1;
	refused(b, split, VD_ERR_STATE, "nothing of the customer would be left");
	struct vd_conversation after = get(b, 1);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(owner(b, "1"), 1);
}

static void a_reply_under_way_follows_its_message(void **state)
{
	struct bench *b = *state;
	struct vd_message one = question("1", "t1", FRIDAY_16_40);
	struct vd_message two = question("2", "t1", FRIDAY_16_40 + 60);
	take(b, &one);
	take(b, &two);
	struct vd_outbox_entry entry = {
		.id = 1,
		.conversation = 1,
		.state = VD_OUTBOX_ASK,
		.kind = VD_REPLY_ANSWER,
		.parent_id = "2",
		.text = VD_SPAN("eccoci"),
	};
	assert_ok(vd_store_outbox_put(b->store, &entry, NULL));
	turn(b);
	must(b, (struct vd_command){ .kind = VD_COMMAND_SPLIT,
				     .conversation = 1,
				     .staff = ANNA,
				     .n_messages = 1,
				     .messages = { 2 } });
	must(b, (struct vd_command){
			.kind = VD_COMMAND_SETTLE, .outbox = 1, .arrived = true, .staff = ANNA });
	assert_int_equal(get(b, 2).n_out, 1);
	assert_int_equal(get(b, 1).n_out, 0);
}

// ---- topics, incidents --------------------------------------------------------------------------

static void add_topic(struct bench *b)
{
	b->book->n_topics = 1;
	snprintf(b->book->topics[0].name, VD_TOPIC_BYTES, "line down");
	snprintf(b->book->topics[0].words, VD_TOPIC_WORDS_BYTES, "linea è giù, guast*");
}

static uint32_t declare(struct bench *b, const char *topic, uint16_t brand)
{
	struct told told = run(b, (struct vd_command){ .kind = VD_COMMAND_INCIDENT_DECLARE,
						       .staff = BRUNO,
						       .brand = brand,
						       .topic = vd_span_of(topic),
						       .text = VD_SPAN("a fault in Rome") });
	if (told.result.err != VD_OK) {
		fail_msg("%s", told.result.diag.text);
	}
	turn(b); // the first slice
	return told.result.incident;
}

static void words_of_the_opening_set_the_topic(void **state)
{
	struct bench *b = *state;
	add_topic(b);
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_conversation c = get(b, 1);
	assert_string_equal(c.topic, "line down");
	must(b, (struct vd_command){ .kind = VD_COMMAND_TOPIC,
				     .conversation = 1,
				     .staff = ANNA,
				     .topic = VD_SPAN("bill") });
	c = get(b, 1);
	assert_string_equal(c.topic, "bill");
}

static void an_incident_parks_what_is_open_and_what_comes(void **state)
{
	struct bench *b = *state;
	add_bruno(b);
	add_topic(b);
	two_cases(b);
	poll_well(b);
	uint32_t id = declare(b, "Line Down", 0);
	assert_int_equal(id, 1);
	assert_int_equal(declare(b, "Line Down", 0), 1); // pressed again
	assert_int_equal(get(b, 1).parked_by & VD_PARKED_INCIDENT, VD_PARKED_INCIDENT);
	assert_int_equal(get(b, 2).incident, 1);
	struct vd_message m = question("3", "t3", FRIDAY_16_40 + 90);
	take(b, &m);
	assert_int_equal(get(b, 3).incident, 1);
	assert_int_equal(get(b, 3).alarm.state, VD_ALARM_SUPPRESSED);
	m = question("4", "t4", FRIDAY_16_40 + 95);
	m.text = VD_SPAN("la bolletta");
	take(b, &m);
	assert_int_equal(get(b, 4).incident, 0);
	assert_int_equal(view(b)->n_incidents, 1);
	assert_int_equal(view(b)->counters.suppressed, 3);
	pass(b, 1);
	assert_int_equal(view(b)->lamp.meaning, VD_LAMP_FLOOD);
}

// The deadline passes within; at the end what still holds comes back unseen.
static void the_end_of_an_incident_brings_its_cases_back(void **state)
{
	struct bench *b = *state;
	add_bruno(b);
	two_cases(b);
	uint32_t id = declare(b, "", 1);
	pass(b, 1791193201 - FRIDAY_16_40); // Monday 11:40: breached
	assert_int_equal(get(b, 1).alarm.state, VD_ALARM_SUPPRESSED);
	close_desk(b); // over a restart
	open_desk(b);
	assert_int_equal(view(b)->n_incidents, 1);
	refused(b,
		(struct vd_command){
			.kind = VD_COMMAND_INCIDENT_END, .staff = ANNA, .incident = id },
		VD_ERR_PERMISSION, "supervisor");
	refused(b,
		(struct vd_command){
			.kind = VD_COMMAND_INCIDENT_END, .staff = BRUNO, .incident = 9 },
		VD_ERR_NOT_FOUND, "no incident 9");
	must(b, (struct vd_command){
			.kind = VD_COMMAND_INCIDENT_END, .staff = BRUNO, .incident = id });
	turn(b);
	turn(b);
	assert_int_equal(get(b, 1).alarm.state, VD_ALARM_LATCHED);
	assert_false(get(b, 1).alarm.is_seen);
	assert_int_equal(get(b, 2).incident, 0);
	assert_int_equal(view(b)->n_incidents, 0);
	struct vd_message m = question("9", "t9", FRIDAY_16_40 + 90);
	take(b, &m);
	assert_int_equal(get(b, 3).incident, 0);
}

static bool rebuild_one(void *ctx, const struct vd_journal_event *event)
{
	struct vd_store *to = ctx;
	if (event->kind == VD_JOURNAL_COMMAND) {
		assert_ok(vd_incident_rebuild(to, event->detail, NULL));
	}
	return true;
}

static void assert_same_setting(struct bench *b, struct vd_store *to, const char *name)
{
	char one[2048];
	char two[2048];
	assert_ok(vd_store_setting_get(b->store, name, one, sizeof(one), NULL));
	assert_ok(vd_store_setting_get(to, name, two, sizeof(two), NULL));
	assert_string_equal(one, two);
}

// Nothing but the journal: a store that is made anew must still know what is declared.
static void incidents_are_all_in_the_journal(void **state)
{
	struct bench *b = *state;
	char dir[] = "/tmp/vedetta-desk-XXXXXX";
	struct vd_store *to = NULL;
	add_bruno(b);
	two_cases(b);
	(void)declare(b, "line \"down\", \"incident\":{", 0);
	(void)declare(b, "", 1);
	must(b,
	     (struct vd_command){ .kind = VD_COMMAND_INCIDENT_END, .staff = BRUNO, .incident = 2 });
	turn(b);
	turn(b);
	(void)declare(b, "bill", 2);
	assert_non_null(mkdtemp(dir));
	struct vd_store_config config = { .dir = dir, .is_sync_off = true };
	assert_ok(vd_store_open(&config, &to, NULL));
	assert_ok(vd_store_journal_each(b->store, 1, rebuild_one, to, NULL));
	static const char *const names[] = { "incident:0", "incident:1", "incident:2",
					     "incident:last" };
	for (size_t i = 0; i < VD_ARRAY_LEN(names); i++) {
		assert_same_setting(b, to, names[i]);
	}
	vd_store_close(to);
	remove_store(dir);
}

static void an_incident_can_end_by_itself(void **state)
{
	struct bench *b = *state;
	add_bruno(b);
	two_cases(b);
	struct vd_command command = { .kind = VD_COMMAND_INCIDENT_DECLARE,
				      .staff = BRUNO,
				      .brand = 1,
				      .text = VD_SPAN("works until five"),
				      .until = vd_wall_s(FRIDAY_16_40) };
	refused(b, command, VD_ERR_ARGUMENT, "over already");
	command.until = vd_wall_s(FRIDAY_16_40 + 1200);
	must(b, command);
	turn(b);
	assert_int_equal(get(b, 1).incident, 1);
	pass(b, 1201);
	pass(b, 1);
	assert_int_equal(get(b, 1).incident, 0);
	assert_int_equal(view(b)->n_incidents, 0);
}

static void cases_are_added_and_taken_out_by_hand(void **state)
{
	struct bench *b = *state;
	add_bruno(b);
	add_topic(b);
	two_cases(b);
	uint32_t id = declare(b, "", 0); // neither brand nor topic: only what is chosen
	assert_int_equal(get(b, 1).incident, 0);
	struct vd_command add = {
		.kind = VD_COMMAND_INCIDENT_ADD, .staff = ANNA, .conversation = 1, .incident = id
	};
	must(b, add);
	must(b, add);
	assert_int_equal(get(b, 1).incident, id);
	assert_int_equal(get(b, 2).incident, 0);
	// Another topic does not take out what a person put in.
	must(b, (struct vd_command){ .kind = VD_COMMAND_TOPIC,
				     .conversation = 1,
				     .staff = ANNA,
				     .topic = VD_SPAN("bill") });
	assert_int_equal(get(b, 1).incident, id);
	struct vd_command remove = { .kind = VD_COMMAND_INCIDENT_REMOVE,
				     .staff = ANNA,
				     .conversation = 1 };
	must(b, remove);
	assert_int_equal(get(b, 1).incident, 0);
	refused(b, remove, VD_ERR_STATE, "no member");
}

static void a_topic_that_is_corrected_moves_the_case(void **state)
{
	struct bench *b = *state;
	add_bruno(b);
	add_topic(b);
	two_cases(b);
	(void)declare(b, "line down", 0);
	struct vd_command topic = {
		.kind = VD_COMMAND_TOPIC, .conversation = 1, .staff = ANNA, .topic = VD_SPAN("bill")
	};
	must(b, topic);
	assert_int_equal(get(b, 1).incident, 0);
	topic.topic = VD_SPAN("line down");
	must(b, topic);
	assert_int_equal(get(b, 1).incident, 1);
}

#define MANY 230

static void many_cases_come_in_slices(void **state)
{
	struct bench *b = *state;
	add_bruno(b);
	for (int i = 0; i < MANY; i++) {
		char id[16];
		snprintf(id, sizeof(id), "%d", 1000 + i);
		struct vd_message m = question(id, id, FRIDAY_16_40);
		struct vd_diag diag = { 0 };
		assert_ok(b->host.message(b->host.ctx, &m, &diag));
	}
	turn(b);
	assert_ok(submit(b, (struct vd_command){ .kind = VD_COMMAND_INCIDENT_DECLARE,
						 .staff = BRUNO,
						 .brand = 1,
						 .text = VD_SPAN("everything") }));
	static const uint32_t after[] = { 100, 200, MANY, MANY }; // the first in the command's turn
	for (size_t i = 0; i < VD_ARRAY_LEN(after); i++) {
		uint32_t n = 0;
		for (uint64_t id = 1; id <= MANY; id++) {
			n += get(b, id).incident == 1;
		}
		assert_int_equal(n, after[i]);
		turn(b);
	}
}

static void only_so_many_incidents_at_a_time(void **state)
{
	struct bench *b = *state;
	add_bruno(b);
	for (int i = 0; i < VD_VIEW_INCIDENTS; i++) {
		char topic[16];
		snprintf(topic, sizeof(topic), "topic %d", i);
		assert_int_equal(declare(b, topic, 0), i + 1);
	}
	refused(b,
		(struct vd_command){ .kind = VD_COMMAND_INCIDENT_DECLARE,
				     .staff = BRUNO,
				     .text = VD_SPAN("one more") },
		VD_ERR_ROOM, "end one first");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_case_is_offered_then_accepted),
		TEST(an_offer_that_nobody_takes_comes_back),
		TEST(only_a_supervisor_loosens_and_the_old_due_stays),
		TEST(a_paused_case_is_not_out_of_sight),
		TEST(a_pause_is_ended_or_kept_by_a_person),
		TEST(thanks_are_proposed_and_not_decided),
		TEST(a_refused_direct_message_blocks_the_channel),
		TEST(a_person_who_saw_nothing_arrive_blocks_nothing),
		TEST(a_merged_case_goes_on_in_the_other),
		TEST(merges_are_followed_over_a_chain),
		TEST(a_merged_case_is_listened_to_in_all_its_threads),
		TEST(a_split_undoes_a_merge),
		TEST(a_split_keeps_stamps_replies_and_the_shared_thread),
		TEST(a_split_takes_its_words_along),
		TEST(a_split_says_why_not),
		TEST(a_reply_under_way_follows_its_message),
		TEST(words_of_the_opening_set_the_topic),
		TEST(an_incident_parks_what_is_open_and_what_comes),
		TEST(the_end_of_an_incident_brings_its_cases_back),
		TEST(incidents_are_all_in_the_journal),
		TEST(an_incident_can_end_by_itself),
		TEST(cases_are_added_and_taken_out_by_hand),
		TEST(a_topic_that_is_corrected_moves_the_case),
		TEST(many_cases_come_in_slices),
		TEST(only_so_many_incidents_at_a_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
