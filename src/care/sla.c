// SPDX-License-Identifier: MIT
#include "care/sla.h"

static int64_t fraction_us(struct vd_wall t)
{
	return t.us - vd_wall_to_s(t) * VD_US_PER_S;
}

struct vd_wall vd_sla_add_open(const struct vd_calendar *calendar, struct vd_wall from,
			       int64_t open_s)
{
	if (open_s <= 0) {
		return from;
	}
	int64_t start_s = vd_wall_to_s(from);
	int64_t part_us = fraction_us(from);
	// Openings are whole seconds. Where `from` lies inside an open second, its first part is
	// already gone, so the same part of the open second after the last one counted is needed.
	bool is_split = part_us != 0 && vd_calendar_is_open(calendar, start_s);
	int64_t due_s = vd_calendar_due(calendar, start_s, is_split ? open_s + 1 : open_s);
	if (due_s == VD_CALENDAR_NEVER) {
		return VD_SLA_NEVER;
	}
	if (is_split) {
		return (struct vd_wall){ (due_s - 1) * VD_US_PER_S + part_us };
	}
	return vd_wall_s(due_s);
}

int64_t vd_sla_open_s(const struct vd_calendar *calendar, struct vd_wall from, struct vd_wall to)
{
	if (to.us <= from.us) {
		return 0;
	}
	return vd_calendar_between(calendar, vd_wall_to_s(from), vd_wall_to_s(to));
}

// R21: the ceiling alone counts wall seconds.
static struct vd_wall add(const struct vd_calendar *calendar, enum vd_target_kind kind,
			  struct vd_wall from, int64_t s)
{
	if (kind == VD_TARGET_CEILING) {
		return vd_wall_add(from, vd_dur_s(s));
	}
	return vd_sla_add_open(calendar, from, s);
}

struct vd_wall vd_sla_due(const struct vd_policy *policy, const struct vd_calendar *calendar,
			  enum vd_target_kind kind, struct vd_wall from, int64_t used_s)
{
	int64_t target_s = policy->target_s[kind];
	if (target_s <= 0) {
		return (struct vd_wall){ 0 };
	}
	int64_t left_s = target_s > used_s ? target_s - used_s : 0;
	return add(calendar, kind, from, left_s);
}

// R28: the earlier of the share used and the floor before the end.
static int64_t threshold_s(int64_t whole_s, int percent, int64_t floor_s)
{
	int64_t share_s = whole_s * percent / 100;
	int64_t at_floor_s = whole_s > floor_s ? whole_s - floor_s : 0;
	return share_s < at_floor_s ? share_s : at_floor_s;
}

static struct vd_wall threshold(const struct vd_calendar *calendar, enum vd_target_kind kind,
				const struct vd_target *t, int64_t after_s)
{
	struct vd_wall at = add(calendar, kind, t->from, after_s > 0 ? after_s : 0);
	return at.us < t->due.us ? at : t->due;
}

void vd_sla_thresholds(const struct vd_policy *policy, const struct vd_calendar *calendar,
		       enum vd_target_kind kind, int64_t used_s, struct vd_target *target)
{
	int64_t left_s = kind == VD_TARGET_CEILING
				 ? vd_wall_sub(target->due, target->from).us / VD_US_PER_S
				 : vd_sla_open_s(calendar, target->from, target->due);
	int64_t whole_s = left_s + used_s;
	int64_t warn_s = threshold_s(whole_s, policy->warn_percent, policy->warn_floor_s);
	int64_t urgent_s = threshold_s(whole_s, policy->urgent_percent, policy->urgent_floor_s);
	target->warn = threshold(calendar, kind, target, warn_s - used_s);
	target->urgent = threshold(calendar, kind, target, urgent_s - used_s);
}
