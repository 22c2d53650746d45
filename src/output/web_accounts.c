// SPDX-License-Identifier: MIT
#include "output/web_accounts.h"

#include <stdlib.h>

#include "base/secret.h"
#include "output/web_internal.h"

#define BASE "/api/v1/accounts"
#define LIST_BYTES ((size_t)1 << 20)

static bool is_supervisor(const struct vd_web *web, const struct vd_session *session)
{
	const struct vd_rulebook *book = web->config.port->book;
	return session->staff < book->n_staff &&
	       book->staff[session->staff].role == VD_ROLE_SUPERVISOR;
}

static void on_done(void *done_ctx, enum vd_err err, const struct vd_diag *diag,
		    struct vd_span json)
{
	struct vd_web_pending *pending = done_ctx;
	struct vd_http_exchange *x = pending->x;
	vd_list_remove(&pending->node);
	free(pending);
	if (x == NULL) {
		return; // done all the same; the list tells
	}
	vd_http_exchange_set_user(x, NULL);
	if (err != VD_OK) {
		vd_web_answer_error(x, err == VD_ERR_AUTH ? VD_ERR_REFUSED : err, diag->text);
		return;
	}
	vd_http_exchange_respond(x, 200, "application/json", NULL, 0, json);
}

static void list(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_diag diag = { 0 };
	struct vd_buf out;
	vd_buf_init_heap(&out, LIST_BYTES);
	enum vd_err err = web->config.accounts->list(web->config.accounts->ctx, &out, &diag);
	if (err == VD_OK) {
		vd_web_answer_json(x, 200, &out);
	} else {
		vd_web_answer_error(x, err, diag.text);
	}
	vd_buf_deinit(&out);
}

static void submit(struct vd_web *web, struct vd_http_exchange *x, struct vd_span word,
		   uint16_t staff)
{
	struct vd_diag diag = { 0 };
	struct vd_span body = vd_http_exchange_body(x);
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
	enum vd_err err = web->config.accounts->ask(web->config.accounts->ctx, word, staff, body,
						    pending, on_done, &diag);
	if (body.n > 0) {
		vd_wipe((char *)(uintptr_t)body.p, body.n); // it may have brought a secret
	}
	if (err != VD_OK) {
		on_done(pending, err, &diag, (struct vd_span){ NULL, 0 });
	}
}

bool vd_web_api_accounts(struct vd_web *web, struct vd_http_exchange *x)
{
	struct vd_span path = vd_http_exchange_path(x);
	bool is_get = vd_span_is_text(vd_http_exchange_method(x), "GET");
	bool is_post = vd_span_is_text(vd_http_exchange_method(x), "POST");
	if (!vd_span_has_prefix(path, VD_SPAN(BASE)) || web->config.accounts == NULL) {
		return false;
	}
	struct vd_span word = vd_span_skip(path, sizeof(BASE) - 1);
	if (!(is_get && word.n == 0) && !(is_post && word.n > 1 && word.p[0] == '/')) {
		return false;
	}
	const struct vd_session *session = vd_web_need_session(web, x, is_post);
	if (session == NULL) {
		return true;
	}
	if (!is_supervisor(web, session)) {
		vd_web_answer_error(x, VD_ERR_PERMISSION,
				    "accounts are for a supervisor: ask one to do it");
	} else if (is_get) {
		list(web, x);
	} else {
		submit(web, x, vd_span_skip(word, 1), (uint16_t)(session->staff + 1));
	}
	return true;
}
