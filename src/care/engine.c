// SPDX-License-Identifier: MIT
#include "care/engine.h"

#include <string.h>

#include "base/utf8.h"
#include "care/engine_judge.h"
#include "care/engine_turns.h"
#include "care/sla.h"

/** One step under way. */
struct step {
	const struct vd_engine_env *env;
	struct vd_conversation *c;
	const struct vd_event *event;
	struct vd_effects *out;
	struct vd_diag *diag;
};

static const char *const event_names[VD_EVENT_N] = {
	[VD_EVENT_MISSING] = "missing",   [VD_EVENT_MESSAGE] = "message",
	[VD_EVENT_TICK] = "tick",         [VD_EVENT_ACK] = "ack",
	[VD_EVENT_CLAIM] = "claim",       [VD_EVENT_RELEASE] = "release",
	[VD_EVENT_RESOLVE] = "resolve",   [VD_EVENT_NO_REPLY_NEEDED] = "no reply needed",
	[VD_EVENT_RESET] = "reset",       [VD_EVENT_SHELVE] = "shelve",
	[VD_EVENT_UNSHELVE] = "unshelve", [VD_EVENT_DELETED] = "deleted",
	[VD_EVENT_RULES] = "rules",
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

static void note(struct step *s, enum vd_fact_kind kind, struct vd_wall at)
{
	vd_effects_add(s->out, (struct vd_fact){ .kind = kind, .target = VD_TARGET_N, .at = at });
}

static bool has_reason(const struct vd_event *event)
{
	return vd_span_trim(event->reason).n > 0;
}

static bool is_waiting(const struct vd_conversation *c)
{
	return is_set(c->waiting_since) || c->targets[VD_TARGET_FIRST].is_running ||
	       c->targets[VD_TARGET_NEXT].is_running;
}

static void release(struct step *s)
{
	if (s->c->claimed_by != 0) {
		s->c->claimed_by = 0;
		s->c->claimed_at = (struct vd_wall){ 0 };
		s->c->claim_until = (struct vd_wall){ 0 };
		note(s, VD_FACT_RELEASED, s->env->now);
	}
}

static bool is_claim_running(const struct step *s)
{
	return s->c->claimed_by != 0 && s->c->claim_until.us > s->env->now.us;
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
	case VD_REPLY_NONE: // written elsewhere: an answer until a person says otherwise
	case VD_REPLY_ANSWER:
	case VD_REPLY_QUESTION:
	case VD_REPLY_N:
		break;
	}
	return VD_TURN_USEFUL;
}

static void take_line(struct vd_conversation *c, struct vd_span text)
{
	struct vd_span rest = vd_span_trim(text);
	struct vd_span line = vd_span_cut(&rest, '\n');
	vd_utf8_sanitise(line, c->first_line, sizeof(c->first_line), NULL);
}

// R36: the case goes on; a message from before the end that came late was not seen by whoever
// ended it.
static void reopen(struct step *s, struct vd_wall at)
{
	struct vd_conversation *c = s->c;
	c->resumed = at.us > c->ended.us ? at : c->ended;
	c->ended = (struct vd_wall){ 0 };
	c->state = VD_CONVERSATION_OPEN;
	note(s, VD_FACT_REOPENED, at);
}

static void end(struct step *s, enum vd_conversation_state state, enum vd_fact_kind fact)
{
	struct vd_conversation *c = s->c;
	struct vd_wall from = is_set(c->resumed) ? c->resumed : c->opened;
	c->resolution_used_s += vd_sla_open_s(s->env->calendar, from, s->env->now);
	c->state = state;
	c->ended = s->env->now;
	note(s, fact, s->env->now);
	release(s);
}

static void add_turn(struct step *s, enum vd_turn_kind kind, struct vd_wall at,
		     struct vd_wall announced)
{
	struct vd_turn turn = { .kind = kind, .at = at, .announced = announced };
	vd_turns_add(s->env, s->c, turn);
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

static enum vd_err on_message(struct step *s)
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
	if (kind == VD_TURN_IN && s->c->state != VD_CONVERSATION_OPEN) {
		reopen(s, at);
	}
	add_turn(s, kind, at, kind == VD_TURN_HOLDING ? m->announced : (struct vd_wall){ 0 });
	return VD_OK;
}

static enum vd_err on_tick(struct step *s)
{
	(void)s; // leases and targets follow in settle()
	return VD_OK;
}

static enum vd_err on_ack(struct step *s)
{
	int64_t lease_s = s->env->policy->ack_lease_s;
	struct vd_wall until = { 0 };
	if (lease_s > 0) {
		until = vd_wall_add(s->env->now, vd_dur_s(lease_s));
	}
	if (vd_judge_alarm_event(s->env, s->c, VD_ALARM_EV_ACK, until, s->out) != VD_OK) {
		return vd_diag_set(s->diag, VD_ERR_STATE,
				   "there is nothing to acknowledge: the alarm is %s",
				   vd_alarm_state_name(s->c->alarm.state));
	}
	return VD_OK;
}

static enum vd_err on_claim(struct step *s)
{
	struct vd_conversation *c = s->c;
	if (s->event->staff == 0) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT,
				   "a claim needs the name of who claims");
	}
	if (c->state != VD_CONVERSATION_OPEN) {
		return vd_diag_set(s->diag, VD_ERR_STATE,
				   "the conversation is %s, nobody needs to claim it",
				   vd_conversation_state_name(c->state));
	}
	if (is_claim_running(s) && c->claimed_by != s->event->staff) {
		return vd_diag_set(s->diag, VD_ERR_CONFLICT,
				   "somebody else has claimed the conversation");
	}
	if (!is_claim_running(s) || c->claimed_by != s->event->staff) {
		c->claimed_at = s->env->now;
	}
	c->claimed_by = s->event->staff;
	c->claim_until = vd_wall_add(s->env->now, vd_dur_s(s->env->policy->claim_lease_s));
	note(s, VD_FACT_CLAIMED, c->claim_until);
	return VD_OK;
}

static enum vd_err on_release(struct step *s)
{
	if (s->c->claimed_by == 0) {
		return vd_diag_set(s->diag, VD_ERR_STATE, "nobody has claimed the conversation");
	}
	if (is_claim_running(s) && s->c->claimed_by != s->event->staff) {
		return vd_diag_set(s->diag, VD_ERR_CONFLICT,
				   "somebody else has claimed the conversation");
	}
	release(s);
	return VD_OK;
}

static enum vd_err on_resolve(struct step *s)
{
	if (s->c->state != VD_CONVERSATION_OPEN) {
		return vd_diag_set(s->diag, VD_ERR_STATE, "the conversation is %s already",
				   vd_conversation_state_name(s->c->state));
	}
	if (is_waiting(s->c) && (!has_reason(s->event) || s->event->staff == 0)) {
		return vd_diag_set(
			s->diag, VD_ERR_STATE,
			"the customer still waits: reply first, or give a reason and a name");
	}
	add_turn(s, VD_TURN_RESOLVED, s->env->now, (struct vd_wall){ 0 });
	end(s, VD_CONVERSATION_RESOLVED, VD_FACT_RESOLVED);
	return VD_OK;
}

// R37.
static enum vd_err on_no_reply_needed(struct step *s)
{
	if (!has_reason(s->event) || s->event->staff == 0) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT,
				   "closing without a reply needs a reason and a name");
	}
	if (!is_waiting(s->c)) {
		return vd_diag_set(s->diag, VD_ERR_STATE, "nobody waits for a reply");
	}
	add_turn(s, VD_TURN_CLOSED, s->env->now, (struct vd_wall){ 0 });
	return VD_OK;
}

static bool is_breach_running(const struct vd_conversation *c)
{
	for (int i = 0; i < VD_TARGET_N; i++) {
		if (c->targets[i].is_running && c->targets[i].state == VD_TARGET_BREACHED) {
			return true;
		}
	}
	return false;
}

static enum vd_err on_reset(struct step *s)
{
	struct vd_conversation *c = s->c;
	if (!has_reason(s->event)) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT,
				   "a breach is put away with a reason only");
	}
	if (c->alarm.state != VD_ALARM_LATCHED) {
		return vd_diag_set(s->diag, VD_ERR_STATE,
				   "there is no breach to put away: the alarm is %s",
				   vd_alarm_state_name(c->alarm.state));
	}
	if (is_breach_running(c)) {
		return vd_diag_set(s->diag, VD_ERR_STATE,
				   "the breach still goes on: end the wait first");
	}
	c->breaches_reset = c->breaches_known;
	c->alarm.severity = c->alarm.condition;
	return vd_judge_alarm_event(s->env, c, VD_ALARM_EV_RESET, (struct vd_wall){ 0 }, s->out);
}

static void bound(struct vd_wall *until, struct vd_wall by)
{
	if (is_set(by) && by.us < until->us) {
		*until = by;
	}
}

// Never past closing, nor past the deadline.
static struct vd_wall shelf_end(const struct step *s)
{
	const struct vd_calendar *calendar = s->env->calendar;
	int64_t now_s = vd_wall_to_s(s->env->now);
	struct vd_wall until =
		vd_sla_add_open(calendar, s->env->now, INT64_C(60) * s->event->minutes);
	int64_t closing_s = vd_calendar_next_change(calendar, now_s);
	if (closing_s != VD_CALENDAR_NEVER) {
		bound(&until, vd_wall_s(closing_s));
	}
	enum vd_target_kind board = vd_conversation_board_target(s->c);
	if (board != VD_TARGET_N) {
		bound(&until, s->c->targets[board].due);
	}
	return until;
}

static enum vd_err on_shelve(struct step *s)
{
	if (s->event->minutes <= 0 || !has_reason(s->event)) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT,
				   "shelving needs a number of minutes and a reason");
	}
	if (!vd_calendar_is_open(s->env->calendar, vd_wall_to_s(s->env->now))) {
		return vd_diag_set(s->diag, VD_ERR_STATE,
				   "nothing can be shelved while the service is closed");
	}
	struct vd_wall until = shelf_end(s);
	if (until.us <= s->env->now.us ||
	    vd_judge_alarm_event(s->env, s->c, VD_ALARM_EV_SHELVE, until, s->out) != VD_OK) {
		return vd_diag_set(s->diag, VD_ERR_STATE, "the alarm is %s and can't be shelved",
				   vd_alarm_state_name(s->c->alarm.state));
	}
	return VD_OK;
}

static enum vd_err on_unshelve(struct step *s)
{
	if (vd_judge_alarm_event(s->env, s->c, VD_ALARM_EV_UNSHELVE, (struct vd_wall){ 0 },
				 s->out) != VD_OK) {
		return vd_diag_set(s->diag, VD_ERR_STATE, "the alarm is not shelved, it is %s",
				   vd_alarm_state_name(s->c->alarm.state));
	}
	return VD_OK;
}

// R38: the wait ends when we notice.
static enum vd_err on_deleted(struct step *s)
{
	struct vd_conversation *c = s->c;
	const struct vd_message *m = s->event->message;
	if (!is_waiting(c) || (m != NULL && !vd_turns_mark_gone(c, vd_message_stamp(m)))) {
		return VD_OK; // answered already, or others still wait: no clock moves
	}
	add_turn(s, VD_TURN_WITHDRAWN, s->env->now, (struct vd_wall){ 0 });
	if (!is_set(c->first_reply) && c->state == VD_CONVERSATION_OPEN) {
		end(s, VD_CONVERSATION_WITHDRAWN, VD_FACT_WITHDRAWN);
	} else {
		note(s, VD_FACT_WITHDRAWN, s->env->now);
	}
	return VD_OK;
}

static void forget_leg(struct step *s, enum vd_target_kind kind, struct vd_wall idle_from)
{
	const struct vd_target *t = &s->c->targets[kind];
	bool is_under_way = t->is_running || t->state == VD_TARGET_FAULT;
	struct vd_wall from = is_under_way ? t->from : idle_from;
	if (is_set(from) && !(t->is_running && t->state == VD_TARGET_BREACHED)) {
		vd_turns_forget_due(s->env, s->c, kind, from);
	}
}

static void forget_single(struct vd_target *t)
{
	if (t->state == VD_TARGET_FAULT || (t->is_running && t->state == VD_TARGET_ARMED)) {
		t->due = (struct vd_wall){ 0 };
	}
}

// R40: what is under way is computed again; what was judged, and what was declared breached, stays.
static enum vd_err on_rules(struct step *s)
{
	struct vd_conversation *c = s->c;
	c->policy_version = s->env->policy->version;
	c->calendar_version = s->env->calendar->version;
	// Where none runs, the policy may have had none until now.
	bool is_cadence_off = c->targets[VD_TARGET_CADENCE].state == VD_TARGET_OFF;
	forget_leg(s, VD_TARGET_NEXT, c->waiting_since);
	forget_leg(s, VD_TARGET_CADENCE, is_cadence_off ? c->last_out : (struct vd_wall){ 0 });
	forget_single(&c->targets[VD_TARGET_FIRST]);
	forget_single(&c->targets[VD_TARGET_RESOLUTION]);
	forget_single(&c->targets[VD_TARGET_CEILING]);
	return VD_OK;
}

typedef enum vd_err (*handler)(struct step *s);

static const handler handlers[VD_EVENT_N] = {
	[VD_EVENT_MESSAGE] = on_message,
	[VD_EVENT_TICK] = on_tick,
	[VD_EVENT_ACK] = on_ack,
	[VD_EVENT_CLAIM] = on_claim,
	[VD_EVENT_RELEASE] = on_release,
	[VD_EVENT_RESOLVE] = on_resolve,
	[VD_EVENT_NO_REPLY_NEEDED] = on_no_reply_needed,
	[VD_EVENT_RESET] = on_reset,
	[VD_EVENT_SHELVE] = on_shelve,
	[VD_EVENT_UNSHELVE] = on_unshelve,
	[VD_EVENT_DELETED] = on_deleted,
	[VD_EVENT_RULES] = on_rules,
};

static void end_leases(struct step *s)
{
	struct vd_conversation *c = s->c;
	if (c->claimed_by != 0 && !is_claim_running(s)) {
		release(s);
	}
	if (!is_set(c->alarm.until) || c->alarm.until.us > s->env->now.us) {
		return;
	}
	bool is_shelved = c->alarm.state == VD_ALARM_SHELVED;
	enum vd_alarm_event event = is_shelved ? VD_ALARM_EV_UNSHELVE : VD_ALARM_EV_LEASE_END;
	if (vd_judge_alarm_event(s->env, c, event, (struct vd_wall){ 0 }, s->out) != VD_OK) {
		c->alarm.until =
			(struct vd_wall){ 0 }; // no cell refuses these; the table's test says so
	}
}

// What follows from every event: leases that ran out, targets, alarm, the line that is shown.
static void settle(struct step *s)
{
	end_leases(s);
	vd_judge(s->env, s->c, s->out);
	const struct vd_message *m = s->event->message;
	if (s->event->kind == VD_EVENT_MESSAGE && m->direction == VD_DIRECTION_IN &&
	    m->text.n > 0 && vd_message_stamp(m).us == s->c->waiting_since.us) {
		take_line(s->c, m->text);
	}
}

enum vd_err vd_engine_step(const struct vd_engine_env *env, struct vd_conversation *c,
			   const struct vd_event *event, struct vd_effects *out,
			   struct vd_diag *diag)
{
	memset(out, 0, sizeof(*out));
	if ((unsigned)event->kind >= VD_EVENT_N || handlers[event->kind] == NULL) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "no such event: %d", (int)event->kind);
	}
	struct step s = { env, c, event, out, diag };
	enum vd_err err = handlers[event->kind](&s);
	if (err != VD_OK) {
		return err;
	}
	settle(&s);
	return VD_OK;
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
	vd_alarm_init(&c->alarm, VD_ALARM_TARGET);
}

enum vd_err vd_engine_open(const struct vd_engine_env *env, const struct vd_message *message,
			   uint16_t brand, struct vd_conversation *c, struct vd_effects *out,
			   struct vd_diag *diag)
{
	memset(out, 0, sizeof(*out));
	if (message->direction != VD_DIRECTION_IN || message->is_deleted) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "only a customer's message opens a conversation");
	}
	if (!is_set(vd_message_stamp(message))) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "a message without a stamp can't be counted");
	}
	fill(env, message, brand, c);
	struct vd_event event = { .kind = VD_EVENT_MESSAGE, .message = message };
	struct step s = { env, c, &event, out, diag };
	note(&s, VD_FACT_OPENED, vd_message_stamp(message));
	enum vd_err err = on_message(&s);
	if (err == VD_OK) {
		settle(&s);
	}
	return err;
}
