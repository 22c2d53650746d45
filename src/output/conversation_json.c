// SPDX-License-Identifier: MIT
#include "care/figures_case.h"
#include "care/thanks.h"
#include "output/view_put.h"

#define MESSAGES_BYTES ((size_t)16 << 20)

struct telling {
	struct vd_json_out j;
	const struct vd_rulebook *book;
	uint32_t last;     // number of the last message
	uint32_t n_edited; // of the customer's
};

static const char *staff_initials(const struct vd_rulebook *book, uint16_t staff)
{
	return staff > 0 && staff <= book->n_staff ? book->staff[staff - 1].initials : "";
}

// Listed, never fetched: a person may follow the address.
static void put_attached(struct vd_json_out *j, struct vd_span list)
{
	struct vd_attachment one;
	vd_json_open(j, "attached", '[');
	while (vd_attachment_next(&list, &one)) {
		vd_json_open(j, NULL, '{');
		put(j, "kind", vd_attachment_name(one.kind));
		vd_json_put_text(j, one.has_url ? "url" : "id", one.place);
		vd_json_put_text(j, "text", one.words);
		vd_json_close(j, '}');
	}
	vd_json_close(j, ']');
}

static bool add_message(void *ctx, uint32_t number, const struct vd_message *m)
{
	struct telling *list = ctx;
	struct vd_json_out *j = &list->j;
	list->last = number > list->last ? number : list->last;
	list->n_edited += m->direction == VD_DIRECTION_IN && m->is_edited;
	vd_json_open(j, NULL, '{');
	vd_json_put_i64(j, "n", number);
	put(j, "direction", m->direction == VD_DIRECTION_OUT ? "out" : "in");
	put(j, "visibility", visibility_name(m->visibility));
	put(j, "kind", vd_reply_kind_name(m->kind));
	put_wall(j, "published", m->published);
	put_wall(j, "fetched", m->fetched);
	put_wall(j, "shown", m->shown);
	put_wall(j, "claimed", m->claimed);
	put_wall(j, "sent", m->sent);
	if (vd_wall_is_set(m->published) && vd_wall_is_set(m->fetched)) { // R11
		struct vd_dur lag = vd_wall_sub(m->fetched, m->published);
		vd_json_put_i64(j, "lag_s", lag.us / VD_US_PER_S);
	}
	put(j, "author", m->author_handle);
	vd_json_put_text(j, "text", m->text);
	vd_json_put_bool(j, "deleted", m->is_deleted);
	vd_json_put_bool(j, "edited", m->is_edited);
	vd_json_put_bool(j, "doubtful", m->is_doubtful);
	vd_json_put_i64(j, "attachments", m->attachments);
	put_attached(j, m->attached);
	vd_json_put_i64(j, "shares", m->shares);
	vd_json_put_i64(j, "quotes", m->quotes);
	put(j, "account", account_of(list->book, m->account)->name);
	put(j, "network_id", m->network_id);
	put(j, "staff", staff_initials(list->book, m->staff));
	vd_json_close(j, '}');
	return !j->buf->overflow;
}

static bool add_outbox(void *ctx, const struct vd_port_outbox *entry)
{
	struct telling *list = ctx;
	struct vd_json_out *j = &list->j;
	vd_json_open(j, NULL, '{');
	vd_json_put_i64(j, "id", (int64_t)entry->id);
	put(j, "state", entry->state);
	put(j, "error", entry->error);
	vd_json_put_text(j, "text", entry->text);
	put_wall(j, "created", entry->created);
	vd_json_close(j, '}');
	return !j->buf->overflow;
}

// What the network closed was no promise of ours that we broke.
static const char *target_state_name(enum vd_target_kind kind, const struct vd_target *t)
{
	bool is_closed = kind == VD_TARGET_WINDOW && t->state == VD_TARGET_BREACHED;
	return is_closed ? "closed" : vd_target_state_name(t->state);
}

static void put_one_target(struct vd_json_out *j, enum vd_target_kind kind,
			   const struct vd_target *t)
{
	vd_json_open(j, NULL, '{');
	put(j, "kind", vd_target_name(kind));
	put(j, "state", target_state_name(kind, t));
	vd_json_put_bool(j, "running", t->is_running);
	put_wall(j, "from", t->from);
	put_wall(j, "due", t->due);
	put_wall(j, "warn", t->warn);
	put_wall(j, "urgent", t->urgent);
	put_wall(j, "ended", t->ended);
	vd_json_put_i64(j, "breaches", t->breaches);
	vd_json_put_i64(j, "met", t->met);
	vd_json_close(j, '}');
}

// ---- custody, offer, pause, park --------------------------------------------------------------

static const char *account_name(const struct vd_rulebook *book, uint16_t account)
{
	return account_of(book, account)->name;
}

// R33: until it is accepted the giver holds the case.
static void put_offer(struct vd_json_out *j, const struct vd_rulebook *book,
		      const struct vd_offer *offer)
{
	if (offer->account == 0) {
		vd_json_put_null(j, "offer");
		return;
	}
	vd_json_open(j, "offer", '{');
	put(j, "account", account_name(book, (uint16_t)(offer->account - 1)));
	put(j, "by", staff_initials(book, offer->staff));
	put_wall(j, "at", offer->at);
	put_wall(j, "until", offer->until);
	vd_json_close(j, '}');
}

// R34: whole life, no gaps; the parts add up.
static void put_custody(struct vd_json_out *j, const struct vd_rulebook *book,
			const struct vd_conversation *c, struct vd_wall now)
{
	struct vd_figures_case figures;
	bool is_counted = vd_figures_case_make(book, c, now, &figures);
	vd_json_open(j, "custody", '[');
	for (uint8_t i = 0; i < c->n_custody; i++) {
		bool is_last = i + 1 == c->n_custody;
		vd_json_open(j, NULL, '{');
		put(j, "account", account_name(book, c->custody[i].account));
		put_wall(j, "from", c->custody[i].from);
		put_wall(j, "to", is_last ? c->ended : c->custody[i + 1].from);
		if (is_counted && i < figures.n_parts) {
			put_pair(j, "life", figures.parts[i].life);
			put_pair(j, "on_us", figures.parts[i].on_us);
			put_pair(j, "on_customer", figures.parts[i].on_customer);
		}
		vd_json_close(j, '}');
	}
	vd_json_close(j, ']');
}

static void put_parked(struct vd_json_out *j, const struct vd_conversation *c)
{
	bool is_incident = (c->parked_by & VD_PARKED_INCIDENT) != 0;
	vd_json_open(j, "parked", '[');
	if (c->alarm.state == VD_ALARM_SHELVED) {
		put(j, NULL, "shelved");
	}
	if (is_incident) {
		put(j, NULL, "incident");
	}
	if ((c->parked_by & VD_PARKED_HOURS) != 0) {
		put(j, NULL, "hours");
	}
	vd_json_close(j, ']');
	vd_json_put_i64(j, "incident", is_incident ? c->incident : 0);
}

static void put_sides(struct vd_json_out *j, const struct vd_conversation *c)
{
	vd_json_open(j, "sides", '[');
	for (int i = 0; i < VD_SIDE_N; i++) {
		const struct vd_alarm *side = &c->side[i];
		if (side->state == VD_ALARM_NORMAL) {
			continue;
		}
		vd_json_open(j, NULL, '{');
		put(j, "kind", vd_alarm_kind_name(side->kind));
		put(j, "state", vd_alarm_state_name(side->state));
		put_wall(j, "since", side->since);
		vd_json_close(j, '}');
	}
	vd_json_close(j, ']');
}

// R16: the earliest time that a holding reply of the running wait promised.
static struct vd_wall promised(const struct vd_conversation *c)
{
	struct vd_wall at = { 0 };
	for (uint8_t i = 0; i < c->n_turns; i++) {
		const struct vd_turn *turn = &c->turns[i];
		if (turn->kind == VD_TURN_HOLDING && vd_wall_is_set(turn->announced) &&
		    (!vd_wall_is_set(at) || turn->announced.us < at.us)) {
			at = turn->announced;
		} else if (turn->kind != VD_TURN_IN && turn->kind != VD_TURN_HOLDING &&
			   !turn->is_partial) {
			at = (struct vd_wall){ 0 };
		}
	}
	return c->targets[VD_TARGET_NEXT].is_running ? at : (struct vd_wall){ 0 };
}

static void put_people(struct vd_json_out *j, const struct vd_rulebook *book,
		       const struct vd_conversation *c, struct vd_wall now)
{
	put(j, "holder", account_name(book, vd_conversation_holder(c)));
	put_offer(j, book, &c->offer);
	put_custody(j, book, c, now);
	put_wall(j, "was_due", c->loosened_due); // R32: stays visible
	put_wall(j, "paused_since", c->paused_since);
	put_wall(j, "pause_asks", c->pause_asks);
	put_wall(j, "promised", promised(c));
	put_parked(j, c);
	put_sides(j, c);
	put(j, "ladder", vd_ladder_step_name(c->ladder));
	put_wall(j, "ladder_next", c->ladder_tick);
	put(j, "proposal", vd_thanks_is_all(c) ? "no reply needed" : "");
	vd_json_put_i64(j, "merged_into", (int64_t)c->merged_into);
}

static void put_waits(struct vd_json_out *j, const struct vd_rulebook *book,
		      const struct vd_conversation *c, struct vd_wall now)
{
	struct vd_view_row row;
	vd_view_row_make(book, c, now, &row);
	put_wall(j, "now", now);
	put_target(j, row.target);
	put_wall(j, "waiting_since", c->waiting_since);
	put_pair(j, "waited", row.waited);
	put_wall(j, "due", row.due);
	vd_json_put_i64(j, "left_open_s", row.left_open_s);
	vd_json_put_i64(j, "left_wall_s", row.left_wall_s);
	vd_json_put_i64(j, "used_permille", row.used_permille);
	put(j, "claimed_by", row.claimed_by);
}

static void put_conversation(struct vd_json_out *j, const struct vd_rulebook *book,
			     const struct vd_conversation *c, struct vd_wall now)
{
	vd_json_put_i64(j, "id", (int64_t)c->id);
	put(j, "state", vd_conversation_state_name(c->state));
	put_names(j, book, c->brand, c->last_account);
	put(j, "topic", c->topic);
	put(j, "handle", c->customer_handle);
	put(j, "customer", c->customer_id);
	put(j, "visibility", visibility_name(c->visibility));
	put_wall(j, "opened", c->opened);
	put_waits(j, book, c, now);
	put(j, "alarm", vd_alarm_state_name(c->alarm.state));
	put(j, "severity", vd_severity_name(c->alarm.severity));
	vd_json_put_bool(j, "seen", c->alarm.is_seen);
	put_wall(j, "alarm_until", c->alarm.until);
	vd_json_put_i64(j, "repeat_of", (int64_t)c->repeat_of);
	put_wall(j, "ended", c->ended);
	put_people(j, book, c, now);
	vd_json_open(j, "targets", '[');
	for (int k = 0; k < VD_TARGET_N; k++) {
		if (c->targets[k].state != VD_TARGET_OFF) {
			put_one_target(j, (enum vd_target_kind)k, &c->targets[k]);
		}
	}
	vd_json_close(j, ']');
}

static void add_person(void *ctx, const struct vd_port_person *p)
{
	struct telling *list = ctx;
	struct vd_json_out *j = &list->j;
	vd_json_open(j, NULL, '{');
	vd_json_put_i64(j, "id", (int64_t)p->c->id);
	put(j, "relation", p->is_same ? "same" : p->is_linked ? "linked" : "proposed");
	put(j, "why", p->why != NULL ? p->why : "");
	put(j, "by", staff_initials(list->book, p->staff));
	put_wall(j, "at", p->at);
	put(j, "state", vd_conversation_state_name(p->c->state));
	put_names(j, list->book, p->c->brand, p->c->last_account);
	put(j, "handle", p->c->customer_handle);
	put(j, "topic", p->c->topic);
	put_wall(j, "opened", p->c->opened);
	vd_json_close(j, '}');
}

static enum vd_err put_persons(struct telling *list, const struct vd_desk_port *port,
			       const struct vd_conversation *c, struct vd_diag *diag)
{
	vd_json_open(&list->j, "persons", '[');
	enum vd_err err =
		port->persons != NULL ? port->persons(port->ctx, c, add_person, list, diag) : VD_OK;
	vd_json_close(&list->j, ']');
	return err;
}

enum vd_err vd_conversation_print_json(const struct vd_desk_port *port, uint64_t id,
				       struct vd_buf *out, struct vd_diag *diag)
{
	struct vd_conversation c;
	struct vd_buf texts; // messages are told before the conversation is whole
	vd_buf_init_heap(&texts, MESSAGES_BYTES);
	struct telling messages = { .j = vd_json_out_init(&texts), .book = port->book };
	enum vd_err err = port->conversation(port->ctx, id, &c, add_message, &messages, diag);
	if (err == VD_OK) {
		struct telling list = { .j = vd_json_out_init(out), .book = port->book };
		struct vd_json_out *j = &list.j;
		vd_json_open(j, NULL, '{');
		put_conversation(j, port->book, &c, vd_clock_wall(port->clock));
		vd_json_put_i64(j, "n_messages", messages.last);
		vd_json_put_i64(j, "seen_messages", messages.last + messages.n_edited);
		vd_json_open(j, "messages", '[');
		vd_buf_put_span(out, vd_buf_span(&texts));
		vd_json_close(j, ']');
		vd_json_open(j, "outbox", '[');
		err = port->outbox(port->ctx, id, add_outbox, &list, diag);
		vd_json_close(j, ']');
		err = err == VD_OK ? put_persons(&list, port, &c, diag) : err;
		vd_json_close(j, '}');
	}
	if (err == VD_OK && (vd_buf_check(&texts) != VD_OK || vd_buf_check(out) != VD_OK)) {
		err = vd_diag_set(diag, VD_ERR_ROOM, "conversation %llu is too long to be shown",
				  (unsigned long long)id);
	}
	vd_buf_deinit(&texts);
	return err;
}
