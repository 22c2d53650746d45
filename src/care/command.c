// SPDX-License-Identifier: MIT
#include "care/command.h"

static const char *const command_names[VD_COMMAND_N] = {
	[VD_COMMAND_MISSING] = "missing",
	[VD_COMMAND_ACK] = "ack",
	[VD_COMMAND_CLAIM] = "claim",
	[VD_COMMAND_RELEASE] = "release",
	[VD_COMMAND_REPLY] = "reply",
	[VD_COMMAND_RESOLVE] = "resolve",
	[VD_COMMAND_NO_REPLY_NEEDED] = "no-reply-needed",
	[VD_COMMAND_RESET] = "reset",
	[VD_COMMAND_SHELVE] = "shelve",
	[VD_COMMAND_SETTLE] = "settle",
};

static const char *const source_names[VD_SOURCE_N] = {
	[VD_SOURCE_BUTTON] = "button",
	[VD_SOURCE_PAGE] = "page",
	[VD_SOURCE_CTL] = "ctl",
};

const char *vd_command_name(enum vd_command_kind kind)
{
	return (unsigned)kind < VD_COMMAND_N ? command_names[kind] : "missing";
}

enum vd_command_kind vd_command_parse(struct vd_span name)
{
	for (int i = VD_COMMAND_MISSING + 1; i < VD_COMMAND_N; i++) {
		if (vd_span_is_text(name, command_names[i])) {
			return (enum vd_command_kind)i;
		}
	}
	return VD_COMMAND_MISSING;
}

const char *vd_source_name(enum vd_command_source source)
{
	return (unsigned)source < VD_SOURCE_N ? source_names[source] : "?";
}
