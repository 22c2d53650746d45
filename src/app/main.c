// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "app/cmd.h"
#include "base/attr.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
};

static const struct command commands[] = {
	{ "run", vd_cmd_run, "the service: watches the accounts and shows who waits" },
	{ "ctl", vd_cmd_ctl, "asks and tells a running service" },
	{ "account", vd_cmd_account, "signs accounts in and out, and tries them" },
	{ "journal", vd_cmd_journal, "verifies or exports the journal, makes a store from it" },
	{ "simulate", vd_cmd_simulate, "what the figures would be under other hours or targets" },
	{ "calendar", vd_cmd_calendar, "answers questions about opening hours from a file" },
	{ "check", vd_cmd_check, "checks a configuration" },
	{ "settings", vd_cmd_settings, "lists every setting" },
	{ "lamp", vd_cmd_lamp, "keeps the light; begun by run" },
	{ "hash-pin", vd_cmd_hash_pin, "makes the hash of a PIN for the configuration" },
	{ "version", vd_cmd_version, "version, and with --sbom what is inside" },
};

static int help(FILE *out, int status)
{
	fputs("usage: vedetta COMMAND ...\n\n", out);
	for (size_t i = 0; i < VD_ARRAY_LEN(commands); i++) {
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
	}
	return status;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		return help(stderr, VD_EXIT_USAGE);
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(commands); i++) {
		if (strcmp(argv[1], commands[i].name) == 0) {
			return commands[i].run(argc - 1, argv + 1);
		}
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0) {
		return help(stdout, 0);
	}
	fprintf(stderr, "vedetta: there is no command \"%s\"\n", argv[1]);
	return help(stderr, VD_EXIT_USAGE);
}
