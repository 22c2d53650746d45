// SPDX-License-Identifier: MIT
/**
 * The journal's inner checks, for this folder.
 * Not the journal's public face (store/store.h).
 * It reads what the caller's store holds; no time.
 */
#ifndef VD_STORE_JOURNAL_H
#define VD_STORE_JOURNAL_H

#include "store/db.h"

/** The last event is the one that the head names: cheap, done at each opening. */
enum vd_err vd_journal_check_head(struct vd_store *store, struct vd_diag *diag) VD_MUST_USE;

#endif
