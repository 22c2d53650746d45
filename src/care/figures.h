// SPDX-License-Identifier: MIT
/**
 * Figures over conversations: pairs of wall and business time, percentiles by nearest rank (R41).
 * Not the store: samples are handed in one by one; the memory is the caller's.
 * Pure.
 */
#ifndef VD_CARE_FIGURES_H
#define VD_CARE_FIGURES_H

#include <stddef.h>

#include "care/view.h"

/** Ascending, in place, without allocating. */
void vd_figures_sort(int64_t *values, size_t n);
/** Nearest rank: the smallest value with at least p % of the sample at or below it; sorts
 *  `values` in place. n >= 1, 0 < percent <= 100. */
int64_t vd_figures_percentile(int64_t *values, size_t n, int percent);

struct vd_figures_row {
	size_t n;
	int64_t p50;
	int64_t p90;
	int64_t p95;
	int64_t worst;
};
/** Sorts in place; all zero where n == 0. */
struct vd_figures_row vd_figures_summarise(int64_t *values, size_t n);

/** First response of one conversation as a pair; false where there was none. */
bool vd_figures_first_response(const struct vd_rulebook *book, const struct vd_conversation *c,
			       struct vd_pair *out);

#endif
