// SPDX-License-Identifier: MIT
// R40: how long a change of the calendar takes over many open conversations, by the desk itself,
// on a real store with its flushes, and how long one turn of the loop is held. One JSON object.
//
// usage: rules_bench FOLDER [CONVERSATIONS]
//
// rules_recompute_s      from the start under the new calendar until the last one is judged
// rules_longest_turn_ms  the longest turn of the loop meanwhile, without its waiting for events
// rules_longest_turn_cpu_ms  the same in time of the processor: the rest is the disk
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/desk.h"

#define CONVERSATIONS 1000000
#define COMMIT_EVERY 5000
#define TURNS_MAX 1000000
#define NOW_S INT64_C(1790952000) // Friday, 2 October 2026, 16:40 in Rome

static void must(enum vd_err err, const struct vd_diag *diag)
{
	if (err != VD_OK) {
		fprintf(stderr, "rules_bench: %s: %s\n", vd_err_text(err), diag->text);
		exit(1);
	}
}

static struct vd_mono mono(void *ctx)
{
	(void)ctx;
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (struct vd_mono){ (int64_t)t.tv_sec * VD_US_PER_S + t.tv_nsec / 1000 };
}

static int64_t cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * VD_US_PER_S + t.tv_nsec / 1000;
}

// Domain time moves with real time from a Friday afternoon on, so that runs are alike.
static struct vd_wall wall(void *ctx)
{
	const struct vd_mono *start = ctx;
	return vd_wall_add(vd_wall_s(NOW_S), vd_mono_sub(mono(NULL), *start));
}

static struct vd_dur real(void *ctx, struct vd_dur domain)
{
	(void)ctx;
	return domain;
}

static bool is_trusted(void *ctx)
{
	(void)ctx;
	return true;
}

static void fill_book(struct vd_rulebook *book, const char *hours)
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

// Two weeks of questions that nobody answered, one after the other; no texts, which a change of
// rules doesn't touch.
static void fill_store(struct vd_store *store, const struct vd_rulebook *book, int64_t n)
{
	struct vd_diag diag = { 0 };
	for (int64_t i = 0; i < n; i++) {
		struct vd_conversation c = { .id = (uint64_t)i + 1 };
		struct vd_effects effects;
		int64_t ago_us = (n - i) * 14 * 86400 * VD_US_PER_S / n;
		struct vd_message m = {
			.direction = VD_DIRECTION_IN,
			.published = { NOW_S * VD_US_PER_S - ago_us },
			.text = VD_SPAN("My line is down since Friday and nobody answers."),
		};
		m.fetched = m.published;
		snprintf(m.author_id, sizeof(m.author_id), "99%08lld", (long long)i);
		snprintf(m.author_handle, sizeof(m.author_handle), "customer%lld", (long long)i);
		struct vd_engine_env env = vd_engine_env_make(book, &c, vd_wall_s(NOW_S), true);
		must(vd_engine_open(&env, &m, 0, &c, &effects, &diag), &diag);
		must(vd_store_conversation_put(store, &c, &diag), &diag);
		if (i % COMMIT_EVERY == 0) {
			must(vd_store_commit(store, &diag), &diag);
		}
	}
	must(vd_store_commit(store, &diag), &diag);
}

/** Everything that a desk stands on. */
struct box {
	struct vd_mono start;
	struct vd_clock clock;
	struct vd_loop *loop;
	struct vd_store *store;
	struct vd_desk *desk;
	struct vd_log log;
};

static void open_box(struct box *box, const char *dir, struct vd_rulebook *book, bool is_sync_off)
{
	struct vd_diag diag = { 0 };
	box->start = mono(NULL);
	box->clock = (struct vd_clock){ .ctx = &box->start,
					.mono = mono,
					.wall = wall,
					.is_trusted = is_trusted,
					.real = real };
	box->log.level = VD_LOG_ERROR;
	box->loop = vd_loop_create(&box->clock, vd_poller_posix());
	struct vd_store_config store = { .dir = dir, .is_sync_off = is_sync_off };
	must(vd_store_open(&store, &box->store, &diag), &diag);
	struct vd_desk_config desk = {
		.loop = box->loop,
		.store = box->store,
		.clock = &box->clock,
		.log = &box->log,
		.book = book,
	};
	must(vd_desk_create(&desk, &box->desk, &diag), &diag);
	must(vd_desk_start(box->desk, book, "bench", &diag), &diag);
}

static void close_box(struct box *box)
{
	vd_desk_destroy(box->desk);
	vd_store_close(box->store);
	vd_loop_destroy(box->loop);
}

// What was filled in without flushes is on disk before the clock starts: a store that grew over
// weeks
// has no million conversations left to be written back.
static void flush(const char *dir)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	int fd = open(path, O_RDWR);
	if (fd < 0 || fsync(fd) != 0) {
		perror(path);
		exit(1);
	}
	close(fd);
}

int main(int argc, char **argv)
{
	static struct vd_rulebook book;
	struct box box = { 0 };
	struct vd_diag diag = { 0 };
	int64_t n = argc > 2 ? atoll(argv[2]) : CONVERSATIONS;
	if (argc < 2 || n <= 0) {
		fputs("usage: rules_bench FOLDER [CONVERSATIONS]\n", stderr);
		return 2;
	}
	fill_book(&book, "1-5=09:00-18:00!italy");
	open_box(&box, argv[1], &book, true);
	fill_store(box.store, &book, n);
	close_box(&box);
	flush(argv[1]);

	fill_book(&book, "1-5=09:30-18:00!italy"); // every deadline is another one
	open_box(&box, argv[1], &book, false);
	int64_t longest_cpu_us = 0;
	for (int i = 0; i < TURNS_MAX && vd_desk_is_judging(box.desk); i++) {
		int64_t began_us = cpu_us();
		must(vd_loop_turn(box.loop, (struct vd_dur){ 1000 }), &diag);
		int64_t took_us = cpu_us() - began_us;
		longest_cpu_us = took_us > longest_cpu_us ? took_us : longest_cpu_us;
	}
	struct vd_loop_stats stats = vd_loop_get_stats(box.loop);
	printf("{\"rules_conversations\": %lld, \"rules_recompute_s\": %.2f, "
	       "\"rules_longest_turn_ms\": %.1f, \"rules_longest_turn_cpu_ms\": %.1f}\n",
	       (long long)n, (double)vd_mono_sub(mono(NULL), box.start).us / 1e6,
	       (double)stats.longest_turn.us / 1e3, (double)longest_cpu_us / 1e3);
	close_box(&box);
	return 0;
}
