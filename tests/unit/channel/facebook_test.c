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

// What is asked now and then; a test that means them scripts them before.
static const char *const asides[] = { "/v26.0/200/tagged", "/v26.0/200/ads_posts", "/debug_token",
				      "fan_count" };

static struct fixture *open_facebook(struct fixture *f)
{
	fixture_script(
		f, (struct answer){ .match = FEED, .status = 200, .body = EMPTY, .stays = true });
	fixture_script(
		f, (struct answer){ .match = INBOX, .status = 200, .body = EMPTY, .stays = true });
	for (size_t i = 0; i < VD_ARRAY_LEN(asides); i++) {
		fixture_script(f, (struct answer){ .match = asides[i],
						   .status = 200,
						   .body = EMPTY,
						   .stays = true });
	}
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

// ---- who wrote it
// ----------------------------------------------------------------------------------

#define HIDDEN_POST(id, extra) \
	"{\"id\":\"" id "\",\"message\":\"post\",\"created_time\":\"" AT("12:30") "\"" extra "}"

static void what_hides_its_author_is_a_customer_s_own_case(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, FEED,
	       LIST(HIDDEN_POST("200_15", "") "," HIDDEN_POST(
		       "200_16",
		       ",\"admin_creator\":{\"id\":\"5\"},\"comments\":{\"data\":[" COMMENT(
			       "16_1", "", "12:40", "") "," COMMENT("16_2", "", "12:41",
								    "") "]}")));
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 3); // not the Page's own post, by whoever of its staff
	static const char *const ids[] = { "200_15", "16_1", "16_2" };
	for (size_t i = 0; i < VD_ARRAY_LEN(ids); i++) {
		const struct vd_message *m = message_of(f, ids[i]);
		assert_int_equal(m->direction, VD_DIRECTION_IN);
		assert_string_equal(m->author_id, "");
		assert_string_equal(m->thread_id, ids[i]); // nobody is joined with nobody
	}
	fixture_free(f);
}

// A person's number is the Page's: a customer of ours may have the very number that is a Page of
// ours elsewhere, but no customer is ever taken for another one.
static void another_page_of_ours_is_no_customer(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	fixture_account(f, VD_NETWORK_FACEBOOK, "TelecomItalia", "201", NULL);
	script(f, FEED,
	       LIST(POST("200_11", FROM("200"), "11:00",
			 COMMENT("11_5", FROM("201"), "12:10",
				 PARENT("11_4")) "," COMMENT("11_4", FROM("901"), "12:00", ""))));
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(message_of(f, "11_5")->direction, VD_DIRECTION_OUT);
	assert_int_equal(message_of(f, "11_5")->account, 1);
	assert_int_equal(message_of(f, "11_4")->direction, VD_DIRECTION_IN);
	fixture_free(f);
}

// ---- what is watched
// -------------------------------------------------------------------------------

#define NODE(id, comments)                                                                         \
	"{\"id\":\"" id "\",\"message\":\"text " id                                                \
	"\"" FROM("900") ",\"created_time\":\"" AT("12:00") "\",\"comments\":{\"data\":[" comments \
							    "]}}"

static struct fixture *open_watching(struct fixture *f)
{
	f->threads[0].thread = "t_1";
	f->threads[0].root = "m_1";
	f->threads[1].thread = "11_5";
	f->threads[1].root = "11_5";
	f->n_threads = 2;
	fixture_knows(f, "11_5", "11_5", 7200);
	fixture_knows(f, "11_5", "11_6", 3600);
	fixture_knows(f, "11_5", "11_7", 1800);
	return open_facebook(f);
}

static void an_open_thread_is_read_whole_and_so_is_its_post(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, "/v26.0/11_5?", // one comment stands there by another form of its id
	       NODE("11_5", COMMENT("200_11_7", FROM("900"), "13:30", PARENT("11_5")) "," COMMENT(
				    "11_6", FROM("900"), "13:00", PARENT("11_5"))));
	script(f, "/v26.0/200_11?", NODE("200_11", COMMENT("11_9", FROM("903"), "12:59", "")));
	open_watching(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_int_equal(f->n_messages, 4);
	assert_string_equal(message_of(f, "11_5")->thread_id, "11_5"); // its text: it may be edited
	assert_string_equal(message_of(f, "11_7")->thread_id, "11_5");
	assert_string_equal(message_of(f, "11_9")->thread_id, "11_9"); // another customer below it
	assert_int_equal(f->n_deleted, 0);
	fixture_free(f);
}

static void what_vanished_is_asked_for_and_then_told(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, "/v26.0/11_5?", NODE("11_5", ""));
	script(f, "/v26.0/200_11?", NODE("200_11", ""));
	script(f, "/v26.0/11_6?fields=id", "{\"id\":\"11_6\"}"); // hidden from the list only
	fixture_script(
		f, (struct answer){ .match = "/v26.0/11_7?fields=id",
				    .status = 400,
				    .body = "{\"error\":{\"code\":100,\"error_subcode\":33}}" });
	open_watching(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_deleted, 1);
	assert_string_equal(f->deleted_id, "11_7");
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	fixture_free(f);
}

static void with_a_thread_all_of_it_is_gone(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	fixture_script(
		f, (struct answer){ .match = "/v26.0/11_5?",
				    .status = 400,
				    .body = "{\"error\":{\"code\":100,\"error_subcode\":33}}" });
	fixture_script(
		f, (struct answer){ .match = "/v26.0/200_11?",
				    .status = 400,
				    .body = "{\"error\":{\"code\":100,\"error_subcode\":33}}" });
	open_watching(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_deleted, 3);
	assert_string_equal(f->deleted_id, "11_5");
	fixture_free(f);
}

// Facebook doesn't say that its access to data ended: what reads as gone may well be there.
static void without_access_to_data_nothing_is_taken_for_gone(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, "/debug_token",
	       "{\"data\":{\"is_valid\":true,\"expires_at\":0,\"data_access_expires_at\":1791200000,"
	       "\"scopes\":[\"pages_read_user_content\"]}}");
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_AUTH);
	assert_non_null(strstr(f->detail[0], "access to data is over"));
	assert_int_equal(f->token_end.us, vd_wall_s(1791200000).us);
	f->threads[0].thread = "11_5";
	f->n_threads = 1;
	fixture_knows(f, "11_5", "11_6", 3600);
	fixture_script(
		f, (struct answer){ .match = "/v26.0/11_5?",
				    .status = 400,
				    .stays = true,
				    .body = "{\"error\":{\"code\":100,\"error_subcode\":33}}" });
	script(f, "/v26.0/200_11?", NODE("200_11", ""));
	fixture_run_polls(f, 2);
	assert_int_equal(fixture_count(f, "/v26.0/11_5?"), 1);
	assert_int_equal(f->n_deleted, 0);
	fixture_free(f);
}

static void posts_of_others_and_ads_are_read_now_and_then(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, "/200/tagged", LIST(HIDDEN_POST("900_77", "")));
	script(f, "/200/ads_posts",
	       LIST(HIDDEN_POST("200_31", ",\"comments\":{\"data\":[" COMMENT("31_1", FROM("904"),
									      "12:40", "") "]}")));
	open_facebook(f);
	fixture_run_for(f, 600);
	assert_true(fixture_count(f, FEED) > 5);
	assert_int_equal(fixture_count(f, "/200/tagged"), 1);
	assert_int_equal(fixture_count(f, "/200/ads_posts"), 1);
	assert_string_equal(message_of(f, "900_77")->thread_id, "900_77");
	assert_string_equal(message_of(f, "31_1")->thread_id, "31_1");
	assert_int_equal(f->n_messages, 2); // the ad itself is ours
	fixture_run_for(f, 400);
	assert_int_equal(fixture_count(f, "/200/tagged"), 2);
	fixture_free(f);
}

static void ads_that_may_not_be_read_are_no_trouble(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	fixture_script(f, (struct answer){ .match = "ads_posts",
					   .status = 403,
					   .stays = true,
					   .body = "{\"error\":{\"code\":200}}" });
	open_facebook(f);
	fixture_run_for(f, 600);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_int_equal(fixture_count(f, "ads_posts"), 1);
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

// ---- figures, and the token
// -------------------------------------------------------------------------

static void fans_and_competitors_are_counted(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	f->accounts[0].rivals = "@Rivale, sola.it,nessuno";
	script(f, "/v26.0/200?fields=id%2Cname%2Cusername%2Cfan_count",
	       "{\"id\":\"200\",\"fan_count\":1000,\"followers_count\":1012}");
	script(f, "/v26.0/Rivale?", "{\"id\":\"7\",\"fan_count\":900}");
	fixture_script(f,
		       (struct answer){ .match = "/v26.0/sola.it?",
					.status = 400,
					.body = "{\"error\":{\"code\":10,\"message\":\"Page Public "
						"Content Access\"}}" });
	script(f, "/v26.0/nessuno?", "{\"id\":\"8\"}");
	open_facebook(f);
	fixture_run_for(f, 3600);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_int_equal(f->n_presence, 2);
	assert_string_equal(f->presence[0].handle, "TIM");
	assert_int_equal(f->presence[0].followers, 1012);
	assert_string_equal(f->presence[1].handle, "Rivale");
	assert_int_equal(f->presence[1].followers, 900);
	fixture_free(f);
}

static void a_missing_permission_is_named(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, "/debug_token",
	       "{\"data\":{\"is_valid\":true,\"expires_at\":0,\"scopes\":[\"pages_messaging\","
	       "\"pages_read_engagement\",\"pages_read_user_content\"]}}");
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_PERMISSION);
	assert_non_null(strstr(f->detail[0], "pages_manage_engagement (public replies)"));
	assert_null(strstr(f->detail[0], "pages_messaging"));
	assert_int_equal(f->n_token_ends, 1);
	assert_false(vd_wall_is_set(f->token_end));
	fixture_free(f);
}

// ---- limits
// -------------------------------------------------------------------------------------

#define USAGE(percent) \
	"X-App-Usage: {\"call_count\":" percent ",\"total_time\":1,\"total_cputime\":1}"

// 50 % doubles the interval, 85 % leaves one look each quarter of an hour, 100 % none.
static void usage_figures_are_obeyed(void **state)
{
	(void)state;
	static const struct {
		const char *header;
		size_t least;
		size_t most;
		enum vd_health health;
	} rows[] = {
		{ USAGE("20"), 26, 34, VD_HEALTH_GOOD },
		{ USAGE("60"), 12, 18, VD_HEALTH_GOOD },
		{ USAGE("75"), 6, 9, VD_HEALTH_GOOD },
		{ USAGE("90"), 2, 3, VD_HEALTH_RATE },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		struct fixture *f = make_facebook();
		static const char *const edges[] = { FEED, INBOX };
		for (size_t k = 0; k < VD_ARRAY_LEN(edges); k++) {
			fixture_script(f, (struct answer){ .match = edges[k],
							   .status = 200,
							   .stays = true,
							   .header = rows[i].header,
							   .body = EMPTY });
		}
		open_facebook(f);
		fixture_run_for(f, 1800);
		size_t n = fixture_count(f, FEED);
		assert_row(n >= rows[i].least && n <= rows[i].most, rows[i].header);
		n = fixture_count(f, INBOX) - fixture_count(f, "folder=other");
		assert_row(n >= rows[i].least && n <= rows[i].most, rows[i].header);
		assert_row(f->health[0] == rows[i].health, rows[i].header);
		fixture_free(f);
	}
}

static void a_high_figure_stops_no_reply(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	fixture_script(f, (struct answer){ .match = FEED,
					   .status = 200,
					   .stays = true,
					   .header = USAGE("90"),
					   .body = EMPTY });
	open_facebook(f);
	script(f, "/11_5/comments", "{\"id\":\"11_9\"}");
	fixture_run_polls(f, 1);
	struct vd_outbox_entry entry = { .id = 42,
					 .visibility = VD_VISIBILITY_PUBLIC,
					 .attempts = 1,
					 .text = VD_SPAN("Buongiorno"),
					 .thread_id = "11_5",
					 .parent_id = "11_5" };
	assert_ok(vd_channels_send(f->channels, &entry, NULL));
	fixture_run_sent(f, 1);
	assert_int_equal(f->sent.outcome, VD_SEND_DONE);
	fixture_free(f);
}

// No other question fares better: one refusal, and the account says so.
static void what_is_for_the_whole_account_ends_the_poll(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		const char *words;
		int64_t quiet_s;
	} rows[] = {
		{ "{\"error\":{\"code\":100,\"message\":\"Invalid appsecret_proof provided in the API "
		  "argument\"}}",
		  "app_secret_file", 0 },
		{ "{\"error\":{\"code\":368,\"message\":\"temporarily blocked\"}}", "Support Inbox",
		  4 * 3600 - 120 },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		struct fixture *f = make_facebook();
		fixture_script(
			f, (struct answer){ .match = FEED, .status = 400, .body = rows[i].body });
		open_facebook(f);
		fixture_run_polls(f, 1);
		assert_int_equal(f->n_urls, 1);
		assert_int_equal(f->health[0], VD_HEALTH_REFUSED); // never the token's fault
		assert_non_null(strstr(f->detail[0], rows[i].words));
		fixture_run_for(f, rows[i].quiet_s);
		assert_true(f->n_urls == 1 || rows[i].quiet_s == 0);
		fixture_free(f);
	}
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
		assert_row(f->n_urls == (is_sent ? 1 : 0), windows[i].name);
		assert_row(!is_sent || strstr(f->bodies[0], windows[i].body) != NULL,
			   windows[i].name);
		assert_row(strstr(f->sent.diag.text, windows[i].words) != NULL, windows[i].name);
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
		fixture_script(
			f, (struct answer){ .match = "/messages", .status = 400, .body = OUTSIDE });
		script(f, "/messages", "{\"message_id\":\"m_z\"}");
		fixture_open(f);
		struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PRIVATE, "t_1", "m_a");
		assert_ok(vd_channels_send(f->channels, &entry, NULL));
		fixture_run_sent(f, 1);
		assert_int_equal(f->sent.outcome,
				 has_feature != 0 ? VD_SEND_DONE : VD_SEND_REFUSED);
		assert_int_equal(f->n_urls, has_feature != 0 ? 2 : 1);
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
		cmocka_unit_test(what_hides_its_author_is_a_customer_s_own_case),
		cmocka_unit_test(another_page_of_ours_is_no_customer),
		cmocka_unit_test(an_open_thread_is_read_whole_and_so_is_its_post),
		cmocka_unit_test(what_vanished_is_asked_for_and_then_told),
		cmocka_unit_test(with_a_thread_all_of_it_is_gone),
		cmocka_unit_test(without_access_to_data_nothing_is_taken_for_gone),
		cmocka_unit_test(posts_of_others_and_ads_are_read_now_and_then),
		cmocka_unit_test(ads_that_may_not_be_read_are_no_trouble),
		cmocka_unit_test(a_late_message_in_an_old_conversation_is_seen_after_a_restart),
		cmocka_unit_test(a_gap_is_said),
		cmocka_unit_test(fans_and_competitors_are_counted),
		cmocka_unit_test(a_missing_permission_is_named),
		cmocka_unit_test(usage_figures_are_obeyed),
		cmocka_unit_test(a_high_figure_stops_no_reply),
		cmocka_unit_test(what_is_for_the_whole_account_ends_the_poll),
		cmocka_unit_test(asks_for_less),
		cmocka_unit_test(a_limit_code_waits),
		cmocka_unit_test(trouble_with_messages_leaves_the_posts_alone),
		cmocka_unit_test(a_reply_has_one_outcome),
		cmocka_unit_test(what_the_network_would_refuse_is_not_sent),
		cmocka_unit_test(a_window_that_closed_unseen),
		cmocka_unit_test(a_second_private_reply_is_looked_up),
		cmocka_unit_test(a_refusal_holds_the_next_reply_back),
		cmocka_unit_test(an_uncertain_reply_is_looked_up),
		cmocka_unit_test(the_proof_goes_with_every_call),
	};
	return cmocka_run_group_tests_name("channel/facebook", tests, NULL, NULL);
}
