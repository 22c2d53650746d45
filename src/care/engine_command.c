// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/utf8.h"
#include "care/engine_step.h"
#include "care/engine_watch.h"

static bool is_claim_running(const struct vd_step *s)
{
	return s->c->claimed_by != 0 && s->c->claim_until.us > s->env->now.us;
}

enum vd_err vd_on_claim(struct vd_step *s)
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
	vd_step_note(s, VD_FACT_CLAIMED, c->claim_until);
	return VD_OK;
}

enum vd_err vd_on_release(struct vd_step *s)
{
	if (s->c->claimed_by == 0) {
		return vd_diag_set(s->diag, VD_ERR_STATE, "nobody has claimed the conversation");
	}
	if (is_claim_running(s) && s->c->claimed_by != s->event->staff) {
		return vd_diag_set(s->diag, VD_ERR_CONFLICT,
				   "somebody else has claimed the conversation");
	}
	vd_step_release(s);
	return VD_OK;
}

enum vd_err vd_on_resolve(struct vd_step *s)
{
	if (s->c->state != VD_CONVERSATION_OPEN) {
		return vd_diag_set(s->diag, VD_ERR_STATE, "the conversation is %s already",
				   vd_conversation_state_name(s->c->state));
	}
	if (vd_step_is_waiting(s->c) && (!vd_step_has_reason(s) || s->event->staff == 0)) {
		return vd_diag_set(
			s->diag, VD_ERR_STATE,
			"the customer still waits: reply first, or give a reason and a name");
	}
	vd_step_end(s, VD_CONVERSATION_RESOLVED, vd_step_add_turn(s, VD_TURN_RESOLVED));
	return VD_OK;
}

// R37.
enum vd_err vd_on_no_reply_needed(struct vd_step *s)
{
	if (!vd_step_has_reason(s) || s->event->staff == 0) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT,
				   "closing without a reply needs a reason and a name");
	}
	if (!vd_step_is_waiting(s->c)) {
		return vd_diag_set(s->diag, VD_ERR_STATE, "nobody waits for a reply");
	}
	(void)vd_step_add_turn(s, VD_TURN_CLOSED);
	return VD_OK;
}

static enum vd_err refuse_not_paused(struct vd_step *s)
{
	return vd_diag_set(s->diag, VD_ERR_STATE,
			   "no pause runs: the case does not wait for the customer");
}

// R24.
enum vd_err vd_on_resume(struct vd_step *s)
{
	if (s->event->staff == 0) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT,
				   "ending a pause needs the name of who ends it");
	}
	if (!vd_wall_is_set(s->c->paused_since)) {
		return refuse_not_paused(s);
	}
	(void)vd_step_add_turn(s, VD_TURN_RESUMED);
	return VD_OK;
}

// R26.
enum vd_err vd_on_keep_pause(struct vd_step *s)
{
	if (!vd_step_has_reason(s) || s->event->staff == 0) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT,
				   "a pause goes on with a reason and a name only");
	}
	if (!vd_wall_is_set(s->c->paused_since)) {
		return refuse_not_paused(s);
	}
	s->c->pause_asks = vd_watch_pause_asks(s->env, s->env->now);
	return VD_OK;
}

enum vd_err vd_on_topic(struct vd_step *s)
{
	struct vd_span topic = vd_span_trim(s->event->reason);
	if (topic.n >= sizeof(s->c->topic)) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT, "a topic has %zu characters at most",
				   sizeof(s->c->topic) - 1);
	}
	memset(s->c->topic, 0, sizeof(s->c->topic));
	(void)vd_utf8_sanitise(topic, s->c->topic, sizeof(s->c->topic), NULL);
	return VD_OK;
}
