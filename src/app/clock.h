// SPDX-License-Identifier: MIT
/**
 * The clocks of the running program: the kernel's, stepped by SNTP, or an accelerated one for demos
 * and replays.
 * Not the fake clock of tests (base/clock.h).
 * The only place, with main, that asks the kernel for the time.
 */
#ifndef VD_APP_CLOCK_H
#define VD_APP_CLOCK_H

#include "base/clock.h"
#include "base/diag.h"

#define VD_CLOCK_SEGMENTS 512

/** One stretch of an accelerated clock: from wall time `from` on, `speed` domain seconds a real
 *  second. */
struct vd_clock_segment {
	int64_t from_us;
	double speed;
};

struct vd_system_clock {
	int64_t offset_us; // SNTP: added to the kernel's wall clock
	bool is_trusted;
	int64_t last_wall_us; // to notice that it went back
	int64_t real0_us; // accelerated: real wall time of the first segment; 0: not accelerated
	size_t n;
	struct vd_clock_segment at[VD_CLOCK_SEGMENTS];
};

/** `spec` NULL or "": the kernel's clock. Else `REAL0:V0@S0,V1@S1,...`: at real Unix second REAL0
 *  it is V0, running S0 domain seconds a real second until V1, from there at S1, and so on
 *  (tools/social understands the same). */
enum vd_err vd_system_clock_init(struct vd_system_clock *clock, const char *spec,
				 struct vd_diag *diag) VD_MUST_USE;
/** Domain time; monotonic time is always the kernel's, in real seconds. */
struct vd_clock vd_system_clock_get(struct vd_system_clock *clock);
bool vd_system_clock_is_accelerated(const struct vd_system_clock *clock);
/** SNTP said how far we are off. The first one makes the clock trusted. */
void vd_system_clock_correct(struct vd_system_clock *clock, struct vd_dur offset);
void vd_system_clock_set_trusted(struct vd_system_clock *clock, bool is_trusted);

#endif
