// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel/job.h"
#include "channel/slot.h"

#define BACKOFF_FIRST_S 15
#define BACKOFF_MOST_S 900
// However fast a demo's clock runs: real time between two polls of an account.
#define REAL_LEAST_MS 20
// A person's nudges don't come closer than this, real time.
#define NUDGE_LEAST_MS 500
// Polls under way at the same time: each holds a page in memory. The others wait their turn.
#define POLLS_AT_ONCE 6
#define PATIENCE_PART 4 // of its period
// The line is back: who was cut off tries again within this, the longest blind first.
#define BACK_AGAIN_MS 3000

static struct vd_slot *find(const struct vd_channels *set, uint16_t account)
{
	for (size_t i = 0; i < set->n; i++) {
		if (set->slots[i].channel->account.account == account) {
			return &set->slots[i];
		}
	}
	return NULL;
}

static struct vd_dur real_of(const struct vd_slot *slot, struct vd_dur domain)
{
	return vd_clock_real(slot->set->host.clock, domain);
}

static void arm(struct vd_slot *slot, struct vd_mono due)
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

static void begin(struct vd_slot *slot)
{
	slot->is_waiting = false;
	slot->is_polling = true;
	slot->set->n_polling++;
	slot->began = vd_loop_now(slot->set->host.loop);
	vd_slot_plan_begin(slot);
	slot->was_nudged = false;
	slot->channel->ops->poll(slot->channel);
}

static void wait_for_turn(struct vd_slot *slot)
{
	static const struct vd_poll_report none = { 0 };
	if (slot->is_waiting) {
		return;
	}
	slot->is_waiting = true;
	slot->waits_from = vd_loop_now(slot->set->host.loop);
	slot->patience.us = vd_slot_plan_period(slot, &none).us / PATIENCE_PART;
}

static void on_timer(void *ctx)
{
	struct vd_slot *slot = ctx;
	if (slot->is_polling) {
		return; // its end arms the timer
	}
	if (slot->set->n_polling >= POLLS_AT_ONCE) {
		wait_for_turn(slot);
		return;
	}
	begin(slot);
}

static int64_t deadline_of(const struct vd_slot *slot)
{
	return vd_wall_is_set(slot->urgency.due) ? slot->urgency.due.us : INT64_MAX;
}

static bool is_impatient(const struct vd_slot *slot)
{
	struct vd_mono now = vd_loop_now(slot->set->host.loop);
	return vd_mono_sub(now, slot->waits_from).us >= slot->patience.us;
}

// Whose turn is it? A person's first; who has waited for long, the longest first, so that many near
// deadlines starve nobody; after an outage who was blind for the longest time; else who
// has the nearest deadline, and where nobody has one, who heard of a customer last.
static bool goes_before(const struct vd_slot *a, const struct vd_slot *b)
{
	if (a->was_nudged != b->was_nudged) {
		return a->was_nudged;
	}
	if (is_impatient(a) || is_impatient(b)) {
		return is_impatient(a) && (!is_impatient(b) || a->waits_from.us < b->waits_from.us);
	}
	if (a->is_down || b->is_down) {
		return a->is_down != b->is_down ? a->is_down : a->last_good.us < b->last_good.us;
	}
	if (deadline_of(a) != deadline_of(b)) {
		return deadline_of(a) < deadline_of(b);
	}
	return a->urgency.last_word.us > b->urgency.last_word.us;
}

static void begin_next(struct vd_channels *set)
{
	struct vd_slot *best = NULL;
	for (size_t i = 0; i < set->n; i++) {
		struct vd_slot *slot = &set->slots[i];
		if (slot->is_waiting && (best == NULL || goes_before(slot, best))) {
			best = slot;
		}
	}
	if (best != NULL) {
		begin(best);
	}
}

static bool is_whole_failure(const struct vd_poll_report *report)
{
	return report->health != VD_HEALTH_GOOD && !report->is_partial;
}

// Longest blind first: each waits for as many as were blind for longer.
static void wake_others(const struct vd_slot *slot)
{
	struct vd_channels *set = slot->set;
	struct vd_mono now = vd_loop_now(set->host.loop);
	for (size_t i = 0; i < set->n; i++) {
		struct vd_slot *other = &set->slots[i];
		int64_t before = 0;
		for (size_t k = 0; k < set->n; k++) {
			before += set->slots[k].is_down &&
				  set->slots[k].last_good.us < other->last_good.us;
		}
		if (other->is_down && !other->is_polling) {
			struct vd_dur wait =
				vd_dur_ms(BACK_AGAIN_MS * (before + 1) / (int64_t)set->n);
			arm(other, vd_mono_add(now, wait));
		}
	}
}

// n-th failure in a row: 15 s * 2^(n-1), at most 15 min, of domain time.
static struct vd_mono next_of(struct vd_slot *slot, const struct vd_poll_report *report)
{
	if (!is_whole_failure(report)) {
		vd_backoff_succeed(&slot->backoff);
		vd_slot_plan_end(slot, report);
		return vd_slot_plan_next(slot, report);
	}
	struct vd_dur wait = real_of(slot, vd_backoff_fail(&slot->backoff, &slot->set->host.rng));
	struct vd_dur period = vd_slot_plan_period(slot, report);
	wait = wait.us > period.us ? wait
				   : (struct vd_dur){ period.us / 100 * vd_slot_jitter(slot) };
	return vd_mono_add(slot->began, wait);
}

static void note_outage(struct vd_slot *slot, const struct vd_poll_report *report)
{
	bool was_down = slot->is_down;
	slot->is_down = is_whole_failure(report) && report->health == VD_HEALTH_OUTAGE;
	if (report->health == VD_HEALTH_GOOD) {
		slot->last_good = vd_loop_now(slot->set->host.loop);
	}
	if (was_down && !slot->is_down) {
		wake_others(slot);
	}
}

static void on_polled(void *owner, const struct vd_poll_report *report)
{
	struct vd_slot *slot = owner;
	const struct vd_channel_host *host = &slot->set->host;
	struct vd_mono now = vd_loop_now(host->loop);
	slot->is_polling = false;
	slot->set->n_polling--;
	slot->not_before = report->not_before;
	if (report->not_before.us >
	    now.us) { // a second of jitter, so that not all come at the reset
		uint32_t ms = vd_rng_below(&host->rng, 1000);
		slot->not_before = vd_mono_add(report->not_before, real_of(slot, vd_dur_ms(ms)));
	}
	struct vd_mono next = next_of(slot, report);
	if (slot->was_nudged) {
		next = vd_mono_add(slot->began, vd_dur_ms(NUDGE_LEAST_MS));
	}
	arm(slot, next.us > now.us ? next : now);
	note_outage(slot, report);
	host->health(host->ctx, slot->channel->account.account, report->health, report->detail,
		     vd_slot_plan_period(slot, report));
	begin_next(slot->set);
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
	struct vd_slot *slot = &set->slots[set->n];
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
	vd_slot_plan_load(slot);
	vd_backoff_init(&slot->backoff, vd_dur_s(BACKOFF_FIRST_S), vd_dur_s(BACKOFF_MOST_S));
	set->n++;
	return VD_OK;
}

enum vd_err vd_channels_create_with(const struct vd_channel_host *host, struct vd_channel_door door,
				    const struct vd_channel_account *accounts, size_t n,
				    struct vd_channels **out, struct vd_diag *diag)
{
	struct vd_channels *set = calloc(1, sizeof(*set));
	struct vd_slot *slots = calloc(n > 0 ? n : 1, sizeof(*slots));
	char *scratch = malloc((size_t)2 * VD_TEXT_BYTES);
	if (set == NULL || slots == NULL || scratch == NULL) {
		free(set);
		free(slots);
		free(scratch);
		return vd_diag_set(diag, VD_ERR_MEMORY, "%s", vd_err_text(VD_ERR_MEMORY));
	}
	set->host = *host;
	set->host.scratch[0] = scratch;
	set->host.scratch[1] = scratch + VD_TEXT_BYTES;
	set->scratch = scratch;
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
		struct vd_slot *slot = &set->slots[i];
		// Spread over the period, but within ten seconds: somebody may be waiting.
		const struct vd_poll_report none = { .period = real_of(
							     slot, slot->channel->account.period) };
		int64_t period_us = vd_slot_plan_period(slot, &none).us;
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
	free(set->scratch);
	free(set);
}

static enum vd_err find_for(struct vd_channels *set, uint16_t account, struct vd_slot **out,
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
	struct vd_slot *slot = NULL;
	enum vd_err err = find_for(set, entry->account, &slot, diag);
	if (err == VD_OK) {
		slot->channel->ops->send(slot->channel, entry);
	}
	return err;
}

enum vd_err vd_channels_look_up(struct vd_channels *set, const struct vd_outbox_entry *entry,
				struct vd_diag *diag)
{
	struct vd_slot *slot = NULL;
	enum vd_err err = find_for(set, entry->account, &slot, diag);
	if (err == VD_OK) {
		slot->channel->ops->look_up(slot->channel, entry);
	}
	return err;
}

static struct vd_job *find_waiting(struct vd_channel *channel, uint64_t outbox)
{
	struct vd_list *it = NULL;
	struct vd_list *safe = NULL;
	VD_LIST_FOR_EACH_SAFE(it, safe, channel->ops->jobs(channel))
	{
		struct vd_job *job = VD_CONTAINER_OF(it, struct vd_job, node);
		if (job->entry->id == outbox && job->post != NULL) {
			return job;
		}
	}
	return NULL;
}

bool vd_channels_go(struct vd_channels *set, uint64_t outbox, const struct vd_outbox_entry *entry)
{
	for (size_t i = 0; i < set->n; i++) {
		struct vd_job *job = find_waiting(set->slots[i].channel, outbox);
		if (job != NULL) {
			vd_job_go(job, entry);
			return true;
		}
	}
	return false;
}

bool vd_channels_is_guarded(const struct vd_channels *set, const struct vd_outbox_entry *entry,
			    struct vd_wall now)
{
	const struct vd_slot *slot = find(set, entry->account);
	return slot != NULL && slot->channel->ops->is_guarded != NULL &&
	       slot->channel->ops->is_guarded(slot->channel, entry, now);
}

void vd_channels_arrived(struct vd_channels *set, const struct vd_outbox_entry *entry,
			 const char *network_id)
{
	const struct vd_slot *slot = find(set, entry->account);
	if (slot != NULL && slot->channel->ops->arrived != NULL) {
		slot->channel->ops->arrived(slot->channel, entry, network_id);
	}
}

void vd_channels_line_is_back(struct vd_channels *set)
{
	if (set->is_started && set->n > 0) {
		wake_others(&set->slots[0]);
	}
}

void vd_channels_nudge(struct vd_channels *set, uint16_t account)
{
	struct vd_slot *slot = find(set, account);
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
	struct vd_slot *slot = find(set, from->account);
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
	const struct vd_slot *slot = find(set, account);
	if (slot == NULL) {
		return vd_diag_set(diag, VD_ERR_NOT_FOUND,
				   "account %u is not watched: it has no channel",
				   (unsigned)account);
	}
	if (vd_span_trim(text).n == 0) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "the reply is empty: write something");
	}
	const struct vd_channel_ops *ops = slot->channel->ops;
	enum vd_err err = ops->check != NULL ? ops->check(slot->channel, visibility, text, diag)
					     : VD_OK;
	if (err != VD_OK) {
		return err;
	}
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
	const struct vd_slot *slot = find(set, account);
	return slot != NULL && visibility == VD_VISIBILITY_PUBLIC &&
	       slot->channel->ops->has_costly_link != NULL &&
	       slot->channel->ops->has_costly_link(text);
}

struct vd_wall vd_channels_closes(const struct vd_channels *set, uint16_t account,
				  const char *thread_id, struct vd_wall last_in)
{
	const struct vd_slot *slot = find(set, account);
	return slot != NULL && slot->channel->ops->closes != NULL
		       ? slot->channel->ops->closes(slot->channel, thread_id, last_in)
		       : (struct vd_wall){ 0 };
}

bool vd_channels_is_same_text(const struct vd_channels *set, uint16_t account, struct vd_span ours,
			      struct vd_span theirs)
{
	const struct vd_slot *slot = find(set, account);
	return slot != NULL && slot->channel->ops->is_same_text(ours, theirs);
}
