// SPDX-License-Identifier: MIT
/**
 * The running service's end of `vedetta ctl`: one JSON request a line on a local socket, one JSON
 * answer, then the end.
 * Not HTTP and not for the network; who may connect is decided by the socket (net/local.h).
 * It lives in the loop; answers to commands leave after the commit.
 *
 *   {"do":"view"} {"do":"conversations"} {"do":"conversation","id":7}
 *   {"do":"health"} {"do":"report"}: where the data are and what time it is; who asks makes the
 *   report (app/report_store.h)
 *   {"do":"ack","id":7} ... and every other command of care/command.h, with "reason", "text",
 * "kind", "private", "minutes"
 *   answer: {"ok":true, ...} or {"ok":false,"error":"VD_ERR_...","text":"..."}
 */
#ifndef VD_APP_CTL_SERVER_H
#define VD_APP_CTL_SERVER_H

#include "base/json.h"
#include "loop/loop.h"
#include "output/output.h"
#include "store/store.h"

struct vd_ctl_server;

/** A word about the accounts' sign-ins (app/account_ctl.h). */
struct vd_ctl_account {
	struct vd_span word; // "account-..."
	const cJSON *request;
	struct vd_buf *out; // where it is answered at once
	void *done_ctx;     // where it is answered behind the commit
	vd_port_done_fn *done;
	bool *is_waiting; // set where `done` is called later
};

struct vd_ctl_server_config {
	struct vd_loop *loop;
	const struct vd_desk_port *port;
	struct vd_store *store; // its counters
	const char *data_dir;   // of the store
	const struct vd_log *log;
	const char *path;
	void *ctx;
	/** "lamp-test" and the like, beyond the desk; false where it doesn't know the word. May be
	 *  NULL. */
	bool (*extra)(void *ctx, struct vd_span word);
	/** May be NULL. */
	enum vd_err (*account)(void *ctx, const struct vd_ctl_account *request,
			       struct vd_diag *diag);
};

enum vd_err vd_ctl_server_create(const struct vd_ctl_server_config *config,
				 struct vd_ctl_server **out, struct vd_diag *diag) VD_MUST_USE;
void vd_ctl_server_destroy(struct vd_ctl_server *server);

#endif
