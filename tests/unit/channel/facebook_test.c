// SPDX-License-Identifier: MIT
#include "facebook_fixture.h"

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

// ---- conversations
// --------------------------------------------------------------------------------

#define TALK(id, at, count)                                                           \
	"{\"id\":\"" id "\",\"updated_time\":\"" AT(at) "\",\"message_count\":" count \
							",\"snippet\":\"s\"}"

// A message that Facebook shows late moves the count alone; and what was read is known again after
// a restart.
static void a_late_message_in_an_old_conversation_is_seen_after_a_restart(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, INBOX, LIST(TALK("t_2", "13:30", "2") "," TALK("t_1", "11:00", "7")));
	script(f, "/t_1/messages", LIST(COMMENT("m_a", FROM("900"), "11:00", "")));
	script(f, "/t_2/messages", LIST(COMMENT("m_d", FROM("901"), "13:30", "")));
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 2);
	vd_channels_destroy(f->channels);
	f->channels = NULL;
	f->n_script = 0;
	script(f, INBOX, LIST(TALK("t_2", "13:30", "2") "," TALK("t_1", "11:00", "8")));
	script(f, "/t_1/messages",
	       LIST(COMMENT("m_a", FROM("900"), "11:00", "") "," COMMENT("m_late", FROM("900"),
									 "10:30", "")));
	assert_ok(vd_secret_set(&f->accounts[0].token, VD_SPAN("secret-token")));
	open_facebook(f);
	fixture_run_polls(f, 2);
	(void)message_of(f, "m_late");
	assert_int_equal(fixture_count(f, "/t_1/messages"), 2);
	assert_int_equal(fixture_count(f, "/t_2/messages"), 1);
	assert_string_equal(f->detail[0], "");
	fixture_free(f);
}

// More came than the newest twenty that Facebook shows: it is said, with the conversation.
static const struct {
	const char *name;
	const char *count_before; // NULL: the conversation is new to us
	const char *count;
	const char *paging;
	const char *said;
} gaps[] = {
	{ "no leap", "7", "8", "", NULL },
	{ "all of it shown", "7", "9", "", NULL },
	{ "a leap", "7", "14", ",\"paging\":{\"next\":\"https://g.test/v26.0/n\"}", "5 messages" },
	{ "new, and more than is shown", NULL, "30",
	  ",\"paging\":{\"next\":\"https://g.test/v26.0/n\"}", "some messages" },
};

static void a_gap_is_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(gaps); i++) {
		struct fixture *f = make_facebook();
		char first[512];
		char second[512];
		char page[512];
		snprintf(fixture_cursor(f, 0, "inbox"), 256, "1791201600"); // 12:00
		snprintf(first, sizeof(first), LIST(TALK("t_1", "12:30", "%s")),
			 gaps[i].count_before != NULL ? gaps[i].count_before : "");
		snprintf(second, sizeof(second), LIST(TALK("t_1", "13:30", "%s")), gaps[i].count);
		snprintf(page, sizeof(page),
			 "{\"data\":[" COMMENT("m_c", FROM("900"), "13:30", "") "," COMMENT(
				 "m_b", FROM("900"), "13:29", "") "]%s}",
			 gaps[i].paging);
		if (gaps[i].count_before != NULL) {
			script(f, INBOX, first);
			script(f, "/t_1/messages", LIST(COMMENT("m_a", FROM("900"), "12:30", "")));
		}
		script(f, "folder=other", EMPTY);
		script(f, INBOX, second);
		script(f, "/t_1/messages", page);
		open_facebook(f);
		fixture_run_polls(f, 3);
		assert_row(fixture_count(f, "/v26.0/n") == 0, gaps[i].name);
		assert_row(f->health[0] == VD_HEALTH_GOOD, gaps[i].name);
		assert_row(gaps[i].said != NULL ? strstr(f->detail[0], gaps[i].said) != NULL &&
							  strstr(f->detail[0], "t_1") != NULL
						: f->detail[0][0] == '\0',
			   gaps[i].name);
		(void)message_of(f, "m_c");
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
		cmocka_unit_test(a_late_message_in_an_old_conversation_is_seen_after_a_restart),
		cmocka_unit_test(a_gap_is_said),
		cmocka_unit_test(the_proof_goes_with_every_call),
	};
	return cmocka_run_group_tests_name("channel/facebook", tests, NULL, NULL);
}
