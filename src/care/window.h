// SPDX-License-Identifier: MIT
/**
 * How long a network lets us write to a customer after he wrote: a rule of the network's, not of a
 * policy, so nobody switches it off and every new message of the customer begins it anew.
 * Not the target that shows it (care/engine_judge.h) and not who sends (channel/).
 * Pure: wall time, no calendar; `now` is a parameter.
 *
 * Facebook: free text for 24 h after the customer's last private message, then as a human agent
 * (the HUMAN_AGENT tag) until 7 days after it, then nothing. A public comment may be answered by
 * one private message within 7 days. Other networks: no limit.
 */
#ifndef VD_CARE_WINDOW_H
#define VD_CARE_WINDOW_H

#include "care/domain.h"

#define VD_WINDOW_FREE_S 86400
#define VD_WINDOW_LAST_S (7 * 86400)

enum vd_window {
	VD_WINDOW_UNLIMITED,
	VD_WINDOW_FREE,        // in words of our own
	VD_WINDOW_HUMAN_AGENT, // with the tag, by a person
	VD_WINDOW_CLOSED,      // nothing can be sent
	VD_WINDOW_N,
};
const char *vd_window_name(enum vd_window window);

/** What the customer wrote last. */
struct vd_window_from {
	enum vd_network network;
	enum vd_visibility visibility; // PUBLIC: a comment, to be answered in private
	struct vd_wall at;             // its stamp that counts (vd_message_stamp)
};

/** Whether answers in private are due by the network's own clock: the target of a thread. */
bool vd_window_is_limited(enum vd_network network, enum vd_visibility visibility);
/** Until when a thread is open: the end of free text, and once that is over, of all. A reply at the
 *  end itself is in time (R9). */
struct vd_wall vd_window_due(struct vd_wall from, struct vd_wall at);
/** The last end. */
struct vd_wall vd_window_end(struct vd_wall from);
/** May we still write in private? */
enum vd_window vd_window_ask(const struct vd_window_from *from, struct vd_wall now);
/** Until when the answer of vd_window_ask() holds; not set: for ever. */
struct vd_wall vd_window_until(const struct vd_window_from *from, struct vd_wall now);

#endif
