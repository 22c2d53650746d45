// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/json.h"
#include "fixture.h"
#include "output/phrase.h"

static struct fixture f;
static struct vd_buf out;

static int set_up(void **state)
{
	(void)state;
	fixture_init(&f);
	vd_buf_init_heap(&out, 1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	vd_buf_deinit(&out);
	return 0;
}

static cJSON *parse(void)
{
	struct vd_diag diag = { 0 };
	cJSON *tree = vd_json_parse(vd_buf_span(&out), &diag);
	if (tree == NULL) {
		print_error("%s\n%s\n", diag.text, out.data);
	}
	assert_non_null(tree);
	return tree;
}

static void public_mode_lets_nothing_private_out(void **state)
{
	(void)state;
	vd_view_print_json(&f.view, false, &out);
	assert_null(strstr(out.data, "SECRET"));
	cJSON *tree = parse();
	const cJSON *row = cJSON_GetArrayItem(vd_json_get(tree, "rows"), 0);
	assert_null(vd_json_get(row, "handle"));
	assert_null(vd_json_get(row, "first_line"));
	assert_span(vd_json_text(row, "claimed_by"), "AN");
	vd_json_free(tree);
}

static void texts_leave_where_they_may(void **state)
{
	(void)state;
	vd_view_print_json(&f.view, true, &out);
	cJSON *tree = parse();
	const cJSON *row = cJSON_GetArrayItem(vd_json_get(tree, "rows"), 0);
	assert_span(vd_json_text(row, "handle"), "SECRET-handle");
	assert_span(vd_json_text(row, "brand"), "Telecom Italia");
	assert_span(vd_json_text(row, "network"), "x");
	assert_span(vd_json_text(row, "due"), "2026-10-05T08:30:00Z");
	assert_span(vd_json_text(vd_json_get(tree, "lamp"), "meaning"), "breached");
	const cJSON *account = cJSON_GetArrayItem(vd_json_get(tree, "accounts"), 1);
	assert_span(vd_json_text(account, "freshness"), "stale");
	assert_span(vd_json_text(account, "detail"), "SECRET detail");
	vd_json_free(tree);
}

static void a_deadline_that_never_comes_is_null(void **state)
{
	(void)state;
	f.view.rows[0].due.us = INT64_MAX;
	f.view.rows[0].target = VD_TARGET_N;
	vd_view_print_json(&f.view, true, &out);
	cJSON *tree = parse();
	const cJSON *row = cJSON_GetArrayItem(vd_json_get(tree, "rows"), 0);
	assert_true(cJSON_IsNull(vd_json_get(row, "due")));
	assert_true(cJSON_IsNull(vd_json_get(row, "target")));
	vd_json_free(tree);
}

static void assert_names(const cJSON *array, const char *const *names, size_t n)
{
	assert_int_equal(cJSON_GetArraySize(array), n);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(cJSON_GetArrayItem(array, (int)i)->valuestring, names[i]);
	}
}

static int64_t number(const cJSON *object, const char *name)
{
	int64_t n = -1;
	assert_ok(vd_json_i64(object, name, &n));
	return n;
}

static void every_alarm_and_parked_state_is_told(void **state)
{
	(void)state;
	static const char *const counters[] = { "shelved",    "suppressed", "out_of_service",
						"paused",     "sleep_over", "returned",
						"pause_asks", "blocked" };
	static const char *const sides[] = { "sleep-over", "channel blocked" };
	static const char *const parked[] = { "shelved", "incident", "hours" };
	fixture_fill_alarms(&f.view);
	f.view.rows[1].closes = vd_wall_s(1791192600);
	vd_view_print_json(&f.view, false, &out);
	cJSON *tree = parse();
	assert_span(vd_json_text(tree, "sound"), "urgent");
	assert_int_equal(number(tree, "second_level"), 2);
	for (size_t i = 0; i < VD_ARRAY_LEN(counters); i++) {
		assert_int_equal(number(vd_json_get(tree, "counters"), counters[i]), 3 + i);
	}
	const cJSON *row = cJSON_GetArrayItem(vd_json_get(tree, "rows"), 0);
	assert_span(vd_json_text(row, "ladder"), "second level");
	assert_span(vd_json_text(row, "offered_to"), "tim-facebook");
	assert_names(vd_json_get(row, "sides"), sides, 2);
	row = cJSON_GetArrayItem(vd_json_get(tree, "rows"), 1);
	assert_names(vd_json_get(row, "parked"), parked, 3);
	assert_span(vd_json_text(row, "parked_until"), "2026-10-05T09:10:00Z");
	assert_span(vd_json_text(row, "closes"), "2026-10-05T09:30:00Z");
	const cJSON *alarm = cJSON_GetArrayItem(vd_json_get(tree, "alarms"), 0);
	assert_span(vd_json_text(alarm, "severity"), "urgent");
	assert_span(vd_json_text(alarm, "seen_by"), "MA");
	assert_span(vd_json_text(alarm, "until"), "2026-10-05T08:50:00Z");
	assert_span(vd_json_text(alarm, "ladder"), "sound");
	alarm = cJSON_GetArrayItem(vd_json_get(tree, "alarms"), 1);
	assert_false(vd_json_bool(alarm, "present", true));
	const cJSON *measures = vd_json_get(tree, "measures");
	assert_int_equal(number(measures, "hour"), 11);
	assert_int_equal(number(measures, "stale"), 13);
	assert_true(vd_json_bool(measures, "flood", false));
	const cJSON *busy = cJSON_GetArrayItem(vd_json_get(measures, "busiest"), 0);
	assert_span(vd_json_text(busy, "account"), "tim-facebook");
	assert_int_equal(number(busy, "n"), 14);
	vd_json_free(tree);
}

static void metrics_tell_of_alarms(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"vedetta_parked_alarms{state=\"shelved\"} 3\n",
		"vedetta_side_alarms{kind=\"sleep_over\"} 7\n",
		"vedetta_paused_conversations 6\n",
		"vedetta_appliance_alarm{kind=\"outbox stuck\",account=\"\",state=\"ACKED\"} 1\n",
		"vedetta_appliance_alarm{kind=\"channel blind\",account=\"ti-x\","
		"state=\"RTN_UNACK\"} 0\n",
		"vedetta_appliance_alarms 2\n", // what is out of service is counted as parked
		"vedetta_second_level_alarms 2\n",
		"vedetta_sound{intent=\"urgent\"} 1\n",
		"vedetta_alarms_raised_hour 11\n",
		"vedetta_alarm_flood 1\n",
		"vedetta_stale_alarms 13\n",
		"vedetta_chattering_sources 1\n",
	};
	fixture_fill_alarms(&f.view);
	vd_metrics_print(&f.view, &out);
	for (size_t i = 0; i < VD_ARRAY_LEN(lines); i++) {
		assert_row(strstr(out.data, lines[i]) != NULL, lines[i]);
	}
}

static void a_conversation_survives_hostile_text(void **state)
{
	(void)state;
	struct vd_diag diag = { 0 };
	int64_t n = 0;
	assert_ok(vd_conversation_print_json(&f.port, 12, &out, &diag));
	cJSON *tree = parse();
	assert_ok(vd_json_i64(tree, "n_messages", &n));
	assert_int_equal(n, 7);
	const cJSON *message = cJSON_GetArrayItem(vd_json_get(tree, "messages"), 0);
	assert_span(vd_json_text(message, "direction"), "in");
	assert_true(vd_json_text(message, "text").n > 10);
	const cJSON *target = cJSON_GetArrayItem(vd_json_get(tree, "targets"), 0);
	assert_true(cJSON_IsNull(vd_json_get(target, "due"))); // R8: never
	assert_span(vd_json_text(cJSON_GetArrayItem(vd_json_get(tree, "outbox"), 0), "state"),
		    "ask");
	vd_json_free(tree);
	vd_buf_reset(&out);
	assert_err(vd_conversation_print_json(&f.port, 99, &out, &diag), VD_ERR_NOT_FOUND);
	assert_string_equal(diag.text, "there is no conversation 99");
}

static void the_list_is_json(void **state)
{
	(void)state;
	assert_ok(vd_list_print_json(&f.port, &out, NULL));
	cJSON *tree = parse();
	assert_int_equal(cJSON_GetArraySize(vd_json_get(tree, "rows")), 2);
	vd_json_free(tree);
}

static bool tell_budget(void *ctx, uint16_t account, struct vd_port_budget *budget)
{
	(void)ctx;
	*budget = (struct vd_port_budget){ .note = "",
					   .n_streams = 1,
					   .streams = { { .name = "mentions",
							  .period_s = 60,
							  .delay_s = 62,
							  .limit = 300,
							  .left = 299,
							  .usage_percent = -1,
							  .is_intake = true } },
					   .is_billed = account == 0,
					   .plan = "pay",
					   .month = 205000,
					   .percent = 20,
					   .billed = { { "posts read", 41 } },
					   .n_billed = 1 };
	return account < 2;
}

static void the_budget_has_streams_and_money(void **state)
{
	(void)state;
	f.port.budget = tell_budget;
	vd_budget_print_json(&f.port, &out);
	cJSON *tree = parse();
	const cJSON *accounts = vd_json_get(tree, "accounts");
	assert_int_equal(cJSON_GetArraySize(accounts), 2);
	const cJSON *first = cJSON_GetArrayItem(accounts, 0);
	const cJSON *stream = cJSON_GetArrayItem(vd_json_get(first, "streams"), 0);
	int64_t n = 0;
	assert_ok(vd_json_i64(stream, "delay_s", &n));
	assert_int_equal(n, 62);
	const cJSON *money = vd_json_get(first, "money");
	assert_ok(vd_json_i64(vd_json_get(money, "billed"), "posts read", &n));
	assert_int_equal(n, 41);
	assert_null(vd_json_get(cJSON_GetArrayItem(accounts, 1), "money"));
	vd_json_free(tree);
}

static void money_stays_behind_the_counter(void **state)
{
	(void)state;
	f.view.accounts[0].delay_s = 62;
	f.view.accounts[0].is_billed = true;
	f.view.accounts[0].spent_month = 205000;
	vd_view_print_json(&f.view, false, &out);
	assert_non_null(strstr(out.data, "\"delay_s\":62"));
	assert_null(strstr(out.data, "micro_usd"));
	vd_buf_reset(&out);
	vd_view_print_json(&f.view, true, &out);
	assert_non_null(strstr(out.data, "\"spent_month_micro_usd\":205000"));
	vd_buf_reset(&out);
	vd_metrics_print(&f.view, &out);
	assert_non_null(strstr(out.data, "vedetta_account_delay_seconds{account=\"ti-x\"} 62\n"));
	assert_non_null(strstr(
		out.data, "vedetta_spent_micro_dollars{account=\"ti-x\",span=\"month\"} 205000\n"));
}

static void the_scoreboard_hides_competitors_in_the_shop(void **state)
{
	(void)state;
	fixture_fill_followed(&f.view);
	vd_view_print_json(&f.view, true, &out);
	assert_non_null(strstr(out.data, "\"handle\":\"SECRET-rival\",\"own\":false,"
					 "\"followers\":1300000"));
	assert_non_null(strstr(out.data, "\"change_7d\":900,\"change_30d\":null"));
	vd_buf_reset(&out);
	vd_view_print_json(&f.view, false, &out);
	assert_null(strstr(out.data, "SECRET"));
	assert_null(strstr(out.data, "1300000"));
	assert_non_null(strstr(out.data, "\"followers\":1234567"));
	assert_non_null(strstr(out.data, "\"freshness\":\"fresh\""));
	f.view.accounts[0].period_s = 60;
	f.view.accounts[0].behind_s = 40;
	vd_buf_reset(&out);
	vd_view_print_json(&f.view, false, &out);
	assert_non_null(strstr(out.data, "\"behind_s\":40"));
}

// What hangs on a message leaves as plain words; an address only where it is one.
static void attachments_are_told_with_a_message(void **state)
{
	(void)state;
	struct vd_diag diag = { 0 };
	assert_ok(vd_conversation_print_json(&f.port, 12, &out, &diag));
	assert_non_null(strstr(out.data, "\"attachments\":3,\"attached\":[{\"kind\":\"photo\","
					 "\"url\":\"https://a.test/1\",\"text\":\"uno\"},"
					 "{\"kind\":\"video\",\"id\":\"77\",\"text\":\"\"}],"
					 "\"shares\":4,\"quotes\":1"));
}

static void metrics_have_their_format(void **state)
{
	(void)state;
	snprintf(f.book.accounts[0].name, VD_NAME_BYTES, "a\"b\\c");
	vd_metrics_print(&f.view, &out);
	assert_null(strstr(out.data, "SECRET"));
	assert_non_null(strstr(out.data, "vedetta_alarms{severity=\"breached\"} 1\n"));
	assert_non_null(
		strstr(out.data, "vedetta_account_age_seconds{account=\"a\\\"b\\\\c\"} 3\n"));
	assert_non_null(strstr(out.data, "vedetta_lamp{meaning=\"breached\"} 1\n"));
	assert_non_null(strstr(out.data, "vedetta_journal_sequence 41\n"));
	struct vd_span rest = vd_buf_span(&out);
	while (rest.n > 0) { // a comment, or a name and a number
		struct vd_span line = vd_span_cut(&rest, '\n');
		bool is_comment = vd_span_has_prefix(line, VD_SPAN("# HELP vedetta_")) ||
				  vd_span_has_prefix(line, VD_SPAN("# TYPE vedetta_"));
		assert_true(is_comment || vd_span_has_prefix(line, VD_SPAN("vedetta_")));
	}
}

static void every_phrase_stands_in_both_languages(void **state)
{
	(void)state;
	for (int i = 0; i < VD_PHRASE_N; i++) {
		assert_true(vd_phrase("en", (enum vd_phrase)i)[0] != '\0');
		assert_true(vd_phrase("it", (enum vd_phrase)i)[0] != '\0');
	}
	for (int m = 0; m < VD_LAMP_MEANING_N; m++) {
		const char *name = vd_lamp_meaning_name((enum vd_lamp_meaning)m);
		assert_row(vd_phrase_find("it", "lamp", name) != name, name);
	}
	for (int k = 0; k < VD_ALARM_KIND_N; k++) {
		const char *name = vd_alarm_kind_name((enum vd_alarm_kind)k);
		assert_row(vd_phrase_find("it", "kind", name) != name, name);
	}
	for (int h = 0; h < VD_HEALTH_N; h++) {
		const char *name = vd_health_name((enum vd_health)h);
		assert_row(vd_phrase_find("it", "health", name) != name, name);
	}
	vd_phrase_print_json("it", &out);
	cJSON *tree = parse();
	assert_span(vd_json_text(tree, "lang"), "it");
	vd_json_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(public_mode_lets_nothing_private_out, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(texts_leave_where_they_may, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_deadline_that_never_comes_is_null, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_conversation_survives_hostile_text, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_list_is_json, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_alarm_and_parked_state_is_told, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(metrics_tell_of_alarms, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_budget_has_streams_and_money, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(money_stays_behind_the_counter, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_scoreboard_hides_competitors_in_the_shop,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(attachments_are_told_with_a_message, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(metrics_have_their_format, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_phrase_stands_in_both_languages, set_up,
						tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
