// SPDX-License-Identifier: MIT
/**
 * The confirmed links of persons as the journal leads to them, held against those of the store.
 * Not the links themselves (store/store.h) and not the chain.
 * Owns heap memory, some 40 bytes a link; no time, no I/O but the store that is given.
 */
#ifndef VD_APP_PERSON_PROOF_H
#define VD_APP_PERSON_PROOF_H

#include "app/person.h"

/** Zeroed before the first use. */
struct vd_person_proof {
	struct vd_person_link *at;
	size_t n;
	size_t cap;
};

void vd_person_proof_deinit(struct vd_person_proof *proof);
/** An event that is no step. */
enum vd_err vd_person_proof_feed(struct vd_person_proof *proof,
				 const struct vd_journal_event *event,
				 struct vd_diag *diag) VD_MUST_USE;
/** *is_right: the store has those links, and no others. */
enum vd_err vd_person_proof_check(const struct vd_person_proof *proof, struct vd_store *store,
				  bool *is_right, struct vd_diag *diag) VD_MUST_USE;

#endif
