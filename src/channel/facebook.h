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

/** A poll walks through them in this order; COMMENTS and MESSAGES read the nodes that the step
 * before queued. */
enum vd_facebook_step {
	VD_FACEBOOK_STEP_ME,
	VD_FACEBOOK_STEP_FEED,
	VD_FACEBOOK_STEP_COMMENTS,
	VD_FACEBOOK_STEP_INBOX,
	VD_FACEBOOK_STEP_INBOX_MESSAGES,
	VD_FACEBOOK_STEP_OTHER, // message requests: now and then
	VD_FACEBOOK_STEP_OTHER_MESSAGES,
	VD_FACEBOOK_STEP_N,
};

#define VD_FACEBOOK_PAGES_HELD 8
#define VD_FACEBOOK_PAGES_MOST 100
#define VD_FACEBOOK_NODES_MOST 48
#define VD_FACEBOOK_THREADS_MOST 64

/** A post, comment or conversation whose list is read next. */
struct vd_facebook_node {
	char id[VD_ID_BYTES];
	bool is_thread;  // all that is below it belongs to the thread of that id
	bool is_watched; // an open conversation: when it is gone the host is told
	uint64_t hash;   // of a conversation's state: read once; 0: none
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
	char next[VD_FACEBOOK_URL_BYTES];
	int pages;
	struct vd_facebook_page held[VD_FACEBOOK_PAGES_HELD];
	size_t n_held;
	// the queue
	struct vd_facebook_node nodes[VD_FACEBOOK_NODES_MOST];
	size_t n_nodes;
	size_t node;
	bool was_cut; // more changed than the queue holds: the rest in the next poll
	// the report
	struct vd_poll_report report;
	size_t n_good;
};

struct vd_facebook_channel {
	struct vd_channel base;
	struct vd_rate rates[VD_FACEBOOK_EP_N];
	char page_id[VD_ID_BYTES];
	char proof[VD_FACEBOOK_PROOF_BYTES]; // "" without an app secret
	int limit;                           // posts a page: halved where Facebook asks for less
	struct vd_mono step_next[VD_FACEBOOK_STEP_N];
	struct {
		enum vd_health health; // 0: fine
		char detail[VD_DETAIL_BYTES];
	} trouble[VD_FACEBOOK_STEP_N];
	struct vd_mono messenger_next;
	struct vd_mono sweep_next; // older posts of the feed
	bool is_sweep;
	struct vd_looked watched; // threads, by id
	struct vd_looked read;    // conversations, by state
	struct vd_facebook_poll poll;
	struct vd_list sends;
	char *text; // VD_TEXT_BYTES
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
/** Prepares the step, or its next node; false where there is nothing to do now. */
bool vd_facebook_step_begin(struct vd_facebook_channel *fb);
/** The address of the first page of the list. */
void vd_facebook_step_url(struct vd_facebook_channel *fb, struct vd_buf *out);
/** Whether the page after `page` may still hold something new. */
bool vd_facebook_step_goes_on(const struct vd_facebook_channel *fb,
			      const struct vd_facebook_page *page);
/** Hands over a page, oldest first; queues nodes. A failure: nothing more can be taken in. */
enum vd_err vd_facebook_step_page(struct vd_facebook_channel *fb,
				  const struct vd_facebook_page *page, struct vd_diag *diag);
/** The whole list was handed over. True where the same step has another node. */
bool vd_facebook_step_end(struct vd_facebook_channel *fb);
/** The node under way can't be read (now, or for good): the others go on. False where the step
 * reads no nodes. */
bool vd_facebook_step_skip(struct vd_facebook_channel *fb, bool is_for_good);
/** The node under way doesn't exist any more. */
void vd_facebook_step_gone(struct vd_facebook_channel *fb);

void vd_facebook_send(struct vd_channel *channel, const struct vd_outbox_entry *entry);
void vd_facebook_look_up(struct vd_channel *channel, const struct vd_outbox_entry *entry);

#endif
