// SPDX-License-Identifier: MIT
/**
 * What people do with more than one case at a time: merge and split (R39), incidents.
 * Not the engine's rules (care/engine_merge.c) and not for others than the desk's files.
 * All of it runs in the loop's thread, within the turn's transaction.
 */
#ifndef VD_APP_DESK_PEOPLE_H
#define VD_APP_DESK_PEOPLE_H

#include "app/desk_internal.h"

// desk_merge.c
/** Loads the case that `id` goes on in, over any number of merges (R39). */
enum vd_err vd_desk_follow(struct vd_desk *desk, uint64_t id, struct vd_conversation *out,
			   struct vd_diag *diag) VD_MUST_USE;
/** *c goes on in command->into: messages, ids, threads and open replies move there.
 *  result->conversation is the one that goes on. Done already is done. */
enum vd_err vd_desk_merge(struct vd_desk *desk, const struct vd_command *command,
			  struct vd_conversation *c, struct vd_command_result *result) VD_MUST_USE;
/** command->messages of *c become a case of their own, with their stamps; result->conversation is
 *  the new one. */
enum vd_err vd_desk_split(struct vd_desk *desk, const struct vd_command *command,
			  struct vd_conversation *c, struct vd_command_result *result) VD_MUST_USE;

// desk_person.c
/** *c and the case command->into are of one person, or not after all. */
enum vd_err vd_desk_link(struct vd_desk *desk, const struct vd_command *command,
			 const struct vd_conversation *c, struct vd_diag *diag) VD_MUST_USE;
/** The port's: other cases of the person, of those he is linked to, and proposals. */
enum vd_err vd_desk_persons(void *ctx, const struct vd_conversation *c, vd_port_person_fn *fn,
			    void *fn_ctx, struct vd_diag *diag);
/** The ended case that a message of somebody known goes on from; 0: none. */
enum vd_err vd_desk_find_repeat(struct vd_desk *desk, const struct vd_message *m,
				uint64_t *repeat_of, struct vd_diag *diag) VD_MUST_USE;
/** Once, at a start: cases that an older program opened get their persons. */
enum vd_err vd_desk_persons_build(struct vd_desk *desk, struct vd_diag *diag) VD_MUST_USE;

// desk_intake.c
/** A new case gets its topic by the words of its opening message, and its incident. */
enum vd_err vd_desk_sort_in(struct vd_desk *desk, struct vd_span text, struct vd_conversation *c,
			    struct vd_diag *diag) VD_MUST_USE;

// desk_incident.c
/** Takes up what the store holds; also after a turn that was lost. */
enum vd_err vd_desk_incidents_load(struct vd_desk *desk, struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_desk_incident_declare(struct vd_desk *desk, const struct vd_command *command,
				     struct vd_command_result *result) VD_MUST_USE;
enum vd_err vd_desk_incident_end(struct vd_desk *desk, const struct vd_command *command,
				 struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_desk_incident_add(struct vd_desk *desk, const struct vd_command *command,
				 struct vd_conversation *c, struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_desk_incident_remove(struct vd_desk *desk, const struct vd_command *command,
				    struct vd_conversation *c, struct vd_diag *diag) VD_MUST_USE;
/** An open case that is no member becomes one of the first incident that it fits. */
enum vd_err vd_desk_incident_adopt(struct vd_desk *desk, struct vd_conversation *c,
				   struct vd_diag *diag) VD_MUST_USE;
/** The topic became another one: a member by its old topic leaves, where the new one does not
 *  fit. */
enum vd_err vd_desk_incident_retopic(struct vd_desk *desk, const char *old_topic,
				     struct vd_conversation *c, struct vd_diag *diag) VD_MUST_USE;
/** Each second: those whose time is over end. */
void vd_desk_incidents_watch(struct vd_desk *desk);
void vd_desk_incidents_fill(const struct vd_desk *desk, struct vd_view *view);
/** From an event of the journal that is no step: the record of an incident, where it has one. */
enum vd_err vd_incident_rebuild(struct vd_store *store, struct vd_span detail,
				struct vd_diag *diag) VD_MUST_USE;
/** A timer's: the next slice of the cases that come in, or back. */
void vd_desk_incidents_sweep(void *ctx);

#endif
