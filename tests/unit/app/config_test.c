// SPDX-License-Identifier: MIT
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/config.h"
#include "base/buf.h"

#define GOOD_TAIL                                                     \
	"\"calendars\":[{\"name\":\"desk\",\"zone\":\"Europe/Rome\"," \
	"\"hours\":\"1-5=09:00-18:00\"}],\n"                          \
	"\"policies\":[{\"name\":\"p\",\"calendar\":\"desk\"}],\n"    \
	"\"brands\":[{\"name\":\"TIM\",\"policy\":\"p\"}],\n"

static const char account[] =
	"{\"name\":\"tim-x\",\"brand\":\"TIM\",\"network\":\"x\",\"user_id\":\"1\","
	"\"token_file\":\"tim.token\"}";

static enum vd_err parse(const char *text, struct vd_config **out, struct vd_diag *diag)
{
	*out = NULL;
	memset(diag, 0, sizeof(*diag));
	return vd_config_parse("etc/vedetta.json", vd_span_of(text), out, diag);
}

static void good_one_has_its_defaults(void **state)
{
	(void)state;
	char text[2048];
	struct vd_config *config;
	struct vd_diag diag;
	snprintf(text, sizeof(text), "{\"data_dir\":\"data\",\n" GOOD_TAIL "\"accounts\":[%s]}",
		 account);
	assert_int_equal(parse(text, &config, &diag), VD_OK);
	assert_string_equal(config->data_dir, "etc/data"); // relative to the configuration
	assert_string_equal(config->accounts[0].token_file, "etc/tim.token");
	assert_string_equal(config->wall, "public");
	assert_int_equal(config->web.port, 8443);
	assert_true(config->web.tls);
	assert_int_equal(config->policies[0].first_min, 240);
	assert_int_equal(config->accounts[0].poll_s, 0);
	assert_true(config->accounts[0].enabled);
	vd_config_free(config);
}

static void a_token_ends_with_its_day_or_at_an_instant(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t ends_s; // 0: not known
	} rows[] = {
		{ "", 0 },
		{ "2026-10-05", INT64_C(1791244799) },
		{ "2026-10-05T10:00:00+02:00", INT64_C(1791187200) },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		struct vd_config_account row = { .poll_s = 60 };
		struct vd_wall ends = { 1 };
		snprintf(row.token_expires, sizeof(row.token_expires), "%s", rows[i].text);
		assert_ok(vd_config_token_end(&row, &ends));
		assert_int_equal(vd_wall_to_s(ends), rows[i].ends_s);
	}
}

// What the table says where nothing is said, and what the domain says, are the same promise.
static void a_policy_without_numbers_is_the_default(void **state)
{
	(void)state;
	struct vd_config_policy row;
	struct vd_policy made;
	struct vd_policy wanted;
	assert_ok(vd_config_parse_row("p.json", VD_SPAN("{\"name\":\"p\",\"calendar\":\"desk\"}"),
				      "policies", &row, NULL));
	vd_config_policy_make(&row, &made);
	vd_policy_init(&wanted);
	memset(wanted.name, 0, sizeof(wanted.name));
	memcpy(wanted.name, "p", 1);
	assert_memory_equal(&made, &wanted, sizeof(made));
}

// Each: what is wrong with it, and what the sentence must name.
static const struct {
	const char *name;
	const char *text;
	const char *says[3];
} bad[] = {
	{ "no JSON", "{\"data_dir\": nope}", { "etc/vedetta.json", NULL } },
	{ "required member",
	  "{\n\"wall\":\"ops\"}",
	  { "etc/vedetta.json:1:", "\"data_dir\" is missing", NULL } },
	{ "unknown member",
	  "{\"data_dir\":\"d\",\n\n\"wahl\":1}",
	  { ":3:", "wahl", "no such setting" } },
	{ "wrong type", "{\"data_dir\":\n7}", { ":2:", "data_dir", "a text in quotes" } },
	{ "no choice of the list",
	  "{\"data_dir\":\"d\",\n\"wall\":\"secret\"}",
	  { ":2:", "public|ops", NULL } },
	{ "out of range",
	  "{\"data_dir\":\"d\",\n\"web\":{\n\"port\":70000}}",
	  { ":3:", "web.port: is 70000", "from 0 to 65535" } },
	{ "fraction",
	  "{\"data_dir\":\"d\",\n\"web\":{\"port\":1.5}}",
	  { ":2:", "whole number", NULL } },
	{ "no list", "{\"data_dir\":\"d\",\n\"brands\":{}}", { ":2:", "brands", "list" } },
	{ "no account", "{\"data_dir\":\"d\"}", { "no account to watch", NULL } },
	{ "second level by no calendar",
	  "{\"data_dir\":\"d\",\n\"calendars\":[{\"name\":\"a\",\"zone\":\"Europe/Rome\","
	  "\"hours\":\"1-5=09:00-18:00\"}],\n\"policies\":[{\"name\":\"p\",\"calendar\":\"a\",\n"
	  "\"second_calendar\":\"night\"}]}",
	  { ":4:", "policies[0].second_calendar", "no \"night\" among the calendars" } },
	{ "topic without words",
	  "{\"data_dir\":\"d\",\n\"topics\":[{\"name\":\"fibre\",\n\"words\":\" \"}]}",
	  { ":3:", "topics[0].words", "comma separated" } },
	{ "calendar that can't be read",
	  "{\"data_dir\":\"d\",\n\"calendars\":[\n{\"name\":\"a\",\"zone\":\"Europe/Rome\","
	  "\"hours\":\"1-5=09:00-09:00\"}]}",
	  { ":3:", "calendars[0].hours", NULL } },
	{ "calendar that never opens",
	  "{\"data_dir\":\"d\",\n\"calendars\":[\n{\"name\":\"a\",\"zone\":\"Europe/Rome\","
	  "\"hours\":\"!italy\"}]}",
	  { ":3:", "calendars[0].hours", "never opens" } },
	{ "interval that overlaps",
	  "{\"data_dir\":\"d\",\n\"calendars\":[\n{\"name\":\"a\",\"zone\":\"Europe/Rome\","
	  "\"hours\":\"1-5=09:00-13:00+12:00-18:00\"}]}",
	  { ":3:", "calendars[0].hours", "overlaps another one of its day at column 17" } },
	{ "holidays that are not there",
	  "{\"data_dir\":\"d\",\n\"calendars\":[\n{\"name\":\"a\",\"zone\":\"Europe/Rome\","
	  "\"hours\":\"1-5=09:00-18:00\",\n\"holidays\":\"not/there.txt\"}]}",
	  { ":4:", "calendars[0].holidays", "not/there.txt can't be read" } },
	{ "zone that does not exist",
	  "{\"data_dir\":\"d\",\n\"calendars\":[{\"name\":\"a\",\"zone\":\"Europe/Atlantis\","
	  "\"hours\":\"1-5=09:00-18:00\"}]}",
	  { ":2:", "calendars[0].zone", NULL } },
	{ "name twice",
	  "{\"data_dir\":\"d\",\"calendars\":[{\"name\":\"a\","
	  "\"zone\":\"UTC0\",\"hours\":\"1=09:00-18:00\"},\n"
	  "{\"name\":\"a\",\"zone\":\"UTC0\",\"hours\":\"1=09:00-18:00\"}]}",
	  { ":2:", "calendars[1].name", "twice" } },
	{ "reference into the void",
	  "{\"data_dir\":\"d\",\"policies\":[\n{\"name\":\"p\",\"calendar\":\"nobody\"}]}",
	  { ":2:", "policies[0].calendar", "no \"nobody\" among the calendars" } },
	{ "plain pages on the LAN",
	  "{\"data_dir\":\"d\"," GOOD_TAIL
	  "\"web\":{\"tls\":false},\n\"accounts\":[{\"name\":\"a\",\"brand\":\"TIM\","
	  "\"network\":\"x\",\"user_id\":\"1\",\"token_file\":\"t\"}]}",
	  { "web.tls", "127.0.0.1", NULL } },
	{ "proxy over TLS",
	  "{\"data_dir\":\"d\"," GOOD_TAIL
	  "\"accounts\":[{\"name\":\"a\",\"brand\":\"TIM\",\"network\":\"x\","
	  "\"user_id\":\"1\",\"token_file\":\"t\"}],\n\"proxy\":\"https://p:1\"}",
	  { "proxy", "http://host:port", NULL } },
	{ "password in the proxy's address",
	  "{\"data_dir\":\"d\"," GOOD_TAIL
	  "\"accounts\":[{\"name\":\"a\",\"brand\":\"TIM\",\"network\":\"x\","
	  "\"user_id\":\"1\",\"token_file\":\"t\"}],\n\"proxy\":\"http://u:pw@p:1\"}",
	  { "proxy", "proxy_password_file", NULL } },
	{ "proxy's user without a password",
	  "{\"data_dir\":\"d\"," GOOD_TAIL
	  "\"accounts\":[{\"name\":\"a\",\"brand\":\"TIM\",\"network\":\"x\","
	  "\"user_id\":\"1\",\"token_file\":\"t\"}],\n\"proxy\":\"http://p:1\","
	  "\"proxy_user\":\"u\"}",
	  { "proxy_user", "proxy_password_file", "missing" } },
	{ "proxy's user without a proxy",
	  "{\"data_dir\":\"d\"," GOOD_TAIL
	  "\"accounts\":[{\"name\":\"a\",\"brand\":\"TIM\",\"network\":\"x\","
	  "\"user_id\":\"1\",\"token_file\":\"t\"}],\n\"proxy_user\":\"u\"}",
	  { "proxy", "missing beside", "proxy_user" } },
	{ "base address without TLS",
	  "{\"data_dir\":\"d\"," GOOD_TAIL
	  "\"accounts\":[{\"name\":\"a\",\"brand\":\"TIM\",\"network\":\"x\","
	  "\"user_id\":\"1\",\"token_file\":\"t\",\"base_url\":\"http://api.x.com\"}]}",
	  { "accounts[0].base_url", "https://", NULL } },
	{ "Mastodon account without its server",
	  "{\"data_dir\":\"d\"," GOOD_TAIL
	  "\"accounts\":[{\"name\":\"a\",\"brand\":\"TIM\",\"network\":\"mastodon\","
	  "\"user_id\":\"tim@mastodon.uno\",\"token_file\":\"t\"}]}",
	  { "accounts[0].base_url", "is missing", "https://mastodon.uno" } },
	{ "token that ends on no day",
	  "{\"data_dir\":\"d\"," GOOD_TAIL
	  "\"accounts\":[{\"name\":\"a\",\"brand\":\"TIM\",\"network\":\"x\","
	  "\"user_id\":\"1\",\"token_file\":\"t\",\"token_expires\":\"2026-13-01\"}]}",
	  { "accounts[0].token_expires", "is no date", NULL } },
	{ "PIN in the clear",
	  "{\"data_dir\":\"d\"," GOOD_TAIL
	  "\"accounts\":[{\"name\":\"a\",\"brand\":\"TIM\",\"network\":\"x\","
	  "\"user_id\":\"1\",\"token_file\":\"t\"}],\n\"staff\":[{\"name\":\"A\","
	  "\"initials\":\"A\",\"pin_hash\":\"1234\"}]}",
	  { "staff[0].pin_hash", "hash-pin", NULL } },
};

static void bad_ones_name_the_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(bad); i++) {
		struct vd_config *config;
		struct vd_diag diag;
		if (parse(bad[i].text, &config, &diag) == VD_OK) {
			fail_msg("%s: was accepted", bad[i].name);
		}
		assert_null(config);
		for (size_t k = 0; k < VD_ARRAY_LEN(bad[i].says) && bad[i].says[k] != NULL; k++) {
			if (strstr(diag.text, bad[i].says[k]) == NULL) {
				fail_msg("%s: \"%s\" does"
					 " not say \"%s\"",
					 bad[i].name, diag.text, bad[i].says[k]);
			}
		}
	}
}

static void too_many_accounts_are_refused(void **state)
{
	(void)state;
	struct vd_buf text;
	struct vd_config *config;
	struct vd_diag diag;
	vd_buf_init_heap(&text, 1 << 20);
	vd_buf_put_text(&text, "{\"data_dir\":\"d\"," GOOD_TAIL "\"accounts\":[");
	for (int i = 0; i <= VD_ACCOUNTS_MAX; i++) {
		vd_buf_printf(&text,
			      "%s{\"name\":\"a%d\",\"brand\":\"TIM\",\"network\":\"x\","
			      "\"user_id\":\"1\",\"token_file\":\"t\"}",
			      i > 0 ? ",\n" : "", i);
	}
	vd_buf_put_text(&text, "]}");
	assert_int_not_equal(parse(text.data, &config, &diag), VD_OK);
	assert_non_null(strstr(diag.text, "accounts[64]"));
	vd_buf_deinit(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_one_has_its_defaults),
		cmocka_unit_test(a_token_ends_with_its_day_or_at_an_instant),
		cmocka_unit_test(a_policy_without_numbers_is_the_default),
		cmocka_unit_test(bad_ones_name_the_place),
		cmocka_unit_test(too_many_accounts_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
