// SPDX-License-Identifier: MIT
#include "care/engine_turns.h"

#include <string.h>

#include "care/engine_custody.h"
#include "care/sla.h"
#include "care/window.h"

/** A walk under way. `declared`: what was declared breached before stays so while the clock is
 *  not trusted (R13). */
struct walk {
	const struct vd_engine_env *env;
	const struct vd_conversation *c; // who had it when (R32)
	struct vd_tally *tally;
	struct vd_turn *cadence_turn; // it began the cadence; NULL: folded away
	vd_turns_wait_fn *on_wait;    // told of each wait that ended; may be NULL
	vd_turns_leg_fn *on_leg;      // told of each leg that ended; may be NULL
	void *ctx;
	bool is_trusted;
	struct vd_wall next_declared;
	struct vd_wall cadence_declared;
	struct vd_wall window_declared;
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

// Kept where a wait began while the policy had no such target: no later policy judges it (R40).
static const struct vd_wall no_target = { INT64_MIN };

// The due of a wait is computed once and kept with the turn that began it (R40).
static void begin(struct walk *w, struct vd_leg *leg, enum vd_target_kind kind, struct vd_wall from,
		  struct vd_wall *kept)
{
	if (!is_set(*kept)) {
		struct vd_wall due =
			vd_custody_due(w->env, w->c, &(struct vd_sla_run){ kind, from, NULL });
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

static enum vd_target_kind kind_of(const struct vd_tally *t, const struct vd_leg *leg)
{
	if (leg == &t->window) {
		return VD_TARGET_WINDOW;
	}
	return leg == &t->next ? VD_TARGET_NEXT : VD_TARGET_CADENCE;
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
		leg->held = (uint16_t)(leg->held + !is_declared);
		leg->missed = later(leg->missed, leg->due);
	} else if (end == VD_LEG_REPLIED) {
		leg->met++;
	}
	if (w->on_leg != NULL) {
		w->on_leg(w->ctx, kind_of(w->tally, leg), leg);
	}
}

// The network's rule, not ours: each private message of the customer opens its window anew, also
// one that was closed.
static void open_window(struct walk *w, const struct vd_turn *turn)
{
	struct vd_leg *leg = &w->tally->window;
	if (!turn->has_window) {
		return;
	}
	if (leg->end == VD_LEG_RUNNING && turn->at.us > leg->due.us) {
		finish(w, leg, VD_LEG_CLOSED, turn->at, w->window_declared);
	}
	leg->from = leg->end == VD_LEG_RUNNING ? later(leg->from, turn->at) : turn->at;
	leg->end = VD_LEG_RUNNING;
	leg->due = vd_window_end(leg->from);
	leg->ended = (struct vd_wall){ 0 };
}

// ---- pauses (R23-R25, R36) ------------------------------------------------------------------

void vd_turns_fold_pause(const struct vd_engine_env *env, const struct vd_conversation *c,
			 struct vd_wall opened, struct vd_pauses *p)
{
	struct vd_wall from = is_set(p->from) ? p->from : opened;
	int64_t used_us = vd_custody_open(env, c, from, p->at[0].from).us;
	int64_t whole_s = (used_us + VD_US_PER_S - 1) / VD_US_PER_S;
	// A second that was begun is counted whole, and what it lacked comes off what follows.
	struct vd_dur lacks = { whole_s * VD_US_PER_S - used_us };
	p->used_s += whole_s;
	struct vd_wall to = p->at[0].to;
	p->from = vd_sla_add_open(vd_custody_calendar(env, c, to), to, lacks);
	p->n--;
	memmove(&p->at[0], &p->at[1], p->n * sizeof(p->at[0]));
}

static void pause(struct walk *w, struct vd_wall at, bool is_asked)
{
	struct vd_pauses *p = &w->tally->pauses;
	if (is_set(p->since)) {
		p->is_asked = p->is_asked && is_asked; // an end of the case needs no answer
		return;
	}
	if (p->n > 0 && p->at[p->n - 1].to.us >= at.us) { // united
		p->at[p->n - 1].to = (struct vd_wall){ 0 };
		p->since = p->at[p->n - 1].from;
		p->is_asked = is_asked;
		return;
	}
	if (p->n == VD_PAUSES_MAX) {
		vd_turns_fold_pause(w->env, w->c, w->tally->opened, p);
	}
	p->at[p->n++] = (struct vd_pause){ .from = at };
	p->since = at;
	p->is_asked = is_asked;
}

// The cadence that a question began has no due until its pause ends; then it keeps it (R40), as
// long as no message turns up that ended the pause earlier: `announced` says for which end it
// holds.
static void settle_cadence(struct walk *w, struct vd_wall at)
{
	struct vd_leg *leg = &w->tally->cadence;
	struct vd_turn *turn = w->cadence_turn;
	if (leg->end != VD_LEG_RUNNING || !vd_sla_is_paused(leg->due)) {
		return;
	}
	if (turn != NULL && is_set(turn->cadence_due) && turn->announced.us == at.us) {
		leg->due = turn->cadence_due;
		return;
	}
	struct vd_sla_run run = { VD_TARGET_CADENCE, leg->from, &w->tally->pauses };
	leg->due = vd_custody_due(w->env, w->c, &run);
	if (turn != NULL && !is_set(leg->due)) {
		leg->due = turn->cadence_due; // it was promised by the rules of that time
	}
	if (turn != NULL) {
		turn->cadence_due = leg->due;
		turn->announced = at;
	}
	if (!is_set(leg->due)) {
		leg->end = VD_LEG_NONE;
	}
}

static void end_pause(struct walk *w, struct vd_wall at)
{
	struct vd_pauses *p = &w->tally->pauses;
	if (!is_set(p->since) || at.us < p->since.us) {
		return;
	}
	p->at[p->n - 1].to = at;
	p->since = (struct vd_wall){ 0 };
	p->is_asked = false;
	settle_cadence(w, at);
}

static bool is_ended(const struct vd_pauses *p)
{
	return is_set(p->since) && !p->is_asked;
}

// Whether any holder's policy promised a next word after this turn (R32); where none did, the turn
// remembers it (R40).
static bool has_cadence(const struct walk *w, const struct vd_turn *turn)
{
	if (is_set(turn->cadence_due)) {
		return turn->cadence_due.us != no_target.us;
	}
	struct vd_sla_run run = { VD_TARGET_CADENCE, turn->at, NULL };
	return is_set(vd_custody_due(w->env, w->c, &run));
}

static void begin_cadence(struct walk *w, struct vd_turn *turn)
{
	struct vd_tally *t = w->tally;
	w->cadence_turn = turn;
	if (is_ended(&t->pauses)) {
		return; // a word after the end promises no next one
	}
	bool is_question = turn->kind == VD_TURN_QUESTION && !turn->is_partial;
	if (!is_question || !has_cadence(w, turn)) {
		begin(w, &t->cadence, VD_TARGET_CADENCE, turn->at, &turn->cadence_due);
		return;
	}
	struct vd_wall paused = VD_SLA_PAUSED;
	begin(w, &t->cadence, VD_TARGET_CADENCE, turn->at, &paused);
}

// FNV-1a over the stamps.
static uint64_t mix(uint64_t mark, int64_t value)
{
	return (mark ^ (uint64_t)value) * UINT64_C(1099511628211);
}

uint64_t vd_turns_mark_pauses(const struct vd_pauses *pauses, struct vd_wall due)
{
	uint64_t mark = mix(0, pauses->used_s);
	mark = mix(mark, pauses->from.us);
	for (uint8_t i = 0; i < pauses->n; i++) {
		if (is_set(due) && pauses->at[i].from.us >= due.us) {
			break;
		}
		mark = mix(mark, pauses->at[i].from.us);
		mark = mix(mark, pauses->at[i].to.us);
	}
	return mark;
}

// ---- turns ----------------------------------------------------------------------------------

static void tell_wait(const struct walk *w, struct vd_wall to)
{
	if (w->on_wait != NULL && is_set(w->tally->waiting_since)) {
		w->on_wait(w->ctx, w->tally->waiting_since, to);
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
	end_pause(w, turn->at);
	if (is_set(t->last_useful) && turn->at.us <= t->last_useful.us) {
		return; // learned long after its answer
	}
	t->waiting_since = earlier(t->waiting_since, turn->at);
	open_window(w, turn);
	if (is_first_done(t) && t->next.end != VD_LEG_RUNNING) {
		begin(w, &t->next, VD_TARGET_NEXT, turn->at, &turn->next_due); // R18
	}
}

static void walk_out(struct walk *w, struct vd_turn *turn, uint8_t index)
{
	struct vd_tally *t = w->tally;
	bool is_useful = turn->kind != VD_TURN_HOLDING;
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
	if (t->pauses.is_asked && turn->kind != VD_TURN_QUESTION) {
		end_pause(w, turn->at); // R24: staff act, so the customer need not
	}
	begin_cadence(w, turn);
	if (is_useful && turn->is_partial) { // R39: the other part of the case still waits
		if (t->next.end != VD_LEG_RUNNING && is_set(t->waiting_since)) {
			begin(w, &t->next, VD_TARGET_NEXT, t->waiting_since, &turn->next_due);
		}
		return;
	}
	if (turn->kind == VD_TURN_QUESTION && !is_ended(&t->pauses)) {
		pause(w, turn->at, true);
	}
	if (is_useful) {
		finish(w, &t->next, VD_LEG_REPLIED, turn->at, w->next_declared);
		finish(w, &t->window, VD_LEG_REPLIED, turn->at, w->window_declared);
		tell_wait(w, turn->at);
		t->last_useful = later(t->last_useful, turn->at);
		t->waiting_since = (struct vd_wall){ 0 };
		w->first_open = (uint8_t)(index + 1);
		return;
	}
	if (is_ended(&t->pauses)) {
		return; // words after the end arm nothing: nobody waits
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
	if (turn->is_partial) {
		return; // R39: the other part of the case went on
	}
	struct vd_turn *left = oldest_uncovered(w, turns, index);
	finish(w, &t->next, VD_LEG_CLOSED, turn->at, w->next_declared);
	finish(w, &t->window, VD_LEG_CLOSED, turn->at, w->window_declared);
	for (uint8_t i = w->first_open; left != NULL && i < index; i++) {
		if (turns[i].kind == VD_TURN_IN && turns[i].serial > turn->serial) {
			open_window(w, &turns[i]);
		}
	}
	if (turn->kind != VD_TURN_CLOSED) {
		finish(w, &t->cadence, VD_LEG_CLOSED, turn->at, w->cadence_declared);
	}
	if (left == NULL && turn->kind != VD_TURN_CLOSED) {
		pause(w, turn->at, false); // R36: what comes after it is not counted
	}
	tell_wait(w, turn->at);
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
	case VD_TURN_QUESTION:
	case VD_TURN_ANSWER:
		walk_out(w, turn, index);
		break;
	case VD_TURN_RESUMED:
		if (w->tally->pauses.is_asked) {
			end_pause(w, turn->at);
		}
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

/** Who is told of what a walk comes by; all zero: nobody. */
struct listener {
	vd_turns_wait_fn *on_wait;
	vd_turns_leg_fn *on_leg;
	void *ctx;
};

// R13: what was folded away while the clock was not trusted is judged when it is.
static void declare_held(struct vd_leg *leg)
{
	leg->breaches = (uint16_t)(leg->breaches + leg->held);
	leg->held = 0;
}

static struct vd_tally walk_all(const struct vd_engine_env *env, struct vd_conversation *c,
				struct listener listener)
{
	if (env->is_clock_trusted) {
		declare_held(&c->base.next);
		declare_held(&c->base.cadence);
		declare_held(&c->base.window);
	}
	struct vd_tally tally = c->base;
	struct walk w = {
		.env = env,
		.c = c,
		.on_wait = listener.on_wait,
		.on_leg = listener.on_leg,
		.ctx = listener.ctx,
		.tally = &tally,
		.is_trusted = env->is_clock_trusted,
		.next_declared = c->targets[VD_TARGET_NEXT].declared,
		.cadence_declared = c->targets[VD_TARGET_CADENCE].declared,
		.window_declared = c->targets[VD_TARGET_WINDOW].declared,
	};
	for (uint8_t i = 0; i < c->n_turns; i++) {
		walk_turn(&w, c->turns, i);
	}
	return tally;
}

struct vd_tally vd_turns_walk(const struct vd_engine_env *env, struct vd_conversation *c)
{
	return walk_all(env, c, (struct listener){ 0 });
}

void vd_turns_each_wait(const struct vd_engine_env *env, struct vd_conversation *c,
			vd_turns_wait_fn *fn, void *ctx)
{
	struct vd_tally tally = walk_all(env, c, (struct listener){ .on_wait = fn, .ctx = ctx });
	if (is_set(tally.waiting_since)) {
		fn(ctx, tally.waiting_since, env->now);
	}
}

void vd_turns_each_leg(const struct vd_engine_env *env, struct vd_conversation *c,
		       vd_turns_leg_fn *fn, void *ctx)
{
	struct vd_tally tally = walk_all(env, c, (struct listener){ .on_leg = fn, .ctx = ctx });
	if (tally.next.end == VD_LEG_RUNNING) {
		fn(ctx, VD_TARGET_NEXT, &tally.next);
	}
	if (tally.cadence.end == VD_LEG_RUNNING) {
		fn(ctx, VD_TARGET_CADENCE, &tally.cadence);
	}
	if (tally.window.end == VD_LEG_RUNNING) {
		fn(ctx, VD_TARGET_WINDOW, &tally.window);
	}
}

/** Adds a wait that ended to whoever had the case meanwhile. */
struct keeping {
	const struct vd_engine_env *env;
	struct vd_conversation *c;
};

// In the case's own calendar, whoever has it: the segments sum to the whole (R34).
static void keep_wait(void *ctx, struct vd_wall from, struct vd_wall to)
{
	struct keeping *k = ctx;
	const struct vd_calendar *calendar = k->env->calendar;
	if (k->env->book != NULL) {
		calendar = vd_rulebook_calendar(k->env->book, k->c->brand);
	}
	for (uint8_t i = 0; i < k->c->n_custody; i++) {
		struct vd_wall a = from;
		struct vd_wall b = to;
		vd_custody_clip(k->c, i, &a, &b);
		if (b.us > a.us) {
			k->c->custody[i].waited_us += b.us - a.us;
			k->c->custody[i].waited_open_s += vd_sla_open_s(calendar, a, b);
		}
	}
}

static bool ends_waits(const struct vd_turn *turn)
{
	return turn->kind >= VD_TURN_QUESTION && turn->kind != VD_TURN_RESUMED && !turn->is_partial;
}

// A closing that did not cover a message leaves together with it: nobody could tell them apart
// afterwards.
static uint8_t count_leaving(const struct vd_conversation *c)
{
	uint8_t n = 1;
	uint32_t newest = 0;
	for (uint8_t i = 0; i < c->n_turns && c->turns[0].kind == VD_TURN_IN; i++) {
		const struct vd_turn *turn = &c->turns[i];
		if (turn->kind == VD_TURN_IN && turn->serial > newest) {
			newest = turn->serial;
		}
		if (!ends_waits(turn)) {
			continue;
		}
		if (turn->kind < VD_TURN_CLOSED || turn->serial > newest) {
			break;
		}
		n = (uint8_t)(i + 1);
	}
	return n;
}

static void fold(const struct vd_engine_env *env, struct vd_conversation *c, struct vd_turn *turns,
		 uint8_t n)
{
	struct keeping keeping = { env, c };
	struct walk w = { .env = env,
			  .c = c,
			  .tally = &c->base,
			  .on_wait = keep_wait,
			  .ctx = &keeping,
			  .is_trusted = env->is_clock_trusted,
			  .next_declared = c->targets[VD_TARGET_NEXT].declared,
			  .cadence_declared = c->targets[VD_TARGET_CADENCE].declared,
			  .window_declared = c->targets[VD_TARGET_WINDOW].declared };
	for (uint8_t i = 0; i < n; i++) {
		walk_turn(&w, turns, i);
		c->base.until = later(c->base.until, turns[i].at);
	}
}

void vd_turns_fold_oldest(const struct vd_engine_env *env, struct vd_conversation *c)
{
	uint8_t n = count_leaving(c);
	fold(env, c, c->turns, n);
	c->n_turns = (uint8_t)(c->n_turns - n);
	memmove(&c->turns[0], &c->turns[n], c->n_turns * sizeof(c->turns[0]));
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
	turn.serial = ++c->serial;
	vd_turns_place(env, c, turn);
}

void vd_turns_place(const struct vd_engine_env *env, struct vd_conversation *c, struct vd_turn turn)
{
	if (c->n_turns == VD_TURNS_MAX && is_before(&turn, &c->turns[0])) {
		fold(env, c, &turn, 1);
		return;
	}
	if (c->n_turns == VD_TURNS_MAX) {
		vd_turns_fold_oldest(env, c);
	}
	uint8_t place = c->n_turns;
	while (place > 0 && is_before(&turn, &c->turns[place - 1])) {
		c->turns[place] = c->turns[place - 1];
		place--;
	}
	c->turns[place] = turn;
	c->n_turns++;
}

static void forget_base(const struct vd_engine_env *env, const struct vd_conversation *c,
			struct vd_leg *leg, enum vd_target_kind kind)
{
	if (leg->end == VD_LEG_RUNNING && !vd_sla_is_paused(leg->due)) {
		const struct vd_pauses *pauses = kind == VD_TARGET_CADENCE ? &c->base.pauses : NULL;
		struct vd_wall due =
			vd_custody_due(env, c, &(struct vd_sla_run){ kind, leg->from, pauses });
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
		forget_base(env, c, leg, kind);
	}
	for (uint8_t i = 0; i < c->n_turns; i++) {
		struct vd_turn *turn = &c->turns[i];
		if (turn->at.us >= from.us) {
			*(is_next ? &turn->next_due : &turn->cadence_due) = (struct vd_wall){ 0 };
		}
	}
}

void vd_turns_forget_none(struct vd_conversation *c, enum vd_target_kind kind, struct vd_wall from)
{
	for (uint8_t i = 0; i < c->n_turns; i++) {
		struct vd_turn *turn = &c->turns[i];
		struct vd_wall *kept = kind == VD_TARGET_NEXT ? &turn->next_due
							      : &turn->cadence_due;
		if (turn->at.us >= from.us && kept->us == no_target.us) {
			*kept = (struct vd_wall){ 0 };
		}
	}
}

static void keep_earlier(struct vd_wall *kept, struct vd_wall due)
{
	if (is_set(*kept) && is_set(due) && due.us < kept->us && kept->us != no_target.us) {
		*kept = due;
	}
}

void vd_turns_tighten_due(const struct vd_engine_env *env, struct vd_conversation *c,
			  enum vd_target_kind kind, struct vd_wall from)
{
	bool is_next = kind == VD_TARGET_NEXT;
	struct vd_tally tally = vd_turns_walk(env, c);
	struct vd_sla_run run = { kind, from, is_next ? NULL : &tally.pauses };
	struct vd_wall due = vd_custody_due(env, c, &run);
	struct vd_leg *leg = is_next ? &c->base.next : &c->base.cadence;
	if (leg->end == VD_LEG_RUNNING && leg->from.us == from.us) {
		keep_earlier(&leg->due, due);
	}
	for (uint8_t i = 0; i < c->n_turns; i++) {
		const struct vd_turn *turn = &c->turns[i];
		if (turn->at.us == from.us || (turn->is_partial && turn->at.us > from.us)) {
			keep_earlier(is_next ? &c->turns[i].next_due : &c->turns[i].cadence_due,
				     due);
		}
	}
}

// Whether a customer's message waits: no answer came behind it, and no closing that knew of it.
static bool is_waiting(const struct vd_conversation *c, uint8_t message)
{
	const struct vd_turn *m = &c->turns[message];
	if (m->kind != VD_TURN_IN ||
	    (is_set(c->base.last_useful) && m->at.us <= c->base.last_useful.us)) {
		return false;
	}
	for (uint8_t i = (uint8_t)(message + 1); i < c->n_turns; i++) {
		const struct vd_turn *turn = &c->turns[i];
		bool is_closing = turn->kind >= VD_TURN_CLOSED;
		if (ends_waits(turn) && (!is_closing || turn->serial > m->serial)) {
			return false;
		}
	}
	return true;
}

bool vd_turns_mark_gone(struct vd_conversation *c, struct vd_wall at)
{
	// Of the turns that were folded away nobody knows which are gone: somebody still waits.
	bool is_folded_left = is_set(c->base.waiting_since);
	bool is_any_left = false;
	bool is_marked = false;
	for (uint8_t i = 0; i < c->n_turns; i++) {
		struct vd_turn *turn = &c->turns[i];
		is_folded_left = is_folded_left && !ends_waits(turn);
		if (!is_waiting(c, i)) {
			continue;
		}
		if (!is_marked && !turn->is_gone && turn->at.us == at.us) {
			turn->is_gone = true;
			is_marked = true;
		}
		is_any_left = is_any_left || !turn->is_gone;
	}
	return is_marked && !is_any_left && !is_folded_left;
}
