// SPDX-License-Identifier: MIT
#include "store/secrets.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "fixture.h"

#define TOKEN "token-that-nobody-may-read"

static struct vd_seeded_rng seeded;

static struct vd_rng rng_of(uint64_t seed)
{
	return vd_seeded_rng_init(&seeded, seed);
}

static struct vd_credentials sample(void)
{
	struct vd_credentials c = {
		.kind = VD_CREDENTIALS_X_OAUTH2,
		.set_at = vd_wall_s(T0),
		.renewed_at = vd_wall_s(T0 + 60),
		.ends = vd_wall_s(T0 + 7200),
		.set_by = "Anna",
		.client_id = "client",
		.scopes = "tweet.read users.read offline.access",
	};
	assert_ok(vd_secret_set(&c.part[VD_PART_TOKEN], VD_SPAN(TOKEN)));
	assert_ok(vd_secret_set(&c.part[VD_PART_REFRESH], VD_SPAN("refresh-1")));
	return c;
}

static void path_of(const struct fixture *f, const char *name, char *out, size_t cap)
{
	snprintf(out, cap, "%s/%s", f->dir, name);
}

static void put(struct fixture *f, const struct vd_device_key *key, const char *account,
		const struct vd_credentials *c)
{
	struct vd_rng rng = vd_seeded_rng_init(&seeded, seeded.state);
	assert_ok(vd_secrets_put(f->store, key, &rng, account, c, &f->diag));
	fixture_commit(f);
}

static void open_key(struct fixture *f, struct vd_device_key *key)
{
	struct vd_rng rng = rng_of(7);
	assert_ok(vd_secrets_open(f->store, f->dir, &rng, key, &f->diag));
}

static void what_was_put_comes_back_after_a_restart(void **state)
{
	struct fixture *f = *state;
	struct vd_device_key key = { 0 };
	struct vd_device_key again = { 0 };
	struct vd_credentials c = sample();
	struct vd_credentials out;
	open_key(f, &key);
	assert_err(vd_secrets_get(f->store, &key, "tim-x", &out, &f->diag), VD_ERR_NOT_FOUND);
	put(f, &key, "tim-x", &c);
	fixture_reopen(f);
	open_key(f, &again);
	assert_memory_equal(&key, &again, sizeof(key));
	assert_ok(vd_secrets_get(f->store, &again, "tim-x", &out, &f->diag));
	assert_memory_equal(&c, &out, sizeof(c));
	assert_true(vd_credentials_has_scope(&out, "users.read"));
	assert_false(vd_credentials_has_scope(&out, "users"));
	assert_ok(vd_secrets_delete(f->store, "tim-x", &f->diag));
	assert_ok(vd_secrets_delete(f->store, "tim-x", &f->diag));
	fixture_commit(f);
	assert_err(vd_secrets_get(f->store, &key, "tim-x", &out, &f->diag), VD_ERR_NOT_FOUND);
}

static void a_turn_that_is_lost_leaves_the_old_one(void **state)
{
	struct fixture *f = *state;
	struct vd_device_key key = { 0 };
	struct vd_credentials c = sample();
	struct vd_credentials out;
	open_key(f, &key);
	put(f, &key, "tim-x", &c);
	struct vd_rng rng = rng_of(9);
	struct vd_credentials newer = c;
	assert_ok(vd_secret_set(&newer.part[VD_PART_REFRESH], VD_SPAN("refresh-2")));
	assert_ok(vd_secrets_put(f->store, &key, &rng, "tim-x", &newer, &f->diag));
	vd_store_abort(f->store);
	fixture_reopen(f);
	assert_ok(vd_secrets_get(f->store, &key, "tim-x", &out, &f->diag));
	assert_memory_equal(&c, &out, sizeof(c));
}

static bool holds(const char *path, const char *needle)
{
	static char bytes[1 << 21];
	int fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	ssize_t n = read(fd, bytes, sizeof(bytes));
	close(fd);
	assert_true(n > 0);
	return vd_span_find(vd_span_make(bytes, (size_t)n), vd_span_of(needle)) >= 0;
}

static void no_secret_lies_on_disk_in_the_clear(void **state)
{
	struct fixture *f = *state;
	struct vd_device_key key = { 0 };
	struct vd_credentials c = sample();
	char path[128];
	open_key(f, &key);
	put(f, &key, "tim-x", &c);
	path_of(f, "data.mdb", path, sizeof(path));
	assert_true(holds(path, "account/tim-x")); // so we do look at the right file
	assert_false(holds(path, TOKEN));
	assert_false(holds(path, "refresh-1"));
}

static void a_record_belongs_to_its_name_key_and_bytes(void **state)
{
	(void)state;
	struct vd_rng rng = rng_of(3);
	struct vd_device_key key;
	struct vd_device_key other;
	uint8_t bytes[VD_DEVICE_KEY_BYTES] = { 1 };
	uint8_t record[256];
	uint8_t twice[256];
	uint8_t out[256];
	size_t n = 0;
	vd_device_key_set(&key, bytes);
	bytes[31] = 1;
	vd_device_key_set(&other, bytes);
	struct vd_writer w = vd_writer_init(record, sizeof(record));
	struct vd_writer v = vd_writer_init(twice, sizeof(twice));
	assert_ok(vd_secret_seal(&key, &rng, VD_SPAN("a"), VD_SPAN("plain"), &w));
	assert_ok(vd_secret_seal(&key, &rng, VD_SPAN("a"), VD_SPAN("plain"), &v));
	struct vd_span sealed = vd_writer_span(&w);
	assert_int_equal(sealed.n, 5 + VD_SEAL_BYTES);
	assert_false(vd_span_is_equal(sealed, vd_writer_span(&v))); // another nonce
	assert_ok(vd_secret_unseal(&key, VD_SPAN("a"), sealed, out, sizeof(out), &n));
	assert_true(vd_span_is_text(vd_span_make(out, n), "plain"));
	assert_err(vd_secret_unseal(&key, VD_SPAN("b"), sealed, out, sizeof(out), &n),
		   VD_ERR_CORRUPT);
	assert_err(vd_secret_unseal(&other, VD_SPAN("a"), sealed, out, sizeof(out), &n),
		   VD_ERR_PERMISSION);
	assert_err(vd_secret_unseal(&key, VD_SPAN("a"), sealed, out, 4, &n), VD_ERR_ROOM);
	for (size_t i = 0; i < sealed.n; i++) {
		record[i] ^= 1;
		assert_true(vd_secret_unseal(&key, VD_SPAN("a"), sealed, out, sizeof(out), &n) !=
			    VD_OK);
		record[i] ^= 1;
		assert_true(vd_secret_unseal(&key, VD_SPAN("a"), vd_span_make(record, i), out,
					     sizeof(out), &n) != VD_OK);
	}
	record[0] = 2;
	assert_err(vd_secret_unseal(&key, VD_SPAN("a"), sealed, out, sizeof(out), &n),
		   VD_ERR_VERSION);
	v = vd_writer_init(twice, 5 + VD_SEAL_BYTES - 1);
	assert_err(vd_secret_seal(&key, &rng, VD_SPAN("a"), VD_SPAN("plain"), &v), VD_ERR_ROOM);
}

static void a_key_that_others_can_read_is_refused(void **state)
{
	struct fixture *f = *state;
	struct vd_device_key key = { 0 };
	struct vd_rng rng = rng_of(7);
	struct stat st;
	char path[128];
	open_key(f, &key);
	path_of(f, VD_DEVICE_KEY_FILE, path, sizeof(path));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(chmod(path, 0640), 0);
	assert_err(vd_secrets_open(f->store, f->dir, &rng, &key, &f->diag), VD_ERR_PERMISSION);
	assert_non_null(strstr(f->diag.text, "chmod 600"));
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(truncate(path, 63), 0);
	assert_err(vd_secrets_open(f->store, f->dir, &rng, &key, &f->diag), VD_ERR_SYNTAX);
}

static void a_key_that_is_gone_or_another_is_said(void **state)
{
	struct fixture *f = *state;
	struct vd_device_key key = { 0 };
	struct vd_device_key other = { 0 };
	struct vd_credentials c = sample();
	struct vd_credentials out;
	struct vd_rng rng = rng_of(8);
	char path[128];
	open_key(f, &key);
	put(f, &key, "tim-x", &c);
	path_of(f, VD_DEVICE_KEY_FILE, path, sizeof(path));
	assert_int_equal(unlink(path), 0);
	assert_err(vd_secrets_open(f->store, f->dir, &rng, &other, &f->diag), VD_ERR_PERMISSION);
	assert_non_null(strstr(f->diag.text, "is gone"));
	assert_int_not_equal(access(path, F_OK), 0); // none is made over what waits for the old one
	assert_ok(vd_device_key_make(f->dir, &rng, &other, &f->diag));
	assert_err(vd_device_key_make(f->dir, &rng, &other, &f->diag), VD_ERR_EXISTS);
	assert_err(vd_secrets_open(f->store, f->dir, &rng, &other, &f->diag), VD_ERR_PERMISSION);
	assert_non_null(strstr(f->diag.text, "not what the sign-ins were sealed under"));
	assert_err(vd_secrets_get(f->store, &other, "tim-x", &out, &f->diag), VD_ERR_PERMISSION);
	assert_non_null(strstr(f->diag.text, "vedetta account add tim-x"));
	assert_ok(vd_secrets_delete(f->store, "tim-x", &f->diag)); // the way out needs no key
	fixture_commit(f);
	assert_ok(vd_secrets_open(f->store, f->dir, &rng, &other, &f->diag));
}

static void a_store_made_anew_has_them_with_the_key(void **state)
{
	struct fixture *f = *state;
	struct fixture to;
	struct vd_device_key key = { 0 };
	struct vd_device_key other = { 0 };
	struct vd_credentials c = sample();
	struct vd_credentials out;
	struct vd_rng rng = rng_of(9);
	char path[128];
	size_t n = 9;
	fixture_begin(&to);
	assert_ok(vd_secrets_copy(f->store, to.store, &n, &f->diag)); // nobody has signed in yet
	assert_int_equal(n, 0);
	open_key(f, &key);
	put(f, &key, "tim-x", &c);
	put(f, &key, "ti-x", &c);
	path_of(f, VD_DEVICE_KEY_FILE, path, sizeof(path));
	assert_int_equal(chmod(path, 0640), 0);
	assert_err(vd_secrets_copy(f->store, to.store, &n, &f->diag), VD_ERR_PERMISSION);
	assert_int_equal(n, 0); // no record goes without its key
	assert_int_equal(chmod(path, 0600), 0);
	assert_ok(vd_secrets_copy(f->store, to.store, &n, &f->diag));
	assert_int_equal(n, 2);
	fixture_commit(&to);
	fixture_reopen(&to);
	assert_ok(vd_secrets_open(to.store, to.dir, &rng, &other, &to.diag));
	assert_memory_equal(&key, &other, sizeof(key));
	assert_ok(vd_secrets_get(to.store, &other, "ti-x", &out, &to.diag));
	assert_span(vd_secret_reveal(&out.part[VD_PART_TOKEN]), TOKEN);
	fixture_end(&to);
}

static void credentials_have_one_form(void **state)
{
	(void)state;
	struct vd_credentials c = sample();
	struct vd_credentials out;
	uint8_t bytes[VD_CREDENTIALS_BYTES];
	struct vd_writer w = vd_writer_init(bytes, sizeof(bytes));
	assert_ok(vd_credentials_print(&c, &w));
	struct vd_span record = vd_writer_span(&w);
	assert_ok(vd_credentials_parse(record, &out));
	assert_memory_equal(&c, &out, sizeof(c));
	for (size_t i = 0; i < record.n; i++) {
		assert_err(vd_credentials_parse(vd_span_make(bytes, i), &out), VD_ERR_CORRUPT);
		assert_int_equal(out.part[VD_PART_TOKEN].n, 0); // nothing half read stays
	}
	bytes[0] = 2;
	assert_err(vd_credentials_parse(record, &out), VD_ERR_VERSION);
	c.kind = VD_CREDENTIALS_MISSING;
	assert_err(vd_credentials_print(&c, &w), VD_ERR_ARGUMENT);
}

static void the_largest_credentials_fit(void **state)
{
	(void)state;
	struct vd_credentials c = { .kind = VD_CREDENTIALS_TOKEN };
	uint8_t bytes[VD_CREDENTIALS_BYTES];
	char most[VD_SECRET_BYTES];
	memset(most, 'x', sizeof(most));
	memset(c.scopes, 's', sizeof(c.scopes) - 1);
	memset(c.set_by, 'b', sizeof(c.set_by) - 1);
	memset(c.client_id, 'i', sizeof(c.client_id) - 1);
	for (size_t i = 0; i < VD_PART_N; i++) {
		assert_ok(vd_secret_set(&c.part[i], vd_span_make(most, sizeof(most))));
	}
	struct vd_writer w = vd_writer_init(bytes, sizeof(bytes));
	assert_ok(vd_credentials_print(&c, &w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(what_was_put_comes_back_after_a_restart),
		STORE_TEST(a_turn_that_is_lost_leaves_the_old_one),
		STORE_TEST(no_secret_lies_on_disk_in_the_clear),
		cmocka_unit_test(a_record_belongs_to_its_name_key_and_bytes),
		STORE_TEST(a_key_that_others_can_read_is_refused),
		STORE_TEST(a_key_that_is_gone_or_another_is_said),
		STORE_TEST(a_store_made_anew_has_them_with_the_key),
		cmocka_unit_test(credentials_have_one_form),
		cmocka_unit_test(the_largest_credentials_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
