// SPDX-License-Identifier: MIT
#include "net/http_client.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "net/http_conn.h"

#define LIMIT_BYTES (4u * 1024 * 1024)
#define OVERHEAD_BYTES 4096
// A server's keep-alive limit may run out while a request is on its way; for one that must not be sent twice only
// a connection counts that was used a moment ago.
#define FRESH_S 4

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
	return value != 0 ? value : fallback;
}

static void on_kick(void *ctx);

enum vd_err vd_http_client_create(const struct vd_http_client_config *config, struct vd_http_client **out,
				  struct vd_diag *diag)
{
	struct vd_http_client *client = calloc(1, sizeof(*client));
	*out = NULL;
	if (client == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the HTTP client");
	}
	client->config = *config;
	client->config.connect_ms = or_default(config->connect_ms, 15000);
	client->config.idle_ms = or_default(config->idle_ms, 20000);
	client->config.total_ms = or_default(config->total_ms, 60000);
	client->config.keep_ms = or_default(config->keep_ms, 90000);
	client->config.max_connections = (uint16_t)or_default(config->max_connections, 4);
	client->kick = (struct vd_timer){ .ctx = client, .fire = on_kick };
	vd_list_init(&client->calls);
	vd_list_init(&client->conns);
	*out = client;
	return VD_OK;
}

void vd_http_client_kick(struct vd_http_client *client)
{
	struct vd_loop *loop = client->config.loop;
	(void)!vd_loop_timer_set(loop, &client->kick, vd_loop_now(loop));
}

struct vd_http_client_stats vd_http_client_get_stats(const struct vd_http_client *client)
{
	return client->stats;
}

// ---- the end of a call -----------------------------------------------------------------------------

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
	if (call->out.cap > 0) {
		vd_wipe(call->out.data, call->out.cap);
	}
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

void vd_http_call_failed(struct vd_http_call *call, bool was_kept, enum vd_err err, struct vd_diag *diag)
{
	bool is_safe = call->is_idempotent || !call->may_have_left;
	if (was_kept && is_safe && !call->is_retry && !call->has_answer && is_connection_lost(err)) {
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
	const char *where = call->conn != NULL ? vd_http_phase_name(call->conn->phase) : "waiting for a connection";
	vd_diag_set(&diag, VD_ERR_TIMEOUT, "%s:%u: no whole answer in %u ms (%s)", call->url.host, call->url.port,
		    (unsigned)call->client->config.total_ms, where);
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

void vd_http_client_destroy(struct vd_http_client *client)
{
	if (client == NULL) {
		return;
	}
	struct vd_diag diag = { 0 };
	vd_diag_set(&diag, VD_ERR_CANCELLED, "the HTTP client was shut down");
	while (!vd_list_is_empty(&client->calls)) {
		vd_http_call_finish(VD_CONTAINER_OF(client->calls.next, struct vd_http_call, node), VD_ERR_CANCELLED,
				    &diag);
	}
	while (!vd_list_is_empty(&client->conns)) {
		vd_http_conn_close(VD_CONTAINER_OF(client->conns.next, struct vd_http_conn, node));
	}
	vd_loop_timer_stop(client->config.loop, &client->kick);
	free(client);
}

// ---- giving out connections ------------------------------------------------------------------------

static bool is_for(const struct vd_http_conn *conn, const struct vd_http_call *call)
{
	return conn->port == call->url.port && conn->is_tls == call->url.is_tls &&
	       strcmp(conn->host, call->url.host) == 0;
}

static size_t count_conns(const struct vd_http_client *client, const struct vd_http_call *call)
{
	size_t n = 0;
	const struct vd_list *it = client->conns.next;
	for (; it != &client->conns; it = it->next) {
		const struct vd_http_conn *conn = (const struct vd_http_conn *)(const void *)it; // the first member
		n += is_for(conn, call);
	}
	return n;
}

static bool is_usable(const struct vd_http_conn *conn, const struct vd_http_call *call)
{
	if (conn->phase != VD_HTTP_IDLE || !is_for(conn, call)) {
		return false;
	}
	struct vd_dur idle = vd_mono_sub(vd_loop_now(call->client->config.loop), conn->idle_since);
	return call->is_idempotent || idle.us <= FRESH_S * VD_US_PER_S;
}

// The one that was used last is the likeliest to live.
static struct vd_http_conn *find_idle(struct vd_http_client *client, const struct vd_http_call *call)
{
	struct vd_http_conn *best = NULL;
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE (it, safe, &client->conns) {
		struct vd_http_conn *conn = VD_CONTAINER_OF(it, struct vd_http_conn, node);
		if (is_usable(conn, call) && (best == NULL || conn->idle_since.us > best->idle_since.us)) {
			best = conn;
		}
	}
	return best;
}

// An idle one that this call may not use makes room for the new one that it needs.
static void close_stale(struct vd_http_client *client, const struct vd_http_call *call)
{
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE (it, safe, &client->conns) {
		struct vd_http_conn *conn = VD_CONTAINER_OF(it, struct vd_http_conn, node);
		if (conn->phase == VD_HTTP_IDLE && is_for(conn, call)) {
			vd_http_conn_close(conn);
			return;
		}
	}
}

static void give_connection(struct vd_http_client *client, struct vd_http_call *call)
{
	struct vd_http_conn *idle = call->is_retry ? NULL : find_idle(client, call);
	while (idle != NULL) {
		if (vd_http_conn_take(idle, call)) {
			return;
		}
		idle = find_idle(client, call);
	}
	if (count_conns(client, call) >= client->config.max_connections) {
		close_stale(client, call);
	}
	if (count_conns(client, call) >= client->config.max_connections) {
		return; // until one is free
	}
	enum vd_err err = vd_http_conn_open(client, call);
	if (err != VD_OK) {
		struct vd_diag diag = { 0 };
		vd_diag_set(&diag, err, "%s: no connection: %s", call->url.host, vd_err_text(err));
		vd_http_call_finish(call, err, &diag);
	}
}

static struct vd_http_call *next_waiting(struct vd_http_client *client)
{
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE (it, safe, &client->calls) {
		struct vd_http_call *call = VD_CONTAINER_OF(it, struct vd_http_call, node);
		if (call->conn == NULL && !call->was_passed) {
			return call;
		}
	}
	return NULL;
}

// A call's end may start and cancel others: the list is looked through again after each.
static void on_kick(void *ctx)
{
	struct vd_http_client *client = ctx;
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE (it, safe, &client->calls) {
		VD_CONTAINER_OF(it, struct vd_http_call, node)->was_passed = false;
	}
	struct vd_http_call *call = next_waiting(client);
	while (call != NULL) {
		call->was_passed = true;
		give_connection(client, call);
		call = next_waiting(client);
	}
}

// ---- starting --------------------------------------------------------------------------------------

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
	static const char *const ours[] = { "Host", "Content-Length", "Transfer-Encoding", "Connection", NULL };
	for (size_t i = 0; i < request->n_headers; i++) {
		const struct vd_http_header *field = &request->headers[i];
		if (!vd_http_is_token(field->name) || !vd_http_is_value(field->value)) {
			return vd_diag_set(diag, VD_ERR_ARGUMENT, "a header field holds bytes that it may not");
		}
		if (is_one_of(field->name, ours)) {
			return vd_diag_set(diag, VD_ERR_ARGUMENT, "the header %.*s is the client's own",
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

static void print_request(struct vd_buf *out, const struct vd_http_request *request, const struct vd_url *url)
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

static enum vd_err fill(struct vd_http_call *call, const struct vd_http_request *request, const struct vd_url *url)
{
	// RFC 9110 section 9.2.2.
	static const char *const idempotent[] = { "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", NULL };
	struct vd_loop *loop = call->client->config.loop;
	size_t size = size_of(request);
	call->url = *url;
	call->url.target = (struct vd_span){ NULL, 0 };
	call->is_idempotent = is_one_of(vd_span_of(request->method), idempotent);
	call->is_for_head = strcmp(request->method, "HEAD") == 0;
	call->limit_bytes = request->limit_bytes != 0 ? request->limit_bytes : LIMIT_BYTES;
	call->ctx = request->ctx;
	call->done = request->done;
	vd_buf_init_heap(&call->out, size + 1);
	(void)vd_buf_reserve(&call->out, size); // once: no copy of a token stays behind in freed memory
	print_request(&call->out, request, url);
	if (vd_buf_check(&call->out) != VD_OK) {
		return VD_ERR_MEMORY;
	}
	call->total = (struct vd_timer){ .ctx = call, .fire = on_total };
	return vd_loop_timer_set(loop, &call->total,
				 vd_mono_add(vd_loop_now(loop), vd_dur_ms(call->client->config.total_ms)));
}

enum vd_err vd_http_call_start(struct vd_http_client *client, const struct vd_http_request *request,
			       struct vd_http_call **out, struct vd_diag *diag)
{
	struct vd_url url;
	if (out != NULL) {
		*out = NULL;
	}
	enum vd_err err = check(client, request, &url, diag);
	if (err != VD_OK) {
		return err;
	}
	struct vd_http_call *call = calloc(1, sizeof(*call));
	if (call == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for a request");
	}
	call->client = client;
	err = fill(call, request, &url);
	if (err != VD_OK) {
		free_call(call);
		return vd_diag_set(diag, err, "no memory for a request");
	}
	vd_list_add_tail(&client->calls, &call->node);
	client->stats.calls++;
	vd_http_client_kick(client);
	if (out != NULL) {
		*out = call;
	}
	return VD_OK;
}

struct vd_span vd_http_response_header(const struct vd_http_response *response, const char *name)
{
	for (size_t i = 0; i < response->n_headers; i++) {
		if (vd_span_is_equal_nocase(response->headers[i].name, vd_span_of(name))) {
			return response->headers[i].value;
		}
	}
	return (struct vd_span){ NULL, 0 };
}
