// SPDX-License-Identifier: MIT
#include "facebook_fixture.h"

// ---- who wrote it
// ----------------------------------------------------------------------------------

#define HIDDEN_POST(id, extra) \
	"{\"id\":\"" id "\",\"message\":\"post\",\"created_time\":\"" AT("12:30") "\"" extra "}"

static void what_hides_its_author_is_a_customer_s_own_case(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, FEED,
	       LIST(HIDDEN_POST("200_15", "") "," HIDDEN_POST(
		       "200_16",
		       ",\"admin_creator\":{\"id\":\"5\"},\"comments\":{\"data\":[" COMMENT(
			       "16_1", "", "12:40", "") "," COMMENT("16_2", "", "12:41",
								    "") "]}")));
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_messages, 3); // not the Page's own post, by whoever of its staff
	static const char *const ids[] = { "200_15", "16_1", "16_2" };
	for (size_t i = 0; i < VD_ARRAY_LEN(ids); i++) {
		const struct vd_message *m = message_of(f, ids[i]);
		assert_int_equal(m->direction, VD_DIRECTION_IN);
		assert_string_equal(m->author_id, "");
		assert_string_equal(m->thread_id, ids[i]); // nobody is joined with nobody
	}
	fixture_free(f);
}

// A person's number is the Page's: a customer of ours may have the very number that is a Page of
// ours elsewhere, but no customer is ever taken for another one.
static void another_page_of_ours_is_no_customer(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	fixture_account(f, VD_NETWORK_FACEBOOK, "TelecomItalia", "201", NULL);
	script(f, FEED,
	       LIST(POST("200_11", FROM("200"), "11:00",
			 COMMENT("11_5", FROM("201"), "12:10",
				 PARENT("11_4")) "," COMMENT("11_4", FROM("901"), "12:00", ""))));
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(message_of(f, "11_5")->direction, VD_DIRECTION_OUT);
	assert_int_equal(message_of(f, "11_5")->account, 1);
	assert_int_equal(message_of(f, "11_4")->direction, VD_DIRECTION_IN);
	fixture_free(f);
}

// ---- what is watched
// -------------------------------------------------------------------------------

#define NODE(id, comments)                                                                         \
	"{\"id\":\"" id "\",\"message\":\"text " id                                                \
	"\"" FROM("900") ",\"created_time\":\"" AT("12:00") "\",\"comments\":{\"data\":[" comments \
							    "]}}"

static struct fixture *open_watching(struct fixture *f)
{
	f->threads[0].thread = "t_1";
	f->threads[0].root = "m_1";
	f->threads[1].thread = "11_5";
	f->threads[1].root = "11_5";
	f->n_threads = 2;
	fixture_knows(f, "11_5", "11_5", 7200);
	fixture_knows(f, "11_5", "11_6", 3600);
	fixture_knows(f, "11_5", "11_7", 1800);
	return open_facebook(f);
}

static void an_open_thread_is_read_whole_and_so_is_its_post(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, "/v26.0/11_5?", // one comment stands there by another form of its id
	       NODE("11_5", COMMENT("200_11_7", FROM("900"), "13:30", PARENT("11_5")) "," COMMENT(
				    "11_6", FROM("900"), "13:00", PARENT("11_5"))));
	script(f, "/v26.0/200_11?", NODE("200_11", COMMENT("11_9", FROM("903"), "12:59", "")));
	open_watching(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_int_equal(f->n_messages, 4);
	assert_string_equal(message_of(f, "11_5")->thread_id, "11_5"); // its text: it may be edited
	assert_string_equal(message_of(f, "11_7")->thread_id, "11_5");
	assert_string_equal(message_of(f, "11_9")->thread_id, "11_9"); // another customer below it
	assert_int_equal(f->n_deleted, 0);
	fixture_free(f);
}

static void what_vanished_is_asked_for_and_then_told(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, "/v26.0/11_5?", NODE("11_5", ""));
	script(f, "/v26.0/200_11?", NODE("200_11", ""));
	script(f, "/v26.0/11_6?fields=id", "{\"id\":\"11_6\"}"); // hidden from the list only
	fixture_script(
		f, (struct answer){ .match = "/v26.0/11_7?fields=id",
				    .status = 400,
				    .body = "{\"error\":{\"code\":100,\"error_subcode\":33}}" });
	open_watching(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_deleted, 1);
	assert_string_equal(f->deleted_id, "11_7");
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	fixture_free(f);
}

static void with_a_thread_all_of_it_is_gone(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	fixture_script(
		f, (struct answer){ .match = "/v26.0/11_5?",
				    .status = 400,
				    .body = "{\"error\":{\"code\":100,\"error_subcode\":33}}" });
	fixture_script(
		f, (struct answer){ .match = "/v26.0/200_11?",
				    .status = 400,
				    .body = "{\"error\":{\"code\":100,\"error_subcode\":33}}" });
	open_watching(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->n_deleted, 3);
	assert_string_equal(f->deleted_id, "11_5");
	fixture_free(f);
}

// Facebook doesn't say that its access to data ended: what reads as gone may well be there.
static void without_access_to_data_nothing_is_taken_for_gone(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, "/debug_token",
	       "{\"data\":{\"is_valid\":true,\"data_access_expires_at\":1791200000,"
	       "\"scopes\":[\"pages_read_user_content\"]}}");
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_AUTH);
	assert_non_null(strstr(f->detail[0], "access to data is over"));
	assert_int_equal(f->token_end.us, vd_wall_s(1791200000).us);
	f->threads[0].thread = "11_5";
	f->n_threads = 1;
	fixture_knows(f, "11_5", "11_6", 3600);
	fixture_script(
		f, (struct answer){ .match = "/v26.0/11_5?",
				    .status = 400,
				    .stays = true,
				    .body = "{\"error\":{\"code\":100,\"error_subcode\":33}}" });
	script(f, "/v26.0/200_11?", NODE("200_11", ""));
	fixture_run_polls(f, 2);
	assert_int_equal(fixture_count(f, "/v26.0/11_5?"), 1);
	assert_int_equal(f->n_deleted, 0);
	fixture_free(f);
}

static void posts_of_others_and_ads_are_read_now_and_then(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, "/200/tagged", LIST(HIDDEN_POST("900_77", "")));
	script(f, "/200/ads_posts",
	       LIST(HIDDEN_POST("200_31", ",\"comments\":{\"data\":[" COMMENT("31_1", FROM("904"),
									      "12:40", "") "]}")));
	open_facebook(f);
	fixture_run_for(f, 600);
	assert_true(fixture_count(f, FEED) > 5);
	assert_int_equal(fixture_count(f, "/200/tagged"), 1);
	assert_int_equal(fixture_count(f, "/200/ads_posts"), 1);
	assert_string_equal(message_of(f, "900_77")->thread_id, "900_77");
	assert_string_equal(message_of(f, "31_1")->thread_id, "31_1");
	assert_int_equal(f->n_messages, 2); // the ad itself is ours
	fixture_run_for(f, 400);
	assert_int_equal(fixture_count(f, "/200/tagged"), 2);
	fixture_free(f);
}

static void ads_that_may_not_be_read_are_no_trouble(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	fixture_script(f, (struct answer){ .match = "ads_posts",
					   .status = 403,
					   .stays = true,
					   .body = "{\"error\":{\"code\":200}}" });
	open_facebook(f);
	fixture_run_for(f, 600);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_int_equal(fixture_count(f, "ads_posts"), 1);
	fixture_free(f);
}

// ---- figures, and the token
// -------------------------------------------------------------------------

static void fans_and_competitors_are_counted(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	f->accounts[0].rivals = "@Rivale, sola.it,nessuno";
	script(f, "/v26.0/200?fields=id%2Cname%2Cusername%2Cfan_count",
	       "{\"id\":\"200\",\"fan_count\":1000,\"followers_count\":1012}");
	script(f, "/v26.0/Rivale?", "{\"id\":\"7\",\"fan_count\":900}");
	fixture_script(f,
		       (struct answer){ .match = "/v26.0/sola.it?",
					.status = 400,
					.body = "{\"error\":{\"code\":10,\"message\":\"Page Public "
						"Content Access\"}}" });
	script(f, "/v26.0/nessuno?", "{\"id\":\"8\"}");
	open_facebook(f);
	fixture_run_for(f, 3600);
	assert_int_equal(f->health[0], VD_HEALTH_GOOD);
	assert_int_equal(f->n_presence, 2);
	assert_string_equal(f->presence[0].handle, "TIM");
	assert_int_equal(f->presence[0].followers, 1012);
	assert_string_equal(f->presence[1].handle, "Rivale");
	assert_int_equal(f->presence[1].followers, 900);
	fixture_free(f);
}

static void a_missing_permission_is_named(void **state)
{
	(void)state;
	struct fixture *f = make_facebook();
	script(f, "/debug_token",
	       "{\"data\":{\"is_valid\":true,\"expires_at\":0,\"scopes\":[\"pages_messaging\","
	       "\"pages_read_engagement\",\"pages_read_user_content\"]}}");
	open_facebook(f);
	fixture_run_polls(f, 1);
	assert_int_equal(f->health[0], VD_HEALTH_PERMISSION);
	assert_non_null(strstr(f->detail[0], "pages_manage_engagement (public replies)"));
	assert_null(strstr(f->detail[0], "pages_messaging"));
	assert_int_equal(f->n_token_ends, 1);
	assert_false(vd_wall_is_set(f->token_end));
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_hides_its_author_is_a_customer_s_own_case),
		cmocka_unit_test(another_page_of_ours_is_no_customer),
		cmocka_unit_test(an_open_thread_is_read_whole_and_so_is_its_post),
		cmocka_unit_test(what_vanished_is_asked_for_and_then_told),
		cmocka_unit_test(with_a_thread_all_of_it_is_gone),
		cmocka_unit_test(without_access_to_data_nothing_is_taken_for_gone),
		cmocka_unit_test(posts_of_others_and_ads_are_read_now_and_then),
		cmocka_unit_test(ads_that_may_not_be_read_are_no_trouble),
		cmocka_unit_test(fans_and_competitors_are_counted),
		cmocka_unit_test(a_missing_permission_is_named),
	};
	return cmocka_run_group_tests_name("channel/facebook_watch", tests, NULL, NULL);
}
