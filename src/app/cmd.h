// SPDX-License-Identifier: MIT
/**
 * The roles and commands of the one binary: one function each, dispatched by main.c's table.
 * Not a library: they read arguments, print for a person or a script, and return the exit status.
 * Exit status: 0 done, 1 it failed or does not hold, 2 wrong usage or configuration.
 */
#ifndef VD_APP_CMD_H
#define VD_APP_CMD_H

#include "base/log.h"

#define VD_EXIT_FAILED 1
#define VD_EXIT_USAGE 2

/** argv[0] is the command's own name. */
int vd_cmd_run(int argc, char **argv);
int vd_cmd_ctl(int argc, char **argv);
int vd_cmd_account(int argc, char **argv);
int vd_cmd_journal(int argc, char **argv);
int vd_cmd_simulate(int argc, char **argv);
int vd_cmd_calendar(int argc, char **argv);
int vd_cmd_check(int argc, char **argv);
int vd_cmd_settings(int argc, char **argv);
int vd_cmd_lamp(int argc, char **argv);
int vd_cmd_hash_pin(int argc, char **argv);
int vd_cmd_version(int argc, char **argv);

struct vd_store;
struct vd_diag;
/** Read-only, of a configuration or a folder: also beside a running service. */
enum vd_err vd_cmd_open_store(const char *path, struct vd_store **out,
			      struct vd_diag *diag) VD_MUST_USE;

/** Lines to standard error. */
void vd_log_to_stderr(void *ctx, enum vd_log_level level, const char *line, size_t n);

#endif
