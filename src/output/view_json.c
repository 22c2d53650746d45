// SPDX-License-Identifier: MIT
#include "base/json.h"
#include "output/output.h"

#define MESSAGES_BYTES ((size_t)16 << 20)

static void put(struct vd_json_out *j, const char *name, const char *text)
{
	vd_json_put_text(j, name, vd_span_of(text));
}

// R8: an instant that never comes is null, as one that is not set.
static void put_wall(struct vd_json_out *j, const char *name, struct vd_wall at)
{
	bool is_instant = at.us > 0 && at.us != INT64_MAX;
	vd_json_put_wall(j, name, is_instant ? at : (struct vd_wall){ 0 });
}

static void put_pair(struct vd_json_out *j, const char *name, struct vd_pair pair)
{
	vd_json_open(j, name, '{');
	vd_json_put_i64(j, "wall_s", pair.wall_s);
	vd_json_put_i64(j, "business_s", pair.business_s);
	vd_json_close(j, '}');
}

static const char *visibility_name(enum vd_visibility visibility)
{
	return visibility == VD_VISIBILITY_PRIVATE ? "private" : "public";
}

static const char *brand_name(const struct vd_rulebook *book, uint16_t brand)
{
	return brand < book->n_brands ? book->brands[brand].name : "";
}

static const struct vd_account *account_of(const struct vd_rulebook *book, uint16_t account)
{
	static const struct vd_account nobody = { .network = VD_NETWORK_NONE };
	return account < book->n_accounts ? &book->accounts[account] : &nobody;
}

static void put_names(struct vd_json_out *j, const struct vd_rulebook *book, uint16_t brand,
		      uint16_t account)
{
	const struct vd_account *a = account_of(book, account);
	put(j, "brand", brand_name(book, brand));
	put(j, "network", vd_network_name(a->network));
	put(j, "account", a->name);
}

static void put_target(struct vd_json_out *j, enum vd_target_kind target)
{
	if (target < VD_TARGET_N) {
		put(j, "target", vd_target_name(target));
	} else {
		vd_json_put_null(j, "target"); // nothing runs
	}
}

static void put_row(struct vd_json_out *j, const struct vd_rulebook *book,
		    const struct vd_view_row *row, bool with_texts)
{
	vd_json_open(j, NULL, '{');
	vd_json_put_i64(j, "conversation", (int64_t)row->conversation);
	put_names(j, book, row->brand, row->account);
	put(j, "topic", row->topic);
	put(j, "visibility", visibility_name(row->visibility));
	put_target(j, row->target);
	put(j, "severity", vd_severity_name(row->severity));
	put(j, "alarm", vd_alarm_state_name(row->alarm));
	vd_json_put_bool(j, "seen", row->is_seen);
	put_wall(j, "waiting_since", row->waiting_since);
	put_pair(j, "waited", row->waited);
	put_wall(j, "due", row->due);
	vd_json_put_i64(j, "left_open_s", row->left_open_s);
	vd_json_put_i64(j, "left_wall_s", row->left_wall_s);
	vd_json_put_i64(j, "used_permille", row->used_permille);
	put(j, "claimed_by", row->claimed_by);
	if (with_texts) {
		put(j, "handle", row->customer_handle);
		put(j, "first_line", row->first_line);
	}
	vd_json_close(j, '}');
}

static const char *freshness_name(enum vd_freshness freshness)
{
	static const char *const names[] = {
		[VD_FRESH] = "fresh",
		[VD_STALE] = "stale",
		[VD_NOT_KNOWN] = "not known",
	};
	return names[freshness];
}

static void put_account(struct vd_json_out *j, const struct vd_rulebook *book,
			const struct vd_view_account *a, bool with_texts)
{
	const struct vd_account *account = account_of(book, a->account);
	vd_json_open(j, NULL, '{');
	put(j, "name", account->name);
	put(j, "network", vd_network_name(account->network));
	put(j, "brand", brand_name(book, account->brand));
	put(j, "handle", with_texts ? account->handle : "");
	put(j, "health", vd_health_name(a->health));
	put_wall(j, "last_good", a->last_good);
	vd_json_put_i64(j, "age_s", a->age_s);
	vd_json_put_i64(j, "period_s", a->period_s);
	put(j, "freshness", freshness_name(vd_view_freshness(a)));
	// What a network said about a failure may hold anything: it is not for the shop.
	put(j, "detail", with_texts ? a->detail : "");
	vd_json_close(j, '}');
}

static void put_alarm(struct vd_json_out *j, const struct vd_rulebook *book,
		      const struct vd_view_alarm *alarm, bool with_texts)
{
	bool is_of_account = alarm->account != 0;
	vd_json_open(j, NULL, '{');
	put(j, "kind", vd_alarm_kind_name(alarm->kind));
	put(j, "state", vd_alarm_state_name(alarm->state));
	put(j, "account",
	    is_of_account ? account_of(book, (uint16_t)(alarm->account - 1))->name : "");
	put_wall(j, "since", alarm->since);
	put(j, "text", with_texts || !is_of_account ? alarm->text : "");
	vd_json_close(j, '}');
}

static void put_counters(struct vd_json_out *j, const struct vd_view_counters *c)
{
	vd_json_open(j, "counters", '{');
	vd_json_put_i64(j, "open", c->open);
	vd_json_put_i64(j, "waiting", c->waiting);
	vd_json_put_i64(j, "warning", c->warning);
	vd_json_put_i64(j, "urgent", c->urgent);
	vd_json_put_i64(j, "breached", c->breached);
	vd_json_put_i64(j, "shelved", c->shelved);
	vd_json_put_i64(j, "suppressed", c->suppressed);
	vd_json_put_i64(j, "out_of_service", c->out_of_service);
	vd_json_put_i64(j, "outbox", c->outbox);
	vd_json_close(j, '}');
}

static void put_today(struct vd_json_out *j, const struct vd_view_today *today)
{
	vd_json_open(j, "today", '{');
	vd_json_put_i64(j, "answered", today->answered);
	put_pair(j, "first_p50", today->first_p50);
	put_pair(j, "first_p90", today->first_p90);
	vd_json_close(j, '}');
}

static void put_head(struct vd_json_out *j, const struct vd_view *view)
{
	vd_json_put_i64(j, "sequence", (int64_t)view->sequence);
	put_wall(j, "now", view->now);
	put_wall(j, "state_at", view->state_at);
	vd_json_put_i64(j, "zone_offset_s",
			view->book->n_calendars > 0 ? vd_zone_offset(&view->book->calendars[0].zone,
								     vd_wall_to_s(view->now))
						    : 0);
	vd_json_put_bool(j, "clock_trusted", view->is_clock_trusted);
	vd_json_put_bool(j, "open", view->is_open);
	vd_json_put_bool(j, "public", view->is_public);
	vd_json_open(j, "lamp", '{');
	put(j, "meaning", vd_lamp_meaning_name(view->lamp.meaning));
	vd_json_put_bool(j, "and_blind", view->lamp.and_blind);
	vd_json_close(j, '}');
	put_wall(j, "next_deadline", view->next_deadline);
}

void vd_view_print_json(const struct vd_view *view, bool with_texts, struct vd_buf *out)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	put_head(&j, view);
	put_counters(&j, &view->counters);
	put_today(&j, &view->today);
	vd_json_open(&j, "rows", '[');
	for (uint8_t i = 0; i < view->n_rows; i++) {
		put_row(&j, view->book, &view->rows[i], with_texts);
	}
	vd_json_close(&j, ']');
	vd_json_open(&j, "accounts", '[');
	for (uint16_t i = 0; i < view->n_accounts; i++) {
		put_account(&j, view->book, &view->accounts[i], with_texts);
	}
	vd_json_close(&j, ']');
	vd_json_open(&j, "alarms", '[');
	for (uint8_t i = 0; i < view->n_alarms; i++) {
		put_alarm(&j, view->book, &view->alarms[i], with_texts);
	}
	vd_json_close(&j, ']');
	vd_json_close(&j, '}');
}

// ---- the list -----------------------------------------------------------------------------------

struct listing {
	struct vd_json_out j;
	const struct vd_rulebook *book;
	uint32_t last; // number of the last message
};

static bool add_row(void *ctx, const struct vd_view_row *row)
{
	struct listing *list = ctx;
	put_row(&list->j, list->book, row, true);
	return !list->j.buf->overflow;
}

enum vd_err vd_list_print_json(const struct vd_desk_port *port, struct vd_buf *out,
			       struct vd_diag *diag)
{
	struct listing list = { .j = vd_json_out_init(out), .book = port->book };
	vd_json_open(&list.j, NULL, '{');
	vd_json_open(&list.j, "rows", '[');
	enum vd_err err = port->list(port->ctx, add_row, &list, diag);
	vd_json_close(&list.j, ']');
	vd_json_close(&list.j, '}');
	return err == VD_OK ? vd_buf_check(out) : err;
}

// ---- one conversation ---------------------------------------------------------------------------

static const char *staff_initials(const struct vd_rulebook *book, uint16_t staff)
{
	return staff > 0 && staff <= book->n_staff ? book->staff[staff - 1].initials : "";
}

static bool add_message(void *ctx, uint32_t number, const struct vd_message *m)
{
	struct listing *list = ctx;
	struct vd_json_out *j = &list->j;
	list->last = number > list->last ? number : list->last;
	vd_json_open(j, NULL, '{');
	vd_json_put_i64(j, "n", number);
	put(j, "direction", m->direction == VD_DIRECTION_OUT ? "out" : "in");
	put(j, "visibility", visibility_name(m->visibility));
	put(j, "kind", vd_reply_kind_name(m->kind));
	put_wall(j, "published", m->published);
	put_wall(j, "fetched", m->fetched);
	put_wall(j, "sent", m->sent);
	put(j, "author", m->author_handle);
	vd_json_put_text(j, "text", m->text);
	vd_json_put_bool(j, "deleted", m->is_deleted);
	vd_json_put_bool(j, "doubtful", m->is_doubtful);
	vd_json_put_i64(j, "attachments", m->attachments);
	put(j, "account", account_of(list->book, m->account)->name);
	put(j, "network_id", m->network_id);
	put(j, "staff", staff_initials(list->book, m->staff));
	vd_json_close(j, '}');
	return !j->buf->overflow;
}

static bool add_outbox(void *ctx, const struct vd_port_outbox *entry)
{
	struct listing *list = ctx;
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

static void put_one_target(struct vd_json_out *j, enum vd_target_kind kind,
			   const struct vd_target *t)
{
	vd_json_open(j, NULL, '{');
	put(j, "kind", vd_target_name(kind));
	put(j, "state", vd_target_state_name(t->state));
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
	vd_json_put_i64(j, "repeat_of", (int64_t)c->repeat_of);
	vd_json_open(j, "targets", '[');
	for (int k = 0; k < VD_TARGET_N; k++) {
		if (c->targets[k].state != VD_TARGET_OFF) {
			put_one_target(j, (enum vd_target_kind)k, &c->targets[k]);
		}
	}
	vd_json_close(j, ']');
}

enum vd_err vd_conversation_print_json(const struct vd_desk_port *port, uint64_t id,
				       struct vd_buf *out, struct vd_diag *diag)
{
	struct vd_conversation c;
	struct vd_buf texts; // messages are told before the conversation is whole
	vd_buf_init_heap(&texts, MESSAGES_BYTES);
	struct listing messages = { .j = vd_json_out_init(&texts), .book = port->book };
	enum vd_err err = port->conversation(port->ctx, id, &c, add_message, &messages, diag);
	if (err == VD_OK) {
		struct listing list = { .j = vd_json_out_init(out), .book = port->book };
		struct vd_json_out *j = &list.j;
		vd_json_open(j, NULL, '{');
		put_conversation(j, port->book, &c, vd_clock_wall(port->clock));
		vd_json_put_i64(j, "n_messages", messages.last);
		vd_json_open(j, "messages", '[');
		vd_buf_put_span(out, vd_buf_span(&texts));
		vd_json_close(j, ']');
		vd_json_open(j, "outbox", '[');
		err = port->outbox(port->ctx, id, add_outbox, &list, diag);
		vd_json_close(j, ']');
		vd_json_close(j, '}');
	}
	if (err == VD_OK && (vd_buf_check(&texts) != VD_OK || vd_buf_check(out) != VD_OK)) {
		err = vd_diag_set(diag, VD_ERR_ROOM, "conversation %llu is too long to be shown",
				  (unsigned long long)id);
	}
	vd_buf_deinit(&texts);
	return err;
}
