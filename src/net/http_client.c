// SPDX-License-Identifier: MIT
#include "net/http_client.h"

#include <stdlib.h>
#include <string.h>

#include "net/http_conn.h"

// A server's keep-alive limit may run out while a request is on its way; for one that must not be
// sent twice only a connection counts that was used a moment ago.
#define FRESH_S 4

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
	return value != 0 ? value : fallback;
}

static void on_kick(void *ctx);

enum vd_err vd_http_client_create(const struct vd_http_client_config *config,
				  struct vd_http_client **out, struct vd_diag *diag)
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

// ---- the end ------------------------------------------------------------------------------------

static struct vd_http_call *any_call(struct vd_http_client *client)
{
	struct vd_list *first = client->calls.next;
	return first != &client->calls ? VD_CONTAINER_OF(first, struct vd_http_call, node) : NULL;
}

void vd_http_client_destroy(struct vd_http_client *client)
{
	if (client == NULL) {
		return;
	}
	struct vd_diag diag = { 0 };
	vd_diag_set(&diag, VD_ERR_CANCELLED, "the HTTP client was shut down");
	// Not a walk: `done` may cancel other calls.
	for (struct vd_http_call *call = any_call(client); call != NULL; call = any_call(client)) {
		vd_http_call_finish(call, VD_ERR_CANCELLED, &diag);
	}
	while (!vd_list_is_empty(&client->conns)) {
		struct vd_list *node = client->conns.next;
		vd_list_remove(node);
		vd_http_conn_close(VD_CONTAINER_OF(node, struct vd_http_conn, node));
	}
	vd_loop_timer_stop(client->config.loop, &client->kick);
	free(client);
}

// ---- giving out connections ---------------------------------------------------------------------

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
		const struct vd_http_conn *conn =
			(const struct vd_http_conn *)(const void *)it; // the first member
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
static struct vd_http_conn *find_idle(struct vd_http_client *client,
				      const struct vd_http_call *call)
{
	struct vd_http_conn *best = NULL;
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE(it, safe, &client->conns)
	{
		struct vd_http_conn *conn = VD_CONTAINER_OF(it, struct vd_http_conn, node);
		if (is_usable(conn, call) &&
		    (best == NULL || conn->idle_since.us > best->idle_since.us)) {
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
	VD_LIST_FOR_EACH_SAFE(it, safe, &client->conns)
	{
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
	VD_LIST_FOR_EACH_SAFE(it, safe, &client->calls)
	{
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
	VD_LIST_FOR_EACH_SAFE(it, safe, &client->calls)
	{
		VD_CONTAINER_OF(it, struct vd_http_call, node)->was_passed = false;
	}
	struct vd_http_call *call = next_waiting(client);
	while (call != NULL) {
		call->was_passed = true;
		give_connection(client, call);
		call = next_waiting(client);
	}
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
