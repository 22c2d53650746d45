// SPDX-License-Identifier: MIT
/**
 * What every desk leaves behind is proven: its journal verifies, and a store made anew from it is
 * the same in every table, byte for byte.
 * Not a test of its own: tests that close a desk call it.
 * Writes a second store beside the first, and removes it.
 */
#ifndef VD_UNIT_APP_PROOF_H
#define VD_UNIT_APP_PROOF_H

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/rebuild.h"
#include "app/verify.h"
#include "store/check.h"
#include "store/db.h"

/** The replay of a journal alone. */
struct proof_feed {
	struct vd_replay *replay;
	enum vd_err err;
};

static inline bool proof_feed(void *ctx, const struct vd_journal_event *event)
{
	struct proof_feed *feed = ctx;
	feed->err = vd_replay_feed(feed->replay, event, NULL);
	return feed->err == VD_OK;
}

static inline void fail_proof(const struct vd_replay_difference *d)
{
	print_error("event %llu, conversation %llu: %s\n  recorded: %s\n  computed: %s\n",
		    (unsigned long long)d->sequence, (unsigned long long)d->conversation, d->what,
		    d->recorded, d->computed);
	fail();
}

/** Every entry of `a` is in `b`, to the byte. */
static inline void assert_table_in(struct vd_store *a, struct vd_store *b, enum vd_table table)
{
	struct vd_walk walk = vd_walk_init(table, (struct vd_span){ NULL, 0 });
	struct vd_span key;
	struct vd_span value;
	struct vd_diag diag = { 0 };
	while (vd_walk_next(a, &walk, &key, &value, &diag) == VD_OK) {
		struct vd_span other;
		if (vd_db_get(b, table, key, &other, &diag) != VD_OK ||
		    !vd_span_is_equal(value, other)) {
			print_error("%s: an entry with a key of %zu bytes (%02x...%02x) differs\n",
				    vd_table_name(table), key.n, (unsigned char)key.p[0],
				    (unsigned char)key.p[key.n - 1]);
			fail();
		}
	}
}

static inline void remove_store(const char *dir)
{
	static const char *const files[] = { "data.mdb", "lock.mdb", "writer.lock", "device.key" };
	char path[128];
	for (size_t i = 0; i < VD_ARRAY_LEN(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(dir), 0);
}

static inline void assert_rebuilt(struct vd_store *store, struct vd_store *to)
{
	struct vd_rebuild_config config = { .from = store, .to = to };
	struct vd_rebuild_report report;
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_rebuild_store(&config, &report, &diag);
	if (err == VD_ERR_CONFLICT) {
		fail_proof(&report.difference);
	} else if (err != VD_OK) {
		print_error("rebuild: %s\n", diag.text);
	}
	assert_ok(err);
	assert_int_equal(report.words_lost, 0);
	for (int table = 0; table < VD_TABLE_N; table++) {
		assert_table_in(store, to, (enum vd_table)table);
		// On a bench nobody gives names: only those of a configuration have ids.
		if (table != VD_TABLE_NAMES) {
			assert_table_in(to, store, (enum vd_table)table);
		}
	}
}

static inline void assert_proven(struct vd_store *store)
{
	struct vd_verify_config config = { .store = store };
	struct vd_verify_report report;
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_verify_store(&config, &report, &diag);
	if (err == VD_ERR_CONFLICT) {
		fail_proof(&report.difference);
	}
	assert_ok(err);
	char dir[64] = "/tmp/vedetta-anew-XXXXXX";
	assert_non_null(mkdtemp(dir));
	struct vd_store_config to_config = { .dir = dir, .is_sync_off = true };
	struct vd_store *to = NULL;
	assert_ok(vd_store_open(&to_config, &to, &diag));
	assert_rebuilt(store, to);
	vd_store_close(to);
	remove_store(dir);
}

#endif
