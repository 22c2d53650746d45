// SPDX-License-Identifier: MIT
#include "store/schema.h"

#include "fixture.h"

static enum vd_err upper_case(struct vd_store *store, struct vd_diag *diag)
{
	return vd_store_setting_set(store, "greeting", VD_SPAN("HELLO"), diag);
}

static enum vd_err add_mark(struct vd_store *store, struct vd_diag *diag)
{
	char greeting[16];
	enum vd_err err = vd_store_setting_get(store, "greeting", greeting, sizeof(greeting), diag);
	// Steps see what those before them did: in order, in one turn.
	if (err == VD_OK && strcmp(greeting, "HELLO") != 0) {
		err = VD_ERR_STATE;
	}
	return err != VD_OK ? err
			    : vd_store_setting_set(store, "greeting", VD_SPAN("HELLO!"), diag);
}

static enum vd_err fail_late(struct vd_store *store, struct vd_diag *diag)
{
	enum vd_err err = vd_store_setting_set(store, "greeting", VD_SPAN("half"), diag);
	return err != VD_OK ? err : vd_diag_set(diag, VD_ERR_IO, "no luck");
}

static const struct vd_migration later[] = {
	{ .to = VD_SCHEMA_VERSION, .what = "ours" },
	{ .to = VD_SCHEMA_VERSION + 1, .what = "upper case", .run = upper_case },
	{ .to = VD_SCHEMA_VERSION + 2, .what = "a mark", .run = add_mark },
};
static const struct vd_migration failing[] = {
	{ .to = VD_SCHEMA_VERSION, .what = "ours" },
	{ .to = VD_SCHEMA_VERSION + 1, .what = "upper case", .run = upper_case },
	{ .to = VD_SCHEMA_VERSION + 2, .what = "half", .run = fail_late },
};
static const struct vd_migration gap[] = {
	{ .to = VD_SCHEMA_VERSION, .what = "ours" },
	{ .to = VD_SCHEMA_VERSION + 2, .what = "a mark", .run = add_mark },
};

static uint32_t version(struct fixture *f)
{
	uint32_t v = 0;
	assert_ok(vd_schema_get(f->store, &v, &f->diag));
	return v;
}

static void put_greeting(struct fixture *f)
{
	assert_ok(vd_store_setting_set(f->store, "greeting", VD_SPAN("hello"), &f->diag));
	fixture_commit(f);
}

static void assert_greeting(struct fixture *f, const char *expected)
{
	char greeting[16];
	assert_ok(vd_store_setting_get(f->store, "greeting", greeting, sizeof(greeting), &f->diag));
	assert_string_equal(greeting, expected);
}

static void a_new_store_has_the_programs_version(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(version(f), VD_SCHEMA_VERSION);
	assert_false(vd_store_is_dirty(f->store));
	assert_ok(vd_schema_update(f->store, &f->diag));
	assert_false(vd_store_is_dirty(f->store));
}

static void an_older_store_is_brought_forward_in_order(void **state)
{
	struct fixture *f = *state;
	put_greeting(f);
	assert_ok(vd_schema_migrate(f->store, later, VD_ARRAY_LEN(later), &f->diag));
	fixture_commit(f);
	assert_int_equal(version(f), VD_SCHEMA_VERSION + 2);
	assert_greeting(f, "HELLO!");
}

static void a_newer_store_is_refused(void **state)
{
	struct fixture *f = *state;
	assert_ok(vd_schema_migrate(f->store, later, VD_ARRAY_LEN(later), &f->diag));
	fixture_commit(f);
	fixture_close(f);
	struct vd_store_config config = fixture_config(f);
	assert_err(vd_store_open(&config, &f->store, &f->diag), VD_ERR_VERSION);
	assert_non_null(strstr(f->diag.text, "its version is 5, this program knows up to 3"));
	assert_null(f->store);
	config.is_read_only = true;
	assert_err(vd_store_open(&config, &f->store, &f->diag), VD_ERR_VERSION);
}

static void a_step_that_fails_leaves_the_old_store(void **state)
{
	struct fixture *f = *state;
	put_greeting(f);
	assert_err(vd_schema_migrate(f->store, failing, VD_ARRAY_LEN(failing), &f->diag),
		   VD_ERR_IO);
	assert_string_equal(f->diag.text, "migration to version 5 (half): no luck");
	vd_store_abort(f->store);
	assert_int_equal(version(f), VD_SCHEMA_VERSION);
	assert_greeting(f, "hello");
}

static void a_gap_between_versions_is_refused(void **state)
{
	struct fixture *f = *state;
	assert_err(vd_schema_migrate(f->store, gap, VD_ARRAY_LEN(gap), &f->diag), VD_ERR_ARGUMENT);
}

static void records_without_a_version_are_refused(void **state)
{
	struct fixture *f = *state;
	put_greeting(f);
	assert_ok(vd_db_write(f->store, &f->diag));
	assert_ok(vd_db_delete(f->store, VD_TABLE_META, VD_SPAN("schema"), &f->diag));
	fixture_commit(f);
	fixture_close(f);
	struct vd_store_config config = fixture_config(f);
	assert_err(vd_store_open(&config, &f->store, &f->diag), VD_ERR_CORRUPT);
}

static void set_version(struct fixture *f, uint32_t to)
{
	uint8_t bytes[sizeof(to)];
	struct vd_writer w = vd_writer_init(bytes, sizeof(bytes));
	vd_writer_u32(&w, to);
	assert_ok(vd_db_write(f->store, &f->diag));
	assert_ok(vd_db_put(f->store, VD_TABLE_META, VD_SPAN("schema"), vd_writer_span(&w),
			    &f->diag));
	fixture_commit(f);
}

// A draft's journal can't be replayed: whoever opens it is told what to do.
static void a_draft_that_holds_something_is_refused(void **state)
{
	struct fixture *f = *state;
	struct vd_journal_event event = { .kind = VD_JOURNAL_START, .detail = VD_SPAN("{}") };
	assert_ok(vd_store_journal_append(f->store, &event, &f->diag));
	set_version(f, 1);
	fixture_close(f);
	struct vd_store_config config = fixture_config(f);
	assert_err(vd_store_open(&config, &f->store, &f->diag), VD_ERR_VERSION);
	assert_non_null(strstr(f->diag.text, "move the folder away"));
	config.is_read_only = true;
	assert_err(vd_store_open(&config, &f->store, &f->diag), VD_ERR_VERSION);
}

static void an_empty_draft_is_brought_forward(void **state)
{
	struct fixture *f = *state;
	put_greeting(f);
	set_version(f, 1);
	fixture_reopen(f);
	assert_int_equal(version(f), VD_SCHEMA_VERSION);
	assert_greeting(f, "hello");
}

// R13. Version 2 did not count them, and its record of counters was four bytes shorter.
static void who_waits_for_a_trusted_clock_is_counted(void **state)
{
	struct fixture *f = *state;
	struct vd_conversation c = fixture_conversation(1, T0);
	struct vd_store_counters counters;
	struct vd_span value;
	uint8_t bytes[256];
	c.is_breach_held = true;
	assert_ok(vd_store_conversation_put(f->store, &c, &f->diag));
	fixture_commit(f);
	assert_ok(vd_db_get(f->store, VD_TABLE_META, VD_SPAN("counters"), &value, &f->diag));
	assert_true(value.n > 4 && value.n < sizeof(bytes));
	memcpy(bytes, value.p, value.n);
	bytes[0] = 2;
	struct vd_span old = vd_span_make(bytes, value.n - 4);
	set_version(f, 2);
	assert_ok(vd_db_write(f->store, &f->diag));
	assert_ok(vd_db_put(f->store, VD_TABLE_META, VD_SPAN("counters"), old, &f->diag));
	fixture_commit(f);
	fixture_reopen(f);
	assert_int_equal(version(f), VD_SCHEMA_VERSION);
	assert_ok(vd_store_get_counters(f->store, &counters, &f->diag));
	assert_int_equal(counters.held, 1);
	assert_ok(vd_store_check(f->store, &f->diag));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_new_store_has_the_programs_version),
		STORE_TEST(an_older_store_is_brought_forward_in_order),
		STORE_TEST(a_newer_store_is_refused),
		STORE_TEST(a_step_that_fails_leaves_the_old_store),
		STORE_TEST(a_gap_between_versions_is_refused),
		STORE_TEST(records_without_a_version_are_refused),
		STORE_TEST(a_draft_that_holds_something_is_refused),
		STORE_TEST(an_empty_draft_is_brought_forward),
		STORE_TEST(who_waits_for_a_trusted_clock_is_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
