// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <string.h>

#include "app/desk_internal.h"

/** The engine's event for a command; MISSING for those that are none. */
static const enum vd_event_kind event_of[VD_COMMAND_N] = {
	[VD_COMMAND_ACK] = VD_EVENT_ACK,
	[VD_COMMAND_CLAIM] = VD_EVENT_CLAIM,
	[VD_COMMAND_RELEASE] = VD_EVENT_RELEASE,
	[VD_COMMAND_RESOLVE] = VD_EVENT_RESOLVE,
	[VD_COMMAND_NO_REPLY_NEEDED] = VD_EVENT_NO_REPLY_NEEDED,
	[VD_COMMAND_RESET] = VD_EVENT_RESET,
	[VD_COMMAND_SHELVE] = VD_EVENT_SHELVE,
};

static bool is_first_unseen(void *ctx, const struct vd_conversation *c)
{
	uint64_t *id = ctx;
	if (c->alarm.state == VD_ALARM_UNACK ||
	    (c->alarm.state == VD_ALARM_LATCHED && !c->alarm.is_seen)) {
		*id = c->id;
		return false;
	}
	return true;
}

/** The button says no number: the topmost alarm of the wall that nobody saw. */
static enum vd_err find_target(struct vd_desk *desk, struct vd_command *command,
			       struct vd_diag *diag)
{
	if (command->kind != VD_COMMAND_ACK || command->conversation != 0) {
		return VD_OK;
	}
	return vd_store_due_each(desk->config.store, is_first_unseen, &command->conversation, diag);
}

static enum vd_err step(struct vd_desk *desk, const struct vd_command *command,
			struct vd_conversation *c, struct vd_diag *diag)
{
	struct vd_desk_step step = {
		.event = {
			.kind = event_of[command->kind],
			.staff = command->staff,
			.minutes = command->minutes,
			.reason = command->reason,
		},
		.source = (uint8_t)(command->source + 1),
	};
	enum vd_err err = vd_desk_step(desk, c, &step, diag);
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

static enum vd_err run(struct vd_desk *desk, struct vd_command *command,
		       struct vd_command_result *result)
{
	if (command->kind <= VD_COMMAND_MISSING || command->kind >= VD_COMMAND_N) {
		return vd_diag_set(&result->diag, VD_ERR_ARGUMENT, "there is no such command");
	}
	enum vd_err err = find_target(desk, command, &result->diag);
	if (err != VD_OK) {
		return err;
	}
	if (command->kind == VD_COMMAND_SETTLE) {
		err = vd_desk_settle(desk, command, &result->diag);
		return err == VD_OK ? vd_desk_note_command(desk, command, 0, &result->diag) : err;
	}
	if (command->kind == VD_COMMAND_ACK && command->conversation == 0) {
		if (vd_desk_ack_fault(desk)) {
			return vd_desk_note_command(desk, command, 0, &result->diag);
		}
		return vd_diag_set(&result->diag, VD_ERR_STATE, "nothing waits to be acknowledged");
	}
	result->conversation = command->conversation;
	struct vd_conversation *c = &desk->scratch[2];
	err = vd_store_conversation_get(desk->config.store, command->conversation, c, NULL);
	if (err != VD_OK) {
		return vd_diag_set(&result->diag, err, "there is no conversation %" PRIu64,
				   command->conversation);
	}
	return command->kind == VD_COMMAND_REPLY ? reply(desk, command, c, result)
						 : step(desk, command, c, &result->diag);
}

void vd_desk_submit(void *ctx, const struct vd_command *command, void *done_ctx,
		    vd_port_done_fn *done)
{
	struct vd_desk *desk = ctx;
	struct vd_command own = *command;
	struct vd_command_result result = { 0 };
	if (desk->n_pending == VD_DESK_PENDING_MAX) {
		result.err = vd_diag_set(&result.diag, VD_ERR_ROOM,
					 "too many commands at once: try again");
		done(done_ctx, &result);
		return;
	}
	result.err = run(desk, &own, &result);
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
