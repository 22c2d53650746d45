// SPDX-License-Identifier: MIT
// layer: net
// An answer is read the same in one piece and byte by byte, chunked and gzip included, and never
// past its limit.
#include <stdlib.h>

#include "net/http_message.h"

#define LIMIT 4096

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static enum vd_err feed(struct vd_http_message *m, const char *p, size_t n, size_t step)
{
	struct vd_http_limits limits = { .head_bytes = 2048, .body_bytes = LIMIT };
	enum vd_err err = VD_AGAIN;
	vd_http_message_init(m, HTTP_RESPONSE, limits);
	for (size_t at = 0; at < n && err == VD_AGAIN;) {
		size_t used = 0;
		size_t piece = n - at < step ? n - at : step;
		err = vd_http_message_feed(m, p + at, piece, &used);
		must(used <= piece);
		at += used;
	}
	if (err == VD_AGAIN) {
		err = vd_http_message_finish(m);
	}
	must(m->body.len <= LIMIT);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_http_message whole;
	struct vd_http_message bytes;
	enum vd_err err = feed(&whole, (const char *)data, size, size);
	enum vd_err err_bytes = feed(&bytes, (const char *)data, size, 1);
	must((err == VD_OK) == (err_bytes == VD_OK));
	if (err == VD_OK) {
		must(vd_span_is_equal(vd_buf_span(&whole.body), vd_buf_span(&bytes.body)));
		must(whole.n_fields == bytes.n_fields && whole.llhttp.status_code >= 200);
	}
	vd_http_message_deinit(&whole);
	vd_http_message_deinit(&bytes);
	return 0;
}
