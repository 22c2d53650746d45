// SPDX-License-Identifier: MIT
#include "app/report_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY_S INT64_C(86400)

void vd_report_print_duration(int64_t s, bool is_wall, char out[VD_DURATION_TEXT_BYTES])
{
	if (is_wall && s >= 3 * DAY_S) {
		snprintf(out, VD_DURATION_TEXT_BYTES, "%" PRId64 " d %02" PRId64 " h", s / DAY_S,
			 s % DAY_S / 3600);
	} else if (s >= 3600) {
		snprintf(out, VD_DURATION_TEXT_BYTES, "%" PRId64 " h %02" PRId64, s / 3600,
			 s / 60 % 60);
	} else if (s >= 60) {
		snprintf(out, VD_DURATION_TEXT_BYTES, "%" PRId64 " min %02" PRId64 " s", s / 60,
			 s % 60);
	} else {
		snprintf(out, VD_DURATION_TEXT_BYTES, "%" PRId64 " s", s);
	}
}

void vd_report_print_pair(struct vd_pair pair, char out[2 * VD_DURATION_TEXT_BYTES + 4])
{
	char wall[VD_DURATION_TEXT_BYTES];
	char business[VD_DURATION_TEXT_BYTES];
	vd_report_print_duration(pair.wall_s, true, wall);
	vd_report_print_duration(pair.business_s, false, business);
	snprintf(out, 2 * VD_DURATION_TEXT_BYTES + 4, "%s / %s", wall, business);
}

void vd_report_print_share(uint64_t n, uint64_t of, char out[16])
{
	double percent = (double)n * 100 / (double)of;
	if (n > 0 && percent < 0.1) {
		snprintf(out, 16, "< 0.1 %%");
	} else if (n < of && percent > 99.9) {
		snprintf(out, 16, "> 99.9 %%");
	} else {
		snprintf(out, 16, "%.1f %%", percent);
	}
}

void vd_report_put_share(struct vd_buf *out, uint64_t n, uint64_t of)
{
	char text[16];
	vd_report_print_share(n, of, text);
	vd_buf_put_text(out, text);
}

void vd_report_print_instant(const struct vd_rulebook *book, struct vd_wall t,
			     char out[VD_TIME_TEXT_BYTES])
{
	static const char *const DAYS[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const MONTHS[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	const struct vd_zone *zone = &book->calendars[0].zone;
	int64_t s = vd_wall_to_s(t);
	int64_t local = s + vd_zone_offset(zone, s);
	int64_t day = vd_zone_local_day(zone, s);
	int64_t year;
	int month;
	int of_month;
	vd_civil_from_days(day, &year, &month, &of_month);
	int minute = (int)((local - day * DAY_S) / 60);
	snprintf(out, VD_TIME_TEXT_BYTES, "%s %d %s %d %02d:%02d", DAYS[((day + 4) % 7 + 7) % 7],
		 of_month, MONTHS[month - 1], (int)year, minute / 60, minute % 60);
}
