// SPDX-License-Identifier: MIT
#include "base/json.h"

#include "base/utf8.h"

struct vd_json_out vd_json_out_init(struct vd_buf *buf)
{
	return (struct vd_json_out){ .buf = buf };
}

// Bytes that go out as they are: everything else is decoded first.
static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x7F && c != '"' && c != '\\';
}

static void put_code_point(struct vd_buf *buf, uint32_t c)
{
	if (c == '"' || c == '\\') {
		vd_buf_put_char(buf, '\\');
		vd_buf_put_char(buf, (char)c);
	} else if (c == '\n') {
		vd_buf_put_text(buf, "\\n");
	} else if (c < 0x20 || c == 0x7F || c == 0x2028 || c == 0x2029) {
		// The last two end a line in older JavaScript.
		vd_buf_printf(buf, "\\u%04x", (unsigned)c);
	} else {
		char bytes[4];
		vd_buf_put(buf, bytes, vd_utf8_encode(c, bytes));
	}
}

static void put_string(struct vd_buf *buf, struct vd_span text)
{
	vd_buf_put_char(buf, '"');
	while (text.n > 0 && !buf->overflow) {
		size_t run = 0;
		while (run < text.n && is_plain(text.p[run])) {
			run++;
		}
		vd_buf_put(buf, text.p, run);
		text = vd_span_skip(text, run);
		uint32_t c;
		if (vd_utf8_next(&text, &c)) {
			put_code_point(buf, c);
		}
	}
	vd_buf_put_char(buf, '"');
}

static void begin(struct vd_json_out *j, const char *name)
{
	if (j->needs_comma) {
		vd_buf_put_char(j->buf, ',');
	}
	if (name != NULL) {
		put_string(j->buf, vd_span_of(name));
		vd_buf_put_char(j->buf, ':');
	}
	j->needs_comma = true;
}

void vd_json_open(struct vd_json_out *j, const char *name, char bracket)
{
	begin(j, name);
	vd_buf_put_char(j->buf, bracket);
	j->needs_comma = false;
}

void vd_json_close(struct vd_json_out *j, char bracket)
{
	vd_buf_put_char(j->buf, bracket);
	j->needs_comma = true;
}

void vd_json_put_text(struct vd_json_out *j, const char *name, struct vd_span value)
{
	begin(j, name);
	put_string(j->buf, value);
}

void vd_json_put_i64(struct vd_json_out *j, const char *name, int64_t value)
{
	begin(j, name);
	vd_buf_printf(j->buf, "%lld", (long long)value);
}

void vd_json_put_double(struct vd_json_out *j, const char *name, double value, int decimals)
{
	if (!(value - value == 0)) { // neither infinities nor NaN have a form in JSON
		vd_json_put_null(j, name);
		return;
	}
	begin(j, name);
	int digits = decimals < 0 ? 0 : decimals > 6 ? 6 : decimals;
	vd_buf_printf(j->buf, "%.*f", digits, value);
}

void vd_json_put_bool(struct vd_json_out *j, const char *name, bool value)
{
	begin(j, name);
	vd_buf_put_text(j->buf, value ? "true" : "false");
}

void vd_json_put_null(struct vd_json_out *j, const char *name)
{
	begin(j, name);
	vd_buf_put_text(j->buf, "null");
}

void vd_json_put_wall(struct vd_json_out *j, const char *name, struct vd_wall value)
{
	if (!vd_wall_is_set(value)) {
		vd_json_put_null(j, name);
		return;
	}
	char text[VD_TIME_TEXT_BYTES];
	vd_wall_print(value, text);
	vd_json_put_text(j, name, vd_span_of(text));
}
