// SPDX-License-Identifier: MIT
// Linux input: Documentation/input/input.rst, section 5 (event interface).
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "input/input.h"

#define RETRY_S 2
#define BATCH 16
#define READS_MOST 8 // of a batch each, in one turn
// A stamp of the source's that is not of this clock, or older than that, is not believed.
#define STAMP_AGE_MAX_S 5

struct vd_evdev {
	struct vd_evdev_config config;
	char *path;
	struct vd_watch watch;
	struct vd_timer hold_timer;
	struct vd_timer retry_timer;
	struct vd_button button;
	uint16_t held_key; // which key is down
	bool is_missing;   // told once
	bool has_mono;     // stamps are of CLOCK_MONOTONIC
	size_t n_part;     // bytes of an event that is not whole yet (pipes only)
	char part[sizeof(struct input_event)];
};

static void arm_hold(struct vd_evdev *evdev)
{
	struct vd_mono at;
	if (!vd_button_next(&evdev->button, &at)) {
		vd_loop_timer_stop(evdev->config.loop, &evdev->hold_timer);
	} else if (vd_loop_timer_set(evdev->config.loop, &evdev->hold_timer, at) != VD_OK) {
		vd_error(evdev->config.log, "button", "no memory for the hold's timer");
	}
}

static void step(struct vd_evdev *evdev, bool is_down, struct vd_mono at)
{
	enum vd_button_event event;
	if (vd_button_step(&evdev->button, is_down, at, &event)) {
		evdev->config.fn(evdev->config.ctx, event);
	}
	arm_hold(evdev);
}

static void on_hold(void *ctx)
{
	struct vd_evdev *evdev = ctx;
	step(evdev, evdev->button.is_down, vd_loop_now(evdev->config.loop));
}

// The source's own stamp where it is of our clock, else now.
static struct vd_mono stamp_of(const struct vd_evdev *evdev, const struct input_event *event)
{
	struct vd_mono now = vd_loop_now(evdev->config.loop);
	struct vd_mono at = { (int64_t)event->input_event_sec * VD_US_PER_S +
			      (int64_t)event->input_event_usec };
	bool is_good = evdev->has_mono && at.us <= now.us &&
		       now.us - at.us <= STAMP_AGE_MAX_S * VD_US_PER_S;
	return is_good ? at : now;
}

static void take_event(struct vd_evdev *evdev, const struct input_event *event)
{
	bool is_ours = event->type == EV_KEY && event->value != 2 && // 2: the kernel's repeat
		       (evdev->config.key == 0 || event->code == evdev->config.key);
	if (!is_ours) {
		return;
	}
	if (event->value == 1) {
		if (!evdev->button.is_down) {
			evdev->held_key = event->code;
		}
		step(evdev, true, stamp_of(evdev, event));
	} else if (event->code == evdev->held_key) {
		step(evdev, false, stamp_of(evdev, event));
	}
}

static void close_source(struct vd_evdev *evdev)
{
	if (evdev->watch.fd >= 0) {
		vd_loop_unwatch(evdev->config.loop, &evdev->watch);
		close(evdev->watch.fd);
		evdev->watch.fd = -1;
	}
	// A button that was down when its cable came out was not pressed.
	evdev->button = (struct vd_button){ 0 };
	evdev->n_part = 0;
	vd_loop_timer_stop(evdev->config.loop, &evdev->hold_timer);
}

static void lose(struct vd_evdev *evdev, const char *why)
{
	close_source(evdev);
	if (!evdev->is_missing) {
		vd_warn(evdev->config.log, "button", "%s: %s; looking for it every %d s",
			evdev->path, why, RETRY_S);
		evdev->is_missing = true;
	}
	struct vd_mono due = vd_mono_add(vd_loop_now(evdev->config.loop), vd_dur_s(RETRY_S));
	if (vd_loop_timer_set(evdev->config.loop, &evdev->retry_timer, due) != VD_OK) {
		vd_error(evdev->config.log, "button", "no memory for the button's timer");
	}
}

// False at the end of what is there.
static bool read_batch(struct vd_evdev *evdev)
{
	char bytes[BATCH * sizeof(struct input_event)];
	memcpy(bytes, evdev->part, evdev->n_part);
	ssize_t n = read(evdev->watch.fd, bytes + evdev->n_part, sizeof(bytes) - evdev->n_part);
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return false;
	}
	if (n <= 0) {
		lose(evdev, n == 0 ? "it ended" : strerror(errno));
		return false;
	}
	size_t total = evdev->n_part + (size_t)n;
	size_t at = 0;
	for (; total - at >= sizeof(struct input_event); at += sizeof(struct input_event)) {
		struct input_event event;
		memcpy(&event, bytes + at, sizeof(event));
		take_event(evdev, &event);
	}
	evdev->n_part = total - at;
	memcpy(evdev->part, bytes + at, evdev->n_part);
	return true;
}

static void on_ready(void *ctx, int revents)
{
	(void)revents;
	struct vd_evdev *evdev = ctx;
	for (int i = 0; i < READS_MOST && evdev->watch.fd >= 0; i++) {
		if (!read_batch(evdev)) {
			return;
		}
	}
}

static void try_open(struct vd_evdev *evdev)
{
	int fd = open(evdev->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		lose(evdev, strerror(errno));
		return;
	}
	int clock = CLOCK_MONOTONIC;
	evdev->has_mono = ioctl(fd, EVIOCSCLOCKID, &clock) == 0;
	evdev->watch.fd = fd;
	if (vd_loop_watch(evdev->config.loop, &evdev->watch) != VD_OK) {
		lose(evdev, "no memory to watch it");
		return;
	}
	if (evdev->is_missing) {
		vd_info(evdev->config.log, "button", "%s is back", evdev->path);
		evdev->is_missing = false;
	}
}

static void on_retry(void *ctx)
{
	try_open(ctx);
}

enum vd_err vd_evdev_create(const struct vd_evdev_config *config, struct vd_evdev **out,
			    struct vd_diag *diag)
{
	struct vd_evdev *evdev = calloc(1, sizeof(*evdev));
	char *path = strdup(config->path);
	if (evdev == NULL || path == NULL) {
		free(evdev);
		free(path);
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the button");
	}
	evdev->config = *config;
	evdev->path = path;
	evdev->watch = (struct vd_watch){
		.fd = -1, .events = VD_LOOP_READ, .ctx = evdev, .ready = on_ready
	};
	evdev->hold_timer = (struct vd_timer){ .ctx = evdev, .fire = on_hold };
	evdev->retry_timer = (struct vd_timer){ .ctx = evdev, .fire = on_retry };
	try_open(evdev);
	*out = evdev;
	return VD_OK;
}

void vd_evdev_destroy(struct vd_evdev *evdev)
{
	if (evdev == NULL) {
		return;
	}
	close_source(evdev);
	vd_loop_timer_stop(evdev->config.loop, &evdev->retry_timer);
	free(evdev->path);
	free(evdev);
}
