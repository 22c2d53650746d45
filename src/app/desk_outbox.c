// SPDX-License-Identifier: MIT
//
// The way of a reply (promise 4: at most once):
//
//   QUEUED --checks--> commit --> ATTEMPTED --bytes leave--> SENT
//   |  ^                             |  |
//   |  +---- RETRY ------------------+  +-- UNCERTAIN / restart --> look up --> SENT
//   |  ^                                                              |
//   |  +-- not there, and the network itself refuses it twice --------+
//   |  ^                                                              |
//   |  +-- a person: send anyway                                      +--> else: ASK
//   +--> HELD: the customer wrote meanwhile
//
// Every state is on disk before what follows from it. What the network said and no commit kept is
// asked again (vd_desk_outbox_lost). Not to be shown is no proof: a network may show what it took
// at any later time, so a reply that may have arrived is sent again only where the same one again
// can't become a second (vd_channels_is_guarded). The way out is desk_leave.c.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/desk_people.h"
#include "base/utf8.h"

#define RETRY_FIRST_S 15
#define RETRY_MOST_S 900
#define RETRY_AGE_PART 4
#define ATTEMPTS_MOST 20
#define SETTLE_S 60
#define LOOK_UP_S (30 * 60) // uncertain for longer: a person is asked

static const char *recipient_of(const struct vd_conversation *c)
{
	return c->customer_id;
}

struct last_in {
	struct vd_message message;
	uint32_t number;
	uint32_t n_edited; // of the customer's
	bool is_found;
};

static bool keep_last_in(void *ctx, uint32_t number, const struct vd_message *m)
{
	struct last_in *last = ctx;
	// The newest by its stamp: in a merged case numbers don't say it.
	bool is_older = last->is_found &&
			vd_message_stamp(m).us < vd_message_stamp(&last->message).us;
	if (m->direction == VD_DIRECTION_IN && !m->is_deleted && !is_older) {
		last->message = *m;
		last->message.text = (struct vd_span){ 0 };
		last->message.attached = (struct vd_span){ 0 };
		last->is_found = true;
	}
	last->n_edited += m->direction == VD_DIRECTION_IN && m->is_edited;
	last->number = number;
	return true;
}

// What a writer says that he saw counts messages and edits: other words are as new as more words.
static enum vd_err check_seen(const struct vd_command *command, const struct last_in *last,
			      struct vd_diag *diag)
{
	uint32_t mark = last->number + last->n_edited;
	if (command->seen_messages == 0) {
		return vd_diag_set(
			diag, VD_ERR_ARGUMENT,
			"say which message was the last that you read (\"seen_messages\", "
			"--seen): else nobody notices one that came meanwhile");
	}
	if (command->seen_messages < mark) {
		return vd_diag_set(
			diag, VD_ERR_CONFLICT,
			"%" PRIu32
			" more message(s) came%s while you wrote: read them, then send again",
			mark - command->seen_messages, last->n_edited > 0 ? " or were edited" : "");
	}
	return VD_OK;
}

struct overtaking {
	uint32_t seen;
	bool is_there;
};

static bool look_behind(void *ctx, uint32_t number, const struct vd_message *m)
{
	struct overtaking *o = ctx;
	o->is_there = number > o->seen && m->direction == VD_DIRECTION_IN && !m->is_deleted;
	return !o->is_there;
}

enum vd_err vd_desk_outbox_is_overtaken(struct vd_desk *desk, const struct vd_outbox_entry *entry,
					bool *is_it, struct vd_diag *diag)
{
	struct overtaking o = { .seen = entry->seen };
	enum vd_err err = vd_store_message_each(desk->config.store, entry->conversation,
						look_behind, &o, diag);
	*is_it = o.is_there;
	return err;
}

enum vd_err vd_desk_outbox_load(struct vd_desk *desk, uint64_t id, struct vd_outbox_entry *out,
				struct vd_diag *diag)
{
	return vd_store_outbox_get(desk->config.store, id, out, desk->text, sizeof(desk->text),
				   diag);
}

enum vd_err vd_desk_outbox_keep(struct vd_desk *desk, const struct vd_outbox_entry *entry,
				struct vd_diag *diag)
{
	enum vd_err err = vd_store_outbox_put(desk->config.store, entry, diag);
	desk->has_changed = true;
	return err == VD_OK ? vd_desk_note_outbox(desk, entry, diag) : err;
}

// A link in public costs many times the post: its writer is warned before, not by the bill.
static enum vd_err check_cost(const struct vd_desk *desk, const struct vd_command *command,
			      uint16_t account, enum vd_visibility visibility, struct vd_span text,
			      struct vd_diag *diag)
{
	if (command->accept_cost ||
	    !vd_channels_is_costly(desk->channels, account, visibility, text)) {
		return VD_OK;
	}
	return vd_diag_set(
		diag, VD_ERR_MONEY,
		"a link makes this reply cost 0.20 USD instead of 0.01: leave it out, or "
		"send it with its cost accepted (\"accept_cost\", --accept-cost)");
}

static enum vd_err check_place(const struct vd_command *command, const struct vd_message *last,
			       struct vd_diag *diag)
{
	bool is_private = last->visibility == VD_VISIBILITY_PRIVATE;
	return command->kind == VD_COMMAND_ASK_DM && is_private
		       ? vd_diag_set(diag, VD_ERR_STATE, "the customer writes in private already")
		       : VD_OK;
}

enum vd_err vd_desk_queue_reply(struct vd_desk *desk, const struct vd_command *command,
				const struct vd_conversation *c, uint64_t *id, struct vd_diag *diag)
{
	struct last_in last = { 0 };
	enum vd_err err =
		vd_store_message_each(desk->config.store, c->id, keep_last_in, &last, diag);
	if (err == VD_OK && !last.is_found) {
		err = vd_diag_set(diag, VD_ERR_STATE,
				  "there is no message of the customer left to reply to");
	}
	if (err == VD_OK) {
		err = check_seen(command, &last, diag);
	}
	if (err != VD_OK) {
		return err;
	}
	// A public draft never answers in private by accident, nor the reverse (promise 5).
	enum vd_visibility visibility = last.message.visibility == VD_VISIBILITY_PRIVATE
						? VD_VISIBILITY_PRIVATE
						: command->visibility;
	struct vd_span text = vd_span_trim(command->text);
	if (text.n == 0) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "the reply is empty: write a text");
	}
	if (desk->channels == NULL) {
		return vd_diag_set(diag, VD_ERR_STATE, "no account is at work");
	}
	err = check_place(command, &last.message, diag);
	if (err == VD_OK) {
		err = vd_channels_check_text(desk->channels, last.message.account, visibility, text,
					     diag);
	}
	if (err == VD_OK) {
		err = check_cost(desk, command, last.message.account, visibility, text, diag);
	}
	if (err == VD_OK) {
		err = vd_store_outbox_new_id(desk->config.store, id, diag);
	}
	if (err != VD_OK) {
		return err;
	}
	struct vd_outbox_entry entry = {
		.id = *id,
		.conversation = c->id,
		.account = last.message.account,
		.staff = command->staff,
		.state = VD_OUTBOX_QUEUED,
		.visibility = visibility,
		.kind = command->reply_kind != VD_REPLY_NONE ? command->reply_kind
							     : VD_REPLY_ANSWER,
		.seen = last.number,
		.invites_dm = command->kind == VD_COMMAND_ASK_DM,
		.created = vd_desk_now(desk),
		.text = text,
	};
	snprintf(entry.thread_id, sizeof(entry.thread_id), "%s", last.message.thread_id);
	snprintf(entry.parent_id, sizeof(entry.parent_id), "%s", last.message.network_id);
	snprintf(entry.recipient_id, sizeof(entry.recipient_id), "%s",
		 last.message.author_id[0] != '\0' ? last.message.author_id : recipient_of(c));
	err = vd_desk_outbox_keep(desk, &entry, diag);
	vd_desk_outbox_wake(desk);
	return err;
}

// ---- outcomes -------------------------------------------------------------------------------

static struct vd_dur retry_wait(const struct vd_outbox_entry *entry,
				const struct vd_send_result *result, struct vd_wall now)
{
	if (result->retry_after.us > 0) {
		return result->retry_after;
	}
	int64_t s = RETRY_FIRST_S;
	// What reads fails, who knows how often: its age says how long to leave the network
	// alone. A look-up's calls are those of the polls too.
	if (entry->attempts == 0 || entry->state == VD_OUTBOX_UNCERTAIN) {
		struct vd_wall since = entry->attempts == 0 ? entry->created : entry->attempted;
		int64_t age_s = vd_wall_sub(now, since).us / VD_US_PER_S;
		s = age_s / RETRY_AGE_PART > s ? age_s / RETRY_AGE_PART : s;
	} else {
		for (uint16_t i = 1; i < entry->attempts && s < RETRY_MOST_S; i++) {
			s *= 2;
		}
	}
	return vd_dur_s(s < RETRY_MOST_S ? s : RETRY_MOST_S);
}

static const char asked[] = "it left, its answer was lost, and the network doesn't show it (yet): "
			    "look there, then say whether it arrived";

// Shown is a proof, not shown is none. Sent again is only what the network itself keeps from
// becoming two.
static void apply_not_found(struct vd_desk *desk, struct vd_outbox_entry *entry, struct vd_wall now)
{
	if (vd_wall_sub(now, entry->attempted).us < SETTLE_S * VD_US_PER_S) {
		entry->not_before = vd_wall_add(entry->attempted, vd_dur_s(SETTLE_S));
	} else if (entry->attempts < ATTEMPTS_MOST && desk->channels != NULL &&
		   vd_channels_is_guarded(desk->channels, entry, now)) {
		entry->state = VD_OUTBOX_QUEUED;
		entry->not_before = now;
	} else {
		entry->state = VD_OUTBOX_ASK;
	}
}

static void apply_result(struct vd_desk *desk, struct vd_outbox_entry *entry,
			 const struct vd_send_result *result)
{
	bool was_look_up = entry->state == VD_OUTBOX_UNCERTAIN;
	struct vd_wall now = vd_desk_now(desk);
	struct vd_wall later = vd_wall_add(now, retry_wait(entry, result, now));
	switch (result->outcome) {
	case VD_SEND_DONE:
		entry->state = VD_OUTBOX_SENT;
		snprintf(entry->network_id, sizeof(entry->network_id), "%s", result->network_id);
		break;
	case VD_SEND_REFUSED:
		entry->state = VD_OUTBOX_FAILED;
		break;
	case VD_SEND_NOT_FOUND:
		apply_not_found(desk, entry, now);
		break;
	case VD_SEND_RETRY:
		entry->state = was_look_up ? VD_OUTBOX_UNCERTAIN : VD_OUTBOX_QUEUED;
		entry->not_before = later;
		break;
	case VD_SEND_UNCERTAIN:
		entry->state = VD_OUTBOX_UNCERTAIN;
		entry->not_before = later;
		// Refused as a duplicate: the network says that it is there. It is not sent again;
		// where the look-up doesn't find it, only a person can tell.
		if (result->diag.err == VD_ERR_EXISTS) {
			entry->attempts = ATTEMPTS_MOST;
		}
		break;
	}
	bool is_stuck = was_look_up && entry->state == VD_OUTBOX_UNCERTAIN &&
			vd_wall_sub(now, entry->attempted).us > LOOK_UP_S * VD_US_PER_S;
	if (is_stuck || (entry->state == VD_OUTBOX_QUEUED && entry->attempts >= ATTEMPTS_MOST)) {
		entry->state = VD_OUTBOX_ASK;
	}
	if (result->outcome == VD_SEND_DONE) {
		entry->error[0] = '\0';
	} else if (entry->state == VD_OUTBOX_ASK && result->outcome == VD_SEND_NOT_FOUND) {
		snprintf(entry->error, sizeof(entry->error), "%s", asked);
	} else if (result->diag.text[0] != '\0') {
		(void)vd_utf8_sanitise(vd_span_of(result->diag.text), entry->error,
				       sizeof(entry->error), NULL);
	}
}

// R35: the network refused the direct message; words don't reach the customer that way.
static enum vd_err block(struct vd_desk *desk, const struct vd_outbox_entry *entry,
			 struct vd_diag *diag)
{
	struct vd_conversation *c = &desk->scratch[0];
	enum vd_err err = vd_desk_follow(desk, entry->conversation, c, diag);
	struct vd_desk_step step = { .event = { .kind = VD_EVENT_BLOCKED } };
	return err == VD_OK && c->state == VD_CONVERSATION_OPEN ? vd_desk_step(desk, c, &step, diag)
								: err;
}

/** Becomes a message of its case, where a poll did not bring it before: then it is one already. */
static enum vd_err add_sent(struct vd_desk *desk, const struct vd_outbox_entry *entry,
			    const struct vd_send_result *result, struct vd_diag *diag)
{
	enum vd_network network = desk->config.book->accounts[entry->account].network;
	uint64_t conversation;
	uint32_t number;
	enum vd_err err = vd_store_find_id(desk->config.store, network, result->network_id,
					   &conversation, &number, diag);
	return err != VD_ERR_NOT_FOUND
		       ? err
		       : vd_desk_add_reply(desk, entry, result->network_id, result->stamp, diag);
}

/** Who says what became of it. */
enum word { WORD_CHANNEL, WORD_POLL, WORD_PERSON };

static enum vd_err settle_entry(struct vd_desk *desk, struct vd_outbox_entry *entry,
				const struct vd_send_result *result, enum word from,
				struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	apply_result(desk, entry, result);
	// A channel bills what it hears itself.
	if (entry->state == VD_OUTBOX_SENT && from != WORD_CHANNEL && desk->channels != NULL) {
		vd_channels_arrived(desk->channels, entry, result->network_id);
	}
	if (entry->state == VD_OUTBOX_SENT) {
		err = add_sent(desk, entry, result, diag);
	} else if (entry->state == VD_OUTBOX_FAILED && from != WORD_PERSON &&
		   entry->visibility == VD_VISIBILITY_PRIVATE) {
		err = block(desk, entry, diag);
	}
	err = err == VD_OK ? vd_desk_outbox_keep(desk, entry, diag) : err;
	if (entry->state != VD_OUTBOX_SENT) {
		vd_warn(desk->config.log, "desk", "reply %" PRIu64 " is %s: %s", entry->id,
			vd_outbox_state_name(entry->state), entry->error);
	}
	vd_desk_outbox_wake(desk);
	return err;
}

static void take_outcome(struct vd_desk *desk, uint64_t outbox, const struct vd_send_result *result,
			 enum word from)
{
	struct vd_outbox_entry entry;
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_desk_outbox_load(desk, outbox, &entry, &diag);
	desk->has_outcome = true; // if this turn is lost, the network must be asked
	vd_desk_outbox_forget(desk, outbox);
	if (err == VD_OK) {
		bool is_settled = entry.state == VD_OUTBOX_SENT || entry.state == VD_OUTBOX_FAILED;
		// A person is asked: only the reply itself is a better answer.
		bool is_asked = entry.state == VD_OUTBOX_ASK && result->outcome != VD_SEND_DONE;
		if (is_settled || is_asked) {
			return;
		}
		err = settle_entry(desk, &entry, result, from, &diag);
	}
	if (err != VD_OK) {
		vd_error(desk->config.log, "desk",
			 "the outcome of reply %" PRIu64 " could not be noted: %s", outbox,
			 diag.text);
		vd_desk_outbox_lost(desk);
	}
}

void vd_desk_sent(void *ctx, uint64_t outbox, const struct vd_send_result *result)
{
	take_outcome(ctx, outbox, result, WORD_CHANNEL);
}

void vd_desk_outbox_seen(struct vd_desk *desk, uint64_t outbox, const struct vd_message *m)
{
	struct vd_send_result result = { .outcome = VD_SEND_DONE, .stamp = m->published };
	snprintf(result.network_id, sizeof(result.network_id), "%s", m->network_id);
	take_outcome(desk, outbox, &result, WORD_POLL);
}

// ---- what people say of a reply -------------------------------------------------------------

enum vd_err vd_desk_settle(struct vd_desk *desk, const struct vd_command *command,
			   struct vd_diag *diag)
{
	struct vd_outbox_entry entry;
	enum vd_err err = vd_desk_outbox_load(desk, command->outbox, &entry, diag);
	if (err != VD_OK) {
		return err;
	}
	if (entry.state != VD_OUTBOX_ASK) {
		return vd_diag_set(diag, VD_ERR_STATE, "reply %" PRIu64 " is %s: nothing is asked",
				   entry.id, vd_outbox_state_name(entry.state));
	}
	struct vd_send_result result = { .outcome = command->arrived ? VD_SEND_DONE
								     : VD_SEND_REFUSED };
	snprintf(result.network_id, sizeof(result.network_id), "settled-%" PRIu64, entry.id);
	vd_diag_set(&result.diag, VD_ERR_REFUSED, "a person said that it did not arrive");
	return settle_entry(desk, &entry, &result, WORD_PERSON, diag);
}

enum vd_err vd_desk_send_anyway(struct vd_desk *desk, const struct vd_command *command,
				struct vd_diag *diag)
{
	struct vd_outbox_entry entry;
	struct last_in last = { 0 };
	enum vd_err err = vd_desk_outbox_load(desk, command->outbox, &entry, diag);
	if (err == VD_OK && entry.state != VD_OUTBOX_HELD) {
		return vd_diag_set(diag, VD_ERR_STATE, "reply %" PRIu64 " is %s: it is not held",
				   entry.id, vd_outbox_state_name(entry.state));
	}
	if (err == VD_OK) {
		err = vd_store_message_each(desk->config.store, entry.conversation, keep_last_in,
					    &last, diag);
	}
	err = err == VD_OK ? check_seen(command, &last, diag) : err;
	if (err != VD_OK) {
		return err;
	}
	entry.state = VD_OUTBOX_QUEUED;
	entry.seen = last.number;
	entry.not_before = (struct vd_wall){ 0 };
	entry.error[0] = '\0';
	vd_desk_outbox_wake(desk);
	return vd_desk_outbox_keep(desk, &entry, diag);
}

enum vd_err vd_desk_withdraw(struct vd_desk *desk, const struct vd_command *command,
			     struct vd_diag *diag)
{
	struct vd_outbox_entry entry;
	enum vd_err err = vd_desk_outbox_load(desk, command->outbox, &entry, diag);
	if (err != VD_OK) {
		return err;
	}
	if (entry.state != VD_OUTBOX_HELD && entry.state != VD_OUTBOX_QUEUED) {
		return vd_diag_set(diag, VD_ERR_STATE,
				   "reply %" PRIu64 " is %s: it can't be taken back any more",
				   entry.id, vd_outbox_state_name(entry.state));
	}
	entry.state = VD_OUTBOX_FAILED;
	snprintf(entry.error, sizeof(entry.error), "%s", VD_DESK_TAKEN_BACK);
	vd_desk_outbox_wake(desk); // it is counted no more
	return vd_desk_outbox_keep(desk, &entry, diag);
}

struct unseeing {
	uint64_t conversation;
	uint32_t number;
	uint64_t id; // the first that is found
};

static bool has_seen(void *ctx, const struct vd_outbox_entry *entry)
{
	struct unseeing *u = ctx;
	if (entry->conversation == u->conversation && entry->seen >= u->number &&
	    entry->seen != VD_OUTBOX_SEEN_ALL) {
		u->id = entry->id;
	}
	return u->id == 0;
}

enum vd_err vd_desk_outbox_unsee(struct vd_desk *desk, uint64_t conversation, uint32_t number,
				 struct vd_diag *diag)
{
	for (;;) { // each round leaves one less
		struct unseeing u = { conversation, number, 0 };
		struct vd_outbox_entry entry;
		enum vd_err err = vd_store_outbox_each_open(desk->config.store, has_seen, &u, diag);
		if (err != VD_OK || u.id == 0) {
			return err;
		}
		err = vd_desk_outbox_load(desk, u.id, &entry, diag);
		entry.seen = number - 1;
		err = err == VD_OK ? vd_desk_outbox_keep(desk, &entry, diag) : err;
		if (err != VD_OK) {
			return err;
		}
	}
}

// ---- after a stop, and after a turn that was lost ---------------------------------------------

struct uncertain {
	uint64_t ids[256];
	size_t n;
};

static bool collect_uncertain(void *ctx, const struct vd_outbox_entry *entry)
{
	struct uncertain *u = ctx;
	// A look-up that was under way has left its entry waiting for an outcome that won't come.
	bool is_looked_up = entry->state == VD_OUTBOX_UNCERTAIN &&
			    vd_wall_is_set(entry->not_before);
	if (entry->state == VD_OUTBOX_ATTEMPTED || is_looked_up) {
		u->ids[u->n++] = entry->id;
	}
	return u->n < VD_ARRAY_LEN(u->ids);
}

static enum vd_err make_uncertain(struct vd_desk *desk, uint64_t id, struct vd_diag *diag)
{
	struct vd_outbox_entry entry;
	enum vd_err err = vd_desk_outbox_load(desk, id, &entry, diag);
	if (err != VD_OK) {
		return err;
	}
	entry.state = VD_OUTBOX_UNCERTAIN;
	entry.not_before = (struct vd_wall){ 0 };
	return vd_desk_outbox_keep(desk, &entry, diag);
}

enum vd_err vd_desk_outbox_ask(struct vd_desk *desk, struct vd_diag *diag)
{
	struct uncertain u;
	enum vd_err err;
	do { // as many as fit at a time; each round leaves fewer
		u.n = 0;
		err = vd_store_outbox_each_open(desk->config.store, collect_uncertain, &u, diag);
		for (size_t i = 0; i < u.n && err == VD_OK; i++) {
			err = make_uncertain(desk, u.ids[i], diag);
		}
	} while (err == VD_OK && u.n > 0);
	return err;
}

void vd_desk_outbox_count(struct vd_desk *desk, const struct vd_outbox_entry *entry)
{
	desk->n_outbox++;
	desk->n_ask += entry->state == VD_OUTBOX_ASK;
	desk->n_overtaken += entry->state == VD_OUTBOX_HELD;
}

static bool count_open(void *ctx, const struct vd_outbox_entry *entry)
{
	vd_desk_outbox_count(ctx, entry);
	return true;
}

void vd_desk_outbox_count_none(struct vd_desk *desk)
{
	desk->n_outbox = 0;
	desk->n_ask = 0;
	desk->n_overtaken = 0;
}

enum vd_err vd_desk_outbox_recover(struct vd_desk *desk, struct vd_diag *diag)
{
	enum vd_err err = vd_desk_outbox_ask(desk, diag);
	// Known before the first look at the alarms: one that was seen stays seen.
	vd_desk_outbox_count_none(desk);
	return err == VD_OK ? vd_store_outbox_each_open(desk->config.store, count_open, desk, diag)
			    : err;
}

void vd_desk_outbox_wake_in(struct vd_desk *desk, struct vd_dur wait)
{
	(void)!vd_loop_timer_set(desk->config.loop, &desk->outbox_timer,
				 vd_mono_add(vd_loop_now(desk->config.loop), wait));
}

void vd_desk_outbox_lost(struct vd_desk *desk)
{
	desk->is_outbox_unsure |= desk->has_outcome;
	vd_desk_outbox_stay(desk); // no attempt is on disk: nothing leaves
	vd_desk_outbox_wake_in(desk, vd_dur_s(VD_DESK_LOST_WAIT_S));
}

void vd_desk_outbox_committed(struct vd_desk *desk)
{
	desk->has_outcome = false;
}

void vd_desk_outbox_wake(struct vd_desk *desk)
{
	vd_desk_outbox_wake_in(desk, (struct vd_dur){ 0 });
}

struct claim {
	const struct vd_channels *channels;
	uint64_t conversation;
	const struct vd_message *message;
	uint64_t id;
};

static bool is_claimed(void *ctx, const struct vd_outbox_entry *entry)
{
	struct claim *claim = ctx;
	// Also one that waits to be sent again, as it was not found: now it is.
	if (entry->attempts > 0 && entry->conversation == claim->conversation &&
	    entry->account == claim->message->account &&
	    vd_channels_is_same_text(claim->channels, entry->account, entry->text,
				     claim->message->text)) {
		claim->id = entry->id;
		return false;
	}
	return true;
}

bool vd_desk_outbox_claims(struct vd_desk *desk, uint64_t conversation,
			   const struct vd_message *message, uint64_t *id)
{
	struct claim claim = { desk->channels, conversation, message, 0 };
	if (desk->channels == NULL ||
	    vd_store_outbox_each_open(desk->config.store, is_claimed, &claim, NULL) != VD_OK) {
		return false;
	}
	*id = claim.id;
	return claim.id != 0;
}
