// SPDX-License-Identifier: MIT
#include <string.h>

#include "store/record.h"

#define CONVERSATION_VERSION 4
#define OLDEST_VERSION 2        // is read; written is the newest only
#define TARGETS_BEFORE_WINDOW 5 // up to version 3

#define TARGET_RUNNING 1u
#define TARGET_BODY 2u // stamps and counts follow; a target that was never armed has none
#define TARGET_FLAGS 4u

#define TURN_GONE 1u
#define TURN_ANNOUNCED 2u // a stamp follows; likewise the next two
#define TURN_NEXT_DUE 4u
#define TURN_CADENCE_DUE 8u
#define TURN_PARTIAL 16u
#define TURN_WINDOW 32u // since version 4
#define TURN_FLAGS 64u

#define ALARM_PRESENT 1u
#define ALARM_SEEN 2u
#define ALARM_FLAGS 4u

#define GROUP_WATCH 1u
#define GROUP_PAUSE 2u
#define GROUP_CUSTODY 4u
#define GROUP_OFFER 8u
#define GROUP_MERGED 16u
#define GROUP_THANKS 32u
#define GROUP_KEPT 64u // since version 3
#define GROUP_FLAGS 128u

#define PARKED_FLAGS 4u

// No deadline runs, and yet somebody has to look: a breach to be put away, an offer that came back.
static bool is_left(const struct vd_conversation *c)
{
	bool is_any = vd_alarm_is_shown(&c->alarm);
	for (int i = 0; i < VD_SIDE_N; i++) {
		is_any = is_any || vd_alarm_is_shown(&c->side[i]);
	}
	return is_any && c->state != VD_CONVERSATION_MERGED;
}

void vd_places_make(const struct vd_conversation *c, struct vd_places *out)
{
	memset(out, 0, sizeof(*out));
	out->tick = vd_conversation_next_tick(c);
	out->answered = c->first_reply;
	enum vd_target_kind target = vd_conversation_board_target(c);
	if (c->state == VD_CONVERSATION_OPEN && target < VD_TARGET_N) {
		out->due = c->targets[target].due;
		out->due_target = vd_wall_is_set(out->due) ? (uint8_t)target : 0;
	}
	if (!vd_wall_is_set(out->due) && is_left(c)) {
		out->due = VD_PLACES_LEFT;
	}
	if (!vd_wall_is_set(out->due) && c->state == VD_CONVERSATION_OPEN) {
		out->due = VD_PLACES_REST;
	}
}

static bool has_body(const struct vd_target *t)
{
	return (t->from.us | t->due.us | t->warn.us | t->urgent.us | t->ended.us |
		t->declared.us) != 0 ||
	       t->reached != VD_SEVERITY_NONE || t->breaches != 0 || t->met != 0;
}

static void print_target(const struct vd_target *t, struct vd_writer *w)
{
	bool body = has_body(t);
	vd_writer_u8(w, (uint8_t)t->state);
	vd_writer_u8(w, (uint8_t)((t->is_running ? TARGET_RUNNING : 0) | (body ? TARGET_BODY : 0)));
	if (!body) {
		return;
	}
	vd_writer_wall(w, t->from);
	vd_writer_wall(w, t->due);
	vd_writer_wall(w, t->warn);
	vd_writer_wall(w, t->urgent);
	vd_writer_wall(w, t->ended);
	vd_writer_wall(w, t->declared);
	vd_writer_u8(w, (uint8_t)t->reached);
	vd_writer_u16(w, t->breaches);
	vd_writer_u16(w, t->met);
}

static void parse_target(struct vd_reader *r, struct vd_target *t)
{
	t->state = (enum vd_target_state)vd_reader_below(r, VD_TARGET_STATE_N);
	uint8_t flags = vd_reader_below(r, TARGET_FLAGS);
	t->is_running = (flags & TARGET_RUNNING) != 0;
	if ((flags & TARGET_BODY) == 0) {
		return;
	}
	t->from = vd_reader_wall(r);
	t->due = vd_reader_wall(r);
	t->warn = vd_reader_wall(r);
	t->urgent = vd_reader_wall(r);
	t->ended = vd_reader_wall(r);
	t->declared = vd_reader_wall(r);
	t->reached = (enum vd_severity)vd_reader_below(r, VD_SEVERITY_N);
	t->breaches = vd_reader_u16(r);
	t->met = vd_reader_u16(r);
	r->bad = r->bad || !has_body(t);
}

static void print_alarm(const struct vd_alarm *a, struct vd_writer *w)
{
	vd_writer_u8(w, (uint8_t)a->state);
	vd_writer_u8(w, (uint8_t)a->kind);
	vd_writer_u8(w, (uint8_t)a->severity);
	vd_writer_u8(w, (uint8_t)a->condition);
	vd_writer_u8(
		w, (uint8_t)((a->is_present ? ALARM_PRESENT : 0) | (a->is_seen ? ALARM_SEEN : 0)));
	vd_writer_wall(w, a->since);
	vd_writer_wall(w, a->until);
}

static void parse_alarm(struct vd_reader *r, struct vd_alarm *a)
{
	a->state = (enum vd_alarm_state)vd_reader_below(r, VD_ALARM_STATE_N);
	a->kind = (enum vd_alarm_kind)vd_reader_below(r, VD_ALARM_KIND_N);
	a->severity = (enum vd_severity)vd_reader_below(r, VD_SEVERITY_N);
	a->condition = (enum vd_severity)vd_reader_below(r, VD_SEVERITY_N);
	uint8_t flags = vd_reader_below(r, ALARM_FLAGS);
	a->is_present = (flags & ALARM_PRESENT) != 0;
	a->is_seen = (flags & ALARM_SEEN) != 0;
	a->since = vd_reader_wall(r);
	a->until = vd_reader_wall(r);
}

static void print_optional(struct vd_wall at, struct vd_writer *w)
{
	if (vd_wall_is_set(at)) {
		vd_writer_wall(w, at);
	}
}

// A stamp that its flag announces is set; one of zero would have another flag.
static void parse_optional(struct vd_reader *r, bool is_there, struct vd_wall *at)
{
	if (is_there) {
		*at = vd_reader_wall(r);
		r->bad = r->bad || !vd_wall_is_set(*at);
	}
}

static void print_turn(const struct vd_turn *t, struct vd_writer *w)
{
	unsigned flags = (t->is_gone ? TURN_GONE : 0) | (t->is_partial ? TURN_PARTIAL : 0);
	flags |= t->has_window ? TURN_WINDOW : 0;
	flags |= vd_wall_is_set(t->announced) ? TURN_ANNOUNCED : 0;
	flags |= vd_wall_is_set(t->next_due) ? TURN_NEXT_DUE : 0;
	flags |= vd_wall_is_set(t->cadence_due) ? TURN_CADENCE_DUE : 0;
	vd_writer_u8(w, (uint8_t)t->kind);
	vd_writer_u8(w, (uint8_t)flags);
	vd_writer_u32(w, t->serial);
	vd_writer_wall(w, t->at);
	print_optional(t->announced, w);
	print_optional(t->next_due, w);
	print_optional(t->cadence_due, w);
}

static void parse_turn(struct vd_reader *r, struct vd_turn *t, uint8_t version)
{
	t->kind = (enum vd_turn_kind)vd_reader_below(r, VD_TURN_N);
	uint8_t flags = vd_reader_below(r, version >= 4 ? TURN_FLAGS : TURN_WINDOW);
	t->is_gone = (flags & TURN_GONE) != 0;
	t->is_partial = (flags & TURN_PARTIAL) != 0;
	t->has_window = (flags & TURN_WINDOW) != 0;
	t->serial = vd_reader_u32(r);
	t->at = vd_reader_wall(r);
	parse_optional(r, (flags & TURN_ANNOUNCED) != 0, &t->announced);
	parse_optional(r, (flags & TURN_NEXT_DUE) != 0, &t->next_due);
	parse_optional(r, (flags & TURN_CADENCE_DUE) != 0, &t->cadence_due);
}

static void print_leg(const struct vd_leg *leg, struct vd_writer *w)
{
	vd_writer_u8(w, (uint8_t)leg->end);
	vd_writer_wall(w, leg->from);
	vd_writer_wall(w, leg->due);
	vd_writer_wall(w, leg->announced);
	vd_writer_wall(w, leg->ended);
	vd_writer_u16(w, leg->met);
	vd_writer_u16(w, leg->breaches);
	vd_writer_u16(w, leg->held);
	vd_writer_wall(w, leg->missed);
}

static void parse_leg(struct vd_reader *r, struct vd_leg *leg, uint8_t version)
{
	leg->end = (enum vd_leg_end)vd_reader_below(r, VD_LEG_END_N);
	leg->from = vd_reader_wall(r);
	leg->due = vd_reader_wall(r);
	leg->announced = vd_reader_wall(r);
	leg->ended = vd_reader_wall(r);
	leg->met = vd_reader_u16(r);
	leg->breaches = vd_reader_u16(r);
	if (version >= 3) {
		leg->held = vd_reader_u16(r);
		leg->missed = vd_reader_wall(r);
	}
}

static void print_pauses(const struct vd_pauses *p, struct vd_writer *w)
{
	vd_writer_u8(w, p->n);
	vd_writer_u8(w, p->is_asked);
	vd_writer_wall(w, p->from);
	vd_writer_u64(w, (uint64_t)p->used_s);
	vd_writer_wall(w, p->since);
	for (int i = 0; i < p->n; i++) {
		vd_writer_wall(w, p->at[i].from);
		vd_writer_wall(w, p->at[i].to);
	}
}

static void parse_pauses(struct vd_reader *r, struct vd_pauses *p)
{
	p->n = vd_reader_below(r, VD_PAUSES_MAX + 1);
	p->is_asked = vd_reader_below(r, 2) != 0;
	p->from = vd_reader_wall(r);
	p->used_s = (int64_t)vd_reader_u64(r);
	p->since = vd_reader_wall(r);
	for (int i = 0; i < p->n; i++) {
		p->at[i].from = vd_reader_wall(r);
		p->at[i].to = vd_reader_wall(r);
	}
}

static void print_tally(const struct vd_tally *t, struct vd_writer *w)
{
	vd_writer_wall(w, t->until);
	vd_writer_wall(w, t->opened);
	vd_writer_wall(w, t->waiting_since);
	vd_writer_wall(w, t->last_in);
	vd_writer_wall(w, t->last_out);
	vd_writer_wall(w, t->last_useful);
	vd_writer_wall(w, t->first_reply);
	vd_writer_wall(w, t->first_useful);
	vd_writer_wall(w, t->first_closed);
	print_leg(&t->next, w);
	print_leg(&t->cadence, w);
	print_leg(&t->window, w);
	print_pauses(&t->pauses, w);
}

static void parse_tally(struct vd_reader *r, struct vd_tally *t, uint8_t version)
{
	t->until = vd_reader_wall(r);
	t->opened = vd_reader_wall(r);
	t->waiting_since = vd_reader_wall(r);
	t->last_in = vd_reader_wall(r);
	t->last_out = vd_reader_wall(r);
	t->last_useful = vd_reader_wall(r);
	t->first_reply = vd_reader_wall(r);
	t->first_useful = vd_reader_wall(r);
	t->first_closed = vd_reader_wall(r);
	parse_leg(r, &t->next, version);
	parse_leg(r, &t->cadence, version);
	if (version >= 4) {
		parse_leg(r, &t->window, version);
	}
	parse_pauses(r, &t->pauses);
}

// Most conversations are short: nothing was folded away, and one byte says so.
static void print_history(const struct vd_conversation *c, struct vd_writer *w)
{
	bool is_folded = vd_wall_is_set(c->base.until);
	vd_writer_u8(w, c->n_turns);
	for (int i = 0; i < c->n_turns; i++) {
		print_turn(&c->turns[i], w);
	}
	vd_writer_u8(w, is_folded);
	if (is_folded) {
		print_tally(&c->base, w);
	}
}

static void parse_history(struct vd_reader *r, struct vd_conversation *c, uint8_t version)
{
	c->n_turns = vd_reader_below(r, VD_TURNS_MAX + 1);
	for (int i = 0; i < c->n_turns; i++) {
		parse_turn(r, &c->turns[i], version);
	}
	if (vd_reader_below(r, 2) != 0) {
		parse_tally(r, &c->base, version);
		r->bad = r->bad || !vd_wall_is_set(c->base.until);
	}
}

// What most conversations don't have: a byte of flags says which groups follow.
static unsigned groups_of(const struct vd_conversation *c)
{
	unsigned groups = 0;
	bool has_watch = (c->night_tick.us | c->hours_tick.us | c->calm_until.us |
			  c->ladder_from.us | c->ladder_tick.us) != 0 ||
			 c->ladder != VD_LADDER_LIGHT || c->parked_by != 0 || c->incident != 0;
	bool has_custody = c->n_custody != 1 || c->custody[0].account != c->account ||
			   c->custody[0].from.us != c->opened.us ||
			   (c->custody[0].waited_us | c->custody[0].waited_open_s) != 0 ||
			   c->loosened_from != 0 || c->loosened_due.us != 0;
	bool has_offer = (c->offer.account | c->offer.staff) != 0 ||
			 (c->offer.at.us | c->offer.until.us) != 0;
	groups |= has_watch ? GROUP_WATCH : 0;
	groups |= (c->paused_since.us | c->pause_asks.us) != 0 || c->pauses_mark != 0 ? GROUP_PAUSE
										      : 0;
	groups |= has_custody ? GROUP_CUSTODY : 0;
	groups |= has_offer ? GROUP_OFFER : 0;
	groups |= c->merged_into != 0 ? GROUP_MERGED : 0;
	groups |= c->is_thanks ? GROUP_THANKS : 0;
	groups |= c->resolution_kept.us != 0 || c->is_resolution_over ? GROUP_KEPT : 0;
	return groups;
}

static void print_custody(const struct vd_conversation *c, struct vd_writer *w)
{
	vd_writer_u8(w, c->n_custody);
	vd_writer_u8(w, c->loosened_from);
	vd_writer_wall(w, c->loosened_due);
	for (int i = 0; i < c->n_custody; i++) {
		vd_writer_u16(w, c->custody[i].account);
		vd_writer_wall(w, c->custody[i].from);
		vd_writer_u64(w, (uint64_t)c->custody[i].waited_us);
		vd_writer_u64(w, (uint64_t)c->custody[i].waited_open_s);
	}
}

static void parse_custody(struct vd_reader *r, struct vd_conversation *c)
{
	memset(c->custody, 0, sizeof(c->custody));
	c->n_custody = vd_reader_below(r, VD_CUSTODY_MAX + 1);
	c->loosened_from = vd_reader_below(r, VD_CUSTODY_MAX);
	c->loosened_due = vd_reader_wall(r);
	for (int i = 0; i < c->n_custody; i++) {
		c->custody[i].account = vd_reader_u16(r);
		c->custody[i].from = vd_reader_wall(r);
		c->custody[i].waited_us = (int64_t)vd_reader_u64(r);
		c->custody[i].waited_open_s = (int64_t)vd_reader_u64(r);
	}
}

static void print_watch(const struct vd_conversation *c, struct vd_writer *w)
{
	vd_writer_wall(w, c->night_tick);
	vd_writer_wall(w, c->hours_tick);
	vd_writer_wall(w, c->calm_until);
	vd_writer_u8(w, (uint8_t)c->ladder);
	vd_writer_wall(w, c->ladder_from);
	vd_writer_wall(w, c->ladder_tick);
	vd_writer_u8(w, c->parked_by);
	vd_writer_u32(w, c->incident);
}

static void parse_watch(struct vd_reader *r, struct vd_conversation *c)
{
	c->night_tick = vd_reader_wall(r);
	c->hours_tick = vd_reader_wall(r);
	c->calm_until = vd_reader_wall(r);
	c->ladder = (enum vd_ladder_step)vd_reader_below(r, VD_LADDER_N);
	c->ladder_from = vd_reader_wall(r);
	c->ladder_tick = vd_reader_wall(r);
	c->parked_by = vd_reader_below(r, PARKED_FLAGS);
	c->incident = vd_reader_u32(r);
}

static void print_groups(const struct vd_conversation *c, struct vd_writer *w)
{
	unsigned groups = groups_of(c);
	vd_writer_u8(w, (uint8_t)groups);
	if ((groups & GROUP_WATCH) != 0) {
		print_watch(c, w);
	}
	if ((groups & GROUP_PAUSE) != 0) {
		vd_writer_wall(w, c->paused_since);
		vd_writer_wall(w, c->pause_asks);
		vd_writer_u64(w, c->pauses_mark);
	}
	if ((groups & GROUP_CUSTODY) != 0) {
		print_custody(c, w);
	}
	if ((groups & GROUP_OFFER) != 0) {
		vd_writer_u16(w, c->offer.account);
		vd_writer_u16(w, c->offer.staff);
		vd_writer_wall(w, c->offer.at);
		vd_writer_wall(w, c->offer.until);
	}
	if ((groups & GROUP_MERGED) != 0) {
		vd_writer_u64(w, c->merged_into);
	}
	if ((groups & GROUP_KEPT) != 0) {
		vd_writer_wall(w, c->resolution_kept);
		vd_writer_u8(w, c->is_resolution_over);
	}
}

static void parse_groups(struct vd_reader *r, struct vd_conversation *c, uint8_t version)
{
	unsigned groups = vd_reader_below(r, version >= 3 ? GROUP_FLAGS : GROUP_KEPT);
	if ((groups & GROUP_WATCH) != 0) {
		parse_watch(r, c);
	}
	if ((groups & GROUP_PAUSE) != 0) {
		c->paused_since = vd_reader_wall(r);
		c->pause_asks = vd_reader_wall(r);
		c->pauses_mark = vd_reader_u64(r);
	}
	c->n_custody = 1;
	c->custody[0] = (struct vd_custody){ .account = c->account, .from = c->opened };
	if ((groups & GROUP_CUSTODY) != 0) {
		parse_custody(r, c);
	}
	if ((groups & GROUP_OFFER) != 0) {
		c->offer.account = vd_reader_u16(r);
		c->offer.staff = vd_reader_u16(r);
		c->offer.at = vd_reader_wall(r);
		c->offer.until = vd_reader_wall(r);
	}
	if ((groups & GROUP_MERGED) != 0) {
		c->merged_into = vd_reader_u64(r);
	}
	if ((groups & GROUP_KEPT) != 0) {
		c->resolution_kept = vd_reader_wall(r);
		c->is_resolution_over = vd_reader_below(r, 2) != 0;
	}
	c->is_thanks = (groups & GROUP_THANKS) != 0;
	r->bad = r->bad || groups_of(c) != groups; // one way to write a thing
}

// Side alarms that were never raised take one bit of a byte.
static bool is_untouched(const struct vd_alarm *a)
{
	return a->state == VD_ALARM_NORMAL && a->severity == VD_SEVERITY_NONE &&
	       a->condition == VD_SEVERITY_NONE && !a->is_present && !a->is_seen &&
	       (a->since.us | a->until.us) == 0;
}

static void print_sides(const struct vd_conversation *c, struct vd_writer *w)
{
	unsigned raised = 0;
	for (unsigned i = 0; i < VD_SIDE_N; i++) {
		raised |= is_untouched(&c->side[i]) ? 0u : 1u << i;
	}
	vd_writer_u8(w, (uint8_t)raised);
	for (unsigned i = 0; i < VD_SIDE_N; i++) {
		if ((raised >> i & 1u) != 0) {
			print_alarm(&c->side[i], w);
		}
	}
}

static void parse_sides(struct vd_reader *r, struct vd_conversation *c)
{
	vd_conversation_init_alarms(c);
	unsigned raised = vd_reader_below(r, 1u << VD_SIDE_N);
	for (unsigned i = 0; i < VD_SIDE_N; i++) {
		if ((raised >> i & 1u) != 0) {
			enum vd_alarm_kind kind = c->side[i].kind;
			parse_alarm(r, &c->side[i]);
			r->bad = r->bad || c->side[i].kind != kind || is_untouched(&c->side[i]);
		}
	}
}

static bool is_alarm_sane(const struct vd_alarm *a)
{
	return (unsigned)a->state < VD_ALARM_STATE_N && (unsigned)a->kind < VD_ALARM_KIND_N &&
	       (unsigned)a->severity < VD_SEVERITY_N && (unsigned)a->condition < VD_SEVERITY_N;
}

static bool is_sane(const struct vd_conversation *c)
{
	bool sane = c->n_turns <= VD_TURNS_MAX && (unsigned)c->state < VD_CONVERSATION_STATE_N &&
		    (unsigned)c->visibility <= VD_VISIBILITY_PRIVATE &&
		    (unsigned)c->base.next.end < VD_LEG_END_N &&
		    (unsigned)c->base.cadence.end < VD_LEG_END_N &&
		    (unsigned)c->base.window.end < VD_LEG_END_N &&
		    c->base.pauses.n <= VD_PAUSES_MAX && (unsigned)c->ladder < VD_LADDER_N &&
		    c->n_custody <= VD_CUSTODY_MAX && c->loosened_from < VD_CUSTODY_MAX &&
		    c->parked_by < PARKED_FLAGS && is_alarm_sane(&c->alarm);
	for (int i = 0; i < VD_SIDE_N; i++) {
		sane = sane && is_alarm_sane(&c->side[i]);
	}
	for (int i = 0; i < VD_TARGET_N; i++) {
		sane = sane && (unsigned)c->targets[i].state < VD_TARGET_STATE_N &&
		       (unsigned)c->targets[i].reached < VD_SEVERITY_N;
	}
	for (int i = 0; sane && i < c->n_turns; i++) {
		sane = (unsigned)c->turns[i].kind < VD_TURN_N;
	}
	return sane;
}

enum vd_err vd_record_print_conversation(const struct vd_conversation *c,
					 const struct vd_places *places, struct vd_writer *w)
{
	if (!is_sane(c)) {
		return VD_ERR_ARGUMENT;
	}
	vd_writer_u8(w, CONVERSATION_VERSION);
	vd_writer_u8(w, places->due_target);
	vd_writer_wall(w, places->due);
	vd_writer_wall(w, places->tick);
	vd_writer_wall(w, places->answered);
	vd_writer_u8(w, (uint8_t)c->state);
	vd_writer_u8(w, (uint8_t)c->visibility);
	vd_writer_u16(w, c->brand);
	vd_writer_u16(w, c->account);
	vd_writer_u16(w, c->last_account);
	vd_writer_u16(w, c->claimed_by);
	vd_writer_u32(w, c->policy_version);
	vd_writer_u32(w, c->calendar_version);
	vd_writer_u32(w, c->n_in);
	vd_writer_u32(w, c->n_out);
	vd_writer_u32(w, c->serial);
	vd_writer_u16(w, c->breaches_known);
	vd_writer_u16(w, c->breaches_reset);
	vd_writer_u8(w, c->is_breach_held);
	vd_writer_u64(w, c->repeat_of);
	vd_writer_wall(w, c->opened);
	vd_writer_wall(w, c->fetched);
	vd_writer_wall(w, c->waiting_since);
	vd_writer_wall(w, c->last_in);
	vd_writer_wall(w, c->shown);
	vd_writer_wall(w, c->last_out);
	vd_writer_wall(w, c->first_reply);
	vd_writer_wall(w, c->first_useful);
	vd_writer_wall(w, c->ended);
	vd_writer_wall(w, c->claimed_at);
	vd_writer_wall(w, c->claim_until);
	print_sides(c, w);
	print_alarm(&c->alarm, w);
	print_groups(c, w);
	vd_writer_u8(w, VD_TARGET_N);
	for (int i = 0; i < VD_TARGET_N; i++) {
		print_target(&c->targets[i], w);
	}
	vd_writer_text(w, c->topic, sizeof(c->topic));
	vd_writer_text(w, c->customer_id, sizeof(c->customer_id));
	vd_writer_text(w, c->customer_handle, sizeof(c->customer_handle));
	vd_writer_text(w, c->first_line, sizeof(c->first_line));
	print_history(c, w);
	return w->overflow ? VD_ERR_ARGUMENT : VD_OK;
}

static void parse_fields(struct vd_reader *r, struct vd_conversation *c)
{
	c->state = (enum vd_conversation_state)vd_reader_below(r, VD_CONVERSATION_STATE_N);
	c->visibility = (enum vd_visibility)vd_reader_below(r, VD_VISIBILITY_PRIVATE + 1);
	c->brand = vd_reader_u16(r);
	c->account = vd_reader_u16(r);
	c->last_account = vd_reader_u16(r);
	c->claimed_by = vd_reader_u16(r);
	c->policy_version = vd_reader_u32(r);
	c->calendar_version = vd_reader_u32(r);
	c->n_in = vd_reader_u32(r);
	c->n_out = vd_reader_u32(r);
	c->serial = vd_reader_u32(r);
	c->breaches_known = vd_reader_u16(r);
	c->breaches_reset = vd_reader_u16(r);
	c->is_breach_held = vd_reader_below(r, 2) != 0;
	c->repeat_of = vd_reader_u64(r);
	c->opened = vd_reader_wall(r);
	c->fetched = vd_reader_wall(r);
	c->waiting_since = vd_reader_wall(r);
	c->last_in = vd_reader_wall(r);
	c->shown = vd_reader_wall(r);
	c->last_out = vd_reader_wall(r);
	c->first_reply = vd_reader_wall(r);
	c->first_useful = vd_reader_wall(r);
	c->ended = vd_reader_wall(r);
	c->claimed_at = vd_reader_wall(r);
	c->claim_until = vd_reader_wall(r);
}

enum vd_err vd_record_parse_conversation(struct vd_span bytes, uint64_t id,
					 struct vd_conversation *c, struct vd_places *places)
{
	struct vd_reader r = vd_reader_init(bytes);
	memset(c, 0, sizeof(*c));
	memset(places, 0, sizeof(*places));
	uint8_t version = vd_reader_u8(&r);
	if (version < OLDEST_VERSION || version > CONVERSATION_VERSION) {
		return version == 0 ? VD_ERR_CORRUPT : VD_ERR_VERSION;
	}
	c->id = id;
	places->due_target = vd_reader_below(&r, VD_TARGET_N);
	places->due = vd_reader_wall(&r);
	places->tick = vd_reader_wall(&r);
	places->answered = vd_reader_wall(&r);
	parse_fields(&r, c);
	parse_sides(&r, c);
	parse_alarm(&r, &c->alarm);
	parse_groups(&r, c, version);
	// Another number of targets needs another version of the record.
	int n_targets = version >= 4 ? VD_TARGET_N : TARGETS_BEFORE_WINDOW;
	if (vd_reader_u8(&r) != n_targets) {
		r.bad = true;
	}
	for (int i = 0; i < n_targets; i++) {
		parse_target(&r, &c->targets[i]);
	}
	vd_reader_text(&r, c->topic, sizeof(c->topic));
	vd_reader_text(&r, c->customer_id, sizeof(c->customer_id));
	vd_reader_text(&r, c->customer_handle, sizeof(c->customer_handle));
	vd_reader_text(&r, c->first_line, sizeof(c->first_line));
	parse_history(&r, c, version);
	return vd_reader_is_done(&r) ? VD_OK : VD_ERR_CORRUPT;
}
