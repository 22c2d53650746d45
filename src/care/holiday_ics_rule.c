// SPDX-License-Identifier: MIT
#include "care/holiday_ics_rule.h"

#include "base/attr.h"
#include "care/calendar_year.h"

#define DAY_S 86400
#define YEAR_MAX 9999

int64_t vd_ics_floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int vd_ics_year_of(int64_t local_s)
{
	return vd_calendar_year_of(vd_ics_floor_div(local_s, DAY_S)).number;
}

// `digits` digits of `text` from `at` on; -1 where there are others.
static int number_at(struct vd_span text, size_t at, size_t digits)
{
	int value = 0;

	for (size_t i = at; i < at + digits; i++) {
		if (i >= text.n || text.p[i] < '0' || text.p[i] > '9') {
			return -1;
		}
		value = value * 10 + (text.p[i] - '0');
	}
	return value;
}

static bool parse_date(struct vd_span text, int64_t *day)
{
	int year_number = number_at(text, 0, 4);
	int month = number_at(text, 4, 2);
	int day_of_month = number_at(text, 6, 2);

	if (year_number < 1 || month < 1 || month > 12 || day_of_month < 1) {
		return false;
	}
	struct vd_calendar_year year = vd_calendar_year_make(year_number);
	*day = vd_calendar_year_date(&year, month, day_of_month);
	return day_of_month <= vd_calendar_year_month_days(&year, month);
}

bool vd_ics_parse_time(struct vd_span text, int64_t *local, bool *is_date, bool *is_utc)
{
	int64_t day;
	if (!parse_date(text, &day)) {
		return false;
	}
	*local = day * DAY_S;
	*is_date = text.n == 8;
	*is_utc = text.n == 16 && text.p[15] == 'Z';
	if (*is_date) {
		return true;
	}
	int hour = number_at(text, 9, 2);
	int minute = number_at(text, 11, 2);
	int second = number_at(text, 13, 2);
	*local += hour * 3600 + minute * 60 + second;
	return (text.n == 15 || *is_utc) && text.p[8] == 'T' && hour >= 0 && hour < 24 &&
	       minute >= 0 && minute < 60 && second >= 0 && second <= 60;
}

// ["+"|"-"] "P" weeks | [days] ["T" hours minutes seconds]
bool vd_ics_parse_duration(struct vd_span text, int64_t *out)
{
	static const struct {
		char unit;
		int s;
		bool is_time;
	} units[] = { { 'W', 7 * DAY_S, false },
		      { 'D', DAY_S, false },
		      { 'H', 3600, true },
		      { 'M', 60, true },
		      { 'S', 1, true } };
	bool is_negative = text.n > 0 && text.p[0] == '-';
	size_t i = is_negative || (text.n > 0 && text.p[0] == '+') ? 1 : 0;
	bool is_time = false;
	size_t next_unit = 0;
	int64_t sum = 0;

	if (i >= text.n || text.p[i++] != 'P' || i == text.n) {
		return false;
	}
	while (i < text.n) {
		if (text.p[i] == 'T' && !is_time) {
			is_time = true;
			i++;
		}
		size_t digits = 0;
		while (digits < 7 && number_at(text, i + digits, 1) >= 0) {
			digits++;
		}
		char unit = digits > 0 && i + digits < text.n ? text.p[i + digits] : '\0';
		while (next_unit < VD_ARRAY_LEN(units) &&
		       (units[next_unit].unit != unit || units[next_unit].is_time != is_time)) {
			next_unit++;
		}
		if (next_unit == VD_ARRAY_LEN(units)) {
			return false;
		}
		sum += (int64_t)number_at(text, i, digits) * units[next_unit++].s;
		i += digits + 1;
	}
	*out = is_negative ? -sum : sum;
	return true;
}

// ---- RRULE (3.3.10) ----------------------------------------------------------------------------

static bool parse_small(struct vd_span text, int min, int max, int *out)
{
	int64_t value;
	bool has_plus = text.n > 1 && text.p[0] == '+' && text.p[1] != '-';

	if (vd_span_parse_i64(has_plus ? vd_span_skip(text, 1) : text, &value) != VD_OK ||
	    value < min || value > max) {
		return false;
	}
	*out = (int)value;
	return true;
}

static bool on_interval(struct vd_ics_rule *rule, struct vd_span value)
{
	return parse_small(value, 1, 1000, &rule->interval);
}

static bool on_count(struct vd_ics_rule *rule, struct vd_span value)
{
	int count;
	bool is_good = parse_small(value, 1, 1000000, &count);
	rule->count = is_good ? count : 0;
	return is_good;
}

static bool on_until(struct vd_ics_rule *rule, struct vd_span value)
{
	bool is_date = false;
	bool is_good = vd_ics_parse_time(value, &rule->until, &is_date, &rule->is_until_utc);
	rule->until += is_date ? DAY_S - 1 : 0;
	return is_good;
}

static bool on_months(struct vd_ics_rule *rule, struct vd_span value)
{
	struct vd_span rest = value;
	while (rest.p != NULL) {
		int month;
		if (!parse_small(vd_span_cut(&rest, ','), 1, 12, &month)) {
			return false;
		}
		rule->months = (uint16_t)(rule->months | 1U << month);
	}
	return true;
}

static bool on_month_days(struct vd_ics_rule *rule, struct vd_span value)
{
	struct vd_span rest = value;
	while (rest.p != NULL) {
		int day;
		if (rule->n_month_days == VD_ICS_BY ||
		    !parse_small(vd_span_cut(&rest, ','), -31, 31, &day) || day == 0) {
			return false;
		}
		rule->month_days[rule->n_month_days++] = (int16_t)day;
	}
	return true;
}

static bool parse_weekday(struct vd_span text, struct vd_ics_weekday *out)
{
	static const char names[] = "SUMOTUWETHFRSA";
	int nth = 0;

	if (text.n < 2 ||
	    (text.n > 2 &&
	     (!parse_small(vd_span_make(text.p, text.n - 2), -53, 53, &nth) || nth == 0))) {
		return false;
	}
	struct vd_span name = vd_span_skip(text, text.n - 2);
	for (int i = 0; i < 7; i++) {
		if (vd_span_is_equal_nocase(name, vd_span_make(&names[2 * i], 2))) {
			out->nth = (int16_t)nth;
			out->weekday = (int16_t)i;
			return true;
		}
	}
	return false;
}

static bool on_weekdays(struct vd_ics_rule *rule, struct vd_span value)
{
	struct vd_span rest = value;
	while (rest.p != NULL) {
		if (rule->n_weekdays == VD_ICS_BY ||
		    !parse_weekday(vd_span_cut(&rest, ','), &rule->weekdays[rule->n_weekdays++])) {
			return false;
		}
	}
	return true;
}

static bool on_frequency(struct vd_ics_rule *rule, struct vd_span value)
{
	(void)rule;
	return vd_span_is_equal_nocase(value, VD_SPAN("YEARLY"));
}

static bool on_week_start(struct vd_ics_rule *rule, struct vd_span value)
{
	(void)rule;
	(void)value; // matters to BYWEEKNO only
	return true;
}

static const struct {
	const char *name;
	bool (*take)(struct vd_ics_rule *rule, struct vd_span value);
} rule_parts[] = {
	{ "FREQ", on_frequency }, { "INTERVAL", on_interval }, { "COUNT", on_count },
	{ "UNTIL", on_until },    { "BYMONTH", on_months },    { "BYMONTHDAY", on_month_days },
	{ "BYDAY", on_weekdays }, { "WKST", on_week_start },
};

static bool take_rule_part(struct vd_ics_rule *rule, struct vd_span part)
{
	struct vd_span value = part;
	struct vd_span name = vd_span_cut(&value, '=');

	for (size_t i = 0; i < VD_ARRAY_LEN(rule_parts) && value.p != NULL; i++) {
		if (vd_span_is_equal_nocase(name, vd_span_of(rule_parts[i].name))) {
			return rule_parts[i].take(rule, value);
		}
	}
	return false;
}

enum vd_err vd_ics_rule_parse(struct vd_span text, struct vd_ics_rule *out, struct vd_diag *diag)
{
	struct vd_span rest = text;
	bool has_frequency = false;

	*out = (struct vd_ics_rule){ .interval = 1, .until = INT64_MAX };
	while (rest.p != NULL) {
		struct vd_span part = vd_span_cut(&rest, ';');
		if (part.n == 0) {
			continue;
		}
		if (!take_rule_part(out, part)) {
			return vd_diag_set(diag, VD_ERR_UNSUPPORTED,
					   "\"%.*s\" is not supported: FREQ=YEARLY with INTERVAL, "
					   "COUNT, UNTIL, BYMONTH, BYMONTHDAY and BYDAY is",
					   (int)(part.n < 40 ? part.n : 40), part.p);
		}
		has_frequency |= vd_span_has_prefix(part, VD_SPAN("FREQ=")) ||
				 vd_span_has_prefix(part, VD_SPAN("freq="));
	}
	return has_frequency ? VD_OK : vd_diag_set(diag, VD_ERR_SYNTAX, "FREQ=YEARLY is missing");
}

// ---- days of a year ----------------------------------------------------------------------------

// One day, seen from both ends of its month and of what weekdays are counted in.
struct place {
	int month;
	int day;
	int month_days;
	int weekday;
	int in_span; // from 0
	int span;    // days: of the month, or of the year
};

static bool is_month_day(const struct vd_ics_rule *rule, const struct place *p)
{
	for (size_t i = 0; i < rule->n_month_days; i++) {
		int day = rule->month_days[i];
		if (p->day == (day > 0 ? day : p->month_days + 1 + day)) {
			return true;
		}
	}
	return rule->n_month_days == 0;
}

static bool is_weekday(const struct vd_ics_rule *rule, const struct place *p)
{
	for (size_t i = 0; i < rule->n_weekdays; i++) {
		int nth = rule->weekdays[i].nth;
		bool is_nth = nth == 0 || nth == p->in_span / 7 + 1 ||
			      nth == -((p->span - 1 - p->in_span) / 7 + 1);
		if (rule->weekdays[i].weekday == p->weekday && is_nth) {
			return true;
		}
	}
	return rule->n_weekdays == 0;
}

static bool is_day(const struct vd_ics_rule *rule, const struct place *start, const struct place *p)
{
	bool has_days = rule->n_month_days > 0 || rule->n_weekdays > 0;

	if (rule->months != 0 ? (rule->months >> p->month & 1) == 0
			      : !has_days && p->month != start->month) {
		return false;
	}
	return (has_days || p->day == start->day) && is_month_day(rule, p) && is_weekday(rule, p);
}

static struct place make_place(const struct vd_ics_rule *rule, const struct vd_calendar_year *year,
			       int month, int day)
{
	int64_t at = vd_calendar_year_date(year, month, day);
	bool is_in_month = rule->months != 0;

	return (struct place){
		.month = month,
		.day = day,
		.month_days = vd_calendar_year_month_days(year, month),
		.weekday = (int)((at % 7 + 11) % 7),
		.in_span = is_in_month ? day - 1 : (int)(at - year->first_day),
		.span = is_in_month ? vd_calendar_year_month_days(year, month)
				    : 365 + year->is_leap,
	};
}

static struct place place_of(const struct vd_ics_rule *rule, int64_t day)
{
	struct vd_calendar_year year = vd_calendar_year_of(day);
	int month = 12;

	while (vd_calendar_year_date(&year, month, 1) > day) {
		month--;
	}
	return make_place(rule, &year, month,
			  (int)(day - vd_calendar_year_date(&year, month, 1)) + 1);
}

struct expansion {
	const struct vd_ics_rule *rule;
	int64_t start;
	struct place place; // of the start
	int64_t taken;
	bool (*take)(void *ctx, int64_t start);
	void *ctx;
};

// False where it is over.
static bool expand_year(struct expansion *x, const struct vd_calendar_year *year)
{
	int64_t of_day = x->start - vd_ics_floor_div(x->start, DAY_S) * DAY_S;

	for (int month = 1; month <= 12; month++) {
		for (int day = 1; day <= vd_calendar_year_month_days(year, month); day++) {
			struct place p = make_place(x->rule, year, month, day);
			int64_t at = vd_calendar_year_date(year, month, day) * DAY_S + of_day;
			if (at < x->start || !is_day(x->rule, &x->place, &p)) {
				continue;
			}
			if (at > x->rule->until || !x->take(x->ctx, at) ||
			    ++x->taken == x->rule->count) {
				return false;
			}
		}
	}
	return true;
}

void vd_ics_rule_each(const struct vd_ics_rule *rule, int64_t start,
		      bool (*take)(void *ctx, int64_t start), void *ctx)
{
	int64_t day = vd_ics_floor_div(start, DAY_S);
	struct expansion x = { rule, start, place_of(rule, day), 0, take, ctx };
	int number = vd_calendar_year_of(day).number;
	struct vd_calendar_year year = vd_calendar_year_make(number);

	while (number <= VD_ICS_LAST_YEAR && expand_year(&x, &year)) {
		number += rule->interval;
		year = vd_calendar_year_make(number);
	}
}

// ---- what one rule of holidays can say ---------------------------------------------------------

static int only_month(uint16_t months)
{
	for (int month = 1; month <= 12; month++) {
		if (months == 1U << month) {
			return month;
		}
	}
	return 0;
}

static bool to_date(const struct vd_ics_rule *rule, const struct place *start,
		    struct vd_ics_yearly *out)
{
	int month = rule->months == 0 ? start->month : only_month(rule->months);

	if (month == 0 || rule->n_month_days > 1 ||
	    (rule->n_month_days == 1 && (rule->months == 0 || rule->month_days[0] < 0))) {
		return false;
	}
	out->is_date = true;
	out->month = month;
	out->day = rule->n_month_days == 1 ? rule->month_days[0] : start->day;
	struct vd_calendar_year leap = vd_calendar_year_make(2000);
	return out->day <= vd_calendar_year_month_days(&leap, month);
}

static bool to_weekday(const struct vd_ics_rule *rule, struct vd_ics_yearly *out)
{
	int nth = rule->n_weekdays == 1 ? rule->weekdays[0].nth : 0;

	out->month = only_month(rule->months);
	out->week = nth == -1 ? 5 : nth;
	out->weekday = rule->weekdays[0].weekday;
	return out->month != 0 && rule->n_month_days == 0 && (nth == -1 || (nth >= 1 && nth <= 4));
}

static bool is_29_february(const struct vd_ics_yearly *yearly)
{
	return yearly->is_date && yearly->month == 2 && yearly->day == 29;
}

int64_t vd_ics_yearly_start(const struct vd_ics_yearly *yearly, int number)
{
	struct vd_calendar_year year = vd_calendar_year_make(number);
	int64_t day = yearly->is_date ? vd_calendar_year_date(&year, yearly->month, yearly->day)
				      : vd_calendar_year_weekday(&year, yearly->month, yearly->week,
								 yearly->weekday);
	return day * DAY_S;
}

bool vd_ics_rule_is_yearly(const struct vd_ics_rule *rule, int64_t start, struct vd_ics_yearly *out)
{
	struct place place = place_of(rule, vd_ics_floor_div(start, DAY_S));

	*out = (struct vd_ics_yearly){ .until_year = YEAR_MAX };
	bool is_good = rule->n_weekdays > 0 ? to_weekday(rule, out) : to_date(rule, &place, out);
	if (!is_good || rule->interval != 1 || (is_29_february(out) && rule->count > 0)) {
		return false;
	}
	int first = vd_ics_year_of(start);
	out->from_year = first + (vd_ics_yearly_start(out, first) < start);
	if (rule->count > 0 && rule->count < YEAR_MAX - out->from_year) {
		out->until_year = out->from_year + (int)rule->count - 1;
	}
	if (rule->until != INT64_MAX) {
		int last = vd_ics_year_of(rule->until);
		last -= vd_ics_yearly_start(out, last) > rule->until;
		out->until_year = last < out->until_year ? last : out->until_year;
	}
	return true;
}

bool vd_ics_yearly_add(struct vd_ics_yearly *yearly, int days)
{
	if (days == 0) {
		return true;
	}
	if (!yearly->is_date) {
		return false;
	}
	struct vd_calendar_year year = vd_calendar_year_make(2001);
	int64_t day = vd_calendar_year_date(&year, yearly->month, yearly->day);
	int64_t moved = day + days;
	int64_t end_of_february = vd_calendar_year_date(&year, 3, 1);
	bool is_over_february = (day < end_of_february && moved >= end_of_february) ||
				moved >= end_of_february + 365;
	if (is_over_february || is_29_february(yearly)) {
		return false;
	}
	struct vd_ics_rule rule = { 0 };
	struct place place = place_of(&rule, moved);
	yearly->month = place.month;
	yearly->day = place.day;
	yearly->years += moved >= year.first_day + 365;
	return true;
}

void vd_ics_yearly_print(const struct vd_ics_yearly *yearly, int from_year, int until_year,
			 struct vd_buf *out)
{
	if (yearly->is_date) {
		vd_buf_printf(out, "%02d-%02d", yearly->month, yearly->day);
	} else {
		vd_buf_printf(out, "M%d.%d.%d", yearly->month, yearly->week, yearly->weekday);
	}
	vd_buf_printf(out, "@%04d", from_year);
	if (until_year < YEAR_MAX) {
		vd_buf_printf(out, "-%04d", until_year);
	}
}

size_t vd_ics_unite(const struct vd_ics_part *parts, size_t n, struct vd_ics_part *out, size_t *at)
{
	size_t united = 0;
	size_t i = 0;

	for (; i < n && parts[i].day == parts[0].day; i++) {
		struct vd_ics_part *last = united > 0 ? &out[united - 1] : NULL;
		// Where there is no room for one more, what lies between is closed as well.
		if (last != NULL &&
		    (parts[i].from_min <= last->to_min || united == VD_ICS_DAY_PARTS)) {
			last->to_min = parts[i].to_min > last->to_min ? parts[i].to_min
								      : last->to_min;
		} else {
			out[united++] = parts[i];
		}
	}
	*at += i;
	return united;
}
