// SPDX-License-Identifier: MIT
#include "app/cmd_calendar.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cmd_calendar_explain.h"
#include "app/config_calendar.h"
#include "base/span.h"
#include "care/calendar.h"

// Years 1 to 9999, as far as care/calendar.h counts.
#define MIN_S INT64_C(-62135596800)
#define MAX_S INT64_C(253402300799)

enum field {
	FIELD_ID,
	FIELD_OP,
	FIELD_ZONE,
	FIELD_CALENDAR,
	FIELD_START,
	FIELD_TARGET,
	FIELD_N,
};

static enum vd_err parse_seconds(struct vd_span text, const char *what, int64_t *out,
				 struct vd_diag *diag)
{
	enum vd_err err = vd_span_parse_i64(text, out);

	if (err == VD_OK && (*out < MIN_S || *out > MAX_S)) {
		err = VD_ERR_RANGE;
	}
	if (err != VD_OK) {
		return vd_diag_set(diag, err,
				   "%s is not a number of seconds in the years 1 to 9999", what);
	}
	return VD_OK;
}

static enum vd_err answer_due(const struct vd_calendar *cal, int64_t start, int64_t target,
			      struct vd_diag *diag)
{
	if (target < 0) {
		return vd_diag_set(diag, VD_ERR_RANGE, "the target is negative");
	}
	int64_t due = vd_calendar_due(cal, start, target);
	if (due == VD_CALENDAR_NEVER) {
		puts("NEVER");
	} else {
		printf("%" PRId64 "\n", due);
	}
	return VD_OK;
}

static enum vd_err answer(const struct vd_span field[FIELD_N], struct vd_diag *diag)
{
	bool is_due = vd_span_is_text(field[FIELD_OP], "due");
	if (!is_due && !vd_span_is_text(field[FIELD_OP], "between")) {
		return vd_diag_set(diag, VD_ERR_SYNTAX,
				   "the second column is neither \"due\" nor \"between\"");
	}
	struct vd_calendar cal;
	enum vd_err err = vd_calendar_parse(field[FIELD_ZONE], field[FIELD_CALENDAR], &cal, diag);
	int64_t start = 0;
	int64_t target = 0;

	if (err == VD_OK) {
		err = parse_seconds(field[FIELD_START], is_due ? "the start" : "a", &start, diag);
	}
	if (err == VD_OK) {
		err = parse_seconds(field[FIELD_TARGET], is_due ? "the target" : "b", &target,
				    diag);
	}
	if (err == VD_OK && is_due) {
		return answer_due(&cal, start, target, diag);
	}
	if (err == VD_OK) {
		printf("%" PRId64 "\n", vd_calendar_between(&cal, start, target));
	}
	return err;
}

static enum vd_err answer_line(struct vd_span line)
{
	struct vd_span field[FIELD_N] = { { NULL, 0 } };
	struct vd_span rest = line;
	struct vd_diag diag = { 0 };
	int n = 0;

	while (n < FIELD_N && rest.p != NULL) {
		field[n++] = vd_span_cut(&rest, '\t');
	}
	printf("%.*s\t", VD_SPAN_ARG(field[FIELD_ID]));
	enum vd_err err = n == FIELD_N ? answer(field, &diag)
				       : vd_diag_set(&diag, VD_ERR_SYNTAX,
						     "six columns are expected, there are %d", n);
	if (err != VD_OK) {
		printf("ERROR: %s\n", diag.text);
	}
	return err;
}

static int answer_all(FILE *in)
{
	char *line = NULL;
	size_t cap = 0;
	int status = 0;

	for (ssize_t n = getline(&line, &cap, in); n >= 0; n = getline(&line, &cap, in)) {
		while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r')) {
			n--;
		}
		if (n > 0 && line[0] != '#' &&
		    answer_line(vd_span_make(line, (size_t)n)) != VD_OK) {
			status = 1;
		}
	}
	free(line);
	return status;
}

// Prints an iCalendar file as a file of holidays, so that a person can read it before it is used.
static int import(int argc, char **argv)
{
	struct vd_diag diag = { 0 };
	struct vd_zone zone;
	struct vd_buf out = { 0 };

	if (argc != 2 && argc != 3) {
		fputs("usage: vedetta calendar import FILE.ics [ZONE]\n", stderr);
		return 2;
	}
	enum vd_err err = argc == 3 ? vd_zone_parse(vd_span_of(argv[2]), &zone, &diag) : VD_OK;
	if (err == VD_OK) {
		err = vd_config_holidays_read(argv[1], argc == 3 ? &zone : NULL, &out, &diag);
	}
	if (err == VD_OK) {
		printf("# from %s\n%.*s", argv[1], VD_SPAN_ARG(vd_buf_span(&out)));
	} else {
		fprintf(stderr, "vedetta calendar import: %s\n", diag.text);
	}
	vd_buf_deinit(&out);
	return err == VD_OK && fflush(stdout) == 0 ? 0 : 1;
}

static int answer_file(const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(path, "re");
	if (in == NULL) {
		fprintf(stderr, "vedetta calendar: %s can't be read: %s\n", path, strerror(errno));
		return 2;
	}
	int status = answer_all(in);
	if (ferror(in) != 0 || fflush(stdout) != 0) {
		fprintf(stderr, "vedetta calendar: reading or writing failed: %s\n",
			strerror(errno));
		status = 1;
	}
	if (!is_stdin) {
		(void)fclose(in);
	}
	return status;
}

int vd_cmd_calendar(int argc, char **argv)
{
	if (argc >= 2 && strcmp(argv[1], "explain") == 0) {
		return vd_cmd_calendar_explain(argc - 1, argv + 1);
	}
	if (argc >= 2 && strcmp(argv[1], "import") == 0) {
		return import(argc - 1, argv + 1);
	}
	if (argc != 2) {
		fputs("usage: vedetta calendar FILE.tsv   (\"-\" reads stdin)\n"
		      "       vedetta calendar import FILE.ics [ZONE]\n"
		      "       vedetta calendar explain ...   (alone: how)\n",
		      stderr);
		return 2;
	}
	return answer_file(argv[1]);
}
