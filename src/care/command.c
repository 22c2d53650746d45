// SPDX-License-Identifier: MIT
#include "care/command.h"

struct command_row {
	const char *name;
	enum vd_command_object object;
	bool is_supervisors;
};

static const struct command_row rows[VD_COMMAND_N] = {
	[VD_COMMAND_MISSING] = { "missing", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_ACK] = { "ack", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_CLAIM] = { "claim", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_RELEASE] = { "release", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_REPLY] = { "reply", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_RESOLVE] = { "resolve", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_NO_REPLY_NEEDED] = { "no-reply-needed", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_RESET] = { "reset", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_SHELVE] = { "shelve", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_SETTLE] = { "settle", VD_COMMAND_ON_OUTBOX, false },
	[VD_COMMAND_UNSHELVE] = { "unshelve", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_RESUME] = { "resume", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_KEEP_PAUSE] = { "keep-pause", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_OFFER] = { "offer", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_ACCEPT] = { "accept", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_DECLINE] = { "decline", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_LOOSEN] = { "loosen", VD_COMMAND_ON_CONVERSATION, true },
	[VD_COMMAND_MERGE] = { "merge", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_SPLIT] = { "split", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_TOPIC] = { "topic", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_INCIDENT_DECLARE] = { "incident-declare", VD_COMMAND_ON_INCIDENT, true },
	[VD_COMMAND_INCIDENT_END] = { "incident-end", VD_COMMAND_ON_INCIDENT, true },
	[VD_COMMAND_INCIDENT_ADD] = { "incident-add", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_INCIDENT_REMOVE] = { "incident-remove", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_SEND_ANYWAY] = { "send-anyway", VD_COMMAND_ON_OUTBOX, false },
	[VD_COMMAND_WITHDRAW] = { "withdraw", VD_COMMAND_ON_OUTBOX, false },
	[VD_COMMAND_ASK_DM] = { "ask-dm", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_LINK] = { "link", VD_COMMAND_ON_CONVERSATION, false },
	[VD_COMMAND_UNLINK] = { "unlink", VD_COMMAND_ON_CONVERSATION, false },
};

static const char *const source_names[VD_SOURCE_N] = {
	[VD_SOURCE_BUTTON] = "button",
	[VD_SOURCE_PAGE] = "page",
	[VD_SOURCE_CTL] = "ctl",
};

const char *vd_command_name(enum vd_command_kind kind)
{
	return (unsigned)kind < VD_COMMAND_N ? rows[kind].name : "missing";
}

enum vd_command_kind vd_command_parse(struct vd_span name)
{
	for (int i = VD_COMMAND_MISSING + 1; i < VD_COMMAND_N; i++) {
		if (vd_span_is_text(name, rows[i].name)) {
			return (enum vd_command_kind)i;
		}
	}
	return VD_COMMAND_MISSING;
}

enum vd_command_object vd_command_object(enum vd_command_kind kind)
{
	return (unsigned)kind < VD_COMMAND_N ? rows[kind].object : VD_COMMAND_ON_CONVERSATION;
}

bool vd_command_is_supervisors(enum vd_command_kind kind)
{
	return (unsigned)kind >= VD_COMMAND_N || rows[kind].is_supervisors;
}

const char *vd_source_name(enum vd_command_source source)
{
	return (unsigned)source < VD_SOURCE_N ? source_names[source] : "?";
}
