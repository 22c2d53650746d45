// SPDX-License-Identifier: MIT
#include "care/engine_watch.h"

#include "care/engine_judge.h"
#include "care/ladder.h"

static bool is_set(struct vd_wall t)
{
	return vd_wall_is_set(t);
}

// No cell of the table refuses the events of this file; the table's test says so.
static void step(const struct vd_engine_env *env, struct vd_conversation *c, struct vd_alarm *alarm,
		 enum vd_alarm_event event, struct vd_effects *out)
{
	(void)!vd_judge_step_alarm(env, c, alarm, event, (struct vd_wall){ 0 }, out);
}

void vd_watch_side(const struct vd_engine_env *env, struct vd_conversation *c,
		   enum vd_side_kind kind, bool holds, struct vd_effects *out)
{
	struct vd_alarm *alarm = &c->side[kind];
	if (holds && !alarm->is_present) {
		alarm->severity = VD_SEVERITY_WARNING;
		alarm->condition = VD_SEVERITY_WARNING;
		step(env, c, alarm, VD_ALARM_EV_RAISE, out);
	} else if (!holds && alarm->is_present) {
		step(env, c, alarm, VD_ALARM_EV_CLEAR, out);
	}
}

// ---- R26: a long pause asks; it never ends in silence ---------------------------------------

static void watch_pause(const struct vd_engine_env *env, struct vd_conversation *c,
			const struct vd_pauses *pauses, struct vd_effects *out)
{
	bool is_paused = is_set(pauses->since) && pauses->is_asked;
	struct vd_wall since = is_paused ? pauses->since : (struct vd_wall){ 0 };
	if (since.us != c->paused_since.us) {
		struct vd_fact fact = { .kind = is_paused ? VD_FACT_PAUSED : VD_FACT_PAUSE_ENDED,
					.target = VD_TARGET_RESOLUTION,
					.at = is_paused ? since : env->now };
		vd_effects_add(out, fact);
		c->paused_since = since;
		c->pause_asks = is_paused ? vd_watch_pause_asks(env, since) : since;
	}
	bool asks = is_set(c->pause_asks) && env->now.us >= c->pause_asks.us;
	vd_watch_side(env, c, VD_SIDE_PAUSE, asks, out);
}

struct vd_wall vd_watch_pause_asks(const struct vd_engine_env *env, struct vd_wall since)
{
	int64_t end_s = vd_calendar_open_days_end(env->calendar, vd_wall_to_s(since),
						  env->policy->pause_days);
	return end_s == VD_CALENDAR_NEVER ? (struct vd_wall){ INT64_MAX } : vd_wall_s(end_s);
}

// ---- R30: who would be left over night ------------------------------------------------------

static bool is_left_over_night(const struct vd_engine_env *env, const struct vd_conversation *c)
{
	const struct vd_hours *h = &env->hours;
	enum vd_target_kind board = vd_conversation_board_target(c);
	if (board != VD_TARGET_N) {
		int64_t due_us = c->targets[board].due.us;
		if (due_us >= h->closing.us && due_us <= h->morning.us) {
			return true;
		}
	}
	struct vd_dur age = vd_wall_sub(h->reopening, c->waiting_since);
	return is_set(c->waiting_since) && age.us > vd_dur_s(env->policy->sleep_age_s).us;
}

static void watch_night(const struct vd_engine_env *env, struct vd_conversation *c,
			struct vd_effects *out)
{
	const struct vd_hours *h = &env->hours;
	bool waits = vd_conversation_board_target(c) != VD_TARGET_N || is_set(c->waiting_since);
	c->night_tick = (struct vd_wall){ 0 };
	if (!waits || !is_set(h->closing)) {
		vd_watch_side(env, c, VD_SIDE_SLEEP_OVER, false, out);
		return;
	}
	bool is_left = is_left_over_night(env, c);
	bool is_evening = env->now.us >= h->evening.us && env->now.us < h->reopening.us;
	vd_watch_side(env, c, VD_SIDE_SLEEP_OVER, is_left && is_evening, out);
	c->night_tick = is_left && !is_evening ? h->evening : h->reopening;
}

// ---- R33: an offer that nobody took ---------------------------------------------------------

static void watch_offer(const struct vd_engine_env *env, struct vd_conversation *c,
			struct vd_effects *out)
{
	if (c->offer.account == 0 || env->now.us < c->offer.until.us) {
		return;
	}
	struct vd_fact fact = { .kind = VD_FACT_OFFER_ENDED,
				.target = VD_TARGET_N,
				.account = (uint16_t)(c->offer.account - 1),
				.at = c->offer.until };
	vd_effects_add(out, fact);
	c->offer = (struct vd_offer){ 0 };
	vd_watch_side(env, c, VD_SIDE_RETURNED, true, out);
}

// ---- opening hours and incidents ------------------------------------------------------------

static void park(const struct vd_engine_env *env, struct vd_conversation *c, struct vd_alarm *alarm,
		 bool is_parked, struct vd_effects *out)
{
	if (is_parked && alarm->state != VD_ALARM_SUPPRESSED) {
		step(env, c, alarm, VD_ALARM_EV_SUPPRESS, out);
	} else if (!is_parked && alarm->state == VD_ALARM_SUPPRESSED) {
		step(env, c, alarm, VD_ALARM_EV_UNSUPPRESS, out);
	}
}

void vd_watch_parked(const struct vd_engine_env *env, struct vd_conversation *c,
		     struct vd_effects *out)
{
	park(env, c, &c->alarm, c->parked_by != 0, out);
}

// R31: a latched breach and what counts wall time show on light and board whatever the hour; in
// silence, since the ladder stands still.
static bool is_shown_at_night(const struct vd_conversation *c)
{
	bool is_any = c->alarm.severity == VD_SEVERITY_BREACHED;
	for (int i = 0; i < VD_TARGET_N; i++) {
		const struct vd_target *t = &c->targets[i];
		is_any = is_any || (vd_target_is_wall((enum vd_target_kind)i) && t->is_running &&
				    t->reached != VD_SEVERITY_NONE);
	}
	return is_any;
}

// What ended while it was parked is parked no longer.
static bool is_signalled_at_all(const struct vd_alarm *alarm)
{
	return vd_alarm_is_shown(alarm) ||
	       (alarm->state == VD_ALARM_SUPPRESSED && alarm->is_present);
}

static void watch_hours(const struct vd_engine_env *env, struct vd_conversation *c,
			struct vd_effects *out)
{
	bool is_signalled = vd_alarm_is_shown(&c->alarm) ||
			    ((c->parked_by & VD_PARKED_HOURS) != 0 && c->alarm.is_present);
	bool is_parked = is_signalled && !env->hours.is_open && !is_shown_at_night(c);
	unsigned others = c->parked_by & (unsigned)~VD_PARKED_HOURS;
	c->parked_by = (uint8_t)(others | (is_parked ? VD_PARKED_HOURS : 0u));
	vd_watch_parked(env, c, out);
	for (int i = 0; i < VD_SIDE_N; i++) {
		struct vd_alarm *side = &c->side[i];
		park(env, c, side, is_signalled_at_all(side) && !env->hours.is_open, out);
	}
	bool wants_tick = (c->parked_by & VD_PARKED_HOURS) != 0 || vd_alarm_is_shown(&c->alarm);
	for (int i = 0; i < VD_SIDE_N; i++) {
		wants_tick = wants_tick || is_signalled_at_all(&c->side[i]);
	}
	c->hours_tick = wants_tick ? env->hours.until : (struct vd_wall){ 0 };
}

// ---- the escalation ladder ------------------------------------------------------------------

static bool is_unseen(const struct vd_alarm *alarm)
{
	return alarm->state == VD_ALARM_UNACK ||
	       (alarm->state == VD_ALARM_LATCHED && !alarm->is_seen);
}

static void climb(const struct vd_engine_env *env, struct vd_conversation *c,
		  enum vd_ladder_step to, struct vd_effects *out)
{
	c->ladder = to;
	c->ladder_tick = (struct vd_wall){ 0 }; // what lies below it is passed
	struct vd_fact fact = { .kind = VD_FACT_ESCALATED,
				.target = vd_conversation_board_target(c),
				.severity = c->alarm.severity,
				.step = to,
				.at = env->now };
	vd_effects_add(out, fact);
}

static void watch_ladder(const struct vd_engine_env *env, struct vd_conversation *c,
			 struct vd_effects *out)
{
	c->ladder_tick = (struct vd_wall){ 0 };
	if (!is_unseen(&c->alarm)) {
		c->ladder = VD_LADDER_LIGHT;
		c->ladder_from = (struct vd_wall){ 0 };
		return;
	}
	if (!is_set(c->ladder_from)) {
		c->ladder_from = env->now;
	}
	for (int i = c->ladder + 1; i < VD_LADDER_N; i++) {
		struct vd_wall at = vd_ladder_at(env->book, env->policy, env->calendar,
						 c->ladder_from, (enum vd_ladder_step)i);
		if (is_set(at) && env->now.us >= at.us) {
			climb(env, c, (enum vd_ladder_step)i, out);
		} else if (is_set(at) && (!is_set(c->ladder_tick) || at.us < c->ladder_tick.us)) {
			c->ladder_tick = at;
		}
	}
}

void vd_watch(const struct vd_engine_env *env, struct vd_conversation *c,
	      const struct vd_pauses *pauses, struct vd_effects *out)
{
	bool is_open = c->state == VD_CONVERSATION_OPEN;
	const struct vd_pauses none = { 0 };
	watch_pause(env, c, is_open ? pauses : &none, out);
	watch_night(env, c, out);
	watch_offer(env, c, out);
	watch_hours(env, c, out);
	watch_ladder(env, c, out);
}
