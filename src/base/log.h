// SPDX-License-Identifier: MIT
/**
 * The log: one line a record, levels, written through a sink that the caller gives.
 * Not for what a person must act on (alarms) nor for facts (journal); secrets cannot be printed
 * since `struct vd_secret` has no format, and control bytes in texts come out escaped.
 * A log object is handed down; it stamps with the clock it was given, and does no I/O of its own.
 */
#ifndef VD_BASE_LOG_H
#define VD_BASE_LOG_H

#include <stddef.h>

#include "base/attr.h"
#include "base/clock.h"

enum vd_log_level {
	VD_LOG_ERROR,
	VD_LOG_WARN,
	VD_LOG_INFO,
	VD_LOG_DEBUG,
};

struct vd_log {
	enum vd_log_level level;      // records above it are dropped before they are formatted
	const struct vd_clock *clock; // NULL: no stamp
	void *ctx;
	/** One whole line with its newline, <= VD_LOG_LINE_BYTES. */
	void (*write)(void *ctx, enum vd_log_level level, const char *line, size_t n);
};

#define VD_LOG_LINE_BYTES 512

/** "2026-10-05T10:00:00Z WARN x: text"; `area` is a folder or module. A NULL log is silent. */
void vd_log(const struct vd_log *log, enum vd_log_level level, const char *area, const char *fmt,
	    ...) VD_PRINTF(4, 5);

#define vd_error(log, area, ...) vd_log((log), VD_LOG_ERROR, (area), __VA_ARGS__)
#define vd_warn(log, area, ...) vd_log((log), VD_LOG_WARN, (area), __VA_ARGS__)
#define vd_info(log, area, ...) vd_log((log), VD_LOG_INFO, (area), __VA_ARGS__)
#define vd_debug(log, area, ...) vd_log((log), VD_LOG_DEBUG, (area), __VA_ARGS__)

#endif
