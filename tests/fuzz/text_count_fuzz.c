// SPDX-License-Identifier: MIT
// layer: channel
// A text weighs no more than X's dearest: 2 a code point, 23 where a link may begin; a link lies in
// the text.
#include <stdlib.h>

#include "base/utf8.h"
#include "channel/text_count.h"
#include "channel/x_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_span text = vd_span_make(data, size);
	must(vd_text_link_length(text) <= size);
	must(vd_x_text_count(text) <= VD_X_LINK_WEIGHT * (vd_utf8_count(text) + 1));
	must(vd_x_is_same_text(text, text));
	must(vd_text_count_cashtags(text) <= size / 2);
	return 0;
}
