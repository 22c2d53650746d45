// SPDX-License-Identifier: MIT
/**
 * The version of what is on disk, and the ordered steps that bring an older one forward.
 * Not the versions of single records (store/record.h): those are read in every version that was
 * ever written. All steps run in one turn, that the caller commits; no time.
 */
#ifndef VD_STORE_SCHEMA_H
#define VD_STORE_SCHEMA_H

#include "store/db.h"

#define VD_SCHEMA_VERSION 3

struct vd_migration {
	uint32_t to;      // from to - 1
	const char *what; // for the log: "indexes by answer"
	enum vd_err (*run)(struct vd_store *store,
			   struct vd_diag *diag); // NULL: nothing to do but count
};

/** 0 where none was ever written. */
enum vd_err vd_schema_get(struct vd_store *store, uint32_t *version,
			  struct vd_diag *diag) VD_MUST_USE;
/** Runs every row above the version that is found, in order. VD_ERR_VERSION where the store is
 *  newer than the last row, VD_ERR_ARGUMENT where the rows leave a gap. Writes nothing where
 *  nothing is to do. */
enum vd_err vd_schema_migrate(struct vd_store *store, const struct vd_migration *rows, size_t n,
			      struct vd_diag *diag) VD_MUST_USE;
/** With the program's own rows. */
enum vd_err vd_schema_update(struct vd_store *store, struct vd_diag *diag) VD_MUST_USE;

#endif
