// SPDX-License-Identifier: MIT
/**
 * What every transport says about a command in the same words: the members of a JSON object become
 * the fields of a command, and names become numbers of the rule book.
 * Not a transport (web_api.c, app/ctl_server.c) and not the desk's judgement.
 * Pure: texts point into the tree, which the caller holds and frees.
 */
#ifndef VD_OUTPUT_COMMAND_JSON_H
#define VD_OUTPUT_COMMAND_JSON_H

#include "base/json.h"
#include "care/command.h"

/**
 * Fills what `object` says for command->kind; who, where from, the conversation and the outbox
 * entry are set by the caller. NULL is an empty object. What a command can't do without is
 * missed here, with a sentence for a person: a wrong guess would be sent to a customer, or noted
 * for ever.
 */
enum vd_err vd_command_fields_parse(const struct vd_rulebook *book, const cJSON *object,
				    struct vd_command *command, struct vd_diag *diag) VD_MUST_USE;
/** A whole number from 0 to `most`; 0 where absent. */
enum vd_err vd_command_number_parse(const cJSON *object, const char *name, int64_t most,
				    int64_t *out, struct vd_diag *diag) VD_MUST_USE;

#endif
