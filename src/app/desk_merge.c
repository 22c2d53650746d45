// SPDX-License-Identifier: MIT
// R39 at the store: the engine says what becomes of the clocks; here messages, threads and replies
// under way follow. All within one turn: a stop leaves both cases whole, or one.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/desk_people.h"
#include "care/thanks.h"

#define MERGES_MOST 64 // links of one chain; more is damage
#define BATCH 64       // open replies that change their case, at a time

static enum vd_network network_of(const struct vd_desk *desk, uint16_t account)
{
	const struct vd_rulebook *book = desk->config.book;
	return account < book->n_accounts ? book->accounts[account].network : VD_NETWORK_NONE;
}

enum vd_err vd_desk_follow(struct vd_desk *desk, uint64_t id, struct vd_conversation *out,
			   struct vd_diag *diag)
{
	for (int i = 0; i < MERGES_MOST; i++) {
		enum vd_err err = vd_store_conversation_get(desk->config.store, id, out, diag);
		if (err != VD_OK || out->state != VD_CONVERSATION_MERGED) {
			return err;
		}
		id = out->merged_into;
	}
	return vd_diag_set(diag, VD_ERR_CORRUPT,
			   "conversation %" PRIu64 " goes on in a circle of cases", id);
}

// ---- replies under way ----------------------------------------------------------------------

struct replies {
	uint64_t conversation;
	const struct split *split; // NULL: all of them
	uint64_t ids[BATCH];
	size_t n;
};

static bool is_of_split(const struct split *split, const char *parent_id);

static bool collect_reply(void *ctx, const struct vd_outbox_entry *entry)
{
	struct replies *r = ctx;
	if (entry->conversation == r->conversation &&
	    (r->split == NULL || is_of_split(r->split, entry->parent_id))) {
		r->ids[r->n++] = entry->id;
	}
	return r->n < BATCH;
}

static enum vd_err move_reply(struct vd_desk *desk, uint64_t id, uint64_t to, struct vd_diag *diag)
{
	struct vd_outbox_entry entry;
	enum vd_err err = vd_store_outbox_get(desk->config.store, id, &entry, desk->text,
					      sizeof(desk->text), diag);
	if (err != VD_OK) {
		return err;
	}
	entry.conversation = to;
	entry.seen = 0; // its writer saw another case: numbers are others, and messages too
	err = vd_store_outbox_put(desk->config.store, &entry, diag);
	return err == VD_OK ? vd_desk_note_outbox(desk, &entry, diag) : err;
}

static enum vd_err move_replies(struct vd_desk *desk, uint64_t from, uint64_t to,
				const struct split *split, struct vd_diag *diag)
{
	struct replies r = { .conversation = from, .split = split };
	enum vd_err err;
	do { // each round leaves fewer
		r.n = 0;
		err = vd_store_outbox_each_open(desk->config.store, collect_reply, &r, diag);
		for (size_t i = 0; i < r.n && err == VD_OK; i++) {
			err = move_reply(desk, r.ids[i], to, diag);
		}
	} while (err == VD_OK && r.n == BATCH);
	return err;
}

// ---- merge ----------------------------------------------------------------------------------

struct mover {
	struct vd_desk *desk;
	uint64_t from;
	uint64_t to;
	enum vd_err err;
	struct vd_diag *diag;
};

static bool move_one(void *ctx, uint32_t number, const struct vd_message *m)
{
	struct mover *mover = ctx;
	uint32_t moved;
	mover->err = vd_store_message_move(mover->desk->config.store,
					   network_of(mover->desk, m->account), mover->from, number,
					   mover->to, &moved, mover->diag);
	return mover->err == VD_OK;
}

static enum vd_err move_all(struct vd_desk *desk, uint64_t from, uint64_t to, struct vd_diag *diag)
{
	struct mover mover = { desk, from, to, VD_OK, diag };
	enum vd_err err = vd_store_message_each(desk->config.store, from, move_one, &mover, diag);
	err = err == VD_OK ? mover.err : err;
	return err == VD_OK ? move_replies(desk, from, to, NULL, diag) : err;
}

static enum vd_err load_into(struct vd_desk *desk, const struct vd_command *command,
			     struct vd_conversation *into, struct vd_diag *diag)
{
	enum vd_err err = vd_store_conversation_get(desk->config.store, command->into, into, NULL);
	if (err != VD_OK) {
		return vd_diag_set(diag, err, "there is no conversation %" PRIu64, command->into);
	}
	if (into->state == VD_CONVERSATION_MERGED) {
		return vd_diag_set(diag, VD_ERR_STATE,
				   "conversation %" PRIu64 " goes on in %" PRIu64
				   ": merge into that",
				   into->id, into->merged_into);
	}
	return VD_OK;
}

enum vd_err vd_desk_merge(struct vd_desk *desk, const struct vd_command *command,
			  struct vd_conversation *c, struct vd_command_result *result)
{
	struct vd_diag *diag = &result->diag;
	struct vd_conversation *into = &desk->scratch[1];
	if (c->state == VD_CONVERSATION_MERGED && c->merged_into == command->into) {
		result->conversation = command->into;
		return VD_OK;
	}
	enum vd_err err = load_into(desk, command, into, diag);
	if (err != VD_OK) {
		return err;
	}
	struct vd_desk_step step = {
		.event = { .kind = VD_EVENT_MERGE, .staff = command->staff, .other = c },
		.source = (uint8_t)(command->source + 1),
	};
	err = vd_desk_step(desk, into, &step, diag);
	result->conversation = into->id;
	return err == VD_OK ? move_all(desk, c->id, into->id, diag) : err;
}

// ---- split ----------------------------------------------------------------------------------

/** One of the messages that leave. */
struct leaver {
	uint32_t number;           // in the old case, then in the new one
	struct vd_message message; // without its text
	struct vd_wall at;
};

struct split {
	const struct vd_command *command;
	const struct vd_conversation *c;
	struct leaver leavers[VD_COMMAND_MESSAGES_MAX];
	size_t n;
	struct vd_turn gone[VD_COMMAND_MESSAGES_MAX];
	uint8_t n_gone;
	uint32_t moved[VD_COMMAND_MESSAGES_MAX]; // their numbers in the old case, by stamp
	uint64_t to;
	// of what stays
	struct vd_wall waiting_since; // else the opening
	struct vd_wall opened;
	bool is_private;
	struct vd_wall fetched;    // of the opening
	struct vd_message message; // whose line stands for it; its text is the desk's
	uint32_t number;           // its number; 0: none
};

static bool is_of_split(const struct split *split, const char *parent_id)
{
	for (size_t i = 0; i < split->n; i++) {
		if (strcmp(split->leavers[i].message.network_id, parent_id) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_chosen(const struct vd_command *command, uint32_t number)
{
	for (uint8_t i = 0; i < command->n_messages; i++) {
		if (command->messages[i] == number) {
			return true;
		}
	}
	return false;
}

static bool collect_leaver(void *ctx, uint32_t number, const struct vd_message *m)
{
	struct split *split = ctx;
	if (is_chosen(split->command, number)) {
		struct leaver *leaver = &split->leavers[split->n++];
		*leaver = (struct leaver){ number, *m, vd_message_stamp(m) };
		leaver->message.text = (struct vd_span){ 0 };
		leaver->message.attached = (struct vd_span){ 0 };
	}
	return split->n < VD_COMMAND_MESSAGES_MAX;
}

static int by_stamp(const void *a, const void *b)
{
	const struct leaver *x = a;
	const struct leaver *y = b;
	int order = (x->at.us > y->at.us) - (x->at.us < y->at.us);
	return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

static bool has_turn(const struct vd_conversation *c, const struct vd_turn *turn)
{
	for (uint8_t i = 0; i < c->n_turns; i++) {
		if (c->turns[i].kind == turn->kind && c->turns[i].at.us == turn->at.us) {
			return true;
		}
	}
	return false;
}

// The turn that the message was, as the engine counted it (R15, R16); MISSING: none.
static enum vd_turn_kind turn_of(const struct vd_message *m)
{
	if (m->direction == VD_DIRECTION_IN) {
		return VD_TURN_IN;
	}
	switch (m->kind) {
	case VD_REPLY_DEFLECTION:
	case VD_REPLY_HOLDING:
		return VD_TURN_HOLDING;
	case VD_REPLY_AUTOMATIC:
		return VD_TURN_MISSING;
	case VD_REPLY_QUESTION:
		return VD_TURN_QUESTION;
	case VD_REPLY_NONE:
	case VD_REPLY_ANSWER:
	case VD_REPLY_N:
		break;
	}
	return VD_TURN_ANSWER;
}

static void list_gone(struct split *split)
{
	for (size_t i = 0; i < split->n; i++) {
		const struct leaver *leaver = &split->leavers[i];
		struct vd_turn turn = { .kind = turn_of(&leaver->message), .at = leaver->at };
		// One that was deleted before we saw it never was a turn.
		bool never_was = leaver->message.is_deleted && !has_turn(split->c, &turn);
		if (turn.kind != VD_TURN_MISSING && !never_was) {
			split->gone[split->n_gone++] = turn;
		}
	}
}

static const struct leaver *find_opening(const struct split *split)
{
	for (size_t i = 0; i < split->n; i++) {
		const struct vd_message *m = &split->leavers[i].message;
		if (m->direction == VD_DIRECTION_IN && !m->is_deleted) {
			return &split->leavers[i];
		}
	}
	return NULL;
}

static enum vd_err choose(struct vd_desk *desk, struct split *split, struct vd_diag *diag)
{
	const struct vd_command *command = split->command;
	enum vd_err err = vd_store_message_each(desk->config.store, split->c->id, collect_leaver,
						split, diag);
	if (err != VD_OK) {
		return err;
	}
	if (split->n < command->n_messages) {
		return vd_diag_set(diag, VD_ERR_NOT_FOUND,
				   "conversation %" PRIu64 " does not have all of these messages",
				   split->c->id);
	}
	qsort(split->leavers, split->n, sizeof(split->leavers[0]), by_stamp);
	list_gone(split);
	for (size_t i = 0; i < split->n; i++) {
		split->moved[i] = split->leavers[i].number;
	}
	return find_opening(split) != NULL
		       ? VD_OK
		       : vd_diag_set(diag, VD_ERR_ARGUMENT,
				     "a new case needs a message of the customer: choose one");
}

static enum vd_err move_leavers(struct vd_desk *desk, struct split *split, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	for (size_t i = 0; i < split->n && err == VD_OK; i++) {
		struct leaver *leaver = &split->leavers[i];
		err = vd_store_message_move(desk->config.store,
					    network_of(desk, leaver->message.account), split->c->id,
					    leaver->number, split->to, &leaver->number, diag);
	}
	return err;
}

// ---- threads: they follow whoever wrote in them last ------------------------------------------

struct threads {
	struct vd_desk *desk;
	const struct split *split;
	enum vd_err err;
	struct vd_diag *diag;
};

static bool is_newer_than_leavers(const struct split *split, const struct vd_message *m)
{
	bool is_shared = false;
	for (size_t i = 0; i < split->n; i++) {
		const struct leaver *leaver = &split->leavers[i];
		if (strcmp(leaver->message.thread_id, m->thread_id) != 0) {
			continue;
		}
		if (leaver->at.us > vd_message_stamp(m).us) {
			return false;
		}
		is_shared = true;
	}
	return is_shared;
}

static bool keep_thread(void *ctx, uint32_t number, const struct vd_message *m)
{
	(void)number;
	struct threads *t = ctx;
	uint64_t owner = 0;
	if (!is_newer_than_leavers(t->split, m) ||
	    vd_store_find_thread(t->desk->config.store, network_of(t->desk, m->account),
				 m->thread_id, &owner, NULL) != VD_OK ||
	    owner != t->split->to) {
		return true;
	}
	t->err = vd_desk_link_thread(t->desk, m->account, m->thread_id, t->split->c->id, t->diag);
	return t->err == VD_OK;
}

static enum vd_err keep_threads(struct vd_desk *desk, const struct split *split,
				struct vd_diag *diag)
{
	struct threads t = { desk, split, VD_OK, diag };
	enum vd_err err =
		vd_store_message_each(desk->config.store, split->c->id, keep_thread, &t, diag);
	return err == VD_OK ? t.err : err;
}

// ---- the new case -----------------------------------------------------------------------------

struct reading {
	uint32_t number;
	struct vd_message *out;
	struct vd_desk *desk; // its text and its list receive the message's
};

static bool read_text(void *ctx, uint32_t number, const struct vd_message *m)
{
	struct reading *r = ctx;
	if (number != r->number) {
		return true;
	}
	size_t n = m->text.n <= VD_TEXT_BYTES ? m->text.n : VD_TEXT_BYTES;
	memcpy(r->desk->text, m->text.p != NULL ? m->text.p : "", n);
	*r->out = *m;
	r->out->text = vd_span_make(r->desk->text, n);
	r->out->attached = vd_desk_keep_attached(r->desk, m->attached);
	r->out->is_thanks = m->direction == VD_DIRECTION_IN && vd_text_is_thanks(r->out->text);
	return false;
}

static enum vd_err take_in(struct vd_desk *desk, const struct split *split,
			   const struct leaver *leaver, bool is_opening, struct vd_conversation *c,
			   struct vd_diag *diag)
{
	struct vd_message m = leaver->message;
	struct reading r = { leaver->number, &m, desk };
	enum vd_err err = vd_store_message_each(desk->config.store, split->to, read_text, &r, diag);
	if (err != VD_OK) {
		return err;
	}
	if (is_opening) {
		err = vd_desk_open(desk, &m, leaver->number, 0, c, diag);
		return err == VD_OK ? vd_desk_sort_in(desk, m.text, c, diag) : err;
	}
	struct vd_desk_step step = {
		.event = { .kind = VD_EVENT_MESSAGE, .message = &m, .staff = m.staff },
		.number = leaver->number,
	};
	return vd_desk_step(desk, c, &step, diag);
}

static enum vd_err open_new(struct vd_desk *desk, const struct split *split, struct vd_diag *diag)
{
	struct vd_conversation *c = &desk->scratch[1];
	const struct leaver *opening = find_opening(split);
	enum vd_err err = take_in(desk, split, opening, true, c, diag);
	for (size_t i = 0; i < split->n && err == VD_OK; i++) {
		if (&split->leavers[i] != opening) {
			err = take_in(desk, split, &split->leavers[i], false, c, diag);
		}
	}
	return err;
}

// ---- what stays -------------------------------------------------------------------------------

static struct vd_event split_event(const struct split *split)
{
	return (struct vd_event){ .kind = VD_EVENT_SPLIT,
				  .staff = split->command->staff,
				  .message = split->number != 0 ? &split->message : NULL,
				  .gone = split->gone,
				  .n_gone = split->n_gone,
				  .fetched = split->fetched,
				  .is_public = !split->is_private };
}

static bool look_at_rest(void *ctx, uint32_t number, const struct vd_message *m)
{
	struct split *split = ctx;
	struct vd_wall at = vd_message_stamp(m);
	if (is_chosen(split->command, number)) {
		return true;
	}
	split->is_private = split->is_private || m->visibility == VD_VISIBILITY_PRIVATE;
	if (m->direction != VD_DIRECTION_IN || m->is_deleted) {
		return true;
	}
	if (at.us == split->opened.us && !vd_wall_is_set(split->fetched)) {
		split->fetched = m->fetched;
	}
	if (at.us == split->waiting_since.us && split->number == 0) {
		split->number = number;
	}
	return true;
}

// The engine says who waits then: it is asked once, and its answer is thrown away.
static enum vd_err find_rest(struct vd_desk *desk, struct split *split, struct vd_diag *diag)
{
	struct vd_conversation *rest = &desk->scratch[1];
	struct vd_effects effects;
	struct vd_engine_env env = vd_desk_env(desk, split->c);
	struct vd_event event = split_event(split);
	*rest = *split->c;
	enum vd_err err = vd_engine_step(&env, rest, &event, &effects, diag);
	if (err != VD_OK) {
		return err;
	}
	split->opened = rest->opened;
	split->waiting_since = vd_wall_is_set(rest->waiting_since) ? rest->waiting_since
								   : rest->opened;
	err = vd_store_message_each(desk->config.store, split->c->id, look_at_rest, split, diag);
	if (err != VD_OK || split->number == 0) {
		return err;
	}
	struct reading r = { split->number, &split->message, desk };
	return vd_store_message_each(desk->config.store, split->c->id, read_text, &r, diag);
}

static enum vd_err run_split(struct vd_desk *desk, struct split *split, struct vd_conversation *c,
			     struct vd_diag *diag)
{
	enum vd_err err = choose(desk, split, diag);
	err = err == VD_OK ? find_rest(desk, split, diag) : err;
	if (err == VD_OK) {
		err = vd_store_conversation_new_id(desk->config.store, &split->to, diag);
	}
	if (err != VD_OK) {
		return err;
	}
	struct vd_desk_step step = {
		.event = split_event(split),
		.number = split->number,
		.source = (uint8_t)(split->command->source + 1),
		.split_to = split->to,
		.moved = split->moved,
		.n_moved = (uint8_t)split->n,
	};
	err = vd_desk_step(desk, c, &step, diag);
	err = err == VD_OK ? move_leavers(desk, split, diag) : err;
	err = err == VD_OK ? keep_threads(desk, split, diag) : err;
	err = err == VD_OK ? open_new(desk, split, diag) : err;
	return err == VD_OK ? move_replies(desk, c->id, split->to, split, diag) : err;
}

enum vd_err vd_desk_split(struct vd_desk *desk, const struct vd_command *command,
			  struct vd_conversation *c, struct vd_command_result *result)
{
	struct split *split = calloc(1, sizeof(*split));
	if (split == NULL) {
		return vd_diag_set(&result->diag, VD_ERR_MEMORY, "no memory to split a case");
	}
	split->command = command;
	split->c = c;
	enum vd_err err = run_split(desk, split, c, &result->diag);
	result->conversation = err == VD_OK ? split->to : c->id;
	free(split);
	return err;
}
