// SPDX-License-Identifier: MIT
#include "output/web_session.h"

#include <stdio.h>
#include <string.h>

#include "base/secret.h"

static bool is_live(const struct vd_session *session, struct vd_mono now)
{
	return session->is_used &&
	       vd_mono_sub(now, session->seen).us < vd_dur_s(VD_SESSION_IDLE_S).us;
}

static bool make_token(const struct vd_rng *rng, char out[VD_SESSION_TEXT_BYTES])
{
	uint8_t bytes[VD_SESSION_TOKEN_BYTES];
	if (vd_rng_fill(rng, bytes, sizeof(bytes)) != VD_OK) {
		return false;
	}
	for (size_t i = 0; i < sizeof(bytes); i++) {
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	}
	vd_wipe(bytes, sizeof(bytes));
	return true;
}

static struct vd_session *find_room(struct vd_sessions *sessions, struct vd_mono now)
{
	struct vd_session *oldest = &sessions->list[0];
	for (size_t i = 0; i < VD_SESSIONS_MAX; i++) {
		struct vd_session *session = &sessions->list[i];
		if (!is_live(session, now)) {
			return session;
		}
		if (session->seen.us < oldest->seen.us) {
			oldest = session;
		}
	}
	return oldest;
}

struct vd_session *vd_sessions_open(struct vd_sessions *sessions, const struct vd_rng *rng,
				    uint16_t staff, struct vd_mono now)
{
	struct vd_session *session = find_room(sessions, now);
	vd_sessions_close(session);
	if (!make_token(rng, session->token) || !make_token(rng, session->csrf)) {
		vd_sessions_close(session);
		return NULL;
	}
	session->is_used = true;
	session->staff = staff;
	session->number = ++sessions->number;
	session->seen = now;
	return session;
}

struct vd_session *vd_sessions_get(struct vd_sessions *sessions, struct vd_span token,
				   struct vd_mono now)
{
	struct vd_session *found = NULL;
	for (size_t i = 0; i < VD_SESSIONS_MAX; i++) { // all of them, always
		struct vd_session *session = &sessions->list[i];
		bool is_equal = vd_is_equal_secret(vd_span_of(session->token), token);
		if (is_equal && token.n > 0 && is_live(session, now)) {
			found = session;
		}
	}
	if (found != NULL) {
		found->seen = now;
	}
	return found;
}

const struct vd_session *vd_sessions_find(const struct vd_sessions *sessions, uint64_t number,
					  struct vd_mono now)
{
	for (size_t i = 0; i < VD_SESSIONS_MAX; i++) {
		if (sessions->list[i].number == number && is_live(&sessions->list[i], now)) {
			return &sessions->list[i];
		}
	}
	return NULL;
}

void vd_sessions_close(struct vd_session *session)
{
	vd_wipe(session, sizeof(*session));
}

// ---- wrong PINs ---------------------------------------------------------------------------------

static bool is_over(const struct vd_lock *lock, struct vd_mono now)
{
	return lock->key[0] == '\0' || vd_mono_sub(now, lock->last).us >= vd_dur_s(VD_LOCK_S).us;
}

static const struct vd_lock *find_lock(const struct vd_sessions *sessions, const char *key)
{
	for (size_t i = 0; i < VD_LOCKS_MAX; i++) {
		if (strncmp(sessions->locks[i].key, key, VD_LOCK_KEY_BYTES - 1) == 0) {
			return &sessions->locks[i];
		}
	}
	return NULL;
}

int64_t vd_lock_left_s(const struct vd_sessions *sessions, const char *key, struct vd_mono now)
{
	const struct vd_lock *lock = find_lock(sessions, key);
	if (lock == NULL || lock->tries < VD_LOCK_TRIES || is_over(lock, now)) {
		return 0;
	}
	int64_t passed_us = vd_mono_sub(now, lock->last).us;
	return (vd_dur_s(VD_LOCK_S).us - passed_us + VD_US_PER_S - 1) / VD_US_PER_S;
}

// The one of this key, a free one, or the one that was touched longest ago.
static struct vd_lock *room_for_lock(struct vd_sessions *sessions, const char *key,
				     struct vd_mono now)
{
	struct vd_lock *room = &sessions->locks[0];
	for (size_t i = 0; i < VD_LOCKS_MAX; i++) {
		struct vd_lock *lock = &sessions->locks[i];
		if (strncmp(lock->key, key, VD_LOCK_KEY_BYTES - 1) == 0) {
			return lock;
		}
		bool is_better = is_over(lock, now)
					 ? !is_over(room, now)
					 : !is_over(room, now) && lock->last.us < room->last.us;
		room = is_better ? lock : room;
	}
	*room = (struct vd_lock){ 0 };
	snprintf(room->key, sizeof(room->key), "%s", key);
	return room;
}

void vd_lock_count(struct vd_sessions *sessions, const char *key, struct vd_mono now)
{
	struct vd_lock *lock = room_for_lock(sessions, key, now);
	if (is_over(lock, now)) {
		lock->tries = 0;
	}
	lock->tries = lock->tries < UINT8_MAX ? (uint8_t)(lock->tries + 1) : lock->tries;
	lock->last = now;
}

void vd_lock_clear(struct vd_sessions *sessions, const char *key)
{
	struct vd_lock *lock = (struct vd_lock *)(uintptr_t)find_lock(sessions, key);
	if (lock != NULL) {
		*lock = (struct vd_lock){ 0 };
	}
}
