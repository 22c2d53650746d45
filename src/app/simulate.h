// SPDX-License-Identifier: MIT
/**
 * What if: the input of a journal under another calendar or policy. What people and networks did
 * stays as it was, at its own instant; what time alone does is worked out anew.
 * Not the proof (app/replay.h): verdicts may differ, that is what is asked for. Which case a
 * message belongs to stays as it was.
 * Owns heap memory; time is the events' own, no I/O.
 */
#ifndef VD_APP_SIMULATE_H
#define VD_APP_SIMULATE_H

#include "app/cases.h"
#include "app/journal_step.h"

struct vd_simulated_tick {
	struct vd_wall at;
	uint64_t id;
};

/** A step of the engine as it would have been. */
struct vd_simulated_step {
	struct vd_wall at;
	const struct vd_event *event;
	const struct vd_conversation *c;
	bool is_opening;
	const struct vd_effects *effects;
};

struct vd_simulate {
	// what is other than it was; the rows of these names in the journal are passed over
	const struct vd_calendar *calendar; // by its name; NULL: as they were
	const struct vd_policy *policy;     // likewise
	const char *policy_calendar;        // name of the policy's calendar
	/** Told each step; may be NULL. A failure ends the simulation. */
	enum vd_err (*on_step)(void *ctx, const struct vd_simulated_step *step,
			       struct vd_diag *diag);
	void *ctx;

	struct vd_rulebook *book; // in force
	struct vd_cases cases;
	bool is_calendar_used;
	bool is_policy_used;
	uint64_t steps;
	uint64_t refused; // input that the other rules leave no room for: an alarm that never rose
	// time
	bool is_trusted;
	struct vd_wall now;
	struct vd_simulated_tick *ticks; // a heap; what is out of date is passed over
	size_t n_ticks;
	size_t cap_ticks;
	struct vd_wall *next; // of each case, by id - 1
	uint64_t cap_next;
	// scratch
	struct vd_journal_step step;
	struct vd_conversation c;
	struct vd_conversation other;
	struct vd_hours hours[VD_POLICIES_MAX];
};

/** The fields above that say what is asked are the caller's to fill, after this. */
enum vd_err vd_simulate_init(struct vd_simulate *sim, struct vd_diag *diag) VD_MUST_USE;
/** Takes zeroed memory, and twice. */
void vd_simulate_deinit(struct vd_simulate *sim);
/** The next event of the journal, in order, from sequence 1 on. */
enum vd_err vd_simulate_feed(struct vd_simulate *sim, const struct vd_journal_event *event,
			     struct vd_diag *diag) VD_MUST_USE;
/** Time passes up to the last event. VD_ERR_NOT_FOUND where the other calendar or policy has a name
 *  that the journal never had. */
enum vd_err vd_simulate_finish(struct vd_simulate *sim, struct vd_diag *diag) VD_MUST_USE;

#endif
