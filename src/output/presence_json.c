// SPDX-License-Identifier: MIT
// The scoreboard of followers, as JSON (SPEC.md "Presence").
#include "output/view_put.h"

struct telling {
	struct vd_json_out j;
	const struct vd_rulebook *book;
};

static bool put_one(void *ctx, const struct vd_port_presence *p)
{
	static const char *const names[VD_PORT_PRESENCE_SPANS] = { "change_1d", "change_7d",
								   "change_30d" };
	struct telling *telling = ctx;
	struct vd_json_out *j = &telling->j;
	const struct vd_account *account = account_of(telling->book, p->account);
	vd_json_open(j, NULL, '{');
	put(j, "account", account->name);
	put(j, "network", vd_network_name(account->network));
	put(j, "handle", p->handle);
	vd_json_put_bool(j, "own", p->is_own);
	vd_json_put_i64(j, "followers", (int64_t)p->followers);
	put_wall(j, "at", p->at);
	for (size_t i = 0; i < VD_PORT_PRESENCE_SPANS; i++) {
		if (p->has_change[i]) {
			vd_json_put_i64(j, names[i], p->change[i]);
		} else {
			vd_json_put_null(j, names[i]);
		}
	}
	vd_json_close(j, '}');
	return !j->buf->overflow;
}

enum vd_err vd_presence_print_json(const struct vd_desk_port *port, struct vd_buf *out,
				   struct vd_diag *diag)
{
	struct telling telling = { .j = vd_json_out_init(out), .book = port->book };
	vd_json_open(&telling.j, NULL, '{');
	vd_json_open(&telling.j, "presence", '[');
	enum vd_err err =
		port->presence != NULL ? port->presence(port->ctx, put_one, &telling, diag) : VD_OK;
	vd_json_close(&telling.j, ']');
	vd_json_close(&telling.j, '}');
	return err;
}
