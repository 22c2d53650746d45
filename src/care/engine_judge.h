// SPDX-License-Identifier: MIT
/**
 * From the tally of the turns to the five targets, from the targets to the alarm, and the facts
 * of what changed.
 * Not the walk over the turns (care/engine_turns.h) and not the arithmetic of open time
 * (care/sla.h).
 * Pure; private to the engine.
 */
#ifndef VD_CARE_ENGINE_JUDGE_H
#define VD_CARE_ENGINE_JUDGE_H

#include "care/conversation.h"
#include "care/engine.h"

/** Appends a fact; sets overflow where there is no room. */
void vd_effects_add(struct vd_effects *out, struct vd_fact fact);
/** Runs an event through the conversation's alarm and notes a change of state. */
enum vd_err vd_judge_alarm_event(const struct vd_engine_env *env, struct vd_conversation *c,
				 enum vd_alarm_event event, struct vd_wall until,
				 struct vd_effects *out) VD_MUST_USE;
/** The same for any alarm of the conversation. */
enum vd_err vd_judge_step_alarm(const struct vd_engine_env *env, struct vd_conversation *c,
				struct vd_alarm *alarm, enum vd_alarm_event event,
				struct vd_wall until, struct vd_effects *out) VD_MUST_USE;
/** Walks the turns, judges every target at `now` and steps the alarm; the same state and `now`
 *  give the same again. Notes what is otherwise than `before` the event. */
void vd_judge(const struct vd_engine_env *env, struct vd_conversation *c,
	      const struct vd_target before[VD_TARGET_N], struct vd_effects *out);

#endif
