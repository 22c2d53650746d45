// SPDX-License-Identifier: MIT
#include "care/alarm.h"

#include <stddef.h>

static const char *const severity_names[VD_SEVERITY_N] = {
	[VD_SEVERITY_NONE] = "none",
	[VD_SEVERITY_WARNING] = "warning",
	[VD_SEVERITY_URGENT] = "urgent",
	[VD_SEVERITY_BREACHED] = "breached",
};

static const char *const state_names[VD_ALARM_STATE_N] = {
	[VD_ALARM_STATE_MISSING] = "MISSING",
	[VD_ALARM_NORMAL] = "NORMAL",
	[VD_ALARM_UNACK] = "UNACK",
	[VD_ALARM_ACKED] = "ACKED",
	[VD_ALARM_RTN_UNACK] = "RTN_UNACK",
	[VD_ALARM_LATCHED] = "LATCHED",
	[VD_ALARM_SHELVED] = "SHELVED",
	[VD_ALARM_SUPPRESSED] = "SUPPRESSED",
	[VD_ALARM_OUT_OF_SERVICE] = "OUT_OF_SERVICE",
};

static const char *const event_names[VD_ALARM_EV_N] = {
	[VD_ALARM_EV_RAISE] = "raise",
	[VD_ALARM_EV_BREACH] = "breach",
	[VD_ALARM_EV_CLEAR] = "clear",
	[VD_ALARM_EV_RETURN] = "return",
	[VD_ALARM_EV_ACK] = "ack",
	[VD_ALARM_EV_LEASE_END] = "lease end",
	[VD_ALARM_EV_RESET] = "reset",
	[VD_ALARM_EV_SHELVE] = "shelve",
	[VD_ALARM_EV_UNSHELVE] = "unshelve",
	[VD_ALARM_EV_SUPPRESS] = "suppress",
	[VD_ALARM_EV_UNSUPPRESS] = "unsuppress",
	[VD_ALARM_EV_TAKE_OUT] = "take out",
	[VD_ALARM_EV_PUT_BACK] = "put back",
};

static const char *const kind_names[VD_ALARM_KIND_N] = {
	[VD_ALARM_TARGET] = "target",
	[VD_ALARM_SLEEP_OVER] = "sleep-over",
	[VD_ALARM_HAND_OVER_RETURNED] = "hand-over returned",
	[VD_ALARM_PAUSE_ASKS] = "pause asks",
	[VD_ALARM_CHANNEL_BLOCKED] = "channel blocked",
	[VD_ALARM_CHANNEL_BLIND] = "channel blind",
	[VD_ALARM_CLOCK_UNTRUSTED] = "clock untrusted",
	[VD_ALARM_STORE_FAILING] = "store failing",
	[VD_ALARM_CALENDAR_FAULT] = "calendar fault",
	[VD_ALARM_OUTBOX_STUCK] = "outbox stuck",
	[VD_ALARM_TOKEN_ENDING] = "token near its end",
	[VD_ALARM_MONEY_SHORT] = "money near its end",
};

static const char *const effect_names[VD_ALARM_EFFECT_N] = {
	[VD_ALARM_DO_MISSING] = "missing",
	[VD_ALARM_DO_IGNORE] = "IGNORE",
	[VD_ALARM_DO_REFUSE] = "ILLEGAL",
	[VD_ALARM_DO_RAISE] = "raise",
	[VD_ALARM_DO_NOTE] = "note",
	[VD_ALARM_DO_FADE] = "fade",
	[VD_ALARM_DO_END] = "end",
	[VD_ALARM_DO_SEE] = "see",
	[VD_ALARM_DO_UNSEE] = "unsee",
	[VD_ALARM_DO_PARK] = "park",
	[VD_ALARM_DO_COME_BACK] = "come back",
};

#define TO(next, effect)                              \
	{                                             \
		VD_ALARM_##next, VD_ALARM_DO_##effect \
	}

static const struct vd_alarm_cell table[VD_ALARM_STATE_N][VD_ALARM_EV_N] = {
	[VD_ALARM_NORMAL] = {
		[VD_ALARM_EV_RAISE] = TO(UNACK, RAISE),
		[VD_ALARM_EV_BREACH] = TO(LATCHED, RAISE),
		[VD_ALARM_EV_CLEAR] = TO(NORMAL, IGNORE),
		[VD_ALARM_EV_RETURN] = TO(NORMAL, IGNORE),
		[VD_ALARM_EV_ACK] = TO(NORMAL, REFUSE),
		[VD_ALARM_EV_LEASE_END] = TO(NORMAL, IGNORE),
		[VD_ALARM_EV_RESET] = TO(NORMAL, REFUSE),
		[VD_ALARM_EV_SHELVE] = TO(NORMAL, REFUSE),
		[VD_ALARM_EV_UNSHELVE] = TO(NORMAL, REFUSE),
		[VD_ALARM_EV_SUPPRESS] = TO(SUPPRESSED, PARK),
		[VD_ALARM_EV_UNSUPPRESS] = TO(NORMAL, IGNORE),
		[VD_ALARM_EV_TAKE_OUT] = TO(OUT_OF_SERVICE, PARK),
		[VD_ALARM_EV_PUT_BACK] = TO(NORMAL, IGNORE),
	},
	[VD_ALARM_UNACK] = {
		[VD_ALARM_EV_RAISE] = TO(UNACK, RAISE),
		[VD_ALARM_EV_BREACH] = TO(LATCHED, RAISE),
		[VD_ALARM_EV_CLEAR] = TO(NORMAL, END),
		[VD_ALARM_EV_RETURN] = TO(RTN_UNACK, FADE),
		[VD_ALARM_EV_ACK] = TO(ACKED, SEE),
		[VD_ALARM_EV_LEASE_END] = TO(UNACK, IGNORE),
		[VD_ALARM_EV_RESET] = TO(UNACK, REFUSE),
		[VD_ALARM_EV_SHELVE] = TO(SHELVED, PARK),
		[VD_ALARM_EV_UNSHELVE] = TO(UNACK, REFUSE),
		[VD_ALARM_EV_SUPPRESS] = TO(SUPPRESSED, PARK),
		[VD_ALARM_EV_UNSUPPRESS] = TO(UNACK, IGNORE),
		[VD_ALARM_EV_TAKE_OUT] = TO(OUT_OF_SERVICE, PARK),
		[VD_ALARM_EV_PUT_BACK] = TO(UNACK, IGNORE),
	},
	[VD_ALARM_ACKED] = {
		[VD_ALARM_EV_RAISE] = TO(UNACK, RAISE), // a worse condition is a new one
		[VD_ALARM_EV_BREACH] = TO(LATCHED, RAISE),
		[VD_ALARM_EV_CLEAR] = TO(NORMAL, END),
		[VD_ALARM_EV_RETURN] = TO(NORMAL, END),
		[VD_ALARM_EV_ACK] = TO(ACKED, SEE), // the lease begins anew
		[VD_ALARM_EV_LEASE_END] = TO(UNACK, UNSEE),
		[VD_ALARM_EV_RESET] = TO(ACKED, REFUSE),
		[VD_ALARM_EV_SHELVE] = TO(SHELVED, PARK),
		[VD_ALARM_EV_UNSHELVE] = TO(ACKED, REFUSE),
		[VD_ALARM_EV_SUPPRESS] = TO(SUPPRESSED, PARK),
		[VD_ALARM_EV_UNSUPPRESS] = TO(ACKED, IGNORE),
		[VD_ALARM_EV_TAKE_OUT] = TO(OUT_OF_SERVICE, PARK),
		[VD_ALARM_EV_PUT_BACK] = TO(ACKED, IGNORE),
	},
	[VD_ALARM_RTN_UNACK] = {
		[VD_ALARM_EV_RAISE] = TO(UNACK, RAISE),
		[VD_ALARM_EV_BREACH] = TO(LATCHED, RAISE),
		[VD_ALARM_EV_CLEAR] = TO(RTN_UNACK, IGNORE),
		[VD_ALARM_EV_RETURN] = TO(RTN_UNACK, IGNORE),
		[VD_ALARM_EV_ACK] = TO(NORMAL, END),
		[VD_ALARM_EV_LEASE_END] = TO(RTN_UNACK, IGNORE),
		[VD_ALARM_EV_RESET] = TO(RTN_UNACK, REFUSE),
		[VD_ALARM_EV_SHELVE] = TO(RTN_UNACK, REFUSE),
		[VD_ALARM_EV_UNSHELVE] = TO(RTN_UNACK, REFUSE),
		[VD_ALARM_EV_SUPPRESS] = TO(SUPPRESSED, PARK),
		[VD_ALARM_EV_UNSUPPRESS] = TO(RTN_UNACK, IGNORE),
		[VD_ALARM_EV_TAKE_OUT] = TO(OUT_OF_SERVICE, PARK),
		[VD_ALARM_EV_PUT_BACK] = TO(RTN_UNACK, IGNORE),
	},
	[VD_ALARM_LATCHED] = {
		[VD_ALARM_EV_RAISE] = TO(LATCHED, RAISE),
		[VD_ALARM_EV_BREACH] = TO(LATCHED, RAISE),
		[VD_ALARM_EV_CLEAR] = TO(LATCHED, FADE), // answered: the breach itself stays
		[VD_ALARM_EV_RETURN] = TO(LATCHED, FADE),
		[VD_ALARM_EV_ACK] = TO(LATCHED, SEE),
		[VD_ALARM_EV_LEASE_END] = TO(LATCHED, UNSEE),
		[VD_ALARM_EV_RESET] = TO(NORMAL, COME_BACK),
		[VD_ALARM_EV_SHELVE] = TO(LATCHED, REFUSE), // never past the deadline
		[VD_ALARM_EV_UNSHELVE] = TO(LATCHED, REFUSE),
		[VD_ALARM_EV_SUPPRESS] = TO(SUPPRESSED, PARK),
		[VD_ALARM_EV_UNSUPPRESS] = TO(LATCHED, IGNORE),
		[VD_ALARM_EV_TAKE_OUT] = TO(OUT_OF_SERVICE, PARK),
		[VD_ALARM_EV_PUT_BACK] = TO(LATCHED, IGNORE),
	},
	[VD_ALARM_SHELVED] = {
		[VD_ALARM_EV_RAISE] = TO(SHELVED, NOTE),
		[VD_ALARM_EV_BREACH] = TO(LATCHED, RAISE), // never past the deadline
		[VD_ALARM_EV_CLEAR] = TO(NORMAL, END),
		[VD_ALARM_EV_RETURN] = TO(NORMAL, END),
		[VD_ALARM_EV_ACK] = TO(SHELVED, REFUSE),
		[VD_ALARM_EV_LEASE_END] = TO(SHELVED, IGNORE),
		[VD_ALARM_EV_RESET] = TO(SHELVED, REFUSE),
		[VD_ALARM_EV_SHELVE] = TO(SHELVED, PARK),
		[VD_ALARM_EV_UNSHELVE] = TO(UNACK, COME_BACK),
		[VD_ALARM_EV_SUPPRESS] = TO(SUPPRESSED, PARK),
		[VD_ALARM_EV_UNSUPPRESS] = TO(SHELVED, IGNORE),
		[VD_ALARM_EV_TAKE_OUT] = TO(OUT_OF_SERVICE, PARK),
		[VD_ALARM_EV_PUT_BACK] = TO(SHELVED, IGNORE),
	},
	[VD_ALARM_SUPPRESSED] = {
		[VD_ALARM_EV_RAISE] = TO(SUPPRESSED, NOTE),
		// its clock still runs; it comes back latched
		[VD_ALARM_EV_BREACH] = TO(SUPPRESSED, NOTE),
		[VD_ALARM_EV_CLEAR] = TO(SUPPRESSED, FADE),
		[VD_ALARM_EV_RETURN] = TO(SUPPRESSED, FADE),
		[VD_ALARM_EV_ACK] = TO(SUPPRESSED, REFUSE),
		[VD_ALARM_EV_LEASE_END] = TO(SUPPRESSED, IGNORE),
		[VD_ALARM_EV_RESET] = TO(SUPPRESSED, REFUSE),
		[VD_ALARM_EV_SHELVE] = TO(SUPPRESSED, REFUSE),
		[VD_ALARM_EV_UNSHELVE] = TO(SUPPRESSED, REFUSE),
		[VD_ALARM_EV_SUPPRESS] = TO(SUPPRESSED, IGNORE),
		[VD_ALARM_EV_UNSUPPRESS] = TO(UNACK, COME_BACK),
		[VD_ALARM_EV_TAKE_OUT] = TO(OUT_OF_SERVICE, PARK),
		[VD_ALARM_EV_PUT_BACK] = TO(SUPPRESSED, IGNORE),
	},
	[VD_ALARM_OUT_OF_SERVICE] = {
		[VD_ALARM_EV_RAISE] = TO(OUT_OF_SERVICE, NOTE),
		[VD_ALARM_EV_BREACH] = TO(OUT_OF_SERVICE, NOTE),
		[VD_ALARM_EV_CLEAR] = TO(OUT_OF_SERVICE, FADE),
		[VD_ALARM_EV_RETURN] = TO(OUT_OF_SERVICE, FADE),
		[VD_ALARM_EV_ACK] = TO(OUT_OF_SERVICE, REFUSE),
		[VD_ALARM_EV_LEASE_END] = TO(OUT_OF_SERVICE, IGNORE),
		[VD_ALARM_EV_RESET] = TO(OUT_OF_SERVICE, REFUSE),
		[VD_ALARM_EV_SHELVE] = TO(OUT_OF_SERVICE, REFUSE),
		[VD_ALARM_EV_UNSHELVE] = TO(OUT_OF_SERVICE, REFUSE),
		[VD_ALARM_EV_SUPPRESS] = TO(OUT_OF_SERVICE, IGNORE),
		[VD_ALARM_EV_UNSUPPRESS] = TO(OUT_OF_SERVICE, IGNORE),
		[VD_ALARM_EV_TAKE_OUT] = TO(OUT_OF_SERVICE, IGNORE),
		[VD_ALARM_EV_PUT_BACK] = TO(UNACK, COME_BACK),
	},
};

#undef TO

const char *vd_severity_name(enum vd_severity severity)
{
	return (unsigned)severity < VD_SEVERITY_N ? severity_names[severity] : "?";
}

const char *vd_alarm_state_name(enum vd_alarm_state state)
{
	return (unsigned)state < VD_ALARM_STATE_N ? state_names[state] : "?";
}

const char *vd_alarm_event_name(enum vd_alarm_event event)
{
	return (unsigned)event < VD_ALARM_EV_N ? event_names[event] : "?";
}

const char *vd_alarm_kind_name(enum vd_alarm_kind kind)
{
	return (unsigned)kind < VD_ALARM_KIND_N ? kind_names[kind] : "?";
}

const char *vd_alarm_effect_name(enum vd_alarm_effect effect)
{
	return (unsigned)effect < VD_ALARM_EFFECT_N ? effect_names[effect] : "?";
}

struct vd_alarm_cell vd_alarm_cell(enum vd_alarm_state state, enum vd_alarm_event event)
{
	if ((unsigned)state >= VD_ALARM_STATE_N || (unsigned)event >= VD_ALARM_EV_N) {
		return (struct vd_alarm_cell){ VD_ALARM_STATE_MISSING, VD_ALARM_DO_MISSING };
	}
	return table[state][event];
}

void vd_alarm_init(struct vd_alarm *alarm, enum vd_alarm_kind kind)
{
	*alarm = (struct vd_alarm){ .state = VD_ALARM_NORMAL, .kind = kind };
}

bool vd_alarm_is_fault(enum vd_alarm_kind kind)
{
	return kind >= VD_ALARM_CHANNEL_BLIND;
}

bool vd_alarm_is_shown(const struct vd_alarm *alarm)
{
	return alarm->state == VD_ALARM_UNACK || alarm->state == VD_ALARM_ACKED ||
	       alarm->state == VD_ALARM_RTN_UNACK || alarm->state == VD_ALARM_LATCHED;
}

// Which row of the table an event from outside is.
static enum vd_alarm_event row_of(const struct vd_alarm *alarm, enum vd_alarm_event event)
{
	if (event == VD_ALARM_EV_RAISE && alarm->severity == VD_SEVERITY_BREACHED) {
		return VD_ALARM_EV_BREACH;
	}
	if (event == VD_ALARM_EV_CLEAR && vd_alarm_is_fault(alarm->kind)) {
		return VD_ALARM_EV_RETURN;
	}
	return event;
}

static void end(struct vd_alarm *alarm, struct vd_wall now)
{
	alarm->is_present = false;
	alarm->is_seen = false;
	alarm->severity = VD_SEVERITY_NONE;
	alarm->condition = VD_SEVERITY_NONE;
	alarm->since = now;
	alarm->until = (struct vd_wall){ 0 };
}

static enum vd_alarm_state come_back(struct vd_alarm *alarm, struct vd_wall now)
{
	alarm->is_seen = false;
	alarm->until = (struct vd_wall){ 0 };
	if (alarm->severity == VD_SEVERITY_BREACHED) {
		return VD_ALARM_LATCHED;
	}
	if (alarm->is_present) {
		return VD_ALARM_UNACK;
	}
	end(alarm, now);
	return VD_ALARM_NORMAL;
}

static void raise(struct vd_alarm *alarm, struct vd_wall now)
{
	alarm->is_present = true;
	alarm->is_seen = false;
	alarm->since = now;
	alarm->until = (struct vd_wall){ 0 };
}

// What has gone needs no second look: its lease ends with it.
static void fade(struct vd_alarm *alarm)
{
	alarm->is_present = false;
	alarm->condition = VD_SEVERITY_NONE;
	alarm->until = (struct vd_wall){ 0 };
}

static enum vd_alarm_state do_effect(struct vd_alarm *alarm, struct vd_alarm_cell cell,
				     struct vd_wall now, struct vd_wall until)
{
	switch (cell.effect) {
	case VD_ALARM_DO_RAISE:
		raise(alarm, now);
		break;
	case VD_ALARM_DO_NOTE:
		alarm->is_present = true;
		break;
	case VD_ALARM_DO_FADE:
		fade(alarm);
		break;
	case VD_ALARM_DO_END:
		end(alarm, now);
		break;
	case VD_ALARM_DO_SEE:
		alarm->is_seen = true;
		alarm->until = alarm->is_present ? until : (struct vd_wall){ 0 };
		break;
	case VD_ALARM_DO_UNSEE:
		alarm->is_seen = false;
		alarm->until = (struct vd_wall){ 0 };
		break;
	case VD_ALARM_DO_PARK:
		alarm->is_seen = false;
		alarm->until = until;
		break;
	case VD_ALARM_DO_COME_BACK:
		return come_back(alarm, now);
	case VD_ALARM_DO_MISSING:
	case VD_ALARM_DO_IGNORE:
	case VD_ALARM_DO_REFUSE:
	case VD_ALARM_EFFECT_N:
		break;
	}
	return cell.next;
}

enum vd_err vd_alarm_step(struct vd_alarm *alarm, enum vd_alarm_event event, struct vd_wall now,
			  struct vd_wall until, bool *changed)
{
	struct vd_alarm_cell cell = vd_alarm_cell(alarm->state, row_of(alarm, event));
	*changed = false;
	if (cell.effect == VD_ALARM_DO_REFUSE || cell.effect == VD_ALARM_DO_MISSING) {
		return VD_ERR_STATE;
	}
	enum vd_alarm_state before = alarm->state;
	alarm->state = do_effect(alarm, cell, now, until);
	*changed = alarm->state != before;
	return VD_OK;
}
