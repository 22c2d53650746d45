// SPDX-License-Identifier: MIT
/**
 * The usual names of time zones with their rules; the table is made from tzdata with the build.
 * Not history: only the rule in force at the end of tzdata's table, which is all that R10 needs.
 * Static data; no time, no I/O.
 */
#ifndef VD_CARE_ZONE_NAMES_H
#define VD_CARE_ZONE_NAMES_H

#include <stddef.h>

struct vd_zone_name {
	const char *name; // "Europe/Rome"
	const char *rule; // "CET-1CEST,M3.5.0,M10.5.0/3"
};

/** Ascending by name (bytes). */
extern const struct vd_zone_name vd_zone_names[];
extern const size_t vd_zone_names_n;

#endif
