// SPDX-License-Identifier: MIT
/**
 * Alarm states modelled on ISA-18.2, as SIGNALS.md has them: one table, every cell stated.
 * Not the light (output/lamp_pattern.h) and not who is told.
 * Pure: `now` is a parameter.
 */
#ifndef VD_CARE_ALARM_H
#define VD_CARE_ALARM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/time.h"

enum vd_severity {
	VD_SEVERITY_NONE,
	VD_SEVERITY_WARNING,
	VD_SEVERITY_URGENT,
	VD_SEVERITY_BREACHED,
	VD_SEVERITY_N,
};
const char *vd_severity_name(enum vd_severity severity);

enum vd_alarm_state {
	VD_ALARM_STATE_MISSING, // no cell of the table may hold it
	VD_ALARM_NORMAL,
	VD_ALARM_UNACK,
	VD_ALARM_ACKED,
	VD_ALARM_RTN_UNACK,
	VD_ALARM_LATCHED,
	VD_ALARM_SHELVED,
	VD_ALARM_SUPPRESSED,
	VD_ALARM_OUT_OF_SERVICE,
	VD_ALARM_STATE_N,
};
const char *vd_alarm_state_name(enum vd_alarm_state state);

enum vd_alarm_event {
	VD_ALARM_EV_RAISE,  // the condition begins, or grows worse
	VD_ALARM_EV_BREACH, // made by vd_alarm_step from RAISE where the severity is BREACHED
	VD_ALARM_EV_CLEAR,  // the condition ends
	/** made by vd_alarm_step from CLEAR where the kind is a fault of the appliance */
	VD_ALARM_EV_RETURN,
	VD_ALARM_EV_ACK,
	VD_ALARM_EV_LEASE_END, // the acknowledgement's lease ran out
	VD_ALARM_EV_RESET,     // a person puts a latched alarm away, with a reason
	VD_ALARM_EV_SHELVE,
	VD_ALARM_EV_UNSHELVE, // by a person or by time
	VD_ALARM_EV_SUPPRESS,
	VD_ALARM_EV_UNSUPPRESS,
	VD_ALARM_EV_TAKE_OUT,
	VD_ALARM_EV_PUT_BACK,
	VD_ALARM_EV_N,
};
const char *vd_alarm_event_name(enum vd_alarm_event event);

enum vd_alarm_kind {
	VD_ALARM_TARGET, // of a conversation: severity says how near
	VD_ALARM_SLEEP_OVER,
	VD_ALARM_HAND_OVER_RETURNED,
	VD_ALARM_PAUSE_ASKS,
	VD_ALARM_CHANNEL_BLOCKED,
	VD_ALARM_CHANNEL_BLIND,
	VD_ALARM_CLOCK_UNTRUSTED,
	VD_ALARM_STORE_FAILING,
	VD_ALARM_CALENDAR_FAULT,
	VD_ALARM_OUTBOX_STUCK,
	VD_ALARM_TOKEN_ENDING,
	VD_ALARM_MONEY_SHORT,
	VD_ALARM_KIND_N,
};
const char *vd_alarm_kind_name(enum vd_alarm_kind kind);

struct vd_alarm {
	enum vd_alarm_state state; // zeroed memory must be set to NORMAL by vd_alarm_init
	enum vd_alarm_kind kind;
	/** as shown: BREACHED as long as a breach is latched; the caller sets it before RAISE */
	enum vd_severity severity;
	enum vd_severity condition; // of what holds now; NONE where nothing does
	bool is_present;            // the condition, whatever the state
	bool is_seen;               // somebody acknowledged since it was last raised
	struct vd_wall since;       // it was last raised, or ended
	/** lease of ACKED, SHELVED, or a seen LATCHED that still holds; not set elsewhere */
	struct vd_wall until;
};

/** What a cell does beside the next state. */
enum vd_alarm_effect {
	VD_ALARM_DO_MISSING,
	VD_ALARM_DO_IGNORE, // nothing, rightly
	VD_ALARM_DO_REFUSE, // ILLEGAL: VD_ERR_STATE
	VD_ALARM_DO_RAISE,  // present, unseen, since now
	VD_ALARM_DO_NOTE,   // present; nobody is told
	VD_ALARM_DO_FADE,   // no longer present; stays listed
	VD_ALARM_DO_END,    // gone
	VD_ALARM_DO_SEE,    // seen; the lease runs where the condition holds
	VD_ALARM_DO_UNSEE,  // unseen again
	VD_ALARM_DO_PARK,   // until `until`
	/** LATCHED where a breach is not reset, UNACK where it holds, else NORMAL */
	VD_ALARM_DO_COME_BACK,
	VD_ALARM_EFFECT_N,
};
const char *vd_alarm_effect_name(enum vd_alarm_effect effect);

struct vd_alarm_cell {
	enum vd_alarm_state next;
	enum vd_alarm_effect effect;
};
/** One cell of the table of SPEC.md "Alarm states". */
struct vd_alarm_cell vd_alarm_cell(enum vd_alarm_state state, enum vd_alarm_event event);

void vd_alarm_init(struct vd_alarm *alarm, enum vd_alarm_kind kind);
/** Faults of the appliance: gone before anyone saw it means RTN_UNACK, not NORMAL. */
bool vd_alarm_is_fault(enum vd_alarm_kind kind);
/** Signalled: neither normal nor parked. */
bool vd_alarm_is_shown(const struct vd_alarm *alarm);
/** Runs one event through the table. VD_ERR_STATE for an ILLEGAL cell (nothing changed), VD_OK
 *  else. `*changed` tells whether the state is another now. `until` is the lease for ACK and
 *  SHELVE, not set for SUPPRESS and TAKE_OUT. */
enum vd_err vd_alarm_step(struct vd_alarm *alarm, enum vd_alarm_event event, struct vd_wall now,
			  struct vd_wall until, bool *changed) VD_MUST_USE;

/** What the light shall say: the highest row of SIGNALS.md "The light" that holds. */
enum vd_lamp_meaning {
	VD_LAMP_BREACHED,
	VD_LAMP_URGENT_UNSEEN,
	VD_LAMP_BLIND,
	VD_LAMP_WARNING_UNSEEN,
	VD_LAMP_URGENT_SEEN, // also a breach that was seen: the rhythm calms, the colour stays
	VD_LAMP_WARNING_SEEN,
	VD_LAMP_FLOOD,
	VD_LAMP_CLOSED,
	VD_LAMP_WATCHING, // green: earned at each tick
	VD_LAMP_MEANING_N,
};
const char *vd_lamp_meaning_name(enum vd_lamp_meaning meaning);

/** Where an alarm and blindness hold at once, both are shown in turn. */
struct vd_lamp_intent {
	enum vd_lamp_meaning meaning;
	bool and_blind;
};

/** Facts the intent is computed from; counted by the desk at each tick. */
struct vd_lamp_facts {
	uint32_t unseen[VD_SEVERITY_N];
	uint32_t seen[VD_SEVERITY_N];
	bool is_blind; // any of: an account not polled within two periods, clock, journal, calendar
	bool is_flood;
	bool is_open; // service hours of any brand
};
/** Counts a conversation's alarm into the facts; parked and normal ones count for nothing. */
void vd_lamp_facts_add(struct vd_lamp_facts *facts, const struct vd_alarm *alarm);
/** The highest row that holds. With blindness beside a warning or worse the meaning is the
 *  alarm's, and_blind is set: neither hides the other. */
struct vd_lamp_intent vd_lamp_decide(const struct vd_lamp_facts *facts);

/** What the escalation ladder sounds; R31: only while somebody can act. output/sound.h makes
 *  the tones. */
enum vd_sound_intent {
	VD_SOUND_NONE,
	VD_SOUND_ATTENTION, // a warning that nobody answered by the light
	VD_SOUND_URGENT,    // an urgent one or a breach; or nobody answered the sound either
	VD_SOUND_INTENT_N,
};
const char *vd_sound_intent_name(enum vd_sound_intent intent);

#endif
