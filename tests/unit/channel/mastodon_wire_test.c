// SPDX-License-Identifier: MIT
#include "channel/mastodon_wire.h"

#include "unit.h"

#define ACCOUNT(id, acct) "\"account\":{\"id\":\"" id "\",\"acct\":\"" acct "\"}"
#define STATUS(id, more)                                                            \
	"{\"id\":\"" id                                                             \
	"\",\"created_at\":\"2026-10-05T13:59:46.123Z\",\"visibility\":\"public\"," \
	"\"content\":\"<p>x</p>\"," ACCOUNT("7", "MRossi") more "}"
#define NOTE(id, type, status)                                                              \
	"{\"id\":\"" id "\",\"type\":\"" type "\",\"created_at\":\"2026-10-05T13:59:47Z\"," \
	"\"status\":" status "}"

static void ids_are_opaque(void **state)
{
	(void)state;
	assert_true(vd_mastodon_id_is_valid(VD_SPAN("113001234567890123")));
	assert_true(vd_mastodon_id_is_valid(VD_SPAN("01M84ZQ1W5D2SWB4T9TJQ2X7YK")));
	assert_true(vd_mastodon_id_is_valid(VD_SPAN("1759154412.123456x00d2c1a17")));
	static const char *const bad[] = {
		"",
		".",
		"..",
		"a/b",
		"a?b",
		"a b",
		"a\nb",
		"caf\xC3\xA9",
		"0123456789012345678901234567890123456789012345678901234567890123"
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(bad); i++) {
		assert_false(vd_mastodon_id_is_valid(vd_span_of(bad[i])));
	}
}

#define OTHER_TYPE NOTE("n5", "favourite", STATUS("105", ""))
#define A_REPLY                                                                            \
	NOTE("n4", "mention",                                                              \
	     STATUS("104", ",\"in_reply_to_id\":\"103\",\"in_reply_to_account_id\":\"9\"," \
			   "\"edited_at\":\"2026-10-05T14:00:00Z\","                       \
			   "\"reblogs_count\":3,\"quotes_count\":1,"                       \
			   "\"poll\":{\"id\":\"p1\",\"options\":["                         \
			   "{\"title\":\"s\xC3\xAC\"},{\"title\":\"no\"}]},"               \
			   "\"media_attachments\":[{\"id\":\"1\",\"type\":"                \
			   "\"image\",\"url\":\"https://f.test/1.png\","                   \
			   "\"description\":\"la\\nbolletta\"},{\"id\":\"2\","             \
			   "\"type\":\"gifv\",\"url\":\"javascript:x\"}]"))
#define DELETED NOTE("n3", "mention", "null")
#define POISONED "{\"id\":\"n2\",\"type\":\"mention\",\"status\":{\"id\":\"102\"}}"
#define A_BOOST NOTE("n1", "mention", STATUS("101", ",\"reblog\":{\"id\":\"1\"}"))
#define OURS_BOOSTED NOTE("n9", "reblog", STATUS("90", ",\"reblogs_count\":7"))
#define QUOTED NOTE("n8", "quote", STATUS("108", ""))
#define UNKNOWN_TYPE NOTE("n0", "severed_relationships", "null")

static void a_page_of_notifications(void **state)
{
	(void)state;
	static const char body[] = "[" OTHER_TYPE "," A_REPLY "," DELETED "," POISONED "," A_BOOST
				   "," UNKNOWN_TYPE "]";
	struct vd_mastodon_page page;
	assert_ok(vd_mastodon_page_parse(VD_SPAN(body), VD_MASTODON_NOTIFICATIONS, &page, NULL));
	assert_int_equal(page.n, 2);
	assert_int_equal(page.n_listed, 6);
	assert_int_equal(page.n_bad, 1);
	assert_string_equal(page.bad_id, "n2");
	assert_span(page.first_key, "n5");
	assert_span(page.last_key, "n0");
	const struct vd_mastodon_item *item = &page.items[0];
	assert_span(item->key, "n4");
	assert_span(item->id, "104");
	assert_span(item->parent, "103");
	assert_span(item->parent_account, "9");
	assert_span(item->acct, "MRossi");
	struct vd_attached attached;
	vd_mastodon_attached_read(item, &attached);
	assert_int_equal(attached.n, 3);
	assert_span(
		vd_attached_list(&attached),
		"photo\thttps://f.test/1.png\tla bolletta\ngif\t2\t\npoll\tp1\ts\xC3\xAC | no\n");
	assert_true(item->has_echoes && item->shares == 3 && item->quotes == 1);
	assert_true(item->is_edited && !item->is_reblog);
	assert_int_equal(item->audience, VD_MASTODON_PUBLIC);
	assert_true(page.items[1].is_reblog);
	vd_mastodon_page_deinit(&page);
	vd_mastodon_page_deinit(&page);
}

static void boosts_and_quotes_are_told_apart(void **state)
{
	(void)state;
	static const char body[] = "[" OURS_BOOSTED "," QUOTED "," A_BOOST "]";
	struct vd_mastodon_page page;
	assert_ok(vd_mastodon_page_parse(VD_SPAN(body), VD_MASTODON_NOTIFICATIONS, &page, NULL));
	assert_int_equal(page.n, 3);
	assert_true(page.items[0].is_reblog);
	assert_span(page.items[0].boosted, "90"); // ours, not the booster's
	assert_int_equal(page.items[0].shares, 7);
	assert_false(page.items[1].is_reblog);
	assert_span(page.items[1].id, "108");
	assert_span(page.items[2].boosted, "1");
	assert_false(page.items[2].has_echoes);
	vd_mastodon_page_deinit(&page);
}

#define MADE "\"created_at\":\"2026-10-05T13:59:46Z\","

static void an_unknown_visibility_is_private(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		bool is_private;
	} cases[] = { { "public", false }, { "unlisted", false }, { "private", true },
		      { "direct", true },  { "limited", true },   { "mutuals_only", true },
		      { "", true },        { "Public", true } };
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		char body[512];
		snprintf(body, sizeof(body),
			 "{\"id\":\"1\"," MADE
			 "\"visibility\":\"%s\",\"content\":\"\"," ACCOUNT("7", "m") "}",
			 cases[i].name);
		struct vd_mastodon_page page;
		assert_ok(
			vd_mastodon_page_parse(vd_span_of(body), VD_MASTODON_STATUS, &page, NULL));
		assert_int_equal(vd_mastodon_is_private(page.items[0].audience),
				 cases[i].is_private);
		vd_mastodon_page_deinit(&page);
	}
	struct vd_mastodon_page page;
	assert_ok(vd_mastodon_page_parse(
		VD_SPAN("{\"id\":\"1\"," MADE "\"content\":\"\"," ACCOUNT("7", "m") "}"),
		VD_MASTODON_STATUS, &page, NULL));
	assert_true(vd_mastodon_is_private(page.items[0].audience)); // not told
	vd_mastodon_page_deinit(&page);
}

static void threads_and_conversations(void **state)
{
	(void)state;
	struct vd_mastodon_page page;
	assert_ok(
		vd_mastodon_page_parse(VD_SPAN("{\"ancestors\":[" STATUS("1", "") "," STATUS(
					       "2", "") "],\"descendants\":[" STATUS("4", "") "]}"),
				       VD_MASTODON_CONTEXT, &page, NULL));
	assert_int_equal(page.n, 3);
	assert_int_equal(page.n_ancestors, 2);
	assert_span(page.items[2].id, "4");
	vd_mastodon_page_deinit(&page);
	assert_ok(
		vd_mastodon_page_parse(VD_SPAN("[{\"id\":\"c1\",\"last_status\":" STATUS(
					       "8", "") "},{\"id\":\"c2\",\"last_status\":null}]"),
				       VD_MASTODON_CONVERSATIONS, &page, NULL));
	assert_int_equal(page.n, 1);
	assert_span(page.items[0].key, "c1");
	vd_mastodon_page_deinit(&page);
	static const struct {
		const char *body;
		enum vd_mastodon_kind kind;
	} bad[] = { { "{\"error\":\"x\"}", VD_MASTODON_NOTIFICATIONS },
		    { "[", VD_MASTODON_STATUSES },
		    { "<html>", VD_MASTODON_STATUSES },
		    { "[]", VD_MASTODON_CONTEXT },
		    { "{\"ancestors\":[]}", VD_MASTODON_CONTEXT },
		    { "{\"id\":\"1\"}", VD_MASTODON_STATUS } };
	for (size_t i = 0; i < VD_ARRAY_LEN(bad); i++) {
		struct vd_diag diag = { 0 };
		assert_int_not_equal(
			vd_mastodon_page_parse(vd_span_of(bad[i].body), bad[i].kind, &page, &diag),
			VD_OK);
		assert_null(page.tree);
		assert_true(diag.text[0] != '\0');
	}
}

static void accounts_and_the_instance(void **state)
{
	(void)state;
	struct vd_mastodon_account account;
	assert_ok(vd_mastodon_account_parse(
		VD_SPAN("{\"id\":\"9\",\"acct\":\"TIM\",\"followers_count\":12}"), &account, NULL));
	assert_string_equal(account.acct, "TIM");
	assert_int_equal(account.followers, 12);
	assert_int_not_equal(vd_mastodon_account_parse(VD_SPAN("{\"id\":9}"), &account, NULL),
			     VD_OK);
	char full[VD_MASTODON_ACCT_BYTES];
	assert_true(vd_mastodon_full_acct(VD_SPAN("TIM"), "mastodon.uno", full));
	assert_string_equal(full, "tim@mastodon.uno");
	assert_true(vd_mastodon_full_acct(VD_SPAN("Tim@Other.Example"), "mastodon.uno", full));
	assert_string_equal(full, "tim@other.example");
	assert_true(vd_mastodon_full_acct(VD_SPAN("a@localhost:8443"), "x", full));
	assert_false(vd_mastodon_full_acct(VD_SPAN("a b"), "x", full));
	assert_false(vd_mastodon_full_acct(VD_SPAN("a@b@c"), "x", full));
	struct vd_mastodon_instance instance;
	assert_ok(vd_mastodon_instance_parse(
		VD_SPAN("{\"domain\":\"Mastodon.uno\",\"configuration\":{\"statuses\":{\"max_"
			"characters\":5000,\"characters_reserved_per_url\":30}}}"),
		&instance, NULL));
	assert_string_equal(instance.domain, "mastodon.uno");
	assert_int_equal(instance.max_characters, 5000);
	assert_int_equal(instance.url_characters, 30);
	assert_ok(vd_mastodon_instance_parse(VD_SPAN("{\"uri\":\"https://old.example/x\"}"),
					     &instance, NULL));
	assert_string_equal(instance.domain, "old.example");
	assert_int_equal(instance.max_characters, 500);
	assert_int_equal(instance.url_characters, 23);
	assert_ok(vd_mastodon_instance_parse(VD_SPAN("{\"max_toot_chars\":-1}"), &instance, NULL));
	assert_string_equal(instance.domain, "");
	assert_int_equal(instance.max_characters, 500);
	assert_true(vd_mastodon_is_blocked_by(VD_SPAN("[{\"id\":\"7\",\"blocked_by\":true}]")));
	assert_false(vd_mastodon_is_blocked_by(VD_SPAN("[{\"id\":\"7\"}]")));
	assert_false(vd_mastodon_is_blocked_by(VD_SPAN("<html>")));
}

static const struct {
	int status;
	const char *body;
	enum vd_mastodon_problem_kind kind;
	enum vd_health health;
} problems[] = {
	{ 401, "{\"error\":\"The access token is invalid\"}", VD_MASTODON_PROBLEM_AUTH,
	  VD_HEALTH_AUTH },
	{ 401, "<h1>401 Unauthorized</h1>", VD_MASTODON_PROBLEM_AUTH, VD_HEALTH_AUTH },
	{ 422, "{\"error\":\"This method requires an authenticated user\"}",
	  VD_MASTODON_PROBLEM_AUTH, VD_HEALTH_AUTH },
	{ 403, "{\"error\":\"This action is outside the authorized scopes\"}",
	  VD_MASTODON_PROBLEM_SCOPE, VD_HEALTH_PERMISSION },
	{ 403, "{\"error\":\"Your login is currently disabled\"}", VD_MASTODON_PROBLEM_SUSPENDED,
	  VD_HEALTH_AUTH },
	{ 404, "{\"error\":\"Record not found\"}", VD_MASTODON_PROBLEM_GONE, VD_HEALTH_REFUSED },
	{ 404, "<h1>404 Not Found</h1>", VD_MASTODON_PROBLEM_GONE, VD_HEALTH_REFUSED },
	{ 410, "", VD_MASTODON_PROBLEM_GONE, VD_HEALTH_REFUSED },
	{ 422, "{\"error\":\"Validation failed: Text character limit of 500 exceeded\"}",
	  VD_MASTODON_PROBLEM_TOO_LONG, VD_HEALTH_REFUSED },
	{ 422, "{\"error\":\"Validation failed: Text can't be blank\"}",
	  VD_MASTODON_PROBLEM_INVALID, VD_HEALTH_REFUSED },
	{ 429, "{\"error\":\"Too many requests\"}", VD_MASTODON_PROBLEM_RATE, VD_HEALTH_RATE },
	{ 429, "{\"error\":\"rate limit reached\"}", VD_MASTODON_PROBLEM_RATE, VD_HEALTH_RATE },
	{ 503, "<html>starting up</html>", VD_MASTODON_PROBLEM_OUTAGE, VD_HEALTH_OUTAGE },
	{ 502, "", VD_MASTODON_PROBLEM_OUTAGE, VD_HEALTH_OUTAGE },
	{ 302, "", VD_MASTODON_PROBLEM_OUTAGE, VD_HEALTH_OUTAGE },
	{ 418, "{}", VD_MASTODON_PROBLEM_REFUSED, VD_HEALTH_REFUSED },
};

static void refusals_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(problems); i++) {
		struct vd_mastodon_problem problem;
		char text[256];
		struct vd_buf buf;
		vd_buf_init(&buf, text, sizeof(text));
		vd_mastodon_problem_parse(problems[i].status, vd_span_of(problems[i].body),
					  &problem);
		assert_int_equal(problem.kind, problems[i].kind);
		assert_int_equal(problem.health, problems[i].health);
		assert_int_equal(problem.is_html, problems[i].body[0] != '{');
		vd_mastodon_problem_print(&problem, problems[i].status, &buf);
		assert_non_null(strstr(text, "): ")); // effect and next step
	}
}

static void requests_are_as_documented(void **state)
{
	(void)state;
	char text[512];
	struct vd_buf buf;
	vd_buf_init(&buf, text, sizeof(text));
	vd_mastodon_url_mentions(&buf, "https://m.test", "12", "");
	assert_string_equal(
		text, "https://m.test/api/v1/notifications?types%5B%5D=mention&types%5B%5D=quote"
		      "&include_filtered=true&limit=80&min_id=12");
	vd_buf_reset(&buf);
	vd_mastodon_url_mentions(&buf, "https://m.test", "12", "15");
	assert_non_null(strstr(text, "&since_id=12&max_id=15"));
	vd_buf_reset(&buf);
	vd_mastodon_body_post(&buf, VD_SPAN("ciao"), VD_SPAN("m@x.y"), VD_SPAN("9"), "direct");
	assert_string_equal(text, "{\"status\":\"@m@x.y ciao\",\"in_reply_to_id\":\"9\","
				  "\"visibility\":\"direct\"}");
	vd_buf_reset(&buf);
	vd_mastodon_body_post(&buf, VD_SPAN("@M@x.y: ciao"), VD_SPAN("m@x.y"), VD_SPAN("9"),
			      "public");
	assert_non_null(strstr(text, "\"@M@x.y: ciao\"")); // not twice
	vd_buf_reset(&buf);
	vd_mastodon_body_post(&buf, VD_SPAN("@m@x.youth ciao"), VD_SPAN("m@x.y"), VD_SPAN("9"),
			      "public");
	assert_non_null(strstr(text, "\"@m@x.y @m@x.youth ciao\""));
}

static void counts_as_the_server_does(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t count;
	} cases[] = {
		{ "", 0 },
		{ "ciao \xC3\xA8", 6 },
		{ "@mrossi@mastodon.example ciao", 12 },
		{ "https://example.com/a/very/long/address/indeed ok", 26 },
		{ "info@example.com", 16 },
		{ "(https://a.it)", 25 },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		assert_int_equal(vd_mastodon_text_count(vd_span_of(cases[i].text), 23),
				 cases[i].count);
	}
}

static void a_direct_message_names_nobody_else(void **state)
{
	(void)state;
	struct vd_span me = VD_SPAN("mrossi@x.y");
	assert_int_equal(vd_mastodon_first_mention(VD_SPAN("scrivi a info@tim.it, grazie"), me).n,
			 0);
	assert_int_equal(vd_mastodon_first_mention(VD_SPAN("@MRossi@x.y ciao"), me).n, 0);
	assert_span(vd_mastodon_first_mention(VD_SPAN("@mrossi@x.y vedi @TIM."), me), "TIM");
	assert_span(vd_mastodon_first_mention(VD_SPAN("(@tim@a.b)"), me), "tim@a.b");
	assert_span(vd_mastodon_first_mention(VD_SPAN("@mrossi"), me), "mrossi"); // another one
	assert_int_equal(vd_mastodon_first_mention(VD_SPAN("https://a.b/@tim x@ @"), me).n, 0);
}

static void the_same_text_is_known_again(void **state)
{
	(void)state;
	static const struct {
		const char *ours;
		const char *theirs;
		bool is_same;
	} cases[] = {
		{ "Ciao, ora va?", "@mrossi Ciao, ora va?", true },
		{ "@mrossi@x.y Ciao", "Ciao", true },
		{ "Ciao", "@mrossi@x.y @altro Ciao", true },
		{ "a\n\nb  c", "a b c", true },
		{ "vedi https://example.com/long/way. Grazie",
		  "vedi example.com/lo\xE2\x80\xA6. Grazie", true },
		{ "vedi https://www.example.com/x", "vedi example.com/x", true },
		{ "vedi https://example.com/long", "vedi example.org/lo\xE2\x80\xA6", false },
		{ "scrivi a @TIM@mastodon.uno", "scrivi a @TIM", true },
		{ "*subito* e `ora`", "subito e ora", true },
		{ "Ciao", "Ciao Mario", false },
		{ "Ciao Mario", "Ciao", false },
		{ "@mrossi@x.y", "@altro", false },
		{ "uno", "due", false },
		{ "", "", true },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		bool is_same = vd_mastodon_is_same_text(vd_span_of(cases[i].ours),
							vd_span_of(cases[i].theirs));
		if (is_same != cases[i].is_same) {
			print_error("'%s' and '%s'\n", cases[i].ours, cases[i].theirs);
		}
		assert_int_equal(is_same, cases[i].is_same);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_opaque),
		cmocka_unit_test(a_page_of_notifications),
		cmocka_unit_test(boosts_and_quotes_are_told_apart),
		cmocka_unit_test(an_unknown_visibility_is_private),
		cmocka_unit_test(threads_and_conversations),
		cmocka_unit_test(accounts_and_the_instance),
		cmocka_unit_test(refusals_are_told_apart),
		cmocka_unit_test(requests_are_as_documented),
		cmocka_unit_test(counts_as_the_server_does),
		cmocka_unit_test(a_direct_message_names_nobody_else),
		cmocka_unit_test(the_same_text_is_known_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
