// SPDX-License-Identifier: MIT
#include "care/calendar.h"

#include "base/attr.h"
#include "care/holiday.h"

#define DAY_S 86400
#define HORIZON_S ((int64_t)VD_CALENDAR_HORIZON_DAYS * DAY_S)
#define FIRST_S INT64_C(-62135596800) // year 1
#define LAST_S INT64_C(253402300799)  // year 9999
#define TRANSITIONS 4
#define HOLIDAYS 8
#define CLOSURE_S (INT64_C(60) * DAY_S)
#define NO_DAY INT64_MAX

/*
 * One walk over local dates answers every question (R6). Most dates are plain: no exception, no
 * transition near, so they are open as long as the week says; a run of them is added up in one
 * step, whole weeks by multiplication. The others are mapped to instants one by one (R4, R5):
 *
 *   date    E  p  p  p  p  p  p  p  T  T  p  p  p  p ...   E exception, T transition near, p plain
 *           |  '------one step----' |  |  '--one step--
 */
struct walk {
	const struct vd_calendar *cal;
	int64_t until;   // counted is [from, until)
	int64_t covered; // everything before is counted already: overlaps never count twice
	int64_t open_s;  // counted so far
	int64_t want_s;  // stop here ...
	int64_t end;     // ... which is at this instant
	int64_t day;     // local date, days since 1970-01-01
	int64_t last_day;
	int64_t week_s;
	int64_t weekday_s[7];
	size_t exception; // the first with .day >= day
	size_t n_holidays;
	size_t holiday; // the first >= day
	int64_t holidays[HOLIDAYS];
	int32_t offset_s; // in force on plain dates from `day` on
	int32_t low_s;    // the smaller of the zone's two offsets
	size_t n_transitions;
	size_t transition; // the first that is not past on `day`
	struct vd_zone_transition transitions[TRANSITIONS];
	const struct vd_interval *late; // of the date before, not counted yet: see count_day
	int n_late;
};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int weekday_of(int64_t day)
{
	return (int)((day % 7 + 11) % 7); // 1970-01-01 was a Thursday
}

// Seconds after the midnight of the date on which it starts.
static int32_t end_of(const struct vd_interval *interval)
{
	return interval->close_s < interval->open_s ? interval->close_s + DAY_S : interval->close_s;
}

static int64_t hours_s(const struct vd_day_hours *hours)
{
	int64_t sum = 0;

	for (int i = 0; i < hours->n; i++) {
		sum += end_of(&hours->at[i]) - hours->at[i].open_s;
	}
	return sum;
}

static void load_transitions(struct walk *w, int64_t after)
{
	w->transition = 0;
	w->n_transitions = vd_zone_transitions(&w->cal->zone, after, w->transitions, TRANSITIONS);
}

static size_t find_exception(const struct vd_calendar *cal, int64_t day)
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

static void load_holidays(struct walk *w, int64_t day)
{
	w->holiday = 0;
	w->n_holidays = w->cal->has_italian_holidays
				? vd_holiday_list(&vd_holiday_italy, day, w->holidays, HOLIDAYS)
				: 0;
}

static int64_t next_holiday(const struct walk *w)
{
	return w->holiday < w->n_holidays ? w->holidays[w->holiday] : NO_DAY;
}

static bool is_holiday(const struct walk *w, int64_t day)
{
	size_t i = w->holiday;

	while (i < w->n_holidays && w->holidays[i] < day) {
		i++;
	}
	return i < w->n_holidays && w->holidays[i] == day;
}

// Keeps two ahead, so that the date after this one is known as well.
static void seek_holiday(struct walk *w, int64_t day)
{
	while (w->holiday < w->n_holidays && w->holidays[w->holiday] < day) {
		w->holiday++;
	}
	if (w->cal->has_italian_holidays && w->holiday + 2 > w->n_holidays) {
		load_holidays(w, day);
	}
}

// Moves on to a date, and the places in exceptions, holidays and transitions with it.
static void seek(struct walk *w, int64_t day)
{
	const struct vd_calendar *cal = w->cal;
	w->day = day;

	while (w->exception < cal->n_exceptions && cal->exceptions[w->exception].day < day) {
		w->exception++;
	}
	seek_holiday(w, day);
	while (w->transition < w->n_transitions &&
	       vd_zone_is_past(&w->transitions[w->transition], day * DAY_S)) {
		const struct vd_zone_transition *past = &w->transitions[w->transition++];
		w->offset_s = past->after_s;
		if (w->transition + 1 >= w->n_transitions) { // two ahead are enough for any date
			load_transitions(w, past->at);
		}
	}
}

static void init_walk(struct walk *w, const struct vd_calendar *cal, int64_t from, int64_t until,
		      int64_t want_s)
{
	const struct vd_zone *zone = &cal->zone;
	int32_t low = zone->standard_s < zone->daylight_s ? zone->standard_s : zone->daylight_s;
	int32_t high = zone->standard_s < zone->daylight_s ? zone->daylight_s : zone->standard_s;
	// An interval ends within two dates; the third is for clocks set back over midnight.
	int64_t day = floor_div(from + low, DAY_S) - 2;

	w->cal = cal;
	w->low_s = low;
	w->until = until;
	w->covered = from;
	w->open_s = 0;
	w->want_s = want_s;
	w->last_day = floor_div(until + high, DAY_S);
	w->week_s = 0;
	w->late = NULL;
	w->n_late = 0;
	for (int i = 0; i < 7; i++) {
		w->weekday_s[i] = hours_s(&cal->week[i]);
		w->week_s += w->weekday_s[i];
	}
	w->exception = find_exception(cal, day);
	load_holidays(w, day);
	load_transitions(w, (day - 1) * DAY_S - high);
	w->offset_s = w->n_transitions > 0 ? w->transitions[0].before_s : zone->standard_s;
	seek(w, day);
}

static int64_t to_instant(const struct walk *w, int64_t local_s, enum vd_occurrence which)
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

// R3. `day` is the walk's date or the one after.
static const struct vd_day_hours *hours_of(const struct walk *w, int64_t day)
{
	static const struct vd_day_hours closed = { 0 };
	const struct vd_calendar *cal = w->cal;
	size_t i = w->exception;

	while (i < cal->n_exceptions && cal->exceptions[i].day < day) {
		i++;
	}
	if (i < cal->n_exceptions && cal->exceptions[i].day == day) {
		return &cal->exceptions[i].hours;
	}
	return is_holiday(w, day) ? &closed : &cal->week[weekday_of(day)];
}

// R4; but an interval up to midnight ends with its date, at the next one's first instant (R5).
static int64_t close_instant(const struct walk *w, int64_t day, int32_t end_s)
{
	return to_instant(w, day * DAY_S + end_s,
			  end_s == DAY_S ? VD_OCCURRENCE_FIRST : VD_OCCURRENCE_SECOND);
}

// True when what was wanted is reached. Openings come in ascending order.
static bool count_interval(struct walk *w, int64_t day, const struct vd_interval *interval)
{
	if (day * DAY_S + end_of(interval) - w->low_s <= w->covered) { // long past, spare the rest
		return false;
	}
	int64_t open = to_instant(w, day * DAY_S + interval->open_s, VD_OCCURRENCE_FIRST);
	int64_t close = close_instant(w, day, end_of(interval));

	open = open > w->covered ? open : w->covered;
	close = close < w->until ? close : w->until;
	if (close <= open) {
		return false;
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
static bool is_late(const struct walk *w, const struct vd_interval *interval)
{
	if (interval->open_s < DAY_S) {
		return false;
	}
	const struct vd_day_hours *next = hours_of(w, w->day + 1);
	return next->n > 0 && next->at[0].open_s < interval->open_s - DAY_S;
}

// To keep the order, late intervals wait for the next date and are counted among its own.
static bool count_day(struct walk *w)
{
	const struct vd_day_hours *hours = hours_of(w, w->day);
	const struct vd_interval *late = w->late;
	int n_late = w->n_late;
	int own = 0;

	w->n_late = 0;
	while (n_late > 0 || own < hours->n) {
		const struct vd_interval *next = own < hours->n ? &hours->at[own] : NULL;
		bool is_reached;

		if (n_late > 0 && (next == NULL || late->open_s - DAY_S < next->open_s)) {
			is_reached = count_interval(w, w->day - 1, late++);
			n_late--;
		} else if (is_late(w, next)) {
			w->late = next;
			w->n_late = hours->n - own;
			return false;
		} else {
			is_reached = count_interval(w, w->day, next);
			own++;
		}
		if (is_reached) {
			return true;
		}
	}
	return false;
}

// The first date >= day that is not plain, or whose intervals may reach over `until`.
static int64_t end_of_plain(const struct walk *w)
{
	int64_t end = floor_div(w->until + w->offset_s, DAY_S) - 1;

	if (w->transition < w->n_transitions) {
		const struct vd_zone_transition *next = &w->transitions[w->transition];
		int32_t low = next->before_s < next->after_s ? next->before_s : next->after_s;
		int64_t end_at_transition = floor_div(next->at + low, DAY_S) - 1;
		end = end_at_transition < end ? end_at_transition : end;
	}
	if (w->exception < w->cal->n_exceptions) {
		int64_t day = w->cal->exceptions[w->exception].day;
		end = day < end ? day : end;
	}
	int64_t holiday = next_holiday(w);
	return holiday < end ? holiday : end;
}

// True where something counted before, or the start, reaches into the hours of a plain date.
static bool is_begun(const struct walk *w)
{
	const struct vd_day_hours *hours = &w->cal->week[weekday_of(w->day)];
	int32_t open_s = hours->n > 0 ? hours->at[0].open_s : DAY_S;

	return w->n_late > 0 || w->covered > w->day * DAY_S + open_s - w->offset_s;
}

// Plain dates from `day` on that can be added in one step. The last one can't where its night may
// reach into a date that is not plain.
static int64_t count_of_plain(const struct walk *w)
{
	int64_t days = end_of_plain(w) - w->day;
	if (days <= 0 || is_begun(w)) {
		return 0;
	}
	const struct vd_day_hours *last = &w->cal->week[weekday_of(w->day + days - 1)];
	bool has_night = last->n > 0 && end_of(&last->at[last->n - 1]) > DAY_S;

	return days - has_night;
}

// True when it moved on; it stops before the date on which what was wanted is reached.
static bool count_plain(struct walk *w)
{
	int64_t days = count_of_plain(w);
	int64_t missing = w->want_s - w->open_s;
	int64_t done = days / 7 * 7;
	int64_t sum = days / 7 * w->week_s;

	if (sum >= missing) {
		int64_t weeks = (missing - 1) / w->week_s;
		done = weeks * 7;
		sum = weeks * w->week_s;
	}
	while (done < days) {
		int64_t day_s = w->weekday_s[weekday_of(w->day + done)];
		if (sum + day_s >= missing) {
			break;
		}
		sum += day_s;
		done++;
	}
	w->open_s += sum;
	if (done > 0) {
		seek(w, w->day + done);
	}
	return done > 0;
}

// Open seconds in [from, until), but at most `want_s`; `*end` is where those were reached.
static int64_t count(const struct vd_calendar *cal, int64_t from, int64_t until, int64_t want_s,
		     int64_t *end)
{
	struct walk w;
	init_walk(&w, cal, from, until, want_s);

	while (w.day <= w.last_day) {
		if (count_plain(&w)) {
			continue;
		}
		if (count_day(&w)) {
			*end = w.end;
			break;
		}
		seek(&w, w.day + 1);
	}
	return w.open_s;
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
	int64_t end;

	return until > from ? count(cal, from, until, INT64_MAX, &end) : 0;
}

int64_t vd_calendar_due(const struct vd_calendar *cal, int64_t a, int64_t open_s)
{
	if (open_s <= 0) {
		return a;
	}
	if (a != clamp(a)) {
		return VD_CALENDAR_NEVER;
	}
	int64_t end = VD_CALENDAR_NEVER;

	(void)count(cal, a, a + HORIZON_S, open_s, &end);
	return end;
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
static int64_t closing_of_date(const struct walk *w)
{
	const struct vd_day_hours *hours = hours_of(w, w->day);

	for (int i = hours->n - 1; i >= 0; i--) {
		int64_t open =
			to_instant(w, w->day * DAY_S + hours->at[i].open_s, VD_OCCURRENCE_FIRST);
		int64_t close = close_instant(w, w->day, end_of(&hours->at[i]));
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
	struct walk w;
	int64_t own = vd_zone_local_day(&cal->zone, a);
	init_walk(&w, cal, a, a + HORIZON_S, INT64_MAX);

	while (w.day < own + VD_CALENDAR_HORIZON_DAYS) {
		seek(&w, w.day + 1);
		int64_t closing = w.day > own ? closing_of_date(&w) : VD_CALENDAR_NEVER;
		if (closing != VD_CALENDAR_NEVER && --n <= 0) {
			return closing;
		}
	}
	return VD_CALENDAR_NEVER;
}
