// SPDX-License-Identifier: MIT
#include "app/journal_words.h"

#include <string.h>

bool vd_journal_words_are(const char *sha256, struct vd_span words)
{
	char made[2 * VD_HASH_BYTES + 1];
	vd_journal_step_hash(words, made);
	return strcmp(sha256, made) == 0;
}

static enum vd_err find_message(struct vd_store *store, enum vd_network network,
				const char *network_id, struct vd_message *kept,
				struct vd_diag *diag)
{
	// By the network's id: it may have gone on in another case (R39).
	uint64_t conversation = 0;
	uint32_t number = 0;
	enum vd_err err =
		vd_store_find_id(store, network, network_id, &conversation, &number, diag);
	return err == VD_OK ? vd_store_message_get(store, conversation, number, kept, diag) : err;
}

// What no journal holds beside the words: the list, and how far it went. Of an edited message the
// newest list stands for those before, of a deleted one there is none.
static void take_rest(struct vd_journal_step *step, char *memory, const struct vd_message *kept)
{
	struct vd_message *m = &step->message;
	bool has_list =
		kept->attached.n > 0 && kept->attached.n <= VD_ATTACHED_BYTES &&
		(kept->is_edited || vd_journal_words_are(step->attached_sha256, kept->attached));
	m->shares = kept->shares;
	m->quotes = kept->quotes;
	if (has_list) {
		memcpy(memory, kept->attached.p, kept->attached.n);
		m->attached = vd_span_make(memory, kept->attached.n);
	}
}

enum vd_err vd_journal_words_find(struct vd_store *store, enum vd_network network,
				  struct vd_journal_step *step, char *text, struct vd_message *kept,
				  bool *are_whole, struct vd_diag *diag)
{
	struct vd_message *m = &step->message;
	enum vd_err err = find_message(store, network, m->network_id, kept, diag);
	bool has_author = err == VD_OK &&
			  vd_journal_words_are(step->author_sha256, vd_span_of(kept->author_id));
	bool has_text = err == VD_OK && kept->text.n <= VD_TEXT_BYTES &&
			vd_journal_words_are(step->text_sha256, kept->text);
	if (has_author) {
		memcpy(m->author_id, kept->author_id, sizeof(m->author_id));
		memcpy(m->author_handle, kept->author_handle, sizeof(m->author_handle));
	}
	if (has_text && kept->text.n > 0) {
		memcpy(text, kept->text.p, kept->text.n);
		m->text = vd_span_make(text, kept->text.n);
	}
	// Of an edited message only the newest words are kept: they stand for those before.
	if (!has_text && err == VD_OK && kept->is_edited && kept->text.n <= VD_TEXT_BYTES) {
		memcpy(text, kept->text.p, kept->text.n);
		m->text = vd_span_make(text, kept->text.n);
	}
	if (err == VD_OK) {
		take_rest(step, text + VD_TEXT_BYTES, kept);
	}
	has_author = has_author || vd_journal_words_are(step->author_sha256, VD_SPAN(""));
	has_text = has_text || vd_journal_words_are(step->text_sha256, VD_SPAN(""));
	*are_whole = has_author && has_text;
	return err;
}
