// SPDX-License-Identifier: MIT
#include "care/calendar.h"

#include "base/time.h"
#include "care/holiday.h"

#define DAY_S 86400

struct cursor {
	struct vd_span text;
	size_t at;
	struct vd_diag *diag;
};

static bool accept(struct cursor *c, char wanted)
{
	if (c->at >= c->text.n || c->text.p[c->at] != wanted) {
		return false;
	}
	c->at++;
	return true;
}

static bool is_at_end(const struct cursor *c)
{
	return c->at >= c->text.n;
}

static enum vd_err refuse_at(const struct cursor *c, size_t at, enum vd_err err, const char *why)
{
	struct vd_span near = vd_span_skip(c->text, at);

	return vd_diag_set(c->diag, err, "%s at column %zu (\"%.*s\")", why, at + 1,
			   (int)(near.n < 24 ? near.n : 24), near.n > 0 ? near.p : "");
}

static enum vd_err refuse(const struct cursor *c, const char *why)
{
	return refuse_at(c, c->at, VD_ERR_SYNTAX, why);
}

// Exactly `digits` digits.
static bool take_number(struct cursor *c, int digits, int *out)
{
	int value = 0;

	for (int i = 0; i < digits; i++) {
		if (is_at_end(c) || c->text.p[c->at] < '0' || c->text.p[c->at] > '9') {
			return false;
		}
		value = value * 10 + (c->text.p[c->at++] - '0');
	}
	*out = value;
	return true;
}

static enum vd_err parse_clock(struct cursor *c, int32_t *out)
{
	size_t start = c->at;
	int hour;
	int minute;

	if (!take_number(c, 2, &hour) || !accept(c, ':') || !take_number(c, 2, &minute)) {
		return refuse_at(c, start, VD_ERR_SYNTAX, "a time as HH:MM is expected");
	}
	if (minute > 59 || hour > 24 || (hour == 24 && minute > 0)) {
		return refuse_at(c, start, VD_ERR_RANGE, "a time is outside 00:00 to 24:00");
	}
	*out = hour * 3600 + minute * 60;
	return VD_OK;
}

// While parsing, close_s counts from the midnight before the opening, so that it may exceed 86400.
static enum vd_err parse_pair(struct cursor *c, struct vd_interval *out)
{
	size_t start = c->at;
	enum vd_err err = parse_clock(c, &out->open_s);

	if (err == VD_OK && !accept(c, '-')) {
		err = refuse(c, "a '-' between two times is expected");
	}
	if (err == VD_OK) {
		err = parse_clock(c, &out->close_s);
	}
	if (err != VD_OK) {
		return err;
	}
	if (out->open_s == DAY_S) {
		return refuse_at(c, start, VD_ERR_RANGE, "an interval can't begin at 24:00");
	}
	if (out->open_s == out->close_s) {
		return refuse_at(c, start, VD_ERR_RANGE, "an interval is empty");
	}
	if (out->close_s < out->open_s) {
		out->close_s += DAY_S;
	}
	return VD_OK;
}

// Keeps them ascending; each has close_s > open_s.
static enum vd_err add_interval(const struct cursor *c, size_t at, struct vd_day_hours *hours,
				struct vd_interval interval)
{
	int n = hours->n;
	if (n == VD_CALENDAR_INTERVALS) {
		return refuse_at(c, at, VD_ERR_ROOM, "a day has too many intervals");
	}
	while (n > 0 && hours->at[n - 1].open_s > interval.open_s) {
		hours->at[n] = hours->at[n - 1];
		n--;
	}
	hours->at[n] = interval;
	hours->n++;
	if ((n > 0 && hours->at[n - 1].close_s > interval.open_s) ||
	    (n + 1 < hours->n && hours->at[n + 1].open_s < interval.close_s)) {
		return refuse_at(c, at, VD_ERR_RANGE,
				 "an interval overlaps another one of its day");
	}
	return VD_OK;
}

// HH:MM-HH:MM[/HH:MM-HH:MM...]: what stands behind a '/' is cut out.
static enum vd_err parse_interval(struct cursor *c, struct vd_day_hours *hours)
{
	size_t start = c->at;
	struct vd_interval rest = { 0 };
	enum vd_err err = parse_pair(c, &rest);

	while (err == VD_OK && accept(c, '/')) {
		size_t at = c->at;
		struct vd_interval gap = { 0 };
		err = parse_pair(c, &gap);
		if (err != VD_OK) {
			return err;
		}
		if (gap.open_s < rest.open_s) { // behind the midnight of a night
			gap.open_s += DAY_S;
			gap.close_s += DAY_S;
		}
		if (gap.open_s <= rest.open_s || gap.close_s >= rest.close_s) {
			return refuse_at(c, at, VD_ERR_RANGE, "a break is not inside its interval");
		}
		err = add_interval(c, start, hours,
				   (struct vd_interval){ rest.open_s, gap.open_s });
		rest.open_s = gap.close_s;
	}
	return err == VD_OK ? add_interval(c, start, hours, rest) : err;
}

static enum vd_err parse_hours(struct cursor *c, struct vd_day_hours *hours)
{
	enum vd_err err;

	*hours = (struct vd_day_hours){ 0 };
	do {
		err = parse_interval(c, hours);
	} while (err == VD_OK && accept(c, '+'));

	for (int i = 0; i < hours->n; i++) { // to the form of the header
		int32_t close_s = hours->at[i].close_s;
		hours->at[i].close_s = close_s > DAY_S ? close_s - DAY_S : close_s;
	}
	return err;
}

static enum vd_err parse_weekday(struct cursor *c, int *out)
{
	size_t start = c->at;

	if (!take_number(c, 1, out) || *out > 6) {
		return refuse_at(c, start, VD_ERR_SYNTAX,
				 "a weekday from 0 (Sunday) to 6 is expected");
	}
	return VD_OK;
}

// DAYS=HOURS; a range may run over the end of the week (6-0).
static enum vd_err parse_days(struct cursor *c, struct vd_calendar *out)
{
	size_t start = c->at;
	int first = 0;
	enum vd_err err = parse_weekday(c, &first);
	int last = first;

	if (err == VD_OK && accept(c, '-')) {
		err = parse_weekday(c, &last);
	}
	if (err == VD_OK && !accept(c, '=')) {
		err = refuse(c, "a '=' behind the weekdays is expected");
	}
	struct vd_day_hours hours = { 0 };
	if (err == VD_OK) {
		err = parse_hours(c, &hours);
	}
	for (int day = first; err == VD_OK; day = (day + 1) % 7) {
		if (out->week[day].n > 0) {
			return refuse_at(c, start, VD_ERR_EXISTS, "a weekday is given twice");
		}
		out->week[day] = hours;
		if (day == last) {
			break;
		}
	}
	return err;
}

static int32_t last_end(const struct vd_day_hours *hours)
{
	if (hours->n == 0) {
		return 0;
	}
	const struct vd_interval *last = &hours->at[hours->n - 1];
	return last->close_s < last->open_s ? last->close_s + DAY_S : last->close_s;
}

// The sums over whole weeks rest on this.
static enum vd_err check_nights(const struct vd_calendar *cal, struct vd_diag *diag)
{
	for (int day = 0; day < 7; day++) {
		int next = (day + 1) % 7;
		if (cal->week[next].n > 0 &&
		    last_end(&cal->week[day]) > cal->week[next].at[0].open_s + DAY_S) {
			return vd_diag_set(
				diag, VD_ERR_RANGE,
				"the night of weekday %d overlaps the hours of weekday %d", day,
				next);
		}
	}
	return VD_OK;
}

static enum vd_err parse_week(struct cursor *c, struct vd_calendar *out)
{
	if (is_at_end(c)) {
		return refuse(c, "the opening hours are missing");
	}
	if (c->text.p[c->at] == '!') { // never open but for exceptions
		return VD_OK;
	}
	enum vd_err err;
	do {
		err = parse_days(c, out);
	} while (err == VD_OK && accept(c, ';'));
	return err == VD_OK ? check_nights(out, c->diag) : err;
}

static enum vd_err parse_date(struct cursor *c, int32_t *out)
{
	size_t start = c->at;
	int year;
	int month;
	int day;

	if (!take_number(c, 4, &year) || !accept(c, '-') || !take_number(c, 2, &month) ||
	    !accept(c, '-') || !take_number(c, 2, &day)) {
		return refuse_at(c, start, VD_ERR_SYNTAX, "a date as YYYY-MM-DD is expected");
	}
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) {
		return refuse_at(c, start, VD_ERR_RANGE, "there is no such date");
	}
	int64_t days = vd_days_from_civil(year, month, day);
	int64_t back_year;
	int back_month;
	int back_day;
	vd_civil_from_days(days, &back_year, &back_month, &back_day);
	if (back_month != month) { // 30 February and its like
		return refuse_at(c, start, VD_ERR_RANGE, "there is no such date");
	}
	*out = (int32_t)days;
	return VD_OK;
}

static bool is_same_hours(const struct vd_day_hours *a, const struct vd_day_hours *b)
{
	for (int i = 0; i < a->n && i < b->n; i++) {
		if (a->at[i].open_s != b->at[i].open_s || a->at[i].close_s != b->at[i].close_s) {
			return false;
		}
	}
	return a->n == b->n;
}

// Keeps them ascending; the same line twice does no harm, a contradiction does.
static enum vd_err add_exception(const struct cursor *c, size_t at, struct vd_calendar *out,
				 const struct vd_exception *new_one)
{
	size_t n = out->n_exceptions;
	while (n > 0 && out->exceptions[n - 1].day > new_one->day) {
		n--;
	}
	if (n > 0 && out->exceptions[n - 1].day == new_one->day) {
		return is_same_hours(&out->exceptions[n - 1].hours, &new_one->hours)
			       ? VD_OK
			       : refuse_at(c, at, VD_ERR_EXISTS,
					   "a date has two different exceptions");
	}
	if (out->n_exceptions == VD_CALENDAR_EXCEPTIONS) {
		return refuse_at(c, at, VD_ERR_ROOM, "there are too many exceptions");
	}
	for (size_t i = out->n_exceptions; i > n; i--) {
		out->exceptions[i] = out->exceptions[i - 1];
	}
	out->exceptions[n] = *new_one;
	out->n_exceptions++;
	return VD_OK;
}

static enum vd_err parse_exception(struct cursor *c, struct vd_calendar *out)
{
	size_t start = c->at;
	struct vd_span italy = vd_span_of(vd_holiday_italy.name);
	if (vd_span_has_prefix(vd_span_skip(c->text, c->at), italy)) {
		c->at += italy.n;
		out->has_italian_holidays = true;
		return VD_OK;
	}
	struct vd_exception exception = { 0 };
	enum vd_err err = parse_date(c, &exception.day);

	if (err == VD_OK && accept(c, '=')) {
		err = parse_hours(c, &exception.hours);
	}
	return err == VD_OK ? add_exception(c, start, out, &exception) : err;
}

static enum vd_err parse_text(struct cursor *c, struct vd_calendar *out)
{
	enum vd_err err = parse_week(c, out);

	if (err == VD_OK && accept(c, '!')) {
		do {
			err = parse_exception(c, out);
		} while (err == VD_OK && accept(c, ','));
	}
	if (err == VD_OK && !is_at_end(c)) {
		err = refuse(c, "this does not belong here");
	}
	return err;
}

enum vd_err vd_calendar_parse(struct vd_span zone, struct vd_span text, struct vd_calendar *out,
			      struct vd_diag *diag)
{
	struct cursor c = { .text = text, .diag = diag };

	*out = (struct vd_calendar){ 0 };
	enum vd_err err = vd_zone_parse(zone, &out->zone, diag);
	if (err != VD_OK) {
		return err;
	}
	err = parse_text(&c, out);
	if (err != VD_OK) {
		*out = (struct vd_calendar){ 0 };
		(void)vd_diag_context(diag, "calendar");
	}
	return err;
}
