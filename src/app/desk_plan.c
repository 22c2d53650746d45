// SPDX-License-Identifier: MIT
// What the plan of polling goes by, from the desk's side: how near the cases of each account are,
// what its network bills, and how far its money has gone.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/desk_internal.h"
#include "channel/ledger.h"

#define LOOK_AHEAD_S 3600 // deadlines behind it hurry nobody yet
#define LOOKS_MOST 512
#define LOOK_EVERY_US (VD_US_PER_S / 2)
#define MONEY_EVERY_S 60

_Static_assert(VD_RESOURCE_N <= VD_LEDGER_KINDS, "a place for each resource");

// ---- how near ---------------------------------------------------------------------------------

static void note_due(struct vd_desk *desk, uint16_t account, struct vd_wall due)
{
	struct vd_desk_plan *plan = &desk->plan[account];
	if (!vd_wall_is_set(plan->due) || due.us < plan->due.us) {
		plan->due = due;
	}
}

struct look {
	struct vd_desk *desk;
	int looks;
	struct vd_wall until;
};

static bool look_at(void *ctx, const struct vd_conversation *c)
{
	struct look *look = ctx;
	struct vd_wall due = { 0 };
	for (int i = 0; i < VD_TARGET_N; i++) {
		const struct vd_target *t = &c->targets[i];
		if (t->state == VD_TARGET_ARMED && t->is_running && vd_wall_is_set(t->due) &&
		    (!vd_wall_is_set(due) || t->due.us < due.us)) {
			due = t->due;
		}
	}
	if (!vd_wall_is_set(due)) {
		return ++look->looks < LOOKS_MOST;
	}
	note_due(look->desk, c->account, due);
	note_due(look->desk, c->last_account, due);
	return ++look->looks < LOOKS_MOST && due.us <= look->until.us;
}

// One walk over the nearest deadlines serves all accounts.
static void look_at_deadlines(struct vd_desk *desk)
{
	struct vd_mono now = vd_loop_now(desk->config.loop);
	if (desk->looked.us != 0 && now.us - desk->looked.us < LOOK_EVERY_US) {
		return;
	}
	desk->looked = now;
	for (size_t i = 0; i < VD_ACCOUNTS_MAX; i++) {
		desk->plan[i].due = (struct vd_wall){ 0 };
	}
	struct look look = { .desk = desk,
			     .until = vd_wall_add(vd_desk_now(desk), vd_dur_s(LOOK_AHEAD_S)) };
	(void)!vd_store_due_each(desk->config.store, look_at, &look, NULL);
}

void vd_desk_plan_note(struct vd_desk *desk, const struct vd_message *m)
{
	struct vd_desk_plan *plan = &desk->plan[m->account];
	bool is_future = m->published.us > vd_desk_now(desk).us;
	if (!is_future && m->published.us > plan->last_word.us) {
		plan->last_word = m->published;
	}
}

// ---- money --------------------------------------------------------------------------------------

void vd_desk_set_money(struct vd_desk *desk, uint16_t account, const struct vd_desk_money *money)
{
	desk->plan[account].money = *money;
	desk->plan[account].is_old = true;
}

// The tariff's own cap of posts read a month, where it has one.
static uint32_t cap_of(enum vd_plan plan)
{
	static const uint32_t caps[VD_PLAN_N] = {
		[VD_PLAN_PAY] = 3000000,
		[VD_PLAN_PRO] = 1000000,
		[VD_PLAN_BASIC] = 15000,
		[VD_PLAN_FREE] = 100,
	};
	return (unsigned)plan < VD_PLAN_N ? caps[plan] : 0;
}

static enum vd_err add_up(struct vd_desk *desk, uint16_t account, int64_t today,
			  struct vd_ledger_cycle cycle, struct vd_ledger_sums *sums)
{
	struct vd_desk_plan *plan = &desk->plan[account];
	int64_t from = today - VD_LEDGER_WEEK < cycle.first ? today - VD_LEDGER_WEEK : cycle.first;
	memset(plan->billed, 0, sizeof(plan->billed));
	for (int64_t day = today; day >= from && day >= 0; day--) {
		struct vd_ledger_day is;
		enum vd_err err =
			vd_store_ledger_get(desk->config.store, account, (uint32_t)day, &is, NULL);
		if (err != VD_OK) {
			return err;
		}
		int64_t back = today - day - 1;
		if (day == today) {
			sums->today = is.micro;
		} else if (back < VD_LEDGER_WEEK) {
			sums->days[back] = is.micro;
			// Days without a record count where an older one has one.
			sums->n_days = is.is_known ? (int)back + 1 : sums->n_days;
		}
		if (day >= cycle.first) {
			sums->month += is.micro;
			for (size_t k = 0; k < VD_LEDGER_KINDS; k++) {
				plan->billed[k] += is.n[k];
			}
		}
	}
	return VD_OK;
}

static void count_money(struct vd_desk *desk, uint16_t account)
{
	struct vd_desk_plan *plan = &desk->plan[account];
	struct vd_wall now = vd_desk_now(desk);
	int64_t today = vd_ledger_day(now);
	int64_t age_us = vd_loop_now(desk->config.loop).us - plan->counted.us;
	if (!plan->is_old && today == plan->day && age_us < MONEY_EVERY_S * VD_US_PER_S) {
		return;
	}
	int cycle_day = plan->money.cycle_day > 0 ? plan->money.cycle_day : 1;
	struct vd_ledger_cycle cycle = vd_ledger_cycle_of(today, cycle_day);
	struct vd_ledger_sums sums = { 0 };
	if (add_up(desk, account, today, cycle, &sums) != VD_OK) {
		return; // as it was
	}
	plan->today = sums.today;
	plan->month = sums.month;
	plan->forecast = vd_ledger_forecast(&sums, cycle, now);
	uint8_t money = vd_ledger_percent(sums.month, plan->money.budget);
	uint8_t reads = vd_ledger_percent((int64_t)plan->billed[VD_RESOURCE_POST] * 100,
					  (int64_t)cap_of(plan->money.plan) * 100);
	plan->percent = money > reads ? money : reads;
	plan->day = today;
	plan->is_old = false;
	plan->counted = vd_loop_now(desk->config.loop);
}

static bool is_billed(const struct vd_desk *desk, uint16_t account)
{
	return desk->config.book->accounts[account].network == VD_NETWORK_X;
}

void vd_desk_billed(void *ctx, uint16_t account, enum vd_resource resource, struct vd_span id,
		    bool is_owned)
{
	struct vd_desk *desk = ctx;
	struct vd_desk_plan *plan = &desk->plan[account];
	struct vd_diag diag = { 0 };
	bool is_new = false;
	bool is_paid = plan->money.plan == VD_PLAN_PAY; // the others have paid for the month
	int64_t day = vd_ledger_day(vd_desk_now(desk));
	enum vd_err err = vd_store_ledger_add(
		desk->config.store, account, day > 0 ? (uint32_t)day : 0, (uint8_t)resource, id,
		is_paid ? vd_ledger_price(resource, is_owned) : 0, &is_new, &diag);
	if (err != VD_OK) {
		vd_error(desk->config.log, "ledger", "%s: not noted: %s",
			 desk->config.book->accounts[account].name, diag.text);
	}
	plan->is_old |= is_new;
}

uint8_t vd_desk_spent_percent(struct vd_desk *desk, uint16_t account)
{
	if (!is_billed(desk, account)) {
		return 0;
	}
	count_money(desk, account);
	return desk->plan[account].percent;
}

void vd_desk_say_money(const struct vd_desk *desk, uint16_t account, char *out, size_t cap)
{
	const struct vd_desk_plan *plan = &desk->plan[account];
	const char *then = plan->percent >= 95 ? "15 min" : "5 min";
	if (vd_ledger_percent(plan->month, plan->money.budget) < plan->percent) {
		snprintf(out, cap,
			 "%u of %u posts of the month are read: look every %s, or a larger plan",
			 (unsigned)plan->billed[VD_RESOURCE_POST],
			 (unsigned)cap_of(plan->money.plan), then);
		return;
	}
	snprintf(out, cap,
		 "USD %.2f of %.2f spent, %.2f by the month's end: read every %s, or raise "
		 "budget_usd",
		 (double)plan->month / 1e6, (double)plan->money.budget / 1e6,
		 (double)plan->forecast / 1e6, then);
}

void vd_desk_urgency(void *ctx, uint16_t account, struct vd_urgency *out)
{
	struct vd_desk *desk = ctx;
	look_at_deadlines(desk);
	const struct vd_desk_plan *plan = &desk->plan[account];
	*out = (struct vd_urgency){ .due = plan->due,
				    .last_word = plan->last_word,
				    .spent_percent = vd_desk_spent_percent(desk, account) };
}

// ---- what is shown ------------------------------------------------------------------------------

static int64_t seconds(struct vd_dur d)
{
	return (d.us + VD_US_PER_S - 1) / VD_US_PER_S;
}

static bool keep_stream(void *ctx, const struct vd_channel_stream *s)
{
	struct vd_port_budget *out = ctx;
	if (out->n_streams == VD_PORT_STREAMS) {
		return false;
	}
	out->streams[out->n_streams++] = (struct vd_port_stream){
		.name = s->name,
		.period_s = seconds(s->period),
		.delay_s = seconds(s->delay),
		.backlog_s = seconds(s->backlog),
		.limit = s->limit,
		.left = s->left,
		.reset_s = seconds(s->reset_in),
		.usage_percent = s->usage_percent,
		.is_intake = s->is_intake,
		.is_near = s->is_near,
	};
	return true;
}

bool vd_desk_budget(void *ctx, uint16_t account, struct vd_port_budget *out)
{
	struct vd_desk *desk = ctx;
	*out = (struct vd_port_budget){ .note = "" };
	if (account >= desk->config.book->n_accounts || desk->channels == NULL) {
		return false;
	}
	const char *note = vd_channels_streams(desk->channels, account, keep_stream, out);
	if (note == NULL) {
		return false;
	}
	out->note = note;
	if (!is_billed(desk, account)) {
		return true;
	}
	count_money(desk, account);
	const struct vd_desk_plan *plan = &desk->plan[account];
	out->is_billed = true;
	out->plan = vd_plan_name(plan->money.plan);
	out->today = plan->today;
	out->month = plan->month;
	out->forecast = plan->forecast;
	out->budget = plan->money.budget;
	out->percent = plan->percent;
	for (int i = 0; i < VD_RESOURCE_N; i++) {
		out->billed[i].name = vd_resource_name((enum vd_resource)i);
		out->billed[i].n = plan->billed[i];
	}
	out->n_billed = VD_RESOURCE_N;
	return true;
}

static bool find_worst(void *ctx, const struct vd_channel_stream *s)
{
	struct vd_view_account *to = ctx;
	int64_t delay_s = seconds(s->delay);
	int64_t behind_s = seconds(s->backlog);
	to->delay_s = s->is_intake && delay_s > to->delay_s ? delay_s : to->delay_s;
	to->behind_s = s->is_intake && behind_s > to->behind_s ? behind_s : to->behind_s;
	return true;
}

void vd_desk_plan_fill(struct vd_desk *desk, uint16_t account, struct vd_view_account *to)
{
	to->delay_s = 0;
	to->behind_s = 0;
	if (desk->channels != NULL) {
		(void)vd_channels_streams(desk->channels, account, find_worst, to);
	}
	to->is_quiet = vd_desk_is_quiet(desk, account);
	to->is_billed = is_billed(desk, account);
	if (to->is_billed) {
		count_money(desk, account);
		const struct vd_desk_plan *plan = &desk->plan[account];
		to->spent_today = plan->today;
		to->spent_month = plan->month;
		to->forecast = plan->forecast;
		to->budget = plan->money.budget;
	}
}
