// SPDX-License-Identifier: MIT
// Reports of cases that the engine made; texts are compared with tests/golden/report*.
// VD_GOLDEN=write makes those anew.
#include "app/report.h"

#include <stdlib.h>

#include "app/journal_fact.h"
#include "app/journal_step.h"
#include "app/report_words.h"
#include "care/case.h"

#define HOUR INT64_C(3600)
#define ALWAYS "0-6=00:00-24:00"
#define WEEK "1-5=09:00-18:00"

static struct vd_rulebook book;
static struct vd_report *report;
static struct vd_buf out;
static uint64_t last_id;

static struct vd_wall now(void)
{
	return local("2026-10-09T17:00:00");
}

static void fill_book(const char *hours)
{
	struct test_case k;
	case_init(&k, hours);
	memset(&book, 0, sizeof(book));
	book.n_calendars = 1;
	book.calendars[0] = k.calendar;
	book.n_policies = 1;
	book.policies[0] = k.policy;
	book.n_brands = 4; // case_take() opens at brand 3
	book.n_accounts = 3;
	static const char *const NAMES[] = { "tim-x", "impresa-x", "tim-facebook" };
	for (int i = 0; i < 3; i++) {
		snprintf(book.accounts[i].name, sizeof(book.accounts[i].name), "%s", NAMES[i]);
		book.accounts[i].brand = 3;
		book.accounts[i].network = i < 2 ? VD_NETWORK_X : VD_NETWORK_FACEBOOK;
	}
	snprintf(book.brands[3].name, sizeof(book.brands[3].name), "TIM");
}

static void open_report(struct vd_report_filter filter)
{
	filter.book = &book;
	filter.now = vd_wall_is_set(filter.now) ? filter.now : now();
	last_id = 0;
	assert_ok(vd_report_create(&filter, &report, NULL));
}

static int set_up(void **state)
{
	(void)state;
	vd_buf_init_heap(&out, 1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	vd_report_destroy(report);
	report = NULL;
	vd_buf_deinit(&out);
	return 0;
}

static void begin(struct test_case *k, const char *hours, struct vd_wall opened)
{
	case_init(k, hours);
	k->env.book = &book;
	case_in(k, opened);
}

/** Time passes up to now; then it is handed in. */
static void add(struct test_case *k)
{
	case_at(k, now());
	k->c.id = ++last_id;
	assert_ok(vd_report_add_conversation(report, &k->c, NULL));
}

/** Answered after so many hours, or waiting for so many. */
static void add_simple(const char *hours, int64_t h, bool is_answered)
{
	struct test_case k;
	begin(&k, hours, after(now(), (is_answered ? -120 : -h) * HOUR));
	if (is_answered) {
		case_out(&k, after(k.c.opened, h * HOUR), VD_REPLY_ANSWER);
	}
	add(&k);
}

static const cJSON *json_report(cJSON **tree)
{
	vd_buf_reset(&out);
	vd_report_print_json(report, &out);
	*tree = vd_json_parse(vd_span_trim(vd_buf_span(&out)), NULL);
	assert_non_null(*tree);
	return *tree;
}

/** "first_response.with_waiting.wall.p50.s" */
static int64_t number(const cJSON *tree, const char *path)
{
	struct vd_span rest = vd_span_of(path);
	char name[32];
	int64_t value = -1;
	for (;;) {
		assert_ok(vd_span_copy(vd_span_cut(&rest, '.'), name, sizeof(name)));
		if (rest.p == NULL) {
			assert_ok(vd_json_i64(tree, name, &value));
			return value;
		}
		tree = vd_json_get(tree, name);
		assert_non_null(tree);
	}
}

static void check_golden(const char *name)
{
	char path[128];
	char *kept = calloc(1, 1 << 20);
	snprintf(path, sizeof(path), "tests/golden/%s", name);
	const char *mode = getenv("VD_GOLDEN");
	if (mode != NULL && strcmp(mode, "write") == 0) {
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		fwrite(out.data, 1, out.len, file);
		fclose(file);
	}
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	size_t n = fread(kept, 1, (1 << 20) - 1, file);
	fclose(file);
	if (n != out.len || memcmp(kept, out.data, n) != 0) {
		print_error("%s is not what was printed:\n%s", path, out.data);
		fail();
	}
	free(kept);
}

// ---- figures --------------------------------------------------------------------------------

// Case 11: p50 4 h, p90 ">= 72 h", in both measures, and no mean anywhere.
static void case_11_in_a_report(void **state)
{
	(void)state;
	static const int ENDED[] = { 1, 2, 2, 3, 4, 5 };
	static const int OPEN[] = { 8, 20, 30, 72 };
	cJSON *tree;
	fill_book(ALWAYS);
	open_report((struct vd_report_filter){ .book = NULL });
	for (size_t i = 0; i < VD_ARRAY_LEN(ENDED); i++) {
		add_simple(ALWAYS, ENDED[i], true);
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(OPEN); i++) {
		add_simple(ALWAYS, OPEN[i], false);
	}
	assert_ok(vd_report_finish(report, NULL));
	const cJSON *j = json_report(&tree);
	assert_int_equal(number(j, "first_response.n"), 6);
	assert_int_equal(number(j, "first_response.with_waiting.n"), 10);
	assert_int_equal(number(j, "first_response.with_waiting.waiting"), 4);
	static const char *const MEASURES[] = { "wall", "business" };
	const cJSON *with = vd_json_get(vd_json_get(j, "first_response"), "with_waiting");
	for (size_t i = 0; i < VD_ARRAY_LEN(MEASURES); i++) {
		const cJSON *m = vd_json_get(with, MEASURES[i]);
		assert_int_equal(number(m, "p50.s"), 4 * HOUR);
		assert_true(vd_json_bool(vd_json_get(m, "p50"), "reached", false));
		assert_int_equal(number(m, "p90.s"), 72 * HOUR);
		assert_false(vd_json_bool(vd_json_get(m, "p90"), "reached", true));
	}
	vd_json_free(tree);
	vd_report_print_text(report, &out);
	vd_report_print_csv(report, &out);
	assert_non_null(strstr(out.data, ">= 3 d 00 h"));
	assert_non_null(strstr(out.data, ">= 72 h 00"));
	assert_non_null(strstr(out.data, "first.p90,duration,10,,259200,259200,false,false"));
	assert_null(strstr(out.data, "mean"));
	assert_null(strstr(out.data, "average"));
}

// R43: breached / (met + breached + open past due). F is 4 h: 5 h is late, and so is who waits.
static void a_breach_rate_counts_who_still_waits(void **state)
{
	(void)state;
	cJSON *tree;
	fill_book(ALWAYS);
	open_report((struct vd_report_filter){ .book = NULL });
	add_simple(ALWAYS, 1, true);
	add_simple(ALWAYS, 4, true);
	add_simple(ALWAYS, 5, true);
	add_simple(ALWAYS, 6, false);
	add_simple(ALWAYS, 3, false); // runs: no verdict yet
	assert_ok(vd_report_finish(report, NULL));
	const cJSON *first = vd_json_get(json_report(&tree), "first_response");
	assert_int_equal(number(first, "met"), 2);
	assert_int_equal(number(first, "breached"), 2);
	assert_int_equal(number(first, "breached_open"), 1);
	assert_int_equal(number(first, "running"), 1);
	assert_float_equal(vd_json_get(first, "breach_rate")->valuedouble, 0.5, 1e-9);
	vd_json_free(tree);
}

// The period: what was opened in it, as it stood at its end; and the filters.
static void a_period_says_the_same_for_ever(void **state)
{
	(void)state;
	static const struct {
		int from_h; // before now; 0: not set
		int to_h;
		int64_t n;
		int64_t answered;
		int64_t breached;
	} ROWS[] = { { 0, 0, 3, 2, 2 },    { 0, 118, 1, 0, 0 }, { 0, 115, 1, 0, 1 },
		     { 0, 113, 1, 1, 1 },  { 119, 0, 2, 1, 1 }, { 120, 113, 1, 1, 1 },
		     { 119, 113, 0, 0, 0 } };
	fill_book(ALWAYS);
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct test_case k;
		cJSON *tree;
		struct vd_report_filter f = { .book = NULL };
		f.from = ROWS[i].from_h != 0 ? after(now(), -ROWS[i].from_h * HOUR) : f.from;
		f.to = ROWS[i].to_h != 0 ? after(now(), -ROWS[i].to_h * HOUR) : f.to;
		open_report(f);
		add_simple(ALWAYS, 6, true); // from -120 h to -114 h
		add_simple(ALWAYS, 50, false);
		begin(&k, ALWAYS, after(now(), -10 * HOUR));
		case_out(&k, after(now(), -8 * HOUR), VD_REPLY_ANSWER);
		add(&k);
		assert_ok(vd_report_finish(report, NULL));
		const cJSON *j = json_report(&tree);
		assert_int_equal(number(j, "conversations"), ROWS[i].n);
		assert_int_equal(number(j, "first_response.n"), ROWS[i].answered);
		assert_int_equal(number(j, "first_response.breached"), ROWS[i].breached);
		vd_json_free(tree);
		vd_report_destroy(report);
		report = NULL;
	}
}

static void filters_take_what_they_name(void **state)
{
	(void)state;
	static const struct {
		struct vd_report_filter filter;
		int64_t n;
	} ROWS[] = {
		{ { .brand = 4 }, 3 },
		{ { .brand = 1 }, 0 },
		{ { .account = 2 }, 1 },
		{ { .network = VD_NETWORK_X }, 2 },
		{ { .network = VD_NETWORK_FACEBOOK }, 1 },
		{ { .topic = "line" }, 1 },
		{ { .topic = "bill", .network = VD_NETWORK_X }, 0 },
	};
	fill_book(ALWAYS);
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		cJSON *tree;
		open_report(ROWS[i].filter);
		for (uint16_t account = 0; account < 3; account++) {
			struct test_case k;
			begin(&k, ALWAYS, after(now(), -HOUR));
			k.c.account = account;
			snprintf(k.c.topic, sizeof(k.c.topic), "%s", account == 1 ? "line" : "");
			add(&k);
		}
		assert_ok(vd_report_finish(report, NULL));
		assert_int_equal(number(json_report(&tree), "conversations"), ROWS[i].n);
		vd_json_free(tree);
		vd_report_destroy(report);
		report = NULL;
	}
}

// ---- the journal ----------------------------------------------------------------------------

/** An event as the desk writes it. */
static void tell(enum vd_journal_kind kind, struct vd_wall at, uint64_t id, const char *detail)
{
	struct vd_journal_event event = { .kind = kind,
					  .at = at,
					  .conversation = id,
					  .account = id != 0 ? 1 : 0,
					  .detail = vd_span_of(detail) };
	assert_ok(vd_report_add_event(report, &event, NULL));
}

static void tell_opening(struct vd_wall at, uint64_t id, const char *visibility)
{
	char text[120];
	snprintf(text, sizeof(text),
		 "{\"event\":\"message\",\"opens\":3,\"dir\":\"in\",\"vis\":\"%s\"}", visibility);
	tell(VD_JOURNAL_MESSAGE, at, id, text);
}

static void tell_alarm(int64_t before_s, uint64_t id, const char *from, const char *to)
{
	char text[300];
	snprintf(text, sizeof(text),
		 "{\"event\":\"tick\",\"facts\":[{\"fact\":\"alarm\",\"alarm\":\"target\","
		 "\"from\":\"%s\",\"to\":\"%s\",\"severity\":\"warning\"}]}",
		 from, to);
	tell(VD_JOURNAL_TICK, after(now(), -before_s), id, text);
}

static void what_happened_is_counted_from_the_journal(void **state)
{
	(void)state;
	cJSON *tree;
	fill_book(ALWAYS);
	open_report((struct vd_report_filter){ .book = NULL });
	add_simple(ALWAYS, 2, true);
	add_simple(ALWAYS, 9, false);
	add_simple(ALWAYS, 9, false);
	struct vd_wall at = after(now(), -8 * HOUR);
	for (uint64_t id = 1; id <= 3; id++) { // the third one came in private
		tell_opening(at, id, id < 3 ? "public" : "private");
	}
	tell(VD_JOURNAL_MESSAGE, at, 2,
	     "{\"event\":\"message\",\"dir\":\"out\",\"vis\":\"public\",\"kind\":\"deflection\"}");
	tell(VD_JOURNAL_MESSAGE, at, 2,
	     "{\"event\":\"message\",\"dir\":\"out\",\"vis\":\"public\",\"kind\":\"holding\"}");
	tell(VD_JOURNAL_COMMAND, at, 2, "{\"event\":\"no reply needed\"}");
	tell(VD_JOURNAL_COMMAND, at, 1,
	     "{\"event\":\"accept\",\"facts\":[{\"fact\":\"handed over\",\"account\":\"tim-x\"}]}");
	tell(VD_JOURNAL_TICK, at, 1,
	     "{\"event\":\"tick\",\"facts\":[{\"fact\":\"escalated\",\"step\":\"sound\"},"
	     "{\"fact\":\"escalated\",\"step\":\"second level\"}]}");
	tell(VD_JOURNAL_COMMAND, at, 0, "{\"command\":\"ack\"}"); // of nothing: passed over
	assert_ok(vd_report_finish(report, NULL));
	const cJSON *j = json_report(&tree);
	assert_int_equal(number(j, "questions.received"), 2);
	assert_int_equal(number(j, "questions.answered"), 1);
	assert_int_equal(number(j, "handling.deflections"), 1);
	assert_int_equal(number(j, "handling.holding"), 1);
	assert_int_equal(number(j, "handling.no_reply_needed"), 1);
	assert_int_equal(number(j, "handling.hand_overs"), 1);
	assert_int_equal(number(j, "alarms.escalated.sound"), 1);
	assert_int_equal(number(j, "alarms.escalated.second"), 1);
	vd_json_free(tree);
}

// What the engine and the journal write is what is read: every kind of fact, there and back.
static void facts_come_back_as_they_were_written(void **state)
{
	(void)state;
	struct vd_effects effects = { 0 };
	struct vd_effects back;
	fill_book(ALWAYS);
	for (int kind = 0; kind < VD_FACT_N; kind++) {
		bool is_target = kind >= VD_FACT_TARGET_ARMED && kind <= VD_FACT_TARGET_FAULT;
		struct vd_fact *fact = &effects.facts[effects.n++];
		*fact = (struct vd_fact){ .kind = (enum vd_fact_kind)kind,
					  .target = is_target ? VD_TARGET_CADENCE : VD_TARGET_N,
					  .at = now() };
		if (kind == VD_FACT_ALARM) {
			fact->alarm = VD_ALARM_PAUSE_ASKS;
			fact->from = VD_ALARM_ACKED;
			fact->to = VD_ALARM_RTN_UNACK;
			fact->severity = VD_SEVERITY_URGENT;
		}
		fact->step = kind == VD_FACT_ESCALATED ? VD_LADDER_SECOND : VD_LADDER_LIGHT;
	}
	struct vd_journal_outcome outcome = { .effects = &effects };
	vd_buf_put_char(&out, '{');
	vd_journal_step_print_outcome(&outcome, &book, &out);
	cJSON *tree = vd_json_parse(vd_buf_span(&out), NULL);
	assert_non_null(tree);
	assert_ok(vd_journal_facts_parse(vd_json_get(tree, "facts"), &back, NULL));
	assert_int_equal(back.n, effects.n);
	for (uint8_t i = 0; i < back.n; i++) {
		const struct vd_fact *a = &effects.facts[i];
		const struct vd_fact *b = &back.facts[i];
		assert_int_equal(a->kind, b->kind);
		assert_int_equal(a->target, b->target);
		assert_int_equal(a->alarm, b->alarm);
		assert_int_equal(a->from, b->from);
		assert_int_equal(a->to, b->to);
		assert_int_equal(a->severity, b->severity);
		assert_int_equal(a->step, b->step);
		assert_wall(a->at, b->at);
	}
	vd_json_free(tree);
}

static void facts_that_are_none_are_refused(void **state)
{
	(void)state;
	static const char *const BAD[] = {
		"[{\"fact\":\"nonsense\"}]",
		"[{}]",
		"[7]",
		"[{\"fact\":\"target met\",\"target\":\"moon\"}]",
		"[{\"fact\":\"alarm\",\"alarm\":\"target\",\"from\":\"NORMAL\",\"to\":\"MISSING\","
		"\"severity\":\"none\"}]",
		"[{\"fact\":\"opened\",\"at\":\"soon\"}]",
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(BAD); i++) {
		struct vd_effects effects;
		struct vd_diag diag = { 0 };
		cJSON *tree = vd_json_parse(vd_span_of(BAD[i]), NULL);
		assert_non_null(tree);
		assert_err(vd_journal_facts_parse(tree, &effects, &diag), VD_ERR_CORRUPT);
		assert_true(diag.text[0] != '\0');
		vd_json_free(tree);
	}
}

static void fault(int64_t before_s, enum vd_alarm_kind kind, uint16_t account,
		  enum vd_alarm_state to)
{
	struct vd_report_fault f = { after(now(), -before_s), kind, account, to };
	assert_ok(vd_report_add_fault(report, &f, NULL));
}

// An account is blind as long as the condition holds, whatever people do about it; two that are
// blind at once are counted once in the whole; a restart ends nothing; the period cuts.
static void blind_time_by_account_and_as_a_whole(void **state)
{
	(void)state;
	cJSON *tree;
	fill_book(WEEK);
	open_report((struct vd_report_filter){ .from = after(now(), -6 * HOUR) });
	fault(7 * HOUR, VD_ALARM_CHANNEL_BLIND, 1, VD_ALARM_UNACK);
	fault(6 * HOUR + 60, VD_ALARM_CHANNEL_BLIND, 1, VD_ALARM_ACKED);
	fault(5 * HOUR, VD_ALARM_CHANNEL_BLIND, 2, VD_ALARM_UNACK);
	fault(4 * HOUR, VD_ALARM_CHANNEL_BLIND, 1, VD_ALARM_NORMAL);
	fault(3 * HOUR, VD_ALARM_CHANNEL_BLIND, 2, VD_ALARM_RTN_UNACK);
	fault(2 * HOUR, VD_ALARM_CHANNEL_BLIND, 2, VD_ALARM_UNACK);
	tell(VD_JOURNAL_START, after(now(), -2 * HOUR + 300), 0, "{}");
	fault(2 * HOUR - 600, VD_ALARM_CHANNEL_BLIND, 2, VD_ALARM_RTN_UNACK);
	fault(600, VD_ALARM_CLOCK_UNTRUSTED, 0, VD_ALARM_UNACK);
	assert_ok(vd_report_finish(report, NULL));
	const cJSON *j = json_report(&tree);
	assert_int_equal(number(j, "blind.wall_s"), 3 * HOUR + 600);
	assert_int_equal(number(j, "blind.business_s"), 3 * HOUR + 600);
	assert_int_equal(number(j, "clock_untrusted.wall_s"), 600);
	assert_int_equal(number(j, "restarts"), 1);
	const cJSON *accounts = vd_json_get(j, "accounts");
	assert_int_equal(number(cJSON_GetArrayItem(accounts, 0), "blind.wall_s"), 2 * HOUR);
	assert_int_equal(number(cJSON_GetArrayItem(accounts, 1), "blind.wall_s"), 2 * HOUR + 600);
	vd_json_free(tree);
}

static void faults_are_read_from_the_journal(void **state)
{
	(void)state;
	static const struct {
		const char *detail;
		bool is_one;
		enum vd_alarm_kind kind;
		uint16_t account;
		enum vd_alarm_state to;
	} ROWS[] = {
		{ "{\"alarm\":\"channel blind impresa-x -> UNACK\"}", true, VD_ALARM_CHANNEL_BLIND,
		  2, VD_ALARM_UNACK },
		{ "{\"alarm\":\"clock untrusted -> RTN_UNACK\"}", true, VD_ALARM_CLOCK_UNTRUSTED, 0,
		  VD_ALARM_RTN_UNACK },
		{ "{\"alarm\":\"channel blind\",\"account\":\"tim-facebook\",\"from\":\"NORMAL\","
		  "\"to\":\"UNACK\"}",
		  true, VD_ALARM_CHANNEL_BLIND, 3, VD_ALARM_UNACK },
		{ "{\"alarm\":\"channel blind\",\"to\":\"ASLEEP\"}", false, 0, 0, 0 },
		{ "{\"alarm\":\"moonlight -> UNACK\"}", false, 0, 0, 0 },
		{ "{\"alarm\":7}", false, 0, 0, 0 },
		{ "{}", false, 0, 0, 0 },
	};
	fill_book(WEEK);
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct vd_report_fault f = { .account = 0 };
		cJSON *tree = vd_json_parse(vd_span_of(ROWS[i].detail), NULL);
		assert_non_null(tree);
		assert_row(vd_journal_fault_parse(tree, &book, &f) == ROWS[i].is_one,
			   ROWS[i].detail);
		if (ROWS[i].is_one) {
			assert_row(f.kind == ROWS[i].kind && f.account == ROWS[i].account &&
					   f.to == ROWS[i].to,
				   ROWS[i].detail);
		}
		vd_json_free(tree);
	}
}

static void alarms_until_somebody_saw_them(void **state)
{
	(void)state;
	cJSON *tree;
	fill_book(WEEK);
	open_report((struct vd_report_filter){ .from = after(now(), -10 * HOUR) });
	add_simple(WEEK, 2, true);
	tell_alarm(9 * HOUR, 1, "NORMAL", "UNACK"); // an hour before opening
	tell_alarm(7 * HOUR, 1, "UNACK", "ACKED");
	tell_alarm(6 * HOUR, 1, "ACKED", "LATCHED");
	tell(VD_JOURNAL_COMMAND, after(now(), -5 * HOUR), 1, "{\"event\":\"ack\",\"facts\":[]}");
	tell_alarm(4 * HOUR, 1, "LATCHED", "NORMAL");
	assert_ok(vd_report_finish(report, NULL));
	const cJSON *j = json_report(&tree);
	assert_int_equal(number(j, "alarms.raised"), 2);
	assert_int_equal(number(j, "alarms.seen"), 2);
	assert_int_equal(number(j, "alarms.seen_after.wall.p50"), HOUR);
	assert_int_equal(number(j, "alarms.seen_after.wall.worst"), 2 * HOUR);
	assert_int_equal(number(j, "alarms.seen_after.business.worst"), HOUR);
	assert_float_equal(vd_json_get(vd_json_get(j, "alarms"), "per_hour")->valuedouble, 0.2,
			   1e-9);
	const cJSON *busiest =
		cJSON_GetArrayItem(vd_json_get(vd_json_get(j, "alarms"), "busiest"), 0);
	assert_int_equal(number(busiest, "n"), 2);
	assert_true(vd_span_is_text(vd_json_text(busiest, "account"), "tim-x"));
	vd_json_free(tree);
}

// ---- lists ----------------------------------------------------------------------------------

static size_t count_lines(void)
{
	size_t n = 0;
	for (const char *p = out.data; (p = strchr(p, '\n')) != NULL; p++) {
		n++;
	}
	return n;
}

static void each_figure_lists_its_conversations(void **state)
{
	(void)state;
	static const struct {
		const char *figure;
		size_t n;
		const char *first; // the longest stands above
	} ROWS[] = {
		{ "conversations", 6, "#1 " },
		{ "open", 6, "#1 " },
		{ "first.n", 6, "#6 " },
		{ "first.ended", 4, "#4 " },
		{ "first.waiting", 2, "#6 " },
		{ "first.met", 3, "#3 " },
		{ "first.breached", 3, "#6 " },
		{ "first.breached_open", 2, "#6 " },
		{ "first.breach_rate", 3, "#6 " },
		{ "first.p50", 4, "#6 " },
		{ "first.worst", 1, "#6 " },
		{ "useful.waiting", 2, "#6 " },
		{ "withdrawn", 0, "" },
		{ "waiting.us", 6, "#6 " },
		{ "waiting.customer", 4, "#1 " },
		{ "resolution.cancelled", 0, "" },
		{ "ceiling.breached", 0, "" },
		{ "deflections", 0, "" },
		{ "questions.unanswered", 0, "" },
	};
	static const char *const BAD[] = {
		"",      "first",           "first.",      "first.mean", "firstp50",
		"blind", "useful.breached", "ceiling.p50", "next.p50.",  "alarms.raised"
	};
	fill_book(ALWAYS);
	open_report((struct vd_report_filter){ .book = NULL });
	add_simple(ALWAYS, 1, true);
	add_simple(ALWAYS, 2, true);
	add_simple(ALWAYS, 3, true);
	add_simple(ALWAYS, 5, true);
	add_simple(ALWAYS, 8, false);
	add_simple(ALWAYS, 72, false);
	assert_ok(vd_report_finish(report, NULL));
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		vd_buf_reset(&out);
		assert_ok(vd_report_print_list(report, ROWS[i].figure, VD_REPORT_TEXT, &out, NULL));
		assert_row(count_lines() == ROWS[i].n, ROWS[i].figure);
		assert_row(strncmp(out.data, ROWS[i].first, strlen(ROWS[i].first)) == 0,
			   ROWS[i].figure);
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(BAD); i++) {
		struct vd_diag diag = { 0 };
		assert_err(vd_report_print_list(report, BAD[i], VD_REPORT_TEXT, &out, &diag),
			   VD_ERR_NOT_FOUND);
	}
	vd_buf_reset(&out);
	assert_ok(vd_report_print_list(report, "first.worst", VD_REPORT_CSV, &out, NULL));
	assert_string_equal(out.data, "id,opened,wall_s,business_s,waiting,n\n"
				      "6,2026-10-06T15:00:00Z,259200,259200,true,\n");
}

// ---- texts ----------------------------------------------------------------------------------

/** A week of six cases, as a supervisor would see it. */
static void fill_week(const char *hours)
{
	struct test_case k;
	begin(&k, hours, local("2026-10-02T16:40:00")); // the story
	case_out(&k, local("2026-10-05T11:00:00"), VD_REPLY_ANSWER);
	add(&k);
	begin(&k, hours, local("2026-10-05T10:00:00")); // a pause
	case_out(&k, local("2026-10-05T10:20:00"), VD_REPLY_QUESTION);
	case_in(&k, local("2026-10-07T15:00:00"));
	case_out(&k, local("2026-10-07T16:30:00"), VD_REPLY_ANSWER);
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_RESOLVE, .staff = 1 }));
	add(&k);
	begin(&k, hours, local("2026-10-06T09:30:00")); // handed over
	case_at(&k, local("2026-10-06T11:00:00"));
	assert_ok(case_step(&k,
			    (struct vd_event){ .kind = VD_EVENT_OFFER, .staff = 1, .account = 1 }));
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_ACCEPT, .staff = 2 }));
	case_out(&k, local("2026-10-06T15:00:00"), VD_REPLY_ANSWER);
	add(&k);
	begin(&k, hours, local("2026-10-07T11:00:00")); // withdrawn
	case_at(&k, local("2026-10-07T13:00:00"));
	assert_ok(case_step(&k, (struct vd_event){ .kind = VD_EVENT_DELETED }));
	add(&k);
	begin(&k, hours, local("2026-10-08T17:30:00")); // waits
	add(&k);
	begin(&k, hours, local("2026-10-09T16:00:00")); // waits too, in time
	add(&k);
	for (uint64_t id = 1; id <= 6; id++) {
		tell_opening(local("2026-10-09T16:00:00"), id, "public");
	}
	tell_alarm(9 * HOUR, 5, "NORMAL", "UNACK");
	tell_alarm(8 * HOUR, 5, "UNACK", "ACKED");
	fault(3 * HOUR, VD_ALARM_CHANNEL_BLIND, 3, VD_ALARM_UNACK);
	fault(3 * HOUR - 700, VD_ALARM_CHANNEL_BLIND, 3, VD_ALARM_RTN_UNACK);
	assert_ok(vd_report_finish(report, NULL));
}

static void texts_are_as_kept(void **state)
{
	(void)state;
	fill_book(WEEK);
	open_report((struct vd_report_filter){ .from = local("2026-10-02T00:00:00") });
	fill_week(WEEK);
	vd_report_print_text(report, &out);
	check_golden("report.txt");
	vd_buf_reset(&out);
	vd_report_print_csv(report, &out);
	check_golden("report.csv");
	vd_buf_reset(&out);
	vd_report_print_json(report, &out);
	check_golden("report.json");
}

// What if Saturday and Sunday were open?
static void two_reports_stand_side_by_side(void **state)
{
	(void)state;
	fill_book(WEEK);
	open_report((struct vd_report_filter){ .from = local("2026-10-02T00:00:00") });
	fill_week(WEEK);
	struct vd_report *week = report;
	fill_book("0-6=09:00-18:00");
	open_report((struct vd_report_filter){ .from = local("2026-10-02T00:00:00") });
	fill_week("0-6=09:00-18:00");
	vd_report_print_text_pair(week, "as it was", report, "open at week-ends", &out);
	vd_report_destroy(week);
	check_golden("report_pair.txt");
}

static void durations_and_shares_in_words(void **state)
{
	(void)state;
	static const struct {
		int64_t s;
		bool is_wall;
		const char *text;
	} DURATIONS[] = {
		{ 0, true, "0 s" },           { 59, true, "59 s" },
		{ 60, true, "1 min 00 s" },   { 3599, true, "59 min 59 s" },
		{ 3600, true, "1 h 00" },     { 259199, true, "71 h 59" },
		{ 259200, true, "3 d 00 h" }, { 259200, false, "72 h 00" },
	};
	static const struct {
		uint64_t n;
		uint64_t of;
		const char *text;
	} SHARES[] = { { 0, 7, "0.0 %" },
		       { 1, 2, "50.0 %" },
		       { 7, 7, "100.0 %" },
		       { 1, 100000, "< 0.1 %" },
		       { 99999, 100000, "> 99.9 %" } };
	char text[VD_DURATION_TEXT_BYTES];
	for (size_t i = 0; i < VD_ARRAY_LEN(DURATIONS); i++) {
		vd_report_print_duration(DURATIONS[i].s, DURATIONS[i].is_wall, text);
		assert_string_equal(text, DURATIONS[i].text);
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(SHARES); i++) {
		vd_report_print_share(SHARES[i].n, SHARES[i].of, text);
		assert_string_equal(text, SHARES[i].text);
	}
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(case_11_in_a_report),
		CASE(a_breach_rate_counts_who_still_waits),
		CASE(a_period_says_the_same_for_ever),
		CASE(filters_take_what_they_name),
		CASE(what_happened_is_counted_from_the_journal),
		CASE(facts_come_back_as_they_were_written),
		CASE(facts_that_are_none_are_refused),
		CASE(blind_time_by_account_and_as_a_whole),
		CASE(faults_are_read_from_the_journal),
		CASE(alarms_until_somebody_saw_them),
		CASE(each_figure_lists_its_conversations),
		CASE(texts_are_as_kept),
		CASE(two_reports_stand_side_by_side),
		CASE(durations_and_shares_in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
