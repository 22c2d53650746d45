// SPDX-License-Identifier: MIT
//
// The way of a reply (promise 4: at most once):
//
//   QUEUED --commit--> ATTEMPTED --bytes leave--> SENT
//      ^                  |  |
//      +---- RETRY -------+  +-- UNCERTAIN / restart --> look up --> SENT
//                                                          |   \--> not there: QUEUED
//                                                          +------> can't be settled: ASK
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/desk_people.h"
#include "base/utf8.h"

#define RETRY_FIRST_S 15
#define RETRY_MOST_S 900
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
		last->is_found = true;
	}
	last->number = number;
	return true;
}

static enum vd_err check_seen(const struct vd_command *command, const struct last_in *last,
			      struct vd_diag *diag)
{
	if (command->seen_messages != 0 && command->seen_messages < last->number) {
		return vd_diag_set(
			diag, VD_ERR_CONFLICT,
			"%" PRIu32
			" more message(s) came while you wrote: read them, then send again",
			last->number - command->seen_messages);
	}
	return VD_OK;
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
	return vd_diag_set(diag, VD_ERR_MONEY,
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
		.invites_dm = command->kind == VD_COMMAND_ASK_DM,
		.created = vd_desk_now(desk),
		.text = text,
	};
	snprintf(entry.thread_id, sizeof(entry.thread_id), "%s", last.message.thread_id);
	snprintf(entry.parent_id, sizeof(entry.parent_id), "%s", last.message.network_id);
	snprintf(entry.recipient_id, sizeof(entry.recipient_id), "%s",
		 last.message.author_id[0] != '\0' ? last.message.author_id : recipient_of(c));
	err = vd_store_outbox_put(desk->config.store, &entry, diag);
	if (err == VD_OK) {
		err = vd_desk_note_outbox(desk, &entry, diag);
	}
	vd_desk_outbox_wake(desk);
	return err;
}

// ---- outcomes -------------------------------------------------------------------------------

static struct vd_dur retry_wait(const struct vd_outbox_entry *entry,
				const struct vd_send_result *result)
{
	if (result->retry_after.us > 0) {
		return result->retry_after;
	}
	int64_t s = RETRY_FIRST_S;
	for (uint16_t i = 1; i < entry->attempts && s < RETRY_MOST_S; i++) {
		s *= 2;
	}
	return vd_dur_s(s < RETRY_MOST_S ? s : RETRY_MOST_S);
}

static void apply_result(struct vd_desk *desk, struct vd_outbox_entry *entry,
			 const struct vd_send_result *result)
{
	bool was_look_up = entry->state == VD_OUTBOX_UNCERTAIN;
	struct vd_wall now = vd_desk_now(desk);
	struct vd_wall later = vd_wall_add(now, retry_wait(entry, result));
	switch (result->outcome) {
	case VD_SEND_DONE:
		entry->state = VD_OUTBOX_SENT;
		snprintf(entry->network_id, sizeof(entry->network_id), "%s", result->network_id);
		break;
	case VD_SEND_REFUSED:
		entry->state = VD_OUTBOX_FAILED;
		break;
	case VD_SEND_NOT_FOUND:
		// A network may show a post a little later than it took it: not there is believed
		// after a while only.
		if (vd_wall_sub(now, entry->attempted).us < SETTLE_S * VD_US_PER_S) {
			entry->not_before = vd_wall_add(entry->attempted, vd_dur_s(SETTLE_S));
		} else {
			entry->state = VD_OUTBOX_QUEUED;
			entry->not_before = now;
		}
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

void vd_desk_sent(void *ctx, uint64_t outbox, const struct vd_send_result *result)
{
	struct vd_desk *desk = ctx;
	struct vd_store *store = desk->config.store;
	struct vd_outbox_entry entry;
	struct vd_diag diag = { 0 };
	enum vd_err err =
		vd_store_outbox_get(store, outbox, &entry, desk->text, sizeof(desk->text), &diag);
	if (err != VD_OK || entry.state == VD_OUTBOX_SENT || entry.state == VD_OUTBOX_FAILED) {
		return; // settled meanwhile: seen on the network, or by a person
	}
	bool was_asked = entry.state == VD_OUTBOX_ASK; // a person says so, not the network
	apply_result(desk, &entry, result);
	if (entry.state == VD_OUTBOX_SENT) {
		err = vd_desk_add_reply(desk, &entry, result->network_id, result->stamp, &diag);
	} else if (entry.state == VD_OUTBOX_FAILED && !was_asked &&
		   entry.visibility == VD_VISIBILITY_PRIVATE) {
		err = block(desk, &entry, &diag);
	}
	if (err == VD_OK) {
		err = vd_store_outbox_put(store, &entry, &diag);
	}
	if (err == VD_OK) {
		err = vd_desk_note_outbox(desk, &entry, &diag);
	}
	if (err != VD_OK) {
		vd_error(desk->config.log, "desk",
			 "the outcome of reply %" PRIu64 " could not be noted: %s", outbox,
			 diag.text);
	}
	if (entry.state != VD_OUTBOX_SENT) {
		vd_warn(desk->config.log, "desk", "reply %" PRIu64 " is %s: %s", outbox,
			vd_outbox_state_name(entry.state), entry.error);
	}
	desk->has_changed = true;
	vd_desk_outbox_wake(desk);
}

enum vd_err vd_desk_settle(struct vd_desk *desk, const struct vd_command *command,
			   struct vd_diag *diag)
{
	struct vd_outbox_entry entry;
	enum vd_err err = vd_store_outbox_get(desk->config.store, command->outbox, &entry,
					      desk->text, sizeof(desk->text), diag);
	if (err != VD_OK) {
		return err;
	}
	if (entry.state != VD_OUTBOX_ASK) {
		return vd_diag_set(diag, VD_ERR_STATE, "reply %" PRIu64 " is %s: nothing is asked",
				   entry.id, vd_outbox_state_name(entry.state));
	}
	char id[VD_ID_BYTES];
	snprintf(id, sizeof(id), "settled-%" PRIu64, entry.id);
	struct vd_send_result result = { .outcome = command->arrived ? VD_SEND_DONE
								     : VD_SEND_REFUSED };
	snprintf(result.network_id, sizeof(result.network_id), "%s", id);
	vd_diag_set(&result.diag, VD_ERR_REFUSED, "a person said that it did not arrive");
	vd_desk_sent(desk, entry.id, &result);
	return VD_OK;
}

// ---- what leaves ----------------------------------------------------------------------------

struct work {
	struct vd_desk *desk;
	uint32_t n_open;
	uint32_t n_ask;
	struct vd_wall next; // when there is something to do again
};

static bool look_at(void *ctx, const struct vd_outbox_entry *entry)
{
	struct work *work = ctx;
	struct vd_desk *desk = work->desk;
	struct vd_wall now = vd_desk_now(desk);
	work->n_open++;
	work->n_ask += entry->state == VD_OUTBOX_ASK;
	bool is_waiting = entry->state == VD_OUTBOX_QUEUED || entry->state == VD_OUTBOX_UNCERTAIN;
	if (!is_waiting) {
		return true;
	}
	if (entry->not_before.us > now.us) {
		if (!vd_wall_is_set(work->next) || entry->not_before.us < work->next.us) {
			work->next = entry->not_before;
		}
		return true;
	}
	if (desk->n_send < VD_DESK_SEND_MAX) {
		desk->send_is_look_up[desk->n_send] = entry->state == VD_OUTBOX_UNCERTAIN;
		desk->send[desk->n_send++] = entry->id;
	} else {
		work->next = now;
	}
	return true;
}

/** The attempt is on disk before the bytes leave. */
static enum vd_err mark_attempted(struct vd_desk *desk, uint64_t id, bool is_look_up,
				  struct vd_diag *diag)
{
	struct vd_outbox_entry entry;
	enum vd_err err = vd_store_outbox_get(desk->config.store, id, &entry, desk->text,
					      sizeof(desk->text), diag);
	if (err != VD_OK) {
		return err;
	}
	entry.not_before =
		vd_wall_add(vd_desk_now(desk), vd_dur_s(86400)); // until the outcome says otherwise
	if (!is_look_up) {
		entry.attempts++;
		entry.state = VD_OUTBOX_ATTEMPTED;
		entry.attempted = vd_desk_now(desk);
	}
	err = vd_store_outbox_put(desk->config.store, &entry, diag);
	return err == VD_OK ? vd_desk_note_outbox(desk, &entry, diag) : err;
}

void vd_desk_outbox_work(struct vd_desk *desk)
{
	if (desk->channels == NULL) {
		return;
	}
	struct work work = { .desk = desk };
	struct vd_diag diag = { 0 };
	desk->n_send = 0;
	enum vd_err err = vd_store_outbox_each_open(desk->config.store, look_at, &work, &diag);
	for (size_t i = 0; i < desk->n_send && err == VD_OK; i++) {
		err = mark_attempted(desk, desk->send[i], desk->send_is_look_up[i], &diag);
	}
	if (err != VD_OK) {
		vd_error(desk->config.log, "desk", "the outbox can't be worked on: %s", diag.text);
		desk->n_send = 0;
		work.next = vd_wall_add(vd_desk_now(desk), vd_dur_s(RETRY_FIRST_S));
	}
	desk->n_outbox = work.n_open;
	desk->n_ask = work.n_ask;
	if (vd_wall_is_set(work.next)) {
		struct vd_dur wait = vd_clock_real(desk->config.clock,
						   vd_wall_sub(work.next, vd_desk_now(desk)));
		struct vd_mono due = vd_mono_add(vd_loop_now(desk->config.loop), wait);
		(void)!vd_loop_timer_set(desk->config.loop, &desk->outbox_timer, due);
	}
}

void vd_desk_outbox_leave(struct vd_desk *desk)
{
	size_t n = desk->n_send;
	desk->n_send = 0;
	for (size_t i = 0; i < n; i++) {
		struct vd_outbox_entry entry;
		struct vd_diag diag = { 0 };
		enum vd_err err = vd_store_outbox_get(desk->config.store, desk->send[i], &entry,
						      desk->text, sizeof(desk->text), &diag);
		if (err == VD_OK) {
			err = desk->send_is_look_up[i]
				      ? vd_channels_look_up(desk->channels, &entry, &diag)
				      : vd_channels_send(desk->channels, &entry, &diag);
		}
		if (err != VD_OK) {
			// Nothing left: the outcome is noted in the next turn, which this wakes.
			struct vd_send_result result = { .outcome = VD_SEND_RETRY, .diag = diag };
			vd_desk_sent(desk, desk->send[i], &result);
		}
	}
}

void vd_desk_outbox_wake(struct vd_desk *desk)
{
	(void)!vd_loop_timer_set(desk->config.loop, &desk->outbox_timer,
				 vd_loop_now(desk->config.loop));
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
	bool was_attempted = entry->state == VD_OUTBOX_ATTEMPTED ||
			     entry->state == VD_OUTBOX_UNCERTAIN || entry->state == VD_OUTBOX_ASK;
	if (was_attempted && entry->conversation == claim->conversation &&
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
