// SPDX-License-Identifier: MIT
#include "harness.h"

#include <sys/stat.h>
#include <unistd.h>

#include "net/local.h"

struct place {
	char folder[64];
	char path[96];
};

static void place_init(struct place *place)
{
	strcpy(place->folder, "/tmp/vedetta-test-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->path, sizeof(place->path), "%s/ctl", place->folder);
}

static void place_deinit(struct place *place)
{
	(void)unlink(place->path);
	(void)rmdir(place->folder);
}

static void bytes_pass(void **state)
{
	(void)state;
	struct place place;
	int listener = -1;
	int server = -1;
	int client = -1;
	struct stat st;
	char got[8] = "";
	place_init(&place);
	assert_int_equal(vd_local_listen(place.path, &listener, NULL), VD_OK);
	assert_int_equal(stat(place.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(vd_local_accept(listener, &server, NULL), VD_AGAIN);
	assert_int_equal(vd_local_connect(place.path, 1000, &client, NULL), VD_OK);
	assert_int_equal(vd_local_accept(listener, &server, NULL), VD_OK);
	assert_int_equal(write(client, "hello", 5), 5);
	assert_int_equal(read(server, got, sizeof(got)), 5);
	assert_int_equal(read(server, got, sizeof(got)), -1); // doesn't block
	close(client);
	close(server);
	close(listener);
	place_deinit(&place);
}

static void a_living_service_is_not_replaced_a_dead_one_is(void **state)
{
	(void)state;
	struct place place;
	int first = -1;
	int second = -1;
	int client = -1;
	struct vd_diag diag = { 0 };
	place_init(&place);
	assert_int_equal(vd_local_connect(place.path, 10, &client, &diag), VD_ERR_CONNECT);
	assert_int_equal(vd_local_listen(place.path, &first, NULL), VD_OK);
	assert_int_equal(vd_local_listen(place.path, &second, &diag), VD_ERR_EXISTS);
	assert_int_equal(second, -1);
	close(first); // the file stays
	assert_int_equal(vd_local_listen(place.path, &second, &diag), VD_OK);
	close(second);
	place_deinit(&place);
}

static void another_file_is_left_alone(void **state)
{
	(void)state;
	struct place place;
	int fd = -1;
	struct vd_diag diag = { 0 };
	char longest[200];
	place_init(&place);
	FILE *file = fopen(place.path, "w");
	assert_non_null(file);
	fclose(file);
	assert_int_equal(vd_local_listen(place.path, &fd, &diag), VD_ERR_EXISTS);
	assert_int_equal(access(place.path, F_OK), 0);
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(vd_local_listen(longest, &fd, &diag), VD_ERR_ROOM);
	place_deinit(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_pass),
		cmocka_unit_test(a_living_service_is_not_replaced_a_dead_one_is),
		cmocka_unit_test(another_file_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
