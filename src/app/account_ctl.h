// SPDX-License-Identifier: MIT
/**
 * What `vedetta account` asks of a running service, over the control socket.
 * Not the command itself (app/cmd_account.c) and not a way for the network: the socket's mode is
 * the access rule, and no answer holds a secret.
 * Answers to what changes something leave after the commit.
 *
 *   {"do":"account-list"}
 *   {"do":"account-store","account":NAME,"who":W,"credentials":RECORD}, the record of SPEC.md
 *   "Secrets" in base64
 *   {"do":"account-remove","account":NAME,"who":W}
 */
#ifndef VD_APP_ACCOUNT_CTL_H
#define VD_APP_ACCOUNT_CTL_H

#include "app/account_keeper.h"
#include "app/ctl_server.h"

enum vd_err vd_account_ctl(struct vd_account_keeper *keeper, const struct vd_ctl_account *request,
			   struct vd_diag *diag) VD_MUST_USE;
/** The request that stores: one line. VD_ERR_ROOM. */
enum vd_err vd_account_ctl_print(const char *account, const char *who,
				 const struct vd_credentials *c, struct vd_buf *out) VD_MUST_USE;

#endif
