// SPDX-License-Identifier: MIT
#include "care/holiday.h"

#include <stdbool.h>

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

// What the rules need of a year, worked out once.
struct year {
	int64_t number;
	int64_t first_day;
	int64_t easter;
	bool is_leap;
};

static struct year make_year(int64_t number)
{
	return (struct year){
		.number = number,
		.first_day = vd_days_from_civil(number, 1, 1),
		.easter = vd_holiday_easter(number),
		.is_leap = number % 4 == 0 && (number % 100 != 0 || number % 400 == 0),
	};
}

static int64_t year_of(int64_t day)
{
	int64_t year;
	int month;
	int day_of_month;

	vd_civil_from_days(day, &year, &month, &day_of_month);
	return year;
}

static int64_t rule_day(const struct vd_holiday_rule *rule, const struct year *year)
{
	static const int16_t before[12] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };

	if (rule->month == 0) {
		return year->easter + rule->day;
	}
	return year->first_day + before[rule->month - 1] + (rule->month > 2 && year->is_leap) +
	       rule->day - 1;
}

const char *vd_holiday_name(const struct vd_holiday_set *set, int64_t day)
{
	struct year year = make_year(year_of(day));

	for (size_t i = 0; i < set->n; i++) {
		const struct vd_holiday_rule *rule = &set->rules[i];
		if (year.number >= rule->from_year && rule_day(rule, &year) == day) {
			return rule->name;
		}
	}
	return NULL;
}

// Keeps the `cap` smallest, ascending.
static size_t insert(int64_t *days, size_t n, size_t cap, int64_t day)
{
	if (n == cap && (cap == 0 || days[n - 1] <= day)) {
		return n;
	}
	size_t at = n < cap ? n : n - 1;
	for (; at > 0 && days[at - 1] > day; at--) {
		days[at] = days[at - 1];
	}
	days[at] = day;
	return n < cap ? n + 1 : n;
}

static int64_t earliest_year(const struct vd_holiday_set *set)
{
	int64_t earliest = INT64_MAX;

	for (size_t i = 0; i < set->n; i++) {
		earliest = set->rules[i].from_year < earliest ? set->rules[i].from_year : earliest;
	}
	return earliest;
}

size_t vd_holiday_list(const struct vd_holiday_set *set, int64_t from, int64_t *days, size_t cap)
{
	int64_t number = year_of(from);
	int64_t earliest = earliest_year(set);
	size_t n = 0;

	// Every year from the earliest on has one at least.
	for (number = number > earliest ? number : earliest; set->n > 0 && n < cap; number++) {
		struct year year = make_year(number);
		for (size_t i = 0; i < set->n; i++) {
			int64_t day = rule_day(&set->rules[i], &year);
			if (number >= set->rules[i].from_year && day >= from) {
				n = insert(days, n, cap, day);
			}
		}
	}
	return n;
}
