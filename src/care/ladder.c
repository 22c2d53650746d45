// SPDX-License-Identifier: MIT
#include "care/ladder.h"

#include <stddef.h>

#include "care/sla.h"

const struct vd_calendar *vd_ladder_calendar(const struct vd_rulebook *book,
					     const struct vd_policy *policy,
					     const struct vd_calendar *calendar,
					     enum vd_ladder_step step)
{
	uint16_t own = step == VD_LADDER_SECOND ? policy->second_calendar : policy->sound_calendar;
	bool is_named = book != NULL && own > 0 && own <= book->n_calendars;
	return is_named ? &book->calendars[own - 1] : calendar;
}

struct vd_wall vd_ladder_at(const struct vd_rulebook *book, const struct vd_policy *policy,
			    const struct vd_calendar *calendar, struct vd_wall from,
			    enum vd_ladder_step step)
{
	int32_t after_s = 0;
	if (step == VD_LADDER_SOUND) {
		after_s = policy->sound_after_s;
	} else if (step == VD_LADDER_SECOND) {
		after_s = policy->second_after_s;
	}
	if (after_s <= 0) {
		return (struct vd_wall){ 0 };
	}
	return vd_sla_add_open(vd_ladder_calendar(book, policy, calendar, step), from,
			       vd_dur_s(after_s));
}

enum vd_sound_intent vd_ladder_sound(const struct vd_rulebook *book, const struct vd_policy *policy,
				     const struct vd_calendar *calendar, enum vd_ladder_step step,
				     enum vd_severity severity, struct vd_wall now)
{
	bool can_act = false;
	for (int told = VD_LADDER_SOUND; told <= (int)step; told++) {
		const struct vd_calendar *who =
			vd_ladder_calendar(book, policy, calendar, (enum vd_ladder_step)told);
		can_act = can_act || vd_calendar_is_open(who, vd_wall_to_s(now));
	}
	if (!can_act) {
		return VD_SOUND_NONE;
	}
	bool is_pressing = step == VD_LADDER_SECOND || severity >= VD_SEVERITY_URGENT;
	return is_pressing ? VD_SOUND_URGENT : VD_SOUND_ATTENTION;
}
