// SPDX-License-Identifier: MIT
/**
 * Who is signed in to the pages, and who may not try again for now.
 * Not a check of PINs (the desk's port) and not cookies (web_api.c): tokens in, sessions out.
 * Caller's memory; `now` is a parameter, in real monotonic time.
 */
#ifndef VD_OUTPUT_WEB_SESSION_H
#define VD_OUTPUT_WEB_SESSION_H

#include <stdbool.h>

#include "base/rng.h"
#include "base/span.h"
#include "base/time.h"

#define VD_SESSIONS_MAX 64
#define VD_SESSION_TOKEN_BYTES 32
#define VD_SESSION_TEXT_BYTES (2 * VD_SESSION_TOKEN_BYTES + 1)
#define VD_SESSION_IDLE_S (12 * 3600)
#define VD_LOCK_TRIES 5
#define VD_LOCK_S 300
#define VD_LOCKS_MAX 128
#define VD_LOCK_KEY_BYTES 64

struct vd_session {
	bool is_used;
	uint16_t staff;  // index in the rule book
	uint64_t number; // never used twice: a stream remembers it
	struct vd_mono seen;
	char token[VD_SESSION_TEXT_BYTES]; // the cookie's value
	char csrf[VD_SESSION_TEXT_BYTES];
};

/** Wrong PINs of one key: a member of staff ("s:3") or an address ("a:192.0.2.7"). */
struct vd_lock {
	char key[VD_LOCK_KEY_BYTES]; // "": free
	uint8_t tries;
	struct vd_mono last;
};

/** Zeroed memory is empty. */
struct vd_sessions {
	uint64_t number;
	struct vd_session list[VD_SESSIONS_MAX];
	struct vd_lock locks[VD_LOCKS_MAX];
};

/** A new session; where all are used the one that was seen longest ago makes room. NULL where
 *  there is no randomness. */
struct vd_session *vd_sessions_open(struct vd_sessions *sessions, const struct vd_rng *rng,
				    uint16_t staff, struct vd_mono now);
/** By the cookie, in a time that does not depend on how much of it is right; touched. NULL where
 *  unknown or expired. */
struct vd_session *vd_sessions_get(struct vd_sessions *sessions, struct vd_span token,
				   struct vd_mono now);
/** By number, not touched: for streams. */
const struct vd_session *vd_sessions_find(const struct vd_sessions *sessions, uint64_t number,
					  struct vd_mono now);
void vd_sessions_close(struct vd_session *session);

/** Seconds until the key may try again; 0: now. */
int64_t vd_lock_left_s(const struct vd_sessions *sessions, const char *key, struct vd_mono now);
void vd_lock_count(struct vd_sessions *sessions, const char *key, struct vd_mono now);
void vd_lock_clear(struct vd_sessions *sessions, const char *key);

#endif
