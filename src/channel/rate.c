// SPDX-License-Identifier: MIT
#include "channel/rate.h"

#include <string.h>

#include "base/json.h"

#define PLANNED_PERCENT 80
#define NEAR_PERCENT 95
#define DAY_S 86400
// A header that asks for more than this is taken for damaged.
#define WAIT_MOST_S (31 * DAY_S)
// After a 429 that names no time.
#define BLIND_WAIT_S 60
// Usage figures only fall while we are quiet, and are only told in answers: look again after this.
#define USAGE_WAIT_S 900
#define USAGE_AFTER_WAIT 50

static struct vd_dur clamp(struct vd_dur d)
{
	if (d.us < 0) {
		return (struct vd_dur){ 0 };
	}
	return d.us > vd_dur_s(WAIT_MOST_S).us ? vd_dur_s(WAIT_MOST_S) : d;
}

static bool is_number(struct vd_span value, uint64_t *out)
{
	return vd_span_parse_u64(vd_span_trim(value), out) == VD_OK;
}

static uint32_t to_u32(uint64_t value)
{
	return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

static struct vd_dur until(uint64_t unix_s, struct vd_wall from)
{
	if (unix_s > (uint64_t)INT64_MAX / VD_US_PER_S) {
		return vd_dur_s(WAIT_MOST_S);
	}
	return clamp(vd_wall_sub(vd_wall_s((int64_t)unix_s), from));
}

// Unix seconds; Mastodon writes an instant of ISO 8601.
static bool read_reset(struct vd_span value, struct vd_wall from, struct vd_dur *out)
{
	uint64_t unix_s = 0;
	struct vd_wall at = { 0 };
	*out = (struct vd_dur){ 0 };
	if (is_number(value, &unix_s)) {
		*out = until(unix_s, from);
		return true;
	}
	if (vd_wall_parse(vd_span_trim(value), &at) != VD_OK) {
		return false;
	}
	*out = clamp(vd_wall_sub(at, from));
	return true;
}

static void read_retry_after(struct vd_rate_report *out, struct vd_span value, struct vd_wall from)
{
	uint64_t seconds = 0;
	struct vd_wall at = { 0 };
	struct vd_dur wait = { 0 };
	if (is_number(value, &seconds)) {
		wait = vd_dur_s(seconds > WAIT_MOST_S ? WAIT_MOST_S : (int64_t)seconds);
	} else if (vd_wall_parse_http(vd_span_trim(value), &at) == VD_OK) {
		wait = clamp(vd_wall_sub(at, from));
	} else {
		return;
	}
	if (!out->has_retry_after || wait.us > out->retry_after.us) {
		out->retry_after = wait;
	}
	out->has_retry_after = true;
}

static void read_usage_object(struct vd_rate_report *out, const cJSON *object)
{
	static const char *const figures[] = { "call_count", "total_time", "total_cputime" };
	for (size_t i = 0; i < VD_ARRAY_LEN(figures); i++) {
		int64_t percent = 0;
		if (vd_json_i64(object, figures[i], &percent) == VD_OK && percent >= 0 &&
		    percent > out->usage_percent) {
			out->usage_percent = percent > 1000 ? 1000 : (int)percent;
		}
	}
	int64_t minutes = 0;
	if (vd_json_i64(object, "estimated_time_to_regain_access", &minutes) == VD_OK &&
	    minutes > 0 && minutes < WAIT_MOST_S / 60 &&
	    vd_dur_s(minutes * 60).us > out->regain.us) {
		out->regain = vd_dur_s(minutes * 60);
	}
}

// X-App-Usage, X-Page-Usage: one object. X-Business-Use-Case-Usage: {"id": [object, ...], ...}.
static void read_usage(struct vd_rate_report *out, struct vd_span value)
{
	cJSON *tree = vd_json_parse(value, NULL);
	if (tree == NULL) {
		return;
	}
	read_usage_object(out, tree);
	const cJSON *business = NULL;
	cJSON_ArrayForEach(business, tree)
	{
		const cJSON *item = NULL;
		cJSON_ArrayForEach(item, business)
		{
			read_usage_object(out, item);
		}
	}
	vd_json_free(tree);
}

enum field {
	FIELD_LIMIT = 1,
	FIELD_REMAINING,
	FIELD_RESET,
	FIELD_DAY_REMAINING,
	FIELD_DAY_RESET,
	FIELD_RETRY_AFTER,
	FIELD_USAGE,
};
static const struct {
	const char *name;
	enum field field;
	int window; // which 24-hour window
} fields[] = {
	{ "x-rate-limit-limit", FIELD_LIMIT, 0 },
	{ "x-rate-limit-remaining", FIELD_REMAINING, 0 },
	{ "x-rate-limit-reset", FIELD_RESET, 0 },
	{ "x-ratelimit-limit", FIELD_LIMIT, 0 }, // Mastodon
	{ "x-ratelimit-remaining", FIELD_REMAINING, 0 },
	{ "x-ratelimit-reset", FIELD_RESET, 0 },
	{ "x-app-limit-24hour-remaining", FIELD_DAY_REMAINING, 0 },
	{ "x-app-limit-24hour-reset", FIELD_DAY_RESET, 0 },
	{ "x-user-limit-24hour-remaining", FIELD_DAY_REMAINING, 1 },
	{ "x-user-limit-24hour-reset", FIELD_DAY_RESET, 1 },
	{ "retry-after", FIELD_RETRY_AFTER, 0 },
	{ "x-app-usage", FIELD_USAGE, 0 },
	{ "x-page-usage", FIELD_USAGE, 0 },
	{ "x-business-use-case-usage", FIELD_USAGE, 0 },
};

struct draft {
	bool has_remaining;
	bool has_reset;
	bool is_spent[2];
	struct vd_dur day_in[2];
	bool has_day[2];
	uint32_t day_left[2];
};

static void read_field(struct vd_rate_report *out, struct draft *draft, size_t row,
		       struct vd_span value, struct vd_wall from)
{
	uint64_t n = 0;
	bool is_n = is_number(value, &n);
	int window = fields[row].window;
	switch (fields[row].field) {
	case FIELD_LIMIT:
		out->limit = is_n ? to_u32(n) : 0;
		break;
	case FIELD_REMAINING:
		draft->has_remaining = is_n;
		out->remaining = to_u32(n);
		break;
	case FIELD_RESET:
		draft->has_reset = read_reset(value, from, &out->reset_in);
		break;
	case FIELD_DAY_REMAINING:
		draft->is_spent[window] = is_n && n == 0;
		draft->has_day[window] = is_n;
		draft->day_left[window] = to_u32(n);
		break;
	case FIELD_DAY_RESET:
		draft->day_in[window] = is_n ? until(n, from) : vd_dur_s(DAY_S);
		break;
	case FIELD_RETRY_AFTER:
		read_retry_after(out, value, from);
		break;
	case FIELD_USAGE:
		read_usage(out, value);
		break;
	}
}

void vd_rate_report_parse(const struct vd_http_response *response, struct vd_wall now,
			  struct vd_rate_report *out)
{
	*out = (struct vd_rate_report){ .status = response->status, .usage_percent = -1 };
	for (size_t i = 0; i < response->n_headers; i++) {
		if (vd_span_is_equal_nocase(response->headers[i].name, VD_SPAN("date")) &&
		    vd_wall_parse_http(response->headers[i].value, &out->date) != VD_OK) {
			out->date = (struct vd_wall){ 0 };
		}
	}
	struct vd_wall from = vd_wall_is_set(out->date) ? out->date : now;
	struct draft draft = { .day_in = { vd_dur_s(DAY_S), vd_dur_s(DAY_S) } };
	for (size_t i = 0; i < response->n_headers; i++) {
		for (size_t row = 0; row < VD_ARRAY_LEN(fields); row++) {
			if (vd_span_is_equal_nocase(response->headers[i].name,
						    vd_span_of(fields[row].name))) {
				read_field(out, &draft, row, response->headers[i].value, from);
			}
		}
	}
	out->has_window = draft.has_remaining && draft.has_reset;
	for (int i = 0; i < 2; i++) {
		if (draft.has_day[i] && (!out->has_day || draft.day_left[i] < out->day_remaining)) {
			out->has_day = true;
			out->day_remaining = draft.day_left[i];
		}
		out->is_day_spent = out->is_day_spent || draft.is_spent[i];
		if (draft.is_spent[i] && draft.day_in[i].us > out->day_in.us) {
			out->day_in = draft.day_in[i];
		}
	}
}

void vd_rate_init(struct vd_rate *rate, const struct vd_clock *clock, struct vd_dur window,
		  uint32_t limit)
{
	*rate = (struct vd_rate){ .clock = clock,
				  .window = window,
				  .limit = limit,
				  .remaining = limit,
				  .usage_percent = -1 };
}

void vd_rate_init_day(struct vd_rate *rate, struct vd_dur window, uint32_t limit)
{
	rate->day = (struct vd_rate_day){ .window = window, .limit = limit, .remaining = limit };
}

static struct vd_mono after(const struct vd_rate *rate, struct vd_mono now, struct vd_dur domain)
{
	return vd_mono_add(now, vd_clock_real(rate->clock, domain));
}

static bool is_over(const struct vd_rate *rate, struct vd_mono now)
{
	return rate->reset.us != 0 && now.us >= rate->reset.us;
}

static bool is_day_over(const struct vd_rate_day *day, struct vd_mono now)
{
	return day->reset.us != 0 && now.us >= day->reset.us;
}

static void note_day(struct vd_rate *rate, struct vd_mono now)
{
	struct vd_rate_day *day = &rate->day;
	if (day->window.us == 0) {
		return;
	}
	if (is_day_over(day, now)) {
		day->remaining = day->limit;
		day->reset = (struct vd_mono){ 0 };
	}
	if (day->reset.us == 0) {
		day->reset = after(rate, now, day->window);
	}
	if (day->remaining > 0) {
		day->remaining--;
	}
}

void vd_rate_note(struct vd_rate *rate, struct vd_mono now)
{
	if (is_over(rate, now)) {
		rate->remaining = rate->limit;
		rate->reset = (struct vd_mono){ 0 };
	}
	if (rate->reset.us == 0) {
		rate->reset = after(rate, now, rate->window);
	}
	if (rate->remaining > 0) {
		rate->remaining--;
	}
	note_day(rate, now);
}

static void block(struct vd_rate *rate, struct vd_mono until_then)
{
	if (until_then.us > rate->blocked.us) {
		rate->blocked = until_then;
	}
}

static struct vd_dur wait_of_refusal(const struct vd_rate_report *report)
{
	if (report->is_day_spent) {
		return report->day_in;
	}
	if (report->has_retry_after) {
		return report->retry_after;
	}
	if (report->regain.us > 0) {
		return report->regain;
	}
	return report->has_window && report->reset_in.us > 0 ? report->reset_in
							     : vd_dur_s(BLIND_WAIT_S);
}

void vd_rate_apply(struct vd_rate *rate, const struct vd_rate_report *report, struct vd_mono now)
{
	if (report->has_window) {
		rate->limit = report->limit > 0 ? report->limit : rate->limit;
		rate->remaining = report->remaining;
		rate->reset = after(rate, now, report->reset_in);
	}
	if (report->has_day && rate->day.window.us != 0 &&
	    report->day_remaining < rate->day.remaining) {
		rate->day.remaining = report->day_remaining; // others use it too
	}
	if (report->usage_percent >= 0) {
		rate->usage_percent = report->usage_percent;
	}
	if (report->status == 429) {
		block(rate, after(rate, now, wait_of_refusal(report)));
	} else if (report->is_day_spent) {
		block(rate, after(rate, now, report->day_in));
	} else if (report->has_retry_after) {
		block(rate, after(rate, now, report->retry_after));
	}
	if (report->usage_percent >= 100) {
		struct vd_dur wait = report->regain.us > 0 ? report->regain
							   : vd_dur_s(USAGE_WAIT_S);
		block(rate, after(rate, now, wait));
		rate->usage_percent =
			USAGE_AFTER_WAIT; // it falls while we are quiet; the next answer tells
	}
}

void vd_rate_block(struct vd_rate *rate, struct vd_mono now, struct vd_dur wait)
{
	block(rate, after(rate, now, wait));
}

static uint32_t reserve_of(const struct vd_rate *rate, enum vd_rate_class class, uint32_t limit)
{
	static const uint8_t shared[] = { [VD_RATE_READ] = 20, [VD_RATE_SWEEP] = 40 };
	static const uint8_t reads_only[] = { [VD_RATE_READ] = 0, [VD_RATE_SWEEP] = 20 };
	// Windows of a handful of calls have nothing to spare.
	if (class == VD_RATE_WRITE || limit < 10) {
		return 0;
	}
	return limit * (rate->is_reads_only ? reads_only[class] : shared[class]) / 100;
}

struct vd_mono vd_rate_next(const struct vd_rate *rate, enum vd_rate_class class,
			    struct vd_mono now)
{
	struct vd_mono next = now;
	if (rate->blocked.us > next.us) {
		next = rate->blocked;
	}
	if (!is_over(rate, now) && rate->reset.us > next.us &&
	    rate->remaining <= reserve_of(rate, class, rate->limit)) {
		next = rate->reset;
	}
	const struct vd_rate_day *day = &rate->day;
	if (!is_day_over(day, now) && day->reset.us > next.us &&
	    day->remaining <= reserve_of(rate, class, day->limit)) {
		next = day->reset;
	}
	return next;
}

uint32_t vd_rate_left(const struct vd_rate *rate, struct vd_mono now)
{
	uint32_t left = is_over(rate, now) ? rate->limit : rate->remaining;
	if (rate->day.window.us != 0 && !is_day_over(&rate->day, now) &&
	    rate->day.remaining < left) {
		left = rate->day.remaining;
	}
	return left;
}

static int stretch_of(int usage_percent)
{
	if (usage_percent >= 85) {
		return 15; // writes only, but for the look that tells us that it fell
	}
	if (usage_percent >= 70) {
		return 4;
	}
	return usage_percent >= 50 ? 2 : 1;
}

static struct vd_dur even_of(struct vd_dur window, uint32_t limit, int percent)
{
	int64_t planned = ((int64_t)limit * percent + (percent > PLANNED_PERCENT ? 99 : 0)) / 100;
	return (struct vd_dur){ window.us / (planned > 0 ? planned : 1) };
}

struct vd_dur vd_rate_period(const struct vd_rate *rate, struct vd_dur wished, bool is_near)
{
	int percent = is_near && rate->is_reads_only ? NEAR_PERCENT : PLANNED_PERCENT;
	struct vd_dur even = even_of(rate->window, rate->limit, percent);
	struct vd_dur day = even_of(rate->day.window, rate->day.limit, percent);
	even = day.us > even.us ? day : even;
	return (struct vd_dur){ (wished.us > even.us ? wished.us : even.us) *
				stretch_of(rate->usage_percent) };
}

struct vd_dur vd_rate_pace(const struct vd_rate *rate, struct vd_dur wished)
{
	return vd_clock_real(rate->clock, vd_rate_period(rate, wished, false));
}

struct vd_dur vd_rate_domain(const struct vd_clock *clock, struct vd_dur real)
{
	int64_t real_of_1000s = vd_clock_real(clock, vd_dur_s(1000)).us;
	if (real_of_1000s <= 0 || real.us <= 0) {
		return (struct vd_dur){ real.us < 0 ? 0 : real.us };
	}
	double factor = (double)vd_dur_s(1000).us / (double)real_of_1000s;
	double us = (double)real.us * factor;
	return us > 4e18 ? vd_dur_s(WAIT_MOST_S) : (struct vd_dur){ (int64_t)us };
}
