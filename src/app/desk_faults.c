// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "app/desk_internal.h"
#include "base/utf8.h"

#define BAD_POLLS_TO_RISE 2 // SIGNALS.md, against chatter
#define GOOD_POLLS_TO_CLEAR 2
#define COVER_DAYS 60

static void note_change(struct vd_desk *desk, const struct vd_alarm *alarm, uint16_t account,
			enum vd_alarm_state from)
{
	char text[VD_LINE_BYTES];
	const char *where = account != 0 ? desk->config.book->accounts[account - 1].name : "";
	snprintf(text, sizeof(text), "%s %s%s-> %s", vd_alarm_kind_name(alarm->kind), where,
		 account != 0 ? " " : "", vd_alarm_state_name(alarm->state));
	vd_warn(desk->config.log, "alarm", "%s (was %s)", text, vd_alarm_state_name(from));
	struct vd_diag diag = { 0 };
	if (vd_desk_note_text(desk, VD_JOURNAL_FACT, "alarm", text, &diag) != VD_OK) {
		vd_error(desk->config.log, "desk", "an alarm can't be noted: %s", diag.text);
	}
	desk->has_changed = true;
}

static void step(struct vd_desk *desk, struct vd_alarm *alarm, uint16_t account,
		 enum vd_alarm_event event)
{
	enum vd_alarm_state from = alarm->state;
	struct vd_wall now = vd_desk_now(desk);
	struct vd_wall until = vd_wall_add(now, vd_dur_s(15 * 60));
	bool has_changed = false;
	if (vd_alarm_step(alarm, event, now, until, &has_changed) == VD_OK && has_changed) {
		note_change(desk, alarm, account, from);
	}
}

static void raise_if(struct vd_desk *desk, struct vd_alarm *alarm, uint16_t account, bool holds)
{
	if (holds && !alarm->is_present) {
		alarm->severity = VD_SEVERITY_URGENT;
		step(desk, alarm, account, VD_ALARM_EV_RAISE);
	} else if (!holds && alarm->is_present) {
		step(desk, alarm, account, VD_ALARM_EV_CLEAR);
	} else if (alarm->state == VD_ALARM_ACKED && alarm->until.us <= vd_desk_now(desk).us) {
		step(desk, alarm, account, VD_ALARM_EV_LEASE_END);
	}
}

int64_t vd_desk_account_age(const struct vd_desk *desk, uint16_t account)
{
	const struct vd_desk_account *a = &desk->accounts[account];
	if (!vd_wall_is_set(a->last_good)) {
		return -1;
	}
	return vd_mono_sub(vd_loop_now(desk->config.loop), a->last_good_mono).us / VD_US_PER_S;
}

/** Not polled well within two periods, with the time that a poll takes on top. */
static bool is_account_blind(const struct vd_desk *desk, uint16_t account)
{
	const struct vd_desk_account *a = &desk->accounts[account];
	struct vd_mono from = vd_wall_is_set(a->last_good) ? a->last_good_mono : a->since;
	int64_t age_us = vd_mono_sub(vd_loop_now(desk->config.loop), from).us;
	return !vd_wall_is_set(a->last_good) || age_us > 2 * a->period.us + 2 * VD_US_PER_S;
}

static bool are_calendars_good(const struct vd_desk *desk)
{
	const struct vd_rulebook *book = desk->config.book;
	int64_t now_s = vd_wall_to_s(vd_desk_now(desk));
	for (uint16_t i = 0; i < book->n_brands; i++) {
		if (book->brands[i].name[0] != '\0' &&
		    !vd_calendar_covers(vd_rulebook_calendar(book, i), now_s, COVER_DAYS)) {
			return false;
		}
	}
	return true;
}

bool vd_desk_is_blind(const struct vd_desk *desk)
{
	const struct vd_rulebook *book = desk->config.book;
	for (uint16_t i = 0; i < book->n_accounts; i++) {
		if (book->accounts[i].is_enabled && is_account_blind(desk, i)) {
			return true;
		}
	}
	return !vd_clock_is_trusted(desk->config.clock) || desk->is_date_apart ||
	       desk->is_judging || // deadlines may be those of the old rules
	       desk->store_alarm.is_present || desk->calendar_alarm.is_present;
}

void vd_desk_health(void *ctx, uint16_t account, enum vd_health health, const char *detail,
		    struct vd_dur period)
{
	struct vd_desk *desk = ctx;
	struct vd_desk_account *a = &desk->accounts[account];
	if (a->health != health) {
		vd_info(desk->config.log, "desk", "%s: %s -> %s (%s)",
			desk->config.book->accounts[account].name, vd_health_name(a->health),
			vd_health_name(health), detail != NULL ? detail : "");
	}
	desk->has_changed |= a->health != health;
	a->health = health;
	a->period = period;
	(void)vd_utf8_sanitise(vd_span_of(detail), a->detail, sizeof(a->detail), NULL);
	bool is_good = health == VD_HEALTH_GOOD;
	a->bad_polls = (uint8_t)(is_good ? 0 : a->bad_polls < 255 ? a->bad_polls + 1 : 255);
	a->good_polls = (uint8_t)(!is_good ? 0 : a->good_polls < 255 ? a->good_polls + 1 : 255);
	if (is_good) {
		a->last_good = vd_desk_now(desk);
		a->last_good_mono = vd_loop_now(desk->config.loop);
	}
}

static void watch_account(struct vd_desk *desk, uint16_t i)
{
	struct vd_desk_account *a = &desk->accounts[i];
	bool was_polled = a->bad_polls > 0 || a->good_polls > 0;
	struct vd_dur up = vd_mono_sub(vd_loop_now(desk->config.loop), a->since);
	bool is_late = is_account_blind(desk, i) &&
		       (was_polled || up.us > 2 * a->period.us + 10 * VD_US_PER_S);
	bool holds = is_late || a->bad_polls >= BAD_POLLS_TO_RISE;
	if (a->alarm.is_present && a->good_polls < GOOD_POLLS_TO_CLEAR) {
		holds = true;
	}
	raise_if(desk, &a->alarm, (uint16_t)(i + 1), holds);
}

void vd_desk_watch_faults(struct vd_desk *desk)
{
	const struct vd_rulebook *book = desk->config.book;
	for (uint16_t i = 0; i < book->n_accounts; i++) {
		if (book->accounts[i].is_enabled) {
			watch_account(desk, i);
		}
	}
	raise_if(desk, &desk->clock_alarm, 0,
		 !vd_clock_is_trusted(desk->config.clock) || desk->is_date_apart);
	raise_if(desk, &desk->calendar_alarm, 0, !are_calendars_good(desk));
	raise_if(desk, &desk->outbox_alarm, 0, desk->n_ask > 0);
}

void vd_desk_store_failed(struct vd_desk *desk, bool has_failed)
{
	raise_if(desk, &desk->store_alarm, 0, has_failed);
}

static bool ack_one(struct vd_desk *desk, struct vd_alarm *alarm, uint16_t account)
{
	if (alarm->state != VD_ALARM_UNACK && alarm->state != VD_ALARM_RTN_UNACK) {
		return false;
	}
	step(desk, alarm, account, VD_ALARM_EV_ACK);
	return true;
}

bool vd_desk_ack_fault(struct vd_desk *desk)
{
	struct vd_alarm *const single[] = {
		&desk->store_alarm,
		&desk->clock_alarm,
		&desk->calendar_alarm,
		&desk->outbox_alarm,
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(single); i++) {
		if (ack_one(desk, single[i], 0)) {
			return true;
		}
	}
	for (uint16_t i = 0; i < desk->config.book->n_accounts; i++) {
		if (ack_one(desk, &desk->accounts[i].alarm, (uint16_t)(i + 1))) {
			return true;
		}
	}
	return false;
}
