// SPDX-License-Identifier: MIT
// Server-Sent Events: WHATWG HTML 9.2,
// https://html.spec.whatwg.org/multipage/server-sent-events.html
#include <inttypes.h>

#include "net/http_peer.h"

void vd_sse_begin(struct vd_http_exchange *x)
{
	struct vd_peer *peer = vd_peer_of(x);
	if (!x->is_active || peer->phase != VD_PEER_HANDLING) {
		return; // gone already: `gone` follows
	}
	peer->is_keep = false; // the stream's end is the connection's
	vd_peer_print_head(peer, 200, NULL, 0);
	vd_buf_put_text(&peer->out, "Content-Type: text/event-stream\r\n\r\n");
	peer->is_ending = x->is_head;
	vd_peer_enter(peer, VD_PEER_STREAM_BEGUN);
	vd_peer_touch(peer);
}

static bool is_open(const struct vd_http_exchange *x)
{
	const struct vd_peer *peer = vd_peer_of(x);
	return x->is_active && peer->phase == VD_PEER_STREAMING && !peer->is_ending;
}

static bool queued(struct vd_peer *peer)
{
	size_t most = peer->server->config.max_queue_bytes;
	if (vd_buf_check(&peer->out) != VD_OK || peer->out.len - peer->sent > most) {
		vd_peer_kill(peer, "too slow for its stream");
		return false;
	}
	vd_peer_touch(peer);
	return true;
}

// A line of a field: what would end it is left out.
static void put_field(struct vd_buf *out, const char *name, struct vd_span value)
{
	vd_buf_put_text(out, name);
	vd_buf_put_text(out, ": ");
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];
		if (c != '\r' && c != '\n' && c != '\0') {
			vd_buf_put_char(out, c);
		}
	}
	vd_buf_put_char(out, '\n');
}

// Each line of the data is a field of its own; CR LF, LF and CR end one.
static void put_data(struct vd_buf *out, struct vd_span data)
{
	size_t from = 0;
	for (size_t i = 0; i <= data.n; i++) {
		if (i < data.n && data.p[i] != '\n' && data.p[i] != '\r') {
			continue;
		}
		vd_buf_put_text(out, "data: ");
		vd_buf_put(out, data.p + from, i - from);
		vd_buf_put_char(out, '\n');
		if (i + 1 < data.n && data.p[i] == '\r' && data.p[i + 1] == '\n') {
			i++;
		}
		from = i + 1;
	}
}

bool vd_sse_send(struct vd_http_exchange *x, uint64_t id, const char *event, struct vd_span data)
{
	struct vd_peer *peer = vd_peer_of(x);
	if (!is_open(x)) {
		return false;
	}
	if (id != 0) {
		vd_buf_printf(&peer->out, "id: %" PRIu64 "\n", id);
	}
	if (event != NULL) {
		put_field(&peer->out, "event", vd_span_of(event));
	}
	put_data(&peer->out, data);
	vd_buf_put_char(&peer->out, '\n');
	return queued(peer);
}

bool vd_sse_ping(struct vd_http_exchange *x)
{
	struct vd_peer *peer = vd_peer_of(x);
	if (!is_open(x)) {
		return false;
	}
	vd_buf_put_text(&peer->out, ":\n\n");
	return queued(peer);
}

void vd_sse_end(struct vd_http_exchange *x)
{
	struct vd_peer *peer = vd_peer_of(x);
	x->is_active = false;
	peer->is_ending = true;
	if (peer->phase == VD_PEER_STREAMING) {
		vd_peer_touch(peer);
	}
}
