// SPDX-License-Identifier: MIT
/**
 * The sound of the escalation ladder: few short tones, seldom (pure pattern), the object that plays
 * it on a loop, and where it sounds (an evdev beeper; the terminal has one in wall_term.h).
 * Not the decision whether to sound (R31: care; only while somebody can act).
 * Time and waiting are the loop's; the sink is the sound's once it is made.
 */
#ifndef VD_OUTPUT_SOUND_H
#define VD_OUTPUT_SOUND_H

#include "base/diag.h"
#include "base/log.h"
#include "care/alarm.h"
#include "loop/loop.h"

/** A burst of tones begins so often, and never more often, however intents change; a more urgent
 *  one begins at once. */
#define VD_SOUND_PERIOD_S 30

struct vd_sound_note {
	uint16_t hz;        // 0: silence
	struct vd_dur next; // from now: when it changes; 0: never
};
/** Pure: what is heard at `t` after a burst began. ATTENTION: two tones, URGENT: three. */
struct vd_sound_note vd_sound_pattern(enum vd_sound_intent intent, struct vd_dur t);

/** Where notes go. */
struct vd_sound_sink {
	void *ctx;
	/** From now on `hz`, 0: silence. A failure is told once and it goes on trying. */
	enum vd_err (*play)(void *ctx, uint16_t hz, struct vd_diag *diag);
	/** Silent, and frees. */
	void (*close)(void *ctx);
};
/** Linux input: a device with EV_SND (pcspkr, pwm-beeper, gpio-beeper). One that is not there yet
 *  is looked for at each tone. */
enum vd_err vd_sound_beeper_open(const char *path, struct vd_sound_sink *out,
				 struct vd_diag *diag) VD_MUST_USE;

struct vd_sound;
/** Takes the sink, also where it fails. */
enum vd_err vd_sound_create(struct vd_loop *loop, struct vd_sound_sink sink,
			    const struct vd_log *log, struct vd_sound **out,
			    struct vd_diag *diag) VD_MUST_USE;
void vd_sound_destroy(struct vd_sound *sound);
/** Called with each view; the same intent again goes on where it is. */
void vd_sound_set(struct vd_sound *sound, enum vd_sound_intent intent);

#endif
