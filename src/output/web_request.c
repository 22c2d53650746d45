// SPDX-License-Identifier: MIT
#include "output/web_request.h"

#include "output/command_json.h"

#define CONVERSATIONS "/api/v1/conversations/"
#define INCIDENTS "/api/v1/incidents/"

static bool is_of_conversation(enum vd_command_kind kind)
{
	return kind != VD_COMMAND_MISSING && vd_command_object(kind) == VD_COMMAND_ON_CONVERSATION;
}

enum vd_err vd_web_path_parse(struct vd_span path, uint64_t *id, enum vd_command_kind *kind)
{
	if (!vd_span_has_prefix(path, VD_SPAN(CONVERSATIONS))) {
		return VD_ERR_NOT_FOUND;
	}
	struct vd_span verb = vd_span_skip(path, sizeof(CONVERSATIONS) - 1);
	struct vd_span number = vd_span_cut(&verb, '/');
	*kind = VD_COMMAND_MISSING;
	if (vd_span_parse_u64(number, id) != VD_OK || *id == 0 || *id > INT64_MAX) {
		return VD_ERR_NOT_FOUND;
	}
	if (verb.p == NULL) {
		return VD_OK;
	}
	*kind = vd_command_parse(verb);
	return is_of_conversation(*kind) ? VD_OK : VD_ERR_NOT_FOUND;
}

enum vd_err vd_web_incident_path_parse(struct vd_span path, uint32_t *incident)
{
	if (!vd_span_has_prefix(path, VD_SPAN(INCIDENTS))) {
		return VD_ERR_NOT_FOUND;
	}
	struct vd_span verb = vd_span_skip(path, sizeof(INCIDENTS) - 1);
	struct vd_span number = vd_span_cut(&verb, '/');
	uint64_t n = 0;
	if (vd_span_parse_u64(number, &n) != VD_OK || n == 0 || n > UINT32_MAX ||
	    !vd_span_is_text(verb, "end")) {
		return VD_ERR_NOT_FOUND;
	}
	*incident = (uint32_t)n;
	return VD_OK;
}

static enum vd_err parse_object(struct vd_span body, cJSON **tree, struct vd_diag *diag)
{
	*tree = NULL;
	if (body.n == 0) {
		return VD_OK; // a command that needs nothing
	}
	*tree = vd_json_parse(body, diag);
	if (*tree == NULL) {
		return diag->err;
	}
	if (!cJSON_IsObject(*tree)) {
		return vd_diag_set(diag, VD_ERR_SYNTAX, "the body is no JSON object");
	}
	return VD_OK;
}

static enum vd_err parse_visibility(const cJSON *tree, struct vd_command *command,
				    struct vd_diag *diag)
{
	struct vd_span visibility = vd_json_text(tree, "visibility");
	command->visibility = VD_VISIBILITY_PUBLIC;
	if (vd_span_is_text(visibility, "private")) {
		command->visibility = VD_VISIBILITY_PRIVATE;
	} else if (visibility.p != NULL && !vd_span_is_text(visibility, "public")) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "\"visibility\" is public or private");
	} else if (visibility.p == NULL && command->kind == VD_COMMAND_REPLY) {
		// A wrong guess would be read by everybody.
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "say whether the reply is public or private");
	}
	return VD_OK;
}

enum vd_err vd_web_command_parse(const struct vd_rulebook *book, struct vd_span body,
				 struct vd_command *command, cJSON **tree, struct vd_diag *diag)
{
	int64_t seen = 0;
	uint32_t incident = command->incident; // of the path
	enum vd_err err = parse_object(body, tree, diag);
	if (err == VD_OK) {
		err = vd_command_number_parse(*tree, "seen_messages", UINT32_MAX, &seen, diag);
	}
	command->seen_messages = (uint32_t)seen;
	err = err == VD_OK ? parse_visibility(*tree, command, diag) : err;
	if (err == VD_OK && incident != 0) {
		return VD_OK; // nothing else is to be said
	}
	return err == VD_OK ? vd_command_fields_parse(book, *tree, command, diag) : err;
}

enum vd_err vd_web_sign_in_parse(struct vd_span body, struct vd_web_sign_in *out, cJSON **tree,
				 struct vd_diag *diag)
{
	enum vd_err err = parse_object(body, tree, diag);
	if (err != VD_OK) {
		return err;
	}
	out->staff = vd_json_text(*tree, "staff");
	out->pin = vd_json_text(*tree, "pin");
	if (out->staff.n == 0 || out->staff.n >= VD_NAME_BYTES || out->pin.n == 0 ||
	    out->pin.n > VD_PIN_BYTES_MAX) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "give \"staff\" and \"pin\"");
	}
	return VD_OK;
}
