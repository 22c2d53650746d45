// SPDX-License-Identifier: MIT
/**
 * The normal rate of an account, learned by hour of the week, and whether the last hours were
 * unusually quiet by it: a hint beside the success of polls, since a network may answer well and
 * show nothing.
 * Not an alarm (alarm.h) and not a count of what waits.
 * Pure: hours are UTC hours since 1970, time is a parameter.
 */
#ifndef VD_CARE_QUIET_H
#define VD_CARE_QUIET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

#define VD_QUIET_WEEK 168
#define VD_QUIET_HOURS 24 // that are looked at; older ones are learned

/** Zeroed memory knows nothing. */
struct vd_quiet {
	uint16_t rate[VD_QUIET_WEEK]; // messages an hour, in 1/VD_QUIET_UNIT
	uint8_t weeks[VD_QUIET_WEEK]; // how often that hour was learned
	int64_t hour;                 // the current one; 0: none yet
	uint16_t count[VD_QUIET_HOURS];
	bool is_blind[VD_QUIET_HOURS]; // polls failed, or nobody watched: says nothing
};
#define VD_QUIET_UNIT 64

/** Time goes on; hours in which nobody called are blind, and so is this one where the polls of the
 *  account don't succeed. */
void vd_quiet_tick(struct vd_quiet *quiet, int64_t hour, bool is_good);
/** A customer's message that was new, by the hour in which it was published. */
void vd_quiet_note(struct vd_quiet *quiet, int64_t hour);

struct vd_quiet_word {
	bool is_quiet;   // so few come by chance less than once in a thousand times
	uint32_t hours;  // looked at
	uint32_t count;  // came in them
	double expected; // would have come
	double chance;   // of so few, Poisson
};
/** Looks back until some messages were to be expected. `permille`: how much of the current hour is
 *  over. Never quiet before two weeks are known. */
struct vd_quiet_word vd_quiet_judge(const struct vd_quiet *quiet, uint32_t permille);

/** One line; the current hour is blind when it is read back, since what came after is not in it. */
void vd_quiet_print(const struct vd_quiet *quiet, struct vd_buf *out);
/** What can't be read knows nothing. */
void vd_quiet_parse(struct vd_quiet *quiet, struct vd_span text);

#endif
