// SPDX-License-Identifier: MIT
#include "output/web_request.h"
#include "unit.h"

static void paths(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		enum vd_err err;
		uint64_t id;
		enum vd_command_kind kind;
	} rows[] = {
		{ "/api/v1/conversations/12", VD_OK, 12, VD_COMMAND_MISSING },
		{ "/api/v1/conversations/12/claim", VD_OK, 12, VD_COMMAND_CLAIM },
		{ "/api/v1/conversations/12/no-reply-needed", VD_OK, 12,
		  VD_COMMAND_NO_REPLY_NEEDED },
		{ "/api/v1/conversations/12/settle", VD_ERR_NOT_FOUND, 0, 0 },
		{ "/api/v1/conversations/12/", VD_ERR_NOT_FOUND, 0, 0 },
		{ "/api/v1/conversations/12/claim/x", VD_ERR_NOT_FOUND, 0, 0 },
		{ "/api/v1/conversations/0", VD_ERR_NOT_FOUND, 0, 0 },
		{ "/api/v1/conversations/-1", VD_ERR_NOT_FOUND, 0, 0 },
		{ "/api/v1/conversations/18446744073709551615", VD_ERR_NOT_FOUND, 0, 0 },
		{ "/api/v1/conversations/", VD_ERR_NOT_FOUND, 0, 0 },
		{ "/elsewhere", VD_ERR_NOT_FOUND, 0, 0 },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		uint64_t id = 0;
		enum vd_command_kind kind = VD_COMMAND_MISSING;
		enum vd_err err = vd_web_path_parse(vd_span_of(rows[i].path), &id, &kind);
		assert_row(err == rows[i].err, rows[i].path);
		assert_row(err != VD_OK || (id == rows[i].id && kind == rows[i].kind),
			   rows[i].path);
	}
}

static void bodies(void **state)
{
	(void)state;
	static const struct {
		enum vd_command_kind kind;
		const char *body;
		enum vd_err err;
	} rows[] = {
		{ VD_COMMAND_ACK, "", VD_OK },
		{ VD_COMMAND_ACK, "{}", VD_OK },
		{ VD_COMMAND_ACK, "[]", VD_ERR_SYNTAX },
		{ VD_COMMAND_ACK, "{", VD_ERR_SYNTAX },
		{ VD_COMMAND_REPLY, "{\"text\":\"x\"}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_REPLY, "{\"text\":\" \",\"visibility\":\"public\"}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_REPLY, "{\"text\":\"x\",\"visibility\":\"public\"}", VD_OK },
		{ VD_COMMAND_REPLY, "{\"text\":\"x\",\"visibility\":\"secret\"}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_REPLY,
		  "{\"text\":\"x\",\"visibility\":\"private\",\"kind\":\"automatic\"}",
		  VD_ERR_ARGUMENT },
		{ VD_COMMAND_REPLY,
		  "{\"text\":\"x\",\"visibility\":\"public\",\"seen_messages\":-1}", VD_ERR_RANGE },
		{ VD_COMMAND_RESET, "{}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_RESET, "{\"reason\":\"  \"}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_RESET, "{\"reason\":\"ours\"}", VD_OK },
		{ VD_COMMAND_SHELVE, "{\"reason\":\"x\"}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_SHELVE, "{\"reason\":\"x\",\"minutes\":30}", VD_OK },
		{ VD_COMMAND_SHELVE, "{\"reason\":\"x\",\"minutes\":99999999}", VD_ERR_RANGE },
		{ VD_COMMAND_SETTLE, "{}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_SETTLE, "{\"arrived\":\"yes\"}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_SETTLE, "{\"arrived\":false}", VD_OK },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		struct vd_command command = { .kind = rows[i].kind };
		struct vd_diag diag = { 0 };
		cJSON *tree = NULL;
		enum vd_err err =
			vd_web_command_parse(vd_span_of(rows[i].body), &command, &tree, &diag);
		assert_row(err == rows[i].err, rows[i].body);
		assert_row(err == VD_OK || diag.text[0] != '\0', rows[i].body);
		vd_json_free(tree);
	}
}

static void a_reply_is_taken_as_written(void **state)
{
	(void)state;
	struct vd_command command = { .kind = VD_COMMAND_REPLY };
	struct vd_diag diag = { 0 };
	cJSON *tree = NULL;
	assert_ok(vd_web_command_parse(VD_SPAN("{\"text\":\"sì\",\"visibility\":\"private\","
					       "\"kind\":\"holding\",\"seen_messages\":4}"),
				       &command, &tree, &diag));
	assert_span(command.text, "sì");
	assert_int_equal(command.visibility, VD_VISIBILITY_PRIVATE);
	assert_int_equal(command.reply_kind, VD_REPLY_HOLDING);
	assert_int_equal(command.seen_messages, 4);
	vd_json_free(tree);
}

static void sign_ins(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		enum vd_err err;
	} rows[] = {
		{ "{\"staff\":\"Anna\",\"pin\":\"2468\"}", VD_OK },
		{ "{\"staff\":\"Anna\"}", VD_ERR_ARGUMENT },
		{ "{\"staff\":\"Anna\",\"pin\":2468}", VD_ERR_ARGUMENT },
		{ "{\"staff\":\"\",\"pin\":\"1\"}", VD_ERR_ARGUMENT },
		{ "", VD_ERR_ARGUMENT },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		struct vd_web_sign_in who = { 0 };
		struct vd_diag diag = { 0 };
		cJSON *tree = NULL;
		assert_row(vd_web_sign_in_parse(vd_span_of(rows[i].body), &who, &tree, &diag) ==
				   rows[i].err,
			   rows[i].body);
		vd_json_free(tree);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(bodies),
		cmocka_unit_test(a_reply_is_taken_as_written),
		cmocka_unit_test(sign_ins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
