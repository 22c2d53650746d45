// SPDX-License-Identifier: MIT
#include "unit.h"

#include <string.h>

#include "app/pin.h"
#include "base/attr.h"

static void hash_opens_with_its_pin_only(void **state)
{
	(void)state;
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 7);
	char first[VD_PIN_HASH_BYTES];
	char second[VD_PIN_HASH_BYTES];
	assert_int_equal(vd_pin_hash(&rng, VD_SPAN("2468"), first, NULL), VD_OK);
	assert_int_equal(vd_pin_hash(&rng, VD_SPAN("2468"), second, NULL), VD_OK);
	assert_string_not_equal(first, second); // salted
	assert_null(strstr(first, "2468"));
	assert_true(vd_pin_check(first, VD_SPAN("2468")));
	assert_true(vd_pin_check(second, VD_SPAN("2468")));
	assert_false(vd_pin_check(first, VD_SPAN("2469")));
	assert_false(vd_pin_check(first, VD_SPAN("")));
}

static void known_hash_is_reproduced(void **state)
{
	(void)state;
	// Made with Python's hashlib.pbkdf2_hmac("sha256", b"2468", bytes(16), 1000).
	static const char known[] =
		"pbkdf2-sha256$1000$00000000000000000000000000000000$"
		"624abc77dd781d3944e807dd7926d6e20df60afd0163562248d5cd29a930f3c8";
	assert_true(vd_pin_check(known, VD_SPAN("2468")));
}

static void short_long_and_broken_are_refused(void **state)
{
	(void)state;
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 7);
	char out[VD_PIN_HASH_BYTES];
	struct vd_diag diag = { 0 };
	assert_int_equal(vd_pin_hash(&rng, VD_SPAN("123"), out, &diag), VD_ERR_RANGE);
	static const char *const broken[] = {
		"",
		"2468",
		"pbkdf2-sha256$",
		"pbkdf2-sha256$x$00$00",
		"pbkdf2-sha256$1000$zz$00",
		"pbkdf2-sha256$0$00$00",
		"pbkdf2-sha256$99999999999$00000000000000000000000000000000$00",
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(broken); i++) {
		assert_false(vd_pin_check(broken[i], VD_SPAN("2468")));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hash_opens_with_its_pin_only),
		cmocka_unit_test(known_hash_is_reproduced),
		cmocka_unit_test(short_long_and_broken_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
