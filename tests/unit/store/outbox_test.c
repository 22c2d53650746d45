// SPDX-License-Identifier: MIT
#include "fixture.h"

static struct vd_outbox_entry entry_of(uint64_t id, enum vd_outbox_state state)
{
	struct vd_outbox_entry e;
	memset(&e, 0, sizeof(e));
	e.id = id;
	e.conversation = 4;
	e.state = state;
	e.text = VD_SPAN("good morning");
	return e;
}

static bool count(void *ctx, const struct vd_outbox_entry *entry)
{
	(void)entry;
	++*(int *)ctx;
	return true;
}

static void only_settled_entries_leave_the_open_ones(void **state)
{
	struct fixture *f = *state;
	for (int s = 0; s < VD_OUTBOX_N; s++) {
		uint64_t id = 0;
		assert_ok(vd_store_outbox_new_id(f->store, &id, &f->diag));
		assert_int_equal(id, s + 1);
		struct vd_outbox_entry e = entry_of(id, (enum vd_outbox_state)s);
		assert_ok(vd_store_outbox_put(f->store, &e, &f->diag));
	}
	fixture_commit(f);
	int n = 0;
	assert_ok(vd_store_outbox_each_open(f->store, count, &n, &f->diag));
	assert_int_equal(n, 5);
	n = 0;
	assert_ok(vd_store_outbox_each(f->store, count, &n, &f->diag));
	assert_int_equal(n, VD_OUTBOX_N);
	n = 0;
	assert_ok(vd_store_outbox_each_recent(f->store, 2, count, &n, &f->diag));
	assert_int_equal(n, 2);
	n = 0;
	assert_ok(vd_store_outbox_each_recent(f->store, 1000, count, &n, &f->diag));
	assert_int_equal(n, VD_OUTBOX_N);
	fixture_check(f);
	struct vd_outbox_entry e = entry_of(1, VD_OUTBOX_SENT);
	assert_ok(vd_store_outbox_put(f->store, &e, &f->diag));
	n = 0;
	assert_ok(vd_store_outbox_each_open(f->store, count, &n, &f->diag));
	assert_int_equal(n, 4);
	fixture_check(f);
}

static void the_text_comes_into_the_callers_buffer(void **state)
{
	struct fixture *f = *state;
	struct vd_outbox_entry e = entry_of(1, VD_OUTBOX_ATTEMPTED);
	char text[32];
	assert_ok(vd_store_outbox_put(f->store, &e, &f->diag));
	fixture_reopen(f); // closing aborts
	assert_err(vd_store_outbox_get(f->store, 1, &e, text, sizeof(text), &f->diag),
		   VD_ERR_NOT_FOUND);
	e = entry_of(1, VD_OUTBOX_ATTEMPTED);
	assert_ok(vd_store_outbox_put(f->store, &e, &f->diag));
	fixture_commit(f);
	fixture_reopen(f);
	assert_ok(vd_store_outbox_get(f->store, 1, &e, text, sizeof(text), &f->diag));
	assert_int_equal(e.state, VD_OUTBOX_ATTEMPTED);
	assert_ptr_equal(e.text.p, text);
	assert_span(e.text, "good morning");
	assert_err(vd_store_outbox_get(f->store, 1, &e, text, 4, &f->diag), VD_ERR_ROOM);
}

static void every_state_has_a_name(void **state)
{
	(void)state;
	for (int s = 0; s < VD_OUTBOX_N; s++) {
		assert_non_null(vd_outbox_state_name((enum vd_outbox_state)s));
	}
	assert_string_equal(vd_outbox_state_name(VD_OUTBOX_N), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(only_settled_entries_leave_the_open_ones),
		STORE_TEST(the_text_comes_into_the_callers_buffer),
		cmocka_unit_test(every_state_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
