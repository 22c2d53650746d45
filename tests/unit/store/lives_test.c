// SPDX-License-Identifier: MIT
//
// A case that is written and read between any two steps lives the same life as one that never
// leaves the memory: same answers, same facts, same bytes. Random lives with fixed seeds; LIVES=N
// makes more of them.
#include <stdlib.h>

#include "base/rng.h"
#include "care/engine.h"
#include "store/record.h"
#include "unit.h"

#define LIVES 60
#define STEPS 80
#define ACCOUNTS 3

struct life {
	struct vd_rulebook book;
	struct vd_conversation kept;
	struct vd_conversation stored;
	struct vd_conversation other; // a second case, to be merged
	struct vd_wall now;
	bool is_distrusted; // R13
	const struct vd_rng *rng;
	uint32_t seed;
	int step;
	uint8_t bytes[2][VD_CONVERSATION_RECORD_BYTES];
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
						     "1-6=08:00-20:00", "0-6=00:00-24:00" };
	for (uint16_t i = 0; i < ACCOUNTS; i++) {
		struct vd_policy *p = &l->book.policies[i];
		assert_ok(vd_calendar_parse(VD_SPAN("CET-1CEST,M3.5.0,M10.5.0/3"),
					    vd_span_of(hours[i]), &l->book.calendars[i], NULL));
		vd_policy_init(p);
		p->calendar = i;
		for (int kind = 0; kind < VD_TARGETS_OF_POLICY; kind++) {
			p->target_s[kind] = draw(l, 4) == 0 ? 0 : 601 * (1 + draw(l, 120));
		}
		l->book.brands[i].policy = i;
		l->book.accounts[i].brand = i;
		l->book.accounts[i].network = i == 0 ? VD_NETWORK_FACEBOOK : VD_NETWORK_X;
		l->book.accounts[i].name[0] = (char)('a' + i);
	}
	l->book.n_calendars = l->book.n_policies = l->book.n_brands = ACCOUNTS;
	l->book.n_accounts = ACCOUNTS;
}

static struct vd_span print(struct life *l, int which, const struct vd_conversation *c,
			    struct vd_places *places)
{
	struct vd_writer w = vd_writer_init(l->bytes[which], sizeof(l->bytes[which]));
	vd_places_make(c, places);
	assert_ok(vd_record_print_conversation(c, places, &w));
	return vd_writer_span(&w);
}

static void check_same(struct life *l)
{
	struct vd_places places[2];
	struct vd_span kept = print(l, 0, &l->kept, &places[0]);
	struct vd_span stored = print(l, 1, &l->stored, &places[1]);
	holds(l, kept.n == stored.n && memcmp(kept.p, stored.p, kept.n) == 0);
	struct vd_places back;
	assert_ok(vd_record_parse_conversation(stored, l->stored.id, &l->stored, &back));
	holds(l, memcmp(&back, &places[0], sizeof(back)) == 0);
	struct vd_wall kept_tick = vd_conversation_next_tick(&l->kept);
	struct vd_wall stored_tick = vd_conversation_next_tick(&l->stored);
	holds(l, kept_tick.us == stored_tick.us);
}

static bool is_same_fact(const struct vd_fact *a, const struct vd_fact *b)
{
	return a->kind == b->kind && a->target == b->target && a->alarm == b->alarm &&
	       a->from == b->from && a->to == b->to && a->severity == b->severity &&
	       a->step == b->step && a->account == b->account && a->at.us == b->at.us;
}

static void step(struct life *l, struct vd_event event)
{
	struct vd_effects kept;
	struct vd_effects stored;
	struct vd_diag diag;
	struct vd_conversation other = l->other;
	struct vd_event second = event;
	second.other = event.other != NULL ? &other : NULL;
	struct vd_engine_env env =
		vd_engine_env_make(&l->book, &l->stored, l->now, !l->is_distrusted);
	enum vd_err stored_err = vd_engine_step(&env, &l->stored, &second, &stored, &diag);
	env = vd_engine_env_make(&l->book, &l->kept, l->now, !l->is_distrusted);
	enum vd_err kept_err = vd_engine_step(&env, &l->kept, &event, &kept, &diag);
	holds(l, kept_err == stored_err);
	holds(l, kept_err != VD_OK || kept.n == stored.n);
	for (int i = 0; kept_err == VD_OK && i < kept.n; i++) {
		holds(l, is_same_fact(&kept.facts[i], &stored.facts[i]));
	}
	check_same(l);
}

static void pass(struct life *l, int64_t s)
{
	struct vd_wall until = vd_wall_add(l->now, vd_dur_s(s));
	for (int i = 0; i < 200; i++) {
		struct vd_wall next = vd_conversation_next_tick(&l->kept);
		if (!vd_wall_is_set(next) || next.us > until.us) {
			break;
		}
		l->now = next;
		step(l, (struct vd_event){ .kind = VD_EVENT_TICK });
	}
	l->now = until;
}

static struct vd_message message(struct life *l, bool is_in)
{
	int late_s = draw(l, 3) == 0 ? draw(l, 20000) : 0;
	struct vd_message m = {
		.direction = is_in ? VD_DIRECTION_IN : VD_DIRECTION_OUT,
		.kind = is_in ? VD_REPLY_NONE : (enum vd_reply_kind)(VD_REPLY_ANSWER + draw(l, 5)),
		.account = (uint16_t)draw(l, ACCOUNTS),
		.published = vd_wall_add(l->now, vd_dur_s(-late_s)),
		.fetched = l->now,
		.text = VD_SPAN("The line is down."),
		.is_thanks = draw(l, 9) == 0,
		.visibility = draw(l, 3) == 0 ? VD_VISIBILITY_PRIVATE : VD_VISIBILITY_PUBLIC,
	};
	if (!is_in && draw(l, 3) == 0) {
		m.announced = vd_wall_add(l->now, vd_dur_s(draw(l, 40000)));
	}
	return m;
}

static void open_one(struct life *l, struct vd_conversation *c, uint64_t id)
{
	struct vd_message m = message(l, true);
	struct vd_effects effects;
	c->id = id;
	struct vd_engine_env env = vd_engine_env_make(&l->book, c, l->now, !l->is_distrusted);
	assert_ok(vd_engine_open(&env, &m, 0, c, &effects, NULL));
}

static void anything(struct life *l)
{
	struct vd_message m = message(l, draw(l, 2) == 0);
	struct vd_turn gone = l->kept.turns[l->kept.n_turns > 0 ? draw(l, l->kept.n_turns) : 0];
	bool is_message = draw(l, 2) == 0;
	struct vd_event event = {
		.kind = is_message ? VD_EVENT_MESSAGE : (enum vd_event_kind)draw(l, VD_EVENT_N),
		.message = &m,
		.staff = (uint16_t)draw(l, 3),
		.minutes = draw(l, 90),
		.reason = draw(l, 3) == 0 ? VD_SPAN("") : VD_SPAN("because"),
		.account = (uint16_t)draw(l, ACCOUNTS),
		.incident = (uint32_t)draw(l, 3),
		.gone = &gone,
		.n_gone = 1,
	};
	if (event.kind == VD_EVENT_DELETED) {
		event.message = NULL;
	}
	if (event.kind == VD_EVENT_RULES) {
		l->book.policies[draw(l, ACCOUNTS)].target_s[draw(l, VD_TARGETS_OF_POLICY)] =
			601 * (1 + draw(l, 120));
	}
	if (event.kind == VD_EVENT_MERGE) {
		if (draw(l, 3) != 0 || l->other.state == VD_CONVERSATION_MERGED) {
			return;
		}
		event.other = &l->other;
	}
	step(l, event);
}

static void live(struct life *l)
{
	fill_book(l);
	l->now = vd_wall_s(1792137600); // Friday 16 October 2026, 8:00 in Rome
	l->now.us += draw(l, 1000000);
	open_one(l, &l->kept, 1);
	l->stored = l->kept;
	open_one(l, &l->other, 2);
	check_same(l);
	for (l->step = 0; l->step < STEPS; l->step++) {
		pass(l, draw(l, 4) == 0 ? draw(l, 50000) : draw(l, 3000));
		l->is_distrusted = l->is_distrusted != (draw(l, 12) == 0);
		anything(l);
	}
}

static void a_case_that_is_stored_lives_as_one_that_is_not(void **state)
{
	(void)state;
	static struct life l;
	const char *text = getenv("LIVES");
	uint32_t n = text != NULL ? (uint32_t)atoi(text) : LIVES;
	for (uint32_t i = 1; i <= n; i++) {
		struct vd_seeded_rng seeded;
		struct vd_rng rng = vd_seeded_rng_init(&seeded, i);
		memset(&l, 0, sizeof(l));
		l.rng = &rng;
		l.seed = i;
		live(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_case_that_is_stored_lives_as_one_that_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
