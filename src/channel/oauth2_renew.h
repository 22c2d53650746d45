// SPDX-License-Identifier: MIT
/**
 * When and in which order an access token is renewed whose refresh token is good for one use only:
 * states, events, one table.
 * Not the requests (channel/oauth2.h) and not the keeping (app/account_keeper.h), which does what
 * the effects say.
 * Pure; time is handed in.
 *
 *   RESTING --due--> MARKING --committed--> ASKING --answered--> KEEPING --committed--> RESTING
 *                       |                     |  \--refused--> SPENT (or RESTING: a newer pair lay
 *                    failed                 failed                    in the store)
 *                       v                     v
 *                    WAITING <----------------+       KEEPING --failed--> KEEPING, again later
 */
#ifndef VD_CHANNEL_OAUTH2_RENEW_H
#define VD_CHANNEL_OAUTH2_RENEW_H

#include "base/time.h"

enum vd_renew_state {
	VD_RENEW_MISSING,
	VD_RENEW_NONE,    // nothing to renew: the token doesn't end, or there is no way
	VD_RENEW_RESTING, // until 80 % of its life
	VD_RENEW_MARKING, // "a renewal leaves" is being committed
	VD_RENEW_ASKING,  // the request is under way
	VD_RENEW_KEEPING, // the new pair is being committed; nothing uses it before
	VD_RENEW_WAITING, // no answer came, or the store did not take the mark: again later
	VD_RENEW_SPENT,   // a person must sign in again
	VD_RENEW_STATES,
};
enum vd_renew_event {
	VD_RENEW_SIGNED_IN, // a person brought a pair, and it is on disk
	VD_RENEW_SIGNED_OUT,
	VD_RENEW_DUE, // the timer
	VD_RENEW_COMMITTED,
	VD_RENEW_COMMIT_FAILED,
	VD_RENEW_ANSWERED, // with a new pair
	VD_RENEW_REFUSED,  // the refresh token is no good, nor does the store know another
	VD_RENEW_OTHER,    // it is no good, but the store has another pair
	VD_RENEW_FAILED,   // no answer, or one that says nothing
	VD_RENEW_EVENTS,
};
enum vd_renew_effect {
	VD_RENEW_EFFECT_MISSING,
	VD_RENEW_IGNORE,
	VD_RENEW_ILLEGAL, // that event can't come in that state: our bug
	VD_RENEW_ARM,     // the timer, for 80 % of the life
	VD_RENEW_ARM_NOW,
	VD_RENEW_MARK,
	VD_RENEW_ASK,
	VD_RENEW_KEEP,
	VD_RENEW_USE, // hand the pair to the channel, and arm
	VD_RENEW_BACK_OFF,
	VD_RENEW_TELL, // a person, that only they can go on
	VD_RENEW_STOP, // cancel timer and request
};
struct vd_renew_step {
	enum vd_renew_state next;
	enum vd_renew_effect effect;
};
struct vd_renew_step vd_renew_step(enum vd_renew_state state, enum vd_renew_event event);
const char *vd_renew_state_name(enum vd_renew_state state);
const char *vd_renew_event_name(enum vd_renew_event event);

/** When a token that came at `from` and ends at `ends` is renewed: at 80 % of its life, never
 *  before `from` and never without an end (not set). */
struct vd_wall vd_renew_at(struct vd_wall from, struct vd_wall ends);

#endif
