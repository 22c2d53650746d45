// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "app/desk_people.h"
#include "base/utf8.h"
#include "care/route.h"
#include "care/thanks.h"
#include "care/topic.h"

/** Which of our accounts wrote it: its id + 1, or 0. */
static uint16_t own_author(const struct vd_rulebook *book, enum vd_network network,
			   const char *author_id)
{
	for (uint16_t i = 0; i < book->n_accounts && author_id[0] != '\0'; i++) {
		if (book->accounts[i].network == network &&
		    strcmp(book->accounts[i].user_id, author_id) == 0) {
			return (uint16_t)(i + 1);
		}
	}
	return 0;
}

/** Whether anybody in the case named the account before. */
struct naming {
	struct vd_span mention;
	bool is_named;
};

static bool look_for_name(void *ctx, uint32_t number, const struct vd_message *m)
{
	(void)number;
	struct naming *naming = ctx;
	naming->is_named = vd_span_find(m->text, naming->mention) >= 0;
	return !naming->is_named;
}

/** The networks put the names of a thread in front of each reply: those are not our words. */
static struct vd_span skip_names(struct vd_span text)
{
	struct vd_span rest = vd_span_trim(text);
	struct vd_span body = rest;
	while (body.n > 0 && body.p[0] == '@') {
		(void)vd_span_cut(&rest, ' ');
		rest = vd_span_trim(rest);
		body = rest;
	}
	return body;
}

/** R16, for a post made with another tool: whoever sends the customer to another account of ours
 *  gave no answer. Not so where its name stands in front only because somebody named it before. */
static enum vd_reply_kind kind_of_own_post(struct vd_desk *desk, uint64_t conversation,
					   const struct vd_message *m)
{
	const struct vd_rulebook *book = desk->config.book;
	struct vd_span body = skip_names(m->text);
	for (uint16_t i = 0; i < book->n_accounts; i++) {
		char memory[VD_HANDLE_BYTES + 2];
		int n = snprintf(memory, sizeof(memory), "@%s", book->accounts[i].handle);
		struct naming naming = { .mention = vd_span_make(memory, n > 0 ? (size_t)n : 0) };
		if (i == m->account || n <= 1 || vd_span_find(m->text, naming.mention) < 0) {
			continue;
		}
		// In doubt, and where the store can't be asked, it was no answer.
		if (vd_span_find(body, naming.mention) >= 0 ||
		    vd_store_message_each(desk->config.store, conversation, look_for_name, &naming,
					  NULL) != VD_OK ||
		    !naming.is_named) {
			return VD_REPLY_DEFLECTION;
		}
	}
	return VD_REPLY_ANSWER;
}

/** Loads into scratch[slot] the case that it goes on in; NULL in *out where there is none. */
static enum vd_err load(struct vd_desk *desk, int slot, uint64_t id,
			const struct vd_conversation **out, struct vd_diag *diag)
{
	enum vd_err err = vd_desk_follow(desk, id, &desk->scratch[slot], diag);
	*out = err == VD_OK ? &desk->scratch[slot] : NULL;
	return err;
}

static enum vd_err find(struct vd_desk *desk, enum vd_network network, const struct vd_message *m,
			struct vd_route_facts *facts, struct vd_diag *diag)
{
	struct vd_store *store = desk->config.store;
	uint64_t id;
	uint32_t number;
	enum vd_err err = vd_store_find_id(store, network, m->network_id, &id, &number, NULL);
	facts->is_known = err == VD_OK;
	if (err != VD_ERR_NOT_FOUND) {
		return err == VD_OK ? VD_OK
				    : vd_diag_set(diag, err, "the store can't be searched for %s",
						  m->network_id);
	}
	if (vd_store_find_thread(store, network, m->thread_id, &id, NULL) == VD_OK) {
		err = load(desk, 0, id, &facts->by_thread, diag);
	} else {
		err = VD_OK;
	}
	if (err == VD_OK && m->parent_id[0] != '\0' &&
	    vd_store_find_id(store, network, m->parent_id, &id, &number, NULL) == VD_OK) {
		err = load(desk, 1, id, &facts->by_parent, diag);
	}
	return err;
}

enum vd_err vd_desk_sort_in(struct vd_desk *desk, struct vd_span text, struct vd_conversation *c,
			    struct vd_diag *diag)
{
	const char *topic = vd_topic_find(desk->config.book, text);
	struct vd_desk_step step = {
		.event = { .kind = VD_EVENT_TOPIC, .reason = vd_span_of(topic) },
	};
	enum vd_err err = topic[0] != '\0' ? vd_desk_step(desk, c, &step, diag) : VD_OK;
	return err == VD_OK ? vd_desk_incident_adopt(desk, c, diag) : err;
}

static enum vd_err open_conversation(struct vd_desk *desk, const struct vd_message *m,
				     const struct vd_conversation *repeat_of, struct vd_diag *diag)
{
	uint64_t before = repeat_of != NULL ? repeat_of->id : 0;
	struct vd_conversation *c = &desk->scratch[2];
	enum vd_err err = before == 0 ? vd_desk_find_repeat(desk, m, &before, diag) : VD_OK;
	err = err == VD_OK ? vd_desk_open(desk, m, 0, before, c, diag) : err;
	return err == VD_OK ? vd_desk_sort_in(desk, m->text, c, diag) : err;
}

static enum vd_err join_conversation(struct vd_desk *desk, const struct vd_message *m,
				     const struct vd_conversation *which, struct vd_diag *diag)
{
	struct vd_conversation *c = &desk->scratch[2];
	struct vd_desk_step step = {
		.event = { .kind = VD_EVENT_MESSAGE, .message = m, .staff = m->staff },
	};
	*c = *which;
	bool was_open = c->state == VD_CONVERSATION_OPEN;
	enum vd_err err = vd_desk_step(desk, c, &step, diag);
	return err == VD_OK && !was_open ? vd_desk_incident_adopt(desk, c, diag) : err;
}

// A reply that we sent comes back in a thread that we don't know: the network moved it to a direct
// message. The case goes on there (R35).
static enum vd_err follow_thread(struct vd_desk *desk, enum vd_network network,
				 const struct vd_message *m, struct vd_diag *diag)
{
	uint64_t id;
	uint32_t number;
	struct vd_store *store = desk->config.store;
	enum vd_err err = vd_store_find_thread(store, network, m->thread_id, &id, NULL);
	if (err != VD_ERR_NOT_FOUND) {
		return err;
	}
	err = vd_store_find_id(store, network, m->network_id, &id, &number, diag);
	return err == VD_OK ? vd_desk_link_thread(desk, m->account, m->thread_id, id, diag) : err;
}

struct vd_span vd_desk_keep_attached(struct vd_desk *desk, struct vd_span list)
{
	size_t n = list.n <= sizeof(desk->attached) ? list.n : 0;
	memcpy(desk->attached, n > 0 ? list.p : "", n);
	return vd_span_make(desk->attached, n);
}

/** As the store has it; its text is copied into desk->text, as the next write moves the map. */
static enum vd_err load_message(struct vd_desk *desk, uint64_t conversation, uint32_t number,
				struct vd_message *out, struct vd_diag *diag)
{
	enum vd_err err = vd_store_message_get(desk->config.store, conversation, number, out, diag);
	if (err == VD_OK) {
		size_t n = vd_utf8_sanitise(out->text, desk->text, VD_TEXT_BYTES, NULL);
		out->text = vd_span_make(desk->text, n);
		out->attached = vd_desk_keep_attached(desk, out->attached);
	}
	return err;
}

// ---- edits ----------------------------------------------------------------------------------

/** The line that stands for the case, where it is of that text. */
static bool has_line_of(const struct vd_conversation *c, struct vd_span text)
{
	char line[VD_LINE_BYTES];
	struct vd_span rest = vd_span_trim(text);
	vd_utf8_sanitise(vd_span_cut(&rest, '\n'), line, sizeof(line), NULL);
	return strcmp(c->first_line, line) == 0;
}

/** The newest text is kept, the journal has the hashes of both, and no clock moves (promise 2). A
 *  reply that did not leave yet was written to other words: it is held. */
static enum vd_err edit(struct vd_desk *desk, uint64_t id, uint32_t number, struct vd_message *kept,
			const struct vd_message *m, struct vd_diag *diag)
{
	struct vd_conversation *c = &desk->scratch[2];
	struct vd_desk_step step = {
		.event = { .kind = VD_EVENT_EDITED, .message = kept },
		.number = number,
		.was = kept->text,
	};
	enum vd_err err = vd_store_conversation_get(desk->config.store, id, c, diag);
	if (err != VD_OK) {
		return err;
	}
	bool is_shown = has_line_of(c, kept->text);
	kept->text = m->text;
	kept->attached = m->attached;
	kept->attachments = m->attachments;
	kept->is_edited = true;
	kept->is_thanks = vd_text_is_thanks(m->text); // R37
	if (is_shown) {
		struct vd_span rest = vd_span_trim(m->text);
		vd_utf8_sanitise(vd_span_cut(&rest, '\n'), c->first_line, sizeof(c->first_line),
				 NULL);
	}
	err = vd_desk_step(desk, c, &step, diag);
	return err == VD_OK ? vd_desk_outbox_unsee(desk, id, number, diag) : err;
}

/** What the network counts moves no clock and is in no journal: the record alone has it. */
static bool take_echoes(const struct vd_message *m, struct vd_message *kept)
{
	bool is_other = m->has_echoes && (m->shares != kept->shares || m->quotes != kept->quotes);
	if (is_other) {
		kept->shares = m->shares;
		kept->quotes = m->quotes;
	}
	return is_other;
}

/** A message that we have came again: with other words it was edited, or people passed it on. Ours
 *  come back rewritten by the network; and what has no words here may have been purged. */
static enum vd_err look_again(struct vd_desk *desk, enum vd_network network,
			      const struct vd_message *m, struct vd_diag *diag)
{
	uint64_t id;
	uint32_t number;
	struct vd_message kept;
	enum vd_err err =
		vd_store_find_id(desk->config.store, network, m->network_id, &id, &number, diag);
	err = err == VD_OK ? load_message(desk, id, number, &kept, diag) : err;
	bool is_other = err == VD_OK && kept.direction == VD_DIRECTION_IN && !kept.is_deleted &&
			kept.text.n > 0 && vd_span_trim(m->text).n > 0 &&
			!vd_span_is_equal(kept.text, m->text);
	bool is_passed_on = err == VD_OK && take_echoes(m, &kept);
	if (is_other) {
		return edit(desk, id, number, &kept, m, diag);
	}
	desk->has_changed |= is_passed_on;
	return is_passed_on ? vd_store_message_update(desk->config.store, network, id, number,
						      &kept, diag)
			    : err;
}

void vd_desk_passed_on(void *ctx, uint16_t account, const char *network_id, uint32_t shares)
{
	struct vd_desk *desk = ctx;
	enum vd_network network = desk->config.book->accounts[account].network;
	struct vd_diag diag = { 0 };
	struct vd_message kept;
	uint64_t id;
	uint32_t number;
	enum vd_err err =
		vd_store_find_id(desk->config.store, network, network_id, &id, &number, &diag);
	err = err == VD_OK ? load_message(desk, id, number, &kept, &diag) : err;
	if (err == VD_OK && kept.shares < shares) { // it may lie behind what was read since
		kept.shares = shares;
		desk->has_changed = true;
		err = vd_store_message_update(desk->config.store, network, id, number, &kept,
					      &diag);
	}
	if (err != VD_OK && err != VD_ERR_NOT_FOUND) {
		vd_error(desk->config.log, "desk", "how far %s went can't be noted: %s", network_id,
			 diag.text);
	}
}

enum vd_err vd_desk_message(void *ctx, const struct vd_message *message, struct vd_diag *diag)
{
	struct vd_desk *desk = ctx;
	const struct vd_rulebook *book = desk->config.book;
	if (message->account >= book->n_accounts || message->network_id[0] == '\0' ||
	    message->thread_id[0] == '\0') {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "a message without account, id or thread was handed over");
	}
	enum vd_network network = book->accounts[message->account].network;
	struct vd_message m = *message;
	if (!vd_wall_is_set(m.fetched)) {
		m.fetched = vd_desk_now(desk);
	}
	(void)vd_message_counts_from(m.published, m.fetched, &m.is_doubtful);
	uint16_t own = own_author(book, network, m.author_id);
	if (own != 0) {
		m.direction = VD_DIRECTION_OUT;
		m.account = (uint16_t)(own - 1);
	}
	m.is_thanks = m.direction == VD_DIRECTION_IN && vd_text_is_thanks(m.text); // R37
	vd_desk_plan_note(desk, &m);
	struct vd_route_facts facts = { .is_own = m.direction == VD_DIRECTION_OUT };
	enum vd_err err = find(desk, network, &m, &facts, diag);
	if (err != VD_OK) {
		return err;
	}
	const struct vd_conversation *which = NULL;
	int32_t reopen_s = vd_rulebook_policy(book, book->accounts[m.account].brand)->reopen_s;
	uint64_t outbox;
	switch (vd_route_decide(&m, &facts, reopen_s, &which)) {
	case VD_ROUTE_DUPLICATE:
		err = facts.is_own ? follow_thread(desk, network, &m, diag) : VD_OK;
		return err == VD_OK && (!facts.is_own || m.has_echoes)
			       ? look_again(desk, network, &m, diag)
			       : err;
	case VD_ROUTE_IGNORE:
		return VD_OK;
	case VD_ROUTE_JOIN:
		if (facts.is_own && vd_desk_outbox_claims(desk, which->id, &m, &outbox)) {
			// The entry's kind and author count.
			vd_desk_outbox_seen(desk, outbox, &m);
			return VD_OK;
		}
		if (facts.is_own && m.kind == VD_REPLY_NONE) {
			m.kind = kind_of_own_post(desk, which->id, &m);
		}
		vd_desk_quiet_note(desk, &m);
		return join_conversation(desk, &m, which, diag);
	case VD_ROUTE_OPEN:
		vd_desk_quiet_note(desk, &m);
		return open_conversation(desk, &m, NULL, diag);
	case VD_ROUTE_REPEAT:
		vd_desk_quiet_note(desk, &m);
		return open_conversation(desk, &m, which, diag);
	}
	return VD_ERR_STATE;
}

enum vd_err vd_desk_add_reply(struct vd_desk *desk, const struct vd_outbox_entry *entry,
			      const char *network_id, struct vd_wall stamp, struct vd_diag *diag)
{
	const struct vd_account *account = &desk->config.book->accounts[entry->account];
	struct vd_wall now = vd_desk_now(desk);
	struct vd_message m = {
		.account = entry->account,
		.direction = VD_DIRECTION_OUT,
		.visibility = entry->visibility,
		.kind = entry->kind,
		.published = vd_wall_is_set(stamp) ? stamp : now,
		.fetched = now,
		.sent = now,
		.staff = entry->staff,
		.text = entry->text,
	};
	snprintf(m.network_id, sizeof(m.network_id), "%s", network_id);
	snprintf(m.thread_id, sizeof(m.thread_id), "%s", entry->thread_id);
	snprintf(m.parent_id, sizeof(m.parent_id), "%s", entry->parent_id);
	snprintf(m.author_id, sizeof(m.author_id), "%s", account->user_id);
	snprintf(m.author_handle, sizeof(m.author_handle), "%s", account->handle);
	struct vd_conversation *c = &desk->scratch[0];
	enum vd_err err = vd_desk_follow(desk, entry->conversation, c, diag);
	return err == VD_OK ? join_conversation(desk, &m, c, diag) : err;
}

enum vd_err vd_desk_deleted(void *ctx, uint16_t account, const char *network_id,
			    struct vd_diag *diag)
{
	struct vd_desk *desk = ctx;
	struct vd_store *store = desk->config.store;
	enum vd_network network = desk->config.book->accounts[account].network;
	uint64_t id;
	uint32_t number;
	struct vd_message m;
	enum vd_err err = vd_store_find_id(store, network, network_id, &id, &number, NULL);
	if (err != VD_OK) {
		return err == VD_ERR_NOT_FOUND ? VD_OK : err;
	}
	err = load_message(desk, id, number, &m, diag);
	if (err != VD_OK || m.is_deleted || m.direction != VD_DIRECTION_IN) {
		return err;
	}
	m.is_deleted = true;
	m.attached = (struct vd_span){ 0 }; // what was taken back is not to be looked at
	struct vd_conversation *c = &desk->scratch[2];
	err = vd_store_conversation_get(store, id, c, diag);
	if (err != VD_OK) {
		return err;
	}
	struct vd_desk_step step = {
		.event = { .kind = VD_EVENT_DELETED, .message = &m },
		.number = number,
	};
	return vd_desk_step(desk, c, &step, diag);
}
