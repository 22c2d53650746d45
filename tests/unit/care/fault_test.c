// SPDX-License-Identifier: MIT
#include "care/fault.h"

#include <string.h>

#include "care/ladder.h"
#include "unit.h"

#define MONDAY_10 INT64_C(1791187200) // 5 October 2026, Rome
#define FRIDAY_17_50 INT64_C(1790956200)

static struct vd_rulebook book;
static struct vd_fault_env env;
static struct vd_fault f;

static int set_up(void **state)
{
	(void)state;
	memset(&book, 0, sizeof(book));
	assert_ok(vd_calendar_parse(VD_SPAN("Europe/Rome"), VD_SPAN("1-5=09:00-18:00"),
				    &book.calendars[0], NULL));
	assert_ok(vd_calendar_parse(VD_SPAN("Europe/Rome"), VD_SPAN("0-6=00:00-24:00"),
				    &book.calendars[1], NULL));
	vd_policy_init(&book.policies[0]);
	book.n_calendars = 2;
	book.n_policies = 1;
	book.n_accounts = 1;
	snprintf(book.accounts[0].name, VD_NAME_BYTES, "tim-x");
	env = (struct vd_fault_env){ .book = &book,
				     .policy = &book.policies[0],
				     .calendar = &book.calendars[0],
				     .now = vd_wall_s(MONDAY_10) };
	vd_fault_init(&f, VD_ALARM_CHANNEL_BLIND, 1);
	return 0;
}

static const char *watch(int64_t now_s, enum vd_severity severity)
{
	env.now = vd_wall_s(now_s);
	const char *what = vd_fault_watch(&f, &env, severity).what;
	return what != NULL ? what : "";
}

static void it_rises_is_seen_for_a_lease_and_returns(void **state)
{
	(void)state;
	assert_string_equal(watch(MONDAY_10, VD_SEVERITY_URGENT), "raise");
	assert_int_equal(f.alarm.state, VD_ALARM_UNACK);
	assert_string_equal(watch(MONDAY_10 + 1, VD_SEVERITY_URGENT), "");
	assert_string_equal(vd_fault_ack(&f, &env, 3).what, "ack");
	assert_int_equal(f.alarm.state, VD_ALARM_ACKED);
	assert_int_equal(f.seen_by, 3);
	assert_null(vd_fault_ack(&f, &env, 4).what);
	assert_string_equal(watch(MONDAY_10 + 900, VD_SEVERITY_URGENT), "");
	assert_string_equal(watch(MONDAY_10 + 901, VD_SEVERITY_URGENT), "lease end");
	assert_int_equal(f.alarm.state, VD_ALARM_UNACK);
	assert_int_equal(f.seen_by, 0);
	assert_string_equal(watch(MONDAY_10 + 902, VD_SEVERITY_NONE), "clear");
	assert_int_equal(f.alarm.state, VD_ALARM_RTN_UNACK); // nobody had seen it since
	assert_true(vd_fault_is_unseen(&f));
	assert_string_equal(vd_fault_ack(&f, &env, 3).what, "ack");
	assert_int_equal(f.alarm.state, VD_ALARM_NORMAL);
	assert_false(vd_wall_is_set(f.ladder_from));
}

static void worse_is_unseen_again(void **state)
{
	(void)state;
	vd_fault_init(&f, VD_ALARM_TOKEN_ENDING, 1);
	watch(MONDAY_10, VD_SEVERITY_WARNING);
	(void)vd_fault_ack(&f, &env, 1);
	assert_string_equal(watch(MONDAY_10 + 60, VD_SEVERITY_WARNING), "");
	assert_string_equal(watch(MONDAY_10 + 120, VD_SEVERITY_URGENT), "raise");
	assert_int_equal(f.alarm.state, VD_ALARM_UNACK);
	assert_int_equal(f.alarm.severity, VD_SEVERITY_URGENT);
	assert_true(vd_fault_is_on_light(&f));
}

// Steps of 5 and 15 open minutes: Friday 17:50 is followed by Monday 9:00.
static void the_ladder_waits_for_who_is_told(void **state)
{
	(void)state;
	const int64_t monday_9 = MONDAY_10 - 3600;
	watch(FRIDAY_17_50, VD_SEVERITY_URGENT);
	assert_string_equal(watch(FRIDAY_17_50 + 299, VD_SEVERITY_URGENT), "");
	assert_string_equal(watch(FRIDAY_17_50 + 300, VD_SEVERITY_URGENT), "escalate");
	assert_int_equal(f.ladder, VD_LADDER_SOUND);
	assert_string_equal(watch(monday_9 + 299, VD_SEVERITY_URGENT), "");
	assert_string_equal(watch(monday_9 + 300, VD_SEVERITY_URGENT), "escalate");
	assert_int_equal(f.ladder, VD_LADDER_SECOND);
	(void)vd_fault_ack(&f, &env, 1);
	assert_int_equal(f.ladder, VD_LADDER_LIGHT);
	assert_false(vd_wall_is_set(f.ladder_from));
}

// R31: at night it shows in silence; a second level of its own may be awake.
static void it_sounds_where_somebody_can_act(void **state)
{
	(void)state;
	const struct vd_policy *p = &book.policies[0];
	const struct vd_calendar *c = &book.calendars[0];
	struct vd_wall night = vd_wall_s(FRIDAY_17_50 + 3600);
	struct vd_wall day = vd_wall_s(MONDAY_10);
	const struct {
		enum vd_ladder_step step;
		enum vd_severity severity;
		struct vd_wall at;
		uint16_t second;
		enum vd_sound_intent sound;
	} rows[] = {
		{ VD_LADDER_LIGHT, VD_SEVERITY_BREACHED, day, 0, VD_SOUND_NONE },
		{ VD_LADDER_SOUND, VD_SEVERITY_WARNING, day, 0, VD_SOUND_ATTENTION },
		{ VD_LADDER_SOUND, VD_SEVERITY_URGENT, day, 0, VD_SOUND_URGENT },
		{ VD_LADDER_SOUND, VD_SEVERITY_BREACHED, day, 0, VD_SOUND_URGENT },
		{ VD_LADDER_SECOND, VD_SEVERITY_WARNING, day, 0, VD_SOUND_URGENT },
		{ VD_LADDER_SECOND, VD_SEVERITY_BREACHED, night, 0, VD_SOUND_NONE },
		{ VD_LADDER_SOUND, VD_SEVERITY_BREACHED, night, 2, VD_SOUND_NONE },
		{ VD_LADDER_SECOND, VD_SEVERITY_WARNING, night, 2, VD_SOUND_URGENT },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		book.policies[0].second_calendar = rows[i].second;
		assert_int_equal(
			vd_ladder_sound(&book, p, c, rows[i].step, rows[i].severity, rows[i].at),
			rows[i].sound);
	}
}

static void out_of_service_and_back(void **state)
{
	(void)state;
	watch(MONDAY_10, VD_SEVERITY_URGENT);
	assert_string_equal(vd_fault_set_service(&f, &env, false).what, "take out");
	assert_null(vd_fault_set_service(&f, &env, false).what);
	assert_string_equal(watch(MONDAY_10 + 1, VD_SEVERITY_NONE), "clear");
	assert_int_equal(f.alarm.state, VD_ALARM_OUT_OF_SERVICE);
	assert_string_equal(watch(MONDAY_10 + 2, VD_SEVERITY_URGENT), "raise"); // noted only
	assert_int_equal(f.alarm.state, VD_ALARM_OUT_OF_SERVICE);
	assert_string_equal(vd_fault_set_service(&f, &env, true).what, "put back");
	assert_int_equal(f.alarm.state, VD_ALARM_UNACK); // never ACKED
}

static void print(const struct vd_fault *fault, const struct vd_fault_change *change,
		  struct vd_buf *out)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_fault_print(fault, change, &book, &j);
	vd_json_close(&j, '}');
}

static void assert_comes_back(struct vd_fault *fault, const char *text)
{
	char memory[512];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	print(fault, NULL, &buf);
	assert_string_equal(memory, text);
	struct vd_fault back;
	vd_fault_init(&back, fault->alarm.kind, fault->account);
	cJSON *tree = vd_json_parse(vd_buf_span(&buf), NULL);
	assert_ok(vd_fault_parse(tree, &back));
	vd_json_free(tree);
	assert_memory_equal(&back, fault, sizeof(back));
}

static void a_record_of_each_state_comes_back(void **state)
{
	(void)state;
	assert_comes_back(&f, "{\"alarm\":\"channel blind\",\"account\":\"tim-x\","
			      "\"to\":\"NORMAL\"}");
	watch(MONDAY_10, VD_SEVERITY_URGENT);
	watch(MONDAY_10 + 300, VD_SEVERITY_URGENT);
	assert_comes_back(&f, "{\"alarm\":\"channel blind\",\"account\":\"tim-x\","
			      "\"to\":\"UNACK\",\"severity\":\"urgent\",\"present\":true,"
			      "\"since\":1791187200000000,\"ladder\":\"sound\","
			      "\"ladder_from\":1791187200000000}");
	struct vd_fault seen = f;
	(void)vd_fault_ack(&f, &env, 2);
	assert_comes_back(&f, "{\"alarm\":\"channel blind\",\"account\":\"tim-x\","
			      "\"to\":\"ACKED\",\"severity\":\"urgent\",\"present\":true,"
			      "\"seen\":true,\"since\":1791187200000000,"
			      "\"until\":1791188400000000,\"by\":2}");
	f = seen;
	watch(MONDAY_10 + 400, VD_SEVERITY_NONE);
	assert_comes_back(&f, "{\"alarm\":\"channel blind\",\"account\":\"tim-x\","
			      "\"to\":\"RTN_UNACK\",\"severity\":\"urgent\","
			      "\"since\":1791187200000000}");
	(void)vd_fault_set_service(&f, &env, false);
	assert_comes_back(&f, "{\"alarm\":\"channel blind\",\"account\":\"tim-x\","
			      "\"to\":\"OUT_OF_SERVICE\",\"severity\":\"urgent\","
			      "\"since\":1791187200000000}");
}

static void what_is_no_record_is_refused(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"{}",
		"{\"alarm\":\"clock untrusted\",\"to\":\"NORMAL\"}",
		"{\"alarm\":\"channel blind\",\"to\":\"MISSING\"}",
		"{\"alarm\":\"channel blind\",\"to\":\"ASLEEP\"}",
		"{\"alarm\":\"channel blind\",\"to\":\"UNACK\",\"severity\":\"urgent\"}",
		"{\"alarm\":\"channel blind\",\"to\":\"NORMAL\",\"severity\":\"breached\"}",
		"{\"alarm\":\"channel blind\",\"to\":\"NORMAL\",\"ladder\":\"roof\"}",
		"[]",
	};
	struct vd_fault before = f;
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		cJSON *tree = vd_json_parse(vd_span_of(rows[i]), NULL);
		assert_err(vd_fault_parse(tree, &f), VD_ERR_CORRUPT);
		vd_json_free(tree);
		assert_memory_equal(&f, &before, sizeof(f));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(it_rises_is_seen_for_a_lease_and_returns, set_up),
		cmocka_unit_test_setup(worse_is_unseen_again, set_up),
		cmocka_unit_test_setup(the_ladder_waits_for_who_is_told, set_up),
		cmocka_unit_test_setup(it_sounds_where_somebody_can_act, set_up),
		cmocka_unit_test_setup(out_of_service_and_back, set_up),
		cmocka_unit_test_setup(a_record_of_each_state_comes_back, set_up),
		cmocka_unit_test_setup(what_is_no_record_is_refused, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
