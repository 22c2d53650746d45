// SPDX-License-Identifier: MIT
/**
 * The turns of a conversation, walked in the order of their stamps: who waits since when, and
 * what each wait came to.
 * Not the targets (care/engine_judge.h) and not the commands (care/engine.h).
 * Pure; for the engine and the figures (care/figures_case.h).
 */
#ifndef VD_CARE_ENGINE_TURNS_H
#define VD_CARE_ENGINE_TURNS_H

#include "care/conversation.h"
#include "care/engine.h"

/** A mark of all pauses that begin before `due`: another one where any of them is another. What
 *  pauses after the due does not move it, and so no other policy judges it again (R9, R40). */
uint64_t vd_turns_mark_pauses(const struct vd_pauses *pauses, struct vd_wall due);
/** The oldest pause makes room: what was counted before it, from `opened` on, is final (R40). */
void vd_turns_fold_pause(const struct vd_engine_env *env, const struct vd_conversation *c,
			 struct vd_wall opened, struct vd_pauses *pauses);
/** Puts a turn in its place by stamp and gives it the next serial; folds the oldest away where
 *  there is no room. */
void vd_turns_add(const struct vd_engine_env *env, struct vd_conversation *c, struct vd_turn turn);
/** The same for a turn that has its serial. */
void vd_turns_place(const struct vd_engine_env *env, struct vd_conversation *c,
		    struct vd_turn turn);
/** Folds the oldest turn away, and what can't be told without it. */
void vd_turns_fold_oldest(const struct vd_engine_env *env, struct vd_conversation *c);
/** The tally over all turns. Fills in the due of each wait that had none (R40: it stays as it
 *  was judged then). */
struct vd_tally vd_turns_walk(const struct vd_engine_env *env, struct vd_conversation *c);
/** A wait of the customer on us: from the oldest unanswered message to what ended it. */
typedef void vd_turns_wait_fn(void *ctx, struct vd_wall from, struct vd_wall to);
/** Each wait that the turns hold; the one that runs ends now. Those that were folded away are in
 *  the custody segments. */
void vd_turns_each_wait(const struct vd_engine_env *env, struct vd_conversation *c,
			vd_turns_wait_fn *fn, void *ctx);
/** A next response, a cadence or a window: how it ended, or that it runs. */
typedef void vd_turns_leg_fn(void *ctx, enum vd_target_kind kind, const struct vd_leg *leg);
/** Each one that the turns hold; of those that were folded away there are the counts in c->base. */
void vd_turns_each_leg(const struct vd_engine_env *env, struct vd_conversation *c,
		       vd_turns_leg_fn *fn, void *ctx);
/** R32: the wait that began at `from` is due at the earlier of what it was and what all holders'
 *  policies say. */
void vd_turns_tighten_due(const struct vd_engine_env *env, struct vd_conversation *c,
			  enum vd_target_kind kind, struct vd_wall from);
/** Forgets the due of the waits that begin at or after `from`, so that the next walk computes
 *  them by new rules. */
void vd_turns_forget_due(const struct vd_engine_env *env, struct vd_conversation *c,
			 enum vd_target_kind kind, struct vd_wall from);
/** Forgets that there was no such target for the waits that begin at or after `from` (R32). */
void vd_turns_forget_none(struct vd_conversation *c, enum vd_target_kind kind, struct vd_wall from);
/** Marks a customer's unanswered message as deleted; true where no other unanswered one is left
 *  (R38). */
bool vd_turns_mark_gone(struct vd_conversation *c, struct vd_wall at);

#endif
