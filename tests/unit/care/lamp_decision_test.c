// SPDX-License-Identifier: MIT
// The fail-safe rule of SIGNALS.md, for every combination of the facts.
#include "care/alarm.h"
#include "unit.h"

/** One bit a fact. */
enum fact {
	UNSEEN_WARNING,
	UNSEEN_URGENT,
	UNSEEN_BREACHED,
	SEEN_WARNING,
	SEEN_URGENT,
	SEEN_BREACHED,
	IS_BLIND,
	IS_FLOOD,
	IS_OPEN,
	FACTS,
};
#define BIT(fact) (1U << (fact))
#define ALARMS (BIT(IS_BLIND) - 1)

static struct vd_lamp_facts make_facts(unsigned bits, uint32_t how_many)
{
	struct vd_lamp_facts facts = {
		.is_blind = (bits & BIT(IS_BLIND)) != 0,
		.is_flood = (bits & BIT(IS_FLOOD)) != 0,
		.is_open = (bits & BIT(IS_OPEN)) != 0,
	};
	for (int i = 0; i < 3; i++) {
		facts.unseen[VD_SEVERITY_WARNING + i] = (bits >> i & 1U) * how_many;
		facts.seen[VD_SEVERITY_WARNING + i] = (bits >> (3 + i) & 1U) * how_many;
	}
	return facts;
}

/** The table of SIGNALS.md from its top: the first row with one of these facts is shown. */
static const struct row {
	unsigned any;
	enum vd_lamp_meaning meaning;
} rows[] = {
	{ BIT(UNSEEN_BREACHED), VD_LAMP_BREACHED },
	{ BIT(UNSEEN_URGENT), VD_LAMP_URGENT_UNSEEN },
	{ BIT(IS_BLIND), VD_LAMP_BLIND },
	{ BIT(UNSEEN_WARNING), VD_LAMP_WARNING_UNSEEN },
	{ BIT(SEEN_URGENT) | BIT(SEEN_BREACHED), VD_LAMP_URGENT_SEEN },
	{ BIT(SEEN_WARNING), VD_LAMP_WARNING_SEEN },
	{ BIT(IS_FLOOD), VD_LAMP_FLOOD },
};

static enum vd_lamp_meaning row_of(unsigned bits)
{
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		if ((bits & rows[i].any) != 0) {
			return rows[i].meaning;
		}
	}
	return (bits & BIT(IS_OPEN)) != 0 ? VD_LAMP_WATCHING : VD_LAMP_CLOSED;
}

static void green_only_where_nothing_else_holds(void **state)
{
	(void)state;
	static const uint32_t counts[] = { 1, 2, UINT32_MAX };
	size_t n_green = 0;
	for (unsigned bits = 0; bits < BIT(FACTS); bits++) {
		for (size_t k = 0; k < VD_ARRAY_LEN(counts); k++) {
			struct vd_lamp_facts facts = make_facts(bits, counts[k]);
			struct vd_lamp_intent intent = vd_lamp_decide(&facts);
			if (intent.meaning == VD_LAMP_WATCHING) {
				assert_int_equal(bits, BIT(IS_OPEN));
				assert_false(intent.and_blind);
				n_green++;
			}
		}
	}
	assert_int_equal(n_green, VD_ARRAY_LEN(counts)); // and there it is
}

static void the_highest_row_is_shown_beside_blindness(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < BIT(FACTS); bits++) {
		struct vd_lamp_facts facts = make_facts(bits, 1);
		struct vd_lamp_intent intent = vd_lamp_decide(&facts);
		bool is_blind = (bits & BIT(IS_BLIND)) != 0;
		bool has_alarm = (bits & ALARMS) != 0;
		// Both hold: both are shown, the alarm being the highest of the alarms alone.
		enum vd_lamp_meaning expected =
			row_of(is_blind && has_alarm ? bits & ~BIT(IS_BLIND) : bits);
		assert_int_equal(intent.meaning, expected);
		assert_int_equal(intent.and_blind, is_blind && has_alarm);
	}
}

// One fact more never makes the light better, and blindness is never hidden.
static void trouble_never_makes_it_calmer(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < BIT(FACTS); bits++) {
		struct vd_lamp_facts before = make_facts(bits, 1);
		struct vd_lamp_intent calm = vd_lamp_decide(&before);
		for (int fact = 0; fact < IS_OPEN; fact++) {
			struct vd_lamp_facts after = make_facts(bits | BIT(fact), 1);
			struct vd_lamp_intent now = vd_lamp_decide(&after);
			if (!calm.and_blind && !now.and_blind && calm.meaning != VD_LAMP_BLIND) {
				assert_true(now.meaning <= calm.meaning);
			}
			bool shows_blind = now.and_blind || now.meaning == VD_LAMP_BLIND;
			assert_true(!after.is_blind || shows_blind);
		}
	}
}

static void parked_and_normal_alarms_count_for_nothing(void **state)
{
	(void)state;
	for (int s = VD_ALARM_NORMAL; s < VD_ALARM_STATE_N; s++) {
		for (int severity = 0; severity <= VD_SEVERITY_N; severity++) {
			for (int is_seen = 0; is_seen < 2; is_seen++) {
				struct vd_lamp_facts facts = { .is_open = true };
				struct vd_alarm alarm;
				vd_alarm_init(&alarm, VD_ALARM_TARGET);
				alarm.state = (enum vd_alarm_state)s;
				alarm.severity = (enum vd_severity)severity;
				alarm.is_seen = is_seen == 1;
				vd_lamp_facts_add(&facts, &alarm);
				bool counts = vd_alarm_is_shown(&alarm) &&
					      severity > VD_SEVERITY_NONE &&
					      severity < VD_SEVERITY_N;
				bool is_green = vd_lamp_decide(&facts).meaning == VD_LAMP_WATCHING;
				assert_int_equal(is_green, !counts);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(green_only_where_nothing_else_holds),
		cmocka_unit_test(the_highest_row_is_shown_beside_blindness),
		cmocka_unit_test(trouble_never_makes_it_calmer),
		cmocka_unit_test(parked_and_normal_alarms_count_for_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
