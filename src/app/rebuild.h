// SPDX-License-Identifier: MIT
/**
 * A store made anew from a journal: the same events with the same hashes, and all that follows
 * from them: conversations, messages, indexes, counters, names, outbox.
 * Not a copy: of the old store's records only what no journal holds is used (texts, authors, places
 * in the networks' streams), and a text only where its hash is the one that was noted.
 * Reads one store, writes the other; time is the events' own.
 */
#ifndef VD_APP_REBUILD_H
#define VD_APP_REBUILD_H

#include "app/replay.h"

struct vd_rebuild_config {
	struct vd_store *from; // its chain has been verified
	struct vd_store *to;   // empty
	void *ctx;
	void (*progress)(void *ctx, uint64_t done, uint64_t all); // may be NULL
};

struct vd_rebuild_report {
	uint64_t events;
	uint64_t conversations;
	uint64_t messages;
	uint64_t words_lost; // messages whose text or author was not there any more, or not theirs
	uint64_t replies;    // of the outbox
	uint64_t replies_asked;     // of those, under way without a text: a person is asked
	size_t sign_ins;            // taken along, sealed as they were, with the device's key
	struct vd_diag no_sign_ins; // why none were; empty: there was no reason not to
	struct vd_replay_difference difference;
};

/** Commits as it goes; what is there after a failure is worth nothing. VD_ERR_CONFLICT: the journal
 *  does not lead where it says, as `vedetta journal verify` tells too. */
enum vd_err vd_rebuild_store(const struct vd_rebuild_config *config,
			     struct vd_rebuild_report *report, struct vd_diag *diag) VD_MUST_USE;

#endif
