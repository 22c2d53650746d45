// SPDX-License-Identifier: MIT
#include "care/figures_case.h"

#include <string.h>

#include "care/engine_custody.h"
#include "care/engine_turns.h"
#include "care/sla.h"

#define WAITS_MAX (VD_TURNS_MAX + 2)

struct stretch {
	struct vd_wall from;
	struct vd_wall to;
};

/** One conversation being looked at. */
struct look {
	const struct vd_conversation *c;
	const struct vd_calendar *calendar;
	struct vd_wall until;
	struct vd_tally tally;
	uint8_t n_waits;
	struct stretch waits[WAITS_MAX];
	uint8_t n_closed;
	struct stretch closed[VD_TURNS_MAX];
	struct vd_figures_case *out;
};

static const char *const outcome_names[VD_OUTCOME_N] = {
	[VD_OUTCOME_NONE] = "none",         [VD_OUTCOME_RUNNING] = "running",
	[VD_OUTCOME_MET] = "met",           [VD_OUTCOME_MET_SEEN_LATE] = "met, seen late",
	[VD_OUTCOME_BREACHED] = "breached", [VD_OUTCOME_BREACHED_OPEN] = "breached, open",
	[VD_OUTCOME_PAST_DUE] = "past due", [VD_OUTCOME_CANCELLED] = "cancelled",
	[VD_OUTCOME_FAULT] = "fault",
};

const char *vd_outcome_name(enum vd_outcome outcome)
{
	return (unsigned)outcome < VD_OUTCOME_N ? outcome_names[outcome] : "?";
}

static bool is_set(struct vd_wall t)
{
	return vd_wall_is_set(t);
}

static struct vd_wall at_most(struct vd_wall t, struct vd_wall most)
{
	return t.us < most.us ? t : most;
}

// Happened, and was known at the instant that is looked at.
static bool is_by(struct vd_wall t, struct vd_wall until)
{
	return is_set(t) && t.us <= until.us;
}

static struct vd_figure *add(struct look *l, enum vd_figure_kind kind)
{
	struct vd_figures_case *out = l->out;
	struct vd_figure *figure = &out->at[out->n < VD_FIGURES_MAX ? out->n++ : out->n - 1];
	*figure = (struct vd_figure){ .kind = kind };
	return figure;
}

/** `end`: what ended it; not set, or after the instant that is looked at: it runs. `left`: when
 *  nobody waited for it any more, likewise. */
static struct vd_measure measure(const struct look *l, struct vd_wall from, struct vd_wall end,
				 struct vd_wall left)
{
	bool is_ended = is_by(end, l->until);
	struct vd_wall last = is_by(left, l->until) ? left : l->until;
	return (struct vd_measure){
		.is_there = true,
		.is_censored = !is_ended,
		.pair = vd_pair_between(l->calendar, from, is_ended ? end : last),
	};
}

// ---- targets that are armed once ------------------------------------------------------------

static enum vd_outcome open_outcome(struct vd_wall due, bool is_declared, struct vd_wall until)
{
	if (vd_sla_is_never(due)) {
		return VD_OUTCOME_FAULT;
	}
	if (due.us >= until.us) { // a pause that runs is due at the end of time
		return VD_OUTCOME_RUNNING;
	}
	return is_declared ? VD_OUTCOME_BREACHED_OPEN : VD_OUTCOME_PAST_DUE;
}

static enum vd_outcome single_outcome(const struct vd_target *t, struct vd_wall until)
{
	bool is_declared = t->declared.us >= t->due.us;
	if (t->state == VD_TARGET_OFF || t->state == VD_TARGET_FAULT) {
		return t->state == VD_TARGET_OFF ? VD_OUTCOME_NONE : VD_OUTCOME_FAULT;
	}
	if (t->state == VD_TARGET_PAUSED) {
		return VD_OUTCOME_RUNNING;
	}
	if (t->state == VD_TARGET_ARMED || !is_by(t->ended, until)) {
		return open_outcome(t->due, is_declared, until);
	}
	switch (t->state) {
	case VD_TARGET_MET:
		return VD_OUTCOME_MET;
	case VD_TARGET_MET_SEEN_LATE:
		return VD_OUTCOME_MET_SEEN_LATE;
	case VD_TARGET_BREACHED:
		return VD_OUTCOME_BREACHED;
	case VD_TARGET_CANCELLED:
		return VD_OUTCOME_CANCELLED;
	case VD_TARGET_OFF:
	case VD_TARGET_ARMED:
	case VD_TARGET_FAULT:
	case VD_TARGET_PAUSED:
	case VD_TARGET_STATE_N:
		break;
	}
	return VD_OUTCOME_NONE;
}

// R37, R38: closed with no reply. What came later answers another wait.
static bool is_first_closed(const struct vd_tally *t)
{
	return is_set(t->first_closed) &&
	       (!is_set(t->first_reply) || t->first_closed.us < t->first_reply.us);
}

static void add_first(struct look *l)
{
	const struct vd_tally *t = &l->tally;
	struct vd_figure *figure = add(l, VD_FIGURE_FIRST);
	struct vd_wall none = { 0 };
	bool is_closed = is_first_closed(t);
	figure->outcome = single_outcome(&l->c->targets[VD_TARGET_FIRST], l->until);
	figure->measure = measure(l, l->c->opened, is_closed ? none : t->first_reply,
				  is_closed ? t->first_closed : none);
}

// Where nobody waits any more the useful answer is not waited for either.
static void add_useful(struct look *l)
{
	struct vd_wall left = { 0 };
	if (l->n_waits > 0) {
		left = l->waits[l->n_waits - 1].to;
	}
	struct vd_figure *figure = add(l, VD_FIGURE_USEFUL);
	figure->measure = measure(l, l->c->opened, l->tally.first_useful, left);
}

// R19, R25: its business time is what the target counts, with no pause and nothing of the time
// between an end and a reopening in it. The wall clock never pauses (R27).
static void add_resolution(struct look *l)
{
	const struct vd_conversation *c = l->c;
	struct vd_figure *figure = add(l, VD_FIGURE_RESOLUTION);
	bool is_resolved = c->state == VD_CONVERSATION_RESOLVED;
	struct vd_wall none = { 0 };
	struct vd_wall end = is_resolved ? c->ended : none;
	struct vd_wall left = is_resolved ? none : c->ended;
	figure->outcome = single_outcome(&c->targets[VD_TARGET_RESOLUTION], l->until);
	figure->measure = measure(l, c->opened, end, left);
	struct vd_sla_run run = { VD_TARGET_RESOLUTION, c->opened, &l->tally.pauses };
	struct vd_wall last = is_by(c->ended, l->until) ? c->ended : l->until;
	figure->measure.pair.business_s = vd_sla_used(l->calendar, &run, last).us / VD_US_PER_S;
}

// ---- targets that are armed many times ------------------------------------------------------

static enum vd_outcome leg_outcome(const struct vd_leg *leg, const struct vd_target *t,
				   struct vd_wall until)
{
	if (leg->end == VD_LEG_RUNNING || !is_by(leg->ended, until)) {
		return open_outcome(leg->due, t->declared.us >= leg->due.us, until);
	}
	if (leg->ended.us > leg->due.us) {
		return VD_OUTCOME_BREACHED;
	}
	if (leg->end == VD_LEG_CLOSED) {
		return VD_OUTCOME_CANCELLED;
	}
	bool is_late = t->state == VD_TARGET_MET_SEEN_LATE && t->ended.us == leg->ended.us;
	return is_late ? VD_OUTCOME_MET_SEEN_LATE : VD_OUTCOME_MET;
}

static void on_leg(void *ctx, enum vd_target_kind kind, const struct vd_leg *leg)
{
	struct look *l = ctx;
	struct vd_wall none = { 0 };
	if (leg->from.us >= l->until.us || kind == VD_TARGET_WINDOW) {
		return; // the network's window is no promise of ours
	}
	bool is_next = kind == VD_TARGET_NEXT;
	struct vd_figure *figure = add(l, is_next ? VD_FIGURE_NEXT : VD_FIGURE_CADENCE);
	figure->outcome = leg_outcome(leg, &l->c->targets[kind], l->until);
	if (is_next) {
		bool is_replied = leg->end == VD_LEG_REPLIED;
		figure->measure = measure(l, leg->from, is_replied ? leg->ended : none,
					  is_replied ? none : leg->ended);
	}
}

static void add_folded(struct look *l, enum vd_figure_kind kind, const struct vd_leg *leg)
{
	l->out->folded_met[kind] = leg->met;
	l->out->folded_breached[kind] = leg->breaches;
}

// ---- who had it, and who waited for whom ----------------------------------------------------

static void on_wait(void *ctx, struct vd_wall from, struct vd_wall to)
{
	struct look *l = ctx;
	to = at_most(to, l->until);
	if (from.us < to.us && l->n_waits < WAITS_MAX) {
		l->waits[l->n_waits++] = (struct stretch){ from, to };
	}
}

// From each end to the customer's next word.
static void find_closed(struct look *l)
{
	const struct vd_conversation *c = l->c;
	for (uint8_t i = 0; i < c->n_turns; i++) {
		const struct vd_turn *turn = &c->turns[i];
		bool is_end = turn->kind == VD_TURN_RESOLVED || turn->kind == VD_TURN_WITHDRAWN;
		if (!is_end || turn->is_partial || turn->at.us >= l->until.us) {
			continue;
		}
		struct stretch s = { turn->at, l->until };
		uint8_t next = (uint8_t)(i + 1);
		while (next < c->n_turns && c->turns[next].kind != VD_TURN_IN) {
			next++;
		}
		if (next < c->n_turns) {
			s.to = at_most(c->turns[next].at, l->until);
		}
		if (l->n_closed == 0 || l->closed[l->n_closed - 1].to.us <= s.from.us) {
			l->closed[l->n_closed++] = s;
		}
	}
}

// Whole seconds of instants that are rounded the same way everywhere, so that parts add up.
static struct vd_pair pair_of(const struct look *l, struct vd_wall from, struct vd_wall to)
{
	if (to.us <= from.us) {
		return (struct vd_pair){ 0, 0 };
	}
	return (struct vd_pair){ vd_wall_to_s(to) - vd_wall_to_s(from),
				 vd_sla_open_s(l->calendar, from, to) };
}

static void increase(struct vd_pair *sum, struct vd_pair by)
{
	sum->wall_s += by.wall_s;
	sum->business_s += by.business_s;
}

static struct vd_pair less(struct vd_pair a, struct vd_pair b)
{
	return (struct vd_pair){ a.wall_s - b.wall_s, a.business_s - b.business_s };
}

static struct vd_pair overlap(const struct look *l, struct stretch a, struct stretch b)
{
	struct vd_wall from = a.from.us > b.from.us ? a.from : b.from;
	return pair_of(l, from, at_most(a.to, b.to));
}

static struct vd_pair sum_waits(const struct look *l, struct stretch in)
{
	struct vd_pair sum = { 0, 0 };
	for (uint8_t i = 0; i < l->n_waits; i++) {
		increase(&sum, overlap(l, l->waits[i], in));
	}
	return sum;
}

// Closed for us, but not for a customer whose message nobody had seen yet.
static struct vd_pair sum_closed(const struct look *l, struct stretch in)
{
	struct vd_pair sum = { 0, 0 };
	for (uint8_t i = 0; i < l->n_closed; i++) {
		struct stretch s = l->closed[i];
		s.from = s.from.us > in.from.us ? s.from : in.from;
		s.to = at_most(s.to, in.to);
		increase(&sum, less(pair_of(l, s.from, s.to), sum_waits(l, s)));
	}
	return sum;
}

static struct vd_pair pair_at_most(struct vd_pair a, struct vd_pair most)
{
	return (struct vd_pair){ a.wall_s < most.wall_s ? a.wall_s : most.wall_s,
				 a.business_s < most.business_s ? a.business_s : most.business_s };
}

static void add_part(struct look *l, uint8_t segment, struct vd_wall end)
{
	const struct vd_custody *custody = &l->c->custody[segment];
	bool is_last = segment + 1 == l->c->n_custody;
	struct stretch in = { segment == 0 ? l->c->opened : custody->from,
			      is_last ? end : at_most(custody[1].from, end) };
	if (in.to.us <= in.from.us && segment > 0) {
		return;
	}
	struct vd_figures_part *part = &l->out->parts[l->out->n_parts++];
	*part = (struct vd_figures_part){ .account = custody->account };
	part->life = pair_of(l, in.from, in.to);
	struct vd_pair folded = { custody->waited_us / VD_US_PER_S, custody->waited_open_s };
	part->on_us = sum_waits(l, in);
	increase(&part->on_us, folded);
	part->on_us = pair_at_most(part->on_us, part->life);
	part->closed = pair_at_most(sum_closed(l, in), less(part->life, part->on_us));
	part->on_customer = less(less(part->life, part->on_us), part->closed);
	increase(&l->out->life, part->life);
}

static bool is_closed_at_end(const struct look *l)
{
	return l->n_closed > 0 && l->closed[l->n_closed - 1].to.us == l->until.us;
}

static void add_parts(struct look *l)
{
	const struct vd_conversation *c = l->c;
	struct vd_wall end = is_by(c->ended, l->until) ? c->ended : l->until;
	for (uint8_t i = 0; i < c->n_custody; i++) {
		add_part(l, i, end);
	}
	l->out->is_open = !is_by(c->ended, l->until) && !is_closed_at_end(l);
}

bool vd_figures_case_make(const struct vd_rulebook *book, const struct vd_conversation *c,
			  struct vd_wall until, struct vd_figures_case *out)
{
	memset(out, 0, sizeof(*out));
	if (c->state == VD_CONVERSATION_MERGED || c->opened.us >= until.us) {
		return false;
	}
	struct vd_conversation copy = *c; // the walk fills in what was not computed yet
	struct vd_engine_env env = vd_engine_env_make(book, c, until, true);
	struct look l = { .c = c,
			  .calendar = vd_rulebook_calendar(book, c->brand),
			  .until = until,
			  .tally = vd_turns_walk(&env, &copy),
			  .out = out };
	vd_turns_each_wait(&env, &copy, on_wait, &l);
	find_closed(&l);
	add_first(&l);
	add_useful(&l);
	add_resolution(&l);
	add(&l, VD_FIGURE_CEILING)->outcome = single_outcome(&c->targets[VD_TARGET_CEILING], until);
	vd_turns_each_leg(&env, &copy, on_leg, &l);
	add_folded(&l, VD_FIGURE_NEXT, &c->base.next);
	add_folded(&l, VD_FIGURE_CADENCE, &c->base.cadence);
	add_parts(&l);
	out->is_withdrawn = c->state == VD_CONVERSATION_WITHDRAWN && is_by(c->ended, until);
	out->is_answered = is_by(l.tally.first_useful, until);
	return true;
}
