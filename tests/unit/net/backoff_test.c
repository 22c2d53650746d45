// SPDX-License-Identifier: MIT
#include "harness.h"

#include "net/backoff.h"

static void the_wait_doubles_up_to_its_most(void **state)
{
	(void)state;
	static const int64_t whole_s[] = { 2, 4, 8, 16, 32, 60, 60, 60 };
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 7);
	struct vd_backoff backoff;
	vd_backoff_init(&backoff, vd_dur_s(2), vd_dur_s(60));
	bool is_varied = false;
	for (size_t i = 0; i < VD_ARRAY_LEN(whole_s); i++) {
		struct vd_dur wait = vd_backoff_fail(&backoff, &rng);
		int64_t whole = whole_s[i] * VD_US_PER_S;
		assert_in_range(wait.us, whole / 2, whole);
		is_varied |= wait.us != whole / 2 && wait.us != whole;
	}
	assert_true(is_varied);
	vd_backoff_succeed(&backoff);
	assert_in_range(vd_backoff_fail(&backoff, &rng).us, VD_US_PER_S, 2 * VD_US_PER_S);
}

static void a_thousand_failures_do_not_overflow(void **state)
{
	(void)state;
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 7);
	struct vd_backoff backoff;
	struct vd_dur most = vd_dur_s(INT64_C(1000) * 86400);
	vd_backoff_init(&backoff, vd_dur_ms(1), most);
	for (int i = 0; i < 1000; i++) {
		struct vd_dur wait = vd_backoff_fail(&backoff, &rng);
		assert_true(wait.us >= 0 && wait.us <= most.us);
		assert_true(i < 60 || wait.us >= most.us / 2);
	}
}

static enum vd_err broken_fill(void *ctx, void *out, size_t n)
{
	(void)ctx;
	(void)out;
	(void)n;
	return VD_ERR_IO;
}

static void without_randomness_it_still_waits(void **state)
{
	(void)state;
	struct vd_rng rng = { .fill = broken_fill };
	struct vd_backoff backoff;
	vd_backoff_init(&backoff, vd_dur_s(2), vd_dur_s(60));
	assert_int_equal(vd_backoff_fail(&backoff, &rng).us, VD_US_PER_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_wait_doubles_up_to_its_most),
		cmocka_unit_test(a_thousand_failures_do_not_overflow),
		cmocka_unit_test(without_randomness_it_still_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
