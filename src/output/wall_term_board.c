// SPDX-License-Identifier: MIT
#include "output/wall_term_board.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "output/phrase.h"

#define CHANGE_BYTES 96
#define NAME_BYTES (VD_HANDLE_BYTES + VD_NAME_BYTES)

struct board {
	struct vd_canvas *canvas;
	const struct vd_view *view;
	const struct vd_zone *zone;
	const char *lang;
	bool is_old;
};

static bool is_shown(const struct vd_view *view, const struct vd_view_followed *f)
{
	return f->is_own || !view->is_public;
}

int vd_wall_board_lines(const struct vd_view *view)
{
	int lines = 0;
	for (uint8_t i = 0; i < view->n_followed; i++) {
		lines |= is_shown(view, &view->followed[i]);
	}
	return lines;
}

// " (+12 7 d, -3 30 d)"
static void print_change(const struct board *b, const struct vd_view_followed *f,
			 char out[CHANGE_BYTES])
{
	static const int days[] = { 7, 30 };
	struct vd_buf buf;
	vd_buf_init(&buf, out, CHANGE_BYTES);
	for (size_t i = 0; i < VD_ARRAY_LEN(days); i++) {
		if (f->has_change[i]) {
			vd_buf_printf(&buf, "%s%+" PRId64 " %d %s", buf.len > 0 ? ", " : " (",
				      f->change[i], days[i],
				      vd_phrase(b->lang, VD_PHRASE_DAYS_SHORT));
		}
	}
	if (buf.len > 0) {
		vd_buf_put_char(&buf, ')');
	}
}

static void print_name(const struct board *b, const struct vd_view_followed *f,
		       char out[NAME_BYTES])
{
	const struct vd_rulebook *book = b->view->book;
	const struct vd_account *account =
		&book->accounts[f->account < book->n_accounts ? f->account : 0];
	const char *brand = account->brand < book->n_brands ? book->brands[account->brand].name
							    : "?";
	snprintf(out, NAME_BYTES, "%s %s",
		 vd_phrase_find(b->lang, "network", vd_network_name(account->network)),
		 f->is_own ? brand : f->handle);
}

// A figure that is old is struck through; one that is too old gives way to its day.
static void print_number(const struct board *b, const struct vd_view_followed *f, char *out,
			 size_t cap)
{
	int64_t year;
	int month;
	int day;
	int64_t s = vd_wall_to_s(f->at);
	if (vd_view_followed_freshness(f, b->view->now) != VD_NOT_KNOWN) {
		snprintf(out, cap, "%" PRIu64, f->followers);
		return;
	}
	vd_civil_from_days((s + vd_zone_offset(b->zone, s)) / 86400, &year, &month, &day);
	snprintf(out, cap, "%s %02d/%02d", vd_phrase(b->lang, VD_PHRASE_NOT_KNOWN), day, month);
}

static void draw_one(const struct board *b, const struct vd_view_followed *f)
{
	char name[NAME_BYTES];
	char number[64];
	char change[CHANGE_BYTES] = "";
	enum vd_freshness freshness = vd_view_followed_freshness(f, b->view->now);
	const char *strong = f->is_own ? VD_SGR_STRONG : VD_SGR_DIM;
	print_name(b, f, name);
	print_number(b, f, number, sizeof(number));
	if (freshness != VD_NOT_KNOWN) {
		print_change(b, f, change);
	}
	int width = 3 + vd_canvas_width(name) + vd_canvas_width(number) + vd_canvas_width(change);
	if (b->canvas->column + width > b->canvas->columns) {
		return;
	}
	vd_canvas_printf(b->canvas, strong, " %s ", name);
	vd_canvas_put(b->canvas, b->is_old || freshness == VD_STALE ? VD_SGR_STRUCK : strong,
		      number);
	vd_canvas_printf(b->canvas, VD_SGR_DIM, "%s ", change);
}

void vd_wall_board_draw(struct vd_canvas *canvas, const struct vd_view *view,
			const struct vd_zone *zone, const char *lang, bool is_old)
{
	struct board b = { canvas, view, zone, lang, is_old };
	vd_canvas_printf(canvas, VD_SGR_DIM, " %s:", vd_phrase(lang, VD_PHRASE_FOLLOWERS));
	for (uint8_t i = 0; i < view->n_followed; i++) {
		if (is_shown(view, &view->followed[i])) {
			draw_one(&b, &view->followed[i]);
		}
	}
	vd_canvas_end_line(canvas, VD_SGR_BASE);
}
