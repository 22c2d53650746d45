// SPDX-License-Identifier: MIT
/**
 * To which conversation a message belongs: the decision alone, from what the store found.
 * Not a look-up and not a guess by time: the networks' reply chains and conversation ids join,
 * nothing else.
 * Pure.
 */
#ifndef VD_CARE_ROUTE_H
#define VD_CARE_ROUTE_H

#include "care/conversation.h"
#include "care/message.h"

/** What the store knows about a message's surroundings. NULL: nothing. */
struct vd_route_facts {
	bool is_known;                           // (network, id) was taken in before
	bool is_own;                             // written by one of our accounts
	const struct vd_conversation *by_thread; // the latest conversation of (network, thread)
	const struct vd_conversation *by_parent; // that holds the message replied to
};

enum vd_route {
	VD_ROUTE_DUPLICATE, // known: nothing to do
	VD_ROUTE_JOIN,      // the conversation in *which
	VD_ROUTE_OPEN,      // a new one
	VD_ROUTE_REPEAT,    // a new one, linked to *which (R36)
	VD_ROUTE_IGNORE,    // own posts never open a conversation, nor does what is deleted already
};

/** `reopen_s`: R36. */
enum vd_route vd_route_decide(const struct vd_message *message, const struct vd_route_facts *facts,
			      int32_t reopen_s, const struct vd_conversation **which);

#endif
