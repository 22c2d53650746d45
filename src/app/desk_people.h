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

#endif
