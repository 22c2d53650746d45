// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "channel/html_text.h"
#include "channel/job.h"
#include "channel/mastodon.h"

#define URL_BYTES 1024
#define BODY_BYTES (4 * VD_TEXT_BYTES)
#define LOOK_PAGES_MOST 5
#define AUTH_WAIT_S 300
// An own reply to the same message, not older than this before the attempt, may be ours although it
// reads differently: the server may have changed it.
#define NEAR_S 10
// Mastodon keeps a key for an hour.
#define GUARDED_S 3000

static struct vd_mastodon_channel *m_of(const struct vd_job *job)
{
	return vd_mastodon_of(job->channel);
}

static struct vd_dur none(void)
{
	return (struct vd_dur){ 0 };
}

// ---- outcomes -----------------------------------------------------------------------------

static const struct {
	enum vd_send_outcome outcome;
	enum vd_err err;
} outcomes[VD_MASTODON_PROBLEM_N] = {
	[VD_MASTODON_PROBLEM_OUTAGE] = { VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN },
	[VD_MASTODON_PROBLEM_RATE] = { VD_SEND_RETRY, VD_ERR_RATE },
	[VD_MASTODON_PROBLEM_AUTH] = { VD_SEND_RETRY, VD_ERR_AUTH },
	[VD_MASTODON_PROBLEM_SUSPENDED] = { VD_SEND_RETRY, VD_ERR_AUTH },
	[VD_MASTODON_PROBLEM_SCOPE] = { VD_SEND_REFUSED, VD_ERR_PERMISSION },
	[VD_MASTODON_PROBLEM_GONE] = { VD_SEND_REFUSED, VD_ERR_NOT_FOUND },
	[VD_MASTODON_PROBLEM_TOO_LONG] = { VD_SEND_REFUSED, VD_ERR_TOO_LARGE },
	[VD_MASTODON_PROBLEM_INVALID] = { VD_SEND_REFUSED, VD_ERR_REFUSED },
	[VD_MASTODON_PROBLEM_REFUSED] = { VD_SEND_REFUSED, VD_ERR_REFUSED },
};

static struct vd_dur wait_of(const struct vd_job *job, enum vd_mastodon_problem_kind kind)
{
	if (kind == VD_MASTODON_PROBLEM_AUTH || kind == VD_MASTODON_PROBLEM_SUSPENDED) {
		return vd_dur_s(AUTH_WAIT_S);
	}
	return vd_job_wait(
		job, vd_rate_next(job->exchange.rate, VD_RATE_WRITE, vd_channel_now(job->channel)));
}

// `has_posted`: the bytes of the reply itself were on their way; before that, nothing can have
// happened.
static void end_problem(struct vd_job *job, const struct vd_answer *answer, bool has_posted)
{
	int status = answer->response->status;
	struct vd_mastodon_problem problem;
	char words[VD_DETAIL_BYTES];
	struct vd_buf buf;
	vd_mastodon_problem_parse(status, answer->response->body, &problem);
	vd_buf_init(&buf, words, sizeof(words));
	vd_mastodon_problem_print(&problem, status, &buf);
	enum vd_send_outcome outcome = outcomes[problem.kind].outcome;
	enum vd_err err = outcomes[problem.kind].err;
	if (!has_posted && outcome == VD_SEND_UNCERTAIN) {
		outcome = VD_SEND_RETRY;
	}
	if (job->is_look_up && outcome != VD_SEND_RETRY) {
		outcome = VD_SEND_UNCERTAIN; // the look-up failed: nothing is known about the send
		err = VD_ERR_UNCERTAIN;
	}
	vd_job_end(job, outcome, err, words,
		   outcome == VD_SEND_RETRY ? wait_of(job, problem.kind) : none());
}

// A request before the reply itself brought no answer: surely nothing was sent.
static void end_before(struct vd_job *job, const struct vd_answer *answer)
{
	char words[VD_DETAIL_BYTES];
	(void)vd_answer_trouble(answer, "Mastodon", words);
	vd_job_end(job, VD_SEND_RETRY, answer->err, words, none());
}

static void refuse(struct vd_job *job, enum vd_err err, const char *words)
{
	vd_job_end(job, VD_SEND_REFUSED, err, words, none());
}

static bool is_good(const struct vd_answer *answer)
{
	return answer->response->status >= 200 && answer->response->status < 300;
}

static void get(struct vd_job *job, struct vd_buf *url,
		void (*done)(void *ctx, const struct vd_answer *answer))
{
	job->exchange.rate = &m_of(job)->rates[VD_MASTODON_EP_READ];
	job->exchange.done = done;
	job->exchange.method = NULL;
	job->exchange.header = (struct vd_http_header){ 0 };
	vd_exchange_start(&job->exchange, vd_buf_span(url), (struct vd_span){ 0 });
}

// ---- the reply itself ---------------------------------------------------------------------

static void on_taken_back(void *ctx, const struct vd_answer *answer)
{
	struct vd_job *job = ctx;
	bool is_gone = answer->err == VD_OK && (is_good(answer) || answer->response->status == 404);
	refuse(job, VD_ERR_PERMISSION,
	       is_gone ? "the server showed the direct message to everybody: it was deleted at "
			 "once; don't send direct messages through this server"
		       : "the server shows the direct message to everybody: delete it there, now");
}

// It should be for one person and isn't: away with it.
static void take_back(struct vd_job *job, const char *id)
{
	struct vd_mastodon_channel *m = m_of(job);
	char memory[URL_BYTES];
	struct vd_buf url;
	vd_buf_init(&url, memory, sizeof(memory));
	vd_error(job->channel->host->log, "mastodon",
		 "%s: the server made a public post of a direct message: %s is deleted",
		 job->channel->self->name, id);
	vd_mastodon_url_status(&url, vd_channel_base_url(&m->base), id);
	job->exchange.rate = &m->rates[VD_MASTODON_EP_POST];
	job->exchange.done = on_taken_back;
	job->exchange.method = "DELETE";
	job->exchange.header = (struct vd_http_header){ 0 };
	vd_exchange_start(&job->exchange, vd_buf_span(&url), (struct vd_span){ 0 });
}

static void end_done(struct vd_job *job, const struct vd_mastodon_item *item)
{
	char name[VD_ID_BYTES];
	if (!vd_mastodon_name(m_of(job), "", item->id, name)) {
		vd_job_end(job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN,
			   "the server took the reply, but its name is too long: look there",
			   none());
		return;
	}
	(void)vd_mastodon_known_add(&m_of(job)->knowns, item, true);
	vd_job_end_done(job, name, item->published);
}

static void on_posted(void *ctx, const struct vd_answer *answer)
{
	struct vd_job *job = ctx;
	struct vd_mastodon_page page;
	char id[VD_MASTODON_ID_BYTES];
	if (answer->err != VD_OK) {
		vd_job_end_trouble(job, answer, "Mastodon");
		return;
	}
	if (!is_good(answer)) {
		end_problem(job, answer, true);
		return;
	}
	if (vd_mastodon_page_parse(answer->response->body, VD_MASTODON_STATUS, &page, NULL) !=
	    VD_OK) {
		vd_job_end(
			job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN,
			"the server took the reply, but its answer can't be read: it is looked up",
			none());
		return;
	}
	const struct vd_mastodon_item *item = &page.items[0];
	bool has_leaked = vd_job_is_private(job) && !vd_mastodon_is_private(item->audience);
	if (has_leaked && vd_span_copy(item->id, id, sizeof(id)) == VD_OK) {
		take_back(job, id);
	} else {
		end_done(job, item);
	}
	vd_mastodon_page_deinit(&page);
}

// The same for each attempt of an entry, and for nothing else: servers that know it make one post
// of two (for an hour), others ignore it.
static void print_key(const struct vd_job *job, char *out, size_t cap)
{
	const struct vd_outbox_entry *entry = job->entry;
	char made_of[2 * VD_ID_BYTES];
	int n = snprintf(made_of, sizeof(made_of), "%s %s %lld", vd_channel_base_url(job->channel),
			 entry->parent_id, (long long)entry->created.us);
	uint64_t place = vd_channel_hash(vd_span_make(made_of, n > 0 ? strlen(made_of) : 0));
	snprintf(out, cap, "vedetta-%llu-%016llx-%016llx", (unsigned long long)entry->id,
		 (unsigned long long)place, (unsigned long long)vd_channel_hash(entry->text));
}

// Mastodon's own software answers the second attempt with the post of the first.
bool vd_mastodon_is_guarded(const struct vd_channel *channel, const struct vd_outbox_entry *entry,
			    struct vd_wall now)
{
	const struct vd_mastodon_channel *m =
		VD_CONTAINER_OF(channel, const struct vd_mastodon_channel, base);
	struct vd_wall first = entry->attempts > 1 ? entry->created : entry->attempted;
	return m->instance.is_mastodon && vd_wall_sub(now, first).us < GUARDED_S * VD_US_PER_S;
}

// A direct message goes to everybody it names, so it names its reader and nobody else; the desk was
// told so before, but the reader wasn't known then.
static bool may_leave(struct vd_job *job, struct vd_span acct)
{
	const struct vd_mastodon_channel *m = m_of(job);
	size_t n = vd_mastodon_text_count(job->entry->text, m->instance.url_characters) +
		   vd_mastodon_user_of(acct).n + 2;
	if (n > (size_t)m->instance.max_characters) {
		refuse(job, VD_ERR_TOO_LARGE,
		       "with the customer's name in front the reply is too long for the server: "
		       "shorten it");
		return false;
	}
	if (vd_job_is_private(job) && vd_mastodon_first_mention(job->entry->text, acct).n > 0) {
		refuse(job, VD_ERR_REFUSED,
		       "the direct message names somebody else, who would read it too: take the "
		       "name out");
		return false;
	}
	return true;
}

// job->token: "visibility acct".
static void post(struct vd_job *job)
{
	struct vd_mastodon_channel *m = m_of(job);
	struct vd_span acct = vd_span_of(job->token);
	struct vd_span visibility = vd_span_cut(&acct, ' ');
	char audience[16];
	char parent[VD_MASTODON_ID_BYTES];
	char memory[URL_BYTES];
	char key[96];
	struct vd_buf url;
	struct vd_buf body;
	vd_buf_init(&url, memory, sizeof(memory));
	vd_buf_init_heap(&body, BODY_BYTES);
	(void)!vd_span_copy(visibility, audience, sizeof(audience));
	(void)vd_mastodon_unname(m, job->entry->parent_id, parent);
	vd_mastodon_url_post(&url, vd_channel_base_url(&m->base));
	vd_mastodon_body_post(&body, job->entry->text, acct, vd_span_of(parent), audience);
	if (vd_buf_check(&body) != VD_OK || vd_buf_check(&url) != VD_OK) {
		refuse(job, VD_ERR_TOO_LARGE, "the reply is too long to be sent");
	} else {
		print_key(job, key, sizeof(key));
		job->exchange.rate = &m->rates[VD_MASTODON_EP_POST];
		job->exchange.done = on_posted;
		job->exchange.method = NULL;
		job->exchange.header =
			(struct vd_http_header){ VD_SPAN("Idempotency-Key"), vd_span_of(key) };
		vd_exchange_start(&job->exchange, vd_buf_span(&url), vd_buf_span(&body));
		job->exchange.header = (struct vd_http_header){ 0 };
	}
	vd_buf_deinit(&body);
}

// ---- what is asked before -----------------------------------------------------------------

// What the customer said meanwhile; whatever else the answer says, the send decides.
static void on_context(void *ctx, const struct vd_answer *answer)
{
	struct vd_job *job = ctx;
	struct vd_mastodon_page page;
	struct vd_diag diag = { 0 };
	if (answer->err != VD_OK) {
		end_before(job, answer);
		return;
	}
	int status = answer->response->status;
	if (status == 429 || status >= 500) {
		end_problem(job, answer, false);
		return;
	}
	if (is_good(answer) && vd_mastodon_page_parse(answer->response->body, VD_MASTODON_CONTEXT,
						      &page, &diag) == VD_OK) {
		if (vd_mastodon_take_thread(m_of(job), job->entry->thread_id, &page, &diag) !=
		    VD_OK) {
			vd_warn(job->channel->host->log, "mastodon", "%s: %s",
				job->channel->self->name, diag.text);
		}
		vd_mastodon_page_deinit(&page);
	}
	vd_job_leave(job, post);
}

static void read_thread(struct vd_job *job)
{
	struct vd_span acct = vd_span_of(job->token);
	char parent[VD_MASTODON_ID_BYTES];
	char memory[URL_BYTES];
	struct vd_buf url;
	(void)vd_span_cut(&acct, ' ');
	if (!may_leave(job, acct)) {
		return;
	}
	vd_buf_init(&url, memory, sizeof(memory));
	(void)vd_mastodon_unname(m_of(job), job->entry->parent_id, parent);
	vd_mastodon_url_context(&url, vd_channel_base_url(job->channel), parent);
	get(job, &url, on_context);
}

static void on_relationship(void *ctx, const struct vd_answer *answer)
{
	struct vd_job *job = ctx;
	if (answer->err != VD_OK) {
		end_before(job, answer);
	} else if (is_good(answer) && vd_mastodon_is_blocked_by(answer->response->body)) {
		// The server would take it and show it to nobody.
		refuse(job, VD_ERR_REFUSED,
		       "this person has blocked the account: a direct message would not arrive");
	} else if (!is_good(answer) &&
		   (answer->response->status == 401 || answer->response->status == 429 ||
		    answer->response->status >= 500)) {
		end_problem(job, answer, false);
	} else {
		read_thread(job); // not told (no scope for it): nothing stands against
	}
}

// "direct" where the entry is private. A public reply is as public as its parent at most: fail
// closed. NULL: it must not leave.
static const char *visibility_for(const struct vd_job *job, const struct vd_mastodon_item *parent)
{
	if (vd_job_is_private(job)) {
		return "direct";
	}
	if (parent->audience == VD_MASTODON_PUBLIC) {
		return "public";
	}
	return parent->audience == VD_MASTODON_UNLISTED ? "unlisted" : NULL;
}

static bool is_recipient(const struct vd_job *job, const struct vd_mastodon_item *parent)
{
	char full[VD_MASTODON_ACCT_BYTES];
	const char *recipient = job->entry->recipient_id;
	return recipient[0] == '\0' || vd_mastodon_own_author(m_of(job), parent) >= 0 ||
	       (vd_mastodon_full_acct(parent->acct, m_of(job)->instance.domain, full) &&
		strcmp(full, recipient) == 0);
}

static void on_parent_item(struct vd_job *job, const struct vd_mastodon_item *parent)
{
	struct vd_mastodon_channel *m = m_of(job);
	const char *visibility = visibility_for(job, parent);
	if (visibility == NULL) {
		refuse(job, VD_ERR_PERMISSION,
		       "the customer wrote to a closed circle: answer by direct message");
		return;
	}
	if (!is_recipient(job, parent) || vd_mastodon_own_author(m, parent) >= 0) {
		refuse(job, VD_ERR_ARGUMENT,
		       "it isn't certain whom the reply is for: reply to the customer's own "
		       "message");
		return;
	}
	int n = snprintf(job->token, sizeof(job->token), "%s %.*s", visibility,
			 VD_SPAN_ARG(parent->acct));
	if (n < 0 || (size_t)n >= sizeof(job->token)) {
		refuse(job, VD_ERR_TOO_LARGE, "the customer's name is too long to be written to");
		return;
	}
	if (!vd_job_is_private(job)) {
		read_thread(job);
		return;
	}
	char memory[URL_BYTES];
	char author[VD_MASTODON_ID_BYTES];
	struct vd_buf url;
	vd_buf_init(&url, memory, sizeof(memory));
	(void)!vd_span_copy(parent->author, author, sizeof(author));
	vd_mastodon_url_relationship(&url, vd_channel_base_url(&m->base), author);
	get(job, &url, on_relationship);
}

static void on_parent(void *ctx, const struct vd_answer *answer)
{
	struct vd_job *job = ctx;
	struct vd_mastodon_page page;
	struct vd_diag diag = { 0 };
	if (answer->err != VD_OK) {
		end_before(job, answer);
		return;
	}
	if (answer->response->status == 404 || answer->response->status == 410) {
		refuse(job, VD_ERR_NOT_FOUND,
		       "the message was deleted: there is nothing to reply to any more");
		return;
	}
	if (!is_good(answer)) {
		end_problem(job, answer, false);
		return;
	}
	if (vd_mastodon_page_parse(answer->response->body, VD_MASTODON_STATUS, &page, NULL) !=
	    VD_OK) {
		vd_job_end(job, VD_SEND_RETRY, VD_ERR_SYNTAX,
			   "the server's answer can't be read: it is tried again", none());
		return;
	}
	if (vd_mastodon_take_thread(m_of(job), job->entry->thread_id, &page, &diag) != VD_OK) {
		vd_warn(job->channel->host->log, "mastodon", "%s: %s", job->channel->self->name,
			diag.text);
	}
	on_parent_item(job, &page.items[0]);
	vd_mastodon_page_deinit(&page);
}

void vd_mastodon_send(struct vd_channel *channel, const struct vd_outbox_entry *entry)
{
	struct vd_mastodon_channel *m = vd_mastodon_of(channel);
	struct vd_job *job = vd_job_create(channel, &m->sends, entry);
	char parent[VD_MASTODON_ID_BYTES];
	char memory[URL_BYTES];
	struct vd_buf url;
	if (job == NULL) {
		return;
	}
	vd_mastodon_recall(m);
	if (!vd_mastodon_unname(m, entry->parent_id, parent)) {
		vd_job_end_later(
			job, VD_SEND_REFUSED, VD_ERR_ARGUMENT,
			"the message didn't come through this account's server: reply from "
			"the account that was written to",
			none());
		return;
	}
	struct vd_mono now = vd_channel_now(channel);
	struct vd_mono next = vd_rate_next(&m->rates[VD_MASTODON_EP_POST], VD_RATE_WRITE, now);
	if (next.us > now.us) {
		vd_job_end_later(job, VD_SEND_RETRY, VD_ERR_RATE,
				 "the server's rate limit for replies is used up: it waits",
				 vd_job_wait(job, next));
		return;
	}
	// Who may read the parent now decides who may read the answer.
	vd_buf_init(&url, memory, sizeof(memory));
	vd_mastodon_url_status(&url, vd_channel_base_url(channel), parent);
	get(job, &url, on_parent);
}

// ---- the look-up --------------------------------------------------------------------------

// Where the reply may be seen. Servers differ: on some, own direct posts are in no list of ours,
// on some, conversations are always empty.
enum source {
	SOURCE_OWN,
	SOURCE_CONTEXT,
	SOURCE_CONVERSATIONS,
	SOURCE_N,
};

static void look(struct vd_job *job);

static bool is_since(const struct vd_job *job, const struct vd_mastodon_item *item, int64_t back_s)
{
	int64_t since_us = vd_job_since(job).us + VD_JOB_LOOK_BACK_S * VD_US_PER_S;
	return item->published.us >= since_us - back_s * VD_US_PER_S;
}

// An own reply to the same message, as private as ours.
static bool is_place(const struct vd_job *job, const struct vd_mastodon_item *item)
{
	const struct vd_mastodon_channel *m = m_of(job);
	char parent[VD_MASTODON_ID_BYTES];
	return vd_span_is_text(item->author, m->user_id) && !item->is_reblog &&
	       vd_mastodon_unname(m, job->entry->parent_id, parent) &&
	       vd_span_is_text(item->parent, parent) &&
	       vd_mastodon_is_private(item->audience) == vd_job_is_private(job) &&
	       is_since(job, item, VD_JOB_LOOK_BACK_S);
}

static bool is_ours(const struct vd_job *job, const struct vd_mastodon_item *item)
{
	struct vd_mastodon_channel *m = m_of(job);
	static const struct vd_html_rules rules = { .keeps_invisible = true };
	size_t n = vd_html_text(item->content, &rules, m->html, VD_TEXT_BYTES);
	n = vd_utf8_sanitise(vd_span_make(m->html, n), m->text, VD_TEXT_BYTES, NULL);
	return vd_mastodon_is_same_text(job->entry->text, vd_span_make(m->text, n));
}

static void end_not_found(struct vd_job *job)
{
	if (job->has_other) {
		vd_job_end(job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN,
			   "a reply of this account to the same message is there, but it reads "
			   "differently: look whether it is this one",
			   none());
		return;
	}
	vd_job_end(job, VD_SEND_NOT_FOUND, VD_ERR_NOT_FOUND, "the server doesn't show this reply",
		   none());
}

static enum source source_of(const struct vd_job *job)
{
	return (enum source)job->tries;
}

static void next_source(struct vd_job *job)
{
	enum source next = source_of(job) + 1;
	job->tries = (int)next;
	job->token[0] = '\0';
	job->pages = 0;
	if (next == SOURCE_N || (next == SOURCE_CONVERSATIONS && !vd_job_is_private(job))) {
		end_not_found(job);
	} else {
		look(job);
	}
}

static bool has_more(struct vd_job *job, const struct vd_mastodon_page *page)
{
	bool is_past = page->n > 0 && !is_since(job, &page->items[page->n - 1], VD_JOB_LOOK_BACK_S);
	return source_of(job) == SOURCE_OWN && page->n_listed > 0 && !is_past &&
	       !vd_span_is_text(page->last_key, job->token);
}

static void on_look_page(struct vd_job *job, const struct vd_mastodon_page *page)
{
	for (size_t i = 0; i < page->n; i++) {
		const struct vd_mastodon_item *item = &page->items[i];
		if (!is_place(job, item)) {
			continue;
		}
		if (is_ours(job, item)) {
			end_done(job, item);
			return;
		}
		job->has_other = job->has_other || is_since(job, item, NEAR_S);
	}
	if (!has_more(job, page)) {
		next_source(job);
	} else if (++job->pages >= LOOK_PAGES_MOST ||
		   vd_span_copy(page->last_key, job->token, sizeof(job->token)) != VD_OK) {
		vd_job_end(
			job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN,
			"too much was posted since: look on the server whether the reply is there",
			none());
	} else {
		look(job);
	}
}

static void on_looked(void *ctx, const struct vd_answer *answer)
{
	static const enum vd_mastodon_kind kinds[SOURCE_N] = {
		[SOURCE_OWN] = VD_MASTODON_STATUSES,
		[SOURCE_CONTEXT] = VD_MASTODON_CONTEXT,
		[SOURCE_CONVERSATIONS] = VD_MASTODON_CONVERSATIONS,
	};
	struct vd_job *job = ctx;
	struct vd_mastodon_page page;
	struct vd_diag diag = { 0 };
	if (answer->err != VD_OK) {
		vd_job_end_trouble(job, answer, "Mastodon");
		return;
	}
	int status = answer->response->status;
	if (status == 404 && source_of(job) != SOURCE_OWN) {
		next_source(job); // the parent is gone, or there is no such list
	} else if (!is_good(answer)) {
		end_problem(job, answer, true);
	} else if (vd_mastodon_page_parse(answer->response->body, kinds[source_of(job)], &page,
					  &diag) != VD_OK) {
		vd_job_end(job, VD_SEND_UNCERTAIN, VD_ERR_UNCERTAIN, diag.text, none());
	} else {
		on_look_page(job, &page);
		vd_mastodon_page_deinit(&page);
	}
}

static void look(struct vd_job *job)
{
	struct vd_mastodon_channel *m = m_of(job);
	const char *base = vd_channel_base_url(&m->base);
	char memory[URL_BYTES];
	char parent[VD_MASTODON_ID_BYTES];
	struct vd_buf url;
	vd_buf_init(&url, memory, sizeof(memory));
	switch (source_of(job)) {
	case SOURCE_OWN:
		vd_mastodon_url_statuses(&url, base, m->user_id, job->token);
		break;
	case SOURCE_CONTEXT:
		(void)vd_mastodon_unname(m, job->entry->parent_id, parent);
		vd_mastodon_url_context(&url, base, parent);
		break;
	case SOURCE_CONVERSATIONS:
	case SOURCE_N:
		vd_mastodon_url_conversations(&url, base);
		break;
	}
	get(job, &url, on_looked);
}

static void on_settled(struct vd_job *job)
{
	struct vd_mastodon_channel *m = m_of(job);
	char parent[VD_MASTODON_ID_BYTES];
	vd_mastodon_recall(m);
	if (m->user_id[0] == '\0') { // the first poll will learn it
		vd_job_end(job, VD_SEND_RETRY, VD_AGAIN,
			   "the account's own id isn't known yet: it waits", vd_dur_s(60));
	} else if (!vd_mastodon_unname(m, job->entry->parent_id, parent)) {
		vd_job_end(job, VD_SEND_NOT_FOUND, VD_ERR_NOT_FOUND,
			   "the message isn't of this account's server: nothing was sent", none());
	} else {
		look(job);
	}
}

void vd_mastodon_look_up(struct vd_channel *channel, const struct vd_outbox_entry *entry)
{
	struct vd_mastodon_channel *m = vd_mastodon_of(channel);
	struct vd_job *job = vd_job_create(channel, &m->sends, entry);
	if (job != NULL) {
		vd_job_settle(job, on_settled);
	}
}
