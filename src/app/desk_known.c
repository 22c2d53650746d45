// SPDX-License-Identifier: MIT
#include "app/desk_known.h"

#include <string.h>

struct asked {
	const char *thread_id;
	uint16_t account;
	vd_known_fn *fn;
	void *ctx;
};

static bool tell(void *ctx, uint32_t number, const struct vd_message *m)
{
	const struct asked *asked = ctx;
	(void)number;
	bool is_meant = m->direction == VD_DIRECTION_IN && !m->is_deleted &&
			m->account == asked->account && strcmp(m->thread_id, asked->thread_id) == 0;
	return !is_meant || asked->fn(asked->ctx, m->network_id, m->published);
}

enum vd_err vd_desk_known(void *ctx, uint16_t account, const char *thread_id, vd_known_fn *fn,
			  void *fn_ctx, struct vd_diag *diag)
{
	struct vd_desk *desk = ctx;
	struct vd_store *store = desk->config.store;
	struct asked asked = {
		.thread_id = thread_id, .account = account, .fn = fn, .ctx = fn_ctx
	};
	enum vd_network network = desk->config.book->accounts[account].network;
	uint64_t id;
	enum vd_err err = vd_store_find_thread(store, network, thread_id, &id, NULL);
	if (err != VD_OK) {
		return err == VD_ERR_NOT_FOUND
			       ? VD_OK
			       : vd_diag_set(diag, err, "the store can't be searched for %s",
					     thread_id);
	}
	return vd_store_message_each(store, id, tell, &asked, diag);
}

// The customer's last private message of a case, and where it stands.
struct last_private {
	struct vd_wall at;
	uint16_t account;
	char thread_id[VD_ID_BYTES];
};

static bool keep_last_private(void *ctx, uint32_t number, const struct vd_message *m)
{
	struct last_private *last = ctx;
	(void)number;
	if (m->direction == VD_DIRECTION_IN && !m->is_deleted &&
	    m->visibility == VD_VISIBILITY_PRIVATE && m->published.us > last->at.us) {
		last->at = m->published;
		last->account = m->account;
		memcpy(last->thread_id, m->thread_id, sizeof(last->thread_id));
	}
	return true;
}

void vd_desk_fill_closes(struct vd_desk *desk, uint64_t conversation, struct vd_view_row *row)
{
	struct last_private last = { 0 };
	if (desk->channels != NULL && row->visibility == VD_VISIBILITY_PRIVATE &&
	    vd_wall_is_set(row->waiting_since) &&
	    vd_store_message_each(desk->config.store, conversation, keep_last_private, &last,
				  NULL) == VD_OK) {
		row->closes =
			vd_channels_closes(desk->channels, last.account, last.thread_id, last.at);
	}
}

void vd_desk_token_end_told(void *ctx, uint16_t account, struct vd_wall at)
{
	struct vd_desk *desk = ctx;
	if (vd_wall_is_set(at)) {
		vd_desk_set_token_end(desk, account, at);
	}
}
