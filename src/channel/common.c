// SPDX-License-Identifier: MIT
#include "channel/common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum vd_err vd_channel_init(struct vd_channel *channel, const struct vd_channel_ops *ops,
			    const struct vd_channel_host *host,
			    const struct vd_channel_account *account, struct vd_diag *diag)
{
	if (account->account >= host->book->n_accounts) {
		return vd_diag_set(diag, VD_ERR_NOT_FOUND, "account %u is not in the rule book",
				   (unsigned)account->account);
	}
	*channel = (struct vd_channel){ .ops = ops,
					.host = host,
					.account = *account,
					.self = &host->book->accounts[account->account] };
	return VD_OK;
}

void vd_channel_deinit(struct vd_channel *channel)
{
	vd_secret_deinit(&channel->account.token);
	vd_secret_deinit(&channel->account.app_secret);
	vd_secret_deinit(&channel->account.consumer_key);
	vd_secret_deinit(&channel->account.consumer_secret);
	vd_secret_deinit(&channel->account.oauth1_token);
	vd_secret_deinit(&channel->account.oauth1_token_secret);
}

bool vd_channel_is_signing(const struct vd_channel_account *account)
{
	return vd_secret_is_set(&account->consumer_key) &&
	       vd_secret_is_set(&account->consumer_secret) &&
	       vd_secret_is_set(&account->oauth1_token) &&
	       vd_secret_is_set(&account->oauth1_token_secret);
}

bool vd_channel_has_credentials(const struct vd_channel_account *account)
{
	return vd_secret_is_set(&account->token) || vd_channel_is_signing(account);
}

void vd_channel_polled(struct vd_channel *channel, const struct vd_poll_report *report)
{
	struct vd_poll_report told = *report;
	if (channel->is_name_failing && told.health == VD_HEALTH_GOOD && told.detail[0] == '\0') {
		snprintf(told.detail, sizeof(told.detail), "%s",
			 "the name server (DNS) fails: the last good address is used, for 24 "
			 "hours at most: check it");
	}
	channel->is_name_failing = false;
	channel->polled(channel->owner, &told);
}

bool vd_channel_is_due(const struct vd_channel *channel, unsigned step)
{
	const struct vd_budget_plan *plan = channel->budget.plan;
	bool is_stream = plan != NULL && step < plan->n_streams && plan->streams[step].name != NULL;
	return !is_stream || (channel->due >> step & 1) != 0;
}

enum vd_rate_class vd_channel_read_class(const struct vd_channel *channel)
{
	return vd_budget_class(&channel->mood);
}

const char *vd_channel_base_url(const struct vd_channel *channel)
{
	return channel->account.base_url != NULL ? channel->account.base_url
						 : channel->ops->base_url;
}

struct vd_mono vd_channel_now(const struct vd_channel *channel)
{
	return vd_loop_now(channel->host->loop);
}

int vd_channel_own_author(const struct vd_channel *channel, struct vd_span id,
			  struct vd_span handle)
{
	const struct vd_rulebook *book = channel->host->book;
	for (uint16_t i = 0; i < book->n_accounts; i++) {
		const struct vd_account *account = &book->accounts[i];
		if (account->network != channel->self->network) {
			continue;
		}
		struct vd_span name = vd_span_of(account->handle);
		if (name.n > 0 && name.p[0] == '@') {
			name = vd_span_skip(name, 1);
		}
		bool is_same = account->user_id[0] != '\0'
				       ? vd_span_is_text(id, account->user_id)
				       : handle.n > 0 && vd_span_is_equal_nocase(handle, name);
		if (is_same) {
			return i;
		}
	}
	return -1;
}

void vd_channel_cursor(const struct vd_channel *channel, const char *name, char *out, size_t cap)
{
	const struct vd_channel_host *host = channel->host;
	struct vd_diag diag = { 0 };
	out[0] = '\0';
	enum vd_err err =
		host->cursor_get(host->ctx, channel->account.account, name, out, cap, &diag);
	if (err != VD_OK) {
		out[0] = '\0';
		if (err != VD_ERR_NOT_FOUND) {
			vd_warn(host->log, "channel", "%s: cursor %s: %s", channel->self->name,
				name, diag.text);
		}
	}
}

void vd_channel_cursor_move(const struct vd_channel *channel, const char *name,
			    struct vd_span value, uint64_t lost_before)
{
	const struct vd_channel_host *host = channel->host;
	char old[VD_ID_BYTES];
	vd_channel_cursor(channel, name, old, sizeof(old));
	if (host->lost_turns(host->ctx) != lost_before || vd_span_is_text(value, old)) {
		return;
	}
	struct vd_diag diag = { 0 };
	if (host->cursor_set(host->ctx, channel->account.account, name, value, &diag) != VD_OK) {
		vd_warn(host->log, "channel", "%s: cursor %s not moved: %s", channel->self->name,
			name, diag.text);
	}
}

struct vd_outbox_entry *vd_channel_entry_copy(const struct vd_outbox_entry *entry)
{
	struct vd_outbox_entry *copy = malloc(sizeof(*copy) + entry->text.n + 1);
	if (copy == NULL) {
		return NULL;
	}
	*copy = *entry;
	char *text = (char *)(copy + 1);
	if (entry->text.n > 0) {
		memcpy(text, entry->text.p, entry->text.n);
	}
	text[entry->text.n] = '\0';
	copy->text = vd_span_make(text, entry->text.n);
	return copy;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// The next byte with blanks run together; -1 at the end.
static int next_byte(struct vd_span *s)
{
	if (s->n == 0) {
		return -1;
	}
	bool was_blank = is_blank(s->p[0]);
	int c = was_blank ? ' ' : (unsigned char)s->p[0];
	*s = vd_span_skip(*s, 1);
	while (was_blank && s->n > 0 && is_blank(s->p[0])) {
		*s = vd_span_skip(*s, 1);
	}
	return c;
}

bool vd_channel_is_same_text(struct vd_span a, struct vd_span b)
{
	a = vd_span_trim(a);
	b = vd_span_trim(b);
	int ca = 0;
	do {
		ca = next_byte(&a);
		if (ca != next_byte(&b)) {
			return false;
		}
	} while (ca >= 0);
	return true;
}

struct collect {
	struct vd_open_thread *out;
	size_t cap;
	size_t n;
};

static bool collect_thread(void *ctx, const char *thread_id, const char *root_id,
			   struct vd_wall last_in)
{
	struct collect *c = ctx;
	struct vd_open_thread *thread = &c->out[c->n];
	if (vd_span_copy(vd_span_of(thread_id), thread->thread_id, sizeof(thread->thread_id)) !=
		    VD_OK ||
	    vd_span_copy(vd_span_of(root_id), thread->root_id, sizeof(thread->root_id)) != VD_OK) {
		return true;
	}
	thread->last_in = last_in;
	c->n++;
	return c->n < c->cap;
}

size_t vd_channel_open_threads(const struct vd_channel *channel, struct vd_open_thread *out,
			       size_t cap)
{
	const struct vd_channel_host *host = channel->host;
	struct collect c = { .out = out, .cap = cap };
	struct vd_diag diag = { 0 };
	if (host->open_threads(host->ctx, channel->account.account, collect_thread, &c, &diag) !=
	    VD_OK) {
		vd_warn(host->log, "channel", "%s: open threads: %s", channel->self->name,
			diag.text);
	}
	return c.n;
}

struct vd_mono vd_looked_get(const struct vd_looked *looked, uint64_t hash)
{
	for (size_t i = 0; i < VD_LOOKED_N; i++) {
		if (looked->hash[i] == hash) {
			return looked->at[i];
		}
	}
	return (struct vd_mono){ 0 };
}

void vd_looked_set(struct vd_looked *looked, uint64_t hash, struct vd_mono now)
{
	for (size_t i = 0; i < VD_LOOKED_N; i++) {
		if (looked->hash[i] == hash) {
			looked->at[i] = now;
			return;
		}
	}
	looked->hash[looked->next] = hash;
	looked->at[looked->next] = now;
	looked->next = (uint16_t)((looked->next + 1) % VD_LOOKED_N);
}

uint64_t vd_channel_hash(struct vd_span text)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < text.n; i++) {
		hash = (hash ^ (unsigned char)text.p[i]) * UINT64_C(1099511628211);
	}
	return hash;
}
