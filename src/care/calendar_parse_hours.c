// SPDX-License-Identifier: MIT
#include "care/calendar_cursor.h"

#define DAY_S 86400

struct hours {
	size_t n;
	struct vd_interval at[VD_CALENDAR_INTERVALS];
};

static enum vd_err parse_clock(struct vd_calendar_cursor *c, int32_t *out)
{
	size_t start = c->at;
	int hour;
	int minute;

	if (!vd_calendar_cursor_take(c, 2, &hour) || !vd_calendar_cursor_accept(c, ':') ||
	    !vd_calendar_cursor_take(c, 2, &minute)) {
		return vd_calendar_cursor_refuse_at(c, start, VD_ERR_SYNTAX,
						    "a time as HH:MM is expected");
	}
	if (minute > 59 || hour > 24 || (hour == 24 && minute > 0)) {
		return vd_calendar_cursor_refuse_at(c, start, VD_ERR_RANGE,
						    "a time is outside 00:00 to 24:00");
	}
	*out = hour * 3600 + minute * 60;
	return VD_OK;
}

static enum vd_err parse_pair(struct vd_calendar_cursor *c, struct vd_interval *out)
{
	size_t start = c->at;
	enum vd_err err = parse_clock(c, &out->open_s);

	if (err == VD_OK && !vd_calendar_cursor_accept(c, '-')) {
		err = vd_calendar_cursor_refuse(c, "a '-' between two times is expected");
	}
	if (err == VD_OK) {
		err = parse_clock(c, &out->close_s);
	}
	if (err != VD_OK) {
		return err;
	}
	if (out->open_s == DAY_S) {
		return vd_calendar_cursor_refuse_at(c, start, VD_ERR_RANGE,
						    "an interval can't begin at 24:00");
	}
	if (out->open_s == out->close_s) {
		return vd_calendar_cursor_refuse_at(c, start, VD_ERR_RANGE, "an interval is empty");
	}
	if (out->close_s < out->open_s) {
		out->close_s += DAY_S;
	}
	return VD_OK;
}

// Keeps them ascending.
static enum vd_err add_interval(const struct vd_calendar_cursor *c, size_t at, struct hours *hours,
				struct vd_interval interval)
{
	size_t n = hours->n;
	if (n == VD_CALENDAR_INTERVALS) {
		return vd_calendar_cursor_refuse_at(c, at, VD_ERR_ROOM,
						    "a day has too many intervals");
	}
	while (n > 0 && hours->at[n - 1].open_s > interval.open_s) {
		hours->at[n] = hours->at[n - 1];
		n--;
	}
	hours->at[n] = interval;
	hours->n++;
	if ((n > 0 && hours->at[n - 1].close_s > interval.open_s) ||
	    (n + 1 < hours->n && hours->at[n + 1].open_s < interval.close_s)) {
		return vd_calendar_cursor_refuse_at(c, at, VD_ERR_RANGE,
						    "an interval overlaps another one of its day");
	}
	return VD_OK;
}

// HH:MM-HH:MM[/HH:MM-HH:MM...]: what stands behind a '/' is cut out.
static enum vd_err parse_interval(struct vd_calendar_cursor *c, struct hours *hours)
{
	size_t start = c->at;
	struct vd_interval rest = { 0 };
	enum vd_err err = parse_pair(c, &rest);

	while (err == VD_OK && vd_calendar_cursor_accept(c, '/')) {
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
			return vd_calendar_cursor_refuse_at(c, at, VD_ERR_RANGE,
							    "a break is not inside its interval");
		}
		err = add_interval(c, start, hours,
				   (struct vd_interval){ rest.open_s, gap.open_s });
		rest.open_s = gap.close_s;
	}
	return err == VD_OK ? add_interval(c, start, hours, rest) : err;
}

static enum vd_err parse_intervals(struct vd_calendar_cursor *c, struct hours *out)
{
	enum vd_err err;

	out->n = 0;
	do {
		err = parse_interval(c, out);
	} while (err == VD_OK && vd_calendar_cursor_accept(c, '+'));
	return err;
}

static enum vd_err put_hours(const struct vd_calendar_cursor *c, size_t at,
			     const struct hours *hours, struct vd_day_hours *out)
{
	if (vd_calendar_build_hours(c->builder, hours->at, hours->n, out) != VD_OK) {
		return vd_calendar_cursor_refuse_at(c, at, VD_ERR_ROOM,
						    "there are too many different hours");
	}
	return VD_OK;
}

enum vd_err vd_calendar_parse_hours(struct vd_calendar_cursor *c, struct vd_day_hours *out)
{
	size_t start = c->at;
	struct hours hours;
	enum vd_err err = parse_intervals(c, &hours);

	return err == VD_OK ? put_hours(c, start, &hours, out) : err;
}

// Adds what is left of [open, close) without the closed times; false where there is no room.
static bool cut_out(const struct hours *closed, struct vd_interval rest, struct hours *out)
{
	for (size_t i = 0; i <= closed->n && rest.open_s < rest.close_s; i++) {
		int32_t end = i < closed->n && closed->at[i].open_s < rest.close_s
				      ? closed->at[i].open_s
				      : rest.close_s;
		// What opens behind midnight only has no form: it stays closed.
		if (end > rest.open_s && (rest.open_s < DAY_S || out->n > 0)) {
			if (out->n == VD_CALENDAR_INTERVALS) {
				return false;
			}
			out->at[out->n++] = (struct vd_interval){ rest.open_s, end };
		}
		int32_t again = i < closed->n ? closed->at[i].close_s : rest.close_s;
		rest.open_s = again > rest.open_s ? again : rest.open_s;
	}
	return true;
}

// !HOURS: the hours of that weekday without these.
static enum vd_err parse_closed(struct vd_calendar_cursor *c, const struct vd_calendar_when *when,
				struct vd_day_hours *out)
{
	size_t start = c->at;
	const struct vd_calendar *cal = c->builder->cal;
	struct hours closed;
	struct hours left = { .n = 0 };
	bool has_room = true;

	if (!when->is_date) {
		return vd_calendar_cursor_refuse_at(
			c, start, VD_ERR_UNSUPPORTED,
			"'!' needs a date as YYYY-MM-DD: the weekday is not known");
	}
	enum vd_err err = parse_intervals(c, &closed);
	if (err != VD_OK) {
		return err;
	}
	const struct vd_day_hours *hours = &cal->week[(when->day % 7 + 11) % 7];
	for (size_t i = 0; i < hours->n && has_room; i++) {
		has_room = cut_out(&closed, cal->intervals[hours->first + i], &left);
	}
	if (!has_room) {
		return vd_calendar_cursor_refuse_at(c, start, VD_ERR_ROOM,
						    "a day has too many intervals");
	}
	return put_hours(c, start, &left, out);
}

enum vd_err vd_calendar_parse_what(struct vd_calendar_cursor *c,
				   const struct vd_calendar_when *when, struct vd_day_hours *out)
{
	if (!vd_calendar_cursor_accept(c, '=')) {
		return VD_OK; // closed
	}
	return vd_calendar_cursor_accept(c, '!') ? parse_closed(c, when, out)
						 : vd_calendar_parse_hours(c, out);
}
