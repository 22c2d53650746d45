// SPDX-License-Identifier: MIT
// R42, and cases 10-12 of TIME.md.
#include "care/figures_km.h"

#include "base/rng.h"
#include "care/figures.h"
#include "unit.h"

#define H INT64_C(3600)
#define VALUES_MAX 64

/** Hours that ended and hours that run, packed; how many. */
static size_t pack(int64_t out[VALUES_MAX], const int *ended, size_t n_ended, const int *open,
		   size_t n_open)
{
	for (size_t i = 0; i < n_open; i++) { // the order of handing in means nothing
		out[i] = vd_km_pack(open[i] * H, true);
	}
	for (size_t i = 0; i < n_ended; i++) {
		out[n_open + i] = vd_km_pack(ended[i] * H, false);
	}
	return n_ended + n_open;
}

static void assert_point(struct vd_km_point point, int64_t value, bool is_reached)
{
	assert_int_equal(point.value, value);
	assert_int_equal(point.is_reached, is_reached);
}

static void test_case_11(void **state)
{
	(void)state;
	int64_t v[VALUES_MAX];
	size_t n = pack(v, (const int[]){ 1, 2, 2, 3, 4, 5 }, 6, (const int[]){ 8, 20, 30, 72 }, 4);
	struct vd_km km = vd_km_summarise(v, n);
	assert_int_equal(km.n, 10);
	assert_int_equal(km.n_censored, 4);
	assert_point(km.p50, 4 * H, true);
	assert_point(km.p90, 72 * H, false);
	assert_point(km.p95, 72 * H, false);
	assert_point(km.worst, 72 * H, false);
}

static void test_case_12(void **state)
{
	(void)state;
	int64_t v[VALUES_MAX];
	size_t n = pack(v, (const int[]){ 1, 2, 6, 10 }, 4, (const int[]){ 3, 4, 5, 50 }, 4);
	vd_km_sort(v, n);
	static const struct {
		int64_t t;
		double s;
	} STEPS[] = { { 0, 1 },           { 1 * H - 1, 1 }, { 1 * H, .875 }, { 2 * H, .75 },
		      { 6 * H - 1, .75 }, { 6 * H, .5 },    { 10 * H, .25 }, { 50 * H, .25 } };
	for (size_t i = 0; i < VD_ARRAY_LEN(STEPS); i++) {
		assert_float_equal(vd_km_survival(v, n, STEPS[i].t), STEPS[i].s, 1e-12);
	}
	assert_point(vd_km_percentile(v, n, 50), 6 * H, true);
	assert_point(vd_km_percentile(v, n, 75), 10 * H, true);
	assert_point(vd_km_percentile(v, n, 76), 50 * H, false);
}

// Case 10: deleted after 6 h unanswered; it is in n, and it was still there at 6 h.
static void test_a_withdrawn_one_counts_until_it_left(void **state)
{
	(void)state;
	int64_t v[VALUES_MAX];
	size_t n = pack(v, (const int[]){ 6, 7 }, 2, (const int[]){ 6 }, 1);
	struct vd_km km = vd_km_summarise(v, n);
	assert_int_equal(km.n, 3);
	assert_float_equal(vd_km_survival(v, n, 6 * H), 2.0 / 3, 1e-12);
	assert_point(km.p50, 7 * H, true);
	n = pack(v, NULL, 0, (const int[]){ 6 }, 1);
	km = vd_km_summarise(v, n);
	assert_int_equal(km.n, 1);
	assert_point(km.p50, 6 * H, false);
}

static void test_of_nothing_nothing_is_said(void **state)
{
	(void)state;
	struct vd_km km = vd_km_summarise(NULL, 0);
	assert_int_equal(km.n, 0);
	assert_false(km.p50.is_reached);
}

// Where all have ended it is the nearest rank (R41), at every per cent.
static void test_without_censored_ones_it_is_the_nearest_rank(void **state)
{
	(void)state;
	struct vd_seeded_rng seed;
	struct vd_rng rng = vd_seeded_rng_init(&seed, 41);
	for (int round = 0; round < 200; round++) {
		int64_t packed[VALUES_MAX];
		int64_t plain[VALUES_MAX];
		size_t n = 1 + vd_rng_below(&rng, VALUES_MAX);
		for (size_t i = 0; i < n; i++) {
			plain[i] = vd_rng_below(&rng, 40);
			packed[i] = vd_km_pack(plain[i], false);
		}
		vd_km_sort(packed, n);
		for (int p = 1; p <= 100; p++) {
			assert_point(vd_km_percentile(packed, n, p),
				     vd_figures_percentile(plain, n, p), true);
		}
	}
}

// To leave somebody without an answer never looks better than to have answered then.
static void test_silence_never_looks_better(void **state)
{
	(void)state;
	struct vd_seeded_rng seed;
	struct vd_rng rng = vd_seeded_rng_init(&seed, 42);
	for (int round = 0; round < 500; round++) {
		int64_t before[VALUES_MAX];
		int64_t after[VALUES_MAX];
		size_t n = 1 + vd_rng_below(&rng, VALUES_MAX);
		for (size_t i = 0; i < n; i++) {
			before[i] = vd_km_pack(vd_rng_below(&rng, 50), vd_rng_below(&rng, 3) == 0);
			after[i] = before[i];
		}
		size_t late = vd_rng_below(&rng, (uint32_t)n);
		after[late] = vd_km_pack(vd_km_value(before[late]) + vd_rng_below(&rng, 30), true);
		struct vd_km a = vd_km_summarise(before, n);
		struct vd_km b = vd_km_summarise(after, n);
		assert_true(!b.p50.is_reached || b.p50.value >= a.p50.value);
		assert_true(a.p50.is_reached || !b.p50.is_reached);
		assert_true(a.p90.is_reached || !b.p90.is_reached);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_case_11),
		cmocka_unit_test(test_case_12),
		cmocka_unit_test(test_a_withdrawn_one_counts_until_it_left),
		cmocka_unit_test(test_of_nothing_nothing_is_said),
		cmocka_unit_test(test_without_censored_ones_it_is_the_nearest_rank),
		cmocka_unit_test(test_silence_never_looks_better),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
