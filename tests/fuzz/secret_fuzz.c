// SPDX-License-Identifier: MIT
// layer: store
// The first byte chooses: a sealed record that must not open, or the bytes of what is in one, which
// print to the same bytes again where they parse.
#include <stdlib.h>
#include <string.h>

#include "store/secrets.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void try_credentials(struct vd_span bytes)
{
	static struct vd_credentials c;
	static uint8_t memory[VD_CREDENTIALS_BYTES];
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	if (vd_credentials_parse(bytes, &c) == VD_OK) {
		must(vd_credentials_print(&c, &w) == VD_OK);
		must(vd_span_is_equal(vd_writer_span(&w), bytes));
		(void)vd_credentials_has_scope(&c, "dm.read");
	}
}

static void try_seal(struct vd_span bytes)
{
	static const uint8_t zeros[VD_DEVICE_KEY_BYTES];
	static uint8_t memory[VD_CREDENTIALS_BYTES];
	struct vd_device_key key;
	size_t n = 0;
	vd_device_key_set(&key, zeros);
	// The key's id is in the clear, so the fuzzer may find it; a tag it can't.
	if (bytes.n > VD_DEVICE_KEY_ID_BYTES) {
		memcpy((char *)(uintptr_t)bytes.p + 1, key.id, VD_DEVICE_KEY_ID_BYTES);
	}
	must(vd_secret_unseal(&key, VD_SPAN("account/a"), bytes, memory, sizeof(memory), &n) !=
	     VD_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0) {
		return 0;
	}
	char *copy = malloc(size > 1 ? size - 1 : 1);
	must(copy != NULL);
	memcpy(copy, data + 1, size - 1);
	(data[0] % 2 == 0 ? try_credentials : try_seal)(vd_span_make(copy, size - 1));
	free(copy);
	return 0;
}
