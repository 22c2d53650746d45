// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "channel/mastodon.h"

#define MINUTE_S 60
#define HOUR_S 3600
#define DAY_S 86400
#define FIRST_S (7 * DAY_S) // how far back the first reading goes
#define INSTANCE_S DAY_S
#define ME_S (6 * HOUR_S)
#define RECENT_S (15 * MINUTE_S)
#define RECENT_BACK_S HOUR_S
#define CONVERSATIONS_S (5 * MINUTE_S)
#define OWN_OVERLAP_S (15 * MINUTE_S)
// The cursor of own posts follows in steps that are worth a write, with nothing open at a distance.
#define OWN_MOVE_S (5 * MINUTE_S)
#define OWN_IDLE_S HOUR_S
#define OWN_STEP_S (6 * HOUR_S)
// A page of that many may have a gap below it, on servers that read min_id as since_id.
#define FULL_PAGE 40
#define LOOKS_A_POLL 3
#define LOOK_FRONT_N 3
#define LOOK_FRONT_S MINUTE_S
#define LOOK_S (10 * MINUTE_S)
#define ROOTS_A_CHECK 10 // threads that a mere check may ask for

static const struct {
	const char *name;
	enum vd_mastodon_kind kind;
	bool is_check; // what it finds was seen in all likelihood
} steps[VD_MASTODON_STEP_N] = {
	[VD_MASTODON_STEP_INSTANCE] = { "server", VD_MASTODON_STATUS, false },
	[VD_MASTODON_STEP_ME] = { "own id", VD_MASTODON_STATUS, false },
	[VD_MASTODON_STEP_MENTIONS] = { "mentions", VD_MASTODON_NOTIFICATIONS, false },
	[VD_MASTODON_STEP_RECENT] = { "recent mentions", VD_MASTODON_NOTIFICATIONS, true },
	[VD_MASTODON_STEP_CONVERSATIONS] = { "direct messages", VD_MASTODON_CONVERSATIONS, true },
	[VD_MASTODON_STEP_OWN] = { "own posts", VD_MASTODON_STATUSES, false },
	[VD_MASTODON_STEP_RIVALS] = { "followers", VD_MASTODON_STATUS, false },
	[VD_MASTODON_STEP_THREADS] = { "threads", VD_MASTODON_STATUS, false },
};

const char *vd_mastodon_step_name(enum vd_mastodon_step step)
{
	return steps[step].name;
}

bool vd_mastodon_step_is_check(enum vd_mastodon_step step)
{
	return steps[step].is_check;
}

bool vd_mastodon_step_is_old(const struct vd_mastodon_channel *m,
			     const struct vd_mastodon_item *item)
{
	return vd_wall_is_set(m->poll.bound) && item->published.us < m->poll.bound.us;
}

static struct vd_wall ago(const struct vd_mastodon_channel *m, int64_t seconds)
{
	return (struct vd_wall){ vd_loop_wall(m->base.host->loop).us - seconds * VD_US_PER_S };
}

static bool is_clock_trusted(const struct vd_mastodon_channel *m)
{
	return vd_clock_is_trusted(m->base.host->clock);
}

static void next_in(struct vd_mastodon_channel *m, int64_t seconds)
{
	m->step_next[m->poll.step] = vd_mono_add(
		vd_channel_now(&m->base), vd_clock_real(m->base.host->clock, vd_dur_s(seconds)));
}

static void begin_list(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	p->above[0] = '\0';
	p->below[0] = '\0';
	p->newest[0] = '\0';
	p->passed[0] = '\0';
	p->bound = (struct vd_wall){ 0 };
	p->pages = 0;
	p->looks = 0;
}

static void bound_by(struct vd_mastodon_channel *m, int64_t seconds)
{
	m->poll.bound = is_clock_trusted(m) ? ago(m, seconds) : (struct vd_wall){ 0 };
}

// ---- beginnings ---------------------------------------------------------------------------

static bool begin_instance(struct vd_mastodon_channel *m)
{
	m->is_v1 = false;
	return true;
}

static bool begin_me(struct vd_mastodon_channel *m)
{
	(void)m;
	return true;
}

static bool begin_mentions(struct vd_mastodon_channel *m)
{
	vd_channel_cursor(&m->base, "mentions", m->poll.above, sizeof(m->poll.above));
	if (m->poll.above[0] == '\0') {
		bound_by(m, FIRST_S);
	}
	return true;
}

static bool begin_recent(struct vd_mastodon_channel *m)
{
	bool is_first = m->step_next[VD_MASTODON_STEP_RECENT].us == 0;
	next_in(m, RECENT_S);
	bound_by(m, RECENT_BACK_S);
	return !is_first; // the mentions were just read
}

static bool begin_conversations(struct vd_mastodon_channel *m)
{
	bound_by(m, FIRST_S);
	next_in(m, CONVERSATIONS_S);
	return true;
}

static void collect_threads(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	struct vd_open_thread open[VD_MASTODON_THREADS_MOST];
	size_t n = vd_channel_open_threads(&m->base, open, VD_MASTODON_THREADS_MOST);
	p->n_threads = 0;
	for (size_t i = 0; i < n; i++) {
		struct vd_mastodon_thread *thread = &p->threads[p->n_threads];
		snprintf(thread->name, sizeof(thread->name), "%s", open[i].thread_id);
		thread->is_private = vd_span_has_prefix(vd_span_of(open[i].thread_id),
							VD_SPAN(VD_MASTODON_DM_PREFIX));
		p->n_threads += vd_mastodon_unname(m, open[i].thread_id, thread->start) ? 1 : 0;
	}
}

static struct vd_wall own_cursor(struct vd_mastodon_channel *m)
{
	char text[32];
	int64_t seconds = 0;
	vd_channel_cursor(&m->base, "own", text, sizeof(text));
	bool is_good = vd_span_parse_i64(vd_span_of(text), &seconds) == VD_OK && seconds > 0 &&
		       seconds < INT64_MAX / VD_US_PER_S;
	return is_good ? vd_wall_s(seconds) : (struct vd_wall){ 0 };
}

static void move_own(struct vd_mastodon_channel *m, struct vd_wall to, int64_t step_s)
{
	char text[32];
	if (!is_clock_trusted(m) || to.us - own_cursor(m).us < step_s * VD_US_PER_S) {
		return;
	}
	int n = snprintf(text, sizeof(text), "%lld", (long long)vd_wall_to_s(to));
	vd_channel_cursor_move(&m->base, "own", vd_span_make(text, (size_t)n), m->poll.lost_before);
}

static bool begin_own(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	if (!m->base.account.watches_own_posts || m->user_id[0] == '\0') {
		return false;
	}
	collect_threads(m);
	if (p->n_threads == 0) { // no reply can matter: the next reading shall be short
		struct vd_wall at = { p->began.us - OWN_IDLE_S * VD_US_PER_S };
		move_own(m, at, OWN_STEP_S);
		return false;
	}
	struct vd_wall cursor = own_cursor(m);
	bound_by(m, FIRST_S);
	if (vd_wall_is_set(cursor)) {
		p->bound = (struct vd_wall){ cursor.us - OWN_OVERLAP_S * VD_US_PER_S };
	}
	return true;
}

static struct vd_mono last_look(struct vd_mastodon_channel *m, size_t i)
{
	return vd_looked_get(&m->looked, vd_channel_hash(vd_span_of(m->poll.threads[i].start)));
}

static bool is_look_due(struct vd_mastodon_channel *m, size_t i)
{
	struct vd_mono last = last_look(m, i);
	struct vd_dur wait = vd_clock_real(m->base.host->clock,
					   vd_dur_s(i < LOOK_FRONT_N ? LOOK_FRONT_S : LOOK_S));
	return last.us == 0 || vd_channel_now(&m->base).us - last.us >= wait.us;
}

// A thread that was never looked at comes first: its answer may have been seen before its question,
// and been passed over. Then the most urgent one that is due.
static bool choose_thread(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	for (int must_be_due = 0; must_be_due <= 1; must_be_due++) {
		for (size_t i = 0; i < p->n_threads; i++) {
			bool is_it = must_be_due ? is_look_due(m, i) : last_look(m, i).us == 0;
			if (is_it) {
				p->thread = i;
				return true;
			}
		}
	}
	return false;
}

bool vd_mastodon_step_next_thread(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	if (p->looks == LOOKS_A_POLL || !choose_thread(m)) {
		return false;
	}
	vd_looked_set(&m->looked, vd_channel_hash(vd_span_of(p->threads[p->thread].start)),
		      vd_channel_now(&m->base));
	p->looks++;
	p->n_missing = 0;
	p->ask = VD_MASTODON_ASK_OPENING;
	return true;
}

static bool begin_threads(struct vd_mastodon_channel *m)
{
	collect_threads(m);
	return vd_mastodon_step_next_thread(m);
}

bool vd_mastodon_step_begin(struct vd_mastodon_channel *m)
{
	static bool (*const begins[VD_MASTODON_STEP_N])(struct vd_mastodon_channel *) = {
		[VD_MASTODON_STEP_INSTANCE] = begin_instance,
		[VD_MASTODON_STEP_ME] = begin_me,
		[VD_MASTODON_STEP_MENTIONS] = begin_mentions,
		[VD_MASTODON_STEP_RECENT] = begin_recent,
		[VD_MASTODON_STEP_CONVERSATIONS] = begin_conversations,
		[VD_MASTODON_STEP_OWN] = begin_own,
		[VD_MASTODON_STEP_RIVALS] = vd_mastodon_rivals_begin,
		[VD_MASTODON_STEP_THREADS] = begin_threads,
	};
	enum vd_mastodon_step step = m->poll.step;
	begin_list(m);
	return vd_channel_now(&m->base).us >= m->step_next[step].us && begins[step](m);
}

// ---- requests -----------------------------------------------------------------------------

static enum vd_mastodon_endpoint put_list(struct vd_mastodon_channel *m, struct vd_buf *out)
{
	const struct vd_mastodon_poll *p = &m->poll;
	const char *base = vd_channel_base_url(&m->base);
	bool is_walk = p->below[0] != '\0';
	switch (p->step) {
	case VD_MASTODON_STEP_INSTANCE:
		vd_mastodon_url_instance(out, base, m->is_v1 ? 1 : 2);
		break;
	case VD_MASTODON_STEP_ME:
		vd_mastodon_url_me(out, base);
		break;
	case VD_MASTODON_STEP_MENTIONS:
		vd_mastodon_url_mentions(out, base, p->above, p->below);
		is_walk = is_walk || p->above[0] != '\0';
		break;
	case VD_MASTODON_STEP_RECENT:
		vd_mastodon_url_mentions(out, base, "", "");
		break;
	case VD_MASTODON_STEP_CONVERSATIONS:
		vd_mastodon_url_conversations(out, base);
		break;
	case VD_MASTODON_STEP_OWN:
		vd_mastodon_url_statuses(out, base, m->user_id, p->below);
		break;
	case VD_MASTODON_STEP_RIVALS:
		vd_mastodon_url_lookup(out, base, p->rival);
		break;
	case VD_MASTODON_STEP_THREADS:
	case VD_MASTODON_STEP_N:
		break;
	}
	return is_walk ? VD_MASTODON_EP_PAGED : VD_MASTODON_EP_READ;
}

enum vd_mastodon_endpoint vd_mastodon_step_url(struct vd_mastodon_channel *m, struct vd_buf *out)
{
	struct vd_mastodon_poll *p = &m->poll;
	const char *base = vd_channel_base_url(&m->base);
	const struct vd_mastodon_thread *thread = &p->threads[p->thread];
	char id[VD_MASTODON_ID_BYTES] = "";
	switch (p->ask) {
	case VD_MASTODON_ASK_LIST:
		return put_list(m, out);
	case VD_MASTODON_ASK_ROOT:
		(void)!vd_span_copy(vd_mastodon_step_next(m)->id, id, sizeof(id));
		vd_mastodon_url_context(out, base, id);
		break;
	case VD_MASTODON_ASK_OPENING:
		vd_mastodon_url_status(out, base, thread->start);
		break;
	case VD_MASTODON_ASK_CONTEXT:
		vd_mastodon_url_context(out, base, thread->start);
		break;
	case VD_MASTODON_ASK_MISSING:
		vd_mastodon_url_status(out, base, p->missing[p->n_missing - 1]);
		break;
	}
	return VD_MASTODON_EP_READ;
}

enum vd_mastodon_kind vd_mastodon_step_kind(const struct vd_mastodon_channel *m)
{
	switch (m->poll.ask) {
	case VD_MASTODON_ASK_ROOT:
	case VD_MASTODON_ASK_CONTEXT:
		return VD_MASTODON_CONTEXT;
	case VD_MASTODON_ASK_OPENING:
	case VD_MASTODON_ASK_MISSING:
		return VD_MASTODON_STATUS;
	case VD_MASTODON_ASK_LIST:
		break;
	}
	return steps[m->poll.step].kind;
}

// ---- walking ------------------------------------------------------------------------------

// Only numbers tell by themselves which came first.
static bool is_at_or_below(struct vd_span key, struct vd_span floor)
{
	uint64_t a = 0;
	uint64_t b = 0;
	if (vd_span_is_equal(key, floor)) {
		return true;
	}
	return vd_span_parse_u64(key, &a) == VD_OK && vd_span_parse_u64(floor, &b) == VD_OK &&
	       a <= b;
}

// A server that takes min_id for since_id gives the newest above it: what lies between is walked
// to from there. What was seen before is cut off; true where that was reached.
static bool cut_seen(struct vd_mastodon_poll *p, struct vd_mastodon_page *page)
{
	struct vd_span floor = vd_span_of(p->above);
	for (size_t i = 0; i < page->n && floor.n > 0; i++) {
		if (is_at_or_below(page->items[i].key, floor)) {
			page->n = i;
			return true;
		}
	}
	return floor.n > 0 && is_at_or_below(page->last_key, floor);
}

static bool reaches_bound(const struct vd_mastodon_poll *p, const struct vd_mastodon_page *page)
{
	return vd_wall_is_set(p->bound) && page->n > 0 &&
	       page->items[page->n - 1].published.us < p->bound.us;
}

static bool walk_down(struct vd_mastodon_poll *p, const struct vd_mastodon_page *page)
{
	bool is_same_place = vd_span_is_text(page->last_key, p->below);
	if (page->last_key.n == 0 || is_same_place || ++p->pages >= VD_MASTODON_PAGES_MOST ||
	    p->n_held == VD_MASTODON_PAGES_HELD ||
	    vd_span_copy(page->last_key, p->below, sizeof(p->below)) != VD_OK) {
		return false;
	}
	return true;
}

static bool mentions_go_on(struct vd_mastodon_poll *p, struct vd_mastodon_page *page)
{
	if (p->below[0] == '\0' &&
	    vd_span_copy(page->first_key, p->newest, sizeof(p->newest)) != VD_OK) {
		p->newest[0] = '\0';
	}
	size_t n_listed = page->n_listed;
	bool is_seen = cut_seen(p, page);
	if (is_seen || n_listed == 0) {
		return false;
	}
	if (p->above[0] != '\0' && n_listed < FULL_PAGE && p->below[0] == '\0') {
		return false; // all that is above
	}
	return !reaches_bound(p, page) && walk_down(p, page);
}

struct missing {
	struct vd_mastodon_channel *m;
	const struct vd_mastodon_page *page;
};

static bool note_one(void *ctx, const char *network_id, struct vd_wall published)
{
	const struct missing *missing = ctx;
	struct vd_mastodon_poll *p = &missing->m->poll;
	char *id = p->missing[p->n_missing];
	(void)published;
	if (!vd_mastodon_unname(missing->m, network_id, id)) {
		return true;
	}
	bool is_there = strcmp(id, p->threads[p->thread].start) == 0;
	for (size_t i = 0; i < missing->page->n && !is_there; i++) {
		is_there = vd_span_is_text(missing->page->items[i].id, id);
	}
	p->n_missing += is_there ? 0 : 1;
	return p->n_missing < VD_MASTODON_MISSING_MOST;
}

// Messages of this thread that the desk holds, and that the thread doesn't show any more.
static void note_missing(struct vd_mastodon_channel *m, const struct vd_mastodon_page *page)
{
	const struct vd_channel_host *host = m->base.host;
	const char *thread = m->poll.threads[m->poll.thread].name;
	struct missing missing = { .m = m, .page = page };
	struct vd_diag diag = { 0 };
	m->poll.n_missing = 0;
	if (host->known != NULL && host->known(host->ctx, m->base.account.account, thread, note_one,
					       &missing, &diag) != VD_OK) {
		vd_warn(host->log, "mastodon", "%s: what is held of '%s': %s", m->base.self->name,
			thread, diag.text);
	}
}

bool vd_mastodon_step_goes_on(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	struct vd_mastodon_page *page = &p->held[p->n_held - 1];
	if (p->ask == VD_MASTODON_ASK_CONTEXT) {
		note_missing(m, page);
	}
	if (p->ask != VD_MASTODON_ASK_LIST) {
		return false;
	}
	if (p->step == VD_MASTODON_STEP_MENTIONS) {
		return mentions_go_on(p, page);
	}
	// Some servers give all they have, whatever is asked for: then the place doesn't move.
	return p->step == VD_MASTODON_STEP_OWN && page->n_listed > 0 && !reaches_bound(p, page) &&
	       walk_down(p, page);
}

const struct vd_mastodon_item *vd_mastodon_step_next(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	while (p->n_held > 0) {
		struct vd_mastodon_page *page = &p->held[p->n_held - 1];
		if (p->item < page->n) {
			bool is_down = p->ask == VD_MASTODON_ASK_CONTEXT; // oldest first already
			return &page->items[is_down ? p->item : page->n - 1 - p->item];
		}
		vd_mastodon_page_deinit(page);
		p->n_held--;
		p->item = 0;
	}
	return NULL;
}

// ---- threads ------------------------------------------------------------------------------

bool vd_mastodon_step_needs_root(const struct vd_mastodon_channel *m,
				 const struct vd_mastodon_item *item)
{
	const struct vd_mastodon_poll *p = &m->poll;
	bool may_ask = !steps[p->step].is_check || p->looks < ROOTS_A_CHECK;
	return p->ask == VD_MASTODON_ASK_LIST && may_ask && item->parent.n > 0 &&
	       !item->is_reblog && !vd_mastodon_step_is_old(m, item) &&
	       vd_mastodon_known_get(&m->knowns, item->parent) == NULL &&
	       vd_mastodon_known_get(&m->knowns, item->id) == NULL;
}

void vd_mastodon_step_learn(struct vd_mastodon_channel *m, const struct vd_mastodon_page *context)
{
	m->poll.looks++;
	for (size_t i = 0; i < context->n_ancestors; i++) {
		const struct vd_mastodon_item *item = &context->items[i];
		(void)vd_mastodon_known_add(&m->knowns, item, vd_mastodon_own_author(m, item) >= 0);
	}
}

static bool next_missing(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	if (p->n_missing == 0) {
		return vd_mastodon_step_next_thread(m);
	}
	p->ask = VD_MASTODON_ASK_MISSING;
	return true;
}

static bool after(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	switch (p->ask) {
	case VD_MASTODON_ASK_OPENING:
		p->ask = VD_MASTODON_ASK_CONTEXT;
		return true;
	case VD_MASTODON_ASK_MISSING:
		p->n_missing--;
		return next_missing(m);
	default:
		return next_missing(m);
	}
}

static void tell_gone(struct vd_mastodon_channel *m, const char *id)
{
	const struct vd_channel_host *host = m->base.host;
	struct vd_diag diag = { 0 };
	char name[VD_ID_BYTES];
	if (vd_mastodon_name(m, "", vd_span_of(id), name) &&
	    host->deleted(host->ctx, m->base.account.account, name, &diag) != VD_OK) {
		vd_warn(host->log, "mastodon", "%s: '%s' is gone, but can't be noted: %s",
			m->base.self->name, name, diag.text);
	}
}

bool vd_mastodon_step_gone(struct vd_mastodon_channel *m, bool is_html)
{
	static const struct vd_mastodon_page nothing = { 0 };
	struct vd_mastodon_poll *p = &m->poll;
	const char *id = p->threads[p->thread].start; // a stranger's, perhaps: nobody minds
	if (p->ask == VD_MASTODON_ASK_CONTEXT) {
		note_missing(m, &nothing);
		return next_missing(m);
	}
	if (p->ask == VD_MASTODON_ASK_MISSING) {
		id = p->missing[p->n_missing - 1];
	}
	// A page may come from anything in between: it must be said twice.
	uint64_t hash = vd_channel_hash(vd_span_of(id));
	if (is_html && vd_looked_get(&m->gone, hash).us == 0) {
		vd_looked_set(&m->gone, hash, vd_channel_now(&m->base));
	} else {
		tell_gone(m, id);
	}
	return after(m);
}

// ---- ends ---------------------------------------------------------------------------------

static bool end_mentions(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	bool was_first = p->above[0] == '\0';
	bool has_moved = p->newest[0] != '\0' && strcmp(p->newest, p->above) != 0;
	if (!has_moved) {
		return false;
	}
	vd_channel_cursor_move(&m->base, "mentions", vd_span_of(p->newest), p->lost_before);
	memcpy(p->above, p->newest, sizeof(p->above));
	p->below[0] = '\0';
	p->newest[0] = '\0';
	// Until a page is empty.
	return !was_first && ++p->pages < VD_MASTODON_PAGES_MOST;
}

bool vd_mastodon_step_end(struct vd_mastodon_channel *m)
{
	char known[VD_MASTODON_DOMAIN_BYTES];
	switch (m->poll.step) {
	case VD_MASTODON_STEP_INSTANCE:
		vd_channel_cursor(&m->base, "domain", known, sizeof(known));
		if (known[0] == '\0') {
			vd_channel_cursor_move(&m->base, "domain", vd_span_of(m->instance.domain),
					       m->poll.lost_before);
		}
		next_in(m, INSTANCE_S);
		return false;
	case VD_MASTODON_STEP_ME:
		next_in(m, ME_S);
		return false;
	case VD_MASTODON_STEP_MENTIONS:
		return end_mentions(m);
	case VD_MASTODON_STEP_OWN:
		move_own(m, m->poll.began, OWN_MOVE_S);
		return false;
	case VD_MASTODON_STEP_RIVALS:
		return vd_mastodon_rivals_next(m);
	case VD_MASTODON_STEP_THREADS:
		return after(m);
	case VD_MASTODON_STEP_RECENT:
	case VD_MASTODON_STEP_CONVERSATIONS:
	case VD_MASTODON_STEP_N:
		break;
	}
	return false;
}

void vd_mastodon_step_stop(struct vd_mastodon_channel *m)
{
	const struct vd_mastodon_poll *p = &m->poll;
	// Oldest first: all up to there is the desk's. The first reading has no floor, so what lies
	// below a page that is still to come isn't.
	if (p->step == VD_MASTODON_STEP_MENTIONS && p->passed[0] != '\0') {
		vd_channel_cursor_move(&m->base, "mentions", vd_span_of(p->passed), p->lost_before);
	}
}
