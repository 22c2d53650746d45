// SPDX-License-Identifier: MIT
/**
 * One question to a network in an account's name, outside of its channel: who are we to it?
 * Not a channel (nothing is polled) and not the keeping of what is asked with.
 * The caller owns loop and HTTP client; a call ends in the loop.
 */
#ifndef VD_APP_ACCOUNT_NET_H
#define VD_APP_ACCOUNT_NET_H

#include "app/config.h"
#include "net/http_client.h"
#include "store/credentials.h"

struct vd_account_net {
	struct vd_loop *loop;
	struct vd_http_client *http;
	const struct vd_clock *clock;
	struct vd_rng rng;
};

typedef void vd_account_answer_fn(void *ctx, enum vd_err err,
				  const struct vd_http_response *response,
				  const struct vd_diag *diag);

/** The account's own base_url, or the network's, without a closing slash. */
const char *vd_account_base(const struct vd_config_account *account);
bool vd_account_is_on(const struct vd_config_account *account, const char *network);
/** What the configuration's files say: token_file, and app_secret_file where *out lacks the secret.
 *  VD_ERR_NOT_FOUND where nobody is signed in, with a sentence. */
enum vd_err vd_account_load_files(const struct vd_config_account *account,
				  struct vd_credentials *out, struct vd_diag *diag) VD_MUST_USE;
/** GET of `url` with what the account signs in with (bearer, signature). */
enum vd_err vd_account_get(const struct vd_account_net *net, const struct vd_credentials *c,
			   struct vd_span url, void *ctx, vd_account_answer_fn *done,
			   struct vd_http_call **call, struct vd_diag *diag) VD_MUST_USE;
/** POST of a form; `basic` may be empty. */
enum vd_err vd_account_post(const struct vd_account_net *net, struct vd_span url,
			    struct vd_span form, struct vd_span basic, void *ctx,
			    vd_account_answer_fn *done, struct vd_http_call **call,
			    struct vd_diag *diag) VD_MUST_USE;

/** Facebook's debug_token of what `c` signs in with, asked as the app where its id and secret are
 *  there. */
enum vd_err vd_account_ask_grant(const struct vd_account_net *net,
				 const struct vd_config_account *account,
				 const struct vd_credentials *c, void *ctx,
				 vd_account_answer_fn *done, struct vd_http_call **call,
				 struct vd_diag *diag) VD_MUST_USE;

/** Whom the network takes us for. */
struct vd_account_identity {
	char id[128];
	char name[128];
};
void vd_account_url_identity(const struct vd_config_account *account,
			     const struct vd_credentials *c, struct vd_buf *out);
/** Of a 200. VD_ERR_PROTOCOL. */
enum vd_err vd_account_identity_parse(const struct vd_config_account *account, struct vd_span body,
				      struct vd_account_identity *out) VD_MUST_USE;
/** Is it the account that the configuration names? VD_ERR_CONFLICT with a sentence. */
enum vd_err vd_account_identity_check(const struct vd_config_account *account,
				      const struct vd_account_identity *who,
				      struct vd_diag *diag) VD_MUST_USE;
/** The network's own words in a refusal, on one line; "" where it says none. */
void vd_account_words(struct vd_span body, char *out, size_t cap);

#endif
