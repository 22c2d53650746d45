// SPDX-License-Identifier: MIT
/**
 * `vedetta run`: the service, everything wired to everything.
 * Not a place for policy: it opens, connects, runs the loop and closes in reverse order.
 * It owns every object it makes.
 */
#ifndef VD_APP_SERVICE_H
#define VD_APP_SERVICE_H

#include "app/config.h"
#include "base/diag.h"
#include "base/log.h"

struct vd_service_options {
	bool has_console;  // wall and lamp in the terminal
	const char *clock; // VEDETTA_CLOCK
	enum vd_log_level level;
	void *log_ctx;
	void (*log_write)(void *ctx, enum vd_log_level level, const char *line, size_t n);
};

/** Runs until SIGINT or SIGTERM. `config` is borrowed. */
enum vd_err vd_service_run(struct vd_config *config, const struct vd_service_options *options,
			   struct vd_diag *diag) VD_MUST_USE;

#endif
