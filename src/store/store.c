// SPDX-License-Identifier: MIT
#include "store/store.h"

#include <stdlib.h>
#include <unistd.h>

#include "store/journal.h"
#include "store/schema.h"

static enum vd_err bring_up(struct vd_store *store, struct vd_diag *diag)
{
	enum vd_err err = vd_db_env_open(store, diag);
	if (err != VD_OK) {
		return err;
	}
	if (store->is_read_only) {
		// A damaged journal must stay readable for whoever verifies it.
		uint32_t version = 0;
		err = vd_schema_get(store, &version, diag);
		if (err == VD_OK && version != VD_SCHEMA_VERSION) {
			err = vd_diag_set(diag, VD_ERR_VERSION,
					  "store %s: its version is %u, this program reads %u",
					  store->dir, (unsigned)version,
					  (unsigned)VD_SCHEMA_VERSION);
		}
		return err;
	}
	err = vd_schema_update(store, diag);
	err = err != VD_OK ? err : vd_store_commit(store, diag);
	err = err != VD_OK ? err : vd_db_mark_begun(store, diag);
	return err != VD_OK ? err : vd_journal_check_head(store, diag);
}

enum vd_err vd_store_open(const struct vd_store_config *config, struct vd_store **out,
			  struct vd_diag *diag)
{
	struct vd_store *store = calloc(1, sizeof(*store));
	*out = NULL;
	if (store == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "store: out of memory");
	}
	store->lock_fd = -1;
	store->is_read_only = config->is_read_only;
	store->is_sync_off = config->is_sync_off;
	store->map_bytes = config->map_bytes;
	store->log = config->log;
	store->scratch = malloc(VD_RECORD_BYTES);
	enum vd_err err = VD_OK;
	if (store->scratch == NULL) {
		err = vd_diag_set(diag, VD_ERR_MEMORY, "store: out of memory");
	} else if (vd_span_copy(vd_span_of(config->dir), store->dir, sizeof(store->dir)) != VD_OK) {
		err = vd_diag_set(diag, VD_ERR_ARGUMENT,
				  "store: the folder's name is longer than %d bytes",
				  VD_DB_PATH_BYTES - 1);
	} else {
		err = bring_up(store, diag);
	}
	if (err != VD_OK) {
		vd_store_close(store);
		return err;
	}
	*out = store;
	return VD_OK;
}

void vd_store_close(struct vd_store *store)
{
	if (store == NULL) {
		return;
	}
	vd_store_abort(store);
	vd_db_env_close(store);
	if (store->lock_fd >= 0) {
		close(store->lock_fd);
	}
	free(store->scratch);
	free(store);
}

enum vd_err vd_store_get_counters(struct vd_store *store, struct vd_store_counters *out,
				  struct vd_diag *diag)
{
	struct vd_db_state state;
	enum vd_err err = vd_db_get_state(store, &state, diag);
	*out = state.counters;
	return err;
}
