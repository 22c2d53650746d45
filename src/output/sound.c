// SPDX-License-Identifier: MIT
#include "output/sound.h"

#include <stdlib.h>

#define TONE_MS 150
#define PERIOD_US (VD_SOUND_PERIOD_S * VD_US_PER_S)

struct vd_sound {
	struct vd_loop *loop;
	struct vd_sound_sink sink;
	const struct vd_log *log;
	struct vd_timer timer;
	enum vd_sound_intent intent;
	enum vd_sound_intent last; // of the burst that began last
	struct vd_mono begun;      // the burst that goes on, or comes next
	uint16_t hz;               // is heard
	bool has_failed;           // told once, until it works again
};

/** Of one intent: so many tones in a burst. */
struct burst {
	int64_t n;
	uint16_t hz;
};

static struct burst burst_of(enum vd_sound_intent intent)
{
	static const struct burst bursts[VD_SOUND_INTENT_N] = {
		[VD_SOUND_NONE] = { 0, 0 },
		[VD_SOUND_ATTENTION] = { 2, 1400 },
		[VD_SOUND_URGENT] = { 3, 2000 },
	};
	return (unsigned)intent < VD_SOUND_INTENT_N ? bursts[intent] : bursts[VD_SOUND_NONE];
}

struct vd_sound_note vd_sound_pattern(enum vd_sound_intent intent, struct vd_dur t)
{
	struct burst burst = burst_of(intent);
	if (burst.n == 0) {
		return (struct vd_sound_note){ 0 };
	}
	int64_t at = t.us > 0 ? t.us % PERIOD_US : 0;
	int64_t step = at / (TONE_MS * 1000); // even: a tone, odd: a pause as long
	if (step >= 2 * burst.n - 1) {
		return (struct vd_sound_note){ 0, { PERIOD_US - at } };
	}
	return (struct vd_sound_note){ step % 2 == 0 ? burst.hz : 0,
				       { (step + 1) * TONE_MS * 1000 - at } };
}

static void play(struct vd_sound *sound, uint16_t hz)
{
	struct vd_diag diag = { 0 };
	if (hz == sound->hz) {
		return;
	}
	enum vd_err err = sound->sink.play(sound->sink.ctx, hz, &diag);
	if (err != VD_OK && !sound->has_failed) {
		vd_error(sound->log, "sound", "nothing can be heard: %s", diag.text);
	} else if (err == VD_OK && sound->has_failed) {
		vd_info(sound->log, "sound", "it is heard again");
	}
	sound->has_failed = err != VD_OK;
	sound->hz = err == VD_OK ? hz : 0;
}

static void arm(struct vd_sound *sound, struct vd_mono due)
{
	if (vd_loop_timer_set(sound->loop, &sound->timer, due) != VD_OK) {
		vd_error(sound->log, "sound", "no memory for the sound's timer");
	}
}

static void sing(struct vd_sound *sound)
{
	struct vd_mono now = vd_loop_now(sound->loop);
	struct vd_dur t = vd_mono_sub(now, sound->begun);
	if (t.us < 0) { // the burst comes later
		play(sound, 0);
		arm(sound, sound->begun);
		return;
	}
	sound->begun.us += t.us / PERIOD_US * PERIOD_US;
	sound->last = sound->intent;
	struct vd_sound_note note = vd_sound_pattern(sound->intent, t);
	play(sound, note.hz);
	arm(sound, vd_mono_add(now, note.next));
}

static void on_timer(void *ctx)
{
	sing(ctx);
}

enum vd_err vd_sound_create(struct vd_loop *loop, struct vd_sound_sink sink,
			    const struct vd_log *log, struct vd_sound **out, struct vd_diag *diag)
{
	struct vd_sound *sound = calloc(1, sizeof(*sound));
	if (sound == NULL) {
		sink.close(sink.ctx);
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the sound");
	}
	sound->loop = loop;
	sound->sink = sink;
	sound->log = log;
	sound->timer = (struct vd_timer){ .ctx = sound, .fire = on_timer };
	*out = sound;
	return VD_OK;
}

void vd_sound_destroy(struct vd_sound *sound)
{
	if (sound == NULL) {
		return;
	}
	vd_loop_timer_stop(sound->loop, &sound->timer);
	sound->sink.close(sound->sink.ctx);
	free(sound);
}

void vd_sound_set(struct vd_sound *sound, enum vd_sound_intent intent)
{
	if (intent == sound->intent || (unsigned)intent >= VD_SOUND_INTENT_N) {
		return;
	}
	struct vd_mono now = vd_loop_now(sound->loop);
	sound->intent = intent;
	if (intent == VD_SOUND_NONE) {
		vd_loop_timer_stop(sound->loop, &sound->timer);
		play(sound, 0);
		return;
	}
	struct vd_mono next = sound->begun; // a burst that waits already
	if (next.us <= now.us) {
		next.us += PERIOD_US;
	}
	bool is_worse = intent > sound->last;
	bool is_over = next.us <= now.us; // the last burst's period
	sound->begun = is_worse || is_over ? now : next;
	sing(sound);
}
