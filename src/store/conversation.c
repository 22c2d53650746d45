// SPDX-License-Identifier: MIT
#include "store/places.h"

#define KEY_BYTES 8

static struct vd_span key_of(uint64_t id, uint8_t memory[KEY_BYTES])
{
	struct vd_writer w = vd_writer_init(memory, KEY_BYTES);
	vd_writer_be64(&w, id);
	return vd_writer_span(&w);
}

enum vd_err vd_store_conversation_new_id(struct vd_store *store, uint64_t *id, struct vd_diag *diag)
{
	struct vd_span key;
	struct vd_span value;
	enum vd_err err = vd_db_seek_back(store, VD_TABLE_CONVERSATIONS,
					  (struct vd_span){ NULL, 0 }, &key, &value, diag);
	*id = 1;
	if (err == VD_OK) {
		struct vd_reader r = vd_reader_init(key);
		*id = vd_reader_be64(&r) + 1;
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

static enum vd_err know(struct vd_store *store, uint64_t id, struct vd_span value,
			struct vd_diag *diag)
{
	enum vd_err err =
		vd_record_parse_conversation(value, id, &store->known, &store->known_places);
	if (err != VD_OK) {
		store->known.id = 0;
		return vd_db_damaged(err, VD_TABLE_CONVERSATIONS, id, diag);
	}
	return VD_OK;
}

// Into store->known.
static enum vd_err load(struct vd_store *store, uint64_t id, struct vd_diag *diag)
{
	uint8_t memory[KEY_BYTES];
	struct vd_span value;
	store->known.id = 0;
	enum vd_err err =
		vd_db_get(store, VD_TABLE_CONVERSATIONS, key_of(id, memory), &value, diag);
	return err == VD_OK ? know(store, id, value, diag) : err;
}

enum vd_err vd_store_conversation_next(struct vd_store *store, uint64_t from,
				       struct vd_conversation *out, struct vd_diag *diag)
{
	uint8_t memory[KEY_BYTES];
	struct vd_span key;
	struct vd_span value;
	store->known.id = 0;
	enum vd_err err =
		vd_db_seek(store, VD_TABLE_CONVERSATIONS, key_of(from, memory), &key, &value, diag);
	if (err == VD_OK) {
		struct vd_reader r = vd_reader_init(key);
		err = know(store, vd_reader_be64(&r), value, diag);
	}
	if (err == VD_OK) {
		*out = store->known;
	}
	return err;
}

enum vd_err vd_store_conversation_get(struct vd_store *store, uint64_t id,
				      struct vd_conversation *out, struct vd_diag *diag)
{
	enum vd_err err = load(store, id, diag);
	if (err == VD_ERR_NOT_FOUND) {
		return vd_diag_set(diag, err, "conversation %llu does not exist",
				   (unsigned long long)id);
	}
	if (err == VD_OK) {
		*out = store->known;
	}
	return err;
}

static enum vd_err put_record(struct vd_store *store, uint64_t id, struct vd_span bytes,
			      bool is_new, struct vd_diag *diag)
{
	uint8_t memory[KEY_BYTES];
	if (is_new) {
		return vd_db_append(store, VD_TABLE_CONVERSATIONS, key_of(id, memory), bytes, diag);
	}
	return vd_db_put(store, VD_TABLE_CONVERSATIONS, key_of(id, memory), bytes, diag);
}

enum vd_err vd_store_conversation_put(struct vd_store *store, const struct vd_conversation *c,
				      struct vd_diag *diag)
{
	struct vd_places places;
	vd_places_make(c, &places);
	struct vd_writer w = vd_writer_init(store->scratch, VD_RECORD_BYTES);
	enum vd_err err = vd_record_print_conversation(c, &places, &w);
	if (err != VD_OK || c->id == 0) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "conversation %llu: a field is out of its range",
				   (unsigned long long)c->id);
	}
	err = store->known.id == c->id ? VD_OK : load(store, c->id, diag);
	if (err != VD_OK && err != VD_ERR_NOT_FOUND) {
		return err;
	}
	bool is_new = err == VD_ERR_NOT_FOUND;
	// Padding that differs costs a write, no more.
	if (!is_new && vd_span_is_equal(vd_span_make(&store->known, sizeof(*c)),
					vd_span_make(c, sizeof(*c)))) {
		return VD_OK;
	}
	err = vd_db_write(store, diag);
	err = err != VD_OK ? err : put_record(store, c->id, vd_writer_span(&w), is_new, diag);
	err = err != VD_OK ? err
			   : vd_places_move(store, c->id, is_new ? NULL : &store->known_places,
					    &places, diag);
	if (err != VD_OK) {
		return err;
	}
	if (!is_new) {
		vd_places_count(&store->state.counters, &store->known, -1);
	}
	vd_places_count(&store->state.counters, c, 1);
	store->known = *c;
	store->known_places = places;
	return VD_OK;
}

enum vd_err vd_store_conversation_each(struct vd_store *store, uint64_t from,
				       vd_store_conversation_fn *fn, void *ctx,
				       struct vd_diag *diag)
{
	uint8_t memory[KEY_BYTES];
	struct vd_walk walk = vd_walk_init(VD_TABLE_CONVERSATIONS, key_of(from, memory));
	struct vd_span key;
	struct vd_span value;
	enum vd_err err;
	while ((err = vd_walk_next(store, &walk, &key, &value, diag)) == VD_OK) {
		struct vd_conversation c;
		struct vd_places places;
		struct vd_reader r = vd_reader_init(key);
		uint64_t id = vd_reader_be64(&r);
		err = vd_record_parse_conversation(value, id, &c, &places);
		if (err != VD_OK) {
			return vd_db_damaged(err, VD_TABLE_CONVERSATIONS, id, diag);
		}
		if (!fn(ctx, &c)) {
			return VD_OK;
		}
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

// Walks an index from `from` up to, not including, `to` (not set: no end).
static enum vd_err each_in(struct vd_store *store, enum vd_table table, struct vd_span from,
			   struct vd_wall to, vd_store_conversation_fn *fn, void *ctx,
			   struct vd_diag *diag)
{
	struct vd_walk walk = vd_walk_init(table, from);
	struct vd_span key;
	struct vd_span value;
	enum vd_err err;
	while ((err = vd_walk_next(store, &walk, &key, &value, diag)) == VD_OK) {
		struct vd_conversation c;
		struct vd_wall at;
		uint8_t target = 0;
		uint64_t id = 0;
		if (!vd_places_parse_key(table, key, &at, &target, &id)) {
			return vd_diag_set(diag, VD_ERR_CORRUPT, "store: %s: a key can't be read",
					   vd_table_name(table));
		}
		if (vd_wall_is_set(to) && at.us >= to.us) {
			return VD_OK;
		}
		err = vd_store_conversation_get(store, id, &c, diag);
		if (err == VD_ERR_NOT_FOUND) {
			err = vd_db_damaged(VD_ERR_CORRUPT, table, id, diag);
		}
		if (err != VD_OK || !fn(ctx, &c)) {
			return err;
		}
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

enum vd_err vd_store_due_each(struct vd_store *store, vd_store_conversation_fn *fn, void *ctx,
			      struct vd_diag *diag)
{
	return each_in(store, VD_TABLE_DUE, (struct vd_span){ NULL, 0 }, VD_PLACES_REST, fn, ctx,
		       diag);
}

static enum vd_err each_at(struct vd_store *store, struct vd_wall place,
			   vd_store_conversation_fn *fn, void *ctx, struct vd_diag *diag)
{
	uint8_t memory[KEY_BYTES];
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	vd_writer_be_wall(&w, place);
	struct vd_wall end = { place.us + 1 };
	return each_in(store, VD_TABLE_DUE, vd_writer_span(&w), end, fn, ctx, diag);
}

enum vd_err vd_store_left_each(struct vd_store *store, vd_store_conversation_fn *fn, void *ctx,
			       struct vd_diag *diag)
{
	return each_at(store, VD_PLACES_LEFT, fn, ctx, diag);
}

enum vd_err vd_store_rest_each(struct vd_store *store, vd_store_conversation_fn *fn, void *ctx,
			       struct vd_diag *diag)
{
	return each_at(store, VD_PLACES_REST, fn, ctx, diag);
}

enum vd_err vd_store_answered_each(struct vd_store *store, struct vd_wall from, struct vd_wall to,
				   vd_store_conversation_fn *fn, void *ctx, struct vd_diag *diag)
{
	uint8_t memory[KEY_BYTES];
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	vd_writer_be_wall(&w, from);
	return each_in(store, VD_TABLE_ANSWERED, vd_writer_span(&w), to, fn, ctx, diag);
}

static enum vd_err first_in(struct vd_store *store, enum vd_table table, struct vd_wall *at,
			    uint64_t *conversation, struct vd_diag *diag)
{
	struct vd_span key;
	struct vd_span value;
	uint8_t target = 0;
	enum vd_err err = vd_db_seek(store, table, (struct vd_span){ NULL, 0 }, &key, &value, diag);
	if (err != VD_OK) {
		return err;
	}
	if (!vd_places_parse_key(table, key, at, &target, conversation)) {
		return vd_diag_set(diag, VD_ERR_CORRUPT, "store: %s: a key can't be read",
				   vd_table_name(table));
	}
	return VD_OK;
}

enum vd_err vd_store_due_first(struct vd_store *store, struct vd_wall *due, uint64_t *conversation,
			       struct vd_diag *diag)
{
	enum vd_err err = first_in(store, VD_TABLE_DUE, due, conversation, diag);
	return err == VD_OK && due->us >= VD_PLACES_LEFT.us ? VD_ERR_NOT_FOUND : err;
}

enum vd_err vd_store_tick_first(struct vd_store *store, struct vd_wall *at, uint64_t *conversation,
				struct vd_diag *diag)
{
	return first_in(store, VD_TABLE_TICK, at, conversation, diag);
}
