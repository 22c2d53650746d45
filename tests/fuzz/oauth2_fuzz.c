// SPDX-License-Identifier: MIT
// layer: channel
// The first byte chooses: a token endpoint's answer, an app's registration, what a person pastes.
#include <stdlib.h>
#include <string.h>

#include "channel/oauth2.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void must_be_a_word(const struct vd_secret *secret)
{
	struct vd_span value = vd_secret_reveal(secret);
	for (size_t i = 0; i < value.n; i++) {
		must(value.p[i] > ' ' && value.p[i] <= '~');
	}
}

static void try_answer(struct vd_span bytes)
{
	static struct vd_oauth2_answer a;
	enum vd_err err = vd_oauth2_answer_parse(bytes, &a);
	must(err != VD_OK || vd_secret_is_set(&a.access));
	must(err == VD_OK || !vd_secret_is_set(&a.access));
	must_be_a_word(&a.access);
	must_be_a_word(&a.refresh);
	vd_oauth2_answer_deinit(&a);
}

static void try_app(struct vd_span bytes)
{
	static struct vd_oauth2_app app;
	if (vd_oauth2_app_parse(bytes, &app) == VD_OK) {
		must(app.client_id[0] != '\0' && vd_secret_is_set(&app.client_secret));
	}
	vd_oauth2_app_deinit(&app);
}

static void try_pasted(struct vd_span bytes)
{
	static struct vd_secret code;
	struct vd_diag diag = { 0 };
	if (vd_oauth2_pasted_parse(bytes, "state", &code, &diag) == VD_OK) {
		must(vd_secret_is_set(&code));
	} else {
		must(diag.text[0] != '\0');
	}
	vd_secret_deinit(&code);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const tries[])(struct vd_span) = { try_answer, try_app, try_pasted };
	if (size == 0) {
		return 0;
	}
	char *copy = malloc(size > 1 ? size - 1 : 1);
	must(copy != NULL);
	memcpy(copy, data + 1, size - 1);
	tries[data[0] % 3](vd_span_make(copy, size - 1));
	free(copy);
	return 0;
}
