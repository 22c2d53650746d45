// SPDX-License-Identifier: MIT
/**
 * Whether two people on two networks, or on two accounts, may be one: rules that propose, from
 * names and from the customer's own words.
 * Not a decision (a person confirms, and can undo it), not a search (the store's), and never a
 * guess by time.
 * Pure; no time, no I/O.
 */
#ifndef VD_CARE_IDENTITY_H
#define VD_CARE_IDENTITY_H

#include "care/domain.h"

/** A name as people would compare it: without case, blanks, '@' and the server behind a second one,
 *  '.', '_', '-'. False where nothing is left that tells people apart: fewer than five letters, or
 *  digits alone. */
bool vd_identity_normalise(struct vd_span name, char out[VD_HANDLE_BYTES]);

/** Whether two names propose that two people are one. */
bool vd_identity_is_alike(struct vd_span a, struct vd_span b);

/** Who the customer says that he is elsewhere: "su Twitter sono @mrossi", "my Mastodon is
 *  @mrossi@social.example". False where his words name no network, no handle, or nobody as himself.
 *  `handle` is normalised. */
bool vd_identity_find_named(struct vd_span text, enum vd_network *network,
			    char handle[VD_HANDLE_BYTES]);

/** Why a link is proposed. */
enum vd_identity_why {
	VD_IDENTITY_NO,
	VD_IDENTITY_SAME_NAME,
	VD_IDENTITY_SAYS_SO, // the customer's own words
	VD_IDENTITY_WHY_N,
};
const char *vd_identity_why_name(enum vd_identity_why why);

#endif
