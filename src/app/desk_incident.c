// SPDX-License-Identifier: MIT
// Declared incidents (SIGNALS.md, SUPPRESSED): cases of a brand, of a topic, or chosen by hand, are
// parked while it lasts; their clocks run on. Kept in the store, noted in the journal. Many cases
// come in, and back, in slices of a turn each.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/desk_people.h"
#include "base/json.h"
#include "base/utf8.h"

#define LAST "incident:last" // the number that was given last
#define RECORD_BYTES 2048
#define STEPS_A_SLICE 100  // cases that are parked or come back in one turn
#define LOOKS_A_SLICE 1000 // cases that are looked at

static bool is_set(struct vd_wall t)
{
	return vd_wall_is_set(t);
}

// ---- the store --------------------------------------------------------------------------------

static void put_incident(struct vd_json_out *j, const struct vd_desk_incident *in)
{
	vd_json_put_i64(j, "id", in->is.id);
	vd_json_put_i64(j, "brand", in->is.brand);
	vd_json_put_text(j, "topic", vd_span_of(in->is.topic));
	vd_json_put_text(j, "text", vd_span_of(in->is.text));
	vd_json_put_i64(j, "staff", in->is.staff);
	vd_json_put_i64(j, "since", in->is.since.us);
	vd_json_put_i64(j, "until", in->is.until.us);
	vd_json_put_bool(j, "ending", in->is.is_ending);
	vd_json_put_bool(j, "swept", in->is_swept);
}

static void key_of(size_t place, char out[24])
{
	snprintf(out, 24, "incident:%zu", place);
}

static enum vd_err keep(struct vd_desk *desk, const struct vd_desk_incident *in,
			struct vd_diag *diag)
{
	char memory[RECORD_BYTES];
	char key[24];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	if (in->is.id != 0) {
		struct vd_json_out j = vd_json_out_init(&buf);
		vd_json_open(&j, NULL, '{');
		put_incident(&j, in);
		vd_json_close(&j, '}');
	}
	key_of((size_t)(in - desk->incidents), key);
	enum vd_err err = vd_buf_check(&buf);
	return err == VD_OK ? vd_store_setting_set(desk->config.store, key, vd_buf_span(&buf), diag)
			    : err;
}

static int64_t number(const cJSON *object, const char *name)
{
	int64_t n = 0;
	(void)!vd_json_i64(object, name, &n);
	return n;
}

static enum vd_err read_incident(const char *text, struct vd_desk_incident *in,
				 struct vd_diag *diag)
{
	*in = (struct vd_desk_incident){ .next = 1 };
	if (text[0] == '\0') {
		return VD_OK;
	}
	cJSON *tree = vd_json_parse(vd_span_of(text), diag);
	if (tree == NULL) {
		return diag != NULL ? diag->err : VD_ERR_SYNTAX;
	}
	in->is.id = (uint32_t)number(tree, "id");
	in->is.brand = (uint16_t)number(tree, "brand");
	in->is.staff = (uint16_t)number(tree, "staff");
	in->is.since.us = number(tree, "since");
	in->is.until.us = number(tree, "until");
	in->is.is_ending = vd_json_bool(tree, "ending", false);
	in->is_swept = vd_json_bool(tree, "swept", false);
	enum vd_err err =
		vd_span_copy(vd_json_text(tree, "topic"), in->is.topic, sizeof(in->is.topic));
	err = err == VD_OK
		      ? vd_span_copy(vd_json_text(tree, "text"), in->is.text, sizeof(in->is.text))
		      : err;
	vd_json_free(tree);
	return err;
}

static void wake(struct vd_desk *desk)
{
	(void)!vd_loop_timer_set(desk->config.loop, &desk->incident_timer,
				 vd_loop_now(desk->config.loop));
}

enum vd_err vd_desk_incidents_load(struct vd_desk *desk, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	for (size_t i = 0; i < VD_ARRAY_LEN(desk->incidents) && err == VD_OK; i++) {
		char text[RECORD_BYTES];
		char key[24];
		key_of(i, key);
		err = vd_store_setting_get(desk->config.store, key, text, sizeof(text), diag);
		err = err == VD_OK ? read_incident(text, &desk->incidents[i], diag) : err;
	}
	// Not at once: after a turn that failed the next one may fail likewise.
	struct vd_mono at = vd_mono_add(vd_loop_now(desk->config.loop), vd_dur_s(1));
	(void)!vd_loop_timer_set(desk->config.loop, &desk->incident_timer, at);
	return err;
}

static enum vd_err new_id(struct vd_desk *desk, uint32_t *id, struct vd_diag *diag)
{
	char text[24];
	uint64_t last = 0;
	enum vd_err err = vd_store_setting_get(desk->config.store, LAST, text, sizeof(text), diag);
	if (err != VD_OK) {
		return err;
	}
	(void)!vd_span_parse_u64(vd_span_of(text), &last);
	*id = (uint32_t)(last + 1);
	snprintf(text, sizeof(text), "%" PRIu32, *id);
	return vd_store_setting_set(desk->config.store, LAST, vd_span_of(text), diag);
}

// The store's record as it is from now on, and the event that says so: a store that is made anew
// from its journal takes the record out of it, to the byte.
static enum vd_err keep_and_note(struct vd_desk *desk, const struct vd_desk_incident *in,
				 const struct vd_command *command, const char *what,
				 struct vd_diag *diag)
{
	char memory[RECORD_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&buf);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "command", vd_span_of(what));
	vd_json_put_i64(&j, "place", in - desk->incidents);
	if (in->is.id != 0) { // the last member: vd_incident_rebuild
		vd_json_open(&j, "incident", '{');
		put_incident(&j, in);
		vd_json_close(&j, '}');
	}
	vd_json_close(&j, '}');
	struct vd_journal_event event = {
		.kind = VD_JOURNAL_COMMAND,
		.at = vd_desk_now(desk),
		.staff = command != NULL ? command->staff : 0,
		.source = (uint8_t)(command != NULL ? command->source + 1 : 0),
		.detail = vd_buf_span(&buf),
	};
	enum vd_err err = vd_buf_check(&buf);
	err = err == VD_OK ? keep(desk, in, diag) : err;
	return err == VD_OK ? vd_store_journal_append(desk->config.store, &event, diag) : err;
}

static enum vd_err rebuild_last(struct vd_store *store, const cJSON *incident, struct vd_diag *diag)
{
	char text[24];
	char old[24];
	uint64_t last = 0;
	int64_t id = number(incident, "id");
	enum vd_err err = vd_store_setting_get(store, LAST, old, sizeof(old), diag);
	if (err != VD_OK || id <= 0) {
		return err;
	}
	(void)!vd_span_parse_u64(vd_span_of(old), &last);
	snprintf(text, sizeof(text), "%" PRId64, (uint64_t)id > last ? id : (int64_t)last);
	return vd_store_setting_set(store, LAST, vd_span_of(text), diag);
}

enum vd_err vd_incident_rebuild(struct vd_store *store, struct vd_span detail, struct vd_diag *diag)
{
	struct vd_span mark = VD_SPAN("\"incident\":{");
	char key[24];
	cJSON *tree = vd_json_parse(detail, diag);
	struct vd_span what = vd_json_text(tree, "command");
	int64_t place = number(tree, "place");
	enum vd_err err = VD_OK;
	bool is_ours = vd_span_has_prefix(what, VD_SPAN("incident-")) &&
		       vd_json_get(tree, "place") != NULL && place >= 0 &&
		       place < VD_VIEW_INCIDENTS;
	if (is_ours) {
		ptrdiff_t at = vd_span_find(detail, mark);
		struct vd_span record = VD_SPAN("");
		if (at >= 0) {
			record = vd_span_skip(detail, (size_t)at + mark.n - 1);
			record.n--; // the event's own bracket
		}
		key_of((size_t)place, key);
		err = vd_store_setting_set(store, key, record, diag);
		err = err == VD_OK ? rebuild_last(store, vd_json_get(tree, "incident"), diag) : err;
	}
	vd_json_free(tree);
	return err;
}

// ---- which cases --------------------------------------------------------------------------------

static bool fits(const struct vd_desk_incident *in, uint16_t brand, const char *topic)
{
	bool has_rule = in->is.brand != 0 || in->is.topic[0] != '\0';
	bool is_of_brand = in->is.brand == 0 || in->is.brand == brand + 1;
	bool is_of_topic = in->is.topic[0] == '\0' ||
			   vd_span_is_equal_nocase(vd_span_of(in->is.topic), vd_span_of(topic));
	return in->is.id != 0 && !in->is.is_ending && has_rule && is_of_brand && is_of_topic;
}

static struct vd_desk_incident *find(struct vd_desk *desk, uint32_t id)
{
	for (size_t i = 0; i < VD_ARRAY_LEN(desk->incidents) && id != 0; i++) {
		if (desk->incidents[i].is.id == id) {
			return &desk->incidents[i];
		}
	}
	return NULL;
}

static bool is_member(const struct vd_conversation *c)
{
	return (c->parked_by & VD_PARKED_INCIDENT) != 0;
}

static enum vd_err suppress(struct vd_desk *desk, struct vd_conversation *c, uint32_t incident,
			    const struct vd_command *command, struct vd_diag *diag)
{
	struct vd_desk_step step = {
		.event = { .kind = VD_EVENT_SUPPRESS,
			   .incident = incident,
			   .staff = command != NULL ? command->staff : 0 },
		.source = (uint8_t)(command != NULL ? command->source + 1 : 0),
	};
	return vd_desk_step(desk, c, &step, diag);
}

static enum vd_err unsuppress(struct vd_desk *desk, struct vd_conversation *c,
			      const struct vd_command *command, struct vd_diag *diag)
{
	struct vd_desk_step step = {
		.event = { .kind = VD_EVENT_UNSUPPRESS,
			   .staff = command != NULL ? command->staff : 0 },
		.source = (uint8_t)(command != NULL ? command->source + 1 : 0),
	};
	return vd_desk_step(desk, c, &step, diag);
}

enum vd_err vd_desk_incident_adopt(struct vd_desk *desk, struct vd_conversation *c,
				   struct vd_diag *diag)
{
	if (c->state != VD_CONVERSATION_OPEN || is_member(c)) {
		return VD_OK;
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(desk->incidents); i++) {
		if (fits(&desk->incidents[i], c->brand, c->topic)) {
			return suppress(desk, c, desk->incidents[i].is.id, NULL, diag);
		}
	}
	return VD_OK;
}

enum vd_err vd_desk_incident_retopic(struct vd_desk *desk, const char *old_topic,
				     struct vd_conversation *c, struct vd_diag *diag)
{
	const struct vd_desk_incident *in = is_member(c) ? find(desk, c->incident) : NULL;
	enum vd_err err = VD_OK;
	// One that a person added stays, whatever it is about.
	if (in != NULL && fits(in, c->brand, old_topic) && !fits(in, c->brand, c->topic)) {
		err = unsuppress(desk, c, NULL, diag);
	}
	return err == VD_OK ? vd_desk_incident_adopt(desk, c, diag) : err;
}

// ---- commands -----------------------------------------------------------------------------------

static struct vd_desk_incident *find_same(struct vd_desk *desk, const struct vd_view_incident *is)
{
	for (size_t i = 0; i < VD_ARRAY_LEN(desk->incidents); i++) {
		struct vd_desk_incident *in = &desk->incidents[i];
		if (in->is.id != 0 && !in->is.is_ending && in->is.brand == is->brand &&
		    strcmp(in->is.topic, is->topic) == 0 && strcmp(in->is.text, is->text) == 0) {
			return in;
		}
	}
	return NULL;
}

static struct vd_desk_incident *find_free(struct vd_desk *desk)
{
	for (size_t i = 0; i < VD_ARRAY_LEN(desk->incidents); i++) {
		if (desk->incidents[i].is.id == 0) {
			return &desk->incidents[i];
		}
	}
	return NULL;
}

static struct vd_view_incident make(const struct vd_command *command, struct vd_wall now)
{
	struct vd_view_incident is = {
		.brand = command->brand,
		.staff = command->staff,
		.since = now,
		.until = command->until,
	};
	(void)vd_utf8_sanitise(vd_span_trim(command->topic), is.topic, sizeof(is.topic), NULL);
	(void)vd_utf8_sanitise(vd_span_trim(command->text), is.text, sizeof(is.text), NULL);
	return is;
}

enum vd_err vd_desk_incident_declare(struct vd_desk *desk, const struct vd_command *command,
				     struct vd_command_result *result)
{
	struct vd_view_incident is = make(command, vd_desk_now(desk));
	struct vd_desk_incident *in = find_same(desk, &is);
	if (in != NULL) {
		result->incident = in->is.id;
		return VD_OK;
	}
	if (is_set(is.until) && is.until.us <= is.since.us) {
		return vd_diag_set(&result->diag, VD_ERR_ARGUMENT,
				   "the incident would be over already: give a later time");
	}
	in = find_free(desk);
	if (in == NULL) {
		return vd_diag_set(&result->diag, VD_ERR_ROOM,
				   "%d incidents are declared already: end one first",
				   VD_VIEW_INCIDENTS);
	}
	enum vd_err err = new_id(desk, &is.id, &result->diag);
	if (err != VD_OK) {
		return err;
	}
	bool has_rule = is.brand != 0 || is.topic[0] != '\0';
	*in = (struct vd_desk_incident){ .is = is, .is_swept = !has_rule, .next = 1 };
	result->incident = is.id;
	desk->has_changed = true;
	wake(desk);
	return keep_and_note(desk, in, command, "incident-declare", &result->diag);
}

static enum vd_err begin_end(struct vd_desk *desk, struct vd_desk_incident *in,
			     const struct vd_command *command, struct vd_diag *diag)
{
	in->is.is_ending = true;
	in->is_swept = false;
	in->next = 1;
	desk->has_changed = true;
	wake(desk);
	return keep_and_note(desk, in, command, "incident-end", diag);
}

static struct vd_desk_incident *find_or_say(struct vd_desk *desk, uint32_t id, struct vd_diag *diag)
{
	struct vd_desk_incident *in = find(desk, id);
	if (in == NULL) {
		vd_diag_set(diag, VD_ERR_NOT_FOUND, "there is no incident %" PRIu32, id);
	}
	return in;
}

enum vd_err vd_desk_incident_end(struct vd_desk *desk, const struct vd_command *command,
				 struct vd_diag *diag)
{
	struct vd_desk_incident *in = find_or_say(desk, command->incident, diag);
	if (in == NULL) {
		return VD_ERR_NOT_FOUND;
	}
	return in->is.is_ending ? VD_OK : begin_end(desk, in, command, diag);
}

enum vd_err vd_desk_incident_add(struct vd_desk *desk, const struct vd_command *command,
				 struct vd_conversation *c, struct vd_diag *diag)
{
	const struct vd_desk_incident *in = find_or_say(desk, command->incident, diag);
	if (in == NULL) {
		return VD_ERR_NOT_FOUND;
	}
	if (in->is.is_ending) {
		return vd_diag_set(diag, VD_ERR_STATE, "incident %" PRIu32 " is over", in->is.id);
	}
	bool is_in = is_member(c) && c->incident == in->is.id;
	return is_in ? VD_OK : suppress(desk, c, in->is.id, command, diag);
}

enum vd_err vd_desk_incident_remove(struct vd_desk *desk, const struct vd_command *command,
				    struct vd_conversation *c, struct vd_diag *diag)
{
	return unsuppress(desk, c, command, diag);
}

// ---- time ---------------------------------------------------------------------------------------

void vd_desk_incidents_watch(struct vd_desk *desk)
{
	struct vd_wall now = vd_desk_now(desk);
	for (size_t i = 0; i < VD_ARRAY_LEN(desk->incidents); i++) {
		struct vd_desk_incident *in = &desk->incidents[i];
		struct vd_diag diag = { 0 };
		bool is_over = in->is.id != 0 && !in->is.is_ending && is_set(in->is.until) &&
			       now.us >= in->is.until.us;
		if (is_over && vd_clock_is_trusted(desk->config.clock) &&
		    begin_end(desk, in, NULL, &diag) != VD_OK) {
			vd_error(desk->config.log, "desk", "incident %" PRIu32 " does not end: %s",
				 in->is.id, diag.text);
		}
	}
}

struct slice {
	int steps;
	int looks;
};

// Cases come in while it lasts, and back when it ends; two incidents may want the same one.
static enum vd_err look_at(struct vd_desk *desk, const struct vd_desk_incident *in,
			   struct vd_conversation *c, struct slice *slice, struct vd_diag *diag)
{
	slice->looks++;
	if (!in->is.is_ending) {
		bool wants = c->state == VD_CONVERSATION_OPEN && !is_member(c) &&
			     fits(in, c->brand, c->topic);
		slice->steps += wants;
		return wants ? suppress(desk, c, in->is.id, NULL, diag) : VD_OK;
	}
	if (!is_member(c) || c->incident != in->is.id) {
		return VD_OK;
	}
	slice->steps++;
	enum vd_err err = unsuppress(desk, c, NULL, diag);
	return err == VD_OK ? vd_desk_incident_adopt(desk, c, diag) : err;
}

static enum vd_err finish(struct vd_desk *desk, struct vd_desk_incident *in, struct vd_diag *diag)
{
	in->is_swept = true;
	if (!in->is.is_ending) {
		return keep_and_note(desk, in, NULL, "incident-swept", diag);
	}
	*in = (struct vd_desk_incident){ .next = 1 };
	desk->has_changed = true;
	return keep_and_note(desk, in, NULL, "incident-over", diag);
}

static enum vd_err sweep(struct vd_desk *desk, struct vd_desk_incident *in, struct slice *slice,
			 struct vd_diag *diag)
{
	struct vd_conversation *c = &desk->scratch[2];
	while (slice->steps < STEPS_A_SLICE && slice->looks < LOOKS_A_SLICE) {
		enum vd_err err = vd_store_conversation_next(desk->config.store, in->next, c, diag);
		if (err == VD_ERR_NOT_FOUND) {
			return finish(desk, in, diag);
		}
		if (err == VD_OK) {
			in->next = c->id + 1;
			err = look_at(desk, in, c, slice, diag);
		}
		if (err != VD_OK) {
			return err;
		}
	}
	return VD_OK;
}

void vd_desk_incidents_sweep(void *ctx)
{
	struct vd_desk *desk = ctx;
	struct slice slice = { 0 };
	struct vd_diag diag = { 0 };
	enum vd_err err = VD_OK;
	bool has_more = false;
	for (size_t i = 0; i < VD_ARRAY_LEN(desk->incidents) && err == VD_OK; i++) {
		struct vd_desk_incident *in = &desk->incidents[i];
		if (in->is.id != 0 && !in->is_swept) {
			err = sweep(desk, in, &slice, &diag);
			has_more = has_more || (in->is.id != 0 && !in->is_swept);
		}
	}
	struct vd_mono at = vd_loop_now(desk->config.loop);
	if (err != VD_OK) {
		vd_error(desk->config.log, "desk", "an incident's cases can't be parked: %s",
			 diag.text);
		at = vd_mono_add(at, vd_dur_s(1));
	}
	if (has_more || err != VD_OK) {
		(void)!vd_loop_timer_set(desk->config.loop, &desk->incident_timer, at);
	}
}

void vd_desk_incidents_fill(const struct vd_desk *desk, struct vd_view *view)
{
	view->n_incidents = 0;
	for (size_t i = 0; i < VD_ARRAY_LEN(desk->incidents); i++) {
		if (desk->incidents[i].is.id != 0) {
			view->incidents[view->n_incidents++] = desk->incidents[i].is;
		}
	}
}
