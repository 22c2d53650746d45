// SPDX-License-Identifier: MIT
/**
 * HTTP/1.1 client: requests over kept connections, TLS or plain, parsed by llhttp (RFC 9110, 9112).
 * Not a browser: no redirects followed, no cookies, no pipelining; one request at a time a
 * connection.
 * It lives in the loop's thread and owns its connections; time comes from the loop, names from the
 * resolver.
 */
#ifndef VD_NET_HTTP_CLIENT_H
#define VD_NET_HTTP_CLIENT_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/span.h"
#include "loop/loop.h"
#include "net/dns.h"
#include "net/proxy.h"
#include "net/tls.h"

struct vd_http_client;
struct vd_http_call; // a request under way

struct vd_http_client_config {
	struct vd_loop *loop;
	struct vd_resolver *resolver;
	struct vd_tls_client *tls; // trust, sessions; NULL: plain http only
	const struct vd_log *log;
	const struct vd_proxy
		*proxy;           // CONNECT through it; borrowed for the client's life; NULL: none
	uint32_t connect_ms;      // name, connect, tunnel and handshake together; 0: 15000
	uint32_t idle_ms;         // between two pieces of an answer; 0: 20000
	uint32_t total_ms;        // the whole call; 0: 60000
	uint32_t keep_ms;         // an unused connection is kept; 0: 90000
	uint16_t max_connections; // a host; 0: 4
};

struct vd_http_header {
	struct vd_span name;
	struct vd_span value;
};

struct vd_http_response {
	int status;
	struct vd_span body;  // decoded (chunked, gzip)
	bool was_kept;        // on a connection that was used before
	bool was_resumed;     // on a new connection with a resumed TLS session
	bool is_name_failing; // the name server fails: it was reached at an address of before
	const struct vd_http_header *headers;
	size_t n_headers;
};

/** Everything is copied at start; nothing must outlive the call. */
struct vd_http_request {
	const char *method; // "GET"
	struct vd_span url; // http:// or https://, absolute, already escaped
	// Beside Host, Content-Length, Accept-Encoding, User-Agent.
	const struct vd_http_header *headers;
	size_t n_headers;
	struct vd_span body;
	size_t limit_bytes; // most bytes of the answer's body after gzip; 0: 4 MiB
	void *ctx;
	/** Called once, never from inside vd_http_call_start. `response` is NULL where `err` is a
	 *  failure and is borrowed for the call. VD_ERR_UNCERTAIN: bytes of the request may have
	 *  reached the other side, no whole answer came. */
	void (*done)(void *ctx, enum vd_err err, const struct vd_http_response *response,
		     const struct vd_diag *diag);
};

/** Value of a header by name without regard to case; empty span (p = NULL) where absent. */
struct vd_span vd_http_response_header(const struct vd_http_response *response, const char *name);

struct vd_http_client_stats {
	uint64_t calls;
	uint64_t failed;
	uint64_t on_new; // full handshakes
	uint64_t on_resumed;
	uint64_t on_kept;
	uint64_t bytes_in;
	uint64_t bytes_out;
};

enum vd_err vd_http_client_create(const struct vd_http_client_config *config,
				  struct vd_http_client **out, struct vd_diag *diag) VD_MUST_USE;
/** Cancels what is under way (`done` gets VD_ERR_CANCELLED). NULL is accepted. */
void vd_http_client_destroy(struct vd_http_client *client);
/** *call (may be NULL) is valid until `done` was called. */
enum vd_err vd_http_call_start(struct vd_http_client *client, const struct vd_http_request *request,
			       struct vd_http_call **call, struct vd_diag *diag) VD_MUST_USE;
/** No `done` afterwards. */
void vd_http_call_cancel(struct vd_http_call *call);
struct vd_http_client_stats vd_http_client_get_stats(const struct vd_http_client *client);

/** Percent-encodes for a query or form value (RFC 3986 unreserved stay). */
void vd_url_escape(struct vd_buf *out, struct vd_span value);

#endif
