// SPDX-License-Identifier: MIT
#include "net/http_server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "net/http_peer.h"
#include "net/plain.h"

#define READ_BYTES 4096
// Read from one client in one turn before others get theirs.
#define TURN_BYTES (64 * 1024)
#define ACCEPTS 16
// As many as lwIP can count: a flood of SYNs has to fill it before a client is overtaken.
#define BACKLOG 255
// Over the limit some are still told so; more than these are closed at once.
#define OVERLOADED 4
#define RETRY_MS 1000
#define LINGER_MS 1000
#define LINGER_BYTES (1024 * 1024)
#define OUT_BYTES (32u * 1024 * 1024)

#define X VD_PEER_ILLEGAL
#define DEAD VD_PEER_DEAD
static const uint8_t table[VD_PEER_PHASES][VD_PEER_EVENTS] = {
	[VD_PEER_MISSING] = { X, X, X, X, X, X, X, X },
	[VD_PEER_ILLEGAL] = { X, X, X, X, X, X, X, X },
	[VD_PEER_SECURING] = {
		[VD_PEER_SECURED] = VD_PEER_WAITING,
		[VD_PEER_BEGUN] = X,
		[VD_PEER_WHOLE] = X,
		[VD_PEER_ANSWERED] = X,
		[VD_PEER_STREAM_BEGUN] = X,
		[VD_PEER_SENT_KEEP] = X,
		[VD_PEER_SENT_LINGER] = X,
		[VD_PEER_ENDED] = DEAD,
	},
	[VD_PEER_WAITING] = {
		[VD_PEER_SECURED] = X,
		[VD_PEER_BEGUN] = VD_PEER_READING,
		[VD_PEER_WHOLE] = X,
		[VD_PEER_ANSWERED] = X,
		[VD_PEER_STREAM_BEGUN] = X,
		[VD_PEER_SENT_KEEP] = X,
		[VD_PEER_SENT_LINGER] = X,
		[VD_PEER_ENDED] = DEAD,
	},
	[VD_PEER_READING] = {
		[VD_PEER_SECURED] = X,
		[VD_PEER_BEGUN] = X,
		[VD_PEER_WHOLE] = VD_PEER_HANDLING,
		[VD_PEER_ANSWERED] = VD_PEER_SENDING, // refused
		[VD_PEER_STREAM_BEGUN] = X,
		[VD_PEER_SENT_KEEP] = X,
		[VD_PEER_SENT_LINGER] = X,
		[VD_PEER_ENDED] = DEAD,
	},
	[VD_PEER_HANDLING] = {
		[VD_PEER_SECURED] = X,
		[VD_PEER_BEGUN] = X,
		[VD_PEER_WHOLE] = X,
		[VD_PEER_ANSWERED] = VD_PEER_SENDING,
		[VD_PEER_STREAM_BEGUN] = VD_PEER_STREAMING,
		[VD_PEER_SENT_KEEP] = X,
		[VD_PEER_SENT_LINGER] = X,
		[VD_PEER_ENDED] = DEAD,
	},
	[VD_PEER_SENDING] = {
		[VD_PEER_SECURED] = X,
		[VD_PEER_BEGUN] = X,
		[VD_PEER_WHOLE] = X,
		[VD_PEER_ANSWERED] = X,
		[VD_PEER_STREAM_BEGUN] = X,
		[VD_PEER_SENT_KEEP] = VD_PEER_WAITING,
		[VD_PEER_SENT_LINGER] = VD_PEER_LINGERING,
		[VD_PEER_ENDED] = DEAD,
	},
	[VD_PEER_STREAMING] = { X, X, X, X, X, X, X, [VD_PEER_ENDED] = DEAD },
	[VD_PEER_LINGERING] = { X, X, X, X, X, X, X, [VD_PEER_ENDED] = DEAD },
	[VD_PEER_DEAD] = { X, X, X, X, X, X, X, [VD_PEER_ENDED] = DEAD },
};
#undef DEAD
#undef X

enum vd_peer_phase vd_peer_next_phase(enum vd_peer_phase phase, enum vd_peer_event event)
{
	return table[phase][event];
}

static struct vd_loop *loop_of(const struct vd_peer *peer)
{
	return peer->server->config.loop;
}

static void set_timer(struct vd_peer *peer, struct vd_timer *timer, uint32_t wait_ms)
{
	struct vd_mono due = vd_mono_add(vd_loop_now(loop_of(peer)), vd_dur_ms(wait_ms));
	if (vd_loop_timer_set(loop_of(peer), timer, due) != VD_OK) {
		vd_peer_kill(peer, "no memory for a timer");
	}
}

static void poke(struct vd_http_server *server)
{
	// Where even this fails, the next event of any kind sends.
	(void)!vd_loop_timer_set(server->config.loop, &server->poke,
				 vd_loop_now(server->config.loop));
}

static void on_poke(void *ctx)
{
	(void)ctx; // the turn is what was wanted
}

static void start_phase_timer(struct vd_peer *peer, enum vd_peer_phase before)
{
	const struct vd_http_server_config *config = &peer->server->config;
	switch (peer->phase) {
	case VD_PEER_READING:
		set_timer(peer, &peer->timer, config->head_ms);
		break;
	case VD_PEER_WAITING:
		// After the handshake the limit of the first request runs on.
		if (before != VD_PEER_SECURING) {
			set_timer(peer, &peer->timer, config->idle_ms);
		}
		break;
	case VD_PEER_SENDING:
		set_timer(peer, &peer->timer, 2 * config->idle_ms);
		break;
	case VD_PEER_LINGERING:
		set_timer(peer, &peer->timer, LINGER_MS);
		break;
	case VD_PEER_MISSING:
	case VD_PEER_ILLEGAL:
	case VD_PEER_SECURING:
	case VD_PEER_HANDLING:
	case VD_PEER_STREAMING:
	case VD_PEER_DEAD:
	case VD_PEER_PHASES:
		vd_loop_timer_stop(loop_of(peer), &peer->timer);
		break;
	}
}

void vd_peer_enter(struct vd_peer *peer, enum vd_peer_event event)
{
	enum vd_peer_phase before = peer->phase;
	enum vd_peer_phase next = vd_peer_next_phase(before, event);
	assert(next != VD_PEER_ILLEGAL && next != VD_PEER_MISSING);
	peer->phase = next;
	peer->since = vd_loop_now(loop_of(peer));
	start_phase_timer(peer, before);
}

void vd_peer_kill(struct vd_peer *peer, const char *why)
{
	if (peer->phase == VD_PEER_DEAD) {
		return;
	}
	vd_debug(peer->server->config.log, "http", "%s: %s", peer->text, why);
	vd_peer_enter(peer, VD_PEER_ENDED);
	vd_loop_unwatch(loop_of(peer), &peer->watch);
	vd_loop_timer_stop(loop_of(peer), &peer->resume);
	vd_list_remove(&peer->dirty);
	vd_list_remove(&peer->node);
	vd_list_add_tail(&peer->server->dead, &peer->node);
	peer->server->n_peers--;
	poke(peer->server);
}

void vd_peer_touch(struct vd_peer *peer)
{
	if (peer->phase == VD_PEER_DEAD) {
		return;
	}
	vd_list_remove(&peer->dirty);
	vd_list_add_tail(&peer->server->dirty, &peer->dirty);
	poke(peer->server);
}

static void watch(struct vd_peer *peer)
{
	int events = peer->is_paused ? 0 : VD_LOOP_READ;
	if (peer->phase == VD_PEER_SECURING) {
		events = peer->stream->ops->want(peer->stream);
	} else if (peer->out.len > peer->sent) {
		events |= VD_LOOP_WRITE;
	}
	if (peer->watch.events != events || peer->watch.fd < 0) {
		peer->watch.events = events;
		peer->watch.fd = peer->stream->ops->fd(peer->stream);
		if (vd_loop_watch(loop_of(peer), &peer->watch) != VD_OK) {
			vd_peer_kill(peer, "no memory to wait");
		}
	}
}

// ---- reading ------------------------------------------------------------------------------------

static void begin_request(struct vd_peer *peer)
{
	const struct vd_http_server_config *config = &peer->server->config;
	struct vd_http_limits limits = {
		.head_bytes = config->max_head_bytes,
		.target_bytes = config->max_head_bytes / 2,
		.body_bytes = config->max_body_bytes,
	};
	vd_http_message_init(&peer->message, HTTP_REQUEST, limits);
	peer->was_told_to_go_on = false;
	vd_peer_enter(peer, VD_PEER_BEGUN);
}

static void handle(struct vd_peer *peer)
{
	int refusal = peer->is_overload ? 503 : vd_exchange_begin(peer);
	if (refusal != 0) {
		vd_peer_refuse(peer, refusal);
		return;
	}
	peer->is_keep = peer->message.is_keepable;
	vd_peer_enter(peer, VD_PEER_WHOLE);
	peer->server->config.handle(peer->server->config.ctx, &peer->x);
}

// RFC 9110 section 10.1.1.
static void look_at_expect(struct vd_peer *peer)
{
	struct vd_span expect = vd_http_message_get(&peer->message, "Expect");
	if (expect.p == NULL || peer->was_told_to_go_on || peer->message.llhttp.http_minor == 0) {
		return;
	}
	if (!vd_span_is_equal_nocase(expect, VD_SPAN("100-continue"))) {
		vd_peer_refuse(peer, 417);
		return;
	}
	peer->was_told_to_go_on = true;
	vd_buf_put_text(&peer->out, "HTTP/1.1 100 Continue\r\n\r\n");
	vd_peer_touch(peer);
}

// Returns how many bytes the request that is being read has taken.
static size_t feed(struct vd_peer *peer, const char *p, size_t n)
{
	if (peer->phase == VD_PEER_WAITING) {
		begin_request(peer);
	}
	size_t used = 0;
	enum vd_err err = vd_http_message_feed(&peer->message, p, n, &used);
	if (err == VD_OK) {
		handle(peer);
	} else if (err == VD_AGAIN) {
		if (peer->message.is_head_whole) {
			look_at_expect(peer);
		}
	} else {
		vd_debug(peer->server->config.log, "http", "%s: %s", peer->text,
			 peer->message.diag.text);
		vd_peer_refuse(peer, peer->message.refusal != 0 ? peer->message.refusal : 400);
		used = n;
	}
	return used;
}

static void keep_for_later(struct vd_peer *peer, const char *p, size_t n)
{
	vd_buf_put(&peer->in, p, n);
	if (vd_buf_check(&peer->in) != VD_OK) {
		vd_peer_kill(peer, "no memory for what it sends");
	}
}

static void take(struct vd_peer *peer, const char *p, size_t n)
{
	size_t used = 0;
	if (peer->phase == VD_PEER_WAITING || peer->phase == VD_PEER_READING) {
		used = feed(peer, p, n);
	}
	switch (peer->phase) {
	case VD_PEER_HANDLING:
	case VD_PEER_SENDING:
		if (!peer->is_linger) {
			keep_for_later(peer, p + used, n - used);
		}
		break;
	case VD_PEER_LINGERING:
		peer->lingered += n;
		if (peer->lingered > LINGER_BYTES) {
			vd_peer_kill(peer, "sends on after it was refused");
		}
		break;
	case VD_PEER_MISSING:
	case VD_PEER_ILLEGAL:
	case VD_PEER_SECURING:
	case VD_PEER_WAITING:
	case VD_PEER_READING:
	case VD_PEER_STREAMING: // nothing is expected from it
	case VD_PEER_DEAD:
	case VD_PEER_PHASES:
		break;
	}
}

// What may still be read: while a request is handled, only so much is kept of the next ones.
static size_t read_room(const struct vd_peer *peer)
{
	if (peer->phase != VD_PEER_HANDLING && peer->phase != VD_PEER_SENDING) {
		return READ_BYTES;
	}
	size_t cap = peer->server->config.max_head_bytes;
	size_t left = peer->in.len < cap ? cap - peer->in.len : 0;
	return left < READ_BYTES ? left : READ_BYTES;
}

static void read_some(struct vd_peer *peer)
{
	char bytes[READ_BYTES];
	size_t total = 0;
	while (peer->phase != VD_PEER_DEAD) {
		size_t room = read_room(peer);
		size_t got = 0;
		if (room == 0) {
			peer->is_paused = true;
			break;
		}
		if (total >= TURN_BYTES) {
			set_timer(peer, &peer->resume, 0);
			break;
		}
		struct vd_diag diag = { 0 };
		enum vd_err err = peer->stream->ops->read(peer->stream, bytes, room, &got, &diag);
		if (err == VD_AGAIN) {
			break;
		}
		if (err != VD_OK) {
			vd_peer_kill(peer, diag.text);
			break;
		}
		total += got;
		take(peer, bytes, got);
		vd_wipe(bytes, got); // a PIN, a token
	}
	if (peer->phase != VD_PEER_DEAD) {
		watch(peer);
	}
}

static void secure(struct vd_peer *peer)
{
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_tls_handshake(peer->stream, &diag);
	if (err == VD_OK) {
		vd_peer_enter(peer, VD_PEER_SECURED);
		read_some(peer);
	} else if (err == VD_AGAIN) {
		watch(peer);
	} else {
		vd_peer_kill(peer, diag.text);
	}
}

static void on_ready(void *ctx, int revents)
{
	struct vd_peer *peer = ctx;
	if (peer->phase == VD_PEER_SECURING) {
		secure(peer);
		return;
	}
	if ((revents & VD_LOOP_WRITE) != 0) {
		vd_peer_touch(peer); // sent after the commit, like all
	}
	if ((revents & VD_LOOP_READ) != 0) {
		read_some(peer);
	}
}

static void on_resume(void *ctx)
{
	struct vd_peer *peer = ctx;
	bool can_take = peer->phase == VD_PEER_WAITING || peer->phase == VD_PEER_READING;
	if (can_take && peer->in.len > 0) {
		size_t used = feed(peer, peer->in.data, peer->in.len);
		vd_buf_consume(&peer->in, used);
	}
	if (peer->in.len == 0) {
		vd_buf_deinit(&peer->in);
		vd_buf_init_secret(&peer->in, peer->server->config.max_head_bytes + 1);
	}
	if (peer->phase != VD_PEER_DEAD) {
		peer->is_paused = false;
		read_some(peer);
	}
}

static void on_timeout(void *ctx)
{
	struct vd_peer *peer = ctx;
	if (peer->phase == VD_PEER_READING) {
		vd_peer_refuse(peer, 408);
	} else {
		vd_peer_kill(peer, "too slow, or idle for long");
	}
}

// ---- sending, in the after phase ----------------------------------------------------------------

static void all_sent(struct vd_peer *peer)
{
	vd_buf_deinit(&peer->out);
	vd_buf_init_secret(&peer->out, OUT_BYTES);
	peer->sent = 0;
	if (peer->phase == VD_PEER_STREAMING) {
		vd_loop_timer_stop(loop_of(peer), &peer->timer);
		if (peer->is_ending) {
			vd_peer_kill(peer, "its stream ended");
		}
		return;
	}
	if (peer->phase != VD_PEER_SENDING) {
		return; // 100 Continue
	}
	if (peer->is_linger) {
		vd_peer_enter(peer, VD_PEER_SENT_LINGER);
	} else if (!peer->is_keep) {
		vd_peer_kill(peer, "answered");
	} else {
		vd_peer_enter(peer, VD_PEER_SENT_KEEP);
		if (peer->in.len > 0 || peer->is_paused) {
			set_timer(peer, &peer->resume,
				  0); // the next request belongs to the next turn
		}
	}
}

static void flush(struct vd_peer *peer)
{
	while (peer->sent < peer->out.len) {
		struct vd_diag diag = { 0 };
		size_t put = 0;
		enum vd_err err = peer->stream->ops->write(peer->stream,
							   peer->out.data + peer->sent,
							   peer->out.len - peer->sent, &put, &diag);
		if (err == VD_AGAIN) {
			break;
		}
		if (err != VD_OK) {
			vd_peer_kill(peer, diag.text);
			return;
		}
		peer->sent += put;
	}
	if (peer->sent == peer->out.len) {
		all_sent(peer);
	} else if (peer->phase == VD_PEER_STREAMING) {
		vd_buf_consume(&peer->out, peer->sent);
		peer->sent = 0;
		if (peer->timer.slot == 0) {
			set_timer(peer, &peer->timer, 2 * peer->server->config.idle_ms);
		}
	}
	if (peer->phase != VD_PEER_DEAD) {
		watch(peer);
	}
}

static void free_peer(struct vd_peer *peer)
{
	vd_loop_timer_stop(loop_of(peer), &peer->timer);
	peer->stream->ops->close(peer->stream);
	vd_exchange_end(peer);
	vd_buf_deinit(&peer->in);
	vd_buf_deinit(&peer->out);
	free(peer);
}

static void bury(struct vd_http_server *server)
{
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE(it, safe, &server->dead)
	{
		struct vd_peer *peer = VD_CONTAINER_OF(it, struct vd_peer, node);
		if (peer->x.is_active && server->config.gone != NULL) {
			server->config.gone(server->config.ctx, &peer->x);
		}
		vd_list_remove(it);
		free_peer(peer);
	}
}

static void after_turn(void *ctx)
{
	struct vd_http_server *server = ctx;
	while (!vd_list_is_empty(&server->dirty)) {
		struct vd_peer *peer = VD_CONTAINER_OF(server->dirty.next, struct vd_peer, dirty);
		vd_list_remove(&peer->dirty);
		flush(peer);
	}
	bury(server);
}

// ---- accepting ----------------------------------------------------------------------------------

// "192.0.2.1", "2001:db8::1": without the port, which says nothing about who it is.
static void print_peer(const struct vd_sock_address *address, char out[VD_SOCK_TEXT_BYTES])
{
	char text[VD_SOCK_TEXT_BYTES];
	vd_sock_address_print(address, text);
	struct vd_span rest = vd_span_of(text);
	struct vd_span host = vd_span_cut(&rest, ':');
	if (text[0] == '[') {
		rest = vd_span_of(text + 1);
		host = vd_span_cut(&rest, ']');
	}
	(void)!vd_span_copy(host, out, VD_SOCK_TEXT_BYTES);
}

static struct vd_peer *make_peer(struct vd_http_server *server, int fd,
				 const struct vd_sock_address *address)
{
	struct vd_peer *peer = calloc(1, sizeof(*peer));
	struct vd_diag diag = { 0 };
	if (peer == NULL) {
		vd_sock_close(fd);
		return NULL;
	}
	enum vd_err err = server->config.tls != NULL
				  ? vd_tls_server_open(server->config.tls, fd, &peer->stream, &diag)
				  : vd_plain_open(fd, &peer->stream, &diag);
	if (err != VD_OK) {
		vd_warn(server->config.log, "http", "a connection was refused: %s", diag.text);
		free(peer);
		return NULL;
	}
	peer->server = server;
	peer->phase = server->config.tls != NULL ? VD_PEER_SECURING : VD_PEER_WAITING;
	peer->since = vd_loop_now(server->config.loop);
	peer->watch = (struct vd_watch){ .fd = -1, .ctx = peer, .ready = on_ready };
	peer->timer = (struct vd_timer){ .ctx = peer, .fire = on_timeout };
	peer->resume = (struct vd_timer){ .ctx = peer, .fire = on_resume };
	vd_buf_init_secret(&peer->in, server->config.max_head_bytes + 1);
	vd_buf_init_secret(&peer->out, OUT_BYTES);
	vd_list_init(&peer->dirty);
	print_peer(address, peer->text);
	return peer;
}

static void accepted(struct vd_http_server *server, int fd, const struct vd_sock_address *address)
{
	size_t most = server->config.max_connections;
	char host[VD_SOCK_TEXT_BYTES];
	print_peer(address, host);
	// As many as it takes: those that wait for their refusal hold places too.
	struct vd_peer *gone = server->n_peers >= most ? vd_peer_to_go(server, host) : NULL;
	while (gone != NULL) {
		vd_peer_kill(gone, "made room for another one");
		gone = server->n_peers >= most ? vd_peer_to_go(server, host) : NULL;
	}
	if (server->n_peers >= most + OVERLOADED) {
		vd_sock_close(fd);
		return;
	}
	struct vd_peer *peer = make_peer(server, fd, address);
	if (peer == NULL) {
		return;
	}
	peer->is_overload = server->n_peers >= most;
	vd_list_add_tail(&server->peers, &peer->node);
	server->n_peers++;
	set_timer(peer, &peer->timer, server->config.head_ms);
	if (peer->phase != VD_PEER_DEAD) {
		watch(peer);
	}
}

static void on_connection(void *ctx, int revents)
{
	struct vd_http_server *server = ctx;
	(void)revents;
	for (int i = 0; i < ACCEPTS; i++) {
		struct vd_sock_address address = { 0 };
		struct vd_diag diag = { 0 };
		int fd = -1;
		enum vd_err err = vd_sock_accept(server->listener, &fd, &address, &diag);
		if (err == VD_AGAIN) {
			return;
		}
		if (err != VD_OK) {
			// Out of descriptors: the listener stays readable, and asking again at once
			// would spin.
			vd_warn(server->config.log, "http", "%s", diag.text);
			vd_loop_unwatch(server->config.loop, &server->watch);
			(void)!vd_loop_timer_set(
				server->config.loop, &server->retry,
				vd_mono_add(vd_loop_now(server->config.loop), vd_dur_ms(RETRY_MS)));
			return;
		}
		accepted(server, fd, &address);
	}
}

static void on_retry(void *ctx)
{
	struct vd_http_server *server = ctx;
	if (vd_loop_watch(server->config.loop, &server->watch) != VD_OK) {
		vd_error(server->config.log, "http", "no memory: no more connections are accepted");
	}
}

// ---- the server ---------------------------------------------------------------------------------

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
	return value != 0 ? value : fallback;
}

static void set_defaults(struct vd_http_server_config *config)
{
	config->max_connections =
		(uint16_t)or_default(config->max_connections, CONFIG_HTTP_MAX_CONNECTIONS);
	config->head_ms = or_default(config->head_ms, 10000);
	config->idle_ms = or_default(config->idle_ms, 30000);
	config->max_head_bytes = config->max_head_bytes != 0 ? config->max_head_bytes : 8 * 1024;
	config->max_body_bytes = config->max_body_bytes != 0 ? config->max_body_bytes : 64 * 1024;
	config->max_queue_bytes = config->max_queue_bytes != 0 ? config->max_queue_bytes
							       : 256 * 1024;
}

static enum vd_err listen_at(struct vd_http_server *server, struct vd_diag *diag)
{
	struct vd_sock_address at;
	const char *address = server->config.address;
	if (vd_sock_address_parse(address, server->config.port, &at) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "\"%s\" is not an address to listen on",
				   address);
	}
	enum vd_err err = vd_sock_tcp_listen(&at, BACKLOG, &server->listener, diag);
	// "::" serves both families; a kernel without IPv6 has one.
	if (err != VD_OK && err != VD_ERR_EXISTS && strcmp(address, "::") == 0 &&
	    vd_sock_address_parse("0.0.0.0", server->config.port, &at) == VD_OK) {
		err = vd_sock_tcp_listen(&at, BACKLOG, &server->listener, diag);
	}
	if (err != VD_OK) {
		server->listener = -1;
		return err;
	}
	err = vd_sock_local_address(server->listener, &at);
	server->port = at.port;
	server->watch = (struct vd_watch){
		.fd = server->listener,
		.events = VD_LOOP_READ,
		.ctx = server,
		.ready = on_connection,
	};
	if (err == VD_OK) {
		err = vd_loop_watch(server->config.loop, &server->watch);
	}
	return err == VD_OK ? VD_OK
			    : vd_diag_set(diag, err, "can't wait for connections on %s", address);
}

enum vd_err vd_http_server_create(const struct vd_http_server_config *config,
				  struct vd_http_server **out, struct vd_diag *diag)
{
	struct vd_http_server *server = calloc(1, sizeof(*server));
	*out = NULL;
	if (server == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the HTTP server");
	}
	server->config = *config;
	set_defaults(&server->config);
	server->listener = -1;
	vd_list_init(&server->peers);
	vd_list_init(&server->dead);
	vd_list_init(&server->dirty);
	server->retry = (struct vd_timer){ .ctx = server, .fire = on_retry };
	server->poke = (struct vd_timer){ .ctx = server, .fire = on_poke };
	server->after = (struct vd_hook){ .ctx = server, .run = after_turn };
	enum vd_err err = listen_at(server, diag);
	if (err != VD_OK) {
		vd_http_server_destroy(server);
		return err;
	}
	vd_loop_on_after(server->config.loop, &server->after);
	*out = server;
	return VD_OK;
}

void vd_http_server_destroy(struct vd_http_server *server)
{
	if (server == NULL) {
		return;
	}
	while (!vd_list_is_empty(&server->peers)) {
		vd_peer_kill(VD_CONTAINER_OF(server->peers.next, struct vd_peer, node),
			     "the server was shut down");
	}
	bury(server);
	vd_loop_unhook(&server->after);
	vd_loop_unwatch(server->config.loop, &server->watch);
	vd_loop_timer_stop(server->config.loop, &server->retry);
	vd_loop_timer_stop(server->config.loop, &server->poke);
	vd_sock_close(server->listener);
	free(server);
}

uint16_t vd_http_server_port(const struct vd_http_server *server)
{
	return server->port;
}
