// SPDX-License-Identifier: MIT
/**
 * A case that several accounts pass around, each with a policy and a calendar of its own, on a fake
 * clock.
 * Not a desk: no store, no routes; and no ticks on the way (case.h has those).
 * The clock is set by each step.
 */
#ifndef VD_UNIT_SHARED_H
#define VD_UNIT_SHARED_H

#include "case.h"

struct shared_case {
	struct vd_rulebook *book;
	struct vd_conversation c;
	struct vd_effects out;
	struct vd_diag diag;
	struct vd_wall now;
	bool is_begun;
};

/** Accounts 0..n-1, each of a brand, policy and calendar with its number; all policies are the
 *  default, all calendars `hours`. */
static inline void shared_begin(struct shared_case *k, uint16_t n, const char *hours)
{
	static struct vd_rulebook book;
	memset(k, 0, sizeof(*k));
	memset(&book, 0, sizeof(book));
	for (uint16_t i = 0; i < n; i++) {
		assert_ok(vd_calendar_parse(VD_SPAN("CET-1CEST,M3.5.0,M10.5.0/3"),
					    vd_span_of(hours), &book.calendars[i], NULL));
		vd_policy_init(&book.policies[i]);
		book.policies[i].calendar = i;
		book.policies[i].version = 1;
		book.brands[i].policy = i;
		snprintf(book.brands[i].name, VD_NAME_BYTES, "brand %u", i);
		snprintf(book.accounts[i].name, VD_NAME_BYTES, "account %u", i);
		book.accounts[i].brand = i;
		book.accounts[i].is_enabled = true;
	}
	book.n_calendars = book.n_policies = book.n_brands = book.n_accounts = n;
	k->book = &book;
	k->c.id = 1;
}

static inline enum vd_err shared_step(struct shared_case *k, const char *at, struct vd_event event)
{
	k->now = local(at);
	struct vd_engine_env env = vd_engine_env_make(k->book, &k->c, k->now, true);
	enum vd_err err = vd_engine_step(&env, &k->c, &event, &k->out, &k->diag);
	assert_false(err == VD_OK && k->out.overflow);
	return err;
}

static inline void shared_say(struct shared_case *k, const char *at, enum vd_direction direction,
			      enum vd_reply_kind kind)
{
	k->now = local(at);
	struct vd_message m = case_message(direction, kind, k->now, k->now);
	if (!k->is_begun) {
		struct vd_engine_env env = vd_engine_env_make(k->book, &k->c, k->now, true);
		assert_ok(vd_engine_open(&env, &m, 0, &k->c, &k->out, &k->diag));
		k->is_begun = true;
		return;
	}
	assert_ok(shared_step(k, at, (struct vd_event){ .kind = VD_EVENT_MESSAGE, .message = &m }));
}

static inline void shared_in(struct shared_case *k, const char *at)
{
	shared_say(k, at, VD_DIRECTION_IN, VD_REPLY_NONE);
}

static inline void shared_out(struct shared_case *k, const char *at, enum vd_reply_kind kind)
{
	shared_say(k, at, VD_DIRECTION_OUT, kind);
}

static inline void shared_hand_over(struct shared_case *k, const char *at, uint16_t to)
{
	struct vd_event offer = { .kind = VD_EVENT_OFFER, .staff = 1, .account = to };
	assert_ok(shared_step(k, at, offer));
	assert_ok(shared_step(k, at, (struct vd_event){ .kind = VD_EVENT_ACCEPT, .staff = 2 }));
	assert_int_equal(vd_conversation_holder(&k->c), to);
}

#endif
