// SPDX-License-Identifier: MIT
/**
 * The contract between the desk and the networks: what a channel is given, what it must do, what it
 * may say. Not a wire format (x_wire, facebook_wire: bytes <-> structs, pure) and not a store:
 * cursors live with the host. Everything runs in the loop's thread; a channel does its I/O through
 * the HTTP client it was handed.
 *
 * Promises of every channel:
 *  - messages of a page are handed over before the cursor that passes them, in the same turn or
 *    an earlier one;
 *  - cursors are read from the host at the start of a poll, never cached: a turn may be lost
 *    (host->lost_turns);
 *  - one channel's trouble never blocks another's; each request has its own limits and its own
 *    back-off;
 *  - a send is attempted at most once a call, and not before the host has that on disk
 *    (may_leave, vd_channels_go); where its fate is unknown it says VD_SEND_UNCERTAIN, and the
 *    host asks vd_channels_look_up before anything is sent again.
 */
#ifndef VD_CHANNEL_CHANNEL_H
#define VD_CHANNEL_CHANNEL_H

#include "base/diag.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/secret.h"
#include "care/domain.h"
#include "care/message.h"
#include "care/view.h"
#include "channel/budget.h"
#include "loop/loop.h"
#include "net/http_client.h"
#include "store/store.h" // struct vd_outbox_entry

/** How one account is reached. Strings are borrowed for the life of the set. */
struct vd_channel_account {
	uint16_t account;       // id in the rule book
	const char *base_url;   // NULL: the network's own
	struct vd_dur period;   // wished, between polls, domain time; 0: by the plan of the network
	enum vd_plan plan;      // the tariff
	struct vd_secret token; // X: OAuth 2.0 bearer; Facebook: Page token
	struct vd_secret app_secret; // Facebook: appsecret_proof; X: unused
	bool watches_own_posts; // replies made with other tools are looked for (X: own timeline)
	/** X: OAuth 1.0a. All four set: requests are signed, and `token` isn't used. */
	struct vd_secret consumer_key;
	struct vd_secret consumer_secret;
	struct vd_secret oauth1_token;
	struct vd_secret oauth1_token_secret;
	bool is_app_owner; // X: this user owns the developer app: its own lists are owned reads
	/** Handles of competitors, comma separated, whose presence is followed too; NULL: none. */
	const char *rivals;
	/** Facebook: Meta approved the Human Agent feature for the app, so that a person may answer
	 * in Messenger for seven days instead of one. */
	bool has_human_agent;
};

/** What a network bills: read per resource, written per request. */
enum vd_resource {
	VD_RESOURCE_POST,     // read
	VD_RESOURCE_USER,     // read
	VD_RESOURCE_DM_EVENT, // read
	VD_RESOURCE_WRITE_POST,
	VD_RESOURCE_WRITE_POST_WITH_URL,
	VD_RESOURCE_WRITE_SUMMONED_REPLY,
	VD_RESOURCE_WRITE_DM,
	VD_RESOURCE_N,
};

enum vd_send_outcome {
	VD_SEND_DONE,      // the network accepted it: network_id, stamp
	VD_SEND_RETRY,     // surely not done; try again not before `retry_after`
	VD_SEND_UNCERTAIN, // it may have been done: look it up
	VD_SEND_REFUSED,   // surely not done, for good: the sentence says why and what to do
	VD_SEND_NOT_FOUND, // look-up only: it is not there
};
struct vd_send_result {
	enum vd_send_outcome outcome;
	char network_id[VD_ID_BYTES];
	struct vd_wall stamp;      // the network's, where it told one; else not set
	struct vd_dur retry_after; // RETRY: domain time; 0: the host's own back-off
	struct vd_diag diag;
};

typedef bool vd_thread_fn(void *ctx, const char *thread_id, const char *root_id,
			  struct vd_wall last_in);
typedef bool vd_known_fn(void *ctx, const char *network_id, struct vd_wall published);

typedef bool vd_network_id_fn(void *ctx, const char *network_id);

struct vd_urgency {
	struct vd_wall due;       // the nearest deadline; not set: none
	struct vd_wall last_word; // the newest message of a customer, or of ours; not set: none
	uint8_t spent_percent;    // of the month's budget; 0: none
};

/** What the app gives. All calls run inside the loop's turn. */
struct vd_channel_host {
	void *ctx;
	const struct vd_rulebook *book;
	struct vd_loop *loop;
	struct vd_http_client *http;
	struct vd_rng rng;
	const struct vd_clock *clock; // domain time; its `real` turns periods into real time
	const struct vd_log *log;

	/** A message was read: IN, or OUT where the account itself wrote it (also elsewhere).
	 * Duplicates are welcome and cheap. A failure: stop this poll and don't move the cursor.
	 * The text is copied. */
	enum vd_err (*message)(void *ctx, const struct vd_message *message, struct vd_diag *diag);
	/** A message that we have is gone on the network (R38), or was edited (new text). */
	enum vd_err (*deleted)(void *ctx, uint16_t account, const char *network_id,
			       struct vd_diag *diag);
	enum vd_err (*cursor_get)(void *ctx, uint16_t account, const char *name, char *out,
				  size_t cap, struct vd_diag *diag);
	enum vd_err (*cursor_set)(void *ctx, uint16_t account, const char *name,
				  struct vd_span value, struct vd_diag *diag);
	/** Turns lost so far (a commit failed): where it moved during a poll, that poll must not
	 * move a cursor. */
	uint64_t (*lost_turns)(void *ctx);
	/** Threads of this account that have an open conversation, most urgent first: what must be
	 * watched beside the mentions. */
	enum vd_err (*open_threads)(void *ctx, uint16_t account, vd_thread_fn *fn, void *fn_ctx,
				    struct vd_diag *diag);
	/** May be NULL. Public messages of customers that came to this account and still wait
	 *  for an
	 * answer: what is looked at again, since nobody tells of a deletion. */
	enum vd_err (*open_messages)(void *ctx, uint16_t account, vd_network_id_fn *fn,
				     void *fn_ctx, struct vd_diag *diag);
	/** A whole poll ended (VD_HEALTH_GOOD), or failed: plain words and one next step in
	 * `detail`. `period`: what the plan allows now, real time. */
	void (*health)(void *ctx, uint16_t account, enum vd_health health, const char *detail,
		       struct vd_dur period);
	/** May be NULL: it leaves at once. All that is read before a reply leaves was handed over,
	 *  and nothing has left: the host notes the attempt and calls vd_channels_go behind the
	 *  commit. */
	void (*may_leave)(void *ctx, uint64_t outbox);
	/** The outcome of a send or a look-up. */
	void (*sent)(void *ctx, uint64_t outbox, const struct vd_send_result *result);
	/** The Date header of a network's answer, for the trust in our clock. */
	void (*date)(void *ctx, enum vd_network network, struct vd_wall date);
	/** May be NULL. One resource that an answer has brought, or one write that was accepted;
	 * what failed isn't billed. `id` is the network's: the same one again within the UTC day is
	 * free. Reads of one answer come in one turn. */
	void (*billed)(void *ctx, uint16_t account, enum vd_resource resource, struct vd_span id,
		       bool is_owned);
	/** May be NULL. How near the account's cases are, and how far its money has gone: what the
	 * plan of polling goes by. */
	void (*urgency)(void *ctx, uint16_t account, struct vd_urgency *out);
	/** May be NULL. How many people follow `handle` (without '@'), which is the account's own
	 * or one of its rivals. */
	void (*presence)(void *ctx, uint16_t account, struct vd_span handle, uint64_t followers,
			 struct vd_wall at);
	/** May be NULL. The customer's messages that we hold of a thread and that aren't gone: what
	 * to miss on the network, and since when his windows run. */
	enum vd_err (*known)(void *ctx, uint16_t account, const char *thread_id, vd_known_fn *fn,
			     void *fn_ctx, struct vd_diag *diag);
	/** May be NULL. People passed a message on, ours or a customer's, `shares` times by now;
	 * what we don't have is passed over. */
	void (*passed_on)(void *ctx, uint16_t account, const char *network_id, uint32_t shares);
	/** May be NULL. When the network says that the account's sign-in ends, or that it will be
	 * shown nothing any more; not set: never. */
	void (*token_end)(void *ctx, uint16_t account, struct vd_wall at);

	/** Not the app's to fill: VD_TEXT_BYTES each, shared by all channels of the set, free for
	 *  whoever hands a message over just now. */
	char *scratch[2];
};

struct vd_channel; // one account at work
struct vd_list;

/** What each network implements; `registry.c` has the table. */
struct vd_channel_ops {
	enum vd_network network;
	const char *base_url;
	enum vd_err (*create)(const struct vd_channel_host *host,
			      const struct vd_channel_account *account, struct vd_channel **out,
			      struct vd_diag *diag);
	void (*destroy)(struct vd_channel *channel); // cancels what is under way
	/** Begins one poll of everything that is due; ends with exactly one vd_channel_polled.
	 * Never called while one runs. */
	void (*poll)(struct vd_channel *channel);
	void (*send)(struct vd_channel *channel, const struct vd_outbox_entry *entry);
	void (*look_up)(struct vd_channel *channel, const struct vd_outbox_entry *entry);
	/** Sends and look-ups under way: struct vd_job. */
	struct vd_list *(*jobs)(struct vd_channel *channel);
	/** May be NULL: never. Whether the network itself keeps this reply, sent again now, from
	 *  becoming a second one: it refuses it, or answers with the first. */
	bool (*is_guarded)(const struct vd_channel *channel, const struct vd_outbox_entry *entry,
			   struct vd_wall now);
	/** May be NULL. A reply whose answer was lost is there after all, as a poll or a person
	 *  says: it is billed. */
	void (*arrived)(struct vd_channel *channel, const struct vd_outbox_entry *entry,
			const char *network_id);
	/** Weighted length of a text as the network counts it, and its limit. */
	size_t (*count)(struct vd_span text);
	size_t (*limit)(enum vd_visibility visibility);
	/** Is `theirs`, as the network shows it, what became of `ours`? Links and mentions may have
	 *  been rewritten; two texts that merely begin alike are not the same. */
	bool (*is_same_text)(struct vd_span ours, struct vd_span theirs);
	/** May be NULL: never. When the network stops to take private replies to a thread in which
	 * the customer wrote last at `last_in`; not set: it has no such end. */
	struct vd_wall (*closes)(const struct vd_channel *channel, const char *thread_id,
				 struct vd_wall last_in);
	/** May be NULL: never. Whether a public text is of the kind that the network bills far
	 * above the others (X: one with a link). */
	bool (*has_costly_link)(struct vd_span text);
	/** May be NULL: count and limit alone. What this account's server says of a text before a
	 *  person sends it; a sentence where it may not leave. */
	enum vd_err (*check)(const struct vd_channel *channel, enum vd_visibility visibility,
			     struct vd_span text, struct vd_diag *diag);
	/** May be NULL. The account's secrets have changed: what was computed of them is made anew.
	 */
	void (*signed_in)(struct vd_channel *channel);
};

/** The set of all accounts: timers with jitter, back-off, rate limits; what app/ talks to. */
struct vd_channels;
enum vd_err vd_channels_create(const struct vd_channel_host *host,
			       const struct vd_channel_account *accounts, size_t n,
			       struct vd_channels **out, struct vd_diag *diag) VD_MUST_USE;
/** Begins polling; first polls are spread over the period, oldest first after an outage. */
void vd_channels_start(struct vd_channels *set);
void vd_channels_destroy(struct vd_channels *set);
/** What was said meanwhile is read; then host->may_leave, or host->sent where it can't leave now.
 *  VD_ERR_NOT_FOUND where the account has no channel. */
enum vd_err vd_channels_send(struct vd_channels *set, const struct vd_outbox_entry *entry,
			     struct vd_diag *diag) VD_MUST_USE;
/** Behind host->may_leave and a commit: it leaves, and exactly one host->sent follows, later; or
 *  (entry NULL) it doesn't, without a word. False where no such reply waits. */
bool vd_channels_go(struct vd_channels *set, uint64_t outbox, const struct vd_outbox_entry *entry);
/** Exactly one host->sent follows, later. */
enum vd_err vd_channels_look_up(struct vd_channels *set, const struct vd_outbox_entry *entry,
				struct vd_diag *diag) VD_MUST_USE;
/** Whether an attempt that may have arrived can be made again without a second post, by the word of
 *  the network; false where it has no channel. */
bool vd_channels_is_guarded(const struct vd_channels *set, const struct vd_outbox_entry *entry,
			    struct vd_wall now);
/** Tells its channel that a reply whose answer was lost is there. */
void vd_channels_arrived(struct vd_channels *set, const struct vd_outbox_entry *entry,
			 const char *network_id);
/** The secrets of `from` are those of its account from now on: of every request that starts, while
 * what is under way goes on. Polled soon. VD_ERR_NOT_FOUND where the account has no channel. */
enum vd_err vd_channels_set_secrets(struct vd_channels *set,
				    const struct vd_channel_account *from) VD_MUST_USE;
/** What the plan buys just now, for one stream of an account. */
struct vd_channel_stream {
	const char *name;
	struct vd_dur period; // between two readings, domain time
	struct vd_dur delay;  // the worst from a customer's word to our knowing it: and the reading
	struct vd_dur backlog; // overdue by that
	uint32_t limit;        // calls in its window
	uint32_t left;
	struct vd_dur reset_in; // 0: no window is under way
	int usage_percent;      // what the network says; -1: nothing
	bool is_intake;         // customers write there
	bool is_near;           // read more often: a deadline, or a dialogue
};
typedef bool vd_channel_stream_fn(void *ctx, const struct vd_channel_stream *stream);
/** Each stream of an account, and what its tariff can't do ("": nothing); NULL where there is no
 * plan of it. */
const char *vd_channels_streams(const struct vd_channels *set, uint16_t account,
				vd_channel_stream_fn *fn, void *ctx);
/** The line works again (names can be looked up): who was in an outage is asked at once, longest
 *  blind first. */
void vd_channels_line_is_back(struct vd_channels *set);
/** Polls an account as soon as its limits allow (a person asked, or a reply just left). */
void vd_channels_nudge(struct vd_channels *set, uint16_t account);
/** VD_OK, or VD_ERR_TOO_LARGE with a sentence that names both lengths. */
enum vd_err vd_channels_check_text(const struct vd_channels *set, uint16_t account,
				   enum vd_visibility visibility, struct vd_span text,
				   struct vd_diag *diag) VD_MUST_USE;
/** A public text with a link, where that costs many times of what it costs without (X: 0.20 USD):
 * a person is warned before. False where it has no channel. */
bool vd_channels_is_costly(const struct vd_channels *set, uint16_t account,
			   enum vd_visibility visibility, struct vd_span text);
/** When no private reply to the thread gets through any more, by the rules of the account's
 * network; not set: it stays open, or nothing is known. */
struct vd_wall vd_channels_closes(const struct vd_channels *set, uint16_t account,
				  const char *thread_id, struct vd_wall last_in);
/** By the rules of the account's network; false where it has no channel. */
bool vd_channels_is_same_text(const struct vd_channels *set, uint16_t account, struct vd_span ours,
			      struct vd_span theirs);

#endif
