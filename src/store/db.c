// SPDX-License-Identifier: MIT
#include "store/db.h"

#include <string.h>

#define META_BYTES 256         // more than the counters or the head take
#define READER_CHECK_TURNS 256 // a reader that was killed keeps old pages from being used again

static const char *const table_names[VD_TABLE_N] = {
	[VD_TABLE_META] = "meta",
	[VD_TABLE_NAMES] = "names",
	[VD_TABLE_SETTINGS] = "settings",
	[VD_TABLE_CURSORS] = "cursors",
	[VD_TABLE_CONVERSATIONS] = "conversations",
	[VD_TABLE_DUE] = "due",
	[VD_TABLE_TICK] = "tick",
	[VD_TABLE_ANSWERED] = "answered",
	[VD_TABLE_MESSAGES] = "messages",
	[VD_TABLE_TEXTS] = "texts",
	[VD_TABLE_IDS] = "ids",
	[VD_TABLE_THREADS] = "threads",
	[VD_TABLE_OUTBOX] = "outbox",
	[VD_TABLE_OUTBOX_OPEN] = "outbox_open",
	[VD_TABLE_JOURNAL] = "journal",
	[VD_TABLE_SECRETS] = "secrets",
	[VD_TABLE_LEDGER] = "ledger",
	[VD_TABLE_PRESENCE] = "presence",
	[VD_TABLE_IDENTITY] = "identity",
};

const char *vd_table_name(enum vd_table table)
{
	return (unsigned)table < VD_TABLE_N ? table_names[table] : "?";
}

static MDB_val val_of(struct vd_span s)
{
	// LMDB's type is not const, but it only reads from keys and values that go in.
	return (MDB_val){ s.n, (void *)(uintptr_t)s.p };
}

static struct vd_span span_of(MDB_val v)
{
	return vd_span_make(v.mv_data, v.mv_size);
}

static void end_reading(struct vd_store *store)
{
	if (store->is_reading) {
		mdb_txn_reset(store->reader);
		store->is_reading = false;
	}
}

static enum vd_err reopen_if_needed(struct vd_store *store, struct vd_diag *diag)
{
	if (!store->needs_reopen) {
		return VD_OK;
	}
	vd_db_env_close(store);
	return vd_db_env_open(store, diag);
}

static int renew_or_begin(struct vd_store *store)
{
	if (store->reader != NULL) {
		return mdb_txn_renew(store->reader);
	}
	return mdb_txn_begin(store->env, NULL, MDB_RDONLY, &store->reader);
}

static int begin_reading(struct vd_store *store)
{
	int rc = renew_or_begin(store);
	if (rc == MDB_MAP_RESIZED) {
		// Another process, the writer, let the map grow.
		rc = mdb_env_set_mapsize(store->env, 0);
		rc = rc != 0 ? rc : renew_or_begin(store);
	}
	store->is_reading = rc == 0;
	return rc;
}

// The transaction that this turn reads from: the turn's own where it has begun.
static enum vd_err read_txn(struct vd_store *store, MDB_txn **txn, struct vd_diag *diag)
{
	if (store->writer != NULL) {
		*txn = store->writer;
		return VD_OK;
	}
	enum vd_err err = reopen_if_needed(store, diag);
	if (err != VD_OK) {
		return err;
	}
	int rc = store->is_reading ? 0 : begin_reading(store);
	if (rc != 0) {
		return vd_db_fail(store, rc, "begin to read", diag);
	}
	*txn = store->reader;
	return VD_OK;
}

static enum vd_err load_state(struct vd_store *store, struct vd_db_state *out, struct vd_diag *diag)
{
	struct vd_span value = { NULL, 0 };
	memset(out, 0, sizeof(*out));
	enum vd_err err = vd_db_get(store, VD_TABLE_META, VD_SPAN("counters"), &value, diag);
	if (err == VD_OK) {
		err = vd_record_parse_counters(value, &out->counters);
		if (err != VD_OK) {
			return vd_diag_set(diag, err, "store %s: the counters can't be read",
					   store->dir);
		}
	}
	if (err != VD_OK && err != VD_ERR_NOT_FOUND) {
		return err;
	}
	err = vd_db_get(store, VD_TABLE_META, VD_SPAN("journal"), &value, diag);
	if (err == VD_OK) {
		err = vd_record_parse_head(value, &out->head);
		if (err != VD_OK) {
			return vd_diag_set(diag, err, "store %s: the journal's head can't be read",
					   store->dir);
		}
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

enum vd_err vd_db_get_state(struct vd_store *store, struct vd_db_state *out, struct vd_diag *diag)
{
	if (store->writer != NULL) {
		*out = store->state;
		return VD_OK;
	}
	return load_state(store, out, diag);
}

static enum vd_err begin_turn(struct vd_store *store, struct vd_diag *diag)
{
	enum vd_err err = reopen_if_needed(store, diag);
	if (err != VD_OK) {
		return err;
	}
	end_reading(store);
	err = vd_db_make_room(store, diag);
	if (err != VD_OK) {
		return err;
	}
	int rc = mdb_txn_begin(store->env, NULL, 0, &store->writer);
	if (rc != 0) {
		store->writer = NULL;
		store->needs_reopen = rc == MDB_PANIC;
		return vd_db_fail(store, rc, "begin a turn", diag);
	}
	err = load_state(store, &store->state, diag);
	store->before = store->state;
	if (err != VD_OK) {
		vd_store_abort(store);
	}
	return err;
}

enum vd_err vd_db_write(struct vd_store *store, struct vd_diag *diag)
{
	if (store->broken != VD_OK) {
		return vd_diag_set(diag, store->broken,
				   "store %s: a write of this turn failed before", store->dir);
	}
	if (store->writer != NULL) {
		return VD_OK;
	}
	if (store->is_read_only) {
		return vd_diag_set(diag, VD_ERR_STATE, "store %s: opened for reading only",
				   store->dir);
	}
	return begin_turn(store, diag);
}

static enum vd_err break_turn(struct vd_store *store, int rc, const char *what,
			      struct vd_diag *diag)
{
	store->needs_room = store->needs_room || rc == MDB_MAP_FULL;
	store->broken = vd_db_fail(store, rc, what, diag);
	return store->broken;
}

// A turn has one cursor a table: where the next key lies on the same page, as it does for who walks
// or writes in order, LMDB finds it without a search from the root. They end with the turn.
static int turn_cursor(struct vd_store *store, enum vd_table table, MDB_cursor **out)
{
	MDB_cursor **cursor = &store->cursors[table];
	int rc = *cursor != NULL ? 0 : mdb_cursor_open(store->writer, store->tables[table], cursor);
	*out = *cursor;
	return rc;
}

static void forget_cursors(struct vd_store *store)
{
	memset(store->cursors, 0, sizeof(store->cursors));
}

enum vd_err vd_db_get(struct vd_store *store, enum vd_table table, struct vd_span key,
		      struct vd_span *value, struct vd_diag *diag)
{
	MDB_txn *txn = NULL;
	enum vd_err err = read_txn(store, &txn, diag);
	if (err != VD_OK) {
		return err;
	}
	MDB_val k = val_of(key);
	MDB_val v = { 0, NULL };
	MDB_cursor *cursor = NULL;
	int rc = store->writer == NULL ? mdb_get(txn, store->tables[table], &k, &v)
				       : turn_cursor(store, table, &cursor);
	if (cursor != NULL) {
		rc = mdb_cursor_get(cursor, &k, &v, MDB_SET);
	}
	if (rc == MDB_NOTFOUND) {
		return VD_ERR_NOT_FOUND;
	}
	if (rc != 0) {
		return vd_db_fail(store, rc, vd_table_name(table), diag);
	}
	*value = span_of(v);
	return VD_OK;
}

// Backwards: LMDB finds the first at or behind; the one before it is ours.
static int move_cursor(MDB_cursor *cursor, bool is_back, MDB_val *k, MDB_val *v)
{
	bool from_end = k->mv_size == 0;
	if (!is_back) {
		return mdb_cursor_get(cursor, k, v, from_end ? MDB_FIRST : MDB_SET_RANGE);
	}
	int rc = from_end ? MDB_NOTFOUND : mdb_cursor_get(cursor, k, v, MDB_SET_RANGE);
	if (rc == MDB_NOTFOUND) {
		return mdb_cursor_get(cursor, k, v, MDB_LAST);
	}
	return rc != 0 ? rc : mdb_cursor_get(cursor, k, v, MDB_PREV);
}

static enum vd_err seek(struct vd_store *store, enum vd_table table, bool is_back, MDB_val *k,
			MDB_val *v, struct vd_diag *diag)
{
	MDB_txn *txn = NULL;
	MDB_cursor *cursor = NULL;
	enum vd_err err = read_txn(store, &txn, diag);
	if (err != VD_OK) {
		return err;
	}
	int rc = store->writer != NULL ? turn_cursor(store, table, &cursor)
				       : mdb_cursor_open(txn, store->tables[table], &cursor);
	if (rc == 0) {
		rc = move_cursor(cursor, is_back, k, v);
	}
	if (cursor != NULL && store->writer == NULL) {
		mdb_cursor_close(cursor);
	}
	if (rc == MDB_NOTFOUND) {
		return VD_ERR_NOT_FOUND;
	}
	return rc == 0 ? VD_OK : vd_db_fail(store, rc, vd_table_name(table), diag);
}

enum vd_err vd_db_seek(struct vd_store *store, enum vd_table table, struct vd_span from,
		       struct vd_span *key, struct vd_span *value, struct vd_diag *diag)
{
	MDB_val k = val_of(from);
	MDB_val v = { 0, NULL };
	enum vd_err err = seek(store, table, false, &k, &v, diag);
	*key = span_of(k);
	*value = span_of(v);
	return err;
}

enum vd_err vd_db_seek_back(struct vd_store *store, enum vd_table table, struct vd_span end,
			    struct vd_span *key, struct vd_span *value, struct vd_diag *diag)
{
	MDB_val k = val_of(end);
	MDB_val v = { 0, NULL };
	enum vd_err err = seek(store, table, true, &k, &v, diag);
	*key = span_of(k);
	*value = span_of(v);
	return err;
}

static int put(struct vd_store *store, enum vd_table table, struct vd_span key,
	       struct vd_span value, unsigned flags)
{
	MDB_val k = val_of(key);
	MDB_val v = val_of(value);
	MDB_cursor *cursor = NULL;
	int rc = turn_cursor(store, table, &cursor);
	return rc == 0 ? mdb_cursor_put(cursor, &k, &v, flags) : rc;
}

enum vd_err vd_db_put(struct vd_store *store, enum vd_table table, struct vd_span key,
		      struct vd_span value, struct vd_diag *diag)
{
	int rc = put(store, table, key, value, 0);
	return rc == 0 ? VD_OK : break_turn(store, rc, vd_table_name(table), diag);
}

enum vd_err vd_db_append(struct vd_store *store, enum vd_table table, struct vd_span key,
			 struct vd_span value, struct vd_diag *diag)
{
	int rc = put(store, table, key, value, MDB_APPEND);
	if (rc == MDB_KEYEXIST) {
		rc = put(store, table, key, value, 0);
	}
	return rc == 0 ? VD_OK : break_turn(store, rc, vd_table_name(table), diag);
}

enum vd_err vd_db_insert(struct vd_store *store, enum vd_table table, struct vd_span key,
			 struct vd_span value, struct vd_diag *diag)
{
	int rc = put(store, table, key, value, MDB_NOOVERWRITE);
	if (rc == MDB_KEYEXIST) {
		return vd_diag_set(diag, VD_ERR_EXISTS, "store %s: %s: it is there already",
				   store->dir, vd_table_name(table));
	}
	return rc == 0 ? VD_OK : break_turn(store, rc, vd_table_name(table), diag);
}

enum vd_err vd_db_delete(struct vd_store *store, enum vd_table table, struct vd_span key,
			 struct vd_diag *diag)
{
	MDB_val k = val_of(key);
	MDB_cursor *cursor = NULL;
	int rc = turn_cursor(store, table, &cursor);
	rc = rc == 0 ? mdb_cursor_get(cursor, &k, NULL, MDB_SET) : rc;
	rc = rc == 0 ? mdb_cursor_del(cursor, 0) : rc;
	return rc == 0 || rc == MDB_NOTFOUND ? VD_OK
					     : break_turn(store, rc, vd_table_name(table), diag);
}

enum vd_err vd_db_count(struct vd_store *store, enum vd_table table, uint64_t *entries,
			struct vd_diag *diag)
{
	MDB_txn *txn = NULL;
	MDB_stat stat;
	enum vd_err err = read_txn(store, &txn, diag);
	if (err != VD_OK) {
		return err;
	}
	int rc = mdb_stat(txn, store->tables[table], &stat);
	*entries = rc == 0 ? stat.ms_entries : 0;
	return rc == 0 ? VD_OK : vd_db_fail(store, rc, vd_table_name(table), diag);
}

struct vd_walk vd_walk_init(enum vd_table table, struct vd_span from)
{
	struct vd_walk walk = { .table = table };
	walk.n = from.n < sizeof(walk.next) ? from.n : sizeof(walk.next);
	if (walk.n > 0) {
		memcpy(walk.next, from.p, walk.n);
	}
	return walk;
}

enum vd_err vd_walk_next(struct vd_store *store, struct vd_walk *walk, struct vd_span *key,
			 struct vd_span *value, struct vd_diag *diag)
{
	enum vd_err err =
		vd_db_seek(store, walk->table, vd_span_make(walk->next, walk->n), key, value, diag);
	if (err != VD_OK) {
		return err;
	}
	if (key->n > VD_KEY_BYTES) {
		return vd_diag_set(diag, VD_ERR_CORRUPT, "store %s: %s: a key is too long",
				   store->dir, vd_table_name(walk->table));
	}
	// The least key behind this one: itself and a zero.
	memcpy(walk->next, key->p, key->n);
	walk->next[key->n] = 0;
	walk->n = key->n + 1;
	return VD_OK;
}

enum vd_err vd_db_damaged(enum vd_err err, enum vd_table table, uint64_t key, struct vd_diag *diag)
{
	return vd_diag_set(diag, err, "store: %s: record %llu can't be read: %s",
			   vd_table_name(table), (unsigned long long)key, vd_err_text(err));
}

// Puts a small record of `meta` where its bytes are other than what the turn found.
static enum vd_err save_meta(struct vd_store *store, const char *name, const struct vd_writer *now,
			     const struct vd_writer *before, struct vd_diag *diag)
{
	if (vd_span_is_equal(vd_writer_span(now), vd_writer_span(before))) {
		return VD_OK;
	}
	return vd_db_put(store, VD_TABLE_META, vd_span_of(name), vd_writer_span(now), diag);
}

static enum vd_err save_state(struct vd_store *store, struct vd_diag *diag)
{
	uint8_t memory[META_BYTES];
	uint8_t before_memory[META_BYTES];
	struct vd_writer now = vd_writer_init(memory, sizeof(memory));
	struct vd_writer before = vd_writer_init(before_memory, sizeof(before_memory));
	vd_record_print_counters(&store->state.counters, &now);
	vd_record_print_counters(&store->before.counters, &before);
	enum vd_err err = save_meta(store, "counters", &now, &before, diag);
	now = vd_writer_init(memory, sizeof(memory));
	before = vd_writer_init(before_memory, sizeof(before_memory));
	vd_record_print_head(&store->state.head, &now);
	vd_record_print_head(&store->before.head, &before);
	return err != VD_OK ? err : save_meta(store, "journal", &now, &before, diag);
}

// LMDB failed while it wrote the page that makes a turn valid: whether the turn came to be shows
// only when the file is opened again. If it did, it is flushed and the turn has succeeded after
// all.
static enum vd_err settle_fate(struct vd_store *store, size_t txn_id, int rc, struct vd_diag *diag)
{
	enum vd_err err = vd_db_fail(store, rc, "commit", diag);
	MDB_envinfo info;
	store->needs_reopen = true;
	if (reopen_if_needed(store, NULL) != VD_OK || mdb_env_info(store->env, &info) != 0 ||
	    info.me_last_txnid < txn_id) {
		return err;
	}
	rc = mdb_env_sync(store->env, 1);
	return rc == 0 ? VD_OK : vd_db_fail(store, rc, "flush", diag);
}

enum vd_err vd_store_commit(struct vd_store *store, struct vd_diag *diag)
{
	end_reading(store);
	if (store->writer == NULL) {
		return VD_OK;
	}
	enum vd_err err = store->broken;
	if (err != VD_OK) {
		vd_diag_set(diag, err,
			    "store %s: a write of this turn failed, nothing of it is kept",
			    store->dir);
	} else {
		err = save_state(store, diag);
	}
	if (err != VD_OK) {
		vd_store_abort(store);
		return err;
	}
	size_t txn_id = mdb_txn_id(store->writer);
	int rc = mdb_txn_commit(store->writer);
	store->writer = NULL;
	forget_cursors(store);
	if (rc != 0) {
		store->needs_room = store->needs_room || rc == MDB_MAP_FULL;
		return settle_fate(store, txn_id, rc, diag);
	}
	store->turns++;
	if (store->turns % READER_CHECK_TURNS == 0) {
		int dead = 0;
		(void)mdb_reader_check(store->env, &dead);
	}
	return VD_OK;
}

void vd_store_abort(struct vd_store *store)
{
	end_reading(store);
	store->known.id = 0;
	if (store->writer != NULL) {
		mdb_txn_abort(store->writer);
		store->writer = NULL;
		forget_cursors(store);
	}
	store->broken = VD_OK;
}

bool vd_store_is_dirty(const struct vd_store *store)
{
	return store->writer != NULL;
}
