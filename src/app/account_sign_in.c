// SPDX-License-Identifier: MIT
#include "app/account_sign_in.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "channel/facebook_wire.h"

#define FORM_BYTES 12288
#define BASIC_BYTES 4096
#define URL_BYTES 8192
#define WORDS_BYTES 160

typedef void sign_in_fn(struct vd_sign_in *s, const struct vd_http_response *response);

// ---- the end --------------------------------------------------------------------------------

static void end(struct vd_sign_in *s, enum vd_err err)
{
	struct vd_diag diag = s->diag;
	s->call = NULL;
	s->done(s->ctx, s, err, &diag);
}

static void on_late(void *ctx)
{
	struct vd_sign_in *s = ctx;
	end(s, s->diag.err);
}

// Never from inside the caller's own call.
static void end_later(struct vd_sign_in *s, enum vd_err err)
{
	s->diag.err = err;
	s->late = (struct vd_timer){ .ctx = s, .fire = on_late };
	if (vd_loop_timer_set(s->net.loop, &s->late, vd_loop_now(s->net.loop)) != VD_OK) {
		on_late(s);
	}
}

static void refuse(struct vd_sign_in *s, const struct vd_http_response *response, const char *what)
{
	char words[WORDS_BYTES];
	vd_account_words(response->body, words, sizeof(words));
	end(s, vd_diag_set(&s->diag, response->status >= 500 ? VD_ERR_OUTAGE : VD_ERR_AUTH,
			   "%s (%d%s%s)", what, response->status, words[0] != '\0' ? ", " : "",
			   words));
}

static bool has_answer(struct vd_sign_in *s, enum vd_err err, const struct vd_diag *diag,
		       const char *what)
{
	s->call = NULL;
	if (err == VD_OK) {
		return true;
	}
	s->diag = *diag;
	s->diag.err = err;
	vd_diag_context(&s->diag, "%s", what);
	end(s, err);
	return false;
}

// ---- Facebook: what the token may, and until when ---------------------------------------------

static void take_scopes(struct vd_credentials *c, const struct vd_facebook_token *token)
{
	struct vd_buf out;
	vd_buf_init(&out, c->scopes, sizeof(c->scopes));
	for (int i = 0; i < VD_FACEBOOK_SCOPE_N; i++) {
		if (vd_facebook_token_has(token, (enum vd_facebook_scope)i)) {
			vd_buf_put_text(&out, out.len > 0 ? " " : "");
			vd_buf_put_text(&out, vd_facebook_scope_name((enum vd_facebook_scope)i));
		}
	}
}

static enum vd_err judge_app(struct vd_sign_in *s, const struct vd_facebook_token *token)
{
	char *id = s->c.client_id;
	if (id[0] != '\0' && token->app_id[0] != '\0' && strcmp(id, token->app_id) != 0) {
		return vd_diag_set(&s->diag, VD_ERR_CONFLICT,
				   "this token was made for the app %s, not for %.40s: take the "
				   "token from that app, or give its own app_id and app_secret",
				   token->app_id, id);
	}
	if (id[0] == '\0') { // with its secret it asks for the app later
		snprintf(id, sizeof(s->c.client_id), "%s", token->app_id);
	}
	return VD_OK;
}

// What it lacks is said and no obstacle: a Page without Messenger is served without.
static enum vd_err judge_grant(struct vd_sign_in *s, const struct vd_facebook_token *token)
{
	char memory[2 * VD_DIAG_BYTES];
	char until[VD_TIME_TEXT_BYTES];
	struct vd_buf words;
	// Without a clock that is right only Facebook's own verdict counts.
	bool is_trusted = vd_clock_is_trusted(s->net.clock);
	struct vd_wall now = is_trusted ? vd_clock_wall(s->net.clock) : (struct vd_wall){ 0 };
	vd_buf_init(&words, memory, sizeof(memory));
	if (vd_facebook_token_judge(token, now, &words) == VD_HEALTH_AUTH) {
		return vd_diag_set(&s->diag, VD_ERR_AUTH, "%s", memory);
	}
	enum vd_err err = judge_app(s, token);
	if (err != VD_OK) {
		return err;
	}
	s->c.ends = token->expires;
	s->c.data_ends = token->data_access_expires;
	take_scopes(&s->c, token);
	if (vd_wall_is_set(token->expires)) {
		vd_wall_print(token->expires, until);
		vd_buf_printf(&words,
			      "%sthe token ends at %s, one made of a person's token (user_token) "
			      "does not",
			      words.len > 0 ? "; " : "", until);
	}
	return vd_diag_set(&s->diag, VD_OK, "%s", memory);
}

static void on_grant(void *ctx, enum vd_err err, const struct vd_http_response *response,
		     const struct vd_diag *diag)
{
	struct vd_sign_in *s = ctx;
	struct vd_facebook_token token;
	char words[WORDS_BYTES] = "";
	s->call = NULL;
	if (err == VD_OK && vd_facebook_token_parse(response->body, &token, NULL) == VD_OK) {
		end(s, judge_grant(s, &token));
		return;
	}
	if (err == VD_OK) {
		vd_account_words(response->body, words, sizeof(words));
	}
	vd_diag_set(&s->diag, VD_OK,
		    "Facebook does not say what this token may and until when (%s): give the "
		    "app's id and secret, and see `vedetta account check`",
		    err != VD_OK ? diag->text : words);
	end(s, VD_OK);
}

static void ask_grant(struct vd_sign_in *s)
{
	enum vd_err err =
		vd_account_ask_grant(&s->net, s->account, &s->c, s, on_grant, &s->call, &s->diag);
	if (err != VD_OK) {
		end(s, err);
	}
}

// ---- whom the network takes us for ----------------------------------------------------------

static void on_identity(void *ctx, enum vd_err err, const struct vd_http_response *response,
			const struct vd_diag *diag)
{
	struct vd_sign_in *s = ctx;
	if (!has_answer(s, err, diag, "the new sign-in could not be tried")) {
		return;
	}
	if (response->status != 200) {
		refuse(s, response, "the network refuses the new sign-in");
		return;
	}
	err = vd_account_identity_parse(s->account, response->body, &s->who);
	if (err != VD_OK) {
		vd_diag_set(&s->diag, err, "the network does not say whose sign-in this is");
	} else {
		err = vd_account_identity_check(s->account, &s->who, &s->diag);
	}
	if (err == VD_OK && vd_account_is_on(s->account, "facebook")) {
		ask_grant(s);
	} else {
		end(s, err);
	}
}

static enum vd_err ask_identity(struct vd_sign_in *s)
{
	char memory[URL_BYTES];
	struct vd_buf url;
	vd_buf_init(&url, memory, sizeof(memory));
	vd_account_url_identity(s->account, &s->c, &url);
	return vd_account_get(&s->net, &s->c, vd_buf_span(&url), s, on_identity, &s->call,
			      &s->diag);
}

static void then_identity(struct vd_sign_in *s)
{
	enum vd_err err = ask_identity(s);
	if (err != VD_OK) {
		end(s, err);
	}
}

void vd_sign_in_take(struct vd_sign_in *s)
{
	enum vd_err err = ask_identity(s);
	if (err != VD_OK) {
		end_later(s, err);
	}
}

// ---- X and Mastodon: authorise, then the code ------------------------------------------------

static bool is_mastodon(const struct vd_sign_in *s)
{
	return vd_account_is_on(s->account, "mastodon");
}

static void make_url(struct vd_sign_in *s)
{
	char address[VD_CONFIG_TEXT_BYTES + 32];
	char challenge[VD_OAUTH2_WORD_BYTES];
	struct vd_buf out;
	bool is_other = s->account->base_url[0] != '\0';
	if (is_mastodon(s)) {
		snprintf(address, sizeof(address), "%s/oauth/authorize", s->account->base_url);
	} else {
		snprintf(address, sizeof(address), "%s/i/oauth2/authorize",
			 is_other ? s->account->base_url : "https://x.com");
	}
	vd_oauth2_challenge(s->verifier, challenge);
	struct vd_oauth2_authorise a = {
		.address = address,
		.client_id = s->c.client_id,
		.redirect_uri = s->redirect,
		.scope = is_mastodon(s) ? VD_OAUTH2_MASTODON_SCOPES : VD_OAUTH2_X_SCOPES,
		.state = s->state,
		.challenge = challenge,
	};
	vd_buf_init(&out, s->url, sizeof(s->url));
	vd_oauth2_authorise_print(&a, &out);
}

static void on_app(void *ctx, enum vd_err err, const struct vd_http_response *response,
		   const struct vd_diag *diag)
{
	struct vd_sign_in *s = ctx;
	struct vd_oauth2_app app;
	if (!has_answer(s, err, diag, "the server does not register this program")) {
		return;
	}
	if (response->status != 200 || vd_oauth2_app_parse(response->body, &app) != VD_OK) {
		refuse(s, response, "the server does not register this program");
		return;
	}
	memcpy(s->c.client_id, app.client_id, sizeof(s->c.client_id));
	s->c.part[VD_PART_APP_SECRET] = app.client_secret;
	vd_oauth2_app_deinit(&app);
	make_url(s);
	end(s, VD_OK);
}

static enum vd_err register_app(struct vd_sign_in *s)
{
	char memory[1024];
	char url[VD_CONFIG_TEXT_BYTES + 32];
	struct vd_buf form;
	vd_buf_init(&form, memory, sizeof(memory));
	vd_buf_put_text(&form, "client_name=Vedetta&redirect_uris=");
	vd_url_escape(&form, vd_span_of(s->redirect));
	vd_buf_put_text(&form, "&scopes=");
	vd_url_escape(&form, VD_SPAN(VD_OAUTH2_MASTODON_SCOPES));
	snprintf(url, sizeof(url), "%s/api/v1/apps", s->account->base_url);
	return vd_account_post(&s->net, vd_span_of(url), vd_buf_span(&form),
			       (struct vd_span){ NULL, 0 }, s, on_app, &s->call, &s->diag);
}

static enum vd_err prepare(struct vd_sign_in *s, struct vd_span client_id,
			   struct vd_span client_secret, struct vd_span redirect)
{
	const char *fallback = is_mastodon(s) ? VD_OAUTH2_OOB : "https://localhost/";
	enum vd_err err = vd_span_copy(redirect.n > 0 ? redirect : vd_span_of(fallback),
				       s->redirect, sizeof(s->redirect));
	err = err == VD_OK ? vd_span_copy(client_id, s->c.client_id, sizeof(s->c.client_id)) : err;
	err = err == VD_OK ? vd_secret_set(&s->c.part[VD_PART_APP_SECRET], client_secret) : err;
	if (err != VD_OK) {
		return vd_diag_set(&s->diag, err, "that is longer than the app's values can be");
	}
	err = vd_oauth2_word_make(&s->net.rng, s->state);
	err = err == VD_OK ? vd_oauth2_word_make(&s->net.rng, s->verifier) : err;
	return err == VD_OK ? VD_OK : vd_diag_set(&s->diag, err, "no randomness to sign in with");
}

void vd_sign_in_begin(struct vd_sign_in *s, struct vd_span client_id, struct vd_span client_secret,
		      struct vd_span redirect)
{
	s->c.kind = is_mastodon(s) ? VD_CREDENTIALS_MASTODON : VD_CREDENTIALS_X_OAUTH2;
	enum vd_err err = prepare(s, client_id, client_secret, redirect);
	if (err == VD_OK && client_id.n == 0 && !is_mastodon(s)) {
		err = vd_diag_set(&s->diag, VD_ERR_ARGUMENT,
				  "the app's client id is missing: the developer console shows it");
	}
	if (err == VD_OK && client_id.n == 0) {
		err = register_app(s);
		if (err == VD_OK) {
			return;
		}
	}
	if (err == VD_OK) {
		make_url(s);
	}
	end_later(s, err);
}

static void take_token(struct vd_sign_in *s, const struct vd_oauth2_answer *answer)
{
	struct vd_wall now = vd_clock_wall(s->net.clock);
	s->c.set_at = now;
	s->c.ends = (struct vd_wall){ 0 };
	if (answer->expires_in_s > 0) {
		s->c.ends = vd_wall_add(now, vd_dur_s(answer->expires_in_s));
	}
	s->c.part[VD_PART_TOKEN] = answer->access;
	if (vd_secret_is_set(&answer->refresh)) {
		s->c.part[VD_PART_REFRESH] = answer->refresh;
	}
	if (answer->scope[0] != '\0') {
		snprintf(s->c.scopes, sizeof(s->c.scopes), "%s", answer->scope);
	}
}

// An answer of any token endpoint; without a token in it the sign-in has ended here.
static bool has_token(struct vd_sign_in *s, const struct vd_http_response *response,
		      const char *refusal)
{
	struct vd_oauth2_answer answer;
	if (response->status != 200 || vd_oauth2_answer_parse(response->body, &answer) != VD_OK) {
		refuse(s, response, refusal);
		return false;
	}
	take_token(s, &answer);
	vd_oauth2_answer_deinit(&answer);
	return true;
}

static void on_token(void *ctx, enum vd_err err, const struct vd_http_response *response,
		     const struct vd_diag *diag)
{
	struct vd_sign_in *s = ctx;
	if (!has_answer(s, err, diag, "the code could not be exchanged: begin again") ||
	    !has_token(s, response,
		       "the network does not take the code (X's live 30 seconds): begin again")) {
		return;
	}
	if (s->c.kind == VD_CREDENTIALS_X_OAUTH2 &&
	    !vd_secret_is_set(&s->c.part[VD_PART_REFRESH])) {
		end(s,
		    vd_diag_set(&s->diag, VD_ERR_PERMISSION,
				"X gave no refresh token: allow the app offline.access and begin "
				"again"));
		return;
	}
	then_identity(s);
}

// A form of ours to the app's own endpoint. Public clients of X name themselves in the form,
// confidential ones in the header; Mastodon wants both values in the form.
static enum vd_err post_as_app(struct vd_sign_in *s, struct vd_oauth2_form *fields,
			       const char *path, vd_account_answer_fn *done)
{
	char memory[FORM_BYTES];
	char basic_memory[BASIC_BYTES];
	char url[VD_CONFIG_TEXT_BYTES + 32];
	struct vd_buf form;
	struct vd_buf basic;
	struct vd_span secret = vd_secret_reveal(&s->c.part[VD_PART_APP_SECRET]);
	struct vd_span id = vd_span_of(s->c.client_id);
	bool is_basic = !is_mastodon(s) && secret.n > 0;
	vd_buf_init(&form, memory, sizeof(memory));
	vd_buf_init(&basic, basic_memory, sizeof(basic_memory));
	fields->client_id = is_basic ? vd_span_of(NULL) : id;
	fields->client_secret = is_mastodon(s) ? secret : vd_span_of(NULL);
	vd_oauth2_form_print(fields, &form);
	enum vd_err err = vd_buf_check(&form);
	err = err == VD_OK && is_basic ? vd_oauth2_basic_print(id, secret, &basic) : err;
	snprintf(url, sizeof(url), "%s%s/%s", vd_account_base(s->account),
		 is_mastodon(s) ? "/oauth" : "/2/oauth2", path);
	err = err == VD_OK ? vd_account_post(&s->net, vd_span_of(url), vd_buf_span(&form),
					     vd_buf_span(&basic), s, done, &s->call, &s->diag)
			   : err;
	vd_wipe(memory, sizeof(memory));
	vd_wipe(basic_memory, sizeof(basic_memory));
	return err;
}

static enum vd_err post_code(struct vd_sign_in *s, struct vd_span code)
{
	struct vd_oauth2_form fields = {
		.grant = "authorization_code",
		.code = code,
		.verifier = vd_span_of(s->verifier),
		.redirect_uri = vd_span_of(s->redirect),
	};
	return post_as_app(s, &fields, "token", on_token);
}

void vd_sign_in_finish(struct vd_sign_in *s, struct vd_span pasted)
{
	struct vd_secret code = { 0 };
	enum vd_err err = vd_oauth2_pasted_parse(pasted, s->state, &code, &s->diag);
	err = err == VD_OK ? post_code(s, vd_secret_reveal(&code)) : err;
	vd_secret_deinit(&code);
	if (err != VD_OK) {
		end_later(s, err);
	}
}

// ---- Facebook: a person's token becomes the Page's -------------------------------------------

static bool take_page(struct vd_sign_in *s, struct vd_span body)
{
	cJSON *tree = vd_json_parse(body, NULL);
	const cJSON *item = NULL;
	bool is_found = false;
	cJSON_ArrayForEach(item, vd_json_get(tree, "data"))
	{
		if (vd_span_is_text(vd_json_text(item, "id"), s->account->user_id)) {
			struct vd_span token = vd_json_text(item, "access_token");
			is_found = token.n > 0 &&
				   vd_secret_set(&s->c.part[VD_PART_TOKEN], token) == VD_OK;
		}
	}
	vd_json_free_secret(tree);
	return is_found;
}

static void on_pages(void *ctx, enum vd_err err, const struct vd_http_response *response,
		     const struct vd_diag *diag)
{
	struct vd_sign_in *s = ctx;
	if (!has_answer(s, err, diag, "the Pages could not be listed")) {
		return;
	}
	if (response->status != 200) {
		refuse(s, response, "Facebook does not list the person's Pages");
	} else if (!take_page(s, response->body)) {
		end(s, vd_diag_set(&s->diag, VD_ERR_NOT_FOUND,
				   "the Page %.40s is not among those of this person: give them a "
				   "role on it, allow it when logging in, or correct user_id",
				   s->account->user_id));
	} else {
		s->c.ends = (struct vd_wall){ 0 }; // a Page token of a long-lived one doesn't end
		then_identity(s);
	}
}

static void ask_pages(struct vd_sign_in *s)
{
	char url[URL_BYTES];
	char proof[VD_FACEBOOK_PROOF_BYTES];
	vd_facebook_proof(vd_secret_reveal(&s->c.part[VD_PART_TOKEN]),
			  vd_secret_reveal(&s->c.part[VD_PART_APP_SECRET]), proof);
	snprintf(url, sizeof(url),
		 "%s/" VD_FACEBOOK_VERSION
		 "/me/accounts?fields=id,name,access_token,tasks&limit=100&appsecret_proof=%s",
		 vd_account_base(s->account), proof);
	enum vd_err err =
		vd_account_get(&s->net, &s->c, vd_span_of(url), s, on_pages, &s->call, &s->diag);
	if (err != VD_OK) {
		end(s, err);
	}
}

static void on_long_lived(void *ctx, enum vd_err err, const struct vd_http_response *response,
			  const struct vd_diag *diag)
{
	struct vd_sign_in *s = ctx;
	if (has_answer(s, err, diag, "the person's token could not be exchanged") &&
	    has_token(s, response,
		      "Facebook does not make the person's token long-lived: are app id and app "
		      "secret right, and is it fresh?")) {
		ask_pages(s);
	}
}

// The way of the documentation has the secret in the address; the same values in a form keep it out
// of every log in between.
static enum vd_err ask_long_lived(struct vd_sign_in *s)
{
	char memory[FORM_BYTES];
	char url[VD_CONFIG_TEXT_BYTES + 64];
	struct vd_buf form;
	vd_buf_init(&form, memory, sizeof(memory));
	struct vd_oauth2_form fields = {
		.grant = "fb_exchange_token",
		.client_id = vd_span_of(s->c.client_id),
		.client_secret = vd_secret_reveal(&s->c.part[VD_PART_APP_SECRET]),
	};
	vd_oauth2_form_print(&fields, &form);
	vd_buf_put_text(&form, "&fb_exchange_token=");
	vd_url_escape(&form, vd_secret_reveal(&s->c.part[VD_PART_TOKEN]));
	snprintf(url, sizeof(url), "%s/" VD_FACEBOOK_VERSION "/oauth/access_token",
		 vd_account_base(s->account));
	enum vd_err err = vd_buf_check(&form);
	err = err == VD_OK ? vd_account_post(&s->net, vd_span_of(url), vd_buf_span(&form),
					     (struct vd_span){ NULL, 0 }, s, on_long_lived,
					     &s->call, &s->diag)
			   : err;
	vd_wipe(memory, sizeof(memory));
	return err;
}

void vd_sign_in_exchange(struct vd_sign_in *s)
{
	s->c.kind = VD_CREDENTIALS_TOKEN;
	enum vd_err err = VD_OK;
	if (s->c.client_id[0] == '\0' || !vd_secret_is_set(&s->c.part[VD_PART_APP_SECRET])) {
		err = vd_diag_set(&s->diag, VD_ERR_ARGUMENT,
				  "app id and app secret are needed to exchange a person's token");
	}
	err = err == VD_OK ? ask_long_lived(s) : err;
	if (err != VD_OK) {
		end_later(s, err);
	}
}

// ---- leaving --------------------------------------------------------------------------------

static void on_revoked(void *ctx, enum vd_err err, const struct vd_http_response *response,
		       const struct vd_diag *diag)
{
	struct vd_sign_in *s = ctx;
	if (!has_answer(s, err, diag, "the network was not told")) {
		return;
	}
	if (response->status != 200) {
		refuse(s, response, "the network does not revoke it");
		return;
	}
	end(s, VD_OK);
}

// The refresh token of X: with it goes the access token.
static enum vd_err post_revoke(struct vd_sign_in *s)
{
	bool has_refresh = vd_secret_is_set(&s->c.part[VD_PART_REFRESH]);
	enum vd_credentials_part part = has_refresh ? VD_PART_REFRESH : VD_PART_TOKEN;
	struct vd_oauth2_form fields = { .token = vd_secret_reveal(&s->c.part[part]) };
	return post_as_app(s, &fields, "revoke", on_revoked);
}

void vd_sign_in_revoke(struct vd_sign_in *s)
{
	bool has_way = s->c.kind == VD_CREDENTIALS_X_OAUTH2 || s->c.kind == VD_CREDENTIALS_MASTODON;
	enum vd_err err = VD_OK;
	if (!has_way) {
		err = vd_diag_set(
			&s->diag, VD_ERR_UNSUPPORTED,
			vd_account_is_on(s->account, "facebook")
				? "Facebook revokes no Page token here: remove the app in "
				  "the Page's settings"
				: "this kind of token is revoked in the network's own "
				  "developer console");
	}
	err = err == VD_OK ? post_revoke(s) : err;
	if (err != VD_OK) {
		end_later(s, err);
	}
}

// ---- life -----------------------------------------------------------------------------------

void vd_sign_in_init(struct vd_sign_in *s, const struct vd_account_net *net,
		     const struct vd_config_account *account)
{
	memset(s, 0, sizeof(*s));
	s->net = *net;
	s->account = account;
}

void vd_sign_in_deinit(struct vd_sign_in *s)
{
	if (s->net.loop != NULL) {
		vd_loop_timer_stop(s->net.loop, &s->late);
	}
	if (s->call != NULL) {
		vd_http_call_cancel(s->call);
	}
	vd_wipe(s, sizeof(*s));
}
