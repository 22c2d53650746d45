// SPDX-License-Identifier: MIT
/**
 * A calendar: zone, weekly opening intervals, date exceptions, version; and what is asked of it.
 * Not a scheduler: who waits for what is care/sla.h.
 * Pure: no allocation, no clock. Rules R1-R10a.
 */
#ifndef VD_CARE_CALENDAR_H
#define VD_CARE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/span.h"
#include "care/holiday.h"
#include "care/zone.h"

#define VD_CALENDAR_INTERVALS 48 // a day
#define VD_CALENDAR_POOL 512     // different ones, of all days together
#define VD_CALENDAR_EXCEPTIONS 256
#define VD_CALENDAR_RULES 96
#define VD_CALENDAR_NAMES_BYTES 4096 // of all exceptions and rules; the same name counts once
#define VD_CALENDAR_NAME_BYTES 32
#define VD_CALENDAR_TEXT_BYTES 16384 // what a configuration may have, printed: it is journaled
#define VD_CALENDAR_NEVER INT64_MAX
#define VD_CALENDAR_HORIZON_DAYS 400 // R8

/**
 * [open, close) in seconds after the local midnight of the date on which it begins. Up to 86400 is
 * up to the first instant of the next date (R5); beyond, it runs into that date (R2). open_s may be
 * there as well, behind the break of a night: it still belongs to the date before.
 */
struct vd_interval {
	int32_t open_s;
	int32_t close_s;
};

/** intervals[first] and so on, ascending, not overlapping; n == 0: closed. */
struct vd_day_hours {
	uint16_t first;
	uint16_t n;
	int32_t open_s; // the sum, where no clock is changed
};

struct vd_exception {
	int32_t day; // days since 1970-01-01, local date
	uint16_t name;
	uint16_t zero;
	struct vd_day_hours hours; // R3
};

/** A holiday that comes back; an exception for the same date wins. */
struct vd_calendar_rule {
	struct vd_holiday_rule when;
	uint16_t name;
	uint16_t zero;
	struct vd_day_hours hours;
};

/**
 * Plain data without padding or pointers, in one form only: equal calendars are equal bytes, so it
 * can be hashed. Names are offsets into `names`, 0 is none.
 */
struct vd_calendar {
	char name[VD_CALENDAR_NAME_BYTES];
	uint32_t version; // R40
	struct vd_zone zone;
	int32_t week_s;              // open seconds of a plain week
	int32_t reach_s;             // the latest close_s of all
	struct vd_day_hours week[7]; // 0 = Sunday; no night reaches into the next day's hours
	uint16_t n_exceptions;
	uint16_t n_rules;
	uint16_t n_intervals;
	uint16_t n_names;                                       // bytes
	struct vd_exception exceptions[VD_CALENDAR_EXCEPTIONS]; // ascending by day
	struct vd_calendar_rule rules[VD_CALENDAR_RULES];       // ascending by key, then by year
	struct vd_interval intervals[VD_CALENDAR_POOL];
	char names[VD_CALENDAR_NAMES_BYTES]; // UTF-8, each with a closing zero
};

/**
 * The compact form of data/calendar-vectors.tsv (SPEC.md "Calendar text"):
 *
 *   WEEK[!ITEM,ITEM...]        WEEK = DAYS=HOURS[;DAYS=HOURS...]
 *   DAYS = d | d-d             0 = Sunday
 *   HOURS = HH:MM-HH:MM[/HH:MM-HH:MM...][+HOURS]    "/" is a break inside
 *   ITEM = WHEN[@YEARS][=HOURS][(NAME)] | SET       closed where no hours are given
 *          WHEN=!HOURS[(NAME)]                      closed then, else as the weekday; dates only
 *   WHEN = YYYY-MM-DD | MM-DD | easter | easter+N | easter-N | Mm.w.d (as in a zone rule)
 *   YEARS = YYYY | YYYY-YYYY | -YYYY                not with YYYY-MM-DD
 *   SET = italy                a file of data/holidays; what is written beside it wins
 *
 * Refuses empty, overlapping and inverted intervals, with the place (R2), also where a night of the
 * week reaches into the next day's hours. An exception may be reached into: the time counts once.
 * Instants are those of the years 1..9999; the others count as closed.
 */
enum vd_err vd_calendar_parse(struct vd_span zone, struct vd_span text, struct vd_calendar *out,
			      struct vd_diag *diag) VD_MUST_USE;
/**
 * The same with a file of holidays (SPEC.md "Holiday file"): a line each, ITEM without its name, a
 * blank, the name; '#' begins a remark. What the text says itself wins over the file, and the file
 * over sets. `file` is for the diag ("file:line: ...").
 */
enum vd_err vd_calendar_parse_with(struct vd_span zone, struct vd_span text, const char *file,
				   struct vd_span holidays, struct vd_calendar *out,
				   struct vd_diag *diag) VD_MUST_USE;
/**
 * Zone and text from which vd_calendar_parse makes the same struct to the byte, but for name and
 * version. Sets are written out, so later data don't change it. What doesn't fit shows in the
 * buffers (vd_buf_check).
 */
void vd_calendar_print(const struct vd_calendar *cal, struct vd_buf *zone, struct vd_buf *text);
/** True where neither the week nor any exception or rule ever opens (R8): refused at load. */
bool vd_calendar_is_never_open(const struct vd_calendar *cal);
/** The hours of a local date, and by what: *name is "" where nothing but the week says so. */
const struct vd_day_hours *vd_calendar_hours(const struct vd_calendar *cal, int64_t day,
					     const char **name);

/** R6: B(a, b), open seconds in [a, b); 0 where b <= a. */
int64_t vd_calendar_between(const struct vd_calendar *cal, int64_t a, int64_t b);
/** R7: the smallest t >= a with B(a, t) = d; VD_CALENDAR_NEVER (R8). */
int64_t vd_calendar_due(const struct vd_calendar *cal, int64_t a, int64_t open_s);
bool vd_calendar_is_open(const struct vd_calendar *cal, int64_t at);
/** The next instant > at of opening or closing; VD_CALENDAR_NEVER where none is in the horizon. */
int64_t vd_calendar_next_change(const struct vd_calendar *cal, int64_t at);
/** True where some opening lies within `days` from `at`: the light asks for 60. */
bool vd_calendar_covers(const struct vd_calendar *cal, int64_t at, int days);

/** A closing after which the desk opens again on a later local date only. */
struct vd_closure {
	int64_t closing;   // the first closed instant
	int64_t reopening; // the first open one again
};
/**
 * R30: the closure that `at` lies in, else the next one (closing > at). A lunch break is none, nor
 * is the day between two nights: they reopen on the date of the last open second. False where none
 * begins within 60 days of `at`, or where the desk doesn't open again (R8).
 */
bool vd_calendar_next_closure(const struct vd_calendar *cal, int64_t at, struct vd_closure *out);
/**
 * R26: the last closing of the n-th local date behind that of `a` on which anything opens (n >= 1).
 * A night belongs to the date on which it begins, open around the clock closes with the date.
 * VD_CALENDAR_NEVER where 400 dates have fewer.
 */
int64_t vd_calendar_open_days_end(const struct vd_calendar *cal, int64_t a, int n);

#endif
