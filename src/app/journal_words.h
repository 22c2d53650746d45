// SPDX-License-Identifier: MIT
/**
 * The words that no journal holds, found again in a store: who wrote a message, and what.
 * Not state: no verdict depends on them. They are believed only where their SHA-256 is the one that
 * the journal noted.
 * Reads the store; no time.
 */
#ifndef VD_APP_JOURNAL_WORDS_H
#define VD_APP_JOURNAL_WORDS_H

#include "app/journal_step.h"

#define VD_WORDS_BYTES (VD_TEXT_BYTES + VD_ATTACHED_BYTES)

/** True where the text or the id has that hash, in hex. */
bool vd_journal_words_are(const char *sha256, struct vd_span words);
/**
 * Fills author, text, list and counts of the step's message. `text` (VD_WORDS_BYTES) receives text
 * and list. `kept` becomes the message as the store has it; what it points to is borrowed.
 * VD_ERR_NOT_FOUND where the store does not have it. *are_whole: author and text that were noted
 * were found.
 */
enum vd_err vd_journal_words_find(struct vd_store *store, enum vd_network network,
				  struct vd_journal_step *step, char *text, struct vd_message *kept,
				  bool *are_whole, struct vd_diag *diag) VD_MUST_USE;

#endif
