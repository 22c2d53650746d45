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
	VD_COMMAND_N,
};
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

struct vd_command {
	enum vd_command_kind kind;
	enum vd_command_source source;
	uint16_t staff; // who + 1; 0: unknown (button, ctl)
	uint64_t conversation;
	enum vd_reply_kind reply_kind; // REPLY; VD_REPLY_NONE reads as ANSWER
	enum vd_visibility visibility; // REPLY: PRIVATE sends a direct message
	struct vd_span text;           // REPLY
	struct vd_span reason;         // RESET, NO_REPLY_NEEDED, SHELVE
	int32_t minutes;               // SHELVE
	/** Compare-and-set: the number of the last message the writer saw; 0: don't check. */
	uint32_t seen_messages;
	uint64_t outbox; // SETTLE
	bool arrived;    // SETTLE
};

/** The answer, given after the commit. */
struct vd_command_result {
	enum vd_err err;
	struct vd_diag diag; // a sentence for a person where err is a failure
	uint64_t conversation;
	uint64_t outbox; // REPLY: the entry that was queued
};

#endif
