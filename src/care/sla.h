// SPDX-License-Identifier: MIT
/**
 * From when to when a target runs: the one place that computes due, warning and urgent from
 * stamps, policy and calendar.
 * Not a verdict (care/engine_judge.h) and not a calendar (care/calendar.h).
 * Pure. Rules R7, R8, R17-R21, R28, R29.
 */
#ifndef VD_CARE_SLA_H
#define VD_CARE_SLA_H

#include "care/conversation.h"
#include "care/domain.h"

/** R8: no deadline within the horizon of the calendar. */
#define VD_SLA_NEVER ((struct vd_wall){ INT64_MAX })
static inline bool vd_sla_is_never(struct vd_wall due)
{
	return due.us == INT64_MAX;
}

/** R7 for an instant between two seconds: the smallest t >= from with B(from, t) = open_s;
 *  VD_SLA_NEVER. */
struct vd_wall vd_sla_add_open(const struct vd_calendar *calendar, struct vd_wall from,
			       int64_t open_s);
/** Whole open seconds in [from, to), both rounded towards the past. */
int64_t vd_sla_open_s(const struct vd_calendar *calendar, struct vd_wall from, struct vd_wall to);

/** When `kind` is due if it runs from `from` and `used_s` were used before; not set where the
 *  policy has no such target. */
struct vd_wall vd_sla_due(const struct vd_policy *policy, const struct vd_calendar *calendar,
			  enum vd_target_kind kind, struct vd_wall from, int64_t used_s);
/** R28, R29: fills `warn` and `urgent` of a target that has `from` and `due`. The share is of
 *  what lies between these two and of `used_s` before; a target shorter than the floor warns
 *  at once. */
void vd_sla_thresholds(const struct vd_policy *policy, const struct vd_calendar *calendar,
		       enum vd_target_kind kind, int64_t used_s, struct vd_target *target);

#endif
