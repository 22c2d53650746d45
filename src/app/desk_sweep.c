// SPDX-License-Identifier: MIT
// R40: after a change of rules every open conversation is computed again, in slices of a turn each,
// so that the loop goes on in between. A slice is one transaction, its place included: a stop in
// the middle goes on where it was.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/desk_internal.h"
#include "base/json.h"

#define PLACE "rules:sweep" // the next conversation to be judged; "" where all are
#define TURN_US 10000       // of a turn that holds a slice: work and commit
#define SLICE_LEAST_US 1000 // of work, however slow the disk is
#define SLICE_MOST_US 5000
#define LOOK_EVERY 16            // conversations between two looks at the clock
#define DETAIL_BYTES (16 * 1024) // of an event of the journal
#define CHANGE_BYTES 128         // one conversation's part of it, at most

/** One event of the journal under way: conversations `first` to `last`, and what is due otherwise
 *  than before. */
struct vd_desk_stretch {
	uint64_t first; // 0: nothing yet
	uint64_t last;
	uint32_t n_changed;
	struct vd_buf buf;
	struct vd_json_out json;
	char memory[DETAIL_BYTES];
};

static enum vd_err set_place(struct vd_desk *desk, uint64_t next, struct vd_diag *diag)
{
	char text[24] = "";
	if (next != 0) {
		snprintf(text, sizeof(text), "%" PRIu64, next);
	}
	return vd_store_setting_set(desk->config.store, PLACE, vd_span_of(text), diag);
}

static enum vd_err get_place(struct vd_desk *desk, uint64_t *next, struct vd_diag *diag)
{
	char text[24];
	enum vd_err err = vd_store_setting_get(desk->config.store, PLACE, text, sizeof(text), diag);
	*next = 0;
	if (err == VD_OK && text[0] != '\0' && vd_span_parse_u64(vd_span_of(text), next) != VD_OK) {
		*next = 1; // from the beginning: judging twice changes nothing
	}
	return err;
}

static void begin(struct vd_desk_stretch *s)
{
	s->first = 0;
	s->n_changed = 0;
	vd_buf_init(&s->buf, s->memory, sizeof(s->memory));
	s->json = vd_json_out_init(&s->buf);
	vd_json_open(&s->json, NULL, '{');
	vd_json_open(&s->json, "changed", '[');
}

static enum vd_err end(struct vd_desk *desk, struct vd_desk_stretch *s, struct vd_wall at,
		       struct vd_diag *diag)
{
	if (s->first == 0) {
		return VD_OK;
	}
	vd_json_close(&s->json, ']');
	vd_json_put_i64(&s->json, "first", (int64_t)s->first);
	vd_json_put_i64(&s->json, "last", (int64_t)s->last);
	if (!vd_clock_is_trusted(desk->config.clock)) {
		vd_json_put_bool(&s->json, "untrusted", true);
	}
	vd_json_close(&s->json, '}');
	struct vd_journal_event event = {
		.kind = VD_JOURNAL_JUDGED,
		.at = at,
		.detail = vd_buf_span(&s->buf),
	};
	enum vd_err err = vd_buf_check(&s->buf);
	err = err == VD_OK ? vd_store_journal_append(desk->config.store, &event, diag) : err;
	begin(s);
	return err;
}

// Of what a change of rules brings about, new dues are told by the stretch; whatever else happens
// to a conversation (a breach, an alarm) is an event of its own.
static bool is_only_armed(const struct vd_effects *effects)
{
	for (uint8_t i = 0; i < effects->n; i++) {
		if (effects->facts[i].kind != VD_FACT_TARGET_ARMED) {
			return false;
		}
	}
	return !effects->overflow;
}

static void put_changes(struct vd_desk_stretch *s, const struct vd_conversation *was,
			const struct vd_conversation *is)
{
	for (int i = 0; i < VD_TARGET_N; i++) {
		if (was->targets[i].due.us == is->targets[i].due.us) {
			continue;
		}
		vd_json_open(&s->json, NULL, '[');
		vd_json_put_i64(&s->json, NULL, (int64_t)is->id);
		vd_json_put_text(&s->json, NULL,
				 vd_span_of(vd_target_name((enum vd_target_kind)i)));
		vd_json_put_i64(&s->json, NULL, was->targets[i].due.us);
		vd_json_put_i64(&s->json, NULL, is->targets[i].due.us);
		vd_json_close(&s->json, ']');
		s->n_changed++;
	}
}

static bool is_full(const struct vd_desk_stretch *s)
{
	return vd_buf_span(&s->buf).n + VD_TARGET_N * CHANGE_BYTES > sizeof(s->memory);
}

static enum vd_err judge(struct vd_desk *desk, struct vd_desk_stretch *s,
			 const struct vd_conversation *was, struct vd_wall now,
			 struct vd_diag *diag)
{
	struct vd_conversation *c = &desk->scratch[2];
	struct vd_event event = { .kind = VD_EVENT_RULES };
	struct vd_effects effects;
	struct vd_engine_env env = vd_desk_env_at(desk, was, now);
	*c = *was;
	enum vd_err err = vd_engine_step(&env, c, &event, &effects, diag);
	if (err != VD_OK) {
		return err;
	}
	if (!is_only_armed(&effects)) {
		struct vd_desk_step step = { .event = event };
		err = end(desk, s, now, diag);
		*c = *was;
		return err == VD_OK ? vd_desk_step(desk, c, &step, diag) : err;
	}
	err = is_full(s) ? end(desk, s, now, diag) : VD_OK;
	if (err == VD_OK) {
		s->first = s->first == 0 ? c->id : s->first;
		s->last = c->id;
		put_changes(s, was, c);
		err = vd_store_conversation_put(desk->config.store, c, diag);
	}
	return err;
}

// What the last commits leave of a turn, so that other business does not wait for more than that.
static struct vd_dur slice_length(const struct vd_desk *desk)
{
	int64_t us = TURN_US - desk->commit_cost.us;
	us = us > SLICE_MOST_US ? SLICE_MOST_US : us;
	return (struct vd_dur){ us < SLICE_LEAST_US ? SLICE_LEAST_US : us };
}

static enum vd_err judge_some(struct vd_desk *desk, struct vd_desk_stretch *s, uint64_t *next,
			      struct vd_diag *diag)
{
	struct vd_wall now = vd_desk_now(desk);
	struct vd_mono until = vd_mono_add(vd_clock_mono(desk->config.clock), slice_length(desk));
	enum vd_err err = VD_OK;
	begin(s);
	for (uint32_t n = 1; err == VD_OK; n++) {
		struct vd_conversation *was = &desk->scratch[1];
		err = vd_store_conversation_next(desk->config.store, *next, was, diag);
		if (err == VD_ERR_NOT_FOUND) {
			*next = 0;
			err = VD_OK;
			break;
		}
		if (err == VD_OK && was->state == VD_CONVERSATION_OPEN) {
			err = judge(desk, s, was, now, diag);
		}
		*next = was->id + 1;
		if (n % LOOK_EVERY == 0 && vd_clock_mono(desk->config.clock).us >= until.us) {
			break;
		}
	}
	return err == VD_OK ? end(desk, s, now, diag) : err;
}

static enum vd_err run_slice(struct vd_desk *desk, struct vd_desk_stretch *s, struct vd_diag *diag)
{
	uint64_t next = 0;
	enum vd_err err = get_place(desk, &next, diag);
	if (err == VD_OK && next != 0) {
		err = judge_some(desk, s, &next, diag);
	}
	err = err == VD_OK ? set_place(desk, next, diag) : err;
	desk->is_judging = err != VD_OK || next != 0;
	return err;
}

static void again(struct vd_desk *desk, struct vd_dur in)
{
	// Re-arming from its own callback never fails; neither does the first time, at the start.
	(void)!vd_loop_timer_set(desk->config.loop, &desk->sweep_timer,
				 vd_mono_add(vd_loop_now(desk->config.loop), in));
}

static void on_slice(void *ctx)
{
	struct vd_desk *desk = ctx;
	struct vd_diag diag = { 0 };
	struct vd_desk_stretch *stretch = calloc(1, sizeof(*stretch));
	enum vd_err err = stretch != NULL ? run_slice(desk, stretch, &diag)
					  : vd_diag_set(&diag, VD_ERR_MEMORY, "no memory");
	free(stretch);
	if (err != VD_OK) {
		vd_error(desk->config.log, "desk",
			 "the new rules are not applied yet, in a second again: %s", diag.text);
		again(desk, vd_dur_s(1));
	} else if (desk->is_judging) {
		again(desk, (struct vd_dur){ 0 });
	} else {
		vd_info(desk->config.log, "desk", "every open conversation is judged anew");
		desk->has_changed = true;
	}
}

enum vd_err vd_desk_sweep_begin(struct vd_desk *desk, bool has_changed, struct vd_diag *diag)
{
	uint64_t next = 0;
	enum vd_err err = get_place(desk, &next, diag);
	if (err == VD_OK && has_changed) {
		next = 1;
		err = set_place(desk, next, diag);
	}
	if (err != VD_OK || next == 0) {
		return err;
	}
	vd_info(desk->config.log, "desk", "rules changed: every open conversation is judged anew");
	desk->is_judging = true;
	desk->sweep_timer = (struct vd_timer){ .ctx = desk, .fire = on_slice };
	again(desk, (struct vd_dur){ 0 });
	return VD_OK;
}
