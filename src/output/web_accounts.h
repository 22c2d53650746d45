// SPDX-License-Identifier: MIT
/**
 * /api/v1/accounts: the supervisor's words about sign-ins, handed on to whoever keeps them.
 * Not the keeping and no dialogue with a network: the web layer checks who asks, and answers.
 * A question ends with one call of `vd_web_account_fn`, later.
 */
#ifndef VD_OUTPUT_WEB_ACCOUNTS_H
#define VD_OUTPUT_WEB_ACCOUNTS_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/span.h"

/** `json` where `err` is VD_OK; it never holds a secret. */
typedef void vd_web_account_fn(void *done_ctx, enum vd_err err, const struct vd_diag *diag,
			       struct vd_span json);

struct vd_web_accounts {
	void *ctx;
	/** The list, at once. */
	enum vd_err (*list)(void *ctx, struct vd_buf *out, struct vd_diag *diag);
	/** `word`: "begin", "finish", "token", "check", "remove"; `body` is JSON, borrowed for the
	 *  call; `staff` + 1. After a failure `done` isn't called. */
	enum vd_err (*ask)(void *ctx, struct vd_span word, uint16_t staff, struct vd_span body,
			   void *done_ctx, vd_web_account_fn *done, struct vd_diag *diag);
};

#endif
