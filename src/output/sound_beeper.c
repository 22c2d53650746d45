// SPDX-License-Identifier: MIT
// Linux input: Documentation/input/event-codes.rst, EV_SND.
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "output/sound.h"

struct beeper {
	char *path;
	int fd;         // -1: looked for at the next tone
	bool only_bell; // on or off: its height is its own
};

// A device that doesn't say what it can is taken to know tones.
static bool is_only_bell(int fd)
{
	unsigned char bits[(SND_MAX + 8) / 8] = { 0 };
	// musl takes an int here, others an unsigned long; the kernel looks at 32 bits of either.
	int request = (int)EVIOCGBIT(EV_SND, sizeof(bits));
	int n = ioctl(fd, request, bits);
	return n >= 0 && (bits[SND_TONE / 8] & (1U << (SND_TONE % 8))) == 0;
}

static enum vd_err open_beeper(struct beeper *beeper, struct vd_diag *diag)
{
	beeper->fd = open(beeper->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (beeper->fd < 0) {
		return vd_diag_set(diag, VD_ERR_IO, "%s: %s", beeper->path, strerror(errno));
	}
	beeper->only_bell = is_only_bell(beeper->fd);
	return VD_OK;
}

static enum vd_err play(void *ctx, uint16_t hz, struct vd_diag *diag)
{
	struct beeper *beeper = ctx;
	if (beeper->fd < 0 && hz == 0) {
		return VD_OK; // whoever closed it silenced it
	}
	enum vd_err err = beeper->fd < 0 ? open_beeper(beeper, diag) : VD_OK;
	if (err != VD_OK) {
		return err;
	}
	struct input_event event = { .type = EV_SND,
				     .code = beeper->only_bell ? SND_BELL : SND_TONE,
				     .value = beeper->only_bell ? hz > 0 : hz };
	if (write(beeper->fd, &event, sizeof(event)) != (ssize_t)sizeof(event)) {
		err = vd_diag_set(diag, VD_ERR_IO, "%s: %s", beeper->path, strerror(errno));
		close(beeper->fd);
		beeper->fd = -1;
	}
	return err;
}

static void close_beeper(void *ctx)
{
	struct beeper *beeper = ctx;
	(void)!play(beeper, 0, NULL);
	if (beeper->fd >= 0) {
		close(beeper->fd);
	}
	free(beeper->path);
	free(beeper);
}

enum vd_err vd_sound_beeper_open(const char *path, struct vd_sound_sink *out, struct vd_diag *diag)
{
	struct beeper *beeper = calloc(1, sizeof(*beeper));
	if (beeper != NULL) {
		beeper->path = strdup(path);
	}
	if (beeper == NULL || beeper->path == NULL) {
		free(beeper);
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the beeper");
	}
	beeper->fd = -1;
	*out = (struct vd_sound_sink){ .ctx = beeper, .play = play, .close = close_beeper };
	return VD_OK;
}
