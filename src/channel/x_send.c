// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "channel/job.h"
#include "channel/text_count.h"
#include "channel/x.h"

#define URL_BYTES 2048
#define BODY_BYTES (4 * VD_TEXT_BYTES)
#define LOOK_PAGES_MOST 5
#define AUTH_WAIT_S 300
#define POLICY_WAIT_S 3600 // the account may send no direct messages, to nobody
#define OWN_ID_WAIT_S 60
#define GUARDED_S 900

static void look_page(struct vd_job *job);

static struct vd_x_channel *x_of(const struct vd_job *job)
{
	return vd_x_of(job->channel);
}

// "ID" of a conversation that is known, else "with/ID" of the person; false where neither is.
static bool dm_conversation(const struct vd_outbox_entry *entry, char *out, size_t cap)
{
	struct vd_span thread = vd_span_of(entry->thread_id);
	struct vd_span prefix = VD_SPAN("dm:");
	int n = -1;
	if (vd_span_has_prefix(thread, prefix) && thread.n > prefix.n) {
		n = snprintf(out, cap, "%s", entry->thread_id + prefix.n);
	} else if (vd_x_id_is_valid(vd_span_of(entry->recipient_id))) {
		n = snprintf(out, cap, "with/%s", entry->recipient_id);
	}
	bool is_safe = n > 0 && (size_t)n < cap;
	for (size_t i = 0; is_safe && out[i] != '\0'; i++) {
		is_safe = strchr("0123456789-/abcdefghijklmnopqrstuvwxyz", out[i]) != NULL;
	}
	return is_safe;
}

// ---- the send
// --------------------------------------------------------------------------------------

static struct vd_dur wait_of(const struct vd_job *job, const struct vd_x_problem *problem)
{
	if (problem->health == VD_HEALTH_RATE) {
		return vd_job_wait(job, vd_rate_next(job->exchange.rate, VD_RATE_WRITE,
						     vd_channel_now(job->channel)));
	}
	if (problem->health == VD_HEALTH_MONEY) {
		return vd_x_money_wait(x_of(job), problem);
	}
	return vd_dur_s(problem->kind == VD_X_PROBLEM_DM_POLICY ? POLICY_WAIT_S : AUTH_WAIT_S);
}

static const struct {
	enum vd_send_outcome outcome;
	enum vd_err err;
} outcomes[VD_X_PROBLEM_N] = {
	[VD_X_PROBLEM_OUTAGE] = { VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN },
	[VD_X_PROBLEM_AUTH] = { VD_SEND_RETRY, VD_ERR_AUTH },
	[VD_X_PROBLEM_PERMISSION] = { VD_SEND_REFUSED, VD_ERR_PERMISSION },
	[VD_X_PROBLEM_APP] = { VD_SEND_REFUSED, VD_ERR_PERMISSION },
	[VD_X_PROBLEM_TOKEN_KIND] = { VD_SEND_REFUSED, VD_ERR_PERMISSION },
	[VD_X_PROBLEM_RATE] = { VD_SEND_RETRY, VD_ERR_RATE },
	[VD_X_PROBLEM_CAP] = { VD_SEND_RETRY, VD_ERR_MONEY },
	[VD_X_PROBLEM_MONEY] = { VD_SEND_RETRY, VD_ERR_MONEY },
	[VD_X_PROBLEM_DIALECT] = { VD_SEND_REFUSED, VD_ERR_UNSUPPORTED },
	[VD_X_PROBLEM_SINCE_OLD] = { VD_SEND_REFUSED, VD_ERR_REFUSED },
	[VD_X_PROBLEM_TOKEN] = { VD_SEND_REFUSED, VD_ERR_REFUSED },
	// "It did arrive", by an attempt that we lost sight of, or as another post: looked up.
	[VD_X_PROBLEM_DUPLICATE] = { VD_SEND_UNCERTAIN, VD_ERR_EXISTS },
	[VD_X_PROBLEM_NOT_SUMMONED] = { VD_SEND_REFUSED, VD_ERR_REFUSED },
	[VD_X_PROBLEM_REPLIES_LIMITED] = { VD_SEND_REFUSED, VD_ERR_REFUSED },
	[VD_X_PROBLEM_PARENT_GONE] = { VD_SEND_REFUSED, VD_ERR_NOT_FOUND },
	[VD_X_PROBLEM_TOO_LONG] = { VD_SEND_REFUSED, VD_ERR_TOO_LARGE },
	[VD_X_PROBLEM_DM_CLOSED] = { VD_SEND_REFUSED, VD_ERR_REFUSED },
	// Not this person's doing: nothing is said about the channel to them.
	[VD_X_PROBLEM_DM_POLICY] = { VD_SEND_RETRY, VD_ERR_PERMISSION },
	[VD_X_PROBLEM_NOT_FOUND] = { VD_SEND_REFUSED, VD_ERR_NOT_FOUND },
	[VD_X_PROBLEM_REFUSED] = { VD_SEND_REFUSED, VD_ERR_REFUSED },
};

static void end_problem(struct vd_job *job, const struct vd_answer *answer)
{
	struct vd_x_problem problem;
	vd_x_problem_parse(answer->response->status, answer->response->body, &problem);
	char words[VD_DETAIL_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, words, sizeof(words));
	const char *scope = vd_job_is_private(job) ? "dm.write" : "tweet.write";
	vd_x_problem_print(&problem, answer->response->status, job->is_look_up ? NULL : scope,
			   &buf);
	enum vd_send_outcome outcome = outcomes[problem.kind].outcome;
	enum vd_err err = outcomes[problem.kind].err;
	if (job->is_look_up && outcome != VD_SEND_RETRY) {
		outcome = VD_SEND_UNCERTAIN; // the look-up failed: nothing is known about the send
		err = VD_ERR_UNCERTAIN;
	}
	struct vd_dur wait = outcome == VD_SEND_RETRY ? wait_of(job, &problem)
						      : (struct vd_dur){ 0 };
	if (problem.kind == VD_X_PROBLEM_DM_POLICY) {
		vd_rate_block(job->exchange.rate, vd_channel_now(job->channel), wait);
	}
	vd_job_end(job, outcome, err, words, wait);
}

void vd_x_arrived(struct vd_channel *channel, const struct vd_outbox_entry *entry,
		  const char *network_id)
{
	enum vd_resource resource = VD_RESOURCE_WRITE_POST;
	if (entry->visibility == VD_VISIBILITY_PRIVATE) {
		resource = VD_RESOURCE_WRITE_DM;
	} else if (vd_text_has_link(entry->text)) {
		resource = VD_RESOURCE_WRITE_POST_WITH_URL;
	} else if (entry->parent_id[0] != '\0') {
		resource = VD_RESOURCE_WRITE_SUMMONED_REPLY;
	}
	vd_x_bill(vd_x_of(channel), resource, vd_span_of(network_id), false);
}

// X refuses the same words twice (facts 1.8: "duplicate content"), so that a second attempt of a
// public reply tells whether the first arrived. For how long it does isn't written down: it is
// relied on for minutes. Direct messages have no such rule.
bool vd_x_is_guarded(const struct vd_channel *channel, const struct vd_outbox_entry *entry,
		     struct vd_wall now)
{
	(void)channel;
	struct vd_wall first = entry->attempts > 1 ? entry->created : entry->attempted;
	return entry->visibility == VD_VISIBILITY_PUBLIC &&
	       vd_wall_sub(now, first).us < GUARDED_S * VD_US_PER_S;
}

static void bill_write(const struct vd_job *job, const char *id)
{
	vd_x_arrived(job->channel, job->entry, id);
}

static void on_sent(void *ctx, const struct vd_answer *answer)
{
	struct vd_job *job = ctx;
	char id[VD_X_ID_BYTES];
	if (answer->err != VD_OK) {
		vd_job_end_trouble(job, answer, "X");
		return;
	}
	int status = answer->response->status;
	if (status < 200 || status >= 300) {
		end_problem(job, answer);
		return;
	}
	const char *name = vd_job_is_private(job) ? "dm_event_id" : "id";
	if (vd_x_id_parse(answer->response->body, name, id) != VD_OK) {
		vd_job_end(job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN,
			   "X took the reply, but its answer can't be read: it is looked up",
			   (struct vd_dur){ 0 });
		return;
	}
	bill_write(job, id);
	vd_job_end_done(job, id, vd_x_time_of_id(vd_span_of(id)));
}

static void start_send(struct vd_job *job)
{
	char conversation[VD_ID_BYTES] = "";
	struct vd_x_channel *x = x_of(job);
	char memory[URL_BYTES];
	struct vd_buf url;
	struct vd_buf body;
	vd_buf_init(&url, memory, sizeof(memory));
	vd_buf_init_heap(&body, BODY_BYTES);
	const char *base = vd_channel_base_url(&x->base);
	job->exchange.rate = &x->rates[vd_job_is_private(job) ? VD_X_EP_DM_SEND : VD_X_EP_POST];
	if (vd_job_is_private(job)) {
		(void)dm_conversation(job->entry, conversation, sizeof(conversation));
		vd_x_url_dm_send(&url, base, conversation);
		vd_x_body_dm(&body, job->entry->text);
	} else {
		vd_x_url_post(&url, base);
		vd_x_body_post(&body, job->entry->text, vd_span_of(job->entry->parent_id),
			       vd_span_of(job->entry->invites_dm ? x->user_id : ""));
	}
	if (vd_buf_check(&body) != VD_OK || vd_buf_check(&url) != VD_OK) {
		vd_job_end_later(job, VD_SEND_REFUSED, VD_ERR_TOO_LARGE,
				 "the reply is too long to be sent", (struct vd_dur){ 0 });
	} else {
		job->exchange.done = on_sent;
		vd_exchange_start(&job->exchange, vd_buf_span(&url), vd_buf_span(&body));
	}
	vd_buf_deinit(&body);
}

// ---- before a public reply: is the post still there?
// ------------------------------------------------

static void check_parent(struct vd_job *job);

// True where the post is gone; whatever else the answer says, the send decides.
static bool take_parent(struct vd_job *job, struct vd_span body)
{
	struct vd_x_channel *x = x_of(job);
	struct vd_x_page page;
	struct vd_diag diag = { 0 };
	struct vd_span parent = vd_span_of(job->entry->parent_id);
	if (vd_x_page_parse(body, VD_X_LOOKUP, &page, &diag) != VD_OK) {
		return false;
	}
	vd_x_bill_page(x, &page, VD_X_LOOKUP, false);
	bool is_gone = vd_x_page_is_gone(&page, parent);
	if (vd_x_take_lookup(x, &page, parent, &diag) != VD_OK) {
		vd_warn(x->base.host->log, "x", "%s: %s", x->base.self->name, diag.text);
	}
	vd_x_page_deinit(&page);
	return is_gone;
}

static bool is_other_dialect(const struct vd_answer *answer)
{
	struct vd_x_problem problem;
	vd_x_problem_parse(answer->response->status, answer->response->body, &problem);
	return problem.kind == VD_X_PROBLEM_DIALECT;
}

static void on_checked(void *ctx, const struct vd_answer *answer)
{
	struct vd_job *job = ctx;
	if (answer->err != VD_OK) { // nothing was sent yet: surely
		char words[VD_DETAIL_BYTES];
		(void)vd_answer_trouble(answer, "X", words);
		vd_job_end(job, VD_SEND_RETRY, answer->err, words, (struct vd_dur){ 0 });
		return;
	}
	int status = answer->response->status;
	if (status == 400 && job->tries == 0 && is_other_dialect(answer)) {
		const struct vd_channel_host *host = job->channel->host;
		job->tries++;
		vd_x_switch_dialect(x_of(job), host->lost_turns(host->ctx));
		check_parent(job);
	} else if (status == 200 && take_parent(job, answer->response->body)) {
		vd_job_end(job, VD_SEND_REFUSED, VD_ERR_NOT_FOUND,
			   "the post was deleted or hidden meanwhile: close the conversation",
			   (struct vd_dur){ 0 });
	} else {
		vd_job_leave(job, start_send);
	}
}

static void check_parent(struct vd_job *job)
{
	struct vd_x_channel *x = x_of(job);
	char memory[URL_BYTES];
	struct vd_buf url;
	vd_buf_init(&url, memory, sizeof(memory));
	vd_x_url_lookup(&url, vd_channel_base_url(&x->base), x->dialect,
			vd_span_of(job->entry->parent_id));
	job->exchange.rate = &x->rates[VD_X_EP_LOOKUP];
	job->exchange.done = on_checked;
	vd_exchange_start(&job->exchange, vd_buf_span(&url), (struct vd_span){ 0 });
}

static void begin_send(struct vd_job *job)
{
	struct vd_x_channel *x = x_of(job);
	struct vd_mono now = vd_channel_now(job->channel);
	bool is_check = !vd_job_is_private(job) &&
			vd_x_id_is_valid(vd_span_of(job->entry->parent_id)) &&
			vd_rate_next(&x->rates[VD_X_EP_LOOKUP], VD_RATE_WRITE, now).us <= now.us;
	if (is_check) {
		check_parent(job);
	} else {
		vd_job_leave(job, start_send);
	}
}

void vd_x_send(struct vd_channel *channel, const struct vd_outbox_entry *entry)
{
	struct vd_x_channel *x = vd_x_of(channel);
	struct vd_job *job = vd_job_create(channel, &x->sends, entry);
	if (job == NULL) {
		return;
	}
	char conversation[VD_ID_BYTES];
	if (vd_job_is_private(job) && !dm_conversation(entry, conversation, sizeof(conversation))) {
		vd_job_end_later(job, VD_SEND_REFUSED, VD_ERR_ARGUMENT,
				 "it isn't known whom the direct message is for: reply in public",
				 (struct vd_dur){ 0 });
		return;
	}
	if (entry->invites_dm && !vd_x_know_user_id(x)) {
		vd_job_end_later(job, VD_SEND_RETRY, VD_AGAIN,
				 "the account's own id isn't known yet: it waits",
				 vd_dur_s(OWN_ID_WAIT_S));
		return;
	}
	struct vd_mono now = vd_channel_now(channel);
	const struct vd_rate *rate =
		&x->rates[vd_job_is_private(job) ? VD_X_EP_DM_SEND : VD_X_EP_POST];
	struct vd_mono next = vd_rate_next(rate, VD_RATE_WRITE, now);
	if (next.us > now.us) {
		vd_job_end_later(job, VD_SEND_RETRY, VD_ERR_RATE,
				 "X's rate limit for replies is used up: it waits",
				 vd_job_wait(job, next));
		return;
	}
	begin_send(job);
}

// ---- the look-up
// -----------------------------------------------------------------------------------

static bool is_ours(const struct vd_job *job, const struct vd_x_item *item)
{
	if (item->published.us < vd_job_since(job).us ||
	    !vd_span_is_text(item->author_id, x_of(job)->user_id)) {
		return false;
	}
	bool is_place = vd_job_is_private(job) ||
			vd_span_is_text(item->parent, job->entry->parent_id);
	if (!is_place) {
		return false;
	}
	// What the network shows is what we would show: sanitised.
	size_t n = vd_utf8_sanitise(item->text, x_of(job)->text, VD_TEXT_BYTES, NULL);
	return vd_x_is_same_text(job->entry->text, vd_span_make(x_of(job)->text, n));
}

static bool is_past(const struct vd_job *job, const struct vd_x_page *page)
{
	return page->n > 0 && page->items[page->n - 1].published.us < vd_job_since(job).us;
}

static void end_not_found(struct vd_job *job)
{
	vd_job_end(job, VD_SEND_NOT_FOUND, VD_ERR_NOT_FOUND, "X doesn't show this reply",
		   (struct vd_dur){ 0 });
}

static void on_look_page(struct vd_job *job, const struct vd_x_page *page)
{
	char id[VD_X_ID_BYTES];
	for (size_t i = 0; i < page->n; i++) {
		if (is_ours(job, &page->items[i]) &&
		    vd_span_copy(page->items[i].key, id, sizeof(id)) == VD_OK) {
			bill_write(job, id);
			vd_job_end_done(job, id, vd_x_time_of_id(vd_span_of(id)));
			return;
		}
	}
	if (page->next_token.n == 0 || is_past(job, page)) {
		end_not_found(job);
	} else if (++job->pages >= LOOK_PAGES_MOST ||
		   vd_span_copy(page->next_token, job->token, sizeof(job->token)) != VD_OK) {
		vd_job_end(job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN,
			   "too much was posted since: look on X whether the reply is there",
			   (struct vd_dur){ 0 });
	} else {
		look_page(job);
	}
}

static void on_looked(void *ctx, const struct vd_answer *answer)
{
	struct vd_job *job = ctx;
	if (answer->err != VD_OK) {
		vd_job_end_trouble(job, answer, "X");
		return;
	}
	int status = answer->response->status;
	if (status != 200) {
		struct vd_x_problem problem;
		vd_x_problem_parse(status, answer->response->body, &problem);
		if (problem.kind == VD_X_PROBLEM_DIALECT && job->tries == 0) {
			const struct vd_channel_host *host = job->channel->host;
			job->tries++;
			vd_x_switch_dialect(x_of(job), host->lost_turns(host->ctx));
			look_page(job);
			return;
		}
		end_problem(job, answer);
		return;
	}
	struct vd_x_page page;
	struct vd_diag diag = { 0 };
	enum vd_x_page_kind kind = vd_job_is_private(job) ? VD_X_DMS : VD_X_POSTS;
	if (vd_x_page_parse(answer->response->body, kind, &page, &diag) != VD_OK) {
		vd_job_end(job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN, diag.text,
			   (struct vd_dur){ 0 });
		return;
	}
	vd_x_bill_page(x_of(job), &page, kind,
		       kind == VD_X_POSTS && job->channel->account.is_app_owner);
	on_look_page(job, &page);
	vd_x_page_deinit(&page);
}

static void look_page(struct vd_job *job)
{
	struct vd_x_channel *x = x_of(job);
	char memory[URL_BYTES];
	char since[VD_X_ID_BYTES];
	char conversation[VD_ID_BYTES] = "";
	struct vd_buf url;
	vd_buf_init(&url, memory, sizeof(memory));
	vd_x_id_of_time(vd_job_since(job), since);
	struct vd_x_query q = { .dialect = x->dialect,
				.token = vd_span_of(job->token),
				.max_results = 100 };
	if (vd_job_is_private(job)) {
		q.max_results = 20;
		(void)dm_conversation(job->entry, conversation, sizeof(conversation));
		vd_x_url_dms(&url, vd_channel_base_url(&x->base), conversation, &q);
	} else {
		q.since_id = vd_span_of(since);
		vd_x_url_own(&url, vd_channel_base_url(&x->base), x->user_id, &q);
	}
	job->exchange.rate = &x->rates[vd_job_is_private(job) ? VD_X_EP_DMS : VD_X_EP_OWN];
	job->exchange.done = on_looked;
	vd_exchange_start(&job->exchange, vd_buf_span(&url), (struct vd_span){ 0 });
}

static void on_settled(struct vd_job *job)
{
	struct vd_x_channel *x = x_of(job);
	if (!vd_x_know_user_id(x)) { // the first poll will learn it
		vd_job_end(job, VD_SEND_RETRY, VD_AGAIN,
			   "the account's own id isn't known yet: it waits",
			   vd_dur_s(OWN_ID_WAIT_S));
		return;
	}
	look_page(job);
}

void vd_x_look_up(struct vd_channel *channel, const struct vd_outbox_entry *entry)
{
	struct vd_x_channel *x = vd_x_of(channel);
	struct vd_job *job = vd_job_create(channel, &x->sends, entry);
	if (job != NULL) {
		vd_job_settle(job, on_settled);
	}
}
