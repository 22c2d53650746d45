// SPDX-License-Identifier: MIT
/**
 * The light: what it shows at an instant (pure, lamp_pattern.c), the object that draws it on a
 * loop, and where it shines (LED class, console).
 * Not the decision what to say (care/alarm.h), nor how the service reaches a light that another
 * process draws (output/lamp_remote.h).
 * An intent holds until an instant: who stops telling is shown as blind, so that green is earned
 * again at each tick.
 */
#ifndef VD_OUTPUT_LAMP_H
#define VD_OUTPUT_LAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/log.h"
#include "care/alarm.h"
#include "loop/loop.h"

enum vd_colour {
	VD_COLOUR_DARK,
	VD_COLOUR_RED,
	VD_COLOUR_AMBER,
	VD_COLOUR_GREEN,
	VD_COLOUR_WHITE,
	VD_COLOUR_BLUE,
	VD_COLOUR_N,
};
const char *vd_colour_name(enum vd_colour colour);

/** What the lamp can do; a missing colour is replaced as SIGNALS.md says. */
struct vd_lamp_caps {
	bool has_white;
	bool has_blue;
	bool can_dim;
};
struct vd_lamp_frame {
	enum vd_colour colour;
	enum vd_colour second; // "amber and red together where there is no blue"; DARK: none
	uint8_t level;         // 0..255
	struct vd_dur next;    // from now: when the frame changes; never more than 10 s
};
/** Pure: the frame at `t` after the intent began to hold. */
struct vd_lamp_frame vd_lamp_pattern(const struct vd_lamp_intent *intent,
				     const struct vd_lamp_caps *caps, struct vd_dur t);
/** The lamp test: every colour, half a second each; `next` is 0 when it is over. */
struct vd_lamp_frame vd_lamp_test_pattern(const struct vd_lamp_caps *caps, struct vd_dur t);

/** For how long an intent holds unless it is told again: two beats of the service. */
#define VD_LAMP_HOLD_S 2

/** Where frames go. */
struct vd_lamp_sink {
	void *ctx;
	struct vd_lamp_caps caps;
	/** A failure is told once and the lamp goes on trying. */
	enum vd_err (*show)(void *ctx, const struct vd_lamp_frame *frame, struct vd_diag *diag);
	/** Leaves the light blinking blind without us; false where it can't, `exactly` in the
	 *  rhythm of the table. May be NULL. */
	bool (*leave)(void *ctx, bool exactly);
	/** From now on the light is taken for each frame only, so that another program may take it
	 *  over: show() answers VD_ERR_CONFLICT once one did. May be NULL. */
	void (*share)(void *ctx);
	/** Frees; what shines stays as it is. */
	void (*close)(void *ctx);
};
/** Linux LED class: directories below /sys/class/leds, "" where a colour is missing. */
struct vd_lamp_led_config {
	const char *root; // NULL: /sys/class/leds
	const char *leds[VD_COLOUR_N];
};
/** Takes the light for itself (a lock on the red LED's brightness, which ends with the process);
 *  VD_ERR_CONFLICT where another program has it. */
enum vd_err vd_lamp_led_open(const struct vd_lamp_led_config *config, struct vd_lamp_sink *out,
			     struct vd_diag *diag) VD_MUST_USE;

struct vd_lamp;
/** Blind until told. Takes the sink, also where it fails. */
enum vd_err vd_lamp_create(struct vd_loop *loop, struct vd_lamp_sink sink, const struct vd_log *log,
			   struct vd_lamp **out, struct vd_diag *diag) VD_MUST_USE;
void vd_lamp_destroy(struct vd_lamp *lamp);
/** The intent, which holds until `until`; shows at once what changed, unless that were a fourth
 *  rise within a second. Told again it is prolonged, and its rhythm goes on where it is. */
void vd_lamp_set(struct vd_lamp *lamp, struct vd_lamp_intent intent, struct vd_mono until);
/** Nobody tells any more: blind at once. */
void vd_lamp_forget(struct vd_lamp *lamp);
/** Every colour, half a second each. */
void vd_lamp_test(struct vd_lamp *lamp);
/** `news` is called before a frame that time alone brings, and before an intent is given up: it
 *  may call vd_lamp_set. */
void vd_lamp_ask_first(struct vd_lamp *lamp, void *ctx, void (*news)(void *ctx));
/** The frame that is shown now. */
struct vd_lamp_frame vd_lamp_get_frame(const struct vd_lamp *lamp);

#endif
