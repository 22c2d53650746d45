// SPDX-License-Identifier: MIT
#include "output/web_request.h"
#include "unit.h"

static const struct vd_rulebook book = {
	.n_accounts = 2,
	.n_brands = 1,
	.accounts = { { .name = "ti-x" }, { .name = "is-x" } },
	.brands = { { .name = "TIM" } },
};

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
		{ "/api/v1/conversations/12/incident-add", VD_OK, 12, VD_COMMAND_INCIDENT_ADD },
		{ "/api/v1/conversations/12/incident-declare", VD_ERR_NOT_FOUND, 0, 0 },
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

static void paths_of_incidents(void **state)
{
	(void)state;
	uint32_t incident = 0;
	assert_ok(vd_web_incident_path_parse(VD_SPAN("/api/v1/incidents/3/end"), &incident));
	assert_int_equal(incident, 3);
	static const char *const bad[] = { "/api/v1/incidents/0/end", "/api/v1/incidents/3",
					   "/api/v1/incidents/3/declare", "/api/v1/incidents/x/end",
					   "/api/v1/incidents/4294967296/end" };
	for (size_t i = 0; i < VD_ARRAY_LEN(bad); i++) {
		assert_row(vd_web_incident_path_parse(vd_span_of(bad[i]), &incident) ==
				   VD_ERR_NOT_FOUND,
			   bad[i]);
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
		{ VD_COMMAND_OFFER, "{}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_OFFER, "{\"account\":\"elsewhere\"}", VD_ERR_NOT_FOUND },
		{ VD_COMMAND_OFFER, "{\"account\":\"is-x\"}", VD_OK },
		{ VD_COMMAND_ACCEPT, "", VD_OK },
		{ VD_COMMAND_LOOSEN, "{}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_LOOSEN, "{\"reason\":\"agreed with him\"}", VD_OK },
		{ VD_COMMAND_KEEP_PAUSE, "{}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_RESUME, "{}", VD_OK },
		{ VD_COMMAND_MERGE, "{\"into\":0}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_MERGE, "{\"into\":7}", VD_OK },
		{ VD_COMMAND_SPLIT, "{\"messages\":[]}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_SPLIT, "{\"messages\":[1,0]}", VD_ERR_RANGE },
		{ VD_COMMAND_SPLIT, "{\"messages\":[1.5]}", VD_ERR_RANGE },
		{ VD_COMMAND_SPLIT, "{\"messages\":[\"1\"]}", VD_ERR_RANGE },
		{ VD_COMMAND_SPLIT, "{\"messages\":[2,3]}", VD_OK },
		{ VD_COMMAND_TOPIC, "{}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_TOPIC, "{\"topic\":\"\"}", VD_OK },
		{ VD_COMMAND_TOPIC, "{\"topic\":\"longer than a topic can be, by far\"}",
		  VD_ERR_TOO_LARGE },
		{ VD_COMMAND_INCIDENT_DECLARE, "{\"brand\":\"TIM\"}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_INCIDENT_DECLARE, "{\"text\":\"x\",\"brand\":\"TLM\"}",
		  VD_ERR_NOT_FOUND },
		{ VD_COMMAND_INCIDENT_DECLARE, "{\"text\":\"x\",\"until\":\"soon\"}",
		  VD_ERR_ARGUMENT },
		{ VD_COMMAND_INCIDENT_DECLARE,
		  "{\"text\":\"x\",\"brand\":\"TIM\",\"until\":\"2026-10-05T18:00:00Z\"}", VD_OK },
		{ VD_COMMAND_INCIDENT_ADD, "{}", VD_ERR_ARGUMENT },
		{ VD_COMMAND_INCIDENT_ADD, "{\"incident\":3}", VD_OK },
		{ VD_COMMAND_INCIDENT_REMOVE, "{}", VD_OK },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		struct vd_command command = { .kind = rows[i].kind };
		struct vd_diag diag = { 0 };
		cJSON *tree = NULL;
		enum vd_err err = vd_web_command_parse(&book, vd_span_of(rows[i].body), &command,
						       &tree, &diag);
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
	assert_ok(vd_web_command_parse(&book,
				       VD_SPAN("{\"text\":\"sì\",\"visibility\":\"private\","
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
		cmocka_unit_test(paths),    cmocka_unit_test(paths_of_incidents),
		cmocka_unit_test(bodies),   cmocka_unit_test(a_reply_is_taken_as_written),
		cmocka_unit_test(sign_ins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
