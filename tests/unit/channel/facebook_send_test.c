// SPDX-License-Identifier: MIT
#include "facebook_fixture.h"

// ---- sends
// -----------------------------------------------------------------------------------------

static struct vd_outbox_entry entry_of(enum vd_visibility visibility, const char *thread,
				       const char *parent)
{
	struct vd_outbox_entry entry = {
		.id = 42, .visibility = visibility, .attempts = 1, .text = VD_SPAN("Buongiorno")
	};
	entry.attempted = vd_wall_s(START_S - 60);
	snprintf(entry.thread_id, sizeof(entry.thread_id), "%s", thread);
	snprintf(entry.parent_id, sizeof(entry.parent_id), "%s", parent);
	snprintf(entry.recipient_id, sizeof(entry.recipient_id), "900");
	return entry;
}

static const struct {
	const char *name;
	enum vd_visibility visibility;
	const char *thread;
	const char *parent;
	const char *url;
	const char *body;
	struct answer answer;
	enum vd_send_outcome outcome;
	const char *network_id;
} sends[] = {
	{ "comment",
	  VD_VISIBILITY_PUBLIC,
	  "11_5",
	  "11_5",
	  "/v26.0/11_5/comments",
	  "{\"message\":\"Buongiorno\"}",
	  { .status = 200, .body = "{\"id\":\"200_11_9\"}" },
	  VD_SEND_DONE,
	  "11_9" },
	{ "visitor's post",
	  VD_VISIBILITY_PUBLIC,
	  "200_12",
	  "200_12",
	  "/v26.0/200_12/comments",
	  "{\"message\":\"Buongiorno\"}",
	  { .status = 200, .body = "{\"id\":\"12_9\"}" },
	  VD_SEND_DONE,
	  "12_9" },
	{ "messenger",
	  VD_VISIBILITY_PRIVATE,
	  "t_1",
	  "m_a",
	  "/v26.0/200/messages",
	  "{\"recipient\":{\"id\":\"900\"},\"messaging_type\":\"RESPONSE\",\"message\":{\"text\":"
	  "\"Buongiorno\"}}",
	  { .status = 200, .body = "{\"recipient_id\":\"900\",\"message_id\":\"m_z\"}" },
	  VD_SEND_DONE,
	  "m_z" },
	{ "private reply",
	  VD_VISIBILITY_PRIVATE,
	  "11_5",
	  "11_5",
	  "/v26.0/200/messages",
	  "{\"recipient\":{\"comment_id\":\"11_5\"},\"message\":{\"text\":\"Buongiorno\"}}",
	  { .status = 200, .body = "{\"recipient_id\":\"900\",\"message_id\":\"m_z\"}" },
	  VD_SEND_DONE,
	  "m_z" },
	{ "private reply to a post",
	  VD_VISIBILITY_PRIVATE,
	  "200_12",
	  "200_12",
	  "/v26.0/200/messages",
	  "{\"recipient\":{\"post_id\":\"200_12\"},\"message\":{\"text\":\"Buongiorno\"}}",
	  { .status = 200, .body = "{\"message_id\":\"m_z\"}" },
	  VD_SEND_DONE,
	  "m_z" },
	{ "duplicate",
	  VD_VISIBILITY_PUBLIC,
	  "11_5",
	  "11_5",
	  "/comments",
	  NULL,
	  { .status = 400, .body = "{\"error\":{\"code\":506}}" },
	  VD_SEND_UNCERTAIN,
	  "" },
	{ "gone",
	  VD_VISIBILITY_PUBLIC,
	  "11_5",
	  "11_5",
	  "/comments",
	  NULL,
	  { .status = 400, .body = "{\"error\":{\"code\":100,\"error_subcode\":33}}" },
	  VD_SEND_REFUSED,
	  "" },
	{ "500",
	  VD_VISIBILITY_PUBLIC,
	  "11_5",
	  "11_5",
	  "/comments",
	  NULL,
	  { .status = 500, .body = "{\"error\":{\"code\":2}}" },
	  VD_SEND_UNCERTAIN,
	  "" },
	{ "lost",
	  VD_VISIBILITY_PUBLIC,
	  "11_5",
	  "11_5",
	  "/comments",
	  NULL,
	  { .status = 0, .err = VD_ERR_UNCERTAIN },
	  VD_SEND_UNCERTAIN,
	  "" },
	{ "limit",
	  VD_VISIBILITY_PRIVATE,
	  "t_1",
	  "",
	  "/messages",
	  NULL,
	  { .status = 400, .body = "{\"error\":{\"code\":613}}" },
	  VD_SEND_RETRY,
	  "" },
	{ "token",
	  VD_VISIBILITY_PRIVATE,
	  "t_1",
	  "",
	  "/messages",
	  NULL,
	  { .status = 400, .body = "{\"error\":{\"code\":190}}" },
	  VD_SEND_RETRY,
	  "" },
};

// What a reply's thread holds before it leaves.
static void script_thread(struct fixture *f)
{
	fixture_script(f, (struct answer){ .match = "/t_1/messages?",
					   .status = 200,
					   .body = EMPTY,
					   .stays = true });
	fixture_script(f, (struct answer){ .match = "/11_5?fields=id%2Cmessage",
					   .status = 200,
					   .body = COMMENT("11_5", FROM("7"), "12:00", ""),
					   .stays = true });
}

static void a_reply_has_one_outcome(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(sends); i++) {
		struct fixture *f = make_facebook();
		struct answer answer = sends[i].answer;
		answer.match = sends[i].url;
		script_thread(f);
		fixture_script(f, answer);
		fixture_open(f);
		struct vd_outbox_entry entry =
			entry_of(sends[i].visibility, sends[i].thread, sends[i].parent);
		assert_ok(vd_channels_send(f->channels, &entry, NULL));
		assert_row(f->n_sent == 0, sends[i].name);
		fixture_run_sent(f, 1);
		assert_row(f->sent.outcome == sends[i].outcome, sends[i].name);
		assert_row(strcmp(f->sent.network_id, sends[i].network_id) == 0, sends[i].name);
		assert_row(sends[i].body == NULL || strcmp(f->bodies[1], sends[i].body) == 0,
			   sends[i].name);
		assert_row(f->n_urls == 2, sends[i].name);
		fixture_free(f);
	}
}

#define HOUR_S INT64_C(3600)
#define OUTSIDE "{\"error\":{\"code\":10,\"error_subcode\":2018278}}"

// Messenger's and the private reply's windows (facts 2.3): what is sent, and what is not.
static const struct {
	const char *name;
	const char *thread;
	const char *parent;
	int64_t age_s; // of the customer's last message; -1: not known
	bool has_feature;
	const char *body; // NULL: nothing is sent
	const char *words;
} windows[] = {
	{ "fresh", "t_1", "m_a", HOUR_S, false, "RESPONSE", "" },
	{ "not known", "t_1", "m_a", -1, true, "RESPONSE", "" },
	{ "24 h, on the dot", "t_1", "m_a", 24 * HOUR_S - 60, false, "RESPONSE", "" },
	{ "25 h", "t_1", "m_a", 25 * HOUR_S, true, "HUMAN_AGENT", "" },
	{ "25 h without the feature", "t_1", "m_a", 25 * HOUR_S, false, NULL, "human_agent" },
	{ "167 h", "t_1", "m_a", 167 * HOUR_S, true, "HUMAN_AGENT", "" },
	{ "169 h", "t_1", "m_a", 169 * HOUR_S, true, NULL, "seven days to answer are over" },
	{ "169 h without", "t_1", "m_a", 169 * HOUR_S, false, NULL, "ask the customer in public" },
	{ "private reply", "11_5", "11_6", 167 * HOUR_S, false, "comment_id", "" },
	{ "private reply, late", "11_5", "11_6", 169 * HOUR_S, true, NULL, "reply in public" },
};

static void what_the_network_would_refuse_is_not_sent(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(windows); i++) {
		struct fixture *f = make_facebook();
		f->accounts[0].has_human_agent = windows[i].has_feature;
		script_thread(f);
		script(f, "/messages", "{\"message_id\":\"m_z\"}");
		if (windows[i].age_s >= 0) {
			fixture_knows(f, windows[i].thread, windows[i].parent, windows[i].age_s);
			fixture_knows(f, windows[i].thread, "old", windows[i].age_s + 40 * HOUR_S);
		}
		fixture_open(f);
		struct vd_outbox_entry entry =
			entry_of(VD_VISIBILITY_PRIVATE, windows[i].thread, windows[i].parent);
		assert_ok(vd_channels_send(f->channels, &entry, NULL));
		fixture_run_sent(f, 1);
		bool is_sent = windows[i].body != NULL;
		assert_row(f->sent.outcome == (is_sent ? VD_SEND_DONE : VD_SEND_REFUSED),
			   windows[i].name);
		assert_row(f->n_urls == (is_sent ? 2 : 0), windows[i].name);
		assert_row(!is_sent || strstr(f->bodies[1], windows[i].body) != NULL,
			   windows[i].name);
		assert_row(strstr(f->sent.diag.text, windows[i].words) != NULL, windows[i].name);
		fixture_free(f);
	}
}

// What the board shows is what a reply meets.
static void a_thread_closes_when_its_window_does(void **state)
{
	(void)state;
	for (int has_feature = 0; has_feature < 2; has_feature++) {
		struct fixture *f = make_facebook();
		struct vd_wall last_in = vd_wall_s(START_S);
		f->accounts[0].has_human_agent = has_feature != 0;
		fixture_open(f);
		struct vd_wall closes = vd_channels_closes(f->channels, 0, "t_1", last_in);
		assert_int_equal(vd_wall_sub(closes, last_in).us,
				 vd_dur_s((has_feature != 0 ? 168 : 24) * HOUR_S).us);
		closes = vd_channels_closes(f->channels, 0, "11_5", last_in);
		assert_false(vd_wall_is_set(closes)); // in public it never does
		closes = vd_channels_closes(f->channels, 0, "t_1", (struct vd_wall){ 0 });
		assert_false(vd_wall_is_set(closes));
		closes = vd_channels_closes(f->channels, 7, "t_1", last_in);
		assert_false(vd_wall_is_set(closes));
		fixture_free(f);
	}
}

// Refused first, which is surely not sent: where the app may, a person's answer follows.
static void a_window_that_closed_unseen(void **state)
{
	(void)state;
	for (int has_feature = 0; has_feature < 2; has_feature++) {
		struct fixture *f = make_facebook();
		f->accounts[0].has_human_agent = has_feature != 0;
		script_thread(f);
		fixture_script(
			f, (struct answer){ .match = "/messages", .status = 400, .body = OUTSIDE });
		script(f, "/messages", "{\"message_id\":\"m_z\"}");
		fixture_open(f);
		struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PRIVATE, "t_1", "m_a");
		assert_ok(vd_channels_send(f->channels, &entry, NULL));
		fixture_run_sent(f, 1);
		assert_int_equal(f->sent.outcome,
				 has_feature != 0 ? VD_SEND_DONE : VD_SEND_REFUSED);
		assert_int_equal(f->n_urls, has_feature != 0 ? 3 : 2);
		fixture_free(f);
	}
}

#define ALREADY \
	"{\"error\":{\"code\":10,\"message\":\"Cannot send a private reply more than once.\"}}"
#define OPENED(text, at)                                                                      \
	"{\"id\":\"11_5\",\"private_reply_conversation\":{\"id\":\"t_1\",\"messages\":" LIST( \
		"{\"id\":\"m_z\",\"message\":\"" text                                         \
		"\"" FROM("200") ",\"created_time\":\"" AT(at) "\"}") "}}"

static const struct {
	const char *name;
	const char *opened;
	uint16_t attempts;
	enum vd_send_outcome outcome;
	enum vd_err err;
} repeats[] = {
	{ "ours arrived", OPENED("Buongiorno", "13:59"), 1, VD_SEND_DONE, VD_OK },
	{ "another's", OPENED("Salve", "13:59"), 1, VD_SEND_REFUSED, VD_ERR_REFUSED },
	{ "another's, and we tried before", OPENED("Salve", "13:59"), 2, VD_SEND_UNCERTAIN,
	  VD_ERR_EXISTS },
	{ "not shown", "{\"id\":\"11_5\"}", 1, VD_SEND_REFUSED, VD_ERR_REFUSED },
	{ "not readable", "{", 1, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN },
};

static void a_second_private_reply_is_looked_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(repeats); i++) {
		struct fixture *f = make_facebook();
		fixture_script(
			f, (struct answer){ .match = "/messages", .status = 400, .body = ALREADY });
		script(f, "private_reply_conversation", repeats[i].opened);
		fixture_open(f);
		struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PRIVATE, "11_5", "11_5");
		entry.attempts = repeats[i].attempts;
		assert_ok(vd_channels_send(f->channels, &entry, NULL));
		fixture_run_sent(f, 1);
		assert_row(f->sent.outcome == repeats[i].outcome, repeats[i].name);
		assert_row(f->sent.outcome == VD_SEND_DONE || f->sent.diag.err == repeats[i].err,
			   repeats[i].name);
		assert_row(f->sent.outcome != VD_SEND_DONE ||
				   strcmp(f->sent.network_id, "m_z") == 0,
			   repeats[i].name);
		fixture_free(f);
	}
}

// 368 is for the whole Page and hours long; 613 for seconds.
static void a_refusal_holds_the_next_reply_back(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		int64_t wait_s;
		size_t n_asked; // by a public reply behind a private one
	} rows[] = {
		{ "{\"error\":{\"code\":368}}", 4 * HOUR_S, 0 },
		{ "{\"error\":{\"code\":613}}", 10, 1 },
		{ "{\"error\":{\"code\":80006}}", 900, 1 },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		struct fixture *f = make_facebook();
		fixture_script(f, (struct answer){ .match = "/messages",
						   .status = 400,
						   .body = rows[i].body });
		script(f, "/comments", "{\"id\":\"11_9\"}");
		fixture_open(f);
		struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PRIVATE, "t_1", "");
		assert_ok(vd_channels_send(f->channels, &entry, NULL));
		fixture_run_sent(f, 1);
		assert_int_equal(f->sent.outcome, VD_SEND_RETRY);
		assert_int_equal(f->sent.retry_after.us, vd_dur_s(rows[i].wait_s).us);
		entry = entry_of(VD_VISIBILITY_PUBLIC, "11_5", "11_5");
		assert_ok(vd_channels_send(f->channels, &entry, NULL));
		fixture_run_sent(f, 2);
		assert_int_equal(fixture_count(f, "/comments"), rows[i].n_asked);
		fixture_free(f);
	}
}

// What the customer said meanwhile is the host's before the reply leaves, limits or not.
static void the_thread_is_read_just_before(void **state)
{
	(void)state;
	static const struct {
		const char *thread;
		enum vd_visibility visibility;
		const char *match;
		const char *body;
		const char *id;
	} rows[] = {
		{ "11_5", VD_VISIBILITY_PUBLIC, "/11_5?fields=",
		  "{\"id\":\"11_5\",\"message\":\"aiuto\"" FROM("7") ",\"created_time\":\"" AT(
			  "12:00") "\",\"comments\":" LIST(COMMENT("11_9", FROM("7"), "13:00",
								   PARENT("11_5"))) "}",
		  "11_9" },
		{ "t_1", VD_VISIBILITY_PRIVATE, "/t_1/messages?",
		  LIST("{\"id\":\"m_9\",\"message\":\"anzi no\"" FROM(
			  "7") ",\"created_time\":\"" AT("13:00") "\"}"),
		  "m_9" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		struct fixture *f = make_facebook();
		script(f, rows[i].match, rows[i].body);
		script(f, "/comments", "{\"id\":\"11_8\"}");
		script(f, "/messages", "{\"message_id\":\"m_z\"}");
		fixture_open(f);
		struct vd_outbox_entry entry = entry_of(rows[i].visibility, rows[i].thread, "");
		assert_ok(vd_channels_send(f->channels, &entry, NULL));
		fixture_run_sent(f, 1);
		const struct vd_message *m = message_of(f, rows[i].id);
		assert_string_equal(m->thread_id, rows[i].thread);
		assert_int_equal(m->visibility, rows[i].visibility);
		assert_int_equal(m->direction, VD_DIRECTION_IN);
		assert_int_equal(f->sent.outcome, VD_SEND_DONE);
		fixture_free(f);
	}
}

// Where it can't be read now, nothing leaves; where it may not be read, the send decides.
static void a_thread_that_cannot_be_read_holds_the_reply(void **state)
{
	(void)state;
	static const struct {
		struct answer answer;
		enum vd_send_outcome outcome;
	} rows[] = {
		{ { .status = 0, .err = VD_ERR_TIMEOUT }, VD_SEND_RETRY },
		{ { .status = 500, .body = "{\"error\":{\"code\":2}}" }, VD_SEND_RETRY },
		{ { .status = 400, .body = "{\"error\":{\"code\":80001}}" }, VD_SEND_RETRY },
		{ { .status = 400, .body = "{\"error\":{\"code\":10}}" }, VD_SEND_DONE },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		struct fixture *f = make_facebook();
		struct answer answer = rows[i].answer;
		answer.match = "/11_5?fields=";
		fixture_script(f, answer);
		script(f, "/comments", "{\"id\":\"11_8\"}");
		fixture_open(f);
		struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PUBLIC, "11_5", "11_5");
		assert_ok(vd_channels_send(f->channels, &entry, NULL));
		fixture_run_sent(f, 1);
		assert_int_equal(f->sent.outcome, rows[i].outcome);
		fixture_free(f);
	}
}

static const struct {
	const char *name;
	enum vd_visibility visibility;
	const char *thread;
	const char *match;
	const char *body;
	enum vd_send_outcome outcome;
} looks[] = {
	{ "comment there", VD_VISIBILITY_PUBLIC, "11_5", "/11_5/comments",
	  LIST("{\"id\":\"11_9\",\"message\":\"Buongiorno \"" FROM("200") ",\"created_time\":\"" AT(
		  "13:59") "\"}"),
	  VD_SEND_DONE },
	{ "somebody else's words", VD_VISIBILITY_PUBLIC, "11_5", "/11_5/comments",
	  LIST("{\"id\":\"11_9\",\"message\":\"Buongiorno\"" FROM("900") ",\"created_time\":\"" AT(
		  "13:59") "\"}"),
	  VD_SEND_NOT_FOUND },
	{ "an older one", VD_VISIBILITY_PUBLIC, "11_5", "/11_5/comments",
	  LIST("{\"id\":\"11_9\",\"message\":\"Buongiorno\"" FROM("200") ",\"created_time\":\"" AT(
		  "13:50") "\"}"),
	  VD_SEND_NOT_FOUND },
	{ "message there", VD_VISIBILITY_PRIVATE, "t_1", "/t_1/messages",
	  LIST("{\"id\":\"m_z\",\"message\":\"Buongiorno\"" FROM("200") ",\"created_time\":\"" AT(
		  "13:59") "\"}"),
	  VD_SEND_DONE },
	{ "private reply there", VD_VISIBILITY_PRIVATE, "11_5",
	  "/11_5?fields=", OPENED("Buongiorno", "13:59"), VD_SEND_DONE },
	{ "no private reply", VD_VISIBILITY_PRIVATE, "11_5",
	  "/11_5?fields=", "{\"id\":\"11_5\",\"can_reply_privately\":true}", VD_SEND_NOT_FOUND },
	{ "a private reply that isn't shown", VD_VISIBILITY_PRIVATE, "11_5",
	  "/11_5?fields=", "{\"id\":\"11_5\",\"can_reply_privately\":false}", VD_SEND_UNCERTAIN },
	{ "private reply to a post there", VD_VISIBILITY_PRIVATE, "200_12", "user_id=900",
	  LIST("{\"id\":\"t_1\",\"messages\":" LIST(
		  "{\"id\":\"m_z\",\"message\":\"Buongiorno\"" FROM(
			  "200") ",\"created_time\":\"" AT("13:59") "\"}") "}"),
	  VD_SEND_DONE },
	{ "no conversation", VD_VISIBILITY_PRIVATE, "200_12", "user_id=900", EMPTY,
	  VD_SEND_NOT_FOUND },
	{ "rubbish", VD_VISIBILITY_PRIVATE, "t_1", "/t_1/messages", "{", VD_SEND_UNCERTAIN },
	{ "rubbish about a person", VD_VISIBILITY_PRIVATE, "200_12", "user_id=900", "{",
	  VD_SEND_UNCERTAIN },
};

static void an_uncertain_reply_is_looked_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(looks); i++) {
		struct fixture *f = make_facebook();
		script(f, looks[i].match, looks[i].body);
		fixture_open(f);
		struct vd_outbox_entry entry =
			entry_of(looks[i].visibility, looks[i].thread, looks[i].thread);
		assert_ok(vd_channels_look_up(f->channels, &entry, NULL));
		fixture_run_sent(f, 1);
		assert_row(f->sent.outcome == looks[i].outcome, looks[i].name);
		fixture_free(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_has_one_outcome),
		cmocka_unit_test(what_the_network_would_refuse_is_not_sent),
		cmocka_unit_test(a_thread_closes_when_its_window_does),
		cmocka_unit_test(a_window_that_closed_unseen),
		cmocka_unit_test(a_second_private_reply_is_looked_up),
		cmocka_unit_test(a_refusal_holds_the_next_reply_back),
		cmocka_unit_test(the_thread_is_read_just_before),
		cmocka_unit_test(a_thread_that_cannot_be_read_holds_the_reply),
		cmocka_unit_test(an_uncertain_reply_is_looked_up),
	};
	return cmocka_run_group_tests_name("channel/facebook_send", tests, NULL, NULL);
}
