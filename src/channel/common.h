// SPDX-License-Identifier: MIT
/**
 * What the networks' channels share: the base of a channel, one HTTP exchange, the report of a
 * poll. Not for app/, which talks to channel.h; not a wire format. Runs in the loop's thread; HTTP
 * goes through a door, so that tests script the answers.
 */
#ifndef VD_CHANNEL_COMMON_H
#define VD_CHANNEL_COMMON_H

#include "channel/budget.h"
#include "channel/channel.h"
#include "channel/rate.h"

/** The HTTP client as the channels see it. */
struct vd_channel_door {
	void *ctx;
	enum vd_err (*start)(void *ctx, const struct vd_http_request *request, void **call,
			     struct vd_diag *diag);
	void (*cancel)(void *ctx, void *call); // no `done` afterwards
};
/** The real one. */
struct vd_channel_door vd_channel_door_http(struct vd_http_client *client);

#define VD_DETAIL_BYTES 256

/** How a poll ended. */
struct vd_poll_report {
	enum vd_health health;
	bool is_partial;           // some of it was read: the rest waits on its own, no back-off
	struct vd_mono not_before; // the network's word; 0: none
	struct vd_dur period;      // what the plan allows, real time
	char detail[VD_DETAIL_BYTES];
};

/** The first member of each network's own struct. */
struct vd_channel {
	const struct vd_channel_ops *ops;
	const struct vd_channel_host *host;
	struct vd_channel_account account;
	const struct vd_account *self; // in the rule book
	struct vd_dur skew;            // the network's clock before ours, by its last Date
	struct vd_channel_door door;
	bool is_name_failing; // in the poll under way: reached at an address of before
	// Its create says which; then the plan of polling seeds and keeps them.
	struct vd_rate *rates;
	size_t n_rates;
	struct vd_budget budget;    // of the set
	struct vd_budget_mood mood; // of the poll under way
	uint32_t due;               // steps that this poll reads, as bits
	void *owner;
	void (*polled)(void *owner, const struct vd_poll_report *report);
};
/** VD_ERR_NOT_FOUND where the rule book has no such account. */
enum vd_err vd_channel_init(struct vd_channel *channel, const struct vd_channel_ops *ops,
			    const struct vd_channel_host *host,
			    const struct vd_channel_account *account,
			    struct vd_diag *diag) VD_MUST_USE;
void vd_channel_deinit(struct vd_channel *channel);
/** Ends a poll: exactly once for each ops->poll. */
void vd_channel_polled(struct vd_channel *channel, const struct vd_poll_report *report);
/** All four secrets of OAuth 1.0a are set: requests are signed. */
bool vd_channel_is_signing(const struct vd_channel_account *account);
/** It has what requests are authorised with. */
bool vd_channel_has_credentials(const struct vd_channel_account *account);
/** Whether the plan has this step read by the poll under way; steps that are no stream always are.
 */
bool vd_channel_is_due(const struct vd_channel *channel, unsigned step);
/** Whose share of a bucket the poll under way may use: more, near a deadline. */
enum vd_rate_class vd_channel_read_class(const struct vd_channel *channel);
const char *vd_channel_base_url(const struct vd_channel *channel);
struct vd_mono vd_channel_now(const struct vd_channel *channel);
/** The account of ours that wrote it: by id, by handle where the rule book has no id; -1: a
 * customer. */
int vd_channel_own_author(const struct vd_channel *channel, struct vd_span id,
			  struct vd_span handle);

/** Cursors; a failure counts as an empty cursor and is logged. */
void vd_channel_cursor(const struct vd_channel *channel, const char *name, char *out, size_t cap);
/** Not moved where a turn was lost since `lost_before`, nor where it stands there already. */
void vd_channel_cursor_move(const struct vd_channel *channel, const char *name,
			    struct vd_span value, uint64_t lost_before);

/** The answer to an exchange. */
struct vd_answer {
	enum vd_err err;                         // VD_OK: an HTTP answer came, whatever its status
	const struct vd_http_response *response; // NULL without
	const struct vd_diag *diag;
	struct vd_rate_report rate; // zeroed without an answer
	enum vd_network network;
	bool was_page; // VD_ERR_FOREIGN, by the answer: the request has left
};

/** One request under way; caller's memory, zeroed before the first use. */
struct vd_exchange {
	struct vd_channel *channel;
	struct vd_rate *rate; // told of the call and of the answer; may be NULL
	void *ctx;
	/** Never called from inside vd_exchange_start; the exchange may be started again from here,
	 * or freed. */
	void (*done)(void *ctx, const struct vd_answer *answer);
	const char *method;           // NULL: POST where there is a body, else GET
	struct vd_http_header header; // one more, with a body; borrowed during the start
	void *call;
	bool is_active;
	struct vd_timer failed; // a start that failed answers in the next turn
	struct vd_diag diag;
};
/** GET where `body` is empty (p = NULL), else POST of JSON. The token goes into the Authorization
 * header. */
void vd_exchange_start(struct vd_exchange *exchange, struct vd_span url, struct vd_span body);
/** Cancels; takes zeroed memory, and twice. */
void vd_exchange_deinit(struct vd_exchange *exchange);

/** What a failed exchange (answer->err) means: the health, and a sentence with the network's name
 * and a next step. */
enum vd_health vd_answer_trouble(const struct vd_answer *answer, const char *network,
				 char out[VD_DETAIL_BYTES]);
/** Whether a write whose exchange failed that way has surely not reached the network. */
bool vd_answer_is_surely_unsent(const struct vd_answer *answer);

/** An outbox entry that is under way: a copy with its text behind it, one malloc. NULL without
 * memory. */
struct vd_outbox_entry *vd_channel_entry_copy(const struct vd_outbox_entry *entry);
/** Compares texts as a person would: blanks run together, both ends trimmed. */
bool vd_channel_is_same_text(struct vd_span a, struct vd_span b);

/** Up to `cap` open threads of the account; returns how many. */
struct vd_open_thread {
	char thread_id[VD_ID_BYTES];
	char root_id[VD_ID_BYTES];
	struct vd_wall last_in;
};
size_t vd_channel_open_threads(const struct vd_channel *channel, struct vd_open_thread *out,
			       size_t cap);

/** When which thread was last looked at: a small ring, the oldest forgotten. */
#define VD_LOOKED_N 128
struct vd_looked {
	uint64_t hash[VD_LOOKED_N];
	struct vd_mono at[VD_LOOKED_N];
	uint16_t next;
};
/** 0 where it isn't known. */
struct vd_mono vd_looked_get(const struct vd_looked *looked, uint64_t hash);
void vd_looked_set(struct vd_looked *looked, uint64_t hash, struct vd_mono now);
uint64_t vd_channel_hash(struct vd_span text); // FNV-1a

extern const struct vd_channel_ops vd_x_ops;
extern const struct vd_channel_ops vd_facebook_ops;
extern const struct vd_channel_ops vd_mastodon_ops;
/** NULL where the network isn't built in. */
const struct vd_channel_ops *vd_channel_registry_find(enum vd_network network);

/** vd_channels_create with another door than host->http. */
enum vd_err vd_channels_create_with(const struct vd_channel_host *host, struct vd_channel_door door,
				    const struct vd_channel_account *accounts, size_t n,
				    struct vd_channels **out, struct vd_diag *diag) VD_MUST_USE;

#endif
