// SPDX-License-Identifier: MIT
#include "base/secret.h"

#include <string.h>

void vd_wipe(void *p, size_t n)
{
	// explicit_bzero is missing from POSIX, and memset before free is optimised away.
	if (n > 0) {
		memset(p, 0, n);
	}
	VD_IS_READ(p);
}

enum vd_err vd_secret_set(struct vd_secret *secret, struct vd_span value)
{
	struct vd_span core = vd_span_trim(value);
	if (core.n > VD_SECRET_BYTES) {
		vd_secret_deinit(secret);
		return VD_ERR_ROOM;
	}
	// Move first: the value may be a part of the old secret.
	if (core.n > 0) {
		memmove(secret->hidden, core.p, core.n);
	}
	vd_wipe(secret->hidden + core.n, sizeof(secret->hidden) - core.n);
	secret->n = core.n;
	return VD_OK;
}

struct vd_span vd_secret_reveal(const struct vd_secret *secret)
{
	return (struct vd_span){ secret->hidden, secret->n };
}

bool vd_secret_is_set(const struct vd_secret *secret)
{
	return secret->n > 0;
}

void vd_secret_deinit(struct vd_secret *secret)
{
	vd_wipe(secret, sizeof(*secret));
}

bool vd_is_equal_secret(struct vd_span a, struct vd_span b)
{
	if (a.n != b.n) {
		return false;
	}
	volatile unsigned char difference = 0;
	for (size_t i = 0; i < a.n; i++) {
		difference = (unsigned char)(difference | (a.p[i] ^ b.p[i]));
	}
	return difference == 0;
}
