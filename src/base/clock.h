// SPDX-License-Identifier: MIT
/**
 * Where the time comes from: an object that is handed down, so that tests and demos bring their
 * own.
 * Not a source of trust: whether the wall clock may be believed is said by `is_trusted`.
 * The implementations that ask the kernel live in app/; the fake one for tests is here.
 */
#ifndef VD_BASE_CLOCK_H
#define VD_BASE_CLOCK_H

#include <stdbool.h>

#include "base/time.h"

struct vd_clock {
	void *ctx;
	struct vd_mono (*mono)(void *ctx);
	struct vd_wall (*wall)(void *ctx);
	/** R13: false until synchronised, or after it went back. */
	bool (*is_trusted)(void *ctx);
	/** Real time that a span of domain time takes from now on: the same, but in a fast demo. */
	struct vd_dur (*real)(void *ctx, struct vd_dur domain);
};

static inline struct vd_mono vd_clock_mono(const struct vd_clock *c)
{
	return c->mono(c->ctx);
}
static inline struct vd_wall vd_clock_wall(const struct vd_clock *c)
{
	return c->wall(c->ctx);
}
static inline bool vd_clock_is_trusted(const struct vd_clock *c)
{
	return c->is_trusted(c->ctx);
}
static inline struct vd_dur vd_clock_real(const struct vd_clock *c, struct vd_dur domain)
{
	return c->real(c->ctx, domain);
}

/** A clock that moves only when told; the memory is the caller's. */
struct vd_fake_clock {
	struct vd_mono mono;
	struct vd_wall wall;
	bool is_trusted;
};
struct vd_clock vd_fake_clock_init(struct vd_fake_clock *fake, struct vd_wall start);
void vd_fake_clock_advance(struct vd_fake_clock *fake, struct vd_dur d);

#endif
