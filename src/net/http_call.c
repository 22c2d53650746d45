// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "net/http_conn.h"

#define LIMIT_BYTES (4u * 1024 * 1024)
#define OVERHEAD_BYTES 4096

// ---- the end of a call --------------------------------------------------------------------------

static void detach(struct vd_http_call *call)
{
	vd_list_remove(&call->node);
	vd_loop_timer_stop(call->client->config.loop, &call->total);
	if (call->conn != NULL) {
		struct vd_http_conn *conn = call->conn;
		call->conn = NULL;
		conn->call = NULL;
		vd_http_conn_close(conn); // in the middle of something: of no use to others
	}
}

static void free_call(struct vd_http_call *call)
{
	vd_buf_deinit(&call->out);
	vd_http_message_deinit(&call->message);
	free(call);
}

static struct vd_http_header *list_fields(const struct vd_http_message *m)
{
	struct vd_http_header *fields = calloc(m->n_fields + 1, sizeof(*fields));
	for (size_t i = 0; fields != NULL && i < m->n_fields; i++) {
		fields[i] = vd_http_message_field(m, i);
	}
	return fields;
}

static void finish_well(struct vd_http_call *call)
{
	const struct vd_http_message *m = &call->message;
	struct vd_http_header *fields = list_fields(m);
	struct vd_http_response response = {
		.status = m->llhttp.status_code,
		.body = vd_buf_span(&m->body),
		.was_kept = call->was_kept,
		.was_resumed = call->was_resumed,
		.is_name_failing =
			vd_resolver_is_failing(call->client->config.resolver,
					       vd_http_name_asked(call->client, call->url.host)),
		.headers = fields,
		.n_headers = fields != NULL ? m->n_fields : 0,
	};
	struct vd_diag none = { 0 };
	call->done(call->ctx, VD_OK, &response, &none);
	free(fields);
}

void vd_http_call_finish(struct vd_http_call *call, enum vd_err err, const struct vd_diag *diag)
{
	detach(call);
	if (err == VD_OK) {
		finish_well(call);
	} else {
		call->client->stats.failed++;
		call->done(call->ctx, err, NULL, diag);
	}
	free_call(call);
}

static bool is_connection_lost(enum vd_err err)
{
	return err == VD_ERR_CLOSED || err == VD_ERR_IO || err == VD_ERR_TLS;
}

void vd_http_call_failed(struct vd_http_call *call, bool was_kept, enum vd_err err,
			 struct vd_diag *diag)
{
	bool is_safe = call->is_idempotent || !call->may_have_left;
	if (was_kept && is_safe && !call->is_retry && !call->has_answer &&
	    is_connection_lost(err)) {
		call->is_retry = true; // the server had closed what we kept: that is no failure
		vd_http_client_kick(call->client);
		return;
	}
	if (!is_safe) {
		vd_diag_context(diag, "it is not known whether the request was carried out");
		err = VD_ERR_UNCERTAIN;
		diag->err = err;
	}
	vd_http_call_finish(call, err, diag);
}

static void on_total(void *ctx)
{
	struct vd_http_call *call = ctx;
	struct vd_diag diag = { 0 };
	const char *where = call->conn != NULL ? vd_http_phase_name(call->conn->phase)
					       : "waiting for a connection";
	vd_diag_set(&diag, VD_ERR_TIMEOUT, "%s:%u: no whole answer in %u ms (%s)", call->url.host,
		    call->url.port, (unsigned)call->client->config.total_ms, where);
	if (call->conn != NULL) {
		struct vd_http_conn *conn = call->conn;
		conn->call = NULL;
		call->conn = NULL;
		vd_http_conn_close(conn);
	}
	vd_http_call_failed(call, false, VD_ERR_TIMEOUT, &diag);
}

void vd_http_call_cancel(struct vd_http_call *call)
{
	detach(call);
	free_call(call);
}

// ---- starting -----------------------------------------------------------------------------------

static bool is_one_of(struct vd_span name, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (vd_span_is_equal_nocase(name, vd_span_of(*names))) {
			return true;
		}
	}
	return false;
}

static enum vd_err check_fields(const struct vd_http_request *request, struct vd_diag *diag)
{
	static const char *const ours[] = { "Host", "Content-Length", "Transfer-Encoding",
					    "Connection", NULL };
	for (size_t i = 0; i < request->n_headers; i++) {
		const struct vd_http_header *field = &request->headers[i];
		if (!vd_http_is_token(field->name) || !vd_http_is_value(field->value)) {
			return vd_diag_set(diag, VD_ERR_ARGUMENT,
					   "a header field holds bytes that it may not");
		}
		if (is_one_of(field->name, ours)) {
			return vd_diag_set(diag, VD_ERR_ARGUMENT,
					   "the header %.*s is the client's own",
					   VD_SPAN_ARG(field->name));
		}
	}
	return VD_OK;
}

static bool has_field(const struct vd_http_request *request, const char *name)
{
	for (size_t i = 0; i < request->n_headers; i++) {
		if (vd_span_is_equal_nocase(request->headers[i].name, vd_span_of(name))) {
			return true;
		}
	}
	return false;
}

static void print_host(struct vd_buf *out, const struct vd_url *url)
{
	vd_buf_put_text(out, url->is_literal6 ? "Host: [" : "Host: ");
	vd_buf_put_text(out, url->host);
	vd_buf_put_text(out, url->is_literal6 ? "]" : "");
	if (url->port != (url->is_tls ? 443 : 80)) {
		vd_buf_printf(out, ":%u", url->port);
	}
	vd_buf_put_text(out, "\r\n");
}

static void print_request(struct vd_buf *out, const struct vd_http_request *request,
			  const struct vd_url *url)
{
	static const char *const bodied[] = { "POST", "PUT", "PATCH", NULL };
	vd_buf_printf(out, "%s ", request->method);
	if (url->target.n == 0 || url->target.p[0] != '/') {
		vd_buf_put_char(out, '/');
	}
	vd_buf_put_span(out, url->target);
	vd_buf_put_text(out, " HTTP/1.1\r\n");
	print_host(out, url);
	if (!has_field(request, "User-Agent")) {
		vd_buf_put_text(out, "User-Agent: vedetta\r\n");
	}
	if (!has_field(request, "Accept-Encoding")) {
		vd_buf_put_text(out, "Accept-Encoding: gzip\r\n");
	}
	for (size_t i = 0; i < request->n_headers; i++) {
		vd_buf_put_span(out, request->headers[i].name);
		vd_buf_put_text(out, ": ");
		vd_buf_put_span(out, request->headers[i].value);
		vd_buf_put_text(out, "\r\n");
	}
	if (request->body.n > 0 || is_one_of(vd_span_of(request->method), bodied)) {
		vd_buf_printf(out, "Content-Length: %zu\r\n", request->body.n);
	}
	vd_buf_put_text(out, "\r\n");
	vd_buf_put_span(out, request->body);
}

static size_t size_of(const struct vd_http_request *request)
{
	size_t n = OVERHEAD_BYTES + request->url.n + request->body.n;
	for (size_t i = 0; i < request->n_headers; i++) {
		n += request->headers[i].name.n + request->headers[i].value.n + 4;
	}
	return n;
}

static enum vd_err check(const struct vd_http_client *client, const struct vd_http_request *request,
			 struct vd_url *url, struct vd_diag *diag)
{
	if (!vd_http_is_token(vd_span_of(request->method))) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "the method is malformed");
	}
	enum vd_err err = vd_url_parse(request->url, url, diag);
	if (err == VD_OK) {
		err = check_fields(request, diag);
	}
	if (err == VD_OK && url->is_tls && client->config.tls == NULL) {
		return vd_diag_set(diag, VD_ERR_UNSUPPORTED, "no TLS for https://%s", url->host);
	}
	return err;
}

static enum vd_err fill(struct vd_http_call *call, const struct vd_http_request *request,
			const struct vd_url *url)
{
	// RFC 9110 section 9.2.2.
	static const char *const idempotent[] = { "GET",     "HEAD",  "PUT", "DELETE",
						  "OPTIONS", "TRACE", NULL };
	struct vd_loop *loop = call->client->config.loop;
	size_t size = size_of(request);
	call->url = *url;
	call->url.target = (struct vd_span){ NULL, 0 };
	call->is_idempotent = is_one_of(vd_span_of(request->method), idempotent);
	call->is_for_head = strcmp(request->method, "HEAD") == 0;
	call->limit_bytes = request->limit_bytes != 0 ? request->limit_bytes : LIMIT_BYTES;
	call->ctx = request->ctx;
	call->done = request->done;
	vd_buf_init_secret(&call->out, size + 1);
	(void)vd_buf_reserve(&call->out, size); // once
	print_request(&call->out, request, url);
	if (vd_buf_check(&call->out) != VD_OK) {
		return VD_ERR_MEMORY;
	}
	call->total = (struct vd_timer){ .ctx = call, .fire = on_total };
	return vd_loop_timer_set(
		loop, &call->total,
		vd_mono_add(vd_loop_now(loop), vd_dur_ms(call->client->config.total_ms)));
}

enum vd_err vd_http_call_start(struct vd_http_client *client, const struct vd_http_request *request,
			       struct vd_http_call **call, struct vd_diag *diag)
{
	struct vd_url url = { 0 };
	if (call != NULL) {
		*call = NULL;
	}
	enum vd_err err = check(client, request, &url, diag);
	if (err != VD_OK) {
		return err;
	}
	struct vd_http_call *made = calloc(1, sizeof(*made));
	if (made == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for a request");
	}
	made->client = client;
	err = fill(made, request, &url);
	if (err != VD_OK) {
		free_call(made);
		return vd_diag_set(diag, err, "no memory for a request");
	}
	vd_list_add_tail(&client->calls, &made->node);
	client->stats.calls++;
	vd_http_client_kick(client);
	if (call != NULL) {
		*call = made;
	}
	return VD_OK;
}
