// SPDX-License-Identifier: MIT
/**
 * Text in a field of CSV (RFC 4180).
 * Not a reader of it.
 * Pure.
 */
#ifndef VD_APP_REPORT_CSV_H
#define VD_APP_REPORT_CSV_H

#include "base/buf.h"

/** Quoted where it must be. */
void vd_report_put_csv_text(struct vd_buf *out, const char *text);

#endif
