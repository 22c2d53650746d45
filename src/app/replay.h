// SPDX-License-Identifier: MIT
/**
 * The journal replayed: the same rules, the same engine, the same input once more, and what comes
 * out is held against what was noted.
 * Not the chain (store/store.h verifies it) and not the store: the journal alone is enough.
 * Owns heap memory, some hundred bytes a conversation; time is the events' own, no I/O.
 */
#ifndef VD_APP_REPLAY_H
#define VD_APP_REPLAY_H

#include "app/cases.h"
#include "app/journal_step.h"

#define VD_REPLAY_TEXT_BYTES 400

/** The first thing that is not as the journal says. */
struct vd_replay_difference {
	uint64_t sequence;
	uint64_t conversation; // 0: none
	char what[VD_REPLAY_TEXT_BYTES];
	char recorded[VD_REPLAY_TEXT_BYTES]; // "" where there is nothing to hold side by side
	char computed[VD_REPLAY_TEXT_BYTES];
};

struct vd_replay {
	struct vd_cases cases;
	struct vd_rulebook *book;
	/** Fills in what the journal does not have before a message is stepped: its author and
	 *  text; false where they are not to be had. NULL: they stay empty. */
	bool (*find_words)(void *ctx, const struct vd_journal_event *event,
			   struct vd_journal_step *step);
	void *words_ctx;
	uint64_t steps;    // of the engine
	uint64_t verdicts; // facts that came out again
	struct vd_replay_difference difference;
	// of the event that was fed last; c, and other where it merged, are as they are after it
	bool is_step;
	struct vd_journal_step step;
	// scratch
	struct vd_conversation c;
	struct vd_conversation other;
	char *detail;
};

enum vd_err vd_replay_init(struct vd_replay *replay, struct vd_diag *diag) VD_MUST_USE;
/** Takes zeroed memory, and twice. */
void vd_replay_deinit(struct vd_replay *replay);
/** The next event; from sequence 1 on, in order. VD_ERR_CONFLICT where the first difference is
 *  found (replay->difference says it; nothing may be fed after that). */
enum vd_err vd_replay_feed(struct vd_replay *replay, const struct vd_journal_event *event,
			   struct vd_diag *diag) VD_MUST_USE;

#endif
