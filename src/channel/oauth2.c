// SPDX-License-Identifier: MIT
#include "channel/oauth2.h"

#include <mbedtls/base64.h>
#include <string.h>

#include "base/json.h"
#include "net/http_client.h"
#include "net/tls.h"
#include "net/url.h"

#define RANDOM_BYTES 32
#define BASIC_BYTES 2048
#define PASTED_BYTES 4096

// ---- PKCE -----------------------------------------------------------------------------------

// Base64 with the alphabet of addresses, without padding (RFC 4648 section 5).
static void print_url64(const uint8_t bytes[RANDOM_BYTES], char out[VD_OAUTH2_WORD_BYTES])
{
	unsigned char text[VD_OAUTH2_WORD_BYTES + 4];
	size_t n = 0;
	(void)!mbedtls_base64_encode(text, sizeof(text), &n, bytes, RANDOM_BYTES);
	for (size_t i = 0; i + 1 < VD_OAUTH2_WORD_BYTES; i++) {
		out[i] = (char)(text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i]);
	}
	out[VD_OAUTH2_WORD_BYTES - 1] = '\0';
	vd_wipe(text, sizeof(text));
}

enum vd_err vd_oauth2_word_make(const struct vd_rng *rng, char out[VD_OAUTH2_WORD_BYTES])
{
	uint8_t bytes[RANDOM_BYTES];
	enum vd_err err = vd_rng_fill(rng, bytes, sizeof(bytes));
	if (err == VD_OK) {
		print_url64(bytes, out);
	}
	vd_wipe(bytes, sizeof(bytes));
	return err;
}

void vd_oauth2_challenge(const char *verifier, char out[VD_OAUTH2_WORD_BYTES])
{
	uint8_t digest[VD_SHA256_BYTES];
	vd_sha256(vd_span_of(verifier), digest);
	print_url64(digest, out);
}

// ---- forms ----------------------------------------------------------------------------------

static void put_pair(struct vd_buf *out, const char *name, struct vd_span value, char *before)
{
	if (value.n == 0) {
		return;
	}
	if (*before != '\0') {
		vd_buf_put_char(out, *before);
	}
	*before = '&';
	vd_buf_put_text(out, name);
	vd_buf_put_char(out, '=');
	vd_url_escape(out, value);
}

void vd_oauth2_authorise_print(const struct vd_oauth2_authorise *a, struct vd_buf *out)
{
	char before = '?';
	bool is_pkce = a->challenge != NULL;
	vd_buf_put_text(out, a->address);
	put_pair(out, "response_type", VD_SPAN("code"), &before);
	put_pair(out, "client_id", vd_span_of(a->client_id), &before);
	put_pair(out, "redirect_uri", vd_span_of(a->redirect_uri), &before);
	put_pair(out, "scope", vd_span_of(a->scope), &before);
	put_pair(out, "state", vd_span_of(a->state), &before);
	put_pair(out, "code_challenge", vd_span_of(a->challenge), &before);
	put_pair(out, "code_challenge_method", vd_span_of(is_pkce ? "S256" : NULL), &before);
}

void vd_oauth2_form_print(const struct vd_oauth2_form *form, struct vd_buf *out)
{
	char before = '\0';
	put_pair(out, "grant_type", vd_span_of(form->grant), &before);
	put_pair(out, "code", form->code, &before);
	put_pair(out, "code_verifier", form->verifier, &before);
	put_pair(out, "refresh_token", form->refresh_token, &before);
	put_pair(out, "token", form->token, &before);
	put_pair(out, "client_id", form->client_id, &before);
	put_pair(out, "client_secret", form->client_secret, &before);
	put_pair(out, "redirect_uri", form->redirect_uri, &before);
	put_pair(out, "scope", form->scope, &before);
}

enum vd_err vd_oauth2_basic_print(struct vd_span client_id, struct vd_span client_secret,
				  struct vd_buf *out)
{
	char pair[BASIC_BYTES];
	char coded[BASIC_BYTES * 4 / 3 + 8];
	size_t n = 0;
	struct vd_buf buf;
	vd_buf_init(&buf, pair, sizeof(pair));
	vd_url_escape(&buf, client_id);
	vd_buf_put_char(&buf, ':');
	vd_url_escape(&buf, client_secret);
	enum vd_err err = vd_buf_check(&buf);
	if (err == VD_OK && mbedtls_base64_encode((unsigned char *)coded, sizeof(coded), &n,
						  (const unsigned char *)pair, buf.len) != 0) {
		err = VD_ERR_ROOM;
	}
	if (err == VD_OK) {
		vd_buf_put_text(out, "Basic ");
		vd_buf_put(out, coded, n);
		err = vd_buf_check(out);
	}
	vd_wipe(pair, sizeof(pair));
	vd_wipe(coded, sizeof(coded));
	return err;
}

// ---- what a person pastes -------------------------------------------------------------------

static bool is_code(struct vd_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] <= ' ' || text.p[i] > '~') {
			return false;
		}
	}
	return text.n > 0;
}

static enum vd_err parse_redirect(struct vd_span query, const char *state, struct vd_secret *code,
				  struct vd_diag *diag)
{
	char value[VD_SECRET_BYTES + 1];
	if (vd_url_query_get(query, "error", value, sizeof(value)) == VD_OK) {
		return vd_diag_set(
			diag, VD_ERR_REFUSED,
			"the network says that access was denied (%.64s): begin again and "
			"allow it",
			value);
	}
	if (vd_url_query_get(query, "state", value, sizeof(value)) == VD_OK &&
	    !vd_is_equal_secret(vd_span_of(value), vd_span_of(state))) {
		return vd_diag_set(
			diag, VD_ERR_CONFLICT,
			"this address belongs to another sign-in: begin again, and paste "
			"the address that follows");
	}
	enum vd_err err = vd_url_query_get(query, "code", value, sizeof(value));
	err = err == VD_OK ? vd_secret_set(code, vd_span_of(value)) : err;
	vd_wipe(value, sizeof(value));
	return err == VD_OK && vd_secret_is_set(code)
		       ? VD_OK
		       : vd_diag_set(
				 diag, VD_ERR_SYNTAX,
				 "this address has no code in it: paste the whole address that the "
				 "browser was sent to");
}

enum vd_err vd_oauth2_pasted_parse(struct vd_span pasted, const char *state, struct vd_secret *code,
				   struct vd_diag *diag)
{
	struct vd_span text = vd_span_trim(pasted);
	if (!is_code(text) || text.n > PASTED_BYTES) {
		return vd_diag_set(diag, VD_ERR_SYNTAX,
				   "that is neither an address nor a code: paste one line");
	}
	struct vd_span query = text;
	bool is_address = vd_span_find(text, VD_SPAN("://")) >= 0;
	if (is_address || vd_span_has_prefix(text, VD_SPAN("?"))) {
		(void)vd_span_cut(&query, '?');
		query = vd_span_cut(&query, '#');
		return parse_redirect(query, state, code, diag);
	}
	if (vd_secret_set(code, text) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_ROOM, "that is too long for a code");
	}
	return VD_OK;
}

// ---- answers --------------------------------------------------------------------------------

static enum vd_err take_secret(const cJSON *tree, const char *name, struct vd_secret *out)
{
	struct vd_span value = vd_json_text(tree, name);
	// A header's value ends at a line: no token has blanks or control bytes in it.
	return is_code(value) ? vd_secret_set(out, value) : VD_ERR_PROTOCOL;
}

static void take_words(const cJSON *tree, const char *name, char *out, size_t cap)
{
	struct vd_span value = vd_json_text(tree, name);
	size_t n = value.n < cap - 1 ? value.n : cap - 1;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)value.p[i];
		out[i] = (char)(c < ' ' || c > '~' ? ' ' : c);
	}
	out[n] = '\0';
}

static enum vd_err take_answer(const cJSON *tree, struct vd_oauth2_answer *out)
{
	int64_t life = 0;
	if (vd_json_text(tree, "access_token").n == 0) {
		take_words(tree, "error", out->error, sizeof(out->error));
		take_words(tree, "error_description", out->words, sizeof(out->words));
		const cJSON *graph = vd_json_get(tree, "error"); // Facebook's is an object
		if (out->error[0] == '\0' && vd_json_text(graph, "message").n > 0) {
			take_words(graph, "type", out->error, sizeof(out->error));
			take_words(graph, "message", out->words, sizeof(out->words));
		}
		return out->error[0] != '\0' ? VD_ERR_REFUSED : VD_ERR_PROTOCOL;
	}
	enum vd_err err = take_secret(tree, "access_token", &out->access);
	if (err == VD_OK && vd_json_text(tree, "refresh_token").n > 0) {
		err = take_secret(tree, "refresh_token", &out->refresh);
	}
	if (err != VD_OK) {
		return VD_ERR_PROTOCOL;
	}
	bool has_life = vd_json_i64(tree, "expires_in", &life) == VD_OK;
	out->expires_in_s = has_life && life > 0 && life <= INT32_MAX ? life : 0;
	take_words(tree, "scope", out->scope, sizeof(out->scope));
	return VD_OK;
}

enum vd_err vd_oauth2_answer_parse(struct vd_span body, struct vd_oauth2_answer *out)
{
	memset(out, 0, sizeof(*out));
	cJSON *tree = vd_json_parse(body, NULL);
	enum vd_err err = tree != NULL ? take_answer(tree, out) : VD_ERR_PROTOCOL;
	vd_json_free_secret(tree);
	if (err == VD_ERR_PROTOCOL) {
		vd_oauth2_answer_deinit(out);
	}
	return err;
}

void vd_oauth2_answer_deinit(struct vd_oauth2_answer *answer)
{
	vd_wipe(answer, sizeof(*answer));
}

enum vd_err vd_oauth2_app_parse(struct vd_span body, struct vd_oauth2_app *out)
{
	memset(out, 0, sizeof(*out));
	cJSON *tree = vd_json_parse(body, NULL);
	struct vd_span id = vd_json_text(tree, "client_id");
	enum vd_err err = is_code(id) ? vd_span_copy(id, out->client_id, sizeof(out->client_id))
				      : VD_ERR_PROTOCOL;
	err = err == VD_OK ? take_secret(tree, "client_secret", &out->client_secret) : err;
	vd_json_free_secret(tree);
	if (err != VD_OK) {
		vd_oauth2_app_deinit(out);
		return VD_ERR_PROTOCOL;
	}
	return VD_OK;
}

void vd_oauth2_app_deinit(struct vd_oauth2_app *app)
{
	vd_wipe(app, sizeof(*app));
}
