// SPDX-License-Identifier: MIT
#include "care/alarm.h"

static const char *const meaning_names[VD_LAMP_MEANING_N] = {
	[VD_LAMP_BREACHED] = "breached",
	[VD_LAMP_URGENT_UNSEEN] = "urgent, unseen",
	[VD_LAMP_BLIND] = "blind",
	[VD_LAMP_WARNING_UNSEEN] = "warning, unseen",
	[VD_LAMP_URGENT_SEEN] = "urgent, seen",
	[VD_LAMP_WARNING_SEEN] = "warning, seen",
	[VD_LAMP_FLOOD] = "flood",
	[VD_LAMP_CLOSED] = "closed",
	[VD_LAMP_WATCHING] = "watching",
};

const char *vd_lamp_meaning_name(enum vd_lamp_meaning meaning)
{
	return (unsigned)meaning < VD_LAMP_MEANING_N ? meaning_names[meaning] : "?";
}

static const char *const sound_names[VD_SOUND_INTENT_N] = {
	[VD_SOUND_NONE] = "none",
	[VD_SOUND_ATTENTION] = "attention",
	[VD_SOUND_URGENT] = "urgent",
};

const char *vd_sound_intent_name(enum vd_sound_intent intent)
{
	return (unsigned)intent < VD_SOUND_INTENT_N ? sound_names[intent] : "?";
}

void vd_lamp_facts_add(struct vd_lamp_facts *facts, const struct vd_alarm *alarm)
{
	if (!vd_alarm_is_shown(alarm) || (unsigned)alarm->severity >= VD_SEVERITY_N) {
		return;
	}
	if (alarm->is_seen) {
		facts->seen[alarm->severity]++;
	} else {
		facts->unseen[alarm->severity]++;
	}
}

// The rows of SIGNALS.md "The light" that stand for alarms; MEANING_N where none holds.
static enum vd_lamp_meaning highest_alarm(const struct vd_lamp_facts *f)
{
	if (f->unseen[VD_SEVERITY_BREACHED] > 0) {
		return VD_LAMP_BREACHED;
	}
	if (f->unseen[VD_SEVERITY_URGENT] > 0) {
		return VD_LAMP_URGENT_UNSEEN;
	}
	if (f->unseen[VD_SEVERITY_WARNING] > 0) {
		return VD_LAMP_WARNING_UNSEEN;
	}
	if (f->seen[VD_SEVERITY_BREACHED] > 0 || f->seen[VD_SEVERITY_URGENT] > 0) {
		return VD_LAMP_URGENT_SEEN;
	}
	return f->seen[VD_SEVERITY_WARNING] > 0 ? VD_LAMP_WARNING_SEEN : VD_LAMP_MEANING_N;
}

struct vd_lamp_intent vd_lamp_decide(const struct vd_lamp_facts *facts)
{
	enum vd_lamp_meaning alarm = highest_alarm(facts);
	if (alarm != VD_LAMP_MEANING_N) {
		return (struct vd_lamp_intent){ alarm, facts->is_blind };
	}
	if (facts->is_blind) {
		return (struct vd_lamp_intent){ VD_LAMP_BLIND, false };
	}
	if (facts->is_flood) {
		return (struct vd_lamp_intent){ VD_LAMP_FLOOD, false };
	}
	return (struct vd_lamp_intent){ facts->is_open ? VD_LAMP_WATCHING : VD_LAMP_CLOSED, false };
}
