// SPDX-License-Identifier: MIT
/**
 * What the network's unit tests share: a loop on a fake clock with real loopback sockets, and a
 * scripted peer.
 * Not a test: each test program includes it.
 * Nothing waits: a turn waits for the kernel's loopback at most, time moves only when a test says
 * so.
 */
#ifndef VD_TEST_NET_HARNESS_H
#define VD_TEST_NET_HARNESS_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "net/dns.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "net/socket.h"
#include "net/stack.h"
#include "net/tls.h"

// 2026-10-02 14:40 UTC: the story's own Friday.
#define NOW_S INT64_C(1790952000)
#define MOST_TURNS 2000

struct harness {
	struct vd_fake_clock fake;
	struct vd_clock clock;
	struct vd_stack *stack;
	struct vd_loop *loop;
	struct vd_resolver *resolver;
	struct vd_strong_rng *strong;
	struct vd_rng rng;
};

static inline void harness_init(struct harness *h)
{
	signal(SIGPIPE, SIG_IGN);
	*h = (struct harness){ 0 };
	h->clock = vd_fake_clock_init(&h->fake, vd_wall_s(NOW_S));
	h->fake.is_trusted = true;
	// The kernel's loopback, or lwIP's: the same tests on whatever stack they are linked with.
	struct vd_stack_config config = { .wire = VD_WIRE_KERNEL };
	config.wire = vd_stack_supports(config.wire, NULL) == VD_OK ? config.wire
								    : VD_WIRE_LOOPBACK;
	assert_int_equal(vd_stack_open(&config, &h->stack, NULL), VD_OK);
	h->loop = vd_loop_create(&h->clock, vd_stack_poller(h->stack));
	assert_non_null(h->loop);
	assert_int_equal(vd_resolver_create(h->loop, &h->resolver, NULL), VD_OK);
	assert_int_equal(vd_strong_rng_create(&h->strong, NULL), VD_OK);
	h->rng = vd_strong_rng_get(h->strong);
}

static inline void harness_deinit(struct harness *h)
{
	vd_resolver_destroy(h->resolver);
	vd_loop_destroy(h->loop);
	vd_stack_close(h->stack);
	vd_strong_rng_destroy(h->strong);
}

static inline void harness_turn(struct harness *h)
{
	assert_int_equal(vd_loop_turn(h->loop, vd_dur_ms(1)), VD_OK);
}

/** Turns until `*flag`; fails where it does not come. */
static inline void harness_until(struct harness *h, const bool *flag)
{
	for (int i = 0; i < MOST_TURNS && !*flag; i++) {
		harness_turn(h);
	}
	assert_true(*flag);
}

// The kernel's loopback has delivered when a call returns; lwIP's has a thread in between.
static inline void harness_turns(struct harness *h, int n)
{
	struct vd_dur wait = vd_dur_ms(h->stack != NULL ? 2 : 0);
	for (int i = 0; i < n; i++) {
		assert_int_equal(vd_loop_turn(h->loop, wait), VD_OK);
	}
}

/** Waits for bytes that have left already; the loop doesn't turn. */
static inline void harness_wait(struct harness *h, int fd)
{
	struct vd_poller poller = vd_stack_poller(h->stack);
	struct vd_pollfd one = { .fd = fd, .events = VD_LOOP_READ };
	assert_int_equal(poller.wait(poller.ctx, &one, 1, vd_dur_s(5)), 1);
}

/** Moves the clock, then gives timers and sockets their turns. */
static inline void harness_advance(struct harness *h, int64_t ms)
{
	vd_fake_clock_advance(&h->fake, vd_dur_ms(ms));
	harness_turns(h, 6);
}

// ---- a scripted server: it reads a request's head, then sends what the script says --------------

struct script {
	struct harness *h;
	const char *answer; // after each request
	size_t answer_n;    // 0: strlen
	size_t piece;       // bytes a write; 0: all at once
	bool is_closing;    // closes behind the answer
	// closes without an answer, from the `dies_from`th request of a connection on
	bool is_closing_early;
	int dies_from;
	int listener;
	uint16_t port;
	int n_conns;
	int n_requests;
	char request[65536]; // the last one
	size_t request_n;
	struct vd_watch watch;
	struct scripted {
		struct script *script;
		int fd;
		int n_requests;
		struct vd_watch watch;
	} conns[8];
};

static inline void scripted_close(struct scripted *conn)
{
	vd_loop_unwatch(conn->script->h->loop, &conn->watch);
	vd_sock_close(conn->fd);
	conn->fd = -1;
}

static inline void scripted_answer(struct scripted *conn)
{
	struct script *script = conn->script;
	size_t n = script->answer_n > 0 ? script->answer_n : strlen(script->answer);
	size_t piece = script->piece > 0 ? script->piece : n;
	for (size_t at = 0; at < n;) {
		size_t put = 0;
		size_t want = n - at < piece ? n - at : piece;
		enum vd_err err = vd_sock_send(conn->fd, script->answer + at, want, &put, NULL);
		if (err == VD_ERR_CLOSED) {
			break;
		}
		at += put;
		if (script->piece > 0 || err == VD_AGAIN) {
			break; // one piece a request is enough for what is tested
		}
	}
	if (script->is_closing) {
		scripted_close(conn);
	}
}

static inline void scripted_ready(void *ctx, int revents)
{
	struct scripted *conn = ctx;
	struct script *script = conn->script;
	size_t got = 0;
	(void)revents;
	enum vd_err err = vd_sock_recv(conn->fd, script->request + script->request_n,
				       sizeof(script->request) - 1 - script->request_n, &got, NULL);
	if (err == VD_AGAIN) {
		return;
	}
	if (err != VD_OK) {
		scripted_close(conn);
		return;
	}
	script->request_n += got;
	script->request[script->request_n] = '\0';
	if (strstr(script->request, "\r\n\r\n") == NULL) {
		return;
	}
	script->request_n = 0;
	script->n_requests++;
	conn->n_requests++;
	if (script->is_closing_early && conn->n_requests >= script->dies_from) {
		scripted_close(conn);
		return;
	}
	scripted_answer(conn);
}

static inline void script_accept(void *ctx, int revents)
{
	struct script *script = ctx;
	struct vd_sock_address peer;
	int fd = -1;
	(void)revents;
	while (vd_sock_accept(script->listener, &fd, &peer, NULL) == VD_OK) {
		assert_true(script->n_conns < 8);
		struct scripted *conn = &script->conns[script->n_conns++];
		*conn = (struct scripted){ .script = script, .fd = fd };
		conn->watch = (struct vd_watch){
			.fd = fd,
			.events = VD_LOOP_READ,
			.ctx = conn,
			.ready = scripted_ready,
		};
		assert_int_equal(vd_loop_watch(script->h->loop, &conn->watch), VD_OK);
	}
}

static inline void script_init(struct script *script, struct harness *h, const char *answer)
{
	struct vd_sock_address at;
	*script = (struct script){ .h = h, .answer = answer };
	assert_int_equal(vd_sock_address_parse("127.0.0.1", 0, &at), VD_OK);
	assert_int_equal(vd_sock_tcp_listen(&at, 8, &script->listener, NULL), VD_OK);
	assert_int_equal(vd_sock_local_address(script->listener, &at), VD_OK);
	script->port = at.port;
	script->watch = (struct vd_watch){
		.fd = script->listener,
		.events = VD_LOOP_READ,
		.ctx = script,
		.ready = script_accept,
	};
	assert_int_equal(vd_loop_watch(h->loop, &script->watch), VD_OK);
}

static inline void script_deinit(struct script *script)
{
	for (int i = 0; i < script->n_conns; i++) {
		if (script->conns[i].fd >= 0) {
			scripted_close(&script->conns[i]);
		}
	}
	vd_loop_unwatch(script->h->loop, &script->watch);
	vd_sock_close(script->listener);
}

// ---- what a call brought ------------------------------------------------------------------------

struct outcome {
	bool is_done;
	enum vd_err err;
	int status;
	char body[256];
	size_t body_n;
	char header[64]; // X-Test
	bool was_kept;
	bool was_resumed;
	struct vd_diag diag;
};

static inline void outcome_take(void *ctx, enum vd_err err, const struct vd_http_response *response,
				const struct vd_diag *diag)
{
	struct outcome *o = ctx;
	assert_false(o->is_done);
	o->is_done = true;
	o->err = err;
	o->diag = *diag;
	if (response != NULL) {
		o->status = response->status;
		o->body_n = response->body.n;
		o->was_kept = response->was_kept;
		o->was_resumed = response->was_resumed;
		memcpy(o->body, response->body.p, response->body.n < 255 ? response->body.n : 255);
		struct vd_span value = vd_http_response_header(response, "x-test");
		(void)!vd_span_copy(value, o->header, sizeof(o->header));
	}
}

static inline void start_call(struct vd_http_client *client, const char *method, const char *url,
			      const char *body, size_t limit, struct outcome *o)
{
	struct vd_http_request request = {
		.method = method,
		.url = vd_span_of(url),
		.body = vd_span_of(body),
		.limit_bytes = limit,
		.ctx = o,
		.done = outcome_take,
	};
	struct vd_diag diag = { 0 };
	*o = (struct outcome){ 0 };
	assert_int_equal(vd_http_call_start(client, &request, NULL, &diag), VD_OK);
	assert_false(o->is_done); // never from inside
}

static inline struct vd_http_client *make_client(struct harness *h, struct vd_tls_client *tls)
{
	struct vd_http_client_config config = { .loop = h->loop,
						.resolver = h->resolver,
						.tls = tls };
	struct vd_http_client *client = NULL;
	assert_int_equal(vd_http_client_create(&config, &client, NULL), VD_OK);
	return client;
}

#endif
