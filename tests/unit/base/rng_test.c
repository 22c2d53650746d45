// SPDX-License-Identifier: MIT
#include "base/rng.h"

#include "unit.h"

static void test_seeds_repeat_and_differ(void **state)
{
	(void)state;
	unsigned char a[37];
	unsigned char b[37];
	for (uint64_t seed = 0; seed < 4; seed++) {
		struct vd_seeded_rng one;
		struct vd_seeded_rng two;
		struct vd_rng first = vd_seeded_rng_init(&one, seed);
		struct vd_rng second = vd_seeded_rng_init(&two, seed);
		assert_ok(vd_rng_fill(&first, a, sizeof(a)));
		assert_ok(vd_rng_fill(&second, b, sizeof(b)));
		assert_memory_equal(a, b, sizeof(a));
		second = vd_seeded_rng_init(&two, seed + 1);
		assert_ok(vd_rng_fill(&second, b, sizeof(b)));
		assert_memory_not_equal(a, b, sizeof(a));
	}
	struct vd_seeded_rng one;
	struct vd_rng rng = vd_seeded_rng_init(&one, 1);
	assert_ok(vd_rng_fill(&rng, NULL, 0));
}

static void test_below_is_even(void **state)
{
	(void)state;
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 42);
	int counts[6] = { 0 };
	for (int i = 0; i < 60000; i++) {
		uint32_t value = vd_rng_below(&rng, 6);
		assert_true(value < 6);
		counts[value]++;
	}
	for (int i = 0; i < 6; i++) {
		assert_in_range(counts[i], 9500, 10500);
	}
	assert_int_equal(vd_rng_below(&rng, 0), 0);
	assert_int_equal(vd_rng_below(&rng, 1), 0);
	assert_true(vd_rng_below(&rng, UINT32_MAX) < UINT32_MAX);
}

// Gives the numbers of a script, then fails.
struct script {
	const uint32_t *values;
	size_t n;
	size_t at;
};

static enum vd_err script_fill(void *ctx, void *out, size_t n)
{
	struct script *script = ctx;
	if (script->at == script->n || n != sizeof(uint32_t)) {
		return VD_ERR_IO;
	}
	memcpy(out, &script->values[script->at++], n);
	return VD_OK;
}

static void test_below_refuses_the_uneven_rest(void **state)
{
	static const uint32_t VALUES[] = { 0, 1, 2, 5 };
	(void)state;
	// 2^32 mod 2^31 + 1 is 2^31 - 1: more than these four would be refused.
	struct script script = { VALUES, VD_ARRAY_LEN(VALUES), 0 };
	struct vd_rng rng = { &script, script_fill };
	assert_int_equal(vd_rng_below(&rng, UINT32_C(0x80000001)), 0); // the source failed
	assert_int_equal(script.at, 4);
	script.at = 0;
	assert_int_equal(vd_rng_below(&rng, 3), 1); // 2^32 mod 3 is 1: the 0 is refused
	assert_int_equal(script.at, 2);
}

static void test_a_source_that_never_fits_ends(void **state)
{
	static const uint32_t ZEROS[1000];
	(void)state;
	struct script script = { ZEROS, VD_ARRAY_LEN(ZEROS), 0 };
	struct vd_rng rng = { &script, script_fill };
	assert_int_equal(vd_rng_below(&rng, 3), 0);
	assert_true(script.at < VD_ARRAY_LEN(ZEROS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seeds_repeat_and_differ),
		cmocka_unit_test(test_below_is_even),
		cmocka_unit_test(test_below_refuses_the_uneven_rest),
		cmocka_unit_test(test_a_source_that_never_fits_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
