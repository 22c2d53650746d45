// SPDX-License-Identifier: MIT
// What X's channel does with a reply beside the plain send: the post looked at before, each
// refusal, the button for a private message, what a write costs.
#include "x_fixture.h"

#define POSTS "https://x.test/2/tweets"
#define TWO_HUNDRED_ONE "{\"data\":{\"id\":\"" ID("50") "\",\"text\":\"x\"}}"
#define FORBIDDEN(detail)                                                                       \
	"{\"title\":\"Forbidden\",\"type\":\"about:blank\",\"status\":403,\"detail\":\"" detail \
	"\"}"

static void send_it(struct fixture *f, const struct vd_outbox_entry *entry)
{
	fixture_open(f);
	assert_ok(vd_channels_send(f->channels, entry, NULL));
	fixture_run_sent(f, 1);
}

static void script_there(struct fixture *f)
{
	script(f, LOOKUP, "{\"data\":[" POST_OF("08", "7", "") "]}");
}

static void a_deleted_post_is_not_replied_to(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, LOOKUP,
	       "{\"errors\":[{\"value\":\"" ID("08") "\",\"type\":\"https://api.twitter.com/2/"
						     "problems/resource-not-found\"}]}");
	struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PUBLIC);
	send_it(f, &entry);
	assert_int_equal(f->n_urls, 1); // nothing left
	assert_int_equal(f->sent.outcome, VD_SEND_REFUSED);
	assert_int_equal(f->sent.diag.err, VD_ERR_NOT_FOUND);
	assert_string_equal(f->deleted_id, ID("08")); // R38
	fixture_free(f);
}

static const struct {
	const char *name;
	struct answer look;
	enum vd_send_outcome outcome;
	size_t n_urls;
} looks[] = {
	{ "there",
	  { .status = 200, .body = "{\"data\":[" POST_OF("08", "7", "") "]}" },
	  VD_SEND_DONE,
	  2 },
	{ "a limit never starves a reply", { .status = 429, .body = "{}" }, VD_SEND_DONE, 2 },
	{ "nothing is known", { .status = 503, .body = "<html>" }, VD_SEND_DONE, 2 },
	{ "rubbish", { .status = 200, .body = "}" }, VD_SEND_DONE, 2 },
	{ "broken off: nothing was sent",
	  { .status = 0, .err = VD_ERR_UNCERTAIN },
	  VD_SEND_RETRY,
	  1 },
	{ "the other dialect",
	  { .status = 400,
	    .body = "{\"errors\":[{\"parameters\":{\"tweet.fields\":[\"x\"]},\"message\":\"The "
		    "query "
		    "parameter [tweet.fields] is not one of [ids]\"}]}" },
	  VD_SEND_DONE,
	  3 },
};

static void a_look_before_a_reply_only_stops_what_is_gone(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(looks); i++) {
		struct fixture *f = make_x();
		struct answer look = looks[i].look;
		look.match = LOOKUP;
		fixture_script(f, look);
		if (looks[i].n_urls == 3) {
			script_there(f);
		}
		fixture_script(f, (struct answer){
					  .match = POSTS, .status = 201, .body = TWO_HUNDRED_ONE });
		struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PUBLIC);
		send_it(f, &entry);
		assert_row(f->sent.outcome == looks[i].outcome, looks[i].name);
		assert_row(f->n_urls == looks[i].n_urls, looks[i].name);
		bool is_switched = strcmp(fixture_cursor(f, 0, "dialect"), "post") == 0;
		assert_row(is_switched == (looks[i].n_urls == 3), looks[i].name);
		fixture_free(f);
	}
}

static const struct {
	const char *name;
	enum vd_visibility visibility;
	int status;
	const char *body;
	enum vd_send_outcome outcome;
	enum vd_err err;
	const char *words;
} refusals[] = {
	{ "not summoned", VD_VISIBILITY_PUBLIC, 403,
	  FORBIDDEN("Reply to this conversation is not allowed because you have not been "
		    "mentioned or "
		    "otherwise engaged by the author of the post you are replying to."),
	  VD_SEND_REFUSED, VD_ERR_REFUSED,
	  "this account was not mentioned (403): the reply leaves by the account that the customer "
	  "wrote to" },
	{ "duplicate", VD_VISIBILITY_PUBLIC, 403,
	  FORBIDDEN("You are not allowed to create a Tweet with duplicate content."),
	  VD_SEND_UNCERTAIN, VD_ERR_EXISTS, "this very text" },
	{ "limited", VD_VISIBILITY_PUBLIC, 403,
	  FORBIDDEN("You are not permitted to reply to this conversation."), VD_SEND_REFUSED,
	  VD_ERR_REFUSED, "limited who may reply" },
	{ "deleted parent", VD_VISIBILITY_PUBLIC, 403,
	  FORBIDDEN("You attempted to reply to a Tweet that is deleted or not visible to you."),
	  VD_SEND_REFUSED, VD_ERR_NOT_FOUND, "deleted or hidden" },
	{ "too long", VD_VISIBILITY_PUBLIC, 400,
	  "{\"detail\":\"Your Tweet text is too long. For more information\"}", VD_SEND_REFUSED,
	  VD_ERR_TOO_LARGE, "too long for X" },
	{ "no scope to write", VD_VISIBILITY_PUBLIC, 403, FORBIDDEN("Forbidden"), VD_SEND_REFUSED,
	  VD_ERR_PERMISSION, "tweet.write is missing" },
	{ "closed", VD_VISIBILITY_PRIVATE, 403,
	  FORBIDDEN("You do not have permission to DM one or more participants."), VD_SEND_REFUSED,
	  VD_ERR_REFUSED, "takes no direct messages from us (403): ask in public" },
	{ "closed, v1", VD_VISIBILITY_PRIVATE, 403,
	  "{\"errors\":[{\"code\":349,\"message\":\"You cannot send messages to this user.\"}]}",
	  VD_SEND_REFUSED, VD_ERR_REFUSED, "takes no direct messages from us" },
	{ "policy", VD_VISIBILITY_PRIVATE, 403, FORBIDDEN("This operation is not permitted."),
	  VD_SEND_RETRY, VD_ERR_PERMISSION, "whoever it is for" },
	{ "no scope for messages", VD_VISIBILITY_PRIVATE, 403, FORBIDDEN("Forbidden"),
	  VD_SEND_REFUSED, VD_ERR_PERMISSION, "dm.write is missing" },
};

static void each_refusal_has_its_own_words_and_next_step(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(refusals); i++) {
		struct fixture *f = make_x();
		bool is_private = refusals[i].visibility == VD_VISIBILITY_PRIVATE;
		script_there(f);
		fixture_script(f, (struct answer){ .match = is_private ? "/messages" : POSTS,
						   .status = refusals[i].status,
						   .body = refusals[i].body });
		struct vd_outbox_entry entry = entry_of(refusals[i].visibility);
		send_it(f, &entry);
		assert_row(f->sent.outcome == refusals[i].outcome, refusals[i].name);
		assert_row(f->sent.diag.err == refusals[i].err, refusals[i].name);
		if (strstr(f->sent.diag.text, refusals[i].words) == NULL) {
			print_error("%s\n", f->sent.diag.text);
		}
		assert_row(strstr(f->sent.diag.text, refusals[i].words) != NULL, refusals[i].name);
		assert_row(fixture_bill(f, VD_RESOURCE_WRITE_DM) +
					   fixture_bill(f, VD_RESOURCE_WRITE_POST_WITH_URL) ==
				   0,
			   refusals[i].name); // what failed is free
		fixture_free(f);
	}
}

static void a_policy_against_the_account_stops_all_its_messages(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	fixture_script(f, (struct answer){ .match = "/messages",
					   .status = 403,
					   .body = FORBIDDEN("This operation is not permitted.") });
	struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PRIVATE);
	send_it(f, &entry);
	assert_int_equal(f->sent.retry_after.us, vd_dur_s(3600).us);
	snprintf(entry.thread_id, sizeof(entry.thread_id), "dm:1-8");
	assert_ok(vd_channels_send(f->channels, &entry, NULL));
	fixture_run_sent(f, 2);
	assert_int_equal(f->sent.outcome, VD_SEND_RETRY);
	assert_int_equal(f->n_urls, 1); // not even asked
	fixture_free(f);
}

static void the_invitation_is_a_field_and_no_link(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script_there(f);
	fixture_script(f,
		       (struct answer){ .match = POSTS, .status = 201, .body = TWO_HUNDRED_ONE });
	struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PUBLIC);
	entry.text = VD_SPAN("Ci scriva");
	entry.invites_dm = true;
	send_it(f, &entry);
	assert_int_equal(f->sent.outcome, VD_SEND_DONE);
	assert_string_equal(f->bodies[1],
			    "{\"text\":\"Ci scriva\",\"reply\":{\"in_reply_to_tweet_id\":\"" ID(
				    "08") "\"},\"direct_message_deep_link\":\"https://twitter.com/"
					  "messages/compose?recipient_id=1\"}");
	assert_int_equal(fixture_bill(f, VD_RESOURCE_WRITE_SUMMONED_REPLY), 1);
	fixture_free(f);
	// who we are isn't known yet: nothing leaves without its button
	f = make_x();
	f->book.accounts[0].user_id[0] = '\0';
	send_it(f, &entry);
	assert_int_equal(f->sent.outcome, VD_SEND_RETRY);
	assert_int_equal(f->n_urls, 0);
	fixture_free(f);
}

static const struct {
	const char *text;
	const char *parent;
	enum vd_visibility visibility;
	enum vd_resource resource;
	bool is_costly;
} writes[] = {
	{ "Buongiorno", ID("08"), VD_VISIBILITY_PUBLIC, VD_RESOURCE_WRITE_SUMMONED_REPLY, false },
	{ "Buongiorno", "", VD_VISIBILITY_PUBLIC, VD_RESOURCE_WRITE_POST, false },
	{ "guardi tim.it", ID("08"), VD_VISIBILITY_PUBLIC, VD_RESOURCE_WRITE_POST_WITH_URL, true },
	{ "guardi https://a.b.example.com/x", "", VD_VISIBILITY_PUBLIC,
	  VD_RESOURCE_WRITE_POST_WITH_URL, true },
	{ "scriva a info@tim.it", ID("08"), VD_VISIBILITY_PUBLIC, VD_RESOURCE_WRITE_SUMMONED_REPLY,
	  false },
	{ "guardi tim.it", "", VD_VISIBILITY_PRIVATE, VD_RESOURCE_WRITE_DM, false },
};

static void a_write_is_billed_by_its_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(writes); i++) {
		struct fixture *f = make_x();
		bool is_private = writes[i].visibility == VD_VISIBILITY_PRIVATE;
		script_there(f);
		fixture_script(f, (struct answer){
					  .match = is_private ? "/messages" : POSTS,
					  .status = 201,
					  .body = is_private ? "{\"data\":{\"dm_event_id\":\"50\"}}"
							     : TWO_HUNDRED_ONE });
		struct vd_outbox_entry entry = entry_of(writes[i].visibility);
		entry.text = vd_span_of(writes[i].text);
		snprintf(entry.parent_id, sizeof(entry.parent_id), "%s", writes[i].parent);
		send_it(f, &entry);
		assert_row(f->sent.outcome == VD_SEND_DONE, writes[i].text);
		assert_row(fixture_bill(f, writes[i].resource) == 1, writes[i].text);
		bool is_costly =
			vd_channels_is_costly(f->channels, 0, writes[i].visibility, entry.text);
		assert_row(is_costly == writes[i].is_costly, writes[i].text);
		fixture_free(f);
	}
}

static void a_send_that_arrived_after_all_is_billed(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	script(f, OWN,
	       PAGE("{\"id\":\"60\",\"text\":\"@mrossi Buongiorno, guardi https://t.co/x1\","
		    "\"author_id\":\"1\",\"created_at\":\"2026-10-05T13:59:01.000Z\"" REPLY_TO(
			    "08") "}",
		    ""));
	fixture_open(f);
	struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PUBLIC);
	assert_ok(vd_channels_look_up(f->channels, &entry, NULL));
	fixture_run_sent(f, 1);
	assert_int_equal(f->sent.outcome, VD_SEND_DONE);
	assert_int_equal(fixture_bill(f, VD_RESOURCE_WRITE_POST_WITH_URL), 1);
	assert_int_equal(fixture_bill(f, VD_RESOURCE_POST), 1);
	fixture_free(f);
}

static void a_dialect_that_a_look_up_learns_is_remembered(void **state)
{
	(void)state;
	struct fixture *f = make_x();
	fixture_script(f,
		       (struct answer){ .match = OWN, .status = 400, .body = looks[5].look.body });
	script(f, OWN, EMPTY);
	fixture_open(f);
	struct vd_outbox_entry entry = entry_of(VD_VISIBILITY_PUBLIC);
	assert_ok(vd_channels_look_up(f->channels, &entry, NULL));
	fixture_run_sent(f, 1);
	assert_int_equal(f->sent.outcome, VD_SEND_NOT_FOUND);
	assert_non_null(strstr(f->urls[1], "post.fields="));
	assert_string_equal(fixture_cursor(f, 0, "dialect"), "post");
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_deleted_post_is_not_replied_to),
		cmocka_unit_test(a_look_before_a_reply_only_stops_what_is_gone),
		cmocka_unit_test(each_refusal_has_its_own_words_and_next_step),
		cmocka_unit_test(a_policy_against_the_account_stops_all_its_messages),
		cmocka_unit_test(the_invitation_is_a_field_and_no_link),
		cmocka_unit_test(a_write_is_billed_by_its_kind),
		cmocka_unit_test(a_send_that_arrived_after_all_is_billed),
		cmocka_unit_test(a_dialect_that_a_look_up_learns_is_remembered),
	};
	return cmocka_run_group_tests_name("channel/x_send", tests, NULL, NULL);
}
