// SPDX-License-Identifier: MIT
#include "care/figures_km.h"

#include "care/figures.h"

// S is a product of fractions; a share of 1e-9 is far below one case in any report, and far above
// what doubles lose on the way.
#define TOLERANCE 1e-9

void vd_km_sort(int64_t *packed, size_t n)
{
	vd_figures_sort(packed, n);
}

// The ends that share one instant are one step of S. Returns the index behind them.
static size_t step(const int64_t *sorted, size_t n, size_t i, double *survival)
{
	size_t end = i + 1;
	while (end < n && sorted[end] == sorted[i]) {
		end++;
	}
	if (!vd_km_is_censored(sorted[i])) {
		*survival *= (double)(n - end) / (double)(n - i);
	}
	return end;
}

double vd_km_survival(const int64_t *sorted, size_t n, int64_t t)
{
	double survival = 1.0;
	for (size_t i = 0; i < n && vd_km_value(sorted[i]) <= t;) {
		i = step(sorted, n, i, &survival);
	}
	return survival;
}

struct vd_km_point vd_km_percentile(const int64_t *sorted, size_t n, int percent)
{
	double wanted = (100 - percent) / 100.0 + TOLERANCE;
	double survival = 1.0;
	for (size_t i = 0; i < n;) {
		size_t next = step(sorted, n, i, &survival);
		if (survival <= wanted) {
			return (struct vd_km_point){ vd_km_value(sorted[i]), true };
		}
		i = next;
	}
	return (struct vd_km_point){ vd_km_value(sorted[n - 1]), false };
}

struct vd_km vd_km_summarise(int64_t *packed, size_t n)
{
	struct vd_km km = { .n = n };
	if (n == 0) {
		return km;
	}
	vd_km_sort(packed, n);
	for (size_t i = 0; i < n; i++) {
		km.n_censored += vd_km_is_censored(packed[i]);
	}
	km.p50 = vd_km_percentile(packed, n, 50);
	km.p90 = vd_km_percentile(packed, n, 90);
	km.p95 = vd_km_percentile(packed, n, 95);
	km.worst = (struct vd_km_point){ vd_km_value(packed[n - 1]),
					 !vd_km_is_censored(packed[n - 1]) };
	return km;
}
