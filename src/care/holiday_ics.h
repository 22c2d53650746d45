// SPDX-License-Identifier: MIT
/**
 * An iCalendar file (RFC 5545) as a file of holidays: its events close the desk.
 * Not a calendar program: yearly repetition only; every event closes, whatever TRANSP says.
 * Pure: no clock, no files; works in the caller's memory.
 */
#ifndef VD_CARE_HOLIDAY_ICS_H
#define VD_CARE_HOLIDAY_ICS_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/span.h"
#include "care/zone.h"

#define VD_ICS_LINE_BYTES 2048 // unfolded; what is longer matters only where we read it
#define VD_ICS_NAME_BYTES 96
#define VD_ICS_DATES 64 // EXDATE, RDATE of one event; values of one BY... part
#define VD_ICS_PARTS 1024
#define VD_ICS_LAST_YEAR 2050 // repetition that no rule can say is written out up to here

/** Closed time of one local date, in minutes after midnight. */
struct vd_ics_part {
	int32_t day;
	uint16_t from_min;
	uint16_t to_min; // 1440: to the end
	char name[VD_ICS_NAME_BYTES];
};

/** Big (some 110 KB): on the heap. */
struct vd_ics {
	struct vd_ics_part parts[VD_ICS_PARTS]; // ascending by day and time
	size_t n_parts;
	char line[VD_ICS_LINE_BYTES];
};

/** True where it begins as such a file does. */
bool vd_ics_is(struct vd_span text);
/**
 * Appends lines that vd_calendar_parse_with takes. `zone`: whose dates they are, for times with
 * TZID or in UTC; NULL takes X-WR-TIMEZONE, and refuses such times where there is none. Refusals
 * begin with "file:line: ".
 */
enum vd_err vd_ics_to_holidays(struct vd_ics *ics, const char *file, struct vd_span text,
			       const struct vd_zone *zone, struct vd_buf *out,
			       struct vd_diag *diag) VD_MUST_USE;

#endif
