// SPDX-License-Identifier: MIT
/**
 * The inside of a report, shared by who collects, who works out and who prints.
 * Not for anybody else (app/report.h).
 * All memory is the report's, on the heap; no time, no I/O.
 */
#ifndef VD_APP_REPORT_INTERNAL_H
#define VD_APP_REPORT_INTERNAL_H

#include "app/report.h"
#include "care/figures.h"
#include "care/figures_alarm.h"
#include "care/figures_case.h"
#include "care/figures_km.h"

/** One duration or verdict of one conversation. */
struct vd_report_sample {
	uint64_t id;
	struct vd_pair pair;
	enum vd_outcome outcome;
	bool is_there; // the duration
	bool is_censored;
};
/** All of one kind. */
struct vd_report_block {
	struct vd_report_sample *at;
	size_t n;
	size_t cap;
	uint64_t outcomes[VD_OUTCOME_N];
	uint64_t folded; // verdicts in `outcomes` whose durations are not known any more
	// worked out
	struct vd_km wall;
	struct vd_km business;
	struct vd_figures_row wall_ended; // of those that ended, alone: R41
	struct vd_figures_row business_ended;
};
/** R43; the rate is breached / counted, none where nothing counts. */
struct vd_report_verdicts {
	uint64_t met; // seen late too
	uint64_t breached;
	uint64_t counted;
};
struct vd_report_verdicts vd_report_verdicts(const struct vd_report_block *block);

/** What happened to a conversation, counted. */
enum vd_report_count {
	VD_COUNT_DEFLECTIONS,
	VD_COUNT_HOLDING,
	VD_COUNT_REOPENED,
	VD_COUNT_NO_REPLY_NEEDED,
	VD_COUNT_HAND_OVERS,
	VD_COUNT_OFFERS_RETURNED,
	VD_COUNT_PAUSES,
	VD_COUNT_SOUND,
	VD_COUNT_SECOND,
	VD_COUNT_N,
};
const char *vd_report_count_name(enum vd_report_count count);

/** By id - 1; zero where it is not known. */
struct vd_report_case {
	bool is_in;   // handed in, and passed the filter
	bool is_open; // at the end of the period
	bool is_withdrawn;
	bool is_repeat;
	bool is_answered; // R44
	bool is_question; // it opened in public
	bool is_placed;   // brand and account are known
	uint16_t brand;
	uint16_t account;
	uint16_t counts[VD_COUNT_N];
	struct vd_wall opened;
	struct vd_pair life;
	struct vd_pair on_us;
	struct vd_pair on_customer;
};

/** An alarm under its key: a conversation's, or one of the appliance. */
struct vd_report_alarm {
	uint64_t key; // 0: free
	struct vd_alarm_source source;
};
/** A fault that counts as time: since when it holds. */
struct vd_report_outage {
	struct vd_wall since; // not set: it doesn't hold
	struct vd_pair sum;
};
struct vd_report_numbers {
	int64_t *at;
	size_t n;
	size_t cap;
};

#define VD_REPORT_BUSIEST 10
struct vd_report_busy {
	enum vd_alarm_kind kind;
	uint16_t account; // + 1; 0: none
	uint32_t n;
};
struct vd_report_alarms {
	struct vd_report_alarm *at; // open addressing
	size_t n;
	size_t cap; // a power of two
	struct vd_alarm_totals totals;
	struct vd_wall first; // event that was handed in
	uint32_t by_source[VD_ALARM_KIND_N][VD_ACCOUNTS_MAX + 1];
	struct vd_report_outage blind[VD_ACCOUNTS_MAX];
	uint16_t n_blind;
	struct vd_report_outage any_blind;
	struct vd_report_outage untrusted;
	uint32_t restarts;
	struct vd_report_numbers seen_wall;
	struct vd_report_numbers seen_business;
	// worked out
	struct vd_figures_row seen_wall_row;
	struct vd_figures_row seen_business_row;
	int64_t period_s;
	size_t n_busiest;
	struct vd_report_busy busiest[VD_REPORT_BUSIEST];
};

struct vd_report {
	struct vd_report_filter filter;
	struct vd_wall until;
	struct vd_report_case *cases;
	size_t n_cases;
	size_t cap_cases;
	struct vd_report_block blocks[VD_FIGURE_N];
	struct vd_figures_part parts[VD_ACCOUNTS_MAX]; // by account
	struct vd_figures_part whole;
	struct vd_report_alarms alarms;
	uint64_t conversations;
	uint64_t messages;
	uint64_t open;
	uint64_t withdrawn;
	uint64_t repeats;
	uint64_t merged;
	// worked out
	uint64_t received; // R44
	uint64_t answered;
	uint64_t counts[VD_COUNT_N];
};

/** Room for one more of `size` bytes at *p. */
enum vd_err vd_report_grow(void **p, size_t *cap, size_t n, size_t size,
			   struct vd_diag *diag) VD_MUST_USE;
/** The conversation's row, made where it is missing. */
enum vd_err vd_report_get_case(struct vd_report *report, uint64_t id, struct vd_report_case **out,
			       struct vd_diag *diag) VD_MUST_USE;
void vd_report_pair_add(struct vd_pair *sum, struct vd_pair by);

// report_alarms.c
/** `id` 0: of the appliance, `account` + 1. */
enum vd_err vd_report_step_alarm(struct vd_report *report, uint64_t id,
				 const struct vd_report_fault *f, struct vd_diag *diag) VD_MUST_USE;
/** A conversation's latched alarm was acknowledged. */
enum vd_err vd_report_see_alarm(struct vd_report *report, uint64_t id, struct vd_wall at,
				struct vd_diag *diag) VD_MUST_USE;
/** The program started; its alarms are as they were before. */
void vd_report_restart(struct vd_report *report, struct vd_wall at);
void vd_report_finish_alarms(struct vd_report *report);

// report_rows.c
enum vd_report_row_kind {
	VD_ROW_COUNT,    // n
	VD_ROW_SHARE,    // n of `of`
	VD_ROW_SUM,      // pair
	VD_ROW_DURATION, // pair, of n; may be "at least"
};
/** Every figure as one row, in the order of the text. */
struct vd_report_row {
	char name[64 + VD_NAME_BYTES];
	enum vd_report_row_kind kind;
	uint64_t n;
	uint64_t of;
	struct vd_pair pair;
	bool is_wall_reached;
	bool is_business_reached;
};
typedef void vd_report_row_fn(void *ctx, const struct vd_report_row *row);
void vd_report_each_row(const struct vd_report *report, vd_report_row_fn *fn, void *ctx);
/** "first", "useful", ...: how names of figures begin. */
const char *vd_report_block_name(enum vd_figure_kind kind);
/** "tim-x"; "#3" where the account is in no configuration any more. */
const char *vd_report_account_name(const struct vd_report *report, uint16_t account,
				   char out[VD_NAME_BYTES]);

#endif
