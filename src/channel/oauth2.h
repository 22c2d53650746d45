// SPDX-License-Identifier: MIT
/**
 * OAuth 2.0 as X, Facebook and Mastodon speak it: the address to authorise at, the forms that are
 * sent, the answers that come back (RFC 6749, RFC 7636).
 * Not transport and not what is kept (store/credentials.h); when a token is renewed is decided in
 * channel/oauth2_renew.h.
 * Pure: randomness and time are handed in; what a parse copies out is the caller's to wipe.
 */
#ifndef VD_CHANNEL_OAUTH2_H
#define VD_CHANNEL_OAUTH2_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/secret.h"
#include "base/span.h"

/** Of X: tweet.moderate.write and media.write are not used yet. */
#define VD_OAUTH2_X_SCOPES \
	"tweet.read tweet.write users.read dm.read dm.write follows.read offline.access"
#define VD_OAUTH2_MASTODON_SCOPES                                      \
	"read:notifications read:statuses read:accounts read:follows " \
	"write:statuses write:media write:conversations"
#define VD_OAUTH2_FACEBOOK_SCOPES                                        \
	"pages_show_list,pages_read_engagement,pages_read_user_content," \
	"pages_manage_engagement,pages_manage_posts,pages_messaging,"    \
	"pages_manage_metadata"
/** Mastodon: the code is shown to the person, who copies it. */
#define VD_OAUTH2_OOB "urn:ietf:wg:oauth:2.0:oob"

#define VD_OAUTH2_WORD_BYTES 44 // 32 random bytes in base64url, closed with a zero

/** A value that can't be guessed: verifier, or state. */
enum vd_err vd_oauth2_word_make(const struct vd_rng *rng,
				char out[VD_OAUTH2_WORD_BYTES]) VD_MUST_USE;
/** PKCE S256: base64url(SHA-256(verifier)) (RFC 7636 section 4.2). */
void vd_oauth2_challenge(const char *verifier, char out[VD_OAUTH2_WORD_BYTES]);

struct vd_oauth2_authorise {
	const char *address; // "https://x.com/i/oauth2/authorize"
	const char *client_id;
	const char *redirect_uri;
	const char *scope;
	const char *state;
	const char *challenge; // NULL: no PKCE
};
void vd_oauth2_authorise_print(const struct vd_oauth2_authorise *a, struct vd_buf *out);

/** What the person pastes: the whole address that the browser was sent to, or the code alone. A
 *  state that comes with it must be ours. VD_ERR_REFUSED where it says that access was denied,
 *  VD_ERR_CONFLICT for another state, VD_ERR_SYNTAX, VD_ERR_ROOM; each with a sentence. */
enum vd_err vd_oauth2_pasted_parse(struct vd_span pasted, const char *state, struct vd_secret *code,
				   struct vd_diag *diag) VD_MUST_USE;

/** One form for every grant; what is empty is left out. */
struct vd_oauth2_form {
	const char *grant; // "authorization_code", "refresh_token"; NULL: none (revoke)
	struct vd_span code;
	struct vd_span verifier;
	struct vd_span refresh_token;
	struct vd_span token; // revoke
	struct vd_span client_id;
	struct vd_span client_secret; // only where the network wants it in the form
	struct vd_span redirect_uri;
	struct vd_span scope;
};
void vd_oauth2_form_print(const struct vd_oauth2_form *form, struct vd_buf *out);
/** "Basic ..." of a confidential client (RFC 6749 section 2.3.1). */
enum vd_err vd_oauth2_basic_print(struct vd_span client_id, struct vd_span client_secret,
				  struct vd_buf *out) VD_MUST_USE;

/** What the token endpoint said. */
struct vd_oauth2_answer {
	struct vd_secret access;
	struct vd_secret refresh; // not set: none
	int64_t expires_in_s;     // 0: it doesn't say
	char scope[1024];         // "": it doesn't say
	char error[64];           // "" where it is none
	char words[256];          // error_description, on one line
};
/** VD_OK: a token. VD_ERR_REFUSED: an error of the standard's form, filled in. VD_ERR_PROTOCOL:
 *  neither. No status is needed: the two forms exclude each other. */
enum vd_err vd_oauth2_answer_parse(struct vd_span body, struct vd_oauth2_answer *out) VD_MUST_USE;
void vd_oauth2_answer_deinit(struct vd_oauth2_answer *answer);

/** What registering an app gave (Mastodon: POST /api/v1/apps). VD_ERR_PROTOCOL. */
struct vd_oauth2_app {
	char client_id[128];
	struct vd_secret client_secret;
};
enum vd_err vd_oauth2_app_parse(struct vd_span body, struct vd_oauth2_app *out) VD_MUST_USE;
void vd_oauth2_app_deinit(struct vd_oauth2_app *app);

#endif
