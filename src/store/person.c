// SPDX-License-Identifier: MIT
// Who is who. A person is 16 bytes that the caller made of network, account and id; so is a name.
// Key 'c', person, case: one of his cases. Key 'h', name, person: goes by that name. Key 'l',
// person, person: confirmed to be the same, in both directions.
#include <string.h>

#include "store/db.h"

#define VERSION 1
#define RECORD_BYTES 11

static struct vd_span pair_key(char tag, const struct vd_person_key *a,
			       const struct vd_person_key *b, uint8_t memory[VD_KEY_BYTES])
{
	struct vd_writer w = vd_writer_init(memory, VD_KEY_BYTES);
	vd_writer_u8(&w, (uint8_t)tag);
	vd_writer_bytes(&w, a->bytes, sizeof(a->bytes));
	if (b != NULL) {
		vd_writer_bytes(&w, b->bytes, sizeof(b->bytes));
	}
	return vd_writer_span(&w);
}

static struct vd_span case_key(const struct vd_person_key *person, uint64_t conversation,
			       uint8_t memory[VD_KEY_BYTES])
{
	struct vd_writer w = vd_writer_init(memory, VD_KEY_BYTES);
	vd_writer_u8(&w, 'c');
	vd_writer_bytes(&w, person->bytes, sizeof(person->bytes));
	vd_writer_be64(&w, conversation);
	return vd_writer_span(&w);
}

enum vd_err vd_store_person_add(struct vd_store *store, const struct vd_person_key *person,
				const struct vd_person_key *name, uint64_t conversation,
				struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	enum vd_err err = vd_db_write(store, diag);
	err = err == VD_OK ? vd_db_put(store, VD_TABLE_IDENTITY,
				       case_key(person, conversation, memory), VD_SPAN(""), diag)
			   : err;
	return err == VD_OK && name != NULL
		       ? vd_db_put(store, VD_TABLE_IDENTITY, pair_key('h', name, person, memory),
				   VD_SPAN(""), diag)
		       : err;
}

enum vd_err vd_store_person_link(struct vd_store *store, const struct vd_person_link *link,
				 struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	uint8_t record[RECORD_BYTES];
	struct vd_writer w = vd_writer_init(record, sizeof(record));
	vd_writer_u8(&w, VERSION);
	vd_writer_u16(&w, link->staff);
	vd_writer_wall(&w, link->at);
	enum vd_err err = vd_db_write(store, diag);
	err = err == VD_OK ? vd_db_put(store, VD_TABLE_IDENTITY,
				       pair_key('l', &link->a, &link->b, memory),
				       vd_writer_span(&w), diag)
			   : err;
	return err == VD_OK ? vd_db_put(store, VD_TABLE_IDENTITY,
					pair_key('l', &link->b, &link->a, memory),
					vd_writer_span(&w), diag)
			    : err;
}

enum vd_err vd_store_person_unlink(struct vd_store *store, const struct vd_person_key *a,
				   const struct vd_person_key *b, struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	struct vd_span value;
	enum vd_err err =
		vd_db_get(store, VD_TABLE_IDENTITY, pair_key('l', a, b, memory), &value, diag);
	err = err == VD_OK ? vd_db_write(store, diag) : err;
	err = err == VD_OK
		      ? vd_db_delete(store, VD_TABLE_IDENTITY, pair_key('l', a, b, memory), diag)
		      : err;
	return err == VD_OK
		       ? vd_db_delete(store, VD_TABLE_IDENTITY, pair_key('l', b, a, memory), diag)
		       : err;
}

static bool has_prefix(struct vd_span key, struct vd_span prefix)
{
	return key.n > prefix.n && memcmp(key.p, prefix.p, prefix.n) == 0;
}

enum vd_err vd_store_person_links(struct vd_store *store, const struct vd_person_key *of,
				  vd_store_link_fn *fn, void *ctx, struct vd_diag *diag)
{
	static const struct vd_person_key none;
	uint8_t memory[VD_KEY_BYTES];
	struct vd_span prefix = of != NULL ? pair_key('l', of, NULL, memory) : VD_SPAN("l");
	struct vd_walk walk = vd_walk_init(VD_TABLE_IDENTITY, prefix);
	struct vd_span key;
	struct vd_span value;
	enum vd_err err = VD_ERR_NOT_FOUND;
	while (vd_db_has_table(store, VD_TABLE_IDENTITY) &&
	       (err = vd_walk_next(store, &walk, &key, &value, diag)) == VD_OK) {
		struct vd_person_link link = { none, none, 0, { 0 } };
		struct vd_reader r = vd_reader_init(value);
		if (!has_prefix(key, prefix)) {
			return VD_OK;
		}
		bool is_known = vd_reader_u8(&r) == VERSION && key.n == 1 + 2 * sizeof(none.bytes);
		link.staff = vd_reader_u16(&r);
		link.at = vd_reader_wall(&r);
		if (!is_known || !vd_reader_is_done(&r)) {
			return vd_db_damaged(VD_ERR_CORRUPT, VD_TABLE_IDENTITY, 0, diag);
		}
		memcpy(link.a.bytes, key.p + 1, sizeof(link.a.bytes));
		memcpy(link.b.bytes, key.p + 1 + sizeof(link.a.bytes), sizeof(link.b.bytes));
		if (!fn(ctx, &link)) {
			return VD_OK;
		}
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

enum vd_err vd_store_person_named(struct vd_store *store, const struct vd_person_key *name,
				  vd_store_person_fn *fn, void *ctx, struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	struct vd_span prefix = pair_key('h', name, NULL, memory);
	struct vd_walk walk = vd_walk_init(VD_TABLE_IDENTITY, prefix);
	struct vd_span key;
	struct vd_span value;
	enum vd_err err;
	while ((err = vd_walk_next(store, &walk, &key, &value, diag)) == VD_OK) {
		struct vd_person_key person;
		if (!has_prefix(key, prefix) || key.n != 1 + 2 * sizeof(person.bytes)) {
			return VD_OK;
		}
		memcpy(person.bytes, key.p + prefix.n, sizeof(person.bytes));
		if (!fn(ctx, &person)) {
			return VD_OK;
		}
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

enum vd_err vd_store_person_cases(struct vd_store *store, const struct vd_person_key *person,
				  uint64_t before, uint64_t *out, size_t cap, size_t *n,
				  struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	uint8_t least[VD_KEY_BYTES];
	struct vd_span first = case_key(person, 0, least);
	*n = 0;
	while (*n < cap) {
		struct vd_span key;
		struct vd_span value;
		enum vd_err err = vd_db_seek_back(store, VD_TABLE_IDENTITY,
						  case_key(person, before, memory), &key, &value,
						  diag);
		if (err != VD_OK) {
			return err == VD_ERR_NOT_FOUND ? VD_OK : err;
		}
		if (key.n != first.n || memcmp(key.p, first.p, first.n - 8) != 0) {
			return VD_OK;
		}
		struct vd_reader r = vd_reader_init(vd_span_skip(key, key.n - 8));
		before = vd_reader_be64(&r);
		out[(*n)++] = before;
	}
	return VD_OK;
}
