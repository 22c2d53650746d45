// SPDX-License-Identifier: MIT
// The calendar's questions, timed. Prints one JSON object: medians of single calls in microseconds.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/rng.h"
#include "care/calendar.h"

#define WEEK_S INT64_C(604800)
#define BATCHES 401
#define CALLS 64 // of a batch, so that reading the clock weighs nothing

// Half an hour open, half an hour closed, all day, every day.
#define HALF_HOURS                                                                    \
	"0-6=00:00-00:30+01:00-01:30+02:00-02:30+03:00-03:30+04:00-04:30+05:00-05:30" \
	"+06:00-06:30+07:00-07:30+08:00-08:30+09:00-09:30+10:00-10:30+11:00-11:30"    \
	"+12:00-12:30+13:00-13:30+14:00-14:30+15:00-15:30+16:00-16:30+17:00-17:30"    \
	"+18:00-18:30+19:00-19:30+20:00-20:30+21:00-21:30+22:00-22:30+23:00-23:30!italy"

static struct vd_calendar cal;

static void use(const char *text)
{
	struct vd_diag diag = { 0 };
	if (vd_calendar_parse(VD_SPAN("Europe/Rome"), vd_span_of(text), &cal, &diag) != VD_OK) {
		fprintf(stderr, "%s\n", diag.text);
		exit(1);
	}
}

static int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static int64_t ask(bool is_due, int64_t start, int64_t amount)
{
	return is_due ? vd_calendar_due(&cal, start, amount)
		      : vd_calendar_between(&cal, start, start + amount);
}

// Starts are random within the year 2026.
static double median_us(bool is_due, int64_t amount)
{
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 7);
	static int64_t took[BATCHES];
	volatile int64_t sink = 0;

	for (int i = 0; i < BATCHES; i++) {
		int64_t starts[CALLS];
		for (int k = 0; k < CALLS; k++) {
			starts[k] = INT64_C(1767225600) + vd_rng_below(&rng, 365 * 86400);
		}
		int64_t begin = now_ns();
		for (int k = 0; k < CALLS; k++) {
			sink = ask(is_due, starts[k], amount);
		}
		took[i] = now_ns() - begin;
	}
	(void)sink;
	qsort(took, BATCHES, sizeof(took[0]), compare);
	return (double)took[BATCHES / 2] / CALLS / 1000;
}

int main(int argc, char **argv)
{
	static const int weeks[] = { 1, 4, 13, 52 };

	if (argc == 4) { // for an instruction count: due|between, seconds, calls
		use(HALF_HOURS);
		int64_t sum = 0;
		for (int i = 0; i < atoi(argv[3]); i++) {
			sum += ask(argv[1][0] == 'd', INT64_C(1767225600) + i * 80021,
				   atoll(argv[2]));
		}
		printf("%" PRId64 "\n", sum);
		return 0;
	}
	use("1-5=09:00-18:00!italy");
	printf("{\"calendar_due_4h_us\": %.3f", median_us(true, 4 * 3600));
	printf(", \"calendar_between_day_us\": %.3f", median_us(false, 86400));
	use(HALF_HOURS);
	double due_us[VD_ARRAY_LEN(weeks)];
	for (size_t i = 0; i < VD_ARRAY_LEN(weeks); i++) {
		// nine tenths of what is open, so that the horizon of 400 days is not reached
		due_us[i] = median_us(true, (int64_t)weeks[i] * WEEK_S / 2 * 9 / 10);
		printf(", \"calendar_due_%dw_us\": %.3f", weeks[i], due_us[i]);
		printf(", \"calendar_between_%dw_us\": %.3f", weeks[i],
		       median_us(false, (int64_t)weeks[i] * WEEK_S));
	}
	printf(", \"calendar_due_52w_to_1w\": %.1f", due_us[3] / due_us[0]);
	puts("}");
	return 0;
}
