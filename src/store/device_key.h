// SPDX-License-Identifier: MIT
/**
 * The device's own key, under which the store's secrets are sealed: one file beside the store.
 * Not a secret of a network, and no protection from who reads the whole folder: a copy of the store
 * alone (a backup, a support case) gives nothing away.
 * It owns the file; randomness is handed in, no time.
 */
#ifndef VD_STORE_DEVICE_KEY_H
#define VD_STORE_DEVICE_KEY_H

#include <stdint.h>

#include "base/diag.h"
#include "base/rng.h"

#define VD_DEVICE_KEY_BYTES 32
#define VD_DEVICE_KEY_ID_BYTES 8
#define VD_DEVICE_KEY_FILE "device.key"

struct vd_device_key {
	uint8_t hidden[VD_DEVICE_KEY_BYTES];
	uint8_t id[VD_DEVICE_KEY_ID_BYTES]; // a digest of it, in the clear in each record
};

/** From `dir`/device.key. VD_ERR_NOT_FOUND where there is none, VD_ERR_PERMISSION where others can
 *  read it, VD_ERR_SYNTAX where it holds no key; each with a sentence. */
enum vd_err vd_device_key_load(const char *dir, struct vd_device_key *out,
			       struct vd_diag *diag) VD_MUST_USE;
/** Makes the file (mode 0600), on disk before it returns. VD_ERR_EXISTS where one is there. */
enum vd_err vd_device_key_make(const char *dir, const struct vd_rng *rng, struct vd_device_key *out,
			       struct vd_diag *diag) VD_MUST_USE;
/** The same key in another folder. */
enum vd_err vd_device_key_keep(const char *dir, const struct vd_device_key *key,
			       struct vd_diag *diag) VD_MUST_USE;
/** Only for tests and for the two above: a key of these bytes. */
void vd_device_key_set(struct vd_device_key *key, const uint8_t bytes[VD_DEVICE_KEY_BYTES]);
void vd_device_key_deinit(struct vd_device_key *key);

#endif
