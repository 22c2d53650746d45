// SPDX-License-Identifier: MIT
/**
 * From the path and the body of a request to a command, and to a sign-in.
 * Not HTTP (net/http_server.h) and not who may do it (web_api.c).
 * Pure: texts point into the JSON tree, which the caller holds and frees.
 */
#ifndef VD_OUTPUT_WEB_REQUEST_H
#define VD_OUTPUT_WEB_REQUEST_H

#include "base/json.h"
#include "care/command.h"
#include "care/message.h"

#define VD_PIN_BYTES_MAX 64

/** "/api/v1/conversations/12/claim" -> 12, CLAIM; without a verb: MISSING. VD_ERR_NOT_FOUND. */
enum vd_err vd_web_path_parse(struct vd_span path, uint64_t *id,
			      enum vd_command_kind *kind) VD_MUST_USE;
/** "/api/v1/incidents/3/end" -> 3. VD_ERR_NOT_FOUND. */
enum vd_err vd_web_incident_path_parse(struct vd_span path, uint32_t *incident) VD_MUST_USE;
/** Fills what the body says for command->kind; kind, conversation, outbox and the incident of a
 *  path are set by the caller. `*tree` is to be freed with vd_json_free, also after a failure. */
enum vd_err vd_web_command_parse(const struct vd_rulebook *book, struct vd_span body,
				 struct vd_command *command, cJSON **tree,
				 struct vd_diag *diag) VD_MUST_USE;

struct vd_web_sign_in {
	struct vd_span staff; // name
	struct vd_span pin;
};
enum vd_err vd_web_sign_in_parse(struct vd_span body, struct vd_web_sign_in *out, cJSON **tree,
				 struct vd_diag *diag) VD_MUST_USE;

#endif
