// SPDX-License-Identifier: MIT
/**
 * Time zones as POSIX rule strings (R10), e.g. "CET-1CEST,M3.5.0,M10.5.0/3".
 * Not a tzdata reader: names such as Europe/Rome are looked up in a table made with the build.
 * Pure; instants are Unix seconds (R1) of the years 1..9999. POSIX.1-2017 section 8.3 and
 * RFC 8536 3.3.1 (hours -167..167).
 */
#ifndef VD_CARE_ZONE_H
#define VD_CARE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/span.h"

/** One end of daylight time: Mm.w.d, Jn or n, `time_s` after local midnight (may be negative). */
struct vd_zone_change {
	char form; // 'M', 'J' or '0'
	uint8_t zero;
	int16_t month;
	int16_t week;
	int16_t day; // day of the week for 'M', else the day of the year
	int32_t time_s;
};

#define VD_ZONE_TABLE_YEAR 2000 // the first year of the table
#define VD_ZONE_TABLE_N 160     // 80 years, two changes each

struct vd_zone {
	/** Every change from VD_ZONE_TABLE_YEAR on, as the rule gives it: worked out once, since
	 *  each question to a calendar asks for the next ones. All zero where the rule doesn't
	 *  change twice a year, in turn. */
	int64_t table[VD_ZONE_TABLE_N];
	int32_t standard_s; // east of UTC
	int32_t daylight_s; // east of UTC; equal to standard_s where there is no daylight time
	bool has_daylight;
	bool begins_with_daylight; // the table's first change leads to it
	uint8_t zero[6];
	struct vd_zone_change to_daylight;
	struct vd_zone_change to_standard;
};

enum vd_occurrence {
	VD_OCCURRENCE_FIRST,  // in an overlap the earlier instant (R4: an opening)
	VD_OCCURRENCE_SECOND, // the later one (R4: a closing)
};

/** A POSIX rule, or a name from the table (R10). Equal rules are equal bytes. */
enum vd_err vd_zone_parse(struct vd_span text, struct vd_zone *out,
			  struct vd_diag *diag) VD_MUST_USE;
/** Fills the table from the rule; vd_zone_parse has done it. */
void vd_zone_fill_table(struct vd_zone *zone);
/** A rule from which vd_zone_parse makes the same struct to the byte. */
void vd_zone_print(const struct vd_zone *zone, struct vd_buf *out);
/** Seconds east of UTC at an instant. */
int32_t vd_zone_offset(const struct vd_zone *zone, int64_t unix_s);
/** R4: local seconds since 1970-01-01 00:00 local -> instant; in a gap that of the transition. */
int64_t vd_zone_to_instant(const struct vd_zone *zone, int64_t local_s, enum vd_occurrence which);
/** R5: the first instant of the local date (days since 1970-01-01). */
int64_t vd_zone_day_start(const struct vd_zone *zone, int64_t local_day);
/** The local date on which an instant lies (R5: dates are ranges without holes). */
int64_t vd_zone_local_day(const struct vd_zone *zone, int64_t unix_s);

/** An instant at which the offset changes. */
struct vd_zone_transition {
	int64_t at;
	int32_t before_s;
	int32_t after_s;
};

/** The transitions > `after`, ascending: at least 3 where there are any at all and `cap` allows. */
size_t vd_zone_transitions(const struct vd_zone *zone, int64_t after,
			   struct vd_zone_transition *out, size_t cap);
/** True where the local time lies behind all that the transition makes ambiguous or missing. */
static inline bool vd_zone_is_past(const struct vd_zone_transition *transition, int64_t local_s)
{
	int32_t later = transition->before_s > transition->after_s ? transition->before_s
								   : transition->after_s;
	return local_s >= transition->at + later;
}
/** vd_zone_to_instant for who holds the first transition that is not past `local_s` already. */
int64_t vd_zone_map(const struct vd_zone_transition *near, int64_t local_s,
		    enum vd_occurrence which);

#endif
