// SPDX-License-Identifier: MIT
#include "channel/rate.h"

#include "unit.h"

#define NOW_S INT64_C(1791208800)

static struct vd_rate_report report_of(int status, const char *const *lines, size_t n)
{
	struct vd_http_header headers[8];
	for (size_t i = 0; i < n; i++) {
		struct vd_span rest = vd_span_of(lines[i]);
		headers[i].name = vd_span_cut(&rest, ':');
		headers[i].value = vd_span_trim(rest);
	}
	struct vd_http_response response = { .status = status, .headers = headers, .n_headers = n };
	struct vd_rate_report report;
	vd_rate_report_parse(&response, vd_wall_s(NOW_S), &report);
	return report;
}

static const struct {
	const char *name;
	int status;
	const char *lines[4];
	int64_t next_s; // when a read may leave, seconds from now
} cases[] = {
	{ "nothing said", 200, { NULL }, 0 },
	{ "room left",
	  200,
	  { "x-rate-limit-limit: 300", "X-Rate-Limit-Remaining: 299",
	    "x-rate-limit-reset: 1791209400" },
	  0 },
	{ "into the reserve",
	  200,
	  { "x-rate-limit-limit: 300", "x-rate-limit-remaining: 60",
	    "x-rate-limit-reset: 1791209400" },
	  600 },
	{ "used up",
	  200,
	  { "x-rate-limit-limit: 300", "x-rate-limit-remaining: 0",
	    "x-rate-limit-reset: 1791209400" },
	  600 },
	{ "refused though something remains",
	  429,
	  { "x-rate-limit-limit: 300", "x-rate-limit-remaining: 250",
	    "x-rate-limit-reset: 1791209400" },
	  600 },
	{ "refused without a word", 429, { NULL }, 60 },
	{ "retry-after", 429, { "Retry-After: 17" }, 17 },
	{ "two of them",
	  503,
	  { "Retry-After: 17", "Retry-After: Mon, 05 Oct 2026 14:02:00 GMT" },
	  120 },
	{ "the day's window counts",
	  429,
	  { "x-rate-limit-remaining: 5", "x-rate-limit-reset: 1791209400",
	    "x-user-limit-24hour-remaining: 0", "x-user-limit-24hour-reset: 1791216000" },
	  7200 },
	{ "their clock, not ours",
	  200,
	  { "Date: Mon, 05 Oct 2026 13:00:00 GMT", "x-rate-limit-limit: 300",
	    "x-rate-limit-remaining: 0", "x-rate-limit-reset: 1791205300" },
	  100 },
	{ "a reset in the past",
	  200,
	  { "x-rate-limit-limit: 300", "x-rate-limit-remaining: 0", "x-rate-limit-reset: 5" },
	  0 },
	{ "a reset beyond reason",
	  200,
	  { "x-rate-limit-limit: 300", "x-rate-limit-remaining: 0",
	    "x-rate-limit-reset: 18446744073709551615" },
	  31 * 86400 },
	{ "rubbish",
	  200,
	  { "x-rate-limit-limit: -3", "x-rate-limit-remaining: many", "x-rate-limit-reset: 1e9" },
	  0 },
	{ "usage full",
	  200,
	  { "X-App-Usage: {\"call_count\":100,\"total_time\":2,\"total_cputime\":3}" },
	  900 },
	{ "business usage tells the minutes",
	  400,
	  { "X-Business-Use-Case-Usage: "
	    "{\"123\":[{\"type\":\"pages\",\"call_count\":101,\"total_cputime\":1,"
	    "\"total_time\":1,\"estimated_time_to_regain_access\":19}]}" },
	  19 * 60 },
	{ "usage that is no JSON", 200, { "X-App-Usage: {{{" }, 0 },
};

static void obeys_the_headers(void **state)
{
	(void)state;
	struct vd_fake_clock fake;
	struct vd_clock clock = vd_fake_clock_init(&fake, vd_wall_s(NOW_S));
	struct vd_mono now = { 5000000 };
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		size_t n = 0;
		while (n < 4 && cases[i].lines[n] != NULL) {
			n++;
		}
		struct vd_rate rate;
		vd_rate_init(&rate, &clock, vd_dur_s(900), 300);
		vd_rate_note(&rate, now);
		struct vd_rate_report report = report_of(cases[i].status, cases[i].lines, n);
		vd_rate_apply(&rate, &report, now);
		int64_t next_us = vd_rate_next(&rate, VD_RATE_READ, now).us - now.us;
		if (next_us != cases[i].next_s * VD_US_PER_S) {
			print_error("%lld us\n", (long long)next_us);
		}
		assert_row(next_us == cases[i].next_s * VD_US_PER_S, cases[i].name);
	}
}

static void keeps_a_fifth_for_writes(void **state)
{
	(void)state;
	struct vd_fake_clock fake;
	struct vd_clock clock = vd_fake_clock_init(&fake, vd_wall_s(NOW_S));
	struct vd_rate rate;
	struct vd_mono now = { 1 };
	vd_rate_init(&rate, &clock, vd_dur_s(900), 100);
	for (int i = 0; i < 80; i++) {
		assert_int_equal(vd_rate_next(&rate, VD_RATE_READ, now).us, now.us);
		vd_rate_note(&rate, now);
	}
	assert_int_equal(vd_rate_next(&rate, VD_RATE_READ, now).us, now.us + 900 * VD_US_PER_S);
	assert_int_equal(vd_rate_next(&rate, VD_RATE_WRITE, now).us, now.us);
	for (int i = 0; i < 20; i++) {
		vd_rate_note(&rate, now);
	}
	assert_int_equal(vd_rate_next(&rate, VD_RATE_WRITE, now).us, now.us + 900 * VD_US_PER_S);
	// the window ends
	now.us += 900 * VD_US_PER_S;
	assert_int_equal(vd_rate_next(&rate, VD_RATE_READ, now).us, now.us);
	vd_rate_note(&rate, now);
	assert_int_equal(rate.remaining, 99);
}

static void spreads_and_stretches(void **state)
{
	(void)state;
	struct vd_fake_clock fake;
	struct vd_clock clock = vd_fake_clock_init(&fake, vd_wall_s(NOW_S));
	struct vd_rate rate;
	vd_rate_init(&rate, &clock, vd_dur_s(900), 15);
	assert_int_equal(vd_rate_pace(&rate, vd_dur_s(20)).us, vd_dur_s(75).us);
	assert_int_equal(vd_rate_pace(&rate, vd_dur_s(90)).us, vd_dur_s(90).us);
	static const int usage[][2] = { { 0, 1 },  { 49, 1 }, { 50, 2 },
					{ 69, 2 }, { 70, 4 }, { 85, 15 } };
	for (size_t i = 0; i < VD_ARRAY_LEN(usage); i++) {
		rate.usage_percent = usage[i][0];
		assert_int_equal(vd_rate_pace(&rate, vd_dur_s(90)).us,
				 vd_dur_s(90 * usage[i][1]).us);
	}
}

static struct vd_dur sixtieth(void *ctx, struct vd_dur domain)
{
	(void)ctx;
	return (struct vd_dur){ domain.us / 60 };
}

static void counts_in_domain_time(void **state)
{
	(void)state;
	struct vd_fake_clock fake;
	struct vd_clock clock = vd_fake_clock_init(&fake, vd_wall_s(NOW_S));
	clock.real = sixtieth;
	struct vd_rate rate;
	struct vd_mono now = { 1 };
	vd_rate_init(&rate, &clock, vd_dur_s(900), 300);
	struct vd_rate_report report =
		report_of(429, (const char *const[]){ "Retry-After: 60" }, 1);
	vd_rate_apply(&rate, &report, now);
	assert_int_equal(vd_rate_next(&rate, VD_RATE_WRITE, now).us, now.us + VD_US_PER_S);
	assert_int_equal(vd_dur_to_ms(vd_rate_domain(&clock, vd_dur_s(1))), 60000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(obeys_the_headers),
		cmocka_unit_test(keeps_a_fifth_for_writes),
		cmocka_unit_test(spreads_and_stretches),
		cmocka_unit_test(counts_in_domain_time),
	};
	return cmocka_run_group_tests_name("channel/rate", tests, NULL, NULL);
}
