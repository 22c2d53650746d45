// SPDX-License-Identifier: MIT
// layer: base
// Cleaned text is valid, stays as it is when cleaned again, and is cut only where it may be.
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"

#define OUT_BYTES 512

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void look_at_points(struct vd_span text)
{
	size_t count = 0;
	bool saw_replacement = false;
	struct vd_span left = text;
	uint32_t c;
	while (vd_utf8_next(&left, &c)) {
		char bytes[4];
		must(vd_utf8_encode(c, bytes) > 0);
		int width = vd_utf8_width(c);
		must(width >= 0 && width <= 2);
		saw_replacement |= c == VD_UTF8_REPLACEMENT;
		count++;
	}
	must(vd_utf8_count(text) == count);
	must(vd_utf8_is_valid(text) || saw_replacement);
}

static void look_at_cuts(struct vd_span text, size_t most)
{
	size_t n = vd_utf8_truncate(text, most);
	must(n <= most && n <= text.n);
	must(vd_utf8_truncate(text, n) == n); // a safe place stays one
	char out[OUT_BYTES];
	bool was_cut;
	size_t cap = most % OUT_BYTES + 1;
	size_t len = vd_utf8_sanitise(text, out, cap, &was_cut);
	must(len < cap && out[len] == '\0' && strlen(out) == len);
	must(vd_utf8_is_valid(vd_span_make(out, len)));
	char again[OUT_BYTES];
	must(vd_utf8_sanitise(vd_span_make(out, len), again, cap, &was_cut) == len && !was_cut);
	must(memcmp(out, again, len) == 0);
}

static void check_line(void *ctx, enum vd_log_level level, const char *line, size_t n)
{
	(void)ctx;
	(void)level;
	must(n <= VD_LOG_LINE_BYTES && memchr(line, '\n', n) == line + n - 1);
	must(vd_utf8_is_valid(vd_span_make(line, n)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2) {
		return 0;
	}
	size_t most = (size_t)data[0] | (size_t)data[1] << 8;
	struct vd_span text = vd_span_make(data + 2, size - 2);
	look_at_points(text);
	look_at_cuts(text, most);
	look_at_cuts(text, text.n / 2);
	struct vd_log log = { .level = VD_LOG_INFO, .write = check_line };
	vd_info(&log, "fuzz", "%.*s", VD_SPAN_ARG(text));
	return 0;
}
