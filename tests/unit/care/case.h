// SPDX-License-Identifier: MIT
/**
 * One conversation on a fake clock: what the tests of the engine say in words of the domain.
 * Not a desk: no store, no routes.
 * The clock moves only through case_at(), which stops at every tick on the way.
 */
#ifndef VD_UNIT_CASE_H
#define VD_UNIT_CASE_H

#include "care/engine.h"
#include "unit.h"

struct test_case {
	struct vd_policy policy;
	struct vd_calendar calendar;
	struct vd_engine_env env;
	struct vd_conversation c;
	struct vd_effects out; // of the last step
	struct vd_diag diag;
	bool is_open;
	unsigned facts[VD_FACT_N]; // of all steps
};

/** Local time of Rome in the summer half: "2026-10-02T16:40:00". */
static inline struct vd_wall local(const char *text)
{
	char with_zone[40];
	snprintf(with_zone, sizeof(with_zone), "%s+02:00", text);
	struct vd_wall t = { 0 };
	assert_ok(vd_wall_parse(vd_span_of(with_zone), &t));
	return t;
}

static inline struct vd_wall after(struct vd_wall t, int64_t s)
{
	return vd_wall_add(t, vd_dur_s(s));
}

/** `calendar` as in SPEC.md "calendar text"; Monday to Friday, 9 to 18, is "1-5=09:00-18:00". */
static inline void case_init(struct test_case *k, const char *calendar)
{
	memset(k, 0, sizeof(*k));
	vd_policy_init(&k->policy);
	assert_ok(vd_calendar_parse(VD_SPAN("CET-1CEST,M3.5.0,M10.5.0/3"), vd_span_of(calendar),
				    &k->calendar, &k->diag));
	k->env.policy = &k->policy;
	k->env.calendar = &k->calendar;
	k->env.is_clock_trusted = true;
}

static inline void case_count(struct test_case *k)
{
	assert_false(k->out.overflow);
	for (unsigned i = 0; i < k->out.n; i++) {
		k->facts[k->out.facts[i].kind]++;
	}
}

static inline enum vd_err case_step(struct test_case *k, struct vd_event event)
{
	enum vd_err err = vd_engine_step(&k->env, &k->c, &event, &k->out, &k->diag);
	if (err == VD_OK) {
		case_count(k);
	}
	return err;
}

static inline void case_tick(struct test_case *k)
{
	assert_ok(case_step(k, (struct vd_event){ .kind = VD_EVENT_TICK }));
}

/** Moves the clock, ticking exactly where the conversation asked for it. */
static inline void case_at(struct test_case *k, struct vd_wall now)
{
	for (int i = 0; k->is_open && i < 1000; i++) {
		struct vd_wall next = vd_conversation_next_tick(&k->c);
		if (!vd_wall_is_set(next) || next.us > now.us) {
			break;
		}
		if (next.us > k->env.now.us) {
			k->env.now = next;
		}
		case_tick(k);
		struct vd_wall then = vd_conversation_next_tick(&k->c);
		assert_true(!vd_wall_is_set(then) ||
			    then.us > k->env.now.us); // or the desk would spin
	}
	k->env.now = now;
}

static inline struct vd_message case_message(enum vd_direction direction, enum vd_reply_kind kind,
					     struct vd_wall published, struct vd_wall fetched)
{
	struct vd_message m = {
		.direction = direction, .kind = kind, .published = published, .fetched = fetched
	};
	m.text = VD_SPAN("The line is down.\nSince Friday.");
	return m;
}

/** Takes in a message at the present time; the first one opens the conversation. */
static inline void case_take(struct test_case *k, const struct vd_message *m)
{
	if (!k->is_open) {
		assert_ok(vd_engine_open(&k->env, m, 3, &k->c, &k->out, &k->diag));
		k->is_open = true;
		case_count(k);
		return;
	}
	assert_ok(case_step(k, (struct vd_event){ .kind = VD_EVENT_MESSAGE, .message = m }));
}

/** The customer writes, and we fetch it at once. */
static inline void case_in(struct test_case *k, struct vd_wall at)
{
	case_at(k, at);
	struct vd_message m = case_message(VD_DIRECTION_IN, VD_REPLY_NONE, at, at);
	case_take(k, &m);
}

/** A reply is accepted by the network. */
static inline void case_out(struct test_case *k, struct vd_wall at, enum vd_reply_kind kind)
{
	case_at(k, at);
	struct vd_message m =
		case_message(VD_DIRECTION_OUT, kind, (struct vd_wall){ 0 }, (struct vd_wall){ 0 });
	m.sent = at;
	case_take(k, &m);
}

/** Learns now of a message with an older stamp. */
static inline void case_learn(struct test_case *k, enum vd_direction direction,
			      enum vd_reply_kind kind, struct vd_wall published)
{
	struct vd_message m = case_message(direction, kind, published, k->env.now);
	case_take(k, &m);
}

static inline const struct vd_target *case_target(const struct test_case *k,
						  enum vd_target_kind kind)
{
	return &k->c.targets[kind];
}

#define assert_wall(actual, expected) \
	unit_check_wall((actual), (expected), #actual, __FILE__, __LINE__)
#define assert_target(k, kind, expected) \
	unit_check_target((k), (kind), (expected), __FILE__, __LINE__)

static inline void unit_check_wall(struct vd_wall actual, struct vd_wall expected, const char *what,
				   const char *file, int line)
{
	if (actual.us != expected.us) {
		char a[VD_TIME_TEXT_BYTES];
		char b[VD_TIME_TEXT_BYTES];
		vd_wall_print(actual, a);
		vd_wall_print(expected, b);
		print_error("%s:%d: %s is %s, not %s\n", file, line, what, a, b);
		_fail(file, line);
	}
}

static inline void unit_check_target(const struct test_case *k, enum vd_target_kind kind,
				     enum vd_target_state expected, const char *file, int line)
{
	enum vd_target_state actual = k->c.targets[kind].state;
	if (actual != expected) {
		print_error("%s:%d: %s is %s, not %s\n", file, line, vd_target_name(kind),
			    vd_target_state_name(actual), vd_target_state_name(expected));
		_fail(file, line);
	}
}

#endif
