// SPDX-License-Identifier: MIT
#include "facebook_fixture.h"

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
		{ "{\"error\":{\"code\":100,\"message\":\"Invalid appsecret_proof provided\"}}",
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
	// An hour later as many as before.
	fixture_run_for(f, 3000);
	assert_int_equal(fixture_count(f, "&limit=24"), 0);
	fixture_run_for(f, 1200);
	assert_true(fixture_count(f, "&limit=24") > 0);
	fixture_run_for(f, 3700);
	assert_true(fixture_count(f, "&limit=25") > 1);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usage_figures_are_obeyed),
		cmocka_unit_test(a_high_figure_stops_no_reply),
		cmocka_unit_test(what_is_for_the_whole_account_ends_the_poll),
		cmocka_unit_test(asks_for_less),
		cmocka_unit_test(a_limit_code_waits),
		cmocka_unit_test(trouble_with_messages_leaves_the_posts_alone),
	};
	return cmocka_run_group_tests_name("channel/facebook_limits", tests, NULL, NULL);
}
