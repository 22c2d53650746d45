// SPDX-License-Identifier: MIT
#include "app/desk_internal.h"
#include "base/json.h"

#define DETAIL_BYTES 1024

enum vd_err vd_desk_await(struct vd_desk *desk, void *ctx, vd_port_done_fn *done)
{
	if (desk->n_pending == VD_DESK_PENDING_MAX) {
		return VD_ERR_ROOM;
	}
	desk->pending[desk->n_pending++] = (struct vd_desk_pending){ .ctx = ctx, .done = done };
	return VD_OK;
}

enum vd_err vd_desk_note_sign_in(struct vd_desk *desk, uint16_t account, uint16_t staff,
				 const char *what, struct vd_diag *diag)
{
	char memory[DETAIL_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&buf);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "account", vd_span_of(desk->config.book->accounts[account].name));
	vd_json_put_text(&j, "sign_in", vd_span_of(what));
	vd_json_close(&j, '}');
	struct vd_journal_event event = {
		.kind = VD_JOURNAL_FACT,
		.at = vd_desk_now(desk),
		.account = (uint16_t)(account + 1),
		.staff = staff,
		.detail = vd_buf_span(&buf),
	};
	if (vd_buf_check(&buf) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_ROOM, "a sign-in's words are too long");
	}
	return vd_store_journal_append(desk->config.store, &event, diag);
}
