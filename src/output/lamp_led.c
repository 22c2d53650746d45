// SPDX-License-Identifier: MIT
// Linux LED class: Documentation/leds/leds-class.rst, Documentation/ABI/testing/sysfs-class-led*.
// One program has the light at a time: it holds a lock (flock) on the red LED's brightness. Whoever
// draws on without a service takes the lock for each frame only, so that the next service gets it.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/span.h"
#include "output/lamp.h"

#define ROOT "/sys/class/leds"
#define PATH_BYTES 512
// What is left behind when we go: blind, as good as the timer trigger can tell it.
#define BLIND_ON_MS "200"
#define BLIND_OFF_MS "900"
#define PATTERN_BYTES 128

struct led {
	char *name; // NULL: there is none of this colour
	int fd;     // of brightness; -1: to be opened again
	uint32_t most;
	int32_t shown; // brightness; -1: not known
};

struct leds {
	char *root;
	struct led of[VD_COLOUR_N];
	bool is_shared; // locked for each frame only
};

static bool print_path(const struct leds *leds, const struct led *led, const char *file,
		       char out[PATH_BYTES])
{
	int n = snprintf(out, PATH_BYTES, "%s/%s/%s", leds->root, led->name, file);
	return n > 0 && n < PATH_BYTES;
}

static bool read_file(const char *path, char *out, size_t cap)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	ssize_t n = read(fd, out, cap - 1);
	close(fd);
	out[n > 0 ? n : 0] = '\0';
	return n > 0;
}

// Writes into a file that exists; none is made.
static bool write_file(const struct leds *leds, const struct led *led, const char *file,
		       const char *text)
{
	char path[PATH_BYTES];
	if (!print_path(leds, led, file, path)) {
		return false;
	}
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	ssize_t n = write(fd, text, strlen(text));
	close(fd);
	return n == (ssize_t)strlen(text);
}

static enum vd_err take(const struct led *led, struct vd_diag *diag)
{
	if (flock(led->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
		return vd_diag_set(diag, VD_ERR_CONFLICT, "another program has LED \"%s\"",
				   led->name);
	}
	return VD_OK;
}

static enum vd_err open_led(const struct leds *leds, struct led *led, struct vd_diag *diag)
{
	char path[PATH_BYTES];
	char text[16];
	uint64_t most = 255;
	if (!print_path(leds, led, "max_brightness", path)) {
		return vd_diag_set(diag, VD_ERR_ROOM, "the path of LED \"%s\" is too long",
				   led->name);
	}
	if (read_file(path, text, sizeof(text)) &&
	    vd_span_parse_u64(vd_span_trim(vd_span_of(text)), &most) == VD_OK &&
	    (most == 0 || most > INT32_MAX)) {
		most = 255;
	}
	led->most = (uint32_t)most;
	(void)print_path(leds, led, "brightness", path);
	led->fd = open(path, O_WRONLY | O_CLOEXEC);
	led->shown = -1;
	if (led->fd < 0) {
		return vd_diag_set(diag, VD_ERR_IO, "%s: %s", path, strerror(errno));
	}
	if (led == &leds->of[VD_COLOUR_RED] && take(led, diag) != VD_OK) {
		close(led->fd);
		led->fd = -1;
		return VD_ERR_CONFLICT;
	}
	// A trigger of the board's (heartbeat, or the one we left behind) would blink against us.
	(void)write_file(leds, led, "trigger", "none\n");
	return VD_OK;
}

static enum vd_err set_led(const struct leds *leds, struct led *led, uint8_t level,
			   struct vd_diag *diag)
{
	if (led->name == NULL) {
		return VD_OK;
	}
	if (led->fd < 0) {
		enum vd_err err = open_led(leds, led, diag);
		if (err != VD_OK) {
			return err;
		}
	}
	uint32_t value = (uint32_t)(((uint64_t)level * led->most + 127) / 255);
	if (level > 0 && value == 0) {
		value = 1;
	}
	if ((int32_t)value == led->shown) {
		return VD_OK;
	}
	char text[16];
	int n = snprintf(text, sizeof(text), "%u\n", (unsigned)value);
	if (pwrite(led->fd, text, (size_t)n, 0) != n) {
		enum vd_err err =
			vd_diag_set(diag, VD_ERR_IO, "LED \"%s\": %s", led->name, strerror(errno));
		close(led->fd); // unplugged: looked for again at the next frame
		led->fd = -1;
		return err;
	}
	(void)!ftruncate(led->fd, n); // matters for a plain file only
	led->shown = (int32_t)value;
	return VD_OK;
}

// The LEDs that make a colour: where one is missing, others stand in for it.
static void light_up(const struct leds *leds, enum vd_colour colour, uint8_t level,
		     uint8_t levels[VD_COLOUR_N])
{
	bool has_amber = leds->of[VD_COLOUR_AMBER].name != NULL;
	if (colour == VD_COLOUR_AMBER && !has_amber) {
		levels[VD_COLOUR_RED] = level; // a two-colour light: red and green make amber
		levels[VD_COLOUR_GREEN] = level;
	} else if (leds->of[colour].name == NULL) {
		levels[has_amber ? VD_COLOUR_AMBER : VD_COLOUR_RED] = level;
	} else {
		levels[colour] = level;
	}
}

static enum vd_err set_all(struct leds *leds, const struct vd_lamp_frame *frame,
			   struct vd_diag *diag)
{
	uint8_t levels[VD_COLOUR_N] = { 0 };
	enum vd_err err = VD_OK;
	if (frame->colour != VD_COLOUR_DARK) {
		light_up(leds, frame->colour, frame->level, levels);
	}
	if (frame->second != VD_COLOUR_DARK) {
		light_up(leds, frame->second, frame->level, levels);
	}
	for (int c = VD_COLOUR_RED; c < VD_COLOUR_N; c++) {
		// All are tried; the first failure is the one that is told.
		enum vd_err one =
			set_led(leds, &leds->of[c], levels[c], err == VD_OK ? diag : NULL);
		err = err == VD_OK ? one : err;
	}
	return err;
}

static enum vd_err show(void *ctx, const struct vd_lamp_frame *frame, struct vd_diag *diag)
{
	struct leds *leds = ctx;
	const struct led *red = &leds->of[VD_COLOUR_RED];
	if (!leds->is_shared || red->fd < 0) {
		return set_all(leds, frame, diag);
	}
	enum vd_err err = take(red, diag);
	if (err == VD_OK) {
		err = set_all(leds, frame, diag);
	}
	if (red->fd >= 0) {
		(void)flock(red->fd, LOCK_UN);
	}
	return err;
}

static void free_all(struct leds *leds)
{
	for (int c = 0; c < VD_COLOUR_N; c++) {
		if (leds->of[c].name != NULL && leds->of[c].fd >= 0) {
			close(leds->of[c].fd);
		}
		free(leds->of[c].name);
	}
	free(leds->root);
	free(leds);
}

static const struct led *pick_blind(const struct leds *leds)
{
	static const enum vd_colour order[] = { VD_COLOUR_WHITE, VD_COLOUR_AMBER, VD_COLOUR_RED };
	for (size_t i = 0; i < VD_ARRAY_LEN(order); i++) {
		if (leds->of[order[i]].name != NULL) {
			return &leds->of[order[i]];
		}
	}
	return NULL;
}

// The kernel's "pattern" trigger plays pairs of brightness and milliseconds, and glides from one to
// the next: no time in between makes a step (Documentation/leds/ledtrig-pattern).
static bool leave_pattern(const struct leds *leds, const struct led *led)
{
	char text[PATTERN_BYTES];
	unsigned on = (unsigned)led->most;
	snprintf(text, sizeof(text), "%u 200 %u 0 0 900 0 0 %u 900 %u 0 0 900 0 0\n", on, on, on,
		 on);
	return write_file(leds, led, "trigger", "pattern\n") &&
	       write_file(leds, led, "pattern", text);
}

static bool leave_timer(const struct leds *leds, const struct led *led)
{
	return write_file(leds, led, "trigger", "timer\n") &&
	       write_file(leds, led, "delay_on", BLIND_ON_MS "\n") &&
	       write_file(leds, led, "delay_off", BLIND_OFF_MS "\n");
}

static bool leave(void *ctx, bool exactly)
{
	struct leds *leds = ctx;
	const struct vd_lamp_frame dark = { .colour = VD_COLOUR_DARK };
	if (show(leds, &dark, NULL) == VD_ERR_CONFLICT) {
		return true; // somebody else draws it
	}
	const struct led *blind = pick_blind(leds);
	if (blind == NULL) {
		return false;
	}
	if (leave_pattern(leds, blind) || (!exactly && leave_timer(leds, blind))) {
		return true;
	}
	(void)write_file(leds, blind, "trigger", "none\n");
	return false;
}

static void share(void *ctx)
{
	struct leds *leds = ctx;
	leds->is_shared = true;
	if (leds->of[VD_COLOUR_RED].fd >= 0) {
		(void)flock(leds->of[VD_COLOUR_RED].fd, LOCK_UN);
	}
}

static void close_leds(void *ctx)
{
	free_all(ctx);
}

static enum vd_err name_leds(struct leds *leds, const struct vd_lamp_led_config *config,
			     struct vd_diag *diag)
{
	leds->root = strdup(config->root != NULL && config->root[0] != '\0' ? config->root : ROOT);
	if (leds->root == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the light");
	}
	for (int c = VD_COLOUR_RED; c < VD_COLOUR_N; c++) {
		leds->of[c].fd = -1;
		const char *name = config->leds[c];
		if (name == NULL || name[0] == '\0') {
			continue;
		}
		leds->of[c].name = strdup(name);
		if (leds->of[c].name == NULL) {
			return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the light");
		}
	}
	if (leds->of[VD_COLOUR_RED].name == NULL || leds->of[VD_COLOUR_GREEN].name == NULL) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "the light needs a red and a green LED at least: name them");
	}
	return VD_OK;
}

static bool is_dimmable(const struct leds *leds)
{
	return leds->of[VD_COLOUR_GREEN].most >= 8; // breathing is green
}

enum vd_err vd_lamp_led_open(const struct vd_lamp_led_config *config, struct vd_lamp_sink *out,
			     struct vd_diag *diag)
{
	struct leds *leds = calloc(1, sizeof(*leds));
	if (leds == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the light");
	}
	enum vd_err err = name_leds(leds, config, diag);
	for (int c = VD_COLOUR_RED; c < VD_COLOUR_N && err == VD_OK; c++) {
		err = leds->of[c].name != NULL ? open_led(leds, &leds->of[c], diag) : VD_OK;
	}
	if (err != VD_OK) {
		free_all(leds);
		return err;
	}
	*out = (struct vd_lamp_sink){
		.ctx = leds,
		.caps = { .has_white = leds->of[VD_COLOUR_WHITE].name != NULL,
			  .has_blue = leds->of[VD_COLOUR_BLUE].name != NULL,
			  .can_dim = is_dimmable(leds) },
		.show = show,
		.leave = leave,
		.share = share,
		.close = close_leds,
	};
	return VD_OK;
}
