// SPDX-License-Identifier: MIT
// layer: channel
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "channel/budget.h"
#include "channel/x.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Whatever was kept: no wait is longer than a month, and it goes round.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_fake_clock fake;
	struct vd_clock clock = vd_fake_clock_init(&fake, vd_wall_s(1791208800));
	struct vd_rate rates[VD_X_EP_N];
	struct vd_budget budget;
	struct vd_mono now = { 1000 };
	char memory[2048];
	struct vd_buf text;
	vd_budget_init(&budget, vd_budget_plan_find(VD_NETWORK_X, VD_PLAN_BASIC), &clock, rates,
		       VD_X_EP_N);
	vd_budget_parse(&budget, vd_span_make(data, size), now, vd_wall_s(1791208800));
	for (size_t i = 0; i < VD_X_EP_N; i++) {
		int64_t wait_us = vd_rate_next(&rates[i], VD_RATE_SWEEP, now).us - now.us;
		if (wait_us < 0 || wait_us > 31 * 86400 * VD_US_PER_S) {
			abort();
		}
	}
	vd_buf_init(&text, memory, sizeof(memory));
	vd_budget_print(&budget, now, vd_wall_s(1791208800), &text);
	if (vd_buf_check(&text) != VD_OK) {
		abort();
	}
	return 0;
}
