// SPDX-License-Identifier: MIT
#include "unit.h"

#include <string.h>

#include "care/command.h"

static void every_command_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = VD_COMMAND_MISSING + 1; i < VD_COMMAND_N; i++) {
		const char *name = vd_command_name((enum vd_command_kind)i);
		assert_non_null(name);
		assert_string_not_equal(name, "missing");
		assert_int_equal(vd_command_parse(vd_span_of(name)), i);
	}
	assert_int_equal(vd_command_parse(VD_SPAN("missing")), VD_COMMAND_MISSING);
	assert_int_equal(vd_command_parse(VD_SPAN("")), VD_COMMAND_MISSING);
}

// What moves a deadline later, and what silences many cases, is a supervisor's.
static void what_is_a_supervisors(void **state)
{
	(void)state;
	for (int i = VD_COMMAND_MISSING + 1; i < VD_COMMAND_N; i++) {
		bool expected = i == VD_COMMAND_LOOSEN || i == VD_COMMAND_INCIDENT_DECLARE ||
				i == VD_COMMAND_INCIDENT_END;
		assert_int_equal(vd_command_is_supervisors((enum vd_command_kind)i), expected);
	}
	assert_true(vd_command_is_supervisors(VD_COMMAND_N)); // on doubt closed
}

static void what_a_command_works_on(void **state)
{
	(void)state;
	assert_int_equal(vd_command_object(VD_COMMAND_OFFER), VD_COMMAND_ON_CONVERSATION);
	assert_int_equal(vd_command_object(VD_COMMAND_INCIDENT_ADD), VD_COMMAND_ON_CONVERSATION);
	assert_int_equal(vd_command_object(VD_COMMAND_INCIDENT_END), VD_COMMAND_ON_INCIDENT);
	assert_int_equal(vd_command_object(VD_COMMAND_SETTLE), VD_COMMAND_ON_OUTBOX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_has_a_name_of_its_own),
		cmocka_unit_test(what_is_a_supervisors),
		cmocka_unit_test(what_a_command_works_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
