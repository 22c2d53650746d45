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
#define SEARCHES_A_POLL 3
#define SEARCH_FRONT_N 3 // the most urgent threads are looked at more often
#define SEARCH_FRONT_S 60
#define SEARCH_S (10 * MINUTE_S)
// The cursor of own posts follows with nothing open, in steps that are worth a write.
#define OWN_IDLE_S 3600
#define OWN_STEP_S (6 * 3600)
// A few times a day the mentions of a whole day are read again (facts 1.5).
#define SWEEP_S DAY_S
#define SWEEP_PERIOD_S (6 * 3600)
#define CHECK_PERIOD_S DAY_S
#define PRESENCE_PERIOD_S (6 * 3600)
// What X still knows: the newest of a list (mentions, own posts), days.
#define MENTIONS_HORIZON_N 800
#define OWN_HORIZON_N 3200
#define DM_HORIZON_S (30 * DAY_S)
#define DM_PAGE_N 20
#define QUOTES_PAGE_N 10 // X gives no fewer
// The first page of a UTC day is paid again.
#define DM_NEW_DAY_N 5

static const struct {
	const char *name;
	const char *cursor; // NULL: none
	enum vd_x_endpoint endpoint;
	enum vd_x_page_kind kind;
	const char *scope;
} steps[VD_X_STEP_N] = {
	[VD_X_STEP_ME] = { "own id", NULL, VD_X_EP_ME, VD_X_POSTS, "users.read" },
	[VD_X_STEP_MENTIONS] = { "mentions", "mentions", VD_X_EP_MENTIONS, VD_X_POSTS,
				 "tweet.read" },
	[VD_X_STEP_DMS] = { "direct messages", "dm", VD_X_EP_DMS, VD_X_DMS, "dm.read" },
	[VD_X_STEP_OWN] = { "own posts", "own", VD_X_EP_OWN, VD_X_POSTS, "tweet.read" },
	[VD_X_STEP_SEARCH] = { "conversations", NULL, VD_X_EP_SEARCH, VD_X_POSTS, "tweet.read" },
	[VD_X_STEP_ECHOES] = { "our latest posts", NULL, VD_X_EP_OWN, VD_X_POSTS, "tweet.read" },
	[VD_X_STEP_QUOTES] = { "quotes", NULL, VD_X_EP_QUOTES, VD_X_POSTS, "tweet.read" },
	[VD_X_STEP_CHECK] = { "open posts", NULL, VD_X_EP_LOOKUP, VD_X_LOOKUP, "tweet.read" },
	[VD_X_STEP_PRESENCE] = { "followers", NULL, VD_X_EP_USERS, VD_X_USERS, "users.read" },
};

const char *vd_x_step_scope(enum vd_x_step step)
{
	return steps[step].scope;
}

bool vd_x_step_is_owned(const struct vd_x_channel *x)
{
	return x->base.account.is_app_owner &&
	       (x->poll.step == VD_X_STEP_MENTIONS || x->poll.step == VD_X_STEP_OWN ||
		x->poll.step == VD_X_STEP_ECHOES);
}

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
	p->list[0] = '\0';
	p->token[0] = '\0';
	p->start = (struct vd_wall){ 0 };
	p->pages = 0;
	p->n_items = 0;
	p->was_restarted = false;
	p->is_sweep = false;
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

// Cursors that hold an instant: unix seconds, when something was last done whole.
static bool is_due(const struct vd_x_channel *x, const char *cursor, int64_t period_s)
{
	char text[VD_X_ID_BYTES];
	int64_t last_s = 0;
	vd_channel_cursor(&x->base, cursor, text, sizeof(text));
	int64_t now_s = vd_loop_wall(x->base.host->loop).us / VD_US_PER_S;
	bool is_known = vd_span_parse_i64(vd_span_of(text), &last_s) == VD_OK && last_s <= now_s;
	return is_clock_trusted(x) && (!is_known || now_s - last_s >= period_s);
}

static void note_done(const struct vd_x_channel *x, const char *cursor)
{
	char text[VD_X_ID_BYTES];
	int n = snprintf(text, sizeof(text), "%lld",
			 (long long)(vd_loop_wall(x->base.host->loop).us / VD_US_PER_S));
	vd_channel_cursor_move(&x->base, cursor, vd_span_make(text, (size_t)n),
			       x->poll.lost_before);
}

// When something was last read whole; not set where never.
static struct vd_wall last_done(const struct vd_x_channel *x, const char *cursor)
{
	char text[VD_X_ID_BYTES];
	int64_t last_s = 0;
	vd_channel_cursor(&x->base, cursor, text, sizeof(text));
	bool is_known = vd_span_parse_i64(vd_span_of(text), &last_s) == VD_OK && last_s > 0;
	return is_known ? vd_wall_s(last_s) : (struct vd_wall){ 0 };
}

// X knows no more than `horizon_s`: what came between the last reading and that is lost for good.
static void note_horizon(struct vd_x_channel *x, const char *cursor, int64_t horizon_s,
			 const char *what)
{
	struct vd_wall last = last_done(x, cursor);
	struct vd_wall horizon = ago(x, horizon_s);
	if (vd_wall_is_set(last) && is_clock_trusted(x) && last.us < horizon.us) {
		char from[VD_TIME_TEXT_BYTES];
		char to[VD_TIME_TEXT_BYTES];
		vd_wall_print(last, from);
		vd_wall_print(horizon, to);
		vd_x_note_gap(x, "X goes back %d days: look by hand for %s from %s to %s",
			      (int)(horizon_s / DAY_S), what, from, to);
	}
}

static bool begin_mentions(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	(void)begin_since(x);
	note_horizon(x, "swept", FIRST_S, "replies without our name");
	p->is_sweep = is_due(x, "swept", SWEEP_PERIOD_S);
	char day_ago[VD_X_ID_BYTES];
	vd_x_id_of_time(ago(x, SWEEP_S), day_ago);
	if (p->is_sweep && is_id_set(p->since) &&
	    vd_x_id_compare(vd_span_of(day_ago), vd_span_of(p->since)) < 0) {
		snprintf(p->since, sizeof(p->since), "%s", day_ago);
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
		note_horizon(x, "dm_read", DM_HORIZON_S, "direct messages");
	} else if (is_clock_trusted(x)) {
		vd_x_id_of_time(ago(x, FIRST_S), x->poll.floor);
	}
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

// ---- open posts, and who follows us
// ----------------------------------------------------------------

// The lowest ids above the last one that was looked at.
struct lowest {
	const char *above;
	char ids[VD_X_LOOKUP_MOST][VD_X_ID_BYTES];
	size_t n;
};

static bool take_lowest(void *ctx, const char *id)
{
	struct lowest *l = ctx;
	struct vd_span span = vd_span_of(id);
	if (!vd_x_id_is_valid(span) || vd_x_id_compare(span, vd_span_of(l->above)) <= 0) {
		return true;
	}
	size_t at = l->n;
	while (at > 0 && vd_x_id_compare(span, vd_span_of(l->ids[at - 1])) < 0) {
		at--;
	}
	bool is_known = at > 0 && vd_x_id_compare(span, vd_span_of(l->ids[at - 1])) == 0;
	if (at == VD_X_LOOKUP_MOST || is_known) {
		return true;
	}
	size_t kept = l->n < VD_X_LOOKUP_MOST ? l->n : VD_X_LOOKUP_MOST - 1;
	memmove(l->ids[at + 1], l->ids[at], (kept - at) * sizeof(l->ids[0]));
	snprintf(l->ids[at], sizeof(l->ids[0]), "%s", id);
	l->n = kept + 1;
	return true;
}

static void add_to_list(struct vd_x_poll *p, struct vd_span item)
{
	size_t n = strlen(p->list);
	if (n + item.n + 2 <= sizeof(p->list)) {
		snprintf(p->list + n, sizeof(p->list) - n, "%s%.*s", n > 0 ? "," : "",
			 VD_SPAN_ARG(item));
	}
}

// A round looks at each open post once, a hundred at a poll.
static bool begin_check(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	const struct vd_channel_host *host = x->base.host;
	struct vd_diag diag = { 0 };
	if (host->open_messages == NULL ||
	    (!is_id_set(p->check_from) && !is_due(x, "checked", CHECK_PERIOD_S))) {
		return false;
	}
	struct lowest l = { .above = p->check_from };
	if (host->open_messages(host->ctx, x->base.account.account, take_lowest, &l, &diag) !=
	    VD_OK) {
		vd_warn(host->log, "x", "%s: open messages: %s", x->base.self->name, diag.text);
		return false;
	}
	for (size_t i = 0; i < l.n; i++) {
		add_to_list(p, vd_span_of(l.ids[i]));
	}
	snprintf(p->check_from, sizeof(p->check_from), "%s",
		 l.n == VD_X_LOOKUP_MOST ? l.ids[l.n - 1] : "");
	if (l.n == 0) {
		note_done(x, "checked");
	}
	return l.n > 0;
}

static bool is_handle(struct vd_span handle)
{
	for (size_t i = 0; i < handle.n; i++) {
		char c = handle.p[i];
		bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			       (c >= '0' && c <= '9') || c == '_';
		if (!is_word) {
			return false;
		}
	}
	return handle.n > 0 && handle.n <= 15;
}

static void add_handle(struct vd_x_poll *p, struct vd_span handle)
{
	handle = vd_span_trim(handle);
	if (handle.n > 0 && handle.p[0] == '@') {
		handle = vd_span_skip(handle, 1);
	}
	if (is_handle(handle)) {
		add_to_list(p, handle);
	}
}

static bool begin_presence(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	if (x->base.host->presence == NULL || !is_due(x, "presence", PRESENCE_PERIOD_S)) {
		return false;
	}
	add_handle(p, vd_span_of(x->base.self->handle));
	struct vd_span rivals = vd_span_of(x->base.account.rivals);
	for (size_t n = 1; rivals.n > 0 && n < VD_X_LOOKUP_MOST; n++) {
		add_handle(p, vd_span_cut(&rivals, ','));
	}
	return p->list[0] != '\0';
}

bool vd_x_step_begin(struct vd_x_channel *x)
{
	static bool (*const begins[VD_X_STEP_N])(struct vd_x_channel *) = {
		[VD_X_STEP_MENTIONS] = begin_mentions,
		[VD_X_STEP_DMS] = begin_dms,
		[VD_X_STEP_OWN] = begin_own,
		[VD_X_STEP_SEARCH] = begin_search,
		[VD_X_STEP_CHECK] = begin_check,
		[VD_X_STEP_PRESENCE] = begin_presence,
		[VD_X_STEP_ECHOES] = vd_x_echoes_begin,
		[VD_X_STEP_QUOTES] = vd_x_quotes_begin,
	};
	enum vd_x_step step = x->poll.step;
	begin_list(x);
	if (step == VD_X_STEP_ME) {
		return x->user_id[0] == '\0';
	}
	struct vd_mono now = vd_channel_now(&x->base);
	return now.us >= x->step_next[step].us && begins[step](x);
}

static int64_t utc_day(const struct vd_x_channel *x)
{
	return vd_loop_wall(x->base.host->loop).us / (DAY_S * VD_US_PER_S);
}

// What is read again on the same UTC day is free: small pages where everything is paid anew.
static int dm_page_size(const struct vd_x_channel *x)
{
	bool is_first = x->poll.pages == 0 && x->dm_day != utc_day(x);
	if (!is_id_set(x->poll.newest)) {
		return 100; // nothing is known: all of it is wanted
	}
	return is_first ? DM_NEW_DAY_N : DM_PAGE_N;
}

static int quotes_page_size(const struct vd_x_channel *x)
{
	size_t n = vd_x_quotes_wanted(x);
	return n < QUOTES_PAGE_N ? QUOTES_PAGE_N : (int)n;
}

bool vd_x_step_has_enough(const struct vd_x_channel *x)
{
	const struct vd_x_poll *p = &x->poll;
	return p->step == VD_X_STEP_ECHOES ||
	       (p->step == VD_X_STEP_QUOTES && p->n_items >= vd_x_quotes_wanted(x));
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
	case VD_X_STEP_ECHOES:
		q.max_results = VD_X_ECHOES_MOST;
		vd_x_url_own(out, base, x->user_id, &q);
		break;
	case VD_X_STEP_QUOTES:
		q.max_results = quotes_page_size(x);
		vd_x_url_quotes(out, base, p->echoes[p->echo].id, &q);
		break;
	case VD_X_STEP_DMS:
		q.max_results = dm_page_size(x);
		vd_x_url_dms(out, base, "", &q);
		break;
	case VD_X_STEP_CHECK:
		vd_x_url_lookup(out, base, x->dialect, vd_span_of(p->list));
		break;
	case VD_X_STEP_PRESENCE:
		vd_x_url_users(out, base, vd_span_of(p->list));
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

// The list ended, but at X's horizon and not at what we know.
static void note_list_gap(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	size_t most = p->step == VD_X_STEP_MENTIONS ? MENTIONS_HORIZON_N : OWN_HORIZON_N;
	if (is_id_set(p->since) && p->n_items >= most) {
		vd_x_note_gap(x,
			      "X shows the newest %zu %s only: look by hand for older ones since "
			      "post %s",
			      most, steps[p->step].name, p->since);
	}
}

static void note_step_done(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	switch (p->step) {
	case VD_X_STEP_MENTIONS:
		note_list_gap(x);
		if (p->is_sweep) {
			note_done(x, "swept");
		}
		break;
	case VD_X_STEP_OWN:
		note_list_gap(x);
		hold_back_own(x);
		break;
	case VD_X_STEP_DMS:
		x->dm_day = utc_day(x);
		if (is_due(x, "dm_read", DAY_S)) {
			note_done(x, "dm_read");
		}
		break;
	case VD_X_STEP_ECHOES:
		vd_x_echoes_end(x);
		break;
	case VD_X_STEP_QUOTES:
		vd_x_quotes_end(x);
		break;
	case VD_X_STEP_CHECK:
		if (!is_id_set(p->check_from)) {
			note_done(x, "checked");
		}
		break;
	case VD_X_STEP_PRESENCE:
		note_done(x, "presence");
		break;
	default:
		break;
	}
}

bool vd_x_step_end(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	const char *cursor = steps[p->step].cursor;
	note_step_done(x);
	if (cursor != NULL && is_id_set(p->newest)) {
		vd_channel_cursor_move(&x->base, cursor, vd_span_of(p->newest), p->lost_before);
	}
	return p->step == VD_X_STEP_SEARCH || p->step == VD_X_STEP_QUOTES;
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
	if (m->visibility == VD_VISIBILITY_PRIVATE) {
		bool is_old = is_id_set(x->poll.floor) &&
			      vd_x_id_compare(item->id, vd_span_of(x->poll.floor)) < 0;
		return !is_old &&
		       m->account ==
			       x->base.account.account; // not what our brands write to each other
	}
	// An own post that answers nobody is no business of the desk.
	return !item->is_retweet && (m->direction == VD_DIRECTION_IN || item->parent.n > 0);
}

static enum vd_err set_ids(const struct vd_x_item *item, struct vd_message *m)
{
	const char *prefix = m->visibility == VD_VISIBILITY_PRIVATE ? "dm:" : "";
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

// A retweet is none of our messages: it counts on the post that it repeats, and carries its count.
static void tell_retweet(const struct vd_x_channel *x, const struct vd_x_item *item)
{
	const struct vd_channel_host *host = x->base.host;
	char id[VD_X_ID_BYTES];
	if (item->is_retweet && item->retweeted.n > 0 && host->passed_on != NULL &&
	    vd_span_copy(item->retweeted, id, sizeof(id)) == VD_OK) {
		host->passed_on(host->ctx, x->base.account.account, id,
				item->shares > 0 ? item->shares : 1);
	}
}

static enum vd_err hand_over(struct vd_x_channel *x, const struct vd_x_item *item, bool is_dm,
			     struct vd_diag *diag)
{
	struct vd_attached attached;
	vd_x_attached_read(item, &attached);
	struct vd_message m = { .visibility = is_dm ? VD_VISIBILITY_PRIVATE : VD_VISIBILITY_PUBLIC,
				.published = item->published,
				.fetched = vd_loop_wall(x->base.host->loop),
				.attachments = attached.n,
				.attached = vd_attached_list(&attached),
				.shares = item->shares,
				.quotes = item->quotes,
				.has_echoes = item->has_echoes };
	set_author(x, item, &m);
	tell_retweet(x, item);
	if (!is_wanted(x, item, &m)) {
		return VD_OK;
	}
	if (set_ids(item, &m) != VD_OK) {
		x->poll.n_bad++;
		return VD_OK;
	}
	m.sent = m.direction == VD_DIRECTION_OUT ? m.published : (struct vd_wall){ 0 };
	(void)vd_utf8_sanitise(item->author_handle, m.author_handle, sizeof(m.author_handle), NULL);
	size_t n = vd_utf8_sanitise(item->text, x->text, VD_TEXT_BYTES, NULL);
	m.text = vd_span_make(x->text, n);
	return x->base.host->message(x->base.host->ctx, &m, diag);
}

enum vd_err vd_x_step_item(struct vd_x_channel *x, const struct vd_x_item *item,
			   struct vd_diag *diag)
{
	if (x->poll.step == VD_X_STEP_ECHOES) {
		vd_x_echoes_take(x, item);
		return VD_OK;
	}
	if (x->poll.step == VD_X_STEP_QUOTES && item->published.us < ago(x, FIRST_S).us) {
		return VD_OK; // of before our time
	}
	note_newest(x, item->id);
	return hand_over(x, item, x->poll.step == VD_X_STEP_DMS, diag);
}

enum vd_err vd_x_take_lookup(struct vd_x_channel *x, const struct vd_x_page *page,
			     struct vd_span ids, struct vd_diag *diag)
{
	const struct vd_channel_host *host = x->base.host;
	enum vd_err err = VD_OK;
	for (size_t i = 0; i < page->n && err == VD_OK; i++) {
		err = hand_over(x, &page->items[i], false, diag);
	}
	while (ids.n > 0 && err == VD_OK) {
		struct vd_span id = vd_span_cut(&ids, ',');
		char text[VD_X_ID_BYTES];
		if (vd_x_page_is_gone(page, id) && vd_span_copy(id, text, sizeof(text)) == VD_OK) {
			err = host->deleted(host->ctx, x->base.account.account, text, diag);
		}
	}
	return err;
}
