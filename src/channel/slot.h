// SPDX-License-Identifier: MIT
/**
 * The inside of the set of accounts, shared by channels.c (whose turn it is, sends) and
 * channels_plan.c (how often, what is kept, what is shown). Not for the networks' channels and not
 * for app/. Runs in the loop's thread.
 */
#ifndef VD_CHANNEL_SLOT_H
#define VD_CHANNEL_SLOT_H

#include "channel/common.h"
#include "net/backoff.h"

struct vd_slot {
	struct vd_channels *set;
	struct vd_channel *channel;
	struct vd_timer timer;
	struct vd_backoff backoff;
	struct vd_mono began;      // of the last poll
	struct vd_mono not_before; // the network's word
	bool is_polling;
	bool was_nudged;
	bool is_waiting; // due, while enough others are under way
	struct vd_mono waits_from;
	struct vd_dur patience;    // waited for so long, real time, it goes before the rest
	bool is_down;              // the last poll failed as a whole: the line, or the network
	struct vd_mono last_good;  // 0: never
	struct vd_dur took;        // polls take so long, real time, on average
	struct vd_urgency urgency; // as it was told last
	struct vd_mono kept_at;    // when the budget was written last; 0: never
	uint64_t kept_mark;        // vd_budget_mark then
};

struct vd_channels {
	struct vd_channel_host host;
	struct vd_slot *slots;
	char *scratch; // what host.scratch points into
	size_t n;
	size_t n_polling;
	bool is_started;
};

/** Takes up what a run before has kept. */
void vd_slot_plan_load(struct vd_slot *slot);
/** The mood of the coming poll, and which steps it reads. */
void vd_slot_plan_begin(struct vd_slot *slot);
/** A poll ended that was no failure as a whole. */
void vd_slot_plan_end(struct vd_slot *slot, const struct vd_poll_report *report);
/** Real time to the next poll from the last one's beginning; `report` where there is no plan. */
struct vd_mono vd_slot_plan_next(struct vd_slot *slot, const struct vd_poll_report *report);
/** Real time in which the account is heard of again. */
struct vd_dur vd_slot_plan_period(const struct vd_slot *slot, const struct vd_poll_report *report);
/** 90 % to 110 %: polls of many accounts don't march in step. */
uint32_t vd_slot_jitter(const struct vd_slot *slot);

#endif
