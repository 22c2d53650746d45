// SPDX-License-Identifier: MIT
#include "care/calendar_cursor.h"

bool vd_calendar_cursor_accept(struct vd_calendar_cursor *c, char wanted)
{
	if (c->at >= c->text.n || c->text.p[c->at] != wanted) {
		return false;
	}
	c->at++;
	return true;
}

bool vd_calendar_cursor_is_at_end(const struct vd_calendar_cursor *c)
{
	return c->at >= c->text.n;
}

enum vd_err vd_calendar_cursor_refuse_at(const struct vd_calendar_cursor *c, size_t at,
					 enum vd_err err, const char *why)
{
	struct vd_span near = vd_span_skip(c->text, at);

	return vd_diag_set(c->diag, err, "%s at column %zu (\"%.*s\")", why, at + 1,
			   (int)(near.n < 24 ? near.n : 24), near.n > 0 ? near.p : "");
}

enum vd_err vd_calendar_cursor_refuse(const struct vd_calendar_cursor *c, const char *why)
{
	return vd_calendar_cursor_refuse_at(c, c->at, VD_ERR_SYNTAX, why);
}

bool vd_calendar_cursor_take(struct vd_calendar_cursor *c, int digits, int *out)
{
	int value = 0;

	for (int i = 0; i < digits; i++) {
		if (vd_calendar_cursor_is_at_end(c) || c->text.p[c->at] < '0' ||
		    c->text.p[c->at] > '9') {
			return false;
		}
		value = value * 10 + (c->text.p[c->at++] - '0');
	}
	*out = value;
	return true;
}
