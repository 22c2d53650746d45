// SPDX-License-Identifier: MIT
/**
 * A Mastodon server for the unit tests: statuses, lists and threads as macros, a quiet server that
 * has nothing new. Not a simulator: a test says each answer. Time is the fixture's. Header-only.
 */
#ifndef VD_UNIT_CHANNEL_MASTODON_SCRIPT_H
#define VD_UNIT_CHANNEL_MASTODON_SCRIPT_H

#include "fixture.h"

#define INSTANCE "/api/v2/instance"
#define INSTANCE_V1 "/api/v1/instance"
#define ME "/verify_credentials"
#define MENTIONS "/api/v1/notifications?"
#define CONVERSATIONS "/api/v1/conversations"
#define OWN "/api/v1/accounts/9/statuses"
#define CONTEXT(id) "/api/v1/statuses/" id "/context"
#define STATUS_URL(id) "/api/v1/statuses/" id
#define RELATION "/relationships"
#define POST "/api/v1/statuses"
#define DOMAIN "m.example"
#define NAME(id) DOMAIN "/" id
#define NOT_FOUND "{\"error\":\"Record not found\"}"
#define NOTHING "{\"ancestors\":[],\"descendants\":[]}"

// A status at 13:MM of the fixture's day.
#define STATUS(id, minute, account, acct, visibility, content, more)          \
	"{\"id\":\"" id "\",\"created_at\":\"2026-10-05T13:" minute           \
	":00.000Z\",\"visibility\":\"" visibility "\",\"content\":\"" content \
	"\",\"account\":{\"id\":\"" account "\",\"acct\":\"" acct "\"}" more "}"
#define BY_ANNA(id, minute, content, more) STATUS(id, minute, "7", "anna", "public", content, more)
#define BY_REMO(id, minute, content, more) \
	STATUS(id, minute, "8", "Remo@far.example", "public", content, more)
#define BY_US(id, minute, content, more) STATUS(id, minute, "9", "TIM", "public", content, more)
#define DIRECT(id, minute, content, more) STATUS(id, minute, "7", "anna", "direct", content, more)
#define DIRECT_US(id, minute, content, more) STATUS(id, minute, "9", "TIM", "direct", content, more)
#define TO(id, account) ",\"in_reply_to_id\":\"" id "\",\"in_reply_to_account_id\":\"" account "\""
#define NOTE(key, status) "{\"id\":\"" key "\",\"type\":\"mention\",\"status\":" status "}"
#define CONTEXT_OF(above, below) "{\"ancestors\":[" above "],\"descendants\":[" below "]}"

static inline void script(struct fixture *f, const char *match, const char *body)
{
	fixture_script(f, (struct answer){ .match = match, .status = 200, .body = body });
}

static inline void script_status(struct fixture *f, const char *match, int status, const char *body)
{
	fixture_script(f, (struct answer){ .match = match, .status = status, .body = body });
}

static inline void script_for_good(struct fixture *f, const char *match, const char *body)
{
	fixture_script(
		f, (struct answer){ .match = match, .status = 200, .body = body, .stays = true });
}

static inline struct fixture *make_mastodon(void)
{
	struct fixture *f = fixture_make();
	fixture_account(f, VD_NETWORK_MASTODON, "TIM", "tim@" DOMAIN, "https://m.test");
	fixture_account(f, VD_NETWORK_MASTODON, "Impresa", "impresa@" DOMAIN, NULL);
	f->accounts[0].watches_own_posts = false;
	return f;
}

static inline void script_quiet(struct fixture *f)
{
	script_for_good(f, INSTANCE, "{\"domain\":\"" DOMAIN "\"}");
	script_for_good(f, ME, "{\"id\":\"9\",\"acct\":\"TIM\",\"followers_count\":5}");
	script_for_good(f, MENTIONS, "[]");
	script_for_good(f, CONVERSATIONS, "[]");
	script_for_good(f, OWN, "[]");
}

static inline struct fixture *open_mastodon(struct fixture *f)
{
	script_quiet(f);
	fixture_open(f);
	vd_channels_start(f->channels);
	return f;
}

static inline void cursor_is(struct fixture *f, const char *name, const char *value)
{
	assert_string_equal(fixture_cursor(f, 0, name), value);
}

static inline void set_cursor(struct fixture *f, const char *name, const char *value)
{
	snprintf(fixture_cursor(f, 0, name), 256, "%s", value);
}

#endif
