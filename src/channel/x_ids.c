// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "channel/x_wire.h"

#define SNOWFLAKE_EPOCH_MS INT64_C(1288834974657)
#define SNOWFLAKE_SHIFT 22
#define ID_DIGITS_MOST 19

bool vd_x_id_is_valid(struct vd_span id)
{
	if (id.n == 0 || id.n > ID_DIGITS_MOST) {
		return false;
	}
	for (size_t i = 0; i < id.n; i++) {
		if (id.p[i] < '0' || id.p[i] > '9') {
			return false;
		}
	}
	return true;
}

static struct vd_span without_zeros(struct vd_span id)
{
	while (id.n > 0 && id.p[0] == '0') {
		id = vd_span_skip(id, 1);
	}
	return id;
}

int vd_x_id_compare(struct vd_span a, struct vd_span b)
{
	a = without_zeros(a);
	b = without_zeros(b);
	if (a.n != b.n) {
		return a.n < b.n ? -1 : 1;
	}
	return a.n == 0 ? 0 : memcmp(a.p, b.p, a.n);
}

void vd_x_id_of_time(struct vd_wall t, char out[VD_X_ID_BYTES])
{
	int64_t ms = t.us / 1000 - SNOWFLAKE_EPOCH_MS;
	uint64_t id = 0;
	if (ms > 0) {
		id = ms >= (INT64_C(1) << (63 - SNOWFLAKE_SHIFT)) ? (uint64_t)INT64_MAX
								  : (uint64_t)ms << SNOWFLAKE_SHIFT;
	}
	snprintf(out, VD_X_ID_BYTES, "%llu", (unsigned long long)id);
}

struct vd_wall vd_x_time_of_id(struct vd_span id)
{
	uint64_t n = 0;
	if (!vd_x_id_is_valid(id) || vd_span_parse_u64(id, &n) != VD_OK) {
		return (struct vd_wall){ 0 };
	}
	return (struct vd_wall){ ((int64_t)(n >> SNOWFLAKE_SHIFT) + SNOWFLAKE_EPOCH_MS) * 1000 };
}
