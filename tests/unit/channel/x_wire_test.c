// SPDX-License-Identifier: MIT
#include "channel/x_wire.h"

#include "unit.h"

static void ids_are_integers(void **state)
{
	(void)state;
	assert_true(vd_x_id_compare(VD_SPAN("9"), VD_SPAN("10")) < 0);
	assert_true(vd_x_id_compare(VD_SPAN("0010"), VD_SPAN("10")) == 0);
	assert_true(vd_x_id_compare(VD_SPAN(""), VD_SPAN("1")) < 0);
	assert_true(vd_x_id_compare(VD_SPAN("1999999999999999999"), VD_SPAN("999999999999999999")) >
		    0);
	assert_false(vd_x_id_is_valid(VD_SPAN("")));
	assert_false(vd_x_id_is_valid(VD_SPAN("12345678901234567890")));
	assert_false(vd_x_id_is_valid(VD_SPAN("12a")));
	assert_true(vd_x_id_is_valid(VD_SPAN("9999999999999999999")));
	char id[VD_X_ID_BYTES];
	vd_x_id_of_time(vd_wall_s(1), id);
	assert_string_equal(id, "0");
	vd_x_id_of_time(vd_wall_s(1791208800), id);
	assert_int_equal(vd_x_time_of_id(vd_span_of(id)).us, vd_wall_s(1791208800).us);
	assert_int_equal(vd_x_time_of_id(VD_SPAN("x")).us, 0);
}

#define TWEET                                                                                \
	"{\"data\":[{\"id\":\"2107000000000000003\",\"text\":\"cut\",\"author_id\":\"7\","   \
	"\"conversation_id\":"                                                               \
	"\"2107000000000000001\",\"created_at\":\"2026-10-05T13:59:46.123Z\","               \
	"\"in_reply_to_user_"                                                                \
	"id\":\"1\","                                                                        \
	"\"referenced_tweets\":[{\"type\":\"replied_to\",\"id\":\"2107000000000000001\"}],"  \
	"\"edit_history_tweet_ids\":[\"2107000000000000002\",\"2107000000000000003\"],"      \
	"\"note_tweet\":{\"text\":\"the &lt;whole&gt; &amp;amp; text &nbsp;\"},"             \
	"\"attachments\":{\"media_keys\":[\"3_1\",\"3_2\"]}}],"                              \
	"\"includes\":{\"users\":[{\"id\":\"7\",\"name\":\"M\",\"username\":\"mrossi\"}]},"  \
	"\"meta\":{\"result_count\":1,\"newest_id\":\"2107000000000000003\",\"next_token\":" \
	"\"abc\"}}"
#define POST                                                                                \
	"{\"data\":[{\"id\":\"2107000000000000003\",\"text\":\"cut\",\"author_id\":\"7\","  \
	"\"conversation_id\":"                                                              \
	"\"2107000000000000001\",\"created_at\":\"2026-10-05T13:59:46.123Z\","              \
	"\"referenced_posts\":[{\"type\":\"replied_to\",\"id\":\"2107000000000000001\"}],"  \
	"\"edit_history_post_ids\":[\"2107000000000000002\",\"2107000000000000003\"],"      \
	"\"note_post\":{\"text\":\"the &lt;whole&gt; &amp;amp; text &nbsp;\"},"             \
	"\"attachments\":{\"media_keys\":[\"3_1\",\"3_2\"]}}],"                             \
	"\"includes\":{\"users\":[{\"id\":\"7\",\"name\":\"M\",\"username\":\"mrossi\"}]}," \
	"\"meta\":{\"result_count\":1,\"next_token\":\"abc\"}}"

static void assert_listed(const struct vd_x_item *item, const char *list)
{
	struct vd_attached attached;
	vd_x_attached_read(item, &attached);
	assert_span(vd_attached_list(&attached), list);
}

static void both_dialects_read_the_same(void **state)
{
	(void)state;
	static const char *const bodies[] = { TWEET, POST };
	for (size_t i = 0; i < VD_ARRAY_LEN(bodies); i++) {
		struct vd_x_page page;
		assert_ok(vd_x_page_parse(vd_span_of(bodies[i]), VD_X_POSTS, &page, NULL));
		assert_int_equal(page.n, 1);
		assert_span(page.items[0].id, "2107000000000000003");
		assert_span(page.items[0].key, "2107000000000000002");
		assert_span(page.items[0].text, "the <whole> &amp; text &nbsp;");
		assert_span(page.items[0].author_id, "7");
		assert_span(page.items[0].author_handle, "mrossi");
		assert_span(page.items[0].thread, "2107000000000000001");
		assert_span(page.items[0].parent, "2107000000000000001");
		// when the first version was written, not the one that is shown
		assert_int_equal(page.items[0].published.us, vd_x_time_of_id(page.items[0].key).us);
		assert_listed(&page.items[0], "photo\t3_1\t\nphoto\t3_2\t\n");
		assert_span(page.next_token, "abc");
		vd_x_page_deinit(&page);
		vd_x_page_deinit(&page);
	}
}

// Two posts with media in the order of the includes, one whose media X keeps, and a retweet.
#define MEDIA_PAGE                                                                          \
	"{\"data\":[{\"id\":\"1\",\"text\":\"t\",\"attachments\":{\"media_keys\":"          \
	"[\"3_11\",\"7_12\"]},"                                                             \
	"\"public_metrics\":{\"retweet_count\":4,\"quote_count\":2}},"                      \
	"{\"id\":\"2\",\"text\":\"t\",\"attachments\":{\"poll_ids\":[\"55\"],"              \
	"\"media_keys\":"                                                                   \
	"[\"16_21\"]},\"public_metrics\":{\"repost_count\":9,\"quote_count\":0}},"          \
	"{\"id\":\"3\",\"text\":\"t\",\"attachments\":{\"media_keys\":[\"13_31\","          \
	"\"3_11\"]}},"                                                                      \
	"{\"id\":\"4\",\"text\":\"RT @a: t\",\"referenced_tweets\":[{\"type\":"             \
	"\"retweeted\","                                                                    \
	"\"id\":\"1\"}],\"public_metrics\":{\"retweet_count\":4}}],"                        \
	"\"includes\":{\"media\":[{\"media_key\":\"3_11\",\"type\":\"photo\",\"url\":"      \
	"\"https://pbs.test/a.jpg\",\"alt_text\":\"la bolletta\"},{\"media_key\":\"7_12\"," \
	"\"type\":\"video\",\"preview_image_url\":\"https://pbs.test/b.jpg\"},"             \
	"{\"media_key\":\"16_21\",\"type\":\"animated_gif\"}],\"polls\":[{\"id\":\"55\","   \
	"\"options\":[{\"position\":1,\"label\":\"s\xC3\xAC\"},{\"position\":2,"            \
	"\"label\":\"no\"}]}]},"                                                            \
	"\"meta\":{}}"

static void media_polls_and_echoes_are_read(void **state)
{
	(void)state;
	struct vd_x_page page;
	assert_ok(vd_x_page_parse(VD_SPAN(MEDIA_PAGE), VD_X_POSTS, &page, NULL));
	assert_int_equal(page.n, 4);
	assert_listed(&page.items[0], "photo\thttps://pbs.test/a.jpg\tla bolletta\n"
				      "video\thttps://pbs.test/b.jpg\t\n");
	assert_true(page.items[0].has_echoes);
	assert_int_equal(page.items[0].shares, 4);
	assert_int_equal(page.items[0].quotes, 2);
	assert_listed(&page.items[1], "gif\t16_21\t\npoll\t55\ts\xC3\xAC | no\n");
	assert_int_equal(page.items[1].shares, 9);
	assert_listed(&page.items[2], "video\t13_31\t\n"
				      "photo\thttps://pbs.test/a.jpg\tla bolletta\n");
	assert_false(page.items[2].has_echoes);
	assert_true(page.items[3].is_retweet);
	assert_span(page.items[3].retweeted, "1");
	vd_x_page_deinit(&page);
	static const char dms[] =
		"{\"data\":[{\"id\":\"9\",\"sender_id\":\"7\","
		"\"dm_conversation_id\":\"1-7\","
		"\"created_at\":\"2026-10-05T10:00:00Z\",\"attachments\":{\"media_keys\":"
		"[\"3_1\"],\"card_ids\":[\"card://5\"]}}],\"includes\":{\"media\":"
		"[{\"media_key\":"
		"\"3_1\",\"type\":\"photo\",\"url\":\"https://ton.test/1.jpg\"}]},"
		"\"meta\":{}}";
	assert_ok(vd_x_page_parse(VD_SPAN(dms), VD_X_DMS, &page, NULL));
	assert_int_equal(page.n, 1);
	assert_listed(&page.items[0], "photo\thttps://ton.test/1.jpg\t\nlink\tcard://5\t\n");
	vd_x_page_deinit(&page);
}

static const struct {
	const char *name;
	const char *body;
	enum vd_x_page_kind kind;
	enum vd_err err;
	size_t n;
	size_t n_bad;
} pages[] = {
	{ "empty", "{\"meta\":{\"result_count\":0}}", VD_X_POSTS, VD_OK, 0, 0 },
	{ "empty with a next token", "{\"meta\":{\"result_count\":0,\"next_token\":\"x\"}}",
	  VD_X_POSTS, VD_OK, 0, 0 },
	{ "bare list", "{\"data\":[{\"id\":\"5\",\"text\":\"t\"}]}", VD_X_POSTS, VD_OK, 1, 0 },
	{ "partial errors",
	  "{\"data\":[{\"id\":\"5\",\"text\":\"t\"}],\"errors\":[{\"title\":\"x\"}],"
	  "\"meta\":{}}",
	  VD_X_POSTS, VD_OK, 1, 0 },
	{ "no page", "{}", VD_X_POSTS, VD_ERR_SYNTAX, 0, 0 },
	{ "data is an object", "{\"data\":{\"id\":\"5\"},\"meta\":{}}", VD_X_POSTS, VD_ERR_SYNTAX,
	  0, 0 },
	{ "data is null", "{\"data\":null,\"meta\":{}}", VD_X_POSTS, VD_ERR_SYNTAX, 0, 0 },
	{ "cut", "{\"data\":[{\"id\":\"5\",", VD_X_POSTS, VD_ERR_SYNTAX, 0, 0 },
	{ "html", "<html>503</html>", VD_X_POSTS, VD_ERR_SYNTAX, 0, 0 },
	{ "bad items among good ones",
	  "{\"data\":[{\"id\":\"5\",\"text\":\"t\"},{\"text\":\"no "
	  "id\"},{\"id\":7,\"text\":\"t\"},null,3,[],"
	  "{\"id\":\"99999999999999999999999\",\"text\":\"t\"},{\"id\":"
	  "\"6\"},{\"id\":\"8\","
	  "\"text\":{}},"
	  "{\"id\":\"9\",\"text\":\"t\",\"created_at\":\"never\",\"author_id\":{},"
	  "\"referenced_"
	  "tweets\":7,"
	  "\"attachments\":[]}]}",
	  VD_X_POSTS, VD_OK, 2, 8 },
	{ "direct messages",
	  "{\"data\":[{\"id\":\"5\",\"event_type\":\"MessageCreate\",\"text\":\"t\","
	  "\"sender_id\":"
	  "\"7\","
	  "\"dm_conversation_id\":\"1-7\"},{\"id\":\"6\",\"event_type\":"
	  "\"ParticipantsJoin\"},"
	  "{\"id\":\"7\",\"sender_id\":\"7\",\"dm_conversation_id\":\"1-7\","
	  "\"attachments\":{"
	  "\"media_keys\":[\"3_1\"]}},"
	  "{\"id\":\"8\",\"text\":\"no sender\",\"dm_conversation_id\":\"1-7\"},"
	  "{\"id\":\"9\",\"text\":\"t\",\"sender_id\":\"7\",\"dm_conversation_id\":"
	  "\"../7\"}]}",
	  VD_X_DMS, VD_OK, 2, 2 },
};

static void skips_what_is_malformed(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(pages); i++) {
		struct vd_x_page page;
		struct vd_diag diag = { 0 };
		enum vd_err err =
			vd_x_page_parse(vd_span_of(pages[i].body), pages[i].kind, &page, &diag);
		assert_row(err == pages[i].err, pages[i].name);
		assert_row(page.n == pages[i].n, pages[i].name);
		assert_row(page.n_bad == pages[i].n_bad, pages[i].name);
		vd_x_page_deinit(&page);
	}
}

#define GONE(type, id)                                                            \
	"{\"resource_id\":\"" id "\",\"value\":\"" id "\",\"parameter\":\"ids\"," \
	"\"type\":\"https://api.twitter.com/2/problems/" type "\"}"

static void a_look_up_tells_what_is_gone(void **state)
{
	(void)state;
	struct vd_x_page page;
	assert_ok(vd_x_page_parse(
		VD_SPAN("{\"data\":[{\"id\":\"6\",\"text\":\"b\",\"edit_history_tweet_ids\":[\"5\","
			"\"6\"]}],\"errors\":[" GONE("resource-not-found", "7") "," GONE(
				"not-authorized-for-resource", "8") "," GONE("internal-error",
									     "9") "]}"),
		VD_X_LOOKUP, &page, NULL));
	assert_int_equal(page.n, 1);
	assert_span(page.items[0].key, "5");
	assert_false(vd_x_page_is_gone(&page, VD_SPAN("5")));
	assert_true(vd_x_page_is_gone(&page, VD_SPAN("7")));
	assert_true(vd_x_page_is_gone(&page, VD_SPAN("8")));
	assert_false(vd_x_page_is_gone(&page, VD_SPAN("9"))); // trouble is no deletion
	vd_x_page_deinit(&page);
	assert_ok(vd_x_page_parse(VD_SPAN("{\"errors\":[" GONE("resource-not-found", "7") "]}"),
				  VD_X_LOOKUP, &page, NULL));
	assert_int_equal(page.n, 0);
	vd_x_page_deinit(&page);
	assert_err(vd_x_page_parse(VD_SPAN("{\"errors\":[]}"), VD_X_POSTS, &page, NULL),
		   VD_ERR_SYNTAX);
}

static void people_have_followers(void **state)
{
	(void)state;
	struct vd_x_page page;
	assert_ok(vd_x_page_parse(
		VD_SPAN("{\"data\":[{\"id\":\"1\",\"username\":\"TIM\",\"public_metrics\":{"
			"\"followers_count\":204513}},{\"id\":\"2\",\"username\":\"a\"}]}"),
		VD_X_USERS, &page, NULL));
	assert_int_equal(page.n, 1);
	assert_int_equal(page.n_bad, 1);
	assert_span(page.items[0].author_handle, "TIM");
	assert_int_equal(page.items[0].followers, 204513);
	vd_x_page_deinit(&page);
}

static void retweets_and_quotes_are_told(void **state)
{
	(void)state;
	struct vd_x_page page;
	assert_ok(vd_x_page_parse(
		VD_SPAN("{\"data\":[{\"id\":\"5\",\"text\":\"RT\",\"referenced_tweets\":[{\"type\":"
			"\"retweeted\",\"id\":\"4\"}]},{\"id\":\"6\",\"text\":\"q\","
			"\"referenced_posts\":[{\"type\":\"quoted\",\"id\":\"4\"}]}]}"),
		VD_X_POSTS, &page, NULL));
	assert_true(page.items[0].is_retweet);
	assert_true(page.items[1].is_quote);
	assert_false(page.items[1].is_retweet);
	assert_span(page.items[1].thread, "6");
	vd_x_page_deinit(&page);
}

#define FORBIDDEN(detail)                               \
	"{\"title\":\"Forbidden\",\"detail\":\"" detail \
	"\",\"type\":\"about:blank\",\"status\":403}"
#define INVALID(name, message)                                                       \
	"{\"errors\":[{\"parameters\":{\"" name "\":[\"x\"]},\"message\":\"" message \
	"\"}],\"title\":\"Invalid Request\","                                        \
	"\"detail\":\"One or more parameters to your request was invalid.\","        \
	"\"type\":\"https://api.x.com/2/problems/invalid-request\"}"

static const struct {
	const char *name;
	int status;
	const char *body;
	enum vd_x_problem_kind kind;
	enum vd_health health;
} problems[] = {
	{ "401", 401, "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401}",
	  VD_X_PROBLEM_AUTH, VD_HEALTH_AUTH },
	{ "402", 402,
	  "{\"account_id\":1949003093120876544,\"title\":\"CreditsDepleted\","
	  "\"detail\":\"no "
	  "credits\","
	  "\"type\":\"https://api.twitter.com/2/problems/credits\"}",
	  VD_X_PROBLEM_MONEY, VD_HEALTH_MONEY },
	{ "403 spending limit", 403, FORBIDDEN("SpendCapReached"), VD_X_PROBLEM_MONEY,
	  VD_HEALTH_MONEY },
	{ "429", 429, "{\"title\":\"Too Many Requests\",\"type\":\"about:blank\",\"status\":429}",
	  VD_X_PROBLEM_RATE, VD_HEALTH_RATE },
	{ "429 of v1", 429, "{\"errors\":[{\"code\":88,\"message\":\"Rate limit exceeded\"}]}",
	  VD_X_PROBLEM_RATE, VD_HEALTH_RATE },
	{ "429 cap", 429,
	  "{\"title\":\"UsageCapExceeded\",\"period\":\"Monthly\",\"scope\":\"Product\","
	  "\"type\":\"https://api.twitter.com/2/problems/usage-capped\"}",
	  VD_X_PROBLEM_CAP, VD_HEALTH_MONEY },
	{ "503 html", 503, "<html><body>503</body></html>", VD_X_PROBLEM_OUTAGE, VD_HEALTH_OUTAGE },
	{ "500", 500, "{\"title\":\"Internal Server Error\"}", VD_X_PROBLEM_OUTAGE,
	  VD_HEALTH_OUTAGE },
	{ "scope", 403, FORBIDDEN("Forbidden"), VD_X_PROBLEM_PERMISSION, VD_HEALTH_PERMISSION },
	{ "app token", 403,
	  "{\"title\":\"Unsupported Authentication\",\"status\":403,"
	  "\"type\":\"https://api.x.com/2/problems/unsupported-authentication\"}",
	  VD_X_PROBLEM_TOKEN_KIND, VD_HEALTH_PERMISSION },
	{ "app not enrolled", 403,
	  "{\"reason\":\"client-not-enrolled\","
	  "\"type\":\"https://api.twitter.com/2/problems/client-forbidden\"}",
	  VD_X_PROBLEM_APP, VD_HEALTH_PERMISSION },
	{ "app that only reads", 403,
	  "{\"type\":"
	  "\"https://api.twitter.com/2/problems/oauth1-permissions\"}",
	  VD_X_PROBLEM_APP, VD_HEALTH_PERMISSION },
	{ "v1: not following you", 403,
	  "{\"errors\":[{\"code\":150,\"message\":"
	  "\"You cannot send messages to users who are "
	  "not following you.\"}]}",
	  VD_X_PROBLEM_DM_CLOSED, VD_HEALTH_REFUSED },
	{ "v1: automated", 403,
	  "{\"errors\":[{\"code\":226,\"message\":\"This request looks like it might be "
	  "automated.\"}]}",
	  VD_X_PROBLEM_DM_POLICY, VD_HEALTH_REFUSED },
	{ "v1: limited replies", 403, "{\"errors\":[{\"code\":433,\"message\":\"x\"}]}",
	  VD_X_PROBLEM_REPLIES_LIMITED, VD_HEALTH_REFUSED },
	{ "duplicate", 403,
	  FORBIDDEN("You are not allowed to create a Tweet with duplicate content."),
	  VD_X_PROBLEM_DUPLICATE, VD_HEALTH_REFUSED },
	{ "not summoned", 403,
	  FORBIDDEN("Reply to this conversation is not allowed because you have not been mentioned "
		    "or "
		    "otherwise engaged by the author of the post you are replying to."),
	  VD_X_PROBLEM_NOT_SUMMONED, VD_HEALTH_REFUSED },
	{ "replies limited", 403, FORBIDDEN("You are not permitted to reply to this conversation."),
	  VD_X_PROBLEM_REPLIES_LIMITED, VD_HEALTH_REFUSED },
	{ "parent gone", 403,
	  FORBIDDEN("You attempted to reply to a Tweet that is deleted or not visible to you."),
	  VD_X_PROBLEM_PARENT_GONE, VD_HEALTH_REFUSED },
	{ "too long", 400, "{\"detail\":\"Your Tweet text is too long. x\"}", VD_X_PROBLEM_TOO_LONG,
	  VD_HEALTH_REFUSED },
	{ "dm closed", 403, FORBIDDEN("You do not have permission to DM one or more participants."),
	  VD_X_PROBLEM_DM_CLOSED, VD_HEALTH_REFUSED },
	{ "dm policy", 403, FORBIDDEN("This operation is not permitted."), VD_X_PROBLEM_DM_POLICY,
	  VD_HEALTH_REFUSED },
	{ "dialect", 400,
	  INVALID("tweet.fields", "The query parameter [tweet.fields] is not one of [id]"),
	  VD_X_PROBLEM_DIALECT, VD_HEALTH_REFUSED },
	{ "dialect, expansions", 400, INVALID("expansions", "no"), VD_X_PROBLEM_DIALECT,
	  VD_HEALTH_REFUSED },
	{ "since too old", 400,
	  INVALID("since_id",
		  "'since_id' must be a tweet id created after 2026-08-19T08:41Z. Please use a "
		  "'since_id' that is larger than 2089996193672200192"),
	  VD_X_PROBLEM_SINCE_OLD, VD_HEALTH_REFUSED },
	{ "bad token", 400,
	  INVALID("pagination_token",
		  "The 'pagination_token' query parameter value [x] is not a valid token"),
	  VD_X_PROBLEM_TOKEN, VD_HEALTH_REFUSED },
	{ "404", 404, "", VD_X_PROBLEM_NOT_FOUND, VD_HEALTH_REFUSED },
	{ "200 with errors only", 200,
	  "{\"errors\":[{\"title\":\"Not Found Error\",\"detail\":\"Could not find user\","
	  "\"type\":\"https://api.x.com/2/problems/resource-not-found\"}]}",
	  VD_X_PROBLEM_NOT_FOUND, VD_HEALTH_REFUSED },
	{ "400 else", 400, "{\"detail\":\"what\"}", VD_X_PROBLEM_REFUSED, VD_HEALTH_REFUSED },
	{ "no JSON", 400, "}{", VD_X_PROBLEM_REFUSED, VD_HEALTH_REFUSED },
};

static void tells_problems_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(problems); i++) {
		struct vd_x_problem problem;
		char text[256];
		struct vd_buf buf;
		vd_buf_init(&buf, text, sizeof(text));
		vd_x_problem_parse(problems[i].status, vd_span_of(problems[i].body), &problem);
		assert_row(problem.kind == problems[i].kind, problems[i].name);
		assert_row(problem.health == problems[i].health, problems[i].name);
		vd_x_problem_print(&problem, problems[i].status, NULL, &buf);
		assert_row(strchr(text, ':') != NULL && buf.len > 20, problems[i].name);
	}
}

static void says_what_to_do(void **state)
{
	(void)state;
	struct vd_x_problem problem;
	char text[256];
	struct vd_buf buf;
	vd_buf_init(&buf, text, sizeof(text));
	vd_x_problem_parse(401, VD_SPAN("{}"), &problem);
	vd_x_problem_print(&problem, 401, NULL, &buf);
	assert_string_equal(text, "X refuses the token (401): sign the account in again");
	vd_buf_reset(&buf);
	vd_x_problem_parse(403, VD_SPAN(FORBIDDEN("Forbidden")), &problem);
	vd_x_problem_print(&problem, 403, "dm.read", &buf);
	assert_string_equal(text, "X doesn't allow this to the token (403): sign in again with all "
				  "scopes: dm.read is missing");
	size_t row = 0;
	while (strcmp(problems[row].name, "since too old") != 0) {
		row++;
	}
	vd_x_problem_parse(400, vd_span_of(problems[row].body), &problem);
	assert_string_equal(problem.since_id, "2089996193672200192");
}

static void asks_in_the_dialect(void **state)
{
	(void)state;
	char text[1024];
	struct vd_buf buf;
	vd_buf_init(&buf, text, sizeof(text));
	struct vd_x_query q = { .since_id = VD_SPAN("12"),
				.token = VD_SPAN("a b"),
				.max_results = 100 };
	vd_x_url_mentions(&buf, "https://h", "1", &q);
	assert_non_null(strstr(text, "https://h/2/users/1/mentions?max_results=100&tweet.fields="));
	assert_non_null(strstr(text, "&since_id=12&pagination_token=a%20b"));
	vd_buf_reset(&buf);
	q = (struct vd_x_query){ .dialect = VD_X_DIALECT_POST,
				 .start = vd_wall_s(1791208800),
				 .max_results = 5 };
	vd_x_url_search(&buf, "https://h", "77", &q);
	assert_non_null(strstr(
		text,
		"/2/tweets/search/recent?query=conversation_id%3A77&max_results=5&post.fields="));
	assert_non_null(strstr(text, "&start_time=2026-10-05T14%3A00%3A00Z"));
	assert_null(strstr(text, "tweet.fields"));
	assert_null(strstr(text, "since_id"));
	vd_buf_reset(&buf);
	vd_x_body_post(&buf, VD_SPAN("\"ciao\"\n"), VD_SPAN("9"), (struct vd_span){ 0 });
	assert_string_equal(
		text, "{\"text\":\"\\\"ciao\\\"\\n\",\"reply\":{\"in_reply_to_tweet_id\":\"9\"}}");
	vd_buf_reset(&buf);
	vd_x_body_post(&buf, VD_SPAN("a"), VD_SPAN("9"), VD_SPAN("42"));
	assert_non_null(strstr(text, ",\"direct_message_deep_link\":\"https://twitter.com/messages/"
				     "compose?recipient_id=42\"}"));
	vd_buf_reset(&buf);
	vd_x_url_lookup(&buf, "https://h", VD_X_DIALECT_POST, VD_SPAN("1,2"));
	assert_non_null(strstr(text, "https://h/2/tweets?ids=1,2&post.fields="));
}

static const struct {
	const char *ours;
	const char *theirs;
	bool is_same;
} texts[] = {
	{ "Buongiorno, guardi www.tim.it/assistenza", "Buongiorno, guardi https://t.co/Ab1", true },
	{ "Buongiorno", "@mrossi Buongiorno", true },
	{ "Buongiorno", "@a @b Buongiorno", true },
	{ "@mrossi Buongiorno", "@mrossi Buongiorno", true },
	{ "due  righe\ne fine ", "due righe e fine", true },
	{ "Buongiorno", "Buonasera", false },
	{ "Buongiorno", "@mrossi Buongiorno a lei", false },
	{ "", "@mrossi x", false },
	{ "vedi http://a.it e http://b.it", "vedi https://t.co/1 e https://t.co/2", true },
	{ "vedi http://a.it", "vedi qui", false },
};

static void knows_its_own_text_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(texts); i++) {
		bool is_same =
			vd_x_is_same_text(vd_span_of(texts[i].ours), vd_span_of(texts[i].theirs));
		assert_row(is_same == texts[i].is_same, texts[i].theirs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_integers),
		cmocka_unit_test(both_dialects_read_the_same),
		cmocka_unit_test(media_polls_and_echoes_are_read),
		cmocka_unit_test(skips_what_is_malformed),
		cmocka_unit_test(a_look_up_tells_what_is_gone),
		cmocka_unit_test(people_have_followers),
		cmocka_unit_test(retweets_and_quotes_are_told),
		cmocka_unit_test(tells_problems_apart),
		cmocka_unit_test(says_what_to_do),
		cmocka_unit_test(asks_in_the_dialect),
		cmocka_unit_test(knows_its_own_text_again),
	};
	return cmocka_run_group_tests_name("channel/x_wire", tests, NULL, NULL);
}
