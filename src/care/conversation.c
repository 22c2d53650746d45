// SPDX-License-Identifier: MIT
#include "care/conversation.h"

static const char *const state_names[VD_CONVERSATION_STATE_N] = {
	[VD_CONVERSATION_OPEN] = "open",
	[VD_CONVERSATION_RESOLVED] = "resolved",
	[VD_CONVERSATION_WITHDRAWN] = "withdrawn",
	[VD_CONVERSATION_MERGED] = "merged",
};

static const char *const target_state_names[VD_TARGET_STATE_N] = {
	[VD_TARGET_OFF] = "off",
	[VD_TARGET_ARMED] = "armed",
	[VD_TARGET_MET] = "met",
	[VD_TARGET_BREACHED] = "breached",
	[VD_TARGET_MET_SEEN_LATE] = "met, seen late",
	[VD_TARGET_CANCELLED] = "cancelled",
	[VD_TARGET_FAULT] = "fault",
	[VD_TARGET_PAUSED] = "paused",
};

static const char *const turn_names[VD_TURN_N] = {
	[VD_TURN_MISSING] = "missing",     [VD_TURN_IN] = "in",
	[VD_TURN_HOLDING] = "holding",     [VD_TURN_QUESTION] = "question",
	[VD_TURN_ANSWER] = "answer",       [VD_TURN_RESUMED] = "resumed",
	[VD_TURN_CLOSED] = "closed",       [VD_TURN_RESOLVED] = "resolved",
	[VD_TURN_WITHDRAWN] = "withdrawn",
};

static const char *const ladder_names[VD_LADDER_N] = {
	[VD_LADDER_LIGHT] = "light",
	[VD_LADDER_SOUND] = "sound",
	[VD_LADDER_SECOND] = "second level",
};

const char *vd_conversation_state_name(enum vd_conversation_state state)
{
	return (unsigned)state < VD_CONVERSATION_STATE_N ? state_names[state] : "?";
}

const char *vd_target_state_name(enum vd_target_state state)
{
	return (unsigned)state < VD_TARGET_STATE_N ? target_state_names[state] : "?";
}

const char *vd_turn_name(enum vd_turn_kind kind)
{
	return (unsigned)kind < VD_TURN_N ? turn_names[kind] : "?";
}

const char *vd_ladder_step_name(enum vd_ladder_step step)
{
	return (unsigned)step < VD_LADDER_N ? ladder_names[step] : "?";
}

enum vd_alarm_kind vd_side_alarm_kind(enum vd_side_kind side)
{
	static const enum vd_alarm_kind kinds[VD_SIDE_N] = {
		[VD_SIDE_SLEEP_OVER] = VD_ALARM_SLEEP_OVER,
		[VD_SIDE_RETURNED] = VD_ALARM_HAND_OVER_RETURNED,
		[VD_SIDE_PAUSE] = VD_ALARM_PAUSE_ASKS,
		[VD_SIDE_BLOCKED] = VD_ALARM_CHANNEL_BLOCKED,
	};
	return kinds[side];
}

void vd_conversation_init_alarms(struct vd_conversation *c)
{
	vd_alarm_init(&c->alarm, VD_ALARM_TARGET);
	for (int i = 0; i < VD_SIDE_N; i++) {
		vd_alarm_init(&c->side[i], vd_side_alarm_kind((enum vd_side_kind)i));
	}
}

uint16_t vd_conversation_holder(const struct vd_conversation *c)
{
	return c->n_custody > 0 ? c->custody[c->n_custody - 1].account : c->account;
}

enum vd_target_kind vd_conversation_board_target(const struct vd_conversation *c)
{
	int best = VD_TARGET_N;
	for (int i = 0; i < VD_TARGET_N; i++) {
		const struct vd_target *t = &c->targets[i];
		if (!t->is_running || !vd_wall_is_set(t->due)) {
			continue;
		}
		if (best == VD_TARGET_N || t->due.us < c->targets[best].due.us) {
			best = i;
		}
	}
	return (enum vd_target_kind)best;
}

static void keep_earlier(struct vd_wall *best, struct vd_wall at)
{
	if (vd_wall_is_set(at) && at.us != INT64_MAX &&
	    (!vd_wall_is_set(*best) || at.us < best->us)) {
		*best = at;
	}
}

// Only a threshold above what was reached changes anything.
static void target_tick(const struct vd_target *t, bool is_breach_held, struct vd_wall *best)
{
	if (!t->is_running || t->state != VD_TARGET_ARMED) {
		return;
	}
	if (t->reached < VD_SEVERITY_WARNING) {
		keep_earlier(best, t->warn);
	}
	if (t->reached < VD_SEVERITY_URGENT) {
		keep_earlier(best, t->urgent);
	}
	if (!is_breach_held) {
		keep_earlier(best, (struct vd_wall){ t->due.us + 1 });
	}
}

struct vd_wall vd_conversation_next_tick(const struct vd_conversation *c)
{
	struct vd_wall best = { 0 };
	for (int i = 0; i < VD_TARGET_N; i++) {
		target_tick(&c->targets[i], c->is_breach_held, &best);
	}
	keep_earlier(&best, c->alarm.until);
	for (int i = 0; i < VD_SIDE_N; i++) {
		keep_earlier(&best, c->side[i].until);
	}
	if (!c->side[VD_SIDE_PAUSE].is_present) {
		keep_earlier(&best, c->pause_asks);
	}
	keep_earlier(&best, c->night_tick);
	keep_earlier(&best, c->hours_tick);
	keep_earlier(&best, c->calm_until);
	keep_earlier(&best, c->ladder_tick);
	keep_earlier(&best, c->offer.until);
	if (c->claimed_by != 0) {
		keep_earlier(&best, c->claim_until);
	}
	return best;
}
