// SPDX-License-Identifier: MIT
/**
 * The store's secrets: records sealed with AES-256-GCM under the device's key, each bound to its
 * name.
 * Not what is in them (store/credentials.h) and not the key's file (store/device_key.h).
 * Writes belong to the turn like every other; randomness is handed in, no time.
 *
 * A record that is read back is whole, was sealed under this key, and was sealed for this name:
 * neither a flipped bit nor an exchange of two records passes.
 */
#ifndef VD_STORE_SECRETS_H
#define VD_STORE_SECRETS_H

#include "base/rng.h"
#include "store/credentials.h"
#include "store/device_key.h"
#include "store/store.h"

#define VD_SEAL_HEAD_BYTES (1 + VD_DEVICE_KEY_ID_BYTES + 12) // version, key, nonce
#define VD_SEAL_BYTES (VD_SEAL_HEAD_BYTES + 16)              // and the tag at the end

/** Appends the sealed record; a new random nonce each time. VD_ERR_ROOM. */
enum vd_err vd_secret_seal(const struct vd_device_key *key, const struct vd_rng *rng,
			   struct vd_span name, struct vd_span plain,
			   struct vd_writer *out) VD_MUST_USE;
/** VD_ERR_VERSION (newer), VD_ERR_PERMISSION (sealed under another key), VD_ERR_CORRUPT. */
enum vd_err vd_secret_unseal(const struct vd_device_key *key, struct vd_span name,
			     struct vd_span record, uint8_t *out, size_t cap,
			     size_t *n) VD_MUST_USE;

/** Loads the key of the store's folder. Where there is none and no secret either, one is made;
 *  where secrets wait for a key that is gone, or for another one, a sentence says what to do
 *  (VD_ERR_PERMISSION) and *key stays as it was. */
enum vd_err vd_secrets_open(struct vd_store *store, const char *dir, const struct vd_rng *rng,
			    struct vd_device_key *key, struct vd_diag *diag) VD_MUST_USE;
/** The account by its name in the configuration. VD_ERR_NOT_FOUND (no diag) where none is kept. */
enum vd_err vd_secrets_get(struct vd_store *store, const struct vd_device_key *key,
			   const char *account, struct vd_credentials *out,
			   struct vd_diag *diag) VD_MUST_USE;
/** In this turn: nothing of it may be used before the commit. */
enum vd_err vd_secrets_put(struct vd_store *store, const struct vd_device_key *key,
			   const struct vd_rng *rng, const char *account,
			   const struct vd_credentials *c, struct vd_diag *diag) VD_MUST_USE;
/** Needs no key. Missing is no failure. */
enum vd_err vd_secrets_delete(struct vd_store *store, const char *account,
			      struct vd_diag *diag) VD_MUST_USE;
/** For a store that is made anew: every record as it is sealed, and the key's file beside it (the
 *  folder of `to` has none yet). Without the key nothing is taken: the records would be worth
 *  nothing there. *n counts them. */
enum vd_err vd_secrets_copy(struct vd_store *from, struct vd_store *to, size_t *n,
			    struct vd_diag *diag) VD_MUST_USE;

#endif
