// SPDX-License-Identifier: MIT
#include "fixture.h"
#include "store/db.h"

static bool add(struct vd_store *s, uint16_t account, uint32_t day, uint8_t kind, const char *id,
		int64_t micro)
{
	bool is_new = false;
	struct vd_diag diag = { 0 };
	assert_ok(
		vd_store_ledger_add(s, account, day, kind, vd_span_of(id), micro, &is_new, &diag));
	return is_new;
}

static struct vd_ledger_day get(struct vd_store *s, uint16_t account, uint32_t day)
{
	struct vd_ledger_day out;
	struct vd_diag diag = { 0 };
	assert_ok(vd_store_ledger_get(s, account, day, &out, &diag));
	return out;
}

static void the_same_thing_is_free_within_its_day(void **state)
{
	(void)state;
	struct fixture f;
	fixture_begin(&f);
	assert_true(add(f.store, 3, 20000, 0, "17", 5000));
	assert_false(add(f.store, 3, 20000, 0, "17", 1000)); // cheaper now: paid for all the same
	assert_true(add(f.store, 3, 20000, 1, "17", 10000)); // another kind
	assert_true(add(f.store, 4, 20000, 0, "17", 5000));  // another account
	assert_true(add(f.store, 3, 20001, 0, "17", 5000));  // another day
	struct vd_ledger_day day = get(f.store, 3, 20000);
	assert_true(day.is_known);
	assert_int_equal(day.n[0], 1);
	assert_int_equal(day.n[1], 1);
	assert_int_equal(day.micro, 15000);
	assert_int_equal(get(f.store, 3, 20001).micro, 5000);
	assert_int_equal(get(f.store, 4, 20000).micro, 5000);
	assert_false(get(f.store, 5, 20000).is_known);
	fixture_end(&f);
}

static void a_lost_turn_is_not_billed(void **state)
{
	(void)state;
	struct fixture f;
	struct vd_diag diag = { 0 };
	fixture_begin(&f);
	assert_true(add(f.store, 3, 20000, 0, "1", 5000));
	assert_ok(vd_store_commit(f.store, &diag));
	assert_true(add(f.store, 3, 20000, 0, "2", 5000));
	vd_store_abort(f.store);
	assert_int_equal(get(f.store, 3, 20000).micro, 5000);
	assert_true(add(f.store, 3, 20000, 0, "2", 5000));
	assert_ok(vd_store_commit(f.store, &diag));
	fixture_reopen(&f);
	assert_int_equal(get(f.store, 3, 20000).micro, 10000);
	assert_false(add(f.store, 3, 20000, 0, "2", 5000));
	fixture_end(&f);
}

// The ids of a day are forgotten while those of a later one come; its sums stay.
static void old_ids_are_forgotten(void **state)
{
	(void)state;
	struct fixture f;
	char id[16];
	fixture_begin(&f);
	for (int i = 0; i < 100; i++) {
		snprintf(id, sizeof(id), "a%d", i);
		assert_true(add(f.store, 3, 20000, 0, id, 5000));
	}
	assert_true(add(f.store, 3, 20001, 0, "b", 5000));
	assert_false(add(f.store, 3, 20000, 0, "a0", 5000)); // around midnight both days count
	for (int i = 0; i < 50; i++) {
		snprintf(id, sizeof(id), "c%d", i);
		assert_true(add(f.store, 3, 20002, 0, id, 5000));
	}
	uint64_t n = 0;
	struct vd_diag diag = { 0 };
	assert_ok(vd_db_count(f.store, VD_TABLE_LEDGER, &n, &diag));
	assert_int_equal(n, 3 + 1 + 50); // days, b, c0 to c49
	assert_int_equal(get(f.store, 3, 20000).n[0], 100);
	fixture_end(&f);
}

static void refuses_what_is_no_bill(void **state)
{
	(void)state;
	struct fixture f;
	struct vd_diag diag = { 0 };
	bool is_new = true;
	fixture_begin(&f);
	assert_int_equal(vd_store_ledger_add(f.store, 0, 1, VD_LEDGER_KINDS, VD_SPAN("1"), 1,
					     &is_new, &diag),
			 VD_ERR_ARGUMENT);
	assert_int_equal(vd_store_ledger_add(f.store, 0, 1, 0, VD_SPAN(""), 1, &is_new, &diag),
			 VD_ERR_ARGUMENT);
	assert_int_equal(vd_store_ledger_add(f.store, 0, 1, 0, VD_SPAN("1"), -1, &is_new, &diag),
			 VD_ERR_ARGUMENT);
	assert_false(is_new);
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_thing_is_free_within_its_day),
		cmocka_unit_test(a_lost_turn_is_not_billed),
		cmocka_unit_test(old_ids_are_forgotten),
		cmocka_unit_test(refuses_what_is_no_bill),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
