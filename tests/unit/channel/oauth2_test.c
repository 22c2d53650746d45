// SPDX-License-Identifier: MIT
#include "channel/oauth2.h"

#include <string.h>

#include "base/attr.h"
#include "channel/oauth2_renew.h"
#include "unit.h"

static void the_challenge_is_that_of_the_standard(void **state)
{
	(void)state;
	char out[VD_OAUTH2_WORD_BYTES];
	vd_oauth2_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", out); // RFC 7636, B
	assert_string_equal(out, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

static void words_are_made_of_all_their_randomness(void **state)
{
	(void)state;
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 1);
	char a[VD_OAUTH2_WORD_BYTES];
	char b[VD_OAUTH2_WORD_BYTES];
	assert_ok(vd_oauth2_word_make(&rng, a));
	assert_ok(vd_oauth2_word_make(&rng, b));
	assert_int_equal(strlen(a), 43); // RFC 7636 section 4.1: 43 to 128 of unreserved
	assert_int_equal(
		strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
	assert_string_not_equal(a, b);
}

static void an_address_and_forms_are_escaped(void **state)
{
	(void)state;
	char memory[1024];
	struct vd_buf out;
	vd_buf_init(&out, memory, sizeof(memory));
	struct vd_oauth2_authorise a = {
		.address = "https://x.com/i/oauth2/authorize",
		.client_id = "id",
		.redirect_uri = "https://localhost/back?a=b",
		.scope = "tweet.read offline.access",
		.state = "s",
		.challenge = "c",
	};
	vd_oauth2_authorise_print(&a, &out);
	assert_string_equal(out.data,
			    "https://x.com/i/oauth2/authorize?response_type=code&client_id=id"
			    "&redirect_uri=https%3A%2F%2Flocalhost%2Fback%3Fa%3Db"
			    "&scope=tweet.read%20offline.access&state=s&code_challenge=c"
			    "&code_challenge_method=S256");
	vd_buf_reset(&out);
	struct vd_oauth2_form form = { .grant = "refresh_token",
				       .refresh_token = VD_SPAN("a+b/c="),
				       .client_id = VD_SPAN("id") };
	vd_oauth2_form_print(&form, &out);
	assert_string_equal(out.data,
			    "grant_type=refresh_token&refresh_token=a%2Bb%2Fc%3D&client_id=id");
	vd_buf_reset(&out);
	assert_ok(vd_oauth2_basic_print(VD_SPAN("a b"), VD_SPAN("c"), &out));
	assert_string_equal(out.data, "Basic YSUyMGI6Yw=="); // "a%20b:c"
}

static void what_is_pasted_becomes_a_code(void **state)
{
	(void)state;
	static const struct {
		const char *pasted;
		enum vd_err err;
		const char *code;
	} cases[] = {
		{ "https://localhost/?state=s1&code=abc", VD_OK, "abc" },
		{ " https://localhost/cb?code=a%2Bb&state=s1#_=_ \n", VD_OK, "a+b" },
		{ "?code=abc&state=s1", VD_OK, "abc" },
		{ "abc", VD_OK, "abc" },
		{ "http://localhost/?code=abc", VD_OK, "abc" }, // Mastodon sends no state back
		{ "https://localhost/?state=s2&code=abc", VD_ERR_CONFLICT, NULL },
		{ "https://localhost/?error=access_denied&state=s1", VD_ERR_REFUSED, NULL },
		{ "https://localhost/?state=s1", VD_ERR_SYNTAX, NULL },
		{ "https://localhost/", VD_ERR_SYNTAX, NULL },
		{ "https://localhost/?code=%zz", VD_ERR_SYNTAX, NULL },
		{ "", VD_ERR_SYNTAX, NULL },
		{ "two words", VD_ERR_SYNTAX, NULL },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct vd_secret code = { 0 };
		struct vd_diag diag = { 0 };
		enum vd_err err =
			vd_oauth2_pasted_parse(vd_span_of(cases[i].pasted), "s1", &code, &diag);
		if (err != cases[i].err) {
			fail_msg("'%s': %s", cases[i].pasted, vd_err_name(err));
		}
		if (err == VD_OK) {
			assert_true(vd_span_is_text(vd_secret_reveal(&code), cases[i].code));
		} else {
			assert_string_not_equal(diag.text, "");
			assert_null(strstr(diag.text, "abc")); // no code in a sentence
		}
	}
}

static void answers_are_tokens_or_errors(void **state)
{
	(void)state;
	struct vd_oauth2_answer a;
	assert_ok(vd_oauth2_answer_parse(
		VD_SPAN("{\"token_type\":\"bearer\",\"expires_in\":7200,\"access_token\":\"x-1\","
			"\"scope\":\"tweet.read dm.read\",\"refresh_token\":\"r-1\"}"),
		&a));
	assert_true(vd_span_is_text(vd_secret_reveal(&a.access), "x-1"));
	assert_true(vd_span_is_text(vd_secret_reveal(&a.refresh), "r-1"));
	assert_int_equal(a.expires_in_s, 7200);
	assert_string_equal(a.scope, "tweet.read dm.read");
	assert_ok(
		vd_oauth2_answer_parse(VD_SPAN("{\"access_token\":\"f\",\"expires_in\":-1}"), &a));
	assert_int_equal(a.expires_in_s, 0);
	assert_false(vd_secret_is_set(&a.refresh));
	assert_err(vd_oauth2_answer_parse(
			   VD_SPAN("{\"error\":\"invalid_request\",\"error_description\":\"Value "
				   "passed for the token was invalid.\"}"),
			   &a),
		   VD_ERR_REFUSED);
	assert_string_equal(a.error, "invalid_request");
	assert_string_equal(a.words, "Value passed for the token was invalid.");
	assert_err(vd_oauth2_answer_parse(
			   VD_SPAN("{\"error\":{\"message\":\"Invalid\\ncode\",\"type\":"
				   "\"OAuthException\",\"code\":100}}"),
			   &a),
		   VD_ERR_REFUSED);
	assert_string_equal(a.error, "OAuthException");
	assert_string_equal(a.words, "Invalid code");
	static const char *const neither[] = {
		"",
		"<html>",
		"{}",
		"[]",
		"{\"access_token\":1}",
		"{\"access_token\":\"a\\r\\nb\"}",
		"{\"access_token\":\"a\",\"refresh_token\":\"b c\"}",
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(neither); i++) {
		assert_err(vd_oauth2_answer_parse(vd_span_of(neither[i]), &a), VD_ERR_PROTOCOL);
		assert_false(vd_secret_is_set(&a.access));
	}
}

static void an_app_has_an_id_and_a_secret(void **state)
{
	(void)state;
	struct vd_oauth2_app app;
	assert_ok(vd_oauth2_app_parse(
		VD_SPAN("{\"client_id\":\"TWhM\",\"client_secret\":\"ZEaF\",\"id\":\"5\"}"), &app));
	assert_string_equal(app.client_id, "TWhM");
	assert_true(vd_span_is_text(vd_secret_reveal(&app.client_secret), "ZEaF"));
	assert_err(vd_oauth2_app_parse(VD_SPAN("{\"client_id\":\"TWhM\"}"), &app), VD_ERR_PROTOCOL);
	assert_err(vd_oauth2_app_parse(VD_SPAN("no"), &app), VD_ERR_PROTOCOL);
}

static void no_cell_of_the_renewal_is_missing(void **state)
{
	(void)state;
	for (int s = VD_RENEW_MISSING + 1; s < VD_RENEW_STATES; s++) {
		for (int e = 0; e < VD_RENEW_EVENTS; e++) {
			struct vd_renew_step step =
				vd_renew_step((enum vd_renew_state)s, (enum vd_renew_event)e);
			if (step.next == VD_RENEW_MISSING ||
			    step.effect == VD_RENEW_EFFECT_MISSING) {
				fail_msg("%s, %s", vd_renew_state_name((enum vd_renew_state)s),
					 vd_renew_event_name((enum vd_renew_event)e));
			}
			// A request leaves behind a committed mark only; a pair is used behind its
			// own commit only.
			if (step.effect == VD_RENEW_ASK) {
				assert_true(s == VD_RENEW_MARKING && e == VD_RENEW_COMMITTED);
			}
			if (step.effect == VD_RENEW_USE) {
				assert_true(s == VD_RENEW_KEEPING && e == VD_RENEW_COMMITTED);
			}
			if (e == VD_RENEW_SIGNED_IN) {
				assert_int_equal(step.next, VD_RENEW_RESTING);
			}
		}
	}
}

static void it_is_renewed_at_four_fifths(void **state)
{
	(void)state;
	struct vd_wall from = vd_wall_s(1000);
	assert_int_equal(vd_renew_at(from, vd_wall_s(8200)).us, vd_wall_s(1000 + 5760).us);
	assert_int_equal(vd_renew_at(from, vd_wall_s(900)).us, from.us);
	assert_false(vd_wall_is_set(vd_renew_at(from, (struct vd_wall){ 0 })));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_challenge_is_that_of_the_standard),
		cmocka_unit_test(words_are_made_of_all_their_randomness),
		cmocka_unit_test(an_address_and_forms_are_escaped),
		cmocka_unit_test(what_is_pasted_becomes_a_code),
		cmocka_unit_test(answers_are_tokens_or_errors),
		cmocka_unit_test(an_app_has_an_id_and_a_secret),
		cmocka_unit_test(no_cell_of_the_renewal_is_missing),
		cmocka_unit_test(it_is_renewed_at_four_fifths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
