// SPDX-License-Identifier: MIT
/**
 * Three times that cannot be mixed by accident: monotonic, wall, and duration; all in microseconds.
 * Not a clock: nothing here asks what time it is (base/clock.h), and nothing knows time zones
 * (care/zone.h). Pure; RFC 3339 and the offset forms of the networks are parsed and printed in UTC.
 */
#ifndef VD_BASE_TIME_H
#define VD_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/** Since an arbitrary start; never goes back. */
struct vd_mono {
	int64_t us;
};
/** Since 1970-01-01T00:00:00Z. Zero means "not set" wherever a stamp is optional. */
struct vd_wall {
	int64_t us;
};
struct vd_dur {
	int64_t us;
};

#define VD_US_PER_S INT64_C(1000000)

static inline struct vd_dur vd_dur_s(int64_t s)
{
	return (struct vd_dur){ s * VD_US_PER_S };
}
static inline struct vd_dur vd_dur_ms(int64_t ms)
{
	return (struct vd_dur){ ms * 1000 };
}
static inline struct vd_wall vd_wall_s(int64_t unix_s)
{
	return (struct vd_wall){ unix_s * VD_US_PER_S };
}
/** Whole seconds, rounded towards the past (also before 1970). */
int64_t vd_wall_to_s(struct vd_wall t);
int64_t vd_dur_to_ms(struct vd_dur d);
static inline struct vd_mono vd_mono_add(struct vd_mono t, struct vd_dur d)
{
	return (struct vd_mono){ t.us + d.us };
}
static inline struct vd_dur vd_mono_sub(struct vd_mono a, struct vd_mono b)
{
	return (struct vd_dur){ a.us - b.us };
}
static inline struct vd_wall vd_wall_add(struct vd_wall t, struct vd_dur d)
{
	return (struct vd_wall){ t.us + d.us };
}
static inline struct vd_dur vd_wall_sub(struct vd_wall a, struct vd_wall b)
{
	return (struct vd_dur){ a.us - b.us };
}
static inline bool vd_wall_is_set(struct vd_wall t)
{
	return t.us != 0;
}

/** Days since 1970-01-01 of a proleptic Gregorian date, and back. */
int64_t vd_days_from_civil(int64_t year, int month, int day);
void vd_civil_from_days(int64_t days, int64_t *year, int *month, int *day);

#define VD_TIME_TEXT_BYTES 32
/** "2026-10-05T19:00:46Z", or with ".123Z" when milliseconds are not zero. */
void vd_wall_print(struct vd_wall t, char out[VD_TIME_TEXT_BYTES]);
/** RFC 3339 date-time with any fraction, 'Z', +hh:mm or +hhmm (Graph API); years 1970..9999; a leap
 *  second reads as the next second. VD_ERR_SYNTAX or VD_ERR_RANGE. */
enum vd_err vd_wall_parse(struct vd_span text, struct vd_wall *out) VD_MUST_USE;
/** RFC 9110 IMF-fixdate, as in HTTP's Date header. */
enum vd_err vd_wall_parse_http(struct vd_span text, struct vd_wall *out) VD_MUST_USE;

#endif
