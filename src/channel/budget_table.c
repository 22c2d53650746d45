// SPDX-License-Identifier: MIT
// What the networks state (facts 1.3, 1.11, 2.5, 3.4) and how often each list is read (facts 4).
#include "channel/budget.h"
#include "channel/facebook.h"
#include "channel/mastodon.h"
#include "channel/x.h"

#define QUARTER_S 900
#define HOUR_S 3600
#define DAY_S 86400

static const struct vd_budget_bucket x_pay[VD_X_EP_N] = {
	[VD_X_EP_ME] = { "me", 75, QUARTER_S, 0, 0, true },
	[VD_X_EP_MENTIONS] = { "mentions", 300, QUARTER_S, 0, 0, true },
	[VD_X_EP_OWN] = { "own posts", 900, QUARTER_S, 0, 0, true },
	[VD_X_EP_SEARCH] = { "search", 300, QUARTER_S, 0, 0, true },
	[VD_X_EP_DMS] = { "dm", 15, QUARTER_S, 0, 0, true },
	[VD_X_EP_POST] = { "post", 100, QUARTER_S, 10000, DAY_S, false },
	[VD_X_EP_DM_SEND] = { "dm send", 15, QUARTER_S, 1440, DAY_S, false },
	[VD_X_EP_LOOKUP] = { "lookup", 5000, QUARTER_S, 0, 0, true },
	[VD_X_EP_USERS] = { "users", 900, QUARTER_S, 0, 0, true },
	[VD_X_EP_QUOTES] = { "quotes", 75, QUARTER_S, 0, 0, true },
};
static const struct vd_budget_bucket x_basic[VD_X_EP_N] = {
	[VD_X_EP_ME] = { "me", 75, QUARTER_S, 0, 0, true },
	[VD_X_EP_MENTIONS] = { "mentions", 10, QUARTER_S, 0, 0, true },
	[VD_X_EP_OWN] = { "own posts", 5, QUARTER_S, 0, 0, true },
	[VD_X_EP_SEARCH] = { "search", 60, QUARTER_S, 0, 0, true },
	[VD_X_EP_DMS] = { "dm", 1, DAY_S, 0, 0, true },
	[VD_X_EP_POST] = { "post", 100, DAY_S, 0, 0, false },
	[VD_X_EP_DM_SEND] = { "dm send", 15, QUARTER_S, 1440, DAY_S, false },
	[VD_X_EP_LOOKUP] = { "lookup", 15, QUARTER_S, 0, 0, true },
	[VD_X_EP_USERS] = { "users", 100, DAY_S, 0, 0, true },
	[VD_X_EP_QUOTES] = { "quotes", 5, QUARTER_S, 0, 0, true },
};
static const struct vd_budget_bucket x_free[VD_X_EP_N] = {
	[VD_X_EP_ME] = { "me", 25, DAY_S, 0, 0, true },
	[VD_X_EP_MENTIONS] = { "mentions", 1, QUARTER_S, 0, 0, true },
	[VD_X_EP_OWN] = { "own posts", 1, QUARTER_S, 0, 0, true },
	[VD_X_EP_SEARCH] = { "search", 1, QUARTER_S, 0, 0, true },
	[VD_X_EP_DMS] = { "dm", 1, DAY_S, 0, 0, true },
	[VD_X_EP_POST] = { "post", 17, DAY_S, 0, 0, false },
	[VD_X_EP_DM_SEND] = { "dm send", 1, DAY_S, 0, 0, false },
	[VD_X_EP_LOOKUP] = { "lookup", 1, QUARTER_S, 0, 0, true },
	[VD_X_EP_USERS] = { "users", 1, DAY_S, 0, 0, true },
	[VD_X_EP_QUOTES] = { "quotes", 1, QUARTER_S, 0, 0, true },
};
static const struct vd_budget_stream x_streams[VD_X_STEP_N] = {
	[VD_X_STEP_MENTIONS] = { "mentions", VD_X_EP_MENTIONS, 0, 60, 20, true },
	[VD_X_STEP_DMS] = { "direct messages", VD_X_EP_DMS, 0, 90, 65, true },
	// Its cursor must not pass what the mentions had not seen.
	[VD_X_STEP_OWN] = { "own posts", VD_X_EP_OWN, VD_X_STEP_MENTIONS + 1, 60, 20, false },
	// The step itself goes round the threads: urgent ones each time, others every 10 min.
	[VD_X_STEP_SEARCH] = { "conversations", VD_X_EP_SEARCH, 0, 60, 60, false },
	// The quotes themselves are asked for in the same poll, where there are more than before.
	[VD_X_STEP_ECHOES] = { "quotes", VD_X_EP_OWN, 0, QUARTER_S, QUARTER_S, false },
};
static const struct vd_budget_stream x_basic_streams[VD_X_STEP_N] = {
	[VD_X_STEP_MENTIONS] = { "mentions", VD_X_EP_MENTIONS, 0, 180, 95, true },
	[VD_X_STEP_DMS] = { "direct messages", VD_X_EP_DMS, 0, DAY_S, DAY_S, true },
	[VD_X_STEP_OWN] = { "own posts", VD_X_EP_OWN, VD_X_STEP_MENTIONS + 1, 180, 95, false },
	[VD_X_STEP_SEARCH] = { "conversations", VD_X_EP_SEARCH, 0, 120, 60, false },
	[VD_X_STEP_ECHOES] = { "quotes", VD_X_EP_OWN, 0, 4 * HOUR_S, 4 * HOUR_S, false },
};
static const struct vd_budget_stream x_free_streams[VD_X_STEP_N] = {
	[VD_X_STEP_MENTIONS] = { "mentions", VD_X_EP_MENTIONS, 0, HOUR_S, QUARTER_S, true },
	[VD_X_STEP_DMS] = { "direct messages", VD_X_EP_DMS, 0, DAY_S, DAY_S, true },
	[VD_X_STEP_OWN] = { "own posts", VD_X_EP_OWN, VD_X_STEP_MENTIONS + 1, HOUR_S, QUARTER_S,
			    false },
	[VD_X_STEP_SEARCH] = { "conversations", VD_X_EP_SEARCH, 0, HOUR_S, QUARTER_S, false },
	[VD_X_STEP_ECHOES] = { "quotes", VD_X_EP_OWN, 0, DAY_S, DAY_S, false },
};

// Nobody can compute the real limits (facts 2.5): these are seeds, the usage headers rule. A Page
// that is quiet starts slow (facts 4).
static const struct vd_budget_bucket facebook[VD_FACEBOOK_EP_N] = {
	[VD_FACEBOOK_EP_PAGE] = { "page", 1000, HOUR_S, 0, 0, false, 4800 },
	[VD_FACEBOOK_EP_MESSENGER] = { "messenger", 1000, HOUR_S, 0, 0, false, 200 },
};
static const struct vd_budget_stream facebook_streams[VD_FACEBOOK_STEP_N] = {
	[VD_FACEBOOK_STEP_FEED] = { "posts and comments", VD_FACEBOOK_EP_PAGE, 0, 120, 45, true },
	[VD_FACEBOOK_STEP_INBOX] = { "conversations", VD_FACEBOOK_EP_MESSENGER, 0, 60, 15, true },
};

static const struct vd_budget_bucket mastodon[VD_MASTODON_EP_N] = {
	[VD_MASTODON_EP_PAGED] = { "paged", 300, QUARTER_S, 0, 0, true },
	[VD_MASTODON_EP_READ] = { "token", 300, 300, 0, 0, false },
	[VD_MASTODON_EP_POST] = { "post", 300, 3 * HOUR_S, 0, 0, false },
};
// The other steps have periods of their own, and go along with this one.
static const struct vd_budget_stream mastodon_streams[VD_MASTODON_STEP_N] = {
	[VD_MASTODON_STEP_MENTIONS] = { "mentions", VD_MASTODON_EP_PAGED, 0, 30, 10, true },
};

#define PLAN(note_, buckets_, streams_)                                                      \
	{                                                                                    \
		.note = (note_), .buckets = (buckets_), .n_buckets = VD_ARRAY_LEN(buckets_), \
		.streams = (streams_), .n_streams = VD_ARRAY_LEN(streams_)                   \
	}
static const struct {
	enum vd_network network;
	enum vd_plan plan;
	struct vd_budget_plan is;
} plans[] = {
	{ VD_NETWORK_X, VD_PLAN_PAY, PLAN("", x_pay, x_streams) },
	{ VD_NETWORK_X, VD_PLAN_PRO, PLAN("", x_pay, x_streams) },
	{ VD_NETWORK_X, VD_PLAN_BASIC,
	  PLAN("direct messages are read once a day only, and 15,000 posts a month: X's Basic "
	       "plan allows no more",
	       x_basic, x_basic_streams) },
	{ VD_NETWORK_X, VD_PLAN_FREE,
	  PLAN("100 posts a month and one look an hour: X's Free plan is no good for service",
	       x_free, x_free_streams) },
	{ VD_NETWORK_FACEBOOK, VD_PLAN_PAY, PLAN("", facebook, facebook_streams) },
	{ VD_NETWORK_MASTODON, VD_PLAN_PAY, PLAN("", mastodon, mastodon_streams) },
};

const struct vd_budget_plan *vd_budget_plan_find(enum vd_network network, enum vd_plan plan)
{
	const struct vd_budget_plan *first = NULL;
	for (size_t i = 0; i < VD_ARRAY_LEN(plans); i++) {
		if (plans[i].network != network) {
			continue;
		}
		if (plans[i].plan == plan) {
			return &plans[i].is;
		}
		first = first == NULL ? &plans[i].is : first;
	}
	return first;
}
