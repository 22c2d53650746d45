// SPDX-License-Identifier: MIT
/**
 * One walk over local dates, which answers every question about a calendar (R6).
 * Not for who asks (care/calendar.h): it is the common part of care/calendar.c and care/explain.c.
 * Pure.
 *
 * Most dates are plain: no exception, no rule, no transition near, so they are open as long as the
 * week says; a run of them is added up in one step, whole weeks by multiplication. The others are
 * mapped to instants one by one (R4, R5):
 *
 *   date    E  p  p  p  p  p  p  p  T  p  p  p ...   E exception or rule,
 *           |  '------one step----' |  '-one step    T transition, p plain
 */
#ifndef VD_CARE_CALENDAR_WALK_H
#define VD_CARE_CALENDAR_WALK_H

#include "care/calendar.h"

#define VD_CALENDAR_WALK_TRANSITIONS 4

struct vd_calendar_walk {
	const struct vd_calendar *cal;
	int64_t until;   // counted is [from, until)
	int64_t covered; // everything before is counted already: overlaps never count twice
	int64_t open_s;  // counted so far
	int64_t want_s;  // stop here ...
	int64_t end;     // ... which is at this instant
	int64_t day;     // local date
	int64_t last_day;
	size_t exception; // the first with .day >= day
	int64_t rule_day; // the first of a rule >= day; rule NULL: none, but look again there
	const struct vd_calendar_rule *rule;
	struct vd_calendar_year year; // in which the rule was found
	size_t date;                  // the yearly date that is next in that year
	size_t n_dates;               // so many rules are yearly dates, and stand first
	int64_t other_day;            // the same for the other rules
	const struct vd_calendar_rule *other;
	int32_t offset_s; // in force from `day` on ...
	int64_t steady_s; // ... for all local times before this one
	int32_t low_s;    // the smaller of the zone's two offsets
	int32_t high_s;   // the larger one
	size_t n_transitions;
	size_t transition; // the first that is not past on `day`
	struct vd_zone_transition transitions[VD_CALENDAR_WALK_TRANSITIONS];
	const struct vd_interval *late; // of the date before, not counted yet
	int n_late;
	/** Where set, nothing is added up in one step: it sees each open time, ascending. */
	void (*visit)(void *ctx, int64_t day, int64_t open, int64_t close);
	void *ctx;
};

/** The caller sets visit and ctx, also to NULL. */
void vd_calendar_walk_init(struct vd_calendar_walk *walk, const struct vd_calendar *cal,
			   int64_t from, int64_t until, int64_t want_s);
/** Moves on to a date. */
void vd_calendar_walk_seek(struct vd_calendar_walk *walk, int64_t day);
/** R3, of the walk's date. */
const struct vd_day_hours *vd_calendar_walk_hours(const struct vd_calendar_walk *walk);
/** R4, R5: nothing of the interval is left where *close <= *open. */
void vd_calendar_walk_map(const struct vd_calendar_walk *walk, int64_t day,
			  const struct vd_interval *interval, int64_t *open, int64_t *close);
/** True where want_s was reached, at `end`; else open_s has the sum. */
bool vd_calendar_walk_count(struct vd_calendar_walk *walk);
/** Index of the first exception with .day >= day. */
size_t vd_calendar_find_exception(const struct vd_calendar *cal, int64_t day);

#endif
