// SPDX-License-Identifier: MIT
#include "mastodon_script.h"

// ---- reading ------------------------------------------------------------------------------

static void hands_over_oldest_first_and_walks_up_until_a_page_is_empty(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	set_cursor(f, "mentions", "50");
	script(f, "min_id=50",
	       "[" NOTE("52", BY_REMO("102", "42", "<p>two</p>", "")) "," NOTE(
		       "51", BY_ANNA("101", "41", "<p>@TIM one<br>line</p>", "")) "]");
	script(f, "min_id=52", "[" NOTE("53", BY_ANNA("103", "43", "three", "")) "]");
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_int_equal(f->n_messages, 3);
	const struct vd_message *m = &f->messages[0].message;
	assert_string_equal(m->network_id, NAME("101"));
	assert_string_equal(m->thread_id, NAME("101"));
	assert_string_equal(m->parent_id, "");
	assert_string_equal(m->author_id, "anna@" DOMAIN);
	assert_string_equal(m->author_handle, "anna");
	assert_string_equal(f->messages[0].text, "@TIM one\nline");
	assert_int_equal(m->direction, VD_DIRECTION_IN);
	assert_int_equal(m->visibility, VD_VISIBILITY_PUBLIC);
	assert_int_equal(m->published.us, vd_wall_s(START_S - 1140).us);
	assert_string_equal(f->messages[1].message.author_id, "remo@far.example");
	assert_string_equal(f->messages[1].message.author_handle, "Remo@far.example");
	assert_string_equal(f->messages[2].message.network_id, NAME("103"));
	cursor_is(f, "mentions", "53");
	cursor_is(f, "domain", DOMAIN);
	assert_int_equal(fixture_count(f, "min_id=53"), 1); // the empty one
	assert_non_null(strstr(fixture_url(f, MENTIONS, 0), "include_filtered=true&limit=80"));
	assert_int_equal(fixture_count(f, ME), 1);
	fixture_free(f);
}

static void the_first_reading_goes_back_a_week(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	script(f, "limit=80&max_id=01B",
	       "[" NOTE("01A",
			"{\"id\":\"01ST0\",\"created_at\":\"2026-09-20T10:00:00Z\","
			"\"visibility\":\"public\",\"content\":\"old\",\"account\":{\"id\":\"7\","
			"\"acct\":\"anna\"}}") "]");
	script(f, MENTIONS,
	       "[" NOTE("01C", BY_ANNA("01ST2", "42", "two", "")) "," NOTE(
		       "01B", BY_ANNA("01ST1", "41", "one", "")) "]");
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 2);
	assert_string_equal(f->messages[0].text, "one");
	cursor_is(f, "mentions", "01C"); // what the server put first, not what looks largest
	fixture_free(f);
}

// Servers that take min_id for since_id (snac) give the newest: the rest lies below.
static void nothing_is_lost_where_min_id_gives_the_newest(void **state)
{
	(void)state;
	static char page[40 * 320];
	struct vd_buf buf;
	struct fixture *f = make_mastodon();
	set_cursor(f, "mentions", "n00");
	vd_buf_init(&buf, page, sizeof(page));
	vd_buf_put_char(&buf, '[');
	for (int i = 41; i >= 2; i--) {
		vd_buf_printf(&buf, "%s" NOTE("n%02d", BY_ANNA("s%02d", "41", "x", "")),
			      i < 41 ? "," : "", i, i);
	}
	vd_buf_put_char(&buf, ']');
	assert_ok(vd_buf_check(&buf));
	script(f, "min_id=n00", page);
	script(f, "max_id=n02",
	       "[" NOTE("n01", BY_ANNA("s01", "40", "x", "")) "," NOTE(
		       "n00", BY_ANNA("s00", "39", "seen",
				      "")) "," NOTE("m99", BY_ANNA("r99", "38", "seen", "")) "]");
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 41);
	assert_string_equal(f->messages[0].message.network_id, NAME("s01"));
	assert_string_equal(f->messages[40].message.network_id, NAME("s41"));
	cursor_is(f, "mentions", "n41");
	fixture_free(f);
}

static void a_lost_turn_keeps_the_cursor(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	set_cursor(f, "mentions", "50");
	script(f, "min_id=50", "[" NOTE("51", BY_ANNA("101", "41", "one", "")) "]");
	f->lose_after = 3; // the mentions
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 1);
	cursor_is(f, "mentions", "50");
	fixture_free(f);
}

static void what_cannot_be_stored_is_read_again(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	set_cursor(f, "mentions", "50");
	script(f, "min_id=50", "[" NOTE("51", BY_ANNA("101", "41", "one", "")) "]");
	f->store_err = VD_ERR_ROOM;
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_OUTAGE);
	assert_non_null(strstr(f->detail[0], "this box can't store"));
	cursor_is(f, "mentions", "50");
	fixture_free(f);
}

static void a_poisoned_item_blocks_nothing(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	set_cursor(f, "mentions", "50");
	script(f, "min_id=50",
	       "[" NOTE("53", BY_ANNA("103", "43", "three",
				      "")) ",{\"id\":\"52\",\"type\":"
					   "\"mention\",\"status\":{\"id\":\"../x\"}}," NOTE(
						   "51", "null") "]");
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 1);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	cursor_is(f, "mentions", "53");
	fixture_free(f);
}

// ---- threads ------------------------------------------------------------------------------

static void a_reply_belongs_to_the_root_of_its_chain(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	set_cursor(f, "mentions", "50");
	script(f, "min_id=50",
	       "[" NOTE("52", BY_ANNA("105", "45", "and again", TO("104", "7"))) "," NOTE(
		       "51", BY_ANNA("104", "44", "x", TO("103", "8"))) "]");
	script(f, CONTEXT("104"),
	       CONTEXT_OF(BY_REMO("102", "40", "root", "") "," BY_REMO("103", "41", "y",
								       TO("102", "8")),
			  ""));
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 2);
	assert_string_equal(f->messages[0].message.thread_id, NAME("102"));
	assert_string_equal(f->messages[0].message.parent_id, NAME("103"));
	assert_string_equal(f->messages[1].message.thread_id, NAME("102"));
	assert_int_equal(fixture_count(f, "/context"), 1); // the second one's parent is known
	fixture_free(f);
}

static void below_our_own_post_each_customer_has_a_thread(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	set_cursor(f, "mentions", "50");
	script(f, "min_id=50",
	       "[" NOTE("52", BY_REMO("106", "46", "b", TO("101", "9"))) "," NOTE(
		       "51", BY_ANNA("105", "45", "a", TO("101", "9"))) "]");
	script(f, CONTEXT("105"), CONTEXT_OF(BY_US("101", "30", "our news", ""), ""));
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 2); // not our news
	assert_string_equal(f->messages[0].message.thread_id, NAME("105"));
	assert_string_equal(f->messages[1].message.thread_id, NAME("106"));
	fixture_free(f);
}

static void a_thread_whose_parents_are_hidden_begins_here(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	set_cursor(f, "mentions", "50");
	script(f, "min_id=50", "[" NOTE("51", BY_ANNA("104", "44", "x", TO("103", "8"))) "]");
	script_status(f, CONTEXT("104"), 404, NOT_FOUND);
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 1);
	assert_string_equal(f->messages[0].message.thread_id, NAME("104"));
	assert_string_equal(f->messages[0].message.parent_id, NAME("103"));
	cursor_is(f, "mentions", "51");
	fixture_free(f);
}

static void an_outage_in_between_passes_only_what_was_handed_over(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	set_cursor(f, "mentions", "50");
	script(f, "min_id=50",
	       "[" NOTE("53", BY_ANNA("105", "45", "z", "")) "," NOTE(
		       "52", BY_ANNA("104", "44", "x",
				     TO("103", "8"))) "," NOTE("51", BY_ANNA("101", "41", "one",
									     "")) "]");
	script_status(f, CONTEXT("104"), 502, "");
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 1);
	assert_int_equal(f->health[0], VD_HEALTH_OUTAGE);
	cursor_is(f, "mentions", "51");
	fixture_free(f);
}

static void a_private_word_never_joins_the_case_of_another(void **state)
{
	(void)state;
	static const struct {
		const char *item;   // the direct message, id 105, by anna (7)
		const char *parent; // above it
		const char *joined; // its parent's name, "" where it stands alone
		const char *thread;
	} cases[] = {
		// below her own public question
		{ DIRECT("105", "45", "my number", TO("104", "7")), BY_ANNA("104", "44", "q", ""),
		  NAME("104"), "dm:" NAME("105") },
		// below the question of somebody else
		{ DIRECT("105", "45", "my number", TO("104", "8")), BY_REMO("104", "44", "q", ""),
		  "", "dm:" NAME("105") },
		// below our public answer to her
		{ DIRECT("105", "45", "my number", TO("104", "9")),
		  BY_US("104", "44", "a", TO("103", "7")), NAME("104"), "dm:" NAME("105") },
		// below our public answer to somebody else
		{ DIRECT("105", "45", "my number", TO("104", "9")),
		  BY_US("104", "44", "a", TO("103", "8")), "", "dm:" NAME("105") },
		// below our direct message
		{ DIRECT("105", "45", "my number", TO("104", "9")),
		  DIRECT_US("104", "44", "a", TO("103", "7")), NAME("104"), "dm:" NAME("104") },
		// followers only is no public word either
		{ STATUS("105", "45", "7", "anna", "private", "x", TO("104", "8")),
		  BY_REMO("104", "44", "q", ""), "", "dm:" NAME("105") },
		// a public word below somebody else's private one
		{ BY_ANNA("105", "45", "x", TO("104", "8")),
		  STATUS("104", "44", "8", "remo", "direct", "y", ""), "", NAME("105") },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		char page[1024];
		char context[1024];
		struct fixture *f = make_mastodon();
		set_cursor(f, "mentions", "50");
		snprintf(page, sizeof(page), "[" NOTE("51", "%s") "]", cases[i].item);
		snprintf(context, sizeof(context), CONTEXT_OF("%s", ""), cases[i].parent);
		script(f, "min_id=50", page);
		script(f, CONTEXT("105"), context);
		open_mastodon(f);
		fixture_run_polls(f, 1);
		assert_int_equal(f->n_messages, 1);
		assert_string_equal(f->messages[0].message.parent_id, cases[i].joined);
		assert_string_equal(f->messages[0].message.thread_id, cases[i].thread);
		assert_int_equal(f->messages[0].message.visibility,
				 i < 6 ? VD_VISIBILITY_PRIVATE : VD_VISIBILITY_PUBLIC);
		fixture_free(f);
	}
}

#define BY_BRAND NOTE("54", STATUS("104", "44", "31", "care@other.example", "public", "look", ""))
#define TO_BRAND NOTE("53", STATUS("103", "43", "30", "Impresa", "direct", "x", TO("9", "9")))
#define A_BOOST NOTE("52", BY_ANNA("102", "42", "", ",\"reblog\":{\"id\":\"1\"}"))
#define TO_SELF NOTE("51", BY_US("101", "41", "@TIM hello me", ""))

static void own_accounts_and_boosts_open_nothing(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	fixture_account(f, VD_NETWORK_MASTODON, "Care", "care@other.example", NULL);
	set_cursor(f, "mentions", "50");
	script(f, "min_id=50", "[" BY_BRAND "," TO_BRAND "," A_BOOST "," TO_SELF "]");
	script(f, CONTEXT("103"), NOTHING);
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 0);
	cursor_is(f, "mentions", "54");
	fixture_free(f);
}

// An id is one of a server: the same number elsewhere is somebody else.
static void an_id_of_another_server_is_nobody_of_ours(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	fixture_account(f, VD_NETWORK_MASTODON, "Care@other.example", "7", NULL);
	set_cursor(f, "mentions", "50");
	script(f, "min_id=50",
	       "[" NOTE("52", STATUS("102", "42", "77", "care@other.example", "public", "x",
				     TO("101", "7"))) "," NOTE("51", BY_ANNA("101", "41", "one",
									     "")) "]");
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 2);
	assert_int_equal(f->messages[0].message.direction, VD_DIRECTION_IN);
	assert_int_equal(f->messages[1].message.direction, VD_DIRECTION_OUT);
	assert_int_equal(f->messages[1].message.account, 2);
	assert_string_equal(f->messages[1].message.author_id, "7"); // as the rule book calls it
	fixture_free(f);
}

static void open_thread(struct fixture *f, const char *thread, const char *root)
{
	f->threads[f->n_threads].thread = thread;
	f->threads[f->n_threads++].root = root;
}

static void an_open_thread_shows_replies_without_a_mention_and_edits(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	open_thread(f, NAME("101"), NAME("101"));
	script(f, STATUS_URL("101"),
	       BY_ANNA("101", "41", "edited", ",\"edited_at\":\"2026-10-05T13:50:00Z\""));
	script(f, CONTEXT("101"),
	       CONTEXT_OF("",
			  BY_US("102", "42", "hi", TO("101", "7")) "," BY_ANNA(
				  "103", "43", "no mention",
				  TO("102", "9")) "," STATUS("104", "44", "8", "remo@far.example",
							     "private", "psst", TO("103", "7"))));
	// The order of the script counts: the thread is asked after its first message.
	struct answer a = f->script[0];
	f->script[0] = f->script[1];
	f->script[1] = a;
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_int_equal(f->n_messages, 3); // not what others say to each other in private
	assert_string_equal(f->messages[0].message.network_id, NAME("101"));
	assert_string_equal(f->messages[0].text, "edited");
	assert_int_equal(f->messages[1].message.direction, VD_DIRECTION_OUT);
	assert_string_equal(f->messages[2].message.network_id, NAME("103"));
	assert_string_equal(f->messages[2].message.thread_id, NAME("101"));
	assert_string_equal(f->deleted_id, "");
	fixture_free(f);
}

static void a_deleted_question_is_told(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	open_thread(f, NAME("101"), NAME("101"));
	script_status(f, CONTEXT("101"), 404, NOT_FOUND);
	script_status(f, STATUS_URL("101"), 404, NOT_FOUND);
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_string_equal(f->deleted_id, NAME("101"));
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	fixture_free(f);
}

// A page may come from anything in between.
static void a_page_that_says_gone_must_say_it_twice(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	open_thread(f, NAME("101"), NAME("101"));
	fixture_script(f, (struct answer){ .match = CONTEXT("101"),
					   .status = 404,
					   .body = "<h1>404 Not Found</h1>",
					   .stays = true });
	fixture_script(f, (struct answer){ .match = STATUS_URL("101"),
					   .status = 404,
					   .body = "<h1>404 Not Found</h1>",
					   .stays = true });
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_string_equal(f->deleted_id, "");
	fixture_run_polls(f, 3);
	assert_string_equal(f->deleted_id, NAME("101"));
	fixture_free(f);
}

static void a_later_message_that_vanished_is_asked_for(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	set_cursor(f, "mentions", "50");
	script(f, "min_id=50",
	       "[" NOTE("52", BY_ANNA("103", "43", "later", TO("101", "7"))) "," NOTE(
		       "51", BY_ANNA("101", "41", "one", "")) "]");
	open_thread(f, NAME("101"), NAME("101"));
	fixture_knows(f, NAME("101"), NAME("101"), 1140);
	fixture_knows(f, NAME("101"), NAME("103"), 1020);
	script_for_good(f, CONTEXT("101"), NOTHING);
	script_for_good(f, STATUS_URL("101"), BY_ANNA("101", "41", "one", ""));
	script_status(f, STATUS_URL("103"), 410, "{\"error\":\"Gone\"}");
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_string_equal(f->deleted_id, NAME("103"));
	fixture_free(f);
}

static void own_replies_are_looked_for_behind_the_mentions(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	f->accounts[0].watches_own_posts = true;
	open_thread(f, NAME("101"), NAME("101"));
	script_for_good(f, CONTEXT("101"), NOTHING);
	script_for_good(f, STATUS_URL("101"), BY_ANNA("101", "41", "one", ""));
	script(f, CONTEXT("102"), CONTEXT_OF(BY_ANNA("101", "41", "one", ""), ""));
	script(f, OWN,
	       "[" BY_US("104", "50", "news", "") "," BY_US("102", "45", "other tool",
							    TO("101", "7")) "]");
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->messages[0].message.direction, VD_DIRECTION_OUT);
	assert_string_equal(f->messages[0].message.network_id, NAME("102"));
	assert_string_equal(f->messages[0].message.parent_id, NAME("101"));
	assert_string_equal(f->messages[0].message.author_id, "tim@" DOMAIN);
	char began[32];
	snprintf(began, sizeof(began), "%lld", (long long)START_S);
	cursor_is(f, "own", began); // not behind what the mentions of this poll could know
	fixture_free(f);
}

static void conversations_are_a_second_look(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	script(f, CONVERSATIONS,
	       "[{\"id\":\"1\",\"last_status\":" DIRECT("105", "45", "<p>missed</p>", "") "}]");
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 1);
	assert_int_equal(f->messages[0].message.visibility, VD_VISIBILITY_PRIVATE);
	assert_string_equal(f->messages[0].message.thread_id, "dm:" NAME("105"));
	fixture_run_polls(f, 3);
	assert_int_equal(fixture_count(f, CONVERSATIONS), 1); // every five minutes
	fixture_free(f);
}

// ---- trouble ------------------------------------------------------------------------------

static void troubles_are_told_apart(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *body;
		const char *header;
		enum vd_health health;
		const char *words;
	} cases[] = {
		{ 401, "{\"error\":\"The access token is invalid\"}", NULL, VD_HEALTH_AUTH,
		  "sign the account in again" },
		{ 401, "<h1>401</h1>", "Content-Type: text/html", VD_HEALTH_AUTH,
		  "sign the account in again" },
		{ 403, "{\"error\":\"This action is outside the authorized scopes\"}", NULL,
		  VD_HEALTH_PERMISSION, "scopes" },
		{ 404, "<h1>404 Not Found</h1>", "Content-Type: text/html", VD_HEALTH_REFUSED,
		  "base_url" },
		{ 429, "{\"error\":\"Too many requests\"}", NULL, VD_HEALTH_RATE, "wait" },
		{ 503, "<html>", NULL, VD_HEALTH_OUTAGE, "wait" },
		{ 200, "{\"not\":\"a list\"}", NULL, VD_HEALTH_MALFORMED, "look at the log" },
		{ 200, "[", NULL, VD_HEALTH_MALFORMED, "look at the log" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct fixture *f = make_mastodon();
		set_cursor(f, "mentions", "50");
		fixture_script(f, (struct answer){ .match = MENTIONS,
						   .status = cases[i].status,
						   .body = cases[i].body,
						   .header = cases[i].header });
		open_mastodon(f);
		fixture_run_polls(f, 1);
		assert_int_equal(f->health[0], cases[i].health);
		assert_non_null(strstr(f->detail[0], cases[i].words));
		cursor_is(f, "mentions", "50");
		fixture_free(f);
	}
}

static void waits_as_long_as_the_server_says(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *header;
		int64_t wait_s;
	} cases[] = {
		{ 429,
		  "X-RateLimit-Limit: 300\nX-RateLimit-Remaining: 0\n"
		  "X-RateLimit-Reset: 2026-10-05T14:10:00.123456Z",
		  600 },
		// GoToSocial as it starts: two of them, the longer one counts
		{ 503,
		  "Retry-After: 120\nRetry-After: Mon, 05 Oct 2026 14:15:00 GMT\n"
		  "Content-Type: text/html",
		  900 },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct fixture *f = make_mastodon();
		set_cursor(f, "mentions", "50");
		fixture_script(f, (struct answer){ .match = MENTIONS,
						   .status = cases[i].status,
						   .body = "<html>",
						   .header = cases[i].header });
		open_mastodon(f);
		fixture_run_polls(f, 1);
		fixture_run_for(f, cases[i].wait_s - 20);
		assert_int_equal(fixture_count(f, MENTIONS), 1);
		fixture_run_for(f, 100);
		assert_true(fixture_count(f, MENTIONS) > 1);
		fixture_free(f);
	}
}

static void an_older_server_has_only_v1(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	struct vd_diag diag = { 0 };
	char text[460];
	script_status(f, INSTANCE, 404, "<h1>404</h1>");
	script(f, INSTANCE_V1, "{\"uri\":\"snac.example\",\"max_toot_chars\":400}");
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	cursor_is(f, "domain", "snac.example");
	memset(text, 'x', sizeof(text));
	assert_ok(vd_channels_check_text(f->channels, 0, VD_VISIBILITY_PUBLIC,
					 vd_span_make(text, 368), &diag));
	assert_int_equal(vd_channels_check_text(f->channels, 0, VD_VISIBILITY_PUBLIC,
						vd_span_make(text, 369), &diag),
			 VD_ERR_TOO_LARGE);
	assert_non_null(strstr(diag.text, "369 of at most 368"));
	fixture_free(f);
}

static void the_domain_stays_what_it_was(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	set_cursor(f, "domain", "before.example");
	set_cursor(f, "mentions", "50");
	script(f, "min_id=50", "[" NOTE("51", BY_ANNA("101", "41", "one", "")) "]");
	open_mastodon(f);
	fixture_run_polls(f, 1);
	assert_string_equal(f->messages[0].message.network_id, "before.example/101");
	cursor_is(f, "domain", "before.example");
	fixture_free(f);
}

static void competitors_are_looked_up(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	f->accounts[0].rivals = "@vodafone@far.example, iliad,not one, gone@far.example,";
	script(f, "lookup?acct=vodafone%40far.example",
	       "{\"id\":\"3\",\"acct\":\"vodafone@far.example\",\"followers_count\":77}");
	script(f, "lookup?acct=iliad", "{\"id\":\"4\",\"acct\":\"iliad\",\"followers_count\":78}");
	script_status(f, "lookup?acct=gone", 404, NOT_FOUND);
	script_quiet(f);
	fixture_open(f);
	vd_channels_start(f->channels);
	fixture_run_polls(f, 3);
	assert_int_equal(fixture_count(f, "/lookup?"), 3); // once in six hours
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);    // one that is gone is no trouble
	assert_int_equal(f->n_presence, 3);
	assert_string_equal(f->presence[1].handle, "vodafone@far.example");
	assert_int_equal(f->presence[1].followers, 77);
	assert_string_equal(f->presence[2].handle, "iliad");
	fixture_free(f);
}

#define OF_TYPE(key, type, status) \
	"{\"id\":\"" key "\",\"type\":\"" type "\",\"status\":" status "}"
#define OURS BY_US("50", "10", "avviso", ",\"reblogs_count\":12")
#define THEIRS BY_ANNA("51", "09", "vergogna", "")

// A quote that doesn't name us is a customer's word; a boost is nobody's.
static void quotes_open_and_boosts_count(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	script(f, MENTIONS,
	       "[" OF_TYPE("n3", "reblog", OURS) "," OF_TYPE("n2", "quote", THEIRS) "]");
	script_quiet(f);
	fixture_open(f);
	vd_channels_start(f->channels);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 1);
	assert_string_equal(f->messages[0].message.network_id, NAME("51"));
	assert_int_equal(f->messages[0].message.direction, VD_DIRECTION_IN);
	assert_int_equal(f->n_passed_on, 1);
	assert_string_equal(f->passed_on[0].id, NAME("50"));
	assert_int_equal(f->passed_on[0].shares, 12);
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(competitors_are_looked_up),
		cmocka_unit_test(quotes_open_and_boosts_count),
		cmocka_unit_test(hands_over_oldest_first_and_walks_up_until_a_page_is_empty),
		cmocka_unit_test(the_first_reading_goes_back_a_week),
		cmocka_unit_test(nothing_is_lost_where_min_id_gives_the_newest),
		cmocka_unit_test(a_lost_turn_keeps_the_cursor),
		cmocka_unit_test(what_cannot_be_stored_is_read_again),
		cmocka_unit_test(a_poisoned_item_blocks_nothing),
		cmocka_unit_test(a_reply_belongs_to_the_root_of_its_chain),
		cmocka_unit_test(below_our_own_post_each_customer_has_a_thread),
		cmocka_unit_test(a_thread_whose_parents_are_hidden_begins_here),
		cmocka_unit_test(an_outage_in_between_passes_only_what_was_handed_over),
		cmocka_unit_test(a_private_word_never_joins_the_case_of_another),
		cmocka_unit_test(own_accounts_and_boosts_open_nothing),
		cmocka_unit_test(an_id_of_another_server_is_nobody_of_ours),
		cmocka_unit_test(an_open_thread_shows_replies_without_a_mention_and_edits),
		cmocka_unit_test(a_deleted_question_is_told),
		cmocka_unit_test(a_page_that_says_gone_must_say_it_twice),
		cmocka_unit_test(a_later_message_that_vanished_is_asked_for),
		cmocka_unit_test(own_replies_are_looked_for_behind_the_mentions),
		cmocka_unit_test(conversations_are_a_second_look),
		cmocka_unit_test(troubles_are_told_apart),
		cmocka_unit_test(waits_as_long_as_the_server_says),
		cmocka_unit_test(an_older_server_has_only_v1),
		cmocka_unit_test(the_domain_stays_what_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
