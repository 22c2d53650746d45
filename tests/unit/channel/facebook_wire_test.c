// SPDX-License-Identifier: MIT
#include "channel/facebook_wire.h"

#include "unit.h"

#define FEED                                                                                 \
	"{\"data\":[{\"id\":\"200_11\",\"message\":\"Buongiorno\",\"from\":{\"id\":\"900\"," \
	"\"name\":\"Anna Neri\"},"                                                           \
	"\"created_time\":\"2026-10-05T10:00:00+0000\",\"updated_time\":"                    \
	"\"2026-10-05T14:30:00+"                                                             \
	"0200\","                                                                            \
	"\"attachments\":{\"data\":[{\"type\":\"share\"},{}]},\"comments\":"                 \
	"{\"data\":[{\"id\":\"11_5\",\"message\":"                                           \
	"\"c\","                                                                             \
	"\"created_time\":\"2026-10-05T12:30:00+0000\",\"parent\":{\"id\":\"11_4\"}}],"      \
	"\"paging\":{\"next\":\"https://g/"                                                  \
	"x\"}}}],\"paging\":{\"cursors\":{\"after\":\"a\"},\"next\":\"https://g/n\"}}"

static void assert_listed(const struct vd_facebook_item *item, int n, const char *list)
{
	struct vd_attached attached;
	vd_facebook_attached_read(item, &attached);
	assert_int_equal(attached.n, n);
	assert_span(vd_attached_list(&attached), list);
}

#define AT "\"created_time\":\"2026-10-05T10:00:00+0000\""
static const struct {
	const char *name;
	const char *body; // of the node
	enum vd_facebook_kind kind;
	int n;
	const char *list;
} attached[] = {
	{ "a comment's photo",
	  "\"attachment\":{\"type\":\"photo\",\"url\":\"https://www.test/photo/1\","
	  "\"description\":"
	  "\"la bolletta\",\"media\":{\"image\":{\"src\":\"https://scontent.test/1.jpg\"}},"
	  "\"target\":{\"id\":\"77\"}}",
	  VD_FACEBOOK_COMMENTS, 1, "photo\thttps://www.test/photo/1\tla bolletta\n" },
	{ "only the picture's address",
	  "\"attachment\":{\"type\":\"animated_image_share\",\"media\":{\"image\":{\"src\":"
	  "\"https://scontent.test/1.gif\"}},\"target\":{\"id\":\"77\"}}",
	  VD_FACEBOOK_COMMENTS, 1, "gif\thttps://scontent.test/1.gif\t\n" },
	{ "an album",
	  "\"attachments\":{\"data\":[{\"type\":\"album\",\"title\":\"due foto\","
	  "\"subattachments\":"
	  "{\"data\":[{\"type\":\"photo\",\"target\":{\"id\":\"1\"}},{\"type\":"
	  "\"video\",\"target\":"
	  "{\"id\":\"2\"}}]}}]}",
	  VD_FACEBOOK_POSTS, 2, "photo\t1\t\nvideo\t2\t\n" },
	{ "files of a message",
	  "\"attachments\":{\"data\":[{\"id\":\"5\",\"mime_type\":\"image/jpeg\","
	  "\"name\":\"a.jpg\","
	  "\"image_data\":{\"url\":\"https://cdn.test/a\"}},{\"id\":\"6\",\"mime_type\":"
	  "\"application/pdf\",\"name\":\"contratto.pdf\",\"file_url\":"
	  "\"https://cdn.test/p\"},"
	  "{\"id\":\"7\",\"mime_type\":\"audio/mpeg\"},{\"id\":\"8\",\"mime_type\":"
	  "\"image/gif\"},"
	  "{\"id\":\"9\",\"mime_type\":\"video/mp4\",\"video_data\":{\"url\":"
	  "\"https://cdn.test/v\"}}]}",
	  VD_FACEBOOK_MESSAGES, 5,
	  "photo\thttps://cdn.test/a\ta.jpg\nfile\thttps://cdn.test/p\tcontratto.pdf\n"
	  "audio\t7\t\ngif\t8\t\nvideo\thttps://cdn.test/v\t\n" },
	{ "a sticker and a share",
	  "\"sticker\":\"https://cdn.test/s\",\"shares\":{\"data\":[{\"id\":\"1\",\"link\":"
	  "\"https://tim.test/\",\"name\":\"TIM\"}]}",
	  VD_FACEBOOK_MESSAGES, 2,
	  "sticker\thttps://cdn.test/s\t\nlink\thttps://tim.test/\tTIM\n" },
	{ "what is of no kind", "\"attachment\":7,\"attachments\":{\"data\":{}},\"sticker\":{}",
	  VD_FACEBOOK_MESSAGES, 0, "" },
};

static void attachments_are_listed(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(attached); i++) {
		char body[1024];
		struct vd_facebook_page page;
		snprintf(body, sizeof(body), "{\"data\":[{\"id\":\"1\"," AT ",%s}]}",
			 attached[i].body);
		assert_ok(vd_facebook_page_parse(vd_span_of(body), attached[i].kind, &page, NULL));
		assert_int_equal(page.n, 1);
		assert_listed(&page.items[0], attached[i].n, attached[i].list);
		vd_facebook_page_deinit(&page);
	}
}

static void shares_count_and_are_no_words(void **state)
{
	(void)state;
	static const char body[] = "{\"data\":[{\"id\":\"1\"," AT ",\"message\":\"m\",\"shares\":"
				   "{\"count\":3}},"
				   "{\"id\":\"2\"," AT ",\"status_type\":\"shared_story\"},"
				   "{\"id\":\"3\"," AT
				   ",\"status_type\":\"shared_story\",\"message\":"
				   "\"vergogna\"}]}";
	struct vd_facebook_page page;
	assert_ok(vd_facebook_page_parse(VD_SPAN(body), VD_FACEBOOK_POSTS, &page, NULL));
	assert_true(page.items[0].has_echoes && page.items[0].shares == 3);
	assert_false(page.items[0].is_share || page.items[1].has_echoes);
	assert_true(page.items[1].is_share);
	assert_false(page.items[2].is_share); // it says something of its own
	vd_facebook_page_deinit(&page);
}

static void reads_posts_with_inline_comments(void **state)
{
	(void)state;
	struct vd_facebook_page page;
	struct vd_facebook_page inner;
	assert_ok(vd_facebook_page_parse(VD_SPAN(FEED), VD_FACEBOOK_POSTS, &page, NULL));
	assert_int_equal(page.n, 1);
	assert_span(page.items[0].from_name, "Anna Neri");
	assert_int_equal(page.items[0].created.us, vd_wall_s(1791194400).us);
	assert_int_equal(page.items[0].updated.us, vd_wall_s(1791203400).us);
	assert_listed(&page.items[0], 2, "link\t\t\nfile\t\t\n");
	assert_span(page.next, "https://g/n");
	assert_ok(
		vd_facebook_edge_read(page.items[0].comments, VD_FACEBOOK_COMMENTS, &inner, NULL));
	assert_int_equal(inner.n, 1);
	assert_span(inner.items[0].parent, "11_4");
	assert_span(inner.items[0].from_id, "");
	assert_span(inner.next, "https://g/x");
	vd_facebook_page_deinit(&inner);
	vd_facebook_page_deinit(&page);
	vd_facebook_page_deinit(&page);
}

static const struct {
	const char *name;
	const char *body;
	enum vd_facebook_kind kind;
	enum vd_err err;
	size_t n;
	size_t n_bad;
} pages[] = {
	{ "empty", "{\"data\":[]}", VD_FACEBOOK_POSTS, VD_OK, 0, 0 },
	{ "no list", "{}", VD_FACEBOOK_POSTS, VD_ERR_SYNTAX, 0, 0 },
	{ "cut", "{\"data\":[", VD_FACEBOOK_POSTS, VD_ERR_SYNTAX, 0, 0 },
	{ "html", "<html>", VD_FACEBOOK_POSTS, VD_ERR_SYNTAX, 0, 0 },
	{ "a list of anything",
	  "{\"data\":[null,3,{},{\"id\":\"1\"},{\"id\":\"../"
	  "x\",\"created_time\":\"2026-10-05T10:00:00+0000\"},"
	  "{\"id\":\"1_2\",\"created_time\":\"yesterday\"},{\"id\":{},\"created_time\":7},"
	  "{\"id\":\"1_3\",\"created_time\":\"2026-10-05T10:00:00+0000\",\"from\":"
	  "[],\"message\":{}"
	  ",\"parent\":1}]}",
	  VD_FACEBOOK_COMMENTS, VD_OK, 1, 7 },
	{ "conversations",
	  "{\"data\":[{\"id\":\"t_1\",\"updated_time\":\"2026-10-05T10:00:00+0000\","
	  "\"message_"
	  "count\":7}]}",
	  VD_FACEBOOK_CONVERSATIONS, VD_OK, 1, 0 },
	{ "messages",
	  "{\"data\":[{\"id\":\"m_a-b_c=\",\"created_time\":\"2026-10-05T10:00:00+0000\","
	  "\"message\":\"\"}]}",
	  VD_FACEBOOK_MESSAGES, VD_OK, 1, 0 },
};

static void skips_what_is_malformed(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(pages); i++) {
		struct vd_facebook_page page;
		enum vd_err err = vd_facebook_page_parse(vd_span_of(pages[i].body), pages[i].kind,
							 &page, NULL);
		assert_row(err == pages[i].err, pages[i].name);
		assert_row(page.n == pages[i].n, pages[i].name);
		assert_row(page.n_bad == pages[i].n_bad, pages[i].name);
		vd_facebook_page_deinit(&page);
	}
}

#define ERROR(code, subcode, text)                                                         \
	"{\"error\":{\"message\":\"" text "\",\"type\":\"OAuthException\",\"code\":" #code \
	",\"error_subcode\":" #subcode "}}"

static const struct {
	const char *name;
	int status;
	const char *body;
	enum vd_facebook_problem_kind kind;
	enum vd_health health;
} problems[] = {
	{ "1", 500, ERROR(1, 0, "x"), VD_FACEBOOK_PROBLEM_OUTAGE, VD_HEALTH_OUTAGE },
	{ "reduce", 500,
	  ERROR(1, 99,
		"Please reduce the amount of data you're asking for, then retry your request"),
	  VD_FACEBOOK_PROBLEM_REDUCE, VD_HEALTH_OUTAGE },
	{ "reduce, in the other place", 500,
	  "{\"error\":{\"code\":1,\"message\":\"x\",\"error_user_msg\":"
	  "\"Please reduce the amount "
	  "of data\"}}",
	  VD_FACEBOOK_PROBLEM_REDUCE, VD_HEALTH_OUTAGE },
	{ "4", 400, ERROR(4, 0, "x"), VD_FACEBOOK_PROBLEM_RATE, VD_HEALTH_RATE },
	{ "32", 403, ERROR(32, 0, "x"), VD_FACEBOOK_PROBLEM_RATE, VD_HEALTH_RATE },
	{ "80006", 400, ERROR(80006, 0, "x"), VD_FACEBOOK_PROBLEM_RATE, VD_HEALTH_RATE },
	{ "368", 400, ERROR(368, 0, "x"), VD_FACEBOOK_PROBLEM_BLOCKED, VD_HEALTH_REFUSED },
	{ "190", 400, ERROR(190, 460, "x"), VD_FACEBOOK_PROBLEM_AUTH, VD_HEALTH_AUTH },
	{ "190 as 401", 401, ERROR(190, 463, "x"), VD_FACEBOOK_PROBLEM_AUTH, VD_HEALTH_AUTH },
	{ "proof", 400, ERROR(100, 0, "Invalid appsecret_proof provided in the API argument"),
	  VD_FACEBOOK_PROBLEM_PROOF, VD_HEALTH_REFUSED },
	{ "permission", 403, ERROR(10, 0, "(#10) permission"), VD_FACEBOOK_PROBLEM_PERMISSION,
	  VD_HEALTH_PERMISSION },
	{ "200", 403, ERROR(200, 2018028, "x"), VD_FACEBOOK_PROBLEM_PERMISSION,
	  VD_HEALTH_PERMISSION },
	{ "window", 400, ERROR(10, 2018278, "x"), VD_FACEBOOK_PROBLEM_WINDOW, VD_HEALTH_REFUSED },
	{ "restricted", 400, ERROR(10, 1893063, "x"), VD_FACEBOOK_PROBLEM_RESTRICTED,
	  VD_HEALTH_PERMISSION },
	{ "private reply twice", 400, ERROR(10, 0, "Cannot send a private reply more than once."),
	  VD_FACEBOOK_PROBLEM_ALREADY, VD_HEALTH_REFUSED },
	{ "gone", 400, ERROR(100, 33, "x"), VD_FACEBOOK_PROBLEM_GONE, VD_HEALTH_REFUSED },
	{ "person", 400, ERROR(551, 1545041, "x"), VD_FACEBOOK_PROBLEM_PERSON, VD_HEALTH_REFUSED },
	{ "506", 400, ERROR(506, 0, "x"), VD_FACEBOOK_PROBLEM_DUPLICATE, VD_HEALTH_REFUSED },
	{ "1200", 400, ERROR(1200, 0, "x"), VD_FACEBOOK_PROBLEM_TRANSIENT, VD_HEALTH_OUTAGE },
	{ "transient", 400, "{\"error\":{\"code\":9999,\"is_transient\":true}}",
	  VD_FACEBOOK_PROBLEM_TRANSIENT, VD_HEALTH_OUTAGE },
	{ "other app", 400, ERROR(10, 2018300, "x"), VD_FACEBOOK_PROBLEM_OTHER_APP,
	  VD_HEALTH_REFUSED },
	{ "100", 400, ERROR(100, 0, "x"), VD_FACEBOOK_PROBLEM_REFUSED, VD_HEALTH_REFUSED },
	{ "html 503", 503, "<html>", VD_FACEBOOK_PROBLEM_OUTAGE, VD_HEALTH_OUTAGE },
	{ "nothing", 400, "", VD_FACEBOOK_PROBLEM_REFUSED, VD_HEALTH_REFUSED },
};

static void tells_problems_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(problems); i++) {
		struct vd_facebook_problem problem;
		char text[256];
		struct vd_buf buf;
		vd_buf_init(&buf, text, sizeof(text));
		vd_facebook_problem_parse(problems[i].status, vd_span_of(problems[i].body),
					  &problem);
		assert_row(problem.kind == problems[i].kind, problems[i].name);
		assert_row(problem.health == problems[i].health, problems[i].name);
		vd_facebook_problem_print(&problem, &buf);
		assert_row(strchr(text, ':') != NULL && !buf.overflow, problems[i].name);
	}
}

static void error_of(const struct vd_facebook_rule *rule, char *out, size_t cap)
{
	snprintf(out, cap, "{\"error\":{\"message\":\"%s\",\"code\":%lld,\"error_subcode\":%lld}}",
		 rule->words != NULL ? rule->words : "words", (long long)rule->from,
		 rule->subcode == VD_FACEBOOK_ANY ? 0LL : (long long)rule->subcode);
}

// Every row is reached (none stands behind a wider one), is told by its code, and ends in one step.
static void each_row_of_the_refusals_is_told_apart(void **state)
{
	(void)state;
	size_t n = 0;
	for (const struct vd_facebook_rule *rule = NULL; (rule = vd_facebook_rule_get(n)) != NULL;
	     n++) {
		char body[256];
		char text[256];
		struct vd_buf buf;
		struct vd_facebook_problem problem;
		error_of(rule, body, sizeof(body));
		vd_buf_init(&buf, text, sizeof(text));
		vd_facebook_problem_parse(400, vd_span_of(body), &problem);
		assert_row(problem.rule == rule, rule->sentence);
		assert_row(problem.kind == rule->kind, rule->sentence);
		assert_row(problem.health == vd_facebook_problem_health(rule->kind),
			   rule->sentence);
		assert_row(problem.health > VD_HEALTH_GOOD, rule->sentence);
		const char *step = strchr(rule->sentence, ':');
		assert_row(step != NULL && step[1] == ' ' && strchr(step + 1, ':') == NULL,
			   rule->sentence);
		vd_facebook_problem_print(&problem, &buf);
		assert_row(!buf.overflow && strstr(text, step) != NULL, rule->sentence);
	}
	assert_true(n >= 45);
	for (int kind = 0; kind < VD_FACEBOOK_PROBLEM_N; kind++) {
		assert_true(vd_facebook_problem_name((enum vd_facebook_problem_kind)kind)[0] != 0);
		assert_true(vd_facebook_problem_health((enum vd_facebook_problem_kind)kind) >
			    VD_HEALTH_GOOD);
	}
}

static void ids_have_one_form(void **state)
{
	(void)state;
	assert_span(vd_facebook_comment_id(VD_SPAN("200_11_5")), "11_5");
	assert_span(vd_facebook_comment_id(VD_SPAN("11_5")), "11_5");
	assert_span(vd_facebook_comment_id(VD_SPAN("5")), "5");
	assert_span(vd_facebook_comment_id(VD_SPAN("")), "");
}

static void one_comment_by_any_form_of_its_id(void **state)
{
	(void)state;
	assert_true(vd_facebook_is_same_comment(VD_SPAN("200_11_5"), VD_SPAN("11_5")));
	assert_true(vd_facebook_is_same_comment(VD_SPAN("5"), VD_SPAN("11_5")));
	assert_false(vd_facebook_is_same_comment(VD_SPAN("11_5"), VD_SPAN("11_15")));
	assert_false(vd_facebook_is_same_comment(VD_SPAN("11_"), VD_SPAN("12_")));
	assert_false(vd_facebook_is_same_comment(VD_SPAN(""), VD_SPAN("")));
}

#define ALL_SCOPES                                                               \
	"\"scopes\":[\"pages_messaging\",\"pages_read_engagement\",\"extra\",7," \
	"\"pages_read_user_content\",\"pages_manage_engagement\"]"
#define NOW_S 1791194400

// What debug_token says, and what a person is told about it.
static const struct {
	const char *name;
	const char *data;
	enum vd_health health;
	int64_t end_s; // 0: never
	const char *words;
} tokens[] = {
	{ "never ends", "\"is_valid\":true,\"expires_at\":0," ALL_SCOPES, VD_HEALTH_GOOD, 0, "" },
	{ "ends", "\"is_valid\":true,\"expires_at\":1791194401," ALL_SCOPES, VD_HEALTH_GOOD,
	  NOW_S + 1, "" },
	{ "over", "\"is_valid\":true,\"expires_at\":1791194400," ALL_SCOPES, VD_HEALTH_AUTH, NOW_S,
	  "token is over: sign the Page in again" },
	{ "data first",
	  "\"is_valid\":true,\"data_access_expires_at\":1791194500,\"expires_at\":"
	  "1799999999",
	  VD_HEALTH_PERMISSION, NOW_S + 100, "the token lacks" },
	{ "data over", "\"is_valid\":true,\"data_access_expires_at\":1791194399," ALL_SCOPES,
	  VD_HEALTH_AUTH, NOW_S - 1, "access to data is over: sign the Page in again" },
	{ "no scopes", "\"is_valid\":true,\"scopes\":[]", VD_HEALTH_PERMISSION, 0,
	  "pages_manage_engagement (public replies), pages_messaging (Messenger): give the app" },
	{ "one scope less",
	  "\"is_valid\":true,\"scopes\":[\"pages_messaging\",\"pages_read_engagement\","
	  "\"pages_read_user_content\"]",
	  VD_HEALTH_PERMISSION, 0,
	  "the token lacks pages_manage_engagement (public replies): give the app the permission, "
	  "then" },
	{ "dead", "\"is_valid\":false,\"scopes\":[],\"error\":{\"code\":190,\"subcode\":460}",
	  VD_HEALTH_AUTH, 0, "password behind the token was changed (190/460): sign" },
	{ "unreadable", "\"is_valid\":false,\"error\":{\"message\":\"x\"}", VD_HEALTH_AUTH, 0,
	  "refuses the Page token" },
};

static void reads_what_a_token_is_worth(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(tokens); i++) {
		struct vd_facebook_token token;
		char body[512];
		char text[512];
		struct vd_buf buf;
		snprintf(body, sizeof(body), "{\"data\":{%s}}", tokens[i].data);
		vd_buf_init(&buf, text, sizeof(text));
		assert_ok(vd_facebook_token_parse(vd_span_of(body), &token, NULL));
		assert_row(vd_facebook_token_judge(&token, vd_wall_s(NOW_S), &buf) ==
				   tokens[i].health,
			   tokens[i].name);
		assert_row(strstr(text, tokens[i].words) != NULL, tokens[i].name);
		assert_row(vd_facebook_token_end(&token).us == vd_wall_s(tokens[i].end_s).us,
			   tokens[i].name);
	}
	struct vd_facebook_token token;
	static const char *const no_answers[] = { "", "{}", "{\"data\":{}}", "{\"data\":[]}",
						  "{\"data\":{\"is_valid\":\"yes\"}}" };
	for (size_t i = 0; i < VD_ARRAY_LEN(no_answers); i++) {
		assert_row(vd_facebook_token_parse(vd_span_of(no_answers[i]), &token, NULL) !=
				   VD_OK,
			   no_answers[i]);
		assert_false(token.is_known);
	}
}

static void follows_only_its_own_network(void **state)
{
	(void)state;
	static const struct {
		const char *next;
		const char *url; // NULL: refused
	} rows[] = {
		{ "https://g.test/v26.0/x?after=1",
		  "https://g.test/v26.0/x?after=1&appsecret_proof=aa" },
		{ "https://g.test/v26.0/x?appsecret_proof=bb&after=1",
		  "https://g.test/v26.0/x?appsecret_proof=bb&after=1" },
		{ "https://evil.test/v26.0/x?after=1", NULL },
		{ "https://g.test.evil.test/x", NULL },
		{ "https://g.test@evil.test/x", NULL },
		{ "https://g.test/x\r\nHost: evil", NULL },
		{ "http://g.test/x", NULL },
		{ "", NULL },
	};
	struct vd_facebook_place place = { .base = "https://g.test", .page = "200", .proof = "aa" };
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		char text[512];
		struct vd_buf buf;
		vd_buf_init(&buf, text, sizeof(text));
		enum vd_err err = vd_facebook_url_next(&buf, &place, vd_span_of(rows[i].next));
		assert_row((err == VD_OK) == (rows[i].url != NULL), rows[i].next);
		assert_row(err != VD_OK || strcmp(text, rows[i].url) == 0, rows[i].next);
	}
}

static void signs_with_the_app_secret(void **state)
{
	(void)state;
	char proof[VD_FACEBOOK_PROOF_BYTES];
	vd_facebook_proof(VD_SPAN("what do ya want for nothing?"), VD_SPAN("Jefe"),
			  proof); // RFC 4231, case 2
	assert_string_equal(proof,
			    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void writes_what_graph_expects(void **state)
{
	(void)state;
	char text[512];
	struct vd_buf buf;
	vd_buf_init(&buf, text, sizeof(text));
	vd_facebook_body_send(&buf, "id", "900", false, VD_SPAN("ciao"));
	assert_string_equal(text, "{\"recipient\":{\"id\":\"900\"},\"messaging_type\":\"RESPONSE\","
				  "\"message\":{\"text\":\"ciao\"}}");
	vd_buf_reset(&buf);
	vd_facebook_body_send(&buf, "id", "900", true, VD_SPAN("ciao"));
	assert_string_equal(text, "{\"recipient\":{\"id\":\"900\"},\"messaging_type\":\"MESSAGE_"
				  "TAG\",\"tag\":\"HUMAN_AGENT\","
				  "\"message\":{\"text\":\"ciao\"}}");
	vd_buf_reset(&buf);
	vd_facebook_body_send(&buf, "comment_id", "11_5", false, VD_SPAN("ciao"));
	assert_string_equal(
		text, "{\"recipient\":{\"comment_id\":\"11_5\"},\"message\":{\"text\":\"ciao\"}}");
	vd_buf_reset(&buf);
	struct vd_facebook_place place = { .base = "https://g.test", .page = "200", .proof = "" };
	vd_facebook_url_reply(&buf, &place, "11_5");
	assert_string_equal(text, "https://g.test/v26.0/11_5/comments");
	vd_buf_reset(&buf);
	place.proof = "aa";
	vd_facebook_url_send(&buf, &place);
	assert_string_equal(text, "https://g.test/v26.0/200/messages?appsecret_proof=aa");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_posts_with_inline_comments),
		cmocka_unit_test(attachments_are_listed),
		cmocka_unit_test(shares_count_and_are_no_words),
		cmocka_unit_test(skips_what_is_malformed),
		cmocka_unit_test(tells_problems_apart),
		cmocka_unit_test(each_row_of_the_refusals_is_told_apart),
		cmocka_unit_test(ids_have_one_form),
		cmocka_unit_test(one_comment_by_any_form_of_its_id),
		cmocka_unit_test(reads_what_a_token_is_worth),
		cmocka_unit_test(follows_only_its_own_network),
		cmocka_unit_test(signs_with_the_app_secret),
		cmocka_unit_test(writes_what_graph_expects),
	};
	return cmocka_run_group_tests_name("channel/facebook_wire", tests, NULL, NULL);
}
