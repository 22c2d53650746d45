// SPDX-License-Identifier: MIT
#include "care/window.h"

static const char *const names[VD_WINDOW_N] = {
	[VD_WINDOW_UNLIMITED] = "unlimited",
	[VD_WINDOW_FREE] = "free",
	[VD_WINDOW_HUMAN_AGENT] = "human agent",
	[VD_WINDOW_CLOSED] = "closed",
};

const char *vd_window_name(enum vd_window window)
{
	return (unsigned)window < VD_WINDOW_N ? names[window] : "?";
}

bool vd_window_is_limited(enum vd_network network, enum vd_visibility visibility)
{
	return network == VD_NETWORK_FACEBOOK && visibility == VD_VISIBILITY_PRIVATE;
}

struct vd_wall vd_window_end(struct vd_wall from)
{
	return vd_wall_add(from, vd_dur_s(VD_WINDOW_LAST_S));
}

struct vd_wall vd_window_due(struct vd_wall from, struct vd_wall at)
{
	struct vd_wall free_until = vd_wall_add(from, vd_dur_s(VD_WINDOW_FREE_S));
	return at.us <= free_until.us ? free_until : vd_window_end(from);
}

enum vd_window vd_window_ask(const struct vd_window_from *from, struct vd_wall now)
{
	if (from->network != VD_NETWORK_FACEBOOK || !vd_wall_is_set(from->at)) {
		return VD_WINDOW_UNLIMITED;
	}
	if (now.us > vd_window_end(from->at).us) {
		return VD_WINDOW_CLOSED;
	}
	bool is_free = from->visibility == VD_VISIBILITY_PUBLIC || // once, for all of its time
		       now.us <= vd_wall_add(from->at, vd_dur_s(VD_WINDOW_FREE_S)).us;
	return is_free ? VD_WINDOW_FREE : VD_WINDOW_HUMAN_AGENT;
}

struct vd_wall vd_window_until(const struct vd_window_from *from, struct vd_wall now)
{
	enum vd_window window = vd_window_ask(from, now);
	if (window == VD_WINDOW_UNLIMITED || window == VD_WINDOW_CLOSED) {
		return (struct vd_wall){ 0 };
	}
	return from->visibility == VD_VISIBILITY_PUBLIC ? vd_window_end(from->at)
							: vd_window_due(from->at, now);
}
