// SPDX-License-Identifier: MIT
//
// What hangs on messages, and how far they went, as far as store and journal go. The bench verifies
// the journal and makes the store anew from it at each close.
#include "desk_people_bench.h"

#include "app/desk_internal.h"
#include "app/verify.h"

#define LIST "photo\thttps://a.test/1.jpg\tla bolletta\n"
#define OTHER "video\t77\t\n"

static struct vd_message message(struct bench *b, uint64_t conversation, uint32_t number)
{
	struct vd_message m;
	assert_ok(vd_store_message_get(b->store, conversation, number, &m, NULL));
	return m;
}

static struct vd_message with_list(const char *id, const char *thread, const char *list)
{
	struct vd_message m = question(id, thread, FRIDAY_16_40);
	m.attachments = 1;
	m.attached = vd_span_of(list);
	return m;
}

static uint64_t events(struct bench *b)
{
	return vd_store_journal_last(b->store);
}

struct noted {
	int n; // events with the list's hash
	int n_words;
};

static bool look_for_list(void *ctx, const struct vd_journal_event *event)
{
	struct noted *noted = ctx;
	char hash[2 * VD_HASH_BYTES + 1];
	vd_journal_step_hash(VD_SPAN(LIST), hash);
	noted->n += vd_span_find(event->detail, vd_span_of(hash)) >= 0;
	noted->n_words += vd_span_find(event->detail, VD_SPAN("bolletta")) >= 0 ||
			  vd_span_find(event->detail, VD_SPAN("a.test")) >= 0;
	return true;
}

static void the_journal_has_the_hash_and_the_store_the_list(void **state)
{
	struct bench *b = *state;
	struct vd_message m = with_list("1", "t1", LIST);
	take(b, &m);
	assert_span(message(b, 1, 1).attached, LIST);
	struct noted noted = { 0 };
	assert_ok(vd_store_journal_each(b->store, 1, look_for_list, &noted, NULL));
	assert_int_equal(noted.n, 1);
	assert_int_equal(noted.n_words, 0);
	// The same again, with another address for the same picture, is no edit.
	m.attached = VD_SPAN("photo\thttps://b.test/1.jpg\tla bolletta\n");
	uint64_t before = events(b);
	take(b, &m);
	assert_int_equal(events(b), before);
	assert_span(message(b, 1, 1).attached, LIST);
}

static void an_edit_brings_its_own_list(void **state)
{
	struct bench *b = *state;
	struct vd_message m = with_list("1", "t1", LIST);
	take(b, &m);
	m.text = VD_SPAN("altre parole");
	m.attached = VD_SPAN(OTHER);
	m.attachments = 3;
	take(b, &m);
	assert_span(message(b, 1, 1).attached, OTHER);
	assert_int_equal(message(b, 1, 1).attachments, 3);
}

static void what_is_deleted_has_no_list(void **state)
{
	struct bench *b = *state;
	struct vd_message m = with_list("1", "t1", LIST);
	take(b, &m);
	assert_ok(b->host.deleted(b->host.ctx, 0, "1", NULL));
	turn(b);
	assert_int_equal(message(b, 1, 1).attached.n, 0);
	assert_int_equal(message(b, 1, 1).attachments, 1); // that there was one stays known
	take(b, &m);
	assert_int_equal(message(b, 1, 1).attached.n, 0);
}

static void lists_go_along_with_merge_and_split(void **state)
{
	struct bench *b = *state;
	add_bruno(b);
	struct vd_message one = with_list("1", "t1", LIST);
	struct vd_message two = with_list("2", "t2", OTHER);
	take(b, &one);
	take(b, &two);
	must(b, (struct vd_command){
			.kind = VD_COMMAND_MERGE, .conversation = 2, .staff = ANNA, .into = 1 });
	assert_span(message(b, 1, 2).attached, OTHER);
	must(b, (struct vd_command){ .kind = VD_COMMAND_SPLIT,
				     .conversation = 1,
				     .staff = ANNA,
				     .messages = { 1 },
				     .n_messages = 1 });
	assert_span(message(b, 3, 1).attached, LIST);
	must(b, (struct vd_command){ .kind = VD_COMMAND_CLAIM, .conversation = 3, .staff = ANNA });
	assert_span(message(b, 3, 1).attached, LIST); // stamped, and whole
}

static void a_list_that_no_event_knows_is_found(void **state)
{
	struct bench *b = *state;
	struct vd_message m = with_list("1", "t1", LIST);
	take(b, &m);
	struct vd_message forged = message(b, 1, 1);
	struct vd_verify_config config = { .store = b->store };
	struct vd_verify_report report;
	forged.attached = VD_SPAN(OTHER);
	assert_ok(vd_store_message_update(b->store, VD_NETWORK_X, 1, 1, &forged, NULL));
	assert_ok(vd_store_commit(b->store, NULL));
	assert_err(vd_verify_store(&config, &report, NULL), VD_ERR_CONFLICT);
	assert_int_equal(report.part, VD_VERIFY_STORE);
	assert_non_null(strstr(report.difference.what, "attachments"));
	forged.attached = VD_SPAN(LIST);
	assert_ok(vd_store_message_update(b->store, VD_NETWORK_X, 1, 1, &forged, NULL));
	turn(b);
}

static void what_people_pass_on_counts_and_opens_nothing(void **state)
{
	struct bench *b = *state;
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	struct vd_message reply = reply_in("2", "t1", FRIDAY_16_40 + 60);
	take(b, &reply);
	uint64_t before = events(b);
	m.has_echoes = true;
	m.shares = 3;
	m.quotes = 1;
	take(b, &m);
	assert_int_equal(message(b, 1, 1).shares, 3);
	assert_int_equal(message(b, 1, 1).quotes, 1);
	m.has_echoes = false; // the network told nothing this time
	m.shares = 0;
	take(b, &m);
	assert_int_equal(message(b, 1, 1).shares, 3);
	b->host.passed_on(b->host.ctx, 0, "1", 2); // an older word
	b->host.passed_on(b->host.ctx, 0, "2", 9); // ours
	b->host.passed_on(b->host.ctx, 0, "unknown", 9);
	turn(b);
	assert_int_equal(message(b, 1, 1).shares, 3);
	assert_int_equal(message(b, 1, 2).shares, 9);
	reply.has_echoes = true;
	reply.shares = 10;
	take(b, &reply);
	assert_int_equal(message(b, 1, 2).shares, 10);
	// Nothing of it is a verdict, nor a case.
	assert_int_equal(events(b), before);
	struct vd_store_counters counters;
	assert_ok(vd_store_get_counters(b->store, &counters, NULL));
	assert_int_equal(counters.conversations, 1);
	assert_int_equal(counters.messages, 2);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_journal_has_the_hash_and_the_store_the_list),
		TEST(an_edit_brings_its_own_list),
		TEST(what_is_deleted_has_no_list),
		TEST(lists_go_along_with_merge_and_split),
		TEST(a_list_that_no_event_knows_is_found),
		TEST(what_people_pass_on_counts_and_opens_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
