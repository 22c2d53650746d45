// SPDX-License-Identifier: MIT
#include "app/account_page.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/account_check.h"
#include "app/account_sign_in.h"
#include "base/json.h"
#include "base/list.h"

#define OPEN_S 600 // an address that was opened waits for what is pasted
#define AT_ONCE 8
#define ANSWER_BYTES 16384

enum work {
	WORK_BEGIN,
	WORK_SIGN_IN,
	WORK_CHECK,
	WORK_REMOVE,
};

struct op {
	struct vd_list node;
	struct vd_account_page *page;
	const struct vd_config_account *account;
	enum work work;
	bool is_open;    // begun, waits for what is pasted
	bool is_keeping; // the desk holds it until the commit
	struct vd_sign_in sign_in;
	struct vd_account_check check;
	struct vd_timer timer;
	uint16_t staff;
	char remark[VD_DIAG_BYTES];
	void *done_ctx;
	vd_web_account_fn *done;
};

struct vd_account_page {
	struct vd_account_page_config config;
	struct vd_list ops;
	size_t n;
};

static void free_op(struct op *op)
{
	vd_loop_timer_stop(op->page->config.net.loop, &op->timer);
	vd_sign_in_deinit(&op->sign_in);
	vd_account_check_deinit(&op->check);
	vd_list_remove(&op->node);
	op->page->n--;
	free(op);
}

static void answer(struct op *op, enum vd_err err, const struct vd_diag *diag, struct vd_span json)
{
	vd_web_account_fn *done = op->done;
	op->done = NULL;
	if (done != NULL) {
		done(op->done_ctx, err, diag, json);
	}
}

static void end(struct op *op, enum vd_err err, const struct vd_diag *diag)
{
	char memory[1024];
	struct vd_buf out;
	vd_buf_init(&out, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_bool(&j, "ok", true);
	vd_json_put_text(&j, "name", vd_span_of(op->sign_in.who.name));
	vd_json_put_text(&j, "remark", vd_span_of(op->remark));
	vd_json_close(&j, '}');
	answer(op, err, diag, vd_buf_span(&out));
	free_op(op);
}

// ---- keeping ----------------------------------------------------------------------------------

static void on_kept(void *ctx, const struct vd_command_result *result)
{
	struct op *op = ctx;
	op->is_keeping = false;
	end(op, result->err, &result->diag);
}

static const char *who(const struct op *op)
{
	const struct vd_config *config = op->page->config.config;
	for (size_t i = 0; i < config->n_staff && op->staff > 0; i++) {
		if (config->staff[i].id + 1 == op->staff) {
			return config->staff[i].name;
		}
	}
	return "a supervisor";
}

static void keep(struct op *op)
{
	struct vd_account_keeper *keeper = op->page->config.keeper;
	struct vd_span name = vd_span_of(op->account->name);
	struct vd_diag diag = { 0 };
	enum vd_err err = op->work == WORK_REMOVE
				  ? vd_account_keeper_sign_out(keeper, name, who(op), op->staff, op,
							       on_kept, &diag)
				  : vd_account_keeper_sign_in(keeper, name, &op->sign_in.c, who(op),
							      op->staff, op, on_kept, &diag);
	op->is_keeping = err == VD_OK;
	if (err != VD_OK) {
		end(op, err, &diag);
	}
}

// ---- the network's word -------------------------------------------------------------------------

static void begun(struct op *op)
{
	char memory[4096];
	struct vd_buf out;
	struct vd_diag none = { 0 };
	const struct vd_account_net *net = &op->page->config.net;
	vd_buf_init(&out, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "url", vd_span_of(op->sign_in.url));
	vd_json_close(&j, '}');
	op->is_open = true;
	(void)!vd_loop_timer_set(net->loop, &op->timer,
				 vd_mono_add(vd_loop_now(net->loop), vd_dur_s(OPEN_S)));
	answer(op, VD_OK, &none, vd_buf_span(&out));
}

static void on_step(void *ctx, struct vd_sign_in *s, enum vd_err err, const struct vd_diag *diag)
{
	struct op *op = ctx;
	(void)s;
	if (op->work == WORK_REMOVE) { // forgotten here, whatever the network says
		snprintf(op->remark, sizeof(op->remark), "%s", diag->text);
		keep(op);
	} else if (err != VD_OK) {
		end(op, err, diag);
	} else if (op->work == WORK_BEGIN) {
		begun(op);
	} else {
		snprintf(op->remark, sizeof(op->remark), "%s", diag->text);
		keep(op);
	}
}

static void on_checked(void *ctx, struct vd_account_check *check)
{
	struct op *op = ctx;
	struct vd_diag none = { 0 };
	struct vd_buf out;
	vd_buf_init_heap(&out, ANSWER_BYTES);
	vd_account_check_print(check, &out);
	answer(op, vd_buf_check(&out), &none, vd_buf_span(&out));
	vd_buf_deinit(&out);
	free_op(op);
}

static void on_late(void *ctx)
{
	free_op(ctx); // nobody waits: it was only open
}

// ---- words --------------------------------------------------------------------------------------

static enum vd_err take(const cJSON *body, const char *name, struct vd_secret *out,
			struct vd_diag *diag)
{
	return vd_secret_set(out, vd_json_text(body, name)) == VD_OK
		       ? VD_OK
		       : vd_diag_set(diag, VD_ERR_TOO_LARGE, "%s is too long", name);
}

static enum vd_err begin(struct op *op, const cJSON *body, struct vd_diag *diag)
{
	(void)diag;
	op->work = WORK_BEGIN;
	vd_sign_in_begin(&op->sign_in, vd_json_text(body, "client_id"),
			 vd_json_text(body, "client_secret"), vd_json_text(body, "redirect"));
	return VD_OK;
}

static enum vd_err token(struct op *op, const cJSON *body, struct vd_diag *diag)
{
	struct vd_credentials *c = &op->sign_in.c;
	bool is_exchange = vd_json_text(body, "user_token").n > 0;
	bool is_signing = vd_json_text(body, "consumer_key").n > 0;
	const struct {
		const char *name;
		enum vd_credentials_part part;
	} parts[] = {
		{ is_exchange ? "user_token" : "token", VD_PART_TOKEN },
		{ "app_secret", VD_PART_APP_SECRET },
		{ "consumer_key", VD_PART_CONSUMER_KEY },
		{ "consumer_secret", VD_PART_CONSUMER_SECRET },
		{ "token_secret", VD_PART_TOKEN_SECRET },
	};
	op->work = WORK_SIGN_IN;
	for (size_t i = 0; i < VD_ARRAY_LEN(parts); i++) {
		enum vd_err err = take(body, parts[i].name, &c->part[parts[i].part], diag);
		if (err != VD_OK) {
			return err;
		}
	}
	if (!vd_secret_is_set(&c->part[VD_PART_TOKEN]) ||
	    vd_span_copy(vd_json_text(body, "app_id"), c->client_id, sizeof(c->client_id)) !=
		    VD_OK) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "the token is missing");
	}
	c->kind = is_signing                                  ? VD_CREDENTIALS_X_OAUTH1
		  : vd_account_is_on(op->account, "mastodon") ? VD_CREDENTIALS_MASTODON
							      : VD_CREDENTIALS_TOKEN;
	if (is_exchange) {
		vd_sign_in_exchange(&op->sign_in);
	} else {
		vd_sign_in_take(&op->sign_in);
	}
	return VD_OK;
}

static enum vd_err load(const struct op *op, struct vd_credentials *out, struct vd_diag *diag)
{
	const struct vd_account_page *page = op->page;
	(void)vd_account_keeper_get(page->config.keeper, vd_span_of(op->account->name), out);
	enum vd_err err = vd_account_load_files(op->account, out, diag);
	// Nobody: the check's first step says it.
	return out->kind == VD_CREDENTIALS_MISSING ? VD_OK : err;
}

static enum vd_err check(struct op *op, const cJSON *body, struct vd_diag *diag)
{
	(void)body;
	const struct vd_account_page_config *config = &op->page->config;
	enum vd_err err = load(op, &op->sign_in.c, diag);
	if (err != VD_OK) {
		return err;
	}
	op->work = WORK_CHECK;
	op->check = (struct vd_account_check){
		.net = config->net,
		.resolver = config->resolver,
		.tls = config->tls,
		.proxy = config->proxy,
		.account = op->account,
		.ctx = op,
		.done = on_checked,
	};
	vd_account_check_start(&op->check, &op->sign_in.c);
	return VD_OK;
}

static enum vd_err remove_it(struct op *op, const cJSON *body, struct vd_diag *diag)
{
	(void)body;
	(void)diag;
	op->work = WORK_REMOVE;
	(void)vd_account_keeper_get(op->page->config.keeper, vd_span_of(op->account->name),
				    &op->sign_in.c);
	vd_sign_in_revoke(&op->sign_in);
	return VD_OK;
}

static const struct {
	const char *word;
	enum vd_err (*run)(struct op *op, const cJSON *body, struct vd_diag *diag);
} words[] = {
	{ "begin", begin },
	{ "token", token },
	{ "check", check },
	{ "remove", remove_it },
};

static struct op *find_op(const struct vd_account_page *page,
			  const struct vd_config_account *account)
{
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE(it, safe, &page->ops)
	{
		struct op *op = VD_CONTAINER_OF(it, struct op, node);
		if (op->account == account) {
			return op;
		}
	}
	return NULL;
}

static enum vd_err make_op(struct vd_account_page *page, const struct vd_config_account *account,
			   struct op **out, struct vd_diag *diag)
{
	struct op *old = find_op(page, account);
	if (old != NULL && !old->is_open) {
		return vd_diag_set(diag, VD_ERR_CONFLICT,
				   "somebody is at the sign-in of %s: wait a moment",
				   account->name);
	}
	if (old != NULL) {
		free_op(old); // begun, and begun again
	}
	struct op *op = page->n < AT_ONCE ? calloc(1, sizeof(*op)) : NULL;
	if (op == NULL) {
		return vd_diag_set(diag, VD_ERR_ROOM, "too many sign-ins at once: wait a moment");
	}
	op->page = page;
	op->account = account;
	op->timer = (struct vd_timer){ .ctx = op, .fire = on_late };
	vd_sign_in_init(&op->sign_in, &page->config.net, account);
	op->sign_in.ctx = op;
	op->sign_in.done = on_step;
	vd_list_add_tail(&page->ops, &op->node);
	page->n++;
	*out = op;
	return VD_OK;
}

static enum vd_err finish(struct op *op, const cJSON *body, struct vd_diag *diag)
{
	if (op == NULL || !op->is_open) {
		return vd_diag_set(diag, VD_ERR_STATE,
				   "this sign-in was not begun, or too long ago: begin again");
	}
	op->is_open = false;
	op->work = WORK_SIGN_IN;
	vd_loop_timer_stop(op->page->config.net.loop, &op->timer);
	vd_sign_in_finish(&op->sign_in, vd_json_text(body, "pasted"));
	return VD_OK;
}

static enum vd_err run(struct vd_account_page *page, struct vd_span word, uint16_t staff,
		       const cJSON *body, void *done_ctx, vd_web_account_fn *done,
		       struct vd_diag *diag)
{
	const struct vd_config *config = page->config.config;
	const struct vd_config_account *account = NULL;
	struct vd_span name = vd_json_text(body, "account");
	size_t at = 0;
	for (size_t i = 0; i < config->n_accounts && account == NULL; i++) {
		account = vd_span_is_text(name, config->accounts[i].name) ? &config->accounts[i]
									  : NULL;
	}
	while (at < VD_ARRAY_LEN(words) && !vd_span_is_text(word, words[at].word)) {
		at++;
	}
	bool is_finish = vd_span_is_text(word, "finish");
	if (account == NULL || (at == VD_ARRAY_LEN(words) && !is_finish)) {
		return vd_diag_set(diag, VD_ERR_NOT_FOUND, "there is no such %s",
				   account == NULL ? "account" : "address");
	}
	struct op *op = is_finish ? find_op(page, account) : NULL;
	enum vd_err err = is_finish ? finish(op, body, diag) : make_op(page, account, &op, diag);
	if (err != VD_OK || op == NULL) {
		return err != VD_OK ? err : VD_ERR_STATE;
	}
	op->staff = staff;
	op->done_ctx = done_ctx;
	op->done = done;
	err = is_finish ? VD_OK : words[at].run(op, body, diag);
	if (err != VD_OK) {
		free_op(op);
	}
	return err;
}

static enum vd_err ask(void *ctx, struct vd_span word, uint16_t staff, struct vd_span body,
		       void *done_ctx, vd_web_account_fn *done, struct vd_diag *diag)
{
	cJSON *tree = vd_json_parse(body, diag);
	if (tree == NULL) {
		return diag->err;
	}
	enum vd_err err = run(ctx, word, staff, tree, done_ctx, done, diag);
	vd_json_free_secret(tree);
	return err;
}

static enum vd_err list(void *ctx, struct vd_buf *out, struct vd_diag *diag)
{
	struct vd_account_page *page = ctx;
	vd_account_keeper_print(page->config.keeper, out);
	return vd_buf_check(out) == VD_OK ? VD_OK
					  : vd_diag_set(diag, VD_ERR_ROOM, "too many accounts");
}

// ---- life ---------------------------------------------------------------------------------------

enum vd_err vd_account_page_create(const struct vd_account_page_config *config,
				   struct vd_account_page **out, struct vd_diag *diag)
{
	struct vd_account_page *page = calloc(1, sizeof(*page));
	if (page == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the accounts' page");
	}
	page->config = *config;
	vd_list_init(&page->ops);
	*out = page;
	return VD_OK;
}

void vd_account_page_destroy(struct vd_account_page *page)
{
	if (page == NULL) {
		return;
	}
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE(it, safe, &page->ops)
	{
		free_op(VD_CONTAINER_OF(it, struct op, node));
	}
	free(page);
}

struct vd_web_accounts vd_account_page_get(struct vd_account_page *page)
{
	return (struct vd_web_accounts){ .ctx = page, .list = list, .ask = ask };
}
