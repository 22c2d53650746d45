// SPDX-License-Identifier: MIT
#include "app/desk_probe.h"

#include <inttypes.h>
#include <stdio.h>

#include "app/desk_internal.h"

#define NAME "alive" // when the box was last known to watch

static void arm(struct vd_desk_probe *probe)
{
	struct vd_loop *loop = probe->desk->config.loop;
	struct vd_mono due = vd_mono_add(vd_loop_now(loop), probe->period);
	if (vd_loop_timer_set(loop, &probe->timer, due) != VD_OK) {
		vd_error(probe->desk->config.log, "store", "no memory to look after the disk");
	}
}

static void on_timer(void *ctx)
{
	struct vd_desk_probe *probe = ctx;
	struct vd_desk *desk = probe->desk;
	struct vd_diag diag = { 0 };
	char text[24];
	snprintf(text, sizeof(text), "%" PRId64, vd_wall_to_s(vd_desk_now(desk)));
	enum vd_err err = vd_store_setting_set(desk->config.store, NAME, vd_span_of(text), &diag);
	if (err != VD_OK) { // else the commit of this turn judges
		vd_error(desk->config.log, "store", "%s", diag.text);
		vd_desk_store_failed(desk, true);
	}
	arm(probe);
}

void vd_desk_probe_start(struct vd_desk_probe *probe, struct vd_desk *desk, struct vd_dur period)
{
	*probe = (struct vd_desk_probe){ .desk = desk,
					 .timer = { .ctx = probe, .fire = on_timer },
					 .period = period };
	arm(probe);
}

void vd_desk_probe_stop(struct vd_desk_probe *probe)
{
	if (probe->desk != NULL) {
		vd_loop_timer_stop(probe->desk->config.loop, &probe->timer);
	}
	*probe = (struct vd_desk_probe){ 0 };
}
