// SPDX-License-Identifier: MIT
// layer: base
// A date that was read is within the years we allow, and printing it gives the same instant again.
#include <stdlib.h>

#include "base/time.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void look_at(struct vd_wall t)
{
	must(t.us >= 0 && t.us < INT64_C(253402300800000000));
	char text[VD_TIME_TEXT_BYTES];
	vd_wall_print(t, text);
	struct vd_wall again;
	must(vd_wall_parse(vd_span_of(text), &again) == VD_OK);
	must(again.us == t.us / 1000 * 1000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_span text = vd_span_make(data, size);
	struct vd_wall t = { -7 };
	if (vd_wall_parse(text, &t) == VD_OK) {
		look_at(t);
	} else {
		must(t.us == -7);
	}
	if (vd_wall_parse_http(text, &t) == VD_OK) {
		look_at(t);
	}
	return 0;
}
