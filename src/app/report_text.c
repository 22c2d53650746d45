// SPDX-License-Identifier: MIT
// For a supervisor at a terminal: one screen, every duration in the customer's time and in ours.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/report_internal.h"
#include "app/report_words.h"

#define CELL 14

static void put_instant(struct vd_buf *out, const struct vd_report *report, struct vd_wall t)
{
	char text[VD_TIME_TEXT_BYTES];
	vd_report_print_instant(report->filter.book, t, text);
	vd_buf_put_text(out, text);
}

static void put_head(const struct vd_report *report, struct vd_buf *out)
{
	const struct vd_report_filter *f = &report->filter;
	char name[VD_NAME_BYTES];
	vd_buf_put_text(out, "Report ");
	if (vd_wall_is_set(f->from)) {
		vd_buf_put_text(out, "from ");
		put_instant(out, report, f->from);
		vd_buf_put_text(out, " ");
	}
	vd_buf_put_text(out, "as of ");
	put_instant(out, report, report->until);
	if (f->brand != 0) {
		vd_buf_printf(out, ", brand %s", f->book->brands[f->brand - 1].name);
	}
	if (f->network != VD_NETWORK_NONE) {
		vd_buf_printf(out, ", network %s", vd_network_name(f->network));
	}
	if (f->topic != NULL) {
		vd_buf_printf(out, ", topic %s", f->topic);
	}
	if (f->account != 0) {
		vd_buf_printf(out, ", account %s",
			      vd_report_account_name(report, (uint16_t)(f->account - 1), name));
	}
	vd_buf_put_text(out, "\n\n");
	vd_buf_printf(out, "%" PRIu64 " conversations with %" PRIu64 " messages, %" PRIu64 " open",
		      report->conversations, report->messages, report->open);
	vd_buf_printf(out, "; %" PRIu64 " withdrawn, %" PRIu64 " repeats, %" PRIu64 " merged\n",
		      report->withdrawn, report->repeats, report->merged);
	vd_buf_printf(out, "%" PRIu64 " public questions, %" PRIu64 " answered", report->received,
		      report->answered);
	if (report->received > 0) {
		vd_buf_put_text(out, ": ");
		vd_report_put_share(out, report->answered, report->received);
	}
	vd_buf_put_text(out, "\n");
}

// ---- durations ------------------------------------------------------------------------------

static void put_point(struct vd_buf *out, struct vd_km_point point, bool is_wall)
{
	char text[VD_DURATION_TEXT_BYTES];
	char cell[VD_DURATION_TEXT_BYTES + 4];
	vd_report_print_duration(point.value, is_wall, text);
	snprintf(cell, sizeof(cell), "%s%s", point.is_reached ? "" : ">= ", text);
	vd_buf_printf(out, "  %*s", CELL, cell);
}

static void put_points(struct vd_buf *out, const struct vd_km *km, bool is_wall)
{
	put_point(out, km->p50, is_wall);
	put_point(out, km->p90, is_wall);
	put_point(out, km->p95, is_wall);
	put_point(out, km->worst, is_wall);
	vd_buf_put_text(out, "\n");
}

static void put_durations(const struct vd_report *report, struct vd_buf *out)
{
	static const struct {
		enum vd_figure_kind kind;
		const char *label;
	} ROWS[] = { { VD_FIGURE_FIRST, "First response" },
		     { VD_FIGURE_USEFUL, "First useful answer" },
		     { VD_FIGURE_NEXT, "Next response" },
		     { VD_FIGURE_RESOLUTION, "Resolution" } };
	vd_buf_printf(out, "\n%-20s%7s%9s  %-6s%*s  %*s  %*s  %*s\n", "Until", "n", "waiting", "",
		      CELL, "half within", CELL, "90 % within", CELL, "95 % within", CELL,
		      "longest");
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		const struct vd_report_block *b = &report->blocks[ROWS[i].kind];
		vd_buf_printf(out, "%-20s%7zu%9zu", ROWS[i].label, b->wall.n, b->wall.n_censored);
		if (b->wall.n == 0) {
			vd_buf_put_text(out, "\n");
			continue;
		}
		vd_buf_put_text(out, "  wall  ");
		put_points(out, &b->wall, true);
		vd_buf_printf(out, "%-36s  open  ", "");
		put_points(out, &b->business, false);
	}
	vd_buf_put_text(out,
			"Who still waits is counted too: \">=\" says that it is not over yet.\n");
}

// ---- promises -------------------------------------------------------------------------------

static void put_promise(const struct vd_report_block *b, const char *label, struct vd_buf *out)
{
	struct vd_report_verdicts v = vd_report_verdicts(b);
	uint64_t others = b->outcomes[VD_OUTCOME_RUNNING] + b->outcomes[VD_OUTCOME_CANCELLED] +
			  b->outcomes[VD_OUTCOME_FAULT];
	if (v.counted + others == 0) {
		return;
	}
	vd_buf_printf(out, "%-20s%7" PRIu64 "%9" PRIu64 "%12" PRIu64 "  ", label, v.met, v.breached,
		      b->outcomes[VD_OUTCOME_RUNNING]);
	if (v.counted == 0) {
		vd_buf_put_text(out, "          -");
	} else {
		char share[16];
		vd_report_print_share(v.breached, v.counted, share);
		vd_buf_printf(out, "%11s", share);
	}
	const struct {
		enum vd_outcome outcome;
		const char *words;
	} notes[] = { { VD_OUTCOME_BREACHED_OPEN, "broken and not answered yet" },
		      { VD_OUTCOME_MET_SEEN_LATE, "kept, but seen late" },
		      { VD_OUTCOME_PAST_DUE, "past due, not declared" },
		      { VD_OUTCOME_CANCELLED, "ended without a verdict" },
		      { VD_OUTCOME_FAULT, "with no deadline" } };
	const char *separator = "   ";
	for (size_t i = 0; i < VD_ARRAY_LEN(notes); i++) {
		if (b->outcomes[notes[i].outcome] > 0) {
			vd_buf_printf(out, "%s%" PRIu64 " %s", separator,
				      b->outcomes[notes[i].outcome], notes[i].words);
			separator = ", ";
		}
	}
	vd_buf_put_text(out, "\n");
}

static void put_promises(const struct vd_report *report, struct vd_buf *out)
{
	static const struct {
		enum vd_figure_kind kind;
		const char *label;
	} ROWS[] = { { VD_FIGURE_FIRST, "First response" },
		     { VD_FIGURE_NEXT, "Next response" },
		     { VD_FIGURE_CADENCE, "Word meanwhile" },
		     { VD_FIGURE_RESOLUTION, "Resolution" },
		     { VD_FIGURE_CEILING, "Answer at the latest" } };
	vd_buf_printf(out, "\n%-20s%7s%9s%12s  %11s\n", "Promises", "kept", "broken", "running",
		      "rate broken");
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		put_promise(&report->blocks[ROWS[i].kind], ROWS[i].label, out);
	}
}

// ---- who waited for whom --------------------------------------------------------------------

enum column {
	COLUMN_ON_US,
	COLUMN_ON_CUSTOMER,
	COLUMN_CLOSED,
	COLUMN_BLIND,
	COLUMN_N,
};

static const char *const headings[COLUMN_N] = {
	[COLUMN_ON_US] = "customers on us",
	[COLUMN_ON_CUSTOMER] = "we on customers",
	[COLUMN_CLOSED] = "closed, came back",
	[COLUMN_BLIND] = "blind",
};

struct holder {
	uint16_t account;
	struct vd_pair cells[COLUMN_N];
};

static struct holder holder_of(const struct vd_figures_part *part, struct vd_pair blind)
{
	return (struct holder){ .account = part->account,
				.cells = { [COLUMN_ON_US] = part->on_us,
					   [COLUMN_ON_CUSTOMER] = part->on_customer,
					   [COLUMN_CLOSED] = part->closed,
					   [COLUMN_BLIND] = blind } };
}

// Whose customers waited longest stands first.
static int by_waiting(const void *a, const void *b)
{
	int64_t x = ((const struct holder *)a)->cells[COLUMN_ON_US].wall_s;
	int64_t y = ((const struct holder *)b)->cells[COLUMN_ON_US].wall_s;
	return (x < y) - (x > y);
}

static size_t find_holders(const struct vd_report *report, struct holder out[VD_ACCOUNTS_MAX])
{
	size_t n = 0;
	for (uint16_t i = 0; i < VD_ACCOUNTS_MAX; i++) {
		struct holder holder = holder_of(&report->parts[i], report->alarms.blind[i].sum);
		holder.account = i;
		if (report->parts[i].life.wall_s != 0 || holder.cells[COLUMN_BLIND].wall_s != 0) {
			out[n++] = holder;
		}
	}
	qsort(out, n, sizeof(struct holder), by_waiting);
	return n;
}

static void put_holder(struct vd_buf *out, const char *name, const struct holder *holder,
		       const struct holder *all)
{
	char cell[2 * VD_DURATION_TEXT_BYTES + 4];
	vd_buf_printf(out, "%-26s", name);
	for (int i = 0; i < COLUMN_N; i++) {
		if (all->cells[i].wall_s == 0) {
			continue; // of nobody there is any
		}
		snprintf(cell, sizeof(cell), "-");
		if (holder->cells[i].wall_s != 0) {
			vd_report_print_pair(holder->cells[i], cell);
		}
		vd_buf_printf(out, "  %24s", cell);
	}
	vd_buf_put_text(out, "\n");
}

static void put_waiting(const struct vd_report *report, struct vd_buf *out)
{
	struct holder holders[VD_ACCOUNTS_MAX] = { 0 };
	char name[VD_NAME_BYTES];
	size_t n = find_holders(report, holders);
	struct holder all = holder_of(&report->whole, report->alarms.any_blind.sum);
	vd_buf_printf(out, "\n%-26s", "Time, wall / open hours");
	for (int i = 0; i < COLUMN_N; i++) {
		if (all.cells[i].wall_s != 0) {
			vd_buf_printf(out, "  %24s", headings[i]);
		}
	}
	vd_buf_put_text(out, "\n");
	for (size_t i = 0; i < n; i++) {
		vd_report_account_name(report, holders[i].account, name);
		put_holder(out, name, &holders[i], &all);
	}
	if (n != 1) {
		put_holder(out, "all", &all, &all);
	}
}

// ---- the rest -------------------------------------------------------------------------------

static void put_handling(const struct vd_report *report, struct vd_buf *out)
{
	static const char *const LABELS[VD_COUNT_PAUSES + 1] = {
		[VD_COUNT_DEFLECTIONS] = "deflections",
		[VD_COUNT_HOLDING] = "holding answers",
		[VD_COUNT_REOPENED] = "reopened",
		[VD_COUNT_NO_REPLY_NEEDED] = "no reply needed",
		[VD_COUNT_HAND_OVERS] = "hand-overs",
		[VD_COUNT_OFFERS_RETURNED] = "offers returned",
		[VD_COUNT_PAUSES] = "pauses",
	};
	const char *separator = "\nHandling: ";
	for (int i = 0; i <= VD_COUNT_PAUSES; i++) {
		vd_buf_printf(out, "%s%" PRIu64 " %s", separator, report->counts[i], LABELS[i]);
		separator = ", ";
	}
	vd_buf_put_text(out, "\n");
}

static void put_alarms(const struct vd_report *report, struct vd_buf *out)
{
	const struct vd_report_alarms *a = &report->alarms;
	char text[2 * VD_DURATION_TEXT_BYTES + 4];
	char name[VD_NAME_BYTES];
	vd_buf_printf(out, "Appliance, all accounts: started %" PRIu32 " %s, ", a->restarts,
		      a->restarts == 1 ? "time" : "times");
	if (a->untrusted.sum.wall_s == 0) {
		vd_buf_put_text(out, "the clock was always certain\n");
	} else {
		vd_report_print_pair(a->untrusted.sum, text);
		vd_buf_printf(out, "the clock was uncertain for %s\n", text);
	}
	vd_buf_printf(out, "Alarms: %" PRIu64, a->totals.raised);
	if (a->period_s > 0) {
		vd_buf_printf(out, " (%.2f an hour)",
			      (double)a->totals.raised * 3600 / (double)a->period_s);
	}
	vd_buf_printf(out, ", %" PRIu64 " floods, %" PRIu64 " stale, %" PRIu64 " chattering; ",
		      a->totals.floods, a->totals.stale, a->totals.chattering);
	vd_buf_printf(out, "%" PRIu64 " escalated to sound, %" PRIu64 " to the second level\n",
		      report->counts[VD_COUNT_SOUND], report->counts[VD_COUNT_SECOND]);
	vd_buf_printf(out, "Seen: %" PRIu64, a->totals.seen);
	if (a->seen_wall_row.n > 0) {
		struct vd_pair p50 = { a->seen_wall_row.p50, a->seen_business_row.p50 };
		vd_report_print_pair(p50, text);
		vd_buf_printf(out, ", half within %s", text);
	}
	vd_buf_printf(out, "; %" PRIu64 " went before anybody saw them\n", a->totals.gone);
	for (size_t i = 0; i < a->n_busiest; i++) {
		const struct vd_report_busy *busy = &a->busiest[i];
		vd_buf_printf(out, "%s%s", i == 0 ? "Busiest: " : ", ",
			      vd_alarm_kind_name(busy->kind));
		if (busy->account != 0) {
			uint16_t account = (uint16_t)(busy->account - 1);
			vd_buf_printf(out, " %s", vd_report_account_name(report, account, name));
		}
		vd_buf_printf(out, " %" PRIu32, busy->n);
	}
	vd_buf_put_text(out, a->n_busiest > 0 ? "\n" : "");
}

void vd_report_print_text(const struct vd_report *report, struct vd_buf *out)
{
	put_head(report, out);
	put_durations(report, out);
	put_promises(report, out);
	put_waiting(report, out);
	put_handling(report, out);
	put_alarms(report, out);
}
