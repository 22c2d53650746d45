// SPDX-License-Identifier: MIT
// How many people follow our accounts, and the competitors' ones that the configuration names: one
// sample a day, and what changed in a day, a week, a month. No case depends on it.
#include <stdio.h>
#include <string.h>

#include "app/desk_internal.h"

#define DAY_US (INT64_C(86400) * VD_US_PER_S)
#define KEPT 64 // the latest samples of one handle: two months

static const uint32_t spans[VD_PORT_PRESENCE_SPANS] = { 1, 7, 30 };

void vd_desk_presence(void *ctx, uint16_t account, struct vd_span handle, uint64_t followers,
		      struct vd_wall at)
{
	struct vd_desk *desk = ctx;
	struct vd_diag diag = { 0 };
	struct vd_wall when = vd_wall_is_set(at) ? at : vd_desk_now(desk);
	struct vd_presence p = { .account = account, .followers = followers, .at = when };
	if (when.us <= 0 || vd_span_copy(handle, p.handle, sizeof(p.handle)) != VD_OK) {
		return; // a box that does not know the time, or no handle: the next one will do
	}
	p.day = (uint32_t)(when.us / DAY_US);
	if (vd_store_presence_set(desk->config.store, &p, &diag) != VD_OK) {
		vd_error(desk->config.log, "desk", "presence of %s: not noted: %s", p.handle,
			 diag.text);
	}
}

struct board {
	const struct vd_desk *desk;
	vd_port_presence_fn *fn;
	void *ctx;
	size_t n;
	struct vd_presence at[KEPT]; // of one handle, the newest is the last
	bool goes_on;
};

// The newest sample that is at least so many days older; one that is twice as old says nothing.
static bool change_over(const struct board *board, uint32_t days, int64_t *change)
{
	const struct vd_presence *newest = &board->at[board->n - 1];
	for (size_t i = board->n; i > 0; i--) {
		const struct vd_presence *p = &board->at[i - 1];
		if (p->day + days <= newest->day) {
			*change = (int64_t)newest->followers - (int64_t)p->followers;
			return p->day + 2 * days >= newest->day;
		}
	}
	return false;
}

static void tell_one(struct board *board)
{
	if (board->n == 0 || !board->goes_on) {
		return;
	}
	const struct vd_rulebook *book = board->desk->config.book;
	const struct vd_presence *newest = &board->at[board->n - 1];
	struct vd_port_presence out = { .account = newest->account,
					.followers = newest->followers,
					.at = newest->at,
					.handle = newest->handle };
	out.is_own = newest->account < book->n_accounts &&
		     vd_span_is_equal_nocase(vd_span_of(newest->handle),
					     vd_span_of(book->accounts[newest->account].handle));
	for (size_t i = 0; i < VD_PORT_PRESENCE_SPANS; i++) {
		out.has_change[i] = change_over(board, spans[i], &out.change[i]);
	}
	board->goes_on = board->fn(board->ctx, &out);
}

static bool add_sample(void *ctx, const struct vd_presence *p)
{
	struct board *board = ctx;
	const struct vd_presence *last = board->n > 0 ? &board->at[board->n - 1] : NULL;
	if (last != NULL && (last->account != p->account || strcmp(last->handle, p->handle) != 0)) {
		tell_one(board);
		board->n = 0;
	}
	if (board->n == KEPT) {
		board->n--;
		memmove(&board->at[0], &board->at[1], board->n * sizeof(board->at[0]));
	}
	board->at[board->n++] = *p;
	return board->goes_on;
}

enum vd_err vd_desk_presence_each(void *ctx, vd_port_presence_fn *fn, void *fn_ctx,
				  struct vd_diag *diag)
{
	struct vd_desk *desk = ctx;
	struct board board = { .desk = desk, .fn = fn, .ctx = fn_ctx, .goes_on = true };
	enum vd_err err = vd_store_presence_each(desk->config.store, add_sample, &board, diag);
	if (err == VD_OK) {
		tell_one(&board);
	}
	return err;
}
