// SPDX-License-Identifier: MIT
/**
 * A stream that plays a script: what read() gives, piece by piece, and how much write() takes.
 * Not a network: everything happens at once, in the order of the script.
 * Header-only, for tests; the test owns the memory; it knows no time.
 *
 *   static const struct script_step STEPS[] = {
 *           { SCRIPT_DATA, "HTTP/1.1 200 OK\r\n" }, { SCRIPT_AGAIN }, { SCRIPT_DATA, "..." }, {
 *   SCRIPT_CLOSE } }; struct script_stream script;
 *   script_stream_init(&script, STEPS, VD_ARRAY_LEN(STEPS));
 *   ... use &script.stream, then look at script.written ...
 */
#ifndef VD_UNIT_SCRIPT_STREAM_H
#define VD_UNIT_SCRIPT_STREAM_H

#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/stream.h"

enum script_kind {
	SCRIPT_DATA,  // read() gives `text`, in several calls where its room is smaller
	SCRIPT_BYTES, // the same with `n` bytes, for data with zeros in it
	SCRIPT_AGAIN, // one read() says VD_AGAIN
	SCRIPT_CLOSE, // from here on VD_ERR_CLOSED
	SCRIPT_FAIL,  // from here on `err`
};

struct script_step {
	enum script_kind kind;
	const char *text;
	size_t n;
	enum vd_err err;
};

struct script_stream {
	struct vd_stream stream; // first: the ops get a pointer to it
	const struct script_step *steps;
	size_t n_steps;
	size_t at;             // step
	size_t offset;         // bytes of it that were read
	size_t read_most;      // 0: no limit, else at most so many bytes a read()
	size_t write_most;     // 0: no limit, else at most so many bytes a write()
	bool write_is_shy;     // every other write() says VD_AGAIN
	enum vd_err write_err; // not VD_OK: write() fails with it
	size_t n_writes;
	bool is_closed; // close() was called
	struct vd_buf written;
	char written_memory[16384];
};

static inline enum vd_err script_read(struct vd_stream *s, void *out, size_t cap, size_t *got,
				      struct vd_diag *diag)
{
	struct script_stream *script = (struct script_stream *)(void *)s;
	*got = 0;
	if (script->at >= script->n_steps) {
		return VD_AGAIN;
	}
	const struct script_step *step = &script->steps[script->at];
	if (step->kind == SCRIPT_AGAIN) {
		script->at++;
		return VD_AGAIN;
	}
	if (step->kind == SCRIPT_CLOSE) {
		return VD_ERR_CLOSED;
	}
	if (step->kind == SCRIPT_FAIL) {
		return vd_diag_set(diag, step->err, "the script says so");
	}
	size_t whole = step->kind == SCRIPT_DATA ? strlen(step->text) : step->n;
	size_t n = whole - script->offset;
	n = n < cap ? n : cap;
	n = script->read_most > 0 && n > script->read_most ? script->read_most : n;
	memcpy(out, step->text + script->offset, n);
	script->offset += n;
	if (script->offset == whole) {
		script->at++;
		script->offset = 0;
	}
	*got = n;
	return VD_OK;
}

static inline enum vd_err script_write(struct vd_stream *s, const void *p, size_t n, size_t *put,
				       struct vd_diag *diag)
{
	struct script_stream *script = (struct script_stream *)(void *)s;
	*put = 0;
	if (script->write_err != VD_OK) {
		return vd_diag_set(diag, script->write_err, "the script says so");
	}
	if (script->write_is_shy && script->n_writes++ % 2 == 0) {
		return VD_AGAIN;
	}
	size_t part = script->write_most > 0 && n > script->write_most ? script->write_most : n;
	vd_buf_put(&script->written, p, part);
	*put = part;
	return VD_OK;
}

static inline int script_want(const struct vd_stream *s)
{
	(void)s;
	return VD_STREAM_READ | VD_STREAM_WRITE;
}

static inline int script_fd(const struct vd_stream *s)
{
	(void)s;
	return -1;
}

static inline void script_close(struct vd_stream *s)
{
	((struct script_stream *)(void *)s)->is_closed = true;
}

static inline void script_stream_init(struct script_stream *script, const struct script_step *steps,
				      size_t n_steps)
{
	static const struct vd_stream_ops OPS = {
		.read = script_read,
		.write = script_write,
		.want = script_want,
		.fd = script_fd,
		.close = script_close,
	};
	memset(script, 0, sizeof(*script));
	script->stream.ops = &OPS;
	script->steps = steps;
	script->n_steps = n_steps;
	vd_buf_init(&script->written, script->written_memory, sizeof(script->written_memory));
}

#endif
