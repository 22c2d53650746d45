// SPDX-License-Identifier: MIT
#include "store/schema.h"

static enum vd_err check_is_empty(struct vd_store *store, struct vd_diag *diag)
{
	for (int i = 0; i < VD_TABLE_N; i++) {
		uint64_t entries = 0;
		enum vd_err err = vd_db_count(store, (enum vd_table)i, &entries, diag);
		if (err != VD_OK) {
			return err;
		}
		if (entries > 0) {
			return vd_diag_set(diag, VD_ERR_CORRUPT,
					   "store %s: %s has records, but there is no version",
					   store->dir, vd_table_name((enum vd_table)i));
		}
	}
	return VD_OK;
}

// Version 1 never shipped: its journal does not hold what its states could be made of.
static enum vd_err refuse_draft(struct vd_store *store, struct vd_diag *diag)
{
	uint64_t events = 0;
	uint64_t conversations = 0;
	enum vd_err err = vd_db_count(store, VD_TABLE_JOURNAL, &events, diag);
	err = err != VD_OK ? err : vd_db_count(store, VD_TABLE_CONVERSATIONS, &conversations, diag);
	if (err == VD_OK && (events > 0 || conversations > 0)) {
		err = vd_diag_set(diag, VD_ERR_VERSION,
				  "store %s was written by a draft of this program, and nothing "
				  "leads on from it: move the folder away and start with a new one",
				  store->dir);
	}
	return err;
}

static bool count_held_one(void *ctx, const struct vd_conversation *c)
{
	uint32_t *held = ctx;
	*held += c->state == VD_CONVERSATION_OPEN && c->is_breach_held;
	return true;
}

static enum vd_err count_held(struct vd_store *store, struct vd_diag *diag)
{
	store->state.counters.held = 0;
	return vd_store_conversation_each(store, 0, count_held_one, &store->state.counters.held,
					  diag);
}

// One row a version that ever shipped, oldest first; rows are never changed or removed.
static const struct vd_migration migrations[] = {
	{ .to = 1, .what = "a draft", .run = check_is_empty },
	{ .to = 2, .what = "the first version", .run = refuse_draft },
	{ .to = 3, .what = "conversations that wait for a trusted clock", .run = count_held },
};

enum vd_err vd_schema_get(struct vd_store *store, uint32_t *version, struct vd_diag *diag)
{
	struct vd_span value;
	enum vd_err err = vd_db_get(store, VD_TABLE_META, VD_SPAN("schema"), &value, diag);
	*version = 0;
	if (err == VD_ERR_NOT_FOUND) {
		return VD_OK;
	}
	if (err != VD_OK) {
		return err;
	}
	struct vd_reader r = vd_reader_init(value);
	*version = vd_reader_u32(&r);
	if (!vd_reader_is_done(&r)) {
		return vd_diag_set(diag, VD_ERR_CORRUPT,
				   "store %s: the schema's version can't be read", store->dir);
	}
	return VD_OK;
}

static enum vd_err run_row(struct vd_store *store, const struct vd_migration *row,
			   struct vd_diag *diag)
{
	enum vd_err err = row->run != NULL ? row->run(store, diag) : VD_OK;
	if (err != VD_OK) {
		vd_diag_context(diag, "migration to version %u (%s)", (unsigned)row->to, row->what);
		return err;
	}
	uint8_t bytes[sizeof(uint32_t)];
	struct vd_writer w = vd_writer_init(bytes, sizeof(bytes));
	vd_writer_u32(&w, row->to);
	return vd_db_put(store, VD_TABLE_META, VD_SPAN("schema"), vd_writer_span(&w), diag);
}

enum vd_err vd_schema_migrate(struct vd_store *store, const struct vd_migration *rows, size_t n,
			      struct vd_diag *diag)
{
	uint32_t version = 0;
	enum vd_err err = vd_schema_get(store, &version, diag);
	if (err != VD_OK) {
		return err;
	}
	if (version > rows[n - 1].to) {
		return vd_diag_set(diag, VD_ERR_VERSION,
				   "store %s: its version is %u, this program knows up to %u: "
				   "run the newer program",
				   store->dir, (unsigned)version, (unsigned)rows[n - 1].to);
	}
	for (size_t i = 0; i < n; i++) {
		if (rows[i].to <= version) {
			continue;
		}
		if (rows[i].to != version + 1) {
			return vd_diag_set(diag, VD_ERR_ARGUMENT,
					   "store %s: no way from version %u to %u", store->dir,
					   (unsigned)version, (unsigned)rows[i].to);
		}
		err = vd_db_write(store, diag);
		err = err != VD_OK ? err : run_row(store, &rows[i], diag);
		if (err != VD_OK) {
			return err;
		}
		version = rows[i].to;
		vd_info(store->log, "store", "schema is at version %u: %s", (unsigned)version,
			rows[i].what);
	}
	return VD_OK;
}

enum vd_err vd_schema_update(struct vd_store *store, struct vd_diag *diag)
{
	return vd_schema_migrate(store, migrations, VD_ARRAY_LEN(migrations), diag);
}
