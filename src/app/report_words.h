// SPDX-License-Identifier: MIT
/**
 * How a report writes times, shares and instants for people.
 * Not JSON and not CSV: numbers there are plain seconds.
 * Pure.
 */
#ifndef VD_APP_REPORT_WORDS_H
#define VD_APP_REPORT_WORDS_H

#include "base/buf.h"
#include "care/domain.h"
#include "care/view.h"

#define VD_DURATION_TEXT_BYTES 32

/** "10 s", "4 min 10 s", "2 h 05", in wall time from three days on "57 d 14 h"; open time stays
 *  in hours: whose day would it be? */
void vd_report_print_duration(int64_t s, bool is_wall, char out[VD_DURATION_TEXT_BYTES]);
/** "72 h 00 / 9 h 00" */
void vd_report_print_pair(struct vd_pair pair, char out[2 * VD_DURATION_TEXT_BYTES + 4]);
/** "4.6 %"; of > 0. Neither "0.0 %" nor "100.0 %" unless it is exact. */
void vd_report_print_share(uint64_t n, uint64_t of, char out[16]);
void vd_report_put_share(struct vd_buf *out, uint64_t n, uint64_t of);
/** Local time of the first calendar: "Fri 2 Oct 2026 16:40". */
void vd_report_print_instant(const struct vd_rulebook *book, struct vd_wall t,
			     char out[VD_TIME_TEXT_BYTES]);

#endif
