// SPDX-License-Identifier: MIT
/**
 * The light: what it shows at an instant (pure, lamp_pattern.c) and where it shines (LED class,
 * console).
 * Not the decision what to say (care/alarm.h).
 * The lamp is drawn by the main loop, so that a frozen program can't keep it green.
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

/** Where frames go. */
struct vd_lamp_sink {
	void *ctx;
	struct vd_lamp_caps caps;
	/** A failure is told once and the lamp goes on trying. */
	enum vd_err (*show)(void *ctx, const struct vd_lamp_frame *frame, struct vd_diag *diag);
	void (*close)(void *ctx);
};
/** Linux LED class: directories below /sys/class/leds, "" where a colour is missing. On close
 *  the lamp is left blind:
 *  the kernel's timer trigger blinks amber or white. */
struct vd_lamp_led_config {
	const char *root; // NULL: /sys/class/leds
	const char *leds[VD_COLOUR_N];
};
enum vd_err vd_lamp_led_open(const struct vd_lamp_led_config *config, struct vd_lamp_sink *out,
			     struct vd_diag *diag) VD_MUST_USE;

struct vd_lamp;
enum vd_err vd_lamp_create(struct vd_loop *loop, struct vd_lamp_sink sink, const struct vd_log *log,
			   struct vd_lamp **out, struct vd_diag *diag) VD_MUST_USE;
void vd_lamp_destroy(struct vd_lamp *lamp);
/** The new intent, in the after phase; shows at once what changed. */
void vd_lamp_set(struct vd_lamp *lamp, struct vd_lamp_intent intent);
void vd_lamp_test(struct vd_lamp *lamp);
/** The frame that is shown now. */
struct vd_lamp_frame vd_lamp_get_frame(const struct vd_lamp *lamp);

#endif
