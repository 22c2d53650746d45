// SPDX-License-Identifier: MIT
// The role that keeps the light: a small process that outlives a service that froze or died.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/cmd.h"
#include "loop/signal.h"
#include "output/lamp_keeper.h"
#include "output/lamp_wire.h"

#define FD_MOST 1024

struct role {
	struct vd_system_clock system_clock;
	struct vd_clock clock;
	struct vd_log log;
	struct vd_loop *loop;
	struct vd_signals signals;
	struct vd_lamp_keeper *keeper;
	struct vd_lamp_led_config led;
};

static int usage(void)
{
	fputs("usage: vedetta lamp FOLDER red=NAME green=NAME [amber=NAME white=NAME blue=NAME]\n"
	      "  keeps a light of the LED class; begun by `vedetta run`, which tells it on\n"
	      "  standard input what to show (SPEC.md \"The light's keeper\")\n",
	      stderr);
	return VD_EXIT_USAGE;
}

static bool parse_led(struct vd_lamp_led_config *led, const char *text)
{
	for (int c = VD_COLOUR_RED; c < VD_COLOUR_N; c++) {
		const char *name = vd_colour_name((enum vd_colour)c);
		size_t n = strlen(name);
		if (strncmp(text, name, n) == 0 && text[n] == '=') {
			led->leds[c] = text + n + 1;
			return true;
		}
	}
	return false;
}

static void log_to_status(void *ctx, enum vd_log_level level, const char *line, size_t n)
{
	(void)ctx;
	(void)level;
	(void)!write(STDOUT_FILENO, line, n); // nobody may be there to read it
}

static enum vd_err open_light(void *ctx, struct vd_lamp_sink *out, struct vd_diag *diag)
{
	struct role *role = ctx;
	if (!IS_ENABLED(CONFIG_OUTPUT_LAMP_LED)) {
		return vd_diag_set(diag, VD_ERR_UNSUPPORTED, "LEDs are not built in");
	}
	return vd_lamp_led_open(&role->led, out, diag);
}

static void on_done(void *ctx)
{
	struct role *role = ctx;
	vd_loop_stop(role->loop);
}

static void on_signal(void *ctx, int number)
{
	struct role *role = ctx;
	if (number == SIGTERM || number == SIGINT) {
		vd_lamp_keeper_leave(role->keeper);
	}
}

// What a parent may have left open is nothing of ours, and would be held open for ever.
static void close_others(void)
{
	for (int fd = VD_LAMP_BEATS_FD + 1; fd < FD_MOST; fd++) {
		(void)close(fd);
	}
}

static int fail(const char *why)
{
	fprintf(stderr, "ERROR lamp: %s\n", why);
	return VD_EXIT_FAILED;
}

static int keep(struct role *role)
{
	struct vd_diag diag = { 0 };
	bool has_beats = fcntl(VD_LAMP_BEATS_FD, F_SETFL, O_NONBLOCK) == 0;
	const struct vd_lamp_keeper_config config = {
		.loop = role->loop,
		.log = &role->log,
		.changes = STDIN_FILENO,
		.beats = has_beats ? VD_LAMP_BEATS_FD : -1,
		.ctx = role,
		.open = open_light,
		.done = on_done,
	};
	(void)fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	(void)fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
	if (vd_signals_init(&role->signals, role->loop, role, on_signal) != VD_OK ||
	    vd_lamp_keeper_create(&config, &role->keeper, &diag) != VD_OK) {
		vd_signals_deinit(&role->signals);
		return fail(diag.text);
	}
	enum vd_err err = vd_loop_run(role->loop);
	vd_lamp_keeper_destroy(role->keeper);
	vd_signals_deinit(&role->signals);
	return err == VD_OK ? 0 : VD_EXIT_FAILED;
}

int vd_cmd_lamp(int argc, char **argv)
{
	struct role role = { .led.leds = { "", "", "", "", "", "" } };
	for (int i = 2; i < argc; i++) {
		if (!parse_led(&role.led, argv[i])) {
			return usage();
		}
	}
	if (argc < 4) {
		return usage();
	}
	role.led.root = argv[1];
	close_others();
	if (vd_system_clock_init(&role.system_clock, NULL, NULL) != VD_OK) {
		return fail("the clock can't be read");
	}
	role.clock = vd_system_clock_get(&role.system_clock);
	role.log = (struct vd_log){ .level = VD_LOG_INFO, .write = log_to_status };
	role.loop = vd_loop_create(&role.clock, vd_poller_posix());
	if (role.loop == NULL) {
		return fail("no memory to start with");
	}
	int status = keep(&role);
	vd_loop_destroy(role.loop);
	return status;
}
