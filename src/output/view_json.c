// SPDX-License-Identifier: MIT
#include "output/view_put.h"

static void put_sides(struct vd_json_out *j, uint8_t sides)
{
	vd_json_open(j, "sides", '[');
	for (int i = 0; i < VD_SIDE_N; i++) {
		if ((sides >> i & 1) != 0) {
			put(j, NULL, vd_alarm_kind_name(vd_side_alarm_kind((enum vd_side_kind)i)));
		}
	}
	vd_json_close(j, ']');
}

static void put_parked(struct vd_json_out *j, const struct vd_view_row *row)
{
	vd_json_open(j, "parked", '[');
	if (row->alarm == VD_ALARM_SHELVED) {
		put(j, NULL, "shelved");
	}
	if ((row->parked_by & VD_PARKED_INCIDENT) != 0) {
		put(j, NULL, "incident");
	}
	if ((row->parked_by & VD_PARKED_HOURS) != 0) {
		put(j, NULL, "hours");
	}
	vd_json_close(j, ']');
	put_wall(j, "parked_until", row->parked_until);
}

static void put_marks(struct vd_json_out *j, const struct vd_rulebook *book,
		      const struct vd_view_row *row)
{
	put(j, "holder", account_of(book, row->holder)->name);
	put(j, "offered_to",
	    row->offered_to != 0 ? account_of(book, (uint16_t)(row->offered_to - 1))->name : "");
	put_wall(j, "offered_until", row->offered_until);
	vd_json_put_bool(j, "paused", row->is_paused);
	put(j, "proposal", row->is_thanks ? "no reply needed" : "");
	vd_json_put_i64(j, "incident", row->incident);
	put_sides(j, row->sides);
	put_parked(j, row);
	put(j, "ladder", vd_ladder_step_name(row->ladder));
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
	put_wall(j, "closes", row->closes);
	vd_json_put_i64(j, "left_open_s", row->left_open_s);
	vd_json_put_i64(j, "left_wall_s", row->left_wall_s);
	vd_json_put_i64(j, "used_permille", row->used_permille);
	put(j, "claimed_by", row->claimed_by);
	put_marks(j, book, row);
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
	vd_json_put_i64(j, "delay_s", a->delay_s);
	vd_json_put_i64(j, "behind_s", vd_view_is_behind(a) ? a->behind_s : 0);
	vd_json_put_bool(j, "quiet", a->is_quiet);
	if (a->is_billed && with_texts) {
		vd_json_put_i64(j, "spent_today_micro_usd", a->spent_today);
		vd_json_put_i64(j, "spent_month_micro_usd", a->spent_month);
		vd_json_put_i64(j, "forecast_micro_usd", a->forecast);
		vd_json_put_i64(j, "budget_micro_usd", a->budget);
	}
	vd_json_close(j, '}');
}

static const char *initials_of(const struct vd_rulebook *book, uint16_t staff)
{
	return staff > 0 && staff <= book->n_staff ? book->staff[staff - 1].initials : "";
}

static void put_alarm(struct vd_json_out *j, const struct vd_rulebook *book,
		      const struct vd_view_alarm *alarm, bool with_texts)
{
	bool is_of_account = alarm->account != 0;
	vd_json_open(j, NULL, '{');
	put(j, "kind", vd_alarm_kind_name(alarm->kind));
	put(j, "state", vd_alarm_state_name(alarm->state));
	put(j, "severity", vd_severity_name(alarm->severity));
	put(j, "account",
	    is_of_account ? account_of(book, (uint16_t)(alarm->account - 1))->name : "");
	put_wall(j, "since", alarm->since);
	vd_json_put_bool(j, "present", alarm->is_present);
	put(j, "seen_by", initials_of(book, alarm->seen_by));
	put_wall(j, "until", alarm->until);
	put(j, "ladder", vd_ladder_step_name(alarm->ladder));
	put(j, "text", with_texts || !is_of_account ? alarm->text : "");
	vd_json_close(j, '}');
}

static void put_incidents(struct vd_json_out *j, const struct vd_view *view, bool with_texts)
{
	vd_json_open(j, "incidents", '[');
	for (uint8_t i = 0; i < view->n_incidents; i++) {
		const struct vd_view_incident *in = &view->incidents[i];
		vd_json_open(j, NULL, '{');
		vd_json_put_i64(j, "id", in->id);
		put(j, "brand",
		    in->brand > 0 ? brand_name(view->book, (uint16_t)(in->brand - 1)) : "");
		put(j, "topic", in->topic);
		put(j, "text", with_texts ? in->text : "");
		put(j, "by", initials_of(view->book, in->staff));
		put_wall(j, "since", in->since);
		put_wall(j, "until", in->until);
		vd_json_put_bool(j, "ending", in->is_ending);
		vd_json_close(j, '}');
	}
	vd_json_close(j, ']');
}

void vd_incidents_print_json(const struct vd_view *view, struct vd_buf *out)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	put_incidents(&j, view, true);
	vd_json_close(&j, '}');
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
	vd_json_put_i64(j, "paused", c->paused);
	vd_json_put_i64(j, "sleep_over", c->sleep_over);
	vd_json_put_i64(j, "returned", c->returned);
	vd_json_put_i64(j, "pause_asks", c->pause_asks);
	vd_json_put_i64(j, "blocked", c->blocked);
	vd_json_close(j, '}');
}

static void put_busiest(struct vd_json_out *j, const struct vd_view *view)
{
	vd_json_open(j, "busiest", '[');
	for (size_t i = 0; i < view->measures.n_busiest; i++) {
		const struct vd_measure_busy *busy = &view->measures.busiest[i];
		uint16_t account = busy->origin.account;
		vd_json_open(j, NULL, '{');
		put(j, "alarm", vd_alarm_kind_name(busy->origin.kind));
		put(j, "account",
		    account > 0 ? account_of(view->book, (uint16_t)(account - 1))->name : "");
		vd_json_put_i64(j, "conversation", (int64_t)busy->origin.conversation);
		vd_json_put_i64(j, "n", busy->n);
		vd_json_put_bool(j, "chattering", busy->is_chattering);
		vd_json_close(j, '}');
	}
	vd_json_close(j, ']');
}

static void put_measures(struct vd_json_out *j, const struct vd_view *view)
{
	const struct vd_alarm_summary *m = &view->measures;
	vd_json_open(j, "measures", '{');
	vd_json_put_i64(j, "hour", m->hour);
	vd_json_put_i64(j, "day", m->day);
	vd_json_put_bool(j, "flood", m->is_flood);
	put_wall(j, "flood_since", m->flood_since);
	vd_json_put_i64(j, "stale", m->stale);
	vd_json_put_i64(j, "chattering", m->chattering);
	put_busiest(j, view);
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

// Shown in a shop: ours, and by their brands; never whom we look at.
static void put_followed(struct vd_json_out *j, const struct vd_view *view,
			 const struct vd_view_followed *f, bool with_texts)
{
	static const char *const freshness[] = { "fresh", "stale", "not known" };
	static const char *const spans[] = { "change_7d", "change_30d" };
	const struct vd_account *account = account_of(view->book, f->account);
	if (!f->is_own && !with_texts) {
		return;
	}
	vd_json_open(j, NULL, '{');
	put_names(j, view->book, account->brand, f->account);
	put(j, "handle", with_texts ? f->handle : "");
	vd_json_put_bool(j, "own", f->is_own);
	vd_json_put_i64(j, "followers", (int64_t)f->followers);
	put_wall(j, "at", f->at);
	put(j, "freshness", freshness[vd_view_followed_freshness(f, view->now)]);
	for (size_t i = 0; i < VD_ARRAY_LEN(spans); i++) {
		if (f->has_change[i]) {
			vd_json_put_i64(j, spans[i], f->change[i]);
		} else {
			vd_json_put_null(j, spans[i]);
		}
	}
	vd_json_close(j, '}');
}

static void put_scoreboard(struct vd_json_out *j, const struct vd_view *view, bool with_texts)
{
	vd_json_open(j, "followed", '[');
	for (uint8_t i = 0; i < view->n_followed; i++) {
		put_followed(j, view, &view->followed[i], with_texts);
	}
	vd_json_close(j, ']');
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
	put(j, "sound", vd_sound_intent_name(view->sound));
	vd_json_put_i64(j, "second_level", view->second_level);
	put_wall(j, "next_deadline", view->next_deadline);
}

void vd_view_print_json(const struct vd_view *view, bool with_texts, struct vd_buf *out)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	put_head(&j, view);
	put_counters(&j, &view->counters);
	put_today(&j, &view->today);
	put_measures(&j, view);
	put_incidents(&j, view, with_texts);
	put_scoreboard(&j, view, with_texts);
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
