// SPDX-License-Identifier: MIT
/**
 * The parts of the parser of calendar texts: a place in a text, hours, days of the year.
 * Not for others (care/calendar.h): care/calendar_parse.c puts them together.
 * Pure.
 */
#ifndef VD_CARE_CALENDAR_CURSOR_H
#define VD_CARE_CALENDAR_CURSOR_H

#include "care/calendar_build.h"

struct vd_calendar_cursor {
	struct vd_span text;
	size_t at;
	struct vd_diag *diag;
	struct vd_calendar_builder *builder;
	enum vd_calendar_rank rank;
};

/** A date, or a rule and the years in which it holds. */
struct vd_calendar_when {
	bool is_date;
	int32_t day;
	struct vd_holiday_rule rule;
};

bool vd_calendar_cursor_accept(struct vd_calendar_cursor *c, char wanted);
bool vd_calendar_cursor_is_at_end(const struct vd_calendar_cursor *c);
/** Exactly `digits` digits. */
bool vd_calendar_cursor_take(struct vd_calendar_cursor *c, int digits, int *out);
/** "why at column N"; returns err. */
enum vd_err vd_calendar_cursor_refuse_at(const struct vd_calendar_cursor *c, size_t at,
					 enum vd_err err, const char *why);
enum vd_err vd_calendar_cursor_refuse(const struct vd_calendar_cursor *c, const char *why);

/** HOURS, into the builder's pool. */
enum vd_err vd_calendar_parse_hours(struct vd_calendar_cursor *c, struct vd_day_hours *out);
/** [=HOURS] or =!HOURS of a day; *out is for closed before. The week has been parsed. */
enum vd_err vd_calendar_parse_what(struct vd_calendar_cursor *c,
				   const struct vd_calendar_when *when, struct vd_day_hours *out);
/** WHEN[@YEARS] */
enum vd_err vd_calendar_parse_when(struct vd_calendar_cursor *c, struct vd_calendar_when *out);

#endif
