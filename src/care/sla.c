// SPDX-License-Identifier: MIT
#include "care/sla.h"

static int64_t fraction_us(struct vd_wall t)
{
	return t.us - vd_wall_to_s(t) * VD_US_PER_S;
}

// Openings are whole seconds: an instant inside one has used up its first part where it is open.
static int64_t used_of_second_us(const struct vd_calendar *calendar, struct vd_wall t)
{
	int64_t part_us = fraction_us(t);
	return part_us != 0 && vd_calendar_is_open(calendar, vd_wall_to_s(t)) ? part_us : 0;
}

// Counted from the whole second; the last open second is given back in part.
static struct vd_wall add_open(const struct vd_calendar *calendar, struct vd_wall from,
			       int64_t used_us, struct vd_dur open)
{
	if (open.us <= 0) {
		return from;
	}
	int64_t want_us = open.us + used_us;
	int64_t want_s = (want_us + VD_US_PER_S - 1) / VD_US_PER_S;
	int64_t due_s = vd_calendar_due(calendar, vd_wall_to_s(from), want_s);
	if (due_s == VD_CALENDAR_NEVER) {
		return VD_SLA_NEVER;
	}
	return (struct vd_wall){ (due_s - want_s) * VD_US_PER_S + want_us };
}

struct vd_wall vd_sla_add_open(const struct vd_calendar *calendar, struct vd_wall from,
			       struct vd_dur open)
{
	return open.us <= 0 ? from
			    : add_open(calendar, from, used_of_second_us(calendar, from), open);
}

struct vd_dur vd_sla_open(const struct vd_calendar *calendar, struct vd_wall from,
			  struct vd_wall to)
{
	if (to.us <= from.us) {
		return (struct vd_dur){ 0 };
	}
	int64_t s = vd_calendar_between(calendar, vd_wall_to_s(from), vd_wall_to_s(to));
	return (struct vd_dur){ s * VD_US_PER_S + used_of_second_us(calendar, to) -
				used_of_second_us(calendar, from) };
}

int64_t vd_sla_open_s(const struct vd_calendar *calendar, struct vd_wall from, struct vd_wall to)
{
	if (to.us <= from.us) {
		return 0;
	}
	return vd_calendar_between(calendar, vd_wall_to_s(from), vd_wall_to_s(to));
}

// R21: the ceiling and the network's window count wall time.
static struct vd_wall add(const struct vd_calendar *calendar, enum vd_target_kind kind,
			  struct vd_wall from, struct vd_dur d)
{
	return vd_target_is_wall(kind) ? vd_wall_add(from, d) : vd_sla_add_open(calendar, from, d);
}

static struct vd_dur between(const struct vd_calendar *calendar, enum vd_target_kind kind,
			     struct vd_wall from, struct vd_wall to)
{
	return vd_target_is_wall(kind) ? vd_wall_sub(to, from) : vd_sla_open(calendar, from, to);
}

/** A run in pieces: what is left of it, and where the next piece begins. */
struct pieces {
	const struct vd_calendar *calendar;
	const struct vd_sla_run *run;
	struct vd_wall from;
	struct vd_dur counted;
};

static struct pieces begin(const struct vd_calendar *calendar, const struct vd_sla_run *run)
{
	struct pieces p = { calendar, run, run->from, { 0 } };
	if (run->pauses != NULL && vd_wall_is_set(run->pauses->from) &&
	    run->pauses->from.us > p.from.us) {
		p.from = run->pauses->from;
		p.counted = vd_dur_s(run->pauses->used_s);
	}
	return p;
}

static struct vd_wall later(struct vd_wall a, struct vd_wall b)
{
	return a.us > b.us ? a : b;
}

// R25: never "add the length of the pause": each piece between two pauses is counted by itself.
static struct vd_wall reach(const struct vd_calendar *calendar, const struct vd_sla_run *run,
			    struct vd_dur want)
{
	struct pieces p = begin(calendar, run);
	int n = run->pauses != NULL ? run->pauses->n : 0;
	for (int i = 0; i < n; i++) {
		const struct vd_pause *pause = &run->pauses->at[i];
		struct vd_dur left = { want.us - p.counted.us };
		struct vd_dur piece = between(calendar, run->kind, p.from, pause->from);
		if (left.us <= 0 || piece.us >= left.us) {
			return add(calendar, run->kind, p.from, left);
		}
		if (!vd_wall_is_set(pause->to)) {
			return VD_SLA_PAUSED;
		}
		p.counted.us += piece.us;
		p.from = later(p.from, pause->to);
	}
	return add(calendar, run->kind, p.from, (struct vd_dur){ want.us - p.counted.us });
}

struct vd_dur vd_sla_used(const struct vd_calendar *calendar, const struct vd_sla_run *run,
			  struct vd_wall to)
{
	struct pieces p = begin(calendar, run);
	int n = run->pauses != NULL ? run->pauses->n : 0;
	for (int i = 0; i < n && run->pauses->at[i].from.us < to.us; i++) {
		const struct vd_pause *pause = &run->pauses->at[i];
		p.counted.us += between(calendar, run->kind, p.from, pause->from).us;
		p.from = vd_wall_is_set(pause->to) ? later(p.from, pause->to) : to;
	}
	p.counted.us += between(calendar, run->kind, p.from, to).us;
	return p.counted;
}

struct vd_wall vd_sla_due(const struct vd_policy *policy, const struct vd_calendar *calendar,
			  const struct vd_sla_run *run)
{
	int64_t target_s = run->kind < VD_TARGETS_OF_POLICY ? policy->target_s[run->kind] : 0;
	if (target_s <= 0) {
		return (struct vd_wall){ 0 };
	}
	return reach(calendar, run, vd_dur_s(target_s));
}

// R28: the earlier of the share used and the floor before the end.
static struct vd_dur threshold(struct vd_dur whole, int percent, int64_t floor_s)
{
	int64_t share_us = whole.us / 100 * percent;
	int64_t at_floor_us = whole.us - floor_s * VD_US_PER_S;
	at_floor_us = at_floor_us > 0 ? at_floor_us : 0;
	return (struct vd_dur){ share_us < at_floor_us ? share_us : at_floor_us };
}

void vd_sla_thresholds(const struct vd_policy *policy, const struct vd_calendar *calendar,
		       const struct vd_sla_run *run, struct vd_dur whole, struct vd_target *target)
{
	struct vd_dur warn = threshold(whole, policy->warn_percent, policy->warn_floor_s);
	struct vd_dur urgent = threshold(whole, policy->urgent_percent, policy->urgent_floor_s);
	bool is_plain = !vd_target_is_wall(run->kind) &&
			(run->pauses == NULL ||
			 (run->pauses->n == 0 && !vd_wall_is_set(run->pauses->from)));
	struct vd_wall warn_at;
	struct vd_wall urgent_at;
	if (is_plain) { // a million of them are computed again after a change of rules
		int64_t used_us = used_of_second_us(calendar, run->from);
		warn_at = add_open(calendar, run->from, used_us, warn);
		urgent_at = add_open(calendar, run->from, used_us, urgent);
	} else {
		warn_at = reach(calendar, run, warn);
		urgent_at = reach(calendar, run, urgent);
	}
	target->warn = warn_at.us < target->due.us ? warn_at : target->due;
	target->urgent = urgent_at.us < target->due.us ? urgent_at : target->due;
}
