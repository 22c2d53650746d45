// SPDX-License-Identifier: MIT
/**
 * The appliance watches its own alarms while they come (SIGNALS.md): how many, whether it is a
 * flood, who chatters, and who is busiest.
 * Not the figures of a period (care/figures_alarm.h), which are worked out from the journal.
 * Pure: `now` is a parameter; memory is bounded, so that of very many sources the quietest are
 * forgotten.
 */
#ifndef VD_CARE_ALARM_MEASURE_H
#define VD_CARE_ALARM_MEASURE_H

#include "care/alarm.h"
#include "care/figures_alarm.h"

#define VD_MEASURE_SOURCES 64
#define VD_MEASURE_BUSIEST 10

/** Where an alarm comes from. */
struct vd_alarm_origin {
	enum vd_alarm_kind kind;
	uint16_t account;      // of the box: + 1; 0: none
	uint64_t conversation; // 0: of the box itself
};

/** Counts by minute or by hour, for the last `VD_MEASURE_SLOTS` of them. */
#define VD_MEASURE_SLOTS 60
struct vd_measure_ring {
	int64_t newest; // number of the slot
	uint16_t n[VD_MEASURE_SLOTS];
};

struct vd_measure_source {
	struct vd_alarm_origin origin;
	struct vd_measure_ring hours;
	struct vd_wall on[VD_CHATTER_TIMES]; // a ring of the latest
	uint32_t n_on;
	struct vd_wall last;
	struct vd_wall chattered; // when it was last seen to; not set: never
};

/** Zeroed memory is one that has seen nothing. */
struct vd_alarm_measure {
	struct vd_measure_ring minutes;
	struct vd_measure_ring hours;
	struct vd_wall raised[VD_FLOOD_ALARMS + 1]; // a ring of the latest
	uint32_t n_raised;
	bool is_flood;
	struct vd_wall flood_since;
	uint8_t n_sources;
	struct vd_measure_source sources[VD_MEASURE_SOURCES];
};

struct vd_measure_busy {
	struct vd_alarm_origin origin;
	uint32_t n; // in 24 h
	bool is_chattering;
};
struct vd_alarm_summary {
	uint32_t hour; // raised in the last 60 min
	uint32_t day;  // in the last 24 h
	bool is_flood;
	struct vd_wall flood_since;
	uint32_t stale;      // shown for over 24 h; the caller's to count
	uint32_t chattering; // sources that did in the last hour
	uint8_t n_busiest;
	struct vd_measure_busy busiest[VD_MEASURE_BUSIEST];
};

/** An alarm was raised. `is_new`: it was off before; growing worse is no chatter. */
void vd_alarm_measure_raised(struct vd_alarm_measure *m, struct vd_alarm_origin origin, bool is_new,
			     struct vd_wall now);
/** Everything but `stale`; ends a flood that is over. */
void vd_alarm_measure_at(struct vd_alarm_measure *m, struct vd_wall now,
			 struct vd_alarm_summary *out);
/** Over 24 h in the same state, and still to be seen. */
bool vd_alarm_is_stale(const struct vd_alarm *alarm, struct vd_wall now);

#endif
