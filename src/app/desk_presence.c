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
	desk->followed_is_old = true;
	desk->has_changed = true;
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

// ---- the scoreboard of the wall ---------------------------------------------------------------

static enum vd_network network_of(const struct vd_rulebook *book, uint16_t account)
{
	return account < book->n_accounts ? book->accounts[account].network : VD_NETWORK_NONE;
}

// Networks stay together, in them the most followed first; ours before others of the same number.
static bool is_before(const struct vd_rulebook *book, const struct vd_view_followed *a,
		      const struct vd_view_followed *b)
{
	enum vd_network x = network_of(book, a->account);
	enum vd_network y = network_of(book, b->account);
	if (x != y) {
		return x < y;
	}
	return a->followers != b->followers ? a->followers > b->followers : a->is_own && !b->is_own;
}

struct scoreboard {
	const struct vd_rulebook *book;
	struct vd_view_followed all[VD_VIEW_FOLLOWED];
	uint8_t n;
	bool wants_own; // first ours, then whoever else has room
};

// Two accounts of ours may look at one competitor: the newer word counts.
static bool is_known(struct scoreboard *b, const struct vd_view_followed *f)
{
	for (uint8_t i = 0; i < b->n; i++) {
		struct vd_view_followed *other = &b->all[i];
		if (network_of(b->book, other->account) == network_of(b->book, f->account) &&
		    vd_span_is_equal_nocase(vd_span_of(other->handle), vd_span_of(f->handle))) {
			if (other->at.us < f->at.us && other->is_own == f->is_own) {
				*other = *f;
			}
			return true;
		}
	}
	return false;
}

static bool add_followed(void *ctx, const struct vd_port_presence *p)
{
	struct scoreboard *b = ctx;
	struct vd_view_followed f = { .account = p->account,
				      .is_own = p->is_own,
				      .followers = p->followers,
				      .at = p->at,
				      .has_change = { p->has_change[1], p->has_change[2] },
				      .change = { p->change[1], p->change[2] } };
	if (p->is_own != b->wants_own || b->n == VD_VIEW_FOLLOWED ||
	    network_of(b->book, p->account) == VD_NETWORK_NONE) {
		return true;
	}
	snprintf(f.handle, sizeof(f.handle), "%s", p->handle);
	if (!is_known(b, &f)) {
		b->all[b->n++] = f;
	}
	return true;
}

static void sort(struct scoreboard *b)
{
	for (uint8_t i = 1; i < b->n; i++) {
		struct vd_view_followed f = b->all[i];
		uint8_t k = i;
		while (k > 0 && is_before(b->book, &f, &b->all[k - 1])) {
			b->all[k] = b->all[k - 1];
			k--;
		}
		b->all[k] = f;
	}
}

void vd_desk_fill_followed(struct vd_desk *desk)
{
	struct scoreboard b = { .book = desk->config.book, .wants_own = true };
	enum vd_err err = VD_OK;
	if (!desk->followed_is_old) {
		return;
	}
	err = vd_desk_presence_each(desk, add_followed, &b, NULL);
	b.wants_own = false;
	err = err == VD_OK ? vd_desk_presence_each(desk, add_followed, &b, NULL) : err;
	if (err == VD_OK) {
		sort(&b);
		desk->view.n_followed = b.n;
		memcpy(desk->view.followed, b.all, sizeof(b.all));
		desk->followed_is_old = false;
	}
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
