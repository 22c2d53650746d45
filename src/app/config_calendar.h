// SPDX-License-Identifier: MIT
/**
 * From a calendar's settings, and the file of holidays that they name, to a calendar.
 * Not the arithmetic (care/calendar.h).
 * Reads one file; knows no time.
 */
#ifndef VD_APP_CONFIG_CALENDAR_H
#define VD_APP_CONFIG_CALENDAR_H

#include "app/config.h"

/** Fills all but the version. Where it fails, *key is the setting that is to blame. */
enum vd_err vd_config_calendar_make(const struct vd_config_calendar *from, struct vd_calendar *out,
				    const char **key, struct vd_diag *diag) VD_MUST_USE;
/**
 * A file of holidays into heap memory (vd_buf_deinit, also where it failed): as it is, or made from
 * iCalendar, told by its first line. `zone` may be NULL: care/holiday_ics.h.
 */
enum vd_err vd_config_holidays_read(const char *file, const struct vd_zone *zone,
				    struct vd_buf *out, struct vd_diag *diag) VD_MUST_USE;

#endif
