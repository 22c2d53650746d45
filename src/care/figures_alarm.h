// SPDX-License-Identifier: MIT
/**
 * The appliance reports on its own alarms (SIGNALS.md): how many, floods, stale and chattering
 * ones, and how long until somebody saw them.
 * Not the alarms (care/alarm.h): it counts what they did.
 * Pure; the caller keeps one struct a source, and hands in every change in its order.
 */
#ifndef VD_CARE_FIGURES_ALARM_H
#define VD_CARE_FIGURES_ALARM_H

#include "care/alarm.h"

#define VD_FLOOD_ALARMS 10 // more than that
#define VD_FLOOD_END 5     // a flood ends where fewer than that come
#define VD_FLOOD_S 600     // within
#define VD_STALE_S (24 * 3600)
#define VD_CHATTER_TIMES 3 // or more times on
#define VD_CHATTER_S 60

/** One alarm that can come and go; zeroed memory is one that never did. */
struct vd_alarm_source {
	enum vd_alarm_state state; // 0: normal
	struct vd_wall shown;      // since when without a break; not set: it is not
	struct vd_wall unseen;     // raised, and nobody saw it since; not set: seen, or none
	struct vd_wall on[VD_CHATTER_TIMES];
	uint32_t n_on;
	bool has_chattered;
};

struct vd_alarm_totals {
	uint64_t raised;     // became unseen: new, worse, or its lease ran out
	uint64_t seen;       // acknowledged
	uint64_t gone;       // went before anybody saw it
	uint64_t floods;     // each from its 11th alarm until there are under 5 in 10 min
	uint64_t stale;      // shown for over 24 h without a break
	uint64_t chattering; // sources
	bool is_flood;
	uint8_t n_recent;
	struct vd_wall recent[VD_FLOOD_ALARMS + 1]; // ascending
};

/** What a change was, for who measures further. */
struct vd_alarm_change {
	bool is_raised;
	bool is_seen;
	struct vd_wall since; // SEEN: it was raised then
};
/** `is_counted`: false where it lies outside the period; the source moves all the same. */
struct vd_alarm_change vd_alarm_totals_step(struct vd_alarm_totals *totals,
					    struct vd_alarm_source *source, enum vd_alarm_state to,
					    struct vd_wall at, bool is_counted);
/** A latched alarm was acknowledged: its state stays. */
struct vd_alarm_change vd_alarm_totals_see(struct vd_alarm_totals *totals,
					   struct vd_alarm_source *source, bool is_counted);
/** The end of the period: what is still shown may be stale. Once a source. */
void vd_alarm_totals_end(struct vd_alarm_totals *totals, struct vd_alarm_source *source,
			 struct vd_wall at);

#endif
