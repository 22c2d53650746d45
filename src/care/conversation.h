// SPDX-License-Identifier: MIT
/**
 * One case: the clocks, the alarm, the claim of a conversation over one or more threads.
 * Not its messages (store) and not the thread index (store); a plain value that the engine steps and the
 * store writes as one record.
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
	VD_CONVERSATION_STATE_N,
};
const char *vd_conversation_state_name(enum vd_conversation_state state);

enum vd_target_state {
	VD_TARGET_OFF,      // not armed
	VD_TARGET_ARMED,
	VD_TARGET_MET,
	VD_TARGET_BREACHED, // R9: once and for ever; still running until answered
	VD_TARGET_MET_SEEN_LATE, // R9: breached here first, then proof of a reply in time
	VD_TARGET_CANCELLED, // R37, R38: ended with no verdict
	VD_TARGET_FAULT,    // R8: no deadline within the horizon
	VD_TARGET_STATE_N,
};
const char *vd_target_state_name(enum vd_target_state state);

struct vd_target {
	enum vd_target_state state;
	bool is_running;        // counts on the board: armed, or breached and not yet answered
	struct vd_wall from;    // the stamp it is computed from
	struct vd_wall due;     // R7; not set where off or fault
	struct vd_wall warn;    // R28-R29
	struct vd_wall urgent;
	struct vd_wall ended;   // reply's stamp, or cancellation
	uint16_t breaches;      // NEXT is armed many times: how many ended breached
	uint16_t met;           // and how many met
};

struct vd_conversation {
	uint64_t id;
	uint16_t brand;
	uint16_t account; // where it opened
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
	struct vd_wall opened;    // the opening message's stamp that counts (R11, R12)
	struct vd_wall fetched;   // of the opening message
	struct vd_wall waiting_since; // oldest unanswered message (R14); not set where nobody waits
	struct vd_wall last_in;
	struct vd_wall last_out;  // last human reply
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
};

/** R22: the running target that is due first; VD_TARGET_N where none runs. */
enum vd_target_kind vd_conversation_board_target(const struct vd_conversation *c);
/** The instant at which something changes by itself: a warning, a breach, a lease; not set: never. */
struct vd_wall vd_conversation_next_tick(const struct vd_conversation *c);

#endif
