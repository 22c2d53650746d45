// SPDX-License-Identifier: MIT
#include "care/quiet.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define MEMORY_WEEKS 6
#define WEEKS_LEAST 2
#define ENOUGH 7.0 // none at all of so many: less than once in a thousand
#define CHANCE 0.001
#define VERSION 1

static size_t of_week(int64_t hour)
{
	return (size_t)(hour % VD_QUIET_WEEK);
}

static size_t of_ring(int64_t hour)
{
	return (size_t)(hour % VD_QUIET_HOURS);
}

// The mean over the first weeks, then the past fades.
static void learn(struct vd_quiet *quiet, int64_t hour)
{
	size_t at = of_week(hour);
	size_t slot = of_ring(hour);
	if (quiet->is_blind[slot]) {
		return;
	}
	int32_t weeks = quiet->weeks[at] < MEMORY_WEEKS ? quiet->weeks[at] + 1 : MEMORY_WEEKS;
	int32_t now = (int32_t)quiet->count[slot] * VD_QUIET_UNIT;
	int32_t rate = quiet->rate[at];
	rate += (now - rate) / weeks;
	quiet->rate[at] = (uint16_t)(rate > UINT16_MAX ? UINT16_MAX : rate);
	quiet->weeks[at] = (uint8_t)weeks;
}

static void begin_hour(struct vd_quiet *quiet, int64_t hour, bool is_blind)
{
	quiet->hour = hour;
	quiet->count[of_ring(hour)] = 0;
	quiet->is_blind[of_ring(hour)] = is_blind;
}

static void start(struct vd_quiet *quiet, int64_t hour)
{
	for (size_t i = 0; i < VD_QUIET_HOURS; i++) {
		quiet->count[i] = 0;
		quiet->is_blind[i] = true;
	}
	quiet->hour = hour;
}

void vd_quiet_tick(struct vd_quiet *quiet, int64_t hour, bool is_good)
{
	if (hour <= VD_QUIET_HOURS) {
		return; // a clock of 1970
	}
	if (quiet->hour == 0 || hour < quiet->hour - VD_QUIET_HOURS) {
		start(quiet, hour); // never, or the clock went back a long way
	}
	// After weeks of silence the ring is all blind: no need to go through each hour.
	bool is_far = hour - quiet->hour > (int64_t)VD_QUIET_HOURS * 2;
	while (quiet->hour < hour) {
		int64_t next = quiet->hour + 1;
		if (is_far && next < hour - VD_QUIET_HOURS) {
			next = hour - VD_QUIET_HOURS;
			start(quiet, next);
			continue;
		}
		learn(quiet, next - VD_QUIET_HOURS);
		begin_hour(quiet, next, next < hour);
	}
	if (!is_good && hour == quiet->hour) {
		quiet->is_blind[of_ring(hour)] = true;
	}
}

void vd_quiet_note(struct vd_quiet *quiet, int64_t hour)
{
	if (hour <= quiet->hour && hour > quiet->hour - VD_QUIET_HOURS && hour > 0 &&
	    quiet->count[of_ring(hour)] < UINT16_MAX) {
		quiet->count[of_ring(hour)]++;
	}
}

// P(X <= n) for a Poisson mean; terms in order, no factorial is formed.
static double chance_of(uint32_t n, double mean)
{
	double term = exp(-mean);
	double sum = term;
	for (uint32_t k = 1; k <= n; k++) {
		term *= mean / (double)k;
		sum += term;
	}
	return sum > 1 ? 1 : sum;
}

struct vd_quiet_word vd_quiet_judge(const struct vd_quiet *quiet, uint32_t permille)
{
	struct vd_quiet_word word = { .chance = 1 };
	for (int64_t back = 0; back < VD_QUIET_HOURS && word.expected < ENOUGH; back++) {
		int64_t hour = quiet->hour - back;
		if (hour <= 0 || quiet->is_blind[of_ring(hour)]) {
			continue;
		}
		if (quiet->weeks[of_week(hour)] < WEEKS_LEAST) {
			return (struct vd_quiet_word){ .chance = 1 };
		}
		double share = back == 0 ? (double)permille / 1000 : 1;
		word.expected += quiet->rate[of_week(hour)] * share / VD_QUIET_UNIT;
		word.count += quiet->count[of_ring(hour)];
		word.hours++;
	}
	if (word.expected >= ENOUGH) {
		word.chance = chance_of(word.count, word.expected);
		word.is_quiet = word.chance < CHANCE;
	}
	return word;
}

// "1 HOUR;RATE:WEEKS,...;COUNT,..." with "-" for a blind hour.
void vd_quiet_print(const struct vd_quiet *quiet, struct vd_buf *out)
{
	vd_buf_printf(out, "%d %" PRId64 ";", VERSION, quiet->hour);
	for (size_t i = 0; i < VD_QUIET_WEEK; i++) {
		if (quiet->weeks[i] > 0) {
			vd_buf_printf(out, "%u:%u", (unsigned)quiet->rate[i],
				      (unsigned)quiet->weeks[i]);
		}
		vd_buf_put_char(out, ',');
	}
	vd_buf_put_char(out, ';');
	for (size_t i = 0; i < VD_QUIET_HOURS; i++) {
		if (quiet->is_blind[i]) {
			vd_buf_put_char(out, '-');
		} else {
			vd_buf_printf(out, "%u", (unsigned)quiet->count[i]);
		}
		vd_buf_put_char(out, ',');
	}
}

static bool number(struct vd_span text, uint64_t most, uint64_t *out)
{
	return vd_span_parse_u64(text, out) == VD_OK && *out <= most;
}

static bool take_week(struct vd_quiet *quiet, struct vd_span text)
{
	for (size_t i = 0; i < VD_QUIET_WEEK; i++) {
		struct vd_span weeks = vd_span_cut(&text, ',');
		uint64_t rate = 0;
		uint64_t n = 0;
		if (weeks.n == 0) {
			continue;
		}
		struct vd_span first = vd_span_cut(&weeks, ':');
		if (!number(first, UINT16_MAX, &rate) || !number(weeks, MEMORY_WEEKS, &n)) {
			return false;
		}
		quiet->rate[i] = (uint16_t)rate;
		quiet->weeks[i] = (uint8_t)n;
	}
	return true;
}

static bool take_hours(struct vd_quiet *quiet, struct vd_span text)
{
	for (size_t i = 0; i < VD_QUIET_HOURS; i++) {
		struct vd_span field = vd_span_cut(&text, ',');
		uint64_t n = 0;
		quiet->is_blind[i] = vd_span_is_text(field, "-");
		if (!quiet->is_blind[i] && !number(field, UINT16_MAX, &n)) {
			return false;
		}
		quiet->count[i] = (uint16_t)n;
	}
	return true;
}

void vd_quiet_parse(struct vd_quiet *quiet, struct vd_span text)
{
	struct vd_span head = vd_span_cut(&text, ';');
	struct vd_span version = vd_span_cut(&head, ' ');
	struct vd_span week = vd_span_cut(&text, ';');
	uint64_t n = 0;
	uint64_t hour = 0;
	memset(quiet, 0, sizeof(*quiet));
	bool is_good = number(version, VERSION, &n) && n == VERSION &&
		       number(head, (uint64_t)1 << 40, &hour) && take_week(quiet, week) &&
		       take_hours(quiet, text) && hour > VD_QUIET_HOURS;
	if (!is_good) {
		memset(quiet, 0, sizeof(*quiet));
		return;
	}
	quiet->hour = (int64_t)hour;
	quiet->is_blind[of_ring(quiet->hour)] = true;
}
