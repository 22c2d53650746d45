// SPDX-License-Identifier: MIT
#include "output/web_request.h"

#define CONVERSATIONS "/api/v1/conversations/"
#define REASON_BYTES_MAX 500
#define MINUTES_MAX (7 * 24 * 60)

static bool is_of_conversation(enum vd_command_kind kind)
{
	return kind != VD_COMMAND_MISSING && kind != VD_COMMAND_SETTLE;
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

static enum vd_err parse_number(const cJSON *tree, const char *name, int64_t most, int64_t *out,
				struct vd_diag *diag)
{
	*out = 0;
	enum vd_err err = vd_json_i64(tree, name, out);
	if (err == VD_ERR_NOT_FOUND) {
		return VD_OK;
	}
	if (err != VD_OK || *out < 0 || *out > most) {
		return vd_diag_set(diag, VD_ERR_RANGE, "\"%s\" is no number from 0 to %lld", name,
				   (long long)most);
	}
	return VD_OK;
}

static enum vd_err parse_words(const cJSON *tree, struct vd_command *command, struct vd_diag *diag)
{
	struct vd_span kind = vd_json_text(tree, "kind");
	struct vd_span visibility = vd_json_text(tree, "visibility");
	command->text = vd_json_text(tree, "text");
	command->reason = vd_span_trim(vd_json_text(tree, "reason"));
	command->arrived = vd_json_bool(tree, "arrived", false);
	command->reply_kind = VD_REPLY_NONE;
	command->visibility = VD_VISIBILITY_PUBLIC;
	if (command->text.n >= VD_TEXT_BYTES || command->reason.n > REASON_BYTES_MAX) {
		return vd_diag_set(diag, VD_ERR_TOO_LARGE, "the text is too long");
	}
	if (kind.p != NULL) {
		command->reply_kind = vd_reply_kind_parse(kind);
		if (command->reply_kind < VD_REPLY_ANSWER ||
		    command->reply_kind > VD_REPLY_HOLDING) {
			return vd_diag_set(diag, VD_ERR_ARGUMENT,
					   "\"kind\" is answer, question, deflection or holding");
		}
	}
	if (vd_span_is_text(visibility, "private")) {
		command->visibility = VD_VISIBILITY_PRIVATE;
	} else if (visibility.p != NULL && !vd_span_is_text(visibility, "public")) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "\"visibility\" is public or private");
	}
	return VD_OK;
}

// What a command can't do without: a wrong guess would be sent to a customer, or noted for
// ever.
static enum vd_err check_needs(const cJSON *tree, const struct vd_command *command,
			       struct vd_diag *diag)
{
	switch (command->kind) {
	case VD_COMMAND_REPLY:
		if (vd_span_trim(command->text).n == 0) {
			return vd_diag_set(diag, VD_ERR_ARGUMENT, "write a text first");
		}
		if (vd_json_text(tree, "visibility").p == NULL) {
			return vd_diag_set(diag, VD_ERR_ARGUMENT,
					   "say whether the reply is public or private");
		}
		break;
	case VD_COMMAND_NO_REPLY_NEEDED:
	case VD_COMMAND_RESET:
	case VD_COMMAND_SHELVE:
		if (command->reason.n == 0) {
			return vd_diag_set(diag, VD_ERR_ARGUMENT, "give a reason");
		}
		if (command->kind == VD_COMMAND_SHELVE && command->minutes == 0) {
			return vd_diag_set(diag, VD_ERR_ARGUMENT, "say for how many minutes");
		}
		break;
	case VD_COMMAND_SETTLE:
		if (!cJSON_IsBool(vd_json_get(tree, "arrived"))) {
			return vd_diag_set(diag, VD_ERR_ARGUMENT, "say whether it arrived");
		}
		break;
	case VD_COMMAND_MISSING:
	case VD_COMMAND_ACK:
	case VD_COMMAND_CLAIM:
	case VD_COMMAND_RELEASE:
	case VD_COMMAND_RESOLVE:
	case VD_COMMAND_N:
		break;
	}
	return VD_OK;
}

enum vd_err vd_web_command_parse(struct vd_span body, struct vd_command *command, cJSON **tree,
				 struct vd_diag *diag)
{
	int64_t minutes = 0;
	int64_t seen = 0;
	enum vd_err err = parse_object(body, tree, diag);
	err = err == VD_OK ? parse_number(*tree, "minutes", MINUTES_MAX, &minutes, diag) : err;
	err = err == VD_OK ? parse_number(*tree, "seen_messages", UINT32_MAX, &seen, diag) : err;
	err = err == VD_OK ? parse_words(*tree, command, diag) : err;
	if (err != VD_OK) {
		return err;
	}
	command->minutes = (int32_t)minutes;
	command->seen_messages = (uint32_t)seen;
	return check_needs(*tree, command, diag);
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
