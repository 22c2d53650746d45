// SPDX-License-Identifier: MIT
// What the appliance watches of itself: each cause is looked at once a second, and its alarm is
// what the cause is.
#include <stdlib.h>

#include "app/desk_internal.h"
#include "base/utf8.h"

#define BAD_POLLS_TO_RISE 2 // SIGNALS.md, against chatter
#define GOOD_POLLS_TO_CLEAR 2
#define COVER_DAYS 60
#define OUTBOX_LATE_S (10 * 60)
#define OUTBOX_LATE_REAL_S 20 // an accelerated clock makes minutes of a network's seconds
#define OUTBOX_LOOKS 1000
#define TOKEN_WARN_S (7 * 86400)
#define TOKEN_URGENT_S 86400
#define MONEY_WARN_PERCENT 80
#define MONEY_GONE_PERCENT 100

// ---- one alarm ----------------------------------------------------------------------------------

static uint16_t first_brand(const struct vd_rulebook *book)
{
	uint16_t brand = 0;
	while (brand + 1 < book->n_brands && book->brands[brand].name[0] == '\0') {
		brand++;
	}
	return brand;
}

// Lease and ladder of an account go by its brand; those of the box by the first one.
uint16_t vd_desk_fault_brand(const struct vd_desk *desk, const struct vd_fault *fault)
{
	const struct vd_rulebook *book = desk->config.book;
	bool is_of_account = fault->account > 0 && fault->account <= book->n_accounts;
	return is_of_account ? book->accounts[fault->account - 1].brand : first_brand(book);
}

static struct vd_fault_env env_of(const struct vd_desk *desk, const struct vd_fault *fault)
{
	const struct vd_rulebook *book = desk->config.book;
	uint16_t brand = vd_desk_fault_brand(desk, fault);
	return (struct vd_fault_env){ .book = book,
				      .policy = vd_rulebook_policy(book, brand),
				      .calendar = vd_rulebook_calendar(book, brand),
				      .now = vd_desk_now(desk) };
}

static void watch(struct vd_desk *desk, enum vd_alarm_kind kind, uint16_t account,
		  enum vd_severity severity)
{
	struct vd_desk_fault *fault = vd_desk_fault_get(desk, kind, account);
	struct vd_fault_env env = env_of(desk, &fault->is);
	struct vd_fault_change change = vd_fault_watch(&fault->is, &env, severity);
	vd_desk_fault_note(desk, fault, &change);
}

static void watch_if(struct vd_desk *desk, enum vd_alarm_kind kind, bool holds)
{
	watch(desk, kind, 0, holds ? VD_SEVERITY_URGENT : VD_SEVERITY_NONE);
}

// ---- accounts -----------------------------------------------------------------------------------

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

void vd_desk_health(void *ctx, uint16_t account, enum vd_health health, const char *detail,
		    struct vd_dur period)
{
	struct vd_desk *desk = ctx;
	struct vd_desk_account *a = &desk->accounts[account];
	if (health == VD_HEALTH_AUTH && desk->config.sign_in_words != NULL) {
		const char *words = desk->config.sign_in_words(desk->config.ctx, account);
		detail = words != NULL ? words : detail;
	}
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

static bool is_blindness_due(struct vd_desk *desk, uint16_t i)
{
	struct vd_desk_account *a = &desk->accounts[i];
	bool was_polled = a->bad_polls > 0 || a->good_polls > 0;
	struct vd_dur up = vd_mono_sub(vd_loop_now(desk->config.loop), a->since);
	bool is_late = is_account_blind(desk, i) &&
		       (was_polled || up.us > 2 * a->period.us + 10 * VD_US_PER_S);
	bool is_present = vd_desk_fault_get(desk, VD_ALARM_CHANNEL_BLIND, (uint16_t)(i + 1))
				  ->is.alarm.is_present;
	return is_late || a->bad_polls >= BAD_POLLS_TO_RISE ||
	       (is_present && a->good_polls < GOOD_POLLS_TO_CLEAR);
}

static enum vd_severity token_severity(const struct vd_desk *desk, uint16_t i)
{
	struct vd_wall ends = desk->accounts[i].token_ends;
	if (!vd_wall_is_set(ends)) {
		return VD_SEVERITY_NONE;
	}
	int64_t left_us = vd_wall_sub(ends, vd_desk_now(desk)).us;
	if (left_us <= TOKEN_URGENT_S * VD_US_PER_S) {
		return VD_SEVERITY_URGENT;
	}
	return left_us <= TOKEN_WARN_S * VD_US_PER_S ? VD_SEVERITY_WARNING : VD_SEVERITY_NONE;
}

void vd_desk_set_token_end(struct vd_desk *desk, uint16_t account, struct vd_wall at)
{
	desk->accounts[account].token_ends = at;
}

// Reading slows down by itself and replies always leave: nobody is pressed before it is all gone.
static enum vd_severity money_severity(struct vd_desk *desk, uint16_t i)
{
	uint8_t percent = vd_desk_spent_percent(desk, i);
	if (percent >= MONEY_GONE_PERCENT) {
		return VD_SEVERITY_URGENT;
	}
	return percent >= MONEY_WARN_PERCENT ? VD_SEVERITY_WARNING : VD_SEVERITY_NONE;
}

// An account that was disabled is out of service: counted and listed, not blind.
static void watch_account(struct vd_desk *desk, uint16_t i)
{
	bool is_in_service = desk->config.book->accounts[i].is_enabled;
	uint16_t account = (uint16_t)(i + 1);
	struct vd_desk_fault *fault = vd_desk_fault_get(desk, VD_ALARM_CHANNEL_BLIND, account);
	struct vd_fault_env env = env_of(desk, &fault->is);
	struct vd_fault_change change = vd_fault_set_service(&fault->is, &env, is_in_service);
	vd_desk_fault_note(desk, fault, &change);
	bool is_blind = is_in_service && is_blindness_due(desk, i);
	watch(desk, VD_ALARM_CHANNEL_BLIND, account,
	      is_blind ? VD_SEVERITY_URGENT : VD_SEVERITY_NONE);
	watch(desk, VD_ALARM_TOKEN_ENDING, account,
	      is_in_service ? token_severity(desk, i) : VD_SEVERITY_NONE);
	watch(desk, VD_ALARM_MONEY_SHORT, account,
	      is_in_service ? money_severity(desk, i) : VD_SEVERITY_NONE);
}

// ---- the box ------------------------------------------------------------------------------------

static bool do_calendars_open(const struct vd_desk *desk)
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

// R8: a deadline that never comes is a calendar's fault too.
static bool is_calendar_at_fault(const struct vd_desk *desk)
{
	struct vd_store_counters counters = { 0 };
	bool is_any_endless = vd_store_get_counters(desk->config.store, &counters, NULL) == VD_OK &&
			      counters.endless > 0;
	return is_any_endless || !do_calendars_open(desk);
}

struct late {
	const struct vd_desk *desk;
	int looks;
	uint32_t n;
};

static bool count_late(void *ctx, const struct vd_outbox_entry *entry)
{
	struct late *late = ctx;
	struct vd_dur age = vd_wall_sub(vd_desk_now(late->desk), entry->created);
	struct vd_dur real = vd_clock_real(late->desk->config.clock, age);
	bool is_peoples = entry->state == VD_OUTBOX_ASK || entry->state == VD_OUTBOX_HELD;
	late->n += !is_peoples && age.us > OUTBOX_LATE_S * VD_US_PER_S &&
		   real.us > OUTBOX_LATE_REAL_S * VD_US_PER_S;
	return ++late->looks < OUTBOX_LOOKS;
}

// A person is asked, or the network has not taken a reply for too long.
static bool is_outbox_stuck(struct vd_desk *desk)
{
	struct late late = { .desk = desk };
	uint32_t n_peoples = desk->n_ask + desk->n_overtaken;
	if (desk->n_outbox > n_peoples) {
		(void)!vd_store_outbox_each_open(desk->config.store, count_late, &late, NULL);
	}
	desk->n_late = late.n;
	return n_peoples > 0 || late.n > 0;
}

bool vd_desk_is_blind(const struct vd_desk *desk)
{
	const struct vd_rulebook *book = desk->config.book;
	for (uint16_t i = 0; i < book->n_accounts; i++) {
		if (book->accounts[i].is_enabled && is_account_blind(desk, i)) {
			return true;
		}
	}
	for (size_t i = 0; i < VD_DESK_FAULTS; i++) {
		const struct vd_alarm *alarm = &desk->faults[i].is.alarm;
		if (alarm->is_present && (alarm->kind == VD_ALARM_STORE_FAILING ||
					  alarm->kind == VD_ALARM_CALENDAR_FAULT)) {
			return true;
		}
	}
	return !vd_clock_is_trusted(desk->config.clock) || desk->is_date_apart ||
	       desk->is_judging; // deadlines may be those of the old rules
}

void vd_desk_watch_faults(struct vd_desk *desk)
{
	const struct vd_rulebook *book = desk->config.book;
	if (!vd_desk_is_store_failing(desk)) {
		vd_desk_faults_catch_up(desk);
	}
	for (uint16_t i = 0; i < book->n_accounts; i++) {
		if (book->accounts[i].name[0] != '\0') {
			watch_account(desk, i);
		}
	}
	watch_if(desk, VD_ALARM_CLOCK_UNTRUSTED,
		 !vd_clock_is_trusted(desk->config.clock) || desk->is_date_apart);
	watch_if(desk, VD_ALARM_CALENDAR_FAULT, is_calendar_at_fault(desk));
	watch(desk, VD_ALARM_OUTBOX_STUCK, 0,
	      is_outbox_stuck(desk) ? VD_SEVERITY_WARNING : VD_SEVERITY_NONE);
	// Its lease and its ladder; the commit of each turn says whether it holds.
	watch_if(desk, VD_ALARM_STORE_FAILING, vd_desk_is_store_failing(desk));
}

void vd_desk_store_failed(struct vd_desk *desk, bool has_failed)
{
	vd_desk_faults_committed(desk, has_failed);
	if (!has_failed && vd_desk_is_store_failing(desk)) {
		vd_desk_faults_catch_up(
			desk); // it works again: what happened meanwhile comes first
	}
	watch_if(desk, VD_ALARM_STORE_FAILING, has_failed);
}

bool vd_desk_ack_fault(struct vd_desk *desk, const struct vd_command *command)
{
	for (size_t i = 0; i < VD_DESK_FAULTS; i++) {
		struct vd_desk_fault *fault = &desk->faults[i];
		if (vd_fault_is_unseen(&fault->is)) {
			struct vd_fault_env env = env_of(desk, &fault->is);
			struct vd_fault_change change =
				vd_fault_ack(&fault->is, &env, command->staff);
			vd_desk_fault_note(desk, fault, &change);
			return true;
		}
	}
	return false;
}
