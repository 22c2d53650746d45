// SPDX-License-Identifier: MIT
#include "output/lamp_keeper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/lamp_wire.h"

#define RETRY_S 2
#define BATCH 64
#define READS_MOST 128 // of a batch each: more than a pipe holds

/** Messages of one pipe; a pipe never tears them, a file or a stranger might. */
struct inlet {
	int fd;
	size_t n; // bytes of a message that is not whole yet
	uint8_t bytes[BATCH * VD_LAMP_WIRE_BYTES];
};

struct vd_lamp_keeper {
	struct vd_lamp_keeper_config config;
	struct vd_lamp_sink sink;
	struct vd_lamp *lamp; // NULL: not opened yet
	struct vd_watch watch;
	struct vd_timer retry;
	struct inlet changes;
	struct inlet beats;
	struct vd_lamp_word last; // the latest that was said
	bool is_alone;            // the service is gone
	bool is_missing;          // told once
	bool is_garbled;          // told once
	bool is_done;
};

static void finish(struct vd_lamp_keeper *keeper)
{
	if (!keeper->is_done) {
		keeper->is_done = true;
		keeper->config.done(keeper->config.ctx);
	}
}

static bool leave(struct vd_lamp_keeper *keeper, bool exactly)
{
	return keeper->lamp == NULL ||
	       (keeper->sink.leave != NULL && keeper->sink.leave(keeper->sink.ctx, exactly));
}

// After a crash the light tells exactly what it is: by the kernel, else by us until the next
// service takes it. After an end in good order nobody wants a process left behind, and any blinking
// that the kernel knows will do.
static void be_alone(struct vd_lamp_keeper *keeper, bool exactly)
{
	if (keeper->is_alone) {
		return;
	}
	keeper->is_alone = true;
	vd_loop_unwatch(keeper->config.loop, &keeper->watch);
	vd_loop_timer_stop(keeper->config.loop, &keeper->retry);
	if (leave(keeper, exactly)) {
		finish(keeper);
		return;
	}
	if (keeper->sink.share != NULL) {
		keeper->sink.share(keeper->sink.ctx);
	}
	vd_lamp_forget(keeper->lamp);
}

// ---- what is said ---------------------------------------------------------------------------

static void garbled(struct vd_lamp_keeper *keeper)
{
	if (!keeper->is_garbled) {
		vd_error(keeper->config.log, "lamp", "what the service says is not understood");
	}
	keeper->is_garbled = true;
	keeper->last = (struct vd_lamp_word){ 0 };
	if (keeper->lamp != NULL) {
		vd_lamp_forget(keeper->lamp);
	}
}

static void tell_lamp(struct vd_lamp_keeper *keeper)
{
	if (keeper->lamp != NULL && keeper->last.kind == VD_LAMP_WORD_SHOW) {
		vd_lamp_set(keeper->lamp, keeper->last.intent, keeper->last.until);
	}
}

static bool is_believed(const struct vd_lamp_keeper *keeper, const struct vd_lamp_word *word)
{
	struct vd_dur hold = vd_mono_sub(word->until, vd_loop_now(keeper->config.loop));
	return word->kind != VD_LAMP_WORD_SHOW || hold.us <= VD_LAMP_WIRE_HOLD_MAX_S * VD_US_PER_S;
}

static void take_change(struct vd_lamp_keeper *keeper, const struct vd_lamp_word *word)
{
	keeper->is_garbled = false;
	switch (word->kind) {
	case VD_LAMP_WORD_SHOW:
		keeper->last = *word;
		tell_lamp(keeper);
		break;
	case VD_LAMP_WORD_TEST:
		if (keeper->lamp != NULL) {
			vd_lamp_test(keeper->lamp);
		}
		break;
	case VD_LAMP_WORD_BYE:
		be_alone(keeper, false);
		break;
	}
}

// A beat only prolongs what is shown; one that was overtaken by a change says nothing.
static void take_beat(struct vd_lamp_keeper *keeper, const struct vd_lamp_word *word)
{
	struct vd_lamp_word *last = &keeper->last;
	bool is_same = last->kind != VD_LAMP_WORD_SHOW || // after something we didn't understand
		       (word->intent.meaning == last->intent.meaning &&
			word->intent.and_blind == last->intent.and_blind);
	if (word->kind == VD_LAMP_WORD_SHOW && is_same && word->until.us > last->until.us) {
		*last = *word;
	}
}

// Reads once; false where there is nothing more, `*is_end` where there never will be.
static bool read_some(struct vd_lamp_keeper *keeper, struct inlet *in,
		      void (*take)(struct vd_lamp_keeper *, const struct vd_lamp_word *),
		      bool *is_end)
{
	ssize_t n = read(in->fd, in->bytes + in->n, sizeof(in->bytes) - in->n);
	if (n <= 0) {
		*is_end = n == 0 || (errno != EAGAIN && errno != EINTR);
		return false;
	}
	size_t total = in->n + (size_t)n;
	size_t at = 0;
	for (; total - at >= VD_LAMP_WIRE_BYTES && !keeper->is_alone; at += VD_LAMP_WIRE_BYTES) {
		struct vd_lamp_word word;
		if (vd_lamp_wire_parse(in->bytes + at, &word) == VD_OK &&
		    is_believed(keeper, &word)) {
			take(keeper, &word);
		} else {
			garbled(keeper);
		}
	}
	in->n = total - at;
	memmove(in->bytes, in->bytes + at, in->n);
	return !keeper->is_alone;
}

static void on_changes(void *ctx, int revents)
{
	struct vd_lamp_keeper *keeper = ctx;
	bool is_end = false;
	(void)revents;
	for (int i = 0; i < READS_MOST; i++) {
		if (!read_some(keeper, &keeper->changes, take_change, &is_end)) {
			break;
		}
	}
	if (is_end) {
		be_alone(keeper, true);
	}
}

// Before each frame that time alone brings.
static void news(void *ctx)
{
	struct vd_lamp_keeper *keeper = ctx;
	struct vd_mono until = keeper->last.until;
	bool is_end = false;
	for (int i = 0; i < READS_MOST && keeper->beats.fd >= 0 && !keeper->is_alone; i++) {
		if (!read_some(keeper, &keeper->beats, take_beat, &is_end)) {
			break;
		}
	}
	if (keeper->last.until.us > until.us) {
		tell_lamp(keeper);
	}
}

// ---- the light ------------------------------------------------------------------------------

static enum vd_err show(void *ctx, const struct vd_lamp_frame *frame, struct vd_diag *diag)
{
	struct vd_lamp_keeper *keeper = ctx;
	if (keeper->is_done) {
		return VD_OK; // the kernel's, or another program's by now
	}
	enum vd_err err = keeper->sink.show(keeper->sink.ctx, frame, diag);
	if (err == VD_ERR_CONFLICT && keeper->is_alone) {
		finish(keeper); // the next one has the light
		return VD_OK;
	}
	return err;
}

static void close_sink(void *ctx)
{
	const struct vd_lamp_keeper *keeper = ctx;
	keeper->sink.close(keeper->sink.ctx);
}

static void try_open(struct vd_lamp_keeper *keeper)
{
	struct vd_diag diag = { 0 };
	struct vd_loop *loop = keeper->config.loop;
	enum vd_err err = keeper->config.open(keeper->config.ctx, &keeper->sink, &diag);
	if (err == VD_OK) {
		struct vd_lamp_sink sink = {
			.ctx = keeper, .caps = keeper->sink.caps, .show = show, .close = close_sink
		};
		err = vd_lamp_create(loop, sink, keeper->config.log, &keeper->lamp, &diag);
	}
	if (err == VD_OK) {
		vd_lamp_ask_first(keeper->lamp, keeper, news);
		tell_lamp(keeper);
		if (keeper->is_missing) {
			vd_info(keeper->config.log, "lamp", "the light is there");
		}
		return;
	}
	if (!keeper->is_missing) {
		vd_error(keeper->config.log, "lamp",
			 "the light can't be opened: %s; it is tried every %d s", diag.text,
			 RETRY_S);
	}
	keeper->is_missing = true;
	struct vd_mono due = vd_mono_add(vd_loop_now(loop), vd_dur_s(RETRY_S));
	if (vd_loop_timer_set(loop, &keeper->retry, due) != VD_OK) {
		vd_error(keeper->config.log, "lamp", "no memory for the light's timer");
	}
}

static void on_retry(void *ctx)
{
	try_open(ctx);
}

enum vd_err vd_lamp_keeper_create(const struct vd_lamp_keeper_config *config,
				  struct vd_lamp_keeper **out, struct vd_diag *diag)
{
	struct vd_lamp_keeper *keeper = calloc(1, sizeof(*keeper));
	if (keeper == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the light's keeper");
	}
	keeper->config = *config;
	keeper->changes.fd = config->changes;
	keeper->beats.fd = config->beats;
	keeper->retry = (struct vd_timer){ .ctx = keeper, .fire = on_retry };
	keeper->watch = (struct vd_watch){
		.fd = config->changes, .events = VD_LOOP_READ, .ctx = keeper, .ready = on_changes
	};
	enum vd_err err = vd_loop_watch(config->loop, &keeper->watch);
	if (err != VD_OK) {
		free(keeper);
		return vd_diag_set(diag, err, "the service's pipe can't be watched");
	}
	try_open(keeper);
	*out = keeper;
	return VD_OK;
}

void vd_lamp_keeper_destroy(struct vd_lamp_keeper *keeper)
{
	if (keeper == NULL) {
		return;
	}
	vd_loop_unwatch(keeper->config.loop, &keeper->watch);
	vd_loop_timer_stop(keeper->config.loop, &keeper->retry);
	vd_lamp_destroy(keeper->lamp);
	free(keeper);
}

void vd_lamp_keeper_leave(struct vd_lamp_keeper *keeper)
{
	(void)leave(keeper, false);
	finish(keeper);
}
