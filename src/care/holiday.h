// SPDX-License-Identifier: MIT
/**
 * Holidays as rules (R10a): fixed dates and days counted from Easter, each with its name and the
 * year it began.
 * Not a calendar: whether a holiday closes the desk is decided in care/calendar.h.
 * Pure; days are counted from 1970-01-01, names are static strings.
 */
#ifndef VD_CARE_HOLIDAY_H
#define VD_CARE_HOLIDAY_H

#include <stddef.h>
#include <stdint.h>

/** month == 0: `day` days after Easter Sunday; else a fixed date. In force from `from_year` on. */
struct vd_holiday_rule {
	int8_t month;
	int8_t day;
	int16_t from_year;
	const char *name; // UTF-8, in the country's language
};

struct vd_holiday_set {
	const char *name; // as it is written in a calendar text
	const struct vd_holiday_rule *rules;
	size_t n;
};

/** The national holidays of Italy; Sundays, and so Easter itself, are no rule. */
extern const struct vd_holiday_set vd_holiday_italy;

/** Easter Sunday of a year of the Gregorian calendar. */
int64_t vd_holiday_easter(int64_t year);
/** The holiday's name, NULL on other days. */
const char *vd_holiday_name(const struct vd_holiday_set *set, int64_t day);
/**
 * The first `cap` holidays >= from, ascending; none where the set is empty. A day comes twice where
 * two rules meet (Easter Monday on 25 April 2011).
 */
size_t vd_holiday_list(const struct vd_holiday_set *set, int64_t from, int64_t *days, size_t cap);

#endif
