// SPDX-License-Identifier: MIT
#include "output/command_json.h"

#include "care/message.h"

#define REASON_BYTES_MAX 500
#define MINUTES_MAX (7 * 24 * 60)

enum vd_err vd_command_number_parse(const cJSON *object, const char *name, int64_t most,
				    int64_t *out, struct vd_diag *diag)
{
	*out = 0;
	enum vd_err err = vd_json_i64(object, name, out);
	if (err == VD_ERR_NOT_FOUND) {
		return VD_OK;
	}
	if (err != VD_OK || *out < 0 || *out > most) {
		return vd_diag_set(diag, VD_ERR_RANGE, "\"%s\" is no number from 0 to %lld", name,
				   (long long)most);
	}
	return VD_OK;
}

// ---- members --------------------------------------------------------------------------------

static enum vd_err parse_numbers(const cJSON *object, struct vd_command *command,
				 struct vd_diag *diag)
{
	int64_t minutes = 0;
	int64_t into = 0;
	int64_t incident = 0;
	enum vd_err err = vd_command_number_parse(object, "minutes", MINUTES_MAX, &minutes, diag);
	err = err == VD_OK ? vd_command_number_parse(object, "into", INT64_MAX, &into, diag) : err;
	err = err == VD_OK
		      ? vd_command_number_parse(object, "incident", UINT32_MAX, &incident, diag)
		      : err;
	command->minutes = (int32_t)minutes;
	command->into = (uint64_t)into;
	command->incident = (uint32_t)incident;
	return err;
}

static enum vd_err parse_texts(const cJSON *object, struct vd_command *command,
			       struct vd_diag *diag)
{
	command->text = vd_json_text(object, "text");
	command->reason = vd_span_trim(vd_json_text(object, "reason"));
	command->topic = vd_span_trim(vd_json_text(object, "topic"));
	command->arrived = vd_json_bool(object, "arrived", false);
	command->accept_cost = vd_json_bool(object, "accept_cost", false);
	bool is_reply = command->kind == VD_COMMAND_REPLY || command->kind == VD_COMMAND_ASK_DM;
	bool is_long = is_reply ? command->text.n >= VD_TEXT_BYTES
				: command->text.n > REASON_BYTES_MAX;
	if (is_long || command->reason.n > REASON_BYTES_MAX) {
		return vd_diag_set(diag, VD_ERR_TOO_LARGE, "the text is too long");
	}
	if (command->topic.n >= VD_TOPIC_BYTES) {
		return vd_diag_set(diag, VD_ERR_TOO_LARGE, "a topic has %d bytes at most",
				   VD_TOPIC_BYTES - 1);
	}
	struct vd_span until = vd_json_text(object, "until");
	if (until.n > 0 && vd_wall_parse(until, &command->until) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "\"until\" is no time: write 2026-10-05T18:00:00Z");
	}
	return VD_OK;
}

static enum vd_err parse_kind(const cJSON *object, struct vd_command *command, struct vd_diag *diag)
{
	struct vd_span kind = vd_json_text(object, "kind");
	command->reply_kind = VD_REPLY_NONE;
	if (kind.p == NULL) {
		return VD_OK;
	}
	command->reply_kind = vd_reply_kind_parse(kind);
	if (command->reply_kind < VD_REPLY_ANSWER || command->reply_kind > VD_REPLY_HOLDING) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "\"kind\" is answer, question, deflection or holding");
	}
	return VD_OK;
}

static enum vd_err parse_account(const struct vd_rulebook *book, const cJSON *object,
				 struct vd_command *command, struct vd_diag *diag)
{
	struct vd_span name = vd_json_text(object, "account");
	for (uint16_t i = 0; i < book->n_accounts && name.n > 0; i++) {
		if (vd_span_is_text(name, book->accounts[i].name)) {
			command->account = (uint16_t)(i + 1);
		}
	}
	return name.n == 0 || command->account != 0
		       ? VD_OK
		       : vd_diag_set(diag, VD_ERR_NOT_FOUND,
				     "there is no \"%.*s\" among the accounts", VD_SPAN_ARG(name));
}

static enum vd_err parse_brand(const struct vd_rulebook *book, const cJSON *object,
			       struct vd_command *command, struct vd_diag *diag)
{
	struct vd_span name = vd_json_text(object, "brand");
	for (uint16_t i = 0; i < book->n_brands && name.n > 0; i++) {
		if (vd_span_is_text(name, book->brands[i].name)) {
			command->brand = (uint16_t)(i + 1);
		}
	}
	return name.n == 0 || command->brand != 0
		       ? VD_OK
		       : vd_diag_set(diag, VD_ERR_NOT_FOUND,
				     "there is no \"%.*s\" among the brands", VD_SPAN_ARG(name));
}

static bool has_number(const struct vd_command *command, uint32_t n)
{
	for (uint8_t i = 0; i < command->n_messages; i++) {
		if (command->messages[i] == n) {
			return true;
		}
	}
	return false;
}

static enum vd_err parse_messages(const cJSON *object, struct vd_command *command,
				  struct vd_diag *diag)
{
	const cJSON *list = vd_json_get(object, "messages");
	const cJSON *item;
	command->n_messages = 0;
	cJSON_ArrayForEach(item, list)
	{
		double n = cJSON_IsNumber(item) ? item->valuedouble : 0;
		if (n < 1 || n > UINT32_MAX || (double)(uint32_t)n != n) {
			return vd_diag_set(diag, VD_ERR_RANGE,
					   "\"messages\" are numbers of messages");
		}
		if (has_number(command, (uint32_t)n)) {
			continue;
		}
		if (command->n_messages == VD_COMMAND_MESSAGES_MAX) {
			return vd_diag_set(diag, VD_ERR_TOO_LARGE, "%d messages at most at a time",
					   VD_COMMAND_MESSAGES_MAX);
		}
		command->messages[command->n_messages++] = (uint32_t)n;
	}
	return VD_OK;
}

// ---- what a command needs -------------------------------------------------------------------

struct need {
	bool reason;
	const char *missing; // of the rest: what is asked for
	bool (*is_there)(const cJSON *object, const struct vd_command *command);
};

static bool has_text(const cJSON *object, const struct vd_command *command)
{
	(void)object;
	return vd_span_trim(command->text).n > 0;
}

static bool has_minutes(const cJSON *object, const struct vd_command *command)
{
	(void)object;
	return command->minutes > 0;
}

static bool has_arrived(const cJSON *object, const struct vd_command *command)
{
	(void)command;
	return cJSON_IsBool(vd_json_get(object, "arrived"));
}

static bool has_account(const cJSON *object, const struct vd_command *command)
{
	(void)object;
	return command->account != 0;
}

static bool has_into(const cJSON *object, const struct vd_command *command)
{
	(void)object;
	return command->into != 0;
}

static bool has_messages(const cJSON *object, const struct vd_command *command)
{
	(void)object;
	return command->n_messages > 0;
}

static bool has_topic(const cJSON *object, const struct vd_command *command)
{
	(void)command;
	return vd_json_text(object, "topic").p != NULL; // an empty one takes it away
}

static bool has_incident(const cJSON *object, const struct vd_command *command)
{
	(void)object;
	return command->incident != 0;
}

static const struct need needs[VD_COMMAND_N] = {
	[VD_COMMAND_REPLY] = { false, "write a text first", has_text },
	[VD_COMMAND_NO_REPLY_NEEDED] = { .reason = true },
	[VD_COMMAND_RESET] = { .reason = true },
	[VD_COMMAND_SHELVE] = { true, "say for how many minutes", has_minutes },
	[VD_COMMAND_SETTLE] = { false, "say whether it arrived", has_arrived },
	[VD_COMMAND_KEEP_PAUSE] = { .reason = true },
	[VD_COMMAND_OFFER] = { false, "say to which account", has_account },
	[VD_COMMAND_LOOSEN] = { .reason = true },
	[VD_COMMAND_LINK] = { false, "say with which conversation", has_into },
	[VD_COMMAND_UNLINK] = { false, "say with which conversation", has_into },
	[VD_COMMAND_MERGE] = { false, "say into which conversation", has_into },
	[VD_COMMAND_SPLIT] = { false, "say which messages leave", has_messages },
	[VD_COMMAND_TOPIC] = { false, "say which topic", has_topic },
	[VD_COMMAND_INCIDENT_DECLARE] = { false, "write what people are told", has_text },
	[VD_COMMAND_INCIDENT_END] = { false, "say which incident", has_incident },
	[VD_COMMAND_INCIDENT_ADD] = { false, "say to which incident", has_incident },
};

static enum vd_err check_needs(const cJSON *object, const struct vd_command *command,
			       struct vd_diag *diag)
{
	const struct need *need = &needs[command->kind];
	if (need->is_there != NULL && !need->is_there(object, command)) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "%s", need->missing);
	}
	if (need->reason && command->reason.n == 0) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "give a reason");
	}
	return VD_OK;
}

enum vd_err vd_command_fields_parse(const struct vd_rulebook *book, const cJSON *object,
				    struct vd_command *command, struct vd_diag *diag)
{
	enum vd_err err = parse_numbers(object, command, diag);
	err = err == VD_OK ? parse_texts(object, command, diag) : err;
	err = err == VD_OK ? parse_kind(object, command, diag) : err;
	err = err == VD_OK ? parse_account(book, object, command, diag) : err;
	err = err == VD_OK ? parse_brand(book, object, command, diag) : err;
	err = err == VD_OK ? parse_messages(object, command, diag) : err;
	return err == VD_OK ? check_needs(object, command, diag) : err;
}
