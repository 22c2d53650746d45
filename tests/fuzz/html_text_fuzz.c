// SPDX-License-Identifier: MIT
// layer: channel
// Whatever a server writes into `content`: it ends, fits, is closed, and takes linear time.
#include <stdlib.h>
#include <string.h>

#include "channel/html_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct vd_html_rules rules[] = {
		{ .keeps_invisible = false },
		{ .keeps_invisible = true },
		{ .drops_leading_mentions = true },
	};
	char large[4096];
	char small[7];
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct vd_span html = vd_span_make(data, size);
		size_t n = vd_html_text(html, &rules[i], large, sizeof(large));
		must(n < sizeof(large) && large[n] == '\0');
		must(n == 0 || (large[0] != '\n' && large[0] != ' '));
		size_t m = vd_html_text(html, &rules[i], small, sizeof(small));
		must(m < sizeof(small) && m <= n && memcmp(large, small, m) == 0);
	}
	return 0;
}
