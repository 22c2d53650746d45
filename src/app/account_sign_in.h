// SPDX-License-Identifier: MIT
/**
 * How a person signs an account in: from what they type or paste to credentials that were tried
 * once.
 * Not the keeping (app/account_keeper.h) and not a dialogue: terminal and page lead it, each in its
 * own way.
 * Each step that asks the network ends in the loop with one call of `done`; caller's memory, wiped
 * with vd_sign_in_deinit.
 *
 *   X (OAuth 2.0), Mastodon: begin -> url -> finish(what was pasted) -> done
 *   X (OAuth 1.0a), a finished token: take -> done
 *   Facebook, from a person's token: exchange -> done
 *   leaving, any: revoke -> done
 */
#ifndef VD_APP_ACCOUNT_SIGN_IN_H
#define VD_APP_ACCOUNT_SIGN_IN_H

#include "app/account_net.h"
#include "channel/oauth2.h"

#define VD_SIGN_IN_URL_BYTES 2048

struct vd_sign_in {
	struct vd_account_net net;
	const struct vd_config_account *account;
	struct vd_credentials c; // complete when `done` said VD_OK
	struct vd_account_identity who;
	char url[VD_SIGN_IN_URL_BYTES]; // where the person goes, after begin
	char redirect[256];
	char state[VD_OAUTH2_WORD_BYTES];
	char verifier[VD_OAUTH2_WORD_BYTES];
	struct vd_http_call *call;
	struct vd_timer late; // a failure at the start is told in the next turn
	struct vd_diag diag;
	void *ctx;
	/** VD_OK: what was asked for is there; a sentence in the diag then is a remark. */
	void (*done)(void *ctx, struct vd_sign_in *s, enum vd_err err, const struct vd_diag *diag);
};

void vd_sign_in_init(struct vd_sign_in *s, const struct vd_account_net *net,
		     const struct vd_config_account *account);
/** Cancels and wipes; takes zeroed memory, and twice. */
void vd_sign_in_deinit(struct vd_sign_in *s);

/** X: `client_id` is needed, `client_secret` may be empty (a public client). Mastodon: both may be
 *  empty, then the app is registered. `redirect` "": https://localhost/, or Mastodon's shown
 *  code. */
void vd_sign_in_begin(struct vd_sign_in *s, struct vd_span client_id, struct vd_span client_secret,
		      struct vd_span redirect);
/** What the person brought back, within 30 s for X. */
void vd_sign_in_finish(struct vd_sign_in *s, struct vd_span pasted);
/** s->c was filled in by the caller: a finished token, or OAuth 1.0a's four values. */
void vd_sign_in_take(struct vd_sign_in *s);
/** Facebook: s->c has client_id (the app's), APP_SECRET, and the person's token in TOKEN, which
 *  becomes long-lived, then the Page's. */
void vd_sign_in_exchange(struct vd_sign_in *s);
/** s->c is given back to the network. VD_ERR_UNSUPPORTED where it has no way: the sentence says
 *  what a person does. */
void vd_sign_in_revoke(struct vd_sign_in *s);

#endif
