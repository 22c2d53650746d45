// SPDX-License-Identifier: MIT
#include "fixture.h"

static uint32_t add(struct fixture *f, uint64_t conversation, const char *id, const char *thread)
{
	struct vd_message m = fixture_message(id, thread, "hello");
	uint32_t number = 0;
	assert_ok(
		vd_store_message_add(f->store, VD_NETWORK_X, conversation, &m, &number, &f->diag));
	return number;
}

static void put_conversations(struct fixture *f, uint64_t n)
{
	for (uint64_t id = 1; id <= n; id++) {
		struct vd_conversation c = fixture_conversation(id, T0);
		assert_ok(vd_store_conversation_put(f->store, &c, &f->diag));
	}
}

static void numbers_run_in_each_conversation(void **state)
{
	struct fixture *f = *state;
	put_conversations(f, 3);
	assert_int_equal(add(f, 2, "a", "t"), 1);
	assert_int_equal(add(f, 2, "b", "t"), 2);
	assert_int_equal(add(f, 1, "c", "t"), 1);
	assert_int_equal(add(f, 3, "d", "t"), 1);
	fixture_commit(f);
	assert_int_equal(add(f, 2, "e", "t"), 3);
	fixture_check(f);
}

static bool check_list(void *ctx, uint32_t number, const struct vd_message *m)
{
	struct fixture *f = ctx;
	struct vd_message again = *m; // its list lies in the map, which the next write moves
	assert_span(m->attached, "photo\thttps://a.test/1\tuno\n");
	assert_int_equal(m->shares, 4);
	again.shares = 5;
	again.quotes = 6;
	assert_ok(vd_store_message_update(f->store, VD_NETWORK_X, 1, number, &again, &f->diag));
	return false;
}

static void a_list_is_kept_beside_the_text(void **state)
{
	struct fixture *f = *state;
	put_conversations(f, 1);
	struct vd_message m = fixture_message("a", "t", "hello");
	uint32_t number = 0;
	m.attachments = 1;
	m.attached = VD_SPAN("photo\thttps://a.test/1\tuno\n");
	m.shares = 4;
	assert_ok(vd_store_message_add(f->store, VD_NETWORK_X, 1, &m, &number, &f->diag));
	fixture_commit(f);
	assert_ok(vd_store_message_each(f->store, 1, check_list, f, &f->diag));
	fixture_commit(f);
	assert_ok(vd_store_message_get(f->store, 1, 1, &m, &f->diag));
	assert_span(m.attached, "photo\thttps://a.test/1\tuno\n");
	assert_span(m.text, "hello");
	assert_int_equal(m.shares + m.quotes, 11);
	static const char many[VD_ATTACHED_BYTES + 1] = { 'x' };
	m.attached = vd_span_make(many, sizeof(many));
	assert_err(vd_store_message_update(f->store, VD_NETWORK_X, 1, 1, &m, &f->diag),
		   VD_ERR_ARGUMENT);
	fixture_check(f);
}

static void a_message_is_taken_in_once(void **state)
{
	struct fixture *f = *state;
	put_conversations(f, 2);
	add(f, 1, "a", "t");
	struct vd_message m = fixture_message("a", "t", "again");
	uint32_t number = 0;
	assert_err(vd_store_message_add(f->store, VD_NETWORK_X, 2, &m, &number, &f->diag),
		   VD_ERR_EXISTS);
	assert_string_equal(f->diag.text, "message a of x was taken in already");
	// The turn is whole: the same id on another network is another message, and the commit
	// succeeds.
	assert_ok(vd_store_message_add(f->store, VD_NETWORK_FACEBOOK, 2, &m, &number, &f->diag));
	fixture_commit(f);
	uint64_t conversation = 0;
	assert_ok(vd_store_find_id(f->store, VD_NETWORK_X, "a", &conversation, &number, &f->diag));
	assert_int_equal(conversation, 1);
	assert_ok(vd_store_find_id(f->store, VD_NETWORK_FACEBOOK, "a", &conversation, &number,
				   &f->diag));
	assert_int_equal(conversation, 2);
	assert_err(vd_store_find_id(f->store, VD_NETWORK_X, "b", &conversation, &number, &f->diag),
		   VD_ERR_NOT_FOUND);
	assert_err(vd_store_find_id(f->store, VD_NETWORK_X, "", &conversation, &number, &f->diag),
		   VD_ERR_NOT_FOUND);
	fixture_check(f);
}

static void a_thread_leads_to_its_latest_conversation(void **state)
{
	struct fixture *f = *state;
	uint64_t conversation = 0;
	put_conversations(f, 2);
	add(f, 1, "a", "t");
	assert_ok(vd_store_find_thread(f->store, VD_NETWORK_X, "t", &conversation, &f->diag));
	assert_int_equal(conversation, 1);
	add(f, 2, "b", "t"); // R36: a repeat
	assert_ok(vd_store_find_thread(f->store, VD_NETWORK_X, "t", &conversation, &f->diag));
	assert_int_equal(conversation, 2);
	assert_err(
		vd_store_find_thread(f->store, VD_NETWORK_FACEBOOK, "t", &conversation, &f->diag),
		VD_ERR_NOT_FOUND);
}

struct seen {
	uint32_t n;
	char text[64];
};

static bool look(void *ctx, uint32_t number, const struct vd_message *m)
{
	struct seen *seen = ctx;
	seen->n++;
	assert_int_equal(number, seen->n);
	assert_ok(vd_span_copy(m->text, seen->text, sizeof(seen->text)));
	return true;
}

static bool look_first(void *ctx, uint32_t number, const struct vd_message *m)
{
	(void)look(ctx, number, m);
	return false;
}

static void an_update_keeps_the_ids(void **state)
{
	struct fixture *f = *state;
	put_conversations(f, 2);
	add(f, 1, "a", "t");
	add(f, 2, "b", "u");
	struct vd_message m = fixture_message("a", "t", "edited");
	m.is_deleted = true;
	m.shown = vd_wall_s(T0 + 5);
	assert_ok(vd_store_message_update(f->store, VD_NETWORK_X, 1, 1, &m, &f->diag));
	struct seen seen = { 0 };
	assert_ok(vd_store_message_each(f->store, 1, look, &seen, &f->diag));
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.text, "edited");
	m = fixture_message("b", "t", "another id");
	assert_err(vd_store_message_update(f->store, VD_NETWORK_X, 1, 1, &m, &f->diag),
		   VD_ERR_ARGUMENT);
	m = fixture_message("a", "u", "another thread");
	assert_err(vd_store_message_update(f->store, VD_NETWORK_X, 1, 1, &m, &f->diag),
		   VD_ERR_ARGUMENT);
	m = fixture_message("a", "t", "no such number");
	assert_err(vd_store_message_update(f->store, VD_NETWORK_X, 1, 2, &m, &f->diag),
		   VD_ERR_NOT_FOUND);
	fixture_check(f);
}

static void a_text_can_come_and_go(void **state)
{
	struct fixture *f = *state;
	put_conversations(f, 1);
	add(f, 1, "a", "t");
	add(f, 1, "b", "t");
	static const char *const texts[] = { "", "a longer text", "a longer text", "short", "" };
	for (size_t i = 0; i < VD_ARRAY_LEN(texts); i++) {
		struct vd_message m = fixture_message("a", "t", texts[i]);
		struct seen seen = { 0 };
		assert_ok(vd_store_message_update(f->store, VD_NETWORK_X, 1, 1, &m, &f->diag));
		fixture_commit(f);
		fixture_check(f);
		assert_ok(vd_store_message_each(f->store, 1, look_first, &seen, &f->diag));
		assert_string_equal(seen.text, texts[i]);
	}
}

static bool mark_shown(void *ctx, uint32_t number, const struct vd_message *m)
{
	struct fixture *f = ctx;
	struct vd_message shown = *m; // its text still lies in the map
	shown.shown = vd_wall_s(T0 + 9);
	assert_ok(vd_store_message_update(f->store, VD_NETWORK_X, 1, number, &shown, &f->diag));
	return true;
}

// The first write of a turn may move the map: a borrowed text must be copied before.
static void a_message_can_be_updated_while_it_is_looked_at(void **state)
{
	struct fixture *f = *state;
	fixture_close(f);
	f->map_bytes = (size_t)1 << 20;
	fixture_open(f); // the map is small: the next turn begins by growing it
	put_conversations(f, 1);
	add(f, 1, "a", "t");
	add(f, 1, "b", "t");
	fixture_commit(f);
	fixture_reopen(f);
	assert_ok(vd_store_message_each(f->store, 1, mark_shown, f, &f->diag));
	fixture_commit(f);
	struct seen seen = { 0 };
	assert_ok(vd_store_message_each(f->store, 1, look, &seen, &f->diag));
	assert_int_equal(seen.n, 2);
	assert_string_equal(seen.text, "hello");
	fixture_check(f);
}

static void the_longest_text_and_ids_fit(void **state)
{
	struct fixture *f = *state;
	static char text[VD_TEXT_BYTES];
	char id[VD_ID_BYTES];
	memset(text, 'x', sizeof(text));
	memset(id, 'i', sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	put_conversations(f, 1);
	struct vd_message m = fixture_message(id, id, "");
	m.text = vd_span_make(text, sizeof(text));
	uint32_t number = 0;
	assert_ok(vd_store_message_add(f->store, VD_NETWORK_X, 1, &m, &number, &f->diag));
	fixture_commit(f);
	uint64_t conversation = 0;
	assert_ok(vd_store_find_id(f->store, VD_NETWORK_X, id, &conversation, &number, &f->diag));
	fixture_check(f);
}

static void a_message_without_an_id_is_kept_too(void **state)
{
	struct fixture *f = *state;
	put_conversations(f, 1);
	add(f, 1, "", "");
	add(f, 1, "", "");
	struct seen seen = { 0 };
	assert_ok(vd_store_message_each(f->store, 1, look, &seen, &f->diag));
	assert_int_equal(seen.n, 2);
	fixture_check(f);
}

static uint64_t owner_of(struct fixture *f, const char *id, uint32_t *number)
{
	uint64_t conversation = 0;
	assert_ok(vd_store_find_id(f->store, VD_NETWORK_X, id, &conversation, number, &f->diag));
	return conversation;
}

static uint64_t owner_of_thread(struct fixture *f, const char *thread)
{
	uint64_t conversation = 0;
	assert_ok(vd_store_find_thread(f->store, VD_NETWORK_X, thread, &conversation, &f->diag));
	return conversation;
}

static void a_message_moves_with_its_id_thread_and_text(void **state)
{
	struct fixture *f = *state;
	uint32_t number = 0;
	put_conversations(f, 3);
	add(f, 1, "a", "t");
	add(f, 1, "b", "u");
	add(f, 2, "c", "v");
	fixture_commit(f);
	fixture_reopen(f);
	assert_ok(vd_store_message_move(f->store, VD_NETWORK_X, 1, 1, 2, &number, &f->diag));
	assert_int_equal(number, 2);
	fixture_commit(f);
	assert_int_equal(owner_of(f, "a", &number), 2);
	assert_int_equal(number, 2);
	assert_int_equal(owner_of(f, "b", &number), 1);
	assert_int_equal(owner_of_thread(f, "t"), 2);
	assert_int_equal(owner_of_thread(f, "u"), 1);
	struct seen seen = { 0 };
	assert_ok(vd_store_message_each(f->store, 2, look, &seen, &f->diag));
	assert_int_equal(seen.n, 2);
	assert_string_equal(seen.text, "hello");
	fixture_check(f);
}

static void a_thread_that_a_later_case_has_stays_there(void **state)
{
	struct fixture *f = *state;
	uint32_t number = 0;
	put_conversations(f, 3);
	add(f, 1, "a", "t");
	add(f, 3, "b", "t");
	assert_ok(vd_store_message_move(f->store, VD_NETWORK_X, 1, 1, 2, &number, &f->diag));
	assert_int_equal(owner_of_thread(f, "t"), 3);
	fixture_check(f);
}

static void what_is_not_there_moves_nowhere(void **state)
{
	struct fixture *f = *state;
	uint32_t number = 0;
	put_conversations(f, 2);
	add(f, 1, "a", "t");
	assert_err(vd_store_message_move(f->store, VD_NETWORK_X, 1, 2, 2, &number, &f->diag),
		   VD_ERR_NOT_FOUND);
	assert_string_equal(f->diag.text, "conversation 1 has no message 2");
	assert_int_equal(owner_of(f, "a", &number), 1);
	fixture_commit(f);
	fixture_check(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(numbers_run_in_each_conversation),
		STORE_TEST(a_list_is_kept_beside_the_text),
		STORE_TEST(a_message_is_taken_in_once),
		STORE_TEST(a_thread_leads_to_its_latest_conversation),
		STORE_TEST(an_update_keeps_the_ids),
		STORE_TEST(a_text_can_come_and_go),
		STORE_TEST(a_message_can_be_updated_while_it_is_looked_at),
		STORE_TEST(the_longest_text_and_ids_fit),
		STORE_TEST(a_message_without_an_id_is_kept_too),
		STORE_TEST(a_message_moves_with_its_id_thread_and_text),
		STORE_TEST(a_thread_that_a_later_case_has_stays_there),
		STORE_TEST(what_is_not_there_moves_nowhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
