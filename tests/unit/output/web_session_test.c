// SPDX-License-Identifier: MIT
#include "base/secret.h"
#include "output/web_session.h"
#include "unit.h"

static struct vd_sessions sessions;
static struct vd_seeded_rng seeded;
static struct vd_rng rng;

static int set_up(void **state)
{
	(void)state;
	memset(&sessions, 0, sizeof(sessions));
	rng = vd_seeded_rng_init(&seeded, 7);
	return 0;
}

static struct vd_mono at(int64_t s)
{
	return (struct vd_mono){ (1000 + s) * VD_US_PER_S };
}

static void tokens_are_long_and_differ(void **state)
{
	(void)state;
	struct vd_session *a = vd_sessions_open(&sessions, &rng, 1, at(0));
	struct vd_session *b = vd_sessions_open(&sessions, &rng, 1, at(0));
	assert_int_equal(strlen(a->token), 64);
	assert_string_not_equal(a->token, a->csrf);
	assert_string_not_equal(a->token, b->token);
	assert_ptr_equal(vd_sessions_get(&sessions, vd_span_of(b->token), at(1)), b);
	assert_null(vd_sessions_get(&sessions, VD_SPAN(""), at(1)));
	assert_null(vd_sessions_get(&sessions, vd_span_of(a->csrf), at(1)));
}

static void a_session_ends_when_idle_for_12_hours(void **state)
{
	(void)state;
	struct vd_session *a = vd_sessions_open(&sessions, &rng, 1, at(0));
	struct vd_span token = vd_span_of(a->token);
	assert_non_null(vd_sessions_get(&sessions, token, at(12 * 3600 - 1)));
	assert_non_null(vd_sessions_get(&sessions, token, at(20 * 3600)));
	assert_null(vd_sessions_get(&sessions, token, at(32 * 3600)));
}

static void a_stream_keeps_no_session_alive(void **state)
{
	(void)state;
	struct vd_session *a = vd_sessions_open(&sessions, &rng, 1, at(0));
	uint64_t number = a->number;
	assert_non_null(vd_sessions_find(&sessions, number, at(11 * 3600)));
	assert_null(vd_sessions_find(&sessions, number, at(12 * 3600)));
}

static void a_closed_session_is_gone_and_its_number_too(void **state)
{
	(void)state;
	char token[VD_SESSION_TEXT_BYTES];
	struct vd_session *a = vd_sessions_open(&sessions, &rng, 1, at(0));
	uint64_t number = a->number;
	memcpy(token, a->token, sizeof(token));
	vd_sessions_close(a);
	assert_null(vd_sessions_get(&sessions, vd_span_of(token), at(1)));
	assert_null(vd_sessions_find(&sessions, number, at(1)));
	assert_true(vd_sessions_open(&sessions, &rng, 1, at(2))->number != number);
}

static void the_oldest_makes_room(void **state)
{
	(void)state;
	char first[VD_SESSION_TEXT_BYTES];
	char second[VD_SESSION_TEXT_BYTES];
	for (int i = 0; i < VD_SESSIONS_MAX; i++) {
		struct vd_session *s = vd_sessions_open(&sessions, &rng, 1, at(i));
		memcpy(i == 0 ? first : second, s->token, sizeof(first));
	}
	assert_non_null(vd_sessions_get(&sessions, vd_span_of(first), at(100)));
	assert_non_null(vd_sessions_open(&sessions, &rng, 2, at(101)));
	assert_non_null(vd_sessions_get(&sessions, vd_span_of(first), at(102)));
	assert_non_null(vd_sessions_get(&sessions, vd_span_of(second), at(102)));
}

static enum vd_err fail_fill(void *ctx, void *bytes, size_t n)
{
	(void)ctx;
	(void)bytes;
	(void)n;
	return VD_ERR_IO;
}

static void without_randomness_there_is_no_session(void **state)
{
	(void)state;
	struct vd_rng broken = { .fill = fail_fill };
	assert_null(vd_sessions_open(&sessions, &broken, 1, at(0)));
	assert_null(vd_sessions_get(&sessions, VD_SPAN(""), at(0)));
}

static void five_wrong_pins_lock_for_five_minutes(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		vd_lock_count(&sessions, "s:1", at(i));
		assert_int_equal(vd_lock_left_s(&sessions, "s:1", at(i)), 0);
	}
	vd_lock_count(&sessions, "s:1", at(4));
	assert_int_equal(vd_lock_left_s(&sessions, "s:1", at(4)), 300);
	assert_int_equal(vd_lock_left_s(&sessions, "s:1", at(303)), 1);
	assert_int_equal(vd_lock_left_s(&sessions, "s:1", at(304)), 0);
	assert_int_equal(vd_lock_left_s(&sessions, "s:2", at(4)), 0);
	vd_lock_count(&sessions, "s:1", at(305)); // counted anew
	assert_int_equal(vd_lock_left_s(&sessions, "s:1", at(305)), 0);
}

static void the_right_pin_clears_the_count(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		vd_lock_count(&sessions, "s:1", at(0));
	}
	vd_lock_clear(&sessions, "s:1");
	vd_lock_count(&sessions, "s:1", at(0));
	assert_int_equal(vd_lock_left_s(&sessions, "s:1", at(0)), 0);
}

static void many_addresses_do_not_unlock_the_latest(void **state)
{
	(void)state;
	for (int i = 0; i < VD_LOCK_TRIES; i++) {
		vd_lock_count(&sessions, "s:1", at(10));
	}
	for (int i = 0; i < VD_LOCKS_MAX - 1; i++) {
		char key[VD_LOCK_KEY_BYTES];
		snprintf(key, sizeof(key), "a:%d", i);
		vd_lock_count(&sessions, key, at(11));
	}
	assert_true(vd_lock_left_s(&sessions, "s:1", at(12)) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(tokens_are_long_and_differ, set_up),
		cmocka_unit_test_setup(a_session_ends_when_idle_for_12_hours, set_up),
		cmocka_unit_test_setup(a_stream_keeps_no_session_alive, set_up),
		cmocka_unit_test_setup(a_closed_session_is_gone_and_its_number_too, set_up),
		cmocka_unit_test_setup(the_oldest_makes_room, set_up),
		cmocka_unit_test_setup(without_randomness_there_is_no_session, set_up),
		cmocka_unit_test_setup(five_wrong_pins_lock_for_five_minutes, set_up),
		cmocka_unit_test_setup(the_right_pin_clears_the_count, set_up),
		cmocka_unit_test_setup(many_addresses_do_not_unlock_the_latest, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
