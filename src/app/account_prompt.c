// SPDX-License-Identifier: MIT
#include "app/account_prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "app/config.h"

#define LINE_BYTES 4096 // an address with a code in it

enum vd_err vd_prompt_open(struct vd_prompt *prompt, const char *file, struct vd_diag *diag)
{
	struct stat st;
	*prompt = (struct vd_prompt){ 0 };
	if (file == NULL) {
		return VD_OK;
	}
	if (stat(file, &st) == 0 && (st.st_mode & 077) != 0) {
		return vd_diag_set(diag, VD_ERR_PERMISSION,
				   "%s can be read by others: `chmod 600` it first", file);
	}
	return vd_config_read_file(file, VD_PROMPT_FILE_BYTES, &prompt->text, &prompt->n, diag);
}

void vd_prompt_close(struct vd_prompt *prompt)
{
	if (prompt->text != NULL) {
		vd_wipe(prompt->text, prompt->n);
	}
	free(prompt->text);
	*prompt = (struct vd_prompt){ 0 };
}

static bool find(const struct vd_prompt *prompt, const char *name, struct vd_span *value)
{
	struct vd_span rest = vd_span_make(prompt->text, prompt->n);
	while (rest.n > 0) {
		struct vd_span line = vd_span_cut(&rest, '\n');
		struct vd_span key = vd_span_cut(&line, '=');
		if (vd_span_is_text(vd_span_trim(key), name)) {
			*value = vd_span_trim(line);
			return true;
		}
	}
	return false;
}

bool vd_prompt_has(const struct vd_prompt *prompt, const char *name)
{
	struct vd_span value;
	return find(prompt, name, &value);
}

// Byte by byte and unbuffered: nothing of a secret stays behind in stdio.
static bool read_line(char line[LINE_BYTES], size_t *n)
{
	*n = 0;
	for (;;) {
		char c;
		ssize_t got = read(STDIN_FILENO, &c, 1);
		if (got <= 0) {
			return *n > 0;
		}
		if (c == '\n') {
			return true;
		}
		if (*n < LINE_BYTES) {
			line[(*n)++] = c;
		}
	}
}

enum vd_err vd_prompt_ask(const struct vd_prompt *prompt, const char *name, const char *question,
			  bool is_secret, struct vd_secret *out, struct vd_diag *diag)
{
	char line[LINE_BYTES];
	struct vd_span value;
	size_t n = 0;
	struct termios before;
	vd_secret_deinit(out);
	if (find(prompt, name, &value)) {
		return vd_secret_set(out, value) == VD_OK
			       ? VD_OK
			       : vd_diag_set(diag, VD_ERR_ROOM, "%s is too long", name);
	}
	if (prompt->text != NULL && strcmp(name, "pasted") != 0) {
		return VD_OK; // what a file does not name is empty
	}
	fprintf(stderr, "%s: ", question);
	fflush(stderr);
	bool is_quiet = is_secret && isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
	if (is_quiet) {
		struct termios quiet = before;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		is_quiet = tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
	}
	bool is_there = read_line(line, &n);
	if (is_quiet) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	}
	fputc('\n', stderr);
	enum vd_err err = vd_secret_set(out, vd_span_make(line, n));
	vd_wipe(line, sizeof(line));
	if (!is_there) {
		return vd_diag_set(diag, VD_ERR_CLOSED, "no answer came");
	}
	return err == VD_OK ? VD_OK : vd_diag_set(diag, VD_ERR_ROOM, "that is too long");
}
