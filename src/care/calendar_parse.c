// SPDX-License-Identifier: MIT
#include "care/calendar.h"

#include <string.h>

#include "base/utf8.h"
#include "care/calendar_build.h"

#define DAY_S 86400
#define NAME_BYTES 96

struct cursor {
	struct vd_span text;
	size_t at;
	struct vd_diag *diag;
	struct vd_calendar_builder *builder;
	enum vd_calendar_rank rank;
};

struct hours {
	size_t n;
	struct vd_interval at[VD_CALENDAR_INTERVALS];
};

// A date, or a rule and the years in which it holds.
struct when {
	bool is_date;
	int32_t day;
	struct vd_holiday_rule rule;
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

// Keeps them ascending.
static enum vd_err add_interval(const struct cursor *c, size_t at, struct hours *hours,
				struct vd_interval interval)
{
	size_t n = hours->n;
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
static enum vd_err parse_interval(struct cursor *c, struct hours *hours)
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

static enum vd_err parse_intervals(struct cursor *c, struct hours *out)
{
	enum vd_err err;

	out->n = 0;
	do {
		err = parse_interval(c, out);
	} while (err == VD_OK && accept(c, '+'));
	return err;
}

static enum vd_err put_hours(const struct cursor *c, size_t at, const struct hours *hours,
			     struct vd_day_hours *out)
{
	if (vd_calendar_build_hours(c->builder, hours->at, hours->n, out) != VD_OK) {
		return refuse_at(c, at, VD_ERR_ROOM, "there are too many different hours");
	}
	return VD_OK;
}

static enum vd_err parse_hours(struct cursor *c, struct vd_day_hours *out)
{
	size_t start = c->at;
	struct hours hours;
	enum vd_err err = parse_intervals(c, &hours);

	return err == VD_OK ? put_hours(c, start, &hours, out) : err;
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
static enum vd_err parse_days(struct cursor *c)
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
	struct vd_day_hours *week = c->builder->cal->week;
	for (int day = first; err == VD_OK; day = (day + 1) % 7) {
		if (week[day].n > 0) {
			return refuse_at(c, start, VD_ERR_EXISTS, "a weekday is given twice");
		}
		week[day] = hours;
		if (day == last) {
			break;
		}
	}
	return err;
}

// The sums over whole weeks rest on this.
static enum vd_err check_nights(const struct vd_calendar *cal, struct vd_diag *diag)
{
	for (int day = 0; day < 7; day++) {
		int next_day = (day + 1) % 7;
		const struct vd_day_hours *night = &cal->week[day];
		const struct vd_day_hours *next = &cal->week[next_day];
		if (night->n > 0 && next->n > 0 &&
		    cal->intervals[night->first + night->n - 1].close_s >
			    cal->intervals[next->first].open_s + DAY_S) {
			return vd_diag_set(
				diag, VD_ERR_RANGE,
				"the night of weekday %d overlaps the hours of weekday %d", day,
				next_day);
		}
	}
	return VD_OK;
}

static enum vd_err parse_week(struct cursor *c)
{
	if (is_at_end(c)) {
		return refuse(c, "the opening hours are missing");
	}
	if (c->text.p[c->at] == '!') { // never open but for exceptions
		return VD_OK;
	}
	enum vd_err err;
	do {
		err = parse_days(c);
	} while (err == VD_OK && accept(c, ';'));
	return err == VD_OK ? check_nights(c->builder->cal, c->diag) : err;
}

// ---- dates and rules ---------------------------------------------------------------------------

static enum vd_err refuse_date(const struct cursor *c, size_t start)
{
	return refuse_at(c, start, VD_ERR_RANGE, "there is no such date");
}

static bool is_in_month(const struct vd_calendar_year *year, int month, int day)
{
	return month >= 1 && month <= 12 && day >= 1 &&
	       day <= vd_calendar_year_month_days(year, month);
}

static enum vd_err parse_date(struct cursor *c, size_t start, int number, struct when *out)
{
	int month;
	int day;

	if (!accept(c, '-') || !take_number(c, 2, &month) || !accept(c, '-') ||
	    !take_number(c, 2, &day)) {
		return refuse_at(c, start, VD_ERR_SYNTAX, "a date as YYYY-MM-DD is expected");
	}
	struct vd_calendar_year year = vd_calendar_year_make(number);
	if (number < 1 || !is_in_month(&year, month, day)) {
		return refuse_date(c, start);
	}
	out->is_date = true;
	out->day = (int32_t)vd_calendar_year_date(&year, month, day);
	return VD_OK;
}

static enum vd_err parse_yearly(struct cursor *c, size_t start, int month, struct when *out)
{
	struct vd_calendar_year leap = vd_calendar_year_make(2000);
	int day;

	if (!take_number(c, 2, &day)) {
		return refuse_at(c, start, VD_ERR_SYNTAX, "a date as MM-DD is expected");
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
static enum vd_err parse_easter(struct cursor *c, size_t start, struct when *out)
{
	bool is_before = accept(c, '-');
	bool has_number = is_before || accept(c, '+');
	int digits = 0;
	int days = 0;

	out->rule.form = VD_HOLIDAY_EASTER;
	if (!has_number) {
		return VD_OK;
	}
	for (int digit; digits < 3 && take_number(c, 1, &digit); digits++) {
		days = days * 10 + digit;
	}
	days = is_before ? -days : days;
	if (digits == 0) {
		return refuse(c, "a number of days from Easter is expected");
	}
	if (days < VD_HOLIDAY_EASTER_MIN || days > VD_HOLIDAY_EASTER_MAX) {
		return refuse_at(c, start, VD_ERR_RANGE, "Easter can be in another year then");
	}
	out->rule.day = (int16_t)days;
	return VD_OK;
}

// Mm.w.d, behind the M.
static enum vd_err parse_nth_weekday(struct cursor *c, size_t start, struct when *out)
{
	int month;
	int second;
	int week;
	int day;

	bool has_month = take_number(c, 1, &month);
	if (has_month && take_number(c, 1, &second)) {
		month = month * 10 + second;
	}
	if (!has_month || !accept(c, '.') || !take_number(c, 1, &week) || !accept(c, '.') ||
	    !take_number(c, 1, &day)) {
		return refuse_at(c, start, VD_ERR_SYNTAX,
				 "month, week and weekday as M11.4.4 are expected");
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

static bool accept_word(struct cursor *c, struct vd_span word)
{
	if (!vd_span_has_prefix(vd_span_skip(c->text, c->at), word)) {
		return false;
	}
	c->at += word.n;
	return true;
}

static enum vd_err parse_day(struct cursor *c, struct when *out)
{
	size_t start = c->at;
	int number;
	int rest;

	if (accept_word(c, VD_SPAN("easter"))) {
		return parse_easter(c, start, out);
	}
	if (accept(c, 'M')) {
		return parse_nth_weekday(c, start, out);
	}
	if (take_number(c, 2, &number)) {
		if (accept(c, '-')) {
			return parse_yearly(c, start, number, out);
		}
		if (take_number(c, 2, &rest)) {
			return parse_date(c, start, number * 100 + rest, out);
		}
	}
	return refuse_at(c, start, VD_ERR_SYNTAX,
			 "a day as YYYY-MM-DD, MM-DD, easter+N or Mm.w.d is expected");
}

static bool take_year(struct cursor *c, int16_t *out)
{
	int year;

	if (!take_number(c, 4, &year) || year < VD_HOLIDAY_YEAR_MIN) {
		return false;
	}
	*out = (int16_t)year;
	return true;
}

// YYYY, YYYY-YYYY or -YYYY.
static enum vd_err parse_years(struct cursor *c, struct vd_holiday_rule *out)
{
	size_t start = c->at;
	bool is_good = accept(c, '-') ? take_year(c, &out->until_year)
				      : take_year(c, &out->from_year) &&
						(!accept(c, '-') || take_year(c, &out->until_year));

	if (!is_good) {
		return refuse_at(c, start, VD_ERR_SYNTAX,
				 "years as YYYY, YYYY-YYYY or -YYYY are expected");
	}
	return out->from_year <= out->until_year
		       ? VD_OK
		       : refuse_at(c, start, VD_ERR_RANGE, "the years are the wrong way round");
}

static enum vd_err parse_when(struct cursor *c, struct when *out)
{
	memset(out, 0, sizeof(*out));
	out->rule.from_year = VD_HOLIDAY_YEAR_MIN;
	out->rule.until_year = VD_HOLIDAY_YEAR_MAX;
	enum vd_err err = parse_day(c, out);

	if (err == VD_OK && !out->is_date && accept(c, '@')) {
		err = parse_years(c, &out->rule);
	}
	return err;
}

static enum vd_err check_name(const struct cursor *c, size_t start, struct vd_span name)
{
	if (name.n >= NAME_BYTES) {
		return refuse_at(c, start, VD_ERR_ROOM, "a name is too long");
	}
	for (size_t i = 0; i < name.n; i++) {
		if ((unsigned char)name.p[i] < ' ' || name.p[i] == 0x7f) {
			return refuse_at(c, start, VD_ERR_SYNTAX, "a name has a control character");
		}
	}
	return vd_utf8_is_valid(name)
		       ? VD_OK
		       : refuse_at(c, start, VD_ERR_SYNTAX, "a name is not in UTF-8");
}

static enum vd_err put_name(struct cursor *c, size_t start, struct vd_span name, uint16_t *out)
{
	enum vd_err err = check_name(c, start, name);

	if (err == VD_OK && vd_calendar_build_name(c->builder, name, out) != VD_OK) {
		err = refuse_at(c, start, VD_ERR_ROOM, "there are too many names");
	}
	return err;
}

// (NAME): '\\' takes the next character as it is.
static enum vd_err parse_name(struct cursor *c, uint16_t *out)
{
	size_t start = c->at;
	char name[NAME_BYTES];
	size_t n = 0;

	while (!accept(c, ')')) {
		(void)accept(c, '\\');
		if (is_at_end(c)) {
			return refuse_at(c, start, VD_ERR_SYNTAX,
					 "a ')' behind the name is missing");
		}
		if (n == sizeof(name)) {
			return refuse_at(c, start, VD_ERR_ROOM, "a name is too long");
		}
		name[n++] = c->text.p[c->at++];
	}
	return put_name(c, start, vd_span_make(name, n), out);
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
static enum vd_err parse_closed(struct cursor *c, const struct when *when, struct vd_day_hours *out)
{
	size_t start = c->at;
	const struct vd_calendar *cal = c->builder->cal;
	struct hours closed;
	struct hours left = { .n = 0 };
	bool has_room = true;

	if (!when->is_date) {
		return refuse_at(c, start, VD_ERR_UNSUPPORTED,
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
		return refuse_at(c, start, VD_ERR_ROOM, "a day has too many intervals");
	}
	return put_hours(c, start, &left, out);
}

static enum vd_err parse_what(struct cursor *c, const struct when *when, struct vd_day_hours *out)
{
	if (!accept(c, '=')) {
		return VD_OK; // closed
	}
	return accept(c, '!') ? parse_closed(c, when, out) : parse_hours(c, out);
}

static enum vd_err put_holiday(struct cursor *c, size_t start, const struct when *when,
			       uint16_t name, struct vd_day_hours hours)
{
	struct vd_exception exception = { .day = when->day, .name = name, .hours = hours };
	struct vd_calendar_rule rule = { .when = when->rule, .name = name, .hours = hours };
	enum vd_err err = when->is_date
				  ? vd_calendar_build_exception(c->builder, c->rank, &exception)
				  : vd_calendar_build_rule(c->builder, c->rank, &rule);

	if (err == VD_ERR_EXISTS) {
		return refuse_at(c, start, err, "a date has two different exceptions");
	}
	return err == VD_OK ? err : refuse_at(c, start, err, "there are too many exceptions");
}

// ---- a file of holidays ------------------------------------------------------------------------

static enum vd_err parse_line(struct cursor *c)
{
	struct when when;
	struct vd_day_hours hours = { 0 };
	uint16_t name = 0;
	enum vd_err err = parse_when(c, &when);

	if (err == VD_OK) {
		err = parse_what(c, &when, &hours);
	}
	size_t start = c->at;
	while (accept(c, ' ') || accept(c, '\t')) {
	}
	if (err == VD_OK && (is_at_end(c) || c->at == start)) {
		err = refuse(c, "a blank and the name of the holiday are expected");
	}
	if (err == VD_OK) {
		err = put_name(c, c->at, vd_span_skip(c->text, c->at), &name);
	}
	return err == VD_OK ? put_holiday(c, 0, &when, name, hours) : err;
}

static enum vd_err parse_file(const struct cursor *parent, enum vd_calendar_rank rank,
			      const char *file, struct vd_span text)
{
	struct vd_span rest = text;
	enum vd_err err = VD_OK;

	if (vd_span_has_prefix(rest, VD_SPAN("\xef\xbb\xbf"))) {
		rest = vd_span_skip(rest, 3);
	}
	for (int number = 1; rest.p != NULL && err == VD_OK; number++) {
		struct vd_span line = vd_span_trim(vd_span_cut(&rest, '\n'));
		struct cursor c = { line, 0, parent->diag, parent->builder, rank };
		if (line.n > 0 && line.p[0] != '#') {
			err = parse_line(&c);
		}
		if (err != VD_OK) {
			(void)vd_diag_context(parent->diag, "%s:%d", file, number);
		}
	}
	return err;
}

static struct vd_span take_word(struct cursor *c)
{
	size_t start = c->at;

	while (!is_at_end(c) &&
	       ((c->text.p[c->at] >= 'a' && c->text.p[c->at] <= 'z') || c->text.p[c->at] == '-')) {
		c->at++;
	}
	return vd_span_make(c->text.p + start, c->at - start);
}

// True where it was a set; false leaves the cursor where it was.
static bool is_set(struct cursor *c, enum vd_err *err)
{
	size_t start = c->at;
	const struct vd_holiday_set *set = vd_holiday_find(take_word(c));

	if (set == NULL) {
		c->at = start;
		return false;
	}
	*err = parse_file(c, VD_CALENDAR_RANK_SET, set->name, vd_span_of(set->text));
	return true;
}

static enum vd_err parse_item(struct cursor *c)
{
	size_t start = c->at;
	enum vd_err err = VD_OK;
	if (is_set(c, &err)) {
		return err;
	}
	struct when when;
	struct vd_day_hours hours = { 0 };
	uint16_t name = 0;

	err = parse_when(c, &when);
	if (err == VD_OK) {
		err = parse_what(c, &when, &hours);
	}
	if (err == VD_OK && accept(c, '(')) {
		err = parse_name(c, &name);
	}
	return err == VD_OK ? put_holiday(c, start, &when, name, hours) : err;
}

static enum vd_err parse_text(struct cursor *c)
{
	enum vd_err err = parse_week(c);

	if (err == VD_OK && accept(c, '!')) {
		do {
			err = parse_item(c);
		} while (err == VD_OK && accept(c, ','));
	}
	if (err == VD_OK && !is_at_end(c)) {
		err = refuse(c, "this does not belong here");
	}
	return err == VD_OK ? err : vd_diag_context(c->diag, "calendar");
}

enum vd_err vd_calendar_parse_with(struct vd_span zone, struct vd_span text, const char *file,
				   struct vd_span holidays, struct vd_calendar *out,
				   struct vd_diag *diag)
{
	struct vd_diag why = { 0 };
	struct vd_calendar_builder builder;
	struct cursor c = { text, 0, &why, &builder, VD_CALENDAR_RANK_TEXT };

	vd_calendar_build_init(&builder, out);
	enum vd_err err = vd_zone_parse(zone, &out->zone, &why);
	if (err == VD_OK) {
		err = parse_text(&c);
	}
	if (err == VD_OK && holidays.n > 0) {
		err = parse_file(&c, VD_CALENDAR_RANK_FILE, file, holidays);
	}
	if (err == VD_OK && vd_calendar_build_end(&builder) != VD_OK) {
		err = vd_diag_set(&why, VD_ERR_ROOM, "calendar: there are too many hours or rules");
	}
	if (err != VD_OK) {
		memset(out, 0, sizeof(*out));
		return vd_diag_set(diag, why.err, "%s", why.text);
	}
	return VD_OK;
}

enum vd_err vd_calendar_parse(struct vd_span zone, struct vd_span text, struct vd_calendar *out,
			      struct vd_diag *diag)
{
	return vd_calendar_parse_with(zone, text, "", (struct vd_span){ NULL, 0 }, out, diag);
}
