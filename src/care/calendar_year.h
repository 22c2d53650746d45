// SPDX-License-Identifier: MIT
/**
 * A year of the Gregorian calendar, worked out once: from month and day to a count of days.
 * Not a calendar of opening hours (care/calendar.h); no zones, no hours.
 * Pure; days are counted from 1970-01-01.
 */
#ifndef VD_CARE_CALENDAR_YEAR_H
#define VD_CARE_CALENDAR_YEAR_H

#include <stdbool.h>
#include <stdint.h>

struct vd_calendar_year {
	int32_t number;
	bool is_leap;
	int64_t first_day; // 1 January
};

struct vd_calendar_year vd_calendar_year_make(int64_t number);
/** The year that a day lies in. */
struct vd_calendar_year vd_calendar_year_of(int64_t day);
struct vd_calendar_year vd_calendar_year_next(const struct vd_calendar_year *year);
int vd_calendar_year_month_days(const struct vd_calendar_year *year, int month);
/** `day` may lie outside of the month. */
int64_t vd_calendar_year_date(const struct vd_calendar_year *year, int month, int day);
/** The `week`-th (5: the last) `weekday` (0 = Sunday) of the month. */
int64_t vd_calendar_year_weekday(const struct vd_calendar_year *year, int month, int week,
				 int weekday);
/** Easter Sunday. */
int64_t vd_calendar_year_easter(const struct vd_calendar_year *year);
/** The same by the rule, for any year: slower, and what the table is held against. */
int64_t vd_calendar_year_computus(const struct vd_calendar_year *year);

#endif
