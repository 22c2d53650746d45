// SPDX-License-Identifier: MIT
#include "store/journal.h"

#include <mbedtls/sha256.h>
#include <stdio.h>
#include <string.h>

#define KEY_BYTES 8

static const char *const kind_names[VD_JOURNAL_N] = {
	[VD_JOURNAL_MISSING] = "missing", [VD_JOURNAL_START] = "start",
	[VD_JOURNAL_MESSAGE] = "message", [VD_JOURNAL_COMMAND] = "command",
	[VD_JOURNAL_FACT] = "fact",       [VD_JOURNAL_OUTBOX] = "outbox",
	[VD_JOURNAL_RULES] = "rules",     [VD_JOURNAL_CLOCK] = "clock",
	[VD_JOURNAL_TICK] = "tick",       [VD_JOURNAL_JUDGED] = "judged",
	[VD_JOURNAL_THREAD] = "thread",   [VD_JOURNAL_ALARM] = "alarm",
};

const char *vd_journal_kind_name(enum vd_journal_kind kind)
{
	return (unsigned)kind < VD_JOURNAL_N ? kind_names[kind] : "?";
}

static struct vd_span key_of(uint64_t sequence, uint8_t memory[KEY_BYTES])
{
	struct vd_writer w = vd_writer_init(memory, KEY_BYTES);
	vd_writer_be64(&w, sequence);
	return vd_writer_span(&w);
}

static bool seal_of(struct vd_span unsealed, uint8_t out[VD_HASH_BYTES])
{
	return mbedtls_sha256((const unsigned char *)unsealed.p, unsealed.n, out, 0) == 0;
}

enum vd_err vd_store_journal_append(struct vd_store *store, struct vd_journal_event *event,
				    struct vd_diag *diag)
{
	enum vd_err err = vd_db_write(store, diag);
	if (err != VD_OK) {
		return err;
	}
	struct vd_head *head = &store->state.head;
	struct vd_writer w = vd_writer_init(store->scratch, VD_RECORD_BYTES);
	uint8_t key[KEY_BYTES];
	event->sequence = head->sequence + 1;
	err = vd_record_print_event(event, head->hash, &w);
	if (err != VD_OK) {
		return vd_diag_set(
			diag, err,
			"journal: an event of kind %s with %zu bytes of detail can't be written",
			vd_journal_kind_name(event->kind), event->detail.n);
	}
	if (!seal_of(vd_writer_span(&w), event->hash)) {
		return vd_diag_set(diag, VD_ERR_STATE, "journal: SHA-256 failed");
	}
	vd_writer_bytes(&w, event->hash, VD_HASH_BYTES);
	err = vd_db_append(store, VD_TABLE_JOURNAL, key_of(event->sequence, key),
			   vd_writer_span(&w), diag);
	if (err != VD_OK) {
		return err;
	}
	head->sequence = event->sequence;
	memcpy(head->hash, event->hash, sizeof(head->hash));
	return VD_OK;
}

enum vd_err vd_store_journal_each(struct vd_store *store, uint64_t from, vd_store_journal_fn *fn,
				  void *ctx, struct vd_diag *diag)
{
	uint8_t memory[KEY_BYTES];
	struct vd_walk walk = vd_walk_init(VD_TABLE_JOURNAL, key_of(from, memory));
	struct vd_span key;
	struct vd_span value;
	enum vd_err err;
	while ((err = vd_walk_next(store, &walk, &key, &value, diag)) == VD_OK) {
		struct vd_journal_event event;
		uint8_t before[VD_HASH_BYTES];
		err = vd_record_parse_event(value, &event, before);
		if (err != VD_OK) {
			struct vd_reader r = vd_reader_init(key);
			return vd_db_damaged(err, VD_TABLE_JOURNAL, vd_reader_be64(&r), diag);
		}
		if (!fn(ctx, &event)) {
			return VD_OK;
		}
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

uint64_t vd_store_journal_last(struct vd_store *store)
{
	struct vd_db_state state;
	return vd_db_get_state(store, &state, NULL) == VD_OK ? state.head.sequence : 0;
}

// One event on its own: its number, its shape, its seal. NULL where it is sound, else what is
// wrong.
static const char *examine(struct vd_span value, uint64_t sequence, struct vd_journal_event *event,
			   uint8_t before[VD_HASH_BYTES])
{
	enum vd_err err = vd_record_parse_event(value, event, before);
	uint8_t seal[VD_HASH_BYTES];
	if (err == VD_ERR_VERSION) {
		return "its version is not known";
	}
	if (err != VD_OK) {
		return "it is not an event";
	}
	if (event->sequence != sequence) {
		return "it carries another number";
	}
	if (!seal_of(vd_span_make(value.p, value.n - VD_HASH_BYTES), seal) ||
	    memcmp(seal, event->hash, sizeof(seal)) != 0) {
		return "its content does not match its seal";
	}
	return NULL;
}

static enum vd_err say(struct vd_journal_report *report, uint64_t sequence, const char *why,
		       struct vd_diag *diag)
{
	report->first_bad = sequence;
	snprintf(report->why, sizeof(report->why), "%s", why);
	return vd_diag_set(diag, VD_ERR_CORRUPT, "journal: event %llu: %s",
			   (unsigned long long)sequence, why);
}

struct chain {
	uint64_t sequence;
	uint8_t hash[VD_HASH_BYTES];
};

// One step along the chain; *chain moves on where the event is sound and follows.
static enum vd_err check_link(struct chain *chain, struct vd_span key, struct vd_span value,
			      struct vd_journal_report *report, struct vd_diag *diag)
{
	struct vd_reader r = vd_reader_init(key);
	uint64_t sequence = vd_reader_be64(&r);
	if (!vd_reader_is_done(&r) || sequence != chain->sequence + 1) {
		return say(report, chain->sequence + 1, "it is missing", diag);
	}
	struct vd_journal_event event;
	uint8_t before[VD_HASH_BYTES];
	const char *why = examine(value, sequence, &event, before);
	if (why != NULL) {
		return say(report, sequence, why, diag);
	}
	if (memcmp(before, chain->hash, sizeof(before)) != 0) {
		// Both seals hold: the earlier one was written anew, since the later one still
		// names what stood there.
		bool is_first = sequence == 1;
		return say(report, is_first ? sequence : sequence - 1,
			   is_first ? "it does not begin the chain"
				    : "it was replaced: the next event names another hash",
			   diag);
	}
	chain->sequence = sequence;
	memcpy(chain->hash, event.hash, sizeof(chain->hash));
	report->events = sequence;
	return VD_OK;
}

static enum vd_err check_end(const struct chain *chain, const struct vd_head *head,
			     struct vd_journal_report *report, struct vd_diag *diag)
{
	if (chain->sequence < head->sequence) {
		return say(report, chain->sequence + 1, "it is missing: the journal was cut here",
			   diag);
	}
	if (chain->sequence > head->sequence) {
		return say(report, head->sequence + 1, "it was added behind the journal's head",
			   diag);
	}
	if (memcmp(chain->hash, head->hash, sizeof(head->hash)) != 0) {
		return say(report, head->sequence,
			   "it is not the event that the journal's head names", diag);
	}
	return VD_OK;
}

static void print_head(const uint8_t hash[VD_HASH_BYTES], char out[2 * VD_HASH_BYTES + 1])
{
	for (size_t i = 0; i < VD_HASH_BYTES; i++) {
		snprintf(out + 2 * i, 3, "%02x", hash[i]);
	}
}

enum vd_err vd_store_journal_verify(struct vd_store *store, struct vd_journal_report *report,
				    struct vd_diag *diag)
{
	struct vd_db_state state;
	struct chain chain = { 0 };
	memset(report, 0, sizeof(*report));
	enum vd_err err = vd_db_get_state(store, &state, diag);
	if (err != VD_OK) {
		snprintf(report->why, sizeof(report->why), "the journal's head can't be read");
		return err;
	}
	struct vd_walk walk = vd_walk_init(VD_TABLE_JOURNAL, (struct vd_span){ NULL, 0 });
	struct vd_span key;
	struct vd_span value;
	while ((err = vd_walk_next(store, &walk, &key, &value, diag)) == VD_OK) {
		err = check_link(&chain, key, value, report, diag);
		if (err != VD_OK) {
			break;
		}
	}
	if (err == VD_ERR_NOT_FOUND) {
		err = check_end(&chain, &state.head, report, diag);
	}
	print_head(chain.hash, report->head);
	return err;
}

enum vd_err vd_journal_check_head(struct vd_store *store, struct vd_diag *diag)
{
	struct vd_db_state state;
	struct vd_journal_report report;
	struct chain chain = { 0 };
	struct vd_span key;
	struct vd_span value;
	enum vd_err err = vd_db_get_state(store, &state, diag);
	if (err != VD_OK) {
		return err;
	}
	err = vd_db_seek_back(store, VD_TABLE_JOURNAL, (struct vd_span){ NULL, 0 }, &key, &value,
			      diag);
	if (err != VD_OK && err != VD_ERR_NOT_FOUND) {
		return err;
	}
	if (err == VD_OK) {
		struct vd_journal_event event;
		struct vd_reader r = vd_reader_init(key);
		chain.sequence = vd_reader_be64(&r);
		const char *why = examine(value, chain.sequence, &event, chain.hash);
		if (why != NULL) {
			return say(&report, chain.sequence, why, diag);
		}
		memcpy(chain.hash, event.hash, sizeof(chain.hash));
	}
	return check_end(&chain, &state.head, &report, diag);
}
