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

#include "base/diag.h"
#include "base/span.h"
#include "care/zone.h"

#define VD_CALENDAR_INTERVALS 8    // a day
#define VD_CALENDAR_EXCEPTIONS 160 // dates
#define VD_CALENDAR_NAME_BYTES 32
#define VD_CALENDAR_NEVER INT64_MAX
#define VD_CALENDAR_HORIZON_DAYS 400 // R8

/**
 * [open, close) in seconds after local midnight, 0..86400; close < open runs into the next day
 * (R2). Up to 86400 is up to the first instant of the next date (R5).
 * open_s > 86400 only for what follows the break of a night: it still belongs to the date before.
 */
struct vd_interval {
	int32_t open_s;
	int32_t close_s;
};

struct vd_day_hours {
	uint8_t n;
	struct vd_interval at[VD_CALENDAR_INTERVALS]; // ascending, not overlapping
};

struct vd_exception {
	int32_t day;               // days since 1970-01-01, local date
	struct vd_day_hours hours; // n == 0: closed (R3)
};

struct vd_calendar {
	char name[VD_CALENDAR_NAME_BYTES];
	uint32_t version; // R40
	struct vd_zone zone;
	struct vd_day_hours week[7]; // 0 = Sunday; no night reaches into the next day's hours
	uint16_t n_exceptions;
	bool has_italian_holidays; // rules of holiday.c; exceptions in the list win
	struct vd_exception exceptions[VD_CALENDAR_EXCEPTIONS]; // ascending by day
};

/**
 * The compact form of data/calendar-vectors.tsv (SPEC.md "calendar text"):
 *
 *   WEEK[!EXCEPTION,EXCEPTION...]   WEEK = DAYS=HH:MM-HH:MM[/HH:MM-HH:MM][;DAYS=...]
 *   DAYS = d | d-d (0 = Sunday)     "/" is a break inside the hours; several intervals by "+"
 *   EXCEPTION = YYYY-MM-DD (closed) | YYYY-MM-DD=HH:MM-HH:MM | italy (the holiday rules of Italy)
 *
 * Refuses empty, overlapping and inverted intervals, with the place (R2), also where a night of the
 * week reaches into the next day's hours. An exception may be reached into: the time counts once.
 * Instants are those of the years 1..9999; the others count as closed.
 */
enum vd_err vd_calendar_parse(struct vd_span zone, struct vd_span text, struct vd_calendar *out,
			      struct vd_diag *diag) VD_MUST_USE;

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
