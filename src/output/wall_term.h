// SPDX-License-Identifier: MIT
/**
 * The wall in a terminal: the view as ANSI text, and the console lamp in its corner.
 * Not a terminal library: it draws whole lines into a buffer and writes only those that changed.
 * Rendering is pure; the terminal (size, raw mode, restore) belongs to the object below.
 */
#ifndef VD_OUTPUT_WALL_TERM_H
#define VD_OUTPUT_WALL_TERM_H

#include "output/lamp.h"
#include "output/output.h"
#include "output/sound.h"

struct vd_wall_size {
	uint16_t columns; // 40..400
	uint16_t rows;    // 10..200
};
/** Pure: one frame as lines separated by '\n' with SGR colours; at most size.rows lines of
 *  size.columns columns. `lang`: "it", "en". */
void vd_wall_term_render(const struct vd_view *view, const struct vd_lamp_frame *lamp,
			 struct vd_wall_size size, const char *lang, const char *footer,
			 struct vd_buf *out);

struct vd_wall_term;
/** `fd_out` a terminal. Raw mode on `fd_in` where it is one too: keys come to `key` (after UTF-8
 *  decoding). */
struct vd_wall_term_config {
	struct vd_loop *loop;
	const struct vd_desk_port *port;
	int fd_in;
	int fd_out;
	const char *lang;
	const char *footer; // addresses of the pages
	void *ctx;
	void (*key)(void *ctx, uint32_t code_point);
};
enum vd_err vd_wall_term_create(const struct vd_wall_term_config *config, struct vd_wall_term **out,
				struct vd_diag *diag) VD_MUST_USE;
/** Restores the terminal. */
void vd_wall_term_destroy(struct vd_wall_term *wall);
/** Draws the changed lines; called in the after phase and by the wall's own 1 Hz timer. */
void vd_wall_term_draw(struct vd_wall_term *wall);
/** The terminal's size changed (SIGWINCH). */
void vd_wall_term_resized(struct vd_wall_term *wall);
/** A lamp sink that shows in this wall. */
struct vd_lamp_sink vd_wall_term_lamp(struct vd_wall_term *wall);
/** A sound sink that rings its bell, once a tone. */
struct vd_sound_sink vd_wall_term_sound(struct vd_wall_term *wall);

#endif
