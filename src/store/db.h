// SPDX-License-Identifier: MIT
/**
 * The narrow door to LMDB: environment, tables, the one transaction of a turn, and errors as
 * sentences. Not records and not indexes; only files of this folder include it, and only db*.c
 * calls the environment. It owns the file and both transactions; no time.
 *
 * Spans that come out point into the map: valid until the next write, commit or abort.
 */
#ifndef VD_STORE_DB_H
#define VD_STORE_DB_H

#include <lmdb.h>

#include "store/record.h"

enum vd_table {
	VD_TABLE_META,
	VD_TABLE_NAMES,
	VD_TABLE_SETTINGS,
	VD_TABLE_CURSORS,
	VD_TABLE_CONVERSATIONS,
	VD_TABLE_DUE,
	VD_TABLE_TICK,
	VD_TABLE_ANSWERED,
	VD_TABLE_MESSAGES,
	VD_TABLE_TEXTS,
	VD_TABLE_IDS,
	VD_TABLE_THREADS,
	VD_TABLE_OUTBOX,
	VD_TABLE_OUTBOX_OPEN,
	VD_TABLE_JOURNAL,
	VD_TABLE_SECRETS,
	VD_TABLE_LEDGER,
	VD_TABLE_PRESENCE,
	VD_TABLE_IDENTITY,
	VD_TABLE_N,
};
const char *vd_table_name(enum vd_table table);

/** Small facts that every turn touches: in memory during a turn, one record each at its commit. */
struct vd_db_state {
	struct vd_store_counters counters;
	struct vd_head head;
};

#define VD_DB_PATH_BYTES 512
#define VD_KEY_BYTES (VD_ID_BYTES + 16)

struct vd_store {
	MDB_env *env;
	MDB_txn *writer; // NULL: no turn is open
	MDB_txn *reader; // allocated once, renewed each turn
	bool is_reading; // the reader is live
	bool is_read_only;
	bool is_sync_off;
	bool needs_room;    // the map was full: grow before the next turn
	bool needs_reopen;  // LMDB refuses to go on after a failed commit
	enum vd_err broken; // a write of this turn failed: nothing but abort
	MDB_dbi tables[VD_TABLE_N];
	MDB_cursor *cursors[VD_TABLE_N]; // of the open turn; NULL: not needed yet
	size_t map_bytes;
	size_t used_bytes; // of the file, when the turn before began
	uint32_t turns;
	int lock_fd;
	const struct vd_log *log;
	struct vd_db_state state;  // of the open turn
	struct vd_db_state before; // as the turn found it
	uint8_t *scratch;          // VD_RECORD_BYTES, for the record being written
	/** The conversation that was read or written last, as the turn sees it: whoever reads one
	 *  mostly writes it next, and its old places are known then. id 0: none. */
	struct vd_conversation known;
	struct vd_places known_places;
	char dir[VD_DB_PATH_BYTES];
};

/** False in an older store that is only read. */
bool vd_db_has_table(const struct vd_store *store, enum vd_table table);
/** Begins the turn where none is open. After a failed write: the same failure again, until
 *  abort. */
enum vd_err vd_db_write(struct vd_store *store, struct vd_diag *diag) VD_MUST_USE;
/** VD_ERR_NOT_FOUND leaves the diag alone: it is an answer more often than a failure. */
enum vd_err vd_db_get(struct vd_store *store, enum vd_table table, struct vd_span key,
		      struct vd_span *value, struct vd_diag *diag) VD_MUST_USE;
/** The first entry at or behind `from`; VD_ERR_NOT_FOUND likewise. */
enum vd_err vd_db_seek(struct vd_store *store, enum vd_table table, struct vd_span from,
		       struct vd_span *key, struct vd_span *value,
		       struct vd_diag *diag) VD_MUST_USE;
/** The last entry before `end`, or of all where `end` is empty; VD_ERR_NOT_FOUND likewise. */
enum vd_err vd_db_seek_back(struct vd_store *store, enum vd_table table, struct vd_span end,
			    struct vd_span *key, struct vd_span *value,
			    struct vd_diag *diag) VD_MUST_USE;
/** Only in a turn (vd_db_write first). A failure breaks the turn. */
enum vd_err vd_db_put(struct vd_store *store, enum vd_table table, struct vd_span key,
		      struct vd_span value, struct vd_diag *diag) VD_MUST_USE;
/** Like put, quicker and denser where keys come in order; right in any order. */
enum vd_err vd_db_append(struct vd_store *store, enum vd_table table, struct vd_span key,
			 struct vd_span value, struct vd_diag *diag) VD_MUST_USE;
/** VD_ERR_EXISTS where the key is there already: nothing is written, and the turn stays whole. */
enum vd_err vd_db_insert(struct vd_store *store, enum vd_table table, struct vd_span key,
			 struct vd_span value, struct vd_diag *diag) VD_MUST_USE;
/** Missing is no failure. */
enum vd_err vd_db_delete(struct vd_store *store, enum vd_table table, struct vd_span key,
			 struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_db_count(struct vd_store *store, enum vd_table table, uint64_t *entries,
			struct vd_diag *diag) VD_MUST_USE;
/** Counters and head as this turn sees them. */
enum vd_err vd_db_get_state(struct vd_store *store, struct vd_db_state *out,
			    struct vd_diag *diag) VD_MUST_USE;

/**
 * A walk over a table in the order of its keys, one look-up a step: no cursor stays open in
 * between, so that whoever is called for an entry may write.
 *
 *   struct vd_walk walk = vd_walk_init(VD_TABLE_DUE, from);
 *   while ((err = vd_walk_next(store, &walk, &key, &value, diag)) == VD_OK) { ... }
 *   return err == VD_ERR_NOT_FOUND ? VD_OK : err;
 */
struct vd_walk {
	enum vd_table table;
	size_t n;
	uint8_t next[VD_KEY_BYTES + 1];
};
/** `from` may be empty: from the first. */
struct vd_walk vd_walk_init(enum vd_table table, struct vd_span from);
enum vd_err vd_walk_next(struct vd_store *store, struct vd_walk *walk, struct vd_span *key,
			 struct vd_span *value, struct vd_diag *diag) VD_MUST_USE;

/** A record that can't be read: sentence with table and key. Returns err. */
enum vd_err vd_db_damaged(enum vd_err err, enum vd_table table, uint64_t key, struct vd_diag *diag);

/** A sentence for what LMDB or the system said; `what` begins it. */
enum vd_err vd_db_fail(const struct vd_store *store, int rc, const char *what,
		       struct vd_diag *diag);

/** db_env.c: the file itself. */
enum vd_err vd_db_env_open(struct vd_store *store, struct vd_diag *diag) VD_MUST_USE;
void vd_db_env_close(struct vd_store *store);
/** The first turn is on disk: from now on a file that can't be read is damage, not a beginning. */
enum vd_err vd_db_mark_begun(struct vd_store *store, struct vd_diag *diag) VD_MUST_USE;
/** Before a turn: enough of the map is free for the largest one (>= 8 MiB and >= 1/4). */
enum vd_err vd_db_make_room(struct vd_store *store, struct vd_diag *diag) VD_MUST_USE;

#endif
