// SPDX-License-Identifier: MIT
/**
 * Who is who, from what a network says: the keys of a person and of a name, and which cases are
 * whose.
 * Not the rules that propose a link (care/identity.h) and not people's commands (desk_person.c).
 * In the turn's transaction; no time of its own.
 *
 * Ids of X are one person's wherever he writes; on Facebook and Mastodon they are told to one
 * account of ours only (page-scoped, a server's own), so the account is in the key.
 */
#ifndef VD_APP_PERSON_H
#define VD_APP_PERSON_H

#include "care/domain.h"
#include "store/store.h"

#define VD_PERSON_TEXT_BYTES (2 * sizeof(struct vd_person_key) + 1)

/** False where the network hid the author. */
bool vd_person_key(const struct vd_rulebook *book, uint16_t account, const char *author_id,
		   struct vd_person_key *out);
/** False where the name tells nobody apart. */
bool vd_person_name_key(struct vd_span name, struct vd_person_key *out);
void vd_person_print(const struct vd_person_key *key, char out[VD_PERSON_TEXT_BYTES]);
bool vd_person_parse(struct vd_span text, struct vd_person_key *out);
bool vd_person_is_same(const struct vd_person_key *a, const struct vd_person_key *b);

/** Notes whose case it is; a hidden author has none. */
enum vd_err vd_person_note_case(struct vd_store *store, const struct vd_rulebook *book,
				uint16_t account, const char *author_id, const char *handle,
				uint64_t conversation, struct vd_diag *diag) VD_MUST_USE;

/** A link as the journal has it; false where the event is of something else. */
bool vd_person_link_parse(const struct vd_journal_event *event, struct vd_person_link *out,
			  bool *is_undone);

#endif
