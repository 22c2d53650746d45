// SPDX-License-Identifier: MIT
//
// The engine beside a model written from the words of TIME.md: whole histories, nothing folded,
// time counted minute by minute over arrays. Of src/care it uses what is open when; calendars have
// vectors of their own. In every third history the clock is not trusted now and then (R13): nothing
// new is breached meanwhile, and when trust comes all is as if it had never gone. Random histories
// with fixed seeds; MODEL=N makes more of them; a failure names its round, ROUND=N begins there.
#include <stdlib.h>

#include "case.h"

#include "base/rng.h"

#define HISTORIES 100
#define ENTRIES_MAX 96
#define DAYS 75
#define MINUTES (DAYS * 1440)
#define NONE (-1)
#define NEVER INT32_MAX
#define FREE 1440       // minutes of Facebook's window: free text,
#define LAST (7 * FREE) // and at all

/** One thing that happened, as the journal of a clerk would have it. */
struct entry {
	enum vd_turn_kind kind;
	int at; // minute
	int announced;
	int serial; // order of learning
	bool is_private;
};

/** How one promise stands. */
struct promise {
	enum { NOT_MADE, RUNS, KEPT, CLOSED } end;
	int from;
	int announced;
	int ended;
	int due; // as it was when it ended
	int met;
	int breaches;
};

struct model {
	struct vd_wall epoch;
	int32_t target[VD_TARGETS_OF_POLICY]; // minutes
	int n;
	struct entry entries[ENTRIES_MAX]; // in the order of learning
	bool is_open[MINUTES];
	// what they come to
	struct entry sorted[ENTRIES_MAX];
	bool is_paused[MINUTES];
	int paused_from; // runs; NONE
	bool is_asked;
	bool is_ended;
	enum vd_turn_kind end_kind;
	int ended;
	int cancelled; // the first end of the case with no useful reply before it
	int opened;
	int first_reply;
	int first_useful;
	int first_closed;
	int n_waiting;
	struct entry waiting[ENTRIES_MAX];
	struct promise next;
	struct promise cadence;
	struct promise window; // the network's
};

static struct vd_wall wall(const struct model *m, int minute)
{
	if (minute == NONE) {
		return (struct vd_wall){ 0 };
	}
	return after(m->epoch, (int64_t)minute * 60);
}

// ---- time, by counting (R6, R7, R25) --------------------------------------------------------

/** The first minute by which `want` open minutes have passed that nothing pauses. */
static int count_to(const struct model *m, int from, int want, const bool *is_paused)
{
	for (int t = from; from != NONE && t < MINUTES; t++) {
		if (want == 0) {
			return t;
		}
		want -= m->is_open[t] && (is_paused == NULL || !is_paused[t]);
	}
	return NEVER;
}

static int next_due(const struct model *m)
{
	int due = count_to(m, m->next.from, m->target[VD_TARGET_NEXT], NULL);
	return m->next.announced != NONE && m->next.announced < due ? m->next.announced : due;
}

static int cadence_due(const struct model *m)
{
	return count_to(m, m->cadence.from, m->target[VD_TARGET_CADENCE], m->is_paused);
}

// ---- what each thing means ------------------------------------------------------------------

static void make_promise(struct promise *p, int from)
{
	p->end = RUNS;
	p->from = from;
	p->announced = NONE;
	p->ended = NONE;
}

static void end_promise(struct promise *p, int at, bool is_reply, int due)
{
	if (p->end != RUNS) {
		return;
	}
	p->end = is_reply ? KEPT : CLOSED;
	p->ended = at;
	p->due = due;
	p->breaches += at > due;
	p->met += is_reply && at <= due;
}

static void set_paused(struct model *m, int from, int to, bool is_paused)
{
	memset(&m->is_paused[from], is_paused, (size_t)(to - from));
}

static void open_pause(struct model *m, int at)
{
	if (m->paused_from == NONE) {
		m->paused_from = at;
		set_paused(m, at, MINUTES, true);
	}
}

static void close_pause(struct model *m, int at)
{
	if (m->paused_from != NONE) {
		set_paused(m, at, MINUTES, false);
		m->paused_from = NONE;
	}
	m->is_asked = false;
}

static bool is_first_over(const struct model *m)
{
	return m->first_reply != NONE || m->first_closed != NONE;
}

static int window_last(const struct model *m)
{
	return m->window.from + LAST;
}

// The network's: each private message opens it anew; one that had closed was missed.
static void open_window(struct model *m, const struct entry *e)
{
	if (!e->is_private) {
		return;
	}
	if (m->window.end == RUNS && e->at > window_last(m)) {
		end_promise(&m->window, e->at, false, window_last(m));
	}
	make_promise(&m->window, e->at);
}

// R14, R18, R24, R36.
static void customer_writes(struct model *m, const struct entry *e)
{
	close_pause(m, e->at);
	m->is_ended = false;
	m->waiting[m->n_waiting++] = *e;
	open_window(m, e);
	if (is_first_over(m) && m->next.end != RUNS && m->target[VD_TARGET_NEXT] > 0) {
		make_promise(&m->next, e->at);
	}
}

// R16, R20, R24.
static void staff_write(struct model *m, const struct entry *e)
{
	bool is_useful = e->kind != VD_TURN_HOLDING;
	if (e->at < m->opened) {
		return;
	}
	m->first_reply = m->first_reply == NONE ? e->at : m->first_reply;
	m->first_useful = m->first_useful == NONE && is_useful ? e->at : m->first_useful;
	end_promise(&m->cadence, e->at, true, cadence_due(m));
	if (m->is_asked && e->kind != VD_TURN_QUESTION) {
		close_pause(m, e->at);
	}
	if (!m->is_ended && m->target[VD_TARGET_CADENCE] > 0) {
		make_promise(&m->cadence, e->at);
	}
	if (e->kind == VD_TURN_QUESTION && !m->is_ended) {
		open_pause(m, e->at);
		m->is_asked = true;
	}
	if (is_useful) {
		end_promise(&m->next, e->at, true, next_due(m));
		end_promise(&m->window, e->at, true, window_last(m));
		m->n_waiting = 0;
		return;
	}
	if (m->is_ended || m->target[VD_TARGET_NEXT] == 0) {
		return;
	}
	if (m->next.end != RUNS) {
		make_promise(&m->next, e->at);
	}
	bool is_sooner = m->next.announced == NONE || e->announced < m->next.announced;
	m->next.announced = e->announced != NONE && is_sooner ? e->announced : m->next.announced;
}

// R37, R38 and the end of the case: only what was known then is closed.
static void staff_close(struct model *m, const struct entry *e)
{
	bool is_end = e->kind != VD_TURN_CLOSED;
	int left = 0;
	end_promise(&m->next, e->at, false, next_due(m));
	end_promise(&m->window, e->at, false, window_last(m));
	if (is_end) {
		end_promise(&m->cadence, e->at, false, cadence_due(m));
	}
	for (int i = 0; i < m->n_waiting; i++) {
		if (m->waiting[i].serial > e->serial) {
			m->waiting[left++] = m->waiting[i];
			open_window(m, &m->waiting[left - 1]);
		}
	}
	m->n_waiting = left;
	if (left > 0) {
		if (is_first_over(m) && m->target[VD_TARGET_NEXT] > 0) {
			make_promise(&m->next, m->waiting[0].at);
		}
		return;
	}
	m->first_closed = is_first_over(m) ? m->first_closed : e->at;
	if (is_end) {
		open_pause(m, e->at);
		m->is_asked = false;
		m->is_ended = true;
		m->end_kind = e->kind;
		m->ended = e->at;
		if (m->first_useful == NONE && m->cancelled == NONE) {
			m->cancelled = e->at;
		}
	}
}

static int compare(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;
	if (x->at != y->at) {
		return x->at < y->at ? -1 : 1;
	}
	if (x->kind != y->kind) {
		return x->kind < y->kind ? -1 : 1;
	}
	return x->serial < y->serial ? -1 : 1;
}

static void reckon(struct model *m)
{
	m->paused_from = m->ended = m->cancelled = NONE;
	m->opened = m->first_reply = m->first_useful = m->first_closed = NONE;
	m->is_asked = m->is_ended = false;
	m->n_waiting = 0;
	m->next = m->cadence = m->window =
		(struct promise){ .from = NONE, .announced = NONE, .ended = NONE };
	set_paused(m, 0, MINUTES, false);
	memcpy(m->sorted, m->entries, sizeof(m->sorted));
	qsort(m->sorted, (size_t)m->n, sizeof(m->sorted[0]), compare);
	for (int i = m->n; i > 0; i--) {
		m->opened = m->sorted[i - 1].kind == VD_TURN_IN ? m->sorted[i - 1].at : m->opened;
	}
	for (int i = 0; i < m->n; i++) {
		const struct entry *e = &m->sorted[i];
		if (e->kind == VD_TURN_IN) {
			customer_writes(m, e);
		} else if (e->kind <= VD_TURN_ANSWER) {
			staff_write(m, e);
		} else if (e->kind == VD_TURN_RESUMED) {
			if (m->is_asked) {
				close_pause(m, e->at);
			}
		} else {
			staff_close(m, e);
		}
	}
}

// ---- beside the engine ----------------------------------------------------------------------

struct expected {
	enum vd_target_state state;
	int from;
	int due;
	int ended;
};

static struct expected judge(int from, int due, int ended, bool is_reply, int now)
{
	bool is_running = ended == NONE;
	struct expected e = { VD_TARGET_ARMED, from, due, ended };
	if ((is_running ? now : ended) > due) {
		e.state = VD_TARGET_BREACHED;
	} else if (!is_running) {
		e.state = is_reply ? VD_TARGET_MET : VD_TARGET_CANCELLED;
	}
	return e;
}

static struct expected expect_first(const struct model *m, int now)
{
	bool is_closed = m->first_closed != NONE;
	int ended = is_closed ? m->first_closed : m->first_reply;
	int due = count_to(m, m->opened, m->target[VD_TARGET_FIRST], NULL);
	return judge(m->opened, due, ended, !is_closed, now);
}

static struct expected expect_promise(const struct promise *p, int due, int now)
{
	if (p->end == NOT_MADE) {
		return (struct expected){ VD_TARGET_OFF, NONE, NONE, NONE };
	}
	due = p->end == RUNS ? due : p->due;
	return judge(p->from, due, p->ended, p->end == KEPT, now);
}

static struct expected expect_resolution(struct model *m, int now)
{
	int ended = m->is_ended ? m->ended : NONE;
	bool is_resolved = m->end_kind == VD_TURN_RESOLVED;
	if (m->is_ended) {
		set_paused(m, ended, MINUTES, false);
	}
	int due = count_to(m, m->opened, m->target[VD_TARGET_RESOLUTION], m->is_paused);
	if (m->is_ended) {
		set_paused(m, ended, MINUTES, true);
	}
	if (due == NEVER) {
		return (struct expected){ VD_TARGET_PAUSED, m->opened, NONE, NONE };
	}
	return judge(m->opened, due, ended, is_resolved, now);
}

static struct expected expect_ceiling(const struct model *m, int now)
{
	int due = m->opened + m->target[VD_TARGET_CEILING];
	if (m->cancelled != NONE) {
		return judge(m->opened, due, m->cancelled, false, now);
	}
	return judge(m->opened, due, m->first_useful, true, now);
}

static struct expected expect_window(const struct model *m, int now)
{
	const struct promise *p = &m->window;
	int until = p->end == RUNS ? now : p->ended;
	bool is_free = until <= p->from + FREE;
	int due = is_free ? p->from + FREE : window_last(m);
	return p->end == NOT_MADE ? (struct expected){ VD_TARGET_OFF, NONE, NONE, NONE }
				  : judge(p->from, due, p->ended, p->end == KEPT, now);
}

static void show(const struct model *m)
{
	for (int i = 0; i < m->n; i++) {
		const struct entry *e = &m->sorted[i];
		print_error("  %d %s serial %d announced %d\n", e->at, vd_turn_name(e->kind),
			    e->serial, e->announced);
	}
}

static void check_target(const struct model *m, const struct test_case *k, enum vd_target_kind kind,
			 struct expected e, int round)
{
	const struct vd_target *t = &k->c.targets[kind];
	enum vd_target_state state = t->state == VD_TARGET_MET_SEEN_LATE ? VD_TARGET_MET : t->state;
	if (kind < VD_TARGETS_OF_POLICY && m->target[kind] == 0) {
		e = (struct expected){ VD_TARGET_OFF, NONE, NONE, NONE };
	}
	// R13: late, but not declared yet.
	if (!k->env.is_clock_trusted && e.state == VD_TARGET_BREACHED && state == VD_TARGET_ARMED) {
		e.state = VD_TARGET_ARMED;
	}
	bool has_due = e.state != VD_TARGET_OFF && e.state != VD_TARGET_PAUSED;
	bool is_same = state == e.state;
	if (has_due && is_same) {
		is_same = t->from.us == wall(m, e.from).us && t->ended.us == wall(m, e.ended).us;
		// What ended while it was paused has no due.
		is_same = is_same && (t->due.us == wall(m, e.due).us || e.due == NEVER);
	}
	if (!is_same) {
		print_error("round %d: %s is %s from %d due %d ended %d, not %s %d %d %d\n", round,
			    vd_target_name(kind), vd_target_state_name(state),
			    (int)((t->from.us - m->epoch.us) / 60000000),
			    (int)((t->due.us - m->epoch.us) / 60000000),
			    (int)((t->ended.us - m->epoch.us) / 60000000),
			    vd_target_state_name(e.state), e.from, e.due, e.ended);
		show(m);
		fail();
	}
}

static void check_wall(const struct model *m, const char *what, struct vd_wall is, int minute,
		       int round)
{
	if (is.us != wall(m, minute).us) {
		print_error("round %d: %s is %d, not %d\n", round, what,
			    (int)((is.us - m->epoch.us) / 60000000), minute);
		show(m);
		fail();
	}
}

static void check_counts(const struct model *m, const struct test_case *k, enum vd_target_kind kind,
			 const struct promise *p, int round)
{
	const struct vd_target *t = &k->c.targets[kind];
	bool is_held = !k->env.is_clock_trusted && t->breaches < p->breaches;
	if (t->met != p->met || (t->breaches != p->breaches && !is_held)) {
		print_error("round %d: %s met %d breached %d, not %d %d\n", round,
			    vd_target_name(kind), t->met, t->breaches, p->met, p->breaches);
		show(m);
		fail();
	}
}

static void check(struct model *m, const struct test_case *k, int now, int round)
{
	reckon(m);
	check_wall(m, "opened", k->c.opened, m->opened, round);
	check_wall(m, "first reply", k->c.first_reply, m->first_reply, round);
	check_wall(m, "first useful", k->c.first_useful, m->first_useful, round);
	check_wall(m, "waiting", k->c.waiting_since, m->n_waiting > 0 ? m->waiting[0].at : NONE,
		   round);
	if ((k->c.state != VD_CONVERSATION_OPEN) != m->is_ended ||
	    vd_wall_is_set(k->c.paused_since) != m->is_asked) {
		print_error("round %d: %s, paused %d; not %s, %d\n", round,
			    vd_conversation_state_name(k->c.state),
			    vd_wall_is_set(k->c.paused_since), m->is_ended ? "ended" : "open",
			    m->is_asked);
		show(m);
		fail();
	}
	check_target(m, k, VD_TARGET_FIRST, expect_first(m, now), round);
	check_target(m, k, VD_TARGET_NEXT, expect_promise(&m->next, next_due(m), now), round);
	struct expected cadence = expect_promise(&m->cadence, cadence_due(m), now);
	if (cadence.state == VD_TARGET_ARMED && m->is_asked) {
		cadence.state = VD_TARGET_PAUSED;
	}
	check_target(m, k, VD_TARGET_CADENCE, cadence, round);
	check_target(m, k, VD_TARGET_RESOLUTION, expect_resolution(m, now), round);
	check_target(m, k, VD_TARGET_CEILING, expect_ceiling(m, now), round);
	struct expected window = expect_window(m, now);
	if (!k->env.is_clock_trusted && m->window.end == RUNS &&
	    case_target(k, VD_TARGET_WINDOW)->due.us == wall(m, m->window.from + FREE).us) {
		window.due = m->window.from + FREE; // R13: a clock that nobody trusts passes no end
	}
	check_target(m, k, VD_TARGET_WINDOW, window, round);
	check_counts(m, k, VD_TARGET_NEXT, &m->next, round);
	check_counts(m, k, VD_TARGET_CADENCE, &m->cadence, round);
	check_counts(m, k, VD_TARGET_WINDOW, &m->window, round);
}

// ---- histories ------------------------------------------------------------------------------

static void note(struct model *m, enum vd_turn_kind kind, int at, int announced, bool is_private)
{
	m->entries[m->n] = (struct entry){ kind, at, announced, m->n, is_private };
	m->n++;
}

static int draw(const struct vd_rng *rng, int below)
{
	return (int)vd_rng_below(rng, (uint32_t)below);
}

/** A stamp that is new by some hours at most, and inside what the engine keeps. */
static int draw_stamp(const struct model *m, const struct test_case *k, const struct vd_rng *rng,
		      int now)
{
	int at = draw(rng, 3) == 0 ? now - draw(rng, 300) : now;
	int folded = vd_wall_is_set(k->c.base.until)
			     ? (int)((k->c.base.until.us - m->epoch.us) / 60000000) + 1
			     : 0;
	bool is_full = k->c.n_turns >= VD_TURNS_MAX - 1;
	int first = is_full ? (int)((k->c.turns[1].at.us - m->epoch.us) / 60000000) + 1 : folded;
	first = first > 60 ? first : 60;
	return at < first ? (now < first ? first : now) : at;
}

static void draw_message(struct model *m, struct test_case *k, const struct vd_rng *rng, int now)
{
	static const enum vd_turn_kind turns[] = { VD_TURN_ANSWER, VD_TURN_QUESTION,
						   VD_TURN_HOLDING, VD_TURN_HOLDING };
	static const enum vd_reply_kind kinds[] = { VD_REPLY_ANSWER, VD_REPLY_QUESTION,
						    VD_REPLY_DEFLECTION, VD_REPLY_HOLDING };
	bool is_in = m->n == 0 || draw(rng, 2) == 0;
	int which = draw(rng, 4);
	int at = m->n == 0 ? now : draw_stamp(m, k, rng, now);
	int announced = which == 3 && draw(rng, 2) == 0 ? at + draw(rng, 900) : NONE;
	struct vd_message message = case_message(is_in ? VD_DIRECTION_IN : VD_DIRECTION_OUT,
						 is_in ? VD_REPLY_NONE : kinds[which], wall(m, at),
						 wall(m, now));
	if (!is_in) {
		message.announced = wall(m, announced);
	}
	bool is_private = is_in && draw(rng, 3) == 0;
	message.visibility = is_private ? VD_VISIBILITY_PRIVATE : VD_VISIBILITY_PUBLIC;
	note(m, is_in ? VD_TURN_IN : turns[which], at, is_in ? NONE : announced, is_private);
	case_take(k, &message);
}

static void draw_command(struct model *m, struct test_case *k, const struct vd_rng *rng, int now)
{
	static const enum vd_event_kind kinds[] = { VD_EVENT_RESOLVE, VD_EVENT_RESOLVE,
						    VD_EVENT_NO_REPLY_NEEDED, VD_EVENT_RESUME,
						    VD_EVENT_DELETED };
	static const enum vd_turn_kind turns[] = { VD_TURN_RESOLVED, VD_TURN_RESOLVED,
						   VD_TURN_CLOSED, VD_TURN_RESUMED,
						   VD_TURN_WITHDRAWN };
	int which = draw(rng, VD_ARRAY_LEN(kinds));
	unsigned withdrawn = k->facts[VD_FACT_WITHDRAWN];
	enum vd_turn_kind turn = turns[which];
	struct vd_event event = { .kind = kinds[which], .staff = 1, .reason = VD_SPAN("because") };
	if (case_step(k, event) != VD_OK ||
	    (turn == VD_TURN_WITHDRAWN && k->facts[VD_FACT_WITHDRAWN] == withdrawn)) {
		return;
	}
	if (turn == VD_TURN_WITHDRAWN && k->c.state != VD_CONVERSATION_WITHDRAWN) {
		turn = VD_TURN_CLOSED; // the case goes on
	}
	note(m, turn, now, NONE, false);
}

static void prepare(struct model *m, struct test_case *k, const struct vd_rng *rng)
{
	static const char *const hours[] = { "1-5=09:00-18:00/13:00-14:00", "0-6=00:00-24:00",
					     "1-6=08:00-20:00", "0-6=22:00-06:00",
					     "1-5=09:00-18:00!2026-10-26,2026-11-02" };
	case_init(k, hours[draw(rng, VD_ARRAY_LEN(hours))]);
	m->n = 0;
	m->epoch = local("2026-10-19T06:00:00"); // summer time ends on the first Sunday
	for (int t = 0; t < MINUTES; t++) {
		m->is_open[t] =
			vd_calendar_is_open(&k->calendar, vd_wall_to_s(m->epoch) + 60 * (int64_t)t);
	}
	for (int i = 0; i < VD_TARGETS_OF_POLICY; i++) {
		m->target[i] = draw(rng, 5) == 0 ? 0 : 10 * (1 + draw(rng, i == 3 ? 200 : 60));
		k->policy.target_s[i] = m->target[i] * 60;
	}
	static struct vd_rulebook book; // which network it is, for the window
	memset(&book, 0, sizeof(book));
	book.n_accounts = book.n_brands = book.n_policies = book.n_calendars = 1;
	book.accounts[0].network = VD_NETWORK_FACEBOOK;
	book.policies[0] = k->policy;
	book.calendars[0] = k->calendar;
	k->env.book = &book;
}

static void trust(struct test_case *k, bool is_trusted)
{
	k->env.is_clock_trusted = is_trusted;
	if (is_trusted && k->c.is_breach_held) {
		case_tick(k);
	}
}

// R13: nothing new is declared breached.
static void check_untrusted(const struct test_case *k, unsigned breached, int round)
{
	if (!k->env.is_clock_trusted && k->facts[VD_FACT_TARGET_BREACHED] != breached) {
		print_error("round %d: breached while the clock was not trusted\n", round);
		fail();
	}
}

static void live(struct model *m, struct test_case *k, const struct vd_rng *rng, int round)
{
	int now = 200 + draw(rng, 600);
	int n = 4 + draw(rng, 56);
	prepare(m, k, rng);
	case_at(k, wall(m, now));
	draw_message(m, k, rng, now);
	check(m, k, now, round);
	for (int i = 0; i < n && m->n < ENTRIES_MAX; i++) {
		now += draw(rng, 4) == 0 ? draw(rng, 1500) : draw(rng, 120);
		if (round % 3 == 0 && draw(rng, 4) == 0) {
			trust(k, !k->env.is_clock_trusted);
		}
		unsigned breached = k->facts[VD_FACT_TARGET_BREACHED];
		case_at(k, wall(m, now));
		case_tick(k);
		if (draw(rng, 4) == 0) {
			draw_command(m, k, rng, now);
		} else {
			draw_message(m, k, rng, now);
		}
		check_untrusted(k, breached, round);
		check(m, k, now, round);
	}
	case_at(k, wall(m, now));
	trust(k, true);
	check(m, k, now, round);
}

static void the_engine_says_what_the_words_say(void **state)
{
	(void)state;
	static struct model m;
	static struct test_case k;
	const char *text = getenv("MODEL");
	int rounds = text != NULL ? atoi(text) : HISTORIES;
	const char *only = getenv("ROUND");
	for (int round = only != NULL ? atoi(only) : 0; round < rounds; round++) {
		struct vd_seeded_rng seeded;
		struct vd_rng rng = vd_seeded_rng_init(&seeded, (uint64_t)round + 1);
		live(&m, &k, &rng, round);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_engine_says_what_the_words_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
