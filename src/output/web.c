// SPDX-License-Identifier: MIT
#include "output/web.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/secret.h"
#include "output/asset.h"
#include "output/web_internal.h"

#define ANSWER_BYTES ((size_t)4 << 20)
#define JSON_TYPE "application/json"
#define TOKEN_BYTES 1100 // of the wall, decoded

// ---- answers ------------------------------------------------------------------------------------

void vd_web_answer_json(struct vd_http_exchange *x, int status, const struct vd_buf *json)
{
	if (vd_buf_check(json) != VD_OK) {
		vd_web_answer_error(x, VD_ERR_ROOM, "the answer is too long");
		return;
	}
	vd_http_exchange_respond(x, status, JSON_TYPE, NULL, 0, vd_buf_span(json));
}

static int status_of(enum vd_err err)
{
	switch (err) {
	case VD_ERR_ARGUMENT:
	case VD_ERR_SYNTAX:
	case VD_ERR_RANGE:
		return 400;
	case VD_ERR_AUTH:
		return 401;
	case VD_ERR_MONEY: // what it costs has to be accepted
		return 402;
	case VD_ERR_PERMISSION:
		return 403;
	case VD_ERR_NOT_FOUND:
		return 404;
	case VD_ERR_STATE:
	case VD_ERR_EXISTS:
	case VD_ERR_CONFLICT:
		return 409;
	case VD_ERR_TOO_LARGE:
		return 413;
	case VD_ERR_UNSUPPORTED:
	case VD_ERR_REFUSED: // by a network: nothing is wrong in here
		return 422;
	case VD_ERR_RATE:
		return 429;
	case VD_ERR_ROOM:
	case VD_ERR_MEMORY:
	case VD_ERR_DISK_FULL:
	case VD_ERR_OUTAGE:
		return 503;
	default: // what went wrong inside is ours
		return 500;
	}
}

void vd_web_answer_status(struct vd_http_exchange *x, int status, enum vd_err err, const char *text)
{
	char memory[2 * VD_DIAG_BYTES + 128];
	struct vd_buf out;
	vd_buf_init(&out, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "error", vd_span_of(vd_err_name(err)));
	vd_json_put_text(&j, "text", vd_span_of(text[0] != '\0' ? text : vd_err_text(err)));
	vd_json_close(&j, '}');
	vd_http_exchange_respond(x, status, JSON_TYPE, NULL, 0, vd_buf_span(&out));
}

void vd_web_answer_error(struct vd_http_exchange *x, enum vd_err err, const char *text)
{
	vd_web_answer_status(x, status_of(err), err, text);
}

// ---- who asks -----------------------------------------------------------------------------------

const struct vd_view *vd_web_view(const struct vd_web *web)
{
	return web->config.port->view(web->config.port->ctx);
}

struct vd_session *vd_web_session(struct vd_web *web, const struct vd_http_exchange *x)
{
	struct vd_span token = vd_http_exchange_cookie(x, "vedetta_session");
	return vd_sessions_get(&web->sessions, token, vd_loop_now(web->config.loop));
}

static bool has_wall_token(const struct vd_web *web)
{
	return web->config.wall_token != NULL && web->config.wall_token[0] != '\0';
}

static bool is_token_right(const struct vd_web *web, const struct vd_http_exchange *x)
{
	char token[TOKEN_BYTES];
	if (!has_wall_token(web) ||
	    vd_http_exchange_query(x, "token", token, sizeof(token)) != VD_OK) {
		return false;
	}
	bool is_right = vd_is_equal_secret(vd_span_of(token), vd_span_of(web->config.wall_token));
	vd_wipe(token, sizeof(token));
	return is_right;
}

bool vd_web_may_see_wall(const struct vd_web *web, const struct vd_http_exchange *x)
{
	return !has_wall_token(web) || is_token_right(web, x);
}

bool vd_web_wall_has_texts(const struct vd_web *web, const struct vd_http_exchange *x)
{
	return !vd_web_view(web)->is_public && is_token_right(web, x);
}

// ---- files --------------------------------------------------------------------------------------

static const struct vd_asset *find_asset(struct vd_span name)
{
	for (size_t i = 0; i < vd_assets_n; i++) {
		if (vd_span_is_text(name, vd_assets[i].name)) {
			return &vd_assets[i];
		}
	}
	return NULL;
}

// FNV-1a: tells builds apart, no more.
static void print_etag(const struct vd_asset *asset, char out[24])
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < asset->len; i++) {
		h = (h ^ asset->data[i]) * UINT64_C(0x100000001b3);
	}
	snprintf(out, 24, "\"%016" PRIx64 "\"", h);
}

static void serve_asset(struct vd_http_exchange *x, struct vd_span name)
{
	const struct vd_asset *asset = find_asset(name);
	if (asset == NULL) {
		vd_web_answer_error(x, VD_ERR_NOT_FOUND, "there is no such page");
		return;
	}
	char etag[24];
	print_etag(asset, etag);
	const struct vd_http_header headers[] = {
		{ VD_SPAN("Cache-Control"), VD_SPAN("no-cache") },
		{ VD_SPAN("ETag"), vd_span_of(etag) },
	};
	if (vd_span_is_text(vd_http_exchange_header(x, "If-None-Match"), etag)) {
		vd_http_exchange_respond(x, 304, NULL, headers, VD_ARRAY_LEN(headers),
					 (struct vd_span){ NULL, 0 });
		return;
	}
	vd_http_exchange_respond(x, 200, asset->mime, headers, VD_ARRAY_LEN(headers),
				 vd_span_make(asset->data, asset->len));
}

static void serve_wall(struct vd_web *web, struct vd_http_exchange *x)
{
	if (!vd_web_may_see_wall(web, x)) {
		static const char text[] = "This wall needs its token: open /wall?token=...\n";
		vd_http_exchange_respond(x, 403, "text/plain; charset=utf-8", NULL, 0,
					 VD_SPAN(text));
		return;
	}
	serve_asset(x, VD_SPAN("wall.html"));
}

static void serve_index(struct vd_web *web, struct vd_http_exchange *x)
{
	(void)web;
	serve_asset(x, VD_SPAN("index.html"));
}

static void serve_icon(struct vd_web *web, struct vd_http_exchange *x)
{
	(void)web;
	serve_asset(x, VD_SPAN("icon.svg"));
}

// ---- metrics and health -------------------------------------------------------------------------

static void serve_metrics(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_buf out;
	vd_buf_init_heap(&out, ANSWER_BYTES);
	vd_metrics_print(vd_web_view(web), &out);
	vd_buf_printf(&out,
		      "# HELP vedetta_http_requests_total Requests to the pages.\n"
		      "# TYPE vedetta_http_requests_total counter\n"
		      "vedetta_http_requests_total %" PRIu64 "\n"
		      "# HELP vedetta_http_streams Pages that listen.\n"
		      "# TYPE vedetta_http_streams gauge\n"
		      "vedetta_http_streams %zu\n"
		      "# HELP vedetta_http_events_total Events sent to pages.\n"
		      "# TYPE vedetta_http_events_total counter\n"
		      "vedetta_http_events_total %" PRIu64 "\n",
		      web->n_requests, vd_web_stream_count(web), web->n_events);
	vd_http_exchange_respond(x, 200, "text/plain; version=0.0.4; charset=utf-8", NULL, 0,
				 vd_buf_span(&out));
	vd_buf_deinit(&out);
}

static bool has_state_aged(const struct vd_view *view)
{
	return vd_wall_sub(view->now, view->state_at).us > 2 * VD_US_PER_S;
}

static void put_reason(struct vd_json_out *j, const char *what, const char *name)
{
	char text[256];
	snprintf(text, sizeof(text), "%s%s%s", what, name[0] != '\0' ? ": " : "", name);
	vd_json_put_text(j, NULL, vd_span_of(text));
}

static size_t put_reasons(const struct vd_view *view, struct vd_json_out *j)
{
	size_t n = 0;
	if (!view->is_clock_trusted) {
		put_reason(j, "the clock is not trusted", "");
		n++;
	}
	if (has_state_aged(view)) {
		put_reason(j, "the store can't be read", "");
		n++;
	}
	for (uint16_t i = 0; i < view->n_accounts; i++) {
		const struct vd_view_account *a = &view->accounts[i];
		if (a->health != VD_HEALTH_DISABLED && vd_view_freshness(a) != VD_FRESH) {
			put_reason(j, "no fresh data", view->book->accounts[a->account].name);
			n++;
		}
	}
	for (uint8_t i = 0; i < view->n_alarms; i++) {
		const struct vd_view_alarm *a = &view->alarms[i];
		const char *name = a->account != 0 ? view->book->accounts[a->account - 1].name : "";
		if (a->is_present && a->state != VD_ALARM_OUT_OF_SERVICE) {
			put_reason(j, vd_alarm_kind_name(a->kind), name);
		}
	}
	return n;
}

static void serve_health(struct vd_web *web, struct vd_http_exchange *x)
{
	const struct vd_view *view = vd_web_view(web);
	struct vd_buf reasons;
	struct vd_buf out;
	vd_buf_init_heap(&reasons, ANSWER_BYTES);
	vd_buf_init_heap(&out, ANSWER_BYTES);
	struct vd_json_out list = vd_json_out_init(&reasons);
	size_t n = put_reasons(view, &list);
	bool is_blind = n > 0 || view->lamp.and_blind || view->lamp.meaning == VD_LAMP_BLIND;
	struct vd_json_out j = vd_json_out_init(&out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_bool(&j, "ok", !is_blind);
	vd_json_put_text(&j, "lamp", vd_span_of(vd_lamp_meaning_name(view->lamp.meaning)));
	vd_json_open(&j, "reasons", '[');
	vd_buf_put_span(&out, vd_buf_span(&reasons));
	vd_json_close(&j, ']');
	vd_json_close(&j, '}');
	vd_web_answer_json(x, is_blind ? 503 : 200, &out);
	vd_buf_deinit(&reasons);
	vd_buf_deinit(&out);
}

// ---- routes -------------------------------------------------------------------------------------

static const struct {
	const char *path;
	vd_web_handler *handle;
} pages[] = {
	{ "/", serve_index },
	{ "/wall", serve_wall },
	{ "/events", vd_web_stream_begin },
	{ "/metrics", serve_metrics },
	{ "/healthz", serve_health },
	{ "/favicon.ico", serve_icon },
};

static void handle_page(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_span path = vd_http_exchange_path(x);
	struct vd_span method = vd_http_exchange_method(x);
	if (!vd_span_is_text(method, "GET") && !vd_span_is_text(method, "HEAD")) {
		static const struct vd_http_header allow = { { "Allow", 5 }, { "GET, HEAD", 9 } };
		vd_http_exchange_respond(x, 405, "text/plain; charset=utf-8", &allow, 1,
					 VD_SPAN("Only GET here.\n"));
		return;
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(pages); i++) {
		if (vd_span_is_text(path, pages[i].path)) {
			pages[i].handle(web, x);
			return;
		}
	}
	if (vd_span_has_prefix(path, VD_SPAN("/static/"))) {
		serve_asset(x, vd_span_skip(path, sizeof("/static/") - 1));
		return;
	}
	vd_web_answer_error(x, VD_ERR_NOT_FOUND, "there is no such page");
}

static void handle(void *ctx, struct vd_http_exchange *x)
{
	struct vd_web *web = ctx;
	web->n_requests++;
	if (!vd_web_api(web, x)) {
		handle_page(web, x);
	}
}

static void gone(void *ctx, struct vd_http_exchange *x)
{
	(void)ctx;
	enum vd_web_kind *user = vd_http_exchange_get_user(x);
	if (user == NULL) {
		return;
	}
	if (*user == VD_WEB_STREAM) {
		vd_web_stream_gone(VD_CONTAINER_OF(user, struct vd_web_stream, kind));
	} else {
		VD_CONTAINER_OF(user, struct vd_web_pending, kind)->x = NULL;
	}
}

enum vd_err vd_web_create(const struct vd_web_config *config, struct vd_web **out,
			  struct vd_diag *diag)
{
	struct vd_web *web = calloc(1, sizeof(*web));
	if (web == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the pages");
	}
	web->config = *config;
	vd_list_init(&web->pending);
	struct vd_http_server_config server = {
		.loop = config->loop,
		.tls = config->tls,
		.log = config->log,
		.address = config->address,
		.port = config->port_number,
		.ctx = web,
		.handle = handle,
		.gone = gone,
	};
	enum vd_err err = vd_http_server_create(&server, &web->server, diag);
	if (err != VD_OK) {
		free(web);
		return err;
	}
	*out = web;
	return VD_OK;
}

void vd_web_destroy(struct vd_web *web)
{
	if (web == NULL) {
		return;
	}
	vd_http_server_destroy(web->server);
	struct vd_list *it;
	struct vd_list *safe;
	// The loop has ended: no commit comes that would answer them.
	VD_LIST_FOR_EACH_SAFE(it, safe, &web->pending)
	{
		free(VD_CONTAINER_OF(it, struct vd_web_pending, node));
	}
	vd_wipe(web, sizeof(*web));
	free(web);
}

uint16_t vd_web_port(const struct vd_web *web)
{
	return vd_http_server_port(web->server);
}
