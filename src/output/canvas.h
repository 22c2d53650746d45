// SPDX-License-Identifier: MIT
/**
 * Lines of a terminal with colours: text is measured in columns and cut where the line ends.
 * Not a screen: lines go out one after the other, each as wide as the screen, separated by '\n'.
 * Pure; the buffer is the caller's.
 */
#ifndef VD_OUTPUT_CANVAS_H
#define VD_OUTPUT_CANVAS_H

#include "base/buf.h"

/** SGR parameters of the house: a grey ground, and colour only for what is abnormal. */
#define VD_SGR_BASE "0;38;5;250;48;5;235"
#define VD_SGR_STRONG "0;1;38;5;255;48;5;235"
#define VD_SGR_DIM "0;38;5;245;48;5;235"
#define VD_SGR_HEAD "0;1;38;5;255;48;5;238"
#define VD_SGR_HEAD_DIM "0;38;5;250;48;5;238"
#define VD_SGR_RED "0;1;38;5;210;48;5;235"
#define VD_SGR_AMBER "0;1;38;5;221;48;5;235"
#define VD_SGR_WHITE "0;1;38;5;231;48;5;235"
/** Its number stays, its authority goes. */
#define VD_SGR_STRUCK "0;9;38;5;245;48;5;235"

struct vd_canvas {
	struct vd_buf *out;
	uint16_t columns;
	uint16_t rows;
	uint16_t line;   // lines finished
	uint16_t column; // columns used in this line
	const char *sgr; // in force; NULL: none
};

void vd_canvas_init(struct vd_canvas *canvas, struct vd_buf *out, uint16_t columns, uint16_t rows);
/** Controls are dropped: nothing that a customer wrote reaches the terminal as a command. */
void vd_canvas_put(struct vd_canvas *canvas, const char *sgr, const char *text);
void vd_canvas_printf(struct vd_canvas *canvas, const char *sgr, const char *fmt, ...)
	VD_PRINTF(3, 4);
/** Cuts at `width` columns and fills up to them. */
void vd_canvas_field(struct vd_canvas *canvas, const char *sgr, const char *text, uint16_t width);
/** Blanks up to `column`. */
void vd_canvas_to(struct vd_canvas *canvas, const char *sgr, uint16_t column);
/** Ends the line; those beyond the last row are dropped. */
void vd_canvas_end_line(struct vd_canvas *canvas, const char *sgr);
bool vd_canvas_is_full(const struct vd_canvas *canvas);
uint16_t vd_canvas_left(const struct vd_canvas *canvas);
/** Columns that a text takes. */
uint16_t vd_canvas_width(const char *text);

#endif
