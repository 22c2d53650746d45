// SPDX-License-Identifier: MIT
// The supervisor's words about sign-ins, led to their end with a scripted network.
#include "app/account_page.h"

#include "account_bench.h"

#define ME "{\"data\":{\"id\":\"" X_OWN_ID "\",\"username\":\"TelecomItalia\",\"name\":\"TI\"}}"
#define PAIR                                                                      \
	"{\"token_type\":\"bearer\",\"expires_in\":7200,\"access_token\":\"t1\"," \
	"\"scope\":\"a b\",\"refresh_token\":\"r1\"}"

struct page_bench {
	struct account_bench *k;
	struct vd_account_page *page;
	struct vd_web_accounts web;
	int n_done;
	enum vd_err err;
	char text[VD_DIAG_BYTES];
	char json[4096];
	bool is_done;
};

static void on_done(void *ctx, enum vd_err err, const struct vd_diag *diag, struct vd_span json)
{
	struct page_bench *p = ctx;
	p->n_done++;
	p->is_done = true;
	p->err = err;
	snprintf(p->text, sizeof(p->text), "%s", diag->text);
	p->json[0] = '\0';
	if (err == VD_OK) {
		assert_ok(vd_span_copy(json, p->json, sizeof(p->json)));
	}
}

static struct page_bench open_page(struct account_bench *k)
{
	struct vd_account_page_config config = {
		.net = { .loop = k->h.loop,
			 .http = k->http,
			 .clock = &k->h.clock,
			 .rng = k->h.rng },
		.resolver = k->h.resolver,
		.config = k->config,
		.keeper = k->keeper,
	};
	struct page_bench p = { .k = k };
	struct vd_config_staff *anna = &k->config->staff[0];
	k->config->n_staff = 1;
	snprintf(anna->name, sizeof(anna->name), "Anna");
	assert_ok(vd_account_page_create(&config, &p.page, NULL));
	p.web = vd_account_page_get(p.page);
	return p;
}

/** What the word itself says; the network's comes with p->is_done. */
static enum vd_err ask(struct page_bench *p, const char *word, const char *body)
{
	struct vd_diag diag = { 0 };
	p->is_done = false;
	p->n_done = 0;
	enum vd_err err =
		p->web.ask(p->web.ctx, vd_span_of(word), 1, vd_span_of(body), p, on_done, &diag);
	assert_int_equal(p->n_done, 0); // never from inside
	if (err != VD_OK) {
		snprintf(p->text, sizeof(p->text), "%s", diag.text);
	}
	return err;
}

static enum vd_err ask_and_wait(struct page_bench *p, const char *word, const char *body)
{
	assert_ok(ask(p, word, body));
	harness_until(&p->k->h, &p->is_done);
	harness_turns(&p->k->h, 4);
	assert_int_equal(p->n_done, 1);
	return p->err;
}

static bool is_signed_in(const struct account_bench *k)
{
	struct vd_credentials c;
	bool is_kept = vd_account_keeper_get(k->keeper, VD_SPAN("ti-x"), &c);
	vd_credentials_deinit(&c);
	return is_kept;
}

static void a_pasted_token_is_tried_then_kept(void **state)
{
	struct account_bench *k = *state;
	struct page_bench p = open_page(k);
	answers(k, "401 Unauthorized", "{\"title\":\"Unauthorized\"}");
	assert_err(ask_and_wait(&p, "token", "{\"account\":\"ti-x\",\"token\":\"bad\"}"),
		   VD_ERR_AUTH);
	assert_says(p.text, "refuses the new sign-in (401, Unauthorized)");
	assert_false(is_signed_in(k));
	answers(k, "200 OK", "{\"data\":{\"id\":\"7\",\"username\":\"other\"}}");
	assert_err(ask_and_wait(&p, "token", "{\"account\":\"ti-x\",\"token\":\"others\"}"),
		   VD_ERR_CONFLICT);
	assert_says(p.text, "that is \"other\" (7)");
	assert_false(is_signed_in(k));
	answers(k, "200 OK", ME);
	assert_ok(ask_and_wait(&p, "token", "{\"account\":\"ti-x\",\"token\":\"good\"}"));
	assert_says(p.json, "\"ok\":true,\"name\":\"TelecomItalia\"");
	assert_uses(k, "good");
	struct vd_credentials c;
	assert_true(vd_account_keeper_get(k->keeper, VD_SPAN("ti-x"), &c));
	assert_string_equal(c.set_by, "Anna");
	assert_null(strstr(p.json, "good"));
	vd_account_page_destroy(p.page);
}

static void a_kept_word_waits_for_the_disk(void **state)
{
	struct account_bench *k = *state;
	struct page_bench p = open_page(k);
	answers(k, "200 OK", ME);
	assert_ok(ask(&p, "token", "{\"account\":\"ti-x\",\"token\":\"good\"}"));
	for (int i = 0; i < MOST_TURNS && !p.is_done; i++) {
		k->b.store->broken = VD_ERR_DISK_FULL;
		harness_turn(&k->h);
	}
	vd_store_abort(k->b.store);
	assert_true(p.is_done);
	assert_true(p.err != VD_OK);
	assert_false(is_signed_in(k));
	vd_account_page_destroy(p.page);
}

static void x_is_signed_in_by_its_address(void **state)
{
	struct account_bench *k = *state;
	struct page_bench p = open_page(k);
	char body[256];
	assert_err(ask(&p, "finish", "{\"account\":\"ti-x\",\"pasted\":\"c\"}"), VD_ERR_STATE);
	assert_err(ask_and_wait(&p, "begin", "{\"account\":\"ti-x\"}"), VD_ERR_ARGUMENT);
	assert_says(p.text, "client id is missing");
	assert_ok(ask_and_wait(&p, "begin", "{\"account\":\"ti-x\",\"client_id\":\"app\"}"));
	const char *at = strstr(p.json, "state=");
	assert_non_null(at);
	assert_int_equal(k->script.n_requests, 0);
	assert_err(ask_and_wait(&p, "finish",
				"{\"account\":\"ti-x\",\"pasted\":\"https://localhost/?code=c&"
				"state=others\"}"),
		   VD_ERR_CONFLICT);
	assert_ok(ask_and_wait(&p, "begin", "{\"account\":\"ti-x\",\"client_id\":\"app\"}"));
	at = strstr(p.json, "state=");
	snprintf(body, sizeof(body),
		 "{\"account\":\"ti-x\",\"pasted\":\"https://localhost/?code=c1&%.49s\"}", at);
	answers(k, "200 OK", PAIR);
	assert_ok(ask(&p, "finish", body));
	until_heard(k, 1);
	assert_non_null(strstr(k->script.request, "grant_type=authorization_code&code=c1&"));
	answers(k, "200 OK", ME);
	harness_until(&k->h, &p.is_done);
	assert_ok(p.err);
	assert_uses(k, "t1");
	assert_null(strstr(p.json, "t1\""));
	vd_account_page_destroy(p.page);
}

static void an_address_is_open_for_ten_minutes(void **state)
{
	struct account_bench *k = *state;
	struct page_bench p = open_page(k);
	assert_ok(ask_and_wait(&p, "begin", "{\"account\":\"ti-x\",\"client_id\":\"app\"}"));
	advance_s(k, 601);
	assert_err(ask(&p, "finish", "{\"account\":\"ti-x\",\"pasted\":\"c\"}"), VD_ERR_STATE);
	assert_says(p.text, "too long ago");
	vd_account_page_destroy(p.page);
}

static void one_is_at_an_account_at_a_time(void **state)
{
	struct account_bench *k = *state;
	struct page_bench p = open_page(k);
	struct page_bench second = p;
	answers(k, NULL, NULL);
	assert_ok(ask(&p, "token", "{\"account\":\"ti-x\",\"token\":\"good\"}"));
	assert_err(ask(&second, "token", "{\"account\":\"ti-x\",\"token\":\"too\"}"),
		   VD_ERR_CONFLICT);
	assert_says(second.text, "somebody is at the sign-in of ti-x");
	until_heard(k, 1);
	vd_account_page_destroy(p.page); // nobody is called any more
	harness_turns(&k->h, 6);
	assert_int_equal(p.n_done, 0);
}

static void it_is_removed_whatever_the_network_says(void **state)
{
	struct account_bench *k = *state;
	struct page_bench p = open_page(k);
	sign_in(k, "t1", "r1");
	answers(k, "503 Busy", "{\"title\":\"Service Unavailable\"}");
	assert_ok(ask_and_wait(&p, "remove", "{\"account\":\"ti-x\"}"));
	assert_non_null(strstr(k->script.request, "POST /2/oauth2/revoke"));
	assert_non_null(strstr(k->script.request, "token=r1"));
	assert_says(p.json, "the network does not revoke it (503, Service Unavailable)");
	assert_false(is_signed_in(k));
	vd_account_page_destroy(p.page);
}

static void what_a_page_token_lacks_is_a_remark(void **state)
{
	struct account_bench *k = *state;
	struct vd_config_account *a = &k->config->accounts[0];
	struct page_bench p = open_page(k);
	snprintf(a->network, sizeof(a->network), "facebook");
	snprintf(a->user_id, sizeof(a->user_id), "200");
	static const char *const body =
		"{\"account\":\"ti-x\",\"token\":\"page\",\"app_id\":\"42\","
		"\"app_secret\":\"s\"}";
	answers(k, "200 OK", "{\"id\":\"200\",\"name\":\"TIM\"}");
	assert_ok(ask(&p, "token", body));
	until_heard(k, 1);
	answers(k, "200 OK",
		"{\"data\":{\"app_id\":\"43\",\"is_valid\":true,\"expires_at\":0,\"scopes\":[]}}");
	harness_until(&k->h, &p.is_done);
	assert_err(p.err, VD_ERR_CONFLICT);
	assert_says(p.text, "made for the app 43, not for 42");
	assert_false(is_signed_in(k));
	answers(k, "200 OK", "{\"id\":\"200\",\"name\":\"TIM\"}");
	assert_ok(ask(&p, "token", body));
	until_heard(k, 3);
	answers(k, "200 OK",
		"{\"data\":{\"app_id\":\"42\",\"is_valid\":true,\"expires_at\":1791000000,"
		"\"data_access_expires_at\":1798000000,\"scopes\":[\"pages_read_engagement\","
		"\"pages_read_user_content\",\"pages_manage_engagement\"]}}");
	harness_until(&k->h, &p.is_done);
	assert_ok(p.err);
	assert_says(p.json, "lacks pages_messaging (Messenger)");
	assert_says(p.json, "the token ends at 2026-10-03T");
	struct vd_credentials c;
	assert_true(vd_account_keeper_get(k->keeper, VD_SPAN("ti-x"), &c));
	assert_int_equal(vd_wall_to_s(c.ends), 1791000000);
	assert_int_equal(vd_wall_to_s(c.data_ends), 1798000000);
	assert_string_equal(c.scopes, "pages_read_engagement pages_read_user_content "
				      "pages_manage_engagement");
	vd_account_page_destroy(p.page);
}

static void words_that_cannot_be_are_refused_at_once(void **state)
{
	static const struct {
		const char *word;
		const char *body;
		enum vd_err err;
	} cases[] = {
		{ "token", "{\"account\":\"nobody\",\"token\":\"t\"}", VD_ERR_NOT_FOUND },
		{ "dance", "{\"account\":\"ti-x\"}", VD_ERR_NOT_FOUND },
		{ "token", "{\"account\":\"ti-x\"}", VD_ERR_ARGUMENT },
		{ "token", "not json", VD_ERR_SYNTAX },
	};
	struct account_bench *k = *state;
	struct page_bench p = open_page(k);
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		assert_err(ask(&p, cases[i].word, cases[i].body), cases[i].err);
	}
	harness_turns(&k->h, 4);
	assert_int_equal(k->script.n_requests, 0);
	vd_account_page_destroy(p.page);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, account_set_up, account_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_pasted_token_is_tried_then_kept),
		TEST(a_kept_word_waits_for_the_disk),
		TEST(x_is_signed_in_by_its_address),
		TEST(an_address_is_open_for_ten_minutes),
		TEST(one_is_at_an_account_at_a_time),
		TEST(it_is_removed_whatever_the_network_says),
		TEST(what_a_page_token_lacks_is_a_remark),
		TEST(words_that_cannot_be_are_refused_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
