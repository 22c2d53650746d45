// SPDX-License-Identifier: MIT
#include "net/http_conn.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "net/plain.h"
#include "net/socket.h"

#define READ_BYTES 16384
// Read in one turn before others get theirs.
#define TURN_BYTES (256 * 1024)
// RFC 8305 section 5: the next address is tried after this without an answer of the one before.
#define ATTEMPT_MS 250
#define HEAD_BYTES (64 * 1024)

const char *vd_http_name_asked(const struct vd_http_client *client, const char *host)
{
	const struct vd_proxy *proxy = client->config.proxy;
	return proxy != NULL && vd_proxy_is_for(proxy, host) ? proxy->at.host : host;
}

static struct vd_loop *loop_of(const struct vd_http_conn *conn)
{
	return conn->client->config.loop;
}

static void fail(struct vd_http_conn *conn, enum vd_err err, struct vd_diag *diag);

static void set_timer(struct vd_http_conn *conn, struct vd_timer *timer, struct vd_dur wait)
{
	struct vd_mono due = vd_mono_add(vd_loop_now(loop_of(conn)), wait);
	// Without memory for it the call's own limit still holds.
	(void)!vd_loop_timer_set(loop_of(conn), timer, due);
}

static void on_phase_timeout(void *ctx)
{
	struct vd_http_conn *conn = ctx;
	struct vd_diag diag = { 0 };
	vd_diag_set(&diag, VD_ERR_TIMEOUT, "%s took too long", vd_http_phase_name(conn->phase));
	fail(conn, VD_ERR_TIMEOUT, &diag);
}

static void enter(struct vd_http_conn *conn, enum vd_http_event event)
{
	enum vd_http_phase next = vd_http_next_phase(conn->phase, event);
	assert(next != VD_HTTP_ILLEGAL && next != VD_HTTP_MISSING);
	vd_debug(conn->client->config.log, "http", "%s:%u: %s -> %s (event %d)", conn->host,
		 conn->port, vd_http_phase_name(conn->phase), vd_http_phase_name(next), (int)event);
	conn->phase = next;
	const struct vd_http_client_config *config = &conn->client->config;
	// Name, connect and handshake share the limit that was set at the start.
	if (next == VD_HTTP_SENDING || next == VD_HTTP_RECEIVING) {
		set_timer(conn, &conn->timer, vd_dur_ms(config->idle_ms));
	} else if (next == VD_HTTP_IDLE) {
		conn->idle_since = vd_loop_now(loop_of(conn));
		set_timer(conn, &conn->timer, conn->keep);
	}
}

static void close_attempts(struct vd_http_conn *conn)
{
	for (size_t i = 0; i < VD_DNS_ADDRESSES; i++) {
		struct vd_http_attempt *attempt = &conn->attempts[i];
		if (attempt->is_open) {
			vd_loop_unwatch(loop_of(conn), &attempt->watch);
			vd_sock_close(attempt->watch.fd);
			attempt->is_open = false;
		}
	}
	vd_loop_timer_stop(loop_of(conn), &conn->attempt_timer);
}

static void end_connect(struct vd_http_conn *conn)
{
	if (conn->connect != NULL) {
		vd_http_connect_deinit(conn->connect);
		free(conn->connect);
		conn->connect = NULL;
	}
}

void vd_http_conn_close(struct vd_http_conn *conn)
{
	struct vd_loop *loop = loop_of(conn);
	close_attempts(conn);
	vd_loop_timer_stop(loop, &conn->timer);
	vd_loop_timer_stop(loop, &conn->more);
	if (conn->lookup != NULL) {
		vd_lookup_cancel(conn->lookup);
	}
	vd_loop_unwatch(loop, &conn->watch);
	if (conn->stream != NULL) {
		conn->stream->ops->close(conn->stream);
	}
	end_connect(conn);
	vd_list_remove(&conn->node);
	vd_http_client_kick(conn->client); // its place is free
	free(conn);
}

// Up to the proxy's answer the trouble is the proxy's, not that of the host behind it.
static enum vd_err name_trouble(const struct vd_http_conn *conn, enum vd_err err,
				struct vd_diag *diag)
{
	bool is_before = conn->phase == VD_HTTP_RESOLVING || conn->phase == VD_HTTP_CONNECTING ||
			 conn->phase == VD_HTTP_TUNNELLING;
	if (conn->proxy == NULL || !is_before || err == VD_ERR_MEMORY) {
		vd_diag_context(diag, "%s:%u", conn->host, conn->port);
	} else if (err != VD_ERR_PROXY && err != VD_ERR_FOREIGN) {
		struct vd_diag why = *diag;
		err = vd_proxy_lost(conn->proxy, why.text, diag);
	}
	return err;
}

// Closes first: `done` of the call may start others.
static void fail(struct vd_http_conn *conn, enum vd_err err, struct vd_diag *diag)
{
	struct vd_http_call *call = conn->call;
	bool was_kept = call != NULL && call->was_kept;
	if (conn->phase == VD_HTTP_CONNECTING || conn->phase == VD_HTTP_TUNNELLING ||
	    conn->phase == VD_HTTP_SECURING) {
		vd_resolver_doubt(conn->client->config.resolver,
				  vd_http_name_asked(conn->client, conn->host));
	}
	err = name_trouble(conn, err, diag);
	diag->err = err;
	enter(conn, VD_HTTP_FAILED);
	vd_http_conn_close(conn);
	if (call != NULL) {
		call->conn = NULL;
		vd_http_call_failed(call, was_kept, err, diag);
	}
}

static void on_ready(void *ctx, int revents);

static bool watch(struct vd_http_conn *conn, int events)
{
	conn->watch.fd = conn->stream->ops->fd(conn->stream);
	conn->watch.events = events;
	conn->watch.ctx = conn;
	conn->watch.ready = on_ready;
	return vd_loop_watch(loop_of(conn), &conn->watch) == VD_OK;
}

static void watch_or_fail(struct vd_http_conn *conn, int events)
{
	if (!watch(conn, events)) {
		struct vd_diag diag = { 0 };
		vd_diag_set(&diag, VD_ERR_MEMORY, "no memory to wait");
		fail(conn, VD_ERR_MEMORY, &diag);
	}
}

// ---- receiving ----------------------------------------------------------------------------------

static void note_keep(struct vd_http_conn *conn, const struct vd_http_message *m)
{
	struct vd_dur keep = vd_dur_ms(conn->client->config.keep_ms);
	struct vd_span rest = vd_http_message_get(m, "Keep-Alive");
	while (rest.n > 0) {
		struct vd_span one = vd_span_trim(vd_span_cut(&rest, ','));
		uint64_t s = 0;
		if (!vd_span_has_prefix(one, VD_SPAN("timeout=")) ||
		    vd_span_parse_u64(vd_span_skip(one, 8), &s) != VD_OK || s > 86400) {
			continue;
		}
		// A second before the server would: what is sent while it closes is lost.
		struct vd_dur wish = vd_dur_s(s > 1 ? (int64_t)s - 1 : 0);
		keep = wish.us < keep.us ? wish : keep;
	}
	conn->keep = keep;
}

static void confirm_address(const struct vd_http_conn *conn)
{
	vd_resolver_confirm(conn->client->config.resolver,
			    vd_http_name_asked(conn->client, conn->host), &conn->at);
}

static void answered(struct vd_http_conn *conn, bool is_rest_empty)
{
	confirm_address(conn);
	struct vd_http_call *call = conn->call;
	struct vd_http_message *m = &call->message;
	note_keep(conn, m);
	bool is_kept = m->is_keepable && is_rest_empty && conn->keep.us > 0 &&
		       conn->phase == VD_HTTP_RECEIVING;
	enter(conn, is_kept ? VD_HTTP_ANSWERED_KEEP : VD_HTTP_ANSWERED_CLOSE);
	conn->call = NULL;
	call->conn = NULL;
	vd_loop_timer_stop(loop_of(conn), &conn->more);
	if (!is_kept || !watch(conn, VD_LOOP_READ)) {
		vd_http_conn_close(conn);
	} else {
		vd_http_client_kick(conn->client);
	}
	vd_http_call_finish(call, VD_OK, NULL);
}

static void stream_ended(struct vd_http_conn *conn, enum vd_err err, struct vd_diag *diag)
{
	struct vd_http_message *m = &conn->call->message;
	if (err == VD_ERR_CLOSED && vd_http_message_finish(m) == VD_OK) {
		answered(conn, false);
		return;
	}
	if (conn->call->has_answer) {
		vd_diag_context(diag, "the answer is cut short");
	}
	fail(conn, err, diag);
}

static void receive(struct vd_http_conn *conn)
{
	struct vd_http_call *call = conn->call;
	char bytes[READ_BYTES];
	size_t left = TURN_BYTES;
	while (left > 0) {
		struct vd_diag diag = { 0 };
		size_t got = 0;
		enum vd_err err =
			conn->stream->ops->read(conn->stream, bytes, sizeof(bytes), &got, &diag);
		if (err == VD_AGAIN) {
			int more = conn->phase == VD_HTTP_SENDING ? VD_LOOP_WRITE : 0;
			watch_or_fail(conn,
				      conn->stream->ops->want(conn->stream) | VD_LOOP_READ | more);
			return;
		}
		if (err != VD_OK) {
			stream_ended(conn, err, &diag);
			return;
		}
		conn->client->stats.bytes_in += got;
		call->has_answer = true;
		set_timer(conn, &conn->timer, vd_dur_ms(conn->client->config.idle_ms));
		size_t used = 0;
		err = vd_http_message_feed(&call->message, bytes, got, &used);
		vd_wipe(bytes, got); // a token comes that way
		if (err == VD_OK) {
			answered(conn, used == got);
			return;
		}
		if (err != VD_AGAIN) {
			diag = call->message.diag;
			fail(conn, err, &diag);
			return;
		}
		left -= got < left ? got : left;
	}
	set_timer(conn, &conn->more, vd_dur_s(0)); // others first
}

static void on_more(void *ctx)
{
	struct vd_http_conn *conn = ctx;
	if (conn->call != NULL) {
		receive(conn);
	}
}

// ---- sending ------------------------------------------------------------------------------------

// A server may refuse and close before it has read all: its answer may be there to be read.
static void send_failed(struct vd_http_conn *conn, enum vd_err err, struct vd_diag *diag)
{
	if (err == VD_ERR_CLOSED && conn->call->may_have_left) {
		conn->call->message.is_keepable = false;
		receive(conn);
		return;
	}
	fail(conn, err, diag);
}

static void send_more(struct vd_http_conn *conn)
{
	struct vd_http_call *call = conn->call;
	while (call->sent < call->out.len) {
		struct vd_diag diag = { 0 };
		size_t put = 0;
		enum vd_err err = conn->stream->ops->write(conn->stream,
							   call->out.data + call->sent,
							   call->out.len - call->sent, &put, &diag);
		if (err == VD_AGAIN) {
			// TLS may have sent a part of a record by now.
			call->may_have_left |= conn->is_tls;
			watch_or_fail(conn, VD_LOOP_READ | conn->stream->ops->want(conn->stream));
			return;
		}
		if (err != VD_OK) {
			send_failed(conn, err, &diag);
			return;
		}
		call->may_have_left = true;
		call->sent += put;
		conn->client->stats.bytes_out += put;
		set_timer(conn, &conn->timer, vd_dur_ms(conn->client->config.idle_ms));
	}
	enter(conn, VD_HTTP_SENT);
	watch_or_fail(conn, VD_LOOP_READ);
}

static void begin_call(struct vd_http_conn *conn)
{
	struct vd_http_call *call = conn->call;
	struct vd_http_limits limits = { .head_bytes = HEAD_BYTES,
					 .body_bytes = call->limit_bytes };
	vd_http_message_deinit(&call->message);
	vd_http_message_init(&call->message, HTTP_RESPONSE, limits);
	call->message.is_for_head = call->is_for_head;
	call->sent = 0;
	call->may_have_left = false;
	call->has_answer = false;
	send_more(conn);
}

// ---- connecting ---------------------------------------------------------------------------------

static void secure(struct vd_http_conn *conn)
{
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_tls_handshake(conn->stream, &diag);
	if (err == VD_AGAIN) {
		watch_or_fail(conn, conn->stream->ops->want(conn->stream));
		return;
	}
	if (err != VD_OK) {
		fail(conn, err, &diag);
		return;
	}
	conn->call->was_resumed = vd_tls_is_resumed(conn->stream);
	if (conn->call->was_resumed) {
		conn->client->stats.on_resumed++;
	} else {
		conn->client->stats.on_new++;
	}
	enter(conn, VD_HTTP_SECURED);
	begin_call(conn);
}

// A line to the far end stands, straight or through the proxy.
static void begin_stream(struct vd_http_conn *conn, int fd)
{
	struct vd_diag diag = { 0 };
	enum vd_err err;
	if (conn->is_tls) {
		err = vd_tls_client_open(conn->client->config.tls, fd, conn->host, conn->port,
					 &conn->stream, &diag);
	} else {
		err = vd_plain_open(fd, &conn->stream, &diag);
	}
	if (err != VD_OK) {
		conn->stream = NULL;
		fail(conn, err, &diag);
		return;
	}
	enter(conn, conn->is_tls ? VD_HTTP_CONNECTED_TLS : VD_HTTP_CONNECTED_PLAIN);
	if (conn->is_tls) {
		secure(conn);
		return;
	}
	conn->client->stats.on_new++;
	begin_call(conn);
}

// The proxy's own connection as a stream, until the tunnel stands.
static void begin_tunnel(struct vd_http_conn *conn, int fd)
{
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_plain_open(fd, &conn->stream, &diag);
	conn->connect = calloc(1, sizeof(*conn->connect));
	if (err == VD_OK) {
		err = conn->connect != NULL
			      ? vd_http_connect_init(conn->connect, conn->proxy, conn->host,
						     conn->is_literal6, conn->port)
			      : VD_ERR_MEMORY;
	}
	if (err != VD_OK) {
		vd_diag_set(&diag, err, "no memory for a tunnel");
		fail(conn, err, &diag);
		return;
	}
	enter(conn, VD_HTTP_CONNECTED_PROXY);
	watch_or_fail(conn, VD_LOOP_WRITE);
}

static void connected(struct vd_http_conn *conn, int fd)
{
	close_attempts(conn);
	if (conn->proxy != NULL) {
		begin_tunnel(conn, fd);
	} else {
		begin_stream(conn, fd);
	}
}

static void tunnel_stands(struct vd_http_conn *conn)
{
	vd_loop_unwatch(loop_of(conn), &conn->watch);
	int fd = vd_plain_take(conn->stream);
	conn->stream = NULL;
	end_connect(conn);
	begin_stream(conn, fd);
}

static void tunnel(struct vd_http_conn *conn)
{
	struct vd_http_connect *connect = conn->connect;
	struct vd_stream *stream = conn->stream;
	struct vd_diag diag = { 0 };
	enum vd_err err = VD_OK;
	while (err == VD_OK && connect->sent < connect->out.len) {
		size_t put = 0;
		err = stream->ops->write(stream, connect->out.data + connect->sent,
					 connect->out.len - connect->sent, &put, &diag);
		connect->sent += put;
		conn->client->stats.bytes_out += put;
	}
	bool is_sent = err == VD_OK;
	if (is_sent) {
		char bytes[2048];
		size_t got = 0;
		err = stream->ops->read(stream, bytes, sizeof(bytes), &got, &diag);
		conn->client->stats.bytes_in += got;
		err = err == VD_OK ? vd_http_connect_feed(connect, bytes, got, &diag) : err;
	}
	if (err == VD_OK) {
		tunnel_stands(conn);
	} else if (err == VD_AGAIN) {
		watch_or_fail(conn, is_sent ? VD_LOOP_READ : VD_LOOP_WRITE);
	} else {
		fail(conn, err, &diag);
	}
}

static bool is_any_attempt(const struct vd_http_conn *conn)
{
	for (size_t i = 0; i < VD_DNS_ADDRESSES; i++) {
		if (conn->attempts[i].is_open) {
			return true;
		}
	}
	return false;
}

static void try_next(struct vd_http_conn *conn);

static void on_attempt(void *ctx, int revents)
{
	struct vd_http_attempt *attempt = ctx;
	struct vd_http_conn *conn = attempt->conn;
	(void)revents;
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_sock_connect_result(attempt->watch.fd, &diag);
	if (err == VD_AGAIN) {
		return;
	}
	vd_loop_unwatch(loop_of(conn), &attempt->watch);
	attempt->is_open = false;
	if (err == VD_OK) {
		conn->at = conn->addresses.at[attempt - conn->attempts];
		connected(conn, attempt->watch.fd);
		return;
	}
	char text[VD_SOCK_TEXT_BYTES];
	vd_sock_address_print(&conn->addresses.at[attempt - conn->attempts], text);
	vd_sock_close(attempt->watch.fd);
	vd_diag_context(&diag, "%s", text);
	conn->attempt_diag = diag;
	try_next(conn);
}

static bool try_address(struct vd_http_conn *conn, size_t i)
{
	struct vd_http_attempt *attempt = &conn->attempts[i];
	int fd = -1;
	if (vd_sock_tcp_connect(&conn->addresses.at[i], &fd, &conn->attempt_diag) != VD_OK) {
		return false;
	}
	*attempt = (struct vd_http_attempt){
		.conn = conn,
		.watch = { .fd = fd, .events = VD_LOOP_WRITE, .ctx = attempt, .ready = on_attempt },
		.is_open = true,
	};
	if (vd_loop_watch(loop_of(conn), &attempt->watch) != VD_OK) {
		attempt->is_open = false;
		vd_sock_close(fd);
		return false;
	}
	return true;
}

// The next address, beside those that are still being tried.
static void try_next(struct vd_http_conn *conn)
{
	bool is_started = false;
	while (!is_started && conn->next_address < conn->addresses.n) {
		is_started = try_address(conn, conn->next_address++);
	}
	if (conn->next_address < conn->addresses.n) {
		set_timer(conn, &conn->attempt_timer, vd_dur_ms(ATTEMPT_MS));
	}
	if (!is_any_attempt(conn)) {
		struct vd_diag diag = conn->attempt_diag;
		fail(conn, VD_ERR_CONNECT, &diag);
	}
}

static void on_attempt_late(void *ctx)
{
	try_next(ctx);
}

static void on_resolved(void *ctx, enum vd_err err, const struct vd_dns_answer *answer,
			const struct vd_diag *diag)
{
	struct vd_http_conn *conn = ctx;
	conn->lookup = NULL;
	if (err != VD_OK) {
		struct vd_diag own = *diag;
		fail(conn, VD_ERR_RESOLVE, &own);
		return;
	}
	conn->addresses = *answer;
	enter(conn, VD_HTTP_RESOLVED);
	try_next(conn);
}

enum vd_err vd_http_conn_open(struct vd_http_client *client, struct vd_http_call *call)
{
	struct vd_http_conn *conn = calloc(1, sizeof(*conn));
	if (conn == NULL) {
		return VD_ERR_MEMORY;
	}
	conn->client = client;
	conn->phase = VD_HTTP_RESOLVING;
	conn->is_tls = call->url.is_tls;
	memcpy(conn->host, call->url.host, sizeof(conn->host));
	conn->port = call->url.port;
	conn->is_literal6 = call->url.is_literal6;
	const struct vd_proxy *proxy = client->config.proxy;
	conn->proxy = proxy != NULL && vd_proxy_is_for(proxy, conn->host) ? proxy : NULL;
	conn->timer = (struct vd_timer){ .ctx = conn, .fire = on_phase_timeout };
	conn->more = (struct vd_timer){ .ctx = conn, .fire = on_more };
	conn->attempt_timer = (struct vd_timer){ .ctx = conn, .fire = on_attempt_late };
	vd_list_add_tail(&client->conns, &conn->node);
	const char *host = vd_http_name_asked(client, conn->host);
	uint16_t port = conn->proxy != NULL ? conn->proxy->at.port : conn->port;
	enum vd_err err = vd_resolver_look_up(client->config.resolver, host, port, conn,
					      on_resolved, &conn->lookup, NULL);
	if (err != VD_OK) {
		vd_list_remove(&conn->node);
		free(conn);
		return err;
	}
	conn->call = call;
	call->conn = conn;
	call->was_kept = false;
	call->was_resumed = false;
	set_timer(conn, &conn->timer, vd_dur_ms(client->config.connect_ms));
	return VD_OK;
}

// ---- keeping ------------------------------------------------------------------------------------

// Whatever a server sends unasked ends the connection: its close, a 408, a stray answer. Tickets
// are read over.
static bool is_dead(struct vd_http_conn *conn)
{
	char bytes[64];
	size_t got = 0;
	return conn->stream->ops->read(conn->stream, bytes, sizeof(bytes), &got, NULL) != VD_AGAIN;
}

bool vd_http_conn_take(struct vd_http_conn *conn, struct vd_http_call *call)
{
	if (is_dead(conn)) {
		enter(conn, VD_HTTP_FAILED);
		vd_http_conn_close(conn);
		return false;
	}
	conn->call = call;
	call->conn = conn;
	call->was_kept = true;
	call->was_resumed = false;
	conn->client->stats.on_kept++;
	enter(conn, VD_HTTP_TAKEN);
	begin_call(conn);
	return true;
}

static void on_ready(void *ctx, int revents)
{
	struct vd_http_conn *conn = ctx;
	switch (conn->phase) {
	case VD_HTTP_IDLE:
		if (is_dead(conn)) {
			enter(conn, VD_HTTP_FAILED);
			vd_http_conn_close(conn);
		}
		break;
	case VD_HTTP_TUNNELLING:
		tunnel(conn);
		break;
	case VD_HTTP_SECURING:
		secure(conn);
		break;
	case VD_HTTP_SENDING:
		if ((revents & VD_LOOP_READ) != 0 && (revents & VD_LOOP_WRITE) == 0) {
			receive(conn);
		} else {
			send_more(conn);
		}
		break;
	case VD_HTTP_RECEIVING:
		receive(conn);
		break;
	case VD_HTTP_MISSING:
	case VD_HTTP_ILLEGAL:
	case VD_HTTP_RESOLVING:
	case VD_HTTP_CONNECTING:
	case VD_HTTP_CLOSED:
	case VD_HTTP_PHASES:
		break; // no watch of its own in these
	}
}
