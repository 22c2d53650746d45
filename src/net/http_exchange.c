// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "net/http_peer.h"
#include "net/url.h"

// SPEC.md "HTTP server limits". Everything a page needs comes from here, and nothing may put it
// into a frame.
static const char security_fields[] =
	"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
	"img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
	"base-uri 'none'\r\n"
	"X-Content-Type-Options: nosniff\r\n"
	"Referrer-Policy: no-referrer\r\n"
	"Cross-Origin-Opener-Policy: same-origin\r\n";

struct reason {
	int status;
	const char *text;
};

static const struct reason reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 503, "Service Unavailable" },
	{ 505, "HTTP Version Not Supported" },
};

static const char *reason_of(int status)
{
	for (size_t i = 0; i < VD_ARRAY_LEN(reasons); i++) {
		if (reasons[i].status == status) {
			return reasons[i].text;
		}
	}
	return "Status";
}

struct vd_peer *vd_peer_of(const struct vd_http_exchange *x)
{
	return (struct vd_peer *)((uintptr_t)x - offsetof(struct vd_peer, x));
}

int vd_exchange_begin(struct vd_peer *peer)
{
	struct vd_http_exchange *x = &peer->x;
	struct vd_span target = vd_http_message_target(&peer->message);
	struct vd_span path;
	*x = (struct vd_http_exchange){ .is_head = peer->message.llhttp.method == HTTP_HEAD };
	if (vd_url_split_target(target, &path, &x->query) != VD_OK) {
		return 400;
	}
	x->path = malloc(path.n + 1);
	if (x->path == NULL) {
		return 503;
	}
	if (vd_url_decode_path(path, x->path, path.n + 1, &x->path_n) != VD_OK) {
		return 400;
	}
	x->is_active = true;
	return 0;
}

void vd_exchange_end(struct vd_peer *peer)
{
	free(peer->x.path);
	peer->x = (struct vd_http_exchange){ 0 };
	vd_http_message_deinit(&peer->message);
}

// ---- the request --------------------------------------------------------------------------------

struct vd_span vd_http_exchange_method(const struct vd_http_exchange *x)
{
	return vd_span_of(
		llhttp_method_name((llhttp_method_t)vd_peer_of(x)->message.llhttp.method));
}

struct vd_span vd_http_exchange_path(const struct vd_http_exchange *x)
{
	return vd_span_make(x->path, x->path_n);
}

enum vd_err vd_http_exchange_query(const struct vd_http_exchange *x, const char *name, char *out,
				   size_t cap)
{
	return vd_url_query_get(x->query, name, out, cap);
}

struct vd_span vd_http_exchange_header(const struct vd_http_exchange *x, const char *name)
{
	return vd_http_message_get(&vd_peer_of(x)->message, name);
}

struct vd_span vd_http_exchange_cookie(const struct vd_http_exchange *x, const char *name)
{
	struct vd_span rest = vd_http_exchange_header(x, "Cookie");
	while (rest.n > 0) {
		struct vd_span value = vd_span_trim(vd_span_cut(&rest, ';'));
		struct vd_span key = vd_span_cut(&value, '=');
		if (vd_span_is_text(key, name) && value.p != NULL) {
			return value;
		}
	}
	return (struct vd_span){ NULL, 0 };
}

struct vd_span vd_http_exchange_body(const struct vd_http_exchange *x)
{
	return vd_buf_span(&vd_peer_of(x)->message.body);
}

const char *vd_http_exchange_peer(const struct vd_http_exchange *x)
{
	return vd_peer_of(x)->text;
}

void vd_http_exchange_set_user(struct vd_http_exchange *x, void *user)
{
	x->user = user;
}

void *vd_http_exchange_get_user(const struct vd_http_exchange *x)
{
	return x->user;
}

// ---- the answer ---------------------------------------------------------------------------------

static bool is_given(const struct vd_http_header *headers, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (vd_span_is_equal_nocase(headers[i].name, vd_span_of(name))) {
			return true;
		}
	}
	return false;
}

static void print_given(struct vd_peer *peer, const struct vd_http_header *headers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		// A line end in a value would begin a field, or an answer, of somebody else's
		// making.
		if (!vd_http_is_token(headers[i].name) || !vd_http_is_value(headers[i].value)) {
			vd_error(peer->server->config.log, "http",
				 "a header field of an answer was left out");
			continue;
		}
		vd_buf_put_span(&peer->out, headers[i].name);
		vd_buf_put_text(&peer->out, ": ");
		vd_buf_put_span(&peer->out, headers[i].value);
		vd_buf_put_text(&peer->out, "\r\n");
	}
}

void vd_peer_print_head(struct vd_peer *peer, int status, const struct vd_http_header *headers,
			size_t n_headers)
{
	struct vd_buf *out = &peer->out;
	vd_buf_printf(out, "HTTP/1.1 %d %s\r\n", status, reason_of(status));
	vd_buf_put_text(out, security_fields);
	if (peer->server->config.tls != NULL) {
		vd_buf_put_text(out, "Strict-Transport-Security: max-age=31536000\r\n");
	}
	if (!is_given(headers, n_headers, "Cache-Control")) {
		vd_buf_put_text(out, "Cache-Control: no-store\r\n");
	}
	if (!peer->is_keep) {
		vd_buf_put_text(out, "Connection: close\r\n");
	} else if (peer->message.llhttp.http_minor == 0) {
		vd_buf_put_text(out, "Connection: keep-alive\r\n");
	}
	print_given(peer, headers, n_headers);
}

static bool has_length(int status)
{
	return status >= 200 && status != 204 && status != 304;
}

void vd_peer_answer(struct vd_peer *peer, int status, const char *content_type,
		    const struct vd_http_header *headers, size_t n_headers, struct vd_span body)
{
	bool is_head = peer->x.is_head || peer->message.llhttp.method == HTTP_HEAD;
	vd_peer_print_head(peer, status, headers, n_headers);
	if (has_length(status)) {
		if (content_type != NULL) {
			vd_buf_printf(&peer->out, "Content-Type: %s\r\n", content_type);
		}
		vd_buf_printf(&peer->out, "Content-Length: %zu\r\n", body.n);
	}
	vd_buf_put_text(&peer->out, "\r\n");
	if (has_length(status) && !is_head) {
		vd_buf_put_span(&peer->out, body);
	}
	if (vd_buf_check(&peer->out) != VD_OK) {
		vd_error(peer->server->config.log, "http", "no room for an answer of %zu bytes",
			 body.n);
		vd_peer_kill(peer, "no room for its answer");
		return;
	}
	vd_peer_enter(peer, VD_PEER_ANSWERED);
	vd_exchange_end(peer);
	vd_peer_touch(peer);
}

void vd_peer_refuse(struct vd_peer *peer, int status)
{
	struct vd_span body = vd_span_of(reason_of(status));
	static const struct vd_http_header later = { { "Retry-After", 11 }, { "5", 1 } };
	peer->is_keep = false;
	peer->is_linger = true;
	vd_peer_answer(peer, status, "text/plain; charset=utf-8", &later, status == 503 ? 1 : 0,
		       body);
}

void vd_http_exchange_respond(struct vd_http_exchange *x, int status, const char *content_type,
			      const struct vd_http_header *headers, size_t n_headers,
			      struct vd_span body)
{
	struct vd_peer *peer = vd_peer_of(x);
	if (!x->is_active || (peer->phase != VD_PEER_HANDLING && peer->phase != VD_PEER_DEAD)) {
		vd_error(peer->server->config.log, "http", "an exchange was answered twice");
		return;
	}
	x->is_active = false;
	if (peer->phase == VD_PEER_HANDLING) { // else it is gone, and nobody needs to be told
		vd_peer_answer(peer, status, content_type, headers, n_headers, body);
	}
}
