// SPDX-License-Identifier: MIT
// What the plan of polling buys and costs, as JSON (SPEC.md "The budget").
#include "output/view_put.h"

static void put_stream(struct vd_json_out *j, const struct vd_port_stream *s)
{
	vd_json_open(j, NULL, '{');
	put(j, "stream", s->name);
	vd_json_put_i64(j, "period_s", s->period_s);
	vd_json_put_i64(j, "delay_s", s->delay_s);
	vd_json_put_i64(j, "backlog_s", s->backlog_s);
	vd_json_put_i64(j, "limit", s->limit);
	vd_json_put_i64(j, "left", s->left);
	vd_json_put_i64(j, "reset_s", s->reset_s);
	vd_json_put_i64(j, "usage_percent", s->usage_percent);
	vd_json_put_bool(j, "intake", s->is_intake);
	vd_json_put_bool(j, "near", s->is_near);
	vd_json_close(j, '}');
}

static void put_money(struct vd_json_out *j, const struct vd_port_budget *b)
{
	vd_json_open(j, "money", '{');
	put(j, "plan", b->plan);
	vd_json_put_i64(j, "today_micro_usd", b->today);
	vd_json_put_i64(j, "month_micro_usd", b->month);
	vd_json_put_i64(j, "forecast_micro_usd", b->forecast);
	vd_json_put_i64(j, "budget_micro_usd", b->budget);
	vd_json_put_i64(j, "percent", b->percent);
	vd_json_open(j, "billed", '{');
	for (size_t i = 0; i < b->n_billed; i++) {
		vd_json_put_i64(j, b->billed[i].name, b->billed[i].n);
	}
	vd_json_close(j, '}');
	vd_json_close(j, '}');
}

void vd_budget_print_json(const struct vd_desk_port *port, struct vd_buf *out)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_open(&j, "accounts", '[');
	for (uint16_t i = 0; i < port->book->n_accounts && port->budget != NULL; i++) {
		struct vd_port_budget b;
		if (!port->budget(port->ctx, i, &b)) {
			continue;
		}
		vd_json_open(&j, NULL, '{');
		put(&j, "account", account_of(port->book, i)->name);
		put(&j, "network", vd_network_name(account_of(port->book, i)->network));
		put(&j, "note", b.note);
		vd_json_open(&j, "streams", '[');
		for (size_t k = 0; k < b.n_streams; k++) {
			put_stream(&j, &b.streams[k]);
		}
		vd_json_close(&j, ']');
		if (b.is_billed) {
			put_money(&j, &b);
		}
		vd_json_close(&j, '}');
	}
	vd_json_close(&j, ']');
	vd_json_close(&j, '}');
}
