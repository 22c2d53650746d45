// SPDX-License-Identifier: MIT
/**
 * What the files of the pages share: routes (web.c), the API (web_api.c), streams (web_stream.c).
 * Not for anybody else.
 * All of it runs in the loop's thread.
 */
#ifndef VD_OUTPUT_WEB_INTERNAL_H
#define VD_OUTPUT_WEB_INTERNAL_H

#include "base/list.h"
#include "net/http_server.h"
#include "output/web.h"
#include "output/web_session.h"

#define VD_WEB_STREAMS_MAX 24

/** What an exchange's user pointer points to. */
enum vd_web_kind {
	VD_WEB_STREAM,
	VD_WEB_PENDING, // a command that waits for its commit
};

struct vd_web_stream {
	enum vd_web_kind kind;
	struct vd_http_exchange *x; // NULL: a free place
	struct vd_mono began;
	bool with_texts;
	uint64_t session; // number; 0: the wall
};

struct vd_web_pending {
	enum vd_web_kind kind;
	struct vd_list node;
	struct vd_web *web;
	struct vd_http_exchange *x; // NULL: gone meanwhile
};

struct vd_web {
	struct vd_web_config config;
	struct vd_http_server *server;
	struct vd_sessions sessions;
	struct vd_list pending;
	struct vd_web_stream streams[VD_WEB_STREAMS_MAX];
	uint64_t told; // digest of what the streams were told last
	struct vd_mono told_at;
	bool was_told;
	uint64_t n_requests;
	uint64_t n_events;
};

typedef void vd_web_handler(struct vd_web *web, struct vd_http_exchange *x);

// web.c
void vd_web_answer_json(struct vd_http_exchange *x, int status, const struct vd_buf *json);
/** {"error": name, "text": sentence} with the status that fits the error. */
void vd_web_answer_error(struct vd_http_exchange *x, enum vd_err err, const char *text);
void vd_web_answer_status(struct vd_http_exchange *x, int status, enum vd_err err,
			  const char *text);
/** May this request see the wall? And with texts (mode ops and the right token)? */
bool vd_web_may_see_wall(const struct vd_web *web, const struct vd_http_exchange *x);
bool vd_web_wall_has_texts(const struct vd_web *web, const struct vd_http_exchange *x);
/** The session of the request's cookie, or NULL. */
struct vd_session *vd_web_session(struct vd_web *web, const struct vd_http_exchange *x);
const struct vd_view *vd_web_view(const struct vd_web *web);

// web_api.c: true where the path was one of the API's, and it was answered
bool vd_web_api(struct vd_web *web, struct vd_http_exchange *x);

/** The session of who asks, or NULL where it was refused: a signed-in person's own request, with
 *  type, origin and the session's token, where it changes something. */
struct vd_session *vd_web_need_session(struct vd_web *web, struct vd_http_exchange *x,
				       bool is_author);

// web_accounts.c: likewise
bool vd_web_api_accounts(struct vd_web *web, struct vd_http_exchange *x);

// web_stream.c
void vd_web_stream_begin(struct vd_web *web, struct vd_http_exchange *x);
void vd_web_stream_gone(struct vd_web_stream *stream);
/** Ends the streams of a session that was closed. */
void vd_web_stream_end(struct vd_web *web, uint64_t session);
size_t vd_web_stream_count(const struct vd_web *web);

#endif
