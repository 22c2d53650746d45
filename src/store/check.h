// SPDX-License-Identifier: MIT
/**
 * Recomputes everything that is kept incrementally, from the records, and compares.
 * Not the journal's chain (vd_store_journal_verify) and not a repair.
 * Reads the whole store: for tests and for a technician; no time.
 */
#ifndef VD_STORE_CHECK_H
#define VD_STORE_CHECK_H

#include "store/store.h"

/** VD_ERR_CORRUPT with a sentence for the first counter, index, id or outbox entry that does
 *  not agree. */
enum vd_err vd_store_check(struct vd_store *store, struct vd_diag *diag) VD_MUST_USE;

#endif
