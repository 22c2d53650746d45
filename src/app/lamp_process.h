// SPDX-License-Identifier: MIT
/**
 * The light's keeper as a process of its own: `vedetta lamp`, begun by the service, fed through
 * pipes (SPEC.md "The light's keeper").
 * Not what is said to it (output/lamp_remote.h), nor what it does (output/lamp_keeper.h).
 * It owns the process; it waits for nothing but the process' end, and that for a moment only.
 */
#ifndef VD_APP_LAMP_PROCESS_H
#define VD_APP_LAMP_PROCESS_H

#include <sys/types.h>

#include "output/lamp_remote.h"

struct vd_lamp_process {
	struct vd_lamp_led_config led; // texts are borrowed
	pid_t pid;                     // 0: none
};

/** The operations of struct vd_lamp_remote_config; ctx is a struct vd_lamp_process. */
enum vd_err vd_lamp_process_start(void *ctx, struct vd_lamp_ends *out,
				  struct vd_diag *diag) VD_MUST_USE;
void vd_lamp_process_stop(void *ctx);
void vd_lamp_process_end(void *ctx);

#endif
