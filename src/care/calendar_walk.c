// SPDX-License-Identifier: MIT
#include "care/calendar_walk.h"

#define DAY_S 86400
#define NO_DAY INT64_MAX

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int weekday_of(int64_t day)
{
	return (int)((day % 7 + 11) % 7); // 1970-01-01 was a Thursday
}

static void load_transitions(struct vd_calendar_walk *w, int64_t after)
{
	w->transition = 0;
	w->n_transitions = vd_zone_transitions(&w->cal->zone, after, w->transitions,
					       VD_CALENDAR_WALK_TRANSITIONS);
}

size_t vd_calendar_find_exception(const struct vd_calendar *cal, int64_t day)
{
	size_t low = 0;
	size_t high = cal->n_exceptions;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (cal->exceptions[middle].day < day) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static size_t count_yearly_dates(const struct vd_calendar *cal)
{
	size_t n = cal->n_rules;

	while (n > 0 && cal->rules[n - 1].when.form != VD_HOLIDAY_DATE) {
		n--;
	}
	return n;
}

// Where two rules meet, a closed day wins, then the one that stands first.
static bool is_stronger(const struct vd_calendar_rule *rule, int64_t day,
			const struct vd_calendar_rule *other, int64_t other_day)
{
	return day < other_day || (day == other_day && rule->hours.n == 0 && other->hours.n > 0);
}

// The first of the rules that are no yearly dates, >= day, in the year that is loaded.
static void find_other(struct vd_calendar_walk *w, int64_t day)
{
	const struct vd_calendar *cal = w->cal;
	int64_t rule_day;

	if (w->other_day >= day) {
		return;
	}
	w->other_day = NO_DAY;
	for (size_t i = w->n_dates; i < cal->n_rules; i++) {
		const struct vd_calendar_rule *rule = &cal->rules[i];
		if (vd_holiday_day(&rule->when, &w->year, &rule_day) && rule_day >= day &&
		    is_stronger(rule, rule_day, w->other, w->other_day)) {
			w->other = rule;
			w->other_day = rule_day;
		}
	}
}

// The first rule's day >= day in the year that is loaded. Yearly dates ascend.
static bool find_rule_in_year(struct vd_calendar_walk *w, int64_t day)
{
	const struct vd_calendar *cal = w->cal;

	w->rule = NULL;
	w->rule_day = NO_DAY;
	while (w->date < w->n_dates &&
	       (!vd_holiday_day(&cal->rules[w->date].when, &w->year, &w->rule_day) ||
		w->rule_day < day)) {
		w->date++;
		w->rule_day = NO_DAY;
	}
	if (w->date < w->n_dates) {
		w->rule = &cal->rules[w->date];
	}
	find_other(w, day);
	if (w->other_day != NO_DAY && is_stronger(w->other, w->other_day, w->rule, w->rule_day)) {
		w->rule = w->other;
		w->rule_day = w->other_day;
	}
	return w->rule != NULL;
}

static void enter_year(struct vd_calendar_walk *w, struct vd_calendar_year year)
{
	w->year = year;
	w->date = 0;
	w->other_day = INT64_MIN;
}

// Looks for it in two years: where they have none, the walk comes by at the third one's beginning.
static void find_rule(struct vd_calendar_walk *w, int64_t day)
{
	if (w->cal->n_rules == 0) {
		w->rule_day = NO_DAY;
		return;
	}
	if (day >= w->year.first_day + 365 + w->year.is_leap) {
		enter_year(w, vd_calendar_year_of(day));
	}
	if (find_rule_in_year(w, day)) {
		return;
	}
	enter_year(w, vd_calendar_year_next(&w->year));
	if (!find_rule_in_year(w, day)) {
		w->rule_day = w->year.first_day + 365 + w->year.is_leap;
	}
}

// Before the first local time that is shown twice or not at all, the offset is what it is.
static void find_steady(struct vd_calendar_walk *w)
{
	w->steady_s = INT64_MAX;
	if (w->transition < w->n_transitions) {
		const struct vd_zone_transition *next = &w->transitions[w->transition];
		w->steady_s = next->at +
			      (next->before_s < next->after_s ? next->before_s : next->after_s);
	}
}

void vd_calendar_walk_seek(struct vd_calendar_walk *w, int64_t day)
{
	const struct vd_calendar *cal = w->cal;
	w->day = day;

	while (w->exception < cal->n_exceptions && cal->exceptions[w->exception].day < day) {
		w->exception++;
	}
	if (w->rule_day < day) {
		find_rule(w, day);
	}
	while (day * DAY_S >= w->steady_s &&
	       vd_zone_is_past(&w->transitions[w->transition], day * DAY_S)) {
		const struct vd_zone_transition *past = &w->transitions[w->transition++];
		w->offset_s = past->after_s;
		if (w->transition + 1 >= w->n_transitions) { // two ahead are enough for any date
			load_transitions(w, past->at);
		}
		find_steady(w);
	}
}

void vd_calendar_walk_init(struct vd_calendar_walk *w, const struct vd_calendar *cal, int64_t from,
			   int64_t until, int64_t want_s)
{
	const struct vd_zone *zone = &cal->zone;
	int32_t low = zone->standard_s < zone->daylight_s ? zone->standard_s : zone->daylight_s;
	int32_t high = zone->standard_s < zone->daylight_s ? zone->daylight_s : zone->standard_s;
	// The first date of which anything can reach behind `from`.
	int64_t day = floor_div(from + low - cal->reach_s, DAY_S) + 1;

	w->cal = cal;
	w->low_s = low;
	w->high_s = high;
	w->until = until;
	w->covered = from;
	w->open_s = 0;
	w->want_s = want_s;
	w->last_day = floor_div(until + high, DAY_S);
	w->late = NULL;
	w->n_late = 0;
	w->exception = vd_calendar_find_exception(cal, day);
	w->rule = NULL;
	w->rule_day = INT64_MIN;
	enter_year(w, (struct vd_calendar_year){ .first_day = INT64_MIN / 2 });
	w->n_dates = count_yearly_dates(cal);
	load_transitions(w, (day - 1) * DAY_S - high);
	w->offset_s = w->n_transitions > 0 ? w->transitions[0].before_s : zone->standard_s;
	find_steady(w);
	vd_calendar_walk_seek(w, day);
}

static int64_t to_instant(const struct vd_calendar_walk *w, int64_t local_s,
			  enum vd_occurrence which)
{
	int32_t offset_s = w->offset_s;

	for (size_t i = w->transition; i < w->n_transitions; i++) {
		if (!vd_zone_is_past(&w->transitions[i], local_s)) {
			return vd_zone_map(&w->transitions[i], local_s, which);
		}
		offset_s = w->transitions[i].after_s;
	}
	return local_s - offset_s;
}

const struct vd_day_hours *vd_calendar_walk_hours(const struct vd_calendar_walk *w)
{
	const struct vd_calendar *cal = w->cal;

	if (w->exception < cal->n_exceptions && cal->exceptions[w->exception].day == w->day) {
		return &cal->exceptions[w->exception].hours;
	}
	if (w->rule_day == w->day && w->rule != NULL) {
		return &w->rule->hours;
	}
	return &cal->week[weekday_of(w->day)];
}

// R4; but an interval up to midnight ends with its date, at the next one's first instant (R5).
void vd_calendar_walk_map(const struct vd_calendar_walk *w, int64_t day,
			  const struct vd_interval *interval, int64_t *open, int64_t *close)
{
	int64_t midnight = day * DAY_S - w->offset_s;

	if (midnight + w->offset_s + interval->close_s < w->steady_s) {
		*open = midnight + interval->open_s;
		*close = midnight + interval->close_s;
		return;
	}
	*open = to_instant(w, day * DAY_S + interval->open_s, VD_OCCURRENCE_FIRST);
	*close =
		to_instant(w, day * DAY_S + interval->close_s,
			   interval->close_s == DAY_S ? VD_OCCURRENCE_FIRST : VD_OCCURRENCE_SECOND);
}

// True when what was wanted is reached. Openings come in ascending order.
static bool count_interval(struct vd_calendar_walk *w, int64_t day,
			   const struct vd_interval *interval)
{
	if (day * DAY_S + interval->close_s - w->low_s <= w->covered) { // long past
		return false;
	}
	int64_t open;
	int64_t close;
	vd_calendar_walk_map(w, day, interval, &open, &close);

	open = open > w->covered ? open : w->covered;
	close = close < w->until ? close : w->until;
	if (close <= open) {
		return false;
	}
	if (w->visit != NULL) {
		w->visit(w->ctx, day, open, close);
	}
	if (close - open >= w->want_s - w->open_s) {
		w->end = open + (w->want_s - w->open_s);
		w->open_s = w->want_s;
		return true;
	}
	w->open_s += close - open;
	w->covered = close;
	return false;
}

// True where an interval opens behind midnight (after a night's break) and the next date before it.
static bool is_late(const struct vd_calendar_walk *w, const struct vd_interval *interval)
{
	if (interval->open_s < DAY_S) {
		return false;
	}
	const char *name;
	const struct vd_day_hours *next = vd_calendar_hours(w->cal, w->day + 1, &name);

	return next->n > 0 && w->cal->intervals[next->first].open_s < interval->open_s - DAY_S;
}

// Without those that can't open before `until`.
static const struct vd_interval *end_of_hours(const struct vd_calendar_walk *w,
					      const struct vd_day_hours *hours)
{
	const struct vd_interval *first = &w->cal->intervals[hours->first];
	const struct vd_interval *end = first + hours->n;

	if (w->day + 1 < w->last_day) {
		return end;
	}
	while (end > first && w->day * DAY_S + end[-1].open_s - w->high_s >= w->until) {
		end--;
	}
	return end;
}

// The same as count_interval, one by one, where no clock is changed near and nothing is late.
static bool count_steady(struct vd_calendar_walk *w, const struct vd_interval *own,
			 const struct vd_interval *end)
{
	int64_t midnight = w->day * DAY_S - w->offset_s;
	int64_t covered = w->covered;
	int64_t missing = w->want_s - w->open_s;

	for (; own < end; own++) {
		int64_t open = midnight + own->open_s;
		int64_t close = midnight + own->close_s;
		open = open > covered ? open : covered;
		close = close < w->until ? close : w->until;
		if (close - open >= missing) {
			w->end = open + missing;
			w->open_s = w->want_s;
			return true;
		}
		if (close > open) {
			missing -= close - open;
			covered = close;
		}
	}
	w->open_s = w->want_s - missing;
	w->covered = covered;
	return false;
}

static bool is_steady(const struct vd_calendar_walk *w, const struct vd_interval *own,
		      const struct vd_interval *end)
{
	return w->visit == NULL && w->n_late == 0 && own < end && end[-1].open_s < DAY_S &&
	       w->day * DAY_S + end[-1].close_s < w->steady_s;
}

// To keep the order, late intervals wait for the next date and are counted among its own.
static bool count_day(struct vd_calendar_walk *w)
{
	const struct vd_day_hours *hours = vd_calendar_walk_hours(w);
	const struct vd_interval *own = &w->cal->intervals[hours->first];
	const struct vd_interval *end = end_of_hours(w, hours);
	const struct vd_interval *late = w->late;
	int n_late = w->n_late;

	if (is_steady(w, own, end)) {
		return count_steady(w, own, end);
	}
	w->n_late = 0;
	while (n_late > 0 || own < end) {
		bool is_reached;

		if (n_late > 0 && (own == end || late->open_s - DAY_S < own->open_s)) {
			is_reached = count_interval(w, w->day - 1, late++);
			n_late--;
		} else if (is_late(w, own)) {
			w->late = own;
			w->n_late = (int)(end - own);
			return false;
		} else {
			is_reached = count_interval(w, w->day, own++);
		}
		if (is_reached) {
			return true;
		}
	}
	return false;
}

// The first date >= day that is not plain, or whose intervals may reach over `until`.
static int64_t end_of_plain(const struct vd_calendar_walk *w)
{
	int32_t reach_s = w->cal->reach_s;
	int64_t end = floor_div(w->until + w->offset_s - reach_s, DAY_S) + 1;

	if (w->steady_s != INT64_MAX) { // all of a plain date is over before
		int64_t end_of_steady = floor_div(w->steady_s - 1 - reach_s, DAY_S) + 1;
		end = end_of_steady < end ? end_of_steady : end;
	}
	if (w->exception < w->cal->n_exceptions) {
		int64_t day = w->cal->exceptions[w->exception].day;
		end = day < end ? day : end;
	}
	return w->rule_day < end ? w->rule_day : end;
}

// True where something counted before, or the start, reaches into the hours of a plain date.
static bool is_begun(const struct vd_calendar_walk *w)
{
	const struct vd_day_hours *hours = &w->cal->week[weekday_of(w->day)];
	int32_t open_s = hours->n > 0 ? w->cal->intervals[hours->first].open_s : DAY_S;

	return w->n_late > 0 || w->covered > w->day * DAY_S + open_s - w->offset_s;
}

// Plain dates from `day` on that can be added in one step. The last one can't where its night may
// reach into a date that is not plain.
static int64_t count_of_plain(const struct vd_calendar_walk *w)
{
	const struct vd_calendar *cal = w->cal;
	if (w->visit != NULL || is_begun(w)) {
		return 0;
	}
	int64_t days = end_of_plain(w) - w->day;
	if (days <= 0) {
		return 0;
	}
	const struct vd_day_hours *last = &cal->week[weekday_of(w->day + days - 1)];
	bool has_night = last->n > 0 && cal->intervals[last->first + last->n - 1].close_s > DAY_S;

	return days - has_night;
}

// True when it moved on; it stops before the date on which what was wanted is reached.
static bool count_plain(struct vd_calendar_walk *w)
{
	const struct vd_calendar *cal = w->cal;
	int64_t days = count_of_plain(w);
	int64_t missing = w->want_s - w->open_s;
	int64_t done = 0;
	int64_t sum = 0;

	if (days >= 7) {
		int64_t weeks = days / 7;
		if (weeks * cal->week_s >= missing) {
			weeks = (missing - 1) / cal->week_s;
		}
		done = weeks * 7;
		sum = weeks * cal->week_s;
	}
	int weekday = weekday_of(w->day); // whole weeks don't change it
	while (done < days) {
		int64_t day_s = cal->week[weekday].open_s;
		if (sum + day_s >= missing) {
			break;
		}
		sum += day_s;
		done++;
		weekday = weekday == 6 ? 0 : weekday + 1;
	}
	w->open_s += sum;
	if (done > 0) {
		vd_calendar_walk_seek(w, w->day + done);
	}
	return done > 0;
}

bool vd_calendar_walk_count(struct vd_calendar_walk *w)
{
	while (w->day <= w->last_day) {
		if (count_plain(w)) {
			continue;
		}
		if (count_day(w)) {
			return true;
		}
		vd_calendar_walk_seek(w, w->day + 1);
	}
	return false;
}
