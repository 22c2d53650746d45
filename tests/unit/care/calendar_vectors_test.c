// SPDX-License-Identifier: MIT
// The worked answers beside TIME.md, read from ../shared beside the repository; skipped without.
#include <inttypes.h>
#include <stdlib.h>

#include "care/calendar.h"
#include "unit.h"

#define VECTORS "../shared/data/calendar-vectors.tsv"

static int64_t number_of(struct vd_span text)
{
	int64_t value = 0;
	assert_ok(vd_span_parse_i64(text, &value));
	return value;
}

static void check_line(struct vd_span line)
{
	struct vd_span field[7];
	for (size_t i = 0; i < VD_ARRAY_LEN(field); i++) {
		assert_non_null(line.p);
		field[i] = vd_span_cut(&line, '\t');
	}
	struct vd_calendar cal;
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_calendar_parse(field[2], field[3], &cal, &diag);
	assert_row(err == VD_OK, diag.text);

	int64_t a = number_of(field[4]);
	int64_t b = number_of(field[5]);
	bool is_never = vd_span_is_text(field[6], "NEVER");
	int64_t expected = is_never ? VD_CALENDAR_NEVER : number_of(field[6]);
	int64_t got = vd_span_is_text(field[1], "due") ? vd_calendar_due(&cal, a, b)
						       : vd_calendar_between(&cal, a, b);
	if (got != expected) {
		print_error("%.*s: %" PRId64 ", not %" PRId64 "\n", VD_SPAN_ARG(field[0]), got,
			    expected);
		fail();
	}
}

static void test_vectors(void **state)
{
	FILE *in = *state;
	char *line = NULL;
	size_t cap = 0;
	int lines = 0;

	for (ssize_t n = getline(&line, &cap, in); n >= 0; n = getline(&line, &cap, in)) {
		lines++;
		if (line[0] != '#') {
			check_line(vd_span_trim(vd_span_make(line, (size_t)n)));
		}
	}
	free(line);
	assert_true(lines >= 35); // the head is one of them
}

int main(void)
{
	FILE *in = fopen(VECTORS, "r");
	if (in == NULL) {
		printf("skipped: there is no " VECTORS "\n");
		return 77;
	}
	const struct CMUnitTest tests[] = { cmocka_unit_test_prestate(test_vectors, in) };
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)fclose(in);
	return failed;
}
