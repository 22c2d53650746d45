// SPDX-License-Identifier: MIT
#include "care/engine.h"
#include "care/engine_custody.h"
#include "care/sla.h"

#define ALWAYS ((struct vd_wall){ INT64_MAX })

// R30: a closure over a night; a lunch break leaves nobody alone for long.
static void fill_night(const struct vd_policy *policy, const struct vd_calendar *calendar,
		       int64_t now_s, struct vd_hours *out)
{
	struct vd_closure closure;
	if (!vd_calendar_next_closure(calendar, now_s, &closure)) {
		return;
	}
	out->closing = vd_wall_s(closure.closing);
	out->reopening = vd_wall_s(closure.reopening);
	out->evening = vd_wall_s(closure.closing - policy->sleep_before_s);
	out->morning = vd_sla_add_open(calendar, out->reopening, vd_dur_s(policy->sleep_after_s));
}

void vd_hours_at(const struct vd_policy *policy, const struct vd_calendar *calendar,
		 struct vd_wall now, struct vd_hours *out)
{
	int64_t now_s = vd_wall_to_s(now);
	int64_t change_s = vd_calendar_next_change(calendar, now_s);
	*out = (struct vd_hours){
		.from = now,
		.until = change_s == VD_CALENDAR_NEVER ? ALWAYS : vd_wall_s(change_s),
		.is_open = vd_calendar_is_open(calendar, now_s),
	};
	fill_night(policy, calendar, now_s, out);
}

struct vd_engine_env vd_engine_env_make(const struct vd_rulebook *book,
					const struct vd_conversation *c, struct vd_wall now,
					bool is_clock_trusted)
{
	uint16_t brand = vd_custody_brand(book, c, vd_conversation_holder(c));
	return (struct vd_engine_env){
		.book = book,
		.policy = vd_rulebook_policy(book, brand),
		.calendar = vd_rulebook_calendar(book, brand),
		.now = now,
		.is_clock_trusted = is_clock_trusted,
	};
}
