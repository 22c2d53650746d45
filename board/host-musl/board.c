// SPDX-License-Identifier: MIT
#include "board/board.h"

const struct vd_board vd_board = {
	.name = "host-musl",
	.lamp = { "console", "", "", "", "", "" },
	.button_device = "",
	.button_key = "",
};
