// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "channel/x.h"

#define MINUTE_S 60
#define DAY_S 86400
// How far back the first poll of an account looks; the search knows no more (facts 1.3).
#define FIRST_S (7 * DAY_S)
#define SEARCH_HORIZON_S (7 * DAY_S - 3600)
// Posts become visible late: this much is read again at each poll (facts 1.5).
#define OVERLAP_S (15 * MINUTE_S)
// A cursor from the future would blind us until then.
#define FUTURE_S 3600
#define DM_PERIOD_S 75
#define SEARCHES_A_POLL 3
#define SEARCH_FRONT_N 3 // the most urgent threads are looked at more often
#define SEARCH_FRONT_S 60
#define SEARCH_S (10 * MINUTE_S)
// The cursor of own posts follows with nothing open, in steps that are worth a write.
#define OWN_IDLE_S 3600
#define OWN_STEP_S (6 * 3600)

static const struct {
	const char *name;
	const char *cursor; // NULL: none
	enum vd_x_endpoint endpoint;
	enum vd_x_page_kind kind;
} steps[VD_X_STEP_N] = {
	[VD_X_STEP_ME] = { "own id", NULL, VD_X_EP_ME, VD_X_POSTS },
	[VD_X_STEP_MENTIONS] = { "mentions", "mentions", VD_X_EP_MENTIONS, VD_X_POSTS },
	[VD_X_STEP_DMS] = { "direct messages", "dm", VD_X_EP_DMS, VD_X_DMS },
	[VD_X_STEP_OWN] = { "own posts", "own", VD_X_EP_OWN, VD_X_POSTS },
	[VD_X_STEP_SEARCH] = { "conversations", NULL, VD_X_EP_SEARCH, VD_X_POSTS },
};

enum vd_x_endpoint vd_x_step_endpoint(enum vd_x_step step)
{
	return steps[step].endpoint;
}

enum vd_x_page_kind vd_x_step_kind(enum vd_x_step step)
{
	return steps[step].kind;
}

const char *vd_x_step_name(enum vd_x_step step)
{
	return steps[step].name;
}

static struct vd_wall ago(const struct vd_x_channel *x, int64_t seconds)
{
	return (struct vd_wall){ vd_loop_wall(x->base.host->loop).us - seconds * VD_US_PER_S };
}

static bool is_clock_trusted(const struct vd_x_channel *x)
{
	return vd_clock_is_trusted(x->base.host->clock);
}

static bool is_id_set(const char *id)
{
	return id[0] != '\0';
}

// since = min(cursor, now - 15 min); with a clock that can't be believed, cursor - 15 min.
static void overlap(const struct vd_x_channel *x, const char *cursor, char out[VD_X_ID_BYTES])
{
	struct vd_wall base = is_clock_trusted(x) ? vd_loop_wall(x->base.host->loop)
						  : vd_x_time_of_id(vd_span_of(cursor));
	vd_x_id_of_time((struct vd_wall){ base.us - OVERLAP_S * VD_US_PER_S }, out);
	if (vd_x_id_compare(vd_span_of(cursor), vd_span_of(out)) < 0) {
		snprintf(out, VD_X_ID_BYTES, "%s", cursor);
	}
}

static void read_cursor(struct vd_x_channel *x, char out[VD_X_ID_BYTES])
{
	vd_channel_cursor(&x->base, steps[x->poll.step].cursor, out, VD_X_ID_BYTES);
	if (!vd_x_id_is_valid(vd_span_of(out))) {
		out[0] = '\0';
	}
}

static void begin_list(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	p->since[0] = '\0';
	p->floor[0] = '\0';
	p->newest[0] = '\0';
	p->token[0] = '\0';
	p->start = (struct vd_wall){ 0 };
	p->pages = 0;
}

static bool begin_since(struct vd_x_channel *x)
{
	char cursor[VD_X_ID_BYTES];
	read_cursor(x, cursor);
	snprintf(x->poll.newest, sizeof(x->poll.newest), "%s", cursor);
	if (is_id_set(cursor)) {
		overlap(x, cursor, x->poll.since);
	} else if (is_clock_trusted(x)) {
		x->poll.start = ago(x, FIRST_S);
	}
	return true;
}

// Direct messages know no since: pages are asked for down to a floor.
static bool begin_dms(struct vd_x_channel *x)
{
	char cursor[VD_X_ID_BYTES];
	read_cursor(x, cursor);
	snprintf(x->poll.newest, sizeof(x->poll.newest), "%s", cursor);
	if (is_id_set(cursor)) {
		overlap(x, cursor, x->poll.floor);
	} else if (is_clock_trusted(x)) {
		vd_x_id_of_time(ago(x, FIRST_S), x->poll.floor);
	}
	struct vd_dur pace = vd_rate_pace(&x->rates[VD_X_EP_DMS], vd_dur_s(DM_PERIOD_S));
	x->step_next[VD_X_STEP_DMS] = vd_mono_add(vd_channel_now(&x->base), pace);
	return true;
}

static void collect_public_threads(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	struct vd_open_thread open[VD_X_THREADS_MOST];
	size_t n = vd_channel_open_threads(&x->base, open, VD_X_THREADS_MOST);
	p->n_threads = 0;
	for (size_t i = 0; i < n; i++) {
		struct vd_span id = vd_span_of(open[i].thread_id); // or "dm:..."
		if (vd_x_id_is_valid(id) &&
		    vd_span_copy(id, p->threads[p->n_threads], VD_X_ID_BYTES) == VD_OK) {
			p->n_threads++;
		}
	}
}

// With nothing open no reply can matter: the cursor follows at a distance, so that the next reading
// is short.
static void follow_own(struct vd_x_channel *x)
{
	char cursor[VD_X_ID_BYTES];
	char wanted[VD_X_ID_BYTES];
	read_cursor(x, cursor);
	if (!is_clock_trusted(x)) {
		return;
	}
	struct vd_wall began =
		x->poll.began; // a slow poll must not pass what its mentions had not seen
	vd_x_id_of_time((struct vd_wall){ began.us - OWN_STEP_S * VD_US_PER_S }, wanted);
	if (is_id_set(cursor) && vd_x_id_compare(vd_span_of(cursor), vd_span_of(wanted)) >= 0) {
		return;
	}
	vd_x_id_of_time((struct vd_wall){ began.us - OWN_IDLE_S * VD_US_PER_S }, wanted);
	vd_channel_cursor_move(&x->base, steps[VD_X_STEP_OWN].cursor, vd_span_of(wanted),
			       x->poll.lost_before);
}

static bool begin_own(struct vd_x_channel *x)
{
	if (!x->base.account.watches_own_posts) {
		return false;
	}
	collect_public_threads(x);
	if (x->poll.n_threads == 0) {
		follow_own(x);
		return false;
	}
	return begin_since(x);
}

static struct vd_mono last_search(struct vd_x_channel *x, size_t i)
{
	return vd_looked_get(&x->searched, vd_channel_hash(vd_span_of(x->poll.threads[i])));
}

static bool is_search_due(struct vd_x_channel *x, size_t i)
{
	struct vd_mono last = last_search(x, i);
	int64_t wait_s = i < SEARCH_FRONT_N ? SEARCH_FRONT_S : SEARCH_S;
	struct vd_dur wait = vd_clock_real(x->base.host->clock, vd_dur_s(wait_s));
	return last.us == 0 || vd_channel_now(&x->base).us - last.us >= wait.us;
}

// A thread that was never looked at comes first: its answer may have been seen before its question,
// and been passed over. Then the most urgent one that is due.
static bool choose_search(struct vd_x_channel *x, size_t *chosen)
{
	struct vd_x_poll *p = &x->poll;
	for (size_t i = 0; i < p->n_threads; i++) {
		if (last_search(x, i).us == 0) {
			*chosen = i;
			return true;
		}
	}
	for (size_t i = 0; i < p->n_threads; i++) {
		if (is_search_due(x, i)) {
			*chosen = i;
			return true;
		}
	}
	return false;
}

static bool begin_search(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	if (p->searches == 0) {
		collect_public_threads(x);
	}
	size_t chosen;
	if (p->searches == SEARCHES_A_POLL || !choose_search(x, &chosen)) {
		return false;
	}
	vd_looked_set(&x->searched, vd_channel_hash(vd_span_of(p->threads[chosen])),
		      vd_channel_now(&x->base));
	p->thread = chosen;
	p->searches++;
	// Everything of the thread that the search still knows; what we have is cheap.
	struct vd_wall root = vd_x_time_of_id(vd_span_of(p->threads[chosen]));
	struct vd_wall horizon = ago(x, SEARCH_HORIZON_S);
	if (is_clock_trusted(x) && root.us < horizon.us) {
		p->start = horizon;
	}
	return true;
}

bool vd_x_step_begin(struct vd_x_channel *x)
{
	static bool (*const begins[VD_X_STEP_N])(struct vd_x_channel *) = {
		[VD_X_STEP_MENTIONS] = begin_since,
		[VD_X_STEP_DMS] = begin_dms,
		[VD_X_STEP_OWN] = begin_own,
		[VD_X_STEP_SEARCH] = begin_search,
	};
	enum vd_x_step step = x->poll.step;
	begin_list(x);
	if (step == VD_X_STEP_ME) {
		return x->user_id[0] == '\0';
	}
	struct vd_mono now = vd_channel_now(&x->base);
	return now.us >= x->step_next[step].us && begins[step](x);
}

void vd_x_step_url(struct vd_x_channel *x, struct vd_buf *out)
{
	const struct vd_x_poll *p = &x->poll;
	const char *base = vd_channel_base_url(&x->base);
	struct vd_x_query q = { .dialect = x->dialect,
				.since_id = vd_span_of(p->since),
				.start = p->start,
				.token = vd_span_of(p->token),
				.max_results = 100 };
	switch (p->step) {
	case VD_X_STEP_ME:
		vd_x_url_me(out, base);
		break;
	case VD_X_STEP_MENTIONS:
		vd_x_url_mentions(out, base, x->user_id, &q);
		break;
	case VD_X_STEP_OWN:
		vd_x_url_own(out, base, x->user_id, &q);
		break;
	case VD_X_STEP_SEARCH:
		vd_x_url_search(out, base, p->threads[p->thread], &q);
		break;
	case VD_X_STEP_DMS:
		q.max_results = is_id_set(p->floor) ? 50 : 100;
		vd_x_url_dms(out, base, "", &q);
		break;
	case VD_X_STEP_N:
		break;
	}
}

// Own posts are read after the mentions: one that answers a question which came in between was
// passed over, and must be read again when its question is known.
static void hold_back_own(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	char most[VD_X_ID_BYTES];
	vd_x_id_of_time(p->began, most);
	if (is_clock_trusted(x) && vd_x_id_compare(vd_span_of(p->newest), vd_span_of(most)) > 0) {
		snprintf(p->newest, sizeof(p->newest), "%s", most);
	}
}

bool vd_x_step_end(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	const char *cursor = steps[p->step].cursor;
	if (p->step == VD_X_STEP_OWN) {
		hold_back_own(x);
	}
	if (cursor != NULL && is_id_set(p->newest)) {
		vd_channel_cursor_move(&x->base, cursor, vd_span_of(p->newest), p->lost_before);
	}
	return p->step == VD_X_STEP_SEARCH;
}

static void note_newest(struct vd_x_channel *x, struct vd_span id)
{
	struct vd_x_poll *p = &x->poll;
	struct vd_wall latest = ago(x, -FUTURE_S);
	if (is_clock_trusted(x) && vd_x_time_of_id(id).us > latest.us) {
		return;
	}
	if (vd_x_id_compare(id, vd_span_of(p->newest)) > 0 &&
	    vd_span_copy(id, p->newest, sizeof(p->newest)) != VD_OK) {
		p->newest[0] = '\0';
	}
}

// Whose message it is: OUT where one of our accounts wrote it, and then it is that account's.
static void set_author(const struct vd_x_channel *x, const struct vd_x_item *item,
		       struct vd_message *m)
{
	int own = vd_span_is_text(item->author_id, x->user_id)
			  ? x->base.account.account
			  : vd_channel_own_author(&x->base, item->author_id, item->author_handle);
	m->account = own >= 0 ? (uint16_t)own : x->base.account.account;
	m->direction = own >= 0 ? VD_DIRECTION_OUT : VD_DIRECTION_IN;
}

static bool is_wanted(const struct vd_x_channel *x, const struct vd_x_item *item,
		      const struct vd_message *m)
{
	if (x->poll.step == VD_X_STEP_DMS) {
		bool is_old = is_id_set(x->poll.floor) &&
			      vd_x_id_compare(item->id, vd_span_of(x->poll.floor)) < 0;
		return !is_old &&
		       m->account ==
			       x->base.account.account; // not what our brands write to each other
	}
	// An own post that answers nobody is no business of the desk.
	return !item->is_retweet && (m->direction == VD_DIRECTION_IN || item->parent.n > 0);
}

static enum vd_err set_ids(const struct vd_x_channel *x, const struct vd_x_item *item,
			   struct vd_message *m)
{
	const char *prefix = x->poll.step == VD_X_STEP_DMS ? "dm:" : "";
	int n = snprintf(m->thread_id, sizeof(m->thread_id), "%s%.*s", prefix,
			 VD_SPAN_ARG(item->thread));
	if (n < 0 || (size_t)n >= sizeof(m->thread_id)) {
		return VD_ERR_ROOM;
	}
	enum vd_err err = vd_span_copy(item->key, m->network_id, sizeof(m->network_id));
	err = err == VD_OK ? vd_span_copy(item->parent, m->parent_id, sizeof(m->parent_id)) : err;
	return err == VD_OK ? vd_span_copy(item->author_id, m->author_id, sizeof(m->author_id))
			    : err;
}

enum vd_err vd_x_step_item(struct vd_x_channel *x, const struct vd_x_item *item,
			   struct vd_diag *diag)
{
	bool is_dm = x->poll.step == VD_X_STEP_DMS;
	struct vd_message m = { .visibility = is_dm ? VD_VISIBILITY_PRIVATE : VD_VISIBILITY_PUBLIC,
				.published = item->published,
				.fetched = vd_loop_wall(x->base.host->loop),
				.attachments = item->attachments };
	note_newest(x, item->id);
	set_author(x, item, &m);
	if (!is_wanted(x, item, &m)) {
		return VD_OK;
	}
	if (set_ids(x, item, &m) != VD_OK) {
		x->poll.n_bad++;
		return VD_OK;
	}
	m.sent = m.direction == VD_DIRECTION_OUT ? m.published : (struct vd_wall){ 0 };
	(void)vd_utf8_sanitise(item->author_handle, m.author_handle, sizeof(m.author_handle), NULL);
	size_t n = vd_utf8_sanitise(item->text, x->text, VD_TEXT_BYTES, NULL);
	m.text = vd_span_make(x->text, n);
	return x->base.host->message(x->base.host->ctx, &m, diag);
}
