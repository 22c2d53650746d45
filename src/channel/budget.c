// SPDX-License-Identifier: MIT
#include "channel/budget.h"

#include <inttypes.h>
#include <string.h>

#define SLOW_S 900 // streams that far apart: configuration and nudges leave them alone
#define SOON_PART 8
#define VERSION "1"
#define LONG_WINDOW_S 3600
#define WAIT_MOST_S (31 * 86400)
#define DAY_S INT64_C(86400)
#define PLANNED_PERCENT 80

static const char *const plan_names[VD_PLAN_N] = {
	[VD_PLAN_PAY] = "pay",
	[VD_PLAN_PRO] = "pro",
	[VD_PLAN_BASIC] = "basic",
	[VD_PLAN_FREE] = "free",
};

const char *vd_plan_name(enum vd_plan plan)
{
	return (unsigned)plan < VD_PLAN_N ? plan_names[plan] : "?";
}

enum vd_plan vd_plan_parse(struct vd_span name)
{
	int i = 0;
	while (i < VD_PLAN_N && !vd_span_is_text(name, plan_names[i])) {
		i++;
	}
	return (enum vd_plan)i;
}

// Facts 4: the mention interval goes 60 s -> 5 min -> 15 min as the money goes.
static int64_t floor_of_money_s(uint8_t spent_percent)
{
	if (spent_percent >= 95) {
		return 900;
	}
	return spent_percent >= 80 ? 300 : 0;
}

static const struct vd_budget_bucket *bucket_of(const struct vd_budget *budget, size_t i)
{
	const struct vd_budget_plan *plan = budget->plan;
	return i < plan->n_buckets && plan->buckets[i].name != NULL ? &plan->buckets[i] : NULL;
}

static const struct vd_budget_stream *stream_of(const struct vd_budget *budget, size_t i)
{
	const struct vd_budget_plan *plan = budget->plan;
	return plan != NULL && i < plan->n_streams && plan->streams[i].name != NULL
		       ? &plan->streams[i]
		       : NULL;
}

static struct vd_rate *rate_of(const struct vd_budget *budget, const struct vd_budget_stream *s)
{
	return s->bucket < budget->n_rates ? &budget->rates[s->bucket] : NULL;
}

void vd_budget_init(struct vd_budget *budget, const struct vd_budget_plan *plan,
		    const struct vd_clock *clock, struct vd_rate *rates, size_t n_rates)
{
	*budget = (struct vd_budget){ .plan = plan, .rates = rates, .n_rates = n_rates };
	for (size_t i = 0; plan != NULL && i < n_rates; i++) {
		const struct vd_budget_bucket *b = bucket_of(budget, i);
		if (b == NULL) {
			continue;
		}
		vd_rate_init(&rates[i], clock, vd_dur_s(b->window_s), b->calls);
		if (b->day_calls > 0) {
			vd_rate_init_day(&rates[i], vd_dur_s(b->day_s), b->day_calls);
		}
		rates[i].is_reads_only = b->is_reads_only;
	}
}

// A dialogue is traffic, and an owner's word counts.
static struct vd_dur quiet_of(const struct vd_budget_bucket *bucket, const struct vd_rate *rate,
			      const struct vd_budget_mood *mood)
{
	bool is_quiet = bucket != NULL && bucket->quiet_calls > 0 && rate->usage_percent < 0 &&
			!mood->is_near && mood->wished.us == 0;
	return vd_dur_s(is_quiet ? DAY_S * 100 / (bucket->quiet_calls * PLANNED_PERCENT) : 0);
}

struct vd_dur vd_budget_period(const struct vd_budget *budget, size_t stream,
			       const struct vd_budget_mood *mood)
{
	const struct vd_budget_stream *s = stream_of(budget, stream);
	if (s == NULL) {
		return (struct vd_dur){ 0 };
	}
	struct vd_dur wished = vd_dur_s(mood->is_near ? s->near_s : s->idle_s);
	bool is_slow = s->idle_s >= SLOW_S;
	if (mood->wished.us > 0 && !is_slow && (mood->wished.us < wished.us || !mood->is_near)) {
		wished = mood->wished;
	}
	struct vd_dur least = vd_dur_s(floor_of_money_s(mood->spent_percent));
	wished = least.us > wished.us ? least : wished;
	const struct vd_rate *rate = rate_of(budget, s);
	if (rate == NULL) {
		return wished;
	}
	struct vd_dur quiet = quiet_of(bucket_of(budget, s->bucket), rate, mood);
	return vd_rate_period(rate, quiet.us > wished.us ? quiet : wished, mood->is_near);
}

static bool is_due(const struct vd_budget *budget, size_t i, struct vd_mono now,
		   const struct vd_budget_mood *mood)
{
	struct vd_dur period = vd_budget_period(budget, i, mood);
	const struct vd_rate *rate = rate_of(budget, &budget->plan->streams[i]);
	struct vd_dur soon = { period.us / SOON_PART };
	soon = rate != NULL ? vd_clock_real(rate->clock, soon) : (struct vd_dur){ 0 };
	return budget->next[i].us <= now.us + soon.us;
}

uint32_t vd_budget_due(const struct vd_budget *budget, struct vd_mono now,
		       const struct vd_budget_mood *mood, bool is_all)
{
	uint32_t due = 0;
	for (size_t i = 0; i < VD_BUDGET_STREAMS; i++) {
		const struct vd_budget_stream *s = stream_of(budget, i);
		if (s != NULL && s->follows == 0 &&
		    ((is_all && s->idle_s < SLOW_S) || is_due(budget, i, now, mood))) {
			due |= UINT32_C(1) << i;
		}
	}
	for (size_t i = 0; i < VD_BUDGET_STREAMS; i++) {
		const struct vd_budget_stream *s = stream_of(budget, i);
		if (s != NULL && s->follows > 0 && (due >> (s->follows - 1) & 1) != 0) {
			due |= UINT32_C(1) << i;
		}
	}
	return due;
}

enum vd_rate_class vd_budget_class(const struct vd_budget_mood *mood)
{
	return mood->is_near ? VD_RATE_READ : VD_RATE_SWEEP;
}

void vd_budget_read(struct vd_budget *budget, uint32_t due, struct vd_mono began,
		    struct vd_mono now, const struct vd_budget_mood *mood, uint32_t percent)
{
	for (size_t i = 0; i < VD_BUDGET_STREAMS; i++) {
		const struct vd_budget_stream *s = stream_of(budget, i);
		const struct vd_rate *rate = s != NULL ? rate_of(budget, s) : NULL;
		if (rate == NULL || (due >> i & 1) == 0) {
			continue;
		}
		struct vd_dur period = vd_budget_period(budget, i, mood);
		period = vd_clock_real(rate->clock, (struct vd_dur){ period.us / 100 * percent });
		struct vd_mono next = vd_mono_add(began, period);
		struct vd_mono allowed = vd_rate_next(rate, vd_budget_class(mood), now);
		budget->next[i] = allowed.us > now.us && allowed.us > next.us ? allowed : next;
	}
}

struct vd_mono vd_budget_next(const struct vd_budget *budget)
{
	struct vd_mono next = { INT64_MAX };
	for (size_t i = 0; i < VD_BUDGET_STREAMS; i++) {
		const struct vd_budget_stream *s = stream_of(budget, i);
		if (s != NULL && s->follows == 0 && budget->next[i].us < next.us) {
			next = budget->next[i];
		}
	}
	return next;
}

struct vd_dur vd_budget_beat(const struct vd_budget *budget, const struct vd_budget_mood *mood)
{
	struct vd_dur beat = { INT64_MAX };
	for (size_t i = 0; i < VD_BUDGET_STREAMS; i++) {
		const struct vd_budget_stream *s = stream_of(budget, i);
		if (s != NULL && s->is_intake) {
			struct vd_dur period = vd_budget_period(budget, i, mood);
			beat = period.us < beat.us ? period : beat;
		}
	}
	return beat;
}

// ---- what outlives a restart --------------------------------------------------------------------
// "1 SAVED;NAME=LEFT,RESET,DAY_LEFT,DAY_RESET,BLOCKED,USAGE;..;@STREAM=NEXT": seconds of wall time,
// 0: none.

static int64_t wall_of(const struct vd_rate *rate, struct vd_mono at, struct vd_mono now,
		       struct vd_wall wall)
{
	if (at.us <= now.us) {
		return 0;
	}
	struct vd_dur wait = vd_rate_domain(rate->clock, vd_mono_sub(at, now));
	return vd_wall_to_s(vd_wall_add(wall, wait)) + 1;
}

static bool is_in_use(const struct vd_rate *rate, struct vd_mono now)
{
	return rate->reset.us > now.us || rate->blocked.us > now.us ||
	       rate->day.reset.us > now.us || rate->usage_percent >= 0;
}

void vd_budget_print(const struct vd_budget *budget, struct vd_mono now, struct vd_wall wall,
		     struct vd_buf *out)
{
	vd_buf_printf(out, VERSION " %" PRId64, vd_wall_to_s(wall));
	for (size_t i = 0; budget->plan != NULL && i < budget->n_rates; i++) {
		const struct vd_budget_bucket *b = bucket_of(budget, i);
		const struct vd_rate *r = &budget->rates[i];
		if (b == NULL || !is_in_use(r, now)) {
			continue;
		}
		vd_buf_printf(out, ";%s=%u,%" PRId64 ",%u,%" PRId64 ",%" PRId64 ",%d", b->name,
			      (unsigned)r->remaining, wall_of(r, r->reset, now, wall),
			      (unsigned)r->day.remaining, wall_of(r, r->day.reset, now, wall),
			      wall_of(r, r->blocked, now, wall), r->usage_percent);
	}
	for (size_t i = 0; i < VD_BUDGET_STREAMS; i++) {
		const struct vd_budget_stream *s = stream_of(budget, i);
		const struct vd_rate *rate = s != NULL ? rate_of(budget, s) : NULL;
		if (rate != NULL && s->idle_s >= SLOW_S && budget->next[i].us > now.us) {
			vd_buf_printf(out, ";@%s=%" PRId64, s->name,
				      wall_of(rate, budget->next[i], now, wall));
		}
	}
}

struct kept {
	int64_t saved_s;
	int64_t wall_s;
	struct vd_mono now;
};

static int64_t number(struct vd_span *rest)
{
	int64_t n = 0;
	return vd_span_parse_i64(vd_span_cut(rest, ','), &n) == VD_OK ? n : 0;
}

// A clock that went back must lock nothing for longer than was left when it was kept.
static struct vd_mono mono_of(const struct kept *kept, const struct vd_rate *rate, int64_t at_s,
			      int64_t most_s)
{
	if (at_s <= 0) {
		return (struct vd_mono){ 0 };
	}
	int64_t from_s = kept->wall_s > kept->saved_s ? kept->wall_s : kept->saved_s;
	int64_t wait_s = at_s > from_s ? at_s - (from_s > 0 ? from_s : 0) : 0;
	wait_s = wait_s > most_s ? most_s : wait_s;
	if (wait_s == 0) {
		return (struct vd_mono){ 0 };
	}
	return vd_mono_add(kept->now, vd_clock_real(rate->clock, vd_dur_s(wait_s)));
}

static void take_bucket(const struct kept *kept, struct vd_rate *rate, struct vd_span values)
{
	int64_t left = number(&values);
	int64_t reset_s = number(&values);
	int64_t day_left = number(&values);
	int64_t day_reset_s = number(&values);
	int64_t blocked_s = number(&values);
	int64_t usage = number(&values);
	rate->reset = mono_of(kept, rate, reset_s, rate->window.us / VD_US_PER_S);
	if (rate->reset.us != 0 && left >= 0 && left < rate->limit) {
		rate->remaining = (uint32_t)left;
	}
	rate->day.reset = mono_of(kept, rate, day_reset_s, rate->day.window.us / VD_US_PER_S);
	if (rate->day.reset.us != 0 && day_left >= 0 && day_left < rate->day.limit) {
		rate->day.remaining = (uint32_t)day_left;
	}
	rate->blocked = mono_of(kept, rate, blocked_s, WAIT_MOST_S);
	rate->usage_percent = usage >= 0 && usage <= 1000 ? (int)usage : -1;
}

static void take_field(struct vd_budget *budget, const struct kept *kept, struct vd_span field)
{
	struct vd_span name = vd_span_cut(&field, '=');
	for (size_t i = 0; i < budget->n_rates; i++) {
		const struct vd_budget_bucket *b = bucket_of(budget, i);
		if (b != NULL && vd_span_is_text(name, b->name)) {
			take_bucket(kept, &budget->rates[i], field);
			return;
		}
	}
	if (!vd_span_has_prefix(name, VD_SPAN("@"))) {
		return;
	}
	for (size_t i = 0; i < VD_BUDGET_STREAMS; i++) {
		const struct vd_budget_stream *s = stream_of(budget, i);
		const struct vd_rate *rate = s != NULL ? rate_of(budget, s) : NULL;
		if (rate != NULL && vd_span_is_text(vd_span_skip(name, 1), s->name)) {
			budget->next[i] = mono_of(kept, rate, number(&field), s->idle_s);
			return;
		}
	}
}

void vd_budget_parse(struct vd_budget *budget, struct vd_span text, struct vd_mono now,
		     struct vd_wall wall)
{
	struct kept kept = { .wall_s = vd_wall_to_s(wall), .now = now };
	struct vd_span head = vd_span_cut(&text, ';');
	struct vd_span version = vd_span_cut(&head, ' ');
	if (budget->plan == NULL || !vd_span_is_text(version, VERSION) ||
	    vd_span_parse_i64(head, &kept.saved_s) != VD_OK) {
		return;
	}
	while (text.n > 0) {
		take_field(budget, &kept, vd_span_cut(&text, ';'));
	}
}

uint64_t vd_budget_mark(const struct vd_budget *budget)
{
	uint64_t mark = 0;
	for (size_t i = 0; i < budget->n_rates; i++) {
		const struct vd_rate *r = &budget->rates[i];
		bool is_long = r->window.us > vd_dur_s(LONG_WINDOW_S).us;
		mark = mark * 31 + (uint64_t)r->blocked.us + r->day.remaining +
		       (is_long ? r->remaining : 0);
	}
	return mark;
}
