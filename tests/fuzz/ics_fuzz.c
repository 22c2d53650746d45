// SPDX-License-Identifier: MIT
// layer: care
// Input: an iCalendar file. A calendar takes what comes out of a good one.
#include <stdlib.h>

#include "care/calendar.h"
#include "care/holiday_ics.h"

static struct vd_ics ics;
static struct vd_calendar cal;
static char memory[1 << 17];

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_zone rome = { 0 };
	struct vd_buf out;
	struct vd_diag diag = { 0 };

	must(vd_zone_parse(VD_SPAN("Europe/Rome"), &rome, NULL) == VD_OK);
	vd_buf_init(&out, memory, sizeof(memory));
	const struct vd_zone *zone = size % 4 == 0 ? NULL : &rome;
	if (vd_ics_to_holidays(&ics, "f", vd_span_make(data, size), zone, &out, &diag) != VD_OK) {
		must(diag.err != VD_OK && diag.text[0] != '\0');
		return 0;
	}
	enum vd_err err = vd_calendar_parse_with(VD_SPAN("UTC0"), VD_SPAN("0-6=09:00-18:00"), "f",
						 vd_buf_span(&out), &cal, &diag);
	must(err == VD_OK || err == VD_ERR_ROOM);
	return 0;
}
