// SPDX-License-Identifier: MIT
#include "app/rebuild.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/desk_people.h"
#include "app/journal_rules.h"
#include "app/journal_words.h"
#include "app/person.h"
#include "base/utf8.h"
#include "care/fault.h"
#include "store/check.h"
#include "store/secrets.h"

#define EVENTS_A_TURN 512
#define PROGRESS_EVENTS 8192

static const enum vd_name_space spaces[VD_RULE_N] = {
	[VD_RULE_CALENDAR] = VD_NAMES_CALENDAR, [VD_RULE_POLICY] = VD_NAMES_POLICY,
	[VD_RULE_BRAND] = VD_NAMES_BRAND,       [VD_RULE_ACCOUNT] = VD_NAMES_ACCOUNT,
	[VD_RULE_STAFF] = VD_NAMES_STAFF,
};

struct rebuild {
	const struct vd_rebuild_config *config;
	struct vd_rebuild_report *report;
	struct vd_replay replay;
	uint64_t all;
	enum vd_err err;
	struct vd_diag *diag;
	// scratch
	struct vd_message message;
	char text[VD_WORDS_BYTES];
};

static enum vd_network network_of(const struct rebuild *r, uint16_t account)
{
	return account < VD_ACCOUNTS_MAX ? r->replay.book->accounts[account].network
					 : VD_NETWORK_NONE;
}

static bool find_words(void *ctx, const struct vd_journal_event *event,
		       struct vd_journal_step *step)
{
	struct rebuild *r = ctx;
	bool are_whole = false;
	(void)event;
	// Not there, or not readable: the message stays without its words.
	r->message.is_edited = false;
	(void)!vd_journal_words_find(r->config->from, network_of(r, step->message.account), step,
				     r->text, &r->message, &are_whole, NULL);
	bool are_lost = !are_whole && !r->message.is_edited;
	r->report->words_lost += are_lost && step->event.kind == VD_EVENT_MESSAGE;
	return !are_lost;
}

// ---- messages -------------------------------------------------------------------------------

struct move {
	struct rebuild *r;
	uint64_t from;
	uint64_t to;
	enum vd_err err;
};

static enum vd_err move_message(struct rebuild *r, uint64_t from, uint32_t number, uint64_t to)
{
	struct vd_message m;
	uint32_t moved;
	enum vd_err err = vd_store_message_get(r->config->to, from, number, &m, r->diag);
	return err == VD_OK ? vd_store_message_move(r->config->to, network_of(r, m.account), from,
						    number, to, &moved, r->diag)
			    : err;
}

static bool move_one(void *ctx, uint32_t number, const struct vd_message *m)
{
	struct move *move = ctx;
	(void)m;
	move->err = move_message(move->r, move->from, number, move->to);
	return move->err == VD_OK;
}

static enum vd_err follow_merge(struct rebuild *r, uint64_t from, uint64_t to)
{
	struct move move = { r, from, to, VD_OK };
	enum vd_err err = vd_store_message_each(r->config->to, from, move_one, &move, r->diag);
	return err == VD_OK ? move.err : err;
}

static enum vd_err follow_split(struct rebuild *r, uint64_t from)
{
	const struct vd_journal_step *step = &r->replay.step;
	enum vd_err err = VD_OK;
	for (uint8_t i = 0; i < step->n_moved && err == VD_OK; i++) {
		err = move_message(r, from, step->moved[i], step->split_to);
	}
	return err;
}

struct stamping {
	struct rebuild *r;
	const struct vd_journal_event *event;
	bool is_claim;
	enum vd_err err;
};

static bool stamp_one(void *ctx, uint32_t number, const struct vd_message *message)
{
	struct stamping *s = ctx;
	struct vd_message m = *message;
	struct vd_wall *stamp = s->is_claim ? &m.claimed : &m.shown;
	if (m.direction != VD_DIRECTION_IN || vd_wall_is_set(*stamp)) {
		return true;
	}
	*stamp = s->event->at;
	s->err = vd_store_message_update(s->r->config->to, network_of(s->r, m.account),
					 s->event->conversation, number, &m, s->r->diag);
	return s->err == VD_OK;
}

static enum vd_err follow_stamp(struct rebuild *r, const struct vd_journal_event *event,
				bool is_claim)
{
	struct stamping s = { r, event, is_claim, VD_OK };
	enum vd_err err =
		vd_store_message_each(r->config->to, event->conversation, stamp_one, &s, r->diag);
	return err == VD_OK ? s.err : err;
}

static enum vd_err follow_message(struct rebuild *r, const struct vd_journal_event *event)
{
	const struct vd_journal_step *step = &r->replay.step;
	const struct vd_message *m = &step->message;
	enum vd_network network = network_of(r, m->account);
	uint64_t conversation = 0;
	uint32_t number = 0;
	enum vd_err err = vd_store_find_id(r->config->to, network, m->network_id, &conversation,
					   &number, r->diag);
	if (err == VD_ERR_NOT_FOUND) {
		r->report->messages++;
		err = vd_store_message_add(r->config->to, network, event->conversation, m, &number,
					   r->diag);
		conversation = event->conversation;
	}
	if (err == VD_OK && (number != step->number || conversation != event->conversation)) {
		return vd_diag_set(r->diag, VD_ERR_CORRUPT,
				   "event %" PRIu64 ": message %s would be number %" PRIu32
				   " of conversation %" PRIu64,
				   event->sequence, m->network_id, number, conversation);
	}
	return err;
}

static enum vd_err follow_marked(struct rebuild *r, const struct vd_journal_event *event)
{
	const struct vd_journal_step *step = &r->replay.step;
	struct vd_message *m = &r->message;
	if (step->number == 0) {
		return VD_OK;
	}
	enum vd_err err =
		vd_store_message_get(r->config->to, event->conversation, step->number, m, r->diag);
	m->is_deleted |= step->event.kind == VD_EVENT_DELETED;
	m->is_edited |= step->event.kind == VD_EVENT_EDITED;
	if (step->event.kind == VD_EVENT_EDITED) {
		m->attachments = step->message.attachments;
	}
	if (m->is_deleted) {
		m->attached = (struct vd_span){ 0 };
	}
	return err == VD_OK ? vd_store_message_update(r->config->to, network_of(r, m->account),
						      event->conversation, step->number, m, r->diag)
			    : err;
}

static enum vd_err follow_person(struct rebuild *r, const struct vd_journal_event *event)
{
	const struct vd_message *m = &r->replay.step.message;
	enum vd_err err = follow_message(r, event);
	return err == VD_OK && r->replay.step.is_opening
		       ? vd_person_note_case(r->config->to, r->replay.book, m->account,
					     m->author_id, m->author_handle, event->conversation,
					     r->diag)
		       : err;
}

static enum vd_err follow_link(struct rebuild *r, const struct vd_journal_event *event)
{
	struct vd_person_link link;
	bool is_undone = false;
	if (!vd_person_link_parse(event, &link, &is_undone)) {
		return VD_OK;
	}
	return is_undone ? vd_store_person_unlink(r->config->to, &link.a, &link.b, r->diag)
			 : vd_store_person_link(r->config->to, &link, r->diag);
}

static enum vd_err follow_step(struct rebuild *r, const struct vd_journal_event *event)
{
	switch (r->replay.step.event.kind) {
	case VD_EVENT_MESSAGE:
		return follow_person(r, event);
	case VD_EVENT_DELETED:
	case VD_EVENT_EDITED:
		return follow_marked(r, event);
	case VD_EVENT_CLAIM:
	case VD_EVENT_SHOWN:
		return follow_stamp(r, event, r->replay.step.event.kind == VD_EVENT_CLAIM);
	case VD_EVENT_MERGE:
		return follow_merge(r, r->replay.step.other, event->conversation);
	case VD_EVENT_SPLIT:
		return follow_split(r, event->conversation);
	default:
		return VD_OK; // nothing but the conversation
	}
}

// ---- the rest -------------------------------------------------------------------------------

static enum vd_err follow_rule(struct rebuild *r, const struct vd_journal_event *event)
{
	cJSON *tree = vd_json_parse(event->detail, r->diag);
	enum vd_rule_kind kind = VD_RULE_N;
	uint16_t id = 0;
	char key[48];
	char hash[2 * VD_HASH_BYTES + 1];
	if (tree == NULL) {
		return VD_ERR_CORRUPT;
	}
	enum vd_err err = vd_rule_apply(event->detail, r->replay.book, &kind, &id, r->diag);
	struct vd_span name = vd_json_text(tree, "name");
	if (err == VD_OK && name.n > 0) {
		err = vd_store_name_put(r->config->to, spaces[kind], name, id, r->diag);
	}
	vd_json_free(tree);
	if (err != VD_OK) {
		return err;
	}
	vd_rule_setting(kind, id, key, sizeof(key));
	vd_journal_step_hash(event->detail, hash);
	return vd_store_setting_set(r->config->to, key, vd_span_of(hash), r->diag);
}

static enum vd_err follow_thread(struct rebuild *r, const struct vd_journal_event *event)
{
	char thread[VD_ID_BYTES];
	cJSON *tree = vd_json_parse(event->detail, r->diag);
	enum vd_err err = tree == NULL ? VD_ERR_CORRUPT : VD_OK;
	if (err == VD_OK) {
		err = vd_span_copy(vd_json_text(tree, "thread"), thread, sizeof(thread));
	}
	enum vd_network network = vd_network_parse(vd_json_text(tree, "network"));
	vd_json_free(tree);
	return err == VD_OK ? vd_store_thread_link(r->config->to, network, thread,
						   event->conversation, r->diag)
			    : vd_diag_set(r->diag, VD_ERR_CORRUPT,
					  "event %" PRIu64 ": its thread can't be read",
					  event->sequence);
}

// What the box's own alarm was last is what it is.
static enum vd_err follow_alarm(struct rebuild *r, const struct vd_journal_event *event)
{
	char key[128];
	cJSON *tree = vd_json_parse(event->detail, r->diag);
	if (tree == NULL) {
		return vd_diag_set(r->diag, VD_ERR_CORRUPT,
				   "event %" PRIu64 ": its alarm can't be read", event->sequence);
	}
	vd_fault_key(vd_json_text(tree, "alarm"), vd_json_text(tree, "account"), key, sizeof(key));
	vd_json_free(tree);
	return vd_store_setting_set(r->config->to, key, event->detail, r->diag);
}

static enum vd_outbox_state take_state(const cJSON *tree)
{
	struct vd_span name = vd_json_text(tree, "state");
	int i = 0;
	while (i < VD_OUTBOX_N &&
	       !vd_span_is_text(name, vd_outbox_state_name((enum vd_outbox_state)i))) {
		i++;
	}
	return (enum vd_outbox_state)i;
}

static void take_stamp(const cJSON *tree, const char *name, struct vd_wall *out)
{
	if (vd_json_i64(tree, name, &out->us) != VD_OK) {
		out->us = 0;
	}
}

static bool take_seen(const cJSON *tree, int64_t *out)
{
	enum vd_err err = vd_json_i64(tree, "seen", out);
	return err == VD_ERR_NOT_FOUND || (err == VD_OK && *out >= 0 && *out < UINT32_MAX);
}

static enum vd_err parse_outbox(const cJSON *tree, const struct vd_journal_event *event,
				struct vd_outbox_entry *e)
{
	int64_t id = 0;
	int64_t attempts = 0;
	bool is_good = vd_json_i64(tree, "outbox", &id) == VD_OK && id > 0 &&
		       vd_json_i64(tree, "attempts", &attempts) == VD_OK && attempts >= 0 &&
		       attempts <= UINT16_MAX && event->account > 0;
	int64_t seen = VD_OUTBOX_SEEN_ALL; // where an older program wrote the event
	is_good = is_good && take_seen(tree, &seen);
	*e = (struct vd_outbox_entry){
		.id = (uint64_t)id,
		.conversation = event->conversation,
		.account = (uint16_t)(event->account - 1),
		.staff = event->staff,
		.state = take_state(tree),
		.visibility = vd_span_is_text(vd_json_text(tree, "vis"), "private")
				      ? VD_VISIBILITY_PRIVATE
				      : VD_VISIBILITY_PUBLIC,
		.kind = vd_reply_kind_parse(vd_json_text(tree, "kind")),
		.attempts = (uint16_t)attempts,
		.seen = (uint32_t)seen,
		.invites_dm = vd_json_bool(tree, "invites", false),
	};
	take_stamp(tree, "created", &e->created);
	take_stamp(tree, "attempted", &e->attempted);
	take_stamp(tree, "not_before", &e->not_before);
	const struct {
		const char *name;
		char *out;
		size_t cap;
	} texts[] = {
		{ "thread", e->thread_id, sizeof(e->thread_id) },
		{ "parent", e->parent_id, sizeof(e->parent_id) },
		{ "id", e->network_id, sizeof(e->network_id) },
		{ "error", e->error, sizeof(e->error) },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(texts); i++) {
		is_good = is_good && vd_span_copy(vd_json_text(tree, texts[i].name), texts[i].out,
						  texts[i].cap) == VD_OK;
	}
	return is_good && e->state < VD_OUTBOX_N && e->kind < VD_REPLY_N ? VD_OK : VD_ERR_CORRUPT;
}

static bool is_span_hash(struct vd_span recorded, struct vd_span text)
{
	char made[2 * VD_HASH_BYTES + 1];
	vd_journal_step_hash(text, made);
	return vd_span_is_text(recorded, made);
}

// A reply that is under way and whose words are gone can't be sent, nor looked up.
static void ask(struct rebuild *r, struct vd_outbox_entry *e)
{
	if (e->state == VD_OUTBOX_SENT || e->state == VD_OUTBOX_FAILED) {
		return;
	}
	e->state = VD_OUTBOX_ASK;
	e->not_before = (struct vd_wall){ 0 };
	snprintf(e->error, sizeof(e->error),
		 "its text was lost when the store was made anew: did it arrive?");
	r->report->replies_asked++;
}

static void find_reply_words(struct rebuild *r, const cJSON *tree, struct vd_outbox_entry *e)
{
	struct vd_outbox_entry old;
	bool is_there = vd_store_outbox_get(r->config->from, e->id, &old, r->text, VD_TEXT_BYTES,
					    NULL) == VD_OK;
	bool has_text = is_there && is_span_hash(vd_json_text(tree, "text_sha256"), old.text);
	bool has_recipient = is_there && is_span_hash(vd_json_text(tree, "recipient_sha256"),
						      vd_span_of(old.recipient_id));
	if (has_text) {
		e->text = old.text;
	}
	if (has_recipient) {
		memcpy(e->recipient_id, old.recipient_id, sizeof(e->recipient_id));
	}
	if (!has_text || !has_recipient) {
		ask(r, e);
	}
}

static enum vd_err follow_outbox(struct rebuild *r, const struct vd_journal_event *event)
{
	struct vd_outbox_entry entry;
	cJSON *tree = vd_json_parse(event->detail, r->diag);
	enum vd_err err = tree == NULL ? VD_ERR_CORRUPT : parse_outbox(tree, event, &entry);
	if (err != VD_OK) {
		vd_json_free(tree);
		return vd_diag_set(r->diag, err, "event %" PRIu64 ": its reply can't be read",
				   event->sequence);
	}
	find_reply_words(r, tree, &entry);
	vd_json_free(tree);
	r->report->replies = entry.id > r->report->replies ? entry.id : r->report->replies;
	return vd_store_outbox_put(r->config->to, &entry, r->diag);
}

static enum vd_err follow(struct rebuild *r, const struct vd_journal_event *event)
{
	if (r->replay.is_step) {
		return follow_step(r, event);
	}
	switch (event->kind) {
	case VD_JOURNAL_RULES:
		return follow_rule(r, event);
	case VD_JOURNAL_THREAD:
		return follow_thread(r, event);
	case VD_JOURNAL_OUTBOX:
		return follow_outbox(r, event);
	case VD_JOURNAL_ALARM:
		return follow_alarm(r, event);
	case VD_JOURNAL_COMMAND: {
		enum vd_err err = follow_link(r, event);
		return err == VD_OK ? vd_incident_rebuild(r->config->to, event->detail, r->diag)
				    : err;
	}
	default:
		return VD_OK;
	}
}

// The same bytes: the same number, the same hash.
static enum vd_err copy_event(struct rebuild *r, const struct vd_journal_event *event)
{
	struct vd_journal_event copy = *event;
	enum vd_err err = vd_store_journal_append(r->config->to, &copy, r->diag);
	if (err == VD_OK && (copy.sequence != event->sequence ||
			     memcmp(copy.hash, event->hash, sizeof(copy.hash)) != 0)) {
		err = vd_diag_set(r->diag, VD_ERR_CORRUPT,
				  "event %" PRIu64 " would get another hash: verify the journal",
				  event->sequence);
	}
	return err;
}

static bool feed(void *ctx, const struct vd_journal_event *event)
{
	struct rebuild *r = ctx;
	r->err = vd_replay_feed(&r->replay, event, r->diag);
	r->err = r->err == VD_OK ? follow(r, event) : r->err;
	r->err = r->err == VD_OK ? copy_event(r, event) : r->err;
	r->report->events = event->sequence;
	if (r->err == VD_OK && event->sequence % EVENTS_A_TURN == 0) {
		r->err = vd_store_commit(r->config->to, r->diag);
	}
	if (r->config->progress != NULL && event->sequence % PROGRESS_EVENTS == 0) {
		r->config->progress(r->config->ctx, event->sequence, r->all);
	}
	return r->err == VD_OK;
}

static enum vd_err put_cases(struct rebuild *r)
{
	enum vd_err err = VD_OK;
	for (uint64_t id = 1; id <= r->replay.cases.n && err == VD_OK; id++) {
		struct vd_conversation *c = &r->replay.c;
		err = vd_cases_get(&r->replay.cases, id, c, r->diag);
		err = err == VD_OK ? vd_store_conversation_put(r->config->to, c, r->diag) : err;
		r->report->conversations++;
		if (err == VD_OK && id % EVENTS_A_TURN == 0) {
			err = vd_store_commit(r->config->to, r->diag);
		}
	}
	return err;
}

// No journal holds them. A key that is gone is no reason to be without a store; a store that takes
// no more says so at the commit.
static void take_sign_ins(struct rebuild *r)
{
	(void)!vd_secrets_copy(r->config->from, r->config->to, &r->report->sign_ins,
			       &r->report->no_sign_ins);
}

static enum vd_err run(struct rebuild *r)
{
	r->replay.cases.has_words = true;
	r->replay.find_words = find_words;
	r->replay.words_ctx = r;
	// Cursors first: what the journal says of settings is newer.
	enum vd_err err = vd_store_copy_settings(r->config->from, r->config->to, r->diag);
	if (err == VD_OK) {
		err = vd_store_journal_each(r->config->from, 1, feed, r, r->diag);
		err = err == VD_OK ? r->err : err;
	}
	err = err == VD_OK ? put_cases(r) : err;
	if (err == VD_OK) {
		take_sign_ins(r);
	}
	err = err == VD_OK ? vd_store_commit(r->config->to, r->diag) : err;
	return err == VD_OK ? vd_store_check(r->config->to, r->diag) : err;
}

enum vd_err vd_rebuild_store(const struct vd_rebuild_config *config,
			     struct vd_rebuild_report *report, struct vd_diag *diag)
{
	memset(report, 0, sizeof(*report));
	struct rebuild *r = calloc(1, sizeof(*r));
	if (r == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory to make a store anew");
	}
	r->config = config;
	r->report = report;
	r->diag = diag;
	r->all = vd_store_journal_last(config->from);
	enum vd_err err = vd_replay_init(&r->replay, diag);
	err = err == VD_OK ? run(r) : err;
	if (err == VD_ERR_CONFLICT) {
		report->difference = r->replay.difference;
	}
	if (err != VD_OK) {
		vd_store_abort(config->to);
	}
	vd_replay_deinit(&r->replay);
	free(r);
	return err;
}
