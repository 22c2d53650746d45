// SPDX-License-Identifier: MIT
/**
 * One step of the engine as the journal keeps it: all that went in, the state that came out, and
 * the facts, as one JSON object.
 * Not the journal's records (store/record.h) and not the step itself (care/engine.h).
 * Pure: prints and parses; what is parsed lies in the caller's struct; no time, no I/O.
 *
 * Input that is parsed and stepped again prints to the same bytes: that is what `vedetta journal
 * verify` compares.
 */
#ifndef VD_APP_JOURNAL_STEP_H
#define VD_APP_JOURNAL_STEP_H

#include "base/json.h"
#include "care/command.h"
#include "care/engine.h"
#include "store/store.h"

#define VD_STEP_DETAIL_BYTES 16384 // longest detail of a step
#define VD_STEP_REASON_BYTES 1024  // longest reason that is kept
#define VD_STEP_MARK_BYTES 24

/** What goes in, beside the conversation. */
struct vd_journal_step {
	struct vd_event event; // `message` and `gone` lie below after a parse, `other` is NULL
	bool is_trusted;       // the clock, R13
	bool is_opening;       // MESSAGE: it opened the conversation
	uint16_t brand;        // where it opened
	uint64_t repeat_of;    // likewise, R36
	uint32_t number;       // MESSAGE, DELETED, EDITED: of the message in its conversation
	uint64_t other;        // MERGE: id
	uint64_t split_to;     // SPLIT: the new case, and which messages go there, in that order
	uint8_t n_moved;
	uint32_t moved[VD_COMMAND_MESSAGES_MAX];
	struct vd_message message;
	struct vd_turn gone[VD_TURNS_MAX];
	char author_sha256[2 * VD_HASH_BYTES + 1];
	char text_sha256[2 * VD_HASH_BYTES + 1];
	char attached_sha256[2 * VD_HASH_BYTES + 1]; // of its list; "": it has none
	char was_sha256[2 * VD_HASH_BYTES + 1];      // EDITED: of the text before
	char reason[VD_STEP_REASON_BYTES];
};
/** What came out. */
struct vd_journal_outcome {
	uint32_t policy_version;
	uint32_t calendar_version;
	char mark[VD_STEP_MARK_BYTES];       // of the conversation
	char other_mark[VD_STEP_MARK_BYTES]; // MERGE: of the other one
	const struct vd_effects *effects;
};

/** Which kind of journal event notes it; `source` as in struct vd_journal_event. */
enum vd_journal_kind vd_journal_step_kind(enum vd_event_kind kind, uint8_t source);
/** Name, id and text of the author are left out (their hashes are in): what a record holds of
 *  people's words is no state. */
void vd_journal_step_blank(struct vd_conversation *c);
/** The record's version and 64 bits of its bytes (FNV-1a), words left out: "2:0123456789abcdef".
 *  Finds accidents, not forgers: for those is the chain. */
void vd_journal_step_mark(const struct vd_conversation *c, char out[VD_STEP_MARK_BYTES]);
void vd_journal_step_hash(struct vd_span text, char out[2 * VD_HASH_BYTES + 1]);

/** The whole detail. `book` has the names. The input is cut to what the journal keeps: hashes are
 *  taken from event.message, from the struct where that has been parsed. */
void vd_journal_step_print(const struct vd_journal_step *step,
			   const struct vd_journal_outcome *outcome, const struct vd_rulebook *book,
			   struct vd_buf *out);
/** The part that starts at the versions; it ends the detail. */
void vd_journal_step_print_outcome(const struct vd_journal_outcome *outcome,
				   const struct vd_rulebook *book, struct vd_buf *out);
/** From a journal event; facts are left for who compares. *is_step is false, with VD_OK, for an
 *  event that stepped nothing. */
enum vd_err vd_journal_step_parse(const struct vd_journal_event *event, struct vd_journal_step *out,
				  bool *is_step, struct vd_diag *diag) VD_MUST_USE;

#endif
