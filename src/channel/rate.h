// SPDX-License-Identifier: MIT
/**
 * How often an endpoint of a network may be called: windows seeded from a table, corrected by every
 * answer's headers. Not a scheduler (channels.c) and not a ledger of money. Pure: `now` is
 * monotonic real time; the clock is only asked how much real time a span of domain time takes.
 */
#ifndef VD_CHANNEL_RATE_H
#define VD_CHANNEL_RATE_H

#include "base/clock.h"
#include "net/http_client.h"

/** What one answer says about limits; spans of domain time, counted from the answer. */
struct vd_rate_report {
	int status;
	struct vd_wall date; // the Date header; not set where absent
	bool has_window;     // x-rate-limit-*: limit, remaining, reset_in
	uint32_t limit;
	uint32_t remaining;
	struct vd_dur reset_in;
	bool has_day; // a 24-hour window was told; of several the one with the least left
	uint32_t day_remaining;
	bool is_day_spent; // it has nothing left
	struct vd_dur day_in;
	bool has_retry_after;
	struct vd_dur retry_after; // the longest, where there are several
	int usage_percent;         // X-App-Usage and the like: the highest figure; -1 where absent
	struct vd_dur regain;      // estimated_time_to_regain_access
};
/** `now` stands in where the answer has no Date: resets are instants, and our own clock may be
 * wrong. */
void vd_rate_report_parse(const struct vd_http_response *response, struct vd_wall now,
			  struct vd_rate_report *out);

/** The second window of an endpoint that has two. */
struct vd_rate_day {
	struct vd_dur window; // 0: there is none
	uint32_t limit;
	uint32_t remaining;
	struct vd_mono reset;
};

/** The windows of one endpoint. */
struct vd_rate {
	const struct vd_clock *clock;
	struct vd_dur window; // domain time
	uint32_t limit;
	uint32_t remaining;
	struct vd_mono reset;   // end of the window under way; 0: none
	struct vd_mono blocked; // not before; 0: free
	int usage_percent;
	struct vd_rate_day day;
	bool is_reads_only; // no write shares it: nothing is kept back for one
};
/** `limit` calls a window; 80 % of it are planned with (section 4 of the facts). */
void vd_rate_init(struct vd_rate *rate, const struct vd_clock *clock, struct vd_dur window,
		  uint32_t limit);
/** A second, longer window beside it. */
void vd_rate_init_day(struct vd_rate *rate, struct vd_dur window, uint32_t limit);
/** A call leaves. */
void vd_rate_note(struct vd_rate *rate, struct vd_mono now);
/** An answer came. The status is the truth: a 429 blocks whatever `remaining` says. */
void vd_rate_apply(struct vd_rate *rate, const struct vd_rate_report *report, struct vd_mono now);

/** A refusal that came without a 429: nothing leaves for that long (domain time). */
void vd_rate_block(struct vd_rate *rate, struct vd_mono now, struct vd_dur wait);

enum vd_rate_class {
	VD_RATE_WRITE, // a customer waits for it: may use the whole window
	VD_RATE_READ,  // leaves a fifth of the window to writes
	VD_RATE_SWEEP, // nobody is near a deadline: leaves another fifth to those reads
};
/** The earliest instant (>= now) at which a call may leave. */
struct vd_mono vd_rate_next(const struct vd_rate *rate, enum vd_rate_class class,
			    struct vd_mono now);
/** Real time between calls that are spread evenly over 80 % of the window, stretched by usage
 * figures. */
struct vd_dur vd_rate_pace(const struct vd_rate *rate, struct vd_dur wished);
/** The same in domain time; near a deadline 95 % of a window that only reads use are spent. */
struct vd_dur vd_rate_period(const struct vd_rate *rate, struct vd_dur wished, bool is_near);
/** Calls that the tighter window has left now. */
uint32_t vd_rate_left(const struct vd_rate *rate, struct vd_mono now);
/** Domain time that a span of real time takes: the inverse of the clock's `real`. */
struct vd_dur vd_rate_domain(const struct vd_clock *clock, struct vd_dur real);

#endif
