// SPDX-License-Identifier: MIT
#include "care/engine.h"

#include "care/sla.h"
#include "case.h"

#define OFFICE "1-5=09:00-18:00"

static enum vd_err command(struct test_case *k, enum vd_event_kind kind, uint16_t staff,
			   const char *reason)
{
	return case_step(k, (struct vd_event){ .kind = kind,
					       .staff = staff,
					       .minutes = 20,
					       .reason = vd_span_of(reason) });
}

static void refuse(struct test_case *k, enum vd_err expected, enum vd_event_kind kind,
		   uint16_t staff, const char *reason)
{
	struct vd_conversation before = k->c;
	vd_diag_clear(&k->diag);
	assert_err(command(k, kind, staff, reason), expected);
	assert_memory_equal(&before, &k->c, sizeof(before)); // nothing changed
	assert_true(strlen(k->diag.text) > 0);
}

// R28: 75 % or 30 open minutes before the end, whichever is earlier; R29: by the same due().
static void test_warns_at_share_and_floor(void **state)
{
	(void)state;
	static const struct {
		int32_t target_s;
		const char *warn;
		const char *urgent;
		const char *due;
	} ROWS[] = {
		{ 4 * 3600, "2026-10-05T09:40:00", "2026-10-05T10:16:00", "2026-10-05T10:40:00" },
		{ 60 * 60, "2026-10-02T16:10:00", "2026-10-02T16:30:00", "2026-10-02T16:40:00" },
		{ 30 * 60, "2026-10-02T15:40:00", "2026-10-02T16:00:00", "2026-10-02T16:10:00" },
		{ 8 * 60, "2026-10-02T15:40:00", "2026-10-02T15:40:00", "2026-10-02T15:48:00" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct test_case k;
		case_init(&k, OFFICE);
		k.policy.target_s[VD_TARGET_FIRST] = ROWS[i].target_s;
		case_in(&k, local("2026-10-02T15:40:00"));
		const struct vd_target *t = case_target(&k, VD_TARGET_FIRST);
		assert_wall(t->warn, local(ROWS[i].warn));
		assert_wall(t->urgent, local(ROWS[i].urgent));
		assert_wall(t->due, local(ROWS[i].due));
	}
}

static void test_alarm_follows_the_clock(void **state)
{
	(void)state;
	static const struct {
		const char *at;
		enum vd_alarm_state alarm;
		enum vd_severity severity;
	} ROWS[] = {
		{ "2026-10-05T12:59:59", VD_ALARM_NORMAL, VD_SEVERITY_NONE },
		{ "2026-10-05T13:00:00", VD_ALARM_UNACK, VD_SEVERITY_WARNING },
		{ "2026-10-05T13:36:00", VD_ALARM_UNACK, VD_SEVERITY_URGENT },
		{ "2026-10-05T14:00:00", VD_ALARM_UNACK, VD_SEVERITY_URGENT },
		{ "2026-10-05T14:00:01", VD_ALARM_LATCHED, VD_SEVERITY_BREACHED },
	};
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		case_at(&k, local(ROWS[i].at));
		assert_row(k.c.alarm.state == ROWS[i].alarm, ROWS[i].at);
		assert_row(k.c.alarm.severity == ROWS[i].severity, ROWS[i].at);
	}
	assert_int_equal(k.facts[VD_FACT_ALARM], 2); // NORMAL -> UNACK -> LATCHED
}

static void test_ack_calms_and_stops_no_clock(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	refuse(&k, VD_ERR_STATE, VD_EVENT_ACK, 0, NULL);
	case_at(&k, local("2026-10-05T13:05:00"));
	struct vd_target before = *case_target(&k, VD_TARGET_FIRST);
	assert_ok(command(&k, VD_EVENT_ACK, 0, NULL));
	assert_int_equal(k.c.alarm.state, VD_ALARM_ACKED);
	assert_memory_equal(&before, case_target(&k, VD_TARGET_FIRST), sizeof(before)); // R15
	case_at(&k, local("2026-10-05T13:19:59"));
	assert_int_equal(k.c.alarm.state, VD_ALARM_ACKED);
	case_at(&k, local("2026-10-05T13:20:00")); // the lease of 15 min is over
	assert_int_equal(k.c.alarm.state, VD_ALARM_UNACK);
	assert_ok(command(&k, VD_EVENT_ACK, 0, NULL));
	k.policy.ack_lease_s = 3600;
	assert_ok(command(&k, VD_EVENT_ACK, 0, NULL));
	case_at(&k, local("2026-10-05T13:36:00")); // worse than what was seen
	assert_int_equal(k.c.alarm.state, VD_ALARM_UNACK);
	case_out(&k, local("2026-10-05T13:40:00"), VD_REPLY_ANSWER);
	assert_int_equal(k.c.alarm.state, VD_ALARM_NORMAL);
}

static void test_breach_needs_a_reason(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_at(&k, local("2026-10-05T15:00:00"));
	assert_ok(command(&k, VD_EVENT_ACK, 0, NULL));
	assert_true(k.c.alarm.is_seen);
	refuse(&k, VD_ERR_ARGUMENT, VD_EVENT_RESET, 1, "  ");
	refuse(&k, VD_ERR_STATE, VD_EVENT_RESET, 1, "lunch"); // the customer still waits
	case_out(&k, local("2026-10-05T15:05:00"), VD_REPLY_ANSWER);
	assert_int_equal(k.c.alarm.state, VD_ALARM_LATCHED);
	assert_int_equal(k.c.alarm.severity, VD_SEVERITY_BREACHED);
	assert_ok(command(&k, VD_EVENT_RESET, 1, "lunch"));
	assert_int_equal(k.c.alarm.state, VD_ALARM_NORMAL);
	assert_int_equal(k.c.alarm.severity, VD_SEVERITY_NONE);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_BREACHED); // for ever (R9)
	case_in(&k, local("2026-10-06T09:00:00"));
	case_at(&k, local("2026-10-06T13:30:00")); // a second breach latches again
	assert_int_equal(k.c.alarm.state, VD_ALARM_LATCHED);
}

// A new wait that warns while an old breach is latched is signalled anew; the reset leaves the
// warning.
static void test_warning_behind_a_latched_breach(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T15:00:00"), VD_REPLY_ANSWER);
	assert_ok(command(&k, VD_EVENT_ACK, 0, NULL));
	case_in(&k, local("2026-10-06T09:00:00"));
	assert_true(k.c.alarm.is_seen);
	case_at(&k, local("2026-10-06T12:00:00"));
	assert_false(k.c.alarm.is_seen);
	assert_int_equal(k.c.alarm.state, VD_ALARM_LATCHED);
	assert_ok(command(&k, VD_EVENT_RESET, 1, "explained"));
	assert_int_equal(k.c.alarm.state, VD_ALARM_UNACK);
	assert_int_equal(k.c.alarm.severity, VD_SEVERITY_WARNING);
}

// R17, R18, R16.
static void test_kinds_of_reply(void **state)
{
	(void)state;
	static const struct {
		enum vd_reply_kind kind;
		enum vd_target_state first;
		bool waits_on;
	} ROWS[] = {
		{ VD_REPLY_NONE, VD_TARGET_MET, false },
		{ VD_REPLY_ANSWER, VD_TARGET_MET, false },
		{ VD_REPLY_QUESTION, VD_TARGET_MET, false },
		{ VD_REPLY_DEFLECTION, VD_TARGET_MET, true },
		{ VD_REPLY_HOLDING, VD_TARGET_MET, true },
		{ VD_REPLY_AUTOMATIC, VD_TARGET_ARMED, true },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct test_case k;
		const char *name = vd_reply_kind_name(ROWS[i].kind);
		case_init(&k, OFFICE);
		case_in(&k, local("2026-10-05T10:00:00"));
		assert_row(case_target(&k, VD_TARGET_NEXT)->state == VD_TARGET_OFF, name);
		case_out(&k, local("2026-10-05T11:00:00"), ROWS[i].kind);
		assert_row(case_target(&k, VD_TARGET_FIRST)->state == ROWS[i].first, name);
		assert_row(vd_wall_is_set(k.c.waiting_since) == ROWS[i].waits_on, name);
		bool has_next = ROWS[i].waits_on && ROWS[i].kind != VD_REPLY_AUTOMATIC;
		assert_row(case_target(&k, VD_TARGET_NEXT)->is_running == has_next, name);
		assert_row(vd_wall_is_set(k.c.first_useful) != ROWS[i].waits_on, name);
	}
}

static void test_next_runs_from_the_oldest_unanswered(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T10:30:00"), VD_REPLY_ANSWER);
	case_in(&k, local("2026-10-05T11:00:00"));
	case_in(&k, local("2026-10-05T12:00:00"));
	assert_wall(case_target(&k, VD_TARGET_NEXT)->due, local("2026-10-05T15:00:00"));
	case_out(&k, local("2026-10-05T12:30:00"), VD_REPLY_HOLDING); // moves no start
	assert_wall(case_target(&k, VD_TARGET_NEXT)->due, local("2026-10-05T15:00:00"));
	case_out(&k, local("2026-10-05T15:00:00"), VD_REPLY_ANSWER);
	assert_target(&k, VD_TARGET_NEXT, VD_TARGET_MET);
	assert_int_equal(case_target(&k, VD_TARGET_NEXT)->met, 1);
}

// R16: due at the earlier of the policy and the time announced.
static void test_announced_time_binds(void **state)
{
	(void)state;
	static const struct {
		const char *announced;
		const char *due;
	} ROWS[] = {
		{ "2026-10-05T12:00:00", "2026-10-05T12:00:00" },
		{ "2026-10-05T17:00:00", "2026-10-05T15:00:00" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct test_case k;
		case_init(&k, OFFICE);
		case_in(&k, local("2026-10-05T10:00:00"));
		case_at(&k, local("2026-10-05T11:00:00"));
		struct vd_message m =
			case_message(VD_DIRECTION_OUT, VD_REPLY_HOLDING, k.env.now, k.env.now);
		m.announced = local(ROWS[i].announced);
		case_take(&k, &m);
		assert_wall(case_target(&k, VD_TARGET_NEXT)->due, local(ROWS[i].due));
	}
}

static void test_late_learned_reply_splits_a_wait(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T09:00:00"));
	case_out(&k, local("2026-10-05T09:10:00"), VD_REPLY_ANSWER);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_in(&k, local("2026-10-05T13:00:00"));
	case_at(&k, local("2026-10-05T14:30:00"));
	assert_target(&k, VD_TARGET_NEXT, VD_TARGET_BREACHED);
	case_learn(&k, VD_DIRECTION_OUT, VD_REPLY_ANSWER, local("2026-10-05T11:00:00"));
	assert_target(&k, VD_TARGET_NEXT, VD_TARGET_ARMED);
	assert_wall(case_target(&k, VD_TARGET_NEXT)->due, local("2026-10-05T17:00:00"));
	assert_wall(k.c.waiting_since, local("2026-10-05T13:00:00"));
	assert_int_equal(k.facts[VD_FACT_TARGET_MET_SEEN_LATE], 1);
	assert_int_equal(case_target(&k, VD_TARGET_NEXT)->met, 1);
	assert_int_equal(k.c.alarm.state, VD_ALARM_NORMAL);
}

static void test_older_message_moves_the_opening(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T12:00:00"));
	assert_string_equal(k.c.first_line, "The line is down.");
	struct vd_message m = case_message(VD_DIRECTION_IN, VD_REPLY_NONE,
					   local("2026-10-05T10:00:00"), k.env.now);
	m.text = VD_SPAN("Hello?");
	m.account = 9;
	case_take(&k, &m);
	assert_wall(case_target(&k, VD_TARGET_FIRST)->due, local("2026-10-05T14:00:00"));
	assert_wall(case_target(&k, VD_TARGET_RESOLUTION)->from, local("2026-10-05T10:00:00"));
	assert_string_equal(k.c.first_line, "Hello?");
	assert_int_equal(k.c.last_account, 0); // where the customer wrote last
}

static void test_reply_before_the_question_answers_nothing(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T12:00:00"));
	case_learn(&k, VD_DIRECTION_OUT, VD_REPLY_ANSWER, local("2026-10-05T11:59:59"));
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_ARMED);
	assert_false(vd_wall_is_set(k.c.first_reply));
}

static void test_claim_is_a_lease(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	struct vd_target before = *case_target(&k, VD_TARGET_FIRST);
	refuse(&k, VD_ERR_ARGUMENT, VD_EVENT_CLAIM, 0, NULL);
	refuse(&k, VD_ERR_STATE, VD_EVENT_RELEASE, 1, NULL);
	assert_ok(command(&k, VD_EVENT_CLAIM, 1, NULL));
	refuse(&k, VD_ERR_CONFLICT, VD_EVENT_CLAIM, 2, NULL);
	refuse(&k, VD_ERR_CONFLICT, VD_EVENT_RELEASE, 2, NULL);
	case_at(&k, local("2026-10-05T10:20:00"));
	assert_ok(command(&k, VD_EVENT_CLAIM, 1, NULL)); // renewed, since when stays
	assert_wall(k.c.claimed_at, local("2026-10-05T10:00:00"));
	case_at(&k, local("2026-10-05T10:49:59"));
	assert_int_equal(k.c.claimed_by, 1);
	case_at(&k, local("2026-10-05T10:50:00"));
	assert_int_equal(k.c.claimed_by, 0);
	assert_int_equal(k.facts[VD_FACT_RELEASED], 1);
	assert_ok(command(&k, VD_EVENT_CLAIM, 2, NULL));
	assert_ok(command(&k, VD_EVENT_RELEASE, 2, NULL));
	assert_memory_equal(&before, case_target(&k, VD_TARGET_FIRST), sizeof(before)); // R15
}

// R37.
static void test_no_reply_needed(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T10:30:00"), VD_REPLY_ANSWER);
	refuse(&k, VD_ERR_STATE, VD_EVENT_NO_REPLY_NEEDED, 1, "nobody asked");
	case_in(&k, local("2026-10-05T11:00:00"));
	refuse(&k, VD_ERR_ARGUMENT, VD_EVENT_NO_REPLY_NEEDED, 1, "");
	refuse(&k, VD_ERR_ARGUMENT, VD_EVENT_NO_REPLY_NEEDED, 0, "thanks");
	refuse(&k, VD_ERR_STATE, VD_EVENT_RESOLVE, 1, NULL); // somebody waits
	assert_ok(command(&k, VD_EVENT_NO_REPLY_NEEDED, 1, "thanks"));
	assert_target(&k, VD_TARGET_NEXT, VD_TARGET_CANCELLED);
	assert_int_equal(k.facts[VD_FACT_TARGET_CANCELLED], 1);
	assert_false(vd_wall_is_set(k.c.waiting_since));
	assert_true(case_target(&k, VD_TARGET_RESOLUTION)->is_running);
	// A message that was there already but not known: whoever closed did not see it.
	case_at(&k, local("2026-10-05T11:30:00"));
	case_learn(&k, VD_DIRECTION_IN, VD_REPLY_NONE, local("2026-10-05T10:59:00"));
	assert_wall(k.c.waiting_since, local("2026-10-05T10:59:00"));
	assert_wall(case_target(&k, VD_TARGET_NEXT)->from, local("2026-10-05T10:59:00"));
}

static void test_closing_after_due_is_still_a_breach(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_at(&k, local("2026-10-05T15:00:00"));
	assert_ok(command(&k, VD_EVENT_NO_REPLY_NEEDED, 1, "spam"));
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_BREACHED);
	assert_false(case_target(&k, VD_TARGET_FIRST)->is_running);
	assert_ok(command(&k, VD_EVENT_RESET, 1, "spam"));
}

static void test_resolution_is_judged(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T11:00:00"), VD_REPLY_ANSWER);
	assert_ok(command(&k, VD_EVENT_CLAIM, 1, NULL));
	case_at(&k, local("2026-10-06T17:00:00"));
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_ARMED); // 16 h: Tuesday 17:00
	case_at(&k, local("2026-10-06T17:00:01"));
	assert_target(&k, VD_TARGET_RESOLUTION, VD_TARGET_BREACHED);
	assert_ok(command(&k, VD_EVENT_RESOLVE, 1, NULL));
	assert_int_equal(k.c.state, VD_CONVERSATION_RESOLVED);
	assert_int_equal(case_target(&k, VD_TARGET_RESOLUTION)->breaches, 1);
	refuse(&k, VD_ERR_STATE, VD_EVENT_RESOLVE, 1, NULL);
	refuse(&k, VD_ERR_STATE, VD_EVENT_CLAIM, 1, NULL);
}

// R20, R21.
static void test_cadence_and_ceiling(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_CADENCE] = 2 * 3600;
	k.policy.target_s[VD_TARGET_CEILING] = 24 * 3600;
	case_in(&k, local("2026-10-02T16:00:00"));
	assert_wall(case_target(&k, VD_TARGET_CEILING)->due, local("2026-10-03T16:00:00"));
	assert_int_equal(vd_conversation_board_target(&k.c), VD_TARGET_CEILING);
	assert_target(&k, VD_TARGET_CADENCE, VD_TARGET_OFF);
	case_out(&k, local("2026-10-02T17:00:00"), VD_REPLY_HOLDING);
	assert_wall(case_target(&k, VD_TARGET_CADENCE)->due, local("2026-10-05T10:00:00"));
	assert_target(&k, VD_TARGET_CEILING, VD_TARGET_ARMED); // holding is no answer
	case_at(&k, local("2026-10-03T16:00:01"));
	assert_target(&k, VD_TARGET_CEILING, VD_TARGET_BREACHED);
	case_out(&k, local("2026-10-05T10:00:00"), VD_REPLY_ANSWER);
	assert_int_equal(case_target(&k, VD_TARGET_CADENCE)->met, 1);
	assert_true(case_target(&k, VD_TARGET_CADENCE)->is_running);
	assert_false(case_target(&k, VD_TARGET_CEILING)->is_running);
	assert_ok(command(&k, VD_EVENT_RESOLVE, 1, NULL));
	assert_target(&k, VD_TARGET_CADENCE, VD_TARGET_CANCELLED);
}

// R22: first < next < cadence < resolution.
static void test_ties_on_the_board(void **state)
{
	(void)state;
	struct vd_conversation c = { .id = 1 };
	assert_int_equal(vd_conversation_board_target(&c), VD_TARGET_N);
	for (int i = VD_TARGET_N - 1; i >= 0; i--) {
		c.targets[i] = (struct vd_target){ .state = VD_TARGET_ARMED,
						   .is_running = true,
						   .due = vd_wall_s(1000) };
		assert_int_equal(vd_conversation_board_target(&c), i);
	}
	c.targets[VD_TARGET_RESOLUTION].due = vd_wall_s(999);
	assert_int_equal(vd_conversation_board_target(&c), VD_TARGET_RESOLUTION);
}

static void test_shelf_is_bounded(void **state)
{
	(void)state;
	static const struct {
		const char *asked; // the customer's message
		const char *now;
		const char *until;
	} ROWS[] = {
		{ "2026-10-05T10:00:00", "2026-10-05T13:00:00", "2026-10-05T13:20:00" }, // 20 min
		{ "2026-10-05T10:00:00", "2026-10-05T13:50:00", "2026-10-05T14:00:00" }, // deadline
		{ "2026-10-05T14:55:00", "2026-10-05T17:56:00", "2026-10-05T18:00:00" }, // closing
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct test_case k;
		case_init(&k, OFFICE);
		case_in(&k, local(ROWS[i].asked));
		refuse(&k, VD_ERR_STATE, VD_EVENT_SHELVE, 1, "too early");
		case_at(&k, local(ROWS[i].now));
		refuse(&k, VD_ERR_ARGUMENT, VD_EVENT_SHELVE, 1, "");
		refuse(&k, VD_ERR_STATE, VD_EVENT_UNSHELVE, 1, "");
		assert_ok(command(&k, VD_EVENT_SHELVE, 1, "waiting for the exchange"));
		assert_wall(k.c.alarm.until, local(ROWS[i].until));
		assert_wall(vd_conversation_next_tick(&k.c), local(ROWS[i].until));
		case_at(&k, local(ROWS[i].until));
		bool is_closed = i == 2; // and so it is parked till the morning
		assert_row(k.c.alarm.state == (is_closed ? VD_ALARM_SUPPRESSED : VD_ALARM_UNACK),
			   ROWS[i].now);
	}
}

static void test_nothing_is_shelved_while_closed(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T14:55:00"));
	case_at(&k, local("2026-10-05T18:00:00"));
	refuse(&k, VD_ERR_STATE, VD_EVENT_SHELVE, 1, "night");
}

// R38: one of two messages is gone, the other still waits; then both are.
static void test_deletion_of_one_message(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_in(&k, local("2026-10-05T11:00:00"));
	struct vd_message one = case_message(VD_DIRECTION_IN, VD_REPLY_NONE,
					     local("2026-10-05T10:00:00"),
					     local("2026-10-05T10:00:00"));
	struct vd_message two = case_message(VD_DIRECTION_IN, VD_REPLY_NONE,
					     local("2026-10-05T11:00:00"),
					     local("2026-10-05T11:00:00"));
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_DELETED, .message = &one }));
	assert_wall(k.c.waiting_since, local("2026-10-05T10:00:00")); // no clock moves
	assert_int_equal(k.c.state, VD_CONVERSATION_OPEN);
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_DELETED, .message = &two }));
	assert_int_equal(k.c.state, VD_CONVERSATION_WITHDRAWN);
	assert_int_equal(k.facts[VD_FACT_WITHDRAWN], 1);
}

// An answered conversation goes on when a later message is taken back.
static void test_deletion_after_an_answer(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T10:00:00"));
	case_out(&k, local("2026-10-05T11:00:00"), VD_REPLY_ANSWER);
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_DELETED })); // nobody waits
	assert_int_equal(k.facts[VD_FACT_WITHDRAWN], 0);
	case_in(&k, local("2026-10-05T12:00:00"));
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_DELETED }));
	assert_int_equal(k.c.state, VD_CONVERSATION_OPEN);
	assert_target(&k, VD_TARGET_NEXT, VD_TARGET_CANCELLED);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_MET);
}

// R40: open waits are computed again, outcomes stay.
static void test_rules_change(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T09:00:00"));
	case_out(&k, local("2026-10-05T12:00:00"), VD_REPLY_ANSWER); // 3 h of 4
	case_in(&k, local("2026-10-05T12:30:00"));
	case_out(&k, local("2026-10-05T15:30:00"), VD_REPLY_ANSWER); // 3 h of 4
	case_in(&k, local("2026-10-05T16:00:00"));
	k.policy.target_s[VD_TARGET_FIRST] = 3600;
	k.policy.target_s[VD_TARGET_NEXT] = 2 * 3600;
	k.policy.version = 2;
	assert_ok(command(&k, VD_EVENT_RULES, 0, NULL));
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_MET);
	assert_int_equal(case_target(&k, VD_TARGET_NEXT)->met, 1);
	assert_int_equal(case_target(&k, VD_TARGET_NEXT)->breaches, 0);
	assert_wall(case_target(&k, VD_TARGET_NEXT)->due, local("2026-10-05T18:00:00"));
	assert_int_equal(k.c.policy_version, 2);
	case_tick(&k); // the next walk says the same
	assert_int_equal(case_target(&k, VD_TARGET_NEXT)->breaches, 0);
	assert_wall(case_target(&k, VD_TARGET_NEXT)->due, local("2026-10-05T18:00:00"));
}

static void test_rules_do_not_undo_a_breach(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T09:00:00"));
	case_at(&k, local("2026-10-05T14:00:00"));
	k.policy.target_s[VD_TARGET_FIRST] = 40 * 3600;
	assert_ok(command(&k, VD_EVENT_RULES, 0, NULL));
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_BREACHED);
	assert_wall(case_target(&k, VD_TARGET_FIRST)->due, local("2026-10-05T13:00:00"));
	case_out(&k, local("2026-10-05T14:00:00"), VD_REPLY_HOLDING);
	struct vd_wall due = case_target(&k, VD_TARGET_NEXT)->due;
	case_at(&k, after(due, 1));
	k.policy.target_s[VD_TARGET_NEXT] = 40 * 3600;
	assert_ok(command(&k, VD_EVENT_RULES, 0, NULL));
	assert_target(&k, VD_TARGET_NEXT, VD_TARGET_BREACHED);
	assert_wall(case_target(&k, VD_TARGET_NEXT)->due, due);
}

// A target that did not exist judges nothing that is over when it comes.
static void test_rules_judge_nothing_of_the_past(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	k.policy.target_s[VD_TARGET_FIRST] = 0;
	k.policy.target_s[VD_TARGET_NEXT] = 0;
	case_in(&k, local("2026-10-05T09:00:00"));
	case_out(&k, local("2026-10-05T12:00:00"), VD_REPLY_ANSWER);
	case_in(&k, local("2026-10-05T12:30:00"));
	case_out(&k, local("2026-10-05T15:30:00"), VD_REPLY_ANSWER);
	case_in(&k, local("2026-10-05T16:00:00"));
	assert_target(&k, VD_TARGET_NEXT, VD_TARGET_OFF);
	k.policy.target_s[VD_TARGET_FIRST] = 3600;
	k.policy.target_s[VD_TARGET_NEXT] = 3600;
	assert_ok(command(&k, VD_EVENT_RULES, 0, NULL));
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_OFF);
	assert_int_equal(case_target(&k, VD_TARGET_NEXT)->breaches, 0);
	assert_wall(case_target(&k, VD_TARGET_NEXT)->due, local("2026-10-05T17:00:00"));
}

// R8: never null, never -1: a fault, and no deadline on the board.
static void test_calendar_never_opens(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	for (size_t i = 0; i < 7; i++) {
		k.calendar.week[i].n = 0;
	}
	case_in(&k, local("2026-10-05T09:00:00"));
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_FAULT);
	assert_int_equal(k.facts[VD_FACT_TARGET_FAULT], 2); // first and resolution
	assert_int_equal(vd_conversation_board_target(&k.c), VD_TARGET_N);
	assert_false(vd_wall_is_set(vd_conversation_next_tick(&k.c)));
	struct vd_calendar closed = k.calendar;
	case_init(&k, OFFICE);
	struct vd_calendar open = k.calendar;
	k.calendar = closed;
	case_in(&k, local("2026-10-05T09:00:00"));
	k.calendar = open;
	assert_ok(command(&k, VD_EVENT_RULES, 0, NULL));
	assert_wall(case_target(&k, VD_TARGET_FIRST)->due, local("2026-10-05T13:00:00"));
}

// R13: while the clock is not trusted a late reply is no breach yet; the first trusted tick says
// so.
static void test_untrusted_clock_holds_the_verdict(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T09:00:00"));
	k.env.is_clock_trusted = false;
	case_out(&k, local("2026-10-05T14:00:00"), VD_REPLY_ANSWER);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_ARMED);
	assert_false(case_target(&k, VD_TARGET_FIRST)->is_running);
	assert_int_equal(k.facts[VD_FACT_TARGET_BREACHED], 0);
	assert_true(k.c.is_breach_held);
	k.env.is_clock_trusted = true;
	case_tick(&k);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_BREACHED);
	k.env.is_clock_trusted = false; // what was declared stays, even if the clock goes back
	k.env.now = local("2026-10-05T09:30:00");
	case_tick(&k);
	assert_target(&k, VD_TARGET_FIRST, VD_TARGET_BREACHED);
}

// More turns than are kept: the counts go on, the oldest unanswered message stays.
static void test_many_turns_are_folded(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, "0-6=00:00-24:00");
	struct vd_wall at = local("2026-10-05T09:00:00");
	for (int i = 0; i < 50; i++) {
		case_in(&k, at);
		case_out(&k, after(at, i % 5 == 4 ? 5 * 3600 : 60), VD_REPLY_ANSWER);
		at = after(at, 6 * 3600);
	}
	const struct vd_target *next = case_target(&k, VD_TARGET_NEXT);
	assert_int_equal(next->met, 39);
	assert_int_equal(next->breaches, 10);
	struct vd_wall oldest = at;
	for (int i = 0; i < 3 * VD_TURNS_MAX; i++) {
		case_in(&k, at);
		at = after(at, 60);
	}
	assert_wall(k.c.waiting_since, oldest);
	assert_wall(case_target(&k, VD_TARGET_NEXT)->from, oldest);
	assert_int_equal(k.c.n_in, 50 + 3 * VD_TURNS_MAX);
	// What is older than the turns that are kept moves the first response, nothing else.
	struct vd_wall opened = k.c.opened;
	struct vd_wall first = k.c.first_reply;
	case_learn(&k, VD_DIRECTION_OUT, VD_REPLY_ANSWER, after(opened, -1));
	assert_wall(k.c.first_reply, first); // before the question
	case_learn(&k, VD_DIRECTION_OUT, VD_REPLY_ANSWER, after(opened, 1));
	assert_wall(k.c.first_reply, after(opened, 1));
	assert_int_equal(next->met + next->breaches, 49);
	assert_wall(k.c.waiting_since, oldest);
}

static void test_line_is_of_the_oldest_unanswered(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	case_in(&k, local("2026-10-05T09:00:00"));
	case_at(&k, local("2026-10-05T09:05:00"));
	struct vd_message m = case_message(VD_DIRECTION_IN, VD_REPLY_NONE, k.env.now, k.env.now);
	m.text = VD_SPAN("Anybody there?");
	case_take(&k, &m);
	assert_string_equal(k.c.first_line, "The line is down.");
	case_out(&k, local("2026-10-05T09:10:00"), VD_REPLY_ANSWER);
	case_at(&k, local("2026-10-05T09:20:00"));
	m.published = k.env.now;
	m.fetched = k.env.now;
	case_take(&k, &m);
	assert_string_equal(k.c.first_line, "Anybody there?");
}

static void test_refuses_what_is_no_event(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	struct vd_message own = case_message(VD_DIRECTION_OUT, VD_REPLY_ANSWER,
					     local("2026-10-05T09:00:00"),
					     local("2026-10-05T09:00:00"));
	assert_err(vd_engine_open(&k.env, &own, 0, &k.c, &k.out, &k.diag), VD_ERR_ARGUMENT);
	struct vd_message blank = { .direction = VD_DIRECTION_IN };
	assert_err(vd_engine_open(&k.env, &blank, 0, &k.c, &k.out, &k.diag), VD_ERR_ARGUMENT);
	case_in(&k, local("2026-10-05T09:00:00"));
	refuse(&k, VD_ERR_ARGUMENT, VD_EVENT_MISSING, 0, NULL);
	refuse(&k, VD_ERR_ARGUMENT, VD_EVENT_N, 0, NULL);
	refuse(&k, VD_ERR_ARGUMENT, VD_EVENT_MESSAGE, 0, NULL);
	assert_string_equal(vd_event_name(VD_EVENT_N), "?");
	assert_string_equal(vd_fact_name(VD_FACT_N), "?");
}

// Seconds in the rules, but no reply is judged late for the fraction of a second in which the
// customer wrote.
static void test_due_keeps_the_fraction(void **state)
{
	(void)state;
	struct test_case k;
	case_init(&k, OFFICE);
	struct vd_wall at = { local("2026-10-05T10:00:00").us + 400000 };
	struct vd_wall due = vd_sla_add_open(&k.calendar, at, vd_dur_s(3600));
	assert_int_equal(due.us, local("2026-10-05T11:00:00").us + 400000);
	due = vd_sla_add_open(&k.calendar, at,
			      vd_dur_s(8 * 3600)); // the last fraction is on the next day
	assert_int_equal(due.us, local("2026-10-06T09:00:00").us + 400000);
	due = vd_sla_add_open(&k.calendar, local("2026-10-05T10:00:00"), vd_dur_s(8 * 3600));
	assert_wall(due, local("2026-10-05T18:00:00"));   // R7: at closing
	at.us = local("2026-10-05T20:00:00").us + 400000; // closed: no fraction was used
	assert_wall(vd_sla_add_open(&k.calendar, at, vd_dur_s(60)), local("2026-10-06T09:01:00"));
	assert_wall(vd_sla_add_open(&k.calendar, at, vd_dur_s(0)), at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_warns_at_share_and_floor),
		cmocka_unit_test(test_alarm_follows_the_clock),
		cmocka_unit_test(test_ack_calms_and_stops_no_clock),
		cmocka_unit_test(test_breach_needs_a_reason),
		cmocka_unit_test(test_warning_behind_a_latched_breach),
		cmocka_unit_test(test_kinds_of_reply),
		cmocka_unit_test(test_next_runs_from_the_oldest_unanswered),
		cmocka_unit_test(test_announced_time_binds),
		cmocka_unit_test(test_late_learned_reply_splits_a_wait),
		cmocka_unit_test(test_older_message_moves_the_opening),
		cmocka_unit_test(test_reply_before_the_question_answers_nothing),
		cmocka_unit_test(test_claim_is_a_lease),
		cmocka_unit_test(test_no_reply_needed),
		cmocka_unit_test(test_closing_after_due_is_still_a_breach),
		cmocka_unit_test(test_resolution_is_judged),
		cmocka_unit_test(test_cadence_and_ceiling),
		cmocka_unit_test(test_ties_on_the_board),
		cmocka_unit_test(test_shelf_is_bounded),
		cmocka_unit_test(test_nothing_is_shelved_while_closed),
		cmocka_unit_test(test_deletion_of_one_message),
		cmocka_unit_test(test_deletion_after_an_answer),
		cmocka_unit_test(test_rules_change),
		cmocka_unit_test(test_rules_do_not_undo_a_breach),
		cmocka_unit_test(test_rules_judge_nothing_of_the_past),
		cmocka_unit_test(test_calendar_never_opens),
		cmocka_unit_test(test_untrusted_clock_holds_the_verdict),
		cmocka_unit_test(test_many_turns_are_folded),
		cmocka_unit_test(test_line_is_of_the_oldest_unanswered),
		cmocka_unit_test(test_refuses_what_is_no_event),
		cmocka_unit_test(test_due_keeps_the_fraction),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
