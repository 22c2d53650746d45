// SPDX-License-Identifier: MIT
#include "app/person.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "care/command.h"
#include "care/identity.h"
#include "net/tls.h"

static void key_of(const char *text, struct vd_person_key *out)
{
	uint8_t hash[VD_SHA256_BYTES];
	vd_sha256(vd_span_of(text), hash);
	memcpy(out->bytes, hash, sizeof(out->bytes));
}

bool vd_person_key(const struct vd_rulebook *book, uint16_t account, const char *author_id,
		   struct vd_person_key *out)
{
	char text[VD_ID_BYTES + VD_NAME_BYTES + 32];
	if (account >= VD_ACCOUNTS_MAX || author_id[0] == '\0') {
		return false;
	}
	const struct vd_account *a = &book->accounts[account];
	snprintf(text, sizeof(text), "person:%s:%s:%s", vd_network_name(a->network),
		 a->network == VD_NETWORK_X ? "" : a->name, author_id);
	key_of(text, out);
	return true;
}

bool vd_person_name_key(struct vd_span name, struct vd_person_key *out)
{
	char normalised[VD_HANDLE_BYTES];
	char text[VD_HANDLE_BYTES + 8];
	if (!vd_identity_normalise(name, normalised)) {
		return false;
	}
	snprintf(text, sizeof(text), "name:%s", normalised);
	key_of(text, out);
	return true;
}

void vd_person_print(const struct vd_person_key *key, char out[VD_PERSON_TEXT_BYTES])
{
	for (size_t i = 0; i < sizeof(key->bytes); i++) {
		snprintf(out + 2 * i, 3, "%02x", key->bytes[i]);
	}
}

static int nibble(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;
	return at != NULL ? (int)(at - digits) : -1;
}

bool vd_person_parse(struct vd_span text, struct vd_person_key *out)
{
	if (text.n != 2 * sizeof(out->bytes)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(out->bytes); i++) {
		int high = nibble(text.p[2 * i]);
		int low = nibble(text.p[2 * i + 1]);
		if (high < 0 || low < 0) {
			return false;
		}
		out->bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

bool vd_person_is_same(const struct vd_person_key *a, const struct vd_person_key *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

enum vd_err vd_person_note_case(struct vd_store *store, const struct vd_rulebook *book,
				uint16_t account, const char *author_id, const char *handle,
				uint64_t conversation, struct vd_diag *diag)
{
	struct vd_person_key person;
	struct vd_person_key name;
	if (!vd_person_key(book, account, author_id, &person)) {
		return VD_OK;
	}
	bool has_name = vd_person_name_key(vd_span_of(handle), &name);
	return vd_store_person_add(store, &person, has_name ? &name : NULL, conversation, diag);
}

bool vd_person_link_parse(const struct vd_journal_event *event, struct vd_person_link *out,
			  bool *is_undone)
{
	if (event->kind != VD_JOURNAL_COMMAND) {
		return false;
	}
	cJSON *tree = vd_json_parse(event->detail, NULL);
	enum vd_command_kind kind = vd_command_parse(vd_json_text(tree, "command"));
	*is_undone = kind == VD_COMMAND_UNLINK;
	out->staff = event->staff;
	out->at = event->at;
	bool is_it = (kind == VD_COMMAND_LINK || kind == VD_COMMAND_UNLINK) &&
		     vd_person_parse(vd_json_text(tree, "person"), &out->a) &&
		     vd_person_parse(vd_json_text(tree, "same_as"), &out->b);
	vd_json_free(tree);
	return is_it;
}
