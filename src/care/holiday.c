// SPDX-License-Identifier: MIT
#include "care/holiday.h"

#include "base/time.h"

// The anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
int64_t vd_holiday_easter(int64_t year)
{
	int64_t a = year % 19;
	int64_t b = year / 100;
	int64_t c = year % 100;
	int64_t d = (b - (b + 8) / 25 + 1) / 3;
	int64_t e = (19 * a + b - b / 4 - d + 15) % 30;
	int64_t f = (32 + 2 * (b % 4) + 2 * (c / 4) - e - c % 4) % 7;
	int64_t g = (a + 11 * e + 22 * f) / 451;
	int64_t n = e + f - 7 * g + 114;

	return vd_days_from_civil(year, (int)(n / 31), (int)(n % 31 + 1));
}

static int64_t rule_day(const struct vd_holiday_rule *rule, int64_t year)
{
	if (year < rule->from_year) {
		return VD_HOLIDAY_NEVER;
	}
	if (rule->month == 0) {
		return vd_holiday_easter(year) + rule->day;
	}
	return vd_days_from_civil(year, rule->month, rule->day);
}

static int64_t year_of(int64_t day)
{
	int64_t year;
	int month;
	int day_of_month;

	vd_civil_from_days(day, &year, &month, &day_of_month);
	return year;
}

const char *vd_holiday_name(const struct vd_holiday_set *set, int64_t day)
{
	int64_t year = year_of(day);

	for (size_t i = 0; i < set->n; i++) {
		if (rule_day(&set->rules[i], year) == day) {
			return set->rules[i].name;
		}
	}
	return NULL;
}

static int64_t next_of_rule(const struct vd_holiday_rule *rule, int64_t year, int64_t from)
{
	int64_t day = rule_day(rule, year);

	if (day != VD_HOLIDAY_NEVER && day >= from) {
		return day;
	}
	return rule_day(rule, year + 1 > rule->from_year ? year + 1 : rule->from_year);
}

int64_t vd_holiday_next(const struct vd_holiday_set *set, int64_t from)
{
	int64_t year = year_of(from);
	int64_t best = VD_HOLIDAY_NEVER;

	for (size_t i = 0; i < set->n; i++) {
		int64_t day = next_of_rule(&set->rules[i], year, from);
		best = day < best ? day : best;
	}
	return best;
}
