// SPDX-License-Identifier: MIT
#include "app/replay.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/journal_rules.h"

#define A_STAMP INT64_C(100000000000000) // 1973 in microseconds: no other number is as large

enum vd_err vd_replay_init(struct vd_replay *replay, struct vd_diag *diag)
{
	memset(replay, 0, sizeof(*replay));
	replay->book = calloc(1, sizeof(*replay->book));
	replay->detail = malloc(VD_STEP_DETAIL_BYTES);
	if (replay->book == NULL || replay->detail == NULL) {
		vd_replay_deinit(replay);
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory to replay a journal");
	}
	return VD_OK;
}

void vd_replay_deinit(struct vd_replay *replay)
{
	vd_cases_deinit(&replay->cases);
	free(replay->book);
	free(replay->detail);
	memset(replay, 0, sizeof(*replay));
}

// ---- what differs ---------------------------------------------------------------------------

static enum vd_err differ(struct vd_replay *r, const struct vd_journal_event *event,
			  const char *fmt, ...) VD_PRINTF(3, 4);
static enum vd_err differ(struct vd_replay *r, const struct vd_journal_event *event,
			  const char *fmt, ...)
{
	va_list args;
	r->difference.sequence = event->sequence;
	r->difference.conversation = event->conversation;
	va_start(args, fmt);
	vsnprintf(r->difference.what, sizeof(r->difference.what), fmt, args);
	va_end(args);
	return VD_ERR_CONFLICT;
}

// A number that is a stamp by its size reads better as one.
static void print_value(struct vd_buf *buf, const cJSON *item)
{
	int64_t n = cJSON_IsNumber(item) ? (int64_t)item->valuedouble : 0;
	char text[VD_TIME_TEXT_BYTES];
	if (cJSON_IsString(item)) {
		vd_buf_printf(buf, "%s", item->valuestring);
	} else if (n > A_STAMP) {
		vd_wall_print((struct vd_wall){ n }, text);
		vd_buf_put_text(buf, text);
	} else if (cJSON_IsNumber(item)) {
		vd_buf_printf(buf, "%" PRId64, n);
	} else {
		vd_buf_put_text(buf, cJSON_IsTrue(item) ? "yes" : "no");
	}
}

static void keep_item(const cJSON *item, char out[VD_REPLAY_TEXT_BYTES])
{
	struct vd_buf buf;
	vd_buf_init(&buf, out, VD_REPLAY_TEXT_BYTES);
	if (item == NULL) {
		vd_buf_put_text(&buf, "nothing");
		return;
	}
	if (item->child == NULL) {
		print_value(&buf, item);
	}
	for (const cJSON *part = item->child; part != NULL; part = part->next) {
		vd_buf_put_text(&buf, part == item->child ? "" : ", ");
		if (part->string != NULL) {
			vd_buf_printf(&buf, "%s ", part->string);
		}
		print_value(&buf, part);
	}
}

// The first of two lists that is not the same; false where they are.
static bool find_unlike(struct vd_replay *r, const cJSON *recorded, const cJSON *computed)
{
	while (recorded != NULL && computed != NULL && cJSON_Compare(recorded, computed, true)) {
		recorded = recorded->next;
		computed = computed->next;
	}
	if (recorded == NULL && computed == NULL) {
		return false;
	}
	keep_item(recorded, r->difference.recorded);
	keep_item(computed, r->difference.computed);
	return true;
}

static const cJSON *first_of(const cJSON *array)
{
	return array != NULL ? array->child : NULL;
}

// In the order of what a person wants to know: the verdicts, then the rules, then the rest.
static const char *find_what(struct vd_replay *r, const cJSON *recorded, const cJSON *computed)
{
	static const struct {
		const char *name;
		const char *what;
	} rows[] = {
		{ "policy", "the version of the policy that judged" },
		{ "calendar", "the version of the calendar that judged" },
		{ "state", "the state of the conversation after this step" },
		{ "other_state", "the state of the other conversation after this step" },
	};
	const cJSON *facts = vd_json_get(recorded, "facts");
	if (find_unlike(r, first_of(facts), first_of(vd_json_get(computed, "facts")))) {
		return "a verdict";
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		const cJSON *a = vd_json_get(recorded, rows[i].name);
		const cJSON *b = vd_json_get(computed, rows[i].name);
		if (!cJSON_Compare(a, b, true) && (a != NULL || b != NULL)) {
			keep_item(a, r->difference.recorded);
			keep_item(b, r->difference.computed);
			return rows[i].what;
		}
	}
	return "the form of the event (was it written by another version of the program?)";
}

static enum vd_err explain(struct vd_replay *r, const struct vd_journal_event *event,
			   struct vd_span computed)
{
	cJSON *a = vd_json_parse(event->detail, NULL);
	cJSON *b = vd_json_parse(computed, NULL);
	const char *what = find_what(r, a, b);
	vd_json_free(a);
	vd_json_free(b);
	return differ(r, event, "%s is not what the same rules give today", what);
}

// ---- steps ----------------------------------------------------------------------------------

static enum vd_err compare(struct vd_replay *r, const struct vd_journal_event *event,
			   const struct vd_effects *effects)
{
	struct vd_journal_outcome outcome = { .policy_version = r->c.policy_version,
					      .calendar_version = r->c.calendar_version,
					      .effects = effects };
	struct vd_buf buf;
	vd_journal_step_mark(&r->c, outcome.mark);
	if (r->step.event.other != NULL) {
		vd_journal_step_mark(&r->other, outcome.other_mark);
	}
	vd_buf_init(&buf, r->detail, VD_STEP_DETAIL_BYTES);
	vd_journal_step_print(&r->step, &outcome, r->book, &buf);
	r->steps++;
	r->verdicts += effects->n;
	return vd_span_is_equal(vd_buf_span(&buf), event->detail)
		       ? VD_OK
		       : explain(r, event, vd_buf_span(&buf));
}

static enum vd_err open_case(struct vd_replay *r, const struct vd_journal_event *event,
			     struct vd_effects *effects, struct vd_diag *diag)
{
	if (event->conversation != r->cases.n + 1) {
		return differ(r, event,
			      "it opens conversation %" PRIu64 ", the next one is %" PRIu64,
			      event->conversation, r->cases.n + 1);
	}
	const struct vd_message *m = &r->step.message;
	struct vd_conversation *c = &r->c;
	*c = (struct vd_conversation){ .brand = r->step.brand, .account = m->account };
	struct vd_engine_env env = vd_engine_env_make(r->book, c, event->at, r->step.is_trusted);
	struct vd_diag why = { 0 };
	if (vd_engine_open(&env, m, r->step.brand, c, effects, &why) != VD_OK) {
		return differ(r, event, "the engine does not open a conversation on it: %s",
			      why.text);
	}
	c->id = event->conversation;
	c->repeat_of = r->step.repeat_of;
	return vd_cases_add(&r->cases, diag);
}

static enum vd_err step_case(struct vd_replay *r, const struct vd_journal_event *event,
			     struct vd_effects *effects)
{
	struct vd_diag why = { 0 };
	enum vd_err err = vd_cases_get(&r->cases, event->conversation, &r->c, &why);
	if (err == VD_OK && r->step.other != 0) {
		err = vd_cases_get(&r->cases, r->step.other, &r->other, &why);
		r->step.event.other = &r->other;
	}
	if (err != VD_OK) {
		return differ(r, event, "%s", why.text);
	}
	struct vd_engine_env env =
		vd_engine_env_make(r->book, &r->c, event->at, r->step.is_trusted);
	if (vd_engine_step(&env, &r->c, &r->step.event, effects, &why) != VD_OK) {
		return differ(r, event, "the engine refuses the step: %s", why.text);
	}
	return VD_OK;
}

static enum vd_err feed_step(struct vd_replay *r, const struct vd_journal_event *event,
			     struct vd_diag *diag)
{
	struct vd_effects effects = { 0 };
	struct vd_diag why = { 0 };
	if (vd_journal_step_parse(event, &r->step, &r->is_step, &why) != VD_OK) {
		return differ(r, event, "it can't be read: %s", why.text);
	}
	if (!r->is_step) {
		return VD_OK;
	}
	bool has_words = r->find_words == NULL || r->step.event.message == NULL ||
			 r->find_words(r->words_ctx, event, &r->step);
	enum vd_err err = r->step.is_opening ? open_case(r, event, &effects, diag)
					     : step_case(r, event, &effects);
	err = err != VD_OK ? err : compare(r, event, &effects);
	err = err != VD_OK ? err : vd_cases_put(&r->cases, &r->c, diag);
	if (err == VD_OK && r->step.event.other != NULL) {
		has_words = !r->cases.at[r->other.id - 1].is_wordless;
		err = vd_cases_put(&r->cases, &r->other, diag);
	}
	if (!has_words) {
		vd_cases_lose_words(&r->cases, event->conversation);
	}
	return err;
}

// ---- R40: slices of the open conversations --------------------------------------------------

static bool is_noted(const cJSON *item, uint64_t id, enum vd_target_kind kind, struct vd_wall was,
		     struct vd_wall is)
{
	const cJSON *row = item != NULL ? item->child : NULL;
	double want[] = { (double)id, 0, (double)was.us, (double)is.us };
	for (size_t i = 0; i < VD_ARRAY_LEN(want); i++, row = row->next) {
		if (row == NULL) {
			return false;
		}
		bool is_same = i == 1 ? cJSON_IsString(row) &&
						strcmp(row->valuestring, vd_target_name(kind)) == 0
				      : cJSON_IsNumber(row) && row->valuedouble == want[i];
		if (!is_same) {
			return false;
		}
	}
	return row == NULL;
}

// Moves *item behind what changed in this conversation.
static enum vd_err compare_dues(struct vd_replay *r, const struct vd_journal_event *event,
				const struct vd_conversation *was, const cJSON **item)
{
	for (int i = 0; i < VD_TARGET_N; i++) {
		struct vd_wall before = was->targets[i].due;
		struct vd_wall after = r->c.targets[i].due;
		if (before.us == after.us) {
			continue;
		}
		if (!is_noted(*item, was->id, (enum vd_target_kind)i, before, after)) {
			char from[VD_TIME_TEXT_BYTES];
			char to[VD_TIME_TEXT_BYTES];
			vd_wall_print(before, from);
			vd_wall_print(after, to);
			keep_item(*item, r->difference.recorded);
			snprintf(r->difference.computed, sizeof(r->difference.computed),
				 "%" PRIu64 ", %s, %s, %s", was->id,
				 vd_target_name((enum vd_target_kind)i), from, to);
			return differ(r, event, "a deadline under the new rules is another one");
		}
		*item = (*item)->next;
	}
	return VD_OK;
}

static enum vd_err judge_one(struct vd_replay *r, const struct vd_journal_event *event,
			     bool is_trusted, uint64_t id, const cJSON **item, struct vd_diag *diag)
{
	struct vd_event rules = { .kind = VD_EVENT_RULES };
	struct vd_effects effects = { 0 };
	struct vd_diag why = { 0 };
	if (vd_cases_get(&r->cases, id, &r->c, &why) != VD_OK) {
		return differ(r, event, "%s", why.text);
	}
	if (r->c.state != VD_CONVERSATION_OPEN) {
		return VD_OK;
	}
	r->other = r->c;
	struct vd_engine_env env = vd_engine_env_make(r->book, &r->c, event->at, is_trusted);
	if (vd_engine_step(&env, &r->c, &rules, &effects, &why) != VD_OK) {
		return differ(r, event, "the engine refuses the step: %s", why.text);
	}
	r->steps++;
	enum vd_err err = compare_dues(r, event, &r->other, item);
	return err != VD_OK ? err : vd_cases_put(&r->cases, &r->c, diag);
}

static enum vd_err judge_all(struct vd_replay *r, const struct vd_journal_event *event,
			     const cJSON *tree, struct vd_diag *diag)
{
	int64_t first = 0;
	int64_t last = 0;
	const cJSON *changed = vd_json_get(tree, "changed");
	if (vd_json_i64(tree, "first", &first) != VD_OK ||
	    vd_json_i64(tree, "last", &last) != VD_OK || first < 1 || changed == NULL) {
		return differ(r, event, "it does not say which conversations were judged");
	}
	bool is_trusted = !vd_json_bool(tree, "untrusted", false);
	const cJSON *item = changed->child;
	enum vd_err err = VD_OK;
	for (int64_t id = first; id <= last && err == VD_OK; id++) {
		err = judge_one(r, event, is_trusted, (uint64_t)id, &item, diag);
	}
	if (err == VD_OK && item != NULL) {
		keep_item(item, r->difference.recorded);
		snprintf(r->difference.computed, sizeof(r->difference.computed), "nothing");
		return differ(r, event, "a deadline was noted that the new rules do not give");
	}
	return err;
}

static enum vd_err feed_judged(struct vd_replay *r, const struct vd_journal_event *event,
			       struct vd_diag *diag)
{
	struct vd_diag why = { 0 };
	cJSON *tree = vd_json_parse(event->detail, &why);
	if (tree == NULL) {
		return differ(r, event, "it can't be read: %s", why.text);
	}
	enum vd_err err = judge_all(r, event, tree, diag);
	vd_json_free(tree);
	return err;
}

static enum vd_err feed_rules(struct vd_replay *r, const struct vd_journal_event *event)
{
	enum vd_rule_kind kind;
	uint16_t id;
	struct vd_diag why = { 0 };
	return vd_rule_apply(event->detail, r->book, &kind, &id, &why) == VD_OK
		       ? VD_OK
		       : differ(r, event, "the rule can't be read: %s", why.text);
}

enum vd_err vd_replay_feed(struct vd_replay *replay, const struct vd_journal_event *event,
			   struct vd_diag *diag)
{
	replay->is_step = false;
	switch (event->kind) {
	case VD_JOURNAL_MESSAGE:
	case VD_JOURNAL_COMMAND:
	case VD_JOURNAL_TICK:
		return feed_step(replay, event, diag);
	case VD_JOURNAL_JUDGED:
		return feed_judged(replay, event, diag);
	case VD_JOURNAL_RULES:
		return feed_rules(replay, event);
	case VD_JOURNAL_START:
	case VD_JOURNAL_FACT:
	case VD_JOURNAL_OUTBOX:
	case VD_JOURNAL_CLOCK:
	case VD_JOURNAL_THREAD:
	case VD_JOURNAL_ALARM:
	case VD_JOURNAL_MISSING:
	case VD_JOURNAL_N:
		break;
	}
	return VD_OK;
}
