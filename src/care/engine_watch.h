// SPDX-License-Identifier: MIT
/**
 * What is watched beside the targets: long pauses, the coming night, offers that nobody took,
 * opening hours, and how far an unseen alarm has climbed.
 * Not the targets' own alarm (care/engine_judge.h).
 * Pure; private to the engine. R26, R30, R31, R33, R35 and SIGNALS.md.
 */
#ifndef VD_CARE_ENGINE_WATCH_H
#define VD_CARE_ENGINE_WATCH_H

#include "care/conversation.h"
#include "care/engine.h"

/** Judges all of it at `now` and sets the ticks; the same state and `now` give the same again. */
void vd_watch(const struct vd_engine_env *env, struct vd_conversation *c,
	      const struct vd_pauses *pauses, struct vd_effects *out);
/** R26: when a pause that began, or was confirmed, at `since` asks. */
struct vd_wall vd_watch_pause_asks(const struct vd_engine_env *env, struct vd_wall since);
/** Raises or clears one of the side alarms; nothing where it is so already. */
void vd_watch_side(const struct vd_engine_env *env, struct vd_conversation *c,
		   enum vd_side_kind kind, bool holds, struct vd_effects *out);
/** Parks the target's alarm, or brings it back, as `parked_by` says. */
void vd_watch_parked(const struct vd_engine_env *env, struct vd_conversation *c,
		     struct vd_effects *out);

#endif
