// SPDX-License-Identifier: MIT
// Prometheus text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
#include <inttypes.h>

#include "output/output.h"

static void head(struct vd_buf *out, const char *name, const char *type, const char *help)
{
	vd_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_label(struct vd_buf *out, const char *value)
{
	for (const char *p = value; *p != '\0'; p++) {
		if (*p == '\n') {
			vd_buf_put_text(out, "\\n");
			continue;
		}
		if (*p == '"' || *p == '\\') {
			vd_buf_put_char(out, '\\');
		}
		vd_buf_put_char(out, *p);
	}
}

static void one(struct vd_buf *out, const char *name, const char *help, int64_t value)
{
	head(out, name, "gauge", help);
	vd_buf_printf(out, "%s %" PRId64 "\n", name, value);
}

static void labelled(struct vd_buf *out, const char *name, const char *label, const char *value,
		     int64_t number)
{
	vd_buf_printf(out, "%s{%s=\"", name, label);
	put_label(out, value);
	vd_buf_printf(out, "\"} %" PRId64 "\n", number);
}

static void print_counters(const struct vd_view *view, struct vd_buf *out)
{
	const struct vd_view_counters *c = &view->counters;
	one(out, "vedetta_open_conversations", "Open conversations.", c->open);
	one(out, "vedetta_waiting_conversations", "Conversations in which a customer waits.",
	    c->waiting);
	head(out, "vedetta_alarms", "gauge", "Shown alarms of conversations by severity.");
	labelled(out, "vedetta_alarms", "severity", "warning", c->warning);
	labelled(out, "vedetta_alarms", "severity", "urgent", c->urgent);
	labelled(out, "vedetta_alarms", "severity", "breached", c->breached);
	head(out, "vedetta_parked_alarms", "gauge", "Alarms that are parked.");
	labelled(out, "vedetta_parked_alarms", "state", "shelved", c->shelved);
	labelled(out, "vedetta_parked_alarms", "state", "suppressed", c->suppressed);
	labelled(out, "vedetta_parked_alarms", "state", "out_of_service", c->out_of_service);
	head(out, "vedetta_side_alarms", "gauge", "Shown alarms beside the targets, by kind.");
	labelled(out, "vedetta_side_alarms", "kind", "sleep_over", c->sleep_over);
	labelled(out, "vedetta_side_alarms", "kind", "hand_over_returned", c->returned);
	labelled(out, "vedetta_side_alarms", "kind", "pause_asks", c->pause_asks);
	labelled(out, "vedetta_side_alarms", "kind", "channel_blocked", c->blocked);
	one(out, "vedetta_paused_conversations", "Conversations in which the customer must act.",
	    c->paused);
	one(out, "vedetta_outbox_entries", "Replies that are not settled.", c->outbox);
}

static void print_today(const struct vd_view *view, struct vd_buf *out)
{
	static const char name[] = "vedetta_first_response_seconds";
	const struct vd_view_today *t = &view->today;
	one(out, "vedetta_answered_today", "First responses since local midnight.", t->answered);
	if (t->answered == 0) {
		return;
	}
	const struct {
		const char *quantile;
		struct vd_pair pair;
	} rows[] = { { "0.5", t->first_p50 }, { "0.9", t->first_p90 } };
	head(out, name, "gauge", "First response today, nearest rank, wall and business time.");
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		vd_buf_printf(out, "%s{quantile=\"%s\",time=\"wall\"} %" PRId64 "\n", name,
			      rows[i].quantile, rows[i].pair.wall_s);
		vd_buf_printf(out, "%s{quantile=\"%s\",time=\"business\"} %" PRId64 "\n", name,
			      rows[i].quantile, rows[i].pair.business_s);
	}
}

static const char *account_name(const struct vd_view *view, const struct vd_view_account *a)
{
	return a->account < view->book->n_accounts ? view->book->accounts[a->account].name : "?";
}

static void print_accounts(const struct vd_view *view, struct vd_buf *out)
{
	static const char health[] = "vedetta_account_health";
	static const char age[] = "vedetta_account_age_seconds";
	static const char period[] = "vedetta_account_period_seconds";
	if (view->n_accounts == 0) {
		return;
	}
	head(out, health, "gauge", "1 for the health that the account has.");
	for (uint16_t i = 0; i < view->n_accounts; i++) {
		const struct vd_view_account *a = &view->accounts[i];
		vd_buf_printf(out, "%s{account=\"", health);
		put_label(out, account_name(view, a));
		vd_buf_printf(out, "\",health=\"%s\"} 1\n", vd_health_name(a->health));
	}
	head(out, age, "gauge",
	     "Real seconds since the last good poll; absent: never polled well.");
	for (uint16_t i = 0; i < view->n_accounts; i++) {
		const struct vd_view_account *a = &view->accounts[i];
		if (a->age_s >= 0) {
			labelled(out, age, "account", account_name(view, a), a->age_s);
		}
	}
	head(out, period, "gauge", "Real seconds between polls.");
	for (uint16_t i = 0; i < view->n_accounts; i++) {
		const struct vd_view_account *a = &view->accounts[i];
		labelled(out, period, "account", account_name(view, a), a->period_s);
	}
}

static void print_budget(const struct vd_view *view, struct vd_buf *out)
{
	static const char delay[] = "vedetta_account_delay_seconds";
	static const char spent[] = "vedetta_spent_micro_dollars";
	head(out, delay, "gauge", "The worst from a customer's word to our knowing it.");
	for (uint16_t i = 0; i < view->n_accounts; i++) {
		const struct vd_view_account *a = &view->accounts[i];
		if (a->delay_s > 0) {
			labelled(out, delay, "account", account_name(view, a), a->delay_s);
		}
	}
	head(out, "vedetta_account_quiet", "gauge",
	     "1 where polls succeed and unusually little comes.");
	for (uint16_t i = 0; i < view->n_accounts; i++) {
		labelled(out, "vedetta_account_quiet", "account",
			 account_name(view, &view->accounts[i]), view->accounts[i].is_quiet);
	}
	head(out, spent, "gauge", "Millionths of a US dollar that the network bills.");
	for (uint16_t i = 0; i < view->n_accounts; i++) {
		const struct vd_view_account *a = &view->accounts[i];
		const struct {
			const char *span;
			int64_t micro;
		} rows[] = { { "today", a->spent_today },
			     { "month", a->spent_month },
			     { "forecast", a->forecast },
			     { "budget", a->budget } };
		for (size_t k = 0; k < VD_ARRAY_LEN(rows) && a->is_billed; k++) {
			vd_buf_printf(out, "%s{account=\"", spent);
			put_label(out, account_name(view, a));
			vd_buf_printf(out, "\",span=\"%s\"} %" PRId64 "\n", rows[k].span,
				      rows[k].micro);
		}
	}
}

// One line a kind and account, 1 where it holds; those that went unseen are told as 0.
static void print_faults(const struct vd_view *view, struct vd_buf *out)
{
	static const char name[] = "vedetta_appliance_alarm";
	uint32_t n = 0;
	head(out, name, "gauge", "1 where an alarm of the appliance holds, 0: it went unseen.");
	for (uint8_t i = 0; i < view->n_alarms; i++) {
		const struct vd_view_alarm *a = &view->alarms[i];
		struct vd_view_account account = { .account = (uint16_t)(a->account - 1) };
		if (a->state == VD_ALARM_OUT_OF_SERVICE) {
			continue;
		}
		n++;
		vd_buf_printf(out, "%s{kind=\"%s\",account=\"", name, vd_alarm_kind_name(a->kind));
		put_label(out, a->account > 0 ? account_name(view, &account) : "");
		vd_buf_printf(out, "\",state=\"%s\"} %d\n", vd_alarm_state_name(a->state),
			      a->is_present);
	}
	one(out, "vedetta_appliance_alarms", "Alarms of the appliance itself.", n);
}

static void print_measures(const struct vd_view *view, struct vd_buf *out)
{
	const struct vd_alarm_summary *m = &view->measures;
	one(out, "vedetta_second_level_alarms", "Alarms that the second level was told of.",
	    view->second_level);
	head(out, "vedetta_sound", "gauge", "1 for what is sounded.");
	for (int i = 0; i < VD_SOUND_INTENT_N; i++) {
		labelled(out, "vedetta_sound", "intent",
			 vd_sound_intent_name((enum vd_sound_intent)i),
			 view->sound == (enum vd_sound_intent)i);
	}
	one(out, "vedetta_alarms_raised_hour", "Alarms raised in the last 60 minutes.", m->hour);
	one(out, "vedetta_alarms_raised_day", "Alarms raised in the last 24 hours.", m->day);
	one(out, "vedetta_alarm_flood", "1 in a flood: over 10 in 10 min, until under 5.",
	    m->is_flood);
	one(out, "vedetta_stale_alarms", "Alarms shown for over 24 h in one state.", m->stale);
	one(out, "vedetta_chattering_sources", "Sources that came 3 times in a minute, last hour.",
	    m->chattering);
}

static void print_lamp(const struct vd_view *view, struct vd_buf *out)
{
	head(out, "vedetta_lamp", "gauge", "1 for the meaning that the light shows.");
	for (int m = 0; m < VD_LAMP_MEANING_N; m++) {
		labelled(out, "vedetta_lamp", "meaning",
			 vd_lamp_meaning_name((enum vd_lamp_meaning)m),
			 view->lamp.meaning == (enum vd_lamp_meaning)m);
	}
	one(out, "vedetta_blind", "1 where the light shows blindness, alone or in turn.",
	    view->lamp.and_blind || view->lamp.meaning == VD_LAMP_BLIND);
}

void vd_metrics_print(const struct vd_view *view, struct vd_buf *out)
{
	print_counters(view, out);
	print_today(view, out);
	head(out, "vedetta_next_deadline_timestamp_seconds", "gauge",
	     "The next deadline; absent where there is none.");
	if (vd_wall_is_set(view->next_deadline) && view->next_deadline.us != INT64_MAX) {
		vd_buf_printf(out, "vedetta_next_deadline_timestamp_seconds %" PRId64 "\n",
			      vd_wall_to_s(view->next_deadline));
	}
	print_accounts(view, out);
	print_budget(view, out);
	print_lamp(view, out);
	one(out, "vedetta_service_open", "1 in service hours of any brand.", view->is_open);
	one(out, "vedetta_clock_trusted", "1 where the clock is trusted.", view->is_clock_trusted);
	print_faults(view, out);
	print_measures(view, out);
	one(out, "vedetta_state_age_seconds", "Since the store was last read well.",
	    vd_wall_sub(view->now, view->state_at).us / VD_US_PER_S);
	head(out, "vedetta_journal_sequence", "counter", "The journal's last number.");
	vd_buf_printf(out, "vedetta_journal_sequence %" PRIu64 "\n", view->sequence);
}
