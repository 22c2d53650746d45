// SPDX-License-Identifier: MIT
#include "care/calendar_build.h"

#include <string.h>

void vd_calendar_build_init(struct vd_calendar_builder *builder, struct vd_calendar *cal)
{
	memset(builder, 0, sizeof(*builder));
	memset(cal, 0, sizeof(*cal));
	cal->n_names = 1; // offset 0 is the empty name
	builder->cal = cal;
}

static bool is_same_run(const struct vd_interval *a, const struct vd_interval *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (a[i].open_s != b[i].open_s || a[i].close_s != b[i].close_s) {
			return false;
		}
	}
	return true;
}

static enum vd_err put_hours(struct vd_calendar *cal, const struct vd_interval *intervals, size_t n,
			     struct vd_day_hours *out)
{
	size_t first = 0;
	int32_t open_s = 0;

	while (first + n <= cal->n_intervals &&
	       !is_same_run(&cal->intervals[first], intervals, n)) {
		first++;
	}
	if (first + n > cal->n_intervals) {
		first = cal->n_intervals;
		if (first + n > VD_CALENDAR_POOL) {
			return VD_ERR_ROOM;
		}
		memcpy(&cal->intervals[first], intervals, n * sizeof(*intervals));
		cal->n_intervals = (uint16_t)(first + n);
	}
	for (size_t i = 0; i < n; i++) {
		open_s += intervals[i].close_s - intervals[i].open_s;
	}
	out->first = n > 0 ? (uint16_t)first : 0;
	out->n = (uint16_t)n;
	out->open_s = open_s;
	return VD_OK;
}

enum vd_err vd_calendar_build_hours(struct vd_calendar_builder *builder,
				    const struct vd_interval *intervals, size_t n,
				    struct vd_day_hours *out)
{
	return put_hours(builder->cal, intervals, n, out);
}

static enum vd_err put_name(struct vd_calendar *cal, struct vd_span name, uint16_t *out)
{
	size_t at = 0;
	while (at < cal->n_names && !vd_span_is_text(name, &cal->names[at])) {
		at += strlen(&cal->names[at]) + 1;
	}
	if (at >= cal->n_names) {
		at = cal->n_names;
		if (at + name.n + 1 > VD_CALENDAR_NAMES_BYTES) {
			return VD_ERR_ROOM;
		}
		memcpy(&cal->names[at], name.p, name.n);
		cal->n_names = (uint16_t)(at + name.n + 1);
	}
	*out = (uint16_t)at;
	return VD_OK;
}

enum vd_err vd_calendar_build_name(struct vd_calendar_builder *builder, struct vd_span name,
				   uint16_t *out)
{
	return put_name(builder->cal, name, out);
}

// The pool finds the same for the same.
static bool is_same_hours(const struct vd_day_hours *a, const struct vd_day_hours *b)
{
	return a->n == b->n && a->first == b->first;
}

// A place that is taken already: the lower rank wins, the same rank must agree.
static enum vd_err settle(struct vd_exception *old, uint8_t *old_rank,
			  const struct vd_exception *new_one, uint8_t rank)
{
	if (rank > *old_rank) {
		return VD_OK;
	}
	if (rank == *old_rank && !is_same_hours(&old->hours, &new_one->hours)) {
		return VD_ERR_EXISTS;
	}
	uint16_t name = rank == *old_rank && old->name != 0 ? old->name : new_one->name;
	*old = *new_one;
	old->name = name;
	*old_rank = rank;
	return VD_OK;
}

enum vd_err vd_calendar_build_exception(struct vd_calendar_builder *builder,
					enum vd_calendar_rank rank,
					const struct vd_exception *exception)
{
	struct vd_calendar *cal = builder->cal;
	uint8_t *ranks = builder->exception_ranks;
	size_t n = cal->n_exceptions;

	while (n > 0 && cal->exceptions[n - 1].day > exception->day) {
		n--;
	}
	if (n > 0 && cal->exceptions[n - 1].day == exception->day) {
		return settle(&cal->exceptions[n - 1], &ranks[n - 1], exception, (uint8_t)rank);
	}
	if (cal->n_exceptions == VD_CALENDAR_EXCEPTIONS) {
		return VD_ERR_ROOM;
	}
	size_t rest = cal->n_exceptions - n;
	memmove(&cal->exceptions[n + 1], &cal->exceptions[n], rest * sizeof(cal->exceptions[0]));
	memmove(&ranks[n + 1], &ranks[n], rest);
	cal->exceptions[n] = *exception;
	ranks[n] = (uint8_t)rank;
	cal->n_exceptions++;
	return VD_OK;
}

// By day, then what wins comes last: lower ranks, later beginnings.
static int compare_rules(const struct vd_calendar_rule *a, int a_rank,
			 const struct vd_calendar_rule *b, int b_rank)
{
	int order = vd_holiday_compare(&a->when, &b->when);

	if (order == 0) {
		order = b_rank - a_rank;
	}
	return order != 0 ? order : a->when.from_year - b->when.from_year;
}

enum vd_err vd_calendar_build_rule(struct vd_calendar_builder *builder, enum vd_calendar_rank rank,
				   const struct vd_calendar_rule *rule)
{
	struct vd_calendar *cal = builder->cal;
	uint8_t *ranks = builder->rule_ranks;
	size_t n = cal->n_rules;

	while (n > 0 && compare_rules(&cal->rules[n - 1], ranks[n - 1], rule, (int)rank) > 0) {
		n--;
	}
	if (n > 0 && compare_rules(&cal->rules[n - 1], ranks[n - 1], rule, (int)rank) == 0) {
		struct vd_calendar_rule *old = &cal->rules[n - 1];
		if (!is_same_hours(&old->hours, &rule->hours)) {
			return VD_ERR_EXISTS;
		}
		old->when.until_year = old->when.until_year > rule->when.until_year
					       ? old->when.until_year
					       : rule->when.until_year;
		old->name = old->name != 0 ? old->name : rule->name;
		return VD_OK;
	}
	if (cal->n_rules == VD_CALENDAR_RULES) {
		return VD_ERR_ROOM;
	}
	size_t rest = cal->n_rules - n;
	memmove(&cal->rules[n + 1], &cal->rules[n], rest * sizeof(cal->rules[0]));
	memmove(&ranks[n + 1], &ranks[n], rest);
	cal->rules[n] = *rule;
	ranks[n] = (uint8_t)rank;
	cal->n_rules++;
	return VD_OK;
}

// ---- one form ----------------------------------------------------------------------------------

struct painting {
	struct vd_calendar_rule rules[VD_CALENDAR_RULES];
	size_t n;
	size_t group; // where the rules of one day begin, their years apart
};

static enum vd_err put_rule(struct painting *p, const struct vd_calendar_rule *rule)
{
	if (p->n == VD_CALENDAR_RULES) {
		return VD_ERR_ROOM;
	}
	size_t at = p->n++;
	while (at > p->group && p->rules[at - 1].when.from_year > rule->when.from_year) {
		p->rules[at] = p->rules[at - 1];
		at--;
	}
	p->rules[at] = *rule;
	return VD_OK;
}

static void drop_rule(struct painting *p, size_t at)
{
	p->n--;
	memmove(&p->rules[at], &p->rules[at + 1], (p->n - at) * sizeof(p->rules[0]));
}

// Takes the years [from, until] away from those that are there; one may become two.
static enum vd_err cut_years(struct painting *p, int16_t from, int16_t until)
{
	struct vd_calendar_rule behind = { 0 };

	for (size_t i = p->group; i < p->n;) {
		struct vd_holiday_rule *when = &p->rules[i].when;
		if (when->until_year < from || when->from_year > until) {
			i++;
			continue;
		}
		if (when->until_year > until) { // only of one: they are apart
			behind = p->rules[i];
			behind.when.from_year = (int16_t)(until + 1);
		}
		if (when->from_year < from) {
			when->until_year = (int16_t)(from - 1);
			i++;
		} else {
			drop_rule(p, i);
		}
	}
	return behind.when.from_year != 0 ? put_rule(p, &behind) : VD_OK;
}

static bool is_continued(const struct vd_calendar_rule *a, const struct vd_calendar_rule *b)
{
	return a->when.until_year + 1 == b->when.from_year && a->name == b->name &&
	       is_same_hours(&a->hours, &b->hours);
}

static void join_years(struct painting *p)
{
	for (size_t i = p->group; i + 1 < p->n;) {
		if (is_continued(&p->rules[i], &p->rules[i + 1])) {
			p->rules[i].when.until_year = p->rules[i + 1].when.until_year;
			drop_rule(p, i + 1);
		} else {
			i++;
		}
	}
	p->group = p->n;
}

static enum vd_err paint_rules(struct vd_calendar *cal)
{
	struct painting p;
	enum vd_err err = VD_OK;

	p.n = 0;
	p.group = 0;
	for (size_t i = 0; i < cal->n_rules && err == VD_OK; i++) {
		const struct vd_calendar_rule *rule = &cal->rules[i];
		if (i > 0 && vd_holiday_compare(&cal->rules[i - 1].when, &rule->when) != 0) {
			join_years(&p);
		}
		err = cut_years(&p, rule->when.from_year, rule->when.until_year);
		if (err == VD_OK) {
			err = put_rule(&p, rule);
		}
	}
	if (err == VD_OK) {
		join_years(&p);
		memset(cal->rules, 0, sizeof(cal->rules));
		memcpy(cal->rules, p.rules, p.n * sizeof(p.rules[0]));
		cal->n_rules = (uint16_t)p.n;
	}
	return err;
}

// Only what is used, in the order of use.
static enum vd_err order_hours(struct vd_calendar *cal)
{
	struct vd_interval old[VD_CALENDAR_POOL];
	enum vd_err err = VD_OK;

	memcpy(old, cal->intervals, sizeof(old));
	memset(cal->intervals, 0, sizeof(cal->intervals));
	cal->n_intervals = 0;
	for (size_t i = 0; i < 7 && err == VD_OK; i++) {
		err = put_hours(cal, &old[cal->week[i].first], cal->week[i].n, &cal->week[i]);
	}
	for (size_t i = 0; i < cal->n_exceptions && err == VD_OK; i++) {
		struct vd_day_hours *hours = &cal->exceptions[i].hours;
		err = put_hours(cal, &old[hours->first], hours->n, hours);
	}
	for (size_t i = 0; i < cal->n_rules && err == VD_OK; i++) {
		struct vd_day_hours *hours = &cal->rules[i].hours;
		err = put_hours(cal, &old[hours->first], hours->n, hours);
	}
	return err;
}

// All of them were in as small a place before.
static void order_names(struct vd_calendar *cal)
{
	char old[VD_CALENDAR_NAMES_BYTES];

	memcpy(old, cal->names, sizeof(old));
	memset(cal->names, 0, sizeof(cal->names));
	cal->n_names = 1;
	for (size_t i = 0; i < (size_t)cal->n_exceptions + cal->n_rules; i++) {
		uint16_t *name = i < cal->n_exceptions ? &cal->exceptions[i].name
						       : &cal->rules[i - cal->n_exceptions].name;
		(void)!put_name(cal, vd_span_of(&old[*name]), name);
	}
}

enum vd_err vd_calendar_build_end(struct vd_calendar_builder *builder)
{
	struct vd_calendar *cal = builder->cal;
	enum vd_err err = paint_rules(cal);

	if (err == VD_OK) {
		err = order_hours(cal);
	}
	if (err != VD_OK) {
		return err;
	}
	order_names(cal);
	for (int day = 0; day < 7; day++) {
		cal->week_s += cal->week[day].open_s;
	}
	for (size_t i = 0; i < cal->n_intervals; i++) {
		int32_t close_s = cal->intervals[i].close_s;
		cal->reach_s = close_s > cal->reach_s ? close_s : cal->reach_s;
	}
	return VD_OK;
}
