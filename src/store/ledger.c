// SPDX-License-Identifier: MIT
// The book of what a network bills. Key 'd', account, day: the day's record. Key 'i', day, account,
// kind, id: that one is paid for; of the day before, and older, they are forgotten bit by bit.
#include <string.h>

#include "store/db.h"

#define VERSION 1
#define FORGET_A_TIME 2 // more than comes: the past gets shorter with each new entry
#define RECORD_BYTES (1 + 4 * VD_LEDGER_KINDS + 8)

static struct vd_span day_key(uint16_t account, uint32_t day, uint8_t memory[VD_KEY_BYTES])
{
	struct vd_writer w = vd_writer_init(memory, VD_KEY_BYTES);
	vd_writer_u8(&w, 'd');
	vd_writer_be16(&w, account);
	vd_writer_be32(&w, day);
	return vd_writer_span(&w);
}

static struct vd_span id_key(uint16_t account, uint32_t day, uint8_t kind, struct vd_span id,
			     uint8_t memory[VD_KEY_BYTES])
{
	struct vd_writer w = vd_writer_init(memory, VD_KEY_BYTES);
	vd_writer_u8(&w, 'i');
	vd_writer_be32(&w, day);
	vd_writer_be16(&w, account);
	vd_writer_u8(&w, kind);
	vd_writer_bytes(&w, id.p, id.n);
	return vd_writer_span(&w);
}

enum vd_err vd_store_ledger_get(struct vd_store *store, uint16_t account, uint32_t day,
				struct vd_ledger_day *out, struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	struct vd_span value;
	memset(out, 0, sizeof(*out));
	enum vd_err err =
		vd_db_get(store, VD_TABLE_LEDGER, day_key(account, day, memory), &value, diag);
	if (err != VD_OK) {
		return err == VD_ERR_NOT_FOUND ? VD_OK : err;
	}
	struct vd_reader r = vd_reader_init(value);
	bool is_known = vd_reader_u8(&r) == VERSION;
	for (size_t i = 0; i < VD_LEDGER_KINDS; i++) {
		out->n[i] = vd_reader_u32(&r);
	}
	out->micro = (int64_t)vd_reader_u64(&r);
	if (!is_known || !vd_reader_is_done(&r) || out->micro < 0) {
		memset(out, 0, sizeof(*out));
		return vd_db_damaged(VD_ERR_CORRUPT, VD_TABLE_LEDGER, day, diag);
	}
	out->is_known = true;
	return VD_OK;
}

static enum vd_err put_day(struct vd_store *store, uint16_t account, uint32_t day,
			   const struct vd_ledger_day *is, struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	uint8_t record[RECORD_BYTES];
	struct vd_writer w = vd_writer_init(record, sizeof(record));
	vd_writer_u8(&w, VERSION);
	for (size_t i = 0; i < VD_LEDGER_KINDS; i++) {
		vd_writer_u32(&w, is->n[i]);
	}
	vd_writer_u64(&w, (uint64_t)is->micro);
	return vd_db_put(store, VD_TABLE_LEDGER, day_key(account, day, memory), vd_writer_span(&w),
			 diag);
}

static enum vd_err forget_old(struct vd_store *store, uint32_t day, struct vd_diag *diag)
{
	for (int i = 0; i < FORGET_A_TIME; i++) {
		struct vd_span key;
		struct vd_span value;
		enum vd_err err =
			vd_db_seek(store, VD_TABLE_LEDGER, VD_SPAN("i"), &key, &value, diag);
		if (err != VD_OK) {
			return err == VD_ERR_NOT_FOUND ? VD_OK : err;
		}
		struct vd_reader r = vd_reader_init(key);
		(void)vd_reader_u8(&r);
		if (vd_reader_be32(&r) >= day || key.n > VD_KEY_BYTES) {
			return VD_OK;
		}
		uint8_t memory[VD_KEY_BYTES];
		memcpy(memory, key.p, key.n);
		err = vd_db_delete(store, VD_TABLE_LEDGER, vd_span_make(memory, key.n), diag);
		if (err != VD_OK) {
			return err;
		}
	}
	return VD_OK;
}

enum vd_err vd_store_ledger_add(struct vd_store *store, uint16_t account, uint32_t day,
				uint8_t kind, struct vd_span id, int64_t micro, bool *is_new,
				struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	struct vd_ledger_day is;
	*is_new = false;
	if (kind >= VD_LEDGER_KINDS || id.n == 0 || id.n >= VD_ID_BYTES || micro < 0) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "store: nothing that can be billed");
	}
	struct vd_span key = id_key(account, day, kind, id, memory);
	struct vd_span value;
	enum vd_err err = vd_db_get(store, VD_TABLE_LEDGER, key, &value, diag);
	if (err != VD_ERR_NOT_FOUND) {
		return err; // within the day once is enough
	}
	err = vd_store_ledger_get(store, account, day, &is, diag);
	err = err == VD_OK ? vd_db_write(store, diag) : err;
	err = err == VD_OK ? vd_db_put(store, VD_TABLE_LEDGER, key, VD_SPAN(""), diag) : err;
	is.n[kind]++;
	is.micro += micro;
	err = err == VD_OK ? put_day(store, account, day, &is, diag) : err;
	*is_new = err == VD_OK;
	return err == VD_OK && day > 0 ? forget_old(store, day - 1, diag) : err;
}
