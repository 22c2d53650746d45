// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/report_internal.h"

#define CASES_MAX (UINT64_C(1) << 26) // ids count from 1 without gaps

static const char *const count_names[VD_COUNT_N] = {
	[VD_COUNT_DEFLECTIONS] = "deflections", [VD_COUNT_HOLDING] = "holding",
	[VD_COUNT_REOPENED] = "reopened",       [VD_COUNT_NO_REPLY_NEEDED] = "no_reply_needed",
	[VD_COUNT_HAND_OVERS] = "hand_overs",   [VD_COUNT_OFFERS_RETURNED] = "offers_returned",
	[VD_COUNT_PAUSES] = "pauses",           [VD_COUNT_SOUND] = "escalated.sound",
	[VD_COUNT_SECOND] = "escalated.second",
};

const char *vd_report_count_name(enum vd_report_count count)
{
	return (unsigned)count < VD_COUNT_N ? count_names[count] : "?";
}

enum vd_err vd_report_grow(void **p, size_t *cap, size_t n, size_t size, struct vd_diag *diag)
{
	if (n < *cap) {
		return VD_OK;
	}
	size_t more = *cap != 0 ? 2 * *cap : 64;
	void *grown = realloc(*p, more * size);
	if (grown == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY,
				   "no memory for a report over so many conversations");
	}
	memset((char *)grown + *cap * size, 0, (more - *cap) * size);
	*p = grown;
	*cap = more;
	return VD_OK;
}

enum vd_err vd_report_create(const struct vd_report_filter *filter, struct vd_report **out,
			     struct vd_diag *diag)
{
	struct vd_report *report = calloc(1, sizeof(*report));
	if (report == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for a report");
	}
	report->filter = *filter;
	report->until = filter->now;
	if (vd_wall_is_set(filter->to) && filter->to.us < filter->now.us) {
		report->until = filter->to;
	}
	*out = report;
	return VD_OK;
}

void vd_report_destroy(struct vd_report *report)
{
	if (report == NULL) {
		return;
	}
	for (int i = 0; i < VD_FIGURE_N; i++) {
		free(report->blocks[i].at);
	}
	free(report->cases);
	free(report->alarms.at);
	free(report->alarms.seen_wall.at);
	free(report->alarms.seen_business.at);
	free(report);
}

void vd_report_pair_add(struct vd_pair *sum, struct vd_pair by)
{
	sum->wall_s += by.wall_s;
	sum->business_s += by.business_s;
}

// ---- conversations --------------------------------------------------------------------------

enum vd_err vd_report_get_case(struct vd_report *report, uint64_t id, struct vd_report_case **out,
			       struct vd_diag *diag)
{
	if (id == 0 || id > CASES_MAX) {
		return vd_diag_set(diag, VD_ERR_CORRUPT, "there is no conversation %" PRIu64, id);
	}
	enum vd_err err = VD_OK;
	while (report->cap_cases < id && err == VD_OK) {
		err = vd_report_grow((void **)&report->cases, &report->cap_cases, report->cap_cases,
				     sizeof(*report->cases), diag);
	}
	if (err == VD_OK) {
		report->n_cases = report->n_cases > id ? report->n_cases : id;
		*out = &report->cases[id - 1];
	}
	return err;
}

static bool passes(const struct vd_report *report, const struct vd_conversation *c)
{
	const struct vd_report_filter *f = &report->filter;
	bool is_known = c->account < f->book->n_accounts;
	return (!vd_wall_is_set(f->from) || c->opened.us >= f->from.us) &&
	       (f->brand == 0 || c->brand == f->brand - 1) &&
	       (f->account == 0 || c->account == f->account - 1) &&
	       (f->network == VD_NETWORK_NONE ||
		(is_known && f->book->accounts[c->account].network == f->network)) &&
	       (f->topic == NULL || strcmp(c->topic, f->topic) == 0);
}

static enum vd_err add_sample(struct vd_report *report, uint64_t id, const struct vd_figure *figure,
			      struct vd_diag *diag)
{
	struct vd_report_block *block = &report->blocks[figure->kind];
	enum vd_err err = vd_report_grow((void **)&block->at, &block->cap, block->n,
					 sizeof(*block->at), diag);
	if (err == VD_OK) {
		block->at[block->n++] = (struct vd_report_sample){
			.id = id,
			.pair = figure->measure.pair,
			.outcome = figure->outcome,
			.is_there = figure->measure.is_there,
			.is_censored = figure->measure.is_censored,
		};
		block->outcomes[figure->outcome]++;
	}
	return err;
}

static void add_folded(struct vd_report *report, const struct vd_figures_case *f)
{
	for (int kind = 0; kind < VD_FIGURE_N; kind++) {
		struct vd_report_block *block = &report->blocks[kind];
		block->outcomes[VD_OUTCOME_MET] += f->folded_met[kind];
		block->outcomes[VD_OUTCOME_BREACHED] += f->folded_breached[kind];
		block->folded += (uint64_t)f->folded_met[kind] + f->folded_breached[kind];
	}
}

static void add_part(struct vd_figures_part *sum, const struct vd_figures_part *part)
{
	vd_report_pair_add(&sum->life, part->life);
	vd_report_pair_add(&sum->on_us, part->on_us);
	vd_report_pair_add(&sum->on_customer, part->on_customer);
	vd_report_pair_add(&sum->closed, part->closed);
}

static void add_parts(struct vd_report *report, struct vd_report_case *row,
		      const struct vd_figures_case *f)
{
	for (uint8_t i = 0; i < f->n_parts; i++) {
		const struct vd_figures_part *part = &f->parts[i];
		add_part(&report->whole, part);
		if (part->account < VD_ACCOUNTS_MAX) {
			add_part(&report->parts[part->account], part);
		}
		vd_report_pair_add(&row->on_us, part->on_us);
		vd_report_pair_add(&row->on_customer, part->on_customer);
	}
	row->life = f->life;
}

enum vd_err vd_report_add_conversation(struct vd_report *report, const struct vd_conversation *c,
				       struct vd_diag *diag)
{
	struct vd_figures_case f;
	struct vd_report_case *row = NULL;
	enum vd_err err = vd_report_get_case(report, c->id, &row, diag);
	if (err != VD_OK || row == NULL) {
		return err;
	}
	row->is_placed = true;
	row->brand = c->brand;
	row->account = c->account;
	row->opened = c->opened;
	if (!passes(report, c)) {
		return VD_OK;
	}
	report->merged += c->state == VD_CONVERSATION_MERGED && c->opened.us < report->until.us;
	if (!vd_figures_case_make(report->filter.book, c, report->until, &f)) {
		return VD_OK;
	}
	row->is_in = true;
	row->is_open = f.is_open;
	row->is_withdrawn = f.is_withdrawn;
	row->is_repeat = c->repeat_of != 0;
	row->is_answered = f.is_answered;
	report->conversations++;
	report->messages += (uint64_t)c->n_in + c->n_out;
	report->open += f.is_open;
	report->withdrawn += f.is_withdrawn;
	report->repeats += row->is_repeat;
	add_folded(report, &f);
	add_parts(report, row, &f);
	for (uint8_t i = 0; i < f.n && err == VD_OK; i++) {
		err = add_sample(report, c->id, &f.at[i], diag);
	}
	return err;
}

// ---- working out ----------------------------------------------------------------------------

struct vd_report_verdicts vd_report_verdicts(const struct vd_report_block *block)
{
	const uint64_t *n = block->outcomes;
	struct vd_report_verdicts v = {
		.met = n[VD_OUTCOME_MET] + n[VD_OUTCOME_MET_SEEN_LATE],
		.breached = n[VD_OUTCOME_BREACHED] + n[VD_OUTCOME_BREACHED_OPEN],
	};
	v.counted = v.met + v.breached + n[VD_OUTCOME_PAST_DUE];
	return v;
}

static int64_t value_of(const struct vd_report_sample *s, bool is_wall)
{
	return is_wall ? s->pair.wall_s : s->pair.business_s;
}

static void summarise(const struct vd_report_block *block, bool is_wall, int64_t *scratch,
		      struct vd_km *km, struct vd_figures_row *ended)
{
	size_t n = 0;
	size_t n_ended = 0;
	for (size_t i = 0; i < block->n; i++) {
		const struct vd_report_sample *s = &block->at[i];
		if (s->is_there) {
			scratch[n++] = vd_km_pack(value_of(s, is_wall), s->is_censored);
		}
	}
	*km = vd_km_summarise(scratch, n);
	for (size_t i = 0; i < block->n; i++) {
		const struct vd_report_sample *s = &block->at[i];
		if (s->is_there && !s->is_censored) {
			scratch[n_ended++] = value_of(s, is_wall);
		}
	}
	*ended = vd_figures_summarise(scratch, n_ended);
}

static enum vd_err finish_block(struct vd_report_block *block, struct vd_diag *diag)
{
	if (block->n == 0) {
		return VD_OK;
	}
	int64_t *scratch = malloc(block->n * sizeof(*scratch));
	if (scratch == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY,
				   "no memory for a report over so many conversations");
	}
	summarise(block, true, scratch, &block->wall, &block->wall_ended);
	summarise(block, false, scratch, &block->business, &block->business_ended);
	free(scratch);
	return VD_OK;
}

enum vd_err vd_report_finish(struct vd_report *report, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	for (size_t i = 0; i < report->n_cases; i++) {
		const struct vd_report_case *row = &report->cases[i];
		if (!row->is_in) {
			continue;
		}
		report->received += row->is_question;
		report->answered += row->is_question && row->is_answered;
		for (int k = 0; k < VD_COUNT_N; k++) {
			report->counts[k] += row->counts[k];
		}
	}
	for (int i = 0; i < VD_FIGURE_N && err == VD_OK; i++) {
		err = finish_block(&report->blocks[i], diag);
	}
	vd_report_finish_alarms(report);
	return err;
}
