// SPDX-License-Identifier: MIT
// layer: output
// The first byte says what the rest is: a path, a sign-in, or the body of a command.
#include <assert.h>

#include "output/web_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct vd_rulebook book = {
	.n_accounts = 1,
	.n_brands = 1,
	.accounts = { { .name = "tim-x" } },
	.brands = { { .name = "TIM" } },
};

static void fuzz_command(enum vd_command_kind kind, struct vd_span body)
{
	struct vd_command command = { .kind = kind };
	struct vd_diag diag = { 0 };
	cJSON *tree = NULL;
	if (vd_web_command_parse(&book, body, &command, &tree, &diag) == VD_OK) {
		assert(command.minutes >= 0 && command.reply_kind < VD_REPLY_AUTOMATIC);
		assert(kind != VD_COMMAND_REPLY || command.text.n > 0);
		assert(kind != VD_COMMAND_OFFER || command.account == 1);
		assert(command.n_messages <= VD_COMMAND_MESSAGES_MAX);
	} else {
		assert(diag.text[0] != '\0');
	}
	vd_json_free(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n == 0) {
		return 0;
	}
	struct vd_span rest = vd_span_make(data + 1, n - 1);
	if (data[0] == 'p') {
		uint64_t id = 0;
		enum vd_command_kind kind = VD_COMMAND_MISSING;
		uint32_t incident = 0;
		if (vd_web_incident_path_parse(rest, &incident) == VD_OK) {
			assert(incident > 0);
		}
		if (vd_web_path_parse(rest, &id, &kind) == VD_OK) {
			assert(id > 0 && id <= INT64_MAX && kind < VD_COMMAND_N);
			assert(vd_command_object(kind) == VD_COMMAND_ON_CONVERSATION);
		}
	} else if (data[0] == 's') {
		struct vd_web_sign_in who = { 0 };
		struct vd_diag diag = { 0 };
		cJSON *tree = NULL;
		if (vd_web_sign_in_parse(rest, &who, &tree, &diag) == VD_OK) {
			assert(who.staff.n > 0 && who.pin.n > 0);
		}
		vd_json_free(tree);
	} else {
		fuzz_command((enum vd_command_kind)(1 + data[0] % (VD_COMMAND_N - 1)), rest);
	}
	return 0;
}
