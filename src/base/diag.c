// SPDX-License-Identifier: MIT
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#define CUT_MARK "..."

// Twice the size: a context in front of a full sentence still fits, and the cut happens in one
// place.
#define DRAFT_BYTES (2 * VD_DIAG_BYTES)

// The sentence is for people's eyes on a terminal: one line, no control bytes, whole characters.
static void store_text(struct vd_diag *diag, const char *draft, size_t n)
{
	bool was_cut = false;
	size_t len =
		vd_utf8_sanitise(vd_span_make(draft, n), diag->text, sizeof(diag->text), &was_cut);
	for (size_t i = 0; i < len; i++) {
		if (diag->text[i] == '\n' || diag->text[i] == '\t') {
			diag->text[i] = ' ';
		}
	}
	if (was_cut) {
		len = vd_utf8_truncate(vd_span_make(diag->text, len),
				       sizeof(diag->text) - sizeof(CUT_MARK));
		memcpy(diag->text + len, CUT_MARK, sizeof(CUT_MARK));
	}
}

static size_t clamp_len(int printed, size_t cap)
{
	if (printed < 0) {
		return 0;
	}
	return (size_t)printed < cap ? (size_t)printed : cap - 1;
}

enum vd_err vd_diag_set(struct vd_diag *diag, enum vd_err err, const char *fmt, ...)
{
	if (diag == NULL) {
		return err;
	}
	// A draft first: the arguments may point into the old sentence.
	char draft[DRAFT_BYTES];
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(draft, sizeof(draft), fmt, args);
	va_end(args);
	diag->err = err;
	store_text(diag, draft, clamp_len(n, sizeof(draft)));
	return err;
}

enum vd_err vd_diag_context(struct vd_diag *diag, const char *fmt, ...)
{
	if (diag == NULL) {
		return VD_ERR_STATE;
	}
	char draft[DRAFT_BYTES];
	va_list args;
	va_start(args, fmt);
	size_t len = clamp_len(vsnprintf(draft, sizeof(draft), fmt, args), sizeof(draft));
	va_end(args);
	if (diag->text[0] != '\0') {
		int n = snprintf(draft + len, sizeof(draft) - len, ": %s", diag->text);
		len += clamp_len(n, sizeof(draft) - len);
	}
	store_text(diag, draft, len);
	return diag->err;
}

void vd_diag_clear(struct vd_diag *diag)
{
	if (diag != NULL) {
		memset(diag, 0, sizeof(*diag));
	}
}
