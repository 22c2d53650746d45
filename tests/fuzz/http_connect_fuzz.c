// SPDX-License-Identifier: MIT
// layer: net
// A proxy's answer to CONNECT. The first byte says whether we have a user, and how the answer is
// cut into pieces; the outcome is the same as byte by byte as long as nothing follows the head;
// its words can be shown.
#include <stdlib.h>

#include "net/http_connect.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static enum vd_err feed(const struct vd_proxy *proxy, const char *p, size_t n, size_t step,
			struct vd_diag *diag)
{
	struct vd_http_connect connect;
	must(vd_http_connect_init(&connect, proxy, "api.x.com", false, 443) == VD_OK);
	enum vd_err err = VD_AGAIN;
	for (size_t at = 0; at < n && err == VD_AGAIN; at += step) {
		size_t piece = n - at < step ? n - at : step;
		err = vd_http_connect_feed(&connect, p + at, piece, diag);
	}
	vd_http_connect_deinit(&connect);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_proxy proxy;
	struct vd_diag diag = { 0 };
	if (size == 0) {
		return 0;
	}
	struct vd_span user = vd_span_make("u", data[0] & 1);
	must(vd_proxy_init(&proxy, VD_SPAN("http://p.lan:8080"), user, VD_SPAN("pw"),
			   VD_SPAN("a.lan,10.0.0.0/8"), &diag) == VD_OK);
	size_t step = (size_t)(data[0] >> 1) + 1;
	const char *p = (const char *)data + 1;
	enum vd_err err = feed(&proxy, p, size - 1, step, &diag);
	must(err == VD_OK || err == VD_AGAIN || diag.text[0] != '\0');
	enum vd_err bytes = feed(&proxy, p, size - 1, 1, &diag);
	must(err == bytes || (err == VD_ERR_FOREIGN && bytes == VD_OK));
	for (const char *c = diag.text; *c != '\0'; c++) {
		must((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f);
	}
	vd_proxy_deinit(&proxy);
	return 0;
}
