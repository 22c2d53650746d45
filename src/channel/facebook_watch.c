// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "channel/facebook.h"

#define MINUTE_S 60
#define WATCHES_A_POLL 3
#define WATCH_FRONT_N 3
#define WATCH_FRONT_S 45
#define WATCH_S (10 * MINUTE_S)
#define KNOWN_MOST 24

static bool is_due(struct vd_facebook_channel *fb, int32_t every_s, uint64_t hash)
{
	struct vd_mono last = vd_looked_get(&fb->watched, hash);
	struct vd_dur wait = vd_clock_real(fb->base.host->clock, vd_dur_s(every_s));
	return last.us == 0 || vd_channel_now(&fb->base).us - last.us >= wait.us;
}

static struct vd_facebook_node *queue_due(struct vd_facebook_channel *fb, struct vd_span id,
					  int32_t every_s)
{
	uint64_t hash = vd_channel_hash(id);
	if (!vd_facebook_id_is_valid(id) || !is_due(fb, every_s, hash)) {
		return NULL;
	}
	struct vd_facebook_node *node = vd_facebook_queue(fb, id);
	if (node != NULL) {
		vd_looked_set(&fb->watched, hash, vd_channel_now(&fb->base));
	}
	return node;
}

// "P_C" hangs on the Page's post "PAGE_P": others may write below it too.
static bool queue_post_of(struct vd_facebook_channel *fb, struct vd_span comment)
{
	char id[VD_ID_BYTES];
	if (vd_span_has_prefix(comment, VD_SPAN("t_"))) {
		return false;
	}
	struct vd_span post = vd_span_cut(&comment, '_');
	int n = snprintf(id, sizeof(id), "%s_%.*s", fb->page_id, VD_SPAN_ARG(post));
	bool is_post = comment.n == 0 || vd_span_is_text(post, fb->page_id);
	return !is_post && n > 0 && (size_t)n < sizeof(id) &&
	       queue_due(fb, vd_span_make(id, (size_t)n), WATCH_S) != NULL;
}

// Old posts and ads get comments without moving up in the feed: open threads, and the posts that
// they hang on, are read on their own.
void vd_facebook_queue_watched(struct vd_facebook_channel *fb)
{
	struct vd_open_thread open[VD_FACEBOOK_THREADS_MOST];
	size_t n = vd_channel_open_threads(&fb->base, open, VD_FACEBOOK_THREADS_MOST);
	int left = WATCHES_A_POLL;
	for (size_t i = 0; i < n && left > 0; i++) {
		struct vd_span id = vd_span_of(open[i].thread_id);
		if (vd_span_has_prefix(id, VD_SPAN("t_"))) {
			continue; // conversations tell by themselves
		}
		struct vd_facebook_node *node =
			queue_due(fb, id, i < WATCH_FRONT_N ? WATCH_FRONT_S : WATCH_S);
		if (node != NULL) {
			node->is_thread = true;
			node->is_watched = true;
			left--;
		}
	}
	for (size_t i = 0; i < n && left > 0; i++) {
		left -= queue_post_of(fb, vd_span_of(open[i].thread_id)) ? 1 : 0;
	}
}

// ---- what vanished
// -----------------------------------------------------------------------------

struct known {
	const char *root;
	const struct vd_facebook_page *comments; // NULL: all are meant
	size_t n;
	char ids[KNOWN_MOST][VD_ID_BYTES];
};

static bool is_listed(const struct vd_facebook_page *comments, struct vd_span id,
		      struct vd_wall published)
{
	for (size_t i = 0; i < comments->n; i++) {
		if (vd_facebook_is_same_comment(comments->items[i].id, id)) {
			return true;
		}
	}
	// Beyond the page nothing is known.
	return comments->next.n > 0 &&
	       (comments->n == 0 || published.us <= comments->items[comments->n - 1].created.us);
}

static bool keep_missed(void *ctx, const char *network_id, struct vd_wall published)
{
	struct known *known = ctx;
	struct vd_span id = vd_span_of(network_id);
	bool is_root = strcmp(network_id, known->root) == 0;
	bool is_there = known->comments != NULL &&
			(is_root || is_listed(known->comments, id, published));
	if (!is_there && vd_span_copy(id, known->ids[known->n], VD_ID_BYTES) == VD_OK) {
		known->n++;
	}
	return known->n < KNOWN_MOST;
}

static void collect(struct vd_facebook_channel *fb, struct known *known)
{
	const struct vd_channel_host *host = fb->base.host;
	struct vd_diag diag = { 0 };
	if (host->known != NULL && host->known(host->ctx, fb->base.account.account, known->root,
					       keep_missed, known, &diag) != VD_OK) {
		vd_warn(host->log, "facebook", "%s: what is known of '%s': %s", fb->base.self->name,
			known->root, diag.text);
		known->n = 0;
	}
}

// Reads of customers' words come back empty, not refused, once the access to data is over.
static bool is_blind(const struct vd_facebook_channel *fb)
{
	const struct vd_facebook_token *token = &fb->token;
	struct vd_wall end = token->data_access_expires;
	bool is_over = vd_wall_is_set(end) && end.us <= vd_loop_wall(fb->base.host->loop).us;
	return token->is_known &&
	       (is_over || !vd_facebook_token_has(token, VD_FACEBOOK_SCOPE_READ_USER_CONTENT));
}

void vd_facebook_miss(struct vd_facebook_channel *fb, const char *thread,
		      const struct vd_facebook_page *comments)
{
	struct vd_facebook_poll *p = &fb->poll;
	struct known known = { .root = thread, .comments = comments };
	if (is_blind(fb)) {
		return;
	}
	collect(fb, &known);
	for (size_t i = 0; i < known.n && p->n_checks < VD_FACEBOOK_CHECKS_MOST; i++) {
		struct vd_facebook_node *check = &p->checks[p->n_checks++];
		*check = (struct vd_facebook_node){ .is_watched = true };
		memcpy(check->id, known.ids[i], sizeof(check->id));
	}
}

static void tell(struct vd_facebook_channel *fb, const char *id)
{
	const struct vd_channel_host *host = fb->base.host;
	struct vd_diag diag = { 0 };
	if (host->deleted(host->ctx, fb->base.account.account, id, &diag) != VD_OK) {
		vd_warn(host->log, "facebook", "%s: '%s' is gone, but can't be noted: %s",
			fb->base.self->name, id, diag.text);
	}
}

// With a thread all goes that hung on it (R38).
void vd_facebook_gone(struct vd_facebook_channel *fb, const struct vd_facebook_node *node)
{
	struct known known = { .root = node->id };
	if (is_blind(fb)) {
		return;
	}
	if (node->is_thread) {
		collect(fb, &known);
	}
	for (size_t i = 0; i < known.n; i++) {
		if (strcmp(known.ids[i], node->id) != 0) {
			tell(fb, known.ids[i]);
		}
	}
	tell(fb, node->id);
}
