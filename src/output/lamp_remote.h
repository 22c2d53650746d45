// SPDX-License-Identifier: MIT
/**
 * The service's end of a light that another process keeps: says what it shall show, and begins a
 * new keeper where one died or hangs.
 * Not the process itself: how one is begun and ended comes from the caller (app/lamp_process.h).
 * Time and waiting are the loop's; the pipes are its own once start() gave them.
 */
#ifndef VD_OUTPUT_LAMP_REMOTE_H
#define VD_OUTPUT_LAMP_REMOTE_H

#include "output/lamp.h"

/** The service's ends of the pipes, non-blocking. */
struct vd_lamp_ends {
	int changes;
	int beats;
	int status; // the keeper's log, lines; its end is the keeper's end
};
struct vd_lamp_remote_config {
	struct vd_loop *loop;
	const struct vd_log *log;
	void *ctx;
	/** A new keeper. */
	enum vd_err (*start)(void *ctx, struct vd_lamp_ends *out, struct vd_diag *diag);
	/** Ends it at once, where it didn't end by itself, and leaves the light blind or dark. */
	void (*stop)(void *ctx);
	/** It was told that we go: waits a moment for it to have done so. */
	void (*end)(void *ctx);
};

struct vd_lamp_remote;
/** Where no keeper can be started now it is tried again, at most every 60 s. */
enum vd_err vd_lamp_remote_create(const struct vd_lamp_remote_config *config,
				  struct vd_lamp_remote **out, struct vd_diag *diag) VD_MUST_USE;
void vd_lamp_remote_destroy(struct vd_lamp_remote *remote);
/** Called at each beat; the intent holds for VD_LAMP_HOLD_S from the turn's time on. */
void vd_lamp_remote_set(struct vd_lamp_remote *remote, struct vd_lamp_intent intent);
void vd_lamp_remote_test(struct vd_lamp_remote *remote);

#endif
