// SPDX-License-Identifier: MIT
/**
 * What the tests of X's channel share: two accounts, pages of posts, a quiet network, a reply.
 * Not a simulator of X. Header-only; time is the fixture's.
 */
#ifndef VD_UNIT_CHANNEL_X_FIXTURE_H
#define VD_UNIT_CHANNEL_X_FIXTURE_H

#include "fixture.h"

#define MENTIONS "/2/users/1/mentions"
#define OWN "/2/users/1/tweets"
#define DMS "/2/dm_events"
#define SEARCH "/2/tweets/search/recent"
#define LOOKUP "/2/tweets?ids="
#define USERS_BY "/2/users/by?usernames="
#define EMPTY "{\"meta\":{\"result_count\":0}}"
// Snowflakes of 2026-10-05T13:30Z.
#define ID(nn) "21071009953842462" nn
#define POST_OF(id, author, extra)                                                \
	"{\"id\":\"" ID(id) "\",\"text\":\"text " id "\",\"author_id\":\"" author \
			    "\",\"conversation_id\":\"" ID("01") "\"" extra "}"
#define REPLY_TO(id) ",\"referenced_tweets\":[{\"type\":\"replied_to\",\"id\":\"" ID(id) "\"}]"
#define PAGE(items, meta) "{\"data\":[" items "],\"meta\":{\"result_count\":1" meta "}}"
#define USERS ",\"includes\":{\"users\":[{\"id\":\"7\",\"username\":\"mrossi\"}]}"

static inline struct fixture *make_x(void)
{
	struct fixture *f = fixture_make();
	fixture_account(f, VD_NETWORK_X, "TelecomItalia", "1", "https://x.test");
	fixture_account(f, VD_NETWORK_X, "TIM", "2", NULL);
	return f;
}

static inline void script(struct fixture *f, const char *match, const char *body)
{
	fixture_script(f, (struct answer){ .match = match, .status = 200, .body = body });
}

static inline void script_quiet(struct fixture *f)
{
	static const char *const matches[] = { MENTIONS, DMS, OWN, SEARCH };
	fixture_script(f, (struct answer){ .match = USERS_BY,
					   .status = 200,
					   .body = "{\"data\":[]}",
					   .stays = true });
	for (size_t i = 0; i < VD_ARRAY_LEN(matches); i++) {
		fixture_script(f, (struct answer){ .match = matches[i],
						   .status = 200,
						   .body = EMPTY,
						   .stays = true });
	}
}

static inline struct fixture *open_x(struct fixture *f)
{
	script_quiet(f);
	fixture_open(f);
	vd_channels_start(f->channels);
	return f;
}

static inline struct vd_outbox_entry entry_of(enum vd_visibility visibility)
{
	struct vd_outbox_entry entry = { .id = 42,
					 .visibility = visibility,
					 .text = VD_SPAN("Buongiorno, guardi tim.it") };
	entry.attempted = vd_wall_s(START_S - 60);
	snprintf(entry.thread_id, sizeof(entry.thread_id), "%s",
		 visibility == VD_VISIBILITY_PUBLIC ? ID("01") : "dm:1-7");
	snprintf(entry.parent_id, sizeof(entry.parent_id), "%s", ID("08"));
	snprintf(entry.recipient_id, sizeof(entry.recipient_id), "7");
	return entry;
}

#endif
