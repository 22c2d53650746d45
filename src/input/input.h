// SPDX-License-Identifier: MIT
/**
 * The button: any key source (evdev, terminal) turned into press, hold and long hold.
 * Not a keyboard driver: a key map says which key is the button.
 * Presses are timed by the source's own stamps; hold timers run in the loop.
 */
#ifndef VD_INPUT_INPUT_H
#define VD_INPUT_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/log.h"
#include "loop/loop.h"

enum vd_button_event {
	VD_BUTTON_PRESS,     // released before 3 s: acknowledge
	VD_BUTTON_HOLD,      // held for 3 s: lamp test
	VD_BUTTON_LONG_HOLD, // held for 10 s: technician's page
};
typedef void vd_button_fn(void *ctx, enum vd_button_event event);

/** Pure: down/up with stamps in, events out; tells when it wants to be asked again. */
struct vd_button {
	bool is_down;
	bool told_hold;
	bool told_long;
	struct vd_mono since;
};
/** Returns true and sets *event where something happened. Bounces under 30 ms are swallowed. */
bool vd_button_step(struct vd_button *button, bool is_down, struct vd_mono now,
		    enum vd_button_event *event);
/** When a hold becomes due; false where none runs. */
bool vd_button_next(const struct vd_button *button, struct vd_mono *at);

/** A key name ("KEY_SPACE", "KEY_ENTER", "BTN_0", or a number) -> Linux code; VD_ERR_NOT_FOUND. */
enum vd_err vd_keymap_parse(const char *name, uint16_t *code) VD_MUST_USE;

struct vd_evdev;
struct vd_evdev_config {
	struct vd_loop *loop;
	const struct vd_log *log;
	/** /dev/input/eventN, or a pipe with struct input_event in tests; comes back by itself
	 *  when unplugged */
	const char *path;
	uint16_t key; // 0: any key
	void *ctx;
	vd_button_fn *fn;
};
enum vd_err vd_evdev_create(const struct vd_evdev_config *config, struct vd_evdev **out,
			    struct vd_diag *diag) VD_MUST_USE;
void vd_evdev_destroy(struct vd_evdev *evdev);

#endif
