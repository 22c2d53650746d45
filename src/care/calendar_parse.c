// SPDX-License-Identifier: MIT
#include "care/calendar.h"

#include <string.h>

#include "base/utf8.h"
#include "care/calendar_cursor.h"

#define DAY_S 86400
#define NAME_BYTES 96

static enum vd_err parse_weekday(struct vd_calendar_cursor *c, int *out)
{
	size_t start = c->at;

	if (!vd_calendar_cursor_take(c, 1, out) || *out > 6) {
		return vd_calendar_cursor_refuse_at(c, start, VD_ERR_SYNTAX,
						    "a weekday from 0 (Sunday) to 6 is expected");
	}
	return VD_OK;
}

// DAYS=HOURS; a range may run over the end of the week (6-0).
static enum vd_err parse_days(struct vd_calendar_cursor *c)
{
	size_t start = c->at;
	int first = 0;
	enum vd_err err = parse_weekday(c, &first);
	int last = first;

	if (err == VD_OK && vd_calendar_cursor_accept(c, '-')) {
		err = parse_weekday(c, &last);
	}
	if (err == VD_OK && !vd_calendar_cursor_accept(c, '=')) {
		err = vd_calendar_cursor_refuse(c, "a '=' behind the weekdays is expected");
	}
	struct vd_day_hours hours = { 0 };
	if (err == VD_OK) {
		err = vd_calendar_parse_hours(c, &hours);
	}
	struct vd_day_hours *week = c->builder->cal->week;
	for (int day = first; err == VD_OK; day = (day + 1) % 7) {
		if (week[day].n > 0) {
			return vd_calendar_cursor_refuse_at(c, start, VD_ERR_EXISTS,
							    "a weekday is given twice");
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

static enum vd_err parse_week(struct vd_calendar_cursor *c)
{
	if (vd_calendar_cursor_is_at_end(c)) {
		return vd_calendar_cursor_refuse(c, "the opening hours are missing");
	}
	if (c->text.p[c->at] == '!') { // never open but for exceptions
		return VD_OK;
	}
	enum vd_err err;
	do {
		err = parse_days(c);
	} while (err == VD_OK && vd_calendar_cursor_accept(c, ';'));
	return err == VD_OK ? check_nights(c->builder->cal, c->diag) : err;
}

// ---- items -------------------------------------------------------------------------------------

static enum vd_err check_name(const struct vd_calendar_cursor *c, size_t start, struct vd_span name)
{
	if (name.n >= NAME_BYTES) {
		return vd_calendar_cursor_refuse_at(c, start, VD_ERR_ROOM, "a name is too long");
	}
	for (size_t i = 0; i < name.n; i++) {
		if ((unsigned char)name.p[i] < ' ' || name.p[i] == 0x7f) {
			return vd_calendar_cursor_refuse_at(c, start, VD_ERR_SYNTAX,
							    "a name has a control character");
		}
	}
	return vd_utf8_is_valid(name) ? VD_OK
				      : vd_calendar_cursor_refuse_at(c, start, VD_ERR_SYNTAX,
								     "a name is not in UTF-8");
}

static enum vd_err put_name(struct vd_calendar_cursor *c, size_t start, struct vd_span name,
			    uint16_t *out)
{
	enum vd_err err = check_name(c, start, name);

	if (err == VD_OK && vd_calendar_build_name(c->builder, name, out) != VD_OK) {
		err = vd_calendar_cursor_refuse_at(c, start, VD_ERR_ROOM,
						   "there are too many names");
	}
	return err;
}

// (NAME): a backslash takes the next character as it is.
static enum vd_err parse_name(struct vd_calendar_cursor *c, uint16_t *out)
{
	size_t start = c->at;
	char name[NAME_BYTES];
	size_t n = 0;

	while (!vd_calendar_cursor_accept(c, ')')) {
		(void)vd_calendar_cursor_accept(c, '\\');
		if (vd_calendar_cursor_is_at_end(c)) {
			return vd_calendar_cursor_refuse_at(c, start, VD_ERR_SYNTAX,
							    "a ')' behind the name is missing");
		}
		if (n == sizeof(name)) {
			return vd_calendar_cursor_refuse_at(c, start, VD_ERR_ROOM,
							    "a name is too long");
		}
		name[n++] = c->text.p[c->at++];
	}
	return put_name(c, start, vd_span_make(name, n), out);
}

static enum vd_err put_holiday(struct vd_calendar_cursor *c, size_t start,
			       const struct vd_calendar_when *when, uint16_t name,
			       struct vd_day_hours hours)
{
	struct vd_exception exception = { .day = when->day, .name = name, .hours = hours };
	struct vd_calendar_rule rule = { .when = when->rule, .name = name, .hours = hours };
	enum vd_err err = when->is_date
				  ? vd_calendar_build_exception(c->builder, c->rank, &exception)
				  : vd_calendar_build_rule(c->builder, c->rank, &rule);

	if (err == VD_ERR_EXISTS) {
		return vd_calendar_cursor_refuse_at(c, start, err,
						    "a date has two different exceptions");
	}
	return err == VD_OK ? err
			    : vd_calendar_cursor_refuse_at(c, start, err,
							   "there are too many exceptions");
}

// ---- a file of holidays ------------------------------------------------------------------------

static enum vd_err parse_line(struct vd_calendar_cursor *c)
{
	struct vd_calendar_when when;
	struct vd_day_hours hours = { 0 };
	uint16_t name = 0;
	enum vd_err err = vd_calendar_parse_when(c, &when);

	if (err == VD_OK) {
		err = vd_calendar_parse_what(c, &when, &hours);
	}
	size_t start = c->at;
	while (vd_calendar_cursor_accept(c, ' ') || vd_calendar_cursor_accept(c, '\t')) {
	}
	if (err == VD_OK && (vd_calendar_cursor_is_at_end(c) || c->at == start)) {
		err = vd_calendar_cursor_refuse(c,
						"a blank and the name of the holiday are expected");
	}
	if (err == VD_OK) {
		err = put_name(c, c->at, vd_span_skip(c->text, c->at), &name);
	}
	return err == VD_OK ? put_holiday(c, 0, &when, name, hours) : err;
}

static enum vd_err parse_file(const struct vd_calendar_cursor *parent, enum vd_calendar_rank rank,
			      const char *file, struct vd_span text)
{
	struct vd_span rest = text;
	enum vd_err err = VD_OK;

	if (vd_span_has_prefix(rest, VD_SPAN("\xef\xbb\xbf"))) {
		rest = vd_span_skip(rest, 3);
	}
	for (int number = 1; rest.p != NULL && err == VD_OK; number++) {
		struct vd_span line = vd_span_trim(vd_span_cut(&rest, '\n'));
		struct vd_calendar_cursor c = { line, 0, parent->diag, parent->builder, rank };
		if (line.n > 0 && line.p[0] != '#') {
			err = parse_line(&c);
		}
		if (err != VD_OK) {
			(void)vd_diag_context(parent->diag, "%s:%d", file, number);
		}
	}
	return err;
}

static struct vd_span take_word(struct vd_calendar_cursor *c)
{
	size_t start = c->at;

	while (!vd_calendar_cursor_is_at_end(c) &&
	       ((c->text.p[c->at] >= 'a' && c->text.p[c->at] <= 'z') || c->text.p[c->at] == '-')) {
		c->at++;
	}
	return vd_span_make(c->text.p + start, c->at - start);
}

// True where it was a set; false leaves the cursor where it was.
static bool is_set(struct vd_calendar_cursor *c, enum vd_err *err)
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

static enum vd_err parse_item(struct vd_calendar_cursor *c)
{
	size_t start = c->at;
	enum vd_err err = VD_OK;
	if (is_set(c, &err)) {
		return err;
	}
	struct vd_calendar_when when;
	struct vd_day_hours hours = { 0 };
	uint16_t name = 0;

	err = vd_calendar_parse_when(c, &when);
	if (err == VD_OK) {
		err = vd_calendar_parse_what(c, &when, &hours);
	}
	if (err == VD_OK && vd_calendar_cursor_accept(c, '(')) {
		err = parse_name(c, &name);
	}
	return err == VD_OK ? put_holiday(c, start, &when, name, hours) : err;
}

static enum vd_err parse_text(struct vd_calendar_cursor *c)
{
	enum vd_err err = parse_week(c);

	if (err == VD_OK && vd_calendar_cursor_accept(c, '!')) {
		do {
			err = parse_item(c);
		} while (err == VD_OK && vd_calendar_cursor_accept(c, ','));
	}
	if (err == VD_OK && !vd_calendar_cursor_is_at_end(c)) {
		err = vd_calendar_cursor_refuse(c, "this does not belong here");
	}
	return err == VD_OK ? err : vd_diag_context(c->diag, "calendar");
}

enum vd_err vd_calendar_parse_with(struct vd_span zone, struct vd_span text, const char *file,
				   struct vd_span holidays, struct vd_calendar *out,
				   struct vd_diag *diag)
{
	struct vd_diag why = { 0 };
	struct vd_calendar_builder builder;
	struct vd_calendar_cursor c = { text, 0, &why, &builder, VD_CALENDAR_RANK_TEXT };

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
