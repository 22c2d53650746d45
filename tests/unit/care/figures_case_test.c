// SPDX-License-Identifier: MIT
// One conversation's figures: cases 1, 5, 8, 10, 13, 16 of TIME.md, R27, R34, R41, R45.
#include "care/figures_case.h"

#include "base/rng.h"
#include "care/figures_km.h"
#include "case.h"
#include "random_calendar.h"

#define HOUR INT64_C(3600)
#define WEEK "1-5=09:00-18:00"

static struct vd_rulebook book;

static void fill_book(const struct test_case *k)
{
	memset(&book, 0, sizeof(book));
	book.n_calendars = 1;
	book.calendars[0] = k->calendar;
	book.n_policies = 1;
	book.policies[0] = k->policy;
	book.n_brands = 4; // case_take() opens at brand 3
	book.n_accounts = 3;
	for (int i = 0; i < 3; i++) {
		snprintf(book.accounts[i].name, sizeof(book.accounts[i].name), "account %d", i);
		book.accounts[i].brand = 3;
	}
}

static struct vd_figures_case look(struct test_case *k, struct vd_wall until)
{
	struct vd_figures_case out;
	fill_book(k);
	assert_true(vd_figures_case_make(&book, &k->c, until, &out));
	return out;
}

/** The nth figure of a kind. */
static const struct vd_figure *find(const struct vd_figures_case *f, enum vd_figure_kind kind,
				    int n)
{
	for (uint8_t i = 0; i < f->n; i++) {
		if (f->at[i].kind == kind && n-- == 0) {
			return &f->at[i];
		}
	}
	fail_msg("there is no such figure");
	return NULL;
}

static void assert_pair(struct vd_pair pair, int64_t wall_s, int64_t business_s)
{
	assert_int_equal(pair.wall_s, wall_s);
	assert_int_equal(pair.business_s, business_s);
}

static void assert_outcome(const struct vd_figure *figure, enum vd_outcome outcome)
{
	assert_string_equal(vd_outcome_name(figure->outcome), vd_outcome_name(outcome));
}

static void resolve(struct test_case *k, struct vd_wall at)
{
	case_at(k, at);
	assert_ok(case_step(k, (struct vd_event){ .kind = VD_EVENT_RESOLVE, .staff = 1 }));
}

static void test_case_1_one_wait_of_two_messages(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, WEEK);
	case_in(&k, local("2026-10-02T16:00:00"));
	case_in(&k, local("2026-10-05T09:30:00"));
	case_out(&k, local("2026-10-05T10:00:00"), VD_REPLY_ANSWER);
	struct vd_figures_case f = look(&k, local("2026-10-05T10:00:00"));
	assert_pair(find(&f, VD_FIGURE_FIRST, 0)->measure.pair, 66 * HOUR, 3 * HOUR);
	assert_false(find(&f, VD_FIGURE_FIRST, 0)->measure.is_censored);
	assert_pair(f.parts[0].on_us, 66 * HOUR, 3 * HOUR);
	assert_pair(f.parts[0].on_customer, 0, 0);
}

static void test_case_5_a_deflection_is_no_useful_answer(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, WEEK);
	case_in(&k, local("2026-10-01T10:00:00"));
	case_out(&k, local("2026-10-01T10:05:00"), VD_REPLY_DEFLECTION);
	case_in(&k, local("2026-10-01T10:20:00"));
	case_at(&k, local("2026-10-01T17:00:00"));
	case_tick(&k);
	struct vd_figures_case f = look(&k, local("2026-10-01T17:00:00"));
	assert_outcome(find(&f, VD_FIGURE_FIRST, 0), VD_OUTCOME_MET);
	assert_pair(find(&f, VD_FIGURE_FIRST, 0)->measure.pair, 300, 300);
	assert_outcome(find(&f, VD_FIGURE_NEXT, 0), VD_OUTCOME_BREACHED_OPEN);
	assert_true(find(&f, VD_FIGURE_NEXT, 0)->measure.is_censored);
	assert_true(find(&f, VD_FIGURE_USEFUL, 0)->measure.is_censored);
	assert_pair(find(&f, VD_FIGURE_USEFUL, 0)->measure.pair, 7 * HOUR, 7 * HOUR);
	assert_false(f.is_answered);
	assert_pair(f.parts[0].on_us, 7 * HOUR, 7 * HOUR); // a deflection ends no wait
}

static void test_case_8_at_due_late_and_seen_late(void **state)
{
	(void)state;
	static const struct {
		int late_s;
		int learned_after_s;
		enum vd_outcome outcome;
	} ROWS[] = {
		{ 0, 0, VD_OUTCOME_MET },
		{ 1, 0, VD_OUTCOME_BREACHED },
		{ 0, 600, VD_OUTCOME_MET_SEEN_LATE },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct test_case k;
		case_init(&k, WEEK);
		case_in(&k, local("2026-10-01T10:00:00"));
		struct vd_wall reply = after(k.c.targets[VD_TARGET_FIRST].due, ROWS[i].late_s);
		case_at(&k, after(reply, ROWS[i].learned_after_s));
		case_learn(&k, VD_DIRECTION_OUT, VD_REPLY_ANSWER, reply);
		struct vd_figures_case f = look(&k, after(reply, HOUR));
		assert_outcome(find(&f, VD_FIGURE_FIRST, 0), ROWS[i].outcome);
	}
}

static void test_case_10_withdrawn_is_censored(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, "0-6=00:00-24:00");
	k.policy.target_s[VD_TARGET_FIRST] = 8 * 3600;
	case_in(&k, local("2026-10-01T10:00:00"));
	case_at(&k, local("2026-10-01T16:00:00"));
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_DELETED }));
	struct vd_figures_case f = look(&k, local("2026-10-03T10:00:00"));
	const struct vd_figure *first = find(&f, VD_FIGURE_FIRST, 0);
	assert_true(f.is_withdrawn && !f.is_open);
	assert_true(first->measure.is_there && first->measure.is_censored);
	assert_pair(first->measure.pair, 6 * HOUR, 6 * HOUR);
	assert_outcome(first, VD_OUTCOME_CANCELLED);
	assert_pair(f.life, 6 * HOUR, 6 * HOUR);
	f = look(&k, local("2026-10-01T15:00:00")); // an hour before that it still waited
	assert_false(f.is_withdrawn);
	assert_outcome(find(&f, VD_FIGURE_FIRST, 0), VD_OUTCOME_RUNNING);
	assert_pair(find(&f, VD_FIGURE_FIRST, 0)->measure.pair, 5 * HOUR, 5 * HOUR);
}

static void test_case_13_before_and_after_opening(void **state)
{
	(void)state;
	static const struct {
		const char *reply;
		int64_t wall_s;
		int64_t business_s;
	} ROWS[] = {
		{ "2026-10-05T08:45:00", 2 * HOUR + 45 * 60, 0 },
		{ "2026-10-05T09:05:00", 3 * HOUR + 5 * 60, 5 * 60 },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct test_case k;
		case_init(&k, WEEK);
		case_in(&k, local("2026-10-05T06:00:00"));
		case_out(&k, local(ROWS[i].reply), VD_REPLY_ANSWER);
		struct vd_figures_case f = look(&k, local("2026-10-06T06:00:00"));
		assert_pair(find(&f, VD_FIGURE_FIRST, 0)->measure.pair, ROWS[i].wall_s,
			    ROWS[i].business_s);
	}
}

static void test_case_16_the_story(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, WEEK "!2026-10-04");
	case_in(&k, local("2026-10-02T16:40:00"));
	case_at(&k, local("2026-10-05T16:40:00"));
	struct vd_figures_case f = look(&k, local("2026-10-05T16:40:00"));
	const struct vd_figure *first = find(&f, VD_FIGURE_FIRST, 0);
	assert_true(first->measure.is_censored);
	assert_pair(first->measure.pair, 72 * HOUR, 9 * HOUR);
	assert_outcome(first, VD_OUTCOME_BREACHED_OPEN);
	f = look(&k, local("2026-10-05T11:40:00")); // R9: at due it is still in time
	assert_outcome(find(&f, VD_FIGURE_FIRST, 0), VD_OUTCOME_RUNNING);
}

// R13: past due, and nobody may say so.
static void test_an_untrusted_clock_declares_nothing(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, WEEK);
	case_in(&k, local("2026-10-01T10:00:00"));
	k.env.is_clock_trusted = false;
	case_at(&k, local("2026-10-01T16:00:00"));
	struct vd_figures_case f = look(&k, k.env.now);
	assert_outcome(find(&f, VD_FIGURE_FIRST, 0), VD_OUTCOME_PAST_DUE);
}

static void test_next_responses_one_by_one(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, WEEK);
	case_in(&k, local("2026-10-01T10:00:00"));
	case_out(&k, local("2026-10-01T10:30:00"), VD_REPLY_ANSWER);
	case_in(&k, local("2026-10-01T11:00:00"));
	case_out(&k, local("2026-10-01T17:00:00"), VD_REPLY_ANSWER);
	case_in(&k, local("2026-10-02T10:00:00"));
	case_at(&k, local("2026-10-02T11:00:00"));
	struct vd_figures_case f = look(&k, k.env.now);
	assert_outcome(find(&f, VD_FIGURE_NEXT, 0), VD_OUTCOME_BREACHED);
	assert_pair(find(&f, VD_FIGURE_NEXT, 0)->measure.pair, 6 * HOUR, 6 * HOUR);
	assert_outcome(find(&f, VD_FIGURE_NEXT, 1), VD_OUTCOME_RUNNING);
	assert_pair(find(&f, VD_FIGURE_NEXT, 1)->measure.pair, HOUR, HOUR);
	assert_true(find(&f, VD_FIGURE_NEXT, 1)->measure.is_censored);
	// as it stood on the first day at 16:00, whatever came later
	f = look(&k, local("2026-10-01T16:00:00"));
	assert_outcome(find(&f, VD_FIGURE_NEXT, 0), VD_OUTCOME_BREACHED_OPEN);
	assert_pair(find(&f, VD_FIGURE_NEXT, 0)->measure.pair, 5 * HOUR, 5 * HOUR);
	f = look(&k, local("2026-10-01T10:10:00"));
	assert_true(find(&f, VD_FIGURE_FIRST, 0)->measure.is_censored);
	struct vd_figures_case none;
	assert_false(vd_figures_case_make(&book, &k.c, local("2026-10-01T10:00:00"), &none));
}

// Case 2: the pause is the customer's; what the resolution counts leaves it out.
static void test_waiting_on_the_customer(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, WEEK);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-06T11:00:00"), VD_REPLY_QUESTION);
	case_in(&k, local("2026-10-08T15:00:00"));
	case_out(&k, local("2026-10-09T12:00:00"), VD_REPLY_ANSWER);
	resolve(&k, local("2026-10-09T12:00:00"));
	struct vd_figures_case f = look(&k, local("2026-10-12T00:00:00"));
	const struct vd_figure *resolution = find(&f, VD_FIGURE_RESOLUTION, 0);
	assert_outcome(resolution, VD_OUTCOME_MET);
	assert_pair(resolution->measure.pair, 98 * HOUR, 16 * HOUR);
	assert_pair(f.parts[0].on_us, 25 * HOUR + 21 * HOUR, 10 * HOUR + 6 * HOUR);
	assert_pair(f.parts[0].on_customer, 52 * HOUR, 22 * HOUR);
	assert_pair(f.life, 98 * HOUR, 38 * HOUR);
}

// R36: the time between an end and a reopening is neither ours nor the customer's.
static void test_closed_between_an_end_and_a_reopening(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, WEEK);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T11:00:00"), VD_REPLY_ANSWER);
	resolve(&k, local("2026-10-05T12:00:00"));
	case_in(&k, local("2026-10-07T10:00:00"));
	case_out(&k, local("2026-10-07T13:00:00"), VD_REPLY_ANSWER);
	struct vd_figures_case f = look(&k, local("2026-10-07T14:00:00"));
	assert_true(f.is_open);
	assert_pair(f.parts[0].on_us, 4 * HOUR, 4 * HOUR);
	assert_pair(f.parts[0].closed, 46 * HOUR, 16 * HOUR);
	assert_pair(f.parts[0].on_customer, 2 * HOUR, 2 * HOUR);
	assert_pair(find(&f, VD_FIGURE_RESOLUTION, 0)->measure.pair, 52 * HOUR, 6 * HOUR);
	assert_false(look(&k, local("2026-10-06T12:00:00")).is_open);
}

static void hand_over(struct test_case *k, uint16_t account)
{
	assert_ok(case_step(
		k, (struct vd_event){ .kind = VD_EVENT_OFFER, .staff = 1, .account = account }));
	assert_ok(case_step(k, (struct vd_event){ .kind = VD_EVENT_ACCEPT, .staff = 2 }));
}

// Case 4: custody sums to the total; each holder has the waiting of its own time.
static void test_each_holder_has_its_part(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, WEEK);
	fill_book(&k);
	k.env.book = &book;
	case_in(&k, local("2026-10-05T10:00:00"));
	case_at(&k, local("2026-10-05T11:00:00"));
	hand_over(&k, 1);
	case_at(&k, local("2026-10-05T11:30:00"));
	case_out(&k, local("2026-10-05T11:30:00"), VD_REPLY_ANSWER);
	case_at(&k, local("2026-10-05T13:00:00"));
	hand_over(&k, 0);
	case_in(&k, local("2026-10-05T13:10:00"));
	case_at(&k, local("2026-10-05T13:20:00"));
	struct vd_figures_case f = look(&k, k.env.now);
	assert_int_equal(f.n_parts, 3);
	assert_pair(f.parts[0].on_us, HOUR, HOUR);
	assert_pair(f.parts[1].on_us, HOUR / 2, HOUR / 2);
	assert_pair(f.parts[1].on_customer, HOUR + HOUR / 2, HOUR + HOUR / 2);
	assert_pair(f.parts[2].on_us, 600, 600);
	assert_int_equal(f.parts[1].account, 1);
	assert_pair(f.life, 200 * 60, 200 * 60);
	assert_int_equal(look(&k, local("2026-10-05T12:00:00")).n_parts, 2);
}

// ---- by property ----------------------------------------------------------------------------

/** The same history but for one reply, and one message learned in any order. */
struct history {
	size_t n;
	bool is_in[48];
	enum vd_reply_kind kind[48];
	struct vd_wall at[48];
};

static void random_calendar(const struct vd_rng *rng, struct test_case *k)
{
	char memory[8192];
	struct vd_buf text;
	vd_policy_init(&k->policy);
	do {
		vd_buf_init(&text, memory, sizeof(memory));
		random_put_calendar(rng, vd_days_from_civil(2026, 9, 1), &text);
	} while (vd_calendar_parse(VD_SPAN("CET-1CEST,M3.5.0,M10.5.0/3"), vd_buf_span(&text),
				   &k->calendar, &k->diag) != VD_OK);
}

static void random_history(const struct vd_rng *rng, struct history *h)
{
	struct vd_wall at = local("2026-10-01T08:00:00");
	h->n = 2 + vd_rng_below(rng, 46);
	for (size_t i = 0; i < h->n; i++) {
		h->is_in[i] = i == 0 || vd_rng_below(rng, 2) == 0;
		h->kind[i] = (enum vd_reply_kind)(VD_REPLY_ANSWER + vd_rng_below(rng, 5));
		at.us += 1 + vd_rng_below(rng, 1000000);
		at = after(at, vd_rng_below(rng, vd_rng_below(rng, 3) == 0 ? 3 * 86400 : 7200));
		h->at[i] = at;
	}
}

static void play(const struct history *h, struct test_case *k)
{
	k->env.policy = &k->policy;
	k->env.calendar = &k->calendar;
	k->env.is_clock_trusted = true;
	for (size_t i = 0; i < h->n; i++) {
		if (h->is_in[i]) {
			case_in(k, h->at[i]);
		} else {
			case_out(k, h->at[i], h->kind[i]);
		}
	}
}

static void test_parts_add_up_to_the_whole_life(void **state)
{
	(void)state;
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 34);
	for (int round = 0; round < 40; round++) {
		struct test_case k = { .is_open = false };
		struct history h;
		random_calendar(&rng, &k);
		fill_book(&k);
		random_history(&rng, &h);
		k.env.book = &book;
		play(&h, &k);
		for (uint16_t i = 0; i < 4; i++) {
			case_at(&k, after(k.env.now, vd_rng_below(&rng, 90000)));
			bool is_given =
				case_step(&k, (struct vd_event){ .kind = VD_EVENT_OFFER,
								 .staff = 1,
								 .account = (uint16_t)(i % 3) }) ==
				VD_OK;
			if (is_given) {
				assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_ACCEPT,
									   .staff = 2 }));
			}
			case_in(&k, after(k.env.now, 1 + vd_rng_below(&rng, 9000)));
		}
		struct vd_wall until = after(k.env.now, vd_rng_below(&rng, 90000));
		struct vd_figures_case f = look(&k, until);
		struct vd_pair sum = { 0, 0 };
		for (uint8_t i = 0; i < f.n_parts; i++) {
			const struct vd_figures_part *p = &f.parts[i];
			assert_true(p->on_us.wall_s >= 0 && p->on_customer.wall_s >= 0);
			assert_true(p->on_us.business_s >= 0 && p->on_customer.business_s >= 0);
			assert_true(p->life.business_s <= p->life.wall_s);
			sum.wall_s += p->on_us.wall_s + p->on_customer.wall_s + p->closed.wall_s;
			sum.business_s += p->on_us.business_s + p->on_customer.business_s +
					  p->closed.business_s;
		}
		assert_pair(sum, vd_wall_to_s(until) - vd_wall_to_s(k.c.opened),
			    vd_pair_between(&k.calendar, k.c.opened, until).business_s);
	}
}

/** How bad: what a figure says of one conversation, in an order in which more is worse. */
static int badness(enum vd_outcome outcome)
{
	switch (outcome) {
	case VD_OUTCOME_BREACHED:
	case VD_OUTCOME_BREACHED_OPEN:
		return 2;
	case VD_OUTCOME_RUNNING:
		return 1;
	default:
		return 0;
	}
}

static bool is_not_better(const struct vd_figure *early, const struct vd_figure *late)
{
	int64_t a_wall = vd_km_pack(early->measure.pair.wall_s, early->measure.is_censored);
	int64_t b_wall = vd_km_pack(late->measure.pair.wall_s, late->measure.is_censored);
	int64_t a_open = vd_km_pack(early->measure.pair.business_s, early->measure.is_censored);
	int64_t b_open = vd_km_pack(late->measure.pair.business_s, late->measure.is_censored);
	return b_wall >= a_wall && b_open >= a_open &&
	       badness(late->outcome) >= badness(early->outcome);
}

// R45: for a fixed conversation a later reply never scores better, in wall or in business time.
static void test_later_is_never_better(void **state)
{
	(void)state;
	static const enum vd_figure_kind KINDS[] = { VD_FIGURE_FIRST, VD_FIGURE_USEFUL };
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 45);
	for (int round = 0; round < 60; round++) {
		struct test_case early = { .is_open = false };
		struct history h;
		random_calendar(&rng, &early);
		struct test_case late = early;
		random_history(&rng, &h);
		size_t only = 0; // the customer writes and writes; there is one reply
		for (size_t i = 1; i < h.n; i++) {
			h.is_in[i] = true;
		}
		only = 1 + vd_rng_below(&rng, (uint32_t)h.n - 1);
		h.is_in[only] = false;
		h.kind[only] = vd_rng_below(&rng, 2) == 0 ? VD_REPLY_ANSWER : VD_REPLY_QUESTION;
		struct vd_wall until = after(h.at[h.n - 1], vd_rng_below(&rng, 9 * 86400));
		play(&h, &early);
		case_at(&early, until);
		case_tick(&early);
		struct history moved = h;
		struct vd_wall to = after(h.at[only], 1 + vd_rng_below(&rng, 9 * 86400));
		size_t i = only;
		for (; i + 1 < h.n && h.at[i + 1].us < to.us; i++) {
			moved.is_in[i] = true;
			moved.at[i] = h.at[i + 1];
		}
		moved.is_in[i] = false;
		moved.kind[i] = h.kind[only];
		moved.at[i] = to;
		if (to.us > until.us) {
			moved.n = i; // nothing of it is known yet
		}
		play(&moved, &late);
		case_at(&late, until.us > late.env.now.us ? until : late.env.now);
		case_tick(&late);
		struct vd_figures_case a = look(&early, until);
		struct vd_figures_case b = look(&late, until);
		for (size_t kind = 0; kind < VD_ARRAY_LEN(KINDS); kind++) {
			assert_true(
				is_not_better(find(&a, KINDS[kind], 0), find(&b, KINDS[kind], 0)));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_case_1_one_wait_of_two_messages),
		cmocka_unit_test(test_case_5_a_deflection_is_no_useful_answer),
		cmocka_unit_test(test_case_8_at_due_late_and_seen_late),
		cmocka_unit_test(test_case_10_withdrawn_is_censored),
		cmocka_unit_test(test_case_13_before_and_after_opening),
		cmocka_unit_test(test_case_16_the_story),
		cmocka_unit_test(test_an_untrusted_clock_declares_nothing),
		cmocka_unit_test(test_next_responses_one_by_one),
		cmocka_unit_test(test_waiting_on_the_customer),
		cmocka_unit_test(test_closed_between_an_end_and_a_reopening),
		cmocka_unit_test(test_each_holder_has_its_part),
		cmocka_unit_test(test_parts_add_up_to_the_whole_life),
		cmocka_unit_test(test_later_is_never_better),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
