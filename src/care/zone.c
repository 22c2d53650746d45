// SPDX-License-Identifier: MIT
#include "care/zone.h"

#include <string.h>

#include "care/calendar_year.h"

#define DAY_S 86400
#define YEARS 4 // of a timeline: the one before, the one asked for, two after
#define EVENTS (2 * YEARS)

// A rule fires twice a year; where both fire at one instant, daylight time wins (RFC 8536 3.3.1:
// daylight time all year is written that way).
struct event {
	int64_t at;
	bool is_daylight;
};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t change_day(const struct vd_zone_change *change, const struct vd_calendar_year *year)
{
	if (change->form == 'M') {
		return vd_calendar_year_weekday(year, change->month, change->week, change->day);
	}
	if (change->form == 'J') { // 29 February is never counted
		return year->first_day + change->day - 1 + (year->is_leap && change->day >= 60);
	}
	return year->first_day + change->day;
}

static void put_event(struct event *events, int n, struct event new_one)
{
	while (n > 0 && (events[n - 1].at > new_one.at ||
			 (events[n - 1].at == new_one.at && events[n - 1].is_daylight))) {
		events[n] = events[n - 1];
		n--;
	}
	events[n] = new_one;
}

// The two of a year, in order behind the n that are there.
static void put_year(const struct vd_zone *zone, const struct vd_calendar_year *year,
		     struct event *events, int n)
{
	const struct vd_zone_change *begin = &zone->to_daylight;
	const struct vd_zone_change *end = &zone->to_standard;
	int64_t begin_day = change_day(begin, year);
	int64_t end_day = change_day(end, year);

	put_event(events, n,
		  (struct event){ begin_day * DAY_S + begin->time_s - zone->standard_s, true });
	put_event(events, n + 1,
		  (struct event){ end_day * DAY_S + end->time_s - zone->daylight_s, false });
}

static void make_timeline(const struct vd_zone *zone, int64_t unix_s, struct event events[EVENTS])
{
	struct vd_calendar_year now = vd_calendar_year_of(floor_div(unix_s, DAY_S));
	struct vd_calendar_year year = vd_calendar_year_make(now.number - 1);

	for (int i = 0; i < YEARS; i++) {
		put_year(zone, &year, events, 2 * i);
		year = vd_calendar_year_next(&year);
	}
}

static bool has_changes(const struct vd_zone *zone)
{
	return zone->has_daylight && zone->standard_s != zone->daylight_s;
}

static int32_t offset_of(const struct vd_zone *zone, bool is_daylight)
{
	return is_daylight ? zone->daylight_s : zone->standard_s;
}

int32_t vd_zone_offset(const struct vd_zone *zone, int64_t unix_s)
{
	if (!has_changes(zone)) {
		return zone->standard_s;
	}
	struct event events[EVENTS];
	make_timeline(zone, unix_s, events);

	bool is_daylight = !events[0].is_daylight;
	for (int i = 0; i < EVENTS && events[i].at <= unix_s; i++) {
		is_daylight = events[i].is_daylight;
	}
	return offset_of(zone, is_daylight);
}

void vd_zone_fill_table(struct vd_zone *zone)
{
	struct vd_calendar_year year = vd_calendar_year_make(VD_ZONE_TABLE_YEAR);
	int64_t last = INT64_MIN;

	for (int i = 0; has_changes(zone) && i < VD_ZONE_TABLE_N; i += 2) {
		struct event events[2];
		put_year(zone, &year, events, 0);
		zone->begins_with_daylight = i == 0 ? events[0].is_daylight
						    : zone->begins_with_daylight;
		if (events[0].at <= last || events[1].at <= events[0].at ||
		    events[0].is_daylight != zone->begins_with_daylight) {
			memset(zone->table, 0, sizeof(zone->table)); // year by year, then
			zone->begins_with_daylight = false;
			return;
		}
		zone->table[i] = events[0].at;
		zone->table[i + 1] = events[1].at;
		last = events[1].at;
		year = vd_calendar_year_next(&year);
	}
}

// The index of the first change > after; VD_ZONE_TABLE_N where the table does not tell.
static size_t find_in_table(const struct vd_zone *zone, int64_t after)
{
	const int64_t *table = zone->table;
	if (table[0] == 0 || after < table[0] || after >= table[VD_ZONE_TABLE_N - 4]) {
		return VD_ZONE_TABLE_N;
	}
	// Half a year is 15,778,476 s; the guess is two changes off at most.
	size_t i = (size_t)((after - table[0]) / 15778476);
	i = i < 2 ? 0 : i - 2;
	while (table[i] <= after) {
		i++;
	}
	return i;
}

static struct vd_zone_transition transition_of(const struct vd_zone *zone, size_t i)
{
	bool is_daylight = zone->begins_with_daylight == (i % 2 == 0);
	return (struct vd_zone_transition){
		.at = zone->table[i],
		.before_s = offset_of(zone, !is_daylight),
		.after_s = offset_of(zone, is_daylight),
	};
}

size_t vd_zone_transitions(const struct vd_zone *zone, int64_t after,
			   struct vd_zone_transition *out, size_t cap)
{
	if (!has_changes(zone)) {
		return 0;
	}
	size_t next = find_in_table(zone, after);
	if (next < VD_ZONE_TABLE_N) {
		size_t found = 0;
		for (; found < cap && found < YEARS && next < VD_ZONE_TABLE_N; next++) {
			out[found++] = transition_of(zone, next);
		}
		return found;
	}
	struct event events[EVENTS];
	make_timeline(zone, after, events);

	size_t n = 0;
	bool is_daylight = !events[0].is_daylight;
	// The last event is left out: whether another one meets it is not in the timeline.
	for (int i = 0; i + 1 < EVENTS && n < cap; i++) {
		if (events[i + 1].at == events[i].at || events[i].is_daylight == is_daylight) {
			continue;
		}
		if (events[i].at > after) {
			out[n].at = events[i].at;
			out[n].before_s = offset_of(zone, is_daylight);
			out[n].after_s = offset_of(zone, events[i].is_daylight);
			n++;
		}
		is_daylight = events[i].is_daylight;
	}
	return n;
}

int64_t vd_zone_map(const struct vd_zone_transition *near, int64_t local_s,
		    enum vd_occurrence which)
{
	int64_t before = local_s - near->before_s;
	int64_t after = local_s - near->after_s;
	bool is_before = before < near->at; // the clock showed it before the transition
	bool is_after = after >= near->at;

	if (is_before && is_after) {
		return which == VD_OCCURRENCE_FIRST ? before : after;
	}
	if (is_before) {
		return before;
	}
	return is_after ? after : near->at;
}

int64_t vd_zone_to_instant(const struct vd_zone *zone, int64_t local_s, enum vd_occurrence which)
{
	// Two days back: no offset reaches further, so nothing before it can matter.
	int64_t start = local_s - 2 * DAY_S;
	struct vd_zone_transition near[EVENTS];
	size_t n = vd_zone_transitions(zone, start, near, EVENTS);

	for (size_t i = 0; i < n; i++) {
		if (!vd_zone_is_past(&near[i], local_s)) {
			return vd_zone_map(&near[i], local_s, which);
		}
	}
	return local_s - (n > 0 ? near[n - 1].after_s : vd_zone_offset(zone, start));
}

int64_t vd_zone_day_start(const struct vd_zone *zone, int64_t local_day)
{
	return vd_zone_to_instant(zone, local_day * DAY_S, VD_OCCURRENCE_FIRST);
}

int64_t vd_zone_local_day(const struct vd_zone *zone, int64_t unix_s)
{
	int64_t day = floor_div(unix_s + vd_zone_offset(zone, unix_s), DAY_S);

	// R5: a clock set back over midnight shows the old date again, but the new one has begun.
	return unix_s >= vd_zone_day_start(zone, day + 1) ? day + 1 : day;
}
