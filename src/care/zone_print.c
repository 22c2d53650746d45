// SPDX-License-Identifier: MIT
#include "care/zone.h"

// [-]h[:mm[:ss]]
static void put_clock(struct vd_buf *out, int32_t s)
{
	int32_t size = s < 0 ? -s : s;

	vd_buf_printf(out, "%s%d", s < 0 ? "-" : "", size / 3600);
	if (size % 3600 != 0) {
		vd_buf_printf(out, ":%02d", size / 60 % 60);
	}
	if (size % 60 != 0) {
		vd_buf_printf(out, ":%02d", size % 60);
	}
}

// A rule doesn't keep its names: they say the offset, as tzdata's own do.
static void put_name(struct vd_buf *out, int32_t offset_s)
{
	int32_t size = offset_s < 0 ? -offset_s : offset_s;

	vd_buf_printf(out, "<%c%02d", offset_s < 0 ? '-' : '+', size / 3600);
	if (size % 3600 != 0) {
		vd_buf_printf(out, "%02d", size / 60 % 60);
	}
	vd_buf_put_char(out, '>');
}

static void put_change(struct vd_buf *out, const struct vd_zone_change *change)
{
	if (change->form == 'M') {
		vd_buf_printf(out, ",M%d.%d.%d", change->month, change->week, change->day);
	} else {
		vd_buf_printf(out, ",%s%d", change->form == 'J' ? "J" : "", change->day);
	}
	if (change->time_s != 7200) {
		vd_buf_put_char(out, '/');
		put_clock(out, change->time_s);
	}
}

void vd_zone_print(const struct vd_zone *zone, struct vd_buf *out)
{
	put_name(out, zone->standard_s);
	put_clock(out, -zone->standard_s);
	if (!zone->has_daylight) {
		return;
	}
	put_name(out, zone->daylight_s);
	if (zone->daylight_s != zone->standard_s + 3600) {
		put_clock(out, -zone->daylight_s);
	}
	put_change(out, &zone->to_daylight);
	put_change(out, &zone->to_standard);
}
