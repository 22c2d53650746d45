// SPDX-License-Identifier: MIT
#include "channel/oauth1.h"

#include <inttypes.h>
#include <mbedtls/base64.h>
#include <mbedtls/md.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/http_client.h"
#include "net/url.h"

#define PARAMETERS_MOST 32
#define QUERY_BYTES 4096
#define BASE_BYTES ((size_t)32 * 1024)
#define MAC_BYTES 20
#define SIGNATURE_BYTES 32

// A parameter, percent-encoded (3.6); spans point into the draft.
struct parameter {
	struct vd_span name;
	struct vd_span value;
};

struct draft {
	char memory[QUERY_BYTES];
	struct vd_buf encoded;
	struct parameter list[PARAMETERS_MOST];
	size_t n;
	enum vd_err err;
};

static int digit_of(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// What a query holds is decoded first (3.4.1.3.1): then encoded by the stricter rule of 3.6.
static void put_decoded(struct vd_buf *out, struct vd_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		bool is_escape = text.p[i] == '%' && i + 2 < text.n &&
				 digit_of(text.p[i + 1]) >= 0 && digit_of(text.p[i + 2]) >= 0;
		if (is_escape) {
			int c = digit_of(text.p[i + 1]) * 16 + digit_of(text.p[i + 2]);
			vd_buf_put_char(out, (char)c);
			i += 2;
		} else {
			vd_buf_put_char(out, text.p[i] == '+' ? ' ' : text.p[i]);
		}
	}
}

static struct vd_span encode(struct draft *draft, struct vd_span text, bool is_query)
{
	char memory[QUERY_BYTES];
	struct vd_buf plain;
	vd_buf_init(&plain, memory, sizeof(memory));
	if (is_query) {
		put_decoded(&plain, text);
	} else {
		vd_buf_put_span(&plain, text);
	}
	size_t from = draft->encoded.len;
	vd_url_escape(&draft->encoded, vd_buf_span(&plain));
	if (vd_buf_check(&plain) != VD_OK || vd_buf_check(&draft->encoded) != VD_OK) {
		draft->err = VD_ERR_ROOM;
	}
	vd_wipe(memory, sizeof(memory));
	return vd_span_make(draft->memory + from, draft->encoded.len - from);
}

static void add(struct draft *draft, struct vd_span name, struct vd_span value, bool is_query)
{
	if (draft->n == PARAMETERS_MOST) {
		draft->err = VD_ERR_ROOM;
		return;
	}
	struct parameter *p = &draft->list[draft->n++];
	p->name = encode(draft, name, is_query);
	p->value = encode(draft, value, is_query);
}

static void add_query(struct draft *draft, struct vd_span query)
{
	while (query.n > 0) {
		struct vd_span value = vd_span_cut(&query, '&');
		struct vd_span name = vd_span_cut(&value, '=');
		if (name.n > 0) {
			add(draft, name, value, true);
		}
	}
}

static void add_own(struct draft *draft, const struct vd_oauth1_request *r)
{
	char stamp[24];
	snprintf(stamp, sizeof(stamp), "%" PRId64, r->timestamp_s);
	add(draft, VD_SPAN("oauth_consumer_key"), r->consumer_key, false);
	add(draft, VD_SPAN("oauth_nonce"), r->nonce, false);
	add(draft, VD_SPAN("oauth_signature_method"), VD_SPAN("HMAC-SHA1"), false);
	add(draft, VD_SPAN("oauth_timestamp"), vd_span_of(stamp), false);
	if (r->token.n > 0) {
		add(draft, VD_SPAN("oauth_token"), r->token, false);
	}
	if (!r->is_bare) {
		add(draft, VD_SPAN("oauth_version"), VD_SPAN("1.0"), false);
	}
}

static int compare_spans(struct vd_span a, struct vd_span b)
{
	int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare(const void *a, const void *b)
{
	const struct parameter *one = a;
	const struct parameter *other = b;
	int order = compare_spans(one->name, other->name);
	return order != 0 ? order : compare_spans(one->value, other->value);
}

// Scheme, authority without the scheme's own port, path (3.4.1.2).
static void put_base_uri(struct vd_buf *out, const struct vd_url *url, struct vd_span path)
{
	char memory[VD_URL_HOST_BYTES + QUERY_BYTES];
	struct vd_buf plain;
	vd_buf_init(&plain, memory, sizeof(memory));
	vd_buf_printf(&plain, "%s://%s%s%s", url->is_tls ? "https" : "http",
		      url->is_literal6 ? "[" : "", url->host, url->is_literal6 ? "]" : "");
	if (url->port != (url->is_tls ? 443 : 80)) {
		vd_buf_printf(&plain, ":%u", (unsigned)url->port);
	}
	vd_buf_put_span(&plain, path.n > 0 ? path : VD_SPAN("/"));
	if (vd_buf_check(&plain) != VD_OK) {
		out->overflow = true;
	}
	vd_url_escape(out, vd_buf_span(&plain));
}

// 3.4.1.1
static void put_base(struct vd_buf *out, const struct draft *draft, const char *method,
		     const struct vd_url *url, struct vd_span path)
{
	vd_buf_printf(out, "%s&", method);
	put_base_uri(out, url, path);
	for (size_t i = 0; i < draft->n; i++) {
		vd_buf_put_text(out, i == 0 ? "&" : "%26");
		vd_url_escape(out, draft->list[i].name);
		vd_buf_put_text(out, "%3D");
		vd_url_escape(out, draft->list[i].value);
	}
}

static enum vd_err sign(const struct vd_oauth1_request *r, struct vd_span base,
			char out[SIGNATURE_BYTES])
{
	char memory[3 * 2 * VD_SECRET_BYTES + 2];
	unsigned char mac[MAC_BYTES];
	struct vd_buf key;
	size_t n = 0;
	vd_buf_init(&key, memory, sizeof(memory));
	vd_url_escape(&key, r->consumer_secret);
	vd_buf_put_char(&key, '&');
	vd_url_escape(&key, r->token_secret);
	bool is_good = vd_buf_check(&key) == VD_OK &&
		       mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA1),
				       (const unsigned char *)key.data, key.len,
				       (const unsigned char *)base.p, base.n, mac) == 0 &&
		       mbedtls_base64_encode((unsigned char *)out, SIGNATURE_BYTES, &n, mac,
					     sizeof(mac)) == 0;
	vd_wipe(memory, sizeof(memory));
	return is_good ? VD_OK : VD_ERR_ROOM;
}

static void put_header(struct vd_buf *out, const struct draft *draft, const char *signature)
{
	vd_buf_put_text(out, "OAuth ");
	for (size_t i = 0; i < draft->n; i++) {
		if (vd_span_has_prefix(draft->list[i].name, VD_SPAN("oauth_"))) {
			vd_buf_printf(out, "%.*s=\"%.*s\", ", VD_SPAN_ARG(draft->list[i].name),
				      VD_SPAN_ARG(draft->list[i].value));
		}
	}
	vd_buf_put_text(out, "oauth_signature=\"");
	vd_url_escape(out, vd_span_of(signature));
	vd_buf_put_char(out, '"');
}

static enum vd_err print(struct draft *draft, const struct vd_oauth1_request *r,
			 const struct vd_url *url, struct vd_buf *out)
{
	char signature[SIGNATURE_BYTES];
	struct vd_buf base;
	struct vd_span query = url->target;
	struct vd_span path = vd_span_cut(&query, '?');
	vd_buf_init(&draft->encoded, draft->memory, sizeof(draft->memory));
	add_own(draft, r);
	add_query(draft, query);
	qsort(draft->list, draft->n, sizeof(draft->list[0]), compare);
	vd_buf_init_secret(&base, BASE_BYTES);
	put_base(&base, draft, r->method, url, path);
	enum vd_err err = draft->err != VD_OK ? draft->err : vd_buf_check(&base);
	err = err == VD_OK ? sign(r, vd_buf_span(&base), signature) : err;
	vd_buf_deinit(&base);
	if (err != VD_OK) {
		return err;
	}
	put_header(out, draft, signature);
	return vd_buf_check(out);
}

enum vd_err vd_oauth1_print(const struct vd_oauth1_request *request, struct vd_buf *out)
{
	struct vd_url url;
	if (vd_url_parse(request->url, &url, NULL) != VD_OK) {
		return VD_ERR_SYNTAX;
	}
	struct draft *draft = calloc(1, sizeof(*draft));
	if (draft == NULL) {
		return VD_ERR_MEMORY;
	}
	enum vd_err err = print(draft, request, &url, out);
	vd_wipe(draft, sizeof(*draft));
	free(draft);
	return err;
}
