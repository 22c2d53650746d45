// SPDX-License-Identifier: MIT
#include "store/db.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include "fixture.h"

static char big[VD_TEXT_BYTES];

static enum vd_err add_big(struct fixture *f, int n)
{
	char id[16];
	uint32_t number = 0;
	snprintf(id, sizeof(id), "m%d", n);
	struct vd_message m = fixture_message(id, "t", "");
	m.text = vd_span_make(big, sizeof(big));
	return vd_store_message_add(f->store, VD_NETWORK_X, 1, &m, &number, &f->diag);
}

static void put_conversation(struct fixture *f)
{
	struct vd_conversation c = fixture_conversation(1, T0);
	assert_ok(vd_store_conversation_put(f->store, &c, &f->diag));
}

static void open_small(struct fixture *f)
{
	fixture_close(f);
	f->map_bytes = (size_t)1 << 20;
	fixture_open(f);
	put_conversation(f);
	fixture_commit(f);
}

static size_t addresses_used(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	if (f == NULL || fscanf(f, "%lu", &pages) != 1) {
		pages = 0;
	}
	if (f != NULL) {
		fclose(f);
	}
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

// `ulimit -v` of an administrator, or a container: the map of 64 GiB doesn't fit.
static void where_addresses_are_few_the_map_begins_small(void **state)
{
	struct fixture *f = *state;
	struct rlimit before;
	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
	struct rlimit few = { .rlim_cur = (rlim_t)1 << 30, .rlim_max = before.rlim_max };
	fixture_close(f);
	if (addresses_used() == 0 || addresses_used() > few.rlim_cur / 2) {
		skip(); // a sanitizer's shadow takes more
	}
	assert_int_equal(setrlimit(RLIMIT_AS, &few), 0);
	struct vd_store_config config = fixture_config(f);
	enum vd_err err = vd_store_open(&config, &f->store, &f->diag);
	assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
	assert_ok(err);
	put_conversation(f);
	fixture_commit(f);
}

// 24 MiB of texts through a map that began with one.
static void the_map_grows_before_it_is_full(void **state)
{
	struct fixture *f = *state;
	open_small(f);
	for (int turn = 0; turn < 12; turn++) {
		for (int i = 0; i < 64; i++) {
			assert_ok(add_big(f, turn * 64 + i));
		}
		fixture_commit(f);
	}
	struct vd_store_counters c;
	assert_ok(vd_store_get_counters(f->store, &c, &f->diag));
	assert_int_equal(c.messages, 12 * 64);
	fixture_check(f);
}

static void a_turn_larger_than_the_map_fails_whole_and_the_next_goes_on(void **state)
{
	struct fixture *f = *state;
	open_small(f);
	int n = 0;
	while (n < 10000 && add_big(f, n) == VD_OK) {
		n++;
	}
	assert_true(n > 200); // 8 MiB of room were promised
	assert_int_equal(f->diag.err, VD_ERR_ROOM);
	// Nothing but abort from here on.
	assert_err(add_big(f, n + 1), VD_ERR_ROOM);
	assert_err(vd_store_commit(f->store, &f->diag), VD_ERR_ROOM);
	struct vd_store_counters c;
	assert_ok(vd_store_get_counters(f->store, &c, &f->diag));
	assert_int_equal(c.messages, 0);
	for (int i = 0; i <= n; i++) {
		assert_ok(add_big(f, i));
	}
	fixture_commit(f);
	fixture_check(f);
}

static void a_second_writer_is_refused(void **state)
{
	struct fixture *f = *state;
	struct vd_store_config config = fixture_config(f);
	struct vd_store *second = NULL;
	assert_err(vd_store_open(&config, &second, &f->diag), VD_ERR_CONFLICT);
	assert_null(second);
	assert_non_null(strstr(f->diag.text, "another program is writing to it"));
}

static void the_folder_is_made_and_is_private(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	fixture_close(f);
	fixture_end(f);
	fixture_open(f);
	assert_int_equal(stat(f->dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void a_folder_that_cannot_be_made_is_said(void **state)
{
	struct fixture *f = *state;
	struct vd_store_config config = { .dir = "/tmp/no/such/folder" };
	struct vd_store *store = NULL;
	assert_err(vd_store_open(&config, &store, &f->diag), VD_ERR_NOT_FOUND);
	assert_string_equal(
		f->diag.text,
		"store /tmp/no/such/folder: make the folder: No such file or directory");
}

static void a_reader_reads_and_does_not_write(void **state)
{
	struct fixture *f = *state;
	put_conversation(f);
	fixture_commit(f);
	fixture_close(f);
	struct vd_store_config config = fixture_config(f);
	config.is_read_only = true;
	assert_ok(vd_store_open(&config, &f->store, &f->diag));
	struct vd_conversation c;
	assert_ok(vd_store_conversation_get(f->store, 1, &c, &f->diag));
	c.n_in++;
	assert_err(vd_store_conversation_put(f->store, &c, &f->diag), VD_ERR_STATE);
	assert_ok(vd_store_commit(f->store, &f->diag));
	fixture_check(f);
}

static void an_empty_folder_is_no_store_to_read(void **state)
{
	struct fixture *f = *state;
	fixture_close(f);
	fixture_end(f);
	assert_int_equal(mkdir(f->dir, 0700), 0);
	struct vd_store_config config = fixture_config(f);
	config.is_read_only = true;
	assert_err(vd_store_open(&config, &f->store, &f->diag), VD_ERR_NOT_FOUND);
}

static void closing_nothing_is_fine(void **state)
{
	(void)state;
	vd_store_close(NULL);
}

static void check_finds_a_counter_that_is_off(void **state)
{
	struct fixture *f = *state;
	put_conversation(f);
	fixture_check(f);
	f->store->state.counters.open++;
	assert_err(vd_store_check(f->store, &f->diag), VD_ERR_CORRUPT);
}

static void check_finds_a_place_that_is_missing(void **state)
{
	struct fixture *f = *state;
	struct vd_span key;
	struct vd_span value;
	uint8_t copy[VD_KEY_BYTES];
	put_conversation(f);
	assert_ok(vd_db_seek(f->store, VD_TABLE_DUE, VD_SPAN(""), &key, &value, &f->diag));
	size_t n = key.n;
	memcpy(copy, key.p, n);
	assert_ok(vd_db_delete(f->store, VD_TABLE_DUE, vd_span_make(copy, n), &f->diag));
	assert_err(vd_store_check(f->store, &f->diag), VD_ERR_CORRUPT);
	assert_string_equal(f->diag.text, "store: due: record 1: its place is missing");
	// And one too many.
	assert_ok(vd_db_put(f->store, VD_TABLE_DUE, vd_span_make(copy, n), VD_SPAN(""), &f->diag));
	assert_ok(vd_store_check(f->store, &f->diag));
	copy[n - 1]++;
	assert_ok(vd_db_put(f->store, VD_TABLE_DUE, vd_span_make(copy, n), VD_SPAN(""), &f->diag));
	assert_err(vd_store_check(f->store, &f->diag), VD_ERR_CORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(where_addresses_are_few_the_map_begins_small),
		STORE_TEST(the_map_grows_before_it_is_full),
		STORE_TEST(a_turn_larger_than_the_map_fails_whole_and_the_next_goes_on),
		STORE_TEST(a_second_writer_is_refused),
		STORE_TEST(the_folder_is_made_and_is_private),
		STORE_TEST(a_folder_that_cannot_be_made_is_said),
		STORE_TEST(a_reader_reads_and_does_not_write),
		STORE_TEST(an_empty_folder_is_no_store_to_read),
		cmocka_unit_test(closing_nothing_is_fine),
		STORE_TEST(check_finds_a_counter_that_is_off),
		STORE_TEST(check_finds_a_place_that_is_missing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
