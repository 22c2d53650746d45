// SPDX-License-Identifier: MIT
#include "fixture.h"

static void a_cursor_belongs_to_account_and_name(void **state)
{
	struct fixture *f = *state;
	char out[16];
	assert_ok(vd_store_cursor_get(f->store, 1, "mentions", out, sizeof(out), &f->diag));
	assert_string_equal(out, "");
	assert_ok(vd_store_cursor_set(f->store, 1, "mentions", VD_SPAN("100"), &f->diag));
	assert_ok(vd_store_cursor_set(f->store, 1, "dm", VD_SPAN("200"), &f->diag));
	assert_ok(vd_store_cursor_set(f->store, 2, "mentions", VD_SPAN("300"), &f->diag));
	fixture_commit(f);
	fixture_reopen(f);
	assert_ok(vd_store_cursor_get(f->store, 1, "mentions", out, sizeof(out), &f->diag));
	assert_string_equal(out, "100");
	assert_ok(vd_store_cursor_get(f->store, 1, "dm", out, sizeof(out), &f->diag));
	assert_string_equal(out, "200");
	assert_ok(vd_store_cursor_get(f->store, 2, "mentions", out, sizeof(out), &f->diag));
	assert_string_equal(out, "300");
	assert_err(vd_store_cursor_get(f->store, 2, "mentions", out, 3, &f->diag), VD_ERR_ROOM);
	assert_string_equal(out, "");
}

static void a_quiet_poll_begins_no_turn(void **state)
{
	struct fixture *f = *state;
	assert_ok(vd_store_cursor_set(f->store, 1, "mentions", VD_SPAN("100"), &f->diag));
	fixture_commit(f);
	assert_ok(vd_store_cursor_set(f->store, 1, "mentions", VD_SPAN("100"), &f->diag));
	assert_false(vd_store_is_dirty(f->store));
}

static void settings_go_round(void **state)
{
	struct fixture *f = *state;
	char out[16];
	assert_ok(vd_store_setting_set(f->store, "pin.salt", VD_SPAN("abc"), &f->diag));
	assert_ok(vd_store_setting_get(f->store, "pin.salt", out, sizeof(out), &f->diag));
	assert_string_equal(out, "abc");
	assert_ok(vd_store_setting_get(f->store, "pin", out, sizeof(out), &f->diag));
	assert_string_equal(out, "");
	assert_err(vd_store_setting_set(f->store, "", VD_SPAN("x"), &f->diag), VD_ERR_ARGUMENT);
}

static void a_name_keeps_its_id(void **state)
{
	struct fixture *f = *state;
	uint16_t id = 9;
	assert_ok(vd_store_name_id(f->store, VD_NAMES_BRAND, VD_SPAN("TIM"), &id, &f->diag));
	assert_int_equal(id, 0);
	assert_ok(vd_store_name_id(f->store, VD_NAMES_BRAND, VD_SPAN("Telecom Italia"), &id,
				   &f->diag));
	assert_int_equal(id, 1);
	assert_ok(vd_store_name_id(f->store, VD_NAMES_STAFF, VD_SPAN("TIM"), &id, &f->diag));
	assert_int_equal(id, 0);
	fixture_commit(f);
	fixture_reopen(f);
	assert_ok(vd_store_name_id(f->store, VD_NAMES_BRAND, VD_SPAN("Telecom Italia"), &id,
				   &f->diag));
	assert_int_equal(id, 1);
	assert_false(vd_store_is_dirty(f->store));
	assert_err(vd_store_name_id(f->store, VD_NAMES_BRAND, VD_SPAN(""), &id, &f->diag),
		   VD_ERR_ARGUMENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_cursor_belongs_to_account_and_name),
		STORE_TEST(a_quiet_poll_begins_no_turn),
		STORE_TEST(settings_go_round),
		STORE_TEST(a_name_keeps_its_id),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
