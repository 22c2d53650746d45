// SPDX-License-Identifier: MIT
/**
 * Where randomness comes from: an object that is handed down.
 * Not a generator by itself; the strong one is made in net/ on mbedTLS' CTR_DRBG, and tests use the
 * seeded one below, which is repeatable and not secret.
 */
#ifndef VD_BASE_RNG_H
#define VD_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct vd_rng {
	void *ctx;
	/** Fills all of it or fails. */
	enum vd_err (*fill)(void *ctx, void *out, size_t n);
};

enum vd_err vd_rng_fill(const struct vd_rng *rng, void *out, size_t n) VD_MUST_USE;
/** Uniform in [0, below); 0 when below is 0 or the source failed. For jitter, not for secrets. */
uint32_t vd_rng_below(const struct vd_rng *rng, uint32_t below);

/** xorshift64*: for tests and jitter. */
struct vd_seeded_rng {
	uint64_t state;
};
struct vd_rng vd_seeded_rng_init(struct vd_seeded_rng *seeded, uint64_t seed);

#endif
