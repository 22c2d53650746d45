// SPDX-License-Identifier: MIT
/**
 * What `vedetta account` has at hand in every of its words: configuration, account, store.
 * Not for others.
 * It talks to a running service over the control socket, else it opens the store itself.
 */
#ifndef VD_APP_CMD_ACCOUNT_H
#define VD_APP_CMD_ACCOUNT_H

#include "app/account_prompt.h"
#include "app/account_sign_in.h"
#include "store/secrets.h"

struct vd_cmd_account {
	struct vd_config *config;
	const struct vd_config_account *account; // NULL for a list
	const char *way;                         // of signing in; NULL: by what is there
	const char *clock;                       // VEDETTA_CLOCK
	bool is_untested;
	struct vd_prompt prompt;
};

// cmd_account_store.c
/** What is kept, else the token_file's. VD_ERR_NOT_FOUND with a sentence. */
enum vd_err vd_cmd_account_load(const struct vd_cmd_account *a, struct vd_credentials *out,
				struct vd_diag *diag) VD_MUST_USE;
/** Through the service where one runs. `c` NULL: forgets. */
enum vd_err vd_cmd_account_keep(const struct vd_cmd_account *a, const struct vd_credentials *c,
				struct vd_diag *diag) VD_MUST_USE;
/** The JSON of every account (SPEC.md "Accounts"). */
enum vd_err vd_cmd_account_list(const struct vd_cmd_account *a, struct vd_buf *out,
				struct vd_diag *diag) VD_MUST_USE;

#endif
