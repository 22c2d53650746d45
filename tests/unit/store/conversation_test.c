// SPDX-License-Identifier: MIT
#include "fixture.h"

static void put(struct fixture *f, const struct vd_conversation *c)
{
	assert_ok(vd_store_conversation_put(f->store, c, &f->diag));
}

static struct vd_store_counters counters(struct fixture *f)
{
	struct vd_store_counters c;
	assert_ok(vd_store_get_counters(f->store, &c, &f->diag));
	return c;
}

static void ids_begin_at_one_and_follow(void **state)
{
	struct fixture *f = *state;
	uint64_t id = 0;
	assert_ok(vd_store_conversation_new_id(f->store, &id, &f->diag));
	assert_int_equal(id, 1);
	struct vd_conversation c = fixture_conversation(41, T0);
	put(f, &c);
	assert_ok(vd_store_conversation_new_id(f->store, &id, &f->diag));
	assert_int_equal(id, 42);
}

static void a_turn_is_seen_in_it_and_after_its_commit(void **state)
{
	struct fixture *f = *state;
	struct vd_conversation c = fixture_conversation(1, T0);
	struct vd_conversation back;
	assert_false(vd_store_is_dirty(f->store));
	put(f, &c);
	assert_true(vd_store_is_dirty(f->store));
	assert_ok(vd_store_conversation_get(f->store, 1, &back, &f->diag));
	assert_memory_equal(&c, &back, sizeof(c));
	fixture_commit(f);
	assert_false(vd_store_is_dirty(f->store));
	fixture_reopen(f);
	assert_ok(vd_store_conversation_get(f->store, 1, &back, &f->diag));
	assert_memory_equal(&c, &back, sizeof(c));
	assert_int_equal(counters(f).open, 1);
	assert_int_equal(counters(f).waiting, 1);
}

// R8.
static void a_deadline_that_never_comes_is_counted(void **state)
{
	struct fixture *f = *state;
	struct vd_conversation c = fixture_conversation(1, T0);
	c.targets[VD_TARGET_RESOLUTION] =
		(struct vd_target){ .state = VD_TARGET_FAULT, .from = c.opened };
	put(f, &c);
	assert_int_equal(counters(f).endless, 1);
	fixture_commit(f);
	fixture_reopen(f);
	assert_int_equal(counters(f).endless, 1);
	c.state = VD_CONVERSATION_RESOLVED;
	put(f, &c);
	assert_int_equal(counters(f).endless, 0);
}

static void an_aborted_turn_never_was(void **state)
{
	struct fixture *f = *state;
	struct vd_conversation c = fixture_conversation(1, T0);
	struct vd_wall due;
	uint64_t id = 0;
	put(f, &c);
	assert_int_equal(counters(f).conversations, 1);
	vd_store_abort(f->store);
	assert_false(vd_store_is_dirty(f->store));
	assert_int_equal(counters(f).conversations, 0);
	assert_err(vd_store_conversation_get(f->store, 1, &c, &f->diag), VD_ERR_NOT_FOUND);
	assert_string_equal(f->diag.text, "conversation 1 does not exist");
	assert_err(vd_store_due_first(f->store, &due, &id, &f->diag), VD_ERR_NOT_FOUND);
}

struct order {
	uint64_t ids[16];
	size_t n;
	size_t limit;
};

static bool note(void *ctx, const struct vd_conversation *c)
{
	struct order *order = ctx;
	order->ids[order->n++] = c->id;
	return order->n < order->limit;
}

static void due_order_breaks_ties_by_target(void **state)
{
	struct fixture *f = *state;
	struct vd_conversation c[4];
	for (uint64_t i = 0; i < 4; i++) {
		c[i] = fixture_conversation(i + 1, T0 + 10);
	}
	// R22: 1 is due first with a resolution, 2 with next, 3 with first response, all at the
	// same instant; 4 before all.
	c[0].targets[VD_TARGET_RESOLUTION] = c[0].targets[VD_TARGET_FIRST];
	c[0].targets[VD_TARGET_FIRST].is_running = false;
	c[1].targets[VD_TARGET_NEXT] = c[1].targets[VD_TARGET_FIRST];
	c[1].targets[VD_TARGET_FIRST].is_running = false;
	c[3].targets[VD_TARGET_FIRST].due.us--;
	for (int i = 0; i < 4; i++) {
		put(f, &c[i]);
	}
	struct order order = { .limit = 16 };
	assert_ok(vd_store_due_each(f->store, note, &order, &f->diag));
	static const uint64_t expected[] = { 4, 3, 2, 1 };
	assert_int_equal(order.n, 4);
	assert_memory_equal(order.ids, expected, sizeof(expected));
	struct vd_wall due;
	uint64_t id = 0;
	assert_ok(vd_store_due_first(f->store, &due, &id, &f->diag));
	assert_int_equal(id, 4);
	assert_true(due.us == c[3].targets[VD_TARGET_FIRST].due.us);
	order = (struct order){ .limit = 2 };
	assert_ok(vd_store_due_each(f->store, note, &order, &f->diag));
	assert_int_equal(order.n, 2);
	fixture_check(f);
}

// An answered breach that nobody put away is no deadline, and is not forgotten either.
static void what_is_left_stands_behind_all_deadlines(void **state)
{
	struct fixture *f = *state;
	struct vd_conversation left = fixture_conversation(1, T0);
	struct vd_conversation runs = fixture_conversation(2, T0 + 60);
	struct order all = { .limit = 16 };
	struct order behind = { .limit = 16 };
	struct vd_wall at;
	uint64_t id = 0;
	left.state = VD_CONVERSATION_RESOLVED;
	left.alarm.state = VD_ALARM_LATCHED;
	put(f, &left);
	assert_err(vd_store_due_first(f->store, &at, &id, &f->diag), VD_ERR_NOT_FOUND);
	put(f, &runs);
	fixture_commit(f);
	assert_ok(vd_store_due_first(f->store, &at, &id, &f->diag));
	assert_int_equal(id, 2);
	assert_ok(vd_store_due_each(f->store, note, &all, &f->diag));
	assert_int_equal(all.n, 2);
	assert_int_equal(all.ids[0], 2);
	assert_int_equal(all.ids[1], 1);
	assert_ok(vd_store_left_each(f->store, note, &behind, &f->diag));
	assert_int_equal(behind.n, 1);
	assert_int_equal(behind.ids[0], 1);
	left.alarm.state = VD_ALARM_NORMAL;
	put(f, &left);
	behind.n = 0;
	assert_ok(vd_store_left_each(f->store, note, &behind, &f->diag));
	assert_int_equal(behind.n, 0);
}

// R24: where the customer must act no deadline runs; the case is open all the same.
static void an_open_case_without_a_deadline_stands_last(void **state)
{
	struct fixture *f = *state;
	struct vd_conversation paused = fixture_conversation(1, T0);
	struct order running = { .limit = 16 };
	struct order rest = { .limit = 16 };
	struct vd_wall at;
	uint64_t id = 0;
	paused.targets[VD_TARGET_FIRST].is_running = false;
	paused.waiting_since = (struct vd_wall){ 0 };
	put(f, &paused);
	fixture_commit(f);
	assert_err(vd_store_due_first(f->store, &at, &id, &f->diag), VD_ERR_NOT_FOUND);
	assert_ok(vd_store_due_each(f->store, note, &running, &f->diag));
	assert_int_equal(running.n, 0);
	assert_ok(vd_store_rest_each(f->store, note, &rest, &f->diag));
	assert_int_equal(rest.n, 1);
	fixture_check(f);
	paused.state = VD_CONVERSATION_RESOLVED;
	put(f, &paused);
	rest.n = 0;
	assert_ok(vd_store_rest_each(f->store, note, &rest, &f->diag));
	assert_int_equal(rest.n, 0);
	fixture_check(f);
}

static void places_move_with_the_record(void **state)
{
	struct fixture *f = *state;
	struct vd_conversation c = fixture_conversation(1, T0);
	struct vd_wall at;
	uint64_t id = 0;
	put(f, &c);
	fixture_commit(f);
	assert_ok(vd_store_tick_first(f->store, &at, &id, &f->diag));
	assert_true(at.us == vd_conversation_next_tick(&c).us);
	c.targets[VD_TARGET_FIRST].is_running = false;
	c.targets[VD_TARGET_FIRST].state = VD_TARGET_MET;
	c.waiting_since = (struct vd_wall){ 0 };
	c.first_reply = vd_wall_s(T0 + 60);
	put(f, &c);
	fixture_commit(f);
	assert_err(vd_store_due_first(f->store, &at, &id, &f->diag), VD_ERR_NOT_FOUND);
	assert_err(vd_store_tick_first(f->store, &at, &id, &f->diag), VD_ERR_NOT_FOUND);
	struct order order = { .limit = 16 };
	assert_ok(vd_store_answered_each(f->store, vd_wall_s(T0), vd_wall_s(T0 + 60), note, &order,
					 &f->diag));
	assert_int_equal(order.n, 0); // half-open
	assert_ok(vd_store_answered_each(f->store, vd_wall_s(T0 + 60), vd_wall_s(T0 + 61), note,
					 &order, &f->diag));
	assert_int_equal(order.n, 1);
	assert_int_equal(counters(f).open, 1);
	assert_int_equal(counters(f).waiting, 0);
	fixture_check(f);
	c.state = VD_CONVERSATION_RESOLVED;
	put(f, &c);
	assert_int_equal(counters(f).open, 0);
	assert_int_equal(counters(f).conversations, 1);
	fixture_check(f);
}

static void putting_the_same_again_begins_no_turn(void **state)
{
	struct fixture *f = *state;
	struct vd_conversation c = fixture_conversation(1, T0);
	put(f, &c);
	fixture_commit(f);
	put(f, &c);
	assert_false(vd_store_is_dirty(f->store));
}

static void alarms_are_counted_by_state(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *name;
		enum vd_alarm_state state;
		bool is_seen;
		uint32_t unseen;
		uint32_t seen;
		uint32_t shelved;
		uint32_t suppressed;
		uint32_t out;
	} rows[] = {
		{ "normal", VD_ALARM_NORMAL, false, 0, 0, 0, 0, 0 },
		{ "unack", VD_ALARM_UNACK, false, 1, 0, 0, 0, 0 },
		{ "acked", VD_ALARM_ACKED, true, 0, 1, 0, 0, 0 },
		{ "latched, not seen", VD_ALARM_LATCHED, false, 1, 0, 0, 0, 0 },
		{ "latched, seen", VD_ALARM_LATCHED, true, 0, 1, 0, 0, 0 },
		{ "rtn", VD_ALARM_RTN_UNACK, false, 0, 0, 0, 0, 0 },
		{ "shelved", VD_ALARM_SHELVED, false, 0, 0, 1, 0, 0 },
		{ "suppressed", VD_ALARM_SUPPRESSED, false, 0, 0, 0, 1, 0 },
		{ "out", VD_ALARM_OUT_OF_SERVICE, false, 0, 0, 0, 0, 1 },
	};
	struct vd_conversation c = fixture_conversation(1, T0);
	c.alarm.severity = VD_SEVERITY_URGENT;
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		c.alarm.state = rows[i].state;
		c.alarm.is_seen = rows[i].is_seen;
		put(f, &c);
		struct vd_store_counters n = counters(f);
		assert_row(n.unseen[VD_SEVERITY_URGENT] == rows[i].unseen, rows[i].name);
		assert_row(n.seen[VD_SEVERITY_URGENT] == rows[i].seen, rows[i].name);
		assert_row(n.shelved == rows[i].shelved, rows[i].name);
		assert_row(n.suppressed == rows[i].suppressed, rows[i].name);
		assert_row(n.out_of_service == rows[i].out, rows[i].name);
		fixture_check(f);
	}
}

struct mover {
	struct fixture *f;
	int n;
};

// Whoever is called for an entry may write: here each conversation is moved out of the index while
// it is walked.
static bool resolve_each(void *ctx, const struct vd_conversation *c)
{
	struct mover *m = ctx;
	struct vd_conversation done = *c;
	done.state = VD_CONVERSATION_RESOLVED;
	m->n++;
	put(m->f, &done);
	return true;
}

static void a_walk_survives_writes(void **state)
{
	struct fixture *f = *state;
	for (uint64_t i = 1; i <= 500; i++) {
		struct vd_conversation c = fixture_conversation(i, T0 + (int64_t)(i * 7919 % 500));
		put(f, &c);
	}
	fixture_commit(f);
	struct mover m = { .f = f };
	assert_ok(vd_store_due_each(f->store, resolve_each, &m, &f->diag));
	assert_int_equal(m.n, 500);
	assert_int_equal(counters(f).open, 0);
	fixture_check(f);
	fixture_commit(f);
	fixture_check(f);
	struct order order = { .limit = 3 };
	assert_ok(vd_store_conversation_each(f->store, 499, note, &order, &f->diag));
	assert_int_equal(order.n, 2);
}

static void nobody_is_conversation_zero(void **state)
{
	struct fixture *f = *state;
	struct vd_conversation c = fixture_conversation(0, T0);
	assert_err(vd_store_conversation_put(f->store, &c, &f->diag), VD_ERR_ARGUMENT);
	assert_false(vd_store_is_dirty(f->store));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(ids_begin_at_one_and_follow),
		STORE_TEST(a_turn_is_seen_in_it_and_after_its_commit),
		STORE_TEST(a_deadline_that_never_comes_is_counted),
		STORE_TEST(an_aborted_turn_never_was),
		STORE_TEST(due_order_breaks_ties_by_target),
		STORE_TEST(what_is_left_stands_behind_all_deadlines),
		STORE_TEST(an_open_case_without_a_deadline_stands_last),
		STORE_TEST(places_move_with_the_record),
		STORE_TEST(putting_the_same_again_begins_no_turn),
		STORE_TEST(alarms_are_counted_by_state),
		STORE_TEST(a_walk_survives_writes),
		STORE_TEST(nobody_is_conversation_zero),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
