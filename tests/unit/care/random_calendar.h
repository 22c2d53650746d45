// SPDX-License-Identifier: MIT
/**
 * Random calendar texts for tests by property: all kinds of hours, exceptions and rules, on
 * quarters of an hour. Not for hours that must be refused.
 * Pure: the generator is the caller's, and so is the buffer.
 */
#ifndef VD_UNIT_CARE_RANDOM_CALENDAR_H
#define VD_UNIT_CARE_RANDOM_CALENDAR_H

#include "base/buf.h"
#include "base/rng.h"
#include "base/time.h"

static inline int random_quarter(const struct vd_rng *rng, int from, int to)
{
	return from + (int)vd_rng_below(rng, (uint32_t)(to - from));
}

static inline void random_put_pair(struct vd_buf *out, int open, int close)
{
	vd_buf_printf(out, "%02d:%02d-%02d:%02d", open / 4, open % 4 * 15, close / 4,
		      close % 4 * 15);
}

/** Up to two intervals by day, one with a break, many; or a night, whole or with a break. None
 *  opens before 05:00 and no night closes later, so that all fit beside each other. */
static inline void random_put_hours(const struct vd_rng *rng, struct vd_buf *out)
{
	int open;

	switch (vd_rng_below(rng, 7)) {
	case 0:
		random_put_pair(out, 20, 96);
		break;
	case 1:
		random_put_pair(out, random_quarter(rng, 20, 30), random_quarter(rng, 60, 97));
		vd_buf_put_char(out, '/');
		open = random_quarter(rng, 35, 50);
		random_put_pair(out, open, random_quarter(rng, open + 1, 59));
		break;
	case 2:
		open = random_quarter(rng, 20, 25);
		for (int i = 0; i < 20; i++) {
			vd_buf_put_text(out, i > 0 ? "+" : "");
			random_put_pair(out, open + 2 * i, open + 2 * i + 1);
		}
		break;
	case 3:
		random_put_pair(out, random_quarter(rng, 50, 60), random_quarter(rng, 61, 97));
		vd_buf_put_char(out, '+');
		random_put_pair(out, random_quarter(rng, 20, 34), random_quarter(rng, 35, 51));
		break;
	case 4:
		random_put_pair(out, random_quarter(rng, 70, 96), random_quarter(rng, 0, 21));
		break;
	default:
		random_put_pair(out, random_quarter(rng, 70, 90), random_quarter(rng, 16, 21));
		vd_buf_put_char(out, '/');
		random_put_pair(out, random_quarter(rng, 91, 94),
				random_quarter(rng, 94, 100) % 96);
		vd_buf_put_char(out, '/');
		random_put_pair(out, random_quarter(rng, 5, 8), random_quarter(rng, 8, 15));
		break;
	}
}

static inline void random_put_name(const struct vd_rng *rng, struct vd_buf *out)
{
	static const char *const names[] = { "Natale",    "Sant'Ambrogio",      "(a \\) b, c\\\\",
					     "Lunedì",    "half = 09:00 @2026", "!;+/\"",
					     "Ferragosto" };
	vd_buf_printf(out, "(%s)", names[vd_rng_below(rng, VD_ARRAY_LEN(names))]);
}

static inline void random_put_when(const struct vd_rng *rng, struct vd_buf *out, int64_t *day)
{
	int64_t year;
	int month;
	int of_month;

	switch (vd_rng_below(rng, 8)) {
	case 0:
		vd_buf_printf(out, "%02d-%02d", 1 + (int)vd_rng_below(rng, 12),
			      1 + (int)vd_rng_below(rng, 28));
		break;
	case 1:
		vd_buf_printf(out, "easter%+d", (int)vd_rng_below(rng, 331) - 80);
		break;
	case 2:
		vd_buf_printf(out, "M%d.%d.%d", 1 + (int)vd_rng_below(rng, 12),
			      1 + (int)vd_rng_below(rng, 5), (int)vd_rng_below(rng, 7));
		break;
	default:
		*day += 1 + vd_rng_below(rng, vd_rng_below(rng, 3) == 0 ? 30 : 3);
		vd_civil_from_days(*day, &year, &month, &of_month);
		vd_buf_printf(out, "%04d-%02d-%02d", (int)year, month, of_month);
		return;
	}
	switch (vd_rng_below(rng, 5)) {
	case 0:
		vd_buf_printf(out, "@%d", 2025 + (int)vd_rng_below(rng, 4));
		break;
	case 1:
		vd_buf_printf(out, "@-%d", 2025 + (int)vd_rng_below(rng, 4));
		break;
	case 2:
		vd_buf_printf(out, "@2026-%d", 2026 + (int)vd_rng_below(rng, 4));
		break;
	default:
		break;
	}
}

/** Exceptions lie behind `begin_day`. Now and then it contradicts itself: then take another. */
static inline void random_put_calendar(const struct vd_rng *rng, int64_t begin_day,
				       struct vd_buf *out)
{
	const char *separator = "";
	int64_t day = begin_day;
	char mark = '!';

	for (int i = 0; i < 7; i++) {
		if (vd_rng_below(rng, 5) > 0) {
			vd_buf_printf(out, "%s%d=", separator, i);
			random_put_hours(rng, out);
			separator = ";";
		}
	}
	while (vd_rng_below(rng, 40) > 0) {
		vd_buf_put_char(out, mark);
		mark = ',';
		if (vd_rng_below(rng, 20) == 0) {
			vd_buf_put_text(out, "italy");
			continue;
		}
		random_put_when(rng, out, &day);
		if (vd_rng_below(rng, 2) == 0) {
			vd_buf_put_char(out, '=');
			random_put_hours(rng, out);
		}
		if (vd_rng_below(rng, 2) == 0) {
			random_put_name(rng, out);
		}
	}
	if (out->len == 0) {
		vd_buf_put_text(out, "!2026-01-01");
	}
}

#endif
