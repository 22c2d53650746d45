// SPDX-License-Identifier: MIT
#include "app/ctl_presence.h"

#include <inttypes.h>

#include "base/json.h"

static void print_change(FILE *out, const cJSON *row, const char *name)
{
	int64_t change = 0;
	if (vd_json_i64(row, name, &change) == VD_OK) {
		fprintf(out, " %+8" PRId64, change);
	} else {
		fprintf(out, " %8s", "-");
	}
}

void vd_ctl_presence_print(FILE *out, const cJSON *answer)
{
	const cJSON *row;
	fprintf(out, "%-10s %-24s %10s %8s %8s %8s\n", "network", "handle", "followers", "1 day",
		"7 days", "30 days");
	cJSON_ArrayForEach(row, vd_json_get(answer, "presence"))
	{
		int64_t followers = 0;
		(void)!vd_json_i64(row, "followers", &followers);
		fprintf(out, "%-10.*s %-24.*s %10" PRId64,
			VD_SPAN_ARG(vd_json_text(row, "network")),
			VD_SPAN_ARG(vd_json_text(row, "handle")), followers);
		print_change(out, row, "change_1d");
		print_change(out, row, "change_7d");
		print_change(out, row, "change_30d");
		fputs(vd_json_bool(row, "own", false) ? "  ours\n" : "\n", out);
	}
}
