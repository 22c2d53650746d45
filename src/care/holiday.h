// SPDX-License-Identifier: MIT
/**
 * Holidays as rules (R10a): a date each year, a day counted from Easter, a weekday of a month.
 * Not a calendar: what a holiday closes is decided in care/calendar.h.
 * Pure; days are counted from 1970-01-01. The sets are data/holidays/NAME.txt, built in as they
 * are.
 */
#ifndef VD_CARE_HOLIDAY_H
#define VD_CARE_HOLIDAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "care/calendar_year.h"

#define VD_HOLIDAY_EASTER_MIN (-80) // further days could lie in another year
#define VD_HOLIDAY_EASTER_MAX 250
#define VD_HOLIDAY_YEAR_MIN 1
#define VD_HOLIDAY_YEAR_MAX 9999

enum vd_holiday_form {
	VD_HOLIDAY_DATE,    // month, day; 29 February comes in leap years only
	VD_HOLIDAY_EASTER,  // day: from Easter Sunday
	VD_HOLIDAY_WEEKDAY, // month, week (5: the last), day (0 = Sunday)
};

struct vd_holiday_rule {
	uint8_t form; // enum vd_holiday_form
	uint8_t month;
	uint8_t week;
	uint8_t zero;
	int16_t day;
	int16_t from_year;  // in force from here ...
	int16_t until_year; // ... to here
	int16_t zero_too;
};

/** The rule's day in a year; false where it is not in force or there is none. */
bool vd_holiday_day(const struct vd_holiday_rule *rule, const struct vd_calendar_year *year,
		    int64_t *day);
/** < 0, 0, > 0 by form and day, whatever the years. */
int vd_holiday_compare(const struct vd_holiday_rule *a, const struct vd_holiday_rule *b);

/** A file of data/holidays as it is (SPEC.md "Holiday file"). */
struct vd_holiday_set {
	const char *name; // "italy": the file's name without ".txt"
	const char *text;
};

extern const struct vd_holiday_set vd_holiday_sets[];
extern const size_t vd_holiday_sets_n;

/** NULL where there is no such set. */
const struct vd_holiday_set *vd_holiday_find(struct vd_span name);

#endif
