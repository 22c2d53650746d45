// SPDX-License-Identifier: MIT
#include "net/http_connect.h"

#include <stdio.h>

// A proxy's answer to CONNECT is a head of some hundred bytes.
#define HEAD_BYTES ((size_t)16 * 1024)
#define REQUEST_BYTES ((size_t)4096)
#define NAME_BYTES (VD_URL_HOST_BYTES + 16)

// "host:port", "[v6]:port"
static void print_authority(struct vd_buf *out, const char *host, bool is_literal6, uint16_t port)
{
	vd_buf_printf(out, is_literal6 ? "[%s]:%u" : "%s:%u", host, port);
}

static const char *name_of(const struct vd_proxy *proxy, char name[NAME_BYTES])
{
	snprintf(name, NAME_BYTES, proxy->at.is_literal6 ? "[%.100s]:%u" : "%.100s:%u",
		 proxy->at.host, proxy->at.port);
	return name;
}

enum vd_err vd_http_connect_init(struct vd_http_connect *connect, const struct vd_proxy *proxy,
				 const char *host, bool is_literal6, uint16_t port)
{
	struct vd_http_limits limits = { .head_bytes = HEAD_BYTES };
	*connect = (struct vd_http_connect){ .proxy = proxy, .host = host, .port = port };
	vd_http_message_init(&connect->message, HTTP_RESPONSE, limits);
	// What follows the head is the tunnel, or a page that nobody reads.
	connect->message.is_for_head = true;
	struct vd_buf *out = &connect->out;
	vd_buf_init_secret(out, REQUEST_BYTES);
	(void)vd_buf_reserve(out, REQUEST_BYTES - 1); // once: no copy of the password stays behind
	vd_buf_put_text(out, "CONNECT ");
	print_authority(out, host, is_literal6, port);
	vd_buf_put_text(out, " HTTP/1.1\r\nHost: ");
	print_authority(out, host, is_literal6, port);
	vd_buf_put_text(out, "\r\nUser-Agent: Vedetta\r\n");
	if (vd_secret_is_set(&proxy->credentials)) {
		vd_buf_put_text(out, "Proxy-Authorization: Basic ");
		vd_buf_put_span(out, vd_secret_reveal(&proxy->credentials));
		vd_buf_put_text(out, "\r\n");
	}
	vd_buf_put_text(out, "\r\n");
	if (vd_buf_check(out) != VD_OK) {
		vd_http_connect_deinit(connect);
		return VD_ERR_MEMORY;
	}
	return VD_OK;
}

void vd_http_connect_deinit(struct vd_http_connect *connect)
{
	vd_buf_deinit(&connect->out);
	vd_http_message_deinit(&connect->message);
	*connect = (struct vd_http_connect){ 0 };
}

enum vd_err vd_proxy_lost(const struct vd_proxy *proxy, const char *why, struct vd_diag *diag)
{
	char name[NAME_BYTES];
	return vd_diag_set(diag, VD_ERR_PROXY,
			   "the proxy %s is not working: check it and the setting proxy (%s)",
			   name_of(proxy, name), why);
}

// Basic alone is spoken here; several challenges may stand in one field or in several.
static bool is_basic_offered(const struct vd_http_message *m)
{
	if (vd_http_message_count(m, "Proxy-Authenticate") == 0) {
		return true; // no word about it: Basic is what is left to try
	}
	for (size_t i = 0; i < m->n_fields; i++) {
		struct vd_http_header field = vd_http_message_field(m, i);
		if (!vd_span_is_equal_nocase(field.name, VD_SPAN("Proxy-Authenticate"))) {
			continue;
		}
		struct vd_span rest = field.value;
		while (rest.n > 0) {
			struct vd_span one = vd_span_trim(vd_span_cut(&rest, ','));
			struct vd_span scheme = vd_span_cut(&one, ' ');
			if (vd_span_is_equal_nocase(scheme, VD_SPAN("Basic"))) {
				return true;
			}
		}
	}
	return false;
}

static enum vd_err wants_user(const struct vd_http_connect *connect, const char *name,
			      struct vd_diag *diag)
{
	if (!is_basic_offered(&connect->message)) {
		struct vd_span scheme =
			vd_http_message_get(&connect->message, "Proxy-Authenticate");
		scheme = vd_span_cut(&scheme, ' ');
		if (!vd_http_is_token(scheme) || scheme.n > 20) {
			scheme = VD_SPAN("another method"); // it goes to logs and screens
		}
		return vd_diag_set(diag, VD_ERR_PROXY,
				   "the proxy %s wants %.*s, which this box doesn't speak: allow "
				   "Basic there",
				   name, VD_SPAN_ARG(scheme));
	}
	if (vd_secret_is_set(&connect->proxy->credentials)) {
		return vd_diag_set(diag, VD_ERR_PROXY,
				   "the proxy %s refuses user and password: correct proxy_user and "
				   "proxy_password_file",
				   name);
	}
	return vd_diag_set(diag, VD_ERR_PROXY,
			   "the proxy %s wants a user and a password: set proxy_user and "
			   "proxy_password_file",
			   name);
}

static bool is_page(const struct vd_http_message *m)
{
	struct vd_span type = vd_http_message_get(m, "Content-Type");
	struct vd_span html = VD_SPAN("text/html");
	return type.n >= html.n && vd_span_is_equal_nocase(vd_span_make(type.p, html.n), html);
}

static enum vd_err refused(const struct vd_http_connect *connect, int status, struct vd_diag *diag)
{
	char name[NAME_BYTES];
	name_of(connect->proxy, name);
	switch (status) {
	case 401: // tinyproxy's word for a wrong password
	case 407:
		return wants_user(connect, name, diag);
	case 403:
		return vd_diag_set(diag, VD_ERR_PROXY,
				   "the proxy %s forbids connections to %.80s:%u: have it allowed "
				   "there",
				   name, connect->host, connect->port);
	case 502:
	case 503:
	case 504:
		return vd_diag_set(
			diag, VD_ERR_PROXY,
			"the proxy %s doesn't reach %.80s:%u (status %d): check its line", name,
			connect->host, connect->port, status);
	default:
		return vd_diag_set(diag, VD_ERR_PROXY,
				   "the proxy %s refused %.80s:%u (status %d): look at its log",
				   name, connect->host, connect->port, status);
	}
}

static enum vd_err portal(const struct vd_http_connect *connect, int status, struct vd_diag *diag)
{
	char name[NAME_BYTES];
	return vd_diag_set(diag, VD_ERR_FOREIGN, "the proxy %s sent a web page (status %d)",
			   name_of(connect->proxy, name), status);
}

static enum vd_err judge(const struct vd_http_connect *connect, size_t left, struct vd_diag *diag)
{
	const struct vd_http_message *m = &connect->message;
	int status = m->llhttp.status_code;
	bool is_success = status >= 200 && status < 300;
	// Before our first word nothing comes through a tunnel that leads to TLS.
	if ((is_success && (is_page(m) || left > 0)) || (status >= 300 && status < 400) ||
	    status == 511) {
		return portal(connect, status, diag);
	}
	return is_success ? VD_OK : refused(connect, status, diag);
}

enum vd_err vd_http_connect_feed(struct vd_http_connect *connect, const char *p, size_t n,
				 struct vd_diag *diag)
{
	size_t used = 0;
	connect->has_answer = true;
	enum vd_err err = vd_http_message_feed(&connect->message, p, n, &used);
	if (err == VD_AGAIN) {
		return VD_AGAIN;
	}
	if (err != VD_OK) {
		char name[NAME_BYTES];
		return vd_diag_set(diag, VD_ERR_PROXY,
				   "what listens on %s is no HTTP proxy: check the setting proxy "
				   "(%.80s)",
				   name_of(connect->proxy, name), connect->message.diag.text);
	}
	return judge(connect, n - used, diag);
}
