// SPDX-License-Identifier: MIT
#include "care/alarm.h"

#include "unit.h"

static const struct vd_wall NOW = { 1000 };
static const struct vd_wall LEASE = { 5000 };
static const struct vd_wall NONE = { 0 };

static void test_every_cell_is_stated(void **state)
{
	(void)state;
	for (int s = VD_ALARM_NORMAL; s < VD_ALARM_STATE_N; s++) {
		for (int e = 0; e < VD_ALARM_EV_N; e++) {
			struct vd_alarm_cell cell =
				vd_alarm_cell((enum vd_alarm_state)s, (enum vd_alarm_event)e);
			const char *name = vd_alarm_state_name((enum vd_alarm_state)s);
			assert_row(cell.next != VD_ALARM_STATE_MISSING, name);
			assert_row(cell.effect != VD_ALARM_DO_MISSING, name);
			bool is_still = cell.effect == VD_ALARM_DO_IGNORE ||
					cell.effect == VD_ALARM_DO_REFUSE;
			assert_row(!is_still || (int)cell.next == s, name);
		}
	}
}

// The engine counts on it: what comes from conditions and time is never refused.
static void test_only_persons_are_refused(void **state)
{
	(void)state;
	static const enum vd_alarm_event ALWAYS[] = {
		VD_ALARM_EV_RAISE,    VD_ALARM_EV_BREACH,     VD_ALARM_EV_CLEAR,
		VD_ALARM_EV_RETURN,   VD_ALARM_EV_LEASE_END,  VD_ALARM_EV_SUPPRESS,
		VD_ALARM_EV_TAKE_OUT, VD_ALARM_EV_UNSUPPRESS, VD_ALARM_EV_PUT_BACK,
	};
	for (int s = VD_ALARM_NORMAL; s < VD_ALARM_STATE_N; s++) {
		for (size_t i = 0; i < VD_ARRAY_LEN(ALWAYS); i++) {
			struct vd_alarm_cell cell =
				vd_alarm_cell((enum vd_alarm_state)s, ALWAYS[i]);
			assert_row(cell.effect != VD_ALARM_DO_REFUSE,
				   vd_alarm_event_name(ALWAYS[i]));
		}
	}
}

static void test_names_nothing_twice(void **state)
{
	(void)state;
	for (int a = 0; a < VD_ALARM_EV_N; a++) {
		for (int b = a + 1; b < VD_ALARM_EV_N; b++) {
			assert_string_not_equal(vd_alarm_event_name((enum vd_alarm_event)a),
						vd_alarm_event_name((enum vd_alarm_event)b));
		}
	}
	assert_string_equal(vd_alarm_state_name(VD_ALARM_STATE_N), "?");
	assert_string_equal(vd_alarm_event_name(VD_ALARM_EV_N), "?");
	assert_string_equal(vd_alarm_kind_name(VD_ALARM_KIND_N), "?");
	assert_string_equal(vd_alarm_effect_name(VD_ALARM_EFFECT_N), "?");
	assert_string_equal(vd_severity_name(VD_SEVERITY_N), "?");
	assert_string_equal(vd_lamp_meaning_name(VD_LAMP_MEANING_N), "?");
	assert_int_equal(vd_alarm_cell(VD_ALARM_STATE_N, VD_ALARM_EV_ACK).effect,
			 VD_ALARM_DO_MISSING);
	assert_int_equal(vd_alarm_cell(VD_ALARM_STATE_MISSING, VD_ALARM_EV_ACK).effect,
			 VD_ALARM_DO_MISSING);
}

static enum vd_alarm_state step(struct vd_alarm *a, enum vd_alarm_event event, struct vd_wall until)
{
	bool changed = false;
	enum vd_alarm_state before = a->state;
	assert_ok(vd_alarm_step(a, event, NOW, until, &changed));
	assert_int_equal(changed, before != a->state);
	return a->state;
}

static enum vd_alarm_state raise(struct vd_alarm *a, enum vd_severity severity)
{
	a->severity = severity;
	return step(a, VD_ALARM_EV_RAISE, NONE);
}

static void refuse(struct vd_alarm *a, enum vd_alarm_event event)
{
	struct vd_alarm before = *a;
	bool changed = true;
	assert_err(vd_alarm_step(a, event, NOW, LEASE, &changed), VD_ERR_STATE);
	assert_false(changed);
	assert_memory_equal(&before, a, sizeof(before));
}

static void test_warning_is_seen_and_comes_back(void **state)
{
	(void)state;
	struct vd_alarm a;
	vd_alarm_init(&a, VD_ALARM_TARGET);
	refuse(&a, VD_ALARM_EV_ACK);
	assert_int_equal(raise(&a, VD_SEVERITY_WARNING), VD_ALARM_UNACK);
	assert_int_equal(a.since.us, NOW.us);
	assert_int_equal(step(&a, VD_ALARM_EV_ACK, LEASE), VD_ALARM_ACKED);
	assert_true(a.is_seen);
	assert_int_equal(a.until.us, LEASE.us);
	assert_int_equal(step(&a, VD_ALARM_EV_LEASE_END, NONE), VD_ALARM_UNACK);
	assert_false(a.is_seen);
	assert_int_equal(step(&a, VD_ALARM_EV_ACK, LEASE), VD_ALARM_ACKED);
	assert_int_equal(raise(&a, VD_SEVERITY_URGENT), VD_ALARM_UNACK); // worse is new
	assert_false(a.is_seen);
	assert_int_equal(a.until.us, NONE.us);
	assert_int_equal(step(&a, VD_ALARM_EV_CLEAR, NONE), VD_ALARM_NORMAL);
	assert_int_equal(a.severity, VD_SEVERITY_NONE);
}

static void test_breach_latches_until_reset(void **state)
{
	(void)state;
	struct vd_alarm a;
	vd_alarm_init(&a, VD_ALARM_TARGET);
	assert_int_equal(raise(&a, VD_SEVERITY_BREACHED), VD_ALARM_LATCHED);
	assert_int_equal(step(&a, VD_ALARM_EV_ACK, LEASE), VD_ALARM_LATCHED);
	assert_true(a.is_seen);
	assert_int_equal(a.until.us, LEASE.us); // it still holds: seen for a while only
	assert_int_equal(step(&a, VD_ALARM_EV_LEASE_END, NONE), VD_ALARM_LATCHED);
	assert_false(a.is_seen);
	assert_int_equal(step(&a, VD_ALARM_EV_CLEAR, NONE), VD_ALARM_LATCHED);
	assert_false(a.is_present);
	assert_int_equal(step(&a, VD_ALARM_EV_ACK, LEASE), VD_ALARM_LATCHED);
	assert_int_equal(a.until.us, NONE.us); // over: seen is enough
	refuse(&a, VD_ALARM_EV_SHELVE);
	a.severity = VD_SEVERITY_NONE;
	assert_int_equal(step(&a, VD_ALARM_EV_RESET, NONE), VD_ALARM_NORMAL);
	refuse(&a, VD_ALARM_EV_RESET);
}

static void test_fault_stays_listed_until_read(void **state)
{
	(void)state;
	struct vd_alarm a;
	vd_alarm_init(&a, VD_ALARM_CHANNEL_BLIND);
	assert_int_equal(raise(&a, VD_SEVERITY_NONE), VD_ALARM_UNACK);
	assert_int_equal(step(&a, VD_ALARM_EV_CLEAR, NONE), VD_ALARM_RTN_UNACK);
	assert_false(a.is_present);
	assert_true(vd_alarm_is_shown(&a));
	assert_int_equal(step(&a, VD_ALARM_EV_ACK, LEASE), VD_ALARM_NORMAL);
	raise(&a, VD_SEVERITY_NONE);
	step(&a, VD_ALARM_EV_ACK, LEASE);
	assert_int_equal(step(&a, VD_ALARM_EV_CLEAR, NONE),
			 VD_ALARM_NORMAL); // somebody had seen it
}

// Back from a parked state: UNACK where it holds, LATCHED where a breach is not reset, never ACKED.
static void test_parked_states_come_back(void **state)
{
	(void)state;
	static const struct {
		enum vd_alarm_event park;
		enum vd_alarm_event back;
		enum vd_alarm_state parked;
	} WAYS[] = {
		{ VD_ALARM_EV_SHELVE, VD_ALARM_EV_UNSHELVE, VD_ALARM_SHELVED },
		{ VD_ALARM_EV_SUPPRESS, VD_ALARM_EV_UNSUPPRESS, VD_ALARM_SUPPRESSED },
		{ VD_ALARM_EV_TAKE_OUT, VD_ALARM_EV_PUT_BACK, VD_ALARM_OUT_OF_SERVICE },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(WAYS); i++) {
		struct vd_alarm a;
		vd_alarm_init(&a, VD_ALARM_TARGET);
		raise(&a, VD_SEVERITY_WARNING);
		step(&a, VD_ALARM_EV_ACK, LEASE);
		assert_int_equal(step(&a, WAYS[i].park, LEASE), WAYS[i].parked);
		assert_false(vd_alarm_is_shown(&a));
		raise(&a, VD_SEVERITY_URGENT);
		assert_int_equal(a.state, WAYS[i].parked);
		assert_int_equal(step(&a, WAYS[i].back, NONE), VD_ALARM_UNACK);
		assert_false(a.is_seen);
		step(&a, WAYS[i].park, LEASE);
		step(&a, VD_ALARM_EV_CLEAR, NONE);
		if (a.state == WAYS[i].parked) {
			a.severity = VD_SEVERITY_NONE;
			step(&a, WAYS[i].back, NONE);
		}
		assert_int_equal(a.state, VD_ALARM_NORMAL);
	}
}

static void test_breach_behind_a_park_comes_back_latched(void **state)
{
	(void)state;
	struct vd_alarm a;
	vd_alarm_init(&a, VD_ALARM_TARGET);
	step(&a, VD_ALARM_EV_SUPPRESS, NONE);
	assert_int_equal(raise(&a, VD_SEVERITY_BREACHED), VD_ALARM_SUPPRESSED);
	step(&a, VD_ALARM_EV_CLEAR, NONE);
	assert_int_equal(step(&a, VD_ALARM_EV_UNSUPPRESS, NONE), VD_ALARM_LATCHED);
	vd_alarm_init(&a, VD_ALARM_TARGET);
	raise(&a, VD_SEVERITY_URGENT);
	step(&a, VD_ALARM_EV_SHELVE, LEASE);
	assert_int_equal(raise(&a, VD_SEVERITY_BREACHED),
			 VD_ALARM_LATCHED); // no shelf past the deadline
}

struct light {
	const char *name;
	struct vd_lamp_facts facts;
	enum vd_lamp_meaning meaning;
	bool and_blind;
};

#define UNSEEN(w, u, b) .unseen = { 0, (w), (u), (b) }
#define SEEN(w, u, b) .seen = { 0, (w), (u), (b) }

static void test_lamp_shows_the_highest_row(void **state)
{
	(void)state;
	static const struct light ROWS[] = {
		{ "all",
		  { UNSEEN(1, 1, 1), SEEN(1, 1, 1), false, true, true },
		  VD_LAMP_BREACHED,
		  false },
		{ "urgent", { UNSEEN(1, 1, 0), SEEN(1, 1, 1) }, VD_LAMP_URGENT_UNSEEN, false },
		{ "blind alone", { .is_blind = true, .is_open = true }, VD_LAMP_BLIND, false },
		{ "blind, closed", { .is_blind = true }, VD_LAMP_BLIND, false },
		{ "blind, flood", { .is_blind = true, .is_flood = true }, VD_LAMP_BLIND, false },
		{ "breach, blind", { UNSEEN(0, 0, 1), .is_blind = true }, VD_LAMP_BREACHED, true },
		{ "warning, blind",
		  { UNSEEN(1, 0, 0), .is_blind = true },
		  VD_LAMP_WARNING_UNSEEN,
		  true },
		{ "seen, blind", { SEEN(1, 0, 0), .is_blind = true }, VD_LAMP_WARNING_SEEN, true },
		{ "warning", { UNSEEN(1, 0, 0), SEEN(0, 1, 1) }, VD_LAMP_WARNING_UNSEEN, false },
		{ "breach, seen", { SEEN(1, 0, 1), .is_flood = true }, VD_LAMP_URGENT_SEEN, false },
		{ "urgent, seen", { SEEN(1, 1, 0) }, VD_LAMP_URGENT_SEEN, false },
		{ "warning, seen",
		  { SEEN(1, 0, 0), .is_flood = true },
		  VD_LAMP_WARNING_SEEN,
		  false },
		{ "flood", { .is_flood = true, .is_open = true }, VD_LAMP_FLOOD, false },
		{ "closed", { .is_open = false }, VD_LAMP_CLOSED, false },
		{ "watching", { .is_open = true }, VD_LAMP_WATCHING, false },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct vd_lamp_intent intent = vd_lamp_decide(&ROWS[i].facts);
		assert_row(intent.meaning == ROWS[i].meaning, ROWS[i].name);
		assert_row(intent.and_blind == ROWS[i].and_blind, ROWS[i].name);
	}
}

static void test_lamp_counts_what_is_shown(void **state)
{
	(void)state;
	struct vd_lamp_facts facts = { .is_open = true };
	struct vd_alarm a;
	vd_alarm_init(&a, VD_ALARM_TARGET);
	vd_lamp_facts_add(&facts, &a);
	raise(&a, VD_SEVERITY_WARNING);
	vd_lamp_facts_add(&facts, &a);
	step(&a, VD_ALARM_EV_ACK, LEASE);
	vd_lamp_facts_add(&facts, &a);
	step(&a, VD_ALARM_EV_SHELVE, LEASE);
	vd_lamp_facts_add(&facts, &a);
	assert_int_equal(facts.unseen[VD_SEVERITY_WARNING], 1);
	assert_int_equal(facts.seen[VD_SEVERITY_WARNING], 1);
	assert_int_equal(facts.unseen[VD_SEVERITY_NONE], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_cell_is_stated),
		cmocka_unit_test(test_only_persons_are_refused),
		cmocka_unit_test(test_names_nothing_twice),
		cmocka_unit_test(test_warning_is_seen_and_comes_back),
		cmocka_unit_test(test_breach_latches_until_reset),
		cmocka_unit_test(test_fault_stays_listed_until_read),
		cmocka_unit_test(test_parked_states_come_back),
		cmocka_unit_test(test_breach_behind_a_park_comes_back_latched),
		cmocka_unit_test(test_lamp_shows_the_highest_row),
		cmocka_unit_test(test_lamp_counts_what_is_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
