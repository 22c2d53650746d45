// SPDX-License-Identifier: MIT
/**
 * A store in a folder of its own under /tmp, and conversations and messages to put into it.
 * Not a fake: it is the real store on the real LMDB, without flushes.
 * The folder is removed by fixture_end; the only time is what the test writes down.
 */
#ifndef VD_UNIT_STORE_FIXTURE_H
#define VD_UNIT_STORE_FIXTURE_H

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/check.h"
#include "store/store.h"
#include "unit.h"

#define T0 INT64_C(1790000000) // some second of 2026

struct fixture {
	char dir[64];
	struct vd_store *store;
	struct vd_diag diag;
	size_t map_bytes;
};

static inline struct vd_store_config fixture_config(const struct fixture *f)
{
	return (struct vd_store_config){ .dir = f->dir,
					 .map_bytes = f->map_bytes,
					 .is_sync_off = true };
}

static inline void fixture_open(struct fixture *f)
{
	struct vd_store_config config = fixture_config(f);
	assert_ok(vd_store_open(&config, &f->store, &f->diag));
}

static inline void fixture_close(struct fixture *f)
{
	vd_store_close(f->store);
	f->store = NULL;
}

static inline void fixture_reopen(struct fixture *f)
{
	fixture_close(f);
	fixture_open(f);
}

static inline void fixture_begin(struct fixture *f)
{
	*f = (struct fixture){ .dir = "/tmp/vedetta-store-XXXXXX" };
	assert_non_null(mkdtemp(f->dir));
	fixture_open(f);
}

static inline void fixture_end(struct fixture *f)
{
	fixture_close(f);
	DIR *dir = opendir(f->dir);
	struct dirent *entry;
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		(void)unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir != NULL) {
		closedir(dir);
	}
	(void)rmdir(f->dir);
}

static inline void fixture_commit(struct fixture *f)
{
	assert_ok(vd_store_commit(f->store, &f->diag));
}

/** Everything that is kept incrementally agrees with the records. */
static inline void fixture_check(struct fixture *f)
{
	enum vd_err err = vd_store_check(f->store, &f->diag);
	if (err != VD_OK) {
		fail_msg("%s", f->diag.text);
	}
}

/** Open, waiting since `at`, first response due an hour later, alarm normal. */
static inline struct vd_conversation fixture_conversation(uint64_t id, int64_t at_s)
{
	struct vd_conversation c;
	memset(&c, 0, sizeof(c));
	c.id = id;
	c.brand = 1;
	c.account = 2;
	c.last_account = 2;
	vd_conversation_init_alarms(&c);
	c.n_custody = 1;
	c.custody[0] = (struct vd_custody){ .account = 2, .from = vd_wall_s(at_s) };
	snprintf(c.customer_id, sizeof(c.customer_id), "c%llu", (unsigned long long)id);
	snprintf(c.first_line, sizeof(c.first_line), "line of %llu", (unsigned long long)id);
	c.opened = vd_wall_s(at_s);
	c.waiting_since = vd_wall_s(at_s);
	c.n_in = 1;
	c.targets[VD_TARGET_FIRST] = (struct vd_target){
		.state = VD_TARGET_ARMED,
		.is_running = true,
		.from = vd_wall_s(at_s),
		.due = vd_wall_s(at_s + 3600),
		.warn = vd_wall_s(at_s + 1800),
		.urgent = vd_wall_s(at_s + 3000),
	};
	vd_alarm_init(&c.alarm, VD_ALARM_TARGET);
	return c;
}

static inline struct vd_message fixture_message(const char *id, const char *thread,
						const char *text)
{
	struct vd_message m;
	memset(&m, 0, sizeof(m));
	m.account = 2;
	snprintf(m.network_id, sizeof(m.network_id), "%s", id);
	snprintf(m.thread_id, sizeof(m.thread_id), "%s", thread);
	snprintf(m.author_id, sizeof(m.author_id), "c1");
	m.published = vd_wall_s(T0);
	m.fetched = vd_wall_s(T0 + 1);
	m.text = vd_span_of(text);
	return m;
}

static inline struct vd_journal_event fixture_event(const char *detail)
{
	return (struct vd_journal_event){
		.kind = VD_JOURNAL_FACT,
		.at = vd_wall_s(T0),
		.conversation = 7,
		.account = 3,
		.staff = 1,
		.source = 2,
		.detail = vd_span_of(detail),
	};
}

/** Setup and teardown of every test that wants a store. */
static inline int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	fixture_begin(f);
	*state = f;
	return 0;
}

static inline int fixture_teardown(void **state)
{
	fixture_end(*state);
	free(*state);
	return 0;
}

#define STORE_TEST(fn) cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)

#endif
