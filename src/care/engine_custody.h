// SPDX-License-Identifier: MIT
/**
 * Who has the case: custody segments, and the rule that a hand-over moves no deadline later.
 * Not the commands (care/engine.h) and not who answers on the network: a reply leaves from the
 * account that the customer wrote to, whoever has the case.
 * Pure; private to the engine. R32-R34.
 */
#ifndef VD_CARE_ENGINE_CUSTODY_H
#define VD_CARE_ENGINE_CUSTODY_H

#include "care/conversation.h"
#include "care/engine.h"
#include "care/sla.h"

/** R32: the earliest of what the policies of all who had the case since `run->from` say, the
 *  present one included; not set where none has such a target. */
struct vd_wall vd_custody_due(const struct vd_engine_env *env, const struct vd_conversation *c,
			      const struct vd_sla_run *run);
/** The brand whose rules bind an account that has the case; where it opened, the case's own. */
uint16_t vd_custody_brand(const struct vd_rulebook *book, const struct vd_conversation *c,
			  uint16_t account);
/** Cuts [*from, *to) to the segment; empty where they don't meet. */
void vd_custody_clip(const struct vd_conversation *c, uint8_t segment, struct vd_wall *from,
		     struct vd_wall *to);
/** Open time in [from, to), each part of it by the calendar of who had the case then (R34). */
struct vd_dur vd_custody_open(const struct vd_engine_env *env, const struct vd_conversation *c,
			      struct vd_wall from, struct vd_wall to);
/** The calendar of who had the case at an instant. */
const struct vd_calendar *vd_custody_calendar(const struct vd_engine_env *env,
					      const struct vd_conversation *c, struct vd_wall at);
/** R34: the life of the case begins later than it was thought: who had given it away by then never
 *  had it. */
void vd_custody_begin_at(struct vd_conversation *c, struct vd_wall opened);

#endif
