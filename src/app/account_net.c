// SPDX-License-Identifier: MIT
#include "app/account_net.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "channel/facebook_wire.h"
#include "channel/oauth1.h"

#define HEADER_BYTES 4096
#define ANSWER_BYTES ((size_t)1 << 20)
#define NONCE_BYTES 16
#define URL_BYTES 8192

static const struct {
	const char *network;
	const char *base;
	const char *path;
} networks[] = {
	{ "x", "https://api.x.com", "/2/users/me" },
	{ "facebook", "https://graph.facebook.com", NULL },
	{ "mastodon", "", "/api/v1/accounts/verify_credentials" },
};

bool vd_account_is_on(const struct vd_config_account *account, const char *network)
{
	return strcmp(account->network, network) == 0;
}

const char *vd_account_base(const struct vd_config_account *account)
{
	for (size_t i = 0; i < VD_ARRAY_LEN(networks) && account->base_url[0] == '\0'; i++) {
		if (vd_account_is_on(account, networks[i].network)) {
			return networks[i].base;
		}
	}
	return account->base_url;
}

enum vd_err vd_account_load_files(const struct vd_config_account *account,
				  struct vd_credentials *out, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	if (out->kind == VD_CREDENTIALS_MISSING && account->token_file[0] == '\0') {
		return vd_diag_set(diag, VD_ERR_NOT_FOUND,
				   "nobody is signed in: vedetta account add %s", account->name);
	}
	if (out->kind == VD_CREDENTIALS_MISSING) {
		out->kind = VD_CREDENTIALS_TOKEN;
		err = vd_config_secret(account->token_file, &out->part[VD_PART_TOKEN], diag);
	}
	return err == VD_OK && account->app_secret_file[0] != '\0' &&
			       !vd_secret_is_set(&out->part[VD_PART_APP_SECRET])
		       ? vd_config_secret(account->app_secret_file, &out->part[VD_PART_APP_SECRET],
					  diag)
		       : err;
}

static enum vd_err put_signature(const struct vd_account_net *net, const struct vd_credentials *c,
				 struct vd_span url, struct vd_buf *out)
{
	uint8_t bytes[NONCE_BYTES];
	char nonce[2 * NONCE_BYTES + 1];
	enum vd_err err = vd_rng_fill(&net->rng, bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		snprintf(nonce + 2 * i, 3, "%02x", bytes[i]);
	}
	struct vd_oauth1_request request = {
		.method = "GET",
		.url = url,
		.consumer_key = vd_secret_reveal(&c->part[VD_PART_CONSUMER_KEY]),
		.consumer_secret = vd_secret_reveal(&c->part[VD_PART_CONSUMER_SECRET]),
		.token = vd_secret_reveal(&c->part[VD_PART_TOKEN]),
		.token_secret = vd_secret_reveal(&c->part[VD_PART_TOKEN_SECRET]),
		.nonce = vd_span_of(nonce),
		.timestamp_s = vd_clock_wall(net->clock).us / VD_US_PER_S,
	};
	return err == VD_OK ? vd_oauth1_print(&request, out) : err;
}

static enum vd_err start(const struct vd_account_net *net, struct vd_http_request *request,
			 enum vd_err err, struct vd_http_call **call, struct vd_diag *diag)
{
	request->limit_bytes = ANSWER_BYTES;
	if (err != VD_OK) {
		return vd_diag_set(diag, err, "the request can't be made: %s", vd_err_text(err));
	}
	return vd_http_call_start(net->http, request, call, diag);
}

enum vd_err vd_account_get(const struct vd_account_net *net, const struct vd_credentials *c,
			   struct vd_span url, void *ctx, vd_account_answer_fn *done,
			   struct vd_http_call **call, struct vd_diag *diag)
{
	char memory[HEADER_BYTES];
	struct vd_buf value;
	enum vd_err err = VD_OK;
	vd_buf_init(&value, memory, sizeof(memory));
	if (c->kind == VD_CREDENTIALS_X_OAUTH1) {
		err = put_signature(net, c, url, &value);
	} else {
		vd_buf_put_text(&value, "Bearer ");
		vd_buf_put_span(&value, vd_secret_reveal(&c->part[VD_PART_TOKEN]));
		err = vd_buf_check(&value);
	}
	struct vd_http_header headers[] = {
		{ VD_SPAN("Accept"), VD_SPAN("application/json") },
		{ VD_SPAN("Authorization"), vd_buf_span(&value) },
	};
	struct vd_http_request request = {
		.method = "GET",
		.url = url,
		.headers = headers,
		.n_headers = 2,
		.ctx = ctx,
		.done = done,
	};
	err = start(net, &request, err, call, diag);
	vd_wipe(memory, sizeof(memory));
	return err;
}

enum vd_err vd_account_post(const struct vd_account_net *net, struct vd_span url,
			    struct vd_span form, struct vd_span basic, void *ctx,
			    vd_account_answer_fn *done, struct vd_http_call **call,
			    struct vd_diag *diag)
{
	struct vd_http_header headers[] = {
		{ VD_SPAN("Accept"), VD_SPAN("application/json") },
		{ VD_SPAN("Content-Type"), VD_SPAN("application/x-www-form-urlencoded") },
		{ VD_SPAN("Authorization"), basic },
	};
	struct vd_http_request request = {
		.method = "POST",
		.url = url,
		.headers = headers,
		.n_headers = basic.n > 0 ? 3 : 2,
		.body = form,
		.ctx = ctx,
		.done = done,
	};
	return start(net, &request, VD_OK, call, diag);
}

// "APPID|SECRET" asks for the app, and needs no proof.
static enum vd_err become_app(struct vd_credentials *asker)
{
	char pair[VD_SECRET_BYTES + 1];
	struct vd_span secret = vd_secret_reveal(&asker->part[VD_PART_APP_SECRET]);
	int n = snprintf(pair, sizeof(pair), "%s|%.*s", asker->client_id, VD_SPAN_ARG(secret));
	enum vd_err err =
		n > 0 && (size_t)n < sizeof(pair)
			? vd_secret_set(&asker->part[VD_PART_TOKEN], vd_span_make(pair, (size_t)n))
			: VD_ERR_ROOM;
	vd_wipe(pair, sizeof(pair));
	return err;
}

enum vd_err vd_account_ask_grant(const struct vd_account_net *net,
				 const struct vd_config_account *account,
				 const struct vd_credentials *c, void *ctx,
				 vd_account_answer_fn *done, struct vd_http_call **call,
				 struct vd_diag *diag)
{
	char memory[URL_BYTES];
	struct vd_buf url;
	struct vd_credentials asker = *c;
	char proof[VD_FACEBOOK_PROOF_BYTES] = "";
	bool has_secret = vd_secret_is_set(&c->part[VD_PART_APP_SECRET]);
	enum vd_err err = VD_OK;
	vd_buf_init(&url, memory, sizeof(memory));
	if (has_secret && c->client_id[0] != '\0') {
		err = become_app(&asker);
	} else if (has_secret) {
		vd_facebook_proof(vd_secret_reveal(&c->part[VD_PART_TOKEN]),
				  vd_secret_reveal(&c->part[VD_PART_APP_SECRET]), proof);
	}
	struct vd_facebook_place place = { .base = vd_account_base(account),
					   .page = account->user_id,
					   .proof = proof };
	vd_facebook_url_debug_token(&url, &place, vd_secret_reveal(&c->part[VD_PART_TOKEN]));
	err = err == VD_OK ? vd_buf_check(&url) : err;
	err = err == VD_OK ? vd_account_get(net, &asker, vd_buf_span(&url), ctx, done, call, diag)
			   : vd_diag_set(diag, err, "the token or the app's secret is too long");
	vd_wipe(memory, sizeof(memory));
	vd_credentials_deinit(&asker);
	return err;
}

void vd_account_url_identity(const struct vd_config_account *account,
			     const struct vd_credentials *c, struct vd_buf *out)
{
	if (vd_account_is_on(account, "facebook")) {
		char proof[VD_FACEBOOK_PROOF_BYTES] = "";
		if (vd_secret_is_set(&c->part[VD_PART_APP_SECRET])) {
			vd_facebook_proof(vd_secret_reveal(&c->part[VD_PART_TOKEN]),
					  vd_secret_reveal(&c->part[VD_PART_APP_SECRET]), proof);
		}
		struct vd_facebook_place place = { .base = vd_account_base(account),
						   .page = account->user_id,
						   .proof = proof };
		vd_facebook_url_me(out, &place);
		return;
	}
	const char *path = vd_account_is_on(account, "x") ? networks[0].path : networks[2].path;
	vd_buf_printf(out, "%s%s", vd_account_base(account), path);
}

static void copy_words(struct vd_span from, char *out, size_t cap)
{
	(void)vd_utf8_sanitise(from, out, cap, NULL);
}

enum vd_err vd_account_identity_parse(const struct vd_config_account *account, struct vd_span body,
				      struct vd_account_identity *out)
{
	static const char *const names[] = { "username", "acct", "name" };
	*out = (struct vd_account_identity){ 0 };
	cJSON *tree = vd_json_parse(body, NULL);
	const cJSON *who = vd_account_is_on(account, "x") ? vd_json_get(tree, "data") : tree;
	copy_words(vd_json_text(who, "id"), out->id, sizeof(out->id));
	for (size_t i = 0; i < VD_ARRAY_LEN(names) && out->name[0] == '\0'; i++) {
		copy_words(vd_json_text(who, names[i]), out->name, sizeof(out->name));
	}
	vd_json_free(tree);
	return out->id[0] != '\0' ? VD_OK : VD_ERR_PROTOCOL;
}

// Mastodon's is written as people know it, user@server: the server says its own users without it.
static bool is_same(const struct vd_config_account *account, const struct vd_account_identity *who)
{
	struct vd_span wanted = vd_span_of(account->user_id);
	struct vd_span name = vd_span_of(who->name);
	if (vd_span_is_text(wanted, who->id)) {
		return true;
	}
	return vd_account_is_on(account, "mastodon") && vd_span_find(wanted, VD_SPAN("@")) > 0 &&
	       vd_span_is_equal_nocase(vd_span_cut(&wanted, '@'), vd_span_cut(&name, '@'));
}

enum vd_err vd_account_identity_check(const struct vd_config_account *account,
				      const struct vd_account_identity *who, struct vd_diag *diag)
{
	if (is_same(account, who)) {
		return VD_OK;
	}
	return vd_diag_set(
		diag, VD_ERR_CONFLICT,
		"that is \"%.60s\" (%.40s), but the configuration says user_id %.40s for "
		"%.40s: log in there as the right one and begin again, or correct user_id",
		who->name, who->id, account->user_id, account->name);
}

void vd_account_words(struct vd_span body, char *out, size_t cap)
{
	static const char *const names[] = { "error_description", "detail", "message", "title" };
	cJSON *tree = vd_json_parse(body, NULL);
	const cJSON *error = vd_json_get(tree, "error"); // Facebook's is an object
	out[0] = '\0';
	for (size_t i = 0; i < VD_ARRAY_LEN(names) && out[0] == '\0'; i++) {
		copy_words(vd_json_text(tree, names[i]), out, cap);
		if (out[0] == '\0') {
			copy_words(vd_json_text(error, names[i]), out, cap);
		}
	}
	if (out[0] == '\0') {
		copy_words(vd_json_text(tree, "error"), out, cap);
	}
	vd_json_free(tree);
}
