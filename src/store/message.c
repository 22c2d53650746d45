// SPDX-License-Identifier: MIT
#include <string.h>

#include "store/db.h"

#define KEY_BYTES 12
#define PLACE_BYTES 12
#define TEXT_KEY_BYTES 8

static struct vd_span key_of(uint64_t conversation, uint32_t number, uint8_t memory[KEY_BYTES])
{
	struct vd_writer w = vd_writer_init(memory, KEY_BYTES);
	vd_writer_be64(&w, conversation);
	vd_writer_be32(&w, number);
	return vd_writer_span(&w);
}

// (network, id) and (network, thread): a byte and the text. Empty where the message has none.
static struct vd_span name_key(enum vd_network network, const char *name,
			       uint8_t memory[VD_KEY_BYTES])
{
	size_t n = strnlen(name, VD_ID_BYTES);
	struct vd_writer w = vd_writer_init(memory, VD_KEY_BYTES);
	if (n > 0) {
		vd_writer_u8(&w, (uint8_t)network);
		vd_writer_bytes(&w, name, n);
	}
	return vd_writer_span(&w);
}

static enum vd_err next_number(struct vd_store *store, uint64_t conversation, uint32_t *number,
			       struct vd_diag *diag)
{
	uint8_t memory[KEY_BYTES];
	struct vd_span key;
	struct vd_span value;
	*number = 1;
	enum vd_err err = vd_db_seek_back(store, VD_TABLE_MESSAGES,
					  key_of(conversation, UINT32_MAX, memory), &key, &value,
					  diag);
	if (err == VD_OK) {
		struct vd_reader r = vd_reader_init(key);
		uint64_t owner = vd_reader_be64(&r);
		uint32_t last = vd_reader_be32(&r);
		*number = !r.bad && owner == conversation ? last + 1 : 1;
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

static enum vd_err put_id(struct vd_store *store, struct vd_span key, uint64_t conversation,
			  uint32_t number, struct vd_diag *diag)
{
	uint8_t place[PLACE_BYTES];
	struct vd_writer w = vd_writer_init(place, sizeof(place));
	if (key.n == 0) {
		return VD_OK;
	}
	vd_writer_u64(&w, conversation);
	vd_writer_u32(&w, number);
	return vd_db_insert(store, VD_TABLE_IDS, key, vd_writer_span(&w), diag);
}

static enum vd_err put_thread(struct vd_store *store, enum vd_network network, const char *thread,
			      uint64_t conversation, struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	uint8_t place[sizeof(uint64_t)];
	struct vd_span key = name_key(network, thread, memory);
	struct vd_span value;
	struct vd_writer w = vd_writer_init(place, sizeof(place));
	if (key.n == 0) {
		return VD_OK;
	}
	vd_writer_u64(&w, conversation);
	enum vd_err err = vd_db_get(store, VD_TABLE_THREADS, key, &value, diag);
	if (err == VD_OK && vd_span_is_equal(value, vd_writer_span(&w))) {
		return VD_OK;
	}
	return err == VD_OK || err == VD_ERR_NOT_FOUND
		       ? vd_db_append(store, VD_TABLE_THREADS, key, vd_writer_span(&w), diag)
		       : err;
}

static struct vd_span text_key(uint64_t id, uint8_t memory[TEXT_KEY_BYTES])
{
	struct vd_writer w = vd_writer_init(memory, TEXT_KEY_BYTES);
	vd_writer_be64(&w, id);
	return vd_writer_span(&w);
}

static enum vd_err next_text_id(struct vd_store *store, uint64_t *id, struct vd_diag *diag)
{
	struct vd_span key;
	struct vd_span value;
	enum vd_err err = vd_db_seek_back(store, VD_TABLE_TEXTS, (struct vd_span){ NULL, 0 }, &key,
					  &value, diag);
	*id = 1;
	if (err == VD_OK) {
		struct vd_reader r = vd_reader_init(key);
		*id = vd_reader_be64(&r) + 1;
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

// A text that is not there any more was purged for its age: the message stays, without it.
static enum vd_err load_text(struct vd_store *store, uint64_t id, struct vd_span *text,
			     struct vd_diag *diag)
{
	uint8_t memory[TEXT_KEY_BYTES];
	size_t n = text->n;
	*text = VD_SPAN("");
	if (id == 0) {
		return VD_OK;
	}
	enum vd_err err = vd_db_get(store, VD_TABLE_TEXTS, text_key(id, memory), text, diag);
	if (err == VD_ERR_NOT_FOUND) {
		return VD_OK;
	}
	return err == VD_OK && text->n != n
		       ? vd_db_damaged(VD_ERR_CORRUPT, VD_TABLE_TEXTS, id, diag)
		       : err;
}

// A message on its way to disk. Its text and its list are copied before the turn begins: they may
// be borrowed from the very map that the beginning moves.
struct draft {
	struct vd_message message;
	struct vd_span text;
	struct vd_writer record;
};

static enum vd_err begin_draft(struct vd_store *store, const struct vd_message *message,
			       struct draft *draft, struct vd_diag *diag)
{
	uint8_t *behind = store->scratch + VD_TEXT_BYTES;
	struct vd_writer text = vd_writer_init(store->scratch, VD_TEXT_BYTES);
	struct vd_writer list = vd_writer_init(behind, VD_ATTACHED_BYTES);
	vd_writer_bytes(&text, message->text.p, message->text.n);
	vd_writer_bytes(&list, message->attached.p, message->attached.n);
	draft->message = *message;
	draft->message.attached = vd_writer_span(&list);
	draft->text = vd_writer_span(&text);
	draft->record = vd_writer_init(behind + VD_ATTACHED_BYTES,
				       VD_RECORD_BYTES - VD_TEXT_BYTES - VD_ATTACHED_BYTES);
	if (text.overflow || list.overflow) {
		return vd_diag_set(
			diag, VD_ERR_ARGUMENT, "message %.*s: a text of %zu bytes, a list of %zu",
			VD_ID_BYTES - 1, message->network_id, message->text.n, message->attached.n);
	}
	return vd_db_write(store, diag);
}

static enum vd_err print_draft(struct draft *draft, uint64_t text_id, struct vd_diag *diag)
{
	enum vd_err err = vd_record_print_message(&draft->message, text_id, &draft->record);
	if (err != VD_OK) {
		vd_diag_set(diag, err, "message %.*s: a field is out of its range", VD_ID_BYTES - 1,
			    draft->message.network_id);
	}
	return err;
}

static enum vd_err put_names(struct vd_store *store, enum vd_network network, uint64_t conversation,
			     uint32_t number, const struct vd_message *message,
			     struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	enum vd_err err = put_id(store, name_key(network, message->network_id, memory),
				 conversation, number, diag);
	if (err == VD_ERR_EXISTS) {
		return vd_diag_set(diag, err, "message %s of %s was taken in already",
				   message->network_id, vd_network_name(network));
	}
	return err != VD_OK ? err
			    : put_thread(store, network, message->thread_id, conversation, diag);
}

enum vd_err vd_store_message_add(struct vd_store *store, enum vd_network network,
				 uint64_t conversation, const struct vd_message *message,
				 uint32_t *number, struct vd_diag *diag)
{
	uint8_t memory[TEXT_KEY_BYTES];
	uint8_t key[KEY_BYTES];
	struct draft draft;
	uint64_t text_id = 0;
	enum vd_err err = begin_draft(store, message, &draft, diag);
	err = err != VD_OK ? err : next_number(store, conversation, number, diag);
	if (err == VD_OK && draft.text.n > 0) {
		err = next_text_id(store, &text_id, diag);
	}
	err = err != VD_OK ? err : print_draft(&draft, text_id, diag);
	err = err != VD_OK ? err : put_names(store, network, conversation, *number, message, diag);
	if (err == VD_OK && text_id != 0) {
		err = vd_db_append(store, VD_TABLE_TEXTS, text_key(text_id, memory), draft.text,
				   diag);
	}
	if (err != VD_OK) {
		return err;
	}
	err = vd_db_append(store, VD_TABLE_MESSAGES, key_of(conversation, *number, key),
			   vd_writer_span(&draft.record), diag);
	store->state.counters.messages += err == VD_OK;
	return err;
}

static enum vd_err no_message(uint64_t conversation, uint32_t number, struct vd_diag *diag)
{
	return vd_diag_set(diag, VD_ERR_NOT_FOUND, "conversation %llu has no message %u",
			   (unsigned long long)conversation, (unsigned)number);
}

static enum vd_err check_same_ids(struct vd_store *store, uint64_t conversation, uint32_t number,
				  const struct vd_message *message, uint64_t *text_id,
				  struct vd_diag *diag)
{
	uint8_t key[KEY_BYTES];
	struct vd_span value;
	struct vd_message old;
	enum vd_err err = vd_db_get(store, VD_TABLE_MESSAGES, key_of(conversation, number, key),
				    &value, diag);
	if (err != VD_OK) {
		return err == VD_ERR_NOT_FOUND ? no_message(conversation, number, diag) : err;
	}
	err = vd_record_parse_message(value, &old, text_id);
	if (err != VD_OK) {
		return vd_db_damaged(err, VD_TABLE_MESSAGES, conversation, diag);
	}
	if (strcmp(old.network_id, message->network_id) != 0 ||
	    strcmp(old.thread_id, message->thread_id) != 0) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "message %s: its ids can't be changed",
				   old.network_id);
	}
	return VD_OK;
}

// The text of an update, in the place of the old one where there was one. Nothing is written where
// it is the same.
static enum vd_err replace_text(struct vd_store *store, struct vd_span text, uint64_t *id,
				struct vd_diag *diag)
{
	uint8_t memory[TEXT_KEY_BYTES];
	struct vd_span old = { NULL, 0 };
	uint64_t old_id = *id;
	enum vd_err err = VD_OK;
	if (old_id != 0) {
		err = vd_db_get(store, VD_TABLE_TEXTS, text_key(old_id, memory), &old, diag);
		err = err == VD_ERR_NOT_FOUND ? VD_OK : err;
	}
	if (err != VD_OK || vd_span_is_equal(old, text)) {
		*id = text.n == 0 ? 0 : old_id;
		return err;
	}
	if (text.n == 0) {
		*id = 0;
		return vd_db_delete(store, VD_TABLE_TEXTS, text_key(old_id, memory), diag);
	}
	if (old_id == 0) {
		err = next_text_id(store, id, diag);
	}
	return err != VD_OK
		       ? err
		       : vd_db_append(store, VD_TABLE_TEXTS, text_key(*id, memory), text, diag);
}

enum vd_err vd_store_message_update(struct vd_store *store, enum vd_network network,
				    uint64_t conversation, uint32_t number,
				    const struct vd_message *message, struct vd_diag *diag)
{
	uint8_t key[KEY_BYTES];
	struct draft draft;
	uint64_t text_id = 0;
	(void)network; // of the ids, which stay
	enum vd_err err = begin_draft(store, message, &draft, diag);
	err = err != VD_OK ? err
			   : check_same_ids(store, conversation, number, message, &text_id, diag);
	err = err != VD_OK ? err : replace_text(store, draft.text, &text_id, diag);
	err = err != VD_OK ? err : print_draft(&draft, text_id, diag);
	return err != VD_OK ? err
			    : vd_db_put(store, VD_TABLE_MESSAGES, key_of(conversation, number, key),
					vd_writer_span(&draft.record), diag);
}

enum vd_err vd_store_message_each(struct vd_store *store, uint64_t conversation,
				  vd_store_message_fn *fn, void *ctx, struct vd_diag *diag)
{
	uint8_t memory[KEY_BYTES];
	struct vd_walk walk = vd_walk_init(VD_TABLE_MESSAGES, key_of(conversation, 0, memory));
	struct vd_span key;
	struct vd_span value;
	enum vd_err err;
	while ((err = vd_walk_next(store, &walk, &key, &value, diag)) == VD_OK) {
		struct vd_message m;
		struct vd_reader r = vd_reader_init(key);
		uint64_t owner = vd_reader_be64(&r);
		uint32_t number = vd_reader_be32(&r);
		if (owner != conversation) {
			return VD_OK;
		}
		uint64_t text_id = 0;
		err = vd_record_parse_message(value, &m, &text_id);
		if (err != VD_OK) {
			return vd_db_damaged(err, VD_TABLE_MESSAGES, conversation, diag);
		}
		err = load_text(store, text_id, &m.text, diag);
		if (err != VD_OK || !fn(ctx, number, &m)) {
			return err;
		}
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

enum vd_err vd_store_message_get(struct vd_store *store, uint64_t conversation, uint32_t number,
				 struct vd_message *out, struct vd_diag *diag)
{
	uint8_t key[KEY_BYTES];
	struct vd_span value;
	uint64_t text_id = 0;
	enum vd_err err = vd_db_get(store, VD_TABLE_MESSAGES, key_of(conversation, number, key),
				    &value, diag);
	if (err != VD_OK) {
		return err == VD_ERR_NOT_FOUND ? no_message(conversation, number, diag) : err;
	}
	err = vd_record_parse_message(value, out, &text_id);
	return err == VD_OK ? load_text(store, text_id, &out->text, diag)
			    : vd_db_damaged(err, VD_TABLE_MESSAGES, conversation, diag);
}

// An empty name is nobody's: VD_ERR_NOT_FOUND, as for any other that was never seen.
static enum vd_err find(struct vd_store *store, enum vd_table table, struct vd_span key,
			struct vd_span *value, struct vd_diag *diag)
{
	return key.n == 0 ? VD_ERR_NOT_FOUND : vd_db_get(store, table, key, value, diag);
}

enum vd_err vd_store_find_id(struct vd_store *store, enum vd_network network,
			     const char *network_id, uint64_t *conversation, uint32_t *number,
			     struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	struct vd_span value;
	enum vd_err err =
		find(store, VD_TABLE_IDS, name_key(network, network_id, memory), &value, diag);
	if (err != VD_OK) {
		return err;
	}
	struct vd_reader r = vd_reader_init(value);
	*conversation = vd_reader_u64(&r);
	*number = vd_reader_u32(&r);
	return vd_reader_is_done(&r)
		       ? VD_OK
		       : vd_db_damaged(VD_ERR_CORRUPT, VD_TABLE_IDS, *conversation, diag);
}

enum vd_err vd_store_thread_link(struct vd_store *store, enum vd_network network,
				 const char *thread_id, uint64_t conversation, struct vd_diag *diag)
{
	enum vd_err err = vd_db_write(store, diag);
	return err == VD_OK ? put_thread(store, network, thread_id, conversation, diag) : err;
}

enum vd_err vd_store_find_thread(struct vd_store *store, enum vd_network network,
				 const char *thread_id, uint64_t *conversation,
				 struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	struct vd_span value;
	enum vd_err err =
		find(store, VD_TABLE_THREADS, name_key(network, thread_id, memory), &value, diag);
	if (err != VD_OK) {
		return err;
	}
	struct vd_reader r = vd_reader_init(value);
	*conversation = vd_reader_u64(&r);
	return vd_reader_is_done(&r)
		       ? VD_OK
		       : vd_db_damaged(VD_ERR_CORRUPT, VD_TABLE_THREADS, *conversation, diag);
}

// ---- R39: a message changes its case ----------------------------------------------------------

static enum vd_err read_record(struct vd_store *store, uint64_t conversation, uint32_t number,
			       struct vd_writer *copy, struct vd_message *m, struct vd_diag *diag)
{
	uint8_t key[KEY_BYTES];
	struct vd_span value;
	uint64_t text_id = 0;
	enum vd_err err = vd_db_get(store, VD_TABLE_MESSAGES, key_of(conversation, number, key),
				    &value, diag);
	if (err != VD_OK) {
		return err == VD_ERR_NOT_FOUND ? no_message(conversation, number, diag) : err;
	}
	err = vd_record_parse_message(value, m, &text_id);
	if (err != VD_OK) {
		return vd_db_damaged(err, VD_TABLE_MESSAGES, conversation, diag);
	}
	vd_writer_bytes(copy, value.p, value.n); // the next write moves what lies in the map
	return VD_OK;
}

static enum vd_err move_names(struct vd_store *store, enum vd_network network, uint64_t from,
			      const struct vd_message *m, uint64_t to, uint32_t number,
			      struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	uint8_t place[PLACE_BYTES];
	uint64_t owner = 0;
	enum vd_err err = VD_OK;
	struct vd_span key = name_key(network, m->network_id, memory);
	if (key.n > 0) {
		struct vd_writer w = vd_writer_init(place, sizeof(place));
		vd_writer_u64(&w, to);
		vd_writer_u32(&w, number);
		err = vd_db_put(store, VD_TABLE_IDS, key, vd_writer_span(&w), diag);
	}
	if (err != VD_OK) {
		return err;
	}
	err = vd_store_find_thread(store, network, m->thread_id, &owner, diag);
	if (err == VD_ERR_NOT_FOUND || (err == VD_OK && owner != from)) {
		return VD_OK; // a later case of the thread has it
	}
	return err == VD_OK ? put_thread(store, network, m->thread_id, to, diag) : err;
}

enum vd_err vd_store_message_move(struct vd_store *store, enum vd_network network, uint64_t from,
				  uint32_t number, uint64_t to, uint32_t *moved,
				  struct vd_diag *diag)
{
	uint8_t key[KEY_BYTES];
	struct vd_message m;
	struct vd_writer record = vd_writer_init(store->scratch, VD_RECORD_BYTES);
	enum vd_err err = vd_db_write(store, diag);
	err = err != VD_OK ? err : read_record(store, from, number, &record, &m, diag);
	err = err != VD_OK ? err : next_number(store, to, moved, diag);
	err = err != VD_OK ? err : move_names(store, network, from, &m, to, *moved, diag);
	err = err != VD_OK
		      ? err
		      : vd_db_delete(store, VD_TABLE_MESSAGES, key_of(from, number, key), diag);
	return err != VD_OK ? err
			    : vd_db_append(store, VD_TABLE_MESSAGES, key_of(to, *moved, key),
					   vd_writer_span(&record), diag);
}
