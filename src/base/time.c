// SPDX-License-Identifier: MIT
#include "base/time.h"

#include <string.h>

#define S_PER_DAY INT64_C(86400)
#define YEAR_FIRST 1970
#define YEAR_LAST 9999

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0 ? 1 : 0);
}

int64_t vd_wall_to_s(struct vd_wall t)
{
	return floor_div(t.us, VD_US_PER_S);
}

int64_t vd_dur_to_ms(struct vd_dur d)
{
	return d.us / 1000;
}

// Howard Hinnant, "chrono-compatible low-level date algorithms": the year begins in March, so
// that the leap day is its last; eras of 400 years of 146097 days. 719468 days lie between
// 0000-03-01 and 1970.
int64_t vd_days_from_civil(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t month_from_march = (month + 9) % 12;
	int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

void vd_civil_from_days(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t z = days + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t day_of_era = z - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_from_march = (5 * day_of_year + 2) / 153;
	*day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
	*month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
	*year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

// `count` digits at least, and what stands behind them. Returns where to go on.
static char *put_number(char *at, uint64_t value, int count, char behind)
{
	char digits[20];
	int n = 0;
	do {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0 || n < count);
	while (n > 0) {
		*at++ = digits[--n];
	}
	*at++ = behind;
	return at;
}

// The longest is "-290308-12-21T19:59:05.224Z". No printf: a page of a staff member is full of
// stamps.
void vd_wall_print(struct vd_wall t, char out[VD_TIME_TEXT_BYTES])
{
	int64_t s = vd_wall_to_s(t);
	// Not t.us - s * VD_US_PER_S: the product leaves the range at the very start of time.
	int64_t us = t.us % VD_US_PER_S;
	uint64_t ms = (uint64_t)(us < 0 ? us + VD_US_PER_S : us) / 1000;
	int64_t days = floor_div(s, S_PER_DAY);
	uint64_t of_day = (uint64_t)(s - days * S_PER_DAY);
	int64_t year;
	int month;
	int day;
	vd_civil_from_days(days, &year, &month, &day);
	char *at = out;
	if (year < 0) {
		*at++ = '-';
	}
	at = put_number(at, (uint64_t)(year < 0 ? -year : year), 4, '-');
	at = put_number(at, (uint64_t)month, 2, '-');
	at = put_number(at, (uint64_t)day, 2, 'T');
	at = put_number(at, of_day / 3600, 2, ':');
	at = put_number(at, of_day / 60 % 60, 2, ':');
	at = put_number(at, of_day % 60, 2, ms != 0 ? '.' : 'Z');
	if (ms != 0) {
		at = put_number(at, ms, 3, 'Z');
	}
	*at = '\0';
}

// What a text says, before it is judged.
struct fields {
	int year;
	int month;
	int day;
	int hour;
	int minute;
	int second;
	int us;
	int offset_s; // local minus UTC
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool take_digits(struct vd_span *s, size_t count, int *out)
{
	if (s->n < count) {
		return false;
	}
	int value = 0;
	for (size_t i = 0; i < count; i++) {
		if (!is_digit(s->p[i])) {
			return false;
		}
		value = value * 10 + (s->p[i] - '0');
	}
	*out = value;
	*s = vd_span_skip(*s, count);
	return true;
}

static bool take_one_of(struct vd_span *s, const char *set, char *out)
{
	if (s->n == 0 || s->p[0] == '\0' || strchr(set, s->p[0]) == NULL) {
		return false;
	}
	*out = s->p[0];
	*s = vd_span_skip(*s, 1);
	return true;
}

static bool take_char(struct vd_span *s, const char *set)
{
	char ignored;
	return take_one_of(s, set, &ignored);
}

// At least one digit behind the point; those past microseconds are cut, not rounded: a stamp must
// not move into the future.
static bool take_fraction(struct vd_span *s, int *us)
{
	int value = 0;
	size_t digits = 0;
	while (digits < s->n && is_digit(s->p[digits])) {
		if (digits < 6) {
			value = value * 10 + (s->p[digits] - '0');
		}
		digits++;
	}
	for (size_t i = digits; i < 6; i++) {
		value *= 10;
	}
	*us = value;
	*s = vd_span_skip(*s, digits);
	return digits > 0;
}

static enum vd_err take_offset(struct vd_span *s, int *offset_s)
{
	char sign;
	if (!take_one_of(s, "Zz+-", &sign)) {
		return VD_ERR_SYNTAX;
	}
	*offset_s = 0;
	if (sign != '+' && sign != '-') {
		return VD_OK;
	}
	int hour;
	int minute;
	if (!take_digits(s, 2, &hour)) {
		return VD_ERR_SYNTAX;
	}
	(void)take_char(s, ":");
	if (!take_digits(s, 2, &minute)) {
		return VD_ERR_SYNTAX;
	}
	if (hour > 23 || minute > 59) {
		return VD_ERR_RANGE;
	}
	*offset_s = (hour * 60 + minute) * (sign == '-' ? -60 : 60);
	return VD_OK;
}

static int days_in_month(int year, int month)
{
	int64_t next = month == 12 ? vd_days_from_civil(year + 1, 1, 1)
				   : vd_days_from_civil(year, month + 1, 1);
	return (int)(next - vd_days_from_civil(year, month, 1));
}

static enum vd_err wall_from_fields(const struct fields *f, struct vd_wall *out)
{
	bool is_date = f->year >= YEAR_FIRST && f->year <= YEAR_LAST && f->month >= 1 &&
		       f->month <= 12 && f->day >= 1 && f->day <= days_in_month(f->year, f->month);
	if (!is_date || f->hour > 23 || f->minute > 59 || f->second > 60) {
		return VD_ERR_RANGE;
	}
	int64_t s = vd_days_from_civil(f->year, f->month, f->day) * S_PER_DAY;
	// Second 60 runs over into the next minute by itself.
	s += f->hour * 3600 + f->minute * 60 + f->second - f->offset_s;
	// An offset can lead out of the years that are allowed.
	if (s < 0 || s >= vd_days_from_civil(YEAR_LAST + 1, 1, 1) * S_PER_DAY) {
		return VD_ERR_RANGE;
	}
	out->us = s * VD_US_PER_S + f->us;
	return VD_OK;
}

static bool take_clock(struct vd_span *s, struct fields *f)
{
	return take_digits(s, 2, &f->hour) && take_char(s, ":") && take_digits(s, 2, &f->minute) &&
	       take_char(s, ":") && take_digits(s, 2, &f->second);
}

enum vd_err vd_wall_parse(struct vd_span text, struct vd_wall *out)
{
	struct vd_span s = text;
	struct fields f = { 0 };
	if (!take_digits(&s, 4, &f.year) || !take_char(&s, "-") || !take_digits(&s, 2, &f.month) ||
	    !take_char(&s, "-") || !take_digits(&s, 2, &f.day) || !take_char(&s, "Tt ") ||
	    !take_clock(&s, &f)) {
		return VD_ERR_SYNTAX;
	}
	if (take_char(&s, ".") && !take_fraction(&s, &f.us)) {
		return VD_ERR_SYNTAX;
	}
	enum vd_err err = take_offset(&s, &f.offset_s);
	if (err != VD_OK) {
		return err;
	}
	return s.n > 0 ? VD_ERR_SYNTAX : wall_from_fields(&f, out);
}

// Place of a three-letter name in a row of them, -1 where it isn't there.
static int take_name(struct vd_span *s, const char *row)
{
	if (s->n < 3) {
		return -1;
	}
	for (int i = 0; row[3 * i] != '\0'; i++) {
		if (memcmp(s->p, row + 3 * i, 3) == 0) {
			*s = vd_span_skip(*s, 3);
			return i;
		}
	}
	return -1;
}

// RFC 9110 section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
enum vd_err vd_wall_parse_http(struct vd_span text, struct vd_wall *out)
{
	struct vd_span s = text;
	struct fields f = { 0 };
	int weekday = take_name(&s, "ThuFriSatSunMonTueWed"); // from the weekday of 1970-01-01
	if (weekday < 0 || !take_char(&s, ",") || !take_char(&s, " ") ||
	    !take_digits(&s, 2, &f.day) || !take_char(&s, " ")) {
		return VD_ERR_SYNTAX;
	}
	f.month = take_name(&s, "JanFebMarAprMayJunJulAugSepOctNovDec") + 1;
	if (f.month == 0 || !take_char(&s, " ") || !take_digits(&s, 4, &f.year) ||
	    !take_char(&s, " ") || !take_clock(&s, &f) || !vd_span_is_text(s, " GMT")) {
		return VD_ERR_SYNTAX;
	}
	struct vd_wall t;
	enum vd_err err = wall_from_fields(&f, &t);
	if (err != VD_OK) {
		return err;
	}
	// A date that contradicts itself is no witness of the time.
	if (vd_days_from_civil(f.year, f.month, f.day) % 7 != weekday) {
		return VD_ERR_SYNTAX;
	}
	*out = t;
	return VD_OK;
}
