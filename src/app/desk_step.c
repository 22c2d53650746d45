// SPDX-License-Identifier: MIT
// Every step of the engine goes through here: the time is read once, and what went in and what came
// out is one event of the journal.
#include "app/desk_internal.h"
#include "app/journal_step.h"
#include "app/person.h"

static enum vd_err append(struct vd_desk *desk, const struct vd_journal_step *step,
			  const struct vd_journal_outcome *outcome, uint64_t conversation,
			  struct vd_wall now, uint8_t source, struct vd_diag *diag)
{
	struct vd_buf buf;
	vd_buf_init(&buf, desk->detail, sizeof(desk->detail));
	vd_journal_step_print(step, outcome, desk->config.book, &buf);
	if (vd_buf_check(&buf) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_ROOM,
				   "an event of the journal is longer than %d bytes",
				   VD_STEP_DETAIL_BYTES);
	}
	const struct vd_message *m = step->event.message;
	struct vd_journal_event event = {
		.kind = vd_journal_step_kind(step->event.kind, source),
		.at = now,
		.conversation = conversation,
		.account = (uint16_t)(m != NULL ? m->account + 1 : 0),
		.staff = step->event.staff,
		.source = source,
		.detail = vd_buf_span(&buf),
	};
	return vd_store_journal_append(desk->config.store, &event, diag);
}

static enum vd_err store_message(struct vd_desk *desk, uint64_t conversation,
				 struct vd_journal_step *step, struct vd_diag *diag)
{
	const struct vd_message *m = step->event.message;
	struct vd_store *store = desk->config.store;
	if (m == NULL) {
		return VD_OK;
	}
	enum vd_network network = desk->config.book->accounts[m->account].network;
	if (step->event.kind == VD_EVENT_DELETED || step->event.kind == VD_EVENT_EDITED) {
		return vd_store_message_update(store, network, conversation, step->number, m, diag);
	}
	return step->number != 0
		       ? VD_OK // it lies there already: split off another case
		       : vd_store_message_add(store, network, conversation, m, &step->number, diag);
}

// What a step left behind: message, conversations, journal.
static enum vd_err keep(struct vd_desk *desk, const struct vd_conversation *c,
			struct vd_journal_step *step, const struct vd_effects *effects,
			struct vd_wall now, uint8_t source, struct vd_diag *diag)
{
	const struct vd_conversation *other = step->event.other;
	struct vd_journal_outcome outcome = { .policy_version = c->policy_version,
					      .calendar_version = c->calendar_version,
					      .effects = effects };
	enum vd_err err = store_message(desk, c->id, step, diag);
	if (err == VD_OK) {
		err = vd_store_conversation_put(desk->config.store, c, diag);
	}
	if (err == VD_OK && other != NULL) {
		err = vd_store_conversation_put(desk->config.store, other, diag);
		vd_journal_step_mark(other, outcome.other_mark);
		step->other = other->id;
	}
	if (err != VD_OK) {
		return err;
	}
	bool is_claim = step->event.kind == VD_EVENT_CLAIM;
	if (is_claim || step->event.kind == VD_EVENT_SHOWN) {
		err = vd_desk_stamp(desk, c->id, is_claim, now, diag); // R11
	}
	if (err != VD_OK) {
		return err;
	}
	vd_journal_step_mark(c, outcome.mark);
	vd_desk_measure_facts(desk, c->id, effects, now);
	desk->today_is_old |= vd_wall_is_set(c->first_reply);
	desk->has_changed = true;
	return append(desk, step, &outcome, c->id, now, source, diag);
}

// R40: whatever comes to a conversation that the sweep has not reached yet is judged by the new
// rules, not by the old.
static bool is_outdated(const struct vd_engine_env *env, const struct vd_conversation *c)
{
	return c->state == VD_CONVERSATION_OPEN && (c->policy_version != env->policy->version ||
						    c->calendar_version != env->calendar->version);
}

static enum vd_err step(struct vd_desk *desk, struct vd_conversation *c,
			const struct vd_desk_step *what, struct vd_diag *diag)
{
	struct vd_effects effects = { 0 };
	struct vd_engine_env env = vd_desk_env(desk, c);
	struct vd_journal_step step = { .event = what->event,
					.is_trusted = env.is_clock_trusted,
					.number = what->number,
					.split_to = what->split_to };
	if (what->event.kind == VD_EVENT_EDITED) {
		vd_journal_step_hash(what->was, step.was_sha256);
	}
	for (uint8_t i = 0; i < what->n_moved && i < VD_ARRAY_LEN(step.moved); i++) {
		step.moved[step.n_moved++] = what->moved[i];
	}
	enum vd_err err = vd_engine_step(&env, c, &what->event, &effects, diag);
	return err == VD_OK ? keep(desk, c, &step, &effects, env.now, what->source, diag) : err;
}

enum vd_err vd_desk_step(struct vd_desk *desk, struct vd_conversation *c,
			 const struct vd_desk_step *what, struct vd_diag *diag)
{
	const struct vd_desk_step rules = { .event = { .kind = VD_EVENT_RULES } };
	struct vd_engine_env env = vd_desk_env(desk, c);
	enum vd_err err = VD_OK;
	if (what->event.kind != VD_EVENT_RULES && is_outdated(&env, c)) {
		err = step(desk, c, &rules, diag);
	}
	return err == VD_OK ? step(desk, c, what, diag) : err;
}

enum vd_err vd_desk_open(struct vd_desk *desk, const struct vd_message *m, uint32_t number,
			 uint64_t repeat_of, struct vd_conversation *c, struct vd_diag *diag)
{
	struct vd_effects effects = { 0 };
	*c = (struct vd_conversation){ .brand = desk->config.book->accounts[m->account].brand,
				       .account = m->account };
	struct vd_engine_env env = vd_desk_env(desk, c);
	struct vd_journal_step step = { .event = { .kind = VD_EVENT_MESSAGE, .message = m },
					.is_trusted = env.is_clock_trusted,
					.is_opening = true,
					.brand = c->brand,
					.repeat_of = repeat_of,
					.number = number };
	enum vd_err err = vd_engine_open(&env, m, c->brand, c, &effects, diag);
	if (err == VD_OK) {
		err = vd_store_conversation_new_id(desk->config.store, &c->id, diag);
	}
	c->repeat_of = repeat_of;
	err = err == VD_OK ? keep(desk, c, &step, &effects, env.now, 0, diag) : err;
	return err == VD_OK ? vd_person_note_case(desk->config.store, desk->config.book, m->account,
						  m->author_id, m->author_handle, c->id, diag)
			    : err;
}
