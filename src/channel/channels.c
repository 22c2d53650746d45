// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel/common.h"
#include "net/backoff.h"

#define BACKOFF_FIRST_S 15
#define BACKOFF_MOST_S 900
// However fast a demo's clock runs: real time between two polls of an account.
#define REAL_LEAST_MS 20
// A person's nudges don't come closer than this, real time.
#define NUDGE_LEAST_MS 500

struct slot {
	struct vd_channels *set;
	struct vd_channel *channel;
	struct vd_timer timer;
	struct vd_backoff backoff;
	struct vd_mono began;      // of the last poll
	struct vd_mono not_before; // the network's word
	bool is_polling;
	bool was_nudged;
};

struct vd_channels {
	struct vd_channel_host host;
	struct slot *slots;
	size_t n;
	bool is_started;
};

static struct slot *find(const struct vd_channels *set, uint16_t account)
{
	for (size_t i = 0; i < set->n; i++) {
		if (set->slots[i].channel->account.account == account) {
			return &set->slots[i];
		}
	}
	return NULL;
}

static struct vd_dur real_of(const struct slot *slot, struct vd_dur domain)
{
	return vd_clock_real(slot->set->host.clock, domain);
}

// 90 % to 110 %: polls of many accounts don't march in step.
static struct vd_dur with_jitter(const struct slot *slot, struct vd_dur d)
{
	uint32_t percent = 90 + vd_rng_below(&slot->set->host.rng, 21);
	return (struct vd_dur){ d.us / 100 * percent };
}

static void arm(struct slot *slot, struct vd_mono due)
{
	struct vd_mono least = vd_mono_add(slot->began, vd_dur_ms(REAL_LEAST_MS));
	if (slot->began.us != 0 && due.us < least.us) {
		due = least;
	}
	if (due.us < slot->not_before.us) {
		due = slot->not_before;
	}
	if (vd_loop_timer_set(slot->set->host.loop, &slot->timer, due) != VD_OK) {
		vd_error(slot->set->host.log, "channel",
			 "%s: no memory for a timer: not polled any more",
			 slot->channel->self->name);
	}
}

static void on_timer(void *ctx)
{
	struct slot *slot = ctx;
	if (slot->is_polling) {
		return; // its end arms the timer
	}
	slot->is_polling = true;
	slot->was_nudged = false;
	slot->began = vd_loop_now(slot->set->host.loop);
	slot->channel->ops->poll(slot->channel);
}

static bool is_whole_failure(const struct vd_poll_report *report)
{
	return report->health != VD_HEALTH_GOOD && !report->is_partial;
}

// n-th failure in a row: 15 s * 2^(n-1), at most 15 min, of domain time.
static struct vd_dur wait_after(struct slot *slot, const struct vd_poll_report *report)
{
	if (!is_whole_failure(report)) {
		vd_backoff_succeed(&slot->backoff);
		return with_jitter(slot, report->period);
	}
	struct vd_dur wait = real_of(slot, vd_backoff_fail(&slot->backoff, &slot->set->host.rng));
	return wait.us > report->period.us ? wait : with_jitter(slot, report->period);
}

static void on_polled(void *owner, const struct vd_poll_report *report)
{
	struct slot *slot = owner;
	const struct vd_channel_host *host = &slot->set->host;
	struct vd_mono now = vd_loop_now(host->loop);
	slot->is_polling = false;
	slot->not_before = report->not_before;
	if (report->not_before.us >
	    now.us) { // a second of jitter, so that not all come at the reset
		uint32_t ms = vd_rng_below(&host->rng, 1000);
		slot->not_before = vd_mono_add(report->not_before, real_of(slot, vd_dur_ms(ms)));
	}
	struct vd_mono next = vd_mono_add(slot->began, wait_after(slot, report));
	if (slot->was_nudged) {
		next = vd_mono_add(slot->began, vd_dur_ms(NUDGE_LEAST_MS));
	}
	arm(slot, next.us > now.us ? next : now);
	host->health(host->ctx, slot->channel->account.account, report->health, report->detail,
		     report->period);
}

static enum vd_err fill_slot(struct vd_channels *set, struct vd_channel_door door,
			     const struct vd_channel_account *account, struct vd_diag *diag)
{
	const struct vd_rulebook *book = set->host.book;
	if (account->account >= book->n_accounts) {
		return vd_diag_set(diag, VD_ERR_NOT_FOUND, "account %u is not in the rule book",
				   (unsigned)account->account);
	}
	const struct vd_account *self = &book->accounts[account->account];
	const struct vd_channel_ops *ops = vd_channel_registry_find(self->network);
	if (ops == NULL) {
		return vd_diag_set(diag, VD_ERR_UNSUPPORTED,
				   "account %s: the network '%s' is not built into this program",
				   self->name, vd_network_name(self->network));
	}
	struct slot *slot = &set->slots[set->n];
	enum vd_err err = ops->create(&set->host, account, &slot->channel, diag);
	if (err != VD_OK) {
		return err;
	}
	slot->set = set;
	slot->timer.ctx = slot;
	slot->timer.fire = on_timer;
	slot->channel->door = door;
	slot->channel->owner = slot;
	slot->channel->polled = on_polled;
	vd_backoff_init(&slot->backoff, vd_dur_s(BACKOFF_FIRST_S), vd_dur_s(BACKOFF_MOST_S));
	set->n++;
	return VD_OK;
}

enum vd_err vd_channels_create_with(const struct vd_channel_host *host, struct vd_channel_door door,
				    const struct vd_channel_account *accounts, size_t n,
				    struct vd_channels **out, struct vd_diag *diag)
{
	struct vd_channels *set = calloc(1, sizeof(*set));
	struct slot *slots = calloc(n > 0 ? n : 1, sizeof(*slots));
	if (set == NULL || slots == NULL) {
		free(set);
		free(slots);
		return vd_diag_set(diag, VD_ERR_MEMORY, "%s", vd_err_text(VD_ERR_MEMORY));
	}
	set->host = *host;
	set->slots = slots;
	for (size_t i = 0; i < n; i++) {
		enum vd_err err = fill_slot(set, door, &accounts[i], diag);
		if (err != VD_OK) {
			vd_channels_destroy(set);
			return err;
		}
	}
	*out = set;
	return VD_OK;
}

void vd_channels_start(struct vd_channels *set)
{
	struct vd_mono now = vd_loop_now(set->host.loop);
	set->is_started = true;
	for (size_t i = 0; i < set->n; i++) {
		struct slot *slot = &set->slots[i];
		// Spread over the period, but within ten seconds: somebody may be waiting.
		int64_t period_us = real_of(slot, slot->channel->account.period).us;
		int64_t span_us = period_us < 10 * VD_US_PER_S ? period_us : 10 * VD_US_PER_S;
		arm(slot, (struct vd_mono){ now.us + span_us * (int64_t)i / (int64_t)set->n });
	}
}

void vd_channels_destroy(struct vd_channels *set)
{
	if (set == NULL) {
		return;
	}
	for (size_t i = 0; i < set->n; i++) {
		vd_loop_timer_stop(set->host.loop, &set->slots[i].timer);
		set->slots[i].channel->ops->destroy(set->slots[i].channel);
	}
	free(set->slots);
	free(set);
}

static enum vd_err find_for(struct vd_channels *set, uint16_t account, struct slot **out,
			    struct vd_diag *diag)
{
	*out = find(set, account);
	if (*out == NULL) {
		return vd_diag_set(diag, VD_ERR_NOT_FOUND,
				   "account %u is not watched: it has no channel",
				   (unsigned)account);
	}
	return VD_OK;
}

enum vd_err vd_channels_send(struct vd_channels *set, const struct vd_outbox_entry *entry,
			     struct vd_diag *diag)
{
	struct slot *slot = NULL;
	enum vd_err err = find_for(set, entry->account, &slot, diag);
	if (err == VD_OK) {
		slot->channel->ops->send(slot->channel, entry);
	}
	return err;
}

enum vd_err vd_channels_look_up(struct vd_channels *set, const struct vd_outbox_entry *entry,
				struct vd_diag *diag)
{
	struct slot *slot = NULL;
	enum vd_err err = find_for(set, entry->account, &slot, diag);
	if (err == VD_OK) {
		slot->channel->ops->look_up(slot->channel, entry);
	}
	return err;
}

void vd_channels_nudge(struct vd_channels *set, uint16_t account)
{
	struct slot *slot = find(set, account);
	if (slot == NULL || !set->is_started) {
		return;
	}
	slot->was_nudged = true;
	if (slot->is_polling) {
		return;
	}
	struct vd_mono now = vd_loop_now(set->host.loop);
	struct vd_mono least = vd_mono_add(slot->began, vd_dur_ms(NUDGE_LEAST_MS));
	arm(slot, slot->began.us != 0 && least.us > now.us ? least : now);
}

enum vd_err vd_channels_set_secrets(struct vd_channels *set, const struct vd_channel_account *from)
{
	struct slot *slot = find(set, from->account);
	if (slot == NULL) {
		return VD_ERR_NOT_FOUND;
	}
	struct vd_channel_account *to = &slot->channel->account;
	to->token = from->token;
	to->app_secret = from->app_secret;
	to->consumer_key = from->consumer_key;
	to->consumer_secret = from->consumer_secret;
	to->oauth1_token = from->oauth1_token;
	to->oauth1_token_secret = from->oauth1_token_secret;
	if (slot->channel->ops->signed_in != NULL) {
		slot->channel->ops->signed_in(slot->channel);
	}
	vd_backoff_succeed(&slot->backoff);
	vd_channels_nudge(set, from->account);
	return VD_OK;
}

enum vd_err vd_channels_check_text(const struct vd_channels *set, uint16_t account,
				   enum vd_visibility visibility, struct vd_span text,
				   struct vd_diag *diag)
{
	const struct slot *slot = find(set, account);
	if (slot == NULL) {
		return vd_diag_set(diag, VD_ERR_NOT_FOUND,
				   "account %u is not watched: it has no channel",
				   (unsigned)account);
	}
	if (vd_span_trim(text).n == 0) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "the reply is empty: write something");
	}
	const struct vd_channel_ops *ops = slot->channel->ops;
	size_t count = ops->count(text);
	size_t limit = ops->limit(visibility);
	if (count > limit || text.n > VD_TEXT_BYTES) {
		return vd_diag_set(diag, VD_ERR_TOO_LARGE,
				   "the reply counts %zu of at most %zu: shorten it", count, limit);
	}
	return VD_OK;
}

bool vd_channels_is_costly(const struct vd_channels *set, uint16_t account,
			   enum vd_visibility visibility, struct vd_span text)
{
	const struct slot *slot = find(set, account);
	return slot != NULL && visibility == VD_VISIBILITY_PUBLIC &&
	       slot->channel->ops->has_costly_link != NULL &&
	       slot->channel->ops->has_costly_link(text);
}

bool vd_channels_is_same_text(const struct vd_channels *set, uint16_t account, struct vd_span ours,
			      struct vd_span theirs)
{
	const struct slot *slot = find(set, account);
	return slot != NULL && slot->channel->ops->is_same_text(ours, theirs);
}
