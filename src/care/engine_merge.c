// SPDX-License-Identifier: MIT
// R39: two cases that turn out to be one, and one that turns out to be two.
#include <string.h>

#include "care/engine_custody.h"
#include "care/engine_judge.h"
#include "care/engine_step.h"
#include "care/engine_turns.h"
#include "care/sla.h"

_Static_assert(VD_TURNS_MAX <= 32, "one bit a turn");

static bool is_set(struct vd_wall t)
{
	return vd_wall_is_set(t);
}

static struct vd_wall earlier(struct vd_wall a, struct vd_wall b)
{
	if (!is_set(a) || !is_set(b)) {
		return is_set(a) ? a : b;
	}
	return a.us < b.us ? a : b;
}

static struct vd_wall later(struct vd_wall a, struct vd_wall b)
{
	return a.us > b.us ? a : b;
}

static bool is_useful(const struct vd_turn *turn)
{
	return turn->kind == VD_TURN_QUESTION || turn->kind == VD_TURN_ANSWER;
}

// Whether a customer's message was unanswered in `c` at `at`.
static bool is_waiting_at(const struct vd_conversation *c, struct vd_wall at)
{
	bool waits = is_set(c->base.waiting_since) && c->base.until.us <= at.us;
	uint32_t newest = 0; // of the messages since the last answer
	for (uint8_t i = 0; i < c->n_turns && c->turns[i].at.us <= at.us; i++) {
		const struct vd_turn *turn = &c->turns[i];
		if (turn->kind == VD_TURN_IN) {
			waits = true;
			newest = turn->serial > newest ? turn->serial : newest;
		} else if (is_useful(turn) && !turn->is_partial) {
			waits = false;
			newest = 0;
		} else if (turn->kind >= VD_TURN_CLOSED && !turn->is_partial) {
			waits = newest > turn->serial; // a closing covers only what was known
		}
	}
	return waits;
}

static bool is_end(const struct vd_turn *turn)
{
	return turn->kind == VD_TURN_RESOLVED || turn->kind == VD_TURN_WITHDRAWN;
}

// Between an end that covered everything and the customer's next word the case is over, also if it
// was reopened since.
static bool is_alive_at(const struct vd_conversation *c, struct vd_wall at)
{
	bool is_over = is_set(c->base.pauses.since) && !c->base.pauses.is_asked;
	uint32_t newest = 0; // of the messages since the last answer
	for (uint8_t i = 0; i < c->n_turns && c->turns[i].at.us <= at.us; i++) {
		const struct vd_turn *turn = &c->turns[i];
		if (turn->kind == VD_TURN_IN) {
			is_over = false;
			newest = turn->serial > newest ? turn->serial : newest;
		} else if (is_useful(turn) && !turn->is_partial) {
			newest = 0;
		} else if (is_end(turn) && !turn->is_partial) {
			is_over = newest < turn->serial;
		}
	}
	return c->opened.us <= at.us && !is_over;
}

// Waiting intervals are united: what answered or closed one part while the other waited ended no
// wait. One bit a turn.
static uint32_t find_partial(const struct vd_conversation *c, const struct vd_conversation *other)
{
	uint32_t partial = 0;
	for (uint8_t i = 0; i < c->n_turns; i++) {
		const struct vd_turn *turn = &c->turns[i];
		bool ends_wait = is_useful(turn) || is_end(turn) || turn->kind == VD_TURN_CLOSED;
		if (ends_wait && is_waiting_at(other, turn->at)) {
			partial |= UINT32_C(1) << i;
		}
	}
	return partial;
}

// An end of one part while the other lived on is no end of the case: it closed waits, no more.
static uint32_t find_overruled(const struct vd_conversation *c, const struct vd_conversation *other)
{
	uint32_t overruled = 0;
	for (uint8_t i = 0; i < c->n_turns; i++) {
		if (is_end(&c->turns[i]) && is_alive_at(other, c->turns[i].at)) {
			overruled |= UINT32_C(1) << i;
		}
	}
	return overruled;
}

static void mark(struct vd_conversation *c, uint32_t partial, uint32_t overruled)
{
	for (uint8_t i = 0; i < c->n_turns; i++) {
		struct vd_turn *turn = &c->turns[i];
		turn->is_partial = turn->is_partial || (partial >> i & 1) != 0;
		if ((overruled >> i & 1) != 0) {
			turn->kind = VD_TURN_CLOSED;
		}
	}
}

// ---- the order of learning ------------------------------------------------------------------

// The last closing of its own part that a waiting message was not covered by; -1: none.
static int find_uncovering(const struct vd_conversation *c, uint8_t message)
{
	int last = -1;
	for (uint8_t i = (uint8_t)(message + 1); i < c->n_turns; i++) {
		const struct vd_turn *turn = &c->turns[i];
		bool is_closing = turn->kind >= VD_TURN_CLOSED;
		if (turn->is_partial || !(is_closing || is_useful(turn))) {
			continue;
		}
		if (!is_closing || turn->serial > c->turns[message].serial) {
			break;
		}
		last = i;
	}
	return last;
}

// How many turns of the other part come before this one.
static uint32_t count_before(const struct vd_conversation *other, const struct vd_turn *turn,
			     bool is_first)
{
	uint32_t n = 0;
	for (uint8_t i = 0; i < other->n_turns; i++) {
		const struct vd_turn *t = &other->turns[i];
		bool is_tie = t->at.us == turn->at.us && t->kind == turn->kind;
		bool is_before = t->at.us < turn->at.us ||
				 (t->at.us == turn->at.us && t->kind < turn->kind);
		n += is_before || (is_tie && !is_first);
	}
	return n;
}

// A closing that ended the wait of both covers all that came before it, in either part, but what
// it did not cover in its own: numbers by the order of stamps, and such a message right behind the
// closing that left it.
static void number(struct vd_conversation *c, const struct vd_conversation *other, bool is_first,
		   uint32_t serials[VD_TURNS_MAX])
{
	for (uint8_t i = 0; i < c->n_turns; i++) {
		int left_by = c->turns[i].kind == VD_TURN_IN ? find_uncovering(c, i) : -1;
		uint8_t place = left_by < 0 ? i : (uint8_t)left_by;
		uint32_t before = place + count_before(other, &c->turns[place], is_first);
		serials[i] = 2 * before + (left_by < 0 ? 1U : 2U);
	}
}

static void unite_serials(struct vd_conversation *c, struct vd_conversation *other)
{
	uint32_t serials[VD_TURNS_MAX];
	uint32_t others[VD_TURNS_MAX];
	number(c, other, true, serials);
	number(other, c, false, others);
	for (uint8_t i = 0; i < c->n_turns; i++) {
		c->turns[i].serial = serials[i];
	}
	for (uint8_t i = 0; i < other->n_turns; i++) {
		other->turns[i].serial = others[i];
	}
	c->serial = 2U * (c->n_turns + other->n_turns + 1U);
}

// ---- the two as one -------------------------------------------------------------------------

static struct vd_leg unite_leg(struct vd_leg a, struct vd_leg b)
{
	bool is_a = a.end == VD_LEG_RUNNING && (b.end != VD_LEG_RUNNING || a.from.us <= b.from.us);
	bool is_b = b.end == VD_LEG_RUNNING && !is_a;
	struct vd_leg leg = is_b || (!is_a && b.from.us > a.from.us) ? b : a;
	if (a.end == VD_LEG_RUNNING && b.end == VD_LEG_RUNNING) {
		leg.due = a.due.us < b.due.us ? a.due : b.due;
		leg.announced = earlier(a.announced, b.announced);
	}
	leg.met = (uint16_t)(a.met + b.met);
	leg.breaches = (uint16_t)(a.breaches + b.breaches);
	leg.held = (uint16_t)(a.held + b.held);
	leg.missed = later(a.missed, b.missed);
	return leg;
}

// Of folded turns only the sums are left.
static void unite_base(struct vd_step *s, struct vd_tally *a, const struct vd_tally *b)
{
	a->pauses = vd_unite_pauses(s->env, s->c, a, b);
	a->until = later(a->until, b->until);
	a->opened = earlier(a->opened, b->opened);
	a->waiting_since = earlier(a->waiting_since, b->waiting_since);
	a->last_in = later(a->last_in, b->last_in);
	a->last_out = later(a->last_out, b->last_out);
	a->last_useful = is_set(a->waiting_since) ? earlier(a->last_useful, b->last_useful)
						  : later(a->last_useful, b->last_useful);
	a->first_reply = earlier(a->first_reply, b->first_reply);
	a->first_useful = earlier(a->first_useful, b->first_useful);
	a->first_closed = earlier(a->first_closed, b->first_closed);
	a->next = unite_leg(a->next, b->next);
	a->cadence = unite_leg(a->cadence, b->cadence);
	a->window = unite_leg(a->window, b->window); // of two threads the one that closes first
}

static void take_turns(struct vd_step *s, const struct vd_conversation *other)
{
	for (uint8_t i = 0; i < other->n_turns; i++) {
		vd_turns_place(s->env, s->c, other->turns[i]);
	}
}

// What one part folded away is final: the other's turns of that time are so too.
static void fold_until(struct vd_step *s, struct vd_conversation *c, struct vd_wall until)
{
	while (c->n_turns > 0 && c->turns[0].at.us <= until.us) {
		vd_turns_fold_oldest(s->env, c);
	}
}

// Also one that ended late while the clock was not trusted: it is armed and does not run (R13).
static bool is_promise(const struct vd_target *t)
{
	return is_set(t->due) && (t->state == VD_TARGET_ARMED || t->state == VD_TARGET_BREACHED);
}

// Where the first response of the whole is that of the other part, the promise to this one goes on
// as its next response: what was late stays late.
static void keep_first_promise(struct vd_step *s, struct vd_conversation *part)
{
	const struct vd_target *first = &part->targets[VD_TARGET_FIRST];
	for (uint8_t i = 0; i < part->n_turns && is_promise(first); i++) {
		struct vd_turn *turn = &part->turns[i];
		if (turn->kind == VD_TURN_IN && turn->at.us == part->opened.us) {
			struct vd_sla_run run = { VD_TARGET_NEXT, turn->at, NULL };
			turn->next_due = earlier(vd_custody_due(s->env, s->c, &run), first->due);
			return;
		}
	}
}

// R9, R32: a merge moves no deadline later. `promised`: by either part.
static void keep_promise(struct vd_step *s, enum vd_target_kind kind, struct vd_wall promised)
{
	struct vd_conversation *c = s->c;
	if (!is_set(promised)) {
		return;
	}
	struct vd_tally tally = vd_turns_walk(s->env, c);
	struct vd_target *t = &c->targets[kind];
	bool can_pause = kind == VD_TARGET_RESOLUTION;
	struct vd_sla_run run = { kind, tally.opened, can_pause ? &tally.pauses : NULL };
	t->from = tally.opened;
	t->due = earlier(vd_custody_due(s->env, c, &run), promised);
	t->warn = (struct vd_wall){ 0 };
	if (can_pause) {
		c->pauses_mark = vd_turns_mark_pauses(&tally.pauses, t->due);
	}
}

static struct vd_wall promised(const struct vd_target *a, const struct vd_target *b)
{
	struct vd_wall none = { 0 };
	return earlier(is_promise(a) ? a->due : none, is_promise(b) ? b->due : none);
}

static void keep_declared(struct vd_conversation *c, const struct vd_conversation *other)
{
	for (int i = 0; i < VD_TARGET_N; i++) {
		c->targets[i].declared = later(c->targets[i].declared, other->targets[i].declared);
	}
}

// ---- the resolution of the two -------------------------------------------------------------

static struct vd_wall breached_at(const struct vd_conversation *c)
{
	const struct vd_target *t = &c->targets[VD_TARGET_RESOLUTION];
	struct vd_wall none = { 0 };
	return earlier(c->resolution_kept, t->state == VD_TARGET_BREACHED ? t->due : none);
}

static bool is_worse(const struct vd_conversation *a, const struct vd_conversation *b)
{
	const struct vd_target *x = &a->targets[VD_TARGET_RESOLUTION];
	const struct vd_target *y = &b->targets[VD_TARGET_RESOLUTION];
	bool is_breached = x->state == VD_TARGET_BREACHED;
	if (is_breached != (y->state == VD_TARGET_BREACHED)) {
		return is_breached;
	}
	return is_breached ? x->due.us < y->due.us : a->ended.us > b->ended.us;
}

// R40: what two ended cases came to stays, the worse of the two; the end of both is the later one.
static void unite_ended(struct vd_conversation *c, const struct vd_conversation *other)
{
	if (is_worse(other, c)) {
		struct vd_wall declared = c->targets[VD_TARGET_RESOLUTION].declared;
		c->targets[VD_TARGET_RESOLUTION] = other->targets[VD_TARGET_RESOLUTION];
		c->targets[VD_TARGET_RESOLUTION].declared =
			later(declared, other->targets[VD_TARGET_RESOLUTION].declared);
	}
	if (other->ended.us > c->ended.us) {
		c->ended = other->ended;
		c->state = other->state;
	}
	c->pauses_mark = 0;
	c->is_resolution_over = true;
}

static void take_fields(struct vd_conversation *c, const struct vd_conversation *other)
{
	c->fetched = other->opened.us < c->opened.us ? other->fetched : c->fetched;
	c->last_account = other->last_in.us > c->last_in.us ? other->last_account : c->last_account;
	c->n_in += other->n_in;
	c->n_out += other->n_out;
	if (other->visibility == VD_VISIBILITY_PRIVATE) {
		c->visibility = VD_VISIBILITY_PRIVATE;
	}
	bool is_older =
		is_set(other->waiting_since) &&
		(!is_set(c->waiting_since) || other->waiting_since.us < c->waiting_since.us);
	if (is_older) {
		memcpy(c->first_line, other->first_line, sizeof(c->first_line));
	}
	if (c->topic[0] == '\0') {
		memcpy(c->topic, other->topic, sizeof(c->topic));
	}
}

// Nothing of it runs on: its waits do, in the other one.
static void retire(struct vd_step *s, struct vd_conversation *other)
{
	other->state = VD_CONVERSATION_MERGED;
	other->merged_into = s->c->id;
	other->ended = s->env->now;
	other->waiting_since = (struct vd_wall){ 0 };
	// Its words went along: an edit reaches them there.
	memset(other->first_line, 0, sizeof(other->first_line));
	other->offer = (struct vd_offer){ 0 };
	other->claimed_by = 0;
	other->claimed_at = (struct vd_wall){ 0 };
	other->claim_until = (struct vd_wall){ 0 };
	other->resolution_kept = (struct vd_wall){ 0 };
	other->is_resolution_over = false;
	other->n_turns = 0;
	other->base = (struct vd_tally){ 0 };
	other->is_breach_held = false;
	other->parked_by = 0;
	other->paused_since = (struct vd_wall){ 0 };
	other->pause_asks = (struct vd_wall){ 0 };
	other->night_tick = (struct vd_wall){ 0 };
	other->hours_tick = (struct vd_wall){ 0 };
	other->calm_until = (struct vd_wall){ 0 };
	other->ladder = VD_LADDER_LIGHT;
	other->ladder_from = (struct vd_wall){ 0 };
	other->ladder_tick = (struct vd_wall){ 0 };
	for (int i = 0; i < VD_TARGET_N; i++) {
		struct vd_target *t = &other->targets[i];
		if (t->is_running || t->state == VD_TARGET_PAUSED || t->state == VD_TARGET_ARMED) {
			t->is_running = false;
			t->state = VD_TARGET_CANCELLED;
			t->ended = s->env->now;
		}
	}
	vd_conversation_init_alarms(other);
}

static enum vd_err check_merge(const struct vd_step *s)
{
	const struct vd_conversation *other = s->event->other;
	if (other == NULL || other->id == s->c->id) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT, "merging needs two cases");
	}
	if (s->c->state == VD_CONVERSATION_MERGED || other->state == VD_CONVERSATION_MERGED) {
		return vd_diag_set(s->diag, VD_ERR_STATE, "one of the two is merged already");
	}
	if (s->c->state != VD_CONVERSATION_OPEN && other->state == VD_CONVERSATION_OPEN) {
		return vd_diag_set(s->diag, VD_ERR_STATE,
				   "the case to go on in is %s: merge it into the open one",
				   vd_conversation_state_name(s->c->state));
	}
	if (s->event->staff == 0) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT, "merging needs a name");
	}
	return VD_OK;
}

enum vd_err vd_on_merge(struct vd_step *s)
{
	enum vd_err err = check_merge(s);
	if (err != VD_OK) {
		return err;
	}
	struct vd_conversation *other = s->event->other;
	struct vd_conversation *c = s->c;
	uint32_t partial = find_partial(c, other);
	uint32_t other_partial = find_partial(other, c);
	uint32_t overruled = find_overruled(c, other);
	uint32_t other_overruled = find_overruled(other, c);
	unite_serials(c, other);
	mark(c, partial, overruled);
	mark(other, other_partial, other_overruled);
	bool is_over = c->state != VD_CONVERSATION_OPEN;
	c->resolution_kept = earlier(breached_at(c), breached_at(other));
	struct vd_wall dues[VD_TARGET_N];
	for (int i = 0; i < VD_TARGET_N; i++) {
		dues[i] = promised(&c->targets[i], &other->targets[i]);
	}
	keep_first_promise(s, c);
	keep_first_promise(s, other);
	fold_until(s, c, other->base.until);
	fold_until(s, other, c->base.until);
	unite_base(s, &c->base, &other->base);
	take_fields(c, other);
	take_turns(s, other);
	keep_declared(c, other);
	keep_promise(s, VD_TARGET_FIRST, dues[VD_TARGET_FIRST]);
	keep_promise(s, VD_TARGET_CEILING, dues[VD_TARGET_CEILING]);
	if (is_over) {
		unite_ended(c, other);
	} else {
		keep_promise(s, VD_TARGET_RESOLUTION, dues[VD_TARGET_RESOLUTION]);
	}
	retire(s, other);
	vd_step_note(s, VD_FACT_MERGED, c->opened);
	return VD_OK;
}

static int find_turn(const struct vd_conversation *c, const struct vd_turn *turn)
{
	for (int i = 0; i < c->n_turns; i++) {
		if (c->turns[i].kind == turn->kind && c->turns[i].at.us == turn->at.us) {
			return i;
		}
	}
	return -1;
}

static void remove_turn(struct vd_conversation *c, int at)
{
	c->n_turns--;
	memmove(&c->turns[at], &c->turns[at + 1], (size_t)(c->n_turns - at) * sizeof(c->turns[0]));
}

static uint32_t count_in(const struct vd_turn *turns, uint8_t n)
{
	uint32_t n_in = 0;
	for (uint8_t i = 0; i < n; i++) {
		n_in += turns[i].kind == VD_TURN_IN;
	}
	return n_in;
}

// Of what left nothing stays but what is said of both: not its words, not its privacy.
static void take_rest(struct vd_step *s, const struct vd_tally *rest)
{
	struct vd_conversation *c = s->c;
	const struct vd_event *event = s->event;
	const struct vd_message *m = event->message;
	if (rest->opened.us != c->opened.us) {
		c->fetched = event->fetched;
		c->resolution_kept = (struct vd_wall){ 0 }; // R9: it goes with its own opening
	}
	if (event->is_public) {
		c->visibility = VD_VISIBILITY_PUBLIC;
	}
	bool is_last = m != NULL && vd_message_stamp(m).us == rest->last_in.us;
	c->is_thanks = is_last && m->is_thanks;
	memset(c->first_line, 0, sizeof(c->first_line));
	if (m != NULL) {
		vd_step_take_line(c, m->text);
	}
}

// Each part keeps the original stamps: what leaves is taken in again by the new case, and the rest
// is judged as if it had never been here.
enum vd_err vd_on_split(struct vd_step *s)
{
	struct vd_conversation *c = s->c;
	uint32_t n_in = count_in(s->event->gone, s->event->n_gone);
	if (c->state != VD_CONVERSATION_OPEN || s->event->staff == 0 || n_in == 0) {
		return vd_diag_set(s->diag, VD_ERR_ARGUMENT,
				   "splitting needs an open case, a name and a customer's message");
	}
	struct vd_conversation was = *c;
	for (uint8_t i = 0; i < s->event->n_gone; i++) {
		int at = find_turn(c, &s->event->gone[i]);
		if (at < 0) {
			*c = was;
			return vd_diag_set(s->diag, VD_ERR_STATE,
					   "a message to be split off is too far back");
		}
		remove_turn(c, at);
	}
	if (count_in(c->turns, c->n_turns) == 0 && !is_set(c->base.opened)) {
		*c = was;
		return vd_diag_set(s->diag, VD_ERR_STATE, "nothing of the customer would be left");
	}
	for (uint8_t i = 0; i < c->n_turns; i++) {
		c->turns[i].is_partial = false;
	}
	c->n_in -= n_in;
	c->n_out -= s->event->n_gone - n_in;
	struct vd_tally rest = vd_turns_walk(s->env, c);
	take_rest(s, &rest);
	vd_custody_begin_at(c, rest.opened);
	vd_step_note(s, VD_FACT_SPLIT, s->env->now);
	return VD_OK;
}
