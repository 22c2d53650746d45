// SPDX-License-Identifier: MIT
/**
 * The server's connections as http_server.c, http_exchange.c and sse.c share them ("peer": the
 * client's end of one).
 * Not for other modules, which use net/http_server.h.
 * All live in the loop's thread; a peer belongs to its server and is freed in the after phase only.
 */
#ifndef VD_NET_HTTP_PEER_H
#define VD_NET_HTTP_PEER_H

#include "base/list.h"
#include "net/http_message.h"
#include "net/http_server.h"
#include "net/socket.h"

/** Where a connection is. Zero is no phase: it stands for a missing cell of the table. */
enum vd_peer_phase {
	VD_PEER_MISSING,
	VD_PEER_ILLEGAL, // an event that cannot come in that phase: our bug
	VD_PEER_SECURING,
	VD_PEER_WAITING, // for the first byte of a request
	VD_PEER_READING,
	VD_PEER_HANDLING, // the handler has it
	VD_PEER_SENDING,
	VD_PEER_STREAMING, // Server-Sent Events
	// answered before all was read: read on, so that the answer isn't lost to a reset
	VD_PEER_LINGERING,
	VD_PEER_DEAD,
	VD_PEER_PHASES,
};

enum vd_peer_event {
	VD_PEER_SECURED,
	VD_PEER_BEGUN, // the first byte of a request
	VD_PEER_WHOLE,
	VD_PEER_ANSWERED,
	VD_PEER_STREAM_BEGUN,
	VD_PEER_SENT_KEEP,
	VD_PEER_SENT_LINGER,
	VD_PEER_ENDED, // closed, too slow, failed, or sent and not kept
	VD_PEER_EVENTS,
};

/** The table: VD_PEER_ILLEGAL or the next phase; never VD_PEER_MISSING. */
enum vd_peer_phase vd_peer_next_phase(enum vd_peer_phase phase, enum vd_peer_event event);

struct vd_http_exchange {
	bool is_active; // the handler owes an answer, or streams
	void *user;
	char *path; // heap, decoded
	size_t path_n;
	struct vd_span query; // inside the message
	bool is_head;
};

struct vd_peer {
	struct vd_list node;  // in the server's peers or dead
	struct vd_list dirty; // in the server's dirty, where something is to be sent
	struct vd_http_server *server;
	enum vd_peer_phase phase;
	struct vd_stream *stream;
	struct vd_watch watch;
	struct vd_timer timer;  // the end of the phase
	struct vd_timer resume; // reads on in the next turn
	struct vd_mono since;   // in this phase
	bool is_overload;       // over the limit: gets a 503
	bool is_paused;         // reads nothing until what is there was handled
	bool was_told_to_go_on; // 100 Continue
	bool is_keep;
	bool is_linger;
	bool is_ending; // the stream ends when all is sent
	size_t lingered;
	struct vd_buf in; // what came behind the request that is handled
	struct vd_buf out;
	size_t sent;
	struct vd_http_message message;
	struct vd_http_exchange x;
	char text[VD_SOCK_TEXT_BYTES];
};

struct vd_http_server {
	struct vd_http_server_config config;
	int listener;
	uint16_t port;
	struct vd_watch watch;
	struct vd_timer retry; // accepting, after it failed
	struct vd_timer poke;  // makes a turn happen, so that its after phase sends
	struct vd_hook after;
	struct vd_list peers;
	struct vd_list dead;
	struct vd_list dirty;
	size_t n_peers;
};

// http_server.c
void vd_peer_enter(struct vd_peer *peer, enum vd_peer_event event);
/** Something is in `out`: it is sent in the after phase. */
void vd_peer_touch(struct vd_peer *peer);
/** Ends the connection; it is closed, and `gone` called, in the after phase. */
void vd_peer_kill(struct vd_peer *peer, const char *why);

// http_room.c
/** All places are taken and `host` comes: whose connection ends for it; NULL: nobody's. */
struct vd_peer *vd_peer_to_go(struct vd_http_server *server, const char *host);

// http_exchange.c
struct vd_peer *vd_peer_of(const struct vd_http_exchange *x);
/** Makes the exchange out of a whole request; 0, or the status to refuse it with. */
int vd_exchange_begin(struct vd_peer *peer);
void vd_exchange_end(struct vd_peer *peer);
/** Prints an answer into `out` and enters the sending phase. */
void vd_peer_answer(struct vd_peer *peer, int status, const char *content_type,
		    const struct vd_http_header *headers, size_t n_headers, struct vd_span body);
/** An answer of the server's own, after which the connection ends. */
void vd_peer_refuse(struct vd_peer *peer, int status);
/** Status line and the fields of every answer, without the empty line. */
void vd_peer_print_head(struct vd_peer *peer, int status, const struct vd_http_header *headers,
			size_t n_headers);

#endif
