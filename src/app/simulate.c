// SPDX-License-Identifier: MIT
#include "app/simulate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/journal_rules.h"

#define FIRST_CAP 1024

enum vd_err vd_simulate_init(struct vd_simulate *sim, struct vd_diag *diag)
{
	memset(sim, 0, sizeof(*sim));
	sim->is_trusted = true;
	sim->book = calloc(1, sizeof(*sim->book));
	return sim->book != NULL ? VD_OK
				 : vd_diag_set(diag, VD_ERR_MEMORY, "no memory to simulate");
}

void vd_simulate_deinit(struct vd_simulate *sim)
{
	vd_cases_deinit(&sim->cases);
	free(sim->book);
	free(sim->ticks);
	free(sim->next);
	memset(sim, 0, sizeof(*sim));
}

// ---- the heap of ticks ----------------------------------------------------------------------

static enum vd_err grow(void *array, size_t bytes, size_t n, struct vd_diag *diag)
{
	void **p = array;
	void *larger = realloc(*p, bytes * n);
	if (larger == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory to simulate");
	}
	*p = larger;
	return VD_OK;
}

static bool is_before(const struct vd_simulated_tick *a, const struct vd_simulated_tick *b)
{
	return a->at.us != b->at.us ? a->at.us < b->at.us : a->id < b->id;
}

static void swap(struct vd_simulated_tick *a, struct vd_simulated_tick *b)
{
	struct vd_simulated_tick t = *a;
	*a = *b;
	*b = t;
}

static enum vd_err push(struct vd_simulate *sim, struct vd_simulated_tick tick,
			struct vd_diag *diag)
{
	if (sim->n_ticks == sim->cap_ticks) {
		size_t cap = sim->cap_ticks == 0 ? FIRST_CAP : sim->cap_ticks * 2;
		enum vd_err err = grow(&sim->ticks, sizeof(sim->ticks[0]), cap, diag);
		if (err != VD_OK) {
			return err;
		}
		sim->cap_ticks = cap;
	}
	size_t i = sim->n_ticks++;
	sim->ticks[i] = tick;
	while (i > 0 && is_before(&sim->ticks[i], &sim->ticks[(i - 1) / 2])) {
		swap(&sim->ticks[i], &sim->ticks[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	return VD_OK;
}

static void pop(struct vd_simulate *sim)
{
	size_t i = 0;
	sim->ticks[0] = sim->ticks[--sim->n_ticks];
	for (;;) {
		size_t least = i;
		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < sim->n_ticks;
		     child++) {
			least = is_before(&sim->ticks[child], &sim->ticks[least]) ? child : least;
		}
		if (least == i) {
			return;
		}
		swap(&sim->ticks[i], &sim->ticks[least]);
		i = least;
	}
}

static enum vd_err note_tick(struct vd_simulate *sim, const struct vd_conversation *c,
			     struct vd_diag *diag)
{
	struct vd_wall at = vd_conversation_next_tick(c);
	if (c->id > sim->cap_next) {
		uint64_t cap = sim->cap_next == 0 ? FIRST_CAP : sim->cap_next * 2;
		enum vd_err err = grow(&sim->next, sizeof(sim->next[0]), cap, diag);
		if (err != VD_OK) {
			return err;
		}
		memset(sim->next + sim->cap_next, 0, (cap - sim->cap_next) * sizeof(sim->next[0]));
		sim->cap_next = cap;
	}
	if (sim->next[c->id - 1].us == at.us) {
		return VD_OK;
	}
	sim->next[c->id - 1] = at;
	return vd_wall_is_set(at) ? push(sim, (struct vd_simulated_tick){ at, c->id }, diag)
				  : VD_OK;
}

// ---- steps ----------------------------------------------------------------------------------

static struct vd_engine_env env_of(struct vd_simulate *sim, struct vd_wall now)
{
	struct vd_engine_env env = vd_engine_env_make(sim->book, &sim->c, now, sim->is_trusted);
	struct vd_hours *hours = &sim->hours[env.policy - sim->book->policies];
	if (!vd_hours_are_good(hours, now)) {
		vd_hours_at(env.policy, env.calendar, now, hours);
	}
	env.hours = *hours;
	return env;
}

static enum vd_err keep(struct vd_simulate *sim, struct vd_wall now, const struct vd_event *event,
			bool is_opening, const struct vd_effects *effects, struct vd_diag *diag)
{
	enum vd_err err = vd_cases_put(&sim->cases, &sim->c, diag);
	err = err == VD_OK ? note_tick(sim, &sim->c, diag) : err;
	if (err == VD_OK && event->other != NULL) {
		err = vd_cases_put(&sim->cases, event->other, diag);
		err = err == VD_OK ? note_tick(sim, event->other, diag) : err;
	}
	sim->steps++;
	struct vd_simulated_step step = { now, event, &sim->c, is_opening, effects };
	return err == VD_OK && sim->on_step != NULL ? sim->on_step(sim->ctx, &step, diag) : err;
}

// sim->c is loaded. What the rules refuse leaves no trace.
static enum vd_err run_step(struct vd_simulate *sim, struct vd_wall now,
			    const struct vd_event *event, struct vd_diag *diag)
{
	struct vd_effects effects = { 0 };
	struct vd_engine_env env = env_of(sim, now);
	if (vd_engine_step(&env, &sim->c, event, &effects, NULL) != VD_OK) {
		sim->refused++;
		return VD_OK;
	}
	return keep(sim, now, event, false, &effects, diag);
}

static enum vd_err run_alone(struct vd_simulate *sim, struct vd_wall now, uint64_t id,
			     enum vd_event_kind kind, struct vd_diag *diag)
{
	struct vd_event event = { .kind = kind };
	enum vd_err err = vd_cases_get(&sim->cases, id, &sim->c, diag);
	bool is_over = kind == VD_EVENT_RULES && sim->c.state != VD_CONVERSATION_OPEN;
	return err != VD_OK || is_over ? err : run_step(sim, now, &event, diag);
}

// Each tick at its own instant; those of a time when nobody ran at `not_before`.
static enum vd_err pass_time(struct vd_simulate *sim, struct vd_wall until,
			     struct vd_wall not_before, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	while (err == VD_OK && sim->n_ticks > 0 && sim->ticks[0].at.us <= until.us) {
		struct vd_simulated_tick tick = sim->ticks[0];
		pop(sim);
		if (sim->next[tick.id - 1].us != tick.at.us) {
			continue;
		}
		sim->next[tick.id - 1] = (struct vd_wall){ 0 };
		struct vd_wall now = tick.at.us > not_before.us ? tick.at : not_before;
		err = run_alone(sim, now, tick.id, VD_EVENT_TICK, diag);
		// One that does not move on waits for its next input.
		if (err == VD_OK && sim->next[tick.id - 1].us == tick.at.us) {
			sim->next[tick.id - 1] = (struct vd_wall){ 0 };
		}
	}
	return err;
}

static enum vd_err open_case(struct vd_simulate *sim, const struct vd_journal_event *event,
			     struct vd_diag *diag)
{
	struct vd_effects effects = { 0 };
	const struct vd_message *m = &sim->step.message;
	sim->c = (struct vd_conversation){ .brand = sim->step.brand, .account = m->account };
	struct vd_engine_env env = env_of(sim, event->at);
	enum vd_err err = vd_engine_open(&env, m, sim->step.brand, &sim->c, &effects, diag);
	if (err == VD_OK && event->conversation != sim->cases.n + 1) {
		err = vd_diag_set(diag, VD_ERR_CORRUPT,
				  "event %" PRIu64 " opens a case out of turn: verify the journal",
				  event->sequence);
	}
	err = err == VD_OK ? vd_cases_add(&sim->cases, diag) : err;
	sim->c.id = event->conversation;
	sim->c.repeat_of = sim->step.repeat_of;
	return err == VD_OK ? keep(sim, event->at, &sim->step.event, true, &effects, diag) : err;
}

static enum vd_err feed_step(struct vd_simulate *sim, const struct vd_journal_event *event,
			     struct vd_diag *diag)
{
	bool is_step = false;
	enum vd_err err = vd_journal_step_parse(event, &sim->step, &is_step, diag);
	if (err != VD_OK || !is_step) {
		return err;
	}
	sim->is_trusted = sim->step.is_trusted;
	if (sim->step.event.kind == VD_EVENT_TICK) {
		return VD_OK; // time is ours
	}
	if (sim->step.is_opening) {
		return open_case(sim, event, diag);
	}
	err = vd_cases_get(&sim->cases, event->conversation, &sim->c, diag);
	if (err == VD_OK && sim->step.other != 0) {
		err = vd_cases_get(&sim->cases, sim->step.other, &sim->other, diag);
		sim->step.event.other = &sim->other;
	}
	return err == VD_OK ? run_step(sim, event->at, &sim->step.event, diag) : err;
}

// ---- rules ----------------------------------------------------------------------------------

static uint16_t find_calendar(const struct vd_rulebook *book, const char *name)
{
	uint16_t i = 0;
	while (i < book->n_calendars && strcmp(book->calendars[i].name, name) != 0) {
		i++;
	}
	return i;
}

static enum vd_err replace_policy(struct vd_simulate *sim, struct vd_policy *row,
				  struct vd_diag *diag)
{
	uint32_t version = row->version;
	uint16_t calendar = find_calendar(sim->book, sim->policy_calendar);
	if (calendar == sim->book->n_calendars) {
		return vd_diag_set(diag, VD_ERR_NOT_FOUND,
				   "the journal has no calendar \"%s\" for policy \"%s\"",
				   sim->policy_calendar, row->name);
	}
	*row = *sim->policy;
	row->version = version;
	row->calendar = calendar;
	sim->is_policy_used = true;
	return VD_OK;
}

static enum vd_err feed_rules(struct vd_simulate *sim, const struct vd_journal_event *event,
			      struct vd_diag *diag)
{
	enum vd_rule_kind kind;
	uint16_t id;
	enum vd_err err = vd_rule_apply(event->detail, sim->book, &kind, &id, diag);
	memset(sim->hours, 0, sizeof(sim->hours));
	if (err != VD_OK) {
		return err;
	}
	if (kind == VD_RULE_CALENDAR && sim->calendar != NULL &&
	    strcmp(sim->book->calendars[id].name, sim->calendar->name) == 0) {
		uint32_t version = sim->book->calendars[id].version;
		sim->book->calendars[id] = *sim->calendar;
		sim->book->calendars[id].version = version;
		sim->is_calendar_used = true;
	}
	if (kind == VD_RULE_POLICY && sim->policy != NULL &&
	    strcmp(sim->book->policies[id].name, sim->policy->name) == 0) {
		err = replace_policy(sim, &sim->book->policies[id], diag);
	}
	return err;
}

static enum vd_err feed_judged(struct vd_simulate *sim, const struct vd_journal_event *event,
			       struct vd_diag *diag)
{
	int64_t first = 0;
	int64_t last = 0;
	cJSON *tree = vd_json_parse(event->detail, diag);
	enum vd_err err = tree == NULL ? VD_ERR_CORRUPT : vd_json_i64(tree, "first", &first);
	err = err == VD_OK ? vd_json_i64(tree, "last", &last) : err;
	vd_json_free(tree);
	for (int64_t id = first; id <= last && err == VD_OK; id++) {
		err = run_alone(sim, event->at, (uint64_t)id, VD_EVENT_RULES, diag);
	}
	return err;
}

// R13: what was held back is judged when trust comes.
static enum vd_err feed_clock(struct vd_simulate *sim, const struct vd_journal_event *event,
			      struct vd_diag *diag)
{
	cJSON *tree = vd_json_parse(event->detail, NULL);
	sim->is_trusted = vd_span_is_text(vd_json_text(tree, "clock"), "trusted");
	vd_json_free(tree);
	enum vd_err err = VD_OK;
	for (uint64_t id = 1; id <= sim->cases.n && sim->is_trusted && err == VD_OK; id++) {
		err = vd_cases_get(&sim->cases, id, &sim->c, diag);
		if (err == VD_OK && sim->c.is_breach_held) {
			err = run_alone(sim, event->at, id, VD_EVENT_TICK, diag);
		}
	}
	return err;
}

enum vd_err vd_simulate_feed(struct vd_simulate *sim, const struct vd_journal_event *event,
			     struct vd_diag *diag)
{
	// Nobody ran between the last event of before and a start.
	struct vd_wall not_before = { 0 };
	if (event->kind == VD_JOURNAL_START) {
		not_before = event->at;
	}
	enum vd_err err = pass_time(sim, event->at, not_before, diag);
	sim->now = event->at;
	if (err != VD_OK) {
		return err;
	}
	switch (event->kind) {
	case VD_JOURNAL_MESSAGE:
	case VD_JOURNAL_COMMAND:
	case VD_JOURNAL_TICK:
		return feed_step(sim, event, diag);
	case VD_JOURNAL_RULES:
		return feed_rules(sim, event, diag);
	case VD_JOURNAL_JUDGED:
		return feed_judged(sim, event, diag);
	case VD_JOURNAL_CLOCK:
		return feed_clock(sim, event, diag);
	case VD_JOURNAL_START:
	case VD_JOURNAL_FACT:
	case VD_JOURNAL_OUTBOX:
	case VD_JOURNAL_THREAD:
	case VD_JOURNAL_ALARM:
	case VD_JOURNAL_MISSING:
	case VD_JOURNAL_N:
		break;
	}
	return VD_OK;
}

enum vd_err vd_simulate_finish(struct vd_simulate *sim, struct vd_diag *diag)
{
	if (sim->calendar != NULL && !sim->is_calendar_used) {
		return vd_diag_set(diag, VD_ERR_NOT_FOUND,
				   "the journal never had a calendar \"%s\": the one to replace "
				   "must have the same name",
				   sim->calendar->name);
	}
	if (sim->policy != NULL && !sim->is_policy_used) {
		return vd_diag_set(diag, VD_ERR_NOT_FOUND,
				   "the journal never had a policy \"%s\": the one to replace must "
				   "have the same name",
				   sim->policy->name);
	}
	return pass_time(sim, sim->now, (struct vd_wall){ 0 }, diag);
}
