// SPDX-License-Identifier: MIT
#include "loop/timer.h"

#include "base/rng.h"
#include "unit.h"

#define MANY 300

// What fired, in order.
struct record {
	int fired[4 * MANY];
	size_t n;
};

struct probe {
	struct vd_timer timer;
	struct record *record;
	int name;
	void (*then)(struct probe *probe);
	struct vd_timers *timers;
	struct probe *other;
};

static void fire(void *ctx)
{
	struct probe *probe = ctx;
	assert_int_equal(probe->timer.slot, 0); // not armed in its own callback
	probe->record->fired[probe->record->n++] = probe->name;
	if (probe->then != NULL) {
		probe->then(probe);
	}
}

static void make(struct probe *probe, struct vd_timers *timers, struct record *record, int name)
{
	*probe = (struct probe){ .record = record, .name = name, .timers = timers };
	probe->timer.ctx = probe;
	probe->timer.fire = fire;
}

static struct vd_mono at(int64_t us)
{
	return (struct vd_mono){ us };
}

static void test_fires_in_order_of_time(void **state)
{
	(void)state;
	struct vd_timers timers = { 0 };
	struct record record = { .n = 0 };
	struct probe probes[5];
	static const int64_t DUE[] = { 30, 10, 20, 10, 40 };
	for (int i = 0; i < 5; i++) {
		make(&probes[i], &timers, &record, i);
		assert_ok(vd_timers_set(&timers, &probes[i].timer, at(DUE[i])));
	}
	struct vd_mono next;
	assert_true(vd_timers_next(&timers, &next));
	assert_true(next.us == 10);
	vd_timers_fire(&timers, at(9));
	assert_int_equal(record.n, 0);
	vd_timers_fire(&timers, at(30));
	assert_int_equal(record.n, 4);
	static const int ORDER[] = { 1, 3, 2, 0 }; // 1 was set before 3
	assert_memory_equal(record.fired, ORDER, sizeof(ORDER));
	vd_timers_fire(&timers, at(100));
	assert_int_equal(record.fired[4], 4);
	assert_false(vd_timers_next(&timers, &next));
	vd_timers_deinit(&timers);
	vd_timers_deinit(&timers);
}

static void test_rearms_and_stops(void **state)
{
	(void)state;
	struct vd_timers timers = { 0 };
	struct record record = { .n = 0 };
	struct probe probe;
	make(&probe, &timers, &record, 1);
	vd_timers_stop(&timers, &probe.timer);
	assert_ok(vd_timers_set(&timers, &probe.timer, at(10)));
	assert_ok(vd_timers_set(&timers, &probe.timer, at(20)));
	vd_timers_fire(&timers, at(15));
	assert_int_equal(record.n, 0);
	assert_ok(vd_timers_set(&timers, &probe.timer, at(5)));
	vd_timers_fire(&timers, at(15));
	assert_int_equal(record.n, 1);
	assert_ok(vd_timers_set(&timers, &probe.timer, at(16)));
	vd_timers_stop(&timers, &probe.timer);
	vd_timers_stop(&timers, &probe.timer);
	vd_timers_fire(&timers, at(100));
	assert_int_equal(record.n, 1);
	struct vd_timer bare = { .ctx = NULL };
	assert_err(vd_timers_set(&timers, &bare, at(1)), VD_ERR_ARGUMENT);
	vd_timers_deinit(&timers);
}

static void set_past(struct probe *probe)
{
	assert_ok(vd_timers_set(probe->timers, &probe->timer, at(0)));
}

static void test_the_past_waits_for_the_next_turn(void **state)
{
	(void)state;
	struct vd_timers timers = { 0 };
	struct record record = { .n = 0 };
	struct probe again;
	struct probe late;
	make(&again, &timers, &record, 1);
	make(&late, &timers, &record, 2);
	again.then = set_past;
	assert_ok(vd_timers_set(&timers, &again.timer, at(1)));
	assert_ok(vd_timers_set(&timers, &late.timer, at(2)));
	for (size_t turn = 1; turn <= 3; turn++) {
		vd_timers_fire(&timers, at(5));
		assert_int_equal(record.n,
				 turn + 1); // once a turn, and the other one is not starved
	}
	static const int ORDER[] = { 1, 2, 1, 1 };
	assert_memory_equal(record.fired, ORDER, sizeof(ORDER));
	vd_timers_deinit(&timers);
}

static void stop_other(struct probe *probe)
{
	vd_timers_stop(probe->timers, &probe->other->timer);
}

static void move_other(struct probe *probe)
{
	assert_ok(vd_timers_set(probe->timers, &probe->other->timer, at(50)));
}

static void test_others_changed_inside_a_callback(void **state)
{
	static const struct {
		void (*then)(struct probe *probe);
		size_t fired_now;
		size_t fired_later;
	} ROWS[] = { { stop_other, 1, 1 }, { move_other, 1, 2 } };
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(ROWS); i++) {
		struct vd_timers timers = { 0 };
		struct record record = { .n = 0 };
		struct probe first;
		struct probe second;
		make(&first, &timers, &record, 1);
		make(&second, &timers, &record, 2);
		first.then = ROWS[i].then;
		first.other = &second;
		assert_ok(vd_timers_set(&timers, &first.timer, at(1)));
		assert_ok(vd_timers_set(&timers, &second.timer, at(2))); // due in the same turn
		vd_timers_fire(&timers, at(10));
		assert_int_equal(record.n, ROWS[i].fired_now);
		vd_timers_fire(&timers, at(60));
		assert_int_equal(record.n, ROWS[i].fired_later);
		assert_int_equal(second.timer.slot, 0);
		vd_timers_deinit(&timers);
	}
}

// Against a plain array: many random sets, stops and turns.
static void test_random_against_a_model(void **state)
{
	(void)state;
	static struct probe probes[MANY];
	static int64_t model[MANY]; // due, -1: not armed
	static struct record record;
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 7);
	struct vd_timers timers = { 0 };
	for (int i = 0; i < MANY; i++) {
		make(&probes[i], &timers, &record, i);
		model[i] = -1;
	}
	int64_t now = 0;
	for (int round = 0; round < 20000; round++) {
		uint32_t i = vd_rng_below(&rng, MANY);
		uint32_t what = vd_rng_below(&rng, 10);
		if (what < 6) {
			model[i] = now + vd_rng_below(&rng, 1000);
			assert_ok(vd_timers_set(&timers, &probes[i].timer, at(model[i])));
		} else if (what < 9) {
			model[i] = -1;
			vd_timers_stop(&timers, &probes[i].timer);
		} else {
			now += vd_rng_below(&rng, 60);
			record.n = 0;
			vd_timers_fire(&timers, at(now));
			int64_t last = -1;
			for (size_t k = 0; k < record.n; k++) {
				int64_t due = model[record.fired[k]];
				assert_true(due >= last && due <= now && due >= 0);
				last = due;
				model[record.fired[k]] = -1;
			}
			for (int k = 0; k < MANY; k++) {
				assert_true(model[k] == -1 || model[k] > now);
				assert_int_equal(probes[k].timer.slot != 0, model[k] >= 0);
			}
		}
	}
	vd_timers_deinit(&timers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fires_in_order_of_time),
		cmocka_unit_test(test_rearms_and_stops),
		cmocka_unit_test(test_the_past_waits_for_the_next_turn),
		cmocka_unit_test(test_others_changed_inside_a_callback),
		cmocka_unit_test(test_random_against_a_model),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
