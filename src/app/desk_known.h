// SPDX-License-Identifier: MIT
/**
 * What the desk tells a channel about a thread that it watches, and what a channel tells it about
 * its sign-in.
 * Not which threads those are (desk_threads.c), and no rules.
 * All of it runs in the loop's thread, within the turn's transaction.
 */
#ifndef VD_APP_DESK_KNOWN_H
#define VD_APP_DESK_KNOWN_H

#include "app/desk_internal.h"

/** host->known: the customer's messages of the thread that aren't gone. */
enum vd_err vd_desk_known(void *ctx, uint16_t account, const char *thread_id, vd_known_fn *fn,
			  void *fn_ctx, struct vd_diag *diag) VD_MUST_USE;
/** Until when the network takes private replies to who waits there (Messenger's window). */
void vd_desk_fill_closes(struct vd_desk *desk, uint64_t conversation, struct vd_view_row *row);
/** host->token_end: the network's word goes before what the configuration says; "never" leaves
 *  that in force. */
void vd_desk_token_end_told(void *ctx, uint16_t account, struct vd_wall at);

#endif
