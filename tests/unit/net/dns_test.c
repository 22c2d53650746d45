// SPDX-License-Identifier: MIT
#include "harness.h"

#include <pthread.h>

struct found {
	bool is_done;
	enum vd_err err;
	struct vd_dns_answer answer;
	char text[VD_DIAG_BYTES];
};

static void on_found(void *ctx, enum vd_err err, const struct vd_dns_answer *answer,
		     const struct vd_diag *diag)
{
	struct found *found = ctx;
	assert_false(found->is_done);
	found->is_done = true;
	found->err = err;
	if (answer != NULL) {
		found->answer = *answer;
	}
	snprintf(found->text, sizeof(found->text), "%s", diag->text);
}

static struct vd_lookup *look_up(struct harness *h, const char *host, uint16_t port,
				 struct found *found)
{
	struct vd_lookup *lookup = NULL;
	*found = (struct found){ 0 };
	assert_int_equal(
		vd_resolver_look_up(h->resolver, host, port, found, on_found, &lookup, NULL),
		VD_OK);
	assert_false(found->is_done);
	return lookup;
}

static void literals_and_local_names_are_found(void **state)
{
	(void)state;
	struct harness h;
	struct found found;
	harness_init(&h);
	(void)look_up(&h, "192.0.2.7", 80, &found);
	harness_until(&h, &found.is_done);
	assert_int_equal(found.answer.n, 1);
	char text[VD_SOCK_TEXT_BYTES];
	vd_sock_address_print(&found.answer.at[0], text);
	assert_string_equal(text, "192.0.2.7:80");
	(void)look_up(&h, "2001:db8::7", 443, &found);
	harness_until(&h, &found.is_done);
	vd_sock_address_print(&found.answer.at[0], text);
	assert_string_equal(text, "[2001:db8::7]:443");
	// /etc/hosts, by the thread; then out of the cache, with the port of this look-up.
	(void)look_up(&h, "localhost", 1, &found);
	harness_until(&h, &found.is_done);
	assert_int_equal(found.err, VD_OK);
	(void)look_up(&h, "localhost", 2, &found);
	harness_turns(&h, 2);
	assert_true(found.is_done);
	assert_int_equal(found.answer.at[0].port, 2);
	harness_deinit(&h);
}

static void a_name_that_cannot_be_is_told(void **state)
{
	(void)state;
	struct harness h;
	struct found found;
	harness_init(&h);
	(void)look_up(&h, "a..b", 1, &found); // refused before any packet leaves
	harness_until(&h, &found.is_done);
	assert_int_equal(found.err, VD_ERR_RESOLVE);
	assert_non_null(strstr(found.text, "a..b"));
	char longest[400];
	struct vd_lookup *lookup = NULL;
	memset(longest, 'a', sizeof(longest));
	longest[399] = '\0';
	assert_int_equal(
		vd_resolver_look_up(h.resolver, longest, 1, &found, on_found, &lookup, NULL),
		VD_ERR_ARGUMENT);
	harness_deinit(&h);
}

static void a_cancelled_one_is_silent_at_any_moment(void **state)
{
	(void)state;
	struct harness h;
	struct found found;
	harness_init(&h);
	for (int turns = 0; turns < 50; turns++) {
		struct vd_lookup *lookup =
			look_up(&h, turns % 2 == 0 ? "a..b" : "192.0.2.1", 1, &found);
		struct found other;
		struct vd_lookup *second = look_up(&h, "a..b", 1, &other);
		vd_lookup_cancel(lookup);
		harness_turns(&h, turns % 4);
		assert_false(found.is_done);
		if (!other.is_done) {
			vd_lookup_cancel(second);
		}
	}
	(void)look_up(&h, "a..b", 1, &found);
	harness_deinit(&h); // with one under way
	assert_false(found.is_done);
}

// ---- a name server that fails, by a fake one ----------------------------------------------------

// Static: the worker, which is detached, may look at it after the test.
static struct fake {
	pthread_mutex_t mutex;
	pthread_cond_t go;
	bool is_mute;
	bool is_failing;
	int n_asked;
	int n_inside;
	const char *address;
} fake = { .mutex = PTHREAD_MUTEX_INITIALIZER, .go = PTHREAD_COND_INITIALIZER };

static enum vd_err fake_run(void *ctx, const char *host, struct vd_sock_address *out, size_t cap,
			    size_t *n, struct vd_diag *diag)
{
	struct fake *f = ctx;
	(void)cap;
	pthread_mutex_lock(&f->mutex);
	f->n_asked++;
	f->n_inside++;
	while (f->is_mute) {
		pthread_cond_wait(&f->go, &f->mutex);
	}
	f->n_inside--;
	enum vd_err err = VD_OK;
	*n = 0;
	if (f->is_failing) {
		err = vd_diag_set(diag, VD_ERR_RESOLVE, "the name %s: SERVFAIL", host);
	} else {
		err = vd_sock_address_parse(f->address, 0, out);
		*n = 1;
	}
	pthread_mutex_unlock(&f->mutex);
	return err;
}

static void fake_set(bool is_mute, bool is_failing, const char *address)
{
	pthread_mutex_lock(&fake.mutex);
	fake.is_mute = is_mute;
	fake.is_failing = is_failing;
	fake.address = address;
	pthread_cond_broadcast(&fake.go);
	pthread_mutex_unlock(&fake.mutex);
}

static int fake_asked(void)
{
	pthread_mutex_lock(&fake.mutex);
	int n = fake.n_asked;
	pthread_mutex_unlock(&fake.mutex);
	return n;
}

struct bench {
	struct harness h;
	int n_back;
};

static void on_back(void *ctx)
{
	((struct bench *)ctx)->n_back++;
}

static void bench_init(struct bench *b)
{
	struct vd_resolve resolve = { &fake, fake_run };
	*b = (struct bench){ 0 };
	harness_init(&b->h);
	vd_resolver_destroy(b->h.resolver);
	fake_set(false, false, "192.0.2.1");
	fake.n_asked = 0;
	assert_int_equal(vd_resolver_create_with(b->h.loop, resolve, &b->h.resolver, NULL), VD_OK);
	vd_resolver_on_back(b->h.resolver, b, on_back);
}

static void bench_deinit(struct bench *b)
{
	fake_set(false, true, "");
	harness_deinit(&b->h);
}

// The address found, "" for a failure; the time does not move.
static const char *found_at(struct bench *b, const char *host, struct found *found)
{
	static char text[VD_SOCK_TEXT_BYTES];
	(void)look_up(&b->h, host, 443, found);
	harness_until(&b->h, &found->is_done);
	text[0] = '\0';
	if (found->err == VD_OK) {
		vd_sock_address_print(&found->answer.at[0], text);
	}
	return text;
}

static void confirm(struct bench *b, const char *host, const char *address)
{
	struct vd_sock_address at;
	assert_int_equal(vd_sock_address_parse(address, 443, &at), VD_OK);
	vd_resolver_confirm(b->h.resolver, host, &at);
}

// Until the worker has done what it was asked for so far.
static void settle(struct bench *b, int asked)
{
	for (int i = 0; i < MOST_TURNS; i++) {
		harness_turn(&b->h);
		pthread_mutex_lock(&fake.mutex);
		bool is_quiet = fake.n_asked >= asked && fake.n_inside == 0;
		pthread_mutex_unlock(&fake.mutex);
		if (is_quiet) {
			harness_turns(&b->h, 4);
			return;
		}
	}
	fail_msg("asked %d times, wanted %d", fake_asked(), asked);
}

static void an_old_address_is_used_for_a_day(void **state)
{
	(void)state;
	struct bench b;
	struct found found;
	bench_init(&b);
	assert_string_equal(found_at(&b, "api.x.com", &found), "192.0.2.1:443");
	assert_false(found.answer.is_old);
	confirm(&b, "api.x.com", "192.0.2.1");
	fake_set(false, true, "");
	harness_advance(&b.h, 61000);
	assert_string_equal(found_at(&b, "api.x.com", &found), "192.0.2.1:443");
	assert_true(found.answer.is_old);
	assert_true(vd_resolver_is_failing(b.h.resolver, "api.x.com"));
	assert_false(vd_resolver_is_failing(b.h.resolver, "other"));
	// Who asks meanwhile gets it at once, and asks nobody.
	int asked = fake_asked();
	assert_string_equal(found_at(&b, "api.x.com", &found), "192.0.2.1:443");
	assert_int_equal(fake_asked(), asked);
	// The background asks: after 5 s, 10 s, 20 s, then every 30 s.
	static const int64_t waits_s[] = { 5, 10, 20, 30, 30, 30 };
	for (size_t i = 0; i < VD_ARRAY_LEN(waits_s); i++) {
		harness_advance(&b.h, waits_s[i] * 1000 - 100);
		assert_int_equal(fake_asked(), asked);
		harness_advance(&b.h, 200);
		settle(&b, ++asked);
		assert_int_equal(fake_asked(), asked);
	}
	harness_advance(&b.h, INT64_C(23) * 3600 * 1000);
	settle(&b, asked + 1);
	assert_string_equal(found_at(&b, "api.x.com", &found), "192.0.2.1:443");
	harness_advance(&b.h, INT64_C(3600) * 1000);
	settle(&b, asked + 2);
	assert_string_equal(found_at(&b, "api.x.com", &found), "");
	assert_int_equal(found.err, VD_ERR_RESOLVE);
	assert_non_null(strstr(found.text, "SERVFAIL"));
	assert_int_equal(b.n_back, 0);
	bench_deinit(&b);
}

static void a_mute_name_server_holds_up_nobody(void **state)
{
	(void)state;
	struct bench b;
	struct found found;
	struct found others[20];
	bench_init(&b);
	(void)found_at(&b, "known.lan", &found);
	(void)found_at(&b, "api.x.com", &found);
	confirm(&b, "api.x.com", "192.0.2.1");
	int asked = fake_asked();
	fake_set(true, false, "192.0.2.2");
	harness_advance(&b.h, 61000);
	(void)look_up(&b.h, "api.x.com", 443, &found);
	harness_advance(&b.h, 1700);
	assert_false(found.is_done);
	harness_advance(&b.h, 200);
	assert_true(found.is_done);
	assert_true(found.answer.is_old);
	for (size_t i = 0; i < VD_ARRAY_LEN(others); i++) { // the next ones wait no more
		(void)look_up(&b.h, "api.x.com", 443, &others[i]);
	}
	harness_turns(&b.h, 4);
	for (size_t i = 0; i < VD_ARRAY_LEN(others); i++) {
		assert_true(others[i].is_done);
		assert_true(others[i].answer.is_old);
	}
	(void)look_up(&b.h, "new.lan", 443, &found); // never seen: no old one
	assert_string_equal(found_at(&b, "192.0.2.9", &others[0]), "192.0.2.9:443");
	harness_advance(&b.h, 9900);
	assert_false(found.is_done);
	harness_advance(&b.h, 200);
	assert_true(found.is_done);
	assert_int_equal(found.err, VD_ERR_RESOLVE);
	assert_non_null(strstr(found.text, "does not answer"));
	// One thread blocks on one name, and each was asked for once.
	for (int i = 0; i < MOST_TURNS && fake_asked() == asked; i++) {
		harness_turn(&b.h);
	}
	assert_int_equal(fake_asked(), asked + 1);
	fake_set(false, false, "192.0.2.2");
	settle(&b, asked + 2);
	harness_turns(&b.h, 4);
	assert_true(b.n_back >= 1);
	assert_false(vd_resolver_is_failing(b.h.resolver, "api.x.com"));
	assert_string_equal(found_at(&b, "api.x.com", &found), "192.0.2.2:443");
	assert_false(found.answer.is_old);
	bench_deinit(&b);
}

static void it_is_told_when_names_are_back(void **state)
{
	(void)state;
	struct bench b;
	struct found found;
	bench_init(&b);
	fake_set(false, true, "");
	assert_string_equal(found_at(&b, "api.x.com", &found), "");
	assert_string_equal(found_at(&b, "api.x.com", &found), "");
	assert_int_equal(fake_asked(), 1); // it backs off
	fake_set(false, false, "192.0.2.1");
	harness_advance(&b.h, 5001); // nobody asks: the background does
	settle(&b, 2);
	assert_int_equal(b.n_back, 1);
	assert_string_equal(found_at(&b, "api.x.com", &found), "192.0.2.1:443");
	bench_deinit(&b);
}

static void wrong_answers_end_with_the_right_one(void **state)
{
	(void)state;
	struct bench b;
	struct found found;
	bench_init(&b);
	(void)found_at(&b, "api.x.com", &found);
	confirm(&b, "api.x.com", "192.0.2.1");
	fake_set(false, false, "198.51.100.66"); // a portal's
	harness_advance(&b.h, 61000);
	assert_string_equal(found_at(&b, "api.x.com", &found), "198.51.100.66:443");
	assert_int_equal(found.answer.n, 2);
	assert_int_equal(found.answer.at[1].bytes[3], 1);
	assert_int_equal(found.answer.at[1].port, 443);
	// It led nowhere: the name server is asked again, long before its answer is old.
	fake_set(false, false, "192.0.2.1");
	assert_string_equal(found_at(&b, "api.x.com", &found), "198.51.100.66:443");
	vd_resolver_doubt(b.h.resolver, "api.x.com");
	assert_string_equal(found_at(&b, "api.x.com", &found), "192.0.2.1:443");
	assert_int_equal(found.answer.n, 1);
	bench_deinit(&b);
}

static void more_names_than_places(void **state)
{
	(void)state;
	struct bench b;
	struct found found;
	bench_init(&b);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 70; i++) {
			char host[32];
			snprintf(host, sizeof(host), "n%d.lan", i);
			harness_advance(&b.h, 1);
			assert_string_equal(found_at(&b, host, &found), "192.0.2.1:443");
		}
	}
	// All places are being waited for: no more.
	fake_set(true, false, "192.0.2.1");
	struct found many[48];
	for (int i = 0; i < 48; i++) {
		char host[32];
		snprintf(host, sizeof(host), "m%d.lan", i);
		(void)look_up(&b.h, host, 1, &many[i]);
	}
	struct vd_lookup *lookup = NULL;
	assert_int_equal(
		vd_resolver_look_up(b.h.resolver, "one.more", 1, &found, on_found, &lookup, NULL),
		VD_ERR_ROOM);
	fake_set(false, false, "192.0.2.1");
	harness_until(&b.h, &many[47].is_done);
	bench_deinit(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literals_and_local_names_are_found),
		cmocka_unit_test(a_name_that_cannot_be_is_told),
		cmocka_unit_test(a_cancelled_one_is_silent_at_any_moment),
		cmocka_unit_test(an_old_address_is_used_for_a_day),
		cmocka_unit_test(a_mute_name_server_holds_up_nobody),
		cmocka_unit_test(it_is_told_when_names_are_back),
		cmocka_unit_test(wrong_answers_end_with_the_right_one),
		cmocka_unit_test(more_names_than_places),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
