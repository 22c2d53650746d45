// SPDX-License-Identifier: MIT
/**
 * An alarm of the appliance itself: raised and cleared by its cause, with lease, ladder, and a
 * record that a restart takes up.
 * Not the causes: the caller looks at them and says what holds.
 * Pure: `now` and the rules are parameters, the record goes to the caller's buffer.
 */
#ifndef VD_CARE_FAULT_H
#define VD_CARE_FAULT_H

#include "base/json.h"
#include "care/alarm.h"
#include "care/conversation.h"

struct vd_fault {
	struct vd_alarm alarm;
	uint16_t account; // + 1; 0: of the box as a whole
	uint16_t seen_by; // staff + 1 of who acknowledged; 0: nobody, or the button
	enum vd_ladder_step ladder;
	struct vd_wall ladder_from; // unseen since; not set: seen, parked or none
};

/** Whose rules lease and ladder go by. */
struct vd_fault_env {
	const struct vd_rulebook *book;
	const struct vd_policy *policy;
	const struct vd_calendar *calendar;
	struct vd_wall now;
};

/** What a call changed; `what` NULL: nothing. */
struct vd_fault_change {
	const char *what; // an alarm's event by name, or "escalate"
	enum vd_alarm_state from;
};

void vd_fault_init(struct vd_fault *fault, enum vd_alarm_kind kind, uint16_t account);
/** How bad its cause is now, NONE where it is absent. Raises, clears, ends a lease or climbs: one
 *  of them a call, the worst first. Nothing changes where all is as before. */
struct vd_fault_change vd_fault_watch(struct vd_fault *fault, const struct vd_fault_env *env,
				      enum vd_severity severity);
/** A person, or the button (0), has seen it; nothing where it is not unseen. */
struct vd_fault_change vd_fault_ack(struct vd_fault *fault, const struct vd_fault_env *env,
				    uint16_t staff);
/** What it watches was taken out of service, or is back. */
struct vd_fault_change vd_fault_set_service(struct vd_fault *fault, const struct vd_fault_env *env,
					    bool is_in_service);
/** Unseen: whoever acknowledges next sees it. */
bool vd_fault_is_unseen(const struct vd_fault *fault);
/** SIGNALS.md "The light": one that is no blindness shows as a warning or as urgent. */
bool vd_fault_is_on_light(const struct vd_fault *fault);

/** The members of the record, into an open object; `change` NULL: without what led to it. */
void vd_fault_print(const struct vd_fault *fault, const struct vd_fault_change *change,
		    const struct vd_rulebook *book, struct vd_json_out *j);
/** Name of the setting that keeps it: "alarm:KIND:ACCOUNT". */
void vd_fault_key(struct vd_span kind, struct vd_span account, char *out, size_t cap);
/** Back from a record of the same kind and account: VD_ERR_CORRUPT, and *fault untouched, where it
 *  is none. */
enum vd_err vd_fault_parse(const cJSON *record, struct vd_fault *fault) VD_MUST_USE;

#endif
