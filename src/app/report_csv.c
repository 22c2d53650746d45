// SPDX-License-Identifier: MIT
// One row a figure; and two reports side by side.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/report_csv.h"
#include "app/report_internal.h"
#include "app/report_words.h"

void vd_report_put_csv_text(struct vd_buf *out, const char *text)
{
	if (strpbrk(text, ",\"\r\n") == NULL) {
		vd_buf_put_text(out, text);
		return;
	}
	vd_buf_put_char(out, '"');
	for (; *text != '\0'; text++) {
		vd_buf_put_text(out, *text == '"' ? "\"" : "");
		vd_buf_put_char(out, *text);
	}
	vd_buf_put_char(out, '"');
}

static const char *boolean(bool value)
{
	return value ? "true" : "false";
}

static void put_row(void *ctx, const struct vd_report_row *row)
{
	struct vd_buf *out = ctx;
	vd_report_put_csv_text(out, row->name);
	switch (row->kind) {
	case VD_ROW_COUNT:
		vd_buf_printf(out, ",count,%" PRIu64 ",,,,,\n", row->n);
		break;
	case VD_ROW_SHARE:
		vd_buf_printf(out, ",share,%" PRIu64 ",%" PRIu64 ",,,,\n", row->n, row->of);
		break;
	case VD_ROW_SUM:
		vd_buf_printf(out, ",sum,,,%" PRId64 ",%" PRId64 ",,\n", row->pair.wall_s,
			      row->pair.business_s);
		break;
	case VD_ROW_DURATION:
		if (row->n == 0) { // of none there is none
			vd_buf_put_text(out, ",duration,0,,,,,\n");
			break;
		}
		vd_buf_printf(out, ",duration,%" PRIu64 ",,%" PRId64 ",%" PRId64 ",%s,%s\n", row->n,
			      row->pair.wall_s, row->pair.business_s, boolean(row->is_wall_reached),
			      boolean(row->is_business_reached));
		break;
	}
}

void vd_report_print_csv(const struct vd_report *report, struct vd_buf *out)
{
	vd_buf_put_text(out, "figure,kind,n,of,wall_s,business_s,wall_reached,business_reached\n");
	vd_report_each_row(report, put_row, out);
}

// ---- two side by side -----------------------------------------------------------------------

#define CELL 26
#define ROWS_MAX 512

struct collected {
	size_t n;
	struct vd_report_row at[ROWS_MAX];
	bool is_used[ROWS_MAX];
};

static void collect(void *ctx, const struct vd_report_row *row)
{
	struct collected *to = ctx;
	if (to->n < ROWS_MAX) {
		to->at[to->n++] = *row;
	}
}

static const struct vd_report_row *find(struct collected *in, const char *name)
{
	for (size_t i = 0; i < in->n; i++) {
		if (!in->is_used[i] && strcmp(in->at[i].name, name) == 0) {
			in->is_used[i] = true;
			return &in->at[i];
		}
	}
	return NULL;
}

static void print_duration_cell(const struct vd_report_row *row, char *out, size_t cap)
{
	char wall[VD_DURATION_TEXT_BYTES];
	char business[VD_DURATION_TEXT_BYTES];
	vd_report_print_duration(row->pair.wall_s, true, wall);
	vd_report_print_duration(row->pair.business_s, false, business);
	snprintf(out, cap, "%s%s / %s%s", row->is_wall_reached ? "" : ">= ", wall,
		 row->is_business_reached ? "" : ">= ", business);
}

static void print_cell(const struct vd_report_row *row, char *out, size_t cap)
{
	char share[16];
	snprintf(out, cap, "-");
	if (row == NULL) {
		return;
	}
	switch (row->kind) {
	case VD_ROW_COUNT:
		snprintf(out, cap, "%" PRIu64, row->n);
		break;
	case VD_ROW_SHARE:
		if (row->of > 0) {
			vd_report_print_share(row->n, row->of, share);
			snprintf(out, cap, "%s", share);
		}
		break;
	case VD_ROW_SUM:
		print_duration_cell(row, out, cap);
		break;
	case VD_ROW_DURATION:
		if (row->n > 0) {
			print_duration_cell(row, out, cap);
		}
		break;
	}
}

// "+" and "-" of what can be subtracted; a bound can't.
static void put_signed(struct vd_buf *out, int64_t s, bool is_wall)
{
	char text[VD_DURATION_TEXT_BYTES];
	vd_report_print_duration(s < 0 ? -s : s, is_wall, text);
	vd_buf_printf(out, "%s%s", s < 0 ? "-" : "+", text);
}

static void put_difference(struct vd_buf *out, const struct vd_report_row *a,
			   const struct vd_report_row *b)
{
	if (a == NULL || b == NULL) {
		return;
	}
	if (a->kind == VD_ROW_COUNT) {
		int64_t by = (int64_t)b->n - (int64_t)a->n;
		if (by != 0) {
			vd_buf_printf(out, "  %+" PRId64, by);
		}
	} else if (a->kind == VD_ROW_SHARE) {
		if (a->of > 0 && b->of > 0) {
			double by = (double)b->n * 100 / (double)b->of -
				    (double)a->n * 100 / (double)a->of;
			if (by != 0) {
				vd_buf_printf(out, "  %+.1f points", by);
			}
		}
	} else if (a->is_wall_reached && b->is_wall_reached && a->is_business_reached &&
		   b->is_business_reached) {
		int64_t wall = b->pair.wall_s - a->pair.wall_s;
		int64_t business = b->pair.business_s - a->pair.business_s;
		if (wall != 0 || business != 0) {
			vd_buf_put_text(out, "  ");
			put_signed(out, wall, true);
			vd_buf_put_text(out, " / ");
			put_signed(out, business, false);
		}
	}
}

static bool is_nothing(const struct vd_report_row *row)
{
	return row == NULL || (row->n == 0 && row->of == 0 && row->pair.wall_s == 0);
}

static void put_line(struct vd_buf *out, const char *name, const struct vd_report_row *a,
		     const struct vd_report_row *b)
{
	char cell_a[2 * VD_DURATION_TEXT_BYTES + 12];
	char cell_b[2 * VD_DURATION_TEXT_BYTES + 12];
	if (is_nothing(a) && is_nothing(b)) {
		return;
	}
	print_cell(a, cell_a, sizeof(cell_a));
	print_cell(b, cell_b, sizeof(cell_b));
	vd_buf_printf(out, "%-32s  %*s  %*s", name, CELL, cell_a, CELL, cell_b);
	put_difference(out, a, b);
	vd_buf_put_char(out, '\n');
}

void vd_report_print_text_pair(const struct vd_report *a, const char *name_a,
			       const struct vd_report *b, const char *name_b, struct vd_buf *out)
{
	struct collected *rows = calloc(2, sizeof(*rows));
	if (rows == NULL) {
		out->overflow = true; // whoever checks the buffer is told that it isn't whole
		return;
	}
	vd_report_each_row(a, collect, &rows[0]);
	vd_report_each_row(b, collect, &rows[1]);
	vd_buf_printf(out, "%-32s  %*s  %*s  difference\n", "wall / open hours", CELL, name_a, CELL,
		      name_b);
	for (size_t i = 0; i < rows[0].n; i++) {
		const struct vd_report_row *row = &rows[0].at[i];
		put_line(out, row->name, row, find(&rows[1], row->name));
	}
	for (size_t i = 0; i < rows[1].n; i++) {
		if (!rows[1].is_used[i]) {
			put_line(out, rows[1].at[i].name, NULL, &rows[1].at[i]);
		}
	}
	free(rows);
}
