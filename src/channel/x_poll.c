// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "channel/x.h"

#define URL_BYTES (2048 + VD_X_LIST_BYTES)
// A step that is refused on its own (a missing scope) is asked again after this.
#define STEP_WAIT_S 900
#define QUIET_WAIT_S 3600
#define MONEY_WAIT_S 3600
#define DAY_S 86400
#define CAP_GRACE_S 60 // clocks differ
#define GAP_SAID_S DAY_S

static void request_page(struct vd_x_channel *x);
static void next_step(struct vd_x_channel *x);

static void drop_pages(struct vd_x_poll *p)
{
	for (size_t i = 0; i < p->n_held; i++) {
		vd_x_page_deinit(&p->held[i]);
	}
	p->n_held = 0;
}

void vd_x_poll_deinit(struct vd_x_channel *x)
{
	vd_exchange_deinit(&x->poll.exchange);
	drop_pages(&x->poll);
	x->poll.is_running = false;
}

static void log_bad(const struct vd_x_channel *x, const struct vd_x_page *page)
{
	if (page->n_bad > 0) {
		vd_warn(x->base.host->log, "x",
			"%s: %zu malformed items skipped among the %s, the last one is '%s'",
			x->base.self->name, page->n_bad, vd_x_step_name(x->poll.step),
			page->bad_id);
	}
}

// Oldest first, since an answer may only follow its question.
static enum vd_err hand_over(struct vd_x_channel *x, struct vd_diag *diag)
{
	struct vd_x_poll *p = &x->poll;
	enum vd_err err = VD_OK;
	for (size_t i = p->n_held; i > 0 && err == VD_OK; i--) {
		const struct vd_x_page *page = &p->held[i - 1];
		for (size_t k = page->n; k > 0 && err == VD_OK; k--) {
			err = vd_x_step_item(x, &page->items[k - 1], diag);
		}
		p->n_bad += page->n_bad;
		log_bad(x, page);
	}
	drop_pages(p);
	return err;
}

// Steps that failed in an earlier poll and were not asked in this one.
static void add_standing_trouble(struct vd_x_channel *x)
{
	struct vd_poll_report *report = &x->poll.report;
	for (size_t i = 0; i < VD_X_STEP_N && report->health == VD_HEALTH_GOOD; i++) {
		if (x->trouble[i].health != VD_HEALTH_STARTING) {
			report->health = x->trouble[i].health;
			memcpy(report->detail, x->trouble[i].detail, sizeof(report->detail));
		}
	}
}

void vd_x_note_gap(struct vd_x_channel *x, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(x->gap.detail, sizeof(x->gap.detail), format, args);
	va_end(args);
	x->gap.until = vd_wall_add(vd_loop_wall(x->base.host->loop), vd_dur_s(GAP_SAID_S));
	vd_warn(x->base.host->log, "x", "%s: %s", x->base.self->name, x->gap.detail);
}

// A poll that went well may still have found that something is lost.
static void add_gap(struct vd_x_channel *x)
{
	struct vd_poll_report *report = &x->poll.report;
	if (report->health == VD_HEALTH_GOOD &&
	    vd_loop_wall(x->base.host->loop).us < x->gap.until.us) {
		memcpy(report->detail, x->gap.detail, sizeof(report->detail));
	}
}

static void end_poll(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	add_standing_trouble(x);
	add_gap(x);
	p->is_running = false;
	p->report.is_partial = p->n_good > 0;
	p->report.period = vd_rate_pace(&x->rates[VD_X_EP_MENTIONS], x->base.account.period);
	vd_channel_polled(&x->base, &p->report);
}

// The first trouble of a poll is the one that is told.
static void note_trouble(struct vd_x_channel *x, enum vd_health health, const char *detail)
{
	struct vd_poll_report *report = &x->poll.report;
	enum vd_x_step step = x->poll.step;
	x->trouble[step].health = health;
	snprintf(x->trouble[step].detail, sizeof(x->trouble[step].detail), "%.200s (%s)", detail,
		 vd_x_step_name(step));
	if (report->health == VD_HEALTH_GOOD) {
		report->health = health;
		memcpy(report->detail, x->trouble[step].detail, sizeof(report->detail));
	}
}

static bool ends_poll(enum vd_health health)
{
	return health == VD_HEALTH_AUTH || health == VD_HEALTH_MONEY || health == VD_HEALTH_OUTAGE;
}

// Our own trouble: the messages could not be stored.
static void fail_store(struct vd_x_channel *x, const struct vd_diag *diag)
{
	char detail[VD_DETAIL_BYTES];
	snprintf(detail, sizeof(detail), "this box can't store what X sent: %.180s", diag->text);
	note_trouble(x, VD_HEALTH_OUTAGE, detail);
	x->poll.n_good = 0;
	end_poll(x);
}

// Nobody waits for these: their failure is logged, and is no trouble of the account.
static bool is_quiet(enum vd_x_step step)
{
	return step == VD_X_STEP_CHECK || step == VD_X_STEP_PRESENCE || step == VD_X_STEP_ECHOES ||
	       step == VD_X_STEP_QUOTES;
}

static void fail_quietly(struct vd_x_channel *x, const char *detail)
{
	enum vd_x_step step = x->poll.step;
	struct vd_dur wait = vd_clock_real(x->base.host->clock, vd_dur_s(QUIET_WAIT_S));
	vd_info(x->base.host->log, "x", "%s: %s not read: %s", x->base.self->name,
		vd_x_step_name(step), detail);
	x->step_next[step] = vd_mono_add(vd_channel_now(&x->base), wait);
	drop_pages(&x->poll);
	x->poll.step++;
	next_step(x);
}

static void fail_step(struct vd_x_channel *x, enum vd_health health, const char *detail)
{
	struct vd_diag diag = { 0 };
	enum vd_x_step step = x->poll.step;
	if (is_quiet(step) && !ends_poll(health)) {
		fail_quietly(x, detail);
		return;
	}
	note_trouble(x, health, detail);
	if (hand_over(x, &diag) != VD_OK) {
		fail_store(x, &diag);
		return;
	}
	if (step == VD_X_STEP_ME || ends_poll(health)) {
		x->poll.n_good = 0;
		end_poll(x);
		return;
	}
	struct vd_mono now = vd_channel_now(&x->base);
	struct vd_mono next = vd_rate_next(&x->rates[vd_x_step_endpoint(step)], VD_RATE_READ, now);
	if (step == VD_X_STEP_MENTIONS) {
		x->poll.report.not_before = next;
	} else if (health != VD_HEALTH_RATE && step != VD_X_STEP_SEARCH) {
		struct vd_dur wait = vd_clock_real(x->base.host->clock, vd_dur_s(STEP_WAIT_S));
		x->step_next[step] = vd_mono_add(now, wait);
	}
	x->poll.step++;
	next_step(x);
}

static void switch_dialect(struct vd_x_channel *x)
{
	x->poll.was_switched = true;
	vd_x_switch_dialect(x, x->poll.lost_before);
	request_page(x);
}

// The place in the list is not known any more: from its top, once. What was handed over already is
// cheap to hand over again.
static void restart_list(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	drop_pages(p);
	p->was_restarted = true;
	p->token[0] = '\0';
	p->pages = 0;
	p->n_items = 0;
	request_page(x);
}

struct vd_dur vd_x_money_wait(const struct vd_x_channel *x, const struct vd_x_problem *problem)
{
	if (problem->kind != VD_X_PROBLEM_CAP || !vd_clock_is_trusted(x->base.host->clock)) {
		return vd_dur_s(MONEY_WAIT_S);
	}
	// A cap lasts until its day ends; a monthly one too may end with any day (cap_reset_day).
	int64_t day_us = DAY_S * VD_US_PER_S;
	int64_t left_us = day_us - vd_loop_wall(x->base.host->loop).us % day_us;
	return (struct vd_dur){ left_us + CAP_GRACE_S * VD_US_PER_S };
}

// Each restart must lead forward, else it would go on for ever.
static bool is_newer_since(const char *old, const char *wanted)
{
	return wanted[0] != '\0' && vd_x_id_compare(vd_span_of(wanted), vd_span_of(old)) > 0;
}

static void on_problem(struct vd_x_channel *x, const struct vd_answer *answer)
{
	struct vd_x_poll *p = &x->poll;
	int status = answer->response->status;
	struct vd_x_problem problem;
	vd_x_problem_parse(status, answer->response->body, &problem);
	if (problem.kind == VD_X_PROBLEM_DIALECT && !p->was_switched) {
		switch_dialect(x);
		return;
	}
	if (problem.kind == VD_X_PROBLEM_TOKEN && p->token[0] != '\0' && !p->was_restarted) {
		restart_list(x);
		return;
	}
	if (problem.kind == VD_X_PROBLEM_SINCE_OLD && is_newer_since(p->since, problem.since_id)) {
		vd_x_note_gap(x, "X doesn't go back to post %s: look by hand for %s up to post %s",
			      p->since, vd_x_step_name(p->step), problem.since_id);
		snprintf(p->since, sizeof(p->since), "%s", problem.since_id);
		p->start = (struct vd_wall){ 0 };
		request_page(x);
		return;
	}
	if (problem.health == VD_HEALTH_MONEY) {
		struct vd_dur wait =
			vd_clock_real(x->base.host->clock, vd_x_money_wait(x, &problem));
		p->report.not_before = vd_mono_add(vd_channel_now(&x->base), wait);
	}
	char detail[VD_DETAIL_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, detail, sizeof(detail));
	vd_x_problem_print(&problem, status, vd_x_step_scope(p->step), &buf);
	fail_step(x, problem.health, detail);
}

static void fail_malformed(struct vd_x_channel *x, const char *what)
{
	char detail[VD_DETAIL_BYTES];
	snprintf(detail, sizeof(detail), "X sent what can't be read: look at the log (%.150s)",
		 what);
	fail_step(x, VD_HEALTH_MALFORMED, detail);
}

static void end_step(struct vd_x_channel *x)
{
	struct vd_diag diag = { 0 };
	if (hand_over(x, &diag) != VD_OK) {
		fail_store(x, &diag);
		return;
	}
	x->poll.n_good += is_quiet(x->poll.step) ? 0 : 1;
	x->trouble[x->poll.step].health = VD_HEALTH_STARTING;
	if (!vd_x_step_end(x)) {
		x->poll.step++;
	}
	next_step(x);
}

// Everything below the floor was seen: the list is not followed further.
static bool reaches_floor(const struct vd_x_poll *p, const struct vd_x_page *page)
{
	return p->floor[0] != '\0' && page->n > 0 &&
	       vd_x_id_compare(page->items[page->n - 1].id, vd_span_of(p->floor)) <= 0;
}

static void follow(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	if (++p->pages >= VD_X_PAGES_MOST) {
		fail_malformed(x, "a list without an end");
		return;
	}
	struct vd_mono now = vd_channel_now(&x->base);
	struct vd_rate *rate = &x->rates[vd_x_step_endpoint(p->step)];
	if (vd_rate_next(rate, VD_RATE_WRITE, now).us >
	    now.us) { // in the middle the reserve may be used
		fail_step(x, VD_HEALTH_RATE, "X's rate limit is used up: wait, it is tried again");
		return;
	}
	request_page(x);
}

static void on_page(struct vd_x_channel *x, struct vd_span body)
{
	struct vd_x_poll *p = &x->poll;
	struct vd_diag diag = { 0 };
	struct vd_x_page page;
	if (p->n_held == VD_X_PAGES_HELD && hand_over(x, &diag) != VD_OK) {
		fail_store(x, &diag);
		return;
	}
	if (vd_x_page_parse(body, vd_x_step_kind(p->step), &page, &diag) != VD_OK) {
		fail_malformed(x, diag.text);
		return;
	}
	p->held[p->n_held++] = page;
	p->n_items += page.n + page.n_bad;
	vd_x_bill_page(x, &page, vd_x_step_kind(p->step), vd_x_step_is_owned(x));
	if (page.next_token.n == 0 || reaches_floor(p, &page) || vd_x_step_has_enough(x)) {
		end_step(x);
		return;
	}
	if (vd_span_is_text(page.next_token, p->token) ||
	    vd_span_copy(page.next_token, p->token, sizeof(p->token)) != VD_OK) {
		fail_malformed(x, "a list that leads back to itself");
		return;
	}
	follow(x);
}

static void tell_presence(const struct vd_x_channel *x, const struct vd_x_page *page)
{
	const struct vd_channel_host *host = x->base.host;
	for (size_t i = 0; host->presence != NULL && i < page->n; i++) {
		host->presence(host->ctx, x->base.account.account, page->items[i].author_handle,
			       page->items[i].followers, vd_loop_wall(host->loop));
	}
}

// Posts by id, or people by handle: one answer, no pages.
static void on_lookup(struct vd_x_channel *x, struct vd_span body)
{
	struct vd_diag diag = { 0 };
	struct vd_x_page page;
	enum vd_x_page_kind kind = vd_x_step_kind(x->poll.step);
	if (vd_x_page_parse(body, kind, &page, &diag) != VD_OK) {
		fail_malformed(x, diag.text);
		return;
	}
	enum vd_err err = VD_OK;
	vd_x_bill_page(x, &page, kind, false);
	if (kind == VD_X_LOOKUP) {
		err = vd_x_take_lookup(x, &page, vd_span_of(x->poll.list), &diag);
	} else {
		tell_presence(x, &page);
	}
	vd_x_page_deinit(&page);
	if (err != VD_OK) {
		fail_store(x, &diag);
	} else {
		end_step(x);
	}
}

static void on_me(struct vd_x_channel *x, struct vd_span body)
{
	char id[VD_X_ID_BYTES];
	if (vd_x_id_parse(body, "id", id) != VD_OK) {
		fail_malformed(x, "no id of the account");
		return;
	}
	snprintf(x->user_id, sizeof(x->user_id), "%s", id);
	vd_x_bill(x, VD_RESOURCE_USER, vd_span_of(id), false);
	vd_channel_cursor_move(&x->base, "user_id", vd_span_of(id), x->poll.lost_before);
	x->trouble[VD_X_STEP_ME].health = VD_HEALTH_STARTING;
	x->poll.step++;
	next_step(x);
}

static bool is_only_errors(struct vd_span body)
{
	cJSON *tree = vd_json_parse(body, NULL);
	bool is_it = vd_json_get(tree, "errors") != NULL && vd_json_get(tree, "data") == NULL &&
		     vd_json_get(tree, "meta") == NULL;
	vd_json_free(tree);
	return is_it;
}

static void on_answer(void *ctx, const struct vd_answer *answer)
{
	struct vd_x_channel *x = ctx;
	if (answer->err != VD_OK) {
		char detail[VD_DETAIL_BYTES];
		enum vd_health health = vd_answer_trouble(answer, "X", detail);
		fail_step(x, health, detail);
		return;
	}
	bool is_good = answer->response->status >= 200 && answer->response->status < 300;
	bool is_lookup = x->poll.step == VD_X_STEP_CHECK || x->poll.step == VD_X_STEP_PRESENCE;
	if (is_good && is_lookup) {
		on_lookup(x, answer->response->body); // nothing but errors is an answer there
	} else if (!is_good ||
		   (answer->response->body.n < 4096 && is_only_errors(answer->response->body))) {
		on_problem(x, answer);
	} else if (x->poll.step == VD_X_STEP_ME) {
		on_me(x, answer->response->body);
	} else {
		on_page(x, answer->response->body);
	}
}

static void request_page(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	char memory[URL_BYTES];
	struct vd_buf url;
	vd_buf_init(&url, memory, sizeof(memory));
	vd_x_step_url(x, &url);
	p->exchange.channel = &x->base;
	p->exchange.rate = &x->rates[vd_x_step_endpoint(p->step)];
	p->exchange.ctx = x;
	p->exchange.done = on_answer;
	vd_exchange_start(&p->exchange, vd_buf_span(&url), (struct vd_span){ 0 });
}

// The limits allow it now, or the step waits for another poll; true: begun.
static bool begin_step(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	struct vd_mono now = vd_channel_now(&x->base);
	struct vd_rate *rate = &x->rates[vd_x_step_endpoint(p->step)];
	struct vd_mono next = vd_rate_next(rate, vd_channel_read_class(&x->base), now);
	if (!vd_channel_is_due(&x->base, p->step)) {
		return false;
	}
	if (next.us <= now.us) {
		return vd_x_step_begin(x);
	}
	if (p->step == VD_X_STEP_MENTIONS) {
		p->report.not_before = next;
		note_trouble(x, VD_HEALTH_RATE,
			     "X's rate limit is used up: wait, it is tried again");
	}
	return false;
}

static void next_step(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	while (p->step < VD_X_STEP_N && !begin_step(x)) {
		p->step++;
	}
	if (p->step < VD_X_STEP_N) {
		request_page(x);
	} else {
		end_poll(x);
	}
}

static void start_of_poll(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	char name[VD_NAME_BYTES];
	p->is_running = true;
	p->step = VD_X_STEP_ME;
	p->lost_before = x->base.host->lost_turns(x->base.host->ctx);
	p->began = vd_loop_wall(x->base.host->loop);
	p->was_switched = false;
	p->searches = 0;
	p->n_echoes = 0;
	p->quoted = 0;
	p->n_good = 0;
	p->n_bad = 0;
	p->report = (struct vd_poll_report){ .health = VD_HEALTH_GOOD };
	x->trouble[VD_X_STEP_ME].health = VD_HEALTH_STARTING; // it is asked in this poll if at all
	vd_channel_cursor(&x->base, "dialect", name, sizeof(name));
	if (name[0] != '\0') {
		x->dialect = vd_x_dialect_parse(vd_span_of(name));
	}
	(void)vd_x_know_user_id(x);
}

void vd_x_poll_start(struct vd_channel *channel)
{
	struct vd_x_channel *x = vd_x_of(channel);
	start_of_poll(x);
	if (!vd_channel_has_credentials(&channel->account)) {
		note_trouble(x, VD_HEALTH_AUTH, "no token is set for this account: sign it in");
		end_poll(x);
		return;
	}
	next_step(x);
}
