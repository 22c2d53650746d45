// SPDX-License-Identifier: MIT
#include "care/message.h"

#include <stddef.h>

#define FUTURE_ALLOWED_US (120 * VD_US_PER_S)
#define ABSURD_BEFORE_US (INT64_C(1136073600) * VD_US_PER_S) // 2006: none of the networks had users

struct vd_wall vd_message_counts_from(struct vd_wall published, struct vd_wall fetched,
				      bool *doubtful)
{
	// A fetch stamped before 2006 comes from a clock that was never set: it can't judge
	// anything (R13).
	bool has_fetched = fetched.us >= ABSURD_BEFORE_US;
	bool is_late = has_fetched && published.us > fetched.us + FUTURE_ALLOWED_US;
	bool is_doubtful = published.us < ABSURD_BEFORE_US || is_late;
	if (doubtful != NULL) {
		*doubtful = is_doubtful;
	}
	if (!is_doubtful) {
		return published;
	}
	if (published.us <= 0) {
		return fetched;
	}
	return has_fetched && fetched.us < published.us ? fetched : published;
}

struct vd_wall vd_message_stamp(const struct vd_message *message)
{
	if (message->direction == VD_DIRECTION_OUT && !vd_wall_is_set(message->published)) {
		return message->sent;
	}
	return vd_message_counts_from(message->published, message->fetched, NULL);
}
