// SPDX-License-Identifier: MIT
/**
 * X API v2 as bytes: pages of posts and direct messages in both dialects, problem objects,
 * addresses, bodies. Not the transport (x_poll, x_send) and not a judge of what a message means to
 * the desk. Pure: no time of its own, no I/O; pages own a JSON tree that their spans point into.
 */
#ifndef VD_CHANNEL_X_WIRE_H
#define VD_CHANNEL_X_WIRE_H

#include "base/json.h"
#include "care/message.h"
#include "care/view.h"

#define VD_X_ID_BYTES 24
#define VD_X_TOKEN_BYTES 512
#define VD_X_ITEMS_MAX 1000 // a page has 100 at most; what lies beyond is dropped and counted

/** Which words we send; both are always read (OpenAPI 2.166 and 2.167). */
enum vd_x_dialect {
	VD_X_DIALECT_TWEET,
	VD_X_DIALECT_POST,
};
const char *vd_x_dialect_name(enum vd_x_dialect dialect);
enum vd_x_dialect vd_x_dialect_parse(struct vd_span name);

// ---- ids
// -------------------------------------------------------------------------------------------
/** Decimal digits of an unsigned 64-bit number, at most 19 of them. */
bool vd_x_id_is_valid(struct vd_span id);
/** As integers: < 0, 0, > 0. The empty id is the smallest. */
int vd_x_id_compare(struct vd_span a, struct vd_span b);
/** The smallest id of that instant; "0" before the snowflakes' epoch (2010-11-04). */
void vd_x_id_of_time(struct vd_wall t, char out[VD_X_ID_BYTES]);
/** Milliseconds are kept; not set for what is not an id. */
struct vd_wall vd_x_time_of_id(struct vd_span id);

// ---- pages
// -----------------------------------------------------------------------------------------
enum vd_x_page_kind {
	VD_X_POSTS,
	VD_X_DMS,
	VD_X_LOOKUP, // posts by id: what is missing stands among the errors
	VD_X_USERS,  // people by handle, likewise: id, author_handle, followers
};
/** A post, or a direct message. Spans point into the page. */
struct vd_x_item {
	struct vd_span id;  // the newest version's
	struct vd_span key; // the first version's (1.10): what the message is called by
	struct vd_span
		text; // the long form where there is one; HTML entities undone; not yet sanitised
	struct vd_span author_id; // empty where absent
	struct vd_span author_handle;
	struct vd_span thread; // conversation id; of a DM dm_conversation_id
	struct vd_span parent; // replied-to id; empty where nothing
	struct vd_wall published;
	const cJSON *attachments; // of what vd_x_attached_read makes a list; NULL: none
	const cJSON *includes;
	const cJSON *media; // where its first one is likely to lie among the includes
	bool is_retweet;
	struct vd_span retweeted; // which post; empty where nothing
	bool is_quote;
	bool has_echoes; // the network told the next two
	uint32_t shares; // retweets
	uint32_t quotes;
	uint64_t followers; // USERS: of whom `author_handle` names
};
struct vd_x_page {
	cJSON *tree;
	struct vd_x_item *items; // as the network orders them: newest first
	size_t n;
	size_t n_bad;               // items that were skipped
	char bad_id[VD_X_ID_BYTES]; // of the last one, where it has one
	struct vd_span next_token;
};
/** VD_ERR_SYNTAX where the whole is no page; single bad items are skipped. The page is zeroed on
 * failure. */
enum vd_err vd_x_page_parse(struct vd_span body, enum vd_x_page_kind kind, struct vd_x_page *page,
			    struct vd_diag *diag) VD_MUST_USE;
/** What hangs on it: media with their addresses and descriptions, polls, cards. */
void vd_x_attached_read(const struct vd_x_item *item, struct vd_attached *out);
/** Takes zeroed memory, and twice. */
void vd_x_page_deinit(struct vd_x_page *page);

/** Whether the answer to a look-up says that this post is deleted, or hidden from us. */
bool vd_x_page_is_gone(const struct vd_x_page *page, struct vd_span id);

/** {"data":{"id"}} of /users/me and of POST /2/tweets; {"data":{"dm_event_id"}} of a DM. */
enum vd_err vd_x_id_parse(struct vd_span body, const char *name,
			  char out[VD_X_ID_BYTES]) VD_MUST_USE;

// ---- problems
// --------------------------------------------------------------------------------------
#define VD_X_PROBLEM_TABLE(X)                                               \
	X(OUTAGE)     /* 5xx, or the page of something in between */        \
	X(AUTH)       /* 401 */                                             \
	X(PERMISSION) /* 403: a scope is missing */                         \
	X(APP)        /* 403: the app's enrolment or its rights */          \
	X(TOKEN_KIND) /* 403: an app's token where a user's is needed */    \
	X(RATE)       /* 429 */                                             \
	X(CAP)        /* 429: a monthly or daily cap */                     \
	X(MONEY)      /* 402 */                                             \
	X(DIALECT)    /* 400 that names a parameter of the other dialect */ \
	X(SINCE_OLD)  /* 400: since_id beyond the horizon of seven days */  \
	X(TOKEN)      /* 400: the pagination token */                       \
	X(DUPLICATE)  /* 403: the same text again */                        \
	X(NOT_SUMMONED)                                                     \
	X(REPLIES_LIMITED)                                                  \
	X(PARENT_GONE)                                                      \
	X(TOO_LONG)                                                         \
	X(DM_CLOSED) /* permanent for this person */                        \
	X(DM_POLICY) /* the sender's side */                                \
	X(NOT_FOUND)                                                        \
	X(REFUSED)
enum vd_x_problem_kind {
#define VD_X_PROBLEM_ENUM(name) VD_X_PROBLEM_##name,
	VD_X_PROBLEM_TABLE(VD_X_PROBLEM_ENUM)
#undef VD_X_PROBLEM_ENUM
		VD_X_PROBLEM_N,
};
struct vd_x_problem {
	enum vd_x_problem_kind kind;
	enum vd_health health;
	bool is_daily;                // CAP: a new day lifts it, else a new month
	char since_id[VD_X_ID_BYTES]; // SINCE_OLD: the smallest that is accepted; "" where it isn't
				      // told
	char words[VD_LINE_BYTES];    // the network's own
};
/** What an answer with a status of >= 400 (or 200 with nothing but errors) means. */
void vd_x_problem_parse(int status, struct vd_span body, struct vd_x_problem *out);
/** "X refuses the token (401): sign the account in again". `scope`: what the request needs of a
 * token; NULL: not known. */
void vd_x_problem_print(const struct vd_x_problem *problem, int status, const char *scope,
			struct vd_buf *out);

// ---- requests
// --------------------------------------------------------------------------------------
/** What a list is asked for; empty spans are left out. */
struct vd_x_query {
	enum vd_x_dialect dialect;
	struct vd_span since_id;
	struct vd_wall start; // with no since_id; not set: no bound
	struct vd_span token;
	int max_results;
};
void vd_x_url_me(struct vd_buf *out, const char *base);
/** `ids`, `handles`: comma separated, at most 100. */
void vd_x_url_lookup(struct vd_buf *out, const char *base, enum vd_x_dialect dialect,
		     struct vd_span ids);
void vd_x_url_users(struct vd_buf *out, const char *base, struct vd_span handles);
void vd_x_url_mentions(struct vd_buf *out, const char *base, const char *user,
		       const struct vd_x_query *q);
void vd_x_url_own(struct vd_buf *out, const char *base, const char *user,
		  const struct vd_x_query *q);
/** Posts that quote `post`. */
void vd_x_url_quotes(struct vd_buf *out, const char *base, const char *post,
		     const struct vd_x_query *q);
void vd_x_url_search(struct vd_buf *out, const char *base, const char *thread,
		     const struct vd_x_query *q);
/** `conversation`: of one conversation; "with/ID" of one person; "" of all. */
void vd_x_url_dms(struct vd_buf *out, const char *base, const char *conversation,
		  const struct vd_x_query *q);
void vd_x_url_post(struct vd_buf *out, const char *base);
void vd_x_url_dm_send(struct vd_buf *out, const char *base, const char *conversation);
/** `inviter`: id of the account that the button "send a private message" leads to; empty: none. */
void vd_x_body_post(struct vd_buf *out, struct vd_span text, struct vd_span parent,
		    struct vd_span inviter);
void vd_x_body_dm(struct vd_buf *out, struct vd_span text);

/** Is `theirs`, as read back, the text that we sent? Links come back as t.co, mentions may be put
 * in front. */
bool vd_x_is_same_text(struct vd_span ours, struct vd_span theirs);

#endif
