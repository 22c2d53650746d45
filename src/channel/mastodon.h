// SPDX-License-Identifier: MIT
/**
 * The inside of Mastodon's channel, shared by mastodon.c (life), mastodon_known.c (threads),
 * mastodon_poll.c and mastodon_step.c (reading), mastodon_send.c (writing). Not for anybody else:
 * app/ talks to channel.h. Runs in the loop's thread.
 */
#ifndef VD_CHANNEL_MASTODON_H
#define VD_CHANNEL_MASTODON_H

#include "channel/common.h"
#include "channel/mastodon_wire.h"

enum vd_mastodon_endpoint {
	VD_MASTODON_EP_PAGED, // with a cursor: fewer of them
	VD_MASTODON_EP_READ,
	VD_MASTODON_EP_POST,
	VD_MASTODON_EP_N,
};

/** A poll walks through them in this order. */
enum vd_mastodon_step {
	VD_MASTODON_STEP_INSTANCE,
	VD_MASTODON_STEP_ME,
	VD_MASTODON_STEP_MENTIONS,
	VD_MASTODON_STEP_RECENT,        // the newest again: what became visible late
	VD_MASTODON_STEP_CONVERSATIONS, // direct ones, only as a check
	VD_MASTODON_STEP_OWN,
	VD_MASTODON_STEP_RIVALS,  // who else is followed by how many
	VD_MASTODON_STEP_THREADS, // open ones: replies without a mention, edits, deletions
	VD_MASTODON_STEP_N,
};

/** What is asked for within a step. */
enum vd_mastodon_ask {
	VD_MASTODON_ASK_LIST,
	VD_MASTODON_ASK_ROOT,    // the thread of an item that replies to something unknown
	VD_MASTODON_ASK_OPENING, // THREADS: the message that it begins with
	VD_MASTODON_ASK_CONTEXT, // THREADS: all below it
	VD_MASTODON_ASK_MISSING, // THREADS: one that isn't among them any more
};

/** Names as the desk has them: ids are unique on a server only, so its domain is in front.
 *  "domain/id", of a direct thread "dm:domain/id". */
#define VD_MASTODON_DM_PREFIX "dm:"

/** A status that was seen: where it stands. */
struct vd_mastodon_known {
	char id[VD_MASTODON_ID_BYTES];
	char thread[VD_MASTODON_ID_BYTES]; // the status that its thread begins with
	uint64_t author;                   // hash of the account's id
	uint64_t addressee;                // of whom it replies to; 0: nobody
	bool is_private;
	bool is_own;  // of one of our accounts
	bool is_head; // own, with nobody's question above it
};
#define VD_MASTODON_KNOWN_N 192
struct vd_mastodon_knowns {
	struct vd_mastodon_known items[VD_MASTODON_KNOWN_N];
	uint16_t next; // the oldest is forgotten
};
const struct vd_mastodon_known *vd_mastodon_known_get(const struct vd_mastodon_knowns *knowns,
						      struct vd_span id);
/** Where a status stands, from what is known of its parent; remembered. */
struct vd_mastodon_known *vd_mastodon_known_add(struct vd_mastodon_knowns *knowns,
						const struct vd_mastodon_item *item, bool is_own);
/** Whether the status may be joined to the case of its parent: a private word of one person never
 * goes into the case of another. */
bool vd_mastodon_known_has_parent(const struct vd_mastodon_knowns *knowns,
				  const struct vd_mastodon_item *item, bool is_own);

#define VD_MASTODON_PAGES_HELD 16  // that wait to be handed over oldest first
#define VD_MASTODON_PAGES_MOST 100 // of one walk in one poll
#define VD_MASTODON_THREADS_MOST 64
#define VD_MASTODON_MISSING_MOST 8

struct vd_mastodon_thread {
	char start[VD_MASTODON_ID_BYTES];
	char name[VD_ID_BYTES]; // as the desk has it
	bool is_private;
};

struct vd_mastodon_poll {
	bool is_running;
	enum vd_mastodon_step step;
	enum vd_mastodon_ask ask;
	uint64_t lost_before;
	struct vd_wall began; // what was published before is in this poll's mentions
	struct vd_exchange exchange;
	// the list under way
	char above[VD_MASTODON_ID_BYTES];  // MENTIONS: min_id; "": the first reading
	char below[VD_MASTODON_ID_BYTES];  // max_id
	char newest[VD_MASTODON_ID_BYTES]; // the first key of this round
	char passed[VD_MASTODON_ID_BYTES]; // the last key that was handed over
	struct vd_wall bound;              // what is older was seen, or is not asked for
	int pages;
	struct vd_mastodon_page held[VD_MASTODON_PAGES_HELD];
	size_t n_held;
	size_t item;       // of the last held page: so many are left
	bool is_root_done; // the thread of the item that comes next was asked for
	// the open threads
	struct vd_mastodon_thread threads[VD_MASTODON_THREADS_MOST];
	size_t n_threads;
	size_t thread;
	int looks;
	char missing[VD_MASTODON_MISSING_MOST][VD_MASTODON_ID_BYTES];
	size_t n_missing;
	struct vd_span rivals; // RIVALS: those that were not asked for yet
	struct vd_span rival;
	// the report
	struct vd_poll_report report;
	size_t n_good; // steps that ended well
	size_t n_bad;
};

struct vd_mastodon_channel {
	struct vd_channel base;
	struct vd_rate rates[VD_MASTODON_EP_N];
	struct vd_mastodon_instance instance;
	bool is_v1;                         // it has no /api/v2/instance
	char user_id[VD_MASTODON_ID_BYTES]; // the account's own, on its server
	char acct[VD_MASTODON_ACCT_BYTES];  // user@host
	struct vd_mono step_next[VD_MASTODON_STEP_N];
	struct {
		enum vd_health health; // 0: fine
		char detail[VD_DETAIL_BYTES];
	} trouble[VD_MASTODON_STEP_N];
	struct vd_looked looked; // threads
	struct vd_looked gone;   // said to be gone by a page that isn't JSON: once
	struct vd_mastodon_knowns knowns;
	struct vd_mastodon_poll poll;
	struct vd_list sends;
	char *html; // host->scratch: text out of HTML
	char *text; // host->scratch: the sanitised text of the message that is handed over
};

static inline struct vd_mastodon_channel *vd_mastodon_of(struct vd_channel *channel)
{
	return VD_CONTAINER_OF(channel, struct vd_mastodon_channel, base);
}

/** Domain and own id from the cursors, where this start hasn't asked yet. */
void vd_mastodon_recall(struct vd_mastodon_channel *m);
/** Whether the author is one of our accounts: its number, or -1. */
int vd_mastodon_own_author(const struct vd_mastodon_channel *m,
			   const struct vd_mastodon_item *item);
/** The desk's name of a status; false where it is too long. */
bool vd_mastodon_name(const struct vd_mastodon_channel *m, const char *prefix, struct vd_span id,
		      char out[VD_ID_BYTES]);
/** The id behind such a name; false where it is another server's. */
bool vd_mastodon_unname(const struct vd_mastodon_channel *m, const char *name,
			char out[VD_MASTODON_ID_BYTES]);

void vd_mastodon_poll_start(struct vd_channel *channel);
void vd_mastodon_poll_deinit(struct vd_mastodon_channel *m);

const char *vd_mastodon_step_name(enum vd_mastodon_step step);
/** Prepares the step, or its next thread; false where it has nothing to do now. */
bool vd_mastodon_step_begin(struct vd_mastodon_channel *m);
/** The address of what `poll.ask` says; the rate that it falls under. */
enum vd_mastodon_endpoint vd_mastodon_step_url(struct vd_mastodon_channel *m, struct vd_buf *out);
enum vd_mastodon_kind vd_mastodon_step_kind(const struct vd_mastodon_channel *m);
/** Whether the page after the newest held one may hold something new. */
bool vd_mastodon_step_goes_on(struct vd_mastodon_channel *m);
/** The item that is handed over next; NULL: all were. */
const struct vd_mastodon_item *vd_mastodon_step_next(struct vd_mastodon_channel *m);
/** Whether its thread has to be asked for first. */
bool vd_mastodon_step_needs_root(const struct vd_mastodon_channel *m,
				 const struct vd_mastodon_item *item);
void vd_mastodon_step_learn(struct vd_mastodon_channel *m, const struct vd_mastodon_page *context);
/** It is older than what is asked for. */
bool vd_mastodon_step_is_old(const struct vd_mastodon_channel *m,
			     const struct vd_mastodon_item *item);
/** What the step finds was seen in all likelihood. */
bool vd_mastodon_step_is_check(enum vd_mastodon_step step);
/** Hands over one item. A failure: nothing more can be taken in. */
enum vd_err vd_mastodon_step_item(struct vd_mastodon_channel *m,
				  const struct vd_mastodon_item *item, struct vd_diag *diag);
/** What customers said in a thread (as the desk names it), read for a reply to it. */
enum vd_err vd_mastodon_take_thread(struct vd_mastodon_channel *m, const char *thread,
				    const struct vd_mastodon_page *page, struct vd_diag *diag);
/** Everything that was held is handed over. True where the step goes on with another request. */
bool vd_mastodon_step_end(struct vd_mastodon_channel *m);
/** The walk ends here: cursors of what was handed over. */
void vd_mastodon_step_stop(struct vd_mastodon_channel *m);
/** THREADS: an answer that the status under way is gone; told to the host. True where another
 * request follows. */
bool vd_mastodon_step_gone(struct vd_mastodon_channel *m, bool is_html);
/** RIVALS: the first of them, or the next; false where there is none. */
bool vd_mastodon_rivals_begin(struct vd_mastodon_channel *m);
bool vd_mastodon_rivals_next(struct vd_mastodon_channel *m);
/** What the server says of one; what can't be read is logged, and nobody waits for it. */
void vd_mastodon_rivals_take(struct vd_mastodon_channel *m, struct vd_span body);
/** THREADS: all of the thread under way was looked at; true: another one. */
bool vd_mastodon_step_next_thread(struct vd_mastodon_channel *m);

void vd_mastodon_send(struct vd_channel *channel, const struct vd_outbox_entry *entry);
bool vd_mastodon_is_guarded(const struct vd_channel *channel, const struct vd_outbox_entry *entry,
			    struct vd_wall now);
void vd_mastodon_look_up(struct vd_channel *channel, const struct vd_outbox_entry *entry);

#endif
