// SPDX-License-Identifier: MIT
#include "app/clock.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

// A step back of the wall clock that is more than noise costs the trust (R13).
#define BACK_TOLERANCE_US (2 * VD_US_PER_S)

static int64_t kernel_us(clockid_t id)
{
	struct timespec ts;
	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * VD_US_PER_S + ts.tv_nsec / 1000;
}

static struct vd_mono read_mono(void *ctx)
{
	(void)ctx;
	return (struct vd_mono){ kernel_us(CLOCK_MONOTONIC) };
}

static double speed_at(const struct vd_system_clock *clock, int64_t wall_us)
{
	double speed = clock->at[0].speed;
	for (size_t i = 1; i < clock->n && clock->at[i].from_us <= wall_us; i++) {
		speed = clock->at[i].speed;
	}
	return speed;
}

static int64_t accelerate(const struct vd_system_clock *clock, int64_t real_us)
{
	// Before its start the clock stands, as the simulated networks' does.
	double left = real_us > clock->real0_us ? (double)(real_us - clock->real0_us) : 0;
	int64_t wall = clock->at[0].from_us;
	for (size_t i = 0; i < clock->n; i++) {
		double room = i + 1 < clock->n ? (double)(clock->at[i + 1].from_us - wall) /
							 clock->at[i].speed
					       : left;
		if (left <= room) {
			return wall + (int64_t)(left * clock->at[i].speed);
		}
		left -= room;
		wall = clock->at[i + 1].from_us;
	}
	return wall;
}

static struct vd_wall read_wall(void *ctx)
{
	struct vd_system_clock *clock = ctx;
	int64_t real = kernel_us(CLOCK_REALTIME) + clock->offset_us;
	int64_t wall = clock->real0_us != 0 ? accelerate(clock, real) : real;
	if (wall < clock->last_wall_us - BACK_TOLERANCE_US) {
		clock->is_trusted = false;
	}
	if (wall > clock->last_wall_us || !clock->is_trusted) {
		clock->last_wall_us = wall;
	}
	return (struct vd_wall){ wall };
}

static bool read_trust(void *ctx)
{
	const struct vd_system_clock *clock = ctx;
	return clock->is_trusted;
}

static struct vd_dur read_real(void *ctx, struct vd_dur domain)
{
	struct vd_system_clock *clock = ctx;
	if (clock->real0_us == 0) {
		return domain;
	}
	double speed = speed_at(clock, read_wall(clock).us);
	return (struct vd_dur){ (int64_t)((double)domain.us / speed) };
}

static bool parse_number(const char **text, char end, double *out)
{
	char *stop = NULL;
	*out = strtod(*text, &stop);
	if (stop == *text || (*stop != end && *stop != '\0')) {
		return false;
	}
	bool is_end = *stop == end && end != '\0';
	*text = stop + (is_end ? 1 : 0);
	return is_end || *stop == '\0';
}

static bool parse_segment(struct vd_system_clock *clock, const char **text)
{
	double from;
	double speed;
	if (clock->n == VD_CLOCK_SEGMENTS || !parse_number(text, '@', &from) ||
	    !parse_number(text, ',', &speed)) {
		return false;
	}
	int64_t from_us = (int64_t)(from * 1e6);
	if (!(speed > 0) || speed > 1e9 ||
	    (clock->n > 0 && from_us <= clock->at[clock->n - 1].from_us)) {
		return false;
	}
	clock->at[clock->n++] = (struct vd_clock_segment){ from_us, speed };
	return true;
}

enum vd_err vd_system_clock_init(struct vd_system_clock *clock, const char *spec,
				 struct vd_diag *diag)
{
	memset(clock, 0, sizeof(*clock));
	if (spec == NULL || *spec == '\0') {
		return VD_OK;
	}
	double real0;
	const char *rest = spec;
	bool is_good = parse_number(&rest, ':', &real0) && real0 > 0;
	while (is_good && *rest != '\0') {
		is_good = parse_segment(clock, &rest);
	}
	if (!is_good || clock->n == 0) {
		memset(clock, 0, sizeof(*clock));
		return vd_diag_set(diag, VD_ERR_SYNTAX,
				   "VEDETTA_CLOCK is \"%s\": write REAL:WALL@SPEED[,WALL@SPEED...]",
				   spec);
	}
	clock->real0_us = (int64_t)(real0 * 1e6);
	clock->is_trusted = true;
	return VD_OK;
}

struct vd_clock vd_system_clock_get(struct vd_system_clock *clock)
{
	return (struct vd_clock){
		.ctx = clock,
		.mono = read_mono,
		.wall = read_wall,
		.is_trusted = read_trust,
		.real = read_real,
	};
}

bool vd_system_clock_is_accelerated(const struct vd_system_clock *clock)
{
	return clock->real0_us != 0;
}

void vd_system_clock_correct(struct vd_system_clock *clock, struct vd_dur offset)
{
	if (clock->real0_us == 0) {
		clock->offset_us += offset.us;
		clock->last_wall_us = 0;
		clock->is_trusted = true;
	}
}

void vd_system_clock_set_trusted(struct vd_system_clock *clock, bool is_trusted)
{
	clock->is_trusted = is_trusted;
}
