// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/desk_people.h"

/** The engine's event for a command; MISSING for those that are none, or more than one. */
static const enum vd_event_kind event_of[VD_COMMAND_N] = {
	[VD_COMMAND_ACK] = VD_EVENT_ACK,
	[VD_COMMAND_CLAIM] = VD_EVENT_CLAIM,
	[VD_COMMAND_RELEASE] = VD_EVENT_RELEASE,
	[VD_COMMAND_RESOLVE] = VD_EVENT_RESOLVE,
	[VD_COMMAND_NO_REPLY_NEEDED] = VD_EVENT_NO_REPLY_NEEDED,
	[VD_COMMAND_RESET] = VD_EVENT_RESET,
	[VD_COMMAND_SHELVE] = VD_EVENT_SHELVE,
	[VD_COMMAND_UNSHELVE] = VD_EVENT_UNSHELVE,
	[VD_COMMAND_RESUME] = VD_EVENT_RESUME,
	[VD_COMMAND_KEEP_PAUSE] = VD_EVENT_KEEP_PAUSE,
	[VD_COMMAND_OFFER] = VD_EVENT_OFFER,
	[VD_COMMAND_ACCEPT] = VD_EVENT_ACCEPT,
	[VD_COMMAND_DECLINE] = VD_EVENT_DECLINE,
	[VD_COMMAND_LOOSEN] = VD_EVENT_LOOSEN,
	[VD_COMMAND_TOPIC] = VD_EVENT_TOPIC,
};

static bool is_unseen(const struct vd_alarm *alarm)
{
	return alarm->state == VD_ALARM_UNACK ||
	       (alarm->state == VD_ALARM_LATCHED && !alarm->is_seen);
}

// What warns is due soon, so it is among the first; nobody waits for a million to be read.
#define UNSEEN_LOOKS 1000

struct unseen {
	uint64_t conversation;
	int looks;
};

static bool is_first_unseen(void *ctx, const struct vd_conversation *c)
{
	struct unseen *unseen = ctx;
	bool is_any = is_unseen(&c->alarm);
	for (int i = 0; i < VD_SIDE_N; i++) {
		is_any = is_any || is_unseen(&c->side[i]);
	}
	unseen->conversation = is_any ? c->id : 0;
	return !is_any && ++unseen->looks < UNSEEN_LOOKS;
}

/** The button says no number: the topmost alarm of the wall that nobody saw. */
static enum vd_err find_target(struct vd_desk *desk, struct vd_command *command,
			       struct vd_diag *diag)
{
	if (command->kind != VD_COMMAND_ACK || command->conversation != 0) {
		return VD_OK;
	}
	struct vd_store *store = desk->config.store;
	struct unseen unseen = { .looks = 0 };
	enum vd_err err = vd_store_due_each(store, is_first_unseen, &unseen, diag);
	if (err == VD_OK && unseen.conversation == 0) {
		unseen.looks = 0;
		err = vd_store_left_each(store, is_first_unseen, &unseen, diag);
	}
	command->conversation = unseen.conversation;
	return err;
}

static enum vd_err check_role(const struct vd_desk *desk, const struct vd_command *command,
			      struct vd_diag *diag)
{
	const struct vd_rulebook *book = desk->config.book;
	bool is_known = command->staff > 0 && command->staff <= book->n_staff;
	if (!vd_command_is_supervisors(command->kind) ||
	    (is_known && book->staff[command->staff - 1].role == VD_ROLE_SUPERVISOR)) {
		return VD_OK;
	}
	return is_known ? vd_diag_set(diag, VD_ERR_PERMISSION,
				      "%s is for a supervisor: ask one to do it",
				      vd_command_name(command->kind))
			: vd_diag_set(diag, VD_ERR_ARGUMENT, "%s needs a supervisor's name",
				      vd_command_name(command->kind));
}

// A second press of the same button: what it asked for is so already.
static bool is_done_already(const struct vd_command *command, const struct vd_conversation *c,
			    struct vd_wall now)
{
	switch (command->kind) {
	case VD_COMMAND_OFFER:
		return c->offer.account == command->account && now.us < c->offer.until.us;
	case VD_COMMAND_LOOSEN: // again, the old due that stays visible would be lost
		return vd_wall_is_set(c->loosened_due) && c->loosened_from + 1 == c->n_custody;
	default:
		return false;
	}
}

static enum vd_err step(struct vd_desk *desk, const struct vd_command *command,
			struct vd_conversation *c, struct vd_diag *diag)
{
	bool is_topic = command->kind == VD_COMMAND_TOPIC;
	struct vd_desk_step step = {
		.event = {
			.kind = event_of[command->kind],
			.staff = command->staff,
			.minutes = command->minutes,
			.reason = is_topic ? command->topic : command->reason,
			.account = (uint16_t)(command->account > 0 ? command->account - 1 : 0),
		},
		.source = (uint8_t)(command->source + 1),
	};
	if (is_done_already(command, c, vd_desk_now(desk))) {
		return VD_OK;
	}
	char old_topic[VD_TOPIC_BYTES];
	memcpy(old_topic, c->topic, sizeof(old_topic));
	enum vd_err err = vd_desk_step(desk, c, &step, diag);
	if (err == VD_OK && is_topic) {
		err = vd_desk_incident_retopic(desk, old_topic, c, diag);
	}
	if (err == VD_ERR_CONFLICT && c->claimed_by > 0 &&
	    c->claimed_by <= desk->config.book->n_staff) {
		return vd_diag_set(diag, err, "%s has claimed the conversation: talk to each other",
				   desk->config.book->staff[c->claimed_by - 1].name);
	}
	return err;
}

static enum vd_err reply(struct vd_desk *desk, const struct vd_command *command,
			 const struct vd_conversation *c, struct vd_command_result *result)
{
	enum vd_err err = vd_desk_queue_reply(desk, command, c, &result->outbox, &result->diag);
	desk->has_changed = true;
	return err == VD_OK ? vd_desk_note_command(desk, command, c->id, &result->diag) : err;
}

// R35: a deflection that everybody reads, with the network's own button where it has one. The
// handle in front makes it another text for each customer: networks refuse the same one twice.
static enum vd_err ask_dm(struct vd_desk *desk, const struct vd_command *command,
			  const struct vd_conversation *c, struct vd_command_result *result)
{
	char text[VD_LINE_BYTES + VD_HANDLE_BYTES];
	struct vd_command own = *command;
	own.reply_kind = VD_REPLY_DEFLECTION;
	own.visibility = VD_VISIBILITY_PUBLIC;
	if (vd_span_trim(command->text).n == 0 && desk->config.ask_dm_text != NULL) {
		bool is_x = desk->config.book->accounts[c->last_account].network == VD_NETWORK_X;
		bool has_handle = is_x && c->customer_handle[0] != '\0';
		snprintf(text, sizeof(text), "%s%s%s%s", has_handle ? "@" : "",
			 has_handle ? c->customer_handle : "", has_handle ? " " : "",
			 desk->config.ask_dm_text);
		own.text = vd_span_of(text);
	}
	return reply(desk, &own, c, result);
}

static enum vd_err run_on_conversation(struct vd_desk *desk, const struct vd_command *command,
				       struct vd_command_result *result)
{
	struct vd_conversation *c = &desk->scratch[2];
	result->conversation = command->conversation;
	enum vd_err err =
		vd_store_conversation_get(desk->config.store, command->conversation, c, NULL);
	if (err != VD_OK) {
		return vd_diag_set(&result->diag, err, "there is no conversation %" PRIu64,
				   command->conversation);
	}
	if (command->kind == VD_COMMAND_MERGE) {
		return vd_desk_merge(desk, command, c, result);
	}
	bool is_of_person = command->kind == VD_COMMAND_LINK || command->kind == VD_COMMAND_UNLINK;
	if (c->state == VD_CONVERSATION_MERGED && !is_of_person) {
		return vd_diag_set(&result->diag, VD_ERR_STATE,
				   "conversation %" PRIu64 " goes on in %" PRIu64, c->id,
				   c->merged_into);
	}
	switch (command->kind) {
	case VD_COMMAND_REPLY:
		return reply(desk, command, c, result);
	case VD_COMMAND_ASK_DM:
		return ask_dm(desk, command, c, result);
	case VD_COMMAND_SPLIT:
		return vd_desk_split(desk, command, c, result);
	case VD_COMMAND_LINK:
	case VD_COMMAND_UNLINK:
		return vd_desk_link(desk, command, c, &result->diag);
	case VD_COMMAND_INCIDENT_ADD:
		return vd_desk_incident_add(desk, command, c, &result->diag);
	case VD_COMMAND_INCIDENT_REMOVE:
		return vd_desk_incident_remove(desk, command, c, &result->diag);
	default:
		return step(desk, command, c, &result->diag);
	}
}

static enum vd_err run_on_outbox(struct vd_desk *desk, const struct vd_command *command,
				 struct vd_diag *diag)
{
	enum vd_err err;
	switch (command->kind) {
	case VD_COMMAND_SEND_ANYWAY:
		err = vd_desk_send_anyway(desk, command, diag);
		break;
	case VD_COMMAND_WITHDRAW:
		err = vd_desk_withdraw(desk, command, diag);
		break;
	default:
		err = vd_desk_settle(desk, command, diag);
		break;
	}
	return err == VD_OK ? vd_desk_note_command(desk, command, 0, diag) : err;
}

static enum vd_err ack_fault(struct vd_desk *desk, const struct vd_command *command,
			     struct vd_diag *diag)
{
	return vd_desk_ack_fault(desk, command)
		       ? vd_desk_note_command(desk, command, 0, diag)
		       : vd_diag_set(diag, VD_ERR_STATE, "nothing waits to be acknowledged");
}

static enum vd_err run(struct vd_desk *desk, struct vd_command *command,
		       struct vd_command_result *result)
{
	if (command->kind <= VD_COMMAND_MISSING || command->kind >= VD_COMMAND_N) {
		return vd_diag_set(&result->diag, VD_ERR_ARGUMENT, "there is no such command");
	}
	enum vd_err err = check_role(desk, command, &result->diag);
	err = err == VD_OK ? find_target(desk, command, &result->diag) : err;
	if (err != VD_OK) {
		return err;
	}
	if (vd_command_object(command->kind) == VD_COMMAND_ON_OUTBOX) {
		return run_on_outbox(desk, command, &result->diag);
	}
	switch (command->kind) {
	case VD_COMMAND_INCIDENT_DECLARE:
		return vd_desk_incident_declare(desk, command, result);
	case VD_COMMAND_INCIDENT_END:
		return vd_desk_incident_end(desk, command, &result->diag);
	default:
		break;
	}
	return command->kind == VD_COMMAND_ACK && command->conversation == 0
		       ? ack_fault(desk, command, &result->diag)
		       : run_on_conversation(desk, command, result);
}

void vd_desk_submit(void *ctx, const struct vd_command *command, void *done_ctx,
		    vd_port_done_fn *done)
{
	struct vd_desk *desk = ctx;
	struct vd_command own = *command;
	struct vd_command_result result = { 0 };
	if (desk->n_pending >= VD_DESK_PENDING_MAX) {
		result.err = vd_diag_set(&result.diag, VD_ERR_ROOM,
					 "too many commands at once: try again");
	} else {
		result.err = run(desk, &own, &result);
	}
	if (desk->n_pending == VD_ARRAY_LEN(desk->pending)) {
		done(done_ctx, &result); // more than there are clients
		return;
	}
	desk->pending[desk->n_pending++] = (struct vd_desk_pending){ done_ctx, done, result };
}

void vd_desk_answer_pending(struct vd_desk *desk, enum vd_err err, const struct vd_diag *diag)
{
	size_t n = desk->n_pending;
	for (size_t i = 0; i < n; i++) {
		struct vd_desk_pending *p = &desk->pending[i];
		if (err != VD_OK && p->result.err == VD_OK) {
			p->result.err = err;
			p->result.diag = *diag;
			vd_diag_context(&p->result.diag, "nothing was done");
		}
		p->done(p->ctx, &p->result);
	}
	// Answers may have brought new commands: they wait for the next commit.
	memmove(desk->pending, desk->pending + n, (desk->n_pending - n) * sizeof(desk->pending[0]));
	desk->n_pending -= n;
}
