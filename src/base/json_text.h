// SPDX-License-Identifier: MIT
/**
 * A look at JSON text before a parser recurses into it: depth, strings, places. The inside of
 * base/json. Not a parser: what passes here may still be refused by cJSON.
 * Pure: no time, no I/O.
 */
#ifndef VD_BASE_JSON_TEXT_H
#define VD_BASE_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

struct vd_json_check {
	enum vd_err err;
	size_t at;         // of the fault
	const char *what;  // the fault as a sentence; static
	bool needs_repair; // holds escapes that cJSON can't keep: \u0000, lone surrogates
};

/** Depth, control bytes and ends of strings; one pass, no recursion. */
struct vd_json_check vd_json_check_text(struct vd_span text);
/** Turns \u0000 and lone surrogates into \ufffd, in place, the length unchanged. */
void vd_json_repair_escapes(char *text, size_t n);

struct vd_json_place {
	int line;   // from 1
	int column; // from 1, in code points
};
struct vd_json_place vd_json_place_of(struct vd_span text, size_t at);
size_t vd_json_skip_blanks(struct vd_span text, size_t at);

#endif
