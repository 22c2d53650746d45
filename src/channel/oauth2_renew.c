// SPDX-License-Identifier: MIT
#include "channel/oauth2_renew.h"

#define IGNORED(state)                            \
	{                                         \
		VD_RENEW_##state, VD_RENEW_IGNORE \
	}
#define ILLEGAL(state)                             \
	{                                          \
		VD_RENEW_##state, VD_RENEW_ILLEGAL \
	}
#define GO(state, effect)                           \
	{                                           \
		VD_RENEW_##state, VD_RENEW_##effect \
	}

// A sign-in wins over everything but a request under way: two renewals never run at once, and the
// answer of the old one, when it comes late, is thrown away with it.
static const struct vd_renew_step table[VD_RENEW_STATES][VD_RENEW_EVENTS] = {
	[VD_RENEW_NONE] = {
		[VD_RENEW_SIGNED_IN] = GO(RESTING, ARM),
		[VD_RENEW_SIGNED_OUT] = IGNORED(NONE),
		[VD_RENEW_DUE] = ILLEGAL(NONE),
		[VD_RENEW_COMMITTED] = IGNORED(NONE),
		[VD_RENEW_COMMIT_FAILED] = IGNORED(NONE),
		[VD_RENEW_ANSWERED] = ILLEGAL(NONE),
		[VD_RENEW_REFUSED] = ILLEGAL(NONE),
		[VD_RENEW_OTHER] = ILLEGAL(NONE),
		[VD_RENEW_FAILED] = ILLEGAL(NONE),
	},
	[VD_RENEW_RESTING] = {
		[VD_RENEW_SIGNED_IN] = GO(RESTING, ARM),
		[VD_RENEW_SIGNED_OUT] = GO(NONE, STOP),
		[VD_RENEW_DUE] = GO(MARKING, MARK),
		[VD_RENEW_COMMITTED] = IGNORED(RESTING),
		[VD_RENEW_COMMIT_FAILED] = IGNORED(RESTING),
		[VD_RENEW_ANSWERED] = ILLEGAL(RESTING),
		[VD_RENEW_REFUSED] = ILLEGAL(RESTING),
		[VD_RENEW_OTHER] = ILLEGAL(RESTING),
		[VD_RENEW_FAILED] = ILLEGAL(RESTING),
	},
	[VD_RENEW_MARKING] = {
		[VD_RENEW_SIGNED_IN] = GO(RESTING, ARM),
		[VD_RENEW_SIGNED_OUT] = GO(NONE, STOP),
		[VD_RENEW_DUE] = ILLEGAL(MARKING),
		[VD_RENEW_COMMITTED] = GO(ASKING, ASK),
		[VD_RENEW_COMMIT_FAILED] = GO(WAITING, BACK_OFF),
		[VD_RENEW_ANSWERED] = ILLEGAL(MARKING),
		[VD_RENEW_REFUSED] = ILLEGAL(MARKING),
		[VD_RENEW_OTHER] = ILLEGAL(MARKING),
		[VD_RENEW_FAILED] = ILLEGAL(MARKING),
	},
	[VD_RENEW_ASKING] = {
		[VD_RENEW_SIGNED_IN] = GO(RESTING, ARM),
		[VD_RENEW_SIGNED_OUT] = GO(NONE, STOP),
		[VD_RENEW_DUE] = ILLEGAL(ASKING),
		[VD_RENEW_COMMITTED] = IGNORED(ASKING),
		[VD_RENEW_COMMIT_FAILED] = IGNORED(ASKING),
		[VD_RENEW_ANSWERED] = GO(KEEPING, KEEP),
		[VD_RENEW_REFUSED] = GO(SPENT, TELL),
		[VD_RENEW_OTHER] = GO(RESTING, ARM_NOW),
		[VD_RENEW_FAILED] = GO(WAITING, BACK_OFF),
	},
	[VD_RENEW_KEEPING] = {
		[VD_RENEW_SIGNED_IN] = GO(RESTING, ARM),
		[VD_RENEW_SIGNED_OUT] = GO(NONE, STOP),
		[VD_RENEW_DUE] = GO(KEEPING, KEEP),
		[VD_RENEW_COMMITTED] = GO(RESTING, USE),
		[VD_RENEW_COMMIT_FAILED] = GO(KEEPING, BACK_OFF),
		[VD_RENEW_ANSWERED] = ILLEGAL(KEEPING),
		[VD_RENEW_REFUSED] = ILLEGAL(KEEPING),
		[VD_RENEW_OTHER] = ILLEGAL(KEEPING),
		[VD_RENEW_FAILED] = ILLEGAL(KEEPING),
	},
	[VD_RENEW_WAITING] = {
		[VD_RENEW_SIGNED_IN] = GO(RESTING, ARM),
		[VD_RENEW_SIGNED_OUT] = GO(NONE, STOP),
		[VD_RENEW_DUE] = GO(MARKING, MARK),
		[VD_RENEW_COMMITTED] = IGNORED(WAITING),
		[VD_RENEW_COMMIT_FAILED] = IGNORED(WAITING),
		[VD_RENEW_ANSWERED] = ILLEGAL(WAITING),
		[VD_RENEW_REFUSED] = ILLEGAL(WAITING),
		[VD_RENEW_OTHER] = ILLEGAL(WAITING),
		[VD_RENEW_FAILED] = ILLEGAL(WAITING),
	},
	[VD_RENEW_SPENT] = {
		[VD_RENEW_SIGNED_IN] = GO(RESTING, ARM),
		[VD_RENEW_SIGNED_OUT] = GO(NONE, STOP),
		[VD_RENEW_DUE] = ILLEGAL(SPENT),
		[VD_RENEW_COMMITTED] = IGNORED(SPENT),
		[VD_RENEW_COMMIT_FAILED] = IGNORED(SPENT),
		[VD_RENEW_ANSWERED] = ILLEGAL(SPENT),
		[VD_RENEW_REFUSED] = ILLEGAL(SPENT),
		[VD_RENEW_OTHER] = ILLEGAL(SPENT),
		[VD_RENEW_FAILED] = ILLEGAL(SPENT),
	},
};

static const char *const state_names[VD_RENEW_STATES] = {
	[VD_RENEW_MISSING] = "missing", [VD_RENEW_NONE] = "none",
	[VD_RENEW_RESTING] = "resting", [VD_RENEW_MARKING] = "marking",
	[VD_RENEW_ASKING] = "asking",   [VD_RENEW_KEEPING] = "keeping",
	[VD_RENEW_WAITING] = "waiting", [VD_RENEW_SPENT] = "spent",
};
static const char *const event_names[VD_RENEW_EVENTS] = {
	[VD_RENEW_SIGNED_IN] = "signed in",
	[VD_RENEW_SIGNED_OUT] = "signed out",
	[VD_RENEW_DUE] = "due",
	[VD_RENEW_COMMITTED] = "committed",
	[VD_RENEW_COMMIT_FAILED] = "commit failed",
	[VD_RENEW_ANSWERED] = "answered",
	[VD_RENEW_REFUSED] = "refused",
	[VD_RENEW_OTHER] = "another pair",
	[VD_RENEW_FAILED] = "failed",
};

struct vd_renew_step vd_renew_step(enum vd_renew_state state, enum vd_renew_event event)
{
	return table[state][event];
}

const char *vd_renew_state_name(enum vd_renew_state state)
{
	return (unsigned)state < VD_RENEW_STATES ? state_names[state] : "?";
}

const char *vd_renew_event_name(enum vd_renew_event event)
{
	return (unsigned)event < VD_RENEW_EVENTS ? event_names[event] : "?";
}

struct vd_wall vd_renew_at(struct vd_wall from, struct vd_wall ends)
{
	if (!vd_wall_is_set(ends)) {
		return ends;
	}
	int64_t life_us = ends.us - from.us;
	return life_us > 0 ? (struct vd_wall){ from.us + life_us / 5 * 4 } : from;
}
