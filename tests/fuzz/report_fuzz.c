// SPDX-License-Identifier: MIT
// layer: app
// One event of a journal a line, the first byte its kind: whatever stands there, a report comes out
// whole or says why not.
#include <stdlib.h>
#include <string.h>

#include "app/report.h"
#include "base/json.h"

#define LINES_MOST 64

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void feed(struct vd_report *report, struct vd_span line, int n)
{
	struct vd_journal_event event = {
		.at = vd_wall_s(INT64_C(1790952000) + 60 * n),
		.kind = (enum vd_journal_kind)((uint8_t)line.p[0] % VD_JOURNAL_N),
		.conversation = (uint64_t)((uint8_t)line.p[0] / VD_JOURNAL_N % 4),
		.account = 1,
		.detail = vd_span_skip(line, 1),
	};
	struct vd_diag diag = { 0 };
	must(vd_report_add_event(report, &event, &diag) == VD_OK || diag.text[0] != '\0');
}

static void print(const struct vd_report *report)
{
	struct vd_buf out;
	vd_buf_init_heap(&out, 1 << 20);
	vd_report_print_text(report, &out);
	vd_report_print_csv(report, &out);
	must(vd_buf_check(&out) == VD_OK);
	vd_buf_reset(&out);
	vd_report_print_json(report, &out);
	cJSON *tree = vd_json_parse(vd_span_trim(vd_buf_span(&out)), NULL);
	must(tree != NULL);
	vd_json_free(tree);
	vd_buf_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vd_rulebook book;
	book.n_calendars = 1;
	book.n_accounts = 1;
	strcpy(book.accounts[0].name, "tim-x");
	must(vd_calendar_parse(VD_SPAN("CET-1CEST,M3.5.0,M10.5.0/3"), VD_SPAN("1-5=09:00-18:00"),
			       &book.calendars[0], NULL) == VD_OK);
	struct vd_report_filter filter = { .book = &book, .now = vd_wall_s(INT64_C(1790960000)) };
	struct vd_report *report = NULL;
	must(vd_report_create(&filter, &report, NULL) == VD_OK);
	struct vd_span rest = vd_span_make((const char *)data, size);
	for (int n = 0; n < LINES_MOST && rest.n > 0; n++) {
		struct vd_span line = vd_span_cut(&rest, '\n');
		if (line.n > 0) {
			feed(report, line, n);
		}
	}
	must(vd_report_finish(report, NULL) == VD_OK);
	print(report);
	vd_report_destroy(report);
	return 0;
}
