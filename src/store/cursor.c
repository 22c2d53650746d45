// SPDX-License-Identifier: MIT
#include <string.h>

#include "store/db.h"

#define VALUE_BYTES 4096 // longest cursor or setting

// Nothing is written where the value is what it was: a quiet poll dirties no page.
static enum vd_err set(struct vd_store *store, enum vd_table table, struct vd_span key,
		       struct vd_span value, struct vd_diag *diag)
{
	struct vd_span old;
	if (value.n > VALUE_BYTES) {
		return vd_diag_set(diag, VD_ERR_TOO_LARGE,
				   "store: %s: a value of %zu bytes, at most %d are kept",
				   vd_table_name(table), value.n, VALUE_BYTES);
	}
	enum vd_err err = vd_db_get(store, table, key, &old, diag);
	if (err == VD_OK && vd_span_is_equal(old, value)) {
		return VD_OK;
	}
	if (err != VD_OK && err != VD_ERR_NOT_FOUND) {
		return err;
	}
	err = vd_db_write(store, diag);
	return err != VD_OK ? err : vd_db_put(store, table, key, value, diag);
}

static enum vd_err get(struct vd_store *store, enum vd_table table, struct vd_span key, char *out,
		       size_t cap, struct vd_diag *diag)
{
	struct vd_span value;
	out[0] = '\0';
	enum vd_err err = vd_db_get(store, table, key, &value, diag);
	if (err != VD_OK) {
		return err == VD_ERR_NOT_FOUND ? VD_OK : err;
	}
	if (vd_span_copy(value, out, cap) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_ROOM,
				   "store: %s: a value of %zu bytes, there is room for %zu",
				   vd_table_name(table), value.n, cap);
	}
	return VD_OK;
}

static enum vd_err check_name(const char *name, struct vd_diag *diag)
{
	if (name[0] == '\0' || strlen(name) >= VD_ID_BYTES) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "store: a name has 1 to %d bytes",
				   VD_ID_BYTES - 1);
	}
	return VD_OK;
}

static struct vd_span cursor_key(uint16_t account, const char *name, uint8_t memory[VD_KEY_BYTES])
{
	struct vd_writer w = vd_writer_init(memory, VD_KEY_BYTES);
	vd_writer_be16(&w, account);
	vd_writer_bytes(&w, name, strlen(name));
	return vd_writer_span(&w);
}

enum vd_err vd_store_cursor_set(struct vd_store *store, uint16_t account, const char *name,
				struct vd_span value, struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	enum vd_err err = check_name(name, diag);
	return err != VD_OK ? err
			    : set(store, VD_TABLE_CURSORS, cursor_key(account, name, memory), value,
				  diag);
}

enum vd_err vd_store_cursor_get(struct vd_store *store, uint16_t account, const char *name,
				char *out, size_t cap, struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	enum vd_err err = check_name(name, diag);
	return err != VD_OK ? err
			    : get(store, VD_TABLE_CURSORS, cursor_key(account, name, memory), out,
				  cap, diag);
}

enum vd_err vd_store_setting_set(struct vd_store *store, const char *name, struct vd_span value,
				 struct vd_diag *diag)
{
	enum vd_err err = check_name(name, diag);
	return err != VD_OK ? err : set(store, VD_TABLE_SETTINGS, vd_span_of(name), value, diag);
}

enum vd_err vd_store_setting_get(struct vd_store *store, const char *name, char *out, size_t cap,
				 struct vd_diag *diag)
{
	enum vd_err err = check_name(name, diag);
	return err != VD_OK ? err : get(store, VD_TABLE_SETTINGS, vd_span_of(name), out, cap, diag);
}

static enum vd_err copy_table(struct vd_store *from, struct vd_store *to, enum vd_table table,
			      struct vd_diag *diag)
{
	struct vd_walk walk = vd_walk_init(table, (struct vd_span){ NULL, 0 });
	struct vd_span key;
	struct vd_span value;
	enum vd_err err;
	while ((err = vd_walk_next(from, &walk, &key, &value, diag)) == VD_OK) {
		err = set(to, table, key, value, diag);
		if (err != VD_OK) {
			return err;
		}
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

enum vd_err vd_store_copy_settings(struct vd_store *from, struct vd_store *to, struct vd_diag *diag)
{
	enum vd_err err = copy_table(from, to, VD_TABLE_SETTINGS, diag);
	err = err == VD_OK ? copy_table(from, to, VD_TABLE_CURSORS, diag) : err;
	static const enum vd_table later[] = { VD_TABLE_LEDGER, VD_TABLE_PRESENCE };
	for (size_t i = 0; i < VD_ARRAY_LEN(later) && err == VD_OK; i++) {
		if (vd_db_has_table(from, later[i])) {
			err = copy_table(from, to, later[i], diag);
		}
	}
	return err;
}
