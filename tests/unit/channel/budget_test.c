// SPDX-License-Identifier: MIT
#include "channel/budget.h"

#include "channel/facebook.h"
#include "channel/mastodon.h"
#include "channel/x.h"
#include "fixture.h"

#define NOW_US (5000 * VD_US_PER_S)

struct bench {
	struct vd_fake_clock fake;
	struct vd_clock clock;
	struct vd_rate rates[VD_X_EP_N];
	struct vd_budget budget;
};

static void open_bench(struct bench *b, enum vd_network network, enum vd_plan plan, size_t n)
{
	memset(b, 0, sizeof(*b));
	b->clock = vd_fake_clock_init(&b->fake, vd_wall_s(START_S));
	const struct vd_budget_plan *found = vd_budget_plan_find(network, plan);
	assert_non_null(found);
	vd_budget_init(&b->budget, found, &b->clock, b->rates, n);
}

static const struct {
	const char *name;
	enum vd_network network;
	enum vd_plan plan;
	size_t stream;
	struct vd_budget_mood mood;
	int usage_percent;
	int64_t period_s;
} periods[] = {
	{ "mentions", VD_NETWORK_X, VD_PLAN_PAY, VD_X_STEP_MENTIONS, { 0 }, -1, 60 },
	{ "near", VD_NETWORK_X, VD_PLAN_PAY, VD_X_STEP_MENTIONS, { .is_near = true }, -1, 20 },
	{ "dm", VD_NETWORK_X, VD_PLAN_PAY, VD_X_STEP_DMS, { 0 }, -1, 90 },
	{ "dm near", VD_NETWORK_X, VD_PLAN_PRO, VD_X_STEP_DMS, { .is_near = true }, -1, 65 },
	{ "money 79", VD_NETWORK_X, VD_PLAN_PAY, VD_X_STEP_MENTIONS, { false, 79, { 0 } }, -1, 60 },
	{ "money 80", VD_NETWORK_X, VD_PLAN_PAY, VD_X_STEP_MENTIONS, { true, 80, { 0 } }, -1, 300 },
	{ "money 95", VD_NETWORK_X, VD_PLAN_PAY, VD_X_STEP_MENTIONS, { true, 95, { 0 } }, -1, 900 },
	{ "basic", VD_NETWORK_X, VD_PLAN_BASIC, VD_X_STEP_MENTIONS, { 0 }, -1, 180 },
	{ "basic near",
	  VD_NETWORK_X,
	  VD_PLAN_BASIC,
	  VD_X_STEP_MENTIONS,
	  { true, 0, { 0 } },
	  -1,
	  95 },
	{ "basic dm", VD_NETWORK_X, VD_PLAN_BASIC, VD_X_STEP_DMS, { true, 0, { 0 } }, -1, 86400 },
	{ "free near",
	  VD_NETWORK_X,
	  VD_PLAN_FREE,
	  VD_X_STEP_MENTIONS,
	  { true, 0, { 0 } },
	  -1,
	  900 },
	{ "wished",
	  VD_NETWORK_X,
	  VD_PLAN_PAY,
	  VD_X_STEP_MENTIONS,
	  { false, 0, { 5000000 } },
	  -1,
	  5 },
	{ "wished beyond the limit",
	  VD_NETWORK_X,
	  VD_PLAN_BASIC,
	  VD_X_STEP_MENTIONS,
	  { false, 0, { 5000000 } },
	  -1,
	  112 },
	{ "wished seldom",
	  VD_NETWORK_X,
	  VD_PLAN_PAY,
	  VD_X_STEP_MENTIONS,
	  { false, 0, { 300000000 } },
	  -1,
	  300 },
	{ "wished seldom, near",
	  VD_NETWORK_X,
	  VD_PLAN_PAY,
	  VD_X_STEP_MENTIONS,
	  { true, 0, { 300000000 } },
	  -1,
	  20 },
	{ "feed", VD_NETWORK_FACEBOOK, VD_PLAN_PAY, VD_FACEBOOK_STEP_FEED, { 0 }, 49, 120 },
	{ "inbox near",
	  VD_NETWORK_FACEBOOK,
	  VD_PLAN_PAY,
	  VD_FACEBOOK_STEP_INBOX,
	  { true, 0, { 0 } },
	  -1,
	  15 },
	{ "Mastodon", VD_NETWORK_MASTODON, VD_PLAN_PAY, VD_MASTODON_STEP_MENTIONS, { 0 }, -1, 30 },
	{ "Mastodon near",
	  VD_NETWORK_MASTODON,
	  VD_PLAN_PAY,
	  VD_MASTODON_STEP_MENTIONS,
	  { true, 0, { 0 } },
	  -1,
	  10 },
	{ "feed, quiet", VD_NETWORK_FACEBOOK, VD_PLAN_PAY, VD_FACEBOOK_STEP_FEED, { 0 }, -1, 120 },
	{ "inbox, quiet",
	  VD_NETWORK_FACEBOOK,
	  VD_PLAN_PAY,
	  VD_FACEBOOK_STEP_INBOX,
	  { 0 },
	  -1,
	  540 },
	{ "inbox, usage told",
	  VD_NETWORK_FACEBOOK,
	  VD_PLAN_PAY,
	  VD_FACEBOOK_STEP_INBOX,
	  { 0 },
	  1,
	  60 },
	{ "inbox, quiet, wished",
	  VD_NETWORK_FACEBOOK,
	  VD_PLAN_PAY,
	  VD_FACEBOOK_STEP_INBOX,
	  { false, 0, { 30000000 } },
	  -1,
	  30 },
	{ "half used", VD_NETWORK_FACEBOOK, VD_PLAN_PAY, VD_FACEBOOK_STEP_INBOX, { 0 }, 50, 120 },
	{ "70 used", VD_NETWORK_FACEBOOK, VD_PLAN_PAY, VD_FACEBOOK_STEP_INBOX, { 0 }, 70, 240 },
	{ "85 used", VD_NETWORK_FACEBOOK, VD_PLAN_PAY, VD_FACEBOOK_STEP_INBOX, { 0 }, 85, 900 },
};

static void periods_are_those_of_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(periods); i++) {
		struct bench b;
		static const size_t n_rates[VD_NETWORK_N] = {
			[VD_NETWORK_X] = VD_X_EP_N,
			[VD_NETWORK_FACEBOOK] = VD_FACEBOOK_EP_N,
			[VD_NETWORK_MASTODON] = VD_MASTODON_EP_N,
		};
		open_bench(&b, periods[i].network, periods[i].plan, n_rates[periods[i].network]);
		for (size_t k = 0; k < b.budget.n_rates; k++) {
			b.rates[k].usage_percent = periods[i].usage_percent;
		}
		struct vd_dur period =
			vd_budget_period(&b.budget, periods[i].stream, &periods[i].mood);
		if (period.us / VD_US_PER_S != periods[i].period_s) {
			print_error("%s: %lld us\n", periods[i].name, (long long)period.us);
		}
		assert_row(period.us / VD_US_PER_S == periods[i].period_s, periods[i].name);
	}
}

// As fast as its periods, with a jitter that always shortens them: the windows hold all the same.
static void no_stream_outruns_its_window(void **state)
{
	(void)state;
	static const enum vd_plan plans[] = { VD_PLAN_PAY, VD_PLAN_BASIC, VD_PLAN_FREE };
	for (size_t p = 0; p < VD_ARRAY_LEN(plans); p++) {
		struct bench b;
		open_bench(&b, VD_NETWORK_X, plans[p], VD_X_EP_N);
		const struct vd_budget_mood mood = { .is_near = true };
		struct vd_mono now = { NOW_US };
		struct vd_mono end = vd_mono_add(now, vd_dur_s(2 * 86400));
		while (now.us < end.us) {
			uint32_t due = vd_budget_due(&b.budget, now, &mood, false);
			for (size_t i = 0; i < b.budget.plan->n_streams; i++) {
				if ((due >> i & 1) == 0) {
					continue;
				}
				struct vd_rate *rate = &b.rates[b.budget.plan->streams[i].bucket];
				if (vd_rate_next(rate, vd_budget_class(&mood), now).us <= now.us) {
					bool is_over = rate->reset.us <= now.us;
					assert_true(is_over || rate->remaining > 0);
					vd_rate_note(rate, now);
				}
			}
			vd_budget_read(&b.budget, due, now, now, &mood, 90);
			struct vd_mono next = vd_budget_next(&b.budget);
			assert_true(next.us > now.us);
			now = next;
		}
	}
}

static void what_follows_is_due_together(void **state)
{
	(void)state;
	struct bench b;
	open_bench(&b, VD_NETWORK_X, VD_PLAN_PAY, VD_X_EP_N);
	const struct vd_budget_mood mood = { 0 };
	struct vd_mono now = { NOW_US };
	uint32_t mentions = UINT32_C(1) << VD_X_STEP_MENTIONS;
	uint32_t own = UINT32_C(1) << VD_X_STEP_OWN;
	uint32_t dms = UINT32_C(1) << VD_X_STEP_DMS;
	assert_int_equal(vd_budget_due(&b.budget, now, &mood, false) & (mentions | own | dms),
			 mentions | own | dms);
	vd_budget_read(&b.budget, mentions | own, now, now, &mood, 100);
	assert_int_equal(vd_budget_due(&b.budget, now, &mood, false) & (mentions | own | dms), dms);
	vd_budget_read(&b.budget, dms, now, now, &mood, 100);
	now.us += 52 * VD_US_PER_S; // soon enough: one poll for what is nearly due
	assert_int_equal(vd_budget_due(&b.budget, now, &mood, false) & (mentions | own | dms), 0);
	now.us += VD_US_PER_S;
	assert_int_equal(vd_budget_due(&b.budget, now, &mood, false) & (mentions | own | dms),
			 mentions | own);
	assert_int_equal(vd_budget_due(&b.budget, now, &mood, true) & dms, dms);
}

static void write_and_read(struct bench *from, struct bench *to, int64_t wall_s, int64_t later_s)
{
	char memory[1024];
	struct vd_buf text;
	vd_buf_init(&text, memory, sizeof(memory));
	vd_budget_print(&from->budget, (struct vd_mono){ NOW_US }, vd_wall_s(wall_s), &text);
	assert_ok(vd_buf_check(&text));
	vd_budget_parse(&to->budget, vd_buf_span(&text), (struct vd_mono){ 7 },
			vd_wall_s(wall_s + later_s));
}

static void a_restart_bursts_nowhere(void **state)
{
	(void)state;
	struct bench a;
	struct bench b;
	struct vd_mono now = { NOW_US };
	open_bench(&a, VD_NETWORK_X, VD_PLAN_BASIC, VD_X_EP_N);
	for (int i = 0; i < 8; i++) {
		vd_rate_note(&a.rates[VD_X_EP_MENTIONS], now);
	}
	vd_rate_note(&a.rates[VD_X_EP_DMS], now);
	vd_rate_block(&a.rates[VD_X_EP_POST], now, vd_dur_s(7000));
	vd_rate_note(&a.rates[VD_X_EP_DM_SEND], now);
	const struct vd_budget_mood mood = { 0 };
	vd_budget_read(&a.budget, UINT32_C(1) << VD_X_STEP_DMS, now, now, &mood, 100);
	struct vd_mono then = { 7 };
	open_bench(&b, VD_NETWORK_X, VD_PLAN_BASIC, VD_X_EP_N);
	write_and_read(&a, &b, START_S, 100);
	assert_int_equal(b.rates[VD_X_EP_MENTIONS].remaining, 2);
	assert_in_range(b.rates[VD_X_EP_MENTIONS].reset.us / VD_US_PER_S, 800, 802);
	assert_in_range(vd_rate_next(&b.rates[VD_X_EP_DMS], VD_RATE_READ, then).us / VD_US_PER_S,
			86300, 86302);
	assert_in_range(vd_rate_next(&b.rates[VD_X_EP_POST], VD_RATE_WRITE, then).us / VD_US_PER_S,
			6900, 6902);
	assert_int_equal(b.rates[VD_X_EP_DM_SEND].day.remaining, 1439);
	assert_in_range(b.budget.next[VD_X_STEP_DMS].us / VD_US_PER_S, 86299, 86301);
	// all of it is over
	open_bench(&b, VD_NETWORK_X, VD_PLAN_BASIC, VD_X_EP_N);
	write_and_read(&a, &b, START_S, 100000);
	assert_int_equal(b.rates[VD_X_EP_MENTIONS].remaining, 10);
	assert_int_equal(vd_rate_next(&b.rates[VD_X_EP_DMS], VD_RATE_READ, then).us, then.us);
	assert_int_equal(vd_rate_next(&b.rates[VD_X_EP_POST], VD_RATE_WRITE, then).us, then.us);
}

static void a_clock_that_went_back_locks_nothing_for_ever(void **state)
{
	(void)state;
	struct bench a;
	struct bench b;
	struct vd_mono then = { 7 };
	open_bench(&a, VD_NETWORK_X, VD_PLAN_PAY, VD_X_EP_N);
	vd_rate_note(&a.rates[VD_X_EP_DMS], (struct vd_mono){ NOW_US });
	a.rates[VD_X_EP_DMS].remaining = 0;
	vd_rate_block(&a.rates[VD_X_EP_MENTIONS], (struct vd_mono){ NOW_US }, vd_dur_s(600));
	open_bench(&b, VD_NETWORK_X, VD_PLAN_PAY, VD_X_EP_N);
	write_and_read(&a, &b, START_S, -20 * 365 * INT64_C(86400));
	assert_in_range(vd_rate_next(&b.rates[VD_X_EP_DMS], VD_RATE_READ, then).us,
			890 * VD_US_PER_S, 901 * VD_US_PER_S);
	assert_in_range(vd_rate_next(&b.rates[VD_X_EP_MENTIONS], VD_RATE_READ, then).us,
			590 * VD_US_PER_S, 602 * VD_US_PER_S);
}

static void damage_is_as_if_nothing_had_been_kept(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"",
		"x",
		"1",
		"1 x;dm=0,99,0,0,0,0",
		"2 1791208800;dm=0,1791209000,0,0,0,0",
		"1 1791208800;dm=0",
		"1 1791208800;nothing=0,9,0,0,0,0;;=;@=5;@nothing=6",
		"1 1791208800;dm=-5,-9223372036854775808,-1,-7,-9,-1",
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(texts); i++) {
		struct bench b;
		open_bench(&b, VD_NETWORK_X, VD_PLAN_PAY, VD_X_EP_N);
		vd_budget_parse(&b.budget, vd_span_of(texts[i]), (struct vd_mono){ 7 },
				vd_wall_s(START_S));
		struct vd_mono now = { 8 };
		for (size_t k = 0; k < VD_X_EP_N; k++) {
			assert_row(vd_rate_next(&b.rates[k], VD_RATE_SWEEP, now).us == now.us,
				   texts[i]);
		}
	}
}

// ---- the set ------------------------------------------------------------------------------------

#define MENTIONS "/mentions?"
#define DMS "/dm_events?"
#define EMPTY "{\"meta\":{\"result_count\":0}}"

static struct vd_urgency urgencies[16];

static void tell_urgency(void *ctx, uint16_t account, struct vd_urgency *out)
{
	(void)ctx;
	*out = urgencies[account];
}

static void set_up(void)
{
	memset(urgencies, 0, sizeof(urgencies));
}

static struct fixture *make_set(const char *const *names, size_t n)
{
	struct fixture *f = fixture_make();
	set_up();
	f->host.urgency = tell_urgency;
	for (size_t i = 0; i < n; i++) {
		fixture_account(f, VD_NETWORK_X, names[i], names[i], "https://x");
		f->accounts[i].period = (struct vd_dur){ 0 };
		f->accounts[i].watches_own_posts = false;
	}
	return f;
}

static void answer_all(struct fixture *f)
{
	fixture_script(f, (struct answer){
				  .match = MENTIONS, .status = 200, .body = EMPTY, .stays = true });
	fixture_script(
		f, (struct answer){ .match = DMS, .status = 200, .body = EMPTY, .stays = true });
	fixture_script(f, (struct answer){ .match = "/by?",
					   .status = 200,
					   .body = "{\"data\":[]}",
					   .stays = true });
	fixture_script(f, (struct answer){ .match = "/users",
					   .status = 200,
					   .body = "{\"data\":[]}",
					   .stays = true });
}

static void start_set(struct fixture *f)
{
	answer_all(f);
	fixture_open(f);
	vd_channels_start(f->channels);
}

static void a_deadline_brings_it_nearer(void **state)
{
	(void)state;
	static const char *const names[] = { "100" };
	struct fixture *f = make_set(names, 1);
	start_set(f);
	fixture_run_for(f, 610);
	size_t idle = fixture_count(f, MENTIONS);
	assert_in_range(idle, 9, 13);
	assert_int_equal(f->period[0].us, 60 * VD_US_PER_S);
	f->n_urls = 0;
	urgencies[0].due = vd_wall_s(vd_wall_to_s(f->fake.wall) + 600);
	fixture_run_for(f, 600);
	assert_in_range(fixture_count(f, MENTIONS), 24, 36);
	assert_int_equal(f->period[0].us, 20 * VD_US_PER_S);
	f->n_urls = 0;
	urgencies[0] = (struct vd_urgency){ .spent_percent = 96 };
	fixture_run_for(f, 1900);
	assert_in_range(fixture_count(f, MENTIONS), 2, 4);
	fixture_free(f);
}

static void what_is_left_of_a_window_is_kept(void **state)
{
	(void)state;
	static const char *const names[] = { "100" };
	struct fixture *f = make_set(names, 1);
	f->accounts[0].plan = VD_PLAN_BASIC;
	start_set(f);
	fixture_run_polls(f, 1);
	assert_int_equal(fixture_count(f, DMS), 1);
	assert_non_null(strstr(fixture_cursor(f, 0, "budget"), ";dm=0,"));
	// the program starts again
	vd_channels_destroy(f->channels);
	f->n_urls = 0;
	fixture_open(f);
	vd_channels_start(f->channels);
	fixture_run_for(f, 3600);
	assert_int_equal(fixture_count(f, DMS), 0);
	assert_in_range(fixture_count(f, MENTIONS), 15, 25);
	fixture_free(f);
}

static bool find_mentions(void *ctx, const struct vd_channel_stream *stream)
{
	struct vd_channel_stream *out = ctx;
	if (strcmp(stream->name, "mentions") == 0) {
		*out = *stream;
	}
	return true;
}

static void says_what_it_buys(void **state)
{
	(void)state;
	static const char *const names[] = { "100" };
	struct fixture *f = make_set(names, 1);
	struct vd_channel_stream s = { 0 };
	start_set(f);
	fixture_run_polls(f, 2);
	assert_string_equal(vd_channels_streams(f->channels, 0, find_mentions, &s), "");
	assert_null(vd_channels_streams(f->channels, 7, find_mentions, &s));
	assert_int_equal(s.period.us, 60 * VD_US_PER_S);
	assert_in_range(s.delay.us, 60 * VD_US_PER_S + 1, 62 * VD_US_PER_S);
	assert_int_equal(s.limit, 300);
	assert_int_equal(s.left, 298);
	assert_true(s.is_intake);
	fixture_free(f);
}

// Eleven accounts whose deadlines are near keep the twelfth not from being read.
static void near_deadlines_starve_nobody(void **state)
{
	(void)state;
	static const char *const names[] = { "100", "101", "102", "103", "104", "105",
					     "106", "107", "108", "109", "110", "111" };
	struct fixture *f = make_set(names, VD_ARRAY_LEN(names));
	for (size_t i = 0; i < 11; i++) {
		urgencies[i].due = vd_wall_s(START_S + 1500);
	}
	start_set(f);
	f->latency_ms = 18000; // six at once are too few for the eleven alone
	for (int k = 0; k < 9; k++) {
		fixture_run_for(f, 200);
		f->n_urls = 0;
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(names); i++) {
		assert_row(f->n_polls[i] >= 4, names[i]);
	}
	assert_int_equal(f->most_under_way, 6);
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(periods_are_those_of_the_table),
		cmocka_unit_test(no_stream_outruns_its_window),
		cmocka_unit_test(what_follows_is_due_together),
		cmocka_unit_test(a_restart_bursts_nowhere),
		cmocka_unit_test(a_clock_that_went_back_locks_nothing_for_ever),
		cmocka_unit_test(damage_is_as_if_nothing_had_been_kept),
		cmocka_unit_test(a_deadline_brings_it_nearer),
		cmocka_unit_test(what_is_left_of_a_window_is_kept),
		cmocka_unit_test(says_what_it_buys),
		cmocka_unit_test(near_deadlines_starve_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
