// SPDX-License-Identifier: MIT
#include "app/desk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/desk_known.h"
#include "app/desk_people.h"

#define BEAT_US VD_US_PER_S
#define TICKS_A_TURN 100

struct vd_wall vd_desk_now(const struct vd_desk *desk)
{
	return vd_clock_wall(desk->config.clock);
}

struct vd_engine_env vd_desk_env_at(struct vd_desk *desk, const struct vd_conversation *c,
				    struct vd_wall now)
{
	const struct vd_rulebook *book = desk->config.book;
	struct vd_engine_env env =
		vd_engine_env_make(book, c, now, vd_clock_is_trusted(desk->config.clock));
	struct vd_hours *hours = &desk->hours[env.policy - book->policies];
	if (!vd_hours_are_good(hours, now)) {
		vd_hours_at(env.policy, env.calendar, now, hours);
	}
	env.hours = *hours;
	return env;
}

struct vd_engine_env vd_desk_env(struct vd_desk *desk, const struct vd_conversation *c)
{
	return vd_desk_env_at(desk, c, vd_desk_now(desk));
}

// ---- ticks: what time alone changes ---------------------------------------------------------

static void arm_tick(struct vd_desk *desk)
{
	struct vd_wall at;
	uint64_t id;
	if (vd_store_tick_first(desk->config.store, &at, &id, NULL) != VD_OK) {
		vd_loop_timer_stop(desk->config.loop, &desk->tick_timer);
		return;
	}
	struct vd_dur wait = vd_clock_real(desk->config.clock, vd_wall_sub(at, vd_desk_now(desk)));
	struct vd_mono due = vd_mono_add(vd_loop_now(desk->config.loop),
					 wait.us > 0 ? wait : (struct vd_dur){ 0 });
	(void)!vd_loop_timer_set(desk->config.loop, &desk->tick_timer, due);
}

static enum vd_err step_alone(struct vd_desk *desk, uint64_t id, enum vd_event_kind kind,
			      struct vd_diag *diag)
{
	struct vd_conversation *c = &desk->scratch[2];
	enum vd_err err = vd_store_conversation_get(desk->config.store, id, c, diag);
	if (err != VD_OK) {
		return err;
	}
	struct vd_desk_step step = { .event = { .kind = kind } };
	return vd_desk_step(desk, c, &step, diag);
}

static void on_tick(void *ctx)
{
	struct vd_desk *desk = ctx;
	struct vd_diag diag = { 0 };
	struct vd_wall now = vd_desk_now(desk);
	uint64_t last = 0;
	for (int i = 0; i < TICKS_A_TURN; i++) {
		struct vd_wall at;
		uint64_t id;
		if (vd_store_tick_first(desk->config.store, &at, &id, NULL) != VD_OK ||
		    at.us > now.us) {
			if (i == 0) { // early: the wall clock runs slower, or was set back
				arm_tick(desk);
			}
			return; // else the commit arms the timer again
		}
		if (id == last || step_alone(desk, id, VD_EVENT_TICK, &diag) != VD_OK) {
			vd_error(desk->config.log, "desk",
				 "conversation %" PRIu64 " does not move on: %s", id, diag.text);
			(void)!vd_loop_timer_set(
				desk->config.loop, &desk->tick_timer,
				vd_mono_add(vd_loop_now(desk->config.loop), vd_dur_s(1)));
			return;
		}
		last = id;
	}
}

// R13: what was past due while the clock was not trusted is judged when trust comes.
static bool tick_held(void *ctx, const struct vd_conversation *c)
{
	struct vd_desk *desk = ctx;
	if (c->is_breach_held && desk->n_held < desk->n_held_most) {
		desk->held[desk->n_held++] = c->id;
	}
	return desk->n_held < desk->n_held_most;
}

static void judge_held(struct vd_desk *desk)
{
	struct vd_diag diag = { 0 };
	struct vd_store_counters counters = { 0 };
	enum vd_err err = vd_store_get_counters(desk->config.store, &counters, &diag);
	desk->n_held = 0;
	desk->n_held_most = counters.held < VD_DESK_HELD_MAX ? counters.held : VD_DESK_HELD_MAX;
	if (err == VD_OK && counters.held > 0) { // a million that nothing is held of aren't read
		err = vd_store_due_each(desk->config.store, tick_held, desk, &diag);
	}
	for (size_t i = 0; i < desk->n_held && err == VD_OK; i++) {
		err = step_alone(desk, desk->held[i], VD_EVENT_TICK, &diag);
	}
	if (err != VD_OK) {
		vd_error(desk->config.log, "desk", "held breaches can't be judged: %s", diag.text);
	}
	desk->has_held = err != VD_OK || desk->n_held == VD_DESK_HELD_MAX;
}

static void watch_trust(struct vd_desk *desk)
{
	bool is_trusted = vd_clock_is_trusted(desk->config.clock);
	if (is_trusted != desk->was_trusted) {
		desk->was_trusted = is_trusted;
		desk->has_held = is_trusted;
		struct vd_diag diag = { 0 };
		const char *what = is_trusted ? "trusted" : "lost";
		if (vd_desk_note_text(desk, VD_JOURNAL_CLOCK, "clock", what, &diag) != VD_OK) {
			vd_error(desk->config.log, "desk", "the clock's state can't be noted: %s",
				 diag.text);
		}
	}
	if (desk->has_held && is_trusted) {
		judge_held(desk);
	}
}

static void on_beat(void *ctx)
{
	struct vd_desk *desk = ctx;
	watch_trust(desk);
	vd_desk_watch_faults(desk);
	vd_desk_incidents_watch(desk);
	vd_desk_watch_shown(desk);
	vd_desk_quiet_watch(desk);
	arm_tick(desk);           // the wall clock may have been set
	desk->has_changed = true; // ages grow by themselves
	(void)!vd_loop_timer_set(
		desk->config.loop, &desk->beat_timer,
		vd_mono_add(vd_loop_now(desk->config.loop), (struct vd_dur){ BEAT_US }));
}

static void on_outbox(void *ctx)
{
	vd_desk_outbox_work(ctx);
}

// ---- the turn -------------------------------------------------------------------------------

// The slowest commit of late, forgotten by an eighth with each one.
static void note_commit_cost(struct vd_desk *desk, struct vd_mono began)
{
	struct vd_dur took = vd_mono_sub(vd_clock_mono(desk->config.clock), began);
	int64_t faded_us = desk->commit_cost.us - desk->commit_cost.us / 8;
	desk->commit_cost.us = took.us > faded_us ? took.us : faded_us;
}

static void on_commit(void *ctx)
{
	struct vd_desk *desk = ctx;
	struct vd_diag diag = { 0 };
	bool was_dirty = vd_store_is_dirty(desk->config.store);
	struct vd_mono began = vd_clock_mono(desk->config.clock);
	desk->commit_err = vd_store_commit(desk->config.store, &diag);
	if (was_dirty) {
		note_commit_cost(desk, began);
	}
	if (desk->commit_err != VD_OK) {
		vd_store_abort(desk->config.store);
		(void)!vd_desk_incidents_load(desk, NULL); // as they were before this turn
		memset(desk->reach, 0, sizeof(desk->reach));
		desk->lost_turns++;
		vd_desk_outbox_lost(desk);
		desk->commit_diag = diag;
		vd_error(desk->config.log, "store", "%s", diag.text);
	} else {
		vd_desk_outbox_committed(desk);
	}
	if (was_dirty || desk->commit_err != VD_OK) {
		vd_desk_store_failed(desk, desk->commit_err != VD_OK);
		arm_tick(desk);
	}
}

static void on_after(void *ctx)
{
	struct vd_desk *desk = ctx;
	if (desk->has_changed) {
		desk->has_changed = false;
		vd_desk_refresh(desk);
		if (desk->config.on_view != NULL) {
			desk->config.on_view(desk->config.ctx);
		}
	}
	vd_desk_answer_pending(desk, desk->commit_err, &desk->commit_diag);
	vd_desk_outbox_leave(desk);
}

// ---- life -----------------------------------------------------------------------------------

enum vd_err vd_desk_create(const struct vd_desk_config *config, struct vd_desk **out,
			   struct vd_diag *diag)
{
	struct vd_desk *desk = calloc(1, sizeof(*desk));
	if (desk == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the desk");
	}
	desk->config = *config;
	desk->commit_hook = (struct vd_hook){ .ctx = desk, .run = on_commit };
	desk->after_hook = (struct vd_hook){ .ctx = desk, .run = on_after };
	desk->tick_timer = (struct vd_timer){ .ctx = desk, .fire = on_tick };
	desk->beat_timer = (struct vd_timer){ .ctx = desk, .fire = on_beat };
	desk->outbox_timer = (struct vd_timer){ .ctx = desk, .fire = on_outbox };
	desk->incident_timer = (struct vd_timer){ .ctx = desk, .fire = vd_desk_incidents_sweep };
	desk->was_trusted = vd_clock_is_trusted(config->clock);
	desk->today_is_old = true;
	desk->followed_is_old = true;
	vd_desk_faults_init(desk);
	vd_desk_faults_load(desk);
	vd_desk_measure_load(desk);
	vd_desk_quiet_load(desk);
	for (size_t i = 0; i < VD_ACCOUNTS_MAX; i++) {
		desk->accounts[i].since = vd_loop_now(config->loop);
	}
	vd_loop_on_commit(config->loop, &desk->commit_hook);
	vd_loop_on_after(config->loop, &desk->after_hook);
	vd_desk_refresh(desk);
	*out = desk;
	return VD_OK;
}

enum vd_err vd_desk_start(struct vd_desk *desk, struct vd_rulebook *book, const char *version,
			  struct vd_diag *diag)
{
	enum vd_err err = vd_desk_note_text(desk, VD_JOURNAL_START, "version", version, diag);
	err = err == VD_OK ? vd_desk_apply_rules(desk, book, diag) : err;
	err = err == VD_OK ? vd_desk_outbox_recover(desk, diag) : err;
	err = err == VD_OK ? vd_desk_persons_build(desk, diag) : err;
	err = err == VD_OK ? vd_desk_incidents_load(desk, diag) : err;
	err = err == VD_OK ? vd_store_commit(desk->config.store, diag) : err;
	if (err != VD_OK) {
		vd_store_abort(desk->config.store);
		return err;
	}
	desk->has_held = desk->was_trusted;
	on_beat(desk);
	arm_tick(desk);
	vd_desk_outbox_wake(desk);
	return VD_OK;
}

void vd_desk_destroy(struct vd_desk *desk)
{
	if (desk == NULL) {
		return;
	}
	vd_loop_unhook(&desk->commit_hook);
	vd_loop_unhook(&desk->after_hook);
	vd_loop_timer_stop(desk->config.loop, &desk->tick_timer);
	vd_loop_timer_stop(desk->config.loop, &desk->beat_timer);
	vd_loop_timer_stop(desk->config.loop, &desk->outbox_timer);
	vd_loop_timer_stop(desk->config.loop, &desk->sweep_timer);
	vd_loop_timer_stop(desk->config.loop, &desk->incident_timer);
	free(desk);
}

bool vd_desk_is_judging(const struct vd_desk *desk)
{
	return desk->is_judging;
}

void vd_desk_set_channels(struct vd_desk *desk, struct vd_channels *channels)
{
	desk->channels = channels;
	desk->n_checked = 0;
	desk->n_going = 0;
	if (channels != NULL) {
		vd_desk_outbox_wake(desk);
	}
}

// ---- doors ----------------------------------------------------------------------------------

static enum vd_err cursor_get(void *ctx, uint16_t account, const char *name, char *out, size_t cap,
			      struct vd_diag *diag)
{
	struct vd_desk *desk = ctx;
	return vd_store_cursor_get(desk->config.store, account, name, out, cap, diag);
}

static enum vd_err cursor_set(void *ctx, uint16_t account, const char *name, struct vd_span value,
			      struct vd_diag *diag)
{
	struct vd_desk *desk = ctx;
	return vd_store_cursor_set(desk->config.store, account, name, value, diag);
}

static uint64_t lost_turns(void *ctx)
{
	const struct vd_desk *desk = ctx;
	return desk->lost_turns;
}

static void on_date(void *ctx, enum vd_network network, struct vd_wall date)
{
	// The networks' Date is a second opinion on our clock: a minute apart costs the trust of
	// neither, but is said.
	struct vd_desk *desk = ctx;
	struct vd_dur apart = vd_wall_sub(date, vd_desk_now(desk));
	int64_t apart_s = apart.us / VD_US_PER_S;
	int64_t real_s = vd_clock_real(desk->config.clock, apart).us / VD_US_PER_S;
	// On an accelerated clock the way of the answer alone is minutes long.
	bool is_far = llabs(apart_s) > VD_DESK_DATE_APART_S && llabs(real_s) > VD_DESK_DATE_REAL_S;
	if (is_far != desk->is_date_apart) {
		desk->is_date_apart = is_far;
		vd_warn(desk->config.log, "clock", "%s and this box are %" PRId64 " s apart%s",
			vd_network_name(network), apart_s,
			is_far ? ": the clock is not believed" : " again");
	}
}

void vd_desk_fill_host(struct vd_desk *desk, struct vd_channel_host *host)
{
	host->ctx = desk;
	host->book = desk->config.book;
	host->clock = desk->config.clock;
	host->log = desk->config.log;
	host->message = vd_desk_message;
	host->deleted = vd_desk_deleted;
	host->cursor_get = cursor_get;
	host->cursor_set = cursor_set;
	host->lost_turns = lost_turns;
	host->open_threads = vd_desk_open_threads;
	host->open_messages = vd_desk_open_messages;
	host->health = vd_desk_health;
	host->sent = vd_desk_sent;
	host->may_leave = vd_desk_may_leave;
	host->presence = vd_desk_presence;
	host->passed_on = vd_desk_passed_on;
	host->date = on_date;
	host->known = vd_desk_known;
	host->token_end = vd_desk_token_end_told;
	host->urgency = vd_desk_urgency;
	host->billed = vd_desk_billed;
}

static const struct vd_view *port_view(void *ctx)
{
	const struct vd_desk *desk = ctx;
	return &desk->view;
}

struct rows {
	struct vd_desk *desk;
	vd_port_row_fn *fn;
	void *ctx;
};

static bool tell_row(void *ctx, const struct vd_conversation *c)
{
	struct rows *rows = ctx;
	struct vd_view_row row;
	vd_view_row_make(rows->desk->config.book, c, vd_desk_now(rows->desk), &row);
	vd_desk_fill_closes(rows->desk, c->id, &row);
	return rows->fn(rows->ctx, &row);
}

static enum vd_err port_list(void *ctx, vd_port_row_fn *fn, void *fn_ctx, struct vd_diag *diag)
{
	struct vd_desk *desk = ctx;
	struct rows rows = { desk, fn, fn_ctx };
	enum vd_err err = vd_store_due_each(desk->config.store, tell_row, &rows, diag);
	return err == VD_OK ? vd_store_rest_each(desk->config.store, tell_row, &rows, diag) : err;
}

static enum vd_err port_conversation(void *ctx, uint64_t id, struct vd_conversation *out,
				     vd_port_message_fn *fn, void *fn_ctx, struct vd_diag *diag)
{
	struct vd_desk *desk = ctx;
	enum vd_err err = vd_store_conversation_get(desk->config.store, id, out, NULL);
	if (err != VD_OK) {
		return vd_diag_set(diag, err, "there is no conversation %" PRIu64, id);
	}
	vd_desk_note_opened(desk, id);
	return fn != NULL ? vd_store_message_each(desk->config.store, id, fn, fn_ctx, diag) : VD_OK;
}

// A refusal is looked for among this many replies of the whole desk.
#define REFUSED_LOOKS 1000

struct entries {
	uint64_t conversation;
	vd_port_outbox_fn *fn;
	void *ctx;
};

static bool tell_entry(void *ctx, const struct vd_outbox_entry *entry)
{
	struct entries *entries = ctx;
	if (entry->conversation != entries->conversation) {
		return true;
	}
	struct vd_port_outbox out = {
		.id = entry->id,
		.state = vd_outbox_state_name(entry->state),
		.error = entry->error,
		.text = entry->text,
		.created = entry->created,
	};
	return entries->fn(entries->ctx, &out);
}

struct newest {
	uint64_t conversation;
	uint64_t id;
	bool is_refused;
};

static bool keep_newest(void *ctx, const struct vd_outbox_entry *entry)
{
	struct newest *newest = ctx;
	if (entry->conversation == newest->conversation) {
		newest->id = entry->id;
		newest->is_refused =
			entry->state == VD_OUTBOX_FAILED &&
			(entry->attempts > 0 || strcmp(entry->error, VD_DESK_TAKEN_BACK) != 0);
	}
	return true;
}

/** What is under way, and the last reply where the network refused it: until another one follows,
 * a person must know why it is not there. */
static enum vd_err port_outbox(void *ctx, uint64_t conversation, vd_port_outbox_fn *fn,
			       void *fn_ctx, struct vd_diag *diag)
{
	struct vd_desk *desk = ctx;
	struct vd_store *store = desk->config.store;
	struct entries entries = { conversation, fn, fn_ctx };
	struct newest newest = { .conversation = conversation };
	enum vd_err err = vd_store_outbox_each_open(store, tell_entry, &entries, diag);
	err = err == VD_OK ? vd_store_outbox_each_recent(store, REFUSED_LOOKS, keep_newest, &newest,
							 diag)
			   : err;
	if (err != VD_OK || !newest.is_refused) {
		return err;
	}
	struct vd_outbox_entry entry;
	err = vd_store_outbox_get(store, newest.id, &entry, desk->text, sizeof(desk->text), diag);
	if (err == VD_OK) {
		(void)tell_entry(&entries, &entry);
	}
	return err;
}

static bool port_check_pin(void *ctx, uint16_t staff, struct vd_span pin)
{
	const struct vd_desk *desk = ctx;
	return desk->config.check_pin != NULL &&
	       desk->config.check_pin(desk->config.ctx, staff, pin);
}

struct vd_desk_port vd_desk_get_port(struct vd_desk *desk)
{
	return (struct vd_desk_port){
		.ctx = desk,
		.book = desk->config.book,
		.clock = desk->config.clock,
		.view = port_view,
		.submit = vd_desk_submit,
		.list = port_list,
		.conversation = port_conversation,
		.outbox = port_outbox,
		.check_pin = port_check_pin,
		.budget = vd_desk_budget,
		.presence = vd_desk_presence_each,
		.persons = vd_desk_persons,
	};
}
