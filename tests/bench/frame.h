// SPDX-License-Identifier: MIT
/**
 * What the benches of the desk stand on: real clocks under a domain time that begins on a Friday
 * afternoon, a loop, a store on disk, one account in one brand.
 * Not a bench. Header-only; time is the machine's.
 */
#ifndef VD_BENCH_FRAME_H
#define VD_BENCH_FRAME_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/desk.h"

#define NOW_S INT64_C(1790952000) // Friday, 2 October 2026, 16:40 in Rome
#define TURNS_MAX 1000000

static inline void must(enum vd_err err, const struct vd_diag *diag)
{
	if (err != VD_OK) {
		fprintf(stderr, "bench: %s: %s\n", vd_err_text(err), diag->text);
		exit(1);
	}
}

static inline double seconds_of(clockid_t which)
{
	struct timespec t;
	clock_gettime(which, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline double seconds(void)
{
	return seconds_of(CLOCK_MONOTONIC);
}

/** Of this thread's processor. */
static inline double cpu_seconds(void)
{
	return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

static inline struct vd_mono frame_mono(void *ctx)
{
	(void)ctx;
	return (struct vd_mono){ (int64_t)(seconds() * 1e6) };
}

/** Moves with real time, so that runs are alike. */
static inline struct vd_wall frame_wall(void *ctx)
{
	const struct vd_mono *start = ctx;
	return vd_wall_add(vd_wall_s(NOW_S), vd_mono_sub(frame_mono(NULL), *start));
}

static inline struct vd_dur frame_real(void *ctx, struct vd_dur domain)
{
	(void)ctx;
	return domain;
}

static inline bool frame_is_trusted(void *ctx)
{
	(void)ctx;
	return true;
}

static inline void frame_book(struct vd_rulebook *book, const char *hours)
{
	struct vd_diag diag = { 0 };
	memset(book, 0, sizeof(*book));
	must(vd_calendar_parse(VD_SPAN("Europe/Rome"), vd_span_of(hours), &book->calendars[0],
			       &diag),
	     &diag);
	vd_policy_init(&book->policies[0]);
	book->n_calendars = 1;
	book->n_policies = 1;
	book->n_brands = 1;
	book->n_accounts = 1;
	snprintf(book->brands[0].name, VD_NAME_BYTES, "TIM");
	snprintf(book->accounts[0].name, VD_NAME_BYTES, "tim-x");
	book->accounts[0].network = VD_NETWORK_X;
}

struct frame {
	struct vd_mono start;
	struct vd_clock clock;
	struct vd_log log;
	struct vd_loop *loop;
	struct vd_store *store;
	struct vd_desk *desk;
};

/** `more` (may be NULL): what the desk's configuration has beside the frame's own. */
static inline void frame_open(struct frame *f, const char *dir, bool is_sync_off,
			      struct vd_rulebook *book, const struct vd_desk_config *more)
{
	struct vd_diag diag = { 0 };
	struct vd_store_config store = { .dir = dir, .is_sync_off = is_sync_off };
	struct vd_desk_config desk = more != NULL ? *more : (struct vd_desk_config){ 0 };
	f->start = frame_mono(NULL);
	f->clock = (struct vd_clock){ .ctx = &f->start,
				      .mono = frame_mono,
				      .wall = frame_wall,
				      .is_trusted = frame_is_trusted,
				      .real = frame_real };
	f->log.level = VD_LOG_ERROR;
	f->loop = vd_loop_create(&f->clock, vd_poller_posix());
	must(vd_store_open(&store, &f->store, &diag), &diag);
	desk.loop = f->loop;
	desk.store = f->store;
	desk.clock = &f->clock;
	desk.log = &f->log;
	desk.book = book;
	must(vd_desk_create(&desk, &f->desk, &diag), &diag);
	must(vd_desk_start(f->desk, book, "bench", &diag), &diag);
}

static inline void frame_close(struct frame *f)
{
	vd_desk_destroy(f->desk);
	vd_store_close(f->store);
	vd_loop_destroy(f->loop);
}

#endif
