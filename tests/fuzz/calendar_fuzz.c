// SPDX-License-Identifier: MIT
// layer: care
// Input: zone, a line end, calendar text; a file of holidays behind a second line end. What parses
// counts additively, due is the smallest, and what is printed of it parses to the same.
#include <stdlib.h>
#include <string.h>

#include "care/calendar.h"

static struct vd_calendar cal; // too big for a stack that the sanitizers watch
static struct vd_calendar again;
static char zone_memory[128];
static char text_memory[1 << 18];

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

static void print_and_parse(void)
{
	struct vd_buf zone;
	struct vd_buf text;

	vd_buf_init(&zone, zone_memory, sizeof(zone_memory));
	vd_buf_init(&text, text_memory, sizeof(text_memory));
	vd_calendar_print(&cal, &zone, &text);
	must(vd_buf_check(&zone) == VD_OK);
	if (vd_buf_check(&text) != VD_OK) { // many exceptions with many intervals
		return;
	}
	must(vd_calendar_parse(vd_buf_span(&zone), vd_buf_span(&text), &again, NULL) == VD_OK);
	must(memcmp(&cal, &again, sizeof(cal)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_span text = vd_span_make(data, size);
	struct vd_span zone = vd_span_cut(&text, '\n');
	struct vd_span line = vd_span_cut(&text, '\n');
	struct vd_diag diag = { 0 };

	if (vd_calendar_parse_with(zone, line, "f", text, &cal, &diag) != VD_OK) {
		must(diag.err != VD_OK && diag.text[0] != '\0');
		return 0;
	}
	print_and_parse();
	for (int i = 0; i < 12; i++) { // from January 2026 on, over both changes of the clock
		int64_t a = INT64_C(1767225600) + i * INT64_C(3000017);
		look_at(a, a + 1 + i * i * INT64_C(240007));
	}
	return 0;
}
