// SPDX-License-Identifier: MIT
#include "base/rng.h"

#include <string.h>

// Draws that a value may need: each is refused with less than 1/2, so all of them with 2^-64.
#define MOST_DRAWS 64

enum vd_err vd_rng_fill(const struct vd_rng *rng, void *out, size_t n)
{
	return rng->fill(rng->ctx, out, n);
}

uint32_t vd_rng_below(const struct vd_rng *rng, uint32_t below)
{
	if (below == 0) {
		return 0;
	}
	// The first 2^32 mod `below` values would make the small results likelier.
	uint32_t refused = (UINT32_MAX - below + 1) % below;
	for (int i = 0; i < MOST_DRAWS; i++) {
		uint32_t value;
		if (vd_rng_fill(rng, &value, sizeof(value)) != VD_OK) {
			return 0;
		}
		if (value >= refused) {
			return value % below;
		}
	}
	return 0;
}

// Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled".
static uint64_t seeded_next(struct vd_seeded_rng *seeded)
{
	uint64_t x = seeded->state;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	seeded->state = x;
	return x * UINT64_C(2685821657736338717);
}

static enum vd_err seeded_fill(void *ctx, void *out, size_t n)
{
	unsigned char *p = out;
	while (n > 0) {
		// The high half is the good one.
		uint32_t value = (uint32_t)(seeded_next(ctx) >> 32);
		size_t part = n < sizeof(value) ? n : sizeof(value);
		memcpy(p, &value, part);
		p += part;
		n -= part;
	}
	return VD_OK;
}

struct vd_rng vd_seeded_rng_init(struct vd_seeded_rng *seeded, uint64_t seed)
{
	// One round of splitmix64: near seeds give far states, and the state 0, which sticks, is
	// avoided.
	uint64_t z = seed + UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	z ^= z >> 31;
	seeded->state = z != 0 ? z : 1;
	return (struct vd_rng){ .ctx = seeded, .fill = seeded_fill };
}
