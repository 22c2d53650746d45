// SPDX-License-Identifier: MIT
/**
 * What a board is to the program: its name, its lamp and its button, as defaults of the settings of the same names.
 * Not what is built in (its defconfig), nor how it is compiled (its board.mk). The modules and slots come with the firmware.
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
