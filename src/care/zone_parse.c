// SPDX-License-Identifier: MIT
#include "care/zone.h"

#include <string.h>

#include "care/zone_names.h"

#define HOUR_S 3600
#define OFFSET_HOURS 24 // POSIX
#define TIME_HOURS 167  // RFC 8536 3.3.1

struct cursor {
	struct vd_span whole;
	size_t at;
	struct vd_diag *diag;
};

static char peek(const struct cursor *c)
{
	return c->at < c->whole.n ? c->whole.p[c->at] : '\0';
}

static bool accept(struct cursor *c, char wanted)
{
	if (c->at >= c->whole.n || c->whole.p[c->at] != wanted) {
		return false;
	}
	c->at++;
	return true;
}

static enum vd_err refuse(const struct cursor *c, const char *why)
{
	return vd_diag_set(c->diag, VD_ERR_SYNTAX, "%s at column %zu of the zone rule", why,
			   c->at + 1);
}

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static bool is_letter(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

static enum vd_err parse_number(struct cursor *c, int min, int max, int *out)
{
	int value = 0;
	size_t start = c->at;

	while (is_digit(peek(c)) && c->at - start < 4) {
		value = value * 10 + (peek(c) - '0');
		c->at++;
	}
	if (c->at == start) {
		return refuse(c, "a number is missing");
	}
	if (value < min || value > max) {
		c->at = start;
		return refuse(c, "a number is out of its range");
	}
	*out = value;
	return VD_OK;
}

// Three letters or more, or <letters, digits, + and -> (POSIX.1-2017 8.3).
static enum vd_err skip_name(struct cursor *c)
{
	bool is_quoted = accept(c, '<');
	size_t start = c->at;

	while (is_letter(peek(c)) ||
	       (is_quoted && (is_digit(peek(c)) || peek(c) == '+' || peek(c) == '-'))) {
		c->at++;
	}
	if (c->at - start < 3) {
		return refuse(c, "a name of three letters or more is missing");
	}
	return !is_quoted || accept(c, '>') ? VD_OK : refuse(c, "a '>' is missing");
}

// [+-]hh[:mm[:ss]]
static enum vd_err parse_clock(struct cursor *c, int max_hours, int32_t *out)
{
	bool is_negative = accept(c, '-');
	if (!is_negative) {
		(void)accept(c, '+');
	}
	int part[3] = { 0, 0, 0 };
	enum vd_err err = parse_number(c, 0, max_hours, &part[0]);

	for (int i = 1; err == VD_OK && i < 3 && accept(c, ':'); i++) {
		err = parse_number(c, 0, 59, &part[i]);
	}
	int32_t value = part[0] * HOUR_S + part[1] * 60 + part[2];
	*out = is_negative ? -value : value;
	return err;
}

// A zone rule counts west of UTC as positive.
static enum vd_err parse_offset(struct cursor *c, int32_t *out)
{
	int32_t west = 0;
	enum vd_err err = parse_clock(c, OFFSET_HOURS, &west);

	*out = -west;
	return err;
}

static enum vd_err parse_month_rule(struct cursor *c, struct vd_zone_change *out)
{
	static const struct {
		int min;
		int max;
	} range[3] = { { 1, 12 }, { 1, 5 }, { 0, 6 } };
	int part[3] = { 0, 0, 0 };

	for (int i = 0; i < 3; i++) {
		if (i > 0 && !accept(c, '.')) {
			return refuse(c, "a '.' is missing");
		}
		enum vd_err err = parse_number(c, range[i].min, range[i].max, &part[i]);
		if (err != VD_OK) {
			return err;
		}
	}
	out->form = 'M';
	out->month = (int16_t)part[0];
	out->week = (int16_t)part[1];
	out->day = (int16_t)part[2];
	return VD_OK;
}

static enum vd_err parse_day_rule(struct cursor *c, struct vd_zone_change *out)
{
	if (accept(c, 'M')) {
		return parse_month_rule(c, out);
	}
	bool is_julian = accept(c, 'J');
	int day = 0;
	enum vd_err err = parse_number(c, is_julian ? 1 : 0, 365, &day);

	out->form = is_julian ? 'J' : '0';
	out->day = (int16_t)day;
	return err;
}

// ,date[/time]
static enum vd_err parse_change(struct cursor *c, struct vd_zone_change *out)
{
	if (!accept(c, ',')) {
		return refuse(c, "the date of a change to or from daylight time is missing");
	}
	enum vd_err err = parse_day_rule(c, out);

	out->time_s = 2 * HOUR_S;
	if (err == VD_OK && accept(c, '/')) {
		err = parse_clock(c, TIME_HOURS, &out->time_s);
	}
	return err;
}

static enum vd_err parse_daylight(struct cursor *c, struct vd_zone *out)
{
	enum vd_err err = skip_name(c);

	out->has_daylight = true;
	out->daylight_s = out->standard_s + HOUR_S;
	if (err == VD_OK && c->at < c->whole.n && peek(c) != ',') {
		err = parse_offset(c, &out->daylight_s);
	}
	// POSIX leaves the dates to the system where they are absent: we have none to guess from.
	if (err == VD_OK) {
		err = parse_change(c, &out->to_daylight);
	}
	if (err == VD_OK) {
		err = parse_change(c, &out->to_standard);
	}
	return err;
}

static enum vd_err parse_rule(struct cursor *c, struct vd_zone *out)
{
	enum vd_err err = skip_name(c);

	if (err == VD_OK) {
		err = parse_offset(c, &out->standard_s);
	}
	out->daylight_s = out->standard_s;
	if (err == VD_OK && c->at < c->whole.n) {
		err = parse_daylight(c, out);
	}
	if (err == VD_OK && c->at < c->whole.n) {
		err = refuse(c, "there is text behind the end");
	}
	return err;
}

static const char *find_name(struct vd_span name)
{
	for (size_t i = 0; i < vd_zone_names_n; i++) {
		if (vd_span_is_text(name, vd_zone_names[i].name)) {
			return vd_zone_names[i].rule;
		}
	}
	return NULL;
}

// Every rule has digits; of the names only those of Etc and the old American ones.
static bool looks_like_rule(struct vd_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (is_digit(text.p[i])) {
			return true;
		}
	}
	return false;
}

enum vd_err vd_zone_parse(struct vd_span text, struct vd_zone *out, struct vd_diag *diag)
{
	const char *rule = find_name(text);
	struct cursor c = { .whole = rule != NULL ? vd_span_of(rule) : text, .diag = diag };

	memset(out, 0, sizeof(*out));
	if (rule == NULL && !looks_like_rule(text)) {
		return vd_diag_set(
			diag, VD_ERR_NOT_FOUND,
			"\"%.*s\" is neither a known time zone (like Europe/Rome) nor a rule "
			"(like CET-1CEST,M3.5.0,M10.5.0/3)",
			(int)(text.n < 60 ? text.n : 60), text.p != NULL ? text.p : "");
	}
	enum vd_err err = parse_rule(&c, out);
	if (err != VD_OK) {
		memset(out, 0, sizeof(*out));
		return vd_diag_context(diag, "time zone \"%.*s\"", (int)(text.n < 60 ? text.n : 60),
				       text.p);
	}
	vd_zone_fill_table(out);
	return VD_OK;
}
