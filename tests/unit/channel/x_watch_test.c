// SPDX-License-Identifier: MIT
// What X's channel does beside the newest mentions: whole days again, open posts again, followers,
// what was lost, what was billed.
#include "x_fixture.h"

#define SNOWFLAKE(s) (long long)(((s)*1000 - 1288834974657LL) << 22)

static void set_cursor(struct fixture *f, const char *name, long long value)
{
	snprintf(fixture_cursor(f, 0, name), 256, "%lld", value);
}

static struct fixture *make_slow_x(void)
{
	struct fixture *f = make_x();
	f->accounts[0].period = vd_dur_s(1800);
	return f;
}

static void a_whole_day_is_read_again_every_six_hours(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	char day[40];
	snprintf(day, sizeof(day), "since_id=%lld", SNOWFLAKE(START_S - 86400));
	set_cursor(f, "mentions", SNOWFLAKE(START_S - 60));
	set_cursor(f, "swept", START_S - 6 * 3600);
	open_x(f);
	fixture_run_polls(f, 2);
	assert_non_null(strstr(fixture_url(f, MENTIONS, 0), day));
	assert_null(strstr(fixture_url(f, MENTIONS, 1), day));
	assert_true(atoll(fixture_cursor(f, 0, "swept")) >= START_S);
	fixture_free(f);
}

static void a_sweep_that_failed_is_done_again(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	set_cursor(f, "mentions", SNOWFLAKE(START_S - 60));
	set_cursor(f, "swept", 5);
	fixture_script(f, (struct answer){ .match = MENTIONS, .status = 503, .body = "" });
	open_x(f);
	fixture_run_polls(f, 1);
	assert_string_equal(fixture_cursor(f, 0, "swept"), "5");
	fixture_free(f);
}

#define BAD_TOKEN                                                                             \
	"{\"errors\":[{\"parameters\":{\"pagination_token\":[\"t2\"]},\"message\":\"The "     \
	"'pagination_token' query parameter value [t2] is not a valid token\"}],\"title\":\"" \
	"Invalid Request\"}"

static void a_lost_place_in_a_list_starts_it_again_once(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, MENTIONS, PAGE(POST_OF("09", "7", ""), ",\"next_token\":\"t2\""));
	fixture_script(f, (struct answer){ .match = "pagination_token=t2",
					   .status = 400,
					   .body = BAD_TOKEN });
	script(f, MENTIONS, PAGE(POST_OF("09", "7", ""), ",\"next_token\":\"t4\""));
	fixture_script(f, (struct answer){ .match = "pagination_token=t4",
					   .status = 400,
					   .body = BAD_TOKEN });
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(fixture_count(f, MENTIONS), 4); // not a fifth time
	assert_int_equal(f->health[0], VD_HEALTH_REFUSED);
	assert_string_equal(fixture_cursor(f, 0, "mentions"), "");
	fixture_free(f);
}

static void what_x_no_longer_knows_is_said(void **state)
{
	(void)state;
	struct fixture *f = make_slow_x();
	set_cursor(f, "mentions", SNOWFLAKE(START_S - 20 * 86400));
	set_cursor(f, "dm", SNOWFLAKE(START_S - 20 * 86400));
	set_cursor(f, "swept", START_S - 20 * 86400);
	set_cursor(f, "dm_read", START_S - 20 * 86400);
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_non_null(strstr(f->detail[0],
			       "X goes back 7 days: look by hand for replies without our name"));
	assert_non_null(strstr(f->detail[0], "from 2026-09-15T14:00"));
	fixture_run_for(f, 4000); // it is still said when the cursor has moved on
	assert_non_null(strstr(f->detail[0], "look by hand"));
	fixture_run_for(f, 87000);
	assert_string_equal(f->detail[0], "");
	fixture_free(f);

	f = make_x();
	set_cursor(f, "dm", SNOWFLAKE(START_S - 31 * 86400));
	set_cursor(f, "dm_read", START_S - 31 * 86400);
	open_x(f);
	fixture_run_polls(f, 1);
	assert_non_null(
		strstr(f->detail[0], "X goes back 30 days: look by hand for direct messages"));
	fixture_free(f);
	// nothing was written for weeks, but everything was read: nothing is lost
	f = make_slow_x();
	set_cursor(f, "mentions", SNOWFLAKE(START_S - 60 * 86400));
	set_cursor(f, "dm", SNOWFLAKE(START_S - 60 * 86400));
	set_cursor(f, "swept", START_S - 6 * 3600);
	set_cursor(f, "dm_read", START_S - 86400);
	open_x(f);
	fixture_run_polls(f, 1);
	assert_string_equal(f->detail[0], "");
	fixture_free(f);
}

static void open_posts_are_looked_at_once_a_day(void **state)
{
	(void)state;
	struct fixture *f = make_slow_x();
	f->open_ids[f->n_open_ids++] = ID("08");
	f->open_ids[f->n_open_ids++] = "dm-is-none";
	f->open_ids[f->n_open_ids++] = ID("06");
	f->open_ids[f->n_open_ids++] = ID("08");
	script(f, LOOKUP,
	       "{\"data\":[" POST_OF(
		       "09", "7",
		       ",\"edit_history_tweet_ids\":[\"" ID("08") "\",\"" ID(
			       "09") "\"]") "]"
					    ",\"errors\":[{\"resource_id\":\"" ID(
						    "06") "\",\"type\":\"https://api.x.com/2/"
							  "problems/resource-not-found\"}]}");
	open_x(f);
	fixture_run_for(f, 3600);
	assert_int_equal(fixture_count(f, LOOKUP), 1);
	assert_non_null(strstr(fixture_url(f, LOOKUP, 0), "ids=" ID("06") "," ID("08") "&"));
	assert_int_equal(f->n_deleted, 1);
	assert_string_equal(f->deleted_id, ID("06"));
	assert_int_equal(f->n_messages, 1); // the new words, under the old name
	assert_string_equal(f->messages[0].message.network_id, ID("08"));
	assert_string_equal(f->messages[0].text, "text 09");
	fixture_free(f);
}

static void a_look_at_open_posts_that_fails_is_no_deletion(void **state)
{
	(void)state;
	struct fixture *f = make_slow_x();
	f->open_ids[f->n_open_ids++] = ID("08");
	fixture_script(f, (struct answer){ .match = LOOKUP, .status = 404, .body = "{}" });
	script(f, LOOKUP, "{\"data\":[" POST_OF("08", "7", "") "]}");
	open_x(f);
	fixture_run_for(f, 2500);
	assert_int_equal(f->n_deleted, 0);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD); // nobody waits for it
	assert_int_equal(fixture_count(f, LOOKUP), 1);
	fixture_run_for(f, 4000);
	assert_int_equal(fixture_count(f, LOOKUP), 2);
	fixture_free(f);
}

static void many_open_posts_take_several_requests(void **state)
{
	(void)state;
	static char ids[150][24];
	struct fixture *f = make_x();
	for (size_t i = 0; i < VD_ARRAY_LEN(ids); i++) { // highest first
		snprintf(ids[i], sizeof(ids[i]), "%zu", 1999 - i);
		f->open_ids[f->n_open_ids++] = ids[i];
	}
	fixture_script(f, (struct answer){ .match = LOOKUP,
					   .status = 200,
					   .body = "{\"data\":[]}",
					   .stays = true });
	open_x(f);
	fixture_run_polls(f, 4);
	assert_int_equal(fixture_count(f, LOOKUP), 2);
	assert_non_null(strstr(fixture_url(f, LOOKUP, 0), "ids=1850,1851,"));
	assert_non_null(strstr(fixture_url(f, LOOKUP, 0), ",1949&"));
	assert_non_null(strstr(fixture_url(f, LOOKUP, 1), "ids=1950,1951,"));
	assert_non_null(strstr(fixture_url(f, LOOKUP, 1), ",1999&"));
	fixture_free(f);
}

static void followers_are_told_four_times_a_day(void **state)
{
	(void)state;
	struct fixture *f = make_slow_x();
	f->accounts[0].rivals = "@VodafoneIT, windtre,not a handle,,this_is_too_long_a_name";
	script(f, USERS_BY,
	       "{\"data\":[{\"id\":\"1\",\"username\":\"TelecomItalia\",\"public_metrics\":{"
	       "\"followers_count\":204513}},{\"id\":\"9\",\"username\":\"VodafoneIT\","
	       "\"public_metrics\":{\"followers_count\":7}}]}");
	open_x(f);
	fixture_run_for(f, 6 * 3600 - 60);
	assert_int_equal(fixture_count(f, USERS_BY), 1);
	assert_non_null(strstr(fixture_url(f, USERS_BY, 0),
			       "usernames=TelecomItalia,VodafoneIT,windtre&user.fields="
			       "public_metrics"));
	assert_int_equal(f->n_presence, 2);
	assert_string_equal(f->presence[0].handle, "TelecomItalia");
	assert_int_equal(f->presence[0].followers, 204513);
	assert_string_equal(f->presence[1].handle, "VodafoneIT");
	assert_int_equal(fixture_bill(f, VD_RESOURCE_USER), 2);
	fixture_free(f);
}

static void what_is_read_is_billed_by_id(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	f->accounts[0].is_app_owner = true;
	script(f, MENTIONS, PAGE(POST_OF("09", "7", "") "," POST_OF("08", "7", ""), USERS));
	script(f, DMS,
	       "{\"data\":[{\"id\":\"70\",\"text\":\"ciao\",\"sender_id\":\"7\","
	       "\"dm_conversation_id\":\"1-7\"}],\"meta\":{}}");
	f->threads[0].thread = ID("01");
	f->threads[0].root = ID("01");
	f->n_threads = 1;
	script(f, SEARCH, PAGE(POST_OF("07", "8", REPLY_TO("01")), ""));
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_billed, 4);
	assert_string_equal(f->billed[0].id, ID("09"));
	assert_int_equal(f->billed[0].resource, VD_RESOURCE_POST);
	assert_true(f->billed[0].is_owned);
	assert_int_equal(f->billed[2].resource, VD_RESOURCE_DM_EVENT);
	assert_false(f->billed[2].is_owned);
	assert_string_equal(f->billed[3].id, ID("07"));
	assert_false(f->billed[3].is_owned); // of the search: not a list of our own
	fixture_free(f);
}

static void a_cap_waits_for_a_new_day(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *body;
		int64_t least_s;
		int64_t most_s;
	} cases[] = {
		{ 429,
		  "{\"title\":\"UsageCapExceeded\",\"period\":\"Monthly\",\"type\":\"https://"
		  "api.twitter.com/2/problems/usage-capped\"}",
		  10 * 3600, 10 * 3600 + 120 }, // 14:00 to midnight
		{ 402, "{\"title\":\"CreditsDepleted\"}", 3600, 3700 },
		{ 403, "{\"title\":\"SpendCapReached\",\"detail\":\"spend cap\"}", 3600, 3700 },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct fixture *f = make_x();
		fixture_script(f, (struct answer){ .match = MENTIONS,
						   .status = cases[i].status,
						   .body = cases[i].body });
		open_x(f);
		fixture_run_polls(f, 1);
		assert_row(f->health[0] == VD_HEALTH_MONEY, cases[i].body);
		int64_t began = f->fake.mono.us;
		fixture_run_for(f, cases[i].least_s - 60);
		assert_row(f->n_urls == 1, cases[i].body); // nothing at all: the account rests
		fixture_run_polls(f, 2);
		int64_t waited_s = (f->fake.mono.us - began) / VD_US_PER_S;
		assert_row(waited_s >= cases[i].least_s && waited_s <= cases[i].most_s,
			   cases[i].body);
		fixture_free(f);
	}
}

static void the_first_page_of_messages_of_a_day_is_small(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	set_cursor(f, "dm", SNOWFLAKE(START_S - 3600));
	open_x(f);
	fixture_run_for(f, 200);
	assert_non_null(strstr(fixture_url(f, DMS, 0), "max_results=5&"));
	assert_non_null(strstr(fixture_url(f, DMS, 1), "max_results=20&"));
	fixture_free(f);
}

static void quotes_that_name_us_are_messages(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, MENTIONS,
	       PAGE(POST_OF("08", "7",
			    ",\"referenced_tweets\":[{\"type\":\"quoted\",\"id\":\"5\"}]"),
		    ""));
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 1);
	assert_string_equal(f->messages[0].message.parent_id, "");
	fixture_free(f);
}

static void requests_are_signed_where_the_keys_are(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	struct vd_channel_account *a = &f->accounts[0];
	f->is_signed = true;
	vd_secret_deinit(&a->token);
	assert_ok(vd_secret_set(&a->consumer_key, VD_SPAN("ck")));
	assert_ok(vd_secret_set(&a->consumer_secret, VD_SPAN("cs")));
	assert_ok(vd_secret_set(&a->oauth1_token, VD_SPAN("ot")));
	assert_ok(vd_secret_set(&a->oauth1_token_secret, VD_SPAN("os")));
	fixture_script(f, (struct answer){ .match = MENTIONS,
					   .status = 401,
					   .body = "{}",
					   .header = "Date: Mon, 05 Oct 2026 15:00:00 GMT" });
	open_x(f);
	fixture_run_polls(f, 1);
	assert_non_null(
		strstr(f->authorisation, "OAuth oauth_consumer_key=\"ck\", oauth_nonce=\""));
	assert_non_null(strstr(f->authorisation, "oauth_token=\"ot\""));
	assert_non_null(strstr(f->authorisation, "oauth_timestamp=\"17912088"));
	assert_null(strstr(f->authorisation, "Bearer"));
	char first[2048];
	memcpy(first, f->authorisation, sizeof(first));
	fixture_run_polls(f, 2);
	// by the network's clock, whatever ours says
	assert_non_null(strstr(f->authorisation, "oauth_timestamp=\"17912124"));
	assert_string_not_equal(first, f->authorisation);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	fixture_free(f);
}

#define QUOTES(id) "/2/tweets/" ID(id) "/quote_tweets?max_results="
#define COUNTED(id, reposts, quotes) \
	POST_OF(id, "1",             \
		",\"public_metrics\":{\"retweet_count\":" reposts ",\"quote_count\":" quotes "}")
#define QUOTE_OF(id, what)                                      \
	POST_OF(id, "7",                                        \
		",\"referenced_tweets\":[{\"type\":\"quoted\"," \
		"\"id\":\"" ID(what) "\"}]")
#define LATEST OWN "?max_results=10"

// A quote need not name us: it is asked for where X counts more of them than were read.
static void quotes_of_our_posts_are_read_once(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, LATEST, PAGE(COUNTED("09", "3", "2") "," COUNTED("05", "0", "0"), ""));
	script(f, QUOTES("09"),
	       PAGE(QUOTE_OF("12", "09") "," QUOTE_OF("11", "09"), ",\"next_token\":\"more\""));
	script(f, LATEST, PAGE(COUNTED("09", "4", "2") "," COUNTED("05", "0", "0"), ""));
	script(f, LATEST, PAGE(COUNTED("09", "4", "3") "," COUNTED("05", "0", "0"), ""));
	script(f, QUOTES("09"), PAGE(QUOTE_OF("13", "09"), ""));
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 2); // the page that is enough is the last one
	assert_string_equal(f->messages[0].message.network_id, ID("11"));
	assert_int_equal(f->messages[0].message.direction, VD_DIRECTION_IN);
	assert_string_equal(fixture_cursor(f, 0, "quotes"), ID("09") "=2");
	assert_int_equal(f->n_passed_on, 1);
	assert_int_equal(f->passed_on[0].shares, 3);
	assert_int_equal(fixture_bill(f, VD_RESOURCE_POST), 4); // what was read was paid for
	fixture_run_for(f, 1800);
	assert_int_equal(fixture_count(f, LATEST), 3); // each quarter of an hour
	assert_int_equal(fixture_count(f, QUOTES("09")), 2);
	assert_int_equal(f->n_messages, 3);
	assert_string_equal(fixture_cursor(f, 0, "quotes"), ID("09") "=3");
	assert_string_equal(fixture_cursor(f, 0, "mentions"), ""); // no list's place moves
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	fixture_free(f);
}

static void a_past_of_quotes_is_not_bought(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, LATEST,
	       "{\"data\":[{\"id\":\"1000000000000000001\",\"text\":\"t\",\"author_id\":\"1\","
	       "\"public_metrics\":{\"retweet_count\":9,\"quote_count\":900}}],\"meta\":{}}");
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(fixture_count(f, "/quote_tweets"), 0);
	assert_string_equal(fixture_cursor(f, 0, "quotes"), "1000000000000000001=900");
	fixture_free(f);
}

static void quotes_that_are_refused_are_no_trouble(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, LATEST, PAGE(COUNTED("09", "3", "2"), ""));
	fixture_script(f, (struct answer){ .match = QUOTES("09"), .status = 403, .body = "{}" });
	open_x(f);
	fixture_run_polls(f, 2);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_int_equal(fixture_count(f, "/quote_tweets"), 1);
	fixture_free(f);
}

#define RETWEET_OF(id, what, count)                                \
	POST_OF(id, "7",                                           \
		",\"referenced_tweets\":[{\"type\":\"retweeted\"," \
		"\"id\":\"" ID(what) "\"}],\"public_metrics\":{"   \
				     "\"retweet_count\":" count ",\"quote_count\":0}")

static void a_retweet_counts_on_its_post(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, MENTIONS, PAGE(RETWEET_OF("21", "08", "5"), ""));
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 0);
	assert_int_equal(f->n_passed_on, 1);
	assert_string_equal(f->passed_on[0].id, ID("08"));
	assert_int_equal(f->passed_on[0].shares, 5);
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_of_our_posts_are_read_once),
		cmocka_unit_test(a_past_of_quotes_is_not_bought),
		cmocka_unit_test(quotes_that_are_refused_are_no_trouble),
		cmocka_unit_test(a_retweet_counts_on_its_post),
		cmocka_unit_test(a_whole_day_is_read_again_every_six_hours),
		cmocka_unit_test(a_sweep_that_failed_is_done_again),
		cmocka_unit_test(a_lost_place_in_a_list_starts_it_again_once),
		cmocka_unit_test(what_x_no_longer_knows_is_said),
		cmocka_unit_test(open_posts_are_looked_at_once_a_day),
		cmocka_unit_test(a_look_at_open_posts_that_fails_is_no_deletion),
		cmocka_unit_test(many_open_posts_take_several_requests),
		cmocka_unit_test(followers_are_told_four_times_a_day),
		cmocka_unit_test(what_is_read_is_billed_by_id),
		cmocka_unit_test(a_cap_waits_for_a_new_day),
		cmocka_unit_test(the_first_page_of_messages_of_a_day_is_small),
		cmocka_unit_test(quotes_that_name_us_are_messages),
		cmocka_unit_test(requests_are_signed_where_the_keys_are),
	};
	return cmocka_run_group_tests_name("channel/x_watch", tests, NULL, NULL);
}
