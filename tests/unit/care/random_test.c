// SPDX-License-Identifier: MIT
//
// Random lives of two cases on four accounts, with all events: hand-overs, loosening, merging,
// splitting, late words, stamps ahead of our clock, a clock that is not trusted now and then. After
// each step, not only after ticks: an equal tick is idle, the next one lies ahead, custody sums to
// the life, the first response is due by a count of its own, and nothing new is breached without
// trust (R13). LIVES=N makes more lives, SEED=N begins at another one. Then pauses by brute force.
#include <stdlib.h>

#include "case.h"

#include "base/rng.h"
#include "care/sla.h"

#define LIVES 100
#define STEPS 60
#define ACCOUNTS 4

struct life {
	struct vd_rulebook book;
	struct vd_conversation c;
	struct vd_conversation other;
	struct vd_effects out;
	struct vd_diag diag;
	struct vd_wall now;
	const struct vd_rng *rng;
	uint32_t seed;
	int step;
	int most_facts;
	enum vd_event_kind most_kind;
	enum vd_event_kind last; // what came before the tick
	bool is_distrusted;      // R13
	bool is_loosened;        // or merged, split, or the rules changed: its dues are others
};

#define holds(l, condition)                                                                   \
	do {                                                                                  \
		if (!(condition)) {                                                           \
			print_error("seed %u, step %d: %s\n", (unsigned)(l)->seed, (l)->step, \
				    #condition);                                              \
			_fail(__FILE__, __LINE__);                                            \
		}                                                                             \
	} while (0)

static int draw(struct life *l, uint32_t below)
{
	return (int)vd_rng_below(l->rng, below);
}

static void fill_book(struct life *l)
{
	static const char *const hours[ACCOUNTS] = { "1-5=09:00-18:00/13:00-14:00",
						     "1-6=08:00-20:00", "0-6=00:00-24:00",
						     "0-6=22:00-06:00" };
	for (uint16_t i = 0; i < ACCOUNTS; i++) {
		struct vd_policy *p = &l->book.policies[i];
		assert_ok(vd_calendar_parse(VD_SPAN("CET-1CEST,M3.5.0,M10.5.0/3"),
					    vd_span_of(hours[i]), &l->book.calendars[i], NULL));
		vd_policy_init(p);
		p->calendar = i;
		p->version = 1;
		p->second_calendar = (uint16_t)draw(l, ACCOUNTS + 1);
		for (int kind = 0; kind < VD_TARGETS_OF_POLICY; kind++) {
			p->target_s[kind] = draw(l, 4) == 0 ? 0 : 601 * (1 + draw(l, 120));
		}
		l->book.brands[i].policy = i;
		snprintf(l->book.brands[i].name, VD_NAME_BYTES, "brand %u", i);
		snprintf(l->book.accounts[i].name, VD_NAME_BYTES, "account %u", i);
		l->book.accounts[i].brand = i;
		l->book.accounts[i].network = i % 2 == 0 ? VD_NETWORK_FACEBOOK : VD_NETWORK_X;
	}
	l->book.n_calendars = l->book.n_policies = l->book.n_brands = ACCOUNTS;
	l->book.n_accounts = ACCOUNTS;
}

// R13. A merge brings along what was declared of the other part.
static void check_trust(struct life *l, const struct vd_conversation *was,
			const struct vd_conversation *is, enum vd_event_kind kind)
{
	for (int i = 0; i < VD_TARGET_N && l->is_distrusted; i++) {
		holds(l, kind == VD_EVENT_MERGE ||
				 is->targets[i].declared.us <= was->targets[i].declared.us);
	}
	for (uint8_t i = 0; i < l->out.n && l->is_distrusted && kind == VD_EVENT_TICK; i++) {
		holds(l, l->out.facts[i].kind != VD_FACT_TARGET_BREACHED);
	}
	holds(l, l->is_distrusted || !is->is_breach_held);
}

static enum vd_err step_bare(struct life *l, struct vd_conversation *c, struct vd_event event)
{
	struct vd_engine_env env = vd_engine_env_make(&l->book, c, l->now, !l->is_distrusted);
	struct vd_conversation before = *c;
	struct vd_conversation other = l->other;
	enum vd_err err = vd_engine_step(&env, c, &event, &l->out, &l->diag);
	if (err != VD_OK) { // a refused command changes not one byte
		holds(l, memcmp(&before, c, sizeof(before)) == 0);
		holds(l, c == &l->other || memcmp(&other, &l->other, sizeof(other)) == 0);
		return err;
	}
	holds(l, !l->out.overflow);
	check_trust(l, &before, c, event.kind);
	if (l->out.n > l->most_facts) {
		l->most_facts = l->out.n;
		l->most_kind = event.kind;
	}
	struct vd_wall next = vd_conversation_next_tick(c);
	holds(l, !vd_wall_is_set(next) || next.us > l->now.us); // or the desk would spin
	return VD_OK;
}

static void check_tick_is_idle(struct life *l, struct vd_conversation *c)
{
	struct vd_conversation before = *c;
	assert_ok(step_bare(l, c, (struct vd_event){ .kind = VD_EVENT_TICK }));
	if (memcmp(&before, c, sizeof(before)) != 0) {
		size_t at = 0;
		while (((const char *)&before)[at] == ((const char *)c)[at]) {
			at++;
		}
		print_error("byte %zu differs after %s\n", at, vd_event_name(l->last));
		for (int i = 0; i < VD_TARGET_N; i++) {
			const struct vd_target *was = &before.targets[i];
			const struct vd_target *is = &c->targets[i];
			print_error("  %s: %s -> %s, due %lld -> %lld, ended %lld -> %lld\n",
				    vd_target_name((enum vd_target_kind)i),
				    vd_target_state_name(was->state),
				    vd_target_state_name(is->state), (long long)was->due.us,
				    (long long)is->due.us, (long long)was->ended.us,
				    (long long)is->ended.us);
		}
	}
	holds(l, memcmp(&before, c, sizeof(before)) == 0);
	holds(l, l->out.n == 0);
}

static enum vd_err step(struct life *l, struct vd_event event)
{
	enum vd_err err = step_bare(l, &l->c, event);
	l->last = event.kind;
	check_tick_is_idle(l, &l->c);
	return err;
}

static void pass_one(struct life *l, struct vd_conversation *c, struct vd_wall until)
{
	for (int i = 0; i < 500; i++) {
		struct vd_wall next = vd_conversation_next_tick(c);
		if (!vd_wall_is_set(next) || next.us > until.us) {
			break;
		}
		l->now.us = next.us - 1;
		check_tick_is_idle(l, c);
		l->now = next;
		assert_ok(step_bare(l, c, (struct vd_event){ .kind = VD_EVENT_TICK }));
		check_tick_is_idle(l, c);
	}
}

static void pass(struct life *l, int64_t s)
{
	struct vd_wall begin = l->now;
	struct vd_wall until = after(l->now, s);
	until.us += draw(l, 1000000);
	pass_one(l, &l->c, until);
	if (l->other.state != VD_CONVERSATION_MERGED) {
		l->now = begin;
		pass_one(l, &l->other, until);
	}
	l->now = until;
}

static struct vd_message message(struct life *l, enum vd_direction direction, struct vd_wall at)
{
	enum vd_reply_kind kind = direction == VD_DIRECTION_IN
					  ? VD_REPLY_NONE
					  : (enum vd_reply_kind)(VD_REPLY_ANSWER + draw(l, 5));
	struct vd_message m = case_message(direction, kind, at, l->now);
	m.account = (uint16_t)draw(l, ACCOUNTS);
	m.visibility = draw(l, 3) == 0 ? VD_VISIBILITY_PRIVATE : VD_VISIBILITY_PUBLIC;
	if (kind == VD_REPLY_HOLDING && draw(l, 2) == 0) {
		m.announced = after(l->now, 1 + draw(l, 40000));
	}
	return m;
}

static void say(struct life *l, struct vd_conversation *c)
{
	int64_t shift_s = 0;
	if (draw(l, 3) == 0) {
		shift_s = draw(l, 5) == 0 ? draw(l, 119) : -draw(l, 90000); // ahead, or late
	}
	bool is_in = draw(l, 3) != 0;
	struct vd_message m =
		message(l, is_in ? VD_DIRECTION_IN : VD_DIRECTION_OUT, after(l->now, shift_s));
	(void)step_bare(l, c, (struct vd_event){ .kind = VD_EVENT_MESSAGE, .message = &m });
	l->last = VD_EVENT_MESSAGE;
	check_tick_is_idle(l, c);
}

// R32: no deadline later than it was, and none appears out of nothing.
static void hand_over(struct life *l)
{
	struct vd_event offer = { .kind = VD_EVENT_OFFER,
				  .staff = 1,
				  .account = (uint16_t)draw(l, ACCOUNTS) };
	if (step(l, offer) != VD_OK) {
		return;
	}
	pass(l, draw(l, 1500));
	struct vd_conversation before = l->c;
	if (step(l, (struct vd_event){ .kind = VD_EVENT_ACCEPT, .staff = 2 }) != VD_OK) {
		return;
	}
	for (int i = 0; i < VD_TARGET_N; i++) {
		const struct vd_target *was = &before.targets[i];
		const struct vd_target *is = &l->c.targets[i];
		if (was->is_running) {
			holds(l, is->is_running && is->from.us == was->from.us);
			holds(l, is->due.us <= was->due.us);
			// A breach that was declared is not declared anew (R9).
			holds(l, was->state != VD_TARGET_BREACHED || is->due.us == was->due.us);
		}
	}
	holds(l, before.opened.us == l->c.opened.us);
	holds(l, before.waiting_since.us == l->c.waiting_since.us);
	holds(l, before.paused_since.us == l->c.paused_since.us);
}

static void merge(struct life *l)
{
	if (l->other.state == VD_CONVERSATION_MERGED) {
		return;
	}
	struct vd_wall opened = l->c.opened.us < l->other.opened.us ? l->c.opened : l->other.opened;
	struct vd_conversation was = l->c;
	struct vd_conversation was_other = l->other;
	struct vd_event event = { .kind = VD_EVENT_MERGE, .staff = 1, .other = &l->other };
	if (step(l, event) != VD_OK) {
		return;
	}
	l->is_loosened = true;
	holds(l, l->c.opened.us == opened.us); // the earliest wins
	holds(l, l->c.n_in == was.n_in + was_other.n_in);
	holds(l, !vd_wall_is_set(vd_conversation_next_tick(&l->other)));
	// Whoever waited waits on, and somebody has promised to answer where one had.
	bool waited = vd_wall_is_set(was.waiting_since) || vd_wall_is_set(was_other.waiting_since);
	holds(l, !waited || vd_wall_is_set(l->c.waiting_since));
}

static void split(struct life *l)
{
	struct vd_turn gone[2];
	struct vd_event event = { .kind = VD_EVENT_SPLIT, .staff = 1, .gone = gone };
	for (int i = 0; i < 2 && l->c.n_turns > 0; i++) {
		gone[event.n_gone++] = l->c.turns[draw(l, l->c.n_turns)];
	}
	l->is_loosened = step(l, event) == VD_OK || l->is_loosened;
}

static void command(struct life *l)
{
	struct vd_event event = {
		.kind = (enum vd_event_kind)draw(l, VD_EVENT_N),
		.staff = (uint16_t)draw(l, 3),
		.minutes = draw(l, 90),
		.reason = draw(l, 3) == 0 ? VD_SPAN("") : VD_SPAN("because"),
		.incident = (uint32_t)draw(l, 3),
		.account = (uint16_t)draw(l, ACCOUNTS + 1),
	};
	struct vd_message m = message(l, VD_DIRECTION_IN, l->now);
	if (l->c.n_turns > 0) {
		m.published = l->c.turns[draw(l, l->c.n_turns)].at;
	}
	event.message = &m;
	if (event.kind == VD_EVENT_RULES) {
		struct vd_policy *p = &l->book.policies[draw(l, ACCOUNTS)];
		p->target_s[draw(l, VD_TARGETS_OF_POLICY)] = 601 * (1 + draw(l, 120));
		p->warn_percent = (uint8_t)(40 + draw(l, 40));
		p->version++;
	}
	if (event.kind == VD_EVENT_RULES && l->other.state != VD_CONVERSATION_MERGED) {
		assert_ok(step_bare(l, &l->other, event));
	}
	bool is_other_rules = event.kind == VD_EVENT_RULES || event.kind == VD_EVENT_LOOSEN;
	l->is_loosened = (step(l, event) == VD_OK && is_other_rules) || l->is_loosened;
}

// R34: the segments partition the life, in wall and in business time of any calendar.
static void check_custody(struct life *l)
{
	const struct vd_conversation *c = &l->c;
	int64_t end_us = l->now.us > c->opened.us ? l->now.us : c->opened.us;
	int64_t last_us = c->custody[c->n_custody - 1].from.us;
	int64_t wall_us = 0;
	int64_t open_s = 0;
	end_us = last_us > end_us ? last_us : end_us;
	holds(l, c->n_custody >= 1 && c->custody[0].from.us == c->opened.us);
	for (int i = 0; i < c->n_custody; i++) {
		bool is_last = i + 1 == c->n_custody;
		int64_t from_us = c->custody[i].from.us;
		int64_t to_us = is_last ? end_us : c->custody[i + 1].from.us;
		holds(l, to_us >= from_us);
		wall_us += to_us - from_us;
		open_s += vd_calendar_between(&l->book.calendars[0], from_us / VD_US_PER_S,
					      to_us / VD_US_PER_S);
	}
	holds(l, wall_us == end_us - c->opened.us);
	holds(l, open_s == vd_calendar_between(&l->book.calendars[0], c->opened.us / VD_US_PER_S,
					       end_us / VD_US_PER_S));
}

static int64_t open_us(const struct vd_calendar *calendar, int64_t from_us, int64_t to_us)
{
	int64_t from_s = from_us / VD_US_PER_S;
	int64_t to_s = to_us / VD_US_PER_S;
	int64_t us = vd_calendar_between(calendar, from_s, to_s) * VD_US_PER_S;
	us -= vd_calendar_is_open(calendar, from_s) ? from_us % VD_US_PER_S : 0;
	us += vd_calendar_is_open(calendar, to_s) ? to_us % VD_US_PER_S : 0;
	return to_us > from_us ? us : 0;
}

// R7, R17, R32 without care/sla.c: the first response of a case that nobody loosened is due when
// one of its holders' policies says so, and a microsecond before none does.
static void check_first_due(struct life *l)
{
	const struct vd_conversation *c = &l->c;
	const struct vd_target *t = &c->targets[VD_TARGET_FIRST];
	if (l->is_loosened || !t->is_running || t->state == VD_TARGET_BREACHED) {
		return;
	}
	bool is_reached = false;
	for (int i = 0; i < c->n_custody; i++) {
		const struct vd_policy *p = &l->book.policies[c->custody[i].account];
		const struct vd_calendar *calendar = &l->book.calendars[p->calendar];
		int64_t target_us = p->target_s[VD_TARGET_FIRST] * VD_US_PER_S;
		if (target_us == 0) {
			continue;
		}
		holds(l, open_us(calendar, t->from.us, t->due.us - 1) < target_us);
		is_reached = is_reached || open_us(calendar, t->from.us, t->due.us) == target_us;
	}
	holds(l, is_reached);
}

// No alarm outlives its cause; nothing runs in a case that is over but what came after the end.
static void check_alarms(struct life *l)
{
	const struct vd_conversation *c = &l->c;
	bool is_any = vd_wall_is_set(c->calm_until);
	for (int i = 0; i < VD_TARGET_N; i++) {
		const struct vd_target *t = &c->targets[i];
		is_any = is_any || (t->is_running && t->reached != VD_SEVERITY_NONE);
		holds(l,
		      !t->is_running || (t->warn.us <= t->urgent.us || t->urgent.us == t->due.us));
		holds(l, !t->is_running || t->warn.us <= t->due.us);
	}
	bool is_shown = c->alarm.state == VD_ALARM_UNACK || c->alarm.state == VD_ALARM_ACKED;
	holds(l, !is_shown || is_any);
	holds(l, (c->alarm.state == VD_ALARM_SUPPRESSED) == (c->parked_by != 0));
	holds(l, c->alarm.state != VD_ALARM_LATCHED || c->breaches_known > c->breaches_reset);
	holds(l,
	      c->state != VD_CONVERSATION_RESOLVED || !c->targets[VD_TARGET_RESOLUTION].is_running);
}

static void open_one(struct life *l, struct vd_conversation *c, uint64_t id)
{
	struct vd_message m = case_message(VD_DIRECTION_IN, VD_REPLY_NONE, l->now, l->now);
	c->id = id;
	struct vd_engine_env env = vd_engine_env_make(&l->book, c, l->now, !l->is_distrusted);
	assert_ok(vd_engine_open(&env, &m, 0, c, &l->out, &l->diag));
}

// When trust comes, whatever was held is judged: all that asks for it, and nothing else has to.
static void trust(struct life *l)
{
	struct vd_event tick = { .kind = VD_EVENT_TICK };
	bool is_held = l->c.is_breach_held;
	bool is_other_held = l->other.is_breach_held;
	l->is_distrusted = !l->is_distrusted;
	if (l->is_distrusted) {
		return;
	}
	unsigned breaches = 0;
	struct vd_conversation before = l->c;
	assert_ok(step_bare(l, &l->c, tick));
	for (int i = 0; i < VD_TARGET_N; i++) {
		breaches += l->c.targets[i].declared.us != before.targets[i].declared.us;
	}
	holds(l, is_held || breaches == 0);
	if (is_other_held) {
		assert_ok(step_bare(l, &l->other, tick));
	}
}

static void live(struct life *l)
{
	fill_book(l);
	l->now = local("2026-10-20T10:00:00"); // the end of summer time is in it
	l->now.us += draw(l, 1000000);
	open_one(l, &l->c, 1);
	open_one(l, &l->other, 2);
	for (l->step = 0; l->step < STEPS; l->step++) {
		pass(l, draw(l, 4) == 0 ? draw(l, 50000) : draw(l, 3000));
		if (l->seed % 2 == 0 && draw(l, 8) == 0) {
			trust(l);
		}
		int what = draw(l, 24);
		if (what < 9) {
			say(l, &l->c);
		} else if (what < 12 && l->other.state != VD_CONVERSATION_MERGED) {
			say(l, &l->other);
		} else if (what < 16) {
			hand_over(l);
		} else if (what == 16) {
			merge(l);
		} else if (what == 17) {
			split(l);
		} else {
			command(l);
		}
		check_custody(l);
		check_first_due(l);
		check_alarms(l);
	}
}

static int lives(void)
{
	const char *text = getenv("LIVES");
	return text != NULL ? atoi(text) : LIVES;
}

static void what_holds_after_every_step(void **state)
{
	(void)state;
	static struct life l;
	int most = 0;
	enum vd_event_kind kind = VD_EVENT_MISSING;
	const char *from = getenv("SEED");
	int first = from != NULL ? atoi(from) : 1;
	for (int i = 0; i < lives(); i++) {
		struct vd_seeded_rng seeded;
		struct vd_rng rng = vd_seeded_rng_init(&seeded, (uint64_t)(first + i));
		memset(&l, 0, sizeof(l));
		l.rng = &rng;
		l.seed = (uint32_t)(first + i);
		live(&l);
		kind = l.most_facts > most ? l.most_kind : kind;
		most = l.most_facts > most ? l.most_facts : most;
	}
	print_message("at most %d facts of %d in a step: %s\n", most, VD_EFFECTS_MAX,
		      vd_event_name(kind));
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
		cmocka_unit_test(what_holds_after_every_step),
		cmocka_unit_test(pauses_are_counted_exactly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
