// SPDX-License-Identifier: MIT
/**
 * One HTTP/1.1 message, request or response, out of bytes as they come: llhttp with limits, chunked
 * and gzip undone.
 * Not a connection and not a policy: it says what was wrong, the client or server decides what
 * follows.
 * Owns the heap memory of the message; no time, no I/O.
 */
#ifndef VD_NET_HTTP_MESSAGE_H
#define VD_NET_HTTP_MESSAGE_H

#include <llhttp.h>

#include "base/buf.h"
#include "base/diag.h"
#include "net/http_client.h" // struct vd_http_header

struct vd_inflate; // gzip under way

struct vd_http_limits {
	size_t head_bytes;   // start line and fields; also trailers
	size_t target_bytes; // requests: the target alone; 0: as the head
	size_t body_bytes;   // decoded
};

struct vd_http_field {
	size_t name_at; // offsets into `head`
	size_t name_n;
	size_t value_at;
	size_t value_n;
};

#define VD_HTTP_FIELDS 100

struct vd_http_message {
	llhttp_t llhttp;
	struct vd_http_limits limits;
	size_t head_used;
	size_t trailer_used;
	struct vd_buf head; // the target, then names and values, one after the other
	size_t target_n;
	struct vd_http_field *fields; // heap, VD_HTTP_FIELDS at most
	size_t n_fields;
	size_t cap_fields;
	size_t line_n; // bytes of the head's line that is being read
	bool is_line_seen;
	bool are_lines_over;
	bool is_name_open; // more of the last field's name may follow
	bool is_for_head;  // response to HEAD: never a body
	bool is_head_whole;
	bool is_whole;
	bool is_keepable; // the connection may carry another one
	struct vd_buf body;
	struct vd_inflate *inflate;
	enum vd_err err;
	int refusal; // requests: the status that says what is wrong
	struct vd_diag diag;
};

/** `type` HTTP_REQUEST or HTTP_RESPONSE. */
void vd_http_message_init(struct vd_http_message *m, llhttp_type_t type,
			  struct vd_http_limits limits);
/** Takes zeroed memory, and twice. */
void vd_http_message_deinit(struct vd_http_message *m);
/** Reads on: VD_OK the message is whole (*used tells how far), VD_AGAIN more is needed, or what is
 *  wrong (m->diag). */
enum vd_err vd_http_message_feed(struct vd_http_message *m, const char *p, size_t n,
				 size_t *used) VD_MUST_USE;
/** The stream ended: VD_OK where that ends the message, else VD_ERR_CLOSED: it is cut short. */
enum vd_err vd_http_message_finish(struct vd_http_message *m) VD_MUST_USE;
/** The i-th field; spans are valid until more is fed. */
struct vd_http_header vd_http_message_field(const struct vd_http_message *m, size_t i);
/** Value of the first field of that name; empty span (p = NULL) where absent. */
struct vd_span vd_http_message_get(const struct vd_http_message *m, const char *name);
size_t vd_http_message_count(const struct vd_http_message *m, const char *name);
struct vd_span vd_http_message_target(const struct vd_http_message *m);

/** Whether name and value may stand in a message: a token (RFC 9110 section 5.6.2), no control
 *  bytes. */
bool vd_http_is_token(struct vd_span name);
bool vd_http_is_value(struct vd_span value);

/** gzip (RFC 1952), several members in a row, into `out` up to `limit`. */
struct vd_inflate *vd_inflate_create(void);
void vd_inflate_destroy(struct vd_inflate *gz);
enum vd_err vd_inflate_feed(struct vd_inflate *gz, struct vd_span in, struct vd_buf *out,
			    size_t limit) VD_MUST_USE;
/** Whether the last member is whole, its checksum right. */
bool vd_inflate_is_whole(const struct vd_inflate *gz);

#endif
