// SPDX-License-Identifier: MIT
/**
 * The topic of a message, by the words that the configuration names.
 * Not understanding: a person can set another topic at any time.
 * Pure.
 */
#ifndef VD_CARE_TOPIC_H
#define VD_CARE_TOPIC_H

#include "care/domain.h"

/** The name of the first topic with a phrase that is in `text`; "" where none is. Only the
 *  beginning of a long text counts. */
const char *vd_topic_find(const struct vd_rulebook *book, struct vd_span text);

#endif
