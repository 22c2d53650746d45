// SPDX-License-Identifier: MIT
// Every figure under its name, once; CSV and the comparison of two reports are made of these.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/report_internal.h"

static const char *const block_names[VD_FIGURE_N] = {
	[VD_FIGURE_FIRST] = "first",     [VD_FIGURE_USEFUL] = "useful",
	[VD_FIGURE_NEXT] = "next",       [VD_FIGURE_RESOLUTION] = "resolution",
	[VD_FIGURE_CADENCE] = "cadence", [VD_FIGURE_CEILING] = "ceiling",
};

const char *vd_report_block_name(enum vd_figure_kind kind)
{
	return (unsigned)kind < VD_FIGURE_N ? block_names[kind] : "?";
}

const char *vd_report_account_name(const struct vd_report *report, uint16_t account,
				   char out[VD_NAME_BYTES])
{
	const struct vd_rulebook *book = report->filter.book;
	if (account < book->n_accounts && book->accounts[account].name[0] != '\0') {
		snprintf(out, VD_NAME_BYTES, "%s", book->accounts[account].name);
	} else {
		snprintf(out, VD_NAME_BYTES, "#%" PRIu16, account);
	}
	return out;
}

struct rows {
	vd_report_row_fn *fn;
	void *ctx;
};

static void put(const struct rows *rows, const char *group, const char *name,
		struct vd_report_row row)
{
	snprintf(row.name, sizeof(row.name), "%s%s%s", group, group[0] != '\0' ? "." : "", name);
	rows->fn(rows->ctx, &row);
}

static void put_count(const struct rows *rows, const char *group, const char *name, uint64_t n)
{
	put(rows, group, name, (struct vd_report_row){ .kind = VD_ROW_COUNT, .n = n });
}

static void put_share(const struct rows *rows, const char *group, const char *name, uint64_t n,
		      uint64_t of)
{
	put(rows, group, name, (struct vd_report_row){ .kind = VD_ROW_SHARE, .n = n, .of = of });
}

static void put_sum(const struct rows *rows, const char *group, const char *name,
		    struct vd_pair pair)
{
	put(rows, group, name,
	    (struct vd_report_row){ .kind = VD_ROW_SUM,
				    .pair = pair,
				    .is_wall_reached = true,
				    .is_business_reached = true });
}

static void put_points(const struct rows *rows, const char *group, const char *name, size_t n,
		       struct vd_km_point wall, struct vd_km_point business)
{
	put(rows, group, name,
	    (struct vd_report_row){ .kind = VD_ROW_DURATION,
				    .n = n,
				    .pair = { wall.value, business.value },
				    .is_wall_reached = wall.is_reached,
				    .is_business_reached = business.is_reached });
}

static void put_block(const struct rows *rows, const struct vd_report *report,
		      enum vd_figure_kind kind)
{
	const struct vd_report_block *b = &report->blocks[kind];
	const char *group = block_names[kind];
	if (kind != VD_FIGURE_CADENCE && kind != VD_FIGURE_CEILING) {
		put_count(rows, group, "n", b->wall.n);
		put_count(rows, group, "ended", b->wall.n - b->wall.n_censored);
		put_count(rows, group, "waiting", b->wall.n_censored);
		put_points(rows, group, "p50", b->wall.n, b->wall.p50, b->business.p50);
		put_points(rows, group, "p90", b->wall.n, b->wall.p90, b->business.p90);
		put_points(rows, group, "p95", b->wall.n, b->wall.p95, b->business.p95);
		put_points(rows, group, "worst", b->wall.n, b->wall.worst, b->business.worst);
	}
	if (kind == VD_FIGURE_USEFUL) {
		return; // no promise beside it
	}
	struct vd_report_verdicts v = vd_report_verdicts(b);
	put_count(rows, group, "met", v.met);
	put_count(rows, group, "met_seen_late", b->outcomes[VD_OUTCOME_MET_SEEN_LATE]);
	put_count(rows, group, "breached", v.breached);
	put_count(rows, group, "breached_open", b->outcomes[VD_OUTCOME_BREACHED_OPEN]);
	put_count(rows, group, "past_due", b->outcomes[VD_OUTCOME_PAST_DUE]);
	put_count(rows, group, "running", b->outcomes[VD_OUTCOME_RUNNING]);
	put_count(rows, group, "cancelled", b->outcomes[VD_OUTCOME_CANCELLED]);
	put_count(rows, group, "fault", b->outcomes[VD_OUTCOME_FAULT]);
	put_share(rows, group, "breach_rate", v.breached, v.counted);
}

static bool is_any(struct vd_pair pair)
{
	return pair.wall_s != 0;
}

static void put_accounts(const struct rows *rows, const struct vd_report *report)
{
	char name[VD_NAME_BYTES];
	for (uint16_t i = 0; i < VD_ACCOUNTS_MAX; i++) {
		const struct vd_figures_part *part = &report->parts[i];
		vd_report_account_name(report, i, name);
		if (is_any(part->life)) {
			put_sum(rows, "waiting.us", name, part->on_us);
			put_sum(rows, "waiting.customer", name, part->on_customer);
			put_sum(rows, "waiting.closed", name, part->closed);
			put_sum(rows, "waiting.whole", name, part->life);
		}
		if (is_any(report->alarms.blind[i].sum)) {
			put_sum(rows, "blind", name, report->alarms.blind[i].sum);
		}
	}
}

static void put_alarms(const struct rows *rows, const struct vd_report *report)
{
	const struct vd_report_alarms *a = &report->alarms;
	put_count(rows, "alarms", "raised", a->totals.raised);
	put_count(rows, "alarms", "floods", a->totals.floods);
	put_count(rows, "alarms", "stale", a->totals.stale);
	put_count(rows, "alarms", "chattering", a->totals.chattering);
	put_count(rows, "alarms", "seen", a->totals.seen);
	put_count(rows, "alarms", "gone_unseen", a->totals.gone);
	const struct vd_figures_row *wall = &a->seen_wall_row;
	const struct vd_figures_row *business = &a->seen_business_row;
	const struct {
		const char *name;
		int64_t wall;
		int64_t business;
	} points[] = { { "seen_after.p50", wall->p50, business->p50 },
		       { "seen_after.p90", wall->p90, business->p90 },
		       { "seen_after.worst", wall->worst, business->worst } };
	for (size_t i = 0; i < VD_ARRAY_LEN(points); i++) {
		put_points(rows, "alarms", points[i].name, wall->n,
			   (struct vd_km_point){ points[i].wall, true },
			   (struct vd_km_point){ points[i].business, true });
	}
}

void vd_report_each_row(const struct vd_report *report, vd_report_row_fn *fn, void *ctx)
{
	struct rows rows = { fn, ctx };
	put_count(&rows, "", "conversations", report->conversations);
	put_count(&rows, "", "messages", report->messages);
	put_count(&rows, "", "open", report->open);
	put_count(&rows, "", "withdrawn", report->withdrawn);
	put_count(&rows, "", "repeats", report->repeats);
	put_count(&rows, "", "merged", report->merged);
	put_count(&rows, "questions", "received", report->received);
	put_share(&rows, "questions", "answered", report->answered, report->received);
	for (int kind = 0; kind < VD_FIGURE_N; kind++) {
		put_block(&rows, report, (enum vd_figure_kind)kind);
	}
	put_sum(&rows, "waiting", "us", report->whole.on_us);
	put_sum(&rows, "waiting", "customer", report->whole.on_customer);
	put_sum(&rows, "waiting", "closed", report->whole.closed);
	put_sum(&rows, "waiting", "whole", report->whole.life);
	put_sum(&rows, "", "blind", report->alarms.any_blind.sum);
	put_sum(&rows, "", "clock_untrusted", report->alarms.untrusted.sum);
	put_accounts(&rows, report);
	for (int i = 0; i < VD_COUNT_N; i++) {
		put_count(&rows, "", vd_report_count_name((enum vd_report_count)i),
			  report->counts[i]);
	}
	put_alarms(&rows, report);
}
