// SPDX-License-Identifier: MIT
/**
 * Kaplan-Meier: percentiles of durations of which some had not ended when they were last looked
 * at (R42).
 * Not a mean: of what is still running nobody knows one.
 * Pure; the memory is the caller's.
 */
#ifndef VD_CARE_FIGURES_KM_H
#define VD_CARE_FIGURES_KM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A duration and whether it is censored, in one number that sorts as the method needs it: among
 *  equal ones those that ended come first. 0 <= value < 2^62. */
static inline int64_t vd_km_pack(int64_t value, bool is_censored)
{
	return 2 * value + is_censored;
}
static inline int64_t vd_km_value(int64_t packed)
{
	return packed / 2;
}
static inline bool vd_km_is_censored(int64_t packed)
{
	return (packed & 1) != 0;
}

struct vd_km_point {
	int64_t value;
	bool is_reached; // else it is at least `value`, the age of the oldest
};
struct vd_km {
	size_t n; // censored ones too
	size_t n_censored;
	struct vd_km_point p50;
	struct vd_km_point p90;
	struct vd_km_point p95;
	struct vd_km_point worst; // reached: the longest of all has ended
};
/** Sorts packed values; in place, without allocating. */
void vd_km_sort(int64_t *packed, size_t n);
/** S(t): the share that has not ended by `t`. Of sorted values. */
double vd_km_survival(const int64_t *sorted, size_t n, int64_t t);
/** The first t with S(t) <= 1 - percent / 100; with nothing censored that is the nearest rank
 *  (R41). n >= 1. */
struct vd_km_point vd_km_percentile(const int64_t *sorted, size_t n, int percent);
/** Sorts in place; all zero where n == 0. */
struct vd_km vd_km_summarise(int64_t *packed, size_t n);

#endif
