// SPDX-License-Identifier: MIT
/**
 * What a board is to the program: name, lamp and button, as defaults of the settings.
 * Not what is built in (its defconfig), nor how it is compiled (its board.mk).
 * Constant data: no time, no I/O.
 */
#ifndef VD_BOARD_H
#define VD_BOARD_H

/** Names of LEDs below /sys/class/leds; "" where there is none. */
struct vd_board_lamp {
	const char *kind; // the setting lamp.kind: none, console, leds
	const char *red;
	const char *amber;
	const char *green;
	const char *white;
	const char *blue;
};

struct vd_board {
	const char *name;
	struct vd_board_lamp lamp;
	const char *button_device; // evdev device; "": none
	const char *button_key;    // e.g. "BTN_0"; "": any key
};

/** Each board has one, in board/<name>/board.c. */
extern const struct vd_board vd_board;

#endif
