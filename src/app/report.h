// SPDX-License-Identifier: MIT
/**
 * The report: every figure of R41-R44 over the conversations and the journal of a period.
 * Not the measures themselves (care/figures*.h) and not the store: conversations and events are
 * handed in one by one, in any order of the two kinds; events among themselves in theirs.
 * It owns its memory on the heap; no time, no I/O: what is printed goes to the caller's buffer.
 *
 * The period is [from, until), where `until` is the earlier of `to` and `now`: it holds what was
 * opened in it, as it stood at its end. What was answered after that counts as open at `until`, so
 * a report of last month says the same for ever.
 */
#ifndef VD_APP_REPORT_H
#define VD_APP_REPORT_H

#include "base/buf.h"
#include "care/engine.h"
#include "store/store.h"

struct vd_report;

struct vd_report_filter {
	const struct vd_rulebook *book; // borrowed; outlives the report
	struct vd_wall from;            // not set: from the first
	struct vd_wall to;              // not set: `now`
	struct vd_wall now;             // until when the state is known
	uint16_t brand;                 // + 1; 0: all
	uint16_t account;               // where it opened, + 1; 0: all
	enum vd_network network;        // of that account; NONE: all
	const char *topic;              // borrowed; NULL: all
};

enum vd_err vd_report_create(const struct vd_report_filter *filter, struct vd_report **out,
			     struct vd_diag *diag) VD_MUST_USE;
/** NULL is accepted. */
void vd_report_destroy(struct vd_report *report);

enum vd_err vd_report_add_conversation(struct vd_report *report, const struct vd_conversation *c,
				       struct vd_diag *diag) VD_MUST_USE;
/** An event of the journal; those that no figure needs are passed over. */
enum vd_err vd_report_add_event(struct vd_report *report, const struct vd_journal_event *event,
				struct vd_diag *diag) VD_MUST_USE;

/** A step of the engine, for who replays a journal: what vd_report_add_event makes of one. */
struct vd_report_step {
	struct vd_wall at;
	uint64_t conversation;
	enum vd_event_kind kind;
	enum vd_reply_kind reply;      // MESSAGE going out
	enum vd_visibility visibility; // MESSAGE
	bool is_opening;
	uint16_t brand;   // where `is_opening`
	uint16_t account; // likewise
	const struct vd_effects *effects;
};
enum vd_err vd_report_add_step(struct vd_report *report, const struct vd_report_step *step,
			       struct vd_diag *diag) VD_MUST_USE;
/** An alarm of the appliance itself went from one state to another. */
struct vd_report_fault {
	struct vd_wall at;
	enum vd_alarm_kind kind;
	uint16_t account; // + 1; 0: none
	enum vd_alarm_state to;
};
enum vd_err vd_report_add_fault(struct vd_report *report, const struct vd_report_fault *fault,
				struct vd_diag *diag) VD_MUST_USE;

/** All is handed in: works the figures out. Once, before anything is printed. */
enum vd_err vd_report_finish(struct vd_report *report, struct vd_diag *diag) VD_MUST_USE;

/** SPEC.md "Report". */
void vd_report_print_json(const struct vd_report *report, struct vd_buf *out);
void vd_report_print_text(const struct vd_report *report, struct vd_buf *out);
/** One row a figure, with a line of names above. */
void vd_report_print_csv(const struct vd_report *report, struct vd_buf *out);
/** Two reports side by side, with the difference of each figure. */
void vd_report_print_text_pair(const struct vd_report *a, const char *name_a,
			       const struct vd_report *b, const char *name_b, struct vd_buf *out);

enum vd_report_form {
	VD_REPORT_TEXT,
	VD_REPORT_JSON,
	VD_REPORT_CSV,
};
/** The conversations behind a figure: id, opened, value, the longest first. VD_ERR_NOT_FOUND with
 *  the names that are near where no figure with conversations has that name. */
enum vd_err vd_report_print_list(const struct vd_report *report, const char *figure,
				 enum vd_report_form form, struct vd_buf *out,
				 struct vd_diag *diag) VD_MUST_USE;

#endif
