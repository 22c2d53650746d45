// SPDX-License-Identifier: MIT
// layer: output
// A message has one form: what parses is printed again as the same bytes.
#include <stdlib.h>
#include <string.h>

#include "output/lamp_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_lamp_word word;
	uint8_t again[VD_LAMP_WIRE_BYTES];
	if (size != VD_LAMP_WIRE_BYTES || vd_lamp_wire_parse(data, &word) != VD_OK) {
		return 0;
	}
	vd_lamp_wire_print(&word, again);
	if (memcmp(again, data, sizeof(again)) != 0) {
		abort();
	}
	return 0;
}
