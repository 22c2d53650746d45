// SPDX-License-Identifier: MIT
// layer: care
// Input: zone, a line end, calendar text. What parses counts additively; due is the smallest.
#include <stdlib.h>

#include "care/calendar.h"

static struct vd_calendar cal; // too big for a stack that the sanitizers watch

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void look_at(int64_t a, int64_t b)
{
	int64_t middle = a + (b - a) / 3;
	int64_t open_s = vd_calendar_between(&cal, a, b);

	must(open_s >= 0 && open_s <= b - a);
	must(vd_calendar_between(&cal, a, middle) + vd_calendar_between(&cal, middle, b) == open_s);
	if (open_s > 0) {
		int64_t target = open_s / 2 + 1;
		int64_t due = vd_calendar_due(&cal, a, target);
		must(due > a && due <= b);
		must(vd_calendar_between(&cal, a, due) == target);
		must(vd_calendar_between(&cal, a, due - 1) == target - 1);
	} else {
		int64_t due = vd_calendar_due(&cal, a, 1);
		must(due > b);
	}
	int64_t change = vd_calendar_next_change(&cal, a);
	must(change > a);
	if (change != VD_CALENDAR_NEVER) {
		must(vd_calendar_is_open(&cal, a) != vd_calendar_is_open(&cal, change));
		must(vd_calendar_is_open(&cal, a) == vd_calendar_is_open(&cal, change - 1));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_span text = vd_span_make(data, size);
	struct vd_span zone = vd_span_cut(&text, '\n');
	struct vd_diag diag = { 0 };

	if (vd_calendar_parse(zone, text, &cal, &diag) != VD_OK) {
		must(diag.err != VD_OK && diag.text[0] != '\0');
		return 0;
	}
	for (int i = 0; i < 12; i++) { // from January 2026 on, over both changes of the clock
		int64_t a = INT64_C(1767225600) + i * INT64_C(3000017);
		look_at(a, a + 1 + i * i * INT64_C(240007));
	}
	return 0;
}
