// SPDX-License-Identifier: MIT
#include "store/db.h"

#define KEY_BYTES 8

static const char *const state_names[VD_OUTBOX_N] = {
	[VD_OUTBOX_QUEUED] = "queued",       [VD_OUTBOX_ATTEMPTED] = "attempted",
	[VD_OUTBOX_UNCERTAIN] = "uncertain", [VD_OUTBOX_ASK] = "ask",
	[VD_OUTBOX_SENT] = "sent",           [VD_OUTBOX_FAILED] = "failed",
	[VD_OUTBOX_HELD] = "held",
};

const char *vd_outbox_state_name(enum vd_outbox_state state)
{
	return (unsigned)state < VD_OUTBOX_N ? state_names[state] : "?";
}

static bool is_open(enum vd_outbox_state state)
{
	return state != VD_OUTBOX_SENT && state != VD_OUTBOX_FAILED;
}

static struct vd_span key_of(uint64_t id, uint8_t memory[KEY_BYTES])
{
	struct vd_writer w = vd_writer_init(memory, KEY_BYTES);
	vd_writer_be64(&w, id);
	return vd_writer_span(&w);
}

enum vd_err vd_store_outbox_new_id(struct vd_store *store, uint64_t *id, struct vd_diag *diag)
{
	struct vd_span key;
	struct vd_span value;
	enum vd_err err = vd_db_seek_back(store, VD_TABLE_OUTBOX, (struct vd_span){ NULL, 0 }, &key,
					  &value, diag);
	*id = 1;
	if (err == VD_OK) {
		struct vd_reader r = vd_reader_init(key);
		*id = vd_reader_be64(&r) + 1;
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

enum vd_err vd_store_outbox_put(struct vd_store *store, const struct vd_outbox_entry *entry,
				struct vd_diag *diag)
{
	uint8_t key[KEY_BYTES];
	struct vd_writer w = vd_writer_init(store->scratch, VD_RECORD_BYTES);
	enum vd_err err = vd_record_print_outbox(entry, &w);
	if (err != VD_OK || entry->id == 0) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "outbox entry %llu: a field is out of its range",
				   (unsigned long long)entry->id);
	}
	err = vd_db_write(store, diag);
	err = err != VD_OK ? err
			   : vd_db_append(store, VD_TABLE_OUTBOX, key_of(entry->id, key),
					  vd_writer_span(&w), diag);
	if (err != VD_OK) {
		return err;
	}
	if (is_open(entry->state)) {
		return vd_db_append(store, VD_TABLE_OUTBOX_OPEN, key_of(entry->id, key),
				    VD_SPAN(""), diag);
	}
	return vd_db_delete(store, VD_TABLE_OUTBOX_OPEN, key_of(entry->id, key), diag);
}

// The text is borrowed from the map.
static enum vd_err load(struct vd_store *store, uint64_t id, struct vd_outbox_entry *out,
			struct vd_diag *diag)
{
	uint8_t key[KEY_BYTES];
	struct vd_span value;
	enum vd_err err = vd_db_get(store, VD_TABLE_OUTBOX, key_of(id, key), &value, diag);
	if (err == VD_ERR_NOT_FOUND) {
		return vd_diag_set(diag, err, "outbox entry %llu does not exist",
				   (unsigned long long)id);
	}
	if (err != VD_OK) {
		return err;
	}
	err = vd_record_parse_outbox(value, id, out);
	return err == VD_OK ? VD_OK : vd_db_damaged(err, VD_TABLE_OUTBOX, id, diag);
}

enum vd_err vd_store_outbox_get(struct vd_store *store, uint64_t id, struct vd_outbox_entry *out,
				char *text, size_t cap, struct vd_diag *diag)
{
	enum vd_err err = load(store, id, out, diag);
	if (err != VD_OK) {
		return err;
	}
	if (out->text.n > cap) {
		return vd_diag_set(
			diag, VD_ERR_ROOM,
			"outbox entry %llu: its text has %zu bytes, there is room for %zu",
			(unsigned long long)id, out->text.n, cap);
	}
	struct vd_writer w = vd_writer_init(text, cap);
	vd_writer_bytes(&w, out->text.p, out->text.n);
	out->text = vd_writer_span(&w);
	return VD_OK;
}

static enum vd_err each_in(struct vd_store *store, enum vd_table table, struct vd_span from,
			   vd_store_outbox_fn *fn, void *ctx, struct vd_diag *diag)
{
	struct vd_walk walk = vd_walk_init(table, from);
	struct vd_span key;
	struct vd_span value;
	enum vd_err err;
	while ((err = vd_walk_next(store, &walk, &key, &value, diag)) == VD_OK) {
		struct vd_outbox_entry entry;
		struct vd_reader r = vd_reader_init(key);
		err = load(store, vd_reader_be64(&r), &entry, diag);
		if (err != VD_OK || !fn(ctx, &entry)) {
			return err;
		}
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

enum vd_err vd_store_outbox_each_open(struct vd_store *store, vd_store_outbox_fn *fn, void *ctx,
				      struct vd_diag *diag)
{
	return each_in(store, VD_TABLE_OUTBOX_OPEN, (struct vd_span){ NULL, 0 }, fn, ctx, diag);
}

enum vd_err vd_store_outbox_each(struct vd_store *store, vd_store_outbox_fn *fn, void *ctx,
				 struct vd_diag *diag)
{
	return each_in(store, VD_TABLE_OUTBOX, (struct vd_span){ NULL, 0 }, fn, ctx, diag);
}

enum vd_err vd_store_outbox_each_recent(struct vd_store *store, uint64_t most,
					vd_store_outbox_fn *fn, void *ctx, struct vd_diag *diag)
{
	uint8_t key[KEY_BYTES];
	uint64_t next = 0;
	enum vd_err err = vd_store_outbox_new_id(store, &next, diag);
	uint64_t from = next > most ? next - most : 1;
	return err == VD_OK ? each_in(store, VD_TABLE_OUTBOX, key_of(from, key), fn, ctx, diag)
			    : err;
}
