// SPDX-License-Identifier: MIT
/**
 * The engine: one step of one conversation, from an event to the changed conversation and the
 * facts to note.
 * Not storage, not routing between conversations (care/route.h), not I/O.
 * Pure: state, event, rules and `now` in; everything that happened comes out in
 * `struct vd_effects`.
 */
#ifndef VD_CARE_ENGINE_H
#define VD_CARE_ENGINE_H

#include "base/diag.h"
#include "care/conversation.h"
#include "care/message.h"

enum vd_event_kind {
	VD_EVENT_MISSING,
	VD_EVENT_MESSAGE, // in or out; OUT means: accepted by the network
	VD_EVENT_TICK,    // time passed: warnings, breaches, leases
	VD_EVENT_ACK,
	VD_EVENT_CLAIM,
	VD_EVENT_RELEASE,
	VD_EVENT_RESOLVE,
	VD_EVENT_NO_REPLY_NEEDED, // R37
	VD_EVENT_RESET,           // a breach is put away, with a reason
	VD_EVENT_SHELVE,
	VD_EVENT_UNSHELVE,
	/** R38: `message` is gone; NULL: all of the customer's unanswered messages are */
	VD_EVENT_DELETED,
	VD_EVENT_RULES,      // R40: policy or calendar changed
	VD_EVENT_RESUME,     // R24: a member of staff ends the pause
	VD_EVENT_KEEP_PAUSE, // R26: asked, and the pause goes on, with a reason
	VD_EVENT_OFFER,      // R33: to `account`
	VD_EVENT_ACCEPT,     // R33: by `staff`, for the account it was offered to
	VD_EVENT_DECLINE,    // R33: by either side; the giver keeps it
	VD_EVENT_LOOSEN,     // R32: a supervisor's entry, with a reason
	VD_EVENT_MERGE,      // R39: `other` goes on in this one; both are changed
	VD_EVENT_SPLIT,      // R39: `gone` turns leave for a case of their own
	VD_EVENT_BLOCKED,    // R35: the network refused the direct message
	VD_EVENT_SUPPRESS,   // member of a declared incident: `incident`
	VD_EVENT_UNSUPPRESS, // the incident is over, or it is no member
	VD_EVENT_TOPIC,      // `reason` is the topic
	VD_EVENT_SHOWN,      // R11: what the customer wrote last is on a screen
	VD_EVENT_EDITED,     // `message` has other words now; no clock moves (promise 2)
	VD_EVENT_N,
};
const char *vd_event_name(enum vd_event_kind kind);

struct vd_event {
	enum vd_event_kind kind;
	const struct vd_message *message; // MESSAGE, DELETED, EDITED, SPLIT
	uint16_t staff;                   // who + 1; 0: the button or nobody
	int32_t minutes;                  // SHELVE: open minutes
	struct vd_span reason;            // RESET, NO_REPLY_NEEDED, SHELVE, ...
	uint16_t account;                 // OFFER: to which
	uint32_t incident;                // SUPPRESS
	struct vd_conversation *other;    // MERGE; becomes MERGED
	const struct vd_turn *gone;       // SPLIT: kind and stamp of each
	uint8_t n_gone;
	/** SPLIT, of what stays: `message` is the one whose first line stands for it (NULL: none
	 *  has words), `fetched` is the opening's stamp, and nothing of it is private. */
	struct vd_wall fetched;
	bool is_public;
};

/** A fact for the journal: what happened, in order. */
enum vd_fact_kind {
	VD_FACT_OPENED,
	VD_FACT_REOPENED,
	VD_FACT_TARGET_ARMED,
	VD_FACT_TARGET_MET,
	VD_FACT_TARGET_BREACHED,
	VD_FACT_TARGET_MET_SEEN_LATE,
	VD_FACT_TARGET_CANCELLED,
	VD_FACT_TARGET_FAULT,
	VD_FACT_ALARM, // from -> to
	VD_FACT_CLAIMED,
	VD_FACT_RELEASED,
	VD_FACT_RESOLVED,
	VD_FACT_WITHDRAWN,
	VD_FACT_PAUSED,
	VD_FACT_PAUSE_ENDED,
	VD_FACT_OFFERED,     // `account`: to which
	VD_FACT_HANDED_OVER, // `account`: who has it now
	VD_FACT_OFFER_ENDED, // declined, or its lease ran out
	VD_FACT_LOOSENED,    // `at`: what was due before
	VD_FACT_MERGED,
	VD_FACT_SPLIT,
	VD_FACT_ESCALATED, // `step`
	VD_FACT_N,
};
const char *vd_fact_name(enum vd_fact_kind kind);

struct vd_fact {
	enum vd_fact_kind kind;
	enum vd_target_kind target;
	enum vd_alarm_kind alarm; // ALARM: which one of the conversation
	enum vd_alarm_state from;
	enum vd_alarm_state to;
	enum vd_severity severity;
	enum vd_ladder_step step;
	uint16_t account;
	struct vd_wall at; // due for TARGET_ARMED, reply's stamp for MET, ...
};

#define VD_EFFECTS_MAX 24
struct vd_effects {
	uint8_t n;
	bool overflow; // our bug: the table is too small
	struct vd_fact facts[VD_EFFECTS_MAX];
};

/** Opening hours around an instant: what the engine asks for at every step, worked out once for a
 *  calendar and good until `until`. */
struct vd_hours {
	struct vd_wall from;  // good in [from, until)
	struct vd_wall until; // the next opening or closing; INT64_MAX: none comes
	bool is_open;
	/** R30: the coming closure over a night, or the one that holds; not set: none (24/7) */
	struct vd_wall closing;
	struct vd_wall reopening;
	struct vd_wall evening; // when the night is looked at, before `closing`
	struct vd_wall morning; // what is due by then, after `reopening`, can't be saved then
};
static inline bool vd_hours_are_good(const struct vd_hours *hours, struct vd_wall now)
{
	return now.us >= hours->from.us && now.us < hours->until.us;
}
void vd_hours_at(const struct vd_policy *policy, const struct vd_calendar *calendar,
		 struct vd_wall now, struct vd_hours *out);

/** What the conversation is judged by, and whether the time may be believed (R13: nothing new is
 *  declared breached while the clock is not trusted). */
struct vd_engine_env {
	/** Policies of all holders (R32); NULL: `policy` binds whoever has it. */
	const struct vd_rulebook *book;
	const struct vd_policy *policy; // of who has the conversation
	const struct vd_calendar *calendar;
	struct vd_hours hours; // by these two; worked out by the step where it is not good at `now`
	struct vd_wall now;
	bool is_clock_trusted;
};
/** For a conversation as it is now: the rules of the brand of whoever has it. One that is still to
 *  be opened needs `brand` and `account` only. */
struct vd_engine_env vd_engine_env_make(const struct vd_rulebook *book,
					const struct vd_conversation *c, struct vd_wall now,
					bool is_clock_trusted);

/**
 * Verdicts do not depend on the order of fetching: a message with any stamp may come at any time.
 * It holds for the last VD_TURNS_MAX turns of a conversation; what is older than those moves the
 * first response, nothing else.
 */

/** Opens a conversation on a customer's message: fills all of *c but the id; arms the targets
 *  (R14-R22). */
enum vd_err vd_engine_open(const struct vd_engine_env *env, const struct vd_message *message,
			   uint16_t brand, struct vd_conversation *c, struct vd_effects *out,
			   struct vd_diag *diag) VD_MUST_USE;
/** One step; `*out` holds the facts of this step alone. VD_ERR_ARGUMENT where a reason or a
 *  name is missing. VD_ERR_STATE with a diag for a command that the state forbids (nothing
 *  changed), VD_ERR_CONFLICT for a claim that somebody else holds. */
enum vd_err vd_engine_step(const struct vd_engine_env *env, struct vd_conversation *c,
			   const struct vd_event *event, struct vd_effects *out,
			   struct vd_diag *diag) VD_MUST_USE;

#endif
