// SPDX-License-Identifier: MIT
#include "output/lamp.h"

#include <stdlib.h>

struct vd_lamp {
	struct vd_loop *loop;
	struct vd_lamp_sink sink;
	const struct vd_log *log;
	struct vd_timer timer;
	struct vd_lamp_intent intent;
	struct vd_mono since; // the intent, or the lamp test, began
	struct vd_lamp_frame frame;
	bool is_shown; // `frame` reached the sink
	bool is_testing;
	bool has_failed; // told once, until it works again
};

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
	return vd_lamp_pattern(&lamp->intent, &lamp->sink.caps, t);
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

static void draw(struct vd_lamp *lamp)
{
	struct vd_lamp_frame frame = frame_now(lamp);
	bool is_new = !lamp->is_shown || !is_same(&frame, &lamp->frame);
	lamp->frame = frame;
	if (is_new) {
		show(lamp, &frame);
	}
	struct vd_mono due = vd_mono_add(vd_loop_now(lamp->loop), frame.next);
	if (vd_loop_timer_set(lamp->loop, &lamp->timer, due) != VD_OK) {
		vd_error(lamp->log, "lamp", "no memory for the light's timer");
	}
}

static void on_timer(void *ctx)
{
	draw(ctx);
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
	lamp->intent = (struct vd_lamp_intent){ .meaning = VD_LAMP_BLIND }; // until we are told
	vd_lamp_test(lamp);
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

void vd_lamp_set(struct vd_lamp *lamp, struct vd_lamp_intent intent)
{
	if (intent.meaning == lamp->intent.meaning && intent.and_blind == lamp->intent.and_blind) {
		return; // the rhythm goes on where it is
	}
	lamp->intent = intent;
	if (!lamp->is_testing) {
		lamp->since = vd_loop_now(lamp->loop);
		draw(lamp);
	}
}

void vd_lamp_test(struct vd_lamp *lamp)
{
	lamp->is_testing = true;
	lamp->since = vd_loop_now(lamp->loop);
	draw(lamp);
}

struct vd_lamp_frame vd_lamp_get_frame(const struct vd_lamp *lamp)
{
	return lamp->frame;
}
