// SPDX-License-Identifier: MIT
// R25, R39: the pauses of two pasts as one. Their turns are folded away: what is left is intervals,
// and who was the last to say something.
#include "care/engine_step.h"
#include "care/engine_turns.h"
#include "care/sla.h"

#define EDGES_MAX (2 * (2 * VD_PAUSES_MAX + 2) + 1)
#define FOREVER INT64_MAX

static bool is_set(struct vd_wall t)
{
	return vd_wall_is_set(t);
}

static struct vd_wall later(struct vd_wall a, struct vd_wall b)
{
	return a.us > b.us ? a : b;
}

static bool is_paused_at(const struct vd_tally *t, struct vd_wall at)
{
	for (uint8_t i = 0; i < t->pauses.n; i++) {
		const struct vd_pause *p = &t->pauses.at[i];
		if (p->from.us <= at.us && (!is_set(p->to) || p->to.us > at.us)) {
			return true;
		}
	}
	return false;
}

// Paused, not there yet, or answered with nothing said since: it stops no question of the other's.
// An end of the other needs an end here too.
static bool is_idle_at(const struct vd_tally *t, const struct vd_tally *other, struct vd_wall at)
{
	struct vd_wall last = later(t->last_in, t->last_out);
	bool is_other_ended = is_set(other->pauses.since) && !other->pauses.is_asked;
	bool is_quiet = !is_set(t->waiting_since) && at.us >= last.us && !is_other_ended;
	return !is_set(t->opened) || at.us < t->opened.us || is_quiet || is_paused_at(t, at);
}

static bool is_both_at(const struct vd_tally *a, const struct vd_tally *b, struct vd_wall at)
{
	return (is_paused_at(a, at) && is_idle_at(b, a, at)) ||
	       (is_paused_at(b, at) && is_idle_at(a, b, at));
}

// ---- from edge to edge ----------------------------------------------------------------------

struct edges {
	uint8_t n;
	struct vd_wall at[EDGES_MAX]; // ascending, each once
};

static void add_edge(struct edges *e, struct vd_wall at, struct vd_wall from)
{
	uint8_t i = e->n;
	at = later(at, from);
	while (i > 0 && e->at[i - 1].us > at.us) {
		i--;
	}
	if (!is_set(at) || (i > 0 && e->at[i - 1].us == at.us)) {
		return;
	}
	for (uint8_t j = e->n; j > i; j--) {
		e->at[j] = e->at[j - 1];
	}
	e->at[i] = at;
	e->n++;
}

static void add_edges(struct edges *e, const struct vd_tally *t, struct vd_wall from)
{
	add_edge(e, t->opened, from);
	add_edge(e, later(t->last_in, t->last_out), from);
	for (uint8_t i = 0; i < t->pauses.n; i++) {
		add_edge(e, t->pauses.at[i].from, from);
		if (is_set(t->pauses.at[i].to)) {
			add_edge(e, t->pauses.at[i].to, from);
		}
	}
}

/** The pauses under way, and the calendars to fold the oldest by where there are too many. */
struct uniting {
	const struct vd_engine_env *env;
	const struct vd_conversation *c;
	struct vd_wall opened;
	struct vd_pauses pauses;
};

static void put(struct uniting *u, struct vd_wall from, struct vd_wall to)
{
	struct vd_pauses *p = &u->pauses;
	if (p->n > 0 && p->at[p->n - 1].to.us == from.us) {
		p->at[p->n - 1].to = to;
		return;
	}
	if (p->n == VD_PAUSES_MAX) {
		vd_turns_fold_pause(u->env, u->c, u->opened, p);
	}
	p->at[p->n++] = (struct vd_pause){ from, to };
}

static void put_all(struct uniting *u, const struct vd_tally *a, const struct vd_tally *b)
{
	struct edges edges = { 0 };
	add_edges(&edges, a, u->pauses.from);
	add_edges(&edges, b, u->pauses.from);
	for (uint8_t i = 0; i < edges.n; i++) {
		struct vd_wall to = { FOREVER };
		if (i + 1 < edges.n) {
			to = edges.at[i + 1];
		}
		if (is_both_at(a, b, edges.at[i])) {
			put(u, edges.at[i], to);
		}
	}
}

static void end_open(struct vd_pauses *p, bool is_asked)
{
	struct vd_pause *last = p->n > 0 ? &p->at[p->n - 1] : NULL;
	if (last != NULL && last->to.us == FOREVER) {
		last->to = (struct vd_wall){ 0 };
		p->since = last->from;
		p->is_asked = is_asked; // of two, one by an end: the other still asks
	}
}

// What is known as a sum only: the whole had used up no less than either part.
static int64_t used_s(const struct vd_engine_env *env, const struct vd_tally *t,
		      struct vd_wall until)
{
	struct vd_sla_run run = { VD_TARGET_RESOLUTION, t->opened, &t->pauses };
	if (!is_set(t->opened) || t->opened.us >= until.us) {
		return 0;
	}
	return vd_sla_used(env->calendar, &run, until).us / VD_US_PER_S;
}

struct vd_pauses vd_unite_pauses(const struct vd_engine_env *env, const struct vd_conversation *c,
				 const struct vd_tally *a, const struct vd_tally *b)
{
	bool is_b_first = !is_set(a->opened) || (is_set(b->opened) && b->opened.us < a->opened.us);
	struct uniting u = { .env = env, .c = c, .opened = is_b_first ? b->opened : a->opened };
	u.pauses.from = later(a->pauses.from, b->pauses.from);
	if (is_set(u.pauses.from)) {
		int64_t of_a = used_s(env, a, u.pauses.from);
		int64_t of_b = used_s(env, b, u.pauses.from);
		u.pauses.used_s = of_a > of_b ? of_a : of_b;
	}
	put_all(&u, a, b);
	bool is_a_asked = is_set(a->pauses.since) && a->pauses.is_asked;
	bool is_b_asked = is_set(b->pauses.since) && b->pauses.is_asked;
	end_open(&u.pauses, is_a_asked || is_b_asked);
	return u.pauses;
}
