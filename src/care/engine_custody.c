// SPDX-License-Identifier: MIT
#include "care/engine_custody.h"

#include <string.h>

#include "care/engine_judge.h"
#include "care/engine_step.h"
#include "care/engine_turns.h"
#include "care/engine_watch.h"

static struct vd_wall end_of(const struct vd_conversation *c, uint8_t segment)
{
	if (segment + 1 < c->n_custody) {
		return c->custody[segment + 1].from;
	}
	return vd_wall_is_set(c->ended) ? c->ended : (struct vd_wall){ INT64_MAX };
}

void vd_custody_clip(const struct vd_conversation *c, uint8_t segment, struct vd_wall *from,
		     struct vd_wall *to)
{
	struct vd_wall begin = c->custody[segment].from;
	struct vd_wall end = end_of(c, segment);
	if (from->us < begin.us && segment > 0) { // the first one has all that was before
		*from = begin;
	}
	if (to->us > end.us) {
		*to = end;
	}
}

static struct vd_wall earlier(struct vd_wall a, struct vd_wall b)
{
	if (!vd_wall_is_set(a) || !vd_wall_is_set(b)) {
		return vd_wall_is_set(a) ? a : b;
	}
	return a.us < b.us ? a : b;
}

uint16_t vd_custody_brand(const struct vd_rulebook *book, const struct vd_conversation *c,
			  uint16_t account)
{
	bool is_known = account != c->account && account < book->n_accounts;
	return is_known ? book->accounts[account].brand : c->brand;
}

// Most conversations never leave their account: the policy at hand is the only one.
struct vd_wall vd_custody_due(const struct vd_engine_env *env, const struct vd_conversation *c,
			      const struct vd_sla_run *run)
{
	struct vd_wall due = vd_sla_due(env->policy, env->calendar, run);
	if (env->book == NULL || c->n_custody < 2) {
		return due;
	}
	for (uint8_t i = c->loosened_from; i + 1 < c->n_custody; i++) {
		if (end_of(c, i).us <= run->from.us) {
			continue; // gave it away before the customer wrote
		}
		uint16_t brand = vd_custody_brand(env->book, c, c->custody[i].account);
		due = earlier(due, vd_sla_due(vd_rulebook_policy(env->book, brand),
					      vd_rulebook_calendar(env->book, brand), run));
	}
	return due;
}

static const struct vd_calendar *calendar_of(const struct vd_engine_env *env,
					     const struct vd_conversation *c, uint8_t segment)
{
	if (env->book == NULL) {
		return env->calendar;
	}
	uint16_t brand = vd_custody_brand(env->book, c, c->custody[segment].account);
	return vd_rulebook_calendar(env->book, brand);
}

struct vd_dur vd_custody_open(const struct vd_engine_env *env, const struct vd_conversation *c,
			      struct vd_wall from, struct vd_wall to)
{
	struct vd_dur open = { 0 };
	for (uint8_t i = 0; i < c->n_custody; i++) {
		struct vd_wall a = from;
		struct vd_wall b = to;
		vd_custody_clip(c, i, &a, &b);
		open.us += b.us > a.us ? vd_sla_open(calendar_of(env, c, i), a, b).us : 0;
	}
	return open;
}

const struct vd_calendar *vd_custody_calendar(const struct vd_engine_env *env,
					      const struct vd_conversation *c, struct vd_wall at)
{
	uint8_t segment = 0;
	while (segment + 1 < c->n_custody && c->custody[segment + 1].from.us <= at.us) {
		segment++;
	}
	return calendar_of(env, c, segment);
}

void vd_custody_begin_at(struct vd_conversation *c, struct vd_wall opened)
{
	uint8_t n = 0;
	while (n + 1 < c->n_custody && c->custody[n + 1].from.us <= opened.us) {
		n++;
	}
	c->n_custody -= n;
	memmove(&c->custody[0], &c->custody[n], c->n_custody * sizeof(c->custody[0]));
	c->loosened_from = c->loosened_from > n ? (uint8_t)(c->loosened_from - n) : 0;
}

// ---- the commands (R32, R33) ----------------------------------------------------------------

static bool is_in_book(const struct vd_engine_env *env, uint16_t account)
{
	return env->book == NULL ||
	       (account < env->book->n_accounts && env->book->accounts[account].name[0] != '\0');
}

static enum vd_err check_offer(const struct vd_step *s)
{
	const struct vd_conversation *c = s->c;
	if (c->state != VD_CONVERSATION_OPEN) {
		return vd_diag_set(s->diag, VD_ERR_STATE,
				   "the conversation is %s and can't be handed over",
				   vd_conversation_state_name(c->state));
	}
	if (s->event->staff == 0 || !is_in_book(s->env, s->event->account)) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT,
				   "a hand-over needs an account that exists and a name");
	}
	if (s->event->account == vd_conversation_holder(c)) {
		return vd_diag_set(s->diag, VD_ERR_STATE, "that account has it already");
	}
	if (c->n_custody == VD_CUSTODY_MAX) {
		return vd_diag_set(s->diag, VD_ERR_STATE,
				   "it was handed over %d times: whoever has it keeps it",
				   VD_CUSTODY_MAX - 1);
	}
	return VD_OK;
}

static void note_offer_ended(struct vd_step *s)
{
	struct vd_fact fact = { .kind = VD_FACT_OFFER_ENDED,
				.target = VD_TARGET_N,
				.account = (uint16_t)(s->c->offer.account - 1),
				.at = s->env->now };
	if (s->c->offer.account != 0) {
		vd_effects_add(s->out, fact);
	}
}

enum vd_err vd_on_offer(struct vd_step *s)
{
	enum vd_err err = check_offer(s);
	if (err != VD_OK) {
		return err;
	}
	note_offer_ended(s); // whoever it was offered to before has it no longer
	s->c->offer = (struct vd_offer){
		.account = (uint16_t)(s->event->account + 1),
		.staff = s->event->staff,
		.at = s->env->now,
		.until = vd_sla_add_open(s->env->calendar, s->env->now,
					 vd_dur_s(s->env->policy->offer_lease_s)),
	};
	vd_watch_side(s->env, s->c, VD_SIDE_RETURNED, false, s->out);
	struct vd_fact fact = { .kind = VD_FACT_OFFERED,
				.target = VD_TARGET_N,
				.account = s->event->account,
				.at = s->c->offer.until };
	vd_effects_add(s->out, fact);
	return VD_OK;
}

static void tighten_single(struct vd_step *s, enum vd_target_kind kind)
{
	struct vd_target *t = &s->c->targets[kind];
	if (!t->is_running || t->state != VD_TARGET_ARMED) {
		return;
	}
	struct vd_tally tally = vd_turns_walk(s->env, s->c);
	bool can_pause = kind == VD_TARGET_RESOLUTION;
	struct vd_sla_run run = { kind, t->from, can_pause ? &tally.pauses : NULL };
	struct vd_wall due = vd_custody_due(s->env, s->c, &run);
	if (vd_wall_is_set(due) && due.us < t->due.us) {
		t->due = due;
		t->warn = (struct vd_wall){ 0 }; // worked out again; what was reached stays
	}
}

// Where the giver promised nothing, the taker's promise counts from the same stamp.
static void tighten_leg(struct vd_step *s, enum vd_target_kind kind, struct vd_wall idle_from)
{
	const struct vd_target *t = &s->c->targets[kind];
	if ((t->is_running && t->state == VD_TARGET_ARMED) || t->state == VD_TARGET_FAULT) {
		vd_turns_tighten_due(s->env, s->c, kind, t->from);
	} else if (!t->is_running && vd_wall_is_set(idle_from)) {
		vd_turns_forget_none(s->c, kind, idle_from);
	}
}

// Since when the customer may expect the next word; not set where the case has ended since (R20).
static struct vd_wall open_since(const struct vd_conversation *c)
{
	for (uint8_t i = c->n_turns; i > 0 && c->turns[i - 1].at.us >= c->last_out.us; i--) {
		enum vd_turn_kind kind = c->turns[i - 1].kind;
		if (kind == VD_TURN_RESOLVED || kind == VD_TURN_WITHDRAWN) {
			return (struct vd_wall){ 0 };
		}
	}
	return c->last_out;
}

// A case whose opening is stamped ahead of our clock is given away at its opening, not before.
static struct vd_wall hand_over_at(const struct vd_step *s)
{
	struct vd_wall last = s->c->custody[s->c->n_custody - 1].from;
	return last.us > s->env->now.us ? last : s->env->now;
}

// R32: no stamp, no pause and no armed target is touched but to make it earlier.
enum vd_err vd_on_accept(struct vd_step *s)
{
	struct vd_conversation *c = s->c;
	if (c->offer.account == 0 || s->env->now.us >= c->offer.until.us) {
		return vd_diag_set(s->diag, VD_ERR_STATE, "nothing is offered: ask for it again");
	}
	if (s->event->staff == 0) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT,
				   "taking over needs the name of who takes it");
	}
	uint16_t account = (uint16_t)(c->offer.account - 1);
	c->custody[c->n_custody++] =
		(struct vd_custody){ .account = account, .from = hand_over_at(s) };
	c->offer = (struct vd_offer){ 0 };
	vd_step_release(s);
	if (s->env->book != NULL) {
		s->own = vd_engine_env_make(s->env->book, c, s->env->now, s->env->is_clock_trusted);
		vd_hours_at(s->own.policy, s->own.calendar, s->own.now, &s->own.hours);
		c->policy_version = s->own.policy->version;
		c->calendar_version = s->own.calendar->version;
	}
	tighten_single(s, VD_TARGET_FIRST);
	tighten_single(s, VD_TARGET_RESOLUTION);
	tighten_single(s, VD_TARGET_CEILING);
	tighten_leg(s, VD_TARGET_NEXT, c->waiting_since);
	tighten_leg(s, VD_TARGET_CADENCE, open_since(c));
	struct vd_fact fact = { .kind = VD_FACT_HANDED_OVER,
				.target = VD_TARGET_N,
				.account = account,
				.at = s->env->now };
	vd_effects_add(s->out, fact);
	return VD_OK;
}

enum vd_err vd_on_decline(struct vd_step *s)
{
	struct vd_conversation *c = s->c;
	if (c->offer.account == 0) {
		return vd_diag_set(s->diag, VD_ERR_STATE, "nothing is offered");
	}
	note_offer_ended(s);
	c->offer = (struct vd_offer){ 0 };
	vd_watch_side(s->env, c, VD_SIDE_RETURNED, true, s->out);
	return VD_OK;
}

// R32: the one way to a later due: a supervisor's entry, and the old due stays visible.
enum vd_err vd_on_loosen(struct vd_step *s)
{
	struct vd_conversation *c = s->c;
	if (!vd_step_has_reason(s) || s->event->staff == 0) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT,
				   "a later deadline needs a reason and a supervisor's name");
	}
	enum vd_target_kind board = vd_conversation_board_target(c);
	if (c->n_custody < 2 || board == VD_TARGET_N) {
		return vd_diag_set(s->diag, VD_ERR_STATE,
				   "only what was handed over and runs can be due later");
	}
	c->loosened_due = c->targets[board].due;
	c->loosened_from = (uint8_t)(c->n_custody - 1);
	vd_step_forget_dues(s);
	vd_step_note(s, VD_FACT_LOOSENED, c->loosened_due);
	return VD_OK;
}
