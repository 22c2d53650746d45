// SPDX-License-Identifier: MIT
/**
 * Keeps what the accounts sign in with: from the store to the channels, renewed in time, taken from
 * people and given up again.
 * Not the ways in which a person signs in (app/account_sign_in.h) and not a channel.
 * It lives in the loop beside the desk, whose commit it awaits: nothing is used before it is on
 * disk.
 *
 * The store wins; an account's token_file is the fallback. Renewals go by channel/oauth2_renew.h.
 */
#ifndef VD_APP_ACCOUNT_KEEPER_H
#define VD_APP_ACCOUNT_KEEPER_H

#include "app/config.h"
#include "app/desk.h"
#include "channel/channel.h"
#include "store/secrets.h"

struct vd_account_keeper;

struct vd_account_keeper_config {
	struct vd_loop *loop;
	struct vd_store *store;
	struct vd_rng rng;
	const struct vd_clock *clock; // domain time
	const struct vd_log *log;
	struct vd_http_client *http;
	const struct vd_config *config; // bound: its accounts have their ids
	struct vd_desk *desk;
};

/** Loads what is kept. A device key that can't be used is no failure: it is logged, the files
 *  serve, and signing in says what to do. */
enum vd_err vd_account_keeper_create(const struct vd_account_keeper_config *config,
				     struct vd_account_keeper **out,
				     struct vd_diag *diag) VD_MUST_USE;
/** Before its desk, HTTP client and store. NULL is accepted. */
void vd_account_keeper_destroy(struct vd_account_keeper *keeper);
/** What the account (its place in the configuration) signs in with, into the secrets of *to. A
 *  failure: nothing does, and the sentence says what to do. */
enum vd_err vd_account_keeper_fill(const struct vd_account_keeper *keeper, size_t index,
				   struct vd_channel_account *to, struct vd_diag *diag) VD_MUST_USE;
/** Begins to renew. `channels` is borrowed until vd_account_keeper_set_channels(keeper, NULL). */
void vd_account_keeper_set_channels(struct vd_account_keeper *keeper, struct vd_channels *channels);
/** For struct vd_desk_config: what is to be said of a refused sign-in, or NULL. A token that ran
 *  out unseen (the clock was wrong) is renewed. */
const char *vd_account_keeper_words(struct vd_account_keeper *keeper, uint16_t account);

/** A person signed in: kept, and used after the commit, when `done` is called; not after a failure.
 *  `who`: shown ("Anna"); `staff` + 1, or 0. */
enum vd_err vd_account_keeper_sign_in(struct vd_account_keeper *keeper, struct vd_span account,
				      const struct vd_credentials *credentials, const char *who,
				      uint16_t staff, void *done_ctx, vd_port_done_fn *done,
				      struct vd_diag *diag) VD_MUST_USE;
/** Forgets what is kept; the token_file, where one is set, serves again. Revoking it at the network
 *  comes before (app/account_sign_in.h). */
enum vd_err vd_account_keeper_sign_out(struct vd_account_keeper *keeper, struct vd_span account,
				       const char *who, uint16_t staff, void *done_ctx,
				       vd_port_done_fn *done, struct vd_diag *diag) VD_MUST_USE;
/** A copy, which the caller wipes; empty and false where nothing is kept. For who talks to the
 *  network in the account's name. */
bool vd_account_keeper_get(const struct vd_account_keeper *keeper, struct vd_span account,
			   struct vd_credentials *out);
/** {"accounts":[...]}: how each signs in, by whom since when, until when; never a secret (SPEC.md
 *  "Accounts"). */
void vd_account_keeper_print(const struct vd_account_keeper *keeper, struct vd_buf *out);

#endif
