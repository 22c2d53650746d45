// SPDX-License-Identifier: MIT
/**
 * What the readers of refusals share: words found in whatever case, statuses that are nobody's
 * refusal, the one form of the sentence.
 * Not a table of refusals: each network has its own. Pure: no time, no I/O.
 */
#ifndef VD_CHANNEL_PROBLEM_H
#define VD_CHANNEL_PROBLEM_H

#include "base/buf.h"
#include "care/view.h"

/** `lower`: in small ASCII letters. */
bool vd_problem_has_words(struct vd_span text, const char *lower);
/** 5xx, or a redirect: the server itself refused nothing. */
bool vd_problem_is_outage(int status);
/** "effect (status): next step", of a sentence "effect: next step"; what is `missing` (may be NULL)
 *  behind it, and their own `words` where it is a refusal: ": M is missing (words)". */
void vd_problem_print(struct vd_buf *out, const char *sentence, int status, enum vd_health health,
		      const char *words, const char *missing);

#endif
