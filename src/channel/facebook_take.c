// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/utf8.h"
#include "channel/facebook.h"

#define FUTURE_S 3600
#define WEEK_S (7 * 86400)
// A conversation that changed may have been written to earlier than its newest message.
#define MESSAGES_BACK_S 86400

void vd_facebook_note_newest(struct vd_facebook_channel *fb, struct vd_wall t)
{
	const struct vd_channel_host *host = fb->base.host;
	int64_t most_us = vd_loop_wall(host->loop).us + FUTURE_S * VD_US_PER_S;
	bool is_future = vd_clock_is_trusted(host->clock) && t.us > most_us;
	if (!is_future && t.us > fb->poll.newest.us) {
		fb->poll.newest = t;
	}
}

// Where a message stands.
struct context {
	struct vd_span thread; // empty: the top comment's
	struct vd_span parent; // of what names no parent
	struct vd_span key;
};

// Without an author it is a customer's: nobody of ours hides. And it is keyed by its own id alone,
// so two unknown authors meet only where the network itself hangs one below the other.
static bool fill(const struct vd_facebook_channel *fb, const struct vd_facebook_item *item,
		 const struct context *context, struct vd_message *m)
{
	bool is_self = vd_span_is_text(item->from_id, fb->page_id);
	int own = is_self ? fb->base.account.account
			  : vd_channel_own_author(&fb->base, item->from_id, (struct vd_span){ 0 });
	m->account = own >= 0 ? (uint16_t)own : fb->base.account.account;
	m->direction = own >= 0 ? VD_DIRECTION_OUT : VD_DIRECTION_IN;
	m->published = item->created;
	m->fetched = vd_loop_wall(fb->base.host->loop);
	m->sent = own >= 0 ? item->created : (struct vd_wall){ 0 };
	m->shares = item->shares;
	m->quotes = 0; // Facebook counts all shares as one
	m->has_echoes = item->has_echoes;
	struct vd_span parent = item->parent.n > 0 ? vd_facebook_comment_id(item->parent)
						   : context->parent;
	struct vd_span thread = context->thread;
	if (thread.n == 0) {
		thread = item->parent.n > 0 ? parent : context->key;
	}
	(void)vd_utf8_sanitise(item->from_name, m->author_handle, sizeof(m->author_handle), NULL);
	return vd_span_copy(context->key, m->network_id, sizeof(m->network_id)) == VD_OK &&
	       vd_span_copy(thread, m->thread_id, sizeof(m->thread_id)) == VD_OK &&
	       vd_span_copy(parent, m->parent_id, sizeof(m->parent_id)) == VD_OK &&
	       vd_span_copy(item->from_id, m->author_id, sizeof(m->author_id)) == VD_OK;
}

static enum vd_err hand_over(struct vd_facebook_channel *fb, const struct vd_facebook_item *item,
			     const struct context *context, enum vd_visibility visibility,
			     struct vd_diag *diag)
{
	struct vd_attached attached;
	vd_facebook_attached_read(item, &attached);
	struct vd_message m = { .visibility = visibility,
				.attachments = attached.n,
				.attached = vd_attached_list(&attached) };
	if (!fill(fb, item, context, &m)) {
		return VD_OK; // an id longer than any that Graph gives
	}
	// An own comment that answers nobody is no business of the desk.
	if (visibility == VD_VISIBILITY_PUBLIC && m.direction == VD_DIRECTION_OUT &&
	    m.parent_id[0] == '\0') {
		return VD_OK;
	}
	size_t n = vd_utf8_sanitise(item->text, fb->text, VD_TEXT_BYTES, NULL);
	m.text = vd_span_make(fb->text, n);
	return fb->base.host->message(fb->base.host->ctx, &m, diag);
}

static enum vd_err take_comments(struct vd_facebook_channel *fb,
				 const struct vd_facebook_page *page, struct vd_span thread,
				 struct vd_wall bound, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	bool is_of_list = vd_facebook_step_kind(fb->poll.step) == VD_FACEBOOK_POSTS;
	for (size_t i = page->n; i > 0 && err == VD_OK; i--) {
		const struct vd_facebook_item *item = &page->items[i - 1];
		struct context context = { .thread = thread,
					   .parent = thread,
					   .key = vd_facebook_comment_id(item->id) };
		if (is_of_list) {
			vd_facebook_note_newest(fb, item->created);
		}
		if (item->created.us >= bound.us) {
			err = hand_over(fb, item, &context, VD_VISIBILITY_PUBLIC, diag);
		}
	}
	return err;
}

// Ads are the Page's own. Where the author is hidden, an administrator tells the Page's posts from
// those of others; in doubt it is a customer's.
static bool is_own_post(const struct vd_facebook_channel *fb, const struct vd_facebook_item *post)
{
	if (post->from_id.n > 0) {
		return vd_span_is_text(post->from_id, fb->page_id);
	}
	return fb->poll.step == VD_FACEBOOK_STEP_ADS || post->is_by_page;
}

static enum vd_err take_inline(struct vd_facebook_channel *fb, const struct vd_facebook_item *post,
			       struct vd_span thread, struct vd_diag *diag)
{
	struct vd_facebook_page comments;
	struct vd_wall bound = fb->poll.feed_bound;
	if (post->comments == NULL ||
	    vd_facebook_edge_read(post->comments, VD_FACEBOOK_COMMENTS, &comments, NULL) != VD_OK) {
		return VD_OK;
	}
	enum vd_err err = take_comments(fb, &comments, thread, bound, diag);
	bool is_all_new = comments.n == 0 || comments.items[comments.n - 1].created.us >= bound.us;
	if (comments.next.n > 0 && is_all_new) { // more than came inline
		struct vd_facebook_node *node = vd_facebook_queue(fb, post->id);
		if (node != NULL) {
			node->is_thread = thread.n > 0;
		}
	}
	vd_facebook_page_deinit(&comments);
	return err;
}

static enum vd_err take_posts(struct vd_facebook_channel *fb, const struct vd_facebook_page *page,
			      struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	for (size_t i = page->n; i > 0 && err == VD_OK; i--) {
		const struct vd_facebook_item *post = &page->items[i - 1];
		bool is_own = is_own_post(fb, post);
		struct context context = { .thread = post->id, .key = post->id };
		vd_facebook_note_newest(fb, post->updated);
		if (!is_own && !post->is_share && post->created.us >= fb->poll.bound.us) {
			err = hand_over(fb, post, &context, VD_VISIBILITY_PUBLIC, diag);
		}
		if (err == VD_OK) {
			err = take_inline(fb, post, is_own ? (struct vd_span){ 0 } : post->id,
					  diag);
		}
	}
	return err;
}

// An open thread: all of it again, whatever its age, since an edit leaves no other trace. Of a post
// that only has such threads below it, what came within the week.
static enum vd_err take_watched(struct vd_facebook_channel *fb, const struct vd_facebook_item *root,
				struct vd_diag *diag)
{
	const struct vd_facebook_node *node = &fb->poll.nodes[fb->poll.node];
	struct vd_span thread = node->is_thread ? vd_span_of(node->id) : (struct vd_span){ 0 };
	struct vd_wall bound = { 0 };
	enum vd_err err = VD_OK;
	if (node->is_thread) {
		struct context context = { .thread = thread, .key = thread };
		err = hand_over(fb, root, &context, VD_VISIBILITY_PUBLIC, diag);
	} else {
		bound.us = vd_loop_wall(fb->base.host->loop).us - WEEK_S * VD_US_PER_S;
	}
	struct vd_facebook_page comments = { 0 };
	if (root->comments != NULL &&
	    vd_facebook_edge_read(root->comments, VD_FACEBOOK_COMMENTS, &comments, NULL) != VD_OK) {
		return err; // no list: nothing can be missed in it
	}
	if (err == VD_OK) {
		err = take_comments(fb, &comments, thread, bound, diag);
	}
	if (err == VD_OK && node->is_watched) {
		vd_facebook_miss(fb, node->id, &comments);
	}
	vd_facebook_page_deinit(&comments);
	return err;
}

static enum vd_err take_messages(struct vd_facebook_channel *fb,
				 const struct vd_facebook_page *page, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	struct vd_span thread = vd_span_of(fb->poll.nodes[fb->poll.node].id);
	int64_t bound_us = fb->poll.bound.us - MESSAGES_BACK_S * VD_US_PER_S;
	vd_facebook_note_gap(fb, page);
	for (size_t i = page->n; i > 0 && err == VD_OK; i--) {
		const struct vd_facebook_item *item = &page->items[i - 1];
		struct context context = { .thread = thread, .key = item->id };
		if (item->created.us >= bound_us && item->has_details) {
			err = hand_over(fb, item, &context, VD_VISIBILITY_PRIVATE, diag);
		}
	}
	return err;
}

enum vd_err vd_facebook_take(struct vd_facebook_channel *fb, const struct vd_facebook_page *page,
			     struct vd_diag *diag)
{
	const struct vd_facebook_poll *p = &fb->poll;
	struct vd_span thread = { 0 };
	if (vd_facebook_step_shape(p->step) == VD_FACEBOOK_NODE) {
		return take_watched(fb, &page->items[0], diag);
	}
	switch (vd_facebook_step_kind(p->step)) {
	case VD_FACEBOOK_POSTS:
		return take_posts(fb, page, diag);
	case VD_FACEBOOK_COMMENTS:
		thread = p->nodes[p->node].is_thread ? vd_span_of(p->nodes[p->node].id) : thread;
		return take_comments(fb, page, thread, p->feed_bound, diag);
	case VD_FACEBOOK_CONVERSATIONS:
		vd_facebook_take_conversations(fb, page);
		return VD_OK;
	case VD_FACEBOOK_MESSAGES:
		return take_messages(fb, page, diag);
	}
	return VD_OK;
}

enum vd_err vd_facebook_take_thread(struct vd_facebook_channel *fb, const char *thread,
				    const struct vd_facebook_item *root,
				    const struct vd_facebook_page *page,
				    enum vd_visibility visibility, struct vd_diag *diag)
{
	struct vd_span id = vd_span_of(thread);
	bool is_public = visibility == VD_VISIBILITY_PUBLIC;
	enum vd_err err = VD_OK;
	if (root != NULL) {
		struct context context = { .thread = id, .key = id };
		err = hand_over(fb, root, &context, visibility, diag);
	}
	for (size_t i = page->n; i > 0 && err == VD_OK; i--) {
		const struct vd_facebook_item *item = &page->items[i - 1];
		struct context context = {
			.thread = id,
			.parent = is_public ? id : (struct vd_span){ 0 },
			.key = is_public ? vd_facebook_comment_id(item->id) : item->id,
		};
		if (is_public || item->has_details) {
			err = hand_over(fb, item, &context, visibility, diag);
		}
	}
	return err;
}
