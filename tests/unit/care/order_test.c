// SPDX-License-Identifier: MIT
// The order of fetching never changes a verdict; and the ticks that are asked for are exact.
// Random histories, fixed seeds.
#include "care/sla.h"
#include "care/view.h"
#include "case.h"

#define TURNS_MAX 64
#define HISTORIES 400

struct history {
	size_t n;
	struct vd_message messages[TURNS_MAX]; // ascending by stamp
};

// xorshift: the same histories at every run.
static uint32_t draw(uint32_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed % below;
}

static void make(struct history *h, size_t n, uint32_t *seed)
{
	struct vd_wall at = local("2026-10-01T08:00:00");
	h->n = n;
	for (size_t i = 0; i < n; i++) {
		bool is_in = i == 0 || draw(seed, 2) == 0;
		enum vd_reply_kind kind = (enum vd_reply_kind)(VD_REPLY_ANSWER + draw(seed, 5));
		h->messages[i] = case_message(is_in ? VD_DIRECTION_IN : VD_DIRECTION_OUT,
					      is_in ? VD_REPLY_NONE : kind, at, at);
		h->messages[i].published.us += draw(seed, 4) == 0 ? draw(seed, 1000000) : 0;
		if (kind == VD_REPLY_HOLDING && draw(seed, 3) == 0) {
			h->messages[i].announced = after(at, 60 + draw(seed, 20000));
		}
		at = after(at, draw(seed, 6) == 0 ? 1 : 60 + draw(seed, 6 * 3600));
	}
	for (size_t i = 1; i < n; i++) { // fractions may have swapped neighbours of one second
		if (h->messages[i].published.us < h->messages[i - 1].published.us) {
			h->messages[i].published = h->messages[i - 1].published;
		}
	}
}

/** Any order within blocks of `reach`; the first stays, since only a customer's message opens. */
static void shuffle(struct history *h, size_t reach, uint32_t *seed)
{
	for (size_t block = 1; block < h->n; block += reach) {
		size_t n = h->n - block < reach ? h->n - block : reach;
		for (size_t i = n; i > 1; i--) {
			size_t j = block + draw(seed, (uint32_t)i);
			struct vd_message swap = h->messages[block + i - 1];
			h->messages[block + i - 1] = h->messages[j];
			h->messages[j] = swap;
		}
	}
}

static void rotate_opening(struct history *h, uint32_t *seed)
{
	size_t i = draw(seed, (uint32_t)h->n);
	if (h->messages[i].direction == VD_DIRECTION_IN) {
		struct vd_message swap = h->messages[0];
		h->messages[0] = h->messages[i];
		h->messages[i] = swap;
	}
}

/** Fetches in the order given, each as early as its stamp allows, with all the ticks on the way. */
static void run(struct test_case *k, const struct history *h, struct vd_wall end)
{
	case_init(k, "1-5=09:00-18:00/13:00-14:00");
	k->policy.target_s[VD_TARGET_CADENCE] = 6 * 3600;
	k->policy.target_s[VD_TARGET_CEILING] = 30 * 3600;
	for (size_t i = 0; i < h->n; i++) {
		struct vd_message m = h->messages[i];
		if (m.published.us > k->env.now.us) {
			case_at(k, m.published);
		}
		m.fetched = k->env.now;
		case_take(k, &m);
	}
	case_at(k, end);
	case_tick(k);
}

// That it was declared before the proof came is a fact about us, not about the reply (R9).
static enum vd_target_state outcome(const struct vd_target *t)
{
	return t->state == VD_TARGET_MET_SEEN_LATE ? VD_TARGET_MET : t->state;
}

static bool is_same(const struct vd_conversation *a, const struct vd_conversation *b)
{
	for (int i = 0; i < VD_TARGET_N; i++) {
		const struct vd_target *x = &a->targets[i];
		const struct vd_target *y = &b->targets[i];
		if (outcome(x) != outcome(y) || x->is_running != y->is_running ||
		    x->from.us != y->from.us || x->due.us != y->due.us ||
		    x->ended.us != y->ended.us || x->met != y->met || x->breaches != y->breaches) {
			print_error("%s: %s %d/%d and %s %d/%d\n",
				    vd_target_name((enum vd_target_kind)i),
				    vd_target_state_name(x->state), x->met, x->breaches,
				    vd_target_state_name(y->state), y->met, y->breaches);
			return false;
		}
	}
	return a->opened.us == b->opened.us && a->waiting_since.us == b->waiting_since.us &&
	       a->first_reply.us == b->first_reply.us && a->first_useful.us == b->first_useful.us &&
	       a->last_in.us == b->last_in.us && a->last_out.us == b->last_out.us &&
	       a->n_in == b->n_in && a->n_out == b->n_out && a->last_account == b->last_account;
}

static void check_order(size_t most, size_t reach, bool any_opening, uint32_t seed)
{
	for (int round = 0; round < HISTORIES; round++) {
		struct history h;
		make(&h, 2 + draw(&seed, (uint32_t)most - 1), &seed);
		struct vd_wall end = after(h.messages[h.n - 1].published, draw(&seed, 3 * 86400));
		struct test_case straight;
		run(&straight, &h, end);
		struct history mixed = h;
		shuffle(&mixed, reach, &seed);
		if (any_opening) {
			rotate_opening(&mixed, &seed);
		}
		struct test_case shuffled;
		run(&shuffled, &mixed, end);
		char name[32];
		snprintf(name, sizeof(name), "round %d", round);
		assert_row(is_same(&straight.c, &shuffled.c), name);
	}
}

static void test_any_order_within_the_window(void **state)
{
	(void)state;
	check_order(VD_TURNS_MAX, VD_TURNS_MAX, true, 20261005);
}

static void test_neighbours_swapped_in_long_histories(void **state)
{
	(void)state;
	check_order(TURNS_MAX, VD_TURNS_MAX - 4, false, 4711);
}

// R36: the case was resolved, and then words turn up that were said before: in whichever order they
// are learned, it is open or resolved in the end, and judged the same.
static void test_any_order_of_what_is_learned_after_the_end(void **state)
{
	(void)state;
	uint32_t seed = 36;
	for (int round = 0; round < HISTORIES; round++) {
		struct history late;
		make(&late, 3 + draw(&seed, 5), &seed);
		struct vd_wall end = after(late.messages[late.n - 1].published, 60);
		struct test_case k[2];
		for (int i = 0; i < 2; i++) {
			case_init(&k[i], "1-5=09:00-18:00/13:00-14:00");
			case_take(&k[i], &late.messages[0]);
			case_at(&k[i], end);
			struct vd_event resolve = { .kind = VD_EVENT_RESOLVE,
						    .staff = 1,
						    .reason = VD_SPAN("because") };
			assert_ok(case_step(&k[i], resolve));
			case_at(&k[i], after(end, 600));
			for (size_t j = 1; j < late.n; j++) {
				case_take(&k[i], &late.messages[j]);
			}
			shuffle(&late, late.n, &seed);
		}
		char name[32];
		snprintf(name, sizeof(name), "round %d", round);
		assert_row(k[0].c.state == k[1].c.state, name);
		assert_row(k[0].c.ended.us == k[1].c.ended.us, name);
		assert_row(is_same(&k[0].c, &k[1].c), name);
	}
}

/** First and next by the words of the rules, over the whole history at once. */
struct expected {
	struct vd_wall waiting_since;
	struct vd_wall first_reply;
	struct vd_wall next_from;
	struct vd_wall next_due; // of the wait that runs
	int met;
	int breaches;
};

static void expect_wait(const struct test_case *k, struct expected *e, struct vd_wall from,
			struct vd_wall announced)
{
	struct vd_sla_run run = { VD_TARGET_NEXT, from, NULL };
	struct vd_wall due = vd_sla_due(&k->policy, &k->calendar, &run);
	if (!vd_wall_is_set(e->next_from)) {
		e->next_from = from;
		e->next_due = due;
	}
	if (vd_wall_is_set(announced) && announced.us < e->next_due.us) {
		e->next_due = announced;
	}
}

static void expect_reply(const struct test_case *k, struct expected *e, const struct vd_message *m)
{
	struct vd_wall none = { 0 };
	if (m->kind == VD_REPLY_AUTOMATIC) {
		return;
	}
	if (!vd_wall_is_set(e->first_reply)) {
		e->first_reply = m->published;
	}
	if (m->kind == VD_REPLY_DEFLECTION || m->kind == VD_REPLY_HOLDING) {
		expect_wait(k, e, m->published, m->announced);
		return;
	}
	if (vd_wall_is_set(e->next_from)) {
		e->met += m->published.us <= e->next_due.us;
		e->breaches += m->published.us > e->next_due.us;
	}
	e->next_from = none;
	e->waiting_since = none;
}

// Ordered by (stamp, customer first, useful last), as the engine says it reads equal stamps.
static void test_first_and_next_by_the_words_of_the_rules(void **state)
{
	(void)state;
	uint32_t seed = 77;
	for (int round = 0; round < HISTORIES; round++) {
		struct history h;
		make(&h, 2 + draw(&seed, TURNS_MAX - 1), &seed);
		for (size_t i = 1; i < h.n; i++) { // no equal stamps here
			if (h.messages[i].published.us <= h.messages[i - 1].published.us) {
				h.messages[i].published.us = h.messages[i - 1].published.us + 1;
			}
		}
		struct test_case k;
		run(&k, &h, h.messages[h.n - 1].published);
		struct expected e = { .waiting_since = { 0 } };
		for (size_t i = 0; i < h.n; i++) {
			const struct vd_message *m = &h.messages[i];
			if (m->direction == VD_DIRECTION_OUT) {
				expect_reply(&k, &e, m);
				continue;
			}
			if (!vd_wall_is_set(e.waiting_since)) {
				e.waiting_since = m->published;
			}
			if (vd_wall_is_set(e.first_reply)) {
				expect_wait(&k, &e, m->published, (struct vd_wall){ 0 });
			}
		}
		const struct vd_target *next = case_target(&k, VD_TARGET_NEXT);
		assert_wall(k.c.waiting_since, e.waiting_since);
		assert_wall(k.c.first_reply, e.first_reply);
		assert_int_equal(next->met, e.met);
		assert_int_equal(next->breaches, e.breaches);
		assert_int_equal(next->is_running, vd_wall_is_set(e.next_from));
		if (next->is_running) {
			assert_wall(next->from, e.next_from);
			assert_wall(next->due, e.next_due);
		}
	}
}

static bool is_anything_new(const struct test_case *k, const struct vd_conversation *before)
{
	return k->out.n > 0 || memcmp(before, &k->c, sizeof(*before)) != 0;
}

// One microsecond before the instant asked for nothing happens; at it, something does.
static void test_ticks_are_exact(void **state)
{
	(void)state;
	uint32_t seed = 99;
	for (int round = 0; round < HISTORIES; round++) {
		struct history h;
		make(&h, 1 + draw(&seed, 12), &seed);
		struct test_case k;
		run(&k, &h, h.messages[h.n - 1].published);
		if (k.c.alarm.state == VD_ALARM_UNACK) {
			assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_ACK }));
		}
		assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_CLAIM, .staff = 2 }));
		for (int i = 0; i < 40; i++) {
			struct vd_wall next = vd_conversation_next_tick(&k.c);
			if (!vd_wall_is_set(next)) {
				break;
			}
			assert_true(next.us > k.env.now.us);
			struct vd_conversation before = k.c;
			k.env.now.us = next.us - 1;
			case_tick(&k);
			assert_false(is_anything_new(&k, &before));
			assert_memory_equal(&before, &k.c, sizeof(before));
			k.env.now = next;
			case_tick(&k);
			assert_true(is_anything_new(&k, &before));
		}
	}
}

// R45: for a fixed conversation a later reply never scores better, in wall or in business time.
static void test_later_is_never_better(void **state)
{
	(void)state;
	struct vd_pair last = { 0, 0 };
	int worst = VD_TARGET_MET;
	for (int64_t s = 0; s < 5 * 86400; s += 1801) {
		struct test_case k;
		case_init(&k, "1-5=09:00-18:00/13:00-14:00");
		case_in(&k, local("2026-10-01T16:10:30"));
		case_out(&k, after(k.c.opened, s), VD_REPLY_ANSWER);
		struct vd_wall from = k.c.opened;
		int64_t business_s = vd_sla_open_s(&k.calendar, from, k.c.first_reply);
		int outcome_now = case_target(&k, VD_TARGET_FIRST)->state;
		assert_true(s >= last.wall_s && business_s >= last.business_s &&
			    outcome_now >= worst);
		last = (struct vd_pair){ s, business_s };
		worst = outcome_now;
	}
	assert_int_equal(worst, VD_TARGET_BREACHED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_order_within_the_window),
		cmocka_unit_test(test_any_order_of_what_is_learned_after_the_end),
		cmocka_unit_test(test_neighbours_swapped_in_long_histories),
		cmocka_unit_test(test_first_and_next_by_the_words_of_the_rules),
		cmocka_unit_test(test_ticks_are_exact),
		cmocka_unit_test(test_later_is_never_better),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
