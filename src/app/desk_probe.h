// SPDX-License-Identifier: MIT
/**
 * A word written now and then for its own sake, so that a store that can't be written is noticed
 * while nothing happens: green is earned, the journal's disk included.
 * Not a check of what is stored (store/check.h).
 * Its timer is the loop's; the turn's commit writes it and judges it.
 */
#ifndef VD_APP_DESK_PROBE_H
#define VD_APP_DESK_PROBE_H

#include "app/desk.h"

/** Zeroed memory is a valid one that is stopped. */
struct vd_desk_probe {
	struct vd_desk *desk;
	struct vd_timer timer;
	struct vd_dur period;
};

/** `period`: real time between two words. */
void vd_desk_probe_start(struct vd_desk_probe *probe, struct vd_desk *desk, struct vd_dur period);
void vd_desk_probe_stop(struct vd_desk_probe *probe);

#endif
