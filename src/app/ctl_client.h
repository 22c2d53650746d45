// SPDX-License-Identifier: MIT
/**
 * The other end of the control socket: one line there, an answer back, for commands that talk to a
 * running service.
 * Not what is asked and not how an answer is shown.
 * It blocks, with a limit for each step; the descriptor is closed before it returns.
 */
#ifndef VD_APP_CTL_CLIENT_H
#define VD_APP_CTL_CLIENT_H

#include "base/buf.h"
#include "base/diag.h"

/** VD_ERR_CONNECT, or what vd_local_connect says: no service is there, and *is_there is false. */
enum vd_err vd_ctl_client_ask(const char *path, struct vd_span request, struct vd_buf *answer,
			      bool *is_there, struct vd_diag *diag) VD_MUST_USE;
/** Of a whole answer: VD_OK, or VD_ERR_REFUSED with the service's own sentence. */
enum vd_err vd_ctl_client_judge(struct vd_span answer, struct vd_diag *diag) VD_MUST_USE;

#endif
