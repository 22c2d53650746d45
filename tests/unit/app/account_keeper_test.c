// SPDX-License-Identifier: MIT
// Renewals with X's single-use refresh tokens: on disk before they are used, also over power cuts.
#include "account_bench.h"

#define NEW_PAIR                                                                            \
	"{\"token_type\":\"bearer\",\"expires_in\":1000,\"access_token\":\"t2\",\"scope\":" \
	"\"tweet.read\",\"refresh_token\":\"r2\"}"
#define SPENT                                                                                    \
	"{\"error\":\"invalid_request\",\"error_description\":\"Value passed for the token was " \
	"invalid.\"}"

/** The turn that is open is lost, as where the disk is full. */
static void lose_next_turn(struct account_bench *k)
{
	k->b.store->broken = VD_ERR_DISK_FULL;
}

static void a_pair_is_renewed_at_four_fifths(void **state)
{
	struct account_bench *k = *state;
	sign_in(k, "t1", "r1");
	assert_uses(k, "t1");
	struct vd_channels *none = begin_renewals(k);
	advance_s(k, DUE_S - 30);
	assert_int_equal(k->script.n_requests, 0);
	answers(k, "200 OK", NEW_PAIR);
	advance_s(k, 61); // it looks once a minute
	until_asked(k, 1);
	assert_non_null(strstr(k->script.request, "POST /2/oauth2/token "));
	assert_non_null(strstr(k->script.request,
			       "grant_type=refresh_token&refresh_token=r1&client_id=client-1"));
	assert_uses(k, "t2");
	assert_string_equal(words(k), "");
	cut_power(k); // and it is on disk
	assert_uses(k, "t2");
	answers(k, "200 OK", NEW_PAIR);
	vd_channels_destroy(none);
	none = begin_renewals(k);
	advance_s(k, DUE_S + 61);
	until_asked(k, 2);
	assert_non_null(strstr(k->script.request, "refresh_token=r2&"));
	vd_account_keeper_set_channels(k->keeper, NULL);
	vd_channels_destroy(none);
}

static void nothing_leaves_before_the_mark_is_on_disk(void **state)
{
	struct account_bench *k = *state;
	sign_in(k, "t1", "r1");
	struct vd_channels *none = begin_renewals(k);
	answers(k, "200 OK", NEW_PAIR);
	vd_fake_clock_advance(&k->h.fake, vd_dur_s(DUE_S + 1));
	for (int i = 0; i < 20; i++) {
		lose_next_turn(k);
		turn(&k->b);
	}
	assert_int_equal(k->script.n_requests, 0);
	vd_store_abort(k->b.store);
	advance_s(k, 60); // it is tried again
	until_asked(k, 1);
	assert_uses(k, "t2");
	vd_account_keeper_set_channels(k->keeper, NULL);
	vd_channels_destroy(none);
}

static void a_new_pair_is_not_used_before_it_is_on_disk(void **state)
{
	struct account_bench *k = *state;
	sign_in(k, "t1", "r1");
	struct vd_channels *none = begin_renewals(k);
	answers(k, "200 OK", NEW_PAIR);
	vd_fake_clock_advance(&k->h.fake, vd_dur_s(DUE_S + 1));
	for (int i = 0; i < MOST_TURNS && k->script.n_requests == 0; i++) {
		harness_turn(&k->h);
	}
	for (int i = 0; i < 20; i++) { // the answer comes while the disk takes nothing
		lose_next_turn(k);
		turn(&k->b);
	}
	assert_uses(k, "t1");
	vd_store_abort(k->b.store);
	advance_s(k, 60);
	assert_uses(k, "t2"); // kept later, without a second request: r1 is spent
	assert_int_equal(k->script.n_requests, 1);
	vd_account_keeper_set_channels(k->keeper, NULL);
	vd_channels_destroy(none);
}

static void a_power_cut_under_a_renewal_is_told(void **state)
{
	struct account_bench *k = *state;
	sign_in(k, "t1", "r1");
	struct vd_channels *none = begin_renewals(k);
	answers(k, NULL, NULL); // it hears the request, and the power goes
	advance_s(k, DUE_S + 1);
	until_asked(k, 1);
	cut_power(k);
	vd_channels_destroy(none);
	assert_uses(k, "t1"); // good for a while yet, perhaps
	answers(k, "400 Bad Request", SPENT);
	none = begin_renewals(k);
	advance_s(k, 1); // asked at once: nobody knows which pair is good
	until_asked(k, 2);
	assert_non_null(strstr(k->script.request, "refresh_token=r1&"));
	assert_says(words(k), "a renewal was cut off, its refresh token is spent");
	assert_says(words(k), "vedetta account add ti-x");
	sign_in(k, "t3", "r3"); // a person does
	assert_string_equal(words(k), "");
	assert_uses(k, "t3");
	vd_account_keeper_set_channels(k->keeper, NULL);
	vd_channels_destroy(none);
}

static const struct {
	const char *name;
	const char *status;
	const char *body;
	const char *says;
	bool is_final; // nothing more is asked in the next hour
} refusals[] = {
	{ "spent", "400 Bad Request", SPENT, "sign in again: vedetta account add ti-x", true },
	{ "wrong app", "401 Unauthorized",
	  "{\"error\":\"unauthorized_client\",\"error_description\":\"Missing valid "
	  "authorization header\"}",
	  "401, Missing valid authorization header", true },
	{ "an outage", "503 Busy", "{\"title\":\"Service Unavailable\"}", "is not answered",
	  false },
	{ "a page", "200 OK", "<html>sign in to this network</html>", "is not answered", false },
	{ "a refusal that is none of OAuth's", "403 Forbidden", "{\"detail\":\"no\"}",
	  "is not answered", false },
};

static void a_refusal_asks_a_person_an_outage_waits(void **state)
{
	struct account_bench *k = *state;
	struct vd_channels *none = begin_renewals(k);
	for (size_t i = 0; i < VD_ARRAY_LEN(refusals); i++) {
		int before = k->script.n_requests;
		sign_in(k, "t1", "r1");
		answers(k, refusals[i].status, refusals[i].body);
		advance_s(k, DUE_S + 1);
		until_asked(k, before + 1);
		assert_says(words(k), refusals[i].says);
		assert_uses(k, "t1");
		for (int minute = 0; minute < 60; minute++) {
			advance_s(k, 60);
			harness_turn(&k->h);
		}
		bool is_over = k->script.n_requests == before + 1;
		assert_row(is_over == refusals[i].is_final, refusals[i].name);
	}
	vd_account_keeper_set_channels(k->keeper, NULL);
	vd_channels_destroy(none);
}

static void what_ran_out_while_the_box_was_off_is_renewed_at_once(void **state)
{
	struct account_bench *k = *state;
	sign_in(k, "t1", "r1");
	cut_power(k);
	vd_fake_clock_advance(&k->h.fake, vd_dur_s(5 * 86400));
	answers(k, "200 OK", NEW_PAIR);
	struct vd_channels *none = begin_renewals(k);
	advance_s(k, 1);
	until_asked(k, 1);
	assert_uses(k, "t2");
	vd_account_keeper_set_channels(k->keeper, NULL);
	vd_channels_destroy(none);
}

// The box believes in 1970, so no timer fires; the network's refusal tells.
static void a_wrong_clock_hides_no_end(void **state)
{
	struct account_bench *k = *state;
	sign_in(k, "t1", "r1");
	cut_power(k);
	k->h.fake.is_trusted = false;
	k->h.fake.wall = vd_wall_s(3600);
	answers(k, "200 OK", NEW_PAIR);
	struct vd_channels *none = begin_renewals(k);
	advance_s(k, 3600);
	assert_int_equal(k->script.n_requests, 0);
	assert_says(words(k), "it is being renewed"); // X said 401
	until_asked(k, 1);
	assert_uses(k, "t2");
	advance_s(k, 1);
	assert_string_equal(words(k), ""); // but not again and again
	harness_turns(&k->h, 20);
	assert_int_equal(k->script.n_requests, 1);
	vd_account_keeper_set_channels(k->keeper, NULL);
	vd_channels_destroy(none);
}

static void who_signs_out_is_renewed_no_more(void **state)
{
	struct account_bench *k = *state;
	struct vd_diag diag = { 0 };
	struct vd_credentials out;
	struct vd_device_key key = { 0 };
	sign_in(k, "t1", "r1");
	struct vd_channels *none = begin_renewals(k);
	answers(k, NULL, NULL);
	advance_s(k, DUE_S + 1);
	until_asked(k, 1); // and the answer is on its way
	k->told = (struct told){ 0 };
	assert_ok(vd_account_keeper_sign_out(k->keeper, VD_SPAN("ti-x"), "Anna", 1, &k->told, tell,
					     &diag));
	turn(&k->b);
	assert_ok(k->told.result.err);
	advance_s(k, 3600);
	assert_int_equal(k->script.n_requests, 1);
	assert_false(vd_account_keeper_get(k->keeper, VD_SPAN("ti-x"), &out));
	assert_says(words(k), "nobody is signed in");
	assert_ok(vd_secrets_open(k->b.store, k->b.dir, &k->h.rng, &key, &diag));
	assert_err(vd_secrets_get(k->b.store, &key, "ti-x", &out, &diag), VD_ERR_NOT_FOUND);
	vd_account_keeper_set_channels(k->keeper, NULL);
	vd_channels_destroy(none);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, account_set_up, account_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_pair_is_renewed_at_four_fifths),
		TEST(nothing_leaves_before_the_mark_is_on_disk),
		TEST(a_new_pair_is_not_used_before_it_is_on_disk),
		TEST(a_power_cut_under_a_renewal_is_told),
		TEST(a_refusal_asks_a_person_an_outage_waits),
		TEST(what_ran_out_while_the_box_was_off_is_renewed_at_once),
		TEST(a_wrong_clock_hides_no_end),
		TEST(who_signs_out_is_renewed_no_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
