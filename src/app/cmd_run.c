// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/cmd.h"
#include "app/config.h"
#include "app/service.h"

void vd_log_to_stderr(void *ctx, enum vd_log_level level, const char *line, size_t n)
{
	(void)ctx;
	(void)level;
	fwrite(line, 1, n, stderr);
}

static void log_to_file(void *ctx, enum vd_log_level level, const char *line, size_t n)
{
	(void)level;
	FILE *file = ctx;
	fwrite(line, 1, n, file);
	fflush(file);
}

static enum vd_log_level parse_level(const char *name)
{
	static const char *const names[] = {
		[VD_LOG_ERROR] = "error",
		[VD_LOG_WARN] = "warn",
		[VD_LOG_INFO] = "info",
		[VD_LOG_DEBUG] = "debug",
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(names); i++) {
		if (strcmp(names[i], name) == 0) {
			return (enum vd_log_level)i;
		}
	}
	return VD_LOG_INFO;
}

static int usage(void)
{
	fputs("usage: vedetta run [--console] [--log FILE] CONFIG\n"
	      "  --console   wall and light in this terminal; space acknowledges,\n"
	      "              t tests the light, q ends\n"
	      "  --log FILE  the log goes there instead of standard error\n",
	      stderr);
	return VD_EXIT_USAGE;
}

int vd_cmd_run(int argc, char **argv)
{
	struct vd_service_options options = { .log_write = vd_log_to_stderr,
					      .clock = getenv("VEDETTA_CLOCK") };
	const char *path = NULL;
	const char *log_path = NULL;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--console") == 0) {
			options.has_console = true;
		} else if (strcmp(argv[i], "--log") == 0 && i + 1 < argc) {
			log_path = argv[++i];
		} else if (argv[i][0] != '-' && path == NULL) {
			path = argv[i];
		} else {
			return usage();
		}
	}
	if (path == NULL) {
		return usage();
	}
	struct vd_config *config = NULL;
	struct vd_diag diag = { 0 };
	if (vd_config_load(path, &config, &diag) != VD_OK ||
	    vd_config_check_files(config, &diag) != VD_OK) {
		fprintf(stderr, "vedetta: %s\n", diag.text);
		vd_config_free(config);
		return VD_EXIT_USAGE;
	}
	FILE *log_file = log_path != NULL ? fopen(log_path, "a") : NULL;
	if (log_path != NULL && log_file == NULL) {
		fprintf(stderr, "vedetta: %s can't be written\n", log_path);
		vd_config_free(config);
		return VD_EXIT_USAGE;
	}
	if (log_file != NULL) {
		options.log_ctx = log_file;
		options.log_write = log_to_file;
	}
	options.level = parse_level(config->log);
	enum vd_err err = vd_service_run(config, &options, &diag);
	if (err != VD_OK) {
		fprintf(stderr, "vedetta: %s\n",
			diag.text[0] != '\0' ? diag.text : vd_err_text(err));
	}
	if (log_file != NULL) {
		fclose(log_file);
	}
	vd_config_free(config);
	return err == VD_OK ? 0 : VD_EXIT_FAILED;
}

int vd_cmd_check(int argc, char **argv)
{
	struct vd_config *config = NULL;
	struct vd_diag diag = { 0 };
	if (argc != 2) {
		fputs("usage: vedetta check CONFIG\n", stderr);
		return VD_EXIT_USAGE;
	}
	if (vd_config_load(argv[1], &config, &diag) != VD_OK ||
	    vd_config_check_files(config, &diag) != VD_OK) {
		fprintf(stderr, "vedetta: %s\n", diag.text);
		vd_config_free(config);
		return VD_EXIT_USAGE;
	}
	printf("%s is good: %zu brands, %zu accounts, %zu members of staff\n", argv[1],
	       config->n_brands, config->n_accounts, config->n_staff);
	vd_config_free(config);
	return 0;
}

int vd_cmd_settings(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	vd_config_print_settings(stdout);
	return 0;
}
