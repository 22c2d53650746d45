// SPDX-License-Identifier: MIT
#include "care/explain.h"

#include "care/calendar_walk.h"

#define DAY_S 86400
#define TRANSITIONS 4

struct explainer {
	const struct vd_calendar *cal;
	int64_t at; // everything before is explained
	vd_explain_fn *each;
	void *ctx;
};

static const char *const reason_names[VD_EXPLAIN_N] = {
	[VD_EXPLAIN_OPEN] = "open",       [VD_EXPLAIN_WEEKDAY] = "weekday",
	[VD_EXPLAIN_HOLIDAY] = "holiday", [VD_EXPLAIN_BEFORE] = "before",
	[VD_EXPLAIN_BREAK] = "break",     [VD_EXPLAIN_AFTER] = "after",
};

const char *vd_explain_reason_name(enum vd_explain_reason reason)
{
	return (unsigned)reason < VD_EXPLAIN_N ? reason_names[reason] : "?";
}

static int32_t clock_change(const struct vd_zone *zone, int64_t from, int64_t to)
{
	struct vd_zone_transition next[TRANSITIONS];
	size_t n = vd_zone_transitions(zone, from, next, TRANSITIONS);
	int32_t sum = 0;

	for (size_t i = 0; i < n && next[i].at <= to; i++) {
		sum += next[i].after_s - next[i].before_s;
	}
	return sum;
}

static void tell(struct explainer *x, int64_t day, int64_t to, enum vd_explain_reason reason)
{
	struct vd_explain_segment segment = {
		.from = x->at,
		.to = to,
		.day = day,
		.reason = reason,
		.clock_s = clock_change(&x->cal->zone, x->at, to),
	};
	const struct vd_day_hours *hours = vd_calendar_hours(x->cal, day, &segment.name);

	segment.is_special = hours != &x->cal->week[(day % 7 + 11) % 7];
	x->each(x->ctx, &segment);
	x->at = to;
}

static enum vd_explain_reason why_closed(const struct explainer *x, int64_t day, int64_t to)
{
	const struct vd_calendar *cal = x->cal;
	const char *name;
	const struct vd_day_hours *hours = vd_calendar_hours(cal, day, &name);

	if (hours->n == 0) {
		bool is_special = hours != &cal->week[(day % 7 + 11) % 7];
		return is_special ? VD_EXPLAIN_HOLIDAY : VD_EXPLAIN_WEEKDAY;
	}
	const struct vd_interval *first = &cal->intervals[hours->first];
	const struct vd_interval *last = first + hours->n - 1;
	if (to <=
	    vd_zone_to_instant(&cal->zone, day * DAY_S + first->open_s, VD_OCCURRENCE_FIRST)) {
		return VD_EXPLAIN_BEFORE;
	}
	return x->at >= vd_zone_to_instant(&cal->zone, day * DAY_S + last->close_s,
					   VD_OCCURRENCE_SECOND)
		       ? VD_EXPLAIN_AFTER
		       : VD_EXPLAIN_BREAK;
}

// Closed time, date by date.
static void tell_closed(struct explainer *x, int64_t until)
{
	while (x->at < until) {
		int64_t day = vd_zone_local_day(&x->cal->zone, x->at);
		int64_t next = vd_zone_day_start(&x->cal->zone, day + 1);
		int64_t to = next < until ? next : until;
		tell(x, day, to, why_closed(x, day, to));
	}
}

static void on_open(void *ctx, int64_t day, int64_t open, int64_t close)
{
	struct explainer *x = ctx;

	tell_closed(x, open);
	tell(x, day, close, VD_EXPLAIN_OPEN);
}

void vd_explain(const struct vd_calendar *cal, int64_t a, int64_t b, vd_explain_fn *each, void *ctx)
{
	struct explainer x = { .cal = cal, .at = a, .each = each, .ctx = ctx };
	struct vd_calendar_walk walk;

	walk.visit = on_open;
	walk.ctx = &x;
	if (b <= a) {
		return;
	}
	vd_calendar_walk_init(&walk, cal, a, b, INT64_MAX);
	(void)vd_calendar_walk_count(&walk);
	tell_closed(&x, b);
}
