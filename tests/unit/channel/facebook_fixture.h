// SPDX-License-Identifier: MIT
/**
 * Graph's answers as the tests of Facebook's channel script them. Not a simulator: a test says each
 * answer. Header-only, over fixture.h.
 */
#ifndef VD_UNIT_CHANNEL_FACEBOOK_FIXTURE_H
#define VD_UNIT_CHANNEL_FACEBOOK_FIXTURE_H

#include "fixture.h"

#define FEED "/v26.0/200/feed"
#define INBOX "/v26.0/200/conversations"
#define EMPTY "{\"data\":[]}"
#define AT(hhmm) "2026-10-05T" hhmm ":00+0000"
#define FROM(id) ",\"from\":{\"id\":\"" id "\",\"name\":\"Name " id "\"}"
#define COMMENT(id, from, at, extra)                          \
	"{\"id\":\"" id "\",\"message\":\"text " id "\"" from \
	",\"created_time\":\"" AT(at) "\"" extra "}"
#define PARENT(id) ",\"parent\":{\"id\":\"" id "\"}"
#define POST(id, from, at, comments)                                              \
	"{\"id\":\"" id "\",\"message\":\"post\"" from ",\"created_time\":\"" AT( \
		at) "\",\"updated_time\":\"" AT("13:00") "\","                    \
							 "\"comments\":{\"data\":[" comments "]}}"
#define LIST(items) "{\"data\":[" items "]}"

static inline struct fixture *make_facebook(void)
{
	struct fixture *f = fixture_make();
	fixture_account(f, VD_NETWORK_FACEBOOK, "TIM", "200", "https://g.test");
	return f;
}

static inline void script(struct fixture *f, const char *match, const char *body)
{
	fixture_script(f, (struct answer){ .match = match, .status = 200, .body = body });
}

// What is asked now and then; a test that means them scripts them before.
static const char *const facebook_asides[] = { "/v26.0/200/tagged", "/v26.0/200/ads_posts",
					       "/debug_token", "fan_count" };

static inline struct fixture *open_facebook(struct fixture *f)
{
	fixture_script(
		f, (struct answer){ .match = FEED, .status = 200, .body = EMPTY, .stays = true });
	fixture_script(
		f, (struct answer){ .match = INBOX, .status = 200, .body = EMPTY, .stays = true });
	for (size_t i = 0; i < VD_ARRAY_LEN(facebook_asides); i++) {
		fixture_script(f, (struct answer){ .match = facebook_asides[i],
						   .status = 200,
						   .body = EMPTY,
						   .stays = true });
	}
	fixture_open(f);
	vd_channels_start(f->channels);
	return f;
}

static inline const struct vd_message *message_of(const struct fixture *f, const char *id)
{
	for (size_t i = 0; i < f->n_messages; i++) {
		if (strcmp(f->messages[i].message.network_id, id) == 0) {
			return &f->messages[i].message;
		}
	}
	print_error("no message %s\n", id);
	fail();
	return NULL;
}

#endif
