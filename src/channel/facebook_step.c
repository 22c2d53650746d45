// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "channel/facebook.h"

#define MINUTE_S 60
#define HOUR_S 3600
#define DAY_S 86400
#define FIRST_S (7 * DAY_S)
// Read again at each poll: times have a resolution of 1 s, and some things become visible late.
#define FEED_OVERLAP_S (15 * MINUTE_S)
#define INBOX_OVERLAP_S MINUTE_S
#define FIRST_PAGES 8
#define SWEEP_S (15 * MINUTE_S)
#define SWEEP_PAGES 4
#define NOW_AND_THEN_S (15 * MINUTE_S)
#define MESSAGES_SHOWN 20 // of a conversation: older ones have no details (facts 2.3)

#define PAGE VD_FACEBOOK_EP_PAGE
#define MESSENGER VD_FACEBOOK_EP_MESSENGER
#define STEP(name) VD_FACEBOOK_STEP_##name

static const struct {
	const char *name;
	const char *cursor; // of the list that fills the queue; NULL: it has none
	enum vd_facebook_endpoint endpoint;
	enum vd_facebook_kind kind;
	enum vd_facebook_shape shape;
	bool fills_queue; // the next step reads the nodes
	bool reads_nodes;
	bool is_optional;
	int32_t every_s; // 0: at each poll
	int32_t overlap_s;
	int limit;
} steps[VD_FACEBOOK_STEP_N] = {
	[STEP(ME)] = { "own id", NULL, PAGE, VD_FACEBOOK_POSTS, VD_FACEBOOK_VALUE, .limit = 1 },
	[STEP(FEED)] = { "posts", "feed", PAGE, VD_FACEBOOK_POSTS, VD_FACEBOOK_LIST,
			 .fills_queue = true, .overlap_s = FEED_OVERLAP_S, .limit = 25 },
	[STEP(COMMENTS)] = { "comments", "feed", PAGE, VD_FACEBOOK_COMMENTS, VD_FACEBOOK_LIST,
			     .reads_nodes = true, .limit = 50 },
	[STEP(WATCH)] = { "open conversations", NULL, PAGE, VD_FACEBOOK_COMMENTS, VD_FACEBOOK_NODE,
			  .reads_nodes = true, .limit = 50 },
	[STEP(CHECK)] = { "deletions", NULL, PAGE, VD_FACEBOOK_COMMENTS, VD_FACEBOOK_VALUE,
			  .reads_nodes = true, .limit = 1 },
	[STEP(INBOX)] = { "conversations", "inbox", MESSENGER, VD_FACEBOOK_CONVERSATIONS,
			  VD_FACEBOOK_LIST, .fills_queue = true, .overlap_s = INBOX_OVERLAP_S,
			  .limit = 25 },
	[STEP(INBOX_MESSAGES)] = { "messages", "inbox", MESSENGER, VD_FACEBOOK_MESSAGES,
				   VD_FACEBOOK_LIST, .reads_nodes = true, .limit = MESSAGES_SHOWN },
	[STEP(OTHER)] = { "message requests", "other", MESSENGER, VD_FACEBOOK_CONVERSATIONS,
			  VD_FACEBOOK_LIST, .fills_queue = true, .every_s = NOW_AND_THEN_S,
			  .overlap_s = INBOX_OVERLAP_S, .limit = 25 },
	[STEP(OTHER_MESSAGES)] = { "message requests", "other", MESSENGER, VD_FACEBOOK_MESSAGES,
				   VD_FACEBOOK_LIST, .reads_nodes = true, .limit = MESSAGES_SHOWN },
	[STEP(TAGGED)] = { "posts that name the Page", "tagged", PAGE, VD_FACEBOOK_POSTS,
			   VD_FACEBOOK_LIST, .fills_queue = true, .every_s = NOW_AND_THEN_S,
			   .overlap_s = DAY_S, .limit = 25 },
	[STEP(TAGGED_COMMENTS)] = { "comments", "tagged", PAGE, VD_FACEBOOK_COMMENTS,
				    VD_FACEBOOK_LIST, .reads_nodes = true, .limit = 50 },
	[STEP(ADS)] = { "ads", "ads", PAGE, VD_FACEBOOK_POSTS, VD_FACEBOOK_LIST,
			.fills_queue = true, .is_optional = true, .every_s = NOW_AND_THEN_S,
			.overlap_s = FEED_OVERLAP_S, .limit = 25 },
	[STEP(ADS_COMMENTS)] = { "comments", "ads", PAGE, VD_FACEBOOK_COMMENTS, VD_FACEBOOK_LIST,
				 .reads_nodes = true, .is_optional = true, .limit = 50 },
	[STEP(PRESENCE)] = { "fans", NULL, PAGE, VD_FACEBOOK_POSTS, VD_FACEBOOK_VALUE,
			     .is_optional = true, .every_s = 6 * HOUR_S, .limit = 1 },
	[STEP(RIVALS)] = { "competitors", NULL, PAGE, VD_FACEBOOK_POSTS, VD_FACEBOOK_VALUE,
			   .reads_nodes = true, .is_optional = true, .every_s = 6 * HOUR_S,
			   .limit = 1 },
	[STEP(TOKEN)] = { "token", NULL, PAGE, VD_FACEBOOK_POSTS, VD_FACEBOOK_VALUE,
			  .is_optional = true, .every_s = DAY_S, .limit = 1 },
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

enum vd_facebook_shape vd_facebook_step_shape(enum vd_facebook_step step)
{
	return steps[step].shape;
}

bool vd_facebook_step_is_optional(enum vd_facebook_step step)
{
	return steps[step].is_optional;
}

enum vd_facebook_step vd_facebook_step_behind(enum vd_facebook_step step)
{
	return (enum vd_facebook_step)(step + (steps[step].fills_queue ? 2 : 1));
}

int vd_facebook_step_limit(enum vd_facebook_step step)
{
	return steps[step].limit;
}

static struct vd_wall ago(const struct vd_facebook_channel *fb, int64_t seconds)
{
	return (struct vd_wall){ vd_loop_wall(fb->base.host->loop).us - seconds * VD_US_PER_S };
}

static bool is_clock_trusted(const struct vd_facebook_channel *fb)
{
	return vd_clock_is_trusted(fb->base.host->clock);
}

// From the cursor, a little back; without one, a week.
static void begin_list(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	char cursor[32];
	int64_t seconds = 0;
	vd_channel_cursor(&fb->base, steps[p->step].cursor, cursor, sizeof(cursor));
	p->newest = (struct vd_wall){ 0 };
	p->bound = is_clock_trusted(fb) ? ago(fb, FIRST_S) : (struct vd_wall){ 0 };
	p->has_cursor = vd_span_parse_i64(vd_span_of(cursor), &seconds) == VD_OK && seconds > 0 &&
			seconds < INT64_MAX / VD_US_PER_S;
	if (p->has_cursor) {
		p->newest = vd_wall_s(seconds);
		p->bound =
			(struct vd_wall){ p->newest.us - steps[p->step].overlap_s * VD_US_PER_S };
	}
	p->feed_bound = p->bound;
	p->was_cut = false;
	p->n_states = 0;
	p->n_seen = 0;
	fb->is_sweep = false;
	if (p->step == STEP(INBOX)) {
		vd_facebook_seen_load(fb);
	}
}

struct vd_facebook_node *vd_facebook_queue(struct vd_facebook_channel *fb, struct vd_span id)
{
	struct vd_facebook_poll *p = &fb->poll;
	for (size_t i = 0; i < p->n_nodes; i++) {
		if (vd_span_is_text(id, p->nodes[i].id)) {
			return NULL;
		}
	}
	if (p->n_nodes == VD_FACEBOOK_NODES_MOST) {
		p->was_cut = true;
		return NULL;
	}
	struct vd_facebook_node *node = &p->nodes[p->n_nodes];
	*node = (struct vd_facebook_node){ .count = -1 };
	if (vd_span_copy(id, node->id, sizeof(node->id)) != VD_OK) {
		return NULL;
	}
	p->n_nodes++;
	return node;
}

static void begin_sweep(struct vd_facebook_channel *fb)
{
	struct vd_mono now = vd_channel_now(&fb->base);
	fb->is_sweep = now.us >= fb->sweep_next.us;
	if (fb->is_sweep) {
		fb->sweep_next =
			vd_mono_add(now, vd_clock_real(fb->base.host->clock, vd_dur_s(SWEEP_S)));
	}
}

// Fills the queue of a step that has no list before it.
static void queue_own(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	switch (p->step) {
	case STEP(WATCH):
		vd_facebook_queue_watched(fb);
		break;
	case STEP(CHECK):
		memcpy(p->nodes, p->checks, sizeof(p->checks));
		p->n_nodes = p->n_checks;
		p->n_checks = 0;
		break;
	case STEP(RIVALS):
		vd_facebook_queue_rivals(fb);
		break;
	default:
		break;
	}
}

static bool is_due(struct vd_facebook_channel *fb)
{
	enum vd_facebook_step step = fb->poll.step;
	struct vd_mono now = vd_channel_now(&fb->base);
	if (now.us < fb->step_next[step].us) {
		return false;
	}
	if (steps[step].every_s > 0) {
		fb->step_next[step] = vd_mono_add(
			now, vd_clock_real(fb->base.host->clock, vd_dur_s(steps[step].every_s)));
	}
	return true;
}

bool vd_facebook_step_begin(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	const struct vd_channel_host *host = fb->base.host;
	p->next[0] = '\0';
	p->pages = 0;
	if (steps[p->step].reads_nodes && p->node < p->n_nodes) {
		return true;
	}
	p->node = 0;
	p->n_nodes = 0;
	bool follows_list = steps[p->step].reads_nodes && steps[p->step].cursor != NULL;
	if (follows_list || !is_due(fb)) {
		return false;
	}
	switch (p->step) {
	case STEP(ME):
		return !vd_facebook_know_page(fb);
	case STEP(PRESENCE):
		return host->presence != NULL;
	case STEP(TOKEN):
		return true;
	case STEP(WATCH):
	case STEP(CHECK):
	case STEP(RIVALS):
		queue_own(fb);
		return p->n_nodes > 0;
	case STEP(FEED):
		begin_list(fb);
		begin_sweep(fb);
		return true;
	default:
		begin_list(fb);
		return true;
	}
}

static void url_of_node(struct vd_facebook_channel *fb, const struct vd_facebook_place *place,
			struct vd_buf *out)
{
	const struct vd_facebook_poll *p = &fb->poll;
	const char *id = p->nodes[p->node].id;
	switch (p->step) {
	case STEP(WATCH):
		vd_facebook_url_node(out, place, id, fb->limit[p->step]);
		break;
	case STEP(CHECK):
		vd_facebook_url_check(out, place, id);
		break;
	case STEP(RIVALS):
		vd_facebook_url_counters(out, place, id);
		break;
	case STEP(INBOX_MESSAGES):
	case STEP(OTHER_MESSAGES):
		vd_facebook_url_messages(out, place, id, fb->limit[p->step]);
		break;
	default:
		vd_facebook_url_comments(out, place, id, fb->limit[p->step]);
		break;
	}
}

void vd_facebook_step_url(struct vd_facebook_channel *fb, struct vd_buf *out)
{
	const struct vd_facebook_poll *p = &fb->poll;
	struct vd_facebook_place place = vd_facebook_place_of(fb);
	switch (p->step) {
	case STEP(ME):
		vd_facebook_url_me(out, &place);
		break;
	case STEP(FEED):
		vd_facebook_url_posts(out, &place, "feed", fb->limit[p->step]);
		break;
	case STEP(TAGGED):
		vd_facebook_url_posts(out, &place, "tagged", fb->limit[p->step]);
		break;
	case STEP(ADS):
		vd_facebook_url_posts(out, &place, "ads_posts", fb->limit[p->step]);
		break;
	case STEP(INBOX):
		vd_facebook_url_conversations(out, &place, "", fb->limit[p->step]);
		break;
	case STEP(OTHER):
		vd_facebook_url_conversations(out, &place, "other", fb->limit[p->step]);
		break;
	case STEP(PRESENCE):
		vd_facebook_url_counters(out, &place, fb->page_id);
		break;
	case STEP(TOKEN):
		vd_facebook_url_debug_token(out, &place, vd_secret_reveal(&fb->base.account.token));
		break;
	default:
		url_of_node(fb, &place, out);
		break;
	}
}

bool vd_facebook_step_goes_on(const struct vd_facebook_channel *fb,
			      const struct vd_facebook_page *page)
{
	const struct vd_facebook_poll *p = &fb->poll;
	if (steps[p->step].kind == VD_FACEBOOK_MESSAGES) { // only the newest twenty have details
		return page->n == 0 || (p->pages + 1) * fb->limit[p->step] < MESSAGES_SHOWN;
	}
	if (p->bound.us == 0 && p->pages + 1 >= FIRST_PAGES) {
		return false;
	}
	if (fb->is_sweep && p->pages + 1 < SWEEP_PAGES) {
		return true;
	}
	bool is_any_new = page->n == 0; // an empty page may be followed by full ones
	for (size_t i = 0; i < page->n; i++) {
		is_any_new = is_any_new || page->items[i].updated.us >= p->bound.us;
	}
	return is_any_new;
}

// The cursor moves when all that it passes was handed over.
static void move_cursor(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	char text[32];
	int n = snprintf(text, sizeof(text), "%lld", (long long)vd_wall_to_s(p->newest));
	if (steps[p->step].cursor != NULL && vd_wall_is_set(p->newest) && !p->was_cut) {
		vd_channel_cursor_move(&fb->base, steps[p->step].cursor,
				       vd_span_make(text, (size_t)n), p->lost_before);
	}
	if (p->step == STEP(INBOX) || p->step == STEP(INBOX_MESSAGES)) {
		vd_facebook_seen_store(fb);
	}
}

bool vd_facebook_step_end(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	if (steps[p->step].reads_nodes) {
		if (steps[p->step].kind == VD_FACEBOOK_MESSAGES) {
			vd_facebook_note_read(fb, &p->nodes[p->node]);
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
	p->was_cut = p->was_cut || !is_for_good;
	if (++p->node == p->n_nodes) {
		move_cursor(fb);
		p->step++;
	}
	return true;
}

void vd_facebook_step_gone(struct vd_facebook_channel *fb)
{
	const struct vd_facebook_node *node = &fb->poll.nodes[fb->poll.node];
	if (node->is_watched) {
		vd_facebook_gone(fb, node);
	}
}
