// SPDX-License-Identifier: MIT
#include "loop/timer.h"

#include <stdlib.h>

// `slot` of a timer says where it is:
//   0                       nowhere
//   i + 1                   heap[i]
//   BATCH_SLOT | i          batch[i], about to fire in this turn
#define BATCH_SLOT (SIZE_MAX / 2 + 1)

#define FIRST_ROOM 16

void vd_timers_deinit(struct vd_timers *timers)
{
	free(timers->heap);
	free(timers->batch);
	*timers = (struct vd_timers){ 0 };
}

// Equal times keep the order in which they were set.
static bool is_before(const struct vd_timer *a, const struct vd_timer *b)
{
	return a->due.us < b->due.us || (a->due.us == b->due.us && a->order < b->order);
}

static void place(struct vd_timers *timers, size_t i, struct vd_timer *timer)
{
	timers->heap[i] = timer;
	timer->slot = i + 1;
}

static void sift_up(struct vd_timers *timers, size_t i)
{
	struct vd_timer *timer = timers->heap[i];
	while (i > 0 && is_before(timer, timers->heap[(i - 1) / 2])) {
		place(timers, i, timers->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	place(timers, i, timer);
}

static void sift_down(struct vd_timers *timers, size_t i)
{
	struct vd_timer *timer = timers->heap[i];
	while (2 * i + 1 < timers->n) {
		size_t child = 2 * i + 1;
		if (child + 1 < timers->n &&
		    is_before(timers->heap[child + 1], timers->heap[child])) {
			child++;
		}
		if (!is_before(timers->heap[child], timer)) {
			break;
		}
		place(timers, i, timers->heap[child]);
		i = child;
	}
	place(timers, i, timer);
}

static void heap_remove(struct vd_timers *timers, size_t i)
{
	timers->heap[i]->slot = 0;
	struct vd_timer *last = timers->heap[--timers->n];
	if (i < timers->n) {
		place(timers, i, last);
		sift_up(timers, i);
		sift_down(timers, last->slot - 1);
	}
}

// Each array is kept as soon as it is had, so that a failure of the second leaves a valid state.
static bool grow(struct vd_timers *timers)
{
	size_t cap = timers->cap > 0 ? timers->cap * 2 : FIRST_ROOM;
	struct vd_timer **heap = realloc(timers->heap, cap * sizeof(struct vd_timer *));
	if (heap == NULL) {
		return false;
	}
	timers->heap = heap;
	struct vd_timer **batch = realloc(timers->batch, cap * sizeof(struct vd_timer *));
	if (batch == NULL) {
		return false;
	}
	timers->batch = batch;
	timers->cap = cap;
	return true;
}

void vd_timers_stop(struct vd_timers *timers, struct vd_timer *timer)
{
	if ((timer->slot & BATCH_SLOT) != 0) {
		timers->batch[timer->slot & ~BATCH_SLOT] = NULL;
		timer->slot = 0;
	} else if (timer->slot != 0) {
		heap_remove(timers, timer->slot - 1);
	}
}

enum vd_err vd_timers_set(struct vd_timers *timers, struct vd_timer *timer, struct vd_mono due)
{
	if (timer->fire == NULL) {
		return VD_ERR_ARGUMENT;
	}
	bool is_in_heap = timer->slot != 0 && (timer->slot & BATCH_SLOT) == 0;
	if (!is_in_heap && timers->n == timers->cap && !grow(timers)) {
		return VD_ERR_MEMORY;
	}
	vd_timers_stop(timers, timer);
	timer->due = due;
	timer->order = timers->order++;
	place(timers, timers->n++, timer);
	sift_up(timers, timers->n - 1);
	return VD_OK;
}

void vd_timers_fire(struct vd_timers *timers, struct vd_mono now)
{
	// All that is due leaves the heap first: what a callback sets can't come up in this turn.
	timers->n_batch = 0;
	while (timers->n > 0 && timers->heap[0]->due.us <= now.us) {
		struct vd_timer *timer = timers->heap[0];
		heap_remove(timers, 0);
		timers->batch[timers->n_batch] = timer;
		timer->slot = BATCH_SLOT | timers->n_batch++;
	}
	for (size_t i = 0; i < timers->n_batch; i++) {
		struct vd_timer *timer = timers->batch[i];
		if (timer != NULL) {
			timer->slot = 0;
			timer->fire(timer->ctx);
		}
	}
	timers->n_batch = 0;
}

bool vd_timers_next(const struct vd_timers *timers, struct vd_mono *due)
{
	if (timers->n == 0) {
		return false;
	}
	*due = timers->heap[0]->due;
	return true;
}
