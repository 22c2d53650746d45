// SPDX-License-Identifier: MIT
// layer: store
// The first byte chooses the record, the rest are its bytes. What parses prints to the same bytes
// again: a record has one form only, so that "nothing changed" can be seen by comparing bytes.
#include <stdlib.h>
#include <string.h>

#include "store/record.h"

static uint8_t memory[VD_RECORD_BYTES];

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

// A record of an older version prints as ours, which then goes round.
static void must_be_same(enum vd_err printed, const struct vd_writer *w, struct vd_span bytes,
			 void (*again)(struct vd_span))
{
	static uint8_t newer[VD_RECORD_BYTES];
	struct vd_span span = vd_writer_span(w);
	must(printed == VD_OK && span.n > 0);
	if (span.p[0] <= bytes.p[0]) {
		must(vd_span_is_equal(span, bytes));
		return;
	}
	memcpy(newer, span.p, span.n);
	again(vd_span_make(newer, span.n));
}

static void try_conversation(struct vd_span bytes)
{
	struct vd_conversation c;
	struct vd_places places;
	struct vd_places made;
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	if (vd_record_parse_conversation(bytes, 1, &c, &places) == VD_OK) {
		must_be_same(vd_record_print_conversation(&c, &places, &w), &w, bytes,
			     try_conversation);
		vd_places_make(&c, &made);
	}
}

static void try_message(struct vd_span bytes)
{
	struct vd_message m;
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	uint64_t text_id = 0;
	if (vd_record_parse_message(bytes, &m, &text_id) == VD_OK) {
		must_be_same(vd_record_print_message(&m, text_id, &w), &w, bytes, try_message);
	}
}

static void try_outbox(struct vd_span bytes)
{
	struct vd_outbox_entry e;
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	if (vd_record_parse_outbox(bytes, 1, &e) == VD_OK) {
		must_be_same(vd_record_print_outbox(&e, &w), &w, bytes, try_outbox);
	}
}

static void try_event(struct vd_span bytes)
{
	struct vd_journal_event e;
	uint8_t before[VD_HASH_BYTES];
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	if (vd_record_parse_event(bytes, &e, before) == VD_OK) {
		enum vd_err printed = vd_record_print_event(&e, before, &w);
		vd_writer_bytes(&w, e.hash, sizeof(e.hash));
		must_be_same(printed, &w, bytes, try_event);
	}
}

static void try_counters(struct vd_span bytes)
{
	struct vd_store_counters c;
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	if (vd_record_parse_counters(bytes, &c) == VD_OK) {
		vd_record_print_counters(&c, &w);
		must_be_same(VD_OK, &w, bytes, try_counters);
	}
}

static void try_head(struct vd_span bytes)
{
	struct vd_head head;
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	if (vd_record_parse_head(bytes, &head) == VD_OK) {
		vd_record_print_head(&head, &w);
		must_be_same(VD_OK, &w, bytes, try_head);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const tries[])(struct vd_span) = {
		try_conversation, try_message, try_outbox, try_event, try_counters, try_head,
	};
	if (size == 0) {
		return 0;
	}
	// A copy of its own size: a read past the end is seen by the sanitizer.
	char *copy = malloc(size > 1 ? size - 1 : 1);
	must(copy != NULL);
	memcpy(copy, data + 1, size - 1);
	tries[data[0] % VD_ARRAY_LEN(tries)](vd_span_make(copy, size - 1));
	free(copy);
	return 0;
}
