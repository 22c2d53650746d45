// SPDX-License-Identifier: MIT
/**
 * Graph API as bytes: posts, comments, conversations, messages, error objects, addresses, bodies.
 * Not the transport (facebook_poll, facebook_send) and not a judge of what a message means to the
 * desk. Pure: no time of its own, no I/O; pages own a JSON tree that their spans point into.
 */
#ifndef VD_CHANNEL_FACEBOOK_WIRE_H
#define VD_CHANNEL_FACEBOOK_WIRE_H

#include "base/json.h"
#include "care/message.h"
#include "care/view.h"

#define VD_FACEBOOK_VERSION "v26.0"
#define VD_FACEBOOK_ITEMS_MAX 1000
#define VD_FACEBOOK_PROOF_BYTES 65
#define VD_FACEBOOK_URL_BYTES 4096

enum vd_facebook_kind {
	VD_FACEBOOK_POSTS,
	VD_FACEBOOK_COMMENTS,
	VD_FACEBOOK_CONVERSATIONS,
	VD_FACEBOOK_MESSAGES,
};
/** A node of a list. Spans point into the page. */
struct vd_facebook_item {
	struct vd_span id;
	struct vd_span parent;  // of a comment: the comment above it
	struct vd_span from_id; // empty where the network hides it
	struct vd_span from_name;
	struct vd_span text;    // of a conversation: the snippet
	struct vd_wall created; // of a conversation: updated
	struct vd_wall updated;
	const cJSON *node; // of which vd_facebook_attached_read makes a list
	bool is_share;     // of a post: somebody's share, without a word of his own
	bool has_echoes;   // of a post: `shares` was told
	uint32_t shares;
	int64_t count;         // of a conversation: messages in it; -1: not told
	bool has_details;      // of a message: false beyond the twenty newest
	bool is_by_page;       // of a post: an administrator of the Page wrote it
	const cJSON *comments; // of a post: the inline edge; NULL without
};
struct vd_facebook_page {
	cJSON *tree; // NULL in a page that lies inside another one
	struct vd_facebook_item *items;
	size_t n;
	size_t n_bad;
	char bad_id[VD_LINE_BYTES];
	struct vd_span next; // address of the next page: its absence is the only sign of the end
};
/** VD_ERR_SYNTAX where the whole is no list; single bad items are skipped. The page is zeroed on
 * failure. */
enum vd_err vd_facebook_page_parse(struct vd_span body, enum vd_facebook_kind kind,
				   struct vd_facebook_page *page, struct vd_diag *diag) VD_MUST_USE;
/** What hangs on it: pictures, files, stickers, links. */
void vd_facebook_attached_read(const struct vd_facebook_item *item, struct vd_attached *out);
/** One node as a page of one item. */
enum vd_err vd_facebook_node_parse(struct vd_span body, enum vd_facebook_kind kind,
				   struct vd_facebook_page *page, struct vd_diag *diag) VD_MUST_USE;
/** An edge inside a node, e.g. the inline comments of a post; it borrows the tree. */
enum vd_err vd_facebook_edge_read(const cJSON *edge, enum vd_facebook_kind kind,
				  struct vd_facebook_page *page, struct vd_diag *diag) VD_MUST_USE;
void vd_facebook_page_deinit(struct vd_facebook_page *page);
/** {"id"} or {"message_id"} of what was made. */
enum vd_err vd_facebook_id_parse(struct vd_span body, const char *name,
				 char out[VD_ID_BYTES]) VD_MUST_USE;
/** "P_C" of "PAGE_P_C": edges don't agree on the form of a comment's id (facts 2.6). */
struct vd_span vd_facebook_comment_id(struct vd_span id);
/** Whether two ids name one comment: their last parts are the same. */
bool vd_facebook_is_same_comment(struct vd_span a, struct vd_span b);
/** Letters, digits and -_= only: may stand in a path. */
bool vd_facebook_id_is_valid(struct vd_span id);

/** A Page's figures; -1 where it isn't told. */
struct vd_facebook_counters {
	int64_t fans;
	int64_t followers;
};
enum vd_err vd_facebook_counters_parse(struct vd_span body,
				       struct vd_facebook_counters *out) VD_MUST_USE;

/** What a Page token must allow, a bit each. */
#define VD_FACEBOOK_SCOPE_TABLE(X)                                                       \
	X(READ_ENGAGEMENT, "pages_read_engagement", "own posts and fans")                \
	X(READ_USER_CONTENT, "pages_read_user_content", "customers' comments and posts") \
	X(MANAGE_ENGAGEMENT, "pages_manage_engagement", "public replies")                \
	X(MESSAGING, "pages_messaging", "Messenger")
enum vd_facebook_scope {
#define VD_FACEBOOK_SCOPE_ENUM(name, text, purpose) VD_FACEBOOK_SCOPE_##name,
	VD_FACEBOOK_SCOPE_TABLE(VD_FACEBOOK_SCOPE_ENUM)
#undef VD_FACEBOOK_SCOPE_ENUM
		VD_FACEBOOK_SCOPE_N,
};
const char *vd_facebook_scope_name(enum vd_facebook_scope scope);
const char *vd_facebook_scope_purpose(enum vd_facebook_scope scope);

/** What GET /debug_token says about a token. */
struct vd_facebook_token {
	bool is_known; // false in zeroed memory
	bool is_valid;
	struct vd_wall expires;             // not set: never
	struct vd_wall data_access_expires; // afterwards reads come back empty; not set: never
	uint32_t scopes;                    // bits of enum vd_facebook_scope
	char app_id[32];                    // that it was made for; "": not told
	int64_t code;                       // where it isn't valid; 0: not told
	int64_t subcode;
	char words[VD_LINE_BYTES]; // the network's own
};
enum vd_err vd_facebook_token_parse(struct vd_span body, struct vd_facebook_token *out,
				    struct vd_diag *diag) VD_MUST_USE;
/** The first end of the two; not set: never. */
struct vd_wall vd_facebook_token_end(const struct vd_facebook_token *token);
bool vd_facebook_token_has(const struct vd_facebook_token *token, enum vd_facebook_scope scope);
/** GOOD; or AUTH, PERMISSION with what is so and the one next step. */
enum vd_health vd_facebook_token_judge(const struct vd_facebook_token *token, struct vd_wall now,
				       struct vd_buf *out);

/** What a refusal comes to; the codes that lead there are the rows of vd_facebook_rule_get. */
#define VD_FACEBOOK_PROBLEM_TABLE(X)                                            \
	X(OUTAGE)     /* 1, 2, 5xx */                                           \
	X(REDUCE)     /* ask for less */                                        \
	X(RATE)       /* 4, 17, 32, 800xx, 429: until the headers say */        \
	X(SHORT)      /* 613: seconds */                                        \
	X(BLOCKED)    /* 368, 9: a policy stop of hours */                      \
	X(AUTH)       /* 190, 102 */                                            \
	X(PERMISSION) /* 10, 200-299 */                                         \
	X(PROOF)      /* appsecret_proof missing or wrong: the token is good */ \
	X(GONE)       /* 100/33 */                                              \
	X(WINDOW)     /* the 24 hours of Messenger are over */                  \
	X(FEATURE)    /* HUMAN_AGENT without the feature */                     \
	X(TOO_OLD)    /* the 7 days of a private reply are over */              \
	X(RESTRICTED) /* 10/1893063 */                                          \
	X(ALREADY)    /* the one private reply was sent */                      \
	X(PERSON)     /* 551, 100/2018001: this person can't be written to */   \
	X(DUPLICATE)  /* 506 */                                                 \
	X(TRANSIENT)  /* 1200, is_transient */                                  \
	X(OTHER_APP)  /* 2018300 */                                             \
	X(REFUSED)
enum vd_facebook_problem_kind {
#define VD_FACEBOOK_PROBLEM_ENUM(name) VD_FACEBOOK_PROBLEM_##name,
	VD_FACEBOOK_PROBLEM_TABLE(VD_FACEBOOK_PROBLEM_ENUM)
#undef VD_FACEBOOK_PROBLEM_ENUM
		VD_FACEBOOK_PROBLEM_N,
};
#define VD_FACEBOOK_ANY (-1)
/** A row of the table of refusals (facts 2.4): the first that fits decides. */
struct vd_facebook_rule {
	int64_t from; // code, inclusive
	int64_t to;
	int64_t subcode;   // or VD_FACEBOOK_ANY
	const char *words; // in any of the error's texts; NULL: any
	enum vd_facebook_problem_kind kind;
	const char *sentence; // "what is so: the one next step"
};
/** NULL behind the last. */
const struct vd_facebook_rule *vd_facebook_rule_get(size_t row);
enum vd_health vd_facebook_problem_health(enum vd_facebook_problem_kind kind);
const char *vd_facebook_problem_name(enum vd_facebook_problem_kind kind);

struct vd_facebook_problem {
	enum vd_facebook_problem_kind kind;
	enum vd_health health;
	const struct vd_facebook_rule *rule; // NULL: no row names it
	int64_t code;
	int64_t subcode;
	char words[VD_LINE_BYTES]; // the network's own
};
void vd_facebook_problem_parse(int status, struct vd_span body, struct vd_facebook_problem *out);
void vd_facebook_problem_print(const struct vd_facebook_problem *problem, struct vd_buf *out);

/** Where and as whom is asked; `proof` is "" where the app has none. */
struct vd_facebook_place {
	const char *base;
	const char *page;
	const char *proof;
};
void vd_facebook_proof(struct vd_span token, struct vd_span app_secret,
		       char out[VD_FACEBOOK_PROOF_BYTES]);
void vd_facebook_url_me(struct vd_buf *out, const struct vd_facebook_place *place);
/** What that token is worth. It stands in the address: never log it. */
void vd_facebook_url_debug_token(struct vd_buf *out, const struct vd_facebook_place *place,
				 struct vd_span token);
/** Fans and followers of any public Page, by id or name. */
void vd_facebook_url_counters(struct vd_buf *out, const struct vd_facebook_place *place,
			      const char *page);
/** Posts of "feed", "tagged" or "ads_posts", comments inline: `limit` posts with half as many
 * comments each. */
void vd_facebook_url_posts(struct vd_buf *out, const struct vd_facebook_place *place,
			   const char *edge, int limit);
void vd_facebook_url_comments(struct vd_buf *out, const struct vd_facebook_place *place,
			      const char *node, int limit);
/** A post or a comment with its newest comments inline. */
void vd_facebook_url_node(struct vd_buf *out, const struct vd_facebook_place *place,
			  const char *node, int limit);
/** Whether it is still there. */
void vd_facebook_url_check(struct vd_buf *out, const struct vd_facebook_place *place,
			   const char *node);
void vd_facebook_url_conversations(struct vd_buf *out, const struct vd_facebook_place *place,
				   const char *folder, int limit);
/** The conversation with one person, its newest messages inline. */
void vd_facebook_url_conversation_with(struct vd_buf *out, const struct vd_facebook_place *place,
				       const char *person);
/** A comment, and what its private reply opened, the newest messages inline. */
void vd_facebook_url_private_reply(struct vd_buf *out, const struct vd_facebook_place *place,
				   const char *comment);
void vd_facebook_url_messages(struct vd_buf *out, const struct vd_facebook_place *place,
			      const char *conversation, int limit);
/** A `next` address: only of the place's own origin (it gets our token); the proof is put behind it
 * where it lacks. */
enum vd_err vd_facebook_url_next(struct vd_buf *out, const struct vd_facebook_place *place,
				 struct vd_span next) VD_MUST_USE;
void vd_facebook_url_reply(struct vd_buf *out, const struct vd_facebook_place *place,
			   const char *node);
void vd_facebook_url_send(struct vd_buf *out, const struct vd_facebook_place *place);
void vd_facebook_body_reply(struct vd_buf *out, struct vd_span text);
/** `recipient`: "id", "comment_id" or "post_id". */
void vd_facebook_body_send(struct vd_buf *out, const char *recipient, const char *id,
			   bool is_human_agent, struct vd_span text);

#endif
