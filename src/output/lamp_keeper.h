// SPDX-License-Identifier: MIT
/**
 * The keeper's end: draws on a light what the service says, and blind as soon as it says nothing.
 * Not a process and not the service's end (output/lamp_remote.h): `vedetta lamp` runs it, a
 * supervisor can.
 * Time and waiting are the loop's; it reads two pipes that it was given, and owns neither.
 *
 * Changes come through one pipe, which is waited for; what only prolongs comes through the other,
 * which is read when the light moves anyway: so nobody is woken to hear that nothing changed.
 */
#ifndef VD_OUTPUT_LAMP_KEEPER_H
#define VD_OUTPUT_LAMP_KEEPER_H

#include "output/lamp.h"

struct vd_lamp_keeper_config {
	struct vd_loop *loop;
	const struct vd_log *log;
	int changes; // non-blocking; its end is the service's end
	int beats;   // non-blocking; -1: all comes through `changes`
	void *ctx;
	/** Opens the light; it is tried again where it fails. */
	enum vd_err (*open)(void *ctx, struct vd_lamp_sink *out, struct vd_diag *diag);
	/** Nothing is left to draw: the kernel blinks on, or another program has the light. */
	void (*done)(void *ctx);
};

struct vd_lamp_keeper;
enum vd_err vd_lamp_keeper_create(const struct vd_lamp_keeper_config *config,
				  struct vd_lamp_keeper **out, struct vd_diag *diag) VD_MUST_USE;
/** What shines stays as it is. */
void vd_lamp_keeper_destroy(struct vd_lamp_keeper *keeper);
/** We are told to go: leaves the light to the kernel where it can blink, else dark. */
void vd_lamp_keeper_leave(struct vd_lamp_keeper *keeper);

#endif
