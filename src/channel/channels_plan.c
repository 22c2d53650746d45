// SPDX-License-Identifier: MIT
// How often an account is read, what of that outlives a restart, and what it buys.
#include <stdio.h>

#include "channel/slot.h"

#define CURSOR "budget"
#define KEPT_BYTES 1024
#define KEEP_S 300 // counts of short windows are worth a write that often; headers correct the rest
#define NEAR_S (30 * 60)
#define PAST_S 86400 // a deadline that was missed so long ago makes nobody hurry any more
#define DIALOGUE_S (15 * 60)
#define TOOK_PART 8

uint32_t vd_slot_jitter(const struct vd_slot *slot)
{
	return 90 + vd_rng_below(&slot->set->host.rng, 21);
}

static bool is_near(const struct vd_urgency *urgency, struct vd_wall now)
{
	int64_t left_us = vd_wall_sub(urgency->due, now).us;
	int64_t since_us = vd_wall_sub(now, urgency->last_word).us;
	bool is_deadline = vd_wall_is_set(urgency->due) && left_us <= NEAR_S * VD_US_PER_S &&
			   left_us > -PAST_S * VD_US_PER_S;
	bool is_dialogue = vd_wall_is_set(urgency->last_word) && since_us >= 0 &&
			   since_us <= DIALOGUE_S * VD_US_PER_S;
	return is_deadline || is_dialogue;
}

static void look_at_urgency(struct vd_slot *slot)
{
	const struct vd_channel_host *host = &slot->set->host;
	struct vd_channel *channel = slot->channel;
	slot->urgency = (struct vd_urgency){ 0 };
	if (host->urgency != NULL) {
		host->urgency(host->ctx, channel->account.account, &slot->urgency);
	}
	channel->mood = (struct vd_budget_mood){
		.is_near = is_near(&slot->urgency, vd_loop_wall(host->loop)),
		.spent_percent = slot->urgency.spent_percent,
		.wished = channel->account.period,
	};
}

void vd_slot_plan_load(struct vd_slot *slot)
{
	struct vd_channel *channel = slot->channel;
	const struct vd_channel_host *host = &slot->set->host;
	char text[KEPT_BYTES];
	const struct vd_budget_plan *plan =
		channel->rates != NULL
			? vd_budget_plan_find(channel->self->network, channel->account.plan)
			: NULL;
	vd_budget_init(&channel->budget, plan, host->clock, channel->rates, channel->n_rates);
	if (plan != NULL) {
		vd_channel_cursor(channel, CURSOR, text, sizeof(text));
		vd_budget_parse(&channel->budget, vd_span_of(text), vd_loop_now(host->loop),
				vd_loop_wall(host->loop));
	}
	slot->kept_mark = vd_budget_mark(&channel->budget);
}

// A write is a flush of the disk: often enough that a restart bursts nowhere, no oftener.
static void keep(struct vd_slot *slot)
{
	struct vd_channel *channel = slot->channel;
	const struct vd_channel_host *host = &slot->set->host;
	struct vd_mono now = vd_loop_now(host->loop);
	uint64_t mark = vd_budget_mark(&channel->budget);
	bool is_late = slot->kept_at.us == 0 || now.us - slot->kept_at.us >= vd_dur_s(KEEP_S).us;
	if (mark == slot->kept_mark && !is_late) {
		return;
	}
	char memory[KEPT_BYTES];
	struct vd_buf text;
	struct vd_diag diag = { 0 };
	vd_buf_init(&text, memory, sizeof(memory));
	vd_budget_print(&channel->budget, now, vd_loop_wall(host->loop), &text);
	if (vd_buf_check(&text) != VD_OK ||
	    host->cursor_set(host->ctx, channel->account.account, CURSOR, vd_buf_span(&text),
			     &diag) != VD_OK) {
		vd_warn(host->log, "channel", "%s: what is left of its limits isn't kept: %s",
			channel->self->name, diag.text);
	}
	slot->kept_at = now;
	slot->kept_mark = mark;
}

void vd_slot_plan_begin(struct vd_slot *slot)
{
	struct vd_channel *channel = slot->channel;
	look_at_urgency(slot);
	if (channel->budget.plan != NULL) {
		channel->due = vd_budget_due(&channel->budget, slot->began, &channel->mood,
					     slot->was_nudged);
	}
}

void vd_slot_plan_end(struct vd_slot *slot, const struct vd_poll_report *report)
{
	struct vd_channel *channel = slot->channel;
	struct vd_mono now = vd_loop_now(slot->set->host.loop);
	struct vd_dur took = vd_mono_sub(now, slot->began);
	look_at_urgency(slot); // what it brought may be near a deadline
	if (report->health == VD_HEALTH_GOOD) {
		slot->took.us += (took.us - slot->took.us) / (slot->took.us == 0 ? 1 : TOOK_PART);
	}
	if (channel->budget.plan != NULL) {
		vd_budget_read(&channel->budget, channel->due, slot->began, now, &channel->mood,
			       vd_slot_jitter(slot));
		keep(slot);
	}
}

struct vd_mono vd_slot_plan_next(struct vd_slot *slot, const struct vd_poll_report *report)
{
	const struct vd_channel *channel = slot->channel;
	if (channel->budget.plan != NULL) {
		return vd_budget_next(&channel->budget);
	}
	struct vd_dur wait = { report->period.us / 100 * vd_slot_jitter(slot) };
	return vd_mono_add(slot->began, wait);
}

struct vd_dur vd_slot_plan_period(const struct vd_slot *slot, const struct vd_poll_report *report)
{
	const struct vd_channel *channel = slot->channel;
	return channel->budget.plan != NULL
		       ? vd_clock_real(slot->set->host.clock,
				       vd_budget_beat(&channel->budget, &channel->mood))
		       : report->period;
}

// ---- what it buys -------------------------------------------------------------------------------

static struct vd_dur domain(const struct vd_slot *slot, struct vd_dur real)
{
	return real.us > 0 ? vd_rate_domain(slot->set->host.clock, real) : (struct vd_dur){ 0 };
}

static struct vd_channel_stream stream_of(const struct vd_slot *slot, size_t i)
{
	const struct vd_channel *channel = slot->channel;
	const struct vd_budget_stream *row = &channel->budget.plan->streams[i];
	const struct vd_rate *rate = &channel->rates[row->bucket];
	struct vd_mono now = vd_loop_now(slot->set->host.loop);
	struct vd_mono next = channel->budget.next[row->follows > 0 ? row->follows - 1u : i];
	struct vd_mono reset = rate->day.window.us != 0 && rate->day.remaining < rate->remaining
				       ? rate->day.reset
				       : rate->reset;
	struct vd_channel_stream out = {
		.name = row->name,
		.period = vd_budget_period(&channel->budget, i, &channel->mood),
		.limit = rate->limit,
		.left = vd_rate_left(rate, now),
		.reset_in = domain(slot, vd_mono_sub(reset, now)),
		.usage_percent = rate->usage_percent,
		.is_intake = row->is_intake,
		.is_near = channel->mood.is_near,
	};
	out.delay = (struct vd_dur){ out.period.us + domain(slot, slot->took).us };
	if (next.us != 0 && !slot->is_polling) {
		out.backlog = domain(slot, vd_mono_sub(now, next));
	}
	return out;
}

const char *vd_channels_streams(const struct vd_channels *set, uint16_t account,
				vd_channel_stream_fn *fn, void *ctx)
{
	for (size_t k = 0; k < set->n; k++) {
		const struct vd_slot *slot = &set->slots[k];
		const struct vd_channel *channel = slot->channel;
		const struct vd_budget_plan *plan = channel->budget.plan;
		if (channel->account.account != account || plan == NULL) {
			continue;
		}
		for (size_t i = 0; i < plan->n_streams; i++) {
			struct vd_channel_stream stream;
			if (plan->streams[i].name == NULL ||
			    plan->streams[i].bucket >= channel->n_rates) {
				continue;
			}
			stream = stream_of(slot, i);
			if (!fn(ctx, &stream)) {
				break;
			}
		}
		return plan->note;
	}
	return NULL;
}
