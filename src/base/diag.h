// SPDX-License-Identifier: MIT
/**
 * What a person must read about a failure: one sentence, from effect to cause.
 * Not a log and not an error code; the code is kept beside the text.
 * Fixed size, caller's memory; no time, no I/O.
 */
#ifndef VD_BASE_DIAG_H
#define VD_BASE_DIAG_H

#include "base/attr.h"
#include "base/err.h"

#define VD_DIAG_BYTES 320

/** Zeroed memory is a valid empty diag. A NULL diag is accepted everywhere and ignored. */
struct vd_diag {
	enum vd_err err;
	char text[VD_DIAG_BYTES];
};

/** Replaces code and sentence; one clean line comes out. Returns `err`: `return
 *  vd_diag_set(...)`. */
enum vd_err vd_diag_set(struct vd_diag *diag, enum vd_err err, const char *fmt, ...)
	VD_PRINTF(3, 4);
/** Puts context in front of the sentence: "context: old sentence". Returns the diag's code, which
 *  a NULL diag doesn't know: VD_ERR_STATE. */
enum vd_err vd_diag_context(struct vd_diag *diag, const char *fmt, ...) VD_PRINTF(2, 3);
void vd_diag_clear(struct vd_diag *diag);

#endif
