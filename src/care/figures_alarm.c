// SPDX-License-Identifier: MIT
#include "care/figures_alarm.h"

#include <string.h>

static bool is_shown(enum vd_alarm_state state)
{
	return state == VD_ALARM_UNACK || state == VD_ALARM_ACKED || state == VD_ALARM_RTN_UNACK ||
	       state == VD_ALARM_LATCHED;
}

static bool is_within(struct vd_wall from, struct vd_wall to, int64_t s)
{
	return vd_wall_sub(to, from).us <= s * VD_US_PER_S;
}

static void count_flood(struct vd_alarm_totals *t, struct vd_wall at)
{
	while (t->n_recent > 0 && !is_within(t->recent[0], at, VD_FLOOD_S)) {
		t->n_recent--;
		memmove(&t->recent[0], &t->recent[1], t->n_recent * sizeof(t->recent[0]));
	}
	t->is_flood = t->is_flood && t->n_recent >= VD_FLOOD_END;
	if (t->n_recent == VD_FLOOD_ALARMS + 1) { // still one: only the newest matter
		t->n_recent--;
		memmove(&t->recent[0], &t->recent[1], t->n_recent * sizeof(t->recent[0]));
	}
	t->recent[t->n_recent++] = at;
	bool is_over = t->n_recent == VD_FLOOD_ALARMS + 1;
	t->floods += is_over && !t->is_flood;
	t->is_flood = t->is_flood || is_over;
}

// Off and on again; growing worse is no chatter.
static void count_chatter(struct vd_alarm_totals *t, struct vd_alarm_source *s, struct vd_wall at,
			  bool is_counted)
{
	s->on[s->n_on++ % VD_CHATTER_TIMES] = at;
	struct vd_wall oldest = s->on[s->n_on % VD_CHATTER_TIMES];
	if (is_counted && s->n_on >= VD_CHATTER_TIMES && is_within(oldest, at, VD_CHATTER_S) &&
	    !s->has_chattered) {
		s->has_chattered = true;
		t->chattering++;
	}
}

static void end_shown(struct vd_alarm_totals *t, struct vd_alarm_source *s, struct vd_wall at,
		      bool is_counted)
{
	if (is_counted && vd_wall_is_set(s->shown) && !is_within(s->shown, at, VD_STALE_S)) {
		t->stale++;
	}
	s->shown = (struct vd_wall){ 0 };
}

static void raise(struct vd_alarm_totals *t, struct vd_alarm_source *s, struct vd_wall at,
		  bool is_counted)
{
	if (!vd_wall_is_set(s->unseen)) {
		s->unseen = at; // one that grows worse unseen has waited since it first rose
	}
	if (is_counted) {
		t->raised++;
		count_flood(t, at);
	}
}

static bool is_on(enum vd_alarm_state state)
{
	return is_shown(state) && state != VD_ALARM_RTN_UNACK;
}

struct vd_alarm_change vd_alarm_totals_step(struct vd_alarm_totals *totals,
					    struct vd_alarm_source *source, enum vd_alarm_state to,
					    struct vd_wall at, bool is_counted)
{
	enum vd_alarm_state from = source->state != 0 ? source->state : VD_ALARM_NORMAL;
	struct vd_alarm_change change = { .since = source->unseen };
	source->state = to;
	if (is_on(to) && !is_on(from)) {
		count_chatter(totals, source, at, is_counted);
	}
	if (is_shown(to) && !vd_wall_is_set(source->shown)) {
		source->shown = at;
	} else if (!is_shown(to)) {
		end_shown(totals, source, at, is_counted);
	}
	change.is_raised = (to == VD_ALARM_UNACK || to == VD_ALARM_LATCHED) && to != from;
	if (change.is_raised) {
		raise(totals, source, at, is_counted);
		return change;
	}
	bool was_unseen = vd_wall_is_set(source->unseen);
	change.is_seen = was_unseen && (to == VD_ALARM_ACKED ||
					(from == VD_ALARM_RTN_UNACK && to == VD_ALARM_NORMAL));
	totals->seen += change.is_seen && is_counted;
	if (change.is_seen || !is_shown(to)) {
		totals->gone += !change.is_seen && was_unseen && to == VD_ALARM_NORMAL &&
				is_counted;
		source->unseen = (struct vd_wall){ 0 };
	}
	return change;
}

struct vd_alarm_change vd_alarm_totals_see(struct vd_alarm_totals *totals,
					   struct vd_alarm_source *source, bool is_counted)
{
	struct vd_alarm_change change = { .since = source->unseen };
	change.is_seen = source->state == VD_ALARM_LATCHED && vd_wall_is_set(source->unseen);
	if (change.is_seen) {
		totals->seen += is_counted;
		source->unseen = (struct vd_wall){ 0 };
	}
	return change;
}

void vd_alarm_totals_end(struct vd_alarm_totals *totals, struct vd_alarm_source *source,
			 struct vd_wall at)
{
	end_shown(totals, source, at, true);
}
