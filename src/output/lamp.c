// SPDX-License-Identifier: MIT
#include "output/lamp.h"

#include <stdlib.h>

// WCAG 2.3.1: no more than three flashes in any second, also where meanings change quickly.
#define RISES_MOST 3

struct vd_lamp {
	struct vd_loop *loop;
	struct vd_lamp_sink sink;
	const struct vd_log *log;
	void *news_ctx;
	void (*news)(void *ctx);
	struct vd_timer timer;
	struct vd_lamp_intent intent;
	struct vd_mono until; // the intent holds; afterwards we are blind
	struct vd_mono since; // the intent, or the lamp test, began
	struct vd_lamp_frame frame;
	struct vd_mono rises[RISES_MOST]; // the last ones, a ring
	uint64_t n_rises;
	bool is_shown;    // `frame` reached the sink
	bool has_expired; // nobody told in time
	bool is_testing;
	bool has_failed; // told once, until it works again
};

static const struct vd_lamp_intent blind = { .meaning = VD_LAMP_BLIND };

static bool is_same(const struct vd_lamp_frame *a, const struct vd_lamp_frame *b)
{
	return a->colour == b->colour && a->second == b->second && a->level == b->level;
}

static struct vd_lamp_frame frame_now(struct vd_lamp *lamp)
{
	struct vd_mono now = vd_loop_now(lamp->loop);
	struct vd_dur t = vd_mono_sub(now, lamp->since);
	if (lamp->is_testing) {
		struct vd_lamp_frame frame = vd_lamp_test_pattern(&lamp->sink.caps, t);
		if (frame.next.us > 0) {
			return frame;
		}
		lamp->is_testing = false;
		lamp->since = now;
		t.us = 0;
	}
	return vd_lamp_pattern(lamp->has_expired ? &blind : &lamp->intent, &lamp->sink.caps, t);
}

// A rise that would be one too many waits in the dark.
static void hold_back(struct vd_lamp *lamp, struct vd_lamp_frame *frame)
{
	struct vd_mono now = vd_loop_now(lamp->loop);
	if (frame->level <= lamp->frame.level) {
		return;
	}
	if (lamp->n_rises >= RISES_MOST) {
		struct vd_mono oldest = lamp->rises[lamp->n_rises % RISES_MOST];
		int64_t left_us = oldest.us + VD_US_PER_S - now.us;
		if (left_us > 0) {
			int64_t next_us = left_us < frame->next.us ? left_us : frame->next.us;
			*frame = (struct vd_lamp_frame){ .next = { next_us } };
			return;
		}
	}
	lamp->rises[lamp->n_rises++ % RISES_MOST] = now;
}

static void show(struct vd_lamp *lamp, const struct vd_lamp_frame *frame)
{
	struct vd_diag diag = { 0 };
	enum vd_err err = lamp->sink.show(lamp->sink.ctx, frame, &diag);
	if (err != VD_OK && !lamp->has_failed) {
		vd_error(lamp->log, "lamp", "the light can't be set: %s", diag.text);
	} else if (err == VD_OK && lamp->has_failed) {
		vd_info(lamp->log, "lamp", "the light works again");
	}
	lamp->has_failed = err != VD_OK;
	lamp->is_shown = err == VD_OK;
}

static void arm(struct vd_lamp *lamp, struct vd_dur next)
{
	struct vd_mono due = vd_mono_add(vd_loop_now(lamp->loop), next);
	if (!lamp->has_expired && lamp->until.us < due.us) {
		due = lamp->until;
	}
	if (vd_loop_timer_set(lamp->loop, &lamp->timer, due) != VD_OK) {
		vd_error(lamp->log, "lamp", "no memory for the light's timer");
	}
}

static void draw(struct vd_lamp *lamp)
{
	struct vd_lamp_frame frame = frame_now(lamp);
	hold_back(lamp, &frame);
	bool is_new = !lamp->is_shown || !is_same(&frame, &lamp->frame);
	lamp->frame = frame;
	if (is_new) {
		show(lamp, &frame);
	}
	arm(lamp, frame.next);
}

static void begin(struct vd_lamp *lamp)
{
	if (!lamp->is_testing) {
		lamp->since = vd_loop_now(lamp->loop);
	}
}

static void expire(struct vd_lamp *lamp)
{
	lamp->has_expired = true;
	if (lamp->intent.meaning != VD_LAMP_BLIND) {
		begin(lamp);
	}
}

static void on_timer(void *ctx)
{
	struct vd_lamp *lamp = ctx;
	if (lamp->news != NULL) {
		lamp->news(lamp->news_ctx);
	}
	if (!lamp->has_expired && vd_loop_now(lamp->loop).us >= lamp->until.us) {
		vd_warn(lamp->log, "lamp", "nobody said in time what the light shall show");
		expire(lamp);
	}
	draw(lamp);
}

enum vd_err vd_lamp_create(struct vd_loop *loop, struct vd_lamp_sink sink, const struct vd_log *log,
			   struct vd_lamp **out, struct vd_diag *diag)
{
	struct vd_lamp *lamp = calloc(1, sizeof(*lamp));
	if (lamp == NULL) {
		sink.close(sink.ctx);
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the light");
	}
	lamp->loop = loop;
	lamp->sink = sink;
	lamp->log = log;
	lamp->timer = (struct vd_timer){ .ctx = lamp, .fire = on_timer };
	lamp->intent = blind;
	lamp->has_expired = true; // nobody said anything yet
	begin(lamp);
	arm(lamp, (struct vd_dur){ 0 }); // the lamp test may come first
	*out = lamp;
	return VD_OK;
}

void vd_lamp_destroy(struct vd_lamp *lamp)
{
	if (lamp == NULL) {
		return;
	}
	vd_loop_timer_stop(lamp->loop, &lamp->timer);
	lamp->sink.close(lamp->sink.ctx);
	free(lamp);
}

static bool is_same_intent(struct vd_lamp_intent a, struct vd_lamp_intent b)
{
	return a.meaning == b.meaning && a.and_blind == b.and_blind;
}

void vd_lamp_set(struct vd_lamp *lamp, struct vd_lamp_intent intent, struct vd_mono until)
{
	if (until.us <= vd_loop_now(lamp->loop).us) {
		return; // it does not hold any more
	}
	bool goes_on = is_same_intent(lamp->has_expired ? blind : lamp->intent, intent);
	lamp->until = until;
	lamp->intent = intent;
	lamp->has_expired = false;
	if (!goes_on) {
		begin(lamp);
	}
	draw(lamp);
}

void vd_lamp_forget(struct vd_lamp *lamp)
{
	if (!lamp->has_expired) {
		expire(lamp);
		draw(lamp);
	}
}

void vd_lamp_test(struct vd_lamp *lamp)
{
	lamp->is_testing = true;
	lamp->since = vd_loop_now(lamp->loop);
	draw(lamp);
}

void vd_lamp_ask_first(struct vd_lamp *lamp, void *ctx, void (*news)(void *ctx))
{
	lamp->news_ctx = ctx;
	lamp->news = news;
}

struct vd_lamp_frame vd_lamp_get_frame(const struct vd_lamp *lamp)
{
	return lamp->frame;
}