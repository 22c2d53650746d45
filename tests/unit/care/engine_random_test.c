// SPDX-License-Identifier: MIT
//
// Random lives of a case on three accounts with policies and calendars of their own: what must hold
// whatever happens. LIVES=N makes more of them; a failure names its seed.
#include <stdlib.h>

#include "case.h"

#include "base/rng.h"
#include "care/sla.h"

#define LIVES 60
#define STEPS 60

/** A case, its rules, and what is checked after each step. */
struct life {
	struct vd_rulebook book;
	struct vd_conversation c;
	struct vd_effects out;
	struct vd_diag diag;
	struct vd_wall now;
	const struct vd_rng *rng;
	uint32_t seed;
	int most_facts;
};

#define holds(life, condition)                                                            \
	do {                                                                              \
		if (!(condition)) {                                                       \
			print_error("seed %u: %s\n", (unsigned)(life)->seed, #condition); \
			_fail(__FILE__, __LINE__);                                        \
		}                                                                         \
	} while (0)

static int draw(struct life *l, uint32_t below)
{
	return (int)vd_rng_below(l->rng, below);
}

static void fill_book(struct life *l)
{
	static const char *const hours[] = { "1-5=09:00-18:00/13:00-14:00", "1-6=08:00-20:00",
					     "0-6=00:00-24:00" };
	for (uint16_t i = 0; i < 3; i++) {
		struct vd_policy *p = &l->book.policies[i];
		assert_ok(vd_calendar_parse(VD_SPAN("CET-1CEST,M3.5.0,M10.5.0/3"),
					    vd_span_of(hours[i]), &l->book.calendars[i], NULL));
		vd_policy_init(p);
		p->calendar = i;
		for (int kind = 0; kind < VD_TARGET_N; kind++) {
			p->target_s[kind] = draw(l, 4) == 0 ? 0 : 600 * (1 + draw(l, 120));
		}
		l->book.brands[i].policy = i;
		snprintf(l->book.brands[i].name, VD_NAME_BYTES, "brand %u", i);
		snprintf(l->book.accounts[i].name, VD_NAME_BYTES, "account %u", i);
		l->book.accounts[i].brand = i;
	}
	l->book.n_calendars = l->book.n_policies = l->book.n_brands = l->book.n_accounts = 3;
}

static struct vd_engine_env env_of(const struct life *l)
{
	return vd_engine_env_make(&l->book, &l->c, l->now, true);
}

static enum vd_err step_at(struct life *l, struct vd_event event)
{
	struct vd_engine_env env = env_of(l);
	struct vd_conversation before = l->c;
	enum vd_err err = vd_engine_step(&env, &l->c, &event, &l->out, &l->diag);
	if (err != VD_OK) { // a refused command changes not one byte
		holds(l, memcmp(&before, &l->c, sizeof(before)) == 0);
		return err;
	}
	holds(l, !l->out.overflow);
	l->most_facts = l->out.n > l->most_facts ? l->out.n : l->most_facts;
	struct vd_wall next = vd_conversation_next_tick(&l->c);
	holds(l, !vd_wall_is_set(next) || next.us > l->now.us); // or the desk would spin
	return VD_OK;
}

static void check_tick_is_idle(struct life *l)
{
	struct vd_conversation before = l->c;
	assert_ok(step_at(l, (struct vd_event){ .kind = VD_EVENT_TICK }));
	holds(l, memcmp(&before, &l->c, sizeof(before)) == 0);
	holds(l, l->out.n == 0);
}

// Ticks exactly where they are asked for: a microsecond before, nothing happens.
static void pass(struct life *l, int64_t s)
{
	struct vd_wall until = after(l->now, s);
	for (int i = 0; i < 500; i++) {
		struct vd_wall next = vd_conversation_next_tick(&l->c);
		if (!vd_wall_is_set(next) || next.us > until.us) {
			break;
		}
		l->now.us = next.us - 1;
		check_tick_is_idle(l);
		l->now = next;
		assert_ok(step_at(l, (struct vd_event){ .kind = VD_EVENT_TICK }));
		check_tick_is_idle(l);
	}
	l->now = until;
	assert_ok(step_at(l, (struct vd_event){ .kind = VD_EVENT_TICK }));
}

static void say(struct life *l, enum vd_direction direction)
{
	int64_t back_s = draw(l, 3) == 0 ? draw(l, 7200) : 0; // learned late
	enum vd_reply_kind kind = direction == VD_DIRECTION_IN
					  ? VD_REPLY_NONE
					  : (enum vd_reply_kind)(VD_REPLY_ANSWER + draw(l, 5));
	struct vd_message m = case_message(direction, kind, after(l->now, -back_s), l->now);
	m.account = (uint16_t)draw(l, 3);
	if (kind == VD_REPLY_HOLDING && draw(l, 2) == 0) {
		m.announced = after(l->now, draw(l, 40000));
	}
	(void)step_at(l, (struct vd_event){ .kind = VD_EVENT_MESSAGE, .message = &m });
}

// R32: whatever is passed on, no deadline is later than it was.
static void hand_over(struct life *l)
{
	struct vd_event offer = { .kind = VD_EVENT_OFFER,
				  .staff = 1,
				  .account = (uint16_t)draw(l, 3) };
	if (step_at(l, offer) != VD_OK) {
		return;
	}
	pass(l, draw(l, 1500)); // the lease may have run out meanwhile
	struct vd_target before[VD_TARGET_N];
	memcpy(before, l->c.targets, sizeof(before));
	if (step_at(l, (struct vd_event){ .kind = VD_EVENT_ACCEPT, .staff = 2 }) != VD_OK) {
		return;
	}
	for (int i = 0; i < VD_TARGET_N; i++) {
		const struct vd_target *is = &l->c.targets[i];
		if (before[i].is_running && before[i].due.us != 0) {
			holds(l, is->is_running && is->from.us == before[i].from.us);
			holds(l, is->due.us <= before[i].due.us);
		}
	}
}

static void command(struct life *l)
{
	static const enum vd_event_kind kinds[] = {
		VD_EVENT_ACK,     VD_EVENT_CLAIM,           VD_EVENT_RELEASE,
		VD_EVENT_RESOLVE, VD_EVENT_NO_REPLY_NEEDED, VD_EVENT_RESET,
		VD_EVENT_SHELVE,  VD_EVENT_UNSHELVE,        VD_EVENT_RULES,
		VD_EVENT_RESUME,  VD_EVENT_KEEP_PAUSE,      VD_EVENT_DECLINE,
		VD_EVENT_BLOCKED, VD_EVENT_SUPPRESS,        VD_EVENT_UNSUPPRESS,
		VD_EVENT_TOPIC,   VD_EVENT_SHOWN,           VD_EVENT_DELETED,
	};
	struct vd_event event = {
		.kind = kinds[draw(l, VD_ARRAY_LEN(kinds))],
		.staff = (uint16_t)draw(l, 3),
		.minutes = draw(l, 90),
		.reason = draw(l, 3) == 0 ? VD_SPAN("") : VD_SPAN("because"),
		.incident = (uint32_t)draw(l, 3),
	};
	if (event.kind == VD_EVENT_RULES) {
		struct vd_policy *p = &l->book.policies[draw(l, 3)];
		p->target_s[draw(l, VD_TARGET_N)] = 600 * (1 + draw(l, 120));
		p->version++;
	}
	(void)step_at(l, event);
}

// R34: the segments begin with the case and follow each other: their sum is the whole.
static void check_custody(struct life *l)
{
	const struct vd_conversation *c = &l->c;
	holds(l, c->n_custody >= 1 && c->custody[0].from.us == c->opened.us);
	for (int i = 1; i < c->n_custody; i++) {
		holds(l, c->custody[i].from.us >= c->custody[i - 1].from.us);
	}
	holds(l, vd_conversation_holder(c) == c->custody[c->n_custody - 1].account);
}

// R25 by brute force: minute for minute is enough of a check where all stamps are whole minutes;
// here to the microsecond, piece by piece, without care/sla.c.
static int64_t open_us(const struct vd_calendar *calendar, int64_t from_us, int64_t to_us)
{
	int64_t from_s = from_us / VD_US_PER_S;
	int64_t to_s = to_us / VD_US_PER_S;
	int64_t us = vd_calendar_between(calendar, from_s, to_s) * VD_US_PER_S;
	us -= vd_calendar_is_open(calendar, from_s) ? from_us % VD_US_PER_S : 0;
	us += vd_calendar_is_open(calendar, to_s) ? to_us % VD_US_PER_S : 0;
	return to_us > from_us ? us : 0;
}

static int64_t used_us(const struct vd_calendar *calendar, const struct vd_pauses *pauses,
		       struct vd_wall from, struct vd_wall to)
{
	int64_t us = open_us(calendar, from.us, to.us);
	for (int i = 0; i < pauses->n; i++) {
		const struct vd_pause *p = &pauses->at[i];
		int64_t begin = p->from.us > from.us ? p->from.us : from.us;
		int64_t end = vd_wall_is_set(p->to) && p->to.us < to.us ? p->to.us : to.us;
		us -= open_us(calendar, begin, end);
	}
	return us;
}

// No alarm outlives its cause, and what is parked says why.
static void check_alarms(struct life *l)
{
	const struct vd_conversation *c = &l->c;
	bool is_any = false;
	for (int i = 0; i < VD_TARGET_N; i++) {
		is_any = is_any ||
			 (c->targets[i].is_running && c->targets[i].reached != VD_SEVERITY_NONE);
	}
	bool is_shown = c->alarm.state == VD_ALARM_UNACK || c->alarm.state == VD_ALARM_ACKED;
	bool is_held = vd_wall_is_set(c->calm_until);
	holds(l, !is_shown || is_any || is_held);
	holds(l, (c->alarm.state == VD_ALARM_SUPPRESSED) == (c->parked_by != 0));
	holds(l, c->alarm.state != VD_ALARM_LATCHED || c->breaches_known > c->breaches_reset);
	holds(l,
	      c->state != VD_CONVERSATION_RESOLVED || !c->targets[VD_TARGET_RESOLUTION].is_running);
}

static void live(struct life *l)
{
	fill_book(l);
	l->now = local("2026-10-05T10:00:00");
	l->now.us += draw(l, 1000000);
	struct vd_message m = case_message(VD_DIRECTION_IN, VD_REPLY_NONE, l->now, l->now);
	struct vd_engine_env env = env_of(l);
	assert_ok(vd_engine_open(&env, &m, 0, &l->c, &l->out, &l->diag));
	for (int i = 0; i < STEPS; i++) {
		pass(l, draw(l, 4) == 0 ? draw(l, 50000) : draw(l, 3000));
		switch (draw(l, 6)) {
		case 0:
		case 1:
			say(l, VD_DIRECTION_IN);
			break;
		case 2:
			say(l, VD_DIRECTION_OUT);
			break;
		case 3:
			hand_over(l);
			break;
		default:
			command(l);
			break;
		}
		check_custody(l);
		check_alarms(l);
	}
}

static int lives(void)
{
	const char *text = getenv("LIVES");
	return text != NULL ? atoi(text) : LIVES;
}

static void whatever_happens(void **state)
{
	(void)state;
	static struct life l;
	int most = 0;
	for (int i = 0; i < lives(); i++) {
		struct vd_seeded_rng seeded;
		struct vd_rng rng = vd_seeded_rng_init(&seeded, (uint64_t)i + 1);
		memset(&l, 0, sizeof(l));
		l.rng = &rng;
		l.seed = (uint32_t)i + 1;
		live(&l);
		most = l.most_facts > most ? l.most_facts : most;
	}
	print_message("at most %d facts in a step, of %d\n", most, VD_EFFECTS_MAX);
}

// R25: B over open minus paused is the target at due, exactly, and not a microsecond before.
static void pauses_are_counted_exactly(void **state)
{
	(void)state;
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 25);
	for (int round = 0; round < 300; round++) {
		struct test_case k;
		struct vd_pauses pauses = { 0 };
		case_init(&k, round % 2 == 0 ? "1-5=09:00-18:00/13:00-14:00" : "0-6=22:00-06:00");
		struct vd_wall from = local("2026-10-22T08:00:00"); // over the end of summer time
		from.us += (int64_t)vd_rng_below(&rng, 200000) * 1000003;
		int64_t at_us = from.us;
		pauses.n = (uint8_t)vd_rng_below(&rng, VD_PAUSES_MAX + 1);
		for (int i = 0; i < pauses.n; i++) {
			at_us += 1 + (int64_t)vd_rng_below(&rng, 20000) * 1000007;
			pauses.at[i].from.us = at_us;
			at_us += 1 + (int64_t)vd_rng_below(&rng, 40000) * 1000013;
			pauses.at[i].to.us = at_us;
		}
		k.policy.target_s[VD_TARGET_RESOLUTION] = 1 + (int32_t)vd_rng_below(&rng, 100000);
		struct vd_sla_run run = { VD_TARGET_RESOLUTION, from, &pauses };
		struct vd_wall due = vd_sla_due(&k.policy, &k.calendar, &run);
		int64_t target_us = k.policy.target_s[VD_TARGET_RESOLUTION] * VD_US_PER_S;
		struct vd_wall earlier = { due.us - 1 };
		struct vd_wall second = { due.us - VD_US_PER_S };
		assert_int_equal(used_us(&k.calendar, &pauses, from, due), target_us);
		assert_true(used_us(&k.calendar, &pauses, from, earlier) < target_us);
		assert_true(used_us(&k.calendar, &pauses, from, second) < target_us);
		assert_int_equal(vd_sla_used(&k.calendar, &run, due).us, target_us);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_happens),
		cmocka_unit_test(pauses_are_counted_exactly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
