// SPDX-License-Identifier: MIT
// What is shown of all alarms: the appliance's list, the counters, what sounds, the measures.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/desk_internal.h"
#include "care/ladder.h"

#define STALE_PERIOD_S 60
#define STALE_LOOKS 500 // the oldest deadlines come first: what is stale is among them
#define SOUND_LOOKS 200

// ---- the appliance's list -----------------------------------------------------------------------

static void say_calendar(const struct vd_desk *desk, uint32_t n_endless, char *out, size_t cap)
{
	const struct vd_rulebook *book = desk->config.book;
	int64_t now_s = vd_wall_to_s(vd_desk_now(desk));
	for (uint16_t i = 0; i < book->n_brands; i++) {
		const struct vd_calendar *calendar = vd_rulebook_calendar(book, i);
		if (book->brands[i].name[0] != '\0' && !vd_calendar_covers(calendar, now_s, 60)) {
			snprintf(out, cap,
				 "the calendar %s does not open within 60 days: correct it",
				 calendar->name);
			return;
		}
	}
	snprintf(out, cap,
		 "%" PRIu32 " cases have a target that no opening hours will ever reach: correct "
		 "calendar or policy",
		 n_endless);
}

static void say_outbox(const struct vd_desk *desk, char *out, size_t cap)
{
	if (desk->n_ask > 0) {
		snprintf(out, cap,
			 "%" PRIu32 " may or may not have arrived: look, and say so on its page",
			 desk->n_ask);
	} else if (desk->n_overtaken > 0) {
		snprintf(out, cap,
			 "%" PRIu32
			 " held: the customer wrote meanwhile; send anyway, or take back",
			 desk->n_overtaken);
	} else {
		snprintf(out, cap, "%" PRIu32 " wait for the network for over 10 min: see accounts",
			 desk->n_late);
	}
}

static void say_token(const struct vd_desk *desk, uint16_t account, char *out, size_t cap)
{
	struct vd_wall ends = desk->accounts[account - 1].token_ends;
	int64_t left_h = vd_wall_sub(ends, vd_desk_now(desk)).us / (3600 * VD_US_PER_S);
	if (left_h < 0) {
		snprintf(out, cap, "the token has ended: put a new one into its file");
	} else if (left_h < 48) {
		snprintf(out, cap, "the token ends in %" PRId64 " h: put a new one into its file",
			 left_h);
	} else {
		snprintf(out, cap,
			 "the token ends in %" PRId64 " days: put a new one into its file",
			 left_h / 24);
	}
}

static void say(const struct vd_desk *desk, const struct vd_fault *fault, uint32_t n_endless,
		char out[VD_LINE_BYTES])
{
	if (fault->alarm.state == VD_ALARM_OUT_OF_SERVICE) {
		snprintf(out, VD_LINE_BYTES, "out of service: \"enabled\" is false");
		return;
	}
	if (!fault->alarm.is_present) {
		snprintf(out, VD_LINE_BYTES, "it is over, and nobody saw it: acknowledge it");
		return;
	}
	switch (fault->alarm.kind) {
	case VD_ALARM_STORE_FAILING:
		snprintf(out, VD_LINE_BYTES, "nothing can be written: look at the disk");
		break;
	case VD_ALARM_CLOCK_UNTRUSTED:
		snprintf(out, VD_LINE_BYTES,
			 "the time is not certain: check the network and the time server");
		break;
	case VD_ALARM_CALENDAR_FAULT:
		say_calendar(desk, n_endless, out, VD_LINE_BYTES);
		break;
	case VD_ALARM_OUTBOX_STUCK:
		say_outbox(desk, out, VD_LINE_BYTES);
		break;
	case VD_ALARM_TOKEN_ENDING:
		say_token(desk, fault->account, out, VD_LINE_BYTES);
		break;
	case VD_ALARM_MONEY_SHORT:
		vd_desk_say_money(desk, (uint16_t)(fault->account - 1), out, VD_LINE_BYTES);
		break;
	case VD_ALARM_CHANNEL_BLIND:
		snprintf(out, VD_LINE_BYTES, "%s", desk->accounts[fault->account - 1].detail);
		break;
	default:
		break; // of a conversation
	}
}

static void add_fault(struct vd_desk *desk, const struct vd_fault *fault, uint32_t n_endless)
{
	struct vd_view *view = &desk->view;
	if (view->n_alarms == VD_VIEW_ALARMS) {
		return;
	}
	struct vd_view_alarm *to = &view->alarms[view->n_alarms++];
	*to = (struct vd_view_alarm){
		.kind = fault->alarm.kind,
		.state = fault->alarm.state,
		.severity = fault->alarm.severity,
		.account = fault->account,
		.since = fault->alarm.since,
		.is_present = fault->alarm.is_present,
		.seen_by = fault->seen_by,
		.until = fault->alarm.until,
		.ladder = fault->ladder,
	};
	say(desk, fault, n_endless, to->text);
}

enum rank {
	RANK_UNSEEN, // in the order in which they are acknowledged
	RANK_SEEN,
	RANK_PARKED,
	RANK_N,
};

static enum rank rank_of(const struct vd_fault *fault)
{
	if (vd_fault_is_unseen(fault)) {
		return RANK_UNSEEN;
	}
	if (vd_alarm_is_shown(&fault->alarm)) {
		return RANK_SEEN;
	}
	return fault->alarm.state == VD_ALARM_OUT_OF_SERVICE ? RANK_PARKED : RANK_N;
}

static void fill_list(struct vd_desk *desk, uint32_t n_endless)
{
	desk->view.n_alarms = 0;
	for (int rank = RANK_UNSEEN; rank < RANK_N; rank++) {
		for (size_t i = 0; i < VD_DESK_FAULTS; i++) {
			const struct vd_fault *fault = &desk->faults[i].is;
			if (rank_of(fault) == (enum rank)rank) {
				add_fault(desk, fault, n_endless);
			}
		}
	}
}

// ---- counters and facts -------------------------------------------------------------------------

static void fill_counters(struct vd_desk *desk, const struct vd_store_counters *from)
{
	desk->view.counters = (struct vd_view_counters){
		.open = from->open,
		.waiting = from->waiting,
		.warning = from->unseen[VD_SEVERITY_WARNING] + from->seen[VD_SEVERITY_WARNING],
		.urgent = from->unseen[VD_SEVERITY_URGENT] + from->seen[VD_SEVERITY_URGENT],
		.breached = from->unseen[VD_SEVERITY_BREACHED] + from->seen[VD_SEVERITY_BREACHED],
		.shelved = from->shelved,
		.suppressed = from->suppressed,
		.out_of_service = from->out_of_service,
		.outbox = desk->n_outbox,
		.paused = from->paused,
		.sleep_over = from->side[VD_SIDE_SLEEP_OVER],
		.returned = from->side[VD_SIDE_RETURNED],
		.pause_asks = from->side[VD_SIDE_PAUSE],
		.blocked = from->side[VD_SIDE_BLOCKED],
	};
	desk->view.second_level = from->ladder[VD_LADDER_SECOND];
	for (size_t i = 0; i < VD_DESK_FAULTS; i++) {
		const struct vd_fault *fault = &desk->faults[i].is;
		bool is_out = fault->alarm.state == VD_ALARM_OUT_OF_SERVICE;
		desk->view.counters.out_of_service += is_out;
		desk->view.second_level += fault->ladder == VD_LADDER_SECOND;
	}
}

static void fill_facts(const struct vd_desk *desk, const struct vd_store_counters *from,
		       struct vd_lamp_facts *facts)
{
	uint32_t sides = 0;
	memcpy(facts->unseen, from->unseen, sizeof(facts->unseen));
	memcpy(facts->seen, from->seen, sizeof(facts->seen));
	for (int i = 0; i < VD_SIDE_N; i++) {
		sides += from->side[i];
	}
	facts->unseen[VD_SEVERITY_WARNING] += from->side_unseen;
	facts->seen[VD_SEVERITY_WARNING] += sides - from->side_unseen;
	for (size_t i = 0; i < VD_DESK_FAULTS; i++) {
		if (vd_fault_is_on_light(&desk->faults[i].is)) {
			vd_lamp_facts_add(facts, &desk->faults[i].is.alarm);
		}
	}
}

// ---- what sounds --------------------------------------------------------------------------------

struct listening {
	struct vd_desk *desk;
	enum vd_sound_intent loudest;
	int looks;
};

static void hear(struct listening *l, enum vd_sound_intent intent)
{
	l->loudest = intent > l->loudest ? intent : l->loudest;
}

static bool hear_conversation(void *ctx, const struct vd_conversation *c)
{
	struct listening *l = ctx;
	if (vd_wall_is_set(c->ladder_from) && c->ladder > VD_LADDER_LIGHT) {
		struct vd_engine_env env = vd_desk_env(l->desk, c);
		hear(l, vd_ladder_sound(env.book, env.policy, env.calendar, c->ladder,
					c->alarm.severity, env.now));
	}
	return l->loudest != VD_SOUND_URGENT && ++l->looks < SOUND_LOOKS;
}

static enum vd_sound_intent sound_of(struct vd_desk *desk, const struct vd_store_counters *counters)
{
	struct listening l = { .desk = desk };
	const struct vd_rulebook *book = desk->config.book;
	for (size_t i = 0; i < VD_DESK_FAULTS; i++) {
		const struct vd_fault *fault = &desk->faults[i].is;
		if (fault->ladder > VD_LADDER_LIGHT) {
			uint16_t brand = vd_desk_fault_brand(desk, fault);
			hear(&l, vd_ladder_sound(book, vd_rulebook_policy(book, brand),
						 vd_rulebook_calendar(book, brand), fault->ladder,
						 fault->alarm.severity, desk->view.now));
		}
	}
	if (counters->ladder[VD_LADDER_SOUND] + counters->ladder[VD_LADDER_SECOND] > 0) {
		(void)!vd_store_due_each(desk->config.store, hear_conversation, &l, NULL);
	}
	return l.loudest;
}

// ---- measures -----------------------------------------------------------------------------------

struct stale {
	struct vd_wall now;
	int looks;
	uint32_t n;
};

static bool count_stale(void *ctx, const struct vd_conversation *c)
{
	struct stale *stale = ctx;
	stale->n += vd_alarm_is_stale(&c->alarm, stale->now);
	for (int i = 0; i < VD_SIDE_N; i++) {
		stale->n += vd_alarm_is_stale(&c->side[i], stale->now);
	}
	return ++stale->looks < STALE_LOOKS;
}

static void fill_measures(struct vd_desk *desk)
{
	struct vd_view *view = &desk->view;
	int64_t age_us = vd_wall_sub(view->now, desk->stale_at).us;
	if (age_us < 0 || age_us >= STALE_PERIOD_S * VD_US_PER_S) {
		struct stale stale = { .now = view->now };
		(void)!vd_store_due_each(desk->config.store, count_stale, &stale, NULL);
		desk->n_stale = stale.n;
		desk->stale_at = view->now;
	}
	vd_alarm_measure_at(&desk->measure, view->now, &view->measures);
	view->measures.stale = desk->n_stale;
	for (size_t i = 0; i < VD_DESK_FAULTS; i++) {
		view->measures.stale += vd_alarm_is_stale(&desk->faults[i].is.alarm, view->now);
	}
}

void vd_desk_alarms_fill(struct vd_desk *desk, const struct vd_store_counters *counters,
			 struct vd_lamp_facts *facts)
{
	fill_list(desk, counters->endless);
	fill_counters(desk, counters);
	fill_facts(desk, counters, facts);
	desk->view.sound = sound_of(desk, counters);
	fill_measures(desk);
}
