// SPDX-License-Identifier: MIT
// layer: net
// What passes answers our question, and its delay is one that can be.
#include <stdlib.h>
#include <string.h>

#include "net/sntp.h"

#define COOKIE UINT64_C(0x0123456789abcdef)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t cookie[8] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
	struct vd_wall sent = vd_wall_s(1790952000);
	struct vd_wall received = vd_wall_add(sent, vd_dur_ms(100));
	struct vd_sntp_result result;
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_sntp_parse_reply(vd_span_make(data, size), COOKIE, sent, received,
					      &result, &diag);
	if (err != VD_OK && diag.text[0] == '\0') {
		abort();
	}
	if (err == VD_OK && (size < VD_SNTP_PACKET_BYTES || memcmp(data + 24, cookie, 8) != 0 ||
			     result.delay.us < 0 || result.delay.us > 100000 ||
			     result.stratum == 0 || result.stratum > 15)) {
		abort();
	}
	return 0;
}
