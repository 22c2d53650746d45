// SPDX-License-Identifier: MIT
#include "care/engine.h"

#include <string.h>

#include "base/utf8.h"
#include "care/engine_judge.h"
#include "care/engine_step.h"
#include "care/engine_turns.h"
#include "care/engine_watch.h"
#include "care/window.h"

static const char *const event_names[VD_EVENT_N] = {
	[VD_EVENT_MISSING] = "missing",
	[VD_EVENT_MESSAGE] = "message",
	[VD_EVENT_TICK] = "tick",
	[VD_EVENT_ACK] = "ack",
	[VD_EVENT_CLAIM] = "claim",
	[VD_EVENT_RELEASE] = "release",
	[VD_EVENT_RESOLVE] = "resolve",
	[VD_EVENT_NO_REPLY_NEEDED] = "no reply needed",
	[VD_EVENT_RESET] = "reset",
	[VD_EVENT_SHELVE] = "shelve",
	[VD_EVENT_UNSHELVE] = "unshelve",
	[VD_EVENT_DELETED] = "deleted",
	[VD_EVENT_RULES] = "rules",
	[VD_EVENT_RESUME] = "resume",
	[VD_EVENT_KEEP_PAUSE] = "keep pause",
	[VD_EVENT_OFFER] = "offer",
	[VD_EVENT_ACCEPT] = "accept",
	[VD_EVENT_DECLINE] = "decline",
	[VD_EVENT_LOOSEN] = "loosen",
	[VD_EVENT_MERGE] = "merge",
	[VD_EVENT_SPLIT] = "split",
	[VD_EVENT_BLOCKED] = "blocked",
	[VD_EVENT_SUPPRESS] = "suppress",
	[VD_EVENT_UNSUPPRESS] = "unsuppress",
	[VD_EVENT_TOPIC] = "topic",
	[VD_EVENT_SHOWN] = "shown",
	[VD_EVENT_EDITED] = "edited",
};

static const char *const fact_names[VD_FACT_N] = {
	[VD_FACT_OPENED] = "opened",
	[VD_FACT_REOPENED] = "reopened",
	[VD_FACT_TARGET_ARMED] = "target armed",
	[VD_FACT_TARGET_MET] = "target met",
	[VD_FACT_TARGET_BREACHED] = "target breached",
	[VD_FACT_TARGET_MET_SEEN_LATE] = "target met, seen late",
	[VD_FACT_TARGET_CANCELLED] = "target cancelled",
	[VD_FACT_TARGET_FAULT] = "target fault",
	[VD_FACT_ALARM] = "alarm",
	[VD_FACT_CLAIMED] = "claimed",
	[VD_FACT_RELEASED] = "released",
	[VD_FACT_RESOLVED] = "resolved",
	[VD_FACT_WITHDRAWN] = "withdrawn",
	[VD_FACT_PAUSED] = "paused",
	[VD_FACT_PAUSE_ENDED] = "pause ended",
	[VD_FACT_OFFERED] = "offered",
	[VD_FACT_HANDED_OVER] = "handed over",
	[VD_FACT_OFFER_ENDED] = "offer ended",
	[VD_FACT_LOOSENED] = "loosened",
	[VD_FACT_MERGED] = "merged",
	[VD_FACT_SPLIT] = "split",
	[VD_FACT_ESCALATED] = "escalated",
};

const char *vd_event_name(enum vd_event_kind kind)
{
	return (unsigned)kind < VD_EVENT_N ? event_names[kind] : "?";
}

const char *vd_fact_name(enum vd_fact_kind kind)
{
	return (unsigned)kind < VD_FACT_N ? fact_names[kind] : "?";
}

static bool is_set(struct vd_wall t)
{
	return vd_wall_is_set(t);
}

void vd_step_note(struct vd_step *s, enum vd_fact_kind kind, struct vd_wall at)
{
	vd_effects_add(s->out, (struct vd_fact){ .kind = kind, .target = VD_TARGET_N, .at = at });
}

bool vd_step_has_reason(const struct vd_step *s)
{
	return vd_span_trim(s->event->reason).n > 0;
}

bool vd_step_is_waiting(const struct vd_conversation *c)
{
	return is_set(c->waiting_since) || c->targets[VD_TARGET_FIRST].is_running ||
	       c->targets[VD_TARGET_NEXT].is_running;
}

void vd_step_release(struct vd_step *s)
{
	if (s->c->claimed_by != 0) {
		s->c->claimed_by = 0;
		s->c->claimed_at = (struct vd_wall){ 0 };
		s->c->claim_until = (struct vd_wall){ 0 };
		vd_step_note(s, VD_FACT_RELEASED, s->env->now);
	}
}

// R15, R16.
static enum vd_turn_kind turn_kind(const struct vd_message *m)
{
	if (m->direction == VD_DIRECTION_IN) {
		return VD_TURN_IN;
	}
	switch (m->kind) {
	case VD_REPLY_DEFLECTION:
	case VD_REPLY_HOLDING:
		return VD_TURN_HOLDING;
	case VD_REPLY_AUTOMATIC:
		return VD_TURN_MISSING;
	case VD_REPLY_QUESTION:
		return VD_TURN_QUESTION;
	case VD_REPLY_NONE: // written elsewhere: an answer until a person says otherwise
	case VD_REPLY_ANSWER:
	case VD_REPLY_N:
		break;
	}
	return VD_TURN_ANSWER;
}

void vd_step_take_line(struct vd_conversation *c, struct vd_span text)
{
	struct vd_span rest = vd_span_trim(text);
	struct vd_span line = vd_span_cut(&rest, '\n');
	vd_utf8_sanitise(line, c->first_line, sizeof(c->first_line), NULL);
}

// R36: the case goes on; but a message that came late and was answered before the end opens
// nothing.
static void reopen(struct vd_step *s, struct vd_wall at)
{
	struct vd_conversation *c = s->c;
	struct vd_tally tally = vd_turns_walk(s->env, c);
	if (is_set(tally.pauses.since) && !tally.pauses.is_asked) {
		return;
	}
	c->ended = (struct vd_wall){ 0 };
	c->state = VD_CONVERSATION_OPEN;
	vd_step_note(s, VD_FACT_REOPENED, at);
}

void vd_step_end(struct vd_step *s, enum vd_conversation_state state, struct vd_wall at)
{
	struct vd_conversation *c = s->c;
	bool is_resolved = state == VD_CONVERSATION_RESOLVED;
	c->state = state;
	c->ended = at;
	c->offer = (struct vd_offer){ 0 };
	vd_step_note(s, is_resolved ? VD_FACT_RESOLVED : VD_FACT_WITHDRAWN, at);
	vd_step_release(s);
	for (int i = 0; i < VD_SIDE_N; i++) {
		vd_watch_side(s->env, c, (enum vd_side_kind)i, false, s->out);
	}
}

// A network's clock may be ahead of ours (R12): what a person says of a case comes after all that
// was known of it.
struct vd_wall vd_step_add_turn(struct vd_step *s, enum vd_turn_kind kind)
{
	const struct vd_conversation *c = s->c;
	struct vd_wall at = s->env->now;
	if (c->n_turns > 0 && c->turns[c->n_turns - 1].at.us > at.us) {
		at = c->turns[c->n_turns - 1].at;
	}
	vd_turns_add(s->env, s->c, (struct vd_turn){ .kind = kind, .at = at });
	return at;
}

// R36: an answer turned up that came before the end: what reopened the case was answered by then.
static void close_again(struct vd_step *s)
{
	struct vd_conversation *c = s->c;
	struct vd_tally tally = vd_turns_walk(s->env, c);
	if (!is_set(tally.pauses.since) || tally.pauses.is_asked) {
		return;
	}
	for (uint8_t i = c->n_turns; i > 0; i--) {
		const struct vd_turn *turn = &c->turns[i - 1];
		bool is_resolved = turn->kind == VD_TURN_RESOLVED;
		if ((is_resolved || turn->kind == VD_TURN_WITHDRAWN) && !turn->is_partial) {
			vd_step_end(s,
				    is_resolved ? VD_CONVERSATION_RESOLVED
						: VD_CONVERSATION_WITHDRAWN,
				    turn->at);
			return;
		}
	}
}

static void count_message(struct vd_conversation *c, const struct vd_message *m, struct vd_wall at)
{
	if (m->direction == VD_DIRECTION_OUT) {
		c->n_out++;
	} else {
		c->n_in++;
		if (at.us >= c->last_in.us) {
			c->last_account = m->account;
		}
	}
	if (m->visibility == VD_VISIBILITY_PRIVATE) {
		c->visibility = VD_VISIBILITY_PRIVATE;
	}
}

static bool has_window(const struct vd_step *s, const struct vd_message *m)
{
	const struct vd_rulebook *book = s->env->book;
	return book != NULL && m->account < book->n_accounts &&
	       vd_window_is_limited(book->accounts[m->account].network, m->visibility);
}

static enum vd_err on_message(struct vd_step *s)
{
	const struct vd_message *m = s->event->message;
	if (m == NULL || !is_set(vd_message_stamp(m))) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT,
				   "a message without a stamp can't be counted");
	}
	struct vd_wall at = vd_message_stamp(m);
	enum vd_turn_kind kind = turn_kind(m);
	count_message(s->c, m, at);
	if (kind == VD_TURN_MISSING || m->is_deleted) {
		return VD_OK;
	}
	struct vd_turn turn = { .kind = kind, .at = at };
	if (kind == VD_TURN_HOLDING) {
		turn.announced = m->announced;
	}
	turn.has_window = kind == VD_TURN_IN && has_window(s, m);
	vd_turns_add(s->env, s->c, turn);
	if (kind == VD_TURN_IN && s->c->state != VD_CONVERSATION_OPEN) {
		reopen(s, at);
	}
	// R35: words reach the customer again, if they left after the refusal.
	if (kind != VD_TURN_IN && at.us > s->c->side[VD_SIDE_BLOCKED].since.us) {
		vd_watch_side(s->env, s->c, VD_SIDE_BLOCKED, false, s->out);
	}
	if (kind != VD_TURN_IN && s->c->state == VD_CONVERSATION_OPEN) {
		close_again(s);
	}
	return VD_OK;
}

static enum vd_err on_tick(struct vd_step *s)
{
	(void)s; // leases and targets follow in settle()
	return VD_OK;
}

// R38: the wait ends when we notice.
static enum vd_err on_deleted(struct vd_step *s)
{
	struct vd_conversation *c = s->c;
	const struct vd_message *m = s->event->message;
	if (!vd_step_is_waiting(c) || (m != NULL && !vd_turns_mark_gone(c, vd_message_stamp(m)))) {
		return VD_OK; // answered already, or others still wait: no clock moves
	}
	if (!is_set(c->first_reply) && c->state == VD_CONVERSATION_OPEN) {
		struct vd_wall at = vd_step_add_turn(s, VD_TURN_WITHDRAWN);
		vd_step_end(s, VD_CONVERSATION_WITHDRAWN, at);
	} else { // the case goes on, and nothing else stops (R24)
		vd_step_note(s, VD_FACT_WITHDRAWN, vd_step_add_turn(s, VD_TURN_CLOSED));
	}
	return VD_OK;
}

// R35: the clock runs on; a person must find another way.
static enum vd_err on_blocked(struct vd_step *s)
{
	vd_watch_side(s->env, s->c, VD_SIDE_BLOCKED, s->c->state == VD_CONVERSATION_OPEN, s->out);
	return VD_OK;
}

// R11: a fact about us; it satisfies nothing (R15).
static enum vd_err on_shown(struct vd_step *s)
{
	s->c->shown = s->c->last_in;
	return VD_OK;
}

// Words are no state. But thanks that became a question are no longer all that is unanswered (R37).
static enum vd_err on_edited(struct vd_step *s)
{
	const struct vd_message *m = s->event->message;
	if (m != NULL && m->direction == VD_DIRECTION_IN &&
	    vd_message_stamp(m).us == s->c->last_in.us) {
		s->c->is_thanks = m->is_thanks;
	}
	return VD_OK;
}

static void forget_leg(struct vd_step *s, enum vd_target_kind kind, struct vd_wall idle_from)
{
	struct vd_target *t = &s->c->targets[kind];
	bool is_under_way = t->is_running || t->state == VD_TARGET_FAULT;
	struct vd_wall from = is_under_way ? t->from : idle_from;
	if (is_set(from) && !(t->is_running && t->state == VD_TARGET_BREACHED)) {
		vd_turns_forget_due(s->env, s->c, kind, from);
		t->due = (struct vd_wall){ 0 }; // the thresholds too
	}
}

static void forget_single(struct vd_target *t)
{
	if (t->state == VD_TARGET_FAULT || (t->is_running && t->state == VD_TARGET_ARMED)) {
		t->due = (struct vd_wall){ 0 };
	}
}

void vd_step_forget_dues(struct vd_step *s)
{
	struct vd_conversation *c = s->c;
	// Where none runs, the policy may have had none until now.
	bool is_cadence_off = c->targets[VD_TARGET_CADENCE].state == VD_TARGET_OFF;
	forget_leg(s, VD_TARGET_NEXT, c->waiting_since);
	forget_leg(s, VD_TARGET_CADENCE, is_cadence_off ? c->last_out : (struct vd_wall){ 0 });
	forget_single(&c->targets[VD_TARGET_FIRST]);
	forget_single(&c->targets[VD_TARGET_RESOLUTION]);
	forget_single(&c->targets[VD_TARGET_CEILING]);
}

// R40: what was judged, and what was declared breached, stays.
static enum vd_err on_rules(struct vd_step *s)
{
	s->c->policy_version = s->env->policy->version;
	s->c->calendar_version = s->env->calendar->version;
	vd_step_forget_dues(s);
	return VD_OK;
}

typedef enum vd_err (*handler)(struct vd_step *s);

static const handler handlers[VD_EVENT_N] = {
	[VD_EVENT_MESSAGE] = on_message,
	[VD_EVENT_TICK] = on_tick,
	[VD_EVENT_ACK] = vd_on_ack,
	[VD_EVENT_CLAIM] = vd_on_claim,
	[VD_EVENT_RELEASE] = vd_on_release,
	[VD_EVENT_RESOLVE] = vd_on_resolve,
	[VD_EVENT_NO_REPLY_NEEDED] = vd_on_no_reply_needed,
	[VD_EVENT_RESET] = vd_on_reset,
	[VD_EVENT_SHELVE] = vd_on_shelve,
	[VD_EVENT_UNSHELVE] = vd_on_unshelve,
	[VD_EVENT_DELETED] = on_deleted,
	[VD_EVENT_RULES] = on_rules,
	[VD_EVENT_RESUME] = vd_on_resume,
	[VD_EVENT_KEEP_PAUSE] = vd_on_keep_pause,
	[VD_EVENT_OFFER] = vd_on_offer,
	[VD_EVENT_ACCEPT] = vd_on_accept,
	[VD_EVENT_DECLINE] = vd_on_decline,
	[VD_EVENT_LOOSEN] = vd_on_loosen,
	[VD_EVENT_MERGE] = vd_on_merge,
	[VD_EVENT_SPLIT] = vd_on_split,
	[VD_EVENT_BLOCKED] = on_blocked,
	[VD_EVENT_SUPPRESS] = vd_on_suppress,
	[VD_EVENT_UNSUPPRESS] = vd_on_unsuppress,
	[VD_EVENT_TOPIC] = vd_on_topic,
	[VD_EVENT_SHOWN] = on_shown,
	[VD_EVENT_EDITED] = on_edited,
};

static void end_lease(struct vd_step *s, struct vd_alarm *alarm)
{
	if (!is_set(alarm->until) || alarm->until.us > s->env->now.us) {
		return;
	}
	bool is_shelved = alarm->state == VD_ALARM_SHELVED;
	enum vd_alarm_event event = is_shelved ? VD_ALARM_EV_UNSHELVE : VD_ALARM_EV_LEASE_END;
	struct vd_wall none = { 0 };
	// No cell refuses these two; the table's test says so.
	(void)!vd_judge_step_alarm(s->env, s->c, alarm, event, none, s->out);
	alarm->until = none;
}

static void end_leases(struct vd_step *s)
{
	struct vd_conversation *c = s->c;
	if (c->claimed_by != 0 && c->claim_until.us <= s->env->now.us) {
		vd_step_release(s);
	}
	end_lease(s, &c->alarm);
	for (int i = 0; i < VD_SIDE_N; i++) {
		end_lease(s, &c->side[i]);
	}
}

// What follows from every event: leases that ran out, targets, alarm, the line that is shown.
static void settle(struct vd_step *s)
{
	end_leases(s);
	vd_judge(s->env, s->c, s->before, s->out);
	const struct vd_message *m = s->event->message;
	if (s->event->kind != VD_EVENT_MESSAGE || m->direction != VD_DIRECTION_IN) {
		return;
	}
	struct vd_wall at = vd_message_stamp(m);
	if (m->text.n > 0 && at.us == s->c->waiting_since.us) {
		vd_step_take_line(s->c, m->text);
	}
	if (at.us == s->c->last_in.us) {
		s->c->is_thanks = m->is_thanks;
	}
}

static struct vd_step make_step(const struct vd_engine_env *env, struct vd_conversation *c,
				const struct vd_event *event, struct vd_effects *out,
				struct vd_diag *diag)
{
	struct vd_step s = { env, c, event, out, diag, *env, { { 0 } } };
	if (!vd_hours_are_good(&env->hours, env->now)) {
		vd_hours_at(env->policy, env->calendar, env->now, &s.own.hours);
	}
	memset(out, 0, sizeof(*out));
	return s;
}

// R39: what was merged away is judged no more: it has no turns to be judged by.
static enum vd_err refuse_merged(struct vd_step *s)
{
	if (s->event->kind == VD_EVENT_TICK || s->event->kind == VD_EVENT_RULES) {
		return VD_OK;
	}
	return vd_diag_set(s->diag, VD_ERR_STATE, "the case goes on in another one");
}

enum vd_err vd_engine_step(const struct vd_engine_env *env, struct vd_conversation *c,
			   const struct vd_event *event, struct vd_effects *out,
			   struct vd_diag *diag)
{
	struct vd_step s = make_step(env, c, event, out, diag);
	s.env = &s.own;
	if ((unsigned)event->kind >= VD_EVENT_N || handlers[event->kind] == NULL) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "no such event: %d", (int)event->kind);
	}
	if (c->state == VD_CONVERSATION_MERGED) {
		return refuse_merged(&s);
	}
	memcpy(s.before, c->targets, sizeof(s.before));
	enum vd_err err = handlers[event->kind](&s);
	if (err == VD_OK) {
		settle(&s);
	}
	return err;
}

static void fill(const struct vd_engine_env *env, const struct vd_message *m, uint16_t brand,
		 struct vd_conversation *c)
{
	uint64_t id = c->id;
	memset(c, 0, sizeof(*c));
	c->id = id;
	c->brand = brand;
	c->account = m->account;
	c->last_account = m->account;
	c->fetched = m->fetched;
	c->policy_version = env->policy->version;
	c->calendar_version = env->calendar->version;
	memcpy(c->customer_id, m->author_id, sizeof(c->customer_id));
	memcpy(c->customer_handle, m->author_handle, sizeof(c->customer_handle));
	c->n_custody = 1;
	c->custody[0] = (struct vd_custody){ .account = m->account, .from = vd_message_stamp(m) };
	vd_conversation_init_alarms(c);
}

enum vd_err vd_engine_open(const struct vd_engine_env *env, const struct vd_message *message,
			   uint16_t brand, struct vd_conversation *c, struct vd_effects *out,
			   struct vd_diag *diag)
{
	struct vd_event event = { .kind = VD_EVENT_MESSAGE, .message = message };
	struct vd_step s = make_step(env, c, &event, out, diag);
	s.env = &s.own;
	if (message->direction != VD_DIRECTION_IN || message->is_deleted) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "only a customer's message opens a conversation");
	}
	if (!is_set(vd_message_stamp(message))) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "a message without a stamp can't be counted");
	}
	fill(env, message, brand, c);
	vd_step_note(&s, VD_FACT_OPENED, vd_message_stamp(message));
	enum vd_err err = on_message(&s);
	if (err == VD_OK) {
		settle(&s);
	}
	return err;
}
