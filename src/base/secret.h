// SPDX-License-Identifier: MIT
/**
 * A secret (token, key) in memory: wiped on deinit, with no way to be printed by accident.
 * Not storage and not encryption.
 * Caller's memory; no time, no I/O.
 */
#ifndef VD_BASE_SECRET_H
#define VD_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

#define VD_SECRET_BYTES 1024

struct vd_secret {
	size_t n;
	char hidden[VD_SECRET_BYTES + 1]; // closed with a zero; read only through vd_secret_reveal
};

/** Surrounding blanks and line ends are cut. VD_ERR_ROOM past VD_SECRET_BYTES, and then it is
 *  not set. */
enum vd_err vd_secret_set(struct vd_secret *secret, struct vd_span value) VD_MUST_USE;
/** Borrowed; valid until the next set or deinit. Greppable by design. */
struct vd_span vd_secret_reveal(const struct vd_secret *secret);
bool vd_secret_is_set(const struct vd_secret *secret);
void vd_secret_deinit(struct vd_secret *secret);
/** Overwrites memory in a way that the optimiser keeps. */
void vd_wipe(void *p, size_t n);
/** Same length and bytes, in a time that does not depend on where they differ. */
bool vd_is_equal_secret(struct vd_span a, struct vd_span b);

#endif
