// SPDX-License-Identifier: MIT
// The store under power cuts; the last line is "N passed, M failed".
//
//   store_cut [long]
//
// kill   a child runs turn after turn and is killed (SIGKILL) at a random instant, again and again
// on
//        the same store: what it acknowledged is there, at most one turn more, nothing half.
// cut    every write of a small workload is noted; then for each N the power fails before the Nth
//        operation. What was flushed is on the medium; of what was not, any 512-byte sector may
//        have got there or not: none, all, the torn Nth write, and random choices are tried. A
//        durable (O_DSYNC) write lies within one sector and is whole or absent.
// fault  the Nth operation fails (ENOSPC, EIO, a short write), once or from then on: a clear error,
//        the turn is gone as a whole, and the next one succeeds when the disk does.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/rng.h"
#include "medium.h"
#include "workload.h"

struct plan {
	int kills;
	uint32_t cut_turns;
	int samples; // random choices of sectors at each cut
	uint32_t fault_turns;
};
static const struct plan short_plan = {
	.kills = 40, .cut_turns = 4, .samples = 2, .fault_turns = 3
};
static const struct plan long_plan = {
	.kills = 1000, .cut_turns = 24, .samples = 12, .fault_turns = 16
};

struct tally {
	int passed;
	int failed;
};

static void judge(struct tally *t, bool is_good, const char *what, size_t n, const char *why)
{
	if (is_good) {
		t->passed++;
		return;
	}
	t->failed++;
	printf("FAIL %s %zu: %s\n", what, n, why);
}

static enum vd_err open_store(const char *dir, struct vd_store **store, struct vd_diag *diag)
{
	struct vd_store_config config = { .dir = dir, .map_bytes = (size_t)1 << 20 };
	return vd_store_open(&config, store, diag);
}

static enum vd_err run_turn(struct vd_store *store, uint32_t k, struct vd_diag *diag)
{
	enum vd_err err = workload_turn(store, k, diag);
	return err != VD_OK ? err : vd_store_commit(store, diag);
}

// After whatever happened: between `least` and `most` turns, each of them whole, and one more goes
// in. *now: turns then.
static bool survives(const char *dir, uint32_t least, uint32_t most, uint32_t *now,
		     struct vd_diag *diag)
{
	struct vd_store *store = NULL;
	uint32_t turns = 0;
	enum vd_err err = open_store(dir, &store, diag);
	err = err != VD_OK ? err : workload_check(store, &turns, diag);
	if (err == VD_OK && (turns < least || turns > most)) {
		err = vd_diag_set(diag, VD_ERR_CORRUPT, "%u turns are there, %u were acknowledged",
				  (unsigned)turns, (unsigned)least);
	}
	err = err != VD_OK ? err : run_turn(store, turns, diag);
	err = err != VD_OK ? err : workload_check(store, now, diag);
	vd_store_close(store);
	return err == VD_OK && *now == turns + 1;
}

// ---- kill ----

static void child_runs(const char *dir, int out)
{
	struct vd_diag diag = { VD_OK, "" };
	struct vd_store *store = NULL;
	uint32_t k = 0;
	enum vd_err err = open_store(dir, &store, &diag);
	err = err != VD_OK ? err : workload_check(store, &k, &diag);
	while (err == VD_OK) {
		err = run_turn(store, k, &diag);
		k++;
		if (err == VD_OK && write(out, &k, sizeof(k)) != (ssize_t)sizeof(k)) {
			_exit(0);
		}
	}
	fprintf(stderr, "child: %s\n", diag.text);
	_exit(1);
}

// The last number that came through the pipe; `before` where none did.
static uint32_t last_acknowledged(int in, uint32_t before)
{
	uint32_t k = before;
	uint32_t got;
	while (read(in, &got, sizeof(got)) == (ssize_t)sizeof(got)) {
		k = got;
	}
	return k;
}

static bool kill_once(const char *dir, const struct vd_rng *rng, uint32_t *turns,
		      struct vd_diag *diag)
{
	int pipes[2];
	if (pipe(pipes) != 0) {
		return false;
	}
	pid_t child = fork();
	if (child == 0) {
		close(pipes[0]);
		child_runs(dir, pipes[1]);
	}
	close(pipes[1]);
	struct timespec wait = { 0, (long)(1000000 + vd_rng_below(rng, 40000000)) };
	nanosleep(&wait, NULL);
	int status = 0;
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	uint32_t acked = last_acknowledged(pipes[0], *turns);
	close(pipes[0]);
	return WIFSIGNALED(status) && survives(dir, acked, acked + 1, turns, diag);
}

static void test_kill(const struct plan *plan, struct tally *tally)
{
	char dir[64];
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 7);
	uint32_t turns = 0;
	make_dir(dir, sizeof(dir), "/tmp");
	for (int i = 0; i < plan->kills; i++) {
		struct vd_diag diag = { VD_OK, "" };
		if (i % 20 == 0) {
			empty_dir(dir);
			turns = 0;
		}
		judge(tally, kill_once(dir, &rng, &turns, &diag), "kill", (size_t)i, diag.text);
	}
	remove_dir(dir);
}

// ---- cut ----

static bool cut_once(const char *dir, const struct medium *m, uint32_t acked, struct vd_diag *diag)
{
	uint32_t now = 0;
	return medium_write_dir(m, dir) && survives(dir, acked, acked + 1, &now, diag);
}

static bool record(const char *dir, uint32_t turns, struct vd_diag *diag)
{
	struct vd_store *store = NULL;
	disk_clear();
	disk_get()->is_recording = true;
	enum vd_err err = open_store(dir, &store, diag);
	for (uint32_t k = 0; err == VD_OK && k < turns; k++) {
		err = run_turn(store, k, diag);
		disk_note(DISK_ACK);
	}
	vd_store_close(store);
	disk_get()->is_recording = false;
	return err == VD_OK;
}

static void test_cut(const struct plan *plan, struct tally *tally)
{
	char dir[64];
	struct vd_diag diag = { VD_OK, "" };
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 11);
	struct medium medium = { 0 };
	make_dir(dir, sizeof(dir), "/dev/shm");
	bool is_recorded = record(dir, plan->cut_turns, &diag);
	judge(tally, is_recorded, "record", 0, diag.text);
	for (size_t cut = 0; is_recorded && cut <= disk_get()->n_ops; cut++) {
		for (int c = 0; c < CHOOSE_RANDOM + plan->samples; c++) {
			uint32_t acked = 0;
			enum choice choice = c < CHOOSE_RANDOM ? (enum choice)c : CHOOSE_RANDOM;
			medium_make(disk_get(), cut, choice, &rng, &medium);
			acked = (uint32_t)disk_count(disk_get(), cut, DISK_ACK);
			judge(tally, cut_once(dir, &medium, acked, &diag), "cut before operation",
			      cut, diag.text);
		}
	}
	free(medium.bytes);
	disk_clear();
	remove_dir(dir);
}

// ---- fault ----

static bool is_clear(enum vd_err err, enum disk_fault fault)
{
	// A flush that fails says EIO whatever the disk's trouble; a lasting one may also hinder
	// the next attempt to open.
	return err == VD_ERR_IO || (fault == DISK_FAULT_FULL && err == VD_ERR_DISK_FULL);
}

// One run with one fault. *was_hit: the fault was reached; the caller stops when N is past the last
// operation.
static bool fault_once(const char *dir, uint32_t turns, enum disk_fault fault, size_t n,
		       bool is_lasting, bool *was_hit, struct vd_diag *diag)
{
	struct vd_store *store = NULL;
	uint32_t k = 0;
	uint32_t there = 0;
	empty_dir(dir);
	disk_arm(DISK_FAULT_NONE, 0, false);
	enum vd_err err = open_store(dir, &store, diag);
	disk_arm(fault, n, is_lasting);
	while (err == VD_OK && k < turns) {
		err = run_turn(store, k, diag);
		k += err == VD_OK;
	}
	*was_hit = disk_get()->counted >= n;
	disk_arm(DISK_FAULT_NONE, 0, false);
	if (err != VD_OK && (!is_clear(err, fault) || diag->text[0] == '\0')) {
		vd_diag_context(diag, "unclear (%s)", vd_err_name(err));
		vd_store_close(store);
		return false;
	}
	// The turn that failed never was; in the same process the rest goes on.
	vd_store_abort(store);
	err = workload_check(store, &there, diag);
	if (err == VD_OK && there != k) {
		err = vd_diag_set(diag, VD_ERR_CORRUPT, "%u turns succeeded, %u are there",
				  (unsigned)k, (unsigned)there);
	}
	for (; err == VD_OK && k < turns; k++) {
		err = run_turn(store, k, diag);
	}
	err = err != VD_OK ? err : workload_check(store, &there, diag);
	vd_store_close(store);
	return err == VD_OK && there == turns && survives(dir, turns, turns, &there, diag);
}

static void test_fault(const struct plan *plan, struct tally *tally)
{
	static const enum disk_fault faults[] = { DISK_FAULT_FULL, DISK_FAULT_IO,
						  DISK_FAULT_SHORT };
	char dir[64];
	make_dir(dir, sizeof(dir), "/dev/shm");
	for (size_t f = 0; f < 2 * VD_ARRAY_LEN(faults); f++) {
		bool was_hit = true;
		for (size_t n = 1; was_hit; n++) {
			struct vd_diag diag = { VD_OK, "" };
			bool is_good = fault_once(dir, plan->fault_turns, faults[f / 2], n,
						  f % 2 == 1, &was_hit, &diag);
			judge(tally, is_good,
			      f % 2 == 1 ? "fault from operation" : "fault at operation", n,
			      diag.text);
		}
	}
	remove_dir(dir);
}

int main(int argc, char **argv)
{
	const struct plan *plan = argc > 1 && strcmp(argv[1], "long") == 0 ? &long_plan
									   : &short_plan;
	struct tally tally = { 0, 0 };
	setvbuf(stdout, NULL, _IOLBF, 0);
	test_kill(plan, &tally);
	printf("kill: %d passed, %d failed\n", tally.passed, tally.failed);
	test_cut(plan, &tally);
	printf("and cut: %d passed, %d failed\n", tally.passed, tally.failed);
	test_fault(plan, &tally);
	printf("%d passed, %d failed\n", tally.passed, tally.failed);
	return tally.failed == 0 ? 0 : 1;
}
