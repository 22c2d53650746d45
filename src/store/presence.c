// SPDX-License-Identifier: MIT
// How many people followed whom, a sample a day. Key: account, day from the newest to the oldest
// within a handle: u16 account, handle, 0, u32 day.
#include <string.h>

#include "store/db.h"

#define VERSION 1
#define RECORD_BYTES 17

static struct vd_span key_of(uint16_t account, const char *handle, uint32_t day,
			     uint8_t memory[VD_KEY_BYTES])
{
	struct vd_writer w = vd_writer_init(memory, VD_KEY_BYTES);
	vd_writer_be16(&w, account);
	vd_writer_bytes(&w, handle, strnlen(handle, VD_HANDLE_BYTES) + 1);
	vd_writer_be32(&w, day);
	return vd_writer_span(&w);
}

static bool parse_key(struct vd_span key, struct vd_presence *out)
{
	struct vd_reader r = vd_reader_init(key);
	out->account = vd_reader_be16(&r);
	if (key.n < 2 + 1 + 4 || key.n - 2 - 5 >= VD_HANDLE_BYTES || key.p[key.n - 5] != '\0') {
		return false;
	}
	memcpy(out->handle, key.p + 2, key.n - 6);
	r = vd_reader_init(vd_span_skip(key, key.n - 4));
	out->day = vd_reader_be32(&r);
	return strlen(out->handle) == key.n - 7;
}

static enum vd_err parse(struct vd_span key, struct vd_span value, struct vd_presence *out,
			 struct vd_diag *diag)
{
	struct vd_reader r = vd_reader_init(value);
	memset(out, 0, sizeof(*out));
	bool is_known = vd_reader_u8(&r) == VERSION && parse_key(key, out);
	out->followers = vd_reader_u64(&r);
	out->at = vd_reader_wall(&r);
	return is_known && vd_reader_is_done(&r)
		       ? VD_OK
		       : vd_db_damaged(VD_ERR_CORRUPT, VD_TABLE_PRESENCE, out->day, diag);
}

// Samples that are too old go with the newest one.
static enum vd_err forget_old(struct vd_store *store, const struct vd_presence *newest,
			      struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	uint8_t old[VD_KEY_BYTES];
	for (;;) {
		struct vd_span key;
		struct vd_span value;
		struct vd_presence p;
		enum vd_err err = vd_db_seek(store, VD_TABLE_PRESENCE,
					     key_of(newest->account, newest->handle, 0, memory),
					     &key, &value, diag);
		err = err == VD_OK ? parse(key, value, &p, diag) : err;
		if (err != VD_OK) {
			return err == VD_ERR_NOT_FOUND ? VD_OK : err;
		}
		if (p.account != newest->account || strcmp(p.handle, newest->handle) != 0 ||
		    p.day + VD_PRESENCE_DAYS > newest->day) {
			return VD_OK;
		}
		memcpy(old, key.p, key.n);
		err = vd_db_delete(store, VD_TABLE_PRESENCE, vd_span_make(old, key.n), diag);
		if (err != VD_OK) {
			return err;
		}
	}
}

enum vd_err vd_store_presence_set(struct vd_store *store, const struct vd_presence *p,
				  struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	uint8_t record[RECORD_BYTES];
	struct vd_writer w = vd_writer_init(record, sizeof(record));
	if (p->handle[0] == '\0' || strnlen(p->handle, VD_HANDLE_BYTES) == VD_HANDLE_BYTES) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "store: a presence without a handle");
	}
	vd_writer_u8(&w, VERSION);
	vd_writer_u64(&w, p->followers);
	vd_writer_wall(&w, p->at);
	// Within a day only another number is worth a write.
	struct vd_span old;
	struct vd_span key = key_of(p->account, p->handle, p->day, memory);
	if (vd_db_get(store, VD_TABLE_PRESENCE, key, &old, NULL) == VD_OK &&
	    old.n == sizeof(record) && memcmp(old.p + 1, record + 1, 8) == 0) {
		return VD_OK;
	}
	enum vd_err err = vd_db_write(store, diag);
	err = err == VD_OK ? vd_db_put(store, VD_TABLE_PRESENCE,
				       key_of(p->account, p->handle, p->day, memory),
				       vd_writer_span(&w), diag)
			   : err;
	return err == VD_OK ? forget_old(store, p, diag) : err;
}

enum vd_err vd_store_presence_each(struct vd_store *store, vd_store_presence_fn *fn, void *ctx,
				   struct vd_diag *diag)
{
	struct vd_walk walk = vd_walk_init(VD_TABLE_PRESENCE, (struct vd_span){ NULL, 0 });
	struct vd_span key;
	struct vd_span value;
	enum vd_err err;
	if (!vd_db_has_table(store, VD_TABLE_PRESENCE)) {
		return VD_OK;
	}
	while ((err = vd_walk_next(store, &walk, &key, &value, diag)) == VD_OK) {
		struct vd_presence p;
		err = parse(key, value, &p, diag);
		if (err != VD_OK || !fn(ctx, &p)) {
			return err;
		}
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}
