// SPDX-License-Identifier: MIT
#include "care/calendar.h"

#include "base/attr.h"
#include "care/calendar_walk.h"

#define DAY_S 86400
#define HORIZON_S ((int64_t)VD_CALENDAR_HORIZON_DAYS * DAY_S)
#define FIRST_S INT64_C(-62135596800) // year 1
#define LAST_S INT64_C(253402300799)  // year 9999
#define CLOSURE_S (INT64_C(60) * DAY_S)

static void init_walk(struct vd_calendar_walk *w, const struct vd_calendar *cal, int64_t from,
		      int64_t until, int64_t want_s)
{
	w->visit = NULL;
	w->ctx = NULL;
	vd_calendar_walk_init(w, cal, from, until, want_s);
}

static int64_t clamp(int64_t instant)
{
	if (instant < FIRST_S) {
		return FIRST_S;
	}
	return instant > LAST_S ? LAST_S : instant;
}

int64_t vd_calendar_between(const struct vd_calendar *cal, int64_t a, int64_t b)
{
	int64_t from = clamp(a);
	int64_t until = clamp(b);

	if (until <= from) {
		return 0;
	}
	struct vd_calendar_walk w;
	init_walk(&w, cal, from, until, INT64_MAX);
	(void)vd_calendar_walk_count(&w);
	return w.open_s;
}

int64_t vd_calendar_due(const struct vd_calendar *cal, int64_t a, int64_t open_s)
{
	if (open_s <= 0) {
		return a;
	}
	if (a != clamp(a)) {
		return VD_CALENDAR_NEVER;
	}
	struct vd_calendar_walk w;
	init_walk(&w, cal, a, a + HORIZON_S, open_s);
	return vd_calendar_walk_count(&w) ? w.end : VD_CALENDAR_NEVER;
}

bool vd_calendar_is_open(const struct vd_calendar *cal, int64_t at)
{
	return at == clamp(at) && vd_calendar_between(cal, at, at + 1) == 1;
}

// From an open instant. The closed seconds in [at, t) never become fewer as t grows: halving finds
// the last t without any.
static int64_t next_closing(const struct vd_calendar *cal, int64_t at)
{
	int64_t open = 1;
	int64_t closed = 3600;

	while (vd_calendar_between(cal, at, at + closed) == closed) {
		if (closed >= HORIZON_S) {
			return VD_CALENDAR_NEVER;
		}
		open = closed;
		closed *= 2;
	}
	while (closed - open > 1) {
		int64_t middle = open + (closed - open) / 2;
		if (vd_calendar_between(cal, at, at + middle) == middle) {
			open = middle;
		} else {
			closed = middle;
		}
	}
	return open <= HORIZON_S ? at + open : VD_CALENDAR_NEVER;
}

int64_t vd_calendar_next_change(const struct vd_calendar *cal, int64_t at)
{
	if (vd_calendar_is_open(cal, at)) {
		return next_closing(cal, at);
	}
	int64_t first = vd_calendar_due(cal, at, 1); // the end of the first open second
	return first == VD_CALENDAR_NEVER ? first : first - 1;
}

bool vd_calendar_covers(const struct vd_calendar *cal, int64_t at, int days)
{
	int64_t from = clamp(at);

	return vd_calendar_between(cal, from, from + (int64_t)days * DAY_S) > 0;
}

// The last instant <= at before which it was open; `at` - 400 days where there is none.
static int64_t last_closing(const struct vd_calendar *cal, int64_t at)
{
	int64_t closed = 0;
	int64_t open = HORIZON_S;

	while (open - closed > 1) { // the open seconds in [at - s, at) never become fewer with s
		int64_t middle = closed + (open - closed) / 2;
		if (vd_calendar_between(cal, at - middle, at) == 0) {
			closed = middle;
		} else {
			open = middle;
		}
	}
	return at - closed;
}

bool vd_calendar_next_closure(const struct vd_calendar *cal, int64_t at, struct vd_closure *out)
{
	bool is_open = vd_calendar_is_open(cal, at);
	int64_t closing = is_open ? vd_calendar_next_change(cal, at) : last_closing(cal, at);

	while (closing <= at + CLOSURE_S) { // NEVER is later
		int64_t reopening = vd_calendar_next_change(cal, closing);
		if (reopening == VD_CALENDAR_NEVER) {
			return false;
		}
		if (vd_zone_local_day(&cal->zone, reopening) >
		    vd_zone_local_day(&cal->zone, closing - 1)) {
			*out = (struct vd_closure){ closing, reopening };
			return true;
		}
		closing = vd_calendar_next_change(cal, reopening);
	}
	return false;
}

// The last closing of what opens on the walk's date; VD_CALENDAR_NEVER where nothing does.
static int64_t closing_of_date(const struct vd_calendar_walk *w)
{
	const struct vd_day_hours *hours = vd_calendar_walk_hours(w);

	for (int i = hours->n - 1; i >= 0; i--) {
		int64_t open;
		int64_t close;
		vd_calendar_walk_map(w, w->day, &w->cal->intervals[hours->first + i], &open,
				     &close);
		if (close > open) { // R4: else it is dropped
			return close;
		}
	}
	return VD_CALENDAR_NEVER;
}

int64_t vd_calendar_open_days_end(const struct vd_calendar *cal, int64_t a, int n)
{
	if (a != clamp(a)) {
		return VD_CALENDAR_NEVER;
	}
	struct vd_calendar_walk w;
	int64_t own = vd_zone_local_day(&cal->zone, a);
	init_walk(&w, cal, a, a + HORIZON_S, INT64_MAX);

	while (w.day < own + VD_CALENDAR_HORIZON_DAYS) {
		vd_calendar_walk_seek(&w, w.day + 1);
		int64_t closing = w.day > own ? closing_of_date(&w) : VD_CALENDAR_NEVER;
		if (closing != VD_CALENDAR_NEVER && --n <= 0) {
			return closing;
		}
	}
	return VD_CALENDAR_NEVER;
}

bool vd_calendar_is_never_open(const struct vd_calendar *cal)
{
	return cal->n_intervals == 0; // the pool holds what is used and no more
}

static const struct vd_calendar_rule *find_rule(const struct vd_calendar *cal, int64_t day)
{
	struct vd_calendar_year year = vd_calendar_year_of(day);
	const struct vd_calendar_rule *found = NULL;

	for (size_t i = 0; i < cal->n_rules; i++) {
		const struct vd_calendar_rule *rule = &cal->rules[i];
		int64_t rule_day;
		if (vd_holiday_day(&rule->when, &year, &rule_day) && rule_day == day &&
		    (found == NULL || (found->hours.n > 0 && rule->hours.n == 0))) {
			found = rule;
		}
	}
	return found;
}

const struct vd_day_hours *vd_calendar_hours(const struct vd_calendar *cal, int64_t day,
					     const char **name)
{
	const struct vd_calendar_rule *rule = cal->n_rules > 0 ? find_rule(cal, day) : NULL;
	size_t i = vd_calendar_find_exception(cal, day);

	*name = rule != NULL ? &cal->names[rule->name] : "";
	if (i < cal->n_exceptions && cal->exceptions[i].day == day) {
		const struct vd_exception *exception = &cal->exceptions[i];
		if (exception->name != 0 || exception->hours.n > 0) {
			*name = &cal->names[exception->name];
		}
		return &exception->hours;
	}
	return rule != NULL ? &rule->hours : &cal->week[(day % 7 + 11) % 7];
}
