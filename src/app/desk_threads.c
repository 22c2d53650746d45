// SPDX-License-Identifier: MIT
// What a channel must watch beside the mentions: the threads of open cases. A case has threads of
// more than two accounts after a merge (R39), or where a customer turned to one after the other.
#include <string.h>

#include "app/desk_internal.h"

_Static_assert(VD_ACCOUNTS_MAX <= 64, "an account is a bit of vd_desk_reach");

#define THREADS_A_CASE 32 // of one account, the latest ones

struct thread {
	char id[VD_ID_BYTES];
	char root[VD_ID_BYTES];
};

struct threads {
	struct vd_desk *desk;
	uint16_t account;
	vd_thread_fn *fn;
	void *ctx;
	bool goes_on;
	size_t n;
	struct thread at[THREADS_A_CASE]; // the latest one is the last
};

static void forget(struct threads *t, size_t i)
{
	t->n--;
	memmove(&t->at[i], &t->at[i + 1], (t->n - i) * sizeof(t->at[0]));
}

static bool keep_thread(void *ctx, uint32_t number, const struct vd_message *m)
{
	(void)number;
	struct threads *t = ctx;
	if (m->account != t->account || m->is_deleted || m->thread_id[0] == '\0') {
		return true;
	}
	size_t i = 0;
	while (i < t->n && strcmp(t->at[i].id, m->thread_id) != 0) {
		i++;
	}
	if (i < t->n) {
		forget(t, i);
	} else if (t->n == THREADS_A_CASE) {
		forget(t, 0);
	}
	struct thread *thread = &t->at[t->n++];
	memcpy(thread->id, m->thread_id, sizeof(thread->id));
	memcpy(thread->root, m->parent_id, sizeof(thread->root));
	return true;
}

static bool add_account(void *ctx, uint32_t number, const struct vd_message *m)
{
	uint64_t *accounts = ctx;
	(void)number;
	*accounts |= UINT64_C(1) << m->account % 64;
	return true;
}

// The opening and the last account are in the record. Others are found in the messages, which are
// read again only after the case got, or lost, some: polls ask often, and there may be thousands.
static bool has_account(struct threads *t, const struct vd_conversation *c)
{
	if (c->account == t->account || c->last_account == t->account) {
		return true;
	}
	uint32_t n = c->n_in + c->n_out;
	if (n < 3) {
		return false; // one of each, and one of the third
	}
	struct vd_desk_reach *reach = &t->desk->reach[c->id % VD_DESK_REACH_N];
	if (reach->conversation != c->id || reach->n != n || reach->serial != c->serial) {
		uint64_t accounts = 0;
		if (vd_store_message_each(t->desk->config.store, c->id, add_account, &accounts,
					  NULL) != VD_OK) {
			return true; // then it is looked at in full, and fails there
		}
		*reach = (struct vd_desk_reach){ c->id, accounts, n, c->serial };
	}
	return (reach->accounts >> t->account & 1) != 0;
}

static bool tell_thread(void *ctx, const struct vd_conversation *c)
{
	struct threads *t = ctx;
	if (!has_account(t, c)) {
		return true;
	}
	t->n = 0;
	if (vd_store_message_each(t->desk->config.store, c->id, keep_thread, t, NULL) != VD_OK) {
		return true;
	}
	for (size_t i = t->n; i > 0 && t->goes_on; i--) {
		t->goes_on = t->fn(t->ctx, t->at[i - 1].id, t->at[i - 1].root, c->last_in);
	}
	return t->goes_on;
}

enum vd_err vd_desk_open_threads(void *ctx, uint16_t account, vd_thread_fn *fn, void *fn_ctx,
				 struct vd_diag *diag)
{
	struct vd_desk *desk = ctx;
	struct threads t = {
		.desk = desk, .account = account, .fn = fn, .ctx = fn_ctx, .goes_on = true
	};
	// Where the customer must act, his answer is waited for too.
	enum vd_err err = vd_store_due_each(desk->config.store, tell_thread, &t, diag);
	return err == VD_OK && t.goes_on
		       ? vd_store_rest_each(desk->config.store, tell_thread, &t, diag)
		       : err;
}

// ---- messages that wait, in public
// ----------------------------------------------------------------

#define WAITING_A_CASE 32 // the latest ones

struct waiting {
	struct threads t; // whose cases are the account's
	vd_network_id_fn *tell;
	void *tell_ctx;
	size_t n;
	char ids[WAITING_A_CASE][VD_ID_BYTES];
};

static bool keep_waiting(void *ctx, uint32_t number, const struct vd_message *m)
{
	(void)number;
	struct waiting *w = ctx;
	if (m->direction == VD_DIRECTION_OUT) {
		w->n = 0; // what came before was answered
		return true;
	}
	if (m->account == w->t.account && !m->is_deleted && m->network_id[0] != '\0' &&
	    m->visibility == VD_VISIBILITY_PUBLIC) {
		memcpy(w->ids[w->n % WAITING_A_CASE], m->network_id, sizeof(w->ids[0]));
		w->n++;
	}
	return true;
}

static bool tell_waiting(void *ctx, const struct vd_conversation *c)
{
	struct waiting *w = ctx;
	if (!has_account(&w->t, c)) {
		return true;
	}
	w->n = 0;
	if (vd_store_message_each(w->t.desk->config.store, c->id, keep_waiting, w, NULL) != VD_OK) {
		return true;
	}
	size_t n = w->n < WAITING_A_CASE ? w->n : WAITING_A_CASE;
	for (size_t i = 0; i < n && w->t.goes_on; i++) {
		w->t.goes_on = w->tell(w->tell_ctx, w->ids[i]);
	}
	return w->t.goes_on;
}

enum vd_err vd_desk_open_messages(void *ctx, uint16_t account, vd_network_id_fn *fn, void *fn_ctx,
				  struct vd_diag *diag)
{
	struct vd_desk *desk = ctx;
	struct waiting w = { .t = { .desk = desk, .account = account, .goes_on = true },
			     .tell = fn,
			     .tell_ctx = fn_ctx };
	enum vd_err err = vd_store_due_each(desk->config.store, tell_waiting, &w, diag);
	return err == VD_OK && w.t.goes_on
		       ? vd_store_rest_each(desk->config.store, tell_waiting, &w, diag)
		       : err;
}
