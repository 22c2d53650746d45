// SPDX-License-Identifier: MIT
/**
 * From when to when a target runs: the one place that computes due, warning and urgent from
 * stamps, pauses, policy and calendar.
 * Not a verdict (care/engine_judge.h) and not a calendar (care/calendar.h).
 * Pure. Rules R6-R8, R17-R21, R25, R28, R29, for instants between two seconds too.
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
/** R25: the pause that is running comes before the deadline: nobody can tell it yet. */
#define VD_SLA_PAUSED ((struct vd_wall){ INT64_MAX - 1 })
static inline bool vd_sla_is_paused(struct vd_wall due)
{
	return due.us == INT64_MAX - 1;
}

/** R7 for an instant between two seconds: the smallest t >= from with B(from, t) = open;
 *  VD_SLA_NEVER. */
struct vd_wall vd_sla_add_open(const struct vd_calendar *calendar, struct vd_wall from,
			       struct vd_dur open);
/** R6 likewise: open time in [from, to), exact. */
struct vd_dur vd_sla_open(const struct vd_calendar *calendar, struct vd_wall from,
			  struct vd_wall to);
/** Whole open seconds in [from, to), both rounded towards the past: what figures show. */
int64_t vd_sla_open_s(const struct vd_calendar *calendar, struct vd_wall from, struct vd_wall to);

/** What a target counts: from when, and what it leaves out. */
struct vd_sla_run {
	enum vd_target_kind kind;
	struct vd_wall from;
	const struct vd_pauses *pauses; // NULL: it never pauses (R23)
};
/** B over open minus paused (R25) in [run->from, to). */
struct vd_dur vd_sla_used(const struct vd_calendar *calendar, const struct vd_sla_run *run,
			  struct vd_wall to);
/** When the run is due; not set where the policy has no such target. */
struct vd_wall vd_sla_due(const struct vd_policy *policy, const struct vd_calendar *calendar,
			  const struct vd_sla_run *run);
/** R28, R29: fills `warn` and `urgent` of a target that has `due`. The share is of `whole`, what
 *  the run counts up to there (vd_sla_used); a target shorter than the floor warns at once. */
void vd_sla_thresholds(const struct vd_policy *policy, const struct vd_calendar *calendar,
		       const struct vd_sla_run *run, struct vd_dur whole, struct vd_target *target);

#endif
