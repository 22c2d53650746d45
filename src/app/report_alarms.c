// SPDX-License-Identifier: MIT
// The appliance's own alarms: SIGNALS.md. They are not cut to a brand or a topic: whoever stands at
// the light hears them all.
#include <stdlib.h>
#include <string.h>

#include "app/report_internal.h"

#define KIND_BITS 5
#define FAULT_BIT (UINT64_C(1) << 63)

_Static_assert(VD_ALARM_KIND_N <= 1 << KIND_BITS, "the key has room for the kind");

// Fibonacci hashing; keys differ in low bits.
static size_t slot_of(const struct vd_report_alarms *a, uint64_t key)
{
	size_t i = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (a->cap - 1);
	while (a->at[i].key != 0 && a->at[i].key != key) {
		i = (i + 1) & (a->cap - 1);
	}
	return i;
}

static enum vd_err make_room(struct vd_report_alarms *a, struct vd_diag *diag)
{
	if (a->n < a->cap / 2) {
		return VD_OK;
	}
	struct vd_report_alarms grown = { .cap = a->cap != 0 ? 2 * a->cap : 256 };
	grown.at = calloc(grown.cap, sizeof(*grown.at));
	if (grown.at == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for so many alarms");
	}
	for (size_t i = 0; i < a->cap; i++) {
		if (a->at[i].key != 0) {
			grown.at[slot_of(&grown, a->at[i].key)] = a->at[i];
		}
	}
	free(a->at);
	a->at = grown.at;
	a->cap = grown.cap;
	return VD_OK;
}

static enum vd_err find(struct vd_report_alarms *a, uint64_t key, struct vd_alarm_source **out,
			struct vd_diag *diag)
{
	enum vd_err err = make_room(a, diag);
	if (err == VD_OK) {
		struct vd_report_alarm *alarm = &a->at[slot_of(a, key)];
		a->n += alarm->key == 0;
		alarm->key = key;
		*out = &alarm->source;
	}
	return err;
}

static bool is_counted(const struct vd_report *report, struct vd_wall at)
{
	return at.us < report->until.us &&
	       (!vd_wall_is_set(report->filter.from) || at.us >= report->filter.from.us);
}

// ---- how long until somebody saw it ---------------------------------------------------------

static enum vd_err put_number(struct vd_report_numbers *numbers, int64_t value,
			      struct vd_diag *diag)
{
	enum vd_err err = vd_report_grow((void **)&numbers->at, &numbers->cap, numbers->n,
					 sizeof(*numbers->at), diag);
	if (err == VD_OK) {
		numbers->at[numbers->n++] = value;
	}
	return err;
}

static enum vd_err note_seen(struct vd_report *report, uint16_t brand, struct vd_wall since,
			     struct vd_wall at, struct vd_diag *diag)
{
	if (!is_counted(report, at)) {
		return VD_OK;
	}
	struct vd_pair pair =
		vd_pair_between(vd_rulebook_calendar(report->filter.book, brand), since, at);
	enum vd_err err = put_number(&report->alarms.seen_wall, pair.wall_s, diag);
	return err == VD_OK ? put_number(&report->alarms.seen_business, pair.business_s, diag)
			    : err;
}

// ---- time that is lost ----------------------------------------------------------------------

static void end_outage(const struct vd_report *report, struct vd_report_outage *outage,
		       uint16_t brand, struct vd_wall at)
{
	struct vd_wall from = outage->since;
	outage->since = (struct vd_wall){ 0 };
	if (!vd_wall_is_set(from)) {
		return;
	}
	from = from.us > report->filter.from.us ? from : report->filter.from;
	at = at.us < report->until.us ? at : report->until;
	vd_report_pair_add(
		&outage->sum,
		vd_pair_between(vd_rulebook_calendar(report->filter.book, brand), from, at));
}

static void set_outage(const struct vd_report *report, struct vd_report_outage *outage,
		       uint16_t brand, struct vd_wall at, bool holds)
{
	if (holds && !vd_wall_is_set(outage->since)) {
		outage->since = at;
	} else if (!holds) {
		end_outage(report, outage, brand, at);
	}
}

static uint16_t brand_of(const struct vd_report *report, uint16_t account)
{
	const struct vd_rulebook *book = report->filter.book;
	return account > 0 && account <= book->n_accounts ? book->accounts[account - 1].brand : 0;
}

static void set_blind(struct vd_report *report, uint16_t account, struct vd_wall at, bool holds)
{
	struct vd_report_alarms *a = &report->alarms;
	struct vd_report_outage *outage = &a->blind[account - 1];
	bool was = vd_wall_is_set(outage->since);
	set_outage(report, outage, brand_of(report, account), at, holds);
	a->n_blind = (uint16_t)(a->n_blind + (holds && !was) - (!holds && was));
	set_outage(report, &a->any_blind, 0, at, a->n_blind > 0);
}

// The condition holds; what is parked or unseen and gone tells apart.
static bool holds(enum vd_alarm_state state)
{
	return state != VD_ALARM_NORMAL && state != VD_ALARM_RTN_UNACK &&
	       state != VD_ALARM_STATE_MISSING;
}

static void note_outage(struct vd_report *report, const struct vd_report_fault *f)
{
	if (f->kind == VD_ALARM_CHANNEL_BLIND && f->account > 0 && f->account <= VD_ACCOUNTS_MAX) {
		set_blind(report, f->account, f->at, holds(f->to));
	} else if (f->kind == VD_ALARM_CLOCK_UNTRUSTED) {
		set_outage(report, &report->alarms.untrusted, 0, f->at, holds(f->to));
	}
}

void vd_report_restart(struct vd_report *report, struct vd_wall at)
{
	struct vd_report_alarms *a = &report->alarms;
	if (!vd_wall_is_set(a->first)) {
		a->first = at;
	}
	a->restarts += is_counted(report, at);
}

// ---- changes --------------------------------------------------------------------------------

enum vd_err vd_report_step_alarm(struct vd_report *report, uint64_t id,
				 const struct vd_report_fault *f, struct vd_diag *diag)
{
	struct vd_report_alarms *a = &report->alarms;
	struct vd_alarm_source *source;
	uint64_t owner = id != 0 ? id << KIND_BITS : FAULT_BIT | (uint64_t)f->account << KIND_BITS;
	enum vd_err err = find(a, owner | (uint64_t)f->kind, &source, diag);
	if (err != VD_OK) {
		return err;
	}
	uint16_t account = f->account;
	uint16_t brand = brand_of(report, account);
	if (id != 0 && id <= report->n_cases && report->cases[id - 1].is_placed) {
		account = (uint16_t)(report->cases[id - 1].account + 1);
		brand = report->cases[id - 1].brand;
	}
	struct vd_alarm_change change =
		vd_alarm_totals_step(&a->totals, source, f->to, f->at, is_counted(report, f->at));
	if (change.is_raised && is_counted(report, f->at) && account <= VD_ACCOUNTS_MAX) {
		a->by_source[f->kind][account]++;
	}
	if (id == 0) {
		note_outage(report, f);
	}
	return change.is_seen ? note_seen(report, brand, change.since, f->at, diag) : VD_OK;
}

enum vd_err vd_report_see_alarm(struct vd_report *report, uint64_t id, struct vd_wall at,
				struct vd_diag *diag)
{
	struct vd_alarm_source *source;
	enum vd_err err = find(&report->alarms, id << KIND_BITS | VD_ALARM_TARGET, &source, diag);
	if (err != VD_OK) {
		return err;
	}
	struct vd_alarm_change change =
		vd_alarm_totals_see(&report->alarms.totals, source, is_counted(report, at));
	uint16_t brand = id <= report->n_cases ? report->cases[id - 1].brand : 0;
	return change.is_seen ? note_seen(report, brand, change.since, at, diag) : VD_OK;
}

// ---- working out ----------------------------------------------------------------------------

static void find_busiest(struct vd_report_alarms *a)
{
	while (a->n_busiest < VD_REPORT_BUSIEST) {
		struct vd_report_busy best = { .n = 0 };
		for (int kind = 0; kind < VD_ALARM_KIND_N; kind++) {
			for (uint16_t i = 0; i <= VD_ACCOUNTS_MAX; i++) {
				if (a->by_source[kind][i] > best.n) {
					best = (struct vd_report_busy){ (enum vd_alarm_kind)kind, i,
									a->by_source[kind][i] };
				}
			}
		}
		if (best.n == 0) {
			return;
		}
		a->by_source[best.kind][best.account] = 0;
		a->busiest[a->n_busiest++] = best;
	}
}

void vd_report_finish_alarms(struct vd_report *report)
{
	struct vd_report_alarms *a = &report->alarms;
	for (size_t i = 0; i < a->cap; i++) {
		vd_alarm_totals_end(&a->totals, &a->at[i].source, report->until);
	}
	for (uint16_t i = 0; i < VD_ACCOUNTS_MAX; i++) {
		if (vd_wall_is_set(a->blind[i].since)) {
			set_blind(report, (uint16_t)(i + 1), report->until, false);
		}
	}
	set_outage(report, &a->untrusted, 0, report->until, false);
	a->seen_wall_row = vd_figures_summarise(a->seen_wall.at, a->seen_wall.n);
	a->seen_business_row = vd_figures_summarise(a->seen_business.at, a->seen_business.n);
	struct vd_wall from = vd_wall_is_set(report->filter.from) ? report->filter.from : a->first;
	a->period_s = vd_wall_is_set(from) && report->until.us > from.us
			      ? vd_wall_sub(report->until, from).us / VD_US_PER_S
			      : 0;
	find_busiest(a);
}
