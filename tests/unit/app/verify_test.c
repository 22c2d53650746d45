// SPDX-License-Identifier: MIT
// The journal as proof: whatever was tampered with is found, at its place.
#include "desk_bench.h"
#include "store/record.h"

#define ANNA 1
#define MONDAY_11 INT64_C(1791190800)

// A case that is answered, one that is breached and put away, one that is deleted, new rules.
static void live_a_little(struct bench *b)
{
	poll_well(b);
	struct vd_message m = question("1", "t1", FRIDAY_16_40);
	take(b, &m);
	m = question("2", "t2", FRIDAY_16_40 + 60);
	take(b, &m);
	m = question("3", "t3", FRIDAY_16_40 + 120);
	take(b, &m);
	assert_ok(submit(b, (struct vd_command){
				    .kind = VD_COMMAND_CLAIM, .conversation = 1, .staff = ANNA }));
	assert_ok(b->host.deleted(b->host.ctx, 0, "3", NULL));
	turn(b);
	pass(b, MONDAY_11 - FRIDAY_16_40);
	struct vd_message reply = question("4", "t1", MONDAY_11);
	snprintf(reply.author_id, sizeof(reply.author_id), X_OWN_ID);
	take(b, &reply);
	pass(b, 3600);
	assert_ok(submit(b, (struct vd_command){ .kind = VD_COMMAND_NO_REPLY_NEEDED,
						 .conversation = 2,
						 .staff = ANNA,
						 .reason = VD_SPAN("called him") }));
	assert_ok(submit(b, (struct vd_command){ .kind = VD_COMMAND_RESET,
						 .conversation = 2,
						 .staff = ANNA,
						 .reason = VD_SPAN("too late") }));
}

static enum vd_err verify(struct vd_store *store, struct vd_verify_report *report)
{
	struct vd_verify_config config = { .store = store };
	struct vd_diag diag = { 0 };
	return vd_verify_store(&config, report, &diag);
}

static void what_is_whole_is_said_to_be(void **state)
{
	struct bench *b = *state;
	struct vd_verify_report report;
	live_a_little(b);
	assert_ok(verify(b->store, &report));
	assert_int_equal(report.conversations, 3);
	assert_int_equal(report.messages, 4);
	assert_true(report.verdicts > 10);
	assert_int_equal(report.events, vd_store_journal_last(b->store));
}

// ---- single bits ----------------------------------------------------------------------------

// Every bit takes seconds: ALL_BITS=1 in the environment.
static size_t stride(size_t usual)
{
	return getenv("ALL_BITS") != NULL ? 1 : usual;
}

static struct vd_span entry_of(struct bench *b, enum vd_table table, struct vd_span key,
			       uint8_t *copy)
{
	struct vd_span value;
	assert_ok(vd_db_get(b->store, table, key, &value, NULL));
	memcpy(copy, value.p, value.n);
	return vd_span_make(copy, value.n);
}

static void put_entry(struct bench *b, enum vd_table table, struct vd_span key,
		      struct vd_span value)
{
	assert_ok(vd_db_write(b->store, NULL));
	assert_ok(vd_db_put(b->store, table, key, value, NULL));
}

static struct vd_span key_of(uint64_t id, uint8_t memory[8])
{
	struct vd_writer w = vd_writer_init(memory, 8);
	vd_writer_be64(&w, id);
	return vd_writer_span(&w);
}

static void a_flipped_bit_of_an_event_is_found_there(void **state)
{
	struct bench *b = *state;
	static uint8_t bytes[VD_RECORD_BYTES];
	uint8_t key_memory[8];
	live_a_little(b);
	uint64_t last = vd_store_journal_last(b->store);
	for (uint64_t sequence = 1; sequence <= last; sequence += 5) {
		struct vd_span key = key_of(sequence, key_memory);
		struct vd_span value = entry_of(b, VD_TABLE_JOURNAL, key, bytes);
		for (size_t bit = sequence % 8; bit < value.n * 8; bit += stride(17)) {
			struct vd_verify_report report;
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			put_entry(b, VD_TABLE_JOURNAL, key, value);
			assert_err(verify(b->store, &report), VD_ERR_CONFLICT);
			assert_int_equal(report.part, VD_VERIFY_CHAIN);
			assert_int_equal(report.difference.sequence, sequence);
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		put_entry(b, VD_TABLE_JOURNAL, key, value);
	}
}

static void a_flipped_bit_of_a_case_is_found(void **state)
{
	struct bench *b = *state;
	static uint8_t bytes[VD_RECORD_BYTES];
	uint8_t key_memory[8];
	live_a_little(b);
	for (uint64_t id = 1; id <= 3; id++) {
		struct vd_span key = key_of(id, key_memory);
		struct vd_span value = entry_of(b, VD_TABLE_CONVERSATIONS, key, bytes);
		for (size_t bit = id; bit < value.n * 8; bit += stride(13)) {
			struct vd_verify_report report;
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			put_entry(b, VD_TABLE_CONVERSATIONS, key, value);
			assert_err(verify(b->store, &report), VD_ERR_CONFLICT);
			assert_int_equal(report.part, VD_VERIFY_STORE);
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		put_entry(b, VD_TABLE_CONVERSATIONS, key, value);
	}
}

// The number of a text is nobody's business but the store's: a wrong one is another text, or none.
static void a_changed_text_is_found(void **state)
{
	struct bench *b = *state;
	static uint8_t bytes[VD_RECORD_BYTES];
	uint8_t key_memory[8];
	struct vd_verify_report report;
	live_a_little(b);
	struct vd_span key = key_of(1, key_memory);
	struct vd_span value = entry_of(b, VD_TABLE_TEXTS, key, bytes);
	bytes[value.n / 2] ^= 1;
	put_entry(b, VD_TABLE_TEXTS, key, value);
	assert_err(verify(b->store, &report), VD_ERR_CONFLICT);
	assert_int_equal(report.part, VD_VERIFY_STORE);
	assert_int_equal(report.difference.conversation, 1);
	bytes[value.n / 2] ^= 1;
	put_entry(b, VD_TABLE_TEXTS, key, value);
}

static void a_text_that_went_by_its_age_is_no_fault(void **state)
{
	struct bench *b = *state;
	uint8_t key_memory[8];
	struct vd_verify_report report;
	live_a_little(b);
	assert_ok(vd_db_write(b->store, NULL));
	assert_ok(vd_db_delete(b->store, VD_TABLE_TEXTS, key_of(1, key_memory), NULL));
	assert_ok(verify(b->store, &report));
	assert_int_equal(report.messages, 4);
	vd_store_abort(b->store); // the bench proves that nothing was lost
}

// ---- whoever can write the whole chain --------------------------------------------------------

/** Copies the journal of a bench into a fresh store, with one event's detail changed: all hashes
 *  are right. */
struct forger {
	struct vd_store *to;
	const char *what;
	const char *by;
	uint64_t forged; // sequence
	bool leaves_out; // the event, instead of changing it
};

static bool forge(void *ctx, const struct vd_journal_event *event)
{
	struct forger *f = ctx;
	static char detail[VD_DETAIL_BYTES];
	struct vd_journal_event copy = *event;
	ptrdiff_t at = vd_span_find(event->detail, vd_span_of(f->what));
	if (f->forged == 0 && at >= 0) {
		f->forged = event->sequence;
		if (f->leaves_out) {
			return true;
		}
		int n = snprintf(
			detail, sizeof(detail), "%.*s%s%.*s", (int)at, event->detail.p, f->by,
			VD_SPAN_ARG(vd_span_skip(event->detail, (size_t)at + strlen(f->what))));
		copy.detail = vd_span_make(detail, (size_t)n);
	}
	assert_ok(vd_store_journal_append(f->to, &copy, NULL));
	return true;
}

static void a_forged_chain_gives_other_verdicts(void **state)
{
	struct bench *b = *state;
	static const struct {
		const char *name;
		const char *what;
		const char *by;
		bool leaves_out;
		int later; // events behind the forged one, where it shows
	} rows[] = {
		{ "a reply's stamp", "\"published\":1791190800000000",
		  "\"published\":1791187200000000", false, 0 },
		{ "a question's stamp", "\"published\":1790952000000000",
		  "\"published\":1790948400000000", false, 0 },
		{ "a breach taken out of the facts", "{\"fact\":\"target breached\"",
		  "{\"fact\":\"target met\"", false, 0 },
		{ "a longer target", "\"first_s\":14400", "\"first_s\":28800", false, -1 },
		{ "an hour more every day", "09:00-18:00", "09:00-19:00", false, -1 },
		{ "a tick left out", "\"event\":\"tick\"", "", true, -1 },
		{ "a question left out", "\"event\":\"message\"", "", true, -1 },
		{ "another reason", "called him", "called her", false, 1000 },
	};
	live_a_little(b);
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		char dir[64] = "/tmp/vedetta-forged-XXXXXX";
		assert_non_null(mkdtemp(dir));
		struct vd_store_config config = { .dir = dir, .is_sync_off = true };
		struct forger f = { .what = rows[i].what,
				    .by = rows[i].by,
				    .leaves_out = rows[i].leaves_out };
		struct vd_verify_report report;
		struct vd_verify_config chain = { .is_chain_only = true };
		assert_ok(vd_store_open(&config, &f.to, NULL));
		assert_ok(vd_store_journal_each(b->store, 1, forge, &f, NULL));
		assert_ok(vd_store_commit(f.to, NULL));
		assert_row(f.forged != 0, rows[i].name);
		chain.store = f.to;
		assert_ok(vd_verify_store(&chain, &report, NULL));
		// The store beside it has no messages: what is asked is the replay alone.
		struct vd_replay replay;
		struct proof_feed feed = { &replay, VD_OK };
		assert_ok(vd_replay_init(&replay, NULL));
		assert_ok(vd_store_journal_each(f.to, 1, proof_feed, &feed, NULL));
		bool is_found = feed.err == VD_ERR_CONFLICT;
		uint64_t at = replay.difference.sequence;
		if (rows[i].later == 1000) { // who and why moves no clock: only the chain has it
			assert_row(!is_found, rows[i].name);
		} else {
			assert_row(is_found, rows[i].name);
			assert_row(rows[i].later < 0 ? at >= f.forged
						     : at == f.forged + (uint64_t)rows[i].later,
				   rows[i].name);
			assert_row(replay.difference.what[0] != '\0', rows[i].name);
		}
		vd_replay_deinit(&replay);
		vd_store_close(f.to);
		remove_store(dir);
	}
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_is_whole_is_said_to_be),
		CASE(a_flipped_bit_of_an_event_is_found_there),
		CASE(a_flipped_bit_of_a_case_is_found),
		CASE(a_changed_text_is_found),
		CASE(a_text_that_went_by_its_age_is_no_fault),
		CASE(a_forged_chain_gives_other_verdicts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
