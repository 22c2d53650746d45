// SPDX-License-Identifier: MIT
/**
 * The store's records, from structs to bytes and back, byte for byte as SPEC.md "Store" has them.
 * Not where they are kept (store/db.h) and not what they mean (care/).
 * Pure: parsed texts are borrowed from the bytes; no time, no I/O.
 *
 * Every record begins with its version. A print fails (VD_ERR_ARGUMENT) on a value that the record
 * can't hold, a parse with VD_ERR_VERSION on a newer record and VD_ERR_CORRUPT on anything that no
 * print could have made.
 */
#ifndef VD_STORE_RECORD_H
#define VD_STORE_RECORD_H

#include "store/codec.h"
#include "store/store.h"

#define VD_DETAIL_BYTES 32768 // longest detail of a journal event
/** More than any record takes: a text, all ids, all stamps. */
#define VD_RECORD_BYTES (VD_TEXT_BYTES + 2 * VD_ATTACHED_BYTES + 2048)
/** More than a conversation's record takes: all turns, segments and pauses. */
#define VD_CONVERSATION_RECORD_BYTES 4096

/**
 * Where a conversation stands in the indexes. It is kept in the record, so that a later version of
 * the program, which may compute other places, still finds and removes those that this one wrote.
 */
struct vd_places {
	struct vd_wall tick;     // not set: none
	struct vd_wall due;      // not set: none
	uint8_t due_target;      // the tie's order (R22)
	struct vd_wall answered; // not set: none
};
/** In `due`, behind every deadline: none runs, but an alarm is left to be put away. */
#define VD_PLACES_LEFT ((struct vd_wall){ INT64_MAX - 2 })
/** And behind those: open, and nothing runs (the customer must act, R24). */
#define VD_PLACES_REST ((struct vd_wall){ INT64_MAX - 1 })
void vd_places_make(const struct vd_conversation *c, struct vd_places *out);

enum vd_err vd_record_print_conversation(const struct vd_conversation *c,
					 const struct vd_places *places,
					 struct vd_writer *w) VD_MUST_USE;
/** The id stands in the key. */
enum vd_err vd_record_parse_conversation(struct vd_span bytes, uint64_t id,
					 struct vd_conversation *c,
					 struct vd_places *places) VD_MUST_USE;

/** The text stands in a table of its own, in the order of arrival: here only its length, and its
 *  number there (0: the message has no text). */
enum vd_err vd_record_print_message(const struct vd_message *m, uint64_t text_id,
				    struct vd_writer *w) VD_MUST_USE;
/** m->text has its length and no bytes yet (p = NULL). */
enum vd_err vd_record_parse_message(struct vd_span bytes, struct vd_message *m,
				    uint64_t *text_id) VD_MUST_USE;

enum vd_err vd_record_print_outbox(const struct vd_outbox_entry *e,
				   struct vd_writer *w) VD_MUST_USE;
enum vd_err vd_record_parse_outbox(struct vd_span bytes, uint64_t id,
				   struct vd_outbox_entry *e) VD_MUST_USE;

/** All but the seal (the hash that ends the record). `before` is the hash of the event before. */
enum vd_err vd_record_print_event(const struct vd_journal_event *e,
				  const uint8_t before[VD_HASH_BYTES],
				  struct vd_writer *w) VD_MUST_USE;
/** `before` is copied out; the seal lands in e->hash, unchecked. */
enum vd_err vd_record_parse_event(struct vd_span bytes, struct vd_journal_event *e,
				  uint8_t before[VD_HASH_BYTES]) VD_MUST_USE;

/** Counters and the journal's head: one small record each, written once a turn. */
struct vd_head {
	uint64_t sequence;
	uint8_t hash[VD_HASH_BYTES];
};
void vd_record_print_counters(const struct vd_store_counters *c, struct vd_writer *w);
enum vd_err vd_record_parse_counters(struct vd_span bytes, struct vd_store_counters *c) VD_MUST_USE;
void vd_record_print_head(const struct vd_head *head, struct vd_writer *w);
enum vd_err vd_record_parse_head(struct vd_span bytes, struct vd_head *head) VD_MUST_USE;

#endif
