// SPDX-License-Identifier: MIT
// `account check` by what a scripted network answers: each step, and the one next step. Name,
// connection and TLS are those of tests/integration/accounts; here a proxy stands for them.
#include "app/account_check.h"

#include "account_bench.h"

#define ME "{\"data\":{\"id\":\"" X_OWN_ID "\",\"username\":\"TelecomItalia\",\"name\":\"TI\"}}"
#define NOW_DATE "Date: Fri, 02 Oct 2026 14:40:03 GMT\r\n"
#define ALL_SCOPES "tweet.read tweet.write users.read dm.read dm.write follows.read offline.access"

struct trial {
	struct vd_account_check check;
	struct vd_proxy proxy;
	bool is_done;
};

static void on_checked(void *ctx, struct vd_account_check *check)
{
	struct trial *t = ctx;
	(void)check;
	assert_false(t->is_done);
	t->is_done = true;
}

static struct trial *begin(struct account_bench *k, const struct vd_credentials *c)
{
	struct trial *t = calloc(1, sizeof(*t));
	const struct vd_span none = { NULL, 0 };
	assert_ok(vd_proxy_init(&t->proxy, VD_SPAN("http://proxy:1"), none, none, none, NULL));
	t->check = (struct vd_account_check){
		.net = { .loop = k->h.loop,
			 .http = k->http,
			 .clock = &k->h.clock,
			 .rng = k->h.rng },
		.resolver = k->h.resolver,
		.proxy = &t->proxy,
		.account = &k->config->accounts[0],
		.ctx = t,
		.done = on_checked,
	};
	vd_account_check_start(&t->check, c);
	assert_false(t->is_done);
	return t;
}

static void end(struct trial *t)
{
	vd_account_check_deinit(&t->check);
	vd_account_check_deinit(&t->check);
	vd_proxy_deinit(&t->proxy);
	free(t);
}

/** "" where there is no such step. */
static const char *verdict(const struct trial *t, const char *step, const char **next)
{
	*next = "";
	for (size_t i = 0; i < t->check.n; i++) {
		if (strcmp(t->check.rows[i].step, step) == 0) {
			*next = t->check.rows[i].next;
			return vd_check_verdict_name(t->check.rows[i].verdict);
		}
	}
	return "";
}

static const struct {
	const char *name;
	const char *status;
	const char *headers;
	const char *body;
	const char *scopes;
	const char *step; // that is not good; "": all are
	const char *next;
} cases[] = {
	{ "good", "200 OK", NOW_DATE, ME, ALL_SCOPES, "", "" },
	{ "no Date", "200 OK", "", ME, ALL_SCOPES, "clock", "" },
	{ "refused", "401 Unauthorized", NOW_DATE, "{\"title\":\"Unauthorized\"}", ALL_SCOPES,
	  "token", "sign in again" },
	{ "no money", "402 Payment Required", NOW_DATE, "{\"title\":\"CreditsDepleted\"}",
	  ALL_SCOPES, "token", "add credit" },
	{ "no permission", "403 Forbidden", NOW_DATE, "{\"detail\":\"no\"}", ALL_SCOPES, "token",
	  "give the app its permissions" },
	{ "used up", "429 Too Many Requests", NOW_DATE, "{}", ALL_SCOPES, "token",
	  "wait: the limit is used up" },
	{ "an outage", "503 Busy", NOW_DATE, "<html>", ALL_SCOPES, "token",
	  "the network has trouble" },
	{ "a portal", "200 OK", NOW_DATE, "<html>log in</html>", ALL_SCOPES, "token",
	  "look for something in between" },
	{ "another account", "200 OK", NOW_DATE, "{\"data\":{\"id\":\"7\",\"username\":\"x\"}}",
	  ALL_SCOPES, "account", "correct user_id" },
	{ "our clock is wrong", "200 OK", "Date: Fri, 02 Oct 2026 15:40:00 GMT\r\n", ME, ALL_SCOPES,
	  "clock", "set the clock" },
	{ "scopes are missing", "200 OK", NOW_DATE, ME, "tweet.read users.read", "scopes",
	  "allow the app these permissions" },
	{ "nothing is left", "200 OK",
	  NOW_DATE "x-rate-limit-limit: 75\r\nx-rate-limit-remaining: 0\r\n"
		   "x-rate-limit-reset: 1790952600\r\n",
	  ME, ALL_SCOPES, "limits", "" },
};

static void each_answer_has_its_step(void **state)
{
	struct account_bench *k = *state;
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct vd_credentials c = pair(k, "t1", "r1");
		const char *next = NULL;
		snprintf(c.scopes, sizeof(c.scopes), "%s", cases[i].scopes);
		answers_with(k, cases[i].status, cases[i].headers, cases[i].body);
		struct trial *t = begin(k, &c);
		harness_until(&k->h, &t->is_done);
		if (cases[i].step[0] == '\0') {
			assert_row(vd_account_check_is_good(&t->check), cases[i].name);
		}
		for (size_t row = 0; row < t->check.n; row++) {
			const struct vd_check_row *r = &t->check.rows[row];
			bool is_it = strcmp(r->step, cases[i].step) == 0;
			assert_row(is_it == (r->verdict != VD_CHECK_OK), cases[i].name);
		}
		(void)verdict(t, cases[i].step, &next);
		assert_says(next, cases[i].next);
		end(t);
	}
}

static void what_ran_out_is_said_and_tried_all_the_same(void **state)
{
	struct account_bench *k = *state;
	struct vd_credentials c = pair(k, "t1", "r1");
	const char *next = NULL;
	c.set_at = k->h.fake.wall;
	c.ends = vd_wall_s(NOW_S - 1);
	answers_with(k, "401 Unauthorized", NOW_DATE, "{}");
	struct trial *t = begin(k, &c);
	harness_until(&k->h, &t->is_done);
	assert_string_equal(verdict(t, "sign-in", &next), "remark");
	assert_says(next, "the service renews it");
	assert_string_equal(verdict(t, "token", &next), "failed");
	end(t);
	struct vd_credentials nobody = { 0 };
	t = begin(k, &nobody);
	harness_until(&k->h, &t->is_done);
	assert_string_equal(verdict(t, "sign-in", &next), "failed");
	assert_says(next, "vedetta account add");
	end(t);
}

static const struct {
	const char *name;
	const char *grant;
	const char *verdict;
	const char *words;
} grants[] = {
	{ "all",
	  "\"is_valid\":true,\"expires_at\":0,\"scopes\":[\"pages_read_engagement\","
	  "\"pages_read_user_content\",\"pages_manage_engagement\",\"pages_messaging\"]",
	  "ok", "all that are needed" },
	{ "no Messenger",
	  "\"is_valid\":true,\"expires_at\":0,\"scopes\":[\"pages_read_engagement\","
	  "\"pages_read_user_content\",\"pages_manage_engagement\"]",
	  "failed", "lacks pages_messaging (Messenger)" },
	{ "over", "\"is_valid\":false,\"error\":{\"code\":190,\"subcode\":463},\"scopes\":[]",
	  "failed", "sign the Page in again" },
};

static void a_page_s_token_is_asked_about(void **state)
{
	struct account_bench *k = *state;
	struct vd_config_account *a = &k->config->accounts[0];
	snprintf(a->network, sizeof(a->network), "facebook");
	snprintf(a->user_id, sizeof(a->user_id), "200");
	for (size_t i = 0; i < VD_ARRAY_LEN(grants); i++) {
		struct vd_credentials c = { .kind = VD_CREDENTIALS_TOKEN, .client_id = "42" };
		char body[512];
		const char *next = NULL;
		int before = k->script.n_requests;
		assert_ok(vd_secret_set(&c.part[VD_PART_TOKEN], VD_SPAN("page-token")));
		assert_ok(vd_secret_set(&c.part[VD_PART_APP_SECRET], VD_SPAN("app-secret")));
		answers_with(k, "200 OK", NOW_DATE, "{\"id\":\"200\",\"name\":\"TIM\"}");
		struct trial *t = begin(k, &c);
		until_heard(k, before + 1);
		assert_non_null(strstr(k->script.request, "Authorization: Bearer page-token\r\n"));
		snprintf(body, sizeof(body), "{\"data\":{\"app_id\":\"42\",%s}}", grants[i].grant);
		answers_with(k, "200 OK", NOW_DATE, body);
		harness_until(&k->h, &t->is_done);
		assert_non_null(strstr(k->script.request, "debug_token?input_token=page-token"));
		assert_non_null(strstr(k->script.request, "Bearer 42|app-secret\r\n"));
		assert_string_equal(verdict(t, "scopes", &next), grants[i].verdict);
		assert_says(t->check.rows[t->check.n - 1].words, grants[i].words);
		end(t);
	}
}

static void it_may_be_given_up_at_any_moment(void **state)
{
	struct account_bench *k = *state;
	answers_with(k, "200 OK", NOW_DATE, ME);
	for (int turns = 0; turns < 6; turns++) {
		struct vd_credentials c = pair(k, "t1", "r1");
		struct trial *t = begin(k, &c);
		harness_turns(&k->h, turns);
		bool was_done = t->is_done;
		vd_account_check_deinit(&t->check);
		harness_turns(&k->h, 6);
		assert_int_equal(t->is_done, was_done);
		end(t);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, account_set_up, account_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_answer_has_its_step),
		TEST(what_ran_out_is_said_and_tried_all_the_same),
		TEST(a_page_s_token_is_asked_about),
		TEST(it_may_be_given_up_at_any_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
