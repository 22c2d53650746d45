// SPDX-License-Identifier: MIT
/**
 * The scoreboard of the terminal's wall: who is followed by how many, in one line.
 * Not a list of everybody: what has no room is left out whole, and in the shop's mode only ours are
 * told, by their brands.
 * Pure; the canvas is the caller's.
 */
#ifndef VD_OUTPUT_WALL_TERM_BOARD_H
#define VD_OUTPUT_WALL_TERM_BOARD_H

#include "care/view.h"
#include "output/canvas.h"

/** 1, or 0 where there is nothing to show. */
int vd_wall_board_lines(const struct vd_view *view);
/** `is_old`: the store can't be read, the figures are of before. */
void vd_wall_board_draw(struct vd_canvas *canvas, const struct vd_view *view,
			const struct vd_zone *zone, const char *lang, bool is_old);

#endif
