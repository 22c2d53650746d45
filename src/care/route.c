// SPDX-License-Identifier: MIT
#include "care/route.h"

static bool is_open(const struct vd_conversation *c)
{
	return c->state == VD_CONVERSATION_OPEN;
}

// The reply chain is exact; but a customer who answers an old message while a later case of the
// same thread is open means the open one.
static const struct vd_conversation *pick(const struct vd_route_facts *facts, bool is_ours)
{
	const struct vd_conversation *parent = facts->by_parent;
	const struct vd_conversation *thread = facts->by_thread;
	if (parent == NULL || thread == NULL) {
		return parent != NULL ? parent : thread;
	}
	if (is_ours || is_open(parent)) {
		return parent;
	}
	return is_open(thread) || thread->ended.us > parent->ended.us ? thread : parent;
}

enum vd_route vd_route_decide(const struct vd_message *message, const struct vd_route_facts *facts,
			      int32_t reopen_s, const struct vd_conversation **which)
{
	bool is_ours = facts->is_own || message->direction == VD_DIRECTION_OUT;
	*which = NULL;
	if (facts->is_known) {
		return VD_ROUTE_DUPLICATE;
	}
	const struct vd_conversation *found = pick(facts, is_ours);
	if (found == NULL) {
		return is_ours || message->is_deleted ? VD_ROUTE_IGNORE : VD_ROUTE_OPEN;
	}
	*which = found;
	if (is_ours || is_open(found) || message->is_deleted) {
		return VD_ROUTE_JOIN;
	}
	// R36: at most D after the end.
	struct vd_dur away = vd_wall_sub(vd_message_stamp(message), found->ended);
	return away.us <= vd_dur_s(reopen_s).us ? VD_ROUTE_JOIN : VD_ROUTE_REPEAT;
}
