// SPDX-License-Identifier: MIT
// SPEC.md "Report".
#include <stdio.h>
#include <string.h>

#include "app/report_internal.h"
#include "base/json.h"

static void put_pair(struct vd_json_out *j, const char *name, struct vd_pair pair)
{
	vd_json_open(j, name, '{');
	vd_json_put_i64(j, "wall_s", pair.wall_s);
	vd_json_put_i64(j, "business_s", pair.business_s);
	vd_json_close(j, '}');
}

static void put_row(struct vd_json_out *j, const char *name, const struct vd_figures_row *row)
{
	vd_json_open(j, name, '{');
	vd_json_put_i64(j, "p50", row->p50);
	vd_json_put_i64(j, "p90", row->p90);
	vd_json_put_i64(j, "p95", row->p95);
	vd_json_put_i64(j, "worst", row->worst);
	vd_json_close(j, '}');
}

static void put_point(struct vd_json_out *j, const char *name, struct vd_km_point point)
{
	vd_json_open(j, name, '{');
	vd_json_put_i64(j, "s", point.value);
	vd_json_put_bool(j, "reached", point.is_reached);
	vd_json_close(j, '}');
}

static void put_km(struct vd_json_out *j, const char *name, const struct vd_km *km)
{
	vd_json_open(j, name, '{');
	put_point(j, "p50", km->p50);
	put_point(j, "p90", km->p90);
	put_point(j, "p95", km->p95);
	put_point(j, "worst", km->worst);
	vd_json_close(j, '}');
}

static void put_share(struct vd_json_out *j, const char *name, uint64_t n, uint64_t of)
{
	if (of == 0) {
		vd_json_put_null(j, name);
	} else {
		vd_json_put_double(j, name, (double)n / (double)of, 6);
	}
}

static void put_verdicts(struct vd_json_out *j, const struct vd_report_block *b)
{
	struct vd_report_verdicts v = vd_report_verdicts(b);
	vd_json_put_i64(j, "met", (int64_t)v.met);
	vd_json_put_i64(j, "met_seen_late", (int64_t)b->outcomes[VD_OUTCOME_MET_SEEN_LATE]);
	vd_json_put_i64(j, "breached", (int64_t)v.breached);
	vd_json_put_i64(j, "breached_open", (int64_t)b->outcomes[VD_OUTCOME_BREACHED_OPEN]);
	vd_json_put_i64(j, "past_due", (int64_t)b->outcomes[VD_OUTCOME_PAST_DUE]);
	vd_json_put_i64(j, "running", (int64_t)b->outcomes[VD_OUTCOME_RUNNING]);
	vd_json_put_i64(j, "cancelled", (int64_t)b->outcomes[VD_OUTCOME_CANCELLED]);
	vd_json_put_i64(j, "fault", (int64_t)b->outcomes[VD_OUTCOME_FAULT]);
	put_share(j, "breach_rate", v.breached, v.counted);
}

static void put_block(struct vd_json_out *j, const char *name, const struct vd_report *report,
		      enum vd_figure_kind kind)
{
	const struct vd_report_block *b = &report->blocks[kind];
	vd_json_open(j, name, '{');
	if (kind != VD_FIGURE_CADENCE && kind != VD_FIGURE_CEILING) {
		vd_json_put_i64(j, "n", (int64_t)b->wall_ended.n);
		put_row(j, "wall", &b->wall_ended);
		put_row(j, "business", &b->business_ended);
		vd_json_open(j, "with_waiting", '{');
		vd_json_put_i64(j, "n", (int64_t)b->wall.n);
		vd_json_put_i64(j, "waiting", (int64_t)b->wall.n_censored);
		put_km(j, "wall", &b->wall);
		put_km(j, "business", &b->business);
		vd_json_close(j, '}');
	}
	if (kind != VD_FIGURE_USEFUL) {
		put_verdicts(j, b);
	}
	vd_json_close(j, '}');
}

static void put_filter(struct vd_json_out *j, const struct vd_report *report)
{
	const struct vd_report_filter *f = &report->filter;
	char name[VD_NAME_BYTES];
	vd_json_put_wall(j, "from", f->from);
	vd_json_put_wall(j, "to", report->until);
	if (f->brand != 0) {
		vd_json_put_text(j, "brand", vd_span_of(f->book->brands[f->brand - 1].name));
	}
	if (f->network != VD_NETWORK_NONE) {
		vd_json_put_text(j, "network", vd_span_of(vd_network_name(f->network)));
	}
	if (f->topic != NULL) {
		vd_json_put_text(j, "topic", vd_span_of(f->topic));
	}
	if (f->account != 0) {
		vd_report_account_name(report, (uint16_t)(f->account - 1), name);
		vd_json_put_text(j, "account", vd_span_of(name));
	}
}

static void put_part(struct vd_json_out *j, const struct vd_figures_part *part)
{
	put_pair(j, "on_us", part->on_us);
	put_pair(j, "on_customer", part->on_customer);
	put_pair(j, "closed", part->closed);
	put_pair(j, "whole", part->life);
}

static void put_accounts(struct vd_json_out *j, const struct vd_report *report)
{
	char name[VD_NAME_BYTES];
	vd_json_open(j, "accounts", '[');
	for (uint16_t i = 0; i < VD_ACCOUNTS_MAX; i++) {
		const struct vd_report_outage *blind = &report->alarms.blind[i];
		if (report->parts[i].life.wall_s == 0 && blind->sum.wall_s == 0) {
			continue;
		}
		vd_report_account_name(report, i, name);
		vd_json_open(j, NULL, '{');
		vd_json_put_text(j, "name", vd_span_of(name));
		put_part(j, &report->parts[i]);
		put_pair(j, "blind", blind->sum);
		vd_json_close(j, '}');
	}
	vd_json_close(j, ']');
}

static void put_busiest(struct vd_json_out *j, const struct vd_report *report)
{
	const struct vd_report_alarms *a = &report->alarms;
	char name[VD_NAME_BYTES];
	vd_json_open(j, "busiest", '[');
	for (size_t i = 0; i < a->n_busiest; i++) {
		const struct vd_report_busy *busy = &a->busiest[i];
		vd_json_open(j, NULL, '{');
		vd_json_put_text(j, "alarm", vd_span_of(vd_alarm_kind_name(busy->kind)));
		if (busy->account != 0) {
			vd_report_account_name(report, (uint16_t)(busy->account - 1), name);
			vd_json_put_text(j, "account", vd_span_of(name));
		}
		vd_json_put_i64(j, "n", busy->n);
		vd_json_close(j, '}');
	}
	vd_json_close(j, ']');
}

static void put_alarms(struct vd_json_out *j, const struct vd_report *report)
{
	const struct vd_report_alarms *a = &report->alarms;
	vd_json_open(j, "alarms", '{');
	vd_json_put_i64(j, "raised", (int64_t)a->totals.raised);
	if (a->period_s > 0) {
		double hours = (double)a->period_s / 3600;
		vd_json_put_double(j, "per_hour", (double)a->totals.raised / hours, 3);
	} else {
		vd_json_put_null(j, "per_hour");
	}
	vd_json_put_i64(j, "floods", (int64_t)a->totals.floods);
	vd_json_put_i64(j, "stale", (int64_t)a->totals.stale);
	vd_json_put_i64(j, "chattering", (int64_t)a->totals.chattering);
	vd_json_put_i64(j, "seen", (int64_t)a->totals.seen);
	vd_json_put_i64(j, "gone_unseen", (int64_t)a->totals.gone);
	vd_json_open(j, "seen_after", '{');
	vd_json_put_i64(j, "n", (int64_t)a->seen_wall_row.n);
	put_row(j, "wall", &a->seen_wall_row);
	put_row(j, "business", &a->seen_business_row);
	vd_json_close(j, '}');
	vd_json_open(j, "escalated", '{');
	vd_json_put_i64(j, "sound", (int64_t)report->counts[VD_COUNT_SOUND]);
	vd_json_put_i64(j, "second", (int64_t)report->counts[VD_COUNT_SECOND]);
	vd_json_close(j, '}');
	put_busiest(j, report);
	vd_json_close(j, '}');
}

static void put_handling(struct vd_json_out *j, const struct vd_report *report)
{
	vd_json_open(j, "handling", '{');
	for (int i = 0; i <= VD_COUNT_PAUSES; i++) {
		vd_json_put_i64(j, vd_report_count_name((enum vd_report_count)i),
				(int64_t)report->counts[i]);
	}
	vd_json_close(j, '}');
}

void vd_report_print_json(const struct vd_report *report, struct vd_buf *out)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	put_filter(&j, report);
	vd_json_put_i64(&j, "conversations", (int64_t)report->conversations);
	vd_json_put_i64(&j, "messages", (int64_t)report->messages);
	vd_json_put_i64(&j, "open", (int64_t)report->open);
	vd_json_put_i64(&j, "withdrawn", (int64_t)report->withdrawn);
	vd_json_put_i64(&j, "repeats", (int64_t)report->repeats);
	vd_json_put_i64(&j, "merged", (int64_t)report->merged);
	vd_json_open(&j, "questions", '{');
	vd_json_put_i64(&j, "received", (int64_t)report->received);
	vd_json_put_i64(&j, "answered", (int64_t)report->answered);
	put_share(&j, "answer_rate", report->answered, report->received);
	vd_json_close(&j, '}');
	put_block(&j, "first_response", report, VD_FIGURE_FIRST);
	put_block(&j, "first_useful_answer", report, VD_FIGURE_USEFUL);
	put_block(&j, "next_response", report, VD_FIGURE_NEXT);
	put_block(&j, "resolution", report, VD_FIGURE_RESOLUTION);
	put_block(&j, "cadence", report, VD_FIGURE_CADENCE);
	put_block(&j, "ceiling", report, VD_FIGURE_CEILING);
	vd_json_open(&j, "waiting", '{');
	put_part(&j, &report->whole);
	vd_json_close(&j, '}');
	put_accounts(&j, report);
	put_handling(&j, report);
	put_pair(&j, "blind", report->alarms.any_blind.sum);
	put_pair(&j, "clock_untrusted", report->alarms.untrusted.sum);
	vd_json_put_i64(&j, "restarts", report->alarms.restarts);
	put_alarms(&j, report);
	vd_json_close(&j, '}');
	vd_buf_put_char(out, '\n');
}
