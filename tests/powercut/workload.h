// SPDX-License-Identifier: MIT
/**
 * The scripted workload of the power-cut tests: turn k is the same bytes in every run, and after
 * any number of turns it can be said exactly what must be on disk. Not a test by itself. It writes
 * through the store that it is given; the only time is what the script says.
 */
#ifndef VD_POWERCUT_WORKLOAD_H
#define VD_POWERCUT_WORKLOAD_H

#include "store/store.h"

/** All writes of turn k (from 0); the caller commits. */
enum vd_err workload_turn(struct vd_store *store, uint32_t k, struct vd_diag *diag) VD_MUST_USE;
/** Turns that are in the store: VD_OK where the store holds all of exactly that many, counters,
 *  indexes, outbox, cursor and journal included. */
enum vd_err workload_check(struct vd_store *store, uint32_t *turns,
			   struct vd_diag *diag) VD_MUST_USE;

#endif
