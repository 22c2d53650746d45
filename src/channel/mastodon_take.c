// SPDX-License-Identifier: MIT
// What a status comes to for the desk: whose word it is, of which thread, with which text.
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "channel/html_text.h"
#include "channel/mastodon.h"

static bool names_us(const struct vd_mastodon_channel *m, const struct vd_mastodon_item *item)
{
	const cJSON *mention = NULL;
	cJSON_ArrayForEach(mention, item->mentions)
	{
		char full[VD_MASTODON_ACCT_BYTES];
		bool is_it = vd_span_is_text(vd_json_text(mention, "id"), m->user_id) ||
			     (vd_mastodon_full_acct(vd_json_text(mention, "acct"),
						    m->instance.domain, full) &&
			      strcmp(full, m->acct) == 0);
		if (is_it) {
			return true;
		}
	}
	return false;
}

// In a thread that is read for its replies, what others say to each other in private is no business
// of the desk.
static bool belongs(const struct vd_mastodon_channel *m, const struct vd_mastodon_item *item,
		    const struct vd_mastodon_known *known)
{
	const struct vd_mastodon_poll *p = &m->poll;
	if (p->ask != VD_MASTODON_ASK_CONTEXT) {
		return true;
	}
	bool is_here = strcmp(known->thread, p->threads[p->thread].start) == 0;
	return (is_here && !known->is_private) || known->is_own || names_us(m, item);
}

static bool is_wanted(const struct vd_mastodon_channel *m, const struct vd_mastodon_item *item,
		      const struct vd_mastodon_known *known, const struct vd_message *message)
{
	if (item->is_reblog || vd_mastodon_step_is_old(m, item) || !belongs(m, item, known)) {
		return false;
	}
	if (message->direction == VD_DIRECTION_IN) {
		return true;
	}
	// An own post that answers nobody is no business of the desk, nor what our brands write to
	// each other in private.
	return item->parent.n > 0 &&
	       (!known->is_private || message->account == m->base.account.account);
}

static void put_author(const struct vd_mastodon_channel *m, const struct vd_mastodon_item *item,
		       int own, struct vd_message *message)
{
	const struct vd_rulebook *book = m->base.host->book;
	char full[VD_MASTODON_ACCT_BYTES];
	message->account = own >= 0 ? (uint16_t)own : m->base.account.account;
	message->direction = own >= 0 ? VD_DIRECTION_OUT : VD_DIRECTION_IN;
	if (own >= 0 && book->accounts[own].user_id[0] != '\0') {
		snprintf(message->author_id, sizeof(message->author_id), "%s",
			 book->accounts[own].user_id);
	} else if (vd_mastodon_full_acct(item->acct, m->instance.domain, full)) {
		snprintf(message->author_id, sizeof(message->author_id), "%s", full);
	}
	(void)vd_utf8_sanitise(item->acct, message->author_handle, sizeof(message->author_handle),
			       NULL);
}

static bool put_names(const struct vd_mastodon_channel *m, const struct vd_mastodon_item *item,
		      const struct vd_mastodon_known *known, struct vd_message *message)
{
	const char *prefix = known->is_private ? VD_MASTODON_DM_PREFIX : "";
	bool has_parent = vd_mastodon_known_has_parent(&m->knowns, item, known->is_own);
	return vd_mastodon_name(m, "", item->id, message->network_id) &&
	       vd_mastodon_name(m, prefix, vd_span_of(known->thread), message->thread_id) &&
	       (!has_parent || vd_mastodon_name(m, "", item->parent, message->parent_id));
}

// The warning in front of a text is a part of what was said.
static void put_text(struct vd_mastodon_channel *m, const struct vd_mastodon_item *item,
		     struct vd_message *message)
{
	static const struct vd_html_rules rules = { .drops_leading_mentions = true };
	size_t n = 0;
	struct vd_span spoiler = vd_span_trim(item->spoiler);
	if (spoiler.n > 0 && spoiler.n < VD_TEXT_BYTES / 2) {
		memcpy(m->html, spoiler.p, spoiler.n);
		memcpy(m->html + spoiler.n, "\n\n", 2);
		n = spoiler.n + 2;
	}
	n += vd_html_text(item->content, &rules, m->html + n, VD_TEXT_BYTES - n);
	n = vd_utf8_sanitise(vd_span_trim(vd_span_make(m->html, n)), m->text, VD_TEXT_BYTES, NULL);
	message->text = vd_span_make(m->text, n);
}

// After a restart nothing is known of the parents, but in which thread we are.
static void keep_in_thread(struct vd_mastodon_channel *m, const struct vd_mastodon_item *item,
			   struct vd_mastodon_known *known)
{
	const struct vd_mastodon_thread *thread = &m->poll.threads[m->poll.thread];
	if (known->is_private == thread->is_private && item->parent.n > 0 &&
	    vd_mastodon_known_get(&m->knowns, item->parent) == NULL) {
		memcpy(known->thread, thread->start, sizeof(known->thread));
	}
}

// What hangs on it, and how far it went; `attached` holds the list.
static void put_attached(const struct vd_mastodon_item *item, struct vd_attached *attached,
			 struct vd_message *message)
{
	vd_mastodon_attached_read(item, attached);
	message->attachments = attached->n;
	message->attached = vd_attached_list(attached);
	message->shares = item->shares;
	message->quotes = item->quotes;
	message->has_echoes = item->has_echoes;
}

// A boost is nobody's message: it counts on what it passes on.
static void tell_boost(const struct vd_mastodon_channel *m, const struct vd_mastodon_item *item)
{
	const struct vd_channel_host *host = m->base.host;
	char name[VD_ID_BYTES];
	if (item->is_reblog && item->boosted.n > 0 && host->passed_on != NULL &&
	    vd_mastodon_name(m, "", item->boosted, name)) {
		host->passed_on(host->ctx, m->base.account.account, name,
				item->shares > 0 ? item->shares : 1);
	}
}

enum vd_err vd_mastodon_step_item(struct vd_mastodon_channel *m,
				  const struct vd_mastodon_item *item, struct vd_diag *diag)
{
	struct vd_mastodon_poll *p = &m->poll;
	struct vd_message message = { .published = item->published,
				      .fetched = vd_loop_wall(m->base.host->loop) };
	struct vd_attached attached;
	int own = vd_mastodon_own_author(m, item);
	bool was_known = vd_mastodon_known_get(&m->knowns, item->id) != NULL;
	struct vd_mastodon_known *known = vd_mastodon_known_add(&m->knowns, item, own >= 0);
	(void)!vd_span_copy(item->key, p->passed, sizeof(p->passed));
	tell_boost(m, item);
	if (known == NULL || (was_known && vd_mastodon_step_is_check(p->step))) {
		return VD_OK;
	}
	if (p->step == VD_MASTODON_STEP_THREADS) {
		keep_in_thread(m, item, known);
	}
	put_author(m, item, own, &message);
	if (!is_wanted(m, item, known, &message)) {
		return VD_OK;
	}
	if (!put_names(m, item, known, &message)) {
		p->n_bad++;
		return VD_OK;
	}
	put_attached(item, &attached, &message);
	message.visibility = known->is_private ? VD_VISIBILITY_PRIVATE : VD_VISIBILITY_PUBLIC;
	message.sent = own >= 0 ? message.published : (struct vd_wall){ 0 };
	put_text(m, item, &message);
	return m->base.host->message(m->base.host->ctx, &message, diag);
}

// What a reply's thread holds just before it leaves: the same, without a poll's place.
static enum vd_err take_item(struct vd_mastodon_channel *m, const struct vd_mastodon_item *item,
			     const char *start, bool is_private, struct vd_diag *diag)
{
	struct vd_message message = { .published = item->published,
				      .fetched = vd_loop_wall(m->base.host->loop) };
	struct vd_attached attached;
	int own = vd_mastodon_own_author(m, item);
	struct vd_mastodon_known *known = vd_mastodon_known_add(&m->knowns, item, own >= 0);
	if (known == NULL || item->is_reblog || own >= 0) { // ours are read in their turn
		return VD_OK;
	}
	if (known->is_private == is_private && item->parent.n > 0 &&
	    vd_mastodon_known_get(&m->knowns, item->parent) == NULL) {
		(void)!vd_span_copy(vd_span_of(start), known->thread, sizeof(known->thread));
	}
	bool is_here = strcmp(known->thread, start) == 0 && known->is_private == is_private;
	put_author(m, item, own, &message);
	if (!is_here || (is_private && !names_us(m, item)) ||
	    !put_names(m, item, known, &message)) {
		return VD_OK;
	}
	message.visibility = is_private ? VD_VISIBILITY_PRIVATE : VD_VISIBILITY_PUBLIC;
	put_attached(item, &attached, &message);
	put_text(m, item, &message);
	return m->base.host->message(m->base.host->ctx, &message, diag);
}

enum vd_err vd_mastodon_take_thread(struct vd_mastodon_channel *m, const char *thread,
				    const struct vd_mastodon_page *page, struct vd_diag *diag)
{
	struct vd_span prefix = VD_SPAN(VD_MASTODON_DM_PREFIX);
	bool is_private = vd_span_has_prefix(vd_span_of(thread), prefix);
	char start[VD_MASTODON_ID_BYTES];
	enum vd_err err = VD_OK;
	if (!vd_mastodon_unname(m, thread + (is_private ? prefix.n : 0), start)) {
		return VD_OK;
	}
	for (size_t i = 0; i < page->n && err == VD_OK; i++) {
		err = take_item(m, &page->items[i], start, is_private, diag);
	}
	return err;
}
