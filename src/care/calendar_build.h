// SPDX-License-Identifier: MIT
/**
 * Puts a calendar together: hours and names into pools, holidays by rank, one form at the end.
 * Not a parser (care/calendar_parse.c) and not for who only asks (care/calendar.h).
 * Pure; works in the caller's calendar.
 */
#ifndef VD_CARE_CALENDAR_BUILD_H
#define VD_CARE_CALENDAR_BUILD_H

#include "care/calendar.h"

/** Who says it: the lower number wins where two speak of the same date. */
enum vd_calendar_rank {
	VD_CALENDAR_RANK_TEXT, // the calendar's text itself
	VD_CALENDAR_RANK_FILE, // the file that it names
	VD_CALENDAR_RANK_SET,  // a set that is built in
};

struct vd_calendar_builder {
	struct vd_calendar *cal;
	uint8_t exception_ranks[VD_CALENDAR_EXCEPTIONS];
	uint8_t rule_ranks[VD_CALENDAR_RULES];
};

/** The calendar becomes an empty one; only its zone may be filled before the end. */
void vd_calendar_build_init(struct vd_calendar_builder *builder, struct vd_calendar *cal);
/** VD_ERR_ROOM where the pool is full. */
enum vd_err vd_calendar_build_hours(struct vd_calendar_builder *builder,
				    const struct vd_interval *intervals, size_t n,
				    struct vd_day_hours *out) VD_MUST_USE;
enum vd_err vd_calendar_build_name(struct vd_calendar_builder *builder, struct vd_span name,
				   uint16_t *out) VD_MUST_USE;
/** VD_ERR_EXISTS where the same rank has said something else before; VD_ERR_ROOM. */
enum vd_err vd_calendar_build_exception(struct vd_calendar_builder *builder,
					enum vd_calendar_rank rank,
					const struct vd_exception *exception) VD_MUST_USE;
/** The same. Of two rules for one day in a year, the one that began later holds. */
enum vd_err vd_calendar_build_rule(struct vd_calendar_builder *builder, enum vd_calendar_rank rank,
				   const struct vd_calendar_rule *rule) VD_MUST_USE;
/** Brings it into the form of care/calendar.h. */
enum vd_err vd_calendar_build_end(struct vd_calendar_builder *builder) VD_MUST_USE;

#endif
