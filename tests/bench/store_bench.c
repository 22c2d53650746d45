// SPDX-License-Identifier: MIT
// The store beside SQLite (WAL, synchronous=FULL) on the same disk, in one run; one JSON object.
//
// Both sides do the desk's whole work for a message: look for its id, find its thread, read its
// conversation, add the message with its text, its id and its thread, write the conversation and
// move its places in `due` and `tick`, keep the counters, append to the chained journal, and at
// the end of a page move the cursor. The bytes of every record are the same (store/record.h prints
// them for both), as are tables and indexes. SQLite has the layout that was quickest for it: texts
// by row number, the small tables WITHOUT ROWID, prepared statements, its defaults otherwise.
// Ratios are medians over rounds that alternate; closing, and with it SQLite's last checkpoint, is
// part of the time.
//
// intake_ratio_sqlite
//	100 messages of 1 KB a commit, both sides.
// intake_single_ratio_sqlite
//	One at a time under load: SOURCES accounts, each of which hands over its next message when
//	its last one is durable. The store takes what has come while it was busy into one turn and
//	commits once, which is what the service's loop does; SQLite commits each message.
// intake_single_alone_ratio_sqlite
//	The same with one source, so that nothing can be grouped: a commit for each message on both
//	sides. LMDB flushes twice a commit, SQLite's log once: this one is expected below 1.
// next_deadline_1k_us, next_deadline_1m_us
//	vd_store_due_first, with the beginning and the end of a read turn.
#include <mbedtls/sha256.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/record.h"
#include "store/store.h"

#define ROUNDS 5
#define PAGE 100
#define PAGES 60
#define SINGLES 1500
#define SOURCES 6 // the demo's accounts: three brands on two networks
#define TEXT_BYTES 1024
#define QUERIES 2000
#define DEADLINE_ROUNDS 31

static char text[TEXT_BYTES];
static uint8_t scratch[VD_RECORD_BYTES];

static void die(const char *what, const char *why)
{
	fprintf(stderr, "store_bench: %s: %s\n", what, why);
	exit(1);
}

static void must(enum vd_err err, const struct vd_diag *diag)
{
	if (err != VD_OK) {
		die("store", diag->text);
	}
}

static double now_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// ---- what is taken in ----

// Every second message opens a conversation, the others go on in a recent one.
static void make_message(uint32_t n, struct vd_message *m)
{
	uint32_t thread = n % 2 == 0 ? n : (n * 2654435761u) % (n > 400 ? 400 : n + 1);
	thread = n % 2 == 0 || n <= 400 ? thread & ~1u : (n - 400 + thread) & ~1u;
	memset(m, 0, sizeof(*m));
	m->account = (uint16_t)(n % SOURCES);
	snprintf(m->network_id, sizeof(m->network_id), "1790%015u", n);
	snprintf(m->thread_id, sizeof(m->thread_id), "1790%015u", thread);
	snprintf(m->author_id, sizeof(m->author_id), "99%08u", thread);
	snprintf(m->author_handle, sizeof(m->author_handle), "customer%u", thread);
	m->published = vd_wall_s(INT64_C(1790000000) + n);
	m->fetched = vd_wall_s(INT64_C(1790000030) + n);
	m->text = vd_span_make(text, sizeof(text));
}

// What the engine would do, without its arithmetic: it costs both sides the same.
static void open_conversation(const struct vd_message *m, uint64_t id, struct vd_conversation *c)
{
	memset(c, 0, sizeof(*c));
	c->id = id;
	c->account = m->account;
	snprintf(c->customer_id, sizeof(c->customer_id), "%s", m->author_id);
	snprintf(c->customer_handle, sizeof(c->customer_handle), "%s", m->author_handle);
	memset(c->first_line, 'x', sizeof(c->first_line) - 1);
	c->opened = m->published;
	c->fetched = m->fetched;
	c->waiting_since = m->published;
	struct vd_target *t = &c->targets[VD_TARGET_FIRST];
	t->state = VD_TARGET_ARMED;
	t->is_running = true;
	t->from = m->published;
	t->due = vd_wall_add(m->published, vd_dur_s(14400));
	t->warn = vd_wall_add(m->published, vd_dur_s(10800));
	t->urgent = vd_wall_add(m->published, vd_dur_s(13000));
	c->targets[VD_TARGET_RESOLUTION] = *t;
	c->targets[VD_TARGET_RESOLUTION].due.us += 4 * 14400 * VD_US_PER_S;
	vd_alarm_init(&c->alarm, VD_ALARM_TARGET);
}

static void step_conversation(const struct vd_message *m, struct vd_conversation *c)
{
	c->n_in++;
	c->last_in = m->published;
	c->last_account = m->account;
	if (c->n_turns < VD_TURNS_MAX) {
		c->turns[c->n_turns] = (struct vd_turn){ .kind = VD_TURN_IN,
							 .serial = ++c->serial,
							 .at = m->published };
		c->n_turns++;
	}
}

static struct vd_journal_event make_event(const struct vd_message *m, uint64_t conversation,
					  char *detail, size_t cap)
{
	int n = snprintf(
		detail, cap,
		"{\"network\":\"x\",\"id\":\"%s\",\"thread\":\"%s\",\"direction\":\"in\","
		"\"published\":%lld,"
		"\"text\":\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"}",
		m->network_id, m->thread_id, (long long)m->published.us);
	return (struct vd_journal_event){
		.kind = VD_JOURNAL_MESSAGE,
		.at = m->fetched,
		.conversation = conversation,
		.account = (uint16_t)(m->account + 1),
		.detail = vd_span_make(detail, (size_t)n),
	};
}

// ---- the store ----

static void lmdb_message(struct vd_store *s, const struct vd_message *m)
{
	struct vd_diag diag = { VD_OK, "" };
	struct vd_conversation c;
	uint64_t id = 0;
	uint32_t number = 0;
	char detail[512];
	if (vd_store_find_id(s, VD_NETWORK_X, m->network_id, &id, &number, &diag) !=
	    VD_ERR_NOT_FOUND) {
		die("store", "the id was there");
	}
	if (vd_store_find_thread(s, VD_NETWORK_X, m->thread_id, &id, &diag) == VD_OK) {
		must(vd_store_conversation_get(s, id, &c, &diag), &diag);
	} else {
		must(vd_store_conversation_new_id(s, &id, &diag), &diag);
		open_conversation(m, id, &c);
	}
	step_conversation(m, &c);
	must(vd_store_message_add(s, VD_NETWORK_X, id, m, &number, &diag), &diag);
	must(vd_store_conversation_put(s, &c, &diag), &diag);
	struct vd_journal_event e = make_event(m, id, detail, sizeof(detail));
	must(vd_store_journal_append(s, &e, &diag), &diag);
}

static void lmdb_commit(struct vd_store *s, const struct vd_message *m)
{
	struct vd_diag diag = { VD_OK, "" };
	must(vd_store_cursor_set(s, m->account, "mentions", vd_span_of(m->network_id), &diag),
	     &diag);
	must(vd_store_commit(s, &diag), &diag);
}

static double lmdb_intake(const char *dir, uint32_t messages, uint32_t a_commit)
{
	struct vd_store_config config = { .dir = dir };
	struct vd_diag diag = { VD_OK, "" };
	struct vd_store *s = NULL;
	struct vd_message m;
	must(vd_store_open(&config, &s, &diag), &diag);
	double start = now_s();
	for (uint32_t n = 0; n < messages; n++) {
		make_message(n, &m);
		lmdb_message(s, &m);
		if ((n + 1) % a_commit == 0 || n + 1 == messages) {
			lmdb_commit(s, &m);
		}
	}
	vd_store_close(s);
	double took = now_s() - start;
	return messages / took;
}

// ---- SQLite ----

static const char schema[] =
	"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	"CREATE TABLE meta(name TEXT PRIMARY KEY, record BLOB) WITHOUT ROWID;"
	"CREATE TABLE cursors(account INTEGER, name TEXT, value TEXT,"
	" PRIMARY KEY(account, name)) WITHOUT ROWID;"
	"CREATE TABLE conversations(id INTEGER PRIMARY KEY, record BLOB);"
	"CREATE TABLE due(at INTEGER, target INTEGER, id INTEGER,"
	" PRIMARY KEY(at, target, id)) WITHOUT ROWID;"
	"CREATE TABLE tick(at INTEGER, id INTEGER, PRIMARY KEY(at, id)) WITHOUT ROWID;"
	"CREATE TABLE answered(at INTEGER, id INTEGER, PRIMARY KEY(at, id)) WITHOUT ROWID;"
	"CREATE TABLE messages(id INTEGER, number INTEGER, record BLOB,"
	" PRIMARY KEY(id, number)) WITHOUT ROWID;"
	"CREATE TABLE texts(id INTEGER PRIMARY KEY, text BLOB);"
	"CREATE TABLE ids(network INTEGER, name TEXT, id INTEGER, number INTEGER,"
	" PRIMARY KEY(network, name)) WITHOUT ROWID;"
	"CREATE TABLE threads(network INTEGER, name TEXT, id INTEGER,"
	" PRIMARY KEY(network, name)) WITHOUT ROWID;"
	"CREATE TABLE journal(sequence INTEGER PRIMARY KEY, record BLOB);";

enum query {
	Q_BEGIN,
	Q_COMMIT,
	Q_FIND_ID,
	Q_FIND_THREAD,
	Q_GET_CONVERSATION,
	Q_NEW_ID,
	Q_LAST_NUMBER,
	Q_ADD_ID,
	Q_PUT_THREAD,
	Q_ADD_TEXT,
	Q_ADD_MESSAGE,
	Q_PUT_CONVERSATION,
	Q_DEL_DUE,
	Q_ADD_DUE,
	Q_DEL_TICK,
	Q_ADD_TICK,
	Q_ADD_EVENT,
	Q_PUT_META,
	Q_PUT_CURSOR,
	Q_N,
};
static const char *const queries[Q_N] = {
	[Q_BEGIN] = "BEGIN IMMEDIATE",
	[Q_COMMIT] = "COMMIT",
	[Q_FIND_ID] = "SELECT id, number FROM ids WHERE network = ?1 AND name = ?2",
	[Q_FIND_THREAD] = "SELECT id FROM threads WHERE network = ?1 AND name = ?2",
	[Q_GET_CONVERSATION] = "SELECT record FROM conversations WHERE id = ?1",
	[Q_NEW_ID] = "SELECT coalesce(max(id), 0) + 1 FROM conversations",
	[Q_LAST_NUMBER] = "SELECT coalesce(max(number), 0) + 1 FROM messages WHERE id = ?1",
	[Q_ADD_ID] = "INSERT INTO ids VALUES(?1, ?2, ?3, ?4)",
	[Q_PUT_THREAD] = "INSERT INTO threads VALUES(?1, ?2, ?3)",
	[Q_ADD_TEXT] = "INSERT INTO texts VALUES(NULL, ?1)",
	[Q_ADD_MESSAGE] = "INSERT INTO messages VALUES(?1, ?2, ?3)",
	[Q_PUT_CONVERSATION] = "REPLACE INTO conversations VALUES(?1, ?2)",
	[Q_DEL_DUE] = "DELETE FROM due WHERE at = ?1 AND target = ?2 AND id = ?3",
	[Q_ADD_DUE] = "INSERT INTO due VALUES(?1, ?2, ?3)",
	[Q_DEL_TICK] = "DELETE FROM tick WHERE at = ?1 AND id = ?2",
	[Q_ADD_TICK] = "INSERT INTO tick VALUES(?1, ?2)",
	[Q_ADD_EVENT] = "INSERT INTO journal VALUES(?1, ?2)",
	[Q_PUT_META] = "REPLACE INTO meta VALUES(?1, ?2)",
	[Q_PUT_CURSOR] = "REPLACE INTO cursors VALUES(?1, ?2, ?3)",
};

struct peer {
	sqlite3 *db;
	sqlite3_stmt *q[Q_N];
	struct vd_store_counters counters;
	struct vd_head head;
	bool is_open; // a transaction is
};

static void peer_open(struct peer *p, const char *dir)
{
	char path[512];
	memset(p, 0, sizeof(*p));
	mkdir(dir, 0700);
	snprintf(path, sizeof(path), "%s/peer.db", dir);
	if (sqlite3_open(path, &p->db) != SQLITE_OK ||
	    sqlite3_exec(p->db, schema, NULL, NULL, NULL) != SQLITE_OK) {
		die("sqlite", sqlite3_errmsg(p->db));
	}
	for (int i = 0; i < Q_N; i++) {
		if (sqlite3_prepare_v3(p->db, queries[i], -1, SQLITE_PREPARE_PERSISTENT, &p->q[i],
				       NULL) != SQLITE_OK) {
			die(queries[i], sqlite3_errmsg(p->db));
		}
	}
}

static void peer_close(struct peer *p)
{
	for (int i = 0; i < Q_N; i++) {
		sqlite3_finalize(p->q[i]);
	}
	sqlite3_close(p->db);
}

static void bind_i(struct peer *p, enum query q, int at, int64_t v)
{
	sqlite3_bind_int64(p->q[q], at, v);
}

static void bind_t(struct peer *p, enum query q, int at, const char *v)
{
	sqlite3_bind_text(p->q[q], at, v, -1, SQLITE_STATIC);
}

static void bind_b(struct peer *p, enum query q, int at, const struct vd_writer *w)
{
	sqlite3_bind_blob(p->q[q], at, w->p, (int)w->n, SQLITE_STATIC);
}

// True where a row came; the caller resets a statement whose row it reads.
static bool step(struct peer *p, enum query q)
{
	int rc = sqlite3_step(p->q[q]);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
		die(queries[q], sqlite3_errmsg(p->db));
	}
	return rc == SQLITE_ROW;
}

static void run(struct peer *p, enum query q)
{
	(void)step(p, q);
	sqlite3_reset(p->q[q]);
}

// The one number of a row; `fallback` where there is none.
static int64_t ask(struct peer *p, enum query q, int64_t fallback)
{
	int64_t v = step(p, q) ? sqlite3_column_int64(p->q[q], 0) : fallback;
	sqlite3_reset(p->q[q]);
	return v;
}

static void peer_move(struct peer *p, uint64_t id, const struct vd_places *old,
		      const struct vd_places *new)
{
	if (old->due.us != new->due.us || old->due_target != new->due_target) {
		if (vd_wall_is_set(old->due)) {
			bind_i(p, Q_DEL_DUE, 1, old->due.us);
			bind_i(p, Q_DEL_DUE, 2, old->due_target);
			bind_i(p, Q_DEL_DUE, 3, (int64_t)id);
			run(p, Q_DEL_DUE);
		}
		bind_i(p, Q_ADD_DUE, 1, new->due.us);
		bind_i(p, Q_ADD_DUE, 2, new->due_target);
		bind_i(p, Q_ADD_DUE, 3, (int64_t)id);
		run(p, Q_ADD_DUE);
	}
	if (old->tick.us != new->tick.us) {
		if (vd_wall_is_set(old->tick)) {
			bind_i(p, Q_DEL_TICK, 1, old->tick.us);
			bind_i(p, Q_DEL_TICK, 2, (int64_t)id);
			run(p, Q_DEL_TICK);
		}
		bind_i(p, Q_ADD_TICK, 1, new->tick.us);
		bind_i(p, Q_ADD_TICK, 2, (int64_t)id);
		run(p, Q_ADD_TICK);
	}
}

static void peer_add_message(struct peer *p, uint64_t id, const struct vd_message *m, bool is_new)
{
	bind_i(p, Q_LAST_NUMBER, 1, (int64_t)id);
	int64_t number = ask(p, Q_LAST_NUMBER, 1);
	bind_i(p, Q_ADD_ID, 1, VD_NETWORK_X);
	bind_t(p, Q_ADD_ID, 2, m->network_id);
	bind_i(p, Q_ADD_ID, 3, (int64_t)id);
	bind_i(p, Q_ADD_ID, 4, number);
	run(p, Q_ADD_ID);
	if (is_new) {
		bind_i(p, Q_PUT_THREAD, 1, VD_NETWORK_X);
		bind_t(p, Q_PUT_THREAD, 2, m->thread_id);
		bind_i(p, Q_PUT_THREAD, 3, (int64_t)id);
		run(p, Q_PUT_THREAD);
	}
	sqlite3_bind_blob(p->q[Q_ADD_TEXT], 1, m->text.p, (int)m->text.n, SQLITE_STATIC);
	run(p, Q_ADD_TEXT);
	struct vd_writer w = vd_writer_init(scratch, sizeof(scratch));
	if (vd_record_print_message(m, (uint64_t)sqlite3_last_insert_rowid(p->db), &w) != VD_OK) {
		die("record", "message");
	}
	bind_i(p, Q_ADD_MESSAGE, 1, (int64_t)id);
	bind_i(p, Q_ADD_MESSAGE, 2, number);
	bind_b(p, Q_ADD_MESSAGE, 3, &w);
	run(p, Q_ADD_MESSAGE);
	p->counters.messages++;
}

static void peer_put_conversation(struct peer *p, const struct vd_conversation *c,
				  const struct vd_places *old)
{
	struct vd_places places;
	struct vd_writer w = vd_writer_init(scratch, sizeof(scratch));
	vd_places_make(c, &places);
	if (vd_record_print_conversation(c, &places, &w) != VD_OK) {
		die("record", "conversation");
	}
	bind_i(p, Q_PUT_CONVERSATION, 1, (int64_t)c->id);
	bind_b(p, Q_PUT_CONVERSATION, 2, &w);
	run(p, Q_PUT_CONVERSATION);
	peer_move(p, c->id, old, &places);
}

static void peer_append(struct peer *p, const struct vd_message *m, uint64_t id)
{
	char detail[512];
	struct vd_journal_event e = make_event(m, id, detail, sizeof(detail));
	struct vd_writer w = vd_writer_init(scratch, sizeof(scratch));
	e.sequence = ++p->head.sequence;
	if (vd_record_print_event(&e, p->head.hash, &w) != VD_OK ||
	    mbedtls_sha256(w.p, w.n, p->head.hash, 0) != 0) {
		die("record", "event");
	}
	vd_writer_bytes(&w, p->head.hash, VD_HASH_BYTES);
	bind_i(p, Q_ADD_EVENT, 1, (int64_t)e.sequence);
	bind_b(p, Q_ADD_EVENT, 2, &w);
	run(p, Q_ADD_EVENT);
}

static uint64_t peer_find(struct peer *p, const struct vd_message *m, struct vd_conversation *c,
			  struct vd_places *old, bool *is_new)
{
	bind_i(p, Q_FIND_ID, 1, VD_NETWORK_X);
	bind_t(p, Q_FIND_ID, 2, m->network_id);
	if (ask(p, Q_FIND_ID, 0) != 0) {
		die("sqlite", "the id was there");
	}
	bind_i(p, Q_FIND_THREAD, 1, VD_NETWORK_X);
	bind_t(p, Q_FIND_THREAD, 2, m->thread_id);
	uint64_t id = (uint64_t)ask(p, Q_FIND_THREAD, 0);
	*is_new = id == 0;
	memset(old, 0, sizeof(*old));
	if (*is_new) {
		id = (uint64_t)ask(p, Q_NEW_ID, 1);
		open_conversation(m, id, c);
		p->counters.conversations++;
		p->counters.open++;
		p->counters.waiting++;
		return id;
	}
	bind_i(p, Q_GET_CONVERSATION, 1, (int64_t)id);
	(void)step(p, Q_GET_CONVERSATION);
	sqlite3_stmt *q = p->q[Q_GET_CONVERSATION];
	struct vd_span bytes =
		vd_span_make(sqlite3_column_blob(q, 0), (size_t)sqlite3_column_bytes(q, 0));
	if (vd_record_parse_conversation(bytes, id, c, old) != VD_OK) {
		die("record", "conversation");
	}
	sqlite3_reset(q);
	return id;
}

static void peer_message(struct peer *p, const struct vd_message *m)
{
	struct vd_conversation c;
	struct vd_places old;
	bool is_new = false;
	if (!p->is_open) {
		run(p, Q_BEGIN);
		p->is_open = true;
	}
	uint64_t id = peer_find(p, m, &c, &old, &is_new);
	step_conversation(m, &c);
	peer_add_message(p, id, m, is_new);
	peer_put_conversation(p, &c, &old);
	peer_append(p, m, id);
}

static void peer_commit(struct peer *p, const struct vd_message *m)
{
	struct vd_writer w = vd_writer_init(scratch, sizeof(scratch));
	vd_record_print_counters(&p->counters, &w);
	bind_t(p, Q_PUT_META, 1, "counters");
	bind_b(p, Q_PUT_META, 2, &w);
	run(p, Q_PUT_META);
	w = vd_writer_init(scratch, sizeof(scratch));
	vd_record_print_head(&p->head, &w);
	bind_t(p, Q_PUT_META, 1, "journal");
	bind_b(p, Q_PUT_META, 2, &w);
	run(p, Q_PUT_META);
	bind_i(p, Q_PUT_CURSOR, 1, m->account);
	bind_t(p, Q_PUT_CURSOR, 2, "mentions");
	bind_t(p, Q_PUT_CURSOR, 3, m->network_id);
	run(p, Q_PUT_CURSOR);
	run(p, Q_COMMIT);
	p->is_open = false;
}

static double sqlite_intake(const char *dir, uint32_t messages, uint32_t a_commit)
{
	struct peer p;
	struct vd_message m;
	peer_open(&p, dir);
	double start = now_s();
	for (uint32_t n = 0; n < messages; n++) {
		make_message(n, &m);
		peer_message(&p, &m);
		if ((n + 1) % a_commit == 0 || n + 1 == messages) {
			peer_commit(&p, &m);
		}
	}
	peer_close(&p); // with its last checkpoint
	double took = now_s() - start;
	return messages / took;
}

// ---- rounds and figures ----

static void remove_dir(const char *dir)
{
	static const char *const files[] = { "data.mdb", "lock.mdb",    "writer.lock",
					     "peer.db",  "peer.db-wal", "peer.db-shm" };
	char path[600];
	for (size_t i = 0; i < VD_ARRAY_LEN(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		(void)unlink(path);
	}
	(void)rmdir(dir);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare);
	return v[n / 2];
}

struct result {
	double store_per_s;
	double sqlite_per_s;
	double ratio; // median of the rounds' ratios
};

static struct result intake(const char *dir, uint32_t messages, uint32_t store_commit,
			    uint32_t sqlite_commit)
{
	double ours[ROUNDS];
	double theirs[ROUNDS];
	double ratio[ROUNDS];
	for (int i = 0; i < ROUNDS; i++) {
		ours[i] = lmdb_intake(dir, messages, store_commit);
		remove_dir(dir);
		theirs[i] = sqlite_intake(dir, messages, sqlite_commit);
		remove_dir(dir);
		ratio[i] = ours[i] / theirs[i];
	}
	return (struct result){ median(ours, ROUNDS), median(theirs, ROUNDS),
				median(ratio, ROUNDS) };
}

static void fill(struct vd_store *s, uint32_t conversations)
{
	struct vd_diag diag = { VD_OK, "" };
	struct vd_message m;
	struct vd_conversation c;
	for (uint32_t n = 0; n < conversations; n++) {
		make_message(n, &m);
		// Deadlines in no order.
		m.published = vd_wall_s(INT64_C(1790000000) + n * 2654435761u % 10000000u);
		open_conversation(&m, n + 1, &c);
		must(vd_store_conversation_put(s, &c, &diag), &diag);
		if (n % 5000 == 4999 || n + 1 == conversations) {
			must(vd_store_commit(s, &diag), &diag);
		}
	}
}

static double next_deadline_us(struct vd_store *s)
{
	struct vd_diag diag = { VD_OK, "" };
	struct vd_wall due;
	uint64_t id = 0;
	double start = now_s();
	for (int i = 0; i < QUERIES; i++) {
		must(vd_store_due_first(s, &due, &id, &diag), &diag);
		must(vd_store_commit(s, &diag), &diag); // the end of a turn without a write
	}
	return (now_s() - start) * 1e6 / QUERIES;
}

static struct vd_store *open_filled(const char *dir, uint32_t conversations)
{
	struct vd_store_config config = { .dir = dir, .is_sync_off = true };
	struct vd_diag diag = { VD_OK, "" };
	struct vd_store *s = NULL;
	must(vd_store_open(&config, &s, &diag), &diag);
	fill(s, conversations);
	return s;
}

// Few and many in turn, so that what disturbs the machine disturbs both.
static void next_deadline(const char *dir, double *few_us, double *many_us)
{
	char few_dir[600];
	char many_dir[600];
	double few[DEADLINE_ROUNDS];
	double many[DEADLINE_ROUNDS];
	snprintf(few_dir, sizeof(few_dir), "%s/few", dir);
	snprintf(many_dir, sizeof(many_dir), "%s/many", dir);
	struct vd_store *a = open_filled(few_dir, 1000);
	struct vd_store *b = open_filled(many_dir, 1000000);
	for (int i = 0; i < DEADLINE_ROUNDS; i++) {
		few[i] = next_deadline_us(a);
		many[i] = next_deadline_us(b);
	}
	vd_store_close(a);
	vd_store_close(b);
	remove_dir(few_dir);
	remove_dir(many_dir);
	*few_us = median(few, DEADLINE_ROUNDS);
	*many_us = median(many, DEADLINE_ROUNDS);
}

static void print_result(const char *name, const struct result *r)
{
	printf("  \"%s_per_s\": %.0f,\n  \"%s_sqlite_per_s\": %.0f,\n"
	       "  \"%s_ratio_sqlite\": %.2f,\n",
	       name, r->store_per_s, name, r->sqlite_per_s, name, r->ratio);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char dir[512];
	snprintf(dir, sizeof(dir), "%s/store-bench-XXXXXX", argc > 1 ? argv[1] : "build");
	if (mkdtemp(dir) == NULL) {
		die(dir, "can't make this folder");
	}
	memset(text, 't', sizeof(text));
	struct result pages = intake(dir, PAGE * PAGES, PAGE, PAGE);
	struct result grouped = intake(dir, SINGLES, SOURCES, 1);
	struct result alone = intake(dir, SINGLES, 1, 1);
	printf("{\n");
	print_result("intake", &pages);
	print_result("intake_single", &grouped);
	print_result("intake_single_alone", &alone);
	double few = 0;
	double many = 0;
	mkdir(dir, 0700);
	next_deadline(dir, &few, &many);
	printf("  \"next_deadline_1k_us\": %.3f,\n  \"next_deadline_1m_us\": %.3f\n}\n", few, many);
	remove_dir(dir);
	return 0;
}
