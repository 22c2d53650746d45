// SPDX-License-Identifier: MIT
#include "x_fixture.h"

static void hands_over_oldest_first_and_then_moves_the_cursor(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, MENTIONS,
	       "{\"data\":[" POST_OF("09", "1", REPLY_TO("08")) "," POST_OF(
		       "08", "7", "") "]" USERS ",\"meta\":{\"next_token\":\"t2\"}}");
	script(f, "pagination_token=t2", "{\"meta\":{\"result_count\":0,\"next_token\":\"t3\"}}");
	script(f, "pagination_token=t3",
	       PAGE(POST_OF("02", "7",
			    ",\"edit_history_tweet_ids\":[\"" ID("01") "\",\"" ID("02") "\"]"),
		    ""));
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_int_equal(f->n_messages, 3);
	assert_string_equal(f->messages[0].message.network_id, ID("01")); // the first version's
	assert_string_equal(f->messages[1].message.network_id, ID("08"));
	assert_string_equal(f->messages[1].message.author_handle, "mrossi");
	assert_string_equal(f->messages[1].message.thread_id, ID("01"));
	assert_string_equal(f->messages[1].text, "text 08");
	assert_int_equal(f->messages[1].message.direction, VD_DIRECTION_IN);
	assert_int_equal(f->messages[2].message.direction, VD_DIRECTION_OUT);
	assert_string_equal(f->messages[2].message.parent_id, ID("08"));
	assert_string_equal(fixture_cursor(f, 0, "mentions"), ID("09"));
	assert_non_null(strstr(fixture_url(f, MENTIONS, 0), "start_time=2026-09-28T14"));
	fixture_free(f);
}

static void reads_again_what_may_have_come_late(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	char recent[24];
	char since[24];
	snprintf(recent, sizeof(recent), "%lld", ((START_S - 60) * 1000 - 1288834974657LL) << 22);
	snprintf(since, sizeof(since), "since_id=%lld",
		 ((START_S - 900) * 1000 - 1288834974657LL) << 22);
	snprintf(fixture_cursor(f, 0, "mentions"), 256, "%s", recent);
	snprintf(fixture_cursor(f, 0, "swept"), 256, "%lld", (long long)START_S - 3600);
	open_x(f);
	fixture_run_polls(f, 1);
	assert_non_null(strstr(fixture_url(f, MENTIONS, 0), since));
	assert_string_equal(fixture_cursor(f, 0, "mentions"), recent); // never back
	fixture_free(f);
	// older than that: from where we stopped
	f = make_x();
	snprintf(fixture_cursor(f, 0, "swept"), 256, "%lld", (long long)START_S - 3600);
	snprintf(fixture_cursor(f, 0, "mentions"), 256, "%s", ID("05"));
	open_x(f);
	fixture_run_polls(f, 1);
	assert_non_null(strstr(fixture_url(f, MENTIONS, 0), "since_id=" ID("05")));
	fixture_free(f);
}

static void a_lost_turn_keeps_the_cursor(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, MENTIONS, PAGE(POST_OF("08", "7", ""), ",\"next_token\":\"t2\""));
	script(f, "pagination_token=t2", PAGE(POST_OF("02", "7", ""), ""));
	f->lose_after = 2;
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 2);
	assert_string_equal(fixture_cursor(f, 0, "mentions"), "");
	fixture_free(f);
}

static void a_failed_page_keeps_the_cursor_but_not_the_messages(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, MENTIONS, PAGE(POST_OF("08", "7", ""), ",\"next_token\":\"t2\""));
	fixture_script(f, (struct answer){ .match = "pagination_token=t2",
					   .status = 200,
					   .body = "{\"data\":[" });
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 1);
	assert_int_equal(f->health[0], VD_HEALTH_MALFORMED);
	assert_string_equal(fixture_cursor(f, 0, "mentions"), "");
	assert_int_equal(fixture_count(f, DMS), 1); // the rest of the poll goes on
	fixture_free(f);
}

static void a_poisoned_item_blocks_nothing(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, MENTIONS,
	       PAGE(POST_OF("08", "7", "") ",{\"id\":\"" ID(
			    "07") "\"},{\"id\":\"9999999999999999999\","
				  "\"text\":\"from the future\",\"author_id\":\"7\"}",
		    ""));
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 2);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_string_equal(fixture_cursor(f, 0, "mentions"), ID("08"));
	fixture_free(f);
}

static void a_full_disk_stops_the_poll(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, MENTIONS, PAGE(POST_OF("08", "7", ""), ""));
	f->store_err = VD_ERR_DISK_FULL;
	open_x(f);
	fixture_run_polls(f, 1);
	assert_string_equal(fixture_cursor(f, 0, "mentions"), "");
	assert_non_null(strstr(f->detail[0], "the disk is full"));
	assert_int_equal(fixture_count(f, DMS), 0);
	fixture_free(f);
}

static void switches_the_dialect_once_and_remembers(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	fixture_script(f, (struct answer){ .match = "tweet.fields",
					   .status = 400,
					   .body = "{\"errors\":[{\"parameters\":{\"tweet.fields\":"
						   "[\"x\"]},\"message\":\"no\"}]}" });
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_string_equal(fixture_cursor(f, 0, "dialect"), "post");
	assert_int_equal(fixture_count(f, "tweet.fields"), 1);
	assert_true(fixture_count(f, "post.fields") >= 1);
	fixture_free(f);
	f = make_x(); // neither is known: refused, not for ever in circles
	fixture_script(f, (struct answer){ .match = MENTIONS,
					   .status = 400,
					   .stays = true,
					   .body = "{\"errors\":[{\"parameters\":{\"expansions\":["
						   "\"x\"]},\"message\":\"no\"}]}" });
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_REFUSED);
	assert_int_equal(fixture_count(f, MENTIONS), 2);
	fixture_free(f);
}

static void goes_on_from_the_oldest_id_that_is_allowed(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	snprintf(fixture_cursor(f, 0, "mentions"), 256, "5");
	fixture_script(f,
		       (struct answer){
			       .match = "since_id=5",
			       .status = 400,
			       .body = "{\"errors\":[{\"message\":\"'since_id' must be a tweet id "
				       "created after x. Please use a "
				       "'since_id' that is larger than 2089996193672200192\"}]}" });
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_int_equal(fixture_count(f, "since_id=2089996193672200192"), 1);
	fixture_free(f);
}

static void obeys_a_429(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	fixture_script(f, (struct answer){ .match = MENTIONS,
					   .status = 429,
					   .body = "{}",
					   .header = "Retry-After: 300" });
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_RATE);
	fixture_run_for(f, 299);
	assert_int_equal(fixture_count(f, MENTIONS), 1);
	fixture_run_for(f, 30);
	assert_int_equal(fixture_count(f, MENTIONS), 2);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	fixture_free(f);
}

static void direct_messages_keep_to_their_own_pace(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	open_x(f);
	fixture_run_for(f, 900);
	assert_true(fixture_count(f, DMS) <= 12);
	assert_true(fixture_count(f, DMS) >= 6);
	assert_true(fixture_count(f, MENTIONS) >= 14);
	assert_true(fixture_count(f, MENTIONS) <= 17);
	fixture_free(f);
}

#define DM_OF(id, sender)                                                           \
	"{\"id\":\"" ID(id) "\",\"event_type\":\"MessageCreate\",\"text\":\"dm " id \
			    "\",\"sender_id\":\"" sender "\",\"dm_conversation_id\":\"1-7\"}"

static void reads_direct_messages_down_to_what_it_knows(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	snprintf(fixture_cursor(f, 0, "dm"), 256, "%s", ID("04"));
	script(f, DMS, PAGE(DM_OF("09", "1") "," DM_OF("08", "7"), ",\"next_token\":\"t2\""));
	script(f, "pagination_token=t2",
	       PAGE(DM_OF("06", "7") "," DM_OF("03", "7"), ",\"next_token\":\"t3\""));
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(fixture_count(f, "pagination_token=t3"), 0);
	assert_int_equal(f->n_messages, 3);
	assert_string_equal(f->messages[0].message.network_id, ID("06"));
	assert_string_equal(f->messages[0].message.thread_id, "dm:1-7");
	assert_int_equal(f->messages[0].message.visibility, VD_VISIBILITY_PRIVATE);
	assert_int_equal(f->messages[2].message.direction, VD_DIRECTION_OUT);
	assert_string_equal(fixture_cursor(f, 0, "dm"), ID("09"));
	fixture_free(f);
}

static void a_missing_scope_for_messages_leaves_the_mentions_alone(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	fixture_script(f, (struct answer){ .match = DMS,
					   .status = 403,
					   .stays = true,
					   .body = "{\"title\":\"Forbidden\",\"detail\":"
						   "\"Forbidden\",\"type\":\"about:blank\"}" });
	open_x(f);
	fixture_run_for(f, 600);
	assert_int_equal(f->health[0],
			 VD_HEALTH_PERMISSION); // also while they are left out: we are blind there
	assert_non_null(strstr(f->detail[0], "direct messages"));
	assert_true(fixture_count(f, MENTIONS) >= 9);
	assert_int_equal(fixture_count(f, DMS), 1);
	fixture_free(f);
}

static void own_posts_and_threads_only_while_something_is_open(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(fixture_count(f, OWN "?max_results=100"), 0);
	assert_int_equal(fixture_count(f, SEARCH), 0);
	fixture_free(f);

	f = make_x();
	f->threads[0].thread = "dm:1-7";
	f->threads[0].root = "1";
	f->threads[1].thread = ID("01");
	f->threads[1].root = ID("01");
	f->n_threads = 2;
	script(f, OWN, PAGE(POST_OF("09", "1", REPLY_TO("08")) "," POST_OF("05", "1", ""), ""));
	script(f, SEARCH,
	       PAGE(POST_OF("08", "8", REPLY_TO("01")) "," POST_OF("07", "2", REPLY_TO("01")), ""));
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(fixture_count(f, "query=conversation_id%3A" ID("01")), 1);
	assert_int_equal(fixture_count(f, SEARCH), 1);
	assert_int_equal(f->n_messages, 3); // an own post that answers nobody is left out
	assert_int_equal(f->messages[0].message.direction, VD_DIRECTION_OUT);
	assert_string_equal(fixture_cursor(f, 0, "own"), ID("09"));
	assert_int_equal(f->messages[1].message.account, 1); // our other account wrote it
	assert_int_equal(f->messages[1].message.direction, VD_DIRECTION_OUT);
	assert_int_equal(f->messages[2].message.direction, VD_DIRECTION_IN);
	fixture_free(f);
}

static void retweets_are_left_out(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, MENTIONS,
	       PAGE(POST_OF("08", "7",
			    ",\"referenced_tweets\":[{\"type\":\"retweeted\",\"id\":\"5\"}]"),
		    ""));
	open_x(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 0);
	assert_string_equal(fixture_cursor(f, 0, "mentions"), ID("08"));
	fixture_free(f);
}

static void learns_its_own_id(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	f->book.accounts[0].user_id[0] = '\0';
	script(f, "/2/users/me", "{\"data\":{\"id\":\"1\",\"username\":\"TelecomItalia\"}}");
	open_x(f);
	fixture_run_polls(f, 2);
	assert_int_equal(fixture_count(f, "/2/users/me"), 1);
	assert_string_equal(fixture_cursor(f, 0, "user_id"), "1");
	assert_int_equal(fixture_count(f, MENTIONS), 2);
	fixture_free(f);
}

static const struct {
	const char *name;
	struct answer answer;
	enum vd_health health;
} troubles[] = {
	{ "401", { .status = 401, .body = "{}" }, VD_HEALTH_AUTH },
	{ "402", { .status = 402, .body = "{}" }, VD_HEALTH_MONEY },
	{ "503", { .status = 503, .body = "<html>" }, VD_HEALTH_OUTAGE },
	{ "captive portal", { .status = 200, .body = "<html>sign in" }, VD_HEALTH_OUTAGE },
	{ "captive portal that redirects", { .status = 302, .body = "" }, VD_HEALTH_OUTAGE },
	{ "no line", { .status = 0, .err = VD_ERR_CONNECT }, VD_HEALTH_OUTAGE },
	{ "no name", { .status = 0, .err = VD_ERR_RESOLVE }, VD_HEALTH_OUTAGE },
	{ "rubbish", { .status = 200, .body = "\xff\xfe{" }, VD_HEALTH_MALFORMED },
	{ "not found", { .status = 404, .body = "{}" }, VD_HEALTH_REFUSED },
};

static void trouble_is_told_apart_and_backed_off(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(troubles); i++) {
		struct fixture *f = make_x();
		static const char *const matches[] = { MENTIONS, DMS };
		for (size_t k = 0; k < VD_ARRAY_LEN(matches); k++) {
			struct answer answer = troubles[i].answer;
			answer.match = matches[k];
			answer.stays = true;
			fixture_script(f, answer);
		}
		open_x(f);
		fixture_run_for(f, 3600);
		assert_row(f->health[0] == troubles[i].health, troubles[i].name);
		assert_row(strlen(f->detail[0]) > 20, troubles[i].name);
		// money: a look each hour; else 15 s, 30 s ... 15 min
		size_t least = troubles[i].health == VD_HEALTH_MONEY ? 1 : 5;
		assert_row(f->n_polls[0] >= least && f->n_polls[0] <= 16, troubles[i].name);
		fixture_free(f);
	}
}

static void a_bad_account_blocks_no_other(void **state)
{
	(void)state;
	struct fixture *f = fixture_make();
	fixture_account(f, VD_NETWORK_X, "A", "3", "https://bad.test");
	fixture_account(f, VD_NETWORK_X, "B", "1", "https://x.test");
	fixture_script(f, (struct answer){ .match = "bad.test",
					   .status = 0,
					   .err = VD_ERR_TIMEOUT,
					   .stays = true });
	open_x(f);
	fixture_run_for(f, 600);
	assert_int_equal(f->health[0], VD_HEALTH_OUTAGE);
	assert_int_equal(f->health[1], VD_HEALTH_GOOD);
	assert_true(f->n_polls[1] >= 9);
	fixture_free(f);
}

static void a_nudge_polls_at_once_but_never_twice_at_a_time(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	open_x(f);
	fixture_run_polls(f, 1);
	fixture_run_for(f, 5);
	vd_channels_nudge(f->channels, 0);
	fixture_run_for(f, 1);
	assert_int_equal(fixture_count(f, MENTIONS), 2);
	vd_channels_nudge(f->channels, 0);
	assert_ok(vd_loop_turn(f->loop, vd_dur_s(0)));
	vd_channels_nudge(f->channels, 0); // while it runs
	vd_channels_nudge(f->channels, 0);
	fixture_run_for(f, 3);
	assert_in_range(fixture_count(f, MENTIONS), 3, 4);
	vd_channels_nudge(f->channels, 9); // nobody
	fixture_free(f);
}

// ---- sends
// -----------------------------------------------------------------------------------------

static const struct {
	const char *name;
	struct answer answer;
	enum vd_send_outcome outcome;
	enum vd_err err;
} sends[] = {
	{ "done",
	  { .status = 201,
	    .body = "{\"data\":{\"id\":\"" ID(
		    "50") "\",\"text\":\"x\",\"edit_history_tweet_ids\":[\"\"]}}" },
	  VD_SEND_DONE,
	  VD_OK },
	{ "done, but unreadable",
	  { .status = 201, .body = "<" },
	  VD_SEND_UNCERTAIN,
	  VD_ERR_UNCERTAIN },
	{ "lost on the way back",
	  { .status = 0, .err = VD_ERR_UNCERTAIN },
	  VD_SEND_UNCERTAIN,
	  VD_ERR_UNCERTAIN },
	{ "not a clear failure",
	  { .status = 0, .err = VD_ERR_TIMEOUT },
	  VD_SEND_UNCERTAIN,
	  VD_ERR_UNCERTAIN },
	{ "no line", { .status = 0, .err = VD_ERR_CONNECT }, VD_SEND_RETRY, VD_ERR_CONNECT },
	{ "503", { .status = 503, .body = "<html>" }, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN },
	{ "302", { .status = 302, .body = "" }, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN },
	{ "429",
	  { .status = 429, .body = "{}", .header = "Retry-After: 77" },
	  VD_SEND_RETRY,
	  VD_ERR_RATE },
	{ "401", { .status = 401, .body = "{}" }, VD_SEND_RETRY, VD_ERR_AUTH },
	{ "402", { .status = 402, .body = "{}" }, VD_SEND_RETRY, VD_ERR_MONEY },
	{ "duplicate",
	  { .status = 403,
	    .body = "{\"detail\":\"You are not allowed to create a Tweet with duplicate "
		    "content.\"}" },
	  VD_SEND_UNCERTAIN,
	  VD_ERR_EXISTS },
	{ "not summoned",
	  { .status = 403,
	    .body = "{\"detail\":\"Reply to this conversation is not allowed because you have not "
		    "been "
		    "mentioned or otherwise engaged by the author of the post you are replying "
		    "to.\"}" },
	  VD_SEND_REFUSED,
	  VD_ERR_REFUSED },
	{ "400", { .status = 400, .body = "{}" }, VD_SEND_REFUSED, VD_ERR_REFUSED },
};

static void a_reply_has_one_outcome(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(sends); i++) {
		struct fixture *f = make_x();
		struct answer answer = sends[i].answer;
		script(f, LOOKUP ID("08"), PAGE(POST_OF("08", "7", ""), ""));
		answer.match = "https://x.test/2/tweets";
		fixture_script(f, answer);
		fixture_open(f);
		struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PUBLIC);
		assert_ok(vd_channels_send(f->channels, &entry, NULL));
		assert_row(f->n_sent == 0, sends[i].name); // later, never at once
		fixture_run_sent(f, 1);
		assert_int_equal(f->sent_id, 42);
		assert_row(f->sent.outcome == sends[i].outcome, sends[i].name);
		assert_row(f->sent.diag.err == sends[i].err, sends[i].name);
		assert_row(f->n_urls == 2, sends[i].name);
		assert_string_equal(
			f->bodies[1],
			"{\"text\":\"Buongiorno, guardi "
			"tim.it\",\"reply\":{\"in_reply_to_tweet_id\":\"" ID("08") "\"}}");
		fixture_free(f);
	}
}

static void a_sent_reply_has_the_networks_id_and_stamp(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	fixture_script(
		f,
		(struct answer){
			.match = "dm_conversations/1-7/messages",
			.status = 201,
			.body = "{\"data\":{\"dm_conversation_id\":\"1-7\",\"dm_event_id\":\"" ID(
				"50") "\"}}" });
	fixture_open(f);
	struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PRIVATE);
	assert_ok(vd_channels_send(f->channels, &entry, NULL));
	fixture_run_sent(f, 1);
	assert_int_equal(f->sent.outcome, VD_SEND_DONE);
	assert_string_equal(f->sent.network_id, ID("50"));
	assert_true(f->sent.stamp.us > vd_wall_s(1700000000).us);
	assert_string_equal(f->bodies[0], "{\"text\":\"Buongiorno, guardi tim.it\"}");
	fixture_free(f);
}

static void a_spent_window_waits_without_asking(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	fixture_script(f, (struct answer){ .match = "with/7/messages",
					   .status = 429,
					   .body = "{}",
					   .header = "Retry-After: 300" });
	fixture_open(f);
	struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PRIVATE);
	snprintf(entry.thread_id, sizeof(entry.thread_id), "%s",
		 ID("01")); // by direct message to a public question
	assert_ok(vd_channels_send(f->channels, &entry, NULL));
	fixture_run_sent(f, 1);
	assert_int_equal(f->sent.retry_after.us, vd_dur_s(300).us);
	fixture_run_for(f, 100);
	assert_ok(vd_channels_send(f->channels, &entry, NULL));
	fixture_run_sent(f, 2);
	assert_int_equal(f->sent.outcome, VD_SEND_RETRY);
	assert_in_range(f->sent.retry_after.us, vd_dur_s(199).us, vd_dur_s(200).us);
	assert_int_equal(f->n_urls, 1);
	fixture_free(f);
}

#define SENT_POST(id, parent, text)                                           \
	"{\"id\":\"" id "\",\"text\":\"" text                                 \
	"\",\"author_id\":\"1\",\"created_at\":\"2026-10-05T13:59:01.000Z\"," \
	"\"referenced_tweets\":[{\"type\":\"replied_to\",\"id\":\"" parent "\"}]}"

static const struct {
	const char *name;
	struct answer answer;
	enum vd_send_outcome outcome;
} looks[] = {
	{ "there",
	  { .status = 200,
	    .body = PAGE(SENT_POST("60", ID("08"), "@mrossi Buongiorno, guardi https://t.co/x1"),
			 "") },
	  VD_SEND_DONE },
	{ "same words to somebody else",
	  { .status = 200,
	    .body = PAGE(SENT_POST("60", ID("07"), "Buongiorno, guardi https://t.co/x1"), "") },
	  VD_SEND_NOT_FOUND },
	{ "other words",
	  { .status = 200, .body = PAGE(SENT_POST("60", ID("08"), "Arrivederci"), "") },
	  VD_SEND_NOT_FOUND },
	{ "nothing", { .status = 200, .body = EMPTY }, VD_SEND_NOT_FOUND },
	{ "the look-up fails", { .status = 503, .body = "" }, VD_SEND_UNCERTAIN },
	{ "no line", { .status = 0, .err = VD_ERR_CONNECT }, VD_SEND_UNCERTAIN },
	{ "rubbish", { .status = 200, .body = "{" }, VD_SEND_UNCERTAIN },
	{ "401", { .status = 401, .body = "{}" }, VD_SEND_RETRY },
};

static void an_uncertain_reply_is_looked_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(looks); i++) {
		struct fixture *f = make_x();
		struct answer answer = looks[i].answer;
		answer.match = OWN;
		fixture_script(f, answer);
		fixture_open(f);
		struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PUBLIC);
		assert_ok(vd_channels_look_up(f->channels, &entry, NULL));
		fixture_run_sent(f, 1);
		assert_row(f->sent.outcome == looks[i].outcome, looks[i].name);
		assert_row(strstr(f->urls[0], "since_id=") != NULL, looks[i].name);
		fixture_free(f);
	}
}

static void a_young_attempt_is_given_time_to_show(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, "dm_conversations/1-7/dm_events",
	       "{\"data\":[{\"id\":\"70\",\"text\":\"Buongiorno, guardi "
	       "tim.it\",\"sender_id\":\"1\","
	       "\"dm_conversation_id\":\"1-7\",\"created_at\":\"2026-10-05T14:00:00.000Z\"}],"
	       "\"meta\":{}}");
	fixture_open(f);
	struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PRIVATE);
	entry.attempted = vd_wall_s(START_S - 1);
	assert_ok(vd_channels_look_up(f->channels, &entry, NULL));
	fixture_run_for(f, 8);
	assert_int_equal(f->n_urls, 0);
	fixture_run_sent(f, 1);
	assert_int_equal(f->sent.outcome, VD_SEND_DONE);
	assert_string_equal(f->sent.network_id, "70");
	fixture_free(f);
}

static void closing_cancels_what_is_under_way(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	fixture_script(f, (struct answer){ .match = "/2/tweets", .status = 201, .body = "{}" });
	open_x(f);
	struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PUBLIC);
	assert_ok(vd_channels_send(f->channels, &entry, NULL));
	assert_ok(vd_loop_turn(f->loop, vd_dur_s(0)));
	assert_int_equal(f->n_urls, 2);
	vd_channels_destroy(f->channels);
	f->channels = NULL;
	assert_int_equal(f->n_cancelled, 2);
	assert_int_equal(f->n_sent, 0);
	fixture_free(f);
}

static void texts_are_measured(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	fixture_open(f);
	char text[400];
	memset(text, 'a', sizeof(text));
	struct vd_diag diag = { 0 };
	assert_ok(vd_channels_check_text(f->channels, 0, VD_VISIBILITY_PUBLIC,
					 vd_span_make(text, 280), &diag));
	assert_err(vd_channels_check_text(f->channels, 0, VD_VISIBILITY_PUBLIC,
					  vd_span_make(text, 281), &diag),
		   VD_ERR_TOO_LARGE);
	assert_string_equal(diag.text, "the reply counts 281 of at most 280: shorten it");
	assert_ok(vd_channels_check_text(f->channels, 0, VD_VISIBILITY_PRIVATE,
					 vd_span_make(text, 400), &diag));
	assert_ok(vd_channels_check_text(f->channels, 0, VD_VISIBILITY_PUBLIC,
					 VD_SPAN("costa 5$ o $5, $TIT."), &diag));
	assert_err(vd_channels_check_text(f->channels, 0, VD_VISIBILITY_PUBLIC,
					  VD_SPAN("$TIT e $ENI.MI"), &diag),
		   VD_ERR_ARGUMENT);
	assert_non_null(strstr(diag.text, "this text has 2"));
	assert_ok(vd_channels_check_text(f->channels, 0, VD_VISIBILITY_PRIVATE,
					 VD_SPAN("$TIT e $ENI.MI"), &diag));
	assert_err(
		vd_channels_check_text(f->channels, 0, VD_VISIBILITY_PUBLIC, VD_SPAN(" \n"), &diag),
		VD_ERR_ARGUMENT);
	assert_err(
		vd_channels_check_text(f->channels, 5, VD_VISIBILITY_PUBLIC, VD_SPAN("a"), &diag),
		VD_ERR_NOT_FOUND);
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hands_over_oldest_first_and_then_moves_the_cursor),
		cmocka_unit_test(reads_again_what_may_have_come_late),
		cmocka_unit_test(a_lost_turn_keeps_the_cursor),
		cmocka_unit_test(a_failed_page_keeps_the_cursor_but_not_the_messages),
		cmocka_unit_test(a_poisoned_item_blocks_nothing),
		cmocka_unit_test(a_full_disk_stops_the_poll),
		cmocka_unit_test(switches_the_dialect_once_and_remembers),
		cmocka_unit_test(goes_on_from_the_oldest_id_that_is_allowed),
		cmocka_unit_test(obeys_a_429),
		cmocka_unit_test(direct_messages_keep_to_their_own_pace),
		cmocka_unit_test(reads_direct_messages_down_to_what_it_knows),
		cmocka_unit_test(a_missing_scope_for_messages_leaves_the_mentions_alone),
		cmocka_unit_test(own_posts_and_threads_only_while_something_is_open),
		cmocka_unit_test(retweets_are_left_out),
		cmocka_unit_test(learns_its_own_id),
		cmocka_unit_test(trouble_is_told_apart_and_backed_off),
		cmocka_unit_test(a_bad_account_blocks_no_other),
		cmocka_unit_test(a_nudge_polls_at_once_but_never_twice_at_a_time),
		cmocka_unit_test(a_reply_has_one_outcome),
		cmocka_unit_test(a_sent_reply_has_the_networks_id_and_stamp),
		cmocka_unit_test(a_spent_window_waits_without_asking),
		cmocka_unit_test(an_uncertain_reply_is_looked_up),
		cmocka_unit_test(a_young_attempt_is_given_time_to_show),
		cmocka_unit_test(closing_cancels_what_is_under_way),
		cmocka_unit_test(texts_are_measured),
	};
	return cmocka_run_group_tests_name("channel/x", tests, NULL, NULL);
}
