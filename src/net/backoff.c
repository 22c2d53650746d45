// SPDX-License-Identifier: MIT
#include "net/backoff.h"

void vd_backoff_init(struct vd_backoff *backoff, struct vd_dur first, struct vd_dur most)
{
	*backoff = (struct vd_backoff){ .first = first, .most = most };
}

// min(first * 2^(n-1), most) without overflow.
static int64_t whole_us(const struct vd_backoff *backoff)
{
	int64_t us = backoff->first.us;
	for (uint8_t i = 1; i < backoff->failures && us < backoff->most.us; i++) {
		us = us > INT64_MAX / 2 ? INT64_MAX : us * 2;
	}
	return us < backoff->most.us ? us : backoff->most.us;
}

struct vd_dur vd_backoff_fail(struct vd_backoff *backoff, const struct vd_rng *rng)
{
	if (backoff->failures < UINT8_MAX) {
		backoff->failures++;
	}
	int64_t whole = whole_us(backoff);
	int64_t half = whole / 2;
	// Jitter in milliseconds: 32 bits of them are seven weeks.
	int64_t steps = (whole - half) / 1000;
	uint32_t below = steps < UINT32_MAX ? (uint32_t)steps + 1 : UINT32_MAX;
	return (struct vd_dur){ half + (int64_t)vd_rng_below(rng, below) * 1000 };
}

void vd_backoff_succeed(struct vd_backoff *backoff)
{
	backoff->failures = 0;
}
