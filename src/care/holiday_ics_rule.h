// SPDX-License-Identifier: MIT
/**
 * The values of care/holiday_ics.c: times, durations, yearly repetition (RFC 5545, 3.3).
 * Not for others; no zones.
 * Pure; local seconds are since 1970-01-01 00:00 local.
 */
#ifndef VD_CARE_HOLIDAY_ICS_RULE_H
#define VD_CARE_HOLIDAY_ICS_RULE_H

#include "care/holiday_ics.h"

#define VD_ICS_DAY_PARTS 24
#define VD_ICS_BY 24 // values of BYMONTHDAY, BYDAY

struct vd_ics_weekday {
	int16_t nth; // 0: every
	int16_t weekday;
};

/** RRULE with FREQ=YEARLY. */
struct vd_ics_rule {
	int interval;
	int64_t count; // 0: without
	int64_t until; // the last start, local; INT64_MAX: without
	bool is_until_utc;
	uint16_t months; // a bit each, from bit 1; 0: without
	size_t n_month_days;
	size_t n_weekdays;
	int16_t month_days[VD_ICS_BY]; // negative: from the month's end
	struct vd_ics_weekday weekdays[VD_ICS_BY];
};

/** What a rule of holidays can say. */
struct vd_ics_yearly {
	bool is_date; // month and day, else month, week, weekday
	int month;
	int day;
	int week;
	int weekday;
	int from_year;
	int until_year;
	int years; // later than the event's own start
};

int64_t vd_ics_floor_div(int64_t a, int64_t b);
int vd_ics_year_of(int64_t local_s);
/** 20261224, 20261224T130000, 20261224T130000Z. */
bool vd_ics_parse_time(struct vd_span text, int64_t *local, bool *is_date, bool *is_utc);
/** P15DT5H0M20S, P7W; a sign is taken. */
bool vd_ics_parse_duration(struct vd_span text, int64_t *out);
enum vd_err vd_ics_rule_parse(struct vd_span text, struct vd_ics_rule *out,
			      struct vd_diag *diag) VD_MUST_USE;
/** Calls for each start, ascending, up to VD_ICS_LAST_YEAR; false stops. */
void vd_ics_rule_each(const struct vd_ics_rule *rule, int64_t start,
		      bool (*take)(void *ctx, int64_t start), void *ctx);
/** True where one rule of holidays says the same. */
bool vd_ics_rule_is_yearly(const struct vd_ics_rule *rule, int64_t start,
			   struct vd_ics_yearly *out);
/** Moves a date on; false where leap years would make two of it. */
bool vd_ics_yearly_add(struct vd_ics_yearly *yearly, int days);
int64_t vd_ics_yearly_start(const struct vd_ics_yearly *yearly, int number);
void vd_ics_yearly_print(const struct vd_ics_yearly *yearly, int from_year, int until_year,
			 struct vd_buf *out);
/** Unites what touches of the first part's day; *at moves behind that day. */
size_t vd_ics_unite(const struct vd_ics_part *parts, size_t n, struct vd_ics_part *out, size_t *at);

#endif
