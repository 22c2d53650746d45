// SPDX-License-Identifier: MIT
#include "care/calendar_year.h"

#include "base/time.h"

static bool is_leap(int64_t number)
{
	return number % 4 == 0 && (number % 100 != 0 || number % 400 == 0);
}

struct vd_calendar_year vd_calendar_year_make(int64_t number)
{
	return (struct vd_calendar_year){
		.number = (int32_t)number,
		.is_leap = is_leap(number),
		.first_day = vd_days_from_civil(number, 1, 1),
	};
}

#define DAY_OF_1970 0
#define DAY_OF_2100 47482

struct vd_calendar_year vd_calendar_year_of(int64_t day)
{
	if (day >= DAY_OF_1970 && day < DAY_OF_2100) { // every fourth year is a leap year
		int32_t since = ((int32_t)day * 4 + 2) / 1461;
		return (struct vd_calendar_year){
			.number = 1970 + since,
			.is_leap = since % 4 == 2,
			.first_day = since * 365 + (since + 1) / 4,
		};
	}
	int64_t number;
	int month;
	int day_of_month;

	vd_civil_from_days(day, &number, &month, &day_of_month);
	return vd_calendar_year_make(number);
}

struct vd_calendar_year vd_calendar_year_next(const struct vd_calendar_year *year)
{
	return (struct vd_calendar_year){
		.number = year->number + 1,
		.is_leap = is_leap(year->number + 1),
		.first_day = year->first_day + 365 + year->is_leap,
	};
}

static int days_before(const struct vd_calendar_year *year, int month)
{
	static const int16_t before[14] = { 0,   0,   31,  59,  90,  120, 151,
					    181, 212, 243, 273, 304, 334, 365 };
	unsigned place = (unsigned)month;

	return (place < 14 ? before[place] : 0) + (month > 2 && year->is_leap);
}

int vd_calendar_year_month_days(const struct vd_calendar_year *year, int month)
{
	return days_before(year, month + 1) - days_before(year, month);
}

int64_t vd_calendar_year_date(const struct vd_calendar_year *year, int month, int day)
{
	return year->first_day + days_before(year, month) + day - 1;
}

int64_t vd_calendar_year_weekday(const struct vd_calendar_year *year, int month, int week,
				 int weekday)
{
	int64_t first = vd_calendar_year_date(year, month, 1);
	int first_weekday = ((int32_t)first % 7 + 11) % 7; // 1970-01-01 was a Thursday
	int in_month = (weekday - first_weekday + 7) % 7 + (week - 1) * 7;

	if (in_month >= vd_calendar_year_month_days(year, month)) {
		in_month -= 7;
	}
	return first + in_month;
}

// Days from 22 March to Easter Sunday, 2000 to 2099: what every question to a calendar asks for.
// clang-format off
static const uint8_t easter_from_2000[100] = {
	32, 24, 9, 29, 20, 5, 25, 17, 1, 21, 13, 33, 17, 9, 29, 14, 5, 25, 10, 30,
	21, 13, 26, 18, 9, 29, 14, 6, 25, 10, 30, 22, 6, 26, 18, 3, 22, 14, 34, 19,
	10, 30, 15, 7, 26, 18, 3, 23, 14, 27, 19, 11, 30, 15, 7, 27, 11, 31, 23, 8,
	27, 19, 4, 24, 15, 7, 20, 12, 31, 23, 8, 28, 19, 4, 24, 16, 28, 20, 12, 32,
	16, 8, 28, 13, 4, 24, 9, 29, 20, 12, 25, 17, 8, 21, 13, 33, 24, 9, 29, 21,
};
// clang-format on

int64_t vd_calendar_year_easter(const struct vd_calendar_year *year)
{
	int32_t since = year->number - 2000;
	if (since >= 0 && since < 100) {
		return vd_calendar_year_date(year, 3, 22 + easter_from_2000[since]);
	}
	return vd_calendar_year_computus(year);
}

// The anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
int64_t vd_calendar_year_computus(const struct vd_calendar_year *year)
{
	int32_t a = year->number % 19;
	int32_t b = year->number / 100;
	int32_t c = year->number % 100;
	int32_t d = (b - (b + 8) / 25 + 1) / 3;
	int32_t e = (19 * a + b - b / 4 - d + 15) % 30;
	int32_t f = (32 + 2 * (b % 4) + 2 * (c / 4) - e - c % 4) % 7;
	int32_t g = (a + 11 * e + 22 * f) / 451;
	int32_t n = e + f - 7 * g + 114;

	return vd_calendar_year_date(year, n / 31, n % 31 + 1);
}
