// SPDX-License-Identifier: MIT
/**
 * JSON through cJSON, with limits: depth, size, exact 64-bit integers, clear places in errors.
 * Not a second parser: cJSON does the parsing; this is the door to it, and a writer for output that
 * streams into a vd_buf without building a tree.
 * Trees are heap memory of cJSON, freed with vd_json_free; no time, no I/O.
 */
#ifndef VD_BASE_JSON_H
#define VD_BASE_JSON_H

#include <cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/span.h"
#include "base/time.h"

#define VD_JSON_DEPTH 32

/** Parses the whole of `text` (nothing but blanks may follow). The depth is checked before cJSON
 *  recurses. \u0000 and lone surrogates, which any customer can write into a message, become
 *  U+FFFD. NULL on failure, with line and column in the diag. */
cJSON *vd_json_parse(struct vd_span text, struct vd_diag *diag) VD_MUST_USE;
void vd_json_free(cJSON *tree);
/** The same for a tree with a secret in it: its texts are wiped before. */
void vd_json_free_secret(cJSON *tree);

/** Member by name, case-sensitive; NULL where absent or where `object` is none (NULL allowed). */
const cJSON *vd_json_get(const cJSON *object, const char *name);
/** Text of a string member; empty span (p = NULL) where absent or of another type. Borrowed. */
struct vd_span vd_json_text(const cJSON *object, const char *name);
/** Whole number: a JSON number without fraction below 2^53 (beyond, a double can't tell n from n
 *  + 1: VD_ERR_RANGE), or a string of digits (any 64-bit value). VD_ERR_NOT_FOUND where absent. */
enum vd_err vd_json_i64(const cJSON *object, const char *name, int64_t *out) VD_MUST_USE;
/** true/false member; `fallback` where absent or of another type. */
bool vd_json_bool(const cJSON *object, const char *name, bool fallback);

/** Line (from 1) of the value at `path` in a text that cJSON accepted; path as
 *  "accounts[2].token_file". The deepest part that exists counts; 1 where nothing does. */
int vd_json_line(struct vd_span text, const char *path);

/**
 * Streaming writer: commas and escapes are its business. Invalid UTF-8 is replaced.
 *
 *   struct vd_json_out j = vd_json_out_init(&buf);
 *   vd_json_open(&j, NULL, '{'); vd_json_put_i64(&j, "n", 3); vd_json_close(&j, '}');
 *
 * `name` is NULL inside arrays and at the top.
 */
struct vd_json_out {
	struct vd_buf *buf;
	bool needs_comma;
};
struct vd_json_out vd_json_out_init(struct vd_buf *buf);
void vd_json_open(struct vd_json_out *j, const char *name, char bracket);
void vd_json_close(struct vd_json_out *j, char bracket);
void vd_json_put_text(struct vd_json_out *j, const char *name, struct vd_span value);
void vd_json_put_i64(struct vd_json_out *j, const char *name, int64_t value);
/** With `decimals` digits behind the point (0..6). */
void vd_json_put_double(struct vd_json_out *j, const char *name, double value, int decimals);
void vd_json_put_bool(struct vd_json_out *j, const char *name, bool value);
void vd_json_put_null(struct vd_json_out *j, const char *name);
/** RFC 3339 text, or null where not set. */
void vd_json_put_wall(struct vd_json_out *j, const char *name, struct vd_wall value);

#endif
