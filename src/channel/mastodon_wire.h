// SPDX-License-Identifier: MIT
/**
 * Mastodon's REST API as bytes: notifications, statuses, conversations, contexts, accounts,
 * relationships, the instance, errors, addresses, bodies. Not the transport (mastodon_poll,
 * mastodon_send) and not a judge of what a message means to the desk. Pure: no time of its own, no
 * I/O; pages own a JSON tree that their spans point into.
 */
#ifndef VD_CHANNEL_MASTODON_WIRE_H
#define VD_CHANNEL_MASTODON_WIRE_H

#include "base/json.h"
#include "care/message.h"
#include "care/view.h"

#define VD_MASTODON_ID_BYTES 64     // opaque: numbers, ULIDs, hexadecimal
#define VD_MASTODON_ACCT_BYTES 160  // user@host
#define VD_MASTODON_DOMAIN_BYTES 96 // the instance's own name
#define VD_MASTODON_ITEMS_MAX 4000  // contexts are not paged; what lies beyond is dropped

/** May stand in a path: printable, no separators, not all dots. Never compared by value. */
bool vd_mastodon_id_is_valid(struct vd_span id);

enum vd_mastodon_kind {
	VD_MASTODON_NOTIFICATIONS,
	VD_MASTODON_STATUSES,
	VD_MASTODON_CONVERSATIONS,
	VD_MASTODON_CONTEXT, // ancestors first, from the root down, then descendants
	VD_MASTODON_STATUS,  // one
};
/** Who may read a status. Whatever isn't known counts as OTHER: fewer people than all. */
enum vd_mastodon_audience {
	VD_MASTODON_OTHER, // "private" (followers), and what servers invent
	VD_MASTODON_DIRECT,
	VD_MASTODON_UNLISTED,
	VD_MASTODON_PUBLIC,
};
static inline bool vd_mastodon_is_private(enum vd_mastodon_audience audience)
{
	return audience != VD_MASTODON_PUBLIC && audience != VD_MASTODON_UNLISTED;
}

/** A status. Spans point into the page. */
struct vd_mastodon_item {
	struct vd_span key; // the list's own: of a notification, of a conversation
	struct vd_span id;
	struct vd_span parent; // what it replies to; empty where nothing
	struct vd_span parent_account;
	struct vd_span author;  // the account's id
	struct vd_span acct;    // user, or user@host
	struct vd_span content; // HTML
	struct vd_span spoiler; // plain text in front of it
	struct vd_wall published;
	enum vd_mastodon_audience audience;
	const cJSON *status; // of which vd_mastodon_attached_read makes a list
	bool is_reblog;      // somebody passed another status on: `boosted`
	struct vd_span boosted;
	bool has_echoes; // the server told `shares`: of `boosted` where it is a reblog
	uint32_t shares;
	uint32_t quotes;
	bool is_edited;
	const cJSON *mentions;
};
struct vd_mastodon_page {
	cJSON *tree;
	struct vd_mastodon_item *items; // in the network's order
	size_t n;
	size_t n_ancestors; // CONTEXT: how many of them come first
	size_t n_listed;    // entries of the list, also those that are no items
	size_t n_bad;
	char bad_id[VD_MASTODON_ID_BYTES];
	struct vd_span first_key; // of the first and the last entry, whatever it is
	struct vd_span last_key;
};
/** VD_ERR_SYNTAX where the whole is none of that kind; single bad items are skipped and counted.
 * Notifications of mentions, quotes and boosts are items, of other types none, nor conversations
 * without a status. The page is zeroed on failure. */
enum vd_err vd_mastodon_page_parse(struct vd_span body, enum vd_mastodon_kind kind,
				   struct vd_mastodon_page *page, struct vd_diag *diag) VD_MUST_USE;
/** What hangs on it: media with their descriptions, a poll. */
void vd_mastodon_attached_read(const struct vd_mastodon_item *item, struct vd_attached *out);
void vd_mastodon_page_deinit(struct vd_mastodon_page *page);

/** "user@host" in small letters: `domain` is put behind where there is none. False where it is too
 * long, or not of that form. */
bool vd_mastodon_full_acct(struct vd_span acct, const char *domain,
			   char out[VD_MASTODON_ACCT_BYTES]);
/** The part before the '@'. */
struct vd_span vd_mastodon_user_of(struct vd_span acct);

struct vd_mastodon_account {
	char id[VD_MASTODON_ID_BYTES];
	char acct[VD_MASTODON_ACCT_BYTES];
	int64_t followers; // -1: not told
};
enum vd_err vd_mastodon_account_parse(struct vd_span body, struct vd_mastodon_account *out,
				      struct vd_diag *diag) VD_MUST_USE;
/** Whether that account (the first of the list) blocks us; false where it isn't told. */
bool vd_mastodon_is_blocked_by(struct vd_span body);

struct vd_mastodon_instance {
	char domain[VD_MASTODON_DOMAIN_BYTES]; // "" where it isn't told
	int max_characters;
	int url_characters;
	bool is_mastodon; // its own software: two posts with one Idempotency-Key are one
};
#define VD_MASTODON_MAX_CHARACTERS 500
#define VD_MASTODON_URL_CHARACTERS 23
/** Of v1 or v2. VD_ERR_SYNTAX where it is no object. */
enum vd_err vd_mastodon_instance_parse(struct vd_span body, struct vd_mastodon_instance *out,
				       struct vd_diag *diag) VD_MUST_USE;

// ---- problems
// --------------------------------------------------------------------------------------
#define VD_MASTODON_PROBLEM_TABLE(X)                                \
	X(OUTAGE)    /* 5xx, or the page of something in between */ \
	X(RATE)      /* 429 */                                      \
	X(AUTH)      /* 401: the token */                           \
	X(SUSPENDED) /* 403: the account, by its server */          \
	X(SCOPE)     /* 403: outside the authorized scopes */       \
	X(GONE)      /* 404, 410: deleted, or not for us */         \
	X(TOO_LONG)  /* 422: characters */                          \
	X(INVALID)   /* 422: something else of the form */          \
	X(REFUSED)
enum vd_mastodon_problem_kind {
#define VD_MASTODON_PROBLEM_ENUM(name) VD_MASTODON_PROBLEM_##name,
	VD_MASTODON_PROBLEM_TABLE(VD_MASTODON_PROBLEM_ENUM)
#undef VD_MASTODON_PROBLEM_ENUM
		VD_MASTODON_PROBLEM_N,
};
struct vd_mastodon_problem {
	enum vd_mastodon_problem_kind kind;
	enum vd_health health;
	bool is_html; // it may come from something in between
	char words[VD_LINE_BYTES];
};
/** What an answer with a status that is no success means. Bodies of HTML have no words. */
void vd_mastodon_problem_parse(int status, struct vd_span body, struct vd_mastodon_problem *out);
/** "the server refuses the token (401): sign the account in again". */
void vd_mastodon_problem_print(const struct vd_mastodon_problem *problem, int status,
			       struct vd_buf *out);

// ---- requests
// --------------------------------------------------------------------------------------
void vd_mastodon_url_instance(struct vd_buf *out, const char *base, int version);
void vd_mastodon_url_me(struct vd_buf *out, const char *base);
/** Upwards from `min_id`; with `max_id` downwards from there, not below `min_id`. "": none. */
void vd_mastodon_url_mentions(struct vd_buf *out, const char *base, const char *min_id,
			      const char *max_id);
void vd_mastodon_url_statuses(struct vd_buf *out, const char *base, const char *account,
			      const char *max_id);
void vd_mastodon_url_conversations(struct vd_buf *out, const char *base);
void vd_mastodon_url_status(struct vd_buf *out, const char *base, const char *id);
void vd_mastodon_url_context(struct vd_buf *out, const char *base, const char *id);
void vd_mastodon_url_relationship(struct vd_buf *out, const char *base, const char *account);
void vd_mastodon_url_lookup(struct vd_buf *out, const char *base, struct vd_span acct);
void vd_mastodon_url_post(struct vd_buf *out, const char *base);
/** `mention` is "user@host" as the server writes it, put in front of the text with an '@' unless it
 * stands there already. */
void vd_mastodon_body_post(struct vd_buf *out, struct vd_span text, struct vd_span mention,
			   struct vd_span parent, const char *visibility);

/** As the server counts: characters, links as `url_characters`, of a remote mention the part before
 * the second '@'. */
size_t vd_mastodon_text_count(struct vd_span text, int url_characters);
/** The first account that the text names (without the '@') and that is not `but`; empty where there
 * is none. A direct message goes to everybody it names. */
struct vd_span vd_mastodon_first_mention(struct vd_span text, struct vd_span but);
/** Is `theirs`, a text read back, the one that we sent? Mentions may stand in front, links may have
 * lost their scheme and their tail, marks of formatting may be gone. */
bool vd_mastodon_is_same_text(struct vd_span ours, struct vd_span theirs);

#endif
