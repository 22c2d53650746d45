// SPDX-License-Identifier: MIT
// The conversations behind a figure.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/report_internal.h"
#include "app/report_words.h"
#include "base/json.h"

struct entry {
	uint64_t id;
	struct vd_wall opened;
	struct vd_pair pair;
	bool has_pair;
	bool is_waiting;
	uint64_t count; // how often; 0: it is no count
};
struct list {
	struct entry *at;
	size_t n;
	size_t cap;
	struct vd_diag *diag;
	enum vd_err err;
};

static void add(struct list *list, struct entry entry)
{
	if (list->err == VD_OK) {
		list->err = vd_report_grow((void **)&list->at, &list->cap, list->n,
					   sizeof(*list->at), list->diag);
	}
	if (list->err == VD_OK) {
		list->at[list->n++] = entry;
	}
}

// ---- of a block: "first.p90", "next.breached" -----------------------------------------------

struct wanted {
	const struct vd_report_block *block;
	const char *what;
};

static bool is_outcome(const struct vd_report_sample *s, const char *what)
{
	static const struct {
		const char *name;
		uint32_t outcomes; // one bit each
	} TABLE[] = {
		{ "met", 1U << VD_OUTCOME_MET | 1U << VD_OUTCOME_MET_SEEN_LATE },
		{ "met_seen_late", 1U << VD_OUTCOME_MET_SEEN_LATE },
		{ "breached", 1U << VD_OUTCOME_BREACHED | 1U << VD_OUTCOME_BREACHED_OPEN },
		{ "breach_rate", 1U << VD_OUTCOME_BREACHED | 1U << VD_OUTCOME_BREACHED_OPEN },
		{ "breached_open", 1U << VD_OUTCOME_BREACHED_OPEN },
		{ "past_due", 1U << VD_OUTCOME_PAST_DUE },
		{ "running", 1U << VD_OUTCOME_RUNNING },
		{ "cancelled", 1U << VD_OUTCOME_CANCELLED },
		{ "fault", 1U << VD_OUTCOME_FAULT },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(TABLE); i++) {
		if (strcmp(TABLE[i].name, what) == 0) {
			return (TABLE[i].outcomes >> s->outcome & 1) != 0;
		}
	}
	return false;
}

// At the percentile or beyond, in either measure: these are the ones that made it so long.
static bool is_beyond(const struct wanted *w, const struct vd_report_sample *s)
{
	const struct {
		const char *name;
		const struct vd_km_point *wall;
		const struct vd_km_point *business;
	} points[] = {
		{ "p50", &w->block->wall.p50, &w->block->business.p50 },
		{ "p90", &w->block->wall.p90, &w->block->business.p90 },
		{ "p95", &w->block->wall.p95, &w->block->business.p95 },
		{ "worst", &w->block->wall.worst, &w->block->business.worst },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(points); i++) {
		if (strcmp(points[i].name, w->what) == 0) {
			return s->is_there && (s->pair.wall_s >= points[i].wall->value ||
					       s->pair.business_s >= points[i].business->value);
		}
	}
	return false;
}

static bool is_wanted(const struct wanted *w, const struct vd_report_sample *s)
{
	if (strcmp(w->what, "n") == 0) {
		return s->is_there;
	}
	if (strcmp(w->what, "ended") == 0 || strcmp(w->what, "waiting") == 0) {
		return s->is_there && s->is_censored == (w->what[0] == 'w');
	}
	return is_outcome(s, w->what) || is_beyond(w, s);
}

static bool is_block_word(const char *what, enum vd_figure_kind kind)
{
	static const char *const DURATIONS[] = { "n",   "ended", "waiting", "p50",
						 "p90", "p95",   "worst" };
	static const char *const VERDICTS[] = { "met",           "met_seen_late", "breached",
						"breached_open", "past_due",      "running",
						"cancelled",     "fault",         "breach_rate" };
	bool has_durations = kind != VD_FIGURE_CADENCE && kind != VD_FIGURE_CEILING;
	for (size_t i = 0; i < VD_ARRAY_LEN(DURATIONS) && has_durations; i++) {
		if (strcmp(DURATIONS[i], what) == 0) {
			return true;
		}
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(VERDICTS) && kind != VD_FIGURE_USEFUL; i++) {
		if (strcmp(VERDICTS[i], what) == 0) {
			return true;
		}
	}
	return false;
}

static bool list_block(const struct vd_report *report, const char *figure, struct list *list)
{
	for (int kind = 0; kind < VD_FIGURE_N; kind++) {
		const char *name = vd_report_block_name((enum vd_figure_kind)kind);
		size_t n = strlen(name);
		if (strncmp(figure, name, n) != 0 || figure[n] != '.' ||
		    !is_block_word(figure + n + 1, (enum vd_figure_kind)kind)) {
			continue;
		}
		struct wanted w = { &report->blocks[kind], figure + n + 1 };
		for (size_t i = 0; i < w.block->n; i++) {
			const struct vd_report_sample *s = &w.block->at[i];
			if (is_wanted(&w, s)) {
				add(list,
				    (struct entry){ .id = s->id,
						    .opened = report->cases[s->id - 1].opened,
						    .pair = s->pair,
						    .has_pair = s->is_there,
						    .is_waiting = s->is_there && s->is_censored });
			}
		}
		return true;
	}
	return false;
}

// ---- of whole conversations -----------------------------------------------------------------

static bool is_all(const struct vd_report_case *row)
{
	return row->is_in;
}

static bool is_open(const struct vd_report_case *row)
{
	return row->is_open;
}

static bool is_withdrawn(const struct vd_report_case *row)
{
	return row->is_withdrawn;
}

static bool is_repeat(const struct vd_report_case *row)
{
	return row->is_repeat;
}

static bool is_received(const struct vd_report_case *row)
{
	return row->is_question;
}

static bool is_answered(const struct vd_report_case *row)
{
	return row->is_question && row->is_answered;
}

static bool is_unanswered(const struct vd_report_case *row)
{
	return row->is_question && !row->is_answered;
}

static bool is_on_us(const struct vd_report_case *row)
{
	return row->on_us.wall_s > 0;
}

static bool is_on_customer(const struct vd_report_case *row)
{
	return row->on_customer.wall_s > 0;
}

enum value {
	VALUE_LIFE,
	VALUE_ON_US,
	VALUE_ON_CUSTOMER,
};

static const struct {
	const char *name;
	bool (*is_wanted)(const struct vd_report_case *row);
	enum value value;
} wholes[] = {
	{ "conversations", is_all, VALUE_LIFE },
	{ "open", is_open, VALUE_LIFE },
	{ "withdrawn", is_withdrawn, VALUE_LIFE },
	{ "repeats", is_repeat, VALUE_LIFE },
	{ "questions.received", is_received, VALUE_LIFE },
	{ "questions.answered", is_answered, VALUE_LIFE },
	{ "questions.unanswered", is_unanswered, VALUE_LIFE },
	{ "waiting.us", is_on_us, VALUE_ON_US },
	{ "waiting.customer", is_on_customer, VALUE_ON_CUSTOMER },
};

static struct vd_pair value_of(const struct vd_report_case *row, enum value value)
{
	switch (value) {
	case VALUE_ON_US:
		return row->on_us;
	case VALUE_ON_CUSTOMER:
		return row->on_customer;
	case VALUE_LIFE:
		break;
	}
	return row->life;
}

static bool list_wholes(const struct vd_report *report, const char *figure, struct list *list)
{
	size_t k = 0;
	while (k < VD_ARRAY_LEN(wholes) && strcmp(wholes[k].name, figure) != 0) {
		k++;
	}
	if (k == VD_ARRAY_LEN(wholes)) {
		return false;
	}
	for (size_t i = 0; i < report->n_cases; i++) {
		const struct vd_report_case *row = &report->cases[i];
		if (row->is_in && wholes[k].is_wanted(row)) {
			add(list, (struct entry){ .id = i + 1,
						  .opened = row->opened,
						  .pair = value_of(row, wholes[k].value),
						  .has_pair = true,
						  .is_waiting = row->is_open });
		}
	}
	return true;
}

static bool list_counts(const struct vd_report *report, const char *figure, struct list *list)
{
	int k = 0;
	while (k < VD_COUNT_N &&
	       strcmp(vd_report_count_name((enum vd_report_count)k), figure) != 0) {
		k++;
	}
	if (k == VD_COUNT_N) {
		return false;
	}
	for (size_t i = 0; i < report->n_cases; i++) {
		const struct vd_report_case *row = &report->cases[i];
		if (row->is_in && row->counts[k] > 0) {
			add(list, (struct entry){ .id = i + 1,
						  .opened = row->opened,
						  .pair = row->life,
						  .has_pair = true,
						  .is_waiting = row->is_open,
						  .count = row->counts[k] });
		}
	}
	return true;
}

// ---- printing -------------------------------------------------------------------------------

static int by_length(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;
	if (x->pair.wall_s != y->pair.wall_s) {
		return x->pair.wall_s < y->pair.wall_s ? 1 : -1;
	}
	return (x->id > y->id) - (x->id < y->id);
}

static void print_json(const char *figure, const struct list *list, struct vd_buf *out)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "figure", vd_span_of(figure));
	vd_json_open(&j, "conversations", '[');
	for (size_t i = 0; i < list->n; i++) {
		const struct entry *e = &list->at[i];
		vd_json_open(&j, NULL, '{');
		vd_json_put_i64(&j, "id", (int64_t)e->id);
		vd_json_put_wall(&j, "opened", e->opened);
		if (e->has_pair) {
			vd_json_put_i64(&j, "wall_s", e->pair.wall_s);
			vd_json_put_i64(&j, "business_s", e->pair.business_s);
			vd_json_put_bool(&j, "waiting", e->is_waiting);
		}
		if (e->count > 0) {
			vd_json_put_i64(&j, "n", (int64_t)e->count);
		}
		vd_json_close(&j, '}');
	}
	vd_json_close(&j, ']');
	vd_json_close(&j, '}');
	vd_buf_put_char(out, '\n');
}

static void print_csv(const struct list *list, struct vd_buf *out)
{
	char opened[VD_TIME_TEXT_BYTES];
	vd_buf_put_text(out, "id,opened,wall_s,business_s,waiting,n\n");
	for (size_t i = 0; i < list->n; i++) {
		const struct entry *e = &list->at[i];
		vd_wall_print(e->opened, opened);
		vd_buf_printf(out, "%" PRIu64 ",%s,", e->id, opened);
		if (e->has_pair) {
			vd_buf_printf(out, "%" PRId64 ",%" PRId64 ",%s,", e->pair.wall_s,
				      e->pair.business_s, e->is_waiting ? "true" : "false");
		} else {
			vd_buf_put_text(out, ",,,");
		}
		if (e->count > 0) {
			vd_buf_printf(out, "%" PRIu64, e->count);
		}
		vd_buf_put_text(out, "\n");
	}
}

static void print_text(const struct vd_report *report, const struct list *list, struct vd_buf *out)
{
	char opened[VD_TIME_TEXT_BYTES];
	char pair[2 * VD_DURATION_TEXT_BYTES + 4];
	for (size_t i = 0; i < list->n; i++) {
		const struct entry *e = &list->at[i];
		vd_report_print_instant(report->filter.book, e->opened, opened);
		vd_buf_printf(out, "#%-7" PRIu64 " opened %-21s", e->id, opened);
		if (e->has_pair) {
			vd_report_print_pair(e->pair, pair);
			vd_buf_printf(out, "  %24s%s", pair, e->is_waiting ? "  not over" : "");
		}
		if (e->count > 0) {
			vd_buf_printf(out, "  %" PRIu64 " %s", e->count,
				      e->count == 1 ? "time" : "times");
		}
		vd_buf_put_char(out, '\n');
	}
}

enum vd_err vd_report_print_list(const struct vd_report *report, const char *figure,
				 enum vd_report_form form, struct vd_buf *out, struct vd_diag *diag)
{
	struct list list = { .diag = diag };
	if (!list_block(report, figure, &list) && !list_wholes(report, figure, &list) &&
	    !list_counts(report, figure, &list)) {
		return vd_diag_set(diag, VD_ERR_NOT_FOUND,
				   "no figure \"%.60s\" has conversations: write first.p90, "
				   "useful.waiting, next.breached, resolution.n, open, withdrawn, "
				   "waiting.us, questions.unanswered, deflections; `report --csv` "
				   "names them all",
				   figure);
	}
	if (list.err == VD_OK && list.n > 0) {
		qsort(list.at, list.n, sizeof(list.at[0]), by_length);
	}
	if (list.err == VD_OK) {
		switch (form) {
		case VD_REPORT_JSON:
			print_json(figure, &list, out);
			break;
		case VD_REPORT_CSV:
			print_csv(&list, out);
			break;
		case VD_REPORT_TEXT:
			print_text(report, &list, out);
			break;
		}
	}
	free(list.at);
	return list.err;
}
