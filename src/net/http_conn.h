// SPDX-License-Identifier: MIT
/**
 * The client's connections and calls as http_client.c, http_call.c and http_conn.c share
 * them.
 * Not for other modules, which use net/http_client.h.
 * All live in the loop's thread; a connection belongs to its client, a call to its client until it
 * is done.
 */
#ifndef VD_NET_HTTP_CONN_H
#define VD_NET_HTTP_CONN_H

#include "base/list.h"
#include "net/http_client.h"
#include "net/http_connect.h"
#include "net/http_message.h"
#include "net/url.h"

/** Where a connection is. Zero is no phase: it stands for a missing cell of the table. */
enum vd_http_phase {
	VD_HTTP_MISSING,
	VD_HTTP_ILLEGAL, // an event that cannot come in that phase: our bug
	VD_HTTP_IDLE,    // kept, without a call
	VD_HTTP_RESOLVING,
	VD_HTTP_CONNECTING,
	VD_HTTP_TUNNELLING, // connected to the proxy, which connects on
	VD_HTTP_SECURING,
	VD_HTTP_SENDING,
	VD_HTTP_RECEIVING,
	VD_HTTP_CLOSED,
	VD_HTTP_PHASES,
};

enum vd_http_event {
	VD_HTTP_RESOLVED,
	VD_HTTP_CONNECTED_PLAIN, // by the proxy, where there is one
	VD_HTTP_CONNECTED_TLS,
	VD_HTTP_CONNECTED_PROXY,
	VD_HTTP_SECURED,
	VD_HTTP_TAKEN, // a call takes the idle connection
	VD_HTTP_SENT,
	VD_HTTP_ANSWERED_KEEP,
	VD_HTTP_ANSWERED_CLOSE,
	VD_HTTP_FAILED, // also: timed out, cancelled, closed while idle
	VD_HTTP_EVENTS,
};

// http_phase.c
/** The table: VD_HTTP_ILLEGAL or the next phase; never VD_HTTP_MISSING. */
enum vd_http_phase vd_http_next_phase(enum vd_http_phase phase, enum vd_http_event event);
const char *vd_http_phase_name(enum vd_http_phase phase);

struct vd_http_call {
	struct vd_list node; // in the client's calls
	struct vd_http_client *client;
	struct vd_http_conn *conn; // NULL while it waits for one
	struct vd_url url;         // without its target, which is in `out`
	struct vd_buf out;         // head and body; wiped at the end: it holds tokens
	size_t sent;
	bool is_idempotent;
	bool may_have_left; // bytes of this try may have reached the other side
	bool has_answer;    // at least a byte of an answer came
	bool is_retry;      // on a kept connection it failed: this is the second and last try
	bool was_passed;    // in this round of giving out connections
	bool was_kept;
	bool was_resumed;
	struct vd_http_message message;
	bool is_for_head;
	size_t limit_bytes;
	struct vd_timer total;
	void *ctx;
	void (*done)(void *ctx, enum vd_err err, const struct vd_http_response *response,
		     const struct vd_diag *diag);
};

struct vd_http_attempt {
	struct vd_http_conn *conn;
	struct vd_watch watch;
	bool is_open;
};

struct vd_http_conn {
	struct vd_list node; // in the client's conns
	struct vd_http_client *client;
	enum vd_http_phase phase;
	bool is_tls;
	char host[VD_URL_HOST_BYTES];
	uint16_t port;
	bool is_literal6;
	const struct vd_proxy *proxy;    // it goes through this one; NULL: straight
	struct vd_http_connect *connect; // heap: the tunnel that is being asked for
	struct vd_http_call *call;
	struct vd_stream *stream;
	struct vd_watch watch;
	struct vd_timer timer; // the end of the phase
	struct vd_timer more;  // reads on in the next turn
	struct vd_mono idle_since;
	struct vd_dur keep; // as the server wishes, where it is shorter
	struct vd_lookup *lookup;
	struct vd_dns_answer addresses;
	struct vd_sock_address at; // the one that answered
	size_t next_address;
	struct vd_timer attempt_timer;
	struct vd_http_attempt attempts[VD_DNS_ADDRESSES];
	struct vd_diag attempt_diag;
};

struct vd_http_client {
	struct vd_http_client_config config;
	struct vd_list calls;
	struct vd_list conns;
	struct vd_timer kick; // gives waiting calls a connection
	struct vd_http_client_stats stats;
};

// http_call.c
/** The call is over; frees it, and calls `done` last. */
void vd_http_call_finish(struct vd_http_call *call, enum vd_err err, const struct vd_diag *diag);
/** The connection failed under the call: tries again where that is safe, else finishes it. */
void vd_http_call_failed(struct vd_http_call *call, bool was_kept, enum vd_err err,
			 struct vd_diag *diag);
// http_client.c
/** Gives waiting calls a connection, in the next turn. */
void vd_http_client_kick(struct vd_http_client *client);

// http_conn.c
/** A new connection for `call`; failures come later through the loop. VD_ERR_MEMORY. */
enum vd_err vd_http_conn_open(struct vd_http_client *client, struct vd_http_call *call) VD_MUST_USE;
/** Puts a call on an idle connection; false where it was dead (and is closed now). */
bool vd_http_conn_take(struct vd_http_conn *conn, struct vd_http_call *call);
/** The name that is looked up to reach `host`: its own, or the proxy's. */
const char *vd_http_name_asked(const struct vd_http_client *client, const char *host);
/** Closes and frees; a call on it is left alone. */
void vd_http_conn_close(struct vd_http_conn *conn);

#endif
