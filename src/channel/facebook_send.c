// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "care/window.h"
#include "channel/facebook.h"
#include "channel/job.h"

#define BODY_BYTES (4 * VD_TEXT_BYTES)
#define LOOK_PAGES_MOST 3
#define AUTH_WAIT_S 300
#define SHORT_WAIT_S 10
#define RATE_WAIT_S 900
#define BLOCKED_WAIT_S (4 * 3600)

static const struct vd_dur no_wait = { 0 };

static void start_send(struct vd_job *job, bool is_human_agent);
static void look_page(struct vd_job *job);

static struct vd_facebook_channel *fb_of(const struct vd_job *job)
{
	return vd_facebook_of(job->channel);
}

static bool is_messenger_thread(const char *thread_id)
{
	return vd_span_has_prefix(vd_span_of(thread_id), VD_SPAN("t_"));
}

static bool is_messenger(const struct vd_outbox_entry *entry)
{
	return is_messenger_thread(entry->thread_id);
}

// The comment or post that is answered.
static const char *node_of(const struct vd_outbox_entry *entry)
{
	return entry->parent_id[0] != '\0' ? entry->parent_id : entry->thread_id;
}

static bool is_post_id(const struct vd_facebook_channel *fb, const char *id)
{
	size_t n = strlen(fb->page_id);
	return n > 0 && strncmp(id, fb->page_id, n) == 0 && id[n] == '_';
}

// ---- the outcome
// -----------------------------------------------------------------------------------

static const struct {
	enum vd_send_outcome outcome;
	enum vd_err err;
	int32_t wait_s; // RETRY
} outcomes[VD_FACEBOOK_PROBLEM_N] = {
	[VD_FACEBOOK_PROBLEM_OUTAGE] = { VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN, 0 },
	[VD_FACEBOOK_PROBLEM_REDUCE] = { VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN, 0 },
	[VD_FACEBOOK_PROBLEM_RATE] = { VD_SEND_RETRY, VD_ERR_RATE, RATE_WAIT_S },
	[VD_FACEBOOK_PROBLEM_SHORT] = { VD_SEND_RETRY, VD_ERR_RATE, SHORT_WAIT_S },
	[VD_FACEBOOK_PROBLEM_BLOCKED] = { VD_SEND_RETRY, VD_ERR_PERMISSION, BLOCKED_WAIT_S },
	[VD_FACEBOOK_PROBLEM_AUTH] = { VD_SEND_RETRY, VD_ERR_AUTH, AUTH_WAIT_S },
	[VD_FACEBOOK_PROBLEM_PERMISSION] = { VD_SEND_REFUSED, VD_ERR_PERMISSION, 0 },
	[VD_FACEBOOK_PROBLEM_PROOF] = { VD_SEND_RETRY, VD_ERR_PERMISSION, AUTH_WAIT_S },
	[VD_FACEBOOK_PROBLEM_GONE] = { VD_SEND_REFUSED, VD_ERR_NOT_FOUND, 0 },
	[VD_FACEBOOK_PROBLEM_WINDOW] = { VD_SEND_REFUSED, VD_ERR_REFUSED, 0 },
	[VD_FACEBOOK_PROBLEM_FEATURE] = { VD_SEND_REFUSED, VD_ERR_PERMISSION, 0 },
	[VD_FACEBOOK_PROBLEM_TOO_OLD] = { VD_SEND_REFUSED, VD_ERR_REFUSED, 0 },
	[VD_FACEBOOK_PROBLEM_RESTRICTED] = { VD_SEND_REFUSED, VD_ERR_PERMISSION, 0 },
	[VD_FACEBOOK_PROBLEM_ALREADY] = { VD_SEND_REFUSED, VD_ERR_REFUSED, 0 },
	[VD_FACEBOOK_PROBLEM_PERSON] = { VD_SEND_REFUSED, VD_ERR_REFUSED, 0 },
	[VD_FACEBOOK_PROBLEM_DUPLICATE] = { VD_SEND_UNCERTAIN, VD_ERR_EXISTS, 0 },
	[VD_FACEBOOK_PROBLEM_TRANSIENT] = { VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN, 0 },
	[VD_FACEBOOK_PROBLEM_OTHER_APP] = { VD_SEND_REFUSED, VD_ERR_REFUSED, 0 },
	[VD_FACEBOOK_PROBLEM_REFUSED] = { VD_SEND_REFUSED, VD_ERR_REFUSED, 0 },
};

// Nothing else leaves meanwhile: calls made while throttled count, and a policy stop is for the
// whole Page.
static struct vd_dur hold_back(struct vd_job *job, enum vd_facebook_problem_kind kind,
			       const struct vd_answer *answer)
{
	struct vd_facebook_channel *fb = fb_of(job);
	struct vd_mono now = vd_channel_now(job->channel);
	struct vd_dur wait = vd_dur_s(outcomes[kind].wait_s);
	if (kind == VD_FACEBOOK_PROBLEM_RATE) {
		wait = answer->rate.regain.us > 0     ? answer->rate.regain
		       : answer->rate.has_retry_after ? answer->rate.retry_after
						      : wait;
	}
	for (size_t i = 0; i < VD_FACEBOOK_EP_N; i++) {
		bool is_meant = &fb->rates[i] == job->exchange.rate;
		if (kind == VD_FACEBOOK_PROBLEM_BLOCKED ||
		    (is_meant &&
		     (kind == VD_FACEBOOK_PROBLEM_RATE || kind == VD_FACEBOOK_PROBLEM_SHORT))) {
			vd_rate_block(&fb->rates[i], now, wait);
		}
	}
	return wait;
}

static void end_problem(struct vd_job *job, const struct vd_facebook_problem *problem,
			const struct vd_answer *answer)
{
	char words[VD_DETAIL_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, words, sizeof(words));
	vd_facebook_problem_print(problem, &buf);
	enum vd_send_outcome outcome = outcomes[problem->kind].outcome;
	enum vd_err err = outcomes[problem->kind].err;
	struct vd_dur wait = hold_back(job, problem->kind, answer);
	if (job->is_look_up && outcome != VD_SEND_RETRY) {
		outcome = VD_SEND_UNCERTAIN; // the look-up failed: nothing is known about the send
		err = VD_ERR_UNCERTAIN;
	}
	vd_job_end(job, outcome, err, words, outcome == VD_SEND_RETRY ? wait : no_wait);
}

// The one private reply was made before. Ours, by an attempt that we lost sight of? Only what the
// network shows can tell.
static void look_whether_ours(struct vd_job *job)
{
	job->is_look_up = true;
	job->was_refused = true;
	look_page(job);
}

static void on_sent(void *ctx, const struct vd_answer *answer)
{
	struct vd_job *job = ctx;
	char id[VD_ID_BYTES];
	if (answer->err != VD_OK) {
		vd_job_end_trouble(job, answer, "Facebook");
		return;
	}
	if (answer->response->status != 200) {
		struct vd_facebook_problem problem;
		vd_facebook_problem_parse(answer->response->status, answer->response->body,
					  &problem);
		// The first day is over, surely not sent: a person may still answer for seven days.
		if (problem.kind == VD_FACEBOOK_PROBLEM_WINDOW && is_messenger(job->entry) &&
		    job->tries == 0 && job->channel->account.has_human_agent) {
			job->tries++;
			start_send(job, true);
			return;
		}
		if (problem.kind == VD_FACEBOOK_PROBLEM_ALREADY) {
			look_whether_ours(job);
			return;
		}
		end_problem(job, &problem, answer);
		return;
	}
	bool is_private = vd_job_is_private(job);
	if (vd_facebook_id_parse(answer->response->body, is_private ? "message_id" : "id", id) !=
	    VD_OK) {
		vd_job_end(job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN,
			   "Facebook took the reply, but its answer can't be read: it is looked up",
			   no_wait);
		return;
	}
	const char *key = is_private ? id : vd_facebook_comment_id(vd_span_of(id)).p;
	vd_job_end_done(job, key, answer->rate.date);
}

// ---- the send
// --------------------------------------------------------------------------------------

// "id" for Messenger; a private reply to a comment or a visitor's post has no person's conversation
// yet.
static const char *recipient_of(const struct vd_facebook_channel *fb,
				const struct vd_outbox_entry *entry, const char **id)
{
	if (is_messenger(entry)) {
		*id = entry->recipient_id;
		return "id";
	}
	*id = node_of(entry);
	return is_post_id(fb, *id) ? "post_id" : "comment_id";
}

static void start_send(struct vd_job *job, bool is_human_agent)
{
	struct vd_facebook_channel *fb = fb_of(job);
	const struct vd_outbox_entry *entry = job->entry;
	struct vd_facebook_place place = vd_facebook_place_of(fb);
	char memory[VD_FACEBOOK_URL_BYTES];
	struct vd_buf url;
	struct vd_buf body;
	vd_buf_init(&url, memory, sizeof(memory));
	vd_buf_init_heap(&body, BODY_BYTES);
	const char *id = node_of(entry);
	if (vd_job_is_private(job)) {
		const char *recipient = recipient_of(fb, entry, &id);
		vd_facebook_url_send(&url, &place);
		vd_facebook_body_send(&body, recipient, id, is_human_agent, entry->text);
	} else {
		vd_facebook_url_reply(&url, &place, id);
		vd_facebook_body_reply(&body, entry->text);
	}
	if (!vd_facebook_id_is_valid(vd_span_of(id))) {
		vd_job_end_later(job, VD_SEND_REFUSED, VD_ERR_ARGUMENT,
				 "it isn't known to whom the reply belongs: answer on Facebook",
				 no_wait);
	} else if (vd_buf_check(&body) != VD_OK || vd_buf_check(&url) != VD_OK) {
		vd_job_end_later(job, VD_SEND_REFUSED, VD_ERR_TOO_LARGE,
				 "the reply is too long to be sent", no_wait);
	} else {
		job->exchange.done = on_sent;
		vd_exchange_start(&job->exchange, vd_buf_span(&url), vd_buf_span(&body));
	}
	vd_buf_deinit(&body);
}

// ---- the windows: what the network would refuse is not sent
// ----------------------------------------------------------------------------

struct last {
	const char *id; // only this message; NULL: the newest of all
	struct vd_wall at;
};

static bool keep_last(void *ctx, const char *network_id, struct vd_wall published)
{
	struct last *last = ctx;
	bool is_meant = last->id == NULL || strcmp(network_id, last->id) == 0;
	if (is_meant && published.us > last->at.us) {
		last->at = published;
	}
	return true;
}

// When the customer wrote what the window is counted from; not set: not known.
static struct vd_wall counted_from(const struct vd_job *job)
{
	const struct vd_channel_host *host = job->channel->host;
	const struct vd_outbox_entry *entry = job->entry;
	struct last last = { .id = is_messenger(entry) ? NULL : node_of(entry) };
	if (host->known != NULL) {
		(void)!host->known(host->ctx, job->channel->account.account, entry->thread_id,
				   keep_last, &last, NULL);
		return last.at;
	}
	struct vd_open_thread open[VD_FACEBOOK_THREADS_MOST];
	size_t n = vd_channel_open_threads(job->channel, open, VD_FACEBOOK_THREADS_MOST);
	for (size_t i = 0; i < n && is_messenger(entry); i++) {
		if (strcmp(open[i].thread_id, entry->thread_id) == 0) {
			return open[i].last_in;
		}
	}
	return last.at;
}

// Messenger's end. A comment that can't be answered in private any more still can be in public.
struct vd_wall vd_facebook_closes(const struct vd_channel *channel, const char *thread_id,
				  struct vd_wall last_in)
{
	int64_t open_s = channel->account.has_human_agent ? VD_WINDOW_LAST_S : VD_WINDOW_FREE_S;
	return is_messenger_thread(thread_id) && vd_wall_is_set(last_in)
		       ? vd_wall_add(last_in, vd_dur_s(open_s))
		       : (struct vd_wall){ 0 };
}

enum window {
	WINDOW_OPEN, // or not known: the network decides
	WINDOW_HUMAN_AGENT,
	WINDOW_NO_FEATURE,
	WINDOW_OVER,
	WINDOW_PRIVATE_REPLY_OVER,
};

static enum window window_of(const struct vd_job *job)
{
	struct vd_wall from = counted_from(job);
	if (!vd_job_is_private(job) || !vd_wall_is_set(from) ||
	    !vd_clock_is_trusted(job->channel->host->clock)) {
		return WINDOW_OPEN;
	}
	struct vd_window_from asked = {
		.network = VD_NETWORK_FACEBOOK,
		.visibility = is_messenger(job->entry) ? VD_VISIBILITY_PRIVATE
						       : VD_VISIBILITY_PUBLIC,
		.at = from,
	};
	switch (vd_window_ask(&asked, vd_loop_wall(job->channel->host->loop))) {
	case VD_WINDOW_HUMAN_AGENT:
		return job->channel->account.has_human_agent ? WINDOW_HUMAN_AGENT
							     : WINDOW_NO_FEATURE;
	case VD_WINDOW_CLOSED:
		return is_messenger(job->entry) ? WINDOW_OVER : WINDOW_PRIVATE_REPLY_OVER;
	case VD_WINDOW_UNLIMITED:
	case VD_WINDOW_FREE:
	case VD_WINDOW_N:
		break;
	}
	return WINDOW_OPEN;
}

static const char *const closed[] = {
	[WINDOW_OPEN] = NULL,
	[WINDOW_HUMAN_AGENT] = NULL,
	[WINDOW_NO_FEATURE] =
		"Messenger's 24 hours to answer are over, and the account has no Human Agent "
		"feature: ask the customer in public to write again, or set human_agent once Meta "
		"approved it",
	[WINDOW_OVER] = "Messenger's seven days to answer are over: ask the customer in public to "
			"write again",
	[WINDOW_PRIVATE_REPLY_OVER] =
		"a private reply is possible for seven days only: reply in public",
};

static bool is_waiting(struct vd_job *job)
{
	struct vd_mono now = vd_channel_now(job->channel);
	struct vd_mono next = vd_rate_next(job->exchange.rate, VD_RATE_WRITE, now);
	if (next.us <= now.us) {
		return false;
	}
	vd_job_end_later(job, VD_SEND_RETRY, VD_ERR_RATE,
			 "Facebook's rate limit is used up: the reply waits",
			 vd_job_wait(job, next));
	return true;
}

// ---- before it leaves: what was said in its thread meanwhile
// ------------------------------------------------------------------------------------------------

static void post(struct vd_job *job)
{
	start_send(job, job->tries > 0);
}

static void take_thread(struct vd_job *job, struct vd_span body)
{
	struct vd_facebook_channel *fb = fb_of(job);
	const char *thread = job->entry->thread_id;
	struct vd_facebook_page page = { 0 };
	struct vd_facebook_page comments = { 0 };
	struct vd_diag diag = { 0 };
	enum vd_err err;
	if (is_messenger(job->entry)) {
		err = vd_facebook_page_parse(body, VD_FACEBOOK_MESSAGES, &page, &diag);
		err = err == VD_OK ? vd_facebook_take_thread(fb, thread, NULL, &page,
							     VD_VISIBILITY_PRIVATE, &diag)
				   : err;
	} else {
		err = vd_facebook_node_parse(body, VD_FACEBOOK_COMMENTS, &page, &diag);
		if (err == VD_OK && page.items[0].comments != NULL) {
			err = vd_facebook_edge_read(page.items[0].comments, VD_FACEBOOK_COMMENTS,
						    &comments, &diag);
		}
		err = err == VD_OK ? vd_facebook_take_thread(fb, thread, &page.items[0], &comments,
							     VD_VISIBILITY_PUBLIC, &diag)
				   : err;
	}
	if (err != VD_OK) {
		vd_warn(fb->base.host->log, "facebook", "%s: %s", fb->base.self->name, diag.text);
	}
	vd_facebook_page_deinit(&comments);
	vd_facebook_page_deinit(&page);
}

// Whatever the answer says but that it waits: the send decides.
static void on_read(void *ctx, const struct vd_answer *answer)
{
	struct vd_job *job = ctx;
	if (is_messenger(job->entry)) {
		vd_facebook_messenger_note(fb_of(job));
	}
	if (answer->err != VD_OK) { // nothing was sent yet: surely
		char words[VD_DETAIL_BYTES];
		(void)vd_answer_trouble(answer, "Facebook", words);
		vd_job_end(job, VD_SEND_RETRY, answer->err, words, no_wait);
		return;
	}
	struct vd_facebook_problem problem = { .kind = VD_FACEBOOK_PROBLEM_REFUSED };
	if (answer->response->status == 200) {
		take_thread(job, answer->response->body);
	} else {
		vd_facebook_problem_parse(answer->response->status, answer->response->body,
					  &problem);
	}
	enum vd_send_outcome outcome = outcomes[problem.kind].outcome;
	if (outcome == VD_SEND_RETRY || outcome == VD_SEND_UNCERTAIN) {
		char words[VD_DETAIL_BYTES];
		struct vd_buf buf;
		vd_buf_init(&buf, words, sizeof(words));
		vd_facebook_problem_print(&problem, &buf);
		struct vd_dur wait = hold_back(job, problem.kind, answer);
		vd_job_end(job, VD_SEND_RETRY, outcomes[problem.kind].err, words, wait);
	} else {
		vd_job_leave(job, post);
	}
}

static void read_thread(void *ctx)
{
	struct vd_job *job = ctx;
	struct vd_facebook_place place = vd_facebook_place_of(fb_of(job));
	char memory[VD_FACEBOOK_URL_BYTES];
	struct vd_buf url;
	vd_buf_init(&url, memory, sizeof(memory));
	if (is_messenger(job->entry)) {
		vd_facebook_url_messages(&url, &place, job->entry->thread_id, 20);
	} else {
		vd_facebook_url_node(&url, &place, job->entry->thread_id, 25);
	}
	job->exchange.done = on_read;
	vd_exchange_start(&job->exchange, vd_buf_span(&url), (struct vd_span){ 0 });
}

static void begin_send(struct vd_job *job)
{
	const struct vd_channel_host *host = job->channel->host;
	struct vd_dur wait = is_messenger(job->entry) ? vd_facebook_messenger_wait(fb_of(job))
						      : no_wait;
	job->timer.ctx = job;
	job->timer.fire = read_thread;
	if (!vd_facebook_id_is_valid(vd_span_of(job->entry->thread_id))) {
		vd_job_leave(job, post);
	} else if (wait.us <= 0 ||
		   vd_loop_timer_set(host->loop, &job->timer,
				     vd_mono_add(vd_loop_now(host->loop), wait)) != VD_OK) {
		read_thread(job);
	}
}

// A comment or a visitor's post gets one private reply, and Facebook refuses another: the second
// attempt tells. Comments and messages are taken as often as they are sent.
bool vd_facebook_is_guarded(const struct vd_channel *channel, const struct vd_outbox_entry *entry,
			    struct vd_wall now)
{
	(void)channel;
	(void)now;
	return entry->visibility == VD_VISIBILITY_PRIVATE && !is_messenger(entry);
}

static void set_rate(struct vd_job *job)
{
	enum vd_facebook_endpoint endpoint = vd_job_is_private(job) ? VD_FACEBOOK_EP_MESSENGER
								    : VD_FACEBOOK_EP_PAGE;
	job->exchange.rate = &fb_of(job)->rates[endpoint];
}

void vd_facebook_send(struct vd_channel *channel, const struct vd_outbox_entry *entry)
{
	struct vd_facebook_channel *fb = vd_facebook_of(channel);
	struct vd_job *job = vd_job_create(channel, &fb->sends, entry);
	if (job == NULL) {
		return;
	}
	set_rate(job);
	if (!vd_facebook_know_page(fb)) {
		vd_job_end_later(job, VD_SEND_RETRY, VD_AGAIN,
				 "the Page's own id isn't known yet: the reply waits",
				 vd_dur_s(60));
		return;
	}
	enum window window = window_of(job);
	if (closed[window] != NULL) {
		vd_job_end_later(job, VD_SEND_REFUSED, VD_ERR_REFUSED, closed[window], no_wait);
	} else if (!is_waiting(job)) {
		job->tries = window == WINDOW_HUMAN_AGENT ? 1 : 0;
		begin_send(job);
	}
}

// ---- the look-up
// -----------------------------------------------------------------------------------

static int64_t earliest_us(const struct vd_job *job)
{
	return vd_job_since(job).us;
}

static bool is_ours(const struct vd_job *job, const struct vd_facebook_item *item)
{
	struct vd_facebook_channel *fb = fb_of(job);
	if (item->created.us < earliest_us(job) || !vd_span_is_text(item->from_id, fb->page_id)) {
		return false;
	}
	size_t n = vd_utf8_sanitise(item->text, fb->text, VD_TEXT_BYTES, NULL);
	return vd_channel_is_same_text(job->entry->text, vd_span_make(fb->text, n));
}

static const struct vd_facebook_item *find_ours(const struct vd_job *job,
						const struct vd_facebook_page *page)
{
	for (size_t i = 0; i < page->n; i++) {
		if (is_ours(job, &page->items[i])) {
			return &page->items[i];
		}
	}
	return NULL;
}

static void end_found(struct vd_job *job, const struct vd_facebook_item *item)
{
	char id[VD_ID_BYTES];
	struct vd_span key = vd_job_is_private(job) ? item->id : vd_facebook_comment_id(item->id);
	if (vd_span_copy(key, id, sizeof(id)) == VD_OK) {
		vd_job_end_done(job, id, item->created);
	} else {
		vd_job_end(job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN, "the reply's id can't be kept",
			   no_wait);
	}
}

static void end_not_found(struct vd_job *job, const char *words)
{
	if (!job->was_refused) {
		vd_job_end(job, VD_SEND_NOT_FOUND, VD_ERR_NOT_FOUND, words, no_wait);
	} else if (job->entry->attempts > 1) { // an earlier attempt may be it after all
		vd_job_end(job, VD_SEND_UNCERTAIN, VD_ERR_EXISTS,
			   "this comment had its one private reply, but not with these words: look "
			   "in the Page's inbox whether it is there",
			   no_wait);
	} else {
		vd_job_end(job, VD_SEND_REFUSED, VD_ERR_REFUSED,
			   "this comment had its one private reply, with other words: wait for the "
			   "customer to write, or reply in public",
			   no_wait);
	}
}

static void on_list(struct vd_job *job, const struct vd_facebook_page *page)
{
	const struct vd_facebook_item *found = find_ours(job, page);
	bool is_past = page->n > 0 && page->items[page->n - 1].created.us < earliest_us(job);
	struct vd_facebook_place place = vd_facebook_place_of(fb_of(job));
	char memory[VD_FACEBOOK_URL_BYTES];
	struct vd_buf url;
	vd_buf_init(&url, memory, sizeof(memory));
	if (found != NULL) {
		end_found(job, found);
	} else if (page->next.n == 0 || is_past) {
		end_not_found(job, "Facebook doesn't show this reply");
	} else if (++job->pages >= LOOK_PAGES_MOST ||
		   vd_facebook_url_next(&url, &place, page->next) != VD_OK) {
		vd_job_end(
			job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN,
			"too much was written since: look on Facebook whether the reply is there",
			no_wait);
	} else {
		vd_exchange_start(&job->exchange, vd_buf_span(&url), (struct vd_span){ 0 });
	}
}

// What a private reply opened: {"private_reply_conversation":{"id","messages":{"data":[...]}}} of
// the comment, or {"data":[{"id","messages":...}]} of the person who wrote the post.
static void on_conversation(struct vd_job *job, struct vd_span body)
{
	cJSON *tree = vd_json_parse(body, NULL);
	const cJSON *list = vd_json_get(tree, "data");
	const cJSON *opened = vd_json_get(tree, "private_reply_conversation");
	const cJSON *one = cJSON_IsArray(list) ? list->child : opened;
	const cJSON *messages = vd_json_get(one, "messages");
	bool is_answer = cJSON_IsArray(list) || vd_json_text(tree, "id").n > 0;
	bool is_open = cJSON_IsArray(list) || vd_json_bool(tree, "can_reply_privately", false);
	struct vd_facebook_page page = { 0 };
	if (!is_answer) {
		vd_job_end(job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN,
			   "Facebook sent what can't be read", no_wait);
	} else if (vd_facebook_edge_read(messages, VD_FACEBOOK_MESSAGES, &page, NULL) == VD_OK) {
		page.next = (struct vd_span){ 0 }; // ten are enough for the minutes since
		on_list(job, &page);
	} else if (is_open || job->was_refused) {
		end_not_found(job, "Facebook shows no private reply to this");
	} else {
		vd_job_end(job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN,
			   "a private reply was made, but Facebook doesn't show it: look in the "
			   "Page's inbox",
			   no_wait);
	}
	vd_facebook_page_deinit(&page);
	vd_json_free(tree);
}

static void on_looked(void *ctx, const struct vd_answer *answer)
{
	struct vd_job *job = ctx;
	struct vd_diag diag = { 0 };
	if (answer->err != VD_OK) {
		vd_job_end_trouble(job, answer, "Facebook");
		return;
	}
	if (answer->response->status != 200) {
		struct vd_facebook_problem problem;
		vd_facebook_problem_parse(answer->response->status, answer->response->body,
					  &problem);
		end_problem(job, &problem, answer);
		return;
	}
	bool is_private = vd_job_is_private(job);
	if (is_private && !is_messenger(job->entry)) {
		on_conversation(job, answer->response->body);
		return;
	}
	struct vd_facebook_page page;
	enum vd_facebook_kind kind = is_private ? VD_FACEBOOK_MESSAGES : VD_FACEBOOK_COMMENTS;
	if (vd_facebook_page_parse(answer->response->body, kind, &page, &diag) != VD_OK) {
		vd_job_end(job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN, diag.text, no_wait);
		return;
	}
	on_list(job, &page);
	vd_facebook_page_deinit(&page);
}

static void look_page(struct vd_job *job)
{
	struct vd_facebook_place place = vd_facebook_place_of(fb_of(job));
	const struct vd_outbox_entry *entry = job->entry;
	char memory[VD_FACEBOOK_URL_BYTES];
	struct vd_buf url;
	vd_buf_init(&url, memory, sizeof(memory));
	if (!vd_job_is_private(job)) {
		// A reply to a reply hangs at the top comment, which is the thread.
		vd_facebook_url_comments(&url, &place, entry->thread_id, 50);
	} else if (is_messenger(entry)) {
		vd_facebook_url_messages(&url, &place, entry->thread_id, 20);
	} else if (is_post_id(fb_of(job), node_of(entry))) {
		vd_facebook_url_conversation_with(&url, &place, entry->recipient_id);
	} else {
		vd_facebook_url_private_reply(&url, &place, node_of(entry));
	}
	job->exchange.done = on_looked;
	vd_exchange_start(&job->exchange, vd_buf_span(&url), (struct vd_span){ 0 });
}

// Only of a post it must be known who wrote it: a comment names what its private reply opened.
static bool has_place(const struct vd_job *job)
{
	const struct vd_outbox_entry *entry = job->entry;
	if (!vd_job_is_private(job) || is_messenger(entry)) {
		return entry->thread_id[0] != '\0';
	}
	bool is_post = is_post_id(fb_of(job), node_of(entry));
	return (is_post ? entry->recipient_id : node_of(entry))[0] != '\0';
}

static void on_settled(struct vd_job *job)
{
	if (!vd_facebook_know_page(fb_of(job))) {
		vd_job_end(job, VD_SEND_RETRY, VD_AGAIN,
			   "the Page's own id isn't known yet: it waits", vd_dur_s(60));
	} else if (!has_place(job)) {
		vd_job_end(job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN,
			   "it can't be found out: look in the Page's inbox whether the reply is "
			   "there",
			   no_wait);
	} else {
		look_page(job);
	}
}

void vd_facebook_look_up(struct vd_channel *channel, const struct vd_outbox_entry *entry)
{
	struct vd_facebook_channel *fb = vd_facebook_of(channel);
	struct vd_job *job = vd_job_create(channel, &fb->sends, entry);
	if (job != NULL) {
		set_rate(job);
		vd_job_settle(job, on_settled);
	}
}
