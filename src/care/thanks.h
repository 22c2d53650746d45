// SPDX-License-Identifier: MIT
/**
 * Whether a message reads like thanks and no more, in Italian or English (R37).
 * Not a decision: it is proposed as "no reply needed", and a person decides.
 * Pure.
 */
#ifndef VD_CARE_THANKS_H
#define VD_CARE_THANKS_H

#include <stdbool.h>

#include "care/conversation.h"

/** On doubt false: one unknown word, a question mark, an angry face is enough. */
bool vd_text_is_thanks(struct vd_span text);
/** Whether "no reply needed" is proposed: thanks are all that the customer's wait is for. */
bool vd_thanks_is_all(const struct vd_conversation *c);

#endif
