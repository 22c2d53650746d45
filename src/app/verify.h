// SPDX-License-Identifier: MIT
/**
 * Proof of a store: its journal's chain, then every verdict, then every record it keeps beside.
 * Not a repair (app/rebuild.h makes a new store).
 * Reads one snapshot of the store, also beside a running service; no time.
 */
#ifndef VD_APP_VERIFY_H
#define VD_APP_VERIFY_H

#include "app/replay.h"

enum vd_verify_part {
	VD_VERIFY_CHAIN,    // an event is missing, changed or added
	VD_VERIFY_VERDICTS, // the same input under the same rules gives something else
	VD_VERIFY_STORE,    // a record is not what the journal leads to
	VD_VERIFY_N,
};

struct vd_verify_report {
	uint64_t events;
	uint64_t steps;
	uint64_t verdicts;
	uint64_t conversations;
	uint64_t messages; // held against their events, texts included where they are still there
	char head[2 * VD_HASH_BYTES + 1];
	enum vd_verify_part part; // where the first difference lies
	struct vd_replay_difference difference;
};

struct vd_verify_config {
	struct vd_store *store;
	bool is_chain_only;
	void *ctx;
	/** Now and then, `done` of `all` events; may be NULL. */
	void (*progress)(void *ctx, uint64_t done, uint64_t all);
};

/** VD_OK where all of it holds; VD_ERR_CONFLICT where not: the report says where. Anything else:
 *  it could not be looked at. */
enum vd_err vd_verify_store(const struct vd_verify_config *config, struct vd_verify_report *report,
			    struct vd_diag *diag) VD_MUST_USE;
/** What a difference in that part means, and what to do: a sentence for a person. */
const char *vd_verify_part_meaning(enum vd_verify_part part);

#endif
