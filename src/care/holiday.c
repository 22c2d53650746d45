// SPDX-License-Identifier: MIT
#include "care/holiday.h"

static int64_t day_in_year(const struct vd_holiday_rule *rule, const struct vd_calendar_year *year)
{
	switch ((enum vd_holiday_form)rule->form) {
	case VD_HOLIDAY_EASTER:
		return vd_calendar_year_easter(year) + rule->day;
	case VD_HOLIDAY_WEEKDAY:
		return vd_calendar_year_weekday(year, rule->month, rule->week, rule->day);
	case VD_HOLIDAY_DATE:
		break;
	}
	return vd_calendar_year_date(year, rule->month, rule->day);
}

bool vd_holiday_day(const struct vd_holiday_rule *rule, const struct vd_calendar_year *year,
		    int64_t *day)
{
	bool is_29_february = rule->form == VD_HOLIDAY_DATE && rule->month == 2 && rule->day == 29;

	if (year->number < rule->from_year || year->number > rule->until_year ||
	    (is_29_february && !year->is_leap)) {
		return false;
	}
	*day = day_in_year(rule, year);
	return true;
}

int vd_holiday_compare(const struct vd_holiday_rule *a, const struct vd_holiday_rule *b)
{
	if (a->form != b->form) {
		return a->form < b->form ? -1 : 1;
	}
	if (a->month != b->month) {
		return a->month < b->month ? -1 : 1;
	}
	if (a->week != b->week) {
		return a->week < b->week ? -1 : 1;
	}
	return (a->day > b->day) - (a->day < b->day);
}

const struct vd_holiday_set *vd_holiday_find(struct vd_span name)
{
	for (size_t i = 0; i < vd_holiday_sets_n; i++) {
		if (vd_span_is_text(name, vd_holiday_sets[i].name)) {
			return &vd_holiday_sets[i];
		}
	}
	return NULL;
}
