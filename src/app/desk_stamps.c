// SPDX-License-Identifier: MIT
// R11: when a customer's message was shown and when it was claimed. Facts about us that satisfy
// nothing (R15), kept beside the network's stamps so that a wait can be told apart later: not seen,
// seen and not claimed, claimed and not answered.
#include "app/desk_internal.h"

/** The messages of a conversation that lack a stamp, and what they get. */
struct stamping {
	struct vd_desk *desk;
	uint64_t conversation;
	struct vd_wall now;
	bool is_claim;
	enum vd_err err;
	struct vd_diag *diag;
};

static bool stamp_one(void *ctx, uint32_t number, const struct vd_message *message)
{
	struct stamping *s = ctx;
	struct vd_message m = *message;
	struct vd_wall *stamp = s->is_claim ? &m.claimed : &m.shown;
	if (m.direction != VD_DIRECTION_IN || vd_wall_is_set(*stamp)) {
		return true;
	}
	*stamp = s->now;
	enum vd_network network = s->desk->config.book->accounts[m.account].network;
	s->err = vd_store_message_update(s->desk->config.store, network, s->conversation, number,
					 &m, s->diag);
	return s->err == VD_OK;
}

enum vd_err vd_desk_stamp(struct vd_desk *desk, uint64_t conversation, bool is_claim,
			  struct vd_wall now, struct vd_diag *diag)
{
	struct stamping s = { .desk = desk,
			      .conversation = conversation,
			      .now = now,
			      .is_claim = is_claim,
			      .diag = diag };
	enum vd_err err =
		vd_store_message_each(desk->config.store, conversation, stamp_one, &s, diag);
	return err == VD_OK ? s.err : err;
}

static enum vd_err note_shown(struct vd_desk *desk, uint64_t id, uint8_t source,
			      struct vd_diag *diag)
{
	struct vd_conversation *c = &desk->scratch[2];
	enum vd_err err = vd_store_conversation_get(desk->config.store, id, c, diag);
	if (err != VD_OK || c->shown.us >= c->last_in.us) {
		return err;
	}
	struct vd_desk_step step = { .event = { .kind = VD_EVENT_SHOWN }, .source = source };
	return vd_desk_step(desk, c, &step, diag);
}

void vd_desk_note_opened(struct vd_desk *desk, uint64_t conversation)
{
	if (desk->n_opened < VD_DESK_OPENED_MAX) {
		desk->opened[desk->n_opened++] = conversation;
	}
}

// What nobody looks at was not shown: a wall that is drawn, or a page that listens.
void vd_desk_watch_shown(struct vd_desk *desk)
{
	struct vd_diag diag = { 0 };
	enum vd_err err = VD_OK;
	bool is_watched = desk->config.is_watched != NULL &&
			  desk->config.is_watched(desk->config.ctx);
	for (uint8_t i = 0; i < desk->view.n_rows && is_watched && err == VD_OK; i++) {
		err = note_shown(desk, desk->view.rows[i].conversation, 0, &diag);
	}
	for (size_t i = 0; i < desk->n_opened && err == VD_OK; i++) {
		err = note_shown(desk, desk->opened[i], VD_SOURCE_PAGE + 1, &diag);
	}
	desk->n_opened = 0;
	if (err != VD_OK) {
		vd_error(desk->config.log, "desk", "what was shown can't be noted: %s", diag.text);
	}
}
