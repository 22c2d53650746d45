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

/** True where the text or the id has that hash, in hex. */
bool vd_journal_words_are(const char *sha256, struct vd_span words);
/**
 * Fills author and text of the step's message. `text` (VD_TEXT_BYTES) receives the text. `kept`
 * becomes the message as the store has it; its text is borrowed. VD_ERR_NOT_FOUND where the store
 * does not have it. *are_whole: all that was noted was found.
 */
enum vd_err vd_journal_words_find(struct vd_store *store, enum vd_network network,
				  struct vd_journal_step *step, char *text, struct vd_message *kept,
				  bool *are_whole, struct vd_diag *diag) VD_MUST_USE;

#endif
