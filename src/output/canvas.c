// SPDX-License-Identifier: MIT
#include "output/canvas.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#define TEXT_BYTES 512

void vd_canvas_init(struct vd_canvas *canvas, struct vd_buf *out, uint16_t columns, uint16_t rows)
{
	*canvas = (struct vd_canvas){ .out = out, .columns = columns, .rows = rows };
}

bool vd_canvas_is_full(const struct vd_canvas *canvas)
{
	return canvas->line >= canvas->rows;
}

uint16_t vd_canvas_left(const struct vd_canvas *canvas)
{
	return (uint16_t)(canvas->rows - canvas->line);
}

static void enter(struct vd_canvas *canvas, const char *sgr)
{
	if (canvas->sgr == NULL || strcmp(canvas->sgr, sgr) != 0) {
		vd_buf_printf(canvas->out, "\x1b[%sm", sgr);
		canvas->sgr = sgr;
	}
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); // bidi overrides
}

static void put_up_to(struct vd_canvas *canvas, const char *sgr, const char *text, uint16_t end)
{
	struct vd_span rest = vd_span_of(text);
	uint32_t c;
	if (vd_canvas_is_full(canvas)) {
		return;
	}
	while (vd_utf8_next(&rest, &c)) {
		char bytes[4];
		int width = is_control(c) ? -1 : vd_utf8_width(c);
		if (width < 0) {
			continue;
		}
		if (canvas->column + width > end) {
			return;
		}
		enter(canvas, sgr);
		vd_buf_put(canvas->out, bytes, vd_utf8_encode(c, bytes));
		canvas->column = (uint16_t)(canvas->column + width);
	}
}

void vd_canvas_put(struct vd_canvas *canvas, const char *sgr, const char *text)
{
	put_up_to(canvas, sgr, text, canvas->columns);
}

void vd_canvas_printf(struct vd_canvas *canvas, const char *sgr, const char *fmt, ...)
{
	char text[TEXT_BYTES];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	vd_canvas_put(canvas, sgr, text);
}

void vd_canvas_to(struct vd_canvas *canvas, const char *sgr, uint16_t column)
{
	uint16_t end = column < canvas->columns ? column : canvas->columns;
	if (vd_canvas_is_full(canvas)) {
		return;
	}
	while (canvas->column < end) {
		enter(canvas, sgr);
		vd_buf_put_char(canvas->out, ' ');
		canvas->column++;
	}
}

void vd_canvas_field(struct vd_canvas *canvas, const char *sgr, const char *text, uint16_t width)
{
	uint16_t end = (uint16_t)(canvas->column + width);
	end = end < canvas->columns ? end : canvas->columns;
	put_up_to(canvas, sgr, text, end);
	vd_canvas_to(canvas, sgr, end);
}

void vd_canvas_end_line(struct vd_canvas *canvas, const char *sgr)
{
	if (vd_canvas_is_full(canvas)) {
		return;
	}
	vd_canvas_to(canvas, sgr, canvas->columns);
	vd_buf_put_text(canvas->out, "\x1b[0m");
	canvas->sgr = NULL;
	canvas->column = 0;
	canvas->line++;
	if (!vd_canvas_is_full(canvas)) {
		vd_buf_put_char(canvas->out, '\n');
	}
}

uint16_t vd_canvas_width(const char *text)
{
	struct vd_span rest = vd_span_of(text);
	uint32_t c;
	int n = 0;
	while (vd_utf8_next(&rest, &c)) {
		n += is_control(c) ? 0 : vd_utf8_width(c);
	}
	return (uint16_t)(n < UINT16_MAX ? n : UINT16_MAX);
}
