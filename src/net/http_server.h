// SPDX-License-Identifier: MIT
/**
 * HTTP/1.1 server for a LAN: few connections, hard limits, TLS or plain; parsed by llhttp (RFC
 * 9110, 9112).
 * Not a file server and not a router: one handler gets every exchange; slow clients are dropped.
 * It lives in the loop's thread and owns its connections; answers are sent in the loop's after
 * phase, so that nobody is answered before the commit.
 */
#ifndef VD_NET_HTTP_SERVER_H
#define VD_NET_HTTP_SERVER_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/log.h"
#include "base/span.h"
#include "loop/loop.h"
#include "net/http_client.h" // struct vd_http_header
#include "net/tls.h"

struct vd_http_server;
/** A request and its answer. Valid from the handler's call until it was answered, or until `gone`
 *  was called. */
struct vd_http_exchange;

struct vd_http_server_config {
	struct vd_loop *loop;
	struct vd_tls_server *tls; // NULL: plain http
	const struct vd_log *log;
	const char *address;      // "::" (both families), "0.0.0.0", "127.0.0.1"
	uint16_t port;            // 0: a free one, see vd_http_server_port
	uint16_t max_connections; // 0: 32; the oldest idle one makes room
	uint32_t head_ms;         // the request must be whole within; 0: 10000
	uint32_t idle_ms;         // kept connection without a request; 0: 30000
	size_t max_head_bytes;    // 0: 8 KiB
	size_t max_body_bytes;    // 0: 64 KiB
	// unsent bytes of a stream before the client counts as slow; 0: 256 KiB
	size_t max_queue_bytes;
	void *ctx;
	/** Must answer, now or later, exactly once. */
	void (*handle)(void *ctx, struct vd_http_exchange *exchange);
	/** The client went away before it was answered, or its stream ended: forget the exchange.
	 *  May be NULL. */
	void (*gone)(void *ctx, struct vd_http_exchange *exchange);
};

enum vd_err vd_http_server_create(const struct vd_http_server_config *config,
				  struct vd_http_server **out, struct vd_diag *diag) VD_MUST_USE;
void vd_http_server_destroy(struct vd_http_server *server);
uint16_t vd_http_server_port(const struct vd_http_server *server);

// ---- the request: borrowed until it is answered -------------------------------------------------
struct vd_span vd_http_exchange_method(const struct vd_http_exchange *x);
/** Decoded path, without the query; never holds "..", NUL or invalid UTF-8 (those got a 400). */
struct vd_span vd_http_exchange_path(const struct vd_http_exchange *x);
/** Decoded value of a query parameter into `out`; VD_ERR_NOT_FOUND, VD_ERR_ROOM. */
enum vd_err vd_http_exchange_query(const struct vd_http_exchange *x, const char *name, char *out,
				   size_t cap) VD_MUST_USE;
struct vd_span vd_http_exchange_header(const struct vd_http_exchange *x, const char *name);
/** Value of a cookie; empty span where absent. */
struct vd_span vd_http_exchange_cookie(const struct vd_http_exchange *x, const char *name);
struct vd_span vd_http_exchange_body(const struct vd_http_exchange *x);
/** The client's address as text, for lock-outs and the log. */
const char *vd_http_exchange_peer(const struct vd_http_exchange *x);
/** A pointer that the handler may keep with the exchange. */
void vd_http_exchange_set_user(struct vd_http_exchange *x, void *user);
void *vd_http_exchange_get_user(const struct vd_http_exchange *x);

// ---- the answer ---------------------------------------------------------------------------------
/** Answers; the body is copied. HEAD gets no body. Security headers of SPEC.md are added to every
 *  answer. */
void vd_http_exchange_respond(struct vd_http_exchange *x, int status, const char *content_type,
			      const struct vd_http_header *headers, size_t n_headers,
			      struct vd_span body);
/** Begins a Server-Sent Events stream (WHATWG HTML 9.2); the exchange lives until `gone` or
 *  vd_sse_end. */
void vd_sse_begin(struct vd_http_exchange *x);
/** One event. `id` 0: none; `event` NULL: "message". False where the client is too slow: it was
 *  dropped. */
bool vd_sse_send(struct vd_http_exchange *x, uint64_t id, const char *event, struct vd_span data);
/** A comment line that keeps the connection alive. */
bool vd_sse_ping(struct vd_http_exchange *x);
void vd_sse_end(struct vd_http_exchange *x);

#endif
