// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/desk_known.h"
#include "app/desk_people.h"
#include "care/figures.h"

#define TODAY_SAMPLES 4096

static bool add_row(void *ctx, const struct vd_conversation *c)
{
	struct vd_desk *desk = ctx;
	struct vd_view_row *row = &desk->view.rows[desk->view.n_rows++];
	vd_view_row_make(desk->config.book, c, desk->view.now, row);
	vd_desk_fill_closes(desk, c->id, row);
	return desk->view.n_rows < VD_VIEW_ROWS;
}

// A case without a deadline whose alarm is still to be put away: where the rows are full, it takes
// the place of one that has nothing to say.
static bool add_left(void *ctx, const struct vd_conversation *c)
{
	struct vd_desk *desk = ctx;
	struct vd_view *view = &desk->view;
	struct vd_view_row *last = &view->rows[VD_VIEW_ROWS - 1];
	for (uint8_t i = 0; i < view->n_rows; i++) {
		if (view->rows[i].conversation == c->id) {
			return true;
		}
	}
	if (view->n_rows < VD_VIEW_ROWS) {
		return add_row(desk, c);
	}
	if (last->severity == VD_SEVERITY_NONE && last->sides == 0) {
		vd_view_row_make(desk->config.book, c, view->now, last);
		vd_desk_fill_closes(desk, c->id, last);
	}
	return false;
}

static int by_wall_order(const void *a, const void *b)
{
	return vd_view_row_compare(a, b);
}

static void fill_accounts(struct vd_desk *desk)
{
	struct vd_view *view = &desk->view;
	const struct vd_rulebook *book = desk->config.book;
	view->n_accounts = 0;
	for (uint16_t i = 0; i < book->n_accounts; i++) {
		const struct vd_desk_account *from = &desk->accounts[i];
		if (book->accounts[i].name[0] == '\0') {
			continue; // of an earlier configuration
		}
		struct vd_view_account *to = &view->accounts[view->n_accounts++];
		to->account = i;
		to->health = book->accounts[i].is_enabled ? from->health : VD_HEALTH_DISABLED;
		to->last_good = from->last_good;
		to->age_s = vd_desk_account_age(desk, i);
		to->period_s = (from->period.us + VD_US_PER_S - 1) / VD_US_PER_S;
		snprintf(to->detail, sizeof(to->detail), "%s", from->detail);
		vd_desk_plan_fill(desk, i, to);
	}
}

static bool is_any_open(const struct vd_desk *desk, int64_t now_s)
{
	const struct vd_rulebook *book = desk->config.book;
	for (uint16_t i = 0; i < book->n_brands; i++) {
		if (book->brands[i].name[0] != '\0' &&
		    vd_calendar_is_open(vd_rulebook_calendar(book, i), now_s)) {
			return true;
		}
	}
	return false;
}

struct today {
	struct vd_desk *desk;
	size_t n;
	int64_t wall[TODAY_SAMPLES];
	int64_t business[TODAY_SAMPLES];
};

static bool add_first(void *ctx, const struct vd_conversation *c)
{
	struct today *today = ctx;
	struct vd_pair pair;
	if (vd_figures_first_response(today->desk->config.book, c, &pair)) {
		today->wall[today->n] = pair.wall_s;
		today->business[today->n++] = pair.business_s;
	}
	return today->n < TODAY_SAMPLES;
}

static void fill_today(struct vd_desk *desk)
{
	const struct vd_zone *zone = &desk->config.book->calendars[0].zone;
	int64_t day = vd_zone_local_day(zone, vd_wall_to_s(desk->view.now));
	if (!desk->today_is_old && day == desk->today_day) {
		return;
	}
	struct today *today = malloc(sizeof(*today));
	if (today == NULL) {
		return; // the figure stays as old as it is
	}
	today->desk = desk;
	today->n = 0;
	struct vd_wall from = vd_wall_s(vd_zone_day_start(zone, day));
	struct vd_wall to = vd_wall_s(vd_zone_day_start(zone, day + 1));
	if (vd_store_answered_each(desk->config.store, from, to, add_first, today, NULL) == VD_OK) {
		struct vd_figures_row wall = vd_figures_summarise(today->wall, today->n);
		struct vd_figures_row business = vd_figures_summarise(today->business, today->n);
		desk->view.today = (struct vd_view_today){
			.answered = (uint32_t)today->n,
			.first_p50 = { wall.p50, business.p50 },
			.first_p90 = { wall.p90, business.p90 },
		};
		desk->today_is_old = false;
		desk->today_day = day;
	}
	free(today);
}

// What can't be read stays as it was last told: never zeros, and the lamp says blind.
static enum vd_err read_store(struct vd_desk *desk, struct vd_diag *diag)
{
	struct vd_view *view = &desk->view;
	struct vd_store *store = desk->config.store;
	struct vd_store_counters counters = { 0 };
	struct vd_view_row before[VD_VIEW_ROWS];
	uint8_t n_before = view->n_rows;
	memcpy(before, view->rows, sizeof(before));
	enum vd_err err = vd_store_get_counters(store, &counters, diag);
	if (err != VD_OK) {
		return err;
	}
	view->n_rows = 0;
	err = vd_store_due_each(store, add_row, desk, diag);
	err = err == VD_OK ? vd_store_left_each(store, add_left, desk, diag) : err;
	if (err != VD_OK) {
		view->n_rows = n_before;
		memcpy(view->rows, before, sizeof(before));
		return err;
	}
	qsort(view->rows, view->n_rows, sizeof(view->rows[0]), by_wall_order);
	desk->counters = counters;
	return VD_OK;
}

void vd_desk_refresh(struct vd_desk *desk)
{
	struct vd_view *view = &desk->view;
	struct vd_store *store = desk->config.store;
	struct vd_lamp_facts facts = { 0 };
	struct vd_diag diag = { 0 };
	uint64_t first;
	view->now = vd_desk_now(desk);
	view->book = desk->config.book;
	view->is_public = desk->config.is_public;
	view->is_clock_trusted = vd_clock_is_trusted(desk->config.clock);
	view->is_open = is_any_open(desk, vd_wall_to_s(view->now));
	fill_accounts(desk);
	enum vd_err err = read_store(desk, &diag);
	if (err == VD_OK) {
		view->sequence = vd_store_journal_last(store);
		view->state_at = view->now;
		if (vd_store_due_first(store, &view->next_deadline, &first, NULL) != VD_OK) {
			view->next_deadline = (struct vd_wall){ 0 };
		}
		fill_today(desk);
		vd_desk_fill_followed(desk);
	} else {
		vd_error(desk->config.log, "desk", "the view is old: %s", diag.text);
	}
	vd_desk_alarms_fill(desk, &desk->counters, &facts);
	facts.is_blind = err != VD_OK || vd_desk_is_blind(desk);
	vd_desk_incidents_fill(desk, view);
	facts.is_flood = view->measures.is_flood || view->n_incidents > 0;
	facts.is_open = view->is_open;
	view->lamp = vd_lamp_decide(&facts);
}
