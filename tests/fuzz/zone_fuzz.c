// SPDX-License-Identifier: MIT
// layer: care
// What parses has offsets within a day and a bit, ordered transitions, and dates without holes.
#include <stdlib.h>

#include "care/zone.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void look_at(const struct vd_zone *zone, int64_t t)
{
	struct vd_zone_transition next[4];
	size_t n = vd_zone_transitions(zone, t, next, 4);
	for (size_t i = 0; i < n; i++) {
		must(next[i].at > (i == 0 ? t : next[i - 1].at));
		must(next[i].before_s != next[i].after_s);
	}
	int32_t offset = vd_zone_offset(zone, t);
	must(offset == zone->standard_s || offset == zone->daylight_s);
	must(offset > -26 * 3600 && offset < 26 * 3600);

	int64_t first = vd_zone_to_instant(zone, t, VD_OCCURRENCE_FIRST);
	int64_t second = vd_zone_to_instant(zone, t, VD_OCCURRENCE_SECOND);
	must(first <= second && second - first <= 2 * 26 * 3600);
	must(first - t < 26 * 3600 && t - first < 26 * 3600);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_zone zone;
	struct vd_diag diag = { 0 };

	if (vd_zone_parse(vd_span_make(data, size), &zone, &diag) != VD_OK) {
		must(diag.err != VD_OK && diag.text[0] != '\0');
		return 0;
	}
	for (int64_t t = INT64_C(1767225600); t < INT64_C(1840000000); t += 777777) {
		look_at(&zone, t);
	}
	look_at(&zone, INT64_C(-62135596800));
	look_at(&zone, INT64_C(253402300799));
	return 0;
}
