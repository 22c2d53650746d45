// SPDX-License-Identifier: MIT
/**
 * What a person can tell the desk, from the page, the key, the command line: one struct for all
 * of them.
 * Not a transport; every transport fills this and gets the same answer.
 * Pure data; texts are borrowed for the time of the call.
 */
#ifndef VD_CARE_COMMAND_H
#define VD_CARE_COMMAND_H

#include "base/diag.h"
#include "care/domain.h"

enum vd_command_kind {
	VD_COMMAND_MISSING,
	VD_COMMAND_ACK, // conversation 0: what the wall shows at its top (the button)
	VD_COMMAND_CLAIM,
	VD_COMMAND_RELEASE,
	VD_COMMAND_REPLY,
	VD_COMMAND_RESOLVE,
	VD_COMMAND_NO_REPLY_NEEDED,
	VD_COMMAND_RESET,
	VD_COMMAND_SHELVE,
	VD_COMMAND_SETTLE, // an uncertain reply: a person says whether it arrived
	VD_COMMAND_UNSHELVE,
	VD_COMMAND_RESUME,     // R24: the pause ends
	VD_COMMAND_KEEP_PAUSE, // R26: asked, and it goes on
	VD_COMMAND_OFFER,      // R33: to `account`
	VD_COMMAND_ACCEPT,
	VD_COMMAND_DECLINE,
	VD_COMMAND_LOOSEN, // R32: a supervisor's
	VD_COMMAND_MERGE,  // R39: `conversation` goes on in `into`
	VD_COMMAND_SPLIT,  // R39: `messages` become a case of their own
	VD_COMMAND_TOPIC,
	/** A supervisor's: cases of `brand`, of `topic`, or of both, are parked until it ends; of
	 *  neither: only those that are added */
	VD_COMMAND_INCIDENT_DECLARE,
	VD_COMMAND_INCIDENT_END, // a supervisor's
	VD_COMMAND_INCIDENT_ADD, // one case, whatever it is about
	VD_COMMAND_INCIDENT_REMOVE,
	VD_COMMAND_SEND_ANYWAY, // a reply that was held, as the customer wrote meanwhile
	VD_COMMAND_WITHDRAW,    // a reply that did not leave is taken back
	VD_COMMAND_ASK_DM, // R35: a public deflection that asks the customer to write in private
	VD_COMMAND_LINK,   // `conversation` and `into` are of one person: somebody says so
	VD_COMMAND_UNLINK, // and that was wrong
	VD_COMMAND_N,
};
/** What it works on; a transport asks for it. */
enum vd_command_object {
	VD_COMMAND_ON_CONVERSATION,
	VD_COMMAND_ON_OUTBOX,
	VD_COMMAND_ON_INCIDENT,
};
enum vd_command_object vd_command_object(enum vd_command_kind kind);
/** Only a supervisor may. */
bool vd_command_is_supervisors(enum vd_command_kind kind);
const char *vd_command_name(enum vd_command_kind kind);
/** VD_COMMAND_MISSING where unknown. */
enum vd_command_kind vd_command_parse(struct vd_span name);

/** Where it came from: kept in the journal. */
enum vd_command_source {
	VD_SOURCE_BUTTON,
	VD_SOURCE_PAGE,
	VD_SOURCE_CTL,
	VD_SOURCE_N,
};
const char *vd_source_name(enum vd_command_source source);

#define VD_COMMAND_MESSAGES_MAX 32

struct vd_command {
	enum vd_command_kind kind;
	enum vd_command_source source;
	uint16_t staff; // who + 1; 0: unknown (button, ctl)
	uint64_t conversation;
	enum vd_reply_kind reply_kind; // REPLY; VD_REPLY_NONE reads as ANSWER
	enum vd_visibility visibility; // REPLY: PRIVATE sends a direct message
	struct vd_span text; // REPLY; INCIDENT_DECLARE: what people are told; ASK_DM: may be empty
	bool accept_cost;    // REPLY, ASK_DM: its writer knows that a link makes it dear
	/** RESET, NO_REPLY_NEEDED, SHELVE, KEEP_PAUSE, LOOSEN; RESOLVE while somebody waits */
	struct vd_span reason;
	int32_t minutes; // SHELVE
	/** REPLY, SEND_ANYWAY: compare-and-set: the number of the last message the writer saw;
	 *  must be given. */
	uint32_t seen_messages;
	uint64_t outbox;  // SETTLE, SEND_ANYWAY, WITHDRAW
	bool arrived;     // SETTLE
	uint16_t account; // OFFER: + 1
	uint64_t into;    // MERGE, LINK, UNLINK
	uint8_t n_messages;
	uint32_t messages[VD_COMMAND_MESSAGES_MAX]; // SPLIT: numbers
	struct vd_span topic;                       // TOPIC; INCIDENT_DECLARE
	uint16_t brand;                             // INCIDENT_DECLARE: + 1; 0: any
	struct vd_wall until; // INCIDENT_DECLARE: it ends by itself; not set: by a person
	uint32_t incident;    // INCIDENT_...: its number
};

/** The answer, given after the commit. */
struct vd_command_result {
	enum vd_err err;
	struct vd_diag diag;   // a sentence for a person where err is a failure
	uint64_t conversation; // MERGE: that goes on; SPLIT: the new one
	uint64_t outbox;       // REPLY: the entry that was queued
	uint32_t incident;     // INCIDENT_DECLARE: its number
};

#endif
