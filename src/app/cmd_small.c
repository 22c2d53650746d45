// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "app/cmd.h"
#include "app/pin.h"
#include "app/sbom.h"
#include "net/tls.h"

int vd_cmd_version(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--sbom") == 0) {
		fputs(vd_sbom_json, stdout);
		return 0;
	}
	if (argc != 1) {
		fputs("usage: vedetta version [--sbom]\n", stderr);
		return VD_EXIT_USAGE;
	}
	printf("vedetta %s\n", vd_version);
	return 0;
}

int vd_cmd_hash_pin(int argc, char **argv)
{
	(void)argv;
	char pin[VD_PIN_MOST + 4];
	char hash[VD_PIN_HASH_BYTES];
	struct vd_strong_rng *strong = NULL;
	struct vd_diag diag = { 0 };
	if (argc != 1) {
		fputs("usage: vedetta hash-pin   (the PIN is read from standard input)\n", stderr);
		return VD_EXIT_USAGE;
	}
	if (fgets(pin, sizeof(pin), stdin) == NULL) {
		fputs("vedetta: no PIN was given\n", stderr);
		return VD_EXIT_USAGE;
	}
	enum vd_err err = vd_strong_rng_create(&strong, &diag);
	if (err == VD_OK) {
		struct vd_rng rng = vd_strong_rng_get(strong);
		err = vd_pin_hash(&rng, vd_span_trim(vd_span_of(pin)), hash, &diag);
	}
	vd_strong_rng_destroy(strong);
	if (err != VD_OK) {
		fprintf(stderr, "vedetta: %s\n", diag.text);
		return VD_EXIT_FAILED;
	}
	puts(hash);
	return 0;
}
