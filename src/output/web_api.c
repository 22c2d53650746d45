// SPDX-License-Identifier: MIT
// SPEC.md "Web API". Every answer but the stream's is JSON; every refusal has a sentence for a
// person.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "output/phrase.h"
#include "output/web_internal.h"
#include "output/web_request.h"

#define ANSWER_BYTES ((size_t)32 << 20)
#define COOKIE "vedetta_session"
#define OUTBOX "/api/v1/outbox/"

// ---- who may ------------------------------------------------------------------------------------

// A page of somebody else's can make a browser send our cookie, but neither this type without
// asking us first, nor the
// header with the session's token.
static bool check_type(struct vd_http_exchange *x)
{
	struct vd_span type = vd_http_exchange_header(x, "Content-Type");
	struct vd_span essence = vd_span_trim(vd_span_cut(&type, ';'));
	if (vd_span_is_equal_nocase(essence, VD_SPAN("application/json"))) {
		return true;
	}
	vd_web_answer_status(x, 415, VD_ERR_ARGUMENT,
			     "the request must have Content-Type: application/json");
	return false;
}

// Where a browser says whose page sent it, that page must be ours.
static bool check_origin(struct vd_http_exchange *x)
{
	struct vd_span origin = vd_http_exchange_header(x, "Origin");
	struct vd_span host = vd_http_exchange_header(x, "Host");
	ptrdiff_t at = vd_span_find(origin, VD_SPAN("://"));
	if (origin.n == 0 ||
	    (at >= 0 && vd_span_is_equal_nocase(vd_span_skip(origin, (size_t)at + 3), host))) {
		return true;
	}
	vd_web_answer_error(x, VD_ERR_PERMISSION, "the request comes from another site");
	return false;
}

static struct vd_session *need_session(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_session *session = vd_web_session(web, x);
	if (session == NULL) {
		vd_web_answer_error(x, VD_ERR_AUTH, "sign in first");
	}
	return session;
}

// A signed-in person's own request that changes something.
static struct vd_session *need_author(struct vd_web *web, struct vd_http_exchange *x)
{
	if (!check_type(x) || !check_origin(x)) {
		return NULL;
	}
	struct vd_session *session = need_session(web, x);
	if (session == NULL) {
		return NULL;
	}
	struct vd_span token = vd_http_exchange_header(x, "X-CSRF-Token");
	if (!vd_is_equal_secret(token, vd_span_of(session->csrf))) {
		vd_web_answer_error(x, VD_ERR_PERMISSION,
				    "the request lacks the session's X-CSRF-Token");
		return NULL;
	}
	return session;
}

struct vd_session *vd_web_need_session(struct vd_web *web, struct vd_http_exchange *x,
				       bool is_author)
{
	return is_author ? need_author(web, x) : need_session(web, x);
}

// ---- sessions -----------------------------------------------------------------------------------

static const struct vd_staff *staff_of(const struct vd_web *web, uint16_t staff)
{
	const struct vd_rulebook *book = web->config.port->book;
	return staff < book->n_staff && book->staff[staff].name[0] != '\0' ? &book->staff[staff]
									   : NULL;
}

static void print_session(const struct vd_web *web, const struct vd_session *session,
			  struct vd_buf *out)
{
	const struct vd_staff *staff = staff_of(web, session->staff);
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "staff", vd_span_of(staff != NULL ? staff->name : ""));
	vd_json_put_text(&j, "initials", vd_span_of(staff != NULL ? staff->initials : ""));
	vd_json_put_text(&j, "role",
			 vd_span_of(staff != NULL && staff->role == VD_ROLE_SUPERVISOR
					    ? "supervisor"
					    : "agent"));
	vd_json_put_text(&j, "csrf", vd_span_of(session->csrf));
	vd_json_close(&j, '}');
}

static void answer_session(struct vd_web *web, struct vd_http_exchange *x,
			   const struct vd_session *session, bool is_new)
{
	char json[512];
	char cookie[256];
	struct vd_buf out;
	vd_buf_init(&out, json, sizeof(json));
	print_session(web, session, &out);
	snprintf(cookie, sizeof(cookie), COOKIE "=%s; HttpOnly; SameSite=Strict; %sPath=/",
		 session->token, web->config.tls != NULL ? "Secure; " : "");
	const struct vd_http_header header = { VD_SPAN("Set-Cookie"), vd_span_of(cookie) };
	vd_http_exchange_respond(x, is_new ? 201 : 200, "application/json", &header, is_new ? 1 : 0,
				 vd_buf_span(&out));
	vd_wipe(json, sizeof(json));
	vd_wipe(cookie, sizeof(cookie));
}

static void api_session_get(struct vd_web *web, struct vd_http_exchange *x)
{
	const struct vd_session *session = need_session(web, x);
	if (session != NULL) {
		answer_session(web, x, session, false);
	}
}

static void refuse_locked(struct vd_http_exchange *x, int64_t left_s)
{
	char seconds[24];
	char json[256];
	int n = snprintf(json, sizeof(json),
			 "{\"error\":\"VD_ERR_RATE\",\"text\":\"Too many wrong PINs: try again in "
			 "%" PRId64 " min.\",\"retry_after_s\":%" PRId64 "}",
			 (left_s + 59) / 60, left_s);
	snprintf(seconds, sizeof(seconds), "%" PRId64, left_s);
	const struct vd_http_header header = { VD_SPAN("Retry-After"), vd_span_of(seconds) };
	vd_http_exchange_respond(x, 429, "application/json", &header, 1,
				 vd_span_make(json, (size_t)n));
}

static int32_t find_staff(const struct vd_web *web, struct vd_span name)
{
	const struct vd_rulebook *book = web->config.port->book;
	for (uint16_t i = 0; i < book->n_staff; i++) {
		if (vd_span_is_text(name, book->staff[i].name)) {
			return i;
		}
	}
	return -1;
}

static void sign_in(struct vd_web *web, struct vd_http_exchange *x,
		    const struct vd_web_sign_in *who)
{
	const struct vd_desk_port *port = web->config.port;
	struct vd_mono now = vd_loop_now(web->config.loop);
	char by_address[VD_LOCK_KEY_BYTES];
	char by_staff[VD_LOCK_KEY_BYTES];
	int32_t staff = find_staff(web, who->staff);
	snprintf(by_address, sizeof(by_address), "a:%s", vd_http_exchange_peer(x));
	snprintf(by_staff, sizeof(by_staff), "s:%d", (int)staff);
	int64_t left = vd_lock_left_s(&web->sessions, by_address, now);
	int64_t left_staff = vd_lock_left_s(&web->sessions, by_staff, now);
	left = left_staff > left ? left_staff : left;
	if (left > 0) {
		refuse_locked(x, left);
		return;
	}
	// A name that nobody has gets the same answer; the names are listed anyway.
	bool is_right = port->check_pin(port->ctx, (uint16_t)staff, who->pin) && staff >= 0;
	if (!is_right) {
		vd_lock_count(&web->sessions, by_address, now);
		vd_lock_count(&web->sessions, by_staff, now);
		vd_warn(web->config.log, "web", "a wrong PIN from %s", vd_http_exchange_peer(x));
		vd_web_answer_error(x, VD_ERR_AUTH, "name and PIN don't belong together");
		return;
	}
	vd_lock_clear(&web->sessions, by_address);
	vd_lock_clear(&web->sessions, by_staff);
	const struct vd_session *session =
		vd_sessions_open(&web->sessions, &web->config.rng, (uint16_t)staff, now);
	if (session == NULL) {
		vd_web_answer_error(x, VD_ERR_IO, "no session can be made");
		return;
	}
	answer_session(web, x, session, true);
}

static void api_session_post(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_web_sign_in who = { 0 };
	struct vd_diag diag = { 0 };
	cJSON *tree = NULL;
	if (!check_type(x) || !check_origin(x)) {
		return;
	}
	enum vd_err err = vd_web_sign_in_parse(vd_http_exchange_body(x), &who, &tree, &diag);
	if (err == VD_OK) {
		sign_in(web, x, &who);
	} else {
		vd_web_answer_error(x, err, diag.text);
	}
	if (who.pin.p != NULL) {
		vd_wipe((char *)(uintptr_t)who.pin.p, who.pin.n); // the tree is ours
	}
	vd_json_free(tree);
}

static void api_session_delete(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_session *session = need_author(web, x);
	if (session == NULL) {
		return;
	}
	uint64_t number = session->number;
	vd_sessions_close(session);
	vd_web_stream_end(web, number);
	const struct vd_http_header header = {
		VD_SPAN("Set-Cookie"),
		VD_SPAN(COOKIE "=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0")
	};
	vd_http_exchange_respond(x, 204, NULL, &header, 1, (struct vd_span){ NULL, 0 });
}

static void api_staff(struct vd_web *web, struct vd_http_exchange *x)
{
	const struct vd_rulebook *book = web->config.port->book;
	struct vd_buf out;
	vd_buf_init_heap(&out, ANSWER_BYTES);
	struct vd_json_out j = vd_json_out_init(&out);
	vd_json_open(&j, NULL, '{');
	vd_json_open(&j, "staff", '[');
	for (uint16_t i = 0; i < book->n_staff; i++) {
		if (book->staff[i].name[0] != '\0') {
			vd_json_open(&j, NULL, '{');
			vd_json_put_text(&j, "name", vd_span_of(book->staff[i].name));
			vd_json_put_text(&j, "initials", vd_span_of(book->staff[i].initials));
			vd_json_close(&j, '}');
		}
	}
	vd_json_close(&j, ']');
	vd_json_close(&j, '}');
	vd_web_answer_json(x, 200, &out);
	vd_buf_deinit(&out);
}

static void api_phrases(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_buf out;
	vd_buf_init_heap(&out, ANSWER_BYTES);
	vd_phrase_print_json(web->config.lang, &out);
	vd_web_answer_json(x, 200, &out);
	vd_buf_deinit(&out);
}

// ---- looking ------------------------------------------------------------------------------------

static void api_view(struct vd_web *web, struct vd_http_exchange *x)
{
	bool is_staff = vd_web_session(web, x) != NULL;
	if (!is_staff && !vd_web_may_see_wall(web, x)) {
		vd_web_answer_error(x, VD_ERR_AUTH, "sign in first");
		return;
	}
	struct vd_buf out;
	vd_buf_init_heap(&out, ANSWER_BYTES);
	vd_view_print_json(vd_web_view(web), is_staff || vd_web_wall_has_texts(web, x), &out);
	vd_web_answer_json(x, 200, &out);
	vd_buf_deinit(&out);
}

static void answer_made(struct vd_http_exchange *x, enum vd_err err, const struct vd_diag *diag,
			struct vd_buf *out)
{
	if (err == VD_OK) {
		vd_web_answer_json(x, 200, out);
	} else {
		vd_web_answer_error(x, err, diag->text);
	}
	vd_buf_deinit(out);
}

static void api_list(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_diag diag = { 0 };
	struct vd_buf out;
	if (need_session(web, x) == NULL) {
		return;
	}
	vd_buf_init_heap(&out, ANSWER_BYTES);
	enum vd_err err = vd_list_print_json(web->config.port, &out, &diag);
	answer_made(x, err, &diag, &out);
}

static void api_budget(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_diag diag = { 0 };
	struct vd_buf out;
	if (need_session(web, x) == NULL) {
		return;
	}
	vd_buf_init_heap(&out, ANSWER_BYTES);
	vd_budget_print_json(web->config.port, &out);
	answer_made(x, vd_buf_check(&out), &diag, &out);
}

// The wall's too: a room that looks at figures. Competitors are public, and so are ours.
static void api_presence(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_diag diag = { 0 };
	struct vd_buf out;
	if (vd_web_session(web, x) == NULL && !vd_web_may_see_wall(web, x)) {
		vd_web_answer_error(x, VD_ERR_AUTH, "sign in first");
		return;
	}
	vd_buf_init_heap(&out, ANSWER_BYTES);
	enum vd_err err = vd_presence_print_json(web->config.port, &out, &diag);
	answer_made(x, err, &diag, &out);
}

static void api_incidents(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_diag diag = { 0 };
	struct vd_buf out;
	if (need_session(web, x) == NULL) {
		return;
	}
	vd_buf_init_heap(&out, ANSWER_BYTES);
	vd_incidents_print_json(vd_web_view(web), &out);
	answer_made(x, vd_buf_check(&out), &diag, &out);
}

static void show_conversation(struct vd_web *web, struct vd_http_exchange *x, uint64_t id)
{
	struct vd_diag diag = { 0 };
	struct vd_buf out;
	if (need_session(web, x) == NULL) {
		return;
	}
	vd_buf_init_heap(&out, ANSWER_BYTES);
	enum vd_err err = vd_conversation_print_json(web->config.port, id, &out, &diag);
	answer_made(x, err, &diag, &out);
}

// ---- commands: answered after the commit --------------------------------------------------------

static void on_done(void *ctx, const struct vd_command_result *result)
{
	struct vd_web_pending *pending = ctx;
	struct vd_http_exchange *x = pending->x;
	vd_list_remove(&pending->node);
	free(pending);
	if (x == NULL) {
		return; // done all the same; the next view tells
	}
	vd_http_exchange_set_user(x, NULL);
	if (result->err != VD_OK) {
		vd_web_answer_error(x, result->err, result->diag.text);
		return;
	}
	char json[160];
	int n = snprintf(json, sizeof(json),
			 "{\"ok\":true,\"conversation\":%" PRIu64 ",\"outbox\":%" PRIu64
			 ",\"incident\":%" PRIu32 "}",
			 result->conversation, result->outbox, result->incident);
	vd_http_exchange_respond(x, 200, "application/json", NULL, 0,
				 vd_span_make(json, (size_t)n));
}

static void submit(struct vd_web *web, struct vd_http_exchange *x, const struct vd_command *command)
{
	struct vd_web_pending *pending = calloc(1, sizeof(*pending));
	if (pending == NULL) {
		vd_web_answer_error(x, VD_ERR_MEMORY, "");
		return;
	}
	pending->kind = VD_WEB_PENDING;
	pending->web = web;
	pending->x = x;
	vd_list_add_tail(&web->pending, &pending->node);
	vd_http_exchange_set_user(x, &pending->kind);
	web->config.port->submit(web->config.port->ctx, command, pending, on_done);
}

static void run_command(struct vd_web *web, struct vd_http_exchange *x, struct vd_command *command)
{
	struct vd_diag diag = { 0 };
	cJSON *tree = NULL;
	const struct vd_session *session = need_author(web, x);
	if (session == NULL) {
		return;
	}
	command->source = VD_SOURCE_PAGE;
	command->staff = (uint16_t)(session->staff + 1);
	enum vd_err err = vd_web_command_parse(web->config.port->book, vd_http_exchange_body(x),
					       command, &tree, &diag);
	if (err == VD_OK) {
		submit(web, x, command);
	} else {
		vd_web_answer_error(x, err, diag.text);
	}
	vd_json_free(tree);
}

static void api_ack(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_command command = { .kind = VD_COMMAND_ACK };
	run_command(web, x, &command);
}

static void api_declare(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_command command = { .kind = VD_COMMAND_INCIDENT_DECLARE };
	run_command(web, x, &command);
}

// ---- routes -------------------------------------------------------------------------------------

static const struct {
	const char *method;
	const char *path;
	vd_web_handler *handle;
} routes[] = {
	{ "GET", "/api/v1/view", api_view },
	{ "GET", "/api/v1/conversations", api_list },
	{ "GET", "/api/v1/session", api_session_get },
	{ "POST", "/api/v1/session", api_session_post },
	{ "DELETE", "/api/v1/session", api_session_delete },
	{ "GET", "/api/v1/staff", api_staff },
	{ "GET", "/api/v1/phrases", api_phrases },
	{ "POST", "/api/v1/ack", api_ack },
	{ "GET", "/api/v1/incidents", api_incidents },
	{ "GET", "/api/v1/budget", api_budget },
	{ "GET", "/api/v1/presence", api_presence },
	{ "POST", "/api/v1/incidents", api_declare },
};

static bool is_method(struct vd_span method, const char *wanted)
{
	return vd_span_is_text(method, wanted) ||
	       (strcmp(wanted, "GET") == 0 && vd_span_is_text(method, "HEAD"));
}

static void refuse_method(struct vd_http_exchange *x, const char *allowed)
{
	const struct vd_http_header header = { VD_SPAN("Allow"), vd_span_of(allowed) };
	vd_http_exchange_respond(x, 405, "application/json", &header, 1,
				 VD_SPAN("{\"error\":\"VD_ERR_ARGUMENT\",\"text\":\"this method is "
					 "not for this address\"}"));
}

static bool route_fixed(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_span path = vd_http_exchange_path(x);
	char allowed[64] = "";
	for (size_t i = 0; i < VD_ARRAY_LEN(routes); i++) {
		if (!vd_span_is_text(path, routes[i].path)) {
			continue;
		}
		if (is_method(vd_http_exchange_method(x), routes[i].method)) {
			routes[i].handle(web, x);
			return true;
		}
		size_t n = strlen(allowed);
		snprintf(allowed + n, sizeof(allowed) - n, "%s%s", n > 0 ? ", " : "",
			 routes[i].method);
	}
	if (allowed[0] != '\0') {
		refuse_method(x, allowed);
	}
	return allowed[0] != '\0';
}

static bool route_conversation(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_command command = { 0 };
	if (vd_web_path_parse(vd_http_exchange_path(x), &command.conversation, &command.kind) !=
	    VD_OK) {
		return false;
	}
	bool is_look = command.kind == VD_COMMAND_MISSING;
	if (!is_method(vd_http_exchange_method(x), is_look ? "GET" : "POST")) {
		refuse_method(x, is_look ? "GET" : "POST");
	} else if (is_look) {
		show_conversation(web, x, command.conversation);
	} else {
		run_command(web, x, &command);
	}
	return true;
}

static bool route_outbox(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_span path = vd_http_exchange_path(x);
	struct vd_command command = { 0 };
	if (!vd_span_has_prefix(path, VD_SPAN(OUTBOX))) {
		return false;
	}
	struct vd_span verb = vd_span_skip(path, sizeof(OUTBOX) - 1);
	struct vd_span number = vd_span_cut(&verb, '/');
	command.kind = vd_command_parse(verb);
	if (vd_span_parse_u64(number, &command.outbox) != VD_OK ||
	    command.kind == VD_COMMAND_MISSING ||
	    vd_command_object(command.kind) != VD_COMMAND_ON_OUTBOX) {
		return false;
	}
	if (is_method(vd_http_exchange_method(x), "POST")) {
		run_command(web, x, &command);
	} else {
		refuse_method(x, "POST");
	}
	return true;
}

static bool route_incident(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_command command = { .kind = VD_COMMAND_INCIDENT_END };
	if (vd_web_incident_path_parse(vd_http_exchange_path(x), &command.incident) != VD_OK) {
		return false;
	}
	if (is_method(vd_http_exchange_method(x), "POST")) {
		run_command(web, x, &command);
	} else {
		refuse_method(x, "POST");
	}
	return true;
}

bool vd_web_api(struct vd_web *web, struct vd_http_exchange *x)
{
	if (!vd_span_has_prefix(vd_http_exchange_path(x), VD_SPAN("/api/"))) {
		return false;
	}
	if (!route_fixed(web, x) && !route_conversation(web, x) && !route_outbox(web, x) &&
	    !route_incident(web, x) && !vd_web_api_accounts(web, x)) {
		vd_web_answer_error(x, VD_ERR_NOT_FOUND, "there is no such address");
	}
	return true;
}
