// SPDX-License-Identifier: MIT
#include "base/clock.h"

static struct vd_mono fake_mono(void *ctx)
{
	return ((const struct vd_fake_clock *)ctx)->mono;
}

static struct vd_wall fake_wall(void *ctx)
{
	return ((const struct vd_fake_clock *)ctx)->wall;
}

static bool fake_is_trusted(void *ctx)
{
	return ((const struct vd_fake_clock *)ctx)->is_trusted;
}

static struct vd_dur fake_real(void *ctx, struct vd_dur domain)
{
	(void)ctx;
	return domain;
}

struct vd_clock vd_fake_clock_init(struct vd_fake_clock *fake, struct vd_wall start)
{
	*fake = (struct vd_fake_clock){ .wall = start, .is_trusted = true };
	return (struct vd_clock){
		.ctx = fake,
		.mono = fake_mono,
		.wall = fake_wall,
		.is_trusted = fake_is_trusted,
		.real = fake_real,
	};
}

void vd_fake_clock_advance(struct vd_fake_clock *fake, struct vd_dur d)
{
	fake->mono = vd_mono_add(fake->mono, d);
	fake->wall = vd_wall_add(fake->wall, d);
}
