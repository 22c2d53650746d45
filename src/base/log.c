// SPDX-License-Identifier: MIT
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#define CUT_MARK "..."

// Escaping only makes a text longer: what is cut here would not have fitted into the line either.
#define DRAFT_BYTES (2 * VD_LOG_LINE_BYTES)

static const char *level_name(enum vd_log_level level)
{
	static const char *const NAMES[] = {
		[VD_LOG_ERROR] = "ERROR",
		[VD_LOG_WARN] = "WARN",
		[VD_LOG_INFO] = "INFO",
		[VD_LOG_DEBUG] = "DEBUG",
	};
	return (size_t)level < VD_ARRAY_LEN(NAMES) ? NAMES[level] : "?";
}

// Whatever ends a line, moves the cursor or turns the writing round on somebody's screen.
static bool is_escaped(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static void put_code_point(struct vd_buf *line, uint32_t c)
{
	if (c == '\n') {
		vd_buf_put_text(line, "\\n");
	} else if (c == '\t') {
		vd_buf_put_text(line, "\\t");
	} else if (c == '\r') {
		vd_buf_put_text(line, "\\r");
	} else if (is_escaped(c)) {
		vd_buf_printf(line, c < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)c);
	} else {
		char bytes[4];
		vd_buf_put(line, bytes, vd_utf8_encode(c, bytes));
	}
}

// Bytes of the text that went in before the line was full.
static size_t put_escaped(struct vd_buf *line, struct vd_span text)
{
	struct vd_span left = text;
	size_t fitted = 0;
	uint32_t c;
	while (vd_utf8_next(&left, &c)) {
		put_code_point(line, c);
		if (line->overflow) {
			break;
		}
		fitted = text.n - left.n;
	}
	return fitted;
}

// The cut is looked for in the text as it was: an escape is never torn, nor a mark from its letter.
static void put_text(struct vd_buf *line, struct vd_span text)
{
	size_t start = line->len;
	size_t fitted = put_escaped(line, text);
	if (line->overflow) {
		line->len = start;
		line->overflow = false;
		(void)put_escaped(line, vd_span_make(text.p, vd_utf8_truncate(text, fitted)));
		line->overflow = true;
	}
}

// Level and area first, so that what is cut is the text.
static void print_line(struct vd_buf *line, const struct vd_log *log, enum vd_log_level level,
		       const char *area, struct vd_span text)
{
	if (log->clock != NULL) {
		char stamp[VD_TIME_TEXT_BYTES];
		vd_wall_print(vd_clock_wall(log->clock), stamp);
		vd_buf_printf(line, "%s ", stamp);
	}
	vd_buf_printf(line, "%s ", level_name(level));
	put_text(line, vd_span_of(area));
	vd_buf_put_text(line, ": ");
	put_text(line, text);
}

void vd_log(const struct vd_log *log, enum vd_log_level level, const char *area, const char *fmt,
	    ...)
{
	if (log == NULL || log->write == NULL || level > log->level) {
		return;
	}
	char draft[DRAFT_BYTES];
	va_list args;
	va_start(args, fmt);
	int printed = vsnprintf(draft, sizeof(draft), fmt, args);
	va_end(args);
	size_t n = printed < 0 ? 0 : (size_t)printed;
	if (n >= sizeof(draft)) {
		n = sizeof(draft) - 1;
	}
	char memory[VD_LOG_LINE_BYTES];
	struct vd_buf line;
	// Behind its limit there is room for the mark and the newline.
	vd_buf_init(&line, memory, sizeof(memory) - sizeof(CUT_MARK));
	print_line(&line, log, level, area, vd_span_make(draft, n));
	size_t len = line.len;
	if (line.overflow) {
		memcpy(memory + len, CUT_MARK, sizeof(CUT_MARK) - 1);
		len += sizeof(CUT_MARK) - 1;
	}
	memory[len++] = '\n';
	log->write(log->ctx, level, memory, len);
}
