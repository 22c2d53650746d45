// SPDX-License-Identifier: MIT
/**
 * What one conversation comes to at an instant: each of its durations as a pair, each verdict, and
 * who kept the customer waiting (R27, R34, R41-R43).
 * Not sums over many (app/report.h) and not a verdict of its own: it reads those of the engine.
 * Pure: the instant is a parameter, and may lie before what the conversation knows.
 */
#ifndef VD_CARE_FIGURES_CASE_H
#define VD_CARE_FIGURES_CASE_H

#include "care/engine.h"
#include "care/view.h"

/** A duration that ended, or was running when it was last looked at. */
struct vd_measure {
	bool is_there;
	bool is_censored;
	struct vd_pair pair;
};

enum vd_outcome {
	VD_OUTCOME_NONE, // no such target
	VD_OUTCOME_RUNNING,
	VD_OUTCOME_MET,
	VD_OUTCOME_MET_SEEN_LATE, // R9: counts as met
	VD_OUTCOME_BREACHED,      // and ended
	VD_OUTCOME_BREACHED_OPEN, // and nobody has answered yet
	VD_OUTCOME_PAST_DUE,      // not declared, since the clock was not trusted (R13)
	VD_OUTCOME_CANCELLED,     // R37, R38
	VD_OUTCOME_FAULT,         // R8
	VD_OUTCOME_N,
};
const char *vd_outcome_name(enum vd_outcome outcome);

/** Of what is measured; the first six have a target beside the duration, or are one. */
enum vd_figure_kind {
	VD_FIGURE_FIRST,
	VD_FIGURE_USEFUL, // R16: first answer or question; a duration with no target
	VD_FIGURE_NEXT,   // many a conversation
	VD_FIGURE_RESOLUTION,
	VD_FIGURE_CADENCE, // many; verdicts without durations
	VD_FIGURE_CEILING, // likewise, one
	VD_FIGURE_N,
};

/** One wait or target of one conversation. */
struct vd_figure {
	enum vd_figure_kind kind;
	enum vd_outcome outcome;
	struct vd_measure measure;
};

/** R34: a holder's part; the three shares make up `life`, and all lives make up the whole, in wall
 *  and in business time of the case's own calendar. */
struct vd_figures_part {
	uint16_t account;
	struct vd_pair life;
	struct vd_pair on_us;
	struct vd_pair on_customer;
	struct vd_pair closed; // between an end and a reopening
};

#define VD_FIGURES_MAX (3 + 2 * (VD_TURNS_MAX + 2) + 1)
struct vd_figures_case {
	uint8_t n;
	struct vd_figure at[VD_FIGURES_MAX];
	/** Waits that were folded away: verdicts, whose durations are no longer known. */
	uint16_t folded_met[VD_FIGURE_N];
	uint16_t folded_breached[VD_FIGURE_N];
	uint8_t n_parts;
	struct vd_figures_part parts[VD_CUSTODY_MAX];
	struct vd_pair life;
	bool is_open;
	bool is_withdrawn;
	bool is_answered; // R44: by an answer or a question
};
/** As of `until`; false for a conversation that is not counted itself: opened at or after it, or
 *  merged into another one (R39). */
bool vd_figures_case_make(const struct vd_rulebook *book, const struct vd_conversation *c,
			  struct vd_wall until, struct vd_figures_case *out);

#endif
