// SPDX-License-Identifier: MIT
/**
 * What the fuzz targets of the wire formats hold every list of attachments to.
 * Not a target. Header-only, pure.
 */
#ifndef VD_FUZZ_ATTACHED_H
#define VD_FUZZ_ATTACHED_H

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "care/attachment.h"

/** Bounded, and each line is of a kind, with an address that may stand in a page. */
static inline void check_attached(const struct vd_attached *attached)
{
	struct vd_span list = vd_attached_list(attached);
	struct vd_attachment one;
	int lines = 0;
	bool is_good = attached->len <= VD_ATTACHED_BYTES && attached->n_listed <= attached->n &&
		       vd_utf8_is_valid(list);
	while (vd_attachment_next(&list, &one)) {
		lines++;
		is_good = is_good && one.kind < VD_ATTACHMENT_N &&
			  vd_span_find(one.words, VD_SPAN("\t")) < 0 &&
			  vd_span_find(one.place, VD_SPAN("\"")) < 0;
	}
	if (!is_good || lines != attached->n_listed) {
		abort();
	}
}

#endif
