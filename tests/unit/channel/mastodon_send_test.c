// SPDX-License-Identifier: MIT
#include "mastodon_script.h"

// ---- writing ------------------------------------------------------------------------------

static struct vd_outbox_entry make_entry(enum vd_visibility visibility, const char *text)
{
	struct vd_outbox_entry entry = { .id = 5,
					 .visibility = visibility,
					 .kind = VD_REPLY_ANSWER,
					 .attempts = 1,
					 .created = vd_wall_s(START_S - 10),
					 .attempted = vd_wall_s(START_S),
					 .text = vd_span_of(text) };
	snprintf(entry.parent_id, sizeof(entry.parent_id), "%s", NAME("101"));
	snprintf(entry.thread_id, sizeof(entry.thread_id), "%s", NAME("101"));
	snprintf(entry.recipient_id, sizeof(entry.recipient_id), "%s", "remo@far.example");
	return entry;
}

// Not polling: only what the send asks is asked.
static struct fixture *open_quiet(struct fixture *f)
{
	set_cursor(f, "domain", DOMAIN);
	set_cursor(f, "user_id", "9");
	fixture_open(f);
	return f;
}

// Nobody said anything meanwhile.
static struct fixture *make_sending(void)
{
	struct fixture *f = make_mastodon();
	script_for_good(f, CONTEXT("101"), NOTHING);
	return f;
}

static void send(struct fixture *f, const struct vd_outbox_entry *entry)
{
	struct vd_diag diag = { 0 };
	assert_ok(vd_channels_send(f->channels, entry, &diag));
	fixture_run_sent(f, 1);
	assert_int_equal(f->sent_id, entry->id);
}

static size_t count_posts(const struct fixture *f)
{
	size_t n = 0;
	for (size_t i = 0; i < f->n_urls; i++) {
		n += strcmp(f->methods[i], "POST") == 0 ? 1 : 0;
	}
	return n;
}

static void answers_in_public(void **state)
{
	(void)state;
	struct fixture *f = make_sending();
	script(f, STATUS_URL("101"), BY_REMO("101", "41", "q", ""));
	script(f, POST, BY_US("200", "59", "a", TO("101", "8")));
	open_quiet(f);
	struct vd_outbox_entry entry = make_entry(VD_VISIBILITY_PUBLIC, "Ecco.");
	send(f, &entry);
	assert_int_equal(f->sent.outcome, VD_SEND_DONE);
	assert_string_equal(f->sent.network_id, NAME("200"));
	assert_int_equal(f->sent.stamp.us, vd_wall_s(START_S - 60).us);
	assert_string_equal(f->bodies[2], "{\"status\":\"@Remo@far.example Ecco.\","
					  "\"in_reply_to_id\":\"101\",\"visibility\":\"public\"}");
	assert_true(strncmp(f->idempotency_keys[2], "vedetta-5-", 10) == 0);
	assert_string_equal(f->idempotency_keys[0], "");
	fixture_free(f);
}

static void the_key_is_the_entrys(void **state)
{
	(void)state;
	char keys[3][128];
	for (size_t i = 0; i < 3; i++) {
		struct fixture *f = make_sending();
		script(f, STATUS_URL("101"), BY_REMO("101", "41", "q", ""));
		script(f, POST, BY_US("200", "59", "a", TO("101", "8")));
		open_quiet(f);
		struct vd_outbox_entry entry = make_entry(VD_VISIBILITY_PUBLIC, "Ecco.");
		entry.attempts = (uint16_t)(i + 1);
		entry.attempted = vd_wall_s(START_S + (int64_t)i);
		entry.created = i == 2 ? vd_wall_s(START_S - 9) : entry.created; // another box's 5
		send(f, &entry);
		memcpy(keys[i], f->idempotency_keys[2], sizeof(keys[i]));
		fixture_free(f);
	}
	assert_string_equal(keys[0], keys[1]);
	assert_string_not_equal(keys[0], keys[2]);
}

static void an_unlisted_question_gets_an_unlisted_answer(void **state)
{
	(void)state;
	struct fixture *f = make_sending();
	script(f, STATUS_URL("101"),
	       STATUS("101", "41", "8", "remo@far.example", "unlisted", "q", ""));
	script(f, POST, BY_US("200", "59", "a", TO("101", "8")));
	open_quiet(f);
	struct vd_outbox_entry entry = make_entry(VD_VISIBILITY_PUBLIC, "Ecco.");
	send(f, &entry);
	assert_non_null(strstr(f->bodies[2], "\"visibility\":\"unlisted\""));
	fixture_free(f);
}

static void answers_by_direct_message(void **state)
{
	(void)state;
	struct fixture *f = make_sending();
	script(f, STATUS_URL("101"), BY_REMO("101", "41", "q", ""));
	script(f, RELATION, "[{\"id\":\"8\",\"blocked_by\":false}]");
	script(f, POST, DIRECT_US("200", "59", "a", TO("101", "8")));
	open_quiet(f);
	struct vd_outbox_entry entry = make_entry(VD_VISIBILITY_PRIVATE, "Il suo numero?");
	send(f, &entry);
	assert_int_equal(f->sent.outcome, VD_SEND_DONE);
	assert_non_null(strstr(fixture_url(f, RELATION, 0), "id%5B%5D=8"));
	assert_string_equal(f->bodies[3],
			    "{\"status\":\"@Remo@far.example Il suo numero?\",\"in_reply_to_id\":"
			    "\"101\",\"visibility\":\"direct\"}");
	fixture_free(f);
}

// Fail closed: whatever isn't surely public gets no public answer.
static void a_private_question_never_gets_a_public_answer(void **state)
{
	(void)state;
	static const char *const parents[] = {
		STATUS("101", "41", "8", "remo@far.example", "direct", "q", ""),
		STATUS("101", "41", "8", "remo@far.example", "private", "q", ""),
		STATUS("101", "41", "8", "remo@far.example", "limited", "q", ""),
		STATUS("101", "41", "8", "remo@far.example", "", "q", ""),
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(parents); i++) {
		struct fixture *f = make_sending();
		script(f, STATUS_URL("101"), parents[i]);
		open_quiet(f);
		struct vd_outbox_entry entry = make_entry(VD_VISIBILITY_PUBLIC, "Ecco.");
		send(f, &entry);
		assert_int_equal(f->sent.outcome, VD_SEND_REFUSED);
		assert_non_null(strstr(f->sent.diag.text, "answer by direct message"));
		assert_int_equal(count_posts(f), 0);
		fixture_free(f);
	}
}

static void nothing_leaves_where_the_parent_cannot_be_seen(void **state)
{
	(void)state;
	static const struct {
		int status;
		enum vd_err err;
		const char *body;
		enum vd_send_outcome outcome;
		enum vd_err told;
	} cases[] = {
		{ 0, VD_ERR_TIMEOUT, "", VD_SEND_RETRY, VD_ERR_TIMEOUT },
		{ 500, VD_OK, "", VD_SEND_RETRY, VD_ERR_UNCERTAIN },
		{ 401, VD_OK, "{\"error\":\"x\"}", VD_SEND_RETRY, VD_ERR_AUTH },
		{ 429, VD_OK, "{\"error\":\"x\"}", VD_SEND_RETRY, VD_ERR_RATE },
		{ 200, VD_OK, "{\"id\":\"101\"}", VD_SEND_RETRY, VD_ERR_SYNTAX },
		{ 404, VD_OK, NOT_FOUND, VD_SEND_REFUSED, VD_ERR_NOT_FOUND },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct fixture *f = make_sending();
		fixture_script(f, (struct answer){ .match = STATUS_URL("101"),
						   .status = cases[i].status,
						   .err = cases[i].err,
						   .body = cases[i].body });
		open_quiet(f);
		struct vd_outbox_entry entry = make_entry(VD_VISIBILITY_PUBLIC, "Ecco.");
		send(f, &entry);
		assert_int_equal(f->sent.outcome, cases[i].outcome);
		assert_int_equal(f->sent.diag.err, cases[i].told);
		assert_int_equal(count_posts(f), 0);
		fixture_free(f);
	}
}

static void a_direct_message_that_shows_in_public_is_taken_back(void **state)
{
	(void)state;
	struct fixture *f = make_sending();
	script(f, STATUS_URL("101"), BY_REMO("101", "41", "q", ""));
	script(f, RELATION, "[]");
	script(f, STATUS_URL("200"), "{}");
	script(f, POST, BY_US("200", "59", "a", TO("101", "8")));
	open_quiet(f);
	struct vd_outbox_entry entry = make_entry(VD_VISIBILITY_PRIVATE, "Il suo numero?");
	send(f, &entry);
	assert_int_equal(f->sent.outcome, VD_SEND_REFUSED);
	assert_non_null(strstr(f->sent.diag.text, "deleted at once"));
	assert_string_equal(f->methods[4], "DELETE");
	fixture_free(f);
}

static void a_direct_message_names_its_reader_only(void **state)
{
	(void)state;
	struct vd_diag diag = { 0 };
	struct fixture *f = make_sending();
	script(f, STATUS_URL("101"), BY_REMO("101", "41", "q", ""));
	script(f, RELATION, "[]");
	open_quiet(f);
	struct vd_outbox_entry entry =
		make_entry(VD_VISIBILITY_PRIVATE, "Scriva anche a @Impresa, grazie");
	assert_int_equal(
		vd_channels_check_text(f->channels, 0, VD_VISIBILITY_PRIVATE, entry.text, &diag),
		VD_ERR_REFUSED);
	assert_non_null(strstr(diag.text, "take @Impresa out"));
	assert_ok(vd_channels_check_text(f->channels, 0, VD_VISIBILITY_PUBLIC, entry.text, &diag));
	send(f, &entry); // and where it comes that far
	assert_int_equal(f->sent.outcome, VD_SEND_REFUSED);
	assert_int_equal(count_posts(f), 0);
	fixture_free(f);
}

static void who_blocked_us_gets_no_word_that_does_not_arrive(void **state)
{
	(void)state;
	struct fixture *f = make_sending();
	script(f, STATUS_URL("101"), BY_REMO("101", "41", "q", ""));
	script(f, RELATION, "[{\"id\":\"8\",\"blocked_by\":true}]");
	open_quiet(f);
	struct vd_outbox_entry entry = make_entry(VD_VISIBILITY_PRIVATE, "Il suo numero?");
	send(f, &entry);
	assert_int_equal(f->sent.outcome, VD_SEND_REFUSED);
	assert_non_null(strstr(f->sent.diag.text, "has blocked the account"));
	assert_int_equal(count_posts(f), 0);
	fixture_free(f);
}

static void it_must_be_certain_whom_a_reply_is_for(void **state)
{
	(void)state;
	static const struct {
		const char *parent_id;
		const char *recipient;
		const char *author; // of the parent
	} cases[] = {
		{ NAME("101"), "anna@" DOMAIN, BY_REMO("101", "41", "q", "") },
		{ NAME("101"), "", BY_US("101", "41", "q", "") },
		{ "other.example/101", "remo@far.example", BY_REMO("101", "41", "q", "") },
		{ "", "remo@far.example", BY_REMO("101", "41", "q", "") },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct fixture *f = make_sending();
		script(f, STATUS_URL("101"), cases[i].author);
		open_quiet(f);
		struct vd_outbox_entry entry = make_entry(VD_VISIBILITY_PRIVATE, "Ciao");
		snprintf(entry.parent_id, sizeof(entry.parent_id), "%s", cases[i].parent_id);
		snprintf(entry.recipient_id, sizeof(entry.recipient_id), "%s", cases[i].recipient);
		send(f, &entry);
		assert_int_equal(f->sent.outcome, VD_SEND_REFUSED);
		assert_int_equal(count_posts(f), 0);
		fixture_free(f);
	}
}

static void outcomes_of_a_post(void **state)
{
	(void)state;
	static const struct {
		int status;
		enum vd_err err;
		const char *body;
		enum vd_send_outcome outcome;
		enum vd_err told;
	} cases[] = {
		{ 0, VD_ERR_UNCERTAIN, "", VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN },
		{ 0, VD_ERR_TIMEOUT, "", VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN },
		{ 0, VD_ERR_CONNECT, "", VD_SEND_RETRY, VD_ERR_CONNECT },
		{ 503, VD_OK, "<html>", VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN },
		{ 200, VD_OK, "{}", VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN },
		{ 401, VD_OK, "<html>", VD_SEND_RETRY, VD_ERR_AUTH },
		{ 429, VD_OK, "{\"error\":\"Too many requests\"}", VD_SEND_RETRY, VD_ERR_RATE },
		{ 403, VD_OK, "{\"error\":\"This action is outside the authorized scopes\"}",
		  VD_SEND_REFUSED, VD_ERR_PERMISSION },
		{ 404, VD_OK, "{\"error\":\"The post you are trying to reply to does not exist\"}",
		  VD_SEND_REFUSED, VD_ERR_NOT_FOUND },
		{ 422, VD_OK,
		  "{\"error\":\"Validation failed: Text character limit of 500 exceeded\"}",
		  VD_SEND_REFUSED, VD_ERR_TOO_LARGE },
		{ 422, VD_OK, "{\"error\":\"Validation failed: x\"}", VD_SEND_REFUSED,
		  VD_ERR_REFUSED },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct fixture *f = make_sending();
		script(f, STATUS_URL("101"), BY_REMO("101", "41", "q", ""));
		fixture_script(f, (struct answer){ .match = POST,
						   .status = cases[i].status,
						   .err = cases[i].err,
						   .body = cases[i].body });
		open_quiet(f);
		struct vd_outbox_entry entry = make_entry(VD_VISIBILITY_PUBLIC, "Ecco.");
		send(f, &entry);
		assert_int_equal(f->sent.outcome, cases[i].outcome);
		assert_int_equal(f->sent.diag.err, cases[i].told);
		assert_true(f->sent.diag.text[0] != '\0');
		fixture_free(f);
	}
}

// What the customer said meanwhile is the host's before the reply leaves.
static void the_thread_is_read_just_before(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	script(f, CONTEXT("101"), CONTEXT_OF("", BY_REMO("102", "45", "anzi no", TO("101", "8"))));
	script(f, STATUS_URL("101"), BY_REMO("101", "41", "q", ""));
	script(f, POST, BY_US("200", "59", "a", TO("101", "8")));
	open_quiet(f);
	struct vd_outbox_entry entry = make_entry(VD_VISIBILITY_PUBLIC, "Ecco.");
	send(f, &entry);
	assert_int_equal(f->sent.outcome, VD_SEND_DONE);
	assert_int_equal(f->n_messages, 2); // the parent too: it may have been edited
	const struct vd_message *m = &f->messages[1].message;
	assert_string_equal(m->network_id, NAME("102"));
	assert_string_equal(m->thread_id, NAME("101"));
	assert_int_equal(m->direction, VD_DIRECTION_IN);
	fixture_free(f);
}

// Only Mastodon's own software is known to answer a second attempt with the first post.
static void the_key_counts_where_it_is_known_to(void **state)
{
	(void)state;
	static const struct {
		const char *instance;
		int64_t age_s;
		bool is_guarded;
	} rows[] = {
		{ "{\"domain\":\"" DOMAIN "\",\"version\":\"4.4.3\"}", 100, true },
		{ "{\"domain\":\"" DOMAIN "\",\"version\":\"4.3.0+glitch\"}", 100, true },
		{ "{\"domain\":\"" DOMAIN "\",\"version\":\"4.4.3\"}", 3500, false },
		{ "{\"domain\":\"" DOMAIN "\",\"version\":\"0.17.3+git-1\"}", 100, false },
		{ "{\"domain\":\"" DOMAIN "\",\"version\":\"4.0.0 (not true; really snac/2.75)\"}",
		  100, false },
		{ "{\"domain\":\"" DOMAIN "\"}", 100, false },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		struct fixture *f = make_mastodon();
		script_for_good(f, INSTANCE, rows[i].instance);
		open_mastodon(f);
		fixture_run_polls(f, 1);
		struct vd_outbox_entry entry = make_entry(VD_VISIBILITY_PUBLIC, "Ecco.");
		struct vd_wall now = vd_wall_add(entry.attempted, vd_dur_s(rows[i].age_s));
		assert_int_equal(vd_channels_is_guarded(f->channels, &entry, now),
				 rows[i].is_guarded);
		fixture_free(f);
	}
}

// ---- the look-up --------------------------------------------------------------------------

static void look_up(struct fixture *f, const struct vd_outbox_entry *entry)
{
	struct vd_diag diag = { 0 };
	assert_ok(vd_channels_look_up(f->channels, entry, &diag));
	fixture_run_sent(f, 1);
}

#define AFTER "\"created_at\":\"2026-10-05T14:00:01Z\""
#define OURS(id, visibility, content, parent)                                                   \
	"{\"id\":\"" id "\"," AFTER ",\"visibility\":\"" visibility "\",\"content\":\"" content \
	"\",\"account\":{\"id\":\"9\",\"acct\":\"TIM\"}" TO(parent, "8") "}"
#define LINK                                                                                      \
	"<a href=\\\"https://t.it/guasti\\\"><span class=\\\"invisible\\\">https://</span><span>" \
	"t.it/guasti</span></a>"

static void an_uncertain_reply_is_found(void **state)
{
	(void)state;
	static const struct {
		enum vd_visibility visibility;
		const char *own;
		const char *context;
		const char *conversations;
		enum vd_send_outcome outcome;
	} cases[] = {
		{ VD_VISIBILITY_PUBLIC,
		  "[" OURS("200", "public", "<p>@Remo Ecco " LINK "</p>", "101") "]", NOTHING, "[]",
		  VD_SEND_DONE },
		{ VD_VISIBILITY_PUBLIC, "[]",
		  CONTEXT_OF("", OURS("200", "public", "@Remo Ecco " LINK, "101")), "[]",
		  VD_SEND_DONE },
		{ VD_VISIBILITY_PRIVATE, "[]",
		  CONTEXT_OF("", OURS("200", "direct", "@Remo Ecco " LINK, "101")), "[]",
		  VD_SEND_DONE },
		{ VD_VISIBILITY_PRIVATE, "[]", NOTHING,
		  "[{\"id\":\"1\",\"last_status\":" OURS("200", "direct", "@Remo Ecco " LINK,
							 "101") "}]",
		  VD_SEND_DONE },
		{ VD_VISIBILITY_PUBLIC, "[]", NOTHING, "[]", VD_SEND_NOT_FOUND },
		// to somebody else, of another kind, older: not ours
		{ VD_VISIBILITY_PUBLIC, "[" OURS("200", "public", "Ecco " LINK, "102") "]", NOTHING,
		  "[]", VD_SEND_NOT_FOUND },
		{ VD_VISIBILITY_PRIVATE, "[" OURS("200", "public", "Ecco " LINK, "101") "]",
		  NOTHING, "[]", VD_SEND_NOT_FOUND },
		{ VD_VISIBILITY_PUBLIC, "[" BY_US("200", "50", "Ecco " LINK, TO("101", "8")) "]",
		  NOTHING, "[]", VD_SEND_NOT_FOUND },
		// in the right place, but in other words: a person must look
		{ VD_VISIBILITY_PUBLIC, "[" OURS("200", "public", "Ecco!! \xE2\x98\xBA", "101") "]",
		  NOTHING, "[]", VD_SEND_UNCERTAIN },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct fixture *f = make_mastodon();
		script(f, OWN, cases[i].own);
		script(f, "max_id=200", "[]");
		script(f, CONTEXT("101"), cases[i].context);
		script(f, CONVERSATIONS, cases[i].conversations);
		open_quiet(f);
		struct vd_outbox_entry entry =
			make_entry(cases[i].visibility, "Ecco https://t.it/guasti");
		look_up(f, &entry);
		assert_int_equal(f->sent.outcome, cases[i].outcome);
		if (cases[i].outcome == VD_SEND_DONE) {
			assert_string_equal(f->sent.network_id, NAME("200"));
		}
		assert_int_equal(count_posts(f), 0);
		fixture_free(f);
	}
}

static void a_failed_look_up_says_nothing(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *body;
		enum vd_send_outcome outcome;
	} cases[] = {
		{ 500, "", VD_SEND_UNCERTAIN },
		{ 404, "<html>", VD_SEND_UNCERTAIN },
		{ 200, "{}", VD_SEND_UNCERTAIN },
		{ 401, "{\"error\":\"x\"}", VD_SEND_RETRY },
		{ 429, "{\"error\":\"x\"}", VD_SEND_RETRY },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct fixture *f = make_mastodon();
		script_status(f, OWN, cases[i].status, cases[i].body);
		open_quiet(f);
		struct vd_outbox_entry entry = make_entry(VD_VISIBILITY_PUBLIC, "Ecco");
		look_up(f, &entry);
		assert_int_equal(f->sent.outcome, cases[i].outcome);
		fixture_free(f);
	}
}

static void a_look_up_waits_for_the_own_id(void **state)
{
	(void)state;
	struct fixture *f = make_mastodon();
	open_quiet(f);
	set_cursor(f, "user_id", "");
	struct vd_outbox_entry entry = make_entry(VD_VISIBILITY_PUBLIC, "Ecco");
	look_up(f, &entry);
	assert_int_equal(f->sent.outcome, VD_SEND_RETRY);
	assert_int_equal(f->n_urls, 0);
	fixture_free(f);
}

static void an_account_needs_its_server(void **state)
{
	(void)state;
	struct vd_diag diag = { 0 };
	struct fixture *f = make_mastodon();
	f->accounts[0].base_url = NULL;
	struct vd_channel_door door = { .ctx = f,
					.start = fixture_start,
					.cancel = fixture_cancel };
	assert_int_equal(
		vd_channels_create_with(&f->host, door, f->accounts, 1, &f->channels, &diag),
		VD_ERR_ARGUMENT);
	assert_non_null(strstr(diag.text, "set base_url"));
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_in_public),
		cmocka_unit_test(the_key_is_the_entrys),
		cmocka_unit_test(an_unlisted_question_gets_an_unlisted_answer),
		cmocka_unit_test(answers_by_direct_message),
		cmocka_unit_test(a_private_question_never_gets_a_public_answer),
		cmocka_unit_test(nothing_leaves_where_the_parent_cannot_be_seen),
		cmocka_unit_test(a_direct_message_that_shows_in_public_is_taken_back),
		cmocka_unit_test(a_direct_message_names_its_reader_only),
		cmocka_unit_test(who_blocked_us_gets_no_word_that_does_not_arrive),
		cmocka_unit_test(it_must_be_certain_whom_a_reply_is_for),
		cmocka_unit_test(outcomes_of_a_post),
		cmocka_unit_test(the_thread_is_read_just_before),
		cmocka_unit_test(the_key_counts_where_it_is_known_to),
		cmocka_unit_test(an_uncertain_reply_is_found),
		cmocka_unit_test(a_failed_look_up_says_nothing),
		cmocka_unit_test(a_look_up_waits_for_the_own_id),
		cmocka_unit_test(an_account_needs_its_server),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
