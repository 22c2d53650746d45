// SPDX-License-Identifier: MIT
#include "care/holiday_ics.h"

#include <string.h>

#include "base/attr.h"
#include "base/time.h"
#include "base/utf8.h"
#include "care/calendar_year.h"
#include "care/holiday_ics_rule.h"

#define DAY_S 86400
#define DAY_MIN 1440
#define DEPTH 8
#define FIRST_S INT64_C(-62135596800) // year 1
#define LAST_S INT64_C(253402300799)  // year 9999

struct event {
	int line; // of its BEGIN
	bool has_start;
	bool is_date; // all day
	bool is_cancelled;
	bool is_moved; // RECURRENCE-ID
	bool has_end;
	bool has_duration;
	bool has_rule;
	int64_t start; // local seconds since 1970-01-01 00:00 local
	int64_t end;
	int64_t duration_s;
	struct vd_ics_rule rule;
	int64_t extra[VD_ICS_DATES]; // RDATE
	size_t n_extra;
	int64_t without[VD_ICS_DATES]; // EXDATE
	size_t n_without;
	char name[VD_ICS_NAME_BYTES];
};

struct reader {
	struct vd_ics *ics;
	struct vd_span rest;
	int next_line; // number of the line that `rest` begins with
	int line;      // of the one in hand
	const struct vd_zone *zone;
	struct vd_zone own_zone;
	struct vd_buf *out;
	struct vd_diag *diag;
	struct event event;
	int depth;
	int event_depth; // 0: not inside an event
};

struct property {
	struct vd_span name;
	struct vd_span parameters; // ";A=B;C=D", or empty
	struct vd_span value;
};

static enum vd_err refuse(const struct reader *r, enum vd_err err, const char *why)
{
	return vd_diag_set(r->diag, err, "%s", why);
}

// ---- lines (3.1) -------------------------------------------------------------------------------

// Puts the next line together; false at the end. A line that is too long is cut.
static bool take_line(struct reader *r, struct vd_span *line, bool *is_cut)
{
	size_t n = 0;
	bool is_more = r->rest.p != NULL && r->rest.n > 0;

	*is_cut = false;
	if (!is_more) {
		return false;
	}
	r->line = r->next_line;
	while (is_more) {
		struct vd_span piece = vd_span_cut(&r->rest, '\n');
		r->next_line++;
		if (piece.n > 0 && piece.p[piece.n - 1] == '\r') {
			piece.n--;
		}
		size_t room = VD_ICS_LINE_BYTES - n;
		*is_cut |= piece.n > room;
		memcpy(r->ics->line + n, piece.p, piece.n < room ? piece.n : room);
		n += piece.n < room ? piece.n : room;
		is_more = r->rest.p != NULL && r->rest.n > 0 &&
			  (r->rest.p[0] == ' ' || r->rest.p[0] == '\t');
		r->rest = is_more ? vd_span_skip(r->rest, 1) : r->rest;
	}
	*line = vd_span_make(r->ics->line, n);
	return true;
}

// name *(";" param) ":" value; a ':' in quotes is none.
static bool split_line(struct vd_span line, struct property *out)
{
	size_t name_end = 0;
	while (name_end < line.n && line.p[name_end] != ';' && line.p[name_end] != ':') {
		name_end++;
	}
	size_t colon = name_end;
	bool is_quoted = false;
	while (colon < line.n && (is_quoted || line.p[colon] != ':')) {
		is_quoted ^= line.p[colon] == '"';
		colon++;
	}
	out->name = vd_span_make(line.p, name_end);
	out->parameters = vd_span_make(line.p + name_end, colon - name_end);
	out->value = vd_span_skip(line, colon + 1);
	return name_end > 0 && colon < line.n;
}

// The value of a parameter, without quotes; empty where it is absent.
static struct vd_span parameter(const struct property *property, struct vd_span name)
{
	struct vd_span rest = property->parameters;

	while (rest.n > 0) {
		size_t end = 1; // behind the ';'
		bool is_quoted = false;
		while (end < rest.n && (is_quoted || rest.p[end] != ';')) {
			is_quoted ^= rest.p[end] == '"';
			end++;
		}
		struct vd_span value = vd_span_make(rest.p + 1, end - 1);
		struct vd_span key = vd_span_cut(&value, '=');
		if (value.p != NULL && vd_span_is_equal_nocase(key, name)) {
			bool has_quotes = value.n >= 2 && value.p[0] == '"';
			return has_quotes ? vd_span_make(value.p + 1, value.n - 2) : value;
		}
		rest = vd_span_skip(rest, end);
	}
	return (struct vd_span){ NULL, 0 };
}

static bool is_named(const struct property *property, const char *name)
{
	return vd_span_is_equal_nocase(property->name, vd_span_of(name));
}

// ---- values (3.3) ------------------------------------------------------------------------------

// To the dates of whom the file is read for.
static enum vd_err to_local(struct reader *r, const struct vd_zone *from, int64_t *local)
{
	if (r->zone == NULL) {
		return refuse(r, VD_ERR_ARGUMENT,
			      "the time has a zone, so say whose dates are wanted: give a zone, or "
			      "X-WR-TIMEZONE before it");
	}
	int64_t at = vd_zone_to_instant(from, *local, VD_OCCURRENCE_FIRST);
	*local = at + vd_zone_offset(r->zone, at);
	return VD_OK;
}

static enum vd_err place_time(struct reader *r, const struct property *property, bool is_utc,
			      int64_t *local)
{
	struct vd_span name = parameter(property, VD_SPAN("TZID"));
	struct vd_zone zone = { 0 };
	struct vd_diag why = { 0 };

	if (is_utc) {
		return to_local(r, &zone, local);
	}
	if (name.n == 0) { // floating: as the clock on the wall says
		return VD_OK;
	}
	if (name.p[0] == '/') { // a registry's prefix (3.2.19)
		name = vd_span_skip(name, 1);
	}
	if (vd_zone_parse(name, &zone, &why) != VD_OK) {
		return vd_diag_set(r->diag, why.err,
				   "TZID \"%.*s\" is no zone that is known here (like Europe/Rome)",
				   (int)(name.n < 60 ? name.n : 60), name.p);
	}
	return to_local(r, &zone, local);
}

static enum vd_err parse_time(struct reader *r, const struct property *property,
			      struct vd_span text, int64_t *local, bool *is_date)
{
	bool is_utc = false;

	if (!vd_ics_parse_time(text, local, is_date, &is_utc)) {
		return vd_diag_set(r->diag, VD_ERR_SYNTAX,
				   "\"%.*s\" is no date (20261224) or time (20261224T130000)",
				   (int)(text.n < 40 ? text.n : 40), text.p);
	}
	return *is_date ? VD_OK : place_time(r, property, is_utc, local);
}

static enum vd_err parse_list(struct reader *r, const struct property *property, int64_t *list,
			      size_t *n)
{
	struct vd_span rest = property->value;
	enum vd_err err = VD_OK;

	while (rest.p != NULL && err == VD_OK) {
		bool is_date;
		if (*n == VD_ICS_DATES) {
			return refuse(r, VD_ERR_ROOM, "an event has too many EXDATE or RDATE");
		}
		err = parse_time(r, property, vd_span_cut(&rest, ','), &list[*n], &is_date);
		*n += err == VD_OK;
	}
	return err;
}

// 3.3.11; whatever can't stand in a name becomes a blank.
static void parse_name(struct vd_span text, char out[VD_ICS_NAME_BYTES])
{
	char raw[VD_ICS_LINE_BYTES];
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == '\\' && i + 1 < text.n) {
			c = text.p[++i];
			c = c == 'n' || c == 'N' ? ' ' : c;
		}
		bool is_control = (unsigned char)c < ' ' || c == 0x7f;
		raw[n++] = is_control ? ' ' : c;
	}
	struct vd_span name = vd_span_trim(vd_span_make(raw, n));
	bool is_good = name.n > 0 && vd_utf8_is_valid(name);
	name = is_good ? name : VD_SPAN("Closed");
	name.n = vd_utf8_truncate(name, VD_ICS_NAME_BYTES - 1);
	(void)!vd_span_copy(vd_span_trim(name), out, VD_ICS_NAME_BYTES);
}

// ---- what closes -------------------------------------------------------------------------------

static enum vd_err put_part(struct reader *r, int64_t day, int from_min, int to_min)
{
	struct vd_ics *ics = r->ics;
	size_t at = ics->n_parts;

	if (at == VD_ICS_PARTS) {
		return refuse(r, VD_ERR_ROOM, "there are too many closed days");
	}
	while (at > 0 &&
	       (ics->parts[at - 1].day > day ||
		(ics->parts[at - 1].day == day && ics->parts[at - 1].from_min > from_min))) {
		at--;
	}
	memmove(&ics->parts[at + 1], &ics->parts[at], (ics->n_parts - at) * sizeof(ics->parts[0]));
	ics->n_parts++;
	ics->parts[at].day = (int32_t)day;
	ics->parts[at].from_min = (uint16_t)from_min;
	ics->parts[at].to_min = (uint16_t)to_min;
	memcpy(ics->parts[at].name, r->event.name, sizeof(ics->parts[at].name));
	return VD_OK;
}

// One occurrence, date by date, whole minutes.
static enum vd_err put_occurrence(struct reader *r, int64_t start)
{
	const struct event *e = &r->event;
	int64_t end = start + e->duration_s;
	enum vd_err err = VD_OK;

	if (start < FIRST_S || end > LAST_S) {
		return refuse(r, VD_ERR_RANGE, "the event lies outside of the years 1 to 9999");
	}
	for (int64_t at = start; at < end && err == VD_OK;) {
		int64_t day = vd_ics_floor_div(at, DAY_S);
		int64_t next = (day + 1) * DAY_S < end ? (day + 1) * DAY_S : end;
		int from_min = (int)((at - day * DAY_S) / 60);
		int to_min = (int)((next - day * DAY_S + 59) / 60);
		err = put_part(r, day, from_min, to_min);
		at = next;
	}
	return err;
}

static bool is_without(const struct event *e, int64_t start)
{
	for (size_t i = 0; i < e->n_without; i++) {
		if (e->without[i] == start) {
			return true;
		}
	}
	return false;
}

static bool put_rule_occurrence(void *ctx, int64_t start)
{
	struct reader *r = ctx;
	return is_without(&r->event, start) || put_occurrence(r, start) == VD_OK;
}

// A year's rule of each date of the event, for the years between two that are left out.
static void put_years(struct reader *r, const struct vd_ics_yearly *yearly, int from, int until)
{
	const struct event *e = &r->event;

	if (until < from) {
		return;
	}
	for (int64_t i = 0; i < e->duration_s / DAY_S; i++) {
		struct vd_ics_yearly one = *yearly;
		(void)vd_ics_yearly_add(&one, (int)i); // put_rule has tried the last one
		vd_ics_yearly_print(&one, from + one.years, until + one.years, r->out);
		vd_buf_printf(r->out, " %s\n", e->name);
	}
}

static enum vd_err put_yearly(struct reader *r, const struct vd_ics_yearly *yearly)
{
	const struct event *e = &r->event;
	int from = yearly->from_year;

	for (bool is_cut = true; is_cut;) { // ascending, whatever the order of EXDATE
		int first = yearly->until_year + 1;
		for (size_t i = 0; i < e->n_without; i++) {
			int year = vd_ics_year_of(e->without[i]);
			bool is_ours = vd_ics_yearly_start(yearly, year) == e->without[i];
			first = is_ours && year >= from && year < first ? year : first;
		}
		is_cut = first <= yearly->until_year;
		put_years(r, yearly, from, first - 1);
		from = first + 1;
	}
	return VD_OK;
}

static enum vd_err put_rule(struct reader *r)
{
	const struct event *e = &r->event;
	struct vd_ics_yearly yearly;

	// Other times of the day, and spans that a weekday's rule can't follow, are written out.
	if (e->is_date && vd_ics_rule_is_yearly(&e->rule, e->start, &yearly)) {
		struct vd_ics_yearly last = yearly;
		if (e->duration_s > 0 &&
		    vd_ics_yearly_add(&last, (int)(e->duration_s / DAY_S) - 1)) {
			return put_yearly(r, &yearly);
		}
	}
	vd_diag_clear(r->diag);
	vd_ics_rule_each(&e->rule, e->start, put_rule_occurrence, r);
	return r->diag->err;
}

static enum vd_err check_event(struct reader *r)
{
	struct event *e = &r->event;

	if (!e->has_start) {
		return refuse(r, VD_ERR_SYNTAX, "the event has no DTSTART");
	}
	if (e->is_moved) {
		return refuse(
			r, VD_ERR_UNSUPPORTED,
			"RECURRENCE-ID is not supported: write EXDATE and an event of its own");
	}
	if (!e->has_duration) {
		e->duration_s = e->has_end ? e->end - e->start : e->is_date ? DAY_S : 0;
	}
	if (e->duration_s < 0) {
		return refuse(r, VD_ERR_RANGE, "the event ends before it begins");
	}
	if (e->duration_s > INT64_C(3660) * DAY_S) {
		return refuse(r, VD_ERR_RANGE, "the event is longer than ten years");
	}
	if (e->is_date && e->duration_s % DAY_S != 0) {
		return refuse(r, VD_ERR_SYNTAX,
			      "the event is all day, but DURATION is not in days");
	}
	if (e->name[0] == '\0') {
		memcpy(e->name, "Closed", sizeof("Closed"));
	}
	return VD_OK;
}

static enum vd_err put_event(struct reader *r)
{
	struct event *e = &r->event;
	enum vd_err err = check_event(r);

	if (err != VD_OK || e->is_cancelled) {
		return err;
	}
	if (e->has_rule) {
		err = put_rule(r);
	} else if (!is_without(e, e->start)) {
		err = put_occurrence(r, e->start);
	}
	for (size_t i = 0; i < e->n_extra && err == VD_OK; i++) {
		err = is_without(e, e->extra[i]) ? VD_OK : put_occurrence(r, e->extra[i]);
	}
	return err;
}

// ---- properties of an event (3.8) --------------------------------------------------------------

static enum vd_err on_start(struct reader *r, const struct property *property)
{
	struct event *e = &r->event;
	e->has_start = true;
	return parse_time(r, property, property->value, &e->start, &e->is_date);
}

static enum vd_err on_end(struct reader *r, const struct property *property)
{
	bool is_date;
	r->event.has_end = true;
	return parse_time(r, property, property->value, &r->event.end, &is_date);
}

static enum vd_err on_duration(struct reader *r, const struct property *property)
{
	r->event.has_duration = true;
	return vd_ics_parse_duration(property->value, &r->event.duration_s)
		       ? VD_OK
		       : refuse(r, VD_ERR_SYNTAX, "DURATION is to be like P1D, P2W or PT4H30M");
}

static enum vd_err on_rule(struct reader *r, const struct property *property)
{
	if (r->event.has_rule) {
		return refuse(r, VD_ERR_UNSUPPORTED, "an event has two RRULE");
	}
	r->event.has_rule = true;
	enum vd_err err = vd_ics_rule_parse(property->value, &r->event.rule, r->diag);
	// UNTIL is in UTC where DTSTART has a zone (3.3.10).
	if (err == VD_OK && r->event.rule.is_until_utc) {
		struct vd_zone utc = { 0 };
		err = to_local(r, &utc, &r->event.rule.until);
	}
	return err;
}

static enum vd_err on_without(struct reader *r, const struct property *property)
{
	return parse_list(r, property, r->event.without, &r->event.n_without);
}

static enum vd_err on_extra(struct reader *r, const struct property *property)
{
	return parse_list(r, property, r->event.extra, &r->event.n_extra);
}

static enum vd_err on_name(struct reader *r, const struct property *property)
{
	parse_name(property->value, r->event.name);
	return VD_OK;
}

static enum vd_err on_status(struct reader *r, const struct property *property)
{
	r->event.is_cancelled = vd_span_is_equal_nocase(property->value, VD_SPAN("CANCELLED"));
	return VD_OK;
}

static enum vd_err on_moved(struct reader *r, const struct property *property)
{
	(void)property;
	r->event.is_moved = true;
	return VD_OK;
}

static const struct {
	const char *name;
	enum vd_err (*take)(struct reader *r, const struct property *property);
	bool may_be_cut;
} properties[] = {
	{ "DTSTART", on_start, false },      { "DTEND", on_end, false },
	{ "DURATION", on_duration, false },  { "RRULE", on_rule, false },
	{ "EXDATE", on_without, false },     { "RDATE", on_extra, false },
	{ "SUMMARY", on_name, true },        { "STATUS", on_status, true },
	{ "RECURRENCE-ID", on_moved, true },
};

static enum vd_err take_property(struct reader *r, const struct property *property, bool is_cut)
{
	for (size_t i = 0; i < VD_ARRAY_LEN(properties); i++) {
		if (!is_named(property, properties[i].name)) {
			continue;
		}
		if (is_cut && !properties[i].may_be_cut) {
			return vd_diag_set(r->diag, VD_ERR_TOO_LARGE, "%s is too long",
					   properties[i].name);
		}
		enum vd_err err = properties[i].take(r, property);
		return err == VD_OK ? err : vd_diag_context(r->diag, "%s", properties[i].name);
	}
	return VD_OK;
}

// ---- the file ----------------------------------------------------------------------------------

static enum vd_err begin(struct reader *r, const struct property *property)
{
	bool is_first = r->depth == 0;

	if (is_first != vd_span_is_equal_nocase(property->value, VD_SPAN("VCALENDAR"))) {
		return refuse(r, VD_ERR_SYNTAX,
			      "a file has BEGIN:VCALENDAR first, and once for what is inside");
	}
	if (++r->depth > DEPTH) {
		return refuse(r, VD_ERR_SYNTAX, "components are too deep inside each other");
	}
	if (r->depth == 2 && vd_span_is_equal_nocase(property->value, VD_SPAN("VEVENT"))) {
		memset(&r->event, 0, sizeof(r->event));
		r->event.line = r->line;
		r->event_depth = r->depth;
	}
	return VD_OK;
}

static enum vd_err end(struct reader *r)
{
	enum vd_err err = VD_OK;

	if (r->depth == 0) {
		return refuse(r, VD_ERR_SYNTAX, "END without BEGIN");
	}
	if (r->depth == r->event_depth) {
		r->event_depth = 0;
		r->line = r->event.line; // what is wrong with it as a whole
		err = put_event(r);
	}
	r->depth--;
	return err;
}

static enum vd_err take_zone(struct reader *r, struct vd_span name)
{
	struct vd_diag why = { 0 };

	if (r->zone == NULL && vd_zone_parse(name, &r->own_zone, &why) == VD_OK) {
		r->zone = &r->own_zone;
	}
	return VD_OK; // one that is not known is missed only where it is needed
}

static enum vd_err take(struct reader *r, struct vd_span line, bool is_cut)
{
	struct property property;

	if (vd_span_trim(line).n == 0) {
		return VD_OK;
	}
	if (!split_line(line, &property)) {
		return is_cut ? VD_OK : refuse(r, VD_ERR_SYNTAX, "a line is to be like NAME:VALUE");
	}
	if (is_named(&property, "BEGIN")) {
		return begin(r, &property);
	}
	if (r->depth == 0) {
		return refuse(r, VD_ERR_SYNTAX, "there is text outside of BEGIN:VCALENDAR");
	}
	if (is_named(&property, "END")) {
		return end(r);
	}
	if (r->depth == 1 && is_named(&property, "X-WR-TIMEZONE")) {
		return take_zone(r, property.value);
	}
	return r->depth == r->event_depth ? take_property(r, &property, is_cut) : VD_OK;
}

static enum vd_err take_all(struct reader *r)
{
	struct vd_span line;
	bool is_cut;
	enum vd_err err = VD_OK;

	while (err == VD_OK && take_line(r, &line, &is_cut)) {
		err = take(r, line, is_cut);
	}
	if (err == VD_OK && r->next_line == 1) {
		err = refuse(r, VD_ERR_SYNTAX, "the file is empty");
	}
	if (err == VD_OK && r->depth > 0) {
		r->line = r->next_line - 1;
		err = refuse(r, VD_ERR_SYNTAX,
			     "the file ends inside of a component: END is missing");
	}
	return err;
}

// A line a date: closed, or closed from to; what overlaps or touches is one.
static void put_days(const struct vd_ics *ics, struct vd_buf *out)
{
	for (size_t i = 0; i < ics->n_parts;) {
		const struct vd_ics_part *first = &ics->parts[i];
		struct vd_ics_part closed[VD_ICS_DAY_PARTS];
		size_t n = vd_ics_unite(first, ics->n_parts - i, closed, &i);
		int64_t year;
		int month;
		int day;
		vd_civil_from_days(first->day, &year, &month, &day);
		vd_buf_printf(out, "%04d-%02d-%02d", (int)year, month, day);
		bool is_whole = n == 1 && closed[0].from_min == 0 && closed[0].to_min == DAY_MIN;
		for (size_t k = 0; k < n && !is_whole; k++) {
			vd_buf_printf(out, "%s%02d:%02d-%02d:%02d", k == 0 ? "=!" : "+",
				      closed[k].from_min / 60, closed[k].from_min % 60,
				      closed[k].to_min / 60, closed[k].to_min % 60);
		}
		vd_buf_printf(out, " %s\n", first->name);
	}
}

bool vd_ics_is(struct vd_span text)
{
	struct vd_span begin_text = VD_SPAN("BEGIN:VCALENDAR");
	struct vd_span rest = text;

	if (vd_span_has_prefix(rest, VD_SPAN("\xef\xbb\xbf"))) {
		rest = vd_span_skip(rest, 3);
	}
	rest = vd_span_trim(rest);
	return rest.n >= begin_text.n &&
	       vd_span_is_equal_nocase(vd_span_make(rest.p, begin_text.n), begin_text);
}

enum vd_err vd_ics_to_holidays(struct vd_ics *ics, const char *file, struct vd_span text,
			       const struct vd_zone *zone, struct vd_buf *out, struct vd_diag *diag)
{
	struct vd_diag why = { 0 };
	struct reader r = { .ics = ics,
			    .rest = text,
			    .next_line = 1,
			    .line = 1,
			    .zone = zone,
			    .out = out,
			    .diag = &why };

	ics->n_parts = 0;
	if (vd_span_has_prefix(text, VD_SPAN("\xef\xbb\xbf"))) {
		r.rest = vd_span_skip(text, 3);
	}
	enum vd_err err = take_all(&r);
	if (err != VD_OK) {
		return vd_diag_set(diag, err, "%s:%d: %s", file, r.line, why.text);
	}
	put_days(ics, out);
	return vd_buf_check(out) == VD_OK
		       ? VD_OK
		       : vd_diag_set(diag, VD_ERR_ROOM, "%s: it has too many holidays", file);
}
