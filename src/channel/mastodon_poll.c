// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "channel/mastodon.h"

#define URL_BYTES 1024
// A step that is refused on its own (a missing scope) is asked again after this.
#define STEP_WAIT_S 900

static void request(struct vd_mastodon_channel *m);
static void next_step(struct vd_mastodon_channel *m);
static void hand_over(struct vd_mastodon_channel *m);

static void drop_pages(struct vd_mastodon_poll *p)
{
	for (size_t i = 0; i < p->n_held; i++) {
		vd_mastodon_page_deinit(&p->held[i]);
	}
	p->n_held = 0;
	p->item = 0;
}

void vd_mastodon_poll_deinit(struct vd_mastodon_channel *m)
{
	vd_exchange_deinit(&m->poll.exchange);
	drop_pages(&m->poll);
	m->poll.is_running = false;
}

// ---- the end, and trouble -----------------------------------------------------------------

// Steps that failed in an earlier poll and were not asked in this one.
static void add_standing_trouble(struct vd_mastodon_channel *m)
{
	struct vd_poll_report *report = &m->poll.report;
	for (size_t i = 0; i < VD_MASTODON_STEP_N && report->health == VD_HEALTH_GOOD; i++) {
		if (m->trouble[i].health != VD_HEALTH_STARTING) {
			report->health = m->trouble[i].health;
			memcpy(report->detail, m->trouble[i].detail, sizeof(report->detail));
		}
	}
}

static void end_poll(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	add_standing_trouble(m);
	drop_pages(p);
	p->is_running = false;
	p->report.is_partial = p->n_good > 0;
	p->report.period = vd_rate_pace(&m->rates[VD_MASTODON_EP_PAGED], m->base.account.period);
	vd_channel_polled(&m->base, &p->report);
}

// The first trouble of a poll is the one that is told.
static void note_trouble(struct vd_mastodon_channel *m, enum vd_health health, const char *detail)
{
	struct vd_poll_report *report = &m->poll.report;
	enum vd_mastodon_step step = m->poll.step;
	m->trouble[step].health = health;
	snprintf(m->trouble[step].detail, sizeof(m->trouble[step].detail), "%.200s (%s)", detail,
		 vd_mastodon_step_name(step));
	if (report->health == VD_HEALTH_GOOD) {
		report->health = health;
		memcpy(report->detail, m->trouble[step].detail, sizeof(report->detail));
	}
}

static bool ends_poll(enum vd_health health)
{
	return health == VD_HEALTH_AUTH || health == VD_HEALTH_OUTAGE;
}

// Our own trouble: the messages could not be stored.
static void fail_store(struct vd_mastodon_channel *m, const struct vd_diag *diag)
{
	char detail[VD_DETAIL_BYTES];
	snprintf(detail, sizeof(detail), "this box can't store what Mastodon sent: %.180s",
		 diag->text);
	note_trouble(m, VD_HEALTH_OUTAGE, detail);
	m->poll.n_good = 0;
	end_poll(m);
}

// What came before a page that can't be read is handed over all the same, but no cursor passes it.
static enum vd_err drain(struct vd_mastodon_channel *m, struct vd_diag *diag)
{
	const struct vd_mastodon_item *item = vd_mastodon_step_next(m);
	enum vd_err err = VD_OK;
	while (item != NULL && err == VD_OK) {
		err = vd_mastodon_step_item(m, item, diag);
		m->poll.item++;
		item = vd_mastodon_step_next(m);
	}
	return err;
}

static void put_off(struct vd_mastodon_channel *m, enum vd_health health)
{
	struct vd_mastodon_poll *p = &m->poll;
	struct vd_mono now = vd_channel_now(&m->base);
	if (p->step == VD_MASTODON_STEP_MENTIONS) {
		p->report.not_before =
			vd_rate_next(&m->rates[VD_MASTODON_EP_PAGED], VD_RATE_READ, now);
	} else if (health != VD_HEALTH_RATE) {
		struct vd_dur wait = vd_clock_real(m->base.host->clock, vd_dur_s(STEP_WAIT_S));
		m->step_next[p->step] = vd_mono_add(now, wait);
	}
}

static void fail_step(struct vd_mastodon_channel *m, enum vd_health health, const char *detail)
{
	struct vd_mastodon_poll *p = &m->poll;
	struct vd_diag diag = { 0 };
	note_trouble(m, health, detail);
	if (p->ask == VD_MASTODON_ASK_LIST && drain(m, &diag) != VD_OK) {
		fail_store(m, &diag);
		return;
	}
	if (p->ask == VD_MASTODON_ASK_ROOT) {
		vd_mastodon_step_stop(m);
	}
	drop_pages(p);
	if (p->step <= VD_MASTODON_STEP_ME || ends_poll(health)) {
		p->n_good = 0;
		// A server that says when it will be back is believed.
		p->report.not_before =
			vd_rate_next(p->exchange.rate, VD_RATE_WRITE, vd_channel_now(&m->base));
		end_poll(m);
		return;
	}
	put_off(m, health);
	p->step++;
	next_step(m);
}

static void fail_malformed(struct vd_mastodon_channel *m, const char *what)
{
	char detail[VD_DETAIL_BYTES];
	snprintf(detail, sizeof(detail),
		 "Mastodon sent what can't be read: look at the log (%.150s)", what);
	fail_step(m, VD_HEALTH_MALFORMED, detail);
}

static void fail_problem(struct vd_mastodon_channel *m, const struct vd_mastodon_problem *problem,
			 int status)
{
	char detail[VD_DETAIL_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, detail, sizeof(detail));
	vd_mastodon_problem_print(problem, status, &buf);
	fail_step(m, problem->health, detail);
}

// ---- what was read ------------------------------------------------------------------------

static void go_on(struct vd_mastodon_channel *m, bool same_step)
{
	if (same_step) {
		request(m);
		return;
	}
	m->poll.n_good++;
	m->trouble[m->poll.step].health = VD_HEALTH_STARTING;
	m->poll.step++;
	next_step(m);
}

static void hand_over(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	struct vd_diag diag = { 0 };
	const struct vd_mastodon_item *item = vd_mastodon_step_next(m);
	while (item != NULL) {
		if (!p->is_root_done && vd_mastodon_step_needs_root(m, item)) {
			p->ask = VD_MASTODON_ASK_ROOT;
			request(m);
			return;
		}
		if (vd_mastodon_step_item(m, item, &diag) != VD_OK) {
			fail_store(m, &diag);
			return;
		}
		p->item++;
		p->is_root_done = false;
		item = vd_mastodon_step_next(m);
	}
	drop_pages(p);
	go_on(m, vd_mastodon_step_end(m));
}

static void note_bad(struct vd_mastodon_channel *m, const struct vd_mastodon_page *page)
{
	m->poll.n_bad += page->n_bad;
	if (page->n_bad > 0) {
		vd_warn(m->base.host->log, "mastodon",
			"%s: %zu malformed items skipped among the %s, the last one is '%s'",
			m->base.self->name, page->n_bad, vd_mastodon_step_name(m->poll.step),
			page->bad_id);
	}
}

static void on_page(struct vd_mastodon_channel *m, struct vd_span body)
{
	struct vd_mastodon_poll *p = &m->poll;
	struct vd_diag diag = { 0 };
	struct vd_mastodon_page page;
	if (p->n_held == VD_MASTODON_PAGES_HELD) {
		fail_malformed(m, "a list without an end");
		return;
	}
	if (vd_mastodon_page_parse(body, vd_mastodon_step_kind(m), &page, &diag) != VD_OK) {
		fail_malformed(m, diag.text);
		return;
	}
	note_bad(m, &page);
	if (p->ask == VD_MASTODON_ASK_ROOT) {
		vd_mastodon_step_learn(m, &page);
		vd_mastodon_page_deinit(&page);
		p->ask = VD_MASTODON_ASK_LIST;
		p->is_root_done = true;
		hand_over(m);
		return;
	}
	p->held[p->n_held++] = page;
	if (vd_mastodon_step_goes_on(m)) {
		request(m);
	} else {
		hand_over(m);
	}
}

// The names of all messages begin with the domain: once learned it stays.
static void on_instance(struct vd_mastodon_channel *m, struct vd_span body)
{
	struct vd_mastodon_instance instance;
	struct vd_diag diag = { 0 };
	char known[VD_MASTODON_DOMAIN_BYTES];
	if (vd_mastodon_instance_parse(body, &instance, &diag) != VD_OK) {
		vd_warn(m->base.host->log, "mastodon", "%s: the server's own page: %s",
			m->base.self->name, diag.text);
		go_on(m, vd_mastodon_step_end(m));
		return;
	}
	vd_channel_cursor(&m->base, "domain", known, sizeof(known));
	bool is_told = instance.domain[0] != '\0';
	if (is_told && known[0] != '\0' && strcmp(known, instance.domain) != 0) {
		vd_warn(m->base.host->log, "mastodon",
			"%s: the server calls itself '%s', not '%s' any more: its messages keep "
			"their names",
			m->base.self->name, instance.domain, known);
	}
	if (!is_told || known[0] != '\0') {
		memcpy(instance.domain, m->instance.domain, sizeof(instance.domain));
	}
	m->instance = instance;
	go_on(m, vd_mastodon_step_end(m));
}

static void on_me(struct vd_mastodon_channel *m, struct vd_span body)
{
	const struct vd_channel_host *host = m->base.host;
	struct vd_mastodon_account account;
	struct vd_diag diag = { 0 };
	if (vd_mastodon_account_parse(body, &account, &diag) != VD_OK ||
	    !vd_mastodon_full_acct(vd_span_of(account.acct), m->instance.domain, m->acct)) {
		fail_malformed(m, "no id of the account");
		return;
	}
	memcpy(m->user_id, account.id, sizeof(m->user_id));
	vd_channel_cursor_move(&m->base, "user_id", vd_span_of(account.id), m->poll.lost_before);
	if (host->presence != NULL && account.followers >= 0) {
		host->presence(host->ctx, m->base.account.account, vd_span_of(m->base.self->handle),
			       (uint64_t)account.followers, vd_loop_wall(host->loop));
	}
	go_on(m, vd_mastodon_step_end(m));
}

// ---- answers ------------------------------------------------------------------------------

static bool is_of_item(enum vd_mastodon_problem_kind kind)
{
	return kind == VD_MASTODON_PROBLEM_GONE || kind == VD_MASTODON_PROBLEM_INVALID ||
	       kind == VD_MASTODON_PROBLEM_REFUSED;
}

// The instance says what it likes to be called and how long texts may be: nothing that we need.
static bool goes_without_instance(struct vd_mastodon_channel *m, int status)
{
	if (m->poll.step != VD_MASTODON_STEP_INSTANCE || status >= 500 || status == 429) {
		return false;
	}
	if (!m->is_v1) {
		m->is_v1 = true;
		request(m);
	} else {
		go_on(m, vd_mastodon_step_end(m));
	}
	return true;
}

static void on_problem(struct vd_mastodon_channel *m, const struct vd_answer *answer)
{
	struct vd_mastodon_poll *p = &m->poll;
	int status = answer->response->status;
	struct vd_mastodon_problem problem;
	vd_mastodon_problem_parse(status, answer->response->body, &problem);
	if (p->ask == VD_MASTODON_ASK_LIST && goes_without_instance(m, status)) {
		return;
	}
	if (p->step == VD_MASTODON_STEP_RIVALS && is_of_item(problem.kind)) {
		vd_mastodon_rivals_take(m, answer->response->body); // says so in the log
		go_on(m, vd_mastodon_step_end(m));
		return;
	}
	bool is_missing_list = p->step == VD_MASTODON_STEP_CONVERSATIONS &&
			       problem.kind == VD_MASTODON_PROBLEM_GONE;
	if (p->ask == VD_MASTODON_ASK_LIST && is_missing_list) { // a server without that check
		go_on(m, false);
	} else if (p->ask == VD_MASTODON_ASK_LIST || !is_of_item(problem.kind)) {
		fail_problem(m, &problem, status);
	} else if (p->ask == VD_MASTODON_ASK_ROOT) { // its parents can't be seen
		p->ask = VD_MASTODON_ASK_LIST;
		p->is_root_done = true;
		hand_over(m);
	} else if (problem.kind == VD_MASTODON_PROBLEM_GONE) {
		go_on(m, vd_mastodon_step_gone(m, problem.is_html));
	} else {
		go_on(m, vd_mastodon_step_next_thread(m));
	}
}

static void on_answer(void *ctx, const struct vd_answer *answer)
{
	struct vd_mastodon_channel *m = ctx;
	if (answer->err != VD_OK) {
		char detail[VD_DETAIL_BYTES];
		enum vd_health health = vd_answer_trouble(answer, "Mastodon", detail);
		fail_step(m, health, detail);
		return;
	}
	struct vd_span body = answer->response->body;
	if (answer->response->status < 200 || answer->response->status >= 300) {
		on_problem(m, answer);
	} else if (m->poll.step == VD_MASTODON_STEP_INSTANCE) {
		on_instance(m, body);
	} else if (m->poll.step == VD_MASTODON_STEP_ME) {
		on_me(m, body);
	} else if (m->poll.step == VD_MASTODON_STEP_RIVALS) {
		vd_mastodon_rivals_take(m, body);
		go_on(m, vd_mastodon_step_end(m));
	} else {
		on_page(m, body);
	}
}

// Our own share is used up. What is only looked at again, is so in another poll.
static void wait_for_rate(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	if (p->step <= VD_MASTODON_STEP_MENTIONS) {
		fail_step(m, VD_HEALTH_RATE,
			  "the server's rate limit is used up: wait, it is tried again");
		return;
	}
	drop_pages(p);
	p->step++;
	next_step(m);
}

static void request(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	char memory[URL_BYTES];
	struct vd_buf url;
	vd_buf_init(&url, memory, sizeof(memory));
	struct vd_rate *rate = &m->rates[vd_mastodon_step_url(m, &url)];
	struct vd_mono now = vd_channel_now(&m->base);
	if (vd_rate_next(rate, vd_channel_read_class(&m->base), now).us > now.us) {
		wait_for_rate(m);
		return;
	}
	p->exchange.channel = &m->base;
	p->exchange.rate = rate;
	p->exchange.ctx = m;
	p->exchange.done = on_answer;
	vd_exchange_start(&p->exchange, vd_buf_span(&url), (struct vd_span){ 0 });
}

static void next_step(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	p->ask = VD_MASTODON_ASK_LIST;
	p->is_root_done = false;
	while (p->step < VD_MASTODON_STEP_N && !vd_mastodon_step_begin(m)) {
		p->step++;
	}
	if (p->step < VD_MASTODON_STEP_N) {
		request(m);
	} else {
		end_poll(m);
	}
}

void vd_mastodon_poll_start(struct vd_channel *channel)
{
	struct vd_mastodon_channel *m = vd_mastodon_of(channel);
	struct vd_mastodon_poll *p = &m->poll;
	p->is_running = true;
	p->step = VD_MASTODON_STEP_INSTANCE;
	p->lost_before = channel->host->lost_turns(channel->host->ctx);
	p->began = vd_loop_wall(channel->host->loop);
	p->n_good = 0;
	p->n_bad = 0;
	p->report = (struct vd_poll_report){ .health = VD_HEALTH_GOOD };
	m->trouble[VD_MASTODON_STEP_INSTANCE].health = VD_HEALTH_STARTING;
	m->trouble[VD_MASTODON_STEP_ME].health = VD_HEALTH_STARTING;
	vd_mastodon_recall(m);
	if (!vd_secret_is_set(&channel->account.token)) {
		note_trouble(m, VD_HEALTH_AUTH, "no token is set for this account: sign it in");
		end_poll(m);
		return;
	}
	next_step(m);
}
