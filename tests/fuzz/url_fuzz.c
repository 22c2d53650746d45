// SPDX-License-Identifier: MIT
// layer: net
// A URL that passes can stand in a request line and in a Host field; what is escaped comes back
// when it is decoded.
#include <stdlib.h>
#include <string.h>

#include "net/http_client.h"
#include "net/url.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check_url(struct vd_span text)
{
	struct vd_url url;
	struct vd_diag diag = { 0 };
	if (vd_url_parse(text, &url, &diag) != VD_OK) {
		must(diag.text[0] != '\0');
		return;
	}
	must(url.port != 0 && url.host[0] != '\0' && strpbrk(url.host, " /?#@\r\n[]") == NULL);
	must(vd_span_find(url.target, VD_SPAN("#")) < 0 &&
	     vd_span_find(url.target, VD_SPAN(" ")) < 0);
}

static void check_escape(struct vd_span text)
{
	struct vd_buf out;
	char back[512];
	vd_buf_init_heap(&out, 4096);
	vd_buf_put_text(&out, "q=");
	vd_url_escape(&out, text);
	enum vd_err err = vd_url_query_get(vd_buf_span(&out), "q", back, sizeof(back));
	bool has_zero = text.n > 0 && memchr(text.p, '\0', text.n) != NULL;
	if (text.n < sizeof(back) && !has_zero) {
		must(err == VD_OK && vd_span_is_equal(vd_span_of(back), text));
	} else {
		must(err != VD_OK);
	}
	vd_buf_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_span text = vd_span_make(data, size);
	char out[512];
	check_url(text);
	if (size < 1024) {
		check_escape(text);
	}
	(void)!vd_url_query_get(text, "a", out, sizeof(out));
	return 0;
}
