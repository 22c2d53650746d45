// SPDX-License-Identifier: MIT
/**
 * Where conversations stand: the indexes `due`, `tick`, `answered`, and the counters.
 * Not the records (store/conversation.c).
 * Keys move only where a place changed; no time.
 */
#ifndef VD_STORE_PLACES_H
#define VD_STORE_PLACES_H

#include "store/db.h"

/** From the places before (NULL: a new conversation) to those after. */
enum vd_err vd_places_move(struct vd_store *store, uint64_t id, const struct vd_places *before,
			   const struct vd_places *after, struct vd_diag *diag) VD_MUST_USE;
/** Adds (by = 1) or takes away (by = -1) what one conversation contributes. */
void vd_places_count(struct vd_store_counters *counters, const struct vd_conversation *c, int by);

/** The key of a conversation in an index; empty where it has no place there. */
struct vd_span vd_places_key(enum vd_table table, uint64_t id, const struct vd_places *places,
			     uint8_t memory[VD_KEY_BYTES]);
/** False for bytes that are no key of that index. `target` is 0 but in `due`. */
bool vd_places_parse_key(enum vd_table table, struct vd_span key, struct vd_wall *at,
			 uint8_t *target, uint64_t *id);

#endif
