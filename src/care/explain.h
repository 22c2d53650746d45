// SPDX-License-Identifier: MIT
/**
 * Why a deadline is where it is (R10a): each stretch of time, counted or skipped, and the reason.
 * Not a text: who shows it finds the words.
 * Pure: no allocation, no clock.
 */
#ifndef VD_CARE_EXPLAIN_H
#define VD_CARE_EXPLAIN_H

#include "care/calendar.h"

enum vd_explain_reason {
	VD_EXPLAIN_OPEN,    // counted; all others are skipped
	VD_EXPLAIN_WEEKDAY, // the whole date: the week has no hours for it
	VD_EXPLAIN_HOLIDAY, // the whole date: an exception or a rule
	VD_EXPLAIN_BEFORE,  // of a date that opens: before its first hours
	VD_EXPLAIN_BREAK,   // between its hours
	VD_EXPLAIN_AFTER,   // behind its last hours
	VD_EXPLAIN_N,
};

/** [from, to) within one local date; what is counted of a night may run into the next one. */
struct vd_explain_segment {
	int64_t from;
	int64_t to;
	int64_t day; // the local date whose hours it is about
	enum vd_explain_reason reason;
	bool is_special;  // an exception or a rule sets the hours of that date
	const char *name; // of the exception or rule; "" where there is none
	int32_t clock_s;  // > 0: so much was the clock put forward in (from, to]; < 0: back
};

typedef void vd_explain_fn(void *ctx, const struct vd_explain_segment *segment);

/**
 * Calls for each segment of [a, b), ascending, without a gap; counted ones add up to
 * vd_calendar_between(cal, a, b). To explain a deadline, b is what vd_calendar_due said.
 */
void vd_explain(const struct vd_calendar *cal, int64_t a, int64_t b, vd_explain_fn *each,
		void *ctx);
/** A short English word for it: "open", "weekday" ... */
const char *vd_explain_reason_name(enum vd_explain_reason reason);

#endif
