// SPDX-License-Identifier: MIT
#include "input/input.h"

#define BOUNCE_MS 30
#define HOLD_S 3
#define LONG_HOLD_S 10

static bool tell_hold(struct vd_button *button, struct vd_dur held, enum vd_button_event *event)
{
	if (!button->told_long && held.us >= vd_dur_s(LONG_HOLD_S).us) {
		button->told_hold = true;
		button->told_long = true;
		*event = VD_BUTTON_LONG_HOLD;
		return true;
	}
	if (!button->told_hold && held.us >= vd_dur_s(HOLD_S).us) {
		button->told_hold = true;
		*event = VD_BUTTON_HOLD;
		return true;
	}
	return false;
}

bool vd_button_step(struct vd_button *button, bool is_down, struct vd_mono now,
		    enum vd_button_event *event)
{
	if (!button->is_down) {
		if (is_down) {
			*button = (struct vd_button){ .is_down = true, .since = now };
		}
		return false;
	}
	struct vd_dur held = vd_mono_sub(now, button->since);
	if (is_down) {
		return tell_hold(button, held, event);
	}
	button->is_down = false;
	// A hold that nobody asked about in time is still a hold.
	if (tell_hold(button, held, event)) {
		return true;
	}
	if (button->told_hold || held.us < vd_dur_ms(BOUNCE_MS).us) {
		return false;
	}
	*event = VD_BUTTON_PRESS;
	return true;
}

bool vd_button_next(const struct vd_button *button, struct vd_mono *at)
{
	if (!button->is_down || button->told_long) {
		return false;
	}
	*at = vd_mono_add(button->since, vd_dur_s(button->told_hold ? LONG_HOLD_S : HOLD_S));
	return true;
}
