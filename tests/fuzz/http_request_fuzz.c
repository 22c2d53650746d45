// SPDX-License-Identifier: MIT
// layer: net
// A request is read the same in one piece and byte by byte, within its limits; its path holds
// nothing that climbs.
#include <stdlib.h>
#include <string.h>

#include "net/http_message.h"
#include "net/url.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static enum vd_err feed(struct vd_http_message *m, const char *p, size_t n, size_t step,
			size_t *used)
{
	struct vd_http_limits limits = { .head_bytes = 1024,
					 .target_bytes = 256,
					 .body_bytes = 512 };
	enum vd_err err = VD_AGAIN;
	vd_http_message_init(m, HTTP_REQUEST, limits);
	*used = 0;
	while (*used < n && err == VD_AGAIN) {
		size_t taken = 0;
		size_t piece = n - *used < step ? n - *used : step;
		err = vd_http_message_feed(m, p + *used, piece, &taken);
		must(taken <= piece);
		*used += taken;
	}
	must(m->body.len <= limits.body_bytes && m->head.len <= limits.head_bytes);
	return err;
}

static void look_at(const struct vd_http_message *m)
{
	struct vd_span path;
	struct vd_span query;
	char out[512];
	size_t n = 0;
	must(vd_http_message_count(m, "Host") <= 1 &&
	     vd_http_message_count(m, "Transfer-Encoding") <= 1);
	for (size_t i = 0; i < m->n_fields; i++) {
		must(vd_http_is_token(vd_http_message_field(m, i).name));
		must(memchr(vd_http_message_field(m, i).value.p, '\n',
			    vd_http_message_field(m, i).value.n) == NULL);
	}
	if (vd_url_split_target(vd_http_message_target(m), &path, &query) != VD_OK) {
		return;
	}
	if (vd_url_decode_path(path, out, sizeof(out), &n) == VD_OK) {
		must(strstr(out, "..") == NULL && strlen(out) == n);
	}
	(void)!vd_url_query_get(query, "q", out, sizeof(out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_http_message whole;
	struct vd_http_message bytes;
	size_t used = 0;
	size_t used_bytes = 0;
	enum vd_err err = feed(&whole, (const char *)data, size, size, &used);
	enum vd_err err_bytes = feed(&bytes, (const char *)data, size, 1, &used_bytes);
	if (err == VD_OK || err_bytes == VD_OK) {
		must(err == err_bytes && used == used_bytes);
		must(vd_span_is_equal(vd_buf_span(&whole.body), vd_buf_span(&bytes.body)));
		must(vd_span_is_equal(vd_buf_span(&whole.head), vd_buf_span(&bytes.head)));
		look_at(&whole);
	}
	vd_http_message_deinit(&whole);
	vd_http_message_deinit(&bytes);
	return 0;
}
