// SPDX-License-Identifier: MIT
#include "care/calendar_cursor.h"

#include <string.h>

static enum vd_err refuse_date(const struct vd_calendar_cursor *c, size_t start)
{
	return vd_calendar_cursor_refuse_at(c, start, VD_ERR_RANGE, "there is no such date");
}

static bool is_in_month(const struct vd_calendar_year *year, int month, int day)
{
	return month >= 1 && month <= 12 && day >= 1 &&
	       day <= vd_calendar_year_month_days(year, month);
}

static enum vd_err parse_date(struct vd_calendar_cursor *c, size_t start, int number,
			      struct vd_calendar_when *out)
{
	int month;
	int day;

	if (!vd_calendar_cursor_accept(c, '-') || !vd_calendar_cursor_take(c, 2, &month) ||
	    !vd_calendar_cursor_accept(c, '-') || !vd_calendar_cursor_take(c, 2, &day)) {
		return vd_calendar_cursor_refuse_at(c, start, VD_ERR_SYNTAX,
						    "a date as YYYY-MM-DD is expected");
	}
	struct vd_calendar_year year = vd_calendar_year_make(number);
	if (number < 1 || !is_in_month(&year, month, day)) {
		return refuse_date(c, start);
	}
	out->is_date = true;
	out->day = (int32_t)vd_calendar_year_date(&year, month, day);
	return VD_OK;
}

static enum vd_err parse_yearly(struct vd_calendar_cursor *c, size_t start, int month,
				struct vd_calendar_when *out)
{
	struct vd_calendar_year leap = vd_calendar_year_make(2000);
	int day;

	if (!vd_calendar_cursor_take(c, 2, &day)) {
		return vd_calendar_cursor_refuse_at(c, start, VD_ERR_SYNTAX,
						    "a date as MM-DD is expected");
	}
	if (!is_in_month(&leap, month, day)) {
		return refuse_date(c, start);
	}
	out->rule.form = VD_HOLIDAY_DATE;
	out->rule.month = (uint8_t)month;
	out->rule.day = (int16_t)day;
	return VD_OK;
}

// easter[+N|-N], behind the word.
static enum vd_err parse_easter(struct vd_calendar_cursor *c, size_t start,
				struct vd_calendar_when *out)
{
	bool is_before = vd_calendar_cursor_accept(c, '-');
	bool has_number = is_before || vd_calendar_cursor_accept(c, '+');
	int digits = 0;
	int days = 0;

	out->rule.form = VD_HOLIDAY_EASTER;
	if (!has_number) {
		return VD_OK;
	}
	for (int digit; digits < 3 && vd_calendar_cursor_take(c, 1, &digit); digits++) {
		days = days * 10 + digit;
	}
	days = is_before ? -days : days;
	if (digits == 0) {
		return vd_calendar_cursor_refuse(c, "a number of days from Easter is expected");
	}
	if (days < VD_HOLIDAY_EASTER_MIN || days > VD_HOLIDAY_EASTER_MAX) {
		return vd_calendar_cursor_refuse_at(c, start, VD_ERR_RANGE,
						    "Easter can be in another year then");
	}
	out->rule.day = (int16_t)days;
	return VD_OK;
}

// Mm.w.d, behind the M.
static enum vd_err parse_nth_weekday(struct vd_calendar_cursor *c, size_t start,
				     struct vd_calendar_when *out)
{
	int month;
	int second;
	int week;
	int day;

	bool has_month = vd_calendar_cursor_take(c, 1, &month);
	if (has_month && vd_calendar_cursor_take(c, 1, &second)) {
		month = month * 10 + second;
	}
	if (!has_month || !vd_calendar_cursor_accept(c, '.') ||
	    !vd_calendar_cursor_take(c, 1, &week) || !vd_calendar_cursor_accept(c, '.') ||
	    !vd_calendar_cursor_take(c, 1, &day)) {
		return vd_calendar_cursor_refuse_at(
			c, start, VD_ERR_SYNTAX, "month, week and weekday as M11.4.4 are expected");
	}
	if (month < 1 || month > 12 || week < 1 || week > 5 || day > 6) {
		return refuse_date(c, start);
	}
	out->rule.form = VD_HOLIDAY_WEEKDAY;
	out->rule.month = (uint8_t)month;
	out->rule.week = (uint8_t)week;
	out->rule.day = (int16_t)day;
	return VD_OK;
}

static bool accept_word(struct vd_calendar_cursor *c, struct vd_span word)
{
	if (!vd_span_has_prefix(vd_span_skip(c->text, c->at), word)) {
		return false;
	}
	c->at += word.n;
	return true;
}

static enum vd_err parse_day(struct vd_calendar_cursor *c, struct vd_calendar_when *out)
{
	size_t start = c->at;
	int number;
	int rest;

	if (accept_word(c, VD_SPAN("easter"))) {
		return parse_easter(c, start, out);
	}
	if (vd_calendar_cursor_accept(c, 'M')) {
		return parse_nth_weekday(c, start, out);
	}
	if (vd_calendar_cursor_take(c, 2, &number)) {
		if (vd_calendar_cursor_accept(c, '-')) {
			return parse_yearly(c, start, number, out);
		}
		if (vd_calendar_cursor_take(c, 2, &rest)) {
			return parse_date(c, start, number * 100 + rest, out);
		}
	}
	return vd_calendar_cursor_refuse_at(
		c, start, VD_ERR_SYNTAX,
		"a day as YYYY-MM-DD, MM-DD, easter+N or Mm.w.d is expected");
}

static bool take_year(struct vd_calendar_cursor *c, int16_t *out)
{
	int year;

	if (!vd_calendar_cursor_take(c, 4, &year) || year < VD_HOLIDAY_YEAR_MIN) {
		return false;
	}
	*out = (int16_t)year;
	return true;
}

// YYYY, YYYY-YYYY or -YYYY.
static enum vd_err parse_years(struct vd_calendar_cursor *c, struct vd_holiday_rule *out)
{
	size_t start = c->at;
	bool is_good = vd_calendar_cursor_accept(c, '-')
			       ? take_year(c, &out->until_year)
			       : take_year(c, &out->from_year) &&
					 (!vd_calendar_cursor_accept(c, '-') ||
					  take_year(c, &out->until_year));

	if (!is_good) {
		return vd_calendar_cursor_refuse_at(
			c, start, VD_ERR_SYNTAX, "years as YYYY, YYYY-YYYY or -YYYY are expected");
	}
	return out->from_year <= out->until_year
		       ? VD_OK
		       : vd_calendar_cursor_refuse_at(c, start, VD_ERR_RANGE,
						      "the years are the wrong way round");
}

enum vd_err vd_calendar_parse_when(struct vd_calendar_cursor *c, struct vd_calendar_when *out)
{
	memset(out, 0, sizeof(*out));
	out->rule.from_year = VD_HOLIDAY_YEAR_MIN;
	out->rule.until_year = VD_HOLIDAY_YEAR_MAX;
	enum vd_err err = parse_day(c, out);

	if (err == VD_OK && !out->is_date && vd_calendar_cursor_accept(c, '@')) {
		err = parse_years(c, &out->rule);
	}
	return err;
}
