// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "channel/facebook.h"

// A step that is refused on its own (a missing permission) is asked again after this.
#define STEP_WAIT_S 900
#define BLOCKED_WAIT_S (4 * 3600)
#define SHORT_WAIT_S 10 // 613: a short wait
#define RATE_WAIT_S 900
#define MESSENGER_PAUSE_MS 550
// Usage figures of the headers, percent (section 4 of the facts); at 100 rate.c stops all.
#define USAGE_SLOW 50
#define USAGE_WRITES_ONLY 85
#define USAGE_LOOK_S 840 // the quarter of an hour, less the jitter of a poll
#define USAGE_TOLD_S 900
#define MORE_AGAIN_S 3600 // after "reduce the amount of data"

static void request_page(struct vd_facebook_channel *fb);
static void next_step(struct vd_facebook_channel *fb);

static void drop_pages(struct vd_facebook_poll *p)
{
	for (size_t i = 0; i < p->n_held; i++) {
		vd_facebook_page_deinit(&p->held[i]);
	}
	p->n_held = 0;
}

void vd_facebook_poll_deinit(struct vd_facebook_channel *fb)
{
	vd_loop_timer_stop(fb->base.host->loop, &fb->poll.pause);
	vd_exchange_deinit(&fb->poll.exchange);
	drop_pages(&fb->poll);
	fb->poll.is_running = false;
}

static enum vd_err hand_over(struct vd_facebook_channel *fb, struct vd_diag *diag)
{
	struct vd_facebook_poll *p = &fb->poll;
	enum vd_err err = VD_OK;
	for (size_t i = p->n_held; i > 0 && err == VD_OK; i--) {
		const struct vd_facebook_page *page = &p->held[i - 1];
		err = vd_facebook_take(fb, page, diag);
		if (page->n_bad > 0) {
			vd_warn(fb->base.host->log, "facebook",
				"%s: %zu malformed items skipped among the %s, the last one is "
				"'%s'",
				fb->base.self->name, page->n_bad, vd_facebook_step_name(p->step),
				page->bad_id);
		}
	}
	drop_pages(p);
	return err;
}

// Usage asks for fewer reads: an endpoint whose figure is high waits on its own, for longer than
// the account's period.
static struct vd_dur plan_endpoints(struct vd_facebook_channel *fb)
{
	struct vd_dur period = vd_clock_real(fb->base.host->clock, fb->base.account.period);
	struct vd_dur look = vd_clock_real(fb->base.host->clock, vd_dur_s(USAGE_LOOK_S));
	struct vd_dur least = { INT64_MAX };
	struct vd_mono now = vd_channel_now(&fb->base);
	for (int i = 0; i < VD_FACEBOOK_EP_N; i++) {
		struct vd_dur pace = vd_rate_pace(&fb->rates[i], fb->base.account.period);
		least = pace.us < least.us ? pace : least;
		if (!fb->was_read[i] || fb->rates[i].usage_percent < USAGE_SLOW) {
			continue;
		}
		bool is_look = fb->rates[i].usage_percent >= USAGE_WRITES_ONLY;
		struct vd_dur wait = { pace.us - period.us / 2 };
		if (is_look && wait.us < look.us) {
			wait = look;
		}
		fb->rate_next[i] = vd_mono_add(now, wait);
	}
	return least;
}

static void judge_token(struct vd_facebook_channel *fb)
{
	struct vd_poll_report *report = &fb->poll.report;
	char detail[VD_DETAIL_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, detail, sizeof(detail));
	if (fb->token.is_known) {
		enum vd_health health = vd_facebook_token_judge(
			&fb->token, vd_loop_wall(fb->base.host->loop), &buf);
		if (health != VD_HEALTH_GOOD) {
			report->health = health;
			memcpy(report->detail, detail, sizeof(detail));
		}
	}
}

static void end_poll(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	// Steps that failed in an earlier poll and were not asked in this one.
	for (size_t i = 0; i < VD_FACEBOOK_STEP_N && p->report.health == VD_HEALTH_GOOD; i++) {
		if (fb->trouble[i].health != VD_HEALTH_STARTING) {
			p->report.health = fb->trouble[i].health;
			memcpy(p->report.detail, fb->trouble[i].detail, sizeof(p->report.detail));
		}
	}
	if (p->report.health == VD_HEALTH_GOOD) {
		judge_token(fb);
	}
	if (p->report.health == VD_HEALTH_GOOD && fb->gap_until.us > vd_channel_now(&fb->base).us) {
		memcpy(p->report.detail, fb->gap, sizeof(p->report.detail));
	}
	p->is_running = false;
	p->report.is_partial = p->n_good > 0;
	p->report.period = plan_endpoints(fb);
	vd_channel_polled(&fb->base, &p->report);
}

static void note_trouble(struct vd_facebook_channel *fb, enum vd_health health, const char *detail)
{
	struct vd_poll_report *report = &fb->poll.report;
	enum vd_facebook_step step = fb->poll.step;
	fb->trouble[step].health = health;
	snprintf(fb->trouble[step].detail, sizeof(fb->trouble[step].detail), "%.200s (%s)", detail,
		 vd_facebook_step_name(step));
	if (report->health == VD_HEALTH_GOOD) {
		report->health = health;
		memcpy(report->detail, fb->trouble[step].detail, sizeof(report->detail));
	}
}

static void fail_store(struct vd_facebook_channel *fb, const struct vd_diag *diag)
{
	char detail[VD_DETAIL_BYTES];
	snprintf(detail, sizeof(detail), "this box can't store what Facebook sent: %.180s",
		 diag->text);
	note_trouble(fb, VD_HEALTH_OUTAGE, detail);
	fb->trouble[fb->poll.step].health = VD_HEALTH_STARTING;
	fb->poll.n_good = 0;
	end_poll(fb);
}

// What can't be read for another reason than itself is the account's trouble.
static bool is_whole(enum vd_facebook_step step, enum vd_health health)
{
	return step == VD_FACEBOOK_STEP_ME || health == VD_HEALTH_AUTH ||
	       health == VD_HEALTH_OUTAGE;
}

static void leave_step(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	p->n_nodes = 0; // what was queued is found again: the cursor stays
	p->node = 0;
	p->step = vd_facebook_step_behind(p->step);
	next_step(fb);
}

static void fail_step(struct vd_facebook_channel *fb, enum vd_health health, const char *detail)
{
	struct vd_diag diag = { 0 };
	struct vd_facebook_poll *p = &fb->poll;
	enum vd_facebook_step step = p->step;
	bool is_own = vd_facebook_step_is_optional(step) && !is_whole(step, health);
	if (is_own) {
		vd_info(fb->base.host->log, "facebook", "%s: without its %s: %s",
			fb->base.self->name, vd_facebook_step_name(step), detail);
	} else {
		note_trouble(fb, health, detail);
	}
	if (hand_over(fb, &diag) != VD_OK) {
		fail_store(fb, &diag);
		return;
	}
	if (is_whole(step, health)) {
		p->n_good = 0;
		end_poll(fb);
		return;
	}
	bool is_node = health == VD_HEALTH_REFUSED || health == VD_HEALTH_MALFORMED || is_own;
	if (is_node && vd_facebook_step_skip(fb, health == VD_HEALTH_REFUSED)) {
		next_step(fb);
		return;
	}
	struct vd_mono now = vd_channel_now(&fb->base);
	struct vd_mono next =
		vd_rate_next(&fb->rates[vd_facebook_step_endpoint(step)], VD_RATE_READ, now);
	struct vd_mono wait =
		vd_mono_add(now, vd_clock_real(fb->base.host->clock, vd_dur_s(STEP_WAIT_S)));
	if (step == VD_FACEBOOK_STEP_FEED && health == VD_HEALTH_RATE) {
		p->report.not_before = next;
	} else if ((health == VD_HEALTH_PERMISSION || health == VD_HEALTH_REFUSED) &&
		   wait.us > fb->step_next[step].us) {
		fb->step_next[step] = wait;
	}
	leave_step(fb);
}

static void fail_malformed(struct vd_facebook_channel *fb, const char *what)
{
	char detail[VD_DETAIL_BYTES];
	snprintf(detail, sizeof(detail),
		 "Facebook sent what can't be read: look at the log (%.150s)", what);
	fail_step(fb, VD_HEALTH_MALFORMED, detail);
}

static void end_list(struct vd_facebook_channel *fb)
{
	struct vd_diag diag = { 0 };
	if (hand_over(fb, &diag) != VD_OK) {
		fail_store(fb, &diag);
		return;
	}
	fb->poll.n_good++;
	fb->trouble[fb->poll.step].health = VD_HEALTH_STARTING;
	if (!vd_facebook_step_end(fb)) {
		fb->poll.step++;
	}
	next_step(fb);
}

static void block(struct vd_facebook_channel *fb, const struct vd_facebook_problem *problem,
		  const struct vd_answer *answer)
{
	struct vd_mono now = vd_channel_now(&fb->base);
	struct vd_dur wait = vd_dur_s(RATE_WAIT_S);
	if (problem->kind == VD_FACEBOOK_PROBLEM_BLOCKED) {
		wait = vd_dur_s(BLOCKED_WAIT_S);
	} else if (answer->rate.regain.us > 0) {
		wait = answer->rate.regain;
	} else if (answer->rate.has_retry_after) {
		wait = answer->rate.retry_after;
	} else if (problem->kind == VD_FACEBOOK_PROBLEM_SHORT) {
		wait = vd_dur_s(SHORT_WAIT_S);
	}
	for (int i = 0; i < VD_FACEBOOK_EP_N; i++) { // a policy stop is for the whole Page
		if (problem->kind == VD_FACEBOOK_PROBLEM_BLOCKED ||
		    i == (int)vd_facebook_step_endpoint(fb->poll.step)) {
			vd_rate_block(&fb->rates[i], now, wait);
		}
	}
}

// What Facebook could not give once, it may give another time of day.
static void ask_for_more(struct vd_facebook_channel *fb)
{
	enum vd_facebook_step step = fb->poll.step;
	struct vd_mono now = vd_channel_now(&fb->base);
	int most = vd_facebook_step_limit(step);
	if (fb->limit[step] < most && now.us >= fb->limit_next[step].us) {
		fb->limit[step] = 2 * fb->limit[step] < most ? 2 * fb->limit[step] : most;
		fb->limit_next[step] = vd_mono_add(
			now, vd_clock_real(fb->base.host->clock, vd_dur_s(MORE_AGAIN_S)));
	}
}

static bool ask_for_less(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	if (fb->limit[p->step] <= 1) {
		return false;
	}
	fb->limit[p->step] /= 2;
	fb->limit_next[p->step] =
		vd_mono_add(vd_channel_now(&fb->base),
			    vd_clock_real(fb->base.host->clock, vd_dur_s(MORE_AGAIN_S)));
	vd_info(fb->base.host->log, "facebook", "%s: asked for less: %d %s at a time",
		fb->base.self->name, fb->limit[p->step], vd_facebook_step_name(p->step));
	p->next[0] = '\0'; // from the start: the limit is part of the next address
	p->pages = 0;
	drop_pages(p);
	request_page(fb);
	return true;
}

static void on_problem(struct vd_facebook_channel *fb, const struct vd_answer *answer)
{
	struct vd_facebook_poll *p = &fb->poll;
	struct vd_facebook_problem problem;
	vd_facebook_problem_parse(answer->response->status, answer->response->body, &problem);
	if (problem.kind == VD_FACEBOOK_PROBLEM_REDUCE && ask_for_less(fb)) {
		return;
	}
	enum vd_facebook_kind kind = vd_facebook_step_kind(p->step);
	if (problem.kind == VD_FACEBOOK_PROBLEM_GONE &&
	    (kind == VD_FACEBOOK_COMMENTS || kind == VD_FACEBOOK_MESSAGES)) {
		vd_facebook_step_gone(fb);
		end_list(fb);
		return;
	}
	if (problem.health == VD_HEALTH_RATE || problem.kind == VD_FACEBOOK_PROBLEM_BLOCKED) {
		block(fb, &problem, answer);
	}
	char detail[VD_DETAIL_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, detail, sizeof(detail));
	vd_facebook_problem_print(&problem, &buf);
	bool is_for_all = problem.kind == VD_FACEBOOK_PROBLEM_PROOF ||
			  problem.kind == VD_FACEBOOK_PROBLEM_BLOCKED;
	if (is_for_all) { // no other question fares better
		note_trouble(fb, problem.health, detail);
		drop_pages(p);
		p->n_good = 0;
		end_poll(fb);
		return;
	}
	fail_step(fb, problem.health, detail);
}

static void on_me(struct vd_facebook_channel *fb, struct vd_span body)
{
	if (vd_facebook_id_parse(body, "id", fb->page_id) != VD_OK) {
		fb->page_id[0] = '\0';
		fail_malformed(fb, "no id of the Page");
		return;
	}
	vd_channel_cursor_move(&fb->base, "user_id", vd_span_of(fb->page_id), fb->poll.lost_before);
	fb->poll.step++;
	next_step(fb);
}

static void follow(struct vd_facebook_channel *fb, struct vd_span next)
{
	struct vd_facebook_poll *p = &fb->poll;
	struct vd_facebook_place place = vd_facebook_place_of(fb);
	char old[VD_FACEBOOK_URL_BYTES];
	struct vd_buf url;
	memcpy(old, p->next, sizeof(old));
	vd_buf_init(&url, p->next, sizeof(p->next));
	if (vd_facebook_url_next(&url, &place, next) != VD_OK) {
		fail_malformed(fb, "the next page lies somewhere else");
		return;
	}
	if (++p->pages >= VD_FACEBOOK_PAGES_MOST || strcmp(old, p->next) == 0) {
		fail_malformed(fb, "a list without an end");
		return;
	}
	struct vd_mono now = vd_channel_now(&fb->base);
	struct vd_rate *rate = &fb->rates[vd_facebook_step_endpoint(p->step)];
	if (rate->usage_percent >= USAGE_WRITES_ONLY ||
	    vd_rate_next(rate, VD_RATE_WRITE, now).us > now.us) {
		fail_step(fb, VD_HEALTH_RATE,
			  "Facebook's rate limit is used up: wait, it is tried again");
		return;
	}
	request_page(fb);
}

static void on_page(struct vd_facebook_channel *fb, struct vd_span body)
{
	struct vd_facebook_poll *p = &fb->poll;
	struct vd_diag diag = { 0 };
	struct vd_facebook_page page;
	if (p->n_held == VD_FACEBOOK_PAGES_HELD && hand_over(fb, &diag) != VD_OK) {
		fail_store(fb, &diag);
		return;
	}
	if (vd_facebook_page_parse(body, vd_facebook_step_kind(p->step), &page, &diag) != VD_OK) {
		fail_malformed(fb, diag.text);
		return;
	}
	p->held[p->n_held++] = page;
	if (page.next.n > 0 && vd_facebook_step_goes_on(fb, &page)) {
		follow(fb, page.next);
	} else {
		end_list(fb);
	}
}

// A node, or figures: the whole answer at once.
static void on_node(struct vd_facebook_channel *fb, struct vd_span body)
{
	struct vd_facebook_poll *p = &fb->poll;
	struct vd_diag diag = { 0 };
	struct vd_facebook_page page;
	if (vd_facebook_step_shape(p->step) == VD_FACEBOOK_VALUE) {
		if (vd_facebook_take_value(fb, body) != VD_OK) {
			fail_malformed(fb, "no figures");
			return;
		}
		end_list(fb);
		return;
	}
	if (vd_facebook_node_parse(body, vd_facebook_step_kind(p->step), &page, &diag) != VD_OK) {
		fail_malformed(fb, diag.text);
		return;
	}
	p->held[p->n_held++] = page;
	end_list(fb);
}

// Another version answers where ours ended: then fields go missing, and nothing says so.
static void check_version(struct vd_facebook_channel *fb, const struct vd_http_response *response)
{
	for (size_t i = 0; i < response->n_headers && !fb->was_version_told; i++) {
		struct vd_span value = vd_span_trim(response->headers[i].value);
		if (vd_span_is_equal_nocase(response->headers[i].name,
					    VD_SPAN("facebook-api-version")) &&
		    !vd_span_is_text(value, VD_FACEBOOK_VERSION)) {
			fb->was_version_told = true;
			vd_warn(fb->base.host->log, "facebook",
				"%s: Facebook answers as %.*s, " VD_FACEBOOK_VERSION
				" was asked for: update this box",
				fb->base.self->name, VD_SPAN_ARG(value));
		}
	}
}

// A figure is only told once there is something to tell: silence for a while means that it fell.
static void note_usage(struct vd_facebook_channel *fb, const struct vd_answer *answer)
{
	enum vd_facebook_endpoint endpoint = vd_facebook_step_endpoint(fb->poll.step);
	struct vd_mono now = vd_channel_now(&fb->base);
	struct vd_dur wait = vd_clock_real(fb->base.host->clock, vd_dur_s(USAGE_TOLD_S));
	if (answer->rate.usage_percent >= 0) {
		fb->usage_told[endpoint] = now;
	} else if (now.us - fb->usage_told[endpoint].us >= wait.us) {
		fb->rates[endpoint].usage_percent = -1;
	}
}

static void on_answer(void *ctx, const struct vd_answer *answer)
{
	struct vd_facebook_channel *fb = ctx;
	if (vd_facebook_step_endpoint(fb->poll.step) == VD_FACEBOOK_EP_MESSENGER) {
		vd_facebook_messenger_note(fb);
	}
	if (answer->err != VD_OK) {
		char detail[VD_DETAIL_BYTES];
		enum vd_health health = vd_answer_trouble(answer, "Facebook", detail);
		fail_step(fb, health, detail);
		return;
	}
	check_version(fb, answer->response);
	if (answer->response->status != 200) {
		on_problem(fb, answer);
		return;
	}
	note_usage(fb, answer);
	if (fb->poll.step == VD_FACEBOOK_STEP_ME) {
		on_me(fb, answer->response->body);
	} else if (vd_facebook_step_shape(fb->poll.step) == VD_FACEBOOK_LIST) {
		on_page(fb, answer->response->body);
	} else {
		on_node(fb, answer->response->body);
	}
}

static void start_request(void *ctx)
{
	struct vd_facebook_channel *fb = ctx;
	struct vd_facebook_poll *p = &fb->poll;
	char memory[VD_FACEBOOK_URL_BYTES];
	struct vd_buf url;
	vd_buf_init(&url, memory, sizeof(memory));
	if (p->next[0] != '\0') {
		vd_buf_put_text(&url, p->next);
	} else {
		ask_for_more(fb);
		vd_facebook_step_url(fb, &url);
	}
	fb->was_read[vd_facebook_step_endpoint(p->step)] = true;
	p->exchange.channel = &fb->base;
	p->exchange.rate = &fb->rates[vd_facebook_step_endpoint(p->step)];
	p->exchange.ctx = fb;
	p->exchange.done = on_answer;
	vd_exchange_start(&p->exchange, vd_buf_span(&url), (struct vd_span){ 0 });
}

// Conversations: at most two calls a second (facts 2.5). Counted from the answer: two requests that
// leave half a second apart may well arrive closer to each other.
struct vd_dur vd_facebook_messenger_wait(const struct vd_facebook_channel *fb)
{
	return vd_mono_sub(fb->messenger_next, vd_channel_now(&fb->base));
}

void vd_facebook_messenger_note(struct vd_facebook_channel *fb)
{
	struct vd_dur pause = vd_clock_real(fb->base.host->clock, vd_dur_ms(MESSENGER_PAUSE_MS));
	fb->messenger_next = vd_mono_add(vd_channel_now(&fb->base), pause);
}

static void request_page(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	if (vd_facebook_step_endpoint(p->step) == VD_FACEBOOK_EP_MESSENGER) {
		struct vd_dur wait = vd_facebook_messenger_wait(fb);
		p->pause.ctx = fb;
		p->pause.fire = start_request;
		if (wait.us > 0 &&
		    vd_loop_timer_set(fb->base.host->loop, &p->pause,
				      vd_mono_add(vd_channel_now(&fb->base), wait)) == VD_OK) {
			return;
		}
	}
	start_request(fb);
}

// At 85 % only replies leave, but for one look now and then that tells whether it fell.
static bool is_usage_high(struct vd_facebook_channel *fb)
{
	enum vd_facebook_endpoint endpoint = vd_facebook_step_endpoint(fb->poll.step);
	int percent = fb->rates[endpoint].usage_percent;
	if (percent < USAGE_SLOW) {
		return false;
	}
	bool is_early = vd_channel_now(&fb->base).us < fb->rate_next[endpoint].us;
	bool is_used_up = percent >= USAGE_WRITES_ONLY && fb->was_read[endpoint];
	if (percent >= USAGE_WRITES_ONLY && (is_early || is_used_up)) {
		char detail[VD_DETAIL_BYTES];
		snprintf(detail, sizeof(detail),
			 "%d %% of Facebook's calls are used up, only replies leave: wait, it is "
			 "looked at every quarter of an hour",
			 percent);
		note_trouble(fb, VD_HEALTH_RATE, detail);
		fb->trouble[fb->poll.step].health = VD_HEALTH_STARTING;
	}
	return is_early || is_used_up;
}

static bool begin_step(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	struct vd_mono now = vd_channel_now(&fb->base);
	struct vd_rate *rate = &fb->rates[vd_facebook_step_endpoint(p->step)];
	struct vd_mono next = vd_rate_next(rate, vd_channel_read_class(&fb->base), now);
	bool is_high = is_usage_high(fb);
	if (!vd_channel_is_due(&fb->base, p->step)) {
		p->n_nodes = 0;
		p->node = 0;
		return false;
	}
	if (next.us <= now.us && !is_high) {
		return vd_facebook_step_begin(fb);
	}
	if (p->step == VD_FACEBOOK_STEP_FEED && !is_high) {
		p->report.not_before = next;
		note_trouble(fb, VD_HEALTH_RATE,
			     "Facebook's rate limit is used up: wait, it is tried again");
	}
	p->n_nodes = 0; // what was queued is found again: the cursor stays
	p->node = 0;
	return false;
}

static void next_step(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	while (p->step < VD_FACEBOOK_STEP_N && !begin_step(fb)) {
		p->step++;
	}
	if (p->step < VD_FACEBOOK_STEP_N) {
		request_page(fb);
	} else {
		end_poll(fb);
	}
}

void vd_facebook_poll_start(struct vd_channel *channel)
{
	struct vd_facebook_channel *fb = vd_facebook_of(channel);
	struct vd_facebook_poll *p = &fb->poll;
	p->is_running = true;
	p->step = VD_FACEBOOK_STEP_ME;
	p->lost_before = channel->host->lost_turns(channel->host->ctx);
	p->n_good = 0;
	p->n_nodes = 0;
	p->node = 0;
	p->n_checks = 0;
	memset(fb->was_read, 0, sizeof(fb->was_read));
	p->report = (struct vd_poll_report){ .health = VD_HEALTH_GOOD };
	fb->trouble[VD_FACEBOOK_STEP_ME].health = VD_HEALTH_STARTING;
	if (!vd_secret_is_set(&channel->account.token)) {
		note_trouble(fb, VD_HEALTH_AUTH, "no token is set for this account: sign it in");
		end_poll(fb);
		return;
	}
	next_step(fb);
}
