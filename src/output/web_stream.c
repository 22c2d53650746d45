// SPDX-License-Identifier: MIT
// Server-Sent Events: a view is whole, so whoever comes back gets the current one, whatever was
// missed.
#include <string.h>

#include "base/json.h"
#include "output/web_internal.h"

#define VIEW_BYTES ((size_t)1 << 20)
// Pages turn blind after 15 s without a word.
#define WORD_EVERY_S 5

static uint64_t mix(uint64_t h, uint64_t value)
{
	return (h ^ value) * UINT64_C(0x100000001b3);
}

static uint64_t mix_text(uint64_t h, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		h = mix(h, (unsigned char)*p);
	}
	return mix(h, 0);
}

// What of the alarms changes without an event of the journal: by a calendar, or by time alone.
static uint64_t mix_measures(uint64_t h, const struct vd_view *view)
{
	const struct vd_alarm_summary *m = &view->measures;
	h = mix(h, (uint64_t)view->sound << 33 | (uint64_t)m->is_flood << 32 | view->second_level);
	h = mix(h, (uint64_t)m->hour << 32 | m->day);
	return mix(h, (uint64_t)m->stale << 32 | m->chattering);
}

// Of all that a page can't count by itself: the clocks tick there.
static uint64_t digest(const struct vd_view *view)
{
	uint64_t h = mix(UINT64_C(0xcbf29ce484222325), view->sequence);
	h = mix(h, (uint64_t)view->lamp.meaning << 3 | (uint64_t)view->lamp.and_blind << 2 |
			   (uint64_t)view->is_open << 1 | view->is_clock_trusted);
	for (uint8_t i = 0; i < view->n_rows; i++) {
		const struct vd_view_row *row = &view->rows[i];
		h = mix(h, row->conversation);
		h = mix(h, (uint64_t)row->severity << 8 | (uint64_t)row->alarm << 1 | row->is_seen);
		h = mix_text(h, row->claimed_by);
	}
	for (uint16_t i = 0; i < view->n_accounts; i++) {
		const struct vd_view_account *a = &view->accounts[i];
		h = mix(h, (uint64_t)a->health << 2 | (uint64_t)vd_view_freshness(a));
	}
	for (uint8_t i = 0; i < view->n_alarms; i++) {
		const struct vd_view_alarm *alarm = &view->alarms[i];
		h = mix(h, (uint64_t)alarm->kind << 24 | (uint64_t)alarm->severity << 20 |
				   (uint64_t)alarm->state << 16 | alarm->account);
	}
	h = mix_measures(h, view);
	h = mix(h, (uint64_t)view->counters.outbox << 32 | view->counters.open);
	return mix(h, (uint64_t)view->state_at.us != (uint64_t)view->now.us);
}

static void drop(struct vd_web_stream *stream)
{
	*stream = (struct vd_web_stream){ .kind = VD_WEB_STREAM };
}

static void end(struct vd_web_stream *stream)
{
	struct vd_http_exchange *x = stream->x;
	drop(stream);
	vd_http_exchange_set_user(x, NULL);
	vd_sse_end(x);
}

void vd_web_stream_gone(struct vd_web_stream *stream)
{
	drop(stream);
}

void vd_web_stream_end(struct vd_web *web, uint64_t session)
{
	for (size_t i = 0; i < VD_WEB_STREAMS_MAX; i++) {
		if (web->streams[i].x != NULL && web->streams[i].session == session) {
			end(&web->streams[i]);
		}
	}
}

size_t vd_web_stream_count(const struct vd_web *web)
{
	size_t n = 0;
	for (size_t i = 0; i < VD_WEB_STREAMS_MAX; i++) {
		n += web->streams[i].x != NULL;
	}
	return n;
}

bool vd_web_is_watched(const struct vd_web *web)
{
	return vd_web_stream_count(web) > 0;
}

static void send_view(struct vd_web *web, struct vd_web_stream *stream, struct vd_span json)
{
	// A client that is too slow was dropped, and `gone` says so.
	if (vd_sse_send(stream->x, vd_web_view(web)->sequence, "view", json)) {
		web->n_events++;
	}
}

static bool is_of(const struct vd_web_stream *stream, const char *host)
{
	return stream->x != NULL && strcmp(vd_http_exchange_peer(stream->x), host) == 0;
}

static size_t count_of(const struct vd_web *web, const char *host)
{
	size_t n = 0;
	for (size_t i = 0; i < VD_WEB_STREAMS_MAX; i++) {
		n += is_of(&web->streams[i], host);
	}
	return n;
}

// The oldest of the host that has most, where it has more even with the new one in: pages that are
// gone without a word don't keep others out.
static struct vd_web_stream *make_place(struct vd_web *web, const char *host)
{
	struct vd_web_stream *best = NULL;
	size_t most = count_of(web, host) + 1;
	for (size_t i = 0; i < VD_WEB_STREAMS_MAX; i++) {
		struct vd_web_stream *it = &web->streams[i];
		size_t n = count_of(web, vd_http_exchange_peer(it->x));
		bool is_older = best != NULL && n == most && it->began.us < best->began.us;
		if (n > most || is_older) {
			best = it;
			most = n;
		}
	}
	if (best != NULL) {
		end(best);
	}
	return best;
}

static struct vd_web_stream *find_place(struct vd_web *web, const char *host)
{
	for (size_t i = 0; i < VD_WEB_STREAMS_MAX; i++) {
		if (web->streams[i].x == NULL) {
			return &web->streams[i];
		}
	}
	return make_place(web, host);
}

void vd_web_stream_begin(struct vd_web *web, struct vd_http_exchange *x)
{
	char which[16];
	bool is_wall = vd_http_exchange_query(x, "view", which, sizeof(which)) == VD_OK &&
		       vd_span_is_text(vd_span_of(which), "wall");
	const struct vd_session *session = is_wall ? NULL : vd_web_session(web, x);
	if (is_wall ? !vd_web_may_see_wall(web, x) : session == NULL) {
		vd_web_answer_status(x, is_wall ? 403 : 401, VD_ERR_AUTH,
				     is_wall ? "this wall needs its token" : "sign in first");
		return;
	}
	struct vd_web_stream *stream = find_place(web, vd_http_exchange_peer(x));
	if (stream == NULL) {
		vd_web_answer_error(x, VD_ERR_ROOM, "too many pages listen already");
		return;
	}
	*stream = (struct vd_web_stream){
		.kind = VD_WEB_STREAM,
		.x = x,
		.began = vd_loop_now(web->config.loop),
		.with_texts = session != NULL || vd_web_wall_has_texts(web, x),
		.session = session != NULL ? session->number : 0,
	};
	vd_http_exchange_set_user(x, &stream->kind);
	vd_sse_begin(x);
	struct vd_buf json;
	vd_buf_init_heap(&json, VIEW_BYTES);
	vd_view_print_json(vd_web_view(web), stream->with_texts, &json);
	send_view(web, stream, vd_buf_span(&json));
	vd_buf_deinit(&json);
}

static bool is_allowed(const struct vd_web *web, const struct vd_web_stream *stream)
{
	return stream->session == 0 || vd_sessions_find(&web->sessions, stream->session,
							vd_loop_now(web->config.loop)) != NULL;
}

static void tell(struct vd_web *web, bool with_texts)
{
	struct vd_buf json;
	vd_buf_init_heap(&json, VIEW_BYTES);
	for (size_t i = 0; i < VD_WEB_STREAMS_MAX; i++) {
		struct vd_web_stream *stream = &web->streams[i];
		if (stream->x == NULL || stream->with_texts != with_texts) {
			continue;
		}
		if (!is_allowed(web, stream)) {
			end(stream);
			continue;
		}
		if (json.len == 0) { // made once, and only where somebody looks
			vd_view_print_json(vd_web_view(web), with_texts, &json);
		}
		send_view(web, stream, vd_buf_span(&json));
	}
	vd_buf_deinit(&json);
}

void vd_web_publish(struct vd_web *web)
{
	if (vd_web_stream_count(web) == 0) {
		web->was_told = false;
		return;
	}
	uint64_t now = digest(vd_web_view(web));
	struct vd_dur age = vd_mono_sub(vd_loop_now(web->config.loop), web->told_at);
	if (web->was_told && now == web->told && age.us < vd_dur_s(WORD_EVERY_S).us) {
		return;
	}
	web->was_told = true;
	web->told = now;
	web->told_at = vd_loop_now(web->config.loop);
	tell(web, false);
	tell(web, true);
}
