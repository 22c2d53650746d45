// SPDX-License-Identifier: MIT
#include "store/check.h"

#include <string.h>

#include "store/places.h"

struct totals {
	struct vd_store_counters counters;
	uint64_t due;
	uint64_t tick;
	uint64_t answered;
	uint64_t ids;
	uint64_t texts;
	uint64_t outbox_open;
};

typedef enum vd_err check_fn(struct vd_store *store, struct totals *t, struct vd_span key,
			     struct vd_span value, struct vd_diag *diag);

static enum vd_err each(struct vd_store *store, enum vd_table table, struct totals *t, check_fn *fn,
			struct vd_diag *diag)
{
	struct vd_walk walk = vd_walk_init(table, (struct vd_span){ NULL, 0 });
	struct vd_span key;
	struct vd_span value;
	enum vd_err err;
	while ((err = vd_walk_next(store, &walk, &key, &value, diag)) == VD_OK) {
		err = fn(store, t, key, value, diag);
		if (err != VD_OK) {
			return err;
		}
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

static enum vd_err disagree(enum vd_table table, uint64_t key, const char *why,
			    struct vd_diag *diag)
{
	return vd_diag_set(diag, VD_ERR_CORRUPT, "store: %s: record %llu: %s", vd_table_name(table),
			   (unsigned long long)key, why);
}

static enum vd_err has_place(struct vd_store *store, enum vd_table table, uint64_t id,
			     const struct vd_places *places, uint64_t *count, struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	struct vd_span value;
	struct vd_span key = vd_places_key(table, id, places, memory);
	if (key.n == 0) {
		return VD_OK;
	}
	++*count;
	enum vd_err err = vd_db_get(store, table, key, &value, diag);
	return err == VD_ERR_NOT_FOUND ? disagree(table, id, "its place is missing", diag) : err;
}

static enum vd_err check_conversation(struct vd_store *store, struct totals *t, struct vd_span key,
				      struct vd_span value, struct vd_diag *diag)
{
	struct vd_conversation c;
	struct vd_places kept;
	struct vd_places made;
	struct vd_reader r = vd_reader_init(key);
	uint64_t id = vd_reader_be64(&r);
	enum vd_err err = vd_record_parse_conversation(value, id, &c, &kept);
	if (err != VD_OK) {
		return vd_db_damaged(err, VD_TABLE_CONVERSATIONS, id, diag);
	}
	vd_places_make(&c, &made);
	if (memcmp(&made.due, &kept.due, sizeof(made.due)) != 0 || made.tick.us != kept.tick.us ||
	    made.answered.us != kept.answered.us || made.due_target != kept.due_target) {
		return disagree(VD_TABLE_CONVERSATIONS, id,
				"its places are not those of its fields", diag);
	}
	vd_places_count(&t->counters, &c, 1);
	err = has_place(store, VD_TABLE_DUE, id, &kept, &t->due, diag);
	err = err != VD_OK ? err : has_place(store, VD_TABLE_TICK, id, &kept, &t->tick, diag);
	return err != VD_OK ? err
			    : has_place(store, VD_TABLE_ANSWERED, id, &kept, &t->answered, diag);
}

// A text that is not there any more was purged for its age; one that nobody has is damage.
static enum vd_err count_text(struct vd_store *store, struct totals *t, uint64_t text_id,
			      struct vd_diag *diag)
{
	uint8_t memory[8];
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	struct vd_span text;
	if (text_id == 0) {
		return VD_OK;
	}
	vd_writer_be64(&w, text_id);
	enum vd_err err = vd_db_get(store, VD_TABLE_TEXTS, vd_writer_span(&w), &text, diag);
	t->texts += err == VD_OK;
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

static enum vd_err check_message(struct vd_store *store, struct totals *t, struct vd_span key,
				 struct vd_span value, struct vd_diag *diag)
{
	struct vd_message m;
	struct vd_conversation c;
	struct vd_reader r = vd_reader_init(key);
	uint64_t conversation = vd_reader_be64(&r);
	uint64_t text_id = 0;
	enum vd_err err = vd_record_parse_message(value, &m, &text_id);
	if (err != VD_OK) {
		return vd_db_damaged(err, VD_TABLE_MESSAGES, conversation, diag);
	}
	err = count_text(store, t, text_id, diag);
	if (err != VD_OK) {
		return err;
	}
	t->counters.messages++;
	t->ids += m.network_id[0] != '\0';
	err = vd_store_conversation_get(store, conversation, &c, diag);
	return err == VD_ERR_NOT_FOUND
		       ? disagree(VD_TABLE_MESSAGES, conversation, "no such conversation", diag)
		       : err;
}

static enum vd_err check_id(struct vd_store *store, struct totals *t, struct vd_span key,
			    struct vd_span value, struct vd_diag *diag)
{
	(void)t;
	struct vd_reader r = vd_reader_init(value);
	uint64_t conversation = vd_reader_u64(&r);
	uint32_t number = vd_reader_u32(&r);
	uint8_t memory[12];
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	struct vd_span record;
	struct vd_message m;
	uint64_t text_id = 0;
	vd_writer_be64(&w, conversation);
	vd_writer_be32(&w, number);
	enum vd_err err = vd_db_get(store, VD_TABLE_MESSAGES, vd_writer_span(&w), &record, diag);
	if (err == VD_ERR_NOT_FOUND) {
		return disagree(VD_TABLE_IDS, conversation, "no such message", diag);
	}
	err = err != VD_OK ? err : vd_record_parse_message(record, &m, &text_id);
	if (err == VD_OK && !vd_span_is_text(vd_span_skip(key, 1), m.network_id)) {
		err = disagree(VD_TABLE_IDS, conversation, "the message has another id", diag);
	}
	return err;
}

static enum vd_err check_outbox(struct vd_store *store, struct totals *t, struct vd_span key,
				struct vd_span value, struct vd_diag *diag)
{
	struct vd_outbox_entry e;
	struct vd_reader r = vd_reader_init(key);
	uint64_t id = vd_reader_be64(&r);
	struct vd_span nothing;
	enum vd_err err = vd_record_parse_outbox(value, id, &e);
	if (err != VD_OK) {
		return vd_db_damaged(err, VD_TABLE_OUTBOX, id, diag);
	}
	if (e.state == VD_OUTBOX_SENT || e.state == VD_OUTBOX_FAILED) {
		return VD_OK;
	}
	t->outbox_open++;
	err = vd_db_get(store, VD_TABLE_OUTBOX_OPEN, key, &nothing, diag);
	return err == VD_ERR_NOT_FOUND
		       ? disagree(VD_TABLE_OUTBOX, id, "it is not among the open ones", diag)
		       : err;
}

static enum vd_err same_count(struct vd_store *store, enum vd_table table, uint64_t expected,
			      struct vd_diag *diag)
{
	uint64_t entries = 0;
	enum vd_err err = vd_db_count(store, table, &entries, diag);
	if (err == VD_OK && entries != expected) {
		err = vd_diag_set(diag, VD_ERR_CORRUPT,
				  "store: %s: %llu entries, the records ask for %llu",
				  vd_table_name(table), (unsigned long long)entries,
				  (unsigned long long)expected);
	}
	return err;
}

static enum vd_err compare_counters(struct vd_store *store, const struct vd_store_counters *made,
				    struct vd_diag *diag)
{
	uint8_t a[256];
	uint8_t b[256];
	struct vd_writer wa = vd_writer_init(a, sizeof(a));
	struct vd_writer wb = vd_writer_init(b, sizeof(b));
	struct vd_store_counters kept;
	enum vd_err err = vd_store_get_counters(store, &kept, diag);
	if (err != VD_OK) {
		return err;
	}
	vd_record_print_counters(made, &wa);
	vd_record_print_counters(&kept, &wb);
	if (!vd_span_is_equal(vd_writer_span(&wa), vd_writer_span(&wb))) {
		return vd_diag_set(
			diag, VD_ERR_CORRUPT,
			"store: the counters are not those of the records "
			"(conversations %llu/%llu, messages %llu/%llu, open %u/%u, waiting %u/%u)",
			(unsigned long long)kept.conversations,
			(unsigned long long)made->conversations, (unsigned long long)kept.messages,
			(unsigned long long)made->messages, kept.open, made->open, kept.waiting,
			made->waiting);
	}
	return VD_OK;
}

enum vd_err vd_store_check(struct vd_store *store, struct vd_diag *diag)
{
	struct totals t;
	memset(&t, 0, sizeof(t));
	enum vd_err err = each(store, VD_TABLE_CONVERSATIONS, &t, check_conversation, diag);
	err = err != VD_OK ? err : each(store, VD_TABLE_MESSAGES, &t, check_message, diag);
	err = err != VD_OK ? err : each(store, VD_TABLE_IDS, &t, check_id, diag);
	err = err != VD_OK ? err : each(store, VD_TABLE_OUTBOX, &t, check_outbox, diag);
	err = err != VD_OK ? err : compare_counters(store, &t.counters, diag);
	err = err != VD_OK ? err : same_count(store, VD_TABLE_DUE, t.due, diag);
	err = err != VD_OK ? err : same_count(store, VD_TABLE_TICK, t.tick, diag);
	err = err != VD_OK ? err : same_count(store, VD_TABLE_ANSWERED, t.answered, diag);
	err = err != VD_OK ? err : same_count(store, VD_TABLE_IDS, t.ids, diag);
	err = err != VD_OK ? err : same_count(store, VD_TABLE_TEXTS, t.texts, diag);
	return err != VD_OK ? err : same_count(store, VD_TABLE_OUTBOX_OPEN, t.outbox_open, diag);
}
