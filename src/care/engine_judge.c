// SPDX-License-Identifier: MIT
#include "care/engine_judge.h"

#include "care/engine_custody.h"
#include "care/engine_turns.h"
#include "care/engine_watch.h"
#include "care/sla.h"
#include "care/window.h"

/** One wait to be judged: from when, until when, and how it stands. */
struct wait {
	enum vd_target_kind kind;
	enum vd_leg_end end;
	struct vd_wall from;
	struct vd_wall due; // not set: no such target
	struct vd_wall ended;
	const struct vd_pauses *pauses; // NULL: it never pauses (R23)
	bool is_moved;                  // there are other pauses than it was computed with
	/** `due` is what the one policy says: the target is the whole of it. */
	bool is_whole;
};

static bool is_set(struct vd_wall t)
{
	return vd_wall_is_set(t);
}

void vd_effects_add(struct vd_effects *out, struct vd_fact fact)
{
	if (out->n == VD_EFFECTS_MAX) {
		out->overflow = true;
		return;
	}
	out->facts[out->n++] = fact;
}

// R9, R13. Once declared, a breach stays one unless a reply in time is proved.
static enum vd_target_state verdict(const struct vd_engine_env *env, const struct wait *w,
				    struct vd_wall declared)
{
	bool was_declared = is_set(declared) && w->due.us <= declared.us;
	struct vd_wall until = w->end == VD_LEG_RUNNING ? env->now : w->ended;
	if (until.us > w->due.us && (env->is_clock_trusted || was_declared)) {
		return VD_TARGET_BREACHED;
	}
	bool is_late = until.us > w->due.us; // and nothing is declared yet, however it ended
	switch (w->end) {
	case VD_LEG_RUNNING:
		return was_declared ? VD_TARGET_BREACHED : VD_TARGET_ARMED;
	case VD_LEG_REPLIED:
		if (is_late) {
			return VD_TARGET_ARMED;
		}
		return was_declared ? VD_TARGET_MET_SEEN_LATE : VD_TARGET_MET;
	case VD_LEG_CLOSED:
		if (is_late) {
			return VD_TARGET_ARMED;
		}
		return was_declared ? VD_TARGET_BREACHED : VD_TARGET_CANCELLED;
	case VD_LEG_NONE:
	case VD_LEG_END_N:
		break;
	}
	return VD_TARGET_OFF;
}

static enum vd_severity reached(const struct vd_target *t, struct vd_wall now)
{
	if (t->state == VD_TARGET_BREACHED) {
		return VD_SEVERITY_BREACHED;
	}
	if (now.us >= t->urgent.us) {
		return VD_SEVERITY_URGENT;
	}
	return now.us >= t->warn.us ? VD_SEVERITY_WARNING : VD_SEVERITY_NONE;
}

static void judge_running(const struct vd_engine_env *env, const struct wait *w,
			  struct vd_target *t)
{
	if (!is_set(t->warn)) {
		struct vd_sla_run run = { w->kind, w->from, w->pauses };
		struct vd_dur whole = w->is_whole ? vd_dur_s(env->policy->target_s[w->kind])
						  : vd_sla_used(env->calendar, &run, t->due);
		vd_sla_thresholds(env->policy, env->calendar, &run, whole, t);
	}
	enum vd_severity now_at = reached(t, env->now);
	if (now_at > t->reached) {
		t->reached = now_at;
	}
}

static void rearm(const struct wait *w, struct vd_target *t)
{
	t->from = w->from;
	t->due = w->due;
	t->warn = (struct vd_wall){ 0 };
	t->urgent = (struct vd_wall){ 0 };
	t->reached = VD_SEVERITY_NONE;
}

// R8: no deadline and no verdict but that it was answered; never a null that looks like one. Nor
// has one that ended while it was paused.
static void judge_fault(const struct wait *w, struct vd_target *t)
{
	rearm(w, t);
	t->due = (struct vd_wall){ 0 };
	t->is_running = false;
	t->ended = w->ended;
	t->state = VD_TARGET_FAULT;
	if (w->end != VD_LEG_RUNNING) {
		t->state = w->end == VD_LEG_REPLIED ? VD_TARGET_MET : VD_TARGET_CANCELLED;
	}
}

// R25: the due is open until the customer has acted. A breach that was declared goes on.
static void judge_paused(const struct wait *w, struct vd_target *t)
{
	rearm(w, t);
	t->due = (struct vd_wall){ 0 };
	t->is_running = false;
	t->ended = (struct vd_wall){ 0 };
	t->state = VD_TARGET_PAUSED;
}

static void judge_off(struct vd_target *t)
{
	struct vd_target off = { .declared = t->declared, .breaches = t->breaches, .met = t->met };
	*t = off;
}

static void judge_wait(const struct vd_engine_env *env, const struct wait *w, struct vd_target *t)
{
	if (!is_set(w->due) || w->end == VD_LEG_NONE) {
		judge_off(t);
		return;
	}
	bool is_running = w->end == VD_LEG_RUNNING;
	if (vd_sla_is_paused(w->due) && is_running) {
		judge_paused(w, t);
		return;
	}
	if (vd_sla_is_never(w->due) || vd_sla_is_paused(w->due)) {
		judge_fault(w, t);
		return;
	}
	if (t->from.us != w->from.us || t->due.us != w->due.us) {
		rearm(w, t);
	}
	t->is_running = is_running;
	t->ended = w->ended; // not set while it runs
	t->state = verdict(env, w, t->declared);
	if (t->state == VD_TARGET_BREACHED && t->declared.us < t->due.us) {
		t->declared = t->due;
	}
	if (t->is_running) {
		judge_running(env, w, t);
	} else {
		t->reached = VD_SEVERITY_NONE;
	}
}

// R32: it was handed over while it was closed, and runs again.
static void keep_again(const struct vd_engine_env *env, const struct vd_conversation *c,
		       const struct vd_target *t, struct wait *w)
{
	if (t->state != VD_TARGET_CANCELLED || w->end != VD_LEG_RUNNING || c->n_custody < 2) {
		return;
	}
	struct vd_sla_run run = { w->kind, w->from, w->pauses };
	struct vd_wall due = vd_custody_due(env, c, &run);
	if (is_set(due) && due.us < w->due.us) {
		w->due = due;
	}
}

// The due of a target that is armed once stays as it was computed, unless its start turns out to
// be earlier.
static void keep_due(const struct vd_engine_env *env, const struct vd_conversation *c,
		     const struct vd_target *t, struct wait *w)
{
	if (is_set(t->due) && t->from.us == w->from.us && !w->is_moved) {
		w->due = t->due;
		keep_again(env, c, t, w);
		return;
	}
	if (t->state == VD_TARGET_OFF && w->end != VD_LEG_RUNNING) {
		return; // over before there was such a target (R40)
	}
	struct vd_sla_run run = { w->kind, w->from, w->pauses };
	w->due = vd_custody_due(env, c, &run);
	w->is_whole = c->n_custody < 2;
}

// Of what can be armed once only, there is one outcome at most.
static void count_single(struct vd_target *t)
{
	t->met = t->state == VD_TARGET_MET || t->state == VD_TARGET_MET_SEEN_LATE;
	t->breaches = t->state == VD_TARGET_BREACHED && !t->is_running;
}

// R9, R39: a breach that a merge brought along is no less one, whatever pauses since.
static void bound_resolution(const struct vd_conversation *c, struct wait *w)
{
	struct vd_wall kept = c->resolution_kept;
	bool is_earlier = is_set(kept) && (!is_set(w->due) || kept.us < w->due.us);
	if (w->kind == VD_TARGET_RESOLUTION && is_earlier) {
		w->due = kept;
		w->is_whole = false;
	}
}

static void judge_single(const struct vd_engine_env *env, struct vd_conversation *c, struct wait *w)
{
	struct vd_target *t = &c->targets[w->kind];
	keep_due(env, c, t, w);
	bound_resolution(c, w);
	judge_wait(env, w, t);
	count_single(t);
}

// R17: any human reply satisfies it.
static void judge_first(const struct vd_engine_env *env, struct vd_conversation *c,
			const struct vd_tally *tally)
{
	struct wait w = { .kind = VD_TARGET_FIRST, .end = VD_LEG_RUNNING, .from = tally->opened };
	bool is_closed =
		is_set(tally->first_closed) &&
		(!is_set(tally->first_reply) || tally->first_closed.us < tally->first_reply.us);
	if (is_closed) {
		w.end = VD_LEG_CLOSED;
		w.ended = tally->first_closed;
	} else if (is_set(tally->first_reply)) {
		w.end = VD_LEG_REPLIED;
		w.ended = tally->first_reply;
	}
	judge_single(env, c, &w);
}

// R19, R25, R36: over the unpaused open time from the opening; what lies between an end and a
// reopening is a pause like the others.
static void judge_resolution(const struct vd_engine_env *env, struct vd_conversation *c,
			     const struct vd_tally *tally)
{
	if (c->is_resolution_over && c->state != VD_CONVERSATION_OPEN) {
		return;
	}
	c->is_resolution_over = false;
	struct vd_pauses pauses = tally->pauses;
	struct wait w = {
		.kind = VD_TARGET_RESOLUTION,
		.end = VD_LEG_RUNNING,
		.from = c->opened,
		.pauses = &pauses,
	};
	if (c->state != VD_CONVERSATION_OPEN && is_set(pauses.since)) {
		pauses.at[pauses.n - 1].to = c->ended; // it ran until the end
	}
	const struct vd_target *t = &c->targets[VD_TARGET_RESOLUTION];
	bool is_folded = is_set(t->due) && t->due.us <= pauses.from.us; // final
	w.is_moved = !is_folded && vd_turns_mark_pauses(&pauses, t->due) != c->pauses_mark;
	if (c->state != VD_CONVERSATION_OPEN) {
		w.end = c->state == VD_CONVERSATION_RESOLVED ? VD_LEG_REPLIED : VD_LEG_CLOSED;
		w.ended = c->ended;
	}
	judge_single(env, c, &w);
	c->pauses_mark = vd_turns_mark_pauses(&pauses, t->due);
}

static bool is_in_pause(const struct vd_pauses *pauses, struct vd_wall at)
{
	for (uint8_t i = 0; i < pauses->n; i++) {
		const struct vd_pause *p = &pauses->at[i];
		if (p->from.us <= at.us && (!is_set(p->to) || p->to.us > at.us)) {
			return true;
		}
	}
	return at.us < pauses->from.us;
}

// The first end of the case that closed all that waited; not set: none yet. Of turns that were
// folded away the target knows.
static struct vd_wall first_end(const struct vd_conversation *c, const struct vd_tally *tally)
{
	const struct vd_target *t = &c->targets[VD_TARGET_CEILING];
	if (is_set(t->ended) && t->ended.us <= c->base.until.us) {
		return t->ended;
	}
	for (uint8_t i = 0; i < c->n_turns; i++) {
		const struct vd_turn *turn = &c->turns[i];
		bool is_end = turn->kind == VD_TURN_RESOLVED || turn->kind == VD_TURN_WITHDRAWN;
		if (is_end && !turn->is_partial && is_in_pause(&tally->pauses, turn->at)) {
			return turn->at;
		}
	}
	return (struct vd_wall){ 0 };
}

// R21: no customer is without an answer for longer, whatever the calendar says; an end of the
// case ends it too, once and for ever: who comes back has a next response (R36).
static void judge_ceiling(const struct vd_engine_env *env, struct vd_conversation *c,
			  const struct vd_tally *tally)
{
	struct wait w = { .kind = VD_TARGET_CEILING, .end = VD_LEG_RUNNING, .from = tally->opened };
	struct vd_wall end = first_end(c, tally);
	if (is_set(end) && (!is_set(tally->first_useful) || end.us < tally->first_useful.us)) {
		w.end = VD_LEG_CLOSED;
		w.ended = end;
	} else if (is_set(tally->first_useful)) {
		w.end = VD_LEG_REPLIED;
		w.ended = tally->first_useful;
	}
	judge_single(env, c, &w);
}

static void judge_leg(const struct vd_engine_env *env, struct vd_conversation *c,
		      enum vd_target_kind kind, const struct vd_leg *leg,
		      const struct vd_pauses *pauses)
{
	struct wait w = { .kind = kind,
			  .pauses = pauses,
			  .end = leg->end,
			  .from = leg->from,
			  .due = leg->due,
			  .ended = leg->ended };
	struct vd_target *t = &c->targets[kind];
	judge_wait(env, &w, t);
	if (env->is_clock_trusted && leg->missed.us > t->declared.us) {
		t->declared = leg->missed; // held until now, or learned out of order
	}
	t->met = leg->met;
	t->breaches = leg->breaches;
}

// A clock that is not trusted passes no end (R13), and takes none back.
static struct vd_wall window_due(const struct vd_engine_env *env, const struct vd_target *t,
				 const struct vd_leg *leg)
{
	if (leg->end != VD_LEG_RUNNING) {
		return vd_window_due(leg->from, leg->ended);
	}
	bool is_last = t->from.us == leg->from.us && t->due.us == leg->due.us;
	if (!env->is_clock_trusted) {
		return is_last ? leg->due : vd_window_due(leg->from, leg->from);
	}
	return vd_window_due(leg->from, env->now);
}

// The network's window has two ends: free text, and the last one; passing that is a breach.
static void judge_window(const struct vd_engine_env *env, struct vd_conversation *c,
			 const struct vd_tally *tally)
{
	struct vd_leg leg = tally->window;
	leg.due = window_due(env, &c->targets[VD_TARGET_WINDOW], &leg);
	judge_leg(env, c, VD_TARGET_WINDOW, &leg, NULL);
}

static void take_stamps(struct vd_conversation *c, const struct vd_tally *tally)
{
	c->opened = tally->opened;
	c->custody[0].from = tally->opened;
	c->waiting_since = tally->waiting_since;
	c->last_in = tally->last_in;
	c->last_out = tally->last_out;
	c->first_reply = tally->first_reply;
	c->first_useful = tally->first_useful;
}

static unsigned breaches_of(const struct vd_target *t)
{
	bool is_running = t->is_running && t->state == VD_TARGET_BREACHED;
	return (unsigned)t->breaches + (is_running ? 1U : 0U);
}

static void note(struct vd_effects *out, enum vd_fact_kind kind, int target, struct vd_wall at)
{
	vd_effects_add(
		out,
		(struct vd_fact){ .kind = kind, .target = (enum vd_target_kind)target, .at = at });
}

static void note_met(const struct vd_conversation *c, int i, const struct vd_target *was,
		     struct vd_effects *out)
{
	const struct vd_target *is = &c->targets[i];
	if (is->met <= was->met) {
		return;
	}
	int n = is->met - was->met;
	struct vd_wall at = is_set(is->ended) ? is->ended : c->last_out;
	if (breaches_of(is) < breaches_of(was)) {
		note(out, VD_FACT_TARGET_MET_SEEN_LATE, i, at);
		n--;
	}
	if (n > 0) {
		note(out, VD_FACT_TARGET_MET, i, at);
	}
}

static void note_changes(const struct vd_conversation *c,
			 const struct vd_target before[VD_TARGET_N], struct vd_effects *out)
{
	for (int i = 0; i < VD_TARGET_N; i++) {
		const struct vd_target *was = &before[i];
		const struct vd_target *is = &c->targets[i];
		bool is_other = is->from.us != was->from.us || is->due.us != was->due.us ||
				!was->is_running;
		note_met(c, i, was, out);
		if (is->is_running && is_other) {
			note(out, VD_FACT_TARGET_ARMED, i, is->due);
		}
		if (breaches_of(is) > breaches_of(was)) {
			note(out, VD_FACT_TARGET_BREACHED, i, is->declared);
		}
		if (is->state == VD_TARGET_CANCELLED && was->state != VD_TARGET_CANCELLED) {
			note(out, VD_FACT_TARGET_CANCELLED, i, is->ended);
		}
		if (is->state == VD_TARGET_FAULT && was->state != VD_TARGET_FAULT) {
			note(out, VD_FACT_TARGET_FAULT, i, is->from);
		}
	}
}

enum vd_err vd_judge_step_alarm(const struct vd_engine_env *env, struct vd_conversation *c,
				struct vd_alarm *alarm, enum vd_alarm_event event,
				struct vd_wall until, struct vd_effects *out)
{
	enum vd_alarm_state from = alarm->state;
	bool is_changed = false;
	enum vd_err err = vd_alarm_step(alarm, event, env->now, until, &is_changed);
	if (err == VD_OK && is_changed) {
		vd_effects_add(out, (struct vd_fact){ .kind = VD_FACT_ALARM,
						      .target = vd_conversation_board_target(c),
						      .alarm = alarm->kind,
						      .from = from,
						      .to = alarm->state,
						      .severity = alarm->severity,
						      .at = env->now });
	}
	return err;
}

enum vd_err vd_judge_alarm_event(const struct vd_engine_env *env, struct vd_conversation *c,
				 enum vd_alarm_event event, struct vd_wall until,
				 struct vd_effects *out)
{
	return vd_judge_step_alarm(env, c, &c->alarm, event, until, out);
}

// A target that runs as before, but whose threshold moved away: against chatter its condition is
// held for a while. One that ended takes it along at once.
static bool is_moved(const struct vd_conversation *c, const struct vd_target before[VD_TARGET_N])
{
	bool is_lower = false;
	for (int i = 0; i < VD_TARGET_N; i++) {
		const struct vd_target *was = &before[i];
		const struct vd_target *is = &c->targets[i];
		if (was->is_running && !is->is_running) {
			return false;
		}
		is_lower = is_lower || (was->is_running && was->from.us == is->from.us &&
					was->reached > is->reached);
	}
	return is_lower;
}

static enum vd_severity calmed(const struct vd_engine_env *env, struct vd_conversation *c,
			       const struct vd_target before[VD_TARGET_N], enum vd_severity is)
{
	enum vd_severity was = c->alarm.condition;
	bool is_running = vd_conversation_board_target(c) != VD_TARGET_N;
	if (is >= was || was == VD_SEVERITY_BREACHED || !is_running) {
		c->calm_until = (struct vd_wall){ 0 };
		return is;
	}
	if (is_moved(c, before)) {
		struct vd_dur hold = vd_dur_s(env->policy->chatter_s);
		c->calm_until = vd_sla_add_open(env->calendar, env->now, hold);
	}
	if (!is_set(c->calm_until) || env->now.us >= c->calm_until.us) {
		c->calm_until = (struct vd_wall){ 0 };
		return is;
	}
	return was;
}

static enum vd_severity condition_of(const struct vd_conversation *c)
{
	enum vd_severity worst = VD_SEVERITY_NONE;
	for (int i = 0; i < VD_TARGET_N; i++) {
		const struct vd_target *t = &c->targets[i];
		if (t->is_running && t->reached > worst) {
			worst = t->reached;
		}
	}
	return worst;
}

/** What happened to the alarm's cause; EV_N: nothing. */
static enum vd_alarm_event cause_event(const struct vd_alarm *alarm, enum vd_severity condition,
				       bool is_new_breach, bool is_disproved)
{
	if (is_disproved && alarm->state == VD_ALARM_LATCHED) {
		return VD_ALARM_EV_RESET; // met, seen late: no alarm outlives its cause
	}
	if (is_new_breach || condition > alarm->condition) {
		return VD_ALARM_EV_RAISE;
	}
	return condition == VD_SEVERITY_NONE && alarm->is_present ? VD_ALARM_EV_CLEAR
								  : VD_ALARM_EV_N;
}

static void judge_alarm(const struct vd_engine_env *env, struct vd_conversation *c,
			const struct vd_target before[VD_TARGET_N], struct vd_effects *out)
{
	unsigned total = 0;
	unsigned ended = 0;
	for (int i = 0; i < VD_TARGET_N; i++) {
		total += breaches_of(&c->targets[i]);
		ended += c->targets[i].breaches;
	}
	// One that runs is not put away, even if it was before the case was reopened.
	if (c->breaches_reset > ended) {
		c->breaches_reset = (uint16_t)ended;
	}
	bool is_latched = total > c->breaches_reset;
	bool is_disproved = !is_latched && c->alarm.severity == VD_SEVERITY_BREACHED;
	enum vd_severity condition = calmed(env, c, before, condition_of(c));
	enum vd_alarm_event event =
		cause_event(&c->alarm, condition, total > c->breaches_known, is_disproved);
	enum vd_severity was = c->alarm.severity;
	c->breaches_known = (uint16_t)total;
	c->alarm.severity = is_latched ? VD_SEVERITY_BREACHED : condition;
	c->alarm.is_present = condition != VD_SEVERITY_NONE ||
			      (event == VD_ALARM_EV_CLEAR && c->alarm.is_present);
	c->alarm.condition = condition;
	if (event != VD_ALARM_EV_N &&
	    vd_judge_alarm_event(env, c, event, (struct vd_wall){ 0 }, out) != VD_OK) {
		c->alarm.severity = was; // no cell refuses these events; the table's test says so
	}
	if (condition == VD_SEVERITY_NONE && c->alarm.is_present) { // breached, and over already
		(void)!vd_judge_alarm_event(env, c, VD_ALARM_EV_CLEAR, (struct vd_wall){ 0 }, out);
	}
}

static void judge_held(const struct vd_engine_env *env, struct vd_conversation *c,
		       const struct vd_tally *tally)
{
	c->is_breach_held = tally->next.held > 0 || tally->cadence.held > 0 ||
			    tally->window.held > 0;
	for (int i = 0; i < VD_TARGET_N && !env->is_clock_trusted; i++) {
		const struct vd_target *t = &c->targets[i];
		struct vd_wall until = t->is_running ? env->now : t->ended;
		bool is_late = is_set(t->due) && until.us > t->due.us;
		c->is_breach_held = c->is_breach_held || (t->state == VD_TARGET_ARMED && is_late);
	}
}

void vd_judge(const struct vd_engine_env *env, struct vd_conversation *c,
	      const struct vd_target before[VD_TARGET_N], struct vd_effects *out)
{
	struct vd_tally tally = vd_turns_walk(env, c);
	take_stamps(c, &tally);
	judge_first(env, c, &tally);
	judge_leg(env, c, VD_TARGET_NEXT, &tally.next, NULL);
	judge_leg(env, c, VD_TARGET_CADENCE, &tally.cadence, &tally.pauses);
	judge_resolution(env, c, &tally);
	judge_ceiling(env, c, &tally);
	judge_window(env, c, &tally);
	note_changes(c, before, out);
	judge_alarm(env, c, before, out);
	judge_held(env, c, &tally);
	vd_watch(env, c, &tally.pauses, out);
}
