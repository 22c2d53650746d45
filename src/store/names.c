// SPDX-License-Identifier: MIT
#include "store/db.h"

static struct vd_span key_of(enum vd_name_space space, struct vd_span name,
			     uint8_t memory[VD_KEY_BYTES])
{
	struct vd_writer w = vd_writer_init(memory, VD_KEY_BYTES);
	vd_writer_u8(&w, (uint8_t)space);
	vd_writer_bytes(&w, name.p, name.n);
	return vd_writer_span(&w);
}

static enum vd_err load(struct vd_store *store, struct vd_span key, uint16_t *number,
			struct vd_diag *diag)
{
	struct vd_span value;
	enum vd_err err = vd_db_get(store, VD_TABLE_NAMES, key, &value, diag);
	if (err != VD_OK) {
		return err;
	}
	struct vd_reader r = vd_reader_init(value);
	*number = vd_reader_u16(&r);
	return vd_reader_is_done(&r) ? VD_OK
				     : vd_db_damaged(VD_ERR_CORRUPT, VD_TABLE_NAMES, 0, diag);
}

static enum vd_err save(struct vd_store *store, struct vd_span key, uint16_t number,
			struct vd_diag *diag)
{
	uint8_t bytes[sizeof(number)];
	struct vd_writer w = vd_writer_init(bytes, sizeof(bytes));
	vd_writer_u16(&w, number);
	return vd_db_put(store, VD_TABLE_NAMES, key, vd_writer_span(&w), diag);
}

enum vd_err vd_store_name_id(struct vd_store *store, enum vd_name_space space, struct vd_span name,
			     uint16_t *id, struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	uint8_t count_memory[VD_KEY_BYTES];
	if (name.n == 0 || name.n >= VD_NAME_BYTES) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "a name has 1 to %d bytes",
				   VD_NAME_BYTES - 1);
	}
	struct vd_span key = key_of(space, name, memory);
	enum vd_err err = load(store, key, id, diag);
	if (err != VD_ERR_NOT_FOUND) {
		return err;
	}
	// The space's own entry, with an empty name, counts the ids that were given.
	struct vd_span count_key = key_of(space, (struct vd_span){ NULL, 0 }, count_memory);
	*id = 0;
	err = load(store, count_key, id, diag);
	if (err != VD_OK && err != VD_ERR_NOT_FOUND) {
		return err;
	}
	if (*id == UINT16_MAX) {
		return vd_diag_set(diag, VD_ERR_ROOM, "no id is left for the name %.*s",
				   VD_SPAN_ARG(name));
	}
	err = vd_db_write(store, diag);
	err = err != VD_OK ? err : save(store, key, *id, diag);
	return err != VD_OK ? err : save(store, count_key, (uint16_t)(*id + 1), diag);
}

enum vd_err vd_store_name_put(struct vd_store *store, enum vd_name_space space, struct vd_span name,
			      uint16_t id, struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	uint8_t count_memory[VD_KEY_BYTES];
	uint16_t old = 0;
	uint16_t given = 0;
	if (name.n == 0 || name.n >= VD_NAME_BYTES || id == UINT16_MAX) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "a name has 1 to %d bytes",
				   VD_NAME_BYTES - 1);
	}
	struct vd_span key = key_of(space, name, memory);
	struct vd_span count_key = key_of(space, (struct vd_span){ NULL, 0 }, count_memory);
	enum vd_err err = load(store, key, &old, diag);
	if (err == VD_OK) {
		return old == id ? VD_OK
				 : vd_diag_set(diag, VD_ERR_EXISTS,
					       "the name %.*s has the id %u, not %u",
					       VD_SPAN_ARG(name), (unsigned)old, (unsigned)id);
	}
	err = err == VD_ERR_NOT_FOUND ? load(store, count_key, &given, diag) : err;
	err = err == VD_ERR_NOT_FOUND ? VD_OK : err;
	err = err != VD_OK ? err : vd_db_write(store, diag);
	err = err != VD_OK ? err : save(store, key, id, diag);
	return err != VD_OK || id < given ? err : save(store, count_key, (uint16_t)(id + 1), diag);
}
