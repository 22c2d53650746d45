// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "channel/facebook.h"

#define MINUTE_S 60
#define DAY_S 86400
#define FIRST_S (7 * DAY_S)
// Read again at each poll: times have a resolution of 1 s, and some things become visible late.
#define FEED_OVERLAP_S (15 * MINUTE_S)
#define INBOX_OVERLAP_S MINUTE_S
// A conversation that changed may have been written to earlier than its newest message.
#define MESSAGES_BACK_S DAY_S
#define FUTURE_S 3600
#define FIRST_PAGES 8
#define SWEEP_S (15 * MINUTE_S)
#define SWEEP_PAGES 4
#define OTHER_S (15 * MINUTE_S)
#define COMMENTS_LIMIT 50
#define WATCHES_A_POLL 3
#define WATCH_FRONT_N 3
#define WATCH_FRONT_S 45
#define WATCH_S (10 * MINUTE_S)

static const struct {
	const char *name;
	const char *cursor; // of the list that fills the queue
	enum vd_facebook_endpoint endpoint;
	enum vd_facebook_kind kind;
	bool reads_nodes;
} steps[VD_FACEBOOK_STEP_N] = {
	[VD_FACEBOOK_STEP_ME] = { "own id", NULL, VD_FACEBOOK_EP_PAGE, VD_FACEBOOK_POSTS, false },
	[VD_FACEBOOK_STEP_FEED] = { "posts", "feed", VD_FACEBOOK_EP_PAGE, VD_FACEBOOK_POSTS,
				    false },
	[VD_FACEBOOK_STEP_COMMENTS] = { "comments", "feed", VD_FACEBOOK_EP_PAGE,
					VD_FACEBOOK_COMMENTS, true },
	[VD_FACEBOOK_STEP_INBOX] = { "conversations", "inbox", VD_FACEBOOK_EP_MESSENGER,
				     VD_FACEBOOK_CONVERSATIONS, false },
	[VD_FACEBOOK_STEP_INBOX_MESSAGES] = { "messages", "inbox", VD_FACEBOOK_EP_MESSENGER,
					      VD_FACEBOOK_MESSAGES, true },
	[VD_FACEBOOK_STEP_OTHER] = { "message requests", "other", VD_FACEBOOK_EP_MESSENGER,
				     VD_FACEBOOK_CONVERSATIONS, false },
	[VD_FACEBOOK_STEP_OTHER_MESSAGES] = { "message requests", "other", VD_FACEBOOK_EP_MESSENGER,
					      VD_FACEBOOK_MESSAGES, true },
};

const char *vd_facebook_step_name(enum vd_facebook_step step)
{
	return steps[step].name;
}

enum vd_facebook_endpoint vd_facebook_step_endpoint(enum vd_facebook_step step)
{
	return steps[step].endpoint;
}

enum vd_facebook_kind vd_facebook_step_kind(enum vd_facebook_step step)
{
	return steps[step].kind;
}

static struct vd_wall ago(const struct vd_facebook_channel *fb, int64_t seconds)
{
	return (struct vd_wall){ vd_loop_wall(fb->base.host->loop).us - seconds * VD_US_PER_S };
}

static bool is_clock_trusted(const struct vd_facebook_channel *fb)
{
	return vd_clock_is_trusted(fb->base.host->clock);
}

static void note_newest(struct vd_facebook_channel *fb, struct vd_wall t)
{
	bool is_future = is_clock_trusted(fb) && t.us > ago(fb, -FUTURE_S).us;
	if (!is_future && t.us > fb->poll.newest.us) {
		fb->poll.newest = t;
	}
}

// From the cursor, a little back; without one, a week.
static void begin_list(struct vd_facebook_channel *fb, int64_t overlap_s)
{
	struct vd_facebook_poll *p = &fb->poll;
	char cursor[32];
	int64_t seconds = 0;
	vd_channel_cursor(&fb->base, steps[p->step].cursor, cursor, sizeof(cursor));
	p->newest = (struct vd_wall){ 0 };
	p->bound = is_clock_trusted(fb) ? ago(fb, FIRST_S) : (struct vd_wall){ 0 };
	if (vd_span_parse_i64(vd_span_of(cursor), &seconds) == VD_OK && seconds > 0 &&
	    seconds < INT64_MAX / VD_US_PER_S) {
		p->newest = vd_wall_s(seconds);
		p->bound = (struct vd_wall){ p->newest.us - overlap_s * VD_US_PER_S };
	}
	p->n_nodes = 0;
	p->was_cut = false;
}

static struct vd_facebook_node *queue(struct vd_facebook_channel *fb, struct vd_span id)
{
	struct vd_facebook_poll *p = &fb->poll;
	if (p->n_nodes == VD_FACEBOOK_NODES_MOST) {
		p->was_cut = true;
		return NULL;
	}
	for (size_t i = 0; i < p->n_nodes; i++) {
		if (vd_span_is_text(id, p->nodes[i].id)) {
			return NULL;
		}
	}
	struct vd_facebook_node *node = &p->nodes[p->n_nodes];
	*node = (struct vd_facebook_node){ 0 };
	if (vd_span_copy(id, node->id, sizeof(node->id)) != VD_OK) {
		return NULL;
	}
	p->n_nodes++;
	return node;
}

static bool is_watch_due(struct vd_facebook_channel *fb, size_t place, uint64_t hash)
{
	struct vd_mono last = vd_looked_get(&fb->watched, hash);
	struct vd_dur wait = vd_clock_real(
		fb->base.host->clock, vd_dur_s(place < WATCH_FRONT_N ? WATCH_FRONT_S : WATCH_S));
	return last.us == 0 || vd_channel_now(&fb->base).us - last.us >= wait.us;
}

// Old posts get comments without moving up in the feed: open threads are read on their own.
static void queue_watched(struct vd_facebook_channel *fb)
{
	struct vd_open_thread open[VD_FACEBOOK_THREADS_MOST];
	size_t n = vd_channel_open_threads(&fb->base, open, VD_FACEBOOK_THREADS_MOST);
	int left = WATCHES_A_POLL;
	for (size_t i = 0; i < n && left > 0; i++) {
		struct vd_span id = vd_span_of(open[i].thread_id);
		uint64_t hash = vd_channel_hash(id);
		if (vd_span_has_prefix(id, VD_SPAN("t_")) || !vd_facebook_id_is_valid(id) ||
		    !is_watch_due(fb, i, hash)) {
			continue;
		}
		struct vd_facebook_node *node = queue(fb, id);
		if (node != NULL) {
			node->is_thread = true;
			node->is_watched = true;
			vd_looked_set(&fb->watched, hash, vd_channel_now(&fb->base));
			left--;
		}
	}
}

static bool begin_feed(struct vd_facebook_channel *fb)
{
	begin_list(fb, FEED_OVERLAP_S);
	struct vd_mono now = vd_channel_now(&fb->base);
	fb->is_sweep = now.us >= fb->sweep_next.us;
	if (fb->is_sweep) {
		fb->sweep_next =
			vd_mono_add(now, vd_clock_real(fb->base.host->clock, vd_dur_s(SWEEP_S)));
	}
	fb->poll.feed_bound = fb->poll.bound;
	return true;
}

static bool begin_other(struct vd_facebook_channel *fb)
{
	fb->step_next[VD_FACEBOOK_STEP_OTHER] = vd_mono_add(
		vd_channel_now(&fb->base), vd_clock_real(fb->base.host->clock, vd_dur_s(OTHER_S)));
	begin_list(fb, INBOX_OVERLAP_S);
	return true;
}

static bool begin_nodes(struct vd_facebook_channel *fb)
{
	return fb->poll.node < fb->poll.n_nodes;
}

bool vd_facebook_step_begin(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	p->next[0] = '\0';
	p->pages = 0;
	if (steps[p->step].reads_nodes) {
		return begin_nodes(fb);
	}
	p->node = 0;
	p->n_nodes = 0;
	if (vd_channel_now(&fb->base).us < fb->step_next[p->step].us) {
		return false;
	}
	switch (p->step) {
	case VD_FACEBOOK_STEP_ME:
		return !vd_facebook_know_page(fb);
	case VD_FACEBOOK_STEP_FEED:
		return begin_feed(fb);
	case VD_FACEBOOK_STEP_OTHER:
		return begin_other(fb);
	default:
		begin_list(fb, INBOX_OVERLAP_S);
		return true;
	}
}

void vd_facebook_step_url(struct vd_facebook_channel *fb, struct vd_buf *out)
{
	const struct vd_facebook_poll *p = &fb->poll;
	struct vd_facebook_place place = vd_facebook_place_of(fb);
	switch (p->step) {
	case VD_FACEBOOK_STEP_ME:
		vd_facebook_url_me(out, &place);
		break;
	case VD_FACEBOOK_STEP_FEED:
		vd_facebook_url_feed(out, &place, fb->limit);
		break;
	case VD_FACEBOOK_STEP_COMMENTS:
		vd_facebook_url_comments(out, &place, p->nodes[p->node].id, COMMENTS_LIMIT);
		break;
	case VD_FACEBOOK_STEP_INBOX:
		vd_facebook_url_conversations(out, &place, "");
		break;
	case VD_FACEBOOK_STEP_OTHER:
		vd_facebook_url_conversations(out, &place, "other");
		break;
	case VD_FACEBOOK_STEP_INBOX_MESSAGES:
	case VD_FACEBOOK_STEP_OTHER_MESSAGES:
		vd_facebook_url_messages(out, &place, p->nodes[p->node].id);
		break;
	case VD_FACEBOOK_STEP_N:
		break;
	}
}

bool vd_facebook_step_goes_on(const struct vd_facebook_channel *fb,
			      const struct vd_facebook_page *page)
{
	const struct vd_facebook_poll *p = &fb->poll;
	if (steps[p->step].kind == VD_FACEBOOK_MESSAGES) {
		return page->n == 0; // only the newest twenty have details
	}
	if (p->bound.us == 0 && p->pages + 1 >= FIRST_PAGES) {
		return false;
	}
	if (p->step == VD_FACEBOOK_STEP_FEED && fb->is_sweep && p->pages + 1 < SWEEP_PAGES) {
		return true;
	}
	bool is_any_new = page->n == 0; // an empty page may be followed by full ones
	for (size_t i = 0; i < page->n; i++) {
		is_any_new = is_any_new || page->items[i].updated.us >= p->bound.us;
	}
	return is_any_new;
}

// ---- what is handed over
// ---------------------------------------------------------------------------

// Where a message stands.
struct context {
	struct vd_span thread; // empty: the top comment's
	struct vd_span parent; // of what names no parent
	struct vd_span key;
};

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
	m->attachments = item->attachments;
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
	struct vd_message m = { .visibility = visibility };
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
				 struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	for (size_t i = page->n; i > 0 && err == VD_OK; i--) {
		const struct vd_facebook_item *item = &page->items[i - 1];
		struct context context = { .thread = thread,
					   .parent = thread,
					   .key = vd_facebook_comment_id(item->id) };
		if (fb->poll.step == VD_FACEBOOK_STEP_FEED) {
			note_newest(fb, item->created);
		}
		if (item->created.us >= fb->poll.feed_bound.us) {
			err = hand_over(fb, item, &context, VD_VISIBILITY_PUBLIC, diag);
		}
	}
	return err;
}

static enum vd_err take_inline(struct vd_facebook_channel *fb, const struct vd_facebook_item *post,
			       struct vd_span thread, struct vd_diag *diag)
{
	struct vd_facebook_page inline_page;
	if (post->comments == NULL || vd_facebook_edge_read(post->comments, VD_FACEBOOK_COMMENTS,
							    &inline_page, NULL) != VD_OK) {
		return VD_OK;
	}
	enum vd_err err = take_comments(fb, &inline_page, thread, diag);
	bool is_all_new = inline_page.n == 0 ||
			  inline_page.items[inline_page.n - 1].created.us >= fb->poll.feed_bound.us;
	if (inline_page.next.n > 0 && is_all_new) { // more than came inline
		struct vd_facebook_node *node = queue(fb, post->id);
		if (node != NULL) {
			node->is_thread = thread.n > 0;
		}
	}
	vd_facebook_page_deinit(&inline_page);
	return err;
}

static enum vd_err take_posts(struct vd_facebook_channel *fb, const struct vd_facebook_page *page,
			      struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	for (size_t i = page->n; i > 0 && err == VD_OK; i--) {
		const struct vd_facebook_item *post = &page->items[i - 1];
		bool is_own = vd_span_is_text(post->from_id, fb->page_id);
		struct context context = { .thread = post->id, .key = post->id };
		note_newest(fb, post->updated);
		if (!is_own && post->created.us >= fb->poll.bound.us) {
			err = hand_over(fb, post, &context, VD_VISIBILITY_PUBLIC, diag);
		}
		if (err == VD_OK) {
			err = take_inline(fb, post, is_own ? (struct vd_span){ 0 } : post->id,
					  diag);
		}
	}
	return err;
}

static void take_conversations(struct vd_facebook_channel *fb, const struct vd_facebook_page *page)
{
	for (size_t i = page->n; i > 0; i--) {
		const struct vd_facebook_item *item = &page->items[i - 1];
		char state[VD_ID_BYTES + 64];
		int n = snprintf(state, sizeof(state), "%.*s %lld %lld", VD_SPAN_ARG(item->id),
				 (long long)item->updated.us, (long long)item->count);
		uint64_t hash = vd_channel_hash(vd_span_make(state, n > 0 ? (size_t)n : 0));
		if (item->updated.us < fb->poll.bound.us ||
		    vd_looked_get(&fb->read, hash).us != 0) {
			note_newest(fb, item->updated);
			continue;
		}
		struct vd_facebook_node *node = queue(fb, item->id);
		if (node != NULL) {
			node->hash = hash;
			note_newest(fb, item->updated);
		}
	}
}

static enum vd_err take_messages(struct vd_facebook_channel *fb,
				 const struct vd_facebook_page *page, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	struct vd_span thread = vd_span_of(fb->poll.nodes[fb->poll.node].id);
	int64_t bound_us = fb->poll.bound.us - MESSAGES_BACK_S * VD_US_PER_S;
	for (size_t i = page->n; i > 0 && err == VD_OK; i--) {
		const struct vd_facebook_item *item = &page->items[i - 1];
		struct context context = { .thread = thread, .key = item->id };
		if (item->created.us >= bound_us) {
			err = hand_over(fb, item, &context, VD_VISIBILITY_PRIVATE, diag);
		}
	}
	return err;
}

enum vd_err vd_facebook_step_page(struct vd_facebook_channel *fb,
				  const struct vd_facebook_page *page, struct vd_diag *diag)
{
	const struct vd_facebook_poll *p = &fb->poll;
	struct vd_span thread = { 0 };
	switch (steps[p->step].kind) {
	case VD_FACEBOOK_POSTS:
		return take_posts(fb, page, diag);
	case VD_FACEBOOK_COMMENTS:
		thread = p->nodes[p->node].is_thread ? vd_span_of(p->nodes[p->node].id) : thread;
		return take_comments(fb, page, thread, diag);
	case VD_FACEBOOK_CONVERSATIONS:
		take_conversations(fb, page);
		return VD_OK;
	case VD_FACEBOOK_MESSAGES:
		return take_messages(fb, page, diag);
	}
	return VD_OK;
}

// The cursor moves when all that it passes was handed over.
static void move_cursor(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	char text[32];
	int n = snprintf(text, sizeof(text), "%lld", (long long)vd_wall_to_s(p->newest));
	if (vd_wall_is_set(p->newest) && !p->was_cut) {
		vd_channel_cursor_move(&fb->base, steps[p->step].cursor,
				       vd_span_make(text, (size_t)n), p->lost_before);
	}
}

bool vd_facebook_step_end(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	if (steps[p->step].reads_nodes) {
		uint64_t hash = p->nodes[p->node].hash;
		if (hash != 0 && fb->base.host->lost_turns(fb->base.host->ctx) == p->lost_before) {
			vd_looked_set(&fb->read, hash, vd_channel_now(&fb->base));
		}
		if (++p->node < p->n_nodes) {
			return true;
		}
		move_cursor(fb);
		return false;
	}
	if (p->n_nodes == 0) {
		move_cursor(fb);
	}
	// Behind the moved posts, on which alone the cursor depends.
	if (p->step == VD_FACEBOOK_STEP_FEED) {
		queue_watched(fb);
	}
	return false;
}

bool vd_facebook_step_skip(struct vd_facebook_channel *fb, bool is_for_good)
{
	struct vd_facebook_poll *p = &fb->poll;
	const struct vd_facebook_node *node = &p->nodes[p->node];
	if (!steps[p->step].reads_nodes) {
		return false;
	}
	vd_warn(fb->base.host->log, "facebook", "%s: the %s of '%s' are skipped",
		fb->base.self->name, steps[p->step].name, node->id);
	if (is_for_good && node->hash != 0) {
		vd_looked_set(&fb->read, node->hash, vd_channel_now(&fb->base));
	}
	p->was_cut = p->was_cut || (!is_for_good && !node->is_watched);
	if (++p->node == p->n_nodes) {
		move_cursor(fb);
		p->step++;
	}
	return true;
}

void vd_facebook_step_gone(struct vd_facebook_channel *fb)
{
	const struct vd_facebook_node *node = &fb->poll.nodes[fb->poll.node];
	const struct vd_channel_host *host = fb->base.host;
	struct vd_diag diag = { 0 };
	if (node->is_watched &&
	    host->deleted(host->ctx, fb->base.account.account, node->id, &diag) != VD_OK) {
		vd_warn(host->log, "facebook", "%s: '%s' is gone, but can't be noted: %s",
			fb->base.self->name, node->id, diag.text);
	}
}
