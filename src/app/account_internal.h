// SPDX-License-Identifier: MIT
/**
 * What the files of the keeper share: an account's place, and the steps of its renewal.
 * Not for anybody else.
 * All of it runs in the loop's thread.
 */
#ifndef VD_APP_ACCOUNT_INTERNAL_H
#define VD_APP_ACCOUNT_INTERNAL_H

#include "app/account_keeper.h"
#include "base/list.h"
#include "channel/oauth2_renew.h"
#include "net/backoff.h"

/** What is kept of a sign-in between two uses: the record alone, not its parts at full length. */
struct vd_account_kept {
	enum vd_credentials_kind kind; // MISSING: nothing is kept
	struct vd_wall set_at;
	struct vd_wall renewed_at;
	struct vd_wall ends;
	struct vd_wall data_ends;
	struct vd_wall renewing;
	bool is_renewable;
	uint8_t *record; // heap, as store/credentials.h prints it
	size_t n;
};
/** On failure nothing is kept any more: it is on disk all the same. */
enum vd_err vd_account_kept_set(struct vd_account_kept *kept,
				const struct vd_credentials *c) VD_MUST_USE;
/** Empty where nothing is kept; the caller wipes it. */
void vd_account_kept_get(const struct vd_account_kept *kept, struct vd_credentials *out);
/** Wipes it; takes zeroed memory, and twice. */
void vd_account_kept_deinit(struct vd_account_kept *kept);

struct vd_account_slot {
	struct vd_account_keeper *keeper;
	const struct vd_config_account *account;
	struct vd_account_kept now;  // as it is on disk
	struct vd_credentials *next; // heap: until they are; NULL: nothing is on its way
	enum vd_renew_state state;
	uint32_t generation; // of the sign-in: what an older one awaited is nobody's any more
	bool was_lost;       // a renewal left whose answer we never had
	struct vd_timer timer;
	struct vd_mono tried_at; // the last renewal began; 0: none
	struct vd_backoff backoff;
	struct vd_http_call *call;
	char words[VD_DIAG_BYTES]; // what only a person can do
	char nobody[VD_DIAG_BYTES];
	char broken[VD_DIAG_BYTES]; // why what is kept can't be read
};

/** Somebody waits for the commit. */
struct vd_account_wait {
	struct vd_list node;
	struct vd_account_slot *slot;
	uint32_t generation;
	bool is_renewal;
	void *done_ctx; // a person's
	vd_port_done_fn *done;
};

struct vd_account_keeper {
	struct vd_account_keeper_config config;
	struct vd_device_key key;
	bool has_key;
	char key_words[VD_DIAG_BYTES];
	struct vd_channels *channels;
	struct vd_list waits;
	size_t n;
	struct vd_account_slot *slots;
};

/** The loop's wall time: what a network's "expires_in" counts from. */
struct vd_wall vd_account_now(const struct vd_account_keeper *keeper);
enum vd_err vd_account_await(struct vd_account_slot *slot, bool is_renewal, void *done_ctx,
			     vd_port_done_fn *done, struct vd_diag *diag) VD_MUST_USE;
/** What came to disk is what counts; without memory it is said, and a restart heals it. */
void vd_account_take(struct vd_account_slot *slot, const struct vd_credentials *c);
/** What is in `now` goes to the channel, and its end to the desk. */
void vd_account_use(struct vd_account_slot *slot);
void vd_account_fill(const struct vd_credentials *c, struct vd_channel_account *to);
/** Room for `next`, as it is or empty; false without memory. */
bool vd_account_has_next(struct vd_account_slot *slot);
/** Wipes it. */
void vd_account_drop_next(struct vd_account_slot *slot);
/** When a person must have acted; not set: no need, or not known. */
struct vd_wall vd_account_end(const struct vd_account_slot *slot);

// account_renew.c
void vd_account_renew(struct vd_account_slot *slot, enum vd_renew_event event);
bool vd_account_is_renewable(const struct vd_credentials *c);

#endif
