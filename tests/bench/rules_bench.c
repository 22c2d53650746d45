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
#include <sys/stat.h>
#include <unistd.h>

#include "frame.h"

#define CONVERSATIONS 1000000
#define COMMIT_EVERY 5000

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
	struct frame box = { 0 };
	struct vd_diag diag = { 0 };
	int64_t n = argc > 2 ? atoll(argv[2]) : CONVERSATIONS;
	if (argc < 2 || n <= 0) {
		fputs("usage: rules_bench FOLDER [CONVERSATIONS]\n", stderr);
		return 2;
	}
	frame_book(&book, "1-5=09:00-18:00!italy");
	frame_open(&box, argv[1], true, &book, NULL);
	fill_store(box.store, &book, n);
	frame_close(&box);
	flush(argv[1]);

	frame_book(&book, "1-5=09:30-18:00!italy"); // every deadline is another one
	frame_open(&box, argv[1], false, &book, NULL);
	int64_t longest_cpu_us = 0;
	for (int i = 0; i < TURNS_MAX && vd_desk_is_judging(box.desk); i++) {
		double began = cpu_seconds();
		must(vd_loop_turn(box.loop, (struct vd_dur){ 1000 }), &diag);
		int64_t took_us = (int64_t)((cpu_seconds() - began) * 1e6);
		longest_cpu_us = took_us > longest_cpu_us ? took_us : longest_cpu_us;
	}
	struct vd_loop_stats stats = vd_loop_get_stats(box.loop);
	printf("{\"rules_conversations\": %lld, \"rules_recompute_s\": %.2f, "
	       "\"rules_longest_turn_ms\": %.1f, \"rules_longest_turn_cpu_ms\": %.1f}\n",
	       (long long)n, (double)vd_mono_sub(frame_mono(NULL), box.start).us / 1e6,
	       (double)stats.longest_turn.us / 1e3, (double)longest_cpu_us / 1e3);
	frame_close(&box);
	return 0;
}
