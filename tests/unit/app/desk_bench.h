// SPDX-License-Identifier: MIT
/**
 * A desk on a bench: the real store on a real file, the real engine and loop; only time and
 * descriptors are fake.
 * Not a service: no channel polls, and nothing listens.
 * Time moves where a test moves it; the folder of the store goes with the bench.
 */
#ifndef VD_UNIT_APP_DESK_BENCH_H
#define VD_UNIT_APP_DESK_BENCH_H

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/desk.h"
#include "base/json.h"
#include "fake_poller.h"
#include "proof.h"

#define FRIDAY_16_40 INT64_C(1790952000) // 2 October 2026, Rome
#define X_OWN_ID "100000001"
#define X_OTHER_ID "100000003"

struct bench {
	char dir[64];
	struct vd_fake_clock fake;
	struct vd_clock clock;
	struct fake_poller poller;
	struct vd_loop *loop;
	struct vd_rulebook *book;
	struct vd_store *store;
	struct vd_desk *desk;
	struct vd_desk_port port;
	struct vd_channel_host host;
	int n_views;
	bool is_watched;
};

static inline void count_view(void *ctx)
{
	struct bench *b = ctx;
	b->n_views++;
}

static inline bool is_watched(void *ctx)
{
	const struct bench *b = ctx;
	return b->is_watched;
}

static inline void fill_book(struct vd_rulebook *book)
{
	assert_ok(vd_calendar_parse(VD_SPAN("Europe/Rome"), VD_SPAN("1-5=09:00-18:00!italy"),
				    &book->calendars[0], NULL));
	vd_policy_init(&book->policies[0]);
	book->n_calendars = 1;
	book->n_policies = 1;
	book->n_brands = 2;
	snprintf(book->brands[0].name, VD_NAME_BYTES, "Telecom Italia");
	snprintf(book->brands[1].name, VD_NAME_BYTES, "Impresa Semplice");
	static const char *const rows[][3] = {
		{ "ti-x", "TelecomItalia", X_OWN_ID },
		{ "is-x", "ImpresaSemplice", X_OTHER_ID },
	};
	for (uint16_t i = 0; i < 2; i++) {
		struct vd_account *a = &book->accounts[book->n_accounts++];
		snprintf(a->name, sizeof(a->name), "%s", rows[i][0]);
		snprintf(a->handle, sizeof(a->handle), "%s", rows[i][1]);
		snprintf(a->user_id, sizeof(a->user_id), "%s", rows[i][2]);
		a->network = VD_NETWORK_X;
		a->brand = i;
		a->is_enabled = true;
	}
	book->n_staff = 1;
	snprintf(book->staff[0].name, VD_NAME_BYTES, "Anna");
	snprintf(book->staff[0].initials, VD_INITIALS_BYTES, "AN");
}

static inline void turn(struct bench *b)
{
	assert_ok(vd_loop_turn(b->loop, (struct vd_dur){ 0 }));
}

static inline void open_desk(struct bench *b)
{
	struct vd_store_config store = { .dir = b->dir, .is_sync_off = true };
	assert_ok(vd_store_open(&store, &b->store, NULL));
	struct vd_desk_config config = {
		.loop = b->loop,
		.store = b->store,
		.clock = &b->clock,
		.book = b->book,
		.ctx = b,
		.on_view = count_view,
		.is_watched = is_watched,
	};
	struct vd_diag diag = { 0 };
	assert_ok(vd_desk_create(&config, &b->desk, &diag));
	assert_ok(vd_desk_start(b->desk, b->book, "test", &diag));
	b->port = vd_desk_get_port(b->desk);
	vd_desk_fill_host(b->desk, &b->host);
	turn(b);
}

static inline void close_desk(struct bench *b)
{
	vd_desk_destroy(b->desk);
	assert_proven(b->store);
	vd_store_close(b->store);
	b->desk = NULL;
	b->store = NULL;
}

static inline int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	snprintf(b->dir, sizeof(b->dir), "/tmp/vedetta-desk-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	b->clock = vd_fake_clock_init(&b->fake, vd_wall_s(FRIDAY_16_40));
	b->poller.clock = &b->fake;
	b->loop = vd_loop_create(&b->clock, (struct vd_poller){ &b->poller, fake_poller_wait });
	b->book = calloc(1, sizeof(*b->book));
	fill_book(b->book);
	open_desk(b);
	*state = b;
	return 0;
}

static inline int tear_down(void **state)
{
	struct bench *b = *state;
	char path[128];
	close_desk(b);
	vd_loop_destroy(b->loop);
	static const char *const files[] = { "data.mdb", "lock.mdb", "writer.lock" };
	for (size_t i = 0; i < VD_ARRAY_LEN(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", b->dir, files[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(b->dir), 0);
	free(b->book);
	free(b);
	return 0;
}

/** Lets domain time pass, with the turns that the loop would make. */
static inline void pass(struct bench *b, int64_t s)
{
	vd_fake_clock_advance(&b->fake, vd_dur_s(s));
	turn(b);
	turn(b);
}

static inline struct vd_message question(const char *id, const char *thread, int64_t at_s)
{
	struct vd_message m = {
		.account = 0,
		.direction = VD_DIRECTION_IN,
		.published = vd_wall_s(at_s),
		.text = VD_SPAN("@TelecomItalia perché la linea è giù?"),
	};
	snprintf(m.network_id, sizeof(m.network_id), "%s", id);
	snprintf(m.thread_id, sizeof(m.thread_id), "%s", thread);
	snprintf(m.author_id, sizeof(m.author_id), "555");
	snprintf(m.author_handle, sizeof(m.author_handle), "mrossi");
	return m;
}

static inline void take(struct bench *b, const struct vd_message *m)
{
	struct vd_diag diag = { 0 };
	assert_ok(b->host.message(b->host.ctx, m, &diag));
	turn(b);
}

static inline void poll_well(struct bench *b)
{
	for (uint16_t i = 0; i < b->book->n_accounts; i++) {
		b->host.health(b->host.ctx, i, VD_HEALTH_GOOD, "", vd_dur_s(60));
	}
}

static inline const struct vd_view *view(struct bench *b)
{
	return b->port.view(b->port.ctx);
}

struct told {
	int n;
	struct vd_command_result result;
};

static inline void tell(void *ctx, const struct vd_command_result *result)
{
	struct told *told = ctx;
	told->n++;
	told->result = *result;
}

static inline enum vd_err submit(struct bench *b, struct vd_command command)
{
	struct told told = { 0 };
	b->port.submit(b->port.ctx, &command, &told, tell);
	assert_int_equal(told.n, 0); // nobody is answered before the commit
	turn(b);
	assert_int_equal(told.n, 1);
	return told.result.err;
}

#endif
