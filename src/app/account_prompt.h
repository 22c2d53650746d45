// SPDX-License-Identifier: MIT
/**
 * What a person is asked on the terminal, secrets without echo; or what a file of theirs says
 * instead.
 * Not arguments: those are seen by everybody on the machine.
 * It owns the terminal's mode while it asks; no time.
 */
#ifndef VD_APP_ACCOUNT_PROMPT_H
#define VD_APP_ACCOUNT_PROMPT_H

#include "base/diag.h"
#include "base/secret.h"

#define VD_PROMPT_FILE_BYTES 16384

struct vd_prompt {
	char *text; // of the file, lines of "name = value"; NULL: the terminal, or standard input
	size_t n;
};

/** `file` NULL: none. A file that others can read is refused. */
enum vd_err vd_prompt_open(struct vd_prompt *prompt, const char *file,
			   struct vd_diag *diag) VD_MUST_USE;
void vd_prompt_close(struct vd_prompt *prompt);
bool vd_prompt_has(const struct vd_prompt *prompt, const char *name);
/** `name` in the file; else `question` on standard error and a line of standard input, without echo
 *  where `is_secret` and it is a terminal. Empty is an answer. VD_ERR_CLOSED at its end. */
enum vd_err vd_prompt_ask(const struct vd_prompt *prompt, const char *name, const char *question,
			  bool is_secret, struct vd_secret *out, struct vd_diag *diag) VD_MUST_USE;

#endif
