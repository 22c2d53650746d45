// SPDX-License-Identifier: MIT
#include "fixture.h"

#define FEED "/v26.0/200/feed"
#define INBOX "/v26.0/200/conversations"
#define EMPTY "{\"data\":[]}"
#define AT(hhmm) "2026-10-05T" hhmm ":00+0000"
#define FROM(id) ",\"from\":{\"id\":\"" id "\",\"name\":\"Name " id "\"}"
#define COMMENT(id, from, at, extra)                          \
	"{\"id\":\"" id "\",\"message\":\"text " id "\"" from \
	",\"created_time\":\"" AT(at) "\"" extra "}"
#define PARENT(id) ",\"parent\":{\"id\":\"" id "\"}"
#define POST(id, from, at, comments)                                              \
	"{\"id\":\"" id "\",\"message\":\"post\"" from ",\"created_time\":\"" AT( \
		at) "\",\"updated_time\":\"" AT("13:00") "\","                    \
							 "\"comments\":{\"data\":[" comments "]}}"
#define LIST(items) "{\"data\":[" items "]}"

static struct fixture *make_facebook(void)
{
	struct fixture *f = fixture_make();
	fixture_account(f, VD_NETWORK_FACEBOOK, "TIM", "200", "https://g.test");
	return f;
}

static void script(struct fixture *f, const char *match, const char *body)
{
	fixture_script(f, (struct answer){ .match = match, .status = 200, .body = body });
}

static struct fixture *open_facebook(struct fixture *f)
{
	fixture_script(
		f, (struct answer){ .match = FEED, .status = 200, .body = EMPTY, .stays = true });
	fixture_script(
		f, (struct answer){ .match = INBOX, .status = 200, .body = EMPTY, .stays = true });
	fixture_open(f);
	vd_channels_start(f->channels);
	return f;
}

static const struct vd_message *message_of(const struct fixture *f, const char *id)
{
	for (size_t i = 0; i < f->n_messages; i++) {
		if (strcmp(f->messages[i].message.network_id, id) == 0) {
			return &f->messages[i].message;
		}
	}
	print_error("no message %s\n", id);
	fail();
	return NULL;
}

#define VISITOR_POST POST("200_12", FROM("900"), "12:30", COMMENT("12_7", FROM("200"), "12:50", ""))
#define OWN_COMMENTS                                                  \
	COMMENT("200_11_6", FROM("200"), "12:20", PARENT("200_11_5")) \
	"," COMMENT("11_5", FROM("901"), "12:10", "") "," COMMENT(    \
		"11_4", "", "12:00", "") "," COMMENT("11_3", FROM("200"), "11:30", "")
#define OWN_POST POST("200_11", FROM("200"), "11:00", OWN_COMMENTS)

static void reads_comments_and_visitor_posts(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, FEED, LIST(VISITOR_POST "," OWN_POST));
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_int_equal(f->n_messages,
			 5); // neither the Page's post nor its comment that answers nobody
	assert_string_equal(f->messages[0].message.network_id, "11_4"); // oldest first
	const struct vd_message *m = message_of(f, "11_6");
	assert_int_equal(m->direction, VD_DIRECTION_OUT);
	assert_string_equal(m->thread_id, "11_5");
	assert_string_equal(m->parent_id, "11_5");
	m = message_of(f, "11_5");
	assert_int_equal(m->direction, VD_DIRECTION_IN);
	assert_string_equal(m->thread_id, "11_5");
	assert_string_equal(m->author_id, "901");
	assert_string_equal(m->author_handle, "Name 901");
	m = message_of(f, "11_4");
	assert_string_equal(m->author_id, "");
	assert_int_equal(m->direction, VD_DIRECTION_IN);
	m = message_of(f, "200_12");
	assert_string_equal(m->thread_id, "200_12");
	m = message_of(f, "12_7"); // the Page answers a visitor's post
	assert_string_equal(m->thread_id, "200_12");
	assert_string_equal(m->parent_id, "200_12");
	assert_string_equal(fixture_cursor(f, 0, "feed"), "1791205200"); // 13:00
	fixture_free(f);
}

static void follows_next_alone_and_reads_what_did_not_fit(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, FEED,
	       "{\"data\":[],\"paging\":{\"next\":\"https://g.test/v26.0/page2?after=x\"}}");
	script(f, "/page2",
	       "{\"data\":[{\"id\":\"200_11\"" FROM("200") ",\"created_time\":\"" AT(
		       "11:00") "\",\"comments\":{\"data\":[" COMMENT("11_5", FROM("901"), "12:10",
								      "") "],\"paging\":{\"next\":"
									  "\"https://g.test/v26.0/"
									  "c2\"}}}]}");
	script(f, "/200_11/comments",
	       LIST(COMMENT("11_5", FROM("901"), "12:10", "") "," COMMENT("11_4", FROM("902"),
									  "12:00", "")));
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(fixture_count(f, "/page2?after=x"), 1);
	assert_int_equal(fixture_count(f, "filter=stream&order=reverse_chronological"), 1);
	(void)message_of(f, "11_4");
	assert_string_equal(message_of(f, "11_5")->thread_id, "11_5");
	fixture_free(f);
}

static void a_next_elsewhere_gets_no_token(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, FEED, "{\"data\":[],\"paging\":{\"next\":\"https://evil.test/v26.0/page2\"}}");
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(fixture_count(f, "evil"), 0);
	assert_int_equal(f->health[0], VD_HEALTH_MALFORMED);
	assert_int_equal(fixture_count(f, INBOX), 2);
	fixture_free(f);
}

static void reads_changed_conversations_once(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	fixture_script(
		f, (struct answer){ .match = INBOX,
				    .status = 200,
				    .stays = true,
				    .body = LIST("{\"id\":\"t_2\",\"updated_time\":\"" AT(
					    "13:30") "\",\"message_count\":2},"
						     "{\"id\":\"t_1\",\"updated_time\":\"" AT(
							     "13:00") "\",\"message_count\":7}") });
	script(f, "/t_1/messages",
	       LIST(COMMENT("m_b", FROM("200"), "13:00", "") "," COMMENT("m_a", FROM("900"),
									 "12:59", "")));
	script(f, "/t_2/messages",
	       LIST(COMMENT("m_d", FROM("901"), "13:30", "") "," COMMENT("m_c", "", "13:30", "")));
	open_facebook(f);
	fixture_run_polls(f, 3);
	assert_int_equal(fixture_count(f, "/messages"), 2);
	assert_int_equal(f->n_messages, 4);
	assert_string_equal(f->messages[0].message.network_id, "m_a");
	assert_string_equal(f->messages[0].message.thread_id, "t_1");
	assert_int_equal(f->messages[0].message.visibility, VD_VISIBILITY_PRIVATE);
	assert_int_equal(f->messages[1].message.direction, VD_DIRECTION_OUT);
	assert_string_equal(f->messages[2].message.network_id,
			    "m_c"); // same second: the list's order
	assert_string_equal(fixture_cursor(f, 0, "inbox"), "1791207000");
	assert_int_equal(fixture_count(f, "folder=other"), 1);
	fixture_free(f);
}

static void a_lost_turn_keeps_the_cursor(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, INBOX, LIST("{\"id\":\"t_1\",\"updated_time\":\"" AT("13:00") "\"}"));
	script(f, "/t_1/messages", LIST(COMMENT("m_a", FROM("900"), "12:59", "")));
	f->lose_after = 3;
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 1);
	assert_string_equal(fixture_cursor(f, 0, "inbox"), "");
	fixture_free(f);
}

static void one_poisoned_conversation_blocks_nothing(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	fixture_script(f,
		       (struct answer){ .match = INBOX,
					.status = 200,
					.stays = true,
					.body = LIST("{\"id\":\"t_2\",\"updated_time\":\"" AT(
						"13:30") "\"},"
							 "{\"id\":\"t_1\",\"updated_time\":\"" AT(
								 "13:00") "\"}") });
	fixture_script(f,
		       (struct answer){ .match = "/t_1/messages",
					.status = 400,
					.stays = true,
					.body = "{\"error\":{\"code\":100,\"message\":\"x\"}}" });
	script(f, "/t_2/messages", LIST(COMMENT("m_d", FROM("901"), "13:30", "")));
	open_facebook(f);
	fixture_run_polls(f, 2);
	assert_int_equal(f->n_messages, 1);
	assert_int_equal(fixture_count(f, "/t_1/messages"), 1);
	assert_string_equal(fixture_cursor(f, 0, "inbox"), "1791207000");
	fixture_free(f);
}

static void watches_open_threads_and_notices_what_is_gone(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	f->threads[0].thread = "t_1";
	f->threads[0].root = "m_1";
	f->threads[1].thread = "11_5";
	f->threads[1].root = "11_5";
	f->n_threads = 2;
	script(f, "/11_5/comments", LIST(COMMENT("11_9", FROM("200"), "13:10", PARENT("11_5"))));
	fixture_script(
		f, (struct answer){ .match = "/11_5/comments",
				    .status = 400,
				    .stays = true,
				    .body = "{\"error\":{\"code\":100,\"error_subcode\":33}}" });
	open_facebook(f);
	fixture_run_polls(f, 2);
	assert_int_equal(f->n_messages, 1);
	assert_string_equal(f->messages[0].message.thread_id, "11_5");
	assert_string_equal(f->deleted_id, "11_5");
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	fixture_free(f);
}

static void asks_for_less(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	fixture_script(
		f, (struct answer){ .match = "limit=25",
				    .status = 500,
				    .body = "{\"error\":{\"code\":1,\"message\":\"Please reduce "
					    "the amount of data you're asking for\"}}" });
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_int_equal(fixture_count(f, "&limit=12"), 1);
	fixture_free(f);
}

static void a_limit_code_waits(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	fixture_script(
		f, (struct answer){ .match = FEED,
				    .status = 400,
				    .body = "{\"error\":{\"code\":80001}}",
				    .header = "X-Business-Use-Case-Usage: "
					      "{\"200\":[{\"type\":\"pages\",\"call_count\":101,"
					      "\"estimated_time_to_regain_access\":10}]}" });
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_RATE);
	fixture_run_for(f, 590);
	assert_int_equal(fixture_count(f, FEED), 1);
	fixture_run_for(f, 60);
	assert_int_equal(fixture_count(f, FEED), 2);
	fixture_free(f);
}

static void trouble_with_messages_leaves_the_posts_alone(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	fixture_script(f, (struct answer){ .match = INBOX,
					   .status = 403,
					   .stays = true,
					   .body = "{\"error\":{\"code\":200}}" });
	open_facebook(f);
	fixture_run_for(f, 300);
	assert_int_equal(f->health[0], VD_HEALTH_PERMISSION);
	assert_true(fixture_count(f, FEED) >= 4);
	fixture_free(f);
}

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
	{ "private reply twice",
	  VD_VISIBILITY_PRIVATE,
	  "11_5",
	  "11_5",
	  "/messages",
	  NULL,
	  { .status = 400,
	    .body = "{\"error\":{\"code\":10,\"message\":\"Cannot send a private reply more than "
		    "once.\"}}" },
	  VD_SEND_REFUSED,
	  "" },
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

static void a_reply_has_one_outcome(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(sends); i++) {
		struct fixture *f = make_facebook();
		struct answer answer = sends[i].answer;
		answer.match = sends[i].url;
		fixture_script(f, answer);
		fixture_open(f);
		struct vd_outbox_entry entry =
			entry_of(sends[i].visibility, sends[i].thread, sends[i].parent);
		assert_ok(vd_channels_send(f->channels, &entry, NULL));
		assert_row(f->n_sent == 0, sends[i].name);
		fixture_run_sent(f, 1);
		assert_row(f->sent.outcome == sends[i].outcome, sends[i].name);
		assert_row(strcmp(f->sent.network_id, sends[i].network_id) == 0, sends[i].name);
		assert_row(sends[i].body == NULL || strcmp(f->bodies[0], sends[i].body) == 0,
			   sends[i].name);
		assert_row(f->n_urls == 1, sends[i].name);
		fixture_free(f);
	}
}

static void after_a_day_a_person_answers(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, "/messages", "{\"message_id\":\"m_z\"}");
	f->threads[0].thread = "t_1";
	f->threads[0].root = "m_a";
	f->threads[0].last_in = vd_wall_s(START_S - 25 * 3600);
	f->n_threads = 1;
	fixture_open(f);
	struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PRIVATE, "t_1", "m_a");
	assert_ok(vd_channels_send(f->channels, &entry, NULL));
	fixture_run_sent(f, 1);
	assert_non_null(strstr(f->bodies[0], "HUMAN_AGENT"));
	fixture_free(f);

	f = make_facebook(); // unknown to us: refused first, which is surely not sent
	fixture_script(f, (struct answer){
				  .match = "/messages",
				  .status = 400,
				  .body = "{\"error\":{\"code\":10,\"error_subcode\":2018278}}" });
	script(f, "/messages", "{\"message_id\":\"m_z\"}");
	fixture_open(f);
	assert_ok(vd_channels_send(f->channels, &entry, NULL));
	fixture_run_sent(f, 1);
	assert_int_equal(f->sent.outcome, VD_SEND_DONE);
	assert_int_equal(f->n_urls, 2);
	assert_non_null(strstr(f->bodies[1], "HUMAN_AGENT"));
	fixture_free(f);
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
	{ "private reply there", VD_VISIBILITY_PRIVATE, "11_5", "user_id=900",
	  LIST("{\"id\":\"t_1\",\"messages\":" LIST(
		  "{\"id\":\"m_z\",\"message\":\"Buongiorno\"" FROM(
			  "200") ",\"created_time\":\"" AT("13:59") "\"}") "}"),
	  VD_SEND_DONE },
	{ "no conversation", VD_VISIBILITY_PRIVATE, "11_5", "user_id=900", EMPTY,
	  VD_SEND_NOT_FOUND },
	{ "rubbish", VD_VISIBILITY_PRIVATE, "t_1", "/t_1/messages", "{", VD_SEND_UNCERTAIN },
	{ "rubbish about a person", VD_VISIBILITY_PRIVATE, "11_5", "user_id=900", "{",
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

static void the_proof_goes_with_every_call(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	assert_ok(vd_secret_set(&f->accounts[0].app_secret, VD_SPAN("s")));
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(fixture_count(f, "appsecret_proof="), f->n_urls);
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_comments_and_visitor_posts),
		cmocka_unit_test(follows_next_alone_and_reads_what_did_not_fit),
		cmocka_unit_test(a_next_elsewhere_gets_no_token),
		cmocka_unit_test(reads_changed_conversations_once),
		cmocka_unit_test(a_lost_turn_keeps_the_cursor),
		cmocka_unit_test(one_poisoned_conversation_blocks_nothing),
		cmocka_unit_test(watches_open_threads_and_notices_what_is_gone),
		cmocka_unit_test(asks_for_less),
		cmocka_unit_test(a_limit_code_waits),
		cmocka_unit_test(trouble_with_messages_leaves_the_posts_alone),
		cmocka_unit_test(a_reply_has_one_outcome),
		cmocka_unit_test(after_a_day_a_person_answers),
		cmocka_unit_test(an_uncertain_reply_is_looked_up),
		cmocka_unit_test(the_proof_goes_with_every_call),
	};
	return cmocka_run_group_tests_name("channel/facebook", tests, NULL, NULL);
}
