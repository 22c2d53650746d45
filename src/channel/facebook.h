// SPDX-License-Identifier: MIT
/**
 * The inside of Facebook's channel, shared by facebook.c (life), facebook_poll.c and
 * facebook_step.c (reading), facebook_send.c (writing). Not for anybody else: app/ talks to
 * channel.h. Runs in the loop's thread.
 */
#ifndef VD_CHANNEL_FACEBOOK_H
#define VD_CHANNEL_FACEBOOK_H

#include "channel/common.h"
#include "channel/facebook_wire.h"

enum vd_facebook_endpoint {
	VD_FACEBOOK_EP_PAGE,
	VD_FACEBOOK_EP_MESSENGER,
	VD_FACEBOOK_EP_N,
};

/** A poll walks through them in this order, customers first. A step that reads nodes reads what the
 * step before it queued, or what it queues itself. */
enum vd_facebook_step {
	VD_FACEBOOK_STEP_ME,
	VD_FACEBOOK_STEP_FEED,
	VD_FACEBOOK_STEP_COMMENTS,
	VD_FACEBOOK_STEP_WATCH, // open threads, and the posts that they hang on
	VD_FACEBOOK_STEP_CHECK, // what vanished from an open thread
	VD_FACEBOOK_STEP_INBOX,
	VD_FACEBOOK_STEP_INBOX_MESSAGES,
	VD_FACEBOOK_STEP_OTHER, // message requests: now and then
	VD_FACEBOOK_STEP_OTHER_MESSAGES,
	VD_FACEBOOK_STEP_TAGGED, // posts of others that name the Page
	VD_FACEBOOK_STEP_TAGGED_COMMENTS,
	VD_FACEBOOK_STEP_ADS, // own posts that never stand in the feed
	VD_FACEBOOK_STEP_ADS_COMMENTS,
	VD_FACEBOOK_STEP_PRESENCE,
	VD_FACEBOOK_STEP_RIVALS,
	VD_FACEBOOK_STEP_TOKEN,
	VD_FACEBOOK_STEP_N,
};
/** What an answer holds. */
enum vd_facebook_shape {
	VD_FACEBOOK_LIST,
	VD_FACEBOOK_NODE,  // one post or comment, its comments inline
	VD_FACEBOOK_VALUE, // figures: no messages
};

#define VD_FACEBOOK_PAGES_HELD 8
#define VD_FACEBOOK_PAGES_MOST 100
#define VD_FACEBOOK_NODES_MOST 48
#define VD_FACEBOOK_THREADS_MOST 64
#define VD_FACEBOOK_CHECKS_MOST 4
#define VD_FACEBOOK_STATES_MOST 25 // of conversations: a first page
#define VD_FACEBOOK_COUNTS_MOST 128

/** A post, comment or conversation whose list is read next. */
struct vd_facebook_node {
	char id[VD_ID_BYTES];
	bool is_thread;  // all that is below it belongs to the thread of that id
	bool is_watched; // an open conversation: when it is gone the host is told
	uint64_t hash;   // of a conversation's state: read once; 0: none
	int64_t count;   // of a conversation: messages in it; -1: not told
};

/** A conversation as a list showed it. */
struct vd_facebook_state {
	uint64_t hash; // of id, time, count and snippet
	int64_t updated_s;
};
/** How many messages a conversation had when it was read: only the newest twenty have details, so
 * a leap over more than that is a gap. */
struct vd_facebook_counts {
	uint64_t hash[VD_FACEBOOK_COUNTS_MOST];
	int64_t count[VD_FACEBOOK_COUNTS_MOST];
	size_t next;
};

struct vd_facebook_poll {
	bool is_running;
	enum vd_facebook_step step;
	uint64_t lost_before;
	struct vd_exchange exchange;
	struct vd_timer pause; // Messenger: two calls a second
	// the list under way
	struct vd_wall bound; // what is older was seen
	struct vd_wall newest;
	struct vd_wall feed_bound;
	bool has_cursor; // a list of the same kind was read before
	char next[VD_FACEBOOK_URL_BYTES];
	int pages;
	struct vd_facebook_page held[VD_FACEBOOK_PAGES_HELD];
	size_t n_held;
	// the queue
	struct vd_facebook_node nodes[VD_FACEBOOK_NODES_MOST];
	size_t n_nodes;
	size_t node;
	bool was_cut; // more changed than the queue holds: the rest in the next poll
	struct vd_facebook_node checks[VD_FACEBOOK_CHECKS_MOST];
	size_t n_checks;
	// conversations: the newest of the list under way, and what was read before
	struct vd_facebook_state states[VD_FACEBOOK_STATES_MOST];
	size_t n_states; // ever: the last ones are kept
	uint32_t seen[VD_FACEBOOK_STATES_MOST];
	size_t n_seen;
	int64_t seen_from_s; // no older one is among them
	// the report
	struct vd_poll_report report;
	size_t n_good;
};

struct vd_facebook_channel {
	struct vd_channel base;
	struct vd_rate rates[VD_FACEBOOK_EP_N];
	struct vd_mono rate_next[VD_FACEBOOK_EP_N]; // usage asks for fewer reads
	struct vd_mono usage_told[VD_FACEBOOK_EP_N];
	bool was_read[VD_FACEBOOK_EP_N]; // in the poll under way
	char page_id[VD_ID_BYTES];
	char proof[VD_FACEBOOK_PROOF_BYTES]; // "" without an app secret
	int limit[VD_FACEBOOK_STEP_N];       // items a page: halved where Facebook asks for less
	struct vd_mono limit_next[VD_FACEBOOK_STEP_N]; // then twice as many are tried again
	struct vd_mono step_next[VD_FACEBOOK_STEP_N];
	struct {
		enum vd_health health; // 0: fine
		char detail[VD_DETAIL_BYTES];
	} trouble[VD_FACEBOOK_STEP_N];
	struct vd_mono messenger_next;
	struct vd_mono sweep_next; // older posts of the feed
	bool is_sweep;
	bool was_version_told;
	struct vd_looked watched; // threads and posts, by id
	struct vd_looked read;    // conversations, by state
	struct vd_facebook_counts counts;
	char gap[VD_DETAIL_BYTES]; // messages that Facebook shows no more
	struct vd_mono gap_until;
	struct vd_facebook_token token; // zeroed: not known
	struct vd_facebook_poll poll;
	struct vd_list sends;
	char *text; // host->scratch: the sanitised text of the message that is handed over
};

static inline struct vd_facebook_channel *vd_facebook_of(struct vd_channel *channel)
{
	return VD_CONTAINER_OF(channel, struct vd_facebook_channel, base);
}

struct vd_facebook_place vd_facebook_place_of(const struct vd_facebook_channel *fb);
/** The Page's own id: configured, learned, or from the cursor; false where the first poll must ask.
 */
bool vd_facebook_know_page(struct vd_facebook_channel *fb);

void vd_facebook_poll_start(struct vd_channel *channel);
void vd_facebook_poll_deinit(struct vd_facebook_channel *fb);

const char *vd_facebook_step_name(enum vd_facebook_step step);
enum vd_facebook_endpoint vd_facebook_step_endpoint(enum vd_facebook_step step);
enum vd_facebook_kind vd_facebook_step_kind(enum vd_facebook_step step);
enum vd_facebook_shape vd_facebook_step_shape(enum vd_facebook_step step);
/** Its refusal is no trouble of the account: it is asked again at its next time. */
bool vd_facebook_step_is_optional(enum vd_facebook_step step);
/** The step behind it and behind what it queued. */
enum vd_facebook_step vd_facebook_step_behind(enum vd_facebook_step step);
/** Items a page at first. */
int vd_facebook_step_limit(enum vd_facebook_step step);
/** Prepares the step, or its next node; false where there is nothing to do now. */
bool vd_facebook_step_begin(struct vd_facebook_channel *fb);
/** The address of the first page of the list. */
void vd_facebook_step_url(struct vd_facebook_channel *fb, struct vd_buf *out);
/** Whether the page after `page` may still hold something new. */
bool vd_facebook_step_goes_on(const struct vd_facebook_channel *fb,
			      const struct vd_facebook_page *page);
/** The whole list was handed over. True where the same step has another node. */
bool vd_facebook_step_end(struct vd_facebook_channel *fb);
/** The node under way can't be read (now, or for good): the others go on. False where the step
 * reads no nodes. */
bool vd_facebook_step_skip(struct vd_facebook_channel *fb, bool is_for_good);
/** The node under way doesn't exist any more. */
void vd_facebook_step_gone(struct vd_facebook_channel *fb);

/** Puts an id into the queue; NULL where it stands there, or there is no room. */
struct vd_facebook_node *vd_facebook_queue(struct vd_facebook_channel *fb, struct vd_span id);

// facebook_take.c
/** How far the list under way goes; stamps of the future move nothing. */
void vd_facebook_note_newest(struct vd_facebook_channel *fb, struct vd_wall t);
/** Hands over a page, oldest first; queues nodes. A failure: nothing more can be taken in. */
enum vd_err vd_facebook_take(struct vd_facebook_channel *fb, const struct vd_facebook_page *page,
			     struct vd_diag *diag);

/** What a thread holds, as it was read for a reply to it; `root`: of a public one. */
enum vd_err vd_facebook_take_thread(struct vd_facebook_channel *fb, const char *thread,
				    const struct vd_facebook_item *root,
				    const struct vd_facebook_page *page,
				    enum vd_visibility visibility, struct vd_diag *diag);

// facebook_inbox.c
void vd_facebook_take_conversations(struct vd_facebook_channel *fb,
				    const struct vd_facebook_page *page);
/** What the newest conversations looked like when they were read; from and to the cursor. */
void vd_facebook_seen_load(struct vd_facebook_channel *fb);
void vd_facebook_seen_store(struct vd_facebook_channel *fb);
/** Says where more messages came than Facebook shows. `n`: with details, `oldest` of them. */
void vd_facebook_note_gap(struct vd_facebook_channel *fb, const struct vd_facebook_page *page);
/** The conversation under way was read. */
void vd_facebook_note_read(struct vd_facebook_channel *fb, const struct vd_facebook_node *node);

// facebook_watch.c
void vd_facebook_queue_watched(struct vd_facebook_channel *fb);
/** Notes for a second look what the host has of the thread, and `comments` lack. */
void vd_facebook_miss(struct vd_facebook_channel *fb, const char *thread,
		      const struct vd_facebook_page *comments);
void vd_facebook_gone(struct vd_facebook_channel *fb, const struct vd_facebook_node *node);

// facebook_value.c
/** Figures of the Page, of a rival, of the token. VD_ERR_SYNTAX where they can't be read. */
enum vd_err vd_facebook_take_value(struct vd_facebook_channel *fb, struct vd_span body);
void vd_facebook_queue_rivals(struct vd_facebook_channel *fb);

void vd_facebook_send(struct vd_channel *channel, const struct vd_outbox_entry *entry);
/** How long Messenger must be left alone (two calls a second), real time; then it is asked. */
struct vd_dur vd_facebook_messenger_wait(const struct vd_facebook_channel *fb);
/** It has answered. */
void vd_facebook_messenger_note(struct vd_facebook_channel *fb);
bool vd_facebook_is_guarded(const struct vd_channel *channel, const struct vd_outbox_entry *entry,
			    struct vd_wall now);
struct vd_wall vd_facebook_closes(const struct vd_channel *channel, const char *thread_id,
				  struct vd_wall last_in);
void vd_facebook_look_up(struct vd_channel *channel, const struct vd_outbox_entry *entry);

#endif
