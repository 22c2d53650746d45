// SPDX-License-Identifier: MIT
/**
 * One case: the clocks, the alarm, the claim of a conversation over one or more threads.
 * Not its messages (store) and not the thread index (store); a plain value that the engine steps
 * and the store writes as one record.
 * Pure data: copying it copies all of it.
 */
#ifndef VD_CARE_CONVERSATION_H
#define VD_CARE_CONVERSATION_H

#include "care/alarm.h"
#include "care/domain.h"

enum vd_conversation_state {
	VD_CONVERSATION_OPEN,
	VD_CONVERSATION_RESOLVED,
	VD_CONVERSATION_WITHDRAWN, // R38
	VD_CONVERSATION_MERGED,    // R39: goes on in `merged_into`
	VD_CONVERSATION_STATE_N,
};
const char *vd_conversation_state_name(enum vd_conversation_state state);

enum vd_target_state {
	VD_TARGET_OFF, // not armed
	VD_TARGET_ARMED,
	VD_TARGET_MET,
	VD_TARGET_BREACHED,      // R9: once and for ever; still running until answered
	VD_TARGET_MET_SEEN_LATE, // R9: breached here first, then proof of a reply in time
	VD_TARGET_CANCELLED,     // R37, R38: ended with no verdict
	VD_TARGET_FAULT,         // R8: no deadline within the horizon
	VD_TARGET_PAUSED,        // R23-R25: the customer must act; the due is open meanwhile
	VD_TARGET_STATE_N,
};
const char *vd_target_state_name(enum vd_target_state state);

struct vd_target {
	enum vd_target_state state;
	bool is_running;     // counts on the board: armed, or breached and not yet answered
	struct vd_wall from; // the stamp it is computed from
	struct vd_wall due;  // R7; not set where off or fault
	struct vd_wall warn; // R28-R29
	struct vd_wall urgent;
	struct vd_wall ended; // reply's stamp, or cancellation
	/** R9: due of the latest breach that was declared; not set: never one */
	struct vd_wall declared;
	/** the worst threshold passed while it runs; time alone never takes it back */
	enum vd_severity reached;
	uint16_t breaches; // NEXT is armed many times: how many ended breached
	uint16_t met;      // and how many met (seen late too)
};

/** What moves the clocks; the order is the order among equal stamps: a reply with the
 *  customer's own stamp answers. */
enum vd_turn_kind {
	VD_TURN_MISSING,
	VD_TURN_IN,       // a customer's message
	VD_TURN_HOLDING,  // a human reply that answers nothing: deflection, holding (R16)
	VD_TURN_QUESTION, // useful, and now the customer must act (R24)
	VD_TURN_ANSWER,
	VD_TURN_RESUMED, // a member of staff ended the pause (R24)
	VD_TURN_CLOSED,  // no reply needed (R37)
	VD_TURN_RESOLVED,
	VD_TURN_WITHDRAWN, // the customer took it back (R38)
	VD_TURN_N,
};
const char *vd_turn_name(enum vd_turn_kind kind);

/** One of the last turns of a conversation. Kept so that a message learned late gives the
 *  verdict that it would have given in time: the clocks are walked again over the turns in the
 *  order of their stamps. */
struct vd_turn {
	enum vd_turn_kind kind;
	bool is_gone; // IN: deleted by the customer, others still wait
	/** R39: a reply in one of two merged cases while the other waited: it ends no wait of
	 *  both */
	bool is_partial;
	bool has_window; // IN: private, where the network lets us answer for a time only
	uint32_t serial; // order of learning: a closing covers only what was known
	struct vd_wall at;
	/** HOLDING: until when an answer was promised (R16); not set: nothing said */
	struct vd_wall announced;
	/** where it starts a wait: due by the rules of that time (R40); not set: starts none;
	 *  INT64_MIN: there was no such target, INT64_MAX: never (R8) */
	struct vd_wall next_due;
	struct vd_wall cadence_due; // likewise
};
#define VD_TURNS_MAX 24

/** How a wait stands. */
enum vd_leg_end {
	VD_LEG_NONE, // never began
	VD_LEG_RUNNING,
	VD_LEG_REPLIED,
	VD_LEG_CLOSED, // by R37, R38 or resolution
	VD_LEG_END_N,
};
/** The latest wait of a target that is armed many times (next, cadence, window), with the count of
 *  those before. */
struct vd_leg {
	enum vd_leg_end end;
	struct vd_wall from;
	struct vd_wall due;       // INT64_MAX: never (R8)
	struct vd_wall announced; // R16: the earliest time promised meanwhile; `due` is not later
	struct vd_wall ended;
	uint16_t met;
	uint16_t breaches;
	uint16_t held; // R13: ended late while the clock was not trusted: declared when it is
	struct vd_wall missed; // the latest due that one of them missed; not set: none
};
/** R25: an interval that resolution and cadence don't count; also the time between an end and a
 *  reopening (R36). */
struct vd_pause {
	struct vd_wall from;
	struct vd_wall to; // not set: still running
};
#define VD_PAUSES_MAX 8
/** Ascending, united; where there are more, the oldest are in `used_s` and the count goes on from
 *  `from`. */
struct vd_pauses {
	uint8_t n;
	struct vd_pause at[VD_PAUSES_MAX];
	struct vd_wall from; // not set: from the opening
	/** Open seconds that were counted before `from`, each in the calendar of who had the case
	 *  then: what was counted stays (R40). */
	int64_t used_s;
	/** The one that is running; not set: none. It is the last of `at` too. */
	struct vd_wall since;
	bool is_asked; // since a question; else since an end of the case
};
/** What the turns amount to: of those that were folded away (`vd_conversation.base`), or of all. */
struct vd_tally {
	struct vd_wall until; // stamp of the newest turn in it
	struct vd_wall opened;
	struct vd_wall waiting_since;
	struct vd_wall last_in;
	struct vd_wall last_out;
	struct vd_wall last_useful;
	struct vd_wall first_reply;
	struct vd_wall first_useful;
	struct vd_wall first_closed; // ended without a reply (R37, R38)
	struct vd_leg next;
	struct vd_leg cadence;
	/** The network's: from the newest unanswered private message; due at the last end. */
	struct vd_leg window;
	struct vd_pauses pauses;
};

/** R34: who had the case from when; until the next one, or the end. Whole life, no gaps. */
struct vd_custody {
	uint16_t account;
	struct vd_wall from;
	/** The customer's wait on us that ended within turns that were folded away. */
	int64_t waited_us;
	int64_t waited_open_s;
};
#define VD_CUSTODY_MAX 12

/** R33: offered, not yet accepted; the giver holds the case. */
struct vd_offer {
	uint16_t account; // to which + 1; 0: no offer
	uint16_t staff;   // who offered + 1
	struct vd_wall at;
	struct vd_wall until;
};

/** What a conversation can be signalled for beside its targets; at most a warning each. */
enum vd_side_kind {
	VD_SIDE_SLEEP_OVER, // R30
	VD_SIDE_RETURNED,   // R33: an offer that nobody accepted
	VD_SIDE_PAUSE,      // R26: the pause is long; does it go on?
	VD_SIDE_BLOCKED,    // R35: the network refused the direct message
	VD_SIDE_N,
};

enum vd_alarm_kind vd_side_alarm_kind(enum vd_side_kind side);

/** The escalation ladder: which step an alarm that nobody saw has reached. */
enum vd_ladder_step {
	VD_LADDER_LIGHT,
	VD_LADDER_SOUND,
	VD_LADDER_SECOND, // the second level is told
	VD_LADDER_N,
};
const char *vd_ladder_step_name(enum vd_ladder_step step);

/** Why logic parked the alarm; it comes back where none is left. */
#define VD_PARKED_INCIDENT 1
#define VD_PARKED_HOURS 2

struct vd_conversation {
	uint64_t id;
	uint16_t brand;
	uint16_t account;      // where it opened
	uint16_t last_account; // where the customer wrote last: replies leave from here
	enum vd_conversation_state state;
	enum vd_visibility visibility; // PRIVATE as soon as one message was
	uint32_t policy_version;
	uint32_t calendar_version;
	uint64_t repeat_of; // R36: 0 or the earlier conversation
	char topic[VD_TOPIC_BYTES];
	char customer_id[VD_ID_BYTES];
	char customer_handle[VD_HANDLE_BYTES];
	char first_line[VD_LINE_BYTES]; // of the oldest unanswered (else the opening) message
	struct vd_wall opened;          // the opening message's stamp that counts (R11, R12)
	struct vd_wall fetched;         // of the opening message
	/** Oldest message that no answer or question followed (R14, R16); not set where nobody
	 *  waits. By stamps, not by the order of fetching. */
	struct vd_wall waiting_since;
	struct vd_wall last_in;
	struct vd_wall shown;        // R11: the newest of the customer's words that was on a screen
	struct vd_wall last_out;     // last human reply
	struct vd_wall first_reply;  // R16: any human kind
	struct vd_wall first_useful; // R16: first answer or question
	struct vd_wall ended;
	uint32_t n_in;
	uint32_t n_out;
	struct vd_target targets[VD_TARGET_N];
	uint16_t claimed_by; // staff + 1; 0: nobody
	struct vd_wall claimed_at;
	struct vd_wall claim_until;
	struct vd_alarm alarm;
	uint16_t breaches_known; // of all targets, when the alarm last looked
	uint16_t breaches_reset; // of those, put away with a reason
	bool is_breach_held; // R13: past due while the clock was not trusted; tick again when it is
	bool is_thanks;      // R37: the last word reads like thanks; proposed, not decided
	struct vd_alarm side[VD_SIDE_N];
	struct vd_wall paused_since; // R24: the customer must act; not set: no such pause runs
	uint64_t pauses_mark;        // of the pauses that the resolution was computed with
	struct vd_wall pause_asks;   // R26: when the running pause asks; not set: none runs
	struct vd_wall night_tick;   // R30: when the coming closure is looked at, or ends
	struct vd_wall hours_tick;   // opening hours: when a shown alarm is parked or comes back
	struct vd_wall calm_until;   // a condition that went away is held till then
	enum vd_ladder_step ladder;  // reached
	struct vd_wall ladder_from;  // the alarm is unseen since; not set: seen, parked or none
	struct vd_wall ladder_tick;  // the next step
	uint8_t parked_by;           // VD_PARKED_...
	uint32_t incident;           // with VD_PARKED_INCIDENT: which
	uint64_t merged_into;        // R39
	struct vd_offer offer;
	uint8_t n_custody;
	struct vd_custody custody[VD_CUSTODY_MAX]; // the last one has it now
	/** R32: policies of the holders before this segment no longer bind; a supervisor said so */
	uint8_t loosened_from;
	struct vd_wall loosened_due; // what was due on the board before; stays visible
	/** R9, R39: a part whose resolution was breached at this due was merged: no pause moves it
	 *  later; not set: none was. */
	struct vd_wall resolution_kept;
	/** R40: two ended cases became one: what they came to stays until it is reopened. */
	bool is_resolution_over;
	uint32_t serial; // of the last turn
	uint8_t n_turns;
	/** Ascending by stamp; only n_turns of them mean anything. */
	struct vd_turn turns[VD_TURNS_MAX];
	struct vd_tally base; // older turns, folded; verdicts in it are final
};

/** Sets every alarm of a new conversation to NORMAL. */
void vd_conversation_init_alarms(struct vd_conversation *c);
/** The account that has the case now. */
uint16_t vd_conversation_holder(const struct vd_conversation *c);
/** R22: the running target that is due first; VD_TARGET_N where none runs. */
enum vd_target_kind vd_conversation_board_target(const struct vd_conversation *c);
/** The exact instant at which something changes by itself: a warning, a breach (due + 1 us,
 *  since a reply stamped at due is in time), a lease; not set: never. A breach that the
 *  untrusted clock holds back is not in it: when trust comes, every conversation with
 *  `is_breach_held` wants a tick. */
struct vd_wall vd_conversation_next_tick(const struct vd_conversation *c);

#endif
