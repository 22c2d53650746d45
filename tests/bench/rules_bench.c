// SPDX-License-Identifier: MIT
// R40: how long a change of the calendar takes over many open conversations, by the desk itself,
// on a real store with its flushes, and how long one turn of the loop is held. One JSON object.
//
// usage: rules_bench FOLDER [CONVERSATIONS]
//
// rules_recompute_s      from the start under the new calendar until the last one is judged
// rules_longest_turn_ms  the longest turn of the loop meanwhile, without its waiting for events
// rules_turns            turns that it took, and how many of them were longer than 20 ms
// disk_longest_flush_ms  the same number of flushes of as much, by a bare loop of pwrite() and
//                        fdatasync() on the same disk right after: what the disk alone does
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frame.h"

#define CONVERSATIONS 1000000
#define COMMIT_EVERY 5000
#define LONG_S 0.020
#define PAGE_BYTES 4096
#define PEER_PAGES 65536   // a file of 256 MiB
#define TURN_PAGES 400     // that a slice changes, more or less
#define TURN_WORK_S 0.0048 // beside its flush

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
// weeks has no million conversations left to be written back.
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

/** What the same turns would wait for without us. Pages lie apart, as those of a tree do. */
static double longest_flush_ms(const char *dir, int64_t turns)
{
	static const char page[PAGE_BYTES] = { 1 };
	char path[512];
	snprintf(path, sizeof(path), "%s/peer", dir);
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	bool is_good = fd >= 0;
	for (int64_t i = 0; is_good && i < PEER_PAGES; i++) {
		is_good = write(fd, page, sizeof(page)) == (ssize_t)sizeof(page);
	}
	is_good = is_good && fsync(fd) == 0;
	double longest = 0;
	for (int64_t turn = 0; is_good && turn < turns; turn++) {
		double began = seconds();
		for (int64_t i = 0; is_good && i < TURN_PAGES; i++) {
			off_t at = (turn + i * (PEER_PAGES / TURN_PAGES)) % PEER_PAGES * PAGE_BYTES;
			is_good = pwrite(fd, page, sizeof(page), at) == (ssize_t)sizeof(page);
		}
		is_good = is_good && fdatasync(fd) == 0;
		double took = seconds() - began;
		longest = took > longest ? took : longest;
		while (seconds() - began < took + TURN_WORK_S) { // the work of a turn
		}
	}
	if (!is_good) {
		perror(path);
		exit(1);
	}
	close(fd);
	(void)unlink(path);
	return longest * 1e3;
}

struct turns {
	int64_t n;
	int64_t n_long;
	double longest_s;
};

static struct turns judge_all(struct frame *box)
{
	struct vd_diag diag = { 0 };
	struct turns turns = { 0 };
	while (turns.n < TURNS_MAX && vd_desk_is_judging(box->desk)) {
		double began = seconds();
		must(vd_loop_turn(box->loop, (struct vd_dur){ 1000 }), &diag);
		double took = seconds() - began;
		turns.n++;
		turns.n_long += took > LONG_S ? 1 : 0;
		turns.longest_s = took > turns.longest_s ? took : turns.longest_s;
	}
	return turns;
}

int main(int argc, char **argv)
{
	static struct vd_rulebook book;
	struct frame box = { 0 };
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
	struct turns turns = judge_all(&box);
	double took_s = (double)vd_mono_sub(frame_mono(NULL), box.start).us / 1e6;
	frame_close(&box);
	printf("{\"rules_conversations\": %lld, \"rules_recompute_s\": %.2f, "
	       "\"rules_longest_turn_ms\": %.1f, \"rules_turns\": %lld, "
	       "\"rules_turns_over_20ms\": %lld, \"disk_longest_flush_ms\": %.1f}\n",
	       (long long)n, took_s, turns.longest_s * 1e3, (long long)turns.n,
	       (long long)turns.n_long, longest_flush_ms(argv[1], turns.n));
	return 0;
}
