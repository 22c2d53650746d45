// SPDX-License-Identifier: MIT
#include "board/board.h"

const struct vd_board vd_board = {
	.name = "qemu-arm64",
	.lamp = { "leds", "red", "amber", "green", "", "" },
	.button_device = "/dev/input/event0",
	.button_key = "BTN_0",
};
