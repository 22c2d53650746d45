// SPDX-License-Identifier: MIT
// layer: care
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "care/quiet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Whatever was kept: a chance is one, and the next hours are gone through.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_quiet quiet;
	vd_quiet_parse(&quiet, vd_span_make(data, size));
	for (int i = 0; i < 30; i++) {
		vd_quiet_tick(&quiet, quiet.hour + 1, true);
		struct vd_quiet_word word = vd_quiet_judge(&quiet, 500);
		if (!(word.chance >= 0 && word.chance <= 1)) {
			abort();
		}
	}
	vd_quiet_tick(&quiet, 497560, true);
	return 0;
}
