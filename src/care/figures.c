// SPDX-License-Identifier: MIT
#include "care/figures.h"

// Heap sort: in place and without qsort, which may allocate.
static void sift(int64_t *values, size_t root, size_t n)
{
	for (;;) {
		size_t child = 2 * root + 1;
		if (child >= n) {
			return;
		}
		if (child + 1 < n && values[child + 1] > values[child]) {
			child++;
		}
		if (values[root] >= values[child]) {
			return;
		}
		int64_t swap = values[root];
		values[root] = values[child];
		values[child] = swap;
		root = child;
	}
}

void vd_figures_sort(int64_t *values, size_t n)
{
	for (size_t i = n / 2; i > 0; i--) {
		sift(values, i - 1, n);
	}
	for (size_t end = n; end > 1; end--) {
		int64_t swap = values[0];
		values[0] = values[end - 1];
		values[end - 1] = swap;
		sift(values, 0, end - 1);
	}
}

static int64_t nearest_rank(const int64_t *sorted, size_t n, int percent)
{
	size_t rank = (n * (size_t)percent + 99) / 100;
	return sorted[rank > 0 ? rank - 1 : 0];
}

int64_t vd_figures_percentile(int64_t *values, size_t n, int percent)
{
	vd_figures_sort(values, n);
	return nearest_rank(values, n, percent);
}

struct vd_figures_row vd_figures_summarise(int64_t *values, size_t n)
{
	if (n == 0) {
		return (struct vd_figures_row){ 0 };
	}
	vd_figures_sort(values, n);
	return (struct vd_figures_row){
		.n = n,
		.p50 = nearest_rank(values, n, 50),
		.p90 = nearest_rank(values, n, 90),
		.p95 = nearest_rank(values, n, 95),
		.worst = values[n - 1],
	};
}

bool vd_figures_first_response(const struct vd_rulebook *book, const struct vd_conversation *c,
			       struct vd_pair *out)
{
	if (!vd_wall_is_set(c->first_reply)) {
		return false;
	}
	*out = vd_pair_between(vd_rulebook_calendar(book, c->brand), c->opened, c->first_reply);
	return true;
}
