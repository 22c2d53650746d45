// SPDX-License-Identifier: MIT
/**
 * The inside of X's channel, shared by x.c (life), x_poll.c and x_step.c (reading), x_send.c
 * (writing). Not for anybody else: app/ talks to channel.h. Runs in the loop's thread.
 */
#ifndef VD_CHANNEL_X_H
#define VD_CHANNEL_X_H

#include "channel/common.h"
#include "channel/x_wire.h"

enum vd_x_endpoint {
	VD_X_EP_ME,
	VD_X_EP_MENTIONS,
	VD_X_EP_OWN,
	VD_X_EP_SEARCH,
	VD_X_EP_DMS,
	VD_X_EP_POST,
	VD_X_EP_DM_SEND,
	VD_X_EP_LOOKUP,
	VD_X_EP_USERS,
	VD_X_EP_QUOTES,
	VD_X_EP_N,
};

/** A poll walks through them in this order. */
enum vd_x_step {
	VD_X_STEP_ME,
	VD_X_STEP_MENTIONS,
	VD_X_STEP_DMS,
	VD_X_STEP_OWN,
	VD_X_STEP_SEARCH,
	VD_X_STEP_ECHOES,   // how far our latest posts went
	VD_X_STEP_QUOTES,   // who quoted them: our name need not stand in a quote
	VD_X_STEP_CHECK,    // open posts: deleted, edited?
	VD_X_STEP_PRESENCE, // followers of ours and of the rivals
	VD_X_STEP_N,
};

#define VD_X_PAGES_HELD 16  // pages of one list that wait to be handed over oldest first
#define VD_X_PAGES_MOST 200 // of one list in one poll: a list that never ends is malformed
#define VD_X_THREADS_MOST 64
#define VD_X_LOOKUP_MOST 100 // ids, or handles, of one request
#define VD_X_LIST_BYTES (VD_X_LOOKUP_MOST * VD_X_ID_BYTES)

/** One of our latest posts. */
struct vd_x_echo {
	char id[VD_X_ID_BYTES];
	uint32_t quotes; // as X counts
	uint32_t seen;   // of those that were read
};
#define VD_X_ECHOES_MOST 10

struct vd_x_poll {
	bool is_running;
	enum vd_x_step step;
	uint64_t lost_before;
	struct vd_wall began; // what was published before is in this poll's mentions
	struct vd_exchange exchange;
	// the list under way
	char since[VD_X_ID_BYTES]; // "" where bounded by `start`
	char floor[VD_X_ID_BYTES]; // items below are old: nothing is handed over, no page is asked
				   // for
	struct vd_wall start;
	char newest[VD_X_ID_BYTES]; // highest id seen
	char token[VD_X_TOKEN_BYTES];
	int pages;
	size_t n_items;     // of the list
	bool was_restarted; // the list, after its place in it was lost
	bool is_sweep;      // the mentions of a whole day are read again
	bool was_switched;  // the dialect, in this poll
	struct vd_x_page held[VD_X_PAGES_HELD];
	size_t n_held;
	// the search
	char threads[VD_X_THREADS_MOST][VD_X_ID_BYTES]; // open, public, most urgent first
	size_t n_threads;
	size_t thread; // index of the one under way
	int searches;
	struct vd_x_echo echoes[VD_X_ECHOES_MOST]; // the latest post first
	size_t n_echoes;
	size_t echo; // index of the one under way
	int quoted;  // posts whose quotes were asked for, in this poll
	// what is looked up by id or by handle, comma separated
	char list[VD_X_LIST_BYTES];
	char check_from[VD_X_ID_BYTES]; // ids above it were not looked at yet, in this round
	// the report
	struct vd_poll_report report;
	size_t n_good; // steps that ended well
	size_t n_bad;  // items that were skipped
};

struct vd_x_channel {
	struct vd_channel base;
	struct vd_rate rates[VD_X_EP_N];
	enum vd_x_dialect dialect;
	char user_id[VD_ID_BYTES];
	struct vd_mono
		step_next[VD_X_STEP_N]; // not before: pace, or after a refusal of this step alone
	// what a step failed with, until it works again: also a poll that leaves it out is blind
	// there
	struct {
		enum vd_health health; // 0: fine
		char detail[VD_DETAIL_BYTES];
	} trouble[VD_X_STEP_N];
	struct vd_looked searched;
	int64_t dm_day; // UTC day of the last reading: what is read on a new one is paid again
	/** What was lost for good, said for a day. */
	struct {
		struct vd_wall until;
		char detail[VD_DETAIL_BYTES];
	} gap;
	struct vd_x_poll poll;
	struct vd_list sends;
	char *text; // host->scratch: the sanitised text of the message that is handed over
};

static inline struct vd_x_channel *vd_x_of(struct vd_channel *channel)
{
	return VD_CONTAINER_OF(channel, struct vd_x_channel, base);
}

/** What the step's list brings is billed as our own (facts 1.11). */
bool vd_x_step_is_owned(const struct vd_x_channel *x);
/** The token's scope that the step needs; NULL: none of its own. */
const char *vd_x_step_scope(enum vd_x_step step);
/** Something is lost for good: it is logged, and said with the account's health for a day. */
void vd_x_note_gap(struct vd_x_channel *x, const char *format, ...) VD_PRINTF(2, 3);
/** What an answer has brought is billed; `is_owned`: of a list of our own account. */
void vd_x_bill_page(const struct vd_x_channel *x, const struct vd_x_page *page,
		    enum vd_x_page_kind kind, bool is_owned);
void vd_x_bill(const struct vd_x_channel *x, enum vd_resource resource, struct vd_span id,
	       bool is_owned);
/** Hands over what a look-up of posts found, and what it found gone. `ids`: as asked. */
enum vd_err vd_x_take_lookup(struct vd_x_channel *x, const struct vd_x_page *page,
			     struct vd_span ids, struct vd_diag *diag);
/** From the rule book, from the cursor; false where the first poll has yet to learn it. */
bool vd_x_know_user_id(struct vd_x_channel *x);
/** Domain time until asking again makes sense: an hour without money, a day at a cap. */
struct vd_dur vd_x_money_wait(const struct vd_x_channel *x, const struct vd_x_problem *problem);
/** Remembered in a cursor, over a restart. */
void vd_x_switch_dialect(struct vd_x_channel *x, uint64_t lost_before);

// x_quotes.c
/** ECHOES: our latest posts are asked for; one of them; all of them. */
bool vd_x_echoes_begin(struct vd_x_channel *x);
void vd_x_echoes_take(struct vd_x_channel *x, const struct vd_x_item *item);
void vd_x_echoes_end(struct vd_x_channel *x);
/** QUOTES: the next post with quotes that were not read; all that is wanted of it was. */
bool vd_x_quotes_begin(struct vd_x_channel *x);
void vd_x_quotes_end(struct vd_x_channel *x);
/** How many of its quotes are asked for. */
size_t vd_x_quotes_wanted(const struct vd_x_channel *x);

void vd_x_poll_start(struct vd_channel *channel);
void vd_x_poll_deinit(struct vd_x_channel *x);

/** Prepares the step's list (since, floor, start); false where the step has nothing to do now. */
bool vd_x_step_begin(struct vd_x_channel *x);
enum vd_x_endpoint vd_x_step_endpoint(enum vd_x_step step);
enum vd_x_page_kind vd_x_step_kind(enum vd_x_step step);
const char *vd_x_step_name(enum vd_x_step step);
void vd_x_step_url(struct vd_x_channel *x, struct vd_buf *out);
/** No further page of the list is wanted. */
bool vd_x_step_has_enough(const struct vd_x_channel *x);
/** The whole list was handed over: cursors move. True where the same step has more to do (another
 * thread). */
bool vd_x_step_end(struct vd_x_channel *x);
/** Hands over one item. A failure: nothing more can be taken in. */
enum vd_err vd_x_step_item(struct vd_x_channel *x, const struct vd_x_item *item,
			   struct vd_diag *diag);

void vd_x_send(struct vd_channel *channel, const struct vd_outbox_entry *entry);
bool vd_x_is_guarded(const struct vd_channel *channel, const struct vd_outbox_entry *entry,
		     struct vd_wall now);
void vd_x_arrived(struct vd_channel *channel, const struct vd_outbox_entry *entry,
		  const char *network_id);
void vd_x_look_up(struct vd_channel *channel, const struct vd_outbox_entry *entry);

#endif
