// SPDX-License-Identifier: MIT
#include "harness.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literals_and_local_names_are_found),
		cmocka_unit_test(a_name_that_cannot_be_is_told),
		cmocka_unit_test(a_cancelled_one_is_silent_at_any_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
