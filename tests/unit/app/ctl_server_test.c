// SPDX-License-Identifier: MIT
//
// The control socket's server against a desk that answers when it likes: at once, later, or after
// the client has gone. A real local socket in a folder of its own; nothing else is real.
#include "unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/ctl_server.h"
#include "loop/loop.h"
#include "net/local.h"

enum when { AT_ONCE, LATER, AFTER_IT_LEFT };

struct bench {
	char dir[64];
	char path[96];
	struct vd_fake_clock fake;
	struct vd_clock clock;
	struct vd_loop *loop;
	struct vd_rulebook *book;
	struct vd_ctl_server *server;
	struct vd_desk_port port;
	enum when when;
	enum vd_err err;
	void *done_ctx;
	vd_port_done_fn *done;
};

static void answer(struct bench *b)
{
	struct vd_command_result result = { .err = b->err, .conversation = 7 };
	if (b->err != VD_OK) {
		vd_diag_set(&result.diag, b->err, "too many commands at once: try again");
	}
	b->done(b->done_ctx, &result);
}

static void submit(void *ctx, const struct vd_command *command, void *done_ctx,
		   vd_port_done_fn *done)
{
	struct bench *b = ctx;
	assert_int_equal(command->kind, VD_COMMAND_ACK);
	b->done_ctx = done_ctx;
	b->done = done;
	if (b->when == AT_ONCE) {
		answer(b);
	}
}

static void turns(struct bench *b)
{
	for (int i = 0; i < 4; i++) {
		assert_ok(vd_loop_turn(b->loop, (struct vd_dur){ 0 }));
	}
}

static struct bench *make(void)
{
	struct bench *b = calloc(1, sizeof(*b));
	snprintf(b->dir, sizeof(b->dir), "/tmp/vd-ctl-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->path, sizeof(b->path), "%s/ctl", b->dir);
	b->clock = vd_fake_clock_init(&b->fake, vd_wall_s(1790952000));
	b->loop = vd_loop_create(&b->clock, vd_poller_posix());
	b->book = calloc(1, sizeof(*b->book));
	b->port = (struct vd_desk_port){ .ctx = b, .submit = submit, .book = b->book };
	struct vd_ctl_server_config config = {
		.loop = b->loop, .port = &b->port, .data_dir = b->dir, .path = b->path
	};
	assert_ok(vd_ctl_server_create(&config, &b->server, NULL));
	return b;
}

static void drop(struct bench *b)
{
	vd_ctl_server_destroy(b->server);
	vd_loop_destroy(b->loop);
	rmdir(b->dir);
	free(b->book);
	free(b);
}

static int ask(struct bench *b)
{
	static const char request[] = "{\"do\":\"ack\",\"id\":7}\n";
	int fd;
	assert_ok(vd_local_connect(b->path, 1000, &fd, NULL));
	assert_int_equal(write(fd, request, sizeof(request) - 1), sizeof(request) - 1);
	turns(b);
	return fd;
}

// The desk may answer inside the call that hands the command in: the client is told once, and is
// not touched after it went.
static void whenever_the_desk_answers_the_client_hears_it_once(void **state)
{
	(void)state;
	static const enum vd_err errs[] = { VD_OK, VD_ERR_ROOM };
	for (size_t i = 0; i < VD_ARRAY_LEN(errs); i++) {
		for (int when = AT_ONCE; when <= AFTER_IT_LEFT; when++) {
			struct bench *b = make();
			char text[256] = "";
			b->when = (enum when)when;
			b->err = errs[i];
			int fd = ask(b);
			if (when == AFTER_IT_LEFT) {
				close(fd);
				turns(b);
				answer(b);
				turns(b);
				drop(b);
				continue;
			}
			if (when == LATER) {
				answer(b);
			}
			turns(b);
			ssize_t n = read(fd, text, sizeof(text) - 1);
			assert_true(n > 0);
			assert_non_null(strstr(text, errs[i] == VD_OK ? "\"conversation\":7"
								      : "try again"));
			assert_null(strchr(strchr(text, '\n') + 1, '{'));
			assert_int_equal(read(fd, text, sizeof(text)), 0); // and that is all
			close(fd);
			drop(b);
		}
	}
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN); // as the service does
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whenever_the_desk_answers_the_client_hears_it_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
