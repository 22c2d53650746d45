// SPDX-License-Identifier: MIT
/**
 * The escalation ladder: when an alarm that nobody saw reaches a step, who is told then, and what
 * sounds.
 * Not the alarm (care/alarm.h) and not the tones (output/sound.h).
 * Pure: `now` is a parameter.
 */
#ifndef VD_CARE_LADDER_H
#define VD_CARE_LADDER_H

#include "care/conversation.h"

/** The calendar of who is told at a step: the step's own, else `calendar`. */
const struct vd_calendar *vd_ladder_calendar(const struct vd_rulebook *book,
					     const struct vd_policy *policy,
					     const struct vd_calendar *calendar,
					     enum vd_ladder_step step);
/** When an alarm unseen since `from` reaches SOUND or SECOND, in open time of that calendar; not
 *  set: the policy has no such step. `book` may be NULL. */
struct vd_wall vd_ladder_at(const struct vd_rulebook *book, const struct vd_policy *policy,
			    const struct vd_calendar *calendar, struct vd_wall from,
			    enum vd_ladder_step step);
/** R31: what an alarm on `step` sounds at `now`: nothing where nobody that was told can act. */
enum vd_sound_intent vd_ladder_sound(const struct vd_rulebook *book, const struct vd_policy *policy,
				     const struct vd_calendar *calendar, enum vd_ladder_step step,
				     enum vd_severity severity, struct vd_wall now);

#endif
