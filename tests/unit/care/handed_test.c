// SPDX-License-Identifier: MIT
//
// R32, R34 beside a model of their own: a case is passed around at random among accounts with
// policies and calendars of their own. Each deadline is the earliest that any of its holders
// promised, counted minute by minute; who let the customer wait adds up to how long he waited.
// HANDED=N makes more lives; a failure names its round.
#include <stdlib.h>

#include "case.h"

#include "base/rng.h"
#include "care/engine_custody.h"
#include "care/engine_turns.h"

#define ROUNDS 100
#define STEPS 50
#define ACCOUNTS 3
#define DAYS 60
#define MINUTES (DAYS * 1440)
#define NONE (-1)

/** Which minutes are open, by each calendar. */
struct hours {
	bool is_open[ACCOUNTS][MINUTES];
};

struct life {
	const struct hours *hours;
	struct vd_rulebook book;
	struct vd_conversation c;
	struct vd_effects out;
	struct vd_diag diag;
	const struct vd_rng *rng;
	int round;
	int now;
	bool is_paused[MINUTES];
	bool is_asked;
	int n_holders;
	uint16_t holder[VD_CUSTODY_MAX];
	int held_from[VD_CUSTODY_MAX];
	int waits_since;
	int waited; // minutes, of waits that ended
};

static int draw(struct life *l, int below)
{
	return (int)vd_rng_below(l->rng, (uint32_t)below);
}

static struct vd_wall wall(int minute)
{
	return after(local("2026-10-19T06:00:00"), (int64_t)minute * 60);
}

static int minute_of(struct vd_wall t)
{
	return (int)((t.us - wall(0).us) / (60 * VD_US_PER_S));
}

static void expect(const struct life *l, bool holds, const char *what)
{
	if (!holds) {
		print_error("round %d, minute %d: %s\n", l->round, l->now, what);
		fail();
	}
}

static void fill_book(struct life *l)
{
	static const char *const hours[ACCOUNTS] = { "1-5=09:00-18:00/13:00-14:00",
						     "1-6=08:00-20:00", "0-6=22:00-06:00" };
	for (uint16_t i = 0; i < ACCOUNTS; i++) {
		struct vd_policy *p = &l->book.policies[i];
		assert_ok(vd_calendar_parse(VD_SPAN("CET-1CEST,M3.5.0,M10.5.0/3"),
					    vd_span_of(hours[i]), &l->book.calendars[i], NULL));
		vd_policy_init(p);
		p->calendar = i;
		for (int kind = 0; kind < VD_TARGETS_OF_POLICY; kind++) {
			p->target_s[kind] = draw(l, 5) == 0 ? 0 : 600 * (1 + draw(l, 90));
		}
		l->book.brands[i].policy = i;
		l->book.accounts[i].brand = i;
		snprintf(l->book.accounts[i].name, VD_NAME_BYTES, "account %u", i);
	}
	l->book.n_calendars = l->book.n_policies = l->book.n_brands = ACCOUNTS;
	l->book.n_accounts = ACCOUNTS;
}

static void fill_hours(const struct vd_rulebook *book, struct hours *hours)
{
	int64_t begin_s = vd_wall_to_s(wall(0));
	for (int i = 0; i < ACCOUNTS; i++) {
		for (int t = 0; t < MINUTES; t++) {
			hours->is_open[i][t] =
				vd_calendar_is_open(&book->calendars[i], begin_s + 60 * (int64_t)t);
		}
	}
}

static enum vd_err step_at(struct life *l, struct vd_wall at, struct vd_event event)
{
	struct vd_engine_env env = vd_engine_env_make(&l->book, &l->c, at, true);
	return vd_engine_step(&env, &l->c, &event, &l->out, &l->diag);
}

static enum vd_err step(struct life *l, struct vd_event event)
{
	return step_at(l, wall(l->now), event);
}

static void pass(struct life *l, int minutes)
{
	l->now += minutes;
	for (int i = 0; i < 500; i++) {
		struct vd_wall next = vd_conversation_next_tick(&l->c);
		if (!vd_wall_is_set(next) || next.us > wall(l->now).us) {
			return;
		}
		assert_ok(step_at(l, next, (struct vd_event){ .kind = VD_EVENT_TICK }));
	}
}

// ---- what the clerk notes -------------------------------------------------------------------

static void pause(struct life *l, bool is_asked)
{
	if (l->is_asked != is_asked) {
		memset(&l->is_paused[l->now], is_asked, (size_t)(MINUTES - l->now));
	}
	l->is_asked = is_asked;
}

static void say(struct life *l, enum vd_direction direction, enum vd_reply_kind kind)
{
	struct vd_message m = case_message(direction, kind, wall(l->now), wall(l->now));
	bool is_useful = kind == VD_REPLY_ANSWER || kind == VD_REPLY_QUESTION;
	assert_ok(step(l, (struct vd_event){ .kind = VD_EVENT_MESSAGE, .message = &m }));
	pause(l, kind == VD_REPLY_QUESTION);
	if (direction == VD_DIRECTION_IN) {
		l->waits_since = l->waits_since == NONE ? l->now : l->waits_since;
	} else if (is_useful && l->waits_since != NONE) {
		l->waited += l->now - l->waits_since;
		l->waits_since = NONE;
	}
}

static void hand_over(struct life *l)
{
	struct vd_event offer = { .kind = VD_EVENT_OFFER,
				  .staff = 1,
				  .account = (uint16_t)draw(l, ACCOUNTS) };
	if (step(l, offer) != VD_OK) {
		return;
	}
	pass(l, draw(l, 10));
	if (step(l, (struct vd_event){ .kind = VD_EVENT_ACCEPT, .staff = 2 }) == VD_OK) {
		l->holder[l->n_holders] = offer.account;
		l->held_from[l->n_holders++] = l->now;
	}
}

// ---- what it comes to -----------------------------------------------------------------------

static int count_to(const struct life *l, const bool *is_open, int from, int want, bool can_pause)
{
	for (int t = from; t < MINUTES; t++) {
		if (want == 0) {
			return t;
		}
		want -= (is_open == NULL || is_open[t]) && !(can_pause && l->is_paused[t]);
	}
	return INT32_MAX;
}

/** The earliest that anybody promised who had it since `from`; NONE: nobody did. */
static int promised(const struct life *l, enum vd_target_kind kind, int from)
{
	bool can_pause = kind == VD_TARGET_RESOLUTION || kind == VD_TARGET_CADENCE;
	int best = NONE;
	for (int i = 0; i < l->n_holders; i++) {
		bool is_last = i + 1 == l->n_holders;
		int want = l->book.policies[l->holder[i]].target_s[kind] / 60;
		if (want == 0 || (!is_last && l->held_from[i + 1] <= from)) {
			continue;
		}
		const bool *is_open = kind == VD_TARGET_CEILING ? NULL
								: l->hours->is_open[l->holder[i]];
		int due = count_to(l, is_open, from, want, can_pause);
		best = best == NONE || due < best ? due : best;
	}
	return best;
}

static void check_dues(const struct life *l)
{
	for (int i = 0; i < VD_TARGET_N; i++) {
		enum vd_target_kind kind = (enum vd_target_kind)i;
		const struct vd_target *t = &l->c.targets[i];
		if (t->state == VD_TARGET_ARMED && t->is_running) {
			int due = promised(l, kind, minute_of(t->from));
			expect(l, due != NONE && t->due.us == wall(due).us, vd_target_name(kind));
		} else if (t->state == VD_TARGET_PAUSED) {
			expect(l, l->is_asked, vd_target_name(kind));
		}
	}
	// Where somebody who had it promised a next response, one is under way.
	const struct vd_target *next = &l->c.targets[VD_TARGET_NEXT];
	int first = vd_wall_is_set(l->c.first_reply) ? minute_of(l->c.first_reply) : MINUTES;
	int from = l->waits_since > first ? l->waits_since : first; // R18
	bool is_due = l->waits_since != NONE && first < MINUTES &&
		      promised(l, VD_TARGET_NEXT, from) != NONE;
	expect(l, !is_due || next->is_running, "a next response is missing");
}

/** Adds a wait to whoever had the case meanwhile. */
static void share(void *ctx, struct vd_wall from, struct vd_wall to)
{
	struct vd_conversation *c = ctx;
	for (uint8_t i = 0; i < c->n_custody; i++) {
		struct vd_wall a = from;
		struct vd_wall b = to;
		vd_custody_clip(c, i, &a, &b);
		c->custody[i].waited_us += b.us > a.us ? b.us - a.us : 0;
	}
}

static void check_custody(const struct life *l)
{
	struct vd_conversation c = l->c;
	struct vd_engine_env env = vd_engine_env_make(&l->book, &c, wall(l->now), true);
	int64_t waited_us = 0;
	expect(l, c.n_custody == l->n_holders, "segments");
	vd_turns_each_wait(&env, &c, share, &c);
	for (int i = 0; i < c.n_custody; i++) {
		expect(l, c.custody[i].from.us == wall(l->held_from[i]).us, "a segment's begin");
		expect(l, c.custody[i].account == l->holder[i], "a segment's holder");
		waited_us += c.custody[i].waited_us;
	}
	int running = l->waits_since == NONE ? 0 : l->now - l->waits_since;
	expect(l, waited_us == (int64_t)(l->waited + running) * 60 * VD_US_PER_S, "the waits");
}

static void live(struct life *l)
{
	static const enum vd_reply_kind kinds[] = { VD_REPLY_ANSWER, VD_REPLY_QUESTION,
						    VD_REPLY_HOLDING };
	l->now = 100 + draw(l, 600);
	l->waits_since = l->now;
	l->n_holders = 1;
	l->held_from[0] = l->now;
	struct vd_message m =
		case_message(VD_DIRECTION_IN, VD_REPLY_NONE, wall(l->now), wall(l->now));
	struct vd_engine_env env = vd_engine_env_make(&l->book, &l->c, wall(l->now), true);
	assert_ok(vd_engine_open(&env, &m, 0, &l->c, &l->out, &l->diag));
	for (int i = 0; i < STEPS; i++) {
		pass(l, 1 + draw(l, draw(l, 5) == 0 ? 1500 : 150));
		int what = draw(l, 8);
		if (what < 3) {
			say(l, VD_DIRECTION_IN, VD_REPLY_NONE);
		} else if (what < 6) {
			say(l, VD_DIRECTION_OUT, kinds[what - 3]);
		} else {
			hand_over(l);
		}
		check_dues(l);
		check_custody(l);
	}
}

static void every_holder_binds(void **state)
{
	(void)state;
	static struct life l;
	static struct hours hours;
	const char *text = getenv("HANDED");
	int rounds = text != NULL ? atoi(text) : ROUNDS;
	for (int round = 0; round < rounds; round++) {
		struct vd_seeded_rng seeded;
		struct vd_rng rng = vd_seeded_rng_init(&seeded, (uint64_t)round + 1);
		memset(&l, 0, sizeof(l));
		l.rng = &rng;
		l.round = round;
		l.hours = &hours;
		fill_book(&l);
		if (round == 0) {
			fill_hours(&l.book, &hours);
		}
		live(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_holder_binds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
