// SPDX-License-Identifier: MIT
/**
 * One step of the engine under way, and the handlers of its events.
 * Not the engine's door (care/engine.h).
 * Pure; private to the engine.
 */
#ifndef VD_CARE_ENGINE_STEP_H
#define VD_CARE_ENGINE_STEP_H

#include "care/engine.h"

struct vd_step {
	const struct vd_engine_env *env; // of who has the conversation; a hand-over changes it
	struct vd_conversation *c;
	const struct vd_event *event;
	struct vd_effects *out;
	struct vd_diag *diag;
	struct vd_engine_env own;             // the new holder's
	struct vd_target before[VD_TARGET_N]; // as they were before the event
};

// engine.c
void vd_step_note(struct vd_step *s, enum vd_fact_kind kind, struct vd_wall at);
/** Now, but not before the last thing that is known; returns that stamp. */
struct vd_wall vd_step_add_turn(struct vd_step *s, enum vd_turn_kind kind);
/** The case ends, RESOLVED or WITHDRAWN; whoever claimed it is free again. */
void vd_step_end(struct vd_step *s, enum vd_conversation_state state, struct vd_wall at);
void vd_step_release(struct vd_step *s);
/** The first line of a message stands for the case. */
void vd_step_take_line(struct vd_conversation *c, struct vd_span text);
bool vd_step_has_reason(const struct vd_step *s);
bool vd_step_is_waiting(const struct vd_conversation *c);
/** What is under way is computed again by the rules at hand; what was judged stays (R40). */
void vd_step_forget_dues(struct vd_step *s);

// engine_alarm.c: what people do with an alarm
enum vd_err vd_on_ack(struct vd_step *s);
enum vd_err vd_on_reset(struct vd_step *s);
enum vd_err vd_on_shelve(struct vd_step *s);
enum vd_err vd_on_unshelve(struct vd_step *s);
enum vd_err vd_on_suppress(struct vd_step *s);
enum vd_err vd_on_unsuppress(struct vd_step *s);

// engine_command.c: what people do with a case
enum vd_err vd_on_claim(struct vd_step *s);
enum vd_err vd_on_release(struct vd_step *s);
enum vd_err vd_on_resolve(struct vd_step *s);
enum vd_err vd_on_no_reply_needed(struct vd_step *s);
enum vd_err vd_on_resume(struct vd_step *s);
enum vd_err vd_on_keep_pause(struct vd_step *s);
enum vd_err vd_on_topic(struct vd_step *s);

// engine_custody.c
enum vd_err vd_on_offer(struct vd_step *s);
enum vd_err vd_on_accept(struct vd_step *s);
enum vd_err vd_on_decline(struct vd_step *s);
enum vd_err vd_on_loosen(struct vd_step *s);

// engine_unite.c
/** R25, R39: what either part counted is counted, once; a pause is where neither ran. Of the turns
 *  that both have folded away; `c` is the one that goes on, as it was. */
struct vd_pauses vd_unite_pauses(const struct vd_engine_env *env, const struct vd_conversation *c,
				 const struct vd_tally *a, const struct vd_tally *b);

// engine_merge.c
enum vd_err vd_on_merge(struct vd_step *s);
enum vd_err vd_on_split(struct vd_step *s);

#endif
