// SPDX-License-Identifier: MIT
#include "care/engine_judge.h"
#include "care/engine_step.h"
#include "care/engine_watch.h"
#include "care/sla.h"

static bool is_set(struct vd_wall t)
{
	return vd_wall_is_set(t);
}

// Whoever sees the case sees all that it is signalled for. That an offer came back needs no more
// than to be seen.
static bool see_sides(struct vd_step *s, struct vd_wall until)
{
	bool is_any = false;
	for (int i = 0; i < VD_SIDE_N; i++) {
		struct vd_alarm *side = &s->c->side[i];
		bool is_shown = vd_alarm_is_shown(side);
		is_any = (is_shown && vd_judge_step_alarm(s->env, s->c, side, VD_ALARM_EV_ACK,
							  until, s->out) == VD_OK) ||
			 is_any;
	}
	if (s->c->side[VD_SIDE_RETURNED].state == VD_ALARM_ACKED) {
		vd_watch_side(s->env, s->c, VD_SIDE_RETURNED, false, s->out);
	}
	return is_any;
}

enum vd_err vd_on_ack(struct vd_step *s)
{
	int64_t lease_s = s->env->policy->ack_lease_s;
	struct vd_wall until = { 0 };
	if (lease_s > 0) {
		until = vd_wall_add(s->env->now, vd_dur_s(lease_s));
	}
	bool is_any_seen = see_sides(s, until);
	if (vd_judge_alarm_event(s->env, s->c, VD_ALARM_EV_ACK, until, s->out) != VD_OK &&
	    !is_any_seen) {
		return vd_diag_set(s->diag, VD_ERR_STATE,
				   "there is nothing to acknowledge: the alarm is %s",
				   vd_alarm_state_name(s->c->alarm.state));
	}
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

enum vd_err vd_on_reset(struct vd_step *s)
{
	struct vd_conversation *c = s->c;
	if (!vd_step_has_reason(s)) {
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
static struct vd_wall shelf_end(const struct vd_step *s)
{
	const struct vd_calendar *calendar = s->env->calendar;
	int64_t now_s = vd_wall_to_s(s->env->now);
	struct vd_wall until =
		vd_sla_add_open(calendar, s->env->now, vd_dur_s(INT64_C(60) * s->event->minutes));
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

enum vd_err vd_on_shelve(struct vd_step *s)
{
	if (s->event->minutes <= 0 || !vd_step_has_reason(s)) {
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

enum vd_err vd_on_unshelve(struct vd_step *s)
{
	if (vd_judge_alarm_event(s->env, s->c, VD_ALARM_EV_UNSHELVE, (struct vd_wall){ 0 },
				 s->out) != VD_OK) {
		return vd_diag_set(s->diag, VD_ERR_STATE, "the alarm is not shelved, it is %s",
				   vd_alarm_state_name(s->c->alarm.state));
	}
	return VD_OK;
}

// Member of a declared incident: its clock runs on, nobody is told.
enum vd_err vd_on_suppress(struct vd_step *s)
{
	struct vd_conversation *c = s->c;
	if (s->event->incident == 0) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT, "an incident needs its number");
	}
	if (c->state != VD_CONVERSATION_OPEN) {
		return vd_diag_set(s->diag, VD_ERR_STATE,
				   "the conversation is %s and needs no incident",
				   vd_conversation_state_name(c->state));
	}
	c->incident = s->event->incident;
	c->parked_by |= VD_PARKED_INCIDENT;
	return VD_OK;
}

enum vd_err vd_on_unsuppress(struct vd_step *s)
{
	struct vd_conversation *c = s->c;
	if ((c->parked_by & VD_PARKED_INCIDENT) == 0) {
		return vd_diag_set(s->diag, VD_ERR_STATE, "it is no member of an incident");
	}
	c->incident = 0;
	// Opening hours have it until they say otherwise: what ends at night wakes nobody (R31).
	c->parked_by = VD_PARKED_HOURS;
	return VD_OK;
}
