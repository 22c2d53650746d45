// SPDX-License-Identifier: MIT
#include "care/domain.h"

#include "care/command.h"
#include "care/conversation.h"
#include "care/message.h"
#include "unit.h"

static void test_names_go_there_and_back(void **state)
{
	(void)state;
	for (int i = VD_NETWORK_NONE + 1; i < VD_NETWORK_N; i++) {
		const char *name = vd_network_name((enum vd_network)i);
		assert_int_equal(vd_network_parse(vd_span_of(name)), i);
	}
	for (int i = 0; i < VD_REPLY_N; i++) {
		const char *name = vd_reply_kind_name((enum vd_reply_kind)i);
		assert_int_equal(vd_reply_kind_parse(vd_span_of(name)), i);
	}
	for (int i = VD_COMMAND_MISSING + 1; i < VD_COMMAND_N; i++) {
		const char *name = vd_command_name((enum vd_command_kind)i);
		assert_int_equal(vd_command_parse(vd_span_of(name)), i);
	}
	assert_int_equal(vd_network_parse(VD_SPAN("none")), VD_NETWORK_NONE);
	assert_int_equal(vd_network_parse(VD_SPAN("X")), VD_NETWORK_NONE);
	assert_int_equal(vd_reply_kind_parse(VD_SPAN("")), VD_REPLY_N);
	assert_int_equal(vd_command_parse(VD_SPAN("missing")), VD_COMMAND_MISSING);
	assert_int_equal(vd_command_parse(VD_SPAN("ack ")), VD_COMMAND_MISSING);
}

static void test_names_outside_the_tables(void **state)
{
	(void)state;
	assert_string_equal(vd_network_name(VD_NETWORK_N), "none");
	assert_string_equal(vd_reply_kind_name(VD_REPLY_N), "?");
	assert_string_equal(vd_target_name(VD_TARGET_N), "none");
	assert_string_equal(vd_command_name(VD_COMMAND_N), "missing");
	assert_string_equal(vd_source_name(VD_SOURCE_N), "?");
	assert_string_equal(vd_conversation_state_name(VD_CONVERSATION_STATE_N), "?");
	assert_string_equal(vd_target_state_name(VD_TARGET_STATE_N), "?");
	assert_string_equal(vd_turn_name(VD_TURN_N), "?");
	assert_string_equal(vd_source_name(VD_SOURCE_BUTTON), "button");
}

// A number that is not in the book is judged by the first policy, not by memory behind the table.
static void test_rulebook_never_gives_null(void **state)
{
	(void)state;
	static struct vd_rulebook book;
	book.n_calendars = 2;
	book.n_policies = 2;
	book.n_brands = 3;
	book.policies[1].calendar = 1;
	book.brands[1].policy = 1;
	book.brands[2].policy = 9;
	assert_ptr_equal(vd_rulebook_policy(&book, 0), &book.policies[0]);
	assert_ptr_equal(vd_rulebook_policy(&book, 1), &book.policies[1]);
	assert_ptr_equal(vd_rulebook_policy(&book, 2), &book.policies[0]);
	assert_ptr_equal(vd_rulebook_policy(&book, UINT16_MAX), &book.policies[0]);
	assert_ptr_equal(vd_rulebook_calendar(&book, 1), &book.calendars[1]);
	book.policies[1].calendar = 9;
	assert_ptr_equal(vd_rulebook_calendar(&book, 1), &book.calendars[0]);
}

// R12.
static void test_stamp_that_counts(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int64_t published;
		int64_t fetched;
		int64_t counts;
		bool is_doubtful;
	} ROWS[] = {
		{ "as it should be", 1790000000, 1790000060, 1790000000, false },
		{ "120 s ahead", 1790000120, 1790000000, 1790000120, false },
		{ "121 s ahead", 1790000121, 1790000000, 1790000000, true },
		{ "far ahead", 4000000000, 1790000000, 1790000000, true },
		{ "before the networks", 1136073599, 1790000000, 1136073599, true },
		{ "the first second of 2006", 1136073600, 1790000000, 1136073600, false },
		{ "none", 0, 1790000000, 1790000000, true },
		{ "before 1970", -5, 1790000000, 1790000000, true },
		{ "fetched by a clock of 1970", 1790000000, 100, 1790000000, false },
		{ "fetched not set", 1790000000, 0, 1790000000, false },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		bool is_doubtful = !ROWS[i].is_doubtful;
		struct vd_wall published = vd_wall_s(ROWS[i].published);
		struct vd_wall at =
			vd_message_counts_from(published, vd_wall_s(ROWS[i].fetched), &is_doubtful);
		assert_row(at.us == vd_wall_s(ROWS[i].counts).us, ROWS[i].name);
		assert_row(is_doubtful == ROWS[i].is_doubtful, ROWS[i].name);
	}
}

static void test_stamp_of_our_reply(void **state)
{
	(void)state;
	struct vd_message m = { .direction = VD_DIRECTION_OUT, .sent = vd_wall_s(1790000000) };
	assert_int_equal(vd_message_stamp(&m).us, m.sent.us);
	m.published = vd_wall_s(1790000002); // the network's own word
	assert_int_equal(vd_message_stamp(&m).us, m.published.us);
	m.direction = VD_DIRECTION_IN;
	m.published = vd_wall_s(0);
	assert_int_equal(vd_message_stamp(&m).us, 0); // `sent` is not a customer's stamp
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_go_there_and_back),
		cmocka_unit_test(test_names_outside_the_tables),
		cmocka_unit_test(test_rulebook_never_gives_null),
		cmocka_unit_test(test_stamp_that_counts),
		cmocka_unit_test(test_stamp_of_our_reply),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
