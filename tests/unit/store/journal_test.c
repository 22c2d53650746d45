// SPDX-License-Identifier: MIT
#include "store/journal.h"

#include <mbedtls/sha256.h>

#include "fixture.h"

#define EVENTS 5
#define BEFORE_AT 32 // offset of the hash of the event before (SPEC.md)

static void append(struct fixture *f, const char *detail)
{
	struct vd_journal_event e = fixture_event(detail);
	assert_ok(vd_store_journal_append(f->store, &e, &f->diag));
}

static void fill(struct fixture *f)
{
	static const char *const details[EVENTS] = { "{}", "{\"a\":1}", "{\"b\":2}", "",
						     "{\"c\":3}" };
	for (int i = 0; i < EVENTS; i++) {
		append(f, details[i]);
	}
	fixture_commit(f);
}

static struct vd_span key_of(uint64_t sequence, uint8_t memory[8])
{
	struct vd_writer w = vd_writer_init(memory, 8);
	vd_writer_be64(&w, sequence);
	return vd_writer_span(&w);
}

// A copy of a record, for tampering.
static size_t load(struct fixture *f, uint64_t sequence, uint8_t *out, size_t cap)
{
	uint8_t key[8];
	struct vd_span value;
	assert_ok(vd_db_get(f->store, VD_TABLE_JOURNAL, key_of(sequence, key), &value, &f->diag));
	assert_true(value.n <= cap);
	memcpy(out, value.p, value.n);
	return value.n;
}

static void overwrite(struct fixture *f, uint64_t sequence, const uint8_t *bytes, size_t n)
{
	uint8_t key[8];
	assert_ok(vd_db_write(f->store, &f->diag));
	assert_ok(vd_db_put(f->store, VD_TABLE_JOURNAL, key_of(sequence, key),
			    vd_span_make(bytes, n), &f->diag));
}

static void erase(struct fixture *f, uint64_t sequence)
{
	uint8_t key[8];
	assert_ok(vd_db_write(f->store, &f->diag));
	assert_ok(vd_db_delete(f->store, VD_TABLE_JOURNAL, key_of(sequence, key), &f->diag));
}

static void assert_bad(struct fixture *f, uint64_t sequence, const char *why)
{
	struct vd_journal_report report;
	assert_err(vd_store_journal_verify(f->store, &report, &f->diag), VD_ERR_CORRUPT);
	assert_int_equal(report.first_bad, sequence);
	if (why != NULL) {
		assert_string_equal(report.why, why);
	}
}

static bool see(void *ctx, const struct vd_journal_event *e)
{
	uint64_t *last = ctx;
	assert_int_equal(e->sequence, *last + 1);
	assert_int_equal(e->conversation, 7);
	assert_int_equal(e->account, 3);
	assert_int_equal(e->staff, 1);
	assert_int_equal(e->source, 2);
	*last = e->sequence;
	return e->sequence < 4;
}

static void events_are_numbered_from_one(void **state)
{
	struct fixture *f = *state;
	struct vd_journal_report report;
	assert_int_equal(vd_store_journal_last(f->store), 0);
	assert_ok(vd_store_journal_verify(f->store, &report, &f->diag));
	assert_int_equal(report.events, 0);
	fill(f);
	fixture_reopen(f);
	assert_int_equal(vd_store_journal_last(f->store), EVENTS);
	append(f, "{}");
	assert_int_equal(vd_store_journal_last(f->store), EVENTS + 1);
	uint64_t last = 1;
	assert_ok(vd_store_journal_each(f->store, 2, see, &last, &f->diag));
	assert_int_equal(last, 4);
	assert_ok(vd_store_journal_verify(f->store, &report, &f->diag));
	assert_int_equal(report.events, EVENTS + 1);
	assert_int_equal(report.first_bad, 0);
	vd_store_abort(f->store);
	assert_int_equal(vd_store_journal_last(f->store), EVENTS);
	assert_ok(vd_store_journal_verify(f->store, &report, &f->diag));
	assert_int_equal(report.events, EVENTS);
}

// Computed by hand with another SHA-256: the bytes of SPEC.md, and nothing else, are what is
// sealed.
static void the_first_seal_is_known(void **state)
{
	struct fixture *f = *state;
	struct vd_journal_event e = { .kind = VD_JOURNAL_START, .detail = VD_SPAN("{}") };
	assert_ok(vd_store_journal_append(f->store, &e, &f->diag));
	static const char expected[] =
		"be4f0a631195bdf46999bfd3ea3c8ca9a4e39cd4debd85121bc417d1ee749e67";
	char hex[2 * VD_HASH_BYTES + 1];
	for (size_t i = 0; i < VD_HASH_BYTES; i++) {
		snprintf(hex + 2 * i, 3, "%02x", e.hash[i]);
	}
	assert_string_equal(hex, expected);
	struct vd_journal_report report;
	assert_ok(vd_store_journal_verify(f->store, &report, &f->diag));
	assert_string_equal(report.head, expected);
}

static void every_flipped_bit_is_found(void **state)
{
	struct fixture *f = *state;
	fill(f);
	for (uint64_t sequence = 1; sequence <= EVENTS; sequence++) {
		uint8_t bytes[256];
		size_t n = load(f, sequence, bytes, sizeof(bytes));
		for (size_t bit = 0; bit < 8 * n; bit++) {
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			overwrite(f, sequence, bytes, n);
			assert_bad(f, sequence, NULL);
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			overwrite(f, sequence, bytes, n);
		}
	}
	struct vd_journal_report report;
	assert_ok(vd_store_journal_verify(f->store, &report, &f->diag));
}

static void a_flipped_bit_of_a_key_is_found(void **state)
{
	struct fixture *f = *state;
	uint8_t bytes[256];
	fill(f);
	for (uint64_t sequence = 1; sequence <= EVENTS; sequence++) {
		size_t n = load(f, sequence, bytes, sizeof(bytes));
		for (int bit = 0; bit < 64; bit++) {
			struct vd_journal_report report;
			erase(f, sequence);
			overwrite(f, sequence ^ UINT64_C(1) << bit, bytes, n);
			assert_err(vd_store_journal_verify(f->store, &report, &f->diag),
				   VD_ERR_CORRUPT);
			assert_true(report.first_bad != 0);
			vd_store_abort(f->store);
		}
	}
}

static void gaps_and_cuts_are_found(void **state)
{
	struct fixture *f = *state;
	fill(f);
	erase(f, 3);
	assert_bad(f, 3, "it is missing");
	vd_store_abort(f->store);
	erase(f, 1);
	assert_bad(f, 1, "it is missing");
	vd_store_abort(f->store);
	erase(f, 5);
	assert_bad(f, 5, "it is missing: the journal was cut here");
	erase(f, 4);
	assert_bad(f, 4, "it is missing: the journal was cut here");
}

static void reseal(uint8_t *bytes, size_t n)
{
	assert_int_equal(mbedtls_sha256(bytes, n - VD_HASH_BYTES, bytes + n - VD_HASH_BYTES, 0), 0);
}

static void a_forged_event_is_found_where_it_stands(void **state)
{
	struct fixture *f = *state;
	uint8_t bytes[256];
	fill(f);
	// Well made, with a right seal; but the next event names the hash of the one that stood
	// here.
	size_t n = load(f, 2, bytes, sizeof(bytes));
	bytes[BEFORE_AT + VD_HASH_BYTES + 1] = 'z';
	reseal(bytes, n);
	overwrite(f, 2, bytes, n);
	assert_bad(f, 2, "it was replaced: the next event names another hash");
	vd_store_abort(f->store);
	// The last one: only the head knows.
	n = load(f, EVENTS, bytes, sizeof(bytes));
	bytes[16] ^= 1; // its stamp
	reseal(bytes, n);
	overwrite(f, EVENTS, bytes, n);
	assert_bad(f, EVENTS, "it is not the event that the journal's head names");
	vd_store_abort(f->store);
	// One more behind the head.
	n = load(f, EVENTS, bytes, sizeof(bytes));
	memcpy(bytes + BEFORE_AT, bytes + n - VD_HASH_BYTES, VD_HASH_BYTES);
	bytes[8] = EVENTS + 1;
	reseal(bytes, n);
	overwrite(f, EVENTS + 1, bytes, n);
	assert_bad(f, EVENTS + 1, "it was added behind the journal's head");
}

static void a_cut_tail_is_refused_at_open(void **state)
{
	struct fixture *f = *state;
	fill(f);
	erase(f, EVENTS);
	fixture_commit(f);
	fixture_close(f);
	struct vd_store_config config = fixture_config(f);
	assert_err(vd_store_open(&config, &f->store, &f->diag), VD_ERR_CORRUPT);
	assert_string_equal(f->diag.text,
			    "journal: event 5: it is missing: the journal was cut here");
	// Whoever verifies it can still read it.
	config.is_read_only = true;
	assert_ok(vd_store_open(&config, &f->store, &f->diag));
	assert_bad(f, EVENTS, NULL);
}

static void what_cannot_be_written_is_refused(void **state)
{
	struct fixture *f = *state;
	static const char big[VD_DETAIL_BYTES + 1];
	struct vd_journal_event e = fixture_event("");
	e.kind = VD_JOURNAL_MISSING;
	assert_err(vd_store_journal_append(f->store, &e, &f->diag), VD_ERR_ARGUMENT);
	e.kind = VD_JOURNAL_FACT;
	e.detail = vd_span_make(big, sizeof(big));
	assert_err(vd_store_journal_append(f->store, &e, &f->diag), VD_ERR_ARGUMENT);
	e.detail.n--;
	assert_ok(vd_store_journal_append(f->store, &e, &f->diag));
	assert_int_equal(e.sequence, 1);
}

static void every_kind_has_a_name(void **state)
{
	(void)state;
	for (int k = 0; k < VD_JOURNAL_N; k++) {
		assert_non_null(vd_journal_kind_name((enum vd_journal_kind)k));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(events_are_numbered_from_one),
		STORE_TEST(the_first_seal_is_known),
		STORE_TEST(every_flipped_bit_is_found),
		STORE_TEST(a_flipped_bit_of_a_key_is_found),
		STORE_TEST(gaps_and_cuts_are_found),
		STORE_TEST(a_forged_event_is_found_where_it_stands),
		STORE_TEST(a_cut_tail_is_refused_at_open),
		STORE_TEST(what_cannot_be_written_is_refused),
		cmocka_unit_test(every_kind_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
