// SPDX-License-Identifier: MIT
#include "care/engine_turns.h"

#include <string.h>

#include "care/sla.h"

/** A walk under way. `declared`: what was declared breached before stays so while the clock is
 *  not trusted (R13). */
struct walk {
	const struct vd_engine_env *env;
	struct vd_tally *tally;
	bool is_trusted;
	struct vd_wall next_declared;
	struct vd_wall cadence_declared;
	uint8_t first_open; // index of the first turn behind the last useful reply
};

static bool is_set(struct vd_wall t)
{
	return vd_wall_is_set(t);
}

static struct vd_wall earlier(struct vd_wall a, struct vd_wall b)
{
	if (!is_set(a) || !is_set(b)) {
		return is_set(a) ? a : b;
	}
	return a.us < b.us ? a : b;
}

static struct vd_wall later(struct vd_wall a, struct vd_wall b)
{
	return a.us > b.us ? a : b;
}

static struct vd_wall due_of(const struct vd_engine_env *env, enum vd_target_kind kind,
			     struct vd_wall from)
{
	return vd_sla_due(env->policy, env->calendar, kind, from, 0);
}

// Kept where a wait began while the policy had no such target: no later policy judges it (R40).
static const struct vd_wall no_target = { INT64_MIN };

// The due of a wait is computed once and kept with the turn that began it (R40).
static void begin(struct walk *w, struct vd_leg *leg, enum vd_target_kind kind, struct vd_wall from,
		  struct vd_wall *kept)
{
	if (!is_set(*kept)) {
		struct vd_wall due = due_of(w->env, kind, from);
		*kept = is_set(due) ? due : no_target;
	}
	if (kept->us == no_target.us) {
		return;
	}
	leg->end = VD_LEG_RUNNING;
	leg->from = from;
	leg->due = *kept;
	leg->announced = (struct vd_wall){ 0 };
	leg->ended = (struct vd_wall){ 0 };
}

// R16: due at the earlier of the policy and the time announced.
static void announce(struct vd_leg *leg, struct vd_wall at)
{
	if (leg->end == VD_LEG_RUNNING && is_set(at)) {
		leg->announced = earlier(leg->announced, at);
		leg->due = earlier(leg->due, at);
	}
}

// R9: in time iff the stamp <= due.
static void finish(const struct walk *w, struct vd_leg *leg, enum vd_leg_end end, struct vd_wall at,
		   struct vd_wall declared)
{
	if (leg->end != VD_LEG_RUNNING) {
		return;
	}
	leg->end = end;
	leg->ended = at;
	bool is_declared = w->is_trusted || leg->due.us <= declared.us;
	if (at.us > leg->due.us) {
		leg->breaches = (uint16_t)(leg->breaches + is_declared);
	} else if (end == VD_LEG_REPLIED) {
		leg->met++;
	}
}

static bool is_first_done(const struct vd_tally *t)
{
	return is_set(t->first_reply) || is_set(t->first_closed);
}

static void walk_in(struct walk *w, struct vd_turn *turn)
{
	struct vd_tally *t = w->tally;
	t->opened = earlier(t->opened, turn->at);
	t->last_in = later(t->last_in, turn->at);
	if (is_set(t->last_useful) && turn->at.us <= t->last_useful.us) {
		return; // learned long after its answer
	}
	t->waiting_since = earlier(t->waiting_since, turn->at);
	if (is_first_done(t) && t->next.end != VD_LEG_RUNNING) {
		begin(w, &t->next, VD_TARGET_NEXT, turn->at, &turn->next_due); // R18
	}
}

static void walk_out(struct walk *w, struct vd_turn *turn, uint8_t index)
{
	struct vd_tally *t = w->tally;
	bool is_useful = turn->kind == VD_TURN_USEFUL;
	if (!is_set(t->opened) || turn->at.us < t->opened.us) {
		return; // a reply stamped before the message doesn't answer it
	}
	t->first_reply = earlier(t->first_reply, turn->at);
	if (is_useful) {
		t->first_useful = earlier(t->first_useful, turn->at);
	}
	if (turn->at.us < t->until.us) {
		return; // older than what was folded away: those verdicts are final
	}
	t->last_out = later(t->last_out, turn->at);
	finish(w, &t->cadence, VD_LEG_REPLIED, turn->at, w->cadence_declared);
	begin(w, &t->cadence, VD_TARGET_CADENCE, turn->at, &turn->cadence_due);
	if (is_useful) {
		finish(w, &t->next, VD_LEG_REPLIED, turn->at, w->next_declared);
		t->last_useful = later(t->last_useful, turn->at);
		t->waiting_since = (struct vd_wall){ 0 };
		w->first_open = (uint8_t)(index + 1);
		return;
	}
	if (t->next.end != VD_LEG_RUNNING) {
		begin(w, &t->next, VD_TARGET_NEXT, turn->at, &turn->next_due); // R16
	}
	announce(&t->next, turn->announced);
}

// What was learned after the closing was not seen by whoever closed: it waits on.
static struct vd_turn *oldest_uncovered(const struct walk *w, struct vd_turn *turns, uint8_t index)
{
	for (uint8_t i = w->first_open; i < index; i++) {
		if (turns[i].kind == VD_TURN_IN && turns[i].serial > turns[index].serial) {
			return &turns[i];
		}
	}
	return NULL;
}

static void walk_close(struct walk *w, struct vd_turn *turns, uint8_t index)
{
	struct vd_tally *t = w->tally;
	const struct vd_turn *turn = &turns[index];
	struct vd_turn *left = oldest_uncovered(w, turns, index);
	finish(w, &t->next, VD_LEG_CLOSED, turn->at, w->next_declared);
	if (turn->kind != VD_TURN_CLOSED) {
		finish(w, &t->cadence, VD_LEG_CLOSED, turn->at, w->cadence_declared);
	}
	t->waiting_since = left != NULL ? left->at : (struct vd_wall){ 0 };
	if (left == NULL && !is_first_done(t)) {
		t->first_closed = turn->at;
	}
	if (left != NULL && is_first_done(t)) {
		begin(w, &t->next, VD_TARGET_NEXT, left->at, &left->next_due);
	}
}

static void walk_turn(struct walk *w, struct vd_turn *turns, uint8_t index)
{
	struct vd_turn *turn = &turns[index];
	switch (turn->kind) {
	case VD_TURN_IN:
		walk_in(w, turn);
		break;
	case VD_TURN_HOLDING:
	case VD_TURN_USEFUL:
		walk_out(w, turn, index);
		break;
	case VD_TURN_CLOSED:
	case VD_TURN_RESOLVED:
	case VD_TURN_WITHDRAWN:
		walk_close(w, turns, index);
		break;
	case VD_TURN_MISSING:
	case VD_TURN_N:
		break;
	}
}

struct vd_tally vd_turns_walk(const struct vd_engine_env *env, struct vd_conversation *c)
{
	struct vd_tally tally = c->base;
	struct walk w = {
		.env = env,
		.tally = &tally,
		.is_trusted = env->is_clock_trusted,
		.next_declared = c->targets[VD_TARGET_NEXT].declared,
		.cadence_declared = c->targets[VD_TARGET_CADENCE].declared,
	};
	for (uint8_t i = 0; i < c->n_turns; i++) {
		walk_turn(&w, c->turns, i);
	}
	return tally;
}

static void fold_oldest(const struct vd_engine_env *env, struct vd_conversation *c)
{
	struct walk w = { .env = env, .tally = &c->base, .is_trusted = true };
	walk_turn(&w, c->turns, 0);
	c->base.until = later(c->base.until, c->turns[0].at);
	c->n_turns--;
	memmove(&c->turns[0], &c->turns[1], c->n_turns * sizeof(c->turns[0]));
}

static bool is_before(const struct vd_turn *a, const struct vd_turn *b)
{
	if (a->at.us != b->at.us) {
		return a->at.us < b->at.us;
	}
	return a->kind < b->kind;
}

void vd_turns_add(const struct vd_engine_env *env, struct vd_conversation *c, struct vd_turn turn)
{
	if (c->n_turns == VD_TURNS_MAX) {
		fold_oldest(env, c);
	}
	turn.serial = ++c->serial;
	uint8_t place = c->n_turns;
	while (place > 0 && is_before(&turn, &c->turns[place - 1])) {
		c->turns[place] = c->turns[place - 1];
		place--;
	}
	c->turns[place] = turn;
	c->n_turns++;
}

static void forget_base(const struct vd_engine_env *env, struct vd_leg *leg,
			enum vd_target_kind kind)
{
	if (leg->end == VD_LEG_RUNNING) {
		struct vd_wall due = due_of(env, kind, leg->from);
		if (!is_set(due)) {
			leg->end = VD_LEG_NONE;
		} else {
			leg->due = earlier(due, leg->announced);
		}
	}
}

void vd_turns_forget_due(const struct vd_engine_env *env, struct vd_conversation *c,
			 enum vd_target_kind kind, struct vd_wall from)
{
	bool is_next = kind == VD_TARGET_NEXT;
	struct vd_leg *leg = is_next ? &c->base.next : &c->base.cadence;
	if (leg->from.us >= from.us) {
		forget_base(env, leg, kind);
	}
	for (uint8_t i = 0; i < c->n_turns; i++) {
		struct vd_turn *turn = &c->turns[i];
		if (turn->at.us >= from.us) {
			*(is_next ? &turn->next_due : &turn->cadence_due) = (struct vd_wall){ 0 };
		}
	}
}

static bool ends_waits(enum vd_turn_kind kind)
{
	return kind != VD_TURN_IN && kind != VD_TURN_HOLDING;
}

bool vd_turns_mark_gone(struct vd_conversation *c, struct vd_wall at)
{
	bool is_any_left = false;
	bool is_marked = false;
	uint8_t i = c->n_turns;
	for (; i > 0 && !ends_waits(c->turns[i - 1].kind); i--) {
		struct vd_turn *turn = &c->turns[i - 1];
		if (turn->kind != VD_TURN_IN) {
			continue;
		}
		if (!is_marked && !turn->is_gone && turn->at.us == at.us) {
			turn->is_gone = true;
			is_marked = true;
		}
		is_any_left = is_any_left || !turn->is_gone;
	}
	// Of the turns that were folded away nobody knows which are gone: somebody still waits.
	is_any_left = is_any_left || (i == 0 && is_set(c->base.waiting_since));
	return is_marked && !is_any_left;
}
