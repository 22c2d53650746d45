// SPDX-License-Identifier: MIT
#include "board/board.h"

const struct vd_board vd_board = {
	.name = "host-lwip",
	.lamp = { "console", "", "", "", "", "" },
	.button_device = "",
	.button_key = "",
};
