// SPDX-License-Identifier: MIT
/**
 * PINs of staff: only a salted, slow hash is kept, in the configuration.
 * Not sessions and not the lock-out after wrong PINs (output/web_session.h).
 * Pure but for the randomness of a new salt.
 */
#ifndef VD_APP_PIN_H
#define VD_APP_PIN_H

#include "base/diag.h"
#include "base/rng.h"
#include "base/span.h"

#define VD_PIN_HASH_BYTES 160
#define VD_PIN_LEAST 4
#define VD_PIN_MOST 64
/** Some 10 ms on the host: the loop is held for one check. The lock-out is what protects a short
 *  PIN. */
#define VD_PIN_ROUNDS 10000

/** "pbkdf2-sha256$ROUNDS$SALT-HEX$HASH-HEX" (RFC 8018). */
enum vd_err vd_pin_hash(const struct vd_rng *rng, struct vd_span pin, char out[VD_PIN_HASH_BYTES],
			struct vd_diag *diag) VD_MUST_USE;
/** False for a wrong PIN and for a text that is no hash. */
bool vd_pin_check(const char *hash, struct vd_span pin);

#endif
