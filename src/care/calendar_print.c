// SPDX-License-Identifier: MIT
#include "care/calendar.h"

#include <string.h>

#include "base/time.h"

#define DAY_S 86400

// Minutes are all that the text can say.
static void put_clock(struct vd_buf *out, int32_t s)
{
	vd_buf_printf(out, "%02d:%02d", s / 3600, s / 60 % 60);
}

static void put_pair(struct vd_buf *out, int32_t open_s, int32_t close_s)
{
	put_clock(out, open_s);
	vd_buf_put_char(out, '-');
	put_clock(out, close_s > DAY_S ? close_s - DAY_S : close_s);
}

// What opens behind midnight can be said only as the rest of a night behind a break.
static size_t night_end(const struct vd_interval *at, size_t i, size_t n)
{
	size_t last = i;

	while (last + 1 < n && at[last + 1].open_s >= DAY_S) {
		last++;
	}
	return last;
}

static void put_hours(struct vd_buf *out, const struct vd_calendar *cal,
		      const struct vd_day_hours *hours)
{
	const struct vd_interval *at = &cal->intervals[hours->first];

	for (size_t i = 0; i < hours->n; i++) {
		size_t last = night_end(at, i, hours->n);
		if (i > 0) {
			vd_buf_put_char(out, '+');
		}
		put_pair(out, at[i].open_s, at[last].close_s);
		for (; i < last; i++) {
			vd_buf_put_char(out, '/');
			put_pair(out, at[i].close_s % DAY_S, at[i + 1].open_s);
		}
	}
}

static bool is_same_day(const struct vd_day_hours *a, const struct vd_day_hours *b)
{
	return a->n == b->n && a->first == b->first;
}

static void put_week(struct vd_buf *out, const struct vd_calendar *cal)
{
	const char *separator = "";

	for (int day = 0; day < 7; day++) {
		int first = day;
		if (cal->week[day].n == 0) {
			continue;
		}
		while (day < 6 && is_same_day(&cal->week[day], &cal->week[day + 1])) {
			day++;
		}
		vd_buf_printf(out, "%s%d", separator, first);
		if (day > first) {
			vd_buf_printf(out, "-%d", day);
		}
		vd_buf_put_char(out, '=');
		put_hours(out, cal, &cal->week[first]);
		separator = ";";
	}
}

static void put_when(struct vd_buf *out, const struct vd_holiday_rule *when)
{
	switch ((enum vd_holiday_form)when->form) {
	case VD_HOLIDAY_DATE:
		vd_buf_printf(out, "%02d-%02d", when->month, when->day);
		break;
	case VD_HOLIDAY_EASTER:
		vd_buf_put_text(out, "easter");
		if (when->day != 0) {
			vd_buf_printf(out, "%+d", when->day);
		}
		break;
	case VD_HOLIDAY_WEEKDAY:
		vd_buf_printf(out, "M%d.%d.%d", when->month, when->week, when->day);
		break;
	}
	bool has_from = when->from_year != VD_HOLIDAY_YEAR_MIN;
	bool has_until = when->until_year != VD_HOLIDAY_YEAR_MAX;
	if (has_from || has_until) {
		vd_buf_put_char(out, '@');
	}
	if (has_from) {
		vd_buf_printf(out, "%04d", when->from_year);
	}
	if (has_until) {
		vd_buf_printf(out, "-%04d", when->until_year);
	}
}

static void put_what(struct vd_buf *out, const struct vd_calendar *cal,
		     const struct vd_day_hours *hours, uint16_t name)
{
	if (hours->n > 0) {
		vd_buf_put_char(out, '=');
		put_hours(out, cal, hours);
	}
	if (name == 0) {
		return;
	}
	vd_buf_put_char(out, '(');
	for (const char *c = &cal->names[name]; *c != '\0'; c++) {
		if (*c == ')' || *c == '\\') {
			vd_buf_put_char(out, '\\');
		}
		vd_buf_put_char(out, *c);
	}
	vd_buf_put_char(out, ')');
}

static void put_text(struct vd_buf *out, const struct vd_calendar *cal)
{
	char separator = '!';

	put_week(out, cal);
	for (size_t i = 0; i < cal->n_exceptions; i++) {
		const struct vd_exception *exception = &cal->exceptions[i];
		int64_t year;
		int month;
		int day;
		vd_civil_from_days(exception->day, &year, &month, &day);
		vd_buf_printf(out, "%c%04d-%02d-%02d", separator, (int)year, month, day);
		put_what(out, cal, &exception->hours, exception->name);
		separator = ',';
	}
	for (size_t i = 0; i < cal->n_rules; i++) {
		const struct vd_calendar_rule *rule = &cal->rules[i];
		vd_buf_put_char(out, separator);
		put_when(out, &rule->when);
		put_what(out, cal, &rule->hours, rule->name);
		separator = ',';
	}
}

void vd_calendar_print(const struct vd_calendar *cal, struct vd_buf *zone, struct vd_buf *text)
{
	vd_zone_print(&cal->zone, zone);
	put_text(text, cal);
}
