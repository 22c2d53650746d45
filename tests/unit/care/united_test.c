// SPDX-License-Identifier: MIT
//
// R39 beside a model of its own: two random parts, their waiting intervals by a clerk's count, and
// what is left of them when they are one. Which of the two goes on makes no difference. UNITED=N
// makes more of them; a failure names its round.
#include <stdlib.h>

#include "case.h"

#include "base/rng.h"

#define ROUNDS 300
#define INTERVALS_MAX 32
#define NONE (-1)

struct interval {
	int from;
	int to; // NONE: waits still
};

struct part {
	struct test_case k;
	int n;
	struct interval waits[INTERVALS_MAX];
	int opened;
	int first_reply;
	int first_useful;
	bool is_over;
};

static int draw(const struct vd_rng *rng, int below)
{
	return (int)vd_rng_below(rng, (uint32_t)below);
}

static struct vd_wall wall(int minute)
{
	return after(local("2026-10-19T06:00:00"), minute * 60);
}

static bool is_waiting(const struct part *p)
{
	return p->n > 0 && p->waits[p->n - 1].to == NONE;
}

static void part_in(struct part *p, int at)
{
	case_in(&p->k, wall(at));
	p->opened = p->opened == NONE ? at : p->opened;
	p->is_over = false;
	if (!is_waiting(p)) {
		p->waits[p->n++] = (struct interval){ at, NONE };
	}
}

static void part_out(struct part *p, int at, enum vd_reply_kind kind)
{
	bool is_useful = kind == VD_REPLY_ANSWER || kind == VD_REPLY_QUESTION;
	case_out(&p->k, wall(at), kind);
	p->first_reply = p->first_reply == NONE ? at : p->first_reply;
	if (is_useful) {
		p->first_useful = p->first_useful == NONE ? at : p->first_useful;
	}
	if (is_useful && is_waiting(p)) {
		p->waits[p->n - 1].to = at;
	}
}

static void part_close(struct part *p, int at, enum vd_event_kind kind)
{
	case_at(&p->k, wall(at));
	struct vd_event event = { .kind = kind, .staff = 1, .reason = VD_SPAN("because") };
	if (case_step(&p->k, event) != VD_OK) {
		return;
	}
	p->is_over = kind == VD_EVENT_RESOLVE;
	if (is_waiting(p)) {
		p->waits[p->n - 1].to = at;
	}
}

/** `is_late`: now and then a message turns up hours later, and the clerk's count is void. */
static void part_live(struct part *p, const struct vd_rng *rng, uint64_t id, int begin, int end,
		      bool is_late)
{
	memset(p, 0, sizeof(*p));
	case_init(&p->k, "1-5=09:00-18:00/13:00-14:00");
	p->k.policy.target_s[VD_TARGET_CADENCE] = 3 * 3600;
	p->k.policy.target_s[VD_TARGET_CEILING] = 40 * 3600;
	p->k.c.id = id;
	p->opened = p->first_reply = p->first_useful = NONE;
	part_in(p, begin);
	// The minutes of the two are odd and even: no two stamps are equal.
	for (int at = begin + 2 + 2 * draw(rng, 150); at < end; at += 2 + 2 * draw(rng, 150)) {
		int what = draw(rng, 10);
		if (p->k.c.n_turns >= VD_TURNS_MAX / 2) {
			break; // the two fit in one
		}
		if (is_late && draw(rng, 4) == 0) {
			int back = at - 2 * draw(rng, 120);
			case_at(&p->k, wall(at));
			case_learn(&p->k, what < 6 ? VD_DIRECTION_IN : VD_DIRECTION_OUT,
				   what < 6 ? VD_REPLY_NONE : VD_REPLY_ANSWER,
				   wall(back < begin ? begin : back));
		} else if (what < 4) {
			part_in(p, at);
		} else if (what < 8) {
			part_out(p, at, (enum vd_reply_kind)(VD_REPLY_ANSWER + what - 4));
		} else {
			part_close(p, at, what == 8 ? VD_EVENT_RESOLVE : VD_EVENT_NO_REPLY_NEEDED);
		}
	}
}

/** The beginning of the united wait that holds at `now`; NONE. */
static int united_since(const struct part *a, const struct part *b)
{
	const struct part *parts[] = { a, b };
	int since = NONE;
	for (int i = 0; i < 2; i++) {
		const struct part *p = parts[i];
		if (is_waiting(p) && (since == NONE || p->waits[p->n - 1].from < since)) {
			since = p->waits[p->n - 1].from;
		}
	}
	for (bool is_moved = since != NONE; is_moved;) {
		is_moved = false;
		for (int i = 0; i < 2; i++) {
			for (int j = 0; j < parts[i]->n; j++) {
				const struct interval *w = &parts[i]->waits[j];
				if (w->from < since && (w->to == NONE || w->to > since)) {
					since = w->from;
					is_moved = true;
				}
			}
		}
	}
	return since;
}

static int earlier(int a, int b)
{
	if (a == NONE || b == NONE) {
		return a == NONE ? b : a;
	}
	return a < b ? a : b;
}

static bool is_same(const struct vd_conversation *x, const struct vd_conversation *y)
{
	for (int i = 0; i < VD_TARGET_N; i++) {
		const struct vd_target *a = &x->targets[i];
		const struct vd_target *b = &y->targets[i];
		if (a->state != b->state || a->is_running != b->is_running ||
		    a->from.us != b->from.us || a->due.us != b->due.us ||
		    a->ended.us != b->ended.us || a->met != b->met || a->breaches != b->breaches) {
			print_error("%s: %s %d and %s %d\n", vd_target_name((enum vd_target_kind)i),
				    vd_target_state_name(a->state), a->breaches,
				    vd_target_state_name(b->state), b->breaches);
			return false;
		}
	}
	return x->state == y->state && x->opened.us == y->opened.us &&
	       x->waiting_since.us == y->waiting_since.us &&
	       x->first_reply.us == y->first_reply.us && x->first_useful.us == y->first_useful.us &&
	       x->paused_since.us == y->paused_since.us && x->n_in == y->n_in &&
	       x->n_out == y->n_out && x->last_in.us == y->last_in.us;
}

static void check(bool is_late, const struct part *a, const struct part *b,
		  const struct vd_conversation *c, const char *name)
{
	if (is_late) {
		return;
	}
	int since = united_since(a, b);
	assert_row(c->waiting_since.us == (since == NONE ? 0 : wall(since).us), name);
	assert_row(c->opened.us == wall(earlier(a->opened, b->opened)).us, name);
	int first = earlier(a->first_reply, b->first_reply);
	assert_row(c->first_reply.us == (first == NONE ? 0 : wall(first).us), name);
	first = earlier(a->first_useful, b->first_useful);
	assert_row(c->first_useful.us == (first == NONE ? 0 : wall(first).us), name);
	// Whoever waits has a promise of an answer: no deadline was lost on the way.
	bool is_promised = c->targets[VD_TARGET_FIRST].is_running ||
			   c->targets[VD_TARGET_NEXT].is_running;
	assert_row(since == NONE || is_promised, name);
	assert_row((c->state == VD_CONVERSATION_OPEN) == !(a->is_over && b->is_over), name);
}

static void merge(struct test_case *into, struct test_case *other)
{
	struct vd_event event = { .kind = VD_EVENT_MERGE, .staff = 1, .other = &other->c };
	assert_ok(case_step(into, event));
	case_tick(into);
}

static void the_two_are_as_one(void **state)
{
	(void)state;
	static struct part a;
	static struct part b;
	static struct part a2;
	static struct part b2;
	const char *text = getenv("UNITED");
	int rounds = text != NULL ? atoi(text) : ROUNDS;
	for (int round = 0; round < rounds; round++) {
		struct vd_seeded_rng seeded;
		struct vd_rng rng = vd_seeded_rng_init(&seeded, (uint64_t)round + 1);
		int end = 500 + draw(&rng, 3000);
		bool is_late = round % 2 != 0;
		part_live(&a, &rng, 1, 10 + 2 * draw(&rng, 100), end, is_late);
		part_live(&b, &rng, 2, 11 + 2 * draw(&rng, 100), end, is_late);
		case_at(&a.k, wall(end));
		case_at(&b.k, wall(end));
		a2 = a;
		b2 = b;
		a2.k.env.policy = &a2.k.policy;
		a2.k.env.calendar = &a2.k.calendar;
		b2.k.env.policy = &b2.k.policy;
		b2.k.env.calendar = &b2.k.calendar;
		char name[32];
		snprintf(name, sizeof(name), "round %d", round);
		bool can_a = a.k.c.state == VD_CONVERSATION_OPEN ||
			     b.k.c.state != VD_CONVERSATION_OPEN;
		bool can_b = b.k.c.state == VD_CONVERSATION_OPEN ||
			     a.k.c.state != VD_CONVERSATION_OPEN;
		if (can_a) {
			merge(&a.k, &b.k);
			check(is_late, &a2, &b2, &a.k.c, name);
		}
		if (can_b) {
			merge(&b2.k, &a2.k);
			check(is_late, &a, &b, &b2.k.c, name);
		}
		assert_row(!can_a || !can_b || is_same(&a.k.c, &b2.k.c), name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_two_are_as_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
