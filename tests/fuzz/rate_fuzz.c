// SPDX-License-Identifier: MIT
// layer: channel
// Headers of any shape ("Name: value" lines): no wait is negative or longer than a month.
#include <stdlib.h>

#include "channel/rate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LINES_MOST 16
#define MONTH_S (31 * 86400)

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_http_header headers[LINES_MOST];
	struct vd_span rest = vd_span_make(data, size);
	size_t n = 0;
	while (n < LINES_MOST && rest.p != NULL) {
		struct vd_span line = vd_span_cut(&rest, '\n');
		headers[n].name = vd_span_cut(&line, ':');
		headers[n++].value = line;
	}
	struct vd_http_response response = { .status = size % 2 == 0 ? 200 : 429,
					     .headers = headers,
					     .n_headers = n };
	struct vd_rate_report report;
	struct vd_fake_clock fake;
	struct vd_clock clock = vd_fake_clock_init(&fake, vd_wall_s(1791208800));
	struct vd_mono now = { 1000000 };
	struct vd_rate rate;
	vd_rate_report_parse(&response, vd_wall_s(1791208800), &report);
	vd_rate_init(&rate, &clock, vd_dur_s(900), 300);
	vd_rate_note(&rate, now);
	vd_rate_apply(&rate, &report, now);
	struct vd_mono next = vd_rate_next(&rate, VD_RATE_READ, now);
	must(next.us >= now.us && next.us <= now.us + MONTH_S * VD_US_PER_S);
	must(vd_rate_pace(&rate, vd_dur_s(60)).us > 0);
	return 0;
}
