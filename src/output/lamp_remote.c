// SPDX-License-Identifier: MIT
#include "output/lamp_remote.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/span.h"
#include "output/lamp_wire.h"

#define PAUSE_FIRST_MS 100
#define PAUSE_MOST_MS 60000
#define LONG_LIFE_S 60 // a keeper that lived so long begins the pauses anew
#define RENEW_MS 500   // views may come faster than beats
// A keeper reads at least every VD_LAMP_HOLD_S, whatever it shows.
#define UNREAD_MOST (6 * VD_LAMP_WIRE_BYTES)

struct vd_lamp_remote {
	struct vd_lamp_remote_config config;
	struct vd_lamp_ends ends;
	bool is_up;
	struct vd_watch status;
	struct vd_timer restart;
	int64_t pause_ms; // before the next start
	struct vd_mono started;
	struct vd_lamp_intent intent; // the wish
	struct vd_mono until;         // it holds
	bool has_intent;
	bool is_told; // the keeper knows it
	struct vd_mono told;
	char line[VD_LOG_LINE_BYTES]; // of the keeper's log, not whole yet
	size_t n_line;
};

static void begin(struct vd_lamp_remote *remote);

static void hang_up(struct vd_lamp_remote *remote)
{
	if (!remote->is_up) {
		return;
	}
	vd_loop_unwatch(remote->config.loop, &remote->status);
	close(remote->ends.changes);
	close(remote->ends.beats);
	close(remote->ends.status);
	remote->is_up = false;
	remote->is_told = false;
	remote->n_line = 0;
}

static void begin_later(struct vd_lamp_remote *remote)
{
	struct vd_mono now = vd_loop_now(remote->config.loop);
	if (vd_mono_sub(now, remote->started).us > LONG_LIFE_S * VD_US_PER_S) {
		remote->pause_ms = PAUSE_FIRST_MS;
	}
	struct vd_mono due = vd_mono_add(now, vd_dur_ms(remote->pause_ms));
	remote->pause_ms *= 2;
	if (remote->pause_ms > PAUSE_MOST_MS) {
		remote->pause_ms = PAUSE_MOST_MS;
	}
	if (vd_loop_timer_set(remote->config.loop, &remote->restart, due) != VD_OK) {
		vd_error(remote->config.log, "lamp", "no memory for the light's timer");
	}
}

static void lose(struct vd_lamp_remote *remote, const char *why)
{
	hang_up(remote);
	vd_error(remote->config.log, "lamp", "the light's keeper %s; another one begins", why);
	remote->config.stop(remote->config.ctx);
	begin_later(remote);
}

// ---- what it says ---------------------------------------------------------------------------

// "WARN lamp: text" of its log becomes a line of ours.
static void relay(const struct vd_lamp_remote *remote, struct vd_span line)
{
	static const struct {
		const char *name;
		enum vd_log_level level;
	} levels[] = { { "ERROR", VD_LOG_ERROR },
		       { "WARN", VD_LOG_WARN },
		       { "INFO", VD_LOG_INFO } };
	struct vd_span rest = line;
	struct vd_span word = vd_span_cut(&rest, ' ');
	for (size_t i = 0; i < VD_ARRAY_LEN(levels); i++) {
		if (vd_span_is_text(word, levels[i].name)) {
			(void)vd_span_cut(&rest, ' '); // the area
			vd_log(remote->config.log, levels[i].level, "lamp", "%.*s",
			       VD_SPAN_ARG(rest));
			return;
		}
	}
	vd_warn(remote->config.log, "lamp", "its keeper says: %.*s", VD_SPAN_ARG(line));
}

static void relay_lines(struct vd_lamp_remote *remote)
{
	char *at = remote->line;
	char *end = remote->line + remote->n_line;
	char *newline;
	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		relay(remote, vd_span_make(at, (size_t)(newline - at)));
		at = newline + 1;
	}
	if (at == remote->line && remote->n_line == sizeof(remote->line)) {
		at = end; // longer than any line of ours: dropped
	}
	remote->n_line = (size_t)(end - at);
	memmove(remote->line, at, remote->n_line);
}

static void on_status(void *ctx, int revents)
{
	struct vd_lamp_remote *remote = ctx;
	(void)revents;
	ssize_t n = read(remote->ends.status, remote->line + remote->n_line,
			 sizeof(remote->line) - remote->n_line);
	if (n == 0) {
		lose(remote, "ended");
	} else if (n > 0) {
		remote->n_line += (size_t)n;
		relay_lines(remote);
	}
}

// ---- what we say ----------------------------------------------------------------------------

static bool send_word(int fd, const struct vd_lamp_word *word)
{
	uint8_t bytes[VD_LAMP_WIRE_BYTES];
	vd_lamp_wire_print(word, bytes);
	return write(fd, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes);
}

static bool is_hanging(const struct vd_lamp_remote *remote)
{
	int unread = 0;
	return ioctl(remote->ends.beats, FIONREAD, &unread) == 0 && unread > UNREAD_MOST;
}

// Prolongs what the keeper shows, without waking it.
static void renew(struct vd_lamp_remote *remote, const struct vd_lamp_word *word)
{
	struct vd_mono now = vd_loop_now(remote->config.loop);
	if (vd_mono_sub(now, remote->told).us < RENEW_MS * 1000) {
		return;
	}
	remote->told = now;
	(void)send_word(remote->ends.beats, word);
	if (is_hanging(remote)) {
		lose(remote, "hangs");
	}
}

static void tell(struct vd_lamp_remote *remote)
{
	struct vd_lamp_word word = { .kind = VD_LAMP_WORD_SHOW,
				     .intent = remote->intent,
				     .until = remote->until };
	if (remote->is_told) {
		renew(remote, &word);
		return;
	}
	remote->is_told = send_word(remote->ends.changes, &word);
	remote->told = vd_loop_now(remote->config.loop);
}

void vd_lamp_remote_set(struct vd_lamp_remote *remote, struct vd_lamp_intent intent)
{
	bool is_same = remote->has_intent && intent.meaning == remote->intent.meaning &&
		       intent.and_blind == remote->intent.and_blind;
	remote->is_told = remote->is_told && is_same;
	remote->intent = intent;
	remote->until = vd_mono_add(vd_loop_now(remote->config.loop), vd_dur_s(VD_LAMP_HOLD_S));
	remote->has_intent = true;
	if (remote->is_up) {
		tell(remote);
	}
}

void vd_lamp_remote_test(struct vd_lamp_remote *remote)
{
	struct vd_lamp_word word = { .kind = VD_LAMP_WORD_TEST };
	if (remote->is_up && !send_word(remote->ends.changes, &word)) {
		vd_warn(remote->config.log, "lamp", "the light's keeper takes no word");
	}
}

// ---- its life -------------------------------------------------------------------------------

static void begin(struct vd_lamp_remote *remote)
{
	struct vd_diag diag = { 0 };
	remote->started = vd_loop_now(remote->config.loop);
	enum vd_err err = remote->config.start(remote->config.ctx, &remote->ends, &diag);
	if (err != VD_OK) {
		vd_error(remote->config.log, "lamp", "the light's keeper can't begin: %s",
			 diag.text);
		begin_later(remote);
		return;
	}
	remote->is_up = true;
	remote->status.fd = remote->ends.status;
	if (vd_loop_watch(remote->config.loop, &remote->status) != VD_OK) {
		lose(remote, "can't be watched");
		return;
	}
	if (remote->has_intent) {
		tell(remote); // until when it holds was said at the beat
	}
}

static void on_restart(void *ctx)
{
	begin(ctx);
}

enum vd_err vd_lamp_remote_create(const struct vd_lamp_remote_config *config,
				  struct vd_lamp_remote **out, struct vd_diag *diag)
{
	struct vd_lamp_remote *remote = calloc(1, sizeof(*remote));
	if (remote == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the light");
	}
	remote->config = *config;
	remote->pause_ms = PAUSE_FIRST_MS;
	remote->restart = (struct vd_timer){ .ctx = remote, .fire = on_restart };
	remote->status =
		(struct vd_watch){ .events = VD_LOOP_READ, .ctx = remote, .ready = on_status };
	begin(remote);
	*out = remote;
	return VD_OK;
}

void vd_lamp_remote_destroy(struct vd_lamp_remote *remote)
{
	if (remote == NULL) {
		return;
	}
	vd_loop_timer_stop(remote->config.loop, &remote->restart);
	if (remote->is_up) {
		struct vd_lamp_word bye = { .kind = VD_LAMP_WORD_BYE };
		(void)send_word(remote->ends.changes, &bye);
		hang_up(remote);
		remote->config.end(remote->config.ctx);
	}
	free(remote);
}
